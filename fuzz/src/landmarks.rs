//! Where a dump has fields that are worth damaging, found by reading it.

use heapglass::hprof::{
    ClassDump, Header, HeapRecordKind, InstanceDump, ObjectArrayDump, Parser, PrimitiveArrayDump,
    StringId, Visitor,
};

/// A field of the format: a length, a tag, an identifier.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Offset.
    pub at: usize,
    /// Bytes.
    pub width: usize,
}

/// Fields and starts of records, in file order.
#[derive(Debug, Default)]
pub struct Landmarks {
    /// Fields.
    pub fields: Vec<Field>,
    /// Starts of records and sub-records.
    pub starts: Vec<usize>,
    id: usize,
}

impl Landmarks {
    /// Reads as far as can be read.
    pub fn of(dump: &[u8]) -> Self {
        let mut found = Self { id: 8, ..Self::default() };
        let mut parser = Parser::new().with_expected_len(Some(dump.len() as u64));
        if parser.feed(dump, &mut found).is_ok() {
            // Damage at the end is no matter here.
            let _ = parser.finish(&mut found);
        }
        found.fields.retain(|field| field.at + field.width <= dump.len());
        found.starts.retain(|&start| start < dump.len());
        found
    }

    fn record(&mut self, offset: u64, fields: &[(usize, usize)]) {
        let start = offset as usize;
        self.starts.push(start);
        let fields = fields.iter().map(|&(at, width)| Field { at: start + at, width });
        self.fields.extend(fields);
    }
}

impl Visitor for Landmarks {
    fn header(&mut self, header: &Header) {
        self.id = usize::from(header.id_size.bytes());
    }

    fn string_start(&mut self, _: StringId, _: u32, offset: u64) {
        self.record(offset, &[(0, 1), (5, 4), (9, self.id)]);
    }

    fn heap_dump_start(&mut self, _: HeapRecordKind, offset: u64, _: u64) {
        self.record(offset, &[(0, 1), (5, 4)]);
    }

    fn class_dump(&mut self, class: &ClassDump<'_>) {
        let id = self.id;
        let counts = 9 + 7 * id;
        let fixed = [(0, 1), (1, id), (5 + id, id), (5 + 2 * id, id)];
        self.record(class.offset, &fixed);
        let start = class.offset as usize;
        // Instance size, constants, and, where there are none of those, statics.
        let sizes = [(counts - 4, 4), (counts, 2), (counts + 2, 2)];
        self.fields.extend(sizes.map(|(at, width)| Field { at: start + at, width }));
    }

    fn instance(&mut self, instance: &InstanceDump<'_>) {
        let id = self.id;
        self.record(
            instance.offset,
            &[(0, 1), (1, id), (5 + id, id), (5 + 2 * id, 4), (9 + 2 * id, id)],
        );
    }

    fn object_array(&mut self, array: &ObjectArrayDump) {
        let id = self.id;
        self.record(array.offset, &[(0, 1), (1, id), (5 + id, 4), (9 + id, id), (9 + 2 * id, id)]);
    }

    fn primitive_array(&mut self, array: &PrimitiveArrayDump) {
        let id = self.id;
        self.record(array.offset, &[(0, 1), (1, id), (5 + id, 4), (9 + id, 1)]);
    }
}
