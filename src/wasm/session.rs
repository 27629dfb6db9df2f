//! One dump in the worker: being loaded, then asked.

use super::convert::{error, from_js, to_js};
use super::file::{BrowserFile, copy};
use super::forest::Forest;
use super::memory;
use super::surveys::Surveys;
use crate::analysis::collections::Listing;
use crate::analysis::dominated::DominatedLists;
use crate::analysis::histogram::{self, HistogramQuery};
use crate::analysis::query::Workbench;
use crate::analysis::suspects::SuspectReport;
use crate::analysis::verdict::Verdict;
use crate::analysis::{HeapInquiry, Inquiry, TreeInquiry};
use crate::error::{Error, ErrorKind, Result};
use crate::heap::loader::{LoadOptions, LoadProgress, Loader, Outcome, PHASES, Wants};
use crate::heap::sizes::SizeModel;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::protocol::{ForestStep, PhaseName, Progress, SessionFacts, StepAnswer, WorkUnit};
use crate::report::{Contents, Format, Known, Options, Report};
use crate::source::gzip::{self, GzipSource};
use crate::source::{BlockCache, ByteSource};
use core::cell::RefCell;
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a plain file that are read and parsed in one step.
const SLICE: usize = 4 << 20;
/// Compressed bytes per step: they may inflate to many times as much.
const GZIP_SLICE: usize = 1 << 19;
/// Milliseconds that a step of computation takes.
pub(super) const STEP_MS: f64 = 15.0;
/// Memory for blocks of the file that are looked at.
const CACHE: usize = 8 << 20;
/// A wasm page of memory.
const PAGE: u64 = 1 << 16;

/// See the module documentation.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    state: State,
    file: BrowserFile,
    buffer: Vec<u8>,
    started: f64,
    seconds: f64,
}

enum State {
    Loading(Box<Loader>),
    /// Loaded, but nobody looked for suspects yet.
    Unjudged(Box<Ready>),
    /// With what was concluded, where memory sufficed for that.
    Ready(Box<Ready>, Option<Box<Judgement>>),
    Failed,
}

/// What was concluded once, at the end of the load.
struct Judgement {
    suspects: SuspectReport,
    verdict: Verdict,
}

pub(super) struct Ready {
    pub(super) outcome: Outcome,
    pub(super) source: Box<dyn ByteSource>,
    pub(super) forest: Forest,
    pub(super) bench: Workbench,
    /// Lists of the dominator tree in orders of their own.
    pub(super) lists: DominatedLists,
    pub(super) surveys: Surveys,
    /// The collection that was listed last.
    pub(super) listing: RefCell<Option<Listing>>,
}

impl Ready {
    pub(super) fn heap_inquiry(&self) -> HeapInquiry<'_> {
        HeapInquiry::of(&self.outcome, &*self.source).with_forest(self.forest.grown())
    }

    fn tree_inquiry(&self) -> Result<TreeInquiry<'_>> {
        let inquiry = TreeInquiry::of(&self.outcome, &*self.source)?;
        Ok(inquiry.with_forest(self.forest.grown()))
    }

    fn inquiry(&self) -> Result<Inquiry<'_>> {
        let inquiry = Inquiry::of(&self.outcome, &*self.source)?;
        Ok(inquiry.with_forest(self.forest.grown()))
    }
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Loading(_) => "Loading",
            Self::Unjudged(_) => "Unjudged",
            Self::Ready(..) => "Ready",
            Self::Failed => "Failed",
        })
    }
}

pub(super) type Answer = core::result::Result<JsValue, JsValue>;

pub(super) fn answer<T: Serialize>(result: Result<T>) -> Answer {
    match result {
        Ok(value) => to_js(&value),
        Err(problem) => Err(error(&problem)),
    }
}

/// Bytes of wasm linear memory: it only grows, so this is also the peak.
fn engine_bytes() -> u64 {
    core::arch::wasm32::memory_size(0) as u64 * PAGE
}

