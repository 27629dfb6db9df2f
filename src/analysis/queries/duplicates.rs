//! Which contents are there more than once, exactly.
//!
//! Contents are hashed in the order of the file; those whose hashes are equal are read again, in the
//! same order, and compared byte by byte with the first of their group. Memory per content is 12
//! bytes at first and 8 for each that remains, besides short contents of the groups.

use super::contents::{Content, PIECE, Scan, Scanning};
use super::found::Found;
use super::owners::Owners;
use crate::analysis::query::Context;
use crate::error::Result;
use crate::graph::{BitSet, RankedBitSet, Step, filled, reserve, too_large};
use crate::heap::ObjectIndex;
use core::hash::BuildHasher;
use hashbrown::{DefaultHashBuilder, HashMap};

/// Which objects have contents to be compared.
pub(super) trait Select: core::fmt::Debug {
    /// The content of an object; `None` for objects that are not of interest. Called again for those
    /// that may have an equal.
    fn content(
        &mut self,
        context: &Context<'_>,
        owners: &mut Owners,
        object: ObjectIndex,
    ) -> Result<Option<Content>>;

    /// A piece of a content, when it is read for the first time.
    fn piece(&mut self, _: &Context<'_>, _of: &Content, _at: u32, _raw: &[u8]) {}

    /// Whether a content that was read is to be compared.
    fn is_wanted(
        &mut self,
        _: &Context<'_>,
        _: &mut Owners,
        _object: ObjectIndex,
        _of: &Content,
    ) -> Result<bool> {
        Ok(true)
    }
}

/// Bytes of contents that are kept for comparison, all together; others are read again.
const KEPT: usize = 64 << 20;
/// Bytes of one of them.
const KEPT_EACH: usize = 1 << 14;
/// Bytes that are kept of any, to be shown.
pub(super) const SHOWN: usize = 256;
const BUCKETS: usize = 256;
pub(super) const WHAT: &str = "the comparison of contents";
/// No group or holder yet.
pub(super) const NOT_YET: u32 = u32::MAX;

/// Hash in two halves, and the object.
type Entry = (u32, u32, u32);

/// Contents that are equal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    /// The first one in the file, once it was seen.
    pub(super) content: Option<Content>,
    /// Where its beginning is among those kept, and how many bytes that are.
    start: usize,
    kept: usize,
    /// Whether all of it is kept.
    is_whole: bool,
}

/// The groups, and who is in which.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    pub(super) groups: Vec<Group>,
    /// By rank among the members.
    pub(super) group: Vec<u32>,
    pub(super) owner: Vec<u32>,
    kept: Vec<u8>,
    /// Contents that differ from the first of their group though their hashes are equal.
    collided: Vec<u32>,
    current: Current,
}

/// The content that is being compared.
#[derive(Debug, Default)]
struct Current {
    group: u32,
    is_first: bool,
    differs: bool,
    /// Bytes kept of the first one that it was compared with.
    at: usize,
}

#[derive(Debug)]
enum Stage {
    Hash(Scanning),
    /// Looking for equal hashes, bucket by bucket.
    Match(usize),
    /// Giving those found their groups, bucket by bucket.
    Number(usize),
    /// Comparing the members, or those of them that differed from the first of their group.
    Compare(Scanning, Option<BitSet>),
    Done,
}

/// Finds equal contents, in steps.
#[derive(Debug)]
pub(super) struct Finder<S> {
    pub(super) select: S,
    pub(super) owners: Owners,
    /// Groups of fewer are of no interest.
    least: usize,
    /// Whether it is of interest who holds the contents.
    with_owners: bool,
    stage: Stage,
    hashes: Hashes,
    candidates: BitSet,
    /// The objects that are in a group.
    members: RankedBitSet,
    grouping: Grouping,
    pub(super) missing: u64,
}

#[derive(Debug)]
struct Hashes {
    buckets: Vec<Vec<Entry>>,
    builder: DefaultHashBuilder,
    /// Bits of the hash that count: fewer to let contents collide in tests.
    mask: u64,
    /// The hash of the pieces so far.
    running: u64,
}

impl<S: Select> Finder<S> {
    /// Of what `select` selects, groups of at least `least` (1 or more).
    pub(super) fn new(select: S, least: usize) -> Self {
        Self::with(select, least, true)
    }

    /// The same without who holds them.
    pub(super) fn without_owners(select: S, least: usize) -> Self {
        Self::with(select, least, false)
    }

