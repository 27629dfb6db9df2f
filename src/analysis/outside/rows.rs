//! Counting by owner.

use super::OutsideRow;
use crate::analysis::Inquiry;
use crate::analysis::holder::{HolderKind, is_platform_class};
use crate::analysis::label::Label;
use crate::heap::{ClassIndex, ObjectIndex};
use hashbrown::HashMap;

/// Rows of a table.
const ROWS: usize = 200;
/// Groups that are kept apart.
const GROUPS: usize = 100_000;
/// Holders that are looked for; a look reads some objects of the path.
const LOOKS: usize = 50_000;
/// The label of what came after the last group.
const OTHERS: &str = "(others)";

type Key = (Label, Option<ClassIndex>, Option<Label>);

/// Things of one group.
#[derive(Debug)]
struct Group {
    count: u64,
    bytes: Option<u64>,
    example: ObjectIndex,
    largest: u64,
}

/// Things by what they are and who holds them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    groups: HashMap<Key, Group>,
}

impl Tally {
    /// Counts one thing.
    pub(super) fn add(
        &mut self,
        label: Label,
        class: Option<ClassIndex>,
        holder: Option<Label>,
        bytes: Option<u64>,
        example: ObjectIndex,
    ) {
        self.add_many(label, class, holder, 1, bytes, example);
    }

    /// Counts several things of one owner.
    pub(super) fn add_many(
        &mut self,
        label: Label,
        class: Option<ClassIndex>,
        holder: Option<Label>,
        count: u64,
        bytes: Option<u64>,
        example: ObjectIndex,
    ) {
        let mut key = (label, class, holder);
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&key) {
            key = (OTHERS.into(), None, None);
        }
        let group =
            self.groups.entry(key).or_insert(Group { count: 0, bytes: None, example, largest: 0 });
        group.count += count;
        if let Some(bytes) = bytes {
            group.bytes = Some(group.bytes.unwrap_or(0).saturating_add(bytes));
            if bytes > group.largest {
                (group.largest, group.example) = (bytes, example);
            }
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.groups.values().map(|group| group.count).sum()
    }

    pub(super) fn bytes(&self) -> Option<u64> {
        self.groups.values().filter_map(|group| group.bytes).reduce(u64::saturating_add)
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The same with other labels: groups that get the same label become one.
    pub(super) fn relabelled(self, label: impl Fn(Label) -> Label) -> Self {
        let mut merged = Self::default();
        for ((text, class, holder), group) in self.groups {
            let (count, bytes) = (group.count, group.bytes);
            merged.add_many(label(text), class, holder, count, bytes, group.example);
        }
        merged
    }

    /// The largest groups, and how many there are besides.
    pub(super) fn rows(self, inquiry: &Inquiry<'_>) -> (Vec<OutsideRow>, u64) {
        let mut groups: Vec<(Key, Group)> = self.groups.into_iter().collect();
        groups.sort_by(|(a_key, a), (b_key, b)| {
            b.bytes.cmp(&a.bytes).then(b.count.cmp(&a.count)).then_with(|| a_key.cmp(b_key))
        });
        let more = groups.len().saturating_sub(ROWS) as u64;
        groups.truncate(ROWS);
        let rows = groups.into_iter().map(|((label, class, holder), group)| OutsideRow {
            label,
            class: class.map(|class| inquiry.class_ref(class)),
            holder,
            count: group.count,
            bytes: group.bytes,
            example: Some(inquiry.row(group.example)),
        });
        (rows.collect(), more)
    }
}

/// Who holds objects, each place found once.
#[derive(Debug, Default)]
pub(super) struct Holders {
    known: HashMap<u32, Option<Label>>,
    looks: usize,
}

impl Holders {
    /// The holder of an object as a programmer names it. Objects of one array share theirs. `None`
    /// where nobody's code holds it, or too many were looked at.
    pub(super) fn of(&mut self, inquiry: &Inquiry<'_>, object: ObjectIndex) -> Option<Label> {
        self.within(inquiry, object, 1)
    }

    fn within(&mut self, inquiry: &Inquiry<'_>, object: ObjectIndex, depth: u32) -> Option<Label> {
        if !inquiry.is_reachable(object) {
            return Some("nothing: the collector has yet to find it".into());
        }
        let heap = inquiry.heap();
        // Names come from fields: above an array, its owner decides.
        let mut nodes = inquiry.loaded.paths.to_root(object.0).peekable();
        if nodes.peek().is_none() {
            return Some("weak references only".into());
        }
        let mut key = object.0;
        while let Some(node) = nodes.next() {
            key = node;
            let is_array = |node: &u32| heap.objects.length(ObjectIndex(*node)).is_some();
            if !nodes.peek().is_some_and(is_array) {
                break;
            }
        }
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        if self.looks >= LOOKS {
            return Some("not looked for".into());
        }
        self.looks += 1;
        let path = inquiry.loaded.paths.path(key).unwrap_or_default();
        let holder = inquiry.holder(&path);
        // An object's own field says what it is for; who holds all these objects, the next one says.
        let above = holder.as_ref().filter(|holder| {
            holder.kind == HolderKind::Field && !heap.objects.is_class_object(holder.owner)
        });
        let above = above.filter(|_| depth > 0).and_then(|holder| {
            let own_code =
                !is_platform_class(&heap.classes.get(heap.objects.class(holder.owner)).name);
            own_code.then(|| self.within(inquiry, holder.owner, depth - 1)).flatten()
        });
        let holder = match (above, holder) {
            (Some(above), Some(holder)) => Some(above.then(" › ").then(holder.name)),
            (_, holder) => holder.map(|holder| holder.name),
        };
        self.known.insert(key, holder.clone());
        holder
    }
}

/// The path of a file, in which users, customers and hosts may be.
pub(super) fn file_label(path: String) -> Label {
    Label::content(path, "‹file›")
}
