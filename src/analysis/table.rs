//! Tables: which of their rows a filter row leaves, in which order, with sums; in windows.
//!
//! There is one way of this for all tables and trees. What is typed under a column is read by
//! [`super::filter`]; rows pass when they pass all of it. Rows are sorted by one column; equal ones
//! keep the order in which they were made, and those that say nothing in the column come last in
//! either direction.
//!
//! * [`picking`]: rows that may be millions, in steps. What a row says is asked by its number.
//! * [`pick`]: the same at once, for tables of things that are few.
//! * [`orders`]: what came out, kept while windows of it are asked for.
//! * [`names`]: the order of objects and classes by name.

pub(super) mod names;
pub(super) mod orders;
pub(super) mod picking;

use super::histogram::Sort;
use core::cmp::Ordering;
use core::hash::Hash;
use picking::{Picked, Picking, Rows};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;

/// A request for a window of a table with the columns `K`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableQuery<K: Eq + Hash> {
    /// Order.
    pub sort: Sort<K>,
    /// Filters by column, as typed.
    pub filter: HashMap<K, String>,
    /// First row.
    pub start: u32,
    /// Number of rows.
    pub count: u32,
}

/// A filter that could not be understood; it was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UnclearFilter<K> {
    /// Column.
    pub key: K,
    /// Why.
    pub message: String,
}

/// What is being done about a window of rows, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RowsPhase {
    /// Working out the rows below one.
    Open,
    /// Filtering and sorting.
    Order,
}

/// How far a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RowsProgress {
    /// What is being done.
    pub phase: RowsPhase,
    /// Estimated work done in this phase.
    pub done: u64,
    /// Estimated work of this phase; at least 1.
    pub total: u64,
}

/// What one step towards a window `W` says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RowsStep<W> {
    /// Whether the window is there.
    pub done: bool,
    /// How far it is.
    pub progress: RowsProgress,
    /// The window, once it is there.
    pub window: Option<W>,
}

impl<W> RowsStep<W> {
    /// There is more to do.
    pub(super) fn more(phase: RowsPhase, done: u64, total: u64) -> Self {
        let progress = RowsProgress { phase, done, total: total.max(1) };
        Self { done: false, progress, window: None }
    }

    /// The window is there.
    pub(super) fn ready(window: Option<W>) -> Self {
        let progress = RowsProgress { phase: RowsPhase::Order, done: 1, total: 1 };
        Self { done: true, progress, window }
    }
}

/// What a column says of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    /// Filtered by a part of it or a regular expression, sorted by the alphabet.
    Text(Cow<'a, str>),
    /// Filtered by ranges; what is not known passes no filter and comes last.
    Number(Option<u64>),
}

/// The first `all` rows of a table of few, as a query wants them. `whole` is what percentages in a
/// column are of. O(rows log rows), at once.
pub(super) fn pick<'a, K: Copy + Eq + Hash>(
    all: u32,
    query: &TableQuery<K>,
    is_text: impl Fn(K) -> bool,
    whole: impl Fn(K) -> f64,
    cell: impl Fn(u32, K) -> Cell<'a>,
) -> Picked<K> {
    let sorted = (0..all).map(|row| cell(row, query.sort.key)).collect();
    let few = Few { is_text, whole, cell, sorted, key: core::marker::PhantomData };
    let filters = query.filter.iter().map(|(&key, typed)| (key, typed.as_str()));
    let mut picking = Picking::new(&few, 0..all, query.sort, filters, &[]);
    // Memory for a row number cannot be short where the row itself had room.
    while let Ok(crate::graph::Step::More { .. }) = picking.step(&few, u64::MAX) {}
    picking.finish()
}

/// Rows that are few: what they say in the column of the order is asked once.
struct Few<'a, K, T, W, C> {
    is_text: T,
    whole: W,
    cell: C,
    sorted: Vec<Cell<'a>>,
    key: core::marker::PhantomData<K>,
}

impl<'a, K: Copy, T, W, C> Rows for Few<'a, K, T, W, C>
where
    T: Fn(K) -> bool,
    W: Fn(K) -> f64,
    C: Fn(u32, K) -> Cell<'a>,
{
    type Key = K;

    fn is_text(&self, key: K) -> bool {
        (self.is_text)(key)
    }

    fn whole(&self, key: K) -> f64 {
        (self.whole)(key)
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    fn number(&self, row: u32, key: K) -> Option<f64> {
        match (self.cell)(row, key) {
            Cell::Number(number) => number.map(|number| number as f64),
            Cell::Text(_) => None,
        }
    }

    fn text(&self, row: u32, key: K) -> Cow<'_, str> {
        match (self.cell)(row, key) {
            Cell::Text(text) => text,
            Cell::Number(_) => Cow::Borrowed(""),
        }
    }

    fn place(&self, _: u32, _: K) -> Option<u64> {
        Some(0)
    }

    fn compare(&self, a: u32, b: u32, _: K) -> Ordering {
        match (self.sorted.get(a as usize), self.sorted.get(b as usize)) {
            (Some(Cell::Text(a)), Some(Cell::Text(b))) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["main", "Worker-2", "worker-1", "Finalizer"];
    const SIZES: [Option<u64>; 4] = [Some(5), None, Some(2000), Some(40)];

    fn picked(key: char, descending: bool, filter: &[(char, &str)]) -> Picked<char> {
        let filter = filter.iter().map(|&(key, text)| (key, text.to_owned())).collect();
        let query = TableQuery { sort: Sort { key, descending }, filter, start: 0, count: 10 };
        pick(
            4,
            &query,
            |key| key == 'n',
            |_| 2000.0,
            |row, key| match key {
                'n' => Cell::Text(NAMES[row as usize].into()),
                _ => Cell::Number(SIZES[row as usize]),
            },
        )
    }

    #[test]
    fn what_is_not_known_comes_last_in_either_direction() {
        assert_eq!(picked('s', true, &[]).rows, [2, 3, 0, 1]);
        assert_eq!(picked('s', false, &[]).rows, [0, 3, 2, 1]);
    }

    #[test]
    fn every_filter_must_be_passed() {
        assert_eq!(picked('n', false, &[('n', "WORKER")]).rows, [1, 2]);
        assert_eq!(picked('n', false, &[('n', "worker"), ('s', ">1%")]).rows, [2]);
    }

    #[test]
    fn a_filter_that_cannot_be_understood_is_left_out_and_named() {
        let picked = picked('n', false, &[('s', "many")]);
        assert_eq!(picked.rows.len(), 4);
        assert_eq!(picked.unclear.map(|unclear| unclear.key), Some('s'));
    }

    #[test]
    fn a_window_past_the_end_is_empty() {
        assert_eq!(picked('n', false, &[]).window(9, 5), &[] as &[u32]);
        assert_eq!(picked('n', false, &[]).window(3, u32::MAX).len(), 1);
    }
}
