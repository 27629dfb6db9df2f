//! Weak references and their like: what they refer to, and what can never be cleared.

use super::random::{self, reached};
use super::{Asked, number, word};
use crate::support::{Opened, fixture};
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use std::collections::BTreeSet;

#[test]
fn what_lives_only_through_references_is_what_nothing_else_reaches() {
    for seed in 0..20 {
        let dump = random::heap(seed, 80);
        let inquiry = dump.inquiry();
        let heap = inquiry.heap();
        let mut asked = Asked::of(&dump);
        for (kind, class) in [("weak", "Weak"), ("soft", "Soft"), ("phantom", "Phantom")] {
            let all = reached(inquiry, &BTreeSet::new(), "none");
            let kept = reached(inquiry, &BTreeSet::new(), kind);
            let references: BTreeSet<u32> = dump
                .instances(&format!("com.acme.{class}Node"))
                .into_iter()
                .map(|object| object.0)
                .filter(|object| all.contains(object))
                .collect();
            let without = reached(inquiry, &references, "none");
            let referents: BTreeSet<u32> = references
                .iter()
                .filter_map(|&r| heap.edges.targets(r).next().filter(|&target| target != r))
                .collect();
            let held = referents.iter().filter(|node| {
                kept.contains(node) && !without.contains(node) && !references.contains(node)
            });
            let expected =
                [references.len(), referents.len(), all.difference(&kept).count(), held.count()];
            let request = format!("reference-statistics?kind={kind}");
            let mut rows = asked.rows(&request);
            rows.sort_by_key(|row| row.row);
            let found: Vec<u64> = rows.iter().map(|row| number(row, 1)).collect();
            assert_eq!(found, expected.map(|count| count as u64), "{seed} {kind}");
            for row in rows {
                let below = asked.rows_below(&request, Some(row.row));
                let sum: u64 = below.iter().map(|row| number(row, 1)).sum();
                assert_eq!(sum, number(&row, 1));
            }
        }
    }
}

/// A weak reference whose own field leads to its referent, one whose referent somebody else holds,
/// and one with nothing else to it.
fn leaky() -> (Vec<u8>, ObjectId, ObjectId) {
    let mut dump = DumpBuilder::new(IdSize::Four);
    let weak = dump.standard_classes().weak_reference;
    let array = dump.standard_classes().object_array;
    let entry =
        dump.class("com.acme.Entry").extends(weak).field("value", BasicType::Object).build();
    let thing = dump.class("com.acme.Thing").field("key", BasicType::Object).build();
    let null = Value::Object(ObjectId(0));
    let [leaked, shared, weakly] = [0; 3].map(|_| dump.instance(thing, &[null]));
    let value = dump.instance(thing, &[Value::Object(leaked)]);
    let mut of = |referent, value| {
        let values = [("referent", Value::Object(referent)), ("value", Value::Object(value))];
        dump.instance_with(entry, &values)
    };
    let leak = of(leaked, value);
    let entries = [leak, of(shared, ObjectId(0)), of(weakly, ObjectId(0)), shared];
    let table = dump.object_array(array, &entries);
    dump.root(RootKind::JniGlobal, table);
    (dump.finish(), leak, leaked)
}

#[test]
fn a_reference_that_holds_its_referent_is_a_leak() {
    let (file, leak, leaked) = leaky();
    let dump = Opened::of(file).unwrap();
    let mut asked = Asked::of(&dump);
    let rows = asked.rows("reference-leaks");
    let id = |object: ObjectId| dump.inquiry().row(dump.at(object.0).unwrap()).address;
    assert_eq!(rows.len(), 1);
    let address = |column: usize| match &rows[0].cells[column] {
        heapglass::analysis::query::Cell::Object(object) => object.address.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((address(0), address(1), number(&rows[0], 2)), (id(leak), id(leaked), 2));
    assert!(asked.rows("reference-leaks?kind=soft").is_empty());
    let mut sections = asked.rows("reference-statistics");
    sections.sort_by_key(|row| row.row);
    let counts: Vec<u64> = sections.iter().map(|row| number(row, 1)).collect();
    assert_eq!(counts, [3, 3, 1, 1]);
}

/// Finalizers as the JVM has them: one in the queue, which ends at itself, one that is not.
#[test]
fn finalizers_wait_in_the_queue_or_are_not_due() {
    let mut dump = DumpBuilder::new(IdSize::Four);
    let reference = dump.standard_classes().reference;
    let queue_class =
        dump.class("java.lang.ref.ReferenceQueue").field("head", BasicType::Object).build();
    let final_reference = dump.class("java.lang.ref.FinalReference").extends(reference).build();
    let finalizer = dump
        .class("java.lang.ref.Finalizer")
        .extends(final_reference)
        .field("next", BasicType::Object)
        .static_field("queue", Value::Object(ObjectId(0)))
        .build();
    let thing = dump.class("com.acme.Thing").build();
    let [due, later, latest] = [0; 3].map(|_| dump.instance(thing, &[]));
    let ids = [0; 3].map(|_| dump.reserve_instance(finalizer));
    let null = Value::Object(ObjectId(0));
    for (at, referent) in [due, later, latest].into_iter().enumerate() {
        // The finalizer's own list, and the queue's, which only the first is in.
        let own_next = Value::Object(*ids.get(at + 1).unwrap_or(&ObjectId(0)));
        let next_in_queue = if at == 0 { Value::Object(ids[0]) } else { null };
        let values = [own_next, Value::Object(referent), null, next_in_queue, null];
        dump.instance_at(ids[at], finalizer, &values);
    }
    let queue = dump.instance_with(queue_class, &[("head", Value::Object(ids[0]))]);
    dump.set_static(finalizer, "queue", Value::Object(queue));
    dump.root(RootKind::JniGlobal, ids[0]);
    let dump = Opened::of(dump.finish()).unwrap();
    let mut rows = Asked::of(&dump).rows("finalizers");
    rows.sort_by_key(|row| row.row);
    let counts: Vec<u64> = rows.iter().map(|row| number(row, 1)).collect();
    assert_eq!(counts, [1, 0, 2]);
}

#[test]
fn cleaners_are_told_by_what_they_do() {
    let dump = fixture("story-native-innocent-heap");
    let mut asked = Asked::of(&dump);
    let rows = asked.rows("cleaners");
    let buffers = rows.iter().find(|row| word(row, 0) == "java.nio.DirectByteBuffer$Deallocator");
    let buffers = buffers.unwrap_or_else(|| panic!("{rows:?}"));
    let instances = dump.instances("java.nio.DirectByteBuffer$Deallocator").len();
    assert!(instances > 0);
    assert_eq!(number(buffers, 1), instances as u64);
}
