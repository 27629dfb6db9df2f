//! What every format tells, and that nothing of a dump can harm who reads it.

use super::{FIXTURES, FORMATS, report_of, report_on};
use crate::support::{CHUNK, fixture_path, inflated, read};
use heapglass::analysis::Inquiry;
use heapglass::analysis::outside::OutsideBuilder;
use heapglass::analysis::story::{bytes, count};
use heapglass::graph::Step;
use heapglass::heap::loader::{LoadOptions, Outcome, load};
use heapglass::report::{Contents, Format, GateOutcome, Known, Options, Report};
use std::collections::BTreeSet;

/// What the first screen says, a report says.
#[test]
fn every_format_names_culprit_amount_chain_and_remedy() {
    for (fixture, words) in [
        (
            "story-session-list",
            &[
                "ExcelExportTaskWebSocket.SESSIONS",
                "93.6 %",
                "797",
                "WsSession",
                "32.6 KiB",
                "static SESSIONS",
                "elementData",
                "Remove the session",
            ][..],
        ),
        ("story-tomcat-upgrade", &["UpgradeGroupInfo.upgradeInfos", "UpgradeInfo"][..]),
        (
            "story-mysql-cleanup-thread",
            &["AbandonedConnectionCleanupThread.connectionFinalizerPhantomRefs", "1.44 MiB"][..],
        ),
        ("story-modelmapper", &["OrderController.MAPPERS_BY_REQUEST"][..]),
        ("healthy", &["Nothing", "Largest"][..]),
    ] {
        for contents in [Contents::LeftOut, Contents::Included] {
            let report = report_of(fixture, contents);
            for format in [Format::Html, Format::Markdown] {
                let text = report.render(format).replace('\u{a0}', " ").replace('\\', "");
                for word in words {
                    assert!(text.contains(word), "{fixture}, {format:?}: no {word} in {text}");
                }
            }
            let json = report.render(Format::Json);
            for word in words.iter().filter(|word| **word != "Largest") {
                assert!(json.contains(word), "{fixture}: no {word} in the data");
            }
        }
    }
}

#[test]
fn the_gate_is_that_of_the_verdict() {
    for fixture in FIXTURES {
        let outcome = report_of(fixture, Contents::LeftOut).gate.outcome;
        let is_story = fixture.starts_with("story-") || fixture == "hostile-text";
        if is_story {
            assert_eq!(outcome, GateOutcome::Found, "{fixture}");
        }
    }
    assert_eq!(report_of("healthy", Contents::LeftOut).gate.outcome, GateOutcome::Passed);
}

/// What is missing of a dump may be the leak: exit code 0 would say that there is none.
#[test]
fn a_truncated_dump_in_which_nothing_was_found_does_not_pass_the_gate() {
    let whole = inflated(&read(&fixture_path("healthy.hprof.gz")));
    let report = report_on(&whole[..whole.len() / 10 * 9], Contents::LeftOut);
    assert!(report.dump.truncated);
    assert_eq!(report.gate.outcome, GateOutcome::Undecided);
    let because = &report.gate.because;
    assert!(because.contains("truncated") && because.contains("Nothing is suspected"), "{because}");
}

