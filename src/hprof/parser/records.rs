//! Bodies of top-level records: names, loaded classes, stack frames and traces.

use super::{Parser, State, bounded, skip_or_record};
use crate::hprof::tag::record;
use crate::hprof::{
    ClassSerial, FrameId, HeapSummary, ObjectId, StackFrame, StackTraceSerial, StringId,
    ThreadSerial, Visitor,
};
use byteorder::{BigEndian, ByteOrder};

impl Parser {
    /// Bytes at the start of a record's body that are read in one piece; `None` for records that
    /// nobody reads.
    pub(super) fn fixed_len(&self, tag: u8) -> Option<usize> {
        let id = usize::from(self.ids.bytes());
        Some(match tag {
            record::UTF8 => id,
            record::LOAD_CLASS => 8 + 2 * id,
            record::UNLOAD_CLASS => 4,
            record::FRAME => 8 + 4 * id,
            record::TRACE => 12,
            record::HEAP_SUMMARY => 24,
            _ => return None,
        })
    }

    pub(super) fn body<V: Visitor>(
        &mut self,
        tag: u8,
        len: u64,
        data: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        let fixed = self.fixed_len(tag).unwrap_or(0);
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
            record::HEAP_SUMMARY => visitor.heap_summary(&HeapSummary {
                live_bytes: word(0),
                live_instances: word(4),
                allocated_bytes: BigEndian::read_u64(&data[8..]),
                allocated_instances: BigEndian::read_u64(&data[16..]),
            }),
            record::TRACE => {
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
            _ => {}
        }
        Some(fixed)
    }

    pub(super) fn string<V: Visitor>(&mut self, left: u64, data: &[u8], visitor: &mut V) -> usize {
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

    pub(super) fn frames<V: Visitor>(
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
}
