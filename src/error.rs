//! The one error type of the engine.
//!
//! # Design
//! Every failure a person can meet carries what happened, where (an absolute offset in the
//! uncompressed dump, when there is one) and what to do. Damage that still leaves something
//! readable is not an error but a warning, collected by the loader; an `Error` means that the
//! request as a whole has no answer.

use core::fmt;

/// A `Result` with the engine's [`Error`].
pub type Result<T> = core::result::Result<T, Error>;

/// What kind of failure an [`Error`] is; the stable part of an error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ErrorKind {
    /// The bytes are not an HPROF heap dump at all.
    NotHprof,
    /// An HPROF file of a version, or with an identifier size, that nobody can read.
    Unsupported,
    /// A well-formed HPROF file that holds no heap dump.
    NoHeapDump,
    /// The file could not be read (removed, changed, no permission, broken device).
    Read,
    /// Compressed data that could not be inflated from its very beginning.
    Compression,
    /// The dump needs more memory than there is, or more than this build can address.
    TooLarge,
    /// A question about a part of the analysis that memory did not suffice for; others have
    /// answers.
    NotComputed,
    /// The person cancelled the work.
    Cancelled,
    /// A question about something that does not exist, such as an unknown object address.
    NotFound,
}

/// A failure: kind, message, optional absolute file offset and advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    offset: Option<u64>,
    advice: Option<String>,
    /// Boxed, because most errors have none and every result has room for an error.
    memory: Option<Box<Shortage>>,
}

/// Memory that did not suffice, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Shortage {
    /// What was needed, at least.
    pub needed: u64,
    /// What would surely have sufficed, where that is known.
    pub at_most: Option<u64>,
    /// What was free for it; `None` where nobody counts.
    pub free: Option<u64>,
    /// What the engine may use in all; `None` without a limit of its own.
    pub limit: Option<u64>,
}

impl Shortage {
    /// A failed allocation of `needed` bytes.
    pub fn of(needed: u64) -> Self {
        Self { needed, at_most: None, free: None, limit: None }
    }
}

impl Error {
    /// An error of `kind`; `message` is one sentence for a person.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), offset: None, advice: None, memory: None }
    }

    /// Adds the absolute offset (bytes from the start of the uncompressed dump) of the cause.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Adds what the person can do about it.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Adds what memory was needed and free.
    #[must_use]
    pub fn short_of(mut self, memory: Shortage) -> Self {
        self.memory = Some(Box::new(memory));
        self
    }

    /// The kind, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What happened, without offset and advice.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Absolute offset in the uncompressed dump, when the cause has one.
    pub fn offset(&self) -> Option<u64> {
        self.offset
    }

    /// The memory that did not suffice, when that is the cause and it is known.
    pub fn memory(&self) -> Option<Shortage> {
        self.memory.as_deref().copied()
    }

    /// What to do, when there is something to do.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(offset) = self.offset {
            write!(f, " (at offset {offset:#x})")?;
        }
        if let Some(advice) = &self.advice {
            write!(f, ". {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
