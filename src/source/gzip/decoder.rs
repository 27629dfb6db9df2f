//! The gzip format as a state machine: members, their headers and trailers, what lies between.

use super::header::{HeaderParser, Progress};
use super::index::{Point, PointState};
use super::zlib::{RawInflate, Stop as Inflating};
use super::{Damage, GzipEnding, Mismatches, Stop};
use crate::error::{Error, ErrorKind, Result};

/// Where a [`Decoder::step`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Inside a header or trailer, between members, after the end.
    Elsewhere,
    /// A member's header comes next.
    MemberStart,
    /// Between two bytes of a member's deflate data.
    Body,
}

/// What a [`Decoder::step`] did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) consumed: usize,
    pub(super) written: usize,
    pub(super) place: Place,
}

#[derive(Debug)]
enum State {
    /// Before a member; zero bytes here are padding.
    Between,
    Header(HeaderParser),
    Body,
    Trailer {
        bytes: [u8; 8],
        seen: usize,
    },
    /// Nothing more will come out: unreadable data, or bytes that are no gzip member.
    Over,
}

/// Inflates any number of gzip members, step by step.
///
/// Damage ends the output; where only a checksum is wrong, it is noted and the data goes on.
#[derive(Debug)]
pub(super) struct Decoder {
    inflate: RawInflate,
    state: State,
    /// Offset in the file of the next byte to consume.
    compressed: u64,
    /// Offset in the inflated data of the next byte to come out.
    output: u64,
    /// Where the present member starts, in the file.
    member_start: u64,
    /// Where its output starts.
    member_output: u64,
    members: u64,
    /// CRC-32 and length modulo 2^32 of the present member; `None` when it was entered inside.
    check: Option<(u32, u32)>,
    damage: Option<Damage>,
    mismatches: Mismatches,
    trailing_garbage: Option<u64>,
}

impl Decoder {
    /// A decoder at the start of a file.
    pub(super) fn new() -> Result<Self> {
        let inflate = RawInflate::new().ok_or_else(no_memory)?;
        Ok(Self {
            inflate,
            state: State::Header(HeaderParser::new()),
            compressed: 0,
            output: 0,
            member_start: 0,
            member_output: 0,
            members: 0,
            check: Some((0, 0)),
            damage: None,
            mismatches: Mismatches::default(),
            trailing_garbage: None,
        })
    }

    pub(super) fn compressed(&self) -> u64 {
        self.compressed
    }

    pub(super) fn output(&self) -> u64 {
        self.output
    }

    /// Goes to a point of the index; the next input is that at `point.compressed`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when there is no memory for a copy of the checkpoint.
    pub(super) fn go_to(&mut self, point: &Point) -> Result<()> {
        self.state = match &point.state {
            PointState::Member => State::Header(HeaderParser::new()),
            PointState::Inside(checkpoint) => {
                self.inflate = checkpoint.copy().ok_or_else(no_memory)?;
                self.check = None;
                State::Body
            }
        };
        self.compressed = point.compressed;
        self.output = point.output;
        self.member_start = point.compressed;
        self.member_output = point.output;
        Ok(())
    }

    /// What must be kept to start again at `place`, where the last step stopped. `None` when that
    /// is impossible, or there is no memory for it.
    pub(super) fn point(&self, place: Place) -> Option<Point> {
        let state = match place {
            Place::Elsewhere => return None,
            Place::MemberStart => PointState::Member,
            Place::Body => PointState::Inside(self.inflate.copy()?),
        };
        Some(Point { compressed: self.compressed, output: self.output, state })
    }

