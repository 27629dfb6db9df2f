//! Generates dumps of any size, for measurements.
//!
//! Nothing but the part that is being written is in memory: what refers to a part computes its
//! address from its number. The same options give the same bytes on every machine.
//!
//! * [`Shape::Mixed`] is a heap as servers have them: strings, collections, boxed numbers, thousands
//!   of classes from several loaders, caches, threads, and one leak whose holder and retained size
//!   are known ([`Summary::leak`]).
//! * The other shapes are graphs that cost careless algorithms quadratic time, deep recursion or too
//!   much memory.

mod classes;
mod front;
mod gzip;
mod hostile;
mod mixed;
mod plan;
mod random;
mod shapes;
#[cfg(test)]
mod tests;

pub use gzip::GzipBlocks;

use crate::hprof::{IdSize, ObjectId};
use std::io::{Error, ErrorKind, Result, Write};

/// What the graph of objects looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A server's heap.
    Mixed,
    /// A singly linked list, in the order of the dump.
    List,
    /// A singly linked list, against it.
    ListBackwards,
    /// A doubly linked list.
    DoubleList,
    /// One array that refers to everything.
    Array,
    /// A list whose elements all refer to the last.
    SharedLeaf,
    /// Levels of two objects that both refer to both of the next level.
    Ladder,
    /// Blocks in which each of 32 objects refers to each of 32 others.
    Bipartite,
    /// A list that nothing refers to, beside one live object.
    DeadList,
}

/// Shapes and what they are called.
const SHAPES: [(&str, Shape); 9] = [
    ("mixed", Shape::Mixed),
    ("list", Shape::List),
    ("list-backwards", Shape::ListBackwards),
    ("double-list", Shape::DoubleList),
    ("array", Shape::Array),
    ("shared-leaf", Shape::SharedLeaf),
    ("ladder", Shape::Ladder),
    ("bipartite", Shape::Bipartite),
    ("dead-list", Shape::DeadList),
];

impl Shape {
    /// The shape of this name, such as `mixed` or `double-list`.
    pub fn named(name: &str) -> Option<Self> {
        SHAPES.iter().find(|(known, _)| *known == name).map(|&(_, shape)| shape)
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHAPES.iter().map(|&(name, _)| name)
    }
}

/// How the order of objects in the dump relates to their addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Ascending addresses, as Serial, Parallel and G1 dump.
    Address,
    /// A walk through the graph while objects lie as they were allocated, as ZGC and Shenandoah
    /// dump.
    Traversal,
}

impl Order {
    /// The order of this name: `address` or `traversal`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "address" => Some(Self::Address),
            "traversal" => Some(Self::Traversal),
            _ => None,
        }
    }
}

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Number of objects; a mixed heap has about as many, the others exactly.
    pub objects: u64,
    /// The graph.
    pub shape: Shape,
    /// The order of the dump.
    pub order: Order,
    /// Size of identifiers, and with it the layout of objects.
    pub ids: IdSize,
    /// Share of a mixed heap that is leaked, in percent, at most 90.
    pub leak_percent: u32,
    /// Other seeds give other dumps of the same kind.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            objects: 1_000_000,
            shape: Shape::Mixed,
            order: Order::Address,
            ids: IdSize::Eight,
            leak_percent: 30,
            seed: 1,
        }
    }
}

/// What was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Objects, class objects included.
    pub objects: u64,
    /// References that are not null, without those of class objects and to them by their instances.
    pub references: u64,
    /// Objects without references.
    pub leaves: u64,
    /// Shallow bytes of all objects.
    pub heap_bytes: u64,
    /// Bytes of the dump, before compression.
    pub dump_bytes: u64,
    /// What an analysis should find.
    pub leak: Option<Leak>,
}

/// The leak that was put into a heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Class and static field that hold it.
    pub holder: String,
    /// The collection in that field.
    pub object: ObjectId,
    /// What it retains, in bytes.
    pub retained: u64,
    /// Number of objects that were leaked to it.
    pub elements: u64,
}

/// Sums over written objects.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    objects: u64,
    references: u64,
    leaves: u64,
    bytes: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.objects += other.objects;
        self.references += other.references;
        self.leaves += other.leaves;
        self.bytes += other.bytes;
    }
}

/// Writes a dump. O(objects) time; memory for one part of it and eight bytes per thousand objects.
///
/// # Errors
/// Those of `out`; `InvalidInput` for options that contradict each other.
pub fn generate<W: Write>(out: W, options: &Options) -> Result<(W, Summary)> {
    if options.leak_percent > 90 {
        return Err(invalid("at most 90 percent can leak"));
    }
    match options.shape {
        Shape::Mixed => mixed::generate(out, options),
        _ => hostile::generate(out, options),
    }
}

fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, why)
}

/// Where the heap begins, and where it must end.
fn address_range(ids: IdSize) -> (u64, u64) {
    match ids {
        IdSize::Four => (0x1000_0000, 0xffff_0000),
        IdSize::Eight => (0x6_0000_0000, 1 << 40),
    }
}

/// The time in the header, in milliseconds since 1970.
const TIMESTAMP: u64 = 1_637_609_223_000;
