//! Rows of answers: filtered and sorted alike on every level, in steps of any size.

use super::{Asked, first, number, word};
use crate::support::fixture;
use heapglass::analysis::dominated::{DominatedKey, DominatedLists, DominatedWindow};
use heapglass::analysis::histogram::Sort;
use heapglass::analysis::query::{QueryWindow, QueryWindowRequest};
use heapglass::analysis::table::{RowsStep, TableQuery};
use heapglass::heap::ObjectIndex;
use std::collections::HashMap;

/// Counts the steps until a window is there, whose progress never goes back within a phase.
fn in_steps<W>(mut step: impl FnMut() -> RowsStep<W>) -> (W, u32) {
    let (mut steps, mut last) = (0, None);
    loop {
        let RowsStep { done, progress, window } = step();
        assert!(progress.done <= progress.total, "{progress:?}");
        steps += 1;
        if let Some(window) = window {
            assert!(done);
            return (window, steps);
        }
        if let Some((phase, before)) = last.replace((progress.phase, progress.done)) {
            assert!(phase != progress.phase || before <= progress.done, "{progress:?}");
        }
    }
}

fn stepped(asked: &mut Asked<'_>, request: &QueryWindowRequest, budget: u64) -> (QueryWindow, u32) {
    asked.ask(&request.request).unwrap();
    let inquiry = asked.dump.inquiry();
    in_steps(|| asked.bench.window_step(&inquiry, request, budget).unwrap())
}

#[test]
fn children_are_sorted_as_their_level_above() {
    let dump = fixture("story-session-list");
    let mut asked = Asked::of(&dump);
    for (request, columns) in [
        ("dominator-groups", 4),
        ("histogram-tree", 3),
        ("collections-by-size", 5),
        ("merged-paths?of=class:1&by=class", 5),
    ] {
        let request = match request.split_once("class:1") {
            None => request.to_owned(),
            Some((start, end)) => {
                format!("{start}class:{}{end}", dump.class("java.lang.String").0)
            }
        };
        let top = asked.rows(&request);
        let parent = top.iter().find(|row| row.children != Some(0)).unwrap().row;
        for column in 0..columns {
            for descending in [false, true] {
                let window = QueryWindowRequest {
                    parent: Some(parent),
                    count: u32::MAX,
                    ..first(&request, column, descending)
                };
                let rows = asked.window(&window).unwrap().rows;
                let mut expected = rows.clone();
                let at = column as usize;
                expected.sort_by(|a, b| {
                    let order = match column {
                        0 => word(a, at).cmp(&word(b, at)),
                        1 if columns == 5 && request.starts_with("coll") => {
                            word(a, at).cmp(&word(b, at))
                        }
                        _ => number(a, at).cmp(&number(b, at)),
                    };
                    let order = if descending { order.reverse() } else { order };
                    order.then(a.row.cmp(&b.row))
                });
                let numbers = |rows: &[heapglass::analysis::query::RowAnswer]| {
                    rows.iter().map(|row| row.row).collect::<Vec<_>>()
                };
                assert_eq!(numbers(&rows), numbers(&expected), "{request} {column} {descending}");
            }
        }
    }
}

#[test]
fn filters_are_of_the_first_level_and_totals_of_what_passes() {
    let dump = fixture("story-session-list");
    let mut asked = Asked::of(&dump);
    let all = asked.rows("dominator-groups");
    let mut window = first("dominator-groups", 3, true);
    window.filters = vec!["java".to_owned(), ">1".to_owned()];
    window.count = u32::MAX;
    let some = asked.window(&window).unwrap();
    let passes = |row: &&heapglass::analysis::query::RowAnswer| {
        word(row, 0).contains("java") && number(row, 1) > 1
    };
    let expected: Vec<_> = all.iter().filter(passes).collect();
    assert!(expected.len() > 3 && expected.len() < all.len());
    assert_eq!((some.matching as usize, some.total as usize), (expected.len(), all.len()));
    for column in [1, 2, 3] {
        let sum: u64 = expected.iter().map(|row| number(row, column)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a fixture is small")]
        let sum = sum as f64;
        assert_eq!(some.totals[column], Some(sum));
    }
    let parent = expected.iter().find(|row| row.children != Some(0)).unwrap().row;
    let below = asked.rows_below("dominator-groups", Some(parent)).len();
    window.parent = Some(parent);
    assert_eq!(asked.window(&window).unwrap().matching as usize, below, "all below an opened row");
}

#[test]
fn rows_are_the_same_however_small_the_steps() {
    let dump = fixture("story-session-list");
    let class = dump.class("java.lang.String").0;
    for request in [
        "dominator-groups".to_owned(),
        format!("merged-paths?of=class:{class}"),
        format!("merged-paths?of=class:{class}&by=class"),
        format!("merged-paths?of=class:{class}&by=to-roots"),
        format!("inbound-classes?of=class:{class}"),
        "outbound-classes?of=all".to_owned(),
    ] {
        let (mut one, mut other) = (Asked::of(&dump), Asked::of(&dump));
        let mut pending = vec![None];
        let (mut opened, mut most) = (0, 0);
        while let Some(parent) = pending.pop().filter(|_| opened < 12) {
            let window = QueryWindowRequest { parent, count: u32::MAX, ..first(&request, 1, true) };
            let (at_once, _) = stepped(&mut one, &window, u64::MAX);
            let (slowly, steps) = stepped(&mut other, &window, 7);
            most = most.max(steps);
            opened += 1;
            let said = |window: &QueryWindow| format!("{:?}", (&window.rows, &window.totals));
            assert_eq!(said(&at_once), said(&slowly), "{request}");
            let opens = at_once.rows.iter().filter(|row| row.children != Some(0));
            pending.extend(opens.map(|row| Some(row.row)));
        }
        assert!(most > 10 && opened > 3, "{request}: {most} steps, {opened} opened");
    }
}

#[test]
fn rows_below_several_are_worked_out_side_by_side() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let request = format!("merged-paths?of=class:{}&by=class", dump.class("java.lang.String").0);
    let mut asked = Asked::of(&dump);
    let parents: Vec<u32> = asked
        .rows(&request)
        .iter()
        .filter(|row| row.children != Some(0))
        .map(|row| row.row)
        .take(3)
        .collect();
    let mut waiting: Vec<u32> = parents.clone();
    let mut found = HashMap::new();
    while !waiting.is_empty() {
        waiting.retain(|&parent| {
            let window = QueryWindowRequest {
                parent: Some(parent),
                count: u32::MAX,
                ..first(&request, 1, true)
            };
            let step = asked.bench.window_step(&inquiry, &window, 1).unwrap();
            let Some(window) = step.window else { return true };
            let words: Vec<_> =
                window.rows.iter().map(|row| (word(row, 0), number(row, 1))).collect();
            found.insert(parent, words);
            false
        });
    }
    let mut alone = Asked::of(&dump);
    for parent in parents {
        let rows = alone.rows_below(&request, Some(parent));
        let words: Vec<_> = rows.iter().map(|row| (word(row, 0), number(row, 1))).collect();
        assert_eq!(found[&parent], words);
    }
}

