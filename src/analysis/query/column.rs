//! How the columns of answers are headed.

use serde::Serialize;

/// What kind of thing a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ColumnKind {
    /// Objects, classes or texts.
    Thing,
    /// Numbers of things.
    Count,
    /// Bytes.
    Bytes,
    /// Parts of one, shown as percent.
    Share,
}

/// How a column is headed.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// Heading.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub hint: &'static str,
    /// What kind of thing.
    pub kind: ColumnKind,
    /// Whether the sum over rows means something.
    pub total: bool,
    /// Whether values are lower bounds.
    pub at_least: bool,
    #[serde(skip)]
    pub(super) derived: Option<Derived>,
}

/// What follows from the object in the first column and need not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Derived {
    Shallow,
    Retained,
    /// What [`Expand::number`] says.
    Expander,
}

impl Column {
    const fn of(title: &'static str, hint: &'static str, kind: ColumnKind) -> Self {
        Self { title, hint, kind, total: false, at_least: false, derived: None }
    }

    /// Objects, classes or texts.
    pub const fn things(title: &'static str, hint: &'static str) -> Self {
        Self::of(title, hint, ColumnKind::Thing)
    }

    /// Numbers of things, with their sum.
    pub const fn count(title: &'static str, hint: &'static str) -> Self {
        Self { total: true, ..Self::of(title, hint, ColumnKind::Count) }
    }

    /// Bytes, with their sum.
    pub const fn bytes(title: &'static str, hint: &'static str) -> Self {
        Self { total: true, ..Self::of(title, hint, ColumnKind::Bytes) }
    }

    /// Parts of one.
    pub const fn share(title: &'static str, hint: &'static str) -> Self {
        Self::of(title, hint, ColumnKind::Share)
    }

    /// Shallow sizes of the objects in the first column.
    pub const fn shallow() -> Self {
        const HINT: &str = "Bytes of the object itself, without what it refers to.";
        Self { derived: Some(Derived::Shallow), ..Self::bytes("Shallow", HINT) }
    }

    /// Retained sizes of the objects in the first column.
    pub const fn retained() -> Self {
        const HINT: &str = "Bytes that would be freed if the object were gone: its own and those \
                            of all that lives only because of it.";
        let bytes = Self::bytes("Retained", HINT);
        Self { derived: Some(Derived::Retained), total: false, ..bytes }
    }

    /// The same with numbers that [`Expand::number`] tells, so that rows need not keep them.
    #[must_use]
    pub const fn told_by_expander(self) -> Self {
        Self { derived: Some(Derived::Expander), ..self }
    }

    /// The same without a sum, where rows share what they count.
    #[must_use]
    pub const fn overlapping(self) -> Self {
        Self { total: false, ..self }
    }

    /// The same with values that are lower bounds.
    #[must_use]
    pub const fn lower_bound(self) -> Self {
        Self { at_least: true, ..self }
    }
}
