//! Soft, weak, phantom references, finalizers and cleaners.

mod cleaners;
mod finalizers;
mod statistics;

use crate::analysis::query::Question;

pub(super) const QUESTIONS: &[Question] =
    &[statistics::QUESTION, statistics::LEAKS, finalizers::QUESTION, cleaners::QUESTION];
