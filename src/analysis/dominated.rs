//! The dominator tree, level by level: as it is kept, or in other orders and filtered.

use super::histogram::Sort;
use super::rows::ObjectRow;
use super::table::names::Names;
use super::table::orders::Orders;
use super::table::picking::{Figure, Picked, Picking, Rows};
use super::table::{RowsPhase, RowsStep, TableQuery, UnclearFilter};
use super::{TreeInquiry, Window};
use crate::error::Result;
use crate::graph::Step;
use crate::heap::ObjectIndex;
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

impl TreeInquiry<'_> {
    /// Children of `parent` in the dominator tree (`None`: the first level), largest retained size
    /// first. Those of an unreachable object are its children in the forest, if there is one.
    /// O(count).
    pub fn dominated(
        &self,
        parent: Option<ObjectIndex>,
        start: u32,
        count: u32,
    ) -> Window<ObjectRow> {
        let tree = self.tree;
        if let (Some(parent), Some(forest)) = (parent, self.known.forest)
            && !self.is_reachable(parent)
        {
            let children = forest.children(parent, start, count);
            let rows = children.into_iter().map(|child| self.row(child)).collect();
            return Window::of(rows, start, forest.children_count(parent));
        }
        let (total, children) = match parent {
            Some(parent) => (tree.children_count(parent.0), tree.children(parent.0, start, count)),
            None => (tree.top_count(), tree.top(start, count)),
        };
        let rows = children.iter().map(|&child| self.row(ObjectIndex(child))).collect();
        Window::of(rows, start, total)
    }

    /// Number of objects that the object immediately dominates, as [`Self::dominated`] lists them.
    pub fn dominated_count(&self, object: ObjectIndex) -> u32 {
        match self.known.forest {
            Some(forest) if !self.is_reachable(object) => forest.children_count(object),
            _ => self.tree.children_count(object.0),
        }
    }

    /// The object's dominators, outermost first, the object last; those of an unreachable object
    /// within the forest, if there is one.
    pub fn dominator_path(&self, object: ObjectIndex) -> Vec<ObjectRow> {
        /// Deeper chains (lists of a million nodes) show their ends only.
        const LIMIT: usize = 200;
        let mut chain = vec![object.0];
        match self.known.forest {
            Some(forest) if !self.is_reachable(object) => {
                chain.extend(forest.ancestors(object).map(|above| above.0));
            }
            _ => chain.extend(self.tree.ancestors(object.0)),
        }
        if chain.len() > 2 * LIMIT {
            chain.drain(LIMIT..chain.len() - LIMIT);
        }
        chain.iter().rev().map(|&node| self.row(ObjectIndex(node))).collect()
    }
}

/// What the objects of the dominator tree can be sorted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DominatedKey {
    /// Class; of arrays, length, too.
    Object,
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
    /// Number of objects that it immediately dominates.
    Dominated,
}

/// A window of objects of the dominator tree.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DominatedWindow {
    /// The rows.
    pub rows: Vec<ObjectRow>,
    /// Position of the first row.
    pub start: u32,
    /// Objects that pass the filter.
    pub matching: u32,
    /// All objects of the list.
    pub total: u32,
    /// Shallow bytes of the objects that pass; `None` in the order of the tree without filters, for
    /// which nothing is added up.
    pub shallow: Option<u64>,
    /// Sum of their retained sizes, which do not overlap.
    pub retained: u64,
    /// A filter that could not be understood; it was left out.
    pub filter_error: Option<UnclearFilter<DominatedKey>>,
}

/// Orders of lists of the dominator tree, kept while windows of them are asked for.
///
/// A list is the first level or what one object dominates. Filters are of the first level only:
/// whoever opens an object wants to see all that is below it.
#[derive(Debug, Default)]
pub struct DominatedLists {
    names: Option<Names>,
    orders: Orders<List, DominatedKey>,
}

/// The order in which the tree is kept, for which nothing must be looked at.
const AS_KEPT: Sort<DominatedKey> = Sort { key: DominatedKey::Retained, descending: true };

type List = (Option<ObjectIndex>, Sort<DominatedKey>, Vec<(DominatedKey, String)>);

