//! Bytes that would be saved, by what is wrong and by the field that holds it: the inspections of
//! JOverflow. Each object counts to one kind at most, so that kinds add up, but for the headers.

use super::arrays::{Tail, is_of_string, used_slots};
use super::collections::CollectionFinder;
use super::contents::{Content, note_missing};
use super::duplicates::{Finder, Select};
use super::found::Found;
use super::owners::{Owner, Owners};
use super::strings::redundant_strings;
use super::tally::{Tally, push, share};
use crate::analysis::collections::shape::Shape;
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::{Step, too_large};
use crate::heap::objects::ObjectKind;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use hashbrown::HashMap;

pub(super) const QUESTIONS: &[Question] = &[Question {
    name: "waste",
    title: "Waste",
    about: "Memory that a change of the program would save, by what is wrong and by the field that holds it.",
    group: QueryGroup::Waste,
    of: Subject::AnySet,
    parameters: &[],
    begin: |_| Ok(Box::new(Waste::new())),
}];

/// What is wrong, in the order of listing where bytes are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    DuplicateStrings,
    DuplicateArrays,
    EmptyCollections,
    SingleElementCollections,
    SparseCollections,
    NarrowRows,
    BoxedNumbers,
    SparseArrays,
    ZeroTails,
    ZeroLengthArrays,
    Headers,
}

impl Kind {
    /// What it is, and what would be saved.
    fn text(self) -> &'static str {
        match self {
            Self::DuplicateStrings => "Duplicate strings: all but the first of each text",
            Self::DuplicateArrays => {
                "Duplicate arrays of primitives: all but the first of each content"
            }
            Self::EmptyCollections => "Empty collections: the collections with their tables",
            Self::SingleElementCollections => "Collections of one element: all but the element",
            Self::SparseCollections => "Sparse collections, less than half full: the free room",
            Self::NarrowRows => {
                "Many small collections in a large one: what the other way round would save"
            }
            Self::BoxedNumbers => "Boxed numbers: what is more than the number itself",
            Self::SparseArrays => "Sparse arrays of references, less than half full: the nulls",
            Self::ZeroTails => {
                "Arrays of primitives that end in zeros for more than a half: the zeros"
            }
            Self::ZeroLengthArrays => "Arrays of length zero: the arrays",
            Self::Headers => {
                "Object headers: what many small objects cost, by class; not part of the sum"
            }
        }
    }

    fn of(self) -> Domain {
        match self {
            Self::DuplicateStrings => Domain::Strings,
            Self::DuplicateArrays | Self::ZeroTails => Domain::PrimitiveArrays,
            Self::EmptyCollections
            | Self::SingleElementCollections
            | Self::SparseCollections
            | Self::NarrowRows => Domain::Collections,
            Self::BoxedNumbers | Self::Headers => Domain::Others,
            Self::SparseArrays => Domain::ObjectArrays,
            Self::ZeroLengthArrays => Domain::Arrays,
        }
    }
}

/// Among what the good ones beside the bad ones are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Domain {
    Strings,
    PrimitiveArrays,
    ObjectArrays,
    Arrays,
    Collections,
    Others,
}

#[derive(Debug)]
enum Stage {
    Strings(Box<Finder<AllStrings>>),
    /// Adding up the duplicates, group by group.
    Duplicates {
        found: Box<Found>,
        owners: Box<Owners>,
        at: usize,
    },
    Arrays(Box<Finder<AllArrays>>),
    Rest(u32),
    Done,
}

#[derive(Debug)]
struct Waste {
    stage: Stage,
    sums: Counts,
    collections: CollectionFinder,
    /// Collections whose elements are small collections.
    rows: HashMap<ObjectIndex, Rows>,
    missing: u64,
}

/// Small collections within one.
#[derive(Clone, Debug, Default)]
struct Rows {
    owner: Option<Owner>,
    count: u64,
    longest: u64,
    bytes: u64,
}

/// Objects and bytes by kind and holder (of headers: class), and who is there in all.
#[derive(Debug)]
struct Counts {
    waste: Tally<(Kind, u32), (u64, u64)>,
    there: HashMap<(Domain, Owner), u64>,
}

impl Counts {
    fn new() -> Self {
        Self { waste: Tally::new(), there: HashMap::new() }
    }

    fn add(&mut self, kind: Kind, owner: Owner, object: ObjectIndex, bytes: u64) -> Result<()> {
        let sums = self.waste.add((kind, owner.0), object)?;
        sums.0 += 1;
        sums.1 = sums.1.saturating_add(bytes);
        Ok(())
    }