#[wasm_bindgen]
impl Session {
    /// Starts loading a file: dump number `dump` (from 1) of it, sizes by the model of this name,
    /// with at most `bytes` of memory (without a number: all that a wasm memory can have).
    ///
    /// # Errors
    /// An error object when the browser cannot read files in this place.
    #[wasm_bindgen(constructor)]
    pub fn new(
        file: web_sys::File,
        dump: u32,
        size_model: &str,
        bytes: Option<f64>,
    ) -> core::result::Result<Session, JsValue> {
        let budget = memory::budget(bytes);
        let file = BrowserFile::new(file).map_err(|e| error(&e))?;
        let options = LoadOptions { dump, size_model: size_model_named(size_model) };
        let mut head = [0; 3];
        let head_len = file.read_at(0, &mut head).map_err(|e| error(&e))?;
        let is_gzip = gzip::is_gzip(head.get(..head_len).unwrap_or_default());
        let slice = memory::share(if is_gzip { GZIP_SLICE } else { SLICE });
        let slice = usize::try_from(file.len()).map_or(slice, |len| slice.min(len.max(1)));
        Ok(Self {
            state: State::Loading(Box::new(Loader::new(options, file.len()).within(budget))),
            file,
            buffer: vec![0; slice],
            started: js_sys::Date::now(),
            seconds: 0.0,
        })
    }

