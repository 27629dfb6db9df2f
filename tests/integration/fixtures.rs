//! Dumps of our own against what their programs and the JVM know.

use crate::support::{Opened, expected, fixture, fixture_path, java_name, read, whole_text};
use heapglass::analysis::collections;
use heapglass::analysis::object_details::{ElementsWindow, FieldValue};
use heapglass::analysis::text::TextPlace;
use heapglass::graph::ROOT;
use heapglass::heap::{ClassIndex, ObjectIndex};
use heapglass::hprof::BasicType;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const NAMES: [&str; 8] = [
    "collections-and-values",
    "dominators",
    "healthy",
    "story-modelmapper",
    "story-mysql-cleanup-thread",
    "story-native-innocent-heap",
    "story-session-list",
    "story-tomcat-upgrade",
];

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is missing in {value}"))
}

fn only(dump: &Opened, class: &str) -> ObjectIndex {
    let found = dump.instances(class);
    assert_eq!(found.len(), 1, "{class}");
    found[0]
}

fn static_object(dump: &Opened, class: &str, field: &str) -> ObjectIndex {
    let object = dump.inquiry().values.static_reference(dump.class(class), field);
    object.unwrap_or_else(|| panic!("{class}.{field} is null"))
}

/// Instances and bytes per class name of `GC.class_histogram`.
fn jvm_histogram(name: &str) -> BTreeMap<String, (u64, u64)> {
    let text = String::from_utf8(read(&fixture_path(&format!("{name}.histo.txt")))).unwrap();
    let mut classes: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        if let [number, count, bytes, class, ..] = cells[..]
            && number.ends_with(':')
        {
            let of_class = classes.entry(java_name(class)).or_default();
            of_class.0 += count.parse::<u64>().unwrap();
            of_class.1 += bytes.parse::<u64>().unwrap();
        }
    }
    assert!(classes.len() > 200, "{name}: only {} classes", classes.len());
    classes
}

/// The same of the dump, unreachable objects included; without the classes of no instance.
fn histogram(dump: &Opened) -> BTreeMap<String, (u64, u64)> {
    let mut classes: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (class, entry) in dump.loaded.heap.classes.iter() {
        let total = dump.loaded.totals.get(class);
        if total.instances + total.unreachable > 0 {
            let of_class = classes.entry(entry.name.clone()).or_default();
            of_class.0 += total.instances + total.unreachable;
            of_class.1 += total.shallow + total.unreachable_shallow;
        }
    }
    classes
}

fn instances(classes: &BTreeMap<String, (u64, u64)>, class: &str) -> u64 {
    classes.get(class).map_or(0, |c| c.0)
}

#[test]
fn counts_equal_the_jvms_histogram() {
    // The histogram of the session list was taken when its program had gone on.
    for name in NAMES.iter().filter(|name| **name != "story-session-list") {
        let (theirs, mut ours) = (jvm_histogram(name), histogram(&fixture(name)));
        // Rule G1: the class loader that every dump gets is no object of the JVM's.
        assert_eq!(instances(&ours, "java.lang.ClassLoader"), 1, "{name}");
        ours.remove("java.lang.ClassLoader");
        let classes: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        let differ: Vec<String> = classes
            .iter()
            // The JVM counts mirrors that a dump does not hold.
            .filter(|class| **class != "java.lang.Class")
            .map(|class| (class, instances(&theirs, class), instances(&ours, class)))
            .filter(|(_, theirs, ours)| theirs != ours)
            .map(|(class, theirs, ours)| format!("{class}: JVM {theirs}, ours {ours}"))
            .collect();
        assert!(differ.is_empty(), "{name}: {differ:#?}");
    }
}

#[test]
fn counts_of_a_dump_written_in_an_error_are_near_the_jvms_histogram() {
    let theirs = jvm_histogram("story-session-list");
    let ours = histogram(&fixture("story-session-list"));
    let mut compared = 0;
    for class in theirs.keys().filter(|class| class.starts_with("org.apache.")) {
        let (theirs, ours) = (instances(&theirs, class), instances(&ours, class));
        assert!(ours.abs_diff(theirs) <= 1, "{class}: JVM {theirs}, ours {ours}");
        compared += 1;
    }
    assert!(compared >= 3, "{compared} classes");
}

