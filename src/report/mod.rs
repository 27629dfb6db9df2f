//! Reports: what was found in a dump, as data and as text that can be kept or sent.
//!
//! [`Report`] is plain data, made from the answers of an inquiry by [`Report::of`]; each format is a
//! function of it. Contents of strings are left out unless asked for ([`Contents`]).
//!
//! [`asked`] writes the answers of single questions.

pub mod asked;
mod build;
mod contents;
mod gate;
mod html;
mod json;
mod markdown;
pub mod model;
mod moment;
mod outside;
mod text;
mod visible;

pub use build::{Judged, Known, Options};
pub use contents::{Content, Contents};
pub use model::{GateOutcome, Report};
use model::{SuspectPart, Told};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page that needs nothing else.
    Html,
    /// For a ticket.
    Markdown,
    /// For programs: `docs/report-schema.md`.
    Json,
}

impl Format {
    /// The format of this name: `html`, `md` or `json`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "html" => Some(Self::Html),
            "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl Report {
    /// The sentences about a suspect that the verdict has not told.
    fn new_sentences<'a>(&'a self, suspect: &'a SuspectPart) -> impl Iterator<Item = &'a Told> {
        let told = self.verdict.as_ref().map_or(&[][..], |verdict| &verdict.story);
        suspect.story.iter().filter(|sentence| !told.contains(sentence))
    }

    /// The report in a format. No text of the dump can be markup, drive a terminal, or hide.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Html => html::page(self),
            Format::Markdown => markdown::text(self),
            Format::Json => json::text(self),
        }
    }
}
