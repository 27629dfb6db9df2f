//! What the fuzz targets share: bounded memory, planned dumps, damage, questions.

pub mod damage;
pub mod events;
pub mod landmarks;
pub mod memory;
pub mod plan;
pub mod questions;
mod standard;
pub mod worked_out;
