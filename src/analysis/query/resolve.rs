//! From the name of a set to its objects, in steps.

use super::{Objects, Request, SetOperation, SetSpec, Table};
use crate::analysis::Inquiry;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{BitSet, Edges, Reach, Step};
use crate::heap::{ClassIndex, ObjectIndex};
use core::cell::RefCell;
use std::rc::Rc;

/// A set being put together.
#[derive(Debug)]
pub(super) struct Resolve {
    set: BitSet,
    stage: Stage,
    /// Whether what would go with the set is still to be added.
    retained: bool,
}

#[derive(Debug)]
enum Stage {
    /// Looking at all objects for instances of the marked classes: those of a set, or the reachable ones.
    Instances {
        classes: Vec<bool>,
        within: Option<BitSet>,
        next: u32,
    },
    /// Looking at what is reachable.
    Reachable {
        next: u32,
    },
    /// Putting together two sets, one after the other.
    Both(SetOperation, Box<[Resolve; 2]>),
    /// Marking what is reachable without the set.
    Without(Box<Reach>),
    Done,
}

/// Answers by request.
pub(super) type Find<'a> = &'a dyn Fn(&Request) -> Option<Rc<RefCell<Table>>>;

impl Resolve {
    /// Begins with the set of this name. `find` has the answers that it [needs](SetSpec::needs).
    ///
    /// # Errors
    /// `NotFound` for what is not in this dump, `TooLarge` when memory runs out.
    pub(super) fn new(inquiry: &Inquiry<'_>, spec: &SetSpec, find: Find<'_>) -> Result<Self> {
        let heap = inquiry.heap();
        let mut set = BitSet::new(heap.objects.len())?;
        let (mut spec, mut retained) = (spec, false);
        while let SetSpec::Retained(inner) = spec {
            spec = inner;
            retained = true;
        }
        let stage = match spec {
            SetSpec::All | SetSpec::Retained(_) => Stage::Reachable { next: 0 },
            SetSpec::Both(operation, sets) => {
                let [one, other] = &**sets;
                let both = [Self::new(inquiry, one, find)?, Self::new(inquiry, other, find)?];
                Stage::Both(*operation, Box::new(both))
            }
            &SetSpec::Class { class, subclasses } => Stage::Instances {
                classes: classes_of(inquiry, class, subclasses)?,
                within: None,
                next: 0,
            },
            &SetSpec::Object(id) => {
                let object = heap.addresses.get(id).ok_or_else(no_such_object)?;
                set.insert(object.0);
                Stage::Done
            }
            SetSpec::Row(row, request) => {
                let table = find(request).ok_or_else(no_such_row)?;
                let table = table.borrow();
                if *row >= table.len() {
                    return Err(no_such_row());
                }
                of_rows(inquiry, &table, *row..*row + 1, &mut set)
            }
            SetSpec::Rows(request) => {
                let table = find(request).ok_or_else(no_such_row)?;
                let table = table.borrow();
                of_rows(inquiry, &table, 0..table.top(), &mut set)
            }
        };
        Ok(Self { set, stage, retained })
    }

