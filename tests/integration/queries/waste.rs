//! What a change of the program would save, kind by kind, in heaps made for it: each field holds bad
//! objects and good ones of the same sort.

use super::{Asked, number, word};
use crate::support::{Opened, fixture, random_numbers};
use heapglass::analysis::query::{Cell, RowAnswer};
use heapglass::heap::ObjectIndex;
use heapglass::heap::classes::ClassKind;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use std::collections::HashSet;

const NULL: ObjectId = ObjectId(0);

/// A heap in the making, held by static fields of the class `app.Holder`.
struct Made {
    dump: DumpBuilder,
    holder: ObjectId,
    array: ObjectId,
}

impl Made {
    fn new() -> Self {
        let mut dump = DumpBuilder::new(IdSize::Eight);
        let array = dump.standard_classes().object_array;
        let holder = dump.class("app.Holder").build();
        dump.root(RootKind::StickyClass, holder);
        Self { dump, holder, array }
    }

    fn hold(&mut self, field: &str, object: ObjectId) {
        self.dump.set_static(self.holder, field, Value::Object(object));
    }

    /// An array of the program that holds the objects.
    fn hold_all(&mut self, field: &str, objects: &[ObjectId]) {
        let array = self.dump.object_array(self.array, objects);
        self.hold(field, array);
    }

    fn a(&mut self, class: &str, fields: &[(&str, Value)]) -> ObjectId {
        let id = self.dump.find_class(class).unwrap_or_else(|| {
            let object = self.dump.standard_classes().object;
            let class = self.dump.class(class).extends(object);
            let ty = |value: &Value| match value {
                Value::Object(_) => BasicType::Object,
                Value::Long(_) => BasicType::Long,
                Value::Boolean(_) => BasicType::Boolean,
                _ => BasicType::Int,
            };
            fields.iter().fold(class, |class, (name, value)| class.field(name, ty(value))).build()
        });
        self.dump.instance_with(id, fields)
    }

    fn object(&mut self) -> ObjectId {
        let class = self.dump.standard_classes().object;
        self.dump.instance(class, &[])
    }

    /// An `ArrayList` of `size` elements with room for `room`.
    fn list(&mut self, elements: &[ObjectId], room: usize) -> ObjectId {
        let mut slots = elements.to_vec();
        slots.resize(room, NULL);
        let array = self.dump.object_array(self.array, &slots);
        let size = i32::try_from(elements.len()).unwrap();
        let fields = [("elementData", Value::Object(array)), ("size", Value::Int(size))];
        self.a("java.util.ArrayList", &fields)
    }

    fn list_of(&mut self, size: usize, room: usize) -> ObjectId {
        let elements: Vec<ObjectId> = (0..size).map(|_| self.object()).collect();
        self.list(&elements, room)
    }

    /// A `HashMap` of `size` entries with 16 buckets.
    fn map_of(&mut self, size: usize) -> ObjectId {
        let mut slots = vec![NULL; 16];
        for slot in slots.iter_mut().take(size) {
            let key = self.object();
            let fields = [("key", key), ("value", key), ("next", NULL)];
            *slot = self.a("java.util.HashMap$Node", &fields.map(|(n, id)| (n, Value::Object(id))));
        }
        let table = self.dump.object_array(self.array, &slots);
        let size = Value::Int(i32::try_from(size).unwrap());
        self.a("java.util.HashMap", &[("table", Value::Object(table)), ("size", size)])
    }

    fn ints(&mut self, numbers: &[i32]) -> ObjectId {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        self.dump.primitive_array(BasicType::Int, &bytes)
    }

    fn longs(&mut self, numbers: &[i64]) -> ObjectId {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        self.dump.primitive_array(BasicType::Long, &bytes)
    }

    fn open(self) -> Opened {
        Opened::of(self.dump.finish()).unwrap()
    }
}

/// The answer of `waste`, kind by kind.
struct Waste<'a> {
    asked: Asked<'a>,
    kinds: Vec<RowAnswer>,
}

impl<'a> Waste<'a> {
    fn of(dump: &'a Opened) -> Self {
        let mut asked = Asked::of(dump);
        let kinds = asked.rows("waste");
        Self { asked, kinds }
    }

    fn kind(&self, text: &str) -> Option<&RowAnswer> {
        self.kinds.iter().find(|row| word(row, 0).starts_with(text))
    }

    /// Objects, bytes saved, and good ones beside them of a field of `app.Holder`.
    fn field(&mut self, kind: &str, field: &str) -> Option<(u64, u64, Option<u64>)> {
        let parent = self.kind(kind)?.row;
        let rows = self.asked.rows_below("waste", Some(parent));
        let row = rows.iter().find(|row| word(row, 0) == format!("app.Holder#{field}"))?;
        let good = (!word(row, 4).is_empty()).then(|| number(row, 4));
        Some((number(row, 1), number(row, 2), good))
    }

