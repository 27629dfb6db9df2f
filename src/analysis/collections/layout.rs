//! Where the collections of the JDK keep what is in them, by class and fields of JDK 5 to 25.

use crate::analysis::record::{Record, object_array_length};
use crate::heap::values::Values;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::ObjectId;
use serde::Serialize;

/// What a collection is to its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ContentsKind {
    /// Keys with values.
    Map,
    /// Elements that have a position.
    List,
    /// Elements without one.
    Set,
    /// Elements in the order of their turn, or of a heap in an array.
    Queue,
}

/// Which part of a map's entries a collection is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Entries,
    Keys,
    Values,
}

/// Names of the fields of an entry or node. Without a `key` it holds an element only.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeFields {
    pub(super) key: Option<&'static str>,
    pub(super) value: &'static [&'static str],
    pub(super) next: Option<&'static str>,
}

/// Which nodes of a linked list hold no element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Skips {
    Nothing,
    /// Nodes whose element was taken.
    Empty,
    /// Nodes that are deleted or mark a deleted one, in a skip list.
    Deleted,
    /// Consumers that wait, and nodes whose element was taken, in a transfer queue.
    Waiting,
}

/// Where the contents are.
#[derive(Clone, Debug)]
pub(super) enum Storage {
    /// A few fields: keys (0 without) and values.
    Few(Vec<(ObjectId, ObjectId)>),
    /// `length` elements of an array from `start` on, around its end.
    Slots { array: ObjectIndex, start: u32, length: u32 },
    /// All elements of an array that are not null.
    Sparse { array: ObjectIndex },
    /// Key, value, key, value; pairs with a null key are free.
    Pairs { array: ObjectIndex, null_key: ObjectId },
    /// A key array beside a value array; null values are free.
    Indexed { keys: ObjectIndex, values: ObjectIndex, null_value: ObjectId },
    /// The elements of an array whose bits are set.
    Bits { universe: ObjectIndex, words: Vec<u64> },
    /// One element many times.
    Copies { element: ObjectId, count: u32 },
    /// Chains of nodes that begin in tables.
    Buckets { tables: Vec<ObjectIndex>, node: NodeFields, null_key: ObjectId },
    /// One chain of nodes that ends at null or where `stop` comes.
    Linked {
        first: Option<ObjectIndex>,
        stop: Option<ObjectIndex>,
        node: NodeFields,
        skips: Skips,
        null_key: ObjectId,
    },
    /// Nodes with `left` and `right`, in order.
    Tree { root: Option<ObjectIndex>, node: NodeFields },
}

/// A collection with its wrappers looked through.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) kind: ContentsKind,
    pub(super) part: Part,
    pub(super) storage: Storage,
    /// First element and length, of a part of a list.
    pub(super) slice: Option<(u32, u32)>,
}

/// What one class says of where its contents are.
enum Found {
    Here(ContentsKind, Storage),
    /// In another collection, of which this is all, or a part.
    Through(ObjectIndex, Option<(ContentsKind, Part)>),
    /// In a list from an element on.
    Slice(ObjectIndex, u32, u32),
}

/// Wrappers within wrappers that are looked through.
const MAX_DEPTH: usize = 8;
/// Segments of a map of JDK 5 to 7; the JDK makes at most as many.
const MAX_SEGMENTS: u32 = 1 << 16;
/// Words of the bits of an enum set; no enum has more constants than that.
const MAX_WORDS: u32 = 1 << 10;

/// The storage of a collection or map of `java.util` and `java.util.concurrent`, or of a sub class of
/// one; `None` for anything else and for layouts that no JDK has. A few reads.
pub(super) fn resolve(values: &Values<'_>, object: ObjectIndex) -> Option<Resolved> {
    let mut at = object;
    let mut part: Option<(ContentsKind, Part)> = None;
    let mut slice = None;
    for _ in 0..MAX_DEPTH {
        match look(values, at)? {
            Found::Here(kind, storage) => {
                let (kind, part) = part.unwrap_or((kind, Part::Entries));
                return Some(Resolved { kind, part, storage, slice });
            }
            Found::Through(inner, of) => {
                // The outermost view decides: a set of a map's keys stays one through its wrappers.
                part = part.or(of);
                at = inner;
            }
            Found::Slice(list, from, length) => {
                // A part of a part names the list itself: no second one may follow.
                if slice.replace((from, length)).is_some() {
                    return None;
                }
                at = list;
            }
        }
    }
    None
}

