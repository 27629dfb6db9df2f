//! What is left of a load in a memory that is too small for all of it.

use crate::counting::{alone, fixture, used, within};
use crate::made::{Made, dumps};
use heapglass::analysis::histogram::{self, HistogramRow, Sort};
use heapglass::analysis::incomplete::Part;
use heapglass::analysis::instances::ObjectKey;
use heapglass::analysis::rows::ObjectRow;
use heapglass::analysis::{HeapInquiry, Inquiry, TreeInquiry};
use heapglass::error::{Error, ErrorKind, Result};
use heapglass::heap::ObjectIndex;
use heapglass::heap::loader::{LoadOptions, Outcome, PHASES, Phase, load_within};
use heapglass::heap::memory::MemoryBudget;
use heapglass::source::gzip::GzipSource;
use heapglass::source::{BlockCache, ByteSource, FileSource};
use std::collections::BTreeSet;
use std::path::Path;

const CHUNK: usize = 1 << 16;
const CACHE: usize = 64 << 20;

fn load_in(path: &Path, memory: MemoryBudget) -> Result<(Outcome, Box<dyn ByteSource>)> {
    let source = FileSource::open(path)?;
    let mut outcome = load_within(&source, LoadOptions::default(), memory, CHUNK, &mut |_| {})?;
    let contents: Box<dyn ByteSource> = match outcome.take_gzip() {
        Some(index) => Box::new(BlockCache::new(GzipSource::new(source, index), CACHE)),
        None => Box::new(source),
    };
    Ok((outcome, contents))
}

/// Bytes between two budgets for a small dump.
const STEP: u64 = 64 << 10;

/// The file's first chunk, an inflater and what a backtrace takes do not fit into less.
const LEAST: u64 = 1 << 20;

/// Budgets from very little to what holds everything, `step` bytes apart: what each leaves.
fn every_budget(
    path: &Path,
    step: u64,
    mut see: impl FnMut(u64, Result<(Outcome, Box<dyn ByteSource>)>),
) {
    for bytes in (0..).map(|i| LEAST + i * step) {
        let result = within(bytes, |memory| load_in(path, memory));
        let complete = matches!(&result, Ok((Outcome::Complete(_), _)));
        see(bytes, result);
        if complete {
            return;
        }
    }
}

/// Place of the phase that did not fit, and the number of phases when all did.
fn reached(result: &Result<(Outcome, Box<dyn ByteSource>)>) -> usize {
    let Ok((outcome, _)) = result else { return 0 };
    let place = |phase: Phase| PHASES.iter().position(|&other| other == phase).unwrap();
    outcome.stop().map_or(PHASES.len(), |stop| place(stop.phase))
}

#[test]
fn more_memory_brings_a_load_further_and_never_less_far() {
    let _alone = alone();
    let mut all = BTreeSet::new();
    for Made { name, path, objects } in dumps() {
        let mut before = 0;
        let mut ends = BTreeSet::new();
        // Shortest paths take half a byte per object more than what comes before them.
        every_budget(&path, (objects / 4).max(STEP), |bytes, result| {
            let far = reached(&result);
            assert!(before <= far, "{name}: less far in {bytes} bytes than in fewer");
            before = far;
            ends.insert(far);
        });
        println!("{name}: {ends:?}");
        all.extend(ends);
    }
    // Reading and ordering by address take less than what `LEAST` allows.
    let later = 2..=PHASES.len();
    assert!(later.clone().all(|place| all.contains(&place)), "loads stop in {all:?} only");
}

#[test]
fn what_does_not_fit_is_said_in_bytes() {
    let _alone = alone();
    every_budget(&fixture("healthy"), STEP, |bytes, result| {
        let memory = match result {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
                assert!(error.message().contains("of memory"), "{error}");
                error.memory().unwrap()
            }
            Ok((outcome, _)) => match outcome.stop() {
                Some(stop) => stop.shortage,
                None => return,
            },
        };
        let limit = memory.limit.unwrap();
        assert!(limit <= used() + bytes, "{memory:?}");
        assert!(memory.needed > memory.free.unwrap(), "{memory:?} in {bytes} bytes");
        assert!(memory.at_most.is_none_or(|most| most >= memory.needed), "{memory:?}");
    });
}

#[test]
fn a_part_answers_as_the_whole() {
    let _alone = alone();
    let real = ["dominators", "collections-and-values"];
    let real = real.map(|name| Made { name, path: fixture(name), objects: 0 });
    for Made { name, path, objects } in real.into_iter().chain(dumps()) {
        let (whole, contents) = load_in(&path, MemoryBudget::UNLIMITED).unwrap();
        let full = Inquiry::of(&whole, &*contents).unwrap();
        let mut seen = BTreeSet::new();
        every_budget(&path, objects.max(STEP), |bytes, result| {
            let far = reached(&result);
            // Many budgets end in the same place: the first of each is looked at closely.
            if let Ok((outcome, contents)) = result
                && seen.insert(far)
            {
                let context = format!("{name} in {bytes} bytes, {:?}", outcome.stop());
                same_answers(&HeapInquiry::of(&outcome, &*contents), &full, &context);
                same_tree(TreeInquiry::of(&outcome, &*contents), &full, &context);
                refuses_what_is_missing(&outcome, &*contents, &context);
            }
        });
        assert!(seen.len() >= 2, "{name} stops in one place only: {seen:?}");
    }
}

/// Instances, shallow bytes: of all objects, since unreachable ones may not be told apart.
fn sums(row: &HistogramRow) -> (&str, u64, u64) {
    let instances = row.instances + row.unreachable;
    (&row.name, instances, row.shallow + row.unreachable_shallow)
}

