//! One pass over all objects that collects the instances of some classes.

use crate::error::Result;
use crate::graph::Step;
use crate::heap::{ClassIndex, Heap, ObjectIndex};

/// Collects the instances of a class and of its subclasses, in bounded steps.
///
/// Needs a byte per class and 4 bytes per instance found.
#[derive(Debug)]
pub(super) struct Finder {
    wanted: Vec<bool>,
    next: usize,
    found: Vec<ObjectIndex>,
}

impl Finder {
    /// For instances of `class`; none without a class.
    pub(super) fn new(heap: &Heap, class: Option<ClassIndex>) -> Self {
        let mut wanted = class.map_or_else(Vec::new, |class| heap.classes.subclasses(class));
        if let Some(itself) = class.and_then(|class| wanted.get_mut(class.index())) {
            *itself = true;
        }
        // Nothing to look for: nothing to look at.
        let next = if class.is_none() { heap.objects.len() } else { 0 };
        Self { wanted, next, found: Vec::new() }
    }

    /// Looks at about `budget` objects.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for what was found.
    #[inline(never)]
    pub(super) fn step(&mut self, heap: &Heap, budget: u64) -> Result<Step> {
        let all = heap.objects.len();
        let batch = usize::try_from(budget).unwrap_or(usize::MAX).max(1);
        let end = self.next.saturating_add(batch).min(all);
        let (wanted, found) = (&self.wanted, &mut self.found);
        let mut room = Ok(());
        heap.objects.for_each(self.next..end, |object, class, _| {
            if wanted.get(class.index()) == Some(&true) && room.is_ok() {
                room = found.try_reserve(1);
                if room.is_ok() {
                    found.push(object);
                }
            }
        });
        room.map_err(|_| crate::heap::column::out_of_memory(8 * self.found.len()))?;
        self.next = end;
        if end >= all {
            return Ok(Step::Done);
        }
        Ok(Step::More { done: end as u64, total: all as u64 })
    }

    /// What was found, in the order of the dump.
    pub(super) fn finish(&mut self) -> Vec<ObjectIndex> {
        core::mem::take(&mut self.found)
    }
}
