//! Generated dumps.

use super::events::{Class, Event};
use crate::hprof::writer::{ClassRecord, HeapRecords, HprofWriter};
use crate::hprof::{
    BasicType, ClassSerial, FieldDescriptor, FrameId, GcRoot, IdSize, ObjectArrayDump, ObjectId,
    PrimitiveArrayDump, RootKind, StackFrame, StackTraceSerial, StaticField, StringId,
    ThreadSerial, Value,
};
use proptest::prelude::*;

/// A record or sub-record.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Utf8(StringId, Vec<u8>),
    LoadClass(ClassSerial, ObjectId, StackTraceSerial, StringId),
    UnloadClass(ClassSerial),
    Frame(StackFrame),
    Trace(StackTraceSerial, ThreadSerial, Vec<FrameId>),
    /// A record of the hprof agent, which nobody reads.
    Agent(u8, Vec<u8>),
    Root(GcRoot),
    Class(Class, Vec<(u16, Value)>),
    Instance(ObjectId, ObjectId, Vec<u8>),
    ObjectArray(ObjectId, ObjectId, Vec<ObjectId>),
    PrimitiveArray(ObjectId, BasicType, Vec<u8>),
    NoData(ObjectId, BasicType, u32),
    HeapInfo(u32, StringId),
}

/// A dump to write.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) ids: IdSize,
    pub(super) records: HeapRecords,
    pub(super) items: Vec<Item>,
}

const TRACE: StackTraceSerial = StackTraceSerial(7);

impl Plan {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut writer = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", self.ids, 1)
            .unwrap()
            .heap_records(self.records);
        for item in &self.items {
            write(&mut writer, item, self.ids);
        }
        writer.end_heap().unwrap();
        writer.finish().unwrap()
    }

    /// The events that the items are, with all offsets 0.
    pub(super) fn events(&self) -> Vec<Event> {
        self.items.iter().flat_map(|item| events(item, self.ids)).collect()
    }
}

fn write(writer: &mut HprofWriter<Vec<u8>>, item: &Item, ids: IdSize) {
    match item {
        Item::Utf8(id, bytes) => writer.utf8_bytes(*id, bytes),
        &Item::LoadClass(serial, class, trace, name) => {
            writer.load_class(serial, class, trace, name)
        }
        &Item::UnloadClass(serial) => writer.unload_class(serial),
        Item::Frame(frame) => writer.stack_frame(frame),
        Item::Trace(serial, thread, frames) => writer.stack_trace(*serial, *thread, frames),
        Item::Agent(tag, body) => writer.record(*tag, body),
        Item::Root(root) => writer.root(root),
        Item::Class(class, constants) => writer.class_dump(&ClassRecord {
            id: class.id,
            trace: class.trace,
            super_class: class.super_class,
            loader: class.loader,
            signers: class.signers,
            protection_domain: class.protection_domain,
            instance_size: class.instance_size,
            constants,
            statics: &class.statics,
            fields: &class.fields,
        }),
        Item::Instance(id, class, data) => writer.instance(*id, TRACE, *class, data),
        Item::ObjectArray(id, class, elements) => writer.object_array(*id, TRACE, *class, elements),
        Item::PrimitiveArray(id, ty, data) => {
            let size = usize::from(ty.size(ids));
            writer.primitive_array(*id, TRACE, *ty, &data[..data.len() / size * size])
        }
        &Item::NoData(id, ty, length) => writer.primitive_array_no_data(id, TRACE, ty, length),
        &Item::HeapInfo(heap, name) => writer.heap_info(heap, name),
    }
    .unwrap();
}

