//! The contents of strings and primitive arrays, read piece by piece in bounded steps.

use crate::analysis::HeapInquiry;
use crate::analysis::query::{Context, Table, Work};
use crate::analysis::text::{StringKind, StringParts};
use crate::error::Result;
use crate::graph::{BitSet, Step};
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::{BasicType, utf16_text};

/// Elements that are read at once.
pub(super) const PIECE: u32 = 1 << 14;
/// Bytes whose reading costs about as much as a look at an object.
const BYTES_PER_LOOK: u64 = 512;

/// Where the elements of a string or primitive array are, and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) array: ObjectIndex,
    /// Elements before the first one.
    start: u32,
    /// UTF-16 units of a string, elements of an array.
    pub(super) length: u32,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text(StringKind),
    Array(BasicType),
}

/// Units that are all below 256, one byte each.
const NARROW: u8 = 1;
/// Units of two bytes, the lower one first.
const WIDE: u8 = 2;
/// Elements of arrays are told apart by their types.
const ARRAY: u8 = 16;

impl Content {
    /// Of a `java.lang.String`; `None` for anything else, or where the dump lacks its array.
    pub(super) fn of_string(
        inquiry: &HeapInquiry<'_>,
        object: ObjectIndex,
    ) -> Result<Option<Self>> {
        let heap = inquiry.heap();
        if Some(heap.objects.class(object)) != heap.known.string {
            return Ok(None);
        }
        Ok(inquiry.string_parts(object)?.map(|parts| {
            let StringParts { array, skip, length, kind } = parts;
            Self { array, start: skip, length, form: Form::Text(kind) }
        }))
    }

    /// Of an array of primitives; `None` for anything else.
    pub(super) fn of_array(inquiry: &HeapInquiry<'_>, object: ObjectIndex) -> Option<Self> {
        let heap = inquiry.heap();
        let element = heap.primitive_element(heap.objects.class(object))?;
        let length = heap.objects.length(object)?;
        Some(Self { array: object, start: 0, length, form: Form::Array(element) })
    }

    /// What the elements of an array are; `None` for strings.
    pub(super) fn element(&self) -> Option<BasicType> {
        match self.form {
            Form::Text(_) => None,
            Form::Array(element) => Some(element),
        }
    }

    /// What contents that are equal have in common besides their elements: the type of these. Texts are
    /// of one sort however their string encodes them.
    pub(super) fn sort(&self) -> u8 {
        self.element().map_or(0, |element| ARRAY + element as u8)
    }

    /// Whether a piece is of a string that takes two bytes for each character, none of which needs
    /// more than one.
    pub(super) fn is_wide_latin1(&self, raw: &[u8]) -> bool {
        let high = match self.form {
            Form::Text(StringKind::LittleEndian) => 1,
            Form::Text(StringKind::BigEndian) => 0,
            Form::Text(StringKind::Latin1) | Form::Array(_) => return false,
        };
        raw.chunks_exact(2).all(|unit| unit.get(high) == Some(&0))
    }

    /// Bytes of an element in the dump.
    pub(super) fn width(&self, values: &Values<'_>) -> u8 {
        match self.form {
            Form::Text(StringKind::Latin1) => 1,
            Form::Text(_) => 2,
            Form::Array(element) => element.size(values.heap().ids()),
        }
    }

    /// The bytes of about `count` elements from `at` on as the dump has them: fewer at the end, and
    /// none where the dump lacks them.
    pub(super) fn raw(&self, values: &Values<'_>, at: u32, count: u32) -> Result<Vec<u8>> {
        let count = count.min(self.length.saturating_sub(at));
        let (start, count) = match self.form {
            Form::Text(StringKind::LittleEndian) => (at.saturating_mul(2), count.saturating_mul(2)),
            _ => (self.start.saturating_add(at), count),
        };
        values.primitive_bytes(self.array, start, count)
    }

    /// The same elements as anybody else has them who says the same: a tag and bytes. Texts are
    /// equal however their string encodes them.
    pub(super) fn canonical(&self, mut raw: Vec<u8>) -> (u8, Vec<u8>) {
        let (low, high) = match self.form {
            Form::Array(element) => return (ARRAY + element as u8, raw),
            Form::Text(StringKind::Latin1) => return (NARROW, raw),
            Form::Text(StringKind::LittleEndian) => (0, 1),
            Form::Text(StringKind::BigEndian) => (1, 0),
        };
        if raw.chunks_exact(2).all(|unit| unit[high] == 0) {
            return (NARROW, raw.chunks_exact(2).map(|unit| unit[low]).collect());
        }
        if low == 1 {
            raw.chunks_exact_mut(2).for_each(|unit| unit.swap(0, 1));
        }
        (WIDE, raw)
    }
}

