//! The rows of a table that pass its filters, in order: worked out in steps, however many.
//!
//! Rows are looked at once; what a row is sorted by becomes a number. Short runs of these are
//! sorted as they fill up, and merged at the end.
//!
//! # Memory
//! 16 bytes per row that passes while it works, 4 per row of the result.

use super::UnclearFilter;
use crate::analysis::filter::{NumberFilter, TextFilter};
use crate::analysis::histogram::Sort;
use crate::error::Result;
use crate::graph::{Step, bytes_of, reserve};
use core::cmp::Ordering;
use core::ops::Range;
use std::borrow::Cow;

const WHAT: &str = "the rows of a table in order";

/// What the rows of a table say.
pub(in crate::analysis) trait Rows {
    /// Names a column.
    type Key: Copy;

    /// Whether a column says texts; else it says numbers.
    fn is_text(&self, key: Self::Key) -> bool;

    /// What percentages in a filter of the column are of.
    fn whole(&self, key: Self::Key) -> f64;

    /// The number in a column; `None` where it is not known.
    fn number(&self, row: u32, key: Self::Key) -> Option<f64>;

    /// The text in a column, as filters look at it.
    fn text(&self, row: u32, key: Self::Key) -> Cow<'_, str>;

    /// Where the text in a column stands in the alphabet, as far as a number can tell; `None` where
    /// there is none.
    fn place(&self, row: u32, key: Self::Key) -> Option<u64>;

    /// Which text comes first, of two that stand at the same place.
    fn compare(&self, a: u32, b: u32, key: Self::Key) -> Ordering;
}

/// What windows are cut from: the rows that pass, in order.
#[derive(Debug)]
pub(in crate::analysis) struct Picked<K> {
    /// Numbers of the rows.
    pub(in crate::analysis) rows: Vec<u32>,
    /// Sum and largest of the numbers that pass, by column asked for; `None` where none is known.
    pub(in crate::analysis) figures: Vec<Option<Figure>>,
    /// A filter that could not be understood, and was left out.
    pub(in crate::analysis) unclear: Option<UnclearFilter<K>>,
}

/// What the numbers in a column come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::analysis) struct Figure {
    /// Their sum.
    pub(in crate::analysis) sum: f64,
    /// The largest.
    pub(in crate::analysis) largest: f64,
}

impl<K> Picked<K> {
    /// The rows of a window.
    pub(in crate::analysis) fn window(&self, start: u32, count: u32) -> &[u32] {
        let start = (start as usize).min(self.rows.len());
        let end = start.saturating_add(count as usize).min(self.rows.len());
        self.rows.get(start..end).unwrap_or_default()
    }

    /// How many rows pass.
    pub(in crate::analysis) fn count(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Memory held, in bytes.
    pub(in crate::analysis) fn bytes(&self) -> u64 {
        bytes_of::<u32>(self.rows.capacity())
    }
}

#[derive(Debug)]
enum Test {
    Text(TextFilter),
    Number(NumberFilter),
}

/// Rows sorted at once.
const RUN: usize = 1 << 14;

/// See the module documentation.
#[derive(Debug)]
pub(in crate::analysis) struct Picking<K> {
    sort: Sort<K>,
    tests: Vec<(K, Test)>,
    figures: Vec<(K, Option<Figure>)>,
    unclear: Option<UnclearFilter<K>>,
    /// Rows still to be looked at, and how many there were.
    left: Range<u32>,
    all: u64,
    /// What rows that pass are sorted by, and their numbers.
    keyed: Vec<(u64, u32)>,
    /// Ends of the sorted runs in `keyed`.
    runs: Vec<usize>,
    /// What is left of each run, as a heap: the first row comes first.
    merging: Option<Vec<Range<usize>>>,
    rows: Vec<u32>,
}

impl<K: Copy> Picking<K> {
    /// Begins with the rows of these numbers. `figures` are the columns to be added up.
    pub(in crate::analysis) fn new<'t>(
        rows: &impl Rows<Key = K>,
        left: Range<u32>,
        sort: Sort<K>,
        filters: impl IntoIterator<Item = (K, &'t str)>,
        figures: &[K],
    ) -> Self {
        let (mut tests, mut unclear) = (Vec::new(), None);
        for (key, typed) in filters {
            let typed = typed.trim();
            if typed.is_empty() {
                continue;
            }
            let test = if rows.is_text(key) {
                TextFilter::parse(typed).map(Test::Text)
            } else {
                // To know the whole may take a look at every row.
                let whole = if typed.contains('%') { rows.whole(key) } else { 0.0 };
                NumberFilter::parse(typed, whole).map(Test::Number)
            };
            match test {
                Ok(test) => tests.push((key, test)),
                Err(error) if unclear.is_none() => {
                    unclear = Some(UnclearFilter { key, message: error.0 });
                }
                Err(_) => {}
            }
        }
        Self {
            sort,
            tests,
            figures: figures.iter().map(|&key| (key, None)).collect(),
            unclear,
            all: left.len() as u64,
            left,
            keyed: Vec::new(),
            runs: Vec::new(),
            merging: None,
            rows: Vec::new(),
        }
    }

