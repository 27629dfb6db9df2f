//! Graphs that break careless algorithms, through the whole load: about the same time per object
//! and reference as a graph that looks like a Java heap.

use crate::support::CHUNK;
use heapglass::analysis::Inquiry;
use heapglass::error::Result;
use heapglass::heap::loader::{LoadOptions, Outcome, load};
use heapglass::hprof::writer::{ClassRecord, DumpBuilder, HprofWriter};
use heapglass::hprof::{BasicType, IdSize, ObjectId, StackTraceSerial, Value};
use heapglass::report::{Options, Report};
use heapglass::source::ByteSource;
use std::cell::Cell;
use std::time::{Duration, Instant};

#[path = "../../benches/graphs/dump.rs"]
mod dump;
#[path = "../../benches/graphs/mod.rs"]
#[allow(dead_code, reason = "the benchmarks use more of it")]
mod graphs;

const NODES: u32 = 100_000;

/// Time per object and reference relative to the ordinary graph. The worst takes 2 on a quiet
/// machine; something quadratic would take tens of thousands.
const LIMIT: f64 = 20.0;

/// Nanoseconds per object and reference from the first byte to the suspects: of three loads the
/// fastest, because other programs run at the same time.
fn cost(name: &str, graph: &graphs::Heap) -> f64 {
    let nodes = graph.adjacency.node_count();
    let items = u64::from(nodes) + graph.adjacency.edge_count();
    let file = dump::write(graph, Vec::new()).unwrap();
    let once = || -> Duration {
        let start = Instant::now();
        let loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
        let outcome = Outcome::Complete(Box::new(loaded));
        assert!(!Report::new(&outcome, &file, &Options::default()).to_string().is_empty());
        let time = start.elapsed();
        // Every reference was found again, but those of classes to their super class.
        let heap = outcome.heap();
        assert!(heap.edges.edge_count() >= graph.adjacency.edge_count(), "{name}");
        assert!(heap.objects.len() >= nodes as usize, "{name}");
        time
    };
    let fastest = (0..3).map(|_| once()).min().unwrap_or_default();
    fastest.as_secs_f64() * 1e9 / items as f64
}

#[test]
fn no_shape_takes_much_longer_than_an_ordinary_heap() {
    let ordinary = cost("ordinary", &graphs::mixed(NODES).unwrap());
    for (name, make) in graphs::HOSTILE {
        let shape = cost(name, &make(NODES).unwrap());
        let ratio = shape / ordinary;
        assert!(ratio < LIMIT, "{name}: {ratio:.1} times the time per object and reference");
    }
}

/// A list a hundred times as long takes about as long per element, however it lies in the file;
/// something quadratic would take a hundred times as long.
#[test]
fn a_longer_list_takes_proportionally_longer() {
    for (name, make) in graphs::HOSTILE.iter().take(3) {
        let short = cost(name, &make(NODES / 100).unwrap());
        let long = cost(name, &make(NODES).unwrap());
        assert!(
            long < short * 25.0,
            "{name}: {short:.0} ns each, a hundred times as many {long:.0} ns"
        );
    }
}

/// As many buckets as are looked at, all of the same list, whose only entry is the next of itself.
/// Walked once per bucket, it would take the square of their number.
#[test]
fn system_properties_that_are_cycles_are_read_once() {
    let mut dump = DumpBuilder::new(IdSize::Four);
    let array = dump.standard_classes().object_array;
    let fields = [("key", BasicType::Object), ("next", BasicType::Object)];
    let node = dump.class("java.util.concurrent.ConcurrentHashMap$Node");
    let node = fields.iter().fold(node, |class, &(name, ty)| class.field(name, ty)).build();
    let table = dump.class("java.util.Properties").field("table", BasicType::Object).build();
    let key = dump.string("java.version");
    let entry = dump.reserve_instance(node);
    dump.instance_at(entry, node, &[Value::Object(key), Value::Object(entry)]);
    let buckets = dump.object_array(array, &[entry; 1 << 14]);
    let properties = dump.instance(table, &[Value::Object(buckets)]);
    dump.class("java.lang.System").static_field("props", Value::Object(properties)).build();
    let file = dump.finish();
    let loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
    let counted = Counted { file: &file, reads: Cell::new(0) };
    assert_eq!(Inquiry::new(&loaded, &counted).facts().java_version, None);
    let reads = counted.reads.get();
    assert!(reads < 20 << 14, "{reads} reads for one entry");
}

/// A file that counts how often it is read.
struct Counted<'a> {
    file: &'a Vec<u8>,
    reads: Cell<u64>,
}

impl ByteSource for Counted<'_> {
    fn len(&self) -> u64 {
        ByteSource::len(self.file)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        self.reads.set(self.reads.get() + 1);
        self.file.read_at(offset, into)
    }
}

/// Classes each of which extends the one before, with an instance of each.
fn chain_of_classes(classes: u64) -> Vec<u8> {
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Four, 1).unwrap();
    let class = |number: u64| ObjectId(0x1000 + 128 * number);
    for number in 1..=classes {
        let super_class = if number == 1 { ObjectId(0) } else { class(number - 1) };
        let id = class(number);
        dump.class_dump(&ClassRecord { id, super_class, ..ClassRecord::default() }).unwrap();
        let instance = ObjectId(0x4000_0000 + 16 * number);
        dump.instance(instance, StackTraceSerial(1), id, &[0; 4]).unwrap();
    }
    dump.end_heap().unwrap();
    dump.finish().unwrap()
}

#[test]
fn a_long_chain_of_super_classes_is_no_matter() {
    let time = |classes: u64| {
        let file = chain_of_classes(classes);
        let once = || {
            let start = Instant::now();
            let loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
            let outcome = Outcome::Complete(Box::new(loaded));
            assert!(!Report::new(&outcome, &file, &Options::default()).to_string().is_empty());
            start.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or_default().as_secs_f64()
    };
    let (short, long) = (time(2_000), time(100_000));
    // Something quadratic takes thousands of times as long; the rest is what memory costs.
    assert!(long < short * 1000.0, "{short} s, fifty times as many classes {long} s");
}
