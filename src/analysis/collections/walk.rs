//! Goes through the contents of a collection, entry by entry, without trusting its structure.

use super::layout::{Resolved, Skips, Storage};
use crate::analysis::record::{Record, object_array_length};
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::{ObjectId, Value};
use serde::Serialize;

/// An entry of a map, or an element with a key of 0. Ids of 0 are null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: ObjectId,
    pub(super) value: ObjectId,
}

/// What is wrong with a collection, as the dump has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Trouble {
    /// A chain of nodes leads back to itself.
    Loop,
    /// A tree is deeper than a balanced one of any size.
    TooDeep,
    /// A part is not in the dump, is of another kind than it must be, or cannot be read.
    Missing,
    /// More entries than the heap has objects.
    Endless,
}

/// What a look for the next entry came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// One.
    Entry(Entry),
    /// Nothing within the budget: look on.
    Pause,
    /// There are no more.
    End,
}

/// Depth of a tree that the walk follows: a red-black tree of 2^32 nodes is at most 64 deep.
const MAX_DEPTH: usize = 128;
/// Elements of an array that are read at once.
const PAGE: u32 = 1 << 10;
/// A tree bin, a node that was moved to the next table, and one that is being made: their names.
const TREE_BIN: &str = "java.util.concurrent.ConcurrentHashMap$TreeBin";
const MOVED: &str = "java.util.concurrent.ConcurrentHashMap$ForwardingNode";
const RESERVED: &str = "java.util.concurrent.ConcurrentHashMap$ReservationNode";

/// Part of an array that was read.
#[derive(Debug, Default)]
struct Page {
    array: Option<ObjectIndex>,
    start: u32,
    ids: Vec<ObjectId>,
}

impl Page {
    fn get(&mut self, values: &Values<'_>, array: ObjectIndex, at: u32) -> Option<ObjectId> {
        let within = |page: &Self| at.checked_sub(page.start).map(|i| i as usize);
        if self.array != Some(array) || within(self).is_none_or(|i| i >= self.ids.len()) {
            self.start = at - at % PAGE;
            self.array = Some(array);
            self.ids = values.object_elements(array, self.start, PAGE).unwrap_or_default();
        }
        self.ids.get(within(self)?).copied()
    }
}

/// A chain of nodes with Brent's detection of cycles: the hare that meets the tortoise, which
/// waits at each power of two, runs in a circle.
#[derive(Debug, Default)]
struct Chain {
    node: Option<ObjectIndex>,
    tortoise: Option<ObjectIndex>,
    hops: u64,
}

impl Chain {
    fn from(node: Option<ObjectIndex>) -> Self {
        Self { node, tortoise: None, hops: 0 }
    }

    /// Goes on to `next`; false when that is a circle.
    fn advance(&mut self, next: Option<ObjectIndex>) -> bool {
        if self.hops.is_power_of_two() || self.hops == 0 {
            self.tortoise = self.node;
        }
        self.hops += 1;
        self.node = next;
        next.is_none() || next != self.tortoise
    }
}

/// A position in a collection.
#[derive(Debug)]
pub(super) struct Walk {
    storage: Storage,
    page: Page,
    /// Next slot, table slot, or position.
    at: u32,
    /// Which of several tables.
    table: usize,
    chain: Chain,
    /// Chains of the next table into which a slot was moved.
    moved: Vec<ObjectIndex>,
    /// Nodes of a tree whose left parts were seen.
    open: Vec<ObjectIndex>,
    begun: bool,
    taken: u64,
    /// Slots and nodes that may still be looked at before a pause, and whether there must be one.
    left: u64,
    paused: bool,
    troubles: Vec<Trouble>,
}

impl Walk {
    pub(super) fn of(resolved: &Resolved) -> Self {
        Self {
            storage: resolved.storage.clone(),
            page: Page::default(),
            at: 0,
            table: 0,
            chain: Chain::default(),
            moved: Vec::new(),
            open: Vec::new(),
            begun: false,
            taken: 0,
            left: 0,
            paused: false,
            troubles: Vec::new(),
        }
    }

    /// What was wrong so far, each once.
    pub(super) fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    fn note(&mut self, trouble: Trouble) {
        if !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }

    /// The next entry. A few reads, and as many as there are free slots before it; slots and nodes
    /// looked at are taken from `budget`, with which it ends.
    pub(super) fn next(&mut self, values: &Values<'_>, budget: &mut u64) -> Next {
        (self.left, self.paused) = (*budget, false);
        let found = if self.is_over() { None } else { self.step(values) };
        *budget = self.left;
        let Some(entry) = found else {
            return if self.paused { Next::Pause } else { Next::End };
        };
        self.taken += 1;
        // Each node is an object; arrays and copies are bounded by their lengths.
        let is_noded = matches!(
            self.storage,
            Storage::Buckets { .. } | Storage::Linked { .. } | Storage::Tree { .. }
        );
        if is_noded && self.taken > values.heap().objects.len() as u64 {
            self.note(Trouble::Endless);
            return Next::End;
        }
        Next::Entry(entry)
    }

