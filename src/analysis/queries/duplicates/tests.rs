//! Equal texts are found however the dump keeps them, and however their hashes collide.

use super::*;
use crate::analysis::Inquiry;
use crate::analysis::queries::strings::Strings;
use crate::analysis::query::Objects;
use crate::heap::loader::{LoadOptions, load};
use crate::hprof::writer::DumpBuilder;
use crate::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// How a dump keeps a text.
#[derive(Clone, Copy, Debug)]
enum Form {
    Latin1,
    Utf16,
    /// A part of a `char[]`, as before JDK 7u6.
    Part,
}

/// Strings of these texts, all held by a root.
fn dump_of(texts: &[(Vec<u16>, Form)], is_old: bool) -> (Vec<u8>, Vec<ObjectId>) {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let string = dump.class("java.lang.String").field("value", BasicType::Object);
    let string = if is_old {
        string.field("offset", BasicType::Int).field("count", BasicType::Int).build()
    } else {
        string.field("coder", BasicType::Byte).build()
    };
    let array = dump.standard_classes().object_array;
    let mut ids = Vec::new();
    for (units, form) in texts {
        let big = |units: &[u16]| units.iter().flat_map(|u| u.to_be_bytes()).collect::<Vec<_>>();
        let id = match form {
            _ if is_old => {
                let before = if matches!(form, Form::Part) { 3u16 } else { 0 };
                let padding = vec![u16::from(b'#'); before.into()];
                let all = [padding.as_slice(), units.as_slice(), padding.as_slice()].concat();
                let value = dump.primitive_array(BasicType::Char, &big(&all));
                let count = i32::try_from(units.len()).unwrap();
                let fields = [
                    ("value", Value::Object(value)),
                    ("offset", Value::Int(before.into())),
                    ("count", Value::Int(count)),
                ];
                dump.instance_with(string, &fields)
            }
            Form::Latin1 if units.iter().all(|&unit| unit < 256) => {
                let bytes: Vec<u8> = units.iter().map(|&u| u8::try_from(u).unwrap()).collect();
                let value = dump.primitive_array(BasicType::Byte, &bytes);
                let fields = [("value", Value::Object(value)), ("coder", Value::Byte(0))];
                dump.instance_with(string, &fields)
            }
            _ => {
                let bytes: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
                let value = dump.primitive_array(BasicType::Byte, &bytes);
                let fields = [("value", Value::Object(value)), ("coder", Value::Byte(1))];
                dump.instance_with(string, &fields)
            }
        };
        ids.push(id);
    }
    let all = dump.object_array(array, &ids);
    dump.root(RootKind::JniGlobal, all);
    (dump.finish(), ids)
}

/// The sets of equal strings that the finder sees, as places in `ids`.
fn found(file: Vec<u8>, ids: &[ObjectId], mask: u64, budget: u64) -> Vec<Vec<usize>> {
    let loaded = load(&file, LoadOptions::default(), 1 << 16, &mut |_| {}).unwrap();
    let inquiry = Inquiry::new(&loaded, &file);
    let heap = inquiry.heap();
    let mut set = BitSet::new(heap.objects.len()).unwrap();
    let objects: Vec<u32> = ids.iter().map(|&id| heap.addresses.get(id).unwrap().0).collect();
    objects.iter().for_each(|&object| assert!(set.insert(object)));
    let of = Objects { count: set.count(), set };
    let context = Context { inquiry, of: &of };
    let mut finder = Finder::new(Strings, 2);
    finder.hashes.mask = mask;
    while finder.step(&context, budget).unwrap() != Step::Done {}
    let (found, _, owners) = finder.finish().unwrap();
    let mut groups: Vec<Vec<usize>> = (0..found.len())
        .map(|at| {
            let members = found.members(at);
            members
                .map(|(object, owner)| {
                    assert_eq!(owners.label(heap, owner), "(GC root)");
                    objects.iter().position(|&o| o == object.0).unwrap()
                })
                .collect()
        })
        .collect();
    groups.sort();
    groups
}

fn expected(texts: &[(Vec<u16>, Form)]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&[u16], Vec<usize>> = BTreeMap::new();
    for (at, (text, _)) in texts.iter().enumerate() {
        groups.entry(text).or_default().push(at);
    }
    let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort();
    groups
}

fn texts() -> impl Strategy<Value = Vec<(Vec<u16>, Form)>> {
    let unit = prop_oneof![Just(u16::from(b'a')), Just(0xe9), Just(0x20ac), Just(0xd800)];
    let form = prop_oneof![Just(Form::Latin1), Just(Form::Utf16), Just(Form::Part)];
    prop::collection::vec((prop::collection::vec(unit, 0..4), form), 0..30)
}

proptest! {
    #[test]
    fn equal_texts_are_found_however_they_are_kept_and_hashed(
        texts in texts(), is_old in any::<bool>(), mask in prop_oneof![
            Just(u64::MAX), Just(0), Just(1 << 63)
        ], budget in 1u64..50,
    ) {
        let (file, ids) = dump_of(&texts, is_old);
        prop_assert_eq!(found(file, &ids, mask, budget), expected(&texts));
    }
}

#[test]
fn long_texts_are_compared_to_their_last_unit() {
    let long = |last: u16| {
        let mut units: Vec<u16> = (0..60_000u16).map(|at| 0x100 + at % 7).collect();
        units.push(last);
        units
    };
    let texts = [
        (long(1), Form::Utf16),
        (long(2), Form::Utf16),
        (long(1), Form::Utf16),
        (long(3), Form::Utf16),
        (long(2), Form::Utf16),
    ];
    let (file, ids) = dump_of(&texts, false);
    for mask in [0, u64::MAX] {
        assert_eq!(found(file.clone(), &ids, mask, 5), [vec![0, 2], vec![1, 4]]);
    }
}
