//! The allocator, and the peak between two looks at it.

use cap::Cap;
use heapglass::heap::memory::MemoryBudget;
use std::alloc::System;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
static LOOKS: Mutex<Looks> = Mutex::new(Looks { ballast: Vec::new(), seen: Vec::new() });

/// The allocator never forgets its peak. Memory that nobody touches fills what is in use up to that
/// peak, so that whatever is more, is more than the peak of now.
struct Looks {
    ballast: Vec<u8>,
    seen: Vec<Look>,
}

/// What one look at the allocator saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Bytes in use.
    pub(crate) used: u64,
    /// Most bytes in use since the look before.
    pub(crate) peak: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that failed says so itself.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps other tests from allocating meanwhile.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    locked(&ONE_AT_A_TIME)
}

/// Bytes in use.
pub(crate) fn used() -> u64 {
    ALLOCATOR.allocated() as u64
}

/// Bytes in use besides the ballast; notes the peak since the look before.
pub(crate) fn look() -> u64 {
    let mut looks = locked(&LOOKS);
    let ballast = looks.ballast.capacity();
    let used = (ALLOCATOR.allocated() - ballast) as u64;
    let peak = (ALLOCATOR.max_allocated() - ballast) as u64;
    looks.seen.push(Look { used, peak });
    looks.ballast = Vec::new();
    looks.ballast = Vec::with_capacity(ALLOCATOR.max_allocated() - ALLOCATOR.allocated());
    used
}

/// What was seen since the last call.
pub(crate) fn looks() -> Vec<Look> {
    core::mem::take(&mut locked(&LOOKS).seen)
}

/// Lets go of the ballast.
pub(crate) fn stop_looking() {
    let mut looks = locked(&LOOKS);
    looks.ballast = Vec::new();
    looks.seen = Vec::new();
}

/// Room for what a load allocates between two looks. In a limit as people set it, it is a part of the
/// limit; in the small ones of these tests that part would be too small.
const BETWEEN_LOOKS: usize = 2 << 20;

/// Runs `work` in a memory of `bytes` more than are in use: what goes far beyond is refused.
pub(crate) fn within<R>(bytes: u64, work: impl FnOnce(MemoryBudget) -> R) -> R {
    let limit = used() + bytes;
    ALLOCATOR.set_limit(usize::try_from(limit).unwrap() + BETWEEN_LOOKS).unwrap();
    let result = work(MemoryBudget::within(limit, used));
    ALLOCATOR.set_limit(usize::MAX).unwrap();
    result
}

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    folder.join(format!("{name}.hprof.gz"))
}
