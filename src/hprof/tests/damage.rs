//! No input panics, hangs or allocates what it claims, and what came before damage is kept.

use super::events::{Event, Feeding, Parsed, Recorder, parse, parse_as, parse_file};
use super::generated::{damages, overwrite, plans};
use crate::hprof::tag::{heap, record};
use crate::hprof::writer::{DumpBuilder, Frame, HeapRecords, HprofWriter};
use crate::hprof::{BasicType, IdSize, Parser, RootKind, Value, WarningKind};
use proptest::prelude::*;

/// A small dump with every kind of record that a JVM writes.
fn small_dump(ids: IdSize, records: HeapRecords) -> Vec<u8> {
    let mut dump = DumpBuilder::new(ids);
    dump.heap_records(records);
    let object = dump.class("java.lang.Object").build();
    let array = dump.class("java.lang.Object[]").build();
    let node = dump
        .class("Node")
        .field("next", BasicType::Object)
        .static_field("COUNT", Value::Int(3))
        .build();
    let thread = dump.class("java.lang.Thread").build();
    let a = dump.instance(object, &[]);
    let b = dump.instance(node, &[Value::Object(a)]);
    let c = dump.object_array(array, &[a, b, a]);
    let data = dump.primitive_array(BasicType::Int, &[1; 12]);
    let thread = dump.instance(thread, &[]);
    let frame = Frame { class: node, method: "run", signature: "()V", source: "N.java", line: 4 };
    dump.thread_of(thread, &[frame, frame], &[(0, c)]);
    dump.root(RootKind::JniGlobal, data);
    dump.finish()
}

/// What is left to compare of a dump that was cut: the damage itself and what depends on where
/// records end is not.
fn contents(parsed: &Parsed) -> Vec<Event> {
    let kept = |event: &&Event| !matches!(event, Event::Warning(_) | Event::HeapRecordEnd);
    parsed.events.iter().filter(kept).cloned().collect()
}

/// Whether `cut` is the beginning of `whole`, a string or array being the last that came.
fn is_beginning(cut: &Event, whole: &Event) -> bool {
    match (cut, whole) {
        (
            Event::String { id, length, offset, bytes },
            Event::String { id: id2, length: length2, offset: offset2, bytes: all },
        ) => (id, length, offset) == (id2, length2, offset2) && all.starts_with(bytes),
        (Event::ObjectArray(array, elements), Event::ObjectArray(array2, all)) => {
            array == array2 && all.starts_with(elements)
        }
        _ => cut == whole,
    }
}

#[test]
fn a_dump_cut_at_any_byte_gives_what_came_before() {
    for ids in [IdSize::Four, IdSize::Eight] {
        for records in [HeapRecords::default(), HeapRecords::Whole, HeapRecords::Segments(60)] {
            let dump = small_dump(ids, records);
            let whole = parse(&dump).unwrap();
            assert_eq!(whole.warnings(), []);
            let mut complete = 0;
            for end in 31..dump.len() {
                let cut = parse(&dump[..end]).unwrap();
                let events = contents(&cut);
                let (last, before) = events.split_last().expect("the header at least");
                let all = contents(&whole);
                assert_eq!(before, &all[..before.len()], "cut at {end}");
                assert!(is_beginning(last, &all[before.len()]), "cut at {end}: {last:?}");
                let expected: &[_] =
                    if cut.ending.complete { &[] } else { &[WarningKind::Truncated] };
                assert_eq!(cut.warnings(), expected, "cut at {end}");
                assert_eq!(cut.ending.complete, cut.ending.truncated_at.is_none());
                assert!(cut.ending.truncated_at.is_none_or(|at| at <= end as u64));
                complete += usize::from(cut.ending.complete);
            }
            // Complete at the end of each record but the last, and of the header.
            let between = |event: &Event| {
                !matches!(event, Event::TraceFrame(_) | Event::HeapRecordEnd) && !is_in_heap(event)
            };
            // And inside the record that ends the dump: it holds nothing that could be missing.
            let in_end = if records == HeapRecords::Whole { 0 } else { 8 };
            assert_eq!(complete, whole.count(between) - 1 + in_end);
        }
    }
}

fn is_in_heap(event: &Event) -> bool {
    matches!(
        event,
        Event::Root(_)
            | Event::Class(_)
            | Event::Instance { .. }
            | Event::ObjectArray(..)
            | Event::PrimitiveArray(_)
    )
}

#[test]
fn a_file_that_ends_inside_its_header_is_no_heap_dump() {
    let dump = small_dump(IdSize::Eight, HeapRecords::default());
    for end in 0..31 {
        assert!(parse(&dump[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn overwritten_bytes_never_stop_the_parser(
        plan in plans(), damage in damages(), length_known in any::<bool>(),
    ) {
        let dump = overwrite(plan.write(), &damage);
        let feeding = Feeding { length_known, ..Feeding::at_once() };
        let parsed = parse_as(&dump, &feeding).unwrap();
        prop_assert_eq!(parsed.ending.complete, !parsed.warnings().contains(&WarningKind::Truncated));
    }

    #[test]
    fn damage_leaves_what_came_before_it(plan in plans(), damage in damages()) {
        let dump = plan.write();
        let damaged = overwrite(dump.clone(), &damage);
        let first = dump.iter().zip(&damaged).position(|(a, b)| a != b).unwrap_or(dump.len());
        // Events that end before the damage: those of the dump that is cut there, but the last
        // one, of which the damaged byte may be a part.
        let cut = parse(&dump[..first]).unwrap();
        let mut before = contents(&cut);
        before.pop();
        let after = contents(&parse(&damaged).unwrap());
        prop_assert_eq!(&after[..before.len()], &before[..]);
    }

    #[test]
    fn arbitrary_bytes_after_a_header_never_stop_the_parser(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), 0_u8..0x30], 0..300),
        eight in any::<bool>(), in_heap in any::<bool>(), length_known in any::<bool>(),
    ) {
        let ids = if eight { IdSize::Eight } else { IdSize::Four };
        let mut writer = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", ids, 0).unwrap();
        if in_heap { writer.raw_sub_record(&bytes).unwrap() } else { writer.raw(&bytes).unwrap() }
        let feeding = Feeding { length_known, ..Feeding::at_once() };
        prop_assert!(parse_as(&writer.finish().unwrap(), &feeding).is_ok());
    }

    #[test]
    fn arbitrary_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(parse(&bytes).is_err());
    }
}

