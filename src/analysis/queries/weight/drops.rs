//! Big drops in the dominator tree (rule L11): where much is retained, but by no one child.

use super::top::{PERCENT, threshold};
use crate::analysis::holder::is_platform_class;
use crate::analysis::queries::grouping::push;
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::Step;
use crate::heap::ObjectIndex;

pub(super) const QUESTION: Question = Question {
    name: "big-drops",
    title: "Big drops in the dominator tree",
    about: "Objects that retain much more than the largest object that they dominate: where many \
            things were piled up, such as the array of a collection.",
    group: QueryGroup::Weight,
    of: Subject::Heap,
    parameters: &[PERCENT],
    begin: |arguments| {
        Ok(Box::new(Drops {
            percent: arguments.number("percent")?,
            top: 0,
            open: Vec::new(),
            found: Vec::new(),
        }))
    },
};

const COLUMNS: &[Column] = &[
    Column::things("Object", "An object that retains much more than any it dominates."),
    Column::bytes("Drop", "What it retains less what its largest child retains."),
    Column::count("Children", "Objects that it immediately dominates.").overlapping(),
    Column::things("Largest child", "The object that retains most of those that it dominates."),
    Column::bytes("Child retains", "Bytes that this child retains.").overlapping(),
    Column::things("Held by", "Its nearest dominator that is of no class of the platform's."),
    Column::retained(),
];

#[derive(Debug)]
struct Drops {
    percent: u64,
    /// Objects of the first level looked at.
    top: u32,
    /// Objects to look at, with the nearest dominator of somebody's own.
    open: Vec<(u32, Option<u32>)>,
    found: Vec<Drop>,
}

#[derive(Debug)]
struct Drop {
    object: u32,
    drop: u64,
    child: Option<u32>,
    held_by: Option<u32>,
}

impl Work for Drops {
    /// Looks only at objects that retain more than the threshold: children come largest first.
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        let (heap, tree) = (inquiry.heap(), inquiry.tree);
        let least = threshold(inquiry, self.percent);
        let retained = |node: u32| inquiry.retained(ObjectIndex(node));
        for _ in 0..budget.max(1) {
            let Some((node, held_by)) = self.open.pop() else {
                match tree.top(self.top, 1).first() {
                    Some(&top) if retained(top) > least => {
                        self.top += 1;
                        push(&mut self.open, (top, None))?;
                        continue;
                    }
                    _ => return Ok(Step::Done),
                }
            };
            let child = tree.children(node, 0, 1).first().copied();
            let drop = retained(node) - child.map_or(0, retained);
            // Rule L11: an object of the first level is no drop.
            if drop > least && tree.parent(node) < crate::graph::ROOT {
                push(&mut self.found, Drop { object: node, drop, child, held_by })?;
            }
            let class = &heap.classes.get(heap.owner_class(ObjectIndex(node))).name;
            let held_by = if is_platform_class(class) { held_by } else { Some(node) };
            for &child in tree.children(node, 0, u32::MAX) {
                if retained(child) <= least {
                    break;
                }
                push(&mut self.open, (child, held_by))?;
            }
        }
        Ok(Step::More { done: u64::from(self.top), total: u64::from(tree.top_count()) })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let inquiry = &context.inquiry;
        let mut table = Table::new(COLUMNS, 1);
        let thing = |node: Option<u32>| node.map_or(Value::None, |n| Value::Object(ObjectIndex(n)));
        for found in self.found {
            let child = found.child.map_or(0, |child| inquiry.retained(ObjectIndex(child)));
            table.push(vec![
                Value::Object(ObjectIndex(found.object)),
                Value::Number(found.drop),
                Value::Number(inquiry.tree.children_count(found.object).into()),
                thing(found.child),
                Value::Number(child),
                thing(found.held_by),
            ])?;
        }
        Ok(table)
    }
}
