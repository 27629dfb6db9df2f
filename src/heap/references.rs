//! References with their names: which field or element of an object leads to which object.

mod array;

use super::objects::ObjectKind;
use super::values::Values;
use super::{Heap, ObjectIndex};
use crate::error::Result;
use crate::hprof::{ObjectId, Value};

/// How one object refers to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// An instance field.
    Field(String),
    /// A static field of a class object.
    Static(String),
    /// An array element.
    Element(u32),
    /// The reference of every object to its class (rules G2 to G4).
    Class,
    /// A class object's super class.
    Super,
    /// A class object's loader.
    Loader,
    /// A local variable or argument of a frame of the thread (rule G6); the frame's number.
    Local(Option<u32>),
}

impl core::fmt::Display for Via {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Static(name) => write!(f, "static {name}"),
            Self::Element(at) => write!(f, "[{at}]"),
            Self::Class => f.write_str("<class>"),
            Self::Super => f.write_str("<super>"),
            Self::Loader => f.write_str("<classloader>"),
            Self::Local(_) => f.write_str("<local>"),
        }
    }
}

/// A reference with its name. `target` is `None` for an id that the dump does not hold.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Through what.
    pub via: Via,
    /// Where to.
    pub target: Option<ObjectIndex>,
    /// The id as the dump says it.
    pub id: ObjectId,
}

/// Calls `see` with each reference of `object` in the order of rules G2 to G6 until it returns
/// `false`. Nulls are left out. O(references).
///
/// # Errors
/// `Read` when the file cannot be read.
pub fn for_each_reference(
    values: &Values<'_>,
    object: ObjectIndex,
    see: &mut dyn FnMut(Reference) -> bool,
) -> Result<()> {
    walk(values, object, None, see)
}

/// As [`for_each_reference`]; given `only`, elements that are other objects may be left out.
fn walk(
    values: &Values<'_>,
    object: ObjectIndex,
    only: Option<ObjectIndex>,
    see: &mut dyn FnMut(Reference) -> bool,
) -> Result<()> {
    let heap = values.heap();
    if let Some(reference) = to_class(heap, object)
        && !see(reference)
    {
        return Ok(());
    }
    let going = match (heap.objects.kind(object, &heap.classes), only) {
        (ObjectKind::Instance, _) => fields(values, object, see)?,
        (ObjectKind::ObjectArray, None) => array::elements(values, object, see)?,
        (ObjectKind::ObjectArray, Some(to)) => array::elements_that_are(values, object, to, see)?,
        (ObjectKind::Class, _) => class_parts(heap, object, see),
        (ObjectKind::PrimitiveArray | ObjectKind::SystemLoader, _) => true,
    };
    if going && let Some(thread) = heap.threads.of(object) {
        for &(frame, local) in &thread.locals {
            let id = heap.objects.id(local);
            if !see(Reference { via: Via::Local(frame), target: Some(local), id }) {
                break;
            }
        }
    }
    Ok(())
}

/// The reference to the class, if the dump holds the class object.
fn to_class(heap: &Heap, object: ObjectIndex) -> Option<Reference> {
    let class = heap.classes.get(heap.objects.class(object));
    class.object.map(|target| Reference { via: Via::Class, target: Some(target), id: class.id })
}

/// Some references of an object, and how many there are.
#[derive(Clone, Debug)]
pub struct SomeReferences {
    /// The references asked for.
    pub references: Vec<Reference>,
    /// Number of all, at most `u32::MAX`.
    pub total: u32,
}

/// References number `start..start + count` of those of `object` that lead to an object of the dump,
/// in the order of [`for_each_reference`]. O(references), but only those asked for are looked up.
///
/// # Errors
/// `Read` when the file cannot be read.
pub fn some_references(
    values: &Values<'_>,
    object: ObjectIndex,
    start: u32,
    count: u32,
) -> Result<SomeReferences> {
    if let Some(some) = array::some_references(values, object, start, count)? {
        return Ok(some);
    }
    let mut some = SomeReferences { references: Vec::new(), total: 0 };
    for_each_reference(values, object, &mut |reference| {
        if reference.target.is_some() {
            if some.total >= start && some.total - start < count {
                some.references.push(reference);
            }
            some.total = some.total.saturating_add(1);
        }
        true
    })?;
    Ok(some)
}

fn fields(
    values: &Values<'_>,
    object: ObjectIndex,
    see: &mut dyn FnMut(Reference) -> bool,
) -> Result<bool> {
    for field in values.fields(object)? {
        if let Some(Value::Object(id)) = field.value
            && id.0 != 0
        {
            let via = Via::Field(values.heap().names.text(field.descriptor.name));
            if !see(Reference { via, target: values.resolve(id), id }) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn class_parts(heap: &Heap, object: ObjectIndex, see: &mut dyn FnMut(Reference) -> bool) -> bool {
    let Some(class) = heap.classes.represented_by(object) else { return true };
    let class = heap.classes.get(class);
    let resolve = |id: ObjectId| if id.0 == 0 { None } else { heap.addresses.get(id) };
    if class.super_id.0 != 0 {
        let target = resolve(class.super_id);
        if !see(Reference { via: Via::Super, target, id: class.super_id }) {
            return false;
        }
    }
    let loader = resolve(class.loader).or_else(|| heap.objects.system_loader());
    if !see(Reference { via: Via::Loader, target: loader, id: class.loader }) {
        return false;
    }
    for field in &class.statics {
        if let Value::Object(id) = field.value
            && id.0 != 0
        {
            let via = Via::Static(heap.names.text(field.name));
            if !see(Reference { via, target: resolve(id), id }) {
                return false;
            }
        }
    }
    true
}

/// Elements of an array up to which all positions of an object are named; in longer ones the first
/// position is enough, and need not be paid for with reading on to the end.
const NAMED_ELEMENTS: u32 = 4096;

/// Every name under which `from` refers to `to`, at most `limit`.
pub fn names_of(values: &Values<'_>, from: ObjectIndex, to: ObjectIndex, limit: usize) -> Vec<Via> {
    let mut found = Vec::new();
    let length = values.heap().objects.length(from).unwrap_or(0);
    let limit = if length > NAMED_ELEMENTS { 1 } else { limit };
    // A file that cannot be read gives no names; the reference itself is known without it.
    let _ = walk(values, from, Some(to), &mut |reference| {
        if reference.target == Some(to) {
            found.push(reference.via);
        }
        found.len() < limit
    });
    found
}

/// The most telling name under which `from` refers to `to`: a field rather than `<class>`.
pub fn name_of(values: &Values<'_>, from: ObjectIndex, to: ObjectIndex) -> Option<Via> {
    let names = names_of(values, from, to, 3);
    names
        .iter()
        .find(|n| !matches!(n, Via::Class | Via::Loader | Via::Super))
        .or(names.first())
        .cloned()
}
