//! Writes something to start from into `corpus/TARGET` for every target.

use heapglass::hprof::writer::{DumpBuilder, Frame};
use heapglass::hprof::{BasicType, IdSize, RootKind, Value};
use std::io::Result;
use std::path::Path;

fn dump(ids: IdSize) -> Vec<u8> {
    let mut d = DumpBuilder::new(ids);
    let standard = d.standard_classes();
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
    let array = d.object_array(standard.object_array, &[first, bytes, last]);
    let frame =
        Frame { class: node, method: "run", signature: "()V", source: "Node.java", line: 7 };
    d.thread("main", &[frame], &[(0, array)]);
    d.root(RootKind::JniGlobal, first);
    d.root(RootKind::Unknown, bytes);
    d.finish()
}

/// "hello, hello, hello, hello" in a compressed member and "hi" in a stored one.
const MEMBERS: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7,
    0x51, 0xc8, 0xc0, 0xa4, 0x00, 0x55, 0xa3, 0x82, 0x77, 0x1a, 0x00, 0x00, 0x00, 0x1f, 0x8b, 0x08,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x01, 0x02, 0x00, 0xfd, 0xff, 0x68, 0x69, 0xac, 0x2a,
    0x93, 0xd8, 0x02, 0x00, 0x00, 0x00,
];

fn write(target: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let folder = Path::new("corpus").join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), bytes)
}

fn main() -> Result<()> {
    for (name, ids) in [("four", IdSize::Four), ("eight", IdSize::Eight)] {
        let dump = dump(ids);
        write("parser", name, &dump)?;
        write("load", name, &dump)?;
        // The chunk size is the first byte.
        write("parse_chunked", name, &[&[7], dump.as_slice()].concat())?;
    }
    write("load", "gzip", MEMBERS)?;
    // Plans are read from any bytes; longer ones plan more.
    let mut state = 1_u64;
    for len in [200_usize, 600, 2000, 6000] {
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(len)
        .collect();
        write("load_planned", &format!("noise-{len}"), &noise)?;
        write("questions", &format!("noise-{len}"), &noise)?;
        write("gzip", &format!("noise-{len}"), &noise)?;
    }
    Ok(())
}
