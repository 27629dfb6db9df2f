//! The push parser: fed with chunks of any size, it calls a [`Visitor`].

use super::header::{self, HeaderRead};
use super::sub_record::{self, Stop};
use super::tag::record;
use super::{
    ClassSerial, FrameId, HeapRecordKind, IdSize, ObjectId, StackFrame, StackTraceSerial, StringId,
    ThreadSerial, Visitor, Warning, WarningKind,
};
use crate::error::Result;
use byteorder::{BigEndian, ByteOrder};

/// Tag, time, length.
const RECORD_HEADER: usize = 9;
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
        let at_rest = matches!(self.state, State::HeapEnd { .. } | State::EmptyHeap)
            || (self.state == State::Heap && self.heap_left > u64::MAX / 2);
        let complete = rest.is_empty() && (self.state == State::Record || at_rest);
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
        if !complete {
            let detail = "The file ends inside a record; everything before is shown".to_owned();
            self.warn(visitor, WarningKind::Truncated, 0, detail);
        }
        Ok(Ending { complete, truncated_at, saw_heap: self.saw_heap })
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
        match header::read(data)? {
            HeaderRead::Need(bytes) => Ok(self.needs(bytes)),
            HeaderRead::Whole(header, len) => {
                self.ids = header.id_size;
                self.saw_header = true;
                self.state = State::Record;
                visitor.header(&header);
                Ok(Some(len))
            }
        }
    }

    fn record<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
        if data.len() < RECORD_HEADER {
            return self.needs(RECORD_HEADER);
        }
        let tag = data[0];
        let declared = u64::from(BigEndian::read_u32(&data[5..]));
        let heap = matches!(tag, record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT);
        let mut len = declared;
        if let Some(left) = self.remaining(RECORD_HEADER as u64) {
            if heap
                && left >= OVERFLOW
                && (left - declared).is_multiple_of(OVERFLOW)
                && left > declared
            {
                len = left;
                let detail =
                    format!("A heap dump of {left} bytes declares {declared} (32-bit overflow)");
                self.warn(visitor, WarningKind::OverflowedLength, 0, detail);
            } else if declared > left {
                let detail = format!("A record of {declared} bytes with {left} left in the file");
                self.warn(visitor, WarningKind::RecordPastEnd, 0, detail);
            }
        }
        self.state = match tag {
            record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT => {
                self.saw_heap = true;
                self.heap_left = len;
                self.kind = if tag == record::HEAP_DUMP {
                    HeapRecordKind::Whole
                } else {
                    HeapRecordKind::Segment
                };
                visitor.heap_dump_start(self.kind, self.offset, len);
                if len == 0 { State::EmptyHeap } else { State::Heap }
            }
            record::HEAP_DUMP_END => {
                visitor.heap_dump_end();
                skip_or_record(len)
            }
            record::UTF8
            | record::LOAD_CLASS
            | record::UNLOAD_CLASS
            | record::FRAME
            | record::TRACE => {
                if len < self.fixed_len(tag) as u64 {
                    let detail = format!("A record of tag {tag:#04x} with only {len} bytes");
                    self.warn(visitor, WarningKind::ShortRecord, 0, detail);
                    skip_or_record(len)
                } else {
                    State::Body { tag, len }
                }
            }
            known if record::is_known(known) => skip_or_record(len),
            unknown => {
                let detail = format!("A record of unknown tag {unknown:#04x}");
                self.warn(visitor, WarningKind::UnknownRecord, 0, detail);
                skip_or_record(len)
            }
        };
        Some(RECORD_HEADER)
    }

    /// Bytes at the start of a record's body that are read in one piece.
    fn fixed_len(&self, tag: u8) -> usize {
        let id = usize::from(self.ids.bytes());
        match tag {
            record::UTF8 => id,
            record::LOAD_CLASS => 8 + 2 * id,
            record::UNLOAD_CLASS => 4,
            record::FRAME => 8 + 4 * id,
            _ => 12,
        }
    }

    fn body<V: Visitor>(
        &mut self,
        tag: u8,
        len: u64,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        let fixed = self.fixed_len(tag);
        if data.len() < fixed {
            return self.needs(fixed);
        }
        let width = usize::from(self.ids.bytes());
        let id = |at: usize| BigEndian::read_uint(&data[at..], width);
        let word = |at: usize| BigEndian::read_u32(&data[at..]);
        let after = len - fixed as u64;
        self.state = skip_or_record(after);
        match tag {
            record::UTF8 => {
                let length = u32::try_from(after).unwrap_or(u32::MAX);
                visitor.string_start(StringId(id(0)), length, self.offset);
                if after == 0 {
                    visitor.string_end();
                } else {
                    self.state = State::String { left: after };
                }
            }
            record::LOAD_CLASS => visitor.load_class(
                ClassSerial(word(0)),
                ObjectId(id(4)),
                StackTraceSerial(word(4 + width)),
                StringId(id(8 + width)),
            ),
            record::UNLOAD_CLASS => visitor.unload_class(ClassSerial(word(0))),
            record::FRAME => visitor.stack_frame(&StackFrame {
                id: FrameId(id(0)),
                method: StringId(id(width)),
                signature: StringId(id(2 * width)),
                source: StringId(id(3 * width)),
                class: ClassSerial(word(4 * width)),
                line: word(4 * width + 4).cast_signed(),
            }),
            _ => {
                // The record's length bounds the frames, whatever their count claims.
                let frames = u64::from(word(8)).min(after / width as u64);
                let count = u32::try_from(frames).unwrap_or(u32::MAX);
                visitor.stack_trace_start(StackTraceSerial(word(0)), ThreadSerial(word(4)), count);
                let after = after - frames * width as u64;
                if frames > 0 {
                    self.state = State::Frames { frames, after };
                } else {
                    self.state = skip_or_record(after);
                }
            }
        }
        Some(fixed)
    }

    fn skip(&mut self, left: u64, data: &[u8]) -> usize {
        let used = bounded(left, data);
        self.state = skip_or_record(left - used as u64);
        used
    }

    fn string<V: Visitor>(&mut self, left: u64, data: &[u8], visitor: &mut V) -> usize {
        let used = bounded(left, data);
        visitor.string_bytes(&data[..used]);
        let left = left - used as u64;
        if left == 0 {
            visitor.string_end();
            self.state = State::Record;
        } else {
            self.state = State::String { left };
        }
        used
    }

    fn frames<V: Visitor>(
        &mut self,
        frames: u64,
        after: u64,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        let width = usize::from(self.ids.bytes());
        let whole = (data.len() / width).min(usize::try_from(frames).unwrap_or(usize::MAX));
        if whole == 0 {
            return self.needs(width);
        }
        for id in data[..whole * width].chunks_exact(width) {
            visitor.stack_trace_frame(FrameId(BigEndian::read_uint(id, width)));
        }
        let frames = frames - whole as u64;
        self.state =
            if frames == 0 { skip_or_record(after) } else { State::Frames { frames, after } };
        Some(whole * width)
    }

    /// Whether `data` begins with what can be a record, as far as one can tell.
    fn is_record(&self, data: &[u8]) -> bool {
        let Some(header) = data.get(..RECORD_HEADER) else { return false };
        let len = u64::from(BigEndian::read_u32(&header[5..]));
        record::is_known(header[0])
            && (header[0] != record::HEAP_DUMP_END || len == 0)
            && self.remaining(RECORD_HEADER as u64).is_none_or(|left| len <= left)
    }

    fn empty_heap<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
        if data.len() < RECORD_HEADER {
            return self.needs(RECORD_HEADER);
        }
        // Tags 0x01 to 0x07 are those of records and of roots: what follows a root decides.
        let root = sub_record::root_len(data[0], self.ids);
        if root.is_some_and(|len| data.len() <= len) {
            return self.needs(root.unwrap_or(0) + 1);
        }
        let follows = root.and_then(|len| data.get(len));
        let heap = follows.is_some_and(|&tag| sub_record::is_known(tag));
        if !heap && self.is_record(data) {
            visitor.heap_record_end();
            self.state = State::Record;
        } else {
            let detail = "A heap record without a length: read to the end of the file".to_owned();
            self.warn(visitor, WarningKind::ZeroLengthHeapRecord, 0, detail);
            self.heap_left = u64::MAX;
            self.state = State::Heap;
        }
        Some(0)
    }

    fn heap<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
        let (used, stop) = match self.ids {
            IdSize::Four => {
                sub_record::batch::<4, V>(data, self.heap_left, self.offset, self.ids, visitor)
            }
            IdSize::Eight => {
                sub_record::batch::<8, V>(data, self.heap_left, self.offset, self.ids, visitor)
            }
        };
        match stop {
            Stop::Batch => self.leave_sub_records(used as u64, visitor),
            Stop::Need(bytes) => {
                self.heap_left = self.heap_left.saturating_sub(used as u64);
                if used == 0 {
                    return self.needs(bytes);
                }
            }
            Stop::Elements(left) => {
                self.heap_left = self.heap_left.saturating_sub(used as u64);
                self.state = State::Elements { left };
            }
            Stop::Oversized(left) => {
                self.heap_left = self.heap_left.saturating_sub(used as u64);
                let detail = format!("An instance goes on for {left} bytes that are left out");
                self.warn(visitor, WarningKind::OversizedSubRecord, used, detail);
                self.state = State::HeapSkip { left };
            }
            Stop::Skip(left) => {
                self.heap_left = self.heap_left.saturating_sub(used as u64);
                self.state = State::HeapSkip { left };
            }
            Stop::Lost(kind, distance, why) => {
                // Whether a record begins here must not depend on where a chunk ends.
                let unbounded = self.heap_left > u64::MAX / 2;
                if unbounded && data.len() - used < RECORD_HEADER {
                    self.heap_left = self.heap_left.saturating_sub(used as u64);
                    return if used == 0 { self.needs(RECORD_HEADER) } else { Some(used) };
                }
                return Some(self.lost(used, kind, distance, &why, data, visitor));
            }
        }
        Some(used)
    }

    /// Cases 35 and 36: nothing after this point of the heap record can be understood.
    fn lost<V: Visitor>(
        &mut self,
        used: usize,
        kind: WarningKind,
        distance: usize,
        why: &str,
        data: &[u8],
        visitor: &mut V,
    ) -> usize {
        self.heap_left = self.heap_left.saturating_sub(used as u64);
        let unbounded = self.heap_left > u64::MAX / 2;
        if unbounded && self.is_record(&data[used..]) {
            visitor.heap_record_end();
            self.state = State::Record;
            return used;
        }
        let detail = format!("{why}; the rest of its heap record is left out");
        self.warn(visitor, kind, used + distance, detail);
        visitor.heap_record_end();
        self.state = skip_or_record(self.heap_left);
        self.heap_left = 0;
        used
    }

    /// After whole sub-records of `used` bytes.
    fn leave_sub_records<V: Visitor>(&mut self, used: u64, visitor: &mut V) {
        let crossed = used > self.heap_left;
        self.heap_left = self.heap_left.saturating_sub(used);
        if self.heap_left == 0 {
            self.leave_heap(crossed, used, visitor);
        }
    }

    fn leave_heap<V: Visitor>(&mut self, crossed: bool, used: u64, visitor: &mut V) {
        if self.kind == HeapRecordKind::Whole {
            self.state = State::HeapEnd { crossed };
            return;
        }
        if crossed {
            self.warn_crossed(used, visitor);
        }
        visitor.heap_record_end();
        self.state = State::Record;
    }

    fn warn_crossed<V: Visitor>(&self, used: u64, visitor: &mut V) {
        let detail = "A heap sub-record goes on past the end of its record".to_owned();
        let offset = self.offset + used;
        visitor.warning(Warning { kind: WarningKind::SubRecordPastSegment, offset, detail });
    }

    fn elements<V: Visitor>(&mut self, left: u64, data: &[u8], visitor: &mut V) -> Option<usize> {
        let width = usize::from(self.ids.bytes());
        let used = bounded(left, data) / width * width;
        if used == 0 {
            return self.needs(width);
        }
        visitor.object_array_elements(&data[..used]);
        let left = left - used as u64;
        if left == 0 {
            visitor.object_array_end();
            self.state = State::Heap;
            self.leave_sub_records(used as u64, visitor);
        } else {
            self.heap_left = self.heap_left.saturating_sub(used as u64);
            self.state = State::Elements { left };
        }
        Some(used)
    }

    fn heap_skip<V: Visitor>(&mut self, left: u64, data: &[u8], visitor: &mut V) -> usize {
        let used = bounded(left, data);
        let left = left - used as u64;
        if left == 0 {
            self.state = State::Heap;
            self.leave_sub_records(used as u64, visitor);
        } else {
            self.heap_left = self.heap_left.saturating_sub(used as u64);
            self.state = State::HeapSkip { left };
        }
        used
    }

    /// Case 12 without a known file length: a whole heap dump that is followed by no record, but
    /// by more sub-records, has lost 2^32 of its length.
    fn heap_end<V: Visitor>(
        &mut self,
        crossed: bool,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        if data.len() < RECORD_HEADER {
            return self.needs(RECORD_HEADER);
        }
        if self.is_record(data) || !matches!(data[0], 0x20..=0x23) {
            if crossed {
                self.warn_crossed(0, visitor);
            }
            visitor.heap_record_end();
            self.state = State::Record;
        } else {
            let detail =
                "A heap dump goes on past its declared length (32-bit overflow)".to_owned();
            self.warn(visitor, WarningKind::OverflowedLength, 0, detail);
            self.heap_left = u64::MAX;
            self.state = State::Heap;
        }
        Some(0)
    }
}

fn skip_or_record(left: u64) -> State {
    if left == 0 { State::Record } else { State::Skip { left } }
}

/// At most `left` bytes of `data`.
fn bounded(left: u64, data: &[u8]) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(data.len())
}
