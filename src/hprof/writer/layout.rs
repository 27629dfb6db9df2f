//! Where a JVM would put objects, so that the addresses of a built dump tell true sizes.

use crate::hprof::{BasicType, IdSize, ObjectId};

/// The layout of objects in memory; it decides the distance between addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapLayout {
    /// Bytes before the first field of an instance.
    pub header: u64,
    /// Bytes of a reference in a field or an element.
    pub reference: u64,
    /// What sizes and addresses are multiples of; a power of two.
    pub alignment: u64,
}

impl HeapLayout {
    /// A 32-bit JVM.
    pub const BITS_32: Self = Self { header: 8, reference: 4, alignment: 8 };
    /// A 64-bit JVM with compressed references and class pointers: heaps below 32 GB.
    pub const COMPRESSED: Self = Self { header: 12, reference: 4, alignment: 8 };
    /// A 64-bit JVM whose references are not compressed but whose class pointers are: heaps from
    /// 32 GB on, JDK 15 on.
    pub const WIDE_REFERENCES: Self = Self { header: 12, reference: 8, alignment: 8 };
    /// A 64-bit JVM that compresses nothing.
    pub const UNCOMPRESSED: Self = Self { header: 16, reference: 8, alignment: 8 };
    /// Compact object headers: JDK 24 on.
    pub const COMPACT_HEADERS: Self = Self { header: 8, reference: 4, alignment: 8 };

    /// What most JVMs with identifiers of this size have.
    pub fn usual(ids: IdSize) -> Self {
        match ids {
            IdSize::Four => Self::BITS_32,
            IdSize::Eight => Self::COMPRESSED,
        }
    }

    fn align(self, size: u64) -> u64 {
        size.next_multiple_of(self.alignment)
    }

    /// Bytes of a field or element.
    pub fn width(self, ty: BasicType) -> u64 {
        match ty {
            BasicType::Object => self.reference,
            _ => u64::from(ty.size(IdSize::Eight)),
        }
    }

    /// Shallow size of an instance whose classes, `java.lang.Object` first, have these fields.
    ///
    /// Packs as HotSpot does since JDK 15: the fields of each class from the widest to the
    /// narrowest, each into the first gap that holds it, gaps of super classes included.
    pub fn instance_size(self, lineage: &[Vec<BasicType>]) -> u64 {
        let mut gaps: Vec<(u64, u64)> = Vec::new();
        let mut end = self.header;
        for fields in lineage {
            let mut widths: Vec<u64> = fields.iter().map(|&ty| self.width(ty)).collect();
            widths.sort_unstable_by(|a, b| b.cmp(a));
            for width in widths {
                if place_in_gap(&mut gaps, width) {
                    continue;
                }
                let at = end.next_multiple_of(width);
                if at > end {
                    gaps.push((end, at));
                }
                end = at + width;
            }
        }
        self.align(end)
    }

    /// Shallow size of an array.
    pub fn array_size(self, element: BasicType, length: u64) -> u64 {
        let width = self.width(element);
        // The length follows the header; elements of 8 bytes begin at a multiple of 8.
        let start = (self.header + 4).next_multiple_of(width.max(4));
        self.align(start + length * width)
    }

    /// Bytes of a class object: the fields of `java.lang.Class`, roughly, and its statics.
    pub fn class_object_size(self, statics: &[BasicType]) -> u64 {
        let own = self.header + 18 * self.reference + 24;
        self.align(own.next_multiple_of(8) + statics.iter().map(|&ty| self.width(ty)).sum::<u64>())
    }
}

/// Puts a field into the first gap with room, and keeps what is left of the gap.
fn place_in_gap(gaps: &mut Vec<(u64, u64)>, width: u64) -> bool {
    for index in 0..gaps.len() {
        let (start, end) = gaps[index];
        let at = start.next_multiple_of(width);
        if at + width <= end {
            gaps.remove(index);
            if at + width < end {
                gaps.insert(index, (at + width, end));
            }
            if start < at {
                gaps.insert(index, (start, at));
            }
            return true;
        }
    }
    false
}

/// Hands out addresses one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allocator {
    pub(super) layout: HeapLayout,
    next: u64,
}

impl Allocator {
    pub(super) fn new(ids: IdSize) -> Self {
        let next = match ids {
            IdSize::Four => 0x7000_0000,
            IdSize::Eight => 0x7_0000_0000,
        };
        Self { layout: HeapLayout::usual(ids), next }
    }

    pub(super) fn start_at(&mut self, address: u64) {
        self.next = address;
    }

    /// An aligned address with `size` bytes before the next one.
    pub(super) fn take(&mut self, size: u64) -> ObjectId {
        let address = self.layout.align(self.next);
        self.next = address + self.layout.align(size);
        ObjectId(address)
    }
}

#[cfg(test)]
mod tests {
    use super::HeapLayout;
    use crate::hprof::BasicType::{self, Boolean, Byte, Int, Long, Object};

    /// Sizes that `GC.class_histogram` of JDK 17 reports.
    #[test]
    fn sizes_are_those_of_hotspot() {
        let size = |layout: HeapLayout, lineage: &[&[BasicType]]| {
            let lineage: Vec<Vec<BasicType>> = lineage.iter().map(|f| f.to_vec()).collect();
            layout.instance_size(&lineage)
        };
        let compressed = HeapLayout::COMPRESSED;
        assert_eq!(size(compressed, &[&[]]), 16, "java.lang.Object");
        let string: &[&[BasicType]] = &[&[], &[Object, Byte, Int, Boolean]];
        assert_eq!(size(compressed, string), 24, "java.lang.String");
        assert_eq!(size(HeapLayout::COMPACT_HEADERS, string), 24);
        assert_eq!(size(compressed, &[&[], &[Long]]), 24, "java.lang.Long");
        assert_eq!(size(compressed, &[&[], &[Int, Object, Object, Object]]), 32, "HashMap$Node");
        assert_eq!(size(compressed, &[&[], &[Long], &[Int]]), 24, "a gap of the super class");
        assert_eq!(size(HeapLayout::UNCOMPRESSED, &[&[], &[Object]]), 24);
        assert_eq!(size(HeapLayout::BITS_32, &[&[], &[Object, Byte, Int]]), 24);
    }

    #[test]
    fn array_sizes_are_those_of_hotspot() {
        assert_eq!(HeapLayout::COMPRESSED.array_size(Byte, 0), 16);
        assert_eq!(HeapLayout::COMPRESSED.array_size(Byte, 1), 24);
        assert_eq!(HeapLayout::COMPRESSED.array_size(Object, 10), 56);
        assert_eq!(HeapLayout::COMPRESSED.array_size(Long, 1), 24);
        assert_eq!(HeapLayout::UNCOMPRESSED.array_size(Object, 1), 32);
        assert_eq!(HeapLayout::COMPACT_HEADERS.array_size(Int, 1), 16);
        assert_eq!(HeapLayout::COMPACT_HEADERS.array_size(Long, 1), 24);
    }
}
