//! Second pass: the references of every object, in the order of the object table.

use super::address_map::AddressMap;
use super::classes::{Classes, DUPLICATE};
use super::dumps::DumpCounter;
use super::objects::Objects;
use super::oddities::{
    DANGLING_REFERENCE, INSTANCE_LENGTH, Oddities, OddityKind, ROOT_WITHOUT_OBJECT,
};
use super::{ClassIndex, ObjectIndex, WellKnown};
use crate::error::{Error, Result};
use crate::graph::AdjacencyBuilder;
use crate::hprof::{
    BasicType, ClassDump, GcRoot, Header, HeapRecordKind, IdSize, InstanceDump, ObjectArrayDump,
    ObjectId, PrimitiveArrayDump, Value, Visitor,
};
use byteorder::{BigEndian, ByteOrder};
use hashbrown::HashMap;

/// Where an instance record holds its references.
#[derive(Clone, Debug, Default)]
struct ReferenceMap {
    /// Byte offset of `Reference.referent`, in subclasses of `java.lang.ref.Reference`.
    referent: Option<u32>,
    /// Byte offsets of the other reference fields, subclass first (rule G2).
    others: Vec<u32>,
}

/// Offsets of the reference fields of each class within its instance records. Only classes that
/// have instances get any, and no more than fit into these: O(classes + bytes of the records).
fn reference_maps(
    classes: &Classes,
    ids: IdSize,
    referent: Option<(ClassIndex, crate::hprof::StringId)>,
) -> Vec<ReferenceMap> {
    let above = ancestors_with_fields(classes);
    let map_of = |(index, class): (ClassIndex, &super::classes::Class)| {
        let mut map = ReferenceMap::default();
        let mut offset = 0u32;
        // From the second ancestor on, each has a field and with it a byte of the record.
        let lineage = core::iter::successors(Some(index), |class| {
            above.get(class.index()).copied().flatten()
        });
        let fields = lineage
            .take_while(|_| class.longest_data > 0)
            .flat_map(|ancestor| classes.get(ancestor).fields.iter().map(move |f| (ancestor, f)));
        for (ancestor, field) in fields {
            if offset >= class.longest_data {
                break;
            }
            if field.ty == BasicType::Object {
                if referent == Some((ancestor, field.name)) {
                    map.referent = Some(offset);
                } else {
                    map.others.push(offset);
                }
            }
            offset = offset.saturating_add(u32::from(field.ty.size(ids)));
        }
        map
    };
    classes.iter().map(map_of).collect()
}

/// Per class, the nearest super class that has instance fields. O(classes).
fn ancestors_with_fields(classes: &Classes) -> Vec<Option<ClassIndex>> {
    let mut above: Vec<Option<ClassIndex>> = vec![None; classes.len()];
    for class in classes.supers_first() {
        above[class.index()] = classes.get(class).super_class.and_then(|parent| {
            let has_fields = !classes.get(parent).fields.is_empty();
            if has_fields { Some(parent) } else { above.get(parent.index()).copied().flatten() }
        });
    }
    above
}

/// What the second pass needs and builds.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    addresses: &'a AddressMap,
    classes: &'a Classes,
    objects: &'a Objects,
    ids: IdSize,
    maps: &'a [ReferenceMap],
    state: &'a mut LinkState,
}

/// The part of the second pass that lives from chunk to chunk.
#[derive(Debug)]
pub(crate) struct LinkState {
    maps: Vec<ReferenceMap>,
    pub(crate) builder: AdjacencyBuilder,
    dumps: DumpCounter,
    kind: HeapRecordKind,
    next: u32,
    in_array: bool,
    /// Extra targets of thread objects: what their frames hold (rule G6).
    pub(crate) locals: HashMap<ObjectIndex, Vec<ObjectIndex>>,
    system_loader: Option<ObjectIndex>,
    finalizer_static: Option<(ClassIndex, crate::hprof::StringId)>,
    /// References to ids that the dump does not hold (case 38).
    dangling: Found,
    /// GC roots on ids that the dump does not hold (case 39).
    lost_roots: Found,
    /// Instance records whose data is shorter or longer than their class's fields (case 34).
    odd_instances: Found,
    /// `java.lang.Class`, whose instances may be classes (case 37).
    mirror: Option<ClassIndex>,
    data_len: Vec<u64>,
    failure: Option<Error>,
}

/// How often something was met, and where first.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    count: u64,
    first: Option<u64>,
}

impl Found {
    #[cold]
    fn add(&mut self, offset: Option<u64>) {
        self.count += 1;
        self.first = self.first.or(offset);
    }

    fn note(self, kind: OddityKind, oddities: &mut Oddities) {
        oddities.note_kind(kind, self.count, self.first);
    }
}

/// Fields with a meaning of their own for [`LinkState::new`].
#[derive(Debug)]
pub(crate) struct SpecialFields {
    /// `java.lang.ref.Reference.referent`.
    pub(crate) referent: Option<(ClassIndex, crate::hprof::StringId)>,
    /// The static `java.lang.ref.Finalizer.unfinalized`.
    pub(crate) unfinalized: Option<(ClassIndex, crate::hprof::StringId)>,
    /// `java.lang.Class`.
    pub(crate) mirror: Option<ClassIndex>,
}

