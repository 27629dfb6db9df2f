//! Bytes that would be saved, by what is wrong and by the field that holds it: the inspections of
//! JOverflow. Each object counts to one kind at most, so that kinds add up, but for the headers.

mod contents;
mod kind;
mod rows;

use super::arrays::{is_of_string, used_slots};
use super::collections::CollectionFinder;
use super::contents::note_missing;
use super::duplicates::Finder;
use super::found::Found;
use super::owners::{Owner, Owners};
use super::strings::redundant_strings;
use super::tally::{push, share};
use crate::analysis::collections::shape::Shape;
use crate::analysis::query::{Column, Context, QueryGroup, Question, Subject, Table, Value, Work};
use crate::error::Result;
use crate::graph::{BitSet, Step};
use crate::heap::objects::ObjectKind;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use contents::{AllArrays, AllStrings, saved_by_narrow_elements, saved_by_narrow_text};
use kind::{Counts, Domain, Kind};
use rows::{RowsOf, is_small, saved_by_array};

pub(super) const QUESTIONS: &[Question] = &[Question {
    name: "waste",
    title: "Waste",
    about: "Memory that a change of the program would save, by what is wrong and by the field that holds it.",
    group: QueryGroup::Waste,
    of: Subject::AnySet,
    parameters: &[],
    begin: |_| Ok(Box::new(Waste::new())),
}];

#[derive(Debug)]
enum Stage {
    Strings(Box<Finder<AllStrings>>),
    /// Adding up the duplicates, group by group, and then what else is wrong with the others.
    Repeated(Box<Repeated>),
    Arrays(Box<Finder<AllArrays>>),
    Rest(u32),
    Done,
}

/// Contents that are there several times, and objects of which something else is wrong.
#[derive(Debug)]
struct Repeated {
    what: What,
    found: Found,
    owners: Owners,
    at: usize,
    /// Without the duplicates, once these are added up.
    noted: Option<BitSet>,
    next: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Strings,
    Arrays,
}

#[derive(Debug)]
struct Waste {
    stage: Stage,
    sums: Counts,
    collections: CollectionFinder,
    rows: RowsOf,
    /// Strings of two bytes per character in a JVM that could do with one.
    wide_of_compact: bool,
    missing: u64,
}

impl Repeated {
    fn of(what: What, found: Found, owners: Owners, noted: Option<BitSet>) -> Box<Self> {
        Box::new(Self { what, found, owners, at: 0, noted, next: 0 })
    }

    /// Adds up some; whether that were all.
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, sums: &mut Counts, budget: u64) -> Result<bool> {
        let mut work = 0;
        while work < budget.max(1) {
            if self.at < self.found.len() {
                work += self.found.members(self.at).count() as u64;
                self.add_group(context, sums)?;
                self.at += 1;
                continue;
            }
            let Some(object) = self.noted.as_ref().and_then(|noted| noted.next(self.next)) else {
                return Ok(true);
            };
            self.add_noted(context, sums, ObjectIndex(object))?;
            self.next = object.saturating_add(1);
            work += 1;
        }
        Ok(false)
    }

    fn add_group(&mut self, context: &Context<'_>, sums: &mut Counts) -> Result<()> {
        let Self { what, found, at, noted, .. } = self;
        let kind = match what {
            What::Strings => Kind::DuplicateStrings,
            What::Arrays => Kind::DuplicateArrays,
        };
        let mut add = |object: ObjectIndex, owner, bytes| {
            if let Some(noted) = noted {
                noted.remove(object.0);
            }
            sums.add(kind, owner, object, bytes)
        };
        match what {
            What::Strings => {
                redundant_strings(context, found.length(*at), found.members(*at), &mut add)
            }
            What::Arrays => {
                let heap = context.inquiry.heap();
                let mut others = found.members(*at).skip(1);
                others.try_for_each(|(object, owner)| add(object, owner, heap.shallow(object)))
            }
        }
    }

    fn add_noted(
        &mut self,
        context: &Context<'_>,
        sums: &mut Counts,
        object: ObjectIndex,
    ) -> Result<()> {
        let saved = match self.what {
            What::Strings => Some((Kind::WideStrings, saved_by_narrow_text(context, object)?)),
            What::Arrays => saved_by_narrow_elements(context.inquiry.heap(), object),
        };
        let Some((kind, bytes)) = saved.filter(|&(_, bytes)| bytes > 0) else { return Ok(()) };
        let owner = self.owners.of(&context.inquiry, object)?;
        sums.add(kind, owner, object, bytes)
    }
}

impl Waste {
    fn new() -> Self {
        Self {
            stage: Stage::Strings(Box::new(Finder::new(AllStrings::new(), 2))),
            sums: Counts::new(),
            collections: CollectionFinder::default(),
            rows: RowsOf::default(),
            wide_of_compact: false,
            missing: 0,
        }
    }

