//! Cleaners: what is done when an object is gone, and for how many.

use super::statistics::referent;
use crate::analysis::queries::exclusions::of_kind;
use crate::analysis::queries::grouping::{By, Grouping, Lists, push};
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::Step;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use hashbrown::HashMap;

pub(super) const QUESTION: Question = Question {
    name: "cleaners",
    title: "Cleaners",
    about: "What frees memory outside the heap or closes files when objects are gone, by the \
            action that does it.",
    group: QueryGroup::References,
    of: Subject::Heap,
    parameters: &[],
    begin: |_| {
        Ok(Box::new(Cleaners { kind: Vec::new(), grouping: None, next: 0, groups: HashMap::new() }))
    },
};

const COLUMNS: &[Column] = &[
    Column::things("Action", "Class of what is run; the cleaner's own where it says no other."),
    Column::count("Cleaners", "Cleaners with such an action."),
    Column::count("Still referred to", "Those whose object is not gone yet."),
];

/// What one look into the file is worth in objects looked at.
const READ: u64 = 50;

#[derive(Debug)]
struct Cleaners {
    /// Per class, whether its instances are cleaners.
    kind: Vec<bool>,
    grouping: Option<Grouping>,
    next: u32,
    /// By group of the action: the cleaners, and how many still have their object.
    groups: HashMap<u32, (Vec<u32>, u64)>,
}

/// `sun.misc.Cleaner` of JDK 8, `jdk.internal.ref.Cleaner` of direct buffers, and what
/// `java.lang.ref.Cleaner` makes.
const CLASSES: [&str; 3] =
    ["sun.misc.Cleaner", "jdk.internal.ref.Cleaner", "jdk.internal.ref.PhantomCleanable"];

impl Work for Cleaners {
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let inquiry = &context.inquiry;
        let heap = inquiry.heap();
        if self.kind.is_empty() {
            self.kind = vec![false; heap.classes.len()];
            for name in CLASSES {
                let kind = of_kind(heap, name);
                self.kind.iter_mut().zip(kind).for_each(|(is, also)| *is |= also);
            }
        }
        let grouping = self.grouping.get_or_insert_with(|| Grouping::new(heap, By::Class));
        let mut work = 0;
        while work < budget.max(1) {
            if self.next as usize >= heap.objects.len() {
                return Ok(Step::Done);
            }
            let object = ObjectIndex(self.next);
            self.next += 1;
            work += 1;
            let is = self.kind.get(heap.objects.class(object).index()) == Some(&true);
            if !is || !inquiry.is_reachable(object) {
                continue;
            }
            work += READ;
            let action = action(&inquiry.values, object).unwrap_or(object);
            let (cleaners, referred) = self.groups.entry(grouping.of(heap, action)).or_default();
            push(cleaners, object.0)?;
            *referred += u64::from(referent(heap, object.0).is_some());
        }
        Ok(Step::More { done: self.next.into(), total: heap.objects.len() as u64 })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let grouping = Grouping::new(context.inquiry.heap(), By::Class);
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        let mut table = Table::new(COLUMNS, 1);
        let mut lists = Lists::default();
        for (group, (cleaners, referred)) in groups {
            let numbers = [cleaners.len() as u64, referred].map(Value::Number);
            let mut values = vec![grouping.label(group)];
            values.extend(numbers);
            table.push(values)?;
            push(&mut lists.0, cleaners)?;
        }
        table.expand_with(Box::new(lists));
        Ok(table)
    }
}

fn action(values: &Values<'_>, cleaner: ObjectIndex) -> Option<ObjectIndex> {
    values.reference(cleaner, "action").or_else(|| values.reference(cleaner, "thunk"))
}
