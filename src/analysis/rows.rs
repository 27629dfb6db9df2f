//! One object as a row of any list.

use super::HeapInquiry;
use super::naming;
use crate::heap::objects::ObjectKind;
use crate::heap::roots::root_label;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::ObjectId;
use serde::Serialize;

/// A class by number and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ClassRef {
    /// Dense number.
    pub class: ClassIndex,
    /// Java name.
    pub name: String,
}

/// One object in any list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ObjectRow {
    /// Dense number.
    pub object: ObjectIndex,
    /// Object id, `0x…`.
    pub address: String,
    /// `instance`, `objectArray`, `primitiveArray`, `class` or `systemLoader`.
    #[cfg_attr(feature = "bindings", ts(as = "ObjectKind"))]
    pub kind: &'static str,
    /// Class of the object; `java.lang.Class` for class objects.
    pub class: ClassRef,
    /// As a programmer names it: `java.lang.Object[6246]`, `class com.acme.Foo`.
    pub name: String,
    /// Decoded value, where the class has one.
    pub value: Option<String>,
    /// Elements, for arrays.
    pub length: Option<u32>,
    /// Shallow size in bytes.
    pub shallow: u64,
    /// Retained size in bytes; `None` where dominators were not computed.
    pub retained: Option<u64>,
    /// Number of objects that it immediately dominates; `None` where dominators were not computed.
    pub dominated: Option<u32>,
    /// Labels of the GC roots on it.
    pub roots: Vec<&'static str>,
    /// True when it is known that no GC root reaches it.
    pub unreachable: bool,
}

/// An object id for people.
pub fn address(id: ObjectId) -> String {
    format!("{:#x}", id.0)
}

impl HeapInquiry<'_> {
    /// The class as a reference.
    pub fn class_ref(&self, class: ClassIndex) -> ClassRef {
        ClassRef { class, name: self.heap().classes.get(class).name.clone() }
    }

    /// The object as a row. Reads the file for its display value: O(1) reads.
    pub fn row(&self, object: ObjectIndex) -> ObjectRow {
        let heap = self.heap();
        let kind = heap.objects.kind(object, &heap.classes);
        let class = heap.objects.class(object);
        let tree = self.tree_if_known();
        ObjectRow {
            object,
            address: address(heap.objects.id(object)),
            kind: kind_name(kind),
            class: self.class_ref(class),
            name: self.name(object),
            value: naming::display_value(&self.values, object),
            length: heap.objects.length(object),
            shallow: heap.shallow(object),
            retained: tree.map(|t| t.retained(object)),
            dominated: tree.map(|t| t.dominated_count(object)),
            roots: self.root_labels(object),
            unreachable: !self.may_be_reachable(object),
        }
    }

    fn root_labels(&self, object: ObjectIndex) -> Vec<&'static str> {
        let mut labels: Vec<_> =
            self.heap().roots.of(object).iter().map(|r| root_label(r.kind)).collect();
        labels.dedup();
        labels
    }

    /// The object as a programmer names it, without its value.
    pub fn name(&self, object: ObjectIndex) -> String {
        let heap = self.heap();
        let class = &heap.classes.get(heap.objects.class(object)).name;
        match heap.objects.kind(object, &heap.classes) {
            ObjectKind::Class => match heap.classes.represented_by(object) {
                Some(represented) => format!("class {}", heap.classes.get(represented).name),
                None => "class (repeated id)".to_owned(),
            },
            ObjectKind::SystemLoader => "<system class loader>".to_owned(),
            ObjectKind::ObjectArray | ObjectKind::PrimitiveArray => {
                let length = heap.objects.length(object).unwrap_or(0);
                naming::array_name(class, length)
            }
            ObjectKind::Instance => class.clone(),
        }
    }
}

fn kind_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Instance => "instance",
        ObjectKind::ObjectArray => "objectArray",
        ObjectKind::PrimitiveArray => "primitiveArray",
        ObjectKind::Class => "class",
        ObjectKind::SystemLoader => "systemLoader",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_kinds_as_the_page_knows_them() {
        for kind in [
            ObjectKind::Instance,
            ObjectKind::ObjectArray,
            ObjectKind::PrimitiveArray,
            ObjectKind::Class,
            ObjectKind::SystemLoader,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind_name(kind));
        }
    }
}
