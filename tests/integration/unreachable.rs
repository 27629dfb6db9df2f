//! What no GC root reaches, as a histogram and as a forest.

use crate::support::{
    Opened, entries, expected, extra_dump, extra_dumps, fixture, fixture_path, opened,
};
use heapglass::analysis::histogram::{
    HistogramFilter, HistogramKey, HistogramQuery, HistogramWindow, Sort,
};
use heapglass::analysis::unreachable::{ForestBuilder, Standing, UnreachableForest};
use heapglass::graph::{BitSet, Edges, Graph, Reach, Step};
use heapglass::heap::ObjectIndex;
use heapglass::heap::loader::Loaded;

fn forest(loaded: &Loaded, budget: u64) -> UnreachableForest {
    let mut builder = ForestBuilder::new(loaded).unwrap();
    let mut phase = 0;
    while !builder.step(loaded, budget).unwrap() {
        let progress = builder.progress();
        assert!(progress.step >= phase && progress.done <= progress.total, "{progress:?}");
        phase = progress.step;
    }
    builder.finish()
}

fn histogram(dump: &Opened, forest: Option<&UnreachableForest>) -> HistogramWindow {
    dump.structure().with_forest(forest).unreachable_histogram(&HistogramQuery {
        sort: Sort { key: HistogramKey::Shallow, descending: true },
        filter: HistogramFilter::default(),
        start: 0,
        count: u32::MAX,
    })
}

/// The sums of the forest that do not agree.
pub(crate) fn broken(dump: &Opened) -> Vec<String> {
    let forest = forest(&dump.loaded, 300_000);
    let facts = forest.facts();
    let inquiry = dump.structure().with_forest(Some(&forest));
    let (heap, totals) = (inquiry.heap(), dump.loaded.totals.sum());
    let mut broken = Vec::new();
    let mut same = |what: &str, one: u64, other: u64| {
        if one != other {
            broken.push(format!("unreachable, {what}: {one} and {other}"));
        }
    };
    same("objects of the forest", totals.unreachable, facts.objects);
    same("bytes of the forest", totals.unreachable_shallow, facts.bytes);
    let top = forest.top(0, u32::MAX);
    let retained = |object: &ObjectIndex| inquiry.retained(*object);
    same("retained sizes of the first level", facts.bytes, top.iter().map(retained).sum());
    let roots = top.iter().filter(|&&object| forest.standing(object) != Some(Standing::Shared));
    same("roots", u64::from(facts.unreferenced + facts.cycles), roots.count() as u64);

    // Level by level, every object once: each has exactly one way up.
    let (mut met, mut level) = (0, top);
    while let Some(object) = level.pop() {
        met += 1;
        let children = forest.children(object, 0, u32::MAX);
        let below: u64 = children.iter().map(retained).sum();
        same("retained size", retained(&object), heap.shallow(object) + below);
        if children.iter().any(|&child| forest.parent(child) != Some(object)) {
            same("children that know their parent", 1, 0);
        }
        level.extend(children);
    }
    same("objects in trees", facts.objects, met);

    let rows = histogram(dump, Some(&forest));
    same("objects of the histogram", totals.unreachable, rows.instances);
    same("bytes of the histogram", totals.unreachable_shallow, rows.shallow);
    for row in &rows.rows {
        let total = dump.loaded.totals.get(row.class);
        same(&row.name, total.unreachable, row.instances);
        same(&row.name, total.unreachable_shallow, row.shallow);
        let retained = row.retained.unwrap_or(0);
        same(
            &format!("{} retains its own bytes", row.name),
            0,
            row.shallow.saturating_sub(retained),
        );
    }
    broken
}

/// By definition: the object and all that the roots of the forest do not reach without it.
fn naive_retained(dump: &Opened, forest: &UnreachableForest, without: ObjectIndex) -> u64 {
    let heap = &dump.loaded.heap;
    let garbage = |object: &ObjectIndex| forest.retained(heap, *object).is_some();
    let mut closed = BitSet::new(heap.objects.len()).unwrap();
    heap.objects.indices().filter(|object| !garbage(object)).for_each(|object| {
        closed.insert(object.0);
    });
    closed.insert(without.0);
    let roots: Vec<u32> = forest
        .top(0, u32::MAX)
        .into_iter()
        .filter(|&object| forest.standing(object) != Some(Standing::Shared))
        .map(|object| object.0)
        .collect();
    let mut reach = Reach::new(heap, &roots, Edges::All, Some(closed)).unwrap();
    while reach.step(heap, u64::MAX).unwrap() != Step::Done {}
    let kept = reach.finish();
    let lost = heap.objects.indices().filter(|object| garbage(object) && !kept.contains(object.0));
    lost.map(|object| heap.shallow(object)).sum()
}

