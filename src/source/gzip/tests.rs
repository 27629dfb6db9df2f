//! What the gzip source promises, tested on files composed here.

#![expect(clippy::cast_possible_truncation, reason = "test data is small")]

use std::cell::Cell;

use proptest::prelude::*;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

use super::*;
use crate::error::{Error, ErrorKind, Result};
use crate::source::ByteSource;

/// Compressible bytes with literals and matches near and far, the same for the same seed.
fn sample(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut bytes: Vec<u8> = Vec::with_capacity(len + 300);
    while bytes.len() < len {
        let (kind, count) = (random() % 3, 1 + (random() % 200) as usize);
        let reach = bytes.len().min(40_000);
        if kind == 0 || reach < count {
            bytes.extend((0..count / 8 + 1).map(|_| (random() % 64) as u8));
        } else {
            let from = bytes.len() - count - (random() as usize % (reach - count + 1));
            bytes.extend_from_within(from..from + count);
        }
    }
    bytes.truncate(len);
    bytes
}

/// Raw deflate of `data`; level 0 gives stored blocks, a small `mem_level` many small blocks.
fn deflate(data: &[u8], level: i32, mem_level: i32) -> Vec<u8> {
    let config = DeflateConfig { level, mem_level, window_bits: -15, ..DeflateConfig::default() };
    let mut deflate = Deflate::new_with_config(config);
    let mut out = vec![0; data.len() * 2 + 1000];
    let status = deflate.compress(data, &mut out, DeflateFlush::Finish).unwrap();
    assert_eq!(status, Status::StreamEnd);
    out.truncate(deflate.total_out() as usize);
    out
}

const PLAIN_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

fn member_of(header: &[u8], data: &[u8], deflated: &[u8]) -> Vec<u8> {
    let crc = zlib_rs::crc32::crc32(0, data).to_le_bytes();
    [header, deflated, &crc, &(data.len() as u32).to_le_bytes()].concat()
}

fn member(data: &[u8]) -> Vec<u8> {
    member_of(&PLAIN_HEADER, data, &deflate(data, 6, 8))
}

/// A header with the given flags, and every optional field that they announce.
fn header(flags: u8, comment: &str) -> Vec<u8> {
    let mut header = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3];
    if flags & 4 != 0 {
        header.extend([5, 0, b'e', 0x1f, 0x8b, 8, 0]);
    }
    if flags & 8 != 0 {
        header.extend(b"name\0");
    }
    if flags & 16 != 0 {
        header.extend(comment.as_bytes());
        header.push(0);
    }
    if flags & 2 != 0 {
        header.extend((zlib_rs::crc32::crc32(0, &header) as u16).to_le_bytes());
    }
    header
}

/// As the JVM writes it: independent members, the comment on the first.
fn jvm_dump(data: &[u8], block: usize, comment: bool) -> Vec<u8> {
    let mut file = Vec::new();
    for (i, part) in data.chunks(block).enumerate() {
        let flags = if comment && i == 0 { 16 } else { 0 };
        let header = header(flags, &format!("HPROF BLOCKSIZE={block}"));
        file.extend(member_of(&header, part, &deflate(part, 1, 8)));
    }
    file
}

type Whole = (Vec<u8>, GzipIndex, GzipEnding);

fn run<'a>(mut inflater: Inflater, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Whole> {
    let mut bytes = Vec::new();
    for piece in pieces {
        inflater.feed(piece, &mut |part| {
            bytes.extend_from_slice(part);
            Ok(())
        })?;
    }
    let (index, ending) = inflater.finish()?;
    Ok((bytes, index, ending))
}

fn inflate(file: &[u8]) -> Result<Whole> {
    run(Inflater::new().unwrap(), [file])
}

/// With checkpoints so close that small files have many.
fn inflate_densely(file: &[u8]) -> Whole {
    let index = GzipIndex::with_limits(64 << 20, 5_000, 3_000);
    run(Inflater::with_index(index).unwrap(), file.chunks(777)).unwrap()
}

