//! Writes HPROF: dumps for tests, fixtures, benchmarks and the sample of the page.
//!
//! [`HprofWriter`] writes records one by one to any `Write` and holds no more than one heap
//! segment. [`DumpBuilder`] on top of it is for small dumps: it names classes, assigns addresses,
//! resolves strings and frames, and allows cycles.

mod builder;
mod encode;
mod layout;
mod standard;

pub use builder::{ClassBuilder, DumpBuilder, Part};
pub use encode::{ClassRecord, encode_modified_utf8};
pub use layout::HeapLayout;
pub use standard::{Frame, StandardClasses, ThreadIds};

use super::tag::{heap, record};
use super::{
    BasicType, ClassSerial, FrameId, GcRoot, IdSize, ObjectId, StackFrame, StackTraceSerial,
    StringId, ThreadSerial,
};
use encode::Encoder;
use std::io::{Error, ErrorKind, Result, Write};

/// How the heap is cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeapRecords {
    /// `HEAP_DUMP_SEGMENT` records of at most this many bytes, except where one sub-record is
    /// longer, closed by `HEAP_DUMP_END`; JDK 6 on. Holds one segment in memory.
    Segments(usize),
    /// One `HEAP_DUMP` record; JDK 5, and small dumps of some VMs. Holds all of it in memory, as
    /// its length comes first.
    Whole,
}

/// Bytes from which on a streamed array gets a segment of its own.
const STREAMED: u64 = 1 << 20;
/// Bytes of it that are held.
const STREAMED_PIECE: usize = 64 << 10;

impl Default for HeapRecords {
    /// Segments of 1 MiB, as HotSpot writes them.
    fn default() -> Self {
        Self::Segments(1 << 20)
    }
}

/// Writes records in the order of the calls.
///
/// Heap sub-records may follow top-level records and the other way round; the heap record that is
/// open is ended where a top-level record comes. [`finish`](Self::finish) closes the dump.
#[derive(Debug)]
pub struct HprofWriter<W> {
    out: W,
    records: HeapRecords,
    /// Sub-records of the open heap record.
    heap: Encoder,
    in_heap: bool,
    micros: u32,
    written: u64,
}

impl<W: Write> HprofWriter<W> {
    /// Writes the file header. `version` is the whole text, such as `JAVA PROFILE 1.0.2`;
    /// `timestamp_ms` counts from 1970.
    ///
    /// # Errors
    /// Those of `out`, here and in every method.
    pub fn new(out: W, version: &str, ids: IdSize, timestamp_ms: u64) -> Result<Self> {
        Self::with_header(out, version, u32::from(ids.bytes()), ids, timestamp_ms)
    }

