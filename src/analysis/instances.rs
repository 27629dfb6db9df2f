//! The instances of a class, sorted.

use super::histogram::Sort;
use super::rows::ObjectRow;
use super::{HeapInquiry, Window};
use crate::heap::{ClassIndex, ObjectIndex};
use serde::Deserialize;
use std::collections::BinaryHeap;

/// What objects can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ObjectKey {
    /// Object id.
    Address,
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
    /// Elements of an array.
    Length,
}

impl HeapInquiry<'_> {
    /// Instances of a class (not of its subclasses), reachable or not. O(objects) time; memory for
    /// the rows up to the end of the window only, however many instances there are.
    pub fn instances(
        &self,
        class: ClassIndex,
        sort: Sort<ObjectKey>,
        start: u32,
        count: u32,
    ) -> Window<ObjectRow> {
        let heap = self.heap();
        let tree = self.tree_if_known();
        let mut first = First::new(start.saturating_add(count) as usize);
        let mut ids = heap.objects.ids().iter_from(0);
        heap.objects.for_each(0..heap.objects.len(), |object, of, length| {
            let id = ids.next().unwrap_or(0);
            if of == class {
                let key = match sort.key {
                    ObjectKey::Address => id,
                    ObjectKey::Shallow => heap.shallow(object),
                    // Unknown retained sizes are at least the shallow ones.
                    ObjectKey::Retained => {
                        tree.map_or_else(|| heap.shallow(object), |t| t.retained(object))
                    }
                    ObjectKey::Length => length.into(),
                };
                first.offer(if sort.descending { u64::MAX - key } else { key }, object);
            }
        });
        let total = u32::try_from(first.offered).unwrap_or(u32::MAX);
        let rows = first.sorted().into_iter().skip(start as usize).map(|o| self.row(o)).collect();
        Window::of(rows, start, total)
    }
}

/// The objects with the smallest keys among all that were offered.
struct First {
    limit: usize,
    offered: usize,
    kept: BinaryHeap<(u64, ObjectIndex)>,
}

impl First {
    fn new(limit: usize) -> Self {
        Self { limit, offered: 0, kept: BinaryHeap::new() }
    }

    fn offer(&mut self, key: u64, object: ObjectIndex) {
        self.offered += 1;
        if self.kept.len() < self.limit {
            self.kept.push((key, object));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && (key, object) < *worst
        {
            *worst = (key, object);
        }
    }

    fn sorted(self) -> Vec<ObjectIndex> {
        self.kept.into_sorted_vec().into_iter().map(|(_, object)| object).collect()
    }
}
