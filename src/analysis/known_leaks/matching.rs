//! Whether a heap shows what an entry needs, and the sentences that say so.

use super::catalogue::{
    ClassNames, Count, Declares, Elements, FieldName, Holds, Leak, Loaders, Need, Outside, Pile,
    Retains, ValueIs,
};
use super::fields::Reached;
use super::kin::{Instances, Kin};
use super::loaders::OldLoaders;
use crate::analysis::Inquiry;
use crate::analysis::story::{
    Phrase, Sentence, bytes, count, innermost_name, percent, simple_name,
};
use crate::analysis::suspects::{Suspect, ratio};
use crate::heap::{ClassIndex, ObjectIndex};
use core::cell::OnceCell;
use hashbrown::HashSet;

/// What speaks for an entry.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// One sentence per need.
    pub(super) sentences: Vec<Vec<Phrase>>,
    /// Rank of the suspect that it is about.
    pub(super) suspect: Option<u32>,
    /// Share of the used heap that it is about.
    pub(super) share: f64,
}

/// What a need came to.
enum Outcome {
    /// The heap does not show it.
    Fails,
    /// It takes instances that nobody has looked for yet.
    TakesInstances,
    /// The heap shows it.
    Shows(Proof),
}

/// The evidence for one need.
struct Proof {
    sentence: Sentence,
    suspect: Option<u32>,
    share: f64,
}

impl Proof {
    fn of(sentence: Sentence) -> Self {
        Self { sentence, suspect: None, share: 0.0 }
    }
}

impl From<Option<Proof>> for Outcome {
    fn from(proof: Option<Proof>) -> Self {
        proof.map_or(Self::Fails, Self::Shows)
    }
}

