//! The UTF-8 records of the dump: names of classes, fields and methods.

use super::column::{out_of_memory, room};
use crate::error::Result;
use crate::hprof::{StringId, boundary_before, decode_modified_utf8};
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

    /// The name as text, a long one [cut in its middle](is_long); `Unresolved Name 0x…` when the
    /// dump does not hold it (case 20).
    pub fn text(&self, id: StringId) -> String {
        match self.raw(id) {
            Some(bytes) => shown(bytes),
            None => format!("Unresolved Name {:#x}", id.0),
        }
    }

    /// Whether [`text`](Self::text) leaves out the middle of the name.
    pub fn is_long(&self, id: StringId) -> bool {
        self.raw(id).is_some_and(is_long)
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

/// Bytes of a name that are shown whole. Names of compilers and frameworks stay below; what is longer
/// would make every answer that names it as long.
const LONGEST_SHOWN: usize = 512;
/// Bytes shown of the beginning and of the end of a longer name: the package, and what a programmer
/// calls it.
const SHOWN_HEAD: usize = 240;
const SHOWN_TAIL: usize = 200;

/// Whether a name, as modified UTF-8, is shown without its middle.
fn is_long(bytes: &[u8]) -> bool {
    bytes.len() > LONGEST_SHOWN
}

/// A name for people: the middle of a long one is replaced by its length. O(1) for long ones, so
/// that many fields of one enormous name cost no more than its bytes.
fn shown(bytes: &[u8]) -> String {
    if !is_long(bytes) {
        return decode_modified_utf8(bytes);
    }
    let head = bytes.get(..boundary_before(bytes, SHOWN_HEAD)).unwrap_or_default();
    let tail = bytes.get(boundary_before(bytes, bytes.len() - SHOWN_TAIL)..).unwrap_or_default();
    let (head, tail) = (decode_modified_utf8(head), decode_modified_utf8(tail));
    format!("{head}\u{2026} {} bytes \u{2026}{tail}", grouped(bytes.len()))
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let parts: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&parts.join(&b',')).into_owned()
}

/// [`java_class_name`] of a long name in the dump, its middle left out. O(bytes).
pub(crate) fn shown_class_name(bytes: &[u8]) -> String {
    let whole = java_class_name(&decode_modified_utf8(bytes));
    // Valid UTF-8 is decoded as it is.
    shown(whole.as_bytes())
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

    fn names(raw: &[u8]) -> Names {
        let mut names = Names::default();
        names.start(StringId(1));
        names.extend(raw).unwrap();
        names.end().unwrap();
        names
    }

    #[test]
    fn a_long_name_keeps_its_ends_and_tells_its_length() {
        let long = names(&vec![b'x'; 1 << 20]);
        let text = long.text(StringId(1));
        assert!(long.is_long(StringId(1)));
        assert!(text.starts_with("xxx") && text.ends_with("xxx"), "{text}");
        assert!(text.contains("x\u{2026} 1,048,576 bytes \u{2026}x"), "{text}");
        assert!(text.len() < LONGEST_SHOWN, "{} bytes", text.len());
        let whole = names(&[b'x'; LONGEST_SHOWN]);
        assert_eq!(whole.text(StringId(1)), "x".repeat(LONGEST_SHOWN));
        assert!(!whole.is_long(StringId(1)));
    }

    #[test]
    fn the_cut_of_a_long_name_leaves_characters_whole() {
        for shift in 0..6 {
            let mut raw = vec![b'x'; shift];
            raw.extend(b"\xed\xa0\xbd\xed\xb8\x80".repeat(200));
            let text = names(&raw).text(StringId(1));
            assert!(!text.contains("\\u") && !text.contains('\u{fffd}'), "{shift}: {text}");
            assert!(text.contains("\u{1f600}\u{2026} "), "{text}");
        }
    }

    #[test]
    fn a_long_class_name_is_cut_in_its_java_spelling() {
        let mut raw = b"[Lcom/acme/".to_vec();
        raw.extend(vec![b'A'; 5000]);
        raw.extend(b"/Last;");
        let text = shown_class_name(&raw);
        assert!(text.starts_with("com.acme.AAA") && text.ends_with("AAA.Last[]"), "{text}");
        assert!(text.contains("\u{2026} 5,016 bytes \u{2026}"), "{text}");
    }
}