impl DominatedLists {
    /// Looks at about `budget` objects towards a window of what `parent` dominates, or of the first
    /// level.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out; what was begun is dropped then.
    pub fn step(
        &mut self,
        inquiry: &TreeInquiry<'_>,
        parent: Option<ObjectIndex>,
        query: &TableQuery<DominatedKey>,
        budget: u64,
    ) -> Result<RowsStep<DominatedWindow>> {
        let all = match parent {
            Some(parent) => inquiry.tree.children(parent.0, 0, u32::MAX),
            None => inquiry.tree.top(0, u32::MAX),
        };
        let names = self.names.get_or_insert_with(|| Names::of(inquiry.heap()));
        let rows = ObjectRows { inquiry, names, all };
        let list = (parent, query.sort, filters(parent, query));
        if list.1 == AS_KEPT && list.2.is_empty() {
            return Ok(RowsStep::ready(Some(rows.as_kept(parent, query))));
        }
        let begin = || {
            let filters = list.2.iter().map(|(key, text)| (*key, text.as_str()));
            let figures = [DominatedKey::Shallow, DominatedKey::Retained];
            Picking::new(&rows, 0..rows.count(), query.sort, filters, &figures)
        };
        if let Step::More { done, total } = self.orders.step(list.clone(), &rows, begin, budget)? {
            return Ok(RowsStep::more(RowsPhase::Order, done, total));
        }
        let picked = self.orders.find(&list);
        Ok(RowsStep::ready(picked.map(|picked| rows.window(picked, query))))
    }
}

/// What was typed, in an order of its own.
fn filters(
    parent: Option<ObjectIndex>,
    query: &TableQuery<DominatedKey>,
) -> Vec<(DominatedKey, String)> {
    if parent.is_some() {
        return Vec::new();
    }
    let keys = [
        DominatedKey::Object,
        DominatedKey::Shallow,
        DominatedKey::Retained,
        DominatedKey::Dominated,
    ];
    keys.into_iter()
        .filter_map(|key| Some((key, query.filter.get(&key)?.trim().to_owned())))
        .filter(|(_, typed)| !typed.is_empty())
        .collect()
}

/// Objects of one list for filters and orders.
struct ObjectRows<'a> {
    inquiry: &'a TreeInquiry<'a>,
    names: &'a Names,
    all: &'a [u32],
}

impl ObjectRows<'_> {
    fn count(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(u32::MAX)
    }

    fn object(&self, row: u32) -> ObjectIndex {
        ObjectIndex(self.all.get(row as usize).copied().unwrap_or_default())
    }

    /// A window in the order of the tree. O(count).
    fn as_kept(
        &self,
        parent: Option<ObjectIndex>,
        query: &TableQuery<DominatedKey>,
    ) -> DominatedWindow {
        let Window { rows, start, matching, total } =
            self.inquiry.dominated(parent, query.start, query.count);
        let retained = match parent {
            Some(parent) => {
                let own = self.inquiry.heap().shallow(parent);
                self.inquiry.retained(parent).saturating_sub(own)
            }
            None => self.inquiry.used_heap(),
        };
        DominatedWindow {
            rows,
            start,
            matching,
            total,
            shallow: None,
            retained,
            filter_error: None,
        }
    }

    fn window(
        &self,
        picked: &Picked<DominatedKey>,
        query: &TableQuery<DominatedKey>,
    ) -> DominatedWindow {
        #[expect(clippy::cast_possible_truncation, reason = "sums of bytes are whole numbers")]
        #[expect(clippy::cast_sign_loss, reason = "bytes are not negative")]
        let sum = |at: usize| {
            let figure: Option<Figure> = picked.figures.get(at).copied().flatten();
            figure.map_or(0, |figure| figure.sum as u64)
        };
        let shown = picked.window(query.start, query.count).iter();
        DominatedWindow {
            rows: shown.map(|&row| self.inquiry.row(self.object(row))).collect(),
            start: query.start,
            matching: picked.count(),
            total: self.count(),
            shallow: Some(sum(0)),
            retained: sum(1),
            filter_error: picked.unclear.clone(),
        }
    }
}

impl Rows for ObjectRows<'_> {
    type Key = DominatedKey;

    fn is_text(&self, key: DominatedKey) -> bool {
        key == DominatedKey::Object
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    fn whole(&self, key: DominatedKey) -> f64 {
        match key {
            DominatedKey::Dominated => self.inquiry.tree.reachable_count().into(),
            _ => self.inquiry.used_heap() as f64,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    fn number(&self, row: u32, key: DominatedKey) -> Option<f64> {
        let object = self.object(row);
        match key {
            DominatedKey::Object => None,
            DominatedKey::Shallow => Some(self.inquiry.heap().shallow(object) as f64),
            DominatedKey::Retained => Some(self.inquiry.retained(object) as f64),
            DominatedKey::Dominated => Some(self.inquiry.tree.children_count(object.0).into()),
        }
    }

    fn text(&self, row: u32, _: DominatedKey) -> Cow<'_, str> {
        Cow::Owned(self.inquiry.words(self.object(row)))
    }

    fn place(&self, row: u32, _: DominatedKey) -> Option<u64> {
        Some(self.names.place_of(self.inquiry.heap(), self.object(row)))
    }

    fn compare(&self, _: u32, _: u32, _: DominatedKey) -> Ordering {
        // Objects of one class come in the order of the tree: the largest first.
        Ordering::Equal
    }
}
