//! Sets of objects: by class, by object, retained, from the rows of other answers.

use super::{Asked, first, number, word};
use crate::support::fixture;
use heapglass::analysis::query::{Cell, Request, SetSpec, Workbench};
use heapglass::error::ErrorKind;

#[test]
fn the_histogram_of_everything_is_the_class_histogram() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    let rows = asked.rows("classes");
    let totals = dump.inquiry().totals;
    for row in &rows {
        let Cell::Class(class) = &row.cells[0] else { panic!("{row:?}") };
        let total = totals.get(class.class);
        assert_eq!((number(row, 1), number(row, 2)), (total.instances, total.shallow));
    }
    let sum: u64 = rows.iter().map(|row| number(row, 2)).sum();
    assert_eq!(sum, dump.inquiry().used_heap());
}

#[test]
fn a_row_of_an_answer_is_what_the_next_question_is_about() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    for row in asked.rows("classes") {
        let of = SetSpec::Row(row.row, Box::new(Request::new("classes", None)));
        let facts = asked.ask(&Request::new("objects", Some(of)).to_string()).unwrap();
        assert_eq!(facts.objects, Some(number(&row, 1)), "{}", word(&row, 0));
        assert_eq!(u64::from(facts.rows), number(&row, 1));
    }
}

#[test]
fn rows_are_sorted_filtered_and_added_up() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    let all = asked.rows("classes");
    let mut window = first("classes", 1, false);
    window.filters = vec!["java.lang.".to_owned(), ">=2".to_owned(), String::new()];
    let some = asked.window(&window).unwrap();
    let expected: Vec<_> = all
        .iter()
        .filter(|row| word(row, 0).contains("java.lang.") && number(row, 1) >= 2)
        .collect();
    assert!(expected.len() > 2 && expected.len() < all.len());
    assert_eq!(some.matching as usize, expected.len());
    assert_eq!(some.total as usize, all.len());
    assert!(some.rows.windows(2).all(|pair| number(&pair[0], 1) <= number(&pair[1], 1)));
    let sum: u64 = expected.iter().map(|row| number(row, 2)).sum();
    assert_eq!(some.totals, [None, some.totals[1], Some(sum as f64)]);
    window.filters = vec!["/(/".to_owned()];
    let unclear = asked.window(&window).unwrap();
    assert_eq!(unclear.unclear.as_ref().map(|(column, _)| *column), Some(0));
    assert_eq!(unclear.matching, unclear.total, "an unclear filter is left out");
}

#[test]
fn what_would_go_with_an_object_weighs_what_it_retains() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    let inquiry = dump.inquiry();
    let mut holders = 0;
    for object in inquiry.heap().objects.indices().filter(|&o| inquiry.is_reachable(o)) {
        if inquiry.tree.children_count(object.0) < 3 {
            continue;
        }
        let row = inquiry.row(object);
        let rows = asked.rows(&format!("classes?of=retained:object:{}", row.address));
        let sum: u64 = rows.iter().map(|row| number(row, 2)).sum();
        assert_eq!(Some(sum), row.retained, "{} @ {}", row.name, row.address);
        holders += 1;
    }
    assert!(holders > 3);
}

#[test]
fn sets_are_put_together() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    let class = |name| format!("class:{}", dump.class(name).0);
    let (string, bytes) = (class("java.lang.String"), class("byte[]"));
    let mut objects = |set: &str| {
        let of = set.replace('&', "%26").replace('+', "%2B");
        asked.ask(&format!("classes?of={of}")).unwrap().objects.unwrap_or(0)
    };
    let (one, other) = (objects(&string), objects(&bytes));
    let rows = "rows:classes";
    assert!(one > 100 && other > 100);
    assert_eq!(objects(&format!("union:({string},{bytes})")), one + other);
    assert_eq!(objects(&format!("union:({string},union:({bytes},{string}))")), one + other);
    assert_eq!(objects(&format!("intersection:({string},union:({bytes},{string}))")), one);
    assert_eq!(objects(&format!("difference:({rows},{string})")), objects("all") - one);
    let retained = objects(&format!("retained:{string}"));
    let only = objects(&format!("difference:(retained:{string},{string})"));
    assert_eq!(only, retained - one);
    let of_both = objects(&format!("retained:union:({string},{bytes})"));
    assert!(of_both >= retained && of_both >= one + other);
}

#[test]
fn what_does_not_exist_is_said() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    for request in [
        "nonsense",
        "classes?of=nonsense",
        "classes?of=class:4000000000",
        "classes?of=object:0x1",
        "objects",
        "objects?of=row:99999:classes",
        "objects?of=rows:nonsense",
        "objects?of=union:(all,rows:nonsense)",
        "objects?of=union:all",
        "",
    ] {
        let error = asked.ask(request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{request}");
    }
    let unread =
        Asked::of(&dump).bench.window(&dump.inquiry(), &first("classes", 1, true)).unwrap_err();
    assert_eq!(unread.kind(), ErrorKind::NotComputed);
}

/// What is not understood would be left out without a word.
#[test]
fn requests_with_unknown_words_are_refused() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    for request in [
        "duplicate-strings?leest=100",
        "histogram-tree?by=colour",
        "big-drops?of=class:5",
        "class-hierarchy?of=all",
    ] {
        let error = asked.ask(request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{request}: {error:?}");
    }
    assert!(asked.ask("histogram-tree?by=loader").is_ok());
}

#[test]
fn a_question_about_more_answers_than_are_kept_comes_to_an_end() {
    let dump = fixture("dominators");
    let leaves = |from: u32| (from..from + 16).map(|n| format!("rows:find-strings?text={n}"));
    let both = |sets: Vec<String>| -> Vec<String> {
        sets.chunks(2).map(|pair| format!("union:({})", pair.join(","))).collect()
    };
    let mut sets: Vec<String> = leaves(0).chain(leaves(16)).collect();
    while sets.len() > 1 {
        sets = both(sets);
    }
    let (inquiry, request) = (dump.inquiry(), format!("classes?of={}", sets[0]));
    let mut bench = Workbench::default();
    let done = (0..1000).any(|_| bench.step(&inquiry, &request, u64::MAX).unwrap().done);
    assert!(done, "its operands drive one another out");
}
