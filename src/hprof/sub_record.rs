//! The hot loop: heap sub-records, monomorphised over the identifier size.

use super::class_dump::{self, Measured};
use super::limits::{BATCH_BYTES, MAX_CLASS_DUMP_BYTES, MAX_INSTANCE_BYTES};
use super::tag::heap as tag;
use super::{
    BasicType, GcRoot, IdSize, InstanceDump, ObjectArrayDump, ObjectId, PrimitiveArrayDump,
    RootKind, StackTraceSerial, StringId, ThreadSerial, Visitor, Warning, WarningKind,
};
use byteorder::{BigEndian, ByteOrder};

/// Reads an identifier; the caller has checked the length.
#[inline(always)]
pub(super) fn read_id<const ID: usize>(data: &[u8], at: usize) -> u64 {
    if ID == 4 {
        u64::from(BigEndian::read_u32(&data[at..]))
    } else {
        BigEndian::read_u64(&data[at..])
    }
}

/// Why a batch of sub-records ended.
#[derive(Debug)]
pub(super) enum Stop {
    /// The batch is full, or the heap record is.
    Batch,
    /// The sub-record at the end of what was consumed needs this many bytes.
    Need(usize),
    /// An object array's header was consumed; this many bytes of elements follow.
    Elements(u64),
    /// As [`Skip`](Self::Skip), of the tail of an instance beyond every limit.
    Oversized(u64),
    /// A header was consumed whose body of this many bytes nobody reads.
    Skip(u64),
    /// What follows cannot be understood: kind of the warning, its distance, and why.
    Lost(WarningKind, usize, String),
}

/// Hands over sub-records from the start of `data`, about [`BATCH_BYTES`] of them and none that
/// begins at `left` or after. Returns the bytes consumed and why it stopped.
#[inline(never)]
pub(super) fn batch<const ID: usize, V: Visitor>(
    data: &[u8],
    left: u64,
    base: u64,
    ids: IdSize,
    visitor: &mut V,
) -> (usize, Stop) {
    let end = usize::try_from(left).unwrap_or(usize::MAX).min(BATCH_BYTES).min(data.len());
    let mut at = 0;
    while at < end {
        let item = &data[at..];
        let offset = base + at as u64;
        match item[0] {
            tag::INSTANCE_DUMP => {
                let fixed = 9 + 2 * ID;
                if item.len() < fixed {
                    return (at, Stop::Need(fixed));
                }
                let len = BigEndian::read_u32(&item[5 + 2 * ID..]);
                let whole = fixed + len.min(MAX_INSTANCE_BYTES) as usize;
                if item.len() < whole {
                    return (at, Stop::Need(whole));
                }
                visitor.instance(&InstanceDump {
                    id: ObjectId(read_id::<ID>(item, 1)),
                    trace: StackTraceSerial(BigEndian::read_u32(&item[1 + ID..])),
                    class: ObjectId(read_id::<ID>(item, 5 + ID)),
                    len,
                    data: &item[fixed..whole],
                    offset,
                });
                at += whole;
                if len > MAX_INSTANCE_BYTES {
                    return (at, Stop::Oversized(u64::from(len - MAX_INSTANCE_BYTES)));
                }
            }
            tag::OBJECT_ARRAY_DUMP => {
                let fixed = 9 + 2 * ID;
                if item.len() < fixed {
                    return (at, Stop::Need(fixed));
                }
                let length = BigEndian::read_u32(&item[5 + ID..]);
                visitor.object_array(&ObjectArrayDump {
                    id: ObjectId(read_id::<ID>(item, 1)),
                    trace: StackTraceSerial(BigEndian::read_u32(&item[1 + ID..])),
                    length,
                    class: ObjectId(read_id::<ID>(item, 9 + ID)),
                    offset,
                });
                at += fixed;
                let bytes = u64::from(length) * ID as u64;
                match usize::try_from(bytes).ok().and_then(|n| data[at..].get(..n)) {
                    Some(elements) => {
                        if !elements.is_empty() {
                            visitor.object_array_elements(elements);
                        }
                        visitor.object_array_end();
                        at += elements.len();
                    }
                    None => return (at, Stop::Elements(bytes)),
                }
            }
            tag::PRIMITIVE_ARRAY_DUMP | tag::PRIMITIVE_ARRAY_NODATA => {
                let fixed = 10 + ID;
                if item.len() < fixed {
                    return (at, Stop::Need(fixed));
                }
                let Some(element) = primitive(item[9 + ID]) else {
                    match past_unknown_array::<ID>(item, left - at as u64) {
                        Ok(len) => {
                            let detail = unknown_array(item[9 + ID]);
                            visitor.warning(Warning {
                                kind: WarningKind::UnknownType,
                                offset,
                                detail,
                            });
                            at += len;
                            continue;
                        }
                        Err(stop) => return (at, stop),
                    }
                };
                let length = BigEndian::read_u32(&item[5 + ID..]);
                let no_data = item[0] == tag::PRIMITIVE_ARRAY_NODATA;
                visitor.primitive_array(&PrimitiveArrayDump {
                    id: ObjectId(read_id::<ID>(item, 1)),
                    trace: StackTraceSerial(BigEndian::read_u32(&item[1 + ID..])),
                    length,
                    element,
                    offset,
                    data_offset: offset + fixed as u64,
                    no_data,
                });
                at += fixed;
                let bytes =
                    if no_data { 0 } else { u64::from(length) * u64::from(element.size(ids)) };
                match usize::try_from(bytes) {
                    Ok(bytes) if bytes <= data.len() - at => at += bytes,
                    _ => return (at, Stop::Skip(bytes)),
                }
            }
            tag::CLASS_DUMP => match class_dump::read::<ID>(item, ids, offset) {
                Measured::Whole(dump, len) => {
                    visitor.class_dump(&dump);
                    at += len;
                }
                Measured::Need(need) if need <= MAX_CLASS_DUMP_BYTES => {
                    // Asking for more than the next field avoids measuring again and again.
                    return (at, Stop::Need(need.max(2 * item.len()).min(MAX_CLASS_DUMP_BYTES)));
                }
                Measured::Need(need) => {
                    let why = format!("A class dump of at least {need} bytes");
                    return (at, Stop::Lost(WarningKind::OversizedSubRecord, 0, why));
                }
                Measured::UnknownField(distance, len) => {
                    let offset = offset + distance as u64;
                    let detail = "A class dump with a field of unknown type".to_owned();
                    visitor.warning(Warning { kind: WarningKind::UnknownType, offset, detail });
                    at += len;
                }
                Measured::UnknownType(distance) => {
                    let why = "A class dump with a static field of unknown type".to_owned();
                    return (at, Stop::Lost(WarningKind::UnknownType, distance, why));
                }
            },
            _ => match small::<ID, V>(item, offset, visitor) {
                Ok(len) => at += len,
                Err(stop) => return (at, stop),
            },
        }
    }
    (at, Stop::Batch)
}