    fn there(&mut self, domain: Domain, owner: Owner) -> Result<()> {
        self.there.try_reserve(1).map_err(|_| too_large(32, "the holders of objects"))?;
        *self.there.entry((domain, owner)).or_insert(0) += 1;
        Ok(())
    }
}

/// All strings, counted by who holds them.
#[derive(Debug)]
struct AllStrings {
    sums: Counts,
}

impl Select for AllStrings {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        Content::of_string(&context.inquiry, object)
    }

    fn is_wanted(
        &mut self,
        context: &Context<'_>,
        owners: &mut Owners,
        object: ObjectIndex,
        _: &Content,
    ) -> Result<bool> {
        let owner = owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::Strings, owner)?;
        Ok(true)
    }
}

/// Arrays of primitives but those of strings; those that end in zeros are not compared.
#[derive(Debug)]
struct AllArrays {
    sums: Counts,
    tail: Tail,
}

impl Select for AllArrays {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        self.tail = Tail::default();
        let content = Content::of_array(&context.inquiry, object).filter(|c| c.length > 0);
        Ok(content.filter(|_| !is_of_string(context, object)))
    }

    fn piece(&mut self, context: &Context<'_>, of: &Content, at: u32, raw: &[u8]) {
        self.tail.piece(of.width(&context.inquiry.values), at, raw);
    }

    fn is_wanted(
        &mut self,
        context: &Context<'_>,
        owners: &mut Owners,
        object: ObjectIndex,
        of: &Content,
    ) -> Result<bool> {
        let owner = owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::PrimitiveArrays, owner)?;
        self.sums.there(Domain::Arrays, owner)?;
        let free = u64::from(of.length).saturating_sub(self.tail.used(of.length));
        if free == 0 {
            return Ok(true);
        }
        let bytes = free.saturating_mul(of.width(&context.inquiry.values).into());
        self.sums.add(Kind::ZeroTails, owner, object, bytes)?;
        Ok(false)
    }
}

impl Waste {
    fn new() -> Self {
        let strings = Finder::new(AllStrings { sums: Counts::new() }, 2);
        Self {
            stage: Stage::Strings(Box::new(strings)),
            sums: Counts::new(),
            collections: CollectionFinder::default(),
            rows: HashMap::new(),
            missing: 0,
        }
    }

    fn after_strings(&mut self, finder: Finder<AllStrings>) -> Result<()> {
        self.missing += finder.missing;
        let (found, select, owners) = finder.finish()?;
        self.sums = select.sums;
        let (found, owners) = (Box::new(found), Box::new(owners));
        self.stage = Stage::Duplicates { found, owners, at: 0 };
        Ok(())
    }

    fn after_duplicates(&mut self, owners: Owners) {
        let sums = core::mem::replace(&mut self.sums, Counts::new());
        let mut arrays = Finder::new(AllArrays { sums, tail: Tail::default() }, 2);
        arrays.owners = owners;
        self.stage = Stage::Arrays(Box::new(arrays));
    }

    fn after_arrays(&mut self, context: &Context<'_>, finder: Finder<AllArrays>) -> Result<()> {
        self.missing += finder.missing;
        let (found, select, owners) = finder.finish()?;
        self.sums = select.sums;
        self.collections.owners = owners;
        for at in 0..found.len() {
            for (object, owner) in found.members(at).skip(1) {
                let bytes = context.inquiry.heap().shallow(object);
                self.sums.add(Kind::DuplicateArrays, owner, object, bytes)?;
            }
        }
        self.stage = Stage::Rest(0);
        Ok(())
    }

