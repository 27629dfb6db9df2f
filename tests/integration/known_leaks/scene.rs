//! Small heaps in a few lines: what a static field or a thread refers to, as nested values.

use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, Value};
use std::collections::BTreeMap;

/// A value in a heap to be made.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Null,
    Int(i32),
    Long(i64),
    Flag(bool),
    Text(String),
    /// A `byte[]` or `char[]`.
    Primitive(BasicType, usize),
    Objects(Vec<Thing>),
    Instance(Box<Instance>),
    /// A class loader of the scene, by name.
    Loader(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Instance {
    class: String,
    loader: Option<&'static str>,
    fields: Vec<(String, Thing)>,
}

/// An instance of a class, without fields yet.
pub(crate) fn a(class: &str) -> Thing {
    Thing::Instance(Box::new(Instance {
        class: class.to_owned(),
        loader: None,
        fields: Vec::new(),
    }))
}

impl Thing {
    /// The instance with one more field.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Thing>) -> Self {
        match &mut self {
            Self::Instance(instance) => instance.fields.push((field.to_owned(), value.into())),
            other => panic!("{other:?} has no fields"),
        }
        self
    }

    /// The instance, of a class of one of the scene's loaders.
    pub(crate) fn of_loader(mut self, name: &'static str) -> Self {
        match &mut self {
            Self::Instance(instance) => instance.loader = Some(name),
            other => panic!("{other:?} has no class of its own"),
        }
        self
    }

    /// The instance with so many bytes that it alone holds.
    pub(crate) fn weighing(self, bytes: usize) -> Self {
        self.with("payload", bytes_of(bytes))
    }
}

impl From<i32> for Thing {
    fn from(value: i32) -> Self {
        Self::Int(value)
    }
}

impl From<i64> for Thing {
    fn from(value: i64) -> Self {
        Self::Long(value)
    }
}

impl From<bool> for Thing {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<&str> for Thing {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// A `byte[]`.
pub(crate) fn bytes_of(length: usize) -> Thing {
    Thing::Primitive(BasicType::Byte, length)
}

/// `n` times the same.
pub(crate) fn times(n: usize, thing: &Thing) -> Vec<Thing> {
    vec![thing.clone(); n]
}

/// An `Object[]`.
pub(crate) fn array(elements: Vec<Thing>) -> Thing {
    Thing::Objects(elements)
}

/// A `java.util.ArrayList`.
pub(crate) fn list(elements: Vec<Thing>) -> Thing {
    let size = i32::try_from(elements.len()).unwrap();
    a("java.util.ArrayList").with("size", size).with("elementData", array(elements))
}

/// A `java.util.HashMap` of these values, a bucket each.
pub(crate) fn map(values: Vec<Thing>) -> Thing {
    map_of("java.util.HashMap", values)
}

/// A map of a class with `size` and `table`.
pub(crate) fn map_of(class: &str, values: Vec<Thing>) -> Thing {
    let size = i32::try_from(values.len()).unwrap();
    let node = |value| a(&format!("{class}$Node")).with("key", "k").with("value", value);
    let table = array(values.into_iter().map(node).collect());
    a(class).with("size", size).with("table", table)
}

/// A `java.util.concurrent.ConcurrentHashMap` of these values.
pub(crate) fn concurrent_map(values: Vec<Thing>) -> Thing {
    const CLASS: &str = "java.util.concurrent.ConcurrentHashMap";
    let size = i64::try_from(values.len()).unwrap();
    let node = |value| a(&format!("{CLASS}$Node")).with("key", "k").with("val", value);
    let table = array(values.into_iter().map(node).collect());
    a(CLASS).with("baseCount", size).with("table", table)
}

/// A `java.util.concurrent.atomic.AtomicLong`.
pub(crate) fn atomic(value: i64) -> Thing {
    a("java.util.concurrent.atomic.AtomicLong").with("value", value)
}

/// An enum constant.
pub(crate) fn constant(class: &str, name: &str) -> Thing {
    a(class).with("name", name)
}

/// A heap to be made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scene {
    statics: Vec<(String, String, Thing)>,
    threads: Vec<Thing>,
    extends: BTreeMap<String, String>,
    loaders: Vec<(&'static str, Thing, Vec<String>)>,
    classes: Vec<String>,
}

impl Scene {
    /// An empty heap.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A static field, `Class#field`.
    pub(crate) fn keep(mut self, field: &str, value: impl Into<Thing>) -> Self {
        let (class, field) = field.split_once('#').unwrap();
        self.statics.push((class.to_owned(), field.to_owned(), value.into()));
        self
    }

