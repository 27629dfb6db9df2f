//! The UTF-8 records of the dump: names of classes, fields and methods.

use super::column::{out_of_memory, room};
use crate::error::Result;
use crate::hprof::{StringId, decode_modified_utf8};
use hashbrown::HashMap;

/// All names, as raw bytes in one arena.
#[derive(Debug, Default)]
pub struct Names {
    bytes: Vec<u8>,
    spans: HashMap<StringId, (u64, u32)>,
    open: Option<(StringId, usize)>,
    invented: u64,
}

impl Names {
    /// Starts a name; its bytes follow.
    pub(crate) fn start(&mut self, id: StringId) {
        self.open = Some((id, self.bytes.len()));
    }

    /// Appends bytes to the name that was started.
    pub(crate) fn extend(&mut self, bytes: &[u8]) -> Result<()> {
        if self.open.is_none() {
            return Ok(());
        }
        self.bytes.try_reserve(bytes.len()).map_err(|_| out_of_memory(bytes.len()))?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Ends the name; a second name with the same id replaces the first.
    pub(crate) fn end(&mut self) -> Result<()> {
        room(&mut self.spans)?;
        if let Some((id, start)) = self.open.take() {
            let len = u32::try_from(self.bytes.len() - start).unwrap_or(u32::MAX);
            self.spans.insert(id, (start as u64, len));
        }
        Ok(())
    }

    /// Adds a name that the dump does not have, under an id that the dump does not use.
    pub(crate) fn invent(&mut self, name: &str) -> Result<StringId> {
        let id = loop {
            self.invented += 1;
            let id = StringId(u64::MAX - self.invented);
            if !self.spans.contains_key(&id) {
                break id;
            }
        };
        self.start(id);
        self.extend(name.as_bytes())?;
        self.end()?;
        Ok(id)
    }

    /// The raw bytes of a name.
    pub fn raw(&self, id: StringId) -> Option<&[u8]> {
        let &(start, len) = self.spans.get(&id)?;
        let start = usize::try_from(start).ok()?;
        self.bytes.get(start..start.checked_add(len as usize)?)
    }

    /// The name as text; `Unresolved Name 0x…` when the dump does not hold it (case 20).
    pub fn text(&self, id: StringId) -> String {
        match self.raw(id) {
            Some(bytes) => decode_modified_utf8(bytes),
            None => format!("Unresolved Name {:#x}", id.0),
        }
    }

    /// Keeps only the names in `used`, to give memory back after the classes are known.
    pub(crate) fn retain(&mut self, used: &hashbrown::HashSet<StringId>) {
        let mut bytes = Vec::new();
        let mut spans = HashMap::new();
        for &id in used {
            if let Some(raw) = self.raw(id) {
                let len = u32::try_from(raw.len()).unwrap_or(u32::MAX);
                spans.insert(id, (bytes.len() as u64, len));
                bytes.extend_from_slice(raw);
            }
        }
        bytes.shrink_to_fit();
        self.bytes = bytes;
        self.spans = spans;
    }

    /// Bytes of memory occupied.
    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.spans.capacity() * 24
    }
}

/// The Java spelling of a class name in the dump: `java/lang/String` -> `java.lang.String`,
/// `[I` -> `int[]`, `[[Ljava/util/Map$Entry;` -> `java.util.Map$Entry[][]` (case 24).
pub fn java_class_name(raw: &str) -> String {
    let dimensions = raw.bytes().take_while(|&b| b == b'[').count();
    let element = raw.get(dimensions..).unwrap_or_default();
    let base = if dimensions == 0 {
        dotted(element)
    } else {
        match element {
            "Z" => "boolean".into(),
            "C" => "char".into(),
            "F" => "float".into(),
            "D" => "double".into(),
            "B" => "byte".into(),
            "S" => "short".into(),
            "I" => "int".into(),
            "J" => "long".into(),
            other => {
                dotted(other.strip_prefix('L').and_then(|o| o.strip_suffix(';')).unwrap_or(other))
            }
        }
    };
    base + &"[]".repeat(dimensions.min(255))
}

/// `/` becomes `.`, but not after a `(` nor in the `+0x…` or `/0x…` tail of a hidden class.
fn dotted(name: &str) -> String {
    let (class, rest) = name.split_at(name.find('(').unwrap_or(name.len()));
    match class.rfind("/0x") {
        Some(at)
            if class.get(at + 3..).is_some_and(|t| t.bytes().all(|b| b.is_ascii_hexdigit())) =>
        {
            let (class, tail) = class.split_at(at);
            class.replace('/', ".") + tail + rest
        }
        _ => class.replace('/', ".") + rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_read_as_in_java() {
        for (raw, java) in [
            ("java/lang/String", "java.lang.String"),
            ("[I", "int[]"),
            ("[[J", "long[][]"),
            ("[Ljava/util/Map$Entry;", "java.util.Map$Entry[]"),
            ("Foo$$Lambda/0x0000000800c03000", "Foo$$Lambda/0x0000000800c03000"),
            ("a/B+0x00007f", "a.B+0x00007f"),
            ("a/B(c/d)", "a.B(c/d)"),
            ("java.lang.String", "java.lang.String"),
            ("", ""),
            ("[", "[]"),
        ] {
            assert_eq!(java_class_name(raw), java);
        }
    }

    #[test]
    fn a_missing_name_says_so() {
        assert_eq!(Names::default().text(StringId(0x2a)), "Unresolved Name 0x2a");
    }
}
