//! The stack of one thread: frames, their locals, and what these retain.

use super::survey::ThreadSurvey;
use super::{ThreadRow, number};
use crate::analysis::rows::{ClassRef, ObjectRow};
use crate::analysis::story::simple_name;
use crate::analysis::{HeapInquiry, TreeInquiry, Window};
use crate::error::{Error, ErrorKind, Result};
use crate::heap::threads::source_position;
use crate::heap::{Heap, ObjectIndex};
use crate::hprof::StackFrame;
use hashbrown::{HashMap, HashSet};
use serde::Serialize;

/// One thread with what its page tells before the stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ThreadDetails {
    /// The thread.
    pub thread: ThreadRow,
    /// Threads with the same stack, itself included.
    pub same_stack: u32,
    /// Entries of the stack: frames, and one for locals that belong to no frame.
    pub entries: u32,
}

/// A frame of a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FrameRow {
    /// Its number; 0 is the top. `None` holds the locals that belong to no frame of the stack.
    pub frame: Option<u32>,
    /// As jstack writes it, `java.lang.Object.wait(Native Method)`.
    pub text: String,
    /// The method's name and signature, `wait(J)V`.
    pub method: Option<String>,
    /// The class that declares the method, where the dump has it.
    pub class: Option<ClassRef>,
    /// Different objects that its locals refer to.
    pub locals: u32,
    /// Bytes that its locals retain, the thread itself apart (rule D6: what two of them lead to is
    /// neither's); `None` where dominators were not computed or lie too deep.
    pub retained: Option<u64>,
    /// The frame is the platform's own code.
    pub platform: bool,
}

/// A line of a stack: a frame, or a local of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "line", rename_all = "camelCase")]
pub enum StackEntry {
    /// A frame.
    Frame(FrameRow),
    /// An object that locals of a frame refer to.
    Local(ObjectRow),
}

/// The locals of one thread by frame number: each object once, the most retaining first.
type Locals = HashMap<Option<u32>, Vec<ObjectIndex>>;

impl HeapInquiry<'_> {
    /// What the page of a thread begins with.
    ///
    /// # Errors
    /// `NotFound` when there is no such thread.
    pub fn thread_details(&self, survey: &ThreadSurvey, at: u32) -> Result<ThreadDetails> {
        let thread = self.thread_row(survey, at).ok_or_else(no_thread)?;
        let known = survey.threads.get(at as usize).ok_or_else(no_thread)?;
        let loose = self.locals_of(known.object, thread.frames).contains_key(&None);
        let same_stack = survey.stacks.get(thread.stack as usize).map_or(1, |s| s.threads);
        let entries = thread.frames + u32::from(loose);
        Ok(ThreadDetails { thread, same_stack, entries })
    }

    /// Frames of a thread from the `start`-th on, the top first; locals that belong to none of them
    /// are an entry at the end. O(locals of the thread), and what [`Climb`] allows.
    ///
    /// # Errors
    /// `NotFound` when there is no such thread.
    pub fn thread_frames(
        &self,
        survey: &ThreadSurvey,
        at: u32,
        start: u32,
        count: u32,
    ) -> Result<Window<StackEntry>> {
        let heap = self.heap();
        let known = survey.threads.get(at as usize).ok_or_else(no_thread)?;
        let locals = self.locals_of(known.object, known.frames);
        let mut climb = Climb::but_for(known.object);
        let total = known.frames + u32::from(locals.contains_key(&None));
        let end = start.saturating_add(count).min(total);
        let frames = known.trace.into_iter().flat_map(|trace| heap.threads.frames(trace));
        let mut rows: Vec<StackEntry> = (0..known.frames)
            .zip(frames)
            .skip(start as usize)
            .take(count as usize)
            .map(|(at, frame)| self.frame_row(at, frame, locals.get(&Some(at)), &mut climb))
            .map(StackEntry::Frame)
            .collect();
        if let Some(loose) = locals.get(&None)
            && start <= known.frames
            && end == total
            && rows.len() < count as usize
        {
            rows.push(StackEntry::Frame(FrameRow {
                frame: None,
                text: "Not of one frame".to_owned(),
                method: None,
                class: None,
                locals: number(loose.len()),
                retained: self.tree_if_known().and_then(|tree| climb.retained(&tree, loose)),
                platform: true,
            }));
        }
        Ok(Window::of(rows, start, total))
    }

    /// Objects that the locals of a frame refer to, the most retaining first.
    ///
    /// # Errors
    /// `NotFound` when there is no such thread.
    pub fn frame_locals(
        &self,
        survey: &ThreadSurvey,
        at: u32,
        frame: Option<u32>,
        start: u32,
        count: u32,
    ) -> Result<Window<StackEntry>> {
        let known = survey.threads.get(at as usize).ok_or_else(no_thread)?;
        let locals = self.locals_of(known.object, known.frames).remove(&frame).unwrap_or_default();
        let rows = locals.iter().skip(start as usize).take(count as usize);
        let rows = rows.map(|&local| StackEntry::Local(self.row(local))).collect();
        Ok(Window::of(rows, start, number(locals.len())))
    }

    fn locals_of(&self, object: Option<ObjectIndex>, frames: u32) -> Locals {
        let mut locals = Locals::new();
        let thread = object.and_then(|object| self.heap().threads.of(object));
        for &(frame, local) in thread.map_or(&[][..], |thread| &thread.locals) {
            // A frame number beyond the stack is damage: its locals are shown all the same.
            locals.entry(frame.filter(|&frame| frame < frames)).or_default().push(local);
        }
        let retained = |object| self.tree_if_known().map_or(0, |tree| tree.retained(object));
        for objects in locals.values_mut() {
            objects.sort_unstable();
            objects.dedup();
            objects.sort_by_key(|&object| core::cmp::Reverse(retained(object)));
        }
        locals
    }

    fn frame_row(
        &self,
        at: u32,
        frame: &StackFrame,
        locals: Option<&Vec<ObjectIndex>>,
        climb: &mut Climb,
    ) -> FrameRow {
        let heap = self.heap();
        let class = heap.threads.frame_class(frame);
        let locals = locals.map_or(&[][..], Vec::as_slice);
        let (method, signature) = (heap.names.text(frame.method), heap.names.raw(frame.signature));
        let signature = signature.map(|_| heap.names.text(frame.signature)).unwrap_or_default();
        FrameRow {
            frame: Some(at),
            text: frame_text(heap, frame),
            method: Some(format!("{method}{signature}")),
            class: class.map(|class| self.class_ref(class)),
            locals: number(locals.len()),
            retained: self.tree_if_known().and_then(|tree| climb.retained(&tree, locals)),
            platform: class.is_none_or(|class| {
                crate::analysis::holder::is_platform_class(&heap.classes.get(class).name)
            }),
        }
    }
}

