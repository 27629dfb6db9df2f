//! How a question is worked out.

use super::Table;
use crate::analysis::Inquiry;
use crate::error::Result;
use crate::graph::{BitSet, Step};
use crate::heap::ObjectIndex;

/// The objects that a question is about.
#[derive(Debug)]
pub struct Objects {
    /// The objects.
    pub set: BitSet,
    /// How many they are.
    pub count: u64,
}

/// What is known to those who work.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The dump.
    pub inquiry: Inquiry<'a>,
    /// The objects that the question is about; none for questions about the heap as a whole.
    pub of: &'a Objects,
}

/// A question being worked out.
pub trait Work: core::fmt::Debug {
    /// Does about `budget` units of work; one is a look at an object or a reference.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out, `Read` when the file cannot be read.
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step>;

    /// The answer, once [`Step::Done`] was said.
    ///
    /// # Errors
    /// As [`Self::step`].
    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table>;
}

/// Looks at every object of the set, in the order of the file.
pub trait Visit: core::fmt::Debug {
    /// Looks at one object.
    ///
    /// # Errors
    /// As [`Work::step`].
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()>;

    /// The answer, after all objects.
    ///
    /// # Errors
    /// As [`Work::step`].
    fn finish(self, context: &Context<'_>) -> Result<Table>;
}

/// A [`Visit`] as [`Work`].
#[derive(Debug)]
pub struct Each<V> {
    visit: V,
    next: u32,
    done: u64,
}

impl<V: Visit + 'static> Each<V> {
    /// Work that lets `visit` look at every object.
    pub fn of(visit: V) -> Box<dyn Work> {
        Box::new(Self { visit, next: 0, done: 0 })
    }
}

impl<V: Visit> Work for Each<V> {
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        for _ in 0..budget.max(1) {
            let Some(object) = context.of.set.next(self.next) else { return Ok(Step::Done) };
            self.visit.visit(context, ObjectIndex(object))?;
            self.next = object.saturating_add(1);
            self.done += 1;
        }
        Ok(Step::More { done: self.done, total: context.of.count.max(self.done) })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        self.visit.finish(context)
    }
}
