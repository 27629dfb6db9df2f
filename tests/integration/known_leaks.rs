//! The catalogue of known leaks: well formed, each entry shown by its heap and by no other.

mod cases;
pub(crate) mod scene;

use crate::support::{Opened, extra_dump, extra_dumps, fixture, opened};
use cases::all;
use heapglass::analysis::known_leaks::catalogue::{Catalogue, Need};
use heapglass::analysis::known_leaks::{Certainty, KnownLeak};
use heapglass::analysis::story::plain_text;
use std::collections::BTreeSet;

fn catalogue() -> Catalogue {
    Catalogue::shipped().expect("the catalogue that is built in can be read")
}

fn found_in(dump: &Opened) -> Vec<KnownLeak> {
    let inquiry = dump.inquiry();
    let report = inquiry.suspects();
    inquiry.known_leaks(&report.suspects)
}

fn ids(found: &[KnownLeak]) -> Vec<&str> {
    found.iter().map(|known| known.id.as_str()).collect()
}

#[test]
fn entries_are_complete() {
    let catalogue = catalogue();
    assert!(catalogue.leaks.len() >= 40, "only {} entries", catalogue.leaks.len());
    let mut ids = BTreeSet::new();
    for leak in &catalogue.leaks {
        let id = &leak.id;
        assert!(ids.insert(id), "{id} is there twice");
        assert!(
            id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{id}"
        );
        assert!(!leak.needs.is_empty(), "{id} needs nothing");
        assert!(!leak.title.ends_with('.') && leak.title.len() < 90, "{id}: {}", leak.title);
        for text in [&leak.explanation, &leak.remedy] {
            assert!(text.ends_with('.') && text.len() > 20, "{id}: {text:?}");
        }
        assert!(!leak.sources.is_empty(), "{id} has no source");
        assert!(leak.sources.iter().all(|source| source.len() > 10), "{id}: {:?}", leak.sources);
        if let Some(library) = &leak.library {
            assert!(catalogue.libraries.contains_key(library), "{id}: {library}");
        }
        let versioned =
            leak.library.is_some() || (leak.fixed_in.is_empty() && !leak.version_required);
        assert!(versioned, "{id} has versions of no library");
        assert!(leak.fixed_in.iter().all(|v| v.starts_with(|c: char| c.is_ascii_digit())), "{id}");
    }
    for name in catalogue.libraries.keys() {
        let used = catalogue.leaks.iter().any(|leak| leak.library.as_ref() == Some(name));
        assert!(used, "no entry asks for the version of {name}");
    }
}

#[test]
fn needs_can_be_met_and_missed() {
    for leak in catalogue().leaks {
        for need in &leak.needs {
            let (share, least) = match need {
                Need::Holds(need) => (need.share, need.elements.unwrap_or(1)),
                Need::Retains(need) => (need.share, 1),
                Need::Count(need) => (1.0, need.at_least),
                Need::Pile(need) => (1.0, need.at_least),
                Need::Elements(need) => (1.0, need.at_least),
                Need::Value(need) => (1.0, need.at_least),
                Need::Classes(need) => (1.0, need.at_least),
                Need::Loaders(need) => (1.0, need.at_least),
                Need::Outside(need) => (need.of_heap, need.at_least),
                Need::Declares(_) => (1.0, 1),
            };
            assert!(share > 0.0 && share <= 1.0, "{}: {share}", leak.id);
            assert!(least > 0, "{}", leak.id);
            // Only so many instances are read for their values.
            assert!(!matches!(need, Need::Value(_)) || least <= 4096, "{}", leak.id);
        }
    }
}

#[test]
fn a_mistake_in_the_file_is_told() {
    let entry = |needs: &str| {
        format!(
            "[library]\n[[leak]]\nid = \"a\"\ntitle = \"b\"\nneeds = [{needs}]\n\
             explanation = \"c\"\nremedy = \"d\"\nsources = []\n"
        )
    };
    assert!(Catalogue::parse(&entry("{ count = { class = [\"a.B\"], at_least = 5 } }")).is_ok());
    for (needs, word) in [
        ("{ count = { class = [\"a.B\"] } }", "at_least"),
        ("{ counts = { class = [\"a.B\"], at_least = 5 } }", "counts"),
        ("{ count = { class = [\"a.B\"], at_least = 5, most = 1 } }", "most"),
        ("{ holds = { field = [\"a.B.c\"] } }", "a.B.c"),
    ] {
        let problem = Catalogue::parse(&entry(needs)).expect_err(needs);
        assert!(problem.contains(word), "{problem}");
    }
}

