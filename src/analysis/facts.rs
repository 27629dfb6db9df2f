//! Facts of a dump as a whole.

use super::HeapInquiry;
use super::warnings::{Truncation, WarningFact};
use crate::heap::classes::ClassKind;
use crate::heap::roots::root_label;
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};
use crate::hprof::ObjectId;
use serde::Serialize;

/// GC roots of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RootCount {
    /// Label of the kind (rule G8).
    pub kind: &'static str,
    /// Roots of this kind; an object may have several kinds.
    pub count: u32,
}

/// A heap of Android, such as `app`, `zygote` or `image`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SpaceFact {
    /// Its name.
    pub name: String,
    /// Objects in it, unreachable ones included.
    pub objects: u64,
    /// Their shallow bytes.
    pub shallow: u64,
}

/// A `HEAP_SUMMARY` record of the hprof agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SummaryFact {
    /// Bytes of live instances.
    pub live_bytes: u32,
    /// Live instances.
    pub live_instances: u32,
    /// Bytes allocated since the program began.
    pub allocated_bytes: u64,
    /// Instances allocated since the program began.
    pub allocated_instances: u64,
}

/// What the dump is and what is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DumpFacts {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of the uncompressed dump.
    pub dump_bytes: u64,
    /// Version of the format.
    pub format: &'static str,
    /// `java.vm.name`, from the system properties in the heap.
    pub jvm: Option<String>,
    /// `java.version`, from the system properties in the heap.
    pub java_version: Option<String>,
    /// When the dump began, in milliseconds since 1970.
    pub taken_at: u64,
    /// Bytes of an identifier in the file.
    pub id_bytes: u8,
    /// Bytes of a reference in the heap.
    pub reference_bytes: u64,
    /// Bytes that sizes and addresses are multiples of.
    pub alignment: u64,
    /// Size model in use.
    pub size_model: crate::heap::sizes::SizeModel,
    /// The memory layout that the calibrated size model chose, and how far the dump agrees with it;
    /// `None` with the `mat` model.
    pub layout: Option<crate::heap::sizes::Calibration>,
    /// Classes with instances but without a neighbour behind any of them: their sizes are the
    /// layout's alone. `None` with the `mat` model.
    pub classes_without_evidence: Option<u32>,
    /// Shallow bytes of all reachable objects (rule S7).
    pub used_heap: u64,
    /// Reachable objects.
    pub objects: u64,
    /// Reachable class objects.
    pub classes: u32,
    /// Reachable class loaders, those without a class and the boot loader included.
    pub class_loaders: u32,
    /// Objects that are GC roots.
    pub gc_roots: u32,
    /// Roots by kind, the most first.
    pub gc_roots_by_kind: Vec<RootCount>,
    /// Objects that no GC root reaches.
    pub unreachable_objects: u64,
    /// Their shallow bytes.
    pub unreachable_bytes: u64,
    /// Threads that are GC roots.
    pub threads: u32,
    /// Which dump of the file this is, from 1.
    pub dump: u32,
    /// Dumps in the file.
    pub dumps: u32,
    /// When each dump of the file was taken, in milliseconds since 1970.
    pub dump_times: Vec<u64>,
    /// Android: the heaps that objects are in; empty for dumps of other JVMs.
    pub spaces: Vec<SpaceFact>,
    /// What the hprof agent summed up.
    pub heap_summary: Option<SummaryFact>,
    /// What is odd in the dump, the most important first.
    pub warnings: Vec<WarningFact>,
    /// Whether the file ends before the dump does.
    pub truncated: bool,
    /// What is missing if it does.
    pub truncation: Option<Truncation>,
}

