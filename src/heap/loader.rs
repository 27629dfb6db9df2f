//! From bytes to a [`Loaded`] heap: a state machine that its driver feeds and steps.
//!
//! The driver owns the reading, because a browser worker, a test and the command line read
//! differently. [`Loader::wants`] says what comes next: bytes at an offset, or a step of pure
//! computation. Between two calls the driver may report progress, answer questions about what is
//! already known, or drop the loader, which cancels the load.
//!
//! Before each phase the loader compares what it needs with the [`MemoryBudget`]. From the end of
//! the index phase on, a phase that does not fit, or for which an allocation fails, ends the load
//! with what is there: a [`Partial`].

mod needs;
mod outcome;
mod phase;

pub use outcome::{FileFacts, Known, Loaded, Outcome, Partial, load, load_within};
pub use phase::{LoadProgress, PHASES, Phase};

use super::completeness::{self, RootsInFile};
use super::link::{Link, LinkState, special_fields};
use super::memory::{MemoryBudget, Meter, Need, Stop};
use super::model::{Model, ModelBuilder};
use super::pass::{Pass, PassEnd};
use super::scan::Scan;
use super::sizes::SizeModel;
use super::stand_ins;
use super::totals::{ClassTotals, TotalsBuilder};
use super::{Heap, ObjectIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{
    AdjacencyBuilder, DominatorTree, Dominators, Edges, MinRetainedByGroup, NONE, PathTree,
    ShortestPaths, Step, TreeBuilder,
};
use crate::source::gzip::GzipIndex;

/// What to load and how.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions {
    /// Which heap dump of a file that holds several, from 1.
    pub dump: u32,
    /// How shallow sizes are computed.
    pub size_model: SizeModel,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { dump: 1, size_model: SizeModel::default() }
    }
}

/// What the loader needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// [`Loader::feed`] with the file's bytes from this offset on, as many as convenient.
    Bytes {
        /// Offset in the file as it is, compressed or not.
        offset: u64,
    },
    /// [`Loader::compute`].
    Compute,
    /// Nothing: [`Loader::finish`].
    Nothing,
}

/// Units of work per step of computation: some ten milliseconds.
const BUDGET: u64 = 400_000;

#[derive(Debug)]
enum State {
    Scan(Box<Pass>, Box<Scan>),
    Index(Box<ModelBuilder>),
    Link(Box<Pass>, Box<LinkState>),
    Dominators(Box<Dominators>),
    Retained(Box<TreeBuilder>),
    /// The end of the retained phase: which objects are reachable is known.
    Totals(Box<TotalsBuilder>),
    Classes(Box<MinRetainedByGroup>),
    Paths(Box<ShortestPaths>),
    Finished,
    /// Memory did not suffice for the next part.
    Stopped(Stop),
}

/// See the module documentation.
#[derive(Debug)]
pub struct Loader {
    options: LoadOptions,
    state: State,
    file: FileFacts,
    gzip: Option<GzipIndex>,
    /// What its roots tell of a dump that lacks the record which ends it.
    lacks_end: Option<RootsInFile>,
    heap: Option<Box<Heap>>,
    /// Whether the references of `heap` are there.
    linked: bool,
    dominators: Option<DominatorTree>,
    paths: Option<PathTree>,
    totals: ClassTotals,
    class_retained: Vec<u64>,
    bytes_read: u64,
    step: (u64, u64),
    /// Watches the phase under way.
    meter: Meter,
}

impl Loader {
    /// A load of a file of `file_bytes` bytes.
    pub fn new(options: LoadOptions, file_bytes: u64) -> Self {
        Self {
            options,
            meter: Meter::new(MemoryBudget::UNLIMITED),
            state: State::Scan(Box::new(Pass::new(file_bytes)), Box::new(Scan::new(options.dump))),
            file: FileFacts {
                file_bytes,
                dump_bytes: 0,
                truncated: false,
                missing: None,
                compressed: false,
                dump: options.dump,
                dumps: 0,
                dump_starts: Vec::new(),
            },
            gzip: None,
            lacks_end: None,
            heap: None,
            linked: false,
            dominators: None,
            paths: None,
            totals: ClassTotals::default(),
            class_retained: Vec::new(),
            bytes_read: 0,
            step: (0, 0),
        }
    }

    /// The same load, with as much memory as `memory` allows.
    #[must_use]
    pub fn within(mut self, memory: MemoryBudget) -> Self {
        self.meter = Meter::new(memory);
        self
    }

    /// What comes next.
    pub fn wants(&self) -> Wants {
        match &self.state {
            State::Scan(pass, _) | State::Link(pass, _) => {
                pass.wants().map_or(Wants::Compute, |offset| Wants::Bytes { offset })
            }
            State::Finished | State::Stopped(_) => Wants::Nothing,
            _ => Wants::Compute,
        }
    }

