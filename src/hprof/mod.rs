//! The HPROF format: a push parser, and nothing about heaps.
//!
//! # The format
//! A header (`JAVA PROFILE 1.0.x`, zero byte, identifier size, time) is followed by records: tag,
//! time, length, body. Heap dumps are records of tag `HEAP_DUMP` or runs of `HEAP_DUMP_SEGMENT`
//! closed by `HEAP_DUMP_END`; their bodies are sequences of sub-records without lengths: GC roots,
//! class dumps, instances, arrays.
//!
//! # Invariants
//! * Any chunking of the input gives the same calls of the [`Visitor`].
//! * No input panics, hangs, or allocates what a length field claims.
//! * Damage is a [`Warning`] with an absolute offset; what was readable has been handed over.

mod class_dump;
mod detect;
mod header;
pub mod limits;
mod modified_utf8;
mod parser;
mod sub_record;
pub mod tag;
mod types;
mod visitor;
#[cfg(any(test, feature = "writer"))]
pub mod writer;

#[cfg(test)]
mod tests;

pub use class_dump::ClassDump;
pub use modified_utf8::{boundary_before, decode_modified_utf8, modified_utf8_units, utf16_text};
pub use parser::{Ending, Parser};
pub use types::{
    BasicType, ClassSerial, FieldDescriptor, FrameId, GcRoot, Header, HeapRecordKind, IdSize,
    ObjectId, RootKind, StackFrame, StackTraceSerial, StaticField, StringId, ThreadSerial, Value,
    Version,
};
pub use visitor::{
    HeapSummary, InstanceDump, ObjectArrayDump, PrimitiveArrayDump, RecordStart, Visitor, Warning,
    WarningKind,
};
