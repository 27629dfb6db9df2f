//! Rows 25, 27 to 33, 35, 37 and 51: classes that are missing, repeated, damaged, or no classes.

use super::dumps::{
    HELD, NO_TRACE, OBJECT_CLASS, assert_only_warning, builder, class, details, instance,
    instance_bytes, is_reachable, last_offset_of, objects, offset_of, open, outbound, root, small,
    small_heap, small_names, warning, warnings, writer,
};
use crate::support::Opened;
use heapglass::analysis::Inquiry;
use heapglass::analysis::class_details::ClassDetails;
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::heap::sizes::SizeModel;
use heapglass::hprof::tag::heap;
use heapglass::hprof::writer::{ClassRecord, DumpBuilder};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, IdSize, ObjectId, RootKind, StaticField, StringId,
    Value,
};

const CLASS: ObjectId = ObjectId(0x1300);
const SUBCLASS: ObjectId = ObjectId(0x1400);
const FIRST: ObjectId = ObjectId(0x2100);
const SECOND: ObjectId = ObjectId(0x2200);
const NAME: StringId = StringId(20);
const OTHER_NAME: StringId = StringId(21);

/// Everything about the class of an object.
fn class_of(dump: &Opened, object: ObjectId) -> ClassDetails {
    let object = dump.at(object.0).unwrap();
    let class = dump.loaded.heap.objects.class(object);
    dump.inquiry().class_details(class)
}

fn fields(details: &ClassDetails) -> Vec<(&str, &str)> {
    details.declared_fields.iter().map(|f| (f.name.as_str(), f.ty)).collect()
}

fn int(name: StringId) -> FieldDescriptor {
    FieldDescriptor { name, ty: BasicType::Int }
}

fn reference(name: StringId) -> FieldDescriptor {
    FieldDescriptor { name, ty: BasicType::Object }
}

#[test]
fn case_25_of_two_descriptions_of_a_class_the_later_one_counts_and_the_class_is_there_once() {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "a/Twice").unwrap();
    dump.utf8(OTHER_NAME, "later").unwrap();
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, NAME).unwrap();
    small_heap(&mut dump);
    class(&mut dump, CLASS, OBJECT_CLASS, 4, &[int(NAME)]);
    class(&mut dump, CLASS, OBJECT_CLASS, 8, &[reference(OTHER_NAME)]);
    dump.instance(FIRST, NO_TRACE, CLASS, &HELD.0.to_be_bytes()).unwrap();
    let file = dump.finish().unwrap();
    let at = last_offset_of(&file, heap::CLASS_DUMP, CLASS);
    let dump = open(file);
    assert_eq!(fields(&class_of(&dump, FIRST)), [("later", "Object")]);
    assert_eq!(outbound(&dump, FIRST), [("later".to_owned(), HELD.0)]);
    assert_only_warning(&dump, "repeatedClassDump", 1, at);
    assert_eq!(dump.inquiry().facts().classes, 4);
    let named = dump.inquiry().search("a.Twice", 10);
    assert_eq!(named.len(), 1, "found once");
}

#[test]
fn case_27_a_class_that_is_missing_gets_a_stand_in_that_fits_its_instances() {
    for (bytes, filler) in [
        (11, vec!["int", "int", "short", "byte"]),
        (8, vec!["int", "int"]),
        (3, vec!["short", "byte"]),
        (1, vec!["byte"]),
        (0, vec![]),
    ] {
        let mut dump = small();
        dump.instance(FIRST, NO_TRACE, ObjectId(0x8888), &vec![1; bytes]).unwrap();
        dump.instance(SECOND, NO_TRACE, ObjectId(0x9999), &[]).unwrap();
        // Addresses that are multiples of no more than 8.
        instance(&mut dump, ObjectId(0x2308));
        dump.root(&root(RootKind::JniGlobal, FIRST)).unwrap();
        let file = dump.finish().unwrap();
        let at = offset_of(&file, heap::INSTANCE_DUMP, FIRST);
        let dump = open(file);
        let details = details(&dump, FIRST);
        assert_eq!(details.row.class.name, "unknown-class-1");
        assert_eq!(class_of(&dump, SECOND).class.name, "unknown-class-2");
        let class = class_of(&dump, FIRST);
        let expected: Vec<(String, &str)> =
            (1..).map(|n| format!("unknown-field-{n}")).zip(filler).collect();
        assert_eq!(
            fields(&class),
            expected.iter().map(|f| (f.0.as_str(), f.1)).collect::<Vec<_>>()
        );
        assert_eq!(class.super_class.unwrap().name, "java.lang.Object");
        assert!(details.fields.iter().all(|field| field.primitive.is_some()));
        assert!(is_reachable(&dump, FIRST));
        assert_only_warning(&dump, "missingClass", 2, at);
        let size = class.instance_size.unwrap();
        assert!(size >= 16 + bytes as u64 && size < 32 + bytes as u64, "{size} bytes");
        assert_eq!(class.histogram.instances, 1);
    }
}

