//! What is in collections, what objects say of themselves, and what collections hold on a path:
//! against the programs that made the heaps, and against the sizes that collections keep.

use crate::support::{Opened, expected, extra_dump, extra_dumps, fixture, opened};
use heapglass::analysis::collections::contents::{Content, ContentsKey, ContentsRow, Listing};
use heapglass::analysis::collections::{self, ContentsQuery, ContentsWindow};
use heapglass::heap::ObjectIndex;
use serde_json::Value;
use std::collections::BTreeMap;

const FIXTURES: [&str; 2] = ["contents", "contents-jdk25"];
const HOLDER: &str = "sample.Contents";

fn elements(dump: &Opened, field: &str) -> Vec<ObjectIndex> {
    let inquiry = dump.inquiry();
    let array = inquiry.values.static_reference(dump.class(HOLDER), field).unwrap();
    let ids = inquiry.values.object_elements(array, 0, 1000).unwrap();
    ids.into_iter().map(|id| inquiry.values.resolve(id).unwrap()).collect()
}

fn query(key: ContentsKey, start: u32, count: u32) -> ContentsQuery {
    ContentsQuery { key, descending: false, start, count }
}

fn window(dump: &Opened, object: ObjectIndex) -> ContentsWindow {
    dump.inquiry().contents(&mut None, object, query(ContentsKey::Index, 0, 1000)).unwrap()
}

fn says(content: &Content) -> String {
    match &content.object {
        None => content.dangling.clone().unwrap_or_else(|| "null".to_owned()),
        Some(row) => row
            .value
            .clone()
            .unwrap_or_else(|| row.name.rsplit(['.', '$']).next().unwrap().to_owned()),
    }
}

fn line(row: &ContentsRow) -> String {
    match &row.key {
        Some(key) => format!("{} -> {}", says(key), says(&row.value)),
        None => says(&row.value),
    }
}

fn wanted(entry: &Value) -> String {
    match entry.as_array() {
        Some(pair) => format!("{} -> {}", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()),
        None => entry.as_str().unwrap().to_owned(),
    }
}

