//! The parser against the writer: what is written comes back, however it is fed, and damage costs
//! only what it damaged.

mod appended;
mod damage;
mod edge_cases;
mod events;
mod feeding;
mod fuzzed;
mod generated;
mod round_trip;
