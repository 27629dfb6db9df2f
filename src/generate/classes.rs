//! The classes of a generated dump: those of the JDK that heaps are full of, and hundreds to
//! thousands of an application.

use super::random::Random;
use crate::hprof::writer::{ClassRecord, HeapLayout, HprofWriter};
use crate::hprof::{
    BasicType, ClassSerial, FieldDescriptor, IdSize, ObjectId, StackTraceSerial, StaticField,
    StringId, Value,
};
use hashbrown::HashMap;
use std::io::{Result, Write};

/// Number of a class in [`Classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClassNo(pub(super) u32);

/// What objects of a class are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Instance,
    Objects,
    Primitives(BasicType),
}

/// How a field of a generated object is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    /// A reference.
    Reference,
    /// Always zero.
    Zero,
    /// The number of elements.
    Size,
    /// Some number.
    Any,
}

/// A field: type and filling.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) ty: BasicType,
    pub(super) filling: Filling,
}

#[derive(Debug)]
pub(super) struct Class {
    name_id: StringId,
    /// Address of the class object.
    pub(super) id: ObjectId,
    pub(super) parent: Option<ClassNo>,
    /// Number of the loader; 0 is the boot loader.
    pub(super) loader: usize,
    pub(super) kind: Kind,
    own: Vec<(StringId, Field)>,
    /// All fields in the order of an instance's record: own first, then those of super classes.
    pub(super) record: Vec<Field>,
    /// Bytes of that record.
    data_bytes: u32,
    /// References in the record.
    pub(super) references: u32,
    /// Shallow size of an instance.
    pub(super) size: u64,
    /// The one static field that some classes have.
    static_field: Option<StringId>,
}

/// All classes, and the names in the dump.
#[derive(Debug)]
pub(super) struct Classes {
    ids: IdSize,
    pub(super) layout: HeapLayout,
    pub(super) list: Vec<Class>,
    by_name: HashMap<String, ClassNo>,
    names: HashMap<String, StringId>,
    name_order: Vec<String>,
}

/// Type and filling of a field such as `size:#I`: `#` is a size, `=` always zero.
fn field(text: &str) -> (&str, Field) {
    let (name, ty) = text.split_once(':').unwrap_or((text, "L"));
    let filling = match ty.as_bytes() {
        [b'L', ..] => Filling::Reference,
        [b'#', ..] => Filling::Size,
        [b'=', ..] => Filling::Zero,
        _ => Filling::Any,
    };
    (name, Field { ty: basic_type(ty.bytes().last().unwrap_or(b'I')), filling })
}

fn basic_type(descriptor: u8) -> BasicType {
    match descriptor {
        b'L' => BasicType::Object,
        b'Z' => BasicType::Boolean,
        b'C' => BasicType::Char,
        b'F' => BasicType::Float,
        b'D' => BasicType::Double,
        b'B' => BasicType::Byte,
        b'S' => BasicType::Short,
        b'J' => BasicType::Long,
        _ => BasicType::Int,
    }
}

impl Classes {
    pub(super) fn new(ids: IdSize) -> Self {
        Self {
            ids,
            layout: HeapLayout::usual(ids),
            list: Vec::new(),
            by_name: HashMap::new(),
            names: HashMap::new(),
            name_order: Vec::new(),
        }
    }

    /// The id of a name; the first use makes it.
    pub(super) fn name(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.names.get(text) {
            return id;
        }
        self.name_order.push(text.to_owned());
        // As of a pointer into the JVM's symbol table.
        let id = StringId(0x1000 + self.name_order.len() as u64 * 8);
        self.names.insert(text.to_owned(), id);
        id
    }

    /// A class of this name, super class and fields, such as `key:L hash:I`.
    pub(super) fn class(&mut self, name: &str, parent: &str, fields: &str) -> ClassNo {
        let parent = self.by_name.get(parent).copied();
        self.add(name, parent, Kind::Instance, 0, fields)
    }

