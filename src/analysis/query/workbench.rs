//! Where questions are worked out and answers kept.

use super::resolve::Resolve;
use super::window::{self, AnswerRows, List, thing_words};
use super::window::{QueryWindow, QueryWindowRequest, QueryWindowSort};
use super::{
    Arguments, Column, Context, Objects, Request, SetOperation, SetSpec, Subject, Table, Work,
};
use crate::analysis::Inquiry;
use crate::analysis::queries;
use crate::analysis::table::names::Names;
use crate::analysis::table::orders::Orders;
use crate::analysis::table::{RowsPhase, RowsStep};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{BitSet, Step};
use core::cell::RefCell;
use serde::Serialize;
use std::rc::Rc;

/// What is being done about a question, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum QueryPhase {
    /// Finding the objects that the question is about.
    Set,
    /// Working it out.
    Work,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryProgress {
    /// What is being done.
    pub phase: QueryPhase,
    /// Estimated work done in this phase.
    pub done: u64,
    /// Estimated work of this phase; at least 1.
    pub total: u64,
}

/// An answer without its rows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryFacts {
    /// The objects that the question was about, in words.
    pub of: Option<String>,
    /// How many they are.
    pub objects: Option<u64>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Whether rows can be opened.
    pub tree: bool,
    /// Rows of the first level.
    pub rows: u32,
    /// The first order.
    pub sort: QueryWindowSort,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What one step towards an answer says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryStep {
    /// Whether the answer is there.
    pub done: bool,
    /// How far it is.
    pub progress: QueryProgress,
    /// The answer, once it is there.
    pub facts: Option<QueryFacts>,
}

/// Answers that are kept at most; the one used longest ago goes first.
const KEPT: usize = 24;
/// Bytes that they may take together, about; the newest, and those that a question is worked out from,
/// stay whatever they take.
const KEPT_BYTES: u64 = 256 << 20;

/// Works out questions and keeps the answers.
#[derive(Debug, Default)]
pub struct Workbench {
    running: Vec<(Request, Run)>,
    /// The one used last comes last.
    kept: Vec<Kept>,
    /// The order of names; once somebody asked for rows.
    names: Option<Rc<Names>>,
}

#[derive(Debug)]
struct Kept {
    request: Request,
    table: Rc<RefCell<Table>>,
    facts: QueryFacts,
    orders: Orders<List, usize>,
}

impl Kept {
    /// Memory held, about, in bytes.
    fn bytes(&self) -> u64 {
        self.table.borrow().bytes() + self.orders.bytes()
    }
}

#[derive(Debug)]
enum Run {
    Set { resolve: Box<Resolve>, work: Box<dyn Work> },
    Work { of: Objects, work: Box<dyn Work> },
}

impl Workbench {
    /// Does about `budget` units of work towards an answer; begins when nobody asked before.
    ///
    /// # Errors
    /// `NotFound` for what does not exist or is not understood, `TooLarge` when memory runs out;
    /// what was begun is dropped then.
    pub fn step(&mut self, inquiry: &Inquiry<'_>, request: &str, budget: u64) -> Result<QueryStep> {
        let asked = Request::parse(request)?;
        let mut request = asked.clone();
        // An answer whose rows are what this one is about comes first.
        while let Some(needed) = self.missing(&request) {
            request = needed;
        }
        if let Some(kept) = self.find(&request) {
            return Ok(done(kept.facts.clone()));
        }
        let run = match self.running.iter().position(|(running, _)| *running == request) {
            Some(at) => self.running.swap_remove(at).1,
            None => self.begin(inquiry, &request)?,
        };
        match advance(inquiry, run, budget)? {
            Advance::More(run, progress) => {
                self.running.push((request, run));
                Ok(QueryStep { done: false, progress, facts: None })
            }
            Advance::Done(table, objects) => {
                let facts = self.facts(inquiry, &request, &table, objects);
                let table = Rc::new(RefCell::new(*table));
                self.keep(
                    Kept { request, table, facts, orders: Orders::default() },
                    &asked.all_needs(),
                );
                // Whoever asked may have asked for more than this.
                let progress = QueryProgress { phase: QueryPhase::Work, done: 1, total: 1 };
                Ok(QueryStep { done: false, progress, facts: None })
            }
        }
    }

