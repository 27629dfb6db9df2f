//! Shallow sizes. The model is one replaceable piece: everything else asks [`ShallowSizes`].
//!
//! The `mat` model is Eclipse MAT's (rules S1 to S6): header and fields are laid out from the
//! declared fields, with one reference size and one alignment for the whole heap.

use super::ClassIndex;
use super::classes::{Class, ClassKind, Classes};
use crate::hprof::{BasicType, IdSize};

/// How shallow sizes are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SizeModel {
    /// Bit-exact with Eclipse MAT (rules S1 to S6).
    Mat,
}

/// What the scan saw of the heap's layout.
#[derive(Clone, Copy, Debug)]
pub struct LayoutEvidence {
    /// Identifier size of the dump: the pointer size of rule S1.
    pub ids: IdSize,
    /// Whether two object arrays lie closer than uncompressed references allow (rule S1).
    pub compressed_references: bool,
    /// Greatest common divisor of all address differences (rule S2).
    pub divisor: u64,
}

/// Shallow sizes of every kind of object.
#[derive(Clone, Debug)]
pub struct ShallowSizes {
    /// The model in use.
    pub model: SizeModel,
    /// Bytes of a reference inside an object.
    pub reference: u64,
    /// Bytes that object sizes are multiples of.
    pub alignment: u64,
    pointer: u64,
    instances: Vec<u32>,
    class_objects: Vec<u32>,
}

impl ShallowSizes {
    /// The sizes of `model` for these classes. O(classes x depth).
    pub fn new(model: SizeModel, classes: &Classes, evidence: LayoutEvidence) -> Self {
        let pointer = u64::from(evidence.ids.bytes());
        let reference = if evidence.compressed_references { 4 } else { pointer };
        let mut sizes = Self {
            model,
            reference,
            alignment: evidence.divisor.clamp(8, 256),
            pointer,
            instances: Vec::new(),
            class_objects: Vec::new(),
        };
        sizes.instances = classes.iter().map(|(c, _)| sizes.instance_size(c, classes)).collect();
        sizes.class_objects = classes.iter().map(|(_, c)| sizes.class_object_size(c)).collect();
        if let Some(duplicate) = sizes.instances.get_mut(super::classes::DUPLICATE.index()) {
            *duplicate = 0;
        }
        sizes
    }

    fn field_size(&self, field: BasicType) -> u64 {
        match field {
            BasicType::Object => self.reference,
            BasicType::Boolean | BasicType::Byte => 1,
            BasicType::Char | BasicType::Short => 2,
            BasicType::Int | BasicType::Float => 4,
            BasicType::Long | BasicType::Double => 8,
        }
    }

    /// Rule S3.
    fn instance_size(&self, class: ClassIndex, classes: &Classes) -> u32 {
        let lineage: Vec<ClassIndex> = classes.lineage(class).collect();
        let mut size = self.pointer + self.reference;
        for &ancestor in lineage.iter().rev().skip(1) {
            let own: u64 = classes.get(ancestor).fields.iter().map(|f| self.field_size(f.ty)).sum();
            size = (size + own).next_multiple_of(self.reference);
        }
        self.aligned(size)
    }

    /// Rule S6.
    fn class_object_size(&self, class: &Class) -> u32 {
        self.aligned(class.statics.iter().map(|s| self.field_size(s.ty)).sum())
    }

    fn aligned(&self, size: u64) -> u32 {
        u32::try_from(size.next_multiple_of(self.alignment)).unwrap_or(u32::MAX)
    }

    /// Shallow size in bytes of an instance or array of `class` with `length` elements (rules S3
    /// to S5).
    #[inline]
    pub fn of(&self, class: ClassIndex, kind: ClassKind, length: u64) -> u64 {
        match kind {
            ClassKind::Instance => self.instances.get(class.index()).copied().unwrap_or(0).into(),
            ClassKind::ObjectArray => (self.pointer + self.reference + 4 + length * self.reference)
                .next_multiple_of(self.alignment),
            ClassKind::PrimitiveArray(element) => {
                let header = (self.pointer + self.reference + 4).next_multiple_of(self.reference);
                (header + length * self.field_size(element)).next_multiple_of(self.alignment)
            }
        }
    }

    /// Shallow size in bytes of the class object of `class` (rule S6).
    pub fn of_class_object(&self, class: ClassIndex) -> u64 {
        self.class_objects.get(class.index()).copied().unwrap_or(0).into()
    }

    /// Bytes of one instance of `class`, for non-array classes.
    pub fn of_instances(&self, class: ClassIndex) -> u64 {
        self.instances.get(class.index()).copied().unwrap_or(0).into()
    }
}
