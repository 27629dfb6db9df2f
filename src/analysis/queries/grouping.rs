//! Objects grouped by class, package or class loader, and trees of such groups.

use crate::analysis::Inquiry;
use crate::analysis::histogram::loader_label;
use crate::analysis::query::{
    Below, Choice, Column, Expand, Parameter, ParameterKind, Table, Value,
};
use crate::error::Result;
use crate::graph::{Step, bytes_of, reserve};
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

/// The values of a row, and whether it can be opened.
type OpeningRow = (Vec<Value>, bool);

/// How one level of a tree of groups follows from the one above.
pub(super) trait Level: core::fmt::Debug {
    /// How far the objects below some have been found.
    type Place: Default + core::fmt::Debug;
    /// What a row adds up of its objects.
    type Sums: Default + core::fmt::Debug;

    /// Adds objects below `members`, each once, to `below`: about `budget` units of work. Whether
    /// all were found.
    ///
    /// # Errors
    /// As a question.
    fn below(
        &self,
        inquiry: &Inquiry<'_>,
        members: &[u32],
        place: &mut Self::Place,
        below: &mut Vec<u32>,
        budget: u64,
    ) -> Result<bool>;

    /// Adds an object to the sums of its row.
    fn add(&self, inquiry: &Inquiry<'_>, sums: &mut Self::Sums, object: u32);

    /// What a row of so many objects says after the label, and whether there may be some below.
    fn values(&self, sums: &Self::Sums, objects: u64) -> (Vec<Value>, bool);

    /// Memory held, in bytes.
    fn bytes(&self) -> u64 {
        0
    }
}

/// Objects being put into groups, which become rows.
#[derive(Debug)]
pub(super) struct Split<L: Level> {
    objects: Vec<u32>,
    next: usize,
    groups: HashMap<u32, (L::Sums, Vec<u32>)>,
}

impl<L: Level> Split<L> {
    /// Begins with all of them.
    pub(super) fn new(objects: Vec<u32>) -> Self {
        Self { objects, next: 0, groups: HashMap::new() }
    }

    /// Puts about `budget` objects into their groups.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    #[inline(never)]
    fn step(
        &mut self,
        inquiry: &Inquiry<'_>,
        (grouping, level): (&Grouping, &L),
        budget: u64,
    ) -> Result<Step> {
        let heap = inquiry.heap();
        let all = self.objects.len();
        let end = all.min(self.next.saturating_add(usize::try_from(budget).unwrap_or(all).max(1)));
        for &object in self.objects.get(self.next..end).unwrap_or_default() {
            let group = grouping.of(heap, ObjectIndex(object));
            let (sums, members) = self.groups.entry(group).or_default();
            level.add(inquiry, sums, object);
            push(members, object)?;
        }
        self.next = end;
        if end == all {
            self.objects = Vec::new();
            return Ok(Step::Done);
        }
        Ok(Step::More { done: end as u64, total: all as u64 })
    }

    /// The rows, by number of the group, with whether they open, and the objects of each.
    fn finish(self, grouping: &Grouping, level: &L) -> (Vec<OpeningRow>, Vec<Vec<u32>>) {
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        let rows = groups.into_iter().map(|(group, (sums, members))| {
            let (figures, opens) = level.values(&sums, members.len() as u64);
            let mut values = vec![grouping.label(group)];
            values.extend(figures);
            ((values, opens), members)
        });
        rows.unzip()
    }
}

/// A tree whose rows are groups of objects, worked out as it is opened.
#[derive(Debug)]
pub(super) struct GroupTree<L: Level> {
    grouping: Grouping,
    level: L,
    /// The objects of each row.
    lists: Vec<Vec<u32>>,
    /// The rows being opened.
    opening: HashMap<u32, Opening<L>>,
    /// The first level, as long as it is being worked out.
    tops: Option<Split<L>>,
}

/// The rows below one being worked out.
#[derive(Debug)]
enum Opening<L: Level> {
    Below(L::Place, Vec<u32>),
    Split(Split<L>),
}

impl<L: Level + 'static> GroupTree<L> {
    /// The tree over `objects`.
    pub(super) fn new(grouping: Grouping, level: L, objects: Vec<u32>) -> Self {
        let tops = Some(Split::new(objects));
        Self { grouping, level, lists: Vec::new(), opening: HashMap::new(), tops }
    }

