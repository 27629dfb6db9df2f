//! What is in a collection: how many elements, and which.

pub mod chain;
pub mod contents;
mod layout;
pub mod shape;
mod walk;

pub use contents::{ContentsQuery, ContentsStep, ContentsWindow, Listing};
pub use layout::ContentsKind;
pub use shape::is_collection_class;
pub use walk::Trouble;

use crate::heap::ObjectIndex;
use crate::heap::values::Values;

/// Wrappers within wrappers that are looked through.
const MAX_DEPTH: u32 = 8;
/// Cells of a striped counter; the JDK makes at most as many as processors, rounded up.
const MAX_CELLS: u32 = 4096;

/// Number of elements of a `java.util` collection or map, of JDK 5 to 25; wrappers such as
/// `Collections.synchronizedList` are looked through. `None` for anything else.
pub fn size(values: &Values<'_>, object: ObjectIndex) -> Option<u64> {
    size_within(values, object, MAX_DEPTH)
}

fn size_within(values: &Values<'_>, object: ObjectIndex, depth: u32) -> Option<u64> {
    let depth = depth.checked_sub(1)?;
    let heap = values.heap();
    let integer = |name| values.integer(object, name).and_then(|n| u64::try_from(n).ok());
    let through = |name| size_within(values, values.reference(object, name)?, depth);
    heap.classes.lineage(heap.objects.class(object)).find_map(|class| {
        match heap.classes.get(class).name.as_str() {
            "java.util.ArrayList"
            | "java.util.LinkedList"
            | "java.util.HashMap"
            | "java.util.TreeMap"
            | "java.util.WeakHashMap"
            | "java.util.IdentityHashMap"
            | "java.util.EnumMap"
            | "java.util.PriorityQueue" => integer("size"),
            "java.util.Vector" => integer("elementCount"),
            // Properties keeps its entries in a ConcurrentHashMap since JDK 9.
            "java.util.Properties" => through("map").or_else(|| integer("count")),
            "java.util.Hashtable" => integer("count"),
            "java.util.HashSet" => through("map"),
            "java.util.TreeSet" => through("m"),
            "java.util.concurrent.ConcurrentHashMap" => concurrent_map(values, object),
            "java.util.concurrent.CopyOnWriteArrayList" => {
                let array = values
                    .reference(object, "array")
                    .or_else(|| values.reference(object, "elements"))?;
                heap.objects.length(array).map(u64::from)
            }
            "java.util.concurrent.CopyOnWriteArraySet" => through("al"),
            "java.util.concurrent.ConcurrentHashMap$CollectionView" => through("map"),
            "java.util.concurrent.ConcurrentSkipListSet" => through("m"),
            // A striped counter since JDK 11; before, its entries would have to be counted.
            "java.util.concurrent.ConcurrentSkipListMap" => {
                match values.reference(object, "adder") {
                    Some(adder) => striped(values, adder, "base", "cells"),
                    None => values.field(object, "adder").map(|_| 0),
                }
            }
            "java.util.ImmutableCollections$ListN" | "java.util.Arrays$ArrayList" => {
                let array = values
                    .reference(object, "elements")
                    .or_else(|| values.reference(object, "a"))?;
                heap.objects.length(array).map(u64::from)
            }
            "java.util.ImmutableCollections$List0"
            | "java.util.ImmutableCollections$Set0"
            | "java.util.ImmutableCollections$Map0" => Some(0),
            "java.util.ImmutableCollections$SetN" | "java.util.ImmutableCollections$MapN" => {
                integer("size")
            }
            "java.util.ImmutableCollections$List1" | "java.util.ImmutableCollections$Set1" => {
                Some(1)
            }
            "java.util.ImmutableCollections$List2" | "java.util.ImmutableCollections$Set2" => {
                Some(2)
            }
            "java.util.ImmutableCollections$List12" | "java.util.ImmutableCollections$Set12" => {
                Some(1 + u64::from(has_second(values, object)))
            }
            "java.util.ImmutableCollections$Map1"
            | "java.util.Collections$SingletonList"
            | "java.util.Collections$SingletonSet"
            | "java.util.Collections$SingletonMap" => Some(1),
            "java.util.Collections$EmptyList"
            | "java.util.Collections$EmptySet"
            | "java.util.Collections$EmptyMap" => Some(0),
            "java.util.Collections$CopiesList" => integer("n"),
            "java.util.RegularEnumSet" => {
                let bits = values.integer(object, "elements")?;
                Some(u64::from(bits.count_ones()))
            }
            "java.util.concurrent.ArrayBlockingQueue" => integer("count"),
            "java.util.concurrent.LinkedBlockingQueue" => {
                integer_of(values, values.reference(object, "count")?)
            }
            "java.util.concurrent.LinkedBlockingDeque" => integer("count"),
            // A PriorityQueue within before JDK 7.
            "java.util.concurrent.PriorityBlockingQueue" => {
                integer("size").or_else(|| through("q"))
            }
            "java.util.concurrent.DelayQueue" => through("q"),
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue"
            | "java.util.ArrayList$SubList"
            | "java.util.ImmutableCollections$SubList"
            | "java.lang.ThreadLocal$ThreadLocalMap" => integer("size"),
            "java.util.JumboEnumSet" => integer("size"),
            "java.util.ArrayDeque" => array_deque(values, object),
            "java.util.Collections$AsLIFOQueue" => through("q"),
            "java.util.Collections$SetFromMap" | "java.util.Collections$SequencedSetFromMap" => {
                through("m")
            }
            "java.util.Collections$SynchronizedCollection"
            | "java.util.Collections$CheckedCollection"
            | "java.util.Collections$UnmodifiableCollection" => through("c"),
            "java.util.Collections$SynchronizedMap"
            | "java.util.Collections$UnmodifiableMap"
            | "java.util.Collections$CheckedMap" => through("m"),
            _ => None,
        }
    })
}

