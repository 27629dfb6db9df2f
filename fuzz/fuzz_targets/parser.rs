//! Any bytes are parsed to their end or to an error: events lie where the bytes are, in order, and
//! nothing is allocated that a length field claims.
#![no_main]

use heapglass::hprof::limits::{MAX_CLASS_DUMP_BYTES, MAX_INSTANCE_BYTES};
use heapglass::hprof::{
    ClassDump, InstanceDump, ObjectArrayDump, Parser, PrimitiveArrayDump, StringId, Visitor,
    Warning,
};
use heapglass_fuzz::{damage, memory};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// Checks what every event promises.
#[derive(Default)]
struct Promises {
    last: u64,
    open_string: Option<u64>,
    open_array: Option<u64>,
}

impl Promises {
    fn at(&mut self, offset: u64) {
        assert!(offset >= self.last, "{offset} after {}", self.last);
        self.last = offset;
    }
}

impl Visitor for Promises {
    fn string_start(&mut self, _: StringId, length: u32, offset: u64) {
        self.at(offset);
        assert!(self.open_string.replace(length.into()).is_none());
    }
    fn string_bytes(&mut self, bytes: &[u8]) {
        let left = self.open_string.as_mut().expect("inside a string");
        *left = left.checked_sub(bytes.len() as u64).expect("no more bytes than announced");
    }
    fn string_end(&mut self) {
        assert!(self.open_string.take().is_some());
    }
    fn class_dump(&mut self, class: &ClassDump<'_>) {
        self.at(class.offset);
        // Reads every entry.
        assert!(class.statics().count() + class.fields().count() <= MAX_CLASS_DUMP_BYTES);
    }
    fn instance(&mut self, instance: &InstanceDump<'_>) {
        self.at(instance.offset);
        assert_eq!(instance.data.len(), instance.len.min(MAX_INSTANCE_BYTES) as usize);
    }
    fn object_array(&mut self, array: &ObjectArrayDump) {
        self.at(array.offset);
        assert!(self.open_array.replace(u64::from(array.length) * 8).is_none());
    }
    fn object_array_elements(&mut self, elements: &[u8]) {
        let left = self.open_array.as_mut().expect("inside an array");
        *left = left.checked_sub(elements.len() as u64).expect("no more bytes than announced");
    }
    fn object_array_end(&mut self) {
        assert!(self.open_array.take().is_some());
    }
    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {
        self.at(array.offset);
        assert!(array.data_offset > array.offset);
    }
    fn warning(&mut self, warning: Warning) {
        assert!(!warning.detail.is_empty());
    }
}

fuzz_target!(|data: &[u8]| {
    // An item that chunks cut is copied once more while its rest is awaited.
    memory::bounded(data.len(), 64 << 10, 8, || {
        let mut promises = Promises::default();
        let mut parser = Parser::new().with_expected_len(Some(data.len() as u64));
        if data.chunks(4096).all(|chunk| parser.feed(chunk, &mut promises).is_ok()) {
            let ending = parser.finish(&mut promises);
            assert!(promises.open_string.is_none() && promises.open_array.is_none());
            if let Ok(ending) = ending {
                assert!(ending.truncated_at.is_none_or(|at| at <= data.len() as u64));
            }
        }
        assert!(promises.last <= data.len() as u64);
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    damage::mutate(data, size, max_size, seed, fuzzer_mutate)
});
