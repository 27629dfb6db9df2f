//! Dumps that the fuzzer's bytes plan: valid in form, with any graph, then damaged.

use crate::damage::Damage;
use crate::standard::{self, FIELDS, OBJECT, OBJECT_ARRAY, STRING, THREAD};
use arbitrary::Arbitrary;
use heapglass::hprof::writer::{ClassRecord, HeapRecords, HprofWriter};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, FrameId, GcRoot, IdSize, ObjectId, RootKind,
    StackFrame, StackTraceSerial, StaticField, StringId, ThreadSerial, Value,
};
use std::io::Result;

/// A dump to write.
#[derive(Arbitrary, Debug)]
pub struct Plan {
    wide: bool,
    /// Bytes per segment; 0 for one whole record.
    segment: u16,
    version: u8,
    addresses: Addresses,
    /// Classes of the JDK that are left out, by bit; the first eight are there in most dumps.
    without: u64,
    classes: Vec<Class>,
    items: Vec<Item>,
    damage: Vec<Damage>,
}

/// How numbers of objects become addresses.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Addresses {
    Dense,
    Wide,
    Descending,
    Unaligned,
    Small,
    Random,
    Colliding,
    /// Up to the last address there is.
    Last,
}

#[derive(Arbitrary, Debug)]
struct Class {
    super_class: u8,
    loader: u8,
    fields: Vec<(u8, u8)>,
    statics: Vec<(u8, u8, u8)>,
    name: u8,
    instance_size: Option<u32>,
}

#[derive(Arbitrary, Debug)]
enum Item {
    Instance {
        class: u8,
        fields: Vec<u8>,
    },
    /// Instances of one class, each with its fields from these bytes turned by its number.
    Instances {
        class: u8,
        count: u8,
        fields: [u8; 4],
    },
    /// A list: each instance's first reference is the next one.
    Chain {
        class: u8,
        count: u16,
        back: bool,
    },
    Array {
        class: u8,
        elements: Vec<u8>,
    },
    /// An array of this many of the following objects.
    ArrayOf {
        class: u8,
        count: u16,
    },
    Primitive {
        ty: u8,
        data: Vec<u8>,
    },
    Zeros {
        ty: u8,
        count: u16,
    },
    Text {
        text: String,
        wide: bool,
    },
    Root {
        kind: u8,
        object: u16,
        thread: u8,
        frame: u8,
    },
    Thread {
        name: u8,
        frames: Vec<(u8, u8)>,
        locals: Vec<u16>,
    },
    /// A class dump again, perhaps with other fields.
    ClassAgain {
        class: u8,
        fields: Vec<(u8, u8)>,
    },
    /// An instance with data of any length.
    Raw {
        class: u8,
        data: Vec<u8>,
    },
    NoData {
        ty: u8,
        length: u32,
    },
    HeapInfo(u32),
    Name(Vec<u8>),
    Unload(u8),
    Agent(u8, Vec<u8>),
    EndSegment,
    /// The heap dump ends here; what follows is another one.
    NextDump,
}

/// A class as it will be written.
struct Described {
    super_class: Option<usize>,
    fields: Vec<(usize, BasicType)>,
    name: String,
}

const TYPES: [BasicType; 9] = [
    BasicType::Object,
    BasicType::Boolean,
    BasicType::Char,
    BasicType::Float,
    BasicType::Double,
    BasicType::Byte,
    BasicType::Short,
    BasicType::Int,
    BasicType::Long,
];

const KINDS: [RootKind; 16] = [
    RootKind::Unknown,
    RootKind::JniGlobal,
    RootKind::JniLocal,
    RootKind::JavaFrame,
    RootKind::NativeStack,
    RootKind::StickyClass,
    RootKind::ThreadBlock,
    RootKind::MonitorUsed,
    RootKind::ThreadObject,
    RootKind::InternedString,
    RootKind::Finalizing,
    RootKind::Debugger,
    RootKind::ReferenceCleanup,
    RootKind::VmInternal,
    RootKind::JniMonitor,
    RootKind::Unreachable,
];

const NAMES: &[&str] = &[
    "com/acme/Cache",
    "[Lcom/acme/Cache;",
    "[[I",
    "[Z",
    "[",
    "",
    "[L",
    "java/util/HashMap",
    "com/acme/A$B$1",
    "\u{202e}evil",
    "a\0b",
    "java/lang/Object",
    "com/acme/Listener+0x0000",
    "$Proxy12",
    "org/eclipse/Loader",
    "[Q",
];

