//! The catalogue of known leaks: what `catalogue.toml` says, as types.
//!
//! `docs/known-leaks.md` explains the format to those who add an entry.

use std::collections::BTreeMap;

/// The file.
const FILE: &str = include_str!("catalogue.toml");

/// All entries, and the libraries whose versions they ask for.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Libraries by the short name that entries use.
    pub libraries: BTreeMap<String, Library>,
    /// The entries.
    pub leaks: Vec<Leak>,
}

impl Catalogue {
    /// The catalogue that this build carries. O(its length); a test keeps it readable, so that the
    /// error never reaches a user.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn shipped() -> Result<Self, String> {
        Self::parse(FILE)
    }

    /// A catalogue from the text of a file.
    ///
    /// # Errors
    /// What is wrong with the text, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        super::reading::catalogue(text)
    }
}

/// Where the version of a library can be read in a heap.
#[derive(Debug)]
pub struct Library {
    /// What people call it.
    pub name: String,
    /// Names of its jars up to the `-` before the version.
    pub jars: Vec<String>,
    /// Packages whose `Implementation-Version` is the library's.
    pub packages: Vec<String>,
    /// Static fields that hold the version as a string.
    pub constants: Vec<FieldName>,
    /// Whether this is the Java runtime itself, whose version is a system property.
    pub is_java: bool,
}

/// One known leak.
#[derive(Debug)]
pub struct Leak {
    /// Stable name, lower case with hyphens.
    pub id: String,
    /// What goes wrong, in a few words.
    pub title: String,
    /// True for a way to leak that belongs to no library; told only where nothing more special is.
    pub general: bool,
    /// What the heap must show; all of it.
    pub needs: Vec<Need>,
    /// The library whose version decides.
    pub library: Option<String>,
    /// Versions that are free of it, one per line of releases.
    pub fixed_in: Vec<String>,
    /// Whether the heap must show an affected version; otherwise a version that is fixed is enough
    /// to keep silent, and an unknown one is not.
    pub version_required: bool,
    /// Why the memory is not given back.
    pub explanation: String,
    /// What to do about it.
    pub remedy: String,
    /// Where this is written down: issues, change logs, manuals.
    pub sources: Vec<String>,
}

/// A thing that the heap must show; in the file a table with one of these names as its only key.
#[derive(Debug)]
pub enum Need {
    /// One of the fields leads to a large part of the heap.
    Holds(Holds),
    /// So many instances.
    Count(Count),
    /// Instances that together retain a large part of the heap.
    Retains(Retains),
    /// What piled up in a suspect.
    Pile(Pile),
    /// A collection, queue or array with so many elements, or a number so large.
    Elements(Elements),
    /// Instances with a certain value in a field.
    Value(ValueIs),
    /// So many classes whose names match.
    Classes(ClassNames),
    /// Class loaders of an application that was stopped or loaded again.
    Loaders(Loaders),
    /// Memory outside the heap that an object of the heap accounts for.
    Outside(Outside),
    /// A class with this instance field exists.
    Declares(Declares),
}

/// See [`Need::Holds`].
#[derive(Debug)]
pub struct Holds {
    /// Any of these.
    pub field: Vec<FieldName>,
    /// Share of the used heap that it must retain; that of a suspect unless given.
    pub share: f64,
    /// Elements that what it refers to must have.
    pub elements: Option<u64>,
    /// What another field of the same object must show.
    pub owner: Option<Owner>,
}

/// A field of the object that holds.
#[derive(Debug)]
pub struct Owner {
    /// Its name.
    pub field: String,
    /// The value as a row shows it.
    pub is: String,
}

/// See [`Need::Count`].
#[derive(Debug)]
pub struct Count {
    /// Instances of these, subclasses included, added up.
    pub class: Vec<String>,
    /// Subclasses that do not count.
    pub except: Vec<String>,
    /// How many at least.
    pub at_least: u64,
}

/// See [`Need::Retains`].
#[derive(Debug)]
pub struct Retains {
    /// Any of these, subclasses included.
    pub class: Vec<String>,
    /// Share of the used heap.
    pub share: f64,
}

/// See [`Need::Pile`].
#[derive(Debug)]
pub struct Pile {
    /// Any of these, subclasses included.
    pub class: Vec<String>,
    /// How many at least.
    pub at_least: u64,
}

/// See [`Need::Elements`].
#[derive(Debug)]
pub struct Elements {
    /// Any of these.
    pub field: Vec<FieldName>,
    /// How many at least.
    pub at_least: u64,
}

/// See [`Need::Value`].
#[derive(Debug)]
pub struct ValueIs {
    /// Any of these.
    pub field: Vec<FieldName>,
    /// The value as a row shows it: a number, `true`, the name of an enum constant, or `null`.
    pub is: String,
    /// Instances that must have it.
    pub at_least: u64,
}

/// See [`Need::Classes`].
#[derive(Debug)]
pub struct ClassNames {
    /// Any of these; `*` stands for any characters.
    pub name: Vec<String>,
    /// How many at least.
    pub at_least: u64,
}

/// See [`Need::Loaders`].
#[derive(Debug)]
pub struct Loaders {
    /// The path from the GC root to the loader goes through one of these; any path unless given.
    pub through: Vec<FieldName>,
    /// How many at least.
    pub at_least: u64,
}

/// See [`Need::Outside`].
#[derive(Debug)]
pub struct Outside {
    /// Any of these; a number of bytes.
    pub field: Vec<FieldName>,
    /// Bytes at least.
    pub at_least: u64,
    /// Part of the used heap at least.
    pub of_heap: f64,
}

/// See [`Need::Declares`].
#[derive(Debug)]
pub struct Declares {
    /// The class and its field.
    pub field: FieldName,
}

/// `org.acme.Foo#bar`, or `org.acme.Foo#bar.baz` for the field `baz` of what `bar` refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldName {
    /// The class that has the field, as a static or an instance field.
    pub class: String,
    /// The field, and the fields after it.
    pub chain: Vec<String>,
}

impl TryFrom<String> for FieldName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once('#').map(|(class, chain)| (class, chain.split('.')));
        let parts = parts.filter(|(class, chain)| {
            !class.is_empty() && chain.clone().all(|field| !field.is_empty())
        });
        let (class, chain) = parts.ok_or_else(|| format!("{text:?} is not Class#field"))?;
        Ok(Self { class: class.to_owned(), chain: chain.map(str::to_owned).collect() })
    }
}

impl FieldName {
    /// As a programmer says it: `Foo.bar`.
    pub fn short(&self) -> String {
        format!("{}.{}", crate::analysis::story::simple_name(&self.class), self.chain.join("."))
    }

    /// The first field.
    pub fn field(&self) -> &str {
        self.chain.first().map_or("", String::as_str)
    }
}

impl Need {
    /// The classes that must be found by name for it.
    pub fn classes(&self) -> Vec<&str> {
        match self {
            Self::Holds(need) => owners(&need.field),
            Self::Elements(need) => owners(&need.field),
            Self::Value(need) => owners(&need.field),
            Self::Outside(need) => owners(&need.field),
            Self::Loaders(need) => owners(&need.through),
            Self::Declares(need) => vec![&need.field.class],
            Self::Count(need) => {
                need.class.iter().chain(&need.except).map(String::as_str).collect()
            }
            Self::Retains(need) => need.class.iter().map(String::as_str).collect(),
            Self::Pile(need) => need.class.iter().map(String::as_str).collect(),
            Self::Classes(_) => Vec::new(),
        }
    }
}

fn owners(fields: &[FieldName]) -> Vec<&str> {
    fields.iter().map(|field| field.class.as_str()).collect()
}