fn primitive(tag: u8) -> Option<BasicType> {
    BasicType::from_tag(tag).filter(|&t| t != BasicType::Object)
}

fn unknown_array(ty: u8) -> String {
    format!("A primitive array of unknown type {ty:#04x}")
}

/// The length of a primitive array of unknown type, whose elements are as wide as it takes for
/// another object, or the end of the heap record in `left` bytes, to follow (case 35).
#[cold]
fn past_unknown_array<const ID: usize>(item: &[u8], left: u64) -> Result<usize, Stop> {
    let fixed = 10 + ID;
    let lost = || Stop::Lost(WarningKind::UnknownType, 0, unknown_array(item[9 + ID]));
    let length = u64::from(BigEndian::read_u32(&item[5 + ID..]));
    let longest = (fixed + 5 + ID) as u64 + 8 * length;
    // How far is looked must not depend on where a chunk ends.
    if longest > MAX_INSTANCE_BYTES.into() {
        return Err(lost());
    }
    let look = usize::try_from(longest.min(left)).map_err(|_| lost())?;
    if item.len() < look {
        return Err(Stop::Need(look));
    }
    let mut ends = [1, 2, 4, 8]
        .into_iter()
        .map(|width| fixed as u64 + width * length)
        .filter(|&end| end == left || is_object::<ID>(item, end, left));
    match (ends.next(), ends.next()) {
        // Without elements all widths are the same.
        (Some(end), other) if other.is_none_or(|other| other == end) => {
            usize::try_from(end).map_err(|_| lost())
        }
        _ => Err(lost()),
    }
}

/// Whether an object's sub-record seems to begin at `end`: its tag, an id, and no higher number of
/// a stack trace than any dump has.
fn is_object<const ID: usize>(item: &[u8], end: u64, left: u64) -> bool {
    let start = 5 + ID;
    if end + start as u64 > left {
        return false;
    }
    let next = usize::try_from(end).ok().and_then(|end| item.get(end..)?.get(..start));
    next.is_some_and(|next| {
        matches!(next[0], tag::CLASS_DUMP..=tag::PRIMITIVE_ARRAY_DUMP)
            && read_id::<ID>(next, 1) != 0
            && BigEndian::read_u32(&next[1 + ID..]) < MOST_TRACES
    })
}