/// A window of the dominator tree, in steps.
fn dominated(
    dump: &crate::support::Opened,
    parent: Option<ObjectIndex>,
    (key, descending): (DominatedKey, bool),
    filter: &[(DominatedKey, &str)],
) -> DominatedWindow {
    let filter = filter.iter().map(|&(key, text)| (key, text.to_owned())).collect();
    let query = TableQuery { sort: Sort { key, descending }, filter, start: 0, count: u32::MAX };
    let inquiry = dump.inquiry();
    let mut lists = DominatedLists::default();
    in_steps(|| lists.step(&inquiry, parent, &query, 13).unwrap()).0
}

#[test]
fn the_dominator_tree_is_sorted_and_filtered() {
    let dump = fixture("story-session-list");
    let inquiry = dump.inquiry();
    let kept = inquiry.dominated(None, 0, u32::MAX).rows;
    let parent = kept[0].object;
    for of in [None, Some(parent)] {
        let all = inquiry.dominated(of, 0, u32::MAX).rows;
        let same = dominated(&dump, of, (DominatedKey::Retained, true), &[]);
        assert_eq!(same.rows, all);
        let sum: u64 = all.iter().filter_map(|row| row.retained).sum();
        assert_eq!((same.retained, same.total as usize), (sum, all.len()));
        for descending in [false, true] {
            for key in [DominatedKey::Shallow, DominatedKey::Retained, DominatedKey::Dominated] {
                let number = |row: &heapglass::analysis::rows::ObjectRow| match key {
                    DominatedKey::Shallow => row.shallow,
                    DominatedKey::Retained => row.retained.unwrap(),
                    _ => row.dominated.unwrap().into(),
                };
                let mut expected = all.clone();
                // Stable: equal ones stay in the order of the tree.
                expected.sort_by(|a, b| {
                    let order = number(a).cmp(&number(b));
                    if descending { order.reverse() } else { order }
                });
                let window = dominated(&dump, of, (key, descending), &[]);
                assert_eq!(window.rows, expected, "{key:?} {descending}");
                let shallow = all.iter().map(|row| row.shallow).sum();
                let summed = window.shallow.unwrap_or(shallow);
                assert_eq!((window.retained, summed), (sum, shallow));
            }
        }
    }
    let by_name = dominated(&dump, None, (DominatedKey::Object, false), &[]).rows;
    // Arrays come by the name of their class, whatever their length.
    let names: Vec<&str> = by_name
        .iter()
        .map(|row| if row.length.is_some() { &row.class.name } else { &row.name })
        .map(String::as_str)
        .collect();
    assert!(names.is_sorted() && names.len() == kept.len());

    let filter = [(DominatedKey::Object, "/^class java/"), (DominatedKey::Retained, ">=100")];
    let some = dominated(&dump, None, (DominatedKey::Retained, true), &filter);
    let expected: Vec<_> = kept
        .iter()
        .filter(|row| row.name.starts_with("class java") && row.retained.unwrap() >= 100)
        .cloned()
        .collect();
    assert!(expected.len() > 10 && expected.len() < kept.len());
    assert_eq!(some.rows, expected);
    let sum = |of: fn(&heapglass::analysis::rows::ObjectRow) -> u64| expected.iter().map(of).sum();
    assert_eq!(some.shallow, Some(sum(|row| row.shallow)));
    assert_eq!(some.retained, sum(|row| row.retained.unwrap()));

    let unclear =
        dominated(&dump, None, (DominatedKey::Retained, true), &[(DominatedKey::Shallow, "x")]);
    assert_eq!(unclear.filter_error.unwrap().key, DominatedKey::Shallow);
    assert_eq!(unclear.matching as usize, kept.len(), "left out, and named");
}