/// The units of a canonical piece of text.
pub(super) fn units(tag: u8, bytes: &[u8]) -> Vec<u16> {
    if tag == WIDE {
        return bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    }
    bytes.iter().map(|&b| b.into()).collect()
}

/// Characters of a text that a table shows.
pub(super) const SHOWN: usize = 120;

/// A text for a table: the beginning of it in quotes, with an ellipsis where it goes on.
pub(super) fn shown(mut units: Vec<u16>, goes_on: bool) -> String {
    let goes_on = goes_on || units.len() > SHOWN;
    units.truncate(SHOWN);
    units.pop_if(|last| goes_on && (0xd800..=0xdbff).contains(last));
    let end = if goes_on { "\u{2026}" } else { "" };
    format!("\"{}{end}\"", utf16_text(units))
}

/// Something that looks at contents.
pub(super) trait Scan: core::fmt::Debug {
    /// Looks at an object; what it answers is read.
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>>;

    /// A piece of it from element `at` on; false when that is enough. An empty content has none.
    fn piece(&mut self, context: &Context<'_>, of: &Content, at: u32, raw: Vec<u8>)
    -> Result<bool>;

    /// After the last piece that was wanted.
    fn end(&mut self, context: &Context<'_>, object: ObjectIndex, of: &Content) -> Result<()>;
}

/// A [`Scan`] that answers a question by itself.
pub(super) trait Answer: Scan {
    /// The answer; `missing` are objects whose contents the dump does not hold.
    fn finish(self, context: &Context<'_>, missing: u64) -> Result<Table>;
}

/// How far a look at a set's contents is.
#[derive(Debug, Default)]
pub(super) struct Scanning {
    next: u32,
    open: Option<(ObjectIndex, Content, u32)>,
    looked: u64,
    pub(super) missing: u64,
}

impl Scanning {
    /// Lets `scan` look at the contents of `set` in the order of the file.
    #[inline(never)]
    pub(super) fn step<S: Scan>(
        &mut self,
        scan: &mut S,
        context: &Context<'_>,
        set: &BitSet,
        budget: u64,
    ) -> Result<Step> {
        let values = &context.inquiry.values;
        let mut work = 0;
        while work < budget.max(1) {
            let Some((object, content, at)) = self.open.take() else {
                let Some(object) = set.next(self.next) else { return Ok(Step::Done) };
                self.next = object.saturating_add(1);
                self.looked += 1;
                work += 1;
                let object = ObjectIndex(object);
                if let Some(content) = scan.begin(context, object)? {
                    self.open = Some((object, content, 0));
                }
                continue;
            };
            if at >= content.length {
                scan.end(context, object, &content)?;
                continue;
            }
            let raw = content.raw(values, at, PIECE)?;
            work += raw.len() as u64 / BYTES_PER_LOOK;
            let wanted = PIECE.min(content.length - at);
            if raw.len() as u64 != u64::from(wanted) * u64::from(content.width(values)) {
                self.missing += 1;
                continue;
            }
            let is_wanted = scan.piece(context, &content, at, raw)?;
            let at = if is_wanted { at.saturating_add(PIECE) } else { content.length };
            self.open = Some((object, content, at));
        }
        let total = context.inquiry.heap().objects.len() as u64;
        Ok(Step::More { done: u64::from(self.next), total: total.max(self.next.into()) })
    }
}

/// An [`Answer`] as [`Work`].
#[derive(Debug)]
pub(super) struct ByContents<S> {
    scan: S,
    scanning: Scanning,
}

impl<S: Answer + 'static> ByContents<S> {
    pub(super) fn of(scan: S) -> Box<dyn Work> {
        Box::new(Self { scan, scanning: Scanning::default() })
    }
}

impl<S: Answer> Work for ByContents<S> {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        self.scanning.step(&mut self.scan, context, &context.of.set, budget)
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        self.scan.finish(context, self.scanning.missing)
    }
}

/// What a reader should know of contents that are not in the dump.
pub(super) fn note_missing(table: &mut Table, missing: u64) {
    if missing > 0 {
        let (what, lack) = if missing == 1 { ("object", "is") } else { ("objects", "are") };
        table.notes.push(format!(
            "The contents of {missing} {what} {lack} not in the dump, which left them out."
        ));
    }
}
