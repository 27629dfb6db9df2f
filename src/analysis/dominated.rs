//! The dominator tree, level by level.

use super::rows::ObjectRow;
use super::{TreeInquiry, Window};
use crate::heap::ObjectIndex;

impl TreeInquiry<'_> {
    /// Children of `parent` in the dominator tree (`None`: the first level), largest retained size
    /// first. Those of an unreachable object are its children in the forest, if there is one.
    /// O(count).
    pub fn dominated(
        &self,
        parent: Option<ObjectIndex>,
        start: u32,
        count: u32,
    ) -> Window<ObjectRow> {
        let tree = self.tree;
        if let (Some(parent), Some(forest)) = (parent, self.known.forest)
            && !self.is_reachable(parent)
        {
            let children = forest.children(parent, start, count);
            let rows = children.into_iter().map(|child| self.row(child)).collect();
            return Window::of(rows, start, forest.children_count(parent));
        }
        let (total, children) = match parent {
            Some(parent) => (tree.children_count(parent.0), tree.children(parent.0, start, count)),
            None => (tree.top_count(), tree.top(start, count)),
        };
        let rows = children.iter().map(|&child| self.row(ObjectIndex(child))).collect();
        Window::of(rows, start, total)
    }

    /// Number of objects that the object immediately dominates, as [`Self::dominated`] lists them.
    pub fn dominated_count(&self, object: ObjectIndex) -> u32 {
        match self.known.forest {
            Some(forest) if !self.is_reachable(object) => forest.children_count(object),
            _ => self.tree.children_count(object.0),
        }
    }

    /// The object's dominators, outermost first, the object last; those of an unreachable object
    /// within the forest, if there is one.
    pub fn dominator_path(&self, object: ObjectIndex) -> Vec<ObjectRow> {
        /// Deeper chains (lists of a million nodes) show their ends only.
        const LIMIT: usize = 200;
        let mut chain = vec![object.0];
        match self.known.forest {
            Some(forest) if !self.is_reachable(object) => {
                chain.extend(forest.ancestors(object).map(|above| above.0));
            }
            _ => chain.extend(self.tree.ancestors(object.0)),
        }
        if chain.len() > 2 * LIMIT {
            chain.drain(LIMIT..chain.len() - LIMIT);
        }
        chain.iter().rev().map(|&node| self.row(ObjectIndex(node))).collect()
    }
}
