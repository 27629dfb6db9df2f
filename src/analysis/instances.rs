//! The instances of a class, sorted.

use super::histogram::Sort;
use super::rows::ObjectRow;
use super::{Inquiry, Window};
use crate::heap::{ClassIndex, ObjectIndex};
use serde::Deserialize;

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

impl Inquiry<'_> {
    /// All instances of a class (not of its subclasses), reachable or not. O(objects) to find
    /// them, and only the window is fully sorted.
    pub fn instances(
        &self,
        class: ClassIndex,
        sort: Sort<ObjectKey>,
        start: u32,
        count: u32,
    ) -> Window<ObjectRow> {
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        let heap = self.heap();
        heap.objects.for_each(0..heap.objects.len(), |object, of, length| {
            if of == class {
                let key = match sort.key {
                    ObjectKey::Address => 0,
                    ObjectKey::Shallow => heap.shallow(object),
                    ObjectKey::Retained => self.retained(object),
                    ObjectKey::Length => length.into(),
                };
                keyed.push((key, object.0));
            }
        });
        if sort.key == ObjectKey::Address {
            for entry in &mut keyed {
                entry.0 = heap.objects.id(ObjectIndex(entry.1)).0;
            }
        }
        let total = u32::try_from(keyed.len()).unwrap_or(u32::MAX);
        let end = (start.saturating_add(count) as usize).min(keyed.len());
        let order = |a: &(u64, u32), b: &(u64, u32)| {
            let by_key = a.0.cmp(&b.0);
            let by_key = if sort.descending { by_key.reverse() } else { by_key };
            by_key.then(a.1.cmp(&b.1))
        };
        if end > 0 && end < keyed.len() {
            keyed.select_nth_unstable_by(end - 1, order);
            keyed.truncate(end);
        }
        keyed.sort_unstable_by(order);
        let rows =
            keyed.iter().skip(start as usize).map(|&(_, o)| self.row(ObjectIndex(o))).collect();
        Window::of(rows, start, total)
    }
}
