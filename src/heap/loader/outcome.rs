//! What a load leaves: all that can be known of a dump, or what memory sufficed for.

use super::{LoadOptions, LoadProgress, Loader, Wants};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{DominatorTree, PathTree, filled};
use crate::heap::Heap;
use crate::heap::dumps::DumpStart;
use crate::heap::memory::{MemoryBudget, Stop};
use crate::heap::totals::ClassTotals;
use crate::source::gzip::GzipIndex;

/// Facts about the file that only the passes know.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Bytes of the file as it is.
    pub file_bytes: u64,
    /// Bytes of the uncompressed dump.
    pub dump_bytes: u64,
    /// Whether the file ends before its dump does.
    pub truncated: bool,
    /// Bytes that the record at the end declares beyond it, where it says so.
    pub missing: Option<u64>,
    /// Whether the file is compressed.
    pub compressed: bool,
    /// Which dump of the file was loaded, from 1.
    pub dump: u32,
    /// How many dumps the file holds.
    pub dumps: u32,
    /// Where each of them begins, and when it was taken.
    pub dump_starts: Vec<DumpStart>,
}

/// A heap with everything derived from its references.
#[derive(Debug)]
pub struct Loaded {
    /// The model of the dump.
    pub heap: Heap,
    /// Dominator tree with retained sizes.
    pub dominators: DominatorTree,
    /// Shortest paths from the roots without weak references (rules L6, P3).
    pub paths: PathTree,
    /// Instances and shallow bytes per class.
    pub totals: ClassTotals,
    /// Minimum retained size per class (rule D3), by class index.
    pub class_retained: Vec<u64>,
    /// What the file is.
    pub file: FileFacts,
    /// Random access into a compressed file.
    pub gzip: Option<GzipIndex>,
}

/// A heap of which memory sufficed for a part.
#[derive(Debug)]
pub struct Partial {
    /// The model of the dump.
    pub heap: Heap,
    /// Instances and shallow bytes per class. Unreachable objects are told apart only when the
    /// dominators were computed.
    pub totals: ClassTotals,
    /// What is known besides.
    pub known: Known,
    /// What the file is.
    pub file: FileFacts,
    /// Random access into a compressed file.
    pub gzip: Option<GzipIndex>,
    /// Where the load stopped, and why.
    pub stop: Stop,
}

/// How far a load came: each part needs the one before.
#[derive(Debug)]
pub enum Known {
    /// Objects and classes, no references.
    Objects,
    /// References too.
    References,
    /// The dominator tree with retained sizes too.
    Retained(DominatorTree),
    /// The minimum retained size of every class too; only paths are missing.
    Classes(DominatorTree, Vec<u64>),
}

impl Known {
    /// Whether references between objects are known.
    pub fn has_references(&self) -> bool {
        !matches!(self, Self::Objects)
    }

    /// The dominator tree, if known.
    pub fn dominators(&self) -> Option<&DominatorTree> {
        match self {
            Self::Objects | Self::References => None,
            Self::Retained(tree) | Self::Classes(tree, _) => Some(tree),
        }
    }

    /// The minimum retained size per class, if known.
    pub fn class_retained(&self) -> Option<&[u64]> {
        match self {
            Self::Classes(_, retained) => Some(retained),
            _ => None,
        }
    }
}

/// What a load left.
#[derive(Debug)]
pub enum Outcome {
    /// Everything.
    Complete(Box<Loaded>),
    /// What memory sufficed for.
    Partial(Box<Partial>),
}

impl Outcome {
    /// The model of the dump.
    pub fn heap(&self) -> &Heap {
        match self {
            Self::Complete(loaded) => &loaded.heap,
            Self::Partial(partial) => &partial.heap,
        }
    }

    /// Takes the index of a compressed file out.
    pub fn take_gzip(&mut self) -> Option<GzipIndex> {
        match self {
            Self::Complete(loaded) => loaded.gzip.take(),
            Self::Partial(partial) => partial.gzip.take(),
        }
    }

    /// Where the load stopped, if it did.
    pub fn stop(&self) -> Option<&Stop> {
        match self {
            Self::Complete(_) => None,
            Self::Partial(partial) => Some(&partial.stop),
        }
    }

    /// Everything.
    ///
    /// # Errors
    /// `TooLarge` when memory sufficed for a part only.
    pub fn complete(self) -> Result<Loaded> {
        match self {
            Self::Complete(loaded) => Ok(*loaded),
            Self::Partial(partial) => Err(partial.stop.error(ErrorKind::TooLarge)),
        }
    }
}

/// Loads everything from a source in one go: for tests and the command line.
///
/// # Errors
/// As [`Loader::feed`] and [`Loader::compute`]; `TooLarge` when memory suffices for a part only.
pub fn load(
    source: &dyn crate::source::ByteSource,
    options: LoadOptions,
    chunk: usize,
    observe: &mut dyn FnMut(&LoadProgress),
) -> Result<Loaded> {
    load_within(source, options, MemoryBudget::UNLIMITED, chunk, observe)?.complete()
}

/// Loads what fits into a budget of memory.
///
/// # Errors
/// As [`Loader::feed`] and [`Loader::compute`].
pub fn load_within(
    source: &dyn crate::source::ByteSource,
    options: LoadOptions,
    memory: MemoryBudget,
    chunk: usize,
    observe: &mut dyn FnMut(&LoadProgress),
) -> Result<Outcome> {
    let mut loader = Loader::new(options, source.len()).within(memory);
    let mut buffer = filled(chunk.max(1), 0, "reading the file")?;
    loop {
        match loader.wants() {
            Wants::Bytes { offset } => {
                let read = source.read_at(offset, &mut buffer)?;
                if read == 0 {
                    return Err(Error::new(ErrorKind::Read, "The file became shorter").at(offset));
                }
                loader.feed(buffer.get(..read).unwrap_or_default())?;
            }
            Wants::Compute => loader.compute()?,
            Wants::Nothing => return loader.finish(),
        }
        observe(&loader.progress());
    }
}