    /// Kinds in which a field is named.
    fn kinds_of(&mut self, field: &str) -> Vec<String> {
        let kinds: Vec<String> = self.kinds.iter().map(|row| word(row, 0)).collect();
        kinds.into_iter().filter(|kind| self.field(kind, field).is_some()).collect()
    }
}

fn shallow(dump: &Opened, id: ObjectId) -> u64 {
    dump.inquiry().heap().shallow(dump.at(id.0).unwrap())
}

/// Bytes of an array of references, and of one of primitives.
fn references(dump: &Opened, length: u64) -> u64 {
    let heap = dump.inquiry().heap();
    let class = dump.class("java.lang.Object[]");
    heap.sizes.of(ObjectIndex(0), class, ClassKind::ObjectArray, length)
}

fn primitives(dump: &Opened, element: BasicType, length: u64) -> u64 {
    let heap = dump.inquiry().heap();
    let class = dump.class("java.lang.Object[]");
    heap.sizes.of(ObjectIndex(0), class, ClassKind::PrimitiveArray(element), length)
}

#[test]
fn small_collections_could_be_arrays() {
    let mut made = Made::new();
    let lists = [made.list_of(2, 10), made.list_of(4, 4), made.list_of(5, 8)];
    made.hold_all("lists", &lists);
    let map = made.map_of(3);
    made.hold("map", map);
    let asked_for = made.list_of(3, 1000);
    made.hold("roomy", asked_for);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    let list = shallow(&dump, lists[0]);
    let array = |length| references(&dump, length);
    let saved = 2 * list + array(10) + array(4) - array(2) - array(4);
    assert_eq!(waste.field("Small collections", "lists"), Some((2, saved, Some(1))));
    assert_eq!(waste.kinds_of("lists").len(), 1, "each counts once");
    let node = dump.inquiry().heap().shallow(dump.instances("java.util.HashMap$Node")[0]);
    let saved = shallow(&dump, map) + array(16) + 3 * node - array(6);
    assert_eq!(waste.field("Small collections", "map"), Some((1, saved, Some(0))));
    // More room was asked for than any default has: that is what is wrong with it.
    let free = 997 * dump.inquiry().heap().sizes.reference;
    assert_eq!(waste.field("Sparse collections", "roomy"), Some((1, free, Some(0))));
    assert_eq!(waste.kinds_of("roomy").len(), 1);
}

#[test]
fn many_small_collections_in_a_large_one_are_the_fault_of_the_large_one() {
    let mut made = Made::new();
    let rows: Vec<ObjectId> = (0..40).map(|at| made.list_of(2 + at % 2, 3)).collect();
    let narrow = made.list(&rows, 40);
    made.hold("narrow", narrow);
    // Twenty lists of three are not eight times as many as the three elements of the longest, and two.
    let rows: Vec<ObjectId> = (0..20).map(|_| made.list_of(3, 3)).collect();
    let square = made.list(&rows, 20);
    made.hold("square", square);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    let heap = dump.inquiry().heap();
    let list = shallow(&dump, narrow);
    // Overhead of 40 lists: all but 100 elements, and the references to the lists; 37 could go.
    let overhead =
        40 * (list + references(&dump, 3) + heap.sizes.reference) - 100 * heap.sizes.reference;
    let saved = overhead * 37 / 40;
    assert_eq!(waste.field("Many small collections", "narrow"), Some((1, saved, None)));
    assert_eq!(waste.kinds_of("narrow").len(), 1, "its lists count with it");
    assert!(waste.field("Many small collections", "square").is_none());
    let saved = 20 * (list + references(&dump, 3) - references(&dump, 3));
    // The good one is the outer list.
    assert_eq!(waste.field("Small collections", "square"), Some((20, saved, Some(1))));
}

/// Strings as before JDK 9 (`char[]`), or with a coder.
fn strings(is_old: bool, texts: &[&str]) -> Opened {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let object = dump.class_named("java.lang.Object");
    let string = dump.class("java.lang.String").extends(object).field("value", BasicType::Object);
    let string = if is_old { string } else { string.field("coder", BasicType::Byte) }.build();
    let array = dump.standard_classes().object_array;
    let ids: Vec<ObjectId> = texts
        .iter()
        .map(|text| {
            let units = text.encode_utf16();
            if is_old {
                let bytes: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
                let value = Value::Object(dump.primitive_array(BasicType::Char, &bytes));
                return dump.instance_with(string, &[("value", value)]);
            }
            let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            let value = Value::Object(dump.primitive_array(BasicType::Byte, &bytes));
            dump.instance_with(string, &[("value", value), ("coder", Value::Byte(1))])
        })
        .collect();
    let all = dump.object_array(array, &ids);
    let holder = dump.class("app.Holder").static_field("texts", Value::Object(all)).build();
    dump.root(RootKind::StickyClass, holder);
    Opened::of(dump.finish()).unwrap()
}