fn integer_of(values: &Values<'_>, object: ObjectIndex) -> Option<u64> {
    values.integer(object, "value").and_then(|n| u64::try_from(n).ok())
}

/// The striped counter since JDK 8; the segments' counts before.
fn concurrent_map(values: &Values<'_>, map: ObjectIndex) -> Option<u64> {
    if values.integer(map, "baseCount").is_some() {
        return striped(values, map, "baseCount", "counterCells");
    }
    let segments = values.reference(map, "segments")?;
    let mut sum = 0u64;
    for id in values.object_elements(segments, 0, MAX_CELLS).ok()? {
        if let Some(segment) = values.resolve(id) {
            let count = values.integer(segment, "count").unwrap_or(0);
            sum = sum.saturating_add(u64::try_from(count).unwrap_or(0));
        }
    }
    Some(sum)
}

fn array_deque(values: &Values<'_>, deque: ObjectIndex) -> Option<u64> {
    let elements = values.reference(deque, "elements")?;
    let length = i64::from(values.heap().objects.length(elements)?);
    let head = values.integer(deque, "head")?;
    let tail = values.integer(deque, "tail")?;
    let size = if tail >= head { tail - head } else { tail - head + length };
    u64::try_from(size).ok()
}

/// A counter of which threads in each other's way count in cells of their own, of things that are
/// there.
fn striped(values: &Values<'_>, counter: ObjectIndex, base: &str, cells: &str) -> Option<u64> {
    u64::try_from(striped_sum(values, counter, base, cells)?).ok()
}

/// The sum of a counter with cells.
pub(super) fn striped_sum(
    values: &Values<'_>,
    counter: ObjectIndex,
    base: &str,
    cells: &str,
) -> Option<i64> {
    let mut sum = values.integer(counter, base)?;
    if let Some(cells) = values.reference(counter, cells) {
        for id in values.object_elements(cells, 0, MAX_CELLS).ok()? {
            if let Some(cell) = values.resolve(id) {
                sum = sum.saturating_add(values.integer(cell, "value").unwrap_or(0));
            }
        }
    }
    Some(sum)
}

/// Whether an immutable list or set of one or two elements has two: without a second, `e1` is null
/// (before JDK 16) or the object in the static `EMPTY`.
fn has_second(values: &Values<'_>, object: ObjectIndex) -> bool {
    let Some(second) = values.reference(object, "e1") else { return false };
    let owner = values.heap().classes.by_name("java.util.ImmutableCollections");
    owner.and_then(|class| values.static_reference(class, "EMPTY")) != Some(second)
}
