//! The push parser: fed with chunks of any size, it calls a [`Visitor`].

mod heap_records;
mod records;

use super::header::{self, HeaderRead};
use super::tag::record;
use super::{HeapRecordKind, IdSize, RecordStart, Visitor, Warning, WarningKind};
use crate::error::Result;
use byteorder::{BigEndian, ByteOrder};

/// Tag, time, length.
const RECORD_HEADER: usize = 9;
/// What a second dump file begins with whose bytes were appended to the first.
const APPENDED: &[u8; RECORD_HEADER] = b"JAVA PROF";
/// A 32-bit length that overflowed lost a multiple of this (case 12).
const OVERFLOW: u64 = 1 << 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Header,
    Record,
    /// A record of fixed layout; its declared length.
    Body {
        tag: u8,
        len: u64,
    },
    /// Bytes of a record that nobody reads.
    Skip {
        left: u64,
    },
    String {
        left: u64,
    },
    /// Frames of a trace, then bytes past them.
    Frames {
        frames: u64,
        after: u64,
    },
    /// A heap record of declared length 0 whose first bytes decide (case 11).
    EmptyHeap,
    /// Inside a heap record, at a sub-record.
    Heap,
    Elements {
        left: u64,
    },
    HeapSkip {
        left: u64,
    },
    /// At the end of a whole heap dump: does another record follow (case 12)?
    HeapEnd {
        crossed: bool,
    },
    /// Behind what cannot be a part of this file: nothing more is read.
    Ignore,
}

/// Time of the records since the header, in microseconds. The file has 32 bits of it, which
/// overflow every 71 minutes (case 5).
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    last: u32,
    overflows: u64,
}

impl Clock {
    fn at(&mut self, micros: u32) -> u64 {
        self.overflows += u64::from(micros < self.last);
        self.last = micros;
        (self.overflows << 32) | u64::from(micros)
    }
}

/// See the module documentation.
#[derive(Debug)]
pub struct Parser {
    state: State,
    ids: IdSize,
    /// Absolute offset of the first byte that is not consumed.
    offset: u64,
    expected_len: Option<u64>,
    /// Bytes of an incomplete item.
    carry: Vec<u8>,
    /// Bytes that the incomplete item needs.
    need: usize,
    kind: HeapRecordKind,
    heap_left: u64,
    clock: Clock,
    saw_header: bool,
    saw_heap: bool,
}

