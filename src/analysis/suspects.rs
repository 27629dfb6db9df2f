//! Leak suspects (rules L1 to L7): who holds more than a tenth of the heap, and where it piles up.

use super::Inquiry;
use super::holder::{Holder, is_platform_class};
use super::label::Label;
use super::paths::Path;
use super::pile::Pile;
use super::rows::{ClassRef, ObjectRow, address};
use super::story::Phrase;
use crate::heap::{ClassIndex, ObjectIndex};
use hashbrown::HashMap;
use serde::Serialize;

/// What a suspect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SuspectKind {
    /// One instance or array.
    Instance,
    /// A class, by its static fields.
    Class,
    /// A class loader.
    ClassLoader,
    /// A thread, by its local variables and thread locals.
    Thread,
    /// Many objects of one class together.
    Group,
}

/// A leak suspect.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Suspect {
    /// 1 for the largest.
    pub rank: u32,
    /// What it is.
    pub kind: SuspectKind,
    /// The object; `None` for a group.
    pub object: Option<ObjectRow>,
    /// Class of the suspect or of the group's members.
    pub class: ClassRef,
    /// 1, or the size of the group.
    pub members: u64,
    /// The holder as a programmer names it.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub holder: Label,
    /// Retained bytes (of a group: the sum).
    pub retained: u64,
    /// Shallow bytes (of a group: the sum).
    pub shallow: u64,
    /// Share of the used heap, 0 to 1.
    pub share: f64,
    /// Where the memory piles up (rules L5, L6).
    pub accumulation: Option<ObjectRow>,
    /// What piled up there.
    pub pile: Option<Pile>,
    /// One sentence.
    pub headline: Vec<Phrase>,
    /// The sentences after it.
    pub story: Vec<Vec<Phrase>>,
    /// Shortest path to the accumulation point, through it to what piled up where that is no array, or
    /// to the largest member of a group.
    pub path: Path,
    /// Words for a search engine or ticket.
    pub keywords: Vec<String>,
    /// The largest objects below the accumulation point, or members of the group.
    pub biggest: Vec<ObjectRow>,
}

/// All suspects of a dump.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SuspectReport {
    /// The largest first.
    pub suspects: Vec<Suspect>,
    /// Bytes that no suspect holds.
    pub remainder: u64,
}

/// What the search finds before names and sentences are made.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The suspect object, or the members of a group (at most [`MAX_MEMBERS`], the largest first).
    pub objects: Vec<u32>,
    /// Class of the suspect or members.
    pub class: ClassIndex,
    /// Size of the group.
    pub members: u64,
    /// Whether this is a group.
    pub is_group: bool,
    /// Retained bytes.
    pub retained: u64,
    /// Shallow bytes.
    pub shallow: u64,
    /// Accumulation point.
    pub accumulation: Option<ObjectIndex>,
    /// The path from a root, root first.
    pub path: Vec<u32>,
}

/// Percentage of the used heap that makes a suspect (rule L1).
const THRESHOLD_PERCENT: u64 = 10;
/// Share of the parent's retained size below which a child is not the pile itself (rule L5).
const DROP: f64 = 0.7;
/// Steps down the dominator tree (rule L5).
const MAX_DEPTH: usize = 1000;
/// Members of a group whose paths are merged (rule L6).
pub const MAX_MEMBERS: usize = 10_000;
/// Share of a group's members that the common path must hold (rule L6).
const COMMON: f64 = 0.8;
/// Steps of one member's path that are merged; longer paths count from their end.
const MAX_PATH: usize = 4096;
/// Biggest objects listed.
const BIGGEST: u32 = 10;

