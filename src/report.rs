//! The answers as text, for the command line.

mod outside;

use crate::analysis::facts::DumpFacts;
use crate::analysis::histogram::{self, HistogramKey, HistogramQuery, HistogramWindow, Sort};
use crate::analysis::incomplete::Incomplete;
use crate::analysis::known_leaks::{Certainty, KnownLeak};
use crate::analysis::outside::OutsideReport;
use crate::analysis::story::{bytes, count, percent, plain_text};
use crate::analysis::suspects::{Suspect, SuspectReport, ratio};
use crate::analysis::verdict::{Confidence, Verdict};
use crate::analysis::{HeapInquiry, Inquiry};
use crate::heap::loader::Outcome;
use crate::source::ByteSource;
use serde::Serialize;
use std::fmt::{self, Write};

/// Classes listed.
const CLASSES: u32 = 20;

/// Overview, suspects and the top of the histogram: what the command line prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Facts of the dump.
    pub facts: DumpFacts,
    /// The verdict; `None` where memory did not suffice for one.
    pub verdict: Option<Verdict>,
    /// The leak suspects; `None` where memory did not suffice to look for them.
    pub suspects: Option<SuspectReport>,
    /// The classes with the largest retained size, or shallow size where that is not known.
    pub histogram: HistogramWindow,
    /// The classes with the most unreachable bytes; instances and sizes are those of unreachable
    /// objects. `None` where memory did not suffice to tell them from others.
    pub unreachable: Option<HistogramWindow>,
    /// What objects of the heap own outside it; `None` where memory did not suffice to tell.
    pub outside: Option<OutsideReport>,
    /// What is missing for want of memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<Incomplete>,
}

impl Report {
    /// Asks everything that the report tells.
    pub fn new(outcome: &Outcome, source: &dyn ByteSource) -> Self {
        let inquiry = HeapInquiry::of(outcome, source);
        let retained = inquiry.class_retained();
        let rows = histogram::rows(inquiry.heap(), inquiry.totals, retained);
        let key = if retained.is_some() { HistogramKey::Retained } else { HistogramKey::Shallow };
        let whole = Inquiry::of(outcome, source).ok();
        let suspects = whole.as_ref().map(Inquiry::suspects);
        let verdict = match (&whole, &suspects) {
            (Some(whole), Some(suspects)) => Some(whole.verdict(suspects)),
            _ => None,
        };
        Self {
            facts: inquiry.facts(),
            verdict,
            suspects,
            histogram: histogram::window(rows, &largest(key)),
            unreachable: whole
                .as_ref()
                .map(|whole| whole.unreachable_histogram(&largest(HistogramKey::Shallow))),
            outside: whole.as_ref().map(Inquiry::outside_report),
            incomplete: inquiry.incomplete(),
        }
    }

    /// Whether so much is unreachable that a person would ask what it is.
    fn has_much_garbage(&self) -> bool {
        self.facts.unreachable_bytes > self.facts.used_heap / 4
    }
}

/// The classes listed: the largest by `key`.
fn largest(key: HistogramKey) -> HistogramQuery {
    HistogramQuery {
        sort: Sort { key, descending: true },
        filter: histogram::HistogramFilter::default(),
        start: 0,
        count: CLASSES,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(verdict) = &self.verdict {
            the_verdict(f, verdict)?;
        }
        if let Some(incomplete) = &self.incomplete {
            writeln!(f, "Analysed in part: {}.", incomplete.message)?;
            if let Some(advice) = &incomplete.advice {
                writeln!(f, "{advice}.")?;
            }
            writeln!(f)?;
        }
        overview(f, &self.facts)?;
        for suspect in self.suspects.iter().flat_map(|report| &report.suspects) {
            one_suspect(f, suspect, self.facts.used_heap)?;
        }
        classes(f, &self.histogram)?;
        if let Some(unreachable) = self.unreachable.as_ref().filter(|_| self.has_much_garbage()) {
            writeln!(f, "\nUnreachable objects: no GC root leads to these")?;
            classes(f, unreachable)?;
        }
        if let Some(report) = &self.outside {
            outside::outside(f, report)?;
        }
        Ok(())
    }
}

fn the_verdict(f: &mut fmt::Formatter<'_>, verdict: &Verdict) -> fmt::Result {
    let told = |phrases| visible(&plain_text(phrases));
    writeln!(f, "{}\n", told(&verdict.headline))?;
    for sentence in &verdict.story {
        writeln!(f, "  {}", told(sentence))?;
    }
    let confidence = match verdict.confidence {
        Confidence::High => "High",
        Confidence::Moderate => "Moderate",
        Confidence::Low => "Low",
    };
    writeln!(f, "  Confidence: {confidence}, because {}.", told(&verdict.because))?;
    if let Some(remedy) = &verdict.remedy {
        writeln!(f, "\nWhat to do: {}", told(remedy))?;
    }
    for known in &verdict.known_leaks {
        known_leak(f, known)?;
    }
    if let Some(failed) = &verdict.failed_thread {
        let message = failed.message.as_deref().unwrap_or("OutOfMemoryError");
        writeln!(f, "\nThread {}: {}", visible(&failed.name), visible(message))?;
        for frame in &failed.frames {
            writeln!(f, "    at {}", visible(frame))?;
        }
        if failed.more > 0 {
            writeln!(f, "    {} more", failed.more)?;
        }
    }
    writeln!(f)
}

