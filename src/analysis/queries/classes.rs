//! Classes as a hierarchy.

use crate::analysis::query::{
    AtOnce, Column, Context, QueryGroup, Question, Subject, Table, Value,
};
use crate::error::Result;
use crate::graph::filled;
use crate::heap::ClassIndex;

pub(super) const QUESTIONS: &[Question] = &[Question {
    name: "class-hierarchy",
    title: "Class hierarchy",
    about: "All classes below their superclasses, with their reachable instances.",
    group: QueryGroup::Others,
    of: Subject::Heap,
    parameters: &[],
    begin: |_| Ok(Box::new(AtOnce(hierarchy))),
}];

const COLUMNS: &[Column] = &[
    Column::things("Class", "A class; below it, the classes that extend it."),
    Column::count("With subclasses", "Reachable instances of the class and all below it."),
    Column::bytes("Shallow with subclasses", "Bytes of these objects themselves."),
    Column::count("Instances", "Reachable instances of the class itself.").overlapping(),
    Column::bytes("Shallow", "Bytes of these objects themselves.").overlapping(),
];

/// O(classes).
fn hierarchy(context: &Context<'_>) -> Result<Table> {
    let inquiry = &context.inquiry;
    let classes = &inquiry.heap().classes;
    let mut below: Vec<Vec<u32>> = filled(classes.len(), Vec::new(), "the class hierarchy")?;
    let mut sums = filled(classes.len(), (0u64, 0u64), "the class hierarchy")?;
    let mut order = Vec::new();
    let mut tops = Vec::new();
    for (class, entry) in classes.iter() {
        let total = inquiry.totals.get(class);
        sums[class.index()] = (total.instances, total.shallow);
        let list = match entry.super_class.and_then(|above| below.get_mut(above.index())) {
            Some(list) => list,
            None => &mut tops,
        };
        list.push(class.0);
    }
    // Superclasses first, so that sums go up from the end.
    order.extend(tops.iter().copied());
    let mut at = 0;
    while let Some(&class) = order.get(at) {
        order.extend(below.get(class as usize).into_iter().flatten().copied());
        at += 1;
    }
    for &class in order.iter().rev() {
        let above = classes.get(ClassIndex(class)).super_class;
        let (objects, bytes) = sums[class as usize];
        if let Some(sum) = above.and_then(|above| sums.get_mut(above.index())) {
            sum.0 += objects;
            sum.1 += bytes;
        }
    }
    let shown = |&class: &u32| {
        let entry = classes.get(ClassIndex(class));
        (entry.described && !classes.is_alias(ClassIndex(class))) || sums[class as usize].0 > 0
    };
    let values = |class: u32| {
        let own = inquiry.totals.get(ClassIndex(class));
        let (objects, bytes) = sums[class as usize];
        let mut values = vec![Value::Class(ClassIndex(class))];
        values.extend([objects, bytes, own.instances, own.shallow].map(Value::Number));
        values
    };
    let mut table = Table::new(COLUMNS, 1);
    let mut level = Vec::new();
    for &class in tops.iter().filter(|class| shown(class)) {
        level.push((table.push(values(class))?, class));
    }
    while let Some((row, class)) = level.pop() {
        let children: Vec<u32> = below[class as usize].iter().copied().filter(shown).collect();
        if children.is_empty() {
            continue;
        }
        let first = table.push_children(row, children.iter().map(|&c| values(c)).collect())?;
        level.extend((first..).zip(children));
    }
    Ok(table)
}
