//! Small dumps for tests of edge cases, and what opening them gives.

use crate::support::Opened;
use heapglass::analysis::Inquiry;
use heapglass::analysis::object_details::ObjectDetails;
use heapglass::analysis::warnings::WarningFact;
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::hprof::tag::heap;
use heapglass::hprof::writer::{ClassRecord, DumpBuilder, HprofWriter, StandardClasses};
use heapglass::hprof::{
    ClassSerial, FieldDescriptor, GcRoot, IdSize, ObjectId, RootKind, StackTraceSerial, StringId,
};

pub(super) const NO_TRACE: StackTraceSerial = StackTraceSerial(0);
/// When the dumps of [`writer`] begin.
pub(super) const BEGAN: u64 = 1_700_000_000_000;
/// Bytes of the header of these dumps, and of a record's header.
pub(super) const HEADER: usize = 31;
pub(super) const RECORD: usize = 9;

/// The warning of a dump that lacks nothing but its end.
pub(super) const END_RECORD_MISSING: &str = "endRecordMissing";

/// Ids in the dumps of [`small`].
pub(super) const OBJECT_CLASS: ObjectId = ObjectId(0x1000);
pub(super) const HELD: ObjectId = ObjectId(0x2000);

/// A dump with the classes of the JDK.
pub(super) fn builder() -> (DumpBuilder, StandardClasses) {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let classes = dump.standard_classes();
    (dump, classes)
}

/// A dump record by record.
pub(super) fn writer() -> HprofWriter<Vec<u8>> {
    HprofWriter::new(Vec::new(), "JAVA PROFILE 1.0.2", IdSize::Eight, BEGAN).unwrap()
}

/// Names and `LOAD_CLASS` records of three classes that every dump has.
pub(super) fn small_names(dump: &mut HprofWriter<Vec<u8>>) {
    for (serial, name) in
        [(1, "java/lang/Object"), (2, "java/lang/Class"), (3, "java/lang/ClassLoader")]
    {
        dump.utf8(StringId(serial), name).unwrap();
        let class = ObjectId(0x1000 + 0x100 * (serial - 1));
        let serial_number = ClassSerial(u32::try_from(serial).unwrap());
        dump.load_class(serial_number, class, NO_TRACE, StringId(serial)).unwrap();
    }
}

/// The class dumps of these, and one object that a JNI global reference holds.
pub(super) fn small_heap(dump: &mut HprofWriter<Vec<u8>>) {
    for at in 0..3 {
        let super_class = if at == 0 { ObjectId(0) } else { OBJECT_CLASS };
        let id = ObjectId(0x1000 + 0x100 * at);
        dump.class_dump(&ClassRecord { id, super_class, ..ClassRecord::default() }).unwrap();
    }
    instance(dump, HELD);
    dump.root(&root(RootKind::JniGlobal, HELD)).unwrap();
}

/// A whole small dump, of which a test writes the rest.
pub(super) fn small() -> HprofWriter<Vec<u8>> {
    let mut dump = writer();
    small_names(&mut dump);
    small_heap(&mut dump);
    dump
}

/// An instance of `java.lang.Object`.
pub(super) fn instance(dump: &mut HprofWriter<Vec<u8>>, id: ObjectId) {
    dump.instance(id, NO_TRACE, OBJECT_CLASS, &[]).unwrap();
}

