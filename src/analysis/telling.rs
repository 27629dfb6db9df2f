//! The sentences about a leak suspect: each made from evidence, none without.

use super::Inquiry;
use super::collections;
use super::holder::{Holder, HolderKind, thread_label};
use super::label::Label;
use super::pile::Pile;
use super::story::{Phrase, Sentence, bytes, count, innermost_name, percent, simple_name};
use super::suspects::{Finding, SuspectKind, ratio};
use crate::heap::ObjectIndex;
use crate::heap::roots::root_label;
use crate::hprof::Value;

/// Share of the suspect that the holder's target must retain to speak for it.
const SPEAKS_FOR: f64 = 0.7;
/// Share of what piled up that one class must make up to be named as the pile.
const MOST: f64 = 0.5;
/// Sibling collections named beside the culprit.
const MAX_SIBLINGS: usize = 3;

impl Inquiry<'_> {
    pub(crate) fn short_name(&self, object: ObjectIndex) -> Label {
        let heap = self.heap();
        let class = heap.objects.class(object);
        if heap.known.thread.is_some_and(|t| heap.classes.is_subclass(class, t))
            && let Some(name) = self.values.thread_name(object)
        {
            return Label::from("thread ").then(thread_label(name));
        }
        let name = self.name(object);
        match name.strip_prefix("class ") {
            Some(class) => Label::from(format!("class {}", simple_name(class))),
            None => Label::from(simple_name(&name)),
        }
    }

    /// One sentence: culprit, amount, share, count and average.
    pub(crate) fn headline(
        &self,
        finding: &Finding,
        holder: Option<&Holder>,
        pile: Option<&Pile>,
    ) -> Vec<Phrase> {
        let (sentence, held) = match holder {
            _ if finding.is_group => (self.group_subject(finding), finding.retained),
            Some(holder) if self.held_by(finding, holder, pile).is_some() => {
                let held = self.held_by(finding, holder, pile).unwrap_or(finding.retained);
                (self.holder_subject(holder), held)
            }
            _ => {
                let object = ObjectIndex(finding.objects[0]);
                let article =
                    if self.heap().objects.is_class_object(object) { "The " } else { "One " };
                let sentence = Sentence::default().plain(article).culprit(self.short_name(object));
                (sentence.plain(" holds "), finding.retained)
            }
        };
        let share = percent(ratio(held, self.used_heap()));
        let sentence = sentence.plain(bytes(held)).plain(", ").culprit(share);
        let sentence = sentence.plain(" of the heap");
        match pile {
            Some(pile) if pile.count > 1 && self.is_the_pile(finding, pile) => sentence
                .plain(format!(": {} ", count(pile.count)))
                .class(innermost_name(&pile.class.name), pile.class.class)
                .plain(format!(" of {} each.", bytes(pile.average)))
                .end(),
            _ if finding.is_group => {
                let average = finding.retained / finding.members.max(1);
                sentence.plain(format!(": {} each.", bytes(average))).end()
            }
            _ => sentence.plain(".").end(),
        }
    }

    /// Whether one class makes up most of what piled up; a mixed pile has no count and no average.
    fn is_the_pile(&self, finding: &Finding, pile: &Pile) -> bool {
        let whole = finding.accumulation.map_or(finding.retained, |point| self.retained(point));
        ratio(pile.retained, whole) >= MOST
    }

    fn group_subject(&self, finding: &Finding) -> Sentence {
        let class = &self.heap().classes.get(finding.class).name;
        if Some(finding.class) == self.heap().known.class {
            return Sentence::default()
                .plain("The static fields of ")
                .culprit(format!("{} classes", count(finding.members)))
                .plain(" together hold ");
        }
        Sentence::default()
            .culprit(format!("{} {}", count(finding.members), simple_name(class)))
            .plain(" together hold ")
    }

    /// The bytes that can be said of the holder: what it refers to retains most of the suspect, or
    /// leads to most of the pile (which others may refer to as well). `None` when it explains
    /// neither.
    fn held_by(&self, finding: &Finding, holder: &Holder, pile: Option<&Pile>) -> Option<u64> {
        let target = self.retained(holder.target);
        let pile = pile.filter(|p| self.is_the_pile(finding, p)).map_or(0, |p| p.retained);
        let held = target.max(pile).min(finding.retained);
        (ratio(held, finding.retained) >= SPEAKS_FOR).then_some(held)
    }

    fn holder_subject(&self, holder: &Holder) -> Sentence {
        let what = self.container_word(holder.target);
        let sentence = Sentence::default();
        let sentence = match holder.kind {
            HolderKind::Static => {
                sentence.plain(format!("The static {what} ")).culprit(holder.name.clone())
            }
            HolderKind::Field => {
                sentence.plain(format!("The {what} ")).culprit(holder.name.clone())
            }
            HolderKind::Local => {
                sentence.plain("A local variable of ").culprit(holder.name.clone())
            }
            HolderKind::ThreadLocal => sentence.plain("The ").culprit(holder.name.clone()),
        };
        sentence.plain(" holds ")
    }

    /// What a programmer calls a container of this class.
    pub(crate) fn container_word(&self, object: ObjectIndex) -> &'static str {
        let heap = self.heap();
        if heap.objects.length(object).is_some() {
            return "array";
        }
        let words = [
            ("Cache", "cache"),
            ("Map", "map"),
            ("Hashtable", "map"),
            ("Properties", "map"),
            ("Set", "set"),
            ("Queue", "queue"),
            ("Deque", "queue"),
            ("List", "list"),
            ("Vector", "list"),
            ("Stack", "list"),
        ];
        let names = heap.classes.lineage(heap.objects.class(object));
        names
            .filter_map(|class| {
                let name = simple_name(&heap.classes.get(class).name);
                // ConcurrentHashMap$KeySetView is a set.
                let name = name.rsplit('$').next().unwrap_or(name);
                words.iter().find(|(part, _)| name.contains(part)).map(|(_, word)| *word)
            })
            .next()
            .unwrap_or("field")
    }

    /// The sentences after the headline.
    pub(crate) fn story(
        &self,
        finding: &Finding,
        holder: Option<&Holder>,
        pile: Option<&Pile>,
    ) -> Vec<Vec<Phrase>> {
        let mut story = Vec::new();
        story.extend(self.where_it_piles_up(finding));
        story.extend(pile.and_then(|pile| self.reference_pile(pile)));
        story.extend(self.siblings(holder, pile));
        story.extend(self.kept_alive(finding));
        if let Some((thread, name)) = self.out_of_memory_thread() {
            story.push(
                Sentence::default()
                    .plain("Thread ")
                    .object(name, thread)
                    .plain(" was throwing ")
                    .code("OutOfMemoryError")
                    .plain(" when the dump was taken.")
                    .end(),
            );
        }
        story
    }

    fn where_it_piles_up(&self, finding: &Finding) -> Option<Vec<Phrase>> {
        let point = finding.accumulation?;
        if finding.is_group {
            let class = simple_name(&self.heap().classes.get(finding.class).name);
            return Some(
                Sentence::default()
                    .plain("The paths to them meet in ")
                    .object(self.short_name(point), point)
                    .plain(format!(", which leads to most of the {} ", count(finding.members)))
                    .class(class, finding.class)
                    .plain(".")
                    .end(),
            );
        }
        let suspect = ObjectIndex(finding.objects[0]);
        let children = self.loaded.dominators.children_count(point.0);
        if children == 0 {
            return None;
        }
        let sentence = Sentence::default();
        let sentence = if suspect == point {
            sentence.object(self.short_name(suspect), suspect).plain(" itself")
        } else {
            sentence
                .object(self.short_name(suspect), suspect)
                .plain(format!(" retains {}; it piles up in ", bytes(finding.retained)))
                .object(self.short_name(point), point)
                .plain(", which alone")
        };
        Some(
            sentence
                .plain(" holds ")
                .strong(count(children.into()))
                .plain(if children == 1 { " object." } else { " objects directly." })
                .end(),
        )
    }

    /// The other static collections of the same class: a forgotten one stands out by its size.
    fn siblings(&self, holder: Option<&Holder>, pile: Option<&Pile>) -> Option<Vec<Phrase>> {
        let holder = holder.filter(|h| h.kind == HolderKind::Static)?;
        let pile = pile?;
        let heap = self.heap();
        let class = heap.classes.represented_by(holder.owner)?;
        let mut siblings = Vec::new();
        for field in &heap.classes.get(class).statics {
            let name = heap.names.text(field.name);
            let Value::Object(id) = field.value else { continue };
            let Some(object) = self.values.resolve(id) else { continue };
            if Some(&name) != holder.field.as_ref()
                && let Some(size) = collections::size(&self.values, object)
                && size.saturating_mul(2) < pile.count
            {
                siblings.push((name, object, size));
            }
        }
        siblings.truncate(MAX_SIBLINGS);
        let last = siblings.len().checked_sub(1)?;
        let owner = simple_name(&heap.classes.get(class).name);
        let sentence = match (&holder.field, collections::size(&self.values, holder.target)) {
            (Some(field), Some(size)) => Sentence::default()
                .object(field.clone(), holder.target)
                .plain(" has ")
                .strong(count(size))
                .plain(" elements; beside it in "),
            _ => Sentence::default().plain("Beside it in "),
        };
        let mut sentence = sentence.class(owner, class).plain(": ");
        for (at, (name, object, size)) in siblings.into_iter().enumerate() {
            sentence = sentence.object(name, object).plain(" has ").strong(count(size));
            sentence = sentence.plain(if at == last { " elements" } else { ", " });
        }
        Some(sentence.plain(", far fewer.").end())
    }

    fn kept_alive(&self, finding: &Finding) -> Option<Vec<Phrase>> {
        if finding.is_group && finding.accumulation.is_none() {
            return None;
        }
        let root = ObjectIndex(*finding.path.first()?);
        let kind = self.heap().roots.of(root).first().map(|r| root_label(r.kind))?;
        let steps = finding.path.len() - 1;
        let away = match steps {
            0 => String::new(),
            1 => ", one reference away".to_owned(),
            _ => format!(", {steps} references away"),
        };
        if finding.objects == [root.0] {
            let sentence = Sentence::default().object(self.short_name(root), root);
            let place =
                if steps == 0 { String::new() } else { format!("; the pile is{}", &away[1..]) };
            return Some(sentence.plain(format!(" is a GC root itself ({kind}){place}.")).end());
        }
        let subject = if finding.is_group { "They are" } else { "It is" };
        Some(
            Sentence::default()
                .plain(format!("{subject} kept alive by "))
                .object(self.short_name(root), root)
                .plain(format!(", a GC root ({kind}){away}."))
                .end(),
        )
    }

    /// Class and loader names for a search engine (rule L7).
    pub(crate) fn keywords(&self, finding: &Finding, holder: Option<&Holder>) -> Vec<String> {
        let heap = self.heap();
        let mut words = Vec::new();
        let mut add = |word: String| {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        };
        if let Some(holder) = holder {
            let class = heap.owner_class(holder.owner);
            add(heap.classes.get(class).name.clone());
            add(holder.field.clone().unwrap_or_default());
        }
        let suspect = ObjectIndex(finding.objects[0]);
        let class = heap.classes.represented_by(suspect).unwrap_or(finding.class);
        if self.suspect_kind(finding) != SuspectKind::Group || Some(class) != heap.known.class {
            add(heap.classes.get(class).name.clone());
        }
        if let Some(point) = finding.accumulation {
            add(heap.classes.get(heap.objects.class(point)).name.clone());
        }
        words
    }
}
