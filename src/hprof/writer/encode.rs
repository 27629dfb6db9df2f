//! Bytes of sub-records.

use crate::hprof::tag::heap as tag;
use crate::hprof::{
    BasicType, FieldDescriptor, GcRoot, IdSize, ObjectId, RootKind, StackTraceSerial, StaticField,
    Value,
};

/// A class dump to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClassRecord<'a> {
    /// Id of the class object.
    pub id: ObjectId,
    /// Where it was loaded.
    pub trace: StackTraceSerial,
    /// Id of the super class; 0 for none.
    pub super_class: ObjectId,
    /// Id of the loader; 0 for the boot loader.
    pub loader: ObjectId,
    /// Id of the signers; mostly 0.
    pub signers: ObjectId,
    /// Id of the protection domain; mostly 0.
    pub protection_domain: ObjectId,
    /// Declared bytes of an instance.
    pub instance_size: u32,
    /// Entries of the constant pool: index and value. No JVM writes any.
    pub constants: &'a [(u16, Value)],
    /// Static fields.
    pub statics: &'a [StaticField],
    /// Own instance fields.
    pub fields: &'a [FieldDescriptor],
}

/// Encodes text as the JVM writes names: NUL as `C0 80`, UTF-16 units by themselves.
pub fn encode_modified_utf8(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut utf8 = [0; 4];
    let mut units = [0; 2];
    for c in text.chars() {
        match c {
            '\0' => bytes.extend([0xc0, 0x80]),
            '\u{1}'..='\u{ffff}' => bytes.extend(c.encode_utf8(&mut utf8).as_bytes()),
            _ => {
                for unit in c.encode_utf16(&mut units) {
                    let [high, low] = unit.to_be_bytes();
                    let middle = (high & 0x0f) << 2 | low >> 6;
                    bytes.extend([0xe0 | high >> 4, 0x80 | middle, 0x80 | (low & 0x3f)]);
                }
            }
        }
    }
    bytes
}

/// The type of a value.
pub(super) fn type_of(value: Value) -> BasicType {
    match value {
        Value::Object(_) => BasicType::Object,
        Value::Boolean(_) => BasicType::Boolean,
        Value::Char(_) => BasicType::Char,
        Value::Float(_) => BasicType::Float,
        Value::Double(_) => BasicType::Double,
        Value::Byte(_) => BasicType::Byte,
        Value::Short(_) => BasicType::Short,
        Value::Int(_) => BasicType::Int,
        Value::Long(_) => BasicType::Long,
    }
}

/// What an object has before anything is stored.
pub(super) fn zero(ty: BasicType) -> Value {
    match ty {
        BasicType::Object => Value::Object(ObjectId(0)),
        BasicType::Boolean => Value::Boolean(false),
        BasicType::Char => Value::Char(0),
        BasicType::Float => Value::Float(0.0),
        BasicType::Double => Value::Double(0.0),
        BasicType::Byte => Value::Byte(0),
        BasicType::Short => Value::Short(0),
        BasicType::Int => Value::Int(0),
        BasicType::Long => Value::Long(0),
    }
}

/// A growing sequence of big-endian items.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    ids: IdSize,
    data: Vec<u8>,
}

