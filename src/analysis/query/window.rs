//! Windows of an answer's rows: what they say, and to filters and orders of [`crate::analysis::table`].

use super::{Column, ColumnKind, Table, Thing};
use crate::analysis::histogram::Sort;
use crate::analysis::rows::{ClassRef, ObjectRow};
use crate::analysis::table::names::Names;
use crate::analysis::table::picking::{Figure, Picked, Picking, Rows};
use crate::analysis::{HeapInquiry, Inquiry};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What one cell shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Cell {
    /// An object.
    Object(Box<ObjectRow>),
    /// A class.
    Class(ClassRef),
    /// A text.
    Text(String),
    /// A count, bytes, or a part of one, as the column says.
    Number(f64),
    /// Nothing.
    None,
}

/// A row of an answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RowAnswer {
    /// Its number, whatever the order.
    pub row: u32,
    /// What stands in each column.
    pub cells: Vec<Cell>,
    /// Rows below it; `None` when that is not known before it is opened.
    pub children: Option<u32>,
    /// Whether it stands for objects that other questions can be about.
    pub is_set: bool,
}

/// Order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct QueryWindowSort {
    /// Number of the column.
    pub column: u32,
    /// Largest first.
    pub descending: bool,
}

/// A request for rows.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryWindowRequest {
    /// The question with its arguments.
    pub request: String,
    /// Rows below this one; `None` for the first level.
    pub parent: Option<u32>,
    /// Order.
    pub sort: QueryWindowSort,
    /// Filters by column, as typed; on the first level only.
    pub filters: Vec<String>,
    /// First row.
    pub start: u32,
    /// Number of rows.
    pub count: u32,
}

/// Rows of an answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QueryWindow {
    /// The rows.
    pub rows: Vec<RowAnswer>,
    /// Position of the first row.
    pub start: u32,
    /// Rows that pass the filter.
    pub matching: u32,
    /// All rows.
    pub total: u32,
    /// Sums over the rows that pass, by column.
    pub totals: Vec<Option<f64>>,
    /// The largest value of the rows that pass, by column.
    pub largest: Vec<Option<f64>>,
    /// A filter that could not be understood, and was left out: column and reason.
    pub unclear: Option<(u32, String)>,
}

/// Which rows in which order: what windows of one list have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct List {
    parent: Option<u32>,
    sort: QueryWindowSort,
    filters: Vec<String>,
}

impl List {
    /// The list that a window is of. Filters are of the first level only.
    pub(super) fn of(request: &QueryWindowRequest) -> Self {
        let &QueryWindowRequest { parent, sort, .. } = request;
        let filters = if parent.is_none() { request.filters.clone() } else { Vec::new() };
        Self { parent, sort, filters }
    }

    /// Begins to filter and sort.
    pub(super) fn begin(&self, rows: &AnswerRows<'_>) -> Picking<usize> {
        let sort = Sort { key: self.sort.column as usize, descending: self.sort.descending };
        let filters = self.filters.iter().map(String::as_str).enumerate();
        let filters = filters.take(rows.table.columns().len());
        let columns = rows.table.columns().iter().enumerate();
        let figures: Vec<usize> =
            columns.filter(|(_, c)| c.kind != ColumnKind::Thing).map(|(at, _)| at).collect();
        Picking::new(rows, rows.table.rows_below(self.parent), sort, filters, &figures)
    }
}

/// The rows asked for, of a list in order. O(count) file reads.
pub(super) fn window(
    inquiry: &Inquiry<'_>,
    table: &Table,
    picked: &Picked<usize>,
    request: &QueryWindowRequest,
) -> QueryWindow {
    let mut figures = picked.figures.iter();
    let figures: Vec<Option<Figure>> = table
        .columns()
        .iter()
        .map(|column| match column.kind {
            ColumnKind::Thing => None,
            _ => figures.next().copied().flatten(),
        })
        .collect();
    let total = |(column, figure): (&Column, &Option<Figure>)| {
        column.total.then(|| figure.map_or(0.0, |figure| figure.sum))
    };
    let shown = picked.window(request.start, request.count).iter();
    QueryWindow {
        rows: shown.map(|&row| row_answer(inquiry, table, row)).collect(),
        start: request.start,
        matching: picked.count(),
        total: u32::try_from(table.rows_below(request.parent).len()).unwrap_or(u32::MAX),
        totals: table.columns().iter().zip(&figures).map(total).collect(),
        largest: figures.iter().map(|figure| figure.map(|figure| figure.largest)).collect(),
        unclear: picked.unclear.as_ref().map(|unclear| {
            (u32::try_from(unclear.key).unwrap_or(u32::MAX), unclear.message.clone())
        }),
    }
}