    /// As [`new`](Self::new), with a header that declares any identifier size, while `ids` is
    /// the size that is written.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn with_header(
        out: W,
        version: &str,
        declared_id_size: u32,
        ids: IdSize,
        timestamp_ms: u64,
    ) -> Result<Self> {
        let mut writer = Self {
            out,
            records: HeapRecords::default(),
            heap: Encoder::new(ids),
            in_heap: false,
            micros: 0,
            written: 0,
        };
        writer.put(version.as_bytes())?;
        writer.put(&[0])?;
        writer.put(&declared_id_size.to_be_bytes())?;
        writer.put(&timestamp_ms.to_be_bytes())?;
        Ok(writer)
    }

    /// Chooses how the heap is cut into records; 1 MiB segments unless called.
    #[must_use]
    pub fn heap_records(mut self, records: HeapRecords) -> Self {
        self.records = records;
        self
    }

    /// The time of the following records, in microseconds since the header's.
    pub fn set_micros(&mut self, micros: u32) {
        self.micros = micros;
    }

    /// Bytes that have been handed to the output; the open heap record is not among them.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// A name, encoded as the JVM does (modified UTF-8).
    ///
    /// # Errors
    /// Those of the output.
    pub fn utf8(&mut self, id: StringId, text: &str) -> Result<()> {
        self.utf8_bytes(id, &encode_modified_utf8(text))
    }

    /// A name of any bytes.
    ///
    /// # Errors
    /// Those of the output.
    pub fn utf8_bytes(&mut self, id: StringId, bytes: &[u8]) -> Result<()> {
        self.encode_record(record::UTF8, |body| {
            body.id(id.0);
            body.bytes(bytes);
        })
    }

    /// A loaded class; `name` is the id of its name with slashes, such as `java/lang/String`.
    ///
    /// # Errors
    /// Those of the output.
    pub fn load_class(
        &mut self,
        serial: ClassSerial,
        class: ObjectId,
        trace: StackTraceSerial,
        name: StringId,
    ) -> Result<()> {
        self.encode_record(record::LOAD_CLASS, |body| {
            body.u4(serial.0);
            body.id(class.0);
            body.u4(trace.0);
            body.id(name.0);
        })
    }

    /// An unloaded class.
    ///
    /// # Errors
    /// Those of the output.
    pub fn unload_class(&mut self, serial: ClassSerial) -> Result<()> {
        self.encode_record(record::UNLOAD_CLASS, |body| body.u4(serial.0))
    }

    /// A stack frame.
    ///
    /// # Errors
    /// Those of the output.
    pub fn stack_frame(&mut self, frame: &StackFrame) -> Result<()> {
        self.encode_record(record::FRAME, |body| {
            body.id(frame.id.0);
            body.id(frame.method.0);
            body.id(frame.signature.0);
            body.id(frame.source.0);
            body.u4(frame.class.0);
            body.u4(frame.line.cast_unsigned());
        })
    }

    /// A stack trace, the top frame first.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` for more than 2^32 frames.
    pub fn stack_trace(
        &mut self,
        serial: StackTraceSerial,
        thread: ThreadSerial,
        frames: &[FrameId],
    ) -> Result<()> {
        let count = count(frames.len())?;
        self.encode_record(record::TRACE, |body| {
            body.u4(serial.0);
            body.u4(thread.0);
            body.u4(count);
            frames.iter().for_each(|frame| body.id(frame.0));
        })
    }

    fn encode_record(&mut self, tag: u8, body: impl FnOnce(&mut Encoder)) -> Result<()> {
        let mut encoder = Encoder::new(self.heap.ids());
        body(&mut encoder);
        self.record(tag, encoder.as_bytes())
    }

    /// A top-level record of any tag and body.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` for a body of 4 GiB or more.
    pub fn record(&mut self, tag: u8, body: &[u8]) -> Result<()> {
        self.record_declaring(tag, count(body.len())?, body)
    }

    /// A top-level record whose declared length need not be that of its body: damage.
    ///
    /// # Errors
    /// Those of the output.
    pub fn record_declaring(&mut self, tag: u8, length: u32, body: &[u8]) -> Result<()> {
        self.flush_heap()?;
        self.record_header(tag, length)?;
        self.put(body)
    }

    /// Bytes as they are, between records: damage.
    ///
    /// # Errors
    /// Those of the output.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.flush_heap()?;
        self.put(bytes)
    }

    /// A GC root. Where the kind's record names a thread, frame or trace that `root` lacks, the
    /// format's "none" is written: thread and trace 0, frame -1.
    ///
    /// # Errors
    /// Those of the output.
    pub fn root(&mut self, root: &GcRoot) -> Result<()> {
        self.sub_record(|heap| heap.root(root))
    }

    /// A class dump.
    ///
    /// # Errors
    /// Those of the output.
    pub fn class_dump(&mut self, class: &ClassRecord<'_>) -> Result<()> {
        self.sub_record(|heap| heap.class_dump(class))
    }

    /// An instance with its encoded field data: own fields first, then those of the super class.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` for 4 GiB or more.
    pub fn instance(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        data: &[u8],
    ) -> Result<()> {
        count(data.len())?;
        self.sub_record(|heap| heap.instance(id, trace, class, data))
    }

    /// An array of references; `class` is the array's class.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` for 2^32 elements or more.
    pub fn object_array(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        elements: &[ObjectId],
    ) -> Result<()> {
        count(elements.len())?;
        self.sub_record(|heap| heap.object_array(id, trace, class, elements))
    }

    /// An array of references that come one by one, so that an array of any length takes no memory:
    /// a long one gets a segment of its own.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` when there are not exactly `length` elements, or the
    /// array takes 4 GiB or more.
    pub fn object_array_streamed(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        length: u32,
        elements: impl IntoIterator<Item = ObjectId>,
    ) -> Result<()> {
        let ids = self.heap.ids();
        let mut part = Encoder::new(ids);
        part.array_header(heap::OBJECT_ARRAY_DUMP, id, trace, length);
        part.id(class.0);
        let size = part.len() as u64 + u64::from(length) * u64::from(ids.bytes());
        let own_segment = size > STREAMED && matches!(self.records, HeapRecords::Segments(_));
        if own_segment {
            self.flush_heap()?;
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            self.record_header(record::HEAP_DUMP_SEGMENT, count(size)?)?;
        }
        let mut given = 0u64;
        for element in elements {
            given += 1;
            part.id(element.0);
            if own_segment && part.len() >= STREAMED_PIECE {
                self.put(part.as_bytes())?;
                part.drop_front(part.len());
            }
        }
        if given != u64::from(length) {
            return Err(Error::new(ErrorKind::InvalidInput, "not as many elements as declared"));
        }
        if own_segment { self.put(part.as_bytes()) } else { self.raw_sub_record(part.as_bytes()) }
    }

    /// An array of primitive values, given as big-endian bytes.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` when `data` is no whole number of elements, or 2^32 of
    /// them or more.
    pub fn primitive_array(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        element: BasicType,
        data: &[u8],
    ) -> Result<()> {
        let size = usize::from(element.size(self.heap.ids()));
        if !data.len().is_multiple_of(size) {
            return Err(Error::new(ErrorKind::InvalidInput, "no whole number of elements"));
        }
        count(data.len() / size)?;
        self.sub_record(|heap| heap.primitive_array(id, trace, element, data))
    }

    /// Android: an array whose contents were left out.
    ///
    /// # Errors
    /// Those of the output.
    pub fn primitive_array_no_data(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        element: BasicType,
        length: u32,
    ) -> Result<()> {
        self.sub_record(|body| {
            body.array_header(heap::PRIMITIVE_ARRAY_NODATA, id, trace, length);
            body.u1(element as u8);
        })
    }

    /// Android: which heap the following objects are in.
    ///
    /// # Errors
    /// Those of the output.
    pub fn heap_info(&mut self, heap: u32, name: StringId) -> Result<()> {
        self.sub_record(|body| {
            body.u1(heap::HEAP_DUMP_INFO);
            body.u4(heap);
            body.id(name.0);
        })
    }

    /// Bytes as they are, inside a heap record and never cut: sub-records that are encoded
    /// already, or damage.
    ///
    /// # Errors
    /// Those of the output.
    pub fn raw_sub_record(&mut self, bytes: &[u8]) -> Result<()> {
        self.sub_record(|heap| heap.bytes(bytes))
    }

    /// Begins a heap record even if nothing goes into it.
    pub fn begin_heap(&mut self) {
        self.in_heap = true;
    }

    fn sub_record(&mut self, encode: impl FnOnce(&mut Encoder)) -> Result<()> {
        self.in_heap = true;
        let start = self.heap.len();
        encode(&mut self.heap);
        if let HeapRecords::Segments(limit) = self.records
            && start > 0
            && self.heap.len() > limit
        {
            self.write_heap(start)?;
        }
        Ok(())
    }

    /// Ends the open heap record without ending the dump, as before a record between segments.
    ///
    /// # Errors
    /// Those of the output; `InvalidInput` for a record of 4 GiB or more.
    pub fn flush_heap(&mut self) -> Result<()> {
        if core::mem::take(&mut self.in_heap) {
            self.write_heap(self.heap.len())?;
        }
        Ok(())
    }

    /// Writes the first `len` bytes of the heap buffer as a record.
    fn write_heap(&mut self, len: usize) -> Result<()> {
        let tag = match self.records {
            HeapRecords::Segments(_) => record::HEAP_DUMP_SEGMENT,
            HeapRecords::Whole => record::HEAP_DUMP,
        };
        self.record_header(tag, count(len)?)?;
        let (now, _) = self.heap.as_bytes().split_at(len);
        self.out.write_all(now)?;
        self.written += len as u64;
        self.heap.drop_front(len);
        Ok(())
    }

    /// Ends the heap dump: the open record, and `HEAP_DUMP_END` after segments. Another dump may
    /// follow.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_heap(&mut self) -> Result<()> {
        self.flush_heap()?;
        match self.records {
            HeapRecords::Segments(_) => self.record(record::HEAP_DUMP_END, &[]),
            HeapRecords::Whole => Ok(()),
        }
    }

    /// Writes what is open and returns the output. Call [`end_heap`](Self::end_heap) before it
    /// for a dump that is complete.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> Result<W> {
        self.flush_heap()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn record_header(&mut self, tag: u8, length: u32) -> Result<()> {
        let micros = self.micros;
        self.put(&[tag])?;
        self.put(&micros.to_be_bytes())?;
        self.put(&length.to_be_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// A length field.
fn count(len: usize) -> Result<u32> {
    u32::try_from(len).map_err(|_| Error::new(ErrorKind::InvalidInput, "too long for the format"))
}
