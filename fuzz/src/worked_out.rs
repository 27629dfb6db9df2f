//! What is worked out in steps before it answers: the catalogue of questions, surveys of threads and
//! loaders, contents of collections, the forest of what is unreachable.

use arbitrary::Arbitrary;
use heapglass::analysis::collections::ContentsQuery;
use heapglass::analysis::collections::contents::ContentsKey;
use heapglass::analysis::histogram::Sort;
use heapglass::analysis::loaders::{DuplicateKey, LoaderSurveyBuilder};
use heapglass::analysis::queries::catalogue;
use heapglass::analysis::query::{
    ParameterKind, QueryWindowRequest, QueryWindowSort, Request, SetOperation, SetSpec, Workbench,
};
use heapglass::analysis::table::TableQuery;
use heapglass::analysis::threads::{StackKey, ThreadKey, ThreadSurveyBuilder};
use heapglass::analysis::unreachable::ForestBuilder;
use heapglass::analysis::{HeapInquiry, Inquiry};
use heapglass::error::Result;
use heapglass::graph::Step;
use heapglass::heap::{ClassIndex, ObjectIndex};
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;

/// Units of work of a step: few, so that there are many.
const BUDGET: u64 = 50;
/// Rows of the first level that are opened.
const OPENED: u32 = 3;

/// Which part of a list, in which order.
#[derive(Arbitrary, Debug)]
pub struct Part {
    key: u8,
    descending: bool,
    filter: String,
    start: u32,
    count: u32,
}

impl Part {
    fn of<K: Copy + Eq + core::hash::Hash>(&self, keys: &[K]) -> TableQuery<K> {
        let key = keys[usize::from(self.key) % keys.len()];
        TableQuery {
            sort: Sort { key, descending: self.descending },
            filter: HashMap::from([(key, self.filter.clone())]),
            start: self.start,
            count: self.count,
        }
    }
}

/// A set of objects.
#[derive(Arbitrary, Debug)]
pub enum Set {
    All,
    Class(u16, bool),
    Object(u16),
    Retained(u16),
    Two(u8, u16, u16),
}

impl Set {
    fn spec(&self, inquiry: &Inquiry<'_>) -> SetSpec {
        let heap = inquiry.heap();
        let object = |number: &u16| {
            let object = u32::from(*number) % u32::try_from(heap.objects.len().max(1)).unwrap_or(1);
            SetSpec::Object(heap.objects.id(ObjectIndex(object)))
        };
        match self {
            Self::All => SetSpec::All,
            Self::Class(class, subclasses) => {
                let classes = u32::try_from(heap.classes.len().max(1)).unwrap_or(1);
                let class = ClassIndex(u32::from(*class) % classes);
                SetSpec::Class { class, subclasses: *subclasses }
            }
            Self::Object(of) => object(of),
            Self::Retained(of) => SetSpec::Retained(Box::new(object(of))),
            Self::Two(operation, one, other) => {
                let operation = match operation % 3 {
                    0 => SetOperation::Union,
                    1 => SetOperation::Intersection,
                    _ => SetOperation::Difference,
                };
                SetSpec::Both(operation, Box::new([object(one), object(other)]))
            }
        }
    }
}

/// A question of the catalogue about a set; its arguments are made of `choice`, `number` and `text`.
#[derive(Arbitrary, Debug)]
pub struct Asked {
    question: u8,
    of: Option<Set>,
    choice: u8,
    number: u16,
    text: String,
    part: Part,
}

impl Asked {
    /// Asks, and opens the first rows.
    pub fn ask(&self, inquiry: &Inquiry<'_>) {
        let all = catalogue();
        let question = &all[usize::from(self.question) % all.len()];
        let argument = |kind: &ParameterKind| match kind {
            ParameterKind::Pattern | ParameterKind::OptionalPattern => self.text.clone(),
            ParameterKind::Number => self.number.to_string(),
            ParameterKind::Choice(choices) => {
                choices[usize::from(self.choice) % choices.len()].name.to_owned()
            }
            ParameterKind::Flag => ["no", "yes"][usize::from(self.choice) % 2].to_owned(),
        };
        let arguments: BTreeMap<String, String> = question
            .parameters
            .iter()
            .map(|parameter| (parameter.name.to_owned(), argument(&parameter.kind)))
            .collect();
        let of = self.of.as_ref().map(|set| set.spec(inquiry));
        let request = Request { name: question.name.to_owned(), of, arguments };
        answer(inquiry, &request.to_string(), &self.part);
    }
}

/// Works a request out, whatever its text is, and reads rows of its answer.
pub fn answer(inquiry: &Inquiry<'_>, request: &str, part: &Part) {
    let mut bench = Workbench::default();
    let facts = loop {
        match bench.step(inquiry, request, BUDGET) {
            Ok(step) if step.done => break step.facts,
            Ok(_) => {}
            Err(_) => return,
        }
    };
    let Some(facts) = facts else { return };
    let columns = u32::try_from(facts.columns.len().max(1)).unwrap_or(1);
    let parents = (0..facts.rows.min(OPENED)).map(Some);
    for parent in core::iter::once(None).chain(parents) {
        let window = QueryWindowRequest {
            request: request.to_owned(),
            parent,
            sort: QueryWindowSort {
                column: u32::from(part.key) % columns,
                descending: part.descending,
            },
            filters: vec![part.filter.clone(); facts.columns.len()],
            start: part.start,
            count: part.count,
        };
        drop(black_box(bench.window(inquiry, &window)));
    }
}

