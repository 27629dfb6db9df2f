//! The dominator tree with the objects of each level in groups.

use super::top::Tops;
use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{BY, By, GroupTree, Grouping, Level, push};
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::Step;
use crate::heap::ObjectIndex;

pub(super) const QUESTION: Question = Question {
    name: "dominator-groups",
    title: "Dominator tree by class, package or loader",
    about: "What retains the heap, or a set, level by level: objects that no other of the set \
            dominates, in groups, and below each what its objects dominate, in groups again.",
    group: QueryGroup::Weight,
    of: Subject::AnySet,
    parameters: &[BY],
    begin: |arguments| {
        let by = By::named(arguments.choice("by"));
        Ok(Box::new(Groups { by, stage: Stage::Tops(Tops::new()) }))
    },
};

const COLUMNS: &[Column] = &[
    Column::things("Group", "What the objects have in common."),
    Column::count(
        "Objects",
        "Objects of the group that the objects of the row above immediately dominate.",
    ),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
    Column::bytes("Retained", "Bytes that would be freed with these objects one by one, added up."),
];

#[derive(Debug)]
struct Groups {
    by: By,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Tops(Tops),
    Split(GroupTree<Dominated>),
}

impl Work for Groups {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        match &mut self.stage {
            Stage::Tops(tops) => match tops.step(context, budget)? {
                Step::More { done, total } => Ok(Step::More { done, total: 2 * total }),
                Step::Done => {
                    let objects = core::mem::replace(tops, Tops::new()).finish();
                    let grouping = Grouping::new(inquiry.heap(), self.by);
                    self.stage = Stage::Split(GroupTree::new(grouping, Dominated, objects));
                    Ok(Step::More { done: 1, total: 2 })
                }
            },
            Stage::Split(tree) => match tree.step(inquiry, budget)? {
                Step::More { done, total } => {
                    Ok(Step::More { done: total + done, total: 2 * total })
                }
                Step::Done => Ok(Step::Done),
            },
        }
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        match self.stage {
            Stage::Split(tree) => tree.table(COLUMNS, 3),
            Stage::Tops(_) => Ok(Table::new(COLUMNS, 3)),
        }
    }
}

#[derive(Debug)]
struct Dominated;

/// Shallow and retained bytes, and whether anything is dominated.
#[derive(Debug, Default)]
struct Sums {
    shallow: u64,
    retained: u64,
    opens: bool,
}

impl Level for Dominated {
    /// The member, and the first of its children, to go on with.
    type Place = (usize, u32);
    type Sums = Sums;

    #[inline(never)]
    fn below(
        &self,
        inquiry: &Inquiry<'_>,
        members: &[u32],
        (member, child): &mut (usize, u32),
        below: &mut Vec<u32>,
        budget: u64,
    ) -> Result<bool> {
        let mut left = u32::try_from(budget).unwrap_or(u32::MAX).max(1);
        while let Some(&parent) = members.get(*member) {
            let children = inquiry.tree.children(parent, *child, left);
            for &node in children {
                push(below, node)?;
            }
            let met = u32::try_from(children.len()).unwrap_or(left);
            if met == left {
                *child += met;
                return Ok(false);
            }
            left -= met;
            (*member, *child) = (*member + 1, 0);
            left -= 1;
            if left == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn add(&self, inquiry: &Inquiry<'_>, sums: &mut Sums, object: u32) {
        sums.shallow += inquiry.heap().shallow(ObjectIndex(object));
        sums.retained += inquiry.retained(ObjectIndex(object));
        sums.opens |= inquiry.tree.children_count(object) > 0;
    }

    fn values(&self, sums: &Sums, objects: u64) -> (Vec<Value>, bool) {
        ([objects, sums.shallow, sums.retained].map(Value::Number).to_vec(), sums.opens)
    }
}