fn no_thread() -> Error {
    Error::new(ErrorKind::NotFound, "No such thread in this dump")
}

/// `java.lang.Object.wait(Native Method)`.
pub(super) fn frame_text(heap: &Heap, frame: &StackFrame) -> String {
    let class = heap.threads.frame_class(frame);
    let class = class.map_or("<UNKNOWN CLASS>", |class| heap.classes.get(class).name.as_str());
    let position = source_position(frame, &heap.names);
    format!("{class}.{}({position})", heap.names.text(frame.method))
}

/// `Object.wait`.
pub(super) fn short_method(heap: &Heap, frame: &StackFrame) -> String {
    let class = heap.threads.frame_class(frame);
    let class = class.map_or("<UNKNOWN CLASS>", |class| simple_name(&heap.classes.get(class).name));
    format!("{class}.{}", heap.names.text(frame.method))
}

/// Minimum retained sizes of the locals of several frames, with bounded work in all: a local may lie
/// as deep in the dominator tree as a linked list is long.
#[derive(Debug)]
struct Climb {
    left: u32,
    /// The thread, which is a local of its own frames and says nothing there.
    thread: Option<ObjectIndex>,
}

impl Climb {
    fn but_for(thread: Option<ObjectIndex>) -> Self {
        /// Steps up the dominator tree that one answer may take: some ten milliseconds.
        const STEPS: u32 = 1 << 21;
        Self { left: STEPS, thread }
    }

    /// Rule D6 for distinct objects: the retained sizes of those that no other one dominates.
    fn retained(&mut self, tree: &TreeInquiry<'_>, objects: &[ObjectIndex]) -> Option<u64> {
        let others = objects.iter().copied().filter(|&object| Some(object) != self.thread);
        let others: Vec<ObjectIndex> = others.collect();
        let members: HashSet<u32> = others.iter().map(|object| object.0).collect();
        let mut sum = 0;
        for &object in &others {
            let mut covered = false;
            // One object alone cannot be dominated by another.
            if members.len() > 1 {
                for above in tree.tree.ancestors(object.0) {
                    self.left = self.left.checked_sub(1)?;
                    if members.contains(&above) {
                        covered = true;
                        break;
                    }
                }
            }
            if !covered {
                sum += tree.retained(object);
            }
        }
        Some(sum)
    }
}
