//! The class histogram: sorted, filtered, in windows.

use super::filter::{FilterError, NumberFilter, TextFilter};
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
#[derive(Clone, Copy, Debug, Deserialize)]
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

/// A filter that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ColumnFilterError {
    /// Column.
    pub key: HistogramKey,
    /// Why.
    pub message: String,
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
    pub filter_error: Option<ColumnFilterError>,
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

struct Filters {
    name: Option<TextFilter>,
    loader: Option<TextFilter>,
    instances: Option<NumberFilter>,
    shallow: Option<NumberFilter>,
    retained: Option<NumberFilter>,
    error: Option<ColumnFilterError>,
}

impl Filters {
    fn parse(filter: &HistogramFilter, whole: (u64, u64)) -> Self {
        let mut error = None;
        let mut note = |key, problem: FilterError| {
            error.get_or_insert(ColumnFilterError { key, message: problem.0 });
        };
        let mut text = |key, text: &Option<String>| {
            let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty())?;
            TextFilter::parse(text).map_err(|e| note(key, e)).ok()
        };
        let name = text(HistogramKey::Name, &filter.name);
        let loader = text(HistogramKey::Loader, &filter.loader);
        #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
        let mut number = |key, text: &Option<String>, whole: u64| {
            let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty())?;
            NumberFilter::parse(text, whole as f64).map_err(|e| note(key, e)).ok()
        };
        let instances = number(HistogramKey::Instances, &filter.instances, whole.0);
        let shallow = number(HistogramKey::Shallow, &filter.shallow, whole.1);
        let retained = number(HistogramKey::Retained, &filter.retained, whole.1);
        Self { name, loader, instances, shallow, retained, error }
    }

    fn passes(&self, row: &HistogramRow) -> bool {
        self.name.as_ref().is_none_or(|f| f.passes(&row.name))
            && self.loader.as_ref().is_none_or(|f| f.passes(&row.loader))
            && self.instances.is_none_or(|f| f.passes(row.instances))
            && self.shallow.is_none_or(|f| f.passes(row.shallow))
            && self.retained.is_none_or(|f| row.retained.is_some_and(|r| f.passes(r)))
    }
}

/// A window of `rows`, filtered and sorted. O(classes log classes).
pub fn window(mut rows: Vec<HistogramRow>, query: &HistogramQuery) -> HistogramWindow {
    let total = rows.len();
    let whole = (rows.iter().map(|r| r.instances).sum(), rows.iter().map(|r| r.shallow).sum());
    let filters = Filters::parse(&query.filter, whole);
    rows.retain(|row| filters.passes(row));
    sort(&mut rows, query.sort);
    let sums = (rows.iter().map(|r| r.instances).sum(), rows.iter().map(|r| r.shallow).sum());
    let max_shallow = rows.iter().map(|r| r.shallow).max().unwrap_or(0);
    let max_retained = rows.iter().filter_map(|r| r.retained).max();
    let matching = rows.len();
    let shown = rows.into_iter().skip(query.start as usize).take(query.count as usize).collect();
    HistogramWindow {
        rows: shown,
        start: query.start,
        matching: u32::try_from(matching).unwrap_or(u32::MAX),
        total: u32::try_from(total).unwrap_or(u32::MAX),
        instances: sums.0,
        shallow: sums.1,
        filter_error: filters.error,
        max_shallow,
        max_retained,
    }
}

fn sort(rows: &mut [HistogramRow], sort: Sort<HistogramKey>) {
    rows.sort_by(|a, b| {
        let order = match sort.key {
            HistogramKey::Name => a.name.cmp(&b.name),
            HistogramKey::Loader => a.loader.cmp(&b.loader),
            HistogramKey::Instances => a.instances.cmp(&b.instances),
            HistogramKey::Shallow => a.shallow.cmp(&b.shallow),
            HistogramKey::Retained => a.retained.cmp(&b.retained),
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(|| b.shallow.cmp(&a.shallow)).then_with(|| a.name.cmp(&b.name))
    });
}
