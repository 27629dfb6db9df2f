//! Stand-ins for classes that the dump mentions but does not describe (cases 27 to 32).

use super::{Class, ClassKind, Classes, DUPLICATE};
use crate::error::Result;
use crate::heap::ClassIndex;
use crate::heap::names::Names;
use crate::hprof::limits::MAX_INSTANCE_BYTES;
use crate::hprof::{BasicType, FieldDescriptor, IdSize, ObjectId, StringId};
use hashbrown::HashMap;

/// What is known of a class that only its subclasses name.
#[derive(Clone, Copy, Debug, Default)]
struct Missing {
    /// Bytes of its fields, super classes included, by an instance of a subclass.
    bytes: Option<u32>,
    /// The same by the declared size of a direct subclass.
    declared: Option<u32>,
}

impl Classes {
    /// After [`resolve`](Self::resolve): gives every class that the dump does not describe a name,
    /// `java.lang.Object` as super class, and fields that take as many bytes as its instances
    /// have. Returns the classes that only subclasses name. O(classes + fields).
    pub(crate) fn complete(
        &mut self,
        names: &mut Names,
        name_of: &HashMap<ObjectId, StringId>,
        ids: IdSize,
    ) -> Result<Vec<ClassIndex>> {
        let (order, missing) = self.missing_supers(ids);
        let mut made = Vec::new();
        for &id in &order {
            if !self.by_id.contains_key(&id) {
                let class = self.add(id, ClassKind::Instance, true);
                self.by_id.insert(id, class);
                made.push(class);
            }
        }
        for at in 0..self.list.len() {
            let class = &self.list[at];
            if class.super_class.is_none()
                && let Some(&parent) = self.by_id.get(&class.super_id)
                && made.binary_search(&parent).is_ok()
            {
                self.list[at].super_class = Some(parent);
            }
        }
        let object = self.by_name("java.lang.Object").filter(|&object| {
            let object = self.get(object);
            object.described && object.super_class.is_none()
        });
        let mut fillers = Fillers::default();
        let mut unnamed = 0;
        for at in DUPLICATE.index() + 1..self.list.len() {
            let index = ClassIndex(u32::try_from(at).unwrap_or(u32::MAX));
            if self.list[at].described || self.is_alias(index) {
                continue;
            }
            let known = missing.get(&self.list[at].id).copied().unwrap_or_default();
            let has_name = name_of.contains_key(&self.list[at].id);
            unnamed += u32::from(!has_name);
            let object_id = object.map_or(ObjectId(0), |object| self.get(object).id);
            let class = &mut self.list[at];
            if made.binary_search(&index).is_ok() || !has_name {
                class.name = stand_in_name(names, name_of.get(&class.id), unnamed, class.kind);
            }
            class.super_class = object.filter(|&object| object != index);
            class.super_id = class.super_class.map_or(ObjectId(0), |_| object_id);
            let by_instances = (class.data_len != u32::MAX).then_some(class.data_len);
            let bytes = by_instances.or(known.bytes);
            class.declared_size = bytes.or(known.declared).unwrap_or(0);
            if class.kind == ClassKind::Instance {
                class.fields = fillers.of(bytes.unwrap_or(0), names)?;
            }
        }
        for class in &mut self.list {
            if class.data_len == u32::MAX {
                class.data_len = 0;
            }
        }
        Ok(made)
    }

    /// Classes that are named as super classes only, in the order of their subclasses, and what
    /// these say about them.
    fn missing_supers(&self, ids: IdSize) -> (Vec<ObjectId>, HashMap<ObjectId, Missing>) {
        let mut order = Vec::new();
        let mut missing: HashMap<ObjectId, Missing> = HashMap::new();
        // Bytes of the fields above the missing class, and its id.
        let mut known: Vec<(u64, ObjectId)> = vec![(0, ObjectId(0)); self.list.len()];
        for at in self.supers_first() {
            let class = &self.list[at.index()];
            let own = class.own_bytes(ids);
            let (above, root) = match class.super_class {
                Some(parent) if self.get(parent).described => {
                    known.get(parent.index()).copied().unwrap_or_default()
                }
                Some(parent) => (0, self.get(parent).id),
                None if self.by_id.contains_key(&class.super_id) => (0, ObjectId(0)),
                None => (0, class.super_id),
            };
            known[at.index()] = (above + own, root);
            if root == ObjectId(0) || !class.described {
                continue;
            }
            let entry = missing.entry(root).or_insert_with(|| {
                order.push(root);
                Missing::default()
            });
            if class.kind != ClassKind::Instance {
                continue;
            }
            let rest = |len: u32| {
                u32::try_from(u64::from(len).saturating_sub(above + own)).unwrap_or(u32::MAX)
            };
            if class.data_len != u32::MAX {
                entry.bytes = Some(entry.bytes.map_or(u32::MAX, |b| b).min(rest(class.data_len)));
            }
            if class.super_id == root {
                let by_this = rest(class.declared_size);
                entry.declared = Some(entry.declared.map_or(u32::MAX, |b| b).min(by_this));
            }
        }
        (order, missing)
    }

    /// All classes, super classes before their subclasses. Chains may be long, so nothing
    /// recurses. O(classes).
    pub(crate) fn supers_first(&self) -> Vec<ClassIndex> {
        let mut placed = vec![false; self.list.len()];
        let mut order = Vec::with_capacity(self.list.len());
        for (start, _) in self.iter() {
            let first = order.len();
            for class in self.lineage(start) {
                if core::mem::replace(&mut placed[class.index()], true) {
                    break;
                }
                order.push(class);
            }
            order[first..].reverse();
        }
        order
    }

    /// Whether the dump mentions the class, but neither describes it nor is its name a second one
    /// for a class that is described.
    pub fn is_missing(&self, class: ClassIndex) -> bool {
        class.index() > DUPLICATE.index() && !self.get(class).described && !self.is_alias(class)
    }
}

/// The name that the dump gives the class, else one with a number.
fn stand_in_name(names: &Names, name: Option<&StringId>, number: u32, kind: ClassKind) -> String {
    match (name, kind) {
        (Some(&name), _) => super::java_class_name(&names.text(name)),
        (None, ClassKind::Instance) => format!("unknown-class-{number}"),
        (None, _) => format!("unknown-class-{number}[]"),
    }
}

/// Fields that stand for unknown ones: `int`, then `short` and `byte`, so that they take as many
/// bytes as an instance has.
#[derive(Debug, Default)]
struct Fillers {
    names: Vec<StringId>,
}

impl Fillers {
    fn of(&mut self, bytes: u32, names: &mut Names) -> Result<Vec<FieldDescriptor>> {
        let bytes = bytes.min(MAX_INSTANCE_BYTES) as usize;
        let types = core::iter::repeat_n(BasicType::Int, bytes / 4)
            .chain((bytes & 2 != 0).then_some(BasicType::Short))
            .chain((bytes & 1 != 0).then_some(BasicType::Byte));
        let mut fields = Vec::new();
        for (at, ty) in types.enumerate() {
            if at == self.names.len() {
                self.names.push(names.invent(&format!("unknown-field-{}", at + 1))?);
            }
            fields.push(FieldDescriptor { name: self.names[at], ty });
        }
        Ok(fields)
    }
}

impl Class {
    /// Bytes of the class's own fields in an instance record.
    pub(crate) fn own_bytes(&self, ids: IdSize) -> u64 {
        self.fields.iter().map(|field| u64::from(field.ty.size(ids))).sum()
    }
}
