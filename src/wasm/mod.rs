//! The boundary to the browser: one handle, one method per question, no logic.

mod convert;
mod file;
mod forest;
mod memory;
mod objects;
mod queries;
mod session;
mod surveys;

pub use session::Session;
