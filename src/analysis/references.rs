//! Outbound and inbound references of one object.

use super::rows::ObjectRow;
use super::{HeapInquiry, Window};
use crate::error::Result;
use crate::graph::{Inbound, Step};
use crate::heap::ObjectIndex;
use crate::heap::references::{Reference, names_of, some_references};
use serde::Serialize;

/// An object on the other end of a reference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReferenceRow {
    /// Names of the references: one object may refer by several fields.
    pub via: Vec<String>,
    /// The object.
    pub row: ObjectRow,
}

/// Names shown of several references between the same two objects.
const NAMES: usize = 8;

impl HeapInquiry<'_> {
    /// What the object refers to, in the order of rules G2 to G6; each target once per run.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn outbound(
        &self,
        object: ObjectIndex,
        start: u32,
        count: u32,
    ) -> Result<Window<ReferenceRow>> {
        let some = some_references(&self.values, object, start, count)?;
        let row_of = |reference: &Reference| {
            let row = self.row(reference.target?);
            Some(ReferenceRow { via: vec![reference.via.to_string()], row })
        };
        let rows = some.references.iter().filter_map(row_of).collect();
        Ok(Window::of(rows, start, some.total))
    }

    /// What refers to the object, in file order: one scan over all references.
    ///
    /// # Errors
    /// `TooLarge` when the list does not fit in memory, `NotComputed` when references are not known.
    pub fn inbound(
        &self,
        object: ObjectIndex,
        start: u32,
        count: u32,
    ) -> Result<Window<ReferenceRow>> {
        self.need_references()?;
        let mut search = Inbound::new(object.0, true);
        while search.step(self.heap(), u64::MAX)? != Step::Done {}
        let sources = search.finish();
        let total = u32::try_from(sources.len()).unwrap_or(u32::MAX);
        let rows = sources
            .iter()
            .skip(start as usize)
            .take(count as usize)
            .map(|&source| {
                let source = ObjectIndex(source);
                let via = names_of(&self.values, source, object, NAMES);
                ReferenceRow {
                    via: via.iter().map(ToString::to_string).collect(),
                    row: self.row(source),
                }
            })
            .collect();
        Ok(Window::of(rows, start, total))
    }
}
