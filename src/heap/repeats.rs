//! Records that repeat the id of an earlier one (cases 25, 26 and 37).

use super::ObjectIndex;
use super::address_map::Built;
use super::classes::DUPLICATE;
use super::oddities::{
    CLASS_AS_INSTANCE, Oddities, OddityKind, REPEATED_CLASS_DUMP, REPEATED_OBJECT_ID,
};
use super::scan::Scan;
use crate::error::Result;
use crate::heap::values::value_at;
use crate::hprof::{IdSize, StaticField};
use hashbrown::{HashMap, HashSet};

#[derive(Debug, Default)]
struct Count {
    count: u64,
    first: Option<u32>,
}

impl Count {
    fn add(&mut self, object: u32) {
        self.count += 1;
        self.first.get_or_insert(object);
    }

    fn note(&self, kind: OddityKind, scan: &Scan, ids: IdSize, into: &mut Oddities) {
        let first = self.first.map(ObjectIndex);
        let offset = first.and_then(|object| scan.objects.offset(object, &scan.classes, ids));
        into.note_kind(kind, self.count, offset);
    }
}

/// Leaves out what repeats an id, so that each object is there once: the first record of it, or
/// the class if one of the records is a class dump. O(repeats + classes).
pub(super) fn settle(scan: &mut Scan, built: &Built, ids: IdSize) -> Result<()> {
    let (mut objects, mut class_dumps, mut class_instances) =
        (Count::default(), Count::default(), Count::default());
    // From the class dump that came second to the instance that came first.
    let mut second: HashMap<u32, u32> = HashMap::new();
    let mut places: HashSet<u32> = HashSet::new();
    for &object in &built.duplicates {
        let id = scan.objects.id(ObjectIndex(object));
        let Some(first) = built.map.get(id) else { continue };
        let is_class = scan.objects.is_class_object(ObjectIndex(object));
        let first_is_class = scan.objects.is_class_object(first) || places.contains(&first.0);
        match (is_class, first_is_class) {
            (true, true) => class_dumps.add(object),
            (true, false) => {
                second.insert(object, first.0);
                places.insert(first.0);
                class_instances.add(object);
            }
            (false, true) => class_instances.add(object),
            (false, false) => objects.add(object),
        }
    }
    let mut oddities = core::mem::take(&mut scan.oddities);
    objects.note(REPEATED_OBJECT_ID, scan, ids, &mut oddities);
    class_dumps.note(REPEATED_CLASS_DUMP, scan, ids, &mut oddities);
    class_instances.note(CLASS_AS_INSTANCE, scan, ids, &mut oddities);
    scan.oddities = oddities;

    scan.objects.pin_after(built.duplicates.iter().chain(&places).copied(), &scan.classes, ids);
    if !second.is_empty() {
        scan.objects.move_class_objects(&second);
        for (object, _) in &mut scan.class_objects {
            *object = second.get(object).copied().unwrap_or(*object);
        }
        scan.class_objects.sort_unstable();
    }
    for &object in &built.duplicates {
        scan.objects.set_class(ObjectIndex(object), DUPLICATE)?;
    }
    Ok(())
}

/// The fields of classes that are also written as instances become static fields of these, called
/// `<name>` as in Eclipse MAT (case 37).
pub(super) fn merge_class_instances(scan: &mut Scan, ids: IdSize) -> Result<()> {
    let mut names = HashMap::new();
    let mut merged = HashSet::new();
    for (id, class_class, data) in core::mem::take(&mut scan.class_instances) {
        let Some(class) = scan.classes.by_id(id).filter(|&c| scan.classes.get(c).described) else {
            continue;
        };
        if !merged.insert(class) {
            continue;
        }
        let mut at = 0;
        let fields: Vec<_> = scan
            .classes
            .lineage(class_class)
            .flat_map(|c| scan.classes.get(c).fields.iter().copied())
            .collect();
        let mut statics = Vec::new();
        for field in fields {
            let Some(value) = data.get(at..).and_then(|rest| value_at(rest, field.ty, ids)) else {
                break;
            };
            at += usize::from(field.ty.size(ids));
            let name = match names.get(&field.name) {
                Some(&name) => name,
                None => {
                    let name = format!("<{}>", scan.names.text(field.name));
                    let name = scan.names.invent(&name)?;
                    names.insert(field.name, name);
                    name
                }
            };
            statics.push(StaticField { name, ty: field.ty, value });
        }
        scan.classes.add_statics(class, statics);
    }
    Ok(())
}
