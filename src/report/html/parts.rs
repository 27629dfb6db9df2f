//! Parts of the page: sentences, paths, tables.

use super::{Name, Seen};
use crate::analysis::story::{PhraseKind, bytes, count, percent};
use crate::analysis::suspects::ratio;
use crate::analysis::warnings::Severity;
use crate::heap::sizes::SizeModel;
use crate::report::model::{
    ClassesPart, ObjectPart, OddityPart, OutsideKindPart, OutsidePart, PathPart, Report, Told,
};
use crate::report::outside::{class, size, summary};
use maud::{Markup, html};

/// A sentence; what an object proves has its address as a tooltip.
pub(super) fn sentence(told: &Told) -> Markup {
    html! {
        @for run in &told.runs {
            @match run.kind {
                PhraseKind::Plain => (Seen(&unbroken(&run.text))),
                PhraseKind::Strong => b { (Seen(&unbroken(&run.text))) },
                PhraseKind::Culprit => em.culprit { bdi { (Seen(&unbroken(&run.text))) } },
                PhraseKind::Code => code { bdi { (Seen(&run.text)) } },
                PhraseKind::Class | PhraseKind::Object => {
                    bdi title=[run.address.as_deref()] { (Seen(&run.text)) }
                },
            }
        }
    }
}

/// A number stays on one line with its unit.
fn unbroken(text: &str) -> String {
    let units = ["%", "B", "KiB", "MiB", "GiB", "TiB"];
    let mut words = text.split(' ').peekable();
    let mut shown = String::with_capacity(text.len() + 4);
    while let Some(word) = words.next() {
        shown.push_str(word);
        let is_number = word.ends_with(|c: char| c.is_ascii_digit());
        let unit = |next: &&str| units.contains(&next.trim_end_matches([',', '.', ':', ';']));
        match words.peek() {
            Some(next) if is_number && unit(next) => shown.push('\u{a0}'),
            Some(_) => shown.push(' '),
            None => {}
        }
    }
    shown
}

/// A share as a width.
pub(super) fn width(share: f64) -> String {
    format!("{:.1}%", share.clamp(0.0, 1.0) * 100.0)
}

/// A path from a GC root, an object per line, with what each retains.
pub(super) fn path(path: &PathPart, used: u64) -> Markup {
    html! {
        @if !path.steps.is_empty() {
            p.label { "Path from the GC root (" (path.root.unwrap_or("unknown")) ")" }
            ol.path {
                @for step in &path.steps {
                    li {
                        span {
                            @if let Some(via) = &step.via { span.via { (Name(via)) " → " } }
                            (object(&step.object))
                        }
                        span.size { (retained(&step.object, used)) }
                    }
                }
            }
            @if path.omitted > 0 {
                p.soft { (count(path.omitted.into())) " steps in the middle are not shown." }
            }
        }
    }
}

fn object(object: &ObjectPart) -> Markup {
    html! {
        (Name(&object.name)) " "
        @if let Some(value) = &object.value { (Name(value.text())) " " }
        span.address { (Seen(&object.address)) }
    }
}

fn retained(object: &ObjectPart, used: u64) -> Markup {
    let size = object.retained.unwrap_or(object.shallow);
    html! { (bytes(size)) span.soft { " " (percent(ratio(size, used))) } }
}

/// A table of objects, with bars for shares of the used heap.
pub(super) fn objects(rows: &[ObjectPart], used: u64, hot: bool) -> Markup {
    html! {
        table {
            thead { tr {
                th scope="col" { "Object" } th scope="col" { "Dominates" }
                th scope="col" { "Shallow" } th scope="col" { "Retained" }
            } }
            tbody {
                @for row in rows {
                    tr {
                        td { (object(row)) }
                        td { @if let Some(dominated) = row.dominated { (count(dominated.into())) } }
                        td { (bytes(row.shallow)) }
                        (bar(row.retained.unwrap_or(row.shallow), used, hot))
                    }
                }
            }
        }
    }
}

fn bar(size: u64, whole: u64, hot: bool) -> Markup {
    let style = format!("--w:{}", width(ratio(size, whole)));
    html! { td.bar.hot[hot] { span style=(style) { (bytes(size)) } } }
}