    /// The same, many times: in an array in a static field.
    pub(crate) fn keep_many(self, n: usize, thing: &Thing) -> Self {
        let field = format!("com.acme.Holder{}#all", self.statics.len());
        self.keep(&field, array(times(n, thing)))
    }

    /// A running thread.
    pub(crate) fn thread(mut self, thread: Thing) -> Self {
        self.threads.push(thread.with("name", "worker-1"));
        self
    }

    /// A super class.
    pub(crate) fn extends(mut self, class: &str, parent: &str) -> Self {
        self.extends.insert(class.to_owned(), parent.to_owned());
        self
    }

    /// A class loader that has defined classes of these names.
    pub(crate) fn loader(mut self, name: &'static str, loader: Thing, classes: &[&str]) -> Self {
        let classes = classes.iter().map(|&class| class.to_owned()).collect();
        self.loaders.push((name, loader, classes));
        self
    }

    /// Classes without instances.
    pub(crate) fn defines(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.classes.extend(names);
        self
    }

    /// Bytes that have nothing to do with it.
    pub(crate) fn beside(self, bytes: usize) -> Self {
        self.keep("com.acme.Bystander#data", bytes_of(bytes))
    }

    /// An open jar on the class path.
    pub(crate) fn jar(self, name: &str) -> Self {
        let zip = a("java.util.zip.ZipFile").with("name", &*format!("/srv/app/lib/{name}"));
        let field = format!("com.acme.Jars#jar{}", self.statics.len());
        self.keep(&field, zip)
    }

    /// The version of Java, as a system property.
    pub(crate) fn java(self, version: &str) -> Self {
        let entry = a("java.util.concurrent.ConcurrentHashMap$Node")
            .with("key", "java.version")
            .with("val", version);
        let map = a("java.util.concurrent.ConcurrentHashMap").with("table", array(vec![entry]));
        self.keep("java.lang.System#props", a("java.util.Properties").with("map", map))
    }

