//! `CLASS_DUMP` sub-records: measured first, then read in place.

use super::sub_record::read_id;
use super::{
    BasicType, FieldDescriptor, IdSize, ObjectId, StackTraceSerial, StaticField, StringId, Value,
};
use byteorder::{BigEndian, ByteOrder};

/// A `CLASS_DUMP` sub-record.
#[derive(Clone, Copy, Debug)]
pub struct ClassDump<'a> {
    /// Id of the class object.
    pub id: ObjectId,
    /// Where the class was loaded, if the VM knew.
    pub trace: StackTraceSerial,
    /// Id of the super class; 0 for none.
    pub super_class: ObjectId,
    /// Id of the class loader; 0 for the boot loader.
    pub loader: ObjectId,
    /// Id of the signers; mostly 0.
    pub signers: ObjectId,
    /// Id of the protection domain; mostly 0.
    pub protection_domain: ObjectId,
    /// Instance size in bytes, as the VM declares it.
    pub instance_size: u32,
    /// Absolute offset of the sub-record's tag.
    pub offset: u64,
    ids: IdSize,
    statics: &'a [u8],
    fields: &'a [u8],
}

impl ClassDump<'_> {
    /// Static fields in file order.
    pub fn statics(&self) -> impl Iterator<Item = StaticField> + '_ {
        let id = usize::from(self.ids.bytes());
        let mut rest = self.statics;
        core::iter::from_fn(move || {
            let ty = BasicType::from_tag(*rest.get(id)?)?;
            let name = StringId(BigEndian::read_uint(rest.get(..id)?, id));
            let end = id + 1 + usize::from(ty.size(self.ids));
            let value = decode(rest.get(id + 1..end)?, ty);
            rest = rest.get(end..)?;
            Some(StaticField { name, ty, value })
        })
    }

    /// Instance fields in file order, without those of super classes.
    pub fn fields(&self) -> impl Iterator<Item = FieldDescriptor> + '_ {
        let id = usize::from(self.ids.bytes());
        self.fields.chunks_exact(id + 1).filter_map(move |field| {
            let name = StringId(BigEndian::read_uint(field.get(..id)?, id));
            Some(FieldDescriptor { name, ty: BasicType::from_tag(*field.get(id)?)? })
        })
    }
}

fn decode(bytes: &[u8], ty: BasicType) -> Value {
    match ty {
        BasicType::Object => Value::Object(ObjectId(BigEndian::read_uint(bytes, bytes.len()))),
        BasicType::Boolean => Value::Boolean(bytes.first().is_some_and(|&b| b != 0)),
        BasicType::Char => Value::Char(BigEndian::read_u16(bytes)),
        BasicType::Float => Value::Float(BigEndian::read_f32(bytes)),
        BasicType::Double => Value::Double(BigEndian::read_f64(bytes)),
        BasicType::Byte => Value::Byte(bytes.first().map_or(0, |b| b.cast_signed())),
        BasicType::Short => Value::Short(BigEndian::read_i16(bytes)),
        BasicType::Int => Value::Int(BigEndian::read_i32(bytes)),
        BasicType::Long => Value::Long(BigEndian::read_i64(bytes)),
    }
}

/// What looking at the beginning of a class dump found.
#[derive(Debug)]
pub(super) enum Measured<'a> {
    /// The dump and its length, tag included.
    Whole(ClassDump<'a>, usize),
    /// At least this many bytes are needed, tag included.
    Need(usize),
    /// A type number that the format does not know, at this distance from the tag.
    UnknownType(usize),
    /// As before, of an instance field, which takes no value: the distance, and the length of the
    /// dump, tag included.
    UnknownField(usize, usize),
}

/// Reads the class dump whose tag is at the start of `data`. O(entries).
pub(super) fn read<const ID: usize>(data: &[u8], ids: IdSize, offset: u64) -> Measured<'_> {
    // Tag, id, trace, super, loader, signers, domain, two reserved ids, instance size.
    let fixed = 1 + 7 * ID + 8;
    let mut at = fixed;
    let Some(constants) = count(data, at) else { return Measured::Need(at + 2) };
    at += 2;
    for _ in 0..constants {
        match entry(data, at + 2, ids) {
            Ok(size) => at += 2 + size,
            Err(measured) => return measured,
        }
    }
    let Some(statics) = count(data, at) else { return Measured::Need(at + 2) };
    at += 2;
    let statics_at = at;
    for _ in 0..statics {
        match entry(data, at + ID, ids) {
            Ok(size) => at += ID + size,
            Err(measured) => return measured,
        }
    }
    let statics_end = at;
    let Some(fields) = count(data, at) else { return Measured::Need(at + 2) };
    at += 2;
    let fields_at = at;
    let end = at + usize::from(fields) * (ID + 1);
    if data.len() < end {
        return Measured::Need(end);
    }
    for field in 0..usize::from(fields) {
        let tag_at = fields_at + field * (ID + 1) + ID;
        if data.get(tag_at).is_none_or(|&t| BasicType::from_tag(t).is_none()) {
            return Measured::UnknownField(tag_at, end);
        }
    }
    let id = |n: usize| ObjectId(read_id::<ID>(data, if n == 0 { 1 } else { 5 + n * ID }));
    let dump = ClassDump {
        id: id(0),
        trace: StackTraceSerial(BigEndian::read_u32(&data[1 + ID..])),
        super_class: id(1),
        loader: id(2),
        signers: id(3),
        protection_domain: id(4),
        instance_size: BigEndian::read_u32(&data[5 + 7 * ID..]),
        offset,
        ids,
        statics: &data[statics_at..statics_end],
        fields: &data[fields_at..end],
    };
    Measured::Whole(dump, end)
}

fn count(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).map(BigEndian::read_u16)
}

/// Bytes of a type number at `at` and the value after it.
fn entry(data: &[u8], at: usize, ids: IdSize) -> Result<usize, Measured<'static>> {
    let Some(&tag) = data.get(at) else { return Err(Measured::Need(at + 1)) };
    let Some(ty) = BasicType::from_tag(tag) else { return Err(Measured::UnknownType(at)) };
    let size = 1 + usize::from(ty.size(ids));
    if data.len() < at + size {
        return Err(Measured::Need(at + size));
    }
    Ok(size)
}
