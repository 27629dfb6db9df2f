//! Which heap dumps a file holds (cases 16 and 17): each `HEAP_DUMP` record, and each run of
//! segments that a `HEAP_DUMP_END` or the header of an appended file closes, is one.

use crate::hprof::HeapRecordKind;

/// One heap dump of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DumpStart {
    /// Absolute offset of its first record in the uncompressed file.
    pub offset: u64,
    /// When it was taken, in milliseconds since 1970 (case 5).
    pub taken_at_ms: u64,
}

/// Tells which heap dump of the file the parser is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DumpCounter {
    current: u32,
    open: bool,
    wanted: u32,
}

impl DumpCounter {
    pub(crate) fn new(wanted: u32) -> Self {
        Self { current: 0, open: false, wanted }
    }

    /// A heap record begins. Returns whether it is the first one of a dump.
    pub(crate) fn start(&mut self) -> bool {
        let first = !self.open;
        self.current += u32::from(first);
        self.open = true;
        first
    }

    pub(crate) fn record_end(&mut self, kind: HeapRecordKind) {
        if kind == HeapRecordKind::Whole {
            self.open = false;
        }
    }

    /// A `HEAP_DUMP_END`, or the header of an appended file.
    pub(crate) fn dump_end(&mut self) {
        self.open = false;
    }

    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.current == self.wanted
    }

    /// Whether all of the wanted dump was seen: what is said from now on is about later ones.
    pub(crate) fn is_past(&self) -> bool {
        self.current > self.wanted || (self.is_wanted() && !self.open)
    }

    /// Whether the place is inside another dump than the wanted one.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.current > self.wanted || (self.open && !self.is_wanted())
    }

    /// At the end of the file: whether the wanted dump consists of segments and nothing ends it.
    pub(crate) fn lacks_end(&self) -> bool {
        self.open && self.is_wanted()
    }

    /// Heap dumps seen so far.
    pub(crate) fn count(&self) -> u32 {
        self.current
    }
}
