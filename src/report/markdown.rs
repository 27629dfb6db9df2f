//! A report for a ticket: Markdown as GitHub, GitLab and Jira read it.
//!
//! Names of the dump stand in code spans, in which nothing is markup, a link or a mention; those among
//! words of our own are escaped.

mod writing;

use super::contents::Contents;
use super::model::{
    ClassesPart, FailedThreadPart, KnownLeakPart, ObjectPart, OutsideKindPart, OutsidePart,
    OutsideRowPart, PathPart, Report, SuspectPart, VerdictPart,
};
use super::outside;
use super::text::{certainty, confidence, versions};
use crate::analysis::story::{bytes, count, percent};
use crate::analysis::suspects::ratio;
use writing::{cell, code, escaped, sentence};

/// The whole report.
pub(super) fn text(report: &Report) -> String {
    let mut lines = Lines::default();
    match &report.verdict {
        Some(verdict) => the_verdict(&mut lines, verdict, report.heap.used),
        None => lines.block("# This dump was analysed in part"),
    }
    if let Some(incomplete) = &report.incomplete {
        let advice = incomplete.advice.as_deref().map(|advice| format!(" {advice}."));
        lines.block(&escaped(&format!("{}.{}", incomplete.message, advice.unwrap_or_default())));
    }
    if report.dump.truncated {
        lines.block("**The file is cut off: what it holds up to there is shown.**");
    }
    report.known_leaks.iter().for_each(|known| known_leak(&mut lines, known));
    if let Some(failed) = report.verdict.as_ref().and_then(|verdict| verdict.failed_thread.as_ref())
    {
        failed_thread(&mut lines, failed);
    }
    for suspect in report.suspects.iter().flat_map(|suspects| &suspects.list) {
        one_suspect(&mut lines, suspect, report);
    }
    lines.block("## Largest classes");
    classes(&mut lines, &report.classes);
    if let Some(dominators) = &report.dominators {
        lines.block("## Largest objects");
        objects(&mut lines, &dominators.rows, report.heap.used);
        lines.more(dominators.more, "objects");
    }
    if let Some(outside) = report.outside.as_ref().filter(|outside| !outside.kinds.is_empty()) {
        outside_the_heap(&mut lines, outside);
    }
    dump(&mut lines, report);
    lines.text
}

/// Blocks with an empty line between them.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// A paragraph, heading, list or table.
    fn block(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn more(&mut self, rows: u32, of: &str) {
        if rows > 0 {
            self.block(&format!("{} more {of}.", count(rows.into())));
        }
    }
}

fn the_verdict(lines: &mut Lines, verdict: &VerdictPart, used: u64) {
    lines.block(&format!("# {}", sentence(&verdict.headline)));
    let story: Vec<String> =
        verdict.story.iter().map(|told| format!("- {}", sentence(told))).collect();
    if !story.is_empty() {
        lines.block(&story.join("\n"));
    }
    if let Some(chain) = &verdict.path {
        path(lines, chain, used);
    }
    let sure = confidence(verdict.confidence);
    lines.block(&format!("Confidence: {sure}, because {}.", sentence(&verdict.because)));
    if let Some(remedy) = &verdict.remedy {
        lines.block(&format!("**What to do:** {}", sentence(remedy)));
    }
}

fn known_leak(lines: &mut Lines, known: &KnownLeakPart) {
    lines.block(&format!("## {}: {}", certainty(known.certainty), escaped(&known.title)));
    let evidence: Vec<String> =
        known.evidence.iter().map(|told| format!("- {}", sentence(told))).collect();
    lines.block(&evidence.join("\n"));
    if let Some(versions) = versions(known) {
        lines.block(&format!("{}.", escaped(&versions)));
    }
    lines.block(&escaped(&known.explanation));
    lines.block(&format!("**What to do:** {}", escaped(&known.remedy)));
    let sources: Vec<String> = known.sources.iter().map(|source| code(source)).collect();
    lines.block(&format!("Sources: {} ({})", sources.join("; "), code(&known.id)));
}

fn failed_thread(lines: &mut Lines, failed: &FailedThreadPart) {
    lines.block("## The thread that ran out of memory");
    let name = failed.name.as_ref().map_or(String::new(), |name| format!("{} ", code(name.text())));
    let message = failed.message.as_ref();
    let message = message.map_or(String::new(), |message| format!(": {}", code(message.text())));
    lines.block(&format!("{name}{}{message}", code(&failed.address)));
    let mut frames: Vec<String> =
        failed.frames.iter().map(|frame| format!("- at {}", code(frame))).collect();
    if failed.more_frames > 0 {
        frames.push(format!("- {} more", failed.more_frames));
    }
    lines.block(&frames.join("\n"));
}

fn one_suspect(lines: &mut Lines, suspect: &SuspectPart, report: &Report) {
    let used = report.heap.used;
    lines.block(&format!("## Suspect {}", suspect.rank));
    lines.block(&sentence(&suspect.headline));
    let story = report.new_sentences(suspect);
    let story: Vec<String> = story.map(|told| format!("- {}", sentence(told))).collect();
    if !story.is_empty() {
        lines.block(&story.join("\n"));
    }
    path(lines, &suspect.path, used);
    if !suspect.biggest.is_empty() {
        objects(lines, &suspect.biggest, used);
    }
    if !suspect.keywords.is_empty() {
        let words: Vec<String> = suspect.keywords.iter().map(|word| code(word)).collect();
        lines.block(&format!("Words to search for: {}", words.join(", ")));
    }
}

