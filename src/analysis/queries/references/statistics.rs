//! What references of a kind refer to, and whether they could be cleared (rule W9).

use crate::analysis::queries::exclusions::{Skips, of_kind};
use crate::analysis::queries::grouping::{By, Grouping, Lists, push};
use crate::analysis::query::{
    Choice, Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject, Table, Value,
    Work,
};
use crate::analysis::story::counted;
use crate::error::Result;
use crate::graph::{BitSet, Edges, NONE, ROOT, Reach, Step};
use crate::heap::{Heap, ObjectIndex};
use hashbrown::HashMap;

pub(super) const QUESTION: Question = Question {
    name: "reference-statistics",
    title: "Reference statistics",
    about: "What soft, weak, phantom or finalizer references refer to, what lives only through \
            them, and what they hold strongly, too, so that it can never be cleared.",
    group: QueryGroup::References,
    of: Subject::Heap,
    parameters: &[KIND],
    begin: |arguments| Ok(Survey::of(arguments.choice("kind"), false)),
};

pub(super) const LEAKS: Question = Question {
    name: "reference-leaks",
    title: "Reference leaks",
    about: "References that hold their own referent strongly, as a WeakHashMap whose values refer \
            to their keys: they are never cleared.",
    group: QueryGroup::References,
    of: Subject::Heap,
    parameters: &[KIND],
    begin: |arguments| Ok(Survey::of(arguments.choice("kind"), true)),
};

const KIND: Parameter = Parameter {
    name: "kind",
    title: "References",
    hint: "Which references, with their subclasses.",
    kind: ParameterKind::Choice(&[
        Choice { name: "weak", title: "Weak references" },
        Choice { name: "soft", title: "Soft references" },
        Choice { name: "phantom", title: "Phantom references" },
        Choice { name: "final", title: "Finalizers" },
    ]),
    default: "weak",
};

fn class_of(kind: &str) -> &'static str {
    match kind {
        "soft" => "java.lang.ref.SoftReference",
        "phantom" => "java.lang.ref.PhantomReference",
        "final" => "java.lang.ref.FinalReference",
        _ => "java.lang.ref.WeakReference",
    }
}

/// What a reference refers to: its first stored edge (see `Heap`'s graph).
pub(super) fn referent(heap: &Heap, reference: u32) -> Option<u32> {
    heap.edges.targets(reference).next().filter(|&target| target != reference)
}

#[derive(Debug)]
struct Survey {
    kind: &'static str,
    leaks: bool,
    skips: Skips,
    references: BitSet,
    referents: BitSet,
    /// What is reached without following the referents of these references.
    kept: BitSet,
    /// What is reached without these references.
    without: BitSet,
    stage: Stage,
    /// The statistics being made.
    sections: Option<Sections>,
    found: Vec<Leak>,
    /// References whose referent is so deep that the search was given up.
    given_up: u64,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Collect(u32),
    Kept(Box<Reach>),
    Without(Box<Reach>),
    /// Climbing from the referent of a reference towards the roots.
    Climb {
        reference: u32,
        at: u32,
        steps: u64,
    },
    /// Putting all objects from this one on into the sections of the statistics.
    Tell(u32),
    Done,
}

#[derive(Debug)]
struct Leak {
    reference: u32,
    referent: u32,
    steps: u64,
}

/// References followed from a referent towards a GC root in search of its own reference.
const DEEPEST: u64 = 10_000;

impl Survey {
    fn of(kind: &'static str, leaks: bool) -> Box<dyn Work> {
        Box::new(Self {
            kind,
            leaks,
            skips: Skips::referents_of(Vec::new()),
            references: BitSet::default(),
            referents: BitSet::default(),
            kept: BitSet::default(),
            without: BitSet::default(),
            stage: Stage::Begin,
            sections: None,
            found: Vec::new(),
            given_up: 0,
        })
    }

    /// Whether only these references hold the object, but they do strongly.
    fn is_held_strongly(&self, referent: u32) -> bool {
        self.kept.contains(referent)
            && !self.without.contains(referent)
            && !self.references.contains(referent)
    }

    #[inline(never)]
    fn collect(&mut self, context: &Context<'_>, next: &mut u32, budget: u64) -> bool {
        let heap = context.inquiry.heap();
        for _ in 0..budget.max(1) {
            if *next as usize >= heap.objects.len() {
                return true;
            }
            let object = ObjectIndex(*next);
            *next += 1;
            let class = heap.objects.class(object).index();
            if self.skips.classes.get(class) != Some(&true) || !context.inquiry.is_reachable(object)
            {
                continue;
            }
            self.references.insert(object.0);
            if let Some(referent) = referent(heap, object.0) {
                self.referents.insert(referent);
            }
        }
        false
    }