#[test]
fn only_gzip_with_deflate_is_detected() {
    assert!(is_gzip(&member(b"x")));
    for other in [&b"JAVA PROFILE 1.0.2"[..], &[0x1f, 0x8b], &[0x1f, 0x8b, 7], &[]] {
        assert!(!is_gzip(other));
    }
}

#[test]
fn every_combination_of_header_fields_is_skipped_byte_by_byte() {
    for flags in 0..32 {
        let file = member_of(&header(flags, "a comment"), b"heap", &deflate(b"heap", 6, 8));
        let (bytes, _, ending) = run(Inflater::new().unwrap(), file.chunks(1)).unwrap();
        assert_eq!(bytes, b"heap", "flags {flags:#x}");
        assert!(ending.complete() && ending.members == 1, "flags {flags:#x}");
    }
}

#[test]
fn a_wrong_header_checksum_is_reported_and_the_data_kept() {
    let mut header = header(2, "");
    header[10] ^= 1;
    let (bytes, _, ending) =
        inflate(&member_of(&header, b"heap", &deflate(b"heap", 6, 8))).unwrap();
    assert_eq!(bytes, b"heap");
    assert!(!ending.complete() && !ending.lacks_data());
    assert!(ending.warnings()[0].message.contains("header"), "{:?}", ending.warnings());
}

#[test]
fn what_is_no_gzip_from_its_first_byte_is_an_error_with_advice() {
    let reserved = member_of(&header(0x20, ""), b"x", &deflate(b"x", 6, 8));
    for file in [&b""[..], &[0x1f], b"JAVA PROFILE 1.0.2\0", &reserved, &PLAIN_HEADER] {
        let error = inflate(file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Compression);
        assert!(error.advice().is_some());
    }
}

#[test]
fn padding_and_trailing_garbage_lose_no_data() {
    let data = sample(5_000, 3);
    let one = member(&data);
    let twice = [data.clone(), data.clone()].concat();
    for (file, expected, garbage_at) in [
        ([&one[..], &[0; 600]].concat(), &data, None),
        ([&one[..], &[0; 9], &one].concat(), &twice, None),
        ([&one[..], b"garbage"].concat(), &data, Some(one.len())),
        ([&one[..], &[0; 9], &[0x1f, 0x8b, 9], &one].concat(), &data, Some(one.len() + 9)),
    ] {
        let (bytes, _, ending) = run(Inflater::new().unwrap(), file.chunks(2)).unwrap();
        assert!(&bytes == expected && ending.complete());
        assert_eq!(ending.trailing_garbage, garbage_at.map(|at| at as u64));
        assert_eq!(ending.compressed_len, file.len() as u64);
    }
}

#[test]
fn a_wrong_checksum_or_length_is_reported_and_the_next_member_still_read() {
    let (first, second) = (member(b"first"), member(b"second"));
    for back in [1, 5] {
        let mut file = [&first[..], &second].concat();
        file[first.len() - back] ^= 0x40;
        let (bytes, _, ending) = inflate(&file).unwrap();
        assert_eq!((&bytes[..], ending.members), (&b"firstsecond"[..], 2));
        assert!(!ending.complete() && !ending.lacks_data(), "all data is there");
        let at = first.len() as u64 - 8;
        let expected = Mismatches { count: 1, compressed_offset: at, output_from: 0, output_to: 5 };
        assert_eq!(ending.mismatches, expected);
        let message = &ending.warnings()[0].message;
        assert!(message.contains(&format!("at byte {at} of")) && message.contains("0x0 to 0x5"));
    }
}

