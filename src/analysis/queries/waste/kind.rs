//! What can be wrong with an object, and how much of it there is.

use crate::analysis::queries::owners::Owner;
use crate::analysis::queries::tally::Tally;
use crate::error::Result;
use crate::graph::too_large;
use crate::heap::ObjectIndex;
use hashbrown::HashMap;

/// What is wrong, in the order of listing where bytes are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    DuplicateStrings,
    WideStrings,
    DuplicateArrays,
    EmptyCollections,
    SingleElementCollections,
    SmallCollections,
    SparseCollections,
    NarrowRows,
    BoxedNumbers,
    EmptyArrays,
    OneElementArrays,
    SparseArrays,
    ZeroTails,
    UnusedHighBytes,
    ZeroLengthArrays,
    Headers,
}

impl Kind {
    /// What it is, and what would be saved.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::DuplicateStrings => "Duplicate strings: all but the first of each text",
            Self::WideStrings => {
                "Compressible strings, two bytes for each character though one would do: the other one"
            }
            Self::DuplicateArrays => {
                "Duplicate arrays of primitives: all but the first of each content"
            }
            Self::EmptyCollections => "Empty collections: the collections with their tables",
            Self::SingleElementCollections => "Collections of one element: all but the element",
            Self::SmallCollections => {
                "Small collections, of two to four elements: what is more than an array of them"
            }
            Self::SparseCollections => "Sparse collections, less than half full: the free room",
            Self::NarrowRows => {
                "Many small collections in a large one: what the other way round would save"
            }
            Self::BoxedNumbers => "Boxed numbers: what is more than the number itself",
            Self::EmptyArrays => "Arrays with nothing in them but null or zeros: the arrays",
            Self::OneElementArrays => "Arrays of one element: all but the element",
            Self::SparseArrays => "Sparse arrays of references, less than half full: the nulls",
            Self::ZeroTails => {
                "Arrays of primitives that end in zeros for more than a half: the zeros"
            }
            Self::UnusedHighBytes => {
                "Arrays of primitives whose values would fit half the width: that half"
            }
            Self::ZeroLengthArrays => "Arrays of length zero: the arrays",
            Self::Headers => {
                "Object headers: what many small objects cost, by class; not part of the sum"
            }
        }
    }

    pub(super) fn of(self) -> Domain {
        match self {
            Self::DuplicateStrings | Self::WideStrings => Domain::Strings,
            Self::DuplicateArrays | Self::ZeroTails | Self::UnusedHighBytes => {
                Domain::PrimitiveArrays
            }
            Self::EmptyCollections
            | Self::SingleElementCollections
            | Self::SmallCollections
            | Self::SparseCollections
            | Self::NarrowRows => Domain::Collections,
            Self::BoxedNumbers | Self::Headers => Domain::Others,
            Self::SparseArrays => Domain::ObjectArrays,
            Self::EmptyArrays | Self::OneElementArrays | Self::ZeroLengthArrays => Domain::Arrays,
        }
    }
}

/// Among what the good ones beside the bad ones are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Domain {
    Strings,
    PrimitiveArrays,
    ObjectArrays,
    Arrays,
    Collections,
    Others,
}

/// Objects and bytes by kind and holder (of headers: class), and who is there in all.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) waste: Tally<(Kind, u32), (u64, u64)>,
    pub(super) there: HashMap<(Domain, Owner), u64>,
}

impl Counts {
    pub(super) fn new() -> Self {
        Self { waste: Tally::new(), there: HashMap::new() }
    }

    /// An object of which `bytes` would be saved.
    pub(super) fn add(
        &mut self,
        kind: Kind,
        owner: Owner,
        object: ObjectIndex,
        bytes: u64,
    ) -> Result<()> {
        let sums = self.waste.add((kind, owner.0), object)?;
        sums.0 += 1;
        sums.1 = sums.1.saturating_add(bytes);
        Ok(())
    }

    /// An object that may be good or bad.
    pub(super) fn there(&mut self, domain: Domain, owner: Owner) -> Result<()> {
        self.there.try_reserve(1).map_err(|_| too_large(32, "the holders of objects"))?;
        *self.there.entry((domain, owner)).or_insert(0) += 1;
        Ok(())
    }
}
