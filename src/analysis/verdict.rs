//! The verdict: is the heap the problem, who holds it, and what to do. Each sentence is made from
//! evidence and links to it; without evidence there is no sentence.

mod classes;
mod refused;

use super::Inquiry;
use super::class_leaks::ClassLeaks;
use super::exhaustion::{Exhaustion, Resource, message_label};
use super::holder::is_platform_class;
use super::known_leaks::{Certainty, KnownLeak};
use super::label::Label;
use super::limits::{Capacity, Outside};
use super::paths::Path;
use super::remedy::PileKind;
use super::rows::ObjectRow;
use super::story::{Phrase, Sentence, bytes, percent, simple_name};
use super::suspects::{Suspect, SuspectReport, ratio};
use crate::heap::threads::source_position;
use serde::Serialize;

/// What the dump shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Finding {
    /// Nothing stands out.
    Calm,
    /// Something holds an unusually large part of the heap.
    Suspected,
    /// Memory outside the heap: the heap is small beside what it owns there, or that ran out.
    Outside,
    /// Class metadata, outside the heap: class loaders or generated classes pile up, or it ran out.
    Classes,
    /// One allocation that the JVM refused, however full the heap is.
    Allocation,
}

/// How sure the verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// Look further before acting.
    Low,
    /// Likely.
    Moderate,
    /// The evidence leaves little else.
    High,
}

/// The thread that was throwing `OutOfMemoryError`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FailedThread {
    /// The thread.
    pub thread: ObjectRow,
    /// Its name.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub name: Label,
    /// Message of the error, where the dump has it.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub message: Option<Label>,
    /// Its stack, the top first, as in a stack trace; constructors of the error left out.
    pub frames: Vec<String>,
    /// Frames after those.
    pub more: u32,
}

/// The answer to "what is wrong with this heap".
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// What the dump shows.
    pub finding: Finding,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why it is as sure as that.
    pub because: Vec<Phrase>,
    /// One sentence.
    pub headline: Vec<Phrase>,
    /// The sentences after it.
    pub story: Vec<Vec<Phrase>>,
    /// The chain from a GC root to what the finding is about, where that is no suspect.
    pub path: Option<Path>,
    /// What to look at first, where that is no suspect: who owns most of the direct memory, a class
    /// loader of those that pile up.
    pub subject: Option<ObjectRow>,
    /// What kind of place holds the first suspect's pile.
    pub kind: Option<PileKind>,
    /// What to do, where no known leak that explains the finding says it.
    pub remedy: Option<Vec<Phrase>>,
    /// Known leaks that the heap shows, those that explain the finding first.
    pub known_leaks: Vec<KnownLeak>,
    /// The thread that ran out of memory.
    pub failed_thread: Option<FailedThread>,
}

/// Frames told of the thread that ran out of memory.
const FRAMES: usize = 12;
/// Bytes outside the heap below which they are nobody's problem.
const OUTSIDE_LEAST: u64 = 8 << 20;
/// How many times the heap the memory outside it must be to be the finding.
const OUTSIDE_TIMES: u64 = 4;
/// Objects of one kind that make a pile.
const PILE: u64 = 20;
/// Share of the capacity from which the heap counts as filling up.
const FILLING: f64 = 0.5;
/// Share of the capacity from which a refused method may have lacked nothing but heap.
const FULL: f64 = 0.9;

/// What the verdict is made from.
struct Evidence<'a> {
    report: &'a SuspectReport,
    known: Vec<KnownLeak>,
    capacity: Option<Capacity>,
    /// Share of the capacity that objects take, reachable or not.
    filled: Option<f64>,
    outside: Outside,
    failed: Option<FailedThread>,
    exhaustion: Option<Exhaustion>,
    leaks: ClassLeaks,
}

impl Evidence<'_> {
    fn ran_out(&self) -> Option<Resource> {
        self.exhaustion.as_ref().map(|exhaustion| exhaustion.resource)
    }
}

