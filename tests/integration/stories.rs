//! The production stories: the first screen must name the culprit, the amount and the chain.

use crate::support::{Opened, expected, extra_dump, extra_dumps, fixture, opened};
use heapglass::analysis::collections;
use heapglass::analysis::remedy::PileKind;
use heapglass::analysis::story::plain_text;
use heapglass::analysis::suspects::{Suspect, SuspectKind, SuspectReport};
use heapglass::analysis::verdict::{Confidence, Finding, Verdict};
use heapglass::heap::ObjectIndex;
use heapglass::heap::references::names_of;
use serde_json::Value;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is missing in {value}"))
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} is missing in {value}"))
}

fn first(report: &SuspectReport) -> &Suspect {
    report.suspects.first().expect("nobody is suspected")
}

/// A step of a chain as the program knows it: a class, and the field that leads on from there.
fn links(expected: &Value) -> Vec<(String, String)> {
    let chain = expected["chain"].as_array().unwrap();
    let link = |step: &Value| (text(step, "class").to_owned(), text(step, "field").to_owned());
    chain.iter().map(link).collect()
}

/// Follows the expected chain through the heap from `at`: the first object of the chain to the
/// targets of its last reference. An array leads on to all its elements.
fn follow(dump: &Opened, at: ObjectIndex, chain: &[(String, String)]) -> Vec<ObjectIndex> {
    let inquiry = dump.inquiry();
    let mut here = vec![at];
    for (class, field) in chain {
        let mut next = Vec::new();
        for &object in &here {
            let heap = inquiry.heap();
            let of = heap.classes.represented_by(object);
            let of = of.unwrap_or_else(|| heap.objects.class(object));
            assert_eq!(&heap.classes.get(of).name, class, "before {field}");
            let targets = inquiry.outbound(object, 0, u32::MAX).unwrap().rows;
            let leads_on = |via: &String| via == field || (field == "[i]" && via.starts_with('['));
            let targets = targets.iter().filter(|target| target.via.iter().any(leads_on));
            next.extend(targets.map(|target| target.row.object));
        }
        assert!(!next.is_empty(), "{class}.{field} leads nowhere");
        if class.ends_with("$Node[]") {
            next = with_successors(dump, next);
        }
        here = next;
    }
    here
}

/// Nodes of a hash table's buckets with those after them in their buckets.
fn with_successors(dump: &Opened, mut nodes: Vec<ObjectIndex>) -> Vec<ObjectIndex> {
    let values = dump.inquiry().values;
    let mut at = 0;
    while let Some(&node) = nodes.get(at) {
        nodes.extend(values.reference(node, "next"));
        at += 1;
    }
    nodes
}

/// Checks that the suspect's path goes through the whole chain, name by name, as far as it reaches,
/// and that its end leads on to the rest of the chain.
fn assert_path_follows(dump: &Opened, suspect: &Suspect, chain: &[(String, String)]) {
    let steps = &suspect.path.steps;
    let class_of = |name: &str| {
        let name = name.strip_prefix("class ").unwrap_or(name);
        match name.split_once('[') {
            Some((class, _)) => format!("{class}[]"),
            None => name.to_owned(),
        }
    };
    let is_class = chain[0].1.starts_with("static ");
    let starts =
        |name: &str| class_of(name) == chain[0].0 && name.starts_with("class ") == is_class;
    let start = steps.iter().position(|step| starts(&step.row.name));
    let start = start.unwrap_or_else(|| panic!("{} is not on the path", chain[0].0));
    let pairs = steps[start..].windows(2);
    let mut told = 0;
    for ((class, field), pair) in chain.iter().zip(pairs) {
        assert_eq!(&class_of(&pair[0].row.name), class);
        let via = pair[1].via.as_deref().unwrap();
        assert!(
            via == field || (field == "[i]" && via.starts_with('[')),
            "{class}: {via}, {field}"
        );
        told += 1;
    }
    assert!(told + start + 1 == steps.len(), "the path goes on after the chain");
    let end = steps.last().unwrap().row.object;
    follow(dump, end, &chain[told..]);
}