const TRACE: StackTraceSerial = StackTraceSerial(1);
/// Objects of a planned dump, however much is planned.
const MOST: usize = 4000;

fn primitive(ty: u8) -> BasicType {
    TYPES[1 + usize::from(ty) % 8]
}

impl Item {
    fn objects(&self) -> usize {
        match self {
            Self::Instance { .. }
            | Self::Array { .. }
            | Self::ArrayOf { .. }
            | Self::Primitive { .. }
            | Self::Zeros { .. }
            | Self::Raw { .. }
            | Self::NoData { .. } => 1,
            Self::Instances { count, .. } => usize::from(*count),
            Self::Chain { count, .. } => usize::from(*count) % 1500,
            Self::Text { .. } => 2,
            Self::Thread { .. } => 3,
            _ => 0,
        }
    }
}

struct Writer {
    out: HprofWriter<Vec<u8>>,
    ids: IdSize,
    addresses: Addresses,
    classes: Vec<Described>,
    /// Classes and objects that there will be.
    all: usize,
    /// Number of the next object; classes have the first ones.
    next: usize,
    threads: u32,
    frames: u64,
    strings: u64,
}

impl Plan {
    /// The dump as bytes.
    pub fn write(&self) -> Vec<u8> {
        // Nothing fails that writes to memory, and all lengths are small.
        let mut dump = self.try_write().unwrap_or_default();
        for damage in self.damage.iter().take(8) {
            damage.apply(&mut dump);
        }
        dump
    }

    fn describe(&self) -> Vec<Described> {
        let standard = standard::CLASSES.iter().map(|(name, parent, fields)| Described {
            super_class: parent.checked_sub(1),
            fields: fields
                .iter()
                .map(|&(name, ty)| (FIELDS.len() + field_name(name), ty))
                .collect(),
            name: (*name).to_owned(),
        });
        let mut all: Vec<Described> = standard.collect();
        let known = all.len();
        let total = known + self.classes.len().min(60);
        for class in self.classes.iter().take(60) {
            let name = NAMES[usize::from(class.name) % NAMES.len()];
            let number = if class.name < 128 { String::new() } else { all.len().to_string() };
            all.push(Described {
                // A class may extend a later one, or itself.
                super_class: (class.super_class != 255)
                    .then(|| usize::from(class.super_class) % total),
                fields: own_fields(&class.fields),
                name: format!("{name}{number}"),
            });
        }
        all
    }

    fn try_write(&self) -> Result<Vec<u8>> {
        let ids = if self.wide { IdSize::Eight } else { IdSize::Four };
        let version = match self.version % 8 {
            0 => "JAVA PROFILE 1.0.1",
            1 => "JAVA PROFILE 1.0.3",
            _ => "JAVA PROFILE 1.0.2",
        };
        let records = match self.segment {
            0 => HeapRecords::Whole,
            bytes => HeapRecords::Segments(bytes.into()),
        };
        let classes = self.describe();
        let objects: usize = self.items.iter().map(Item::objects).sum();
        let mut writer = Writer {
            out: HprofWriter::new(Vec::new(), version, ids, 1)?.heap_records(records),
            ids,
            addresses: self.addresses,
            all: classes.len() + objects.min(MOST),
            next: classes.len(),
            classes,
            threads: 0,
            frames: 0,
            strings: 1 << 20,
        };
        writer.names()?;
        writer.classes(self)?;
        for item in &self.items {
            if writer.next + item.objects() < writer.classes.len() + MOST {
                writer.item(item)?;
            }
        }
        if self.version & 0x80 == 0 {
            writer.out.end_heap()?;
        }
        writer.out.finish()
    }
}

/// Fields of the JDK's classes have names after those in `FIELDS`.
fn field_name(name: &str) -> usize {
    let all = standard::CLASSES.iter().flat_map(|class| class.2);
    all.map(|field| field.0).position(|other| other == name).unwrap_or(0)
}

fn own_fields(fields: &[(u8, u8)]) -> Vec<(usize, BasicType)> {
    let field = |&(name, ty): &(u8, u8)| {
        (usize::from(name) % FIELDS.len(), TYPES[usize::from(ty) % TYPES.len()])
    };
    fields.iter().take(40).map(field).collect()
}