    /// Takes one look from the budget, if there is one left; else there is a pause.
    fn is_over(&mut self) -> bool {
        self.paused = self.left == 0;
        self.left = self.left.saturating_sub(1);
        self.paused
    }

    fn step(&mut self, values: &Values<'_>) -> Option<Entry> {
        let none = ObjectId(0);
        let length = |array| object_array_length(values, array).unwrap_or(0);
        match &self.storage {
            Storage::Few(entries) => {
                let &(key, value) = entries.get(self.at as usize)?;
                self.at += 1;
                Some(Entry { key, value })
            }
            Storage::Copies { element, count } => {
                let value = *element;
                (self.at < *count).then(|| self.at += 1)?;
                Some(Entry { key: none, value })
            }
            Storage::Slots { array, start, length: count } => {
                let (array, start, count) = (*array, *start, *count);
                (self.at < count).then_some(())?;
                let at = wrapped(start, self.at, length(array))?;
                self.at += 1;
                match self.page.get(values, array, at) {
                    Some(value) => Some(Entry { key: none, value }),
                    None => self.cut(),
                }
            }
            Storage::Sparse { array } => {
                let array = *array;
                self.free_slots(values, array, 1)
            }
            Storage::Pairs { array, null_key } => {
                let (array, null_key) = (*array, *null_key);
                let entry = self.free_slots(values, array, 2)?;
                Some(Entry { key: unmasked(entry.key, null_key), ..entry })
            }
            Storage::Indexed { keys, values: of, null_value } => {
                let (keys, of, null_value) = (*keys, *of, *null_value);
                while self.at < length(of) {
                    if self.is_over() {
                        return None;
                    }
                    let at = self.at;
                    self.at += 1;
                    let Some(value) = self.page.get(values, of, at) else { return self.cut() };
                    if value != none {
                        let key = values.object_elements(keys, at, 1).ok();
                        let key = key.and_then(|ids| ids.first().copied()).unwrap_or(none);
                        return Some(Entry { key, value: unmasked(value, null_value) });
                    }
                }
                None
            }
            Storage::Bits { universe, words } => {
                let universe = *universe;
                let most = u32::try_from(words.len() * 64).unwrap_or(u32::MAX);
                let is_set = |at: u32| {
                    words.get((at / 64) as usize).is_some_and(|word| word >> (at % 64) & 1 == 1)
                };
                let at = (self.at..most).find(|&at| is_set(at))?;
                self.at = at + 1;
                match self.page.get(values, universe, at) {
                    Some(value) => Some(Entry { key: none, value }),
                    None => self.cut(),
                }
            }
            Storage::Buckets { .. } => self.bucket(values),
            Storage::Linked { .. } => self.link(values),
            Storage::Tree { .. } => self.tree(values),
        }
    }

    /// The end of what the dump holds of an array.
    fn cut(&mut self) -> Option<Entry> {
        self.note(Trouble::Missing);
        self.at = u32::MAX;
        None
    }

    /// The next one or two elements of which the first is not null.
    fn free_slots(&mut self, values: &Values<'_>, array: ObjectIndex, by: u32) -> Option<Entry> {
        let length = object_array_length(values, array).unwrap_or(0);
        while self.at.checked_add(by).is_some_and(|end| end <= length) {
            if self.is_over() {
                return None;
            }
            let at = self.at;
            self.at += by;
            let Some(first) = self.page.get(values, array, at) else { return self.cut() };
            if first.0 == 0 {
                continue;
            }
            if by == 1 {
                return Some(Entry { key: ObjectId(0), value: first });
            }
            let value = self.page.get(values, array, at + 1).unwrap_or(ObjectId(0));
            return Some(Entry { key: first, value });
        }
        None
    }

    fn bucket(&mut self, values: &Values<'_>) -> Option<Entry> {
        let Storage::Buckets { tables, node, null_key } = &self.storage else { return None };
        let (tables, fields, null_key) = (tables.clone(), *node, *null_key);
        loop {
            if self.is_over() {
                return None;
            }
            if let Some(node) = self.chain.node {
                let record = Record::read(values, node);
                let next = fields.next.and_then(|name| self.follow(values, &record, name));
                if !self.chain.advance(next) {
                    self.note(Trouble::Loop);
                    self.chain = Chain::default();
                }
                match fields.key.and_then(|key| record.id(&[key])).zip(record.id(fields.value)) {
                    Some((key, value)) => {
                        return Some(Entry { key: unmasked(key, null_key), value });
                    }
                    None => {
                        self.note(Trouble::Missing);
                        self.chain = Chain::default();
                        continue;
                    }
                }
            }
            if let Some(head) = self.moved.pop() {
                self.chain = Chain::from(self.head_of(values, head, false, 0));
                continue;
            }
            let &table = tables.get(self.table)?;
            let length = object_array_length(values, table).unwrap_or(0);
            if self.at >= length {
                self.table += 1;
                self.at = 0;
                continue;
            }
            let at = self.at;
            self.at += 1;
            let Some(id) = self.page.get(values, table, at) else {
                self.note(Trouble::Missing);
                self.at = length;
                continue;
            };
            if id.0 == 0 {
                continue;
            }
            match values.resolve(id) {
                Some(head) => self.chain = Chain::from(self.head_of(values, head, true, at)),
                None => self.note(Trouble::Missing),
            }
        }
    }