    fn add(
        &mut self,
        name: &str,
        parent: Option<ClassNo>,
        kind: Kind,
        loader: usize,
        fields: &str,
    ) -> ClassNo {
        let no = ClassNo(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let own: Vec<(StringId, Field)> = fields
            .split_whitespace()
            .map(|text| {
                let (name, field) = field(text);
                (self.name(name), field)
            })
            .collect();
        let inherited = parent.map_or(&[][..], |parent| &self.of(parent).record);
        let record: Vec<Field> = own.iter().map(|&(_, f)| f).chain(inherited.to_vec()).collect();
        let name_id = self.name(&binary_name(name));
        let mut class = Class {
            name_id,
            id: ObjectId(0),
            parent,
            loader,
            kind,
            data_bytes: record.iter().map(|f| u32::from(f.ty.size(self.ids))).sum(),
            references: count_references(&record),
            own,
            record,
            size: 0,
            static_field: None,
        };
        class.size = self.size_of(&class);
        self.list.push(class);
        self.by_name.insert(name.to_owned(), no);
        no
    }

    fn size_of(&self, class: &Class) -> u64 {
        let types = |own: &[(StringId, Field)]| own.iter().map(|(_, f)| f.ty).collect();
        let mut lineage: Vec<Vec<BasicType>> = vec![types(&class.own)];
        let mut above = class.parent;
        while let Some(parent) = above {
            lineage.push(types(&self.of(parent).own));
            above = self.of(parent).parent;
        }
        lineage.reverse();
        self.layout.instance_size(&lineage)
    }

    pub(super) fn of(&self, class: ClassNo) -> &Class {
        &self.list[class.0 as usize]
    }

    fn all(&self) -> impl Iterator<Item = ClassNo> + use<> {
        (0..u32::try_from(self.list.len()).unwrap_or(u32::MAX)).map(ClassNo)
    }

    /// Bytes of a field in the dump.
    pub(super) fn width(&self, ty: BasicType) -> u8 {
        ty.size(self.ids)
    }

    /// Shallow size of the class object.
    fn mirror_size(&self, class: ClassNo) -> u64 {
        let statics: &[BasicType] = match self.of(class).static_field {
            Some(_) => &[BasicType::Object],
            None => &[],
        };
        self.layout.class_object_size(statics)
    }

    /// Shallow size of all class objects.
    pub(super) fn mirror_bytes(&self) -> u64 {
        self.all().map(|class| self.mirror_size(class)).sum()
    }

    /// Gives the class a static field that holds a reference.
    pub(super) fn declare_static(&mut self, class: ClassNo, name: &str) {
        let name = self.name(name);
        self.list[class.0 as usize].static_field = Some(name);
    }

    /// Places the class objects from `start` on; returns where they end.
    pub(super) fn place_mirrors(&mut self, start: u64) -> u64 {
        let mut next = start;
        for class in self.all() {
            self.list[class.0 as usize].id = ObjectId(next);
            next += self.mirror_size(class);
        }
        next
    }

    /// The id of a name that was made before; 0 where it was not.
    pub(super) fn known_name(&self, text: &str) -> StringId {
        self.names.get(text).copied().unwrap_or_default()
    }

    /// The records that come before the heap.
    pub(super) fn write_names<W: Write>(&self, writer: &mut HprofWriter<W>) -> Result<()> {
        for name in &self.name_order {
            writer.utf8(self.names[name], name)?;
        }
        for (class, serial) in self.list.iter().zip(1u32..) {
            writer.load_class(ClassSerial(serial), class.id, StackTraceSerial(1), class.name_id)?;
        }
        Ok(())
    }

    /// The class dumps; `loaders` are the ids of the loaders by number, `values` those of static
    /// fields by class.
    pub(super) fn write_dumps<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        loaders: &[ObjectId],
        values: &HashMap<u32, ObjectId>,
    ) -> Result<()> {
        for (class, number) in self.list.iter().zip(0u32..) {
            let value = Value::Object(values.get(&number).copied().unwrap_or_default());
            let field = |name| StaticField { name, ty: BasicType::Object, value };
            let statics: Vec<StaticField> = class.static_field.map(field).into_iter().collect();
            let fields: Vec<FieldDescriptor> =
                class.own.iter().map(|&(name, f)| FieldDescriptor { name, ty: f.ty }).collect();
            writer.class_dump(&ClassRecord {
                id: class.id,
                trace: StackTraceSerial(1),
                super_class: class.parent.map_or(ObjectId(0), |parent| self.of(parent).id),
                loader: loaders.get(class.loader).copied().unwrap_or_default(),
                instance_size: class.data_bytes,
                statics: &statics,
                fields: &fields,
                ..ClassRecord::default()
            })?;
        }
        Ok(())
    }
}

