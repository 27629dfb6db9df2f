//! Dumps compressed with gzip: streamed once from start to end, read anywhere afterwards.
//!
//! # Design
//! The first pass over a compressed dump pushes its bytes through an [`Inflater`], which hands out
//! the inflated bytes, never holds more than one buffer of them, and builds a [`GzipIndex`] on the
//! way: member starts (the JVM's own `-gz` dumps are members of at most 1 MiB; their comment
//! `HPROF BLOCKSIZE=1048576` adds nothing to that) and checkpoints inside long members. With the
//! index, a [`GzipSource`] is a [`ByteSource`](super::ByteSource) of the inflated bytes.
//!
//! A damaged or truncated file gives everything before the damage; what is wrong, and where, is
//! told by the [`GzipEnding`]. A wrong checksum alone does not stop the data.

mod decoder;
mod header;
mod index;
mod inflater;
mod random_access;
#[cfg(test)]
mod tests;
mod zlib;

pub use index::GzipIndex;
pub use inflater::Inflater;
pub use random_access::GzipSource;

/// Whether a file that starts with `prefix` (at least 3 bytes) is a gzip file.
pub fn is_gzip(prefix: &[u8]) -> bool {
    prefix.starts_with(&header::MAGIC)
}

/// What is wrong with a gzip file, and from where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Offset in the compressed file where it was noticed.
    pub compressed_offset: u64,
    /// How many inflated bytes came before it was noticed.
    pub output_offset: u64,
    /// One sentence for a person, without offsets.
    pub message: String,
}

/// How a gzip file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GzipEnding {
    /// Whether the file holds everything that was compressed, with right checksums.
    pub complete: bool,
    /// The first damage, when it is not complete.
    pub damage: Option<Damage>,
    /// Offset of bytes after the last member that are neither zeros nor a member. They were
    /// ignored, as gzip does; in a file of many members they may be a member whose first bytes
    /// were destroyed.
    pub trailing_garbage: Option<u64>,
    /// Number of members that are complete.
    pub members: u64,
    /// Length of the compressed file.
    pub compressed_len: u64,
    /// Number of inflated bytes.
    pub inflated_len: u64,
}