/// The class of the JDK that makes an object a collection.
pub(super) fn collection_class(values: &Values<'_>, object: ObjectIndex) -> Option<ClassIndex> {
    let heap = values.heap();
    let mut lineage = heap.classes.lineage(heap.objects.class(object));
    lineage.find(|&class| is_known(&heap.classes.get(class).name))
}

fn look(values: &Values<'_>, object: ObjectIndex) -> Option<Found> {
    let class = collection_class(values, object)?;
    let name = values.heap().classes.get(class).name.as_str();
    let reader = Reader { values, class, record: Record::as_of(values, object, class) };
    if let Some(name) = name.strip_prefix("java.util.concurrent.") {
        return reader.concurrent(name);
    }
    if name == "java.lang.ThreadLocal$ThreadLocalMap" {
        return reader.thread_locals();
    }
    let name = name.strip_prefix("java.util.")?;
    if let Some(name) = name.strip_prefix("ImmutableCollections$") {
        return reader.immutable(name);
    }
    if let Some(name) = name.strip_prefix("Collections$") {
        return reader.wrapper(name);
    }
    reader.plain(name)
}

/// Names without `java.util.` that [`Reader::plain`] knows.
const PLAIN: [&str; 31] = [
    "ArrayList",
    "ArrayList$SubList",
    "Arrays$ArrayList",
    "ArrayDeque",
    "EnumMap",
    "HashMap",
    "HashMap$EntrySet",
    "HashMap$KeySet",
    "HashMap$Values",
    "HashSet",
    "Hashtable",
    "IdentityHashMap",
    "JumboEnumSet",
    "LinkedHashMap",
    "LinkedHashMap$LinkedEntrySet",
    "LinkedHashMap$LinkedKeySet",
    "LinkedHashMap$LinkedValues",
    "LinkedList",
    "PriorityQueue",
    "Properties",
    "RegularEnumSet",
    "SubList",
    "TreeMap",
    "TreeMap$EntrySet",
    "TreeMap$KeySet",
    "TreeMap$Values",
    "TreeSet",
    "Vector",
    "WeakHashMap",
    "WeakHashMap$KeySet",
    "AbstractList$SubList",
];

/// Names without `java.util.concurrent.` that [`Reader::concurrent`] knows.
const CONCURRENT: [&str; 19] = [
    "ArrayBlockingQueue",
    "ConcurrentHashMap",
    "ConcurrentHashMap$EntrySetView",
    "ConcurrentHashMap$KeySetView",
    "ConcurrentHashMap$ValuesView",
    "ConcurrentLinkedDeque",
    "ConcurrentLinkedQueue",
    "ConcurrentSkipListMap",
    "ConcurrentSkipListSet",
    "CopyOnWriteArrayList",
    "CopyOnWriteArraySet",
    "DelayQueue",
    "LinkedBlockingDeque",
    "LinkedBlockingQueue",
    "LinkedTransferQueue",
    "PriorityBlockingQueue",
    "ScheduledThreadPoolExecutor$DelayedWorkQueue",
    "ConcurrentHashMap$KeySet",
    "ConcurrentHashMap$Values",
];

pub(super) fn is_known(name: &str) -> bool {
    if name == "java.lang.ThreadLocal$ThreadLocalMap" {
        return true;
    }
    let Some(name) = name.strip_prefix("java.util.") else { return false };
    if let Some(name) = name.strip_prefix("concurrent.") {
        return CONCURRENT.contains(&name);
    }
    if name.starts_with("ImmutableCollections$") {
        return true;
    }
    name.starts_with("Collections$") || PLAIN.contains(&name)
}

