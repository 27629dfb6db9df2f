//! Rows 26, 34 and 38: objects that are repeated, of a wrong length, or not there.

use super::dumps::{
    HELD, NO_TRACE, OBJECT_CLASS, assert_only_warning, builder, class, details, instance,
    is_reachable, last_offset_of, objects, offset_of, open, outbound, root, small, small_heap,
    small_names, warning, writer,
};
use crate::support::Opened;
use heapglass::hprof::tag::{heap, record};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, ObjectId, RootKind, StringId, Value,
};

const CLASS: ObjectId = ObjectId(0x1300);
const FIRST: ObjectId = ObjectId(0x2100);
const SECOND: ObjectId = ObjectId(0x2200);
const THIRD: ObjectId = ObjectId(0x2300);

fn values(dump: &Opened, object: ObjectId) -> Vec<String> {
    let details = details(dump, object);
    let text = |field: &heapglass::analysis::object_details::FieldValue| {
        let target = field.target.as_ref().map(|row| row.address.clone());
        field.primitive.clone().or(target).unwrap_or_else(|| "null".to_owned())
    };
    details.fields.iter().map(text).collect()
}

/// A small dump with the class `a.Pair` of an `int` and two references.
fn with_pair() -> heapglass::hprof::writer::HprofWriter<Vec<u8>> {
    let mut dump = writer();
    small_names(&mut dump);
    for (id, name) in [(20, "a/Pair"), (21, "number"), (22, "left"), (23, "right")] {
        dump.utf8(StringId(id), name).unwrap();
    }
    dump.load_class(ClassSerial(9), CLASS, NO_TRACE, StringId(20)).unwrap();
    small_heap(&mut dump);
    let field = |name, ty| FieldDescriptor { name: StringId(name), ty };
    let fields =
        [field(21, BasicType::Int), field(22, BasicType::Object), field(23, BasicType::Object)];
    class(&mut dump, CLASS, OBJECT_CLASS, 20, &fields);
    dump
}

fn pair(number: u32, left: ObjectId, right: ObjectId) -> Vec<u8> {
    [&number.to_be_bytes()[..], &left.0.to_be_bytes(), &right.0.to_be_bytes()].concat()
}

#[test]
fn case_26_an_object_that_is_there_twice_counts_once() {
    let mut dump = with_pair();
    dump.instance(FIRST, NO_TRACE, CLASS, &pair(1, HELD, SECOND)).unwrap();
    dump.instance(FIRST, NO_TRACE, CLASS, &pair(2, THIRD, THIRD)).unwrap();
    instance(&mut dump, SECOND);
    dump.object_array(SECOND, NO_TRACE, CLASS, &[THIRD]).unwrap();
    instance(&mut dump, THIRD);
    dump.root(&root(RootKind::JniGlobal, FIRST)).unwrap();
    let file = dump.finish().unwrap();
    let at = last_offset_of(&file, heap::INSTANCE_DUMP, FIRST);
    let dump = open(file);
    assert_only_warning(&dump, "repeatedObjectId", 2, at);
    assert_eq!(objects(&dump), [HELD, FIRST, SECOND, THIRD]);
    assert_eq!(values(&dump, FIRST), ["1", "0x2000", "0x2200"], "the first record counts");
    assert!(is_reachable(&dump, SECOND));
    assert!(!is_reachable(&dump, THIRD), "only the repeated records refer to it");
    let facts = dump.inquiry().facts();
    assert_eq!(facts.unreachable_objects, 1, "{facts:?}");
    assert_eq!(details(&dump, THIRD).row.class.name, "java.lang.Object", "read from its place");
    assert_eq!(crate::invariants::broken(&dump), Vec::<String>::new());
}

#[test]
fn case_34_instances_may_be_shorter_or_longer_than_their_fields() {
    let whole = pair(7, HELD, SECOND);
    let longer = [&whole[..], &[9; 5]].concat();
    let mut dump = with_pair();
    dump.instance(FIRST, NO_TRACE, CLASS, &whole).unwrap();
    dump.instance(SECOND, NO_TRACE, CLASS, &whole[..12]).unwrap();
    dump.instance(THIRD, NO_TRACE, CLASS, &longer).unwrap();
    let empty = ObjectId(0x2400);
    dump.instance(empty, NO_TRACE, CLASS, &[]).unwrap();
    let cut = ObjectId(0x2500);
    dump.instance(cut, NO_TRACE, CLASS, &whole[..10]).unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::INSTANCE_DUMP, SECOND);
    let dump = open(file);
    assert_only_warning(&dump, "instanceLength", 4, at);
    assert_eq!(values(&dump, FIRST), ["7", "0x2000", "0x2200"]);
    assert_eq!(values(&dump, SECOND), ["7", "0x2000", "?"]);
    assert_eq!(values(&dump, THIRD), ["7", "0x2000", "0x2200"]);
    assert_eq!(values(&dump, empty), ["?", "?", "?"]);
    assert_eq!(values(&dump, cut), ["7", "?", "?"]);
    let left = |id: u64| ("left".to_owned(), id);
    assert_eq!(outbound(&dump, SECOND), [left(0x2000)]);
    assert_eq!(outbound(&dump, cut), []);
    for object in [FIRST, SECOND, THIRD, empty, cut] {
        let offset = details(&dump, object).file_offset.unwrap();
        assert_eq!(offset, offset_of(dump.bytes(), heap::INSTANCE_DUMP, object));
    }
}

