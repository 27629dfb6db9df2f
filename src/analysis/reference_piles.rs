//! Piles of phantom, weak and soft references of a program's own class: who waits for whom.

use super::Inquiry;
use super::holder::is_platform_class;
use super::pile::Pile;
use super::story::{Phrase, Sentence, bytes, count, innermost_name, simple_name};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::Value;

/// References whose referents are read; of more only the kind is told.
const READ: u64 = 250_000;

/// The references of a pile.
#[derive(Debug, Default)]
struct Read {
    all: u64,
    /// Those without a referent.
    lost: u64,
    /// A referent that is there.
    referent: Option<ObjectIndex>,
    /// A reference that has lost its referent.
    example: Option<ObjectIndex>,
}

impl Inquiry<'_> {
    /// A sentence on a pile of references: how many have lost their referent and only wait to be
    /// taken away, and what they keep meanwhile. O(objects) where there is such a pile.
    pub(crate) fn reference_pile(&self, pile: &Pile) -> Option<Vec<Phrase>> {
        let kind = self.reference_kind(pile.class.class)?;
        let sentence = Sentence::default().plain(format!("They are {kind} references"));
        if pile.count > READ {
            return Some(sentence.plain(".").end());
        }
        let read = self.read_references(pile.class.class);
        let example = read.example?;
        let sentence = sentence
            .plain(": ")
            .strong(count(read.lost))
            .plain(format!(" of {} have lost their referent", count(read.all)))
            .plain(" and wait to be cleaned up");
        let sentence = match read.referent {
            Some(referent) => {
                let class = self.heap().objects.class(referent);
                let name = simple_name(&self.heap().classes.get(class).name).to_owned();
                let alive = read.all - read.lost;
                let refer = if alive == 1 { "refers" } else { "refer" };
                sentence.plain(format!(", {} still {refer} to a ", count(alive))).class(name, class)
            }
            None => sentence,
        };
        let sentence = match self.kept_most(example) {
            Some((field, kept)) if self.retained(kept).saturating_mul(2) >= pile.average => {
                let class = self.heap().objects.class(kept);
                let name = innermost_name(&self.heap().classes.get(class).name).to_owned();
                sentence
                    .plain("; each keeps its ")
                    .code(field)
                    .plain(", a ")
                    .class(name, class)
                    .plain(format!(" of {}", bytes(self.retained(kept))))
            }
            _ => sentence,
        };
        Some(sentence.plain(".").end())
    }

    /// What kind of reference instances of a program's class are.
    fn reference_kind(&self, class: ClassIndex) -> Option<&'static str> {
        let classes = &self.heap().classes;
        if is_platform_class(&classes.get(class).name) {
            return None;
        }
        classes.lineage(class).find_map(|class| match classes.get(class).name.as_str() {
            "java.lang.ref.PhantomReference" => Some("phantom"),
            "java.lang.ref.WeakReference" => Some("weak"),
            "java.lang.ref.SoftReference" => Some("soft"),
            _ => None,
        })
    }

    fn read_references(&self, class: ClassIndex) -> Read {
        const BATCH: usize = 1 << 16;
        let objects = &self.heap().objects;
        let mut found = Vec::new();
        let mut start = 0;
        while start < objects.len() {
            objects.for_each(start..start + BATCH, |object, of, _| {
                if of == class {
                    found.push(object);
                }
            });
            start += BATCH;
        }
        found.retain(|&object| self.is_reachable(object));
        let mut read = Read::default();
        for object in found {
            read.all += 1;
            match self.values.reference(object, "referent") {
                Some(referent) => read.referent = read.referent.or(Some(referent)),
                None => {
                    read.lost += 1;
                    read.example = read.example.or(Some(object));
                }
            }
        }
        read
    }

    /// The field of a reference, other than those of `java.lang.ref.Reference`, that keeps most.
    fn kept_most(&self, reference: ObjectIndex) -> Option<(String, ObjectIndex)> {
        let names = &self.heap().names;
        let fields = self.values.fields(reference).ok()?.into_iter();
        let kept = fields.filter_map(|field| {
            let name = names.text(field.descriptor.name);
            let Some(Value::Object(id)) = field.value else { return None };
            let is_own = !["referent", "queue", "next", "discovered"].contains(&name.as_str());
            is_own.then(|| self.values.resolve(id)).flatten().map(|object| (name, object))
        });
        kept.max_by_key(|&(_, object)| self.retained(object))
    }
}
