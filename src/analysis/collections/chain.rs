//! Chains of references as a programmer thinks of them: `map["key"]` instead of
//! `table[13].next.value`.

use super::layout::{ContentsKind, Part, Resolved, Storage, collection_class, resolve};
use crate::analysis::naming;
use crate::analysis::record::{Record, object_array_length};
use crate::analysis::rows::address;
use crate::heap::objects::ObjectKind;
use crate::heap::references::{Via, name_of};
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};

/// A stretch of a chain that is one step for a programmer: from a collection through its insides to
/// what was put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Position of the collection in the chain.
    pub from: usize,
    /// Position of what it holds; everything between is inside the collection.
    pub to: usize,
    /// `["key"]`, `[12]`, `key`, `element`.
    pub label: String,
}

/// Characters of a key that a label shows.
const KEY_CHARS: usize = 60;

/// The stretches of a chain of objects, each of which refers to the next. O(length) class look-ups,
/// and a few reads per collection; long linked lists are not read.
pub fn stretches(values: &Values<'_>, nodes: &[u32]) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < nodes.len() {
        let stretch = Walker::at(values, nodes, at).and_then(Walker::go);
        at = stretch.as_ref().map_or(at + 1, |stretch| stretch.to);
        found.extend(stretch);
    }
    found
}

/// Names of the nested classes that collections are made of.
const PARTS: [&str; 10] = [
    "Node",
    "Entry",
    "TreeNode",
    "TreeBin",
    "ForwardingNode",
    "HashEntry",
    "Segment",
    "Index",
    "HeadIndex",
    "DualNode",
];

/// Whether objects of the class are parts of a collection of the JDK.
fn is_part(heap: &Heap, object: ObjectIndex) -> bool {
    let class = heap.objects.class(object);
    let mut lineage = heap.classes.lineage(class);
    lineage.any(|class| {
        let name = heap.classes.get(class).name.as_str();
        let nested = name.strip_prefix("java.util.").and_then(|name| name.rsplit_once('$'));
        nested.is_some_and(|(_, nested)| PARTS.contains(&nested))
            || name == "java.lang.ThreadLocal$ThreadLocalMap$Entry"
    })
}

/// Where a chain enters a linked list.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
    Unknown,
}

struct Walker<'v, 'a> {
    values: &'v Values<'a>,
    nodes: &'v [u32],
    from: usize,
    /// The collection that holds the contents itself, behind its wrappers.
    at: usize,
    resolved: Resolved,
}

impl<'v, 'a> Walker<'v, 'a> {
    fn at(values: &'v Values<'a>, nodes: &'v [u32], at: usize) -> Option<Self> {
        let object = ObjectIndex(*nodes.get(at)?);
        collection_class(values, object)?;
        let resolved = resolve(values, object)?;
        Some(Self { values, nodes, from: at, at, resolved })
    }

    fn object(&self, at: usize) -> Option<ObjectIndex> {
        self.nodes.get(at).map(|&node| ObjectIndex(node))
    }

    fn via(&self, at: usize) -> Option<Via> {
        name_of(self.values, self.object(at)?, self.object(at + 1)?)
    }

