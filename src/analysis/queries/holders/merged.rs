//! One shortest path from a GC root to each object of a set, merged from the roots (rule P3).

use crate::analysis::Inquiry;
use crate::analysis::queries::exclusions::{Exclusion, Skips, WITHOUT};
use crate::analysis::queries::grouping::{By, GroupTree, Grouping, Level, push, shallow};
use crate::analysis::query::{
    Choice, Column, Context, Expand, Parameter, ParameterKind, QueryGroup, Question, Subject,
    Table, Thing, Value, Work,
};
use crate::analysis::story::counted;
use crate::error::Result;
use crate::graph::{
    BitSet, Edges, NONE, PathTree, ROOT, RankedBitSet, ShortestPaths, Step, bytes_of, filled,
};
use crate::heap::ObjectIndex;
use std::sync::Arc;

pub(super) const QUESTION: Question = Question {
    name: "merged-paths",
    title: "Merged paths to GC roots",
    about: "What keeps a set alive: one shortest path from a GC root to each of its objects, \
            those with the same beginning as one.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[
        Parameter {
            name: "by",
            title: "Group by",
            hint: "Objects on the paths one by one, or those of a class as one.",
            kind: ParameterKind::Choice(&[
                Choice { name: "object", title: "Object" },
                Choice { name: "class", title: "Class" },
            ]),
            default: "object",
        },
        WITHOUT,
    ],
    begin: |arguments| {
        Ok(Box::new(Merge {
            by_class: arguments.choice("by") == "class",
            exclusion: Exclusion::named(arguments.choice("without")),
            paths: None,
            omitted: 0,
            stage: Stage::Begin,
        }))
    },
};

const WHAT: &str = "merged paths";

const HELD: Column =
    Column::count("Held objects", "Objects of the set whose path leads through here.");
const HELD_BYTES: Column =
    Column::bytes("Held shallow", "Bytes of these objects of the set themselves.");

const BY_OBJECT: &[Column] = &[
    Column::things("Object", "An object on the way from a GC root to objects of the set."),
    HELD,
    HELD_BYTES,
    Column::shallow(),
    Column::retained(),
];

const BY_CLASS: &[Column] = &[
    Column::things("Class", "Class of objects on the way from a GC root to objects of the set."),
    HELD,
    HELD_BYTES,
    Column::count("Objects", "Objects of the class on the way."),
    Column::bytes("Shallow", "Bytes of these objects themselves."),
];

/// Rows that a level of the tree of objects shows; the rest is added up in one row, which says so.
const MOST: usize = 10_000;

#[derive(Debug)]
struct Merge {
    by_class: bool,
    exclusion: Exclusion,
    /// Paths of this question's own; else those worked out with the dump.
    paths: Option<PathTree>,
    /// Objects of the set to which no path leads.
    omitted: u64,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Search {
        skips: Skips,
        search: Box<ShortestPaths>,
    },
    /// Marking the paths, from the objects of the set upwards.
    Mark {
        marked: BitSet,
        next: u32,
        climb: u32,
    },
    /// Adding up from the ends of the paths towards the roots.
    Sum(Box<Sums>),
    Done(Box<Merged>),
}

impl Work for Merge {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let heap = context.inquiry.heap();
        let total = 8 * heap.objects.len() as u64;
        match &mut self.stage {
            Stage::Begin if self.exclusion.is_all() => self.stage = mark(context)?,
            Stage::Begin => {
                let skips = self.exclusion.skips(heap);
                let roots = heap.roots.objects();
                let guess = Arc::clone(context.inquiry.tree.idoms());
                let graph = skips.within(heap);
                let search = ShortestPaths::new(&graph, roots, Edges::SkipFirst, guess)?;
                self.stage = Stage::Search { skips, search: Box::new(search) };
            }
            Stage::Search { skips, search } => {
                let step = search.step(&skips.within(heap), budget)?;
                if let Step::More { done, total: all } = step {
                    return Ok(Step::More { done: done / 2, total: all });
                }
                let next = mark(context)?;
                if let Stage::Search { search, .. } = core::mem::replace(&mut self.stage, next) {
                    self.paths = Some(search.finish());
                }
            }
            Stage::Mark { marked, next, climb } => {
                let paths = self.paths.as_ref().unwrap_or(&context.inquiry.loaded.paths);
                let place = (marked, next, climb);
                if self::climb(&context.of.set, paths, place, &mut self.omitted, budget) {
                    let stage = core::mem::replace(&mut self.stage, Stage::Begin);
                    let Stage::Mark { marked, .. } = stage else { return Ok(Step::Done) };
                    self.stage = Stage::Sum(Box::new(Sums::new(marked)?));
                }
            }
            Stage::Sum(sums) => {
                let paths = self.paths.as_ref().unwrap_or(&context.inquiry.loaded.paths);
                if sums.step(context, paths, budget) {
                    let stage = core::mem::replace(&mut self.stage, Stage::Begin);
                    let Stage::Sum(sums) = stage else { return Ok(Step::Done) };
                    self.stage = Stage::Done(Box::new(sums.merged));
                }
            }
            Stage::Done(_) => return Ok(Step::Done),
        }
        Ok(Step::More { done: total * 3 / 4, total })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let Stage::Done(merged) = self.stage else { return Ok(Table::new(BY_OBJECT, 1)) };
        let mut tops = Vec::new();
        for at in merged.below(NONE) {
            push(&mut tops, merged.node(at))?;
        }
        let inquiry = &context.inquiry;
        let mut table = if self.by_class {
            let grouping = Grouping::new(inquiry.heap(), By::Class);
            GroupTree::table(inquiry, BY_CLASS, 1, (grouping, *merged), tops.into_iter())?
        } else {
            by_object(*merged, &tops)?
        };
        if self.omitted > 0 {
            table.notes.push(format!(
                "{} left out: no path leads there along the references chosen.",
                counted(self.omitted, "object of the set is", "objects of the set are")
            ));
        }
        Ok(table)
    }
}

