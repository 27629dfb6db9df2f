//! GC roots of the heap model (rules G6, G8, G9).

use super::{ObjectIndex, ThreadIndex};
use crate::hprof::RootKind;

/// One reason why an object is a GC root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// The object.
    pub object: ObjectIndex,
    /// Why it is a root.
    pub kind: RootKind,
    /// The thread that the root belongs to, where known.
    pub thread: Option<ThreadIndex>,
}

/// All GC roots, sorted by object.
#[derive(Debug, Default)]
pub struct Roots {
    list: Vec<Root>,
    objects: Vec<u32>,
}

impl Roots {
    pub(crate) fn new(mut list: Vec<Root>) -> Self {
        list.sort_by_key(|r| (r.object, kind_order(r.kind)));
        let mut objects: Vec<u32> = list.iter().map(|r| r.object.0).collect();
        objects.dedup();
        Self { list, objects }
    }

    /// Every root, sorted by object; an object may have several.
    pub fn all(&self) -> &[Root] {
        &self.list
    }

    /// The objects that are roots, ascending and distinct.
    pub fn objects(&self) -> &[u32] {
        &self.objects
    }

    /// The roots on one object. O(log roots).
    pub fn of(&self, object: ObjectIndex) -> &[Root] {
        let start = self.list.partition_point(|r| r.object < object);
        let len = self.list.get(start..).unwrap_or_default();
        let len = len.iter().take_while(|r| r.object == object).count();
        self.list.get(start..start + len).unwrap_or_default()
    }

    /// Whether the object is a root. O(log roots).
    pub fn contains(&self, object: ObjectIndex) -> bool {
        self.objects.binary_search(&object.0).is_ok()
    }
}

/// Order in which several kinds on one object are listed.
fn kind_order(kind: RootKind) -> u8 {
    match kind {
        RootKind::ThreadObject => 0,
        RootKind::StickyClass => 1,
        RootKind::JniGlobal => 2,
        RootKind::JniLocal => 3,
        RootKind::JavaFrame => 4,
        RootKind::MonitorUsed => 5,
        _ => 6,
    }
}

/// The label of a root kind for people, as in Eclipse MAT (rule G8).
pub fn root_label(kind: RootKind) -> &'static str {
    match kind {
        RootKind::Unknown => "Unknown",
        RootKind::JniGlobal => "JNI Global",
        RootKind::JniLocal => "JNI Local",
        RootKind::JavaFrame => "Java Local",
        RootKind::NativeStack => "Native Stack",
        RootKind::StickyClass => "System Class",
        RootKind::ThreadBlock => "Thread Block",
        RootKind::MonitorUsed => "Busy Monitor",
        RootKind::ThreadObject => "Thread",
        RootKind::InternedString => "Interned String",
        RootKind::Finalizing => "Finalizing",
        RootKind::Debugger => "Debugger",
        RootKind::ReferenceCleanup => "Reference Cleanup",
        RootKind::VmInternal => "VM Internal",
        RootKind::JniMonitor => "JNI Monitor",
        RootKind::Unreachable => "Unreachable",
    }
}