    fn via_field(&self, at: usize) -> Option<String> {
        match self.via(at)? {
            Via::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The field of the collection by which it refers to the next object, if its class in the JDK
    /// declares it: sub classes may hold anything under the same names.
    fn own_field(&self, at: usize) -> Option<String> {
        let name = self.via_field(at)?;
        let class = collection_class(self.values, self.object(at)?)?;
        let record = Record::as_of(self.values, self.object(at)?, class);
        (record.reference(&name) == self.object(at + 1)).then_some(name)
    }

    /// From the collection to what it holds.
    fn go(mut self) -> Option<Stretch> {
        // Through wrappers: a synchronized list to its list, a set to its map.
        for _ in 0..8 {
            let next = self.object(self.at + 1)?;
            let is_inner = collection_class(self.values, next).is_some()
                && matches!(
                    self.own_field(self.at)?.as_str(),
                    "c" | "list" | "m" | "map" | "al" | "q" | "l" | "root" | "this$0"
                );
            if !is_inner || resolve(self.values, next).is_none() {
                break;
            }
            self.at += 1;
        }
        let heap = self.values.heap();
        let next = self.object(self.at + 1)?;
        if heap.objects.kind(next, &heap.classes) == ObjectKind::ObjectArray {
            let is_own = matches!(
                self.own_field(self.at)?.as_str(),
                "elementData"
                    | "elements"
                    | "table"
                    | "queue"
                    | "items"
                    | "a"
                    | "array"
                    | "vals"
                    | "segments"
                    | "nextTable"
            );
            return if is_own { self.in_array(self.at + 1) } else { None };
        }
        if is_part(heap, next) {
            let end = match self.own_field(self.at)?.as_str() {
                "first" | "head" | "root" | "header" => End::First,
                "last" => End::Last,
                // A tail may lag behind.
                "tail" => End::Unknown,
                _ => return None,
            };
            return self.in_nodes(self.at + 1, end);
        }
        let label = match (self.own_field(self.at)?.as_str(), self.resolved.kind) {
            ("e0", ContentsKind::List) => "[0]".to_owned(),
            ("e1", ContentsKind::List) => "[1]".to_owned(),
            ("element", ContentsKind::List) => "[0]".to_owned(),
            ("e0" | "e1" | "element", _) => "element".to_owned(),
            ("k" | "k0", ContentsKind::Map) => "key".to_owned(),
            (name @ ("v" | "v0"), ContentsKind::Map) => {
                let key = if name == "v" { "k" } else { "k0" };
                self.keyed(self.object(self.at)?, key)
            }
            _ => return None,
        };
        self.end(self.at + 1, label)
    }

    fn end(&self, to: usize, label: String) -> Option<Stretch> {
        (to < self.nodes.len()).then_some(Stretch { from: self.from, to, label })
    }

    /// From an array inside: to an element, or on to a node.
    fn in_array(&self, array: usize) -> Option<Stretch> {
        let heap = self.values.heap();
        let next = self.object(array + 1)?;
        if matches!(self.resolved.storage, Storage::Buckets { .. }) {
            // Segments have tables of their own.
            return if is_part(heap, next) { self.in_nodes(array + 1, End::Unknown) } else { None };
        }
        let Via::Element(slot) = self.via(array)? else { return None };
        let label = match &self.resolved.storage {
            Storage::Slots { array: own, start, .. } => {
                let capacity = object_array_length(self.values, *own).unwrap_or(0).max(1);
                let at = (u64::from(slot) + u64::from(capacity) - u64::from(*start % capacity))
                    % u64::from(capacity);
                match self.resolved.kind {
                    ContentsKind::Set => "element".to_owned(),
                    _ => format!("[{at}]"),
                }
            }
            Storage::Pairs { .. } if slot % 2 == 0 => self.role_of_key(),
            Storage::Pairs { .. } => self.element_keyed(self.object(array)?, slot - 1),
            Storage::Indexed { keys, .. } => self.element_keyed(*keys, slot),
            Storage::Sparse { .. } => "element".to_owned(),
            _ => return None,
        };
        self.end(array + 1, label)
    }

    fn role_of_key(&self) -> String {
        let is_element = self.resolved.part == Part::Keys;
        if is_element { "element".to_owned() } else { "key".to_owned() }
    }

    /// From a node inside, through others, to a key, value or element; `end` is where the first node
    /// is in a list.
    fn in_nodes(&self, first: usize, end: End) -> Option<Stretch> {
        let heap = self.values.heap();
        let is_list =
            matches!(self.resolved.storage, Storage::Linked { node, .. } if node.key.is_none());
        let (mut at, mut hops) = (first, 0u64);
        loop {
            let (node, next) = (self.object(at)?, self.object(at + 1)?);
            let next_is_part = is_part(heap, next);
            // From link to link of a list nothing need be read, however long it is.
            if is_list && next_is_part && heap.objects.class(node) == heap.objects.class(next) {
                hops += 1;
                at += 1;
                continue;
            }
            let by = self.via_field(at).or_else(|| match self.via(at) {
                Some(Via::Element(_)) => Some(String::new()),
                _ => None,
            })?;
            let label = match by.as_str() {
                "key" | "referent" => self.role_of_key(),
                "value" | "val" if self.resolved.part == Part::Keys => "element".to_owned(),
                "value" | "val" => {
                    let fields = Record::read(self.values, node);
                    let key = fields.id(&["key"]).or_else(|| fields.id(&["referent"]));
                    self.label_of(key)
                }
                "item" | "element" => self.position(end, hops),
                _ if next_is_part || by == "table" || by == "nextTable" => {
                    at += 1;
                    continue;
                }
                _ => return None,
            };
            return self.end(at + 1, label);
        }
    }

    /// The position in a linked list of an element `hops` links from one of its ends.
    fn position(&self, end: End, hops: u64) -> String {
        let Storage::Linked { first, .. } = self.resolved.storage else {
            return "element".to_owned();
        };
        let begins = self.object(self.at + 1);
        let at = match end {
            // Queues begin with a node that holds nothing, old lists with a header.
            End::First => {
                let is_empty = begins.and_then(|node| self.has_item(node)) == Some(false);
                hops.checked_sub(u64::from(begins != first || is_empty))
            }
            End::Last => self
                .object(self.at)
                .and_then(|list| super::size(self.values, list))
                .and_then(|size| size.checked_sub(hops + 1)),
            End::Unknown => None,
        };
        at.map_or_else(|| "element".to_owned(), |at| format!("[{at}]"))
    }

    /// Whether a node holds an item.
    fn has_item(&self, node: ObjectIndex) -> Option<bool> {
        let id = Record::read(self.values, node).id(&["item", "element"])?;
        Some(id.0 != 0)
    }

    fn keyed(&self, object: ObjectIndex, key: &str) -> String {
        self.label_of(Record::read(self.values, object).id(&[key]))
    }

    fn element_keyed(&self, array: ObjectIndex, slot: u32) -> String {
        let ids = self.values.object_elements(array, slot, 1).unwrap_or_default();
        self.label_of(ids.first().copied())
    }

    /// The key in brackets: what it says of itself, else its class and address.
    fn label_of(&self, key: Option<crate::hprof::ObjectId>) -> String {
        let Some(id) = key else { return "value".to_owned() };
        let Some(object) = self.values.resolve(id) else {
            return if id.0 == 0 { "[null]".to_owned() } else { format!("[{}]", address(id)) };
        };
        let heap = self.values.heap();
        let text = naming::display_value(self.values, object).unwrap_or_else(|| {
            let represented = heap.classes.represented_by(object);
            let class = represented.unwrap_or_else(|| heap.objects.class(object));
            let name = heap.classes.get(class).name.as_str();
            let simple = name.rsplit('.').next().unwrap_or(name);
            let kind = if represented.is_some() { "class " } else { "" };
            format!("{kind}{simple} @ {}", address(id))
        });
        match text.char_indices().nth(KEY_CHARS) {
            Some((end, _)) => format!("[{}…]", &text[..end]),
            None => format!("[{text}]"),
        }
    }
}
