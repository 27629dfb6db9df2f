//! GC roots for a dump whose own were cut off.
//!
//! Many JVMs write the roots behind the objects. A file that ends early then has none, and
//! everything in it would count as garbage. What is certainly alive, or held by something that the
//! file no longer tells, stands in: every class object, and every object that no other refers to
//! (as in rule G10).

use super::classes::DUPLICATE;
use super::oddities::ROOTS_CUT_OFF;
use super::roots::{Root, Roots};
use super::{Heap, ObjectIndex};
use crate::error::Result;
use crate::graph::adjacency::Scan;
use crate::graph::{BitSet, Graph};
use crate::hprof::RootKind;

/// Whether the dump has none of the roots that every running JVM has.
pub(crate) fn are_needed(heap: &Heap, truncated: bool) -> bool {
    truncated && heap.threads.list.is_empty()
}

/// Adds the stand-ins to the roots. Needs the references. O(objects + references).
///
/// # Errors
/// `TooLarge` when memory ends.
pub(crate) fn add(heap: &mut Heap) -> Result<()> {
    let referenced = referenced(heap)?;
    let mut roots: Vec<Root> = heap.roots.all().to_vec();
    for object in heap.objects.indices() {
        let kind = if heap.objects.is_class_object(object) {
            RootKind::StickyClass
        } else if !referenced.contains(object.0) {
            RootKind::Unknown
        } else {
            continue;
        };
        let is_none =
            heap.objects.system_loader() == Some(object) || heap.objects.class(object) == DUPLICATE;
        if !heap.roots.contains(object) && !is_none {
            roots.push(Root { object, kind, thread: None });
        }
    }
    heap.oddities.note_kind(ROOTS_CUT_OFF, 1, None);
    heap.roots = Roots::new(roots);
    Ok(())
}

/// The objects that another object refers to by more than its class.
fn referenced(heap: &Heap) -> Result<BitSet> {
    let mut referenced = BitSet::new(heap.objects.len())?;
    let mut scan = Scan::default();
    while let Some(piece) = heap.adjacency().next_piece(&mut scan) {
        mark(piece.targets, &mut referenced);
    }
    Ok(referenced)
}

#[inline(never)]
fn mark(targets: crate::graph::adjacency::Targets<'_>, referenced: &mut BitSet) {
    let source = targets.source();
    for target in targets.filter(|&target| target != source) {
        referenced.insert(ObjectIndex(target).0);
    }
}
