//! Field values, array contents and texts, read from the file when somebody looks.

use super::classes::ClassKind;
use super::objects::ObjectKind;
use super::{ClassIndex, Heap, ObjectIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::hprof::{BasicType, FieldDescriptor, IdSize, ObjectId, Value, tag, utf16_text};
use crate::source::ByteSource;
use byteorder::{BigEndian, ByteOrder};

/// Longest instance record that is read at once; field data past it reads as missing.
const MAX_INSTANCE_BYTES: u32 = 1 << 20;

/// Reads single objects of a heap from its file.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    heap: &'a Heap,
    source: &'a dyn ByteSource,
}

impl core::fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

/// A field of an instance with its value.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The class that declares it.
    pub declared_by: ClassIndex,
    /// Name and type.
    pub descriptor: FieldDescriptor,
    /// Value; `None` when the record is too short to hold it.
    pub value: Option<Value>,
}

impl<'a> Values<'a> {
    /// Reads from `source`, which must be the uncompressed bytes of the dump behind `heap`.
    pub fn new(heap: &'a Heap, source: &'a dyn ByteSource) -> Self {
        Self { heap, source }
    }

    /// The heap that this reads for.
    pub fn heap(&self) -> &'a Heap {
        self.heap
    }

    fn offset(&self, object: ObjectIndex) -> Result<u64> {
        self.heap
            .objects
            .offset(object, &self.heap.classes, self.heap.ids())
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "This object has no record in the dump"))
    }

    /// Up to `len` bytes, less at the end of the file: a length that the file does not have is
    /// never allocated.
    fn read(&self, offset: u64, len: u64) -> Result<Vec<u8>> {
        let left = self.source.len().saturating_sub(offset);
        if left == 0 {
            return Ok(Vec::new());
        }
        self.source.read_vec_at(offset, len.min(left))
    }

    /// The fields of an instance, own class first, in the order of the record (rule G2).
    ///
    /// # Errors
    /// `NotFound` for what is not an instance, `Read` when the file cannot be read.
    pub fn fields(&self, object: ObjectIndex) -> Result<Vec<Field>> {
        let ids = self.heap.ids();
        if self.heap.objects.kind(object, &self.heap.classes) != ObjectKind::Instance {
            return Ok(Vec::new());
        }
        let class = self.heap.objects.class(object);
        let header = 9 + 2 * usize::from(ids.bytes());
        let offset = self.offset(object)?;
        let wanted = self.heap.classes.lineage(class).flat_map(|c| {
            self.heap.classes.get(c).fields.iter().map(move |&descriptor| (c, descriptor))
        });
        let most = self.heap.classes.get(class).longest_data.min(MAX_INSTANCE_BYTES);
        let record = self.read(offset, header as u64 + u64::from(most))?;
        let data = instance_data(&record, header);
        let mut at = 0usize;
        Ok(wanted
            .map(|(declared_by, descriptor)| {
                let value = data.get(at..).and_then(|rest| value_at(rest, descriptor.ty, ids));
                at += usize::from(descriptor.ty.size(ids));
                Field { declared_by, descriptor, value }
            })
            .collect())
    }

    /// The value of the first field of this name, own class first.
    pub fn field(&self, object: ObjectIndex, name: &str) -> Option<Value> {
        self.fields(object)
            .ok()?
            .into_iter()
            .find(|f| self.heap.names.raw(f.descriptor.name) == Some(name.as_bytes()))?
            .value
    }

    /// The object that a reference field points to.
    pub fn reference(&self, object: ObjectIndex, name: &str) -> Option<ObjectIndex> {
        match self.field(object, name)? {
            Value::Object(id) => self.resolve(id),
            _ => None,
        }
    }

    /// An integral field's value.
    pub fn integer(&self, object: ObjectIndex, name: &str) -> Option<i64> {
        match self.field(object, name)? {
            Value::Byte(v) => Some(v.into()),
            Value::Short(v) => Some(v.into()),
            Value::Int(v) => Some(v.into()),
            Value::Long(v) => Some(v),
            Value::Char(v) => Some(v.into()),
            Value::Boolean(v) => Some(v.into()),
            _ => None,
        }
    }

    /// The object with this id, unless null or missing.
    pub fn resolve(&self, id: ObjectId) -> Option<ObjectIndex> {
        if id.0 == 0 { None } else { self.heap.addresses.get(id) }
    }

    /// A static field of a class, by name.
    pub fn static_reference(&self, class: ClassIndex, name: &str) -> Option<ObjectIndex> {
        let class = self.heap.classes.get(class);
        let field =
            class.statics.iter().find(|s| self.heap.names.raw(s.name) == Some(name.as_bytes()))?;
        match field.value {
            Value::Object(id) => self.resolve(id),
            _ => None,
        }
    }

    /// Elements `start..start + count` of an object array, as ids.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn object_elements(
        &self,
        array: ObjectIndex,
        start: u32,
        count: u32,
    ) -> Result<Vec<ObjectId>> {
        let ids = self.heap.ids();
        let width = usize::from(ids.bytes());
        let length = self.heap.objects.length(array).unwrap_or(0);
        let count = count.min(length.saturating_sub(start));
        let header = 9 + 2 * u64::from(ids.bytes());
        let offset = self.offset(array)? + header + u64::from(start) * width as u64;
        let bytes = self.read(offset, u64::from(count) * width as u64)?;
        // Millions at once: each width for itself, so that reading one is a single load.
        Ok(match ids {
            IdSize::Four => {
                let (four, _) = bytes.as_chunks();
                four.iter().map(|&id| ObjectId(u32::from_be_bytes(id).into())).collect()
            }
            IdSize::Eight => {
                let (eight, _) = bytes.as_chunks();
                eight.iter().map(|&id| ObjectId(u64::from_be_bytes(id))).collect()
            }
        })
    }

    /// Raw bytes of elements `start..start + count` of a primitive array.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn primitive_bytes(&self, array: ObjectIndex, start: u32, count: u32) -> Result<Vec<u8>> {
        let ids = self.heap.ids();
        let Some(element) = self.heap.primitive_element(self.heap.objects.class(array)) else {
            return Ok(Vec::new());
        };
        if self.is_without_contents(array)? {
            return Ok(Vec::new());
        }
        let width = u64::from(element.size(ids));
        let length = self.heap.objects.length(array).unwrap_or(0);
        let count = count.min(length.saturating_sub(start));
        let header = 10 + u64::from(ids.bytes());
        let offset = self.offset(array)? + header + u64::from(start) * width;
        self.read(offset, u64::from(count) * width)
    }

    /// Android: whether the dump holds only the length of the array (case 49).
    fn is_without_contents(&self, array: ObjectIndex) -> Result<bool> {
        let tag = self.read(self.offset(array)?, 1)?;
        Ok(tag.first() == Some(&tag::heap::PRIMITIVE_ARRAY_NODATA))
    }

    /// Elements of a primitive array as values.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn primitive_elements(
        &self,
        array: ObjectIndex,
        start: u32,
        count: u32,
    ) -> Result<Vec<Value>> {
        let ids = self.heap.ids();
        let Some(element) = self.heap.primitive_element(self.heap.objects.class(array)) else {
            return Ok(Vec::new());
        };
        let bytes = self.primitive_bytes(array, start, count)?;
        let width = usize::from(element.size(ids));
        Ok(bytes.chunks_exact(width).filter_map(|b| value_at(b, element, ids)).collect())
    }

    /// The text of a `java.lang.String`, at most `limit` UTF-16 units of it, and its full length.
    /// Handles `byte[]` with a coder (JDK 9 on), `char[]`, and `char[]` with offset and count
    /// (before JDK 7u6). The cut leaves pairs of surrogates whole; lone ones are written as escapes.
    pub fn string(&self, object: ObjectIndex, limit: u32) -> Option<(String, u32)> {
        if Some(self.heap.objects.class(object)) != self.heap.known.string {
            return None;
        }
        let fields = self.fields(object).ok()?;
        let named = |name: &str| {
            fields
                .iter()
                .find(|f| self.heap.names.raw(f.descriptor.name) == Some(name.as_bytes()))
                .and_then(|f| f.value)
        };
        let Some(Value::Object(id)) = named("value") else { return None };
        let array = self.resolve(id)?;
        let length = self.heap.objects.length(array)?;
        if length > 0 && self.is_without_contents(array).ok()? {
            return None;
        }
        let class = self.heap.objects.class(array);
        match self.heap.primitive_element(class)? {
            BasicType::Byte if named("coder") == Some(Value::Byte(1)) => {
                let bytes = self.primitive_bytes(array, 0, limit.saturating_mul(2)).ok()?;
                // The JVM stores UTF-16 in the byte order of its machine: little endian on every
                // machine that matters now.
                let units = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
                Some((cut_text(units, limit < length / 2), length / 2))
            }
            BasicType::Byte => {
                let bytes = self.primitive_bytes(array, 0, limit).ok()?;
                Some((bytes.iter().map(|&b| char::from(b)).collect(), length))
            }
            BasicType::Char => {
                let part = |name| match named(name) {
                    Some(Value::Int(v)) => u32::try_from(v).ok(),
                    _ => None,
                };
                let start = part("offset").unwrap_or(0).min(length);
                let count = part("count").unwrap_or(length - start).min(length - start);
                let bytes = self.primitive_bytes(array, start, count.min(limit)).ok()?;
                let units = bytes.chunks_exact(2).map(BigEndian::read_u16);
                Some((cut_text(units, limit < count), count))
            }
            _ => None,
        }
    }

    /// The text of the string that a reference field points to.
    pub fn string_field(&self, object: ObjectIndex, name: &str) -> Option<String> {
        Some(self.string(self.reference(object, name)?, 4096)?.0)
    }

    /// Name of a thread object (`name` is a `char[]` before JDK 9); a long one ends in an ellipsis.
    pub fn thread_name(&self, thread: ObjectIndex) -> Option<String> {
        /// Characters that sentences and rows can bear.
        const LIMIT: u32 = 200;
        let name = self.reference(thread, "name")?;
        let (mut text, length) =
            self.string(name, LIMIT).or_else(|| self.char_array(name, LIMIT))?;
        if length > LIMIT {
            text.push('\u{2026}');
        }
        Some(text)
    }

    /// The text of a `char[]`, at most `limit` units of it, and its length.
    pub fn char_array(&self, array: ObjectIndex, limit: u32) -> Option<(String, u32)> {
        let class = self.heap.objects.class(array);
        if self.heap.classes.get(class).kind != ClassKind::PrimitiveArray(BasicType::Char) {
            return None;
        }
        let length = self.heap.objects.length(array)?;
        let bytes = self.primitive_bytes(array, 0, limit).ok()?;
        let units = bytes.chunks_exact(2).map(BigEndian::read_u16);
        Some((cut_text(units, limit < length), length))
    }
}

