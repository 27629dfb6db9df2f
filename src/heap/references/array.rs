//! The references of object arrays, which may have millions of elements: which of them lead to an
//! object is a look at the address map each, and what need not know it compares ids instead.

use super::{Reference, SomeReferences, Via, to_class};
use crate::error::Result;
use crate::heap::ObjectIndex;
use crate::heap::objects::ObjectKind;
use crate::heap::values::Values;
use crate::hprof::ObjectId;

/// Elements read at first, as most searches end early, and at most.
const PAGES: core::ops::RangeInclusive<u32> = 1 << 8..=1 << 18;

/// Calls `see` with the position and the id of each element from `start` on that is not null, until
/// it returns `false`; whether it never did.
fn for_each_id(
    values: &Values<'_>,
    array: ObjectIndex,
    mut start: u32,
    mut see: impl FnMut(u32, ObjectId) -> bool,
) -> Result<bool> {
    let length = values.heap().objects.length(array).unwrap_or(0);
    let mut count = *PAGES.start();
    while start < length {
        let page = values.object_elements(array, start, count)?;
        if page.is_empty() {
            break;
        }
        for (id, at) in page.into_iter().zip(start..) {
            if id.0 != 0 && !see(at, id) {
                return Ok(false);
            }
        }
        start = start.saturating_add(count);
        count = count.saturating_mul(4).min(*PAGES.end());
    }
    Ok(true)
}

/// Calls `see` with each element that is not null until it returns `false`; whether it never did.
pub(super) fn elements(
    values: &Values<'_>,
    array: ObjectIndex,
    see: &mut dyn FnMut(Reference) -> bool,
) -> Result<bool> {
    for_each_id(values, array, 0, |at, id| {
        see(Reference { via: Via::Element(at), target: values.resolve(id), id })
    })
}

/// As [`elements`], but only those that are `to`. What lies before the first is not read when the
/// array has no gaps.
pub(super) fn elements_that_are(
    values: &Values<'_>,
    array: ObjectIndex,
    to: ObjectIndex,
    see: &mut dyn FnMut(Reference) -> bool,
) -> Result<bool> {
    let id = values.heap().objects.id(to);
    if values.resolve(id) != Some(to) {
        return Ok(true);
    }
    // Elements are stored in order. Nulls, dangling ones and repetitions are not, so that the first
    // is no earlier in the array than among the stored ones.
    let stored = values.heap().edges.targets(array.0).position_of(to.0);
    let first = stored.map_or(0, |at| u32::try_from(at).unwrap_or(0));
    for_each_id(values, array, first, |at, found| {
        found != id || see(Reference { via: Via::Element(at), target: Some(to), id })
    })
}

/// As [`super::some_references`], of what is an object array whose stored references say how many
/// elements lead to an object; `None` of everything else.
pub(super) fn some_references(
    values: &Values<'_>,
    array: ObjectIndex,
    start: u32,
    count: u32,
) -> Result<Option<SomeReferences>> {
    let heap = values.heap();
    if heap.objects.kind(array, &heap.classes) != ObjectKind::ObjectArray
        || array.0 >= heap.edges.node_count()
        || heap.threads.of(array).is_some()
    {
        return Ok(None);
    }
    let mut some = SomeReferences { references: Vec::new(), total: 0 };
    if let Some(class) = to_class(heap, array) {
        some.total = 1;
        if start == 0 && count > 0 {
            some.references.push(class);
        }
    }
    let stored = heap.edges.targets(array.0).count_left();
    let length = heap.objects.length(array).unwrap_or(0);
    if stored == u64::from(length) {
        full(values, array, start, count, &mut some)?;
        return Ok(Some(some));
    }
    Ok(with_gaps(values, array, start..start.saturating_add(count), stored, &mut some)?
        .then_some(some))
}

/// Every element leads to an object, and none is left out of the stored references.
fn full(
    values: &Values<'_>,
    array: ObjectIndex,
    start: u32,
    count: u32,
    some: &mut SomeReferences,
) -> Result<()> {
    let before = some.total;
    let first = start.saturating_sub(before);
    let count = count.saturating_sub(some.references.len().try_into().unwrap_or(u32::MAX));
    let ids = values.object_elements(array, first, count)?;
    let element = |(id, at)| Reference { via: Via::Element(at), target: values.resolve(id), id };
    some.references.extend(ids.into_iter().zip(first..).map(element));
    let length = values.heap().objects.length(array).unwrap_or(0);
    some.total = before.saturating_add(length);
    Ok(())
}

/// Counts the elements that are not null as if none were dangling. Whether that is so, the number
/// of stored references says, which leave out what repeats the element before it, except as the
/// second: from then on, each stretch of dangling elements is at least one stored reference less,
/// as what lies on its two sides can only become one. Until then elements are looked up.
fn with_gaps(
    values: &Values<'_>,
    array: ObjectIndex,
    window: core::ops::Range<u32>,
    stored: u64,
    some: &mut SomeReferences,
) -> Result<bool> {
    let mut kept = 0u64;
    let mut previous = ObjectId(0);
    let mut ids: Vec<(u32, ObjectId)> = Vec::new();
    let mut total = some.total;
    for_each_id(values, array, 0, |at, id| {
        if kept < 2 || id != previous {
            if kept < 2 && values.resolve(id).is_none() {
                return true;
            }
            kept += 1;
            previous = id;
        }
        if window.contains(&total) {
            ids.push((at, id));
        }
        total = total.saturating_add(1);
        true
    })?;
    if kept != stored {
        return Ok(false);
    }
    some.total = total;
    let element = |(at, id)| Reference { via: Via::Element(at), target: values.resolve(id), id };
    some.references.extend(ids.into_iter().map(element));
    Ok(true)
}