    /// Goes on looking for leaks; where to go on, or nothing at the end.
    #[inline(never)]
    fn climb(
        &mut self,
        context: &Context<'_>,
        (mut reference, mut at, mut steps): (u32, u32, u64),
        budget: u64,
    ) -> Result<Option<(u32, u32, u64)>> {
        let (heap, paths) = (context.inquiry.heap(), &context.inquiry.loaded.paths);
        for _ in 0..budget.max(1) {
            if at >= ROOT {
                let from = if reference == NONE { 0 } else { reference.saturating_add(1) };
                let Some(next) = self.references.next(from) else { return Ok(None) };
                reference = next;
                steps = 0;
                let referent = referent(heap, next).filter(|&found| self.is_held_strongly(found));
                at = referent.map_or(NONE, |referent| paths.parent(referent));
                continue;
            }
            steps += 1;
            if at == reference {
                if let Some(referent) = referent(heap, reference) {
                    push(&mut self.found, Leak { reference, referent, steps })?;
                }
                at = NONE;
            } else if steps == DEEPEST {
                self.given_up += 1;
                at = NONE;
            } else {
                at = paths.parent(at);
            }
        }
        Ok(Some((reference, at, steps)))
    }
}

impl Work for Survey {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let heap = context.inquiry.heap();
        let len = heap.objects.len() as u64;
        let total = 12 * len;
        let roots = heap.roots.objects();
        let part = |step: Step, from: u64| match step {
            Step::More { done, total } => Some(from * len + 4 * len * done / total.max(1)),
            Step::Done => None,
        };
        let done = match &mut self.stage {
            Stage::Begin => {
                self.skips = Skips::referents_of(of_kind(heap, class_of(self.kind)));
                self.references = BitSet::new(heap.objects.len())?;
                self.referents = BitSet::new(heap.objects.len())?;
                self.stage = Stage::Collect(0);
                0
            }
            Stage::Collect(next) => {
                let mut place = *next;
                let over = self.collect(context, &mut place, budget);
                self.stage = if over {
                    let graph = self.skips.within(heap);
                    Stage::Kept(Box::new(Reach::new(&graph, roots, Edges::SkipFirst, None)?))
                } else {
                    Stage::Collect(place)
                };
                place.into()
            }
            Stage::Kept(reach) => {
                if let Some(done) = part(reach.step(&self.skips.within(heap), budget)?, 1) {
                    return Ok(Step::More { done, total });
                }
                let excluded = Some(self.references.clone());
                let next = Stage::Without(Box::new(Reach::new(heap, roots, Edges::All, excluded)?));
                if let Stage::Kept(reach) = core::mem::replace(&mut self.stage, next) {
                    self.kept = reach.finish();
                }
                5 * len
            }
            Stage::Without(reach) => {
                if let Some(done) = part(reach.step(heap, budget)?, 5) {
                    return Ok(Step::More { done, total });
                }
                let next = if self.leaks {
                    Stage::Climb { reference: NONE, at: NONE, steps: 0 }
                } else {
                    self.sections = Some(Sections::new(heap, SECTIONS.len()));
                    Stage::Tell(0)
                };
                if let Stage::Without(reach) = core::mem::replace(&mut self.stage, next) {
                    self.without = reach.finish();
                }
                9 * len
            }
            &mut Stage::Climb { reference, at, steps } => {
                self.stage = match self.climb(context, (reference, at, steps), budget)? {
                    Some((reference, at, steps)) => Stage::Climb { reference, at, steps },
                    None => Stage::Done,
                };
                9 * len + if reference == NONE { 0 } else { u64::from(reference) }
            }
            &mut Stage::Tell(next) => {
                let next = self.tell(context, next, budget)?;
                self.stage = if u64::from(next) < len { Stage::Tell(next) } else { Stage::Done };
                9 * len + u64::from(next)
            }
            Stage::Done => return Ok(Step::Done),
        };
        Ok(Step::More { done, total })
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("What", "What the objects are to the references, and their class."),
            Column::count("Objects", "Objects of the row.").overlapping(),
            Column::bytes("Shallow", "Bytes of these objects themselves.").overlapping(),
        ];
        match self.sections {
            Some(sections) => sections.table(COLUMNS, &SECTIONS),
            None => self.leak_table(),
        }
    }
}

