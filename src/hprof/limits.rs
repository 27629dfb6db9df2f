//! Limits of this implementation, in one place. None of them loses what a JVM writes.

/// Field data of one instance that is handed over in one piece. The JVM limits a class to 65,535
/// fields of at most 8 bytes; what is longer is damage, and its tail is skipped with a warning.
pub const MAX_INSTANCE_BYTES: u32 = 1 << 20;

/// A class dump: 3 x 65,535 entries (constant pool, statics, fields) of at most 11 bytes.
pub const MAX_CLASS_DUMP_BYTES: usize = 4 << 20;

/// Bytes of the header that may come before the zero byte that ends the version.
pub const MAX_VERSION_BYTES: usize = 64;

/// Input that one batch of the hot loop takes: long enough for V8 to stay in optimised code, short
/// enough for progress.
pub const BATCH_BYTES: usize = 64 << 10;
