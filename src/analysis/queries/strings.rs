//! Texts: which strings say something, which say the same, which values a class has how often.

use super::contents::{Answer, ByContents, Content, Scan, note_missing, shown};
use super::duplicates::{Finder, Select};
use super::found::Found;
use super::owners::{Owner, Owners};
use crate::analysis::filter::TextFilter;
use crate::analysis::naming;
use crate::analysis::query::{
    Arguments, Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject, Table,
    Value, Work,
};
use crate::analysis::story::counted;
use crate::error::Result;
use crate::graph::{Step, reserve, too_large};
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use crate::hprof::{BasicType, utf16_text};
use hashbrown::{HashMap, HashSet};

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        name: "find-strings",
        title: "Find strings",
        about: "The strings that contain a text or match a regular expression, wherever in them.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[Parameter {
            name: "text",
            title: "Text",
            hint: "A part of the string, or a regular expression between slashes; case is ignored.",
            kind: ParameterKind::Pattern,
            default: "",
        }],
        begin: |arguments| Ok(ByContents::of(FindStrings::new(arguments.pattern("text")?))),
    },
    Question {
        name: "duplicate-strings",
        title: "Duplicate strings",
        about: "Texts that several strings hold, what one string for all would save, and who holds them.",
        group: QueryGroup::Strings,
        of: Subject::AnySet,
        parameters: &[AT_LEAST],
        begin: |arguments| {
            let finder = Finder::new(Strings, least(arguments)?);
            Ok(Box::new(DuplicateStrings::Finding(Box::new(finder))))
        },
    },
    Question {
        name: "group-by-value",
        title: "Group by value",
        about: "The objects of a set by what they say: the text of strings, the number in boxes, names, dates.",
        group: QueryGroup::Strings,
        of: Subject::GivenSet,
        parameters: &[],
        begin: |_| {
            Ok(Box::new(GroupByValue {
                strings: Finder::without_owners(Strings, 1),
                has_strings: false,
                next: Some(0),
                groups: HashMap::new(),
                members: Vec::new(),
                cut: 0,
            }))
        },
    },
];

pub(super) const AT_LEAST: Parameter = Parameter {
    name: "least",
    title: "At least",
    hint: "Groups of fewer objects are left out.",
    kind: ParameterKind::Number,
    default: "2",
};

/// The least number of objects in a group; one alone is no duplicate.
pub(super) fn least(arguments: &Arguments<'_>) -> Result<usize> {
    let least = arguments.number("least")?.max(2);
    Ok(usize::try_from(least).unwrap_or(usize::MAX))
}

/// Units of a text in which a regular expression is looked for at once.
const WINDOW: usize = 1 << 20;
/// Units that two such parts of a longer text have in common.
const OVERLAP: usize = 1 << 16;
/// Units before a match that are shown, where it is not at the beginning.
const BEFORE: usize = 30;

/// Strings with a pattern in them.
#[derive(Debug)]
struct FindStrings {
    pattern: TextFilter,
    /// Units that must be looked at together.
    window: usize,
    overlap: usize,
    text: Vec<u16>,
    /// Whether the beginning of the text was dropped already.
    is_later: bool,
    beginning: Vec<u16>,
    found: bool,
    long: u64,
    table: Table,
}

const FOUND: &[Column] = &[
    Column::things("String", "The string."),
    Column::things("Text", "Its beginning, or what is around the first match."),
    Column::count("Length", "UTF-16 units of the whole text."),
    Column::retained(),
];

impl FindStrings {
    fn new(pattern: TextFilter) -> Self {
        let (window, overlap) = match &pattern {
            // A character is at most as many units as it has bytes.
            TextFilter::Contains(part) => (0, part.len()),
            TextFilter::Regex(_) => (WINDOW, OVERLAP),
        };
        let (text, beginning) = (Vec::new(), Vec::new());
        let table = Table::new(FOUND, 3);
        Self {
            pattern,
            window,
            overlap,
            text,
            is_later: false,
            beginning,
            found: false,
            long: 0,
            table,
        }
    }

    /// Looks at what was read; what a match may begin in is kept, where the text goes on.
    fn look(&mut self, is_end: bool) {
        let text = utf16_text(self.text.iter().copied());
        self.found = self.pattern.passes(&text);
        if !self.found && !is_end {
            let keep = self.text.len().saturating_sub(self.overlap);
            self.text.drain(..keep);
            self.is_later |= keep > 0;
        }
    }

