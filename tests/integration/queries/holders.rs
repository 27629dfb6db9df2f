//! Who holds a set, and what would go with it: against definitions followed one by one.

use super::random::{self, parents, reached, successors};
use super::{Asked, number, word};
use crate::support::{Opened, extra_dump, extra_dumps, fixture, opened, read};
use heapglass::analysis::holder::is_platform_class;
use heapglass::analysis::query::{Cell, RowAnswer};
use heapglass::error::ErrorKind;
use heapglass::heap::ObjectIndex;
use std::collections::{BTreeMap, BTreeSet};

const PRESETS: [&str; 8] =
    ["none", "weak", "soft", "phantom", "weak-soft", "phantom-soft", "phantom-weak", "all"];

fn object(row: &RowAnswer) -> u32 {
    let Cell::Object(object) = &row.cells[0] else { panic!("{row:?}") };
    object.object.0
}

fn reachable_instances(dump: &Opened, class: &str) -> BTreeSet<u32> {
    let inquiry = dump.inquiry();
    let instances = dump.instances(class).into_iter();
    instances.filter(|&object| inquiry.is_reachable(object)).map(|object| object.0).collect()
}

/// Some objects, those that the dump gives no address left out.
fn asked_about(dump: &Opened) -> Vec<ObjectIndex> {
    let inquiry = dump.inquiry();
    let heap = inquiry.heap();
    let all = heap.objects.indices();
    let all = all.filter(|&o| inquiry.is_reachable(o) && heap.objects.id(o).0 != 0);
    all.step_by(7).collect()
}

#[test]
fn merged_paths_are_one_shortest_path_per_object() {
    for seed in 0..12 {
        let dump = random::heap(seed, 60);
        let inquiry = dump.inquiry();
        let mut asked = Asked::of(&dump);
        let class = dump.class("com.acme.a.One");
        let set = reachable_instances(&dump, "com.acme.a.One");
        for without in PRESETS {
            let parents = parents(inquiry, without);
            // Per object on a path: objects of the set and their bytes.
            let mut held: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
            for &member in set.iter().filter(|member| parents.contains_key(member)) {
                let mut at = Some(member);
                while let Some(node) = at {
                    let (objects, bytes) = held.entry(node).or_default();
                    *objects += 1;
                    *bytes += inquiry.heap().shallow(ObjectIndex(member));
                    at = parents[&node];
                }
            }
            let request = format!("merged-paths?of=class:{}&without={without}", class.0);
            let mut met = 0;
            let mut pending = vec![(None, None)];
            while let Some((row, above)) = pending.pop() {
                for row in asked.rows_below(&request, row) {
                    let node = object(&row);
                    assert_eq!(parents[&node], above, "{seed} {without}");
                    assert_eq!((number(&row, 1), number(&row, 2)), held[&node], "{seed} {without}");
                    met += 1;
                    if row.children != Some(0) {
                        pending.push((Some(row.row), Some(node)));
                    }
                }
            }
            assert_eq!(met, held.len(), "{seed} {without}");
            let left_out = set.iter().filter(|member| !parents.contains_key(member)).count();
            let notes = asked.ask(&request).unwrap().notes;
            assert_eq!(notes.len(), usize::from(left_out > 0));
            assert!(left_out == 0 || notes[0].starts_with(&left_out.to_string()), "{notes:?}");
        }
    }
}

#[test]
fn merged_paths_by_class_add_up_those_by_object() {
    let dump = fixture("story-session-list");
    let mut asked = Asked::of(&dump);
    let class = dump.class("java.lang.String");
    let request = format!("merged-paths?of=class:{}&by=class", class.0);
    let one = asked.rows(&format!("merged-paths?of=class:{}", class.0));
    let all = asked.rows(&request);
    for column in [1, 2] {
        let sum = |rows: &[RowAnswer]| rows.iter().map(|row| number(row, column)).sum::<u64>();
        assert_eq!(sum(&all), sum(&one));
    }
    assert!(all.len() <= one.len() && one.len() > 10);
    // Each level holds what the one above says, less the objects of the set that end there.
    let mut pending = all;
    let mut opened = 0;
    while let Some(row) = pending.pop() {
        if row.children == Some(0) || opened > 200 {
            continue;
        }
        opened += 1;
        let below = asked.rows_below(&request, Some(row.row));
        let sum: u64 = below.iter().map(|row| number(row, 1)).sum();
        let ended = number(&row, 1) - sum;
        assert!(ended <= number(&row, 3), "{} {ended}", word(&row, 0));
        let facts = asked.ask(&format!(
            "objects?of={}",
            form_urlencoded::byte_serialize(format!("row:{}:{request}", row.row).as_bytes())
                .collect::<String>()
        ));
        assert_eq!(facts.unwrap().objects, Some(number(&row, 3)), "{}", word(&row, 0));
        pending.extend(below);
    }
    assert!(opened > 20);
}

