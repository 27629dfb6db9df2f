//! Any bytes, and valid files of several members with damage, inflate to something or to an error,
//! the same in any pieces; random access gives the same bytes as the stream; undamaged files come
//! back whole; memory does not grow with the output.
#![no_main]

use arbitrary::Arbitrary;
use flate2::{Compression, GzBuilder};
use heapglass::source::ByteSource;
use heapglass::source::gzip::{GzipEnding, GzipIndex, GzipSource, Inflater};
use heapglass_fuzz::memory;
use libfuzzer_sys::fuzz_target;
use std::io::Write;

/// More output than this is a bomb, and the consumer stops it. Members longer than 4 MiB have
/// checkpoints inside.
const LIMIT: usize = 10 << 20;

#[derive(Arbitrary, Debug)]
struct Input {
    raw: Vec<u8>,
    members: Vec<Member>,
    damage: Vec<(u32, u8)>,
    cut: Option<u16>,
    piece: u16,
    places: [u8; 32],
}

#[derive(Arbitrary, Debug)]
struct Member {
    level: u8,
    name: Option<String>,
    comment: Option<String>,
    extra: Option<Vec<u8>>,
    parts: Vec<Part>,
    padding: u8,
}

#[derive(Arbitrary, Debug)]
enum Part {
    Bytes(Vec<u8>),
    Repeated(Vec<u8>, u16),
    Noise(u16),
    /// So much that a checkpoint follows; rare, because it takes long.
    Long([u8; 2], u8),
}

/// Bytes of most parts at most.
const SHORT: usize = 6000;

impl Part {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => out.extend(bytes),
            Self::Repeated(bytes, times) => {
                let room = SHORT / bytes.len().max(1);
                out.extend(bytes.repeat(usize::from(*times).min(room)));
            }
            Self::Noise(count) => {
                let mut state = u64::from(*count);
                out.extend((0..*count / 16).map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 56) as u8
                }));
            }
            Self::Long([first, second], chance) if *chance == 37 => {
                let room = LIMIT.saturating_sub(out.len()).min(9 << 19);
                out.extend((0..room).map(|at| if at % 999 == 0 { *first } else { *second }));
            }
            Self::Long(..) => {}
        }
    }
}

impl Member {
    /// The member's file, and its contents behind what is in `plain`.
    fn write(&self, plain: &mut Vec<u8>) -> Vec<u8> {
        let start = plain.len();
        for part in self.parts.iter().take(6) {
            part.write(plain);
        }
        plain.truncate(LIMIT - 1);
        let text = |text: &String| text.bytes().filter(|&byte| byte != 0).collect::<Vec<u8>>();
        let mut builder = GzBuilder::new();
        if let Some(name) = &self.name {
            builder = builder.filename(text(name));
        }
        if let Some(comment) = &self.comment {
            builder = builder.comment(text(comment));
        }
        if let Some(extra) = &self.extra {
            builder = builder.extra(extra.clone());
        }
        let mut writer = builder.write(Vec::new(), Compression::new(u32::from(self.level) % 10));
        writer.write_all(&plain[start..]).expect("memory can be written");
        let mut file = writer.finish().expect("memory can be written");
        // Zeros between members are padding.
        file.extend(std::iter::repeat_n(0, usize::from(self.padding) % 4));
        file
    }
}

impl Input {
    /// The file, and its contents if it is intact.
    fn write(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        if self.members.is_empty() {
            let mut data = self.raw.clone();
            // Without the magic number nothing is tried.
            if let Some(magic) = data.get_mut(..3) {
                magic.copy_from_slice(&[0x1f, 0x8b, 8]);
            }
            return (data, None);
        }
        let mut plain = Vec::new();
        let members = self.members.iter().take(5).map(|member| member.write(&mut plain));
        let mut data: Vec<u8> = members.collect::<Vec<_>>().concat();
        let intact = self.damage.is_empty() && self.cut.is_none();
        for &(at, byte) in self.damage.iter().take(6) {
            let at = at as usize % data.len();
            data[at] = byte;
        }
        if let Some(cut) = self.cut {
            data.truncate(usize::from(cut) % (data.len() + 1));
        }
        (data, intact.then_some(plain))
    }
}

/// The first bytes of the output, and how the file ended unless the output was too long.
type Inflated = (Vec<u8>, Option<(GzipIndex, GzipEnding)>);

fn inflate(data: &[u8], piece: usize) -> Inflated {
    let mut out = Vec::new();
    let Ok(mut inflater) = Inflater::new() else { return (out, None) };
    for chunk in data.chunks(piece.max(1)) {
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

fuzz_target!(|input: Input| {
    let (data, plain) = input.write();
    // The outputs are kept here to compare them; a vector doubles while it grows.
    memory::bounded(data.len(), 6 * LIMIT, 1, || {
        let (whole, ended) = inflate(&data, data.len());
        // Every call of the inflater copies its window: some hundred calls are enough.
        let piece = usize::from(input.piece).max(data.len() / 256);
        let (pieces, ended_in_pieces) = inflate(&data, piece);
        assert!(whole == pieces, "the same bytes");
        if let Some(plain) = plain {
            assert!(whole == plain, "what was compressed");
            assert!(ended.as_ref().is_some_and(|(_, ending)| ending.complete()));
        }
        if let (Some((index, ending)), Some((_, other))) = (ended, ended_in_pieces) {
            assert_eq!(ending, other);
            reads_agree(&data, &whole, index, &input.places);
        }
    });
});
