//! Display values: what an object says about itself.

mod code;
mod numbers;
mod texts;
mod time;

pub(super) use code::stack;

use super::collections;
use super::record::Record;
use crate::heap::objects::ObjectKind;
use crate::heap::values::Values;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use crate::hprof::{BasicType, Value};

/// Characters of a text that a row shows.
const ROW_CHARS: u32 = 120;

/// `java.lang.Object[]` of 17 elements is `java.lang.Object[17]`; of arrays of arrays, the first
/// dimension has the length.
pub fn array_name(class: &str, length: u32) -> String {
    match class.find("[]") {
        Some(at) => format!("{}[{length}]{}", &class[..at], &class[at + 2..]),
        None => format!("{class}[{length}]"),
    }
}

/// A primitive value as Java would print it.
pub fn primitive_text(value: Value) -> String {
    match value {
        Value::Object(id) => format!("{:#x}", id.0),
        Value::Boolean(v) => v.to_string(),
        Value::Char(v) => match char::from_u32(u32::from(v)) {
            Some(c) if !c.is_control() => format!("'{c}'"),
            _ => format!("'\\u{v:04x}'"),
        },
        Value::Float(v) => java_float(f64::from(v), format!("{v:?}")),
        Value::Double(v) => java_float(v, format!("{v:?}")),
        Value::Byte(v) => v.to_string(),
        Value::Short(v) => v.to_string(),
        Value::Int(v) => v.to_string(),
        Value::Long(v) => v.to_string(),
    }
}

fn java_float(value: f64, text: String) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    text.replace('e', "E")
}

/// Values within values that are told: an `Optional` of an `AtomicReference` of a string.
const MAX_DEPTH: u32 = 4;
/// Fields of a record that are told.
const RECORD_FIELDS: usize = 4;

/// The decoded value of an object, where its class has one: the text of a string, the number in a
/// box, a thread's name, a date, the SQL of a statement, the size of a collection. Texts of the
/// program are in quotes, and long ones end in an ellipsis. A bounded number of reads, whatever the
/// object refers to.
pub fn display_value(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    value_within(values, object, MAX_DEPTH)
}

fn value_within(values: &Values<'_>, object: ObjectIndex, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let heap = values.heap();
    if heap.objects.kind(object, &heap.classes) != ObjectKind::Instance {
        return None;
    }
    let class = heap.objects.class(object);
    let name = heap.classes.get(class).name.as_str();
    let known = if let Some(name) = name.strip_prefix("java.lang.") {
        of_java_lang(values, object, name, depth)
    } else if let Some(name) = name.strip_prefix("java.util.") {
        of_java_util(values, object, name, depth)
    } else if let Some(name) = name.strip_prefix("java.time.") {
        time::java_time(values, object, name)
    } else {
        of_jdk(values, object, name)
    };
    known.or_else(|| by_lineage(values, object, class, depth))
}

fn of_java_lang(
    values: &Values<'_>,
    object: ObjectIndex,
    name: &str,
    depth: u32,
) -> Option<String> {
    if name == "String" {
        let (text, length) = values.string(object, ROW_CHARS)?;
        return Some(quoted(&text, length > ROW_CHARS));
    }
    let record = || Record::read(values, object);
    match name {
        "Integer" | "Long" | "Short" | "Byte" | "Character" | "Boolean" | "Float" | "Double" => {
            numbers::boxed(&record())
        }
        "StringBuilder" | "StringBuffer" => texts::builder(values, &record()),
        "ThreadGroup" | "Module" | "NamedPackage" | "Package" | "module.ModuleDescriptor" => {
            texts::named(&record(), &["name", "pkgName"])
        }
        "StackTraceElement" => code::frame(&record()),
        "reflect.Method" | "reflect.Field" | "reflect.Constructor" | "invoke.MemberName" => {
            code::member(values, &record())
        }
        "ref.WeakReference" | "ref.SoftReference" | "ref.PhantomReference" => {
            referent(values, &record(), "referent", depth)
        }
        _ => None,
    }
}

fn of_java_util(
    values: &Values<'_>,
    object: ObjectIndex,
    name: &str,
    depth: u32,
) -> Option<String> {
    let record = || Record::read(values, object);
    match name {
        "concurrent.atomic.AtomicInteger" | "concurrent.atomic.AtomicLong" => {
            numbers::boxed(&record())
        }
        "concurrent.atomic.AtomicBoolean" => numbers::atomic_boolean(&record()),
        "concurrent.atomic.AtomicReference" => referent(values, &record(), "value", depth),
        "concurrent.atomic.LongAdder" | "concurrent.atomic.LongAccumulator" => {
            numbers::adder(values, object)
        }
        "Optional" => {
            let record = record();
            match record.id(&["value"])?.0 {
                0 => Some("empty".to_owned()),
                _ => referent(values, &record, "value", depth),
            }
        }
        "OptionalInt" | "OptionalLong" | "OptionalDouble" => {
            let record = record();
            if record.integer("isPresent")? == 0 {
                return Some("empty".to_owned());
            }
            numbers::boxed(&record)
        }
        "UUID" => texts::uuid(&record()),
        "Date" => time::old_date(&record()),
        "Locale" => texts::locale(values, object),
        "BitSet" => numbers::bit_set(values, &record()),
        "regex.Pattern" => texts::named(&record(), &["pattern"]),
        "Currency" => texts::bare(&record(), "currencyCode"),
        "SimpleTimeZone" => texts::bare(&record(), "ID"),
        "jar.JarFile" | "zip.ZipFile" | "logging.Logger" => texts::named(&record(), &["name"]),
        _ => None,
    }
}

