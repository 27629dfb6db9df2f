//! First pass: names, classes, objects, roots and stack traces; no reference is followed.

use super::address_map::AddressSurvey;
use super::classes::Classes;
use super::column::{out_of_memory, room};
use super::dumps::{DumpCounter, DumpStart};
use super::names::Names;
use super::objects::Objects;
use super::oddities::{Oddities, REPEATED_LOAD_CLASS, UNKNOWN_UNLOAD};
use super::spaces::Spaces;
use super::threads::Threads;
use crate::error::{Error, Result};
use crate::hprof::{
    ClassDump, ClassSerial, GcRoot, Header, HeapRecordKind, HeapSummary, IdSize, InstanceDump,
    ObjectArrayDump, ObjectId, PrimitiveArrayDump, RecordStart, StackFrame, StackTraceSerial,
    StringId, ThreadSerial, Visitor, Warning,
};
use hashbrown::HashMap;

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
    pub(crate) dump_starts: Vec<DumpStart>,
    /// Android: the heaps that objects are in.
    pub(crate) spaces: Spaces,
    pub(crate) summary: Option<HeapSummary>,
    /// Instance records of `java.lang.Class`: id, class and data. HotSpot writes a few, OpenJ9
    /// one for each class (case 37).
    pub(crate) class_instances: Vec<(ObjectId, super::ClassIndex, Vec<u8>)>,
    pub(crate) compressed_references: bool,
    /// Class objects with their class, in order.
    pub(crate) class_objects: Vec<(u32, super::ClassIndex)>,
    previous_array: Option<(u64, u64)>,
    kind: HeapRecordKind,
    record: RecordStart,
    /// The time in the header of the file that is being read.
    began_ms: u64,
    /// Id of `java.lang.Class`.
    class_class: ObjectId,
    /// The wanted dump is in an earlier one of several appended files.
    closed: bool,
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
            dumps: DumpCounter::new(wanted.max(1)),
            dump_starts: Vec::new(),
            spaces: Spaces::default(),
            summary: None,
            class_instances: Vec::new(),
            compressed_references: false,
            class_objects: Vec::new(),
            previous_array: None,
            kind: HeapRecordKind::Segment,
            record: RecordStart::default(),
            began_ms: 0,
            class_class: ObjectId(u64::MAX),
            closed: false,
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

    #[cold]
    fn keep_class_instance(&mut self, instance: &InstanceDump<'_>, class: super::ClassIndex) {
        let mut data = Vec::new();
        let room = data.try_reserve_exact(instance.data.len());
        if room.and_then(|()| self.class_instances.try_reserve(1)).is_err() {
            self.keep(Err(super::column::out_of_memory(instance.data.len())));
            return;
        }
        data.extend_from_slice(instance.data);
        self.class_instances.push((instance.id, class, data));
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
        self.began_ms = header.timestamp_ms;
        self.dumps.dump_end();
        if self.dumps.is_past() {
            self.closed = true;
            return;
        }
        // An appended file has names, classes and threads of its own.
        self.names = Names::default();
        self.class_names.clear();
        self.class_ids.clear();
        self.threads = Threads::default();
        self.header = Some(header.clone());
    }

    fn record(&mut self, start: &RecordStart) {
        self.record = *start;
    }

    fn heap_summary(&mut self, summary: &HeapSummary) {
        if !self.closed {
            self.summary = Some(*summary);
        }
    }

    fn string_start(&mut self, id: StringId, _length: u32, _offset: u64) {
        let is_later = self.dumps.is_past() && self.names.raw(id).is_some();
        if !self.closed && !is_later {
            self.names.start(id);
        }
    }

    fn string_bytes(&mut self, bytes: &[u8]) {
        let result = self.names.extend(bytes);
        self.keep(result);
    }

    fn string_end(&mut self) {
        let result = self.names.end();
        self.keep(result);
    }

    fn load_class(
        &mut self,
        serial: ClassSerial,
        class: ObjectId,
        _trace: StackTraceSerial,
        name: StringId,
    ) {
        if self.closed {
            return;
        }
        let room = room(&mut self.class_names).and_then(|()| room(&mut self.class_ids));
        if room.is_err() {
            return self.keep(room);
        }
        if self.dumps.is_past() {
            self.class_names.entry(class).or_insert(name);
            self.class_ids.entry(serial).or_insert(class);
            return;
        }
        let known_name = self.class_names.insert(class, name);
        let known_class = self.class_ids.insert(serial, class);
        if known_name.is_some_and(|known| known != name)
            || known_class.is_some_and(|known| known != class)
        {
            self.oddities.note_kind(REPEATED_LOAD_CLASS, 1, Some(self.record.offset));
        }
        if matches!(self.names.raw(name), Some(b"java/lang/Class" | b"java.lang.Class")) {
            self.class_class = class;
        }
    }

    fn unload_class(&mut self, serial: ClassSerial) {
        // What was unloaded after the dump was taken is still in it.
        if self.closed || self.dumps.is_past() {
            return;
        }
        match self.class_ids.remove(&serial) {
            Some(class) => {
                self.class_names.remove(&class);
            }
            None => self.oddities.note_kind(UNKNOWN_UNLOAD, 1, Some(self.record.offset)),
        }
    }

    fn stack_frame(&mut self, frame: &StackFrame) {
        if !self.closed {
            let room = room(&mut self.threads.frames);
            if room.is_err() {
                return self.keep(room);
            }
            self.threads.add_frame(frame, self.dumps.is_past());
        }
    }

    fn stack_trace_start(&mut self, serial: StackTraceSerial, _thread: ThreadSerial, _frames: u32) {
        if !self.closed {
            self.threads.open_trace(serial, self.dumps.is_past());
        }
    }

    fn stack_trace_frame(&mut self, frame: crate::hprof::FrameId) {
        if !self.closed {
            self.threads.push_frame(frame);
        }
    }

    fn heap_dump_start(&mut self, kind: HeapRecordKind, offset: u64, _length: u64) {
        self.kind = kind;
        if self.dumps.start() {
            let taken_at_ms = self.began_ms.saturating_add(self.record.micros / 1000);
            self.dump_starts.push(DumpStart { offset, taken_at_ms });
        }
    }

    fn heap_info(&mut self, heap: u32, name: StringId) {
        if self.dumps.is_wanted() {
            self.spaces.enter(heap, name, self.objects.len());
        }
    }

    fn heap_record_end(&mut self) {
        self.dumps.record_end(self.kind);
    }

    fn heap_dump_end(&mut self) {
        self.dumps.dump_end();
    }

    fn root(&mut self, root: &GcRoot) {
        if self.dumps.is_wanted() {
            let bytes = 2 * (self.roots.len() + 1) * size_of::<GcRoot>();
            let result = self.roots.try_reserve(1).map_err(|_| out_of_memory(bytes));
            if result.is_ok() {
                self.roots.push(root.clone());
            }
            self.keep(result);
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
        if instance.class == self.class_class {
            self.keep_class_instance(instance, class);
        }
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
        // Without its contents the record is shorter: the next one is a jump.
        let len = 10 + self.id_bytes() + u64::from(array.length) * element;
        let result = self.objects.push(array.id, class, Some(array.length), array.offset, len);
        self.keep(result);
    }

    fn warning(&mut self, warning: Warning) {
        if !self.dumps.is_elsewhere() {
            self.oddities.note_parser(&warning);
        }
    }
}
