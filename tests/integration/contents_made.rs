//! Collections of old JDKs, damaged and hostile ones, and values of libraries, in heaps made for it.

use crate::support::Opened;
use heapglass::analysis::collections::contents::{ContentsKey, Listing};
use heapglass::analysis::collections::{ContentsQuery, ContentsWindow, Trouble};
use heapglass::error::ErrorKind;
use heapglass::heap::ObjectIndex;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};

const O: BasicType = BasicType::Object;
const I: BasicType = BasicType::Int;

/// A heap in the making: classes are made with the fields that their first object has.
struct Made {
    dump: DumpBuilder,
    array: ObjectId,
}

fn reference(id: ObjectId) -> Value {
    Value::Object(id)
}

impl Made {
    fn new() -> Self {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        let array = dump.standard_classes().object_array;
        Self { dump, array }
    }

    fn class(&mut self, name: &str, fields: &[(&str, BasicType)]) -> ObjectId {
        if let Some(class) = self.dump.find_class(name) {
            return class;
        }
        let object = self.dump.standard_classes().object;
        let class = self.dump.class(name).extends(object);
        fields.iter().fold(class, |class, &(name, ty)| class.field(name, ty)).build()
    }

    fn class_of(&mut self, name: &str, values: &[(&str, Value)]) -> ObjectId {
        let ty = |value: &Value| match value {
            Value::Int(_) => I,
            Value::Long(_) => BasicType::Long,
            _ => O,
        };
        let fields: Vec<_> = values.iter().map(|(name, value)| (*name, ty(value))).collect();
        self.class(name, &fields)
    }

    fn a(&mut self, class: &str, values: &[(&str, Value)]) -> ObjectId {
        let class = self.class_of(class, values);
        self.dump.instance_with(class, values)
    }

    fn at(&mut self, id: ObjectId, class: &str, values: &[(&str, Value)]) {
        let class = self.class_of(class, values);
        self.dump.instance_with_at(id, class, values);
    }

    fn texts(&mut self, texts: &[&str]) -> Vec<ObjectId> {
        texts.iter().map(|text| self.dump.string(text)).collect()
    }

    fn list(&mut self, elements: &[ObjectId]) -> ObjectId {
        self.dump.object_array(self.array, elements)
    }

    /// The heap with these objects as roots, and their numbers in it.
    fn open(mut self, roots: &[ObjectId]) -> (Opened, Vec<ObjectIndex>) {
        for &root in roots {
            self.dump.root(RootKind::JniGlobal, root);
        }
        let opened = Opened::of(self.dump.finish()).unwrap();
        let objects = roots.iter().map(|root| opened.at(root.0).unwrap()).collect();
        (opened, objects)
    }
}

fn window(dump: &Opened, object: ObjectIndex) -> ContentsWindow {
    let query = ContentsQuery { key: ContentsKey::Index, descending: false, start: 0, count: 1000 };
    dump.inquiry().contents(&mut None, object, query).unwrap()
}

fn lines(window: &ContentsWindow) -> Vec<String> {
    let says = |content: &heapglass::analysis::collections::contents::Content| {
        content.object.as_ref().map_or("null".to_owned(), |o| o.value.clone().unwrap_or_default())
    };
    let line = |row: &heapglass::analysis::collections::contents::ContentsRow| match &row.key {
        Some(key) => format!("{}={}", says(key), says(&row.value)),
        None => says(&row.value),
    };
    window.rows.iter().map(line).collect()
}

const OLD_LIST: &str = "java.util.LinkedList";
const OLD_LINK: &str = "java.util.LinkedList$Entry";

