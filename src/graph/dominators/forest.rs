//! Fourth phase: semidominators, immediate dominators, and the answer by node.

use super::remembered::{Remembered, bucket_begin};
use super::search::Order;
use crate::error::Result;
use crate::graph::{BitSet, NONE, ROOT, node, reserve};

/// The forest of Lengauer and Tarjan over orders `0..`, processed from the last to the first.
///
/// An order is *linked* once processed. The slots of [`Order`] serve twice and more; see there.
#[derive(Debug)]
pub(super) struct Forest {
    slots: Vec<u32>,
    omitted: BitSet,
    orders: Vec<Order>,
    /// Lists of referrers of the orders from `listed` on that are not processed.
    sources: Vec<u32>,
    listed: u32,
    remembered: Remembered,
    /// End of the list of the order processed next.
    sources_end: usize,
    /// Nodes passed while compressing paths, in all.
    climbed: u64,
    pass: Pass,
}

#[derive(Clone, Copy, Debug)]
enum Pass {
    /// Orders from `left` down to 1 are not processed.
    Link {
        left: u32,
    },
    /// Before that, the lists of the bucket of `left` are filled.
    Gather {
        left: u32,
    },
    Resolve {
        next: u32,
    },
    Invert {
        next: u32,
    },
    Write {
        next: u32,
    },
    Omitted {
        next: u32,
    },
}

impl Forest {
    pub(super) fn new(
        slots: Vec<u32>,
        omitted: BitSet,
        orders: Vec<Order>,
        sources: Vec<u32>,
        remembered: Remembered,
    ) -> Self {
        let last = node(orders.len() - 1);
        let pass = Pass::Link { left: last };
        let listed = if remembered.has_all() { last + 1 } else { 0 };
        let sources_end = sources.len();
        Self { slots, omitted, orders, sources, listed, remembered, sources_end, climbed: 0, pass }
    }

    pub(super) fn bytes(&self) -> u64 {
        super::vec_bytes(&self.slots)
            + self.omitted.bytes()
            + super::vec_bytes(&self.orders)
            + super::vec_bytes(&self.sources)
            + self.remembered.bytes()
    }

    pub(super) fn finish(self) -> Vec<u32> {
        self.slots
    }

    /// One bounded batch; whether the phase is over.
    pub(super) fn step(&mut self, budget: u64) -> Result<bool> {
        let nodes = self.slots.len();
        match self.pass {
            Pass::Link { .. } | Pass::Gather { .. } => {
                let mut budget = budget;
                while budget > 0 && matches!(self.pass, Pass::Link { .. } | Pass::Gather { .. }) {
                    self.link_or_gather(&mut budget)?;
                }
            }
            Pass::Resolve { next } => {
                let end = self.orders.len().min(super::after(next, budget));
                self.resolve(next as usize, end);
                let over = end == self.orders.len();
                self.pass =
                    if over { Pass::Invert { next: 0 } } else { Pass::Resolve { next: node(end) } };
            }
            Pass::Invert { next } => {
                let end = nodes.min(super::after(next, budget));
                self.invert(next as usize, end);
                let over = end == nodes;
                self.pass =
                    if over { Pass::Write { next: 0 } } else { Pass::Invert { next: node(end) } };
            }
            Pass::Write { next } => {
                let end = nodes.min(super::after(next, budget));
                self.write(next as usize, end);
                self.pass = Pass::Write { next: node(end) };
                if end == nodes {
                    self.orders = Vec::new();
                    self.pass = Pass::Omitted { next: 0 };
                }
            }
            Pass::Omitted { next } => {
                let end = nodes.min(super::after(next, budget));
                self.write_omitted(next, node(end));
                self.pass = Pass::Omitted { next: node(end) };
                return Ok(end == nodes);
            }
        }
        Ok(false)
    }