impl HeapInquiry<'_> {
    /// Facts of the dump. O(objects). Where dominators were not computed, all objects count as
    /// reachable.
    pub fn facts(&self) -> DumpFacts {
        let heap = self.heap();
        let file = self.file;
        let totals = self.totals.sum();
        let (classes, class_loaders) = self.class_counts();
        let properties = system_properties(&self.values, &["java.vm.name", "java.version"]);
        let mut properties = properties.into_iter();
        DumpFacts {
            file_bytes: file.file_bytes,
            dump_bytes: file.dump_bytes,
            format: heap.header.version.as_str(),
            jvm: properties.next().flatten(),
            java_version: properties.next().flatten(),
            taken_at: self.taken_at(),
            id_bytes: heap.ids().bytes(),
            reference_bytes: heap.sizes.reference,
            alignment: heap.sizes.alignment,
            size_model: heap.sizes.model,
            layout: heap.sizes.calibration,
            classes_without_evidence: self.classes_without_evidence(),
            used_heap: self.used_heap_at_most(),
            objects: totals.instances,
            classes,
            class_loaders,
            gc_roots: u32::try_from(heap.roots.objects().len()).unwrap_or(u32::MAX),
            gc_roots_by_kind: roots_by_kind(heap),
            unreachable_objects: totals.unreachable,
            unreachable_bytes: totals.unreachable_shallow,
            threads: u32::try_from(heap.threads.list.len()).unwrap_or(u32::MAX),
            dump: file.dump,
            dumps: file.dumps,
            dump_times: file.dump_starts.iter().map(|dump| dump.taken_at_ms).collect(),
            spaces: self.spaces(),
            heap_summary: heap.summary.map(|summary| SummaryFact {
                live_bytes: summary.live_bytes,
                live_instances: summary.live_instances,
                allocated_bytes: summary.allocated_bytes,
                allocated_instances: summary.allocated_instances,
            }),
            warnings: self.warnings(),
            truncated: file.truncated,
            truncation: self.truncation(),
        }
    }

    /// When the dump began, in milliseconds since 1970 (case 5).
    fn taken_at(&self) -> u64 {
        let file = &self.file;
        let dump = file.dump.checked_sub(1).and_then(|at| file.dump_starts.get(at as usize));
        dump.map_or(self.heap().header.timestamp_ms, |dump| dump.taken_at_ms)
    }

    /// O(objects) for dumps of Android, else nothing.
    fn spaces(&self) -> Vec<SpaceFact> {
        let heap = self.heap();
        let named = heap.spaces.names().iter().cloned();
        let mut spaces: Vec<SpaceFact> =
            named.map(|name| SpaceFact { name, objects: 0, shallow: 0 }).collect();
        if spaces.is_empty() {
            return spaces;
        }
        for object in heap.objects.indices() {
            let counts = heap.objects.system_loader() != Some(object) && !heap.is_repeat(object);
            let space = heap.spaces.of(object).filter(|_| counts);
            if let Some(space) = space.and_then(|at| spaces.get_mut(at)) {
                space.objects += 1;
                space.shallow += heap.shallow(object);
            }
        }
        spaces
    }

    fn classes_without_evidence(&self) -> Option<u32> {
        let heap = self.heap();
        let evident = heap.sizes.calibration?.classes;
        let used = heap.classes.iter().filter(|&(class, entry)| {
            let total = self.totals.get(class);
            entry.kind == ClassKind::Instance
                && Some(class) != heap.known.class
                && total.instances + total.unreachable > 0
        });
        Some(u32::try_from(used.count()).unwrap_or(u32::MAX).saturating_sub(evident))
    }

    fn class_counts(&self) -> (u32, u32) {
        let heap = self.heap();
        let mut classes = 0;
        let mut loaders: hashbrown::HashSet<ObjectId> = self.loader_objects();
        for &object in heap.objects.class_objects() {
            let object = ObjectIndex(object);
            if self.may_be_reachable(object)
                && let Some(class) = heap.classes.represented_by(object)
            {
                classes += 1;
                loaders.insert(heap.classes.get(class).loader);
            }
        }
        (classes, u32::try_from(loaders.len()).unwrap_or(u32::MAX))
    }

    /// Reachable instances of `java.lang.ClassLoader` and its subclasses. O(objects).
    fn loader_objects(&self) -> hashbrown::HashSet<ObjectId> {
        let heap = self.heap();
        let Some(class_loader) = heap.known.class_loader else {
            return hashbrown::HashSet::new();
        };
        let mut is_loader = heap.classes.subclasses(class_loader);
        is_loader[class_loader.index()] = true;
        let mut loaders = hashbrown::HashSet::new();
        heap.objects.for_each(0..heap.objects.len(), |object, class, _| {
            if is_loader.get(class.index()) == Some(&true) && self.may_be_reachable(object) {
                loaders.insert(heap.objects.id(object));
            }
        });
        loaders
    }
}

fn roots_by_kind(heap: &Heap) -> Vec<RootCount> {
    let mut counts: Vec<RootCount> = Vec::new();
    for root in heap.roots.all() {
        let kind = root_label(root.kind);
        match counts.iter_mut().find(|c| c.kind == kind) {
            Some(count) => count.count += 1,
            None => counts.push(RootCount { kind, count: 1 }),
        }
    }
    counts.sort_by_key(|c| core::cmp::Reverse(c.count));
    counts
}

/// Values of system properties (rule W10). `None` where the heap has no such property.
pub fn system_properties(values: &Values<'_>, wanted: &[&str]) -> Vec<Option<String>> {
    let mut found = vec![None; wanted.len()];
    super::properties::for_each_system_property(values, &mut |key, entry| {
        let position = wanted.iter().position(|wanted| *wanted == key);
        if let Some(found) = position.and_then(|at| found.get_mut(at)) {
            *found = entry.text();
        }
    });
    found
}
