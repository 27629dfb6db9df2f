//! How HotSpot lays out objects: headers, fields, arrays.
//!
//! Sources: HotSpot's `ClassFileParser::layout_fields` (up to JDK 14), `FieldLayoutBuilder` (from
//! JDK 15) and `arrayOopDesc::base_offset_in_bytes`, whose rules are restated here.

use crate::hprof::BasicType;

/// How the fields of a class are placed behind those of its super class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FieldPacking {
    /// JDK 15 on: every field goes into the smallest gap that holds it, gaps that super classes
    /// left included.
    FillsGaps,
    /// JDK 5 to 14: each class starts at a multiple of the reference size behind its super class;
    /// only the gap before the first `long` or `double` is filled.
    SuperClassFirst,
}

/// Where the elements of arrays begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ArrayBase {
    /// Up to JDK 22: at a multiple of the machine word.
    Word,
    /// JDK 23 on: at a multiple of the element size.
    Element,
}

/// Memory layout of all objects of a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// Bytes before the first field of an instance: 8 on 32-bit JVMs and with compact object
    /// headers, 12 with compressed class pointers, 16 without.
    pub header_bytes: u8,
    /// Bytes of a reference in a field or an element: 4 compressed or 32-bit, else 8.
    pub reference_bytes: u8,
    /// Bytes that sizes and addresses of objects are multiples of (`ObjectAlignmentInBytes`).
    pub alignment: u16,
    /// How fields are placed.
    pub fields: FieldPacking,
    /// How array elements are placed.
    pub arrays: ArrayBase,
    /// Bytes of a machine word: 4 or 8.
    pub word_bytes: u8,
}

impl Layout {
    /// `size` rounded up to the alignment of objects.
    #[inline]
    pub fn aligned(&self, size: u64) -> u64 {
        size.checked_next_multiple_of(u64::from(self.alignment)).unwrap_or(size)
    }

    /// Bytes of a field or element.
    #[inline]
    pub fn width(&self, ty: BasicType) -> u64 {
        width(ty, u64::from(self.reference_bytes))
    }

    /// Offset of the first element of arrays with elements of this many bytes. The length takes
    /// the four bytes behind the header.
    pub fn array_base(&self, element_bytes: u64) -> u64 {
        let end = u64::from(self.header_bytes) + 4;
        let unit = match self.arrays {
            ArrayBase::Word => u64::from(self.word_bytes),
            ArrayBase::Element => 4,
        };
        end.next_multiple_of(unit.max(element_bytes))
    }
}

/// Bytes of a field or element, given those of a reference.
#[inline]
pub(super) fn width(ty: BasicType, reference: u64) -> u64 {
    match ty {
        BasicType::Object => reference,
        BasicType::Boolean | BasicType::Byte => 1,
        BasicType::Char | BasicType::Short => 2,
        BasicType::Int | BasicType::Float => 4,
        BasicType::Long | BasicType::Double => 8,
    }
}

/// Fields of one class by width; nothing else of them matters to the size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldCounts {
    pub(super) references: u64,
    pub(super) bytes: u64,
    pub(super) shorts: u64,
    pub(super) ints: u64,
    pub(super) longs: u64,
}

impl FieldCounts {
    pub(super) fn new(types: impl Iterator<Item = BasicType>) -> Self {
        let mut counts = Self::default();
        for ty in types {
            match ty {
                BasicType::Object => counts.references += 1,
                BasicType::Boolean | BasicType::Byte => counts.bytes += 1,
                BasicType::Char | BasicType::Short => counts.shorts += 1,
                BasicType::Int | BasicType::Float => counts.ints += 1,
                BasicType::Long | BasicType::Double => counts.longs += 1,
            }
        }
        counts
    }

    /// Bytes of all fields without padding.
    pub(super) fn sum(&self, reference: u64) -> u64 {
        self.references * reference + self.bytes + 2 * self.shorts + 4 * self.ints + 8 * self.longs
    }
}

/// Bytes around fields that threads contend for (`ContendedPaddingWidth`).
const CONTENDED_PADDING: u64 = 128;

