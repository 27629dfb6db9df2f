//! From immediate dominators to a [`DominatorTree`].

use super::sort::SortLists;
use super::{DominatorTree, Sums, WHAT};
use crate::error::Result;
use crate::graph::{BitSet, NONE, ROOT, RankedBitSet, Step, bytes_of, filled, node, too_large};
use std::sync::Arc;

/// Passes over the nodes that the work is worth, for progress.
const PASSES: u64 = 6;

/// Builds a [`DominatorTree`], step by step, in O(n log n): only sorting children takes more
/// than linear time.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: DominatorTree,
    inner: BitSet,
    /// Per inner node, then for the virtual root: number of children, then where they begin.
    starts: Vec<u32>,
    pending: Pending,
    begins: BitSet,
    phase: Phase,
    all_eights: bool,
    done: u64,
    peak: u64,
}

#[derive(Debug)]
enum Phase {
    Mark {
        next: u32,
    },
    Count {
        next: u32,
    },
    Fill {
        left: u32,
    },
    /// Turns `starts` into bits and numbers of children.
    Begin {
        next: u32,
    },
    /// `climbing` is a node whose sum is complete but not yet added to its parent's.
    Sum {
        next: u32,
        climbing: u32,
    },
    Sort(SortLists),
    Done,
}

/// Per inner node, how many of its children are not summed yet: a byte, since few have many.
#[derive(Debug, Default)]
struct Pending {
    /// Up to [`FEW`]; a node with more has [`MANY`] set beside the part of them that is here.
    counts: Vec<u8>,
    /// Nodes with more than a few, ascending, and the rest of them.
    rest: Vec<(u32, u32)>,
}

const FEW: u8 = if cfg!(test) { 2 } else { 0x7f };
const MANY: u8 = 0x80;

impl Pending {
    fn new(lists: usize) -> Result<Self> {
        Ok(Self { counts: filled(lists, 0, WHAT)?, rest: Vec::new() })
    }

    /// Sets one count; lists come in order.
    #[inline]
    fn set(&mut self, list: usize, count: u32) -> Result<()> {
        let part = count.to_le_bytes()[0];
        if count <= u32::from(FEW) {
            self.counts[list] = part;
            return Ok(());
        }
        self.counts[list] = MANY | FEW;
        let bytes = 2 * bytes_of::<(u32, u32)>(self.rest.len() + 1);
        self.rest.try_reserve(1).map_err(|_| too_large(bytes, WHAT))?;
        self.rest.push((node(list), count - u32::from(FEW)));
        Ok(())
    }

    /// Takes one off; whether none is left.
    #[inline]
    fn take_one(&mut self, list: u32) -> bool {
        let count = &mut self.counts[list as usize];
        *count -= 1;
        match *count {
            0 => true,
            MANY => self.take_rest(list),
            _ => false,
        }
    }

    /// Goes on with the rest of a node with many; whether there is none.
    #[cold]
    fn take_rest(&mut self, list: u32) -> bool {
        let Ok(at) = self.rest.binary_search_by_key(&list, |pair| pair.0) else { return true };
        let rest = &mut self.rest[at].1;
        let part = (*rest).min(u32::from(FEW));
        *rest -= part;
        self.counts[list as usize] = MANY | part.to_le_bytes()[0];
        part == 0
    }

    fn bytes(&self) -> u64 {
        bytes_of::<u8>(self.counts.capacity()) + bytes_of::<(u32, u32)>(self.rest.capacity())
    }
}

impl TreeBuilder {
    /// A builder for the result of [`crate::graph::Dominators`].
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for a bit per node.
    pub fn new(idoms: Vec<u32>) -> Result<Self> {
        let inner = BitSet::new(idoms.len())?;
        let tree = DominatorTree { idoms: Arc::new(idoms), ..DominatorTree::default() };
        Ok(Self {
            tree,
            inner,
            starts: Vec::new(),
            pending: Pending::default(),
            begins: BitSet::default(),
            phase: Phase::Mark { next: 0 },
            all_eights: true,
            done: 0,
            peak: 0,
        })
    }

    /// Does about `budget` units of work. `weight` must always answer the same.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out, or when the sum of all weights does not fit 64 bits.
    pub fn step(&mut self, weight: impl Fn(u32) -> u64, budget: u64) -> Result<Step> {
        let budget = budget.max(1);
        let nodes = node(self.tree.idoms.len());
        let steps = u32::try_from(budget).unwrap_or(u32::MAX);
        match &mut self.phase {
            Phase::Mark { next } => {
                let (from, end) = (*next, nodes.min(next.saturating_add(steps)));
                *next = end;
                self.mark(from, end, &weight)?;
                if end == nodes {
                    self.begin_count()?;
                }
            }
            Phase::Count { next } => {
                let (from, end) = (*next, nodes.min(next.saturating_add(steps)));
                *next = end;
                self.count(from, end);
                if end == nodes {
                    self.begin_fill(nodes)?;
                }
            }
            Phase::Fill { left } => {
                let (from, to) = (*left, left.saturating_sub(steps));
                *left = to;
                self.fill(from, to);
                if to == 0 {
                    self.begins = BitSet::new(self.tree.children.len())?;
                    self.pending = Pending::new(self.tree.inner.count() as usize)?;
                    self.phase = Phase::Begin { next: 0 };
                }
            }
            Phase::Begin { next } => {
                let (from, end) = (*next, node(self.starts.len()).min(next.saturating_add(steps)));
                *next = end;
                self.begin(from as usize, end as usize)?;
                if end as usize == self.starts.len() {
                    self.begin_sum()?;
                }
            }
            &mut Phase::Sum { next, climbing } => {
                let (next, climbing) = self.sum(next, climbing, &weight, budget);
                self.phase = Phase::Sum { next, climbing };
                if next == nodes && climbing == NONE {
                    self.pending = Pending::default();
                    self.phase = Phase::Sort(SortLists::new(self.tree.children.len())?);
                }
            }
            Phase::Sort(sort) => {
                let mut children = core::mem::take(&mut self.tree.children);
                let tree = &self.tree;
                let key = |child| tree.retained(child, &weight);
                let over = sort.step(tree.begins.set(), &mut children, key, budget);
                self.tree.children = children;
                if over {
                    self.phase = Phase::Done;
                }
            }
            Phase::Done => {}
        }
        self.peak = self.peak.max(self.bytes());
        let total = PASSES * u64::from(nodes) + 1;
        self.done = self.done.saturating_add(budget).min(total - 1);
        match self.phase {
            Phase::Done => Ok(Step::Done),
            _ => Ok(Step::More { done: self.done, total }),
        }
    }

