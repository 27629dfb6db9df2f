//! Tables of things that are few: filtered by what was typed under each column, sorted, in windows.

use super::filter::{NumberFilter, TextFilter};
use super::histogram::Sort;
use core::hash::Hash;
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

/// What a column says of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    /// Filtered by a part of it or a regular expression, sorted by the alphabet.
    Text(Cow<'a, str>),
    /// Filtered by ranges; what is not known passes no filter and comes last.
    Number(Option<u64>),
}

/// What a window is cut from: the rows that pass, in order.
#[derive(Debug)]
pub(super) struct Picked<K> {
    pub(super) rows: Vec<u32>,
    pub(super) unclear: Option<UnclearFilter<K>>,
}

impl<K> Picked<K> {
    /// The rows of the window.
    pub(super) fn window(&self, start: u32, count: u32) -> &[u32] {
        let start = (start as usize).min(self.rows.len());
        let end = start.saturating_add(count as usize).min(self.rows.len());
        &self.rows[start..end]
    }
}

enum Test {
    Text(TextFilter),
    Number(NumberFilter),
}

/// The rows that pass the filters of a query, sorted by it and then by their number. `whole` is
/// what percentages in a column are of. O(rows log rows).
pub(super) fn pick<'a, K: Copy + Eq + Hash>(
    mut rows: Vec<u32>,
    query: &TableQuery<K>,
    is_text: impl Fn(K) -> bool,
    whole: impl Fn(K) -> f64,
    cell: impl Fn(u32, K) -> Cell<'a>,
) -> Picked<K> {
    let mut unclear = None;
    let mut tests = Vec::new();
    for (&key, typed) in &query.filter {
        let typed = typed.trim();
        if typed.is_empty() {
            continue;
        }
        let test = if is_text(key) {
            TextFilter::parse(typed).map(Test::Text)
        } else {
            NumberFilter::parse(typed, whole(key)).map(Test::Number)
        };
        match test {
            Ok(test) => tests.push((key, test)),
            Err(error) => unclear = Some(UnclearFilter { key, message: error.0 }),
        }
    }
    rows.retain(|&row| {
        tests.iter().all(|(key, test)| match (test, cell(row, *key)) {
            (Test::Text(test), Cell::Text(text)) => test.passes(&text),
            (Test::Number(test), Cell::Number(Some(number))) => test.passes(number),
            _ => false,
        })
    });
    let mut keyed: Vec<(Cell<'a>, u32)> =
        rows.into_iter().map(|row| (cell(row, query.sort.key), row)).collect();
    keyed.sort_by(|(a, row_a), (b, row_b)| {
        order(a, b, query.sort.descending).then_with(|| row_a.cmp(row_b))
    });
    Picked { rows: keyed.into_iter().map(|(_, row)| row).collect(), unclear }
}

fn order(a: &Cell<'_>, b: &Cell<'_>, descending: bool) -> core::cmp::Ordering {
    let order = match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Number(Some(a)), Cell::Number(Some(b))) => a.cmp(b),
        // What is not known comes last in either direction.
        (Cell::Number(a), Cell::Number(b)) => return b.is_some().cmp(&a.is_some()),
        (Cell::Text(_), Cell::Number(_)) | (Cell::Number(_), Cell::Text(_)) => {
            core::cmp::Ordering::Equal
        }
    };
    if descending { order.reverse() } else { order }
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
            (0..4).collect(),
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
