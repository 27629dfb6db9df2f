//! Dumps cut at every record boundary and at random bytes, against a reader that knows what is in
//! front of the cut.
//!
//! A cut before the heap needs the first pass only, which then says that there is no heap. Behind
//! that, cuts are loaded entirely where the dump is small; elsewhere all cuts go through the first
//! pass, which counts, and a seeded sample through the whole load.

use crate::records::{Walk, walk};
use crate::support::{
    CHUNK, extra_dump, extra_dumps, fixture, gzipped, inflated, jvm_gzipped, random_numbers, read,
};
use heapglass::analysis::Inquiry;
use heapglass::analysis::facts::DumpFacts;
use heapglass::error::ErrorKind;
use heapglass::heap::loader::{LoadOptions, Loader, Phase, Wants, load};

/// Objects and classes that the first pass over the first `cut` bytes finds.
fn scanned(file: &[u8], cut: usize) -> Result<(usize, usize), ErrorKind> {
    let mut loader = Loader::new(LoadOptions::default(), cut as u64);
    while loader.progress().phase == Phase::Scan {
        let done = match loader.wants() {
            Wants::Bytes { offset } => {
                let offset = usize::try_from(offset).unwrap();
                loader.feed(&file[offset..cut.min(offset + CHUNK)])
            }
            _ => loader.compute(),
        };
        done.map_err(|error| error.kind())?;
    }
    let progress = loader.progress();
    let count = |number: u64| usize::try_from(number).unwrap();
    Ok((count(progress.objects), count(progress.classes)))
}

/// Facts of a file, and the number of its objects.
fn loaded(file: &[u8], chunk: usize) -> Result<(DumpFacts, usize), ErrorKind> {
    match load(&file, LoadOptions::default(), chunk, &mut |_| {}) {
        Ok(loaded) => Ok((Inquiry::new(&loaded, &file).facts(), loaded.heap.objects.len())),
        Err(error) => Err(error.kind()),
    }
}

/// What loads of ever more of a dump must say.
struct Cuts<'a> {
    file: &'a [u8],
    walk: &'a Walk,
    before: (usize, usize),
}

impl<'a> Cuts<'a> {
    fn new(file: &'a [u8], walk: &'a Walk) -> Self {
        Self { file, walk, before: (0, 0) }
    }

    /// The first pass: everything in front of the cut, never less than at an earlier cut. Returns
    /// whether there is a heap to be loaded.
    fn count(&mut self, cut: usize) -> bool {
        let (whole, known) = self.walk.objects(cut);
        let found = match scanned(self.file, cut) {
            Ok(found) => found,
            Err(kind) => {
                let expected = [ErrorKind::NotHprof, ErrorKind::NoHeapDump];
                assert!(expected.contains(&kind), "cut at {cut}: {kind:?}");
                assert_eq!(whole, 0, "cut at {cut}: there are objects to be shown");
                return false;
            }
        };
        assert!((whole..=known).contains(&found.0), "cut at {cut}: {found:?}, {whole} are there");
        assert!(found.0 >= self.before.0 && found.1 >= self.before.1, "cut at {cut}: {found:?}");
        self.before = found;
        true
    }

    /// The whole load: as much as the first pass finds, and whether something is missing.
    fn load(&mut self, cut: usize) {
        if !self.count(cut) {
            return;
        }
        let (facts, objects) = loaded(&self.file[..cut], CHUNK).unwrap();
        assert!(objects >= self.before.0, "cut at {cut}: {objects} of {:?} objects", self.before);
        self.assert_told(cut, &facts);
    }

    fn assert_told(&self, cut: usize, facts: &DumpFacts) {
        let missing = self.walk.is_something_missing(cut);
        // What is missing at the end is missing from the last dump of the file.
        let missing = missing && facts.dump == facts.dumps;
        assert_eq!(facts.truncated, missing, "cut at {cut}: {:?}", facts.warnings);
        if missing {
            assert!(!facts.warnings.is_empty(), "cut at {cut}: truncated without a reason");
            assert!(facts.objects > 0, "cut at {cut}: everything counts as garbage");
        }
    }
}

/// Cuts at every record boundary, each with a whole load where there is a heap.
fn cut_at_every_boundary(file: &[u8]) {
    let walk = walk(file);
    let mut cuts = Cuts::new(file, &walk);
    let mut loads = 0;
    for record in &walk.records {
        if walk.objects(record.end).0 > 0 {
            cuts.load(record.end);
            loads += 1;
        } else {
            cuts.count(record.end);
        }
    }
    assert!(loads > 0);
    assert_eq!(cuts.before.0, walk.objects(file.len()).0, "the last boundary is the end");
}

/// `count` seeded random cuts, ascending.
fn random_cuts(file: &[u8], count: usize, seed: u64) -> Vec<usize> {
    let mut random = random_numbers(seed);
    let mut cuts: Vec<usize> = (0..count).map(|_| random(file.len())).collect();
    cuts.sort_unstable();
    cuts
}

/// 200 random bytes through the first pass, and every tenth through the whole load.
fn cut_at_random_bytes(file: &[u8], seed: u64) {
    let walk = walk(file);
    let mut cuts = Cuts::new(file, &walk);
    for (i, cut) in random_cuts(file, 200, seed).into_iter().enumerate() {
        if i % 10 == 0 {
            cuts.load(cut);
        } else {
            cuts.count(cut);
        }
    }
    assert!(cuts.before.0 > 0);
}

#[test]
fn dumps_are_readable_up_to_every_record_boundary() {
    for name in ["dominators", "story-tomcat-upgrade"] {
        cut_at_every_boundary(fixture(name).bytes());
    }
}

