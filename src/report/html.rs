//! A report as one page: no script, nothing from elsewhere, readable without the page that made it.
//!
//! Markup comes from the templates alone. Text goes through [`Seen`] or [`Name`], which make it
//! visible, and then through the escaping of the template language; and the policy of the page would
//! not run a script either.

mod parts;

use super::contents::Contents;
use super::model::{
    FailedThreadPart, GateOutcome, KnownLeakPart, Report, SuspectPart, VerdictPart,
};
use super::text::{certainty, confidence, versions};
use super::visible::visible;
use crate::analysis::story::{bytes, percent};
use crate::analysis::verdict::Finding;
use maud::{DOCTYPE, Escaper, Markup, PreEscaped, Render, html};
use std::fmt::Write;

/// Colours and type of the page that reports come from.
const TOKENS: &str = include_str!("../../www/src/styles/tokens.css");
const STYLE: &str = include_str!("report.css");
/// Nothing is loaded and nothing is run, whatever text might get past the escaping.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Any text, made visible.
struct Seen<'a>(&'a str);

impl Render for Seen<'_> {
    fn render_to(&self, to: &mut String) {
        // Writing to a string does not fail.
        let _ = Escaper::new(to).write_str(&visible(self.0));
    }
}

/// A name of the dump: letters that run from right to left leave what is beside it in its place.
struct Name<'a>(&'a str);

impl Render for Name<'_> {
    fn render(&self) -> Markup {
        html! { bdi.name { (Seen(self.0)) } }
    }
}

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let file = report.file_name.as_deref().unwrap_or("heap dump");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (Seen(file)) " · Heapglass report" }
                style { (PreEscaped(TOKENS)) (PreEscaped(STYLE)) }
            }
            body {
                (top(report, file))
                main { (answer(report)) (proof(report)) (figures(report)) }
                (bottom(report))
            }
        }
    };
    page.into_string()
}

fn top(report: &Report, file: &str) -> Markup {
    html! {
        header {
            b { (Name(file)) }
            span { (report.dump.format) ", " (bytes(report.dump.dump_bytes)) }
            @if let Some(taken) = &report.dump.taken_at {
                span { "taken " time datetime=(taken) { (taken.replace('T', " ").replace('Z', " UTC")) } }
            }
            @if let Some(version) = &report.dump.java_version { span { "Java " (Name(version.text())) } }
        }
    }
}

/// The verdict: what a person reads first, and perhaps all that they read.
fn answer(report: &Report) -> Markup {
    html! {
        @if let Some(verdict) = &report.verdict {
            (the_verdict(report, verdict))
        } @else {
            h1 { "This dump was analysed in part" }
        }
        @if let Some(incomplete) = &report.incomplete {
            p.notice {
                (Seen(&incomplete.message)) "."
                @if let Some(advice) = &incomplete.advice { " " (Seen(advice)) "." }
            }
        }
        @if report.dump.truncated {
            p.notice { "The file is cut off: what it holds up to there is shown." }
        }
        @for known in &report.known_leaks { (known_leak(known)) }
        @if let Some(failed) = report.verdict.as_ref().and_then(|v| v.failed_thread.as_ref()) {
            (failed_thread(failed))
        }
    }
}

fn the_verdict(report: &Report, verdict: &VerdictPart) -> Markup {
    let suspects = report.suspects.iter().flat_map(|suspects| &suspects.list);
    html! {
        h1 { (parts::sentence(&verdict.headline)) }
        @if verdict.finding == Finding::Suspected {
            div.share role="img" aria-label="Shares of the used heap that suspects hold" {
                @for suspect in suspects {
                    i style={ "width:" (parts::width(suspect.share)) } {}
                }
            }
        }
        @for sentence in &verdict.story { p { (parts::sentence(sentence)) } }
        @if let Some(path) = &verdict.path { (parts::path(path, report.heap.used)) }
        p.soft {
            "Confidence: " (confidence(verdict.confidence)) ", because "
            (parts::sentence(&verdict.because)) "."
        }
        @if let Some(remedy) = &verdict.remedy {
            div.remedy { p.label { "What to do" } p { (parts::sentence(remedy)) } }
        }
    }
}