/// Every format says what the heap owns outside it: count, bytes, who holds it, what is estimated.
#[test]
fn memory_outside_the_heap_is_in_every_format() {
    let report = report_of("story-native-innocent-heap", Contents::LeftOut);
    let outside = report.outside.as_ref().unwrap();
    let direct = outside.kinds.iter().find(|kind| kind.title == "Direct buffers").unwrap();
    let largest = direct.rows.first().unwrap();
    let holder = largest.holder.as_deref().unwrap();
    let figures = [count(direct.count), bytes(direct.bytes.unwrap()), bytes(outside.estimated)];
    let texts = [Format::Html, Format::Markdown].map(|format| report.render(format));
    for text in texts.into_iter().chain([report.to_string()]) {
        let text = text.replace('\u{a0}', " ");
        for word in figures.iter().map(String::as_str).chain(["Direct buffers", holder]) {
            assert!(text.contains(word), "no {word} in {text}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&report.render(Format::Json)).unwrap();
    let kinds = json["outside"]["kinds"].as_array().unwrap();
    let statements = kinds.iter().find(|kind| kind["name"] == "statements").unwrap();
    assert_eq!(statements["rows"][0]["label"], "‹sql›");
    let told = report_of("story-native-innocent-heap", Contents::Included).render(Format::Markdown);
    assert!(told.contains("SELECT "), "the SQL is told where contents are: {told}");
    assert!(!report.render(Format::Markdown).contains("SELECT "));
}

/// Names of the elements of a page, and of their attributes.
fn markup(page: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut elements, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    for part in [before, after] {
        for tag in part.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').expect("an element without an end");
            let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
            elements.insert(name.to_owned());
            // Values are in double quotes: what is between them is no attribute.
            let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"");
            for attribute in outside.split(' ').skip(1).filter(|word| !word.is_empty()) {
                attributes.insert(attribute.split('=').next().unwrap().to_owned());
            }
        }
    }
    (elements, attributes)
}

#[test]
fn hostile_names_are_neither_markup_nor_hidden() {
    let ours = report_of("story-session-list", Contents::Included).render(Format::Html);
    let (elements, attributes) = markup(&ours);
    assert!(elements.contains("table") && !elements.contains("script"));
    assert!(
        !attributes.iter().any(|name| name.starts_with("on") || name == "href" || name == "src")
    );
    for contents in [Contents::LeftOut, Contents::Included] {
        let report = report_of("hostile-text", contents);
        for format in FORMATS {
            let text = report.render(format);
            let hidden = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{ad}' | '\u{115f}' | '\u{200b}'..='\u{200f}'
                        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            };
            assert_eq!(text.find(hidden), None, "{format:?}");
        }
        let page = report.render(Format::Html);
        let (used, with) = markup(&page);
        assert!(page.contains("&lt;script&gt;"), "the name is there");
        let foreign: Vec<_> =
            used.difference(&elements).filter(|e| *e != "b" && *e != "ul" && *e != "li").collect();
        assert!(foreign.is_empty(), "elements of the dump: {foreign:?}");
        let foreign: Vec<_> = with.difference(&attributes).collect();
        assert!(foreign.is_empty(), "attributes of the dump: {foreign:?}");
    }
}

#[test]
fn hostile_names_are_no_markdown() {
    let text = report_of("hostile-text", Contents::Included).render(Format::Markdown);
    assert!(text.contains("<script>"), "the name is there, in a code span");
    for line in text.lines() {
        // Spans of one backtick are all that this dump's names need.
        let outside: String = line.split('`').step_by(2).collect();
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        assert!(!outside.contains('<') && !outside.contains("://"), "{line}");
        let links = outside.replace("\\[", "").contains('[');
        assert!(!links, "{line}");
    }
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    for fixture in FIXTURES {
        let page = report_of(fixture, Contents::LeftOut).render(Format::Html);
        let policy = "content=\"default-src 'none'; style-src 'unsafe-inline'\"";
        assert!(page.contains(policy), "{fixture}");
        let (elements, attributes) = markup(&page);
        for element in ["script", "link", "img", "iframe", "object", "base", "form", "a"] {
            assert!(!elements.contains(element), "{fixture}: {element}");
        }
        assert!(!attributes.contains("src") && !attributes.contains("href"), "{fixture}");
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
        assert!(style.contains("prefers-color-scheme: dark") && style.contains("@media print"));
    }
}

/// Strings of a dump that cannot be in a report for another reason: not the name of anything, not a
/// word of ours.
fn telling_strings(fixture: &str) -> BTreeSet<String> {
    let dump = crate::support::fixture(fixture);
    let inquiry = dump.inquiry();
    let heap = &dump.loaded.heap;
    let string = heap.known.string.unwrap();
    let report = report_of(fixture, Contents::LeftOut);
    let mut words = crate::support::entries(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/report"
    )))
    .iter()
    .chain(&crate::support::entries(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/analysis"
    ))))
    .chain(&crate::support::entries(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/analysis/known_leaks"
    ))))
    .chain(&crate::support::entries(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/analysis/outside"
    ))))
    .filter_map(|path| std::fs::read_to_string(path).ok())
    .collect::<String>();
    // Values that the data may have, such as `directBuffers`.
    words.push_str(include_str!("../../../docs/report.schema.json"));
    for (_, class) in heap.classes.iter() {
        words.push_str(&class.name);
        words.push('\n');
        for field in
            class.fields.iter().map(|field| field.name).chain(class.statics.iter().map(|s| s.name))
        {
            // As paths name references.
            words.push_str("static ");
            words.push_str(&heap.names.text(field));
            words.push('\n');
        }
    }
    for failed in report.verdict.iter().filter_map(|verdict| verdict.failed_thread.as_ref()) {
        words.push_str(&failed.frames.join("\n"));
    }
    let mut found = BTreeSet::new();
    heap.objects.for_each(0..heap.objects.len(), |object, class, _| {
        if class == string
            && let Some((text, _)) = inquiry.values.string(object, 4096)
            && text.chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !words.contains(&text)
        {
            found.insert(text);
        }
    });
    found
}