/// Dumps whose JVM laid objects out as MAT's model has it: 8-byte alignment, compressed references.
const COMPRESSED: [&str; 4] =
    ["collections-and-values", "healthy", "story-mysql-cleanup-thread", "story-tomcat-upgrade"];

/// Whether MAT's model knows the layout of a class: no fields that the JVM adds, none that it packs
/// into the gaps of a superclass since JDK 15, not the class object whose statics MAT counts.
fn is_laid_out_as_mat_thinks(dump: &Opened, class: ClassIndex) -> bool {
    let classes = &dump.loaded.heap.classes;
    let name = classes.get(class).name.as_str();
    let injected = ["java.lang.Class", "java.lang.Module", "java.lang.invoke.", "java.lang.Thread"];
    let is_injected = injected.iter().any(|prefix| name.starts_with(prefix))
        || classes.lineage(class).any(|c| {
            ["java.lang.Thread", "java.lang.ClassLoader"].contains(&classes.get(c).name.as_str())
        });
    // Newer JVMs put fields into a gap at the end of a superclass.
    let ids = dump.loaded.heap.ids();
    let bytes = |c: ClassIndex| -> u64 {
        let fields = classes.get(c).fields.iter();
        fields.filter(|f| f.ty != BasicType::Object).map(|f| u64::from(f.ty.size(ids))).sum()
    };
    let is_packed = classes.lineage(class).skip(1).any(|c| bytes(c) % 4 != 0);
    !is_injected && !is_packed
}

#[test]
fn sizes_equal_the_jvms_where_mats_model_is_right() {
    for name in COMPRESSED {
        let dump = fixture(name);
        let (theirs, heap) = (jvm_histogram(name), &dump.loaded.heap);
        let mut compared = 0;
        let mut differ = Vec::new();
        for (class_name, &(count, bytes)) in &theirs {
            let Some(class) = heap.classes.by_name(class_name) else { continue };
            if !is_laid_out_as_mat_thinks(&dump, class) {
                continue;
            }
            let total = dump.loaded.totals.get(class);
            let ours = total.shallow + total.unreachable_shallow;
            compared += 1;
            if total.instances + total.unreachable == count && ours != bytes {
                differ.push(format!("{class_name}: JVM {bytes}, ours {ours}"));
            }
        }
        assert!(differ.is_empty(), "{name}: {differ:#?}");
        assert!(compared * 10 > theirs.len() * 7, "{name}: only {compared} classes compared");
    }
}

#[test]
fn counts_equal_what_the_programs_counted() {
    for name in NAMES {
        let dump = fixture(name);
        let ours = histogram(&dump);
        let Some(counts) = expected(name)["counts"].as_object().cloned() else {
            assert_eq!(name, "story-session-list", "only this program died before it could count");
            continue;
        };
        for (class, count) in counts {
            assert_eq!(ours.get(&class).map(|c| c.0), count.as_u64(), "{name}: {class}");
        }
    }
}

/// Collections whose entries would have to be counted one by one, or whose class keeps no size.
const NOT_COUNTED: [&str; 3] = [
    "java.util.concurrent.ConcurrentLinkedQueue",
    "java.util.concurrent.ConcurrentLinkedDeque",
    "java.util.concurrent.LinkedTransferQueue",
];

