//! A part of a heap that is planned in memory, then written: objects get addresses as a JVM
//! allocates them, are linked, and are written in the order of the dump.

use super::Counts;
use super::classes::{ClassNo, Classes, Field, Filling, Kind};
use super::random::{Permutation, Random, high, mix};
use crate::hprof::writer::HprofWriter;
use crate::hprof::{BasicType, ObjectId, StackTraceSerial};
use std::io::{Result, Write};

/// What a reference leads to: nothing, an object of the same plan, or an address elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target(u64);

const LOCAL: u64 = 1 << 63;

impl Target {
    pub(super) const NULL: Self = Self(0);

    pub(super) fn elsewhere(id: ObjectId) -> Self {
        Self(id.0 & !LOCAL)
    }

    /// Position in the plan.
    fn local(self) -> Option<usize> {
        (self.0 & LOCAL != 0).then(|| usize::try_from(self.0 & !LOCAL).unwrap_or(usize::MAX))
    }
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    address: u64,
    class: ClassNo,
    /// Where its references begin.
    references: u32,
    /// Length of an array, number of elements of a collection.
    length: u32,
    /// What its numbers and characters are drawn from.
    salt: u32,
}

/// The addresses that a plan may use.
#[derive(Clone, Copy, Debug)]
pub(super) enum Space {
    /// One range, filled from its start.
    Linear {
        next: u64,
        end: u64,
    },
    Scattered(Scattered),
}

/// Slots all over the heap, and a range for what is larger than a slot. As where several threads
/// allocate and a collector moves what lives: neighbours in the object graph are near each other,
/// but now and then the heap continues far away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scattered {
    pub(super) slots: Permutation,
    /// Address of slot 0.
    pub(super) base: u64,
    /// The next slot, before the permutation, and the one behind the last.
    pub(super) slot: (u64, u64),
    /// What is left of the current slot.
    pub(super) piece: (u64, u64),
    /// What is left for large objects.
    pub(super) large: (u64, u64),
}

/// Bytes of a slot. With about twenty objects each, a sixth of all steps from an object to the
/// next in the dump are longer than a megabyte, as in dumps of ZGC.
pub(super) const SLOT: u64 = 1 << 10;

impl Space {
    /// An address with room for `size` bytes, if there is one.
    fn take(&mut self, size: u64) -> Option<u64> {
        match self {
            Self::Linear { next, end } => take(next, *end, size),
            Self::Scattered(space) => space.take(size),
        }
    }
}

fn take(next: &mut u64, end: u64, size: u64) -> Option<u64> {
    let address = *next;
    let after = address.checked_add(size).filter(|&after| after <= end)?;
    *next = after;
    Some(address)
}

impl Scattered {
    fn take(&mut self, size: u64) -> Option<u64> {
        if size > SLOT {
            return take(&mut self.large.0, self.large.1, size);
        }
        if let Some(address) = take(&mut self.piece.0, self.piece.1, size) {
            return Some(address);
        }
        let (slot, end) = self.slot;
        if slot == end {
            return None;
        }
        self.slot.0 += 1;
        let start = self.base + self.slots.of(slot) * SLOT;
        self.piece = (start + size, start + SLOT);
        Some(start)
    }
}

/// Where an object of this size finds no room, the space is full.
const SMALL: u64 = 64;

