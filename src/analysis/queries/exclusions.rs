//! Which references paths and retained sets leave out: Eclipse MAT's eight choices (rule P1).

use crate::analysis::query::{Choice, Parameter, ParameterKind};
use crate::graph::{Adjacency, Graph};
use crate::heap::{Heap, ObjectIndex};

const fn choice(name: &'static str, title: &'static str) -> Choice {
    Choice { name, title }
}

const PRESETS: &[Choice] = &[
    choice("none", "Follow all references"),
    choice("weak", "Leave out weak references"),
    choice("soft", "Leave out soft references"),
    choice("phantom", "Leave out phantom references"),
    choice("weak-soft", "Leave out weak and soft references"),
    choice("phantom-soft", "Leave out phantom and soft references"),
    choice("phantom-weak", "Leave out phantom and weak references"),
    choice("all", "Leave out weak, soft, phantom and finalizer references"),
];

const HINT: &str = "A reference that the collector may clear does not keep an object for good. \
                    Finalizers are left out together with weak references.";

/// The parameter for paths, which lead along what holds.
pub(super) const WITHOUT: Parameter = Parameter {
    name: "without",
    title: "References",
    hint: HINT,
    kind: ParameterKind::Choice(PRESETS),
    default: "all",
};

/// The parameter for retained sets, which follow every reference unless told otherwise (rule D1).
pub(super) const FOLLOWING_ALL: Parameter = Parameter { default: "none", ..WITHOUT };

/// Which of the choices was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exclusion {
    weak: bool,
    soft: bool,
    phantom: bool,
}

impl Exclusion {
    /// The choice of this name.
    pub(super) fn named(name: &str) -> Self {
        let has = |kind| name == "all" || name.split('-').any(|part| part == kind);
        Self { weak: has("weak"), soft: has("soft"), phantom: has("phantom") }
    }

    /// Whether it leaves out what the paths worked out with the dump leave out.
    pub(super) fn is_all(self) -> bool {
        self.weak && self.soft && self.phantom
    }

    /// Whether it leaves out nothing.
    pub(super) fn is_none(self) -> bool {
        !self.weak && !self.soft && !self.phantom
    }

    /// What that means in this dump. O(classes).
    pub(super) fn skips(self, heap: &Heap) -> Skips {
        if self.is_all() {
            return Skips { classes: heap_references(heap), finalizer: finalizer_object(heap) };
        }
        let mut classes = vec![false; heap.classes.len()];
        let mut add = |wanted: bool, name: &str| {
            if wanted {
                for (skip, kind) in classes.iter_mut().zip(of_kind(heap, name)) {
                    *skip |= kind;
                }
            }
        };
        add(self.weak, "java.lang.ref.WeakReference");
        add(self.weak, "java.lang.ref.Finalizer");
        add(self.soft, "java.lang.ref.SoftReference");
        add(self.phantom, "java.lang.ref.PhantomReference");
        Skips { classes, finalizer: finalizer_object(heap).filter(|_| self.weak) }
    }
}

fn heap_references(heap: &Heap) -> Vec<bool> {
    heap.classes.iter().map(|(class, _)| heap.is_reference_class(class)).collect()
}

/// The class object whose static `unfinalized` is the list of all finalizers.
fn finalizer_object(heap: &Heap) -> Option<u32> {
    Some(heap.classes.get(heap.known.finalizer?).object?.0)
}

/// Per class, whether it is the reference class of this name or a subclass of it. O(classes).
pub(super) fn of_kind(heap: &Heap, name: &str) -> Vec<bool> {
    let Some(base) = heap.classes.by_name(name) else { return vec![false; heap.classes.len()] };
    let mut kind = heap.classes.subclasses(base);
    if let Some(own) = kind.get_mut(base.index()) {
        *own = true;
    }
    for (kind, reference) in kind.iter_mut().zip(heap_references(heap)) {
        *kind &= reference;
    }
    kind
}

/// Whose first reference is left out.
#[derive(Debug)]
pub(super) struct Skips {
    /// Classes whose instances' referents are.
    pub(super) classes: Vec<bool>,
    finalizer: Option<u32>,
}

impl Skips {
    /// The referents of these classes' instances.
    pub(super) fn referents_of(classes: Vec<bool>) -> Self {
        Self { classes, finalizer: None }
    }

    /// The heap in which searches that may ([`crate::graph::Edges::SkipFirst`]) leave these out.
    pub(super) fn within<'a>(&'a self, heap: &'a Heap) -> Without<'a> {
        Without { heap, skips: self }
    }
}

/// A heap in which a choice of references may be left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Without<'a> {
    heap: &'a Heap,
    skips: &'a Skips,
}

impl Graph for Without<'_> {
    fn adjacency(&self) -> &Adjacency {
        &self.heap.edges
    }

    #[inline]
    fn hub(&self, node: u32) -> u32 {
        self.heap.hub(node)
    }

    #[inline]
    fn skips_first(&self, node: u32) -> bool {
        let class = self.heap.objects.class(ObjectIndex(node));
        self.skips.classes.get(class.index()).is_some_and(|&skip| skip)
            || self.skips.finalizer == Some(node)
    }
}