#[test]
fn texts_that_fit_into_one_byte_per_character_are_compressible() {
    let long = "a text of forty characters, all of Latin";
    for is_old in [true, false] {
        let texts = [long, long, "gr\u{fc}n, a text of thirty-six letters", "\u{20ac} a price", ""];
        let dump = strings(is_old, &texts);
        let mut waste = Waste::of(&dump);
        let saved: u64 = [40, 35]
            .iter()
            .map(|&units| {
                let (wide, narrow) = (primitives(&dump, BasicType::Char, units), units);
                wide - primitives(&dump, BasicType::Byte, narrow)
            })
            .sum();
        let found = waste.field("Compressible strings", "texts");
        assert_eq!(found, Some((2, saved, Some(3))), "old: {is_old}");
        let (redundant, _, good) = waste.field("Duplicate strings", "texts").unwrap();
        assert_eq!(
            (redundant, good),
            (1, Some(4)),
            "the second one could go, so it is not narrowed"
        );
        let facts = waste.asked.ask("waste").unwrap();
        let note = facts.notes.iter().find(|note| note.contains("Compressible")).unwrap();
        assert_eq!(note.contains("-XX:-CompactStrings"), !is_old, "{note}");
    }
    let dump = fixture("collections-and-values");
    assert!(Waste::of(&dump).kind("Compressible").is_none(), "JDK 17 keeps them in one byte");
}

#[test]
fn boxed_numbers_cost_more_than_the_number() {
    let mut made = Made::new();
    let boxes = [
        made.a("java.lang.Integer", &[("value", Value::Int(1000))]),
        made.a("java.lang.Integer", &[("value", Value::Int(1001))]),
        made.a("java.lang.Long", &[("value", Value::Long(1 << 40))]),
    ];
    let list = made.list(&boxes, 3);
    made.hold("numbers", list);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    let reference = dump.inquiry().heap().sizes.reference;
    let saved =
        2 * (shallow(&dump, boxes[0]) + reference - 4) + shallow(&dump, boxes[2]) + reference - 8;
    assert_eq!(waste.field("Boxed numbers", "numbers"), Some((3, saved, None)));
}

#[test]
fn arrays_that_hold_little_are_told_apart_by_what_is_wrong() {
    let mut made = Made::new();
    let filled: Vec<i32> = (0..50).map(|n| n * 1_000_003).collect();
    let tail = [&filled[1..20], &[0; 30]].concat();
    let ints = [
        made.ints(&filled),
        made.ints(&tail),
        made.ints(&[0; 40]),
        made.ints(&[1_000_000]),
        made.ints(&filled),
        // Positive and negative numbers of two bytes.
        made.ints(&(0..20).map(|n| -32_768 + n * 3_000).collect::<Vec<_>>()),
        made.ints(&[32_768; 20]),
        made.ints(&[]),
    ];
    made.hold_all("ints", &ints);
    let longs = [made.longs(&[i64::from(i32::MIN), 5, 6, 7]), made.longs(&[1 << 31, 5, 6, 7])];
    made.hold_all("longs", &longs);
    let some = made.object();
    let array = made.array;
    let arrays = [
        made.dump.object_array(array, &[some, NULL, NULL, NULL]),
        made.dump.object_array(array, &[NULL; 9]),
        made.dump.object_array(array, &[some]),
        made.dump.object_array(array, &[some, some, NULL]),
        made.dump.object_array(array, &[]),
    ];
    made.hold_all("arrays", &arrays);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    let size = |id| shallow(&dump, id);
    let ref_bytes = dump.inquiry().heap().sizes.reference;
    let half = |length| {
        primitives(&dump, BasicType::Int, length) - primitives(&dump, BasicType::Short, length)
    };
    // Seven arrays of `int` with something in them; among all arrays the empty one and the one that
    // holds them count, too.
    let expected = [
        ("Arrays of primitives that end", (1, 30 * 4, Some(6))),
        ("Arrays with nothing", (1, size(ints[2]), Some(8))),
        ("Arrays of one element", (1, size(ints[3]) - 4, Some(8))),
        ("Duplicate arrays", (1, size(ints[4]), Some(6))),
        ("Arrays of primitives whose", (1, half(20), Some(6))),
        ("Arrays of length zero", (1, size(ints[7]), Some(8))),
    ];
    for (kind, expected) in expected {
        assert_eq!(waste.field(kind, "ints"), Some(expected), "{kind}");
    }
    let half = primitives(&dump, BasicType::Long, 4) - primitives(&dump, BasicType::Int, 4);
    assert_eq!(waste.field("Arrays of primitives whose", "longs"), Some((1, half, Some(1))));
    let expected = [
        ("Sparse arrays", (1, 3 * ref_bytes, Some(4))),
        ("Arrays with nothing", (1, size(arrays[1]), Some(5))),
        ("Arrays of one element", (1, size(arrays[2]) - ref_bytes, Some(5))),
        ("Arrays of length zero", (1, size(arrays[4]), Some(5))),
    ];
    for (kind, expected) in expected {
        assert_eq!(waste.field(kind, "arrays"), Some(expected), "{kind}");
    }
}