/// Steps to the end; whether there was one.
fn finished(mut step: impl FnMut() -> Result<Step>) -> bool {
    loop {
        match step() {
            Ok(Step::Done) => return true,
            Ok(Step::More { .. }) => {}
            Err(_) => return false,
        }
    }
}

/// All that is asked about threads.
pub fn threads(inquiry: &HeapInquiry<'_>, part: &Part, thread: u32) {
    use ThreadKey::{
        Frames, Group, Kind, LargestLocal, Loader, Name, Priority, Retained, Shallow, Stack, State,
        Thread, Top,
    };
    const KEYS: [ThreadKey; 13] = [
        Thread,
        Name,
        State,
        Kind,
        Priority,
        Shallow,
        Retained,
        LargestLocal,
        Frames,
        Top,
        Loader,
        Group,
        Stack,
    ];
    const STACKS: [StackKey; 8] = [
        StackKey::Threads,
        StackKey::State,
        StackKey::Top,
        StackKey::OwnCode,
        StackKey::Frames,
        StackKey::Names,
        StackKey::Retained,
        StackKey::LargestLocal,
    ];
    let mut builder = ThreadSurveyBuilder::new(inquiry.heap());
    if !finished(|| builder.step(inquiry, BUDGET)) {
        return;
    }
    let survey = builder.finish();
    black_box(inquiry.threads(&survey, &part.of(&KEYS)));
    black_box(inquiry.stacks(&survey, &part.of(&STACKS)));
    let (start, count) = (part.start, part.count);
    for thread in [thread, thread % u32::try_from(survey.len().max(1)).unwrap_or(1)] {
        drop(black_box(inquiry.thread_details(&survey, thread)));
        drop(black_box(inquiry.thread_frames(&survey, thread, start, count)));
        for frame in [None, Some(start)] {
            drop(black_box(inquiry.frame_locals(&survey, thread, frame, start, count)));
        }
        black_box(inquiry.stack_texts(&survey, thread, count));
    }
    drop(black_box(inquiry.thread_at(&survey, &part.filter)));
}

/// All that is asked about class loaders.
pub fn loaders(inquiry: &HeapInquiry<'_>, part: &Part, loader: Option<u32>, class: ClassIndex) {
    const KEYS: [DuplicateKey; 5] = [
        DuplicateKey::Name,
        DuplicateKey::Classes,
        DuplicateKey::Instances,
        DuplicateKey::Shallow,
        DuplicateKey::Retained,
    ];
    let mut builder = LoaderSurveyBuilder::new(inquiry.heap());
    if !finished(|| builder.step(inquiry, BUDGET)) {
        return;
    }
    let survey = builder.finish();
    let (start, count) = (part.start, part.count);
    drop(black_box(inquiry.loader_children(&survey, loader, start, count)));
    drop(black_box(inquiry.loader_path(&survey, &part.filter)));
    black_box(inquiry.duplicate_classes(&part.of(&KEYS)));
    black_box(inquiry.classes_of_name(&survey, class, start, count));
}

/// What is in a collection, in steps and at once.
pub fn contents(inquiry: &HeapInquiry<'_>, object: ObjectIndex, part: &Part) {
    let keys = [ContentsKey::Index, ContentsKey::KeyRetained, ContentsKey::Retained];
    let &Part { descending, start, count, .. } = part;
    let key = keys[usize::from(part.key) % keys.len()];
    let query = ContentsQuery { key, descending, start, count };
    let mut kept = None;
    let stepped = loop {
        match inquiry.contents_step(&mut kept, object, query, BUDGET) {
            Ok(step) if step.done => break step.window,
            Ok(_) => {}
            Err(_) => return,
        }
    };
    // Later windows go on from what is kept.
    let again = inquiry.contents(&mut kept, object, query).ok();
    assert_eq!(stepped.map(|window| window.rows), again.map(|window| window.rows));
}

/// The forest of unreachable objects, and questions that it changes the answers of.
pub fn forest(inquiry: Inquiry<'_>, object: ObjectIndex, part: &Part) {
    let Ok(mut builder) = ForestBuilder::new(inquiry.loaded) else { return };
    loop {
        match builder.step(inquiry.loaded, BUDGET) {
            Ok(true) => break,
            Ok(false) => {}
            Err(_) => return,
        }
    }
    let forest = builder.finish();
    let inquiry = inquiry.with_forest(Some(&forest));
    let (start, count) = (part.start, part.count);
    drop(black_box(inquiry.forest_top(start, count)));
    black_box(inquiry.dominated(Some(object), start, count));
    black_box(inquiry.dominator_path(object));
    drop(black_box(inquiry.object(object)));
}