    /// What is shown of the text: its beginning when the match is there.
    fn excerpt(&self, length: u32) -> String {
        let goes_on = self.beginning.len() < length as usize;
        if self.pattern.passes(&utf16_text(self.beginning.iter().copied())) {
            return shown(self.beginning.clone(), goes_on);
        }
        // The shortest beginning with a match ends where the first one does.
        let has_match =
            |units: usize| self.pattern.passes(&utf16_text(self.text.iter().take(units).copied()));
        let (mut without, mut with) = (0, self.text.len());
        while with - without > 1 {
            let middle = without + (with - without) / 2;
            if has_match(middle) { with = middle } else { without = middle }
        }
        let start = with.saturating_sub(2 * BEFORE);
        let units: Vec<u16> = self.text.iter().skip(start).copied().collect();
        format!("\u{2026}{}", shown(units, false))
    }
}

impl Scan for FindStrings {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        self.text.clear();
        self.beginning.clear();
        (self.is_later, self.found) = (false, false);
        Content::of_string(&context.inquiry, object)
    }

    fn piece(&mut self, _: &Context<'_>, of: &Content, at: u32, raw: Vec<u8>) -> Result<bool> {
        let (tag, bytes) = of.canonical(raw);
        let units = super::contents::units(tag, &bytes);
        if at == 0 {
            self.beginning.extend(units.iter().take(super::contents::SHOWN));
        }
        self.text
            .try_reserve(units.len())
            .map_err(|_| too_large(2 * units.len() as u64, "a text"))?;
        self.text.extend(units);
        let is_end = u64::from(at) + u64::from(super::contents::PIECE) >= of.length.into();
        if is_end || self.text.len() > self.window + self.overlap {
            self.look(is_end);
        }
        Ok(!self.found)
    }

    fn end(&mut self, _: &Context<'_>, object: ObjectIndex, of: &Content) -> Result<()> {
        if of.length == 0 {
            self.found = self.pattern.passes("");
        }
        if self.window > 0 && self.is_later {
            self.long += 1;
        }
        if self.found {
            let text = Value::Text(self.excerpt(of.length));
            self.table.push(vec![Value::Object(object), text, Value::Number(of.length.into())])?;
        }
        Ok(())
    }
}

impl Answer for FindStrings {
    fn finish(mut self, _: &Context<'_>, missing: u64) -> Result<Table> {
        note_missing(&mut self.table, missing);
        if self.long > 0 {
            self.table.notes.push(format!(
                "{} longer than {WINDOW} characters, searched in parts that overlap by {OVERLAP}: ^ and $ \
                 match at the ends of the parts, and a longer match may be missed.",
                counted(self.long, "string is", "strings are")
            ));
        }
        Ok(self.table)
    }
}

/// The contents of strings.
#[derive(Debug)]
pub(super) struct Strings;

