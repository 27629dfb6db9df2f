//! The model of one heap dump: classes, objects, references, GC roots, threads.
//!
//! [`loader::Loader`] builds it in two passes over the file; afterwards it is read-only. Field
//! values and array contents are not in it: they are read from the file when somebody looks
//! ([`values`]). Knows the format (`hprof`) and the algorithms (`graph`), nothing of what people ask
//! (`analysis`).

pub mod address_map;
mod class_oddities;
pub mod classes;
pub mod column;
mod completeness;
pub mod dumps;
mod link;
pub mod loader;
pub mod memory;
pub mod model;
pub mod names;
pub mod objects;
pub mod oddities;
mod pass;
pub mod references;
mod repeats;
pub mod roots;
mod scan;
pub mod sizes;
pub mod spaces;
mod stand_ins;
pub mod threads;
pub mod totals;
pub mod values;

use crate::graph::{Adjacency, Graph, NONE};
use crate::hprof::{BasicType, Header, HeapSummary, IdSize};
use classes::{ClassKind, Classes};
use objects::Objects;

/// Dense number of an object: its position among the object records of the dump.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ObjectIndex(pub u32);

/// Dense number of a class.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ClassIndex(pub u32);

/// Dense number of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadIndex(pub u32);

impl ObjectIndex {
    /// As an index into a column.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ClassIndex {
    /// As an index into a column.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Classes with a meaning of their own, found by name once.
#[derive(Clone, Copy, Debug, Default)]
pub struct WellKnown {
    /// `java.lang.Class`.
    pub class: Option<ClassIndex>,
    /// `java.lang.ClassLoader`.
    pub class_loader: Option<ClassIndex>,
    /// `java.lang.String`.
    pub string: Option<ClassIndex>,
    /// `java.lang.Thread`.
    pub thread: Option<ClassIndex>,
    /// `java.lang.ref.Reference`.
    pub reference: Option<ClassIndex>,
    /// `java.lang.ref.Finalizer`.
    pub finalizer: Option<ClassIndex>,
}

/// Everything that the file says about the heap, frozen.
#[derive(Debug)]
pub struct Heap {
    /// Header of the file.
    pub header: Header,
    /// Names of fields and methods.
    pub names: names::Names,
    /// Classes.
    pub classes: Classes,
    /// Objects.
    pub objects: Objects,
    /// From object ids to objects.
    pub addresses: address_map::AddressMap,
    /// Shallow sizes.
    pub sizes: sizes::ShallowSizes,
    /// GC roots.
    pub roots: roots::Roots,
    /// Threads and stacks.
    pub threads: threads::Threads,
    /// Outbound references without the reference to the class.
    pub edges: Adjacency,
    /// What is odd in the dump.
    pub oddities: oddities::Oddities,
    /// Classes with a meaning of their own.
    pub known: WellKnown,
    /// Android: the heaps that objects are in.
    pub spaces: spaces::Spaces,
    /// What the hprof agent summed up.
    pub summary: Option<HeapSummary>,
    /// Per class, whether it is a subclass of `java.lang.ref.Reference`.
    pub(crate) reference_classes: Vec<bool>,
}

impl Heap {
    /// Identifier size of the dump.
    pub fn ids(&self) -> IdSize {
        self.header.id_size
    }

    /// Shallow size of an object in bytes.
    #[inline]
    pub fn shallow(&self, object: ObjectIndex) -> u64 {
        let class = self.objects.class(object);
        let length = || self.objects.length(object).unwrap_or(0);
        self.sizes.by_class(class, length).unwrap_or_else(|| self.shallow_of_one(object, class))
    }

    /// Shallow size of an object whose class does not tell it.
    #[cold]
    fn shallow_of_one(&self, object: ObjectIndex, class: ClassIndex) -> u64 {
        if Some(class) == self.known.class
            && let Some(represented) = self.classes.represented_by(object)
        {
            return self.sizes.of_class_object(represented);
        }
        let kind = self.classes.get(class).kind;
        let length = match kind {
            ClassKind::Instance => 0,
            _ => self.objects.length(object).unwrap_or(0).into(),
        };
        self.sizes.of(object, class, kind, length)
    }

    /// Rule D3: the classes, by index, in whose sets an object is: its own and, of a class object,
    /// the class that it represents; else [`NONE`].
    #[inline]
    pub(crate) fn retained_groups(&self, object: ObjectIndex) -> [u32; 2] {
        let class = self.objects.class(object);
        let represented = if Some(class) == self.known.class {
            self.classes.represented_by(object).map_or(NONE, |c| c.0)
        } else {
            NONE
        };
        [class.0, represented]
    }

    /// The class whose fields an object has: the class itself for class objects, which have its
    /// static ones.
    pub fn owner_class(&self, object: ObjectIndex) -> ClassIndex {
        self.classes.represented_by(object).unwrap_or_else(|| self.objects.class(object))
    }

    /// Whether instances of the class hold their `referent` weakly.
    pub fn is_reference_class(&self, class: ClassIndex) -> bool {
        self.reference_classes.get(class.index()).copied().unwrap_or(false)
    }

    /// Whether the object is a record that repeats the id of an earlier one and was left out.
    pub fn is_repeat(&self, object: ObjectIndex) -> bool {
        self.objects.class(object) == classes::DUPLICATE
    }

    /// Element type of an array class's primitive arrays.
    pub fn primitive_element(&self, class: ClassIndex) -> Option<BasicType> {
        match self.classes.get(class).kind {
            ClassKind::PrimitiveArray(element) => Some(element),
            _ => None,
        }
    }
}

impl Graph for Heap {
    fn adjacency(&self) -> &Adjacency {
        &self.edges
    }

    /// The implied reference of every object to its class (rules G2 to G4).
    #[inline]
    fn hub(&self, node: u32) -> u32 {
        let class = self.objects.class(ObjectIndex(node));
        self.classes.get(class).object.map_or(NONE, |o| o.0)
    }

    fn may_be_hub(&self, node: u32) -> bool {
        self.classes.iter().any(|(_, class)| class.object == Some(ObjectIndex(node)))
    }

    /// Rule L6: `Reference.referent` and `Finalizer.unfinalized` are stored first and ignored by
    /// shortest paths.
    #[inline]
    fn skips_first(&self, node: u32) -> bool {
        let class = self.objects.class(ObjectIndex(node));
        if self.is_reference_class(class) {
            return true;
        }
        self.known.finalizer.is_some_and(|f| {
            Some(class) == self.known.class && self.classes.get(f).object == Some(ObjectIndex(node))
        })
    }
}
