//! Which line of the program holds an object: `Class#field`.
//!
//! The holder is the nearest one on the shortest path from a GC root (rule P3) that is no part of a
//! collection: from an entry the search goes on to the map, and from there to the field that holds the
//! map, so that all that a program keeps in one place is found under one name. Elements of arrays and
//! collections are not told apart, as in the reports of JOverflow. Every object has one holder; sums
//! over holders are exact.

use super::grouping::push;
use crate::analysis::{Inquiry, collections};
use crate::error::Result;
use crate::graph::{NONE, ROOT, bytes_of, filled, too_large};
use crate::heap::classes::ClassKind;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use crate::hprof::{ObjectId, StringId, Value};
use hashbrown::HashMap;

/// A holder, by its number in [`Owners`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Owner(pub(super) u32);

/// What holds an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    /// A field, by the class that declares it.
    Field(ClassIndex, StringId),
    /// A frame of a thread.
    Local,
    /// An object of this class, but through which field cannot be told.
    Within(ClassIndex),
    /// A GC root.
    Root,
    /// Nothing that leads to a GC root.
    Nothing,
}

/// What an object of a class is on the way to a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// A holder.
    Holder,
    /// An array of references.
    Array,
    /// A collection of the JDK.
    Collection,
    /// A class of the program that extends one: a holder by its own fields only.
    Extension,
    /// Something within a collection, or an object that only refers to another.
    Part,
}

/// After so many steps of one search the way is remembered, for the sake of long lists.
const REMEMBERED: u32 = 16;
/// What an object with more references than this refers to is remembered, lest all of them be looked
/// through for each object that they lead to.
const FEW: usize = 64;
const WHAT: &str = "the holders of objects";

/// Finds holders, and remembers those found.
#[derive(Debug, Default)]
pub(super) struct Owners {
    roles: Vec<Role>,
    numbers: HashMap<Holder, Owner>,
    list: Vec<Holder>,
    /// Holders of collections and arrays, and of some of what is between.
    known: HashMap<ObjectIndex, Owner>,
    /// The only reference of a class, if it has one, for the classes met.
    only: HashMap<ClassIndex, Option<Holder>>,
    /// What objects with many references refer to, and through what: a thread has as many locals, and
    /// a class as many static fields, as the file likes.
    held: HashMap<ObjectIndex, HashMap<ObjectId, Holder>>,
}

impl Owners {
    /// The holder of `object`. Reads the fields of one object at most; the way to it is as long as
    /// the collections on it are deep.
    pub(super) fn of(&mut self, inquiry: &Inquiry<'_>, object: ObjectIndex) -> Result<Owner> {
        self.prepare(inquiry)?;
        let (mut at, mut steps) = (object, 0u32);
        let mut passed = Vec::new();
        let owner = loop {
            if steps > 0
                && let Some(&owner) = self.known.get(&at)
            {
                break owner;
            }
            let parent = match parent(inquiry, at) {
                ROOT => break self.number(Holder::Root)?,
                NONE => break self.number(Holder::Nothing)?,
                parent => ObjectIndex(parent),
            };
            let role = self.role(inquiry, parent);
            let holder = match role {
                Role::Holder => Some(self.holder(inquiry, parent, at)?),
                Role::Extension => self.own_field(inquiry, parent, at)?,
                Role::Array | Role::Collection | Role::Part => None,
            };
            if let Some(holder) = holder {
                break self.number(holder)?;
            }
            steps = steps.saturating_add(1);
            at = parent;
            if steps.is_multiple_of(REMEMBERED) {
                passed.push(at);
            }
        };
        if steps > 0 {
            passed.push(at);
            for object in passed {
                self.remember(object, owner)?;
            }
        }
        Ok(owner)
    }

    /// Whether an object is a part of a collection of the JDK, such as its table.
    pub(super) fn is_in_collection(
        &mut self,
        inquiry: &Inquiry<'_>,
        object: ObjectIndex,
    ) -> Result<bool> {
        self.prepare(inquiry)?;
        let parent = parent(inquiry, object);
        if parent >= ROOT {
            return Ok(false);
        }
        Ok(match self.role(inquiry, ObjectIndex(parent)) {
            Role::Collection | Role::Part => true,
            // Its table is not named by its own fields.
            Role::Extension => self.own_field(inquiry, ObjectIndex(parent), object)?.is_none(),
            Role::Holder | Role::Array => false,
        })
    }

