//! Rows 39 to 43: GC roots and threads.

use super::dumps::{
    HELD, assert_only_warning, builder, is_reachable, objects, offset_of, open, root, small,
    warnings,
};
use heapglass::heap::ObjectIndex;
use heapglass::hprof::tag::heap;
use heapglass::hprof::writer::{DumpBuilder, Frame, Part};
use heapglass::hprof::{
    BasicType, ClassSerial, FrameId, GcRoot, ObjectId, RootKind, StackFrame, StackTraceSerial,
    StringId, ThreadSerial,
};

const GONE: ObjectId = ObjectId(0xdead_0000);

#[test]
fn case_39_roots_on_what_is_not_there_are_counted() {
    let mut dump = small();
    for kind in [RootKind::StickyClass, RootKind::JavaFrame, RootKind::Unknown] {
        dump.root(&root(kind, GONE)).unwrap();
    }
    dump.root(&root(RootKind::JniGlobal, ObjectId(0))).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::ROOT_STICKY_CLASS, GONE);
    let dump = open(file);
    assert_only_warning(&dump, "rootWithoutObject", 3, at);
    assert_eq!(dump.inquiry().facts().gc_roots, 4, "the held object and the classes");
}

/// A thread whose locals hold objects, with the parts of the heap in any order, and the records of
/// its roots before or after that of the thread.
fn thread_dump(order: [Part; 3], locals_first: bool) -> (Vec<u8>, ObjectId, Vec<ObjectId>) {
    let (mut dump, classes) = builder();
    dump.order(order);
    let name = dump.string("worker");
    let thread =
        dump.instance_with(classes.thread, &[("name", heapglass::hprof::Value::Object(name))]);
    let held: Vec<ObjectId> = (0..4).map(|_| dump.instance(classes.object, &[])).collect();
    let serial = Some(ThreadSerial(7));
    let kinds =
        [RootKind::JavaFrame, RootKind::JniLocal, RootKind::NativeStack, RootKind::ThreadBlock];
    let locals = kinds.into_iter().zip(&held).map(|(kind, &object)| GcRoot {
        kind,
        object,
        thread: serial,
        frame: None,
        trace: None,
    });
    let of_thread = GcRoot {
        kind: RootKind::ThreadObject,
        object: thread,
        thread: serial,
        frame: None,
        trace: Some(StackTraceSerial(1)),
    };
    let mut roots: Vec<GcRoot> = locals.collect();
    roots.insert(if locals_first { roots.len() } else { 0 }, of_thread);
    roots.into_iter().for_each(|root| dump.root_record(root));
    (dump.finish(), thread, held)
}

