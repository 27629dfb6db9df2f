//! Objects grouped by class, package or class loader, and trees of such groups.

use crate::analysis::Inquiry;
use crate::analysis::histogram::loader_label;
use crate::analysis::query::{Choice, Column, Expand, Parameter, ParameterKind, Table, Value};
use crate::error::Result;
use crate::graph::{bytes_of, reserve};
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use hashbrown::HashMap;

const WHAT: &str = "groups of objects";

/// What objects are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Their class; class objects, whose static fields differ, are groups of their own.
    Class,
    /// The package of their class; of class objects, of the class that they represent.
    Package,
    /// The loader of that class.
    Loader,
}

/// The parameter that chooses.
pub(super) const BY: Parameter = Parameter {
    name: "by",
    title: "Group by",
    hint: "What the objects of one row have in common.",
    kind: ParameterKind::Choice(&[
        Choice { name: "class", title: "Class" },
        Choice { name: "package", title: "Package" },
        Choice { name: "loader", title: "Class loader" },
    ]),
    default: "class",
};

impl By {
    /// The choice of this name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "package" => Self::Package,
            "loader" => Self::Loader,
            _ => Self::Class,
        }
    }
}

/// The package of a class; arrays are in that of their elements, those of primitives in none.
pub(super) fn package_of(class: &str) -> &str {
    let element = class.trim_end_matches("[]");
    match element.rsplit_once('.') {
        Some((package, _)) => package,
        None if element.len() < class.len() => "(arrays of primitives)",
        None => "(default package)",
    }
}

/// Which group an object is in.
#[derive(Debug)]
pub(super) struct Grouping {
    by_class: bool,
    of_class: Vec<u32>,
    labels: Vec<Value>,
}

impl Grouping {
    /// Groups by `by`. O(classes).
    pub(super) fn new(heap: &Heap, by: By) -> Self {
        let mut labels: Vec<Value> = Vec::new();
        if by == By::Class {
            labels.extend(heap.classes.iter().map(|(class, _)| Value::Class(class)));
            labels.extend(
                heap.classes
                    .iter()
                    .map(|(class, entry)| entry.object.map_or(Value::Class(class), Value::Object)),
            );
            return Self { by_class: true, of_class: Vec::new(), labels };
        }
        let mut known: HashMap<String, u32> = HashMap::new();
        let of_class = heap.classes.iter().map(|(_, class)| {
            let name = match by {
                By::Loader => loader_label(heap, class.loader),
                By::Class | By::Package => package_of(&class.name).to_owned(),
            };
            *known.entry(name).or_insert_with_key(|name| {
                labels.push(Value::Text(name.clone()));
                u32::try_from(labels.len() - 1).unwrap_or(u32::MAX)
            })
        });
        let of_class = of_class.collect();
        Self { by_class: false, of_class, labels }
    }

    /// The group of an object.
    #[inline]
    pub(super) fn of(&self, heap: &Heap, object: ObjectIndex) -> u32 {
        if !self.by_class {
            let class = heap.owner_class(object);
            return self.of_class.get(class.index()).copied().unwrap_or(0);
        }
        let class = heap.objects.class(object);
        if Some(class) == heap.known.class
            && let Some(ClassIndex(represented)) = heap.classes.represented_by(object)
        {
            return represented.saturating_add(u32::try_from(heap.classes.len()).unwrap_or(0));
        }
        class.0
    }

    /// What a row of the group says.
    pub(super) fn label(&self, group: u32) -> Value {
        self.labels.get(group as usize).cloned().unwrap_or(Value::None)
    }

    /// The objects by group, those of a group in the order given, groups by number.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn split(
        &self,
        heap: &Heap,
        objects: impl Iterator<Item = u32>,
    ) -> Result<Vec<(u32, Vec<u32>)>> {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for object in objects {
            let list = groups.entry(self.of(heap, ObjectIndex(object))).or_default();
            push(list, object)?;
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        Ok(groups)
    }
}

/// Adds an element; memory that cannot be had is an error.
///
/// # Errors
/// `TooLarge` when memory runs out.
#[inline]
pub(super) fn push<T>(list: &mut Vec<T>, element: T) -> Result<()> {
    if list.len() == list.capacity() {
        reserve(list, (list.len() / 2).max(4), WHAT)?;
    }
    list.push(element);
    Ok(())
}

