//! Tests of the size models, on built heaps whose layout is known.

use super::*;
use crate::heap::Heap;
use crate::heap::loader::{LoadOptions, load};
use crate::hprof::writer::{DumpBuilder, HeapLayout};
use crate::hprof::{IdSize, ObjectId, Value};
use proptest::prelude::*;

const LAYOUTS: [(IdSize, HeapLayout); 7] = [
    (IdSize::Four, HeapLayout::BITS_32),
    (IdSize::Eight, HeapLayout::COMPRESSED),
    (IdSize::Eight, HeapLayout::WIDE_REFERENCES),
    (IdSize::Eight, HeapLayout::UNCOMPRESSED),
    (IdSize::Eight, HeapLayout::COMPACT_HEADERS),
    (IdSize::Eight, HeapLayout { alignment: 16, ..HeapLayout::COMPRESSED }),
    (IdSize::Eight, HeapLayout { alignment: 32, ..HeapLayout::WIDE_REFERENCES }),
];

fn heap(dump: DumpBuilder, size_model: SizeModel) -> Heap {
    let bytes = dump.finish();
    let options = LoadOptions { size_model, ..LoadOptions::default() };
    load(&bytes, options, 1 << 16, &mut |_| ()).unwrap().heap
}

/// Classes whose sizes tell layouts apart, the last one below the others.
fn classes(dump: &mut DumpBuilder) -> Vec<ObjectId> {
    dump.standard_classes();
    let mut parent = dump.class_named("java.lang.Object");
    let mut made = Vec::new();
    let levels: [(&str, &[BasicType]); 6] = [
        ("example.Empty", &[]),
        ("example.Byte", &[BasicType::Byte]),
        ("example.LongBelow", &[BasicType::Long, BasicType::Object]),
        ("example.IntBelow", &[BasicType::Int, BasicType::Short]),
        ("example.ReferencesBelow", &[BasicType::Object, BasicType::Object, BasicType::Object]),
        ("example.DoubleBelow", &[BasicType::Boolean, BasicType::Double]),
    ];
    for (name, fields) in levels {
        let mut class = dump.class(name).extends(parent);
        for (at, &ty) in fields.iter().enumerate() {
            class = class.field(&format!("f{at}"), ty);
        }
        parent = class.build();
        made.push(parent);
    }
    made
}

/// Objects of all kinds, four of each and several lengths of array; ids in order of address, and
/// the end of the last object.
fn fill(dump: &mut DumpBuilder, classes: &[ObjectId]) -> Vec<ObjectId> {
    let standard = dump.standard_classes();
    let mut ids = Vec::new();
    for length in 0..33usize {
        for &class in classes {
            ids.push(dump.instance_with(class, &[]));
        }
        ids.push(dump.primitive_array(BasicType::Byte, &vec![0; length]));
        ids.push(dump.primitive_array(BasicType::Char, &vec![0; length * 2]));
        ids.push(dump.primitive_array(BasicType::Int, &vec![0; length * 4]));
        ids.push(dump.primitive_array(BasicType::Long, &vec![0; length * 8]));
        ids.push(dump.object_array(standard.object_array, &vec![ObjectId(0); length]));
    }
    ids.push(dump.primitive_array(BasicType::Byte, &[]));
    ids
}

fn shallow(heap: &Heap, id: ObjectId) -> u64 {
    heap.shallow(heap.addresses.get(id).unwrap())
}

#[test]
fn sizes_equal_the_distances_of_a_compacted_heap_in_every_layout() {
    for (id_size, layout) in LAYOUTS {
        let mut dump = DumpBuilder::new(id_size);
        dump.layout(layout);
        let classes = classes(&mut dump);
        let ids = fill(&mut dump, &classes);
        let heap = heap(dump, SizeModel::Calibrated);
        let calibration = heap.sizes.calibration.unwrap();
        assert_eq!(u64::from(calibration.layout.header_bytes), layout.header, "{layout:?}");
        assert_eq!(u64::from(calibration.layout.reference_bytes), layout.reference, "{layout:?}");
        assert_eq!(u64::from(calibration.layout.alignment), layout.alignment, "{layout:?}");
        for pair in ids.windows(2) {
            assert_eq!(shallow(&heap, pair[0]), pair[1].0 - pair[0].0, "{layout:?}");
        }
        assert_eq!(calibration.agreeing_classes, calibration.classes, "{calibration:?}");
        assert_eq!(calibration.agreeing_neighbours, calibration.neighbours, "{calibration:?}");
    }
}

#[test]
fn a_class_with_dead_objects_behind_its_instances_takes_its_size_from_the_model() {
    for (id_size, layout) in LAYOUTS {
        let mut dump = DumpBuilder::new(id_size);
        dump.layout(layout);
        let classes = classes(&mut dump);
        let (&sparse, dense) = classes.split_last().unwrap();
        let last = fill(&mut dump, dense).last().unwrap().0;
        let mut ids = Vec::new();
        for i in 1..8 {
            dump.start_at(last + 4096 * i);
            ids.push(dump.instance_with(sparse, &[]));
        }
        // The size of the last one shows, but not in the dump that is looked at.
        let end = dump.primitive_array(BasicType::Byte, &[]).0;
        let size = end - ids.pop().unwrap().0;
        let heap = {
            let mut moved = DumpBuilder::new(id_size);
            moved.layout(layout);
            let classes = self::classes(&mut moved);
            let (&sparse, dense) = classes.split_last().unwrap();
            fill(&mut moved, dense);
            for i in 1..7 {
                moved.start_at(last + 4096 * i);
                moved.instance_with(sparse, &[]);
            }
            heap(moved, SizeModel::Calibrated)
        };
        for id in ids {
            assert_eq!(shallow(&heap, id), size, "{layout:?}");
        }
    }
}