/// Of the wrong length, its data would shift everything that follows.
#[test]
fn a_member_of_wrong_length_and_checksum_ends_the_output() {
    let (first, second) = (member(b"first"), member(b"second"));
    let file = [&member_of(&PLAIN_HEADER, b"first", &deflate(b"firs", 6, 8))[..], &second].concat();
    let (bytes, _, ending) = inflate(&file).unwrap();
    assert_eq!((&bytes[..], ending.members, ending.lacks_data()), (&b"firs"[..], 0, true));
    let damage = ending.damage.unwrap();
    assert_eq!((damage.stop, damage.output_offset), (Stop::Damaged, 4));
    assert!(damage.compressed_offset < first.len() as u64);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_amount() {
    let data = sample(40_000, 23);
    let file = jvm_dump(&data, 10_000, true);
    let (start, flipped) = (file.len() / 2, {
        let mut flipped = file.clone();
        flipped[file.len() / 2..file.len() / 2 + 64].fill(0xff);
        flipped
    });
    let (bytes, _, ending) = inflate(&flipped).unwrap();
    assert!(bytes.starts_with(&data[..10_000]) && ending.lacks_data());
    let [warning] = &ending.warnings()[..] else { panic!("{:?}", ending.warnings()) };
    let at = ending.damage.as_ref().unwrap().compressed_offset;
    assert!((start as u64..start as u64 + 6_000).contains(&at));
    let left = file.len() as u64 - at;
    for part in [format!("at byte {at} of"), format!("the last {left} of its {} bytes", file.len())]
    {
        assert!(warning.message.contains(&part), "{:?} should contain {part:?}", warning.message);
    }
    assert_eq!((warning.kind, warning.output_offset), ("gzipDamage", bytes.len() as u64));

    let (_, _, ending) = inflate(&file[..start]).unwrap();
    assert_eq!(ending.warnings()[0].kind, "gzipCut");
    assert!(ending.lacks_data());
    let (bytes, _, ending) = inflate(&file[..file.len() - 3]).unwrap();
    assert_eq!(ending.warnings()[0].kind, "gzipChecksumMissing");
    assert!(bytes == data && !ending.lacks_data());
    let (_, _, ending) = inflate(&[&file[..], b"more"].concat()).unwrap();
    assert!(ending.warnings()[0].message.contains("4 bytes that are not gzip"));
}

#[test]
fn a_file_cut_anywhere_gives_all_that_its_bytes_hold() {
    let data = sample(3_000, 7);
    let file = [member(&data[..1_000]), member(&data[1_000..])].concat();
    let first = member(&data[..1_000]).len();
    let mut before = 0;
    for cut in 0..file.len() {
        let Ok((bytes, _, ending)) = inflate(&file[..cut]) else {
            assert_eq!(before, 0, "cut {cut}: what was readable with less stays readable");
            continue;
        };
        assert!(data.starts_with(&bytes), "cut {cut}");
        assert!(bytes.len() >= before, "cut {cut}");
        assert_eq!(
            ending.complete(),
            cut == first,
            "cut {cut}: only a whole member looks complete"
        );
        before = bytes.len();
    }
    assert_eq!(before, data.len(), "without the last checksum all data is there");
}

/// What a flipped bit of `file` gives, against what is guaranteed: see the module documentation.
/// `members` are the lengths of the members and of their data.
fn check_flip(file: &[u8], members: &[(usize, usize)], data: &[u8], at: usize, bit: u8) {
    let mut flipped = file.to_vec();
    flipped[at] ^= 1 << bit;
    let (mut end, mut sure) = (0, 0);
    for (compressed, output) in members {
        end += compressed;
        if at < end {
            break;
        }
        sure += output;
    }
    let Ok((bytes, index, ending)) = inflate(&flipped) else {
        assert_eq!(sure, 0, "byte {at}, bit {bit}: whole members were there to be shown");
        return;
    };
    let reported = !ending.complete() || ending.trailing_garbage.is_some();
    assert!(reported || bytes == data, "byte {at}, bit {bit}: wrong without a word");
    assert!(bytes.starts_with(&data[..sure]), "byte {at}, bit {bit}: members before the damage");
    if let Ok((before, ..)) = inflate(&file[..at]) {
        assert!(bytes.starts_with(&before), "byte {at}, bit {bit}: bytes before the damage");
    }
    if !ending.lacks_data() && ending.trailing_garbage.is_none() {
        assert_eq!(bytes.len(), data.len(), "byte {at}, bit {bit}: everything at its place");
        let behind = data.len().min(sure + members[members.len() - 1].1.max(members[0].1));
        assert!(bytes[behind..] == data[behind..], "byte {at}, bit {bit}: members behind");
    }
    let source = GzipSource::new(flipped, index);
    let again = source.read_vec_at(0, bytes.len() as u64).unwrap();
    assert!(again == bytes, "byte {at}, bit {bit}: what was streamed can be read again");
    let middle = bytes.len() / 2;
    let again = source.read_vec_at(middle as u64, (bytes.len() - middle) as u64).unwrap();
    assert!(again == bytes[middle..], "byte {at}, bit {bit}: also from the middle");
}

#[test]
fn any_flipped_bit_is_reported_or_harmless() {
    let data = sample(1_500, 11);
    let first = member_of(&header(30, "c"), &data[..900], &deflate(&data[..900], 9, 1));
    let second = member(&data[900..]);
    let members = [(first.len(), 900), (second.len(), 600)];
    let file = [first, second].concat();
    for at in 0..file.len() {
        for bit in 0..8 {
            check_flip(&file, &members, &data, at, bit);
        }
    }
}

#[test]
fn a_bomb_is_streamed_in_bounded_pieces_and_can_be_stopped() {
    let file = member(&vec![0; 32 << 20]);
    assert!(file.len() < 64 << 10);
    let (mut largest, mut total) = (0, 0);
    let mut inflater = Inflater::new().unwrap();
    inflater
        .feed(&file, &mut |part| {
            largest = largest.max(part.len());
            total += part.len();
            Ok(())
        })
        .unwrap();
    assert!(largest <= 256 << 10 && total == 32 << 20);

    let mut calls = 0;
    let stopped = Inflater::new().unwrap().feed(&file, &mut |_| {
        calls += 1;
        Err(Error::new(ErrorKind::Cancelled, "enough"))
    });
    assert_eq!((stopped.unwrap_err().kind(), calls), (ErrorKind::Cancelled, 1));
}

/// Files of every layout, with the bytes that they hold.
fn layouts() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let data = sample(150_000, 5);
    let of = |level, mem_level| member_of(&PLAIN_HEADER, &data, &deflate(&data, level, mem_level));
    let with_empty = [member(b""), member(&data[..70_000]), member(b""), member(b"")].concat();
    vec![
        ("JVM with comment", jvm_dump(&data, 10_000, true), data.clone()),
        ("members without comment", jvm_dump(&data, 10_000, false), data.clone()),
        ("small members", jvm_dump(&data[..20_000], 100, false), data[..20_000].to_vec()),
        ("single member", of(6, 8), data.clone()),
        ("single member, tiny blocks", of(9, 1), data.clone()),
        ("stored blocks", of(0, 8), data.clone()),
        ("long members", jvm_dump(&data, 60_000, false), data.clone()),
        ("empty members", [with_empty, member(&data[70_000..])].concat(), data.clone()),
        (
            "cut",
            {
                let file = of(9, 1);
                file[..file.len() * 2 / 3].to_vec()
            },
            data.clone(),
        ),
    ]
}

