//! Threads, platform and virtual, and their stacks (rules H1 to H3).
//!
//! A [`ThreadSurvey`] is worked out once, in steps; every answer is a pure function of it and the
//! dump.

mod groups;
mod stack;
mod state;
mod survey;
mod text;

pub use groups::{StackKey, StackRow, StackWindow};
pub use stack::{FrameRow, StackEntry, ThreadDetails};
pub use state::ThreadState;
pub use survey::{ThreadSurvey, ThreadSurveyBuilder};

use super::HeapInquiry;
use super::rows::ObjectRow;
use super::table::{Cell, TableQuery, UnclearFilter, pick};
use crate::error::{Error, ErrorKind, Result};
use crate::heap::ObjectIndex;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use survey::Known;

/// A thread in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ThreadRow {
    /// Its position in the survey of threads.
    pub thread: u32,
    /// The thread object; `None` for a stack that no thread of the dump claims.
    pub row: Option<ObjectRow>,
    /// Its name; a stack that no thread claims and a thread without a name have none.
    pub name: Option<String>,
    /// Serial number of its stack trace in the dump.
    pub trace: Option<u32>,
    /// Whether it is a virtual thread.
    pub is_virtual: bool,
    /// What it was doing.
    pub state: ThreadState,
    /// The same as jstack writes it, `WAITING (parking)`.
    pub state_text: String,
    /// Whether it keeps the JVM from ending.
    pub daemon: Option<bool>,
    /// Priority, 1 to 10.
    pub priority: Option<i64>,
    /// `Thread.getId()`.
    pub id: Option<i64>,
    /// Retained size of the local variable that retains most, the thread itself apart.
    pub largest_local: Option<u64>,
    /// Local variables of all frames.
    pub locals: u32,
    /// Frames of its stack.
    pub frames: u32,
    /// Number of its stack among the different ones.
    pub stack: u32,
    /// The top frame, `Object.wait`.
    pub top: Option<String>,
    /// Context class loader.
    pub loader: Option<ObjectName>,
    /// Name of its thread group.
    pub group: Option<String>,
    /// Whether it was throwing an `OutOfMemoryError` when the dump was taken.
    pub failed: bool,
}

/// An object by address and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ObjectName {
    /// The object.
    pub object: ObjectIndex,
    /// Its id, `0x…`.
    pub address: String,
    /// What it is called.
    pub name: String,
}

/// What threads can be sorted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ThreadKey {
    /// Position in the survey: as the dump lists them.
    Thread,
    /// Name.
    Name,
    /// State as text.
    State,
    /// `virtual` or `platform`, and `daemon`.
    Kind,
    /// Priority.
    Priority,
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
    /// Retained size of the local that retains most.
    LargestLocal,
    /// Number of frames.
    Frames,
    /// Top frame.
    Top,
    /// Context class loader.
    Loader,
    /// Thread group.
    Group,
    /// Number of the stack, exactly.
    Stack,
}

impl ThreadKey {
    fn is_text(self) -> bool {
        matches!(
            self,
            Self::Name | Self::State | Self::Kind | Self::Top | Self::Loader | Self::Group
        )
    }
}

/// A window of threads.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ThreadWindow {
    /// The rows.
    pub rows: Vec<ThreadRow>,
    /// Position of the first row.
    pub start: u32,
    /// Threads that pass the filter.
    pub matching: u32,
    /// All threads.
    pub total: u32,
    /// Of those that pass: virtual ones.
    pub virtual_threads: u32,
    /// Shallow bytes of those that pass.
    pub shallow: u64,
    /// Sum of the retained sizes of those that pass; `None` where dominators were not computed.
    pub retained: Option<u64>,
    /// Largest retained size that passes, for bars.
    pub max_retained: Option<u64>,
    /// Largest retained size of a local that passes, for bars.
    pub max_local: Option<u64>,
    /// The thread that was throwing an `OutOfMemoryError`, of all threads.
    pub failed: Option<u32>,
    /// A filter that could not be understood; it was left out.
    pub filter_error: Option<UnclearFilter<ThreadKey>>,
}

