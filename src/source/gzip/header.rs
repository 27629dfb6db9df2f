//! The header of a gzip member (RFC 1952, section 2.3), fed in any pieces.

/// The first bytes of every gzip member: magic and the only compression method, deflate.
pub(super) const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// What is known of the header so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More bytes are needed.
    Incomplete,
    /// The deflate data follows; the optional header checksum was right or absent, or wrong.
    Complete {
        /// False when the header carries a checksum that does not match.
        intact: bool,
    },
    /// These bytes do not begin with the magic of a gzip member.
    NotGzip,
    /// A gzip member with flags that RFC 1952 reserves.
    Reserved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Magic, method, flags, time, extra flags, system; how many of these 10 bytes were seen.
    Fixed(u8),
    ExtraLength(u8),
    Extra(u16),
    Name,
    Comment,
    Crc(u8),
}

/// A header parser that can stop after any byte. Memory: constant, whatever lengths are claimed.
#[derive(Clone, Debug)]
pub(super) struct HeaderParser {
    field: Field,
    flags: u8,
    extra_length: u16,
    stored_crc: u16,
    crc: u32,
}

impl HeaderParser {
    pub(super) fn new() -> Self {
        Self { field: Field::Fixed(0), flags: 0, extra_length: 0, stored_crc: 0, crc: 0 }
    }

    /// Whether no byte was taken yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.field == Field::Fixed(0)
    }

    /// Takes bytes of the header from the front of `input`; returns how many, and where it is.
    pub(super) fn feed(&mut self, input: &[u8]) -> (usize, Progress) {
        for (index, &byte) in input.iter().enumerate() {
            let progress = self.take(byte);
            if progress != Progress::Incomplete {
                return (index + 1, progress);
            }
        }
        (input.len(), Progress::Incomplete)
    }

    fn take(&mut self, byte: u8) -> Progress {
        if !matches!(self.field, Field::Crc(_)) {
            self.crc = zlib_rs::crc32::crc32(self.crc, &[byte]);
        }
        match self.field {
            Field::Fixed(seen) => {
                if MAGIC.get(usize::from(seen)).is_some_and(|magic| *magic != byte) {
                    return Progress::NotGzip;
                }
                if seen == 3 {
                    if byte & RESERVED != 0 {
                        return Progress::Reserved;
                    }
                    self.flags = byte;
                }
                if seen < 9 { self.go_to(Field::Fixed(seen + 1)) } else { self.next_field(EXTRA) }
            }
            Field::ExtraLength(0) => {
                self.extra_length = u16::from(byte);
                self.go_to(Field::ExtraLength(1))
            }
            Field::ExtraLength(_) => match self.extra_length | u16::from(byte) << 8 {
                0 => self.next_field(NAME),
                length => self.go_to(Field::Extra(length)),
            },
            Field::Extra(1) => self.next_field(NAME),
            Field::Extra(left) => self.go_to(Field::Extra(left - 1)),
            Field::Name if byte == 0 => self.next_field(COMMENT),
            Field::Comment if byte == 0 => self.next_field(HEADER_CRC),
            Field::Name | Field::Comment => Progress::Incomplete,
            Field::Crc(0) => {
                self.stored_crc = u16::from(byte);
                self.go_to(Field::Crc(1))
            }
            Field::Crc(_) => {
                let stored = self.stored_crc | u16::from(byte) << 8;
                Progress::Complete { intact: u32::from(stored) == self.crc & 0xffff }
            }
        }
    }

    fn go_to(&mut self, field: Field) -> Progress {
        self.field = field;
        Progress::Incomplete
    }

    /// Goes to the optional field of `flag`, or to the first one after it that is present.
    fn next_field(&mut self, flag: u8) -> Progress {
        let fields = [
            (EXTRA, Field::ExtraLength(0)),
            (NAME, Field::Name),
            (COMMENT, Field::Comment),
            (HEADER_CRC, Field::Crc(0)),
        ];
        let present = |candidate: &(u8, Field)| self.flags & candidate.0 != 0;
        match fields.into_iter().skip_while(|(f, _)| *f != flag).find(present) {
            Some((_, field)) => self.go_to(field),
            None => Progress::Complete { intact: true },
        }
    }
}
