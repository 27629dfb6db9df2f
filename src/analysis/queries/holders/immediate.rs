//! The nearest dominators of the objects of a set outside the platform's classes (rule P4).

use crate::analysis::filter::TextFilter;
use crate::analysis::holder::is_platform_class;
use crate::analysis::queries::grouping::{By, Grouping, Lists, push};
use crate::analysis::query::{
    Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject, Table, Value, Work,
};
use crate::error::Result;
use crate::graph::{BitSet, Step, Visit, Walk};
use crate::heap::{Heap, ObjectIndex};
use hashbrown::HashMap;

pub(super) const QUESTION: Question = Question {
    name: "immediate-dominators",
    title: "Immediate dominators",
    about: "Which objects keep those of a set alive all by themselves, by class: whose code to \
            look at.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[
        Parameter {
            name: "platform",
            title: "Climb over the platform's classes",
            hint: "Passes over dominators of java.*, javax.*, com.sun.*, sun.* and jdk.*, up to \
                   the first of somebody's own; a class object counts as the class that it is.",
            kind: ParameterKind::Flag,
            default: "yes",
        },
        Parameter {
            name: "skip",
            title: "Climb over classes",
            hint: "Passes over dominators whose class name matches, too.",
            kind: ParameterKind::OptionalPattern,
            default: "",
        },
    ],
    begin: |arguments| {
        Ok(Box::new(Climb {
            platform: arguments.flag("platform"),
            pattern: arguments.optional_pattern("skip")?,
            skipped: Vec::new(),
            walk: Walk::all(),
            above: Vec::new(),
            seen: BitSet::default(),
            grouping: None,
            groups: HashMap::new(),
            rooted: (0, 0),
            done: 0,
        }))
    },
};

const COLUMNS: &[Column] = &[
    Column::things(
        "Dominator",
        "Class of the dominators; a class itself where its static fields hold.",
    ),
    Column::count("Dominators", "Dominators of the class that hold objects of the set."),
    Column::count("Dominated", "Objects of the set that they hold."),
    Column::bytes("Shallow", "Bytes of the dominators themselves."),
    Column::bytes("Dominated shallow", "Bytes of these objects of the set themselves."),
];

/// One walk over the dominator tree that remembers which dominators count.
#[derive(Debug)]
struct Climb {
    platform: bool,
    pattern: Option<TextFilter>,
    /// Per class, whether it is passed over.
    skipped: Vec<bool>,
    walk: Walk,
    /// The dominators above the current object that are not passed over, the nearest last.
    above: Vec<u32>,
    /// Dominators that count already.
    seen: BitSet,
    grouping: Option<Grouping>,
    groups: HashMap<u32, Dominators>,
    /// Objects of the set that nothing dominates, and their shallow bytes.
    rooted: (u64, u64),
    done: u64,
}

/// Dominators of a class.
#[derive(Debug, Default)]
struct Dominators {
    members: Vec<u32>,
    /// Their shallow bytes.
    own: u64,
    /// Objects of the set that they hold, and their shallow bytes.
    objects: u64,
    bytes: u64,
}

impl Climb {
    #[inline]
    fn is_skipped(&self, heap: &Heap, node: u32) -> bool {
        let class = heap.objects.class(ObjectIndex(node));
        let class = if Some(class) == heap.known.class {
            heap.owner_class(ObjectIndex(node))
        } else {
            class
        };
        self.skipped.get(class.index()).is_some_and(|&skipped| skipped)
    }

    fn count(&mut self, heap: &Heap, object: u32) -> Result<()> {
        let bytes = heap.shallow(ObjectIndex(object));
        let Some(&dominator) = self.above.last() else {
            self.rooted.0 += 1;
            self.rooted.1 += bytes;
            return Ok(());
        };
        let grouping = self.grouping.get_or_insert_with(|| Grouping::new(heap, By::Class));
        let group = grouping.of(heap, ObjectIndex(dominator));
        let group = self.groups.entry(group).or_default();
        if self.seen.insert(dominator) {
            push(&mut group.members, dominator)?;
            group.own += heap.shallow(ObjectIndex(dominator));
        }
        group.objects += 1;
        group.bytes += bytes;
        Ok(())
    }
}

impl Work for Climb {
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let (heap, tree) = (context.inquiry.heap(), context.inquiry.tree);
        if self.skipped.is_empty() {
            let passed = |name: &str| {
                (self.platform && is_platform_class(name))
                    || self.pattern.as_ref().is_some_and(|pattern| pattern.passes(name))
            };
            self.seen = BitSet::new(heap.objects.len())?;
            self.skipped = heap.classes.iter().map(|(_, class)| passed(&class.name)).collect();
        }
        for _ in 0..budget.max(1) {
            match self.walk.next(tree)? {
                None => return Ok(Step::Done),
                Some(Visit::Enter(node)) => {
                    if context.of.set.contains(node) {
                        self.count(heap, node)?;
                    }
                    if !self.is_skipped(heap, node) {
                        push(&mut self.above, node)?;
                    }
                }
                Some(Visit::Leave(node)) => {
                    if self.above.last() == Some(&node) {
                        self.above.pop();
                    }
                }
            }
        }
        let total = 2 * u64::from(tree.reachable_count());
        self.done = self.done.saturating_add(budget).min(total);
        Ok(Step::More { done: self.done, total })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let heap = context.inquiry.heap();
        let grouping = self.grouping.unwrap_or_else(|| Grouping::new(heap, By::Class));
        let mut table = Table::new(COLUMNS, 2);
        let mut lists = Lists::default();
        if let (objects @ 1.., bytes) = self.rooted {
            let numbers = [0, objects, 0, bytes].map(Value::Number);
            let mut values = vec![Value::Text("<ROOT>".to_owned())];
            values.extend(numbers);
            table.push(values)?;
            push(&mut lists.0, Vec::new())?;
            table.notes.push(
                "<ROOT> stands for objects that no single object keeps alive: GC roots, and what \
                 several roots hold."
                    .to_owned(),
            );
        }
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        for (group, Dominators { mut members, own, objects, bytes }) in groups {
            members.sort_unstable();
            let mut values = vec![grouping.label(group)];
            values.extend([members.len() as u64, objects, own, bytes].map(Value::Number));
            table.push(values)?;
            push(&mut lists.0, members)?;
        }
        table.expand_with(Box::new(lists));
        Ok(table)
    }
}
