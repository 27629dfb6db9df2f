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

/// Loads the file cut at each of `cuts` (ascending): what was readable stays readable, and that the
/// file ends early is told. Returns the objects of the last cut.
fn objects_at_last_cut(file: &[u8], cuts: impl Iterator<Item = usize>) -> usize {
    let mut before = 0;
    for cut in cuts {
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
    before
}

/// `parts` places evenly over the file; the last is before what ends it: nine bytes of a record,
/// or eight of a checksum, without which nothing is missing.
fn evenly(file: &[u8], parts: usize) -> impl Iterator<Item = usize> + use<> {
    let last = file.len() - 10;
    (1..=parts).map(move |part| last * part / parts)
}

#[test]
fn a_plain_dump_is_readable_up_to_any_cut() {
    let dump = fixture("dominators");
    let file = dump.bytes();
    // Near the start, fields of every width are cut.
    let near_start = (0..40).chain([60, 100, 1000]);
    let last = objects_at_last_cut(file, near_start.chain(evenly(file, 100)));

    let (whole, objects) = facts(file, file.len()).unwrap();
    assert!(!whole.truncated);
    assert!(last > 7000 && last <= objects, "{last} of {objects} objects");
}

#[test]
fn a_compressed_dump_is_readable_up_to_any_cut() {
    let file = read(&fixture_path("dominators.hprof.gz"));
    let last = objects_at_last_cut(&file, evenly(&file, 40));
    assert!(last > 7000, "{last}");
}

#[test]
fn a_file_of_many_gzip_members_is_readable_up_to_any_cut() {
    let file = read(&fixture_path("healthy.hprof.gz"));
    let last = objects_at_last_cut(&file, evenly(&file, 20));
    assert!(last > 8000, "{last}");
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

/// First byte and end of the body of every record.
fn bodies(file: &[u8]) -> Vec<(usize, usize)> {
    let mut at = "JAVA PROFILE 1.0.2".len() + 1 + 4 + 8;
    let mut bodies = Vec::new();
    while let Some(length) = file.get(at + 5..at + 9) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        bodies.push((at + 9, at + 9 + length));
        at += 9 + length;
    }
    bodies
}

#[test]
fn the_missing_part_of_the_last_record_is_told_to_the_byte() {
    let dump = fixture("dominators");
    let file = dump.bytes();
    let mut told = 0;
    for (start, end) in bodies(file).into_iter().filter(|(start, end)| end - start > 10_000) {
        for cut in [start + 5000, (start + end) / 2, end - 1] {
            let (facts, _) = facts(file, cut).unwrap();
            let truncation = facts.truncation.unwrap();
            assert_eq!(truncation.missing, Some((end - cut) as u64), "cut at {cut}");
            assert!(truncation.read_up_to <= cut as u64 && !truncation.compressed);
            told += 1;
        }
    }
    assert!(told > 0, "the dump has no large record");
    assert_eq!(facts(file, file.len()).unwrap().0.truncation, None);
}