impl LinkState {
    pub(crate) fn new(
        wanted: u32,
        classes: &Classes,
        ids: IdSize,
        special: &SpecialFields,
        locals: HashMap<ObjectIndex, Vec<ObjectIndex>>,
        system_loader: Option<ObjectIndex>,
        builder: AdjacencyBuilder,
    ) -> Self {
        let mut data_len = vec![0u64; classes.len()];
        for class in classes.supers_first() {
            let entry = classes.get(class);
            let above = entry.super_class.and_then(|parent| data_len.get(parent.index()).copied());
            data_len[class.index()] = above.unwrap_or(0).saturating_add(entry.own_bytes(ids));
        }
        Self {
            maps: reference_maps(classes, ids, special.referent),
            builder,
            dumps: DumpCounter::new(wanted),
            kind: HeapRecordKind::Segment,
            next: 0,
            in_array: false,
            locals,
            system_loader,
            finalizer_static: special.unfinalized,
            dangling: Found::default(),
            lost_roots: Found::default(),
            odd_instances: Found::default(),
            mirror: special.mirror,
            data_len,
            failure: None,
        }
    }

    pub(crate) fn take_failure(&mut self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// References to objects that the dump does not hold.
    pub(crate) fn dangling(&self) -> u64 {
        self.dangling.count
    }

    /// Tells what was odd.
    pub(crate) fn report(&self, oddities: &mut Oddities) {
        self.dangling.note(DANGLING_REFERENCE, oddities);
        self.lost_roots.note(ROOT_WITHOUT_OBJECT, oddities);
        self.odd_instances.note(INSTANCE_LENGTH, oddities);
    }

    fn keep(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.failure.get_or_insert(error);
        }
    }

    #[inline]
    fn begin(&mut self) {
        let result = self.builder.begin_node();
        self.keep(result);
    }

    #[inline]
    fn push(&mut self, target: u32) {
        if let Err(error) = self.builder.target(target) {
            self.failure.get_or_insert(error);
        }
    }

    /// Gives every object that was not met (and the boot loader object) an empty list.
    pub(crate) fn pad(&mut self, objects: usize) -> Result<()> {
        while (self.next as usize) < objects {
            self.builder.begin_node()?;
            self.builder.end_node()?;
            self.next += 1;
        }
        Ok(())
    }
}

impl<'a> Link<'a> {
    /// Runs `feed` with a visitor over the state.
    pub(crate) fn run<R>(
        state: &'a mut LinkState,
        addresses: &'a AddressMap,
        classes: &'a Classes,
        objects: &'a Objects,
        ids: IdSize,
        feed: impl FnOnce(&mut Link<'_>) -> R,
    ) -> R {
        // The maps are read while the rest of the state is written.
        let maps = core::mem::take(&mut state.maps);
        let result =
            feed(&mut Link { addresses, classes, objects, ids, maps: &maps, state: &mut *state });
        state.maps = maps;
        result
    }

    #[inline]
    fn target(&mut self, id: u64) {
        if id == 0 {
            return;
        }
        match self.addresses.get(ObjectId(id)) {
            Some(target) => self.state.push(target.0),
            None => self.dangle(),
        }
    }

    /// The object at hand refers to one that the dump does not hold.
    #[cold]
    fn dangle(&mut self) {
        let first = self.state.dangling.count == 0;
        let object = ObjectIndex(self.state.next);
        let offset = || self.objects.offset(object, self.classes, self.ids);
        self.state.dangling.add(if first { offset() } else { None });
    }

    #[inline]
    fn read(&self, data: &[u8], offset: u32) -> Option<u64> {
        let at = data.get(offset as usize..)?;
        match self.ids {
            IdSize::Four => at.first_chunk::<4>().map(|b| u64::from(BigEndian::read_u32(b))),
            IdSize::Eight => at.first_chunk::<8>().map(|b| BigEndian::read_u64(b)),
        }
    }

    #[inline]
    fn end(&mut self) {
        let node = ObjectIndex(self.state.next);
        if !self.state.locals.is_empty()
            && let Some(locals) = self.state.locals.remove(&node)
        {
            for local in locals {
                self.state.push(local.0);
            }
        }
        let result = self.state.builder.end_node();
        self.state.keep(result);
        self.state.next += 1;
    }

    #[inline]
    fn is_repeated(&self) -> bool {
        self.objects.class(ObjectIndex(self.state.next)) == DUPLICATE
    }

    /// The first edge of an object whose first edge is weak: the referent or, without one, itself.
    #[inline]
    fn weak_target(&mut self, id: u64) {
        let target = match self.addresses.get(ObjectId(id)) {
            Some(target) if id != 0 => target.0,
            _ => {
                if id != 0 {
                    self.dangle();
                }
                self.state.next
            }
        };
        self.state.push(target);
    }

    /// Rule G4: super class, class loader, static fields.
    fn class_targets(&mut self, class: ClassIndex) {
        let classes = self.classes;
        let known = classes.get(class);
        let weak = self.state.finalizer_static.filter(|w| w.0 == class).map(|w| w.1);
        if weak.is_some() {
            let value = known.statics.iter().find(|s| Some(s.name) == weak).map(|s| s.value);
            let id = if let Some(Value::Object(id)) = value { id.0 } else { 0 };
            self.weak_target(id);
        }
        // One that is not there is told as a missing class.
        if let Some(parent) = self.addresses.get(known.super_id).filter(|_| known.super_id.0 != 0) {
            self.state.push(parent.0);
        }
        match self.addresses.get(known.loader) {
            Some(loader) if known.loader.0 != 0 => self.state.push(loader.0),
            _ => {
                // Rules G1 and case 33: no loader, or one that the dump lacks, is the boot loader.
                if let Some(loader) = self.state.system_loader {
                    self.state.push(loader.0);
                }
            }
        }
        for field in &known.statics {
            if let Value::Object(id) = field.value
                && Some(field.name) != weak
            {
                self.target(id.0);
            }
        }
    }
}

impl Visitor for Link<'_> {
    fn header(&mut self, _header: &Header) {
        self.state.dumps.dump_end();
    }