    fn bytes(&self) -> u64 {
        let arrays = bytes_of::<u32>(self.starts.capacity()) + self.pending.bytes();
        self.tree.bytes() + self.inner.bytes() + self.begins.bytes() + arrays
    }

    /// The most memory held at any time so far, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        self.peak
    }

    /// The tree; incomplete before [`Step::Done`].
    pub fn finish(self) -> DominatorTree {
        self.tree
    }

    /// Finds the inner nodes, and how large sums become.
    #[inline(never)]
    fn mark(&mut self, from: u32, end: u32, weight: &impl Fn(u32) -> u64) -> Result<()> {
        for child in from..end {
            let parent = self.tree.idoms[child as usize];
            if parent == NONE {
                continue;
            }
            let weight = weight(child);
            self.all_eights &= weight.is_multiple_of(8);
            let total = self.tree.total.checked_add(weight);
            self.tree.total = total.ok_or_else(|| too_large(u64::MAX, WHAT))?;
            if parent != ROOT {
                self.inner.insert(parent);
            }
        }
        Ok(())
    }

    fn begin_count(&mut self) -> Result<()> {
        let inner = RankedBitSet::new(core::mem::take(&mut self.inner))?;
        let count = inner.count() as usize;
        self.tree.inner = inner;
        self.starts = filled(count + 1, 0, WHAT)?;
        self.phase = Phase::Count { next: 0 };
        Ok(())
    }

    /// The list that `child` belongs to: the rank of its parent, or the last for the top level.
    #[inline]
    fn list_of(&self, child: u32) -> Option<u32> {
        match self.tree.idoms[child as usize] {
            NONE => None,
            ROOT => Some(self.tree.inner.count()),
            parent => Some(self.tree.inner.rank(parent)),
        }
    }

    #[inline(never)]
    fn count(&mut self, from: u32, end: u32) {
        for child in from..end {
            if let Some(list) = self.list_of(child) {
                self.starts[list as usize] += 1;
            }
        }
    }

    /// Marks where lists begin, and notes how long those of inner nodes are.
    #[inline(never)]
    fn begin(&mut self, from: usize, end: usize) -> Result<()> {
        for list in from..end {
            let start = self.starts[list];
            self.begins.insert(start);
            if let Some(after) = self.starts.get(list + 1) {
                self.pending.set(list, after - start)?;
            }
        }
        Ok(())
    }

    fn begin_sum(&mut self) -> Result<()> {
        self.starts = Vec::new();
        self.tree.begins = RankedBitSet::new(core::mem::take(&mut self.begins))?;
        let count = self.tree.inner.count() as usize;
        let small = self.all_eights && self.tree.total / 8 <= u64::from(u32::MAX);
        self.tree.retained = if small {
            Sums::Eights(filled(count, 0, WHAT)?)
        } else {
            Sums::Ones(filled(count, 0, WHAT)?)
        };
        self.phase = Phase::Sum { next: 0, climbing: NONE };
        Ok(())
    }

    /// Adds up bottom-up without an order: from each leaf, climbs as long as the node reached
    /// has no child left to wait for.
    #[inline(never)]
    fn sum(
        &mut self,
        mut next: u32,
        mut climbing: u32,
        weight: &impl Fn(u32) -> u64,
        budget: u64,
    ) -> (u32, u32) {
        let nodes = node(self.tree.idoms.len());
        let mut work = 0;
        while work < budget {
            work += 1;
            let mut child = core::mem::replace(&mut climbing, NONE);
            if child == NONE {
                if next == nodes {
                    break;
                }
                child = next;
                next += 1;
                if self.tree.idoms[child as usize] == NONE || self.tree.inner.contains(child) {
                    continue;
                }
            }
            let mut sum = self.tree.retained(child, weight);
            loop {
                let parent = self.tree.idoms[child as usize];
                if parent >= nodes {
                    break;
                }
                let at = self.tree.inner.rank(parent);
                self.tree.retained.add(at, sum);
                if !self.pending.take_one(at) {
                    break;
                }
                self.tree.retained.add(at, weight(parent));
                if work >= budget {
                    climbing = parent;
                    break;
                }
                work += 1;
                child = parent;
                sum = self.tree.retained.get(at);
            }
        }
        (next, climbing)
    }

    /// Turns the counts into the ends of the lists; filling makes them the beginnings.
    fn begin_fill(&mut self, nodes: u32) -> Result<()> {
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.tree.children = filled(end as usize, 0, WHAT)?;
        self.phase = Phase::Fill { left: nodes };
        Ok(())
    }

    /// From the last node to the first, so that each list is in index order.
    #[inline(never)]
    fn fill(&mut self, from: u32, to: u32) {
        for child in (to..from).rev() {
            if let Some(list) = self.list_of(child) {
                let start = &mut self.starts[list as usize];
                *start -= 1;
                self.tree.children[*start as usize] = child;
            }
        }
    }
}
