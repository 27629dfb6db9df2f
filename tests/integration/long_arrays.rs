//! References of arrays that may have millions of elements: what is answered without looking each
//! element up is what looking each up would answer.

use crate::support::{CHUNK, Opened};
use heapglass::analysis::Inquiry;
use heapglass::error::Result;
use heapglass::heap::ObjectIndex;
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::heap::references::names_of;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{IdSize, ObjectId, RootKind};
use heapglass::source::ByteSource;
use proptest::prelude::*;
use std::cell::Cell;

/// Elements from which on only the first position of an object is named.
const LONG: usize = 4096;
/// Objects that an array's elements may be.
const OBJECTS: usize = 12;

/// What an element of an array is.
#[derive(Clone, Copy, Debug)]
enum Element {
    Null,
    /// An id between those of objects.
    Dangling(u64),
    Object(usize),
}

/// A dump with an array of these elements, and the ids of its objects.
struct Made {
    dump: Opened,
    array: ObjectIndex,
    array_class: ObjectIndex,
    ids: Vec<ObjectId>,
    elements: Vec<ObjectId>,
}

/// Writes the objects from the `rotated`-th on first: out of the order of their addresses.
fn make(ids: IdSize, elements: &[Element], rotated: usize) -> Made {
    let mut dump = DumpBuilder::new(ids);
    let classes = dump.standard_classes();
    let reserved: Vec<ObjectId> =
        (0..OBJECTS).map(|_| dump.reserve_instance(classes.object)).collect();
    let lost: Vec<ObjectId> = (0..3).map(|_| dump.reserve_instance(classes.object)).collect();
    let id_of = |element: &Element| match *element {
        Element::Null => ObjectId(0),
        Element::Dangling(which) => lost[usize::try_from(which).unwrap()],
        Element::Object(which) => reserved[which],
    };
    let elements: Vec<ObjectId> = elements.iter().map(id_of).collect();
    let (early, late) = reserved.split_at(rotated);
    for &id in late {
        dump.instance_at(id, classes.object, &[]);
    }
    let array = dump.object_array(classes.object_array, &elements);
    let other = dump.object_array(classes.object_array, &reserved);
    for &id in early {
        dump.instance_at(id, classes.object, &[]);
    }
    dump.root(RootKind::JniGlobal, array);
    dump.root(RootKind::JniGlobal, other);
    let dump = Opened::of(dump.finish()).unwrap();
    let at = |id: ObjectId| dump.at(id.0).unwrap();
    let (array, array_class) = (at(array), at(classes.object_array));
    Made { array, array_class, ids: reserved, elements, dump }
}

impl Made {
    /// What the array refers to and through what, each element looked up.
    fn references(&self) -> Vec<(String, ObjectIndex)> {
        let class = ("<class>".to_owned(), self.array_class);
        let found = |(at, id): (usize, &ObjectId)| {
            let target = self.dump.at(id.0).filter(|_| id.0 != 0)?;
            Some((format!("[{at}]"), target))
        };
        [class].into_iter().chain(self.elements.iter().enumerate().filter_map(found)).collect()
    }

    fn check(&self, start: u32, count: u32) {
        let inquiry = self.dump.inquiry();
        let all = self.references();
        for (start, count) in [(0, u32::MAX), (0, 0), (0, 1), (1, 3), (start, count)] {
            let window = inquiry.outbound(self.array, start, count).unwrap();
            assert_eq!(window.total as usize, all.len());
            let rows: Vec<(String, ObjectIndex)> =
                window.rows.into_iter().map(|row| (row.via.concat(), row.row.object)).collect();
            let expected = all.iter().skip(start as usize).take(count as usize);
            assert_eq!(rows, expected.cloned().collect::<Vec<_>>(), "from {start}, {count}");
        }
        for &id in &self.ids {
            let object = self.dump.at(id.0).unwrap();
            let limit = if self.elements.len() > LONG { 1 } else { 8 };
            let names: Vec<String> = all
                .iter()
                .filter(|reference| reference.1 == object)
                .map(|reference| reference.0.clone())
                .take(limit)
                .collect();
            let found = names_of(&inquiry.values, self.array, object, 8);
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), names);
            let inbound = inquiry.inbound(object, 0, 10).unwrap();
            let row = inbound.rows.iter().find(|row| row.row.object == self.array);
            assert_eq!(row.map(|row| row.via.clone()).unwrap_or_default(), names);
        }
    }
}

