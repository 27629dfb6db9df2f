//! From what the first pass saw to the model: hierarchy, address map, roots, threads, sizes.

use super::address_map::{AddressMap, AddressMapBuilder};
use super::classes::Classes;
use super::roots::{Root, Roots};
use super::scan::Scan;
use super::sizes::{LayoutEvidence, Neighbours, ShallowSizes, SizeInputs, SizeModel};
use super::threads::{Thread, Threads};
use super::totals::{ClassTotals, TotalsBuilder};
use super::{ClassIndex, Heap, ObjectIndex, ThreadIndex, WellKnown, class_oddities, repeats};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Adjacency;
use crate::hprof::{GcRoot, Header, ObjectId, RootKind, ThreadSerial};
use hashbrown::HashMap;

/// Objects that the frames of each thread object hold (rule G6).
pub(crate) type Locals = HashMap<ObjectIndex, Vec<ObjectIndex>>;

/// Builds the model step by step; its references are still empty.
#[derive(Debug)]
pub(crate) struct ModelBuilder {
    stage: Stage,
    objects: u64,
    classes: u64,
    done: u64,
}

#[derive(Debug)]
enum Stage {
    /// Orders objects by address.
    Map(Box<Seen>, AddressMapBuilder),
    /// Looks at distances between objects.
    Neighbours { seen: Box<Seen>, map: AddressMap, known: WellKnown, neighbours: Box<Neighbours> },
    /// Adds up what there is of each class.
    Totals { heap: Box<Heap>, locals: Locals, totals: TotalsBuilder },
}

/// What is known at the beginning.
#[derive(Debug)]
struct Seen {
    scan: Scan,
    header: Header,
    size_model: SizeModel,
    evidence: LayoutEvidence,
    /// Classes whose cycle of super classes was cut, and classes that were made up.
    cut: Vec<ClassIndex>,
    made: Vec<ClassIndex>,
}

/// What a [`ModelBuilder`] ends with.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) heap: Box<Heap>,
    /// What thread stacks hold.
    pub(crate) locals: Locals,
    /// Totals in which every object counts as reachable.
    pub(crate) totals: ClassTotals,
}

/// Passes over all objects that the work is worth, for progress.
const PASSES: u64 = 4;

impl ModelBuilder {
    /// Begins with what the first pass saw.
    ///
    /// # Errors
    /// `NotHprof` without a header; `TooLarge` when memory ends.
    pub(crate) fn new(mut scan: Scan, size_model: SizeModel) -> Result<Self> {
        let Some(header) = scan.header.take() else {
            return Err(Error::new(ErrorKind::NotHprof, "The file has no HPROF header"));
        };
        let ids = header.id_size;
        let (objects, classes) = (scan.objects.len(), scan.class_objects.len());
        let cut = scan.classes.resolve(&scan.names, &scan.class_names);
        let made = scan.classes.complete(&mut scan.names, &scan.class_names, ids)?;
        repeats::merge_class_instances(&mut scan, ids)?;
        let evidence = LayoutEvidence {
            ids,
            compressed_references: scan.compressed_references && ids.bytes() == 8,
            divisor: scan.survey.divisor(),
        };
        let survey = core::mem::take(&mut scan.survey);
        let map = AddressMapBuilder::new(objects, survey)?;
        let seen = Box::new(Seen { scan, header, size_model, evidence, cut, made });
        let stage = Stage::Map(seen, map);
        Ok(Self { stage, objects: objects as u64, classes: classes as u64, done: 0 })
    }

    /// Number of objects, and of classes with an object.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.objects, self.classes)
    }

    /// Work done, and work expected.
    pub(crate) fn progress(&self) -> (u64, u64) {
        let total = PASSES * self.objects + 1;
        (self.done.min(total - 1), total)
    }

    /// Does about `budget` units of work; the model when it is ready.
    ///
    /// # Errors
    /// `TooLarge` when memory ends; there is nothing to go on with then.
    pub(crate) fn step(self, budget: u64) -> Result<core::result::Result<Box<Model>, Self>> {
        let stage = match self.stage {
            Stage::Map(seen, mut map) => {
                if map.step(seen.scan.objects.ids(), budget)? {
                    seen.settle_ids(map)?
                } else {
                    Stage::Map(seen, map)
                }
            }
            Stage::Neighbours { seen, map, known, mut neighbours } => {
                if neighbours.step(&map, &seen.scan.objects, budget) {
                    seen.settle(map, known, &neighbours)
                } else {
                    Stage::Neighbours { seen, map, known, neighbours }
                }
            }
            Stage::Totals { heap, locals, mut totals } => {
                if totals.step(&heap, |_| true, budget) {
                    let totals = totals.finish();
                    return Ok(Ok(Box::new(Model { heap, locals, totals })));
                }
                Stage::Totals { heap, locals, totals }
            }
        };
        Ok(Err(Self { stage, done: self.done.saturating_add(budget), ..self }))
    }
}

impl Seen {
    /// What the order of ids decides: which objects are there once, and which are classes.
    fn settle_ids(mut self: Box<Self>, map: AddressMapBuilder) -> Result<Stage> {
        let built = map.finish();
        let (scan, ids) = (&mut self.scan, self.header.id_size);
        repeats::settle(scan, &built, ids)?;
        let known = place_class_objects(scan, &built.duplicates)?;
        class_oddities::note_descriptions(scan, ids, &self.cut, &self.made);
        class_oddities::note_core(scan, &known);
        class_oddities::settle_loaders(scan, &built.map, ids);
        if let Some(class) = known.class_loader {
            scan.objects.push_system_loader(class)?;
        }
        let neighbours = Box::new(Neighbours::new(&scan.classes, &known));
        Ok(Stage::Neighbours { seen: self, map: built.map, known, neighbours })
    }

    /// Everything else.
    fn settle(
        self: Box<Self>,
        map: AddressMap,
        known: WellKnown,
        neighbours: &Neighbours,
    ) -> Stage {
        let Self { mut scan, header, size_model, evidence, .. } = *self;
        let inputs = SizeInputs {
            classes: &scan.classes,
            objects: &scan.objects,
            names: &scan.names,
            known,
            evidence,
        };
        let sizes = ShallowSizes::new(size_model, &inputs, neighbours);
        let (roots, threads, locals) = settle_roots(&mut scan, &map);
        let mut used = hashbrown::HashSet::new();
        scan.classes.names_used(&mut used);
        threads.names_used(&mut used);
        scan.spaces.resolve(&scan.names);
        scan.names.retain(&used);
        let reference_classes = known.reference.map(|r| scan.classes.subclasses(r));
        let heap = Box::new(Heap {
            sizes,
            header,
            names: scan.names,
            classes: scan.classes,
            objects: scan.objects,
            addresses: map,
            roots,
            threads,
            edges: Adjacency::default(),
            oddities: scan.oddities,
            known,
            reference_classes: reference_classes.unwrap_or_default(),
            spaces: scan.spaces,
            summary: scan.summary,
        });
        let totals = TotalsBuilder::new(&heap);
        Stage::Totals { heap, locals, totals }
    }
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
