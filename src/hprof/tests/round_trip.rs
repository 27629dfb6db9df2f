//! What the writer writes, the parser reads.

use super::events::{Event, Parsed, parse, parse_file};
use super::generated::{Item, plans, without_offsets};
use crate::hprof::writer::{DumpBuilder, Frame, HeapRecords, Part};
use crate::hprof::{
    BasicType, HeapRecordKind, IdSize, ObjectId, RootKind, StaticField, Value, Version,
    decode_modified_utf8, tag,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn every_record_comes_back_as_it_was_written(plan in plans()) {
        // Without a known length, a whole dump and a segment may be taken for one that lost its
        // length, so only the events with a known one are exact.
        let parsed = parse_file(&plan.write()).unwrap();
        let events: Vec<Event> = parsed.events.iter().filter_map(without_offsets).collect();
        prop_assert_eq!(events, plan.events());
        prop_assert!(parsed.ending.complete);
        prop_assert_eq!(parsed.ending.truncated_at, None);
    }

    #[test]
    fn offsets_lead_back_to_the_sub_record(plan in plans()) {
        let dump = plan.write();
        let at = |offset: u64| dump[usize::try_from(offset).unwrap()];
        let parsed = parse_file(&dump).unwrap();
        for event in &parsed.events {
            match event {
                Event::Class(class) => prop_assert_eq!(at(class.offset), tag::heap::CLASS_DUMP),
                Event::Instance { offset, .. } => {
                    prop_assert_eq!(at(*offset), tag::heap::INSTANCE_DUMP);
                }
                Event::ObjectArray(array, _) => {
                    prop_assert_eq!(at(array.offset), tag::heap::OBJECT_ARRAY_DUMP);
                }
                Event::PrimitiveArray(array) if array.no_data => {
                    prop_assert_eq!(at(array.offset), tag::heap::PRIMITIVE_ARRAY_NODATA);
                }
                Event::PrimitiveArray(array) => {
                    prop_assert_eq!(at(array.offset), tag::heap::PRIMITIVE_ARRAY_DUMP);
                }
                _ => {}
            }
        }
        prop_assert_eq!(contents_at_offsets(&dump, &parsed), contents(&plan.items, plan.ids));
    }
}

/// What stands in the file where the parser says that contents begin.
fn contents_at_offsets(dump: &[u8], parsed: &Parsed) -> Vec<Vec<u8>> {
    let ids = match &parsed.events[0] {
        Event::Header(header) => header.id_size,
        other => panic!("the header comes first, not {other:?}"),
    };
    let slice = |offset: u64, len: usize| {
        let start = usize::try_from(offset).unwrap();
        dump[start..start + len].to_vec()
    };
    let found = parsed.events.iter().filter_map(|event| match event {
        Event::PrimitiveArray(array) if !array.no_data => {
            let size = usize::from(array.element.size(ids));
            Some(slice(array.data_offset, array.length as usize * size))
        }
        _ => None,
    });
    found.collect()
}

fn contents(items: &[Item], ids: IdSize) -> Vec<Vec<u8>> {
    let written = items.iter().filter_map(|item| match item {
        Item::PrimitiveArray(_, ty, data) => {
            let size = usize::from(ty.size(ids));
            Some(data[..data.len() / size * size].to_vec())
        }
        _ => None,
    });
    written.collect()
}

#[test]
fn the_header_carries_version_id_size_and_time() {
    for (text, version) in [
        ("JAVA PROFILE 1.0.1", Version::V1_0_1),
        ("JAVA PROFILE 1.0.2", Version::V1_0_2),
        ("JAVA PROFILE 1.0.3", Version::V1_0_3),
    ] {
        for ids in [IdSize::Four, IdSize::Eight] {
            let mut dump = DumpBuilder::new(ids);
            dump.version(text).timestamp_ms(1_234_567_890_123);
            let parsed = parse(&dump.finish()).unwrap();
            let Event::Header(header) = &parsed.events[0] else { panic!("no header") };
            assert_eq!((header.version, header.id_size), (version, ids));
            assert_eq!(header.timestamp_ms, 1_234_567_890_123);
            assert_eq!(header.len, 31);
        }
    }
}

#[test]
fn a_built_dump_reads_as_it_was_described() {
    for ids in [IdSize::Four, IdSize::Eight] {
        let mut dump = DumpBuilder::new(ids);
        let standard = dump.standard_classes();
        let node = dump
            .class("com.acme.Node")
            .extends(standard.object)
            .field("next", BasicType::Object)
            .field("value", BasicType::Int)
            .static_field("HEAD", Value::Object(ObjectId(0)))
            .build();
        let (first, second) = (dump.reserve_instance(node), dump.reserve_instance(node));
        dump.instance_at(first, node, &[Value::Object(second), Value::Int(1)]);
        dump.instance_at(second, node, &[Value::Object(first), Value::Int(-2)]);
        dump.set_static(node, "HEAD", Value::Object(first));
        dump.root(RootKind::StickyClass, node);
        let parsed = parse(&dump.finish()).unwrap();
        assert!(parsed.ending.complete);

        let next = |id: ObjectId| id.0.to_be_bytes()[8 - usize::from(ids.bytes())..].to_vec();
        let data = |wanted: ObjectId| {
            parsed.events.iter().find_map(|event| match event {
                Event::Instance { id, class, data, .. } if *id == wanted => {
                    assert_eq!(*class, node);
                    Some(data.clone())
                }
                _ => None,
            })
        };
        assert_eq!(data(first).unwrap(), [next(second), vec![0, 0, 0, 1]].concat());
        assert_eq!(data(second).unwrap(), [next(first), vec![0xff, 0xff, 0xff, 0xfe]].concat());

        let class = parsed.events.iter().find_map(|event| match event {
            Event::Class(class) if class.id == node => Some(class.clone()),
            _ => None,
        });
        let class = class.unwrap();
        assert_eq!(class.super_class, standard.object);
        assert_eq!(class.instance_size, u32::from(ids.bytes()) + 4);
        let [head] = class.statics[..] else { panic!("one static field") };
        assert_eq!(head, StaticField { value: Value::Object(first), ..head });

        let name_of = |name| {
            let strings = parsed.strings();
            let bytes = strings.iter().find(|(id, _)| *id == name).map(|(_, bytes)| *bytes);
            decode_modified_utf8(bytes.unwrap())
        };
        assert_eq!(name_of(head.name), "HEAD");
        let names: Vec<String> = class.fields.iter().map(|field| name_of(field.name)).collect();
        assert_eq!(names, ["next", "value"]);
        let loaded: Vec<String> = parsed
            .events
            .iter()
            .filter_map(|event| match event {
                Event::LoadClass(_, _, _, name) => Some(name_of(*name)),
                _ => None,
            })
            .collect();
        assert!(loaded.contains(&"com/acme/Node".to_owned()));
        assert!(loaded.contains(&"[Ljava/lang/Object;".to_owned()));
        assert!(loaded.contains(&"[B".to_owned()));
    }
}

