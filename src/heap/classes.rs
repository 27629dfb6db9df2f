//! The class table: hierarchy, fields, statics, loaders.

mod missing;

use super::names::{Names, java_class_name, shown_class_name};
use super::{ClassIndex, ObjectIndex};
use crate::hprof::{
    BasicType, ClassDump, FieldDescriptor, IdSize, ObjectId, StaticField, StringId,
};
use hashbrown::HashMap;

/// What the instances of a class are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// Plain instances.
    Instance,
    /// Arrays of references.
    ObjectArray,
    /// Arrays of a primitive type.
    PrimitiveArray(BasicType),
}

/// One class of the dump, or a stand-in for one that the dump only mentions.
#[derive(Clone, Debug)]
pub struct Class {
    /// Id of the class object; 0 for primitive array classes that the dump does not describe.
    pub id: ObjectId,
    /// Java name, a long one without its middle: see [`Classes::long_name`].
    pub name: String,
    /// What its instances are.
    pub kind: ClassKind,
    /// Id of the super class; 0 for none.
    pub super_id: ObjectId,
    /// The super class, resolved; never forms a cycle.
    pub super_class: Option<ClassIndex>,
    /// Id of the class loader; 0 for the boot loader.
    pub loader: ObjectId,
    /// The class object, when the dump holds its class dump.
    pub object: Option<ObjectIndex>,
    /// Instance size as the class dump declares it, in bytes.
    pub declared_size: u32,
    /// Own instance fields in file order.
    pub fields: Vec<FieldDescriptor>,
    /// Static fields with their values.
    pub statics: Vec<StaticField>,
    /// Bytes of field data that its instance records carry.
    pub data_len: u32,
    /// The most bytes of field data that one of them carries.
    pub longest_data: u32,
    /// Whether a class dump described it.
    pub described: bool,
}

impl Class {
    fn new(id: ObjectId, kind: ClassKind) -> Self {
        Self {
            id,
            name: String::new(),
            kind,
            super_id: ObjectId(0),
            super_class: None,
            loader: ObjectId(0),
            object: None,
            declared_size: 0,
            fields: Vec::new(),
            statics: Vec::new(),
            data_len: u32::MAX,
            longest_data: 0,
            described: false,
        }
    }

    /// Bytes of an object record of this class with `length` elements, tag included.
    pub(crate) fn record_len(&self, length: u64, ids: IdSize) -> u64 {
        let id = u64::from(ids.bytes());
        match self.kind {
            ClassKind::Instance => 9 + 2 * id + u64::from(self.data_len),
            ClassKind::ObjectArray => 9 + 2 * id + length * id,
            ClassKind::PrimitiveArray(element) => 10 + id + length * u64::from(element.size(ids)),
        }
    }

    /// Whether this is an array class.
    pub fn is_array(&self) -> bool {
        self.kind != ClassKind::Instance
    }
}

/// The eight primitive array classes have the first eight indices.
pub(crate) const PRIMITIVES: [BasicType; 8] = [
    BasicType::Boolean,
    BasicType::Char,
    BasicType::Float,
    BasicType::Double,
    BasicType::Byte,
    BasicType::Short,
    BasicType::Int,
    BasicType::Long,
];

/// The class that takes the place of objects that repeat the id of an earlier one.
pub(crate) const DUPLICATE: ClassIndex = ClassIndex(8);

/// All classes, and the ways to find one.
#[derive(Debug)]
pub struct Classes {
    list: Vec<Class>,
    by_id: HashMap<ObjectId, ClassIndex>,
    /// Ids used both as an instance's and as an array's class (damaged dumps).
    arrays_by_id: HashMap<ObjectId, ClassIndex>,
    kind_known: Vec<bool>,
    by_object: HashMap<ObjectIndex, ClassIndex>,
    /// Names of classes that are shown without their middle.
    long_names: HashMap<ObjectId, StringId>,
    recent: Box<[(ObjectId, ClassIndex); 256]>,
}

impl Default for Classes {
    fn default() -> Self {
        let mut list: Vec<Class> = PRIMITIVES
            .iter()
            .map(|&t| {
                let mut class = Class::new(ObjectId(0), ClassKind::PrimitiveArray(t));
                class.name = format!("{}[]", t.java_name());
                class
            })
            .collect();
        let mut duplicate = Class::new(ObjectId(0), ClassKind::Instance);
        duplicate.name = "(repeated object id)".into();
        duplicate.data_len = 0;
        list.push(duplicate);
        Self {
            kind_known: vec![true; list.len()],
            list,
            by_id: HashMap::new(),
            arrays_by_id: HashMap::new(),
            by_object: HashMap::new(),
            long_names: HashMap::new(),
            recent: Box::new([(ObjectId(u64::MAX), ClassIndex(0)); 256]),
        }
    }
}

/// Spreads class ids, which are multiples of 8 close to each other, over the recent-class slots.
#[inline]
fn recent_slot(id: ObjectId) -> usize {
    ((id.0 >> 3 ^ id.0 >> 11) & 255) as usize
}

