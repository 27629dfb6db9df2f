//! Classes that the analysis knows by name, with the fields it looks at.

use heapglass::hprof::BasicType::{self, Boolean, Byte, Int, Long, Object};

/// Name in the dump, index of the super class plus one, fields.
pub(crate) type Class = (&'static str, usize, &'static [(&'static str, BasicType)]);

pub(crate) const OBJECT: usize = 0;
pub(crate) const STRING: usize = 3;
pub(crate) const THREAD: usize = 4;
pub(crate) const OBJECT_ARRAY: usize = 5;

/// The first are always there unless they are lost on purpose.
pub(crate) const CLASSES: &[Class] = &[
    ("java/lang/Object", 0, &[]),
    ("java/lang/Class", 1, &[("name", Object), ("classLoader", Object)]),
    ("java/lang/ClassLoader", 1, &[("parent", Object), ("classes", Object)]),
    ("java/lang/String", 1, &[("value", Object), ("coder", Byte), ("hash", Int)]),
    ("java/lang/Thread", 1, &[("name", Object), ("threadLocals", Object), ("tid", Long)]),
    ("[Ljava/lang/Object;", 1, &[]),
    ("[B", 1, &[]),
    ("[C", 1, &[]),
    ("java/lang/ref/Reference", 1, &[("referent", Object), ("next", Object), ("queue", Object)]),
    ("java/lang/ref/WeakReference", 9, &[]),
    ("java/lang/ref/SoftReference", 9, &[("timestamp", Long)]),
    ("java/lang/ref/FinalReference", 9, &[]),
    ("java/lang/ref/Finalizer", 12, &[("next", Object), ("prev", Object)]),
    ("java/util/AbstractMap", 1, &[("keySet", Object), ("values", Object)]),
    ("java/util/HashMap", 14, &[("table", Object), ("size", Int)]),
    ("java/util/HashMap$Node", 1, &[("key", Object), ("value", Object), ("next", Object)]),
    ("[Ljava/util/HashMap$Node;", 1, &[]),
    ("java/util/ArrayList", 1, &[("elementData", Object), ("size", Int)]),
    ("java/util/LinkedList$Node", 1, &[("item", Object), ("next", Object), ("prev", Object)]),
    ("java/util/LinkedList", 1, &[("first", Object), ("last", Object), ("size", Int)]),
    (
        "java/util/concurrent/ConcurrentHashMap",
        14,
        &[("table", Object), ("baseCount", Long), ("counterCells", Object), ("segments", Object)],
    ),
    ("java/util/concurrent/ConcurrentHashMap$CounterCell", 1, &[("value", Long)]),
    ("java/lang/ThreadLocal$ThreadLocalMap", 1, &[("table", Object), ("size", Int)]),
    ("java/lang/ThreadLocal$ThreadLocalMap$Entry", 10, &[("value", Object)]),
    ("java/lang/Integer", 1, &[("value", Int)]),
    ("java/util/concurrent/atomic/AtomicBoolean", 1, &[("value", Int)]),
    ("java/util/Collections$SynchronizedMap", 1, &[("m", Object), ("mutex", Object)]),
    ("java/util/ArrayDeque", 1, &[("elements", Object), ("head", Int), ("tail", Int)]),
    ("java/util/HashSet", 1, &[("map", Object)]),
    ("java/lang/Throwable", 1, &[("detailMessage", Object), ("cause", Object)]),
    ("java/lang/OutOfMemoryError", 30, &[]),
    ("java/lang/Enum", 1, &[("name", Object), ("ordinal", Int)]),
    ("java/util/Properties", 1, &[("map", Object), ("count", Int)]),
    ("java/lang/System", 1, &[]),
    ("java/util/WeakHashMap$Entry", 10, &[("value", Object), ("next", Object)]),
    ("com/acme/Listener", 1, &[("source", Object), ("done", Boolean)]),
    ("com/acme/Cache<script>\u{202e}", 1, &[("entries", Object)]),
];

/// Names of further fields and statics.
pub(crate) const FIELDS: &[&str] = &[
    "next",
    "value",
    "table",
    "size",
    "count",
    "offset",
    "elements",
    "props",
    "m",
    "map",
    "c",
    "base",
    "cells",
    "adder",
    "head",
    "tail",
    "$VALUES",
    "<resolved_references>",
    "",
    "this$0",
];