/// Objects of the set by an object on their paths, as somebody who walks from them would count.
type Held = BTreeMap<u32, (u64, u64)>;

#[test]
fn merged_paths_to_roots_are_the_same_paths_walked_from_the_set() {
    let mut deepest = 0;
    for seed in 0..12 {
        let dump = random::heap(seed, 60);
        let inquiry = dump.inquiry();
        let heap = inquiry.heap();
        let mut asked = Asked::of(&dump);
        let class = dump.class("com.acme.a.One");
        let set = reachable_instances(&dump, "com.acme.a.One");
        let label = |node: u32| match heap.objects.is_class_object(ObjectIndex(node)) {
            true => inquiry.name(ObjectIndex(node)),
            false => heap.classes.get(heap.objects.class(ObjectIndex(node))).name.clone(),
        };
        for without in PRESETS {
            let parents = parents(inquiry, without);
            let reached = set.iter().filter(|member| parents.contains_key(member));
            let held: Held =
                reached.map(|&member| (member, (1, heap.shallow(ObjectIndex(member))))).collect();
            let request =
                format!("merged-paths?of=class:{}&by=to-roots&without={without}", class.0);
            let left_out = set.len() - held.len();
            assert_eq!(asked.ask(&request).unwrap().notes.len(), usize::from(left_out > 0));
            let mut pending = vec![(None, held, 1)];
            while let Some((row, held, depth)) = pending.pop() {
                deepest = deepest.max(depth);
                let mut expected: BTreeMap<String, Held> = BTreeMap::new();
                for (node, sums) in held {
                    expected.entry(label(node)).or_default().insert(node, sums);
                }
                let rows = asked.rows_below(&request, row);
                assert_eq!(rows.len(), expected.len(), "{seed} {without}");
                for row in rows {
                    let here = &expected[&word(&row, 0)];
                    let held = here.values().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
                    assert_eq!((number(&row, 1), number(&row, 2)), held, "{seed} {without}");
                    let own: u64 = here.keys().map(|&node| heap.shallow(ObjectIndex(node))).sum();
                    let objects = (here.len() as u64, own);
                    assert_eq!((number(&row, 3), number(&row, 4)), objects, "{seed} {without}");
                    let mut above = Held::new();
                    for (node, sums) in here {
                        if let Some(parent) = parents[node] {
                            let sum = above.entry(parent).or_default();
                            *sum = (sum.0 + sums.0, sum.1 + sums.1);
                        }
                    }
                    assert_eq!(row.children == Some(0), above.is_empty(), "{seed} {without}");
                    if !above.is_empty() {
                        pending.push((Some(row.row), above, depth + 1));
                    }
                }
            }
        }
    }
    assert!(deepest > 5, "{deepest}");
}

#[test]
fn paths_end_at_the_first_root_and_share_no_object_but_the_last() {
    for seed in 0..12 {
        let dump = random::heap(seed, 40);
        let inquiry = dump.inquiry();
        let mut asked = Asked::of(&dump);
        for target in asked_about(&dump) {
            let address = inquiry.row(target).address;
            for without in PRESETS {
                let request = format!("paths?of=object:{address}&without={without}");
                let all: BTreeSet<(u64, u32)> = random::paths(inquiry, target.0, without);
                let rows = asked.rows(&request);
                let found: BTreeSet<_> = rows.iter().map(|r| (number(r, 2), object(r))).collect();
                let shortest: BTreeSet<_> = all.iter().copied().take(30).collect();
                assert_eq!(rows.len(), shortest.len(), "{seed} {address} {without}");
                if all.len() <= 30 {
                    assert_eq!(found, all, "{seed} {address} {without}");
                }
                for row in rows {
                    let mut before = object(&row);
                    let steps = match row.children {
                        Some(0) => Vec::new(),
                        _ => asked.rows_below(&request, Some(row.row)),
                    };
                    assert_eq!(steps.len() as u64, number(&row, 2));
                    for step in steps {
                        assert!(successors(inquiry, before, without).contains(&object(&step)));
                        before = object(&step);
                    }
                    assert_eq!(before, target.0);
                }
            }
        }
    }
}

