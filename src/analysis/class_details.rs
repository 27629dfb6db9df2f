//! Everything about one class.

use super::HeapInquiry;
use super::histogram::{HistogramRow, loader_label};
use super::object_details::FieldValue;
use super::rows::{ClassRef, ObjectRow};
use crate::heap::ClassIndex;
use crate::heap::classes::ClassKind;
use serde::Serialize;

/// An instance field as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DeclaredField {
    /// Name.
    pub name: String,
    /// Id of the name, `0x…`, where `name` leaves out its middle.
    pub long_name: Option<String>,
    /// Java type; `Object` for references.
    #[serde(rename = "type")]
    pub ty: &'static str,
}

/// Everything about one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ClassDetails {
    /// The class.
    pub class: ClassRef,
    /// Bytes of the name, where the one shown leaves out its middle.
    pub long_name_bytes: Option<u64>,
    /// The class object.
    pub object: Option<ObjectRow>,
    /// Its super class.
    pub super_class: Option<ClassRef>,
    /// Its loader, unless it is the boot loader.
    pub loader: Option<ObjectRow>,
    /// Shallow bytes of one instance; `None` for arrays.
    pub instance_size: Option<u64>,
    /// Its row in the histogram.
    pub histogram: HistogramRow,
    /// Super classes, nearest first.
    pub hierarchy: Vec<ClassRef>,
    /// Static fields.
    pub statics: Vec<FieldValue>,
    /// Declared instance fields.
    pub declared_fields: Vec<DeclaredField>,
}

impl HeapInquiry<'_> {
    /// Everything about one class.
    pub fn class_details(&self, class: ClassIndex) -> ClassDetails {
        let heap = self.heap();
        let entry = heap.classes.get(class);
        let total = self.totals.get(class);
        let is_instance = entry.kind == ClassKind::Instance;
        ClassDetails {
            class: self.class_ref(class),
            long_name_bytes: heap
                .classes
                .long_name(class)
                .and_then(|name| heap.names.raw(name))
                .map(|name| name.len() as u64),
            object: entry.object.map(|o| self.row(o)),
            super_class: entry.super_class.map(|c| self.class_ref(c)),
            loader: self.loader_row(class),
            instance_size: is_instance.then(|| heap.sizes.of_instances(class)),
            histogram: HistogramRow {
                class,
                name: entry.name.clone(),
                loader: loader_label(heap, entry.loader),
                instances: total.instances,
                shallow: total.shallow,
                retained: self.class_retained().and_then(|r| r.get(class.index()).copied()),
                unreachable: total.unreachable,
                unreachable_shallow: total.unreachable_shallow,
            },
            hierarchy: heap.classes.lineage(class).skip(1).map(|c| self.class_ref(c)).collect(),
            statics: self.statics_of(class),
            declared_fields: entry
                .fields
                .iter()
                .map(|f| DeclaredField {
                    name: heap.names.text(f.name),
                    long_name: self.long_name(f.name),
                    ty: f.ty.java_name(),
                })
                .collect(),
        }
    }
}
