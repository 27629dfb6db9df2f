//! Texts, arrays and collections against what programs know of themselves, and against naive counts.

use super::{Asked, number, word};
use crate::support::{Opened, extra_dump, extra_dumps, fixture, opened};
use heapglass::analysis::query::RowAnswer;
use heapglass::heap::ObjectIndex;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Every reachable string with its whole text, read one by one.
fn texts(dump: &Opened) -> Vec<(ObjectIndex, String)> {
    let inquiry = dump.inquiry();
    let strings = dump.instances("java.lang.String").into_iter();
    strings
        .filter(|&string| inquiry.is_reachable(string))
        .filter_map(|string| Some((string, inquiry.values.string(string, u32::MAX)?.0)))
        .collect()
}

fn check_duplicates(dump: &Opened) {
    let mut asked = Asked::of(dump);
    let mut groups: HashMap<String, u64> = HashMap::new();
    for (_, text) in texts(dump) {
        *groups.entry(text).or_default() += 1;
    }
    let mut expected: Vec<(u64, u64)> = groups
        .iter()
        .filter(|&(_, &count)| count > 1)
        .map(|(text, &count)| (count, text.encode_utf16().count() as u64))
        .collect();
    expected.sort_unstable();
    let rows = asked.rows("duplicate-strings");
    let mut found: Vec<(u64, u64)> =
        rows.iter().map(|row| (number(row, 1), number(row, 2))).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
    for row in rows.iter().take(20) {
        assert!(number(row, 5) <= number(row, 1) && number(row, 5) > 0);
        let of = asked.ask(&format!("objects?of=row:{}:duplicate-strings", row.row)).unwrap();
        assert_eq!(of.objects, Some(number(row, 1)), "the row stands for its strings");
    }
}

#[test]
fn duplicate_strings_are_those_that_a_naive_count_finds() {
    let dump = fixture("collections-and-values");
    check_duplicates(&dump);
    let Some(root) = extra_dumps() else { return };
    for name in ["sun_jdk6_18_x32", "oracle_jdk8_05_x64", "openjdk_jdk11_04_x64"] {
        if let Some(path) = extra_dump(&root, name) {
            check_duplicates(&opened(&path));
        }
    }
}

#[test]
fn strings_are_found_wherever_the_text_is_in_them() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    for pattern in ["key ", "KEY", "90123", "\u{1f4a7}", "gr\u{fc}", "line two"] {
        let found = asked.rows(&format!("find-strings?text={}", escaped(pattern)));
        let wanted = pattern.to_ascii_lowercase();
        let expected =
            texts(&dump).iter().filter(|(_, t)| t.to_ascii_lowercase().contains(&wanted)).count();
        assert_eq!(found.len(), expected, "{pattern}");
        assert!(expected > 0, "{pattern}");
    }
    let by_pattern = asked.rows("find-strings?text=/%5Ekey%20%5Ba-q%5D$/");
    assert!(by_pattern.len() >= 17, "{}", by_pattern.len());
    let long = asked.rows("find-strings?text=/%5E(0123456789)%2B$/");
    assert!(long.iter().any(|row| number(row, 2) == 50_000), "the whole text of any length");
    assert!(asked.ask("find-strings").is_err(), "without a text there is nothing to look for");
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn objects_are_grouped_by_the_whole_value() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let class = dump.class("java.lang.String");
    let rows = asked.rows(&format!("group-by-value?of=class:{}", class.0));
    let mut groups: HashMap<String, u64> = HashMap::new();
    for (_, text) in texts(&dump) {
        *groups.entry(text).or_default() += 1;
    }
    assert_eq!(rows.len(), groups.len());
    let mut expected: Vec<u64> = groups.into_values().collect();
    let mut found: Vec<u64> = rows.iter().map(|row| number(row, 2)).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let boxes = dump.class("java.lang.Integer");
    let rows = asked.rows(&format!("group-by-value?of=class:{}", boxes.0));
    let sum: u64 = rows.iter().map(|row| number(row, 2)).sum();
    assert_eq!(sum, dump.inquiry().totals.get(boxes).instances);
    assert!(rows.iter().any(|row| word(row, 0) == "1000000007" && number(row, 2) == 1));
}

/// The row of a field, and of a class where a field holds several.
fn held_by<'r>(rows: &'r [RowAnswer], field: &str, class: &str) -> Option<&'r RowAnswer> {
    rows.iter().find(|row| word(row, 0) == field && word(row, 1) == class)
}

