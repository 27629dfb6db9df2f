//! Random damage to dumps that hold something of everything.

use super::dumps::{
    HELD, NO_TRACE, OBJECT_CLASS, class, instance, root, small_heap, small_names, writer,
};
use heapglass::analysis::Inquiry;
use heapglass::heap::loader::{LoadOptions, Loaded, load};
use heapglass::hprof::writer::HeapRecords;
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, ObjectId, RootKind, StringId, ThreadSerial,
};
use heapglass::source::ByteSource;

/// Two dumps in one file, and another file behind them.
fn everything() -> Vec<u8> {
    let mut all = Vec::new();
    for records in [HeapRecords::Segments(200), HeapRecords::Whole] {
        let mut dump = writer().heap_records(records);
        small_names(&mut dump);
        let (own, array_class) = (ObjectId(0x1300), ObjectId(0x1400));
        dump.utf8(StringId(9), "a/Own").unwrap();
        dump.load_class(ClassSerial(9), own, NO_TRACE, StringId(9)).unwrap();
        for _ in 0..2 {
            small_heap(&mut dump);
            let fields = [BasicType::Object, BasicType::Int, BasicType::Byte]
                .map(|ty| FieldDescriptor { name: StringId(9), ty });
            class(&mut dump, own, OBJECT_CLASS, 13, &fields);
            class(&mut dump, array_class, OBJECT_CLASS, 0, &[]);
            let data = [&HELD.0.to_be_bytes()[..], &[1; 5]].concat();
            for at in 1..6 {
                dump.instance(ObjectId(0x3000 + 32 * at), NO_TRACE, own, &data).unwrap();
            }
            // The class as an instance, a missing class, a repeated object.
            dump.instance(own, NO_TRACE, ObjectId(0x1100), &[]).unwrap();
            dump.instance(ObjectId(0x4000), NO_TRACE, ObjectId(0x9999), &data).unwrap();
            instance(&mut dump, ObjectId(0x4000));
            let elements = [HELD, ObjectId(0), ObjectId(0x3020), ObjectId(0xdead)];
            dump.object_array(ObjectId(0x5000), NO_TRACE, array_class, &elements).unwrap();
            dump.primitive_array(ObjectId(0x6000), NO_TRACE, BasicType::Short, &[1; 20]).unwrap();
            dump.heap_info(7, StringId(9)).unwrap();
            let mut thread = root(RootKind::ThreadObject, ObjectId(0x3020));
            thread.thread = Some(ThreadSerial(1));
            dump.root(&thread).unwrap();
            thread.kind = RootKind::JavaFrame;
            thread.object = ObjectId(0x5000);
            dump.root(&thread).unwrap();
            dump.end_heap().unwrap();
        }
        all.extend(dump.finish().unwrap());
    }
    all
}

/// What is told of a dump; also asks about everything in it.
fn told(loaded: &Loaded, file: &dyn ByteSource) -> String {
    let inquiry = Inquiry::new(loaded, file);
    for object in loaded.heap.objects.indices() {
        let _ = inquiry.object(object);
        let _ = inquiry.outbound(object, 0, 50);
        let _ = inquiry.path_to_root(object);
    }
    let mut facts = inquiry.facts();
    facts.layout = None;
    let suspects = serde_json::to_string(&inquiry.suspects()).unwrap();
    serde_json::to_string(&facts).unwrap() + &suspects
}

#[test]
fn damage_anywhere_does_no_harm_and_pieces_do_not_matter() {
    let whole = everything();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from((state >> 33) % below as u64).unwrap()
    };
    let rounds: usize =
        std::env::var("HEAPGLASS_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut opened = 0;
    for _ in 0..rounds {
        let mut file = whole.clone();
        for _ in 0..=random(4) {
            let at = random(file.len());
            match random(4) {
                0 => file[at] ^= 1 << random(8),
                1 => file[at] = u8::try_from(random(256)).unwrap(),
                2 => drop(file.drain(at..(at + random(60)).min(whole.len() / 2).max(at))),
                _ => {
                    let from = random(file.len() - 30);
                    let piece = file[from..from + 30].to_vec();
                    file.splice(at..at, piece);
                }
            }
        }
        for dump in 1..=4 {
            let options = LoadOptions { dump, ..LoadOptions::default() };
            let results =
                [1 << 20, 1 + random(50)].map(|chunk| load(&file, options, chunk, &mut |_| {}));
            match results {
                [Ok(one), Ok(other)] => {
                    opened += 1;
                    assert_eq!(told(&one, &file), told(&other, &file));
                }
                [Err(one), Err(other)] => assert_eq!(one.to_string(), other.to_string()),
                [one, other] => panic!("{:?} and {:?}", one.err(), other.err()),
            }
        }
    }
    assert!(opened > rounds, "{opened} loads of {rounds} files");
}
