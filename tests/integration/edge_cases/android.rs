//! Row 49: dumps of Android.

use super::dumps::{NO_TRACE, objects, open, root, warnings};
use crate::support::Opened;
use heapglass::hprof::writer::{ClassRecord, HprofWriter};
use heapglass::hprof::{
    BasicType, ClassSerial, GcRoot, IdSize, ObjectId, RootKind, StringId, ThreadSerial,
};

const OBJECT_CLASS: ObjectId = ObjectId(0x1000);
const ROOTS: [(RootKind, &str); 7] = [
    (RootKind::InternedString, "Interned String"),
    (RootKind::Finalizing, "Finalizing"),
    (RootKind::Debugger, "Debugger"),
    (RootKind::ReferenceCleanup, "Reference Cleanup"),
    (RootKind::VmInternal, "VM Internal"),
    (RootKind::JniMonitor, "JNI Monitor"),
    (RootKind::Unreachable, "Unreachable"),
];

/// One object per kind of root, some of them in the heap `zygote`, and arrays without contents.
fn dump() -> Opened {
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.3", IdSize::Four, 0).unwrap();
    let names =
        ["java.lang.Object", "java.lang.Class", "java.lang.ClassLoader", "int[]", "app", "zygote"];
    for (id, name) in (1..).zip(names) {
        dump.utf8(StringId(id), name).unwrap();
    }
    dump.heap_info(b'A'.into(), StringId(5)).unwrap();
    for at in 0..4_u32 {
        let id = ObjectId(0x1000 + 0x100 * u64::from(at));
        dump.load_class(ClassSerial(at + 1), id, NO_TRACE, StringId(u64::from(at) + 1)).unwrap();
        let super_class = if at == 0 { ObjectId(0) } else { OBJECT_CLASS };
        dump.class_dump(&ClassRecord { id, super_class, ..ClassRecord::default() }).unwrap();
    }
    dump.heap_info(b'A'.into(), StringId(5)).unwrap();
    for (at, (kind, _)) in (0..).zip(ROOTS) {
        if at == 3 {
            dump.heap_info(b'Z'.into(), StringId(6)).unwrap();
        }
        let id = ObjectId(0x2000 + 16 * at);
        dump.instance(id, NO_TRACE, OBJECT_CLASS, &[]).unwrap();
        let thread = (kind == RootKind::JniMonitor).then_some(ThreadSerial(3));
        dump.root(&GcRoot { thread, ..root(kind, id) }).unwrap();
    }
    let array = ObjectId(0x3000);
    dump.primitive_array_no_data(array, NO_TRACE, BasicType::Int, 1000).unwrap();
    dump.primitive_array(ObjectId(0x4000), NO_TRACE, BasicType::Int, &[0, 0, 0, 5]).unwrap();
    dump.root(&root(RootKind::JniGlobal, array)).unwrap();
    dump.end_heap().unwrap();
    open(dump.finish().unwrap())
}

#[test]
fn case_49_roots_of_android_hold_their_objects() {
    let dump = dump();
    assert_eq!(warnings(&dump), []);
    assert_eq!(objects(&dump).len(), ROOTS.len() + 2);
    for (at, (_, label)) in (0..).zip(ROOTS) {
        let object = dump.at(0x2000 + 16 * at).unwrap();
        assert_eq!(dump.inquiry().row(object).roots, [label]);
        assert!(dump.inquiry().is_reachable(object));
    }
    assert_eq!(dump.inquiry().facts().format, "JAVA PROFILE 1.0.3");
}

#[test]
fn case_49_arrays_without_contents_have_their_size_and_no_elements() {
    let dump = dump();
    let array = dump.at(0x3000).unwrap();
    let details = dump.inquiry().object(array).unwrap();
    assert_eq!(details.row.name, "int[1000]");
    assert!(details.row.shallow >= 4000);
    assert_eq!(details.elements.unwrap().primitives.unwrap(), Vec::<String>::new());
    let next = dump.inquiry().object(dump.at(0x4000).unwrap()).unwrap();
    assert_eq!(next.elements.unwrap().primitives.unwrap(), ["5"], "found behind it");
}

#[test]
fn case_49_the_heaps_of_android_are_told_apart() {
    let dump = dump();
    let facts = dump.inquiry().facts();
    let spaces: Vec<(&str, u64)> =
        facts.spaces.iter().map(|space| (space.name.as_str(), space.objects)).collect();
    assert_eq!(spaces, [("app", 4 + 3), ("zygote", 4 + 2)], "classes and objects");
    let bytes: u64 = facts.spaces.iter().map(|space| space.shallow).sum();
    assert!(bytes >= 4000 && bytes <= facts.used_heap + facts.unreachable_bytes);
    let plain = open(super::dumps::small().finish().unwrap());
    assert_eq!(plain.inquiry().facts().spaces, []);
}