fn events(item: &Item, ids: IdSize) -> Vec<Event> {
    let array = |id, length: usize, element, no_data| PrimitiveArrayDump {
        id,
        trace: TRACE,
        length: u32::try_from(length).unwrap(),
        element,
        offset: 0,
        data_offset: 0,
        no_data,
    };
    vec![match item {
        Item::Utf8(id, bytes) => Event::String {
            id: *id,
            length: u32::try_from(bytes.len()).unwrap(),
            offset: 0,
            bytes: bytes.clone(),
        },
        &Item::LoadClass(serial, class, trace, name) => {
            Event::LoadClass(serial, class, trace, name)
        }
        &Item::UnloadClass(serial) => Event::UnloadClass(serial),
        Item::Frame(frame) => Event::Frame(frame.clone()),
        Item::Trace(serial, thread, frames) => {
            let count = u32::try_from(frames.len()).unwrap();
            let frames = frames.iter().map(|&frame| Event::TraceFrame(frame));
            return std::iter::once(Event::Trace(*serial, *thread, count)).chain(frames).collect();
        }
        Item::Agent(..) => return Vec::new(),
        Item::Root(root) => Event::Root(root.clone()),
        Item::Class(class, _) => Event::Class(class.clone()),
        Item::Instance(id, class, data) => Event::Instance {
            id: *id,
            trace: TRACE,
            class: *class,
            len: u32::try_from(data.len()).unwrap(),
            data: data.clone(),
            offset: 0,
        },
        Item::ObjectArray(id, class, elements) => {
            let length = u32::try_from(elements.len()).unwrap();
            let dump = ObjectArrayDump { id: *id, trace: TRACE, length, class: *class, offset: 0 };
            let skip = 8 - usize::from(ids.bytes());
            let bytes = |id: &ObjectId| id.0.to_be_bytes()[skip..].to_vec();
            Event::ObjectArray(dump, elements.iter().flat_map(bytes).collect())
        }
        Item::PrimitiveArray(id, ty, data) => {
            Event::PrimitiveArray(array(*id, data.len() / usize::from(ty.size(ids)), *ty, false))
        }
        &Item::NoData(id, ty, length) => {
            Event::PrimitiveArray(array(id, length as usize, ty, true))
        }
        &Item::HeapInfo(heap, name) => Event::HeapInfo(heap, name),
    }]
}

/// The event without what depends on where in the file it is; `None` for what the division into
/// records adds.
pub(super) fn without_offsets(event: &Event) -> Option<Event> {
    let mut event = event.clone();
    match &mut event {
        Event::Header(_) | Event::HeapStart(..) | Event::HeapRecordEnd | Event::HeapDumpEnd => {
            return None;
        }
        Event::String { offset, .. } | Event::Instance { offset, .. } => *offset = 0,
        Event::Class(class) => class.offset = 0,
        Event::ObjectArray(array, _) => array.offset = 0,
        Event::PrimitiveArray(array) => {
            array.offset = 0;
            array.data_offset = 0;
        }
        _ => {}
    }
    Some(event)
}

/// Dumps of both identifier sizes, with every kind of record in any order.
pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let records = prop_oneof![
        Just(HeapRecords::Whole),
        (1_usize..400).prop_map(HeapRecords::Segments),
        Just(HeapRecords::default()),
    ];
    (prop_oneof![Just(IdSize::Four), Just(IdSize::Eight)], records).prop_flat_map(
        |(ids, records)| {
            prop::collection::vec(items(ids), 0..24).prop_map(move |items| Plan {
                ids,
                records,
                items,
            })
        },
    )
}

/// Bytes to overwrite, anywhere after the header.
pub(super) type Damage = Vec<(prop::sample::Index, u8)>;

pub(super) fn damages() -> impl Strategy<Value = Damage> {
    let byte = prop_oneof![any::<u8>(), Just(0), Just(0xff), 0_u8..0x30];
    prop::collection::vec((any::<prop::sample::Index>(), byte), 1..8)
}

/// Overwrites bytes after the header, without which nothing is read at all.
pub(super) fn overwrite(mut dump: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let body = dump.get_mut(31..).unwrap_or_default();
    if !body.is_empty() {
        for (index, byte) in damage {
            body[index.index(body.len())] = *byte;
        }
    }
    dump
}

fn ids(ids: IdSize) -> BoxedStrategy<u64> {
    match ids {
        IdSize::Four => any::<u32>().prop_map(u64::from).boxed(),
        IdSize::Eight => any::<u64>().boxed(),
    }
}

fn types() -> impl Strategy<Value = BasicType> {
    prop::sample::select((0..=11).filter_map(BasicType::from_tag).collect::<Vec<_>>())
}

fn primitives() -> impl Strategy<Value = BasicType> {
    types().prop_filter("primitive", |&ty| ty != BasicType::Object)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..80)
}

fn values(size: IdSize) -> impl Strategy<Value = Value> {
    prop_oneof![
        ids(size).prop_map(|id| Value::Object(ObjectId(id))),
        any::<bool>().prop_map(Value::Boolean),
        any::<u16>().prop_map(Value::Char),
        prop::num::f32::NORMAL.prop_map(Value::Float),
        prop::num::f64::NORMAL.prop_map(Value::Double),
        any::<i8>().prop_map(Value::Byte),
        any::<i16>().prop_map(Value::Short),
        any::<i32>().prop_map(Value::Int),
        any::<i64>().prop_map(Value::Long),
    ]
}

pub(super) fn type_of(value: Value) -> BasicType {
    match value {
        Value::Object(_) => BasicType::Object,
        Value::Boolean(_) => BasicType::Boolean,
        Value::Char(_) => BasicType::Char,
        Value::Float(_) => BasicType::Float,
        Value::Double(_) => BasicType::Double,
        Value::Byte(_) => BasicType::Byte,
        Value::Short(_) => BasicType::Short,
        Value::Int(_) => BasicType::Int,
        Value::Long(_) => BasicType::Long,
    }
}

