//! What a load allocates: a small multiple of the bytes that the file has, never what it claims.
//!
//! A test binary of its own, because the allocator that counts is that of a whole program. Counts
//! are kept per thread, so that tests run side by side.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helpers of tests fail as tests do, and count small things"
)]

use heapglass::analysis::Inquiry;
use heapglass::error::{ErrorKind, Result};
use heapglass::heap::loader::{LoadOptions, Loaded, Outcome, load};
use heapglass::hprof::writer::{ClassRecord, DumpBuilder, Frame, HprofWriter};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, IdSize, ObjectId, RootKind, StackTraceSerial,
    StringId, Value,
};
use heapglass::report::{Options, Report};
use heapglass::source::ByteSource;
use heapglass::source::gzip::{GzipSource, Inflater, is_gzip};
use std::path::Path;
use zlib_rs::{DeflateConfig, ReturnCode, compress_slice};

mod counting {
    //! The system's allocator, counted per thread.

    #![expect(unsafe_code, reason = "GlobalAlloc is an unsafe trait; every call is passed on")]

    use std::alloc::{GlobalAlloc, Layout, System};
    use std::cell::Cell;

    thread_local! {
        static LIVE: Cell<isize> = const { Cell::new(0) };
        static PEAK: Cell<isize> = const { Cell::new(0) };
    }

    struct Counting;

    fn count(bytes: isize) {
        // Not while a thread ends, when there are no thread locals any more.
        let _ = LIVE.try_with(|live| {
            live.set(live.get() + bytes);
            let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
        });
    }

    // SAFETY: every call goes to the system's allocator with the arguments it came with, and its
    // answer is returned unchanged. Counting touches two cells of the thread, which are
    // initialised at compile time and need no drop, so that it never allocates itself.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            count(layout.size().cast_signed());
            // SAFETY: the caller keeps the contract of `alloc`.
            unsafe { System.alloc(layout) }
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            count(layout.size().cast_signed());
            // SAFETY: the caller keeps the contract of `alloc_zeroed`.
            unsafe { System.alloc_zeroed(layout) }
        }

        unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
            count(-layout.size().cast_signed());
            // SAFETY: the caller keeps the contract of `dealloc`.
            unsafe { System.dealloc(at, layout) }
        }

        unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // The old block may live until the new one is filled.
            count(size.cast_signed());
            count(-layout.size().cast_signed());
            // SAFETY: the caller keeps the contract of `realloc`.
            unsafe { System.realloc(at, layout, size) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;

    /// Runs `work`; returns with its result how many bytes more than before this thread had
    /// allocated at worst.
    pub(crate) fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
        let before = LIVE.get();
        PEAK.set(before);
        let result = work();
        (result, usize::try_from(PEAK.get() - before).unwrap_or(0))
    }
}

use counting::peak_of;

/// Bytes read at once.
const CHUNK: usize = 4096;
/// What loading anything takes: the chunk, tables at their smallest, one granule of addresses, the
/// catalogue of known leaks.
const SMALL: usize = 768 << 10;
/// What a compressed file takes besides: buffers of 256 KiB, windows and code tables.
const GZIP: usize = 1 << 20;

/// Loads the file, and asks what the page asks at once, and about the first objects.
fn open(file: &[u8], window: u32) -> Result<Loaded> {
    let mut loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {})?;
    let plain: Box<dyn ByteSource + '_> = match loaded.gzip.take() {
        Some(index) => Box::new(GzipSource::new(file, index)),
        None => Box::new(file),
    };
    let outcome = Outcome::Complete(Box::new(loaded));
    assert!(!Report::new(&outcome, &*plain, &Options::default()).to_string().is_empty());
    let inquiry = Inquiry::of(&outcome, &*plain)?;
    let loaded = inquiry.loaded;
    for object in loaded.heap.objects.indices().take(20) {
        // What is read is what the file has, however large the window. An object without a record
        // has no contents, which is an error.
        for answered in [
            inquiry.object(object).is_ok(),
            inquiry.elements(object, 0, window).is_ok(),
            inquiry.outbound(object, 0, window).is_ok(),
        ] {
            assert!(answered || loaded.heap.objects.system_loader() == Some(object));
        }
        inquiry.inbound(object, 0, window)?;
        inquiry.path_to_root(object);
        inquiry.values.string(object, window);
    }
    match outcome {
        Outcome::Complete(loaded) => Ok(*loaded),
        Outcome::Partial(_) => panic!("memory was not limited"),
    }
}

/// Opens the file, whether that works or not; at most `allowed` bytes may be allocated.
fn assert_bounded(file: &[u8], allowed: usize, what: &str) -> Option<Loaded> {
    // Rows of an answer cost more than the elements they show: the page asks for some hundred.
    let window = if file.len() < 10_000 { u32::MAX } else { 100 };
    let (opened, peak) = peak_of(|| open(file, window));
    let bytes = file.len();
    assert!(peak <= allowed, "{what}: {peak} bytes for a file of {bytes}, {allowed} allowed");
    opened.ok()
}