/// How one level of a tree of groups follows from the one above.
pub(super) trait Level: core::fmt::Debug {
    /// The objects below these, each once.
    ///
    /// # Errors
    /// As a question.
    fn below(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> Result<Vec<u32>>;

    /// What a row says of its objects, after the label, and whether there may be some below.
    fn figures(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> (Vec<Value>, bool);

    /// Memory held, in bytes.
    fn bytes(&self) -> u64 {
        0
    }
}

/// A tree whose rows are groups of objects, worked out as it is opened.
#[derive(Debug)]
pub(super) struct GroupTree<L> {
    grouping: Grouping,
    level: L,
    /// The objects of each row.
    lists: Vec<Vec<u32>>,
}

impl<L: Level + 'static> GroupTree<L> {
    /// The tree over `objects`.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn table(
        inquiry: &Inquiry<'_>,
        columns: &[Column],
        sort: usize,
        (grouping, level): (Grouping, L),
        objects: impl Iterator<Item = u32>,
    ) -> Result<Table> {
        let mut table = Table::new(columns, sort);
        let mut tree = Self { grouping, level, lists: Vec::new() };
        let mut open = Vec::new();
        for (values, opens) in tree.rows(inquiry, objects)? {
            let row = table.push(values)?;
            if opens {
                push(&mut open, row)?;
            }
        }
        for row in open {
            table.can_open(row)?;
        }
        table.expand_with(Box::new(tree));
        Ok(table)
    }

    fn rows(
        &mut self,
        inquiry: &Inquiry<'_>,
        objects: impl Iterator<Item = u32>,
    ) -> Result<Vec<(Vec<Value>, bool)>> {
        let groups = self.grouping.split(inquiry.heap(), objects)?;
        let mut rows = Vec::with_capacity(groups.len());
        for (group, members) in groups {
            let (figures, opens) = self.level.figures(inquiry, &members);
            let mut values = vec![self.grouping.label(group)];
            values.extend(figures);
            rows.push((values, opens));
            push(&mut self.lists, members)?;
        }
        Ok(rows)
    }
}

impl<L: Level + 'static> Expand for GroupTree<L> {
    fn expand(
        &mut self,
        inquiry: &Inquiry<'_>,
        table: &Table,
        row: u32,
    ) -> Result<Vec<(Vec<Value>, bool)>> {
        debug_assert_eq!(self.lists.len(), table.len() as usize);
        let Some(members) = self.lists.get(row as usize) else { return Ok(Vec::new()) };
        let below = self.level.below(inquiry, members)?;
        self.rows(inquiry, below.into_iter())
    }

    fn members(&self, row: u32) -> Option<&[u32]> {
        self.lists.get(row as usize).map(Vec::as_slice)
    }

    fn bytes(&self) -> u64 {
        let lists: u64 = self.lists.iter().map(|list| bytes_of::<u32>(list.capacity())).sum();
        lists + bytes_of::<Vec<u32>>(self.lists.capacity()) + self.level.bytes()
    }
}

/// Shallow bytes of objects together.
pub(super) fn shallow(heap: &Heap, objects: &[u32]) -> u64 {
    objects.iter().map(|&object| heap.shallow(ObjectIndex(object))).sum()
}

/// What the rows of a flat table stand for, where the rows themselves do not say it.
#[derive(Debug, Default)]
pub(super) struct Lists(pub(super) Vec<Vec<u32>>);

impl Expand for Lists {
    fn expand(&mut self, _: &Inquiry<'_>, _: &Table, _: u32) -> Result<Vec<(Vec<Value>, bool)>> {
        Ok(Vec::new())
    }

    fn members(&self, row: u32) -> Option<&[u32]> {
        self.0.get(row as usize).map(Vec::as_slice)
    }

    fn bytes(&self) -> u64 {
        let lists: u64 = self.0.iter().map(|list| bytes_of::<u32>(list.capacity())).sum();
        lists + bytes_of::<Vec<u32>>(self.0.capacity())
    }
}