    /// The dump.
    pub(crate) fn dump(self) -> Vec<u8> {
        Stage::of(&self).dump(&self)
    }
}

type ClassKey = (String, Option<&'static str>);

/// The classes that a scene needs, then their ids.
struct Stage {
    dump: DumpBuilder,
    fields: BTreeMap<ClassKey, Vec<(String, BasicType)>>,
    ids: BTreeMap<ClassKey, ObjectId>,
    loaders: BTreeMap<&'static str, ObjectId>,
}

impl Stage {
    fn of(scene: &Scene) -> Self {
        let mut stage = Self {
            dump: DumpBuilder::new(IdSize::Eight),
            fields: BTreeMap::new(),
            ids: BTreeMap::new(),
            loaders: BTreeMap::new(),
        };
        for (class, _, value) in &scene.statics {
            stage.fields.entry((class.clone(), None)).or_default();
            stage.note(value);
        }
        scene.threads.iter().for_each(|thread| stage.note(thread));
        for (child, parent) in &scene.extends {
            stage.fields.entry((child.clone(), None)).or_default();
            stage.fields.entry((parent.clone(), None)).or_default();
        }
        for (name, loader, classes) in &scene.loaders {
            stage.note(loader);
            for class in classes {
                stage.fields.entry((class.clone(), Some(name))).or_default();
            }
        }
        for class in &scene.classes {
            stage.fields.entry((class.clone(), None)).or_default();
        }
        stage
    }

    /// Notes classes and their fields.
    fn note(&mut self, thing: &Thing) {
        match thing {
            Thing::Objects(elements) => elements.iter().for_each(|element| self.note(element)),
            Thing::Instance(instance) => {
                let key = (instance.class.clone(), instance.loader);
                for (name, value) in &instance.fields {
                    let fields = self.fields.entry(key.clone()).or_default();
                    if !fields.iter().any(|(known, _)| known == name) {
                        fields.push((name.clone(), type_of(value)));
                    }
                    self.note(value);
                }
                self.fields.entry(key).or_default();
            }
            _ => {}
        }
    }

    fn dump(mut self, scene: &Scene) -> Vec<u8> {
        self.own_standard_classes();
        self.dump.standard_classes();
        let keys: Vec<ClassKey> = self.fields.keys().cloned().collect();
        let (boot, loaded): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| key.1.is_none());
        boot.iter().for_each(|key| self.class(key, scene));
        for (name, loader, _) in &scene.loaders {
            let id = self.make(loader);
            self.loaders.insert(name, id);
        }
        loaded.iter().for_each(|key| self.class(key, scene));
        for (class, field, value) in &scene.statics {
            let value = self.value(value);
            let class = self.ids[&(class.clone(), None)];
            self.dump.set_static(class, field, value);
        }
        for thread in &scene.threads {
            let thread = self.make(thread);
            self.dump.thread_of(thread, &[], &[]);
        }
        self.dump.finish()
    }

    /// `java.lang.String` and `Thread` with the fields that the scene gives them.
    fn own_standard_classes(&mut self) {
        let object = self.dump.class_named("java.lang.Object");
        if let Some(fields) = self.fields.get(&("java.lang.Thread".to_owned(), None)) {
            let class = self.dump.class("java.lang.Thread").extends(object);
            fields.iter().fold(class, |class, (name, ty)| class.field(name, *ty)).build();
        }
        if let Some(fields) = self.fields.get(&("java.lang.String".to_owned(), None)) {
            let class = self.dump.class("java.lang.String").extends(object);
            fields.iter().fold(class, |class, (name, ty)| class.field(name, *ty)).build();
        }
    }

    fn class(&mut self, key: &ClassKey, scene: &Scene) {
        if self.ids.contains_key(key) {
            return;
        }
        let existing = self.dump.find_class(&key.0).filter(|_| key.1.is_none());
        let id = match existing {
            Some(id) => id,
            None => {
                let parent = scene.extends.get(&key.0).map(|parent| (parent.clone(), None));
                if let Some(parent) = &parent {
                    self.class(parent, scene);
                }
                let parent = parent.and_then(|parent| self.ids.get(&parent).copied());
                let mut class = self.dump.class(&key.0);
                if let Some(parent) = parent {
                    class = class.extends(parent);
                }
                if let Some(loader) = key.1.and_then(|name| self.loaders.get(name)) {
                    class = class.loader(*loader);
                }
                let fields = self.fields.get(key).into_iter().flatten();
                fields.fold(class, |class, (name, ty)| class.field(name, *ty)).build()
            }
        };
        self.ids.insert(key.clone(), id);
    }

    fn make(&mut self, thing: &Thing) -> ObjectId {
        match self.value(thing) {
            Value::Object(id) => id,
            other => panic!("{other:?} is no object"),
        }
    }

    fn value(&mut self, thing: &Thing) -> Value {
        Value::Object(match thing {
            Thing::Null => ObjectId(0),
            Thing::Int(value) => return Value::Int(*value),
            Thing::Long(value) => return Value::Long(*value),
            Thing::Flag(value) => return Value::Boolean(*value),
            Thing::Text(text) => self.dump.string(text),
            Thing::Primitive(element, length) => {
                let width = usize::from(element.size(IdSize::Eight));
                self.dump.primitive_array(*element, &vec![0; length * width])
            }
            Thing::Objects(elements) => {
                let elements: Vec<ObjectId> =
                    elements.iter().map(|element| self.make(element)).collect();
                let class = self.dump.class_named("java.lang.Object[]");
                self.dump.object_array(class, &elements)
            }
            Thing::Instance(instance) => {
                let fields: Vec<(String, Value)> = instance
                    .fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.value(value)))
                    .collect();
                let fields: Vec<(&str, Value)> =
                    fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                let class = self.ids[&(instance.class.clone(), instance.loader)];
                self.dump.instance_with(class, &fields)
            }
            Thing::Loader(name) => self.loaders[name],
        })
    }
}

fn type_of(thing: &Thing) -> BasicType {
    match thing {
        Thing::Int(_) => BasicType::Int,
        Thing::Long(_) => BasicType::Long,
        Thing::Flag(_) => BasicType::Boolean,
        _ => BasicType::Object,
    }
}
