//! What would go with a set (rules D4 and D6).

use crate::analysis::queries::exclusions::{Exclusion, FOLLOWING_ALL, Skips};
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::analysis::story::{bytes, count, counted};
use crate::error::Result;
use crate::graph::{BitSet, Edges, MinRetained, Reach, Step, filled};
use crate::heap::{ClassIndex, ObjectIndex};

pub(super) const QUESTIONS: &[Question] = &[Question {
    name: "retained-set",
    title: "Retained set",
    about: "All that would be freed if a set were gone, by class: exactly, also what only its \
            objects together keep alive.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[FOLLOWING_ALL],
    begin: |arguments| {
        Ok(Box::new(Retained {
            exclusion: Exclusion::named(arguments.choice("without")),
            skips: Skips::referents_of(Vec::new()),
            least: 0,
            objects: 0,
            bytes: 0,
            garbage: (0, 0),
            with: None,
            classes: Vec::new(),
            kept: BitSet::default(),
            retained: BitSet::default(),
            stage: Stage::Begin,
        }))
    },
}];

const COLUMNS: &[Column] = &[
    Column::things("Class", "Class of objects that would be freed."),
    Column::count("Objects", "Objects of the class that would be freed."),
    Column::bytes("Shallow", "Bytes of these objects themselves: what would be freed."),
];

#[derive(Debug)]
struct Retained {
    exclusion: Exclusion,
    skips: Skips,
    /// The minimum retained size (rule D6).
    least: u64,
    objects: u64,
    bytes: u64,
    /// Members of the set that no GC root reaches, and their bytes.
    garbage: (u64, u64),
    /// What is reached with the set, where that is not simply all that is reachable.
    with: Option<BitSet>,
    /// Objects and shallow bytes by class.
    classes: Vec<(u64, u64)>,
    /// What is reached without the set.
    kept: BitSet,
    retained: BitSet,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Least(Box<MinRetained>),
    With(Box<Reach>),
    Without(Box<Reach>),
    Count(u32),
}

impl Retained {
    fn without(&self, context: &Context<'_>) -> Result<Stage> {
        let heap = context.inquiry.heap();
        let set = Some(context.of.set.clone());
        let graph = self.skips.within(heap);
        let reach = Reach::new(&graph, heap.roots.objects(), Edges::SkipFirst, set)?;
        Ok(Stage::Without(Box::new(reach)))
    }

    /// Counts what is retained from `next` on; whether all is.
    #[inline(never)]
    fn count(&mut self, context: &Context<'_>, next: &mut u32, budget: u64) -> bool {
        let inquiry = &context.inquiry;
        let heap = inquiry.heap();
        let len = u32::try_from(heap.objects.len()).unwrap_or(u32::MAX);
        let to = u64::from(*next).saturating_add(budget.max(1)).min(len.into());
        let to = u32::try_from(to).unwrap_or(u32::MAX);
        for node in *next..to {
            let object = ObjectIndex(node);
            let reached = match &self.with {
                Some(with) => with.contains(node) || context.of.set.contains(node),
                None => inquiry.is_reachable(object) || context.of.set.contains(node),
            };
            if !reached || self.kept.contains(node) {
                continue;
            }
            self.retained.insert(node);
            let shallow = heap.shallow(object);
            self.objects += 1;
            self.bytes += shallow;
            if !inquiry.is_reachable(object) {
                self.garbage.0 += 1;
                self.garbage.1 += shallow;
            }
            if let Some(class) = self.classes.get_mut(heap.objects.class(object).index()) {
                class.0 += 1;
                class.1 += shallow;
            }
        }
        *next = to;
        to == len
    }
}

impl Work for Retained {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        let heap = inquiry.heap();
        let len = heap.objects.len() as u64;
        let total = 16 * len;
        let part = |step: Step, from: u64| match step {
            Step::More { done, total } => Some(from * len + 4 * len * done / total.max(1)),
            Step::Done => None,
        };
        let done = match &mut self.stage {
            Stage::Begin => {
                self.classes = filled(heap.classes.len(), (0, 0), "a retained set")?;
                self.retained = BitSet::new(heap.objects.len())?;
                self.skips = if self.exclusion.is_none() {
                    Skips::referents_of(Vec::new())
                } else {
                    self.exclusion.skips(heap)
                };
                self.stage = Stage::Least(Box::new(MinRetained::new(context.of.set.clone())?));
                0
            }
            Stage::Least(least) => {
                let weight = |node| heap.shallow(ObjectIndex(node));
                if let Some(done) = part(least.step(inquiry.tree, weight, budget), 0) {
                    return Ok(Step::More { done, total });
                }
                let next = if self.exclusion.is_none() {
                    self.without(context)?
                } else {
                    let graph = self.skips.within(heap);
                    let roots = heap.roots.objects();
                    Stage::With(Box::new(Reach::new(&graph, roots, Edges::SkipFirst, None)?))
                };
                if let Stage::Least(least) = core::mem::replace(&mut self.stage, next) {
                    self.least = least.finish();
                }
                4 * len
            }
            Stage::With(reach) => {
                if let Some(done) = part(reach.step(&self.skips.within(heap), budget)?, 4) {
                    return Ok(Step::More { done, total });
                }
                let next = self.without(context)?;
                if let Stage::With(reach) = core::mem::replace(&mut self.stage, next) {
                    self.with = Some(reach.finish());
                }
                8 * len
            }
            Stage::Without(reach) => {
                if let Some(done) = part(reach.step(&self.skips.within(heap), budget)?, 8) {
                    return Ok(Step::More { done, total });
                }
                if let Stage::Without(reach) = core::mem::replace(&mut self.stage, Stage::Count(0))
                {
                    self.kept = reach.finish();
                }
                12 * len
            }
            Stage::Count(next) => {
                let mut place = *next;
                if self.count(context, &mut place, budget) {
                    return Ok(Step::Done);
                }
                self.stage = Stage::Count(place);
                12 * len + u64::from(place)
            }
        };
        Ok(Step::More { done, total })
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        let mut table = Table::new(COLUMNS, 2);
        for (class, &(objects, bytes)) in (0u32..).zip(&self.classes) {
            if objects > 0 {
                let numbers = [objects, bytes].map(Value::Number);
                let mut values = vec![Value::Class(ClassIndex(class))];
                values.extend(numbers);
                table.push(values)?;
            }
        }
        table.notes.push(format!(
            "{} with {} would be freed.",
            counted(self.objects, "object", "objects"),
            bytes(self.bytes)
        ));
        let (garbage, of_garbage) = self.garbage;
        if garbage > 0 {
            table.notes.push(format!(
                "No GC root reaches {} of the objects with {}: they are garbage already, and count \
                 for themselves only, not with what they hold.",
                count(garbage),
                bytes(of_garbage)
            ));
        }
        // Unreachable objects are not in the dominator tree, from which the least comes.
        if self.exclusion.is_none() && self.least < self.bytes - of_garbage {
            table.notes.push(format!(
                "{} of them are what the objects of the set retain one by one (minimum retained \
                 size); the rest only all of them together keep alive.",
                bytes(self.least)
            ));
        }
        if !self.exclusion.is_none() {
            table.notes.push(
                "Counts what is held only by the set once the references chosen are left out; \
                 what nothing else held before is not part of it."
                    .to_owned(),
            );
        }
        table.set_within(self.retained);
        Ok(table)
    }
}
