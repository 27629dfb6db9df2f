//! Cases that dumps in the field show, numbered as in the list of edge cases that the warnings
//! name.

mod damaged;

use super::events::{Event, Feeding, Parsed, parse, parse_as, parse_file};
use crate::error::ErrorKind;
use crate::hprof::tag::{heap, record};
use crate::hprof::writer::{ClassRecord, DumpBuilder, HeapRecords, HprofWriter};
use crate::hprof::{
    BasicType, ClassSerial, FieldDescriptor, GcRoot, HeapRecordKind, IdSize, ObjectId, Parser,
    RootKind, StackTraceSerial, StaticField, StringId, ThreadSerial, Value, Version, Visitor,
    WarningKind,
};

const NO_TRACE: StackTraceSerial = StackTraceSerial(0);
const CLASS: ObjectId = ObjectId(0x100);
const HEADER: u64 = 31;

fn writer() -> HprofWriter<Vec<u8>> {
    HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 0).unwrap()
}

fn instance(writer: &mut HprofWriter<Vec<u8>>, id: u64) {
    writer.instance(ObjectId(id), NO_TRACE, CLASS, &[]).unwrap();
}

/// An instance without fields: 25 bytes.
fn instance_bytes(id: u64) -> Vec<u8> {
    let mut bytes = vec![heap::INSTANCE_DUMP];
    bytes.extend(id.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(CLASS.0.to_be_bytes());
    bytes.extend([0; 4]);
    bytes
}

fn ids(ids: impl IntoIterator<Item = u64>) -> Vec<ObjectId> {
    ids.into_iter().map(ObjectId).collect()
}

/// The message of a file that cannot be read, with kind and offset.
fn refusal(dump: &[u8]) -> (ErrorKind, String, Option<u64>) {
    let error = parse(dump).unwrap_err();
    assert!(error.advice().is_some_and(|advice| !advice.is_empty()), "{error} without advice");
    (error.kind(), error.message().to_owned(), error.offset())
}

#[test]
fn case_1_what_is_no_dump_is_refused_by_what_it_looks_like() {
    let (kind, message, _) = refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert_eq!(kind, ErrorKind::NotHprof);
    assert!(message.contains("PNG"), "{message}");
    let (kind, message, _) = refusal(b"");
    assert_eq!(kind, ErrorKind::NotHprof);
    assert!(message.contains("empty"), "{message}");
}

#[test]
fn case_1_an_unknown_version_is_refused_by_its_name() {
    for version in ["JAVA PROFILE 1.0.9", "JAVA PROFILE 2.0"] {
        let dump = HprofWriter::new(Vec::new(), version, IdSize::Eight, 0).unwrap();
        let (kind, message, offset) = refusal(&dump.finish().unwrap());
        assert_eq!(kind, ErrorKind::Unsupported);
        assert!(message.contains(version), "{message}");
        assert_eq!(offset, Some(0));
    }
}

#[test]
fn case_1_a_refusal_does_not_depend_on_chunks() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more than a version may have, of all bytes";
    let whole = parse(png).unwrap_err();
    let bytewise = Feeding { chunks: vec![1], ..Feeding::at_once() };
    assert_eq!(parse_as(png, &bytewise).unwrap_err(), whole);
}

#[test]
fn case_2_the_version_of_jdk_1_2_beta_is_refused() {
    let dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0", IdSize::Four, 0).unwrap();
    let (kind, message, _) = refusal(&dump.finish().unwrap());
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("1.0"), "{message}");
}

#[test]
fn case_3_the_version_of_android_is_read() {
    let mut dump = DumpBuilder::new(IdSize::Four);
    dump.version("JAVA PROFILE 1.0.3");
    let object = dump.class("java.lang.Object").build();
    let parsed = parse(&dump.finish()).unwrap();
    let Event::Header(header) = &parsed.events[0] else { panic!("no header") };
    assert_eq!(header.version, Version::V1_0_3);
    assert_eq!(parsed.objects(), [object]);
}

