//! Which field holds an object, where one object holds many.

use super::{Asked, number, word};
use crate::support::Opened;
use heapglass::analysis::Inquiry;
use heapglass::analysis::query::Workbench;
use heapglass::error::Result;
use heapglass::hprof::writer::{DumpBuilder, Frame};
use heapglass::hprof::{BasicType, IdSize, RootKind, Value};
use heapglass::source::ByteSource;
use std::cell::Cell;

/// A file that counts the bytes that are read.
struct Counted<'a> {
    file: &'a Vec<u8>,
    bytes: Cell<usize>,
}

impl ByteSource for Counted<'_> {
    fn len(&self) -> u64 {
        ByteSource::len(self.file)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        self.bytes.set(self.bytes.get() + into.len());
        self.file.read_at(offset, into)
    }
}

/// An object with a field for each of `fields` empty arrays.
fn wide(fields: usize) -> Opened {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.standard_classes();
    let names: Vec<String> = (0..fields).map(|number| format!("field{number}")).collect();
    let class = dump.class("com.acme.Wide");
    let class = names.iter().fold(class, |class, name| class.field(name, BasicType::Object));
    let class = class.build();
    let values: Vec<(&str, Value)> = names
        .iter()
        .map(|name| (name.as_str(), Value::Object(dump.primitive_array(BasicType::Byte, &[]))))
        .collect();
    let wide = dump.instance_with(class, &values);
    dump.root(RootKind::JniGlobal, wide);
    Opened::of(dump.finish()).unwrap()
}

/// Bytes read to tell which field holds which of them.
fn bytes_read(fields: usize) -> usize {
    let dump = wide(fields);
    let counted = Counted { file: dump.bytes(), bytes: Cell::new(0) };
    let inquiry = Inquiry::new(&dump.loaded, &counted);
    let mut bench = Workbench::default();
    let facts = loop {
        if let Some(facts) = bench.step(&inquiry, "zero-length-arrays", 100).unwrap().facts {
            break facts;
        }
    };
    assert_eq!(facts.rows as usize, fields, "each field is a row");
    counted.bytes.get()
}

#[test]
fn an_object_with_many_fields_is_not_read_again_for_each_of_them() {
    let (some, many) = (bytes_read(100), bytes_read(800));
    assert!(many < 12 * some, "{many} bytes for eight times the fields of {some} bytes");
}

#[test]
fn many_static_fields_and_locals_are_told_apart() {
    const EACH: usize = 200;
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let arrays: Vec<_> =
        (0..2 * EACH + 1).map(|_| dump.primitive_array(BasicType::Byte, &[])).collect();
    let names: Vec<String> = (0..EACH).map(|number| format!("STATIC{number}")).collect();
    let fields = names.iter().zip(&arrays);
    let class = dump.class("com.acme.Registry");
    let class =
        fields.fold(class, |class, (name, &array)| class.static_field(name, Value::Object(array)));
    class.build();
    let frame = Frame {
        class: standard.object,
        method: "run",
        signature: "()V",
        source: "Main.java",
        line: 1,
    };
    let locals: Vec<_> = arrays[EACH..2 * EACH].iter().map(|&array| (0, array)).collect();
    dump.thread("worker", &[frame], &locals);
    dump.root(RootKind::JniGlobal, arrays[2 * EACH]);
    let dump = Opened::of(dump.finish()).unwrap();
    let rows = Asked::of(&dump).rows("zero-length-arrays");
    let held_by = |holder: &str| -> u64 {
        rows.iter().filter(|row| word(row, 1) == holder).map(|row| number(row, 2)).sum()
    };
    for name in &names {
        assert_eq!(held_by(&format!("com.acme.Registry#{name}")), 1, "{name}");
    }
    assert_eq!(held_by("(local variable of a thread)"), EACH as u64);
    assert_eq!(held_by("(GC root)"), 1);
}
