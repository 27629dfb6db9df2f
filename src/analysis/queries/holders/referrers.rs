//! What refers to a set, and what a set refers to: by class, level by level.

use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{By, GroupTree, Grouping, Level, push, shallow};
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::adjacency::Scan;
use crate::graph::{BitSet, Graph, Step};
use crate::heap::{Heap, ObjectIndex};

pub(super) const INBOUND: Question = Question {
    name: "inbound-classes",
    title: "Who refers to it, by class",
    about: "Objects that refer to those of a set, by class; below each class, what refers to \
            those in turn.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[],
    begin: |_| Ok(Box::new(Look { inbound: true, scan: Scan::default(), next: 0, found: None })),
};

pub(super) const OUTBOUND: Question = Question {
    name: "outbound-classes",
    title: "What it refers to, by class",
    about: "Objects that those of a set refer to, by class, the reference of every object to its \
            class left out; below each class, what those refer to in turn.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[],
    begin: |_| Ok(Box::new(Look { inbound: false, scan: Scan::default(), next: 0, found: None })),
};

const REFERRERS: &[Column] = &[
    Column::things("Class", "Class of objects that refer to those above."),
    Column::count("Objects", "Objects of the class that do so, each counted once."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

const REFERRED: &[Column] = &[
    Column::things("Class", "Class of objects that those above refer to."),
    Column::count("Objects", "Objects of the class that are referred to, each counted once."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

#[derive(Debug)]
struct Look {
    inbound: bool,
    scan: Scan,
    next: u32,
    found: Option<BitSet>,
}

impl Work for Look {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let heap = context.inquiry.heap();
        if self.found.is_none() {
            self.found = Some(BitSet::new(heap.objects.len())?);
        }
        let (Some(found), of) = (&mut self.found, &context.of.set) else { return Ok(Step::Done) };
        let (over, done) = if self.inbound {
            let over = referrers(&context.inquiry, &mut self.scan, of, found, budget);
            (over, self.scan.nodes_done())
        } else {
            (referred(heap, &mut self.next, of, found, budget), self.next)
        };
        if over {
            return Ok(Step::Done);
        }
        Ok(Step::More { done: done.into(), total: heap.objects.len() as u64 })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let inquiry = &context.inquiry;
        let found = self.found.unwrap_or_default();
        let columns = if self.inbound { REFERRERS } else { REFERRED };
        let grouping = Grouping::new(inquiry.heap(), By::Class);
        let level = References { inbound: self.inbound };
        GroupTree::table(inquiry, columns, 1, (grouping, level), found.iter())
    }
}

/// Adds reachable objects that refer to members of `to`; whether all were looked at.
#[inline(never)]
fn referrers(
    inquiry: &Inquiry<'_>,
    scan: &mut Scan,
    to: &BitSet,
    found: &mut BitSet,
    budget: u64,
) -> bool {
    let heap = inquiry.heap();
    let mut work = 0;
    while work < budget.max(1) {
        let Some(mut piece) = heap.edges.next_piece(scan) else { return true };
        let source = piece.targets.source();
        work += 1 + piece.targets.work();
        let by_class = || {
            let hub = heap.hub(source);
            hub != source && to.contains(hub)
        };
        if (piece.targets.any(|target| target != source && to.contains(target))
            || piece.first && by_class())
            && inquiry.is_reachable(ObjectIndex(source))
        {
            found.insert(source);
        }
    }
    false
}

/// Adds what the members of `from` from `next` on refer to; whether all were looked at.
#[inline(never)]
fn referred(heap: &Heap, next: &mut u32, from: &BitSet, found: &mut BitSet, budget: u64) -> bool {
    let mut work = 0;
    while work < budget.max(1) {
        let Some(source) = from.next(*next) else { return true };
        *next = source.saturating_add(1);
        let targets = heap.edges.targets(source);
        work += 1 + targets.work();
        for target in targets.filter(|&target| target != source) {
            found.insert(target);
        }
    }
    false
}

#[derive(Debug)]
struct References {
    inbound: bool,
}

impl Level for References {
    fn below(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> Result<Vec<u32>> {
        let heap = inquiry.heap();
        let mut found = BitSet::new(heap.objects.len())?;
        let mut set = BitSet::new(heap.objects.len())?;
        for &member in members {
            set.insert(member);
        }
        if self.inbound {
            referrers(inquiry, &mut Scan::default(), &set, &mut found, u64::MAX);
        } else {
            referred(heap, &mut 0, &set, &mut found, u64::MAX);
        }
        let mut below = Vec::new();
        for object in &found {
            push(&mut below, object)?;
        }
        Ok(below)
    }

    fn figures(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> (Vec<Value>, bool) {
        let heap = inquiry.heap();
        let opens = self.inbound
            || members
                .iter()
                .any(|&member| heap.edges.targets(member).any(|target| target != member));
        ([members.len() as u64, shallow(heap, members)].map(Value::Number).to_vec(), opens)
    }
}