/// Entries of the hash tables of `java.util`.
const ENTRY: NodeFields = NodeFields { key: Some("key"), value: &["value"], next: Some("next") };
const WEAK_ENTRY: NodeFields = NodeFields { key: Some("referent"), ..ENTRY };
const LOCAL_ENTRY: NodeFields = NodeFields { next: None, ..WEAK_ENTRY };
const CONCURRENT_ENTRY: NodeFields = NodeFields { value: &["val", "value"], ..ENTRY };
const ORDERED_ENTRY: NodeFields = NodeFields { next: Some("after"), ..ENTRY };
const TREE_ENTRY: NodeFields = NodeFields { next: None, ..ENTRY };
const LINK: NodeFields = NodeFields { key: None, value: &["item", "element"], next: Some("next") };

struct Reader<'v, 'a> {
    values: &'v Values<'a>,
    class: ClassIndex,
    record: Record<'a>,
}

impl Reader<'_, '_> {
    fn plain(&self, name: &str) -> Option<Found> {
        use ContentsKind::{List, Map, Queue, Set};
        let keys = Some((Set, Part::Keys));
        let listed = Some((List, Part::Values));
        Some(match name {
            "ArrayList" => Found::Here(List, self.array("elementData", "size")?),
            "Vector" => Found::Here(List, self.array("elementData", "elementCount")?),
            "PriorityQueue" => Found::Here(Queue, self.array("queue", "size")?),
            "Arrays$ArrayList" => Found::Here(List, self.whole_array("a")?),
            "ArrayList$SubList" | "SubList" | "AbstractList$SubList" => {
                // JDK 9 on; before, `offset` counts from the list itself, too.
                let list = self.any(&["root", "this$0", "l"])?;
                Found::Slice(list, self.record.count("offset")?, self.record.count("size")?)
            }
            "ArrayDeque" => Found::Here(Queue, self.ring_deque()?),
            "LinkedList" => Found::Here(List, self.linked_list()?),
            "HashMap" | "Hashtable" => Found::Here(Map, self.buckets("table", ENTRY)?),
            "WeakHashMap" => Found::Here(Map, self.buckets("table", WEAK_ENTRY)?),
            "LinkedHashMap" => Found::Here(Map, self.linked_map()?),
            "TreeMap" => {
                let root = self.record.reference("root");
                Found::Here(Map, Storage::Tree { root, node: TREE_ENTRY })
            }
            "IdentityHashMap" => {
                let null_key = self.static_id("NULL_KEY");
                let array = self.record.object_array("table")?;
                Found::Here(Map, Storage::Pairs { array, null_key })
            }
            "EnumMap" => {
                let keys = self.record.object_array("keyUniverse")?;
                let values = self.record.object_array("vals")?;
                let null_value = self.static_id("NULL");
                Found::Here(Map, Storage::Indexed { keys, values, null_value })
            }
            "RegularEnumSet" | "JumboEnumSet" => Found::Here(Set, self.enum_set()?),
            // A ConcurrentHashMap since JDK 9, where the table of the Hashtable stays empty.
            "Properties" => match self.record.reference("map") {
                Some(map) => Found::Through(map, None),
                None => Found::Here(Map, self.buckets("table", ENTRY)?),
            },
            "HashSet" => Found::Through(self.record.reference("map")?, keys),
            "TreeSet" => Found::Through(self.record.reference("m")?, keys),
            "HashMap$KeySet"
            | "LinkedHashMap$LinkedKeySet"
            | "WeakHashMap$KeySet"
            | "TreeMap$KeySet" => Found::Through(self.any(&["this$0", "m"])?, keys),
            "HashMap$Values" | "LinkedHashMap$LinkedValues" | "TreeMap$Values" => {
                Found::Through(self.record.reference("this$0")?, listed)
            }
            "HashMap$EntrySet" | "LinkedHashMap$LinkedEntrySet" | "TreeMap$EntrySet" => {
                Found::Through(self.record.reference("this$0")?, None)
            }
            _ => return None,
        })
    }