/// Compares entries with one dump.
pub(super) struct Matcher<'a> {
    pub(super) inquiry: &'a Inquiry<'a>,
    pub(super) suspects: &'a [Suspect],
    pub(super) kin: Kin<'a>,
    pub(super) instances: Instances<'a>,
    old_loaders: OnceCell<OldLoaders>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(
        inquiry: &'a Inquiry<'a>,
        suspects: &'a [Suspect],
        leaks: &'a [Leak],
    ) -> Self {
        let wanted: HashSet<&str> =
            leaks.iter().flat_map(|leak| &leak.needs).flat_map(Need::classes).collect();
        Self {
            inquiry,
            suspects,
            kin: Kin::new(inquiry, &wanted),
            instances: Instances::default(),
            old_loaders: OnceCell::new(),
        }
    }

    /// Whether no need fails as far as can be said without looking at instances.
    pub(super) fn may_show(&self, leak: &Leak) -> bool {
        leak.needs.iter().all(|need| !matches!(self.judge(need), Outcome::Fails))
    }

    /// Looks for the instances that the entries' open needs take.
    pub(super) fn find_instances(&mut self, leaks: &[&'a Leak]) {
        let open = leaks.iter().flat_map(|leak| &leak.needs);
        let open = open.filter(|need| matches!(self.judge(need), Outcome::TakesInstances));
        let names: HashSet<&str> = open.flat_map(Need::classes).collect();
        self.instances.gather(self.inquiry, &self.kin, &names);
    }

    /// The evidence, if the heap shows all that the entry needs.
    pub(super) fn evidence(&self, leak: &Leak) -> Option<Evidence> {
        let mut evidence = Evidence::default();
        for need in &leak.needs {
            let Outcome::Shows(proof) = self.judge(need) else { return None };
            evidence.sentences.push(proof.sentence.plain(".").end());
            evidence.suspect = evidence.suspect.or(proof.suspect);
            evidence.share = evidence.share.max(proof.share);
        }
        Some(evidence)
    }

    fn judge(&self, need: &Need) -> Outcome {
        match need {
            Need::Holds(need) => self.holds(need),
            Need::Count(need) => self.count(need).into(),
            Need::Retains(need) => self.retains(need).into(),
            Need::Pile(need) => self.pile(need).into(),
            Need::Elements(need) => self.elements(need),
            Need::Value(need) => self.value(need),
            Need::Classes(need) => self.classes(need).into(),
            Need::Loaders(need) => self.loaders(need).into(),
            Need::Outside(need) => self.outside(need).into(),
            Need::Declares(need) => self.declares(need).into(),
        }
    }

    fn used(&self) -> u64 {
        self.inquiry.used_heap()
    }

    fn family(&self, name: &str) -> &[ClassIndex] {
        self.kin.of(name).map_or(&[], |family| &family.all)
    }

    /// Reachable instances of a class and its subclasses.
    pub(super) fn live(&self, name: &str) -> u64 {
        let totals = &self.inquiry.loaded.totals;
        self.family(name).iter().map(|&class| totals.get(class).instances).sum()
    }

    /// The largest minimum retained size among a class and its subclasses.
    fn retained(&self, name: &str) -> u64 {
        let retained = &self.inquiry.loaded.class_retained;
        let of = |class: &ClassIndex| retained.get(class.index()).copied().unwrap_or(0);
        self.family(name).iter().map(of).max().unwrap_or(0)
    }

    fn holds(&self, need: &Holds) -> Outcome {
        for field in &need.field {
            let on_path = self.on_path(field).filter(|&(suspect, owner, target)| {
                suspect.share >= need.share && self.fits(need, owner, target)
            });
            if let Some((suspect, _, target)) = on_path {
                let retained = self.inquiry.retained(target).max(
                    suspect
                        .retained
                        .min(suspect.pile.as_ref().map_or(suspect.retained, |pile| pile.retained)),
                );
                let mut proof = self.held(field, target, retained);
                proof.suspect = Some(suspect.rank);
                return Outcome::Shows(proof);
            }
        }
        let mut open = false;
        for field in &need.field {
            // What its instances do not retain, none of its fields does.
            let whole = ratio(self.retained(&field.class), self.used());
            if whole < need.share {
                continue;
            }
            match self.targets(field) {
                None => open = true,
                Some(targets) => {
                    if let Some(proof) = self.holds_in(need, field, &targets, whole) {
                        return Outcome::Shows(proof);
                    }
                }
            }
        }
        if open { Outcome::TakesInstances } else { Outcome::Fails }
    }

    /// One target of the field is large enough, or all together and the field is what makes its
    /// owners large.
    fn holds_in(
        &self,
        need: &Holds,
        field: &FieldName,
        targets: &[(ObjectIndex, Reached)],
        whole: f64,
    ) -> Option<Proof> {
        let (mut owned, mut led) = (0, 0);
        let mut many = 0;
        for (owner, reached) in targets {
            let Reached::Object(target) = *reached else { continue };
            let retained = self.inquiry.retained(target);
            let enough = self.fits(need, *owner, target);
            if enough && ratio(retained, self.used()) >= need.share {
                let mut proof = self.held(field, target, retained);
                proof.suspect = self.suspect_above(target);
                return Some(proof);
            }
            if enough {
                many += 1;
                owned += self.inquiry.retained(*owner);
                led += retained;
            }
        }
        let instances = self.live(&field.class);
        let (owner, _) = targets.first()?;
        let mostly = many > 1 && many == targets.len() && ratio(led, owned) >= 0.5;
        (mostly && whole >= need.share).then(|| Proof {
            sentence: Sentence::default()
                .object(format!("{} {}", count(instances), simple_name(&field.class)), *owner)
                .plain(" together hold ")
                .strong(percent(whole))
                .plain(" of the heap, most of it in ")
                .code(field.short()),
            suspect: self.suspect_above(*owner),
            share: whole,
        })
    }

    fn held(&self, field: &FieldName, target: ObjectIndex, retained: u64) -> Proof {
        let share = ratio(retained, self.used());
        let mut sentence = Sentence::default()
            .object(field.short(), target)
            .plain(" leads to ")
            .strong(bytes(retained))
            .plain(format!(", {} of the heap", percent(share)));
        if self.inquiry.heap().objects.length(target).is_none()
            && let Some(elements) = self.magnitude(target).filter(|&elements| elements > 1)
        {
            sentence = sentence.plain(", in ").strong(count(elements)).plain(" elements");
        }
        Proof { sentence, suspect: None, share }
    }

    /// The suspect whose pile or members are of one of these classes, or whose path they are on.
    fn suspect_of(&self, names: &[String]) -> Option<u32> {
        let is_one = |class: ClassIndex| names.iter().any(|name| self.kin.includes(name, class));
        let heap = self.inquiry.heap();
        let speaks_of = |suspect: &&Suspect| {
            let mut steps = suspect.path.steps.iter().map(|step| step.row.object);
            suspect.pile.as_ref().is_some_and(|pile| is_one(pile.class.class))
                || is_one(suspect.class.class)
                || steps.any(|object| is_one(heap.objects.class(object)))
        };
        self.suspects.iter().find(speaks_of).map(|suspect| suspect.rank)
    }

    /// The suspect that dominates an object.
    fn suspect_above(&self, object: ObjectIndex) -> Option<u32> {
        let mut above: HashSet<u32> = self.inquiry.loaded.dominators.ancestors(object.0).collect();
        above.insert(object.0);
        let is_above = |suspect: &&Suspect| {
            suspect.object.as_ref().is_some_and(|row| above.contains(&row.object.0))
        };
        let single = self.suspects.iter().find(is_above);
        let of_class = || {
            let heap = self.inquiry.heap();
            self.suspects.iter().find(|suspect| {
                suspect.object.is_none()
                    && above
                        .iter()
                        .any(|&o| heap.objects.class(ObjectIndex(o)) == suspect.class.class)
            })
        };
        single.or_else(of_class).map(|suspect| suspect.rank)
    }

    fn fits(&self, need: &Holds, owner: ObjectIndex, target: ObjectIndex) -> bool {
        let size = || self.magnitude(target);
        let is_long = need.elements.is_none_or(|least| size().is_some_and(|size| size >= least));
        is_long
            && need.owner.as_ref().is_none_or(|other| {
                self.shown(owner, &other.field).as_deref() == Some(other.is.as_str())
            })
    }

    fn count(&self, need: &Count) -> Option<Proof> {
        let total: u64 = need.class.iter().map(|class| self.live(class)).sum();
        let left_out: u64 = need.except.iter().map(|class| self.live(class)).max().unwrap_or(0);
        let total = total.saturating_sub(left_out);
        let name = need.class.iter().max_by_key(|class| self.live(class))?;
        let class = *self.kin.of(name)?.named.first()?;
        (total >= need.at_least).then(|| {
            Proof::of(
                Sentence::default()
                    .plain("The heap has ")
                    .strong(count(total))
                    .plain(" ")
                    .class(innermost_name(name), class),
            )
        })
    }

    fn retains(&self, need: &Retains) -> Option<Proof> {
        let name = need.class.iter().max_by_key(|class| self.retained(class))?;
        let class = *self.kin.of(name)?.named.first()?;
        let retained = self.retained(name);
        let share = ratio(retained, self.used());
        (share >= need.share).then(|| Proof {
            sentence: Sentence::default()
                .plain(format!("{} ", count(self.live(name))))
                .class(innermost_name(name), class)
                .plain(" retain ")
                .strong(bytes(retained))
                .plain(format!(", {} of the heap", percent(share))),
            suspect: self.suspect_of(&need.class),
            share,
        })
    }

    fn pile(&self, need: &Pile) -> Option<Proof> {
        let includes = |class| need.class.iter().any(|name| self.kin.includes(name, class));
        self.suspects.iter().find_map(|suspect| {
            let pile = suspect.pile.as_ref().filter(|pile| includes(pile.class.class));
            let (class, number, retained) = match pile {
                Some(pile) => (&pile.class, pile.count, pile.retained),
                None if suspect.object.is_none() && includes(suspect.class.class) => {
                    (&suspect.class, suspect.members, suspect.retained)
                }
                None => return None,
            };
            (number >= need.at_least).then(|| Proof {
                sentence: Sentence::default()
                    .strong(count(number))
                    .plain(" ")
                    .class(innermost_name(&class.name), class.class)
                    .plain(" piled up, ")
                    .plain(bytes(retained)),
                suspect: Some(suspect.rank),
                share: suspect.share,
            })
        })
    }

    fn elements(&self, need: &Elements) -> Outcome {
        let mut open = false;
        for field in &need.field {
            let Some(targets) = self.targets(field) else {
                open = true;
                continue;
            };
            for (_, reached) in targets {
                let (number, object) = match reached {
                    Reached::Number(number) => (number, None),
                    Reached::Object(object) => (self.magnitude(object).unwrap_or(0), Some(object)),
                };
                if number >= need.at_least {
                    let sentence = match object {
                        Some(object) => Sentence::default().object(field.short(), object),
                        None => Sentence::default().code(field.short()),
                    };
                    let verb = if object.is_some() { " has " } else { " is " };
                    let sentence = sentence.plain(verb).strong(count(number));
                    let unit = if object.is_some() { " elements" } else { "" };
                    return Outcome::Shows(Proof {
                        sentence: sentence.plain(unit),
                        suspect: object.and_then(|object| self.suspect_above(object)),
                        share: object.map_or(0.0, |object| {
                            ratio(self.inquiry.retained(object), self.used())
                        }),
                    });
                }
            }
        }
        if open { Outcome::TakesInstances } else { Outcome::Fails }
    }

    fn value(&self, need: &ValueIs) -> Outcome {
        let enough = |field: &&FieldName| self.live(&field.class) >= need.at_least;
        let fields: Vec<&FieldName> = need.field.iter().filter(enough).collect();
        if fields.is_empty() {
            return Outcome::Fails;
        }
        let (mut found, mut named) = (0, None);
        for field in fields {
            let Some(sample) = self.instances.of(&field.class) else {
                return Outcome::TakesInstances;
            };
            for &object in &sample.first {
                if self.shown(object, field.field()).as_deref() == Some(&need.is) {
                    found += 1;
                    named.get_or_insert((field, object));
                }
            }
        }
        let Some((field, object)) = named.filter(|_| found >= need.at_least) else {
            return Outcome::Fails;
        };
        Outcome::Shows(Proof::of(
            Sentence::default()
                .strong(count(found))
                .plain(if found == 1 { " " } else { " have " })
                .object(field.short(), object)
                .plain(if found == 1 { " is " } else { " = " })
                .code(need.is.clone()),
        ))
    }

    fn classes(&self, need: &ClassNames) -> Option<Proof> {
        let classes = &self.inquiry.heap().classes;
        if (classes.len() as u64) < need.at_least {
            return None;
        }
        let mut example = None;
        let mut found = 0;
        for (index, class) in classes.iter().filter(|(_, class)| !class.is_array()) {
            if need.name.iter().any(|pattern| matches(pattern, &class.name)) {
                found += 1;
                example.get_or_insert(index);
            }
        }
        let example = example.filter(|_| found >= need.at_least)?;
        Some(Proof::of(
            Sentence::default()
                .strong(count(found))
                .plain(" generated classes such as ")
                .class(simple_name(&classes.get(example).name), example),
        ))
    }

    fn loaders(&self, need: &Loaders) -> Option<Proof> {
        let loaders = self.old_loaders.get_or_init(|| OldLoaders::new(self.inquiry));
        let passes = |path: &[u32]| {
            need.through.is_empty()
                || path.windows(2).any(|link| {
                    let (owner, target) = (ObjectIndex(link[0]), ObjectIndex(link[1]));
                    need.through.iter().any(|field| self.refers(owner, target, field))
                })
        };
        let held: Vec<ObjectIndex> = loaders.held_by(self.inquiry, passes);
        let first = *held.first()?;
        if need.at_least > held.len() as u64 {
            return None;
        }
        let class = self.inquiry.heap().objects.class(first);
        let name = simple_name(&self.inquiry.heap().classes.get(class).name);
        let retained = held.iter().map(|&loader| self.inquiry.retained(loader)).sum();
        let share = ratio(retained, self.used());
        let mut sentence = Sentence::default()
            .strong(count(held.len() as u64))
            .plain(" ")
            .object(name, first)
            .plain(if loaders.are_stopped() {
                " of stopped applications"
            } else {
                " with the same classes"
            });
        if let Some(field) = need.through.first() {
            let owner = simple_name(&field.class);
            sentence =
                sentence.plain(" kept alive through ").code(format!("{owner}.{}", field.field()));
        }
        Some(Proof {
            sentence: sentence.plain(format!(", {}", bytes(retained))),
            suspect: self.suspect_above(first),
            share,
        })
    }

    fn outside(&self, need: &Outside) -> Option<Proof> {
        need.field.iter().find_map(|field| {
            let targets = self.targets(field)?;
            targets.iter().find_map(|(_, reached)| {
                let Reached::Number(outside) = *reached else { return None };
                let share = ratio(outside, self.used());
                (outside >= need.at_least && share >= need.of_heap).then(|| {
                    Proof::of(
                        Sentence::default()
                            .code(field.short())
                            .plain(" counts ")
                            .strong(bytes(outside))
                            .plain(format!(
                                " outside the heap, beside {} in it",
                                bytes(self.used())
                            )),
                    )
                })
            })
        })
    }

    fn declares(&self, need: &Declares) -> Option<Proof> {
        let heap = self.inquiry.heap();
        let family = self.kin.of(&need.field.class)?;
        family.named.iter().find_map(|&index| {
            let class = heap.classes.get(index);
            let field = need.field.field().as_bytes();
            let has = class.fields.iter().any(|f| heap.names.raw(f.name) == Some(field));
            has.then(|| {
                Proof::of(
                    Sentence::default()
                        .class(simple_name(&class.name), index)
                        .plain(" has the field ")
                        .code(need.field.field()),
                )
            })
        })
    }
}

/// Whether a name matches a pattern in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            match rest.find(before) {
                Some(at) => rest = &rest[at + before.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name, expected) in [
            ("*$$Lambda*", "org.acme.Foo$$Lambda$14/0x12", true),
            ("*$$Lambda*", "org.acme.Foo", false),
            ("com.sun.proxy.$Proxy*", "com.sun.proxy.$Proxy17", true),
            ("com.sun.proxy.$Proxy*", "org.com.sun.proxy.$Proxy17", false),
            ("a*b*a", "aba", true),
            ("a*b*a", "ab", false),
            ("a*a", "a", false),
            ("Foo", "Foo", true),
            ("Foo", "Foo2", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