fn mark(context: &Context<'_>) -> Result<Stage> {
    let marked = BitSet::new(context.inquiry.heap().objects.len())?;
    Ok(Stage::Mark { marked, next: 0, climb: NONE })
}

/// Marks the paths to the objects of `set`; whether all are.
#[inline(never)]
fn climb(
    set: &BitSet,
    paths: &PathTree,
    (marked, next, climb): (&mut BitSet, &mut u32, &mut u32),
    omitted: &mut u64,
    budget: u64,
) -> bool {
    for _ in 0..budget.max(1) {
        if *climb < ROOT && marked.insert(*climb) {
            *climb = paths.parent(*climb);
            continue;
        }
        let Some(object) = set.next(*next) else { return true };
        *next = object.saturating_add(1);
        *climb = object;
        if !paths.is_reached(object) {
            *omitted += 1;
            *climb = NONE;
        }
    }
    false
}

/// The merged paths: arrays by the rank of an object among those on the paths.
#[derive(Debug)]
struct Merged {
    on_paths: RankedBitSet,
    /// Objects of the set at or below each.
    held: Vec<u32>,
    /// Their shallow bytes.
    bytes: Vec<u64>,
    /// The first object below each, by rank.
    first: Vec<u32>,
    /// The next one below the same, by rank.
    next: Vec<u32>,
    /// The first of those that are GC roots.
    top: u32,
}

impl Merged {
    fn rank(&self, node: u32) -> usize {
        self.on_paths.rank(node) as usize
    }

    fn node(&self, rank: u32) -> u32 {
        self.on_paths.select(rank).unwrap_or(0)
    }

    /// Those below one, by rank; below [`NONE`] are the roots.
    fn below(&self, rank: u32) -> impl Iterator<Item = u32> + '_ {
        let first = if rank == NONE { self.top } else { self.first[rank as usize] };
        core::iter::successors(Some(first), |&at| self.next.get(at as usize).copied())
            .take_while(|&at| at != NONE)
    }

    fn memory(&self) -> u64 {
        self.on_paths.bytes() + bytes_of::<[u32; 5]>(self.held.capacity())
    }
}

/// Adding up, in three passes over the objects on the paths.
#[derive(Debug)]
struct Sums {
    merged: Merged,
    pass: u8,
    /// The next object to look at.
    place: u32,
    /// An object whose sum is complete and goes to the one above.
    settled: u32,
}

/// Marks an object whose sum has been passed on.
const PASSED: u32 = u32::MAX;

impl Sums {
    fn new(marked: BitSet) -> Result<Self> {
        let on_paths = RankedBitSet::new(marked)?;
        let len = on_paths.count() as usize;
        let merged = Merged {
            held: filled(len, 0, WHAT)?,
            bytes: filled(len, 0, WHAT)?,
            first: filled(len, 0, WHAT)?,
            next: filled(len, NONE, WHAT)?,
            top: NONE,
            on_paths,
        };
        Ok(Self { merged, pass: 0, place: 0, settled: NONE })
    }

    /// Whether everything is added up.
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, paths: &PathTree, budget: u64) -> bool {
        let merged = &mut self.merged;
        for _ in 0..budget.max(1) {
            if self.settled != NONE {
                self.settled = merged.pass_on(paths, self.settled);
                continue;
            }
            let Some(node) = merged.on_paths.set().next(self.place) else {
                self.pass += 1;
                self.place = 0;
                match self.pass {
                    // The children that were still to come are all counted down.
                    2 => merged.first.fill(NONE),
                    3 => return true,
                    _ => {}
                }
                continue;
            };
            self.place = node.saturating_add(1);
            let at = merged.rank(node);
            match self.pass {
                0 => {
                    if context.of.set.contains(node) {
                        merged.held[at] = 1;
                        merged.bytes[at] = context.inquiry.heap().shallow(ObjectIndex(node));
                    }
                    let above = paths.parent(node);
                    if above < ROOT {
                        let above = merged.rank(above);
                        merged.first[above] += 1;
                    }
                }
                1 if merged.first[at] == 0 => self.settled = node,
                1 => {}
                _ => merged.link(paths, node),
            }
        }
        false
    }
}

