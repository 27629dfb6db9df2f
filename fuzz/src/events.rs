//! Events of the parser as text, to compare.

use heapglass::hprof::{
    ClassDump, ClassSerial, FrameId, GcRoot, Header, HeapRecordKind, InstanceDump, ObjectArrayDump,
    ObjectId, Parser, PrimitiveArrayDump, StackFrame, StackTraceSerial, StringId, ThreadSerial,
    Visitor, Warning,
};

/// Writes events down; pieces of strings and arrays are joined.
#[derive(Default, PartialEq, Debug)]
pub struct Events {
    list: Vec<String>,
    bytes: Vec<u8>,
}

impl Visitor for Events {
    fn header(&mut self, header: &Header) {
        self.list.push(format!("{header:?}"));
    }
    fn string_start(&mut self, id: StringId, length: u32, offset: u64) {
        self.list.push(format!("string {id:?} {length} {offset}"));
    }
    fn string_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
    fn string_end(&mut self) {
        self.list.push(format!("{:?}", std::mem::take(&mut self.bytes)));
    }
    fn load_class(&mut self, s: ClassSerial, c: ObjectId, t: StackTraceSerial, n: StringId) {
        self.list.push(format!("load {s:?} {c:?} {t:?} {n:?}"));
    }
    fn unload_class(&mut self, serial: ClassSerial) {
        self.list.push(format!("unload {serial:?}"));
    }
    fn stack_frame(&mut self, frame: &StackFrame) {
        self.list.push(format!("{frame:?}"));
    }
    fn stack_trace_start(&mut self, s: StackTraceSerial, t: ThreadSerial, frames: u32) {
        self.list.push(format!("trace {s:?} {t:?} {frames}"));
    }
    fn stack_trace_frame(&mut self, frame: FrameId) {
        self.list.push(format!("{frame:?}"));
    }
    fn heap_dump_start(&mut self, kind: HeapRecordKind, offset: u64, length: u64) {
        self.list.push(format!("heap {kind:?} {offset} {length}"));
    }
    fn heap_record_end(&mut self) {
        self.list.push("record end".into());
    }
    fn heap_dump_end(&mut self) {
        self.list.push("dump end".into());
    }
    fn heap_info(&mut self, heap: u32, name: StringId) {
        self.list.push(format!("info {heap} {name:?}"));
    }
    fn root(&mut self, root: &GcRoot) {
        self.list.push(format!("{root:?}"));
    }
    fn class_dump(&mut self, class: &ClassDump<'_>) {
        let statics: Vec<_> = class.statics().collect();
        let fields: Vec<_> = class.fields().collect();
        self.list.push(format!("{:?} {} {statics:?} {fields:?}", class.id, class.offset));
    }
    fn instance(&mut self, instance: &InstanceDump<'_>) {
        self.list.push(format!("{instance:?}"));
    }
    fn object_array(&mut self, array: &ObjectArrayDump) {
        self.list.push(format!("{array:?}"));
    }
    fn object_array_elements(&mut self, elements: &[u8]) {
        self.bytes.extend_from_slice(elements);
    }
    fn object_array_end(&mut self) {
        self.list.push(format!("{:?}", std::mem::take(&mut self.bytes)));
    }
    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {
        self.list.push(format!("{array:?}"));
    }
    fn warning(&mut self, warning: Warning) {
        self.list.push(format!("{warning:?}"));
    }
}

/// Parses chunks of a dump of `total` bytes; where nothing is read, chunks are left out if
/// `skipping`. Returns the events, and the ending or error.
pub fn parse(dump: &[u8], chunk: usize, skipping: bool) -> (Events, String) {
    let mut events = Events::default();
    let mut parser = Parser::new().with_expected_len(Some(dump.len() as u64));
    let mut at = 0;
    while at < dump.len() {
        let end = dump.len().min(at + chunk.max(1));
        if let Err(error) = parser.feed(&dump[at..end], &mut events) {
            return (events, error.to_string());
        }
        at = end;
        let skip = parser.skip_hint().min((dump.len() - at) as u64);
        if skipping && skip > 0 {
            parser.skipped(skip);
            at += skip as usize;
        }
    }
    let ending = parser.finish(&mut events);
    (events, format!("{ending:?}"))
}
