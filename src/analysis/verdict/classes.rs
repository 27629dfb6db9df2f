//! The verdict on class loaders and generated classes that pile up.

use super::{Confidence, Evidence, Finding, Verdict};
use crate::analysis::Inquiry;
use crate::analysis::class_leaks::{GeneratedClasses, LoaderGroup};
use crate::analysis::exhaustion::Resource;
use crate::analysis::story::{Phrase, Sentence, bytes, count, percent, simple_name};
use crate::analysis::suspects::{Suspect, ratio};

/// Copies of a loader that are nobody's redeployment any more.
const MANY: u64 = 50;
/// Bytes of class metadata that are worth a verdict of their own.
const METADATA: u64 = 16 << 20;
/// The same of generated classes: large programs have thousands of lambdas.
const GENERATED: u64 = 32 << 20;
/// Share of the heap from which a group of loaders is the heap's problem, too.
const SHARE: f64 = 0.3;
/// Copies that are worth a sentence, and the classes that they must define together: less are
/// loaders of single scripts and serializers.
const WORTH: u64 = 3;
const CLASSES: u64 = 300;
/// Lambdas and proxies of one origin that are worth a sentence.
const OF_ONE: u64 = 2000;

impl Inquiry<'_> {
    /// Whether classes are the finding: their memory ran out, or they outweigh what else there is.
    pub(super) fn is_about_classes(
        &self,
        accused: Option<&Suspect>,
        evidence: &Evidence<'_>,
    ) -> bool {
        match evidence.ran_out() {
            Some(Resource::ClassMetadata) => return true,
            None => {}
            Some(Resource::Heap | Resource::GcOverhead) => {}
            Some(_) => return false,
        }
        let heavier = |metadata: u64| accused.is_none_or(|suspect| metadata >= suspect.retained);
        let loaders = evidence.leaks.loaders.iter().any(|group| {
            group.loaders >= MANY
                && (ratio(group.retained, self.used_heap()) >= SHARE
                    || (group.metadata >= METADATA && heavier(group.metadata)))
        });
        let generated = &evidence.leaks.generated;
        loaders || generated.iter().any(|g| g.metadata >= GENERATED && heavier(g.metadata))
    }

    pub(super) fn classes_verdict(&self, evidence: Evidence<'_>) -> Verdict {
        let ran_out = evidence.ran_out() == Some(Resource::ClassMetadata);
        let group = evidence.leaks.loaders.first();
        let made = evidence.leaks.generated.first();
        let loaders_first = match (group, made) {
            (Some(group), Some(made)) => group.metadata >= made.metadata,
            (group, _) => group.is_some(),
        };
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(self.ran_out_of(&evidence));
        let (headline, path, remedy) = match (group, made) {
            (Some(group), _) if loaders_first => {
                story.push(self.loaders_cost(group));
                story.extend(self.loaders_kept(group));
                (loaders_headline(group, ran_out), Some(&group.path), loaders_remedy(group))
            }
            (_, Some(made)) => {
                story.extend(self.generated_cost(made));
                (generated_headline(made, ran_out), Some(&made.path), generated_remedy(made))
            }
            _ => (self.unexplained_headline(), None, unexplained_remedy()),
        };
        let path = path.filter(|path| !path.steps.is_empty()).cloned();
        let subject = group.filter(|_| loaders_first).map(|group| group.example.clone());
        if let Some(suspect) = evidence.report.suspects.first() {
            let mut sentence = suspect.headline.clone();
            sentence.splice(0..0, Sentence::default().plain("In the heap itself: ").end());
            story.push(sentence);
        }
        story.extend(self.also_outside(&evidence));
        let (confidence, because) = match (ran_out, group.is_some() || made.is_some()) {
            (true, true) => (
                Confidence::High,
                "memory for class metadata ran out, and the heap shows what takes it",
            ),
            (true, false) => (
                Confidence::Moderate,
                "memory for class metadata ran out, but no loader or generator stands out",
            ),
            (false, _) => (
                Confidence::Moderate,
                "copies of one class loader are rarely meant; their metadata is an estimate",
            ),
        };
        Verdict {
            finding: Finding::Classes,
            confidence,
            because: Sentence::default().plain(because).end(),
            headline,
            story,
            path,
            subject,
            kind: None,
            remedy: Some(remedy),
            known_leaks: evidence.known,
            failed_thread: evidence.failed,
        }
    }

    /// A sentence on loaders or generated classes beside another verdict.
    pub(super) fn also_classes(&self, evidence: &Evidence<'_>) -> Option<Vec<Phrase>> {
        let of_loaders = evidence.leaks.loaders.iter();
        let mut of_loaders = of_loaders.filter(|g| g.loaders >= WORTH && g.classes >= CLASSES);
        if let Some(group) = of_loaders.next() {
            let sentence = loaders_subject(group, Sentence::default());
            let sentence = sentence.plain(format!(
                ": about {} of class metadata outside the heap",
                bytes(group.metadata)
            ));
            return Some(match group.through {
                Some(through) => sentence.plain(format!(", kept by {through}.")).end(),
                None => sentence.plain(".").end(),
            });
        }
        let made = evidence.leaks.generated.iter().find(|made| made.classes >= OF_ONE)?;
        let sentence = generated_subject(made, Sentence::default());
        let metadata = format!(": about {} of metadata outside the heap.", bytes(made.metadata));
        Some(sentence.plain(metadata).end())
    }

    fn loaders_cost(&self, group: &LoaderGroup) -> Vec<Phrase> {
        let share = percent(ratio(group.retained, self.used_heap()));
        Sentence::default()
            .plain("Their ")
            .strong(count(group.classes))
            .plain(" classes take about ")
            .strong(bytes(group.metadata))
            .plain(" of metadata outside the heap (an estimate); in the heap the loaders retain ")
            .strong(bytes(group.retained))
            .plain(format!(", {share}."))
            .end()
    }

    fn loaders_kept(&self, group: &LoaderGroup) -> Option<Vec<Phrase>> {
        let sentence = Sentence::default().plain("They are kept alive by ");
        let sentence = match (&group.holder, group.through) {
            (Some(holder), Some(through)) => {
                sentence.culprit(holder.clone()).plain(format!(", {through}"))
            }
            (Some(holder), None) => sentence.culprit(holder.clone()),
            (None, Some(through)) => sentence.plain(through),
            (None, None) => return None,
        };
        let root = group.path.steps.first()?;
        let sentence =
            sentence.plain(", from ").object(self.short_name(root.row.object), root.row.object);
        Some(match group.path.root {
            Some(root) => sentence.plain(format!(", a GC root ({root}).")).end(),
            None => sentence.plain(".").end(),
        })
    }

    fn generated_cost(&self, made: &GeneratedClasses) -> Option<Vec<Phrase>> {
        let loader = made.loader.as_ref()?;
        let sentence =
            Sentence::default().plain("They take about ").strong(bytes(made.metadata)).plain(
                " of metadata outside the heap (an estimate) and live as long as their loader, ",
            );
        Some(sentence.object(self.short_name(loader.object), loader.object).plain(".").end())
    }

    fn unexplained_headline(&self) -> Vec<Phrase> {
        let heap = self.heap();
        let described = |class: &crate::heap::classes::Class| class.described && !class.is_array();
        let classes = heap.classes.iter().filter(|(_, class)| described(class)).count() as u64;
        Sentence::default()
            .plain("Class metadata (Metaspace) ran out, not the heap: ")
            .culprit(format!("{} classes", count(classes)))
            .plain(" are loaded.")
            .end()
    }
}