    /// The phase under way and the memory that it was estimated to need beyond what was in use when
    /// it began. Nothing is known of the first.
    pub fn need(&self) -> (Phase, Need) {
        self.meter.need()
    }

    /// The model, from the end of the index phase on; its references come with the link phase.
    pub fn heap(&self) -> Option<&Heap> {
        self.heap.as_deref()
    }

    /// Totals per class, from the end of the index phase on; they count unreachable objects until
    /// the retained phase is over.
    pub fn totals(&self) -> &ClassTotals {
        &self.totals
    }

    /// Minimum retained size per class, once computed.
    pub fn class_retained(&self) -> Option<&[u64]> {
        (!self.class_retained.is_empty()).then_some(self.class_retained.as_slice())
    }

    /// Where the load stands.
    pub fn progress(&self) -> LoadProgress {
        let (phase, done, total) = match &self.state {
            State::Scan(pass, _) => self.read(Phase::Scan, pass),
            State::Index(model) => {
                let (done, total) = model.progress();
                (Phase::Index, done, total)
            }
            State::Link(pass, _) => self.read(Phase::Link, pass),
            State::Dominators(_) => (Phase::Dominators, self.step.0, self.step.1),
            State::Retained(_) | State::Totals(_) => (Phase::Retained, self.step.0, self.step.1),
            State::Classes(_) => (Phase::Classes, self.step.0, self.step.1),
            State::Paths(_) => (Phase::Paths, self.step.0, self.step.1),
            State::Finished => (Phase::Paths, 1, 1),
            State::Stopped(stop) => (stop.phase, 0, 1),
        };
        let (objects, classes) = match (&self.state, &self.heap) {
            (State::Scan(_, scan), _) => {
                (scan.objects.len() as u64, scan.class_objects.len() as u64)
            }
            (State::Index(model), _) => model.counts(),
            (_, Some(heap)) => {
                (heap.objects.len() as u64, heap.objects.class_objects().len() as u64)
            }
            _ => (0, 0),
        };
        LoadProgress { phase, done, total, bytes_read: self.bytes_read, objects, classes }
    }

    fn read(&self, phase: Phase, pass: &Pass) -> (Phase, u64, u64) {
        (phase, pass.wants().unwrap_or(self.file.file_bytes), self.file.file_bytes)
    }

