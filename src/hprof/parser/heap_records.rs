//! Heap records: where they begin and end, and what is done where they are damaged.

use super::{Parser, RECORD_HEADER, State, bounded, skip_or_record};
use crate::hprof::sub_record::{self, Stop};
use crate::hprof::{HeapRecordKind, IdSize, Visitor, Warning, WarningKind};

impl Parser {
    pub(super) fn empty_heap<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
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
        if !heap && self.is_record(data, 0) {
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

    pub(super) fn heap<V: Visitor>(&mut self, data: &[u8], visitor: &mut V) -> Option<usize> {
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
        if unbounded && self.is_record(data, used) {
            visitor.heap_record_end();
            self.state = State::Record;
            return used;
        }
        let rest = if unbounded {
            "everything behind it in the file".to_owned()
        } else {
            format!("the other {} bytes of its heap record", self.heap_left)
        };
        let detail = format!("{why}, and with it {rest}, cannot be read");
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

    pub(super) fn elements<V: Visitor>(
        &mut self,
        left: u64,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
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

    pub(super) fn heap_skip<V: Visitor>(
        &mut self,
        left: u64,
        data: &[u8],
        visitor: &mut V,
    ) -> usize {
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
    pub(super) fn heap_end<V: Visitor>(
        &mut self,
        crossed: bool,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        if data.len() < RECORD_HEADER {
            return self.needs(RECORD_HEADER);
        }
        if self.is_record(data, 0) || !matches!(data[0], 0x20..=0x23) {
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