#[test]
fn every_entry_has_a_heap_that_shows_it_and_one_that_does_not() {
    let entries: BTreeSet<String> = catalogue().leaks.into_iter().map(|leak| leak.id).collect();
    let cases: Vec<String> = all().into_iter().map(|case| case.id.to_owned()).collect();
    let distinct: BTreeSet<String> = cases.iter().cloned().collect();
    assert_eq!(distinct.len(), cases.len(), "an entry has two cases");
    assert_eq!(distinct, entries);
}

#[test]
fn entries_show_in_their_heaps_and_stay_silent_in_near_misses() {
    let mut wrong = Vec::new();
    for case in all() {
        let trigger = Opened::of(case.trigger.dump()).unwrap();
        let found = found_in(&trigger);
        match found.iter().find(|known| known.id == case.id) {
            None => wrong.push(format!("{} is not seen, but {:?}", case.id, ids(&found))),
            Some(known) => {
                let silent = known.evidence.iter().any(|sentence| plain_text(sentence).len() < 10);
                if known.evidence.is_empty() || silent {
                    wrong.push(format!("{} shows no evidence: {:?}", case.id, known.evidence));
                }
            }
        }
        let miss = Opened::of(case.miss.dump()).unwrap();
        let found = found_in(&miss);
        if found.iter().any(|known| known.id == case.id) {
            wrong.push(format!("{} is seen in its near miss", case.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_stories_are_known() {
    for (story, id) in [
        ("story-tomcat-upgrade", "tomcat-upgrade-info"),
        ("story-mysql-cleanup-thread", "mysql-abandoned-connections"),
        ("story-modelmapper", "modelmapper-per-call"),
        ("story-session-list", "websocket-sessions-kept"),
    ] {
        let found = found_in(&fixture(story));
        let first = found.first().unwrap_or_else(|| panic!("{story} is unknown"));
        assert_eq!(first.id, id, "{story}: {:?}", ids(&found));
        assert_eq!(first.suspect, Some(1), "{story}");
    }
    let found = found_in(&fixture("story-native-innocent-heap"));
    let ids = ids(&found);
    for id in ["jdbc-statements-never-closed", "direct-buffers"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
}

#[test]
fn the_version_in_the_heap_is_evidence() {
    let found = found_in(&fixture("story-tomcat-upgrade"));
    assert_eq!(found[0].certainty, Certainty::Certain);
    let jar = "tomcat-embed-core-9.0.53.jar".to_owned();
    assert!(found[0].versions.contains(&jar), "{:?}", found[0].versions);
    assert_eq!(found[0].fixed_in, ["9.0.54"]);
}

#[test]
fn nothing_is_known_of_healthy_programs() {
    for name in ["healthy", "collections-and-values", "dominators"] {
        let found = found_in(&fixture(name));
        assert!(found.is_empty(), "{name}: {:?}", ids(&found));
    }
}

#[test]
fn nothing_is_known_of_real_programs_without_leaks() {
    let Some(root) = extra_dumps() else { return };
    for name in ["app_jetty", "app_javac", "openjdk_jdk11_04_x64", "oracle_jdk8_05_x64"] {
        let found = found_in(&opened(&extra_dump(&root, name).unwrap()));
        assert!(found.is_empty(), "{name}: {:?}", ids(&found));
    }
}

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/known-leaks.md");
const BEGIN: &str = "<!-- list: begin -->\n";
const END: &str = "<!-- list: end -->";

/// `UPDATE_DOCS=1` writes the list.
#[test]
fn the_list_in_the_documentation_is_current() {
    let mut list = String::from("| entry | what goes wrong | free of it |\n| --- | --- | --- |\n");
    for leak in catalogue().leaks {
        let fixed = leak.fixed_in.join(", ");
        list += &format!("| `{}` | {} | {fixed} |\n", leak.id, leak.title);
    }
    let text = std::fs::read_to_string(LIST).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("where the list begins");
    let (_, after) = rest.split_once(END).expect("where the list ends");
    let current = format!("{before}{BEGIN}{list}{END}{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(LIST, current).unwrap();
    } else {
        assert!(text == current, "docs/known-leaks.md is stale: UPDATE_DOCS=1 rewrites its list");
    }
}
