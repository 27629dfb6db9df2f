//! A cut of the dominator tree that fits on a screen.

use super::TreeInquiry;
use super::story::{count, simple_name};
use super::suspects::SuspectReport;
use crate::graph::{NONE, ROOT};
use crate::heap::{ClassIndex, ObjectIndex};
use hashbrown::HashSet;
use serde::Serialize;

/// A cell: a node of the dominator tree, or a group of smaller siblings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct IcicleCell {
    /// Position of the parent in the list; -1 for the root. Parents come before children.
    pub parent: i32,
    /// 0 for the root.
    pub depth: u32,
    /// `None` for the whole heap and for groups.
    pub object: Option<ObjectIndex>,
    /// What it is called.
    pub label: String,
    /// Class, for colour and hover; of class objects, the class that they represent.
    pub class_name: String,
    /// The class; `None` for groups of several classes.
    pub class: Option<ClassIndex>,
    /// Retained bytes.
    pub retained: u64,
    /// Objects in this cell: 1, or how many siblings the group stands for.
    pub count: u32,
    /// Whether it lies on the chain of a leak suspect.
    pub suspect: bool,
}

/// Cells at most: what a screen can show.
const MAX_CELLS: usize = 3000;
/// Siblings looked at per node; smaller ones are in the group.
const MAX_CHILDREN: u32 = 400;

impl TreeInquiry<'_> {
    /// The nodes below `root` (`None`: the whole heap) whose retained size is at least `min_share`
    /// of the root's, `max_depth` levels deep, the largest first; what is smaller is one group per
    /// parent.
    pub fn icicle(
        &self,
        root: Option<ObjectIndex>,
        max_depth: u32,
        min_share: f64,
        suspects: &HashSet<ObjectIndex>,
    ) -> Vec<IcicleCell> {
        let whole = root.map_or(self.used_heap(), |r| self.retained(r));
        #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
        #[expect(clippy::cast_possible_truncation, reason = "a share of a size")]
        #[expect(clippy::cast_sign_loss, reason = "clamped to 0..1")]
        let threshold = (whole as f64 * min_share.clamp(0.0, 1.0)) as u64;
        let mut cells = vec![match root {
            Some(object) => self.cell(-1, 0, object, suspects),
            None => IcicleCell {
                parent: -1,
                depth: 0,
                object: None,
                label: "reachable heap".to_owned(),
                class_name: String::new(),
                class: None,
                retained: whole,
                count: self.tree.reachable_count(),
                suspect: false,
            },
        }];
        let mut next = 0;
        while next < cells.len() && cells.len() < MAX_CELLS {
            let (parent, depth) = (cells[next].object, cells[next].depth);
            if depth < max_depth && (parent.is_some() || next == 0) {
                self.divide(next, parent, depth + 1, threshold.max(1), suspects, &mut cells);
            }
            next += 1;
        }
        cells
    }

    /// The objects on the dominator chains of the suspects, down to their accumulation points.
    pub fn suspect_chains(&self, report: &SuspectReport) -> HashSet<ObjectIndex> {
        /// Chains are followed as far as an icicle can show.
        const DEPTH: usize = 100;
        let mut chains = HashSet::new();
        for suspect in &report.suspects {
            let Some(object) = &suspect.object else {
                continue;
            };
            chains.insert(object.object);
            let Some(point) = &suspect.accumulation else { continue };
            let mut at = point.object;
            for _ in 0..DEPTH {
                chains.insert(at);
                if at == object.object {
                    break;
                }
                match self.tree.parent(at.0) {
                    ROOT | NONE => break,
                    parent => at = ObjectIndex(parent),
                }
            }
        }
        chains
    }

    /// The object and those that dominate it: the way down to it, where nothing in the heap is
    /// suspected.
    pub fn chain_to(&self, object: ObjectIndex) -> HashSet<ObjectIndex> {
        const DEPTH: usize = 100;
        self.tree.ancestors(object.0).take(DEPTH).map(ObjectIndex).chain([object]).collect()
    }

    fn divide(
        &self,
        at: usize,
        parent: Option<ObjectIndex>,
        depth: u32,
        threshold: u64,
        suspects: &HashSet<ObjectIndex>,
        cells: &mut Vec<IcicleCell>,
    ) {
        let tree = self.tree;
        let (total, children) = match parent {
            Some(p) => (tree.children_count(p.0), tree.children(p.0, 0, MAX_CHILDREN)),
            None => (tree.top_count(), tree.top(0, MAX_CHILDREN)),
        };
        let own = parent.map_or(0, |p| self.heap().shallow(p));
        let mut rest = cells[at].retained.saturating_sub(own);
        let mut shown = 0;
        let parent_at = i32::try_from(at).unwrap_or(-1);
        for &child in children {
            let child = ObjectIndex(child);
            let retained = self.retained(child);
            if retained < threshold || cells.len() >= MAX_CELLS {
                break;
            }
            cells.push(self.cell(parent_at, depth, child, suspects));
            rest = rest.saturating_sub(retained);
            shown += 1;
        }
        if shown < total && rest >= threshold {
            let others = children.get(shown as usize..).unwrap_or_default();
            let class = self.common_class(others);
            let class_name =
                class.map_or(String::new(), |c| self.heap().classes.get(c).name.clone());
            cells.push(IcicleCell {
                parent: parent_at,
                depth,
                object: None,
                label: group_label(&class_name, total - shown, shown > 0),
                class_name,
                class,
                retained: rest,
                count: total - shown,
                suspect: false,
            });
        }
    }

    /// The class whose name all of these share (from whatever loader): that of the first.
    fn common_class(&self, nodes: &[u32]) -> Option<ClassIndex> {
        let heap = self.heap();
        let mut classes = nodes.iter().map(|&node| heap.objects.class(ObjectIndex(node)));
        let first = classes.next()?;
        let name = &heap.classes.get(first).name;
        classes.all(|c| c == first || heap.classes.get(c).name == *name).then_some(first)
    }

    fn cell(
        &self,
        parent: i32,
        depth: u32,
        object: ObjectIndex,
        suspects: &HashSet<ObjectIndex>,
    ) -> IcicleCell {
        let heap = self.heap();
        let class = heap.owner_class(object);
        IcicleCell {
            parent,
            depth,
            object: Some(object),
            label: self.name(object),
            class_name: heap.classes.get(class).name.clone(),
            class: Some(class),
            retained: self.retained(object),
            count: 1,
            suspect: suspects.contains(&object),
        }
    }
}

/// `4,976 more WsSession`, or `4,976 more objects` of several classes.
fn group_label(class: &str, objects: u32, more: bool) -> String {
    let what = match class {
        "" if objects == 1 => "object",
        "" => "objects",
        class => simple_name(class),
    };
    let more = if more { " more" } else { "" };
    format!("{}{more} {what}", count(objects.into()))
}
