//! What a question can be told besides its set.

use super::super::filter::{NumberFilter, TextFilter};
use super::Request;
use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;

/// An argument of a question.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Name in requests.
    pub name: &'static str,
    /// Label.
    pub title: &'static str,
    /// What it does, in one sentence.
    pub hint: &'static str,
    /// What can be given.
    pub kind: ParameterKind,
    /// What holds when nothing is given.
    pub default: &'static str,
}

/// What can be given for an argument.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ParameterKind {
    /// Text that must not be empty: a part of it, or a regular expression between slashes.
    Pattern,
    /// The same, or nothing.
    OptionalPattern,
    /// A whole number.
    Number,
    /// One of a few.
    Choice(&'static [Choice]),
    /// `yes` or `no`.
    Flag,
}

/// One of a few values.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Choice {
    /// In requests.
    pub name: &'static str,
    /// Label.
    pub title: &'static str,
}

/// The arguments of a request, read by the declarations of its question.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a> {
    pub(super) request: &'a Request,
    pub(super) parameters: &'static [Parameter],
}

impl Arguments<'_> {
    /// Refuses what the question does not know: it would be left out without a word.
    ///
    /// # Errors
    /// `NotFound` for an argument of another name, and for a value that is none of the choices.
    pub(super) fn check(&self) -> Result<()> {
        for (name, value) in &self.request.arguments {
            let Some(parameter) = self.parameters.iter().find(|p| p.name == *name) else {
                return Err(unknown(name, self.parameters.iter().map(|p| p.name)));
            };
            match parameter.kind {
                ParameterKind::Choice(choices) if choices.iter().all(|c| c.name != value) => {
                    return Err(unknown(value, choices.iter().map(|c| c.name)));
                }
                ParameterKind::Flag if !["yes", "no"].contains(&value.as_str()) => {
                    return Err(unknown(value, ["yes", "no"].into_iter()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The text given, or the default.
    fn given(&self, name: &str) -> &str {
        let default = self.parameters.iter().find(|p| p.name == name).map_or("", |p| p.default);
        self.request.arguments.get(name).map_or(default, String::as_str)
    }

    /// The text as typed.
    pub fn text(&self, name: &str) -> &str {
        self.given(name)
    }

    /// A pattern that texts are looked for with.
    ///
    /// # Errors
    /// `NotFound` when it is missing or cannot be understood.
    pub fn pattern(&self, name: &str) -> Result<TextFilter> {
        self.optional_pattern(name)?.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "Type what to look for")
                .advise("A part of the text, or a regular expression between slashes: /order-\\d+/")
        })
    }

    /// A pattern that may be missing.
    ///
    /// # Errors
    /// `NotFound` when it cannot be understood.
    pub fn optional_pattern(&self, name: &str) -> Result<Option<TextFilter>> {
        match self.given(name) {
            "" => Ok(None),
            text => TextFilter::parse(text)
                .map(Some)
                .map_err(|problem| Error::new(ErrorKind::NotFound, problem.0)),
        }
    }

    /// A whole number, as in number filters: `1000`, `10K`.
    ///
    /// # Errors
    /// `NotFound` when it is none.
    pub fn number(&self, name: &str) -> Result<u64> {
        NumberFilter::parse(self.given(name), 0.0)
            .ok()
            .and_then(|filter| filter.exactly())
            .ok_or_else(|| {
                let text: String = self.given(name).chars().take(80).collect();
                Error::new(ErrorKind::NotFound, format!("\"{text}\" is no whole number"))
            })
    }

    /// Which of the choices; the default for anything else.
    pub fn choice(&self, name: &str) -> &'static str {
        let Some(parameter) = self.parameters.iter().find(|p| p.name == name) else { return "" };
        let ParameterKind::Choice(choices) = parameter.kind else { return parameter.default };
        let given = self.given(name);
        choices.iter().find(|c| c.name == given).map_or(parameter.default, |c| c.name)
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.given(name) == "yes"
    }
}

fn unknown(given: &str, known: impl Iterator<Item = &'static str>) -> Error {
    let given: String = given.chars().take(80).collect();
    let known: Vec<_> = known.collect();
    let error = Error::new(ErrorKind::NotFound, format!("This question does not know \"{given}\""));
    if known.is_empty() { error } else { error.advise(format!("It knows {}", known.join(", "))) }
}
