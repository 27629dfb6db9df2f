//! A reader of HPROF records that is as simple as possible: it holds the whole file, trusts every
//! length and panics at anything odd. It says where records begin and end, to cut and to count by.

const HEAP_DUMP: u8 = 0x0c;
const SEGMENT: u8 = 0x1c;
const END: u8 = 0x2c;

/// A top-level record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) start: usize,
    pub(crate) end: usize,
    tag: u8,
}

/// A heap sub-record of the first dump in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubRecord {
    pub(crate) end: usize,
    /// Where an array's header ends, from which on its object is known; else as `end`.
    known: usize,
    is_object: bool,
}

/// Where everything is in a sound dump.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(crate) records: Vec<Record>,
    pub(crate) sub_records: Vec<SubRecord>,
}

struct Bytes<'a> {
    file: &'a [u8],
    at: usize,
    id: usize,
}

impl Bytes<'_> {
    fn number(&mut self, bytes: usize) -> usize {
        let slice = &self.file[self.at..self.at + bytes];
        self.at += bytes;
        slice.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    /// Skips a value whose type comes next.
    fn skip_typed(&mut self) {
        let ty = self.number(1);
        self.at += self.size(ty);
    }

    fn size(&self, ty: usize) -> usize {
        match ty {
            2 => self.id,
            4 | 8 => 1,
            5 | 9 => 2,
            6 | 10 => 4,
            7 | 11 => 8,
            _ => panic!("type {ty} at {}", self.at),
        }
    }

    fn sub_record(&mut self) -> SubRecord {
        let tag = self.number(1);
        let mut known = None;
        match tag {
            0xff | 0x05 | 0x07 => self.at += self.id,
            0x01 => self.at += 2 * self.id,
            0x02 | 0x03 | 0x08 => self.at += self.id + 8,
            0x04 | 0x06 => self.at += self.id + 4,
            0x20 => self.class(),
            0x21 => {
                self.at += 4 + 2 * self.id;
                let length = self.number(4);
                self.at += length;
            }
            0x22 => {
                self.at += self.id + 4;
                let length = self.number(4);
                self.at += self.id;
                known = Some(self.at);
                self.at += length * self.id;
            }
            0x23 => {
                self.at += self.id + 4;
                let length = self.number(4);
                let ty = self.number(1);
                known = Some(self.at);
                self.at += length * self.size(ty);
            }
            _ => panic!("sub-record {tag:#x} at {}", self.at),
        }
        let end = self.at;
        SubRecord { end, known: known.unwrap_or(end), is_object: (0x20..=0x23).contains(&tag) }
    }

    fn class(&mut self) {
        self.at += 7 * self.id + 8;
        for _ in 0..self.number(2) {
            self.at += 2;
            self.skip_typed();
        }
        for _ in 0..self.number(2) {
            self.at += self.id;
            self.skip_typed();
        }
        let fields = self.number(2);
        self.at += fields * (self.id + 1);
    }
}

/// Walks over a whole, sound dump.
pub(crate) fn walk(file: &[u8]) -> Walk {
    let header = file.iter().position(|byte| *byte == 0).unwrap() + 13;
    let mut bytes = Bytes { file, at: header - 12, id: 0 };
    bytes.id = bytes.number(4);
    bytes.at = header;
    let mut walk = Walk { records: Vec::new(), sub_records: Vec::new() };
    let mut dumps_ended = 0;
    while bytes.at < file.len() {
        let start = bytes.at;
        let tag = file[start];
        bytes.at += 5;
        let length = bytes.number(4);
        let end = bytes.at + length;
        if matches!(tag, HEAP_DUMP | SEGMENT) && dumps_ended == 0 {
            while bytes.at < end {
                walk.sub_records.push(bytes.sub_record());
            }
            assert_eq!(bytes.at, end, "sub-records fill their record");
        }
        dumps_ended += usize::from(matches!(tag, HEAP_DUMP | END));
        bytes.at = end;
        walk.records.push(Record { start, end, tag });
    }
    walk
}

impl Record {
    /// Whether it is part of a heap.
    pub(crate) fn is_heap(self) -> bool {
        matches!(self.tag, HEAP_DUMP | SEGMENT)
    }

    fn is_end(self) -> bool {
        self.tag == END
    }
}

impl Walk {
    /// Objects of the first dump, class objects among them, in the first `cut` bytes: those whose
    /// record is whole, and those that are known.
    pub(crate) fn objects(&self, cut: usize) -> (usize, usize) {
        let objects = self.sub_records.iter().filter(|sub| sub.is_object);
        let whole = objects.clone().filter(|sub| sub.end <= cut).count();
        (whole, objects.filter(|sub| sub.known <= cut).count())
    }

    /// Whether something but the record that ends a dump is missing from the first `cut` bytes, as
    /// far as a file can show: after a whole dump another one may be missing, but that is no
    /// damage of the file.
    pub(crate) fn is_something_missing(&self, cut: usize) -> bool {
        let after = self.records.partition_point(|record| record.end <= cut);
        let (before, after) = self.records.split_at(after);
        if after.first().is_some_and(|record| record.start < cut && !record.is_end()) {
            return true;
        }
        let matters = |record: &&Record| record.is_heap() || record.is_end();
        let last = before.iter().rev().find(matters);
        let next = after.iter().find(matters);
        let is_open = last.is_some_and(|record| record.tag == SEGMENT);
        is_open && next.is_some_and(|record| record.tag == SEGMENT)
    }
}
