//! A dump that ends early: what is there is shown, and the end is told.

use crate::support::{CHUNK, fixture, fixture_path, read};
use heapglass::analysis::Inquiry;
use heapglass::analysis::facts::DumpFacts;
use heapglass::error::ErrorKind;
use heapglass::heap::loader::{LoadOptions, load};

/// Facts and the number of objects of the dump's first `cut` bytes.
fn facts(file: &[u8], cut: usize) -> Result<(DumpFacts, usize), ErrorKind> {
    let file = file[..cut].to_vec();
    match load(&file, LoadOptions::default(), CHUNK, &mut |_| {}) {
        Ok(loaded) => Ok((Inquiry::new(&loaded, &file).facts(), loaded.heap.objects.len())),
        Err(error) => Err(error.kind()),
    }
}

/// Cuts a file at a hundred places and a few bytes around some of them, so that fields of every
/// width are cut, too.
fn assert_readable_up_to_every_cut(file: &[u8], least_objects: usize) {
    let near_start = (0..40).chain([60, 100, 1000]);
    let places = (1..=100).map(|part| (file.len() - 1) * part / 100);
    let mut before = 0;
    for cut in near_start.chain(places) {
        match facts(file, cut) {
            Ok((facts, objects)) => {
                assert!(facts.truncated, "cut at {cut}: not told");
                assert!(!facts.warnings.is_empty(), "cut at {cut}: no warning");
                assert!(objects >= before, "cut at {cut}: {objects} objects after {before}");
                before = objects;
            }
            Err(ErrorKind::NotHprof | ErrorKind::NoHeapDump) => {
                assert_eq!(before, 0, "cut at {cut}: readable before, not now");
            }
            Err(kind) => panic!("cut at {cut}: {kind:?}"),
        }
    }
    let (whole, objects) = facts(file, file.len()).unwrap();
    assert!(!whole.truncated);
    assert!(before > least_objects && before <= objects, "{before} of {objects} objects");
}

#[test]
fn a_plain_dump_is_readable_up_to_any_cut() {
    let dump = fixture("dominators");
    assert_readable_up_to_every_cut(dump.bytes(), 7000);
}

#[test]
fn a_compressed_dump_is_readable_up_to_any_cut() {
    let file = read(&fixture_path("dominators.hprof.gz"));
    let mut before = 0;
    for part in 1..=40 {
        let cut = (file.len() - 1) * part / 40;
        match facts(&file, cut) {
            Ok((facts, objects)) => {
                assert!(facts.truncated && !facts.warnings.is_empty(), "cut at {cut}: not told");
                assert!(objects >= before, "cut at {cut}: {objects} objects after {before}");
                before = objects;
            }
            Err(ErrorKind::NotHprof | ErrorKind::NoHeapDump) => assert_eq!(before, 0, "{cut}"),
            Err(kind) => panic!("cut at {cut}: {kind:?}"),
        }
    }
    assert!(before > 7000, "{before}");
}

#[test]
fn a_file_of_many_gzip_members_is_readable_up_to_any_cut() {
    let file = read(&fixture_path("healthy.hprof.gz"));
    let mut before = 0;
    for part in 1..=20 {
        let cut = (file.len() - 1) * part / 20;
        match facts(&file, cut) {
            Ok((facts, objects)) => {
                assert!(facts.truncated && !facts.warnings.is_empty(), "cut at {cut}: not told");
                assert!(objects >= before, "cut at {cut}: {objects} objects after {before}");
                before = objects;
            }
            Err(ErrorKind::NotHprof | ErrorKind::NoHeapDump) => assert_eq!(before, 0, "{cut}"),
            Err(kind) => panic!("cut at {cut}: {kind:?}"),
        }
    }
    assert!(before > 8000, "{before}");
}

/// HotSpot writes the GC roots behind the objects, so this cut loses all of them.
#[test]
fn a_dump_cut_before_its_roots_still_names_what_holds_the_memory() {
    let dump = fixture("story-session-list");
    let cut = dump.bytes()[..dump.bytes().len() * 6 / 10].to_vec();
    let loaded = load(&cut, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
    let inquiry = Inquiry::new(&loaded, &cut);

    let facts = inquiry.facts();
    assert!(facts.warnings.iter().any(|warning| warning.kind == "rootsCutOff"));
    assert!(facts.used_heap > 100 * facts.unreachable_bytes, "the heap is not garbage");
    let report = inquiry.suspects();
    let pile = report.suspects[0].pile.as_ref().unwrap();
    assert!(pile.class.name.ends_with("WsSession"), "{}", pile.class.name);
}
