//! Everything about one object: fields, statics, elements, text.

use super::HeapInquiry;
use super::collections::ContentsKind;
use super::naming::{self, full_text, primitive_text};
use super::rows::{ClassRef, ObjectRow, address};
use crate::error::Result;
use crate::heap::objects::ObjectKind;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::{BasicType, ObjectId, StringId, Value};
use serde::Serialize;

/// A field or static with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FieldValue {
    /// Class that declares it.
    pub declared_by: String,
    /// Name.
    pub name: String,
    /// Id of the name, `0x…`, where `name` leaves out its middle.
    pub long_name: Option<String>,
    /// Java type; `Object` for references.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// Whether it is a static.
    pub is_static: bool,
    /// A primitive value as text; `?` when the record is too short for the field.
    pub primitive: Option<String>,
    /// The object that it refers to.
    pub target: Option<ObjectRow>,
    /// Address of an object that the dump does not hold.
    pub dangling: Option<String>,
}

/// An element that refers to an object that the dump does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DanglingElement {
    /// Position in the array.
    pub index: u32,
    /// Address that it refers to.
    pub address: String,
}

/// A page of array elements.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ElementsWindow {
    /// First element of the page.
    pub start: u32,
    /// Elements of the array.
    pub total: u32,
    /// Elements of an object array; nulls and dangling references are `None`.
    pub objects: Option<Vec<Option<ObjectRow>>>,
    /// Addresses of the elements, by position, that the dump does not hold.
    pub dangling: Vec<DanglingElement>,
    /// Elements of a primitive array as text.
    pub primitives: Option<Vec<String>>,
}

/// Everything about one object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ObjectDetails {
    /// The object.
    pub row: ObjectRow,
    /// Offset of its record in the uncompressed dump; `None` for the synthetic loader.
    pub file_offset: Option<u64>,
    /// Loader of its class (for class objects: of the class).
    pub loader: Option<ObjectRow>,
    /// Super classes, nearest first.
    pub hierarchy: Vec<ClassRef>,
    /// Instance fields, own class first.
    pub fields: Vec<FieldValue>,
    /// Statics of its class (for class objects: of the class).
    pub statics: Vec<FieldValue>,
    /// For class objects: the class.
    pub represents: Option<ClassRef>,
    /// First page of the elements of an array.
    pub elements: Option<ElementsWindow>,
    /// Beginning of the text of a string or of an array that reads as text.
    pub text: Option<String>,
    /// Full length of the text.
    pub text_length: Option<u32>,
    /// What kind of collection it is, where its contents can be listed.
    pub contents: Option<ContentsKind>,
    /// The stack of a `Throwable`, innermost frame first, where the program asked for it.
    pub stack: Option<Vec<String>>,
    /// The media type of an image that a `byte[]` holds, by its first bytes.
    pub image: Option<&'static str>,
}

/// Elements on the first page.
const PAGE: u32 = 100;
/// Characters of text that come with an object; the others are asked for piece by piece.
const TEXT: u32 = 1 << 12;

impl HeapInquiry<'_> {
    /// Everything about one object.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn object(&self, object: ObjectIndex) -> Result<ObjectDetails> {
        let heap = self.heap();
        let kind = heap.objects.kind(object, &heap.classes);
        let represents = heap.classes.represented_by(object);
        let class = represents.unwrap_or_else(|| heap.objects.class(object));
        let is_array = matches!(kind, ObjectKind::ObjectArray | ObjectKind::PrimitiveArray);
        let text = full_text(&self.values, object, TEXT);
        Ok(ObjectDetails {
            row: self.row(object),
            file_offset: heap.objects.offset(object, &heap.classes, heap.ids()),
            loader: self.loader_row(class),
            hierarchy: heap.classes.lineage(class).skip(1).map(|c| self.class_ref(c)).collect(),
            fields: self.fields_of(object)?,
            statics: self.statics_of(class),
            represents: represents.map(|c| self.class_ref(c)),
            elements: if is_array { Some(self.elements(object, 0, PAGE)?) } else { None },
            text_length: text.as_ref().map(|t| t.1),
            text: text.map(|t| t.0),
            contents: self.contents_kind(object),
            stack: naming::stack(&self.values, object),
            image: self.image_type(object),
        })
    }

    /// The loader of a class, unless it is the boot loader.
    pub fn loader_row(&self, class: ClassIndex) -> Option<ObjectRow> {
        let loader = self.heap().classes.get(class).loader;
        self.values.resolve(loader).map(|object| self.row(object))
    }

    fn fields_of(&self, object: ObjectIndex) -> Result<Vec<FieldValue>> {
        let fields = self.values.fields(object)?;
        Ok(fields
            .into_iter()
            .map(|f| {
                let (name, ty) = (f.descriptor.name, f.descriptor.ty);
                self.field_value(f.declared_by, name, ty, f.value, false)
            })
            .collect())
    }

    /// Static fields of a class with their values.
    pub fn statics_of(&self, class: ClassIndex) -> Vec<FieldValue> {
        let statics = &self.heap().classes.get(class).statics;
        statics.iter().map(|s| self.field_value(class, s.name, s.ty, Some(s.value), true)).collect()
    }

    fn field_value(
        &self,
        declared_by: ClassIndex,
        name: StringId,
        ty: BasicType,
        value: Option<Value>,
        is_static: bool,
    ) -> FieldValue {
        let heap = self.heap();
        let mut field = FieldValue {
            declared_by: heap.classes.get(declared_by).name.clone(),
            name: heap.names.text(name),
            long_name: self.long_name(name),
            ty: ty.java_name(),
            is_static,
            primitive: None,
            target: None,
            dangling: None,
        };
        match value {
            None => field.primitive = Some("?".to_owned()),
            Some(Value::Object(ObjectId(0))) => {}
            Some(Value::Object(id)) => match heap.addresses.get(id) {
                Some(target) => field.target = Some(self.row(target)),
                None => field.dangling = Some(address(id)),
            },
            Some(primitive) => field.primitive = Some(primitive_text(primitive)),
        }
        field
    }

    /// The id of a name, for asking for all of it, where answers leave out its middle.
    pub(super) fn long_name(&self, name: StringId) -> Option<String> {
        self.heap().names.is_long(name).then(|| format!("{:#x}", name.0))
    }

    /// A page of the elements of an array.
    ///
    /// # Errors
    /// `Read` when the file cannot be read.
    pub fn elements(&self, array: ObjectIndex, start: u32, count: u32) -> Result<ElementsWindow> {
        let heap = self.heap();
        let total = heap.objects.length(array).unwrap_or(0);
        if heap.objects.kind(array, &heap.classes) == ObjectKind::ObjectArray {
            let ids = self.values.object_elements(array, start, count)?;
            let rows = ids.iter().map(|&id| self.values.resolve(id).map(|o| self.row(o)));
            let objects = Some(rows.collect());
            let dangling = (start..)
                .zip(&ids)
                .filter(|(_, id)| id.0 != 0 && heap.addresses.get(**id).is_none())
                .map(|(index, &id)| DanglingElement { index, address: address(id) })
                .collect();
            return Ok(ElementsWindow { start, total, objects, dangling, primitives: None });
        }
        let values = self.values.primitive_elements(array, start, count)?;
        let primitives = Some(values.into_iter().map(primitive_text).collect());
        Ok(ElementsWindow { start, total, objects: None, dangling: Vec::new(), primitives })
    }
}
