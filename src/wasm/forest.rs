//! The unreachable objects as a forest: worked out when somebody asks, in steps.

use super::session::STEP_MS;
use crate::analysis::unreachable::{ForestBuilder, UnreachableForest};
use crate::error::Result;
use crate::heap::loader::Loaded;
use crate::protocol::ForestStep;

/// Units of work between two looks at the clock.
const BUDGET: u64 = 100_000;

/// How far the forest is.
#[derive(Debug, Default)]
pub(super) enum Forest {
    #[default]
    NotAsked,
    Growing(Box<ForestBuilder>),
    /// With the answer of the last step.
    Grown(Box<UnreachableForest>, ForestStep),
}

impl Forest {
    /// The forest, once it is ready.
    pub(super) fn grown(&self) -> Option<&UnreachableForest> {
        match self {
            Self::Grown(forest, _) => Some(forest),
            _ => None,
        }
    }

    /// One bounded batch of work; begins it when nobody asked before.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out; what was begun is dropped then.
    pub(super) fn grow(&mut self, loaded: &Loaded) -> Result<ForestStep> {
        let mut builder = match core::mem::take(self) {
            Self::NotAsked => Box::new(ForestBuilder::new(loaded)?),
            Self::Growing(builder) => builder,
            Self::Grown(forest, last) => {
                *self = Self::Grown(forest, last.clone());
                return Ok(last);
            }
        };
        let end = js_sys::Date::now() + STEP_MS;
        let mut done = false;
        while !done && js_sys::Date::now() < end {
            done = builder.step(loaded, BUDGET)?;
        }
        let mut step = ForestStep { done, progress: builder.progress(), facts: None };
        *self = if done {
            let forest = builder.finish();
            step.facts = Some(forest.facts());
            Self::Grown(Box::new(forest), step.clone())
        } else {
            Self::Growing(builder)
        };
        Ok(step)
    }
}
