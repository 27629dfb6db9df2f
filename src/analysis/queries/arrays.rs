//! Arrays: those that are equal, empty, all the same, or larger than what is in them.

use super::by_size::BySize;
use super::contents::{Answer, ByContents, Content, PIECE, Scan, note_missing};
use super::duplicates::{Finder, Select};
use super::owners::{Owner, Owners, parent};
use super::strings::{AT_LEAST, holder, least};
use super::tally::{Tally, share};
use crate::analysis::naming;
use crate::analysis::query::{
    Arguments, Column, Context, Each, Parameter, ParameterKind, QueryGroup, Question, Subject,
    Table, Value, Visit, Work,
};
use crate::error::Result;
use crate::graph::{ROOT, Step};
use crate::heap::objects::ObjectKind;
use crate::heap::values::value_at;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::BasicType;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "duplicate-arrays",
        title: "Duplicate arrays",
        about: "Arrays of primitives that are equal, what one for all would save, and who holds them.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[AT_LEAST, OF_STRINGS],
        begin: |arguments| {
            let select = Arrays { of_strings: arguments.flag("strings") };
            Ok(Box::new(DuplicateArrays { finder: Finder::new(select, least(arguments)?) }))
        },
    },
    Question {
        name: "constant-arrays",
        title: "Arrays of one value",
        about: "Arrays of primitives of two or more elements that are all the same, such as buffers never used.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[OF_STRINGS],
        begin: |arguments| {
            Ok(ByContents::of(ConstantArrays {
                of_strings: arguments.flag("strings"),
                tally: Tally::new(),
                owners: Owners::default(),
                value: None,
                is_constant: true,
            }))
        },
    },
    Question {
        name: "arrays-by-size",
        title: "Arrays by size",
        about: "How many arrays of references or primitives have how many elements, and which fields hold them.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(Lengths { by_size: BySize::new(), owners: Owners::default() })),
    },
    Question {
        name: "zero-length-arrays",
        title: "Arrays of length zero",
        about: "Arrays without elements, which could be one for all, by class and by who holds them.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[],
        begin: |_| Ok(Each::of(ZeroLength { tally: Tally::new(), owners: Owners::default() })),
    },
    Question {
        name: "array-fill",
        title: "Fill of arrays",
        about: "How much of arrays is in use: elements that are not null, and primitives before a tail of zeros.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[Parameter {
            name: "collections",
            title: "Arrays of collections too",
            hint: "Whether arrays within collections count, too.",
            kind: ParameterKind::Flag,
            default: "no",
        }],
        begin: |arguments| Ok(ByContents::of(ArrayFill::new(arguments))),
    },
];

const OF_STRINGS: Parameter = Parameter {
    name: "strings",
    title: "Arrays of strings too",
    hint: "Whether the arrays that strings keep their text in count, too.",
    kind: ParameterKind::Flag,
    default: "no",
};

/// Whether an array is what a string keeps its text in.
pub(super) fn is_of_string(context: &Context<'_>, array: ObjectIndex) -> bool {
    let heap = context.inquiry.heap();
    let class = heap.objects.class(array);
    if !matches!(heap.primitive_element(class), Some(BasicType::Byte | BasicType::Char)) {
        return false;
    }
    let parent = parent(&context.inquiry, array);
    parent < ROOT && Some(heap.objects.class(ObjectIndex(parent))) == heap.known.string
}

/// The contents of arrays of primitives.
#[derive(Debug)]
struct Arrays {
    of_strings: bool,
}

impl Select for Arrays {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        let content = Content::of_array(&context.inquiry, object);
        Ok(content.filter(|_| self.of_strings || !is_of_string(context, object)))
    }
}

#[derive(Debug)]
struct DuplicateArrays {
    finder: Finder<Arrays>,
}