    fn with(select: S, least: usize, with_owners: bool) -> Self {
        Self {
            select,
            owners: Owners::default(),
            least,
            with_owners,
            stage: Stage::Hash(Scanning::default()),
            hashes: Hashes {
                buckets: Vec::new(),
                builder: DefaultHashBuilder::default(),
                mask: u64::MAX,
                running: 0,
            },
            candidates: BitSet::default(),
            members: RankedBitSet::default(),
            grouping: Grouping::default(),
            missing: 0,
        }
    }

    /// Does about `budget` units of work; sorting a bucket is one step.
    pub(super) fn step(&mut self, context: &Context<'_>, budget: u64) -> Result<Step> {
        let objects = context.inquiry.heap().objects.len();
        let more = |third: u64, done: u64| Step::More {
            done: third * objects as u64 + done,
            total: 3 * objects as u64,
        };
        let after = |third: u64, step: Step| match step {
            Step::More { done, .. } => more(third, done),
            Step::Done => more(third + 1, 0),
        };
        match &mut self.stage {
            Stage::Hash(scanning) => {
                if self.hashes.buckets.is_empty() {
                    self.hashes.buckets.resize_with(BUCKETS, Vec::new);
                    self.candidates = BitSet::new(objects)?;
                }
                let (select, owners) = (&mut self.select, &mut self.owners);
                let mut hashing = Hashing { select, owners, hashes: &mut self.hashes };
                let step = scanning.step(&mut hashing, context, &context.of.set, budget)?;
                if step == Step::Done {
                    self.missing = scanning.missing;
                    self.stage = Stage::Match(0);
                }
                Ok(after(0, step))
            }
            Stage::Match(bucket) => {
                let at = *bucket;
                *bucket += 1;
                if at == BUCKETS {
                    self.number_members()?;
                } else {
                    self.match_bucket(at);
                }
                Ok(more(1, half(at, objects)))
            }
            Stage::Number(bucket) => {
                let at = *bucket;
                *bucket += 1;
                if at == BUCKETS {
                    self.hashes.buckets = Vec::new();
                    self.stage = Stage::Compare(Scanning::default(), None);
                } else {
                    self.number_bucket(at)?;
                }
                Ok(more(1, half(at + BUCKETS, objects)))
            }
            Stage::Compare(scanning, collided) => {
                let set = collided.as_ref().unwrap_or(self.members.set());
                let mut comparing = Comparing {
                    select: &mut self.select,
                    owners: &mut self.owners,
                    with_owners: self.with_owners,
                    members: &self.members,
                    grouping: &mut self.grouping,
                };
                let step = scanning.step(&mut comparing, context, set, budget)?;
                if step == Step::Done {
                    self.next_round(objects)?;
                }
                Ok(after(2, step))
            }
            Stage::Done => Ok(Step::Done),
        }
    }

    #[inline(never)]
    fn match_bucket(&mut self, at: usize) {
        let Some(bucket) = self.hashes.buckets.get_mut(at) else { return };
        bucket.sort_unstable();
        for run in runs(bucket).filter(|run| run.len() >= self.least) {
            for entry in run {
                self.candidates.insert(entry.2);
            }
        }
    }

    fn number_members(&mut self) -> Result<()> {
        self.members = RankedBitSet::new(core::mem::take(&mut self.candidates))?;
        let count = self.members.count() as usize;
        self.grouping.group = filled(count, NOT_YET, WHAT)?;
        self.grouping.owner = filled(count, NOT_YET, WHAT)?;
        self.stage = Stage::Number(0);
        Ok(())
    }

    #[inline(never)]
    fn number_bucket(&mut self, at: usize) -> Result<()> {
        let Some(bucket) = self.hashes.buckets.get_mut(at).map(core::mem::take) else {
            return Ok(());
        };
        for run in runs(&bucket).filter(|run| run.len() >= self.least) {
            let group = self.grouping.add_group()?;
            for entry in run {
                self.grouping.assign(&self.members, entry.2, group);
            }
        }
        Ok(())
    }

