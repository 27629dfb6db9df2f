//! Whole texts and arrays, piece by piece: what answers show only the beginning or the ends of.

use super::HeapInquiry;
use crate::error::{Error, ErrorKind, Result};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::{BasicType, StringId, Value, boundary_before, modified_utf8_units};
use serde::{Deserialize, Serialize};

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TextPlace {
    /// A `String`, `char[]` or `byte[]`.
    Object(ObjectIndex),
    /// The name of a class, as the dump spells it: with slashes.
    Class(ClassIndex),
    /// A name of the dump, such as that of a field, by its id: `0x…`.
    Name(String),
}

/// What the bytes of a piece are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TextEncoding {
    /// UTF-16 units, little endian, as the program had them: lone surrogates included.
    Utf16,
    /// The bytes of a `byte[]`, of an encoding that only the program knew.
    Bytes,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TextPiece {
    /// Where the piece begins; at most a few positions before the one that was asked for, so that
    /// no character is cut in two.
    pub start: u64,
    /// Where the next piece begins; `total` at the end.
    pub next: u64,
    /// Positions in the whole text: UTF-16 units of strings, bytes of names and of byte arrays.
    pub total: u64,
    /// What `bytes` are.
    pub encoding: TextEncoding,
    /// The text.
    #[cfg_attr(feature = "bindings", ts(type = "Uint8Array"))]
    pub bytes: RawBytes,
}

/// A piece of the bytes of a primitive array, as the dump has them: elements of several bytes with
/// the highest one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BytesPiece {
    /// Where the piece begins, in bytes.
    pub start: u64,
    /// Where the next piece begins; `total` at the end.
    pub next: u64,
    /// Bytes of all elements.
    pub total: u64,
    /// Bytes of an element.
    pub width: u8,
    /// The bytes.
    #[cfg_attr(feature = "bindings", ts(type = "Uint8Array"))]
    pub bytes: RawBytes,
}

/// Bytes that cross the boundary as bytes, not as a list of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBytes(pub Vec<u8>);

impl Serialize for RawBytes {
    fn serialize<S: serde::Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl RawBytes {
    fn of_units(units: &[u16]) -> Self {
        Self(units.iter().flat_map(|unit| unit.to_le_bytes()).collect())
    }
}

/// Positions of a piece at most, whatever is asked for, and at least, so that a piece always holds
/// a whole character.
const LARGEST: u32 = 1 << 20;
const SMALLEST: u32 = 8;

/// A string as the dump holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StringParts {
    pub(super) array: ObjectIndex,
    /// Units before the text in its array (before JDK 7u6).
    pub(super) skip: u32,
    pub(super) length: u32,
    pub(super) kind: StringKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringKind {
    Latin1,
    LittleEndian,
    BigEndian,
}

impl HeapInquiry<'_> {
    /// A piece of a text of about `count` positions from about `start` on. Reads only the piece:
    /// O(count).
    ///
    /// # Errors
    /// `NotFound` where there is no such text, `Read` when the file cannot be read.
    pub fn text(&self, place: &TextPlace, start: u64, count: u32) -> Result<TextPiece> {
        let count = count.clamp(SMALLEST, LARGEST);
        match place {
            TextPlace::Object(object) => self.object_text(*object, start, count),
            TextPlace::Class(class) => match self.heap().classes.long_name(*class) {
                Some(name) => self.name_text(name, start, count),
                None => {
                    let name = self.heap().classes.get(*class).name.as_bytes();
                    Ok(piece_of_name(name, start, count))
                }
            },
            TextPlace::Name(id) => {
                let digits = id.strip_prefix("0x").unwrap_or_default();
                let id = u64::from_str_radix(digits, 16).map_err(|_| no_text())?;
                self.name_text(StringId(id), start, count)
            }
        }
    }

    /// A piece of at most about `count` bytes of a primitive array from the element at byte `start` on.
    /// Reads only the piece: O(count).
    ///
    /// # Errors
    /// `NotFound` for anything but a primitive array, `Read` when the file cannot be read.
    pub fn bytes(&self, array: ObjectIndex, start: u64, count: u32) -> Result<BytesPiece> {
        let heap = self.heap();
        let no_bytes = || Error::new(ErrorKind::NotFound, "This object is no array of primitives");
        let element = heap.primitive_element(heap.objects.class(array)).ok_or_else(no_bytes)?;
        let length = heap.objects.length(array).ok_or_else(no_bytes)?;
        let width = element.size(heap.ids());
        let total = u64::from(length) * u64::from(width);
        let first = u32::try_from(start / u64::from(width)).unwrap_or(u32::MAX).min(length);
        let count = count.clamp(SMALLEST, LARGEST) / u32::from(width);
        let bytes = self.values.primitive_bytes(array, first, count)?;
        let start = u64::from(first) * u64::from(width);
        // A dump that ends early has fewer bytes than the array had.
        let next = if bytes.is_empty() { total } else { start + bytes.len() as u64 };
        Ok(BytesPiece { start, next, total, width, bytes: RawBytes(bytes) })
    }