impl Writer {
    fn address(&self, number: usize) -> ObjectId {
        let n = number as u64 + 1;
        let last = if self.ids == IdSize::Four { u64::from(u32::MAX) } else { u64::MAX };
        ObjectId(
            last & match self.addresses {
                Addresses::Dense => 0x8000_0000 + 16 * n,
                Addresses::Wide => 0x7_0000_0000 + 4096 * n,
                Addresses::Descending => 0x9000_0000 - 24 * n,
                Addresses::Unaligned => 0x1001 + 3 * n,
                Addresses::Small => n,
                Addresses::Random => n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 3 << 3,
                Addresses::Colliding => 0x1000 + 8 * (n % 50),
                Addresses::Last => last - 8 * n,
            },
        )
    }

    /// What a byte or two of the plan refer to: mostly an object, else null or nothing.
    fn reference(&self, choice: usize) -> ObjectId {
        match choice % 16 {
            0 => ObjectId(0),
            1 => self.address(self.all + choice),
            2..5 => self.address(choice / 16 % self.classes.len()),
            // Near ones make chains and cycles, far ones everything else.
            5..9 => self.address(self.next + choice / 16 % 4),
            _ => self.address(self.classes.len() + (choice * 31) % self.objects()),
        }
    }

    fn objects(&self) -> usize {
        (self.all - self.classes.len()).max(1)
    }

    fn class(&self, class: u8) -> usize {
        usize::from(class) % self.classes.len()
    }

    fn fresh(&mut self) -> ObjectId {
        self.next += 1;
        self.address(self.next - 1)
    }

    fn name_of(&mut self, text: &str) -> Result<StringId> {
        self.strings += 1;
        let id = StringId(self.strings);
        self.out.utf8(id, text)?;
        Ok(id)
    }

    /// Names of fields have the ids 1 and on.
    fn names(&mut self) -> Result<()> {
        let standard = standard::CLASSES.iter().flat_map(|class| class.2).map(|field| field.0);
        for (id, name) in (1..).zip(FIELDS.iter().copied().chain(standard)) {
            self.out.utf8(StringId(id), name)?;
        }
        Ok(())
    }

    fn classes(&mut self, plan: &Plan) -> Result<()> {
        let written: Vec<usize> = (0..self.classes.len())
            .filter(|&class| class >= 64 || plan.without >> class & 1 == 0 || plan.without % 8 != 0)
            .collect();
        for &class in &written {
            let name = self.classes[class].name.clone();
            let name = self.name_of(&name)?;
            let serial = ClassSerial(class as u32 + 1);
            self.out.load_class(serial, self.address(class), TRACE, name)?;
        }
        for &class in &written {
            let own = class.checked_sub(standard::CLASSES.len()).and_then(|i| plan.classes.get(i));
            let statics = own.map_or(Vec::new(), |own| self.statics(&own.statics));
            let loader = own.map_or(ObjectId(0), |own| match own.loader {
                0..128 => ObjectId(0),
                loader => self.reference(loader.into()),
            });
            let size = own.and_then(|own| own.instance_size);
            let fields = self.classes[class].fields.clone();
            self.class_dump(class, loader, size, &statics, &fields)?;
        }
        Ok(())
    }

    fn statics(&self, statics: &[(u8, u8, u8)]) -> Vec<StaticField> {
        let field = |&(name, ty, value): &(u8, u8, u8)| {
            let ty = TYPES[usize::from(ty) % TYPES.len()];
            let name = StringId(u64::from(name) % FIELDS.len() as u64 + 1);
            StaticField { name, ty, value: self.value(ty, value) }
        };
        statics.iter().take(20).map(field).collect()
    }

    fn class_dump(
        &mut self,
        class: usize,
        loader: ObjectId,
        size: Option<u32>,
        statics: &[StaticField],
        fields: &[(usize, BasicType)],
    ) -> Result<()> {
        let bytes = |class: usize| -> u32 {
            self.lineage(class).map(|(_, ty)| u32::from(ty.size(self.ids))).sum()
        };
        let super_class = self.classes[class].super_class;
        let descriptors: Vec<FieldDescriptor> = fields
            .iter()
            .map(|&(name, ty)| FieldDescriptor { name: StringId(name as u64 + 1), ty })
            .collect();
        self.out.class_dump(&ClassRecord {
            id: self.address(class),
            trace: TRACE,
            super_class: super_class.map_or(ObjectId(0), |s| self.address(s)),
            loader,
            instance_size: size.unwrap_or_else(|| bytes(class)),
            statics,
            fields: &descriptors,
            ..ClassRecord::default()
        })
    }

