//! Any chunking of any bytes gives the same events as the whole, whether or not the bytes that
//! nobody reads are left out, and nothing panics.
//!
//! The first byte of the input says where the rest is cut.
#![no_main]

use heapglass_fuzz::events::parse;
use heapglass_fuzz::{damage, memory};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|data: &[u8]| {
    let Some((&size, dump)) = data.split_first() else { return };
    // Events are written down as text: some hundred bytes for a root of five.
    memory::bounded(dump.len(), 64 << 10, 512, || {
        let whole = parse(dump, dump.len(), false);
        let cut = parse(dump, size.into(), false);
        assert_eq!(whole, cut);
        let skipping = parse(dump, size.into(), true);
        assert_eq!(whole, skipping);
    });
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match data.split_first_mut() {
        Some((_, dump)) if size > 1 && seed % 4 != 0 => {
            1 + damage::mutate(dump, size - 1, max_size - 1, seed / 4, fuzzer_mutate)
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});
