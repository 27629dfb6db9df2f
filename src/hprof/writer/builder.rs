//! Builds small dumps in memory, by names and values.

use super::encode::{ClassRecord, Encoder, type_of, zero};
use super::layout::{Allocator, HeapLayout};
use super::{HeapRecords, HprofWriter};
use crate::hprof::{
    BasicType, ClassSerial, FieldDescriptor, FrameId, GcRoot, IdSize, ObjectId, RootKind,
    StackFrame, StackTraceSerial, StaticField, StringId, ThreadSerial, Value,
};
use hashbrown::HashMap;
use std::io::{Result, Write};

/// A part of the heap, for [`DumpBuilder::order`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All class dumps.
    Classes,
    /// All GC roots.
    Roots,
    /// All instances and arrays.
    Objects,
}

/// Room that [`DumpBuilder::reserve_id`] leaves for an object whose size it does not know.
const RESERVED: u64 = 1 << 10;

#[derive(Clone, Debug)]
struct Class {
    id: ObjectId,
    name: String,
    super_class: ObjectId,
    loader: ObjectId,
    signers: ObjectId,
    protection_domain: ObjectId,
    instance_size: Option<u32>,
    statics: Vec<StaticField>,
    fields: Vec<(String, BasicType)>,
    named: bool,
}

/// What instances of a class are made of.
#[derive(Clone, Debug)]
struct Shape {
    /// Types of all fields in the order of the record.
    fields: Vec<BasicType>,
    /// Shallow size.
    size: u64,
}

/// Builds a dump: classes, objects, roots and threads, then [`finish`](Self::finish).
///
/// Addresses ascend in the order of the calls, and the distance to the next object is the shallow
/// size that [`HeapLayout`] gives. Class dumps come first in the file, then roots, then objects in
/// the order of the calls, unless [`order`](Self::order) says otherwise.
///
/// # Panics
/// Methods panic where the call contradicts itself, such as values that do not match the fields
/// of the class: a mistake in the program, not in data.
#[derive(Debug)]
pub struct DumpBuilder {
    pub(super) ids: IdSize,
    version: String,
    timestamp_ms: u64,
    records: HeapRecords,
    order: [Part; 3],
    pub(super) allocator: Allocator,
    strings: HashMap<String, StringId>,
    string_order: Vec<String>,
    classes: Vec<Class>,
    class_index: HashMap<ObjectId, usize>,
    /// Shapes of the classes that have instances, until a class or the layout changes.
    shapes: HashMap<ObjectId, Shape>,
    roots: Vec<GcRoot>,
    objects: Encoder,
    /// Where each object's sub-record ends in `objects`.
    object_ends: Vec<usize>,
    frames: Vec<StackFrame>,
    traces: Vec<(StackTraceSerial, ThreadSerial, Vec<FrameId>)>,
    pub(super) threads: u32,
}

impl DumpBuilder {
    /// An empty dump of version 1.0.2 in segments of 1 MiB.
    pub fn new(ids: IdSize) -> Self {
        Self {
            ids,
            version: "JAVA PROFILE 1.0.2".to_owned(),
            timestamp_ms: 1_700_000_000_000,
            records: HeapRecords::default(),
            order: [Part::Classes, Part::Roots, Part::Objects],
            allocator: Allocator::new(ids),
            strings: HashMap::new(),
            string_order: Vec::new(),
            classes: Vec::new(),
            class_index: HashMap::new(),
            shapes: HashMap::new(),
            roots: Vec::new(),
            objects: Encoder::new(ids),
            object_ends: Vec::new(),
            frames: Vec::new(),
            traces: Vec::new(),
            threads: 0,
        }
    }

    /// The version text of the header.
    pub fn version(&mut self, version: &str) -> &mut Self {
        self.version = version.to_owned();
        self
    }

    /// The time in the header, in milliseconds since 1970.
    pub fn timestamp_ms(&mut self, timestamp_ms: u64) -> &mut Self {
        self.timestamp_ms = timestamp_ms;
        self
    }

    /// How the heap is cut into records.
    pub fn heap_records(&mut self, records: HeapRecords) -> &mut Self {
        self.records = records;
        self
    }

