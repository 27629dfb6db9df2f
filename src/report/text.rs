//! A report for a terminal.

use super::model::{
    ClassesPart, FailedThreadPart, KnownLeakPart, PathPart, Report, SuspectPart, VerdictPart,
};
use super::outside;
use super::visible::visible;
use crate::analysis::known_leaks::Certainty;
use crate::analysis::story::{bytes, count, percent};
use crate::analysis::suspects::ratio;
use crate::analysis::verdict::Confidence;
use std::fmt::{self, Formatter};

/// Share of unreachable bytes from which a person would ask what they are.
const MUCH_GARBAGE: f64 = 0.2;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(verdict) = &self.verdict {
            the_verdict(f, verdict, &self.known_leaks, self.heap.used)?;
        }
        if let Some(incomplete) = &self.incomplete {
            writeln!(f, "Analysed in part: {}.", incomplete.message)?;
            if let Some(advice) = &incomplete.advice {
                writeln!(f, "{advice}.")?;
            }
            writeln!(f)?;
        }
        overview(f, self)?;
        for suspect in self.suspects.iter().flat_map(|suspects| &suspects.list) {
            one_suspect(f, suspect, self.heap.used)?;
        }
        classes(f, &self.classes)?;
        let unreachable = self.unreachable.classes.as_ref();
        if let Some(unreachable) = unreachable.filter(|_| self.unreachable.share > MUCH_GARBAGE) {
            writeln!(f, "\nUnreachable objects: no GC root leads to these")?;
            classes(f, unreachable)?;
        }
        self.outside.iter().try_for_each(|outside| outside::lines(f, outside))
    }
}

fn the_verdict(
    f: &mut Formatter<'_>,
    verdict: &VerdictPart,
    known_leaks: &[KnownLeakPart],
    used: u64,
) -> fmt::Result {
    writeln!(f, "{}\n", visible(&verdict.headline.text))?;
    for sentence in &verdict.story {
        writeln!(f, "  {}", visible(&sentence.text))?;
    }
    if let Some(chain) = &verdict.path {
        path(f, chain, used)?;
    }
    let confidence = confidence(verdict.confidence);
    writeln!(f, "  Confidence: {confidence}, because {}.", visible(&verdict.because.text))?;
    if let Some(remedy) = &verdict.remedy {
        writeln!(f, "\nWhat to do: {}", visible(&remedy.text))?;
    }
    for known in known_leaks {
        known_leak(f, known)?;
    }
    if let Some(failed) = &verdict.failed_thread {
        failed_thread(f, failed)?;
    }
    writeln!(f)
}

fn failed_thread(f: &mut Formatter<'_>, failed: &FailedThreadPart) -> fmt::Result {
    let name = failed.name.as_ref().map_or(&*failed.address, |name| name.text());
    let message = failed.message.as_ref().map_or("OutOfMemoryError", |message| message.text());
    writeln!(f, "\nThread {}: {}", visible(name), visible(message))?;
    for frame in &failed.frames {
        writeln!(f, "    at {}", visible(frame))?;
    }
    if failed.more_frames > 0 {
        writeln!(f, "    {} more", failed.more_frames)?;
    }
    Ok(())
}

/// How sure a verdict is, in a word.
pub(super) fn confidence(of: Confidence) -> &'static str {
    match of {
        Confidence::High => "High",
        Confidence::Moderate => "Moderate",
        Confidence::Low => "Low",
    }
}

/// How sure a known leak is, in a word or two.
pub(super) fn certainty(of: Certainty) -> &'static str {
    match of {
        Certainty::Certain => "Known leak",
        Certainty::Likely => "Known leak, likely",
        Certainty::Possible => "Possible cause",
    }
}

/// Versions of a library as the heap shows them, and those that are free of its leak.
pub(super) fn versions(known: &KnownLeakPart) -> Option<String> {
    let found: Vec<&str> = known.versions.iter().map(|version| version.text()).collect();
    let fixed = (!known.fixed_in.is_empty()).then(|| known.fixed_in.join(", "));
    match (found.is_empty(), fixed) {
        (true, None) => None,
        (true, Some(fixed)) => Some(format!("Fixed in {fixed}")),
        (false, None) => Some(found.join(", ")),
        (false, Some(fixed)) => Some(format!("{}; fixed in {fixed}", found.join(", "))),
    }
}