#[test]
fn case_27_a_missing_class_keeps_the_name_that_the_dump_gives_it() {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "a/Missing").unwrap();
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, NAME).unwrap();
    small_heap(&mut dump);
    dump.instance(FIRST, NO_TRACE, CLASS, &[0; 4]).unwrap();
    let dump = open(dump.finish().unwrap());
    let class = class_of(&dump, FIRST);
    assert_eq!(class.class.name, "a.Missing");
    assert_eq!(fields(&class), [("unknown-field-1", "int")]);
    assert_eq!(warning(&dump, "missingClass").unwrap().0, 1);
}

#[test]
fn case_28_a_missing_super_class_has_the_rest_of_the_instance() {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "a/Middle").unwrap();
    dump.utf8(OTHER_NAME, "own").unwrap();
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, NAME).unwrap();
    dump.load_class(ClassSerial(10), SUBCLASS, NO_TRACE, NAME).unwrap();
    small_heap(&mut dump);
    let missing = ObjectId(0x7000);
    class(&mut dump, CLASS, missing, 0, &[int(OTHER_NAME)]);
    class(&mut dump, SUBCLASS, CLASS, 0, &[reference(OTHER_NAME)]);
    let data = [&HELD.0.to_be_bytes()[..], &[0, 0, 0, 5], &[0, 0, 0, 7, 9, 9]].concat();
    dump.instance(FIRST, NO_TRACE, SUBCLASS, &data).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::CLASS_DUMP, CLASS);
    let dump = open(file);
    let details = details(&dump, FIRST);
    let hierarchy: Vec<&str> = details.hierarchy.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(hierarchy, ["a.Middle", "unknown-class-1", "java.lang.Object"]);
    let values: Vec<(&str, Option<&str>)> =
        details.fields.iter().map(|f| (f.name.as_str(), f.primitive.as_deref())).collect();
    let rest = [("unknown-field-1", Some("7")), ("unknown-field-2", Some("2313"))];
    assert_eq!(values, [[("own", None), ("own", Some("5"))], rest].concat());
    assert_only_warning(&dump, "missingSuperClass", 1, at);
}

#[test]
fn case_28_without_instances_the_declared_sizes_tell() {
    let mut dump = small();
    class(&mut dump, CLASS, ObjectId(0x7000), 20, &[int(StringId(1))]);
    let dump = open(dump.finish().unwrap());
    let class = dump.loaded.heap.classes.by_id(ObjectId(0x7000)).unwrap();
    assert_eq!(dump.loaded.heap.classes.get(class).declared_size, 16);
    assert_eq!(dump.loaded.heap.classes.get(class).name, "unknown-class-1");
}

#[test]
fn case_29_a_missing_array_class_gets_a_stand_in() {
    let mut dump = small();
    dump.object_array(FIRST, NO_TRACE, ObjectId(0x8888), &[HELD, ObjectId(0)]).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::OBJECT_ARRAY_DUMP, FIRST);
    let dump = open(file);
    let details = details(&dump, FIRST);
    assert_eq!(details.row.class.name, "unknown-class-1[]");
    assert_eq!((details.row.kind, details.row.length), ("objectArray", Some(2)));
    assert_eq!(outbound(&dump, FIRST), [("[0]".to_owned(), HELD.0)]);
    assert_eq!(class_of(&dump, FIRST).super_class.unwrap().name, "java.lang.Object");
    assert_only_warning(&dump, "missingClass", 1, at);
}

#[test]
fn case_30_a_missing_class_of_primitive_arrays_gets_a_stand_in() {
    let mut dump = small();
    dump.primitive_array(FIRST, NO_TRACE, BasicType::Int, &[0; 12]).unwrap();
    dump.primitive_array(SECOND, NO_TRACE, BasicType::Boolean, &[0; 3]).unwrap();
    dump.root(&root(RootKind::JniGlobal, FIRST)).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::PRIMITIVE_ARRAY_DUMP, FIRST);
    let dump = open(file);
    assert_eq!(details(&dump, FIRST).row.name, "int[3]");
    assert_eq!(class_of(&dump, FIRST).histogram.instances, 1);
    assert_eq!(class_of(&dump, SECOND).class.name, "boolean[]");
    assert_eq!(class_of(&dump, SECOND).histogram.unreachable, 1);
    assert_only_warning(&dump, "missingPrimitiveArrayClass", 2, at);
}