impl Work for DuplicateArrays {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        self.finder.step(context, budget)
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Content", "The first elements; equal arrays are equal to their end."),
            Column::things("Class", "Class of the arrays."),
            Column::count("Arrays", "Arrays with this content."),
            Column::count("Length", "Elements of each.").overlapping(),
            Column::bytes(
                "Wasted",
                "Bytes that one array for all would save: those of the others.",
            ),
            Column::things(
                "Held by",
                "The field that holds most of them, alone or in a collection.",
            ),
            Column::count("There", "Arrays of the content that this field holds."),
        ];
        let heap = context.inquiry.heap();
        let mut table = Table::new(COLUMNS, 4);
        note_missing(&mut table, self.finder.missing);
        let (found, _, owners) = self.finder.finish()?;
        for at in 0..found.len() {
            let Some((first, _)) = found.members(at).next() else { continue };
            let class = heap.objects.class(first);
            let count = found.members(at).count() as u64;
            let (owner, there) = holder(heap, &owners, &found, at);
            table.push(vec![
                Value::Text(elements(context, class, found.beginning(at), found.length(at))),
                Value::Class(class),
                Value::Number(count),
                Value::Number(found.length(at).into()),
                Value::Number(heap.shallow(first).saturating_mul(count.saturating_sub(1))),
                owner,
                there,
            ])?;
        }
        table.set_members(found.ends, found.objects);
        Ok(table)
    }
}

/// The first elements of an array for a table: `[1, 2, 3, …]`.
fn elements(context: &Context<'_>, class: ClassIndex, bytes: &[u8], length: u32) -> String {
    /// Elements that are shown.
    const SHOWN: usize = 12;
    let heap = context.inquiry.heap();
    let Some(element) = heap.primitive_element(class) else { return String::new() };
    let width = usize::from(element.size(heap.ids()));
    let values = bytes.chunks_exact(width.max(1)).take(SHOWN);
    let mut parts: Vec<String> = values
        .filter_map(|bytes| value_at(bytes, element, heap.ids()))
        .map(naming::primitive_text)
        .collect();
    if parts.len() < length as usize {
        parts.push("\u{2026}".to_owned());
    }
    format!("[{}]", parts.join(", "))
}

/// Arrays whose elements are all the same, by who holds them and what that element is.
#[derive(Debug)]
struct ConstantArrays {
    of_strings: bool,
    tally: Tally<(Owner, ClassIndex, u64), Sums>,
    owners: Owners,
    /// The bytes of the first element.
    value: Option<Vec<u8>>,
    is_constant: bool,
}

#[derive(Debug, Default)]
struct Sums {
    arrays: u64,
    slots: u64,
    used: u64,
    bytes: u64,
}

impl Scan for ConstantArrays {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        (self.value, self.is_constant) = (None, true);
        let content = Content::of_array(&context.inquiry, object).filter(|c| c.length > 1);
        Ok(content.filter(|_| self.of_strings || !is_of_string(context, object)))
    }

    fn piece(&mut self, context: &Context<'_>, of: &Content, _: u32, raw: Vec<u8>) -> Result<bool> {
        let width = usize::from(of.width(&context.inquiry.values)).max(1);
        let first = self.value.get_or_insert_with(|| raw.get(..width).unwrap_or(&raw).to_vec());
        self.is_constant = raw.chunks(width).all(|element| element == first.as_slice());
        Ok(self.is_constant)
    }

    fn end(&mut self, context: &Context<'_>, object: ObjectIndex, of: &Content) -> Result<()> {
        let Some(value) = self.value.take().filter(|_| self.is_constant) else { return Ok(()) };
        let heap = context.inquiry.heap();
        let owner = self.owners.of(&context.inquiry, object)?;
        let value = value.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
        let sums = self.tally.add((owner, heap.objects.class(object), value), object)?;
        sums.arrays += 1;
        sums.slots += u64::from(of.length);
        sums.bytes += heap.shallow(object);
        Ok(())
    }
}