    /// Does about `budget` units of work towards rows of an answer: works out the rows below one,
    /// then filters and sorts.
    ///
    /// # Errors
    /// `NotComputed` when there is no such answer (any more): it must be worked out first;
    /// `TooLarge` when memory runs out.
    pub fn window_step(
        &mut self,
        inquiry: &Inquiry<'_>,
        window: &QueryWindowRequest,
        budget: u64,
    ) -> Result<RowsStep<QueryWindow>> {
        let request = Request::parse(&window.request)?;
        let names = match &self.names {
            Some(names) => Rc::clone(names),
            None => Rc::clone(self.names.insert(Rc::new(Names::of(inquiry.heap())))),
        };
        let kept = self.find(&request).ok_or_else(|| {
            Error::new(ErrorKind::NotComputed, "This question was not worked out yet")
        })?;
        if let Some(parent) = window.parent
            && let Step::More { done, total } =
                kept.table.borrow_mut().open(inquiry, parent, budget)?
        {
            return Ok(RowsStep::more(RowsPhase::Open, done, total));
        }
        let table = &*kept.table.borrow();
        let rows = AnswerRows { inquiry, table, names: &names };
        let list = List::of(window);
        let begin = || list.begin(&rows);
        if let Step::More { done, total } = kept.orders.step(list.clone(), &rows, begin, budget)? {
            return Ok(RowsStep::more(RowsPhase::Order, done, total));
        }
        let picked = kept.orders.find(&list);
        let window = picked.map(|picked| window::window(inquiry, table, picked, window));
        Ok(RowsStep::ready(window))
    }

    /// Rows of an answer, however long that takes.
    ///
    /// # Errors
    /// As [`Self::window_step`].
    pub fn window(
        &mut self,
        inquiry: &Inquiry<'_>,
        window: &QueryWindowRequest,
    ) -> Result<QueryWindow> {
        loop {
            if let Some(window) = self.window_step(inquiry, window, u64::MAX)?.window {
                return Ok(window);
            }
        }
    }

    /// Stops what is under way about a question, and what that waits for.
    pub fn stop(&mut self, request: &str) {
        let mut pending: Vec<Request> = Request::parse(request).into_iter().collect();
        while let Some(request) = pending.pop() {
            self.running.retain(|(running, _)| *running != request);
            pending.extend(request.of.iter().flat_map(SetSpec::needs).cloned());
        }
    }

    /// The answer, which counts as used now.
    fn find(&mut self, request: &Request) -> Option<&mut Kept> {
        let at = self.kept.iter().position(|kept| kept.request == *request)?;
        let kept = self.kept.remove(at);
        self.kept.push(kept);
        self.kept.last_mut()
    }

    fn facts(
        &self,
        inquiry: &Inquiry<'_>,
        request: &Request,
        table: &Table,
        objects: Option<u64>,
    ) -> QueryFacts {
        let (column, descending) = table.sort;
        let sort = QueryWindowSort { column: u32::try_from(column).unwrap_or(0), descending };
        let set = request.of.as_ref().unwrap_or(&SetSpec::All);
        QueryFacts {
            of: objects.map(|_| self.words(inquiry, set)),
            objects,
            columns: table.columns().to_vec(),
            tree: table.is_tree(),
            rows: table.top(),
            sort,
            notes: table.notes.clone(),
        }
    }

    /// A set in words: "instances of java.lang.String".
    fn words(&self, inquiry: &Inquiry<'_>, set: &SetSpec) -> String {
        let title = |request: &Request| match queries::named(&request.name) {
            Ok(question) => question.title.to_owned(),
            Err(_) => request.name.clone(),
        };
        match set {
            SetSpec::All => "all reachable objects".to_owned(),
            &SetSpec::Class { class, subclasses } => {
                let name = &inquiry.heap().classes.get(class).name;
                format!(
                    "instances of {name}{}",
                    if subclasses { " and its subclasses" } else { "" }
                )
            }
            SetSpec::Object(id) => match inquiry.heap().addresses.get(*id) {
                Some(object) => format!("{} @ {:#x}", inquiry.name(object), id.0),
                None => format!("{:#x}", id.0),
            },
            SetSpec::Retained(inner) => {
                format!("what would go with {}", self.words(inquiry, inner))
            }
            SetSpec::Both(operation, sets) => {
                let link = match operation {
                    SetOperation::Union => "together with",
                    SetOperation::Intersection => "that are among",
                    SetOperation::Difference => "without",
                };
                let [first, second] = &**sets;
                format!("{} {link} {}", self.words(inquiry, first), self.words(inquiry, second))
            }
            SetSpec::Row(row, request) => {
                let kept = self.kept.iter().find(|kept| kept.request == **request);
                let thing = kept.map_or_else(
                    || "a row".to_owned(),
                    |kept| {
                        let table = kept.table.borrow();
                        thing_words(inquiry, &table, table.thing(*row, 0))
                    },
                );
                format!("{thing} in \"{}\"", title(request))
            }
            SetSpec::Rows(request) => format!("all rows of \"{}\"", title(request)),
        }
    }