    /// Offset and length of the slice of the file that the next step parses; empty when it parses
    /// none.
    #[expect(clippy::cast_precision_loss, reason = "file offsets are below 2^53")]
    pub fn wanted(&self) -> Vec<f64> {
        match &self.state {
            State::Loading(loader) => match loader.wants() {
                Wants::Bytes { offset } => vec![offset as f64, self.buffer.len() as f64],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// One bounded batch of the load: `{done, progress}`. Parses `bytes` if they are given, which
    /// must be those that [`wanted`](Self::wanted) named; else reads them itself.
    ///
    /// # Errors
    /// An error object with what makes the dump unreadable.
    pub fn step(&mut self, bytes: Option<Uint8Array>) -> Answer {
        let result = self.advance(bytes);
        if result.is_err() {
            self.state = State::Failed;
        }
        answer(result)
    }

    fn advance(&mut self, bytes: Option<Uint8Array>) -> Result<StepAnswer> {
        match core::mem::replace(&mut self.state, State::Failed) {
            State::Loading(loader) => self.load(loader, bytes),
            State::Unjudged(ready) => {
                let judgement = ready.inquiry().ok().map(|inquiry| {
                    let suspects = inquiry.suspects();
                    let verdict = inquiry.verdict(&suspects);
                    Box::new(Judgement { suspects, verdict })
                });
                self.seconds = (js_sys::Date::now() - self.started) / 1000.0;
                self.state = State::Ready(ready, judgement);
                Ok(StepAnswer { done: true, progress: self.last_progress(1) })
            }
            ready @ State::Ready(..) => {
                self.state = ready;
                Ok(StepAnswer { done: true, progress: self.last_progress(1) })
            }
            State::Failed => Err(nothing_loaded()),
        }
    }

    fn load(&mut self, mut loader: Box<Loader>, bytes: Option<Uint8Array>) -> Result<StepAnswer> {
        match loader.wants() {
            Wants::Bytes { offset } => {
                let read = match bytes {
                    Some(bytes) => copy(&bytes, &mut self.buffer),
                    None => self.file.read_at(offset, &mut self.buffer)?,
                };
                if read == 0 {
                    return Err(Error::new(ErrorKind::Read, "The file became shorter").at(offset));
                }
                loader.feed(self.buffer.get(..read).unwrap_or_default())?;
            }
            Wants::Compute => {
                let end = js_sys::Date::now() + STEP_MS;
                while loader.wants() == Wants::Compute && js_sys::Date::now() < end {
                    loader.compute()?;
                }
            }
            Wants::Nothing => {
                self.buffer = Vec::new();
                self.state = State::Unjudged(Box::new(self.ready(*loader)?));
                return Ok(StepAnswer { done: false, progress: self.last_progress(0) });
            }
        }
        let progress = self.progress(&loader.progress(), loader.heap().is_some());
        self.state = State::Loading(loader);
        Ok(StepAnswer { done: false, progress })
    }

    fn ready(&self, loader: Loader) -> Result<Ready> {
        let mut outcome = loader.finish()?;
        let cache = memory::share(CACHE);
        let source: Box<dyn ByteSource> = match outcome.take_gzip() {
            Some(index) => {
                Box::new(BlockCache::new(GzipSource::new(self.file.clone(), index), cache))
            }
            None => Box::new(BlockCache::new(self.file.clone(), cache)),
        };
        let forest = Forest::NotAsked;
        let (bench, surveys) = (Workbench::default(), Surveys::default());
        let (lists, listing) = (DominatedLists::default(), RefCell::new(None));
        Ok(Ready { outcome, source, forest, bench, lists, surveys, listing })
    }

    fn progress(&self, load: &LoadProgress, histogram_ready: bool) -> Progress {
        let step = PHASES.iter().position(|&p| p == load.phase).unwrap_or(0);
        let bytes = matches!(step, 0 | 2);
        Progress {
            phase: PhaseName::Load(load.phase),
            step: step + 1,
            steps: PHASES.len() + 1,
            done: load.done,
            total: load.total.max(1),
            unit: if bytes { WorkUnit::Bytes } else { WorkUnit::Objects },
            bytes_read: load.bytes_read,
            file_bytes: self.file.len(),
            objects: load.objects,
            classes: load.classes,
            engine_bytes: engine_bytes(),
            histogram_ready,
        }
    }

    /// The progress while, and after, suspects are looked for.
    fn last_progress(&self, done: u64) -> Progress {
        let (objects, classes) = match &self.state {
            State::Unjudged(ready) | State::Ready(ready, _) => {
                let heap = ready.outcome.heap();
                (heap.objects.len() as u64, heap.objects.class_objects().len() as u64)
            }
            _ => (0, 0),
        };
        Progress {
            phase: PhaseName::Suspects,
            step: PHASES.len() + 1,
            steps: PHASES.len() + 1,
            done,
            total: 1,
            unit: WorkUnit::Objects,
            bytes_read: 2 * self.file.len(),
            file_bytes: self.file.len(),
            objects,
            classes,
            engine_bytes: engine_bytes(),
            histogram_ready: true,
        }
    }

    pub(super) fn ready_now(&self) -> Result<&Ready> {
        match &self.state {
            State::Ready(ready, _) => Ok(ready),
            _ => Err(nothing_loaded()),
        }
    }

    pub(super) fn ready_mut(&mut self) -> Result<&mut Ready> {
        match &mut self.state {
            State::Ready(ready, _) => Ok(ready),
            _ => Err(nothing_loaded()),
        }
    }

    /// A question that needs the whole analysis.
    pub(super) fn ask<T: Serialize>(
        &self,
        question: impl FnOnce(Inquiry<'_>) -> Result<T>,
    ) -> Answer {
        answer(self.ready_now().and_then(Ready::inquiry).and_then(question))
    }

    /// A question that needs the dominator tree.
    pub(super) fn ask_tree<T: Serialize>(
        &self,
        question: impl FnOnce(TreeInquiry<'_>) -> Result<T>,
    ) -> Answer {
        answer(self.ready_now().and_then(Ready::tree_inquiry).and_then(question))
    }

    /// A question that needs no analysis, or part of one.
    pub(super) fn ask_heap<T: Serialize>(
        &self,
        question: impl FnOnce(HeapInquiry<'_>) -> Result<T>,
    ) -> Answer {
        answer(self.ready_now().map(Ready::heap_inquiry).and_then(question))
    }

    pub(super) fn object_of(inquiry: &HeapInquiry<'_>, object: u32) -> Result<ObjectIndex> {
        if (object as usize) < inquiry.heap().objects.len() {
            return Ok(ObjectIndex(object));
        }
        Err(Error::new(ErrorKind::NotFound, "No such object in this dump"))
    }

    pub(super) fn class_of(inquiry: &HeapInquiry<'_>, class: u32) -> Result<ClassIndex> {
        if (class as usize) < inquiry.heap().classes.len() {
            return Ok(ClassIndex(class));
        }
        Err(Error::new(ErrorKind::NotFound, "No such class in this dump"))
    }

    /// Facts of the dump as a whole.
    ///
    /// # Errors
    /// An error object before the load is done.
    pub fn facts(&self) -> Answer {
        let (file_name, seconds) = (self.file.name(), self.seconds);
        self.ask_heap(|inquiry| {
            let objects = inquiry.heap().objects.len().max(1);
            #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
            let bytes_per_object = engine_bytes() as f64 / objects as f64;
            Ok(SessionFacts {
                file_name,
                seconds,
                engine_bytes: engine_bytes(),
                bytes_per_object,
                incomplete: inquiry.incomplete(),
                facts: inquiry.facts(),
            })
        })
    }

    /// The leak suspects.
    ///
    /// # Errors
    /// An error object before the load is done.
    pub fn suspects(&self) -> Answer {
        match &self.state {
            State::Ready(_, Some(judgement)) => to_js(&judgement.suspects),
            State::Ready(ready, None) => answer(ready.inquiry().map(|_| ())),
            _ => Err(error(&nothing_loaded())),
        }
    }

    /// The verdict.
    ///
    /// # Errors
    /// An error object before the load is done, or when memory did not suffice.
    pub fn verdict(&self) -> Answer {
        match &self.state {
            State::Ready(_, Some(judgement)) => to_js(&judgement.verdict),
            State::Ready(ready, None) => answer(ready.inquiry().map(|_| ())),
            _ => Err(error(&nothing_loaded())),
        }
    }

    /// What objects of the heap own outside it.
    ///
    /// # Errors
    /// An error object when it was not worked out.
    pub fn outside(&self) -> Answer {
        answer(self.ready_now().and_then(|ready| ready.surveys.outside()))
    }

    /// Texts about the same process beside what the heap explains.
    ///
    /// # Errors
    /// An error object before the load is done, or when memory did not suffice.
    #[wasm_bindgen(js_name = compareTexts)]
    pub fn compare_texts(&self, texts: Vec<String>) -> Answer {
        self.ask(|inquiry| Ok(inquiry.compare_side_texts(&texts)))
    }

    /// The report on the dump, as text of a format (`html`, `md`, `json`). What lies outside the heap
    /// should have been worked out before, so that it is done in a moment.
    ///
    /// # Errors
    /// An error object before the load is done, or when there is no such format.
    pub fn report(&self, format: &str, with_content: bool) -> Answer {
        let State::Ready(ready, judgement) = &self.state else {
            return Err(error(&nothing_loaded()));
        };
        let unknown = || Error::new(ErrorKind::NotFound, "There is no such format of reports");
        let format = Format::named(format).ok_or_else(|| error(&unknown()))?;
        let options = Options {
            contents: if with_content { Contents::Included } else { Contents::LeftOut },
            file_name: Some(self.file.name()),
            ..Options::default()
        };
        let judged = judgement.as_deref().map(|judged| (&judged.suspects, &judged.verdict));
        let known = Known { judged, outside: ready.surveys.outside().ok() };
        let report = Report::of(&ready.outcome, &*ready.source, known, &options);
        to_js(&report.render(format))
    }

    /// A cut of the dominator tree.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist.
    pub fn icicle(&self, root: Option<u32>, max_depth: u32, min_share: f64) -> Answer {
        let State::Ready(_, judgement) = &self.state else { return Err(error(&nothing_loaded())) };
        self.ask_tree(|inquiry| {
            let root = root.map(|root| Self::object_of(&inquiry, root)).transpose()?;
            let chains = judgement.as_deref().map(|judged| match &judged.verdict.subject {
                Some(subject) => inquiry.chain_to(subject.object),
                None => inquiry.suspect_chains(&judged.suspects),
            });
            Ok(inquiry.icicle(root, max_depth, min_share, &chains.unwrap_or_default()))
        })
    }

    /// A window of the class histogram; works from the end of the index phase on.
    ///
    /// # Errors
    /// An error object before that.
    pub fn histogram(&self, query: JsValue) -> Answer {
        let query: HistogramQuery = from_js(query)?;
        let rows = match &self.state {
            State::Loading(loader) => loader
                .heap()
                .map(|heap| histogram::rows(heap, loader.totals(), loader.class_retained())),
            State::Unjudged(ready) | State::Ready(ready, _) => {
                let inquiry = ready.heap_inquiry();
                Some(histogram::rows(inquiry.heap(), inquiry.totals, inquiry.class_retained()))
            }
            State::Failed => None,
        };
        let rows = rows.ok_or_else(|| error(&nothing_loaded()))?;
        to_js(&histogram::window(rows, &query))
    }

    /// A window of the histogram of unreachable objects.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    #[wasm_bindgen(js_name = unreachableHistogram)]
    pub fn unreachable_histogram(&self, query: JsValue) -> Answer {
        let query: HistogramQuery = from_js(query)?;
        self.ask(|inquiry| Ok(inquiry.unreachable_histogram(&query)))
    }

    /// One bounded batch of working out the forest of unreachable objects:
    /// `{done, progress, facts}`. Begins it when nobody asked before.
    ///
    /// # Errors
    /// An error object when nothing is loaded or memory runs out; what was begun is dropped then.
    #[wasm_bindgen(js_name = growForest)]
    pub fn grow_forest(&mut self) -> Answer {
        answer(self.grow())
    }

    fn grow(&mut self) -> Result<ForestStep> {
        let State::Ready(ready, _) = &mut self.state else { return Err(nothing_loaded()) };
        let loaded = match &ready.outcome {
            Outcome::Complete(loaded) => &**loaded,
            Outcome::Partial(partial) => return Err(partial.stop.error(ErrorKind::NotComputed)),
        };
        ready.forest.grow(loaded)
    }

    /// Gives back the memory of the forest, finished or not.
    #[wasm_bindgen(js_name = dropForest)]
    pub fn drop_forest(&mut self) {
        if let State::Ready(ready, _) = &mut self.state {
            ready.forest = Forest::NotAsked;
        }
    }

    /// The first level of the forest of unreachable objects.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the forest is not ready.
    #[wasm_bindgen(js_name = forestTop)]
    pub fn forest_top(&self, start: u32, count: u32) -> Answer {
        self.ask(|inquiry| inquiry.forest_top(start, count))
    }

    /// Classes by name and objects by address.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    pub fn search(&self, text: &str, limit: u32) -> Answer {
        self.ask_heap(|inquiry| Ok(inquiry.search(text, limit)))
    }

    /// Bytes that the engine uses now. Works after a trap too.
    #[wasm_bindgen(js_name = memoryUsed)]
    #[expect(clippy::cast_precision_loss, reason = "below 2^32")]
    pub fn memory_used() -> f64 {
        memory::used() as f64
    }

    /// Bytes that the engine may use. Works after a trap too.
    #[wasm_bindgen(js_name = memoryLimit)]
    #[expect(clippy::cast_precision_loss, reason = "below 2^32")]
    pub fn memory_limit() -> f64 {
        memory::limit() as f64
    }
}

fn nothing_loaded() -> Error {
    Error::new(ErrorKind::NotFound, "The dump is not loaded yet")
}

/// The size model that the page names; the calibrated one for an unknown name.
fn size_model_named(name: &str) -> SizeModel {
    SizeModel::named(name).unwrap_or_default()
}