    /// Processes orders, or fills the lists of the next ones; takes what that was worth off `budget`.
    fn link_or_gather(&mut self, budget: &mut u64) -> Result<()> {
        match self.pass {
            Pass::Link { left } => {
                let left = self.link(left, budget);
                self.pass = Pass::Link { left };
                if left == 0 {
                    self.sources = Vec::new();
                    self.pass = Pass::Resolve { next: 1 };
                } else if left < self.listed {
                    self.begin_bucket(left)?;
                    self.pass = Pass::Gather { left };
                }
            }
            Pass::Gather { left } => {
                let (orders, sources) = (&mut self.orders, &mut self.sources);
                let over = self.remembered.recall(left, budget, |from, to| {
                    let place = &mut orders[to as usize].semi;
                    *place -= 1;
                    sources[*place as usize] = from;
                });
                if over {
                    self.pass = Pass::Link { left };
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes room for the lists of the bucket that ends at `last`: turns numbers of referrers into the
    /// ends of the lists, which filling makes their beginnings.
    fn begin_bucket(&mut self, last: u32) -> Result<()> {
        self.listed = bucket_begin(last);
        let mut total = 0;
        for order in &mut self.orders[self.listed as usize..=last as usize] {
            total += order.semi;
            order.semi = total;
        }
        self.sources_end = total as usize;
        if self.sources.len() < self.sources_end {
            self.sources = Vec::new();
            reserve(&mut self.sources, self.sources_end, super::WHAT)?;
            self.sources.resize(self.sources_end, 0);
        }
        Ok(())
    }

    /// Processes orders from `left` downwards as far as there are lists; returns the first not
    /// processed.
    #[inline(never)]
    fn link(&mut self, mut left: u32, budget: &mut u64) -> u32 {
        let mut work = 0;
        let climbed = self.climbed;
        let listed = self.listed.max(1);
        while left >= listed && work + (self.climbed - climbed) < *budget {
            let order = left as usize;
            let Order { ancestor: parent, semi: begin, dom: mut semi, .. } = self.orders[order];
            let begin = begin as usize;
            work += 1 + (self.sources_end - begin) as u64;
            for at in begin..self.sources_end {
                let label = self.eval(self.sources[at], left + 1);
                semi = semi.min(self.orders[label as usize].semi);
            }
            self.sources_end = begin;
            let mut dom = parent;
            if semi != parent {
                dom = core::mem::replace(&mut self.orders[semi as usize].label, left);
            }
            self.orders[order] = Order { ancestor: parent, label: left, semi, dom };
            work += self.empty_bucket(parent, left);
            left -= 1;
        }
        *budget = budget.saturating_sub(work + (self.climbed - climbed));
        left
    }

    /// Settles, or refers to another, each order whose semidominator is `parent`, now that all
    /// from `linked` on are linked. Returns how many.
    #[inline]
    fn empty_bucket(&mut self, parent: u32, linked: u32) -> u64 {
        let mut work = 0;
        let mut member = core::mem::take(&mut self.orders[parent as usize].label);
        while member != 0 {
            let next = self.orders[member as usize].dom;
            let label = self.eval(member, linked);
            let lower = self.orders[label as usize].semi < parent;
            self.orders[member as usize].dom = if lower { label } else { parent };
            member = next;
            work += 1;
        }
        work
    }

    /// The order of least semidominator on the path from the root of the tree of `order`, that
    /// root excluded, to `order`, which is linked; all from `linked` on are.
    #[inline]
    fn eval(&mut self, order: u32, linked: u32) -> u32 {
        let Order { ancestor, label, .. } = self.orders[order as usize];
        if ancestor < linked { label } else { self.compress(order, linked) }
    }

    /// Path compression without a stack: the way up reverses the ancestors, the way down sets
    /// them to the root and hands the best label along.
    #[inline(never)]
    fn compress(&mut self, order: u32, linked: u32) -> u32 {
        let mut below = order;
        let mut top = self.orders[order as usize].ancestor;
        let root = loop {
            let above = self.orders[top as usize].ancestor;
            if above < linked {
                break above;
            }
            self.orders[top as usize].ancestor = below;
            below = top;
            top = above;
        };
        let mut best = self.orders[top as usize].label;
        let mut best_semi = self.orders[best as usize].semi;
        let mut at = below;
        loop {
            let Order { ancestor: next, label, .. } = self.orders[at as usize];
            let semi = self.orders[label as usize].semi;
            if semi <= best_semi {
                best = label;
                best_semi = semi;
            }
            let order_at = &mut self.orders[at as usize];
            order_at.ancestor = root;
            order_at.label = best;
            self.climbed += 1;
            if at == order {
                return best;
            }
            at = next;
        }
    }

    #[inline(never)]
    fn resolve(&mut self, from: usize, end: usize) {
        for order in from..end {
            let Order { semi, dom, .. } = self.orders[order];
            if dom != semi {
                self.orders[order].dom = self.orders[dom as usize].dom;
            }
        }
    }

    /// The label slots are free: they become the node of each order.
    #[inline(never)]
    fn invert(&mut self, from: usize, end: usize) {
        for index in from..end {
            let order = self.slots[index];
            if order != NONE && !self.omitted.contains(node(index)) {
                self.orders[order as usize].label = node(index);
            }
        }
    }

    #[inline(never)]
    fn write(&mut self, from: usize, end: usize) {
        for index in from..end {
            let order = self.slots[index];
            if order != NONE && !self.omitted.contains(node(index)) {
                let dom = self.orders[order as usize].dom;
                self.slots[index] = if dom == 0 { ROOT } else { self.orders[dom as usize].label };
            }
        }
    }

    /// A omitted node is dominated by its referrer, which its slot holds already, unless the
    /// chain of referrers ends in an unreachable node. Each chain is walked once: a omitted node
    /// that is settled leaves the set.
    #[inline(never)]
    fn write_omitted(&mut self, from: u32, end: u32) {
        let mut next = from;
        while let Some(first) = self.omitted.next(next).filter(|&first| first < end) {
            next = first + 1;
            let mut at = first;
            while self.omitted.contains(at) {
                at = self.slots[at as usize];
            }
            let reachable = self.slots[at as usize] != NONE;
            at = first;
            while self.omitted.contains(at) {
                self.omitted.remove(at);
                let referrer = self.slots[at as usize];
                if !reachable {
                    self.slots[at as usize] = NONE;
                }
                at = referrer;
            }
        }
    }
}