    /// What differed from the first of its group is compared among itself.
    fn next_round(&mut self, objects: usize) -> Result<()> {
        let collided = core::mem::take(&mut self.grouping.collided);
        if collided.is_empty() {
            self.stage = Stage::Done;
            return Ok(());
        }
        let mut set = BitSet::new(objects)?;
        let mut groups: HashMap<u32, u32> = HashMap::new();
        for object in collided {
            set.insert(object);
            let Some(old) = self.grouping.group_of(&self.members, object) else { continue };
            groups.try_reserve(1).map_err(|_| too_large(8, WHAT))?;
            let new = match groups.get(&old) {
                Some(&new) => new,
                None => {
                    let new = self.grouping.add_group()?;
                    groups.insert(old, new);
                    new
                }
            };
            self.grouping.assign(&self.members, object, new);
        }
        self.stage = Stage::Compare(Scanning::default(), Some(set));
        Ok(())
    }

    /// The groups with their objects, and who holds these.
    pub(super) fn finish(self) -> Result<(Found, S, Owners)> {
        let Self { select, owners, members, grouping, least, .. } = self;
        Ok((Found::new(&members, grouping, least)?, select, owners))
    }
}

/// Runs of entries with equal hashes.
fn runs(bucket: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    bucket.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
}

impl Grouping {
    fn add_group(&mut self) -> Result<u32> {
        push(&mut self.groups, Group::default())?;
        Ok(u32::try_from(self.groups.len() - 1).unwrap_or(NOT_YET))
    }

    fn assign(&mut self, members: &RankedBitSet, object: u32, group: u32) {
        let rank = members.position(object).map(|rank| rank as usize);
        if let Some(place) = rank.and_then(|rank| self.group.get_mut(rank)) {
            *place = group;
        }
    }

    fn group_of(&self, members: &RankedBitSet, object: u32) -> Option<u32> {
        let rank = members.position(object)?;
        self.group.get(rank as usize).copied().filter(|&group| group != NOT_YET)
    }

    /// Keeps a piece of the first content of a group.
    fn keep(&mut self, group: u32, tag: u8, bytes: &[u8]) -> Result<()> {
        let Some(group) = self.groups.get_mut(group as usize) else { return Ok(()) };
        if !group.is_whole {
            return Ok(());
        }
        let fits = group.kept + bytes.len() < KEPT_EACH && self.kept.len() + bytes.len() < KEPT;
        let some = if fits {
            bytes
        } else {
            group.is_whole = false;
            if group.kept > 0 {
                return Ok(());
            }
            bytes.get(..SHOWN).unwrap_or(bytes)
        };
        if group.kept == 0 {
            group.start = self.kept.len();
        }
        let more = (some.len() + 1).max(self.kept.capacity() / 2).min(KEPT);
        if self.kept.capacity() - self.kept.len() <= some.len() {
            reserve(&mut self.kept, more, WHAT)?;
        }
        self.kept.push(tag);
        self.kept.extend_from_slice(some);
        group.kept += 1 + some.len();
        Ok(())
    }

    /// What is kept of the first content of a group: pieces after their tags.
    pub(super) fn kept_of(&self, group: &Group) -> &[u8] {
        self.kept.get(group.start..group.start + group.kept).unwrap_or_default()
    }
}

pub(super) fn push<T>(list: &mut Vec<T>, item: T) -> Result<()> {
    if list.len() == list.capacity() {
        reserve(list, (list.len() / 2).max(64), WHAT)?;
    }
    list.push(item);
    Ok(())
}

#[derive(Debug)]
struct Hashing<'a, S> {
    select: &'a mut S,
    owners: &'a mut Owners,
    hashes: &'a mut Hashes,
}

impl<S: Select> Scan for Hashing<'_, S> {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        let content = self.select.content(context, self.owners, object)?;
        self.hashes.running = content.map_or(0, |content| content.length.into());
        Ok(content)
    }

    fn piece(
        &mut self,
        context: &Context<'_>,
        of: &Content,
        at: u32,
        raw: Vec<u8>,
    ) -> Result<bool> {
        self.select.piece(context, of, at, &raw);
        let (tag, bytes) = of.canonical(raw);
        self.hashes.running = self.hashes.builder.hash_one((self.hashes.running, tag, bytes));
        Ok(true)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves of a hash")]
    fn end(&mut self, context: &Context<'_>, object: ObjectIndex, of: &Content) -> Result<()> {
        if !self.select.is_wanted(context, self.owners, object, of)? {
            return Ok(());
        }
        let hash = self.hashes.running & self.hashes.mask;
        let bucket = (hash >> 56) as usize % BUCKETS;
        match self.hashes.buckets.get_mut(bucket) {
            Some(bucket) => push(bucket, ((hash >> 32) as u32, hash as u32, object.0)),
            None => Ok(()),
        }
    }
}