#[test]
fn collections_are_held_by_the_fields_that_the_program_gave_them() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let empty = asked.rows("empty-collections");
    let single = asked.rows("single-element-collections");
    for (field, class) in [
        ("ARRAY_LIST", "java.util.ArrayList"),
        ("LINKED_LIST", "java.util.LinkedList"),
        ("VECTOR", "java.util.Vector"),
        ("STACK", "java.util.Stack"),
        ("ARRAY_DEQUE", "java.util.ArrayDeque"),
        ("PRIORITY_QUEUE", "java.util.PriorityQueue"),
        ("HASH_SET", "java.util.HashSet"),
        ("LINKED_HASH_SET", "java.util.LinkedHashSet"),
        ("TREE_SET", "java.util.TreeSet"),
        ("HASH_MAP", "java.util.HashMap"),
        ("LINKED_HASH_MAP", "java.util.LinkedHashMap"),
        ("TREE_MAP", "java.util.TreeMap"),
        ("HASHTABLE", "java.util.Hashtable"),
        ("IDENTITY_HASH_MAP", "java.util.IdentityHashMap"),
        ("WEAK_HASH_MAP", "java.util.WeakHashMap"),
        ("CONCURRENT_HASH_MAP", "java.util.concurrent.ConcurrentHashMap"),
        ("SKIP_LIST_SET", "java.util.concurrent.ConcurrentSkipListSet"),
        ("COPY_ON_WRITE_SET", "java.util.concurrent.CopyOnWriteArraySet"),
        ("LINKED_BLOCKING_QUEUE", "java.util.concurrent.LinkedBlockingQueue"),
        ("ARRAY_BLOCKING_QUEUE", "java.util.concurrent.ArrayBlockingQueue"),
        ("SYNCHRONIZED_LIST", "java.util.ArrayList"),
        ("SET_FROM_MAP", "java.util.concurrent.ConcurrentHashMap"),
    ] {
        let field = format!("sample.Collections#{field}");
        for rows in [&empty, &single] {
            let row = held_by(rows, &field, class);
            let row = row.unwrap_or_else(|| panic!("{field} holds no {class} of that size"));
            // One of three: the others are the single one, or the empty one, and the larger one.
            assert_eq!((number(row, 2), number(row, 3)), (1, 2), "{field}");
        }
    }
    let cleared = held_by(&empty, "sample.Collections#CLEARED", "java.util.HashMap").unwrap();
    assert_eq!((number(cleared, 2), number(cleared, 5)), (1, 0), "it was used once");
}

#[test]
fn sparse_collections_and_colliding_keys_are_named() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let fill = asked.rows("collection-fill");
    let lists = held_by(&fill, "sample.Collections#SPARSE", "java.util.ArrayList").unwrap();
    assert_eq!((number(lists, 2), number(lists, 3), number(lists, 4)), (2, 1, 2_000 + 4_096));
    let reference = dump.inquiry().heap().sizes.reference;
    assert_eq!(number(lists, 6), (2_000 + 4_096 - 1) * reference);
    let collisions = asked.rows("map-collisions");
    for (field, class) in [
        ("COLLIDING", "java.util.HashMap"),
        ("COLLIDING_CONCURRENT", "java.util.concurrent.ConcurrentHashMap"),
    ] {
        let field = format!("sample.Collections#{field}");
        let row = held_by(&collisions, &field, class).unwrap();
        assert_eq!((number(row, 3), number(row, 5)), (100, 99), "all in one bucket");
    }
}

#[test]
fn every_collection_is_in_the_list_by_size_once() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let sizes = asked.rows("collections-by-size");
    for row in &sizes {
        let below = asked.rows_below("collections-by-size", Some(row.row));
        let sum: u64 = below.iter().map(|row| number(row, 3)).sum();
        assert_eq!(sum, number(row, 3), "{}", word(row, 0));
        let of = asked.ask(&format!("objects?of=row:{}:collections-by-size", row.row)).unwrap();
        assert_eq!(of.objects, Some(number(row, 3)), "a row stands for what is below it");
    }
    let of =
        |size: u64| sizes.iter().find(|row| number(row, 2) == size).map_or(0, |r| number(r, 3));
    let empty: u64 = asked.rows("empty-collections").iter().map(|row| number(row, 2)).sum();
    let single: u64 =
        asked.rows("single-element-collections").iter().map(|row| number(row, 2)).sum();
    assert_eq!((of(0), of(1)), (empty, single));
}

