//! What piled up below an accumulation point.

use super::Inquiry;
use super::rows::ClassRef;
use crate::heap::{ClassIndex, ObjectIndex};
use hashbrown::HashMap;
use serde::Serialize;

/// The objects that piled up.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Pile {
    /// Their class.
    pub class: ClassRef,
    /// How many.
    pub count: u64,
    /// Retained bytes of all of them.
    pub retained: u64,
    /// Retained bytes of one, on average.
    pub average: u64,
}

/// Objects looked at before the answer is taken from those seen.
const MAX_VISITS: usize = 20_000_000;

impl Inquiry<'_> {
    /// The class with the largest retained size among what `point` immediately dominates. Entries
    /// and nodes of maps and lists are looked through, since nobody asks how many `HashMap$Node`.
    pub fn pile_below(&self, point: ObjectIndex) -> Option<Pile> {
        self.pile_of(self.loaded.dominators.children(point.0, 0, u32::MAX))
    }

    /// The same among given objects.
    pub fn pile_of(&self, objects: &[u32]) -> Option<Pile> {
        let heap = self.heap();
        let entries: Vec<bool> =
            heap.classes.iter().map(|(_, class)| is_entry(&class.name)).collect();
        // Classes of one name from many loaders are one class to a person.
        let mut first_of: HashMap<&str, ClassIndex> = HashMap::new();
        let same: Vec<ClassIndex> = heap
            .classes
            .iter()
            .map(|(index, class)| *first_of.entry(class.name.as_str()).or_insert(index))
            .collect();
        let mut sums: HashMap<ClassIndex, (u64, u64)> = HashMap::new();
        let mut pending: Vec<u32> = objects.to_vec();
        let mut visits = 0;
        while let Some(node) = pending.pop() {
            visits += 1;
            if visits > MAX_VISITS {
                break;
            }
            let object = ObjectIndex(node);
            let class = heap.objects.class(object);
            let children = self.loaded.dominators.children(node, 0, u32::MAX);
            if entries.get(class.index()) == Some(&true) && !children.is_empty() {
                pending.extend_from_slice(children);
                continue;
            }
            let class = same.get(class.index()).copied().unwrap_or(class);
            let sum = sums.entry(class).or_default();
            sum.0 += 1;
            sum.1 += self.retained(object);
        }
        let (class, (count, retained)) =
            sums.into_iter().max_by_key(|&(class, (_, retained))| (retained, class))?;
        let average = retained / count.max(1);
        Some(Pile { class: self.class_ref(class), count, retained, average })
    }
}

/// Whether instances are links of a collection rather than what a person put into it.
fn is_entry(class: &str) -> bool {
    class.starts_with("java.util.")
        && ["$Node", "$Entry", "$TreeNode", "$MapEntry", "$Segment", "$HashEntry"]
            .iter()
            .any(|suffix| class.ends_with(suffix))
}