    fn concurrent(&self, name: &str) -> Option<Found> {
        use ContentsKind::{List, Map, Queue, Set};
        let keys = Some((Set, Part::Keys));
        let reference = |name| self.record.reference(name);
        Some(match name {
            "ConcurrentHashMap" => Found::Here(Map, self.concurrent_map()?),
            "ConcurrentHashMap$KeySetView" => Found::Through(reference("map")?, keys),
            "ConcurrentHashMap$KeySet" => Found::Through(reference("this$0")?, keys),
            "ConcurrentHashMap$ValuesView" | "ConcurrentHashMap$Values" => {
                Found::Through(self.any(&["map", "this$0"])?, Some((List, Part::Values)))
            }
            "ConcurrentHashMap$EntrySetView" => Found::Through(reference("map")?, None),
            "ConcurrentSkipListMap" => Found::Here(Map, self.skip_list()),
            "ConcurrentSkipListSet" => Found::Through(reference("m")?, keys),
            "CopyOnWriteArrayList" => Found::Here(
                List,
                self.whole_array("array").or_else(|| self.whole_array("elements"))?,
            ),
            "CopyOnWriteArraySet" => Found::Through(reference("al")?, Some((Set, Part::Entries))),
            "ArrayBlockingQueue" => {
                let (array, capacity) = self.sized_array("items")?;
                let length = self.record.count("count")?.min(capacity);
                let start = self.record.count("takeIndex")?.checked_rem(capacity).unwrap_or(0);
                Found::Here(Queue, Storage::Slots { array, start, length })
            }
            // A PriorityQueue within before JDK 7.
            "PriorityBlockingQueue" => match reference("q") {
                Some(queue) if self.record.value(&["queue"]).is_none() => {
                    Found::Through(queue, None)
                }
                _ => Found::Here(Queue, self.array("queue", "size")?),
            },
            "ScheduledThreadPoolExecutor$DelayedWorkQueue" => {
                Found::Here(Queue, self.array("queue", "size")?)
            }
            "DelayQueue" => Found::Through(reference("q")?, None),
            "LinkedBlockingQueue" | "ConcurrentLinkedQueue" => {
                Found::Here(Queue, self.linked(reference("head"), Skips::Empty))
            }
            "LinkedBlockingDeque" => {
                Found::Here(Queue, self.linked(reference("first"), Skips::Empty))
            }
            "ConcurrentLinkedDeque" => {
                let first = reference("head").map(|head| self.foremost(head));
                Found::Here(Queue, self.linked(first, Skips::Empty))
            }
            "LinkedTransferQueue" => {
                Found::Here(Queue, self.linked(reference("head"), Skips::Waiting))
            }
            _ => return None,
        })
    }

    /// `List.of`, `Set.of` and `Map.of`, of JDK 9 and of later ones.
    fn immutable(&self, name: &str) -> Option<Found> {
        use ContentsKind::{List, Map, Set};
        Some(match name {
            "ListN" => Found::Here(List, self.whole_array("elements")?),
            "List0" => Found::Here(List, Storage::Few(Vec::new())),
            "List12" | "List1" | "List2" => Found::Here(List, self.one_or_two()?),
            "SubList" => {
                let list = self.record.reference("root")?;
                Found::Slice(list, self.record.count("offset")?, self.record.count("size")?)
            }
            "SetN" => {
                Found::Here(Set, Storage::Sparse { array: self.record.object_array("elements")? })
            }
            "Set0" => Found::Here(Set, Storage::Few(Vec::new())),
            "Set12" | "Set1" | "Set2" => Found::Here(Set, self.one_or_two()?),
            "MapN" => {
                let array = self.record.object_array("table")?;
                Found::Here(Map, Storage::Pairs { array, null_key: ObjectId(0) })
            }
            "Map0" => Found::Here(Map, Storage::Few(Vec::new())),
            "Map1" => {
                let entry = (self.record.id(&["k0"])?, self.record.id(&["v0"])?);
                Found::Here(Map, Storage::Few(vec![entry]))
            }
            _ => return None,
        })
    }