#[test]
fn every_array_is_in_the_list_by_size_once() {
    let dump = fixture("collections-and-values");
    let heap = dump.inquiry().heap();
    let mut expected: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for object in heap.objects.indices().filter(|&object| dump.inquiry().is_reachable(object)) {
        if let Some(length) = heap.objects.length(object) {
            let (arrays, bytes) = expected.entry(length.into()).or_default();
            *arrays += 1;
            *bytes += heap.shallow(object);
        }
    }
    let mut asked = Asked::of(&dump);
    let sizes = asked.rows("arrays-by-size");
    let found: BTreeMap<u64, (u64, u64)> =
        sizes.iter().map(|row| (number(row, 2), (number(row, 3), number(row, 4)))).collect();
    assert_eq!((found.len(), &found), (sizes.len(), &expected));
    assert!(sizes.len() > 30);
    for row in &sizes {
        let below = asked.rows_below("arrays-by-size", Some(row.row));
        let sum = |column| below.iter().map(|row| number(row, column)).sum::<u64>();
        assert_eq!((sum(3), sum(4)), (number(row, 3), number(row, 4)), "{}", word(row, 0));
        assert!(below.iter().all(|below| number(below, 2) == number(row, 2)));
        let of = asked.ask(&format!("objects?of=row:{}:arrays-by-size", row.row)).unwrap();
        assert_eq!(of.objects, Some(number(row, 3)), "a row stands for what is below it");
    }
    let zero = asked.rows("zero-length-arrays");
    assert_eq!(zero.iter().map(|row| number(row, 2)).sum::<u64>(), expected[&0].0);
}

#[test]
fn arrays_of_a_program_are_found_with_their_fields() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let zero = asked.rows("zero-length-arrays");
    let row = zero.iter().find(|row| word(row, 1) == "sample.Values#noInts").unwrap();
    assert_eq!((word(row, 0).as_str(), number(row, 2)), ("int[]", 1));
    let fill = asked.rows("array-fill");
    let row = held_by(&fill, "sample.Values#withNulls", "java.lang.Object[]").unwrap();
    assert_eq!((number(row, 3), number(row, 4)), (4, 1));
    let heap = dump.inquiry().heap();
    let naive: u64 = heap
        .objects
        .indices()
        .filter(|&o| heap.objects.length(o) == Some(0) && dump.inquiry().is_reachable(o))
        .count() as u64;
    assert_eq!(zero.iter().map(|row| number(row, 2)).sum::<u64>(), naive);
}

#[test]
fn waste_adds_up_and_stands_beside_what_is_good() {
    let dump = fixture("collections-and-values");
    let mut asked = Asked::of(&dump);
    let kinds = asked.rows("waste");
    let kind = |text: &str| kinds.iter().find(|row| word(row, 0).starts_with(text)).unwrap();
    let strings: u64 = asked.rows("duplicate-strings").iter().map(|row| number(row, 3)).sum();
    assert_eq!(number(kind("Duplicate strings"), 2), strings);
    for row in &kinds {
        let below = asked.rows_below("waste", Some(row.row));
        let sum: u64 = below.iter().map(|row| number(row, 2)).sum();
        assert_eq!(sum, number(row, 2), "{}", word(row, 0));
        assert!(below.windows(2).all(|pair| number(&pair[0], 2) >= number(&pair[1], 2)));
    }
    let sparse = asked.rows_below("waste", Some(kind("Sparse collections").row));
    let row = sparse.iter().find(|row| word(row, 0) == "sample.Collections#SPARSE");
    // Of the three one has one element and one has none and no room yet.
    assert!(row.is_none(), "empty ones and those of one are of other kinds");
    let single = asked.rows_below("waste", Some(kind("Collections of one").row));
    let row = single.iter().find(|row| word(row, 0) == "sample.Collections#SPARSE").unwrap();
    assert_eq!((number(row, 1), number(row, 4)), (1, 2));
}