impl Inquiry<'_> {
    /// The leak suspects with names and sentences.
    pub fn suspects(&self) -> SuspectReport {
        let mut findings = self.findings();
        findings.retain(|finding| !self.is_nobodys(finding));
        let held: u64 = findings.iter().map(|f| f.retained).sum();
        let mut suspects: Vec<Suspect> =
            findings.iter().zip(1..).map(|(f, rank)| self.suspect(f, rank)).collect();
        for suspect in &mut suspects {
            self.address(&mut suspect.headline);
            suspect.story.iter_mut().for_each(|sentence| self.address(sentence));
        }
        let remainder = self.used_heap().saturating_sub(held);
        SuspectReport { suspects, remainder }
    }

    /// Gives the objects that a sentence names their addresses.
    pub(super) fn address(&self, sentence: &mut [Phrase]) {
        for phrase in sentence {
            phrase.address = phrase.object.map(|object| address(self.heap().objects.id(object)));
        }
    }

    /// Whether a finding accuses nobody: a group without a place where its paths meet, of class
    /// objects (the static fields of many classes) or of the platform's own small change, such as
    /// strings. Eclipse MAT names such groups in every small heap. Threads and class loaders are
    /// worth naming even when each is on its own.
    fn is_nobodys(&self, finding: &Finding) -> bool {
        let heap = self.heap();
        if !finding.is_group {
            return false;
        }
        if Some(finding.class) == heap.known.class {
            return true;
        }
        let is = |ancestor: Option<ClassIndex>| {
            ancestor.is_some_and(|a| heap.classes.is_subclass(finding.class, a))
        };
        let class = heap.classes.get(finding.class);
        let platform = is_platform_class(&class.name) || !class.name.contains('.');
        finding.accumulation.is_none()
            && platform
            && !is(heap.known.thread)
            && !is(heap.known.class_loader)
    }

    /// Rule L1: bytes that a suspect must exceed.
    fn threshold(&self) -> u64 {
        self.used_heap() * THRESHOLD_PERCENT / 100
    }

    /// Rules L1 to L4: single objects and groups above the threshold, the largest first.
    pub fn findings(&self) -> Vec<Finding> {
        let threshold = self.threshold();
        let top = self.loaded.dominators.top(0, u32::MAX);
        let singles =
            top.iter().take_while(|&&node| self.retained(ObjectIndex(node)) > threshold).count();
        let (singles, rest) = top.split_at(singles);
        let mut findings: Vec<Finding> =
            singles.iter().map(|&node| self.single(ObjectIndex(node))).collect();
        let mut sums: HashMap<ClassIndex, u64> = HashMap::new();
        for &node in rest {
            let object = ObjectIndex(node);
            *sums.entry(self.heap().objects.class(object)).or_default() += self.retained(object);
        }
        let mut groups: Vec<ClassIndex> =
            sums.into_iter().filter(|&(_, sum)| sum > threshold).map(|(class, _)| class).collect();
        groups.sort_unstable();
        findings.extend(groups.into_iter().map(|class| self.group(class, rest)));
        findings.sort_by(|a, b| {
            let name = |f: &Finding| self.heap().classes.get(f.class).name.clone();
            b.retained
                .cmp(&a.retained)
                .then(a.is_group.cmp(&b.is_group))
                .then(b.shallow.cmp(&a.shallow))
                .then_with(|| name(a).cmp(&name(b)))
                .then(a.objects.cmp(&b.objects))
        });
        findings
    }

    fn single(&self, object: ObjectIndex) -> Finding {
        let accumulation = self.accumulation_point(object).or_else(|| self.chain_head(object));
        let point = accumulation.unwrap_or(object);
        let path = self.loaded.paths.path(point.0).unwrap_or_default();
        let path = self.path_through_fields(point).unwrap_or(path);
        Finding {
            objects: vec![object.0],
            class: self.heap().objects.class(object),
            members: 1,
            is_group: false,
            retained: self.retained(object),
            shallow: self.heap().shallow(object),
            accumulation,
            path,
        }
    }

    /// Where a class object or an instance is the accumulation point, none of its fields alone
    /// keeps the pile: the way that most of the pile's shortest paths share names the field that
    /// leads to it.
    fn path_through_fields(&self, point: ObjectIndex) -> Option<Vec<u32>> {
        let heap = self.heap();
        if heap.objects.length(point).is_some() {
            return None;
        }
        let class = self.pile_below(point)?.class.class;
        let children = self.loaded.dominators.children(point.0, 0, u32::MAX);
        let of_pile = children.iter().copied();
        let of_pile = of_pile.filter(|&child| heap.objects.class(ObjectIndex(child)) == class);
        let members: Vec<u32> = of_pile.take(MAX_MEMBERS).collect();
        let (shared, path) = self.common_path(&members);
        (shared.is_some() && path.contains(&point.0) && path.last() != Some(&point.0))
            .then_some(path)
    }

    /// Rule L5: down the largest children until one is much smaller than its parent.
    pub fn accumulation_point(&self, object: ObjectIndex) -> Option<ObjectIndex> {
        let mut point = object;
        for _ in 0..MAX_DEPTH {
            let Some(&child) = self.loaded.dominators.children(point.0, 0, 1).first() else {
                return Some(point);
            };
            let child = ObjectIndex(child);
            if ratio(self.retained(child), self.retained(point)) < DROP {
                return Some(point);
            }
            point = child;
        }
        None
    }

    /// Where a chain too long for rule L5 begins: the first object after which the classes of
    /// dominated objects repeat, as in a linked list of many nodes.
    fn chain_head(&self, object: ObjectIndex) -> Option<ObjectIndex> {
        let mut chain = vec![object];
        for _ in 0..MAX_DEPTH {
            let last = *chain.last()?;
            chain.push(ObjectIndex(*self.loaded.dominators.children(last.0, 0, 1).first()?));
        }
        let class = |o: &ObjectIndex| self.heap().objects.class(*o);
        let repeated = class(chain.last()?);
        let first = chain.iter().position(|o| class(o) == repeated)?;
        chain.get(first.saturating_sub(1)).copied()
    }

    fn group(&self, class: ClassIndex, top: &[u32]) -> Finding {
        let heap = self.heap();
        let (mut members, mut retained, mut shallow) = (0, 0, 0);
        let mut objects = Vec::new();
        for &node in top {
            let object = ObjectIndex(node);
            if heap.objects.class(object) == class {
                members += 1;
                retained += self.retained(object);
                shallow += heap.shallow(object);
                // `top` is sorted by retained size: these are the largest.
                if objects.len() < MAX_MEMBERS {
                    objects.push(node);
                }
            }
        }
        let (accumulation, path) = self.common_path(&objects);
        Finding { objects, class, members, is_group: true, retained, shallow, accumulation, path }
    }

    /// Rule L6: the shortest paths of the members, merged from the roots.
    pub(super) fn common_path(&self, members: &[u32]) -> (Option<ObjectIndex>, Vec<u32>) {
        let mut merged: HashMap<u32, (u64, u64)> = HashMap::new();
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut firsts: Vec<u32> = Vec::new();
        for &member in members {
            let retained = self.retained(ObjectIndex(member));
            let mut below: Option<u32> = None;
            for node in self.loaded.paths.to_root(member).take(MAX_PATH) {
                let entry = merged.entry(node).or_insert_with(|| (0, 0));
                let is_new = entry.0 == 0;
                entry.0 += 1;
                entry.1 += retained;
                if let Some(below) = below.take() {
                    children.entry(node).or_default().push(below);
                }
                if is_new {
                    below = Some(node);
                }
            }
            firsts.extend(below);
        }
        let count = |node: &u32| merged.get(node).map_or(0, |m| m.0);
        let retained = |node: &u32| merged.get(node).map_or(0, |m| m.1);
        let largest = |nodes: &[u32]| {
            nodes.iter().copied().max_by_key(|n| (count(n), retained(n), core::cmp::Reverse(*n)))
        };
        let longest = || {
            let first = members.first().copied().unwrap_or(0);
            self.loaded.paths.path(first).unwrap_or_default()
        };
        #[expect(clippy::cast_precision_loss, reason = "at most 10,000 members")]
        let enough = |node: &u32| count(node) as f64 > COMMON * members.len() as f64;
        let mut path = Vec::new();
        let mut next = largest(&firsts);
        while let Some(node) = next.filter(enough) {
            path.push(node);
            let Some(child) = children.get(&node).and_then(|c| largest(c)) else {
                return (Some(ObjectIndex(node)), path);
            };
            if ratio(retained(&child), retained(&node)) < DROP {
                return (Some(ObjectIndex(node)), path);
            }
            next = Some(child);
        }
        (None, longest())
    }

    fn suspect(&self, finding: &Finding, rank: u32) -> Suspect {
        // What the members of a group do not share says nothing about who holds them.
        let is_shared = !finding.is_group || finding.accumulation.is_some();
        let holder = self.holder(&finding.path).filter(|_| is_shared);
        let pile = match (finding.is_group, finding.accumulation) {
            (true, _) => None,
            (false, point) => point.and_then(|p| self.pile_below(p)),
        };
        let object = (!finding.is_group).then(|| ObjectIndex(finding.objects[0]));
        let share = ratio(finding.retained, self.used_heap());
        let biggest: Vec<ObjectRow> = match finding.accumulation {
            Some(point) if !finding.is_group => self.dominated(Some(point), 0, BIGGEST).rows,
            _ => {
                let largest = finding.objects.iter().take(BIGGEST as usize);
                largest.map(|&o| self.row(ObjectIndex(o))).collect()
            }
        };
        Suspect {
            rank,
            kind: self.suspect_kind(finding),
            object: object.map(|o| self.row(o)),
            class: self.class_ref(finding.class),
            members: finding.members,
            holder: self.holder_name(finding, holder.as_ref()),
            retained: finding.retained,
            shallow: finding.shallow,
            share,
            accumulation: finding.accumulation.map(|o| self.row(o)),
            headline: self.headline(finding, holder.as_ref(), pile.as_ref()),
            story: self.story(finding, holder.as_ref(), pile.as_ref()),
            pile,
            path: self.named_path(&finding.path),
            keywords: self.keywords(finding, holder.as_ref()),
            biggest,
        }
    }

    fn holder_name(&self, finding: &Finding, holder: Option<&Holder>) -> Label {
        match holder {
            Some(holder) => holder.name.clone(),
            None if finding.is_group => self.heap().classes.get(finding.class).name.as_str().into(),
            None => self.name(ObjectIndex(finding.objects[0])).into(),
        }
    }

    /// Rule L7: what kind of thing the suspect is.
    pub(crate) fn suspect_kind(&self, finding: &Finding) -> SuspectKind {
        let heap = self.heap();
        let object = ObjectIndex(finding.objects[0]);
        let is = |ancestor: Option<ClassIndex>| {
            ancestor.is_some_and(|a| heap.classes.is_subclass(finding.class, a))
        };
        if finding.is_group {
            SuspectKind::Group
        } else if heap.objects.is_class_object(object) {
            SuspectKind::Class
        } else if is(heap.known.thread) {
            SuspectKind::Thread
        } else if is(heap.known.class_loader) {
            SuspectKind::ClassLoader
        } else {
            SuspectKind::Instance
        }
    }
}

/// `part / whole`, 0 for an empty whole.
#[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