#[test]
fn every_layout_has_the_points_it_should() {
    for (name, file, data) in layouts() {
        let (bytes, index, ending) = inflate_densely(&file);
        assert!(if name == "cut" { data.starts_with(&bytes) } else { data == bytes }, "{name}");
        assert_eq!(ending.complete(), name != "cut", "{name}");
        assert_eq!(index.inflated_len(), bytes.len() as u64, "{name}");
        let least = match name {
            "single member" => 2,
            "stored blocks" | "empty members" => 3,
            _ => 6,
        };
        assert!(index.points() >= least, "{name}: {} points", index.points());
    }
}

#[test]
fn reads_from_every_point_of_every_layout_equal_the_whole() {
    for (name, file, _) in layouts() {
        let (bytes, index, _) = inflate_densely(&file);
        let source = GzipSource::new(file, index);
        for offset in (0..bytes.len()).step_by(997).rev() {
            let end = bytes.len().min(offset + 1_200);
            let got = source.read_vec_at(offset as u64, (end - offset) as u64).unwrap();
            assert!(got == bytes[offset..end], "{name} at {offset}");
        }
        assert_eq!(source.read_at(bytes.len() as u64, &mut [0; 9]).unwrap(), 0, "{name}");
    }
}

/// Counts the bytes that are read from a file.
struct Counting {
    file: Vec<u8>,
    read: Cell<usize>,
}