/// The rows of an answer for filters and orders.
pub(super) struct AnswerRows<'a> {
    pub(super) inquiry: &'a Inquiry<'a>,
    pub(super) table: &'a Table,
    pub(super) names: &'a Names,
}

impl Rows for AnswerRows<'_> {
    type Key = usize;

    fn is_text(&self, column: usize) -> bool {
        self.table.columns().get(column).is_some_and(|c| c.kind == ColumnKind::Thing)
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    fn whole(&self, column: usize) -> f64 {
        match self.table.columns().get(column).map(|column| column.kind) {
            Some(ColumnKind::Bytes) => self.inquiry.used_heap() as f64,
            Some(ColumnKind::Share) => 1.0,
            _ => (0..self.table.top()).filter_map(|row| self.number(row, column)).sum(),
        }
    }

    fn number(&self, row: u32, column: usize) -> Option<f64> {
        number(self.inquiry, self.table, row, column)
    }

    fn text(&self, row: u32, column: usize) -> Cow<'_, str> {
        match self.table.thing(row, column) {
            Thing::Object(object) => Cow::Owned(self.inquiry.words(object)),
            Thing::Class(class) => Cow::Borrowed(&self.inquiry.heap().classes.get(class).name),
            Thing::Text(text) => Cow::Borrowed(self.table.text(text)),
            Thing::None => Cow::Borrowed(""),
        }
    }

    fn place(&self, row: u32, column: usize) -> Option<u64> {
        let heap = self.inquiry.heap();
        match self.table.thing(row, column) {
            Thing::Object(object) => Some(self.names.place_of(heap, object)),
            Thing::Class(class) => Some(self.names.place_of_class(class)),
            Thing::Text(text) => Some(self.names.place_of_text(heap, self.table.text(text))),
            Thing::None => None,
        }
    }

    fn compare(&self, a: u32, b: u32, column: usize) -> Ordering {
        match (self.table.thing(a, column), self.table.thing(b, column)) {
            (Thing::Text(a), Thing::Text(b)) => self.table.text(a).cmp(self.table.text(b)),
            _ => Ordering::Equal,
        }
    }
}

fn row_answer(inquiry: &Inquiry<'_>, table: &Table, row: u32) -> RowAnswer {
    let cells = (0..table.columns().len())
        .map(|column| match (table.thing(row, column), table.columns()[column].kind) {
            (Thing::Object(object), _) => Cell::Object(Box::new(inquiry.row(object))),
            (Thing::Class(class), _) => Cell::Class(inquiry.class_ref(class)),
            (Thing::Text(text), _) => Cell::Text(table.text(text).to_owned()),
            (Thing::None, ColumnKind::Thing) => Cell::None,
            (Thing::None, _) => {
                number(inquiry, table, row, column).map_or(Cell::None, Cell::Number)
            }
        })
        .collect();
    RowAnswer {
        row,
        cells,
        children: table.children_count(row),
        is_set: table.stands_for_objects(row),
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
fn number(inquiry: &Inquiry<'_>, table: &Table, row: u32, column: usize) -> Option<f64> {
    match table.number(inquiry, row, column) {
        Some(number) => Some(number as f64),
        None => table.share(row, column),
    }
}

/// A thing in words, without the value of an object.
pub(super) fn thing_words(inquiry: &HeapInquiry<'_>, table: &Table, thing: Thing) -> String {
    match thing {
        Thing::Object(object) => inquiry.words(object),
        Thing::Class(class) => inquiry.heap().classes.get(class).name.clone(),
        Thing::Text(text) => table.text(text).to_owned(),
        Thing::None => String::new(),
    }
}