    /// The first node of a slot. A `ConcurrentHashMap` has bins with trees, and while it grows slots
    /// that were moved to the next table, where they are two.
    fn head_of(
        &mut self,
        values: &Values<'_>,
        head: ObjectIndex,
        follow_moves: bool,
        at: u32,
    ) -> Option<ObjectIndex> {
        let heap = values.heap();
        let class = heap.objects.class(head);
        let is = |name| heap.classes.lineage(class).any(|c| heap.classes.get(c).name == name);
        if is(TREE_BIN) {
            return Record::read(values, head).reference("first");
        }
        if is(RESERVED) {
            return None;
        }
        if !is(MOVED) {
            return Some(head);
        }
        let next = Record::read(values, head).object_array("nextTable");
        let (Some(next), true) = (next, follow_moves) else {
            self.note(Trouble::Missing);
            return None;
        };
        let half = object_array_length(values, next).unwrap_or(0) / 2;
        for at in [Some(at), at.checked_add(half)].into_iter().flatten() {
            let ids = values.object_elements(next, at, 1).unwrap_or_default();
            self.moved.extend(ids.first().and_then(|&id| values.resolve(id)));
        }
        None
    }

    fn follow(
        &mut self,
        values: &Values<'_>,
        record: &Record<'_>,
        name: &str,
    ) -> Option<ObjectIndex> {
        let id = record.id(&[name]);
        let target = id.and_then(|id| values.resolve(id));
        if target.is_none() && id.is_none_or(|id| id.0 != 0) {
            self.note(Trouble::Missing);
        }
        target
    }

    fn link(&mut self, values: &Values<'_>) -> Option<Entry> {
        let Storage::Linked { first, stop, node: fields, skips, null_key } = self.storage else {
            return None;
        };
        if !self.begun {
            self.begun = true;
            self.chain = Chain::from(first);
        }
        while let Some(node) = self.chain.node {
            if Some(node) == stop || self.is_over() {
                return None;
            }
            let record = Record::read(values, node);
            let next = fields.next.and_then(|name| self.follow(values, &record, name));
            if !self.chain.advance(next) {
                self.note(Trouble::Loop);
                self.chain = Chain::default();
            }
            let Some(value) = record.id(fields.value) else {
                self.note(Trouble::Missing);
                return None;
            };
            let key = fields.key.and_then(|key| record.id(&[key])).unwrap_or(ObjectId(0));
            let is_self = value == values.heap().objects.id(node);
            let is_skipped = match skips {
                Skips::Nothing => false,
                Skips::Empty => value.0 == 0,
                Skips::Deleted => value.0 == 0 || key.0 == 0 || is_self,
                Skips::Waiting => {
                    let is_data = record.value(&["isData"]) != Some(Value::Boolean(false));
                    value.0 == 0 || is_self || !is_data
                }
            };
            if !is_skipped {
                return Some(Entry { key: unmasked(key, null_key), value });
            }
        }
        None
    }

    fn tree(&mut self, values: &Values<'_>) -> Option<Entry> {
        let Storage::Tree { root, node: fields } = self.storage else { return None };
        if !self.begun {
            self.begun = true;
            self.descend(values, root);
        }
        let node = self.open.pop()?;
        let record = Record::read(values, node);
        let right = self.follow(values, &record, "right");
        self.descend(values, right);
        match fields.key.and_then(|key| record.id(&[key])).zip(record.id(fields.value)) {
            Some((key, value)) => Some(Entry { key, value }),
            None => {
                self.note(Trouble::Missing);
                self.open.clear();
                None
            }
        }
    }

    /// Opens a node and all that lie left of it.
    fn descend(&mut self, values: &Values<'_>, from: Option<ObjectIndex>) {
        let mut at = from;
        while let Some(node) = at {
            if self.open.len() >= MAX_DEPTH {
                self.note(Trouble::TooDeep);
                return;
            }
            self.open.push(node);
            let record = Record::read(values, node);
            at = self.follow(values, &record, "left");
        }
    }
}

/// The slot of an element of a ring.
fn wrapped(start: u32, at: u32, capacity: u32) -> Option<u32> {
    let sum = u64::from(start) + u64::from(at);
    u32::try_from(sum.checked_rem(u64::from(capacity))?).ok()
}

/// Null where an object of the JDK stands for it.
fn unmasked(id: ObjectId, null: ObjectId) -> ObjectId {
    if null.0 != 0 && id == null { ObjectId(0) } else { id }
}
