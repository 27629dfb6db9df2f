//! Requests and sets of objects as text, so that an address names them.
//!
//! ```text
//! request = name [ "?" pair { "&" pair } ]      pairs are form-urlencoded
//! pair    = "of=" set | argument "=" value
//! set     = "all" | "class:" number | "subclasses:" number | "object:0x" hex
//!         | "retained:" set | "row:" number ":" request | "rows:" request
//!         | operation ":(" set "," set ")"
//! operation = "union" | "intersection" | "difference"
//! ```

use crate::error::{Error, ErrorKind, Result};
use crate::heap::ClassIndex;
use crate::hprof::ObjectId;
use core::fmt;
use std::collections::BTreeMap;

/// How deep requests within sets within requests may go: each level escapes those within.
const DEEPEST: u32 = 6;

/// A question with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Name of the question.
    pub name: String,
    /// The objects that it is about.
    pub of: Option<SetSpec>,
    /// Arguments by name, as typed.
    pub arguments: BTreeMap<String, String>,
}

/// A set of objects, as somebody named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetSpec {
    /// All that GC roots reach.
    All,
    /// The reachable instances of a class.
    Class {
        /// The class.
        class: ClassIndex,
        /// With those of its subclasses.
        subclasses: bool,
    },
    /// One object.
    Object(ObjectId),
    /// What would go with a set (rule D4), the set included.
    Retained(Box<SetSpec>),
    /// What a row of an answer stands for.
    Row(u32, Box<Request>),
    /// What all rows of an answer stand for.
    Rows(Box<Request>),
    /// Two sets as one.
    Both(SetOperation, Box<[SetSpec; 2]>),
}

/// How two sets become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetOperation {
    /// What is in either.
    Union,
    /// What is in both.
    Intersection,
    /// What is in the first, but not in the second.
    Difference,
}

impl SetOperation {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Union, "union"),
        (Self::Intersection, "intersection"),
        (Self::Difference, "difference"),
    ];

    /// In requests.
    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(operation, _)| *operation == self).map_or("", |(_, name)| name)
    }
}

impl Request {
    /// A question without arguments.
    pub fn new(name: &str, of: Option<SetSpec>) -> Self {
        Self { name: name.to_owned(), of, arguments: BTreeMap::new() }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// `NotFound` with what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_within(text, DEEPEST)
    }

    /// The answers that this one is worked out from, directly or through others. No more than the
    /// text of the request names.
    pub(super) fn all_needs(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        let mut looked_at = vec![self];
        while let Some(request) = looked_at.pop() {
            let needs = request.of.iter().flat_map(SetSpec::needs);
            let from = all.len();
            all.extend(needs);
            looked_at.extend(all.iter().skip(from));
        }
        all
    }

    fn parse_within(text: &str, depth: u32) -> Result<Self> {
        let (name, pairs) = text.split_once('?').unwrap_or((text, ""));
        let mut request = Self::new(name, None);
        for (key, value) in form_urlencoded::parse(pairs.as_bytes()) {
            if key == "of" {
                request.of = Some(SetSpec::parse_within(&value, depth)?);
            } else if !value.is_empty() {
                request.arguments.insert(key.into_owned(), value.into_owned());
            }
        }
        Ok(request)
    }
}

impl SetSpec {
    fn parse_within(text: &str, depth: u32) -> Result<Self> {
        let unclear = || {
            let text: String = text.chars().take(80).collect();
            Error::new(ErrorKind::NotFound, format!("\"{text}\" names no set of objects"))
        };
        let depth = depth.checked_sub(1).ok_or_else(unclear)?;
        if text == "all" {
            return Ok(Self::All);
        }
        let (kind, rest) = text.split_once(':').ok_or_else(unclear)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| unclear());
        Ok(match kind {
            "class" | "subclasses" => {
                let class = ClassIndex(number(rest)?);
                Self::Class { class, subclasses: kind == "subclasses" }
            }
            "object" => {
                let digits = rest.strip_prefix("0x").ok_or_else(unclear)?;
                Self::Object(ObjectId(u64::from_str_radix(digits, 16).map_err(|_| unclear())?))
            }
            "retained" => Self::Retained(Box::new(Self::parse_within(rest, depth)?)),
            "rows" => Self::Rows(Box::new(Request::parse_within(rest, depth)?)),
            "row" => {
                let (row, request) = rest.split_once(':').ok_or_else(unclear)?;
                Self::Row(number(row)?, Box::new(Request::parse_within(request, depth)?))
            }
            _ => {
                let operation = SetOperation::ALL.iter().find(|(_, name)| *name == kind);
                let &(operation, _) = operation.ok_or_else(unclear)?;
                let (one, other) = operands(rest).ok_or_else(unclear)?;
                let one = Self::parse_within(one, depth)?;
                Self::Both(operation, Box::new([one, Self::parse_within(other, depth)?]))
            }
        })
    }

    /// The answers whose rows the set is made of. No deeper than requests may go.
    pub(super) fn needs(&self) -> Vec<&Request> {
        match self {
            Self::Row(_, request) | Self::Rows(request) => vec![request],
            Self::Retained(inner) => inner.needs(),
            Self::Both(_, sets) => sets.iter().flat_map(Self::needs).collect(),
            Self::All | Self::Class { .. } | Self::Object(_) => Vec::new(),
        }
    }
}

