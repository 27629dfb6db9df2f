//! What the parser hands over.

use super::{
    ClassDump, ClassSerial, FrameId, GcRoot, Header, HeapRecordKind, ObjectId, StackFrame,
    StackTraceSerial, StringId, ThreadSerial,
};

/// An `INSTANCE_DUMP` sub-record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceDump<'a> {
    /// Object id.
    pub id: ObjectId,
    /// Where it was allocated, if the VM knew.
    pub trace: StackTraceSerial,
    /// Id of its class.
    pub class: ObjectId,
    /// Bytes of field data that the record declares.
    pub len: u32,
    /// The field data: `len` bytes, or fewer past [`limits::MAX_INSTANCE_BYTES`](super::limits).
    pub data: &'a [u8],
    /// Absolute offset of the sub-record's tag.
    pub offset: u64,
}

/// An `OBJECT_ARRAY_DUMP` sub-record; its elements follow in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectArrayDump {
    /// Object id.
    pub id: ObjectId,
    /// Where it was allocated, if the VM knew.
    pub trace: StackTraceSerial,
    /// Number of elements that the record declares.
    pub length: u32,
    /// Id of the array class.
    pub class: ObjectId,
    /// Absolute offset of the sub-record's tag.
    pub offset: u64,
}

/// A `PRIMITIVE_ARRAY_DUMP` sub-record; its contents are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrimitiveArrayDump {
    /// Object id.
    pub id: ObjectId,
    /// Where it was allocated, if the VM knew.
    pub trace: StackTraceSerial,
    /// Number of elements that the record declares.
    pub length: u32,
    /// Type of the elements.
    pub element: super::BasicType,
    /// Absolute offset of the sub-record's tag.
    pub offset: u64,
    /// Absolute offset of the first element.
    pub data_offset: u64,
    /// Android: the contents were left out of the dump.
    pub no_data: bool,
}

/// The header of a top-level record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordStart {
    /// Its tag.
    pub tag: u8,
    /// Absolute offset of the tag.
    pub offset: u64,
    /// Microseconds since the time in the header, overflows of the file's 32 bits undone.
    pub micros: u64,
    /// Bytes that follow.
    pub length: u64,
}

/// A `HEAP_SUMMARY` record of the hprof agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapSummary {
    /// Bytes of live instances, as far as 32 bits hold them.
    pub live_bytes: u32,
    /// Live instances, as far as 32 bits hold them.
    pub live_instances: u32,
    /// Bytes allocated since the program began.
    pub allocated_bytes: u64,
    /// Instances allocated since the program began.
    pub allocated_instances: u64,
}

/// Kinds of damage and oddity that parsing goes on after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningKind {
    /// A record tag that the format does not know (case 6).
    UnknownRecord,
    /// A record that claims more bytes than the file has (case 8).
    RecordPastEnd,
    /// The file ends inside a record (case 9).
    Truncated,
    /// A sub-record that crosses the end of its segment (case 10).
    SubRecordPastSegment,
    /// A heap record without a length (case 11).
    ZeroLengthHeapRecord,
    /// A heap record whose 32-bit length overflowed (case 12).
    OverflowedLength,
    /// A record too short for what it must hold (case 18).
    ShortRecord,
    /// A sub-record tag that the format does not know (case 36).
    UnknownSubRecord,
    /// A type number that the format does not know (case 35).
    UnknownType,
    /// A class dump or instance beyond every limit of the JVM.
    OversizedSubRecord,
    /// Behind the dump begins another file that cannot be read.
    UnreadableAppendix,
}

impl WarningKind {
    /// Stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownRecord => "unknownRecord",
            Self::RecordPastEnd => "recordPastEnd",
            Self::Truncated => "truncated",
            Self::SubRecordPastSegment => "subRecordPastSegment",
            Self::ZeroLengthHeapRecord => "zeroLengthHeapRecord",
            Self::OverflowedLength => "overflowedLength",
            Self::ShortRecord => "shortRecord",
            Self::UnknownSubRecord => "unknownSubRecord",
            Self::UnknownType => "unknownType",
            Self::OversizedSubRecord => "oversizedSubRecord",
            Self::UnreadableAppendix => "unreadableAppendix",
        }
    }
}

/// Something odd that parsing went on after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Kind.
    pub kind: WarningKind,
    /// Absolute offset in the uncompressed dump.
    pub offset: u64,
    /// One sentence.
    pub detail: String,
}

/// Receives the contents of a dump in file order. Every method does nothing unless overridden.
#[expect(unused_variables, reason = "the names document the arguments of the empty defaults")]
pub trait Visitor {
    /// The file header; again where another dump file was appended to the first, whose records
    /// know nothing of those before.
    fn header(&mut self, header: &Header) {}
    /// A top-level record begins; what it holds follows.
    fn record(&mut self, start: &RecordStart) {}
    /// A `HEAP_SUMMARY` record.
    fn heap_summary(&mut self, summary: &HeapSummary) {}
    /// A `UTF8` record begins; its `length` bytes follow in pieces.
    fn string_start(&mut self, id: StringId, length: u32, offset: u64) {}
    /// Bytes of the string.
    fn string_bytes(&mut self, bytes: &[u8]) {}
    /// The string is complete, or cut off by the end of the file.
    fn string_end(&mut self) {}
    /// A `LOAD_CLASS` record.
    fn load_class(
        &mut self,
        serial: ClassSerial,
        class: ObjectId,
        trace: StackTraceSerial,
        name: StringId,
    ) {
    }
    /// An `UNLOAD_CLASS` record.
    fn unload_class(&mut self, serial: ClassSerial) {}
    /// A `FRAME` record.
    fn stack_frame(&mut self, frame: &StackFrame) {}
    /// A `TRACE` record begins; its frames follow, the top first.
    fn stack_trace_start(&mut self, serial: StackTraceSerial, thread: ThreadSerial, frames: u32) {}
    /// A frame of the trace.
    fn stack_trace_frame(&mut self, frame: FrameId) {}
    /// A heap record begins.
    fn heap_dump_start(&mut self, kind: HeapRecordKind, offset: u64, length: u64) {}
    /// The heap record ended.
    fn heap_record_end(&mut self) {}
    /// A `HEAP_DUMP_END` record.
    fn heap_dump_end(&mut self) {}
    /// Android: which heap the following objects are in.
    fn heap_info(&mut self, heap: u32, name: StringId) {}
    /// A GC root.
    fn root(&mut self, root: &GcRoot) {}
    /// A GC root and the absolute offset of its tag, for those who want to know.
    #[inline]
    fn root_at(&mut self, root: &GcRoot, offset: u64) {
        self.root(root);
    }
    /// A class dump.
    fn class_dump(&mut self, class: &ClassDump<'_>) {}
    /// An instance.
    fn instance(&mut self, instance: &InstanceDump<'_>) {}
    /// An object array begins; its elements follow in pieces of whole big-endian ids.
    fn object_array(&mut self, array: &ObjectArrayDump) {}
    /// Elements of the array.
    fn object_array_elements(&mut self, elements: &[u8]) {}
    /// The array is complete, or cut off by the end of the file.
    fn object_array_end(&mut self) {}
    /// A primitive array.
    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {}
    /// Something odd.
    fn warning(&mut self, warning: Warning) {}
}
