//! What is odd about the classes of a dump.

use super::address_map::AddressMap;
use super::classes::{Class, PRIMITIVES};
use super::oddities::{
    CLASS_OF_BOTH_KINDS, CLASS_WITHOUT_NAME, MISSING_CLASS, MISSING_CORE_CLASS, MISSING_LOADER,
    MISSING_PRIMITIVE_ARRAY_CLASS, MISSING_SUPER_CLASS, OBJECT_AS_CLASS, OddityKind,
    SUPER_CLASS_CYCLE, UNRESOLVED_NAME,
};
use super::scan::Scan;
use super::totals::ClassTotals;
use super::{ClassIndex, Heap, WellKnown};
use crate::hprof::{IdSize, ObjectId};

/// Counts `classes` as one kind, at the place of the first one's class dump.
fn note(scan: &mut Scan, ids: IdSize, kind: OddityKind, classes: &[ClassIndex]) {
    let objects = classes.iter().filter_map(|&class| scan.classes.get(class).object);
    let first = objects.min().and_then(|o| scan.objects.offset(o, &scan.classes, ids));
    scan.oddities.note_kind(kind, classes.len() as u64, first);
}

/// Notes what is odd about descriptions of classes. O(classes + fields).
pub(super) fn note_descriptions(
    scan: &mut Scan,
    ids: IdSize,
    cut: &[ClassIndex],
    made: &[ClassIndex],
) {
    note(scan, ids, SUPER_CLASS_CYCLE, cut);
    let described = |of: &dyn Fn(&Class) -> bool| -> Vec<ClassIndex> {
        let classes = scan.classes.iter().filter(|(_, class)| class.described && of(class));
        classes.map(|(index, _)| index).collect()
    };
    let extend_missing = described(&|class| {
        class.super_class.is_some_and(|parent| made.binary_search(&parent).is_ok())
    });
    let without_name = described(&|class| !scan.class_names.contains_key(&class.id));
    let unresolved = described(&|class| {
        let name = scan.class_names.get(&class.id).copied();
        let fields = class.fields.iter().map(|field| field.name);
        let statics = class.statics.iter().map(|field| field.name);
        name.into_iter().chain(fields).chain(statics).any(|name| scan.names.raw(name).is_none())
    });
    note(scan, ids, MISSING_SUPER_CLASS, &extend_missing);
    note(scan, ids, CLASS_WITHOUT_NAME, &without_name);
    note(scan, ids, UNRESOLVED_NAME, &unresolved);
}

/// Notes which of the classes that every JVM has were made up (case 31).
pub(super) fn note_core(scan: &mut Scan, known: &WellKnown) {
    let core = [known.class, known.class_loader].into_iter().flatten();
    let missing = core.filter(|&class| !scan.classes.get(class).described).count();
    scan.oddities.note_kind(MISSING_CORE_CLASS, missing as u64, None);
}

/// Case 33: a loader that the dump does not hold is the boot loader.
pub(super) fn settle_loaders(scan: &mut Scan, addresses: &AddressMap, ids: IdSize) {
    let lacks =
        |class: &Class| class.loader != ObjectId(0) && addresses.get(class.loader).is_none();
    let lacking: Vec<ClassIndex> =
        scan.classes.iter().filter(|(_, class)| lacks(class)).map(|(index, _)| index).collect();
    for &class in &lacking {
        scan.classes.set_loader(class, ObjectId(0));
    }
    note(scan, ids, MISSING_LOADER, &lacking);
}

/// Notes the classes of objects that no class dump describes (cases 27, 29, 30 and 32). O(classes),
/// and O(objects) where there are such.
pub(super) fn note_missing(heap: &mut Heap, totals: &ClassTotals) {
    let used = |class: ClassIndex| {
        let total = totals.get(class);
        total.instances + total.unreachable > 0
    };
    let mut kinds: Vec<Option<OddityKind>> = vec![None; heap.classes.len()];
    for (index, class) in heap.classes.iter().filter(|&(index, _)| used(index)) {
        let kind = if index.index() < PRIMITIVES.len() {
            (!class.described).then_some(MISSING_PRIMITIVE_ARRAY_CLASS)
        } else if !heap.classes.is_missing(index) || class.id == ObjectId(0) {
            None
        } else {
            Some(match heap.addresses.get(class.id) {
                Some(object) if heap.objects.is_class_object(object) => CLASS_OF_BOTH_KINDS,
                Some(_) => OBJECT_AS_CLASS,
                None => MISSING_CLASS,
            })
        };
        kinds[index.index()] = kind;
    }
    if kinds.iter().all(Option::is_none) {
        return;
    }
    let mut first = vec![None; kinds.len()];
    heap.objects.for_each(0..heap.objects.len(), |object, class, _| {
        if let Some(first) = first.get_mut(class.index()) {
            first.get_or_insert(object);
        }
    });
    let noted =
        [MISSING_CLASS, OBJECT_AS_CLASS, CLASS_OF_BOTH_KINDS, MISSING_PRIMITIVE_ARRAY_CLASS];
    for kind in noted {
        let classes = kinds.iter().zip(&first).filter(|(k, _)| **k == Some(kind));
        let count = classes.clone().count() as u64;
        let object = classes.filter_map(|(_, &object)| object).min();
        let offset = object.and_then(|o| heap.objects.offset(o, &heap.classes, heap.ids()));
        heap.oddities.note_kind(kind, count, offset);
    }
}
