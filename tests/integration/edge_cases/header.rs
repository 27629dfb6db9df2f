//! Rows 1 to 5: the header and the time.

use super::dumps::{BEGAN, HELD, objects, open, small, small_heap, small_names, warnings, writer};
use crate::support::Opened;
use heapglass::error::{Error, ErrorKind};
use heapglass::hprof::writer::{DumpBuilder, HprofWriter};
use heapglass::hprof::{IdSize, StringId};

fn refused(file: &[u8]) -> Error {
    match Opened::of(file.to_vec()) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

fn with_version(version: &str) -> Vec<u8> {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.version(version);
    let object = dump.standard_classes().object;
    let held = dump.instance(object, &[]);
    dump.root(heapglass::hprof::RootKind::JniGlobal, held);
    dump.finish()
}

#[test]
fn case_01_what_is_no_dump_is_refused_with_what_it_is_and_what_to_do() {
    for file in [&b"\xff\xd8\xff\xe0 a picture"[..], b"just text\n", b"\0\0\0\0\0\0\0\0", b""] {
        let error = refused(file);
        assert_eq!(error.kind(), ErrorKind::NotHprof, "{error}");
        assert_eq!(error.offset(), Some(0));
        assert!(error.message().len() > "This is not a Java heap dump: ".len(), "{error}");
        assert!(error.advice().is_some(), "{error}");
    }
}

#[test]
fn case_01_an_unknown_version_is_named() {
    let error = refused(&with_version("JAVA PROFILE 9.9"));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("JAVA PROFILE 9.9"), "{error}");
}

#[test]
fn case_02_the_version_of_jdk_1_2_beta_is_refused() {
    let error = refused(&with_version("JAVA PROFILE 1.0"));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("\"JAVA PROFILE 1.0\""), "{error}");
    assert!(error.advice().unwrap().contains("1.0.1, 1.0.2 and 1.0.3"), "{error}");
}

#[test]
fn case_03_all_versions_since_are_read() {
    for version in ["JAVA PROFILE 1.0.1", "JAVA PROFILE 1.0.2", "JAVA PROFILE 1.0.3"] {
        let dump = open(with_version(version));
        assert_eq!(dump.inquiry().facts().format, version);
        assert_eq!(objects(&dump).len(), 1);
        assert_eq!(warnings(&dump), []);
    }
}

#[test]
fn case_04_identifiers_of_other_sizes_are_refused() {
    for size in [0, 1, 2, 3, 5, 16, u32::MAX] {
        let version = "JAVA PROFILE 1.0.2";
        let dump = HprofWriter::with_header(Vec::new(), version, size, IdSize::Eight, 0).unwrap();
        let error = refused(&dump.finish().unwrap());
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.offset(), Some(19));
        assert!(error.message().contains(&format!("{size} bytes; only 4 and 8")), "{error}");
    }
    for ids in [IdSize::Four, IdSize::Eight] {
        let mut dump = DumpBuilder::new(ids);
        let object = dump.standard_classes().object;
        dump.instance(object, &[]);
        assert_eq!(open(dump.finish()).inquiry().facts().id_bytes, ids.bytes());
    }
}

#[test]
fn case_05_the_time_of_a_record_adds_to_that_of_the_header_and_may_overflow() {
    assert_eq!(open(small().finish().unwrap()).inquiry().facts().taken_at, BEGAN);

    let mut dump = writer();
    small_names(&mut dump);
    for micros in [4_000_000_000, 1_000_000, 4_100_000_000, 7_000_000] {
        dump.set_micros(micros);
        dump.utf8(StringId(9), "later").unwrap();
    }
    small_heap(&mut dump);
    let dump = open(dump.finish().unwrap());
    let overflows = 2 * (1_u64 << 32);
    assert_eq!(dump.inquiry().facts().taken_at, BEGAN + (overflows + 7_000_000) / 1000);
    assert_eq!(dump.inquiry().facts().dump_times, [dump.inquiry().facts().taken_at]);
    assert_eq!(objects(&dump), [HELD]);
}
