//! Histograms as trees: by package, class loader or superclass.

use crate::analysis::histogram::loader_label;
use crate::analysis::queries::grouping::package_of;
use crate::analysis::query::{
    Choice, Column, Context, Each, Parameter, ParameterKind, QueryGroup, Question, Subject, Table,
    Value, Visit,
};
use crate::error::Result;
use crate::graph::filled;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use hashbrown::HashMap;

pub(super) const QUESTION: Question = Question {
    name: "histogram-tree",
    title: "Histogram by package, loader or superclass",
    about: "How many objects a set holds and what they weigh, added up by package, class loader \
            or superclass.",
    group: QueryGroup::Weight,
    of: Subject::AnySet,
    parameters: &[Parameter {
        name: "by",
        title: "Group by",
        hint: "What the classes of one row have in common.",
        kind: ParameterKind::Choice(&[
            Choice { name: "package", title: "Package" },
            Choice { name: "loader", title: "Class loader" },
            Choice { name: "superclass", title: "Superclass" },
        ]),
        default: "package",
    }],
    begin: |arguments| Ok(Each::of(Tree { by: arguments.choice("by"), classes: Vec::new() })),
};

const COLUMNS: &[Column] = &[
    Column::things("Group", "A group of classes, or a class with its own objects."),
    Column::count("Objects", "Objects of the set that are instances of classes of the group."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

#[derive(Debug)]
struct Tree {
    by: &'static str,
    /// Objects and shallow bytes by class.
    classes: Vec<(u64, u64)>,
}

impl Visit for Tree {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let heap = context.inquiry.heap();
        if self.classes.is_empty() {
            self.classes = filled(heap.classes.len(), (0, 0), "a histogram")?;
        }
        if let Some((objects, bytes)) = self.classes.get_mut(heap.objects.class(object).index()) {
            *objects += 1;
            *bytes += heap.shallow(object);
        }
        Ok(())
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        let heap = context.inquiry.heap();
        let mut nodes = Nodes::default();
        for (class, &figures) in (0u32..).map(ClassIndex).zip(&self.classes) {
            if figures.0 > 0 {
                let above = match self.by {
                    "loader" => {
                        let label = loader_label(heap, heap.classes.get(class).loader);
                        Some(nodes.named(None, &label))
                    }
                    "superclass" => nodes.superclass(heap, class),
                    _ => nodes.package(package_of(&heap.classes.get(class).name)),
                };
                nodes.add(above, Label::Class(class), figures);
            }
        }
        let mut table = nodes.table()?;
        table.set_within(context.of.set.clone());
        Ok(table)
    }
}

#[derive(Debug)]
enum Label {
    Text(String),
    Class(ClassIndex),
}

#[derive(Debug)]
struct Node {
    label: Label,
    above: Option<usize>,
    objects: u64,
    bytes: u64,
    below: Vec<usize>,
}

/// A tree being put together; a node comes after the one above it.
#[derive(Debug, Default)]
struct Nodes {
    list: Vec<Node>,
    by_name: HashMap<(Option<usize>, String), usize>,
    by_class: HashMap<ClassIndex, Option<usize>>,
}

impl Nodes {
    fn add(&mut self, above: Option<usize>, label: Label, (objects, bytes): (u64, u64)) -> usize {
        let at = self.list.len();
        self.list.push(Node { label, above, objects, bytes, below: Vec::new() });
        if let Some(above) = above.and_then(|above| self.list.get_mut(above)) {
            above.below.push(at);
        }
        at
    }

    /// The group of this name below another.
    fn named(&mut self, above: Option<usize>, name: &str) -> usize {
        let key = (above, name.to_owned());
        match self.by_name.get(&key) {
            Some(&at) => at,
            None => {
                let at = self.add(above, Label::Text(name.to_owned()), (0, 0));
                self.by_name.insert(key, at);
                at
            }
        }
    }

    /// `com.acme.web` below `com.acme` below `com`. A hostile name of very many parts is cut off.
    fn package(&mut self, package: &str) -> Option<usize> {
        const DEEPEST: usize = 32;
        if package.starts_with('(') {
            return Some(self.named(None, package));
        }
        let ends = package.match_indices('.').map(|(end, _)| end).take(DEEPEST);
        let mut above = None;
        for end in ends.chain([package.len()]) {
            above = Some(self.named(above, package.get(..end).unwrap_or(package)));
        }
        above
    }

    /// The group of a class's superclass, with those above it.
    fn superclass(&mut self, heap: &Heap, class: ClassIndex) -> Option<usize> {
        let mut missing = Vec::new();
        let mut above = None;
        for ancestor in heap.classes.lineage(class).skip(1) {
            if let Some(&known) = self.by_class.get(&ancestor) {
                above = known;
                break;
            }
            missing.push(ancestor);
        }
        for ancestor in missing.into_iter().rev() {
            let name = format!("{} and subclasses", heap.classes.get(ancestor).name);
            above = Some(self.add(above, Label::Text(name), (0, 0)));
            self.by_class.insert(ancestor, above);
        }
        above
    }

    fn table(mut self) -> Result<Table> {
        // Sums go up from the last; each group comes before what is below it.
        for at in (0..self.list.len()).rev() {
            let (above, objects, bytes) =
                (self.list[at].above, self.list[at].objects, self.list[at].bytes);
            if let Some(above) = above.and_then(|above| self.list.get_mut(above)) {
                above.objects += objects;
                above.bytes += bytes;
            }
        }
        let mut table = Table::new(COLUMNS, 2);
        let mut level = Vec::new();
        for at in (0..self.list.len()).filter(|&at| self.list[at].above.is_none()) {
            level.push((table.push(self.values(at))?, at));
        }
        while let Some((row, at)) = level.pop() {
            let below = core::mem::take(&mut self.list[at].below);
            if below.is_empty() {
                continue;
            }
            let values = below.iter().map(|&at| self.values(at)).collect();
            let first = table.push_children(row, values)?;
            level.extend((first..).zip(below));
        }
        Ok(table)
    }

    fn values(&self, at: usize) -> Vec<Value> {
        let node = &self.list[at];
        let label = match &node.label {
            Label::Text(text) => Value::Text(text.clone()),
            Label::Class(class) => Value::Class(*class),
        };
        vec![label, Value::Number(node.objects), Value::Number(node.bytes)]
    }
}
