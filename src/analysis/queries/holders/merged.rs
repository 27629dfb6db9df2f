//! One shortest path from a GC root to each object of a set, merged (rule P3): from the roots on,
//! by object or by class, or by class from the set on ([`ToRoots`]).

use super::to_roots::ToRoots;
use crate::analysis::Inquiry;
use crate::analysis::queries::exclusions::{Exclusion, Skips, WITHOUT};
use crate::analysis::queries::grouping::{By, GroupTree, Grouping, Level, push};
use crate::analysis::query::{
    Below, Choice, Column, Context, Expand, Parameter, ParameterKind, QueryGroup, Question,
    Subject, Table, Thing, Value, Work,
};
use crate::analysis::story::counted;
use crate::error::Result;
use crate::graph::{
    BitSet, Edges, NONE, PathTree, ROOT, RankedBitSet, ShortestPaths, Step, bytes_of, filled,
};
use crate::heap::ObjectIndex;
use hashbrown::HashMap;
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
            hint: "From the roots on, objects one by one, or those of a class as one; or from \
                   the set on toward the roots, by class.",
            kind: ParameterKind::Choice(&[
                Choice { name: "object", title: "Object, from roots" },
                Choice { name: "class", title: "Class, from roots" },
                Choice { name: "to-roots", title: "Class, to roots" },
            ]),
            default: "object",
        },
        WITHOUT,
    ],
    begin: |arguments| {
        Ok(Box::new(Merge {
            way: match arguments.choice("by") {
                "class" => Way::ByClass,
                "to-roots" => Way::ToRoots,
                _ => Way::ByObject,
            },
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
    HELD.told_by_expander(),
    HELD_BYTES.told_by_expander(),
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

/// How the paths are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ByObject,
    ByClass,
    ToRoots,
}

#[derive(Debug)]
struct Merge {
    way: Way,
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
    ByObject(Box<Merged>),
    ByClass(Box<GroupTree<Merged>>),
    ToRoots(Box<ToRoots>),
}

impl Work for Merge {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let heap = context.inquiry.heap();
        let total = 8 * heap.objects.len() as u64;
        match &mut self.stage {
            Stage::Begin if self.exclusion.is_all() => self.stage = self.merge(context)?,
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
                if let Stage::Search { search, .. } = self.take() {
                    self.paths = Some(search.finish());
                }
                self.stage = self.merge(context)?;
            }
            Stage::Mark { marked, next, climb } => {
                let paths = self.paths.as_ref().unwrap_or(&context.inquiry.loaded.paths);
                let place = (marked, next, climb);
                if self::climb(&context.of.set, paths, place, &mut self.omitted, budget) {
                    let Stage::Mark { marked, .. } = self.take() else { return Ok(Step::Done) };
                    self.stage = Stage::Sum(Box::new(Sums::new(marked)?));
                }
            }
            Stage::Sum(sums) => {
                let paths = self.paths.as_ref().unwrap_or(&context.inquiry.loaded.paths);
                if sums.step(context, paths, budget) {
                    let Stage::Sum(sums) = self.take() else { return Ok(Step::Done) };
                    self.stage = self.tree(context, sums.merged)?;
                }
            }
            Stage::ByObject(_) => return Ok(Step::Done),
            Stage::ByClass(tree) => {
                if tree.step(&context.inquiry, budget)? == Step::Done {
                    return Ok(Step::Done);
                }
            }
            Stage::ToRoots(tree) => {
                let paths = self.paths.as_ref().unwrap_or(&context.inquiry.loaded.paths);
                if tree.begin(context, paths, &mut self.omitted, budget)? {
                    return Ok(Step::Done);
                }
            }
        }
        Ok(Step::More { done: total * 3 / 4, total })
    }

    fn finish(mut self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let mut table = match self.take() {
            Stage::ByObject(merged) => by_object(*merged)?,
            Stage::ByClass(tree) => tree.table(BY_CLASS, 1)?,
            Stage::ToRoots(tree) => tree.table(&context.inquiry, self.paths.take())?,
            _ => Table::new(BY_OBJECT, 1),
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

impl Merge {
    fn take(&mut self) -> Stage {
        core::mem::replace(&mut self.stage, Stage::Begin)
    }

    /// What comes once there are paths.
    fn merge(&self, context: &Context<'_>) -> Result<Stage> {
        if self.way == Way::ToRoots {
            return Ok(Stage::ToRoots(Box::new(ToRoots::new(context.inquiry.heap()))));
        }
        mark(context)
    }

    /// What comes once they are merged.
    fn tree(&self, context: &Context<'_>, merged: Merged) -> Result<Stage> {
        if self.way == Way::ByObject {
            return Ok(Stage::ByObject(Box::new(merged)));
        }
        let mut tops = Vec::new();
        for at in merged.below(NONE) {
            push(&mut tops, merged.node(at))?;
        }
        let grouping = Grouping::new(context.inquiry.heap(), By::Class);
        Ok(Stage::ByClass(Box::new(GroupTree::new(grouping, merged, tops))))
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

    /// The rank of the first object below one; [`NONE`] where there is none.
    fn first_below(&self, object: u32) -> u32 {
        let rank = self.on_paths.position(object);
        rank.and_then(|rank| self.first.get(rank as usize)).copied().unwrap_or(NONE)
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

/// What the objects of a class on the paths add up to.
#[derive(Debug, Default)]
pub(super) struct OnPaths {
    held: u64,
    bytes: u64,
    shallow: u64,
    opens: bool,
}

impl Level for Merged {
    /// The member, and the rank of the object below it to go on with.
    type Place = (usize, Option<u32>);
    type Sums = OnPaths;

    #[inline(never)]
    fn below(
        &self,
        _: &Inquiry<'_>,
        members: &[u32],
        (member, next): &mut (usize, Option<u32>),
        below: &mut Vec<u32>,
        budget: u64,
    ) -> Result<bool> {
        for _ in 0..budget.max(1) {
            let Some(&parent) = members.get(*member) else { return Ok(true) };
            let at = next.unwrap_or_else(|| self.first_below(parent));
            if at == NONE {
                (*member, *next) = (*member + 1, None);
                continue;
            }
            push(below, self.node(at))?;
            *next = Some(self.next.get(at as usize).copied().unwrap_or(NONE));
        }
        Ok(false)
    }

    fn add(&self, inquiry: &Inquiry<'_>, sums: &mut OnPaths, object: u32) {
        let at = self.rank(object);
        sums.held += u64::from(self.held[at]);
        sums.bytes += self.bytes[at];
        sums.shallow += inquiry.heap().shallow(ObjectIndex(object));
        sums.opens |= self.first[at] != NONE;
    }

    fn values(&self, sums: &OnPaths, objects: u64) -> (Vec<Value>, bool) {
        let numbers = [sums.held, sums.bytes, objects, sums.shallow];
        (numbers.map(Value::Number).to_vec(), sums.opens)
    }

    fn bytes(&self) -> u64 {
        self.memory()
    }
}

/// The tree object by object. O(roots).
fn by_object(merged: Merged) -> Result<Table> {
    let mut table = Table::new(BY_OBJECT, 1);
    let tree = Objects { merged, opening: HashMap::new() };
    let mut tops = (tree.merged.top, Vec::new());
    while !tree.go_on(&mut tops, u64::MAX)? {}
    table.grow(Below::Objects(in_order(tops.1)), Box::new(tree))?;
    Ok(table)
}

/// The objects below one, from a rank on, and whether anything is below them.
type Siblings = (u32, Vec<(u32, bool)>);

/// Siblings are linked from the last to the first.
fn in_order(mut objects: Vec<(u32, bool)>) -> Vec<(u32, bool)> {
    objects.reverse();
    objects
}

#[derive(Debug)]
struct Objects {
    merged: Merged,
    /// The rows being opened.
    opening: HashMap<u32, Siblings>,
}

impl Objects {
    /// Adds siblings; whether all are there.
    #[inline(never)]
    fn go_on(&self, (next, objects): &mut Siblings, budget: u64) -> Result<bool> {
        let merged = &self.merged;
        for _ in 0..budget.max(1) {
            if *next == NONE {
                return Ok(true);
            }
            let opens = merged.first.get(*next as usize).is_some_and(|&first| first != NONE);
            push(objects, (merged.node(*next), opens))?;
            *next = merged.next.get(*next as usize).copied().unwrap_or(NONE);
        }
        Ok(*next == NONE)
    }
}

impl Expand for Objects {
    fn step(&mut self, _: &Inquiry<'_>, table: &Table, row: u32, budget: u64) -> Result<Step> {
        let Thing::Object(object) = table.thing(row, 0) else { return Ok(Step::Done) };
        let mut siblings = match self.opening.remove(&row) {
            Some(siblings) => siblings,
            None => (self.merged.first_below(object.0), Vec::new()),
        };
        let all = self.go_on(&mut siblings, budget)?;
        let done = siblings.1.len() as u64;
        self.opening.insert(row, siblings);
        // How many there are is known at the end only; there is some object of the set in each.
        let held = self.number(object, 1).unwrap_or(0).max(done) + 1;
        Ok(if all { Step::Done } else { Step::More { done, total: held } })
    }

    fn finish(&mut self, _: &Inquiry<'_>, _: &Table, row: u32) -> Result<Below> {
        let (_, objects) = self.opening.remove(&row).unwrap_or_default();
        Ok(Below::Objects(in_order(objects)))
    }

    fn number(&self, object: ObjectIndex, column: usize) -> Option<u64> {
        let at = self.merged.on_paths.position(object.0)? as usize;
        match column {
            1 => self.merged.held.get(at).map(|&held| held.into()),
            2 => self.merged.bytes.get(at).copied(),
            _ => None,
        }
    }

    fn bytes(&self) -> u64 {
        self.merged.memory()
    }
}
