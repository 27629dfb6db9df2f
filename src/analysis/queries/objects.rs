//! What is in a set: its objects, its classes, what it retains.

use crate::analysis::query::{
    Column, Context, Each, QueryGroup, Question, Subject, Table, Value, Visit,
};
use crate::error::Result;
use crate::heap::{ClassIndex, ObjectIndex};

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "objects",
        title: "List objects",
        about: "The objects of a set, with their sizes.",
        group: QueryGroup::Weight,
        of: Subject::GivenSet,
        parameters: &[],
        begin: |_| Ok(Each::of(List { table: None })),
    },
    Question {
        name: "classes",
        title: "Histogram of a set",
        about: "How many objects of each class a set holds, and what they weigh.",
        group: QueryGroup::Weight,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ByClass { classes: Vec::new() })),
    },
];

#[derive(Debug)]
struct List {
    table: Option<Table>,
}

const OBJECTS: &[Column] = &[
    Column::things("Object", "The object with its decoded value."),
    Column::shallow(),
    Column::retained(),
];

impl Visit for List {
    fn visit(&mut self, _: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let table = self.table.get_or_insert_with(|| Table::new(OBJECTS, 2));
        table.push(vec![Value::Object(object)]).map(|_| ())
    }

    fn finish(self, _: &Context<'_>) -> Result<Table> {
        Ok(self.table.unwrap_or_else(|| Table::new(OBJECTS, 2)))
    }
}

/// Objects and shallow bytes per class.
#[derive(Debug)]
struct ByClass {
    classes: Vec<(u64, u64)>,
}

impl Visit for ByClass {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let heap = context.inquiry.heap();
        if self.classes.is_empty() {
            self.classes = crate::graph::filled(heap.classes.len(), (0, 0), "a histogram")?;
        }
        if let Some((objects, bytes)) = self.classes.get_mut(heap.objects.class(object).index()) {
            *objects += 1;
            *bytes += heap.shallow(object);
        }
        Ok(())
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Class", "Class of the objects."),
            Column::count("Objects", "Objects of the set that are instances of the class."),
            Column::bytes("Shallow", "Bytes of these objects themselves."),
        ];
        let mut table = Table::new(COLUMNS, 2);
        for (class, &(objects, bytes)) in self.classes.iter().enumerate() {
            if objects > 0 {
                let class = ClassIndex(u32::try_from(class).unwrap_or(u32::MAX));
                table.push(vec![
                    Value::Class(class),
                    Value::Number(objects),
                    Value::Number(bytes),
                ])?;
            }
        }
        table.set_within(context.of.set.clone());
        Ok(table)
    }
}