/// More stack traces than any dump holds.
const MOST_TRACES: u32 = 1 << 24;

/// Roots and Android's heap info: sub-records of fixed size.
fn small<const ID: usize, V: Visitor>(
    item: &[u8],
    offset: u64,
    visitor: &mut V,
) -> Result<usize, Stop> {
    use Extra::{Frame, Global, Info, Monitor, Nothing, Thread, ThreadObject};
    let (kind, extra) = match item[0] {
        tag::ROOT_UNKNOWN => (RootKind::Unknown, Nothing),
        tag::ROOT_JNI_GLOBAL => (RootKind::JniGlobal, Global),
        tag::ROOT_JNI_LOCAL => (RootKind::JniLocal, Frame),
        tag::ROOT_JAVA_FRAME => (RootKind::JavaFrame, Frame),
        tag::ROOT_NATIVE_STACK => (RootKind::NativeStack, Thread),
        tag::ROOT_STICKY_CLASS => (RootKind::StickyClass, Nothing),
        tag::ROOT_THREAD_BLOCK => (RootKind::ThreadBlock, Thread),
        tag::ROOT_MONITOR_USED => (RootKind::MonitorUsed, Nothing),
        tag::ROOT_THREAD_OBJECT => (RootKind::ThreadObject, ThreadObject),
        tag::ROOT_INTERNED_STRING => (RootKind::InternedString, Nothing),
        tag::ROOT_FINALIZING => (RootKind::Finalizing, Nothing),
        tag::ROOT_DEBUGGER => (RootKind::Debugger, Nothing),
        tag::ROOT_REFERENCE_CLEANUP => (RootKind::ReferenceCleanup, Nothing),
        tag::ROOT_VM_INTERNAL => (RootKind::VmInternal, Nothing),
        tag::ROOT_JNI_MONITOR => (RootKind::JniMonitor, Monitor),
        tag::UNREACHABLE => (RootKind::Unreachable, Nothing),
        tag::HEAP_DUMP_INFO => (RootKind::Unknown, Info),
        unknown => {
            let why = format!("A heap sub-record of unknown tag {unknown:#04x}");
            return Err(Stop::Lost(WarningKind::UnknownSubRecord, 0, why));
        }
    };
    let len = 1 + match extra {
        Nothing => ID,
        Global => 2 * ID,
        Thread | Info => ID + 4,
        Frame | ThreadObject | Monitor => ID + 8,
    };
    if item.len() < len {
        return Err(Stop::Need(len));
    }
    let word = |n: usize| BigEndian::read_u32(&item[1 + ID + 4 * n..]);
    if extra == Info {
        let name = StringId(read_id::<ID>(item, 5));
        visitor.heap_info(BigEndian::read_u32(&item[1..]), name);
        return Ok(len);
    }
    let root = GcRoot {
        kind,
        object: ObjectId(read_id::<ID>(item, 1)),
        thread: matches!(extra, Frame | Thread | ThreadObject | Monitor)
            .then(|| ThreadSerial(word(0))),
        frame: matches!(extra, Frame | Monitor).then(|| word(1)).filter(|&f| f != u32::MAX),
        trace: (extra == ThreadObject).then(|| StackTraceSerial(word(1))),
    };
    visitor.root_at(&root, offset);
    Ok(len)
}

/// Bytes of a root whose tag is also that of a record.
pub(super) fn root_len(root: u8, ids: IdSize) -> Option<usize> {
    let id = usize::from(ids.bytes());
    Some(match root {
        tag::ROOT_JNI_GLOBAL => 1 + 2 * id,
        tag::ROOT_JNI_LOCAL | tag::ROOT_JAVA_FRAME => 9 + id,
        tag::ROOT_NATIVE_STACK | tag::ROOT_THREAD_BLOCK => 5 + id,
        tag::ROOT_STICKY_CLASS | tag::ROOT_MONITOR_USED => 1 + id,
        _ => return None,
    })
}

/// Whether a sub-record can begin with this tag.
pub(super) fn is_known(tag: u8) -> bool {
    matches!(tag, 0x01..=0x08 | 0x20..=0x23 | 0x89..=0x8e | 0x90 | 0xc3 | 0xfe | 0xff)
}

/// What follows the id of a small sub-record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Nothing,
    /// An id of the JNI reference.
    Global,
    /// A thread serial.
    Thread,
    /// A thread serial and a frame number.
    Frame,
    /// A thread serial and a stack trace serial.
    ThreadObject,
    /// A thread serial and a frame depth.
    Monitor,
    /// No root: heap number and name.
    Info,
}