/// Objects of one part of the heap. Where there is no room any more, an object is not made and
/// what would refer to it holds null.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) classes: &'a Classes,
    pub(super) random: Random,
    space: Space,
    objects: Vec<Planned>,
    references: Vec<Target>,
    /// Whether an object of the current unit found no room: nothing could refer to further ones.
    refusing: bool,
    /// Whether a small object found no room.
    full: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn new(classes: &'a Classes) -> Self {
        Self {
            classes,
            random: Random::new(0, 0),
            space: Space::Linear { next: 0, end: 0 },
            objects: Vec::new(),
            references: Vec::new(),
            refusing: false,
            full: false,
        }
    }

    /// Begins another part; the memory of the last one is used again.
    pub(super) fn restart(&mut self, space: Space, random: Random) {
        self.space = space;
        self.random = random;
        self.objects.clear();
        self.references.clear();
        self.refusing = false;
        self.full = false;
    }

    /// Begins objects that do not depend on those before.
    pub(super) fn begin_unit(&mut self) {
        self.refusing = self.full;
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// Where the next object of a linear space goes.
    pub(super) fn end(&self) -> u64 {
        match self.space {
            Space::Linear { next, .. } => next,
            Space::Scattered(scattered) => scattered.piece.0,
        }
    }

    /// An instance without references; `size` is what fields hold that count elements.
    pub(super) fn instance(&mut self, class: ClassNo, size: u32) -> Target {
        let of = self.classes.of(class);
        self.add(class, of.size, size, of.references)
    }

    /// An array of `length` nulls or of primitive values.
    pub(super) fn array(&mut self, class: ClassNo, length: u32) -> Target {
        let (element, references) = match self.classes.of(class).kind {
            Kind::Primitives(element) => (element, 0),
            _ => (BasicType::Object, length),
        };
        let size = self.classes.layout.array_size(element, length.into());
        self.add(class, size, length, references)
    }

    fn add(&mut self, class: ClassNo, size: u64, length: u32, references: u32) -> Target {
        if self.refusing {
            return Target::NULL;
        }
        let Some(address) = self.space.take(size) else {
            self.refusing = true;
            // What is left may still hold something small.
            self.full = size <= SMALL;
            return Target::NULL;
        };
        let first = u32::try_from(self.references.len()).unwrap_or(u32::MAX);
        let salt = high(self.random.next());
        self.references.resize(self.references.len() + references as usize, Target::NULL);
        self.objects.push(Planned { address, class, references: first, length, salt });
        Target(LOCAL | (self.objects.len() as u64 - 1))
    }

    /// Lets the reference of this number, in the order of the record, lead to `target`; does
    /// nothing where `object` found no room.
    pub(super) fn set(&mut self, object: Target, reference: u32, target: Target) {
        if let Some(planned) = object.local().and_then(|at| self.objects.get(at)) {
            self.references[(planned.references + reference) as usize] = target;
        }
    }

    /// The address of an object.
    pub(super) fn id(&self, target: Target) -> ObjectId {
        match target.local() {
            Some(at) => ObjectId(self.objects.get(at).map_or(0, |planned| planned.address)),
            None => ObjectId(target.0),
        }
    }

    /// Some object that has been planned.
    pub(super) fn earlier(&mut self, among: &[Target]) -> Target {
        let count = u32::try_from(among.len()).unwrap_or(u32::MAX);
        among.get(self.random.below(count) as usize).copied().unwrap_or(Target::NULL)
    }

    /// Shallow size of an object that was planned.
    pub(super) fn size(&self, target: Target) -> u64 {
        let planned = target.local().and_then(|at| self.objects.get(at));
        planned.map_or(0, |planned| self.size_of(planned))
    }

    fn size_of(&self, planned: &Planned) -> u64 {
        let class = self.classes.of(planned.class);
        match class.kind {
            Kind::Instance => class.size,
            Kind::Objects => {
                self.classes.layout.array_size(BasicType::Object, planned.length.into())
            }
            Kind::Primitives(element) => {
                self.classes.layout.array_size(element, planned.length.into())
            }
        }
    }

    fn references_of(&self, planned: &Planned) -> &[Target] {
        let class = self.classes.of(planned.class);
        let count = match class.kind {
            Kind::Instance => class.references,
            Kind::Objects => planned.length,
            Kind::Primitives(_) => 0,
        };
        &self.references[planned.references as usize..][..count as usize]
    }

    /// Positions in the order in which a depth-first walk of references from the first object
    /// meets them, the last reference first, as collectors with a marking stack do.
    fn traversal(&self) -> Vec<u32> {
        let mut seen = vec![false; self.objects.len()];
        let mut order = Vec::with_capacity(self.objects.len());
        let mut stack: Vec<usize> = Vec::new();
        for start in 0..self.objects.len() {
            if core::mem::replace(&mut seen[start], true) {
                continue;
            }
            stack.push(start);
            while let Some(at) = stack.pop() {
                order.push(u32::try_from(at).unwrap_or(u32::MAX));
                for target in self.references_of(&self.objects[at]) {
                    if let Some(to) = target.local()
                        && !core::mem::replace(&mut seen[to], true)
                    {
                        stack.push(to);
                    }
                }
            }
        }
        order
    }

    /// Writes all objects: a scattered plan in the order of a traversal, else by address.
    pub(super) fn write<W: Write>(&self, writer: &mut HprofWriter<W>) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut encoding = Encoding::default();
        match self.space {
            Space::Linear { .. } => {
                for planned in &self.objects {
                    self.write_one(planned, writer, &mut encoding, &mut counts)?;
                }
            }
            Space::Scattered(_) => {
                for at in self.traversal() {
                    let planned = &self.objects[at as usize];
                    self.write_one(planned, writer, &mut encoding, &mut counts)?;
                }
            }
        }
        Ok(counts)
    }

    fn write_one<W: Write>(
        &self,
        planned: &Planned,
        writer: &mut HprofWriter<W>,
        encoding: &mut Encoding,
        counts: &mut Counts,
    ) -> Result<()> {
        let class = self.classes.of(planned.class);
        let (id, trace) = (ObjectId(planned.address), StackTraceSerial(1));
        let targets = self.references_of(planned);
        let followed = targets.iter().filter(|&&target| target != Target::NULL).count();
        counts.references += followed as u64;
        counts.leaves += u64::from(followed == 0);
        counts.objects += 1;
        counts.bytes += self.size_of(planned);
        match class.kind {
            Kind::Instance => {
                let targets = targets.iter().map(|&target| self.id(target));
                let data = encoding.instance(self.classes, &class.record, planned, targets);
                writer.instance(id, trace, class.id, data)
            }
            Kind::Objects => writer.object_array_streamed(
                id,
                trace,
                class.id,
                planned.length,
                targets.iter().map(|&target| self.id(target)),
            ),
            Kind::Primitives(element) => {
                writer.primitive_array(id, trace, element, encoding.array(element, planned))
            }
        }
    }
}