/// The bytes of such an instance.
pub(super) fn instance_bytes(id: u64) -> Vec<u8> {
    let mut bytes = vec![heap::INSTANCE_DUMP];
    bytes.extend(id.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(OBJECT_CLASS.0.to_be_bytes());
    bytes.extend([0; 4]);
    bytes
}

pub(super) fn root(kind: RootKind, object: ObjectId) -> GcRoot {
    GcRoot { kind, object, thread: None, frame: None, trace: None }
}

/// A class dump with fields only.
pub(super) fn class(
    dump: &mut HprofWriter<Vec<u8>>,
    id: ObjectId,
    super_class: ObjectId,
    instance_size: u32,
    fields: &[FieldDescriptor],
) {
    let record = ClassRecord { id, super_class, instance_size, fields, ..ClassRecord::default() };
    dump.class_dump(&record).unwrap();
}

/// The opened dump; whatever is wrong with it, it must open, its sums must agree, and neither the
/// pieces in which it is read nor the model of sizes may change what is found.
pub(super) fn open(file: Vec<u8>) -> Opened {
    let small = (file.len() < 1 << 20).then(|| file.clone());
    let dump = Opened::of(file).unwrap_or_else(|error| panic!("not opened: {error}"));
    if let Some(file) = small {
        let other = load(&file, LoadOptions::default(), 97, &mut |_| {}).unwrap();
        let nothing = Vec::new();
        let (facts, same) = (dump.structure().facts(), Inquiry::new(&other, &nothing).facts());
        assert_eq!(facts.warnings, same.warnings);
        assert_eq!(facts.objects, same.objects);
        assert_eq!(facts.unreachable_objects, same.unreachable_objects);
        assert_eq!(facts.gc_roots_by_kind, same.gc_roots_by_kind);
        assert_eq!(facts.truncated, same.truncated);
        assert_eq!(crate::invariants::broken(&dump), Vec::<String>::new());
    }
    dump
}

/// The offset of the first sub-record of this tag and id, which has eight bytes.
pub(super) fn offset_of(file: &[u8], tag: u8, id: ObjectId) -> u64 {
    let pattern: Vec<u8> = [tag].into_iter().chain(id.0.to_be_bytes()).collect();
    offset_of_bytes(file, &pattern)
}

/// Where these bytes are first.
pub(super) fn offset_of_bytes(file: &[u8], bytes: &[u8]) -> u64 {
    let found = file.windows(bytes.len()).position(|window| window == bytes);
    found.expect("the record is in the file") as u64
}

/// Where these bytes are last.
pub(super) fn last_offset_of(file: &[u8], tag: u8, id: ObjectId) -> u64 {
    let pattern: Vec<u8> = [tag].into_iter().chain(id.0.to_be_bytes()).collect();
    let found = file.windows(pattern.len()).rposition(|window| window == pattern);
    found.expect("the record is in the file") as u64
}

/// All warnings that the person sees: kind, count, place. Each says what happened and what it
/// means. That the record which ends a dump is missing, as from most dumps here, is left out.
pub(super) fn warnings(dump: &Opened) -> Vec<(String, u64, Option<u64>)> {
    let warnings = dump.structure().facts().warnings;
    for WarningFact { kind, message, .. } in &warnings {
        assert!(message.len() > 40, "{kind} says too little: {message}");
        assert!(!message.contains('\n'), "{kind} is one sentence: {message}");
    }
    let telling = warnings.into_iter().filter(|w| w.kind != END_RECORD_MISSING);
    telling.map(|w| (w.kind, w.count, w.first_offset)).collect()
}

/// The only warning is of this kind, so often, and there.
#[track_caller]
pub(super) fn assert_only_warning(
    dump: &Opened,
    kind: &str,
    count: u64,
    offset: impl Into<Option<u64>>,
) {
    assert_eq!(warnings(dump), [(kind.to_owned(), count, offset.into())]);
}

/// The warning of this kind: its count and place.
pub(super) fn warning(dump: &Opened, kind: &str) -> Option<(u64, Option<u64>)> {
    warnings(dump).into_iter().find(|w| w.0 == kind).map(|w| (w.1, w.2))
}

/// Ids of all objects that the person can look at, class objects left out, in file order.
pub(super) fn objects(dump: &Opened) -> Vec<ObjectId> {
    let heap = &dump.loaded.heap;
    let shown = heap.objects.indices().filter(|&object| {
        !heap.objects.is_class_object(object)
            && heap.objects.system_loader() != Some(object)
            && !heap.is_repeat(object)
    });
    shown.map(|object| heap.objects.id(object)).collect()
}

/// Everything about the object with this id.
pub(super) fn details(dump: &Opened, id: ObjectId) -> ObjectDetails {
    let object = dump.at(id.0).unwrap_or_else(|| panic!("no object {id:?}"));
    dump.inquiry().object(object).unwrap()
}

/// Names and addresses of what the object refers to, its class left out.
pub(super) fn outbound(dump: &Opened, id: ObjectId) -> Vec<(String, u64)> {
    let object = dump.at(id.0).unwrap_or_else(|| panic!("no object {id:?}"));
    let window = dump.inquiry().outbound(object, 0, 1000).unwrap();
    let rows = window.rows.into_iter().flat_map(|row| {
        let address = u64::from_str_radix(&row.row.address[2..], 16).unwrap();
        row.via.into_iter().map(move |via| (via, address))
    });
    rows.filter(|(via, _)| via != "<class>").collect()
}

/// Whether a GC root reaches the object with this id.
pub(super) fn is_reachable(dump: &Opened, id: ObjectId) -> bool {
    let object = dump.at(id.0).unwrap_or_else(|| panic!("no object {id:?}"));
    dump.inquiry().is_reachable(object)
}
