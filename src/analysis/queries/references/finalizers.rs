//! Objects with a finalizer: waiting for it, in it, or not garbage yet (rule W8).

use super::statistics::{Sections, referent};
use crate::analysis::queries::exclusions::of_kind;
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Work};
use crate::error::Result;
use crate::graph::{BitSet, Step};
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};
use crate::hprof::Value as FieldValue;
use core::ops::Range;

pub(super) const QUESTION: Question = Question {
    name: "finalizers",
    title: "Finalizers",
    about: "Objects whose finalizer is still to run: those that wait in the queue, the ones that \
            the finalizer threads are at, and those that are not garbage yet.",
    group: QueryGroup::References,
    of: Subject::Heap,
    parameters: &[],
    begin: |_| {
        Ok(Box::new(Finalizers {
            kind: Vec::new(),
            stage: Stage::Begin,
            pending: BitSet::default(),
            running: BitSet::default(),
            waiting: BitSet::default(),
            queued: BitSet::default(),
            sections: None,
        }))
    },
};

const COLUMNS: &[Column] = &[
    Column::things("What", "What the finalizer is at, and the class of the objects."),
    Column::count("Objects", "Objects with a finalizer."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

/// What one look into the file is worth in objects looked at.
const READ: u64 = 50;

#[derive(Debug)]
struct Finalizers {
    /// Per class, whether its instances are finalizers.
    kind: Vec<bool>,
    stage: Stage,
    pending: BitSet,
    running: BitSet,
    waiting: BitSet,
    /// Finalizers met in the queue.
    queued: BitSet,
    /// The answer being made.
    sections: Option<Sections>,
}

#[derive(Debug)]
enum Stage {
    Begin,
    /// At this finalizer of the queue.
    Queue(ObjectIndex),
    /// Looking at all objects.
    All(u32),
    /// Putting all objects from this one on into the sections of the answer.
    Tell(u32),
    Done,
}

impl Finalizers {
    fn is_finalizer(&self, heap: &Heap, object: ObjectIndex) -> bool {
        self.kind.get(heap.objects.class(object).index()) == Some(&true)
    }

    /// What the finalizer threads have in hand.
    fn find_running(&mut self, heap: &Heap) {
        for thread in &heap.threads.list {
            let class = &heap.classes.get(heap.objects.class(thread.object)).name;
            let runs = class.starts_with("java.lang.ref.Finalizer$")
                || class.starts_with("java.lang.ref.ReferenceQueue");
            for &(_, local) in thread.locals.iter().filter(|_| runs) {
                if self.is_finalizer(heap, local)
                    && let Some(object) = referent(heap, local.0)
                {
                    self.running.insert(object);
                }
            }
        }
    }

    /// Puts objects into the sections that they belong to.
    #[inline(never)]
    fn tell(&mut self, heap: &Heap, objects: Range<u32>) -> Result<()> {
        let sections = self.sections.get_or_insert_with(|| Sections::new(heap, SECTIONS.len()));
        for object in objects {
            for (section, set) in
                [&self.waiting, &self.running, &self.pending].into_iter().enumerate()
            {
                if set.contains(object) {
                    sections.add(heap, section, object)?;
                }
            }
        }
        Ok(())
    }

    /// Follows the queue; where to go on, or nothing at its end.
    fn follow(
        &mut self,
        values: &Values<'_>,
        mut at: ObjectIndex,
        budget: u64,
    ) -> Option<ObjectIndex> {
        for _ in 0..(budget / READ).max(1) {
            if !self.queued.insert(at.0) {
                return None;
            }
            if let Some(object) = referent(values.heap(), at.0) {
                self.waiting.insert(object);
            }
            at = next_in_queue(values, at)?;
        }
        Some(at)
    }
}

const SECTIONS: [&str; 3] = [
    "Waiting in the queue for a finalizer thread",
    "In the hands of a finalizer thread",
    "Not garbage yet: the finalizer runs later",
];

/// The field `next` of `java.lang.ref.Reference`: `Finalizer` has another of that name.
fn next_in_queue(values: &Values<'_>, reference: ObjectIndex) -> Option<ObjectIndex> {
    let heap = values.heap();
    let fields = values.fields(reference).ok()?;
    let next = fields.into_iter().find(|field| {
        Some(field.declared_by) == heap.known.reference
            && heap.names.raw(field.descriptor.name) == Some(b"next".as_slice())
    })?;
    match next.value? {
        FieldValue::Object(id) => values.resolve(id),
        _ => None,
    }
}

impl Work for Finalizers {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        let heap = inquiry.heap();
        let len = heap.objects.len();
        match self.stage {
            Stage::Begin => {
                self.kind = of_kind(heap, "java.lang.ref.FinalReference");
                self.pending = BitSet::new(len)?;
                self.running = BitSet::new(len)?;
                self.waiting = BitSet::new(len)?;
                self.queued = BitSet::new(len)?;
                self.find_running(heap);
                let queue = heap.known.finalizer;
                let queue = queue.and_then(|class| inquiry.values.static_reference(class, "queue"));
                let head = queue.and_then(|queue| inquiry.values.reference(queue, "head"));
                self.stage = head.map_or(Stage::All(0), Stage::Queue);
            }
            Stage::Queue(at) => {
                let next = self.follow(&inquiry.values, at, budget);
                self.stage = next.map_or(Stage::All(0), Stage::Queue);
            }
            Stage::All(next) => {
                let to = u64::from(next).saturating_add(budget.max(1)).min(len as u64);
                let to = u32::try_from(to).unwrap_or(u32::MAX);
                for object in (next..to).map(ObjectIndex) {
                    if self.is_finalizer(heap, object)
                        && inquiry.is_reachable(object)
                        && !self.queued.contains(object.0)
                        && let Some(object) = referent(heap, object.0)
                        && !self.running.contains(object)
                        && !self.waiting.contains(object)
                    {
                        self.pending.insert(object);
                    }
                }
                self.stage = if to as usize == len { Stage::Tell(0) } else { Stage::All(to) };
                return Ok(Step::More { done: to.into(), total: 2 * len as u64 });
            }
            Stage::Tell(next) => {
                let to = u64::from(next).saturating_add(budget.max(1)).min(len as u64);
                let to = u32::try_from(to).unwrap_or(u32::MAX);
                self.tell(heap, next..to)?;
                self.stage = if to as usize == len { Stage::Done } else { Stage::Tell(to) };
                return Ok(Step::More { done: len as u64 + u64::from(to), total: 2 * len as u64 });
            }
            Stage::Done => return Ok(Step::Done),
        }
        Ok(Step::More { done: 0, total: 2 * len as u64 })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let none = || Sections::new(context.inquiry.heap(), SECTIONS.len());
        self.sections.unwrap_or_else(none).table(COLUMNS, &SECTIONS)
    }
}
