//! Collections: how full, how large, how evenly hashed, and which field holds them.

use super::by_size::BySize;
use super::owners::{Owner, Owners, parent};
use super::tally::{Tally, share};
use crate::analysis::collections::shape::{Shape, is_made_of_a_collection, may_have_shape, shape};
use crate::analysis::query::{
    Column, Context, Each, QueryGroup, Question, Subject, Table, Value, Visit,
};
use crate::error::Result;
use crate::graph::{ROOT, filled};
use crate::heap::{ClassIndex, ObjectIndex};

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "collection-fill",
        title: "Fill of collections",
        about: "How much of the room in collections is in use, and which field holds those that are too large.",
        group: QueryGroup::Collections,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ByField::new(Kind::Fill))),
    },
    Question {
        name: "collections-by-size",
        title: "Collections by size",
        about: "How many collections have how many elements, and which fields hold them.",
        group: QueryGroup::Collections,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| {
            Ok(Each::of(OfAnySize { finder: CollectionFinder::default(), by_size: BySize::new() }))
        },
    },
    Question {
        name: "empty-collections",
        title: "Empty collections",
        about: "Collections without elements, which could be made when first needed, and the field that holds them.",
        group: QueryGroup::Collections,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ByField::new(Kind::Empty))),
    },
    Question {
        name: "single-element-collections",
        title: "Collections of one element",
        about: "Collections of one element, which could be the element itself, and the field that holds them.",
        group: QueryGroup::Collections,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ByField::new(Kind::Single))),
    },
    Question {
        name: "map-collisions",
        title: "Collisions in hash tables",
        about: "Hash tables whose entries share buckets, as with a poor hashCode, and the field that holds them.",
        group: QueryGroup::Collections,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ByField::new(Kind::Collisions))),
    },
];

/// Finds collections, and who holds them.
#[derive(Debug, Default)]
pub(super) struct CollectionFinder {
    /// By class: whether it may be a collection.
    may_be: Vec<bool>,
    pub(super) owners: Owners,
}

impl CollectionFinder {
    /// The shape of an object that is a collection of its own: no view of another one, no wrapper,
    /// and no map of which a set is made, which counts as the set.
    pub(super) fn shape(
        &mut self,
        context: &Context<'_>,
        object: ObjectIndex,
    ) -> Result<Option<Shape>> {
        let heap = context.inquiry.heap();
        if self.may_be.is_empty() {
            self.may_be = filled(heap.classes.len(), false, "the classes of collections")?;
            for (class, _) in heap.classes.iter() {
                if let Some(place) = self.may_be.get_mut(class.index()) {
                    *place = may_have_shape(heap, class);
                }
            }
        }
        let class = heap.objects.class(object);
        if !self.may_be.get(class.index()).is_some_and(|&may_be| may_be) {
            return Ok(None);
        }
        let parent = parent(&context.inquiry, object);
        if parent < ROOT && is_made_of_a_collection(heap, heap.objects.class(ObjectIndex(parent))) {
            let is_part = self.owners.container(&context.inquiry, object)?;
            if is_part == Some(ObjectIndex(parent)) {
                return Ok(None);
            }
        }
        Ok(shape(&context.inquiry, object))
    }
}

/// Buckets that are in use.
pub(super) fn used_buckets(context: &Context<'_>, shape: &Shape) -> u64 {
    let heap = context.inquiry.heap();
    shape.tables.iter().map(|table| heap.edges.targets(table.0).count() as u64).sum()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fill,
    Empty,
    Single,
    Collisions,
}

/// Sums over the collections of a field that are of one class.
#[derive(Debug, Default)]
struct Sums {
    /// Those that the question is about, with the rest below.
    collections: u64,
    size: u64,
    capacity: u64,
    bytes: u64,
    unused: u64,
    /// Entries that share a bucket with an earlier one.
    collisions: u64,
    worst: f64,
    others: u64,
}

/// Collections by the field that holds them and by class.
#[derive(Debug)]
struct ByField {
    kind: Kind,
    finder: CollectionFinder,
    tally: Tally<(Owner, ClassIndex), Sums>,
}

impl ByField {
    fn new(kind: Kind) -> Self {
        Self { kind, finder: CollectionFinder::default(), tally: Tally::new() }
    }
}

