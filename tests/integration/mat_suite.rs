//! Numbers that Eclipse MAT's own test suite asserts of its dumps.

use crate::support::{Opened, extra_dump, extra_dumps, opened, read};
use heapglass::analysis::collections;
use heapglass::analysis::holder::is_platform_class;
use heapglass::analysis::rows::ObjectRow;
use heapglass::graph::{BitSet, Edges, ROOT, Reach, Step};
use heapglass::heap::classes::ClassKind;
use heapglass::heap::{ClassIndex, ObjectIndex};
use std::collections::BTreeSet;

fn dump(name: &str) -> Option<Opened> {
    let root = extra_dumps()?;
    let path = extra_dump(&root, name).unwrap_or_else(|| panic!("there is no {name}"));
    Some(opened(&path))
}

/// The one object whose class name ends so.
fn only(dump: &Opened, suffix: &str) -> ObjectIndex {
    let heap = &dump.loaded.heap;
    let mut found = heap
        .objects
        .indices()
        .filter(|&object| heap.classes.get(heap.objects.class(object)).name.ends_with(suffix));
    let object = found.next().unwrap_or_else(|| panic!("there is no {suffix}"));
    assert_eq!(found.next(), None, "{suffix}");
    object
}

/// The last part of the class names of what an object immediately dominates.
fn dominated(dump: &Opened, object: ObjectIndex) -> BTreeSet<String> {
    let rows = dump.inquiry().dominated(Some(object), 0, u32::MAX).rows;
    let last = |name: &str| name.rsplit('$').next().unwrap().to_owned();
    rows.iter().map(|row| last(&row.class.name)).collect()
}

fn names(list: &str) -> BTreeSet<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_graph_of_lengauer_and_tarjan_has_its_dominators() {
    for (name, bytes) in [("sun_jdk6_32bit", 224), ("sun_jdk5_64bit", 376)] {
        let Some(dump) = dump(name) else { return };
        let node =
            |letter: &str| only(&dump, &format!("CreateSampleDump$DominatorTestData${letter}"));
        assert_eq!(dominated(&dump, node("R")), names("A B C D E H I K"), "{name}");
        assert_eq!(dominated(&dump, node("C")), names("F G"), "{name}");
        assert_eq!(dominated(&dump, node("D")), names("L"), "{name}");
        assert_eq!(dominated(&dump, node("G")), names("J"), "{name}");
        let tree = &dump.loaded.dominators;
        let below = |&object: &ObjectIndex| tree.ancestors(object.0).any(|a| a == node("R").0);
        let letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"].map(node);
        assert_eq!(letters.iter().filter(|object| below(object)).count(), 12, "{name}");
        assert_eq!(dump.inquiry().retained(node("R")), bytes, "{name}");
    }
}

#[test]
fn classes_that_hold_character_arrays() {
    let Some(dump) = dump("sun_jdk6_32bit") else { return };
    let (heap, tree) = (&dump.loaded.heap, &dump.loaded.dominators);
    let name = |node: u32| heap.classes.get(heap.objects.class(ObjectIndex(node))).name.as_str();
    let mut holders = BTreeSet::new();
    for array in dump.instances("char[]").iter().filter(|a| tree.is_reachable(a.0)) {
        let mut above = tree.parent(array.0);
        while above != ROOT && is_platform_class(name(above)) {
            above = tree.parent(above);
        }
        holders.insert(if above == ROOT { "<ROOT>" } else { name(above) });
    }
    assert_eq!(holders.len(), 2, "{holders:?}");
}

#[test]
fn strings_of_a_small_dump() {
    let Some(dump) = dump("sun_jdk5_64bit") else { return };
    let inquiry = dump.inquiry();
    let (heap, loaded) = (inquiry.heap(), &dump.loaded);
    let instances = |chosen: &dyn Fn(ClassIndex, &str) -> bool| -> u64 {
        let classes = heap.classes.iter().filter(|(index, class)| chosen(*index, &class.name));
        classes.map(|(class, _)| loaded.totals.get(class).instances).sum()
    };
    assert_eq!(instances(&|_, name| name == "java.lang.String"), 492);
    assert_eq!(instances(&|_, name| name.starts_with("java.lang")), 1198);
    let map = dump.class("java.util.AbstractMap");
    assert_eq!(instances(&|class, _| heap.classes.is_subclass(class, map)), 25);

    let mut strings = dump.instances("java.lang.String");
    strings.retain(|&string| inquiry.is_reachable(string));
    let having = |condition: &dyn Fn(ObjectIndex) -> bool| {
        strings.iter().filter(|&&string| condition(string)).count()
    };
    let text = |string| inquiry.values.string(string, u32::MAX).map(|found| found.0);
    assert_eq!(having(&|s| text(s).is_some_and(|t| t.starts_with("java"))), 27);
    assert_eq!(having(&|s| loaded.dominators.children_count(s.0) == 0), 27);
    assert_eq!(having(&|s| inquiry.retained(s) > 1024), 4);
    let long = |s| {
        let count = inquiry.values.integer(s, "count").unwrap();
        let array = inquiry.values.reference(s, "value");
        count > 1000 || array.and_then(|a| heap.objects.length(a)).is_some_and(|n| n > 1000)
    };
    assert_eq!(having(&long), 3);
    let little = dump.at(0x17c3_8b80).unwrap();
    assert_eq!(text(little).as_deref(), Some("little"));
    assert_eq!(inquiry.row(little).value.as_deref(), Some("\"little\""));

    let mut excluded = BitSet::new(heap.objects.len()).unwrap();
    for string in &strings {
        excluded.insert(string.0);
    }
    let roots = heap.roots.objects();
    let mut search = Reach::new(heap, roots, Edges::All, Some(excluded)).unwrap();
    while search.step(heap, u64::MAX).unwrap() != Step::Done {}
    let marked = search.finish();
    let reachable = heap.objects.indices().filter(|&object| inquiry.is_reachable(object));
    assert_eq!(reachable.filter(|object| !marked.contains(object.0)).count(), 963);
}