#[test]
fn case_40_the_order_of_roots_and_objects_does_not_matter() {
    use Part::{Classes, Objects, Roots};
    let orders = [[Classes, Roots, Objects], [Roots, Objects, Classes], [Objects, Classes, Roots]];
    let mut seen = Vec::new();
    for order in orders {
        for locals_first in [false, true] {
            let (file, thread, held) = thread_dump(order, locals_first);
            let dump = open(file);
            let inquiry = dump.inquiry();
            let object = |id: ObjectId| dump.at(id.0).unwrap();
            for &local in &held {
                assert!(inquiry.row(object(local)).roots.is_empty(), "a local, not a root");
                assert!(inquiry.path_to_root(object(local)).root.is_some());
            }
            let row = inquiry.row(object(thread));
            assert_eq!(row.roots, ["Thread"]);
            let facts = inquiry.facts();
            seen.push((row.retained, row.dominated, facts.used_heap, facts.gc_roots_by_kind));
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    assert!(seen[0].1 >= Some(4), "the thread dominates its locals");
}

#[test]
fn case_40_locals_of_a_thread_that_is_never_defined_are_roots() {
    let mut dump = small();
    let other = ObjectId(0x2100);
    super::dumps::instance(&mut dump, other);
    let thread = Some(ThreadSerial(99));
    let local = GcRoot { thread, ..root(RootKind::JavaFrame, other) };
    dump.root(&local).unwrap();
    let dump = open(dump.finish().unwrap());
    assert!(is_reachable(&dump, other));
    assert_eq!(dump.inquiry().row(dump.at(other.0).unwrap()).roots, ["Java Local"]);
}

#[test]
fn case_41_frames_name_their_class_by_its_serial_number() {
    let (mut dump, classes) = builder();
    let job = dump.class("com.acme.ReportJob").extends(classes.object).build();
    let held = dump.instance(classes.object, &[]);
    let frame = |class, method| Frame {
        class,
        method,
        signature: "()V",
        source: "ReportJob.java",
        line: 12,
    };
    let unknown = ObjectId(0x9999);
    let thread =
        dump.thread("worker", &[frame(job, "loadAll"), frame(unknown, "lost")], &[(0, held)]);
    let dump = open(dump.finish());
    let inquiry = dump.inquiry();
    let object = dump.at(thread.object.0).unwrap();
    assert_eq!(inquiry.frame_method(object, 0).as_deref(), Some("ReportJob.loadAll"));
    assert_eq!(inquiry.frame_method(object, 1).as_deref(), Some("<UNKNOWN CLASS>.lost"));
    assert_eq!(inquiry.frame_method(object, 2), None);
    assert_eq!(warnings(&dump), []);
}

#[test]
fn case_41_a_trace_may_name_frames_that_are_not_there() {
    let mut dump = small();
    let frame = StackFrame {
        id: FrameId(1),
        method: StringId(1),
        signature: StringId(77),
        source: StringId(0),
        class: ClassSerial(5),
        line: -3,
    };
    dump.stack_frame(&frame).unwrap();
    let trace = StackTraceSerial(4);
    dump.stack_trace(trace, ThreadSerial(1), &[FrameId(9), FrameId(1)]).unwrap();
    let mut of_thread = root(RootKind::ThreadObject, HELD);
    of_thread.thread = Some(ThreadSerial(1));
    of_thread.trace = Some(trace);
    dump.root(&of_thread).unwrap();
    let dump = open(dump.finish().unwrap());
    let threads = &dump.loaded.heap.threads;
    let thread = threads.of(dump.at(HELD.0).unwrap()).unwrap();
    assert_eq!(threads.frames(thread.trace.unwrap()).count(), 1);
}

#[test]
fn case_42_stack_frames_are_no_objects() {
    let (mut dump, classes) = builder();
    let held = dump.instance(classes.object, &[]);
    let frame =
        Frame { class: classes.object, method: "m", signature: "()V", source: "O.java", line: 1 };
    let thread = dump.thread("worker", &[frame; 5], &[(3, held)]);
    let dump = open(dump.finish());
    // The thread, its name, the array of that, and what is held.
    assert_eq!(objects(&dump).len(), 4);
    let outbound = super::dumps::outbound(&dump, thread.object);
    assert!(outbound.contains(&("<local>".to_owned(), held.0)), "{outbound:?}");
}

/// Classes with and without a loader, an array class, and perhaps a root on a class.
fn without_system_classes(add: impl Fn(&mut DumpBuilder)) -> (Vec<u8>, [ObjectId; 3]) {
    let (mut dump, classes) = builder();
    let loader =
        dump.instance(classes.class_loader, &[heapglass::hprof::Value::Object(ObjectId(0)); 4]);
    let own = dump.class("a.Own").extends(classes.object).loader(loader).build();
    dump.primitive_array(BasicType::Int, &[0; 4]);
    add(&mut dump);
    (dump.finish(), [classes.object, classes.int_array, own])
}

#[test]
fn case_43_without_system_classes_those_of_the_boot_loader_are_roots() {
    let (file, [boot, array, own]) = without_system_classes(|_| {});
    let dump = open(file);
    let roots = |id: ObjectId| dump.inquiry().row(dump.at(id.0).unwrap()).roots;
    assert_eq!(roots(boot), ["System Class"]);
    assert_eq!(roots(array), Vec::<&str>::new(), "array classes are not");
    assert_eq!(roots(own), Vec::<&str>::new());
    assert!(!is_reachable(&dump, own));
}

#[test]
fn case_43_with_one_system_class_the_dump_is_believed() {
    let (file, [boot, _, own]) = without_system_classes(|dump| {
        let class = dump.find_class("java.lang.Thread").unwrap();
        dump.root(RootKind::StickyClass, class);
    });
    let dump = open(file);
    let is_root = |id: ObjectId| {
        let object: ObjectIndex = dump.at(id.0).unwrap();
        dump.loaded.heap.roots.contains(object)
    };
    assert!(!is_root(boot) && !is_root(own));
}
