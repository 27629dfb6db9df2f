//! Collections that are small, alone or as the many rows of a large one.

use super::kind::{Counts, Kind};
use crate::analysis::collections::ContentsKind;
use crate::analysis::collections::shape::Shape;
use crate::analysis::queries::owners::Owner;
use crate::analysis::queries::tally::push;
use crate::error::Result;
use crate::graph::too_large;
use crate::heap::classes::ClassKind;
use crate::heap::{Heap, ObjectIndex};
use hashbrown::HashMap;

/// Elements of a small collection at most.
pub(super) const FEW: u64 = 4;
/// The largest of the JDK's default capacities (that of `HashMap`): more room was asked for.
const DEFAULT_ROOM: u64 = 16;

/// Whether a collection is small, and not one for which too much room was asked.
pub(super) fn is_small(shape: &Shape) -> bool {
    let has_default_room = shape.capacity.is_none_or(|room| room <= DEFAULT_ROOM);
    (2..=FEW).contains(&shape.size) && has_default_room
}

/// What is more than an array of the elements, of the keys and values of a map.
pub(super) fn saved_by_array(heap: &Heap, collection: ObjectIndex, shape: &Shape) -> u64 {
    let references = if shape.kind == ContentsKind::Map { 2 } else { 1 } * shape.size;
    let class = heap.objects.class(collection);
    let array = heap.sizes.of(collection, class, ClassKind::ObjectArray, references);
    shape.bytes.saturating_sub(array)
}

/// Collections in collections. Whether small ones are many rows of a large one is known at the end.
#[derive(Debug, Default)]
pub(super) struct RowsOf {
    containers: HashMap<ObjectIndex, Rows>,
    /// Small collections: container, collection, bytes that an array in its place would save.
    small: Vec<(u32, u32, u32)>,
}

/// The collections within one.
#[derive(Clone, Debug)]
struct Rows {
    owner: Owner,
    count: u64,
    longest: u64,
    bytes: u64,
}

impl Rows {
    /// Whether the large collection would do with the roles changed: M collections of at most N
    /// elements, M much more than N, could be N collections of M elements.
    fn are_narrow(&self) -> bool {
        /// How many times more is much more.
        const MUCH: u64 = 8;
        self.count >= self.longest.saturating_mul(MUCH)
    }

    /// The overhead of M - N of the collections.
    fn saved(&self) -> u64 {
        let more = self.count.saturating_sub(self.longest);
        let saved = u128::from(self.bytes) * u128::from(more) / u128::from(self.count.max(1));
        u64::try_from(saved).unwrap_or(u64::MAX)
    }
}

impl RowsOf {
    /// A collection of several elements in `container`; `small` is what an array in its place would
    /// save where it is a small one.
    pub(super) fn add(
        &mut self,
        heap: &Heap,
        container: ObjectIndex,
        (collection, owner): (ObjectIndex, Owner),
        shape: &Shape,
        small: Option<u64>,
    ) -> Result<()> {
        self.containers.try_reserve(1).map_err(|_| too_large(48, "collections in collections"))?;
        let rows = self.containers.entry(container).or_insert(Rows {
            owner,
            count: 0,
            longest: 0,
            bytes: 0,
        });
        rows.count += 1;
        rows.longest = rows.longest.max(shape.size);
        // What stays is the elements' references.
        let elements = shape.size.saturating_mul(heap.sizes.reference);
        rows.bytes += (shape.bytes + heap.sizes.reference).saturating_sub(elements);
        if let Some(saved) = small {
            let saved = u32::try_from(saved).unwrap_or(u32::MAX);
            push(&mut self.small, (container.0, collection.0, saved))?;
        }
        Ok(())
    }

    /// Adds up the large collections with many small ones in them, and the other small ones.
    pub(super) fn finish(self, sums: &mut Counts) -> Result<()> {
        let mut narrow: Vec<(ObjectIndex, &Rows)> = Vec::new();
        for (&container, rows) in self.containers.iter().filter(|(_, rows)| rows.are_narrow()) {
            push(&mut narrow, (container, rows))?;
        }
        narrow.sort_unstable_by_key(|&(container, _)| container);
        for (container, rows) in narrow {
            sums.add(Kind::NarrowRows, rows.owner, container, rows.saved())?;
        }
        for &(container, collection, saved) in &self.small {
            let rows = self.containers.get(&ObjectIndex(container));
            if let Some(rows) = rows.filter(|rows| !rows.are_narrow()) {
                sums.add(
                    Kind::SmallCollections,
                    rows.owner,
                    ObjectIndex(collection),
                    saved.into(),
                )?;
            }
        }
        Ok(())
    }
}
