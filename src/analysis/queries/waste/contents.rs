//! What is wrong with the contents of strings and of arrays of primitives.

use super::kind::{Counts, Domain, Kind};
use crate::analysis::queries::arrays::{Tail, is_of_string};
use crate::analysis::queries::contents::Content;
use crate::analysis::queries::duplicates::Select;
use crate::analysis::queries::owners::Owners;
use crate::analysis::queries::strings::array_of;
use crate::analysis::query::Context;
use crate::error::Result;
use crate::graph::BitSet;
use crate::heap::classes::ClassKind;
use crate::heap::{Heap, ObjectIndex};
use crate::hprof::BasicType;

/// All strings, counted by who holds them.
#[derive(Debug)]
pub(super) struct AllStrings {
    pub(super) sums: Counts,
    /// Those of two bytes per character whose characters would fit into one; allocated with the first.
    pub(super) wide: Option<BitSet>,
    fits: bool,
}

impl AllStrings {
    pub(super) fn new() -> Self {
        Self { sums: Counts::new(), wide: None, fits: true }
    }
}

impl Select for AllStrings {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        self.fits = true;
        Content::of_string(&context.inquiry, object)
    }

    fn piece(&mut self, _: &Context<'_>, of: &Content, _: u32, raw: &[u8]) {
        self.fits = self.fits && of.is_wide_latin1(raw);
    }

    fn is_wanted(
        &mut self,
        context: &Context<'_>,
        owners: &mut Owners,
        object: ObjectIndex,
        of: &Content,
    ) -> Result<bool> {
        let owner = owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::Strings, owner)?;
        if self.fits && of.length > 0 {
            note(&mut self.wide, context, object)?;
        }
        Ok(true)
    }
}

/// Bytes that a string of two bytes per character would save with one; 0 where its array holds more
/// than its text, and may be that of other strings, too (before JDK 7u6).
pub(super) fn saved_by_narrow_text(context: &Context<'_>, string: ObjectIndex) -> Result<u64> {
    let heap = context.inquiry.heap();
    let content = Content::of_string(&context.inquiry, string)?;
    let (Some(content), Some(array)) = (content, array_of(context, string)) else { return Ok(0) };
    let bytes = match heap.primitive_element(heap.objects.class(array)) {
        Some(BasicType::Char) => heap.objects.length(array).map_or(0, |units| 2 * u64::from(units)),
        _ => heap.objects.length(array).map_or(0, u64::from),
    };
    if bytes > 2 * u64::from(content.length) {
        return Ok(0);
    }
    Ok(heap.shallow(array).saturating_sub(array_bytes(
        heap,
        array,
        BasicType::Byte,
        content.length,
    )))
}

/// Arrays of primitives but those of strings; those that waste by themselves are not compared.
#[derive(Debug)]
pub(super) struct AllArrays {
    pub(super) sums: Counts,
    /// Those of one element, or whose elements would fit half the width; allocated with the first.
    pub(super) noted: Option<BitSet>,
    tail: Tail,
    is_zero: bool,
    is_narrow: bool,
}

impl AllArrays {
    pub(super) fn new(sums: Counts) -> Self {
        Self { sums, noted: None, tail: Tail::default(), is_zero: true, is_narrow: true }
    }
}

impl Select for AllArrays {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        self.tail = Tail::default();
        (self.is_zero, self.is_narrow) = (true, true);
        let content = Content::of_array(&context.inquiry, object).filter(|c| c.length > 0);
        Ok(content.filter(|_| !is_of_string(context, object)))
    }

    fn piece(&mut self, context: &Context<'_>, of: &Content, at: u32, raw: &[u8]) {
        self.tail.piece(of.width(&context.inquiry.values), at, raw);
        self.is_zero = self.is_zero && raw.iter().all(|&byte| byte == 0);
        self.is_narrow = self.is_narrow && of.element().is_some_and(|ty| fit_half(ty, raw));
    }

    fn is_wanted(
        &mut self,
        context: &Context<'_>,
        owners: &mut Owners,
        object: ObjectIndex,
        of: &Content,
    ) -> Result<bool> {
        let owner = owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::PrimitiveArrays, owner)?;
        self.sums.there(Domain::Arrays, owner)?;
        if of.length > 1 && self.is_zero {
            let bytes = context.inquiry.heap().shallow(object);
            self.sums.add(Kind::EmptyArrays, owner, object, bytes)?;
            return Ok(false);
        }
        let free = u64::from(of.length).saturating_sub(self.tail.used(of.length));
        if of.length > 1 && free > 0 {
            let bytes = free.saturating_mul(of.width(&context.inquiry.values).into());
            self.sums.add(Kind::ZeroTails, owner, object, bytes)?;
            return Ok(false);
        }
        if of.length == 1 || self.is_narrow {
            note(&mut self.noted, context, object)?;
        }
        Ok(true)
    }
}

/// What would be saved of a noted array that is no duplicate.
pub(super) fn saved_by_narrow_elements(heap: &Heap, array: ObjectIndex) -> Option<(Kind, u64)> {
    let element = heap.primitive_element(heap.objects.class(array))?;
    let length = heap.objects.length(array)?;
    let bytes = heap.shallow(array);
    if length == 1 {
        let stays = u64::from(element.size(heap.ids()));
        return Some((Kind::OneElementArrays, bytes.saturating_sub(stays)));
    }
    let half = match element {
        BasicType::Long => BasicType::Int,
        BasicType::Int => BasicType::Short,
        _ => BasicType::Byte,
    };
    let saved = bytes.saturating_sub(array_bytes(heap, array, half, length));
    // Where alignment eats up what a short array would save there is nothing wrong.
    (saved > 0).then_some((Kind::UnusedHighBytes, saved))
}

/// Whether whole numbers, the highest byte of each first, would fit half the width: of signed ones
/// the upper half repeats the sign.
fn fit_half(element: BasicType, raw: &[u8]) -> bool {
    fn all<const WIDTH: usize>(raw: &[u8]) -> bool {
        raw.chunks_exact(WIDTH).all(|number| {
            let (high, low) = number.split_at(WIDTH / 2);
            let sign = if low.first().is_some_and(|&byte| byte >= 0x80) { 0xff } else { 0 };
            high.iter().all(|&byte| byte == sign)
        })
    }
    match element {
        BasicType::Char => raw.chunks_exact(2).all(|unit| unit.first() == Some(&0)),
        BasicType::Short => all::<2>(raw),
        BasicType::Int => all::<4>(raw),
        BasicType::Long => all::<8>(raw),
        _ => false,
    }
}

/// Bytes of an array as long as `like` would be with these elements, its header and alignment included.
fn array_bytes(heap: &Heap, like: ObjectIndex, element: BasicType, length: u32) -> u64 {
    let class = heap.objects.class(like);
    heap.sizes.of(like, class, ClassKind::PrimitiveArray(element), length.into())
}

fn note(set: &mut Option<BitSet>, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
    let set = match set {
        Some(set) => set,
        None => set.insert(BitSet::new(context.inquiry.heap().objects.len())?),
    };
    set.insert(object.0);
    Ok(())
}
