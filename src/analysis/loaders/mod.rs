//! Class loaders (rules W6, W7): who loaded what, what that retains, and which classes there are
//! more than once.

mod duplicates;
mod name;
mod survey;

pub use duplicates::{DuplicateKey, DuplicateRow, DuplicateWindow};
pub(crate) use name::loader_name;
pub use survey::{LoaderSurvey, LoaderSurveyBuilder};

use super::histogram::HistogramRow;
use super::rows::ObjectRow;
use super::{HeapInquiry, Window};
use crate::error::{Error, ErrorKind, Result};
use crate::heap::ClassIndex;
use serde::Serialize;

/// What the boot loader is called, which has no object in a JVM.
pub(super) const BOOTSTRAP: &str = "bootstrap";

/// A class loader.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LoaderRow {
    /// Position among all loaders; 0 is the boot loader.
    pub loader: u32,
    /// The loader object; `None` for the boot loader, which has none.
    pub row: Option<ObjectRow>,
    /// What it is called, with its class.
    pub name: String,
    /// Loaders that have it as their parent.
    pub children: u32,
    /// Classes that it defined.
    pub classes: u32,
    /// Reachable instances of these classes.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Bytes that would be freed with the loader object alone (rule D2).
    pub retained: Option<u64>,
    /// Bytes that would be freed with the loader, its classes and all their instances; at least
    /// (rule D6).
    pub all_retained: Option<u64>,
}

/// A line of the tree of loaders: a loader, or a class that one defined.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "line", rename_all = "camelCase")]
pub enum LoaderEntry {
    /// A loader.
    Loader(LoaderRow),
    /// A class.
    Class(HistogramRow),
}

impl HeapInquiry<'_> {
    /// Children of a loader in the tree: first the loaders below it, then the classes that it
    /// defined, both by what they retain. Without a loader the boot loader itself. O(count).
    ///
    /// # Errors
    /// `NotFound` when there is no such loader.
    pub fn loader_children(
        &self,
        survey: &LoaderSurvey,
        loader: Option<u32>,
        start: u32,
        count: u32,
    ) -> Result<Window<LoaderEntry>> {
        let Some(at) = loader else {
            let rows = self.loader_line(survey, 0).map(LoaderEntry::Loader);
            let rows = rows.into_iter().skip(start as usize).take(count as usize).collect();
            return Ok(Window::of(rows, start, 1));
        };
        let known = survey.loaders.get(at as usize).ok_or_else(no_loader)?;
        let total = known.children.len() + known.classes.len();
        let below = known.children.iter().skip(start as usize).take(count as usize);
        let below = below.filter_map(|&child| self.loader_line(survey, child));
        let classes_start = (start as usize).saturating_sub(known.children.len());
        let classes = known.classes.iter().skip(classes_start).map(|&class| self.class_row(class));
        let rows = below
            .map(LoaderEntry::Loader)
            .chain(classes.map(LoaderEntry::Class))
            .take(count as usize)
            .collect();
        Ok(Window::of(rows, start, u32::try_from(total).unwrap_or(u32::MAX)))
    }

    /// The loaders from the boot loader down to the one at an address.
    ///
    /// # Errors
    /// `NotFound` when there is no such loader.
    pub fn loader_path(&self, survey: &LoaderSurvey, address: &str) -> Result<Vec<LoaderEntry>> {
        let mut at = survey.of(self.resolve(address)?).ok_or_else(no_loader)?;
        let mut path = Vec::new();
        while let Some(row) = self.loader_line(survey, at) {
            path.push(LoaderEntry::Loader(row));
            if at == 0 {
                break;
            }
            at = survey.loaders.get(at as usize).map_or(0, |loader| loader.parent);
        }
        path.reverse();
        Ok(path)
    }

    fn loader_line(&self, survey: &LoaderSurvey, at: u32) -> Option<LoaderRow> {
        let known = survey.loaders.get(at as usize)?;
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let object = known.object.filter(|_| at > 0);
        let tree = self.tree_if_known();
        Some(LoaderRow {
            loader: at,
            row: object.map(|object| self.row(object)),
            name: known.name.clone(),
            children: number(known.children.len()),
            classes: number(known.classes.len()),
            instances: known.instances,
            shallow: known.shallow,
            retained: object.and_then(|object| tree.map(|tree| tree.retained(object))),
            all_retained: known.all_retained,
        })
    }

    /// A class as a row of the histogram. O(1).
    pub(super) fn class_row(&self, class: ClassIndex) -> HistogramRow {
        let (heap, total) = (self.heap(), self.totals.get(class));
        let entry = heap.classes.get(class);
        HistogramRow {
            class,
            name: entry.name.clone(),
            loader: super::histogram::loader_label(heap, entry.loader),
            instances: total.instances,
            shallow: total.shallow,
            retained: self.class_retained().and_then(|all| all.get(class.index()).copied()),
            unreachable: total.unreachable,
            unreachable_shallow: total.unreachable_shallow,
        }
    }
}

fn no_loader() -> Error {
    Error::new(ErrorKind::NotFound, "No such class loader in this dump")
}
