//! Classes of one name that several loaders defined (rule W6).

use super::survey::LoaderSurvey;
use super::{BOOTSTRAP, HeapInquiry, Window};
use crate::analysis::rows::ClassRef;
use crate::analysis::table::{Cell, TableQuery, UnclearFilter, pick};
use crate::heap::ClassIndex;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// A name that several loaders gave a class; or, below it, one of these classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateRow {
    /// Name of the classes, and the first of them; the class itself below that.
    pub class: ClassRef,
    /// Classes of this name; 1 for the class itself.
    pub classes: u32,
    /// Loader of the class; `None` for the name.
    pub loader: Option<String>,
    /// Address of that loader, unless it is the boot loader.
    pub address: Option<String>,
    /// Reachable instances.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Minimum retained size; of a name, the sum of those of its classes.
    pub retained: Option<u64>,
}

/// What duplicate classes can be sorted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DuplicateKey {
    /// Name.
    Name,
    /// Number of classes.
    Classes,
    /// Instances.
    Instances,
    /// Shallow bytes.
    Shallow,
    /// Retained bytes.
    Retained,
}

/// A window of duplicate classes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateWindow {
    /// The rows.
    pub rows: Vec<DuplicateRow>,
    /// Position of the first row.
    pub start: u32,
    /// Names that pass the filter.
    pub matching: u32,
    /// All names that more than one class has.
    pub total: u32,
    /// Classes of the names that pass.
    pub classes: u64,
    /// Instances of these.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// A filter that could not be understood; it was left out.
    pub filter_error: Option<UnclearFilter<DuplicateKey>>,
}

impl HeapInquiry<'_> {
    /// Names of classes that several loaders defined. Hidden classes, whose names the JVM makes
    /// unique, are none. O(classes log classes).
    pub fn duplicate_classes(&self, query: &TableQuery<DuplicateKey>) -> DuplicateWindow {
        let rows: Vec<DuplicateRow> = self
            .same_names()
            .into_values()
            .filter(|all| all.len() > 1)
            .map(|all| self.name_row(&all))
            .collect();
        let mut order: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
        let name = |at: u32| rows.get(at as usize).map_or("", |row| row.class.name.as_str());
        // The table of names has no order of its own.
        order.sort_by(|&a, &b| name(a).cmp(name(b)));
        let total = order.len();
        #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
        let whole = |_| self.used_heap_at_most() as f64;
        let places: Vec<u32> = order;
        let at = |place: u32| places.get(place as usize).and_then(|&row| rows.get(row as usize));
        let all = u32::try_from(total).unwrap_or(u32::MAX);
        let picked = pick(
            all,
            query,
            |key| key == DuplicateKey::Name,
            whole,
            |place, key| {
                let Some(row) = at(place) else { return Cell::Number(None) };
                match key {
                    DuplicateKey::Name => Cell::Text(row.class.name.as_str().into()),
                    DuplicateKey::Classes => Cell::Number(Some(row.classes.into())),
                    DuplicateKey::Instances => Cell::Number(Some(row.instances)),
                    DuplicateKey::Shallow => Cell::Number(Some(row.shallow)),
                    DuplicateKey::Retained => Cell::Number(row.retained),
                }
            },
        );
        let matching = || picked.rows.iter().filter_map(|&place| at(place));
        let shown = picked.window(query.start, query.count).iter();
        DuplicateWindow {
            rows: shown.filter_map(|&place| at(place).cloned()).collect(),
            start: query.start,
            matching: u32::try_from(picked.rows.len()).unwrap_or(u32::MAX),
            total: all,
            classes: matching().map(|row| u64::from(row.classes)).sum(),
            instances: matching().map(|row| row.instances).sum(),
            shallow: matching().map(|row| row.shallow).sum(),
            filter_error: picked.unclear.clone(),
        }
    }

    /// The classes that share the name of `class`, the most instances first, with their loaders.
    pub fn classes_of_name(
        &self,
        survey: &LoaderSurvey,
        class: ClassIndex,
        start: u32,
        count: u32,
    ) -> Window<DuplicateRow> {
        let heap = self.heap();
        let name = heap.classes.get(class).name.as_str();
        let mut same = self.same_names().remove(name).unwrap_or_default();
        same.sort_by_key(|&class| core::cmp::Reverse(self.totals.get(class).instances));
        let total = u32::try_from(same.len()).unwrap_or(u32::MAX);
        let rows = same.into_iter().skip(start as usize).take(count as usize).map(|class| {
            let object = heap.addresses.get(heap.classes.get(class).loader);
            let known = object.and_then(|object| survey.of(object)).filter(|&at| at > 0);
            let loader = known.and_then(|at| survey.loaders.get(at as usize));
            DuplicateRow {
                loader: Some(loader.map_or(BOOTSTRAP, |loader| &loader.name).to_owned()),
                address: known
                    .and(object)
                    .map(|object| crate::analysis::rows::address(heap.objects.id(object))),
                ..self.name_row(&[class])
            }
        });
        Window::of(rows.collect(), start, total)
    }

    fn same_names(&self) -> HashMap<&str, Vec<ClassIndex>> {
        let classes = &self.heap().classes;
        let mut by_name: HashMap<&str, Vec<ClassIndex>> = HashMap::new();
        for (index, class) in classes.iter() {
            // Array classes follow their elements'.
            if class.described && !class.is_array() && !classes.is_alias(index) {
                by_name.entry(&class.name).or_default().push(index);
            }
        }
        by_name
    }

    fn name_row(&self, classes: &[ClassIndex]) -> DuplicateRow {
        let totals = || classes.iter().map(|&class| self.totals.get(class));
        let retained = self.class_retained();
        DuplicateRow {
            class: self.class_ref(classes.first().copied().unwrap_or_default()),
            classes: u32::try_from(classes.len()).unwrap_or(u32::MAX),
            loader: None,
            address: None,
            instances: totals().map(|total| total.instances).sum(),
            shallow: totals().map(|total| total.shallow).sum(),
            retained: retained
                .map(|all| classes.iter().filter_map(|class| all.get(class.index())).sum()),
        }
    }
}