#[test]
fn holders_and_waste_can_be_told_of_real_dumps() {
    let Some(root) = extra_dumps() else { return };
    for name in ["app_jetty", "sun_jdk6_30_x64_compressedOops", "jdk25_vthreads_g1"] {
        let path = extra_dump(&root, name).unwrap();
        let dump = opened(&path);
        let mut asked = Asked::of(&dump);
        let used = dump.inquiry().used_heap();
        let kinds = asked.rows("waste");
        let sum: u64 = kinds
            .iter()
            .filter(|row| !word(row, 0).starts_with("Object headers"))
            .map(|row| number(row, 2))
            .sum();
        assert!(sum > 0 && sum < used, "{name}: {sum} of {used}");
        let rows = asked.rows("collection-fill");
        let named = rows.iter().filter(|row| word(row, 0).contains('#')).count();
        assert!(named * 10 > rows.len() * 9, "{name}: {named} of {} with a field", rows.len());
    }
}

/// The arrays of primitives that are not those of strings, with their class and bytes, read whole.
fn arrays(dump: &Opened) -> Vec<(ObjectIndex, String, Vec<u8>)> {
    let inquiry = dump.inquiry();
    let heap = inquiry.heap();
    let of_strings: HashSet<u32> = dump
        .instances("java.lang.String")
        .into_iter()
        .flat_map(|string| heap.edges.targets(string.0).collect::<Vec<_>>())
        .collect();
    let mut found = Vec::new();
    for object in heap.objects.indices().filter(|object| inquiry.is_reachable(*object)) {
        let class = heap.objects.class(object);
        let Some(element) = heap.primitive_element(class) else { continue };
        let length = heap.objects.length(object).unwrap();
        if !of_strings.contains(&object.0) {
            let bytes = inquiry.values.primitive_bytes(object, 0, length).unwrap();
            assert_eq!(bytes.len(), length as usize * usize::from(element.size(heap.ids())));
            found.push((object, heap.classes.get(class).name.clone(), bytes));
        }
    }
    found
}

#[test]
fn duplicate_arrays_are_those_that_a_naive_count_finds() {
    let dump = fixture("collections-and-values");
    let mut groups: HashMap<(String, Vec<u8>), (u64, u64)> = HashMap::new();
    for (object, class, bytes) in arrays(&dump) {
        let group = groups.entry((class, bytes)).or_default();
        group.0 += 1;
        group.1 = dump.inquiry().heap().shallow(object);
    }
    let mut expected: Vec<(String, u64, u64)> = groups
        .into_iter()
        .filter(|(_, (count, _))| *count > 1)
        .map(|((class, _), (count, size))| (class, count, size * (count - 1)))
        .collect();
    expected.sort();
    assert!(expected.len() > 5, "{expected:?}");
    let mut asked = Asked::of(&dump);
    let rows = asked.rows("duplicate-arrays");
    let mut found: Vec<(String, u64, u64)> =
        rows.iter().map(|row| (word(row, 1), number(row, 2), number(row, 4))).collect();
    found.sort();
    assert_eq!(found, expected);
    for row in &rows {
        let of = asked.ask(&format!("objects?of=row:{}:duplicate-arrays", row.row)).unwrap();
        assert_eq!(of.objects, Some(number(row, 2)), "the row stands for its arrays");
    }
}

#[test]
fn arrays_of_one_value_are_those_that_a_naive_count_finds() {
    let dump = fixture("collections-and-values");
    let heap = dump.inquiry().heap();
    let mut groups: HashMap<String, (u64, u64, u64)> = HashMap::new();
    for (object, class, bytes) in arrays(&dump) {
        let length = u64::from(heap.objects.length(object).unwrap());
        let Some(width) = bytes.len().checked_div(usize::try_from(length).unwrap()) else {
            continue;
        };
        if length > 1 && bytes.chunks(width).all(|element| element == &bytes[..width]) {
            let group = groups.entry(class).or_default();
            *group = (group.0 + 1, group.1 + length, group.2 + heap.shallow(object));
        }
    }
    let mut found: HashMap<String, (u64, u64, u64)> = HashMap::new();
    let rows = Asked::of(&dump).rows("constant-arrays");
    for row in &rows {
        let group = found.entry(word(row, 1)).or_default();
        let more = (number(row, 3), number(row, 4), number(row, 5));
        *group = (group.0 + more.0, group.1 + more.1, group.2 + more.2);
    }
    assert!(groups.len() > 1, "{groups:?}");
    assert_eq!(found, groups);
    let values: HashSet<String> = rows.iter().map(|row| word(row, 2)).collect();
    assert!(values.contains("0"), "{values:?}");
}