/// A histogram, with bars beside the largest row.
pub(super) fn classes(classes: &ClassesPart) -> Markup {
    let is_retained_known = classes.rows.iter().any(|row| row.retained.is_some());
    let size = |row: &crate::report::model::ClassPart| row.retained.unwrap_or(row.shallow);
    let largest = classes.rows.iter().map(size).max().unwrap_or(0);
    html! {
        table {
            thead { tr {
                th scope="col" { "Class" } th scope="col" { "Objects" }
                @if is_retained_known { th scope="col" { "Shallow" } th scope="col" { "Retained" } }
                @else { th scope="col" { "Shallow" } }
            } }
            tbody {
                @for row in &classes.rows {
                    tr {
                        td {
                            (Name(&row.name))
                            @if row.loader != "<boot>" { " " span.address { (Seen(&row.loader)) } }
                        }
                        td { (count(row.instances)) }
                        @if is_retained_known { td { (bytes(row.shallow)) } }
                        (bar(size(row), largest, false))
                    }
                }
            }
        }
        (more(classes.more, "classes"))
    }
}

/// How many rows are not shown.
pub(super) fn more(rows: u32, of: &str) -> Markup {
    html! { @if rows > 0 { p.soft { (count(rows.into())) " more " (of) "." } } }
}

/// What lies outside the heap: a table of owners per kind, and what to know of its figures.
pub(super) fn outside(outside: &OutsidePart) -> Markup {
    html! {
        p { (summary(outside)) "." }
        @for kind in &outside.kinds { (outside_kind(kind)) }
    }
}

fn outside_kind(kind: &OutsideKindPart) -> Markup {
    html! {
        section {
            h3 {
                (kind.title) ": " (count(kind.count))
                @if kind.bytes.is_some() { ", " (unbroken(&size(kind.bytes, kind))) }
            }
            table {
                thead { tr {
                    th scope="col" { "Owner" } th scope="col" { "Count" }
                    @if kind.bytes.is_some() { th scope="col" { "Outside" } }
                } }
                tbody {
                    @for row in &kind.rows {
                        tr {
                            td {
                                @if row.class.is_some() { (Name(class(row))) " " }
                                @if !row.label.is_empty() { (Name(&row.label)) }
                                @if let Some(holder) = &row.holder {
                                    span.soft { " held by " } (Name(holder))
                                }
                            }
                            td { (count(row.count)) }
                            @if kind.bytes.is_some() { td { (size(row.bytes, kind)) } }
                        }
                    }
                }
            }
            @if kind.more > 0 { p.soft { (count(kind.more)) " more owners." } }
            @for note in &kind.notes { p.soft { (Seen(note)) } }
        }
    }
}

/// What the dump is, in figures.
pub(super) fn facts(report: &Report) -> Markup {
    let (dump, heap, sizes) = (&report.dump, &report.heap, &report.size_model);
    html! {
        dl {
            (fact("Used heap", &bytes(heap.used)))
            (fact("Objects", &count(heap.objects)))
            (fact("Classes", &count(heap.classes.into())))
            (fact("Class loaders", &count(heap.class_loaders.into())))
            (fact("GC roots", &count(heap.gc_roots.into())))
            (fact("Threads", &count(heap.threads.into())))
            (fact("Unreachable", &bytes(report.unreachable.bytes)))
            @if let (Some(jvm), Some(version)) = (&dump.jvm, &dump.java_version) {
                (fact("Java", &format!("{} {}", jvm.text(), version.text())))
            }
            (fact("File", &bytes(dump.file_bytes)))
            (fact("Identifiers", &format!("{} bytes", dump.id_bytes)))
            @if dump.dumps > 1 { (fact("Heap dump", &format!("{} of {}", dump.number, dump.dumps))) }
        }
        p.soft {
            "Sizes "
            @match sizes.name {
                SizeModel::Calibrated => "are those of the JVM that wrote the dump",
                SizeModel::Mat => "are computed as Eclipse MAT does",
            }
            ": references of " (sizes.reference_bytes) " bytes, objects at multiples of "
            (sizes.alignment)
            @if let (Some(agreeing), Some(compared)) = (sizes.agreeing, sizes.compared) {
                "; " (percent(ratio(agreeing, compared))) " of " (count(compared))
                " distances between neighbours agree"
            }
            "."
        }
    }
}

fn fact(label: &str, value: &str) -> Markup {
    html! { div { dt { (label) } dd { (Seen(value)) } } }
}

/// What is odd, the most important first.
pub(super) fn oddities(oddities: &[OddityPart]) -> Markup {
    html! {
        ul.plain {
            @for oddity in oddities {
                li {
                    b {
                        @match oddity.severity {
                            Severity::Damage => "Damage: ",
                            Severity::Missing => "Missing: ",
                            Severity::Curiosity => "Odd: ",
                        }
                    }
                    (Seen(&oddity.message))
                    @if oddity.count > 1 { " (" (count(oddity.count)) " times)" }
                    @if let Some(offset) = oddity.first_offset {
                        span.soft { ", first at offset " (format!("{offset:#x}")) }
                    }
                }
            }
        }
    }
}
