//! Threads by their stack: thousands that wait at the same place are one row.

use super::survey::{Stack, ThreadSurvey};
use super::{count, number, stack};
use crate::analysis::HeapInquiry;
use crate::analysis::table::{Cell, TableQuery, UnclearFilter, pick};
use serde::{Deserialize, Serialize};

/// Threads with one and the same stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StackRow {
    /// Number of the stack among the different ones.
    pub stack: u32,
    /// Threads that have it.
    pub threads: u32,
    /// Of these, virtual ones.
    pub virtual_threads: u32,
    /// Frames; 0 is the row of all threads without a stack.
    pub frames: u32,
    /// The top frame, `Object.wait`.
    pub top: Option<String>,
    /// The first frame that is not the platform's own code, `ReportJob.loadAll`.
    pub own_code: Option<String>,
    /// Names of the first few threads.
    pub names: Vec<String>,
    /// State that all of them have, as jstack writes it; `None` where they differ.
    pub state: Option<String>,
    /// Sum of their shallow sizes.
    pub shallow: u64,
    /// Sum of their retained sizes; `None` where dominators were not computed.
    pub retained: Option<u64>,
    /// Retained size of the local variable that retains most.
    pub largest_local: Option<u64>,
    /// The first of these threads.
    pub first: u32,
    /// Whether one of them was throwing an `OutOfMemoryError`.
    pub failed: bool,
}

/// What stacks can be sorted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum StackKey {
    /// Number of threads.
    Threads,
    /// State.
    State,
    /// Top frame.
    Top,
    /// First frame of the application.
    OwnCode,
    /// Number of frames.
    Frames,
    /// Names of the first few threads.
    Names,
    /// Sum of retained sizes.
    Retained,
    /// Retained size of the local that retains most.
    LargestLocal,
}

/// A window of stacks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StackWindow {
    /// The rows.
    pub rows: Vec<StackRow>,
    /// Position of the first row.
    pub start: u32,
    /// Stacks that pass the filter.
    pub matching: u32,
    /// All different stacks.
    pub total: u32,
    /// Threads of the stacks that pass.
    pub threads: u32,
    /// All threads.
    pub all_threads: u32,
    /// Sum of the retained sizes of the threads that pass.
    pub retained: Option<u64>,
    /// Largest sum of retained sizes that passes, for bars.
    pub max_retained: Option<u64>,
    /// A filter that could not be understood; it was left out.
    pub filter_error: Option<UnclearFilter<StackKey>>,
}

/// Names of threads that a row tells.
const NAMES: usize = 3;

impl HeapInquiry<'_> {
    /// A window of the different stacks. O(threads + stacks log stacks).
    pub fn stacks(&self, survey: &ThreadSurvey, query: &TableQuery<StackKey>) -> StackWindow {
        let rows = self.stack_rows(survey);
        let is_text = |key| {
            matches!(key, StackKey::State | StackKey::Top | StackKey::OwnCode | StackKey::Names)
        };
        let whole = |key| match key {
            StackKey::Retained | StackKey::LargestLocal => {
                super::as_number(self.used_heap_at_most())
            }
            _ => f64::from(number(survey.len())),
        };
        let text = |text: &Option<String>| Cell::Text(text.clone().unwrap_or_default().into());
        let all = number(rows.len());
        let picked = pick(all, query, is_text, whole, |at, key| {
            let Some(row) = rows.get(at as usize) else { return Cell::Number(None) };
            match key {
                StackKey::Threads => Cell::Number(Some(row.threads.into())),
                StackKey::State => text(&row.state),
                StackKey::Top => text(&row.top),
                StackKey::OwnCode => text(&row.own_code),
                StackKey::Frames => Cell::Number(Some(row.frames.into())),
                StackKey::Names => Cell::Text(row.names.join(", ").into()),
                StackKey::Retained => Cell::Number(row.retained),
                StackKey::LargestLocal => Cell::Number(row.largest_local),
            }
        });
        let matching = || picked.rows.iter().filter_map(|&at| rows.get(at as usize));
        let shown = picked.window(query.start, query.count).iter();
        StackWindow {
            rows: shown.filter_map(|&at| rows.get(at as usize).cloned()).collect(),
            start: query.start,
            matching: count(picked.rows.iter()),
            total: all,
            threads: matching().map(|row| row.threads).sum(),
            all_threads: number(survey.len()),
            retained: self.tree_if_known().map(|_| matching().filter_map(|r| r.retained).sum()),
            max_retained: matching().filter_map(|row| row.retained).max(),
            filter_error: picked.unclear.clone(),
        }
    }

    fn stack_rows(&self, survey: &ThreadSurvey) -> Vec<StackRow> {
        let mut rows: Vec<StackRow> =
            (0..).zip(&survey.stacks).map(|(at, stack)| self.empty_row(at, stack)).collect();
        let mut states = vec![None; rows.len()];
        for (at, thread) in (0..).zip(&survey.threads) {
            let Some(row) = rows.get_mut(thread.stack as usize) else { continue };
            let state = &mut states[thread.stack as usize];
            if row.threads == 0 {
                row.first = at;
                *state = Some(thread.state);
            } else if *state != Some(thread.state) {
                *state = None;
            }
            row.threads += 1;
            row.virtual_threads += u32::from(thread.is_virtual);
            row.shallow += self.shallow_of(thread).unwrap_or(0);
            row.retained = row.retained.map(|sum| sum + self.retained_by(thread).unwrap_or(0));
            row.largest_local = row.largest_local.max(thread.largest_local);
            row.failed |= thread.failed;
            if row.names.len() < NAMES
                && let Some(name) = thread.name.as_deref().filter(|name| !name.is_empty())
            {
                row.names.push(name.to_owned());
            }
        }
        for (row, state) in rows.iter_mut().zip(states) {
            row.state = state.map(super::state::State::text);
        }
        rows
    }

    fn empty_row(&self, at: u32, stack: &Stack) -> StackRow {
        let heap = self.heap();
        let frames = || stack.trace.into_iter().flat_map(|trace| heap.threads.frames(trace));
        let method = |frame| stack::short_method(heap, frame);
        StackRow {
            stack: at,
            threads: 0,
            virtual_threads: 0,
            frames: stack.frames,
            top: frames().next().map(method),
            own_code: stack.own_code.and_then(|at| frames().nth(at as usize)).map(method),
            names: Vec::new(),
            state: None,
            shallow: 0,
            retained: self.tree_if_known().map(|_| 0),
            largest_local: None,
            first: 0,
            failed: false,
        }
    }
}