fn known_leak(f: &mut fmt::Formatter<'_>, known: &KnownLeak) -> fmt::Result {
    let certainty = match known.certainty {
        Certainty::Certain => "Known leak",
        Certainty::Likely => "Known leak, likely",
        Certainty::Possible => "Possible cause",
    };
    writeln!(f, "\n{certainty}: {} ({})", known.title, known.id)?;
    for sentence in &known.evidence {
        writeln!(f, "  {}", visible(&plain_text(sentence)))?;
    }
    if !known.versions.is_empty() {
        let fixed = match &*known.fixed_in {
            [] => String::new(),
            fixed => format!("; fixed in {}", fixed.join(", ")),
        };
        writeln!(f, "  {}{fixed}", visible(&known.versions.join(", ")))?;
    }
    writeln!(f, "  {}\n  What to do: {}", known.explanation, known.remedy)?;
    writeln!(f, "  Sources: {}", known.sources.join("; "))
}

fn overview(f: &mut fmt::Formatter<'_>, facts: &DumpFacts) -> fmt::Result {
    let java = match (&facts.jvm, &facts.java_version) {
        (Some(jvm), Some(version)) => format!(", {jvm} {version}"),
        (_, Some(version)) => format!(", Java {version}"),
        _ => String::new(),
    };
    writeln!(
        f,
        "{}, {}-byte ids, {} uncompressed{}",
        facts.format,
        facts.id_bytes,
        bytes(facts.dump_bytes),
        visible(&java)
    )?;
    writeln!(
        f,
        "Used heap {} in {} objects of {} classes, {} class loaders, {} GC roots, {} threads",
        bytes(facts.used_heap),
        count(facts.objects),
        count(facts.classes.into()),
        count(facts.class_loaders.into()),
        count(facts.gc_roots.into()),
        count(facts.threads.into())
    )?;
    if facts.unreachable_objects > 0 {
        writeln!(
            f,
            "Unreachable: {} in {} objects, not counted above",
            bytes(facts.unreachable_bytes),
            count(facts.unreachable_objects)
        )?;
    }
    if facts.dumps > 1 {
        writeln!(f, "This is heap dump {} of {} in the file", facts.dump, facts.dumps)?;
    }
    if facts.truncated {
        writeln!(f, "The file is cut off: what it holds up to there is shown")?;
    }
    for warning in &facts.warnings {
        write!(f, "Odd: {}", visible(&warning.message))?;
        if warning.count > 1 {
            write!(f, " ({} times)", count(warning.count))?;
        }
        match warning.first_offset {
            Some(offset) => writeln!(f, ", first at offset {offset:#x}")?,
            None => writeln!(f)?,
        }
    }
    Ok(())
}

fn one_suspect(f: &mut fmt::Formatter<'_>, suspect: &Suspect, used: u64) -> fmt::Result {
    writeln!(f, "\nSuspect {}: {}", suspect.rank, visible(&plain_text(&suspect.headline)))?;
    for sentence in &suspect.story {
        writeln!(f, "  {}", visible(&plain_text(sentence)))?;
    }
    if !suspect.path.steps.is_empty() {
        writeln!(f, "  Path from the GC root ({}):", suspect.path.root.unwrap_or("unknown"))?;
    }
    for step in &suspect.path.steps {
        let via = step.via.as_deref().map_or(String::new(), |via| {
            let dot =
                if via.starts_with(['[', '<']) || via.starts_with("static ") { "" } else { "." };
            format!("{dot}{via} -> ")
        });
        let retained = step.row.retained.unwrap_or(step.row.shallow);
        let share = percent(ratio(retained, used));
        writeln!(
            f,
            "    {}{} @ {}  {} ({share})",
            visible(&via),
            visible(&step.row.name),
            step.row.address,
            bytes(retained)
        )?;
    }
    Ok(())
}

fn classes(f: &mut fmt::Formatter<'_>, histogram: &HistogramWindow) -> fmt::Result {
    let is_retained_known = histogram.rows.iter().any(|row| row.retained.is_some());
    let retained = if is_retained_known { "Retained" } else { "" };
    writeln!(f, "\n{:>12} {:>11} {retained:>11}  Class", "Objects", "Shallow")?;
    for row in &histogram.rows {
        writeln!(
            f,
            "{:>12} {:>11} {:>11}  {}",
            count(row.instances),
            bytes(row.shallow),
            row.retained.map_or(String::new(), bytes),
            visible(&row.name)
        )?;
    }
    let rest = histogram.total.saturating_sub(u32::try_from(histogram.rows.len()).unwrap_or(0));
    if rest > 0 {
        writeln!(f, "{:>12} more classes", count(rest.into()))?;
    }
    Ok(())
}

/// Text of the dump is hostile: control and bidirectional formatting characters are escaped, so
/// that it cannot drive a terminal.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if hidden {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_hostile_name_cannot_drive_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
    }
}
