//! Compressed dumps, whole and damaged, through the whole load.

use crate::records::walk;
use crate::support::{
    CHUNK, fixture, fixture_path, gzip_member, gzipped, inflated, jvm_gzipped, random_numbers,
    read, scratch_file,
};
use heapglass::analysis::Inquiry;
use heapglass::analysis::facts::DumpFacts;
use heapglass::analysis::warnings::WarningFact;
use heapglass::error::{ErrorKind, Result};
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::source::ByteSource;
use heapglass::source::gzip::{GzipSource, Inflater};
use std::process::Command;

/// A load of a compressed file, with its contents read anew through the index.
struct Opened {
    facts: DumpFacts,
    objects: usize,
    contents: Vec<u8>,
}

fn opened(file: &Vec<u8>) -> Result<Opened> {
    let mut loaded = load(file, LoadOptions::default(), CHUNK, &mut |_| {})?;
    let source = GzipSource::new(file, loaded.gzip.take().unwrap());
    let facts = Inquiry::new(&loaded, &source).facts();
    let contents = source.read_vec_at(0, source.len()).unwrap();
    Ok(Opened { facts, objects: loaded.heap.objects.len(), contents })
}

fn warning<'a>(facts: &'a DumpFacts, kind: &str) -> &'a WarningFact {
    let found = facts.warnings.iter().find(|warning| warning.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {:?}", facts.warnings))
}

