//! What is in a collection, as rows: a window of its entries.

use super::layout::{ContentsKind, Part, Resolved, Storage, resolve};
use super::walk::{Entry, Next, Trouble, Walk};
use crate::analysis::HeapInquiry;
use crate::analysis::rows::{ObjectRow, address};
use crate::error::{Error, ErrorKind, Result};
use crate::heap::ObjectIndex;
use crate::hprof::ObjectId;
use serde::{Deserialize, Serialize};

/// What a reference leads to: an object, one that the dump does not hold, or null (neither).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// The object.
    pub object: Option<ObjectRow>,
    /// Address of an object that the dump does not hold.
    pub dangling: Option<String>,
}

/// An entry or element.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContentsRow {
    /// Position, from 0, in the order in which the collection keeps it.
    pub index: u32,
    /// The key, of a map.
    pub key: Option<Content>,
    /// The value or element.
    pub value: Content,
}

/// Orders of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ContentsKey {
    /// That of the collection.
    Index,
    /// Retained size of the key.
    KeyRetained,
    /// Retained size of the value or element.
    Retained,
}

/// Which rows.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContentsQuery {
    /// By what.
    pub key: ContentsKey,
    /// Largest first.
    pub descending: bool,
    /// First row.
    pub start: u32,
    /// Rows at most.
    pub count: u32,
}

/// A window of the contents of a collection.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContentsWindow {
    /// What the collection is.
    pub kind: ContentsKind,
    /// The rows.
    pub rows: Vec<ContentsRow>,
    /// Position of the first row.
    pub start: u32,
    /// Entries that can be listed; while not all were seen, what the collection says of its size.
    pub total: u32,
    /// The same: nothing is filtered.
    pub matching: u32,
    /// Size that the collection says it has, where its class keeps one.
    pub size: Option<u64>,
    /// Whether all entries were seen, so that `total` is counted.
    pub counted: bool,
    /// Whether there are more entries than are listed.
    pub limited: bool,
    /// Whether the rows can be sorted: past a number of entries they are not.
    pub sortable: bool,
    /// What is wrong with the collection.
    pub troubles: Vec<Trouble>,
}

/// What one step towards a window of the contents says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContentsStep {
    /// Whether the window is there; until then the same must be asked again.
    pub done: bool,
    /// The window, once it is there.
    pub window: Option<ContentsWindow>,
}

impl ContentsStep {
    const MORE: Self = Self { done: false, window: None };

    fn done(window: ContentsWindow) -> Self {
        Self { done: true, window: Some(window) }
    }
}

/// Entries that are remembered, so that any of them can be shown and all be sorted; of arrays there
/// is no limit to what can be shown.
pub const MOST_LISTED: u32 = 1 << 20;
/// Entries that are looked for at once, so that the number of rows is known from the start.
const AT_ONCE: usize = 1 << 14;
/// Rows of a window.
const MOST_ROWS: u32 = 1000;

/// The entries of one collection as far as somebody looked: kept between windows.
#[derive(Debug)]
pub struct Listing {
    object: ObjectIndex,
    resolved: Resolved,
    walk: Walk,
    found: Vec<Entry>,
    /// Elements before the first one, of a part of a list.
    skip: u32,
    /// Most entries that are listed.
    most: usize,
    done: bool,
    limited: bool,
    sorted: Option<Sorted>,
}

/// Entries being put into an order, or in one.
#[derive(Debug)]
struct Sorted {
    by: (ContentsKey, bool),
    /// Sizes and positions, as far as they were looked up; empty once the order is there.
    keyed: Vec<(u64, u32)>,
    order: Option<Vec<u32>>,
}

impl Listing {
    fn of(inquiry: &HeapInquiry<'_>, object: ObjectIndex) -> Option<Self> {
        let resolved = resolve(&inquiry.values, object)?;
        let walk = Walk::of(&resolved);
        let most = MOST_LISTED as usize;
        let skip = resolved.slice.map_or(0, |(from, _)| from);
        let (found, sorted, done, limited) = (Vec::new(), None, false, false);
        Some(Self { object, resolved, walk, found, skip, most, done, limited, sorted })
    }

