//! Working out what lies outside the heap, in steps: one walk over the objects gathers those that own
//! something there, and then each of these is looked at.

use super::buffers::Buffers;
use super::compressors::{Compressors, ZipFiles};
use super::descriptors::Descriptors;
use super::jdbc::Jdbc;
use super::rows::Holders;
use super::{Gathered, OutsideKind, OutsideReport, Sort};
use crate::analysis::Inquiry;
use crate::graph::Step;
use std::collections::VecDeque;

/// What one table is made of.
pub(super) trait Part: core::fmt::Debug {
    /// Whose objects it looks at, one sort after another.
    fn sorts(&self) -> &'static [Sort];

    /// Looks at an object. Reads some of the file.
    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, object: Seen);

    /// The tables, after the last object.
    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind>;
}

/// An object and why it is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) sort: Sort,
    pub(super) object: crate::heap::ObjectIndex,
}

/// A table that needs no objects.
#[derive(Debug)]
struct Whole(fn(&Inquiry<'_>) -> OutsideKind);

impl Part for Whole {
    fn sorts(&self) -> &'static [Sort] {
        &[]
    }

    fn see(&mut self, _: &Inquiry<'_>, _: &mut Holders, _: Seen) {}

    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, _: &Gathered) -> Vec<OutsideKind> {
        vec![self.0(inquiry)]
    }
}

/// What lies outside the heap, as far as it is worked out.
#[derive(Debug)]
pub struct OutsideBuilder {
    sorts: Vec<Option<Sort>>,
    gathered: Gathered,
    holders: Holders,
    /// The next object to gather.
    next: usize,
    /// In the order of the tables.
    parts: VecDeque<Box<dyn Part>>,
    /// Objects that the first of them has looked at.
    looked: usize,
    /// Objects that all of them have looked at.
    looked_in_all: u64,
    kinds: Vec<OutsideKind>,
}

impl OutsideBuilder {
    /// Begins. O(classes).
    pub fn new(inquiry: &Inquiry<'_>) -> Self {
        let parts: [Box<dyn Part>; 9] = [
            Box::new(Buffers::default()),
            Box::new(Compressors::default()),
            Box::new(ZipFiles::default()),
            Box::new(Whole(|inquiry| inquiry.thread_stacks())),
            Box::new(Whole(|inquiry| inquiry.class_metadata())),
            Box::new(Descriptors::default()),
            Box::new(Jdbc::of(Sort::Connection)),
            Box::new(Jdbc::of(Sort::Statement)),
            Box::new(Jdbc::of(Sort::ResultSet)),
        ];
        let mut parts = VecDeque::from(parts);
        parts.push_back(Box::new(Whole(|inquiry| inquiry.jni_globals())));
        Self {
            sorts: inquiry.sorts(),
            gathered: Gathered::default(),
            holders: Holders::default(),
            next: 0,
            parts,
            looked: 0,
            looked_in_all: 0,
            kinds: Vec::new(),
        }
    }

    /// Does about `budget` units of work: an object in the walk is one, one that is looked at more.
    #[inline(never)]
    pub fn step(&mut self, inquiry: &Inquiry<'_>, budget: u64) -> Step {
        /// Units that a look at an object costs: it reads the object and some of its path.
        const LOOK: u64 = 100;
        let objects = inquiry.heap().objects.len();
        if self.next < objects {
            let batch = usize::try_from(budget).unwrap_or(objects).max(1);
            let end = self.next.saturating_add(batch).min(objects);
            self.gather(inquiry, end);
            return self.progress(objects, LOOK);
        }
        for _ in 0..(budget / LOOK).max(1) {
            let Some(part) = self.parts.front_mut() else { return Step::Done };
            match self.gathered.nth(part.sorts(), self.looked) {
                Some(seen) => {
                    part.see(inquiry, &mut self.holders, seen);
                    self.looked += 1;
                    self.looked_in_all += 1;
                }
                None => {
                    if let Some(part) = self.parts.pop_front() {
                        self.kinds.extend(part.tell(inquiry, &self.gathered));
                    }
                    self.looked = 0;
                }
            }
        }
        if self.parts.is_empty() { Step::Done } else { self.progress(objects, LOOK) }
    }

    fn progress(&self, objects: usize, look: u64) -> Step {
        Step::More {
            done: self.next as u64 + self.looked_in_all * look,
            total: objects as u64 + self.gathered.len() * look + 1,
        }
    }

    fn gather(&mut self, inquiry: &Inquiry<'_>, end: usize) {
        let (sorts, gathered) = (&self.sorts, &mut self.gathered);
        inquiry.heap().objects.for_each(self.next..end, |object, class, _| {
            if let Some(&Some(sort)) = sorts.get(class.index()) {
                gathered.add(sort, object);
            }
        });
        self.next = end;
    }

    /// The report, once the last step is done.
    pub fn finish(mut self, inquiry: &Inquiry<'_>) -> OutsideReport {
        self.kinds.retain(|kind| kind.count > 0);
        let kinds = self.kinds;
        let sum = |estimate: bool| {
            let kinds = kinds.iter().filter(|kind| kind.is_estimate == estimate);
            kinds.filter_map(|kind| kind.bytes).fold(0, u64::saturating_add)
        };
        let capacity = inquiry.capacity();
        OutsideReport {
            used_heap: inquiry.used_heap(),
            capacity: capacity.map(|capacity| capacity.bytes),
            capacity_is_exact: capacity.is_some_and(|capacity| capacity.is_exact),
            exact: sum(false),
            estimated: sum(true),
            kinds,
        }
    }
}
