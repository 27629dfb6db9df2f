//! The fewest nodes from which every node of a graph is reached.
//!
//! In a heap: where to look first among objects that no GC root reaches. An object to which none
//! of the others refers must be looked at by itself. What then is left lies on cycles or behind
//! them. A *strongly connected component* (nodes that all reach one another) into which no edge
//! leads from outside needs exactly one of its nodes, whichever; no other component needs any.
//!
//! # How
//! 1. Nodes without a referrer are chosen, and what they reach is met.
//! 2. The nodes not met, the best ones first, are candidates: each that is still not met begins a
//!    search. In a component that nothing leads into, the first node tried cannot have been met
//!    before, and its search meets all others. So exactly one node of each is a candidate, the best
//!    one. A candidate of any other component is reached from a later candidate: from an earlier
//!    one it would have been met.
//! 3. Hence, searching once more from the candidates in reverse order, those still not met when
//!    their turn comes are chosen, and they are one of each component that needs one.
//!
//! No components are ever computed. Time is linear: three passes over nodes and edges and three to
//! sort by. So chosen, no node is reached from another, and none can be spared. (The rule of
//! Eclipse MAT, which tries cycles of two and then nodes with many outbound edges, up to ten times,
//! promises neither.)
//!
//! # The best node of a cycle
//! Any does for reaching the others; for people one of them is the owner of the rest. The parts of
//! a thing know it, and it is one: children refer to their parent, statements to their connection,
//! entries to their map, classes to their loader. So the node with the most referrers, in steps of
//! an eighth, comes first. The caller's preference decides before that and among equals; then the
//! lowest number.

use super::adjacency::Scan;
use super::{BitSet, Edges, Graph, Reach, Step, bytes_of, filled, node, reserve};
use crate::error::Result;

const WHAT: &str = "the roots of unreachable objects";

/// The nodes chosen; made by a [`Cover`].
#[derive(Debug, Default)]
pub struct Roots {
    /// All of them: first those without a referrer, ascending.
    pub list: Vec<u32>,
    /// How many have no referrer. The others stand for a cycle each.
    pub without_referrer: u32,
}

/// Chooses [`Roots`], step by step.
///
/// Takes at most 4 bytes per node for the number of referrers, 4 to 12 per node that no node
/// without referrer reaches, and six bits.
#[derive(Debug)]
pub struct Cover {
    phase: Phase,
    /// Per node: its referrers, then what it is sorted by.
    keys: Vec<u32>,
    /// The nodes not met in step 1, in the order of step 2; those chosen as candidates stay.
    rest: Vec<u32>,
    roots: Roots,
    done: u64,
    peak: u64,
}

#[derive(Debug)]
enum Phase {
    Count(Scan),
    /// Nodes from `next` on may have no referrer.
    Sources {
        reach: Reach,
        next: u32,
    },
    Gather {
        reach: Reach,
        next: u32,
    },
    Sort {
        reach: Reach,
        sort: Sort,
    },
    /// `rest[..kept]` are candidates; from `next` on they are still to be tried.
    Try {
        reach: Reach,
        next: usize,
        kept: usize,
    },
    /// Candidates from `left` on are decided.
    Choose {
        reach: Reach,
        left: usize,
    },
    Done,
}

/// Passes over nodes and edges that the work is worth at most, for progress.
const PASSES: u64 = 6;

impl Cover {
    /// For all nodes of `graph`.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for 4 bytes per node.
    pub fn new<G: Graph>(graph: &G) -> Result<Self> {
        let nodes = graph.adjacency().node_count() as usize;
        let keys = filled(nodes, 0, WHAT)?;
        let phase = Phase::Count(Scan::default());
        Ok(Self { phase, keys, rest: Vec::new(), roots: Roots::default(), done: 0, peak: 0 })
    }

