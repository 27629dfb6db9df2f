//! What must add up on every dump.

use crate::support::{Opened, entries, extra_dumps, fixture_path, opened, read};
use crate::unreachable;
use heapglass::analysis::histogram;
use heapglass::heap::ObjectIndex;
use std::path::Path;

/// The sums that do not agree.
pub(crate) fn broken(dump: &Opened) -> Vec<String> {
    let inquiry = dump.structure();
    let (loaded, heap) = (&dump.loaded, inquiry.heap());
    let facts = inquiry.facts();
    let mut broken = Vec::new();
    let mut same = |what: &str, one: u64, other: u64| {
        if one != other {
            broken.push(format!("{what}: {one} and {other}"));
        }
    };
    let rows = histogram::rows(heap, &loaded.totals, None);
    let sum = |value: fn(&histogram::HistogramRow) -> u64| rows.iter().map(value).sum::<u64>();
    same("objects and instances of all classes", facts.objects, sum(|r| r.instances));
    same("used heap and bytes of all classes", facts.used_heap, sum(|r| r.shallow));
    same("unreachable objects", facts.unreachable_objects, sum(|r| r.unreachable));
    same("unreachable bytes", facts.unreachable_bytes, sum(|r| r.unreachable_shallow));

    let mut full = vec![(0, 0); heap.classes.len()];
    heap.objects.for_each(0..heap.objects.len(), |object, class, _| {
        full[class.index()].0 += 1;
        full[class.index()].1 += heap.shallow(object);
    });
    for row in &rows {
        let (count, bytes) = full[row.class.index()];
        same(&format!("{} in all", row.name), count, row.instances + row.unreachable);
        let shallow = row.shallow + row.unreachable_shallow;
        same(&format!("bytes of {} in all", row.name), bytes, shallow);
    }

    let tree = &loaded.dominators;
    let top = tree.top(0, u32::MAX).iter().map(|&node| inquiry.retained(ObjectIndex(node)));
    same("used heap and the first level", facts.used_heap, top.sum());
    same("objects and nodes of the tree", facts.objects, tree.reachable_count().into());
    let is_reached = |object: &ObjectIndex| loaded.paths.is_reached(object.0);
    let unreachable_with_path =
        heap.objects.indices().filter(|o| is_reached(o) && !inquiry.is_reachable(*o)).count();
    same("unreachable objects with a path", unreachable_with_path as u64, 0);
    broken.extend(unreachable::broken(dump));
    broken
}

#[test]
fn sums_agree_on_our_own_dumps() {
    let dumps = entries(fixture_path("").as_path());
    let dumps = dumps.iter().filter(|path| path.extension().is_some_and(|e| e == "gz"));
    let mut seen = 0;
    for path in dumps {
        assert_eq!(broken(&opened(path)), Vec::<String>::new(), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} fixtures found");
}

#[test]
fn a_file_of_two_dumps_offers_both() {
    let Some(root) = extra_dumps() else { return };
    let names = ["sun_jdk6_31_hprofagent_compressedOops", "oracle_jdk7_21_hprofagent"];
    for name in names {
        let file = read(&root.join(Path::new("mat")).join(format!("{name}.hprof")));
        let dumps = [1, 2].map(|dump| Opened::dump_of(file.clone(), dump).unwrap());
        let facts = dumps.each_ref().map(|dump| dump.inquiry().facts());
        for (facts, number) in facts.iter().zip(1..) {
            assert_eq!((facts.dump, facts.dumps), (number, 2), "{name}");
        }
        assert_ne!(facts[0].objects, facts[1].objects, "{name}: twice the same dump");
        for dump in &dumps {
            assert_eq!(broken(dump), Vec::<String>::new(), "{name}");
        }
        assert!(Opened::dump_of(file, 3).is_err(), "{name}: there is no third dump");
    }
}