    /// Looks at about `budget` rows.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(in crate::analysis) fn step(
        &mut self,
        rows: &impl Rows<Key = K>,
        budget: u64,
    ) -> Result<Step> {
        let total = 2 * self.all.max(1);
        if !self.left.is_empty() {
            self.look(rows, budget)?;
            if !self.left.is_empty() {
                return Ok(Step::More { done: self.all - self.left.len() as u64, total });
            }
        }
        if self.merging.is_none() {
            self.close_run(rows);
            reserve(&mut self.rows, self.keyed.len(), WHAT)?;
            self.merging = Some(self.heads(rows));
            return Ok(Step::More { done: self.all, total });
        }
        self.merge(rows, budget);
        if self.rows.len() == self.keyed.len() {
            self.keyed = Vec::new();
            return Ok(Step::Done);
        }
        let merged = self.rows.len() as u64 * self.all / self.keyed.len().max(1) as u64;
        Ok(Step::More { done: self.all + merged.min(self.all), total })
    }

    /// The result, once [`Step::Done`] was said.
    pub(in crate::analysis) fn finish(self) -> Picked<K> {
        Picked {
            rows: self.rows,
            figures: self.figures.into_iter().map(|(_, figure)| figure).collect(),
            unclear: self.unclear,
        }
    }

    #[inline(never)]
    fn look(&mut self, rows: &impl Rows<Key = K>, budget: u64) -> Result<()> {
        for _ in 0..budget.max(1) {
            let Some(row) = self.left.next() else { return Ok(()) };
            let passes = self.tests.iter().all(|(key, test)| match test {
                Test::Text(test) => test.passes(&rows.text(row, *key)),
                Test::Number(test) => {
                    rows.number(row, *key).is_some_and(|number| test.passes_float(number))
                }
            });
            if !passes {
                continue;
            }
            for (key, figure) in &mut self.figures {
                if let Some(number) = rows.number(row, *key) {
                    let so_far = figure.unwrap_or(Figure { sum: 0.0, largest: number });
                    *figure = Some(Figure {
                        sum: so_far.sum + number,
                        largest: so_far.largest.max(number),
                    });
                }
            }
            if self.keyed.len() == self.keyed.capacity() {
                let more = (self.keyed.len() / 2).max(64);
                reserve(&mut self.keyed, more, WHAT)?;
            }
            self.keyed.push((self.sort_key(rows, row), row));
            if self.keyed.len().is_multiple_of(RUN) {
                self.close_run(rows);
            }
        }
        Ok(())
    }

    /// What a row is sorted by: lower comes first, and what says nothing last.
    fn sort_key(&self, rows: &impl Rows<Key = K>, row: u32) -> u64 {
        let Sort { key, descending } = self.sort;
        let place = if rows.is_text(key) {
            rows.place(row, key)
        } else {
            rows.number(row, key).map(in_order)
        };
        match place {
            None => u64::MAX,
            Some(place) if descending => !place,
            Some(place) => place,
        }
    }

    fn order(&self, rows: &impl Rows<Key = K>, a: (u64, u32), b: (u64, u32)) -> Ordering {
        let Sort { key, descending } = self.sort;
        let by_key = a.0.cmp(&b.0).then_with(|| {
            if a.0 == u64::MAX || !rows.is_text(key) {
                return Ordering::Equal;
            }
            let by_text = rows.compare(a.1, b.1, key);
            if descending { by_text.reverse() } else { by_text }
        });
        by_key.then(a.1.cmp(&b.1))
    }

    /// Sorts the rows since the last run. Where they follow that one, they become part of it.
    fn close_run(&mut self, rows: &impl Rows<Key = K>) {
        let start = self.runs.last().copied().unwrap_or(0);
        let mut run = self.keyed.split_off(start);
        run.sort_unstable_by(|&a, &b| self.order(rows, a, b));
        let follows = match (self.keyed.last(), run.first()) {
            (Some(&last), Some(&first)) => self.order(rows, last, first) == Ordering::Less,
            _ => false,
        };
        if follows {
            self.runs.pop();
        }
        self.keyed.append(&mut run);
        if self.runs.last() != Some(&self.keyed.len()) {
            self.runs.push(self.keyed.len());
        }
    }

    /// The runs as a heap.
    fn heads(&self, rows: &impl Rows<Key = K>) -> Vec<Range<usize>> {
        let mut start = 0;
        let mut heads: Vec<Range<usize>> = Vec::with_capacity(self.runs.len());
        for &end in &self.runs {
            heads.push(start..end);
            start = end;
        }
        heads.retain(|run| !run.is_empty());
        for at in (0..heads.len() / 2).rev() {
            self.sift(rows, &mut heads, at);
        }
        heads
    }

