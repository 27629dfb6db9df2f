//! Records everything the parser hands over, and feeds it in different ways.

use crate::error::Result;
use crate::hprof::{
    ClassDump, ClassSerial, Ending, FieldDescriptor, FrameId, GcRoot, Header, HeapRecordKind,
    InstanceDump, ObjectArrayDump, ObjectId, Parser, PrimitiveArrayDump, StackFrame,
    StackTraceSerial, StaticField, StringId, ThreadSerial, Visitor, Warning, WarningKind,
};

/// One call of the visitor, with pieces put together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Header(Header),
    String {
        id: StringId,
        length: u32,
        offset: u64,
        bytes: Vec<u8>,
    },
    LoadClass(ClassSerial, ObjectId, StackTraceSerial, StringId),
    UnloadClass(ClassSerial),
    Frame(StackFrame),
    Trace(StackTraceSerial, ThreadSerial, u32),
    TraceFrame(FrameId),
    HeapStart(HeapRecordKind, u64, u64),
    HeapRecordEnd,
    HeapDumpEnd,
    HeapInfo(u32, StringId),
    Root(GcRoot),
    Class(Class),
    Instance {
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        len: u32,
        data: Vec<u8>,
        offset: u64,
    },
    ObjectArray(ObjectArrayDump, Vec<u8>),
    PrimitiveArray(PrimitiveArrayDump),
    Warning(Warning),
}

/// A class dump, owned.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Class {
    pub(super) id: ObjectId,
    pub(super) trace: StackTraceSerial,
    pub(super) super_class: ObjectId,
    pub(super) loader: ObjectId,
    pub(super) signers: ObjectId,
    pub(super) protection_domain: ObjectId,
    pub(super) instance_size: u32,
    pub(super) offset: u64,
    pub(super) statics: Vec<StaticField>,
    pub(super) fields: Vec<FieldDescriptor>,
}

/// Checks the order of calls while it records them.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) events: Vec<Event>,
    id_size: usize,
    string_open: bool,
    array_open: bool,
    heap_open: bool,
}

impl Recorder {
    /// Between two calls that belong together nothing else may come.
    fn push(&mut self, event: Event) {
        assert!(!self.string_open, "{event:?} inside a string");
        assert!(!self.array_open, "{event:?} inside an array");
        self.events.push(event);
    }

    fn push_in_heap(&mut self, event: Event) {
        assert!(self.heap_open, "{event:?} outside of a heap record");
        self.push(event);
    }
}

impl Visitor for Recorder {
    fn header(&mut self, header: &Header) {
        self.id_size = usize::from(header.id_size.bytes());
        self.push(Event::Header(header.clone()));
    }

    fn string_start(&mut self, id: StringId, length: u32, offset: u64) {
        self.push(Event::String { id, length, offset, bytes: Vec::new() });
        self.string_open = true;
    }

    fn string_bytes(&mut self, more: &[u8]) {
        assert!(self.string_open && !more.is_empty());
        let Some(Event::String { bytes, .. }) = self.events.last_mut() else { unreachable!() };
        bytes.extend_from_slice(more);
    }

    fn string_end(&mut self) {
        assert!(core::mem::take(&mut self.string_open), "the end of no string");
    }

    fn load_class(
        &mut self,
        serial: ClassSerial,
        class: ObjectId,
        trace: StackTraceSerial,
        name: StringId,
    ) {
        self.push(Event::LoadClass(serial, class, trace, name));
    }

    fn unload_class(&mut self, serial: ClassSerial) {
        self.push(Event::UnloadClass(serial));
    }

    fn stack_frame(&mut self, frame: &StackFrame) {
        self.push(Event::Frame(frame.clone()));
    }

    fn stack_trace_start(&mut self, serial: StackTraceSerial, thread: ThreadSerial, frames: u32) {
        self.push(Event::Trace(serial, thread, frames));
    }

    fn stack_trace_frame(&mut self, frame: FrameId) {
        self.push(Event::TraceFrame(frame));
    }

    fn heap_dump_start(&mut self, kind: HeapRecordKind, offset: u64, length: u64) {
        self.push(Event::HeapStart(kind, offset, length));
        assert!(!core::mem::replace(&mut self.heap_open, true), "a heap record in another");
    }

    fn heap_record_end(&mut self) {
        self.push_in_heap(Event::HeapRecordEnd);
        self.heap_open = false;
    }

    fn heap_dump_end(&mut self) {
        assert!(!self.heap_open, "HEAP_DUMP_END inside a heap record");
        self.push(Event::HeapDumpEnd);
    }

    fn heap_info(&mut self, heap: u32, name: StringId) {
        self.push_in_heap(Event::HeapInfo(heap, name));
    }

    fn root(&mut self, root: &GcRoot) {
        self.push_in_heap(Event::Root(root.clone()));
    }

