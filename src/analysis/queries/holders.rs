//! Who holds a set.

mod immediate;
mod merged;
mod paths;
mod referrers;
mod to_roots;

use crate::analysis::query::Question;

pub(super) const QUESTIONS: &[Question] = &[
    merged::QUESTION,
    paths::QUESTION,
    immediate::QUESTION,
    referrers::INBOUND,
    referrers::OUTBOUND,
];