#[test]
fn a_linked_list_before_jdk_7_is_a_ring_with_a_header() {
    let mut made = Made::new();
    let texts = made.texts(&["a", "b"]);
    let entries = [("element", O), ("next", O), ("previous", O)];
    let entry = made.class(OLD_LINK, &entries);
    let ids: Vec<ObjectId> = (0..3).map(|_| made.dump.reserve_instance(entry)).collect();
    for at in 0..3 {
        let next = reference(ids[(at + 1) % 3]);
        let element = if at == 0 { ObjectId(0) } else { texts[at - 1] };
        made.at(ids[at], OLD_LINK, &[("element", reference(element)), ("next", next)]);
    }
    let list = made.a(OLD_LIST, &[("header", reference(ids[0])), ("size", Value::Int(2))]);
    let (dump, objects) = made.open(&[list]);
    let found = window(&dump, objects[0]);
    assert_eq!(lines(&found), ["\"a\"", "\"b\""]);
    assert!(found.troubles.is_empty(), "{:?}", found.troubles);
    let path = dump.inquiry().path_to_root(dump.at(texts[0].0).unwrap());
    assert_eq!(path.folds[0].label, "[0]", "{path:#?}");
}

#[test]
fn a_linked_hash_map_before_jdk_8_keeps_its_order_in_a_ring() {
    let mut made = Made::new();
    let texts = made.texts(&["k", "v", "l", "w"]);
    const ENTRY: &str = "java.util.LinkedHashMap$Entry";
    let fields = [("key", O), ("value", O), ("after", O), ("next", O)];
    let entry = made.class(ENTRY, &fields);
    let ids: Vec<ObjectId> = (0..3).map(|_| made.dump.reserve_instance(entry)).collect();
    made.at(ids[0], ENTRY, &[("after", reference(ids[2]))]);
    for (at, after, text) in [(2, 1, 0), (1, 0, 2)] {
        let key = ("key", reference(texts[text]));
        let value = ("value", reference(texts[text + 1]));
        made.at(ids[at], ENTRY, &[key, value, ("after", reference(ids[after]))]);
    }
    let map = made.a("java.util.LinkedHashMap", &[("header", reference(ids[0]))]);
    let (dump, objects) = made.open(&[map]);
    assert_eq!(lines(&window(&dump, objects[0])), ["\"k\"=\"v\"", "\"l\"=\"w\""]);
}

const CONCURRENT: &str = "java.util.concurrent.ConcurrentHashMap";

#[test]
fn a_concurrent_map_before_jdk_8_has_segments() {
    let mut made = Made::new();
    let texts = made.texts(&["k", "v", "l", "w"]);
    let entry = format!("{CONCURRENT}$HashEntry");
    let mut segments = vec![ObjectId(0)];
    for pair in texts.chunks(2) {
        let fields = [("key", reference(pair[0])), ("value", reference(pair[1]))];
        let null = ("next", reference(ObjectId(0)));
        let node = made.a(&entry, &[fields[0], fields[1], null]);
        let table = made.list(&[ObjectId(0), node]);
        let segment = [("table", reference(table)), ("count", Value::Int(1))];
        segments.push(made.a(&format!("{CONCURRENT}$Segment"), &segment));
    }
    let segments = made.list(&segments);
    let map = made.a(CONCURRENT, &[("segments", reference(segments))]);
    let (dump, objects) = made.open(&[map]);
    let found = window(&dump, objects[0]);
    assert_eq!(lines(&found), ["\"k\"=\"v\"", "\"l\"=\"w\""]);
    assert_eq!(found.size, Some(2));
    let path = dump.inquiry().path_to_root(dump.at(texts[3].0).unwrap());
    assert_eq!(path.folds[0].label, "[\"l\"]");
    assert_eq!(path.folds[0].to as usize, path.steps.len() - 1);
}

#[test]
fn a_concurrent_map_that_grows_has_entries_in_two_tables() {
    let mut made = Made::new();
    let texts = made.texts(&["a", "b", "c"]);
    let node = |made: &mut Made, text: ObjectId| {
        let fields = [("key", reference(text)), ("val", reference(text))];
        made.a(
            &format!("{CONCURRENT}$Node"),
            &[fields[0], fields[1], ("next", reference(ObjectId(0)))],
        )
    };
    let nodes: Vec<ObjectId> = texts.iter().map(|&text| node(&mut made, text)).collect();
    // Slot 0 of two was moved to slots 0 and 2 of four.
    let next = made.list(&[nodes[0], ObjectId(0), nodes[1], ObjectId(0)]);
    let moved = made.a(&format!("{CONCURRENT}$ForwardingNode"), &[("nextTable", reference(next))]);
    let table = made.list(&[moved, nodes[2]]);
    let map = made.a(CONCURRENT, &[("table", reference(table)), ("baseCount", Value::Long(3))]);
    let (dump, objects) = made.open(&[map]);
    let mut found = lines(&window(&dump, objects[0]));
    found.sort();
    assert_eq!(found, ["\"a\"=\"a\"", "\"b\"=\"b\"", "\"c\"=\"c\""]);
}

