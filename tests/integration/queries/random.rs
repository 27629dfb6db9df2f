//! Heaps that look random, and what can be said of them by following references one by one.

use crate::support::{Opened, random_numbers};
use heapglass::analysis::Inquiry;
use heapglass::graph::Graph;
use heapglass::heap::ObjectIndex;
use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A heap of `nodes` objects of several classes, the platform's among them, with three fields
/// each, references of all kinds, statics, and a few GC roots.
pub(super) fn heap(seed: u64, nodes: usize) -> Opened {
    let mut random = random_numbers(seed);
    let mut dump = DumpBuilder::new(IdSize::Four);
    let standard = dump.standard_classes();
    let plain = ["com.acme.a.One", "com.acme.a.Two", "com.acme.b.Three", "java.util.Four"];
    let fields = ["x", "y", "z"];
    let mut classes: Vec<ObjectId> = plain
        .iter()
        .map(|name| {
            let class = dump.class(name);
            fields.iter().fold(class, |class, f| class.field(f, BasicType::Object)).build()
        })
        .collect();
    let kinds = [standard.weak_reference, standard.soft_reference, standard.phantom_reference];
    for (kind, name) in kinds.into_iter().zip(["Weak", "Soft", "Phantom"]) {
        let class = dump.class(&format!("com.acme.{name}Node")).extends(kind);
        classes.push(class.field("extra", BasicType::Object).build());
    }
    let chosen: Vec<usize> =
        (0..nodes).map(|_| random(classes.len() + 4) % classes.len()).collect();
    let ids: Vec<ObjectId> = chosen.iter().map(|&c| dump.reserve_instance(classes[c])).collect();
    // References lead mostly forward and near, so that paths are long.
    let mut target = |at: usize| match random(8) {
        0 => ObjectId(0),
        1 => ids[random(nodes)],
        _ => ids[(at + 1 + random(4)) % nodes],
    };
    let mut edges: Vec<[ObjectId; 3]> = (0..nodes).map(|at| [0; 3].map(|_| target(at))).collect();
    for (at, &class) in chosen.iter().enumerate() {
        let [x, y, z] = edges[at].map(Value::Object);
        if class < plain.len() {
            dump.instance_with_at(ids[at], classes[class], &[("x", x), ("y", y), ("z", z)]);
        } else {
            dump.instance_with_at(ids[at], classes[class], &[("referent", x), ("extra", y)]);
        }
    }
    edges.clear();
    for kind in [RootKind::JniGlobal, RootKind::JniGlobal, RootKind::ThreadBlock] {
        dump.root(kind, ids[random(nodes)]);
    }
    let held = ids[random(nodes)];
    dump.class("com.acme.Holder").static_field("HELD", Value::Object(held)).build();
    Opened::of(dump.finish()).unwrap()
}

/// What an object refers to, its class included, without the referents of these kinds.
pub(super) fn successors(inquiry: Inquiry<'_>, node: u32, without: &str) -> BTreeSet<u32> {
    let heap = inquiry.heap();
    let class = heap.objects.class(ObjectIndex(node));
    let lineage: Vec<&str> =
        heap.classes.lineage(class).map(|c| heap.classes.get(c).name.as_str()).collect();
    let skips =
        [("weak", "Weak"), ("soft", "Soft"), ("phantom", "Phantom")].iter().any(|(w, n)| {
            let name = format!("java.lang.ref.{n}Reference");
            (without.contains(w) || without == "all") && lineage.contains(&name.as_str())
        });
    let mut targets: BTreeSet<u32> = heap.edges.targets(node).skip(usize::from(skips)).collect();
    targets.insert(heap.hub(node));
    targets.remove(&node);
    targets.retain(|&target| (target as usize) < heap.objects.len());
    targets
}

/// What the roots reach without going through `closed`.
pub(super) fn reached(
    inquiry: Inquiry<'_>,
    closed: &BTreeSet<u32>,
    without: &str,
) -> BTreeSet<u32> {
    let roots = inquiry.heap().roots.objects().iter().copied();
    let mut pending: Vec<u32> = roots.filter(|root| !closed.contains(root)).collect();
    let mut met: BTreeSet<u32> = pending.iter().copied().collect();
    while let Some(node) = pending.pop() {
        for target in successors(inquiry, node, without) {
            if !closed.contains(&target) && met.insert(target) {
                pending.push(target);
            }
        }
    }
    met
}

/// Rule P3 by definition: level by level in the order of objects, each with the first parent.
pub(super) fn parents(inquiry: Inquiry<'_>, without: &str) -> BTreeMap<u32, Option<u32>> {
    let mut parents = BTreeMap::new();
    let mut level: BTreeSet<u32> = inquiry.heap().roots.objects().iter().copied().collect();
    parents.extend(level.iter().map(|&root| (root, None)));
    while !level.is_empty() {
        let mut next = BTreeSet::new();
        for &node in &level {
            for target in successors(inquiry, node, without) {
                if let std::collections::btree_map::Entry::Vacant(vacant) = parents.entry(target) {
                    vacant.insert(Some(node));
                    next.insert(target);
                }
            }
        }
        level = next;
    }
    parents
}

/// Rule P2 by definition: the lengths of all paths to an object and the roots that they begin at.
pub(super) fn paths(inquiry: Inquiry<'_>, target: u32, without: &str) -> BTreeSet<(u64, u32)> {
    let heap = inquiry.heap();
    let mut referrers: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for object in heap.objects.indices().filter(|&object| inquiry.is_reachable(object)) {
        for to in successors(inquiry, object.0, without) {
            referrers.entry(to).or_default().insert(object.0);
        }
    }
    let is_root = |node: u32| heap.roots.contains(ObjectIndex(node));
    let mut found = BTreeSet::new();
    if is_root(target) {
        found.insert((0, target));
    }
    let mut met = BTreeSet::from([target]);
    let mut pending = VecDeque::from([(target, 0)]);
    while let Some((node, length)) = pending.pop_front() {
        for &source in referrers.get(&node).into_iter().flatten() {
            if met.insert(source) {
                if is_root(source) {
                    found.insert((length + 1, source));
                } else {
                    pending.push_back((source, length + 1));
                }
            }
        }
    }
    found
}