    #[inline(never)]
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let heap = context.inquiry.heap();
        let class = heap.objects.class(object);
        let headers = self.sums.waste.sums((Kind::Headers, class.0))?;
        headers.0 += 1;
        headers.1 += header_bytes(heap, object);
        match heap.objects.kind(object, &heap.classes) {
            ObjectKind::ObjectArray => self.object_array(context, object),
            ObjectKind::PrimitiveArray if heap.objects.length(object) == Some(0) => {
                let is_own = !is_of_string(context, object);
                if is_own { self.zero_length(context, object) } else { Ok(()) }
            }
            ObjectKind::Instance => {
                if let Some(width) = boxed_width(&heap.classes.get(class).name) {
                    let owner = self.collections.owners.of(&context.inquiry, object)?;
                    let bytes = (heap.shallow(object) + heap.sizes.reference).saturating_sub(width);
                    return self.sums.add(Kind::BoxedNumbers, owner, object, bytes);
                }
                match self.collections.shape(context, object)? {
                    Some(shape) => self.collection(context, object, class, &shape),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn zero_length(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let owner = self.collections.owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::Arrays, owner)?;
        let bytes = context.inquiry.heap().shallow(object);
        self.sums.add(Kind::ZeroLengthArrays, owner, object, bytes)
    }

    /// An array that is no part of a collection.
    fn object_array(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        if self.collections.owners.is_in_collection(&context.inquiry, object)? {
            return Ok(());
        }
        let heap = context.inquiry.heap();
        let length = u64::from(heap.objects.length(object).unwrap_or(0));
        if length == 0 {
            return self.zero_length(context, object);
        }
        let owner = self.collections.owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::ObjectArrays, owner)?;
        self.sums.there(Domain::Arrays, owner)?;
        let used = used_slots(context, object).min(length);
        if used * 2 >= length {
            return Ok(());
        }
        let bytes = (length - used).saturating_mul(heap.sizes.reference);
        self.sums.add(Kind::SparseArrays, owner, object, bytes)
    }

    fn collection(
        &mut self,
        context: &Context<'_>,
        object: ObjectIndex,
        class: ClassIndex,
        shape: &Shape,
    ) -> Result<()> {
        let heap = context.inquiry.heap();
        let owner = self.collections.owners.of(&context.inquiry, object)?;
        self.sums.there(Domain::Collections, owner)?;
        // List.of() and its like are as small as can be.
        let is_compact =
            heap.classes.get(class).name.starts_with("java.util.ImmutableCollections$");
        if is_compact {
            return Ok(());
        }
        let room = shape.capacity.unwrap_or(0);
        match shape.size {
            0 => return self.sums.add(Kind::EmptyCollections, owner, object, shape.bytes),
            1 => return self.sums.add(Kind::SingleElementCollections, owner, object, shape.bytes),
            size if size.saturating_mul(2) < room => {
                let bytes = (room - size).saturating_mul(heap.sizes.reference);
                return self.sums.add(Kind::SparseCollections, owner, object, bytes);
            }
            _ => {}
        }
        if let Some(container) = self.collections.owners.container(&context.inquiry, object)? {
            self.rows.try_reserve(1).map_err(|_| too_large(48, "collections in collections"))?;
            let rows = self.rows.entry(container).or_default();
            rows.owner = Some(owner);
            rows.count += 1;
            rows.longest = rows.longest.max(shape.size);
            // What stays is the elements' references.
            let elements = shape.size.saturating_mul(heap.sizes.reference);
            rows.bytes += (shape.bytes + heap.sizes.reference).saturating_sub(elements);
        }
        Ok(())
    }

    /// Collections of M collections of at most N elements, M much more than N: N collections of M
    /// elements would do, which saves the overhead of M - N of them.
    fn narrow_rows(&mut self) -> Result<()> {
        /// How many times more is much more.
        const MUCH: u64 = 8;
        let mut rows: Vec<(ObjectIndex, Rows)> = Vec::new();
        for (container, of) in core::mem::take(&mut self.rows) {
            push(&mut rows, (container, of))?;
        }
        rows.sort_unstable_by_key(|&(container, _)| container);
        for (container, Rows { owner, count, longest, bytes }) in rows {
            let Some(owner) = owner.filter(|_| count >= longest.saturating_mul(MUCH)) else {
                continue;
            };
            let saved = u128::from(bytes) * u128::from(count - longest) / u128::from(count.max(1));
            let saved = u64::try_from(saved).unwrap_or(u64::MAX);
            self.sums.add(Kind::NarrowRows, owner, container, saved)?;
        }
        Ok(())
    }
}

/// Bytes before the fields or the length of an object.
fn header_bytes(heap: &Heap, object: ObjectIndex) -> u64 {
    let header = match heap.sizes.calibration {
        Some(calibration) => u64::from(calibration.layout.header_bytes),
        None if heap.ids().bytes() == 4 => 8,
        None => 8 + heap.sizes.reference,
    };
    header.min(heap.shallow(object))
}

/// Bytes of the number in a box.
fn boxed_width(class: &str) -> Option<u64> {
    Some(match class.strip_prefix("java.lang.")? {
        "Boolean" | "Byte" => 1,
        "Short" | "Character" => 2,
        "Integer" | "Float" => 4,
        "Long" | "Double" => 8,
        _ => return None,
    })
}

impl Work for Waste {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let objects = context.inquiry.heap().objects.len() as u64;
        let more =
            |part: u64, done: u64| Step::More { done: part * objects + done, total: 7 * objects };
        match &mut self.stage {
            Stage::Strings(finder) => match finder.step(context, budget)? {
                Step::More { done, .. } => Ok(more(0, done)),
                Step::Done => {
                    if let Stage::Strings(finder) = core::mem::replace(&mut self.stage, Stage::Done)
                    {
                        self.after_strings(*finder)?;
                    }
                    Ok(more(3, 0))
                }
            },
            Stage::Duplicates { found, owners, at } => {
                let mut work = 0;
                while work < budget.max(1) {
                    if *at >= found.len() {
                        let owners = core::mem::take(&mut **owners);
                        self.after_duplicates(owners);
                        break;
                    }
                    let (of, sums) = (*at, &mut self.sums);
                    let length = found.length(of);
                    redundant_strings(
                        context,
                        length,
                        found.members(of),
                        &mut |object, owner, bytes| {
                            sums.add(Kind::DuplicateStrings, owner, object, bytes)
                        },
                    )?;
                    work += found.members(of).count() as u64;
                    *at += 1;
                }
                Ok(more(3, 0))
            }
            Stage::Arrays(finder) => match finder.step(context, budget)? {
                Step::More { done, .. } => Ok(more(3, done)),
                Step::Done => {
                    if let Stage::Arrays(finder) = core::mem::replace(&mut self.stage, Stage::Done)
                    {
                        self.after_arrays(context, *finder)?;
                    }
                    Ok(more(6, 0))
                }
            },
            Stage::Rest(next) => {
                let mut next = *next;
                for _ in 0..budget.max(1) {
                    let Some(object) = context.of.set.next(next) else {
                        self.narrow_rows()?;
                        self.stage = Stage::Done;
                        return Ok(Step::Done);
                    };
                    self.visit(context, ObjectIndex(object))?;
                    next = object.saturating_add(1);
                }
                self.stage = Stage::Rest(next);
                Ok(more(6, next.into()))
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things(
                "What",
                "What is wrong and what would be saved; below it, the field that holds it.",
            ),
            Column::count("Objects", "Objects that are so; of duplicates, all but the first."),
            Column::bytes("Saved", "Bytes that would be saved.").overlapping(),
            Column::share("Of the heap", "The same as a part of all reachable objects."),
            Column::count(
                "Good",
                "Objects of the same sort that the same field holds and that are not so.",
            )
            .overlapping(),
        ];
        let heap = context.inquiry.heap();
        let Self { sums: Counts { waste, there }, collections, missing, .. } = *self;
        let mut table = Table::new(COLUMNS, 2);
        note_missing(&mut table, missing);
        let mut rows: Vec<u32> = Vec::new();
        for row in (0u32..).zip(&waste.keys).map(|(row, _)| row) {
            push(&mut rows, row)?;
        }
        let kind = |row: u32| waste.keys.get(row as usize).map(|key| key.0);
        let sums = |row: u32| waste.sums.get(row as usize).copied().unwrap_or_default();
        rows.sort_by_key(|&row| (kind(row), core::cmp::Reverse(sums(row).1), row));
        let good = |row: u32| {
            let &(kind, owner) = waste.keys.get(row as usize)?;
            let all = there.get(&(kind.of(), Owner(owner)))?;
            // The rows of rows count as the collection that they are in.
            (kind != Kind::NarrowRows).then(|| all.saturating_sub(sums(row).0))
        };
        let used = context.inquiry.used_heap();
        let row = |text: String, of: (u64, u64), good: Option<u64>| {
            let good = good.map_or(Value::None, Value::Number);
            vec![
                Value::Text(text),
                Value::Number(of.0),
                Value::Number(of.1),
                share(of.1, used),
                good,
            ]
        };
        let kinds: Vec<(Kind, &[u32])> = rows
            .chunk_by(|&a, &b| kind(a) == kind(b))
            .filter_map(|rows| Some((kind(*rows.first()?)?, rows)))
            .collect();
        for &(kind, rows) in &kinds {
            let sum = rows.iter().map(|&row| sums(row)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            let good = rows.iter().filter_map(|&row| good(row)).reduce(|a, b| a + b);
            table.push(row(kind.text().to_owned(), sum, good))?;
        }
        for (parent, &(kind, rows)) in (0u32..).zip(&kinds) {
            let children = rows.iter().filter_map(|&at| {
                let &(_, who) = waste.keys.get(at as usize)?;
                let text = match kind {
                    Kind::Headers => heap.classes.get(ClassIndex(who)).name.clone(),
                    _ => collections.owners.label(heap, Owner(who)),
                };
                Some(row(text, sums(at), good(at)))
            });
            table.push_children(parent, children.collect())?;
        }
        let (ends, objects) = waste.members(kinds.len(), &rows)?;
        table.set_members(ends, objects);
        Ok(table)
    }
}