#[derive(Debug)]
struct Comparing<'a, S> {
    select: &'a mut S,
    owners: &'a mut Owners,
    with_owners: bool,
    members: &'a RankedBitSet,
    grouping: &'a mut Grouping,
}

impl<S: Select> Scan for Comparing<'_, S> {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        let Some(content) = self.select.content(context, self.owners, object)? else {
            return Ok(None);
        };
        let Some(rank) = self.members.position(object.0) else { return Ok(None) };
        if self.with_owners
            && let Some(place) = self.grouping.owner.get_mut(rank as usize)
        {
            *place = self.owners.of(&context.inquiry, object)?.0;
        }
        let Some(number) = self.grouping.group_of(self.members, object.0) else { return Ok(None) };
        let Some(group) = self.grouping.groups.get_mut(number as usize) else { return Ok(None) };
        let is_first = group.content.is_none();
        let first = *group.content.get_or_insert(content);
        self.grouping.current = Current { group: number, is_first, differs: false, at: 0 };
        if is_first {
            group.is_whole = true;
            return Ok(Some(content));
        }
        if first == content {
            return Ok(None);
        }
        if first.length != content.length {
            push(&mut self.grouping.collided, object.0)?;
            return Ok(None);
        }
        Ok(Some(content))
    }

    fn piece(
        &mut self,
        context: &Context<'_>,
        of: &Content,
        at: u32,
        raw: Vec<u8>,
    ) -> Result<bool> {
        let (tag, bytes) = of.canonical(raw);
        let Current { group: number, is_first, at: kept_at, .. } = self.grouping.current;
        if is_first {
            self.grouping.keep(number, tag, &bytes)?;
            return Ok(true);
        }
        let Some(group) = self.grouping.groups.get(number as usize) else { return Ok(false) };
        let is_equal = if group.is_whole {
            let kept = self.grouping.kept_of(group).get(kept_at..).unwrap_or_default();
            kept.split_first().is_some_and(|(&kept, rest)| {
                kept == tag && rest.get(..bytes.len()) == Some(bytes.as_slice())
            })
        } else if let Some(first) = group.content {
            let raw = first.raw(&context.inquiry.values, at, PIECE)?;
            first.canonical(raw) == (tag, bytes.clone())
        } else {
            false
        };
        self.grouping.current.at += 1 + bytes.len();
        self.grouping.current.differs = !is_equal;
        Ok(is_equal)
    }

    fn end(&mut self, _: &Context<'_>, object: ObjectIndex, _: &Content) -> Result<()> {
        let Current { differs, .. } = self.grouping.current;
        if differs { push(&mut self.grouping.collided, object.0) } else { Ok(()) }
    }
}