/// The two sets in `(one,other)`. Within a request, commas and parentheses are escaped.
fn operands(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut open = 0usize;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open = open.checked_sub(1)?,
            b',' if open == 0 => return Some((inside.get(..at)?, inside.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        if let Some(of) = &self.of {
            pairs.append_pair("of", &of.to_string());
        }
        pairs.extend_pairs(&self.arguments);
        let pairs = pairs.finish();
        if pairs.is_empty() { Ok(()) } else { write!(f, "?{pairs}") }
    }
}

impl fmt::Display for SetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Class { class, subclasses: false } => write!(f, "class:{}", class.0),
            Self::Class { class, subclasses: true } => write!(f, "subclasses:{}", class.0),
            Self::Object(id) => write!(f, "object:{:#x}", id.0),
            Self::Retained(set) => write!(f, "retained:{set}"),
            Self::Row(row, request) => write!(f, "row:{row}:{request}"),
            Self::Rows(request) => write!(f, "rows:{request}"),
            Self::Both(operation, sets) => {
                write!(f, "{}:({},{})", operation.name(), sets[0], sets[1])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sets() -> impl Strategy<Value = SetSpec> {
        let leaf = prop_oneof![
            Just(SetSpec::All),
            (any::<u32>(), any::<bool>())
                .prop_map(|(c, subclasses)| SetSpec::Class { class: ClassIndex(c), subclasses }),
            any::<u64>().prop_map(|id| SetSpec::Object(ObjectId(id))),
        ];
        leaf.prop_recursive(2, 8, 2, |inner| {
            let request = ("[a-z-]{1,8}", inner.clone(), "[a-z]{1,4}", ".{1,12}").prop_map(
                |(name, of, key, value)| Request {
                    name,
                    of: Some(of),
                    arguments: [(format!("x{key}"), value)].into(),
                },
            );
            prop_oneof![
                inner.clone().prop_map(|set| SetSpec::Retained(Box::new(set))),
                (any::<u32>(), request.clone()).prop_map(|(n, r)| SetSpec::Row(n, Box::new(r))),
                request.prop_map(|r| SetSpec::Rows(Box::new(r))),
                (0usize..3, inner.clone(), inner).prop_map(|(operation, one, other)| {
                    SetSpec::Both(SetOperation::ALL[operation].0, Box::new([one, other]))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(of in sets(), text in ".{1,20}") {
            let arguments = [("text".to_owned(), text)].into();
            let request = Request { name: "find-strings".into(), of: Some(of), arguments };
            prop_assert_eq!(Request::parse(&request.to_string()), Ok(request));
        }

        #[test]
        fn any_text_is_a_request_or_an_error(text in ".{0,60}", set in ".{0,60}") {
            let _ = Request::parse(&text);
            let _ = Request::parse(&format!("a?of={set}"));
        }
    }

    #[test]
    fn sets_within_sets_end_somewhere() {
        assert!(Request::parse(&format!("a?of={}all", "retained:".repeat(5))).is_ok());
        assert!(Request::parse(&format!("a?of={}all", "retained:".repeat(100_000))).is_err());
        assert!(Request::parse(&format!("a?of={}all", "union:(all,".repeat(100_000))).is_err());
        assert!(Request::parse("a?of=union:(all,union:(all,class:1))").is_ok());
        assert!(Request::parse("a?of=union:(all)").is_err());
    }
}
