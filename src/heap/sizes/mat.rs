//! Eclipse MAT's size model: rules S1 to S6, bit-exact.

use super::Formula;
use super::layout::width;
use crate::heap::classes::{Class, Classes};
use crate::hprof::{BasicType, IdSize};

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

/// The constants of the model for one dump.
#[derive(Clone, Copy, Debug)]
pub(super) struct MatModel {
    pointer: u64,
    reference: u64,
    alignment: u64,
}

impl MatModel {
    /// Rules S1 and S2.
    pub(super) fn new(evidence: LayoutEvidence) -> Self {
        let pointer = u64::from(evidence.ids.bytes());
        let reference = if evidence.compressed_references { 4 } else { pointer };
        Self { pointer, reference, alignment: evidence.divisor.clamp(8, 256) }
    }

    /// Rule S3 for every class. O(classes + fields).
    pub(super) fn instances(&self, classes: &Classes) -> Vec<u32> {
        // Where the fields of each class end; those of the topmost class do not count.
        let mut ends = vec![self.pointer + self.reference; classes.len()];
        for class in classes.supers_first() {
            let known = classes.get(class);
            if let Some(&start) = known.super_class.and_then(|parent| ends.get(parent.index())) {
                let own: u64 = known.fields.iter().map(|f| self.width(f.ty)).sum();
                ends[class.index()] = (start + own).next_multiple_of(self.reference);
            }
        }
        ends.into_iter().map(|end| self.aligned(end)).collect()
    }

    /// Rule S6 for every class.
    pub(super) fn class_objects(&self, classes: &Classes) -> Vec<u32> {
        classes.iter().map(|(_, class)| self.class_object_size(class)).collect()
    }

    /// Rules S4 and S5.
    pub(super) fn formula(&self) -> Formula {
        let unpadded = self.pointer + self.reference + 4;
        Formula {
            reference: self.reference,
            alignment: self.alignment,
            object_array_base: unpadded,
            primitive_array_bases: [unpadded.next_multiple_of(self.reference); 4],
        }
    }

    fn class_object_size(&self, class: &Class) -> u32 {
        self.aligned(class.statics.iter().map(|s| self.width(s.ty)).sum())
    }

    fn width(&self, field: BasicType) -> u64 {
        width(field, self.reference)
    }

    fn aligned(&self, size: u64) -> u32 {
        u32::try_from(size.next_multiple_of(self.alignment)).unwrap_or(u32::MAX)
    }
}
