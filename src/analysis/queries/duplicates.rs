//! Which contents are there more than once, exactly.
//!
//! Contents are hashed in the order of the file; those whose hashes are equal are read again, in the
//! same order, and compared byte by byte with the first of their group. Memory per content is 12
//! bytes at first and 8 for each that remains, besides short contents of the groups.

mod comparing;

use super::contents::{Content, Scan, Scanning};
use super::found::Found;
use super::owners::Owners;
use crate::analysis::query::Context;
use crate::error::Result;
use crate::graph::{BitSet, RankedBitSet, Step, filled, too_large};
use crate::heap::ObjectIndex;
use comparing::Comparing;
pub(super) use comparing::{Group, Grouping, NOT_YET, SHOWN, WHAT, push};
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

const BUCKETS: usize = 256;

/// Hash in two halves, and the object.
type Entry = (u32, u32, u32);

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

#[derive(Debug)]
struct Hashing<'a, S> {
    select: &'a mut S,
    owners: &'a mut Owners,
    hashes: &'a mut Hashes,
}

impl<S: Select> Scan for Hashing<'_, S> {
    fn begin(&mut self, context: &Context<'_>, object: ObjectIndex) -> Result<Option<Content>> {
        let content = self.select.content(context, self.owners, object)?;
        // Contents without elements have no piece that tells their sort.
        self.hashes.running = content
            .map_or(0, |content| u64::from(content.sort()) << 32 | u64::from(content.length));
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

/// Objects that this many of two rounds over the buckets stand for, as progress.
fn half(buckets: usize, objects: usize) -> u64 {
    buckets as u64 * objects as u64 / (2 * BUCKETS as u64)
}

#[cfg(test)]
mod tests;