#[test]
fn case_4_identifiers_have_4_or_8_bytes() {
    for size in [0, 1, 2, 3, 5, 16, u32::MAX] {
        let version = "JAVA PROFILE 1.0.2";
        let dump = HprofWriter::with_header(Vec::new(), version, size, IdSize::Eight, 0).unwrap();
        let (kind, message, offset) = refusal(&dump.finish().unwrap());
        assert_eq!(kind, ErrorKind::Unsupported);
        assert!(message.contains(&size.to_string()), "{message}");
        assert_eq!(offset, Some(19), "right after the version");
    }
}

#[test]
fn case_6_a_record_of_unknown_tag_is_skipped() {
    let mut dump = writer();
    dump.utf8(StringId(1), "before").unwrap();
    let at = dump.written();
    dump.record(0x42, &[0x21; 50]).unwrap();
    dump.utf8(StringId(2), "after").unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.strings(), [(StringId(1), &b"before"[..]), (StringId(2), b"after")]);
    assert_eq!(parsed.warnings_at(), [(WarningKind::UnknownRecord, at)]);
    assert!(parsed.ending.complete);
}

#[test]
fn case_7_records_of_the_agent_are_skipped_without_a_word() {
    let mut dump = writer();
    for tag in [
        record::ALLOC_SITES,
        record::HEAP_SUMMARY,
        record::START_THREAD,
        record::END_THREAD,
        record::CPU_SAMPLES,
        record::CONTROL_SETTINGS,
    ] {
        dump.record(tag, &[tag; 24]).unwrap();
    }
    dump.utf8(StringId(1), "after").unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.warnings(), []);
    assert_eq!(parsed.strings(), [(StringId(1), &b"after"[..])]);
}

#[test]
fn case_8_a_record_past_the_end_is_clipped_to_the_file() {
    let mut dump = writer();
    let body = [instance_bytes(8), instance_bytes(16)].concat();
    dump.record_declaring(record::HEAP_DUMP_SEGMENT, 10_000, &body).unwrap();
    let dump = dump.finish().unwrap();
    let parsed = parse_file(&dump).unwrap();
    assert_eq!(parsed.objects(), ids([8, 16]));
    assert_eq!(parsed.warnings_at()[0], (WarningKind::RecordPastEnd, HEADER));
    assert!(!parsed.ending.complete);

    let unknown_length = parse(&dump).unwrap();
    assert_eq!(unknown_length.objects(), ids([8, 16]));
    assert_eq!(unknown_length.warnings(), [WarningKind::Truncated]);
}

#[test]
fn case_9_a_file_cut_inside_a_sub_record_ends_at_its_start() {
    let mut dump = writer();
    instance(&mut dump, 8);
    instance(&mut dump, 16);
    dump.end_heap().unwrap();
    let dump = dump.finish().unwrap();
    let second = HEADER + 9 + 25;
    for cut in [1, 24] {
        let end = usize::try_from(second + cut).unwrap();
        let parsed = parse(&dump[..end]).unwrap();
        assert_eq!(parsed.objects(), ids([8]));
        assert_eq!(parsed.ending.truncated_at, Some(second));
        assert_eq!(parsed.warnings_at(), [(WarningKind::Truncated, second)]);
    }
}

#[test]
fn case_10_a_sub_record_across_the_end_of_its_segment_is_read_whole() {
    let crossing = |sub_record: &[u8]| {
        let mut dump = writer();
        let body = [&instance_bytes(8), sub_record].concat();
        // Ten bytes of the second sub-record are in the segment.
        dump.record_declaring(record::HEAP_DUMP_SEGMENT, 35, &body).unwrap();
        instance(&mut dump, 24);
        dump.end_heap().unwrap();
        dump.finish().unwrap()
    };
    let mut array = vec![heap::PRIMITIVE_ARRAY_DUMP];
    array.extend([0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 40, BasicType::Byte as u8]);
    array.extend([0x2c; 40]);
    let mut objects = vec![heap::OBJECT_ARRAY_DUMP];
    objects.extend([0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 3]);
    objects.extend([0; 32]);
    for sub_record in [instance_bytes(16), array, objects] {
        let dump = crossing(&sub_record);
        let parsed = parse(&dump).unwrap();
        assert_eq!(parsed.objects(), ids([8, 16, 24]));
        let end = HEADER + 9 + 25 + sub_record.len() as u64;
        assert_eq!(parsed.warnings_at(), [(WarningKind::SubRecordPastSegment, end)]);
        assert!(parsed.ending.complete);
        for (chunk, skip_percent) in [(1, 0), (7, 100), (7, 0)] {
            let feeding = Feeding { chunks: vec![chunk], skip_percent, length_known: false };
            assert_eq!(parse_as(&dump, &feeding).unwrap(), parsed);
        }
    }
}

