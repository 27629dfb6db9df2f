//! What belongs to programs: methods, errors with their stacks, class loaders, statements of JDBC.

use super::{ROW_CHARS, quoted};
use crate::analysis::record::Record;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;

/// The class that a field of type `Class` names.
fn class_in(values: &Values<'_>, record: &Record<'_>, field: &str) -> Option<String> {
    let class = values.heap().classes.represented_by(record.reference(field)?)?;
    Some(values.heap().classes.get(class).name.clone())
}

/// `com.acme.Foo.bar` of a reflected method or field, `com.acme.Foo` of a constructor.
pub(super) fn member(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    let name = record.text("name", ROW_CHARS).map(|(name, _)| name);
    match (class_in(values, record, "clazz"), name) {
        (Some(class), Some(name)) => Some(format!("{class}.{name}")),
        (Some(class), None) => Some(class),
        (None, name) => name.map(|name| quoted(&name, false)),
    }
}

/// A `StackTraceElement` as a stack trace prints it.
pub(super) fn frame(record: &Record<'_>) -> Option<String> {
    let text = |name| record.text(name, ROW_CHARS).map(|(text, _)| text);
    let (class, method) = (text("declaringClass")?, text("methodName")?);
    let line = record.integer("lineNumber").unwrap_or(-1);
    let place = match (text("fileName"), line) {
        (_, -2) => "Native Method".to_owned(),
        (Some(file), line) if line >= 0 => format!("{file}:{line}"),
        (Some(file), _) => file,
        (None, _) => "Unknown Source".to_owned(),
    };
    Some(format!("{class}.{method}({place})"))
}

/// Frames of a stack that are told.
const MAX_FRAMES: u32 = 1024;

/// The stack of a `Throwable`, innermost frame first: its `StackTraceElement`s, which exist only once
/// the program asked for them. `None` where it did not.
pub(in crate::analysis) fn stack(values: &Values<'_>, object: ObjectIndex) -> Option<Vec<String>> {
    if !super::is_a(values.heap(), object, "java.lang.Throwable") {
        return None;
    }
    let array = Record::read(values, object).object_array("stackTrace")?;
    let frames = values.object_elements(array, 0, MAX_FRAMES).ok()?;
    let lines: Vec<String> = frames
        .into_iter()
        .filter_map(|id| frame(&Record::read(values, values.resolve(id)?)))
        .collect();
    (!lines.is_empty()).then_some(lines)
}

/// Fields that lead from a class loader of an application server to what names it, and the field that
/// names it: Tomcat 7, Tomcat 8 on, Jetty, JBoss Modules.
const LOADER_NAMES: [&[&str]; 11] = [
    &["name"],
    &["contextName"],
    &["resources", "context", "path"],
    &["resources", "context", "name"],
    &["_name"],
    &["_context", "_contextPath"],
    &["_context", "_displayName"],
    &["module", "name"],
    &["module", "identifier", "name"],
    &["generation", "revision", "symbolicName"],
    &["id"],
];

/// The name of a class loader: its own, the path of its web application, else where it loads from.
pub(super) fn loader(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let named = LOADER_NAMES.iter().find_map(|path| string_at(values, object, path));
    named.map(|name| quoted(&name, false)).or_else(|| first_url(values, object))
}

/// The string that is not empty at the end of a path of fields.
fn string_at(values: &Values<'_>, object: ObjectIndex, path: &[&str]) -> Option<String> {
    let mut at = object;
    for field in path {
        at = Record::read(values, at).reference(field)?;
    }
    let (text, _) = values.string(at, ROW_CHARS)?;
    (!text.is_empty()).then_some(text)
}

/// The first place from which a `URLClassLoader` loads, and how many there are.
fn first_url(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let search = Record::read(values, object).reference("ucp")?;
    let list = Record::read(values, search).reference("path")?;
    let list = Record::read(values, list);
    let array = list.object_array("elementData")?;
    let size = list.count("size")?;
    let first = values.object_elements(array, 0, 1).ok()?;
    let url = super::texts::url(&Record::read(values, values.resolve(*first.first()?)?))?;
    Some(match size {
        0 => return None,
        1 => url,
        n => format!("{url} and {} more", n - 1),
    })
}

/// Fields with the SQL of a statement. Drivers: MySQL 5 and 8, MariaDB, H2, HSQLDB, SQLite, SQL
/// Server, Oracle, PostgreSQL (`nativeSql` of its query), Tomcat's pool (`query`).
const SQL: [&str; 9] = [
    "originalSql",
    "sqlStatement",
    "sql",
    "sqlQuery",
    "userSQL",
    "preparedSQL",
    "nativeSql",
    "query",
    "sqlOriginal",
];
/// Fields that lead to what knows the SQL: the query or its parse of MySQL 8 and PostgreSQL; the
/// statement behind a proxy of Hikari (`delegate`), DBCP (`statement`), c3p0 (`inner`), Druid
/// (`stmt`), Tomcat.
const TOWARDS: [&str; 12] = [
    "query",
    "queryInfo",
    "parseInfo",
    "preparedQuery",
    "nativeQuery",
    "sqlObject",
    "delegate",
    "statement",
    "_stmt",
    "inner",
    "stmt",
    "command",
];
/// Steps towards the SQL: a proxy of a pool within another, and four of a driver.
const MAX_STEPS: usize = 8;

/// Whether the class may be a JDBC statement: drivers have no common class, only a common way to name.
pub(super) fn is_statement(class: &str) -> bool {
    let simple = class.rsplit(['.', '$']).next().unwrap_or(class);
    simple.contains("Statement") && !class.starts_with("java.") && !class.starts_with("sun.")
}

/// The SQL of a statement of JDBC, found by the names of fields.
pub(super) fn statement(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let mut at = object;
    for _ in 0..MAX_STEPS {
        let record = Record::read(values, at);
        if let Some((text, length)) = SQL.iter().find_map(|name| record.text(name, ROW_CHARS)) {
            return Some(quoted(&text, length > ROW_CHARS));
        }
        at = TOWARDS.iter().find_map(|name| record.reference(name).filter(|&next| next != at))?;
    }
    None
}