    /// What `java.util.Collections` makes.
    fn wrapper(&self, name: &str) -> Option<Found> {
        use ContentsKind::{List, Map, Set};
        let one = |field| Some(Storage::Few(vec![(ObjectId(0), self.record.id(&[field])?)]));
        let keys = Some((Set, Part::Keys));
        Some(match name {
            "EmptyList" => Found::Here(List, Storage::Few(Vec::new())),
            "EmptySet" => Found::Here(Set, Storage::Few(Vec::new())),
            "EmptyMap" => Found::Here(Map, Storage::Few(Vec::new())),
            "SingletonList" => Found::Here(List, one("element")?),
            "SingletonSet" => Found::Here(Set, one("element")?),
            "SingletonMap" => {
                let entry = (self.record.id(&["k"])?, self.record.id(&["v"])?);
                Found::Here(Map, Storage::Few(vec![entry]))
            }
            "CopiesList" => {
                let element = self.record.id(&["element"])?;
                Found::Here(List, Storage::Copies { element, count: self.record.count("n")? })
            }
            "SetFromMap" | "SequencedSetFromMap" => {
                Found::Through(self.record.reference("m")?, keys)
            }
            "AsLIFOQueue" => Found::Through(self.record.reference("q")?, None),
            "UnmodifiableCollection" | "SynchronizedCollection" | "CheckedCollection" => {
                Found::Through(self.record.reference("c")?, None)
            }
            "UnmodifiableMap" | "SynchronizedMap" | "CheckedMap" => {
                Found::Through(self.record.reference("m")?, None)
            }
            // Sub classes of these, such as UnmodifiableRandomAccessList.
            _ => Found::Through(self.any(&["c", "m"])?, None),
        })
    }

    fn thread_locals(&self) -> Option<Found> {
        Some(Found::Here(ContentsKind::Map, self.buckets("table", LOCAL_ENTRY)?))
    }

    fn any(&self, names: &[&str]) -> Option<ObjectIndex> {
        names.iter().find_map(|name| self.record.reference(name))
    }

    fn sized_array(&self, field: &str) -> Option<(ObjectIndex, u32)> {
        let array = self.record.object_array(field)?;
        Some((array, object_array_length(self.values, array)?))
    }

    fn whole_array(&self, field: &str) -> Option<Storage> {
        let (array, length) = self.sized_array(field)?;
        Some(Storage::Slots { array, start: 0, length })
    }

    /// The first elements of an array; before the first use it may be null.
    fn array(&self, field: &str, size: &str) -> Option<Storage> {
        let size = self.record.count(size)?;
        match self.sized_array(field) {
            Some((array, capacity)) => {
                Some(Storage::Slots { array, start: 0, length: size.min(capacity) })
            }
            None if self.record.id(&[field])?.0 == 0 => Some(Storage::Few(Vec::new())),
            None => None,
        }
    }

    fn ring_deque(&self) -> Option<Storage> {
        let (array, capacity) = self.sized_array("elements")?;
        let (head, tail) = (self.record.count("head")?, self.record.count("tail")?);
        if head >= capacity.max(1) || tail > capacity {
            return None;
        }
        let length = if tail >= head { tail - head } else { capacity - head + tail };
        Some(Storage::Slots { array, start: head, length })
    }

    fn linked(&self, first: Option<ObjectIndex>, skips: Skips) -> Storage {
        Storage::Linked { first, stop: None, node: LINK, skips, null_key: ObjectId(0) }
    }

    fn linked_list(&self) -> Option<Storage> {
        if self.record.value(&["first"]).is_some() {
            return Some(self.linked(self.record.reference("first"), Skips::Nothing));
        }
        // Before JDK 7: a ring with a header that holds nothing.
        let header = self.record.reference("header")?;
        let first = Record::read(self.values, header).reference("next");
        let (stop, skips) = (Some(header), Skips::Nothing);
        Some(Storage::Linked { first, stop, node: LINK, skips, null_key: ObjectId(0) })
    }

