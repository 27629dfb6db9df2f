//! Objects of a class whose field has a value.

use crate::analysis::filter::TextFilter;
use crate::analysis::naming::{display_value, primitive_text};
use crate::analysis::queries::contents::{Content, PIECE, note_missing, units};
use crate::analysis::query::{
    Arguments, Choice, Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject,
    Table, Value, Work,
};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Step, too_large};
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::{Value as FieldValue, utf16_text};
use core::cmp::Ordering;

pub(super) const QUESTIONS: &[Question] = &[Question {
    name: "find-objects",
    title: "Find objects by a field",
    about: "Objects of a set whose class matches, and one of whose fields has a value.",
    group: QueryGroup::Others,
    of: Subject::AnySet,
    parameters: &[
        Parameter {
            name: "class",
            title: "Class",
            hint: "A part of the class name, or a regular expression between slashes.",
            kind: ParameterKind::OptionalPattern,
            default: "",
        },
        Parameter {
            name: "field",
            title: "Field",
            hint: "The name of a field of the objects.",
            kind: ParameterKind::Pattern,
            default: "",
        },
        Parameter {
            name: "is",
            title: "Its value",
            hint: "How the field is compared; strings and boxed numbers by what they hold.",
            kind: ParameterKind::Choice(&[
                Choice { name: "equal", title: "equals" },
                Choice { name: "other", title: "is other than" },
                Choice { name: "less", title: "is less than" },
                Choice { name: "more", title: "is more than" },
                Choice { name: "contains", title: "contains" },
                Choice { name: "null", title: "is null" },
                Choice { name: "set", title: "is not null" },
            ]),
            default: "equal",
        },
        Parameter {
            name: "value",
            title: "Value",
            hint: "A number, true or false, a text, or an address such as 0x7f00.",
            kind: ParameterKind::OptionalPattern,
            default: "",
        },
    ],
    begin: |arguments| Ok(Box::new(Find::of(arguments)?)),
}];

const COLUMNS: &[Column] = &[
    Column::things("Object", "The object with its decoded value."),
    Column::things("Field", "The value of the field."),
    Column::shallow(),
    Column::retained(),
];

/// What one look into the file is worth in objects looked at.
const READ: u64 = 30;
/// UTF-16 units of a string that may be a number.
const NUMBER: u32 = 1 << 10;
/// Units of a string in which a regular expression is looked for at once.
const WINDOW: usize = 1 << 20;
/// Units that two such parts of a longer string have in common.
const OVERLAP: usize = 1 << 16;

#[derive(Debug)]
struct Find {
    class: Option<TextFilter>,
    field: String,
    test: Test,
    /// Per class, whether its instances are looked at.
    wanted: Vec<bool>,
    next: u32,
    /// The string that is being searched.
    open: Option<Searched>,
    table: Table,
    /// Strings whose contents the dump lacks.
    missing: u64,
    /// Strings that were searched in parts.
    long: u64,
    /// Other values that are longer than what is shown of them.
    cut: u64,
}

/// A string that is searched piece by piece.
#[derive(Debug)]
struct Searched {
    object: ObjectIndex,
    value: FieldValue,
    content: Content,
    at: u32,
    /// What was read and may be part of a match.
    text: Vec<u16>,
    in_parts: bool,
}

/// What reading a piece of a string came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Found,
    NotFound,
    GoesOn,
    /// The dump does not hold it.
    Missing,
}

impl Searched {
    /// Reads a piece and looks for the pattern in what was read, as soon as that is enough.
    fn step(&mut self, context: &Context<'_>, pattern: &TextFilter) -> Result<Piece> {
        let (window, overlap) = match pattern {
            // A character is at most as many units as it has bytes.
            TextFilter::Contains(part) => (0, part.len()),
            TextFilter::Regex(_) => (WINDOW, OVERLAP),
        };
        let wanted = PIECE.min(self.content.length - self.at);
        let values = &context.inquiry.values;
        let raw = self.content.raw(values, self.at, wanted)?;
        if raw.len() as u64 != u64::from(wanted) * u64::from(self.content.width(values)) {
            return Ok(Piece::Missing);
        }
        self.at += wanted;
        let (tag, bytes) = self.content.canonical(raw);
        let units = units(tag, &bytes);
        self.text
            .try_reserve(units.len())
            .map_err(|_| too_large(2 * units.len() as u64, "a text"))?;
        self.text.extend(units);
        let is_end = self.at >= self.content.length;
        if !is_end && self.text.len() <= window + overlap {
            return Ok(Piece::GoesOn);
        }
        if pattern.passes(&utf16_text(self.text.iter().copied())) {
            return Ok(Piece::Found);
        }
        if is_end {
            return Ok(Piece::NotFound);
        }
        let keep = self.text.len().saturating_sub(overlap);
        self.text.drain(..keep);
        self.in_parts = true;
        Ok(Piece::GoesOn)
    }
}

