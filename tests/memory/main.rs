//! Memory: whether the estimates hold, and what is left when it ends.
//!
//! An allocator that counts and refuses stands for the memory of a browser. What it counts is one
//! for the whole process, so these tests run one after the other.
//!
//! `HEAPGLASS_MEASURE=DUMP cargo test --release --features writer --test memory named -- --nocapture` prints what every phase
//! of a load takes beside what was estimated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod counting;
mod made;
mod partial;
mod phases;
