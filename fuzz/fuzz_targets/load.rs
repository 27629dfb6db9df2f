//! Any bytes, compressed or not, load to a heap that answers every question, or to an error: no
//! panic, no hang, no allocation of claimed lengths.
#![no_main]

use heapglass::source::gzip::is_gzip;
use heapglass_fuzz::questions::{CONSTANT, FACTOR, look_around, opened, with_contents};
use heapglass_fuzz::{damage, memory};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// Deflate makes at most 1032 bytes out of one.
const INFLATION: usize = 1032;

fuzz_target!(|data: &[u8]| {
    let dump_bytes = if is_gzip(data) { data.len() * INFLATION } else { data.len() };
    memory::bounded(dump_bytes, CONSTANT, FACTOR, || {
        if let Some(loaded) = opened(data, 1, data.len() % 2 == 0, 4096) {
            with_contents(data, loaded, look_around);
        }
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    damage::mutate(data, size, max_size, seed, fuzzer_mutate)
});