#[test]
fn collections_hold_what_their_program_put_into_them() {
    for name in FIXTURES {
        let (dump, expected) = (fixture(name), expected(name));
        let objects = elements(&dump, "collections");
        let facts = expected["collections"].as_array().unwrap();
        assert_eq!(objects.len(), facts.len());
        let mut wrong = Vec::new();
        for (object, fact) in objects.into_iter().zip(facts) {
            let class = fact["class"].as_str().unwrap();
            let found =
                dump.inquiry().contents(&mut None, object, query(ContentsKey::Index, 0, 1000));
            let Ok(found) = found else {
                wrong.push(format!("{class}: not known"));
                continue;
            };
            let mut ours: Vec<String> = found.rows.iter().map(line).collect();
            let mut theirs: Vec<String> =
                fact["entries"].as_array().unwrap().iter().map(wanted).collect();
            if fact["ordered"] == false {
                ours.sort();
                theirs.sort();
            }
            let kind = serde_json::to_value(found.kind).unwrap();
            if ours != theirs || kind != fact["kind"] || !found.troubles.is_empty() {
                let troubles = &found.troubles;
                wrong.push(format!("{class}: {kind} {ours:?} {troubles:?} instead of {theirs:?}"));
            }
            assert_eq!(found.total as usize, theirs.len(), "{name}: {class}");
            assert!(found.counted && !found.limited, "{name}: {class}");
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

#[test]
fn objects_say_what_their_program_says_of_them() {
    for name in FIXTURES {
        let (dump, expected) = (fixture(name), expected(name));
        let (objects, facts) = (elements(&dump, "values"), expected["values"].as_array().unwrap());
        assert_eq!(objects.len(), facts.len());
        let mut wrong = Vec::new();
        for (object, fact) in objects.into_iter().zip(facts) {
            let ours = dump.inquiry().row(object).value;
            // A JVM may list the fields of a record from the last to the first.
            let same = |text: &str| text == fact["text"] || text == "name = \"p\", x = 3";
            if !ours.as_deref().is_some_and(same) {
                wrong.push(format!("{}: {ours:?} instead of {}", fact["class"], fact["text"]));
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

#[test]
fn an_error_has_the_stack_that_its_program_asked_for() {
    for name in FIXTURES {
        let dump = fixture(name);
        let error = dump.instances("java.lang.IllegalStateException")[0];
        let stack = dump.inquiry().object(error).unwrap().stack.unwrap();
        assert!(stack[0].starts_with("sample.Contents.code("), "{name}: {stack:?}");
        assert!(stack[1].starts_with("sample.Contents.main("), "{name}: {stack:?}");
    }
}

#[test]
fn paths_name_what_a_collection_holds_by_key_or_position() {
    for name in FIXTURES {
        let dump = fixture(name);
        for (class, label) in
            [("ByName", "[\"a\"]"), ("Listed", "[2]"), ("Sorted", "[2]"), ("Queued", "[1]")]
        {
            let object = dump.instances(&format!("sample.Contents${class}"))[0];
            let path = dump.inquiry().path_to_root(object);
            let fold = path.folds.last().unwrap_or_else(|| panic!("{name}: {class}: {path:#?}"));
            assert_eq!(fold.label, label, "{name}: {class}");
            assert_eq!(fold.to as usize, path.steps.len() - 1, "{name}: {class}");
            let from = &path.steps[fold.from as usize].row.class.name;
            assert!(from.starts_with("java.util."), "{name}: {class}: {from}");
            let before = &path.steps[fold.from as usize - 1].row.name;
            assert_eq!(before, "class sample.Contents", "{name}: {class}");
        }
    }
}

#[test]
fn windows_of_contents_follow_one_another() {
    for name in FIXTURES {
        let dump = fixture(name);
        for object in elements(&dump, "collections") {
            let whole = window(&dump, object);
            let mut kept: Option<Listing> = None;
            let mut rows = Vec::new();
            for start in (0..whole.total).step_by(7) {
                let query = query(ContentsKey::Index, start, 7);
                rows.extend(dump.inquiry().contents(&mut kept, object, query).unwrap().rows);
            }
            assert_eq!(rows, whole.rows, "{name}: {}", dump.inquiry().name(object));
        }
    }
}

#[test]
fn contents_are_sorted_by_retained_size() {
    let dump = fixture("contents");
    for object in elements(&dump, "collections") {
        let inquiry = dump.inquiry();
        let descending =
            ContentsQuery { descending: true, ..query(ContentsKey::Retained, 0, 1000) };
        let sorted = inquiry.contents(&mut None, object, descending).unwrap();
        let sizes: Vec<u64> = sorted
            .rows
            .iter()
            .map(|row| row.value.object.as_ref().map_or(0, |o| o.retained.unwrap()))
            .collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
        let mut indexes: Vec<u32> = sorted.rows.iter().map(|row| row.index).collect();
        indexes.sort_unstable();
        assert_eq!(indexes, (0..sorted.total).collect::<Vec<_>>());
    }
}

/// Dumps of JDK 5, 6, 7, 8, 11, 17 and 25.
const REAL: [&str; 7] = [
    "sun_jdk5_64bit",
    "sun_jdk6_18_x32",
    "sun_jdk6_30_x64_compressedOops",
    "oracle_jdk7_21_hprofagent",
    "oracle_jdk8_05_x64",
    "openjdk_jdk11_04_x64",
    "jdk25_vthreads_g1",
];

/// Collections of one class that are listed per dump.
const PER_CLASS: u32 = 300;

#[test]
fn collections_of_real_dumps_hold_as_many_entries_as_they_say() {
    let Some(root) = extra_dumps() else { return };
    for name in REAL {
        let path = extra_dump(&root, name).unwrap_or_else(|| panic!("{name} is missing"));
        let dump = opened(&path);
        let inquiry = dump.inquiry();
        let heap = &dump.loaded.heap;
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        let mut objects = Vec::new();
        heap.objects.for_each(0..heap.objects.len(), |object, class, _| {
            let of_class = seen.entry(class.0).or_default();
            if *of_class < PER_CLASS && heap.classes.get(class).name.starts_with("java.util.") {
                *of_class += 1;
                objects.push(object);
            }
        });
        let (mut compared, mut wrong) = (0, Vec::new());
        for object in objects {
            let class = inquiry.name(object);
            let Some(size) = collections::size(&inquiry.values, object) else { continue };
            let query = query(ContentsKey::Index, 0, 1);
            let Ok(found) = inquiry.contents(&mut None, object, query) else {
                wrong.push(format!("{class}: not known"));
                continue;
            };
            compared += 1;
            // A map that a thread was changing, or whose weak keys went, may differ; none loops.
            let is_weak = class.contains("WeakHashMap") || class.contains("Concurrent");
            if (u64::from(found.total) != size || !found.troubles.is_empty()) && !is_weak {
                let (total, troubles) = (found.total, &found.troubles);
                wrong.push(format!("{class}: {total} of {size} {troubles:?}"));
            }
        }
        assert!(compared > 40, "{name}: only {compared} collections");
        assert!(wrong.is_empty(), "{name}: {} of {compared}: {wrong:#?}", wrong.len());
    }
}
