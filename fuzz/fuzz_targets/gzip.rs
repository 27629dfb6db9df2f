//! Any bytes inflate to something or to an error, the same in any pieces, with bounded memory.
#![no_main]

use heapglass::source::gzip::Inflater;
use libfuzzer_sys::fuzz_target;

/// More output than this is a bomb, and the consumer stops it.
const LIMIT: usize = 1 << 22;

fn inflate(data: &[u8], piece: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let Ok(mut inflater) = Inflater::new() else { return out };
    for chunk in data.chunks(piece) {
        let fed = inflater.feed(chunk, &mut |bytes: &[u8]| {
            let room = LIMIT.saturating_sub(out.len()).min(bytes.len());
            out.extend_from_slice(&bytes[..room]);
            Ok(())
        });
        if fed.is_err() || out.len() >= LIMIT {
            break;
        }
    }
    out
}

fuzz_target!(|data: &[u8]| {
    let whole = inflate(data, data.len().max(1));
    let pieces = inflate(data, 7);
    assert_eq!(whole, pieces);
});
