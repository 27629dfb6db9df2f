//! Collections and arrays by how many elements they have; below each size, by who holds them.

use super::owners::{Owner, Owners};
use super::tally::{Tally, push};
use crate::analysis::query::{Column, Table, Value};
use crate::error::Result;
use crate::heap::{ClassIndex, Heap, ObjectIndex};

/// What the objects of one size, holder and class come to: how many they are, and their bytes.
type Sums = (u64, u64);

/// Objects by size, holder and class.
#[derive(Debug)]
pub(super) struct BySize {
    tally: Tally<(u64, Owner, ClassIndex), Sums>,
}

impl BySize {
    pub(super) fn new() -> Self {
        Self { tally: Tally::new() }
    }

    /// Counts an object.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn add(
        &mut self,
        key: (u64, Owner, ClassIndex),
        object: ObjectIndex,
        bytes: u64,
    ) -> Result<()> {
        let (count, sum) = self.tally.add(key, object)?;
        *count += 1;
        *sum += bytes;
        Ok(())
    }

    /// The table: holder, class, size, objects, bytes.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub(super) fn table(self, columns: &[Column], heap: &Heap, owners: &Owners) -> Result<Table> {
        let mut table = Table::new(columns, 3);
        let mut rows: Vec<u32> = Vec::new();
        for (row, _) in (0u32..).zip(&self.tally.keys) {
            push(&mut rows, row)?;
        }
        let key = |row: u32| self.tally.keys.get(row as usize).copied();
        rows.sort_by_key(|&row| key(row));
        let sizes: Vec<&[u32]> =
            rows.chunk_by(|&a, &b| key(a).map(|k| k.0) == key(b).map(|k| k.0)).collect();
        let sums = |row: u32| self.tally.sums.get(row as usize).copied().unwrap_or_default();
        for of_size in &sizes {
            let size = of_size.first().and_then(|&row| key(row)).map_or(0, |key| key.0);
            let sum =
                of_size.iter().map(|&row| sums(row)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            let text = if size == 1 { "1 element".to_owned() } else { format!("{size} elements") };
            table.push(values(Value::Text(text), Value::None, size, sum))?;
        }
        for (parent, of_size) in (0u32..).zip(&sizes) {
            let children = of_size.iter().filter_map(|&row| {
                let (size, owner, class) = key(row)?;
                let holder = Value::Text(owners.label(heap, owner));
                Some(values(holder, Value::Class(class), size, sums(row)))
            });
            table.push_children(parent, children.collect())?;
        }
        let (ends, objects) = self.tally.members(sizes.len(), &rows)?;
        table.set_members(ends, objects);
        Ok(table)
    }
}

fn values(label: Value, class: Value, size: u64, (count, bytes): Sums) -> Vec<Value> {
    vec![label, class, Value::Number(size), Value::Number(count), Value::Number(bytes)]
}
