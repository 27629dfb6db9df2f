//! Where the weight is: groups that add up, on dumps and on heaps that look random.

use super::{Asked, number, random, word};
use crate::support::{Opened, extra_dump, extra_dumps, fixture, opened, read};
use heapglass::analysis::query::{Cell, RowAnswer, Workbench};
use heapglass::graph::ROOT;
use heapglass::heap::ObjectIndex;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{IdSize, RootKind};
use std::collections::BTreeMap;

fn sum(rows: &[RowAnswer], column: usize) -> u64 {
    rows.iter().map(|row| number(row, column)).sum()
}

#[test]
fn histograms_in_groups_add_up_to_the_used_heap() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let mut asked = Asked::of(&dump);
    for by in ["package", "loader", "superclass"] {
        let request = format!("histogram-tree?by={by}");
        let tops = asked.rows(&request);
        assert_eq!(sum(&tops, 2), inquiry.used_heap(), "{by}");
        let mut pending = tops;
        let mut classes = 0;
        while let Some(row) = pending.pop() {
            if let Cell::Class(class) = &row.cells[0] {
                let total = inquiry.totals.get(class.class);
                assert_eq!((number(&row, 1), number(&row, 2)), (total.instances, total.shallow));
                assert_eq!(row.children, Some(0));
                classes += 1;
                continue;
            }
            let below = asked.rows_below(&request, Some(row.row));
            assert_eq!(sum(&below, 1), number(&row, 1), "{by} {}", word(&row, 0));
            assert_eq!(sum(&below, 2), number(&row, 2), "{by} {}", word(&row, 0));
            pending.extend(below);
        }
        assert_eq!(classes, asked.rows("classes").len(), "{by}: every class once");
    }
    let packages = asked.rows("histogram-tree");
    let java = packages.iter().find(|row| word(row, 0) == "java").unwrap();
    let below = asked.rows_below("histogram-tree", Some(java.row));
    assert!(below.iter().any(|row| word(row, 0) == "java.util"));
    let of = format!("row:{}:histogram-tree", java.row);
    let facts = asked.ask(&format!("classes?of={of}")).unwrap();
    assert_eq!(facts.objects, Some(number(java, 1)), "a package stands for its objects");
}

#[test]
fn the_dominator_tree_in_groups_retains_what_its_objects_retain() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let mut asked = Asked::of(&dump);
    for by in ["class", "package", "loader"] {
        let request = format!("dominator-groups?by={by}");
        let tops = asked.rows(&request);
        assert_eq!(sum(&tops, 3), inquiry.used_heap(), "{by}");
        assert_eq!(sum(&tops, 1), u64::from(inquiry.tree.top_count()), "{by}");
        let mut pending = tops;
        let mut opened = 0;
        while let Some(row) = pending.pop().filter(|_| opened < 300) {
            let below = match row.children {
                Some(0) => Vec::new(),
                _ => asked.rows_below(&request, Some(row.row)),
            };
            let name = word(&row, 0);
            assert_eq!(number(&row, 2) + sum(&below, 3), number(&row, 3), "{by} {name}");
            opened += 1;
            pending.extend(below);
        }
        assert!(opened > 20);
    }
}

#[test]
fn of_a_set_the_objects_nearest_to_the_roots_come_first() {
    for seed in 0..20 {
        let dump = random::heap(seed, 80);
        let inquiry = dump.inquiry();
        let tree = inquiry.tree;
        let mut asked = Asked::of(&dump);
        let class = dump.class("com.acme.a.One");
        let mut members = dump.instances("com.acme.a.One");
        members.retain(|&member| inquiry.is_reachable(member));
        let is_member = |node: u32| members.contains(&ObjectIndex(node));
        let tops = members.iter().filter(|top| !tree.ancestors(top.0).any(is_member));
        let expected = tops.fold((0, 0), |sum, &top| (sum.0 + 1, sum.1 + inquiry.retained(top)));
        let rows = asked.rows(&format!("dominator-groups?of=class:{}", class.0));
        assert_eq!((sum(&rows, 1), sum(&rows, 3)), expected, "{seed}");
    }
}

#[test]
fn top_consumers_are_those_above_the_threshold() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let (heap, tree) = (inquiry.heap(), inquiry.tree);
    let mut asked = Asked::of(&dump);
    for percent in [1, 5] {
        let request = format!("top-consumers?percent={percent}");
        let least = inquiry.used_heap() * percent / 100;
        let tops = tree.top(0, u32::MAX).iter().map(|&top| ObjectIndex(top));
        let big: Vec<u64> =
            tops.clone().map(|top| inquiry.retained(top)).filter(|&r| r > least).collect();
        let mut packages: BTreeMap<&str, u64> = BTreeMap::new();
        for top in tops {
            let class = &heap.classes.get(heap.owner_class(top)).name;
            let package = class.trim_end_matches("[]").rsplit_once('.').map_or("", |p| p.0);
            *packages.entry(package).or_default() += inquiry.retained(top);
        }
        let sections = asked.rows(&request);
        assert_eq!(sections.len(), 4);
        for (section, start) in ["Biggest objects", "Biggest packages"].iter().enumerate() {
            let row = sections.iter().find(|row| word(row, 0).starts_with(start)).unwrap();
            let rows = asked.rows_below(&request, Some(row.row));
            if section == 0 {
                assert_eq!(rows.len(), big.len());
                assert_eq!(sum(&rows, 2), big.iter().sum::<u64>());
                assert!(!rows.is_empty());
            } else {
                for row in rows.iter().filter(|row| !word(row, 0).starts_with('(')) {
                    assert_eq!(number(row, 2), packages[word(row, 0).as_str()]);
                    assert!(number(row, 2) > least);
                }
            }
        }
    }
}

