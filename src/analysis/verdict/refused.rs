//! Verdicts on memory that is not the heap's: what the heap owns outside, and what was refused.

use super::{Confidence, Evidence, Finding, OUTSIDE_LEAST, Verdict};
use crate::analysis::Inquiry;
use crate::analysis::exhaustion::Resource;
use crate::analysis::holder::HolderKind;
use crate::analysis::limits::Outside;
use crate::analysis::outside::{OutsideName, OutsideReport};
use crate::analysis::paths::Path;
use crate::analysis::story::{Phrase, Sentence, bytes, count, percent};
use crate::analysis::suspects::ratio;
use crate::heap::ObjectIndex;

/// Whether a resource is memory of the process that lies outside the heap.
fn is_outside(resource: Resource) -> bool {
    matches!(resource, Resource::DirectMemory | Resource::NativeMemory)
}

impl Inquiry<'_> {
    pub(super) fn outside_verdict(&self, evidence: Evidence<'_>) -> Verdict {
        let outside = evidence.outside;
        let headline = match &evidence.exhaustion {
            Some(exhaustion) if is_outside(exhaustion.resource) => {
                self.refused_headline(exhaustion.resource, &outside)
            }
            _ => Sentence::default()
                .plain("The heap is not the problem: it holds ")
                .strong(bytes(self.used_heap()))
                .plain(", but its objects own ")
                .culprit(bytes(outside.bytes()))
                .plain(" outside it.")
                .end(),
        };
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(self.buffers_sentence(&outside));
        let report = self.outside_report();
        let (path, subject) = match self.largest_buffers(&report) {
            Some((sentence, path, subject)) => {
                story.push(sentence);
                (Some(path), Some(self.row(subject)))
            }
            None => (None, None),
        };
        story.extend(other_owners(&report));
        if let Some(suspect) = evidence.report.suspects.first() {
            let mut sentence = suspect.headline.clone();
            let lead = Sentence::default().plain("In the heap itself: ").end();
            sentence.splice(0..0, lead);
            story.push(sentence);
        }
        story.extend(self.ran_out_of(&evidence));
        story.extend(self.also_classes(&evidence));
        let clear = outside.bytes() >= self.used_heap().saturating_mul(10);
        let told = evidence.ran_out().is_some_and(is_outside);
        let (confidence, because) = if told {
            (Confidence::High, "the error itself says what ran out")
        } else if clear {
            (Confidence::High, "more than ten times the heap lies outside it")
        } else {
            (Confidence::Moderate, "several times the heap lies outside it")
        };
        let remedy = Sentence::default()
            .plain("Look outside the heap: start the JVM with ")
            .code("-XX:NativeMemoryTracking=summary")
            .plain(" and compare ")
            .code("jcmd PID VM.native_memory summary")
            .plain(" over time; bound direct memory by ")
            .code("-XX:MaxDirectMemorySize")
            .plain("; close what owns native memory (buffers, statements, streams) explicitly.")
            .end();
        Verdict {
            finding: Finding::Outside,
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

    fn refused_headline(&self, resource: Resource, outside: &Outside) -> Vec<Phrase> {
        let what = match resource {
            Resource::DirectMemory => "Memory for direct buffers ran out, not the heap: ",
            _ => "Memory of the process ran out, not the heap: ",
        };
        let sentence = Sentence::default().plain(what).plain("the heap holds ");
        let sentence = sentence.strong(bytes(self.used_heap()));
        if outside.bytes() == 0 {
            return sentence.plain(".").end();
        }
        let sentence = sentence.plain(", its objects own ").culprit(bytes(outside.bytes()));
        sentence.plain(" outside it.").end()
    }

    /// No thread could be started.
    pub(super) fn threads_verdict(&self, evidence: Evidence<'_>) -> Verdict {
        let threads = self.platform_threads();
        let headline = Sentence::default()
            .plain("Threads ran out, not the heap: ")
            .culprit(count(threads))
            .plain(" are alive, and the system refused another one.")
            .end();
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(self.ran_out_of(&evidence));
        story.extend(self.also_outside(&evidence));
        let remedy = Sentence::default()
            .plain(
                "Look at who starts threads and never ends them: pools made per call, executors \
                    without shutdown. Then at the limits of the system: ",
            )
            .code("ulimit -u")
            .plain(", ")
            .code("kernel.threads-max")
            .plain(", the pids limit of the container, and memory for stacks (")
            .code("-Xss")
            .plain(").")
            .end();
        Verdict {
            finding: Finding::Outside,
            confidence: Confidence::High,
            because: Sentence::default().plain("the error itself says what ran out").end(),
            headline,
            story,
            path: None,
            subject: None,
            kind: None,
            remedy: Some(remedy),
            known_leaks: evidence.known,
            failed_thread: evidence.failed,
        }
    }

    /// An array was asked for that no heap could hold.
    pub(super) fn array_verdict(&self, evidence: Evidence<'_>) -> Verdict {
        let headline = Sentence::default()
            .plain("The heap is not the problem: ")
            .culprit("an array was asked for that is larger than the JVM can make")
            .plain(".")
            .end();
        let mut story: Vec<_> = self.fullness(&evidence).into_iter().collect();
        story.extend(self.ran_out_of(&evidence));
        story.extend(self.also_outside(&evidence));
        story.extend(self.also_classes(&evidence));
        let remedy = Sentence::default()
            .plain(
                "Look at the stack of the error for what computes the length: a buffer that \
                    doubles, a length read from a damaged or foreign file, a number that \
                    overflowed. No size of the heap helps; read and write in pieces.",
            )
            .end();
        Verdict {
            finding: Finding::Allocation,
            confidence: Confidence::High,
            because: Sentence::default().plain("the error itself says what was refused").end(),
            headline,
            story,
            path: None,
            subject: None,
            kind: None,
            remedy: Some(remedy),
            known_leaks: evidence.known,
            failed_thread: evidence.failed,
        }
    }

    /// What ran out, and what says so.
    pub(super) fn ran_out_of(&self, evidence: &Evidence<'_>) -> Option<Vec<Phrase>> {
        let exhaustion = evidence.exhaustion.as_ref();
        let thread = evidence.failed.as_ref();
        let Some(exhaustion) = exhaustion else {
            let message = thread?.message.as_ref()?;
            let sentence = Sentence::default().plain("The error was ").code(message.clone());
            return Some(sentence.plain(".").end());
        };
        let meaning = match exhaustion.resource {
            Resource::Heap => "the heap ran out",
            Resource::GcOverhead => "the heap is full, and collecting it gave hardly anything back",
            Resource::ClassMetadata => "memory for class metadata (Metaspace) ran out",
            Resource::Threads => "the system refused another thread",
            Resource::DirectMemory => "memory for direct buffers ran out",
            Resource::NativeMemory => "memory of the process ran out",
            Resource::ArraySize => "one array was too large for any heap",
        };
        let sentence = Sentence::default();
        let sentence = match thread {
            Some(failed) => {
                sentence.plain("Thread ").object(failed.name.clone(), failed.thread.object)
            }
            None => sentence.plain("The dump"),
        };
        let sentence = match (&exhaustion.message, exhaustion.error, &exhaustion.method) {
            (Some(message), Some(error), _) => sentence
                .plain(" holds an ")
                .object("OutOfMemoryError", error)
                .plain(" that was thrown: ")
                .code(message.clone()),
            (Some(message), None, _) => {
                sentence.plain(" was throwing OutOfMemoryError: ").code(message.clone())
            }
            (None, _, method) => sentence
                .plain(" was throwing OutOfMemoryError in ")
                .code(method.clone().unwrap_or_default()),
        };
        Some(sentence.plain(format!(": {meaning}.")).end())
    }

    /// A sentence on memory outside the heap that is worth one beside a verdict on the heap.
    pub(super) fn also_outside(&self, evidence: &Evidence<'_>) -> Option<Vec<Phrase>> {
        let outside = evidence.outside;
        let worth = outside.bytes() >= OUTSIDE_LEAST && outside.bytes() >= self.used_heap() / 2;
        worth.then(|| self.buffers_sentence(&outside)).flatten()
    }

    fn buffers_sentence(&self, outside: &Outside) -> Option<Vec<Phrase>> {
        let class = self.heap().classes.by_name("java.nio.DirectByteBuffer");
        let mut sentence = Sentence::default();
        let mut any = false;
        if outside.direct_bytes > 0 {
            sentence = sentence.strong(count(outside.direct_buffers)).plain(" ");
            sentence = match class {
                Some(class) => sentence.class("direct buffers", class),
                None => sentence.plain("direct buffers"),
            };
            sentence = sentence.plain(" reserve ").strong(bytes(outside.direct_bytes));
            any = true;
        }
        if outside.netty_bytes > 0 {
            let lead = if any { ", Netty's own pool " } else { "Netty's own pool reserves " };
            sentence = sentence.plain(lead).strong(bytes(outside.netty_bytes));
            any = true;
        }
        if outside.mapped_bytes > 0 {
            let ones = if outside.mapped_buffers == 1 { "one" } else { "ones" };
            let buffers = format!("{} mapped {ones} ", count(outside.mapped_buffers));
            let lead = if any { format!(", {buffers}") } else { format!("{buffers}take ") };
            sentence = sentence.plain(lead).strong(bytes(outside.mapped_bytes));
            any = true;
        }
        any.then(|| sentence.plain(" outside the heap, as the JDK counts them.").end())
    }

    /// The largest owner of direct buffers, the path to its largest buffer, and what on that path holds
    /// the buffers: a collection or array, else the object that has them in a field.
    fn largest_buffers(&self, report: &OutsideReport) -> Option<(Vec<Phrase>, Path, ObjectIndex)> {
        let kind = report.kinds.iter().find(|kind| kind.name == OutsideName::DirectBuffers)?;
        let row = kind.rows.first()?;
        let (size, all) = (row.bytes?, kind.bytes?);
        let example = row.example.as_ref()?.object;
        // Made anew from the path: only so is it known which part of the name a string says.
        let nodes = self.loaded.paths.path(example.0).ok()?;
        let holder = self.holder(&nodes)?;
        let above = (holder.kind == HolderKind::Field)
            .then(|| self.loaded.paths.path(holder.owner.0).ok())
            .flatten()
            .and_then(|nodes| self.holder(&nodes));
        // Of many objects with a buffer each, who holds them says more than one of them.
        let place = above.as_ref().unwrap_or(&holder);
        let is_buffer = place.target.0 == example.0;
        let subject = if is_buffer { place.owner } else { place.target };
        let name = match above {
            Some(above) => above.name.then(" › ").then(holder.name),
            None => holder.name,
        };
        let buffers = if row.count == 1 {
            "1 buffer".to_owned()
        } else {
            format!("{} buffers of {} each", count(row.count), bytes(size / row.count.max(1)))
        };
        let sentence = Sentence::default()
            .plain("Their largest owner is ")
            .culprit(name)
            .plain(": ")
            .plain(buffers)
            .plain(", ")
            .strong(bytes(size))
            .plain(", ")
            .culprit(percent(ratio(size, all)))
            .plain(" of the direct memory.")
            .end();
        Some((sentence, self.named_path(&nodes), subject))
    }
}

/// Other owners of memory outside the heap, and the SQL text of most open statements.
fn other_owners(report: &OutsideReport) -> Vec<Vec<Phrase>> {
    let of = |name| report.kinds.iter().find(|kind| kind.name == name);
    let words = [
        (OutsideName::Compressors, "inflaters and deflaters that are not ended"),
        (OutsideName::Threads, "threads with a stack each"),
        (OutsideName::Statements, "JDBC statements that are not closed"),
        (OutsideName::ResultSets, "JDBC result sets"),
    ];
    let mut parts = Vec::new();
    for (name, word) in words {
        let Some(kind) = of(name).filter(|kind| kind.count > 1) else { continue };
        let size = kind.bytes.map_or_else(String::new, |size| format!(" (about {})", bytes(size)));
        parts.push(format!("{} {word}{size}", count(kind.count)));
    }
    let mut story = Vec::new();
    if let Some(last) = parts.pop() {
        let owners =
            if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
        let sentence = Sentence::default().plain("Beside them there are ").plain(owners);
        story.push(sentence.plain(", whose memory is not counted above.").end());
    }
    let statements = of(OutsideName::Statements);
    if let Some(kind) = statements
        && let Some(row) = kind.rows.first().filter(|row| row.count > 1 && !row.label.is_empty())
    {
        story.push(
            Sentence::default()
                .plain("Of the open statements ")
                .strong(count(row.count))
                .plain(" are ")
                .code(row.label.clone())
                .plain(".")
                .end(),
        );
    }
    story
}
