//! Minimum retained weight of sets of nodes (heap semantics D3, D6).
//!
//! The *minimum retained set* of a set is the union of the dominator subtrees of its members;
//! its weight is the sum of the retained weights of the members that no other member dominates.

use super::{DominatorTree, WHAT};
use crate::error::Result;
use crate::graph::{BitSet, NONE, Step, bytes_of, filled, too_large};

/// The minimum retained weight of every group at once, in one walk over the tree.
///
/// A node belongs to at most two groups (in a heap a class object belongs to its own class and
/// to the group of class objects); unreachable nodes count nowhere.
#[derive(Debug)]
pub struct MinRetainedByGroup {
    /// Per level, the children still to come, as a range of the tree's child list.
    levels: Vec<(u32, u32)>,
    begun: bool,
    /// Per group: its members on the path from the top to the current node.
    open: Vec<u32>,
    sums: Vec<u64>,
    done: u64,
}

impl MinRetainedByGroup {
    /// For groups `0..groups`.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for 12 bytes per group.
    pub fn new(groups: usize) -> Result<Self> {
        let open = filled(groups, 0, WHAT)?;
        let sums = filled(groups, 0, WHAT)?;
        Ok(Self { levels: Vec::new(), begun: false, open, sums, done: 0 })
    }

    /// Does about `budget` units of work. `group_of` gives the groups of a node, [`NONE`] (or
    /// anything that is no group) for none.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out on a deep tree.
    #[inline(never)]
    pub fn step(
        &mut self,
        tree: &DominatorTree,
        weight: impl Fn(u32) -> u64,
        group_of: impl Fn(u32) -> [u32; 2],
        budget: u64,
    ) -> Result<Step> {
        if !core::mem::replace(&mut self.begun, true) {
            self.descend(tree.top_span())?;
        }
        let mut left = budget.max(1);
        while left > 0 {
            let Some(&(next, end)) = self.levels.last() else { return Ok(Step::Done) };
            if next < end {
                self.children(tree, (next, end), &weight, &group_of, &mut left)?;
                continue;
            }
            left -= 1;
            self.levels.pop();
            if let Some(&(next, _)) = self.levels.last() {
                let owner = tree.children[next as usize - 1];
                for group in distinct(group_of(owner)) {
                    if let Some(open) = self.open.get_mut(group as usize) {
                        *open -= 1;
                    }
                }
            }
        }
        let total = u64::from(tree.reachable_count()) + u64::from(tree.inner.count());
        self.done = self.done.saturating_add(budget).min(total);
        Ok(Step::More { done: self.done, total })
    }

    /// Adds the children of the last level, up to the first that has children itself, which
    /// become the last level.
    #[inline]
    fn children(
        &mut self,
        tree: &DominatorTree,
        (next, end): (u32, u32),
        weight: &impl Fn(u32) -> u64,
        group_of: &impl Fn(u32) -> [u32; 2],
        left: &mut u64,
    ) -> Result<()> {
        let mut below = None;
        let mut passed = 0;
        for &node in tree.children.get(next as usize..end as usize).unwrap_or_default() {
            if *left == 0 {
                break;
            }
            *left -= 1;
            passed += 1;
            let inner = tree.inner.position(node);
            for group in distinct(group_of(node)) {
                let Some(open) = self.open.get_mut(group as usize) else { continue };
                if *open == 0 {
                    let retained = inner.map_or_else(|| weight(node), |at| tree.retained.get(at));
                    self.sums[group as usize] += retained;
                }
                *open += u32::from(inner.is_some());
            }
            if inner.is_some() {
                below = inner;
                break;
            }
        }
        if let Some(level) = self.levels.last_mut() {
            level.0 += passed;
        }
        match below {
            Some(at) => self.descend(tree.span_at(at)),
            None => Ok(()),
        }
    }

    #[inline]
    fn descend(&mut self, level: (u32, u32)) -> Result<()> {
        if self.levels.len() == self.levels.capacity() {
            let more = self.levels.len() / 2 + 64;
            let room = self.levels.try_reserve_exact(more);
            room.map_err(|_| too_large(bytes_of::<(u32, u32)>(more), WHAT))?;
        }
        self.levels.push(level);
        Ok(())
    }

    /// The minimum retained weight per group.
    pub fn finish(self) -> Vec<u64> {
        self.sums
    }
}

/// `groups` with a repetition replaced by [`NONE`].
#[inline]
fn distinct([first, second]: [u32; 2]) -> [u32; 2] {
    [first, if second == first { NONE } else { second }]
}

/// The minimum retained weight of one set, by climbing from its members: takes time for the
/// members and the nodes above them, each once, and two bits per node of memory. No walk over
/// the tree.
#[derive(Debug)]
pub struct MinRetained {
    members: BitSet,
    /// Nodes known to have no member among themselves and their dominators.
    free: BitSet,
    next: Option<u32>,
    sum: u64,
}

impl MinRetained {
    /// For the nodes of `members`.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for a bit per node.
    pub fn new(members: BitSet) -> Result<Self> {
        let free = BitSet::new(members.len())?;
        Ok(Self { members, free, next: Some(0), sum: 0 })
    }

    /// For the nodes of a list, in any order; repetitions count once.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for two bits per node of the tree.
    pub fn of_nodes(tree: &DominatorTree, nodes: &[u32]) -> Result<Self> {
        let mut members = BitSet::new(tree.node_count())?;
        for &node in nodes {
            members.insert(node);
        }
        Self::new(members)
    }

    /// Does about `budget` units of work.
    #[inline(never)]
    pub fn step(&mut self, tree: &DominatorTree, weight: impl Fn(u32) -> u64, budget: u64) -> Step {
        let mut work = 0;
        while work < budget.max(1) {
            let Some(member) = self.next.and_then(|from| self.members.next(from)) else {
                return Step::Done;
            };
            self.next = member.checked_add(1);
            work += 1;
            if !tree.is_reachable(member) {
                continue;
            }
            let mut climbed = 0;
            let stop = tree
                .ancestors(member)
                .inspect(|_| climbed += 1)
                .find(|&above| self.members.contains(above) || self.free.contains(above));
            let covered = stop.is_some_and(|above| self.members.contains(above));
            // Each node passed is marked, so that no later climb passes it again. Below a member
            // it becomes a member too: it adds nothing itself, since one is above it.
            let marks = if covered { &mut self.members } else { &mut self.free };
            for above in tree.ancestors(member).take_while(|&above| Some(above) != stop) {
                marks.insert(above);
            }
            if !covered {
                self.sum += tree.retained(member, &weight);
            }
            work += 2 * climbed;
        }
        let done = u64::from(self.next.unwrap_or(u32::MAX));
        Step::More { done, total: (self.members.len() as u64).max(done) }
    }

    /// The minimum retained weight.
    pub fn finish(self) -> u64 {
        self.sum
    }
}