fn header(ids: IdSize) -> Vec<u8> {
    HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", ids, 1).unwrap().finish().unwrap()
}

/// A record that claims `length` bytes.
fn record(tag: u8, length: u32, body: &[u8]) -> Vec<u8> {
    [&[tag, 0, 0, 0, 0], length.to_be_bytes().as_slice(), body].concat()
}

/// A heap record of claimed length with an object in front of `rest`, so that there is a heap.
fn heap(rest: &[u8]) -> Vec<u8> {
    let object = [&[0x23, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 2, 8, 1, 2][..], &[0xff, 0, 0, 0, 8]];
    record(0x1c, u32::MAX, &[object.concat().as_slice(), rest].concat())
}

const MOST: [u8; 4] = [0xff; 4];

/// Records of some ten bytes with a length or number of 4 GiB in each place that has one.
fn claims() -> Vec<(String, Vec<u8>)> {
    let mut claims = Vec::new();
    // Strings, classes, frames, traces, what the agent wrote, both heap records, unknown tags.
    for tag in [1, 2, 3, 4, 5, 6, 7, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1c, 0x2c, 0x77] {
        for length in [u32::MAX, 0x7fff_ffff, 0x8000_0000] {
            claims.push((format!("record {tag:#x} of {length}"), record(tag, length, &[0; 20])));
        }
    }
    let frames = [&[0; 8][..], &MOST, &[0; 8]].concat();
    claims.push(("frames of a trace".into(), record(5, 20, &frames)));
    claims.push(("a trace that holds them".into(), record(5, u32::MAX, &frames)));
    let ids = [0, 0, 0, 16, 0, 0, 0, 0];
    let class = [0, 0, 0, 32];
    let in_heap = |name: String, parts: &[&[u8]]| (name, heap(&parts.concat()));
    claims.push(in_heap("instance".into(), &[&[0x21], &ids, &class, &MOST, &[1; 9]]));
    claims.push(in_heap("object array".into(), &[&[0x22], &ids, &MOST, &class, &[0; 8]]));
    for ty in 4..12 {
        for tag in [0x23, 0xc3] {
            let name = format!("primitive array {tag:#x} of type {ty}");
            claims.push(in_heap(name, &[&[tag], &ids, &MOST, &[ty], &[7; 8]]));
        }
    }
    let class = [&[0x20][..], &ids, &[0; 24]].concat();
    claims.push(in_heap("instance size".into(), &[&class, &MOST, &[0; 6]]));
    claims.push(in_heap("constant pool".into(), &[&class, &[0; 4], &MOST, &MOST]));
    claims.push(in_heap("statics".into(), &[&class, &[0; 6], &MOST, &MOST]));
    claims.push(in_heap("fields".into(), &[&class, &[0; 8], &MOST, &MOST]));
    for tag in [0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0x89, 0x8e, 0x90, 0xfe] {
        claims.push(in_heap(format!("root {tag:#x}"), &[&[tag], &MOST, &MOST, &MOST]));
    }
    claims
}

#[test]
fn a_hundred_bytes_that_claim_four_gigabytes_cost_nothing() {
    for (name, claim) in claims() {
        let file = [header(IdSize::Four), claim].concat();
        assert!(file.len() <= 120, "{name}: {} bytes", file.len());
        assert_bounded(&file, SMALL, &name);
        assert_bounded(&gzipped(&file), SMALL + GZIP, &name);
    }
}

#[test]
fn what_a_compressed_file_claims_costs_nothing() {
    let file = [header(IdSize::Four), heap(&[])].concat();
    let whole = gzipped(&file);
    // The inflated length at the end.
    let mut claiming = whole.clone();
    let end = claiming.len();
    claiming[end - 4..].copy_from_slice(&MOST);
    assert_bounded(&claiming, SMALL + GZIP, "inflated length");
    // An extra field, a name and a comment that do not end.
    for flag in [4, 8, 16] {
        let mut claiming = whole.clone();
        claiming[3] = flag;
        claiming.splice(10..10, [0xff; 200]);
        assert_bounded(&claiming, SMALL + GZIP, "header field");
    }
}

/// A dump with a bit of everything that has a length.
fn little_dump(ids: IdSize) -> Vec<u8> {
    let mut d = DumpBuilder::new(ids);
    let object = d.class("java.lang.Object").build();
    let node = d
        .class("Node")
        .field("next", BasicType::Object)
        .field("value", BasicType::Int)
        .static_field("HEAD", Value::Int(7))
        .build();
    let array = d.class("java.lang.Object[]").build();
    let last = d.instance(node, &[Value::Object(object), Value::Int(1)]);
    let bytes = d.primitive_array(BasicType::Byte, &[1, 2, 3]);
    let all = d.object_array(array, &[last, bytes]);
    let frame = Frame { class: node, method: "run", signature: "()V", source: "N", line: 7 };
    d.thread_of(last, &[frame], &[(0, all)]);
    d.root(RootKind::JniGlobal, all);
    d.finish()
}