#[test]
fn case_34_a_class_whose_first_instance_is_too_short_keeps_the_fields_of_the_others() {
    let mut dump = with_pair();
    dump.instance(FIRST, NO_TRACE, CLASS, &[0, 0, 0, 1]).unwrap();
    dump.instance(SECOND, NO_TRACE, CLASS, &pair(2, HELD, THIRD)).unwrap();
    instance(&mut dump, THIRD);
    dump.root(&root(RootKind::JniGlobal, SECOND)).unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(values(&dump, FIRST), ["1", "?", "?"]);
    assert_eq!(values(&dump, SECOND), ["2", "0x2000", "0x2300"]);
    assert!(is_reachable(&dump, THIRD));
}

#[test]
fn case_38_references_to_what_is_not_there_are_counted_and_shown() {
    let mut dump = with_pair();
    let gone = ObjectId(0xdead_beef);
    dump.instance(FIRST, NO_TRACE, CLASS, &pair(1, HELD, gone)).unwrap();
    dump.object_array(SECOND, NO_TRACE, ObjectId(0x9999), &[gone, ObjectId(0), FIRST, gone])
        .unwrap();
    let file = dump.finish().unwrap();
    let at = offset_of(&file, heap::INSTANCE_DUMP, FIRST);
    let dump = open(file);
    assert_eq!(warning(&dump, "danglingReference"), Some((3, Some(at))));
    assert_eq!(outbound(&dump, FIRST), [("left".to_owned(), HELD.0)]);
    let fields = details(&dump, FIRST).fields;
    assert_eq!(fields[2].dangling.as_deref(), Some("0xdeadbeef"));
    let elements = details(&dump, SECOND).elements.unwrap();
    let dangling: Vec<u32> = elements.dangling.iter().map(|element| element.index).collect();
    assert_eq!(dangling, [0, 3], "null is no dangling reference");
}

#[test]
fn case_38_static_fields_and_super_classes_count_as_well() {
    let (mut dump, classes) = builder();
    let gone = Value::Object(ObjectId(0xdead_beef));
    let class = dump.class("a.Statics").extends(classes.object).static_field("gone", gone).build();
    let file = dump.finish();
    let at = offset_of(&file, heap::CLASS_DUMP, class);
    assert_only_warning(&open(file), "danglingReference", 1, at);
}

#[test]
fn everything_may_have_no_length() {
    let mut dump = writer();
    dump.utf8(StringId(7), "").unwrap();
    small_names(&mut dump);
    let array_class = ObjectId(0x1400);
    for (serial, class) in [(8, CLASS), (9, array_class)] {
        dump.load_class(ClassSerial(serial), class, NO_TRACE, StringId(7)).unwrap();
    }
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    small_heap(&mut dump);
    class(&mut dump, CLASS, OBJECT_CLASS, 0, &[]);
    class(&mut dump, array_class, OBJECT_CLASS, 0, &[]);
    dump.instance(FIRST, NO_TRACE, CLASS, &[]).unwrap();
    dump.object_array(SECOND, NO_TRACE, array_class, &[]).unwrap();
    dump.flush_heap().unwrap();
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    dump.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    dump.primitive_array(THIRD, NO_TRACE, BasicType::Long, &[]).unwrap();
    dump.end_heap().unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(objects(&dump), [HELD, FIRST, SECOND, THIRD]);
    assert_eq!(details(&dump, FIRST).row.class.name, "");
    assert_eq!(details(&dump, SECOND).row.length, Some(0));
    assert_eq!(details(&dump, THIRD).row.name, "long[0]");
    assert_only_warning(&dump, "missingPrimitiveArrayClass", 1, details(&dump, THIRD).file_offset);
    assert!(!dump.inquiry().facts().truncated);
}

#[test]
fn ids_may_be_zero_or_all_ones() {
    let mut dump = small();
    instance(&mut dump, ObjectId(0));
    instance(&mut dump, ObjectId(u64::MAX));
    dump.object_array(FIRST, NO_TRACE, OBJECT_CLASS, &[ObjectId(0), ObjectId(u64::MAX)]).unwrap();
    dump.root(&root(RootKind::JniGlobal, FIRST)).unwrap();
    let dump = open(dump.finish().unwrap());
    assert!(is_reachable(&dump, ObjectId(u64::MAX)));
    assert_eq!(outbound(&dump, FIRST), [("[1]".to_owned(), u64::MAX)], "0 is null");
}