    /// Fields of the class and its super classes, as far as there is no cycle.
    fn lineage(&self, class: usize) -> impl Iterator<Item = (usize, BasicType)> + '_ {
        std::iter::successors(Some(class), |&class| self.classes[class].super_class)
            .take(12)
            .flat_map(|class| self.classes[class].fields.iter().copied())
    }

    fn value(&self, ty: BasicType, byte: u8) -> Value {
        let wide: i64 = match byte % 8 {
            0 => 0,
            1 => i64::MAX,
            2 => i64::MIN,
            3 => -1,
            _ => i64::from(byte) / 8,
        };
        let bytes = wide.to_be_bytes();
        match ty {
            BasicType::Object => Value::Object(self.reference(byte.into())),
            BasicType::Boolean => Value::Boolean(byte % 2 == 1),
            BasicType::Char => Value::Char(u16::from_be_bytes([bytes[0], bytes[7]])),
            BasicType::Float => Value::Float(f32::from_bits(wide as u32)),
            BasicType::Double => Value::Double(f64::from_bits(wide as u64)),
            BasicType::Byte => Value::Byte(wide as i8),
            BasicType::Short => Value::Short(wide as i16),
            BasicType::Int => Value::Int((wide >> (byte % 2 * 32)) as i32),
            BasicType::Long => Value::Long(wide),
        }
    }

    /// Field data of an instance; `first`, if any, is what its first reference points to.
    fn data(&self, class: usize, bytes: &[u8], mut first: Option<ObjectId>) -> Vec<u8> {
        let mut data = Vec::new();
        for (index, (_, ty)) in self.lineage(class).enumerate() {
            let byte = bytes.get(index % bytes.len().max(1)).copied().unwrap_or(0);
            let value = match first.take_if(|_| ty == BasicType::Object) {
                Some(target) => Value::Object(target),
                None => self.value(ty, byte),
            };
            self.put(&mut data, value);
        }
        data
    }

    fn put(&self, data: &mut Vec<u8>, value: Value) {
        match value {
            Value::Object(id) => {
                data.extend(&id.0.to_be_bytes()[8 - usize::from(self.ids.bytes())..]);
            }
            Value::Boolean(v) => data.push(v.into()),
            Value::Char(v) => data.extend(v.to_be_bytes()),
            Value::Float(v) => data.extend(v.to_be_bytes()),
            Value::Double(v) => data.extend(v.to_be_bytes()),
            Value::Byte(v) => data.extend(v.to_be_bytes()),
            Value::Short(v) => data.extend(v.to_be_bytes()),
            Value::Int(v) => data.extend(v.to_be_bytes()),
            Value::Long(v) => data.extend(v.to_be_bytes()),
        }
    }

    fn instance(&mut self, class: usize, bytes: &[u8], first: Option<ObjectId>) -> Result<()> {
        let id = self.fresh();
        let data = self.data(class, bytes, first);
        self.out.instance(id, TRACE, self.address(class), &data)
    }

    fn item(&mut self, item: &Item) -> Result<()> {
        match item {
            Item::Instance { class, fields } => {
                self.instance(self.class(*class), fields, None)?;
            }
            Item::Instances { class, count, fields } => {
                for turn in 0..*count {
                    let fields = fields.map(|byte| byte.wrapping_add(turn));
                    self.instance(self.class(*class), &fields, None)?;
                }
            }
            Item::Chain { class, back, .. } => {
                for _ in 0..item.objects() {
                    let near = if *back { self.next.saturating_sub(1) } else { self.next + 1 };
                    let near = self.address(near);
                    self.instance(self.class(*class), &[7, 0x46], Some(near))?;
                }
            }
            Item::Array { .. }
            | Item::ArrayOf { .. }
            | Item::Primitive { .. }
            | Item::Zeros { .. }
            | Item::NoData { .. } => self.array(item)?,
            Item::Text { text, wide } => self.text(text, *wide)?,
            Item::Root { kind, object, thread, frame } => {
                let kind = KINDS[usize::from(*kind) % KINDS.len()];
                let object = self.reference((*object).into());
                self.root(kind, object, (*thread).into(), (*frame).into())?;
            }
            Item::Thread { name, frames, locals } => self.thread(*name, frames, locals)?,
            Item::ClassAgain { class, fields } => {
                let fields = own_fields(fields);
                self.class_dump(self.class(*class), ObjectId(0), None, &[], &fields)?;
            }
            Item::Raw { class, data } => {
                let id = self.fresh();
                self.out.instance(id, TRACE, self.reference((*class).into()), data)?;
            }
            Item::HeapInfo(heap) => self.out.heap_info(*heap, StringId(u64::from(*heap)))?,
            Item::Name(bytes) => {
                self.strings += 1;
                self.out.utf8_bytes(StringId(self.strings), bytes)?;
            }
            Item::Unload(class) => self.out.unload_class(ClassSerial(u32::from(*class)))?,
            Item::Agent(tag, body) => self.out.record(*tag, body)?,
            Item::EndSegment => self.out.flush_heap()?,
            Item::NextDump => self.out.end_heap()?,
        }
        Ok(())
    }

    fn array(&mut self, item: &Item) -> Result<()> {
        let id = self.fresh();
        match item {
            Item::Array { class, elements } => {
                let elements: Vec<ObjectId> =
                    elements.iter().map(|&byte| self.reference(byte.into())).collect();
                self.out.object_array(id, TRACE, self.array_class(*class), &elements)
            }
            Item::ArrayOf { class, count } => {
                let count = usize::from(*count) % 2000;
                let elements: Vec<ObjectId> =
                    (self.next..self.next + count).map(|number| self.address(number)).collect();
                self.out.object_array(id, TRACE, self.array_class(*class), &elements)
            }
            Item::Primitive { ty, data } => {
                let ty = primitive(*ty);
                let size = usize::from(ty.size(self.ids));
                let whole = data.len() / size * size;
                self.out.primitive_array(id, TRACE, ty, &data[..whole])
            }
            Item::Zeros { ty, count } => {
                let ty = primitive(*ty);
                let size = usize::from(ty.size(self.ids));
                let data = vec![0; size * (usize::from(*count) % 4000)];
                self.out.primitive_array(id, TRACE, ty, &data)
            }
            Item::NoData { ty, length } => {
                self.out.primitive_array_no_data(id, TRACE, primitive(*ty), *length)
            }
            _ => Ok(()),
        }
    }

    /// Mostly `Object[]`, else any class.
    fn array_class(&self, class: u8) -> ObjectId {
        let class = if class < 192 { OBJECT_ARRAY } else { self.class(class) };
        self.address(class)
    }

    fn text(&mut self, text: &str, wide: bool) -> Result<()> {
        let array = self.address(self.next + 1);
        let id = self.fresh();
        let mut data = self.data(STRING, &[0], Some(array));
        // The coder comes after the reference.
        if let Some(coder) = data.get_mut(usize::from(self.ids.bytes())) {
            *coder = wide.into();
        }
        self.out.instance(id, TRACE, self.address(STRING), &data)?;
        let array = self.fresh();
        let bytes: Vec<u8> = if wide {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.as_bytes().to_vec()
        };
        self.out.primitive_array(array, TRACE, BasicType::Byte, &bytes)
    }

    fn root(&mut self, kind: RootKind, object: ObjectId, thread: u32, frame: u32) -> Result<()> {
        self.out.root(&GcRoot {
            kind,
            object,
            thread: Some(ThreadSerial(thread)),
            frame: Some(frame).filter(|&frame| frame != 255),
            trace: Some(StackTraceSerial(thread + 1)),
        })
    }

    fn thread(&mut self, name: u8, frames: &[(u8, u8)], locals: &[u16]) -> Result<()> {
        let text = self.address(self.next + 1);
        let id = self.fresh();
        let data = self.data(THREAD, &[name], Some(text));
        self.out.instance(id, TRACE, self.address(THREAD), &data)?;
        self.text("worker", false)?;
        self.threads += 1;
        let mut list = Vec::new();
        for &(method, class) in frames.iter().take(30) {
            self.frames += 1;
            let method = NAMES[usize::from(method) % NAMES.len()];
            let method = if self.frames % 5 == 0 { "<init>" } else { method };
            let method = self.name_of(method)?;
            let id = FrameId(self.frames);
            let class = ClassSerial(u32::from(class));
            let signature = StringId(3);
            let source = StringId(4);
            let line = i32::from(name) - 4;
            self.out.stack_frame(&StackFrame { id, method, signature, source, class, line })?;
            list.push(id);
        }
        self.out.stack_trace(
            StackTraceSerial(self.threads + 1),
            ThreadSerial(self.threads),
            &list,
        )?;
        self.root(RootKind::ThreadObject, id, self.threads, 0)?;
        for (frame, &local) in (0..).zip(locals.iter().take(30)) {
            let object = self.reference(local.into());
            self.root(RootKind::JavaFrame, object, self.threads, frame)?;
        }
        self.root(RootKind::StickyClass, self.address(OBJECT), 0, 0)
    }
}
