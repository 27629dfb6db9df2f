//! How much room a collection has, and of what it is made.

use super::layout::{self, Resolved, Storage};
use super::{ContentsKind, size};
use crate::analysis::HeapInquiry;
use crate::analysis::record::{Record, object_array_length};
use crate::heap::classes::ClassKind;
use crate::heap::{ClassIndex, Heap, ObjectIndex};

/// A collection as the memory that it takes.
#[derive(Clone, Debug)]
pub struct Shape {
    /// What it is to its program.
    pub kind: ContentsKind,
    /// Elements or entries.
    pub size: u64,
    /// Elements that its arrays have room for, or the buckets of its tables; `None` where it has no
    /// array, or one that is never larger than needed.
    pub capacity: Option<u64>,
    /// The tables of a hash table with chains.
    pub tables: Vec<ObjectIndex>,
    /// Bytes of the collection itself: what it is made of, without its elements.
    pub bytes: u64,
    /// Whether there was ever something in it; `None` where an empty one does not count changes.
    pub was_used: Option<bool>,
}

/// Whether a class of this name is one of the JDK's collections.
pub fn is_collection_class(name: &str) -> bool {
    layout::is_known(name)
}

/// Which collections have their elements in another collection of their own.
const OWNING: [(&str, &str); 7] = [
    ("java.util.HashSet", "map"),
    ("java.util.TreeSet", "m"),
    ("java.util.Properties", "map"),
    ("java.util.concurrent.ConcurrentSkipListSet", "m"),
    ("java.util.concurrent.CopyOnWriteArraySet", "al"),
    ("java.util.concurrent.DelayQueue", "q"),
    ("java.util.concurrent.PriorityBlockingQueue", "q"),
];

/// Views of other collections, wrappers, and collections that several share.
fn is_view(name: &str) -> bool {
    let Some(name) = name.strip_prefix("java.util.") else { return false };
    name.starts_with("Collections$")
        || name == "Arrays$ArrayList"
        || name.contains("SubList")
        || name.contains('$')
            && (name.contains("Set") || name.contains("Values"))
            && !name.starts_with("ImmutableCollections$")
}

fn owning_class(heap: &Heap, class: ClassIndex) -> Option<&'static str> {
    heap.classes.lineage(class).find_map(|class| {
        let name = heap.classes.get(class).name.as_str();
        OWNING.iter().find(|(owner, _)| *owner == name).map(|&(_, field)| field)
    })
}

/// Whether instances of the class may be collections with elements of their own: views and wrappers
/// are not, nor are `Collections.emptyList()` and its like.
pub fn may_have_shape(heap: &Heap, class: ClassIndex) -> bool {
    if heap.classes.get(class).kind != ClassKind::Instance {
        return false;
    }
    let name = |class| heap.classes.get(class).name.as_str();
    let known = heap.classes.lineage(class).map(name).find(|name| layout::is_known(name));
    known.is_some_and(|name| !is_view(name))
}

/// Whether an object of class `holder` that holds a collection is itself a collection, of which the
/// other one is a part: a `HashSet` and its `HashMap`.
pub fn is_made_of_a_collection(heap: &Heap, holder: ClassIndex) -> bool {
    owning_class(heap, holder).is_some()
}

/// The shape of a collection; `None` for what is none. A bounded number of reads.
pub fn shape(inquiry: &HeapInquiry<'_>, object: ObjectIndex) -> Option<Shape> {
    let (heap, values) = (inquiry.heap(), &inquiry.values);
    let resolved = layout::resolve(values, object)?;
    let size = size(values, object).or_else(|| counted(&resolved))?;
    let inner = owning_class(heap, heap.objects.class(object))
        .and_then(|field| Record::read(values, object).reference(field));
    let arrays = arrays(&resolved);
    let mut bytes = heap.shallow(object) + inner.map_or(0, |inner| heap.shallow(inner));
    // An array that several share, such as that of all empty lists, is not part of one.
    let owner = inner.unwrap_or(object).0;
    let own = |array: &&ObjectIndex| {
        inquiry.known.tree.is_none_or(|tree| tree.ancestors(array.0).take(4).any(|a| a == owner))
    };
    bytes += arrays.iter().filter(own).map(|&array| heap.shallow(array)).sum::<u64>();
    let node = node_bytes(heap, &resolved);
    bytes = bytes.saturating_add(node.saturating_mul(size));
    let capacity = capacity(inquiry, &resolved, &arrays);
    let tables = match resolved.storage {
        Storage::Buckets { tables, .. } => tables,
        _ => Vec::new(),
    };
    let changes = || Record::read(values, inner.unwrap_or(object)).integer("modCount");
    let was_used = if size == 0 { changes().map(|n| n != 0) } else { Some(true) };
    Some(Shape { kind: resolved.kind, size, capacity, tables, bytes, was_used })
}

/// Sizes that no field tells.
fn counted(resolved: &Resolved) -> Option<u64> {
    match &resolved.storage {
        Storage::Few(entries) => Some(entries.len() as u64),
        &Storage::Slots { length, .. } => Some(length.into()),
        Storage::Bits { words, .. } => {
            Some(words.iter().map(|word| u64::from(word.count_ones())).sum())
        }
        _ => None,
    }
}

fn arrays(resolved: &Resolved) -> Vec<ObjectIndex> {
    match &resolved.storage {
        &(Storage::Slots { array, .. }
        | Storage::Sparse { array }
        | Storage::Pairs { array, .. }) => {
            vec![array]
        }
        // The other array of an EnumMap belongs to the enum.
        &Storage::Indexed { values, .. } => vec![values],
        Storage::Buckets { tables, .. } => tables.clone(),
        Storage::Few(_)
        | Storage::Bits { .. }
        | Storage::Copies { .. }
        | Storage::Linked { .. }
        | Storage::Tree { .. } => Vec::new(),
    }
}

fn capacity(inquiry: &HeapInquiry<'_>, resolved: &Resolved, arrays: &[ObjectIndex]) -> Option<u64> {
    let lengths = || {
        let length = |&array| object_array_length(&inquiry.values, array).map(u64::from);
        arrays.iter().filter_map(length).sum::<u64>()
    };
    match resolved.storage {
        Storage::Slots { .. } | Storage::Indexed { .. } | Storage::Buckets { .. } => {
            Some(lengths())
        }
        Storage::Pairs { .. } => Some(lengths() / 2),
        Storage::Few(_)
        | Storage::Sparse { .. }
        | Storage::Bits { .. }
        | Storage::Copies { .. }
        | Storage::Linked { .. }
        | Storage::Tree { .. } => None,
    }
}

/// Bytes of an entry or node: of the first one, which is like the others but in tree bins.
fn node_bytes(heap: &Heap, resolved: &Resolved) -> u64 {
    /// Slots that are looked at for a node like most.
    const LOOKED_AT: usize = 64;
    let is_bin = |name: &str| name.ends_with("$TreeBin") || name.ends_with("$ForwardingNode");
    let node = match &resolved.storage {
        Storage::Buckets { tables, .. } => {
            let nodes = tables.iter().flat_map(|table| heap.edges.targets(table.0));
            let mut nodes = nodes.take(LOOKED_AT).map(ObjectIndex);
            nodes.find(|&node| !is_bin(&heap.classes.get(heap.objects.class(node)).name))
        }
        &Storage::Linked { first, .. } => first,
        &Storage::Tree { root, .. } => root,
        _ => None,
    };
    node.map_or(0, |node| heap.shallow(node))
}
