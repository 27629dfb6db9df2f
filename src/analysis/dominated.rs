//! The dominator tree, level by level.

use super::rows::ObjectRow;
use super::{TreeInquiry, Window};
use crate::heap::ObjectIndex;

impl TreeInquiry<'_> {
    /// Children of `parent` in the dominator tree (`None`: the first level), largest retained size
    /// first. O(count).
    pub fn dominated(
        &self,
        parent: Option<ObjectIndex>,
        start: u32,
        count: u32,
    ) -> Window<ObjectRow> {
        let tree = self.tree;
        let (total, children) = match parent {
            Some(parent) => (tree.children_count(parent.0), tree.children(parent.0, start, count)),
            None => (tree.top_count(), tree.top(start, count)),
        };
        let rows = children.iter().map(|&child| self.row(ObjectIndex(child))).collect();
        Window::of(rows, start, total)
    }

    /// The object's dominators, outermost first, the object last.
    pub fn dominator_path(&self, object: ObjectIndex) -> Vec<ObjectRow> {
        /// Deeper chains (lists of a million nodes) show their ends only.
        const LIMIT: usize = 200;
        let mut chain = vec![object.0];
        chain.extend(self.tree.ancestors(object.0));
        if chain.len() > 2 * LIMIT {
            chain.drain(LIMIT..chain.len() - LIMIT);
        }
        chain.iter().rev().map(|&node| self.row(ObjectIndex(node))).collect()
    }
}