    /// Consumes from `input` and writes to `output`. Does nothing only when `input` is empty and
    /// nothing is pending, or `output` is full. Time is linear in the bytes consumed and written.
    #[inline(never)]
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (consumed, written, place) = match &mut self.state {
            State::Between => self.skip_padding(input),
            State::Header(_) => (self.read_header(input), 0, Place::Elsewhere),
            State::Body => self.inflate_body(input, output),
            State::Trailer { .. } => (self.read_trailer(input), 0, Place::Elsewhere),
            State::Over => (input.len(), 0, Place::Elsewhere),
        };
        self.compressed += consumed as u64;
        Step { consumed, written, place }
    }

    fn skip_padding(&mut self, input: &[u8]) -> (usize, usize, Place) {
        let zeros = input.iter().take_while(|byte| **byte == 0).count();
        if zeros == input.len() {
            return (zeros, 0, Place::Elsewhere);
        }
        self.member_start = self.compressed + zeros as u64;
        self.state = State::Header(HeaderParser::new());
        (zeros, 0, Place::MemberStart)
    }

    fn read_header(&mut self, input: &[u8]) -> usize {
        let State::Header(parser) = &mut self.state else { return 0 };
        let (consumed, progress) = parser.feed(input);
        match progress {
            Progress::Incomplete => {}
            Progress::Complete { intact } => {
                self.member_output = self.output;
                if !intact {
                    self.note_mismatch(self.member_start);
                }
                self.inflate.reset();
                self.check = Some((0, 0));
                self.state = State::Body;
            }
            Progress::NotGzip if self.members > 0 => {
                self.trailing_garbage = Some(self.member_start);
                self.state = State::Over;
            }
            Progress::NotGzip => self.give_up(self.member_start, "This is no gzip data"),
            Progress::Reserved => {
                self.give_up(self.member_start, "A gzip header has flags that do not exist");
            }
        }
        consumed
    }

    fn inflate_body(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, Place) {
        let done = self.inflate.inflate(input, output);
        let new = output.get(..done.written).unwrap_or_default();
        if let Some((crc, length)) = &mut self.check {
            *crc = zlib_rs::crc32::crc32(*crc, new);
            *length = length.wrapping_add(low_32_bits(new.len() as u64));
        }
        self.output += done.written as u64;
        let mut place = Place::Elsewhere;
        match done.stop {
            Inflating::Hungry if done.consumed + done.written > 0 => place = Place::Body,
            Inflating::Hungry if input.is_empty() || output.is_empty() => {}
            // Not known to happen; without this, it would be an endless loop.
            Inflating::Hungry => self.give_up(self.compressed, "The compressed data leads nowhere"),
            Inflating::StreamEnd => self.state = State::Trailer { bytes: [0; 8], seen: 0 },
            Inflating::Corrupt(reason) => {
                let at = self.compressed + done.consumed as u64;
                self.give_up(at, &format!("The compressed data is damaged ({reason})"));
            }
        }
        (done.consumed, done.written, place)
    }

    fn read_trailer(&mut self, input: &[u8]) -> usize {
        let State::Trailer { bytes, seen } = &mut self.state else { return 0 };
        let mut consumed = 0;
        for (to, from) in bytes.iter_mut().skip(*seen).zip(input) {
            *to = *from;
            consumed += 1;
        }
        *seen += consumed;
        if *seen == bytes.len() {
            let [a, b, c, d, e, f, g, h] = *bytes;
            let stored = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            self.compare(stored, self.compressed + consumed as u64 - 8);
        }
        consumed
    }

    /// Compares the stored checksum and length with those of what came out. When both are wrong,
    /// bytes are missing or too many, and nothing that follows would be at its place.
    fn compare(&mut self, stored: (u32, u32), at: u64) {
        let found = self.check.unwrap_or(stored);
        if found.0 != stored.0 && found.1 != stored.1 {
            return self.give_up(at, "A compressed part does not have its length and checksum");
        }
        if found != stored {
            self.note_mismatch(at);
        }
        self.members += 1;
        self.state = State::Between;
    }

    /// Notes a wrong checksum of the present member, whose data was read.
    #[cold]
    fn note_mismatch(&mut self, compressed_offset: u64) {
        let (output_from, output_to) = (self.member_output, self.output);
        let Mismatches { count, .. } = self.mismatches;
        if count == 0 {
            self.mismatches = Mismatches { count: 1, compressed_offset, output_from, output_to };
        } else {
            self.mismatches.count = count + 1;
        }
    }

    #[cold]
    fn give_up(&mut self, compressed_offset: u64, message: &str) {
        self.stop(Stop::Damaged, compressed_offset, message);
        self.state = State::Over;
    }

    fn stop(&mut self, stop: Stop, compressed_offset: u64, message: &str) {
        let (output_offset, message) = (self.output, message.to_owned());
        self.damage.get_or_insert(Damage { stop, compressed_offset, output_offset, message });
    }

    /// The verdict, when there is no more input.
    pub(super) fn finish(mut self) -> GzipEnding {
        let cut = match &self.state {
            State::Between | State::Over => None,
            State::Header(_) if self.compressed == 0 => Some((Stop::Cut, "The file is empty")),
            State::Header(parser) if parser.is_fresh() && self.members > 0 => None,
            State::Header(_) => Some((Stop::Cut, "The file ends inside a gzip header")),
            State::Body => Some((Stop::Cut, "The file ends inside compressed data")),
            State::Trailer { .. } => Some((Stop::CutInChecksum, "The file ends inside a checksum")),
        };
        if let Some((stop, message)) = cut {
            self.stop(stop, self.compressed, message);
        }
        GzipEnding {
            damage: self.damage,
            mismatches: self.mismatches,
            trailing_garbage: self.trailing_garbage,
            members: self.members,
            compressed_len: self.compressed,
            inflated_len: self.output,
        }
    }
}

#[cold]
pub(super) fn no_memory() -> Error {
    Error::new(ErrorKind::TooLarge, "No memory for inflating the dump")
        .advise("Close other tabs or programs and try again.")
}

#[expect(clippy::cast_possible_truncation, reason = "RFC 1952 stores the length modulo 2^32")]
fn low_32_bits(value: u64) -> u32 {
    value as u32
}