/// Where the fields of a class and its super classes end, and the gaps between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) end: u64,
    /// Start and end of each gap. Fields fill the gaps that alignment leaves, so that all gaps of
    /// a lineage together stay below a few words.
    gaps: Vec<(u64, u64)>,
    /// Where the last field ends, if a class of the lineage has `@Contended` fields: from JDK 15
    /// on, each class below it starts after another padding.
    contended: Option<u64>,
}

impl Extent {
    /// An object without fields.
    pub(super) fn header(bytes: u8) -> Self {
        Self { end: bytes.into(), gaps: Vec::new(), contended: None }
    }

    /// The extent with the fields of a subclass.
    pub(super) fn with(&self, fields: &FieldCounts, packing: FieldPacking, reference: u64) -> Self {
        let mut extent = self.clone();
        if let Some(last) = self.contended {
            extent.end = last.saturating_add(CONTENDED_PADDING);
            extent.gaps.clear();
        }
        match packing {
            FieldPacking::FillsGaps => extent.fill(fields, reference),
            FieldPacking::SuperClassFirst => extent.append(fields, reference),
        }
        if self.contended.is_some() && *fields != FieldCounts::default() {
            extent.contended = Some(extent.end);
        }
        extent
    }

    /// The extent with some of its fields, a `long` among them, between paddings.
    pub(super) fn with_contended_fields(&self, packing: FieldPacking) -> Self {
        Self::padded(self.end.next_multiple_of(8) + 2 * CONTENDED_PADDING, packing)
    }

    /// An extent whose last padding ends at `end`.
    pub(super) fn padded(end: u64, packing: FieldPacking) -> Self {
        let contended = match packing {
            FieldPacking::FillsGaps => end.checked_sub(CONTENDED_PADDING),
            FieldPacking::SuperClassFirst => None,
        };
        Self { end, gaps: Vec::new(), contended }
    }

    /// JDK 15 on: primitives from the widest to the narrowest, then references.
    fn fill(&mut self, fields: &FieldCounts, reference: u64) {
        let order = [
            (8, fields.longs),
            (4, fields.ints),
            (2, fields.shorts),
            (1, fields.bytes),
            (reference, fields.references),
        ];
        for (width, mut count) in order {
            while count > 0 && self.take_gap(width) {
                count -= 1;
            }
            if count > 0 {
                let at = self.end.next_multiple_of(width);
                if at > self.end {
                    self.gaps.push((self.end, at));
                }
                self.end = at + count * width;
            }
        }
    }

    /// Puts one field into the smallest gap that holds it (the last one of equals).
    fn take_gap(&mut self, width: u64) -> bool {
        let fits = |&(start, end): &(u64, u64)| start.next_multiple_of(width) + width <= end;
        let smallest = self.gaps.iter().rev().filter(|g| fits(g)).map(|g| g.1 - g.0).min();
        let Some(index) =
            smallest.and_then(|size| self.gaps.iter().rposition(|g| fits(g) && g.1 - g.0 == size))
        else {
            return false;
        };
        let (start, end) = self.gaps.remove(index);
        let at = start.next_multiple_of(width);
        if at + width < end {
            self.gaps.insert(index, (at + width, end));
        }
        if start < at {
            self.gaps.insert(index, (start, at));
        }
        true
    }

    /// JDK 5 to 14: longs, ints, shorts, bytes, references; what fits goes before the first long.
    fn append(&mut self, fields: &FieldCounts, reference: u64) {
        let mut left = *fields;
        let mut at = self.end.next_multiple_of(reference);
        if left.longs > 0 {
            let start = at.next_multiple_of(8);
            let mut room = start - at;
            room -= 4 * take(&mut left.ints, room / 4);
            room -= 2 * take(&mut left.shorts, room / 2);
            room -= take(&mut left.bytes, room);
            take(&mut left.references, (room / reference).min(1));
            at = start;
        }
        at += 8 * left.longs + 4 * left.ints + 2 * left.shorts + left.bytes;
        if left.references > 0 {
            at = at.next_multiple_of(reference) + left.references * reference;
        }
        self.end = at;
        self.gaps.clear();
    }
}

/// Takes up to `most` from `count`; what was taken.
fn take(count: &mut u64, most: u64) -> u64 {
    let taken = most.min(*count);
    *count -= taken;
    taken
}