#[test]
fn a_priority_blocking_queue_before_jdk_7_has_a_queue_within() {
    let mut made = Made::new();
    let texts = made.texts(&["a", "b"]);
    let array = made.list(&[texts[0], texts[1], ObjectId(0)]);
    let inner = [("queue", reference(array)), ("size", Value::Int(2))];
    let queue = made.a("java.util.PriorityQueue", &inner);
    let outer = made.a("java.util.concurrent.PriorityBlockingQueue", &[("q", reference(queue))]);
    let (dump, objects) = made.open(&[outer]);
    assert_eq!(lines(&window(&dump, objects[0])), ["\"a\"", "\"b\""]);
}

#[test]
fn chains_that_lead_back_end_and_are_told() {
    for length in [1, 2, 3, 7, 64] {
        let mut made = Made::new();
        let element = made.texts(&["x"])[0];
        let fields = [("item", O), ("next", O)];
        let class = made.class("java.util.LinkedList$Node", &fields);
        let ids: Vec<ObjectId> = (0..length).map(|_| made.dump.reserve_instance(class)).collect();
        for at in 0..length {
            // Back to the middle, not to the first.
            let next = if at + 1 == length { ids[length / 2] } else { ids[at + 1] };
            let values = [("item", reference(element)), ("next", reference(next))];
            made.at(ids[at], "java.util.LinkedList$Node", &values);
        }
        let values = [("first", reference(ids[0])), ("size", Value::Int(i32::MAX))];
        let list = made.a(OLD_LIST, &values);
        let (dump, objects) = made.open(&[list]);
        let found = window(&dump, objects[0]);
        assert!(found.troubles.contains(&Trouble::Loop), "{length}: {:?}", found.troubles);
        assert!(found.total as usize >= length && found.total as usize <= 4 * length + 4);
        assert!(found.counted, "{length}");
    }
}

#[test]
fn buckets_that_lead_back_to_themselves_do_not_hide_the_others() {
    let mut made = Made::new();
    let texts = made.texts(&["a", "b"]);
    const NODE: &str = "java.util.HashMap$Node";
    let class = made.class(NODE, &[("key", O), ("value", O), ("next", O)]);
    let knot = made.dump.reserve_instance(class);
    made.at(knot, NODE, &[("key", reference(texts[0])), ("next", reference(knot))]);
    let sane = made.a(NODE, &[("key", reference(texts[1]))]);
    let table = made.list(&[knot, sane]);
    let map = made.a("java.util.HashMap", &[("table", reference(table)), ("size", Value::Int(2))]);
    let (dump, objects) = made.open(&[map]);
    let found = window(&dump, objects[0]);
    assert_eq!(lines(&found).last().unwrap(), "\"b\"=null");
    assert_eq!(found.troubles, [Trouble::Loop]);
}

/// A tree map whose nodes have both children in common: 2^levels ways through it.
fn woven_tree(levels: usize) -> (Opened, ObjectIndex) {
    let mut made = Made::new();
    const ENTRY: &str = "java.util.TreeMap$Entry";
    let class = made.class(ENTRY, &[("key", O), ("value", O), ("left", O), ("right", O)]);
    let ids: Vec<ObjectId> = (0..levels).map(|_| made.dump.reserve_instance(class)).collect();
    for at in 0..levels {
        let child = reference(ids.get(at + 1).copied().unwrap_or(ObjectId(0)));
        made.at(ids[at], ENTRY, &[("left", child), ("right", child)]);
    }
    let map = made.a("java.util.TreeMap", &[("root", reference(ids[0]))]);
    let (dump, objects) = made.open(&[map]);
    let object = objects[0];
    (dump, object)
}