fn rows(inquiry: &HeapInquiry<'_>) -> Vec<HistogramRow> {
    histogram::rows(inquiry.heap(), inquiry.totals, inquiry.class_retained())
}

fn same_answers(part: &HeapInquiry<'_>, full: &Inquiry<'_>, context: &str) {
    let (of_part, of_full) = (rows(part), rows(full));
    assert!(of_part.iter().map(sums).eq(of_full.iter().map(sums)), "{context}");
    let missing = part.incomplete().map_or_else(Vec::new, |incomplete| incomplete.missing);
    if !missing.contains(&Part::ClassRetained) {
        assert_eq!(of_part, of_full, "{context}");
    }
    let (facts, all) = (part.facts(), full.facts());
    assert_eq!(facts.objects + facts.unreachable_objects, all.objects + all.unreachable_objects);
    assert_eq!(facts.used_heap + facts.unreachable_bytes, all.used_heap + all.unreachable_bytes);
    assert_eq!(facts.java_version, all.java_version, "{context}");
    assert_eq!(facts.gc_roots_by_kind, all.gc_roots_by_kind, "{context}");
    for text in ["String", "java.util.HashMap"] {
        let names = |hits: Vec<heapglass::analysis::search::SearchHit>| {
            hits.into_iter().map(|hit| (hit.class, hit.text)).collect::<Vec<_>>()
        };
        assert_eq!(names(part.search(text, 9)), names(full.search(text, 9)), "{context}");
    }
    for (class, _) in full.heap().classes.iter() {
        let sort = Sort { key: ObjectKey::Address, descending: true };
        let of_part = part.instances(class, sort, 1, 3);
        let of_full = full.instances(class, sort, 1, 3);
        assert_eq!(of_part.total, of_full.total, "{context}");
        for (row, known) in of_part.rows.iter().zip(&of_full.rows) {
            same_row(row, known, context);
            same_object(part, full, row.object, &missing, context);
        }
    }
}

/// The same, where the part knows it.
fn same_row(row: &ObjectRow, known: &ObjectRow, context: &str) {
    let mut expected = known.clone();
    if row.retained.is_none() {
        expected = ObjectRow { retained: None, dominated: None, unreachable: false, ..expected };
    }
    assert_eq!(*row, expected, "{context}");
}

fn same_object(
    part: &HeapInquiry<'_>,
    full: &Inquiry<'_>,
    object: ObjectIndex,
    missing: &[Part],
    context: &str,
) {
    let (details, known) = (part.object(object).unwrap(), full.object(object).unwrap());
    assert_eq!(details.text, known.text, "{context}");
    assert_eq!(details.file_offset, known.file_offset, "{context}");
    let values = |fields: &[heapglass::analysis::object_details::FieldValue]| {
        let target = |row: &ObjectRow| row.address.clone();
        let value = |f: &heapglass::analysis::object_details::FieldValue| {
            (f.name.clone(), f.primitive.clone(), f.target.as_ref().map(target))
        };
        fields.iter().map(value).collect::<Vec<_>>()
    };
    assert_eq!(values(&details.fields), values(&known.fields), "{context}");
    let sources = |rows: Vec<heapglass::analysis::references::ReferenceRow>| {
        rows.into_iter().map(|r| (r.via, r.row.address)).collect::<Vec<_>>()
    };
    let outbound = part.outbound(object, 0, 5).unwrap();
    assert_eq!(sources(outbound.rows), sources(full.outbound(object, 0, 5).unwrap().rows));
    match part.inbound(object, 0, 5) {
        Ok(inbound) => {
            assert!(!missing.contains(&Part::References), "{context}");
            let known = full.inbound(object, 0, 5).unwrap();
            assert_eq!(inbound.total, known.total, "{context}");
            assert_eq!(sources(inbound.rows), sources(known.rows), "{context}");
        }
        Err(error) => {
            assert!(missing.contains(&Part::References), "{context}");
            explains(&error);
        }
    }
}

fn same_tree(part: Result<TreeInquiry<'_>>, full: &Inquiry<'_>, context: &str) {
    let part = match part {
        Ok(part) => part,
        Err(error) => return explains(&error),
    };
    assert_eq!(part.used_heap(), full.used_heap(), "{context}");
    let (some, all) = (part.dominated(None, 0, 50), full.dominated(None, 0, 50));
    assert_eq!(some.total, all.total, "{context}");
    assert_eq!(some.rows, all.rows, "{context}");
    for row in &some.rows {
        assert_eq!(part.dominator_path(row.object), full.dominator_path(row.object), "{context}");
    }
}

fn refuses_what_is_missing(outcome: &Outcome, contents: &dyn ByteSource, context: &str) {
    let part = HeapInquiry::of(outcome, contents);
    match (Inquiry::of(outcome, contents), part.incomplete()) {
        (Ok(_), None) => {}
        (Err(error), Some(incomplete)) => {
            explains(&error);
            assert_eq!(error.message(), incomplete.message, "{context}");
            assert!(incomplete.missing.contains(&Part::Suspects), "{context}");
        }
        (other, incomplete) => panic!("{context}: {:?}, {incomplete:?}", other.err()),
    }
}

/// The error that says why there is no answer: what was needed, what was free, what to do.
fn explains(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::NotComputed, "{error}");
    let memory = error.memory().unwrap();
    assert!(memory.needed > memory.free.unwrap(), "{error}");
    assert!(error.advice().unwrap().contains("heapglass DUMP"), "{error}");
}
