//! Chooses the memory layout that agrees best with the distances between neighbours.

use super::evidence::{ArrayBound, Evidence, Gaps};
use super::layout::{ArrayBase, Extent, FieldCounts, FieldPacking, Layout};
use super::mat::LayoutEvidence;
use crate::heap::ClassIndex;
use crate::heap::classes::{ClassKind, Classes};
use crate::hprof::{IdSize, ObjectId};

/// Classes as the layout sees them.
#[derive(Debug)]
pub(super) struct Shapes {
    /// All classes, super classes before their subclasses.
    pub(super) order: Vec<ClassIndex>,
    /// Own instance fields of each class.
    pub(super) fields: Vec<FieldCounts>,
    /// Whether the dump describes the class and all its super classes.
    pub(super) complete: Vec<bool>,
}

impl Shapes {
    /// O(classes + fields).
    pub(super) fn new(classes: &Classes) -> Self {
        let order = classes.supers_first();
        let fields =
            classes.iter().map(|(_, c)| FieldCounts::new(c.fields.iter().map(|f| f.ty))).collect();
        let mut complete = vec![false; classes.len()];
        for &class in &order {
            let described = classes.get(class);
            complete[class.index()] = described.described
                && match described.super_class {
                    Some(parent) => complete[parent.index()],
                    None => described.super_id == ObjectId(0),
                };
        }
        Self { order, fields, complete }
    }

    /// Where the fields of every class end under a layout.
    pub(super) fn extents(&self, classes: &Classes, layout: &Layout) -> Vec<Extent> {
        let header = Extent::header(layout.header_bytes);
        let mut extents = vec![header.clone(); self.fields.len()];
        for &class in &self.order {
            let parent = classes.get(class).super_class;
            let start = parent.and_then(|p| extents.get(p.index())).unwrap_or(&header);
            let own = self.fields.get(class.index()).copied().unwrap_or_default();
            let extent = start.with(&own, layout.fields, layout.reference_bytes.into());
            extents[class.index()] = extent;
        }
        extents
    }
}

/// How well a layout explains the evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    /// Classes and array kinds whose size is the smallest distance.
    agreeing: i64,
    /// Those whose size would be larger than a distance: the layout is wrong there.
    contradicted: i64,
}

impl Score {
    /// A contradiction is a proof, an agreement may be an accident.
    fn value(self) -> i64 {
        self.agreeing - 2 * self.contradicted
    }
}

/// Votes of a kind of arrays: they show the header more directly than any class does.
const ARRAY_VOTES: i64 = 8;

/// The layout that explains the evidence best; the most common one where evidence is equal.
pub(super) fn choose(
    classes: &Classes,
    shapes: &Shapes,
    evidence: &Evidence,
    hints: LayoutEvidence,
) -> Layout {
    let voters: Vec<(ClassIndex, Gaps)> = classes
        .iter()
        .filter(|(class, c)| c.kind == ClassKind::Instance && shapes.complete[class.index()])
        .filter_map(|(class, _)| Some((class, evidence.of(class)?)))
        .collect();
    let alignments = alignments(hints.divisor, evidence);
    let mut best: Option<(i64, Layout)> = None;
    for mut layout in candidates(hints) {
        let extents = shapes.extents(classes, &layout);
        for &alignment in &alignments {
            layout.alignment = alignment;
            let mut score = array_score(&layout, evidence);
            for &(class, gaps) in &voters {
                let size = layout.aligned(extents[class.index()].end);
                score.agreeing += i64::from(size == u64::from(gaps.smallest));
                score.contradicted += i64::from(size > u64::from(gaps.smallest));
            }
            if best.as_ref().is_none_or(|(value, _)| score.value() > *value) {
                best = Some((score.value(), layout));
            }
        }
    }
    best.map_or(common(hints.ids), |(_, layout)| layout)
}

/// What most JVMs with ids of this size have.
fn common(ids: IdSize) -> Layout {
    let (header_bytes, word_bytes, fields) = match ids {
        IdSize::Four => (8, 4, FieldPacking::SuperClassFirst),
        IdSize::Eight => (12, 8, FieldPacking::FillsGaps),
    };
    Layout {
        header_bytes,
        reference_bytes: 4,
        alignment: 8,
        fields,
        arrays: ArrayBase::Word,
        word_bytes,
    }
}

/// Layouts that JVMs have had, the most common first: with equal evidence the first one wins.
fn candidates(hints: LayoutEvidence) -> Vec<Layout> {
    use ArrayBase::{Element, Word};
    use FieldPacking::{FillsGaps, SuperClassFirst};
    let layout = |header_bytes, reference_bytes, fields, arrays| Layout {
        header_bytes,
        reference_bytes,
        fields,
        arrays,
        ..common(hints.ids)
    };
    if hints.ids == IdSize::Four {
        return vec![layout(8, 4, SuperClassFirst, Word), layout(8, 4, FillsGaps, Word)];
    }
    vec![
        layout(12, 4, FillsGaps, Word),
        layout(12, 4, SuperClassFirst, Word),
        layout(12, 8, FillsGaps, Word),
        layout(16, 8, SuperClassFirst, Word),
        layout(8, 4, FillsGaps, Element),
        layout(16, 8, FillsGaps, Word),
        layout(16, 8, FillsGaps, Element),
        layout(8, 8, FillsGaps, Element),
        layout(16, 4, FillsGaps, Word),
        layout(16, 4, SuperClassFirst, Word),
        layout(16, 4, FillsGaps, Element),
    ]
}

/// Alignments that all addresses allow. Small dumps may share a larger divisor by accident, so
/// smaller ones come first, unless arrays prove a larger one.
fn alignments(divisor: u64, evidence: &Evidence) -> Vec<u16> {
    let allowed: Vec<u16> = (3..=8)
        .map(|log| 1u16 << log)
        .take_while(|&a| a == 8 || (divisor > 0 && divisor.is_multiple_of(a.into())))
        .collect();
    let proven = allowed.iter().rposition(|&a| a > 8 && evidence.is_padded_to(a));
    allowed[proven.unwrap_or(0)..].to_vec()
}

fn array_score(layout: &Layout, evidence: &Evidence) -> Score {
    let mut score = Score::default();
    let mut add = |bound: ArrayBound, width: u64| {
        if bound.seen == 0 {
            return;
        }
        let room = bound.base - i64::try_from(layout.array_base(width)).unwrap_or(i64::MAX);
        if room < 0 {
            score.contradicted += ARRAY_VOTES;
        } else if room < i64::from(layout.alignment) {
            score.agreeing += ARRAY_VOTES;
        }
    };
    for (log, &bound) in (0u32..).zip(&evidence.primitive_arrays) {
        add(bound, 1 << log);
    }
    let (own, other) = match layout.reference_bytes {
        4 => (evidence.narrow_arrays, evidence.wide_arrays),
        _ => (evidence.wide_arrays, evidence.narrow_arrays),
    };
    add(own, layout.reference_bytes.into());
    // Long arrays tell the width of their elements: with the wrong one they end before or far
    // behind the next object begins.
    score.agreeing += if own.snug > other.snug { ARRAY_VOTES } else { 0 };
    score
}