fn loaders_subject(group: &LoaderGroup, sentence: Sentence) -> Sentence {
    sentence
        .strong(count(group.loaders))
        .plain(" ")
        .class(simple_name(&group.class.name), group.class.class)
        .plain(" each define a ")
        .class(simple_name(&group.shared.name), group.shared.class)
        .plain(" of their own")
}

fn loaders_headline(group: &LoaderGroup, ran_out: bool) -> Vec<Phrase> {
    let lead = if ran_out {
        "Class metadata (Metaspace) ran out, not the heap: "
    } else {
        "Class loaders pile up: "
    };
    Sentence::default()
        .plain(lead)
        .culprit(format!("{} class loaders", count(group.loaders)))
        .plain(" of class ")
        .class(simple_name(&group.class.name), group.class.class)
        .plain(" are alive, each with its own copy of ")
        .class(simple_name(&group.shared.name), group.shared.class)
        .plain(".")
        .end()
}

fn generated_subject(made: &GeneratedClasses, sentence: Sentence) -> Sentence {
    sentence
        .strong(count(made.classes))
        .plain(format!(" generated classes ({}) such as ", made.maker))
        .class(simple_name(&made.example.name), made.example.class)
}

fn generated_headline(made: &GeneratedClasses, ran_out: bool) -> Vec<Phrase> {
    let lead = if ran_out {
        "Class metadata (Metaspace) ran out, not the heap: "
    } else {
        "Generated classes pile up: "
    };
    Sentence::default()
        .plain(lead)
        .culprit(format!("{} generated classes", count(made.classes)))
        .plain(format!(" ({}) such as ", made.maker))
        .class(simple_name(&made.example.name), made.example.class)
        .plain(" are loaded.")
        .end()
}

fn loaders_remedy(group: &LoaderGroup) -> Vec<Phrase> {
    let sentence = Sentence::default().plain("Make one ");
    let sentence = sentence.code(simple_name(&group.class.name)).plain(
        " and use it again, or cache what was generated by its key (a library that makes classes \
         has such a cache: Byte Buddy's TypeCache, cglib's useCache, one Groovy shell). A loader \
         goes only when nothing refers to it, to one of its classes or to an instance of one: cut ",
    );
    let sentence = match (&group.holder, group.through) {
        (Some(holder), _) => sentence.code(holder.clone()),
        (None, Some(through)) => sentence.plain(through),
        (None, None) => sentence.plain("the chain that the path shows"),
    };
    sentence
        .plain(". A larger ")
        .code("-XX:MaxMetaspaceSize")
        .plain(" only moves the day; ")
        .code("jcmd PID VM.classloader_stats")
        .plain(" shows whether the number still grows.")
        .end()
}

fn generated_remedy(made: &GeneratedClasses) -> Vec<Phrase> {
    Sentence::default()
        .plain("Generate once and keep the result: ")
        .plain(match made.maker {
            "cglib" => "leave useCache on and give callback filters equals and hashCode",
            "dynamic proxies" => "one proxy per interface and loader, not a new loader per proxy",
            "lambdas" | "hidden classes" | "method handles" => {
                "no defineHiddenClass, spun lambda or script per call"
            }
            "reflection" => "keep Method objects, do not look them up per call",
            _ => "cache generated types by what they are generated from",
        })
        .plain(". ")
        .code("-Xlog:class+load")
        .plain(" shows which code makes them.")
        .end()
}

fn unexplained_remedy() -> Vec<Phrase> {
    Sentence::default()
        .plain("Compare ")
        .code("jcmd PID VM.classloader_stats")
        .plain(" over time. If the number of classes is stable, ")
        .code("-XX:MaxMetaspaceSize")
        .plain(" (or ")
        .code("-XX:CompressedClassSpaceSize")
        .plain(") is too small for this program.")
        .end()
}
