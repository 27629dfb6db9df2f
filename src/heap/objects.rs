//! The object table: columns in file order, no struct per object.
//!
//! An object's index is its position among the object records (class dumps, instances, arrays) of
//! the dump. Kept per object: id (delta log), class (2 or 4 bytes), and for arrays the length
//! (2 bytes; the few long ones in a list).
//! File offsets are derived: sampled every 64 objects, exact by the record lengths between.

use super::classes::{ClassKind, Classes};
use super::column::{Column, DeltaLog};
use super::{ClassIndex, ObjectIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::hprof::{IdSize, ObjectId};
use std::sync::Arc;

/// Objects between two offset samples.
const SAMPLE: usize = 64;
/// In the column of lengths: too long for it.
const LONG: u16 = u16::MAX;

/// What an object record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ObjectKind {
    /// An instance of a class.
    Instance,
    /// An array of references.
    ObjectArray,
    /// An array of primitive values.
    PrimitiveArray,
    /// A class dump: the class object.
    Class,
    /// The synthetic object that stands for the boot class loader (rule G1); not in the file.
    SystemLoader,
}

/// The object table of one dump.
#[derive(Debug, Default)]
pub struct Objects {
    ids: Ids,
    classes: ClassColumn,
    arrays: ArrayBits,
    /// Of arrays; [`LONG`] for those whose length is in `long_lengths`.
    lengths: Column<u16>,
    /// Lengths of long arrays by place in `lengths`, ascending.
    long_lengths: Vec<(u32, u32)>,
    samples: Column<u64>,
    /// Objects whose record does not start where the one before ends: (object, offset).
    jumps: Vec<(u32, u64)>,
    next_offset: Option<u64>,
    /// Class objects, ascending.
    class_objects: Vec<u32>,
    system_loader: Option<u32>,
}

/// The ids, which the address map looks at too once they are all there.
#[derive(Debug)]
enum Ids {
    Own(DeltaLog),
    Shared(Arc<DeltaLog>),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Own(DeltaLog::default())
    }
}

impl Ids {
    #[inline]
    fn log(&self) -> &DeltaLog {
        match self {
            Self::Own(log) => log,
            Self::Shared(log) => log,
        }
    }

    #[inline]
    fn push(&mut self, id: u64) -> Result<()> {
        match self {
            Self::Own(log) => log.push(id),
            Self::Shared(log) => Arc::make_mut(log).push(id),
        }
    }
}

#[derive(Debug)]
enum ClassColumn {
    Narrow(Column<u16>),
    Wide(Column<u32>),
}

impl Default for ClassColumn {
    fn default() -> Self {
        Self::Narrow(Column::default())
    }
}

/// One bit per object that is an array, with ranks.
#[derive(Debug, Default)]
struct ArrayBits {
    words: Column<u64>,
    ranks: Column<u32>,
    word: u64,
    len: usize,
    ones: u32,
}

impl ArrayBits {
    #[inline]
    fn push(&mut self, bit: bool) -> Result<()> {
        if self.len.is_multiple_of(64) {
            self.ranks.push(self.ones)?;
            self.words.push(0)?;
            self.word = 0;
        }
        if bit {
            self.word |= 1 << (self.len % 64);
            self.words.set(self.len / 64, self.word);
            self.ones += 1;
        }
        self.len += 1;
        Ok(())
    }

    #[inline]
    fn rank(&self, index: usize) -> Option<u32> {
        let word = self.words.get(index / 64)?;
        let bit = index % 64;
        if word >> bit & 1 == 0 {
            return None;
        }
        Some(self.ranks.get(index / 64)? + (word & ((1 << bit) - 1)).count_ones())
    }
}