    fn leave_stage(&mut self) -> Stage {
        core::mem::replace(&mut self.stage, Stage::Done)
    }

    fn after_strings(&mut self, context: &Context<'_>, finder: Finder<AllStrings>) -> Result<()> {
        self.missing += finder.missing;
        let (found, select, owners) = finder.finish()?;
        self.sums = select.sums;
        self.wide_of_compact = select.wide.is_some() && has_coder(context.inquiry.heap());
        self.stage = Stage::Repeated(Repeated::of(What::Strings, found, owners, select.wide));
        Ok(())
    }

    fn after_arrays(&mut self, finder: Finder<AllArrays>) -> Result<()> {
        self.missing += finder.missing;
        let (found, select, owners) = finder.finish()?;
        self.sums = select.sums;
        self.stage = Stage::Repeated(Repeated::of(What::Arrays, found, owners, select.noted));
        Ok(())
    }

    fn after_repeated(&mut self, Repeated { what, owners, .. }: Repeated) {
        self.stage = match what {
            What::Strings => {
                let sums = core::mem::replace(&mut self.sums, Counts::new());
                let mut arrays = Finder::new(AllArrays::new(sums), 2);
                arrays.owners = owners;
                Stage::Arrays(Box::new(arrays))
            }
            What::Arrays => {
                self.collections.owners = owners;
                Stage::Rest(0)
            }
        };
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
        let used = used_slots(context, object)?.min(length);
        let (kind, bytes) = match (length, used) {
            (1, _) => {
                let stays = heap.sizes.reference;
                (Kind::OneElementArrays, heap.shallow(object).saturating_sub(stays))
            }
            (_, 0) => (Kind::EmptyArrays, heap.shallow(object)),
            _ if used * 2 < length => {
                (Kind::SparseArrays, (length - used).saturating_mul(heap.sizes.reference))
            }
            _ => return Ok(()),
        };
        self.sums.add(kind, owner, object, bytes)
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
            size if size.saturating_mul(2) < room && !is_small(shape) => {
                let bytes = (room - size).saturating_mul(heap.sizes.reference);
                return self.sums.add(Kind::SparseCollections, owner, object, bytes);
            }
            _ => {}
        }
        let small = is_small(shape).then(|| saved_by_array(heap, object, shape));
        let small = small.filter(|&saved| saved > 0);
        match (self.collections.owners.container(&context.inquiry, object)?, small) {
            (Some(container), _) => self.rows.add(heap, container, (object, owner), shape, small),
            (None, Some(saved)) => self.sums.add(Kind::SmallCollections, owner, object, saved),
            (None, None) => Ok(()),
        }
    }
}

/// Whether strings say how many bytes their characters take: since JDK 9, with compact strings.
fn has_coder(heap: &Heap) -> bool {
    heap.known.string.is_some_and(|string| {
        let mut fields = heap.classes.get(string).fields.iter();
        fields.any(|field| heap.names.text(field.name) == "coder")
    })
}

/// What to do about compressible strings.
const COMPACT_OFF: &str = "Compressible strings: this Java could keep them in one byte per character, but \
    did not, as with -XX:-CompactStrings; without that option they would not be there.";
const NOT_COMPACT: &str = "Compressible strings: JDK 9 and later keep such texts in one byte per character \
    by themselves.";

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
                    if let Stage::Strings(finder) = self.leave_stage() {
                        self.after_strings(context, *finder)?;
                    }
                    Ok(more(3, 0))
                }
            },
            Stage::Repeated(repeated) => {
                let part = if repeated.what == What::Strings { 3 } else { 6 };
                if repeated.step(context, &mut self.sums, budget)?
                    && let Stage::Repeated(repeated) = self.leave_stage()
                {
                    self.after_repeated(*repeated);
                }
                Ok(more(part, 0))
            }
            Stage::Arrays(finder) => match finder.step(context, budget)? {
                Step::More { done, .. } => Ok(more(3, done)),
                Step::Done => {
                    if let Stage::Arrays(finder) = self.leave_stage() {
                        self.after_arrays(*finder)?;
                    }
                    Ok(more(6, 0))
                }
            },
            Stage::Rest(next) => {
                let mut next = *next;
                for _ in 0..budget.max(1) {
                    let Some(object) = context.of.set.next(next) else {
                        core::mem::take(&mut self.rows).finish(&mut self.sums)?;
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
        let Self { sums: Counts { waste, there }, collections, missing, wide_of_compact, .. } =
            *self;
        let mut table = Table::new(COLUMNS, 2);
        note_missing(&mut table, missing);
        if waste.keys.iter().any(|key| key.0 == Kind::WideStrings) {
            table.notes.push(if wide_of_compact { COMPACT_OFF } else { NOT_COMPACT }.to_owned());
        }
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
