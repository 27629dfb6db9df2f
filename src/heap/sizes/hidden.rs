//! Fields that HotSpot adds to classes without listing them in class dumps.
//!
//! `javaClasses.hpp` injects pointers and flags into a few classes of the JDK, and `@Contended`
//! pads fields. Which and how many depends on the release, so that candidates are tried against
//! the distances behind instances of the class and of its subclasses.

use super::calibrate::Shapes;
use super::evidence::Evidence;
use super::layout::{Extent, FieldCounts, Layout};
use crate::heap::ClassIndex;
use crate::heap::classes::Classes;
use hashbrown::HashMap;

/// Fields that class dumps do not list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hidden {
    /// Machine words: `intptr_t` and pointers.
    words: u64,
    references: u64,
    longs: u64,
    ints: u64,
    shorts: u64,
    bytes: u64,
    /// Whether some fields stand between paddings.
    contended: bool,
}

const NOTHING: Hidden =
    Hidden { words: 0, references: 0, longs: 0, ints: 0, shorts: 0, bytes: 0, contended: false };
const ONE_WORD: Hidden = Hidden { words: 1, ..NOTHING };
const TWO_WORDS: Hidden = Hidden { words: 2, ..NOTHING };
const WORD_AND_REFERENCE: Hidden = Hidden { words: 1, references: 1, ..NOTHING };
const TWO_WORDS_AND_REFERENCE: Hidden = Hidden { words: 2, references: 1, ..NOTHING };
const WORD_AND_LONG: Hidden = Hidden { words: 1, longs: 1, ..NOTHING };
const ONE_SHORT: Hidden = Hidden { shorts: 1, ..NOTHING };
const ONE_BYTE: Hidden = Hidden { bytes: 1, ..NOTHING };
/// `jvmti_thread_state`, two members for transitions of virtual threads, `jfr_epoch`.
const LOOM_THREAD: Hidden = Hidden { words: 1, ints: 1, shorts: 1, bytes: 1, ..NOTHING };
const EARLY_LOOM_THREAD: Hidden = Hidden { words: 1, shorts: 1, bytes: 1, ..NOTHING };
const CONTENDED: Hidden = Hidden { contended: true, ..NOTHING };

/// What the classes are known to hide in some release, the likeliest first: the first one wins
/// where distances do not decide.
const KNOWN: [(&str, &[Hidden]); 10] = [
    ("java.lang.ClassLoader", &[ONE_WORD, NOTHING]),
    ("java.lang.InternalError", &[ONE_BYTE, NOTHING]),
    ("java.lang.Module", &[ONE_WORD, NOTHING]),
    ("java.lang.StackFrameInfo", &[ONE_SHORT, NOTHING]),
    ("java.lang.String", &[ONE_BYTE, NOTHING]),
    (
        "java.lang.invoke.MemberName",
        &[ONE_WORD, TWO_WORDS, TWO_WORDS_AND_REFERENCE, WORD_AND_REFERENCE, NOTHING],
    ),
    ("java.lang.invoke.MethodHandleNatives$CallSiteContext", &[WORD_AND_LONG, ONE_WORD, NOTHING]),
    ("java.lang.invoke.ResolvedMethodName", &[ONE_WORD, WORD_AND_REFERENCE, TWO_WORDS, NOTHING]),
    ("java.lang.Thread", &[]),
    // `objectWaiter`, JDK 24 on. Its super class `Thread` has to come before it.
    ("java.lang.VirtualThread", &[ONE_WORD, NOTHING]),
];

/// Candidates for `java.lang.Thread` of JDKs with virtual threads, and of those without: up to JDK
/// 18 the seeds of `ThreadLocalRandom` are `@Contended`, before JDK 8 there is nothing.
const THREAD_WITH_LOOM: [Hidden; 3] = [LOOM_THREAD, EARLY_LOOM_THREAD, ONE_WORD];
const THREAD_BEFORE_LOOM: [Hidden; 2] = [CONTENDED, NOTHING];

/// Classes with `@Contended` fields; how many and where depends on the release.
const PADDED: [&str; 7] = [
    "java.util.concurrent.ConcurrentHashMap$CounterCell",
    "java.util.concurrent.Exchanger$Node",
    "java.util.concurrent.ForkJoinPool",
    "java.util.concurrent.ForkJoinPool$WorkQueue",
    "java.util.concurrent.SubmissionPublisher$BufferedSubscription",
    "java.util.concurrent.atomic.Striped64$Cell",
    "jdk.internal.misc.CarrierThread",
];

/// Whether HotSpot is known to make instances of this class larger than their fields.
pub(super) fn may_hide(name: &str) -> bool {
    PADDED.contains(&name) || KNOWN.iter().any(|(known, _)| *known == name)
}

