//! Writes the fixture `tests/fixtures/hostile-text.hprof`: a dump whose every name and string tries
//! something on whoever shows it. `scripts/make-fixtures.sh hostile-text` runs it.

use heapglass::hprof::writer::{DumpBuilder, Frame, HeapRecords};
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use std::io::Write;

/// Markup and script, for pages that set text as HTML.
const SCRIPT: &str = "<script>window.pwned=1</script>";
const IMAGE: &str = "<img src=x onerror=window.pwned=1>";
/// Begins a line and a field of their own where text is copied as a table, and a formula there.
const TABLE: &str = "a\tb\n=HYPERLINK(\"http://evil.example\")";
/// Ends and turns what follows it.
const TURN: &str = "invoice\u{202e}gnp.exe";
const ISOLATES: &str = "\u{2066}x\u{2069}\u{2067}y";
/// Letters that run from right to left.
const HEBREW: &str = "שלום.עולם";
const ARABIC: &str = "مرحبا بالعالم";
/// Drives a terminal.
const ESCAPES: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\r\n\0";
const NULL: Value = Value::Object(ObjectId(0));
/// Three bytes that are replaced by those of half a surrogate pair, which no text of Rust can hold.
const HALF: &str = "@@@";
/// A name of a million letters, as no compiler but any program may write.
const MILLION: usize = 1 << 20;

fn zalgo(marks: usize) -> String {
    format!("Z{}algo", "\u{301}\u{489}".repeat(marks / 2))
}

fn main() -> std::io::Result<()> {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.timestamp_ms(1_760_000_000_000).heap_records(HeapRecords::Segments(1 << 16));
    let standard = dump.standard_classes();
    let object = BasicType::Object;

    let million = format!("com.evil.{}.Last", "A".repeat(MILLION));
    let names = [
        format!("com.evil.{SCRIPT}"),
        format!("com.evil.{IMAGE}"),
        format!("com.evil.{TABLE}"),
        "=cmd|'/c calc'!A1".to_owned(),
        format!("com.evil.{TURN}"),
        format!("com.evil.{ISOLATES}"),
        HEBREW.to_owned(),
        format!("com.evil.{}", zalgo(2000)),
        format!("com.evil.{ESCAPES}"),
        "javascript:alert(1)//".to_owned(),
        "com.evil.\u{115f}\u{3164}\u{200b}\u{ad}".to_owned(),
        "../../etc/passwd?#/object/0x1&%00%".to_owned(),
        format!("com.evil.Half{HALF}"),
        million,
    ];
    let mut kept = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let class = dump
            .class(name)
            .extends(standard.object)
            .field("value", object)
            .field(SCRIPT, object)
            .static_field(TURN, NULL)
            .build();
        let text = dump.string(name.get(..200).unwrap_or(name));
        let values = [Value::Object(text), NULL];
        for _ in 0..=at {
            kept.push(dump.instance(class, &values));
        }
    }
    // The longest field name beside the longest class name.
    let long_field = dump
        .class("com.evil.LongField")
        .extends(standard.object)
        .field(&"f".repeat(MILLION / 4), object)
        .build();
    kept.push(dump.instance(long_field, &[NULL]));

    for text in [SCRIPT, IMAGE, TABLE, TURN, ISOLATES, HEBREW, ARABIC, ESCAPES] {
        kept.push(dump.string(text));
    }
    kept.push(dump.string(&zalgo(4000)));
    kept.push(dump.string(&"0123456789abcde\n".repeat(MILLION / 8)));
    kept.push(lone_surrogates(&mut dump, standard.string, &[0xd83d, 0x61, 0xde00]));
    let long: Vec<u16> = [0xd83d_u16, 0xde00].repeat(40_000).into_iter().chain([0xdc00]).collect();
    kept.push(lone_surrogates(&mut dump, standard.string, &long));

    // One class holds it all, so that the first screen names it.
    let array = dump.object_array(standard.object_array, &kept);
    let holder = dump
        .class(&format!("com.evil.{IMAGE}Holder"))
        .extends(standard.object)
        .static_field(&format!("{SCRIPT}{TURN}"), Value::Object(array))
        .build();
    dump.root(RootKind::StickyClass, holder);
    let frames =
        [Frame { class: holder, method: IMAGE, signature: "()V", source: SCRIPT, line: 1 }];
    let local = dump.string(&format!("local {TURN}"));
    dump.thread(&format!("{IMAGE}\n{ARABIC}\t{}", zalgo(500)), &frames, &[(0, local)]);
    dump.thread(&"t".repeat(MILLION / 8), &[], &[(0, array)]);
    let mut bytes = dump.finish();
    let half = format!("com/evil/Half{HALF}");
    if let Some(at) = bytes.windows(half.len()).position(|w| w == half.as_bytes()) {
        let end = at + half.len();
        bytes[end - HALF.len()..end].copy_from_slice(b"\xed\xa0\xbd");
    }
    std::io::stdout().lock().write_all(&bytes)
}

/// A string of UTF-16 units that no text of Rust can be.
fn lone_surrogates(dump: &mut DumpBuilder, string: ObjectId, units: &[u16]) -> ObjectId {
    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let array = dump.primitive_array(BasicType::Byte, &bytes);
    dump.instance_with(string, &[("value", Value::Object(array)), ("coder", Value::Byte(1))])
}