fn roots(size: IdSize) -> impl Strategy<Value = Item> {
    use RootKind::*;
    let kinds = prop::sample::select(vec![
        Unknown,
        JniGlobal,
        JniLocal,
        JavaFrame,
        NativeStack,
        StickyClass,
        ThreadBlock,
        MonitorUsed,
        ThreadObject,
        InternedString,
        Finalizing,
        Debugger,
        ReferenceCleanup,
        VmInternal,
        JniMonitor,
        Unreachable,
    ]);
    (kinds, ids(size), any::<u32>(), prop::option::of(0..u32::MAX)).prop_map(
        |(kind, object, thread, frame)| {
            let threads = [JniLocal, JavaFrame, NativeStack, ThreadBlock, ThreadObject, JniMonitor];
            let frames = [JniLocal, JavaFrame, JniMonitor];
            Item::Root(GcRoot {
                kind,
                object: ObjectId(object),
                thread: threads.contains(&kind).then_some(ThreadSerial(thread)),
                frame: frame.filter(|_| frames.contains(&kind)),
                trace: (kind == ThreadObject).then_some(StackTraceSerial(thread ^ 1)),
            })
        },
    )
}

fn classes(size: IdSize) -> impl Strategy<Value = Item> {
    let statics = (ids(size), values(size)).prop_map(|(name, value)| StaticField {
        name: StringId(name),
        ty: type_of(value),
        value,
    });
    let fields =
        (ids(size), types()).prop_map(|(name, ty)| FieldDescriptor { name: StringId(name), ty });
    (
        prop::array::uniform5(ids(size)),
        any::<(u32, u32)>(),
        prop::collection::vec((any::<u16>(), values(size)), 0..3),
        prop::collection::vec(statics, 0..5),
        prop::collection::vec(fields, 0..6),
    )
        .prop_map(|(ids, (trace, instance_size), constants, statics, fields)| {
            let [id, super_class, loader, signers, protection_domain] = ids.map(ObjectId);
            let class = Class {
                id,
                trace: StackTraceSerial(trace),
                super_class,
                loader,
                signers,
                protection_domain,
                instance_size,
                offset: 0,
                statics,
                fields,
            };
            Item::Class(class, constants)
        })
}

fn items(size: IdSize) -> impl Strategy<Value = Item> {
    let id = || ids(size);
    let objects = prop::collection::vec(ids(size).prop_map(ObjectId), 0..12);
    prop_oneof![
        1 => (id(), bytes()).prop_map(|(id, bytes)| Item::Utf8(StringId(id), bytes)),
        1 => (any::<(u32, u32)>(), id(), id()).prop_map(|((serial, trace), class, name)| {
            Item::LoadClass(
                ClassSerial(serial),
                ObjectId(class),
                StackTraceSerial(trace),
                StringId(name),
            )
        }),
        1 => any::<u32>().prop_map(|serial| Item::UnloadClass(ClassSerial(serial))),
        1 => (prop::array::uniform4(id()), any::<u32>(), any::<i32>()).prop_map(
            |([id, method, signature, source], class, line)| Item::Frame(StackFrame {
                id: FrameId(id),
                method: StringId(method),
                signature: StringId(signature),
                source: StringId(source),
                class: ClassSerial(class),
                line,
            })
        ),
        1 => (any::<(u32, u32)>(), prop::collection::vec(id().prop_map(FrameId), 0..6)).prop_map(
            |((serial, thread), frames)| {
                Item::Trace(StackTraceSerial(serial), ThreadSerial(thread), frames)
            }
        ),
        1 => (prop::sample::select(vec![6_u8, 7, 0x0a, 0x0b, 0x0d, 0x0e]), bytes())
            .prop_map(|(tag, body)| Item::Agent(tag, body)),
        4 => roots(size),
        3 => classes(size),
        4 => (id(), id(), bytes()).prop_map(|(id, class, data)| {
            Item::Instance(ObjectId(id), ObjectId(class), data)
        }),
        4 => (id(), id(), objects).prop_map(|(id, class, elements)| {
            Item::ObjectArray(ObjectId(id), ObjectId(class), elements)
        }),
        4 => (id(), primitives(), bytes())
            .prop_map(|(id, ty, data)| Item::PrimitiveArray(ObjectId(id), ty, data)),
        1 => (id(), primitives(), any::<u32>())
            .prop_map(|(id, ty, length)| Item::NoData(ObjectId(id), ty, length)),
        1 => (any::<u32>(), id()).prop_map(|(heap, name)| Item::HeapInfo(heap, StringId(name))),
    ]
}
