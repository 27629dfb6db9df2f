//! Sizes of class objects, the instances of `java.lang.Class`.

use super::evidence::Evidence;
use super::layout::{FieldCounts, Layout};
use crate::heap::ObjectIndex;
use crate::heap::classes::{Class, Classes};
use crate::heap::names::Names;

/// Sizes of `java.lang.Class` instances.
#[derive(Debug)]
pub(super) struct Mirrors {
    /// An instance without statics, such as the mirror of an array class.
    pub(super) bare: u64,
    /// By class.
    pub(super) class_objects: Vec<u32>,
    /// Whether mirrors hold the static fields (JDK 7 on).
    pub(super) hold_statics: bool,
}

/// Sizes the class objects: a common part, which holds fields that class dumps do not list, and
/// since JDK 7 the static fields behind it. O(classes + static fields).
pub(super) fn settle_mirrors(
    classes: &Classes,
    names: &Names,
    evidence: &Evidence,
    layout: &Layout,
    declared: u64,
) -> Mirrors {
    let statics: Vec<u64> = classes.iter().map(|(_, c)| statics_size(c, names, layout)).collect();
    let of = |object: ObjectIndex| {
        classes.represented_by(object).and_then(|c| statics.get(c.index())).copied().unwrap_or(0)
    };
    let with = fit(evidence, declared, layout, of);
    let without = fit(evidence, declared, layout, |_| 0);
    let hold_statics = with.1 >= without.1;
    let bare = if hold_statics { with.0 } else { without.0 };
    let class_objects = statics
        .iter()
        .map(|&own| layout.aligned(bare + if hold_statics { own } else { 0 }))
        .map(|size| u32::try_from(size).unwrap_or(u32::MAX))
        .collect();
    Mirrors { bare, class_objects, hold_statics }
}

/// The largest common part that no distance contradicts, and how many distances it explains.
fn fit(
    evidence: &Evidence,
    declared: u64,
    layout: &Layout,
    statics: impl Fn(ObjectIndex) -> u64,
) -> (u64, u32) {
    let rooms = evidence
        .mirrors
        .iter()
        .map(|&(object, gap)| u64::from(gap).saturating_sub(statics(object)).max(declared));
    let alignment = u64::from(layout.alignment);
    let bare = rooms.min().map_or(declared, |room| (room / alignment * alignment).max(declared));
    let exact = evidence
        .mirrors
        .iter()
        .filter(|&&(object, gap)| layout.aligned(bare + statics(object)) == u64::from(gap));
    (bare, u32::try_from(exact.count()).unwrap_or(u32::MAX))
}

/// Bytes of the static fields in a mirror: references, then primitives from the widest to the
/// narrowest, no gap filled. What the dump lists beside them (`<resolved_references>` and its
/// like) is no field.
fn statics_size(class: &Class, names: &Names, layout: &Layout) -> u64 {
    let is_field = |name: Option<&[u8]>| name.is_none_or(|name| !name.starts_with(b"<"));
    let fields = class.statics.iter().filter(|s| is_field(names.raw(s.name)));
    let mut primitives = FieldCounts::new(fields.map(|s| s.ty));
    let reference = u64::from(layout.reference_bytes);
    let references = core::mem::take(&mut primitives.references) * reference;
    let unit = if primitives.longs > 0 { 8 } else { 1 };
    let end = references.next_multiple_of(unit) + primitives.sum(reference);
    end.next_multiple_of(layout.word_bytes.into())
}
