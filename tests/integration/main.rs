//! Whole dumps through the whole engine.
//!
//! Dumps of our own lie in `tests/fixtures`. Real dumps with Eclipse MAT's results are too large to
//! be kept here: the environment variable `HEAPGLASS_EXTRA_DUMPS` names their folder, and without it
//! the tests that need them say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod architecture;
mod chunking;
mod compare;
mod contents;
#[cfg(feature = "writer")]
mod contents_made;
#[cfg(feature = "writer")]
mod edge_cases;
mod fixtures;
mod gzip;
mod hostile_text;
mod invariants;
#[cfg(feature = "writer")]
mod known_leaks;
#[cfg(feature = "writer")]
mod long_arrays;
mod mat_equality;
mod mat_suite;
mod outside;
mod queries;
mod records;
mod reports;
#[cfg(feature = "writer")]
mod shapes;
mod stories;
mod support;
mod threads;
mod truncation;
mod truncation_everywhere;
mod unreachable;
mod wrong_files;