#[test]
fn big_drops_are_all_found() {
    let mut found = 0;
    for seed in 0..20 {
        let dump = random::heap(seed, 80);
        let inquiry = dump.inquiry();
        let tree = inquiry.tree;
        let least = inquiry.used_heap() * 2 / 100;
        let mut expected: Vec<(u32, u64)> = inquiry
            .heap()
            .objects
            .indices()
            .filter(|&object| inquiry.is_reachable(object) && tree.parent(object.0) != ROOT)
            .map(|object| {
                let children = tree.children(object.0, 0, u32::MAX).iter();
                let child = children.map(|&child| inquiry.retained(ObjectIndex(child))).max();
                (object.0, inquiry.retained(object) - child.unwrap_or(0))
            })
            .filter(|&(_, drop)| drop > least)
            .collect();
        let rows = Asked::of(&dump).rows("big-drops?percent=2");
        let mut drops: Vec<(u32, u64)> = rows
            .iter()
            .map(|row| match &row.cells[0] {
                Cell::Object(object) => (object.object.0, number(row, 1)),
                other => panic!("{other:?}"),
            })
            .collect();
        expected.sort_unstable();
        drops.sort_unstable();
        assert_eq!(drops, expected, "{seed}");
        found += drops.len();
    }
    assert!(found > 20);
}

#[test]
fn the_class_hierarchy_adds_up_from_object_down() {
    let dump = fixture("dominators");
    let inquiry = dump.inquiry();
    let mut asked = Asked::of(&dump);
    let tops = asked.rows("class-hierarchy");
    assert_eq!(sum(&tops, 2), inquiry.used_heap());
    let mut pending = tops;
    let mut classes = 0;
    while let Some(row) = pending.pop() {
        let below = asked.rows_below("class-hierarchy", Some(row.row));
        assert_eq!(number(&row, 1), number(&row, 3) + sum(&below, 1), "{}", word(&row, 0));
        for child in &below {
            let (Cell::Class(child), Cell::Class(parent)) = (&child.cells[0], &row.cells[0]) else {
                panic!("{child:?}")
            };
            let parent = Some(parent.class);
            assert_eq!(inquiry.heap().classes.get(child.class).super_class, parent);
        }
        classes += 1;
        pending.extend(below);
    }
    assert!(classes > 300);
}

/// The first level of the dominator tree, by class, against Eclipse MAT's list of the largest.
#[test]
fn groups_of_the_first_level_are_those_of_mat() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "sun_jdk6_32bit").unwrap());
    let table = read(&root.join("truth/sun_jdk6_32bit/dominators_top.tsv"));
    let table = String::from_utf8(table).unwrap();
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let at = |name| columns.iter().position(|column| *column == name).unwrap();
    let (class, retained, address) = (at("class"), at("retained"), at("address"));
    let mut theirs: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut least = u64::MAX;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let id = u64::from_str_radix(cells[address].trim_start_matches("0x"), 16).unwrap();
        let object = dump.at(id);
        let is_class =
            object.is_some_and(|object| dump.loaded.heap.objects.is_class_object(object));
        if !is_class {
            let (objects, bytes) = theirs.entry(cells[class].to_owned()).or_default();
            *objects += 1;
            *bytes += cells[retained].parse::<u64>().unwrap();
        }
        least = least.min(cells[retained].parse().unwrap());
    }
    let rows = Asked::of(&dump).rows("dominator-groups");
    let of_class = |row: &&RowAnswer| matches!(row.cells[0], Cell::Class(_));
    let ours: BTreeMap<String, (u64, u64)> = rows
        .iter()
        .filter(of_class)
        .map(|row| (word(row, 0), (number(row, 1), number(row, 3))))
        .collect();
    assert!(theirs.len() > 10 && theirs.keys().all(|class| ours.contains_key(class)));
    for (class, (objects, bytes)) in ours {
        let listed = theirs.get(&class).copied().unwrap_or_default();
        // What is not on the list retains no more than the last on it.
        let (more, rest) = (objects - listed.0, bytes - listed.1);
        assert!(rest <= more * least && (more == 0) == (rest == 0), "{class} {more} {rest}");
    }
}

/// What is left for the end cannot be cancelled, and nobody sees how far it is.
#[test]
fn top_consumers_are_looked_at_in_steps_for_every_section() {
    const OBJECTS: u64 = 2000;
    const BUDGET: u64 = 10;
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.standard_classes();
    let class = dump.class("com.acme.Top").build();
    for _ in 0..OBJECTS {
        let top = dump.instance_with(class, &[]);
        dump.root(RootKind::JniGlobal, top);
    }
    let dump = Opened::of(dump.finish()).unwrap();
    let (inquiry, request) = (dump.inquiry(), "top-consumers");
    let mut bench = Workbench::default();
    let mut steps = 0;
    while !bench.step(&inquiry, request, BUDGET).unwrap().done {
        steps += 1;
    }
    let sections = Asked::of(&dump).rows(request).len() as u64;
    assert!(steps * BUDGET >= (1 + sections) * OBJECTS, "{steps}");
}