fn count_references(record: &[Field]) -> u32 {
    record.iter().map(|f| u32::from(f.filling == Filling::Reference)).sum()
}

/// `[Ljava/lang/String;` of `java.lang.String[]`.
fn binary_name(name: &str) -> String {
    let Some(element) = name.strip_suffix("[]") else { return name.replace('.', "/") };
    match element {
        "byte" => "[B".to_owned(),
        "char" => "[C".to_owned(),
        "int" => "[I".to_owned(),
        "long" => "[J".to_owned(),
        _ => format!("[L{};", element.replace('.', "/")),
    }
}

macro_rules! jdk {
    ($($field:ident = $name:literal, $parent:literal, $fields:literal;)*) => {
        /// Classes of JDK 17 that generated objects are of, and their super classes.
        #[expect(dead_code, reason = "super classes are named for those below them only")]
        #[derive(Clone, Copy, Debug)]
        pub(super) struct Jdk { $(pub(super) $field: ClassNo,)* pub(super) arrays: Arrays }

        impl Jdk {
            pub(super) fn new(classes: &mut Classes) -> Self {
                $(let $field = classes.class($name, $parent, $fields);)*
                let arrays = Arrays::new(classes);
                Self { $($field,)* arrays }
            }
        }
    };
}

jdk! {
    object = "java.lang.Object", "", "";
    class = "java.lang.Class", "java.lang.Object",
        "name classLoader componentType module reflectionData";
    class_loader = "java.lang.ClassLoader", "java.lang.Object", "parent name packages classes";
    app_loader = "jdk.internal.loader.ClassLoaders$AppClassLoader", "java.lang.ClassLoader", "";
    web_loader = "org.apache.catalina.loader.ParallelWebappClassLoader", "java.lang.ClassLoader",
        "resources delegate:Z";
    string = "java.lang.String", "java.lang.Object", "value coder:=B hash:I hashIsZero:=Z";
    number = "java.lang.Number", "java.lang.Object", "";
    integer = "java.lang.Integer", "java.lang.Number", "value:I";
    long = "java.lang.Long", "java.lang.Number", "value:J";
    double = "java.lang.Double", "java.lang.Number", "value:D";
    thread = "java.lang.Thread", "java.lang.Object",
        "name contextClassLoader threadLocals target priority:=I daemon:=Z tid:J";
    abstract_collection = "java.util.AbstractCollection", "java.lang.Object", "";
    abstract_list = "java.util.AbstractList", "java.util.AbstractCollection", "modCount:#I";
    array_list = "java.util.ArrayList", "java.util.AbstractList", "elementData size:#I";
    linked_list = "java.util.LinkedList", "java.util.AbstractList", "first last size:#I";
    list_node = "java.util.LinkedList$Node", "java.lang.Object", "item next prev";
    abstract_map = "java.util.AbstractMap", "java.lang.Object", "keySet values";
    hash_map = "java.util.HashMap", "java.util.AbstractMap",
        "table entrySet size:#I modCount:#I threshold:=I loadFactor:=F";
    map_node = "java.util.HashMap$Node", "java.lang.Object", "hash:I key value next";
    linked_map = "java.util.LinkedHashMap", "java.util.HashMap", "head tail accessOrder:=Z";
    linked_entry = "java.util.LinkedHashMap$Entry", "java.util.HashMap$Node", "before after";
    tree_map = "java.util.TreeMap", "java.util.AbstractMap",
        "comparator root size:#I modCount:#I entrySet navigableKeySet descendingMap";
    tree_entry = "java.util.TreeMap$Entry", "java.lang.Object",
        "key value left right parent color:Z";
    concurrent_map = "java.util.concurrent.ConcurrentHashMap", "java.util.AbstractMap",
        "table nextTable baseCount:#J sizeCtl:=I transferIndex:=I cellsBusy:=I counterCells";
    concurrent_node = "java.util.concurrent.ConcurrentHashMap$Node", "java.lang.Object",
        "hash:I key val next";
    hash_set = "java.util.HashSet", "java.util.AbstractCollection", "map";
    reference = "java.lang.ref.Reference", "java.lang.Object", "referent queue next discovered";
    weak_reference = "java.lang.ref.WeakReference", "java.lang.ref.Reference", "";
    soft_reference = "java.lang.ref.SoftReference", "java.lang.ref.Reference", "timestamp:J";
    decimal = "java.math.BigDecimal", "java.lang.Number",
        "intVal scale:I precision:I stringCache intCompact:J";
    date = "java.time.LocalDate", "java.lang.Object", "year:I month:S day:S";
    time = "java.time.LocalTime", "java.lang.Object", "hour:B minute:B second:B nano:I";
    date_time = "java.time.LocalDateTime", "java.lang.Object", "date time";
    uuid = "java.util.UUID", "java.lang.Object", "mostSigBits:J leastSigBits:J";
    atomic_long = "java.util.concurrent.atomic.AtomicLong", "java.lang.Number", "value:J";
}