#[test]
fn case_31_java_lang_class_and_class_loader_are_made_up_where_they_are_missing() {
    let mut dump = writer();
    dump.utf8(StringId(1), "java/lang/Object").unwrap();
    dump.load_class(ClassSerial(1), OBJECT_CLASS, NO_TRACE, StringId(1)).unwrap();
    class(&mut dump, OBJECT_CLASS, ObjectId(0), 0, &[]);
    instance(&mut dump, HELD);
    dump.end_heap().unwrap();
    let dump = open(dump.finish().unwrap());
    assert_only_warning(&dump, "missingCoreClass", 2, None);
    let details = details(&dump, OBJECT_CLASS);
    assert_eq!(details.row.class.name, "java.lang.Class");
    let class = class_of(&dump, OBJECT_CLASS);
    assert_eq!(class.super_class.unwrap().name, "java.lang.Object");
    let loader = dump.loaded.heap.objects.system_loader().unwrap();
    assert_eq!(dump.inquiry().row(loader).class.name, "java.lang.ClassLoader");
}

#[test]
fn case_32_an_object_that_is_used_as_a_class_makes_an_unknown_class() {
    let mut dump = small();
    dump.instance(FIRST, NO_TRACE, HELD, &[0; 4]).unwrap();
    dump.root(&root(RootKind::JniGlobal, FIRST)).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::INSTANCE_DUMP, FIRST);
    let dump = open(file);
    assert_eq!(details(&dump, FIRST).row.class.name, "unknown-class-1");
    assert_eq!(details(&dump, HELD).row.kind, "instance", "the object stays one");
    assert_only_warning(&dump, "objectAsClass", 1, at);
}

#[test]
fn case_33_a_loader_that_the_dump_does_not_hold_is_the_boot_loader() {
    let (mut dump, classes) = builder();
    let orphan =
        dump.class("a.Orphan").extends(classes.object).loader(ObjectId(0xdead_0000)).build();
    let object = dump.instance(orphan, &[]);
    let file = dump.finish();
    let at = offset_of(&file, heap::CLASS_DUMP, orphan);
    let dump = open(file);
    assert_eq!(class_of(&dump, object).histogram.loader, "<boot>");
    assert_eq!(dump.inquiry().facts().class_loaders, 1);
    assert!(is_reachable(&dump, orphan), "as a class of the boot loader (rule G9)");
    assert_only_warning(&dump, "missingLoader", 1, at);
}

#[test]
fn case_32_a_class_cannot_have_instances_and_arrays() {
    let mut dump = small();
    dump.object_array(FIRST, NO_TRACE, OBJECT_CLASS, &[HELD]).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::OBJECT_ARRAY_DUMP, FIRST);
    let dump = open(file);
    assert_eq!(details(&dump, FIRST).row.name, "java.lang.Object[1]");
    assert_eq!(details(&dump, HELD).row.name, "java.lang.Object");
    assert_eq!(outbound(&dump, FIRST), [("[0]".to_owned(), HELD.0)]);
    assert_only_warning(&dump, "classOfBothKinds", 1, at);
}

#[test]
fn case_35_a_class_with_a_field_of_unknown_type_is_left_out_alone() {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "a/Damaged").unwrap();
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, NAME).unwrap();
    small_heap(&mut dump);
    class(&mut dump, CLASS, OBJECT_CLASS, 4, &[int(NAME)]);
    dump.instance(FIRST, NO_TRACE, CLASS, &[0, 0, 0, 6]).unwrap();
    let mut file = dump.finish().unwrap();
    let instance_at = offset_of(&file, heap::INSTANCE_DUMP, FIRST);
    let type_at = usize::try_from(instance_at).unwrap() - 1;
    file[type_at] = 0x33;
    let dump = open(file);
    assert_eq!(objects(&dump), [HELD, FIRST]);
    let class = class_of(&dump, FIRST);
    assert_eq!((class.class.name.as_str(), class.object.is_none()), ("a.Damaged", true));
    assert_eq!(fields(&class), [("unknown-field-1", "int")]);
    assert_eq!(
        warnings(&dump),
        [
            ("unknownType".to_owned(), 1, Some(type_at as u64)),
            ("missingClass".to_owned(), 1, Some(instance_at)),
        ]
    );
}

