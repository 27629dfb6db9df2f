//! Dumps that are large enough to end in every phase, and of shapes that take much memory.

use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
use std::path::PathBuf;

/// A dump as a file.
pub(crate) struct Made {
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) objects: u64,
}

/// The dumps. In a deep tree most memory goes to the walk over it, in a flat one to the search for
/// shortest paths; both have to outgrow what sorting takes at least.
pub(crate) fn dumps() -> Vec<Made> {
    let made = |name: &'static str, objects: usize, make: &dyn Fn(usize) -> DumpBuilder| {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.hprof"));
        std::fs::write(&path, make(objects).finish()).unwrap();
        Made { name, path, objects: objects as u64 }
    };
    vec![
        made("chain", 400_000, &|n| linked(n, |at| [Some(at + 1), None])),
        made("both-ways", 60_000, &|n| linked(n, |at| [Some(at + 1), at.checked_sub(1)])),
        made("tree", 60_000, &|n| linked(n, |at| [Some(2 * at + 1), Some(2 * at + 2)])),
        made("shared", 60_000, &|n| linked(n, |at| [Some(at + 1), Some(at / 7)])),
        made("array", 700_000, &array),
    ]
}

fn root(dump: &mut DumpBuilder, object: ObjectId) {
    dump.root(RootKind::JniGlobal, object);
}

/// Objects with two fields that refer to the objects that `next` says.
fn linked(objects: usize, next: impl Fn(usize) -> [Option<usize>; 2]) -> DumpBuilder {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.standard_classes();
    let node = dump.class("com.acme.Node");
    let node = node.field("next", BasicType::Object).field("other", BasicType::Object).build();
    let ids: Vec<ObjectId> = (0..objects).map(|_| dump.reserve_instance(node)).collect();
    for (at, &id) in ids.iter().enumerate() {
        let target = |to: Option<usize>| to.and_then(|to| ids.get(to)).copied();
        let values = next(at).map(|to| Value::Object(target(to).unwrap_or(ObjectId(0))));
        dump.instance_at(id, node, &values);
    }
    root(&mut dump, ids[0]);
    dump
}

/// One array that refers to all objects.
fn array(objects: usize) -> DumpBuilder {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let leaf = dump.class("com.acme.Leaf").field("value", BasicType::Long).build();
    let ids: Vec<ObjectId> = (0..objects).map(|_| dump.instance(leaf, &[Value::Long(1)])).collect();
    let all = dump.object_array(standard.object_array, &ids);
    root(&mut dump, all);
    dump
}
