//! Heapglass: a Java heap dump analyzer.
//!
//! Data flows one way; a module uses only those before it:
//!
//! ```text
//! bytes -> source -> hprof -> heap  -> analysis -> protocol -> wasm -> worker -> views
//!                    graph ---^
//! ```

pub mod analysis;
pub mod error;
#[cfg(any(test, feature = "generate"))]
pub mod generate;
pub mod graph;
pub mod heap;
pub mod hprof;
pub mod protocol;
pub mod report;
pub mod side;
pub mod source;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
