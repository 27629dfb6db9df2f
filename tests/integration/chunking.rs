//! How a file arrives must not matter: in which pieces, compressed or not.

use crate::support::{fixture, fixture_path, inflated, read};
use heapglass::analysis::Inquiry;
use heapglass::analysis::histogram;
use heapglass::heap::loader::{LoadOptions, Loaded, load};
use proptest::prelude::*;
use std::sync::OnceLock;

const NAME: &str = "dominators";

fn plain() -> &'static Vec<u8> {
    static PLAIN: OnceLock<Vec<u8>> = OnceLock::new();
    PLAIN.get_or_init(|| fixture(NAME).bytes().clone())
}

fn compressed() -> Vec<u8> {
    read(&fixture_path(&format!("{NAME}.hprof.gz")))
}

/// Everything that a load computes, but for the length of the file.
#[derive(Debug, PartialEq)]
struct Outcome {
    facts: serde_json::Value,
    histogram: Vec<histogram::HistogramRow>,
    idoms: Vec<u32>,
    retained: Vec<u64>,
    path_parents: Vec<u32>,
    roots: Vec<heapglass::heap::roots::Root>,
}

fn outcome(loaded: &Loaded) -> Outcome {
    let heap = &loaded.heap;
    let source = plain();
    let inquiry = Inquiry::new(loaded, source);
    let mut facts = serde_json::to_value(inquiry.facts()).unwrap();
    facts["fileBytes"] = serde_json::Value::Null;
    Outcome {
        facts,
        histogram: histogram::rows(heap, &loaded.totals, Some(&loaded.class_retained)),
        idoms: loaded.dominators.idoms().to_vec(),
        retained: heap.objects.indices().map(|object| inquiry.retained(object)).collect(),
        path_parents: heap.objects.indices().map(|o| loaded.paths.parent(o.0)).collect(),
        roots: heap.roots.all().to_vec(),
    }
}

fn outcome_of(file: &[u8], chunk: usize) -> Outcome {
    outcome(&load(&file, LoadOptions::default(), chunk, &mut |_| {}).unwrap())
}

/// What the whole file in one piece gives.
fn whole() -> &'static Outcome {
    static WHOLE: OnceLock<Outcome> = OnceLock::new();
    WHOLE.get_or_init(|| outcome_of(plain(), plain().len()))
}

fn assert_same(chunk: usize, other: &Outcome) {
    let whole = whole();
    assert!(whole.idoms.len() > 1000, "the dump is too small to tell");
    assert_eq!(whole.facts, other.facts, "chunks of {chunk}");
    assert!(whole == other, "chunks of {chunk} give other classes, dominators, paths or roots");
}

#[test]
fn any_chunk_size_gives_the_same_heap() {
    for chunk in [1, 2, 3, 7, 64, 4096] {
        assert_same(chunk, &outcome_of(plain(), chunk));
    }
}

#[test]
fn any_chunk_size_of_the_compressed_file_gives_the_same_heap() {
    for chunk in [1, 2, 3, 7, 64, 4096, 1 << 20] {
        assert_same(chunk, &outcome_of(&compressed(), chunk));
    }
}

#[test]
fn a_compressed_file_inflates_to_what_its_index_reads() {
    use heapglass::source::ByteSource;
    use heapglass::source::gzip::GzipSource;
    let file = compressed();
    let loaded = load(&file, LoadOptions::default(), 1 << 16, &mut |_| {}).unwrap();
    let source = GzipSource::new(&file, loaded.gzip.unwrap());
    assert_eq!(source.len(), plain().len() as u64);
    assert!(source.read_vec_at(0, source.len()).unwrap() == inflated(&file));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_random_chunk_size_gives_the_same_heap(chunk in 5_usize..200_000, is_gzip: bool) {
        let other = if is_gzip { outcome_of(&compressed(), chunk) } else { outcome_of(plain(), chunk) };
        assert_same(chunk, &other);
    }
}