#[test]
fn collections_have_the_sizes_that_their_program_gave_them() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let inquiry = dump.inquiry();
    let holder = text(&expected, "collectionsHolder");
    let mut wrong = Vec::new();
    for (field, list) in expected["collections"].as_object().unwrap() {
        let array = static_object(&dump, holder, field);
        let elements = match inquiry.elements(array, 0, 100).unwrap().objects {
            Some(elements) if inquiry.row(array).kind == "objectArray" => elements,
            _ => vec![Some(inquiry.row(array))],
        };
        let list = list.as_array().unwrap();
        assert_eq!(elements.len(), list.len(), "{field}");
        for (row, expected) in elements.iter().zip(list) {
            let (row, class) = (row.as_ref().unwrap(), text(expected, "class"));
            assert_eq!(row.class.name, class, "{field}");
            let size = collections::size(&inquiry.values, row.object);
            let wanted = expected["size"].as_u64();
            let wanted = wanted.filter(|_| !NOT_COUNTED.contains(&class));
            if size != wanted {
                wrong.push(format!("{field}: {class}: {size:?} instead of {wanted:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a primitive's text says what the program says. Numbers beyond 2^53 and those that JSON
/// lacks are strings there; characters are numbers.
fn says(shown: &str, ty: &str, expected: &Value) -> bool {
    if let Some(text) = expected.as_str() {
        return shown == text;
    }
    if let Some(flag) = expected.as_bool() {
        return shown == flag.to_string();
    }
    let number = expected.as_f64().unwrap();
    match ty {
        "char" => {
            let inner = shown.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')).unwrap();
            let code = match inner.strip_prefix("\\u") {
                Some(hex) if hex.len() == 4 => u32::from_str_radix(hex, 16).unwrap(),
                _ => u32::from(inner.chars().next().unwrap()),
            };
            f64::from(code) == number
        }
        #[expect(clippy::cast_possible_truncation, reason = "the program's value is a float")]
        "float" => shown.parse::<f32>().unwrap().to_bits() == (number as f32).to_bits(),
        "double" => shown.parse::<f64>().unwrap().to_bits() == number.to_bits(),
        _ => shown == number.to_string(),
    }
}

fn primitive_of(box_class: &str) -> Option<&'static str> {
    Some(match box_class {
        "java.lang.Boolean" => "boolean",
        "java.lang.Byte" => "byte",
        "java.lang.Character" => "char",
        "java.lang.Short" => "short",
        "java.lang.Integer" => "int",
        "java.lang.Long" => "long",
        "java.lang.Float" => "float",
        "java.lang.Double" => "double",
        _ => return None,
    })
}

/// Whether an object shows what the program says: text, number in a box, constant, elements.
fn shows(dump: &Opened, object: ObjectIndex, expected: &Value) -> bool {
    let details = dump.inquiry().object(object).unwrap();
    let class = details.row.class.name.as_str();
    if class == "java.lang.String" {
        let wanted: Vec<u16> = match expected.as_array() {
            Some(units) => {
                units.iter().map(|u| u16::try_from(u.as_u64().unwrap()).unwrap()).collect()
            }
            None if expected == "0123456789 repeated 5000 times" => {
                "0123456789".repeat(5000).encode_utf16().collect()
            }
            None => expected.as_str().unwrap().encode_utf16().collect(),
        };
        assert_eq!(details.text_length.map(|n| n as usize), Some(wanted.len()));
        return whole_text(&dump.inquiry(), &TextPlace::Object(object), 1000) == wanted;
    }
    if let Some(elements) = details.elements {
        return elements_show(dump, class.trim_end_matches("[]"), &elements, expected);
    }
    match primitive_of(class) {
        Some(ty) => says(&details.row.value.unwrap(), ty, expected),
        None => details.row.value.as_deref() == expected.as_str(),
    }
}

fn elements_show(dump: &Opened, ty: &str, elements: &ElementsWindow, expected: &Value) -> bool {
    let list = expected.as_array().unwrap();
    if elements.total as usize != list.len() {
        return false;
    }
    if let Some(primitives) = &elements.primitives {
        return primitives.iter().zip(list).all(|(shown, wanted)| says(shown, ty, wanted));
    }
    let objects = elements.objects.as_ref().unwrap();
    objects.iter().zip(list).all(|(row, wanted)| match row {
        Some(row) => shows(dump, row.object, wanted),
        None => wanted.is_null(),
    })
}

fn field_shows(dump: &Opened, field: &FieldValue, expected: &Value) -> bool {
    assert_eq!(field.dangling, None, "{}", field.name);
    match (&field.primitive, &field.target) {
        (Some(shown), None) => says(shown, field.ty, expected),
        (None, Some(row)) => shows(dump, row.object, expected),
        (None, None) => expected.is_null(),
        both => panic!("{}: {both:?}", field.name),
    }
}

#[test]
fn fields_have_the_values_that_their_program_gave_them() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let holder = &expected["valuesHolder"];
    let object = static_object(&dump, text(holder, "class"), text(holder, "staticField"));
    let fields = dump.inquiry().object(object).unwrap().fields;
    let values = expected["values"].as_object().unwrap();
    assert_eq!(fields.len(), values.len());
    for field in &fields {
        let wanted = &values[&field.name];
        assert!(field_shows(&dump, field, wanted), "{field:?} instead of {wanted}");
    }
}

#[test]
fn fields_of_one_name_are_told_apart_by_their_class() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let object = static_object(&dump, "sample.CollectionsAndValues", "INHERITED");
    let fields = dump.inquiry().object(object).unwrap().fields;
    let mut seen = 0;
    for (class, wanted) in expected["shadowed"].as_object().unwrap() {
        for (name, wanted) in wanted.as_object().unwrap() {
            let field = fields.iter().find(|f| f.name == *name && f.declared_by == *class);
            assert!(field_shows(&dump, field.unwrap(), wanted), "{class}.{name}");
            seen += 1;
        }
    }
    assert_eq!(fields.len(), seen);
}

#[test]
fn a_long_list_has_all_its_links_and_a_path_of_bounded_length() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let list = &expected["linkedList"];
    let inquiry = dump.inquiry();
    let head = static_object(&dump, "sample.CollectionsAndValues", text(list, "staticField"));
    let mut links = vec![head];
    while let Some(next) = inquiry.values.reference(*links.last().unwrap(), "next") {
        links.push(next);
    }
    assert_eq!(links.len() as u64, list["length"].as_u64().unwrap());
    let last = *links.last().unwrap();
    assert_eq!(inquiry.retained(head), inquiry.retained(last) * links.len() as u64);
    let path = inquiry.path_to_root(last);
    assert!(path.steps.len() <= 400, "{} steps", path.steps.len());
    let objects = path.steps.len() + path.omitted as usize;
    assert!(objects >= links.len(), "{objects} objects");
    assert_eq!(path.steps.last().unwrap().row.object, last);
}

#[test]
fn weakly_held_objects_are_reachable_but_have_no_strong_path() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let inquiry = dump.inquiry();
    for (kind, class) in expected["onlyReferencedBy"].as_object().unwrap() {
        let object = only(&dump, class.as_str().unwrap());
        assert!(inquiry.is_reachable(object), "{kind}");
        let path = inquiry.path_to_root(object);
        assert!(path.weak_only && path.steps.is_empty(), "{kind}: {path:?}");
        let reference = static_object(&dump, "sample.CollectionsAndValues", kind);
        assert!(!inquiry.path_to_root(reference).weak_only, "{kind}");
        assert_eq!(inquiry.values.reference(reference, "referent"), Some(object), "{kind}");
    }
}

