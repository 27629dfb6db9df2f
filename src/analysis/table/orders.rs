//! Orders of rows, kept because windows of one list are asked for one after another.

use super::picking::{Picked, Picking, Rows};
use crate::error::Result;
use crate::graph::Step;

/// Orders kept at most: lists of a tree are read side by side.
const KEPT: usize = 8;
/// Bytes that they may take together; the newest stays whatever it takes.
const KEPT_BYTES: u64 = 128 << 20;

/// Orders by what was asked for, `Q`: those under way, and those that are ready.
#[derive(Debug)]
pub(in crate::analysis) struct Orders<Q, K> {
    running: Vec<(Q, Picking<K>)>,
    /// The one used last comes last.
    kept: Vec<(Q, Picked<K>)>,
}

impl<Q, K> Default for Orders<Q, K> {
    fn default() -> Self {
        Self { running: Vec::new(), kept: Vec::new() }
    }
}

impl<Q: PartialEq, K: Copy> Orders<Q, K> {
    /// Looks at about `budget` rows towards an order; `begin` begins when nobody asked before.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out; what was begun is dropped then.
    pub(in crate::analysis) fn step(
        &mut self,
        of: Q,
        rows: &impl Rows<Key = K>,
        begin: impl FnOnce() -> Picking<K>,
        budget: u64,
    ) -> Result<Step> {
        if self.find(&of).is_some() {
            return Ok(Step::Done);
        }
        let running = self.running.iter().position(|(running, _)| *running == of);
        let mut picking = match running {
            Some(at) => self.running.remove(at).1,
            None => begin(),
        };
        let step = picking.step(rows, budget)?;
        if step == Step::Done {
            self.keep(of, picking.finish());
        } else {
            // What nobody asks for any more is the first to go.
            if self.running.len() == KEPT {
                self.running.remove(0);
            }
            self.running.push((of, picking));
        }
        Ok(step)
    }

    /// The order, which counts as used now; `None` before it is ready.
    pub(in crate::analysis) fn find(&mut self, of: &Q) -> Option<&Picked<K>> {
        let at = self.kept.iter().position(|(kept, _)| kept == of)?;
        let kept = self.kept.remove(at);
        self.kept.push(kept);
        self.kept.last().map(|(_, picked)| picked)
    }

    fn keep(&mut self, of: Q, picked: Picked<K>) {
        self.kept.push((of, picked));
        while self.kept.len() > KEPT || (self.kept.len() > 1 && self.bytes() > KEPT_BYTES) {
            self.kept.remove(0);
        }
    }

    /// Memory of the orders that are ready, in bytes.
    pub(in crate::analysis) fn bytes(&self) -> u64 {
        self.kept.iter().map(|(_, picked)| picked.bytes()).sum()
    }
}
