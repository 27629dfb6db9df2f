//! Rows 6 to 12, 17, 18, 36, 45 and 50: records, their lengths, and where they end.

use super::dumps::{
    END_RECORD_MISSING, HEADER, HELD, NO_TRACE, OBJECT_CLASS, RECORD, assert_only_warning,
    instance, instance_bytes, objects, offset_of, open, root, small, small_heap, small_names,
    warning, warnings, writer,
};
use crate::support::Opened;
use heapglass::error::{ErrorKind, Result};
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::hprof::tag::{heap, record};
use heapglass::hprof::writer::HeapRecords;
use heapglass::hprof::{BasicType, ObjectId, RootKind, StringId};
use heapglass::source::ByteSource;

const NEXT: ObjectId = ObjectId(0x2010);
const LAST: ObjectId = ObjectId(0x2020);

#[test]
fn case_06_a_record_of_unknown_tag_is_skipped() {
    let mut dump = writer();
    small_names(&mut dump);
    let at = dump.written();
    dump.record(0x77, &[1; 100]).unwrap();
    dump.record(0x99, &[]).unwrap();
    small_heap(&mut dump);
    dump.end_heap().unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD]);
    assert_only_warning(&dump, "unknownRecord", 2, at);
    assert!(!dump.inquiry().facts().truncated);
}

#[test]
fn case_07_records_of_the_agent_are_skipped_and_its_summary_is_shown() {
    let mut dump = writer();
    small_names(&mut dump);
    for tag in [0x06, 0x0a, 0x0b, 0x0d, 0x0e] {
        dump.record(tag, &[7; 30]).unwrap();
    }
    let mut summary = Vec::new();
    summary.extend(1000_u32.to_be_bytes());
    summary.extend(20_u32.to_be_bytes());
    summary.extend(5_000_000_000_u64.to_be_bytes());
    summary.extend(70_000_u64.to_be_bytes());
    dump.record(record::HEAP_SUMMARY, &summary).unwrap();
    small_heap(&mut dump);
    let dump = open(dump.finish().unwrap());
    assert_eq!(warnings(&dump), []);
    assert_eq!(objects(&dump), [HELD]);
    let summary = dump.inquiry().facts().heap_summary.unwrap();
    assert_eq!((summary.live_bytes, summary.live_instances), (1000, 20));
    assert_eq!(summary.allocated_bytes, 5_000_000_000);
    assert_eq!(summary.allocated_instances, 70_000);
    assert!(open(small().finish().unwrap()).inquiry().facts().heap_summary.is_none());
}

#[test]
fn case_08_a_record_past_the_end_is_clipped() {
    for tag in [record::HEAP_DUMP_SEGMENT, record::HEAP_DUMP, record::UTF8, record::CPU_SAMPLES] {
        let mut dump = small();
        dump.flush_heap().unwrap();
        let at = dump.written();
        dump.record_declaring(tag, 0x7fff_ffff, &instance_bytes(NEXT.0)).unwrap();
        let dump = open(dump.finish().unwrap());
        assert_eq!(warning(&dump, "recordPastEnd"), Some((1, Some(at))), "{tag:#x}");
        assert!(dump.inquiry().facts().truncated);
        let is_heap = matches!(tag, record::HEAP_DUMP_SEGMENT | record::HEAP_DUMP);
        assert_eq!(objects(&dump).len(), if is_heap { 2 } else { 1 });
    }
}

#[test]
fn case_09_a_dump_cut_inside_a_sub_record_ends_at_its_start() {
    let mut dump = small();
    instance(&mut dump, NEXT);
    instance(&mut dump, LAST);
    let whole = dump.finish().unwrap();
    let last = offset_of(&whole, heap::INSTANCE_DUMP, LAST);
    for cut in usize::try_from(last).unwrap() + 1..whole.len() {
        let dump = open(whole[..cut].to_vec());
        assert_eq!(objects(&dump), [HELD, NEXT], "cut at {cut}");
        assert_eq!(warning(&dump, "truncated"), Some((1, Some(last))), "cut at {cut}");
        assert!(dump.inquiry().facts().truncated);
    }
}

#[test]
fn case_10_a_sub_record_across_the_end_of_its_segment_is_read_whole() {
    let mut dump = small();
    dump.flush_heap().unwrap();
    let at = dump.written();
    // The segment ends inside the second object.
    let body = [instance_bytes(NEXT.0), instance_bytes(LAST.0)].concat();
    dump.record_declaring(record::HEAP_DUMP_SEGMENT, 30, &body).unwrap();
    dump.record(record::HEAP_DUMP_END, &[]).unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD, NEXT, LAST]);
    assert_only_warning(&dump, "subRecordPastSegment", 1, at + 9 + 50);
}