impl Select for Strings {
    fn content(
        &mut self,
        context: &Context<'_>,
        _: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>> {
        Content::of_string(&context.inquiry, object)
    }
}

/// Calls `see` with each of the strings of one text of `length` units but the first, and with the
/// bytes that would go with it if its holder had the first one: its own, and those of its array where
/// nothing else keeps that. An array that holds more than the text may be that of other strings, too
/// (before JDK 7u6).
pub(super) fn redundant_strings(
    context: &Context<'_>,
    length: u32,
    strings: impl Iterator<Item = (ObjectIndex, Owner)>,
    see: &mut dyn FnMut(ObjectIndex, Owner, u64) -> Result<()>,
) -> Result<()> {
    let heap = context.inquiry.heap();
    let mut arrays: HashSet<ObjectIndex> = HashSet::new();
    for (at, (object, owner)) in strings.enumerate() {
        let mut bytes = heap.shallow(object);
        if let Some(array) = array_of(context, object) {
            let of = heap.primitive_element(heap.objects.class(array));
            let units = heap.objects.length(array).unwrap_or(0);
            let is_whole = of != Some(BasicType::Char) || units <= length;
            arrays.try_reserve(1).map_err(|_| too_large(8, "the arrays of equal strings"))?;
            if arrays.insert(array) && is_whole {
                bytes += heap.shallow(array);
            }
        }
        if at > 0 {
            see(object, owner, bytes)?;
        }
    }
    Ok(())
}

/// The array of a string: the only array that it refers to.
pub(super) fn array_of(context: &Context<'_>, string: ObjectIndex) -> Option<ObjectIndex> {
    let heap = context.inquiry.heap();
    let mut targets = heap.edges.targets(string.0).map(ObjectIndex);
    targets.find(|&target| heap.primitive_element(heap.objects.class(target)).is_some())
}

const DUPLICATES: &[Column] = &[
    Column::things("Text", "The beginning of the text; equal ones are equal to their end."),
    Column::count("Strings", "Strings that hold the text."),
    Column::count("Length", "UTF-16 units of the whole text.").overlapping(),
    Column::bytes(
        "Wasted",
        "Bytes that one string for all would save: the other strings and their arrays.",
    ),
    Column::things("Held by", "The field that holds most of them, alone or in a collection."),
    Column::count("There", "Strings of the text that this field holds."),
];

/// Strings by text: first the groups are found, then their rows are made.
#[derive(Debug)]
enum DuplicateStrings {
    Finding(Box<Finder<Strings>>),
    Telling { found: Box<Found>, owners: Box<Owners>, at: usize, table: Box<Table> },
}

impl DuplicateStrings {
    #[inline(never)]
    fn tell(
        context: &Context<'_>,
        found: &Found,
        owners: &Owners,
        at: usize,
        table: &mut Table,
    ) -> Result<()> {
        let mut wasted = 0u64;
        redundant_strings(context, found.length(at), found.members(at), &mut |_, _, bytes| {
            wasted = wasted.saturating_add(bytes);
            Ok(())
        })?;
        let (owner, count) = holder(context.inquiry.heap(), owners, found, at);
        table.push(vec![
            Value::Text(found.text(at)),
            Value::Number(found.members(at).count() as u64),
            Value::Number(found.length(at).into()),
            Value::Number(wasted),
            owner,
            count,
        ])?;
        Ok(())
    }
}

impl Work for DuplicateStrings {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let objects = context.inquiry.heap().objects.len() as u64;
        match self {
            Self::Finding(finder) => match finder.step(context, budget)? {
                Step::More { done, total } => Ok(Step::More { done, total: total + objects }),
                Step::Done => {
                    let mut table = Box::new(Table::new(DUPLICATES, 3));
                    note_missing(&mut table, finder.missing);
                    let finder = core::mem::replace(&mut **finder, Finder::new(Strings, 2));
                    let (found, _, owners) = finder.finish()?;
                    let (found, owners) = (Box::new(found), Box::new(owners));
                    *self = Self::Telling { found, owners, at: 0, table };
                    Ok(Step::More { done: 3 * objects, total: 4 * objects })
                }
            },
            Self::Telling { found, owners, at, table } => {
                let mut work = 0;
                while work < budget.max(1) {
                    if *at >= found.len() {
                        return Ok(Step::Done);
                    }
                    Self::tell(context, found, owners, *at, table)?;
                    work += found.members(*at).count() as u64;
                    *at += 1;
                }
                let part = *at as u64 * objects / found.len().max(1) as u64;
                Ok(Step::More { done: 3 * objects + part, total: 4 * objects })
            }
        }
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        match *self {
            Self::Finding(_) => Ok(Table::new(DUPLICATES, 3)),
            Self::Telling { found, mut table, .. } => {
                table.set_members(found.ends, found.objects);
                Ok(*table)
            }
        }
    }
}

/// Who holds most of a group, and how many of it.
pub(super) fn holder(heap: &Heap, owners: &Owners, found: &Found, at: usize) -> (Value, Value) {
    match found.most_frequent_owner(at) {
        Some((owner, count)) => {
            (Value::Text(owners.label(heap, owner)), Value::Number(count.into()))
        }
        None => (Value::None, Value::None),
    }
}

/// Values of other objects than strings are decoded, and told apart by what is shown of them.
#[derive(Debug)]
struct GroupByValue {
    strings: Finder<Strings>,
    has_strings: bool,
    next: Option<u32>,
    groups: HashMap<(ClassIndex, Option<Box<str>>), u32>,
    members: Vec<(u32, u32)>,
    /// Values that are longer than what is shown.
    cut: u64,
}

impl GroupByValue {
    #[inline(never)]
    fn decode(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        const WHAT: &str = "values of objects";
        let heap = context.inquiry.heap();
        for _ in 0..budget.max(1) {
            let Some(object) = self.next.and_then(|next| context.of.set.next(next)) else {
                self.next = None;
                return Ok(Step::Done);
            };
            self.next = object.checked_add(1);
            let class = heap.objects.class(ObjectIndex(object));
            if Some(class) == heap.known.string {
                self.has_strings = true;
                continue;
            }
            let value = naming::display_value(&context.inquiry.values, ObjectIndex(object));
            self.cut += u64::from(value.as_ref().is_some_and(|value| value.contains('\u{2026}')));
            let groups = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
            self.groups.try_reserve(1).map_err(|_| too_large(u64::from(groups) * 32, WHAT))?;
            let key = (class, value.map(String::into_boxed_str));
            let group = *self.groups.entry(key).or_insert(groups);
            if self.members.len() == self.members.capacity() {
                let more = (self.members.len() / 2).max(1 << 10);
                reserve(&mut self.members, more, WHAT)?;
            }
            self.members.push((group, object));
        }
        let done = self.next.unwrap_or(0).into();
        Ok(Step::More { done, total: (4 * heap.objects.len() as u64).max(done) })
    }
}

