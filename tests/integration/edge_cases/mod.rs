//! One test or more for every row of `docs/edge-cases.md`: what somebody gets who opens such a
//! file, with the warning's kind, count and place.

mod android;
mod classes;
mod compressed;
mod document;
mod dumps;
mod header;
mod instances;
mod limits;
mod mutated;
mod names;
mod records;
mod roots;
mod several;