    /// Does about `budget` units of work towards the first level.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn step(&mut self, inquiry: &Inquiry<'_>, budget: u64) -> Result<Step> {
        match &mut self.tops {
            Some(tops) => tops.step(inquiry, (&self.grouping, &self.level), budget),
            None => Ok(Step::Done),
        }
    }

    /// The table, once [`Step::Done`] was said.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn table(mut self, columns: &[Column], sort: usize) -> Result<Table> {
        let mut table = Table::new(columns, sort);
        let tops = self.tops.take().unwrap_or_else(|| Split::new(Vec::new()));
        let rows = self.rows(tops)?;
        table.grow(rows, Box::new(self))?;
        Ok(table)
    }

    fn rows(&mut self, split: Split<L>) -> Result<Below> {
        let (rows, lists) = split.finish(&self.grouping, &self.level);
        reserve(&mut self.lists, lists.len(), WHAT)?;
        self.lists.extend(lists);
        Ok(Below::Rows(rows))
    }
}

impl<L: Level + 'static> Expand for GroupTree<L> {
    fn step(&mut self, inquiry: &Inquiry<'_>, _: &Table, row: u32, budget: u64) -> Result<Step> {
        let Some(members) = self.lists.get(row as usize) else { return Ok(Step::Done) };
        let opening = self
            .opening
            .remove(&row)
            .unwrap_or_else(|| Opening::Below(L::Place::default(), Vec::new()));
        // What fails is dropped, to be begun again.
        let (opening, step) = match opening {
            Opening::Below(mut place, mut below) => {
                let found = self.level.below(inquiry, members, &mut place, &mut below, budget)?;
                let done = u64::from(found);
                let opening = if found {
                    Opening::Split(Split::new(below))
                } else {
                    Opening::Below(place, below)
                };
                (opening, Step::More { done, total: 2 })
            }
            Opening::Split(mut split) => {
                let step = split.step(inquiry, (&self.grouping, &self.level), budget)?;
                let step = match step {
                    Step::More { done, total } => {
                        Step::More { done: total + done, total: 2 * total }
                    }
                    Step::Done => Step::Done,
                };
                (Opening::Split(split), step)
            }
        };
        self.opening.insert(row, opening);
        Ok(step)
    }

    fn finish(&mut self, _: &Inquiry<'_>, table: &Table, row: u32) -> Result<Below> {
        debug_assert_eq!(self.lists.len(), table.len() as usize);
        match self.opening.remove(&row) {
            Some(Opening::Split(split)) => self.rows(split),
            _ => Ok(Below::Rows(Vec::new())),
        }
    }

    fn members(&self, row: u32) -> Option<&[u32]> {
        self.lists.get(row as usize).map(Vec::as_slice)
    }

    fn bytes(&self) -> u64 {
        let lists: u64 = self.lists.iter().map(|list| bytes_of::<u32>(list.capacity())).sum();
        lists + bytes_of::<Vec<u32>>(self.lists.capacity()) + self.level.bytes()
    }
}

/// What the rows of a flat table stand for, where the rows themselves do not say it.
#[derive(Debug, Default)]
pub(super) struct Lists(pub(super) Vec<Vec<u32>>);

impl Expand for Lists {
    fn finish(&mut self, _: &Inquiry<'_>, _: &Table, _: u32) -> Result<Below> {
        Ok(Below::Rows(Vec::new()))
    }

    fn members(&self, row: u32) -> Option<&[u32]> {
        self.0.get(row as usize).map(Vec::as_slice)
    }

    fn bytes(&self) -> u64 {
        let lists: u64 = self.0.iter().map(|list| bytes_of::<u32>(list.capacity())).sum();
        lists + bytes_of::<Vec<u32>>(self.0.capacity())
    }
}
