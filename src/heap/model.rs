//! From what the first pass saw to the model: hierarchy, address map, roots, threads, sizes.

use super::address_map::AddressMap;
use super::classes::Classes;
use super::roots::{Root, Roots};
use super::scan::Scan;
use super::sizes::{LayoutEvidence, ShallowSizes, SizeInputs, SizeModel};
use super::threads::{Thread, Threads};
use super::{Heap, ObjectIndex, ThreadIndex, WellKnown, class_oddities, repeats};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Adjacency;
use crate::hprof::{GcRoot, ObjectId, RootKind, ThreadSerial};
use hashbrown::HashMap;

/// Objects that the frames of each thread object hold (rule G6).
pub(crate) type Locals = HashMap<ObjectIndex, Vec<ObjectIndex>>;

/// Builds the model; its references are still empty.
pub(crate) fn build(mut scan: Scan, size_model: SizeModel) -> Result<(Heap, Locals)> {
    let Some(header) = scan.header.take() else {
        return Err(Error::new(ErrorKind::NotHprof, "The file has no HPROF header"));
    };
    let ids = header.id_size;
    let cut = scan.classes.resolve(&scan.names, &scan.class_names);
    let made = scan.classes.complete(&mut scan.names, &scan.class_names, ids)?;
    repeats::merge_class_instances(&mut scan, ids)?;
    let evidence = LayoutEvidence {
        ids,
        compressed_references: scan.compressed_references && ids.bytes() == 8,
        divisor: scan.survey.divisor(),
    };
    let survey = core::mem::take(&mut scan.survey);
    let built = AddressMap::build(scan.objects.ids(), survey)?;
    repeats::settle(&mut scan, &built, ids)?;
    let known = place_class_objects(&mut scan, &built.duplicates)?;
    class_oddities::note_descriptions(&mut scan, ids, &cut, &made);
    class_oddities::note_core(&mut scan, &known);
    class_oddities::settle_loaders(&mut scan, &built.map, ids);
    if let Some(class) = known.class_loader {
        scan.objects.push_system_loader(class)?;
    }
    let inputs = SizeInputs {
        classes: &scan.classes,
        objects: &scan.objects,
        addresses: &built.map,
        names: &scan.names,
        known,
        evidence,
    };
    let sizes = ShallowSizes::new(size_model, &inputs);
    let (roots, threads, locals) = settle_roots(&mut scan, &built.map);
    let mut used = hashbrown::HashSet::new();
    scan.classes.names_used(&mut used);
    threads.names_used(&mut used);
    scan.spaces.resolve(&scan.names);
    scan.names.retain(&used);
    let reference_classes = known.reference.map(|r| scan.classes.subclasses(r));
    let heap = Heap {
        sizes,
        header,
        names: scan.names,
        classes: scan.classes,
        objects: scan.objects,
        addresses: built.map,
        roots,
        threads,
        edges: Adjacency::default(),
        oddities: scan.oddities,
        known,
        reference_classes: reference_classes.unwrap_or_default(),
        spaces: scan.spaces,
        summary: scan.summary,
    };
    Ok((heap, locals))
}

/// Ties class objects to their classes and gives them the class `java.lang.Class`.
fn place_class_objects(scan: &mut Scan, duplicates: &[u32]) -> Result<WellKnown> {
    for &(object, class) in &scan.class_objects {
        if duplicates.binary_search(&object).is_err() {
            let class = scan.classes.by_id(scan.classes.get(class).id).unwrap_or(class);
            scan.classes.set_object(class, ObjectIndex(object));
        }
    }
    let known = WellKnown {
        class: Some(scan.classes.named_or_made("java.lang.Class")),
        class_loader: Some(scan.classes.named_or_made("java.lang.ClassLoader")),
        string: scan.classes.by_name("java.lang.String"),
        thread: scan.classes.by_name("java.lang.Thread"),
        reference: scan.classes.by_name("java.lang.ref.Reference"),
        finalizer: scan.classes.by_name("java.lang.ref.Finalizer"),
    };
    if let Some(class) = known.class {
        for &(object, _) in &scan.class_objects {
            if duplicates.binary_search(&object).is_err() {
                scan.objects.set_class(ObjectIndex(object), class)?;
            }
        }
    }
    Ok(known)
}

/// Rules G6 to G9: which objects are roots, and which are locals of a thread instead. The order of
/// the records does not matter: threads are collected first.
fn settle_roots(scan: &mut Scan, addresses: &AddressMap) -> (Roots, Threads, Locals) {
    let mut threads = core::mem::take(&mut scan.threads);
    let mut by_serial: HashMap<ThreadSerial, ThreadIndex> = HashMap::new();
    let raw = core::mem::take(&mut scan.roots);
    for root in raw.iter().filter(|r| r.kind == RootKind::ThreadObject) {
        let (Some(serial), Some(object)) = (root.thread, addresses.get(root.object)) else {
            continue;
        };
        let index = u32::try_from(threads.list.len()).unwrap_or(u32::MAX);
        by_serial.entry(serial).or_insert(ThreadIndex(index));
        threads.by_object.entry(object).or_insert(index);
        threads.list.push(Thread { object, serial, trace: root.trace, locals: Vec::new() });
    }
    let mut list = Vec::new();
    for root in &raw {
        // The second pass counts the others: it knows where they are in the file.
        let Some(object) = addresses.get(root.object) else { continue };
        let thread = root.thread.and_then(|serial| by_serial.get(&serial).copied());
        match thread.and_then(|t| threads.list.get_mut(t.0 as usize)) {
            Some(thread) if is_local(root) => thread.locals.push((root.frame, object)),
            _ => list.push(Root { object, kind: root.kind, thread }),
        }
    }
    add_system_classes(&scan.classes, &mut list);
    for (serial, id) in &scan.class_ids {
        if let Some(class) = scan.classes.by_id(*id) {
            threads.class_by_serial.insert(*serial, class);
        }
    }
    let locals = threads
        .list
        .iter()
        .filter(|t| !t.locals.is_empty())
        .map(|t| (t.object, t.locals.iter().map(|l| l.1).collect()))
        .collect();
    (Roots::new(list), threads, locals)
}

/// Rule G6: the kinds that belong to a thread's stack.
fn is_local(root: &GcRoot) -> bool {
    matches!(
        root.kind,
        RootKind::JavaFrame | RootKind::JniLocal | RootKind::NativeStack | RootKind::ThreadBlock
    )
}

/// Rule G9: a dump without system class roots makes every class of the boot loader one.
fn add_system_classes(classes: &Classes, roots: &mut Vec<Root>) {
    if roots.iter().any(|r| r.kind == RootKind::StickyClass) {
        return;
    }
    let is_root: hashbrown::HashSet<ObjectIndex> = roots.iter().map(|r| r.object).collect();
    let boot = classes
        .iter()
        .filter(|(_, c)| !c.is_array() && c.loader == ObjectId(0))
        .filter_map(|(_, c)| c.object)
        .filter(|object| !is_root.contains(object));
    roots.extend(boot.map(|object| Root { object, kind: RootKind::StickyClass, thread: None }));
}
