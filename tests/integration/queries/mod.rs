//! The catalogue of questions, end to end: requests as text, answers as windows of rows.

mod find;
mod holders;
mod owners;
mod random;
mod references;
mod rows;
mod sets;
mod strings;
mod waste;
mod weight;

use crate::support::Opened;
use heapglass::analysis::query::{
    Cell, QueryFacts, QueryWindow, QueryWindowRequest, QueryWindowSort, RowAnswer, Workbench,
};
use heapglass::error::Result;

/// A dump, and the workbench at which it is asked.
pub(crate) struct Asked<'a> {
    pub(crate) dump: &'a Opened,
    pub(crate) bench: Workbench,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(dump: &'a Opened) -> Self {
        Self { dump, bench: Workbench::default() }
    }

    /// Works a question out in small steps.
    pub(crate) fn ask(&mut self, request: &str) -> Result<QueryFacts> {
        loop {
            let step = self.bench.step(&self.dump.inquiry(), request, 100)?;
            if let Some(facts) = step.facts {
                assert!(step.done);
                return Ok(facts);
            }
        }
    }

    /// The rows in an order of one's own.
    pub(crate) fn window(&mut self, window: &QueryWindowRequest) -> Result<QueryWindow> {
        self.ask(&window.request)?;
        self.bench.window(&self.dump.inquiry(), window)
    }

    /// All rows below `parent` in the question's order.
    pub(crate) fn rows_below(&mut self, request: &str, parent: Option<u32>) -> Vec<RowAnswer> {
        let sort = self.ask(request).unwrap().sort;
        let (request, filters) = (request.to_owned(), Vec::new());
        let window =
            QueryWindowRequest { request, parent, sort, filters, start: 0, count: u32::MAX };
        let window = self.window(&window).unwrap();
        assert_eq!(window.rows.len(), window.matching as usize);
        window.rows
    }

    /// All rows of the first level.
    pub(crate) fn rows(&mut self, request: &str) -> Vec<RowAnswer> {
        self.rows_below(request, None)
    }
}

/// What a cell says: names of objects and classes, texts.
pub(crate) fn word(row: &RowAnswer, column: usize) -> String {
    match &row.cells[column] {
        Cell::Object(object) => object.name.clone(),
        Cell::Class(class) => class.name.clone(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::None => String::new(),
    }
}

/// What a cell of a number says.
#[expect(clippy::cast_possible_truncation, reason = "counts and bytes are whole numbers")]
pub(crate) fn number(row: &RowAnswer, column: usize) -> u64 {
    match row.cells[column] {
        Cell::Number(number) => number as u64,
        ref other => panic!("no number: {other:?}"),
    }
}

/// A request for the first rows in an order.
pub(crate) fn first(request: &str, column: u32, descending: bool) -> QueryWindowRequest {
    QueryWindowRequest {
        request: request.to_owned(),
        parent: None,
        sort: QueryWindowSort { column, descending },
        filters: Vec::new(),
        start: 0,
        count: 100,
    }
}
