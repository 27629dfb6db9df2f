//! First pass: names, classes, objects, roots and stack traces; no reference is followed.

use super::address_map::AddressSurvey;
use super::classes::Classes;
use super::names::Names;
use super::objects::Objects;
use super::oddities::Oddities;
use super::threads::Threads;
use crate::error::{Error, Result};
use crate::hprof::{
    ClassDump, ClassSerial, GcRoot, Header, HeapRecordKind, IdSize, InstanceDump, ObjectArrayDump,
    ObjectId, PrimitiveArrayDump, StackFrame, StackTraceSerial, StringId, ThreadSerial, Visitor,
    Warning,
};
use hashbrown::HashMap;

/// Tells which heap dump of the file the parser is in (cases 16 and 17): each `HEAP_DUMP` record,
/// and each run of segments that a `HEAP_DUMP_END` closes, is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DumpCounter {
    current: u32,
    open: bool,
    wanted: u32,
}

impl DumpCounter {
    pub(crate) fn new(wanted: u32) -> Self {
        Self { current: 0, open: false, wanted }
    }

    pub(crate) fn start(&mut self) {
        if !self.open {
            self.current += 1;
            self.open = true;
        }
    }

    pub(crate) fn record_end(&mut self, kind: HeapRecordKind) {
        if kind == HeapRecordKind::Whole {
            self.open = false;
        }
    }

    pub(crate) fn dump_end(&mut self) {
        self.open = false;
    }

    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.current == self.wanted
    }

    /// Heap dumps seen so far.
    pub(crate) fn count(&self) -> u32 {
        self.current
    }
}

/// What the first pass collects.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) header: Option<Header>,
    pub(crate) names: Names,
    pub(crate) classes: Classes,
    pub(crate) objects: Objects,
    pub(crate) survey: AddressSurvey,
    pub(crate) roots: Vec<GcRoot>,
    pub(crate) threads: Threads,
    pub(crate) class_names: HashMap<ObjectId, StringId>,
    pub(crate) class_ids: HashMap<ClassSerial, ObjectId>,
    pub(crate) oddities: Oddities,
    pub(crate) dumps: DumpCounter,
    pub(crate) compressed_references: bool,
    /// Class objects with their class, in order.
    pub(crate) class_objects: Vec<(u32, super::ClassIndex)>,
    previous_array: Option<(u64, u64)>,
    kind: HeapRecordKind,
    failure: Option<Error>,
}

impl Scan {
    pub(crate) fn new(wanted: u32) -> Self {
        Self {
            header: None,
            names: Names::default(),
            classes: Classes::default(),
            objects: Objects::default(),
            survey: AddressSurvey::default(),
            roots: Vec::new(),
            threads: Threads::default(),
            class_names: HashMap::new(),
            class_ids: HashMap::new(),
            oddities: Oddities::default(),
            dumps: DumpCounter::new(wanted),
            compressed_references: false,
            class_objects: Vec::new(),
            previous_array: None,
            kind: HeapRecordKind::Segment,
            failure: None,
        }
    }

    /// The failure of a callback, if one happened since the last call.
    pub(crate) fn take_failure(&mut self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    fn keep(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.failure.get_or_insert(error);
        }
    }

    fn id_bytes(&self) -> u64 {
        self.header.as_ref().map_or(8, |h| u64::from(h.id_size.bytes()))
    }

    /// Rule S1: an object array that begins inside the space that the one before would take with
    /// 8-byte references proves that references are compressed.
    #[inline]
    fn note_object_array(&mut self, id: u64, length: u32) {
        if let Some((start, end)) = self.previous_array
            && id > start
            && id < end
        {
            self.compressed_references = true;
        }
        let end = id.saturating_add(16 + 8 * u64::from(length));
        self.previous_array = Some((id, end));
    }
}

impl Visitor for Scan {
    fn header(&mut self, header: &Header) {
        self.header = Some(header.clone());
    }

    fn string_start(&mut self, id: StringId, _length: u32, _offset: u64) {
        self.names.start(id);
    }

    fn string_bytes(&mut self, bytes: &[u8]) {
        let result = self.names.extend(bytes);
        self.keep(result);
    }

    fn string_end(&mut self) {
        self.names.end();
    }

    fn load_class(
        &mut self,
        serial: ClassSerial,
        class: ObjectId,
        _trace: StackTraceSerial,
        name: StringId,
    ) {
        self.class_names.insert(class, name);
        self.class_ids.insert(serial, class);
    }

    fn unload_class(&mut self, serial: ClassSerial) {
        if let Some(class) = self.class_ids.remove(&serial) {
            self.class_names.remove(&class);
        }
    }

    fn stack_frame(&mut self, frame: &StackFrame) {
        self.threads.frames.insert(frame.id, frame.clone());
    }

    fn stack_trace_start(&mut self, serial: StackTraceSerial, _thread: ThreadSerial, _frames: u32) {
        self.threads.open_trace(serial);
    }

    fn stack_trace_frame(&mut self, frame: crate::hprof::FrameId) {
        self.threads.push_frame(frame);
    }

    fn heap_dump_start(&mut self, kind: HeapRecordKind, _offset: u64, _length: u64) {
        self.kind = kind;
        self.dumps.start();
    }

    fn heap_record_end(&mut self) {
        self.dumps.record_end(self.kind);
    }

    fn heap_dump_end(&mut self) {
        self.dumps.dump_end();
    }

    fn root(&mut self, root: &GcRoot) {
        if self.dumps.is_wanted() {
            self.roots.push(root.clone());
        }
    }

    fn class_dump(&mut self, dump: &ClassDump<'_>) {
        if !self.dumps.is_wanted() {
            return;
        }
        let class = self.classes.describe(dump);
        self.survey.add(dump.id.0);
        if let Ok(object) = u32::try_from(self.objects.len()) {
            self.class_objects.push((object, class));
        }
        let result = self.objects.push_class_object(dump.id, class, dump.offset);
        self.keep(result);
    }

    #[inline]
    fn instance(&mut self, instance: &InstanceDump<'_>) {
        if !self.dumps.is_wanted() {
            return;
        }
        let class = self.classes.of_record(instance.class, false);
        // The length that the class promises: a record of another length makes the next one a jump.
        let data_len = self.classes.note_data_len(class, instance.len);
        self.survey.add(instance.id.0);
        let len = 9 + 2 * self.id_bytes() + u64::from(data_len);
        let result = self.objects.push(instance.id, class, None, instance.offset, len);
        self.keep(result);
    }

    #[inline]
    fn object_array(&mut self, array: &ObjectArrayDump) {
        if !self.dumps.is_wanted() {
            return;
        }
        self.note_object_array(array.id.0, array.length);
        let class = self.classes.of_record(array.class, true);
        self.survey.add(array.id.0);
        let id = self.id_bytes();
        let len = 9 + 2 * id + u64::from(array.length) * id;
        let result = self.objects.push(array.id, class, Some(array.length), array.offset, len);
        self.keep(result);
    }

    #[inline]
    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {
        if !self.dumps.is_wanted() {
            return;
        }
        let class = Classes::of_primitive_array(array.element);
        self.survey.add(array.id.0);
        let element = u64::from(array.element.size(IdSize::Four));
        let len = 10 + self.id_bytes() + u64::from(array.length) * element;
        let result = self.objects.push(array.id, class, Some(array.length), array.offset, len);
        self.keep(result);
    }

    fn warning(&mut self, warning: Warning) {
        self.oddities.note_parser(&warning);
    }
}
