//! Any graph as a heap dump.

use super::graphs::Heap;
use heapglass::hprof::writer::{ClassRecord, HprofWriter};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, GcRoot, IdSize, ObjectId, RootKind, StackTraceSerial,
    StringId,
};
use std::io::{Result, Write};

/// Nodes of more references than this are arrays.
const FIELDS: u64 = 8;
/// Classes lie here, objects above.
const CLASSES_AT: u64 = 0x1000;
const OBJECTS_AT: u64 = 0x10_0000;
const TRACE: StackTraceSerial = StackTraceSerial(1);

/// Class of instances of so many references, `java.lang.Object` being that of none.
fn class(references: u64) -> ObjectId {
    ObjectId(CLASSES_AT + 128 * references)
}

/// Writes an instance or array per node, in the order of the nodes, with the addresses of a JVM
/// with compressed references, and a root per root.
pub(crate) fn write<W: Write>(heap: &Heap, out: W) -> Result<W> {
    let nodes = heap.adjacency.node_count();
    let mut addresses = Vec::with_capacity(nodes as usize);
    let mut next = OBJECTS_AT;
    for node in 0..nodes {
        addresses.push(next);
        let references = heap.adjacency.targets(node).count() as u64;
        let header = if references > FIELDS { 16 } else { 12 };
        next += (header + 4 * references).next_multiple_of(8);
    }
    let mut writer = HprofWriter::new(out, "JAVA PROFILE 1.0.2", IdSize::Eight, 1)?;
    classes(&mut writer)?;
    for &root in &heap.roots {
        let object = ObjectId(addresses[root as usize]);
        let kind = RootKind::Unknown;
        writer.root(&GcRoot { kind, object, thread: None, frame: None, trace: None })?;
    }
    let mut elements = Vec::new();
    let mut data = Vec::new();
    for node in 0..nodes {
        elements.clear();
        let targets = heap.adjacency.targets(node);
        elements.extend(targets.map(|target| ObjectId(addresses[target as usize])));
        let (id, references) = (ObjectId(addresses[node as usize]), elements.len() as u64);
        if references > FIELDS {
            writer.object_array(id, TRACE, class(FIELDS + 1), &elements)?;
        } else {
            data.clear();
            data.extend(elements.iter().flat_map(|element| element.0.to_be_bytes()));
            writer.instance(id, TRACE, class(references), &data)?;
        }
    }
    writer.end_heap()?;
    writer.finish()
}

fn classes<W: Write>(writer: &mut HprofWriter<W>) -> Result<()> {
    let serials = (0..=FIELDS + 1).zip(1..);
    for (references, serial) in serials.clone() {
        let name = match references {
            0 => "java/lang/Object".to_owned(),
            1..=FIELDS => format!("com/acme/Node{references}"),
            _ => "[Ljava/lang/Object;".to_owned(),
        };
        writer.utf8(StringId(1000 + references), &name)?;
        writer.utf8(StringId(1 + references), &format!("field{references}"))?;
        let name = StringId(1000 + references);
        writer.load_class(ClassSerial(serial), class(references), TRACE, name)?;
    }
    for (references, _) in serials {
        let own = if references > FIELDS { 0 } else { references };
        let fields: Vec<FieldDescriptor> = (0..own)
            .map(|field| FieldDescriptor { name: StringId(1 + field), ty: BasicType::Object })
            .collect();
        writer.class_dump(&ClassRecord {
            id: class(references),
            super_class: if references == 0 { ObjectId(0) } else { class(0) },
            instance_size: u32::try_from(8 * own).unwrap_or(0),
            fields: &fields,
            ..ClassRecord::default()
        })?;
    }
    Ok(())
}
