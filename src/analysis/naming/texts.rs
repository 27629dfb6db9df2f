//! What is a text in other clothes: builders, paths, addresses of the net, identifiers, locales.

use super::{ROW_CHARS, ellipsis, quoted};
use crate::analysis::record::Record;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::BasicType;

/// The text in a `StringBuilder` or `StringBuffer`: `byte[]` with a coder since JDK 9, else `char[]`.
pub(super) fn builder(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    let heap = values.heap();
    let array = record.reference("value")?;
    let count = record.count("count")?;
    let read = count.min(ROW_CHARS);
    let units: Vec<u16> = match heap.primitive_element(heap.objects.class(array))? {
        BasicType::Char => {
            let bytes = values.primitive_bytes(array, 0, read).ok()?;
            bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect()
        }
        BasicType::Byte if record.integer("coder") == Some(1) => {
            let bytes = values.primitive_bytes(array, 0, read * 2).ok()?;
            bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect()
        }
        BasicType::Byte => {
            let bytes = values.primitive_bytes(array, 0, read).ok()?;
            bytes.into_iter().map(u16::from).collect()
        }
        _ => return None,
    };
    Some(quoted(&String::from_utf16_lossy(&units), count > read))
}

/// A path in bytes, of the file systems of Unix and of zip files.
pub(super) fn path_bytes(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    let array = record.reference("path")?;
    let heap = values.heap();
    if heap.primitive_element(heap.objects.class(array)) != Some(BasicType::Byte) {
        let (text, length) = values.string(array, ROW_CHARS)?;
        return Some(quoted(&text, length > ROW_CHARS));
    }
    let bytes = values.primitive_bytes(array, 0, ROW_CHARS).ok()?;
    let cut = heap.objects.length(array)? > ROW_CHARS;
    Some(quoted(&String::from_utf8_lossy(&bytes), cut))
}

/// A URL as it was spelled.
pub(super) fn url(record: &Record<'_>) -> Option<String> {
    let part = |name| record.text(name, ROW_CHARS).map(|(text, _)| text);
    let protocol = part("protocol")?;
    let mut text = format!("{protocol}:");
    if let Some(authority) = part("authority").or_else(|| part("host")).filter(|a| !a.is_empty()) {
        text.push_str("//");
        text.push_str(&authority);
    }
    text.push_str(&part("file").or_else(|| part("path")).unwrap_or_default());
    if let Some(reference) = part("ref") {
        text.push('#');
        text.push_str(&reference);
    }
    Some(quoted(&text, false))
}

/// A URI: its text where the program asked for it, else its parts.
pub(super) fn uri(record: &Record<'_>) -> Option<String> {
    if let Some((text, length)) = record.text("string", ROW_CHARS) {
        return Some(quoted(&text, length > ROW_CHARS));
    }
    let part = |name| record.text(name, ROW_CHARS).map(|(text, _)| text);
    let mut text = part("scheme").map_or(String::new(), |scheme| format!("{scheme}:"));
    match part("path") {
        Some(path) => {
            if let Some(authority) = part("authority").or_else(|| part("host")) {
                text.push_str("//");
                text.push_str(&authority);
            }
            text.push_str(&path);
            if let Some(query) = part("query") {
                text.push('?');
                text.push_str(&query);
            }
        }
        None => text.push_str(&part("schemeSpecificPart")?),
    }
    if let Some(fragment) = part("fragment") {
        text.push('#');
        text.push_str(&fragment);
    }
    Some(quoted(&text, false))
}

/// The name and number of an `InetAddress`. Their fields moved into a holder in JDK 7, those of IPv6
/// into another in JDK 8.
pub(super) fn inet_address(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let outer = Record::read(values, object);
    let inner = outer.reference("holder").map(|holder| Record::read(values, holder));
    let record = inner.as_ref().unwrap_or(&outer);
    let name = record.text("hostName", ROW_CHARS).map(|(text, _)| text).unwrap_or_default();
    let six = outer.reference("holder6").map(|holder| Record::read(values, holder));
    let bytes = six.as_ref().unwrap_or(&outer).reference("ipaddress");
    let number = match bytes.and_then(|array| values.primitive_bytes(array, 0, 16).ok()) {
        Some(bytes) => {
            let address: [u8; 16] = bytes.try_into().ok()?;
            std::net::Ipv6Addr::from(address).to_string()
        }
        None => {
            let address = i32::try_from(record.integer("address")?).ok()?;
            std::net::Ipv4Addr::from(address.cast_unsigned()).to_string()
        }
    };
    Some(if name.is_empty() || name == number { number } else { format!("{name}/{number}") })
}

/// Host and port of an `InetSocketAddress`.
pub(super) fn socket_address(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let outer = Record::read(values, object);
    let inner = outer.reference("holder").map(|holder| Record::read(values, holder));
    let record = inner.as_ref().unwrap_or(&outer);
    let port = record.integer("port")?;
    let address = record.reference("addr").and_then(|addr| inet_address(values, addr));
    let host = match (record.text("hostname", ROW_CHARS), address) {
        (Some((name, _)), None) => format!("{name} (unresolved)"),
        (_, Some(address)) => address,
        (None, None) => return None,
    };
    Some(format!("{host}:{port}"))
}

/// A UUID in its usual spelling.
pub(super) fn uuid(record: &Record<'_>) -> Option<String> {
    let high = record.integer("mostSigBits")?.cast_unsigned();
    let low = record.integer("leastSigBits")?.cast_unsigned();
    Some(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    ))
}

/// Language, script, country and variant; in a `BaseLocale` since JDK 7.
pub(super) fn locale(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    let outer = Record::read(values, object);
    let inner = outer.reference("baseLocale").map(|base| Record::read(values, base));
    let record = inner.as_ref().unwrap_or(&outer);
    record.value(&["language"])?;
    let part = |names: [&str; 2]| {
        let text = names.iter().find_map(|name| record.text(name, 32));
        text.map(|(text, _)| text).filter(|text| !text.is_empty())
    };
    let parts = [
        part(["language", "language"]),
        part(["script", "script"]),
        part(["region", "country"]),
        part(["variant", "variant"]),
    ];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("_");
    Some(if text.is_empty() { "root".to_owned() } else { text })
}

/// The string in a field, bare.
pub(super) fn bare(record: &Record<'_>, field: &str) -> Option<String> {
    let (text, length) = record.text(field, ROW_CHARS)?;
    Some(ellipsis(text, length > ROW_CHARS))
}

/// The string in the first of these fields that has one, in quotes.
pub(super) fn named(record: &Record<'_>, fields: &[&str]) -> Option<String> {
    let texts = fields.iter().filter_map(|field| record.text(field, ROW_CHARS));
    let (text, length) = texts.into_iter().find(|(text, _)| !text.is_empty())?;
    Some(quoted(&text, length > ROW_CHARS))
}