/// Whatever is a length, number or id among the bytes is overwritten, and all else, too.
#[test]
fn every_four_bytes_of_a_small_dump_may_claim_anything() {
    for ids in [IdSize::Four, IdSize::Eight] {
        let dump = little_dump(ids);
        assert_bounded(&dump, SMALL, "intact").unwrap();
        for at in 31..dump.len() - 4 {
            for claim in [u32::MAX, 0x7fff_ffff, 0x1000_0000] {
                let mut damaged = dump.clone();
                damaged[at..at + 4].copy_from_slice(&claim.to_be_bytes());
                assert_bounded(&damaged, SMALL, &format!("{claim:#x} at {at}"));
            }
        }
    }
}

fn gzipped(plain: &[u8]) -> Vec<u8> {
    let mut file = vec![0; plain.len() / 100 + plain.len() + 1000];
    let config = DeflateConfig { window_bits: 15 + 16, ..DeflateConfig::default() };
    let (written, code) = compress_slice(&mut file, plain, config);
    assert_eq!(code, ReturnCode::Ok);
    let len = written.len();
    file.truncate(len);
    assert!(is_gzip(&file));
    file
}

fn inflated(file: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut inflater = Inflater::new().unwrap();
    let mut keep = |bytes: &[u8]| {
        plain.extend_from_slice(bytes);
        Ok(())
    };
    inflater.feed(file, &mut keep).unwrap();
    plain
}

#[test]
fn real_dumps_take_a_small_multiple_of_their_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "gz") {
            let file = std::fs::read(&path).unwrap();
            let plain = inflated(&file);
            let name = path.display().to_string();
            assert_bounded(&plain, SMALL + 2 * plain.len(), &name).unwrap();
            assert_bounded(&file, SMALL + GZIP + 2 * plain.len(), &name).unwrap();
            seen += 1;
        }
    }
    assert!(seen >= 8, "only {seen} fixtures");
}

#[test]
fn a_bomb_of_one_array_is_read_without_being_held() {
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 1).unwrap();
    let data = vec![0; 32 << 20];
    let (trace, ty) = (StackTraceSerial(1), BasicType::Long);
    dump.primitive_array(ObjectId(0x1000), trace, ty, &data).unwrap();
    dump.end_heap().unwrap();
    let bomb = gzipped(&dump.finish().unwrap());
    assert!(bomb.len() < 35_000, "a bomb is small: {}", bomb.len());
    // A copy of the inflater's state every 4 MiB: 48 KiB.
    let points = (32 / 4) * (48 << 10);
    let (loaded, peak) = peak_of(|| load(&bomb, LoadOptions::default(), CHUNK, &mut |_| {}));
    assert_eq!(loaded.unwrap().heap.objects.len(), 2);
    assert!(peak <= SMALL + GZIP + points, "{peak} bytes for 32 MiB of zeros");
}

#[test]
fn a_bomb_of_nothing_is_refused_at_its_first_bytes() {
    let bomb = gzipped(&vec![0; 32 << 20]);
    let (loaded, peak) = peak_of(|| load(&bomb, LoadOptions::default(), CHUNK, &mut |_| {}));
    assert_eq!(loaded.unwrap_err().kind(), ErrorKind::NotHprof);
    assert!(peak <= SMALL + GZIP, "{peak} bytes for 32 MiB of zeros");
}

/// Every subclass has all fields of its super classes, although the file tells them only once.
#[test]
fn subclasses_of_a_class_with_many_fields_take_no_room_for_each_field() {
    let mut dump = HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Four, 1).unwrap();
    let field = FieldDescriptor { name: StringId(1), ty: BasicType::Object };
    let fields = vec![field; 60_000];
    dump.utf8(StringId(1), "field").unwrap();
    for number in 0..4000 {
        let id = ObjectId(0x1000 + 16 * u64::from(number));
        dump.load_class(ClassSerial(number), id, StackTraceSerial(1), StringId(1)).unwrap();
        dump.class_dump(&ClassRecord {
            id,
            super_class: ObjectId(if number == 0 { 0 } else { 0x1000 }),
            fields: if number == 0 { &fields } else { &[] },
            ..ClassRecord::default()
        })
        .unwrap();
        // One instance each, of too little data.
        let instance = ObjectId(0x100_0000 + 16 * u64::from(number));
        dump.instance(instance, StackTraceSerial(1), id, &[0; 8]).unwrap();
    }
    dump.end_heap().unwrap();
    let dump = dump.finish().unwrap();
    let (loaded, peak) = peak_of(|| load(&dump, LoadOptions::default(), CHUNK, &mut |_| {}));
    assert_eq!(loaded.unwrap().heap.objects.len(), 8001);
    assert!(peak <= SMALL + 8 * dump.len(), "{peak} bytes for a file of {}", dump.len());
}