    /// Looks for entries until there are `wanted`, or no more, or the budget is used up; whether it
    /// is not.
    #[inline(never)]
    fn extend(
        &mut self,
        inquiry: &HeapInquiry<'_>,
        wanted: usize,
        budget: &mut u64,
    ) -> Result<bool> {
        let wanted = wanted.min(self.most + 1);
        let stop = self.resolved.slice.map_or(usize::MAX, |(_, length)| length as usize);
        while !self.done && self.found.len() < wanted {
            if self.found.len() >= stop {
                self.done = true;
                break;
            }
            let entry = match self.walk.next(&inquiry.values, budget) {
                Next::Entry(entry) => entry,
                Next::Pause => return Ok(false),
                Next::End => {
                    self.done = true;
                    break;
                }
            };
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            if self.found.len() == self.most {
                self.limited = true;
                self.done = true;
                break;
            }
            if self.found.len() == self.found.capacity() {
                let more = self.found.capacity().clamp(256, 1 << 18);
                self.found.try_reserve(more).map_err(|_| no_memory())?;
            }
            self.found.push(entry);
        }
        Ok(true)
    }

    /// The slots of an array that hold all there is, one after another.
    fn direct(&self) -> Option<(ObjectIndex, u32, u32)> {
        let Storage::Slots { array, start, length } = self.resolved.storage else { return None };
        match self.resolved.slice {
            None => Some((array, start, length)),
            Some((from, count)) => {
                let from = from.min(length);
                Some((array, start.checked_add(from)?, count.min(length - from)))
            }
        }
    }

    /// Puts the positions of all entries found into an order; whether the budget sufficed. The order
    /// itself, of at most [`MOST_LISTED`] numbers, is made at once.
    #[inline(never)]
    fn sort(
        &mut self,
        inquiry: &HeapInquiry<'_>,
        by: (ContentsKey, bool),
        budget: &mut u64,
    ) -> Result<bool> {
        let mut sorted = match self.sorted.take() {
            Some(sorted) if sorted.by == by => sorted,
            _ => {
                let mut keyed = Vec::new();
                keyed.try_reserve_exact(self.found.len()).map_err(|_| no_memory())?;
                Sorted { by, keyed, order: None }
            }
        };
        if sorted.order.is_none() {
            let retained = |id: ObjectId| {
                let object = inquiry.values.resolve(id);
                object.map_or(0, |object| inquiry.retained_or_shallow(object))
            };
            for (at, entry) in (0..).zip(&self.found).skip(sorted.keyed.len()) {
                if *budget == 0 {
                    self.sorted = Some(sorted);
                    return Ok(false);
                }
                *budget -= 1;
                let size = match by.0 {
                    ContentsKey::Index => 0,
                    ContentsKey::KeyRetained => retained(entry.key),
                    ContentsKey::Retained => retained(self.shown(entry)),
                };
                sorted.keyed.push((size, at));
            }
            let mut keyed = core::mem::take(&mut sorted.keyed);
            keyed.sort_unstable_by(|a, b| {
                let by_size = if by.1 { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) };
                by_size.then(a.1.cmp(&b.1))
            });
            sorted.order = Some(keyed.into_iter().map(|(_, at)| at).collect());
        }
        self.sorted = Some(sorted);
        Ok(true)
    }

    /// What is shown as the value or element of an entry.
    fn shown(&self, entry: &Entry) -> ObjectId {
        if self.resolved.part == Part::Keys { entry.key } else { entry.value }
    }

    fn row(&self, inquiry: &HeapInquiry<'_>, index: u32, entry: &Entry) -> ContentsRow {
        let is_map = self.resolved.kind == ContentsKind::Map;
        let key = is_map.then(|| inquiry.content(entry.key));
        ContentsRow { index, key, value: inquiry.content(self.shown(entry)) }
    }
}

fn no_memory() -> Error {
    Error::new(ErrorKind::TooLarge, "There is not enough memory to list this collection")
}