    fn root_at(&mut self, root: &GcRoot, offset: u64) {
        if self.state.dumps.is_wanted()
            && root.object != ObjectId(0)
            && self.addresses.get(root.object).is_none()
        {
            self.state.lost_roots.add(Some(offset));
        }
    }

    fn heap_dump_start(&mut self, kind: HeapRecordKind, _offset: u64, _length: u64) {
        self.state.kind = kind;
        self.state.dumps.start();
    }

    fn heap_record_end(&mut self) {
        let kind = self.state.kind;
        self.state.dumps.record_end(kind);
    }

    fn heap_dump_end(&mut self) {
        self.state.dumps.dump_end();
    }

    fn class_dump(&mut self, _dump: &ClassDump<'_>) {
        if !self.state.dumps.is_wanted() {
            return;
        }
        self.state.begin();
        if let Some(class) = self.classes.represented_by(ObjectIndex(self.state.next)) {
            self.class_targets(class);
        }
        self.end();
    }

    #[inline]
    fn instance(&mut self, instance: &InstanceDump<'_>) {
        if !self.state.dumps.is_wanted() {
            return;
        }
        self.state.begin();
        let class = self.objects.class(ObjectIndex(self.state.next));
        if Some(class) == self.state.mirror
            && let Some(represented) = self.classes.represented_by(ObjectIndex(self.state.next))
        {
            // Case 37: the fields are among the static fields of the class.
            self.class_targets(represented);
        } else if class != DUPLICATE {
            if let Some(map) = self.maps.get(class.index()) {
                if let Some(referent) = map.referent {
                    let id = self.read(instance.data, referent).unwrap_or(0);
                    self.weak_target(id);
                }
                for &offset in &map.others {
                    match self.read(instance.data, offset) {
                        Some(id) => self.target(id),
                        None => break,
                    }
                }
            }
            if self.state.data_len.get(class.index()) != Some(&u64::from(instance.len)) {
                self.state.odd_instances.add(Some(instance.offset));
            }
        }
        self.end();
    }

    fn object_array(&mut self, _array: &ObjectArrayDump) {
        if self.state.dumps.is_wanted() {
            self.state.begin();
            self.state.in_array = !self.is_repeated();
        }
    }

    #[inline]
    fn object_array_elements(&mut self, elements: &[u8]) {
        if !self.state.in_array || !self.state.dumps.is_wanted() {
            return;
        }
        match self.ids {
            IdSize::Four => {
                for id in elements.chunks_exact(4) {
                    self.target(BigEndian::read_u32(id).into());
                }
            }
            IdSize::Eight => {
                for id in elements.chunks_exact(8) {
                    self.target(BigEndian::read_u64(id));
                }
            }
        }
    }

    fn object_array_end(&mut self) {
        if self.state.dumps.is_wanted() {
            self.state.in_array = false;
            self.end();
        }
    }

    #[inline]
    fn primitive_array(&mut self, _array: &PrimitiveArrayDump) {
        if self.state.dumps.is_wanted() {
            self.state.begin();
            self.end();
        }
    }
}

/// Fields that hold weakly (rule L6), found by name, and the class of classes.
pub(crate) fn special_fields(
    classes: &Classes,
    names: &super::names::Names,
    known: &WellKnown,
) -> SpecialFields {
    let named = |class: Option<ClassIndex>, wanted: &[u8], is_static: bool| {
        let class = class?;
        let entry = classes.get(class);
        let name = if is_static {
            entry.statics.iter().map(|s| s.name).find(|&n| names.raw(n) == Some(wanted))
        } else {
            entry.fields.iter().map(|f| f.name).find(|&n| names.raw(n) == Some(wanted))
        };
        name.map(|name| (class, name))
    };
    SpecialFields {
        referent: named(known.reference, b"referent", false),
        unfinalized: named(known.finalizer, b"unfinalized", true),
        mirror: known.class,
    }
}