    /// The media type of the image that a `byte[]` holds, by its first bytes: PNG, JPEG, GIF or WebP.
    /// Not SVG, which is a program rather than a picture.
    pub fn image_type(&self, array: ObjectIndex) -> Option<&'static str> {
        let heap = self.heap();
        if heap.primitive_element(heap.objects.class(array)) != Some(BasicType::Byte) {
            return None;
        }
        // Nothing shorter is a picture.
        heap.objects.length(array).filter(|&length| length >= 24)?;
        image_type(&self.values.primitive_bytes(array, 0, 12).ok()?)
    }

    fn name_text(&self, name: StringId, start: u64, count: u32) -> Result<TextPiece> {
        let name = self.heap().names.raw(name).ok_or_else(no_text)?;
        Ok(piece_of_name(name, start, count))
    }

    fn object_text(&self, object: ObjectIndex, start: u64, count: u32) -> Result<TextPiece> {
        let heap = self.heap();
        let class = heap.objects.class(object);
        if Some(class) == heap.known.string {
            let parts = self.string_parts(object)?.ok_or_else(no_text)?;
            return self.units(&parts, start, count);
        }
        let length = heap.objects.length(object).ok_or_else(no_text)?;
        match heap.primitive_element(class) {
            Some(BasicType::Char) => {
                let kind = StringKind::BigEndian;
                self.units(&StringParts { array: object, skip: 0, length, kind }, start, count)
            }
            Some(BasicType::Byte) => {
                let start = u32::try_from(start).unwrap_or(u32::MAX).min(length);
                let bytes = self.values.primitive_bytes(object, start, count)?;
                let next = u64::from(start) + bytes.len() as u64;
                Ok(TextPiece {
                    start: start.into(),
                    // A dump that ends early has fewer bytes than the array had.
                    next: if bytes.is_empty() { length.into() } else { next },
                    total: length.into(),
                    encoding: TextEncoding::Bytes,
                    bytes: RawBytes(bytes),
                })
            }
            _ => Err(no_text()),
        }
    }

    /// Handles the same forms of `java.lang.String` as `Values::string`.
    pub(super) fn string_parts(&self, object: ObjectIndex) -> Result<Option<StringParts>> {
        let heap = self.heap();
        let fields = self.values.fields(object)?;
        let named = |name: &str| {
            let field =
                fields.iter().find(|f| heap.names.raw(f.descriptor.name) == Some(name.as_bytes()));
            field.and_then(|f| f.value)
        };
        let Some(Value::Object(id)) = named("value") else { return Ok(None) };
        let Some(array) = self.values.resolve(id) else { return Ok(None) };
        let Some(length) = heap.objects.length(array) else { return Ok(None) };
        let whole = |kind, length| Some(StringParts { array, skip: 0, length, kind });
        Ok(match heap.primitive_element(heap.objects.class(array)) {
            Some(BasicType::Byte) if named("coder") == Some(Value::Byte(1)) => {
                whole(StringKind::LittleEndian, length / 2)
            }
            Some(BasicType::Byte) => whole(StringKind::Latin1, length),
            Some(BasicType::Char) => {
                let part = |name| match named(name) {
                    Some(Value::Int(v)) => u32::try_from(v).ok(),
                    _ => None,
                };
                let skip = part("offset").unwrap_or(0).min(length);
                let length = part("count").unwrap_or(length - skip).min(length - skip);
                Some(StringParts { array, skip, length, kind: StringKind::BigEndian })
            }
            _ => None,
        })
    }

    fn units(&self, text: &StringParts, start: u64, count: u32) -> Result<TextPiece> {
        let mut start = u32::try_from(start).unwrap_or(u32::MAX).min(text.length);
        let mut units = self.read_units(text, start, count)?;
        if let Some(&first) = units.first()
            && start > 0
            && is_low(first)
        {
            let before = self.read_units(text, start - 1, 1)?;
            if before.first().is_some_and(|&unit| is_high(unit)) {
                start -= 1;
                units.splice(..0, before);
            }
        }
        let read = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut next = u64::from(start) + u64::from(read);
        if next < text.length.into() && units.len() > 1 && units.last().is_some_and(|&u| is_high(u))
        {
            units.pop();
            next -= 1;
        }
        Ok(TextPiece {
            start: start.into(),
            // A dump that ends early has fewer units than the string had.
            next: if read == 0 { text.length.into() } else { next },
            total: text.length.into(),
            encoding: TextEncoding::Utf16,
            bytes: RawBytes::of_units(&units),
        })
    }

    fn read_units(&self, text: &StringParts, start: u32, count: u32) -> Result<Vec<u16>> {
        let count = count.min(text.length - start);
        let pairs = |bytes: Vec<u8>, read: fn([u8; 2]) -> u16| {
            bytes.chunks_exact(2).map(|b| read([b[0], b[1]])).collect()
        };
        Ok(match text.kind {
            StringKind::Latin1 => {
                let bytes = self.values.primitive_bytes(text.array, start, count)?;
                bytes.into_iter().map(u16::from).collect()
            }
            StringKind::LittleEndian => {
                let (start, count) = (start.saturating_mul(2), count.saturating_mul(2));
                pairs(self.values.primitive_bytes(text.array, start, count)?, u16::from_le_bytes)
            }
            StringKind::BigEndian => {
                let start = text.skip.saturating_add(start);
                pairs(self.values.primitive_bytes(text.array, start, count)?, u16::from_be_bytes)
            }
        })
    }
}

fn image_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

fn piece_of_name(name: &[u8], start: u64, count: u32) -> TextPiece {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let start = boundary_before(name, start);
    let next = boundary_before(name, start.saturating_add(count as usize));
    let units = modified_utf8_units(name.get(start..next).unwrap_or_default());
    TextPiece {
        start: start as u64,
        next: next as u64,
        total: name.len() as u64,
        encoding: TextEncoding::Utf16,
        bytes: RawBytes::of_units(&units),
    }
}

fn is_high(unit: u16) -> bool {
    (0xd800..=0xdbff).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..=0xdfff).contains(&unit)
}

fn no_text() -> Error {
    Error::new(ErrorKind::NotFound, "The dump holds no text there")
}