    fn linked_map(&self) -> Option<Storage> {
        let (node, skips) = (ORDERED_ENTRY, Skips::Nothing);
        let null_key = self.static_id("NULL_KEY");
        if self.record.value(&["head"]).is_some() {
            let first = self.record.reference("head");
            return Some(Storage::Linked { first, stop: None, node, skips, null_key });
        }
        // Before JDK 8: a ring with a header that holds nothing.
        let header = self.record.reference("header")?;
        let first = Record::read(self.values, header).reference("after");
        Some(Storage::Linked { first, stop: Some(header), node, skips, null_key })
    }

    /// A hash table, which is null before its first use.
    fn buckets(&self, field: &str, node: NodeFields) -> Option<Storage> {
        let tables = match self.record.object_array(field) {
            Some(table) => vec![table],
            None if self.record.id(&[field])?.0 == 0 => Vec::new(),
            None => return None,
        };
        Some(Storage::Buckets { tables, node, null_key: self.static_id("NULL_KEY") })
    }

    /// One table since JDK 8, one per segment before.
    fn concurrent_map(&self) -> Option<Storage> {
        if self.record.value(&["table"]).is_some() {
            return self.buckets("table", CONCURRENT_ENTRY);
        }
        let segments = self.record.object_array("segments")?;
        let segments = self.values.object_elements(segments, 0, MAX_SEGMENTS).ok()?;
        let tables = segments
            .into_iter()
            .filter_map(|segment| self.values.resolve(segment))
            .filter_map(|segment| Record::read(self.values, segment).object_array("table"))
            .collect();
        Some(Storage::Buckets { tables, node: CONCURRENT_ENTRY, null_key: ObjectId(0) })
    }

    /// The bottom list of a skip list: it begins after the node at the left end of all levels.
    fn skip_list(&self) -> Storage {
        let head = self.record.reference("head");
        let base = head.and_then(|head| Record::read(self.values, head).reference("node"));
        let first = base.and_then(|base| Record::read(self.values, base).reference("next"));
        let (node, skips) = (CONCURRENT_ENTRY, Skips::Deleted);
        Storage::Linked { first, stop: None, node, skips, null_key: ObjectId(0) }
    }

    /// The node before which there is none: the head of a deque may lag behind.
    fn foremost(&self, head: ObjectIndex) -> ObjectIndex {
        /// Nodes that a head lags behind at most; the JDK's lags by two.
        const MOST: usize = 64;
        let mut at = head;
        for _ in 0..MOST {
            match Record::read(self.values, at).reference("prev") {
                Some(before) if before != at => at = before,
                _ => return at,
            }
        }
        head
    }

    fn enum_set(&self) -> Option<Storage> {
        let universe = self.record.object_array("universe")?;
        let words = match self.record.reference("elements") {
            None => vec![self.record.integer("elements")?.cast_unsigned()],
            Some(array) => {
                let bytes = self.values.primitive_bytes(array, 0, MAX_WORDS).ok()?;
                let word = |b: &[u8]| b.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
                bytes.chunks_exact(8).map(word).collect()
            }
        };
        Some(Storage::Bits { universe, words })
    }

    /// Without a second element `e1` is null (before JDK 16) or the object in the static `EMPTY`.
    fn one_or_two(&self) -> Option<Storage> {
        let first = self.record.id(&["e0"])?;
        let second = self.record.id(&["e1"]).unwrap_or(ObjectId(0));
        let classes = &self.values.heap().classes;
        let empty = classes
            .by_name("java.util.ImmutableCollections")
            .and_then(|owner| self.values.static_reference(owner, "EMPTY"));
        let is_there = second.0 != 0 && (empty.is_none() || self.values.resolve(second) != empty);
        let elements = [first, second].into_iter().take(if is_there { 2 } else { 1 });
        Some(Storage::Few(elements.map(|element| (ObjectId(0), element)).collect()))
    }

    /// The object that stands for null in a table.
    fn static_id(&self, name: &str) -> ObjectId {
        let heap = self.values.heap();
        heap.classes
            .lineage(self.class)
            .find_map(|class| self.values.static_reference(class, name))
            .map_or(ObjectId(0), |object| heap.objects.id(object))
    }
}