impl Objects {
    /// Appends an object record that starts at `offset` and takes `record_len` bytes; `length` is
    /// the element count of an array.
    ///
    /// # Errors
    /// `TooLarge` past 2^32 - 2 objects or when memory ends.
    #[inline]
    pub(crate) fn push(
        &mut self,
        id: ObjectId,
        class: ClassIndex,
        length: Option<u32>,
        offset: u64,
        record_len: u64,
    ) -> Result<()> {
        let index = self.len();
        if index.is_multiple_of(SAMPLE) {
            self.samples.push(offset)?;
        } else if self.next_offset != Some(offset) {
            self.push_jump(index, offset)?;
        }
        self.next_offset = offset.checked_add(record_len);
        self.ids.push(id.0)?;
        self.push_class(class)?;
        self.arrays.push(length.is_some())?;
        match length.map(u16::try_from) {
            Some(Ok(short)) if short != LONG => self.lengths.push(short),
            Some(_) => self.push_long(length.unwrap_or(0)),
            None => Ok(()),
        }
    }

    /// Appends the length of an array that takes 64 KiB of the file, or claims to.
    #[cold]
    fn push_long(&mut self, length: u32) -> Result<()> {
        let place = narrow(self.lengths.len())?;
        let grown = 16 * (self.long_lengths.len() + 1);
        let room = self.long_lengths.try_reserve(1);
        room.map_err(|_| super::column::out_of_memory(grown))?;
        self.long_lengths.push((place, length));
        self.lengths.push(LONG)
    }

    /// The length at a place of `lengths`.
    #[inline]
    fn length_at(&self, place: usize) -> Option<u32> {
        match self.lengths.get(place)? {
            LONG => self.long_length_at(place),
            short => Some(short.into()),
        }
    }

    #[cold]
    fn long_length_at(&self, place: usize) -> Option<u32> {
        let long = &self.long_lengths;
        let at = long.binary_search_by_key(&place, |pair| pair.0 as usize).ok()?;
        long.get(at).map(|pair| pair.1)
    }

