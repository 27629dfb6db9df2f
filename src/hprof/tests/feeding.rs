//! How a dump is fed makes no difference.

use super::events::{Feeding, parse, parse_as};
use super::generated::{damages, overwrite, plans};
use crate::hprof::writer::DumpBuilder;
use crate::hprof::{BasicType, IdSize, Parser, Visitor};
use proptest::prelude::*;

fn chunkings() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        Just(vec![1]),
        prop::collection::vec(1_usize..12, 1..6),
        prop::collection::vec(1_usize..200, 1..6),
    ]
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_events(
        plan in plans(), chunks in chunkings(), length_known in any::<bool>(),
    ) {
        let dump = plan.write();
        let whole = Feeding { chunks: Vec::new(), skip_percent: 0, length_known };
        let pieces = Feeding { chunks, ..whole.clone() };
        prop_assert_eq!(parse_as(&dump, &pieces).unwrap(), parse_as(&dump, &whole).unwrap());
    }

    #[test]
    fn skipping_what_the_parser_offers_to_skip_gives_the_same_events(
        plan in plans(), chunks in chunkings(), skip_percent in prop_oneof![Just(100_u64), 1_u64..100],
        length_known in any::<bool>(),
    ) {
        let dump = plan.write();
        let whole = Feeding { chunks: Vec::new(), skip_percent: 0, length_known };
        let skipping = Feeding { chunks, skip_percent, length_known };
        prop_assert_eq!(parse_as(&dump, &skipping).unwrap(), parse_as(&dump, &whole).unwrap());
    }

    #[test]
    fn damaged_dumps_read_the_same_in_any_chunking(
        plan in plans(),
        damage in damages(),
        chunks in chunkings(), skip_percent in prop_oneof![Just(0_u64), Just(100), 1_u64..100],
        length_known in any::<bool>(),
    ) {
        let dump = overwrite(plan.write(), &damage);
        let whole = Feeding { chunks: Vec::new(), skip_percent: 0, length_known };
        let pieces = Feeding { chunks, skip_percent, length_known };
        // As text, because damage makes statics that are NaN, which equals nothing.
        let (pieces, whole) = (parse_as(&dump, &pieces), parse_as(&dump, &whole));
        prop_assert_eq!(format!("{pieces:?}"), format!("{whole:?}"));
    }
}

struct Nothing;

impl Visitor for Nothing {}

#[test]
fn the_contents_of_a_long_array_need_not_be_read() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.primitive_array(BasicType::Byte, &vec![1; 300_000]);
    let bytes = dump.finish();
    let mut parser = Parser::new();
    parser.feed(&bytes[..1000], &mut Nothing).unwrap();
    let hint = parser.skip_hint();
    assert!(hint > 298_000, "{hint}");
    parser.skipped(hint);
    parser.feed(&bytes[1000 + usize::try_from(hint).unwrap()..], &mut Nothing).unwrap();
    let ending = parser.finish(&mut Nothing).unwrap();
    assert!(ending.complete);
    assert_eq!(parser.offset(), bytes.len() as u64);
}

#[test]
fn skipping_to_the_very_end_of_the_file_is_complete() {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.string("x");
    let mut bytes = dump.finish();
    // CONTROL_SETTINGS, the last record of dumps by the hprof agent.
    bytes.extend([0x0e, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 1, 0, 8]);
    let skipping =
        Feeding { chunks: vec![bytes.len() - 6], skip_percent: 100, length_known: false };
    let skipped = parse_as(&bytes, &skipping).unwrap();
    assert!(skipped.ending.complete);
    assert_eq!(skipped, parse(&bytes).unwrap());
}

/// Found by fuzzing: a line feed within the version, with the zero that ends it far behind.
#[test]
fn a_wrong_header_is_refused_with_the_same_words_in_any_chunks() {
    let mut file = b"JAVA PROFILE 2.0".to_vec();
    file.extend([14; 34]);
    file.extend(b"\n\x0e\0\0\0\0JAVA PROFILE");
    let refusal = |chunk: usize| {
        let mut parser = Parser::new();
        let mut silent = Silent;
        let fed: Result<(), _> =
            file.chunks(chunk).try_for_each(|bytes| parser.feed(bytes, &mut silent));
        fed.and_then(|()| parser.finish(&mut silent).map(|_| ())).unwrap_err().to_string()
    };
    for chunk in 1..file.len() {
        assert_eq!(refusal(chunk), refusal(file.len()), "in chunks of {chunk}");
    }
}

struct Silent;

impl Visitor for Silent {}