#[test]
fn case_11_a_heap_record_without_a_length_goes_to_the_end_of_the_file() {
    for tag in [record::HEAP_DUMP, record::HEAP_DUMP_SEGMENT] {
        let whole = small().heap_records(HeapRecords::Whole).finish().unwrap();
        let at = usize::try_from(offset_of(&whole, heap::CLASS_DUMP, OBJECT_CLASS)).unwrap();
        let mut file = whole;
        file[at - RECORD] = tag;
        file[at - 4..at].fill(0);
        let dump = open(file);
        assert_eq!(objects(&dump), [HELD]);
        assert_only_warning(&dump, "zeroLengthHeapRecord", 1, at as u64);
        assert!(!dump.inquiry().facts().truncated);
    }
}

#[test]
fn case_11_other_records_without_a_length_are_empty() {
    let mut dump = writer();
    dump.record(record::CONTROL_SETTINGS, &[]).unwrap();
    dump.utf8(StringId(9), "").unwrap();
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    small_names(&mut dump);
    small_heap(&mut dump);
    dump.end_heap().unwrap();
    dump.utf8(StringId(10), "behind the end").unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD]);
    assert_eq!(warnings(&dump), []);
}

/// A file most of which is zeros that nobody keeps.
struct Sparse {
    pieces: Vec<(u64, Vec<u8>)>,
    len: u64,
}

impl ByteSource for Sparse {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let read = usize::try_from(self.len.saturating_sub(offset)).unwrap().min(into.len());
        let end = offset + read as u64;
        into[..read].fill(0);
        for (start, piece) in &self.pieces {
            let (from, to) = (offset.max(*start), end.min(start + piece.len() as u64));
            if from < to {
                let within = |at: u64, base: u64| usize::try_from(at - base).unwrap();
                into[within(from, offset)..within(to, offset)]
                    .copy_from_slice(&piece[within(from, *start)..within(to, *start)]);
            }
        }
        Ok(read)
    }
}

#[test]
fn case_12_a_heap_dump_of_more_than_4_gb_is_read_whole() {
    let mut names = writer();
    small_names(&mut names);
    let mut start = names.finish().unwrap();
    let record_at = start.len() as u64;
    let mut heap_only = writer();
    small_heap(&mut heap_only);
    let body = heap_only.finish().unwrap().split_off(HEADER + RECORD);
    start.extend([record::HEAP_DUMP, 0, 0, 0, 0, 0, 0, 0, 0]);
    let length_at = start.len() - 4;
    start.extend(&body);
    let mut at = start.len() as u64;
    let mut pieces = Vec::new();
    for number in 0..5_u64 {
        let mut array = vec![heap::PRIMITIVE_ARRAY_DUMP];
        array.extend((0x10_0000_0000 + number * (2 << 30)).to_be_bytes());
        array.extend([0; 4]);
        array.extend((1_u32 << 30).to_be_bytes());
        array.push(BasicType::Byte as u8);
        let len = array.len() as u64 + (1 << 30);
        pieces.push((at, array));
        at += len;
    }
    pieces.push((at, instance_bytes(LAST.0)));
    let len = at + 25;
    let body_len = len - start.len() as u64 + body.len() as u64;
    let declared = u32::try_from(body_len % (1 << 32)).unwrap();
    start[length_at..length_at + 4].copy_from_slice(&declared.to_be_bytes());
    pieces.push((0, start));
    let file = Sparse { pieces, len };

    let loaded = load(&file, LoadOptions::default(), 1 << 16, &mut |_| {}).unwrap();
    let inquiry = heapglass::analysis::Inquiry::new(&loaded, &file);
    let facts = inquiry.facts();
    assert!(facts.unreachable_bytes > 5 << 30, "the five arrays");
    assert!(loaded.heap.addresses.get(LAST).is_some(), "and what follows them");
    assert!(!facts.truncated);
    let warning = &facts.warnings[0];
    assert_eq!((warning.kind.as_str(), warning.count), ("overflowedLength", 1));
    assert_eq!(warning.first_offset, Some(record_at));
}