impl HeapInquiry<'_> {
    /// A window of what is in a collection, however long that takes: see [`Self::contents_step`].
    ///
    /// # Errors
    /// As [`Self::contents_step`].
    pub fn contents(
        &self,
        kept: &mut Option<Listing>,
        object: ObjectIndex,
        query: ContentsQuery,
    ) -> Result<ContentsWindow> {
        loop {
            if let Some(window) = self.contents_step(kept, object, query, u64::MAX)?.window {
                return Ok(window);
            }
        }
    }

    /// Looks at about `budget` entries and empty slots towards a window of what is in a collection.
    /// `kept` is what was found before, for the same or another object; it saves going through the
    /// collection from its beginning for each window, and is where the next step goes on.
    ///
    /// O(rows) for lists in arrays; for other structures O(entries up to the last row), once. Sorting
    /// is O(n log n) once, of at most [`MOST_LISTED`] entries.
    ///
    /// # Errors
    /// `NotFound` when the object is no collection of a known class, `TooLarge` when memory runs out.
    pub fn contents_step(
        &self,
        kept: &mut Option<Listing>,
        object: ObjectIndex,
        query: ContentsQuery,
        budget: u64,
    ) -> Result<ContentsStep> {
        if kept.as_ref().is_none_or(|listing| listing.object != object) {
            *kept = Listing::of(self, object);
        }
        let listing = kept.as_mut().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "This object is no collection whose layout is known")
        })?;
        let count = query.count.min(MOST_ROWS);
        let size = super::size(&self.values, object);
        if let Some((array, first, length)) = listing.direct()
            && (query.key == ContentsKey::Index || length > MOST_LISTED)
        {
            let window = self.direct_window(listing, (array, first, length), size, query, count)?;
            return Ok(ContentsStep::done(window));
        }
        let budget = &mut budget.max(1);
        let is_sorted = query.key != ContentsKey::Index || query.descending;
        let wanted = query.start.saturating_add(count) as usize;
        let wanted = if is_sorted { usize::MAX } else { wanted.max(AT_ONCE) };
        if !listing.extend(self, wanted, budget)? {
            return Ok(ContentsStep::MORE);
        }
        // Who keeps no size, or lies, is counted.
        let is_told = size.is_some_and(|n| n >= listing.found.len() as u64);
        if !listing.done && !is_told && !listing.extend(self, usize::MAX, budget)? {
            return Ok(ContentsStep::MORE);
        }
        if is_sorted && !listing.sort(self, (query.key, query.descending), budget)? {
            return Ok(ContentsStep::MORE);
        }
        Ok(ContentsStep::done(self.found_window(listing, size, query, count)))
    }

    /// A window of the entries found.
    fn found_window(
        &self,
        listing: &Listing,
        size: Option<u64>,
        query: ContentsQuery,
        count: u32,
    ) -> ContentsWindow {
        let is_sorted = query.key != ContentsKey::Index || query.descending;
        let order = listing.sorted.as_ref().and_then(|sorted| sorted.order.as_deref());
        let found = listing.found.len();
        let rows = (query.start..query.start.saturating_add(count)).filter_map(|row| {
            let at = match order {
                Some(order) if is_sorted => *order.get(row as usize)?,
                _ => row,
            };
            Some(listing.row(self, at, listing.found.get(at as usize)?))
        });
        let told = size.and_then(|n| u32::try_from(n).ok()).unwrap_or(0).min(MOST_LISTED);
        let seen = u32::try_from(found).unwrap_or(MOST_LISTED);
        let total = if listing.done { seen } else { told.max(seen) };
        ContentsWindow {
            kind: listing.resolved.kind,
            rows: rows.collect(),
            start: query.start,
            total,
            matching: total,
            size,
            counted: listing.done,
            limited: listing.limited || (!listing.done && size > Some(MOST_LISTED.into())),
            sortable: true,
            troubles: listing.walk.troubles().to_vec(),
        }
    }

    /// A window of the elements of a list in an array, from either end.
    fn direct_window(
        &self,
        listing: &Listing,
        (array, first, length): (ObjectIndex, u32, u32),
        size: Option<u64>,
        query: ContentsQuery,
        count: u32,
    ) -> Result<ContentsWindow> {
        let capacity = u64::from(self.heap().objects.length(array).unwrap_or(0)).max(1);
        let is_backwards = query.descending && query.key == ContentsKey::Index;
        let end = query.start.saturating_add(count).min(length);
        let mut rows = Vec::new();
        let mut troubles = Vec::new();
        for row in query.start..end {
            let index = if is_backwards { length - 1 - row } else { row };
            let slot = (u64::from(first) + u64::from(index)) % capacity;
            let slot = u32::try_from(slot).unwrap_or(u32::MAX);
            let ids = self.values.object_elements(array, slot, 1)?;
            let Some(&value) = ids.first() else {
                troubles = vec![Trouble::Missing];
                break;
            };
            rows.push(listing.row(self, index, &Entry { key: ObjectId(0), value }));
        }
        Ok(ContentsWindow {
            kind: listing.resolved.kind,
            rows,
            start: query.start,
            total: length,
            matching: length,
            size,
            counted: true,
            limited: false,
            sortable: length <= MOST_LISTED,
            troubles,
        })
    }

    /// Whether the object is a collection whose contents can be shown, and what kind of one.
    pub fn contents_kind(&self, object: ObjectIndex) -> Option<ContentsKind> {
        resolve(&self.values, object).map(|resolved| resolved.kind)
    }

    fn content(&self, id: ObjectId) -> Content {
        let object = self.values.resolve(id).map(|object| self.row(object));
        let dangling = (id.0 != 0 && object.is_none()).then(|| address(id));
        Content { object, dangling }
    }

    fn retained_or_shallow(&self, object: ObjectIndex) -> u64 {
        let tree = self.tree_if_known();
        tree.map_or_else(|| self.heap().shallow(object), |tree| tree.retained(object))
    }
}
