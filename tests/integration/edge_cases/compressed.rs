//! Rows 13 to 15: gzip. What the engine does with every kind of gzip file is tested beside it; these
//! tests are about the dump inside.

use super::dumps::{HELD, instance, objects, open, small, warning, warnings};
use crate::support::Opened;
use heapglass::hprof::ObjectId;

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0_u32, |mut crc, &byte| {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
        crc
    })
}

/// A gzip member of stored blocks.
fn member(data: &[u8], comment: Option<&str>) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, if comment.is_some() { 16 } else { 0 }, 0, 0, 0, 0, 0, 3];
    if let Some(comment) = comment {
        file.extend(comment.bytes().chain([0]));
    }
    let blocks = data.chunks(1000).count();
    for (at, block) in data.chunks(1000).enumerate() {
        let len = u16::try_from(block.len()).unwrap();
        file.push(u8::from(at + 1 == blocks));
        file.extend(len.to_le_bytes());
        file.extend((!len).to_le_bytes());
        file.extend(block);
    }
    file.extend(crc32(data).to_le_bytes());
    file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    file
}

fn plain() -> Vec<u8> {
    let mut dump = small();
    for at in 1..=500 {
        instance(&mut dump, ObjectId(HELD.0 + 16 * at));
    }
    dump.end_heap().unwrap();
    dump.finish().unwrap()
}

fn assert_as_plain(dump: &Opened) {
    let plain = open(plain());
    assert_eq!(objects(dump), objects(&plain));
    assert_eq!(warnings(dump), []);
    let (facts, expected) = (dump.inquiry().facts(), plain.inquiry().facts());
    assert_eq!(facts.used_heap, expected.used_heap);
    assert_eq!(facts.dump_bytes, expected.dump_bytes);
    assert!(!facts.truncated);
}

#[test]
fn case_13_a_compressed_dump_is_the_same_as_the_plain_one() {
    assert_as_plain(&open(member(&plain(), None)));
}

#[test]
fn case_14_many_members_are_one_dump_with_and_without_the_comment_of_the_jvm() {
    for comment in [None, Some("HPROF BLOCKSIZE=700")] {
        let members: Vec<Vec<u8>> = plain()
            .chunks(700)
            .enumerate()
            .map(|(at, chunk)| member(chunk, comment.filter(|_| at == 0)))
            .collect();
        assert!(members.len() > 10);
        assert_as_plain(&open(members.concat()));
    }
}

#[test]
fn case_15_what_was_inflated_before_the_damage_is_shown() {
    let mut file = member(&plain(), None);
    // The length of a block in the middle.
    let block = 10 + 5 * (5 + 1000);
    file[block + 1] ^= 0xff;
    let dump = open(file);
    let shown = objects(&dump).len();
    assert!((50..500).contains(&shown), "{shown} objects");
    assert!(objects(&open(plain())).starts_with(&objects(&dump)));
    let (count, offset) = warning(&dump, "gzipDamage").unwrap();
    assert_eq!((count, offset), (1, Some(5000)), "where the inflated bytes end");
    assert!(dump.structure().facts().truncated);
}

#[test]
fn case_15_a_wrong_checksum_is_told_and_everything_is_shown() {
    let mut file = member(&plain(), None);
    let at = file.len() - 8;
    file[at] ^= 1;
    let dump = open(file);
    assert_eq!(objects(&dump), objects(&open(plain())));
    assert_eq!(warning(&dump, "gzipChecksum").unwrap().0, 1);
}