    /// Does about `budget` units of work. `graph` is the one given to [`Self::new`]; `prefer` must
    /// always answer the same. Of two nodes of a cycle the one with the higher first number is
    /// better, of equals the one with more referrers, then the one with the higher second number.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn step<G: Graph>(
        &mut self,
        graph: &G,
        prefer: impl Fn(u32) -> [u8; 2],
        budget: u64,
    ) -> Result<Step> {
        let mut left = budget.max(1);
        while left > 0 {
            self.phase = match core::mem::replace(&mut self.phase, Phase::Done) {
                Phase::Count(scan) => self.count(graph, scan, &mut left)?,
                Phase::Sources { reach, next } => self.sources(graph, reach, next, &mut left)?,
                Phase::Gather { reach, next } => self.gather(reach, next, &prefer, &mut left)?,
                Phase::Sort { reach, mut sort } => {
                    if sort.step(&self.keys, &mut self.rest, &mut left)? {
                        Phase::Try { reach, next: 0, kept: 0 }
                    } else {
                        Phase::Sort { reach, sort }
                    }
                }
                Phase::Try { reach, next, kept } => {
                    self.try_all(graph, reach, (next, kept), &mut left)?
                }
                Phase::Choose { reach, left: to } => self.choose(graph, reach, to, &mut left)?,
                Phase::Done => return Ok(Step::Done),
            };
            self.peak = self.peak.max(self.bytes());
        }
        let nodes = u64::from(graph.adjacency().node_count());
        let total = PASSES * (nodes + graph.adjacency().edge_count()) + 1;
        self.done = self.done.saturating_add(budget).min(total - 1);
        Ok(Step::More { done: self.done, total })
    }

    /// The nodes chosen; incomplete before [`Step::Done`].
    pub fn finish(self) -> Roots {
        self.roots
    }

    /// The most memory held at any time so far, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        self.peak
    }

    fn bytes(&self) -> u64 {
        let lists = self.keys.capacity() + self.rest.capacity() + self.roots.list.capacity();
        bytes_of::<u32>(lists)
            + match &self.phase {
                Phase::Sources { reach, .. }
                | Phase::Gather { reach, .. }
                | Phase::Try { reach, .. }
                | Phase::Choose { reach, .. } => reach.bytes(),
                Phase::Sort { reach, sort } => {
                    reach.bytes() + bytes_of::<u32>(sort.moved.capacity())
                }
                Phase::Count(_) | Phase::Done => 0,
            }
    }

    #[inline(never)]
    fn count<G: Graph>(&mut self, graph: &G, mut scan: Scan, budget: &mut u64) -> Result<Phase> {
        let adjacency = graph.adjacency();
        while *budget > 0 {
            let Some(piece) = adjacency.next_piece(&mut scan) else {
                let reach = Reach::new(graph, &[], Edges::All, None)?;
                return Ok(Phase::Sources { reach, next: 0 });
            };
            *budget = budget.saturating_sub(1 + piece.targets.work());
            let source = piece.targets.source();
            let hub = super::hub_of(graph, source, adjacency.node_count());
            let hub = Some(hub).filter(|&hub| piece.first && hub != super::NONE);
            for target in piece.targets.chain(hub) {
                if target != source {
                    let count = &mut self.keys[target as usize];
                    *count = count.saturating_add(1);
                }
            }
        }
        Ok(Phase::Count(scan))
    }

    /// Step 1.
    #[inline(never)]
    fn sources<G: Graph>(
        &mut self,
        graph: &G,
        mut reach: Reach,
        mut next: u32,
        budget: &mut u64,
    ) -> Result<Phase> {
        while *budget > 0 {
            if !reach.search(graph, budget, |_, _| true) {
                break;
            }
            let Some(&count) = self.keys.get(next as usize) else {
                self.roots.without_referrer = node(self.roots.list.len());
                return Ok(Phase::Gather { reach, next: 0 });
            };
            if count == 0 {
                push(&mut self.roots.list, next)?;
                reach.enter(next);
            }
            next += 1;
            *budget = budget.saturating_sub(1);
        }
        Ok(Phase::Sources { reach, next })
    }

    /// Lists the nodes that step 1 did not meet, and what they are sorted by.
    #[inline(never)]
    fn gather(
        &mut self,
        reach: Reach,
        mut next: u32,
        prefer: &impl Fn(u32) -> [u8; 2],
        budget: &mut u64,
    ) -> Result<Phase> {
        while *budget > 0 {
            let Some(key) = self.keys.get_mut(next as usize) else {
                return Ok(Phase::Sort { reach, sort: Sort::default() });
            };
            if !reach.has_met(next) {
                let [first, last] = prefer(next);
                *key = u32::from_be_bytes([0, first, roughly(*key), last]);
                push(&mut self.rest, next)?;
            }
            next += 1;
            *budget -= 1;
        }
        Ok(Phase::Gather { reach, next })
    }

    /// Step 2.
    #[inline(never)]
    fn try_all<G: Graph>(
        &mut self,
        graph: &G,
        mut reach: Reach,
        (mut next, mut kept): (usize, usize),
        budget: &mut u64,
    ) -> Result<Phase> {
        while *budget > 0 {
            if !reach.search(graph, budget, |_, _| true) {
                break;
            }
            let Some(&tried) = self.rest.get(next) else {
                self.keys = Vec::new();
                self.rest.truncate(kept);
                let reach = Reach::new(graph, &[], Edges::All, None)?;
                return Ok(Phase::Choose { reach, left: kept });
            };
            if reach.enter(tried) {
                self.rest[kept] = tried;
                kept += 1;
            }
            next += 1;
            *budget = budget.saturating_sub(1);
        }
        Ok(Phase::Try { reach, next, kept })
    }

    /// Step 3.
    #[inline(never)]
    fn choose<G: Graph>(
        &mut self,
        graph: &G,
        mut reach: Reach,
        mut left: usize,
        budget: &mut u64,
    ) -> Result<Phase> {
        while *budget > 0 {
            if !reach.search(graph, budget, |_, _| true) {
                break;
            }
            let Some(at) = left.checked_sub(1) else {
                self.rest = Vec::new();
                return Ok(Phase::Done);
            };
            if reach.enter(self.rest[at]) {
                push(&mut self.roots.list, self.rest[at])?;
            }
            left = at;
            *budget = budget.saturating_sub(1);
        }
        Ok(Phase::Choose { reach, left })
    }
}