/// Texts of the data, whatever their place.
fn texts(value: &serde_json::Value, to: &mut String) {
    match value {
        serde_json::Value::String(text) => {
            to.push_str(text);
            to.push('\n');
        }
        serde_json::Value::Array(list) => list.iter().for_each(|item| texts(item, to)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| texts(item, to)),
        _ => {}
    }
}

#[test]
fn no_string_of_a_heap_is_in_a_report_by_default() {
    let mut told_with_contents = 0;
    for fixture in FIXTURES {
        let strings = telling_strings(fixture);
        assert!(strings.len() > 5, "{fixture} has only {} strings", strings.len());
        for contents in [Contents::LeftOut, Contents::Included] {
            let mut all = String::new();
            texts(&serde_json::to_value(report_of(fixture, contents)).unwrap(), &mut all);
            let told: Vec<_> = strings.iter().filter(|text| all.contains(text.as_str())).collect();
            match contents {
                Contents::LeftOut => assert_eq!(told, [""; 0], "{fixture}"),
                Contents::Included => told_with_contents += told.len(),
            }
        }
    }
    assert!(told_with_contents > 5, "contents tell only {told_with_contents} strings");
}

/// Where no suspect is accused, the chain is the verdict's own.
#[test]
fn the_chain_to_the_owner_of_memory_outside_the_heap_is_in_every_format() {
    let report = report_of("story-native-innocent-heap", Contents::LeftOut);
    let chain = report.verdict.as_ref().unwrap().path.as_ref().unwrap();
    let links: Vec<&str> = chain.steps.iter().filter_map(|step| step.via.as_deref()).collect();
    assert!(links.contains(&"static FRAMES_BY_AGE") && links.contains(&"pixels"), "{links:?}");
    let (first, last) = (chain.steps.first().unwrap(), chain.steps.last().unwrap());
    assert_eq!(last.object.class, "java.nio.DirectByteBuffer");
    let page = report.render(Format::Html);
    let (answer, _) = page.split_once(">Suspects<").unwrap();
    let markdown = report.render(Format::Markdown);
    let (told, _) = markdown.split_once("## Suspect 1").unwrap();
    let terminal = report.to_string();
    let (printed, _) = terminal.split_once("\nSuspect 1").unwrap();
    for text in [answer, told, printed] {
        for word in [&first.object.address, &last.object.address, "FRAMES_BY_AGE", "pixels"] {
            assert!(text.contains(word), "no {word} before the suspects: {text}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&report.render(Format::Json)).unwrap();
    let steps = json["verdict"]["path"]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), chain.steps.len());
    let accused = report_of("story-session-list", Contents::LeftOut);
    assert!(accused.verdict.unwrap().path.is_none(), "suspects have paths of their own");
}

#[test]
fn what_lies_outside_the_heap_reads_the_same_worked_out_before() {
    let plain = inflated(&read(&fixture_path("story-native-innocent-heap.hprof.gz")));
    let loaded = load(&plain, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
    let outcome = Outcome::Complete(Box::new(loaded));
    let inquiry = Inquiry::of(&outcome, &plain).unwrap();
    let mut builder = OutsideBuilder::new(&inquiry);
    let (mut steps, mut before) = (0, 0.0);
    while let Step::More { done, total } = builder.step(&inquiry, 50) {
        let share =
            f64::from(u32::try_from(done).unwrap()) / f64::from(u32::try_from(total).unwrap());
        assert!(share < 1.0, "{done} of {total}");
        (steps, before) = (steps + 1, if steps % 100 == 0 { share } else { before });
    }
    assert!(steps > 1_000, "a step is bounded: {steps} for {} objects", inquiry.facts().objects);
    assert!(before > 0.5, "progress tells how far it is: {before}");
    let outside = builder.finish(&inquiry);
    let suspects = inquiry.suspects();
    let verdict = inquiry.verdict(&suspects);
    let judged = Some((&suspects, &verdict));
    let of = |outside| {
        let known = Known { judged, outside };
        Report::of(&outcome, &plain, known, &Options::default())
    };
    assert_eq!(of(Some(&outside)), of(None));
}
