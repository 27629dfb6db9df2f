//! The fields of one object, read once and asked by name.

use crate::heap::objects::ObjectKind;
use crate::heap::values::{Field, Values};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::{ObjectId, Value};

/// An instance as its record in the dump has it. What is missing or of another type than expected
/// reads as `None`: layouts differ between JDKs.
pub(super) struct Record<'a> {
    values: Values<'a>,
    fields: Vec<Field>,
}

impl<'a> Record<'a> {
    /// All fields of an instance, own class first; of anything else none.
    pub(super) fn read(values: &Values<'a>, object: ObjectIndex) -> Self {
        Self { values: *values, fields: values.fields(object).unwrap_or_default() }
    }

    /// The fields that `class` and its super classes declare: sub classes may have fields of the
    /// same names.
    pub(super) fn as_of(values: &Values<'a>, object: ObjectIndex, class: ClassIndex) -> Self {
        let mut record = Self::read(values, object);
        let classes = &values.heap().classes;
        let lineage: Vec<ClassIndex> = classes.lineage(class).collect();
        record.fields.retain(|field| lineage.contains(&field.declared_by));
        record
    }

    /// The fields that exactly this class declares.
    pub(super) fn own(&self, class: ClassIndex) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.declared_by == class)
    }

    /// The value of the first field that has one of these names.
    pub(super) fn value(&self, names: &[&str]) -> Option<Value> {
        let heap = self.values.heap();
        let has = |field: &&Field| {
            let name = heap.names.raw(field.descriptor.name);
            names.iter().any(|wanted| name == Some(wanted.as_bytes()))
        };
        self.fields.iter().find(has)?.value
    }

    /// The id in a reference field, 0 for null.
    pub(super) fn id(&self, names: &[&str]) -> Option<ObjectId> {
        match self.value(names)? {
            Value::Object(id) => Some(id),
            _ => None,
        }
    }

    /// The object that a reference field points to.
    pub(super) fn reference(&self, name: &str) -> Option<ObjectIndex> {
        self.values.resolve(self.id(&[name])?)
    }

    /// The object array that a reference field points to.
    pub(super) fn object_array(&self, name: &str) -> Option<ObjectIndex> {
        self.reference(name).filter(|&array| object_array_length(&self.values, array).is_some())
    }

    /// An integral field's value.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.value(&[name])? {
            Value::Byte(v) => Some(v.into()),
            Value::Short(v) => Some(v.into()),
            Value::Int(v) => Some(v.into()),
            Value::Long(v) => Some(v),
            Value::Char(v) => Some(v.into()),
            Value::Boolean(v) => Some(v.into()),
            _ => None,
        }
    }

    /// A count or position: an integral field that is not negative and fits.
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        self.integer(name).and_then(|n| u32::try_from(n).ok())
    }

    /// The beginning of the string in a field, and its full length.
    pub(super) fn text(&self, name: &str, limit: u32) -> Option<(String, u32)> {
        self.values.string(self.reference(name)?, limit)
    }
}

/// Elements of an object array; `None` for anything else.
pub(super) fn object_array_length(values: &Values<'_>, array: ObjectIndex) -> Option<u32> {
    let heap = values.heap();
    let is_array = heap.objects.kind(array, &heap.classes) == ObjectKind::ObjectArray;
    if is_array { heap.objects.length(array) } else { None }
}
