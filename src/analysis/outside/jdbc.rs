//! JDBC connections, statements and result sets that are still open, by driver class and SQL.
//!
//! Interfaces are not in a heap dump: drivers are known by their packages, and anything else that
//! is called a statement by its SQL text and the flag that it is closed.

use super::DEEPEST;
use super::rows::{Holders, Tally};
use super::survey::{Part, Seen};
use super::{Gathered, OutsideKind, OutsideName, Sort};
use crate::analysis::Inquiry;
use crate::analysis::label::Label;
use crate::analysis::story::{count, counted, innermost_name};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::{BasicType, Value};

/// Packages of drivers.
const DRIVERS: [&str; 15] = [
    "com.mysql.cj.jdbc.",
    "com.mysql.jdbc.",
    "org.mariadb.jdbc.",
    "org.postgresql.jdbc.",
    "org.postgresql.jdbc4.",
    "oracle.jdbc.driver.",
    "com.microsoft.sqlserver.jdbc.",
    "org.h2.jdbc.",
    "org.hsqldb.jdbc.",
    "org.sqlite.",
    "org.apache.derby.",
    "net.sourceforge.jtds.jdbc",
    "com.clickhouse.jdbc.",
    "com.sybase.jdbc",
    "net.snowflake.client.",
];
/// Fields that say that a thing is closed.
const CLOSED: [&str; 5] = ["isClosed", "closed", "_closed", "bIsClosed", "isclosed"];
/// Fields that say the opposite, in drivers: result sets of SQLite, objects of Derby.
const OPEN: [&str; 2] = ["open", "active"];
/// By which field a connection leads to the object that knows whether it is closed: the query executor
/// of older drivers of PostgreSQL, the client of MariaDB's since 3.0.
const KNOWS: [&str; 2] = ["queryExecutor", "client"];
/// References that are null once a thing is closed, by package of the driver.
const GONE: [(&str, Sort, &str); 5] = [
    ("org.postgresql.jdbc", Sort::Connection, "queryExecutor.closeAction.pgStream"),
    ("org.postgresql.jdbc", Sort::ResultSet, "rows"),
    ("org.h2.jdbc.", Sort::Connection, "session"),
    ("org.h2.jdbc.", Sort::Statement, "conn"),
    ("org.h2.jdbc.", Sort::ResultSet, "result"),
];
/// Where the result sets of MariaDB's driver are, which are called results since 3.0.
const RESULTS: &str = "org.mariadb.jdbc.client.result.";
/// Where statements keep their SQL text.
const SQL: [&str; 14] = [
    "sql",
    "originalSql",
    "sqlText",
    "query.originalSql",
    "query.parseInfo.sql",
    "query.queryInfo.sql",
    "parseInfo.sql",
    "preparedQuery.query.nativeQuery.nativeSql",
    "preparedQuery.query.nativeSql",
    "sqlObject.originalSql",
    "sqlStatement",
    "userSQL",
    "command.sql",
    "preparedSQL",
];
/// Fields by which result sets lead to their statement.
const STATEMENT: [&str; 4] = ["owningStatement", "statement", "stat", "stmt"];
/// Characters of an SQL text that tell it from others.
const SQL_LENGTH: u32 = 400;
/// Distinct texts beyond which those that differ in literals only are one row.
const TEXTS: usize = 100;

/// Connections, statements or result sets that are open.
#[derive(Debug)]
pub(super) struct Jdbc {
    sort: Sort,
    tally: Tally,
    closed: u64,
    unknown: u64,
}

impl Jdbc {
    pub(super) fn of(sort: Sort) -> Self {
        Self { sort, tally: Tally::default(), closed: 0, unknown: 0 }
    }
}

impl Part for Jdbc {
    fn sorts(&self) -> &'static [Sort] {
        match self.sort {
            Sort::Connection => &[Sort::Connection],
            Sort::Statement => &[Sort::Statement],
            _ => &[Sort::ResultSet],
        }
    }

    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, seen: Seen) {
        let object = seen.object;
        match inquiry.is_closed(object, self.sort) {
            Some(true) => {
                self.closed += 1;
                return;
            }
            Some(false) => {}
            None => self.unknown += 1,
        }
        let label = match self.sort {
            Sort::Connection => {
                inquiry.text_at(object, "database").map(|name| Label::content(name, "‹database›"))
            }
            Sort::ResultSet => STATEMENT
                .iter()
                .find_map(|field| inquiry.sql(inquiry.values.reference(object, field)?))
                .map(sql_label),
            _ => inquiry.sql(object).map(sql_label),
        };
        // Statements and results belong to their SQL; who holds them is the connection.
        let holder = match self.sort {
            Sort::Connection => holders.of(inquiry, object),
            _ => None,
        };
        let class = Some(inquiry.heap().objects.class(object));
        self.tally.add(label.unwrap_or_default(), class, holder, None, object);
    }

    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind> {
        let Self { sort, mut tally, closed, unknown } = *self;
        let mut notes = Vec::new();
        if tally.len() > TEXTS {
            let texts = tally.len() as u64;
            tally = tally.relabelled(|label| match label.has_content() {
                true => sql_label(without_literals(&label)),
                false => label,
            });
            notes.push(format!(
                "{}; those that differ in literals only are one row, with ? for each literal.",
                counted(texts, "distinct text", "distinct texts")
            ));
        }
        if closed > 0 {
            notes.push(format!(
                "{} closed and not counted.",
                counted(closed, "more is", "more are")
            ));
        }
        if unknown > 0 {
            notes.push(format!(
                "Of {} nothing tells whether it is closed: counted as open.",
                count(unknown)
            ));
        }
        notes.extend(gathered.note(sort));
        let name = match sort {
            Sort::Connection => OutsideName::Connections,
            Sort::Statement => OutsideName::Statements,
            _ => OutsideName::ResultSets,
        };
        vec![inquiry.kind(name, tally, false, notes)]
    }
}