fn known_leak(f: &mut Formatter<'_>, known: &KnownLeakPart) -> fmt::Result {
    writeln!(f, "\n{}: {} ({})", certainty(known.certainty), known.title, known.id)?;
    for sentence in &known.evidence {
        writeln!(f, "  {}", visible(&sentence.text))?;
    }
    if let Some(versions) = versions(known) {
        writeln!(f, "  {}", visible(&versions))?;
    }
    writeln!(f, "  {}\n  What to do: {}", known.explanation, known.remedy)?;
    writeln!(f, "  Sources: {}", known.sources.join("; "))
}

fn overview(f: &mut Formatter<'_>, report: &Report) -> fmt::Result {
    let (dump, heap) = (&report.dump, &report.heap);
    let java = match (&dump.jvm, &dump.java_version) {
        (Some(jvm), Some(version)) => format!(", {} {}", jvm.text(), version.text()),
        (_, Some(version)) => format!(", Java {}", version.text()),
        _ => String::new(),
    };
    let size = bytes(dump.dump_bytes);
    let (format, ids) = (dump.format, dump.id_bytes);
    writeln!(f, "{format}, {ids}-byte ids, {size} uncompressed{}", visible(&java))?;
    writeln!(
        f,
        "Used heap {} in {} objects of {} classes, {} class loaders, {} GC roots, {} threads",
        bytes(heap.used),
        count(heap.objects),
        count(heap.classes.into()),
        count(heap.class_loaders.into()),
        count(heap.gc_roots.into()),
        count(heap.threads.into())
    )?;
    if report.unreachable.objects > 0 {
        let (size, objects) = (bytes(report.unreachable.bytes), count(report.unreachable.objects));
        writeln!(f, "Unreachable: {size} in {objects} objects, not counted above")?;
    }
    if dump.dumps > 1 {
        writeln!(f, "This is heap dump {} of {} in the file", dump.number, dump.dumps)?;
    }
    if dump.truncated {
        writeln!(f, "The file is cut off: what it holds up to there is shown")?;
    }
    for oddity in &report.oddities {
        write!(f, "Odd: {}", visible(&oddity.message))?;
        if oddity.count > 1 {
            write!(f, " ({} times)", count(oddity.count))?;
        }
        match oddity.first_offset {
            Some(offset) => writeln!(f, ", first at offset {offset:#x}")?,
            None => writeln!(f)?,
        }
    }
    Ok(())
}

fn one_suspect(f: &mut Formatter<'_>, suspect: &SuspectPart, used: u64) -> fmt::Result {
    writeln!(f, "\nSuspect {}: {}", suspect.rank, visible(&suspect.headline.text))?;
    for sentence in &suspect.story {
        writeln!(f, "  {}", visible(&sentence.text))?;
    }
    path(f, &suspect.path, used)
}

fn path(f: &mut Formatter<'_>, path: &PathPart, used: u64) -> fmt::Result {
    if !path.steps.is_empty() {
        writeln!(f, "  Path from the GC root ({}):", path.root.unwrap_or("unknown"))?;
    }
    for step in &path.steps {
        let via = step.via.as_deref().map_or(String::new(), |via| {
            let is_name = !via.starts_with(['[', '<']) && !via.starts_with("static ");
            format!("{}{via} -> ", if is_name { "." } else { "" })
        });
        let object = &step.object;
        let retained = object.retained.unwrap_or(object.shallow);
        let share = percent(ratio(retained, used));
        let (name, address) = (visible(&object.name), &object.address);
        let (via, size) = (visible(&via), bytes(retained));
        writeln!(f, "    {via}{name} @ {address}  {size} ({share})")?;
    }
    Ok(())
}

fn classes(f: &mut Formatter<'_>, classes: &ClassesPart) -> fmt::Result {
    let is_retained_known = classes.rows.iter().any(|row| row.retained.is_some());
    let retained = if is_retained_known { "Retained" } else { "" };
    writeln!(f, "\n{:>12} {:>11} {retained:>11}  Class", "Objects", "Shallow")?;
    for row in &classes.rows {
        let (objects, shallow) = (count(row.instances), bytes(row.shallow));
        let retained = row.retained.map_or(String::new(), bytes);
        writeln!(f, "{objects:>12} {shallow:>11} {retained:>11}  {}", visible(&row.name))?;
    }
    if classes.more > 0 {
        writeln!(f, "{:>12} more classes", count(classes.more.into()))?;
    }
    Ok(())
}