#[test]
fn more_paths_are_fetched_by_asking_for_more() {
    let dump = fixture("story-session-list");
    let mut asked = Asked::of(&dump);
    // Everything in the heap leads to the class of all arrays of objects.
    let class = dump.class("java.lang.String");
    let object = dump.loaded.heap.classes.get(class).object.unwrap();
    let address = dump.inquiry().row(object).address;
    let mut before = Vec::new();
    for wanted in [1, 10, 40] {
        let request = format!("paths?of=object:{address}&paths={wanted}");
        let rows: Vec<u32> = asked.rows(&request).iter().map(self::object).collect();
        assert_eq!(rows.len(), wanted);
        assert_eq!(rows[..before.len()], before);
        assert!(asked.ask(&request).unwrap().notes[0].contains("more"));
        before = rows;
    }
    let error = asked.ask(&format!("paths?of=class:{}", class.0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn immediate_dominators_are_found_by_climbing() {
    for seed in 0..20 {
        let dump = random::heap(seed, 80);
        let inquiry = dump.inquiry();
        let (heap, tree) = (inquiry.heap(), inquiry.tree);
        let mut asked = Asked::of(&dump);
        for (platform, skip) in [("yes", ""), ("no", ""), ("no", "Two"), ("yes", "/One|Three/")] {
            let request = format!("immediate-dominators?of=all&platform={platform}&skip={skip}");
            let skipped = |node: u32| {
                let name = &heap.classes.get(heap.owner_class(ObjectIndex(node))).name;
                let parts: Vec<&str> = skip.trim_matches('/').split('|').collect();
                (platform == "yes" && is_platform_class(name))
                    || (!skip.is_empty() && parts.iter().any(|part| name.contains(part)))
            };
            let mut expected: BTreeMap<String, (BTreeSet<u32>, u64, u64)> = BTreeMap::new();
            for member in heap.objects.indices().filter(|&o| inquiry.is_reachable(o)) {
                let dominator = tree.ancestors(member.0).find(|&above| !skipped(above));
                let name = match dominator.map(ObjectIndex) {
                    None => "<ROOT>".to_owned(),
                    Some(d) if heap.objects.is_class_object(d) => inquiry.name(d),
                    Some(d) => heap.classes.get(heap.objects.class(d)).name.clone(),
                };
                let (dominators, objects, bytes) = expected.entry(name).or_default();
                dominators.extend(dominator);
                *objects += 1;
                *bytes += heap.shallow(member);
            }
            let rows = asked.rows(&request);
            assert_eq!(rows.len(), expected.len(), "{seed} {request}");
            for row in rows {
                let (dominators, objects, bytes) = &expected[&word(&row, 0)];
                let theirs = (number(&row, 1), number(&row, 2), number(&row, 4));
                assert_eq!(theirs, (dominators.len() as u64, *objects, *bytes), "{seed} {request}");
                assert_eq!(row.is_set, !dominators.is_empty());
            }
        }
    }
}

#[test]
fn references_by_class_go_level_by_level() {
    for seed in 0..6 {
        let dump = random::heap(seed, 80);
        let inquiry = dump.inquiry();
        let heap = inquiry.heap();
        let mut asked = Asked::of(&dump);
        let class = dump.class("com.acme.b.Three");
        let set = reachable_instances(&dump, "com.acme.b.Three");
        let refers = |from: ObjectIndex, to: &BTreeSet<u32>| {
            successors(inquiry, from.0, "none").intersection(to).next().is_some()
        };
        let inbound = |to: &BTreeSet<u32>| -> BTreeSet<u32> {
            let all = heap.objects.indices().filter(|&object| inquiry.is_reachable(object));
            all.filter(|&from| refers(from, to)).map(|from| from.0).collect()
        };
        let outbound = |from: &BTreeSet<u32>| -> BTreeSet<u32> {
            let targets = from
                .iter()
                .flat_map(|&node| heap.edges.targets(node).filter(move |&target| target != node));
            targets.collect()
        };
        for (question, level) in [
            ("inbound-classes", &inbound as &dyn Fn(&BTreeSet<u32>) -> BTreeSet<u32>),
            ("outbound-classes", &outbound),
        ] {
            let request = format!("{question}?of=class:{}", class.0);
            let mut pending = vec![(None, level(&set), 0)];
            while let Some((row, objects, depth)) = pending.pop() {
                let rows = asked.rows_below(&request, row);
                let sum: u64 = rows.iter().map(|row| number(row, 1)).sum();
                assert_eq!(sum, objects.len() as u64, "{question} {seed}");
                for row in rows {
                    let name = word(&row, 0);
                    let label = |node: &u32| match heap.objects.is_class_object(ObjectIndex(*node))
                    {
                        true => inquiry.name(ObjectIndex(*node)),
                        false => {
                            heap.classes.get(heap.objects.class(ObjectIndex(*node))).name.clone()
                        }
                    };
                    let group: BTreeSet<u32> =
                        objects.iter().copied().filter(|node| label(node) == name).collect();
                    assert_eq!(number(&row, 1), group.len() as u64, "{question} {seed} {name}");
                    if depth < 2 && row.children != Some(0) {
                        pending.push((Some(row.row), level(&group), depth + 1));
                    }
                }
            }
        }
    }
}

#[test]
fn a_retained_set_is_what_nothing_else_reaches() {
    for seed in 0..12 {
        let dump = random::heap(seed, 60);
        let inquiry = dump.inquiry();
        let heap = inquiry.heap();
        let mut asked = Asked::of(&dump);
        let class = dump.class("com.acme.a.Two");
        let set = reachable_instances(&dump, "com.acme.a.Two");
        for without in PRESETS {
            let with = reached(inquiry, &BTreeSet::new(), without);
            let kept = reached(inquiry, &set, without);
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            for &node in with.union(&set).filter(|node| !kept.contains(node)) {
                let class = heap.objects.class(ObjectIndex(node));
                *expected.entry(heap.classes.get(class).name.clone()).or_default() += 1;
            }
            let rows = asked.rows(&format!("retained-set?of=class:{}&without={without}", class.0));
            let found: BTreeMap<_, _> = rows.iter().map(|r| (word(r, 0), number(r, 1))).collect();
            assert_eq!(found, expected, "{seed} {without}");
        }
    }
}

#[test]
fn a_retained_set_says_that_garbage_counts_only_for_itself() {
    let dump = random::heap(1, 60);
    let inquiry = dump.inquiry();
    let heap = inquiry.heap();
    let mut all = heap.objects.indices();
    let garbage = all.find(|&o| !inquiry.is_reachable(o) && heap.objects.id(o).0 != 0).unwrap();
    let request = format!("retained-set?of=object:{:#x}", heap.objects.id(garbage).0);
    let mut asked = Asked::of(&dump);
    let notes = asked.ask(&request).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("garbage already")), "{notes:?}");
    // What it keeps alive together with others is a matter of reachable objects.
    assert!(!notes.iter().any(|note| note.contains("one by one")), "{notes:?}");
    assert_eq!(asked.rows(&request).iter().map(|row| number(row, 1)).sum::<u64>(), 1);
}

/// Rule D4 for Eclipse MAT's largest classes, whose sets are instances and class object.
#[test]
fn retained_sets_of_classes_are_those_of_mat() {
    let Some(root) = extra_dumps() else { return };
    let mut compared = 0;
    for name in ["app_jetty", "sun_jdk6_32bit", "openjdk_jdk11_04_x64"] {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let table = read(&root.join("truth").join(name).join("class_retained.tsv"));
        let table = String::from_utf8(table).unwrap();
        let mut asked = Asked::of(&dump);
        for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [_, _, _, _, bytes, objects, address] = cells[..] else { continue };
            if bytes.is_empty() {
                continue;
            }
            let address = u64::from_str_radix(address.trim_start_matches("0x"), 16).unwrap();
            let Some(object) = dump.at(address) else { continue };
            let class = dump.loaded.heap.classes.represented_by(object).unwrap();
            let set = format!("union:(class:{},object:{address:#x})", class.0);
            let rows = asked.rows(&format!("retained-set?of={set}"));
            let sum = |column| rows.iter().map(|row| number(row, column)).sum::<u64>();
            let theirs = (bytes.parse::<u64>().unwrap(), objects.parse::<u64>().unwrap());
            assert_eq!((sum(2), sum(1)), theirs, "{name} {line}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}