    /// Appends a class object; the record after it always counts as a jump.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(crate) fn push_class_object(
        &mut self,
        id: ObjectId,
        class: ClassIndex,
        offset: u64,
    ) -> Result<()> {
        let index = narrow(self.len())?;
        self.push(id, class, None, offset, 0)?;
        self.next_offset = None;
        self.class_objects.push(index);
        Ok(())
    }

    /// Adds the synthetic boot loader object (rule G1) as the last one.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(crate) fn push_system_loader(&mut self, class: ClassIndex) -> Result<ObjectIndex> {
        let index = narrow(self.len())?;
        self.push(ObjectId(0), class, None, 0, 0)?;
        self.system_loader = Some(index);
        Ok(ObjectIndex(index))
    }

    #[cold]
    fn push_jump(&mut self, index: usize, offset: u64) -> Result<()> {
        let index = narrow(index)?;
        self.jumps.try_reserve(1).map_err(|_| super::column::out_of_memory(16))?;
        self.jumps.push((index, offset));
        Ok(())
    }

    #[inline]
    fn push_class(&mut self, class: ClassIndex) -> Result<()> {
        match &mut self.classes {
            ClassColumn::Wide(column) => column.push(class.0),
            ClassColumn::Narrow(column) => match u16::try_from(class.0) {
                Ok(narrow) => column.push(narrow),
                Err(_) => self.widen(class),
            },
        }
    }

    #[cold]
    fn widen(&mut self, class: ClassIndex) -> Result<()> {
        let mut wide = Column::default();
        if let ClassColumn::Narrow(column) = &self.classes {
            for class in column.iter() {
                wide.push(u32::from(class))?;
            }
        }
        wide.push(class.0)?;
        self.classes = ClassColumn::Wide(wide);
        Ok(())
    }

    /// Keeps the offsets of the objects behind `objects`, whose class is about to change while
    /// their records keep their length.
    pub(crate) fn pin_after(
        &mut self,
        objects: impl Iterator<Item = u32>,
        classes: &Classes,
        ids: IdSize,
    ) {
        let known = self.jumps.len();
        for object in objects {
            let next = ObjectIndex(object + 1);
            if next.index() < self.len()
                && let Some(offset) = self.offset_among(known, next, classes, ids)
            {
                self.jumps.push((next.0, offset));
            }
        }
        self.jumps.sort_unstable();
        self.jumps.dedup();
    }

    /// Makes objects class objects in place of others: from the class object to what takes its
    /// place.
    pub(crate) fn move_class_objects(&mut self, places: &hashbrown::HashMap<u32, u32>) {
        for object in &mut self.class_objects {
            *object = places.get(object).copied().unwrap_or(*object);
        }
        self.class_objects.sort_unstable();
    }

    /// Number of objects, the synthetic one included.
    pub fn len(&self) -> usize {
        self.ids.log().len()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.ids.log().is_empty()
    }

    /// All indices.
    pub fn indices(&self) -> impl Iterator<Item = ObjectIndex> + use<> {
        // `push` refuses more than u32::MAX - 1 objects.
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(ObjectIndex)
    }

    /// All ids in file order.
    pub(crate) fn ids(&self) -> &DeltaLog {
        self.ids.log()
    }

    /// The same, for others to keep.
    pub(crate) fn share_ids(&mut self) -> Arc<DeltaLog> {
        let log = match core::mem::take(&mut self.ids) {
            Ids::Own(log) => Arc::new(log),
            Ids::Shared(log) => log,
        };
        self.ids = Ids::Shared(Arc::clone(&log));
        log
    }

    /// The object's id (its address); 0 for the synthetic loader or an index out of range.
    pub fn id(&self, object: ObjectIndex) -> ObjectId {
        ObjectId(self.ids.log().get(object.index()).unwrap_or(0))
    }

    /// The class of the object; for class objects `java.lang.Class`.
    #[inline]
    pub fn class(&self, object: ObjectIndex) -> ClassIndex {
        ClassIndex(match &self.classes {
            ClassColumn::Narrow(column) => column.get(object.index()).unwrap_or(0).into(),
            ClassColumn::Wide(column) => column.get(object.index()).unwrap_or(0),
        })
    }

    /// Replaces the class of an object (class objects learn theirs late).
    pub(crate) fn set_class(&mut self, object: ObjectIndex, class: ClassIndex) -> Result<()> {
        match (&mut self.classes, u16::try_from(class.0)) {
            (ClassColumn::Narrow(column), Ok(narrow)) => column.set(object.index(), narrow),
            (ClassColumn::Wide(column), _) => column.set(object.index(), class.0),
            (ClassColumn::Narrow(column), Err(_)) => {
                let mut wide = Column::default();
                for class in column.iter() {
                    wide.push(u32::from(class))?;
                }
                wide.set(object.index(), class.0);
                self.classes = ClassColumn::Wide(wide);
            }
        }
        Ok(())
    }

    /// Number of elements, for arrays.
    #[inline]
    pub fn length(&self, object: ObjectIndex) -> Option<u32> {
        self.length_at(self.arrays.rank(object.index())? as usize)
    }

    /// Kind of the object.
    pub fn kind(&self, object: ObjectIndex, classes: &Classes) -> ObjectKind {
        if self.is_class_object(object) {
            return ObjectKind::Class;
        }
        if self.system_loader == Some(object.0) {
            return ObjectKind::SystemLoader;
        }
        match classes.get(self.class(object)).kind {
            ClassKind::ObjectArray => ObjectKind::ObjectArray,
            ClassKind::PrimitiveArray(_) => ObjectKind::PrimitiveArray,
            ClassKind::Instance => ObjectKind::Instance,
        }
    }

    /// Whether the object is a class dump. O(log classes).
    pub fn is_class_object(&self, object: ObjectIndex) -> bool {
        self.class_objects.binary_search(&object.0).is_ok()
    }

    /// Class objects in ascending order.
    pub fn class_objects(&self) -> &[u32] {
        &self.class_objects
    }

    /// The synthetic boot class loader, once it exists.
    pub fn system_loader(&self) -> Option<ObjectIndex> {
        self.system_loader.map(ObjectIndex)
    }

    /// Every object with its class and array length, in index order; the fast way for full scans.
    pub fn for_each(
        &self,
        range: core::ops::Range<usize>,
        mut see: impl FnMut(ObjectIndex, ClassIndex, u32),
    ) {
        let end = range.end.min(self.len());
        let mut length_at =
            range.clone().take(end).find_map(|i| self.arrays.rank(i)).unwrap_or(0) as usize;
        for index in range.start..end {
            let Ok(object) = u32::try_from(index) else { return };
            let object = ObjectIndex(object);
            let word = self.arrays.words.get(index / 64).unwrap_or(0);
            let mut length = 0;
            if word >> (index % 64) & 1 == 1 {
                length = self.length_at(length_at).unwrap_or(0);
                length_at += 1;
            }
            see(object, self.class(object), length);
        }
    }

    /// Absolute offset of the object's sub-record tag in the uncompressed dump; `None` for the
    /// synthetic loader. O(64).
    pub fn offset(&self, object: ObjectIndex, classes: &Classes, ids: IdSize) -> Option<u64> {
        self.offset_among(self.jumps.len(), object, classes, ids)
    }

    /// As [`offset`](Self::offset), by the first `jumps` jumps, which are sorted.
    fn offset_among(
        &self,
        jumps: usize,
        object: ObjectIndex,
        classes: &Classes,
        ids: IdSize,
    ) -> Option<u64> {
        if self.system_loader == Some(object.0) {
            return None;
        }
        let target = object.index();
        let mut at = target / SAMPLE * SAMPLE;
        let mut offset = self.samples.get(target / SAMPLE)?;
        let jumps = self.jumps.get(..jumps).unwrap_or_default();
        let jump = jumps.partition_point(|j| j.0 <= object.0).checked_sub(1);
        if let Some(&(start, jump_offset)) = jump.and_then(|j| jumps.get(j))
            && start as usize > at
        {
            at = start as usize;
            offset = jump_offset;
        }
        while at < target {
            let between = ObjectIndex(u32::try_from(at).ok()?);
            let class = classes.get(self.class(between));
            let length = u64::from(self.length(between).unwrap_or(0));
            offset = offset.checked_add(class.record_len(length, ids))?;
            at += 1;
        }
        Some(offset)
    }

    /// Bytes of memory occupied.
    pub fn bytes(&self) -> usize {
        let classes = match &self.classes {
            ClassColumn::Narrow(c) => c.bytes(),
            ClassColumn::Wide(c) => c.bytes(),
        };
        self.ids.log().bytes()
            + classes
            + self.lengths.bytes()
            + self.long_lengths.capacity() * 8
            + self.samples.bytes()
            + self.arrays.words.bytes()
            + self.arrays.ranks.bytes()
            + self.jumps.capacity() * 16
            + self.class_objects.capacity() * 4
    }
}