impl Inquiry<'_> {
    /// The verdict on the dump whose suspects are these.
    pub fn verdict(&self, report: &SuspectReport) -> Verdict {
        let capacity = self.capacity();
        let objects = self.used_heap().saturating_add(self.unreachable_bytes());
        let failed = self.failed_thread();
        // Of a dump that was cut off nobody knows how much there was.
        let filled = capacity
            .filter(|_| !self.loaded.file.truncated)
            .map(|capacity| ratio(objects, capacity.bytes));
        let exhaustion = self.exhaustion(failed.as_ref()).filter(|exhaustion| {
            exhaustion.message.is_some() || filled.is_none_or(|filled| filled < FULL)
        });
        let evidence = Evidence {
            report,
            known: self.known_leaks(&report.suspects),
            capacity,
            filled,
            outside: self.outside(),
            failed,
            exhaustion,
            leaks: self.class_leaks(),
        };
        let first = report.suspects.first().filter(|suspect| self.accuses(suspect, &evidence));
        let mut verdict = match first {
            _ if self.is_about_classes(first, &evidence) => self.classes_verdict(evidence),
            _ if evidence.ran_out() == Some(Resource::Threads) => self.threads_verdict(evidence),
            None if evidence.ran_out() == Some(Resource::ArraySize) => self.array_verdict(evidence),
            _ if self.is_outside(&evidence) => self.outside_verdict(evidence),
            Some(suspect) => self.suspected_verdict(suspect, evidence),
            None => self.calm_verdict(evidence),
        };
        let known = verdict.known_leaks.iter_mut().flat_map(|known| &mut known.evidence);
        let sentences = verdict.story.iter_mut().chain(known).chain(&mut verdict.remedy);
        for sentence in sentences.chain([&mut verdict.because, &mut verdict.headline]) {
            self.address(sentence);
        }
        verdict
    }

    /// Whether a suspect is worth an alarm. One large structure in a heap that has room, a program's
    /// own data, is not; a pile of like objects, a known leak, or a heap that fills up is.
    fn accuses(&self, suspect: &Suspect, evidence: &Evidence<'_>) -> bool {
        let is_known = evidence.known.iter().any(|known| {
            known.suspect == Some(suspect.rank) && known.certainty != Certainty::Possible
        });
        let filling = evidence.filled.is_none_or(|filled| filled >= FILLING);
        let failed = evidence.failed.is_some() && evidence.ran_out() != Some(Resource::ArraySize);
        let is_pile = match &suspect.pile {
            Some(pile) => {
                let whole = suspect
                    .accumulation
                    .as_ref()
                    .and_then(|p| p.retained)
                    .unwrap_or(suspect.retained);
                // Lists of classes in class loaders are in every program.
                let is_class = pile.class.name == "java.lang.Class";
                !is_class && pile.count >= PILE && ratio(pile.retained, whole) >= 0.5
            }
            None => {
                suspect.members >= PILE
                    && (!is_platform_class(&suspect.class.name) || suspect.accumulation.is_some())
            }
        };
        is_known || failed || is_pile || (filling && suspect.share >= 0.3)
    }

    fn is_outside(&self, evidence: &Evidence<'_>) -> bool {
        let bytes = evidence.outside.bytes();
        match evidence.ran_out() {
            Some(Resource::DirectMemory | Resource::NativeMemory) => return true,
            Some(Resource::Heap | Resource::GcOverhead) => return false,
            _ => {}
        }
        let room = evidence.filled.is_none_or(|filled| filled < FILLING);
        let heap_ran_out = evidence.failed.as_ref().is_some_and(|failed| {
            let message = failed.message.as_deref().unwrap_or_default();
            message.is_empty() || message.contains("heap") || message.contains("GC")
        });
        bytes >= OUTSIDE_LEAST
            && bytes >= self.used_heap().saturating_mul(OUTSIDE_TIMES)
            && room
            && !heap_ran_out
    }

    fn suspected_verdict(&self, suspect: &Suspect, evidence: Evidence<'_>) -> Verdict {
        let holder = self.holder_of(suspect);
        let kind = self.pile_kind(suspect, holder.as_ref());
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(suspect.story.iter().cloned());
        story.extend(self.ran_out_of(&evidence));
        story.extend(self.also_outside(&evidence));
        story.extend(self.also_classes(&evidence));
        let explains = |known: &&KnownLeak| {
            known.suspect == Some(suspect.rank) && known.certainty != Certainty::Possible
        };
        let known = evidence.known.iter().find(explains);
        let (confidence, because) = self.confidence(suspect, known);
        let remedy = known.is_none().then(|| self.generic_remedy(suspect, kind));
        Verdict {
            finding: Finding::Suspected,
            confidence,
            because,
            headline: suspect.headline.clone(),
            story,
            path: None,
            subject: None,
            kind: Some(kind),
            remedy,
            known_leaks: evidence.known,
            failed_thread: evidence.failed,
        }
    }

    fn confidence(
        &self,
        suspect: &Suspect,
        known: Option<&KnownLeak>,
    ) -> (Confidence, Vec<Phrase>) {
        let share = percent(suspect.share);
        // The headline tells the share of the field that holds; this is that of the whole suspect.
        let one = if suspect.members > 1 { "one group of objects" } else { "one object" };
        let many =
            suspect.pile.as_ref().is_some_and(|pile| pile.count >= PILE) || suspect.members >= PILE;
        let sentence = Sentence::default();
        let (confidence, sentence) = match known {
            Some(known) if known.certainty == Certainty::Certain => (
                Confidence::High,
                sentence
                    .plain("the heap shows the pattern of a known leak, and a version that has it"),
            ),
            Some(_) if suspect.share >= 0.5 => (
                Confidence::High,
                sentence.plain(format!(
                    "{one} retains {share} of the heap, in the pattern of a known leak"
                )),
            ),
            _ if suspect.share >= 0.5 && many => (
                Confidence::High,
                sentence
                    .plain(format!("{one} retains {share} of the heap, in objects of one kind")),
            ),
            _ if suspect.share >= 0.25 || known.is_some() => {
                (Confidence::Moderate, sentence.plain(format!("{one} retains {share} of the heap")))
            }
            _ => (
                Confidence::Low,
                sentence.plain(format!("the largest suspect has no more than {share} of the heap")),
            ),
        };
        if self.loaded.file.truncated {
            let sentence = sentence.plain(", but the file is cut off and may hide a larger one");
            return (confidence.min(Confidence::Moderate), sentence.end());
        }
        (confidence, sentence.end())
    }

    fn calm_verdict(&self, evidence: Evidence<'_>) -> Verdict {
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(self.ran_out_of(&evidence));
        story.extend(self.also_outside(&evidence));
        story.extend(self.also_classes(&evidence));
        let (confidence, because) = match evidence.filled {
            Some(filled) if filled < FILLING => {
                (Confidence::High, "the heap is less than half full")
            }
            _ => (
                Confidence::Moderate,
                "one dump does not show what grows: compare it with a later one",
            ),
        };
        Verdict {
            finding: Finding::Calm,
            confidence,
            because: Sentence::default().plain(because).end(),
            headline: self.calm_headline(evidence.report.suspects.first()),
            story,
            path: None,
            subject: None,
            kind: None,
            remedy: None,
            known_leaks: evidence.known,
            failed_thread: evidence.failed,
        }
    }

    /// How full the heap is, where the dump tells its largest size.
    fn fullness(&self, evidence: &Evidence<'_>) -> Option<Vec<Phrase>> {
        let (capacity, filled) = (evidence.capacity?, evidence.filled?);
        let unreachable = self.unreachable_bytes();
        let objects = self.used_heap().saturating_add(unreachable);
        let state = match filled {
            f if f >= 0.85 => "The heap is full: ",
            f if f >= FILLING => "The heap is filling up: ",
            _ => "The heap has room: ",
        };
        let about = if capacity.is_exact { "" } else { "about " };
        let sentence = Sentence::default()
            .plain(state)
            .strong(bytes(objects))
            .plain(format!(" of {about}{} are in use", bytes(capacity.bytes)));
        let garbage = ratio(unreachable, objects);
        Some(if garbage >= 0.2 {
            sentence.plain(format!(", {} of it unreachable.", percent(garbage))).end()
        } else {
            sentence.plain(".").end()
        })
    }

    /// The thread that was throwing `OutOfMemoryError`, with its stack.
    fn failed_thread(&self) -> Option<FailedThread> {
        let (object, name) = self.out_of_memory_thread()?;
        let heap = self.heap();
        let thread = heap.threads.of(object)?;
        let class_of = |frame| heap.threads.frame_class(frame).map(|c| heap.classes.get(c));
        let is_error = |name: &str| {
            matches!(name, "java.lang.OutOfMemoryError" | "java.lang.VirtualMachineError")
                || matches!(name, "java.lang.Error" | "java.lang.Throwable")
        };
        let frames: Vec<_> = heap
            .threads
            .frames(thread.trace?)
            .skip_while(|frame| class_of(frame).is_some_and(|class| is_error(&class.name)))
            .collect();
        let shown = frames.iter().take(FRAMES).map(|frame| {
            let class = class_of(frame).map_or("?", |class| class.name.as_str());
            let position = source_position(frame, &heap.names);
            format!("{class}.{} ({position})", heap.names.text(frame.method))
        });
        let message = thread.locals.iter().find_map(|&(_, local)| {
            let class = heap.objects.class(local);
            let is_it = heap.classes.get(class).name == "java.lang.OutOfMemoryError";
            is_it.then(|| self.values.string_field(local, "detailMessage")).flatten()
        });
        Some(FailedThread {
            thread: self.row(object),
            name,
            message: message.map(message_label),
            frames: shown.collect(),
            more: u32::try_from(frames.len().saturating_sub(FRAMES)).unwrap_or(u32::MAX),
        })
    }

    /// The headline when nothing stands out.
    fn calm_headline(&self, largest: Option<&Suspect>) -> Vec<Phrase> {
        if let Some(suspect) = largest {
            let sentence = Sentence::default().plain("Nothing is piling up in this heap of ");
            let sentence = sentence.strong(bytes(self.used_heap()));
            let name = simple_holder(&suspect.holder);
            let sentence = sentence.plain(": its largest part, ");
            let sentence = match suspect.accumulation.as_ref().or(suspect.object.as_ref()) {
                Some(row) => sentence.object(name, row.object),
                None => sentence.class(name, suspect.class.class),
            };
            let held = sentence.plain(", is ").strong(percent(suspect.share));
            return held.plain(" of it.").end();
        }
        let sentence = Sentence::default().plain("Nothing stands out in this heap of ");
        let sentence = sentence.strong(bytes(self.used_heap()));
        match self.loaded.dominators.top(0, 1).first() {
            None => sentence.plain(": no GC root reaches any object.").end(),
            Some(&largest) => {
                let largest = crate::heap::ObjectIndex(largest);
                let share = ratio(self.retained(largest), self.used_heap());
                sentence
                    .plain(": its largest object, ")
                    .object(self.short_name(largest), largest)
                    .plain(", holds ")
                    .strong(percent(share))
                    .plain(".")
                    .end()
            }
        }
    }
}

/// A holder's name without its package, where it is a class.
fn simple_holder(holder: &Label) -> Label {
    if holder.has_content() || holder.contains(' ') || holder.matches('.').count() < 2 {
        holder.clone()
    } else {
        simple_name(holder).into()
    }
}
