//! Writes small valid dumps into the corpus folders that are given as arguments.

use heapglass::hprof::writer::DumpBuilder;
use heapglass::hprof::{BasicType, IdSize, RootKind, Value};

fn dump(ids: IdSize) -> Vec<u8> {
    let mut d = DumpBuilder::new(ids);
    d.standard_classes();
    let node = d
        .class("com.acme.Node")
        .field("next", BasicType::Object)
        .field("value", BasicType::Int)
        .static_field("HEAD", Value::Int(7))
        .build();
    let text = d.string("hello");
    let last = d.instance(node, &[Value::Object(text), Value::Int(1)]);
    let first = d.instance(node, &[Value::Object(last), Value::Int(2)]);
    let bytes = d.primitive_array(BasicType::Byte, &[1, 2, 3]);
    d.root(RootKind::JniGlobal, first);
    d.root(RootKind::Unknown, bytes);
    d.finish()
}

fn main() -> std::io::Result<()> {
    for folder in std::env::args().skip(1) {
        std::fs::create_dir_all(&folder)?;
        for (name, ids) in [("four", IdSize::Four), ("eight", IdSize::Eight)] {
            let dump = dump(ids);
            std::fs::write(format!("{folder}/{name}"), &dump)?;
            // parse_chunked takes the chunk size from the first byte.
            std::fs::write(format!("{folder}/{name}-in-7"), [&[7], dump.as_slice()].concat())?;
        }
    }
    Ok(())
}
