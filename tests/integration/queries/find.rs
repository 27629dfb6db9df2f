//! Objects found by what a field holds.

use super::{Asked, number, random, word};
use crate::support::{Opened, fixture};
use heapglass::analysis::query::Cell;
use heapglass::error::ErrorKind;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, RootKind, Value};

#[test]
fn numbers_are_compared_as_numbers() {
    let dump = fixture("collections-and-values");
    let inquiry = dump.inquiry();
    let mut asked = Asked::of(&dump);
    let boxes = dump.instances("java.lang.Integer");
    let value = |object| match inquiry.values.field(object, "value") {
        Some(Value::Int(value)) => value,
        other => panic!("{other:?}"),
    };
    for (is, wanted, passes) in [
        ("more", "100", (|v| v > 100) as fn(i32) -> bool),
        ("less", "-100", |v| v < -100),
        ("equal", "42", |v| v == 42),
        ("other", "42", |v| v != 42),
        ("more", "41.5", |v| v > 41),
    ] {
        let reachable = boxes.iter().filter(|&&object| inquiry.is_reachable(object));
        let expected = reachable.filter(|&&object| passes(value(object))).count();
        let request =
            format!("find-objects?class=/^java.lang.Integer$/&field=value&is={is}&value={wanted}");
        assert_eq!(asked.rows(&request).len(), expected, "{is} {wanted}");
        assert!(expected > 0, "{is} {wanted}");
    }
}

#[test]
fn references_are_compared_with_null_addresses_and_texts() {
    let dump = random::heap(3, 60);
    let mut asked = Asked::of(&dump);
    let all = asked.rows("find-objects?class=com.acme&field=x&is=set").len();
    let null = asked.rows("find-objects?class=com.acme&field=x&is=null");
    assert!(all > 0 && !null.is_empty());
    assert!(null.iter().all(|row| word(row, 1) == "null" && number(row, 2) > 0));
    let rows = asked.rows("find-objects?class=com.acme&field=x&is=set");
    let Cell::Object(target) = &rows[0].cells[1] else { panic!("{:?}", rows[0]) };
    let request = format!("find-objects?field=x&value={}", target.address);
    let same = asked.rows(&request);
    assert!(!same.is_empty() && same.len() <= all);
    assert!(
        same.iter()
            .all(|row| matches!(&row.cells[1], Cell::Object(o) if o.object == target.object))
    );
    let dump = fixture("collections-and-values");
    let rows =
        Asked::of(&dump).rows("find-objects?class=/^java.lang.Thread$/&field=name&value=main");
    assert_eq!(rows.len(), 1);
}

#[test]
fn what_cannot_be_asked_is_said() {
    let dump = fixture("dominators");
    let mut asked = Asked::of(&dump);
    for request in [
        "find-objects",
        "find-objects?field=noSuchFieldAnywhere",
        "find-objects?field=value&is=more&value=many",
        "find-objects?field=value&is=contains",
    ] {
        assert_eq!(asked.ask(request).unwrap_err().kind(), ErrorKind::NotFound, "{request}");
    }
}

#[test]
fn strings_are_compared_to_their_end_however_long_they_are() {
    const LONG: usize = 1 << 16;
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.standard_classes();
    let class = dump.class("com.acme.Named").field("name", BasicType::Object).build();
    let x = "x".repeat(LONG);
    for text in [x.clone(), format!("{x}y"), format!("{x}{x} Needle"), format!("{x}{x} \u{20ac}")] {
        let text = dump.string(&text);
        let named = dump.instance_with(class, &[("name", Value::Object(text))]);
        dump.root(RootKind::JniGlobal, named);
    }
    let dump = Opened::of(dump.finish()).unwrap();
    let mut asked = Asked::of(&dump);
    let mut found = |is: &str, value: &str| {
        asked.rows(&format!("find-objects?class=Named&field=name&is={is}&value={value}")).len()
    };
    assert_eq!(found("equal", &x), 1);
    assert_eq!(found("other", &x), 3);
    assert_eq!(found("contains", "needle"), 1);
    assert_eq!(found("contains", "\u{20ac}"), 1);
    assert_eq!(found("contains", "/x NEEDLE$/"), 1);
    assert_eq!(found("contains", "xx"), 4);
    assert_eq!(found("contains", "nowhere"), 0);
}
