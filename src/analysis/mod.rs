//! Questions and answers: pure functions from a loaded dump to plain data.
//!
//! An [`Inquiry`] is the loaded dump together with the file behind it; every answer is a struct
//! that serialises to what the page and the command line's `--json` show. No layout, no state.

pub mod class_details;
pub mod collections;
pub mod dominated;
pub mod facts;
pub mod filter;
pub mod histogram;
pub mod holder;
pub mod icicle;
pub mod instances;
pub mod naming;
pub mod object_details;
pub mod paths;
pub mod pile;
pub mod references;
pub mod rows;
pub mod search;
pub mod story;
pub mod suspects;
mod telling;

use crate::heap::loader::Loaded;
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};
use crate::source::ByteSource;
use serde::Serialize;

/// A loaded dump and its file: what every question is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry<'a> {
    /// The dump.
    pub loaded: &'a Loaded,
    /// Reads field values and array contents.
    pub values: Values<'a>,
}

impl<'a> Inquiry<'a> {
    /// Questions about `loaded`, whose uncompressed bytes `source` gives.
    pub fn new(loaded: &'a Loaded, source: &'a dyn ByteSource) -> Self {
        Self { loaded, values: Values::new(&loaded.heap, source) }
    }

    /// The model of the dump.
    pub fn heap(&self) -> &'a Heap {
        &self.loaded.heap
    }

    /// Retained size in bytes (rule D2); the shallow size for unreachable objects.
    pub fn retained(&self, object: ObjectIndex) -> u64 {
        let heap = self.heap();
        self.loaded.dominators.retained(object.0, |node| heap.shallow(ObjectIndex(node)))
    }

    /// Whether a GC root reaches the object.
    pub fn is_reachable(&self, object: ObjectIndex) -> bool {
        self.loaded.dominators.is_reachable(object.0)
    }

    /// Used heap in bytes: the shallow sizes of all reachable objects (rule S7).
    pub fn used_heap(&self) -> u64 {
        self.loaded.dominators.total()
    }
}

/// A window of a sorted, filtered list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Window<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Position of the first row.
    pub start: u32,
    /// Rows that pass the filter.
    pub matching: u32,
    /// All rows.
    pub total: u32,
}

impl<R> Window<R> {
    /// A window over an unfiltered list.
    pub fn of(rows: Vec<R>, start: u32, total: u32) -> Self {
        Self { rows, start, matching: total, total }
    }
}