impl Merged {
    /// Adds the sum of an object to the one above, which is answered when it waits for no more.
    fn pass_on(&mut self, paths: &PathTree, node: u32) -> u32 {
        let at = self.rank(node);
        self.first[at] = PASSED;
        let above = paths.parent(node);
        if above >= ROOT {
            return NONE;
        }
        let to = self.rank(above);
        self.held[to] += self.held[at];
        self.bytes[to] += self.bytes[at];
        self.first[to] -= 1;
        if self.first[to] == 0 { above } else { NONE }
    }

    fn link(&mut self, paths: &PathTree, node: u32) {
        let at = self.rank(node);
        let rank = u32::try_from(at).unwrap_or(NONE);
        let above = paths.parent(node);
        let first = if above < ROOT {
            let above = self.rank(above);
            &mut self.first[above]
        } else {
            &mut self.top
        };
        self.next[at] = core::mem::replace(first, rank);
    }
}

impl Level for Merged {
    fn below(&self, _: &Inquiry<'_>, members: &[u32]) -> Result<Vec<u32>> {
        let mut below = Vec::new();
        for &member in members {
            let Some(rank) = self.on_paths.position(member) else { continue };
            for at in self.below(rank) {
                push(&mut below, self.node(at))?;
            }
        }
        Ok(below)
    }

    fn figures(&self, inquiry: &Inquiry<'_>, members: &[u32]) -> (Vec<Value>, bool) {
        let (mut held, mut bytes, mut opens) = (0, 0, false);
        for &member in members {
            let at = self.rank(member);
            held += u64::from(self.held[at]);
            bytes += self.bytes[at];
            opens |= self.first[at] != NONE;
        }
        let shallow = shallow(inquiry.heap(), members);
        let numbers = [held, bytes, members.len() as u64, shallow];
        (numbers.map(Value::Number).to_vec(), opens)
    }

    fn bytes(&self) -> u64 {
        self.memory()
    }
}

/// The tree object by object.
fn by_object(merged: Merged, tops: &[u32]) -> Result<Table> {
    let mut table = Table::new(BY_OBJECT, 1);
    let tree = Objects { merged };
    let mut open = Vec::new();
    for (values, opens) in tree.rows(tops.to_vec()) {
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

#[derive(Debug)]
struct Objects {
    merged: Merged,
}

impl Objects {
    /// Rows for these objects, those that hold most first.
    fn rows(&self, mut nodes: Vec<u32>) -> Vec<(Vec<Value>, bool)> {
        let merged = &self.merged;
        let held = |node: u32| u64::from(merged.held[merged.rank(node)]);
        nodes.sort_unstable_by_key(|&node| (core::cmp::Reverse(held(node)), node));
        let rest = nodes.split_off(nodes.len().min(MOST));
        let mut rows: Vec<_> = nodes
            .into_iter()
            .map(|node| {
                let at = merged.rank(node);
                let values = vec![
                    Value::Object(ObjectIndex(node)),
                    Value::Number(held(node)),
                    Value::Number(merged.bytes[at]),
                ];
                (values, merged.first[at] != NONE)
            })
            .collect();
        if !rest.is_empty() {
            let bytes = rest.iter().map(|&node| merged.bytes[merged.rank(node)]).sum();
            let values = vec![
                Value::Text(counted(
                    rest.len() as u64,
                    "more object that holds no more",
                    "more objects that hold no more",
                )),
                Value::Number(rest.iter().map(|&node| held(node)).sum()),
                Value::Number(bytes),
            ];
            rows.push((values, false));
        }
        rows
    }
}

impl Expand for Objects {
    fn expand(
        &mut self,
        _: &Inquiry<'_>,
        table: &Table,
        row: u32,
    ) -> Result<Vec<(Vec<Value>, bool)>> {
        let Thing::Object(object) = table.thing(row, 0) else { return Ok(Vec::new()) };
        let Some(rank) = self.merged.on_paths.position(object.0) else { return Ok(Vec::new()) };
        let mut below = Vec::new();
        for at in self.merged.below(rank) {
            push(&mut below, self.merged.node(at))?;
        }
        Ok(self.rows(below))
    }

    fn bytes(&self) -> u64 {
        self.merged.memory()
    }
}
