//! Display values: what an object says about itself.

use super::collections;
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

/// How a class's instances say what they are.
enum Teller {
    Text,
    Thread,
    Boxed(&'static str),
    Named(&'static str),
    Constant,
    Collection,
}

fn teller(heap: &Heap, class: ClassIndex) -> Option<Teller> {
    let name = heap.classes.get(class).name.as_str();
    Some(match name {
        "java.lang.String" => Teller::Text,
        "java.lang.Integer"
        | "java.lang.Long"
        | "java.lang.Short"
        | "java.lang.Byte"
        | "java.lang.Character"
        | "java.lang.Boolean"
        | "java.lang.Float"
        | "java.lang.Double"
        | "java.util.concurrent.atomic.AtomicInteger"
        | "java.util.concurrent.atomic.AtomicLong"
        | "java.util.concurrent.atomic.AtomicBoolean" => Teller::Boxed("value"),
        "java.lang.ThreadGroup"
        | "java.lang.Module"
        | "java.util.jar.JarFile"
        | "java.lang.reflect.Method"
        | "java.lang.reflect.Field" => Teller::Named("name"),
        "java.io.File" | "sun.nio.fs.UnixPath" => Teller::Named("path"),
        _ if name.starts_with("java.util.") => Teller::Collection,
        _ => {
            let known = heap.known;
            if known.thread.is_some_and(|t| heap.classes.is_subclass(class, t)) {
                return Some(Teller::Thread);
            }
            if known.class_loader.is_some_and(|l| heap.classes.is_subclass(class, l)) {
                return Some(Teller::Named("name"));
            }
            let is_enum = heap
                .classes
                .lineage(class)
                .skip(1)
                .any(|c| heap.classes.get(c).name == "java.lang.Enum");
            if is_enum {
                return Some(Teller::Constant);
            }
            let is_throwable = heap
                .classes
                .lineage(class)
                .any(|c| heap.classes.get(c).name == "java.lang.Throwable");
            return is_throwable.then_some(Teller::Named("detailMessage"));
        }
    })
}

/// The decoded value of an object, where its class has one: the text of a string, the number in a
/// box, a thread's name, the size of a collection. Texts of the program are in quotes, and long
/// ones end in an ellipsis.
pub fn display_value(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let heap = values.heap();
    if heap.objects.kind(object, &heap.classes) != ObjectKind::Instance {
        return None;
    }
    match teller(heap, heap.objects.class(object))? {
        Teller::Text => {
            let (text, length) = values.string(object, ROW_CHARS)?;
            Some(quoted(&text, length > ROW_CHARS))
        }
        Teller::Thread => values.thread_name(object).map(|name| quoted(&name, false)),
        Teller::Constant => named(values, object, "name").map(|(name, cut)| ellipsis(name, cut)),
        Teller::Boxed(field) => match (values.field(object, field)?, heap.objects.class(object)) {
            // AtomicBoolean keeps an int.
            (Value::Int(v), class)
                if heap.classes.get(class).name == "java.util.concurrent.atomic.AtomicBoolean" =>
            {
                Some((v != 0).to_string())
            }
            (value, _) => Some(primitive_text(value)),
        },
        Teller::Named(field) => named(values, object, field)
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, cut)| quoted(&name, cut)),
        Teller::Collection => match collections::size(values, object)? {
            1 => Some("1 element".to_owned()),
            n => Some(format!("{} elements", super::story::count(n))),
        },
    }
}

/// The beginning of the string in a field, and whether there is more.
fn named(values: &Values<'_>, object: ObjectIndex, field: &str) -> Option<(String, bool)> {
    let (text, length) = values.string(values.reference(object, field)?, ROW_CHARS)?;
    Some((text, length > ROW_CHARS))
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