#[test]
fn trees_that_are_none_end() {
    let (dump, map) = woven_tree(60);
    assert!(window(&dump, map).troubles.contains(&Trouble::Endless));
    let (dump, map) = woven_tree(1000);
    let found = window(&dump, map);
    assert!(found.troubles.contains(&Trouble::TooDeep), "{:?}", found.troubles);
    assert!((found.total as usize) < dump.loaded.heap.objects.len() + 2);
}

#[test]
fn a_size_that_lies_makes_no_rows() {
    let mut made = Made::new();
    let texts = made.texts(&["a", "b"]);
    let array = made.list(&texts);
    let values = [("elementData", reference(array)), ("size", Value::Int(1_000_000_000))];
    let list = made.a("java.util.ArrayList", &values);
    let (dump, objects) = made.open(&[list]);
    let found = window(&dump, objects[0]);
    assert_eq!((found.total, found.size), (2, Some(1_000_000_000)));
}

#[test]
fn tables_of_what_are_no_nodes_are_told_to_lack_parts() {
    let mut made = Made::new();
    let texts = made.texts(&["a"]);
    let table = made.list(&texts);
    let map = made.a("java.util.HashMap", &[("table", reference(table)), ("size", Value::Int(1))]);
    let numbers = made.dump.primitive_array(I, &[0; 16]);
    let odd =
        made.a("java.util.Hashtable", &[("table", reference(numbers)), ("count", Value::Int(1))]);
    let (dump, objects) = made.open(&[map, odd]);
    let found = window(&dump, objects[0]);
    assert_eq!((found.total, &found.troubles[..]), (0, &[Trouble::Missing][..]));
    let query = ContentsQuery { key: ContentsKey::Index, descending: false, start: 0, count: 10 };
    let mut kept: Option<Listing> = None;
    let error = dump.inquiry().contents(&mut kept, objects[1], query).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn a_wrapper_of_itself_is_no_collection() {
    let mut made = Made::new();
    const LIST: &str = "java.util.Collections$SynchronizedCollection";
    let class = made.class(LIST, &[("c", O)]);
    let id = made.dump.reserve_instance(class);
    made.at(id, LIST, &[("c", reference(id))]);
    let (dump, objects) = made.open(&[id]);
    let details = dump.inquiry().object(objects[0]).unwrap();
    assert_eq!((details.contents, details.row.value), (None, None));
    assert!(dump.inquiry().path_to_root(objects[0]).folds.is_empty());
}

#[test]
fn a_statement_tells_its_sql_through_the_proxies_of_pools() {
    let mut made = Made::new();
    let sql = made.texts(&["select 1"])[0];
    let mysql = made.a("com.mysql.jdbc.PreparedStatement", &[("originalSql", reference(sql))]);
    let info = made.a("com.mysql.cj.QueryInfo", &[("sql", reference(sql))]);
    let query = made.a("com.mysql.cj.ClientPreparedQuery", &[("queryInfo", reference(info))]);
    let mysql8 =
        made.a("com.mysql.cj.jdbc.ClientPreparedStatement", &[("query", reference(query))]);
    let native = made.a("org.postgresql.core.NativeQuery", &[("nativeSql", reference(sql))]);
    let simple =
        made.a("org.postgresql.core.v3.SimpleQuery", &[("nativeQuery", reference(native))]);
    let cached = made.a("org.postgresql.core.CachedQuery", &[("query", reference(simple))]);
    let postgres =
        made.a("org.postgresql.jdbc.PgPreparedStatement", &[("preparedQuery", reference(cached))]);
    let h2 = made.a("org.h2.jdbc.JdbcPreparedStatement", &[("sqlStatement", reference(sql))]);
    let hikari = made.a(
        "com.zaxxer.hikari.pool.HikariProxyPreparedStatement",
        &[("delegate", reference(postgres))],
    );
    let dbcp =
        made.a("org.apache.commons.dbcp2.DelegatingStatement", &[("statement", reference(mysql8))]);
    let class = made.class("com.acme.LoopStatement", &[("delegate", O)]);
    let looped = made.dump.reserve_instance(class);
    let other = made.a("com.acme.OtherStatement", &[("delegate", reference(looped))]);
    made.at(looped, "com.acme.LoopStatement", &[("delegate", reference(other))]);
    let all = [mysql, mysql8, postgres, h2, hikari, dbcp];
    let (dump, objects) = made.open(&[&all[..], &[looped]].concat());
    let inquiry = dump.inquiry();
    for &object in &objects[..all.len()] {
        let row = inquiry.row(object);
        assert_eq!(row.value.as_deref(), Some("\"select 1\""), "{}", row.name);
    }
    assert_eq!(inquiry.row(objects[all.len()]).value, None);
}

#[test]
fn images_are_known_by_their_first_bytes_and_drawings_that_are_programs_are_not() {
    let kinds: [(&[u8], Option<&str>); 6] = [
        (b"\x89PNG\r\n\x1a\n", Some("image/png")),
        (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
        (b"GIF89a", Some("image/gif")),
        (b"RIFF\0\0\0\0WEBP", Some("image/webp")),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
        (b"nothing of the kind", None),
    ];
    let mut made = Made::new();
    let mut arrays = Vec::new();
    for (head, _) in kinds {
        let bytes = [head, &[0; 32]].concat();
        arrays.push(made.dump.primitive_array(BasicType::Byte, &bytes));
    }
    let (dump, objects) = made.open(&arrays);
    for (object, (head, kind)) in objects.into_iter().zip(kinds) {
        assert_eq!(dump.inquiry().object(object).unwrap().image, kind, "{head:?}");
    }
}

#[test]
fn bytes_of_arrays_come_in_pieces_of_whole_elements() {
    let mut made = Made::new();
    let data: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let longs = made.dump.primitive_array(BasicType::Long, &data);
    let objects = made.list(&[longs]);
    let (dump, found) = made.open(&[longs, objects]);
    let inquiry = dump.inquiry();
    let (mut all, mut at) = (Vec::new(), 0);
    loop {
        let piece = inquiry.bytes(found[0], at, 100).unwrap();
        assert_eq!((piece.start, piece.width, piece.total), (at, 8, 4096));
        assert!(piece.bytes.0.len() <= 100 && piece.bytes.0.len() % 8 == 0);
        all.extend(piece.bytes.0);
        at = piece.next;
        if at >= piece.total {
            break;
        }
    }
    assert_eq!(all, data);
    assert_eq!(inquiry.bytes(found[1], 0, 100).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_large_collection_is_gone_through_in_bounded_steps() {
    const ENTRIES: u32 = 3000;
    let mut made = Made::new();
    let table: Vec<ObjectId> = (0..ENTRIES)
        .map(|_| {
            let null = || reference(ObjectId(0));
            let fields = [("key", null()), ("value", null()), ("next", null())];
            made.a("java.util.HashMap$Node", &fields)
        })
        // Slots that nothing is in are looked at, too.
        .chain((0..ENTRIES).map(|_| ObjectId(0)))
        .collect();
    let table = made.list(&table);
    let map = made.a("java.util.HashMap", &[("table", reference(table))]);
    let (dump, objects) = made.open(&[map]);
    let inquiry = dump.inquiry();
    for key in [ContentsKey::Index, ContentsKey::Retained] {
        let query = ContentsQuery { key, descending: true, start: 0, count: 10 };
        let mut kept: Option<Listing> = None;
        let mut steps = 0;
        let window = loop {
            steps += 1;
            let step = inquiry.contents_step(&mut kept, objects[0], query, 100).unwrap();
            assert_eq!(step.done, step.window.is_some());
            if let Some(window) = step.window {
                break window;
            }
        };
        // Each entry is found and then put into the order.
        assert!((3 * ENTRIES / 100..200).contains(&steps), "{steps}");
        assert_eq!(window.total, ENTRIES);
        assert_eq!(window, inquiry.contents(&mut None, objects[0], query).unwrap());
    }
}
