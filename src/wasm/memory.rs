//! The memory of the engine in the browser: counted by its allocator, limited by wasm32 or less.

use crate::heap::memory::MemoryBudget;
use cap::Cap;
use std::alloc::System;

/// Counts what is in use; refuses what goes beyond a limit, as the browser does at 4 GiB.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MOST);

/// What 32 bits can address, less the part below the heap.
const MOST: usize = usize::MAX - (1 << 20);

/// Bytes in use.
pub(super) fn used() -> u64 {
    ALLOCATOR.allocated() as u64
}

/// Bytes that may be used.
pub(super) fn limit() -> u64 {
    ALLOCATOR.limit() as u64
}

/// Limits the engine to `bytes`, or to all that there can be.
pub(super) fn budget(bytes: Option<f64>) -> MemoryBudget {
    #[expect(clippy::cast_possible_truncation, reason = "a number of bytes, cut to 32 bits")]
    #[expect(clippy::cast_sign_loss, reason = "a negative number becomes 0")]
    let wished = bytes.map_or(MOST, |bytes| bytes as usize).min(MOST);
    // What is in use already cannot be refused: then nothing fits, and the budget says so.
    let _ = ALLOCATOR.set_limit(wished);
    MemoryBudget::within(wished as u64, used)
}

/// What a buffer may take of the limit, at most `most`.
pub(super) fn share(most: usize) -> usize {
    most.min((ALLOCATOR.limit() / 16).max(64 << 10))
}
