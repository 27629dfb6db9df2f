//! Contents with equal hashes, compared byte by byte with the first one of their group.

use super::Select;
use crate::analysis::queries::contents::{Content, PIECE, Scan};
use crate::analysis::queries::owners::Owners;
use crate::analysis::query::Context;
use crate::error::Result;
use crate::graph::{RankedBitSet, reserve};
use crate::heap::ObjectIndex;

/// Bytes of contents that are kept for comparison, all together; others are read again.
const KEPT: usize = 64 << 20;
/// Bytes of one of them.
const KEPT_EACH: usize = 1 << 14;
/// Bytes that are kept of any, to be shown.
pub(in crate::analysis::queries) const SHOWN: usize = 256;
pub(in crate::analysis::queries) const WHAT: &str = "the comparison of contents";
/// No group or holder yet.
pub(in crate::analysis::queries) const NOT_YET: u32 = u32::MAX;

/// Contents that are equal.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::analysis::queries) struct Group {
    /// The first one in the file, once it was seen.
    pub(in crate::analysis::queries) content: Option<Content>,
    /// Where its beginning is among those kept, and how many bytes that are.
    start: usize,
    kept: usize,
    /// Whether all of it is kept.
    is_whole: bool,
}

/// The groups, and who is in which.
#[derive(Debug, Default)]
pub(in crate::analysis::queries) struct Grouping {
    pub(in crate::analysis::queries) groups: Vec<Group>,
    /// By rank among the members.
    pub(in crate::analysis::queries) group: Vec<u32>,
    pub(in crate::analysis::queries) owner: Vec<u32>,
    kept: Vec<u8>,
    /// Contents that differ from the first of their group though their hashes are equal.
    pub(super) collided: Vec<u32>,
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

impl Grouping {
    pub(super) fn add_group(&mut self) -> Result<u32> {
        push(&mut self.groups, Group::default())?;
        Ok(u32::try_from(self.groups.len() - 1).unwrap_or(NOT_YET))
    }

    pub(super) fn assign(&mut self, members: &RankedBitSet, object: u32, group: u32) {
        let rank = members.position(object).map(|rank| rank as usize);
        if let Some(place) = rank.and_then(|rank| self.group.get_mut(rank)) {
            *place = group;
        }
    }

    pub(super) fn group_of(&self, members: &RankedBitSet, object: u32) -> Option<u32> {
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
    pub(in crate::analysis::queries) fn kept_of(&self, group: &Group) -> &[u8] {
        self.kept.get(group.start..group.start + group.kept).unwrap_or_default()
    }
}

pub(in crate::analysis::queries) fn push<T>(list: &mut Vec<T>, item: T) -> Result<()> {
    if list.len() == list.capacity() {
        reserve(list, (list.len() / 2).max(64), WHAT)?;
    }
    list.push(item);
    Ok(())
}

#[derive(Debug)]
pub(super) struct Comparing<'a, S> {
    pub(super) select: &'a mut S,
    pub(super) owners: &'a mut Owners,
    pub(super) with_owners: bool,
    pub(super) members: &'a RankedBitSet,
    pub(super) grouping: &'a mut Grouping,
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
        if (first.length, first.sort()) != (content.length, content.sort()) {
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