#[test]
fn class_objects_hold_their_statics_behind_a_common_part() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let plain = dump.class("example.Plain").build();
    let statics = dump
        .class("example.Statics")
        .static_field("a", Value::Long(1))
        .static_field("b", Value::Object(ObjectId(0)))
        .build();
    let end = dump.class("example.End").build();
    dump.instance_with(standard.object, &[]);
    let heap = heap(dump, SizeModel::Calibrated);
    assert!(heap.sizes.calibration.unwrap().statics_in_class_objects);
    assert_eq!(shallow(&heap, plain), statics.0 - plain.0);
    assert_eq!(shallow(&heap, statics), end.0 - statics.0);
}

#[test]
fn fields_that_the_dump_does_not_list_show_in_the_distances_of_subclasses() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let classes = classes(&mut dump);
    let standard = dump.standard_classes();
    let loader = dump.class("example.Loader").extends(standard.class_loader).build();
    let last = fill(&mut dump, &classes).last().unwrap().0;
    // Header, four references, one hidden word.
    let size = 12 + 4 + 8 + 3 * 4 + 4;
    let mut ids = Vec::new();
    for i in 0..4 {
        dump.start_at(last + 4096 + i * size);
        ids.push(dump.instance_with(loader, &[]));
    }
    let heap = heap(dump, SizeModel::Calibrated);
    assert_eq!(shallow(&heap, ids[0]), size);
    assert_eq!(heap.sizes.of_instances(heap.known.class_loader.unwrap()), size);
}

#[test]
fn the_synthetic_boot_loader_takes_no_memory_unless_mat_is_asked() {
    let build = || {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        let classes = classes(&mut dump);
        fill(&mut dump, &classes);
        dump
    };
    let calibrated = heap(build(), SizeModel::Calibrated);
    assert_eq!(calibrated.shallow(calibrated.objects.system_loader().unwrap()), 0);
    let mat = heap(build(), SizeModel::Mat);
    assert!(mat.shallow(mat.objects.system_loader().unwrap()) > 0);
    assert_eq!(mat.sizes.calibration, None);
}

#[test]
fn stack_chunks_have_sizes_of_their_own() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let classes = classes(&mut dump);
    let chunk = dump.class("jdk.internal.vm.StackChunk").field("size", BasicType::Int).build();
    let last = fill(&mut dump, &classes).last().unwrap().0;
    let starts = [4096, 4096 + 160, 4096 + 160 + 320];
    let ids = starts.map(|start| {
        dump.start_at(last + start);
        dump.instance_with(chunk, &[])
    });
    let heap = heap(dump, SizeModel::Calibrated);
    assert_eq!(ids.map(|id| shallow(&heap, id)), [160, 320, 16]);
}

#[test]
fn models_have_names() {
    assert_eq!(SizeModel::named("mat"), Some(SizeModel::Mat));
    assert_eq!(SizeModel::named("calibrated"), Some(SizeModel::Calibrated));
    assert_eq!(SizeModel::named("other"), None);
    assert_eq!(LoadOptions::default().size_model, SizeModel::Calibrated);
}

#[test]
fn a_long_chain_of_super_classes_takes_linear_time_and_no_stack() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let mut parent = dump.class_named("java.lang.Object");
    for i in 0..3000 {
        parent = dump
            .class(&format!("example.C{i}"))
            .extends(parent)
            .field("f", BasicType::Long)
            .build();
    }
    let standard = dump.standard_classes();
    dump.instance_with(standard.object, &[]);
    let heap = heap(dump, SizeModel::Calibrated);
    let class = heap.classes.by_name("example.C2999").unwrap();
    assert_eq!(heap.sizes.of_instances(class), 16 + 3000 * 8);
}

#[test]
fn a_dump_of_one_object_has_sizes() {
    for id_size in [IdSize::Four, IdSize::Eight] {
        let mut dump = DumpBuilder::new(id_size);
        let object = dump.class_named("java.lang.Object");
        let heap = heap(dump, SizeModel::Calibrated);
        assert_eq!(heap.sizes.calibration.unwrap().neighbours, 0);
        assert!(shallow(&heap, object) >= 8);
    }
}

proptest! {
    #[test]
    fn hostile_addresses_never_panic(
        ids in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..64, 0x7000u64..0x7100], 0..40),
        wide in any::<bool>(),
    ) {
        let mut dump = DumpBuilder::new(if wide { IdSize::Eight } else { IdSize::Four });
        let classes = classes(&mut dump);
        let standard = dump.standard_classes();
        for (at, &id) in ids.iter().enumerate() {
            let id = ObjectId(if wide { id } else { id & 0xffff_ffff });
            match at % 3 {
                0 => dump.raw_instance_at(id, classes[at % classes.len()], &[0; 3]),
                1 => dump.primitive_array_at(id, BasicType::Long, &[0; 16]),
                _ => dump.object_array_at(id, standard.object_array, &[ObjectId(0)]),
            }
        }
        let heap = heap(dump, SizeModel::Calibrated);
        for object in heap.objects.indices() {
            prop_assert!(heap.shallow(object) < 1 << 20);
        }
    }
}