/// Array classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrays {
    pub(super) objects: ClassNo,
    pub(super) map_nodes: ClassNo,
    pub(super) concurrent_nodes: ClassNo,
    pub(super) bytes: ClassNo,
    pub(super) chars: ClassNo,
    pub(super) ints: ClassNo,
    pub(super) longs: ClassNo,
}

impl Arrays {
    fn new(classes: &mut Classes) -> Self {
        let object = classes.by_name.get("java.lang.Object").copied();
        let mut array =
            |element: &str, kind| classes.add(&format!("{element}[]"), object, kind, 0, "");
        Self {
            objects: array("java.lang.Object", Kind::Objects),
            map_nodes: array("java.util.HashMap$Node", Kind::Objects),
            concurrent_nodes: array("java.util.concurrent.ConcurrentHashMap$Node", Kind::Objects),
            bytes: array("byte", Kind::Primitives(BasicType::Byte)),
            chars: array("char", Kind::Primitives(BasicType::Char)),
            ints: array("int", Kind::Primitives(BasicType::Int)),
            longs: array("long", Kind::Primitives(BasicType::Long)),
        }
    }
}

/// Loaders besides the boot loader: the application's, then those of web applications.
pub(super) const LOADERS: usize = 5;

/// Class that holds the leak, and its static field.
pub(super) const LEAK_HOLDER: (&str, &str) = ("com.acme.session.SessionRegistry", "SESSIONS");

/// Classes of the application.
#[derive(Debug)]
pub(super) struct Application {
    /// What is leaked.
    pub(super) session: ClassNo,
    /// What caches hold.
    pub(super) segment: ClassNo,
    /// Entries of one list through all caches.
    pub(super) audit: ClassNo,
    /// Shared by many.
    pub(super) product: ClassNo,
    /// Holds what is leaked.
    pub(super) registry: ClassNo,
    /// Hold what is not.
    pub(super) caches: Vec<ClassNo>,
    /// Data transfer objects, the frequent ones first.
    pub(super) data: Vec<ClassNo>,
}