#[test]
fn case_35_an_array_of_unknown_type_is_left_out_alone() {
    let mut dump = small();
    dump.primitive_array(FIRST, NO_TRACE, BasicType::Short, &[0, 1, 0, 2]).unwrap();
    dump.raw_sub_record(&instance_bytes(SECOND.0)).unwrap();
    let mut file = dump.finish().unwrap();
    let at = offset_of(&file, heap::PRIMITIVE_ARRAY_DUMP, FIRST);
    file[usize::try_from(at).unwrap() + 17] = 0x0f;
    let dump = open(file);
    assert_eq!(objects(&dump), [HELD, SECOND]);
    assert_only_warning(&dump, "unknownType", 1, at);
}

/// `java.lang.Class` with fields, a class, and the instance record of that class.
fn class_as_instance(instance_first: bool) -> (Vec<u8>, u64) {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "a/Both").unwrap();
    dump.utf8(OTHER_NAME, "mirrorField").unwrap();
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, NAME).unwrap();
    class(&mut dump, OBJECT_CLASS, ObjectId(0), 0, &[]);
    let class_class = ObjectId(0x1100);
    class(&mut dump, class_class, OBJECT_CLASS, 12, &[reference(OTHER_NAME), int(NAME)]);
    class(&mut dump, ObjectId(0x1200), OBJECT_CLASS, 0, &[]);
    let data = [&HELD.0.to_be_bytes()[..], &[0, 0, 0, 42]].concat();
    let statics = [StaticField { name: NAME, ty: BasicType::Object, value: Value::Object(FIRST) }];
    let record = ClassRecord {
        id: CLASS,
        super_class: OBJECT_CLASS,
        statics: &statics,
        ..ClassRecord::default()
    };
    if instance_first {
        dump.instance(CLASS, NO_TRACE, class_class, &data).unwrap();
        dump.class_dump(&record).unwrap();
    } else {
        dump.class_dump(&record).unwrap();
        dump.instance(CLASS, NO_TRACE, class_class, &data).unwrap();
    }
    instance(&mut dump, HELD);
    instance(&mut dump, FIRST);
    dump.instance(SECOND, NO_TRACE, CLASS, &[]).unwrap();
    dump.root(&root(RootKind::JniGlobal, CLASS)).unwrap();
    let file = dump.finish().unwrap();
    let tag = if instance_first { heap::CLASS_DUMP } else { heap::INSTANCE_DUMP };
    let second = offset_of(&file, tag, CLASS);
    (file, second)
}

#[test]
fn case_37_a_class_that_is_also_written_as_an_instance_is_a_class_with_these_fields() {
    for instance_first in [false, true] {
        let (file, second) = class_as_instance(instance_first);
        let dump = open(file);
        let details = details(&dump, CLASS);
        assert_eq!(details.row.kind, "class");
        assert_eq!(details.row.name, "class a.Both");
        assert_eq!(details.row.class.name, "java.lang.Class");
        let statics: Vec<(&str, Option<&str>)> =
            details.statics.iter().map(|f| (f.name.as_str(), f.primitive.as_deref())).collect();
        assert_eq!(statics, [("a/Both", None), ("<mirrorField>", None), ("<a/Both>", Some("42"))]);
        for held in [HELD, FIRST] {
            assert!(is_reachable(&dump, held), "{held:?}, instance first: {instance_first}");
        }
        assert_eq!(class_of(&dump, SECOND).class.name, "a.Both");
        assert_only_warning(&dump, "classAsInstance", 1, second);
        assert_eq!(objects(&dump), [HELD, FIRST, SECOND]);
        assert_eq!(crate::invariants::broken(&dump), Vec::<String>::new());
    }
}

