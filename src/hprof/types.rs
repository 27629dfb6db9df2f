//! Identifiers, types and values of the format.

/// Id of an object: in dumps of HotSpot its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectId(pub u64);

/// Id of a UTF-8 record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StringId(pub u64);

/// Serial number that `LOAD_CLASS` gives a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ClassSerial(pub u32);

/// Serial number of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ThreadSerial(pub u32);

/// Serial number of a stack trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StackTraceSerial(pub u32);

/// Id of a stack frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FrameId(pub u64);

/// Size of every identifier in the file, object references included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdSize {
    /// Four bytes: 32-bit JVMs.
    Four,
    /// Eight bytes: 64-bit JVMs, compressed references or not.
    Eight,
}

impl IdSize {
    /// The size in bytes.
    #[inline]
    pub fn bytes(self) -> u8 {
        match self {
            Self::Four => 4,
            Self::Eight => 8,
        }
    }
}

/// Type of a field or array element (`hprof_basictype` of the format).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BasicType {
    /// A reference.
    Object = 2,
    /// `boolean`.
    Boolean = 4,
    /// `char`.
    Char = 5,
    /// `float`.
    Float = 6,
    /// `double`.
    Double = 7,
    /// `byte`.
    Byte = 8,
    /// `short`.
    Short = 9,
    /// `int`.
    Int = 10,
    /// `long`.
    Long = 11,
}

impl BasicType {
    /// The type with this number, if the format knows one.
    #[inline]
    pub fn from_tag(tag: u8) -> Option<Self> {
        Some(match tag {
            2 => Self::Object,
            4 => Self::Boolean,
            5 => Self::Char,
            6 => Self::Float,
            7 => Self::Double,
            8 => Self::Byte,
            9 => Self::Short,
            10 => Self::Int,
            11 => Self::Long,
            _ => return None,
        })
    }

    /// Bytes that a value of the type takes in the file.
    #[inline]
    pub fn size(self, ids: IdSize) -> u8 {
        match self {
            Self::Object => ids.bytes(),
            Self::Boolean | Self::Byte => 1,
            Self::Char | Self::Short => 2,
            Self::Float | Self::Int => 4,
            Self::Double | Self::Long => 8,
        }
    }

    /// The Java keyword; `Object` for references.
    pub fn java_name(self) -> &'static str {
        match self {
            Self::Object => "Object",
            Self::Boolean => "boolean",
            Self::Char => "char",
            Self::Float => "float",
            Self::Double => "double",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Int => "int",
            Self::Long => "long",
        }
    }
}

/// A decoded value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A reference; 0 is null.
    Object(ObjectId),
    /// `boolean`.
    Boolean(bool),
    /// A UTF-16 unit.
    Char(u16),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `byte`.
    Byte(i8),
    /// `short`.
    Short(i16),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
}

/// A field that instances carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDescriptor {
    /// Its name.
    pub name: StringId,
    /// Its type.
    pub ty: BasicType,
}

/// A static field with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StaticField {
    /// Its name.
    pub name: StringId,
    /// Its type.
    pub ty: BasicType,
    /// Its value.
    pub value: Value,
}

/// Why an object is a GC root: the sub-record tags `ROOT_*`, Android's included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RootKind {
    /// `ROOT_UNKNOWN` 0xff.
    Unknown,
    /// `ROOT_JNI_GLOBAL` 0x01.
    JniGlobal,
    /// `ROOT_JNI_LOCAL` 0x02.
    JniLocal,
    /// `ROOT_JAVA_FRAME` 0x03.
    JavaFrame,
    /// `ROOT_NATIVE_STACK` 0x04.
    NativeStack,
    /// `ROOT_STICKY_CLASS` 0x05.
    StickyClass,
    /// `ROOT_THREAD_BLOCK` 0x06.
    ThreadBlock,
    /// `ROOT_MONITOR_USED` 0x07.
    MonitorUsed,
    /// `ROOT_THREAD_OBJECT` 0x08.
    ThreadObject,
    /// Android 0x89.
    InternedString,
    /// Android 0x8a.
    Finalizing,
    /// Android 0x8b.
    Debugger,
    /// Android 0x8c.
    ReferenceCleanup,
    /// Android 0x8d.
    VmInternal,
    /// Android 0x8e.
    JniMonitor,
    /// Android 0x90.
    Unreachable,
}

/// A GC root record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GcRoot {
    /// Why.
    pub kind: RootKind,
    /// The object.
    pub object: ObjectId,
    /// The thread, where the record names one.
    pub thread: Option<ThreadSerial>,
    /// Number of the frame in the thread's stack trace, 0 the top; `None` for "empty" (-1).
    pub frame: Option<u32>,
    /// Stack trace of a thread object.
    pub trace: Option<StackTraceSerial>,
}

/// A `FRAME` record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// Its id.
    pub id: FrameId,
    /// Method name.
    pub method: StringId,
    /// Method signature.
    pub signature: StringId,
    /// Source file name.
    pub source: StringId,
    /// Class of the method.
    pub class: ClassSerial,
    /// Line; 0 or -1 unknown, -2 compiled, -3 native (rule H2).
    pub line: i32,
}

/// The two kinds of records that hold heap sub-records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeapRecordKind {
    /// `HEAP_DUMP` 0x0c: a dump of its own.
    Whole,
    /// `HEAP_DUMP_SEGMENT` 0x1c: a part, until `HEAP_DUMP_END`.
    Segment,
}

/// Version in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 1.0.1, JDK 1.2 to 5.
    V1_0_1,
    /// 1.0.2, JDK 6 on.
    V1_0_2,
    /// 1.0.3, Android.
    V1_0_3,
}

impl Version {
    /// As the header spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0_1 => "JAVA PROFILE 1.0.1",
            Self::V1_0_2 => "JAVA PROFILE 1.0.2",
            Self::V1_0_3 => "JAVA PROFILE 1.0.3",
        }
    }
}

/// The file header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version of the format.
    pub version: Version,
    /// Size of identifiers.
    pub id_size: IdSize,
    /// Milliseconds since 1970 when the dump began.
    pub timestamp_ms: u64,
    /// Bytes that the header takes.
    pub len: u64,
}
