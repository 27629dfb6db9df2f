//! Windows of an answer's rows: filtered, sorted, with sums.

use super::{ColumnKind, Table, Thing};
use crate::analysis::filter::{NumberFilter, TextFilter};
use crate::analysis::rows::{ClassRef, ObjectRow, address};
use crate::analysis::{HeapInquiry, Inquiry};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};

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

/// What passes in which order, kept because windows of one list are asked for one after another.
#[derive(Debug)]
pub(super) struct Order {
    parent: Option<u32>,
    sort: QueryWindowSort,
    filters: Vec<String>,
    rows: Vec<u32>,
    totals: Vec<Option<f64>>,
    largest: Vec<Option<f64>>,
    unclear: Option<(u32, String)>,
}

impl Order {
    /// Whether it is the order that a window is asked in.
    pub(super) fn serves(&self, request: &QueryWindowRequest) -> bool {
        self.parent == request.parent
            && self.sort == request.sort
            && self.filters == request.filters
    }

    /// Filters and sorts. O(rows log rows).
    pub(super) fn of(inquiry: &Inquiry<'_>, table: &Table, request: &QueryWindowRequest) -> Self {
        let filters = if request.parent.is_none() { &*request.filters } else { &[] };
        let filters = Filters::parse(inquiry, table, filters);
        let mut rows: Vec<u32> = table
            .rows_below(request.parent)
            .filter(|&row| filters.passes(inquiry, table, row))
            .collect();
        sort(inquiry, table, &mut rows, request.sort);
        let figures = |column: usize, fold: fn(f64, f64) -> f64| {
            rows.iter().filter_map(|&row| number(inquiry, table, row, column)).reduce(fold)
        };
        let columns = table.columns().iter().enumerate();
        let totals = columns
            .clone()
            .map(|(at, column)| column.total.then(|| figures(at, |a, b| a + b).unwrap_or(0.0)))
            .collect();
        let largest = columns.map(|(at, _)| figures(at, f64::max)).collect();
        let unclear = filters.unclear;
        let &QueryWindowRequest { parent, sort, .. } = request;
        Self { parent, sort, filters: request.filters.clone(), rows, totals, largest, unclear }
    }

    /// The rows asked for. O(count) file reads.
    pub(super) fn window(
        &self,
        inquiry: &Inquiry<'_>,
        table: &Table,
        request: &QueryWindowRequest,
    ) -> QueryWindow {
        let shown = self.rows.iter().skip(request.start as usize).take(request.count as usize);
        QueryWindow {
            rows: shown.map(|&row| row_answer(inquiry, table, row)).collect(),
            start: request.start,
            matching: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            total: u32::try_from(table.rows_below(request.parent).len()).unwrap_or(u32::MAX),
            totals: self.totals.clone(),
            largest: self.largest.clone(),
            unclear: self.unclear.clone(),
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

/// What a thing is filtered and sorted by: the class and address of an object, not its value, for
/// which the file would have to be read.
pub(super) fn thing_words(inquiry: &HeapInquiry<'_>, table: &Table, thing: Thing) -> String {
    match thing {
        Thing::Object(object) => {
            let id = inquiry.heap().objects.id(object);
            format!("{} @ {}", inquiry.name(object), address(id))
        }
        Thing::Class(class) => inquiry.heap().classes.get(class).name.clone(),
        Thing::Text(text) => table.text(text).to_owned(),
        Thing::None => String::new(),
    }
}

struct Filters {
    texts: Vec<(usize, TextFilter)>,
    numbers: Vec<(usize, NumberFilter)>,
    unclear: Option<(u32, String)>,
}

impl Filters {
    fn parse(inquiry: &Inquiry<'_>, table: &Table, filters: &[String]) -> Self {
        let mut parsed = Self { texts: Vec::new(), numbers: Vec::new(), unclear: None };
        for (at, (text, column)) in filters.iter().zip(table.columns()).enumerate() {
            let text = text.trim();
            let problem = match column.kind {
                _ if text.is_empty() => None,
                ColumnKind::Thing => match TextFilter::parse(text) {
                    Ok(filter) => {
                        parsed.texts.push((at, filter));
                        None
                    }
                    Err(problem) => Some(problem),
                },
                kind => match NumberFilter::parse(text, whole(inquiry, table, at, kind)) {
                    Ok(filter) => {
                        parsed.numbers.push((at, filter));
                        None
                    }
                    Err(problem) => Some(problem),
                },
            };
            if let (Some(problem), None) = (problem, &parsed.unclear) {
                parsed.unclear = Some((u32::try_from(at).unwrap_or(u32::MAX), problem.0));
            }
        }
        parsed
    }

    fn passes(&self, inquiry: &Inquiry<'_>, table: &Table, row: u32) -> bool {
        self.numbers.iter().all(|&(column, filter)| {
            number(inquiry, table, row, column).is_some_and(|n| filter.passes_float(n))
        }) && self.texts.iter().all(|(column, filter)| {
            filter.passes(&thing_words(inquiry, table, table.thing(row, *column)))
        })
    }
}

/// What percentages of a column are of.
#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
fn whole(inquiry: &Inquiry<'_>, table: &Table, column: usize, kind: ColumnKind) -> f64 {
    match kind {
        ColumnKind::Bytes => inquiry.used_heap() as f64,
        ColumnKind::Share => 1.0,
        ColumnKind::Count | ColumnKind::Thing => {
            (0..table.top()).filter_map(|row| number(inquiry, table, row, column)).sum()
        }
    }
}

/// Sorts rows; those that say nothing come last, equal ones in the order they were made.
fn sort(inquiry: &Inquiry<'_>, table: &Table, rows: &mut [u32], by: QueryWindowSort) {
    let column = by.column as usize;
    let directed = |order: Ordering| if by.descending { order.reverse() } else { order };
    if table.columns().get(column).is_some_and(|c| c.kind == ColumnKind::Thing) {
        rows.sort_by_cached_key(|&row| thing_words(inquiry, table, table.thing(row, column)));
        if by.descending {
            rows.reverse();
        }
        return;
    }
    let mut keyed: Vec<(Option<f64>, u32)> =
        rows.iter().map(|&row| (number(inquiry, table, row, column), row)).collect();
    keyed.sort_by(|a, b| match (a.0, b.0) {
        (Some(x), Some(y)) => directed(x.total_cmp(&y)),
        (None, None) => Ordering::Equal,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
    });
    for (place, (_, row)) in rows.iter_mut().zip(keyed) {
        *place = row;
    }
}
