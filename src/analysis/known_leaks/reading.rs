//! From the text of a catalogue to its types.
//!
//! The parser makes one kind of tree and the tables are read by hand: types that derive their
//! reading cost the page five times as much.

use super::catalogue::{
    Catalogue, ClassNames, Count, Declares, Elements, FieldName, Holds, Leak, Library, Loaders,
    Need, Outside, Owner, Pile, Retains, ValueIs,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;

/// Share of a suspect (rule L1).
const SUSPICIOUS: f64 = 0.1;

/// Reads a whole catalogue.
pub(super) fn catalogue(text: &str) -> Result<Catalogue, String> {
    let node: Node = basic_toml::from_str(text).map_err(|problem| problem.to_string())?;
    let mut file = node.table("the file")?;
    let libraries = file.node("library").map_or_else(|| Ok(BTreeMap::new()), libraries)?;
    let leaks = file.node("leak").map_or_else(|| Ok(Vec::new()), |node| node.list("leak"))?;
    let leaks = leaks.into_iter().map(leak).collect::<Result<_, _>>()?;
    file.end()?;
    Ok(Catalogue { libraries, leaks })
}

fn libraries(node: Node) -> Result<BTreeMap<String, Library>, String> {
    let tables = node.table("library")?.entries.into_iter();
    tables.map(|(name, node)| Ok((name.clone(), library(node.table(&name)?)?))).collect()
}

fn library(mut table: Table) -> Result<Library, String> {
    let library = Library {
        name: table.text("name")?,
        jars: table.texts("jars")?,
        packages: table.texts("packages")?,
        constants: table.fields("constants")?,
        is_java: table.flag("is_java")?,
    };
    table.end().map(|()| library)
}

fn leak(node: Node) -> Result<Leak, String> {
    let mut table = node.table("leak")?;
    let id = table.text("id")?;
    table.of = format!("leak {id}");
    let needs = table.node("needs").map_or_else(|| Ok(Vec::new()), |node| node.list("needs"))?;
    let needs = needs.into_iter().map(|node| need(node, &table.of));
    let leak = Leak {
        needs: needs.collect::<Result<_, _>>()?,
        title: table.text("title")?,
        general: table.flag("general")?,
        library: table.optional_text("library")?,
        fixed_in: table.texts("fixed_in")?,
        version_required: table.flag("version_required")?,
        explanation: table.text("explanation")?,
        remedy: table.text("remedy")?,
        sources: table.texts("sources")?,
        id,
    };
    table.end().map(|()| leak)
}

fn need(node: Node, of: &str) -> Result<Need, String> {
    let mut entries = node.table(of)?.entries.into_iter();
    let (Some((kind, node)), None) = (entries.next(), entries.next()) else {
        return Err(format!("{of}: a need is a table with one key"));
    };
    let mut table = node.table(&format!("{of}, {kind}"))?;
    let need = match kind.as_str() {
        "holds" => Need::Holds(Holds {
            field: table.fields("field")?,
            share: table.share()?,
            elements: table.optional_number("elements")?,
            owner: table.node("where").map(owner).transpose()?,
        }),
        "count" => Need::Count(Count {
            class: table.texts("class")?,
            except: table.texts("except")?,
            at_least: table.number("at_least")?,
        }),
        "retains" => Need::Retains(Retains { class: table.texts("class")?, share: table.share()? }),
        "pile" => {
            Need::Pile(Pile { class: table.texts("class")?, at_least: table.number("at_least")? })
        }
        "elements" => Need::Elements(Elements {
            field: table.fields("field")?,
            at_least: table.number("at_least")?,
        }),
        "value" => Need::Value(ValueIs {
            field: table.fields("field")?,
            is: table.text("is")?,
            at_least: table.number("at_least")?,
        }),
        "classes" => Need::Classes(ClassNames {
            name: table.texts("name")?,
            at_least: table.number("at_least")?,
        }),
        "loaders" => Need::Loaders(Loaders {
            through: table.fields("through")?,
            at_least: table.optional_number("at_least")?.unwrap_or(1),
        }),
        "outside" => Need::Outside(Outside {
            field: table.fields("field")?,
            at_least: table.number("at_least")?,
            of_heap: table.real("of_heap")?.ok_or_else(|| table.lacks("of_heap"))?,
        }),
        "declares" => {
            let field = FieldName::try_from(table.text("field")?)?;
            Need::Declares(Declares { field })
        }
        other => return Err(format!("{of}: there is no need called {other}")),
    };
    table.end().map(|()| need)
}

fn owner(node: Node) -> Result<Owner, String> {
    let mut table = node.table("where")?;
    let owner = Owner { field: table.text("field")?, is: table.text("is")? };
    table.end().map(|()| owner)
}

/// A table whose keys are taken out one by one, so that those left over are mistakes.
struct Table {
    /// What it describes, for errors.
    of: String,
    entries: BTreeMap<String, Node>,
}

impl Table {
    fn node(&mut self, key: &str) -> Option<Node> {
        self.entries.remove(key)
    }

    fn lacks(&self, key: &str) -> String {
        format!("{} lacks {key}", self.of)
    }

    fn wrong(&self, key: &str, what: &str) -> String {
        format!("{}: {key} is not {what}", self.of)
    }

    fn optional_text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.node(key) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, String> {
        self.optional_text(key)?.ok_or_else(|| self.lacks(key))
    }

    fn texts(&mut self, key: &str) -> Result<Vec<String>, String> {
        let nodes = self.node(key).map_or_else(|| Ok(Vec::new()), |node| node.list(key))?;
        let text = |node| match node {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong(key, "a list of texts")),
        };
        nodes.into_iter().map(text).collect()
    }

    fn fields(&mut self, key: &str) -> Result<Vec<FieldName>, String> {
        self.texts(key)?.into_iter().map(FieldName::try_from).collect()
    }

    fn flag(&mut self, key: &str) -> Result<bool, String> {
        match self.node(key) {
            None => Ok(false),
            Some(Node::Flag(flag)) => Ok(flag),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    fn optional_number(&mut self, key: &str) -> Result<Option<u64>, String> {
        match self.node(key) {
            None => Ok(None),
            Some(Node::Integer(number)) if number >= 0 => Ok(Some(number.unsigned_abs())),
            Some(_) => Err(self.wrong(key, "a natural number")),
        }
    }

    fn number(&mut self, key: &str) -> Result<u64, String> {
        self.optional_number(key)?.ok_or_else(|| self.lacks(key))
    }

    fn real(&mut self, key: &str) -> Result<Option<f64>, String> {
        match self.node(key) {
            None => Ok(None),
            Some(Node::Real(number)) => Ok(Some(number)),
            Some(_) => Err(self.wrong(key, "a number with a point")),
        }
    }

    fn share(&mut self) -> Result<f64, String> {
        Ok(self.real("share")?.unwrap_or(SUSPICIOUS))
    }

    /// No key may be left.
    fn end(self) -> Result<(), String> {
        match self.entries.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("{} has no key {key}", self.of)),
        }
    }
}

/// What the parser makes of the text.
enum Node {
    Text(String),
    Integer(i64),
    Real(f64),
    Flag(bool),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

impl Node {
    fn table(self, of: &str) -> Result<Table, String> {
        match self {
            Self::Table(entries) => Ok(Table { of: of.to_owned(), entries }),
            _ => Err(format!("{of} is not a table")),
        }
    }

    fn list(self, of: &str) -> Result<Vec<Self>, String> {
        match self {
            Self::List(nodes) => Ok(nodes),
            _ => Err(format!("{of} is not a list")),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a text, a number, true or false, a list or a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Integer(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Real(number))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Node, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, node)) = table.next_entry::<String, Node>()? {
            entries.insert(key, node);
        }
        Ok(Node::Table(entries))
    }
}