    /// The order of the parts of the heap. HotSpot writes classes, objects, roots.
    pub fn order(&mut self, order: [Part; 3]) -> &mut Self {
        self.order = order;
        self
    }

    /// The memory layout that addresses of following objects show.
    pub fn layout(&mut self, layout: HeapLayout) -> &mut Self {
        self.allocator.layout = layout;
        self.shapes.clear();
        self
    }

    /// The address at which following objects begin.
    pub fn start_at(&mut self, address: u64) -> &mut Self {
        self.allocator.start_at(address);
        self
    }

    /// Id of a name, which gets a UTF-8 record.
    pub fn name(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.strings.get(text) {
            return id;
        }
        // Symbols lie in memory outside the heap, 8 bytes apart at least.
        let base: u64 = match self.ids {
            IdSize::Four => 0x1000,
            IdSize::Eight => 0x7f00_0000_1000,
        };
        let id = StringId(base + 8 * self.string_order.len() as u64);
        self.strings.insert(text.to_owned(), id);
        self.string_order.push(text.to_owned());
        id
    }

    /// Begins a class of this Java name, such as `java.lang.String`, `java.lang.String[]` or
    /// `int[]`. It extends `java.lang.Object` of the boot loader, if that is there already.
    pub fn class(&mut self, name: &str) -> ClassBuilder<'_> {
        let object = self.find_class("java.lang.Object").unwrap_or_default();
        let class = Class {
            id: ObjectId(0),
            name: name.to_owned(),
            super_class: object,
            loader: ObjectId(0),
            signers: ObjectId(0),
            protection_domain: ObjectId(0),
            instance_size: None,
            statics: Vec::new(),
            fields: Vec::new(),
            named: true,
        };
        ClassBuilder { dump: self, class }
    }

    /// The first class of this name that the boot loader defined.
    pub fn find_class(&self, name: &str) -> Option<ObjectId> {
        self.classes.iter().find(|c| c.name == name && c.loader.0 == 0).map(|c| c.id)
    }

    /// The class of this name, made without fields if the boot loader has none.
    pub fn class_named(&mut self, name: &str) -> ObjectId {
        match self.find_class(name) {
            Some(class) => class,
            None => self.class(name).build(),
        }
    }

    /// Gives a static field a value, also one that the class was built without.
    ///
    /// # Panics
    /// When `class` was not built here, or the field is of another type.
    pub fn set_static(&mut self, class: ObjectId, name: &str, value: Value) {
        let name = self.name(name);
        let index = self.class_index.get(&class).copied();
        let class = index.and_then(|index| self.classes.get_mut(index));
        assert!(class.is_some(), "set_static: no such class");
        let Some(class) = class else { return };
        match class.statics.iter_mut().find(|field| field.name == name) {
            Some(field) => {
                assert_eq!(field.ty, type_of(value), "set_static: the type of the field");
                field.value = value;
            }
            None => class.statics.push(StaticField { name, ty: type_of(value), value }),
        }
    }

    /// An address for an object that is made later by one of the `_at` methods, for cycles. The
    /// room it takes says nothing about the object's size; see also
    /// [`reserve_instance`](Self::reserve_instance).
    pub fn reserve_id(&mut self) -> ObjectId {
        self.allocator.take(RESERVED)
    }

    /// An address with the room that an instance of `class` takes.
    pub fn reserve_instance(&mut self, class: ObjectId) -> ObjectId {
        let size = self.shape(class).size;
        self.allocator.take(size)
    }

    /// An address with the room that an array takes.
    pub fn reserve_array(&mut self, element: BasicType, length: usize) -> ObjectId {
        let size = self.allocator.layout.array_size(element, length as u64);
        self.allocator.take(size)
    }

    /// The class and its super classes that were built here.
    fn lineage(&self, class: ObjectId) -> Vec<&Class> {
        let mut lineage = Vec::new();
        let mut next = class;
        while let Some(class) = self.class_index.get(&next).and_then(|&i| self.classes.get(i)) {
            assert!(lineage.len() <= self.classes.len(), "a class is its own super class");
            lineage.push(class);
            next = class.super_class;
        }
        lineage
    }

    fn shape(&mut self, class: ObjectId) -> &Shape {
        if !self.shapes.contains_key(&class) {
            let types = |class: &&Class| class.fields.iter().map(|&(_, ty)| ty).collect();
            let lineage: Vec<Vec<BasicType>> = self.lineage(class).iter().map(types).collect();
            let fields = lineage.concat();
            let from_the_top: Vec<Vec<BasicType>> = lineage.into_iter().rev().collect();
            let size = self.allocator.layout.instance_size(&from_the_top);
            self.shapes.insert(class, Shape { fields, size });
        }
        &self.shapes[&class]
    }

    /// All fields that instances of the class have, in the order of the record.
    pub(super) fn record_fields(&self, class: ObjectId) -> Vec<(String, BasicType)> {
        self.lineage(class).iter().flat_map(|class| class.fields.iter().cloned()).collect()
    }

    /// An instance with the values of all its fields in the order of the record: the fields of
    /// its class, then those of the super class, and so on.
    ///
    /// # Panics
    /// When the values do not match the fields.
    pub fn instance(&mut self, class: ObjectId, values: &[Value]) -> ObjectId {
        let id = self.reserve_instance(class);
        self.instance_at(id, class, values);
        id
    }

    /// An [`instance`](Self::instance) at a given address.
    ///
    /// # Panics
    /// When the values do not match the fields.
    pub fn instance_at(&mut self, id: ObjectId, class: ObjectId, values: &[Value]) {
        let fields = &self.shape(class).fields;
        let matching = fields.iter().copied().eq(values.iter().map(|&value| type_of(value)));
        assert!(matching, "one value for each field, super classes included: {fields:?}");
        let mut data = Encoder::new(self.ids);
        values.iter().for_each(|&value| data.value(value));
        self.raw_instance_at(id, class, data.as_bytes());
    }

    /// An instance of which some fields are given by name; the others are 0 or null.
    ///
    /// # Panics
    /// When a name is no field, or the value is not of its type.
    pub fn instance_with(&mut self, class: ObjectId, values: &[(&str, Value)]) -> ObjectId {
        let id = self.reserve_instance(class);
        self.instance_with_at(id, class, values);
        id
    }

    /// [`instance_with`](Self::instance_with) at a given address.
    ///
    /// # Panics
    /// When a name is no field, or the value is not of its type.
    pub fn instance_with_at(&mut self, id: ObjectId, class: ObjectId, values: &[(&str, Value)]) {
        let fields = self.record_fields(class);
        for (name, _) in values {
            assert!(fields.iter().any(|(field, _)| field == name), "no field is called {name}");
        }
        let all: Vec<Value> = fields
            .iter()
            .map(|(field, ty)| {
                let given = values.iter().find(|(name, _)| name == field);
                given.map_or_else(|| zero(*ty), |&(_, value)| value)
            })
            .collect();
        self.instance_at(id, class, &all);
    }

    /// An instance of any field data, of a class that need not exist.
    pub fn raw_instance_at(&mut self, id: ObjectId, class: ObjectId, data: &[u8]) {
        self.objects.instance(id, StackTraceSerial(0), class, data);
        self.object_ends.push(self.objects.len());
    }

    /// An array of references; `class` is the array's class.
    pub fn object_array(&mut self, class: ObjectId, elements: &[ObjectId]) -> ObjectId {
        let id = self.reserve_array(BasicType::Object, elements.len());
        self.object_array_at(id, class, elements);
        id
    }

    /// An [`object_array`](Self::object_array) at a given address.
    pub fn object_array_at(&mut self, id: ObjectId, class: ObjectId, elements: &[ObjectId]) {
        self.objects.object_array(id, StackTraceSerial(0), class, elements);
        self.object_ends.push(self.objects.len());
    }

    /// An array of primitive values, given as big-endian bytes.
    ///
    /// # Panics
    /// When `data` is no whole number of elements, or `element` no primitive type.
    pub fn primitive_array(&mut self, element: BasicType, data: &[u8]) -> ObjectId {
        let length = data.len() / usize::from(element.size(self.ids));
        let id = self.reserve_array(element, length);
        self.primitive_array_at(id, element, data);
        id
    }

    /// A [`primitive_array`](Self::primitive_array) at a given address.
    ///
    /// # Panics
    /// When `data` is no whole number of elements, or `element` no primitive type.
    pub fn primitive_array_at(&mut self, id: ObjectId, element: BasicType, data: &[u8]) {
        assert_ne!(element, BasicType::Object, "arrays of references have a class");
        let size = usize::from(element.size(self.ids));
        assert!(data.len().is_multiple_of(size), "no whole number of elements");
        self.objects.primitive_array(id, StackTraceSerial(0), element, data);
        self.object_ends.push(self.objects.len());
    }

    /// Any bytes at this place among the objects: other sub-records, or damage.
    pub fn raw_sub_record(&mut self, bytes: &[u8]) {
        self.objects.bytes(bytes);
        self.object_ends.push(self.objects.len());
    }

    /// Makes an object a GC root, without a thread.
    pub fn root(&mut self, kind: RootKind, object: ObjectId) {
        self.root_record(GcRoot { kind, object, thread: None, frame: None, trace: None });
    }

    /// A GC root with everything its record names.
    pub fn root_record(&mut self, root: GcRoot) {
        self.roots.push(root);
    }

    /// A stack trace of frames of classes built here.
    pub(super) fn trace(
        &mut self,
        serial: StackTraceSerial,
        thread: ThreadSerial,
        frames: &[super::Frame<'_>],
    ) {
        let mut ids = Vec::with_capacity(frames.len());
        for frame in frames {
            let id = FrameId(1 + self.frames.len() as u64);
            let described = StackFrame {
                id,
                method: self.name(frame.method),
                signature: self.name(frame.signature),
                source: self.name(frame.source),
                class: self
                    .class_index
                    .get(&frame.class)
                    .map_or_else(ClassSerial::default, serial_of),
                line: frame.line,
            };
            self.frames.push(described);
            ids.push(id);
        }
        self.traces.push((serial, thread, ids));
    }

    /// The dump as bytes.
    ///
    /// # Panics
    /// When a single record would need 4 GiB or more.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let written = self.write_to(&mut bytes);
        assert!(written.is_ok(), "a dump of this size can be written: {written:?}");
        bytes
    }

    /// Writes the dump.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to<W: Write>(mut self, out: W) -> Result<W> {
        let class_names: Vec<StringId> = (0..self.classes.len())
            .map(|index| {
                let name = binary_name(&self.classes[index].name);
                self.name(&name)
            })
            .collect();
        let field_names: Vec<Vec<FieldDescriptor>> = (0..self.classes.len())
            .map(|index| {
                let fields = self.classes[index].fields.clone();
                fields
                    .iter()
                    .map(|(name, ty)| FieldDescriptor { name: self.name(name), ty: *ty })
                    .collect()
            })
            .collect();
        let mut writer = HprofWriter::new(out, &self.version, self.ids, self.timestamp_ms)?
            .heap_records(self.records);
        for text in &self.string_order {
            writer.utf8(self.strings[text], text)?;
        }
        for (index, class) in self.classes.iter().enumerate().filter(|(_, class)| class.named) {
            let trace = StackTraceSerial(0);
            writer.load_class(serial_of(&index), class.id, trace, class_names[index])?;
        }
        for frame in &self.frames {
            writer.stack_frame(frame)?;
        }
        for (serial, thread, frames) in &self.traces {
            writer.stack_trace(*serial, *thread, frames)?;
        }
        writer.begin_heap();
        for part in self.order {
            match part {
                Part::Classes => self.write_classes(&mut writer, &field_names)?,
                Part::Roots => self.roots.iter().try_for_each(|root| writer.root(root))?,
                Part::Objects => self.write_objects(&mut writer)?,
            }
        }
        writer.end_heap()?;
        writer.finish()
    }

    fn write_classes<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        fields: &[Vec<FieldDescriptor>],
    ) -> Result<()> {
        for (class, fields) in self.classes.iter().zip(fields) {
            writer.class_dump(&ClassRecord {
                id: class.id,
                super_class: class.super_class,
                loader: class.loader,
                signers: class.signers,
                protection_domain: class.protection_domain,
                instance_size: class.instance_size.unwrap_or_else(|| self.data_size(class.id)),
                statics: &class.statics,
                fields,
                ..ClassRecord::default()
            })?;
        }
        Ok(())
    }

    /// What HotSpot declares as instance size: bytes of field data in the dump.
    fn data_size(&self, class: ObjectId) -> u32 {
        let lineage = self.lineage(class);
        let fields = lineage.iter().flat_map(|class| &class.fields);
        fields.map(|&(_, ty)| u32::from(ty.size(self.ids))).sum()
    }

    fn write_objects<W: Write>(&self, writer: &mut HprofWriter<W>) -> Result<()> {
        let mut start = 0;
        for &end in &self.object_ends {
            writer.raw_sub_record(&self.objects.as_bytes()[start..end])?;
            start = end;
        }
        Ok(())
    }
}