    #[inline(never)]
    fn merge(&mut self, rows: &impl Rows<Key = K>, budget: u64) {
        let mut heads = self.merging.take().unwrap_or_default();
        if let [only] = &mut *heads {
            let run = self.keyed.get(only.clone()).unwrap_or_default();
            self.rows.extend(run.iter().map(|&(_, row)| row));
            heads.clear();
        }
        for _ in 0..budget.max(1) {
            let Some(first) = heads.first_mut() else { break };
            let Some(&(_, row)) = first.next().and_then(|at| self.keyed.get(at)) else { break };
            self.rows.push(row);
            if first.start == first.end {
                heads.swap_remove(0);
            }
            self.sift(rows, &mut heads, 0);
        }
        self.merging = Some(heads);
    }

    /// Moves a run down the heap to where its first row belongs.
    fn sift(&self, rows: &impl Rows<Key = K>, heads: &mut [Range<usize>], mut at: usize) {
        let head = |run: &Range<usize>| self.keyed.get(run.start).copied().unwrap_or_default();
        let less = |a: &Range<usize>, b: &Range<usize>| {
            self.order(rows, head(a), head(b)) == Ordering::Less
        };
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < heads.len() && less(&heads[child], &heads[least]) {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            heads.swap(at, least);
            at = least;
        }
    }
}

/// A number that compares as `number` does (`f64::total_cmp`).
fn in_order(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows with a number and a text each.
    struct Made(Vec<(Option<u16>, String)>);

    impl Rows for Made {
        type Key = bool;

        fn is_text(&self, key: bool) -> bool {
            key
        }

        fn whole(&self, _: bool) -> f64 {
            1000.0
        }

        fn number(&self, row: u32, _: bool) -> Option<f64> {
            self.0[row as usize].0.map(f64::from)
        }

        fn text(&self, row: u32, _: bool) -> Cow<'_, str> {
            Cow::Borrowed(&self.0[row as usize].1)
        }

        /// By the first letter only, so that texts must be compared.
        fn place(&self, row: u32, _: bool) -> Option<u64> {
            self.0[row as usize].1.bytes().next().map(u64::from)
        }

        fn compare(&self, a: u32, b: u32, key: bool) -> Ordering {
            self.text(a, key).cmp(&self.text(b, key))
        }
    }

    fn picked(made: &Made, sort: Sort<bool>, filter: &str, budget: u64) -> Picked<bool> {
        let all = 0..u32::try_from(made.0.len()).unwrap();
        let mut picking = Picking::new(made, all, sort, [(false, filter)], &[false]);
        let mut last = 0;
        while let Step::More { done, total } = picking.step(made, budget).unwrap() {
            assert!(last <= done && done <= total, "{last} {done} {total}");
            last = done;
        }
        picking.finish()
    }

    /// By definition: a stable sort of what passes.
    fn expected(made: &Made, sort: Sort<bool>, least: u16) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..u32::try_from(made.0.len()).unwrap()).collect();
        rows.retain(|&row| made.0[row as usize].0.is_some_and(|number| number >= least));
        rows.sort_by(|&a, &b| {
            let (a, b) = (&made.0[a as usize], &made.0[b as usize]);
            if sort.key && (a.1.is_empty() || b.1.is_empty()) {
                return a.1.is_empty().cmp(&b.1.is_empty());
            }
            let order = if sort.key { a.1.cmp(&b.1) } else { a.0.cmp(&b.0) };
            if sort.descending { order.reverse() } else { order }
        });
        rows
    }

    proptest! {
        #[test]
        fn rows_are_filtered_sorted_and_added_up_in_steps_of_any_size(
            rows in prop::collection::vec((prop::option::of(0u16..50), "[ab]{0,3}"), 0..200),
            (key, descending) in any::<(bool, bool)>(),
            budget in 1u64..300,
        ) {
            let made = Made(rows);
            let sort = Sort { key, descending };
            let picked = picked(&made, sort, ">=10", budget);
            let expected = expected(&made, sort, 10);
            let sum = expected.iter().filter_map(|&row| made.number(row, key)).sum::<f64>();
            prop_assert_eq!(picked.figures[0].map_or(0.0, |figure| figure.sum), sum);
            prop_assert_eq!(picked.rows, expected);
        }
    }

    #[test]
    fn runs_are_merged() {
        let mut random = 1u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            random >> 16
        };
        let count = 3 * RUN + 5;
        let rows = (0..count).map(|_| (u16::try_from(next() % 5000).ok(), format!("{}", next())));
        let made = Made(rows.collect());
        for (key, descending) in [(false, false), (false, true), (true, false), (true, true)] {
            let sort = Sort { key, descending };
            assert_eq!(picked(&made, sort, ">=10", 999).rows, expected(&made, sort, 10));
        }
    }

    #[test]
    fn numbers_become_numbers_that_compare_as_they_do() {
        let numbers = [-5.5, -0.0, 0.0, 1e-9, 1.0, 2.5, 1e15];
        assert!(numbers.windows(2).all(|two| in_order(two[0]) < in_order(two[1])));
    }
}