    /// Does about `budget` units of work.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn step(&mut self, inquiry: &Inquiry<'_>, budget: u64) -> Result<Step> {
        let len = inquiry.heap().objects.len() as u64;
        let step = match &mut self.stage {
            Stage::Instances { classes, within, next } => {
                let from = *next;
                let to = u64::from(from).saturating_add(budget).min(len);
                inquiry.heap().objects.for_each(
                    index(from.into())..index(to),
                    |object, class, _| {
                        let belongs = classes.get(class.index()).is_some_and(|&marked| marked)
                            && match within {
                                Some(set) => set.contains(object.0),
                                None => inquiry.is_reachable(object),
                            };
                        if belongs {
                            self.set.insert(object.0);
                        }
                    },
                );
                *next = u32::try_from(to).unwrap_or(u32::MAX);
                if to == len { Step::Done } else { Step::More { done: to, total: len } }
            }
            Stage::Reachable { next } => {
                let to = u64::from(*next).saturating_add(budget).min(len);
                for object in *next..u32::try_from(to).unwrap_or(u32::MAX) {
                    if inquiry.is_reachable(ObjectIndex(object)) {
                        self.set.insert(object);
                    }
                }
                *next = u32::try_from(to).unwrap_or(u32::MAX);
                if to == len { Step::Done } else { Step::More { done: to, total: len } }
            }
            Stage::Both(_, sets) => {
                let [one, other] = &mut **sets;
                match one.step(inquiry, budget)? {
                    Step::Done => other.step(inquiry, budget)?,
                    more @ Step::More { .. } => more,
                }
            }
            Stage::Without(reach) => reach.step(inquiry.heap(), budget)?,
            Stage::Done => Step::Done,
        };
        if step != Step::Done {
            return Ok(step);
        }
        self.next_stage(inquiry)
    }

    fn next_stage(&mut self, inquiry: &Inquiry<'_>) -> Result<Step> {
        let total = inquiry.heap().objects.len() as u64;
        if matches!(self.stage, Stage::Both(..))
            && let Stage::Both(operation, sets) = core::mem::replace(&mut self.stage, Stage::Done)
        {
            self.set = combined(operation, sets.map(|set| set.set));
        }
        if let Stage::Without(reach) = core::mem::replace(&mut self.stage, Stage::Done) {
            // What is reachable, and is not without the set.
            let without = reach.finish();
            for object in 0..u32::try_from(total).unwrap_or(u32::MAX) {
                if inquiry.is_reachable(ObjectIndex(object)) && !without.contains(object) {
                    self.set.insert(object);
                }
            }
        } else if self.retained {
            self.retained = false;
            let heap = inquiry.heap();
            let roots = heap.roots.objects();
            let reach = Reach::new(heap, roots, Edges::All, Some(self.set.clone()))?;
            self.stage = Stage::Without(Box::new(reach));
            return Ok(Step::More { done: 0, total });
        }
        Ok(Step::Done)
    }

    /// The set.
    pub(super) fn finish(self) -> Objects {
        let count = self.set.count();
        Objects { set: self.set, count }
    }
}

/// O(objects / 64), but for a union.
fn combined(operation: SetOperation, [mut one, other]: [BitSet; 2]) -> BitSet {
    match operation {
        SetOperation::Union => one.union(&other),
        SetOperation::Difference => one.subtract(&other),
        SetOperation::Intersection => {
            // Less what of the first is not in the second.
            let mut rest = one.clone();
            rest.subtract(&other);
            one.subtract(&rest);
        }
    }
    one
}

fn index(object: u64) -> usize {
    usize::try_from(object).unwrap_or(usize::MAX)
}

fn of_rows(
    inquiry: &Inquiry<'_>,
    table: &Table,
    rows: core::ops::Range<u32>,
    set: &mut BitSet,
) -> Stage {
    let mut classes = vec![false; inquiry.heap().classes.len()];
    table.collect(rows, set, &mut classes);
    if classes.iter().any(|&marked| marked) {
        return Stage::Instances { classes, within: table.within().cloned(), next: 0 };
    }
    Stage::Done
}

fn classes_of(inquiry: &Inquiry<'_>, class: ClassIndex, subclasses: bool) -> Result<Vec<bool>> {
    let classes = &inquiry.heap().classes;
    if class.index() >= classes.len() {
        return Err(Error::new(ErrorKind::NotFound, "No such class in this dump"));
    }
    let mut marked =
        if subclasses { classes.subclasses(class) } else { vec![false; classes.len()] };
    marked[class.index()] = true;
    Ok(marked)
}

fn no_such_object() -> Error {
    Error::new(ErrorKind::NotFound, "No object of this dump has that address")
}

fn no_such_row() -> Error {
    Error::new(ErrorKind::NotFound, "The row that this question is about does not exist")
        .advise("Open the answer that it came from again")
}