/// The length of something whose length was checked before.
fn checked(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// A number of entries of a class, which the format gives 16 bits.
fn entries(len: usize) -> [u8; 2] {
    assert!(len <= usize::from(u16::MAX), "a class has at most 65,535 entries of a kind");
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

impl Encoder {
    pub(super) fn new(ids: IdSize) -> Self {
        Self { ids, data: Vec::new() }
    }

    pub(super) fn ids(&self) -> IdSize {
        self.ids
    }

    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.data
    }

    pub(super) fn drop_front(&mut self, len: usize) {
        self.data.drain(..len);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
    }

    pub(super) fn u1(&mut self, value: u8) {
        self.data.push(value);
    }

    pub(super) fn u4(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    /// An identifier; of four bytes, if those are the identifiers of the file.
    pub(super) fn id(&mut self, id: u64) {
        let [high @ .., _, _, _, _] = id.to_be_bytes();
        match self.ids {
            IdSize::Four => {
                assert!(high == [0; 4], "{id:#x} does not fit an identifier of 4 bytes");
                self.bytes(&id.to_be_bytes()[4..]);
            }
            IdSize::Eight => self.bytes(&id.to_be_bytes()),
        }
    }

    pub(super) fn value(&mut self, value: Value) {
        match value {
            Value::Object(id) => self.id(id.0),
            Value::Boolean(v) => self.u1(u8::from(v)),
            Value::Char(v) => self.bytes(&v.to_be_bytes()),
            Value::Float(v) => self.bytes(&v.to_be_bytes()),
            Value::Double(v) => self.bytes(&v.to_be_bytes()),
            Value::Byte(v) => self.bytes(&v.to_be_bytes()),
            Value::Short(v) => self.bytes(&v.to_be_bytes()),
            Value::Int(v) => self.bytes(&v.to_be_bytes()),
            Value::Long(v) => self.bytes(&v.to_be_bytes()),
        }
    }

    /// A root of `tag` and `id`, then the words that the kind has.
    pub(super) fn root(&mut self, root: &GcRoot) {
        let thread = root.thread.unwrap_or_default().0;
        let frame = root.frame.unwrap_or(u32::MAX);
        let (tag, words): (u8, &[u32]) = match root.kind {
            RootKind::Unknown => (tag::ROOT_UNKNOWN, &[]),
            RootKind::JniGlobal => (tag::ROOT_JNI_GLOBAL, &[]),
            RootKind::JniLocal => (tag::ROOT_JNI_LOCAL, &[thread, frame]),
            RootKind::JavaFrame => (tag::ROOT_JAVA_FRAME, &[thread, frame]),
            RootKind::NativeStack => (tag::ROOT_NATIVE_STACK, &[thread]),
            RootKind::StickyClass => (tag::ROOT_STICKY_CLASS, &[]),
            RootKind::ThreadBlock => (tag::ROOT_THREAD_BLOCK, &[thread]),
            RootKind::MonitorUsed => (tag::ROOT_MONITOR_USED, &[]),
            RootKind::ThreadObject => {
                (tag::ROOT_THREAD_OBJECT, &[thread, root.trace.unwrap_or_default().0])
            }
            RootKind::InternedString => (tag::ROOT_INTERNED_STRING, &[]),
            RootKind::Finalizing => (tag::ROOT_FINALIZING, &[]),
            RootKind::Debugger => (tag::ROOT_DEBUGGER, &[]),
            RootKind::ReferenceCleanup => (tag::ROOT_REFERENCE_CLEANUP, &[]),
            RootKind::VmInternal => (tag::ROOT_VM_INTERNAL, &[]),
            RootKind::JniMonitor => (tag::ROOT_JNI_MONITOR, &[thread, frame]),
            RootKind::Unreachable => (tag::UNREACHABLE, &[]),
        };
        self.u1(tag);
        self.id(root.object.0);
        if root.kind == RootKind::JniGlobal {
            // The id of the JNI reference itself, which nothing else in a dump names.
            self.id(0);
        }
        words.iter().for_each(|&word| self.u4(word));
    }

    pub(super) fn class_dump(&mut self, class: &ClassRecord<'_>) {
        self.u1(tag::CLASS_DUMP);
        self.id(class.id.0);
        self.u4(class.trace.0);
        let reserved = ObjectId(0);
        for id in [
            class.super_class,
            class.loader,
            class.signers,
            class.protection_domain,
            reserved,
            reserved,
        ] {
            self.id(id.0);
        }
        self.u4(class.instance_size);
        self.bytes(&entries(class.constants.len()));
        for &(index, value) in class.constants {
            self.bytes(&index.to_be_bytes());
            self.u1(type_of(value) as u8);
            self.value(value);
        }
        self.bytes(&entries(class.statics.len()));
        for field in class.statics {
            assert_eq!(field.ty, type_of(field.value), "a static's value is of its type");
            self.id(field.name.0);
            self.u1(field.ty as u8);
            self.value(field.value);
        }
        self.bytes(&entries(class.fields.len()));
        for field in class.fields {
            self.id(field.name.0);
            self.u1(field.ty as u8);
        }
    }

    pub(super) fn instance(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        data: &[u8],
    ) {
        self.u1(tag::INSTANCE_DUMP);
        self.id(id.0);
        self.u4(trace.0);
        self.id(class.0);
        self.u4(checked(data.len()));
        self.bytes(data);
    }

    pub(super) fn array_header(
        &mut self,
        tag: u8,
        id: ObjectId,
        trace: StackTraceSerial,
        length: u32,
    ) {
        self.u1(tag);
        self.id(id.0);
        self.u4(trace.0);
        self.u4(length);
    }

    pub(super) fn object_array(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        class: ObjectId,
        elements: &[ObjectId],
    ) {
        self.array_header(tag::OBJECT_ARRAY_DUMP, id, trace, checked(elements.len()));
        self.id(class.0);
        elements.iter().for_each(|element| self.id(element.0));
    }

    pub(super) fn primitive_array(
        &mut self,
        id: ObjectId,
        trace: StackTraceSerial,
        element: BasicType,
        data: &[u8],
    ) {
        let length = data.len() / usize::from(element.size(self.ids));
        self.array_header(tag::PRIMITIVE_ARRAY_DUMP, id, trace, checked(length));
        self.u1(element as u8);
        self.bytes(data);
    }
}
