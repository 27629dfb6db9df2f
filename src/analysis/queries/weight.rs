//! Where the weight is: histograms in groups, the dominator tree in groups, the biggest of each.

mod drops;
mod grouped;
mod histogram;
mod top;

use crate::analysis::query::Question;

pub(super) const QUESTIONS: &[Question] =
    &[histogram::QUESTION, grouped::QUESTION, top::QUESTION, drops::QUESTION];