/// Objects that this many of two rounds over the buckets stand for, as progress.
fn half(buckets: usize, objects: usize) -> u64 {
    buckets as u64 * objects as u64 / (2 * BUCKETS as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Inquiry;
    use crate::analysis::queries::strings::Strings;
    use crate::analysis::query::Objects;
    use crate::heap::loader::{LoadOptions, load};
    use crate::hprof::writer::DumpBuilder;
    use crate::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// How a dump keeps a text.
    #[derive(Clone, Copy, Debug)]
    enum Form {
        Latin1,
        Utf16,
        /// A part of a `char[]`, as before JDK 7u6.
        Part,
    }

    /// Strings of these texts, all held by a root.
    fn dump_of(texts: &[(Vec<u16>, Form)], is_old: bool) -> (Vec<u8>, Vec<ObjectId>) {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        let string = dump.class("java.lang.String").field("value", BasicType::Object);
        let string = if is_old {
            string.field("offset", BasicType::Int).field("count", BasicType::Int).build()
        } else {
            string.field("coder", BasicType::Byte).build()
        };
        let array = dump.standard_classes().object_array;
        let mut ids = Vec::new();
        for (units, form) in texts {
            let big =
                |units: &[u16]| units.iter().flat_map(|u| u.to_be_bytes()).collect::<Vec<_>>();
            let id = match form {
                _ if is_old => {
                    let before = if matches!(form, Form::Part) { 3u16 } else { 0 };
                    let padding = vec![u16::from(b'#'); before.into()];
                    let all = [padding.as_slice(), units.as_slice(), padding.as_slice()].concat();
                    let value = dump.primitive_array(BasicType::Char, &big(&all));
                    let count = i32::try_from(units.len()).unwrap();
                    let fields = [
                        ("value", Value::Object(value)),
                        ("offset", Value::Int(before.into())),
                        ("count", Value::Int(count)),
                    ];
                    dump.instance_with(string, &fields)
                }
                Form::Latin1 if units.iter().all(|&unit| unit < 256) => {
                    let bytes: Vec<u8> = units.iter().map(|&u| u8::try_from(u).unwrap()).collect();
                    let value = dump.primitive_array(BasicType::Byte, &bytes);
                    let fields = [("value", Value::Object(value)), ("coder", Value::Byte(0))];
                    dump.instance_with(string, &fields)
                }
                _ => {
                    let bytes: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
                    let value = dump.primitive_array(BasicType::Byte, &bytes);
                    let fields = [("value", Value::Object(value)), ("coder", Value::Byte(1))];
                    dump.instance_with(string, &fields)
                }
            };
            ids.push(id);
        }
        let all = dump.object_array(array, &ids);
        dump.root(RootKind::JniGlobal, all);
        (dump.finish(), ids)
    }

    /// The sets of equal strings that the finder sees, as places in `ids`.
    fn found(file: Vec<u8>, ids: &[ObjectId], mask: u64, budget: u64) -> Vec<Vec<usize>> {
        let loaded = load(&file, LoadOptions::default(), 1 << 16, &mut |_| {}).unwrap();
        let inquiry = Inquiry::new(&loaded, &file);
        let heap = inquiry.heap();
        let mut set = BitSet::new(heap.objects.len()).unwrap();
        let objects: Vec<u32> = ids.iter().map(|&id| heap.addresses.get(id).unwrap().0).collect();
        objects.iter().for_each(|&object| assert!(set.insert(object)));
        let of = Objects { count: set.count(), set };
        let context = Context { inquiry, of: &of };
        let mut finder = Finder::new(Strings, 2);
        finder.hashes.mask = mask;
        while finder.step(&context, budget).unwrap() != Step::Done {}
        let (found, _, owners) = finder.finish().unwrap();
        let mut groups: Vec<Vec<usize>> = (0..found.len())
            .map(|at| {
                let members = found.members(at);
                members
                    .map(|(object, owner)| {
                        assert_eq!(owners.label(heap, owner), "(GC root)");
                        objects.iter().position(|&o| o == object.0).unwrap()
                    })
                    .collect()
            })
            .collect();
        groups.sort();
        groups
    }

    fn expected(texts: &[(Vec<u16>, Form)]) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<&[u16], Vec<usize>> = BTreeMap::new();
        for (at, (text, _)) in texts.iter().enumerate() {
            groups.entry(text).or_default().push(at);
        }
        let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort();
        groups
    }

    fn texts() -> impl Strategy<Value = Vec<(Vec<u16>, Form)>> {
        let unit = prop_oneof![Just(u16::from(b'a')), Just(0xe9), Just(0x20ac), Just(0xd800)];
        let form = prop_oneof![Just(Form::Latin1), Just(Form::Utf16), Just(Form::Part)];
        prop::collection::vec((prop::collection::vec(unit, 0..4), form), 0..30)
    }

    proptest! {
        #[test]
        fn equal_texts_are_found_however_they_are_kept_and_hashed(
            texts in texts(), is_old in any::<bool>(), mask in prop_oneof![
                Just(u64::MAX), Just(0), Just(1 << 63)
            ], budget in 1u64..50,
        ) {
            let (file, ids) = dump_of(&texts, is_old);
            prop_assert_eq!(found(file, &ids, mask, budget), expected(&texts));
        }
    }

    #[test]
    fn long_texts_are_compared_to_their_last_unit() {
        let long = |last: u16| {
            let mut units: Vec<u16> = (0..60_000u16).map(|at| 0x100 + at % 7).collect();
            units.push(last);
            units
        };
        let texts = [
            (long(1), Form::Utf16),
            (long(2), Form::Utf16),
            (long(1), Form::Utf16),
            (long(3), Form::Utf16),
            (long(2), Form::Utf16),
        ];
        let (file, ids) = dump_of(&texts, false);
        for mask in [0, u64::MAX] {
            assert_eq!(found(file.clone(), &ids, mask, 5), [vec![0, 2], vec![1, 4]]);
        }
    }
}
