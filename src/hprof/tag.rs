//! Numbers of record tags and heap sub-record tags, as the format names them.

/// Top-level record tags.
pub mod record {
    /// A name.
    pub const UTF8: u8 = 0x01;
    /// A class was loaded.
    pub const LOAD_CLASS: u8 = 0x02;
    /// A class was unloaded.
    pub const UNLOAD_CLASS: u8 = 0x03;
    /// A stack frame.
    pub const FRAME: u8 = 0x04;
    /// A stack trace.
    pub const TRACE: u8 = 0x05;
    /// Allocation sites of the hprof agent.
    pub const ALLOC_SITES: u8 = 0x06;
    /// Totals of the hprof agent.
    pub const HEAP_SUMMARY: u8 = 0x07;
    /// A thread started.
    pub const START_THREAD: u8 = 0x0a;
    /// A thread ended.
    pub const END_THREAD: u8 = 0x0b;
    /// A whole heap dump.
    pub const HEAP_DUMP: u8 = 0x0c;
    /// CPU samples of the hprof agent.
    pub const CPU_SAMPLES: u8 = 0x0d;
    /// Settings of the hprof agent.
    pub const CONTROL_SETTINGS: u8 = 0x0e;
    /// Part of a heap dump.
    pub const HEAP_DUMP_SEGMENT: u8 = 0x1c;
    /// End of the segments of a heap dump.
    pub const HEAP_DUMP_END: u8 = 0x2c;

    /// Whether the format knows the tag.
    pub const fn is_known(tag: u8) -> bool {
        matches!(tag, 0x01..=0x07 | 0x0a..=0x0e | HEAP_DUMP_SEGMENT | HEAP_DUMP_END)
    }
}

/// Heap sub-record tags.
pub mod heap {
    /// A root of a JNI global reference.
    pub const ROOT_JNI_GLOBAL: u8 = 0x01;
    /// A root of a JNI local reference.
    pub const ROOT_JNI_LOCAL: u8 = 0x02;
    /// A root of a Java frame.
    pub const ROOT_JAVA_FRAME: u8 = 0x03;
    /// A root of a native stack.
    pub const ROOT_NATIVE_STACK: u8 = 0x04;
    /// A system class.
    pub const ROOT_STICKY_CLASS: u8 = 0x05;
    /// A root of a thread block.
    pub const ROOT_THREAD_BLOCK: u8 = 0x06;
    /// A monitor in use.
    pub const ROOT_MONITOR_USED: u8 = 0x07;
    /// A thread object.
    pub const ROOT_THREAD_OBJECT: u8 = 0x08;
    /// A class.
    pub const CLASS_DUMP: u8 = 0x20;
    /// An instance.
    pub const INSTANCE_DUMP: u8 = 0x21;
    /// An array of references.
    pub const OBJECT_ARRAY_DUMP: u8 = 0x22;
    /// An array of primitive values.
    pub const PRIMITIVE_ARRAY_DUMP: u8 = 0x23;
    /// Android: an interned string.
    pub const ROOT_INTERNED_STRING: u8 = 0x89;
    /// Android: an object being finalised.
    pub const ROOT_FINALIZING: u8 = 0x8a;
    /// Android: held by the debugger.
    pub const ROOT_DEBUGGER: u8 = 0x8b;
    /// Android: a reference being cleaned up.
    pub const ROOT_REFERENCE_CLEANUP: u8 = 0x8c;
    /// Android: internal to the VM.
    pub const ROOT_VM_INTERNAL: u8 = 0x8d;
    /// Android: a JNI monitor.
    pub const ROOT_JNI_MONITOR: u8 = 0x8e;
    /// Android: unreachable.
    pub const UNREACHABLE: u8 = 0x90;
    /// Android: a primitive array without its contents.
    pub const PRIMITIVE_ARRAY_NODATA: u8 = 0xc3;
    /// Android: which heap the following objects are in.
    pub const HEAP_DUMP_INFO: u8 = 0xfe;
    /// A root of unknown kind.
    pub const ROOT_UNKNOWN: u8 = 0xff;
}
