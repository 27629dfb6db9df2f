//! Whole files put one behind the other.

use super::events::{Event, Feeding, parse, parse_as};
use crate::hprof::writer::HprofWriter;
use crate::hprof::{IdSize, ObjectId, StackTraceSerial, StringId, WarningKind};

fn file(version: &str, ids: IdSize, name: u8) -> Vec<u8> {
    let mut dump = HprofWriter::new(Vec::new(), version, ids, name.into()).unwrap();
    dump.utf8_bytes(StringId(1), &[name]).unwrap();
    dump.instance(ObjectId(name.into()), StackTraceSerial(0), ObjectId(1), &[]).unwrap();
    dump.end_heap().unwrap();
    dump.finish().unwrap()
}

/// Three files, and what cannot be read behind them.
fn together() -> (Vec<u8>, u64) {
    let mut all = [
        file("JAVA PROFILE 1.0.2", IdSize::Eight, 1),
        file("JAVA PROFILE 1.0.3", IdSize::Four, 2),
        file("JAVA PROFILE 1.0.1", IdSize::Eight, 3),
    ]
    .concat();
    let end = all.len() as u64;
    all.extend(file("JAVA PROFILE 6.6", IdSize::Eight, 4));
    all.extend([7; 200]);
    (all, end)
}

#[test]
fn each_file_is_read_with_its_own_header() {
    let (all, end) = together();
    let parsed = parse(&all).unwrap();
    let times: Vec<u64> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Header(header) => Some(header.timestamp_ms),
            _ => None,
        })
        .collect();
    assert_eq!(times, [1, 2, 3]);
    assert_eq!(parsed.objects(), [1, 2, 3].map(ObjectId));
    assert_eq!(parsed.warnings_at(), [(WarningKind::UnreadableAppendix, end)]);
    assert!(parsed.ending.complete);
}

#[test]
fn pieces_do_not_matter() {
    let (all, _) = together();
    let parsed = parse(&all).unwrap();
    for chunk in 1..60 {
        for skip_percent in [0, 50, 100] {
            let feeding = Feeding { chunks: vec![chunk], skip_percent, length_known: true };
            assert_eq!(parse_as(&all, &feeding).unwrap(), parsed, "{feeding:?}");
        }
    }
}

#[test]
fn a_header_that_is_cut_is_the_end_of_the_file() {
    let (all, end) = together();
    let first = file("JAVA PROFILE 1.0.2", IdSize::Eight, 1).len();
    for cut in first + 1..first + 31 {
        let parsed = parse(&all[..cut]).unwrap();
        assert_eq!(parsed.objects(), [ObjectId(1)], "cut at {cut}");
        assert_eq!(parsed.warnings(), [WarningKind::Truncated], "cut at {cut}");
    }
    let whole = parse(&all[..usize::try_from(end).unwrap()]).unwrap();
    assert_eq!(whole.warnings(), []);
}