/// How the input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Whether the input ended between two records.
    pub complete: bool,
    /// Offset of the item that the end of the input cut.
    pub truncated_at: Option<u64>,
    /// Bytes that the record at the end declares beyond the end of the input; `None` where the
    /// input ends elsewhere, or the record has no known end.
    pub missing: Option<u64>,
    /// Whether there was a heap record.
    pub saw_heap: bool,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    /// A parser at the start of a dump.
    pub fn new() -> Self {
        Self {
            state: State::Header,
            ids: IdSize::Eight,
            offset: 0,
            expected_len: None,
            carry: Vec::new(),
            need: 0,
            kind: HeapRecordKind::Segment,
            heap_left: 0,
            clock: Clock::default(),
            saw_header: false,
            saw_heap: false,
        }
    }

    /// Tells the uncompressed length, which settles records whose length is 0 or overflowed.
    #[must_use]
    pub fn with_expected_len(mut self, total: Option<u64>) -> Self {
        self.expected_len = total;
        self
    }

    /// Absolute offset of the first byte that was not handed over yet.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes from the end of what was fed that nobody will read; the feeder may leave them out
    /// with [`skipped`](Self::skipped).
    pub fn skip_hint(&self) -> u64 {
        match self.state {
            State::Skip { left } | State::HeapSkip { left } if self.carry.is_empty() => {
                left.saturating_sub(1)
            }
            State::Ignore => u64::MAX - self.offset,
            _ => 0,
        }
    }

    /// Takes note that the next `bytes`, at most [`skip_hint`](Self::skip_hint), are left out.
    pub fn skipped(&mut self, bytes: u64) {
        let bytes = bytes.min(self.skip_hint());
        match &mut self.state {
            State::Skip { left } => *left -= bytes,
            State::HeapSkip { left } => {
                *left -= bytes;
                self.heap_left = self.heap_left.saturating_sub(bytes);
            }
            _ => {}
        }
        self.offset += bytes;
    }

    /// Takes the next bytes of the dump, all of them.
    ///
    /// # Errors
    /// `NotHprof` or `Unsupported`, from the header only.
    pub fn feed<V: Visitor>(&mut self, bytes: &[u8], visitor: &mut V) -> Result<()> {
        let mut rest = bytes;
        while !self.carry.is_empty() {
            let missing = self.need.saturating_sub(self.carry.len()).max(1).min(rest.len());
            let (now, later) = rest.split_at(missing);
            self.carry.extend_from_slice(now);
            rest = later;
            if self.carry.len() < self.need {
                return Ok(());
            }
            let mut carry = core::mem::take(&mut self.carry);
            let used = self.run(&carry, visitor)?;
            carry.drain(..used);
            self.carry = carry;
            if rest.is_empty() {
                return Ok(());
            }
        }
        let used = self.run(rest, visitor)?;
        self.carry.extend_from_slice(&rest[used..]);
        Ok(())
    }

    /// Ends the input.
    ///
    /// # Errors
    /// `NotHprof` when not even the header was complete.
    pub fn finish<V: Visitor>(&mut self, visitor: &mut V) -> Result<Ending> {
        let carry = core::mem::take(&mut self.carry);
        let used = self.run(&carry, visitor)?;
        let rest = &carry[used..];
        if !self.saw_header {
            return Err(header::not_hprof(rest));
        }
        let at_rest =
            matches!(self.state, State::HeapEnd { .. } | State::EmptyHeap | State::Ignore)
                || (self.state == State::Heap && self.heap_left > u64::MAX / 2);
        // A part of the record that ends a dump lacks nothing but the rest of that record.
        let is_part_of_end = self.state == State::Record
            && self.saw_heap
            && rest.first() == Some(&record::HEAP_DUMP_END);
        let complete =
            (rest.is_empty() && (self.state == State::Record || at_rest)) || is_part_of_end;
        match self.state {
            State::String { .. } => visitor.string_end(),
            State::Elements { .. } => visitor.object_array_end(),
            _ => {}
        }
        if matches!(
            self.state,
            State::Heap
                | State::Elements { .. }
                | State::HeapSkip { .. }
                | State::HeapEnd { .. }
                | State::EmptyHeap
        ) {
            visitor.heap_record_end();
        }
        let truncated_at = (!complete).then_some(self.offset);
        let missing = self.declared_left().map(|left| left.saturating_sub(rest.len() as u64));
        let missing = missing.filter(|_| !complete);
        if !complete {
            let detail = "The file ends inside a record; everything before is shown".to_owned();
            self.warn(visitor, WarningKind::Truncated, 0, detail);
        }
        Ok(Ending { complete, truncated_at, missing, saw_heap: self.saw_heap })
    }

    /// Bytes that the record under way still has by its own length.
    fn declared_left(&self) -> Option<u64> {
        match self.state {
            State::Body { len, .. } => Some(len),
            State::Skip { left } | State::String { left } => Some(left),
            State::Heap | State::Elements { .. } | State::HeapSkip { .. } => {
                Some(self.heap_left).filter(|&left| left <= u64::MAX / 2)
            }
            _ => None,
        }
    }

    fn warn<V: Visitor>(
        &self,
        visitor: &mut V,
        kind: WarningKind,
        distance: usize,
        detail: String,
    ) {
        visitor.warning(Warning { kind, offset: self.offset + distance as u64, detail });
    }

    /// Bytes that the file still has after the first `ahead` unconsumed ones.
    fn remaining(&self, ahead: u64) -> Option<u64> {
        self.expected_len.map(|total| total.saturating_sub(self.offset + ahead))
    }

    /// Consumes as much of `data` as possible; returns how much.
    fn run<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Result<usize> {
        let mut at = 0;
        self.need = 0;
        while let Some(used) = self.step(&data[at..], visitor)? {
            at += used;
        }
        Ok(at)
    }

    /// One batch. Returns the bytes consumed, or `None` when more input is needed.
    fn step<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Result<Option<usize>> {
        if data.is_empty() {
            return Ok(None);
        }
        let used = match self.state {
            State::Header => self.header(data, visitor)?,
            State::Record => self.record(data, visitor),
            State::Body { tag, len } => self.body(tag, len, data, visitor),
            State::Skip { left } => Some(self.skip(left, data)),
            State::String { left } => Some(self.string(left, data, visitor)),
            State::Frames { frames, after } => self.frames(frames, after, data, visitor),
            State::EmptyHeap => self.empty_heap(data, visitor),
            State::Heap => self.heap(data, visitor),
            State::Elements { left } => self.elements(left, data, visitor),
            State::HeapSkip { left } => Some(self.heap_skip(left, data, visitor)),
            State::HeapEnd { crossed } => self.heap_end(crossed, data, visitor),
            State::Ignore => Some(data.len()),
        };
        self.offset += used.unwrap_or(0) as u64;
        Ok(used)
    }

    /// `None` after noting how many bytes the item at hand needs.
    fn needs(&mut self, bytes: usize) -> Option<usize> {
        self.need = bytes;
        None
    }

    fn header<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Result<Option<usize>> {
        let (header, len) = match header::read(data) {
            Ok(HeaderRead::Need(bytes)) => return Ok(self.needs(bytes)),
            Ok(HeaderRead::Whole(header, len)) => (header, len),
            Err(error) if self.saw_header => {
                let detail =
                    format!("A second file that follows the first cannot be read: {error}");
                self.warn(visitor, WarningKind::UnreadableAppendix, 0, detail);
                self.state = State::Ignore;
                return Ok(Some(0));
            }
            Err(error) => return Err(error),
        };
        self.ids = header.id_size;
        self.clock = Clock::default();
        self.saw_header = true;
        self.state = State::Record;
        visitor.header(&header);
        Ok(Some(len))
    }

    fn record<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
        if data.len() < RECORD_HEADER {
            return self.needs(RECORD_HEADER);
        }
        if data.starts_with(APPENDED) {
            self.state = State::Header;
            return Some(0);
        }
        let tag = data[0];
        let micros = self.clock.at(BigEndian::read_u32(&data[1..]));
        let declared = u64::from(BigEndian::read_u32(&data[5..]));
        let (length, odd) = self.true_length(tag, declared);
        visitor.record(&RecordStart { tag, offset: self.offset, micros, length });
        self.state = match tag {
            record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT => {
                self.saw_heap = true;
                self.heap_left = length;
                self.kind = if tag == record::HEAP_DUMP {
                    HeapRecordKind::Whole
                } else {
                    HeapRecordKind::Segment
                };
                visitor.heap_dump_start(self.kind, self.offset, length);
                if length == 0 { State::EmptyHeap } else { State::Heap }
            }
            record::HEAP_DUMP_END => {
                visitor.heap_dump_end();
                skip_or_record(length)
            }
            other => self.other_record(other, length, visitor),
        };
        if let Some((kind, detail)) = odd {
            self.warn(visitor, kind, 0, detail);
        }
        Some(RECORD_HEADER)
    }

    /// The length of a record that declares `declared` bytes, and what is odd about it
    /// (cases 8 and 12).
    fn true_length(&self, tag: u8, declared: u64) -> (u64, Option<(WarningKind, String)>) {
        let Some(left) = self.remaining(RECORD_HEADER as u64) else { return (declared, None) };
        let is_heap = matches!(tag, record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT);
        if is_heap
            && left >= OVERFLOW
            && left > declared
            && (left - declared).is_multiple_of(OVERFLOW)
        {
            let detail =
                format!("A heap dump of {left} bytes declares {declared} (32-bit overflow)");
            return (left, Some((WarningKind::OverflowedLength, detail)));
        }
        if declared > left {
            let detail = format!("A record of {declared} bytes with {left} left in the file");
            return (declared, Some((WarningKind::RecordPastEnd, detail)));
        }
        (declared, None)
    }

    /// The state after the header of a record that is no heap record.
    fn other_record<V: Visitor>(&self, tag: u8, length: u64, visitor: &mut V) -> State {
        match self.fixed_len(tag) {
            Some(fixed) if length >= fixed as u64 => State::Body { tag, len: length },
            // What the agent counted is not worth a warning.
            Some(_) if tag == record::HEAP_SUMMARY => skip_or_record(length),
            Some(_) => {
                let detail = format!("A record of tag {tag:#04x} with only {length} bytes");
                self.warn(visitor, WarningKind::ShortRecord, 0, detail);
                skip_or_record(length)
            }
            None => {
                if !record::is_known(tag) {
                    let detail = format!("A record of unknown tag {tag:#04x}");
                    self.warn(visitor, WarningKind::UnknownRecord, 0, detail);
                }
                skip_or_record(length)
            }
        }
    }

    fn skip(&mut self, left: u64, data: &[u8]) -> usize {
        let used = bounded(left, data);
        self.state = skip_or_record(left - used as u64);
        used
    }

    /// Whether what can be a record begins `ahead` bytes into the unconsumed `data`, as far as one
    /// can tell.
    fn is_record(&self, data: &[u8], ahead: usize) -> bool {
        let end = ahead + RECORD_HEADER;
        let Some(header) = data.get(ahead..end) else { return false };
        if header == APPENDED {
            return true;
        }
        let len = u64::from(BigEndian::read_u32(&header[5..]));
        record::is_known(header[0])
            && (header[0] != record::HEAP_DUMP_END || len == 0)
            && self.remaining(end as u64).is_none_or(|left| len <= left)
    }
}

fn skip_or_record(left: u64) -> State {
    if left == 0 { State::Record } else { State::Skip { left } }
}

/// At most `left` bytes of `data`.
fn bounded(left: u64, data: &[u8]) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(data.len())
}
