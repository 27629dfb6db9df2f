//! Top consumers (rule T1): the biggest objects of a dominator tree and what they have in common.

use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{By, Grouping, Lists, push};
use crate::analysis::query::{
    Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject, Table, Value, Work,
};
use crate::error::Result;
use crate::graph::{BitSet, NONE, ROOT, Step};
use crate::heap::ObjectIndex;
use hashbrown::HashMap;

pub(super) const QUESTION: Question = Question {
    name: "top-consumers",
    title: "Top consumers",
    about: "The biggest objects that no other of the heap, or the set, dominates, and the classes, \
            class loaders and packages that retain most through such objects.",
    group: QueryGroup::Weight,
    of: Subject::AnySet,
    parameters: &[PERCENT],
    begin: |arguments| {
        let percent = arguments.number("percent")?;
        Ok(Box::new(Consumers { percent, stage: Stage::Tops(Tops::new()) }))
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
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Tops(Tops),
    Sections(Sections),
}

impl Work for Consumers {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        /// Finding the objects, and looking at them for each section.
        const PARTS: u64 = 1 + TITLES.len() as u64;
        match &mut self.stage {
            Stage::Tops(tops) => match tops.step(context, budget)? {
                Step::More { done, total } => Ok(Step::More { done, total: PARTS * total }),
                Step::Done => {
                    let tops = core::mem::replace(tops, Tops::new()).finish();
                    let least = threshold(&context.inquiry, self.percent);
                    self.stage = Stage::Sections(Sections::of(tops, least));
                    Ok(Step::More { done: 1, total: PARTS })
                }
            },
            Stage::Sections(sections) => match sections.step(&context.inquiry, budget)? {
                Step::More { done, total } => {
                    let part = total / TITLES.len() as u64;
                    Ok(Step::More { done: part + done, total: part + total })
                }
                Step::Done => Ok(Step::Done),
            },
        }
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let inquiry = &context.inquiry;
        let mut table = Table::new(COLUMNS, 2);
        let Stage::Sections(Sections { done: sections, .. }) = self.stage else { return Ok(table) };
        let mut lists = Lists::default();
        for (title, rows) in TITLES.into_iter().zip(&sections) {
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

/// The sections, and what the objects of each but the first are grouped by.
const TITLES: [&str; 4] =
    ["Biggest objects", "Biggest classes", "Biggest class loaders", "Biggest packages"];
const GROUPED: [By; 3] = [By::Class, By::Loader, By::Package];

/// The rows of the sections being made, one section after the other.
#[derive(Debug)]
struct Sections {
    tops: Vec<u32>,
    /// What a row must retain more than.
    least: u64,
    done: Vec<Vec<Row>>,
    /// How far the section at hand is.
    next: usize,
    grouping: Option<Grouping>,
    objects: Vec<Row>,
    groups: HashMap<u32, (u64, Vec<u32>)>,
}

impl Sections {
    fn of(tops: Vec<u32>, least: u64) -> Self {
        let (done, objects, groups) = (Vec::new(), Vec::new(), HashMap::new());
        Self { tops, least, done, next: 0, grouping: None, objects, groups }
    }

    /// Looks at about `budget` objects.
    #[inline(never)]
    fn step(&mut self, inquiry: &Inquiry<'_>, budget: u64) -> Result<Step> {
        let heap = inquiry.heap();
        for _ in 0..budget.max(1) {
            let Some(&top) = self.tops.get(self.next) else {
                self.end_section()?;
                let Some(&by) = GROUPED.get(self.done.len() - 1) else { return Ok(Step::Done) };
                self.grouping = Some(Grouping::new(heap, by));
                continue;
            };
            self.next += 1;
            let retained = inquiry.retained(ObjectIndex(top));
            if let Some(grouping) = &self.grouping {
                let group = grouping.of(heap, ObjectIndex(top));
                let (sum, members) = self.groups.entry(group).or_default();
                *sum += retained;
                push(members, top)?;
            } else if retained > self.least {
                let label = Value::Object(ObjectIndex(top));
                push(&mut self.objects, Row { label, retained, members: vec![top] })?;
            }
        }
        let all = self.tops.len() as u64;
        let done = self.done.len() as u64 * all + self.next as u64;
        Ok(Step::More { done, total: (TITLES.len() as u64 * all).max(1) })
    }

    /// Makes rows of the groups of a section, by their number.
    fn end_section(&mut self) -> Result<()> {
        let mut rows = core::mem::take(&mut self.objects);
        if let Some(grouping) = self.grouping.take() {
            let mut groups: Vec<_> = self.groups.drain().collect();
            groups.sort_unstable_by_key(|(group, _)| *group);
            for (group, (retained, members)) in groups {
                if retained > self.least {
                    push(&mut rows, Row { label: grouping.label(group), retained, members })?;
                }
            }
        }
        self.done.push(rows);
        self.next = 0;
        Ok(())
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
