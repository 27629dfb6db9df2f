//! The heaps of Android that objects are in: app, zygote, image (case 49).

use super::names::Names;
use crate::hprof::StringId;
use hashbrown::HashMap;

/// Which heap each object is in, as runs of objects; empty for dumps of other JVMs.
#[derive(Clone, Debug, Default)]
pub struct Spaces {
    /// Names of the heaps, once they are known.
    names: Vec<String>,
    /// From number and name of a heap to its position.
    known: HashMap<(u32, StringId), u32>,
    /// First object, and position of its heap.
    runs: Vec<(u32, u32)>,
}

impl Spaces {
    /// Objects from number `object` on are in this heap.
    pub(crate) fn enter(&mut self, heap: u32, name: StringId, object: usize) {
        let (Ok(next), Ok(object)) = (u32::try_from(self.known.len()), u32::try_from(object))
        else {
            return;
        };
        let at = *self.known.entry((heap, name)).or_insert(next);
        if self.runs.last().is_none_or(|run| run.1 != at) {
            self.runs.push((object, at));
        }
    }

    pub(crate) fn resolve(&mut self, names: &Names) {
        self.names = vec![String::new(); self.known.len()];
        for (&(_, name), &at) in &self.known {
            if let Some(text) = self.names.get_mut(at as usize) {
                *text = names.text(name);
            }
        }
    }

    /// Names of the heaps, in order of first appearance.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The heap of an object, as a position in [`names`](Self::names). O(log runs).
    pub fn of(&self, object: super::ObjectIndex) -> Option<usize> {
        let after = self.runs.partition_point(|run| run.0 <= object.0);
        Some(self.runs.get(after.checked_sub(1)?)?.1 as usize)
    }
}