impl Work for GroupByValue {
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        if self.next.is_some() {
            let step = self.decode(context, budget)?;
            let is_all = step == Step::Done && !self.has_strings;
            let total = 4 * context.inquiry.heap().objects.len() as u64;
            let done = context.inquiry.heap().objects.len() as u64;
            let between = Step::More { done, total };
            return Ok(if is_all {
                Step::Done
            } else if step == Step::Done {
                between
            } else {
                step
            });
        }
        if !self.has_strings {
            return Ok(Step::Done);
        }
        let objects = context.inquiry.heap().objects.len() as u64;
        Ok(match self.strings.step(context, budget)? {
            Step::More { done, total } => {
                Step::More { done: done + objects, total: total + objects }
            }
            Step::Done => Step::Done,
        })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        const COLUMNS: &[Column] = &[
            Column::things(
                "Value",
                "What the objects say of themselves; of texts the beginning is shown.",
            ),
            Column::things("Class", "Their class."),
            Column::count("Objects", "Objects of the class with this value."),
            Column::bytes("Shallow", "Bytes of these objects themselves."),
            Column::bytes(
                "Average retained",
                "Bytes that would be freed with one of them, on average.",
            )
            .overlapping(),
        ];
        let Self { strings, groups, mut members, cut, .. } = *self;
        let mut table = Table::new(COLUMNS, 2);
        note_missing(&mut table, strings.missing);
        if cut > 0 {
            table.notes.push(format!(
                "{cut} objects have values that are longer than what is shown; they are told apart by that."
            ));
        }
        members.sort_unstable();
        let mut names: Vec<(ClassIndex, Option<Box<str>>, u32)> =
            groups.into_iter().map(|((class, name), group)| (class, name, group)).collect();
        names.sort_unstable_by_key(|&(_, _, group)| group);
        let (mut ends, mut objects) = (Vec::new(), Vec::new());
        let runs = members.chunk_by(|a, b| a.0 == b.0);
        for (run, (class, name, _)) in runs.zip(names) {
            let value = name.map_or_else(|| "(no value)".to_owned(), String::from);
            let of = run.iter().map(|&(_, object)| ObjectIndex(object));
            table.push(value_row(context, value, class, of))?;
            reserve_for(&mut objects, run.len())?;
            objects.extend(run.iter().map(|&(_, object)| object));
            reserve_for(&mut ends, 1)?;
            ends.push(u32::try_from(objects.len()).unwrap_or(u32::MAX));
        }
        let (found, _, _) = strings.finish()?;
        let before = u32::try_from(objects.len()).unwrap_or(u32::MAX);
        reserve_for(&mut objects, found.objects.len())?;
        reserve_for(&mut ends, found.len())?;
        for at in 0..found.len() {
            let class = context.inquiry.heap().known.string.unwrap_or_default();
            let of = found.members(at).map(|(object, _)| object);
            table.push(value_row(context, found.text(at), class, of))?;
        }
        ends.extend(found.ends.iter().map(|end| end.saturating_add(before)));
        objects.extend(&found.objects);
        table.set_members(ends, objects);
        Ok(table)
    }
}

fn reserve_for<T>(list: &mut Vec<T>, more: usize) -> Result<()> {
    list.try_reserve(more)
        .map_err(|_| too_large((more * size_of::<T>()) as u64, "groups of values"))
}

fn value_row(
    context: &Context<'_>,
    value: String,
    class: ClassIndex,
    objects: impl Iterator<Item = ObjectIndex>,
) -> Vec<Value> {
    let (mut count, mut shallow, mut retained) = (0u64, 0u64, 0u64);
    for object in objects {
        count += 1;
        shallow = shallow.saturating_add(context.inquiry.heap().shallow(object));
        retained = retained.saturating_add(context.inquiry.retained(object));
    }
    let average = retained.checked_div(count).unwrap_or(0);
    vec![
        Value::Text(value),
        Value::Class(class),
        Value::Number(count),
        Value::Number(shallow),
        Value::Number(average),
    ]
}
