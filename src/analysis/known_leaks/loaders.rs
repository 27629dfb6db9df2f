//! Class loaders of applications that were stopped, or loaded once more.

use crate::analysis::Inquiry;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::ObjectId;
use hashbrown::HashMap;

/// Loaders that define the same classes before they count as copies of one application: two may be
/// two applications that use the same library.
const COPIES: u32 = 3;
/// Classes that a loader must define to be an application's.
const APPLICATION: usize = 3;
/// Part of a loader's classes that its copies must also define.
const SAME: f64 = 0.8;
/// Loaders whose paths are looked at.
const MAX_LOADERS: usize = 64;
/// Fields by which containers mark a loader's application as stopped, and values that say so.
const STOPPED: [(&str, &[&str]); 2] = [
    ("state", &["STOPPED", "STOPPING", "DESTROYED", "DESTROYING", "FAILED"]),
    ("started", &["false"]),
];

/// The loaders that should be gone.
#[derive(Debug)]
pub(super) struct OldLoaders {
    /// Loaders whose application is stopped.
    stopped: Vec<ObjectIndex>,
    /// Loaders that are copies of each other; at most one of them is in use.
    copies: Vec<ObjectIndex>,
}

impl OldLoaders {
    /// Looks at all classes once, and at the fields of some loaders. O(classes).
    pub(super) fn new(inquiry: &Inquiry<'_>) -> Self {
        let heap = inquiry.heap();
        let mut classes_of: HashMap<ObjectId, Vec<ClassIndex>> = HashMap::new();
        for (index, class) in heap.classes.iter() {
            if class.loader.0 != 0 && class.described && !class.is_array() {
                classes_of.entry(class.loader).or_default().push(index);
            }
        }
        let mut loaders: Vec<(ObjectIndex, Vec<ClassIndex>)> = classes_of
            .into_iter()
            .filter(|(_, classes)| classes.len() >= APPLICATION)
            .filter_map(|(id, classes)| Some((heap.addresses.get(id)?, classes)))
            .filter(|&(loader, _)| inquiry.is_reachable(loader))
            .collect();
        loaders.sort_unstable_by_key(|&(loader, _)| loader);
        // How many loaders of one class define a class of one name.
        let mut definers: HashMap<(ClassIndex, &str), u32> = HashMap::new();
        for (loader, classes) in &loaders {
            let of = heap.objects.class(*loader);
            for &class in classes {
                *definers.entry((of, heap.classes.get(class).name.as_str())).or_default() += 1;
            }
        }
        let is_copy = |(loader, classes): &&(ObjectIndex, Vec<ClassIndex>)| {
            let of = heap.objects.class(*loader);
            let shared = classes.iter().filter(|&&class| {
                let name = heap.classes.get(class).name.as_str();
                definers.get(&(of, name)).is_some_and(|&definers| definers >= COPIES)
            });
            #[expect(clippy::cast_precision_loss, reason = "a share of some thousand classes")]
            let share = shared.count() as f64 / classes.len() as f64;
            share >= SAME
        };
        let copies = loaders.iter().filter(is_copy).map(|(loader, _)| *loader).collect();
        let stopped = loaders.iter().map(|(loader, _)| *loader);
        let stopped = stopped.filter(|&loader| is_stopped(inquiry, loader)).collect();
        Self { stopped, copies }
    }

    /// Whether the containers themselves say that the applications are stopped.
    pub(super) fn are_stopped(&self) -> bool {
        !self.stopped.is_empty()
    }

    /// The old loaders whose path from a GC root passes a test. Of copies, one is taken to be the
    /// one in use and left out.
    pub(super) fn held_by(
        &self,
        inquiry: &Inquiry<'_>,
        passes: impl Fn(&[u32]) -> bool,
    ) -> Vec<ObjectIndex> {
        let old = if self.are_stopped() { &self.stopped } else { &self.copies };
        let held = old.iter().copied().take(MAX_LOADERS);
        let mut held: Vec<ObjectIndex> = held
            .filter(|loader| passes(&inquiry.loaded.paths.path(loader.0).unwrap_or_default()))
            .collect();
        if !self.are_stopped() {
            held.pop();
        }
        held
    }
}

fn is_stopped(inquiry: &Inquiry<'_>, loader: ObjectIndex) -> bool {
    let values = &inquiry.values;
    STOPPED.iter().any(|(field, stopped)| {
        let Some(value) = values.field(loader, field) else { return false };
        let shown = match value {
            crate::hprof::Value::Object(id) => {
                values.resolve(id).and_then(|state| values.string_field(state, "name"))
            }
            value => Some(crate::analysis::naming::primitive_text(value)),
        };
        shown.is_some_and(|shown| stopped.contains(&shown.as_str()))
    })
}
