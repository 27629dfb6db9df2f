//! Any bytes inflate to something or to an error, the same in any pieces; random access gives the
//! same bytes as the stream; memory does not grow with the output.
#![no_main]

use heapglass::source::ByteSource;
use heapglass::source::gzip::{GzipEnding, GzipIndex, GzipSource, Inflater};
use heapglass_fuzz::memory;
use libfuzzer_sys::fuzz_target;

/// More output than this is a bomb, and the consumer stops it.
const LIMIT: usize = 1 << 22;

/// The first bytes of the output, and how the file ended unless the output was too long.
type Inflated = (Vec<u8>, Option<(GzipIndex, GzipEnding)>);

fn inflate(data: &[u8], piece: usize) -> Inflated {
    let mut out = Vec::new();
    let Ok(mut inflater) = Inflater::new() else { return (out, None) };
    for chunk in data.chunks(piece) {
        let fed = inflater.feed(chunk, &mut |bytes: &[u8]| {
            let room = LIMIT.saturating_sub(out.len()).min(bytes.len());
            out.extend_from_slice(&bytes[..room]);
            Ok(())
        });
        if fed.is_err() || out.len() >= LIMIT {
            return (out, None);
        }
    }
    (out, inflater.finish().ok())
}

fn reads_agree(data: &[u8], whole: &[u8], index: GzipIndex, places: &[u8]) {
    let source = GzipSource::new(data, index);
    assert_eq!(source.len(), whole.len() as u64);
    let mut buffer = vec![0; 3000];
    for place in places.chunks_exact(4) {
        let at = u32::from_le_bytes([place[0], place[1], place[2], 0]) as usize;
        let at = at % (whole.len() + 2);
        let into = &mut buffer[..usize::from(place[3]) * 11];
        let read = source.read_at(at as u64, into).expect("what was inflated can be read again");
        let expected = whole.get(at..).unwrap_or_default();
        let expected = &expected[..expected.len().min(into.len())];
        assert_eq!(&into[..read], expected, "{read} bytes at {at}");
    }
}

fuzz_target!(|input: (Vec<u8>, [u8; 24])| {
    let (mut data, places) = input;
    // Without the magic number nothing is tried.
    if let Some(magic) = data.get_mut(..3) {
        magic.copy_from_slice(&[0x1f, 0x8b, 8]);
    }
    // The outputs are kept here to compare them; a vector doubles while it grows.
    memory::bounded(data.len(), 6 * LIMIT, 16, || {
        let (whole, ended) = inflate(&data, data.len().max(1));
        let (pieces, ended_in_pieces) = inflate(&data, 7);
        assert!(whole == pieces, "the same bytes");
        if let (Some((index, ending)), Some((_, other))) = (ended, ended_in_pieces) {
            assert_eq!(ending, other);
            reads_agree(&data, &whole, index, &places);
        }
    });
});