const SECTIONS: [&str; 4] = [
    "The references",
    "What they refer to",
    "Held only through them: can be freed with them",
    "Referred to, but held strongly by them, too: never cleared",
];

impl Survey {
    fn leak_table(&self) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Reference", "The reference that holds its own referent strongly."),
            Column::things("Referent", "What it refers to, and can never clear."),
            Column::count("Steps", "Strong references from the reference to its referent.")
                .overlapping(),
            Column::shallow(),
            Column::retained(),
        ];
        let mut table = Table::new(COLUMNS, 4);
        for leak in &self.found {
            table.push(vec![
                Value::Object(ObjectIndex(leak.reference)),
                Value::Object(ObjectIndex(leak.referent)),
                Value::Number(leak.steps),
            ])?;
        }
        if self.given_up > 0 {
            table.notes.push(format!(
                "{} not settled: more than {DEEPEST} strong references lead to what is referred to.",
                counted(self.given_up, "reference was", "references were")
            ));
        }
        Ok(table)
    }

    /// Puts about `budget` objects into the sections that they belong to; where to go on.
    #[inline(never)]
    fn tell(&mut self, context: &Context<'_>, next: u32, budget: u64) -> Result<u32> {
        let inquiry = &context.inquiry;
        let heap = inquiry.heap();
        let to = u64::from(next).saturating_add(budget.max(1)).min(heap.objects.len() as u64);
        let to = u32::try_from(to).unwrap_or(u32::MAX);
        let Some(mut sections) = self.sections.take() else { return Ok(to) };
        for node in next..to {
            let is_referent = self.referents.contains(node);
            let is_in = [
                self.references.contains(node),
                is_referent,
                inquiry.is_reachable(ObjectIndex(node)) && !self.kept.contains(node),
                is_referent && self.is_held_strongly(node),
            ];
            for (section, _) in is_in.into_iter().enumerate().filter(|&(_, is_in)| is_in) {
                sections.add(heap, section, node)?;
            }
        }
        self.sections = Some(sections);
        Ok(to)
    }
}

/// A table of a few sets being made, each with its objects by class below it.
#[derive(Debug)]
pub(super) struct Sections {
    grouping: Grouping,
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    all: Members,
    by_class: HashMap<u32, Members>,
}

#[derive(Debug, Default)]
struct Members {
    objects: Vec<u32>,
    bytes: u64,
}

impl Members {
    fn add(&mut self, object: u32, bytes: u64) -> Result<()> {
        self.bytes += bytes;
        push(&mut self.objects, object)
    }

    fn values(&self, label: Value) -> Vec<Value> {
        vec![label, Value::Number(self.objects.len() as u64), Value::Number(self.bytes)]
    }
}

impl Sections {
    /// Begins a table of `count` sets. O(classes).
    pub(super) fn new(heap: &Heap, count: usize) -> Self {
        let sections = core::iter::repeat_with(Section::default).take(count).collect();
        Self { grouping: Grouping::new(heap, By::Class), sections }
    }

    /// Adds an object to a section, where there is one of this number.
    pub(super) fn add(&mut self, heap: &Heap, section: usize, object: u32) -> Result<()> {
        let Some(section) = self.sections.get_mut(section) else { return Ok(()) };
        let bytes = heap.shallow(ObjectIndex(object));
        section.all.add(object, bytes)?;
        let group = self.grouping.of(heap, ObjectIndex(object));
        section.by_class.entry(group).or_default().add(object, bytes)
    }

    /// The table: a label, objects and shallow bytes. O(classes).
    pub(super) fn table(self, columns: &[Column], titles: &[&str]) -> Result<Table> {
        let mut table = Table::new(columns, 0);
        let mut lists = Lists::default();
        let mut below = Vec::new();
        for (title, Section { all, by_class }) in titles.iter().zip(self.sections) {
            table.push(all.values(Value::Text((*title).to_owned())))?;
            push(&mut lists.0, all.objects)?;
            let mut groups: Vec<_> = by_class.into_iter().collect();
            groups.sort_unstable_by_key(|(group, _)| *group);
            push(&mut below, groups)?;
        }
        for (section, groups) in (0u32..).zip(below) {
            let label = |group| self.grouping.label(group);
            let rows = groups.iter().map(|(group, members)| members.values(label(*group)));
            table.push_children(section, rows.collect())?;
            for (_, members) in groups {
                push(&mut lists.0, members.objects)?;
            }
        }
        table.expand_with(Box::new(lists));
        table.sort = (2, true);
        Ok(table)
    }
}
