//! GC roots by kind, by class, and one by one (rule G8).

use super::rows::{ClassRef, ObjectRow};
use super::{HeapInquiry, Window};
use crate::heap::ObjectIndex;
use crate::heap::roots::root_label;
use hashbrown::HashMap;
use serde::Serialize;

/// Roots of one kind, or those of a class among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RootGroup {
    /// Label of the kind.
    pub root: String,
    /// The class of the objects; `None` for all of the kind.
    pub class: Option<ClassRef>,
    /// Roots: an object counts as often as the dump lists it.
    pub roots: u32,
    /// Different objects.
    pub objects: u32,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Bytes that only these objects lead to. No root dominates another, so that it is the sum of
    /// their retained sizes. `None` where dominators were not computed.
    pub retained: Option<u64>,
}

/// A line of the tree of roots.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "line", rename_all = "camelCase")]
pub enum RootEntry {
    /// A kind, or a class within one.
    Group(RootGroup),
    /// An object.
    Object(ObjectRow),
}

impl HeapInquiry<'_> {
    /// Kinds of roots, or the classes of one kind, the most retaining first.
    /// O(roots + groups log groups).
    pub fn root_groups(&self, kind: Option<&str>, start: u32, count: u32) -> Window<RootEntry> {
        let heap = self.heap();
        let tree = self.tree_if_known();
        let mut groups: HashMap<(&'static str, u32), (RootGroup, ObjectIndex)> = HashMap::new();
        for root in heap.roots.all() {
            let label = root_label(root.kind);
            let class = heap.objects.class(root.object);
            let key = match kind {
                None => (label, 0),
                Some(kind) if kind == label => (label, class.0),
                Some(_) => continue,
            };
            let (group, last) = groups.entry(key).or_insert_with(|| {
                let group = RootGroup {
                    root: label.to_owned(),
                    class: kind.map(|_| self.class_ref(class)),
                    roots: 0,
                    objects: 0,
                    shallow: 0,
                    retained: tree.map(|_| 0),
                };
                (group, ObjectIndex(u32::MAX))
            });
            group.roots += 1;
            // Roots are sorted by object.
            if *last != root.object {
                *last = root.object;
                group.objects += 1;
                group.shallow += heap.shallow(root.object);
                if let (Some(sum), Some(tree)) = (&mut group.retained, tree) {
                    *sum += tree.retained(root.object);
                }
            }
        }
        let mut groups: Vec<RootGroup> = groups.into_values().map(|(group, _)| group).collect();
        groups.sort_by(|a, b| {
            let size = |g: &RootGroup| (g.retained.unwrap_or(0), g.shallow, g.roots);
            let name = |g: &RootGroup| (g.root.clone(), g.class.as_ref().map(|c| c.name.clone()));
            size(b).cmp(&size(a)).then_with(|| name(a).cmp(&name(b)))
        });
        let total = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let rows = groups.into_iter().skip(start as usize).take(count as usize);
        Window::of(rows.map(RootEntry::Group).collect(), start, total)
    }

    /// The objects of one class among the roots of a kind, the most retaining first.
    /// O(roots log roots), and a few reads per row of the window.
    pub fn root_objects(
        &self,
        kind: &str,
        class: crate::heap::ClassIndex,
        start: u32,
        count: u32,
    ) -> Window<RootEntry> {
        let heap = self.heap();
        let of_kind = heap.roots.all().iter().filter(|root| root_label(root.kind) == kind);
        let of_class = of_kind.filter(|root| heap.objects.class(root.object) == class);
        let mut objects: Vec<ObjectIndex> = of_class.map(|root| root.object).collect();
        objects.dedup();
        let tree = self.tree_if_known();
        let size = |&object: &ObjectIndex| {
            tree.map_or_else(|| heap.shallow(object), |tree| tree.retained(object))
        };
        objects.sort_by_key(|object| core::cmp::Reverse(size(object)));
        let total = u32::try_from(objects.len()).unwrap_or(u32::MAX);
        let rows = objects.into_iter().skip(start as usize).take(count as usize);
        Window::of(rows.map(|object| RootEntry::Object(self.row(object))).collect(), start, total)
    }
}