/// A stable sort by the three low bytes of keys, the greatest first: one counting and one moving
/// pass for each byte.
#[derive(Debug, Default)]
struct Sort {
    byte: u32,
    counted: usize,
    /// Per value of the byte: how many there are, then where the next one goes.
    places: Vec<u32>,
    moved: Vec<u32>,
    next: usize,
}

impl Sort {
    /// Whether all is sorted.
    #[inline(never)]
    fn step(&mut self, keys: &[u32], list: &mut Vec<u32>, budget: &mut u64) -> Result<bool> {
        while self.byte < 3 {
            if *budget == 0 {
                return Ok(false);
            }
            let shift = 8 * self.byte;
            let value = |node: u32| (keys[node as usize] >> shift & 0xff) as usize;
            let batch = usize::try_from(*budget).unwrap_or(usize::MAX);
            if self.counted == 0 {
                self.places = filled(256, 0, WHAT)?;
                self.moved = filled(list.len(), 0, WHAT)?;
                self.next = 0;
            }
            if self.counted < list.len() {
                let end = list.len().min(self.counted.saturating_add(batch));
                for &node in &list[self.counted..end] {
                    self.places[value(node)] += 1;
                }
                *budget -= (end - self.counted) as u64;
                self.counted = end;
                if end == list.len() {
                    let mut before = 0;
                    for place in self.places.iter_mut().rev() {
                        before += core::mem::replace(place, before);
                    }
                }
                continue;
            }
            let end = list.len().min(self.next.saturating_add(batch));
            for &node in &list[self.next..end] {
                let place = &mut self.places[value(node)];
                self.moved[*place as usize] = node;
                *place += 1;
            }
            *budget -= (end - self.next) as u64;
            self.next = end;
            if end == list.len() {
                *list = core::mem::take(&mut self.moved);
                self.counted = 0;
                self.byte += 1;
            }
        }
        Ok(true)
    }
}

/// A number in eight bits, in steps of an eighth: `roughly(a) <= roughly(b)` if `a <= b`.
fn roughly(number: u32) -> u8 {
    let bits = u32::BITS - number.leading_zeros();
    let exponent = bits.saturating_sub(4);
    // Four bits of the number, the highest of them set from 8 on; at most 28 * 8 + 15.
    (exponent * 8 + (number >> exponent)).to_le_bytes()[0]
}

fn push(list: &mut Vec<u32>, node: u32) -> Result<()> {
    if list.len() == list.capacity() {
        let more = (list.len() / 4).max(1024);
        reserve(list, more, WHAT)?;
    }
    list.push(node);
    Ok(())
}

impl Roots {
    /// The nodes chosen, and of these the ones that stand for a cycle, of `nodes` in all.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for two bits per node.
    pub fn sets(&self, nodes: usize) -> Result<[BitSet; 2]> {
        let mut sets = [BitSet::new(nodes)?, BitSet::new(nodes)?];
        for (position, &root) in self.list.iter().enumerate() {
            sets[0].insert(root);
            if position >= self.without_referrer as usize {
                sets[1].insert(root);
            }
        }
        Ok(sets)
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests;
