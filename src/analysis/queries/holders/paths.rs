//! Paths from GC roots to one object, the shortest first (rule P2).

use crate::analysis::Inquiry;
use crate::analysis::queries::exclusions::{Exclusion, Skips, WITHOUT};
use crate::analysis::queries::grouping::push;
use crate::analysis::query::{
    Below, Column, Context, Expand, Parameter, ParameterKind, QueryGroup, Question, Subject, Table,
    Value, Work,
};
use crate::analysis::story::counted;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::adjacency::Scan;
use crate::graph::{BitSet, Graph, NONE, Step, bytes_of, filled, too_large};
use crate::heap::references::name_of;
use crate::heap::roots::root_label;
use crate::heap::{ClassIndex, Heap, ObjectIndex};

pub(super) const QUESTION: Question = Question {
    name: "paths",
    title: "Paths to GC roots",
    about: "Ways from GC roots to one object, the shortest first, each through objects that no \
            shorter one went through.",
    group: QueryGroup::Holders,
    of: Subject::GivenSet,
    parameters: &[
        WITHOUT,
        Parameter {
            name: "paths",
            title: "Paths",
            hint: "How many to look for; more take longer only if there are more.",
            kind: ParameterKind::Number,
            default: "30",
        },
    ],
    begin: |arguments| {
        Ok(Box::new(Search {
            exclusion: Exclusion::named(arguments.choice("without")),
            wanted: arguments.number("paths")?.max(1),
            target: 0,
            paths: Vec::new(),
            inverse: Inverse::default(),
            stage: Stage::Begin,
        }))
    },
};

const WHAT: &str = "the inbound references of all objects";

const COLUMNS: &[Column] = &[
    Column::things(
        "Object",
        "A GC root; below it, the objects that lead from there to the object.",
    ),
    Column::things("Reference", "What kind of GC root it is, or which field leads here."),
    Column::count("References", "References from the GC root to the object.").overlapping(),
    Column::shallow(),
    Column::retained(),
];

#[derive(Debug)]
struct Search {
    exclusion: Exclusion,
    wanted: u64,
    target: u32,
    /// Each from a root to the object.
    paths: Vec<Vec<u32>>,
    inverse: Inverse,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Begin,
    /// Counting, then filling in the references to each object.
    Invert {
        skips: Skips,
        scan: Scan,
        fill: bool,
    },
    /// Turning counts into places.
    Place {
        skips: Skips,
        next: u32,
        before: u32,
    },
    Upwards(Box<Upwards>),
    Done,
}

/// Who refers to whom, the references to classes left out.
#[derive(Debug, Default)]
struct Inverse {
    /// Where those of each object end in `sources`, once filled.
    ends: Vec<u32>,
    sources: Vec<u32>,
}

impl Inverse {
    fn of(&self, node: u32) -> &[u32] {
        let end = self.ends.get(node as usize).copied().unwrap_or(0) as usize;
        let start = node.checked_sub(1).and_then(|n| self.ends.get(n as usize)).copied();
        self.sources.get(start.unwrap_or(0) as usize..end).unwrap_or_default()
    }
}