impl Visit for ByField {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let Some(shape) = self.finder.shape(context, object)? else { return Ok(()) };
        let heap = context.inquiry.heap();
        let is_meant = match self.kind {
            Kind::Fill => shape.capacity.is_some(),
            Kind::Empty => shape.size == 0,
            Kind::Single => shape.size == 1,
            Kind::Collisions => !shape.tables.is_empty() && shape.size > 0,
        };
        let has_others = matches!(self.kind, Kind::Empty | Kind::Single);
        if !is_meant && !has_others {
            return Ok(());
        }
        let owner = self.finder.owners.of(&context.inquiry, object)?;
        let key = (owner, heap.objects.class(object));
        if !is_meant {
            self.tally.sums(key)?.others += 1;
            return Ok(());
        }
        let sums = self.tally.add(key, object)?;
        sums.collections += 1;
        sums.size += shape.size;
        sums.unused += u64::from(shape.was_used == Some(false));
        match self.kind {
            Kind::Fill => {
                let capacity = shape.capacity.unwrap_or(0);
                sums.capacity += capacity;
                let free = capacity.saturating_sub(shape.size);
                sums.bytes += free.saturating_mul(heap.sizes.reference);
            }
            Kind::Empty | Kind::Single => sums.bytes += shape.bytes,
            Kind::Collisions => {
                let collisions = shape.size.saturating_sub(used_buckets(context, &shape));
                sums.collisions += collisions;
                sums.capacity += shape.capacity.unwrap_or(0);
                sums.worst = sums.worst.max(ratio(collisions, shape.size));
            }
        }
        Ok(())
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        const HELD_BY: Column = Column::things(
            "Held by",
            "The field that holds the collections, alone or in another one.",
        );
        const CLASS: Column = Column::things("Class", "Class of the collections.");
        const OTHERS: Column = Column::count(
            "Others",
            "Collections of the class that the same field holds and that are not so.",
        );
        const SHARE: Column =
            Column::share("Share", "How many of all that the field holds are so.");
        const FILL: &[Column] = &[
            HELD_BY,
            CLASS,
            Column::count("Collections", "Collections with an array, a table or buckets."),
            Column::count("Elements", "Elements or entries of all of them."),
            Column::count(
                "Room",
                "Elements that their arrays have room for; of hash tables, buckets.",
            ),
            Column::share(
                "Fill",
                "Elements in relation to the room; more than all where entries share buckets.",
            ),
            Column::bytes("Wasted", "Bytes of the room that is free. Hash tables need some of it."),
        ];
        const EMPTY: &[Column] = &[
            HELD_BY,
            CLASS,
            Column::count("Empty", "Collections without elements."),
            OTHERS,
            SHARE,
            Column::count(
                "Never used",
                "Those of the empty ones that never held anything, as far as they count changes.",
            ),
            Column::bytes("Bytes", "Bytes of the empty ones with their tables."),
        ];
        const SINGLE: &[Column] = &[
            HELD_BY,
            CLASS,
            Column::count("Of one", "Collections of one element."),
            OTHERS,
            SHARE,
            Column::bytes(
                "Bytes",
                "Bytes of the collections of one with their tables and entries, without the element.",
            ),
        ];
        const COLLISIONS: &[Column] = &[
            HELD_BY,
            CLASS,
            Column::count("Maps", "Hash tables with entries."),
            Column::count("Entries", "Entries of all of them."),
            Column::count("Buckets", "Buckets of all of them."),
            Column::count("Collisions", "Entries in a bucket in which another one is."),
            Column::share("Ratio", "Share of the entries that collide."),
            Column::share("Worst", "The same of the map in which it is highest."),
        ];
        let (columns, sort) = match self.kind {
            Kind::Fill => (FILL, 6),
            Kind::Empty => (EMPTY, 6),
            Kind::Single => (SINGLE, 5),
            Kind::Collisions => (COLLISIONS, 5),
        };
        let mut table = Table::new(columns, sort);
        let heap = context.inquiry.heap();
        let owners = &self.finder.owners;
        let number = Value::Number;
        self.tally.fill(&mut table, |&(owner, class), sums| {
            let mut row = vec![
                Value::Text(owners.label(heap, owner)),
                Value::Class(class),
                number(sums.collections),
            ];
            let all = sums.collections + sums.others;
            match self.kind {
                Kind::Fill => row.extend([
                    number(sums.size),
                    number(sums.capacity),
                    share(sums.size, sums.capacity),
                    number(sums.bytes),
                ]),
                Kind::Empty => row.extend([
                    number(sums.others),
                    share(sums.collections, all),
                    number(sums.unused),
                    number(sums.bytes),
                ]),
                Kind::Single => row.extend([
                    number(sums.others),
                    share(sums.collections, all),
                    number(sums.bytes),
                ]),
                Kind::Collisions => row.extend([
                    number(sums.size),
                    number(sums.capacity),
                    number(sums.collisions),
                    share(sums.collisions, sums.size),
                    Value::Share(sums.worst),
                ]),
            }
            (sums.collections > 0).then_some(row)
        })?;
        Ok(table)
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown in few digits")]
fn ratio(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Collections by size, below that by field and class.
#[derive(Debug)]
struct OfAnySize {
    finder: CollectionFinder,
    by_size: BySize,
}

impl Visit for OfAnySize {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let Some(shape) = self.finder.shape(context, object)? else { return Ok(()) };
        let owner = self.finder.owners.of(&context.inquiry, object)?;
        let class = context.inquiry.heap().objects.class(object);
        self.by_size.add((shape.size, owner, class), object, shape.bytes)
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things(
                "Held by",
                "The field that holds the collections, alone or in another one.",
            ),
            Column::things("Class", "Class of the collections."),
            Column::count("Size", "Elements or entries of each.").overlapping(),
            Column::count("Collections", "Collections of this size."),
            Column::bytes(
                "Bytes",
                "Bytes of these collections with their tables and entries, without the elements.",
            ),
        ];
        self.by_size.table(COLUMNS, context.inquiry.heap(), &self.finder.owners)
    }
}
