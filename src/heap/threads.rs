//! Threads, their stack traces, frames and locals (rules G6, H2, H3).

use super::names::Names;
use super::{ClassIndex, ObjectIndex};
use crate::hprof::{ClassSerial, FrameId, StackFrame, StackTraceSerial, ThreadSerial};
use hashbrown::HashMap;

/// One thread that the dump knows as a GC root.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The thread object.
    pub object: ObjectIndex,
    /// Its serial number in the dump.
    pub serial: ThreadSerial,
    /// Its stack trace.
    pub trace: Option<StackTraceSerial>,
    /// Objects held by its frames: frame number (0 is the top; `None` when unknown) and object.
    pub locals: Vec<(Option<u32>, ObjectIndex)>,
}

/// Threads and stack traces.
#[derive(Debug, Default)]
pub struct Threads {
    /// All threads, in the order of their roots.
    pub list: Vec<Thread>,
    pub(crate) by_object: HashMap<ObjectIndex, u32>,
    pub(crate) traces: HashMap<StackTraceSerial, Vec<FrameId>>,
    pub(crate) frames: HashMap<FrameId, StackFrame>,
    pub(crate) class_by_serial: HashMap<ClassSerial, ClassIndex>,
    open: Option<StackTraceSerial>,
}

impl Threads {
    /// The thread whose object this is.
    pub fn of(&self, object: ObjectIndex) -> Option<&Thread> {
        self.list.get(*self.by_object.get(&object)? as usize)
    }

    /// The frames of a trace, top first.
    pub fn frames(&self, trace: StackTraceSerial) -> impl Iterator<Item = &StackFrame> {
        self.traces.get(&trace).into_iter().flatten().filter_map(|id| self.frames.get(id))
    }

    /// The class that declares a frame's method.
    pub fn frame_class(&self, frame: &StackFrame) -> Option<ClassIndex> {
        self.class_by_serial.get(&frame.class).copied()
    }

    /// Adds a frame; `later` ones, from behind the dump, replace none.
    pub(crate) fn add_frame(&mut self, frame: &StackFrame, later: bool) {
        if !later || !self.frames.contains_key(&frame.id) {
            self.frames.insert(frame.id, frame.clone());
        }
    }

    /// Begins a stack trace; `later` ones, from behind the dump, replace none.
    pub(crate) fn open_trace(&mut self, serial: StackTraceSerial, later: bool) {
        self.open = None;
        if !later || !self.traces.contains_key(&serial) {
            self.traces.insert(serial, Vec::new());
            self.open = Some(serial);
        }
    }

    pub(crate) fn push_frame(&mut self, frame: FrameId) {
        if let Some(frames) = self.open.and_then(|open| self.traces.get_mut(&open)) {
            frames.push(frame);
        }
    }

    /// Every name that frames refer to.
    pub(crate) fn names_used(&self, into: &mut hashbrown::HashSet<crate::hprof::StringId>) {
        for frame in self.frames.values() {
            into.extend([frame.method, frame.signature, frame.source]);
        }
    }
}

/// Source position of a frame: `File.java:12`, `Native Method`, ... (rule H2).
pub fn source_position(frame: &StackFrame, names: &Names) -> String {
    let source = names.raw(frame.source).map(|_| names.text(frame.source));
    match (frame.line, source) {
        (-3, _) => "Native Method".into(),
        (-2, Some(source)) => format!("{source} (Compiled Code)"),
        (line, Some(source)) if line > 0 => format!("{source}:{line}"),
        (_, Some(source)) => source,
        (_, None) => "Unknown Source".into(),
    }
}
