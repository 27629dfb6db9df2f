//! Threads, class loaders, memory outside the heap, reports, roots and settings: what is worked out
//! once in steps, and the questions about it.

use super::convert::{from_js, to_js};
use super::session::{Answer, Ready, STEP_MS, Session, answer};
use crate::analysis::loaders::{DuplicateKey, LoaderSurvey, LoaderSurveyBuilder};
use crate::analysis::outside::{OutsideBuilder, OutsideReport};
use crate::analysis::table::TableQuery;
use crate::analysis::threads::{StackKey, ThreadKey, ThreadSurvey, ThreadSurveyBuilder};
use crate::analysis::{HeapInquiry, Inquiry};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Step;
use crate::heap::ClassIndex;
use crate::protocol::{SurveyProgress, SurveyStep, SurveyTopic};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Units of work between two looks at the clock.
const BUDGET: u64 = 20_000;

/// What is worked out on request, as far as it is.
#[derive(Debug, Default)]
pub(super) struct Surveys {
    threads: Slot<ThreadSurveyBuilder, ThreadSurvey>,
    loaders: Slot<LoaderSurveyBuilder, LoaderSurvey>,
    outside: Slot<OutsideBuilder, OutsideReport>,
}

impl Surveys {
    /// What lies outside the heap, once it was worked out.
    pub(super) fn outside(&self) -> Result<&OutsideReport> {
        self.outside.ready()
    }
}

#[derive(Debug, Default)]
enum Slot<B, S> {
    #[default]
    NotAsked,
    Growing(Box<B>),
    Ready(Box<S>),
}

impl<B, S> Slot<B, S> {
    fn ready(&self) -> Result<&S> {
        match self {
            Self::Ready(survey) => Ok(survey),
            _ => Err(Error::new(ErrorKind::NotFound, "This was not worked out yet")),
        }
    }

    /// One bounded batch of work; what was begun is dropped when it fails. Answers work done and
    /// work in all.
    fn grow(
        &mut self,
        begin: impl FnOnce() -> B,
        step: impl Fn(&mut B) -> Result<Step>,
        finish: impl FnOnce(B) -> S,
    ) -> Result<(bool, u64, u64)> {
        let mut builder = match core::mem::take(self) {
            Self::NotAsked => Box::new(begin()),
            Self::Growing(builder) => builder,
            ready @ Self::Ready(_) => {
                *self = ready;
                return Ok((true, 1, 1));
            }
        };
        let end = js_sys::Date::now() + STEP_MS;
        loop {
            match step(&mut builder)? {
                Step::Done => {
                    *self = Self::Ready(Box::new(finish(*builder)));
                    return Ok((true, 1, 1));
                }
                Step::More { done, total } if js_sys::Date::now() >= end => {
                    *self = Self::Growing(builder);
                    return Ok((false, done, total));
                }
                Step::More { .. } => {}
            }
        }
    }
}

impl Ready {
    fn grow(&mut self, topic: SurveyTopic) -> Result<SurveyStep> {
        let inquiry = HeapInquiry::of(&self.outcome, &*self.source);
        let heap = inquiry.heap();
        let (done, so_far, total) = match topic {
            SurveyTopic::Threads => self.surveys.threads.grow(
                || ThreadSurveyBuilder::new(heap),
                |builder| builder.step(&inquiry, BUDGET),
                ThreadSurveyBuilder::finish,
            ),
            SurveyTopic::Loaders => self.surveys.loaders.grow(
                || LoaderSurveyBuilder::new(heap),
                |builder| builder.step(&inquiry, BUDGET),
                LoaderSurveyBuilder::finish,
            ),
            SurveyTopic::Outside => {
                let whole = Inquiry::of(&self.outcome, &*self.source)?;
                self.surveys.outside.grow(
                    || OutsideBuilder::new(&whole),
                    |builder| Ok(builder.step(&whole, BUDGET)),
                    |builder| builder.finish(&whole),
                )
            }
        }?;
        let progress = SurveyProgress { phase: topic, done: so_far, total: total.max(1) };
        Ok(SurveyStep { done, progress })
    }
}

