//! Records and sub-records that are not as they should be: what they cost, and no more.

use super::*;

#[test]
fn case_18_a_record_shorter_than_what_it_must_hold_is_skipped() {
    for (tag, longest) in [
        (record::UTF8, 7),
        (record::LOAD_CLASS, 23),
        (record::UNLOAD_CLASS, 3),
        (record::FRAME, 39),
        (record::TRACE, 11),
    ] {
        for len in [0, 1, longest] {
            let mut dump = writer();
            dump.record(tag, &vec![9; len]).unwrap();
            dump.utf8(StringId(2), "after").unwrap();
            let parsed = parse(&dump.finish().unwrap()).unwrap();
            assert_eq!(parsed.warnings_at(), [(WarningKind::ShortRecord, HEADER)], "{tag:#x}");
            assert_eq!(parsed.strings(), [(StringId(2), &b"after"[..])], "{tag:#x}");
            assert_eq!(parsed.events.len(), 3, "header, warning, string");
        }
    }
}

#[test]
fn case_18_a_trace_has_no_more_frames_than_its_record() {
    let mut dump = writer();
    let mut body = [0_u8; 12 + 16 + 3];
    body[11] = 200;
    dump.record(record::TRACE, &body).unwrap();
    dump.utf8(StringId(2), "after").unwrap();
    let parsed = parse(&dump.finish().unwrap()).unwrap();
    assert_eq!(parsed.count(|event| matches!(event, Event::TraceFrame(_))), 2);
    assert_eq!(parsed.strings(), [(StringId(2), &b"after"[..])]);
}

/// A segment with an object, then `damage`, then another object; and a second segment.
fn damaged_segment(damage: &[u8]) -> Vec<u8> {
    let mut dump = writer();
    instance(&mut dump, 8);
    dump.raw_sub_record(damage).unwrap();
    instance(&mut dump, 16);
    dump.flush_heap().unwrap();
    instance(&mut dump, 24);
    dump.end_heap().unwrap();
    dump.utf8(StringId(1), "after").unwrap();
    dump.finish().unwrap()
}

#[test]
fn case_35_an_array_of_unknown_type_is_left_out_where_one_width_of_elements_fits() {
    for ty in [0, 1, 2, 3, 12, 0xff] {
        for (length, elements) in [(2, 2), (2, 4), (3, 12), (1, 8), (0, 0)] {
            let mut array = vec![heap::PRIMITIVE_ARRAY_DUMP];
            array.extend([0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, length, ty]);
            array.extend(vec![7; elements]);
            let dump = damaged_segment(&array);
            let parsed = parse(&dump).unwrap();
            assert_eq!(parsed.objects(), ids([8, 16, 24]), "type {ty}, {elements} bytes");
            assert_eq!(parsed.warnings_at(), [(WarningKind::UnknownType, HEADER + 9 + 25)]);
            assert!(parsed.ending.complete);
            for chunk in 1..12 {
                let feeding = Feeding { chunks: vec![chunk], skip_percent: 0, length_known: false };
                assert_eq!(parse_as(&dump, &feeding).unwrap(), parsed, "chunks of {chunk}");
            }
        }
    }
}

#[test]
fn case_35_an_array_of_unknown_type_costs_the_rest_of_its_segment_if_no_width_fits() {
    for (length, elements) in [(2, 3), (1 << 30, 2)] {
        let mut array = vec![heap::PRIMITIVE_ARRAY_DUMP];
        array.extend([0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0]);
        array.extend(u32::to_be_bytes(length));
        array.extend([12, 7, 7, 7].iter().take(1 + elements));
        let parsed = parse(&damaged_segment(&array)).unwrap();
        assert_eq!(parsed.objects(), ids([8, 24]), "{length} elements");
        assert_eq!(parsed.warnings_at(), [(WarningKind::UnknownType, HEADER + 9 + 25)]);
        assert_eq!(parsed.strings().len(), 1);
        assert!(parsed.ending.complete);
    }
}

#[test]
fn case_35_a_class_with_a_field_of_unknown_type_is_left_out() {
    let mut class = writer();
    class
        .class_dump(&ClassRecord {
            id: CLASS,
            statics: &[StaticField {
                name: StringId(1),
                ty: BasicType::Int,
                value: Value::Int(0x0b0b_0b0b),
            }],
            fields: &[FieldDescriptor { name: StringId(2), ty: BasicType::Int }],
            ..ClassRecord::default()
        })
        .unwrap();
    let class = class.finish().unwrap().split_off(31 + 9);
    let int_tags: Vec<usize> =
        (65..class.len()).filter(|&at| class[at] == BasicType::Int as u8).collect();
    assert_eq!(int_tags.len(), 2, "the static's and the field's type");
    // The value of the static is as long as its type says; the field has none, so its class can
    // be left out alone.
    for (at, objects) in
        int_tags.into_iter().zip([ids([8, 24]).to_vec(), ids([8, 16, 24]).to_vec()])
    {
        let mut damaged = class.clone();
        damaged[at] = 0x33;
        let parsed = parse(&damaged_segment(&damaged)).unwrap();
        assert_eq!(parsed.objects(), objects);
        let offset = HEADER + 9 + 25 + at as u64;
        assert_eq!(parsed.warnings_at(), [(WarningKind::UnknownType, offset)]);
    }
}

#[test]
fn case_36_an_unknown_sub_record_costs_the_rest_of_its_segment() {
    for tag in [0x00, 0x09, 0x24, 0x7f, 0x8f, 0xc2] {
        let parsed = parse(&damaged_segment(&[tag, 1, 2, 3])).unwrap();
        assert_eq!(parsed.objects(), ids([8, 24]), "tag {tag:#x}");
        assert_eq!(parsed.warnings_at(), [(WarningKind::UnknownSubRecord, HEADER + 9 + 25)]);
        assert_eq!(parsed.strings().len(), 1);
    }
}