#[test]
fn tomcat_upgrade_infos_pile_up_in_one_group() {
    let dump = fixture("story-tomcat-upgrade");
    let expected = expected("story-tomcat-upgrade");
    let culprit = &expected["culprit"];
    let report = dump.inquiry().suspects();
    let suspect = first(&report);

    assert_eq!(suspect.kind, SuspectKind::Thread);
    assert_eq!(suspect.holder, "UpgradeGroupInfo.upgradeInfos");
    assert!(suspect.keywords.contains(&text(culprit, "class").to_owned()));
    let root = &suspect.path.steps[0].row;
    assert_eq!(suspect.path.root, Some("Thread"));
    assert_eq!(root.value, Some(format!("{:?}", text(&expected, "rootThread"))));
    assert_path_follows(&dump, suspect, &links(&expected));

    let point = suspect.accumulation.as_ref().unwrap();
    assert_eq!(point.class.name, text(culprit, "accumulationPoint"));
    let pile = suspect.pile.as_ref().unwrap();
    assert_eq!(pile.class.name, text(culprit, "elementClass"));
    assert_eq!(pile.count, number(culprit, "elements"));
    assert!(suspect.share > 0.5, "more than half of the heap, not {}", suspect.share);
    assert_eq!(
        plain_text(&suspect.headline),
        "The list UpgradeGroupInfo.upgradeInfos holds 711 KiB, 74.2 % of the heap: \
         14,000 UpgradeInfo of 48 B each."
    );
}

#[test]
fn abandoned_connections_pile_up_in_the_class_of_their_cleanup_thread() {
    let dump = fixture("story-mysql-cleanup-thread");
    let expected = expected("story-mysql-cleanup-thread");
    let culprit = &expected["culprit"];
    let inquiry = dump.inquiry();
    let report = inquiry.suspects();
    let suspect = first(&report);

    assert_eq!(suspect.kind, SuspectKind::Class);
    assert!(suspect.share > 0.8, "{}", suspect.share);
    let point = suspect.accumulation.as_ref().unwrap();
    assert_eq!(point.name, format!("class {}", text(culprit, "class")));
    let pile = suspect.pile.as_ref().unwrap();
    assert_eq!(pile.class.name, text(culprit, "elementClass"));

    let holder = "AbandonedConnectionCleanupThread.connectionFinalizerPhantomRefs";
    assert_eq!(suspect.holder, holder);
    let headline = plain_text(&suspect.headline);
    assert!(headline.starts_with(&format!("The static set {holder} holds 1.44 MiB")), "{headline}");
    let chain = links(&expected);
    assert_path_follows(&dump, suspect, &chain);
    let references = follow(&dump, point.object, &chain[..5]);
    assert_eq!(references.len() as u64, number(culprit, "elements"));
    // The rest is dominated further down, by the thread that is stuck with it.
    let dominated = usize::try_from(pile.count).unwrap();
    assert!((references.len() - 20..=references.len()).contains(&dominated), "{dominated}");
    follow(&dump, references[0], &chain[5..]);

    let set = follow(&dump, point.object, &chain[..2]);
    assert_eq!(collections::size(&inquiry.values, set[0]), Some(number(culprit, "elements")));
    let root = &suspect.path.steps[0].row;
    assert_eq!(root.value, Some(format!("{:?}", text(&expected["stuckThread"], "name"))));
}