#[test]
fn case_11_a_heap_record_without_a_length_goes_to_the_end_of_the_file() {
    for tag in [record::HEAP_DUMP, record::HEAP_DUMP_SEGMENT] {
        let mut dump = writer();
        let body = [instance_bytes(8), instance_bytes(16)].concat();
        dump.record_declaring(tag, 0, &body).unwrap();
        let dump = dump.finish().unwrap();
        for parsed in [parse(&dump).unwrap(), parse_file(&dump).unwrap()] {
            assert_eq!(parsed.objects(), ids([8, 16]));
            assert_eq!(
                parsed.warnings_at(),
                [(WarningKind::ZeroLengthHeapRecord, HEADER + 9)],
                "where the contents begin"
            );
            assert!(parsed.ending.complete);
        }
    }
}

#[test]
fn case_11_the_contents_may_begin_with_a_root() {
    for kind in [RootKind::JniGlobal, RootKind::StickyClass, RootKind::ThreadObject] {
        let root = GcRoot { kind, object: ObjectId(8), thread: None, frame: None, trace: None };
        let mut body = writer();
        body.root(&root).unwrap();
        instance(&mut body, 8);
        // Without the header of the segment that was written around them.
        let sub_records = body.finish().unwrap().split_off(31 + 9);
        let mut dump = writer();
        dump.record_declaring(record::HEAP_DUMP, 0, &sub_records).unwrap();
        let dump = dump.finish().unwrap();
        for parsed in [parse_file(&dump).unwrap(), parse(&dump).unwrap()] {
            assert_eq!(parsed.objects(), ids([8]), "{kind:?}");
            assert_eq!(parsed.warnings(), [WarningKind::ZeroLengthHeapRecord], "{kind:?}");
        }
    }
}

#[test]
fn case_11_a_heap_record_that_is_really_empty_is_followed_by_the_next_record() {
    let mut dump = writer();
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    instance(&mut dump, 8);
    dump.end_heap().unwrap();
    dump.utf8(StringId(1), "after").unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.objects(), ids([8]));
    assert_eq!(parsed.strings(), [(StringId(1), &b"after"[..])]);
    assert_eq!(parsed.warnings(), []);
}

#[test]
fn case_11_only_heap_records_are_taken_to_have_lost_their_length() {
    let mut dump = writer();
    dump.record(record::HEAP_DUMP_END, &[]).unwrap();
    dump.record(record::CONTROL_SETTINGS, &[]).unwrap();
    dump.utf8(StringId(1), "").unwrap();
    dump.utf8(StringId(2), "after").unwrap();
    let parsed = parse_file(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.strings(), [(StringId(1), &b""[..]), (StringId(2), b"after")]);
    assert_eq!(parsed.warnings(), []);
}

/// Counts objects and keeps warnings, for dumps too large to record.
#[derive(Default)]
struct Counter {
    arrays: u64,
    instances: u64,
    heap_length: u64,
    warnings: Vec<WarningKind>,
}

impl Visitor for Counter {
    fn heap_dump_start(&mut self, _: HeapRecordKind, _: u64, length: u64) {
        self.heap_length = length;
    }
    fn primitive_array(&mut self, _: &crate::hprof::PrimitiveArrayDump) {
        self.arrays += 1;
    }
    fn instance(&mut self, _: &crate::hprof::InstanceDump<'_>) {
        self.instances += 1;
    }
    fn warning(&mut self, warning: crate::hprof::Warning) {
        self.warnings.push(warning.kind);
    }
}

