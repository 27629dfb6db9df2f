//! The dominator tree with the objects of each level in groups.

use super::top::Tops;
use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{BY, By, GroupTree, Grouping, Level, push, shallow};
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
        Ok(Box::new(Groups { by: By::named(arguments.choice("by")), tops: Tops::new() }))
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
    tops: Tops,
}

impl Work for Groups {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        self.tops.step(context, budget)
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let inquiry = &context.inquiry;
        let grouping = Grouping::new(inquiry.heap(), self.by);
        let tops = self.tops.finish().into_iter();
        GroupTree::table(inquiry, COLUMNS, 3, (grouping, Dominated), tops)
    }
}

#[derive(Debug)]
struct Dominated;

impl Level for Dominated {
    fn below(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> Result<Vec<u32>> {
        let mut below = Vec::new();
        for &member in members {
            for &child in inquiry.tree.children(member, 0, u32::MAX) {
                push(&mut below, child)?;
            }
        }
        Ok(below)
    }

    fn figures(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> (Vec<Value>, bool) {
        let retained = members.iter().map(|&member| inquiry.retained(ObjectIndex(member))).sum();
        let numbers = [members.len() as u64, shallow(inquiry.heap(), members), retained];
        let opens = members.iter().any(|&member| inquiry.tree.children_count(member) > 0);
        (numbers.map(Value::Number).to_vec(), opens)
    }
}