const AREAS: [&str; 12] = [
    "order", "customer", "billing", "catalog", "shipping", "search", "user", "report", "payment",
    "stock", "message", "audit",
];
const FIRST: [&str; 16] = [
    "Order", "Customer", "Invoice", "Product", "Parcel", "Query", "Account", "Summary", "Payment",
    "Stock", "Event", "Price", "Address", "Contract", "Region", "Campaign",
];
const SECOND: [&str; 14] = [
    "Dto", "Entity", "View", "Line", "State", "Request", "Response", "Key", "Context", "Record",
    "Snapshot", "Item", "Details", "Status",
];
const FIELDS: [&str; 20] = [
    "id",
    "name",
    "owner",
    "createdAt",
    "updatedAt",
    "status",
    "amount",
    "total",
    "currency",
    "parent",
    "children",
    "version",
    "enabled",
    "code",
    "note",
    "locale",
    "address",
    "reference",
    "weight",
    "priority",
];
/// Descriptors of fields, as often as fields are of the type.
const TYPES: &[u8; 20] = b"LLLLLLLLLLIIIJJJZZDS";

/// Number of caches that share what is not leaked: none holds a tenth of the heap.
pub(super) const CACHES: usize = 24;

impl Application {
    pub(super) fn new(classes: &mut Classes, count: u32, seed: u64) -> Self {
        let mut random = Random::new(seed, 0xc1a55);
        let object = classes.by_name.get("java.lang.Object").copied();
        let mut app =
            |name: &str, fields: &str| classes.add(name, object, Kind::Instance, 1, fields);
        let session =
            app("com.acme.session.UserSession", "attributes id user created:J requests:I");
        let segment = app("com.acme.cache.Segment", "content name loadedAt:J hits:I");
        let audit = app("com.acme.audit.AuditEntry", "previous subject at:J");
        let product = app("com.acme.catalog.Product", "title category price:J number:I");
        let registry = app(LEAK_HOLDER.0, "");
        let caches = (0..CACHES)
            .map(|n| app(&format!("com.acme.{}.Cache{n}", area(n)), "entries name"))
            .collect();
        let mut data: Vec<ClassNo> = Vec::new();
        for number in 0..count {
            let parent = match data.get(random.below(number.max(1)) as usize) {
                Some(&other) if random.percent(35) && classes.depth(other) < 5 => Some(other),
                _ => object,
            };
            let loader = match random.below(10) {
                0..6 => 1,
                n => n as usize % (LOADERS - 1) + 2,
            };
            let name = data_name(number);
            let fields = data_fields(&mut random);
            data.push(classes.add(&name, parent, Kind::Instance, loader, &fields));
        }
        Self { session, segment, audit, product, registry, caches, data }
    }
}

impl Application {
    /// Static fields, and the names that stack frames use.
    pub(super) fn declare_statics(&self, classes: &mut Classes) {
        classes.declare_static(self.registry, LEAK_HOLDER.1);
        classes.declare_static(self.product, "CATALOG");
        classes.declare_static(self.audit, "LAST");
        for name in ["run", "()V", "Server.java"] {
            classes.name(name);
        }
    }
}

impl Classes {
    fn depth(&self, class: ClassNo) -> usize {
        core::iter::successors(Some(class), |&class| self.of(class).parent).count()
    }
}

fn area(number: usize) -> &'static str {
    AREAS[number % AREAS.len()]
}

fn data_name(number: u32) -> String {
    let n = number as usize;
    let first = FIRST[n % FIRST.len()];
    let second = SECOND[n / FIRST.len() % SECOND.len()];
    let round = n / (FIRST.len() * SECOND.len());
    let suffix = if round == 0 { String::new() } else { format!("V{round}") };
    format!("com.acme.{}.{first}{second}{suffix}", area(n))
}

fn data_fields(random: &mut Random) -> String {
    let start = random.below(20) as usize;
    let count = random.range(2, 7) as usize;
    let one = |n: usize, random: &mut Random| {
        let ty = char::from(TYPES[random.below(20) as usize]);
        format!("{}:{ty}", FIELDS[(start + n) % FIELDS.len()])
    };
    (0..count).map(|n| one(n, random)).collect::<Vec<_>>().join(" ")
}