/// Files of about 100 bytes, each with a length field that claims 4 GiB.
fn boastful_files() -> Vec<(&'static str, Vec<u8>)> {
    const CLAIM: [u8; 4] = [0xff; 4];
    let id = [0, 0, 0, 1, 0, 0, 0, 8];
    let word = [0, 0, 0, 1];
    let record = |tag: u8, body: &[u8]| {
        let mut writer =
            HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 0).unwrap();
        writer.record_declaring(tag, u32::MAX, body).unwrap();
        writer.finish().unwrap()
    };
    let sub_record = |parts: &[&[u8]]| record(record::HEAP_DUMP_SEGMENT, &parts.concat());
    let sizes = [0xff_u8; 2];
    let class_head = [&[heap::CLASS_DUMP][..], &id, &word, &[0; 48], &word].concat();
    vec![
        ("a name", record(record::UTF8, &[&id[..], b"abc"].concat())),
        ("a stack trace", record(record::TRACE, &[&word[..], &word, &CLAIM, &id, &id].concat())),
        ("a record that nobody reads", record(record::CONTROL_SETTINGS, &[0; 30])),
        ("a record of unknown tag", record(0x7f, &[0; 30])),
        ("an empty heap record", record(record::HEAP_DUMP, &[])),
        ("an instance", sub_record(&[&[heap::INSTANCE_DUMP], &id, &word, &id, &CLAIM, &[7; 40]])),
        (
            "an object array",
            sub_record(&[&[heap::OBJECT_ARRAY_DUMP], &id, &word, &CLAIM, &id, &[7; 44]]),
        ),
        (
            "an array of long",
            sub_record(&[&[heap::PRIMITIVE_ARRAY_DUMP], &id, &word, &CLAIM, &[11], &[7; 40]]),
        ),
        (
            "an array without contents",
            sub_record(&[&[heap::PRIMITIVE_ARRAY_NODATA], &id, &word, &CLAIM, &[11]]),
        ),
        ("the constants of a class", sub_record(&[&class_head, &sizes])),
        ("the statics of a class", sub_record(&[&class_head, &[0, 0], &sizes])),
        ("the fields of a class", sub_record(&[&class_head, &[0; 4], &sizes, &[7; 5]])),
    ]
}

#[test]
fn claimed_lengths_are_not_allocated() {
    // So many parsers, all waiting for what their file claims, would take 128 TiB if each held
    // 4 GiB: more addresses than a process has.
    const PARSERS: usize = 1 << 15;
    for (claim, dump) in boastful_files() {
        assert!(dump.len() < 160, "{claim}");
        let parsers: Vec<Parser> = (0..PARSERS)
            .map(|_| {
                let mut parser = Parser::new();
                parser.feed(&dump, &mut Recorder::default()).unwrap();
                parser
            })
            .collect();
        assert_eq!(parsers.len(), PARSERS);
    }
}

#[test]
fn claimed_lengths_end_with_the_file() {
    for (claim, dump) in boastful_files() {
        for parsed in [parse(&dump).unwrap(), parse_file(&dump).unwrap()] {
            assert!(!parsed.ending.complete, "{claim}");
            assert!(parsed.ending.truncated_at.unwrap() <= dump.len() as u64, "{claim}");
            assert!(parsed.warnings().contains(&WarningKind::Truncated), "{claim}");
            assert!(parsed.events.len() < 8, "{claim}: {:?}", parsed.events);
        }
        let known = parse_file(&dump).unwrap();
        assert!(known.warnings().contains(&WarningKind::RecordPastEnd), "{claim}");
    }
}

#[test]
fn an_instance_beyond_every_limit_is_announced_with_what_it_claims() {
    let mut writer = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 0).unwrap();
    let (id, class) = (crate::hprof::ObjectId(8), crate::hprof::ObjectId(16));
    let after = crate::hprof::ObjectId(24);
    let trace = crate::hprof::StackTraceSerial(0);
    let long = vec![5; (1 << 20) + 3];
    writer.instance(id, trace, class, &long).unwrap();
    writer.instance(after, trace, class, &[]).unwrap();
    writer.end_heap().unwrap();
    let parsed = parse(&writer.finish().unwrap()).unwrap();
    assert_eq!(parsed.objects(), [id, after], "the tail is skipped, the next object read");
    let Some(Event::Instance { len, data, .. }) =
        parsed.events.iter().find(|event| matches!(event, Event::Instance { .. }))
    else {
        panic!("no instance")
    };
    assert_eq!((*len as usize, data.len()), (long.len(), 1 << 20));
    assert_eq!(parsed.warnings(), [WarningKind::OversizedSubRecord]);
}