impl Work for Search {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let heap = context.inquiry.heap();
        let len = heap.objects.len() as u64;
        let total = 6 * len;
        let done = match &mut self.stage {
            Stage::Begin => {
                let one = context.of.set.next(0).filter(|_| context.of.count == 1);
                self.target = one.ok_or_else(|| {
                    Error::new(ErrorKind::NotFound, "Paths lead to one object")
                        .advise("Ask for the merged paths of a set")
                })?;
                self.inverse.ends = filled(heap.objects.len(), 0, WHAT)?;
                let skips = self.exclusion.skips(heap);
                self.stage = Stage::Invert { skips, scan: Scan::default(), fill: false };
                0
            }
            Stage::Invert { skips, scan, fill } => {
                let over = self.inverse.step(&context.inquiry, skips, (scan, *fill), budget)?;
                let done = u64::from(scan.nodes_done()) + if *fill { 2 * len } else { 0 };
                if over {
                    let (skips, filled) =
                        (core::mem::replace(skips, Skips::referents_of(Vec::new())), *fill);
                    self.stage = if filled {
                        Stage::Upwards(Box::new(Upwards::new(heap, self.target, &mut self.paths)?))
                    } else {
                        Stage::Place { skips, next: 0, before: 0 }
                    };
                }
                done
            }
            Stage::Place { skips, next, before } => {
                if self.inverse.place(next, before, budget)? {
                    let skips = core::mem::replace(skips, Skips::referents_of(Vec::new()));
                    self.stage = Stage::Invert { skips, scan: Scan::default(), fill: true };
                }
                len
            }
            Stage::Upwards(upwards) => {
                let place = (&self.inverse, self.wanted);
                let over = upwards.step(&context.inquiry, place, &mut self.paths, budget)?;
                let done = 3 * len + upwards.done.min(3 * len);
                if over {
                    self.stage = Stage::Done;
                }
                done
            }
            Stage::Done => return Ok(Step::Done),
        };
        Ok(Step::More { done, total })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let heap = context.inquiry.heap();
        let mut table = Table::new(COLUMNS, 2);
        table.sort = (2, false);
        for path in &self.paths {
            let Some(&root) = path.first() else { continue };
            let kinds = heap.roots.of(ObjectIndex(root));
            let kind = kinds.first().map_or("", |root| root_label(root.kind));
            table.push(vec![
                Value::Object(ObjectIndex(root)),
                Value::Text(kind.to_owned()),
                Value::Number(path.len() as u64 - 1),
            ])?;
        }
        for (row, path) in (0u32..).zip(&self.paths) {
            if path.len() > 1 {
                table.can_open(row)?;
            }
        }
        table.notes.push(match self.paths.len() as u64 {
            0 => "No GC root leads to the object along the references chosen.".to_owned(),
            found if found < self.wanted => "These are all.".to_owned(),
            _ => "There may be more: ask for more paths.".to_owned(),
        });
        table.expand_with(Box::new(Steps { paths: self.paths }));
        Ok(table)
    }
}

impl Inverse {
    /// One pass over all references: counts them, or fills them in. Whether it is over.
    #[inline(never)]
    fn step(
        &mut self,
        inquiry: &Inquiry<'_>,
        skips: &Skips,
        (scan, fill): (&mut Scan, bool),
        budget: u64,
    ) -> Result<bool> {
        let heap = inquiry.heap();
        let graph = skips.within(heap);
        let mut work = 0;
        while work < budget.max(1) {
            let Some(mut piece) = heap.edges.next_piece(scan) else { return Ok(true) };
            let source = piece.targets.source();
            work += 1 + piece.targets.work();
            if !inquiry.is_reachable(ObjectIndex(source)) {
                continue;
            }
            if piece.first && graph.skips_first(source) {
                piece.targets.next();
            }
            for target in piece.targets.filter(|&target| target != source) {
                let Some(end) = self.ends.get_mut(target as usize) else { continue };
                if fill && let Some(place) = self.sources.get_mut(*end as usize) {
                    *place = source;
                }
                *end = end.checked_add(1).ok_or_else(|| too_large(u64::MAX, WHAT))?;
            }
        }
        Ok(false)
    }

    /// From the number of references to each object to where they begin. Whether it is over.
    fn place(&mut self, next: &mut u32, before: &mut u32, budget: u64) -> Result<bool> {
        for _ in 0..budget.max(1) {
            let Some(end) = self.ends.get_mut(*next as usize) else {
                self.sources = filled(*before as usize, 0, WHAT)?;
                return Ok(true);
            };
            let after = before.checked_add(*end).ok_or_else(|| too_large(1 << 34, WHAT))?;
            *end = core::mem::replace(before, after);
            *next += 1;
        }
        Ok(false)
    }
}

/// The search from the object upwards, breadth first.
#[derive(Debug)]
struct Upwards {
    roots: BitSet,
    /// The object that leads on towards the target.
    toward: Vec<u32>,
    level: Vec<u32>,
    next: Vec<u32>,
    /// The place in the level, and in the referrers of the object there.
    at: (usize, usize),
    /// Classes whose class objects are in the level: their instances refer to them.
    classes: Vec<(u32, u32)>,
    /// The next object that may be an instance of one of these.
    instance: Option<u32>,
    done: u64,
}

impl Upwards {
    fn new(heap: &Heap, target: u32, paths: &mut Vec<Vec<u32>>) -> Result<Self> {
        let mut roots = BitSet::new(heap.objects.len())?;
        for &root in heap.roots.objects() {
            roots.insert(root);
        }
        let mut toward = filled(heap.objects.len(), NONE, WHAT)?;
        if let Some(end) = toward.get_mut(target as usize) {
            *end = target;
        }
        if roots.contains(target) {
            push(paths, vec![target])?;
        }
        let (next, classes) = (Vec::new(), Vec::new());
        Ok(Self {
            roots,
            toward,
            level: vec![target],
            next,
            at: (0, 0),
            classes,
            instance: None,
            done: 0,
        })
    }

