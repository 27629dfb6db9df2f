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

impl ClassTotals {
    /// Adds up all objects; `is_reachable` decides the side. O(objects).
    pub fn new(heap: &Heap, is_reachable: impl Fn(ObjectIndex) -> bool) -> Self {
        let mut list = vec![ClassTotal::default(); heap.classes.len()];
        const BATCH: usize = 1 << 16;
        let mut start = 0;
        while start < heap.objects.len() {
            add_batch(heap, start..start + BATCH, &is_reachable, &mut list);
            start += BATCH;
        }
        if let Some(repeated) = list.get_mut(super::classes::DUPLICATE.index()) {
            *repeated = ClassTotal::default();
        }
        Self { list }
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
        let shallow = if Some(class) == heap.known.class {
            heap.shallow(object)
        } else {
            heap.sizes.of(object, class, heap.classes.get(class).kind, length.into())
        };
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
