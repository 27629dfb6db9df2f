//! Rows 19 to 24: names of classes and fields.

use super::dumps::{
    HELD, NO_TRACE, OBJECT_CLASS, assert_only_warning, builder, class, details, objects, offset_of,
    open, root, small, small_heap, small_names, warning, warnings, writer,
};
use heapglass::hprof::tag::heap;
use heapglass::hprof::{BasicType, ClassSerial, FieldDescriptor, ObjectId, RootKind, StringId};

const CLASS: ObjectId = ObjectId(0x1300);
const INSTANCE: ObjectId = ObjectId(0x2100);
const NAME: StringId = StringId(20);

/// A small dump with one more class, which `name` names as a test wants, and an instance of it.
fn with_class(fields: &[FieldDescriptor], name: impl Fn(&mut Writer)) -> Vec<u8> {
    let mut dump = writer();
    small_names(&mut dump);
    name(&mut dump);
    small_heap(&mut dump);
    class(&mut dump, CLASS, OBJECT_CLASS, 0, fields);
    dump.instance(INSTANCE, NO_TRACE, CLASS, &vec![0; 4 * fields.len()]).unwrap();
    dump.root(&root(RootKind::JniGlobal, INSTANCE)).unwrap();
    dump.end_heap().unwrap();
    dump.finish().unwrap()
}

type Writer = heapglass::hprof::writer::HprofWriter<Vec<u8>>;

fn load(dump: &mut Writer, serial: u32, class: ObjectId, name: StringId) {
    dump.load_class(ClassSerial(serial), class, NO_TRACE, name).unwrap();
}

#[test]
fn case_19_names_are_modified_utf_8_and_bad_bytes_are_replaced() {
    let bytes: [(&[u8], &str); 4] = [
        (b"a/N\xc0\x80l", "a.N\0l"),
        (b"a/\xed\xa0\xbd\xed\xb8\x80", "a.\u{1f600}"),
        (b"a/\xc3\xa4\xe2\x82\xac", "a.\u{e4}\u{20ac}"),
        (b"a/\xff\xedb", "a.\u{fffd}\u{fffd}b"),
    ];
    for (raw, text) in bytes {
        let file = with_class(&[], |dump| {
            dump.utf8_bytes(NAME, raw).unwrap();
            load(dump, 9, CLASS, NAME);
        });
        let dump = open(file);
        assert_eq!(details(&dump, INSTANCE).row.class.name, text);
        assert_eq!(warnings(&dump), []);
    }
}

#[test]
fn case_20_a_name_that_is_missing_says_so() {
    let field = FieldDescriptor { name: StringId(0xabc), ty: BasicType::Int };
    let file = with_class(&[field], |dump| load(dump, 9, CLASS, NAME));
    let at = offset_of(&file, heap::CLASS_DUMP, CLASS);
    let dump = open(file);
    let details = details(&dump, INSTANCE);
    assert_eq!(details.row.class.name, "Unresolved Name 0x14");
    assert_eq!(details.fields[0].name, "Unresolved Name 0xabc");
    assert_only_warning(&dump, "unresolvedName", 1, at);
}

#[test]
fn case_21_of_two_names_of_a_class_the_last_one_is_shown() {
    let mut dump = writer();
    small_names(&mut dump);
    dump.utf8(NAME, "first").unwrap();
    dump.utf8(StringId(21), "second").unwrap();
    load(&mut dump, 9, CLASS, NAME);
    let at = dump.written();
    load(&mut dump, 9, CLASS, StringId(21));
    small_heap(&mut dump);
    class(&mut dump, CLASS, OBJECT_CLASS, 0, &[]);
    dump.instance(INSTANCE, NO_TRACE, CLASS, &[]).unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(details(&dump, INSTANCE).row.class.name, "second");
    assert_only_warning(&dump, "repeatedLoadClass", 1, at);
}

#[test]
fn case_21_the_same_twice_is_nothing() {
    let file = with_class(&[], |dump| {
        dump.utf8(NAME, "a/B").unwrap();
        load(dump, 9, CLASS, NAME);
        load(dump, 9, CLASS, NAME);
    });
    assert_eq!(warnings(&open(file)), []);
}

#[test]
fn case_22_an_unloaded_class_has_no_name() {
    let file = with_class(&[], |dump| {
        dump.utf8(NAME, "a/B").unwrap();
        load(dump, 9, CLASS, NAME);
        dump.unload_class(ClassSerial(9)).unwrap();
    });
    let at = offset_of(&file, heap::CLASS_DUMP, CLASS);
    let dump = open(file);
    assert_eq!(details(&dump, INSTANCE).row.class.name, "unknown-name@0x1300");
    assert_only_warning(&dump, "classWithoutName", 1, at);
}

#[test]
fn case_22_a_class_of_unknown_number_cannot_be_unloaded() {
    let mut dump = writer();
    small_names(&mut dump);
    let at = dump.written();
    dump.unload_class(ClassSerial(77)).unwrap();
    dump.unload_class(ClassSerial(78)).unwrap();
    small_heap(&mut dump);
    assert_only_warning(&open(dump.finish().unwrap()), "unknownUnload", 2, at);
}

#[test]
fn case_22_what_is_unloaded_after_the_dump_is_still_in_it() {
    let mut dump = small();
    dump.end_heap().unwrap();
    dump.unload_class(ClassSerial(1)).unwrap();
    dump.utf8(StringId(1), "another").unwrap();
    let dump = open(dump.finish().unwrap());
    assert_eq!(details(&dump, HELD).row.class.name, "java.lang.Object");
    assert_eq!(warnings(&dump), []);
}

#[test]
fn case_23_a_class_without_a_name_is_called_by_its_address() {
    let (mut dump, classes) = builder();
    let nameless = dump.class("forgotten").extends(classes.object).without_name().build();
    let object = dump.instance(nameless, &[]);
    let file = dump.finish();
    let at = offset_of(&file, heap::CLASS_DUMP, nameless);
    let dump = open(file);
    let name = format!("unknown-name@{:#x}", nameless.0);
    assert_eq!(details(&dump, object).row.class.name, name);
    assert_eq!(warning(&dump, "classWithoutName"), Some((1, Some(at))));
    assert!(objects(&dump).contains(&object));
}

#[test]
fn case_24_array_classes_are_spelled_as_in_java() {
    for (raw, java) in [
        ("[Ljava/lang/String;", "java.lang.String[]"),
        ("[[Ljava/util/Map$Entry;", "java.util.Map$Entry[][]"),
        ("[[I", "int[][]"),
        ("[a/b(c/d)", "a.b(c/d)[]"),
    ] {
        let mut dump = writer();
        small_names(&mut dump);
        dump.utf8(NAME, raw).unwrap();
        load(&mut dump, 9, CLASS, NAME);
        small_heap(&mut dump);
        class(&mut dump, CLASS, OBJECT_CLASS, 0, &[]);
        dump.object_array(INSTANCE, NO_TRACE, CLASS, &[HELD, ObjectId(0)]).unwrap();
        let dump = open(dump.finish().unwrap());
        let details = details(&dump, INSTANCE);
        assert_eq!(details.row.class.name, java);
        assert_eq!(details.row.kind, "objectArray");
        assert_eq!(warnings(&dump), []);
    }
    let (mut dump, _) = builder();
    let array = dump.primitive_array(BasicType::Int, &[0; 8]);
    let file = dump.finish();
    let dump = open(file);
    assert_eq!(details(&dump, array).row.name, "int[2]");
}