fn stretches() -> impl Strategy<Value = Vec<Element>> {
    let element = prop_oneof![
        2 => Just(Element::Null),
        1 => (0..3u64).prop_map(Element::Dangling),
        6 => (0..OBJECTS).prop_map(Element::Object),
    ];
    let full = (0..OBJECTS).prop_map(Element::Object);
    let times = prop_oneof![20 => 1..4usize, 1 => LONG / 2..LONG];
    prop_oneof![
        prop::collection::vec((element, times.clone()), 0..40),
        prop::collection::vec((full, times), 0..40),
    ]
    .prop_map(|stretches| {
        stretches.into_iter().flat_map(|(element, times)| vec![element; times]).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn an_array_is_answered_as_if_each_element_were_looked_up(
        elements in stretches(), is_small in any::<bool>(), rotated in 0..OBJECTS,
        start in 0u32..60, count in 0u32..60,
    ) {
        let ids = if is_small { IdSize::Four } else { IdSize::Eight };
        make(ids, &elements, rotated).check(start, count);
    }
}

#[test]
fn dangling_elements_count_as_nothing_where_repetitions_hide_them() {
    use Element::{Dangling, Null, Object};
    for elements in [
        // The stored references are as many as if the dangling one were the first of them.
        &[Dangling(0), Object(1), Object(1)][..],
        &[Object(1), Dangling(0), Object(1), Object(1)],
        &[Object(1), Object(2), Dangling(0), Object(2), Object(3)],
        &[Object(1), Object(2), Object(3), Dangling(0), Dangling(0), Object(3)],
        &[Dangling(0), Dangling(0), Dangling(1)],
        &[Null, Object(4), Null, Object(4), Object(4), Null, Object(4)],
        &[Null, Null],
    ] {
        make(IdSize::Eight, elements, 3).check(1, 2);
    }
}

/// Counts the bytes that are read.
struct Counted {
    file: Vec<u8>,
    read: Cell<usize>,
}

impl ByteSource for Counted {
    fn len(&self) -> u64 {
        ByteSource::len(&self.file)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        self.read.set(self.read.get() + into.len());
        self.file.read_at(offset, into)
    }
}

#[test]
fn an_element_far_into_a_full_array_is_named_without_reading_those_before() {
    const LENGTH: usize = 50_000;
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let classes = dump.standard_classes();
    let objects: Vec<ObjectId> = (0..LENGTH).map(|_| dump.instance(classes.object, &[])).collect();
    let array = dump.object_array(classes.object_array, &objects);
    dump.root(RootKind::JniGlobal, array);
    let file = dump.finish();
    let loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
    let source = Counted { file, read: Cell::new(0) };
    let inquiry = Inquiry::new(&loaded, &source);
    let at = |id: ObjectId| loaded.heap.addresses.get(id).unwrap();
    let (array, last) = (at(array), at(objects[LENGTH - 1]));
    let name = format!("[{}]", LENGTH - 1);
    let read_for = |question: &dyn Fn()| {
        source.read.set(0);
        question();
        source.read.get()
    };
    let inbound = read_for(&|| {
        let window = inquiry.inbound(last, 0, 10).unwrap();
        assert_eq!(window.rows[0].via, std::slice::from_ref(&name));
    });
    let path = read_for(&|| {
        let path = inquiry.path_to_root(last);
        assert_eq!(path.steps.last().unwrap().via.as_ref(), Some(&name));
    });
    let outbound = read_for(&|| {
        let window = inquiry.outbound(array, 49_000, 10).unwrap();
        assert_eq!((window.total as usize, window.rows.len()), (LENGTH + 1, 10));
        assert_eq!(window.rows[0].via, ["[48999]"]);
    });
    for read in [inbound, path, outbound] {
        assert!(read < LENGTH, "{read} bytes were read of an array of {} bytes", LENGTH * 8);
    }
}