/// Text that strings are cut from: looks like keys, names and documents.
const TEXT: &[u8] = b"customer/order-4711 status=SHIPPED; Main Street 12, 80331 Munich; \
{\"id\":900142,\"name\":\"Ada Lovelace\",\"tags\":[\"new\",\"vip\"],\"total\":129.90,\"open\":true} \
select o.id, o.total from orders o where o.customer_id = ? and o.state in ('OPEN','PAID') \
https://shop.example/catalog/items/1f3a77b2?page=2&sort=price Accept-Language: de-DE,en;q=0.8 \
2021-11-22T19:27:03.114Z INFO payment accepted by provider, reference 7f00c1d2e4 user@example.org ";

/// Buffers for encoding.
#[derive(Debug, Default)]
struct Encoding {
    data: Vec<u8>,
}

impl Encoding {
    fn instance(
        &mut self,
        classes: &Classes,
        record: &[Field],
        planned: &Planned,
        mut targets: impl Iterator<Item = ObjectId>,
    ) -> &[u8] {
        self.data.clear();
        let mut random = mix(planned.salt.into());
        for field in record {
            let value = match field.filling {
                Filling::Reference => targets.next().unwrap_or_default().0,
                Filling::Zero => 0,
                Filling::Size => planned.length.into(),
                Filling::Any => {
                    random = random.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    plausible(field.ty, random)
                }
            };
            let width = usize::from(classes.width(field.ty));
            self.data.extend_from_slice(&value.to_be_bytes()[8 - width..]);
        }
        &self.data
    }

    fn array(&mut self, element: BasicType, planned: &Planned) -> &[u8] {
        self.data.clear();
        let length = planned.length as usize;
        let start = planned.salt as usize % TEXT.len();
        let text = TEXT[start..].iter().chain(TEXT.iter().cycle()).copied();
        match element {
            BasicType::Byte => self.text(start, length),
            BasicType::Char => self.data.extend(text.take(length).flat_map(|c| [0, c])),
            BasicType::Int => {
                self.data.extend(text.take(length).flat_map(|c| u32::from(c).to_be_bytes()));
            }
            _ => {
                let numbers = text.zip(0u64..).map(|(c, n)| u64::from(c) << (n & 31));
                self.data.extend(numbers.take(length).flat_map(u64::to_be_bytes));
            }
        }
        &self.data
    }

    fn text(&mut self, start: usize, length: usize) {
        let mut rest = length;
        let mut piece = &TEXT[start..];
        while rest > 0 {
            let take = piece.len().min(rest);
            self.data.extend_from_slice(&piece[..take]);
            rest -= take;
            piece = TEXT;
        }
    }
}

/// A value as programs hold them: small numbers, flags, times.
fn plausible(ty: BasicType, random: u64) -> u64 {
    match ty {
        BasicType::Boolean => random >> 63,
        BasicType::Byte => random >> 58,
        BasicType::Short | BasicType::Char => random >> 53,
        BasicType::Int => random >> (34 + (random & 15)),
        BasicType::Long => 1_600_000_000_000 + (random >> 24),
        BasicType::Float => {
            u64::from((f32::from(u16::from_be_bytes(first(random))) / 8.0).to_bits())
        }
        BasicType::Double => (f64::from(high(random)) / 100.0).to_bits(),
        BasicType::Object => 0,
    }
}

fn first(random: u64) -> [u8; 2] {
    let [high, low, ..] = random.to_be_bytes();
    [high, low]
}
