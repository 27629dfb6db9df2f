//! The references of object arrays, which may have millions of elements: which of them lead to an
//! object is a look at the address map each, and what need not know it compares ids instead.

use super::{Reference, SomeReferences, Via, to_class};
use crate::error::Result;
use crate::heap::ObjectIndex;
use crate::heap::objects::ObjectKind;
use crate::heap::values::Values;
use crate::hprof::ObjectId;
use core::ops::{Range, RangeInclusive};

/// Elements read at first, as most searches end early, and at most.
const PAGES: RangeInclusive<u32> = 1 << 8..=1 << 18;

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

/// As [`super::some_references`], of object arrays; `None` of everything else.
pub(super) fn some_references(
    values: &Values<'_>,
    array: ObjectIndex,
    start: u32,
    count: u32,
) -> Result<Option<SomeReferences>> {
    let heap = values.heap();
    if heap.objects.kind(array, &heap.classes) != ObjectKind::ObjectArray
        || heap.threads.of(array).is_some()
    {
        return Ok(None);
    }
    let mut some = SomeReferences { references: Vec::new(), total: 0 };
    let mut window = start..start.saturating_add(count);
    if let Some(class) = to_class(heap, array) {
        if window.contains(&0) {
            some.references.push(class);
        }
        some.total = 1;
        window = start.saturating_sub(1)..window.end.saturating_sub(1);
    }
    let are_known = array.0 < heap.edges.node_count();
    let stored = heap.edges.targets(array.0).count_left();
    let length = heap.objects.length(array).unwrap_or(0);
    let elements = if are_known && stored == u64::from(length) {
        // Every element leads to an object, and none is left out of the stored references.
        let count = window.end.saturating_sub(window.start);
        let ids = values.object_elements(array, window.start, count)?;
        Elements { window: (window.start..).zip(ids).collect(), total: length }
    } else {
        let compared = if are_known { compared(values, array, &window, stored)? } else { None };
        match compared {
            Some(elements) => elements,
            None => held(values, array, &window, |id| heap.addresses.contains(id))?,
        }
    };
    let element = |(at, id)| Reference { via: Via::Element(at), target: values.resolve(id), id };
    some.references.extend(elements.window.into_iter().map(element));
    some.total = some.total.saturating_add(elements.total);
    Ok(Some(some))
}

/// Elements that lead to an object: position and id of some, and the number of all.
struct Elements {
    window: Vec<(u32, ObjectId)>,
    total: u32,
}

/// The elements whose ids are objects of the dump, of which `is_held` knows in the order of the
/// array. Nulls are none.
fn held(
    values: &Values<'_>,
    array: ObjectIndex,
    window: &Range<u32>,
    mut is_held: impl FnMut(ObjectId) -> bool,
) -> Result<Elements> {
    let mut elements = Elements { window: Vec::new(), total: 0 };
    for_each_id(values, array, 0, |at, id| {
        if is_held(id) {
            if window.contains(&elements.total) {
                elements.window.push((at, id));
            }
            elements.total = elements.total.saturating_add(1);
        }
        true
    })?;
    Ok(elements)
}

/// The elements as if none were dangling, unless the number of `stored` references shows that one
/// is. These leave out what repeats the element before it, except as the second: from then on, each
/// stretch of dangling elements makes them fewer by one at least, as what lies on its two sides can
/// only become one. Until then, elements are looked up.
fn compared(
    values: &Values<'_>,
    array: ObjectIndex,
    window: &Range<u32>,
    stored: u64,
) -> Result<Option<Elements>> {
    let addresses = &values.heap().addresses;
    let (mut kept, mut previous) = (0u64, ObjectId(0));
    let elements = held(values, array, window, |id| {
        if kept < 2 || id != previous {
            if kept < 2 && !addresses.contains(id) {
                return false;
            }
            kept += 1;
            previous = id;
        }
        true
    })?;
    Ok((kept == stored).then_some(elements))
}