impl Session {
    fn ask_threads<T: Serialize>(
        &self,
        question: impl FnOnce(HeapInquiry<'_>, &ThreadSurvey) -> Result<T>,
    ) -> Answer {
        answer(self.ready_now().and_then(|ready| {
            let survey = ready.surveys.threads.ready()?;
            question(ready.heap_inquiry(), survey)
        }))
    }

    fn ask_loaders<T: Serialize>(
        &self,
        question: impl FnOnce(HeapInquiry<'_>, &LoaderSurvey) -> Result<T>,
    ) -> Answer {
        answer(self.ready_now().and_then(|ready| {
            let survey = ready.surveys.loaders.ready()?;
            question(ready.heap_inquiry(), survey)
        }))
    }
}

#[wasm_bindgen]
impl Session {
    /// One bounded batch of working out all threads, all class loaders, or what lies outside the heap:
    /// `{done, progress}`. Begins it when nobody asked before.
    ///
    /// # Errors
    /// An error object when nothing is loaded or memory runs out; what was begun is dropped then.
    pub fn survey(&mut self, topic: JsValue) -> Answer {
        let topic: SurveyTopic = from_js(topic)?;
        answer(self.ready_mut().and_then(|ready| ready.grow(topic)))
    }

    /// A window of all threads.
    ///
    /// # Errors
    /// An error object when nothing is loaded or threads were not worked out.
    pub fn threads(&self, query: JsValue) -> Answer {
        let query: TableQuery<ThreadKey> = from_js(query)?;
        self.ask_threads(|inquiry, survey| Ok(inquiry.threads(survey, &query)))
    }

    /// A window of the different stacks.
    ///
    /// # Errors
    /// An error object when nothing is loaded or threads were not worked out.
    pub fn stacks(&self, query: JsValue) -> Answer {
        let query: TableQuery<StackKey> = from_js(query)?;
        self.ask_threads(|inquiry, survey| Ok(inquiry.stacks(survey, &query)))
    }

    /// The thread at an address, or with the stack `trace-12`.
    ///
    /// # Errors
    /// An error object when there is no such thread.
    #[wasm_bindgen(js_name = threadAt)]
    pub fn thread_at(&self, place: &str) -> Answer {
        self.ask_threads(|inquiry, survey| {
            inquiry.thread_details(survey, inquiry.thread_at(survey, place)?)
        })
    }

    /// Frames of a thread.
    ///
    /// # Errors
    /// An error object when there is no such thread.
    #[wasm_bindgen(js_name = threadFrames)]
    pub fn thread_frames(&self, thread: u32, start: u32, count: u32) -> Answer {
        self.ask_threads(|inquiry, survey| inquiry.thread_frames(survey, thread, start, count))
    }

    /// Objects that the locals of a frame refer to; without a frame those of none.
    ///
    /// # Errors
    /// An error object when there is no such thread.
    #[wasm_bindgen(js_name = frameLocals)]
    pub fn frame_locals(&self, thread: u32, frame: Option<u32>, start: u32, count: u32) -> Answer {
        self.ask_threads(|inquiry, survey| {
            inquiry.frame_locals(survey, thread, frame, start, count)
        })
    }

    /// Stacks of some threads as text, in the order of the dump.
    ///
    /// # Errors
    /// An error object when nothing is loaded or threads were not worked out.
    #[wasm_bindgen(js_name = stackTexts)]
    pub fn stack_texts(&self, start: u32, count: u32) -> Answer {
        self.ask_threads(|inquiry, survey| Ok(inquiry.stack_texts(survey, start, count)))
    }

    /// What is below a class loader: loaders and classes.
    ///
    /// # Errors
    /// An error object when there is no such loader.
    #[wasm_bindgen(js_name = loaderChildren)]
    pub fn loader_children(&self, loader: Option<u32>, start: u32, count: u32) -> Answer {
        self.ask_loaders(|inquiry, survey| inquiry.loader_children(survey, loader, start, count))
    }

    /// The loaders from the boot loader down to the one at an address.
    ///
    /// # Errors
    /// An error object when there is no such loader.
    #[wasm_bindgen(js_name = loaderPath)]
    pub fn loader_path(&self, address: &str) -> Answer {
        self.ask_loaders(|inquiry, survey| inquiry.loader_path(survey, address))
    }

    /// Names that several loaders gave a class.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    #[wasm_bindgen(js_name = duplicateClasses)]
    pub fn duplicate_classes(&self, query: JsValue) -> Answer {
        let query: TableQuery<DuplicateKey> = from_js(query)?;
        let inquiry = self.ready_now().map(Ready::heap_inquiry);
        answer(inquiry.map(|inquiry| inquiry.duplicate_classes(&query)))
    }

    /// The classes that share the name of one.
    ///
    /// # Errors
    /// An error object when nothing is loaded or loaders were not worked out.
    #[wasm_bindgen(js_name = classesOfName)]
    pub fn classes_of_name(&self, class: u32, start: u32, count: u32) -> Answer {
        self.ask_loaders(|inquiry, survey| {
            Ok(inquiry.classes_of_name(survey, ClassIndex(class), start, count))
        })
    }

    /// Kinds of GC roots, or the classes of one kind.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    #[wasm_bindgen(js_name = rootGroups)]
    pub fn root_groups(&self, kind: Option<String>, start: u32, count: u32) -> Answer {
        let inquiry = self.ready_now().map(Ready::heap_inquiry);
        answer(inquiry.map(|inquiry| inquiry.root_groups(kind.as_deref(), start, count)))
    }

    /// The objects of a class among the GC roots of a kind.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    #[wasm_bindgen(js_name = rootObjects)]
    pub fn root_objects(&self, kind: &str, class: u32, start: u32, count: u32) -> Answer {
        let inquiry = self.ready_now().map(Ready::heap_inquiry);
        answer(inquiry.map(|inquiry| inquiry.root_objects(kind, ClassIndex(class), start, count)))
    }

    /// System properties and environment variables.
    ///
    /// # Errors
    /// An error object when nothing is loaded.
    pub fn settings(&self) -> Answer {
        match self.ready_now() {
            Ok(ready) => to_js(&ready.heap_inquiry().settings()),
            Err(problem) => answer::<()>(Err(problem)),
        }
    }
}