#[test]
fn retained_sizes_in_the_forest_are_what_would_be_lost() {
    for name in ["collections-and-values", "story-session-list"] {
        let dump = fixture(name);
        let forest = forest(&dump.loaded, 777);
        let mut level = forest.top(0, u32::MAX);
        let mut compared = 0;
        while let Some(object) = level.pop() {
            let children = forest.children(object, 0, u32::MAX);
            if !children.is_empty() {
                let retained = forest.retained(&dump.loaded.heap, object).unwrap();
                assert_eq!(retained, naive_retained(&dump, &forest, object), "{name} {object:?}");
                compared += 1;
            }
            level.extend(children);
        }
        assert!(compared > 10, "{name}: {compared} objects");
    }
}

#[test]
fn nothing_in_the_garbage_refers_to_an_unreferenced_top() {
    let dumps = entries(fixture_path("").as_path());
    for path in dumps.iter().filter(|path| path.extension().is_some_and(|e| e == "gz")) {
        let dump = opened(path);
        let heap = &dump.loaded.heap;
        let forest = forest(&dump.loaded, 5000);
        assert!(forest.top_count() > 0, "{}", path.display());
        for object in heap.objects.indices().filter(|&o| forest.retained(heap, o).is_some()) {
            let hub = Some(heap.hub(object.0)).filter(|&hub| hub != object.0);
            for target in heap.edges.targets(object.0).filter(|&t| t != object.0).chain(hub) {
                let standing = forest.standing(ObjectIndex(target));
                assert_ne!(standing, Some(Standing::Unreferenced), "{}", path.display());
            }
        }
    }
}

#[test]
fn each_cycle_of_two_is_one_tree() {
    let dump = fixture("collections-and-values");
    let expected = expected("collections-and-values");
    let class = expected["unreachable"]["class"].as_str().unwrap();
    let count = expected["unreachable"]["instances"].as_u64().unwrap();
    let forest = forest(&dump.loaded, 1000);
    let inquiry = dump.inquiry().with_forest(Some(&forest));
    let objects = dump.instances(class);
    let tops = objects.iter().filter(|&&o| forest.standing(o) == Some(Standing::Cycle));
    assert_eq!(tops.count() as u64, count / 2);
    for &object in &objects {
        let path = inquiry.dominator_path(object);
        assert_eq!(path.len(), if forest.standing(object).is_some() { 1 } else { 2 });
        let row = inquiry.row(object);
        assert!(row.unreachable);
        let children = inquiry.dominated(Some(object), 0, 10);
        let dominated = row.dominated.unwrap();
        assert_eq!((children.total, children.rows.len()), (dominated, dominated as usize));
        assert_eq!(row.retained, Some(row.shallow * (1 + u64::from(dominated))));
    }
    let row = histogram(&dump, Some(&forest)).rows.into_iter().find(|row| row.name == class);
    let row = row.unwrap();
    assert_eq!((row.instances, row.retained), (count, Some(row.shallow)));
}

#[test]
fn without_the_forest_only_the_histogram_is_known() {
    let dump = fixture("collections-and-values");
    let inquiry = dump.inquiry();
    assert!(inquiry.forest_top(0, 10).is_err());
    let rows = histogram(&dump, None);
    assert!(rows.total > 3 && rows.rows.iter().all(|row| row.retained.is_none()));
    let garbage = dump.instances("sample.CollectionsAndValues$Garbage")[0];
    let row = inquiry.row(garbage);
    assert_eq!((row.retained, row.dominated), (Some(row.shallow), Some(0)));
}

#[test]
fn the_forest_does_not_depend_on_the_size_of_steps() {
    let dump = fixture("collections-and-values");
    let whole = forest(&dump.loaded, u64::MAX);
    let small = forest(&dump.loaded, 3);
    assert_eq!(whole.facts(), small.facts());
    assert_eq!(whole.top(0, u32::MAX), small.top(0, u32::MAX));
}

#[test]
fn a_dead_list_of_a_real_dump_is_one_tree() {
    let Some(root) = extra_dumps() else { return };
    let path = extra_dump(&root, "garbage_all_g1").unwrap();
    let dump = opened(&path);
    let forest = forest(&dump.loaded, 300_000);
    let facts = forest.facts();
    let first = forest.top(0, 1)[0];
    assert_eq!(dump.structure().name(first), "java.util.LinkedList");
    assert_eq!(forest.standing(first), Some(Standing::Unreferenced));
    assert_eq!(forest.children_count(first), 200_000, "each node is known from both sides");
    let retained = forest.retained(&dump.loaded.heap, first).unwrap();
    assert!(retained * 10 > facts.bytes * 9, "{retained} of {facts:?}");
    assert!(facts.engine_bytes < 12 * facts.objects + (1 << 20), "{facts:?}");
}
