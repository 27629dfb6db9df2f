//! The shortest path from a GC root to an object, with the names of its references.

use super::Inquiry;
use super::collections::chain::{Stretch, stretches};
use super::rows::ObjectRow;
use crate::heap::ObjectIndex;
use crate::heap::references::name_of;
use crate::heap::roots::root_label;
use serde::Serialize;

/// A step of a chain of references.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PathStep {
    /// Reference that leads here from the step before; `None` on the first.
    pub via: Option<String>,
    /// The object.
    pub row: ObjectRow,
}

/// A stretch of a path that is one step for a programmer: from a collection through its insides to
/// what was put into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PathFold {
    /// Position of the collection among the steps.
    pub from: u32,
    /// Position of what it holds; the steps between are inside the collection.
    pub to: u32,
    /// How the collection holds it: `["key"]`, `[12]`, `key`, `element`.
    pub label: String,
}

/// A path from a GC root.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Path {
    /// Root first; empty when there is no path.
    pub steps: Vec<PathStep>,
    /// Kind of the root at its start.
    pub root: Option<&'static str>,
    /// True when a path exists only through weak, soft, phantom or finalizer references.
    pub weak_only: bool,
    /// Steps left out of the middle of a very long path.
    pub omitted: u32,
    /// Stretches inside collections, in their order; they do not overlap.
    pub folds: Vec<PathFold>,
}

/// Steps of a path that are named and shown at either end.
const LIMIT: usize = 150;

impl Inquiry<'_> {
    /// The shortest path from a GC root to the object, from the one breadth-first tree that
    /// ignores weak references (rules L6, P3). O(length) file reads.
    pub fn path_to_root(&self, object: ObjectIndex) -> Path {
        let nodes = self.loaded.paths.path(object.0).unwrap_or_default();
        if nodes.is_empty() {
            return Path { weak_only: self.is_reachable(object), ..Path::default() };
        }
        self.named_path(&nodes)
    }

    /// A chain of objects, root first, as a path with the names of its references.
    pub(crate) fn named_path(&self, nodes: &[u32]) -> Path {
        let mut steps: Vec<PathStep> = Vec::new();
        let mut omitted = 0;
        let mut before: Option<u32> = None;
        // Where the nodes are among the steps.
        let position_of = |node: usize| match node {
            _ if nodes.len() <= 2 * LIMIT || node < LIMIT => Some(node),
            _ => (node + LIMIT >= nodes.len()).then(|| node + 2 * LIMIT - nodes.len()),
        };
        for (position, &node) in nodes.iter().enumerate() {
            if position >= LIMIT && position + LIMIT < nodes.len() {
                omitted += 1;
                before = Some(node);
                continue;
            }
            let object = ObjectIndex(node);
            let via = before
                .and_then(|b| name_of(&self.values, ObjectIndex(b), object))
                .map(|via| via.to_string());
            steps.push(PathStep { via, row: self.row(object) });
            before = Some(node);
        }
        let root = nodes
            .first()
            .and_then(|&first| self.heap().roots.of(ObjectIndex(first)).first())
            .map(|root| root_label(root.kind));
        let fold = |stretch: Stretch| {
            let (from, to) = (position_of(stretch.from)?, position_of(stretch.to)?);
            let (from, to) = (u32::try_from(from).ok()?, u32::try_from(to).ok()?);
            Some(PathFold { from, to, label: stretch.label })
        };
        let folds = stretches(&self.values, nodes).into_iter().filter_map(fold).collect();
        Path { steps, root, weak_only: false, omitted, folds }
    }
}