    /// The collection or array that `object` is an element of, if it is one.
    pub(super) fn container(
        &mut self,
        inquiry: &Inquiry<'_>,
        object: ObjectIndex,
    ) -> Result<Option<ObjectIndex>> {
        /// Entries and tables between a collection and its elements.
        const MOST: u32 = 64;
        self.prepare(inquiry)?;
        let (mut at, mut array) = (object, None);
        for _ in 0..MOST {
            let parent = match parent(inquiry, at) {
                ROOT | NONE => return Ok(array),
                parent => ObjectIndex(parent),
            };
            match self.role(inquiry, parent) {
                Role::Collection | Role::Extension => return Ok(Some(parent)),
                Role::Array if array.is_none() => array = Some(parent),
                Role::Part => {}
                Role::Array | Role::Holder => return Ok(array),
            }
            at = parent;
        }
        Ok(array)
    }

    /// How the holder is called: `com.example.Cache#entries`.
    pub(super) fn label(&self, heap: &Heap, owner: Owner) -> String {
        match self.list.get(owner.0 as usize) {
            Some(&Holder::Field(class, field)) => {
                format!("{}#{}", heap.classes.get(class).name, heap.names.text(field))
            }
            Some(&Holder::Within(class)) => {
                format!("{} (through several objects)", heap.classes.get(class).name)
            }
            Some(Holder::Local) => "(local variable of a thread)".to_owned(),
            Some(Holder::Root) => "(GC root)".to_owned(),
            Some(Holder::Nothing) | None => "(nothing that a GC root reaches)".to_owned(),
        }
    }

    fn prepare(&mut self, inquiry: &Inquiry<'_>) -> Result<()> {
        if self.roles.is_empty() {
            self.roles = roles(inquiry.heap())?;
        }
        Ok(())
    }

    /// What a collection's class of the program keeps besides the elements.
    fn own_field(
        &mut self,
        inquiry: &Inquiry<'_>,
        parent: ObjectIndex,
        child: ObjectIndex,
    ) -> Result<Option<Holder>> {
        let holder = self.holder(inquiry, parent, child)?;
        let Holder::Field(class, _) = holder else { return Ok(None) };
        Ok((self.class_role(class) == Role::Extension).then_some(holder))
    }

    /// Through which field or local `parent` holds `child`. O(references of the parent), for those
    /// with more than a few of them once.
    fn holder(
        &mut self,
        inquiry: &Inquiry<'_>,
        parent: ObjectIndex,
        child: ObjectIndex,
    ) -> Result<Holder> {
        let heap = inquiry.heap();
        let id = heap.objects.id(child);
        let class = heap.objects.class(parent);
        let represented = heap.classes.represented_by(parent);
        if represented.is_none()
            && let Some(only) = self.only_reference(heap, class)?
        {
            return Ok(only);
        }
        let otherwise = Holder::Within(represented.unwrap_or(class));
        if let Some(held) = self.held.get(&parent) {
            return Ok(held.get(&id).copied().unwrap_or(otherwise));
        }
        let references = references(inquiry, parent)?;
        let found = references.iter().find(|(to, _)| *to == id).map(|&(_, holder)| holder);
        if references.len() > FEW {
            self.remember_references(parent, &references)?;
        }
        Ok(found.unwrap_or(otherwise))
    }

    fn remember_references(
        &mut self,
        parent: ObjectIndex,
        references: &[(ObjectId, Holder)],
    ) -> Result<()> {
        let mut held = HashMap::new();
        let bytes = bytes_of::<(ObjectId, Holder)>(references.len());
        held.try_reserve(references.len()).map_err(|_| too_large(bytes, WHAT))?;
        for &(to, holder) in references {
            // Of several to one object the first counts.
            held.entry(to).or_insert(holder);
        }
        self.held.try_reserve(1).map_err(|_| too_large(64, WHAT))?;
        self.held.insert(parent, held);
        Ok(())
    }

    fn only_reference(&mut self, heap: &Heap, class: ClassIndex) -> Result<Option<Holder>> {
        if let Some(&only) = self.only.get(&class) {
            return Ok(only);
        }
        let only = only_reference(heap, class);
        self.only.try_reserve(1).map_err(|_| too_large(24, WHAT))?;
        self.only.insert(class, only);
        Ok(only)
    }

    fn role(&self, inquiry: &Inquiry<'_>, object: ObjectIndex) -> Role {
        let heap = inquiry.heap();
        let class = heap.objects.class(object);
        // A class object is a holder by its static fields.
        if Some(class) == heap.known.class { Role::Holder } else { self.class_role(class) }
    }

    fn class_role(&self, class: ClassIndex) -> Role {
        self.roles.get(class.index()).copied().unwrap_or(Role::Holder)
    }

