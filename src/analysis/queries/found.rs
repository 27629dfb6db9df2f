//! Groups of equal contents, as a table needs them.

use super::contents::{shown, units};
use super::duplicates::{Group, Grouping, NOT_YET, SHOWN, WHAT, push};
use super::owners::Owner;
use crate::error::Result;
use crate::graph::{RankedBitSet, filled};
use crate::heap::ObjectIndex;

/// Groups of equal contents with their objects.
#[derive(Debug, Default)]
pub(super) struct Found {
    grouping: Grouping,
    /// The groups that are large enough.
    large: Vec<u32>,
    /// Where the objects of each of these end.
    pub(super) ends: Vec<u32>,
    /// The objects, group by group, each in the order of the file.
    pub(super) objects: Vec<u32>,
    /// Who holds each.
    owners: Vec<u32>,
}

impl Found {
    /// The groups of at least `least` objects.
    pub(super) fn new(members: &RankedBitSet, grouping: Grouping, least: usize) -> Result<Self> {
        let mut found = Self::default();
        let mut starts: Vec<u32> = filled(grouping.groups.len(), NOT_YET, WHAT)?;
        let mut counts: Vec<u32> = filled(grouping.groups.len(), 0, WHAT)?;
        for &group in &grouping.group {
            if let Some(count) = counts.get_mut(group as usize) {
                *count += 1;
            }
        }
        let mut end = 0u32;
        for (number, count) in (0u32..).zip(counts) {
            if count as usize >= least {
                push(&mut found.large, number)?;
                if let Some(start) = starts.get_mut(number as usize) {
                    *start = end;
                }
                end = end.saturating_add(count);
                push(&mut found.ends, end)?;
            }
        }
        found.objects = filled(end as usize, 0, WHAT)?;
        found.owners = filled(end as usize, NOT_YET, WHAT)?;
        let of = grouping.group.iter().zip(&grouping.owner);
        for (object, (&group, &owner)) in members.set().iter().zip(of) {
            let Some(start) = starts.get_mut(group as usize).filter(|s| **s != NOT_YET) else {
                continue;
            };
            let at = *start as usize;
            if let (Some(place), Some(of)) = (found.objects.get_mut(at), found.owners.get_mut(at)) {
                (*place, *of) = (object, owner);
                *start += 1;
            }
        }
        found.grouping = grouping;
        Ok(found)
    }

    /// Groups of at least as many objects as asked for.
    pub(super) fn len(&self) -> usize {
        self.large.len()
    }

    fn range(&self, at: usize) -> core::ops::Range<usize> {
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        let start = at.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0);
        start as usize..end
    }

    /// The objects of a group with their holders.
    pub(super) fn members(&self, at: usize) -> impl Iterator<Item = (ObjectIndex, Owner)> + '_ {
        let objects = self.objects.get(self.range(at)).unwrap_or_default();
        let owners = self.owners.get(self.range(at)).unwrap_or_default();
        objects.iter().zip(owners).map(|(&object, &owner)| (ObjectIndex(object), Owner(owner)))
    }

    fn group(&self, at: usize) -> Option<&Group> {
        self.grouping.groups.get(*self.large.get(at)? as usize)
    }

    /// Elements of each content of a group.
    pub(super) fn length(&self, at: usize) -> u32 {
        self.group(at).and_then(|group| group.content).map_or(0, |content| content.length)
    }

    /// The text of a group, cut to be shown.
    pub(super) fn text(&self, at: usize) -> String {
        let kept = self.group(at).map(|group| self.grouping.kept_of(group)).unwrap_or_default();
        let Some((&tag, bytes)) = kept.split_first() else { return shown(Vec::new(), false) };
        let units = units(tag, bytes.get(..SHOWN).unwrap_or(bytes));
        let goes_on = units.len() < self.length(at) as usize;
        shown(units, goes_on)
    }

    /// The beginning of the content of a group, as the dump has it.
    pub(super) fn beginning(&self, at: usize) -> &[u8] {
        let kept = self.group(at).map(|group| self.grouping.kept_of(group)).unwrap_or_default();
        let bytes = kept.get(1..).unwrap_or_default();
        bytes.get(..SHOWN).unwrap_or(bytes)
    }

    /// Who holds most of a group, and how many of it; the first one of those that hold as many.
    pub(super) fn most_frequent_owner(&self, at: usize) -> Option<(Owner, u32)> {
        let mut owners: Vec<u32> = self.members(at).map(|(_, owner)| owner.0).collect();
        owners.sort_unstable();
        let mut best: Option<(Owner, u32)> = None;
        for run in owners.chunk_by(|a, b| a == b) {
            let count = u32::try_from(run.len()).unwrap_or(u32::MAX);
            if let Some(&owner) = run.first()
                && best.is_none_or(|(_, most)| count > most)
            {
                best = Some((Owner(owner), count));
            }
        }
        best
    }
}
