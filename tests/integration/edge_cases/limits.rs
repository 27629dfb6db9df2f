//! Rows 44 and 46 to 48: alignment, depth, numbers of objects, and what is kept between loads.

use super::dumps::{HELD, builder, objects, open, warnings};
use heapglass::analysis::Inquiry;
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::heap::sizes::SizeModel;
use heapglass::hprof::writer::{DumpBuilder, HeapLayout};
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};

#[test]
fn case_44_every_alignment_of_objects_is_found() {
    for alignment in [8, 16, 32, 64, 128, 256] {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        dump.start_at(0x7_0000_0000).layout(HeapLayout { alignment, ..HeapLayout::COMPRESSED });
        let classes = dump.standard_classes();
        let sizes: Vec<u64> = (0..400_u64).collect();
        for &length in &sizes {
            let bytes = vec![0; usize::try_from(length).unwrap()];
            let array = dump.primitive_array(BasicType::Byte, &bytes);
            dump.root(RootKind::JniGlobal, array);
            dump.instance(classes.object, &[]);
        }
        let file = dump.finish();
        for size_model in [SizeModel::Mat, SizeModel::Calibrated] {
            let options = LoadOptions { dump: 1, size_model };
            let loaded = load(&file, options, 1 << 16, &mut |_| {}).unwrap();
            let facts = Inquiry::new(&loaded, &file).facts();
            assert_eq!(facts.alignment, alignment, "{size_model:?}");
            let class = loaded.heap.classes.by_name("java.lang.Object").unwrap();
            assert_eq!(loaded.heap.sizes.of_instances(class), 16_u64.max(alignment));
        }
    }
}

#[test]
fn case_46_the_deepest_structures_are_walked_without_recursion() {
    const NODES: u64 = 300_000;
    let (mut dump, classes) = builder();
    let node =
        dump.class("a.Node").extends(classes.object).field("next", BasicType::Object).build();
    let mut next = ObjectId(0);
    for _ in 0..NODES {
        next = dump.instance(node, &[Value::Object(next)]);
    }
    let mut nested = ObjectId(0);
    for _ in 0..NODES {
        nested = dump.object_array(classes.object_array, &[nested]);
    }
    dump.root(RootKind::JniGlobal, next);
    dump.root(RootKind::JniGlobal, nested);
    let dump = open(dump.finish());
    let inquiry = dump.inquiry();
    let head = dump.at(next.0).unwrap();
    let size = inquiry.class_details(dump.class("a.Node")).instance_size.unwrap();
    assert_eq!(inquiry.retained(head), NODES * size);
    let report = inquiry.suspects();
    assert!(!report.suspects.is_empty());
    let deepest = dump.instances("a.Node")[0];
    assert!(inquiry.path_to_root(deepest).root.is_some());
    assert_eq!(warnings(&dump), []);
}

#[test]
fn case_48_nothing_is_kept_between_loads() {
    let mut file = super::dumps::small().finish().unwrap();
    assert_eq!(objects(&open(file.clone())), [HELD]);
    // The same length, another object.
    let at = usize::try_from(super::dumps::offset_of(&file, 0x21, HELD)).unwrap();
    file[at + 8] += 8;
    let dump = open(file);
    assert_eq!(objects(&dump), [ObjectId(HELD.0 + 8)]);
    assert_eq!(super::dumps::warning(&dump, "rootWithoutObject").unwrap().0, 1);
}
