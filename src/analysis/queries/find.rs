//! Objects of a class whose field has a value.

use crate::analysis::filter::TextFilter;
use crate::analysis::naming::{display_value, primitive_text};
use crate::analysis::queries::grouping::push;
use crate::analysis::query::{
    Arguments, Choice, Column, Context, Parameter, ParameterKind, QueryGroup, Question, Subject,
    Table, Value, Work,
};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Step;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::Value as FieldValue;
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
/// UTF-16 units of a string that are compared.
const LONGEST: u32 = 1 << 16;

#[derive(Debug)]
struct Find {
    class: Option<TextFilter>,
    field: String,
    test: Test,
    /// Per class, whether its instances are looked at.
    wanted: Vec<bool>,
    next: u32,
    found: Vec<(ObjectIndex, FieldValue)>,
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

    fn passes(&self, values: &Values<'_>, value: FieldValue) -> bool {
        match self {
            Self::Null(null) => matches!(value, FieldValue::Object(id) if (id.0 == 0) == *null),
            Self::Contains(filter) => text(values, value).is_some_and(|text| filter.passes(&text)),
            Self::Equal(wanted, equal) => {
                let same_number = || {
                    let found = text(values, value).as_deref().and_then(Number::parse)?;
                    Some(found.compare(Number::parse(wanted)?)? == Ordering::Equal)
                };
                let same_address = matches!(value, FieldValue::Object(id)
                    if wanted.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok())
                        == Some(id.0));
                let same = same_address
                    || text(values, value).as_deref() == Some(wanted)
                    || same_number().unwrap_or(false);
                same == *equal
            }
            Self::Order(than, order) => {
                let found = text(values, value).as_deref().and_then(Number::parse);
                found.and_then(|found| found.compare(*than)) == Some(*order)
            }
        }
    }
}

/// What a field holds as text: primitives as Java prints them, strings, boxed values.
fn text(values: &Values<'_>, value: FieldValue) -> Option<String> {
    let FieldValue::Object(id) = value else {
        let text = primitive_text(value);
        return Some(text.trim_matches('\'').to_owned());
    };
    let object = values.resolve(id)?;
    let string = values.string(object, LONGEST).map(|(text, _)| text);
    string.or_else(|| display_value(values, object))
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
            found: Vec::new(),
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

impl Work for Find {
    #[inline(never)]
    fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let (inquiry, set) = (&context.inquiry, &context.of.set);
        if self.wanted.is_empty() {
            self.choose(context)?;
        }
        let mut work = 0;
        while work < budget.max(1) {
            let Some(object) = set.next(self.next) else { return Ok(Step::Done) };
            self.next = object.saturating_add(1);
            work += 1;
            let object = ObjectIndex(object);
            let class = inquiry.heap().objects.class(object);
            if self.wanted.get(class.index()) != Some(&true) {
                continue;
            }
            work += READ;
            if let Some(value) = inquiry.values.field(object, &self.field)
                && self.test.passes(&inquiry.values, value)
            {
                push(&mut self.found, (object, value))?;
            }
        }
        Ok(Step::More { done: self.next.into(), total: (set.len() as u64).max(self.next.into()) })
    }

    fn finish(self: Box<Self>, context: &Context<'_>) -> Result<Table> {
        let values = &context.inquiry.values;
        let mut table = Table::new(COLUMNS, 3);
        for (object, value) in self.found {
            let held = match value {
                FieldValue::Object(id) if id.0 == 0 => Value::Text("null".to_owned()),
                FieldValue::Object(id) => {
                    let missing = || Value::Text(format!("{:#x}", id.0));
                    values.resolve(id).map_or_else(missing, Value::Object)
                }
                primitive => Value::Text(primitive_text(primitive)),
            };
            table.push(vec![Value::Object(object), held])?;
        }
        Ok(table)
    }
}
