//! Instances and shallow bytes per class: the class histogram's raw numbers.

use super::{ClassIndex, Heap, ObjectIndex};

/// Totals of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassTotal {
    /// Reachable instances; all instances while reachability is unknown.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Instances that no GC root reaches.
    pub unreachable: u64,
    /// Their shallow bytes.
    pub unreachable_shallow: u64,
}

/// Totals of every class, by class index.
#[derive(Clone, Debug, Default)]
pub struct ClassTotals {
    list: Vec<ClassTotal>,
}

/// Adds up the totals of every class, step by step. O(objects) in all.
#[derive(Debug)]
pub(crate) struct TotalsBuilder {
    list: Vec<ClassTotal>,
    next: usize,
}

impl TotalsBuilder {
    /// Before the first object.
    pub(crate) fn new(heap: &Heap) -> Self {
        Self { list: vec![ClassTotal::default(); heap.classes.len()], next: 0 }
    }

    /// A batch of `budget` objects, of which `is_reachable` decides the side; whether it was the
    /// last.
    pub(crate) fn step(
        &mut self,
        heap: &Heap,
        is_reachable: impl Fn(ObjectIndex) -> bool,
        budget: u64,
    ) -> bool {
        let end = self.next.saturating_add(usize::try_from(budget).unwrap_or(usize::MAX));
        add_batch(heap, self.next..end, &is_reachable, &mut self.list);
        self.next = end;
        end >= heap.objects.len()
    }

    /// The totals.
    pub(crate) fn finish(mut self) -> ClassTotals {
        if let Some(repeated) = self.list.get_mut(super::classes::DUPLICATE.index()) {
            *repeated = ClassTotal::default();
        }
        ClassTotals { list: self.list }
    }
}

impl ClassTotals {
    /// Adds up all objects at once; `is_reachable` decides the side. O(objects).
    pub(crate) fn new(heap: &Heap, is_reachable: impl Fn(ObjectIndex) -> bool) -> Self {
        let mut builder = TotalsBuilder::new(heap);
        while !builder.step(heap, &is_reachable, 1 << 16) {}
        builder.finish()
    }

    /// The totals of a class.
    pub fn get(&self, class: ClassIndex) -> ClassTotal {
        self.list.get(class.index()).copied().unwrap_or_default()
    }

    /// Sum over all classes.
    pub fn sum(&self) -> ClassTotal {
        let mut sum = ClassTotal::default();
        for total in &self.list {
            sum.instances += total.instances;
            sum.shallow += total.shallow;
            sum.unreachable += total.unreachable;
            sum.unreachable_shallow += total.unreachable_shallow;
        }
        sum
    }
}

#[inline(never)]
fn add_batch(
    heap: &Heap,
    range: core::ops::Range<usize>,
    is_reachable: &impl Fn(ObjectIndex) -> bool,
    list: &mut [ClassTotal],
) {
    heap.objects.for_each(range, |object, class, length| {
        let shallow = heap.sizes.by_class(class, || length).unwrap_or_else(|| heap.shallow(object));
        if let Some(total) = list.get_mut(class.index()) {
            if is_reachable(object) {
                total.instances += 1;
                total.shallow += shallow;
            } else {
                total.unreachable += 1;
                total.unreachable_shallow += shallow;
            }
        }
    });
}
