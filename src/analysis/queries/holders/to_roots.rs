//! Merged paths from the objects of a set toward the roots, by class.
//!
//! The first level are the objects of the set by class. Below a row are the objects before its own
//! on their paths, by class again, until the paths end at GC roots. Paths of different objects of
//! the set may lead through the same object in several rows, and there count for those only that
//! came through the row above: a row keeps for each of its objects how many of the set that are.

use crate::analysis::Inquiry;
use crate::analysis::queries::grouping::{By, Grouping, push};
use crate::analysis::query::{Below, Column, Context, Expand, Table, Value};
use crate::error::Result;
use crate::graph::{PathTree, ROOT, Step, bytes_of, too_large};
use crate::heap::{Heap, ObjectIndex};
use hashbrown::HashMap;

const COLUMNS: &[Column] = &[
    Column::things(
        "Class",
        "Class of objects of the set; below it, of the objects before those above on their paths.",
    ),
    Column::count("Held objects", "Objects of the set whose path leads through here."),
    Column::bytes("Held shallow", "Bytes of these objects of the set themselves."),
    Column::count("Objects", "Objects of the class on these paths, at this place."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

const WHAT: &str = "merged paths";

/// An object on the paths, with the objects of the set whose paths came through the row above.
#[derive(Clone, Copy, Debug)]
struct Met {
    node: u32,
    held: u32,
    bytes: u64,
}

/// The objects of a row; of the set itself each stands for itself.
#[derive(Debug, Default)]
struct Members {
    nodes: Vec<u32>,
    /// Objects of the set and their shallow bytes, by node.
    held: Vec<(u32, u64)>,
}

/// Objects being found for rows below one.
#[derive(Debug, Default)]
struct Growth {
    /// The next of the objects above.
    next: u32,
    met: Vec<Met>,
    /// Where in `met` an object is.
    places: HashMap<u32, u32>,
}

impl Growth {
    fn add(&mut self, met: Met) -> Result<()> {
        self.places
            .try_reserve(1)
            .map_err(|_| too_large(bytes_of::<(u32, u32)>(self.places.len()), WHAT))?;
        let end = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        let at = *self.places.entry(met.node).or_insert(end);
        match self.met.get_mut(at as usize) {
            Some(known) => {
                known.held += met.held;
                known.bytes += met.bytes;
                Ok(())
            }
            None => push(&mut self.met, met),
        }
    }
}

/// See the module documentation.
#[derive(Debug)]
pub(super) struct ToRoots {
    grouping: Grouping,
    /// Paths of the question's own; else those worked out with the dump.
    paths: Option<PathTree>,
    tops: Growth,
    /// By row.
    members: Vec<Members>,
    opening: HashMap<u32, Growth>,
}

impl ToRoots {
    pub(super) fn new(heap: &Heap) -> Self {
        Self {
            grouping: Grouping::new(heap, By::Class),
            paths: None,
            tops: Growth::default(),
            members: Vec::new(),
            opening: HashMap::new(),
        }
    }

    /// Looks at about `budget` objects of the set; whether all were looked at. Counts those that no
    /// path leads to.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    #[inline(never)]
    pub(super) fn begin(
        &mut self,
        context: &Context<'_>,
        paths: &PathTree,
        omitted: &mut u64,
        budget: u64,
    ) -> Result<bool> {
        for _ in 0..budget.max(1) {
            let Some(node) = context.of.set.next(self.tops.next) else { return Ok(true) };
            self.tops.next = node.saturating_add(1);
            if paths.is_reached(node) {
                let bytes = context.inquiry.heap().shallow(ObjectIndex(node));
                // Objects of a set are there once.
                push(&mut self.tops.met, Met { node, held: 1, bytes })?;
            } else {
                *omitted += 1;
            }
        }
        Ok(false)
    }

    /// The tree, with paths of its own or those of the dump.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn table(mut self, inquiry: &Inquiry<'_>, paths: Option<PathTree>) -> Result<Table> {
        self.paths = paths;
        let mut table = Table::new(COLUMNS, 1);
        let tops = core::mem::take(&mut self.tops);
        let rows = self.rows(inquiry, tops)?;
        table.grow(rows, Box::new(self))?;
        Ok(table)
    }

    fn paths<'a>(&'a self, inquiry: &'a Inquiry<'_>) -> &'a PathTree {
        self.paths.as_ref().unwrap_or(&inquiry.loaded.paths)
    }

    /// The objects as rows, by class. O(objects).
    fn rows(&mut self, inquiry: &Inquiry<'_>, growth: Growth) -> Result<Below> {
        let heap = inquiry.heap();
        let mut groups: HashMap<u32, (Members, [u64; 3], bool)> = HashMap::new();
        for Met { node, held, bytes } in growth.met {
            let group = self.grouping.of(heap, ObjectIndex(node));
            let (members, sums, opens) = groups.entry(group).or_default();
            push(&mut members.nodes, node)?;
            push(&mut members.held, (held, bytes))?;
            sums[0] += u64::from(held);
            sums[1] += bytes;
            sums[2] += heap.shallow(ObjectIndex(node));
            *opens |= self.paths(inquiry).parent(node) < ROOT;
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        let mut rows = Vec::new();
        for (group, (members, [held, bytes, shallow], opens)) in groups {
            let mut values = vec![self.grouping.label(group)];
            let objects = members.nodes.len() as u64;
            values.extend([held, bytes, objects, shallow].map(Value::Number));
            push(&mut rows, (values, opens))?;
            push(&mut self.members, members)?;
        }
        Ok(Below::Rows(rows))
    }
}

impl Expand for ToRoots {
    fn step(&mut self, inquiry: &Inquiry<'_>, _: &Table, row: u32, budget: u64) -> Result<Step> {
        let mut growth = self.opening.remove(&row).unwrap_or_default();
        let Some(above) = self.members.get(row as usize) else { return Ok(Step::Done) };
        let paths = self.paths(inquiry);
        for _ in 0..budget.max(1) {
            let at = growth.next as usize;
            let (Some(&node), Some(&(held, bytes))) = (above.nodes.get(at), above.held.get(at))
            else {
                self.opening.insert(row, growth);
                return Ok(Step::Done);
            };
            growth.next += 1;
            let node = paths.parent(node);
            if node < ROOT {
                growth.add(Met { node, held, bytes })?;
            }
        }
        let (done, total) = (u64::from(growth.next), above.nodes.len() as u64);
        self.opening.insert(row, growth);
        Ok(Step::More { done, total })
    }

    fn finish(&mut self, inquiry: &Inquiry<'_>, _: &Table, row: u32) -> Result<Below> {
        let growth = self.opening.remove(&row).unwrap_or_default();
        self.rows(inquiry, growth)
    }

    fn members(&self, row: u32) -> Option<&[u32]> {
        self.members.get(row as usize).map(|members| members.nodes.as_slice())
    }

    fn bytes(&self) -> u64 {
        let lists = self.members.iter();
        let lists: u64 = lists.map(|m| bytes_of::<[u32; 5]>(m.nodes.capacity())).sum();
        lists + self.paths.as_ref().map_or(0, PathTree::bytes)
    }
}
