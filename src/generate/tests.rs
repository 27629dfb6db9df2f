//! Generated dumps, through the whole engine.

use super::*;
use crate::analysis::Inquiry;
use crate::heap::loader::{LoadOptions, Loaded, load};
use crate::hprof::ObjectId;
use crate::source::ByteSource;
use crate::source::gzip::Inflater;

fn dump(options: &Options) -> (Vec<u8>, Summary) {
    generate(Vec::new(), options).unwrap()
}

fn loaded(bytes: &impl ByteSource) -> Loaded {
    load(bytes, LoadOptions::default(), 1 << 20, &mut |_| ()).unwrap()
}

fn small(order: Order, ids: IdSize) -> Options {
    Options { objects: 100_000, order, ids, ..Options::default() }
}

fn mixed() -> [Options; 4] {
    let orders = [Order::Address, Order::Traversal];
    let [four, eight] = [IdSize::Four, IdSize::Eight].map(|ids| orders.map(|o| small(o, ids)));
    [four[0], four[1], eight[0], eight[1]]
}

#[test]
fn the_leak_is_found_with_the_retained_size_that_was_announced() {
    for options in mixed() {
        let (bytes, summary) = dump(&options);
        let leak = summary.leak.unwrap();
        let loaded = loaded(&bytes);
        let inquiry = Inquiry::new(&loaded, &bytes);
        let object = loaded.heap.addresses.get(leak.object).unwrap();
        assert_eq!(inquiry.retained(object), leak.retained, "{options:?}");
        let report = inquiry.suspects();
        assert_eq!(report.suspects.len(), 1, "{options:?}: {:?}", report.suspects);
        assert!(report.suspects[0].holder.contains("SESSIONS"), "{}", report.suspects[0].holder);
    }
}

#[test]
fn objects_are_counted_and_sized_as_the_jvm_would() {
    for options in mixed() {
        let (bytes, summary) = dump(&options);
        let heap = loaded(&bytes).heap;
        // The boot loader, which has no object of its own, is one of the engine's.
        assert_eq!(heap.objects.len() as u64, summary.objects + 1, "{options:?}");
        assert!(summary.objects.abs_diff(options.objects) < options.objects / 20, "{summary:?}");
        assert_eq!(bytes.len() as u64, summary.dump_bytes);
        let shallow: u64 = heap.objects.indices().map(|object| heap.shallow(object)).sum();
        assert_eq!(shallow, summary.heap_bytes, "{options:?}");
    }
}

#[test]
fn heaps_have_the_proportions_of_real_ones() {
    let (_, summary) = dump(&Options { objects: 300_000, ..Options::default() });
    let per_object = |n: u64| n as f64 / summary.objects as f64;
    assert!((1.2..2.0).contains(&per_object(summary.references)), "{summary:?}");
    assert!((0.3..0.45).contains(&per_object(summary.leaves)), "{summary:?}");
    assert!((45.0..65.0).contains(&per_object(summary.dump_bytes)), "{summary:?}");
}

#[test]
fn the_same_options_give_the_same_bytes_and_other_seeds_others() {
    let options = small(Order::Traversal, IdSize::Eight);
    let first = dump(&options);
    assert!(first == dump(&options));
    assert!(first.0 != dump(&Options { seed: 2, ..options }).0);
}

/// A change of the generator makes earlier measurements incomparable: it has to be meant.
#[test]
fn the_bytes_are_those_that_were_measured() {
    let crc = |options: &Options| zlib_rs::crc32::crc32(0, &dump(options).0);
    assert_eq!(crc(&small(Order::Address, IdSize::Eight)), 2_875_636_138);
    assert_eq!(crc(&small(Order::Traversal, IdSize::Eight)), 1467545781);
}

#[test]
fn traversal_order_is_not_that_of_addresses() {
    let descents = |order| {
        let (bytes, _) = dump(&small(order, IdSize::Eight));
        let heap = loaded(&bytes).heap;
        let ids: Vec<ObjectId> =
            heap.objects.indices().map(|object| heap.objects.id(object)).collect();
        ids.windows(2).filter(|pair| pair[1] < pair[0]).count() * 100 / ids.len()
    };
    assert_eq!(descents(Order::Address), 0);
    assert!(descents(Order::Traversal) > 25);
}

#[test]
fn hostile_graphs_have_as_many_live_objects_as_wanted() {
    for name in Shape::names().filter(|&name| name != "mixed") {
        for order in [Order::Address, Order::Traversal] {
            let shape = Shape::named(name).unwrap();
            let options = Options { objects: 20_000, shape, order, ..Options::default() };
            let (bytes, summary) = dump(&options);
            let loaded = loaded(&bytes);
            let inquiry = Inquiry::new(&loaded, &bytes);
            let objects = &loaded.heap.objects;
            assert_eq!(objects.len() as u64, summary.objects + 1, "{name}");
            assert!(summary.objects.abs_diff(20_000) < 64, "{name}: {}", summary.objects);
            let dead = objects.indices().filter(|&object| !inquiry.is_reachable(object)).count();
            let expected = if shape == Shape::DeadList { 19_900 } else { 0 };
            assert!(dead.abs_diff(expected) <= 100, "{name}: {dead} dead");
            assert_eq!(dead == 0, shape != Shape::DeadList, "{name}");
        }
    }
}

#[test]
fn a_long_array_is_written_in_pieces() {
    let options = Options { objects: 300_000, shape: Shape::Array, ..Options::default() };
    let (bytes, summary) = dump(&options);
    let heap = loaded(&bytes).heap;
    assert_eq!(heap.objects.len() as u64, summary.objects + 1);
    assert_eq!(heap.oddities.list().len(), 0);
}

#[test]
fn compressed_dumps_hold_the_same() {
    let options = small(Order::Address, IdSize::Eight);
    let (blocks, summary) = generate(GzipBlocks::new(Vec::new()), &options).unwrap();
    let packed = blocks.finish().unwrap();
    let mut plain = Vec::new();
    let mut inflater = Inflater::new().unwrap();
    inflater
        .feed(&packed, &mut |part| {
            plain.extend_from_slice(part);
            Ok(())
        })
        .unwrap();
    let (_, ending) = inflater.finish().unwrap();
    assert!(ending.complete());
    assert_eq!(ending.members, summary.dump_bytes.div_ceil(1 << 20));
    assert!(plain == dump(&options).0);
}

#[test]
fn too_many_objects_for_small_identifiers_are_refused() {
    for shape in [Shape::Mixed, Shape::List, Shape::Array] {
        let options =
            Options { objects: 300_000_000, shape, ids: IdSize::Four, ..Options::default() };
        let refused = generate(std::io::sink(), &options).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
    }
}

#[test]
fn an_array_that_ends_early_or_late_is_refused() {
    use crate::hprof::StackTraceSerial;
    use crate::hprof::writer::HprofWriter;
    for given in [2, 4] {
        let mut writer =
            HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 0).unwrap();
        let elements = vec![ObjectId(8); given];
        let (id, trace) = (ObjectId(16), StackTraceSerial(0));
        let refused = writer.object_array_streamed(id, trace, ObjectId(24), 3, elements);
        assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
}