#[test]
fn what_nothing_reaches_is_unreachable_cycles_included() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let class = text(&expected["unreachable"], "class");
    let total = dump.loaded.totals.get(dump.class(class));
    let count = expected["unreachable"]["instances"].as_u64().unwrap();
    assert_eq!((total.instances, total.unreachable), (0, count));
    let inquiry = dump.inquiry();
    for object in dump.instances(class) {
        assert!(inquiry.row(object).unreachable);
        let path = inquiry.path_to_root(object);
        assert!(path.steps.is_empty() && !path.weak_only);
    }
}

fn thread(dump: &Opened, expected: &Value) -> ObjectIndex {
    let thread = only(dump, text(expected, "class"));
    let name = dump.inquiry().values.thread_name(thread);
    assert_eq!(name.as_deref(), Some(text(expected, "name")));
    thread
}

#[test]
fn locals_are_references_of_their_thread_and_no_roots() {
    let dump = fixture("collections-and-values");
    let expected = &expected("collections-and-values")["threads"][0];
    let inquiry = dump.inquiry();
    let heap = inquiry.heap();
    let thread = thread(&dump, expected);
    let local = only(&dump, text(expected, "localOfDeepestFrame"));
    assert!(!heap.roots.contains(local));
    assert!(heap.roots.contains(thread));
    assert_eq!(inquiry.row(local).roots, Vec::<&str>::new());
    assert_eq!(inquiry.row(thread).roots, ["Thread"]);
    assert_eq!(dump.loaded.dominators.parent(local.0), thread.0);
    let path = inquiry.path_to_root(local);
    assert_eq!(path.steps.len(), 2);
    assert_eq!(path.steps[0].row.object, thread);

    let known = heap.threads.of(thread).unwrap();
    let (frame, _) = known.locals.iter().find(|(_, object)| *object == local).unwrap();
    let frames: Vec<_> = heap.threads.frames(known.trace.unwrap()).collect();
    let method = &frames[frame.unwrap() as usize];
    assert_eq!(heap.names.text(method.method), text(expected, "method"));
    let deep = frames.iter().filter(|f| heap.names.text(f.method) == text(expected, "method"));
    assert_eq!(deep.count() as u64, expected["frames"].as_u64().unwrap());
}