    fn number(&mut self, holder: Holder) -> Result<Owner> {
        if let Some(&owner) = self.numbers.get(&holder) {
            return Ok(owner);
        }
        let owner = Owner(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let no_memory = |_| too_large(24, WHAT);
        self.numbers.try_reserve(1).map_err(|_| too_large(24, WHAT))?;
        self.list.try_reserve(1).map_err(no_memory)?;
        self.numbers.insert(holder, owner);
        self.list.push(holder);
        Ok(owner)
    }

    fn remember(&mut self, object: ObjectIndex, owner: Owner) -> Result<()> {
        let bytes = (self.known.len() as u64 + 1) * 16;
        self.known.try_reserve(1).map_err(|_| too_large(bytes, WHAT))?;
        self.known.insert(object, owner);
        Ok(())
    }
}

/// The object before `object` on its shortest path; where only weak references lead to it, the one
/// that it would go with.
pub(super) fn parent(inquiry: &Inquiry<'_>, object: ObjectIndex) -> u32 {
    match inquiry.loaded.paths.parent(object.0) {
        NONE if inquiry.is_reachable(object) => inquiry.tree.parent(object.0),
        parent => parent,
    }
}

/// What an object refers to by static fields if it is a class, else by fields and, of threads, locals.
fn references(inquiry: &Inquiry<'_>, parent: ObjectIndex) -> Result<Vec<(ObjectId, Holder)>> {
    let heap = inquiry.heap();
    let mut references = Vec::new();
    let mut add = |value, holder| match value {
        Value::Object(id) if id.0 != 0 => push(&mut references, (id, holder)),
        _ => Ok(()),
    };
    if let Some(class) = heap.classes.represented_by(parent) {
        for field in &heap.classes.get(class).statics {
            add(field.value, Holder::Field(class, field.name))?;
        }
        return Ok(references);
    }
    // A file that cannot be read gives no names; that there is a reference is known without it.
    for field in inquiry.values.fields(parent).unwrap_or_default() {
        if let Some(value) = field.value {
            add(value, Holder::Field(field.declared_by, field.descriptor.name))?;
        }
    }
    for &(_, local) in heap.threads.of(parent).iter().flat_map(|thread| &thread.locals) {
        add(Value::Object(heap.objects.id(local)), Holder::Local)?;
    }
    Ok(references)
}

/// The field of a class whose instances have one reference only, which need not be read.
fn only_reference(heap: &Heap, class: ClassIndex) -> Option<Holder> {
    if heap.known.thread.is_some_and(|thread| heap.classes.is_subclass(class, thread)) {
        return None;
    }
    let mut references = heap.classes.lineage(class).flat_map(|class| {
        let fields = heap.classes.get(class).fields.iter();
        let references = fields.filter(|field| field.ty == crate::hprof::BasicType::Object);
        references.map(move |field| Holder::Field(class, field.name))
    });
    let first = references.next()?;
    references.next().is_none().then_some(first)
}

fn roles(heap: &Heap) -> Result<Vec<Role>> {
    let mut roles = filled(heap.classes.len(), Role::Holder, WHAT)?;
    for (index, class) in heap.classes.iter() {
        let name = class.name.as_str();
        let role = match class.kind {
            ClassKind::ObjectArray => Role::Array,
            ClassKind::PrimitiveArray(_) => Role::Holder,
            ClassKind::Instance if is_part(name) => Role::Part,
            ClassKind::Instance if collections::is_collection_class(name) => Role::Collection,
            ClassKind::Instance => {
                let extends = heap.classes.lineage(index).any(|ancestor| {
                    collections::is_collection_class(&heap.classes.get(ancestor).name)
                });
                match extends {
                    // LinkedHashSet, Stack, and what else the JDK derives.
                    true if name.starts_with("java.util.") => Role::Collection,
                    true => Role::Extension,
                    false => Role::Holder,
                }
            }
        };
        if let Some(place) = roles.get_mut(index.index()) {
            *place = role;
        }
    }
    Ok(roles)
}

/// Entries, nodes and segments of collections, and objects whose only purpose is to refer to another.
fn is_part(name: &str) -> bool {
    let plain = [
        "java.lang.ref.SoftReference",
        "java.lang.ref.WeakReference",
        "java.util.Optional",
        "java.util.KeyValueHolder",
        "java.util.concurrent.atomic.AtomicReference",
        "java.util.concurrent.atomic.AtomicReferenceArray",
        "java.lang.ThreadLocal$ThreadLocalMap$Entry",
        "java.util.AbstractMap$SimpleEntry",
        "java.util.AbstractMap$SimpleImmutableEntry",
    ];
    if plain.contains(&name) {
        return true;
    }
    let Some((outer, _)) = name.split_once('$') else { return false };
    // What lies within a collection's class and is none itself.
    outer.starts_with("java.util.")
        && collections::is_collection_class(outer)
        && !collections::is_collection_class(name)
}
