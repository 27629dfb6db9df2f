//! Raw deflate over zlib's own interface: the one place of the crate with `unsafe`.
//!
//! # Why unsafe
//! Random access into a gzip stream needs copies of the inflater's state. miniz_oxide offers them
//! safely, but in V8 it inflates heap dumps at 440 to 600 MB/s where zlib-rs reaches 640 to 1030,
//! and every pass over a compressed dump is bound by this. zlib-rs offers them only through zlib's
//! C interface (`inflateCopy`), which libz-rs-sys implements in Rust.

#![expect(unsafe_code, reason = "zlib's interface is the only one with inflateCopy; see above")]

use std::ffi::c_int;
use std::fmt;

use libz_rs_sys as zlib;

/// Upper estimate of the memory of one inflater: window of 32 KiB, code tables, state.
pub(super) const INFLATER_MEMORY: usize = 48 << 10;

/// Deflate without a header, with the largest window.
const RAW_DEFLATE: c_int = -15;
/// Input and output are handed over in pieces whose length every `uInt` can hold.
const LONGEST_PIECE: usize = 1 << 30;

/// How a call of [`RawInflate::inflate`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Input used up or output full.
    Hungry,
    /// The last block is complete.
    StreamEnd,
    /// The data is no deflate stream from here on.
    Corrupt(&'static str),
}

/// What a call of [`RawInflate::inflate`] did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inflated {
    pub(super) consumed: usize,
    pub(super) written: usize,
    pub(super) stop: Stop,
}

/// An inflater of raw deflate data that can be copied between any two calls.
///
/// Invariant: `stream` was initialised by `inflateInit2_` or `inflateCopy` and is not ended before
/// `drop`. It is boxed, so that its address never changes. Its buffer pointers are only read
/// during a call of `inflate`, which sets them first.
pub(super) struct RawInflate {
    stream: Box<zlib::z_stream>,
}

impl RawInflate {
    /// A new inflater; `None` when there is no memory for it ([`INFLATER_MEMORY`]).
    pub(super) fn new() -> Option<Self> {
        let mut stream = Box::new(zlib::z_stream::default());
        let size = c_int::try_from(size_of::<zlib::z_stream>()).ok()?;
        // SAFETY: `stream` is a valid z_stream whose allocator is the default one; the version is
        // the library's own NUL-terminated constant and the size is that of the same type.
        let code = unsafe {
            zlib::inflateInit2_(&raw mut *stream, RAW_DEFLATE, zlib::zlibVersion(), size)
        };
        (code == zlib::Z_OK).then_some(Self { stream })
    }

    /// Forgets everything; the next input starts a deflate stream.
    pub(super) fn reset(&mut self) {
        // SAFETY: by the invariant the stream is initialised.
        let code = unsafe { zlib::inflateReset(&raw mut *self.stream) };
        debug_assert_eq!(code, zlib::Z_OK);
    }

    /// An inflater in the same state, independent of this one: a checkpoint. `None` when there is
    /// no memory for it, or before the first call of [`RawInflate::inflate`].
    pub(super) fn copy(&self) -> Option<Self> {
        let mut copy = Box::new(zlib::z_stream::default());
        // SAFETY: by the invariant the source is initialised; the destination is a valid z_stream
        // without a state, and gets its own on success. The source's stale buffer pointers are
        // copied as values and compared with null, but never read (see the invariant).
        let code = unsafe { zlib::inflateCopy(&raw mut *copy, &raw const *self.stream) };
        (code == zlib::Z_OK).then_some(Self { stream: copy })
    }

    /// Inflates from `input` into `output` until one is used up or the stream ends.
    pub(super) fn inflate(&mut self, input: &[u8], output: &mut [u8]) -> Inflated {
        let (offered, room) = (piece(input.len()), piece(output.len()));
        let stream = &mut *self.stream;
        stream.next_in = input.as_ptr();
        stream.avail_in = offered;
        stream.next_out = output.as_mut_ptr();
        stream.avail_out = room;
        // Never looked at here, and only 32 bits wide on wasm32.
        stream.total_in = 0;
        // SAFETY: by the invariant the stream is initialised; next_in/avail_in and
        // next_out/avail_out describe (prefixes of) two live slices that cannot overlap, because
        // one is borrowed shared and the other exclusively.
        let code = unsafe { zlib::inflate(&raw mut *stream, zlib::Z_NO_FLUSH) };
        let consumed = (offered - stream.avail_in.min(offered)) as usize;
        let written = (room - stream.avail_out.min(room)) as usize;
        Inflated { consumed, written, stop: Self::stop(code) }
    }

    fn stop(code: c_int) -> Stop {
        match code {
            zlib::Z_STREAM_END => Stop::StreamEnd,
            zlib::Z_OK | zlib::Z_BUF_ERROR => Stop::Hungry,
            // Not zlib's own message: that depends on how the input was cut into pieces.
            _ => Stop::Corrupt("invalid deflate data"),
        }
    }
}

fn piece(length: usize) -> zlib::uInt {
    zlib::uInt::try_from(length.min(LONGEST_PIECE)).unwrap_or(0)
}

impl Drop for RawInflate {
    fn drop(&mut self) {
        // SAFETY: by the invariant the stream is initialised and was not ended before.
        unsafe { zlib::inflateEnd(&raw mut *self.stream) };
    }
}

impl fmt::Debug for RawInflate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawInflate").finish_non_exhaustive()
    }
}