/// Serial number of the class at this index; they count from 1.
fn serial_of(index: &usize) -> ClassSerial {
    ClassSerial(u32::try_from(index + 1).unwrap_or(u32::MAX))
}

/// How a dump spells a Java class name: `[Ljava/lang/String;` for `java.lang.String[]`.
fn binary_name(name: &str) -> String {
    let element = name.trim_end_matches("[]");
    let dimensions = (name.len() - element.len()) / 2;
    if dimensions == 0 {
        return name.replace('.', "/");
    }
    let descriptor = match element {
        "boolean" => "Z".to_owned(),
        "char" => "C".to_owned(),
        "float" => "F".to_owned(),
        "double" => "D".to_owned(),
        "byte" => "B".to_owned(),
        "short" => "S".to_owned(),
        "int" => "I".to_owned(),
        "long" => "J".to_owned(),
        class => format!("L{};", class.replace('.', "/")),
    };
    "[".repeat(dimensions) + &descriptor
}

/// A class in the making; [`build`](Self::build) adds it to the dump.
#[derive(Debug)]
#[must_use = "the class is added to the dump by `build`"]
pub struct ClassBuilder<'a> {
    dump: &'a mut DumpBuilder,
    class: Class,
}

impl ClassBuilder<'_> {
    /// The address of the class object, instead of the next free one.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.class.id = id;
        self
    }

    /// The super class; 0 for none.
    pub fn extends(mut self, class: ObjectId) -> Self {
        self.class.super_class = class;
        self
    }

    /// The class loader; the boot loader unless called.
    pub fn loader(mut self, loader: ObjectId) -> Self {
        self.class.loader = loader;
        self
    }

    /// The signers.
    pub fn signers(mut self, signers: ObjectId) -> Self {
        self.class.signers = signers;
        self
    }

    /// The protection domain.
    pub fn protection_domain(mut self, domain: ObjectId) -> Self {
        self.class.protection_domain = domain;
        self
    }

    /// An instance field.
    pub fn field(mut self, name: &str, ty: BasicType) -> Self {
        self.class.fields.push((name.to_owned(), ty));
        self
    }

    /// A static field; its object may be made later.
    pub fn static_field(mut self, name: &str, value: Value) -> Self {
        let name = self.dump.name(name);
        self.class.statics.push(StaticField { name, ty: type_of(value), value });
        self
    }

    /// Declares this instance size, instead of the bytes of field data.
    pub fn instance_size(mut self, bytes: u32) -> Self {
        self.class.instance_size = Some(bytes);
        self
    }

    /// Leaves out the `LOAD_CLASS` record, so that the class has no name.
    pub fn without_name(mut self) -> Self {
        self.class.named = false;
        self
    }

    /// Adds the class and returns the id of its class object.
    pub fn build(self) -> ObjectId {
        let Self { dump, mut class } = self;
        if class.id.0 == 0 {
            let statics: Vec<BasicType> = class.statics.iter().map(|field| field.ty).collect();
            let size = dump.allocator.layout.class_object_size(&statics);
            class.id = dump.allocator.take(size);
        }
        let id = class.id;
        dump.class_index.insert(id, dump.classes.len());
        dump.shapes.clear();
        dump.classes.push(class);
        id
    }
}
