//! Walking a dominator tree without recursion.

use super::{DominatorTree, WHAT};
use crate::error::Result;
use crate::graph::too_large;

/// One event of a [`Walk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// The node is met, before everything below it.
    Enter(u32),
    /// Everything below the node has been met.
    Leave(u32),
}

/// A depth-first walk, heavier children first. The `Enter` events are in preorder, the `Leave`
/// events in postorder. Holds 8 bytes per level; O(1) per event.
#[derive(Debug)]
pub struct Walk {
    start: Option<u32>,
    /// A node just entered, whose children come next.
    entered: Option<u32>,
    begun: bool,
    /// Per level, the children still to come, as a range of the tree's child list.
    levels: Vec<(u32, u32)>,
}

impl Walk {
    /// A walk over the whole tree.
    pub fn all() -> Self {
        Self { start: None, entered: None, begun: false, levels: Vec::new() }
    }

    /// A walk over `node` and what it dominates.
    pub fn of(node: u32) -> Self {
        Self { start: Some(node), ..Self::all() }
    }

    /// The next event; `None` at the end. `tree` is the same each time.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for one more level.
    #[inline]
    pub fn next(&mut self, tree: &DominatorTree) -> Result<Option<Visit>> {
        if !self.begun {
            self.begun = true;
            match self.start {
                Some(node) if !tree.is_reachable(node) => return Ok(None),
                Some(node) => {
                    self.entered = Some(node);
                    return Ok(Some(Visit::Enter(node)));
                }
                None => self.push(tree.top_span())?,
            }
        }
        if let Some(node) = self.entered.take() {
            let (next, end) = tree.span(node);
            if next == end {
                return Ok(Some(Visit::Leave(node)));
            }
            self.push((next, end))?;
        }
        let Some((next, end)) = self.levels.last_mut() else { return Ok(None) };
        if next < end {
            let node = tree.children[*next as usize];
            *next += 1;
            self.entered = Some(node);
            return Ok(Some(Visit::Enter(node)));
        }
        self.levels.pop();
        let owner = match self.levels.last() {
            Some(&(next, _)) => Some(tree.children[next as usize - 1]),
            None => self.start,
        };
        Ok(owner.map(Visit::Leave))
    }

    #[inline]
    fn push(&mut self, level: (u32, u32)) -> Result<()> {
        if self.levels.len() == self.levels.capacity() {
            let more = self.levels.len() / 2 + 64;
            self.levels
                .try_reserve_exact(more)
                .map_err(|_| too_large(crate::graph::bytes_of::<(u32, u32)>(more), WHAT))?;
        }
        self.levels.push(level);
        Ok(())
    }
}
