//! What the fuzzer found, as small as it gets.

use super::events::{Feeding, parse_as};
use crate::hprof::IdSize;
use crate::hprof::tag::{heap, record};
use crate::hprof::writer::HprofWriter;

/// In a heap record without a length, bytes that may be a record are one if that record fits into
/// the file: counted from where it begins, not from where the piece at hand began.
#[test]
fn whether_a_record_fits_does_not_depend_on_what_was_fed_with_it() {
    for left in 0..20_usize {
        let mut dump =
            HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, 1).unwrap();
        dump.record_declaring(record::HEAP_DUMP, 0, &[]).unwrap();
        dump.raw(&[heap::ROOT_JNI_GLOBAL; 17]).unwrap();
        dump.record_declaring(record::HEAP_DUMP, 12, &vec![7; left]).unwrap();
        let dump = dump.finish().unwrap();
        let whole = parse_as(&dump, &Feeding::at_once().known()).unwrap();
        for size in 1..dump.len() {
            let pieces =
                parse_as(&dump, &Feeding { chunks: vec![size], ..Feeding::at_once() }.known())
                    .unwrap();
            assert_eq!(pieces, whole, "{left} bytes left, fed by {size}");
        }
    }
}