    /// Whether the search is over.
    #[inline(never)]
    fn step(
        &mut self,
        inquiry: &Inquiry<'_>,
        (inverse, wanted): (&Inverse, u64),
        paths: &mut Vec<Vec<u32>>,
        budget: u64,
    ) -> Result<bool> {
        let heap = inquiry.heap();
        for _ in 0..budget.max(1) {
            if paths.len() as u64 >= wanted {
                return Ok(true);
            }
            self.done += 1;
            if let Some(object) = self.instance {
                if object as usize >= heap.objects.len() {
                    self.instance = None;
                    self.classes.clear();
                    continue;
                }
                self.instance = Some(object + 1);
                let class = heap.objects.class(ObjectIndex(object)).0;
                let found = self.classes.binary_search_by_key(&class, |&(class, _)| class);
                if let Some(&(_, class_object)) = found.ok().and_then(|at| self.classes.get(at))
                    && inquiry.is_reachable(ObjectIndex(object))
                {
                    self.meet(object, class_object, paths)?;
                }
                continue;
            }
            let Some(&node) = self.level.get(self.at.0) else {
                if !self.classes.is_empty() && self.at.1 == 0 {
                    // Once per level: the instances of the classes in it.
                    self.classes.sort_unstable();
                    self.instance = Some(0);
                    self.at.1 = 1;
                    continue;
                }
                core::mem::swap(&mut self.level, &mut self.next);
                self.next.clear();
                self.level.sort_unstable();
                self.at = (0, 0);
                if self.level.is_empty() {
                    return Ok(true);
                }
                continue;
            };
            if self.at.1 == 0
                && let Some(ClassIndex(class)) = heap.classes.represented_by(ObjectIndex(node))
            {
                push(&mut self.classes, (class, node))?;
            }
            let Some(&source) = inverse.of(node).get(self.at.1) else {
                self.at = (self.at.0 + 1, 0);
                continue;
            };
            self.at.1 += 1;
            self.meet(source, node, paths)?;
        }
        Ok(false)
    }

    fn meet(&mut self, source: u32, node: u32, paths: &mut Vec<Vec<u32>>) -> Result<()> {
        match self.toward.get_mut(source as usize) {
            Some(toward) if *toward == NONE => *toward = node,
            _ => return Ok(()),
        }
        if !self.roots.contains(source) {
            return push(&mut self.next, source);
        }
        let mut path = Vec::new();
        let mut at = source;
        loop {
            push(&mut path, at)?;
            match self.toward.get(at as usize) {
                Some(&next) if next != at && next != NONE => at = next,
                _ => break,
            }
        }
        push(paths, path)
    }
}

/// The steps of a path, with their names.
#[derive(Debug)]
struct Steps {
    paths: Vec<Vec<u32>>,
}

/// Steps shown at either end of a very long path.
const ENDS: usize = 150;

impl Expand for Steps {
    fn finish(&mut self, inquiry: &Inquiry<'_>, _: &Table, row: u32) -> Result<Below> {
        let Some(path) = self.paths.get(row as usize) else { return Ok(Below::Rows(Vec::new())) };
        let mut rows = Vec::new();
        for (at, link) in path.windows(2).enumerate() {
            if at == ENDS && path.len() > 2 * ENDS + 1 {
                let text = counted(
                    (path.len() - 1 - 2 * ENDS) as u64,
                    "reference left out",
                    "references left out",
                );
                let number = Value::Number(at as u64);
                rows.push((vec![Value::Text(text), Value::None, number], false));
            }
            if at >= ENDS && at + ENDS < path.len() - 1 {
                continue;
            }
            let (from, to) = (ObjectIndex(link[0]), ObjectIndex(link[1]));
            let via = name_of(&inquiry.values, from, to);
            let via = via.map_or(Value::None, |via| Value::Text(via.to_string()));
            rows.push((vec![Value::Object(to), via, Value::Number(at as u64 + 1)], false));
        }
        Ok(Below::Rows(rows))
    }

    fn bytes(&self) -> u64 {
        self.paths.iter().map(|path| bytes_of::<u32>(path.capacity())).sum()
    }
}