    fn class_dump(&mut self, class: &ClassDump<'_>) {
        self.push_in_heap(Event::Class(Class {
            id: class.id,
            trace: class.trace,
            super_class: class.super_class,
            loader: class.loader,
            signers: class.signers,
            protection_domain: class.protection_domain,
            instance_size: class.instance_size,
            offset: class.offset,
            statics: class.statics().collect(),
            fields: class.fields().collect(),
        }));
    }

    fn instance(&mut self, instance: &InstanceDump<'_>) {
        let &InstanceDump { id, trace, class, len, data, offset } = instance;
        self.push_in_heap(Event::Instance { id, trace, class, len, data: data.to_vec(), offset });
    }

    fn object_array(&mut self, array: &ObjectArrayDump) {
        self.push_in_heap(Event::ObjectArray(*array, Vec::new()));
        self.array_open = true;
    }

    fn object_array_elements(&mut self, elements: &[u8]) {
        assert!(self.array_open && !elements.is_empty());
        assert!(elements.len().is_multiple_of(self.id_size), "only whole elements");
        let Some(Event::ObjectArray(_, bytes)) = self.events.last_mut() else { unreachable!() };
        bytes.extend_from_slice(elements);
    }

    fn object_array_end(&mut self) {
        assert!(core::mem::take(&mut self.array_open), "the end of no array");
    }

    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {
        self.push_in_heap(Event::PrimitiveArray(*array));
    }

    fn warning(&mut self, warning: Warning) {
        self.push(Event::Warning(warning));
    }
}

/// What parsing gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parsed {
    pub(super) events: Vec<Event>,
    pub(super) ending: Ending,
}

impl Parsed {
    pub(super) fn warnings(&self) -> Vec<WarningKind> {
        self.warnings_at().into_iter().map(|(kind, _)| kind).collect()
    }

    pub(super) fn warnings_at(&self) -> Vec<(WarningKind, u64)> {
        let warning = |event: &Event| match event {
            Event::Warning(warning) => Some((warning.kind, warning.offset)),
            _ => None,
        };
        self.events.iter().filter_map(warning).collect()
    }

    /// Ids of instances, arrays and classes in file order.
    pub(super) fn objects(&self) -> Vec<ObjectId> {
        let object = |event: &Event| match event {
            Event::Class(class) => Some(class.id),
            Event::Instance { id, .. } => Some(*id),
            Event::ObjectArray(array, _) => Some(array.id),
            Event::PrimitiveArray(array) => Some(array.id),
            _ => None,
        };
        self.events.iter().filter_map(object).collect()
    }

    pub(super) fn strings(&self) -> Vec<(StringId, &[u8])> {
        let string = |event: &'_ Event| matches!(event, Event::String { .. });
        let strings = self.events.iter().filter(|event| string(event));
        strings
            .filter_map(|event| match event {
                Event::String { id, bytes, .. } => Some((*id, bytes.as_slice())),
                _ => None,
            })
            .collect()
    }

    pub(super) fn count(&self, matches: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| matches(event)).count()
    }
}

/// How the bytes reach the parser.
#[derive(Clone, Debug)]
pub(super) struct Feeding {
    /// Sizes of the chunks, over and over; empty is all at once.
    pub(super) chunks: Vec<usize>,
    /// Which share of each skip hint is taken, in percent.
    pub(super) skip_percent: u64,
    /// Whether the parser knows the length.
    pub(super) length_known: bool,
}

impl Feeding {
    /// Everything in one piece, of unknown length: the plainest way.
    pub(super) fn at_once() -> Self {
        Self { chunks: Vec::new(), skip_percent: 0, length_known: false }
    }

    pub(super) fn known(mut self) -> Self {
        self.length_known = true;
        self
    }
}

/// Parses `dump` in one piece, its length unknown.
pub(super) fn parse(dump: &[u8]) -> Result<Parsed> {
    parse_as(dump, &Feeding::at_once())
}

/// Parses `dump` in one piece, its length known.
pub(super) fn parse_file(dump: &[u8]) -> Result<Parsed> {
    parse_as(dump, &Feeding::at_once().known())
}

/// Parses `dump` as told.
pub(super) fn parse_as(dump: &[u8], feeding: &Feeding) -> Result<Parsed> {
    let length = feeding.length_known.then_some(dump.len() as u64);
    let mut parser = Parser::new().with_expected_len(length);
    let mut recorder = Recorder::default();
    let mut sizes = feeding.chunks.iter().copied().cycle();
    let mut rest = dump;
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(sizes.next().unwrap_or(rest.len()).min(rest.len()));
        parser.feed(chunk, &mut recorder)?;
        let hint = usize::try_from(parser.skip_hint()).unwrap_or(usize::MAX);
        let percent = usize::try_from(feeding.skip_percent).expect("a percentage");
        let skip = (hint.min(later.len()) as u64 * percent as u64 / 100) as usize;
        parser.skipped(skip as u64);
        rest = &later[skip..];
    }
    let ending = parser.finish(&mut recorder)?;
    assert!(parser.offset() <= dump.len() as u64);
    assert!(!recorder.string_open && !recorder.array_open && !recorder.heap_open);
    Ok(Parsed { events: recorder.events, ending })
}