/// The hidden fields of each class that has some.
#[derive(Debug, Default)]
pub(super) struct HiddenFields {
    by_class: HashMap<ClassIndex, Hidden>,
}

impl HiddenFields {
    /// Tries the candidates of each known class on its subclasses. O(classes + subclasses of the
    /// known classes).
    pub(super) fn find(
        classes: &Classes,
        shapes: &Shapes,
        evidence: &Evidence,
        layout: &Layout,
    ) -> Self {
        let mut found = Self::default();
        for (owner, family) in families(classes, shapes) {
            let start = found.start_of(owner, classes, shapes, layout);
            let mut best: Option<(i64, Hidden)> = None;
            for &hidden in candidates(owner, classes) {
                let mut extents: HashMap<ClassIndex, Extent> = HashMap::new();
                let mut score = 0;
                for &class in &family {
                    let parent = classes.get(class).super_class;
                    let start = parent.and_then(|p| extents.get(&p)).unwrap_or(&start);
                    let own = shapes.fields.get(class.index()).copied().unwrap_or_default();
                    let hidden = if class == owner { hidden } else { NOTHING };
                    let extent = hidden.extent(start, own, layout);
                    if let Some(gaps) = evidence.of(class) {
                        let (size, gap) = (layout.aligned(extent.end), u64::from(gaps.smallest));
                        score += i64::from(size == gap) - 2 * i64::from(size > gap);
                    }
                    extents.insert(class, extent);
                }
                if best.is_none_or(|(value, _)| score > value) {
                    best = Some((score, hidden));
                }
            }
            if let Some((_, hidden)) = best {
                found.by_class.insert(owner, hidden);
            }
        }
        found
    }

    /// Where the class ends if its super class ends at `start`.
    pub(super) fn extent(
        &self,
        class: ClassIndex,
        start: &Extent,
        own: FieldCounts,
        layout: &Layout,
    ) -> Extent {
        self.by_class.get(&class).unwrap_or(&NOTHING).extent(start, own, layout)
    }

    /// Where the fields of the super classes of `class` end.
    fn start_of(
        &self,
        class: ClassIndex,
        classes: &Classes,
        shapes: &Shapes,
        layout: &Layout,
    ) -> Extent {
        let lineage: Vec<ClassIndex> = classes.lineage(class).skip(1).collect();
        lineage.iter().rev().fold(Extent::header(layout.header_bytes), |start, &ancestor| {
            let own = shapes.fields.get(ancestor.index()).copied().unwrap_or_default();
            self.extent(ancestor, &start, own, layout)
        })
    }
}

impl Hidden {
    fn extent(&self, start: &Extent, own: FieldCounts, layout: &Layout) -> Extent {
        let words_are_ints = layout.word_bytes == 4;
        let fields = FieldCounts {
            references: own.references + self.references,
            bytes: own.bytes + self.bytes,
            shorts: own.shorts + self.shorts,
            ints: own.ints + self.ints + if words_are_ints { self.words } else { 0 },
            longs: own.longs + self.longs + if words_are_ints { 0 } else { self.words },
        };
        let extent = start.with(&fields, layout.fields, layout.reference_bytes.into());
        if self.contended { extent.with_contended_fields(layout.fields) } else { extent }
    }
}

/// The known classes of the boot loader, each with its subclasses, super classes first.
fn families(classes: &Classes, shapes: &Shapes) -> Vec<(ClassIndex, Vec<ClassIndex>)> {
    let owners: Vec<ClassIndex> =
        KNOWN.iter().filter_map(|(name, _)| classes.by_name(name)).collect();
    let mut families: Vec<(ClassIndex, Vec<ClassIndex>)> =
        owners.iter().map(|&owner| (owner, Vec::new())).collect();
    let mut family_of: Vec<Option<usize>> = vec![None; classes.len()];
    for &class in &shapes.order {
        let inherited = classes
            .get(class)
            .super_class
            .and_then(|p| family_of.get(p.index()).copied().flatten());
        let family = owners.iter().position(|&o| o == class).or(inherited);
        if let Some((_, members)) = family.and_then(|f| families.get_mut(f)) {
            members.push(class);
        }
        family_of[class.index()] = family;
    }
    families
}

fn candidates(owner: ClassIndex, classes: &Classes) -> &'static [Hidden] {
    let name = classes.get(owner).name.as_str();
    if name == "java.lang.Thread" {
        return match classes.by_name("java.lang.VirtualThread") {
            Some(_) => &THREAD_WITH_LOOM,
            None => &THREAD_BEFORE_LOOM,
        };
    }
    KNOWN.iter().find(|(known, _)| *known == name).map_or(&[], |(_, hidden)| hidden)
}