    /// Takes bytes of the file from the offset that [`wants`](Self::wants) named.
    ///
    /// # Errors
    /// What makes the file unreadable as a heap dump, or `TooLarge` when memory does not suffice
    /// for the table of objects.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes_read += bytes.len() as u64;
        let fed = self.parse(bytes).and_then(|()| self.meter.look());
        fed.or_else(|error| self.stop(error))
    }

    fn parse(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Scan(pass, scan) => {
                pass.feed(bytes, &mut **scan)?;
                scan.take_failure()
            }
            State::Link(pass, link) => {
                let Some(heap) = self.heap.as_deref() else { return Ok(()) };
                let ids = heap.ids();
                Link::run(link, &heap.addresses, &heap.classes, &heap.objects, ids, |visitor| {
                    pass.feed(bytes, visitor)
                })?;
                link.take_failure()
            }
            _ => Ok(()),
        }
    }

    /// One bounded step of computation.
    ///
    /// # Errors
    /// `NoHeapDump`; `TooLarge` when memory does not suffice for the table of objects.
    pub fn compute(&mut self) -> Result<()> {
        let state = core::mem::replace(&mut self.state, State::Finished);
        let next = self.advance(state).and_then(|state| {
            self.state = state;
            if matches!(self.state, State::Finished) { Ok(()) } else { self.meter.look() }
        });
        next.or_else(|error| self.stop(error))
    }

    fn advance(&mut self, state: State) -> Result<State> {
        match state {
            State::Scan(pass, scan) => self.end_scan(*pass, scan),
            State::Index(model) => self.index(*model),
            State::Link(pass, link) => self.end_link(*pass, *link),
            State::Dominators(dominators) => self.dominators(dominators),
            State::Retained(tree) => self.retained(tree),
            State::Totals(totals) => self.reachable_totals(totals),
            State::Classes(groups) => self.classes(groups),
            State::Paths(search) => self.paths(search),
            State::Finished | State::Stopped(_) => Ok(state),
        }
    }

    /// Ends the load with what is there, where `error` is about memory and something is there.
    fn stop(&mut self, error: Error) -> Result<()> {
        if error.kind() != ErrorKind::TooLarge {
            return Err(error);
        }
        let stop = self.meter.stop(&error);
        // What the phase had built goes, which makes room for answers.
        let state = core::mem::replace(&mut self.state, State::Stopped(stop));
        if self.heap.is_some() {
            if let (State::Retained(tree), Some(heap)) = (state, self.heap.as_deref()) {
                let tree = tree.finish();
                self.totals = ClassTotals::new(heap, |object| tree.is_reachable(object.0));
            }
            return Ok(());
        }
        Err(if stop.shortage.limit.is_some() { stop.error(ErrorKind::TooLarge) } else { error })
    }

    fn end_scan(&mut self, pass: Pass, mut scan: Box<Scan>) -> Result<State> {
        let mut oddities = core::mem::take(&mut scan.oddities);
        let end: PassEnd = pass.finish(&mut *scan, &mut oddities)?;
        scan.take_failure()?;
        oddities.append(core::mem::take(&mut scan.oddities));
        scan.oddities = oddities;
        self.file.dump_bytes = end.dump_bytes;
        // What is missing at the end of the file is missing from its last dump.
        self.file.truncated = end.truncated && scan.dumps.count() <= self.options.dump;
        self.file.missing = end.missing;
        self.file.compressed = end.gzip.is_some();
        self.file.dumps = scan.dumps.count();
        self.file.dump_starts = core::mem::take(&mut scan.dump_starts);
        self.lacks_end = scan.dumps.lacks_end().then(|| RootsInFile::of(&scan.roots));
        self.gzip = end.gzip;
        if scan.dumps.count() == 0 || (scan.objects.is_empty() && self.options.dump == 1) {
            return Err(no_heap_dump(end.truncated, scan.dumps.count() > 0));
        }
        if self.options.dump > scan.dumps.count() {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("The file holds {} heap dumps", scan.dumps.count()),
            ));
        }
        self.meter.begin(Phase::Index, needs::index(&scan))?;
        Ok(State::Index(Box::new(ModelBuilder::new(*scan, self.options.size_model)?)))
    }

    fn index(&mut self, model: ModelBuilder) -> Result<State> {
        let Model { mut heap, locals, totals } = match model.step(BUDGET)? {
            Ok(model) => *model,
            Err(model) => return Ok(State::Index(Box::new(model))),
        };
        self.totals = totals;
        super::class_oddities::note_missing(&mut heap, &self.totals);
        let heap = &**self.heap.insert(heap);
        let gzip = self.gzip.as_ref().map_or(0, |index| index.memory() as u64);
        let need = needs::link(heap, &self.totals, gzip);
        self.meter.begin(Phase::Link, need)?;
        let special = special_fields(&heap.classes, &heap.names, &heap.known);
        let link = LinkState::new(
            self.options.dump,
            &heap.classes,
            heap.ids(),
            &special,
            locals,
            heap.objects.system_loader(),
            AdjacencyBuilder::new(u32::try_from(heap.objects.len()).unwrap_or(u32::MAX))?,
        );
        Ok(State::Link(Box::new(Pass::new(self.file.file_bytes)), Box::new(link)))
    }

    fn end_link(&mut self, pass: Pass, mut link: LinkState) -> Result<State> {
        let Some(heap) = self.heap.as_deref_mut() else { return Ok(State::Finished) };
        let ids = heap.ids();
        let mut repeated = super::oddities::Oddities::default();
        Link::run(&mut link, &heap.addresses, &heap.classes, &heap.objects, ids, |visitor| {
            pass.finish(visitor, &mut repeated).map(|_| ())
        })?;
        link.take_failure()?;
        link.pad(heap.objects.len())?;
        link.report(&mut heap.oddities);
        let dangling = link.dangling();
        heap.edges = link.builder.finish()?;
        self.linked = true;
        if let Some(roots) = self.lacks_end.filter(|_| !self.file.truncated) {
            self.file.truncated = completeness::judge(heap, roots, dangling);
        }
        if stand_ins::are_needed(heap, self.file.truncated) {
            stand_ins::add(heap)?;
        }
        // All references are looked up: what is still to come, are a few at a time.
        let ids = heap.objects.share_ids();
        heap.addresses.coarsen(ids);
        self.meter.begin(Phase::Dominators, needs::dominators(heap))?;
        Ok(State::Dominators(Box::new(Dominators::new(heap, heap.roots.objects())?)))
    }

    fn dominators(&mut self, mut dominators: Box<Dominators>) -> Result<State> {
        let Some(heap) = self.heap.as_deref() else { return Ok(State::Finished) };
        if let Step::More { done, total } = dominators.step(heap, BUDGET)? {
            self.step = (done, total);
            return Ok(State::Dominators(dominators));
        }
        self.step = (0, 1);
        let idoms = dominators.finish();
        let need = needs::retained(heap);
        if let Err(refused) = self.meter.begin(Phase::Retained, need) {
            let reached = |object: ObjectIndex| idoms.get(object.index()) != Some(&NONE);
            self.totals = ClassTotals::new(heap, reached);
            return Err(refused);
        }
        Ok(State::Retained(Box::new(TreeBuilder::new(idoms)?)))
    }

    fn retained(&mut self, mut tree: Box<TreeBuilder>) -> Result<State> {
        let Some(heap) = self.heap.as_deref() else { return Ok(State::Finished) };
        let weight = |node: u32| heap.shallow(ObjectIndex(node));
        match tree.step(weight, BUDGET) {
            Ok(Step::More { done, total }) => {
                self.step = (done, total);
                return Ok(State::Retained(tree));
            }
            Ok(Step::Done) => {}
            Err(error) => {
                // The tree is not whole, but what is reachable is known.
                self.state = State::Retained(tree);
                return Err(error);
            }
        }
        self.dominators = Some(tree.finish());
        Ok(State::Totals(Box::new(TotalsBuilder::new(heap))))
    }

    fn reachable_totals(&mut self, mut totals: Box<TotalsBuilder>) -> Result<State> {
        let (Some(heap), Some(tree)) = (self.heap.as_deref(), &self.dominators) else {
            return Ok(State::Finished);
        };
        if !totals.step(heap, |object| tree.is_reachable(object.0), BUDGET) {
            return Ok(State::Totals(totals));
        }
        self.totals = totals.finish();
        self.step = (0, 1);
        self.meter.begin(Phase::Classes, needs::classes(heap))?;
        Ok(State::Classes(Box::new(MinRetainedByGroup::new(heap.classes.len())?)))
    }

    /// Rule D3: the set of a class is its instances and its class object.
    fn classes(&mut self, mut groups: Box<MinRetainedByGroup>) -> Result<State> {
        let (Some(heap), Some(tree)) = (self.heap.as_deref(), &self.dominators) else {
            return Ok(State::Finished);
        };
        let weight = |node: u32| heap.shallow(ObjectIndex(node));
        let groups_of = |node: u32| heap.retained_groups(ObjectIndex(node));
        if let Step::More { done, total } = groups.step(tree, weight, groups_of, BUDGET)? {
            self.step = (done, total);
            return Ok(State::Classes(groups));
        }
        self.class_retained = groups.finish();
        self.step = (0, 1);
        self.meter.begin(Phase::Paths, needs::paths(heap))?;
        Ok(State::Paths(Box::new(ShortestPaths::new(
            heap,
            heap.roots.objects(),
            Edges::SkipFirst,
            tree.idoms().clone(),
        )?)))
    }

    fn paths(&mut self, mut search: Box<ShortestPaths>) -> Result<State> {
        let Some(heap) = self.heap.as_deref() else { return Ok(State::Finished) };
        if let Step::More { done, total } = search.step(heap, BUDGET)? {
            self.step = (done, total);
            return Ok(State::Paths(search));
        }
        self.paths = Some(search.finish());
        Ok(State::Finished)
    }

    /// What was loaded, once [`wants`](Self::wants) says `Nothing`.
    ///
    /// # Errors
    /// `Cancelled` when the load is not finished.
    pub fn finish(self) -> Result<Outcome> {
        let unfinished = || Error::new(ErrorKind::Cancelled, "The dump was not loaded to its end");
        let heap = *self.heap.ok_or_else(unfinished)?;
        let (totals, file, gzip) = (self.totals, self.file, self.gzip);
        let State::Stopped(stop) = self.state else {
            let dominators = self.dominators.ok_or_else(unfinished)?;
            let paths = self.paths.ok_or_else(unfinished)?;
            let class_retained = self.class_retained;
            let loaded = Loaded { heap, dominators, paths, totals, class_retained, file, gzip };
            return Ok(Outcome::Complete(Box::new(loaded)));
        };
        let known = match self.dominators {
            None if !self.linked => Known::Objects,
            None => Known::References,
            Some(tree) if self.class_retained.is_empty() => Known::Retained(tree),
            Some(tree) => Known::Classes(tree, self.class_retained),
        };
        Ok(Outcome::Partial(Box::new(Partial { heap, totals, known, file, gzip, stop })))
    }
}

fn no_heap_dump(truncated: bool, empty: bool) -> Error {
    if truncated {
        return Error::new(
            ErrorKind::NoHeapDump,
            "The file ends before the first object of its heap dump",
        )
        .advise("The JVM was probably killed while it wrote the dump; take a new one");
    }
    if empty {
        return Error::new(ErrorKind::NoHeapDump, "The heap dump in the file holds no object")
            .advise("The JVM was probably killed before it wrote the first one; take a new dump");
    }
    Error::new(ErrorKind::NoHeapDump, "The file is HPROF but holds no heap dump")
        .advise("CPU profiles of the old hprof agent look like this: record with heap=dump instead")
}