/// A count as `u32`, or the error that says that the dump has more objects than can be numbered.
fn narrow(index: usize) -> Result<u32> {
    u32::try_from(index).ok().filter(|&i| i < crate::graph::MAX_NODES).ok_or_else(|| {
        let most =
            "The dump holds more than 4,294,967,293 objects, which is as many as can be numbered";
        Error::new(ErrorKind::TooLarge, most).advise(
            "Take the dump with live objects only (jcmd GC.heap_dump does unless -all is given)",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_have_their_length_short_or_long() {
        let lengths = [0, 1, 65_534, 65_535, 7, 65_536, u32::MAX, 3];
        let mut objects = Objects::default();
        for (i, length) in (1..).zip(lengths) {
            objects.push(ObjectId(16 * i), ClassIndex(0), Some(length), 0, 0).unwrap();
            objects.push(ObjectId(16 * i + 8), ClassIndex(0), None, 0, 0).unwrap();
        }
        for (i, length) in (0..).zip(lengths) {
            assert_eq!(objects.length(ObjectIndex(2 * i)), Some(length));
            assert_eq!(objects.length(ObjectIndex(2 * i + 1)), None);
        }
        let mut seen = Vec::new();
        objects.for_each(0..objects.len(), |_, _, length| seen.push(length));
        assert_eq!(seen, lengths.iter().flat_map(|&length| [length, 0]).collect::<Vec<_>>());
    }

    #[test]
    fn case_47_more_objects_than_can_be_numbered_are_refused_with_what_to_do() {
        let most = usize::try_from(crate::graph::MAX_NODES).unwrap();
        assert_eq!(narrow(most - 1).unwrap(), crate::graph::MAX_NODES - 1);
        let error = narrow(most).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.message().contains("4,294,967,293"), "{error}");
        assert!(error.advice().is_some_and(|advice| advice.contains("live objects only")));
    }
}
