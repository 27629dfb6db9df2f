//! Sums over objects by what they have in common, with the objects listed.

use crate::analysis::query::{Table, Value};
use crate::error::Result;
use crate::graph::{filled, too_large};
use crate::heap::ObjectIndex;
use core::hash::Hash;
use hashbrown::HashMap;

const WHAT: &str = "groups of objects";

/// Sums `S` by key `K`, and which objects count to them.
#[derive(Debug)]
pub(super) struct Tally<K, S> {
    rows: HashMap<K, u32>,
    pub(super) keys: Vec<K>,
    pub(super) sums: Vec<S>,
    /// Row and object.
    members: Vec<(u32, u32)>,
}

impl<K: Hash + Eq + Clone, S: Default> Tally<K, S> {
    pub(super) fn new() -> Self {
        Self { rows: HashMap::new(), keys: Vec::new(), sums: Vec::new(), members: Vec::new() }
    }

    /// The sums of a key.
    pub(super) fn sums(&mut self, key: K) -> Result<&mut S> {
        let row = self.row(key)?;
        self.sums.get_mut(row as usize).ok_or_else(|| too_large(0, WHAT))
    }

    /// The sums of a key to which an object counts, which its row then stands for.
    pub(super) fn add(&mut self, key: K, object: ObjectIndex) -> Result<&mut S> {
        let row = self.row(key)?;
        push(&mut self.members, (row, object.0))?;
        self.sums.get_mut(row as usize).ok_or_else(|| too_large(0, WHAT))
    }

    fn row(&mut self, key: K) -> Result<u32> {
        if let Some(&row) = self.rows.get(&key) {
            return Ok(row);
        }
        let row = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.rows.try_reserve(1).map_err(|_| too_large(u64::from(row) * 16, WHAT))?;
        push(&mut self.keys, key.clone())?;
        push(&mut self.sums, S::default())?;
        self.rows.insert(key, row);
        Ok(row)
    }

    /// The objects of each row, `Table::set_members`' way, after `empty` rows without any. `rows`
    /// gives the rows in the order of the table. O(objects).
    pub(super) fn members(&self, empty: usize, rows: &[u32]) -> Result<(Vec<u32>, Vec<u32>)> {
        let mut counts: Vec<u32> = filled(self.keys.len(), 0, WHAT)?;
        for &(row, _) in &self.members {
            if let Some(count) = counts.get_mut(row as usize) {
                *count += 1;
            }
        }
        let mut ends: Vec<u32> = filled(empty + rows.len(), 0, WHAT)?;
        let mut starts: Vec<u32> = filled(self.keys.len(), u32::MAX, WHAT)?;
        let mut end = 0u32;
        for (&row, place) in rows.iter().zip(ends.iter_mut().skip(empty)) {
            if let Some(start) = starts.get_mut(row as usize) {
                *start = end;
            }
            end = end.saturating_add(counts.get(row as usize).copied().unwrap_or(0));
            *place = end;
        }
        let mut objects: Vec<u32> = filled(end as usize, 0, WHAT)?;
        for &(row, object) in &self.members {
            let Some(start) = starts.get_mut(row as usize).filter(|start| **start != u32::MAX)
            else {
                continue;
            };
            if let Some(place) = objects.get_mut(*start as usize) {
                *place = object;
                *start += 1;
            }
        }
        Ok((ends, objects))
    }

    /// A flat table of all rows that `values` makes some of.
    pub(super) fn fill(
        &self,
        table: &mut Table,
        mut values: impl FnMut(&K, &S) -> Option<Vec<Value>>,
    ) -> Result<()> {
        let mut rows = Vec::new();
        for (row, (key, sums)) in (0u32..).zip(self.keys.iter().zip(&self.sums)) {
            if let Some(values) = values(key, sums) {
                table.push(values)?;
                push(&mut rows, row)?;
            }
        }
        let (ends, objects) = self.members(0, &rows)?;
        table.set_members(ends, objects);
        Ok(())
    }
}

/// Appends, growing like a vector does.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) -> Result<()> {
    list.try_reserve(1)
        .map_err(|_| too_large((list.len() as u64 + 1) * size_of::<T>() as u64, WHAT))?;
    list.push(item);
    Ok(())
}

/// A part of one, of two counts.
#[expect(clippy::cast_precision_loss, reason = "shown in few digits")]
pub(super) fn share(part: u64, of: u64) -> Value {
    if of == 0 { Value::None } else { Value::Share(part as f64 / of as f64) }
}