#[test]
fn thread_locals_are_held_through_the_thread_object() {
    let dump = fixture("collections-and-values");
    let expected = &expected("collections-and-values")["threads"][0];
    let inquiry = dump.inquiry();
    let thread = thread(&dump, expected);
    let values = dump.instances(text(expected, "threadLocalValue"));
    assert_eq!(values.len(), 2);
    for value in values {
        assert!(!inquiry.heap().roots.contains(value));
        let path = inquiry.path_to_root(value);
        let via: Vec<&str> = path.steps.iter().filter_map(|s| s.via.as_deref()).collect();
        assert!(["threadLocals", "inheritableThreadLocals"].contains(&via[0]), "{via:?}");
        let is_own = path.steps[0].row.object == thread;
        assert!(is_own || via[0] == "inheritableThreadLocals", "{via:?}");
    }
}

/// A line of the expected trees: depth, class, objects in the subtree.
fn trees() -> Vec<(usize, String, u64)> {
    let text = String::from_utf8(read(&fixture_path("dominators.tree.txt"))).unwrap();
    let lines = text.lines().filter(|line| line.starts_with(' '));
    lines
        .map(|line| {
            let depth = (line.len() - line.trim_start().len()) / 2;
            let words: Vec<&str> = line.split_whitespace().collect();
            let [class, "retains", count, "objects"] = words[..] else { panic!("{line}") };
            (depth, class.to_owned(), count.parse().unwrap())
        })
        .collect()
}

fn subtree(dump: &Opened, object: ObjectIndex) -> u64 {
    let children = dump.loaded.dominators.children(object.0, 0, u32::MAX);
    1 + children.iter().map(|&child| subtree(dump, ObjectIndex(child))).sum::<u64>()
}

#[test]
fn dominator_trees_equal_those_of_the_definition() {
    let dump = fixture("dominators");
    let tree = &dump.loaded.dominators;
    let mut above: Vec<ObjectIndex> = Vec::new();
    let mut seen = 0;
    for (depth, class, count) in trees() {
        let object = only(&dump, &class);
        above.truncate(depth - 1);
        match above.last() {
            Some(parent) => assert_eq!(tree.parent(object.0), parent.0, "{class}"),
            None => {
                let holder = dump.loaded.heap.classes.get(dump.class("sample.Dominators")).object;
                assert_eq!(Some(tree.parent(object.0)), holder.map(|h| h.0), "{class}");
            }
        }
        assert_eq!(subtree(&dump, object), count, "{class}");
        above.push(object);
        seen += 1;
    }
    assert_eq!(seen, 29);
}

#[test]
fn an_object_of_two_threads_is_on_the_first_level() {
    let dump = fixture("dominators");
    let expected = expected("dominators");
    let first = &expected["firstLevel"];
    let object = only(&dump, text(first, "class"));
    assert_eq!(dump.loaded.dominators.parent(object.0), ROOT);
    assert_eq!(Some(subtree(&dump, object)), first["retainedObjects"].as_u64());
    let threads = dump.instances(text(&expected["threads"], "class"));
    assert_eq!(Some(threads.len() as u64), expected["threads"]["instances"].as_u64());
    let own: ClassIndex = dump.class(text(&expected["threads"], "eachDominates"));
    for thread in threads {
        let children = dump.loaded.dominators.children(thread.0, 0, u32::MAX);
        let of_own = children
            .iter()
            .filter(|&&child| dump.loaded.heap.objects.class(ObjectIndex(child)) == own);
        assert_eq!(of_own.count(), 1);
    }
}
