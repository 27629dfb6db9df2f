//! Dumps compressed with gzip: streamed once from start to end, read anywhere afterwards.
//!
//! # Design
//! The first pass over a compressed dump pushes its bytes through an [`Inflater`], which hands out
//! the inflated bytes, never holds more than one buffer of them, and builds a [`GzipIndex`] on the
//! way: member starts (the JVM's own `-gz` dumps are members of at most 1 MiB; their comment
//! `HPROF BLOCKSIZE=1048576` adds nothing to that) and checkpoints inside long members. With the
//! index, a [`GzipSource`] is a [`ByteSource`](super::ByteSource) of the inflated bytes.
//!
//! # Damage
//! A damaged or truncated file gives everything before the damage; what is wrong, and where, is
//! told by the [`GzipEnding`]. Let `k` be the member that a changed byte lies in:
//! * the output of all members before `k` is what was compressed;
//! * the output of `k` is right as far as it comes from bytes before the changed one; wrong bytes
//!   may follow until the damage is noticed, at the latest at the checksum, and then it is told;
//! * members after `k` are read on only when the length of `k`'s output is the declared one, or its
//!   checksum is right: otherwise every later offset would be wrong, and the output ends.
//!
//! Random access gives exactly what the first pass gave. There is no search for the next member
//! behind unreadable data (see `docs/decisions.md`).

mod decoder;
mod ending;
mod header;
mod index;
mod inflater;
mod random_access;
#[cfg(test)]
mod tests;
mod zlib;

pub use ending::{Damage, GzipEnding, GzipWarning, Mismatches, Stop};
pub use index::GzipIndex;
pub use inflater::Inflater;
pub use random_access::GzipSource;

/// Whether a file that starts with `prefix` (at least 3 bytes) is a gzip file.
pub fn is_gzip(prefix: &[u8]) -> bool {
    prefix.starts_with(&header::MAGIC)
}
