//! The order of objects and classes by name, without writing their names out.
//!
//! Objects come by the name of their class, arrays of one class by their length; objects that are
//! classes come as `class app.Cache`. Texts that stand among them come where the alphabet has them.

use crate::analysis::HeapInquiry;
use crate::analysis::rows::address;
use crate::heap::objects::ObjectKind;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use core::cmp::Ordering;

/// What stands before the name of a class where an object is that class.
const CLASS: &str = "class ";

/// Ranks of the names of all classes.
#[derive(Debug)]
pub(in crate::analysis) struct Names {
    /// By class, then once more for the objects that are classes: the rank, equal for equal names.
    ranks: Vec<u32>,
    /// A class, or one more than all classes and a class, by rank.
    by_rank: Vec<u32>,
}

impl Names {
    /// Sorts the names. O(classes log classes).
    pub(in crate::analysis) fn of(heap: &Heap) -> Self {
        let count = u32::try_from(heap.classes.len()).unwrap_or(u32::MAX / 2);
        let mut order: Vec<u32> = (0..count.saturating_mul(2)).collect();
        order.sort_by(|&a, &b| compare(label(heap, a), label(heap, b)));
        let mut ranks = vec![0; order.len()];
        let mut by_rank: Vec<u32> = Vec::new();
        for at in order {
            let is_new = by_rank
                .last()
                .is_none_or(|&last| compare(label(heap, last), label(heap, at)) != Ordering::Equal);
            if is_new {
                by_rank.push(at);
            }
            if let Some(rank) = ranks.get_mut(at as usize) {
                *rank = u32::try_from(by_rank.len()).unwrap_or(u32::MAX);
            }
        }
        Self { ranks, by_rank }
    }

    /// Where a class stands.
    pub(in crate::analysis) fn place_of_class(&self, class: ClassIndex) -> u64 {
        place(self.ranks.get(class.index()).copied().unwrap_or(0), 0)
    }

    /// Where an object stands; first, if it has no class that could say it.
    pub(in crate::analysis) fn place_of(&self, heap: &Heap, object: ObjectIndex) -> u64 {
        let rank = |at: usize| self.ranks.get(at).copied().unwrap_or(0);
        let class = heap.objects.class(object).index();
        match heap.objects.kind(object, &heap.classes) {
            ObjectKind::Class => {
                let own = heap.classes.represented_by(object);
                place(own.map_or(0, |own| rank(heap.classes.len() + own.index())), 0)
            }
            ObjectKind::SystemLoader => place(0, 0),
            _ => place(rank(class), heap.objects.length(object).unwrap_or(0)),
        }
    }

    /// Where a text stands. O(log classes).
    pub(in crate::analysis) fn place_of_text(&self, heap: &Heap, text: &str) -> u64 {
        let before = |&at: &u32| compare(label(heap, at), ("", text)) == Ordering::Less;
        let rank = u32::try_from(self.by_rank.partition_point(before)).unwrap_or(u32::MAX);
        let same = self.by_rank.get(rank as usize);
        let is_same = same.is_some_and(|&at| compare(label(heap, at), ("", text)).is_eq());
        // Between the ranks of the names around it.
        if is_same { place(rank + 1, 0) } else { place(rank, 0) | 1 << 32 }
    }
}

/// Ranks are even, so that texts fit between them.
fn place(rank: u32, length: u32) -> u64 {
    u64::from(rank) << 33 | u64::from(length)
}

/// The name of a class, and what stands before it.
fn label(heap: &Heap, at: u32) -> (&'static str, &str) {
    let count = u32::try_from(heap.classes.len()).unwrap_or(u32::MAX / 2);
    match at.checked_sub(count) {
        None => ("", &heap.classes.get(ClassIndex(at)).name),
        Some(own) => (CLASS, &heap.classes.get(ClassIndex(own)).name),
    }
}

fn compare(a: (&str, &str), b: (&str, &str)) -> Ordering {
    match (a.0.is_empty(), b.0.is_empty()) {
        (true, true) | (false, false) => a.1.cmp(b.1),
        _ => a.0.bytes().chain(a.1.bytes()).cmp(b.0.bytes().chain(b.1.bytes())),
    }
}

impl HeapInquiry<'_> {
    /// What an object is filtered by: class and address, not its value, for which the file would
    /// have to be read.
    pub(in crate::analysis) fn words(&self, object: ObjectIndex) -> String {
        format!("{} @ {}", self.name(object), address(self.heap().objects.id(object)))
    }
}
