//! What the distances between neighbouring objects say about sizes.
//!
//! An object cannot be larger than the distance to the next one. After a collection that compacts
//! the heap, nearly all objects are exactly as large.

use crate::heap::address_map::{AddressMap, GapWalk};
use crate::heap::classes::{ClassKind, Classes, DUPLICATE};
use crate::heap::objects::Objects;
use crate::heap::{ClassIndex, ObjectIndex};

/// Distances behind the instances of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gaps {
    /// The smallest distance in bytes: no instance can be larger.
    pub(super) smallest: u32,
    /// How many instances have just this distance.
    pub(super) at_smallest: u32,
    /// How many instances were seen.
    pub(super) seen: u32,
}

impl Gaps {
    const NONE: Self = Self { smallest: u32::MAX, at_smallest: 0, seen: 0 };

    #[inline]
    fn add(&mut self, gap: u32) {
        self.seen = self.seen.saturating_add(1);
        if gap < self.smallest {
            self.smallest = gap;
            self.at_smallest = 0;
        }
        self.at_smallest = self.at_smallest.saturating_add(u32::from(gap == self.smallest));
    }
}

/// Distances behind the arrays of one element width, their elements taken off: what is left for
/// header and padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArrayBound {
    /// The elements cannot begin behind this offset.
    pub(super) base: i64,
    /// How many arrays were seen.
    pub(super) seen: u32,
    /// How many arrays have no more room than a header and common padding take.
    pub(super) snug: u32,
    /// Bit `n % 32` for elements that take `8 * n` bytes.
    residues: u32,
}

impl ArrayBound {
    const NONE: Self = Self { base: i64::MAX, seen: 0, snug: 0, residues: 0 };

    /// Arrays of a kind that are looked at: their header shows after a handful, and looking up a
    /// length costs more than all the rest of the walk.
    const ENOUGH: u32 = 1 << 20;

    /// The largest header and an alignment of 32.
    const SNUG: i64 = 24 + 32;

    #[inline]
    fn wants_more(&self) -> bool {
        self.seen < Self::ENOUGH
    }

    #[inline]
    fn add(&mut self, gap: u32, length: u32, width: u32) {
        self.seen = self.seen.saturating_add(1);
        let elements = u64::from(length) * u64::from(width);
        let room = i64::from(gap).saturating_sub_unsigned(elements);
        self.base = self.base.min(room);
        self.snug += u32::from((0..=Self::SNUG).contains(&room));
        if elements.is_multiple_of(8) {
            self.residues |= 1 << (elements / 8 % 32);
        }
    }

    /// Whether sizes of these arrays cannot all be multiples of `alignment` without padding to it.
    fn needs_padding_to(&self, alignment: u16) -> bool {
        let units = u32::from(alignment / 8);
        let mut remainders =
            (0..32).filter(|bit| self.residues >> bit & 1 == 1).map(|bit| bit % units);
        let first = remainders.next();
        remainders.any(|remainder| Some(remainder) != first)
    }
}

/// Everything that one walk over the neighbours finds.
#[derive(Debug)]
pub(super) struct Evidence {
    /// By class.
    roles: Vec<Role>,
    /// By class, for classes whose instances all have one size.
    pub(super) instances: Vec<Gaps>,
    /// Primitive arrays by the logarithm of the element width.
    pub(super) primitive_arrays: [ArrayBound; 4],
    /// Arrays of references, should these take four bytes.
    pub(super) narrow_arrays: ArrayBound,
    /// Arrays of references, should these take eight bytes.
    pub(super) wide_arrays: ArrayBound,
    /// Instances of `java.lang.Class`, class objects included, with their distance.
    pub(super) mirrors: Vec<(ObjectIndex, u32)>,
    /// Instances of the class whose instances vary in size, with their distance.
    pub(super) varying: Vec<(ObjectIndex, u32)>,
}

/// What the walk does with an object of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Instance,
    PrimitiveArray(u8),
    ObjectArray,
    Mirror,
    Varying,
    Ignored,
}

/// Classes that the walk treats in a way of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpecialClasses {
    /// `java.lang.Class`: its instances carry the statics of the class they stand for.
    pub(super) mirror: Option<ClassIndex>,
    /// `jdk.internal.vm.StackChunk`: its instances carry stack frames.
    pub(super) varying: Option<ClassIndex>,
}

impl Evidence {
    /// Before the first neighbour.
    pub(super) fn new(classes: &Classes, special: SpecialClasses) -> Self {
        Self {
            roles: classes.iter().map(|(class, c)| role(class, c.kind, special)).collect(),
            instances: vec![Gaps::NONE; classes.len()],
            primitive_arrays: [ArrayBound::NONE; 4],
            narrow_arrays: ArrayBound::NONE,
            wide_arrays: ArrayBound::NONE,
            mirrors: Vec::new(),
            varying: Vec::new(),
        }
    }

    /// A batch of neighbours; whether it was the last. O(objects) in all.
    #[inline(never)]
    pub(super) fn step(
        &mut self,
        walk: &mut GapWalk,
        addresses: &AddressMap,
        objects: &Objects,
        budget: u64,
    ) -> bool {
        addresses.gaps(walk, budget, |object, gap| {
            let class = objects.class(object);
            let gap = u32::try_from(gap).unwrap_or(u32::MAX);
            match self.roles.get(class.index()) {
                Some(Role::Instance) => {
                    if let Some(gaps) = self.instances.get_mut(class.index()) {
                        gaps.add(gap);
                    }
                }
                Some(&role) => self.add_other(objects, role, object, gap),
                None => {}
            }
        })
    }

    #[inline]
    fn add_other(&mut self, objects: &Objects, role: Role, object: ObjectIndex, gap: u32) {
        match role {
            Role::PrimitiveArray(log) => {
                let bound = self.primitive_arrays.get_mut(usize::from(log));
                if let Some(bound) = bound.filter(|bound| bound.wants_more()) {
                    bound.add(gap, objects.length(object).unwrap_or(0), 1 << log);
                }
            }
            Role::ObjectArray if self.narrow_arrays.wants_more() => {
                let length = objects.length(object).unwrap_or(0);
                self.narrow_arrays.add(gap, length, 4);
                self.wide_arrays.add(gap, length, 8);
            }
            Role::Mirror => self.mirrors.push((object, gap)),
            Role::Varying => self.varying.push((object, gap)),
            Role::Instance | Role::ObjectArray | Role::Ignored => {}
        }
    }

    /// Whether arrays prove that objects are padded to `alignment`, given that all addresses are
    /// multiples of it: else that may be an accident of a small dump.
    pub(super) fn is_padded_to(&self, alignment: u16) -> bool {
        self.primitive_arrays.iter().any(|bound| bound.needs_padding_to(alignment))
    }

    /// The evidence of a class, if any of its instances has a neighbour.
    pub(super) fn of(&self, class: ClassIndex) -> Option<Gaps> {
        self.instances.get(class.index()).copied().filter(|gaps| gaps.seen > 0)
    }
}

fn role(class: ClassIndex, kind: ClassKind, special: SpecialClasses) -> Role {
    if class == DUPLICATE {
        return Role::Ignored;
    }
    if Some(class) == special.mirror {
        return Role::Mirror;
    }
    if Some(class) == special.varying {
        return Role::Varying;
    }
    match kind {
        ClassKind::Instance => Role::Instance,
        ClassKind::ObjectArray => Role::ObjectArray,
        ClassKind::PrimitiveArray(element) => {
            Role::PrimitiveArray(match super::layout::width(element, 4) {
                1 => 0,
                2 => 1,
                4 => 2,
                _ => 3,
            })
        }
    }
}
