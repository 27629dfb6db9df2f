//! Names and strings that try something: answers are bounded, and nothing of the text is lost.

use crate::support::{Opened, fixture, whole_text};
use heapglass::analysis::histogram::{HistogramFilter, HistogramKey, HistogramQuery, Sort};
use heapglass::analysis::histogram::{rows, window};
use heapglass::analysis::text::{TextEncoding, TextPlace};
use heapglass::heap::{ClassIndex, ObjectIndex};
use serde::Serialize;

const MILLION: usize = 1 << 20;

fn dump() -> Opened {
    fixture("hostile-text")
}

/// Bytes of an answer as it crosses the boundary, and characters of its longest text.
fn weight(answer: &impl Serialize) -> (usize, usize) {
    fn longest(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::String(text) => text.chars().count(),
            serde_json::Value::Array(list) => list.iter().map(longest).max().unwrap_or(0),
            serde_json::Value::Object(fields) => fields.values().map(longest).max().unwrap_or(0),
            _ => 0,
        }
    }
    let value = serde_json::to_value(answer).unwrap();
    (value.to_string().len(), longest(&value))
}

/// Characters that a row of an answer holds at most; whole texts are asked for piece by piece.
const LONGEST: usize = 4200;

#[test]
fn no_answer_carries_a_long_name_or_string_whole() {
    let dump = dump();
    let inquiry = dump.inquiry();
    let query = HistogramQuery {
        sort: Sort { key: HistogramKey::Name, descending: false },
        filter: HistogramFilter::default(),
        start: 0,
        count: 100,
    };
    let histogram = rows(&dump.loaded.heap, &dump.loaded.totals, None);
    let mut answers = vec![
        ("facts", weight(&inquiry.facts())),
        ("suspects", weight(&inquiry.suspects())),
        ("icicle", weight(&inquiry.icicle(None, 32, 0.0, &hashbrown::HashSet::new()))),
        ("histogram", weight(&window(histogram, &query))),
        ("search", weight(&inquiry.search("com.evil", 100))),
        ("dominated", weight(&inquiry.dominated(None, 0, 100))),
    ];
    for class in (0..dump.loaded.heap.classes.len()).map(|c| ClassIndex(u32::try_from(c).unwrap()))
    {
        answers.push(("class", weight(&inquiry.class_details(class))));
    }
    for object in dump.loaded.heap.objects.indices() {
        answers.push(("object", weight(&inquiry.object(object).unwrap())));
        answers.push(("path", weight(&inquiry.path_to_root(object))));
        answers.push(("outbound", weight(&inquiry.outbound(object, 0, 50).unwrap())));
        answers.push(("inbound", weight(&inquiry.inbound(object, 0, 50).unwrap())));
    }
    for (answer, (bytes, longest)) in answers {
        assert!(longest <= LONGEST, "{answer}: a text of {longest} characters");
        assert!(bytes <= 400_000, "{answer}: {bytes} bytes");
    }
}

#[test]
fn a_class_name_of_a_million_letters_can_be_had_whole() {
    let dump = dump();
    let inquiry = dump.inquiry();
    let hit = inquiry.search("com.evil.AAAA", 10);
    let class = hit.first().and_then(|hit| hit.class).unwrap();
    let details = inquiry.class_details(class);
    assert!(details.class.name.ends_with("AAA.Last"), "{}", details.class.name);
    let whole = format!("com/evil/{}/Last", "A".repeat(MILLION));
    assert_eq!(details.long_name_bytes, Some(whole.len() as u64));
    for step in [4096, 1 << 20] {
        let units = whole_text(&inquiry, &TextPlace::Class(class), step);
        assert_eq!(String::from_utf16(&units).unwrap(), whole);
    }
    let short = inquiry.heap().classes.by_name("java.lang.String").unwrap();
    assert_eq!(inquiry.class_details(short).long_name_bytes, None);
    let units = whole_text(&inquiry, &TextPlace::Class(short), 8);
    assert_eq!(String::from_utf16(&units).unwrap(), "java.lang.String");
}

#[test]
fn a_long_field_name_can_be_had_whole() {
    let dump = dump();
    let inquiry = dump.inquiry();
    let class = inquiry.heap().classes.by_name("com.evil.LongField").unwrap();
    let details = inquiry.class_details(class);
    let field = details.declared_fields.first().unwrap();
    assert!(field.name.len() < 600);
    let place = TextPlace::Name(field.long_name.clone().unwrap());
    assert_eq!(whole_text(&inquiry, &place, 10_000), [u16::from(b'f')].repeat(MILLION / 4));
}

#[test]
fn lone_surrogates_are_shown_as_escapes_and_handed_over_as_they_are() {
    let dump = dump();
    let inquiry = dump.inquiry();
    assert!(inquiry.heap().classes.by_name("com.evil.Half\\ud83d").is_some());
    let mut lone = 0;
    for object in dump.instances("java.lang.String") {
        let units = whole_text(&inquiry, &TextPlace::Object(object), 1000);
        let details = inquiry.object(object).unwrap();
        assert_eq!(details.text_length.map(|n| n as usize), Some(units.len()));
        let shown = details.text.unwrap();
        assert!(!shown.contains('\u{fffd}'), "{shown}");
        if units == [0xd83d, 0x61, 0xde00] {
            assert_eq!(shown, "\\ud83da\\ude00");
            lone += 1;
        }
        if units.starts_with(&[0xd83d, 0xde00]) {
            assert_eq!(units.len(), 80_001);
            assert!(!shown.contains("\\u"), "the cut leaves pairs whole");
            assert_eq!(units.last(), Some(&0xdc00));
            lone += 1;
        }
    }
    assert_eq!(lone, 2);
}

#[test]
fn a_piece_never_cuts_a_pair_wherever_it_is_asked_for() {
    let dump = dump();
    let inquiry = dump.inquiry();
    let pairs = dump
        .instances("java.lang.String")
        .into_iter()
        .find(|&object| inquiry.object(object).unwrap().text_length == Some(80_001));
    let place = TextPlace::Object(pairs.unwrap());
    for (start, count) in [(0, 9), (1, 9), (999, 1000), (1000, 999), (79_999, 100)] {
        let piece = inquiry.text(&place, start, count).unwrap();
        assert!(piece.start == start || piece.start + 1 == start);
        assert_eq!(piece.start % 2, 0, "starts with a whole pair");
        assert!(
            piece.next.is_multiple_of(2) || piece.next == piece.total,
            "ends with a whole pair"
        );
    }
    let beyond = inquiry.text(&place, u64::MAX, 100).unwrap();
    assert_eq!((beyond.bytes.0.len(), beyond.next), (0, beyond.total));
}

#[test]
fn byte_arrays_are_handed_over_byte_by_byte_and_other_objects_have_no_text() {
    let dump = dump();
    let inquiry = dump.inquiry();
    let array = dump.instances("byte[]")[0];
    let piece = inquiry.text(&TextPlace::Object(array), 0, u32::MAX).unwrap();
    assert_eq!(piece.encoding, TextEncoding::Bytes);
    assert_eq!(piece.bytes.0, inquiry.values.primitive_bytes(array, 0, u32::MAX).unwrap());
    let none = [
        TextPlace::Object(dump.instances("java.lang.Thread")[0]),
        TextPlace::Object(ObjectIndex(u32::MAX)),
        TextPlace::Name("0xdead".into()),
        TextPlace::Name("nonsense".into()),
    ];
    for place in none {
        assert!(inquiry.text(&place, 0, 100).is_err(), "{place:?}");
    }
}