/// There are some ten thousand: a seeded sample.
#[test]
fn a_dump_is_readable_up_to_a_sample_of_its_sub_record_boundaries() {
    let dump = fixture("dominators");
    let walk = walk(dump.bytes());
    let mut random = random_numbers(3);
    let ends = (0..100).map(|_| walk.sub_records[random(walk.sub_records.len())].end);
    let mut ends: Vec<usize> = ends.collect();
    ends.sort_unstable();
    let mut cuts = Cuts::new(dump.bytes(), &walk);
    for cut in ends {
        cuts.load(cut);
        let (whole, _) = walk.objects(cut);
        assert_eq!(cuts.before.0, whole, "cut at {cut}: no object begins at a boundary");
    }
}

#[test]
fn dumps_are_readable_up_to_200_random_bytes() {
    for (seed, name) in ["dominators", "healthy", "story-modelmapper"].iter().enumerate() {
        cut_at_random_bytes(fixture(name).bytes(), seed as u64);
    }
}

#[test]
fn real_dumps_are_readable_up_to_their_heap_records_and_random_bytes() {
    let Some(root) = extra_dumps() else { return };
    let names = [
        "sun_jdk5_64bit",
        "sun_jdk6_31_hprofagent_compressedOops",
        "oracle_jdk7_21_hprofagent",
        "sun_jdk6_18_x32",
        "app_jetty",
    ];
    for (seed, name) in names.iter().enumerate() {
        let Some(path) = extra_dump(&root, name) else { panic!("{name} is missing") };
        let file = read(&path);
        let file = if path.extension().is_some_and(|e| e == "gz") { inflated(&file) } else { file };
        let walk = walk(&file);
        let mut cuts = Cuts::new(&file, &walk);
        for record in walk.records.iter().filter(|record| record.is_heap()) {
            for cut in [record.start, record.start + 9, record.end] {
                cuts.load(cut);
            }
        }
        if file.len() < 4 << 20 {
            cut_at_random_bytes(&file, seed as u64);
        }
    }
}

#[test]
fn a_dump_that_lacks_only_its_end_record_is_whole() {
    for name in ["dominators", "healthy", "story-session-list", "collections-and-values"] {
        let dump = fixture(name);
        let file = dump.bytes();
        let (facts, objects) = loaded(&file[..file.len() - 9], CHUNK).unwrap();
        assert!(!facts.truncated, "{name}: {:?}", facts.warnings);
        assert_eq!(objects, dump.loaded.heap.objects.len(), "{name}");
        assert!(facts.warnings.iter().any(|warning| warning.kind == "endRecordMissing"), "{name}");
        for part in 1..9 {
            let (facts, _) = loaded(&file[..file.len() - part], CHUNK).unwrap();
            assert!(!facts.truncated, "{name}, {part} bytes of the end record missing");
        }
    }
}

/// Such a file is well-formed: what it lacks shows in the heap.
#[test]
fn a_dump_cut_between_two_segments_is_incomplete() {
    for name in ["story-mysql-cleanup-thread", "story-modelmapper", "healthy"] {
        let dump = fixture(name);
        let walk = walk(dump.bytes());
        let heap: Vec<_> = walk.records.iter().filter(|record| record.is_heap()).collect();
        let (_, parts) = heap.split_last().unwrap();
        assert!(!parts.is_empty(), "{name}: one segment only");
        for part in parts {
            let (facts, _) = loaded(&dump.bytes()[..part.end], CHUNK).unwrap();
            assert!(facts.truncated, "{name}, cut at {}", part.end);
            for kind in ["endCutOff", "rootsCutOff"] {
                let told = facts.warnings.iter().any(|warning| warning.kind == kind);
                assert!(told, "{name}, cut at {}: {:?}", part.end, facts.warnings);
            }
        }
    }
}

/// What does not depend on how long the file is.
fn comparable(mut facts: DumpFacts) -> serde_json::Value {
    facts.file_bytes = 0;
    serde_json::to_value(facts).unwrap()
}

/// Without the length of the dump, the record that the end cuts is not known to be cut before.
fn without_length_warning(facts: DumpFacts) -> serde_json::Value {
    let mut facts = comparable(facts);
    let warnings = facts["warnings"].as_array_mut().unwrap();
    warnings.retain(|warning| warning["kind"] != "recordPastEnd");
    if let Some(end) = facts["truncation"].as_object_mut() {
        end.remove("missing");
        end.remove("compressed");
    }
    facts
}

#[test]
fn a_cut_dump_is_the_same_in_any_pieces_and_compressed() {
    let dump = fixture("dominators");
    let file = dump.bytes();
    let cuts = random_cuts(&file[file.len() / 4..], 12, 9);
    for cut in cuts.into_iter().map(|cut| cut + file.len() / 4) {
        let plain = &file[..cut];
        let (whole, objects) = loaded(plain, CHUNK).unwrap();
        for chunk in [1, 7, 4096] {
            let (facts, in_pieces) = loaded(plain, chunk).unwrap();
            assert_eq!(in_pieces, objects, "cut at {cut}, chunks of {chunk}");
            assert_eq!(comparable(facts), comparable(whole.clone()), "cut at {cut}, {chunk}");
        }
        for compressed in [gzipped(plain), jvm_gzipped(plain, 100_000)] {
            for chunk in [7, CHUNK] {
                let (facts, inflated) = loaded(&compressed, chunk).unwrap();
                assert_eq!(inflated, objects, "cut at {cut}, compressed");
                let mut facts = without_length_warning(facts);
                let plain = without_length_warning(whole.clone());
                // Texts of the dump are read from the compressed bytes here.
                for fact in ["jvm", "javaVersion"] {
                    facts[fact] = plain[fact].clone();
                }
                assert_eq!(facts, plain, "cut at {cut}, compressed");
            }
        }
    }
}