/// Feeds a `HEAP_DUMP` of five arrays of 1 GiB and an instance, whose contents are never there
/// because the parser offers to skip them; its 32-bit length has overflowed.
fn parse_overflowed(length_known: bool) -> (Counter, bool) {
    const ARRAY: u64 = 1 << 30;
    let mut array = vec![heap::PRIMITIVE_ARRAY_DUMP];
    array.extend([0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0]);
    array.extend((1_u32 << 30).to_be_bytes());
    array.push(BasicType::Byte as u8);
    let total = 5 * (array.len() as u64 + ARRAY) + 25;
    let mut start = writer();
    let declared = u32::try_from(total % (1 << 32)).unwrap();
    start.record_declaring(record::HEAP_DUMP, declared, &[]).unwrap();

    let expected = length_known.then_some(HEADER + 9 + total);
    let mut parser = Parser::new().with_expected_len(expected);
    let mut counter = Counter::default();
    parser.feed(&start.finish().unwrap(), &mut counter).unwrap();
    for _ in 0..5 {
        parser.feed(&array, &mut counter).unwrap();
        let mut left = ARRAY;
        while left > 0 {
            let skip = parser.skip_hint().min(left);
            parser.skipped(skip);
            left -= skip;
            // What it does not want to skip.
            let bytes = usize::try_from(left.min(64)).unwrap();
            parser.feed(&vec![0; bytes], &mut counter).unwrap();
            left -= bytes as u64;
        }
    }
    parser.feed(&instance_bytes(8), &mut counter).unwrap();
    let ending = parser.finish(&mut counter).unwrap();
    assert_eq!(parser.offset(), HEADER + 9 + total);
    (counter, ending.complete)
}

#[test]
fn case_12_an_overflowed_length_is_found_by_the_length_of_the_file() {
    let (counter, complete) = parse_overflowed(true);
    assert_eq!((counter.arrays, counter.instances), (5, 1));
    assert!(counter.heap_length > 5 << 30, "announced with its true length");
    assert_eq!(counter.warnings, [WarningKind::OverflowedLength]);
    assert!(complete);
}

#[test]
fn case_12_an_overflowed_length_is_found_by_what_follows() {
    // 1 GiB and a bit was declared: the end falls inside the second array.
    let (counter, complete) = parse_overflowed(false);
    assert_eq!((counter.arrays, counter.instances), (5, 1));
    assert_eq!(counter.warnings, [WarningKind::OverflowedLength]);
    assert!(complete);
}

#[test]
fn case_16_several_dumps_in_one_file_are_told_apart() {
    for records in [HeapRecords::Whole, HeapRecords::Segments(30)] {
        let mut dump = writer().heap_records(records);
        dump.utf8(StringId(1), "shared").unwrap();
        instance(&mut dump, 8);
        instance(&mut dump, 16);
        dump.end_heap().unwrap();
        instance(&mut dump, 8);
        dump.end_heap().unwrap();
        let parsed = parse(&dump.finish().unwrap()).unwrap();
        assert_eq!(parsed.warnings(), []);
        assert_eq!(objects_by_dump(&parsed), [ids([8, 16]), ids([8])]);
    }
}

/// Objects of each dump in the file: a whole record is one, segments are up to `HEAP_DUMP_END`.
fn objects_by_dump(parsed: &Parsed) -> Vec<Vec<ObjectId>> {
    let mut dumps = Vec::new();
    let mut open = Vec::new();
    let mut whole = false;
    for event in &parsed.events {
        match event {
            Event::HeapStart(kind, ..) => whole = *kind == HeapRecordKind::Whole,
            Event::Instance { id, .. } => open.push(*id),
            Event::HeapRecordEnd if whole => dumps.push(core::mem::take(&mut open)),
            Event::HeapDumpEnd => dumps.push(core::mem::take(&mut open)),
            _ => {}
        }
    }
    dumps
}

#[test]
fn case_17_a_file_without_a_heap_record_says_so() {
    let mut dump = writer();
    dump.utf8(StringId(1), "name").unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert!(!parsed.ending.saw_heap);
    assert!(parsed.ending.complete, "and nothing else is wrong with it");
    assert_eq!(parsed.warnings(), []);

    let mut dump = writer();
    instance(&mut dump, 8);
    assert!(parse(&dump.finish().unwrap()).unwrap().ending.saw_heap);
}