impl ByteSource for Counting {
    fn len(&self) -> u64 {
        ByteSource::len(&self.file)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let count = self.file.read_at(offset, into)?;
        self.read.set(self.read.get() + count);
        Ok(count)
    }
}

#[test]
fn a_sequential_scan_reads_the_file_once_and_a_far_read_little_of_it() {
    let data = sample(24 << 20, 13);
    let file = member_of(&PLAIN_HEADER, &data, &deflate(&data, 1, 8));
    let size = file.len();
    assert!(size > 4 << 20, "or the ratios below mean nothing");
    let (bytes, index, _) = inflate(&file).unwrap();
    assert!(bytes == data);
    assert!((5..=7).contains(&index.points()), "every 4 MiB of 24");
    assert!(index.memory() < data.len() / 100);

    let source = GzipSource::new(Counting { file, read: Cell::new(0) }, index);
    let mut into = vec![0; 30_000];
    for offset in (0..data.len()).step_by(into.len()) {
        let count = source.read_at(offset as u64, &mut into).unwrap();
        assert!(into[..count] == data[offset..offset + count]);
    }
    assert_eq!(source.get_ref().read.get(), size);

    source.get_ref().read.set(0);
    source.read_exact_at(data.len() as u64 / 4, &mut into).unwrap();
    assert!(source.get_ref().read.get() < size / 4 + (512 << 10));
}

#[test]
fn a_file_that_changed_after_the_first_pass_is_an_error_not_wrong_lengths() {
    let data = sample(100_000, 17);
    let file = member(&data);
    let (_, index, _) = inflate(&file).unwrap();
    let source = GzipSource::new(file[..file.len() / 2].to_vec(), index);
    assert_eq!(source.read_vec_at(99_000, 1_000).unwrap_err().kind(), ErrorKind::Read);
    assert_eq!(source.read_vec_at(0, 1_000).unwrap(), data[..1_000], "what is there still reads");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_pieces_of_the_file_give_the_same_bytes(
        layout in 0usize..9,
        sizes in prop::collection::vec(0usize..9_000, 1..40),
    ) {
        let (_, file, _) = layouts().swap_remove(layout);
        let (expected, _, ending) = inflate(&file).unwrap();
        let mut rest = &file[..];
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle().take(10_000) {
            let (piece, after) = rest.split_at(rest.len().min(*size));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let (bytes, _, ending_in_pieces) = run(Inflater::new().unwrap(), pieces).unwrap();
        prop_assert!(bytes == expected);
        prop_assert_eq!(ending_in_pieces, ending);
    }

    #[test]
    fn any_reads_in_any_order_equal_slices_of_the_whole(
        len in 1usize..120_000,
        seed in any::<u64>(),
        level in 0i32..10,
        mem_level in 1i32..9,
        member_len in 1_000usize..200_000,
        reads in prop::collection::vec((any::<prop::sample::Index>(), 0usize..20_000), 1..30),
    ) {
        let data = sample(len, seed);
        let file: Vec<u8> = data
            .chunks(member_len)
            .flat_map(|part| member_of(&PLAIN_HEADER, part, &deflate(part, level, mem_level)))
            .collect();
        let (bytes, index, ending) = inflate_densely(&file);
        prop_assert!(bytes == data && ending.complete());
        let source = GzipSource::new(file, index);
        for (at, size) in reads {
            let offset = at.index(len);
            let mut into = vec![0; size];
            let count = source.read_at(offset as u64, &mut into).unwrap();
            prop_assert_eq!(count, size.min(len - offset));
            prop_assert!(into[..count] == data[offset..offset + count]);
        }
    }

    #[test]
    fn arbitrary_bytes_after_a_header_never_panic(
        body in prop::collection::vec(any::<u8>(), 0..3_000),
    ) {
        if let Ok((bytes, index, _)) = inflate(&[&PLAIN_HEADER[..], &body].concat()) {
            prop_assert_eq!(bytes.len() as u64, index.inflated_len());
        }
    }
}