impl Inquiry<'_> {
    /// Whether instances of a class are connections, statements or result sets.
    pub(super) fn jdbc_sort(&self, class: ClassIndex) -> Option<Sort> {
        let heap = self.heap();
        let name = &heap.classes.get(class).name;
        let simple = innermost_name(name);
        let ends = |word: &str| {
            simple
                .strip_suffix("Impl")
                .unwrap_or(simple)
                .trim_end_matches(char::is_numeric)
                .ends_with(word)
        };
        if DRIVERS.iter().any(|driver| name.starts_with(driver)) {
            return match () {
                () if name.contains('$') => None,
                () if ends("Connection") => Some(Sort::Connection),
                () if ends("Statement") => Some(Sort::Statement),
                () if ends("ResultSet") => Some(Sort::ResultSet),
                () if ends("Result") && name.starts_with(RESULTS) => Some(Sort::ResultSet),
                () => None,
            };
        }
        let has = |names: &[&str], ty: BasicType| {
            heap.classes
                .lineage(class)
                .take(DEEPEST)
                .flat_map(|class| &heap.classes.get(class).fields)
                .any(|field| {
                    field.ty == ty
                        && names
                            .iter()
                            .any(|name| heap.names.raw(field.name) == Some(name.as_bytes()))
                })
        };
        (ends("Statement")
            && has(&["sql", "originalSql", "sqlText"], BasicType::Object)
            && has(&CLOSED, BasicType::Boolean))
        .then_some(Sort::Statement)
    }

    /// Whether a connection, statement or result set is closed; `None` where nothing tells.
    fn is_closed(&self, object: ObjectIndex, sort: Sort) -> Option<bool> {
        let one_of = |object, fields: &[&str]| {
            fields.iter().find_map(|field| match self.values.field(object, field) {
                Some(Value::Boolean(is)) => Some(is),
                _ => None,
            })
        };
        if let Some(closed) = one_of(object, &CLOSED) {
            return Some(closed);
        }
        let heap = self.heap();
        let class = &heap.classes.get(heap.objects.class(object)).name;
        let is_driver = DRIVERS.iter().any(|driver| class.starts_with(driver));
        if let Some(open) = one_of(object, &OPEN).filter(|_| is_driver) {
            return Some(!open);
        }
        let knows = KNOWS.iter().filter_map(|field| self.values.reference(object, field));
        if let Some(closed) = knows.filter_map(|knows| one_of(knows, &CLOSED)).next() {
            return Some(closed);
        }
        let gone = GONE.iter().find(|gone| class.starts_with(gone.0) && gone.1 == sort)?;
        self.is_null_at(object, gone.2)
    }

    /// Whether the reference that a dotted path of fields ends at is null; `None` where the path does
    /// not lead there.
    fn is_null_at(&self, object: ObjectIndex, path: &str) -> Option<bool> {
        let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
        let mut at = object;
        for field in before.split('.').filter(|field| !field.is_empty()) {
            at = self.values.reference(at, field)?;
        }
        match self.values.field(at, last)? {
            Value::Object(id) => Some(id.0 == 0),
            _ => None,
        }
    }

    fn sql(&self, statement: ObjectIndex) -> Option<String> {
        SQL.iter().find_map(|path| self.text_at(statement, path))
    }

    /// The text that a dotted path of fields leads to.
    fn text_at(&self, object: ObjectIndex, path: &str) -> Option<String> {
        let mut at = object;
        for field in path.split('.') {
            at = self.values.reference(at, field)?;
        }
        let (text, length) = self.values.string(at, SQL_LENGTH)?;
        Some(if length > SQL_LENGTH { format!("{text}\u{2026}") } else { text })
    }
}

/// An SQL text, with names and values of the program's data in it.
fn sql_label(sql: String) -> Label {
    Label::content(sql, "‹sql›")
}

/// An SQL text with `?` for each quoted text and number.
fn without_literals(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut chars = sql.chars().peekable();
    let mut in_word = false;
    while let Some(c) = chars.next() {
        if c == '\'' {
            for c in chars.by_ref() {
                if c == '\'' {
                    break;
                }
            }
            // Two quotes in a text are one: 'it''s'.
            if !text.ends_with('?') {
                text.push('?');
            }
            in_word = false;
        } else if c.is_ascii_digit() && !in_word {
            while chars.next_if(|c| c.is_ascii_digit() || *c == '.').is_some() {}
            text.push('?');
        } else {
            in_word = c.is_alphanumeric() || matches!(c, '_' | '$' | '#');
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_literals;
    use proptest::prelude::*;

    #[test]
    fn texts_that_differ_in_literals_only_are_one() {
        for (sql, shape) in [
            ("SELECT a1 FROM t2 WHERE s='23' AND n = 4.5", "SELECT a1 FROM t2 WHERE s=? AND n = ?"),
            ("SELECT 'it''s'", "SELECT ?"),
            ("SELECT 'open", "SELECT ?"),
            ("", ""),
        ] {
            assert_eq!(without_literals(sql), shape);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(sql in ".{0,200}") {
            let shape = without_literals(&sql);
            prop_assert!(shape.len() <= sql.len() + 1);
            prop_assert_eq!(shape.contains('\''), false);
        }
    }
}
