//! Row 16: several dumps in one file.

use super::dumps::{
    BEGAN, HELD, NO_TRACE, OBJECT_CLASS, details, instance, objects, open, root, small_heap,
    small_names, warning, warnings, writer,
};
use crate::support::Opened;
use heapglass::error::ErrorKind;
use heapglass::hprof::tag::record;
use heapglass::hprof::writer::{HeapRecords, HprofWriter};
use heapglass::hprof::{ClassSerial, IdSize, ObjectId, RootKind, StringId};

fn dump_of(file: &[u8], number: u32) -> Opened {
    Opened::dump_of(file.to_vec(), number).unwrap_or_else(|e| panic!("dump {number}: {e}"))
}

#[test]
fn case_16_several_dumps_in_one_file_are_offered_with_their_times() {
    for records in [HeapRecords::Whole, HeapRecords::Segments(60)] {
        let mut dump = writer().heap_records(records);
        small_names(&mut dump);
        for number in 1..=3_u32 {
            dump.set_micros(number * 2_000_000);
            small_heap(&mut dump);
            for at in 1..number {
                instance(&mut dump, ObjectId(HELD.0 + 16 * u64::from(at)));
            }
            dump.end_heap().unwrap();
        }
        let file = dump.finish().unwrap();
        for number in 1..=3_u32 {
            let dump = dump_of(&file, number);
            let facts = dump.inquiry().facts();
            assert_eq!((facts.dump, facts.dumps), (number, 3));
            assert_eq!(facts.taken_at, BEGAN + 2000 * u64::from(number));
            assert_eq!(facts.dump_times, [BEGAN + 2000, BEGAN + 4000, BEGAN + 6000]);
            assert_eq!(objects(&dump).len(), number as usize);
            assert_eq!(warnings(&dump), []);
        }
        let error = match Opened::dump_of(file, 4) {
            Ok(_) => panic!("there is no fourth"),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().contains("holds 3 heap dumps"), "{error}");
    }
}

#[test]
fn case_16_damage_of_one_dump_is_not_told_of_the_others() {
    let mut dump = writer().heap_records(HeapRecords::Whole);
    small_names(&mut dump);
    small_heap(&mut dump);
    dump.end_heap().unwrap();
    small_heap(&mut dump);
    dump.raw_sub_record(&[0x7f; 20]).unwrap();
    dump.end_heap().unwrap();
    small_heap(&mut dump);
    dump.end_heap().unwrap();
    let whole = dump.finish().unwrap();
    let file = &whole[..whole.len() - 3];
    assert_eq!(warnings(&dump_of(file, 1)), []);
    assert!(warning(&dump_of(file, 2), "unknownSubRecord").is_some());
    let last = dump_of(file, 3);
    assert!(warning(&last, "truncated").is_some() && warning(&last, "recordPastEnd").is_some());
    assert_eq!(warning(&last, "unknownSubRecord"), None);
    let truncated = |number| dump_of(file, number).inquiry().facts().truncated;
    assert_eq!([truncated(1), truncated(2), truncated(3)], [false, false, true]);
}

/// A whole file of its own: the class of the object has this name.
fn file(name: &str, ids: IdSize, began: u64, end: bool) -> Vec<u8> {
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", ids, began).unwrap();
    dump.utf8(StringId(1), name).unwrap();
    dump.load_class(ClassSerial(1), OBJECT_CLASS, NO_TRACE, StringId(1)).unwrap();
    super::dumps::class(&mut dump, OBJECT_CLASS, ObjectId(0), 0, &[]);
    instance(&mut dump, HELD);
    dump.root(&root(RootKind::JniGlobal, HELD)).unwrap();
    if end {
        dump.end_heap().unwrap();
    }
    dump.finish().unwrap()
}

#[test]
fn case_16_files_that_were_put_together_are_several_dumps_with_names_of_their_own() {
    for end in [true, false] {
        for (first, second) in [(IdSize::Eight, IdSize::Four), (IdSize::Four, IdSize::Eight)] {
            let together = [
                file("a/First", first, 1000, end),
                file("a/Second", second, 2000, end),
                file("a/Third", first, 3000, end),
            ]
            .concat();
            for (number, name) in [(1, "a.First"), (2, "a.Second"), (3, "a.Third")] {
                let dump = dump_of(&together, number);
                assert_eq!(details(&dump, HELD).row.class.name, name);
                let facts = dump.inquiry().facts();
                assert_eq!((facts.dump, facts.dumps), (number, 3));
                assert_eq!(facts.dump_times, [1000, 2000, 3000]);
                assert_eq!(facts.taken_at, 1000 * u64::from(number));
                assert!(!facts.truncated);
                assert_eq!(warning(&dump, "missingCoreClass").unwrap().0, 2);
                assert_eq!(warnings(&dump).len(), 1, "and nothing else");
            }
        }
    }
}

#[test]
fn case_16_real_files_put_together_are_the_same_as_alone() {
    let (one, other) = (crate::support::fixture("dominators"), crate::support::fixture("healthy"));
    let together = [one.bytes().as_slice(), other.bytes().as_slice()].concat();
    for (number, alone) in [(1, &one), (2, &other)] {
        let dump = dump_of(&together, number);
        let (facts, expected) = (dump.inquiry().facts(), alone.inquiry().facts());
        assert_eq!(facts.objects, expected.objects);
        assert_eq!(facts.used_heap, expected.used_heap);
        assert_eq!(facts.gc_roots_by_kind, expected.gc_roots_by_kind);
        assert_eq!(facts.warnings.len(), expected.warnings.len());
        assert_eq!(facts.java_version, expected.java_version);
        assert_eq!(facts.taken_at, expected.taken_at);
        assert_eq!(facts.dumps, 2);
    }
}

#[test]
fn case_16_a_second_file_that_cannot_be_read_does_no_harm() {
    let mut together = file("a/First", IdSize::Eight, 1000, true);
    let at = together.len() as u64;
    let mut bad = file("a/Second", IdSize::Eight, 2000, true);
    bad[13..18].copy_from_slice(b"7.7.7");
    together.extend(bad);
    let dump = open(together);
    assert_eq!(details(&dump, HELD).row.class.name, "a.First");
    assert_eq!(warning(&dump, "unreadableAppendix"), Some((1, Some(at))));
    assert_eq!(dump.inquiry().facts().dumps, 1);
    assert!(!dump.inquiry().facts().truncated);
}

#[test]
fn case_16_a_file_behind_a_heap_record_without_a_length_is_found() {
    let mut first = file("a/First", IdSize::Eight, 1000, false);
    let at = first.iter().position(|&b| b == record::HEAP_DUMP_SEGMENT).unwrap();
    first[at + 5..at + 9].fill(0);
    let together = [first, file("a/Second", IdSize::Eight, 2000, true)].concat();
    assert_eq!(details(&dump_of(&together, 1), HELD).row.class.name, "a.First");
    assert_eq!(details(&dump_of(&together, 2), HELD).row.class.name, "a.Second");
}