    fn missing(&self, request: &Request) -> Option<Request> {
        let known = |needed: &Request| self.kept.iter().any(|kept| kept.request == *needed);
        request.of.as_ref()?.needs().into_iter().find(|needed| !known(needed)).cloned()
    }

    /// Keeps an answer, and drops old ones that are too much, but for those that are `needed` for what
    /// is asked: it would never come to an end.
    fn keep(&mut self, kept: Kept, needed: &[&Request]) {
        self.kept.push(kept);
        let bytes = |kept: &[Kept]| kept.iter().map(|k| k.bytes()).sum::<u64>();
        while self.kept.len() > KEPT || bytes(&self.kept) > KEPT_BYTES {
            let newest = self.kept.len() - 1;
            let old = self.kept.iter().take(newest);
            let Some(at) = old.enumerate().find(|(_, old)| !needed.contains(&&old.request)) else {
                break;
            };
            self.kept.remove(at.0);
        }
    }

    fn begin(&self, inquiry: &Inquiry<'_>, request: &Request) -> Result<Run> {
        let question = queries::named(&request.name)?;
        let arguments = Arguments { request, parameters: question.parameters };
        arguments.check()?;
        let work = (question.begin)(&arguments)?;
        let spec = match (&request.of, question.of) {
            (Some(_), Subject::Heap) => {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    "This question is about the whole heap, not about a set",
                ));
            }
            (None, Subject::Heap) => {
                let of = Objects { set: BitSet::default(), count: 0 };
                return Ok(Run::Work { of, work });
            }
            (Some(spec), _) => spec,
            (None, Subject::AnySet) => &SetSpec::All,
            (None, Subject::GivenSet) => {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    "This question is about a set of objects",
                )
                .advise("Choose an object, a class or a row, and ask from there"));
            }
        };
        let find = |request: &Request| {
            let kept = self.kept.iter().find(|kept| kept.request == *request)?;
            Some(Rc::clone(&kept.table))
        };
        Ok(Run::Set { resolve: Box::new(Resolve::new(inquiry, spec, &find)?), work })
    }
}

enum Advance {
    More(Run, QueryProgress),
    Done(Box<Table>, Option<u64>),
}

fn advance(inquiry: &Inquiry<'_>, run: Run, budget: u64) -> Result<Advance> {
    match run {
        Run::Set { mut resolve, work } => match resolve.step(inquiry, budget)? {
            Step::More { done, total } => {
                let progress = QueryProgress { phase: QueryPhase::Set, done, total };
                Ok(Advance::More(Run::Set { resolve, work }, progress))
            }
            Step::Done => {
                let progress = QueryProgress { phase: QueryPhase::Work, done: 0, total: 1 };
                Ok(Advance::More(Run::Work { of: resolve.finish(), work }, progress))
            }
        },
        Run::Work { of, mut work } => {
            let context = Context { inquiry: *inquiry, of: &of };
            match work.step(&context, budget)? {
                Step::More { done, total } => {
                    let progress = QueryProgress { phase: QueryPhase::Work, done, total };
                    Ok(Advance::More(Run::Work { of, work }, progress))
                }
                Step::Done => {
                    let table = work.finish(&context)?;
                    let objects = (!of.set.is_empty()).then_some(of.count);
                    Ok(Advance::Done(Box::new(table), objects))
                }
            }
        }
    }
}

fn done(facts: QueryFacts) -> QueryStep {
    let progress = QueryProgress { phase: QueryPhase::Work, done: 1, total: 1 };
    QueryStep { done: true, progress, facts: Some(facts) }
}