#[test]
fn case_37_ids_need_not_be_addresses() {
    // Dumps that were exported from OpenJ9 number objects as they like.
    for step in [1, 3, 4, 0x1001, 0x1_0000_0001] {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        let class = |dump: &mut DumpBuilder, name: &str, at: u64| {
            let super_class = if at == 1 { ObjectId(0) } else { ObjectId(step) };
            dump.class(name)
                .id(ObjectId(at * step))
                .extends(super_class)
                .field("next", BasicType::Object)
                .build()
        };
        for (name, at) in
            [("java.lang.Object", 1), ("java.lang.Class", 2), ("java.lang.ClassLoader", 3)]
        {
            class(&mut dump, name, at);
        }
        let node = class(&mut dump, "a.Node", 4);
        for at in (5..500_u64).rev() {
            let next = if at == 499 { ObjectId(0) } else { ObjectId((at + 1) * step) };
            let values = [Value::Object(next), Value::Object(ObjectId(0))];
            dump.instance_at(ObjectId(at * step), node, &values);
        }
        dump.root(RootKind::JniGlobal, ObjectId(5 * step));
        let file = dump.finish();
        for model in [SizeModel::Mat, SizeModel::Calibrated] {
            let options = LoadOptions { dump: 1, size_model: model };
            let loaded = load(&file, options, 1 << 16, &mut |_| {}).unwrap();
            let inquiry = Inquiry::new(&loaded, &file);
            let facts = inquiry.facts();
            let of_node = inquiry.class_details(loaded.heap.classes.by_name("a.Node").unwrap());
            assert_eq!(of_node.histogram.instances, 495, "step {step:#x}");
            let size = of_node.instance_size.unwrap();
            // Rule S2 takes the distance between ids for the alignment, up to 256.
            let most = if model == SizeModel::Mat { 256 } else { 40 };
            assert!((16..=most).contains(&size), "step {step:#x}, {model:?}: {size} bytes");
            let head = loaded.heap.addresses.get(ObjectId(5 * step)).unwrap();
            assert_eq!(inquiry.retained(head), 495 * size, "step {step:#x}");
            assert_eq!(facts.warnings, []);
        }
    }
}

#[test]
fn case_51_unreachable_objects_may_lack_their_classes() {
    // As JDK 28's serviceability agent writes them; Eclipse MAT fails.
    let mut dump = small();
    dump.instance(FIRST, NO_TRACE, ObjectId(0x8888), &[0; 8]).unwrap();
    dump.object_array(SECOND, NO_TRACE, ObjectId(0x9999), &[FIRST]).unwrap();
    let dump = open(dump.finish().unwrap());
    assert!(!is_reachable(&dump, FIRST) && !is_reachable(&dump, SECOND));
    let facts = dump.inquiry().facts();
    assert_eq!(facts.unreachable_objects, 2);
    let class = class_of(&dump, FIRST);
    assert_eq!((class.histogram.instances, class.histogram.unreachable), (0, 1));
    assert_eq!(warning(&dump, "missingClass").unwrap().0, 2);
    assert_eq!(crate::invariants::broken(&dump), Vec::<String>::new());
}

#[test]
fn a_cycle_of_super_classes_is_cut() {
    let mut dump = small();
    class(&mut dump, CLASS, SUBCLASS, 4, &[int(StringId(1))]);
    class(&mut dump, SUBCLASS, CLASS, 4, &[int(StringId(2))]);
    let own = ObjectId(0x1500);
    class(&mut dump, own, own, 4, &[int(StringId(3))]);
    dump.instance(FIRST, NO_TRACE, CLASS, &[0; 8]).unwrap();
    dump.instance(SECOND, NO_TRACE, own, &[0; 4]).unwrap();
    let file = dump.finish().unwrap();
    let cut_at = offset_of(&file, heap::CLASS_DUMP, SUBCLASS);
    let dump = open(file);
    assert_eq!(warning(&dump, "superClassCycle"), Some((2, Some(cut_at))));
    assert_eq!(warning(&dump, "instanceLength"), None);
    assert_eq!(details(&dump, FIRST).fields.len(), 2);
    assert_eq!(details(&dump, SECOND).fields.len(), 1);
    assert_eq!(details(&dump, FIRST).hierarchy.len(), 1);
}

#[test]
fn a_very_long_chain_of_super_classes_takes_no_long_time() {
    const CLASSES: u64 = 20_000;
    let mut dump = small();
    for at in 0..CLASSES {
        let id = |at: u64| ObjectId(0x10_0000 + at * 8);
        let super_class = if at == 0 { OBJECT_CLASS } else { id(at - 1) };
        class(&mut dump, id(at), super_class, 0, &[reference(StringId(1))]);
        dump.instance(ObjectId(0x100_0000 + at * 16), NO_TRACE, id(at), &HELD.0.to_be_bytes())
            .unwrap();
    }
    let dump = open(dump.finish().unwrap());
    let last = ObjectId(0x100_0000 + (CLASSES - 1) * 16);
    assert_eq!(outbound(&dump, last).len(), 1, "what its data holds");
    assert_eq!(details(&dump, last).hierarchy.len() as u64, CLASSES);
    assert_eq!(warning(&dump, "instanceLength").unwrap().0, CLASSES - 1);
}