fn known_leak(known: &KnownLeakPart) -> Markup {
    html! {
        section.known {
            p.label { (certainty(known.certainty)) }
            h3 style="margin-top:0" { (Seen(&known.title)) }
            @for sentence in &known.evidence { p { (parts::sentence(sentence)) } }
            @if let Some(versions) = versions(known) { p { (Seen(&versions)) "." } }
            p { (Seen(&known.explanation)) }
            p.label { "What to do" }
            p { (Seen(&known.remedy)) }
            p.soft { "Sources: " (Seen(&known.sources.join("; "))) " · " (Seen(&known.id)) }
        }
    }
}

fn failed_thread(failed: &FailedThreadPart) -> Markup {
    html! {
        section {
            h2 { "The thread that ran out of memory" }
            p {
                @if let Some(name) = &failed.name { (Name(name.text())) " " }
                span.address { (Seen(&failed.address)) }
                @if let Some(message) = &failed.message { ": " (Name(message.text())) }
            }
            pre {
                @for frame in &failed.frames { "at " (Name(frame)) "\n" }
                @if failed.more_frames > 0 { (failed.more_frames) " more" }
            }
        }
    }
}

/// How the answer is known: every suspect with its path.
fn proof(report: &Report) -> Markup {
    html! {
        @if let Some(suspects) = report.suspects.as_ref().filter(|s| !s.list.is_empty()) {
            h2 { "Suspects" }
            @for suspect in &suspects.list { (one_suspect(suspect, report)) }
            p.soft { "No suspect holds the remaining " (bytes(suspects.remainder)) "." }
        }
    }
}

fn one_suspect(suspect: &SuspectPart, report: &Report) -> Markup {
    let used = report.heap.used;
    html! {
        section {
            h3 { (suspect.rank) ". " (parts::sentence(&suspect.headline)) }
            @for sentence in report.new_sentences(suspect) { p { (parts::sentence(sentence)) } }
            (parts::path(&suspect.path, used))
            @if !suspect.biggest.is_empty() {
                p.label { @if suspect.members > 1 { "The largest of them" } @else { "The largest in it" } }
                (parts::objects(&suspect.biggest, used, true))
            }
            @if !suspect.keywords.is_empty() {
                p.soft { "Words to search for: " (Seen(&suspect.keywords.join(", "))) }
            }
        }
    }
}

fn figures(report: &Report) -> Markup {
    html! {
        h2 { "Largest classes" }
        (parts::classes(&report.classes))
        @if let Some(dominators) = &report.dominators {
            h2 { "Largest objects" }
            p.soft { "Objects that nothing but GC roots holds, with all that would go with them." }
            (parts::objects(&dominators.rows, report.heap.used, false))
            (parts::more(dominators.more, "objects"))
        }
        @if let Some(classes) = report.unreachable.classes.as_ref().filter(|c| !c.rows.is_empty()) {
            h2 { "Unreachable objects" }
            p {
                (bytes(report.unreachable.bytes)) ", " (percent(report.unreachable.share))
                " of all objects' bytes, are held by nothing and will be collected."
            }
            (parts::classes(classes))
        }
        @if let Some(outside) = report.outside.as_ref().filter(|o| !o.kinds.is_empty()) {
            h2 { "Memory outside the heap" }
            (parts::outside(outside))
        }
        h2 { "This dump" }
        (parts::facts(report))
        h2 { "Oddities" }
        @if report.oddities.is_empty() { p { "Nothing is odd in this dump." } }
        @else { (parts::oddities(&report.oddities)) }
    }
}

fn bottom(report: &Report) -> Markup {
    let gate = match report.gate.outcome {
        GateOutcome::Passed => "No finding above the limit. ",
        GateOutcome::Found => "Finding above the limit. ",
        GateOutcome::Undecided => "Undecided. ",
    };
    html! {
        footer {
            span { (report.tool.name) " " (report.tool.version) }
            span {
                @match report.contents {
                    Contents::LeftOut => "Contents of strings and arrays are left out.",
                    Contents::Included => "Contents of strings are included: they may hold secrets.",
                }
            }
            span { (gate) (Seen(&report.gate.because)) }
        }
    }
}