#[derive(Debug)]
enum Test {
    Null(bool),
    Contains(TextFilter),
    /// Equal or not to a text.
    Equal(String, bool),
    /// Less or more than a number.
    Order(Number, Ordering),
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Whole(i64),
    Float(f64),
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let whole = text.parse().map(Self::Whole);
        whole.ok().or_else(|| text.parse().ok().map(Self::Float))
    }

    #[expect(clippy::cast_precision_loss, reason = "beside a number that is not whole")]
    fn float(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Float(number) => number,
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (a, b) => a.float().partial_cmp(&b.float()),
        }
    }
}

impl Test {
    fn of(arguments: &Arguments<'_>) -> Result<Self> {
        let value = arguments.text("value");
        let number = || {
            Number::parse(value).ok_or_else(|| {
                let text: String = value.chars().take(80).collect();
                Error::new(ErrorKind::NotFound, format!("\"{text}\" is no number"))
            })
        };
        Ok(match arguments.choice("is") {
            "null" => Self::Null(true),
            "set" => Self::Null(false),
            "less" => Self::Order(number()?, Ordering::Less),
            "more" => Self::Order(number()?, Ordering::Greater),
            "contains" => Self::Contains(arguments.pattern("value")?),
            is => Self::Equal(value.to_owned(), is == "equal"),
        })
    }

    /// Whether a value passes. A string in which a text is looked for is not for here: see
    /// [`Searched`]. `cut` counts values that are not known to their end.
    fn passes(&self, values: &Values<'_>, value: FieldValue, cut: &mut u64) -> bool {
        match self {
            Self::Null(null) => matches!(value, FieldValue::Object(id) if (id.0 == 0) == *null),
            Self::Contains(filter) => match text(values, value, 0) {
                Text::Whole(text) => filter.passes(&text),
                Text::Beginning(text) => {
                    let passes = filter.passes(&text);
                    *cut += u64::from(!passes);
                    passes
                }
                Text::Longer | Text::None => false,
            },
            Self::Equal(wanted, equal) => {
                let same_address = matches!(value, FieldValue::Object(id)
                    if wanted.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok())
                        == Some(id.0));
                // A string that is longer than what it is compared with is another.
                let units = u32::try_from(wanted.encode_utf16().count()).unwrap_or(u32::MAX);
                let same_text = match text(values, value, units.max(NUMBER)) {
                    Text::Whole(text) => {
                        let numbers = Number::parse(&text).zip(Number::parse(wanted));
                        let order = numbers.and_then(|(found, wanted)| found.compare(wanted));
                        text == *wanted || order == Some(Ordering::Equal)
                    }
                    Text::Beginning(text) => {
                        let same = text == *wanted;
                        *cut += u64::from(!same);
                        same
                    }
                    Text::Longer | Text::None => false,
                };
                (same_address || same_text) == *equal
            }
            Self::Order(than, order) => match text(values, value, NUMBER) {
                Text::Whole(text) => {
                    Number::parse(&text).and_then(|found| found.compare(*than)) == Some(*order)
                }
                Text::Beginning(_) | Text::Longer | Text::None => false,
            },
        }
    }
}

/// What a field holds as text.
#[derive(Debug)]
enum Text {
    Whole(String),
    /// A string that is longer than what was asked for.
    Longer,
    /// What is shown of another value that is long.
    Beginning(String),
    None,
}

/// What a field holds as text: primitives as Java prints them, strings of at most `limit` UTF-16
/// units, boxed values.
fn text(values: &Values<'_>, value: FieldValue, limit: u32) -> Text {
    let FieldValue::Object(id) = value else {
        let text = primitive_text(value);
        return Text::Whole(text.trim_matches('\'').to_owned());
    };
    let Some(object) = values.resolve(id) else { return Text::None };
    if let Some((text, length)) = values.string(object, limit) {
        return if length > limit { Text::Longer } else { Text::Whole(text) };
    }
    match display_value(values, object) {
        Some(text) if text.contains('\u{2026}') => Text::Beginning(text),
        Some(text) => Text::Whole(text),
        None => Text::None,
    }
}