impl Answer for ConstantArrays {
    fn finish(self, context: &Context<'_>, missing: u64) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Held by", "The field that holds the arrays, alone or in a collection."),
            Column::things("Class", "Class of the arrays."),
            Column::things("Value", "What all their elements are."),
            Column::count("Arrays", "Arrays with nothing but this value."),
            Column::count("Elements", "Elements of all these arrays."),
            Column::bytes("Shallow", "Bytes of these arrays."),
        ];
        let heap = context.inquiry.heap();
        let mut table = Table::new(COLUMNS, 5);
        note_missing(&mut table, missing);
        self.tally.fill(&mut table, |&(owner, class, value), sums| {
            let element = heap.primitive_element(class)?;
            let bytes = value.to_be_bytes();
            let bytes = bytes.get(8 - usize::from(element.size(heap.ids()))..)?;
            let text = naming::primitive_text(value_at(bytes, element, heap.ids())?);
            Some(vec![
                Value::Text(self.owners.label(heap, owner)),
                Value::Class(class),
                Value::Text(text),
                Value::Number(sums.arrays),
                Value::Number(sums.slots),
                Value::Number(sums.bytes),
            ])
        })?;
        Ok(table)
    }
}

/// Arrays by length, below that by field and class.
#[derive(Debug)]
struct Lengths {
    by_size: BySize,
    owners: Owners,
}

impl Visit for Lengths {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let heap = context.inquiry.heap();
        let Some(length) = heap.objects.length(object) else { return Ok(()) };
        let owner = self.owners.of(&context.inquiry, object)?;
        let key = (length.into(), owner, heap.objects.class(object));
        self.by_size.add(key, object, heap.shallow(object))
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Held by", "The field that holds the arrays, alone or in a collection."),
            Column::things("Class", "Class of the arrays."),
            Column::count("Length", "Elements of each.").overlapping(),
            Column::count("Arrays", "Arrays of this length."),
            Column::bytes("Shallow", "Bytes of these arrays, without what they refer to."),
        ];
        self.by_size.table(COLUMNS, context.inquiry.heap(), &self.owners)
    }
}

#[derive(Debug)]
struct ZeroLength {
    tally: Tally<(Owner, ClassIndex), Sums>,
    owners: Owners,
}

impl Visit for ZeroLength {
    fn visit(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<()> {
        let heap = context.inquiry.heap();
        if heap.objects.length(object) != Some(0) {
            return Ok(());
        }
        let owner = self.owners.of(&context.inquiry, object)?;
        let sums = self.tally.add((owner, heap.objects.class(object)), object)?;
        sums.arrays += 1;
        sums.bytes += heap.shallow(object);
        Ok(())
    }

    fn finish(self, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Class", "Class of the arrays."),
            Column::things("Held by", "The field that holds them, alone or in a collection."),
            Column::count("Arrays", "Arrays of length zero."),
            Column::bytes("Shallow", "Bytes of these arrays."),
        ];
        let heap = context.inquiry.heap();
        let mut table = Table::new(COLUMNS, 3);
        self.tally.fill(&mut table, |&(owner, class), sums| {
            Some(vec![
                Value::Class(class),
                Value::Text(self.owners.label(heap, owner)),
                Value::Number(sums.arrays),
                Value::Number(sums.bytes),
            ])
        })?;
        Ok(table)
    }
}

/// Elements of an array of references that are not null. Stored references leave out what repeats the
/// one before and what the dump lacks: where they are fewer than the elements, the array is read.
pub(super) fn used_slots(context: &Context<'_>, array: ObjectIndex) -> Result<u64> {
    let heap = context.inquiry.heap();
    let length = heap.objects.length(array).unwrap_or(0);
    let stored = heap.edges.targets(array.0).count() as u64;
    if stored >= length.into() {
        return Ok(length.into());
    }
    let (mut used, mut at) = (0, 0);
    while at < length {
        let ids = context.inquiry.values.object_elements(array, at, PIECE)?;
        used += ids.iter().filter(|id| id.0 != 0).count() as u64;
        at = at.saturating_add(PIECE);
    }
    Ok(used)
}

/// Elements before a tail of zeros, found piece by piece.
#[derive(Debug, Default)]
pub(super) struct Tail {
    used: u64,
}