fn of_jdk(values: &Values<'_>, object: ObjectIndex, name: &str) -> Option<String> {
    let record = || Record::read(values, object);
    match name {
        "java.math.BigInteger" => numbers::big_integer(values, &record()),
        "java.math.BigDecimal" => numbers::big_decimal(values, &record()),
        "java.net.URL" => texts::url(&record()),
        "java.net.URI" => texts::uri(&record()),
        "java.net.InetAddress" | "java.net.Inet4Address" | "java.net.Inet6Address" => {
            texts::inet_address(values, object)
        }
        "java.net.InetSocketAddress" => texts::socket_address(values, object),
        "java.io.File" => texts::named(&record(), &["path"]),
        "sun.nio.fs.UnixPath"
        | "sun.nio.fs.WindowsPath"
        | "jdk.nio.zipfs.ZipPath"
        | "com.sun.nio.zipfs.ZipPath" => texts::path_bytes(values, &record()),
        "sun.util.calendar.ZoneInfo" => texts::bare(&record(), "ID"),
        _ => None,
    }
}

/// Values of classes that programs derive from.
fn by_lineage(
    values: &Values<'_>,
    object: ObjectIndex,
    class: ClassIndex,
    depth: u32,
) -> Option<String> {
    let heap = values.heap();
    let known = heap.known;
    if known.thread.is_some_and(|t| heap.classes.is_subclass(class, t)) {
        return values.thread_name(object).map(|name| quoted(&name, false));
    }
    if known.class_loader.is_some_and(|l| heap.classes.is_subclass(class, l)) {
        return code::loader(values, object);
    }
    for ancestor in heap.classes.lineage(class) {
        let record = || Record::as_of(values, object, ancestor);
        match heap.classes.get(ancestor).name.as_str() {
            "java.lang.Enum" => return texts::bare(&record(), "name"),
            "java.lang.Throwable" => return texts::named(&record(), &["detailMessage"]),
            "java.lang.Record" => return record_value(values, object, class, depth),
            "java.nio.Buffer" => return numbers::buffer(&record()),
            "java.util.Date" => return time::old_date(&Record::read(values, object)),
            "java.util.Calendar" => {
                return record().integer("time").and_then(time::milliseconds);
            }
            "java.nio.charset.Charset" => return texts::bare(&record(), "name"),
            _ => {}
        }
    }
    let name = heap.classes.get(class).name.as_str();
    if code::is_statement(name) {
        return code::statement(values, object);
    }
    match collections::size(values, object)? {
        1 => Some("1 element".to_owned()),
        n => Some(format!("{} elements", super::story::count(n))),
    }
}

/// What a reference holds: its value where it has one, else its class.
fn referent(values: &Values<'_>, record: &Record<'_>, field: &str, depth: u32) -> Option<String> {
    let Some(held) = record.reference(field) else {
        let is_null = record.id(&[field])?.0 == 0;
        return is_null.then(|| "null".to_owned());
    };
    let heap = values.heap();
    value_within(values, held, depth).or_else(|| {
        let class = &heap.classes.get(heap.objects.class(held)).name;
        Some(class.rsplit('.').next().unwrap_or(class).to_owned())
    })
}

/// The first components of a record, in the order in which the dump lists its fields: `x = 1, y = 2`.
fn record_value(
    values: &Values<'_>,
    object: ObjectIndex,
    class: ClassIndex,
    depth: u32,
) -> Option<String> {
    let heap = values.heap();
    let record = Record::read(values, object);
    let fields: Vec<_> = record.own(class).collect();
    let mut parts = Vec::new();
    for field in fields.iter().take(RECORD_FIELDS) {
        let text = match field.value? {
            Value::Object(id) if id.0 == 0 => "null".to_owned(),
            Value::Object(id) => values
                .resolve(id)
                .and_then(|held| value_within(values, held, depth))
                .unwrap_or_else(|| "…".to_owned()),
            primitive => primitive_text(primitive),
        };
        parts.push(format!("{} = {text}", heap.names.text(field.descriptor.name)));
    }
    let more = if fields.len() > RECORD_FIELDS { ", …" } else { "" };
    (!parts.is_empty()).then(|| format!("{}{more}", parts.join(", ")))
}

/// Whether an object is of a class of this name or of a sub class.
fn is_a(heap: &Heap, object: ObjectIndex, name: &str) -> bool {
    heap.classes.lineage(heap.objects.class(object)).any(|c| heap.classes.get(c).name == name)
}

fn quoted(text: &str, cut: bool) -> String {
    if cut { format!("\"{text}…\"") } else { format!("\"{text}\"") }
}

fn ellipsis(mut text: String, cut: bool) -> String {
    if cut {
        text.push('…');
    }
    text
}

/// The text in a `String`, `char[]` or printable `byte[]`, at most `limit` characters, and the full
/// length; `None` when the object holds no text.
pub fn full_text(values: &Values<'_>, object: ObjectIndex, limit: u32) -> Option<(String, u32)> {
    let heap = values.heap();
    let class = heap.objects.class(object);
    if Some(class) == heap.known.string {
        return values.string(object, limit);
    }
    let length = heap.objects.length(object)?;
    match heap.primitive_element(class)? {
        BasicType::Char => values.char_array(object, limit),
        BasicType::Byte => {
            let bytes = values.primitive_bytes(object, 0, limit).ok()?;
            let printable =
                bytes.iter().filter(|b| matches!(b, 0x20..=0x7e | b'\n' | b'\r' | b'\t'));
            // Mostly printable bytes are text; anything else is better seen as numbers.
            (!bytes.is_empty() && printable.count() * 10 >= bytes.len() * 9)
                .then(|| (String::from_utf8_lossy(&bytes).into_owned(), length))
        }
        _ => None,
    }
}
