//! From the chosen layout to a size per class: own evidence where it is plausible, else the model.

use super::calibrate::Shapes;
use super::evidence::{Evidence, Gaps};
use super::hidden::{HiddenFields, may_hide};
use super::layout::{Extent, FieldCounts, Layout};
use crate::heap::classes::{Class, ClassKind, Classes};

/// Sizes of the instances of every class, and how they came about.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) instances: Vec<u32>,
    pub(super) classes: u32,
    pub(super) agreeing: u32,
    pub(super) own_evidence: u32,
    pub(super) neighbours: u64,
    pub(super) agreeing_neighbours: u64,
}

/// More than the model by this much is never a hidden field: two paddings of 128 bytes and a
/// few words.
const MOST_HIDDEN: u64 = 512;

/// How often distances are sizes, by how many instances of the class have been seen.
#[derive(Debug, Default)]
struct Trust {
    agreeing: [u32; 4],
    seen: [u32; 4],
    /// Instances of classes that agree, and those of them that no gap follows.
    neighbours: u64,
    adjacent: u64,
}

impl Trust {
    fn bucket(seen: u32) -> usize {
        match seen {
            0..=1 => 0,
            2..=3 => 1,
            4..=15 => 2,
            _ => 3,
        }
    }

    fn add(&mut self, gaps: Gaps, size: u64) {
        let bucket = Self::bucket(gaps.seen);
        self.seen[bucket] += 1;
        if size == u64::from(gaps.smallest) {
            self.agreeing[bucket] += 1;
            self.neighbours += u64::from(gaps.seen);
            self.adjacent += u64::from(gaps.at_smallest);
        }
    }

    /// Whether next to no object is followed by a gap: dead objects that the dump leaves out can
    /// follow all instances of one class and make them look larger.
    fn is_compact(&self) -> bool {
        self.adjacent * 1000 >= self.neighbours * 995
    }

    /// Whether at least `percent` of the classes with as many instances agree with the model.
    fn is_at_least(&self, percent: u32, gaps: Gaps) -> bool {
        let bucket = Self::bucket(gaps.seen);
        let (agreeing, seen) = (self.agreeing[bucket], self.seen[bucket]);
        u64::from(agreeing) * 100 >= u64::from(seen) * u64::from(percent)
    }
}

/// Sizes the instances of every class. O(classes + fields).
pub(super) fn settle(
    classes: &Classes,
    shapes: &Shapes,
    evidence: &Evidence,
    layout: &Layout,
) -> Settled {
    let hidden = HiddenFields::find(classes, shapes, evidence, layout);
    let trust = measure_trust(classes, shapes, evidence, layout, &hidden);
    let header = Extent::header(layout.header_bytes);
    let mut extents = vec![header.clone(); classes.len()];
    let mut least = vec![u64::from(layout.header_bytes); classes.len()];
    let mut settled = Settled { instances: vec![0; classes.len()], ..Settled::default() };
    for &index in &shapes.order {
        let class = classes.get(index);
        let parent = class.super_class;
        let start = parent.and_then(|p| extents.get(p.index())).unwrap_or(&header).clone();
        let own = shapes.fields.get(index.index()).copied().unwrap_or_default();
        let below = parent.and_then(|p| least.get(p.index())).copied().unwrap_or(0);
        least[index.index()] =
            below.max(layout.header_bytes.into()) + own.sum(layout.reference_bytes.into());
        let mut extent = hidden.extent(index, &start, own, layout);
        let model = layout.aligned(extent.end);
        let mut size = model;
        if let Some(gaps) = evidence.of(index).filter(|_| class.kind == ClassKind::Instance) {
            let smallest = u64::from(gaps.smallest);
            let accepted = if smallest < model {
                smallest >= least[index.index()]
            } else {
                smallest > model
                    && (!shapes.complete[index.index()] || is_hidden(class, gaps, model, &trust))
            };
            if accepted {
                size = smallest;
                extent = stretched(&start, own, layout, size);
            }
            settled.note(gaps, size, accepted);
        }
        settled.instances[index.index()] = u32::try_from(size).unwrap_or(u32::MAX);
        extents[index.index()] = extent;
    }
    settled
}

impl Settled {
    fn note(&mut self, gaps: Gaps, size: u64, own_evidence: bool) {
        self.classes += 1;
        self.neighbours += u64::from(gaps.seen);
        self.own_evidence += u32::from(own_evidence);
        if size == u64::from(gaps.smallest) {
            self.agreeing += 1;
            self.agreeing_neighbours += u64::from(gaps.at_smallest);
        }
    }
}

/// Where the fields of every class end, hidden ones included.
fn extents(
    classes: &Classes,
    shapes: &Shapes,
    layout: &Layout,
    hidden: &HiddenFields,
) -> Vec<Extent> {
    let header = Extent::header(layout.header_bytes);
    let mut extents = vec![header.clone(); classes.len()];
    for &class in &shapes.order {
        let parent = classes.get(class).super_class;
        let start = parent.and_then(|p| extents.get(p.index())).unwrap_or(&header);
        let own = shapes.fields.get(class.index()).copied().unwrap_or_default();
        extents[class.index()] = hidden.extent(class, start, own, layout);
    }
    extents
}

fn measure_trust(
    classes: &Classes,
    shapes: &Shapes,
    evidence: &Evidence,
    layout: &Layout,
    hidden: &HiddenFields,
) -> Trust {
    let mut trust = Trust::default();
    let extents = extents(classes, shapes, layout, hidden);
    for (index, class) in classes.iter() {
        if let Some(gaps) = evidence.of(index)
            && class.kind == ClassKind::Instance
            && shapes.complete[index.index()]
        {
            trust.add(gaps, layout.aligned(extents[index.index()].end));
        }
    }
    trust
}

/// Whether the distances say that the instances hold more than the fields that the dump lists.
fn is_hidden(class: &Class, gaps: Gaps, model: u64, trust: &Trust) -> bool {
    let more = u64::from(gaps.smallest) - model;
    if more > MOST_HIDDEN {
        return false;
    }
    if may_hide(&class.name) {
        return trust.is_at_least(80, gaps);
    }
    let all_alike = gaps.at_smallest >= 3 && gaps.seen - gaps.at_smallest <= gaps.seen / 10;
    all_alike && trust.is_compact() && trust.is_at_least(95, gaps)
}

/// The extent of a class whose instances are known to take `size` bytes: with as many hidden
/// words as fit best, or with paddings, so that subclasses continue where they would in the JVM.
fn stretched(start: &Extent, own: FieldCounts, layout: &Layout, size: u64) -> Extent {
    for words in 1..=4 {
        let mut with_hidden = own;
        match layout.word_bytes {
            4 => with_hidden.ints += words,
            _ => with_hidden.longs += words,
        }
        let extent = start.with(&with_hidden, layout.fields, layout.reference_bytes.into());
        if layout.aligned(extent.end) == size {
            return extent;
        }
    }
    Extent::padded(size, layout.fields)
}