fn refused(file: Vec<u8>) -> heapglass::error::Error {
    match Opened::of(file) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

#[test]
fn case_17_a_file_without_a_heap_dump_says_so() {
    let mut dump = writer();
    small_names(&mut dump);
    let error = refused(dump.finish().unwrap());
    assert_eq!(error.kind(), ErrorKind::NoHeapDump);
    assert!(error.message().contains("holds no heap dump"), "{error}");
    assert!(error.advice().unwrap().contains("heap=dump"), "{error}");

    let error = refused(writer().finish().unwrap());
    assert_eq!(error.kind(), ErrorKind::NoHeapDump, "a header and nothing else");
}

#[test]
fn case_17_a_heap_dump_without_objects_says_so() {
    let mut dump = writer();
    dump.begin_heap();
    dump.end_heap().unwrap();
    let error = refused(dump.finish().unwrap());
    assert_eq!(error.kind(), ErrorKind::NoHeapDump);
    assert!(error.message().contains("holds no object"), "{error}");
}

#[test]
fn case_18_a_record_shorter_than_what_it_must_hold_is_skipped() {
    let mut dump = writer();
    let at = dump.written();
    for tag in
        [record::UTF8, record::LOAD_CLASS, record::UNLOAD_CLASS, record::FRAME, record::TRACE]
    {
        dump.record(tag, &[1, 2, 3]).unwrap();
    }
    small_names(&mut dump);
    small_heap(&mut dump);
    let dump = open(dump.finish().unwrap());
    assert_only_warning(&dump, "shortRecord", 5, at);
    assert_eq!(objects(&dump), [HELD]);
}

#[test]
fn case_36_an_unknown_sub_record_costs_the_rest_of_its_segment_only() {
    let mut dump = small();
    dump.raw_sub_record(&[0x7f, 1, 2, 3]).unwrap();
    instance(&mut dump, NEXT);
    dump.flush_heap().unwrap();
    instance(&mut dump, LAST);
    dump.end_heap().unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::INSTANCE_DUMP, NEXT) - 4;
    let dump = open(file);
    assert_eq!(objects(&dump), [HELD, LAST]);
    assert_only_warning(&dump, "unknownSubRecord", 1, at);
    let message = &dump.inquiry().facts().warnings[0].message;
    assert!(message.contains("29 bytes"), "how much is missing: {message}");
}

#[test]
fn case_45_a_clipped_record_is_the_same_in_both_passes() {
    let mut dump = small();
    dump.flush_heap().unwrap();
    let class = OBJECT_CLASS.0.to_be_bytes();
    let mut array = vec![heap::OBJECT_ARRAY_DUMP];
    array.extend(NEXT.0.to_be_bytes());
    array.extend([0, 0, 0, 0, 0, 0, 1, 0]);
    array.extend(class);
    array.extend(HELD.0.to_be_bytes());
    array.extend([0; 3]);
    dump.record_declaring(record::HEAP_DUMP_SEGMENT, 1 << 20, &array).unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD, NEXT]);
    let referrer = dump.at(HELD.0).unwrap();
    let inbound = dump.inquiry().inbound(referrer, 0, 10).unwrap();
    assert_eq!(inbound.total, 1, "the element before the cut");
    assert!(dump.inquiry().facts().truncated);
}

#[test]
fn case_50_a_dump_without_its_end_record_is_complete() {
    // VisualVM refuses this one.
    let mut dump = small();
    instance(&mut dump, NEXT);
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD, NEXT]);
    assert_eq!(warnings(&dump), []);
    let facts = dump.inquiry().facts();
    assert!(facts.warnings.iter().any(|warning| warning.kind == END_RECORD_MISSING));
    assert!(!facts.truncated);
}

#[test]
fn case_50_a_record_of_zero_length_at_the_end_is_no_damage() {
    let mut dump = small();
    dump.flush_heap().unwrap();
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD]);
    assert_eq!(warnings(&dump), []);
    assert!(!dump.inquiry().facts().truncated);
}

#[test]
fn case_08_roots_before_the_clip_are_read() {
    let mut dump = writer();
    small_names(&mut dump);
    small_heap(&mut dump);
    dump.instance(NEXT, NO_TRACE, OBJECT_CLASS, &[]).unwrap();
    dump.root(&root(RootKind::JniGlobal, NEXT)).unwrap();
    let mut file = dump.finish().unwrap();
    let at = usize::try_from(offset_of(&file, heap::CLASS_DUMP, OBJECT_CLASS)).unwrap();
    file[at - 4..at].copy_from_slice(&u32::MAX.to_be_bytes());
    let dump = open(file);
    assert_eq!(dump.inquiry().facts().gc_roots, 2 + 3, "and the classes of the boot loader");
}