#[test]
fn every_request_leaves_a_model_mapper_behind() {
    let dump = fixture("story-modelmapper");
    let expected = expected("story-modelmapper");
    let culprit = &expected["culprit"];
    let report = dump.inquiry().suspects();
    let suspect = first(&report);

    assert_eq!(suspect.kind, SuspectKind::Class);
    assert_eq!(suspect.holder, "OrderController.MAPPERS_BY_REQUEST");
    assert!(suspect.keywords.contains(&text(culprit, "holder").to_owned()));
    assert!(suspect.keywords.contains(&text(culprit, "staticField").to_owned()));
    let chain = links(&expected);
    assert_path_follows(&dump, suspect, &chain);
    let holder = suspect.object.as_ref().unwrap().object;
    let mappers = follow(&dump, holder, &chain[..4]);
    assert_eq!(mappers.len() as u64, number(culprit, "instances"));

    assert_eq!(suspect.accumulation.as_ref().unwrap().class.name, "java.util.HashMap$Node[]");
    let pile = suspect.pile.as_ref().unwrap();
    assert_eq!(pile.class.name, text(culprit, "class"));
    assert_eq!(pile.count, number(culprit, "instances"));
    assert_eq!(
        plain_text(&suspect.headline),
        "The static map OrderController.MAPPERS_BY_REQUEST holds 966 KiB, 68.0 % of the heap: \
         120 ModelMapper of 7.98 KiB each."
    );
}

#[test]
fn closed_sessions_stay_in_one_of_three_collections() {
    let dump = fixture("story-session-list");
    let expected = expected("story-session-list");
    let culprit = &expected["culprit"];
    let inquiry = dump.inquiry();
    let report = inquiry.suspects();
    let suspect = first(&report);

    assert_eq!(suspect.kind, SuspectKind::Class);
    assert_eq!(suspect.holder, "ExcelExportTaskWebSocket.SESSIONS");
    assert!(suspect.keywords.contains(&text(culprit, "class").to_owned()));
    assert!(suspect.share > 0.95, "{}", suspect.share);
    assert_path_follows(&dump, suspect, &links(&expected));
    let point = suspect.accumulation.as_ref().unwrap();
    assert_eq!(point.class.name, text(culprit, "accumulationPoint"));
    let list = follow(&dump, suspect.object.as_ref().unwrap().object, &links(&expected)[..1]);
    let listed = collections::size(&inquiry.values, list[0]);
    assert_eq!(listed, Some(number(culprit, "elements")));

    // Only closed sessions are the list's alone, less those that a thread still works on.
    let pile = suspect.pile.as_ref().unwrap();
    assert_eq!(pile.class.name, text(culprit, "elementClass"));
    let closed = number(&expected, "closedSessionsStillInSESSIONS");
    assert!((closed - 1..=closed).contains(&pile.count), "{} of {closed}", pile.count);
    let buffer = number(&expected, "bufferBytesPerSession");
    assert!((buffer..buffer + 1024).contains(&pile.average), "{}", pile.average);

    let story: Vec<String> = suspect.story.iter().map(|s| plain_text(s)).collect();
    for sibling in ["WEB_SOCKET_SET", "WEB_SOCKET_MAP"] {
        let size = number(&expected["sizes"], sibling);
        let told = story.iter().any(|s| s.contains(&format!("{sibling} has {size}")));
        assert!(told, "{sibling} has {size}: {story:?}");
    }
    let thread = text(&expected, "outOfMemoryThread");
    let told = format!("Thread {thread} was throwing OutOfMemoryError when the dump was taken.");
    assert!(story.contains(&told), "{story:?}");
    assert_eq!(
        plain_text(&suspect.headline),
        "The static list ExcelExportTaskWebSocket.SESSIONS holds 25.4 MiB, 93.8 % of the heap: \
         797 WsSession of 32.6 KiB each."
    );
}

#[test]
fn the_innocent_heap_is_small_but_its_list_of_connections_is_suspected_first() {
    let dump = fixture("story-native-innocent-heap");
    let expected = expected("story-native-innocent-heap");
    let inquiry = dump.inquiry();
    let outside = number(&expected["directBuffers"], "bytes");
    assert!(inquiry.used_heap() * 10 < outside, "{}", inquiry.used_heap());

    let report = inquiry.suspects();
    let suspect = first(&report);
    assert_eq!(suspect.holder, "RenderService.connections");
    let pile = suspect.pile.as_ref().unwrap();
    assert_eq!(pile.class.name, "com.mysql.cj.jdbc.ConnectionImpl");
    assert_eq!(pile.count, number(&expected["jdbc"], "openConnections"));
}