#[test]
fn collections_have_the_sizes_that_mat_finds() {
    let Some(dump) = dump("sun_jdk6_18_x32") else { return };
    let inquiry = dump.inquiry();
    let sizes = [
        (0x2416_6668, "java.util.LinkedHashMap", Some(45)),
        (0x241a_bf40, "java.util.HashSet", Some(2)),
        (0x2416_f090, "java.util.LinkedHashSet", Some(23)),
        (0x2416_b168, "java.util.Hashtable", Some(19)),
        (0x2412_0b38, "java.util.Properties", Some(53)),
        (0x2416_b9f0, "java.util.WeakHashMap", Some(11)),
        (0x2419_d490, "java.util.concurrent.ConcurrentHashMap", Some(65)),
        (0x2418_5f68, "java.util.TreeMap", Some(16)),
        (0x2419_6458, "java.util.TreeMap", Some(0)),
    ];
    for (address, class, size) in sizes {
        let object = dump.at(address).unwrap();
        assert_eq!(inquiry.row(object).class.name, class);
        assert_eq!(collections::size(&inquiry.values, object), size, "{class} at {address:#x}");
    }
}

/// The collections in the array that each instance of a class of MAT's test data holds.
fn held_by(dump: &Opened, class: &str) -> Vec<ObjectRow> {
    let inquiry = dump.inquiry();
    let values = inquiry.values;
    let field = if class.contains("MapTestData") { "maps" } else { "collections" };
    let arrays = dump.instances(class).into_iter().filter_map(|data| values.reference(data, field));
    let elements =
        arrays.flat_map(|array| inquiry.elements(array, 0, 1000).unwrap().objects.unwrap());
    elements.flatten().collect()
}

#[test]
fn collections_of_the_test_classes_have_as_many_entries_as_these_say() {
    let dumps = [("oracle_jdk8_05_x64", 27, 8), ("openjdk_jdk11_04_x64", 383, 64)];
    for (name, least, most_without) in dumps {
        let Some(dump) = dump(name) else { return };
        let inquiry = dump.inquiry();
        let mut without_size = BTreeSet::new();
        let mut counted = 0;
        let mut wrong = Vec::new();
        let class = dump.class("org.eclipse.mat.tests.CreateCollectionDump$MapTestData");
        let statics = inquiry.statics_of(class);
        let count = statics.iter().find(|field| field.name == "COUNT").unwrap();
        let count: u64 = count.primitive.as_ref().unwrap().parse().unwrap();
        for kind in ["Map", "NonListCollection", "ListCollection"] {
            for (prefix, all) in [("Empty", 0), ("", count)] {
                let class =
                    format!("org.eclipse.mat.tests.CreateCollectionDump${prefix}{kind}TestData");
                for row in held_by(&dump, &class) {
                    let of = row.class.name.as_str();
                    // JobStateReasons takes reasons only, and its map holds one.
                    let is_single = of.contains("$Singleton") || of.ends_with(".JobStateReasons");
                    let wanted = if is_single { all.min(1) } else { all };
                    match collections::size(&inquiry.values, row.object) {
                        Some(size) if size == wanted => counted += 1,
                        Some(size) => {
                            wrong.push(format!("{prefix}{kind} {of}: {size}, not {wanted}"))
                        }
                        None => {
                            without_size.insert(row.class.name);
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(counted >= least, "{name}: only {counted} collections, none of {without_size:#?}");
        assert!(without_size.len() <= most_without, "{name}: {without_size:#?}");
    }
}

/// The histograms beside the dumps are of other processes of the same JVM: instances have the same
/// size, but there are other numbers of them, and of arrays nothing can be compared.
#[test]
fn instances_have_the_sizes_of_jmaps_histogram() {
    for (name, least) in [("sun_jdk6_18_x32", 90), ("sun_jdk6_18_x64", 90)] {
        let Some(dump) = dump(name) else { return };
        let root = extra_dumps().unwrap();
        let text = read(&root.join("mat").join(format!("histogram_{name}.txt")));
        let text = String::from_utf8(text).unwrap();
        let heap = &dump.loaded.heap;
        let mut compared = 0;
        let mut wrong = Vec::new();
        for line in text.lines() {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let [count, bytes, class_name] = cells[..] else { continue };
            let (Ok(count), Ok(bytes)) = (count.parse::<u64>(), bytes.parse::<u64>()) else {
                continue;
            };
            let Some(class) = heap.classes.by_name(class_name) else { continue };
            // A class object's size is that of its statics in MAT's model (rule S6).
            if heap.classes.get(class).kind != ClassKind::Instance
                || Some(class) == heap.known.class
            {
                continue;
            }
            compared += 1;
            let size = heap.sizes.of_instances(class);
            if bytes != count * size {
                wrong.push(format!("{class_name}: jmap {count} of {bytes}, ours {size} each"));
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(compared >= least, "{name}: only {compared} classes compared");
    }
}