/// The field data of an instance record: as long as the record says, which may be shorter or
/// longer than the class says (case 34).
fn instance_data(record: &[u8], header: usize) -> &[u8] {
    let Some((header, data)) = record.split_at_checked(header) else { return &[] };
    let len = header.last_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    data.get(..len as usize).unwrap_or(data)
}

/// The text of UTF-16 units. Of a text that goes on, a first half of a pair at its end is left out:
/// it would look like damage in the dump.
fn cut_text(units: impl Iterator<Item = u16>, goes_on: bool) -> String {
    let mut units: Vec<u16> = units.collect();
    units.pop_if(|last| goes_on && (0xd800..=0xdbff).contains(last));
    utf16_text(units)
}

/// Decodes one value of type `ty` at the start of `bytes`.
pub fn value_at(bytes: &[u8], ty: BasicType, ids: IdSize) -> Option<Value> {
    let bytes = bytes.get(..usize::from(ty.size(ids)))?;
    Some(match ty {
        BasicType::Object => Value::Object(ObjectId(BigEndian::read_uint(bytes, bytes.len()))),
        BasicType::Boolean => Value::Boolean(bytes[0] != 0),
        BasicType::Char => Value::Char(BigEndian::read_u16(bytes)),
        BasicType::Float => Value::Float(BigEndian::read_f32(bytes)),
        BasicType::Double => Value::Double(BigEndian::read_f64(bytes)),
        BasicType::Byte => Value::Byte(bytes[0].cast_signed()),
        BasicType::Short => Value::Short(BigEndian::read_i16(bytes)),
        BasicType::Int => Value::Int(BigEndian::read_i32(bytes)),
        BasicType::Long => Value::Long(BigEndian::read_i64(bytes)),
    })
}
