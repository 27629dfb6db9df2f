//! The class histogram: sorted, filtered, in windows.

use super::table::{Cell, TableQuery, UnclearFilter, pick};
use crate::heap::totals::ClassTotals;
use crate::heap::{ClassIndex, Heap};
use crate::hprof::ObjectId;
use serde::{Deserialize, Serialize};

/// A row: one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HistogramRow {
    /// The class.
    pub class: ClassIndex,
    /// Java name.
    pub name: String,
    /// Class loader: `<boot>`, or the loader's class and address.
    pub loader: String,
    /// Reachable instances; all instances until reachability is known.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Minimum retained size of all instances and the class object (rule D3); `None` until
    /// computed.
    pub retained: Option<u64>,
    /// Instances that no GC root reaches.
    pub unreachable: u64,
    /// Their shallow bytes.
    pub unreachable_shallow: u64,
}

/// What a histogram can be sorted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum HistogramKey {
    /// Class name.
    Name,
    /// Instances.
    Instances,
    /// Shallow bytes.
    Shallow,
    /// Retained bytes.
    Retained,
    /// Class loader.
    Loader,
}

/// Order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Sort<K> {
    /// Column.
    pub key: K,
    /// Largest first.
    pub descending: bool,
}

/// Filters by column, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", ts(optional_fields))]
pub struct HistogramFilter {
    /// On the class name.
    pub name: Option<String>,
    /// On the instances.
    pub instances: Option<String>,
    /// On the shallow bytes.
    pub shallow: Option<String>,
    /// On the retained bytes.
    pub retained: Option<String>,
    /// On the loader.
    pub loader: Option<String>,
}

/// A request for a window.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HistogramQuery {
    /// Order.
    pub sort: Sort<HistogramKey>,
    /// Filters.
    pub filter: HistogramFilter,
    /// First row.
    pub start: u32,
    /// Number of rows.
    pub count: u32,
}

/// A window of the histogram with sums over all rows that pass.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HistogramWindow {
    /// The rows.
    pub rows: Vec<HistogramRow>,
    /// Position of the first row.
    pub start: u32,
    /// Rows that pass the filter.
    pub matching: u32,
    /// All rows.
    pub total: u32,
    /// Instances of the rows that pass.
    pub instances: u64,
    /// Shallow bytes of the rows that pass.
    pub shallow: u64,
    /// A filter that could not be understood; it was left out.
    pub filter_error: Option<UnclearFilter<HistogramKey>>,
    /// Largest shallow value that passes, for bars.
    pub max_shallow: u64,
    /// Largest retained value that passes, for bars.
    pub max_retained: Option<u64>,
}

/// The whole histogram in class order. Classes without objects and class dump are left out.
/// O(classes).
pub fn rows(heap: &Heap, totals: &ClassTotals, retained: Option<&[u64]>) -> Vec<HistogramRow> {
    heap.classes
        .iter()
        .filter(|&(class, entry)| {
            let total = totals.get(class);
            let used = total.instances + total.unreachable > 0;
            used || (entry.described && !heap.classes.is_alias(class))
        })
        .map(|(class, entry)| {
            let total = totals.get(class);
            HistogramRow {
                class,
                name: entry.name.clone(),
                loader: loader_label(heap, entry.loader),
                instances: total.instances,
                shallow: total.shallow,
                retained: retained.and_then(|r| r.get(class.index()).copied()),
                unreachable: total.unreachable,
                unreachable_shallow: total.unreachable_shallow,
            }
        })
        .collect()
}

/// `<boot>`, or the class of the loader and its address.
pub fn loader_label(heap: &Heap, loader: ObjectId) -> String {
    if loader.0 == 0 {
        return "<boot>".to_owned();
    }
    match heap.addresses.get(loader) {
        Some(object) => {
            let class = &heap.classes.get(heap.objects.class(object)).name;
            format!("{class} @ {:#x}", loader.0)
        }
        None => "<boot>".to_owned(),
    }
}

/// A window of `rows`, filtered and sorted; equal ones by their shallow bytes, then by name.
/// O(classes log classes).
pub fn window(mut rows: Vec<HistogramRow>, query: &HistogramQuery) -> HistogramWindow {
    rows.sort_by(|a, b| b.shallow.cmp(&a.shallow).then_with(|| a.name.cmp(&b.name)));
    let all = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let is_text = |key| matches!(key, HistogramKey::Name | HistogramKey::Loader);
    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    let whole = |key| match key {
        HistogramKey::Instances => rows.iter().map(|row| row.instances).sum::<u64>() as f64,
        _ => rows.iter().map(|row| row.shallow).sum::<u64>() as f64,
    };
    let picked = pick(all, &query.of_table(), is_text, whole, |row, key| {
        let Some(row) = rows.get(row as usize) else { return Cell::Number(None) };
        match key {
            HistogramKey::Name => Cell::Text(row.name.as_str().into()),
            HistogramKey::Loader => Cell::Text(row.loader.as_str().into()),
            HistogramKey::Instances => Cell::Number(Some(row.instances)),
            HistogramKey::Shallow => Cell::Number(Some(row.shallow)),
            HistogramKey::Retained => Cell::Number(row.retained),
        }
    });
    let matching = || picked.rows.iter().filter_map(|&row| rows.get(row as usize));
    let shown = picked.window(query.start, query.count).iter();
    HistogramWindow {
        rows: shown.filter_map(|&row| rows.get(row as usize).cloned()).collect(),
        start: query.start,
        matching: picked.count(),
        total: all,
        instances: matching().map(|row| row.instances).sum(),
        shallow: matching().map(|row| row.shallow).sum(),
        filter_error: picked.unclear.clone(),
        max_shallow: matching().map(|row| row.shallow).max().unwrap_or(0),
        max_retained: matching().filter_map(|row| row.retained).max(),
    }
}

impl HistogramQuery {
    /// The same as of any other table.
    fn of_table(&self) -> TableQuery<HistogramKey> {
        let HistogramFilter { name, instances, shallow, retained, loader } = &self.filter;
        let typed = [
            (HistogramKey::Name, name),
            (HistogramKey::Instances, instances),
            (HistogramKey::Shallow, shallow),
            (HistogramKey::Retained, retained),
            (HistogramKey::Loader, loader),
        ];
        let filter = typed.into_iter().filter_map(|(key, text)| Some((key, text.clone()?)));
        let &Self { sort, start, count, .. } = self;
        TableQuery { sort, filter: filter.collect(), start, count }
    }
}
