//! What each phase needs, from counts that are known before it begins.
//!
//! The bounds follow from the data structures; `tests/memory` holds them against what an allocator
//! counts. Copies that an allocator makes to extend an array are not in them.

use crate::heap::address_map::AddressMap;
use crate::heap::memory::Need;
use crate::heap::scan::Scan;
use crate::heap::totals::ClassTotals;
use crate::heap::{Heap, classes::ClassKind};
use crate::hprof::BasicType;

/// What small things together may take: the tables of an inflater, parts of records, lists of
/// chunks.
const SMALL: u64 = 1 << 20;
/// A chunk of a column or of encoded references that is begun, for each of four columns.
const CHUNKS: u64 = 8 << 20;
/// Tables per class of hierarchy, names and memory layout.
const PER_CLASS: u64 = 1 << 10;
/// A GC root while roots are sorted out: old and new lists, which grow by doubling.
const PER_ROOT: u64 = 160;

/// Bytes of a set of `nodes`, with the directory that ranks need.
fn set(nodes: u64) -> u64 {
    nodes.div_ceil(64) * 8
}

fn ranked(nodes: u64) -> u64 {
    set(nodes) + 2 * nodes.div_ceil(128) * 4
}

/// The address map and all that is settled with it. Objects that repeat an id would cost 8 bytes
/// each on top.
pub(super) fn index(scan: &Scan) -> Need {
    let objects = scan.objects.len() as u64;
    let map = AddressMap::need(objects, &scan.survey);
    let classes = scan.classes.len() as u64 * PER_CLASS;
    let roots = (scan.roots.len() + scan.class_objects.len()) as u64 * PER_ROOT;
    let names = 2 * scan.names.bytes() as u64;
    let most = map.most + classes + roots + names + CHUNKS + SMALL;
    // The survey goes before the map comes.
    Need { least: map.least.saturating_sub(scan.survey.bytes()), most }
}

/// The compressed references: one list of varint differences per object.
pub(super) fn link(heap: &Heap, totals: &ClassTotals, gzip_index: u64) -> Need {
    let objects = heap.objects.len() as u64;
    // Half a byte for the place of every eighth list, a byte for the length of each.
    let lists = objects.div_ceil(8) * 4 + objects;
    let (references, tables) = references(heap, totals);
    let difference = 2 * objects;
    let bytes_each = u64::from((64 - difference.leading_zeros()).div_ceil(7).max(1));
    // Lengths of long lists take more than a byte, and a long list grows by a quarter.
    let targets = references * bytes_each;
    let growth = targets / 32 + targets / 4;
    let coarse = heap.addresses.coarse_bytes();
    let most = lists + targets + growth + tables + gzip_index + coarse + CHUNKS + SMALL;
    Need { least: lists, most }
}

/// References that the dump can hold at most, null or not, and bytes of the tables of fields.
fn references(heap: &Heap, totals: &ClassTotals) -> (u64, u64) {
    let inherited = reference_fields(heap);
    let mut references = 0u64;
    let mut tables = 0u64;
    for (index, class) in heap.classes.iter() {
        let total = totals.get(index);
        let each = match class.kind {
            // A reference takes at least four bytes of the array.
            ClassKind::ObjectArray => {
                references = references.saturating_add(total.shallow / 4);
                0
            }
            ClassKind::PrimitiveArray(_) => 0,
            ClassKind::Instance => inherited[index.index()],
        };
        references = references.saturating_add(each.saturating_mul(total.instances));
        // Super class, loader, statics.
        references = references.saturating_add(class.statics.len() as u64 + 2);
        tables += 64 + 8 * each;
    }
    let locals: usize = heap.threads.list.iter().map(|thread| thread.locals.len()).sum();
    (references.saturating_add(locals as u64), tables)
}

/// Reference fields of each class with those of its super classes. O(classes + fields).
fn reference_fields(heap: &Heap) -> Vec<u64> {
    let mut counts = vec![0u64; heap.classes.len()];
    for index in heap.classes.supers_first() {
        let class = heap.classes.get(index);
        let own = class.fields.iter().filter(|field| field.ty == BasicType::Object).count() as u64;
        let above = class.super_class.and_then(|above| counts.get(above.index()).copied());
        counts[index.index()] = own.saturating_add(above.unwrap_or(0));
    }
    counts
}

/// The dominator computation. Most objects take no place in its larger arrays, but how many is
/// known only afterwards.
pub(super) fn dominators(heap: &Heap) -> Need {
    let nodes = heap.objects.len() as u64;
    let roots = 4 * heap.roots.objects().len() as u64;
    let least = 4 * nodes + 2 * set(nodes) + roots;
    // Every object and every edge, that to the class included, in its place.
    let edges = 4 * (heap.edges.edge_count() + nodes);
    let remembered = crate::graph::dominators::remembered_bytes(nodes);
    Need { least, most: least + 2 * set(nodes) + 16 * nodes + edges + remembered + SMALL }
}

/// The dominator tree. Known are the immediate dominators only, not how many objects dominate.
pub(super) fn retained(heap: &Heap) -> Need {
    let nodes = heap.objects.len() as u64;
    // Sorting children takes room for at most 2^13 keys.
    let sort = 128 << 10;
    let least = set(nodes);
    let children = 4 * nodes;
    // Where lists begin is known no more when sums are added up.
    let sums = 8 * nodes;
    // A byte each, and three times 8 bytes for each 128 while their list grows.
    let pending = nodes + 24 * (nodes / 128);
    Need { least, most: 2 * ranked(nodes) + children + sums + pending + sort + SMALL }
}

/// Sums per class, and a walk over the tree, which takes 8 bytes per level and grows by half.
pub(super) fn classes(heap: &Heap) -> Need {
    let sums = 12 * heap.classes.len() as u64;
    Need { least: sums, most: sums + 12 * heap.objects.len() as u64 + SMALL }
}

/// The breadth-first search. How many objects have another parent than their dominator is known
/// only afterwards; a list of a pair for every fourth may be there beside the table that replaces it.
pub(super) fn paths(heap: &Heap) -> Need {
    let nodes = heap.objects.len() as u64;
    let frontier = set(nodes) + 4 * (nodes / 64).max(64);
    let least = 2 * set(nodes) + 2 * frontier;
    let others = 8 * (nodes / 4) + 4 * nodes + ranked(nodes) - set(nodes);
    // What one step finds before the list is looked at.
    let step = 8 * super::BUDGET.min(nodes);
    let roots = 12 * heap.roots.objects().len() as u64;
    Need { least, most: least + others + step + roots + SMALL }
}