#[test]
fn built_threads_have_stacks_and_locals() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let local = dump.string("held by the stack");
    let frame = |method, line| Frame {
        class: standard.object,
        method,
        signature: "()V",
        source: "Object.java",
        line,
    };
    let thread = dump.thread("worker", &[frame("wait", -3), frame("run", 12)], &[(1, local)]);
    let parsed = parse(&dump.finish()).unwrap();
    let roots: Vec<_> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Root(root) => Some((root.kind, root.object, root.thread, root.frame)),
            _ => None,
        })
        .collect();
    assert_eq!(
        roots,
        [
            (RootKind::ThreadObject, thread.object, Some(thread.serial), None),
            (RootKind::JavaFrame, local, Some(thread.serial), Some(1)),
        ]
    );
    assert!(parsed.events.contains(&Event::Trace(thread.trace, thread.serial, 2)));
    let lines: Vec<i32> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Frame(frame) => Some(frame.line),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [-3, 12]);
}

#[test]
fn strings_are_stored_as_jdk_9_does_it() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let latin1 = dump.string("café");
    let utf16 = dump.string("€");
    let bytes = dump.finish();
    let parsed = parse(&bytes).unwrap();
    let lengths: Vec<u32> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::PrimitiveArray(array) => Some(array.length),
            _ => None,
        })
        .collect();
    assert_eq!(lengths, [4, 2], "one byte per character, or two");
    let coder = |wanted| {
        parsed.events.iter().find_map(|event| match event {
            Event::Instance { id, data, .. } if *id == wanted => data.get(8).copied(),
            _ => None,
        })
    };
    assert_eq!((coder(latin1), coder(utf16)), (Some(0), Some(1)));
    let bytes_at_end = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(bytes_at_end(&[0xac, 0x20]), "little endian");
}

#[test]
fn addresses_of_a_built_dump_show_the_sizes_of_its_objects() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let a = dump.instance(standard.object, &[]);
    let b = dump.primitive_array(BasicType::Byte, &[0; 9]);
    let c = dump.object_array(standard.object_array, &[a, b]);
    let d = dump.string("x");
    let e = dump.instance(standard.object, &[]);
    assert_eq!(b.0 - a.0, 16, "java.lang.Object");
    assert_eq!(c.0 - b.0, 32, "byte[9]");
    assert_eq!(d.0 - c.0, 24 + 24, "Object[2], then the byte[1] of the string");
    assert_eq!(e.0 - d.0, 24, "java.lang.String");
}

#[test]
fn parts_of_the_heap_come_in_the_order_asked_for() {
    for order in [
        [Part::Classes, Part::Roots, Part::Objects],
        [Part::Classes, Part::Objects, Part::Roots],
        [Part::Objects, Part::Roots, Part::Classes],
    ] {
        let mut dump = DumpBuilder::new(IdSize::Four);
        let object = dump.class("java.lang.Object").build();
        let instance = dump.instance(object, &[]);
        dump.root(RootKind::JniGlobal, instance);
        dump.order(order);
        let parts: Vec<Part> = parse(&dump.finish())
            .unwrap()
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Class(_) => Some(Part::Classes),
                Event::Root(_) => Some(Part::Roots),
                Event::Instance { .. } => Some(Part::Objects),
                _ => None,
            })
            .collect();
        assert_eq!(parts, order);
    }
}

#[test]
fn segments_keep_to_their_size() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let object = dump.class("java.lang.Object").build();
    for _ in 0..100 {
        dump.instance(object, &[]);
    }
    dump.primitive_array(BasicType::Long, &[0; 4000]);
    dump.heap_records(HeapRecords::Segments(500));
    let parsed = parse(&dump.finish()).unwrap();
    let lengths: Vec<u64> = parsed
        .events
        .iter()
        .filter_map(|event| match event {
            Event::HeapStart(HeapRecordKind::Segment, _, length) => Some(*length),
            _ => None,
        })
        .collect();
    assert!(lengths.len() > 5);
    let (last, others) = lengths.split_last().unwrap();
    assert!(others.iter().all(|&length| length <= 500), "{lengths:?}");
    assert!(*last > 4000, "an array longer than a segment has one of its own");
    assert_eq!(parsed.objects().len(), 102);
    assert_eq!(parsed.warnings(), []);
}

#[test]
#[should_panic(expected = "one value for each field")]
fn an_instance_needs_a_value_for_each_field() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let class = dump.class("A").field("x", BasicType::Int).build();
    dump.instance(class, &[Value::Long(1)]);
}