fn streamed(file: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut inflater = Inflater::new().unwrap();
    inflater
        .feed(file, &mut |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
    bytes
}

#[test]
fn members_and_comments_do_not_matter() {
    let dump = fixture("dominators");
    let plain = dump.bytes();
    let files = [
        gzipped(plain),
        jvm_gzipped(plain, 50_000),
        plain.chunks(50_000).flat_map(gzipped).collect(),
        [gzipped(plain), vec![0; 512]].concat(),
    ];
    for file in files {
        let opened = opened(&file).unwrap();
        assert!(!opened.facts.truncated && &opened.contents == plain);
        assert_eq!(opened.facts.warnings, [], "nothing is odd");
        assert_eq!(opened.objects, dump.loaded.heap.objects.len());
    }
}

/// What is before the damage is there, what is missing is told, and all reads agree.
fn check_damaged(file: &Vec<u8>, sure: usize, plain: &[u8]) -> Option<Opened> {
    let (sure_objects, _) = walk(plain).objects(sure);
    let bytes = streamed(file);
    assert!(bytes.starts_with(&plain[..sure]), "the members before the damage");
    match opened(file) {
        Ok(opened) => {
            assert!(opened.contents == bytes, "random access gives what the passes read");
            assert!(opened.objects >= sure_objects, "{} of {sure_objects}", opened.objects);
            assert!(!opened.facts.warnings.is_empty() || bytes == plain, "told, or harmless");
            Some(opened)
        }
        Err(error) => {
            assert_eq!(sure_objects, 0, "{error}");
            let kinds = [
                ErrorKind::Compression,
                ErrorKind::NotHprof,
                ErrorKind::NoHeapDump,
                ErrorKind::Unsupported,
            ];
            assert!(kinds.contains(&error.kind()), "{error}");
            None
        }
    }
}

#[test]
fn any_flipped_bit_of_a_real_dump_leaves_what_comes_before_it() {
    // One member, and the members of a JVM.
    for (name, seed) in [("dominators", 1), ("healthy", 2)] {
        let file = read(&fixture_path(&format!("{name}.hprof.gz")));
        let plain = inflated(&file);
        let mut random = random_numbers(seed);
        let (mut opened, mut cut_short) = (0, 0);
        for _ in 0..40 {
            let (at, bit) = (random(file.len()), random(8));
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            let sure = streamed(&file[..at]).len();
            if let Some(damaged) = check_damaged(&flipped, sure, &plain) {
                opened += 1;
                cut_short += usize::from(damaged.facts.truncated);
            }
        }
        assert!(opened > 10 && cut_short > 0, "{name}: {opened} opened, {cut_short} cut short");
    }
}

#[test]
fn a_destroyed_member_in_the_middle_ends_the_dump_there() {
    let dump = fixture("dominators");
    let plain = dump.bytes();
    let block = 50_000;
    let mut file = jvm_gzipped(plain, block);
    let members: Vec<usize> = {
        let ends = plain.chunks(block).scan(0, |offset, part| {
            *offset += part.len();
            Some(*offset)
        });
        ends.map(|end| jvm_gzipped(&plain[..end], block).len()).collect()
    };
    let middle = members.len() / 2;
    // A block type that does not exist, right after the header of a member.
    file[members[middle] + 10] = 0xff;
    let damaged = check_damaged(&file, (middle + 1) * block, plain).unwrap();
    assert!(damaged.facts.truncated);
    let told = warning(&damaged.facts, "gzipDamage");
    assert_eq!(told.first_offset, Some(((middle + 1) * block) as u64));
    assert!(told.message.contains(&format!("of its {} bytes", file.len())), "{}", told.message);
}

#[test]
fn a_wrong_checksum_alone_is_a_warning() {
    let dump = fixture("dominators");
    let mut file = gzipped(dump.bytes());
    let at = file.len() - 8;
    file[at] ^= 1;
    let damaged = opened(&file).unwrap();
    assert!(!damaged.facts.truncated && &damaged.contents == dump.bytes());
    let told = warning(&damaged.facts, "gzipChecksum");
    assert!(
        told.message.contains(&format!("byte {at} of the compressed file")),
        "{}",
        told.message
    );
}

#[test]
fn a_cut_in_the_last_checksum_or_bytes_behind_it_lose_nothing() {
    let dump = fixture("dominators");
    let file = gzipped(dump.bytes());
    let cut = opened(&file[..file.len() - 2].to_vec()).unwrap();
    assert!(!cut.facts.truncated && &cut.contents == dump.bytes());
    assert!(warning(&cut.facts, "gzipChecksumMissing").message.contains("all data is there"));

    let longer = opened(&[&file[..], b"rubbish"].concat()).unwrap();
    assert!(!longer.facts.truncated && &longer.contents == dump.bytes());
    assert!(warning(&longer.facts, "gzipTrailer").message.contains("7 bytes that are not gzip"));
}

#[test]
fn a_compressed_dump_is_readable_up_to_200_random_cuts() {
    let dump = fixture("dominators");
    let file = jvm_gzipped(dump.bytes(), 60_000);
    let walk = walk(dump.bytes());
    let mut random = random_numbers(5);
    let mut cuts: Vec<usize> = (0..200).map(|_| random(file.len())).collect();
    cuts.sort_unstable();
    let mut before = 0;
    for cut in cuts {
        let inflated = streamed(&file[..cut]).len();
        let (whole, known) = walk.objects(inflated);
        match opened(&file[..cut].to_vec()) {
            Ok(cut_off) => {
                assert!(cut_off.facts.truncated, "cut at {cut}: {:?}", cut_off.facts.warnings);
                assert!(cut_off.objects >= whole.max(before), "cut at {cut}");
                // The boot loader may be added.
                assert!(cut_off.objects <= known + 1, "cut at {cut}");
                before = cut_off.objects;
            }
            Err(error) => assert_eq!(whole, 0, "cut at {cut}: {error}"),
        }
    }
    assert!(before > 7000);
}

/// A dump whose one array inflates to `blocks` MiB of zeros from a thousandth of that.
fn bomb(blocks: usize) -> Vec<u8> {
    let dump = fixture("dominators");
    let plain = dump.bytes();
    let (head, end) = plain.split_at(plain.len() - 9);
    let elements = u32::try_from(blocks << 20).unwrap();
    let mut array = vec![0x23, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0];
    array.extend(elements.to_be_bytes());
    array.push(8);
    let length = u32::try_from(array.len()).unwrap() + elements;
    let segment = [&[0x1c, 0, 0, 0, 0][..], &length.to_be_bytes(), &array].concat();
    let zeros = gzip_member(&vec![0; 1 << 20], &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    [gzipped(&[head, &segment].concat()), zeros.repeat(blocks), gzipped(end)].concat()
}

/// The whole program, since memory can be measured there: nothing but pieces of what is inflated
/// is ever held.
#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_no_memory() {
    const MIB: usize = 300;
    let file = bomb(MIB);
    let dump = read(&fixture_path("dominators.hprof.gz"));
    assert!(file.len() < dump.len() * 2 + (MIB << 20) / 500, "{} bytes", file.len());
    let peak = |name: &str, content: &[u8]| -> usize {
        let path = scratch_file(name, content);
        let mut command = Command::new(env!("CARGO_BIN_EXE_heapglass"));
        let output = command.arg(&path).arg("--timings").output().unwrap();
        std::fs::remove_file(&path).unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        let line = told.lines().find(|line| line.trim_start().starts_with("peak")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let (with, without) = (peak("bomb", &file), peak("no-bomb", &dump));
    assert!(with < without + 16, "{with} MiB with {MIB} MiB of zeros, {without} MiB without");
}