fn path(lines: &mut Lines, path: &PathPart, used: u64) {
    if path.steps.is_empty() {
        return;
    }
    lines.block(&format!("Path from the GC root ({}):", path.root.unwrap_or("unknown")));
    let mut steps = Vec::new();
    for (step, number) in path.steps.iter().zip(1..) {
        let via = step.via.as_deref().map_or(String::new(), |via| format!("{} → ", code(via)));
        let size = step.object.retained.unwrap_or(step.object.shallow);
        let (name, share) = (named(&step.object), percent(ratio(size, used)));
        steps.push(format!("{number}. {via}{name}, {} ({share})", bytes(size)));
    }
    lines.block(&steps.join("\n"));
    lines.more(path.omitted, "steps in the middle");
}

/// An object in text: its name, what it says of itself, where it was.
fn named(object: &ObjectPart) -> String {
    let value = object.value.as_ref();
    let value = value.map_or(String::new(), |value| format!(" {}", code(value.text())));
    format!("{}{value} {}", code(&object.name), object.address)
}

fn objects(lines: &mut Lines, rows: &[ObjectPart], used: u64) {
    let mut table =
        String::from("| Object | Shallow | Retained | Share |\n| --- | ---: | ---: | ---: |\n");
    for row in rows {
        let retained = row.retained.unwrap_or(row.shallow);
        let (shallow, share) = (bytes(row.shallow), percent(ratio(retained, used)));
        let value = row.value.as_ref().map_or(String::new(), |v| format!(" {}", cell(v.text())));
        let (name, address, retained) = (cell(&row.name), &row.address, bytes(retained));
        table
            .push_str(&format!("| {name}{value} {address} | {shallow} | {retained} | {share} |\n"));
    }
    lines.block(&table);
}

fn classes(lines: &mut Lines, classes: &ClassesPart) {
    let mut table =
        String::from("| Class | Objects | Shallow | Retained |\n| --- | ---: | ---: | ---: |\n");
    for row in &classes.rows {
        let (objects, shallow) = (count(row.instances), bytes(row.shallow));
        let retained = row.retained.map_or(String::new(), bytes);
        table.push_str(&format!("| {} | {objects} | {shallow} | {retained} |\n", cell(&row.name)));
    }
    lines.block(&table);
    lines.more(classes.more, "classes");
}

fn outside_the_heap(lines: &mut Lines, outside: &OutsidePart) {
    lines.block("## Memory outside the heap");
    lines.block(&format!("{}.", outside::summary(outside)));
    let kinds: Vec<String> = outside.kinds.iter().map(one_kind_outside).collect();
    lines.block(&kinds.join("\n"));
}

fn one_kind_outside(kind: &OutsideKindPart) -> String {
    let figures = |number: u64, bytes: Option<u64>| match outside::size(bytes, kind).as_str() {
        "" => count(number),
        size => format!("{}, {}", count(number), escaped(size)),
    };
    let mut items = vec![format!("- {}: {}", kind.title, figures(kind.count, kind.bytes))];
    for row in kind.rows.iter().take(outside::ROWS) {
        items.push(format!("  - {}: {}", figures(row.count, row.bytes), owner(row)));
    }
    match outside::more(kind, outside::ROWS) {
        0 => {}
        more => items.push(format!("  - {} more owners", count(more))),
    }
    items.join("\n")
}

/// Whose something outside the heap is; class, label and holder may be names of the dump.
fn owner(row: &OutsideRowPart) -> String {
    let names = [outside::class(row), &row.label];
    let names: Vec<String> =
        names.iter().filter(|name| !name.is_empty()).map(|name| code(name)).collect();
    let holder = row.holder.as_deref();
    let holder = holder.map_or(String::new(), |holder| format!(", held by {}", code(holder)));
    format!("{}{holder}", names.join(" "))
}

fn dump(lines: &mut Lines, report: &Report) {
    let (dump, heap) = (&report.dump, &report.heap);
    lines.block("## This dump");
    let file =
        report.file_name.as_deref().map_or(String::new(), |name| format!("{}, ", code(name)));
    let taken = dump.taken_at.as_deref().map_or(String::new(), |taken| format!(", taken {taken}"));
    let mut facts = vec![
        format!("- {file}{}, {} uncompressed{taken}", dump.format, bytes(dump.dump_bytes)),
        format!(
            "- Used heap {} in {} objects of {} classes, {} class loaders, {} GC roots, {} threads",
            bytes(heap.used),
            count(heap.objects),
            count(heap.classes.into()),
            count(heap.class_loaders.into()),
            count(heap.gc_roots.into()),
            count(heap.threads.into())
        ),
    ];
    if let (Some(jvm), Some(version)) = (&dump.jvm, &dump.java_version) {
        facts.push(format!("- {} {}", code(jvm.text()), code(version.text())));
    }
    let unreachable = &report.unreachable;
    if unreachable.objects > 0 {
        let (size, objects) = (bytes(unreachable.bytes), count(unreachable.objects));
        facts.push(format!(
            "- Unreachable: {size} in {objects} objects, {}",
            percent(unreachable.share)
        ));
    }
    for oddity in &report.oddities {
        let times = if oddity.count > 1 {
            format!(" ({} times)", count(oddity.count))
        } else {
            String::new()
        };
        facts.push(format!("- Odd: {}{times}", escaped(&oddity.message)));
    }
    facts.push(match report.contents {
        Contents::LeftOut => "- Contents of strings and arrays are left out".to_owned(),
        Contents::Included => {
            "- Contents of strings are included: they may hold secrets".to_owned()
        }
    });
    facts.push(format!("- {}", escaped(&report.gate.because)));
    facts.push(format!("- {} {}", report.tool.name, report.tool.version));
    lines.block(&facts.join("\n"));
}