impl Classes {
    /// Number of classes, stand-ins included.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no class (never: primitive arrays always exist).
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The class; indices come from this table, an unknown one gives the first class.
    #[inline]
    pub fn get(&self, class: ClassIndex) -> &Class {
        self.list.get(class.index()).unwrap_or(&self.list[0])
    }

    /// All classes with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (ClassIndex, &Class)> {
        (0u32..).map(ClassIndex).zip(&self.list)
    }

    /// The class with this id.
    pub fn by_id(&self, id: ObjectId) -> Option<ClassIndex> {
        self.by_id.get(&id).copied()
    }

    /// The name of the class as the dump has it, where [`Class::name`] leaves out its middle.
    pub fn long_name(&self, class: ClassIndex) -> Option<StringId> {
        self.long_names.get(&self.get(class).id).copied()
    }

    /// The class that a class object represents.
    pub fn represented_by(&self, object: ObjectIndex) -> Option<ClassIndex> {
        self.by_object.get(&object).copied()
    }

    /// The first class of this Java name; classes of the boot loader win.
    pub fn by_name(&self, name: &str) -> Option<ClassIndex> {
        let mut found = None;
        for (index, class) in self.iter() {
            if class.name == name && (found.is_none() || class.loader == ObjectId(0)) {
                found = Some(index);
                if class.loader == ObjectId(0) {
                    break;
                }
            }
        }
        found
    }

    /// The class of this Java name; a stand-in where the dump has none (case 31).
    pub(crate) fn named_or_made(&mut self, name: &str) -> ClassIndex {
        self.by_name(name).unwrap_or_else(|| {
            let object = self.by_name("java.lang.Object");
            let object_id = object.map_or(ObjectId(0), |object| self.get(object).id);
            let index = self.add(ObjectId(0), ClassKind::Instance, true);
            let class = &mut self.list[index.index()];
            class.name = name.to_owned();
            class.data_len = 0;
            class.super_class = object;
            class.super_id = object_id;
            index
        })
    }

    /// The super class chain of `class`, itself first.
    pub fn lineage(&self, class: ClassIndex) -> impl Iterator<Item = ClassIndex> + '_ {
        core::iter::successors(Some(class), |&c| self.get(c).super_class)
    }

    /// Whether `class` is `ancestor` or a subclass of it.
    pub fn is_subclass(&self, class: ClassIndex, ancestor: ClassIndex) -> bool {
        self.lineage(class).any(|c| c == ancestor)
    }

    /// Per class, whether it is a true subclass of `ancestor`. O(classes).
    pub fn subclasses(&self, ancestor: ClassIndex) -> Vec<bool> {
        let mut below = vec![false; self.list.len()];
        for class in self.supers_first() {
            let parent = self.get(class).super_class;
            below[class.index()] =
                parent.is_some_and(|p| p == ancestor || below.get(p.index()) == Some(&true));
        }
        below
    }

    fn add(&mut self, id: ObjectId, kind: ClassKind, known: bool) -> ClassIndex {
        let index = ClassIndex(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(Class::new(id, kind));
        self.kind_known.push(known);
        index
    }

    /// The class of an instance or object array record, made when first met.
    #[inline]
    pub(crate) fn of_record(&mut self, id: ObjectId, array: bool) -> ClassIndex {
        let slot = recent_slot(id);
        let (recent, index) = self.recent[slot];
        if recent == id && (self.list[index.index()].kind == ClassKind::ObjectArray) == array {
            return index;
        }
        let index = self.look_up(id, array);
        self.recent[slot] = (id, index);
        index
    }

    fn look_up(&mut self, id: ObjectId, array: bool) -> ClassIndex {
        let wanted = if array { ClassKind::ObjectArray } else { ClassKind::Instance };
        let index = match self.by_id.get(&id) {
            Some(&index) => index,
            None => {
                let index = self.add(id, wanted, true);
                self.by_id.insert(id, index);
                return index;
            }
        };
        let at = index.index();
        if !self.kind_known[at] {
            self.kind_known[at] = true;
            self.list[at].kind = wanted;
        }
        if self.list[at].kind == wanted {
            return index;
        }
        if let Some(&other) = self.arrays_by_id.get(&id) {
            return other;
        }
        let other = self.add(id, wanted, true);
        self.arrays_by_id.insert(id, other);
        other
    }

    /// The class of primitive arrays of this element type.
    #[inline]
    pub(crate) fn of_primitive_array(element: BasicType) -> ClassIndex {
        let at = PRIMITIVES.iter().position(|&p| p == element).unwrap_or(0);
        ClassIndex(u32::try_from(at).unwrap_or(0))
    }

    /// Takes in a class dump; a later one for the same id replaces what an earlier one said
    /// (case 25). Returns the class.
    pub(crate) fn describe(&mut self, dump: &ClassDump<'_>) -> ClassIndex {
        let index = match self.by_id.get(&dump.id) {
            Some(&index) => index,
            None => {
                let index = self.add(dump.id, ClassKind::Instance, false);
                self.by_id.insert(dump.id, index);
                index
            }
        };
        let class = &mut self.list[index.index()];
        class.super_id = dump.super_class;
        class.loader = dump.loader;
        class.declared_size = dump.instance_size;
        class.fields = dump.fields().collect();
        class.statics = dump.statics().collect();
        class.described = true;
        index
    }

    /// Notes how many bytes of field data an instance record carries; the first one settles it.
    #[inline]
    pub(crate) fn note_data_len(&mut self, class: ClassIndex, len: u32) -> u32 {
        let class = &mut self.list[class.index()];
        if class.data_len != len {
            if class.data_len == u32::MAX {
                class.data_len = len;
            }
            class.longest_data = class.longest_data.max(len);
        }
        class.data_len
    }

    pub(crate) fn set_loader(&mut self, class: ClassIndex, loader: ObjectId) {
        self.list[class.index()].loader = loader;
    }

    pub(crate) fn add_statics(&mut self, class: ClassIndex, statics: Vec<StaticField>) {
        self.list[class.index()].statics.extend(statics);
    }

    pub(crate) fn set_object(&mut self, class: ClassIndex, object: ObjectIndex) {
        self.list[class.index()].object = Some(object);
        self.by_object.insert(object, class);
    }

    /// After the scan: names, kinds, super classes; primitive array classes find their class dump.
    /// Returns the classes whose super class chains had to be cut because they formed a cycle.
    pub(crate) fn resolve(
        &mut self,
        names: &Names,
        name_of: &HashMap<ObjectId, StringId>,
    ) -> Vec<ClassIndex> {
        let mut long: HashMap<StringId, String> = HashMap::new();
        for at in DUPLICATE.index() + 1..self.list.len() {
            let class = &mut self.list[at];
            class.name = match name_of.get(&class.id) {
                Some(&name) if names.is_long(name) => {
                    self.long_names.insert(class.id, name);
                    // Any number of classes may share one enormous name.
                    let shown = long
                        .entry(name)
                        .or_insert_with(|| shown_class_name(names.raw(name).unwrap_or_default()));
                    shown.clone()
                }
                Some(&name) => java_class_name(&names.text(name)),
                None => format!("unknown-name@{:#x}", class.id.0),
            };
            if !self.kind_known[at] && class.name.ends_with("[]") {
                class.kind = ClassKind::ObjectArray;
            }
        }
        self.bind_primitive_arrays();
        for at in 0..self.list.len() {
            let super_id = self.list[at].super_id;
            self.list[at].super_class =
                if super_id == ObjectId(0) { None } else { self.by_id(super_id) };
        }
        self.cut_cycles()
    }

    /// `[I` and its like: the class dump's content moves to the reserved class.
    fn bind_primitive_arrays(&mut self) {
        for reserved in 0..PRIMITIVES.len() {
            let name = self.list[reserved].name.clone();
            let found = (DUPLICATE.index() + 1..self.list.len())
                .find(|&at| self.list[at].described && self.list[at].name == name);
            let Some(found) = found else { continue };
            let kind = self.list[reserved].kind;
            let mut class = self.list[found].clone();
            class.kind = kind;
            self.list[found].described = false;
            self.list[found].object = None;
            let index = ClassIndex(u32::try_from(reserved).unwrap_or(0));
            self.by_id.insert(class.id, index);
            if let Some(object) = class.object {
                self.by_object.insert(object, index);
            }
            self.list[reserved] = class;
        }
    }

    fn cut_cycles(&mut self) -> Vec<ClassIndex> {
        let mut cuts = Vec::new();
        // 0 = not seen, otherwise the walk that saw it.
        let mut seen = vec![0u32; self.list.len()];
        let mut finished = vec![false; self.list.len()];
        for (walk, start) in (1u32..).zip(0..self.list.len()) {
            let mut path = Vec::new();
            let mut at = start;
            while !finished[at] {
                seen[at] = walk;
                path.push(at);
                let Some(next) = self.list[at].super_class else { break };
                if seen[next.index()] == walk {
                    self.list[at].super_class = None;
                    cuts.push(ClassIndex(u32::try_from(at).unwrap_or(u32::MAX)));
                    break;
                }
                at = next.index();
            }
            for at in path {
                finished[at] = true;
            }
        }
        cuts
    }

    /// Every name that the table refers to, for [`Names::retain`].
    pub(crate) fn names_used(&self, into: &mut hashbrown::HashSet<StringId>) {
        for class in &self.list {
            into.extend(class.fields.iter().map(|f| f.name));
            into.extend(class.statics.iter().map(|s| s.name));
        }
        into.extend(self.long_names.values());
    }

    /// Whether the entry is no class that a person would count: it takes in repeated objects, or is a
    /// second one for a class that has another.
    pub fn is_alias(&self, class: ClassIndex) -> bool {
        class == DUPLICATE
            || (class.index() > DUPLICATE.index()
                && !self.get(class).described
                && self.by_id.get(&self.get(class).id).is_some_and(|&c| c != class)
                && !self.arrays_by_id.contains_key(&self.get(class).id))
    }
}
