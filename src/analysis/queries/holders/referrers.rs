//! What refers to a set, and what a set refers to: by class, level by level.

use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{By, GroupTree, Grouping, Level, push};
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
    begin: |_| Ok(Box::new(Look::new(true))),
};

pub(super) const OUTBOUND: Question = Question {
    name: "outbound-classes",
    title: "What it refers to, by class",
    about: "Objects that those of a set refer to, by class, the reference of every object to its \
            class left out; below each class, what those refer to in turn.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[],
    begin: |_| Ok(Box::new(Look::new(false))),
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
    level: References,
    place: Place,
    tree: Option<GroupTree<References>>,
}

impl Look {
    fn new(inbound: bool) -> Self {
        Self { level: References { inbound }, place: Place::default(), tree: None }
    }
}

impl Work for Look {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        let all = inquiry.heap().objects.len() as u64;
        if let Some(tree) = &mut self.tree {
            return Ok(match tree.step(inquiry, budget)? {
                Step::Done => Step::Done,
                Step::More { done, total } => Step::More { done: total + done, total: 2 * total },
            });
        }
        let found = match &mut self.place.found {
            Some(found) => found,
            none => none.insert(BitSet::new(inquiry.heap().objects.len())?),
        };
        let (scan, next) = (&mut self.place.scan, &mut self.place.next);
        let over = self.level.look(inquiry, (scan, next), &context.of.set, found, budget);
        let done = if self.level.inbound { scan.nodes_done().into() } else { u64::from(*next) };
        if over {
            let mut tops = Vec::new();
            for object in &*found {
                push(&mut tops, object)?;
            }
            let grouping = Grouping::new(inquiry.heap(), By::Class);
            self.tree = Some(GroupTree::new(grouping, self.level, tops));
            return Ok(Step::More { done: 1, total: 2 });
        }
        Ok(Step::More { done: done.min(all), total: 2 * all })
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        let columns = if self.level.inbound { REFERRERS } else { REFERRED };
        match self.tree {
            Some(tree) => tree.table(columns, 1),
            None => Ok(Table::new(columns, 1)),
        }
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

#[derive(Clone, Copy, Debug)]
struct References {
    inbound: bool,
}

/// How far the objects on the other side of references have been found.
#[derive(Debug, Default)]
struct Place {
    scan: Scan,
    next: u32,
    /// The objects at this side, made into a set.
    set: Option<BitSet>,
    found: Option<BitSet>,
}

impl References {
    /// Adds what is on the other side of references of `set`; whether all was looked at.
    fn look(
        self,
        inquiry: &Inquiry<'_>,
        (scan, next): (&mut Scan, &mut u32),
        set: &BitSet,
        found: &mut BitSet,
        budget: u64,
    ) -> bool {
        if self.inbound {
            referrers(inquiry, scan, set, found, budget)
        } else {
            referred(inquiry.heap(), next, set, found, budget)
        }
    }
}

impl Level for References {
    type Place = Place;
    /// Shallow bytes, and whether anything is on the other side.
    type Sums = (u64, bool);

    fn below(
        &self,
        inquiry: &Inquiry<'_>,
        members: &[u32],
        place: &mut Place,
        below: &mut Vec<u32>,
        budget: u64,
    ) -> Result<bool> {
        let objects = inquiry.heap().objects.len();
        let Place { scan, next, set, found } = place;
        let (Some(set), Some(found)) = (&mut *set, &mut *found) else {
            let mut all = BitSet::new(objects)?;
            for &member in members {
                all.insert(member);
            }
            (*set, *found) = (Some(all), Some(BitSet::new(objects)?));
            return Ok(false);
        };
        if !self.look(inquiry, (scan, next), set, found, budget) {
            return Ok(false);
        }
        for object in &*found {
            push(below, object)?;
        }
        Ok(true)
    }

    fn add(&self, inquiry: &Inquiry<'_>, (shallow, opens): &mut (u64, bool), object: u32) {
        let heap = inquiry.heap();
        *shallow += heap.shallow(ObjectIndex(object));
        *opens |= self.inbound || heap.edges.targets(object).any(|target| target != object);
    }

    fn values(&self, &(shallow, opens): &(u64, bool), objects: u64) -> (Vec<Value>, bool) {
        ([objects, shallow].map(Value::Number).to_vec(), opens)
    }
}