impl Find {
    fn of(arguments: &Arguments<'_>) -> Result<Self> {
        let field = arguments.text("field").to_owned();
        if field.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "Type the name of a field"));
        }
        Ok(Self {
            class: arguments.optional_pattern("class")?,
            field,
            test: Test::of(arguments)?,
            wanted: Vec::new(),
            next: 0,
            open: None,
            table: Table::new(COLUMNS, 3),
            missing: 0,
            long: 0,
            cut: 0,
        })
    }

    /// Classes that match and have the field.
    fn choose(&mut self, context: &Context<'_>) -> Result<()> {
        let heap = context.inquiry.heap();
        let mut has = vec![false; heap.classes.len()];
        for class in heap.classes.supers_first() {
            let entry = heap.classes.get(class);
            let own = entry
                .fields
                .iter()
                .any(|field| heap.names.raw(field.name) == Some(self.field.as_bytes()));
            let above =
                entry.super_class.is_some_and(|above| has.get(above.index()) == Some(&true));
            if let Some(has) = has.get_mut(class.index()) {
                *has = own || above;
            }
        }
        if !has.contains(&true) {
            let field: String = self.field.chars().take(80).collect();
            let problem = format!("No class of this dump has a field \"{field}\"");
            return Err(Error::new(ErrorKind::NotFound, problem));
        }
        for (class, entry) in heap.classes.iter() {
            let matches = self.class.as_ref().is_none_or(|filter| filter.passes(&entry.name));
            if let Some(has) = has.get_mut(class.index()).filter(|_| !matches) {
                *has = false;
            }
        }
        self.wanted = has;
        Ok(())
    }
}

impl Find {
    /// Looks at the value of an object's field.
    fn look(
        &mut self,
        context: &Context<'_>,
        object: ObjectIndex,
        value: FieldValue,
    ) -> Result<()> {
        let (inquiry, values) = (&context.inquiry, &context.inquiry.values);
        if let (Test::Contains(pattern), FieldValue::Object(id)) = (&self.test, value)
            && let Some(string) = values.resolve(id)
            && Some(inquiry.heap().objects.class(string)) == inquiry.heap().known.string
        {
            let Some(content) = Content::of_string(inquiry, string)? else { return Ok(()) };
            if content.length > 0 {
                let (at, text, in_parts) = (0, Vec::new(), false);
                self.open = Some(Searched { object, value, content, at, text, in_parts });
                return Ok(());
            }
            return if pattern.passes("") { self.found(context, object, value) } else { Ok(()) };
        }
        if self.test.passes(values, value, &mut self.cut) {
            self.found(context, object, value)?;
        }
        Ok(())
    }

    /// Goes on searching a string.
    fn search(&mut self, context: &Context<'_>, mut searched: Searched) -> Result<()> {
        let Test::Contains(pattern) = &self.test else { return Ok(()) };
        let is_regex = matches!(pattern, TextFilter::Regex(_));
        let piece = searched.step(context, pattern)?;
        match piece {
            Piece::GoesOn => {
                self.open = Some(searched);
                return Ok(());
            }
            Piece::Missing => self.missing += 1,
            Piece::Found => self.found(context, searched.object, searched.value)?,
            Piece::NotFound => {}
        }
        self.long += u64::from(is_regex && searched.in_parts);
        Ok(())
    }

    fn found(
        &mut self,
        context: &Context<'_>,
        object: ObjectIndex,
        value: FieldValue,
    ) -> Result<()> {
        let held = match value {
            FieldValue::Object(id) if id.0 == 0 => Value::Text("null".to_owned()),
            FieldValue::Object(id) => {
                let missing = || Value::Text(format!("{:#x}", id.0));
                context.inquiry.values.resolve(id).map_or_else(missing, Value::Object)
            }
            primitive => Value::Text(primitive_text(primitive)),
        };
        self.table.push(vec![Value::Object(object), held])?;
        Ok(())
    }
}

impl Work for Find {
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let (inquiry, set) = (&context.inquiry, &context.of.set);
        if self.wanted.is_empty() {
            self.choose(context)?;
        }
        let mut work = 0;
        while work < budget.max(1) {
            if let Some(searched) = self.open.take() {
                work += READ;
                self.search(context, searched)?;
                continue;
            }
            let Some(object) = set.next(self.next) else { return Ok(Step::Done) };
            self.next = object.saturating_add(1);
            work += 1;
            let object = ObjectIndex(object);
            let class = inquiry.heap().objects.class(object);
            if self.wanted.get(class.index()) != Some(&true) {
                continue;
            }
            work += READ;
            if let Some(value) = inquiry.values.field(object, &self.field) {
                self.look(context, object, value)?;
            }
        }
        Ok(Step::More { done: self.next.into(), total: (set.len() as u64).max(self.next.into()) })
    }

    fn finish(self: Box<Self>, _: &Context<'_>) -> Result<Table> {
        let mut table = self.table;
        note_missing(&mut table, self.missing);
        if self.cut > 0 {
            table.notes.push(format!(
                "{} values other than strings are so long that only their beginning was compared.",
                self.cut
            ));
        }
        if self.long > 0 {
            table.notes.push(format!(
                "{} strings are longer than {WINDOW} characters and were searched in parts that \
                 overlap by {OVERLAP}: ^ and $ match at the ends of the parts, and a longer match \
                 may be missed.",
                self.long
            ));
        }
        Ok(table)
    }
}