impl HeapInquiry<'_> {
    /// A window of all threads. O(threads log threads), and a few reads per row of the window.
    pub fn threads(&self, survey: &ThreadSurvey, query: &TableQuery<ThreadKey>) -> ThreadWindow {
        let all = u32::try_from(survey.len()).unwrap_or(u32::MAX);
        let known = |at: u32| survey.threads.get(at as usize);
        let whole = |key| match key {
            ThreadKey::Shallow | ThreadKey::Retained | ThreadKey::LargestLocal => {
                as_number(self.used_heap_at_most())
            }
            _ => f64::from(all),
        };
        let picked = pick(all, query, ThreadKey::is_text, whole, |at, key| {
            known(at).map_or(Cell::Number(None), |thread| self.cell(survey, at, thread, key))
        });
        let matching = || picked.rows.iter().filter_map(|&at| known(at));
        let retained = || matching().filter_map(|thread| self.retained_by(thread));
        ThreadWindow {
            rows: picked
                .window(query.start, query.count)
                .iter()
                .filter_map(|&at| self.thread_row(survey, at))
                .collect(),
            start: query.start,
            matching: u32::try_from(picked.rows.len()).unwrap_or(u32::MAX),
            total: all,
            virtual_threads: count(matching().filter(|thread| thread.is_virtual)),
            shallow: matching().map(|thread| self.shallow_of(thread).unwrap_or(0)).sum(),
            retained: self.tree_if_known().map(|_| retained().sum()),
            max_retained: retained().max(),
            max_local: matching().filter_map(|thread| thread.largest_local).max(),
            failed: survey.threads.iter().position(|thread| thread.failed).map(number),
            filter_error: picked.unclear.clone(),
        }
    }

    fn cell<'s>(
        &self,
        survey: &'s ThreadSurvey,
        at: u32,
        thread: &'s Known,
        key: ThreadKey,
    ) -> Cell<'s> {
        let text = |text: Option<&'s str>| Cell::Text(Cow::Borrowed(text.unwrap_or("")));
        match key {
            ThreadKey::Thread => Cell::Number(Some(at.into())),
            ThreadKey::Name => text(thread.name.as_deref()),
            ThreadKey::State => Cell::Text(thread.state.text().into()),
            ThreadKey::Kind => text(Some(kind_of(thread))),
            ThreadKey::Priority => {
                Cell::Number(thread.priority.and_then(|priority| u64::try_from(priority).ok()))
            }
            ThreadKey::Shallow => Cell::Number(self.shallow_of(thread)),
            ThreadKey::Retained => Cell::Number(self.retained_by(thread)),
            ThreadKey::LargestLocal => Cell::Number(thread.largest_local),
            ThreadKey::Frames => Cell::Number(Some(thread.frames.into())),
            ThreadKey::Top => Cell::Text(self.top_frame(thread).unwrap_or_default().into()),
            ThreadKey::Loader => {
                let name = thread.loader.and_then(|loader| survey.loaders.get(&loader));
                text(name.map(String::as_str))
            }
            ThreadKey::Group => text(group_of(survey, thread)),
            ThreadKey::Stack => Cell::Number(Some(thread.stack.into())),
        }
    }

    fn shallow_of(&self, thread: &Known) -> Option<u64> {
        thread.object.map(|object| self.heap().shallow(object))
    }

    fn retained_by(&self, thread: &Known) -> Option<u64> {
        let tree = self.tree_if_known()?;
        thread.object.map(|object| tree.retained(object))
    }

    fn top_frame(&self, thread: &Known) -> Option<String> {
        let heap = self.heap();
        heap.threads.frames(thread.trace?).next().map(|frame| stack::short_method(heap, frame))
    }

    /// One thread as a row of the list.
    pub fn thread_row(&self, survey: &ThreadSurvey, at: u32) -> Option<ThreadRow> {
        let thread = survey.threads.get(at as usize)?;
        let loader = thread.loader.and_then(|object| {
            let name = survey.loaders.get(&object)?.clone();
            let address = super::rows::address(self.heap().objects.id(object));
            Some(ObjectName { object, address, name })
        });
        Some(ThreadRow {
            thread: at,
            row: thread.object.map(|object| self.row(object)),
            name: thread.name.as_deref().map(str::to_owned),
            trace: thread.trace.map(|trace| trace.0),
            is_virtual: thread.is_virtual,
            state: thread.state.state,
            state_text: thread.state.text(),
            daemon: thread.daemon,
            priority: thread.priority,
            id: thread.id,
            largest_local: thread.largest_local,
            locals: thread.locals,
            frames: thread.frames,
            stack: thread.stack,
            top: self.top_frame(thread),
            loader,
            group: group_of(survey, thread).map(str::to_owned),
            failed: thread.failed,
        })
    }

    /// The position of the thread at an address, or of the stack `trace-12`.
    ///
    /// # Errors
    /// `NotFound` when there is no such thread.
    pub fn thread_at(&self, survey: &ThreadSurvey, place: &str) -> Result<u32> {
        let missing =
            || Error::new(ErrorKind::NotFound, format!("{place} is no thread of this dump"));
        if let Some(serial) = place.strip_prefix("trace-") {
            let serial: u32 = serial.parse().map_err(|_| missing())?;
            let is_it = |thread: &Known| thread.trace.is_some_and(|trace| trace.0 == serial);
            return survey.threads.iter().position(is_it).map(number).ok_or_else(missing);
        }
        survey.of(self.resolve(place)?).ok_or_else(missing)
    }
}

fn kind_of(thread: &Known) -> &'static str {
    match (thread.object.is_some(), thread.is_virtual, thread.daemon) {
        (false, ..) => "unknown",
        (_, true, _) => "virtual",
        (_, _, Some(true)) => "platform daemon",
        _ => "platform",
    }
}

fn group_of<'s>(survey: &'s ThreadSurvey, thread: &Known) -> Option<&'s str> {
    survey.groups.get(thread.group? as usize).map(String::as_str)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    number(of.count())
}

#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
fn as_number(bytes: u64) -> f64 {
    bytes as f64
}