#[test]
fn headers_are_counted_by_class_beside_the_sum() {
    let mut made = Made::new();
    let objects: Vec<ObjectId> =
        (0..100).map(|n| made.a("app.Point", &[("x", Value::Int(n))])).collect();
    made.hold_all("points", &objects);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    let row = waste.kind("Object headers").unwrap();
    assert_eq!(number(row, 1), dump.inquiry().facts().objects);
    let parent = row.row;
    let rows = waste.asked.rows_below("waste", Some(parent));
    let points = rows.iter().find(|row| word(row, 0) == "app.Point").unwrap();
    // The mark word and a class pointer, as long as a reference with the model of this test.
    let header = 8 + dump.inquiry().heap().sizes.reference;
    assert_eq!((number(points, 1), number(points, 2)), (100, 100 * header));
}

/// Whatever is in a heap, each object is in one kind at most, and nobody saves more than there is.
#[test]
fn no_object_is_counted_twice() {
    let mut random = random_numbers(7);
    for _ in 0..10 {
        let mut made = Made::new();
        for field in 0..6 {
            let objects: Vec<ObjectId> = (0..30)
                .map(|_| match random(6) {
                    0 => {
                        let (size, room) = (random(6), 6 + random(20));
                        made.list_of(size, room)
                    }
                    1 => made.map_of(random(9)),
                    2 => made.ints(&vec![i32::try_from(random(3)).unwrap(); random(5)]),
                    3 => made.dump.string(["a", "b", "\u{20ac}"][random(3)]),
                    4 => made.a("java.lang.Integer", &[("value", Value::Int(5))]),
                    _ => made.object(),
                })
                .collect();
            if random(2) == 0 {
                made.hold_all(&format!("array{field}"), &objects);
            } else {
                let list = made.list(&objects, objects.len());
                made.hold(&format!("list{field}"), list);
            }
        }
        let dump = made.open();
        let mut waste = Waste::of(&dump);
        let mut seen = HashSet::new();
        let kinds: Vec<(u32, String)> =
            waste.kinds.iter().map(|row| (row.row, word(row, 0))).collect();
        for (row, kind) in kinds.iter().filter(|(_, kind)| !kind.starts_with("Object headers")) {
            let of = waste.asked.rows(&format!("objects?of=row:{row}:waste"));
            assert_eq!(of.len() as u64, number(waste.kind(kind).unwrap(), 1), "{kind}");
            for row in of {
                let Cell::Object(object) = &row.cells[0] else { panic!("no object") };
                assert!(seen.insert(object.address.clone()), "{} again in {kind}", object.address);
            }
        }
        let saved: u64 = waste
            .kinds
            .iter()
            .filter(|row| !word(row, 0).starts_with("Object headers"))
            .map(|row| number(row, 2))
            .sum();
        assert!(saved > 0 && saved < dump.inquiry().used_heap());
    }
}

/// References that repeat the one before are stored once, and those to what the dump lacks not at all.
#[test]
fn an_array_is_as_full_as_it_has_elements_that_are_not_null() {
    let mut made = Made::new();
    let one = made.object();
    made.hold_all("same", &[one; 1000]);
    made.hold_all("lost", &[ObjectId(0xdead_0000); 1000]);
    let mut few = [NULL; 1000];
    few[..10].fill(one);
    made.hold_all("few", &few);
    let dump = made.open();
    let mut waste = Waste::of(&dump);
    assert_eq!(waste.kinds_of("same"), [""; 0]);
    assert_eq!(waste.kinds_of("lost"), [""; 0]);
    let heap = dump.inquiry().heap();
    let saved = 990 * heap.sizes.reference;
    assert_eq!(
        waste.field("Sparse arrays", "few").map(|(count, saved, _)| (count, saved)),
        Some((1, saved))
    );
}
