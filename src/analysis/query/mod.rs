//! Questions with arguments whose answer is a table or a tree.
//!
//! A [`Request`] names a question of the catalogue, the set of objects that it is about, and
//! arguments. A [`Workbench`] works it out in steps and keeps the [`Table`] that comes out; windows
//! of rows are read from there. Every row can stand for a set of objects, and every set can be what
//! another question is about, so that answers lead on.
//!
//! The questions themselves are in [`super::queries`].

mod arguments;
mod column;
mod request;
mod resolve;
mod table;
mod window;
mod work;
mod workbench;

pub use arguments::{Arguments, Choice, Parameter, ParameterKind};
pub use column::{Column, ColumnKind};
pub use request::{Request, SetOperation, SetSpec};
pub use table::{AtOnce, Below, Expand, Table, Thing, Value};
pub use window::{Cell, QueryWindow, QueryWindowRequest, QueryWindowSort, RowAnswer};
pub use work::{Context, Each, Objects, Visit, Work};
pub use workbench::{QueryFacts, QueryPhase, QueryProgress, QueryStep, Workbench};

use crate::error::Result;
use serde::Serialize;

/// A question of the catalogue.
#[derive(Debug)]
pub struct Question {
    /// Name in requests and addresses: `find-strings`.
    pub name: &'static str,
    /// Title: "Find strings".
    pub title: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// Where it is listed.
    pub group: QueryGroup,
    /// Whether it is about a set of objects.
    pub of: Subject,
    /// Its arguments.
    pub parameters: &'static [Parameter],
    /// Begins to work it out.
    pub begin: fn(&Arguments<'_>) -> Result<Box<dyn Work>>,
}

/// Headings of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum QueryGroup {
    /// What is in a set, and how it is divided.
    Weight,
    /// Who holds a set, and what would go with it.
    Holders,
    /// Texts and arrays.
    Strings,
    /// Collections.
    Collections,
    /// Soft, weak, phantom references and finalizers.
    References,
    /// Memory that could be saved.
    Waste,
    /// Everything else.
    Others,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// The heap as a whole.
    Heap,
    /// A set of objects; without one, all that GC roots reach.
    AnySet,
    /// A set of objects, which must be given.
    GivenSet,
}

/// A question as the page knows it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QuestionFacts {
    /// Name in requests.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Where it is listed.
    pub group: QueryGroup,
    /// Whether it is about a set.
    pub of: Subject,
    /// Arguments.
    pub parameters: &'static [Parameter],
}

impl Question {
    /// Without the part that works.
    pub fn facts(&self) -> QuestionFacts {
        let &Self { name, title, about, group, of, parameters, .. } = self;
        QuestionFacts { name, title, about, group, of, parameters }
    }
}
