//! Top consumers (rule T1): the biggest objects of a dominator tree and what they have in common.

use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{By, Grouping, Lists, push};
use crate::analysis::query::{
    Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject, Table, Value, Work,
};
use crate::error::Result;
use crate::graph::{BitSet, NONE, ROOT, Step};
use crate::heap::{Heap, ObjectIndex};

pub(super) const QUESTION: Question = Question {
    name: "top-consumers",
    title: "Top consumers",
    about: "The biggest objects that no other of the heap, or the set, dominates, and the classes, \
            class loaders and packages that retain most through such objects.",
    group: QueryGroup::Weight,
    of: Subject::AnySet,
    parameters: &[PERCENT],
    begin: |arguments| {
        Ok(Box::new(Consumers { percent: arguments.number("percent")?, tops: Tops::new() }))
    },
};

/// From which part of the used heap on something counts.
pub(super) const PERCENT: Parameter = Parameter {
    name: "percent",
    title: "More than percent",
    hint: "Only what retains more than this many percent of the used heap.",
    kind: ParameterKind::Number,
    default: "1",
};

/// More than `percent` of the used heap, in bytes.
pub(super) fn threshold(inquiry: &Inquiry<'_>, percent: u64) -> u64 {
    (u128::from(inquiry.used_heap()) * u128::from(percent) / 100).try_into().unwrap_or(u64::MAX)
}

const COLUMNS: &[Column] = &[
    Column::things("Consumer", "An object, or what several objects have in common."),
    Column::count("Objects", "Objects that no other dominates.").overlapping(),
    Column::bytes("Retained", "Bytes that would be freed with these objects one by one, added up.")
        .overlapping(),
    Column::share("Of used heap", "The same as a part of the used heap."),
];

#[derive(Debug)]
struct Consumers {
    percent: u64,
    tops: Tops,
}

impl Work for Consumers {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        self.tops.step(context, budget)
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let inquiry = &context.inquiry;
        let tops = self.tops.finish();
        let least = threshold(inquiry, self.percent);
        let mut table = Table::new(COLUMNS, 2);
        let mut lists = Lists::default();
        let mut sections: Vec<Vec<Row>> = vec![biggest(inquiry, &tops, least)?];
        for by in [By::Class, By::Loader, By::Package] {
            let mut rows = Vec::new();
            for (label, members) in groups(inquiry.heap(), by, &tops)? {
                let retained = retained(inquiry, &members);
                if retained > least {
                    rows.push(Row { label, retained, members });
                }
            }
            sections.push(rows);
        }
        let titles =
            ["Biggest objects", "Biggest classes", "Biggest class loaders", "Biggest packages"];
        for (title, rows) in titles.into_iter().zip(&sections) {
            let title = format!("{title} ({})", rows.len());
            table.push(vec![Value::Text(title)])?;
            push(&mut lists.0, Vec::new())?;
        }
        for (section, rows) in (0u32..).zip(sections) {
            let values = rows.iter().map(|row| row.values(inquiry)).collect();
            table.push_children(section, values)?;
            for row in rows {
                push(&mut lists.0, row.members)?;
            }
        }
        table.expand_with(Box::new(lists));
        Ok(table)
    }
}

#[derive(Debug)]
struct Row {
    label: Value,
    retained: u64,
    members: Vec<u32>,
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    fn values(&self, inquiry: &Inquiry<'_>) -> Vec<Value> {
        let share = self.retained as f64 / inquiry.used_heap().max(1) as f64;
        let count = Value::Number(self.members.len() as u64);
        vec![self.label.clone(), count, Value::Number(self.retained), Value::Share(share)]
    }
}

fn biggest(inquiry: &Inquiry<'_>, tops: &[u32], least: u64) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &top in tops {
        let retained = inquiry.retained(ObjectIndex(top));
        if retained > least {
            let label = Value::Object(ObjectIndex(top));
            push(&mut rows, Row { label, retained, members: vec![top] })?;
        }
    }
    Ok(rows)
}

/// Objects by group, with labels.
fn groups(heap: &Heap, by: By, objects: &[u32]) -> Result<Vec<(Value, Vec<u32>)>> {
    let grouping = Grouping::new(heap, by);
    let split = grouping.split(heap, objects.iter().copied())?;
    let labelled = split.into_iter().map(|(group, members)| (grouping.label(group), members));
    Ok(labelled.collect())
}

fn retained(inquiry: &Inquiry<'_>, members: &[u32]) -> u64 {
    members.iter().map(|&member| inquiry.retained(ObjectIndex(member))).sum()
}

/// Finds the objects of a set that no other of it dominates: the nearest to the roots.
#[derive(Debug)]
pub(super) struct Tops {
    next: u32,
    /// Objects known to have none of the set above them.
    free: BitSet,
    /// Objects known to have one, or to be in the set.
    covered: BitSet,
    tops: Vec<u32>,
    /// Objects climbed over to find that out, the lowest first.
    climbed: Vec<u32>,
    climb: u32,
}

impl Tops {
    pub(super) fn new() -> Self {
        Self {
            next: 0,
            free: BitSet::default(),
            covered: BitSet::default(),
            tops: Vec::new(),
            climbed: Vec::new(),
            climb: NONE,
        }
    }

    /// Does about `budget` units of work.
    #[inline(never)]
    pub(super) fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let (of, tree) = (context.of, context.inquiry.tree);
        if self.free.is_empty() {
            self.free = BitSet::new(of.set.len())?;
            self.covered = BitSet::new(of.set.len())?;
        }
        for _ in 0..budget.max(1) {
            if self.climb == NONE {
                let Some(object) = of.set.next(self.next) else { return Ok(Step::Done) };
                self.next = object.saturating_add(1);
                self.climb = tree.parent(object);
                self.climbed.clear();
                push(&mut self.climbed, object)?;
                // What nothing reaches is in no tree.
                continue;
            }
            let at = self.climb;
            let covered = at != ROOT && (of.set.contains(at) || self.covered.contains(at));
            if !covered && at != ROOT && !self.free.contains(at) {
                push(&mut self.climbed, at)?;
                self.climb = tree.parent(at);
                continue;
            }
            self.climb = NONE;
            let mut climbed = self.climbed.drain(..);
            let object = climbed.next();
            let known = if covered { &mut self.covered } else { &mut self.free };
            for passed in climbed {
                known.insert(passed);
            }
            if let Some(object) = object.filter(|_| !covered) {
                push(&mut self.tops, object)?;
            }
        }
        let (done, total) = (u64::from(self.next), of.set.len() as u64);
        Ok(Step::More { done, total: total.max(done) })
    }

    /// The objects, in the order of the file.
    pub(super) fn finish(self) -> Vec<u32> {
        self.tops
    }
}