#[test]
fn the_innocent_heap_shows_the_owners_of_its_direct_buffers_as_a_group() {
    let dump = fixture("story-native-innocent-heap");
    let expected = expected("story-native-innocent-heap");
    let report = dump.inquiry().suspects();
    let buffers = &expected["directBuffers"];
    let group = report.suspects.iter().find(|s| s.class.name == "java.nio.DirectByteBuffer");
    let group = group.expect("the buffers are no suspect");
    assert_eq!(group.kind, SuspectKind::Group);
    assert_eq!(group.members, number(buffers, "owning"));
    let owner = &buffers["owners"][0];
    assert!(group.keywords.contains(&text(owner, "class").to_owned()), "{:?}", group.keywords);
    assert!(group.keywords.contains(&text(owner, "staticField").to_owned()));
    let (frames, array) = {
        let steps = &group.path.steps;
        (&steps[steps.len() - 2].row, &steps[steps.len() - 1].row)
    };
    assert_eq!(group.accumulation.as_ref().map(|point| point.object), Some(array.object));
    let values = dump.inquiry().values;
    assert_eq!(collections::size(&values, frames.object), Some(number(owner, "buffers")));
}

#[test]
fn nothing_of_the_healthy_program_is_suspected() {
    let dump = fixture("healthy");
    let report = dump.inquiry().suspects();
    assert!(report.suspects.is_empty(), "{:?}", report.suspects);
    let verdict = dump.inquiry().verdict(&report);
    assert_eq!(verdict.finding, Finding::Calm);
    assert!(verdict.known_leaks.is_empty() && verdict.remedy.is_none());
    let headline = plain_text(&verdict.headline);
    assert!(headline.starts_with("Nothing stands out in this heap of 466 KiB"), "{headline}");
}

#[test]
fn the_names_of_a_chain_are_found_for_every_reference_between_two_objects() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let report = inquiry.suspects();
    for pair in first(&report).path.steps.windows(2) {
        let (from, to) = (pair[0].row.object, pair[1].row.object);
        let names = names_of(&inquiry.values, from, to, 8);
        let named: Vec<String> = names.iter().map(ToString::to_string).collect();
        assert!(named.contains(pair[1].via.as_ref().unwrap()), "{named:?}");
    }
}

fn verdict_on(dump: &Opened) -> Verdict {
    let inquiry = dump.inquiry();
    inquiry.verdict(&inquiry.suspects())
}

/// What the verdict advises: the remedies of known leaks, then its own.
fn advice(verdict: &Verdict) -> String {
    let known = verdict.known_leaks.iter().map(|known| known.remedy.clone());
    let own = verdict.remedy.iter().map(|remedy| plain_text(remedy));
    known.chain(own).collect::<Vec<_>>().join("\n")
}