#[test]
fn case_45_a_second_pass_over_a_clipped_record_sees_what_the_first_saw() {
    let mut dump = writer();
    let mut array = instance_bytes(8);
    array.push(heap::PRIMITIVE_ARRAY_DUMP);
    array.extend([0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0xff, 0xff, BasicType::Byte as u8]);
    array.extend([1; 500]);
    dump.record_declaring(record::HEAP_DUMP_SEGMENT, 1 << 20, &array).unwrap();
    let dump = dump.finish().unwrap();
    let first = parse_file(&dump).unwrap();
    let skipping = Feeding { chunks: vec![100], skip_percent: 100, length_known: true };
    let second = parse_as(&dump, &skipping).unwrap();
    assert_eq!(second.objects(), first.objects());
    assert_eq!(second, first);
    assert_eq!(first.warnings(), [WarningKind::RecordPastEnd, WarningKind::Truncated]);
}

#[test]
fn case_49_sub_records_of_android_are_read() {
    let roots = [
        (RootKind::InternedString, 0x89),
        (RootKind::Finalizing, 0x8a),
        (RootKind::Debugger, 0x8b),
        (RootKind::ReferenceCleanup, 0x8c),
        (RootKind::VmInternal, 0x8d),
        (RootKind::Unreachable, 0x90),
    ];
    // Written by hand, as the documents of Android describe them; identifiers of 4 bytes.
    let mut body = vec![0xfe, 0, 0, 0, b'Z', 0, 0, 0, 1];
    for (_, tag) in roots {
        body.extend([tag, 0, 0, 0, tag]);
    }
    body.extend([0x8e, 0, 0, 0, 0x8e, 0, 0, 0, 7, 0, 0, 0, 2]);
    body.extend([0xc3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, BasicType::Byte as u8]);
    body.extend([0x23, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, BasicType::Byte as u8, 5]);
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.3", IdSize::Four, 0).unwrap();
    dump.raw_sub_record(&body).unwrap();
    dump.end_heap().unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.warnings(), []);
    assert!(parsed.events.contains(&Event::HeapInfo(u32::from(b'Z'), StringId(1))));
    for (kind, tag) in roots {
        let object = ObjectId(u64::from(tag));
        let root = GcRoot { kind, object, thread: None, frame: None, trace: None };
        assert!(parsed.events.contains(&Event::Root(root)), "{kind:?}");
    }
    assert!(parsed.events.contains(&Event::Root(GcRoot {
        kind: RootKind::JniMonitor,
        object: ObjectId(0x8e),
        thread: Some(ThreadSerial(7)),
        frame: Some(2),
        trace: None,
    })));
    let arrays: Vec<(ObjectId, u32, bool)> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::PrimitiveArray(array) => Some((array.id, array.length, array.no_data)),
            _ => None,
        })
        .collect();
    assert_eq!(arrays, [(ObjectId(0x100), 0x400, true), (ObjectId(0x200), 1, false)]);
}

#[test]
fn case_50_a_dump_without_its_end_record_is_opened() {
    let mut dump = writer();
    dump.load_class(ClassSerial(1), CLASS, NO_TRACE, StringId(1)).unwrap();
    instance(&mut dump, 8);
    instance(&mut dump, 16);
    // No HEAP_DUMP_END.
    let dump = dump.finish().unwrap();
    let parsed = parse_file(&dump).unwrap();
    assert_eq!(parsed.objects(), ids([8, 16]));
    assert_eq!(parsed.count(|event| *event == Event::HeapDumpEnd), 0);
    assert_eq!(parsed.warnings(), []);
    assert!(parsed.ending.complete);
}

#[test]
fn case_50_a_dump_without_its_end_record_whose_last_segment_has_no_length_is_opened() {
    let mut dump = writer();
    instance(&mut dump, 8);
    dump.flush_heap().unwrap();
    dump.record_declaring(record::HEAP_DUMP_SEGMENT, 0, &instance_bytes(16)).unwrap();
    let parsed = parse_file(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.objects(), ids([8, 16]));
    assert_eq!(parsed.warnings(), [WarningKind::ZeroLengthHeapRecord]);
}