impl Tail {
    pub(super) fn piece(&mut self, width: u8, at: u32, raw: &[u8]) {
        if let Some(last) = raw.iter().rposition(|&byte| byte != 0) {
            self.used = u64::from(at) + (last / usize::from(width.max(1))) as u64 + 1;
        }
    }

    /// Elements before the tail. A tail of at most half of the array counts as used.
    pub(super) fn used(&self, length: u32) -> u64 {
        let length = u64::from(length);
        if self.used * 2 < length { self.used } else { length }
    }
}

#[derive(Debug)]
struct ArrayFill {
    of_collections: bool,
    tally: Tally<(Owner, ClassIndex), Sums>,
    owners: Owners,
    tail: Tail,
}

impl ArrayFill {
    fn new(arguments: &Arguments<'_>) -> Self {
        let of_collections = arguments.flag("collections");
        let (tally, owners) = (Tally::new(), Owners::default());
        Self { of_collections, tally, owners, tail: Tail::default() }
    }

    fn add(&mut self, context: &Context<'_>, object: ObjectIndex, used: u64) -> Result<()> {
        let heap = context.inquiry.heap();
        let length = heap.objects.length(object).unwrap_or(0);
        let class = heap.objects.class(object);
        let owner = self.owners.of(&context.inquiry, object)?;
        let sums = self.tally.add((owner, class), object)?;
        sums.arrays += 1;
        sums.slots += u64::from(length);
        sums.used += used;
        let width = heap
            .primitive_element(class)
            .map_or(heap.sizes.reference, |element| u64::from(element.size(heap.ids())));
        sums.bytes += u64::from(length).saturating_sub(used).saturating_mul(width);
        Ok(())
    }
}

impl Scan for ArrayFill {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        self.tail = Tail::default();
        let heap = context.inquiry.heap();
        match heap.objects.kind(object, &heap.classes) {
            ObjectKind::ObjectArray => {
                let is_own = self.of_collections
                    || !self.owners.is_in_collection(&context.inquiry, object)?;
                if is_own && heap.objects.length(object) != Some(0) {
                    self.add(context, object, used_slots(context, object)?)?;
                }
                Ok(None)
            }
            ObjectKind::PrimitiveArray if !is_of_string(context, object) => {
                Ok(Content::of_array(&context.inquiry, object).filter(|c| c.length > 0))
            }
            _ => Ok(None),
        }
    }

    fn piece(
        &mut self,
        context: &Context<'_>,
        of: &Content,
        at: u32,
        raw: Vec<u8>,
    ) -> Result<bool> {
        self.tail.piece(of.width(&context.inquiry.values), at, &raw);
        Ok(true)
    }

    fn end(&mut self, context: &Context<'_>, object: ObjectIndex, of: &Content) -> Result<()> {
        let used = self.tail.used(of.length);
        self.add(context, object, used)
    }
}

impl Answer for ArrayFill {
    fn finish(self, context: &Context<'_>, missing: u64) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things("Held by", "The field that holds the arrays, alone or in a collection."),
            Column::things("Class", "Class of the arrays."),
            Column::count("Arrays", "Arrays with elements."),
            Column::count("Elements", "Elements of all these arrays."),
            Column::count(
                "In use",
                "Elements that lead to an object; of primitives, those before a tail of zeros that is \
                 more than half of the array.",
            ),
            Column::share("Fill", "Share of the elements that is in use."),
            Column::bytes("Wasted", "Bytes of the elements that are not."),
        ];
        let heap = context.inquiry.heap();
        let mut table = Table::new(COLUMNS, 6);
        note_missing(&mut table, missing);
        self.tally.fill(&mut table, |&(owner, class), sums| {
            Some(vec![
                Value::Text(self.owners.label(heap, owner)),
                Value::Class(class),
                Value::Number(sums.arrays),
                Value::Number(sums.slots),
                Value::Number(sums.used),
                share(sums.used, sums.slots),
                Value::Number(sums.bytes),
            ])
        })?;
        Ok(table)
    }
}