fn told(verdict: &Verdict) -> String {
    verdict.story.iter().map(|s| plain_text(s)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_verdict_on_each_leak_says_what_to_do() {
    for (story, kind, words) in [
        ("story-tomcat-upgrade", PileKind::List, &["Upgrade Tomcat to 9.0.54"][..]),
        (
            "story-mysql-cleanup-thread",
            PileKind::Set,
            &[
                "-Dcom.mysql.cj.disableAbandonedConnectionCleanup=true",
                "maxLifetime",
                "maximumPoolSize",
            ],
        ),
        ("story-modelmapper", PileKind::Map, &["one ModelMapper", "singleton"]),
        (
            "story-session-list",
            PileKind::List,
            &["Remove the session from each collection", "@OnClose"],
        ),
    ] {
        let verdict = verdict_on(&fixture(story));
        assert_eq!(verdict.finding, Finding::Suspected, "{story}");
        assert_eq!(verdict.confidence, Confidence::High, "{story}: {:?}", verdict.because);
        assert_eq!(verdict.kind, Some(kind), "{story}");
        // The known leak says it better than advice by the kind of pile.
        assert!(verdict.remedy.is_none(), "{story}");
        assert_eq!(verdict.known_leaks.len(), 1, "{story}");
        for word in words {
            assert!(advice(&verdict).contains(word), "{story}: {word} in {}", advice(&verdict));
        }
        assert!(told(&verdict).starts_with("The heap "), "{story}: {}", told(&verdict));
    }
}

#[test]
fn the_verdict_on_the_innocent_heap_leads_outside() {
    let dump = fixture("story-native-innocent-heap");
    let verdict = verdict_on(&dump);
    let expected = expected("story-native-innocent-heap");
    assert_eq!(verdict.finding, Finding::Outside);
    assert_eq!(verdict.confidence, Confidence::High);
    let headline = plain_text(&verdict.headline);
    assert!(headline.starts_with("The heap is not the problem: it holds 1."), "{headline}");
    let outside = dump.inquiry().outside();
    let known = number(&expected["directBuffers"], "bytes");
    // The JDK also counts a few buffers of its own.
    assert!((known..known + known / 20).contains(&outside.direct_bytes), "{outside:?}");
    assert_eq!(outside.mapped_bytes, number(&expected["mappedBuffers"], "bytes"));
    assert_eq!(outside.mapped_buffers, number(&expected["mappedBuffers"], "count"));
    for word in
        ["direct buffers reserve", "2 mapped ones", "inflaters", "RenderService.connections"]
    {
        assert!(told(&verdict).contains(word), "{word} in {}", told(&verdict));
    }
    for word in ["jcmd", "try-with-resources", "-XX:MaxDirectMemorySize"] {
        assert!(advice(&verdict).contains(word), "{word} in {}", advice(&verdict));
    }
}

#[test]
fn the_innocent_heap_names_the_largest_owner_of_its_direct_buffers() {
    let verdict = verdict_on(&fixture("story-native-innocent-heap"));
    let owner = &expected("story-native-innocent-heap")["directBuffers"]["owners"][0];
    let (class, field) = (text(owner, "class"), text(owner, "staticField"));
    let class = class.rsplit('.').next().unwrap();
    let sentence =
        format!("Their largest owner is {class}.{field} › RenderService$Frame.pixels: 2,000 ");
    assert!(told(&verdict).contains(&sentence), "{sentence} in {}", told(&verdict));
    assert!(told(&verdict).contains("2,000 buffers of 8.00 KiB each, 15.6 MiB, 93."));
    let steps = verdict.path.expect("a path to the largest buffer").steps;
    assert!(steps.iter().any(|step| step.via.as_deref() == Some("static FRAMES_BY_AGE")));
    assert_eq!(steps.last().unwrap().row.name, "java.nio.DirectByteBuffer");
    // What holds those buffers is what a person looks at first, not the largest list of the heap.
    let subject = verdict.subject.as_ref().unwrap();
    assert_eq!(subject.class.name, "java.util.ArrayList");
    let step = steps.iter().find(|step| step.row.object == subject.object).unwrap();
    assert_eq!(step.via.as_deref(), Some("static FRAMES_BY_AGE"));
}

#[test]
fn the_sql_text_of_open_statements_stays_out_of_what_leaves_the_machine() {
    let verdict = verdict_on(&fixture("story-native-innocent-heap"));
    assert!(told(&verdict).contains(" are INSERT INTO audit_log"), "{}", told(&verdict));
    let mut phrases = verdict.story.iter().flatten();
    let sql = phrases.find(|phrase| phrase.text.contains("INSERT")).unwrap();
    assert_eq!(sql.without_content.as_deref(), Some("‹sql›"));
}

#[test]
fn connections_that_are_gone_are_told_apart_from_those_still_referred_to() {
    let expected = expected("story-mysql-cleanup-thread");
    let counts = &expected["counts"];
    let alive = number(counts, "com.mysql.cj.jdbc.ConnectionImpl");
    let all = number(&expected["culprit"], "elements");
    let sentence = format!(
        "They are phantom references: {} of {all} have lost their referent and wait to be cleaned \
         up, {alive} still refer to a ConnectionImpl; each keeps its networkResources, a \
         NetworkResources of ",
        all - alive
    );
    let verdict = verdict_on(&fixture("story-mysql-cleanup-thread"));
    assert!(told(&verdict).contains(&sentence), "{sentence} in {}", told(&verdict));
    // Piles of anything else are not told of as references.
    let verdict = verdict_on(&fixture("story-session-list"));
    assert!(!told(&verdict).contains("references:"), "{}", told(&verdict));
}

#[test]
fn the_forgotten_collection_stands_beside_the_other_two() {
    let sizes = &expected("story-session-list")["sizes"];
    let of = |name| number(sizes, name);
    let sentence = format!(
        "SESSIONS has {} elements; beside it in ExcelExportTaskWebSocket: WEB_SOCKET_MAP has {}, \
         WEB_SOCKET_SET has {} elements, far fewer.",
        of("SESSIONS"),
        of("WEB_SOCKET_MAP"),
        of("WEB_SOCKET_SET")
    );
    let verdict = verdict_on(&fixture("story-session-list"));
    assert!(told(&verdict).contains(&sentence), "{sentence} in {}", told(&verdict));
}

#[test]
fn the_verdict_shows_the_stack_that_ran_out_of_memory() {
    let verdict = verdict_on(&fixture("story-session-list"));
    let failed = verdict.failed_thread.expect("a thread was throwing");
    assert_eq!(failed.name, text(&expected("story-session-list"), "outOfMemoryThread"));
    assert!(failed.frames.iter().all(|frame| !frame.contains("OutOfMemoryError")));
    let own = failed.frames.iter().any(|frame| frame.contains("ExcelExportTaskWebSocket"));
    assert!(own, "{:?}", failed.frames);
}

#[test]
fn the_verdict_on_healthy_programs_is_calm() {
    let Some(root) = extra_dumps() else { return };
    for name in ["app_jetty", "app_javac"] {
        let verdict = verdict_on(&opened(&extra_dump(&root, name).unwrap()));
        let headline = plain_text(&verdict.headline);
        assert_eq!(verdict.finding, Finding::Calm, "{name}: {headline}");
        assert!(headline.starts_with("Nothing is piling up in this heap of"), "{headline}");
        assert!(verdict.remedy.is_none() && verdict.known_leaks.is_empty(), "{name}");
    }
}

#[test]
fn a_leak_that_nobody_knows_gets_advice_by_the_kind_of_its_pile() {
    let Some(root) = extra_dumps() else { return };
    let verdict = verdict_on(&opened(&extra_dump(&root, "garbage_all_g1").unwrap()));
    assert_eq!(verdict.finding, Finding::Suspected);
    assert_eq!(verdict.kind, Some(PileKind::List));
    assert!(
        advice(&verdict).starts_with("Remove each Object[] from Hold.keep"),
        "{}",
        advice(&verdict)
    );
}

#[test]
fn of_a_dump_that_was_cut_off_nobody_says_how_full_the_heap_was() {
    let whole = fixture("story-tomcat-upgrade");
    let bytes = whole.bytes();
    let cut = Opened::of(bytes[..bytes.len() / 10 * 7].to_vec()).unwrap();
    assert!(cut.inquiry().facts().truncated);
    let told = |dump: &Opened| {
        let verdict = verdict_on(dump);
        verdict.story.iter().map(|sentence| plain_text(sentence)).collect::<Vec<_>>().join(" ")
    };
    assert!(
        told(&whole).contains("The heap is full") || told(&whole).contains("The heap has room")
    );
    let of_the_cut = told(&cut);
    assert!(!of_the_cut.contains("The heap "), "{of_the_cut}");
}
