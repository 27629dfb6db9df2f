//! Stacks as text, as jstack writes them.

use super::stack::frame_text;
use super::survey::{Known, ThreadSurvey};
use crate::analysis::HeapInquiry;
use crate::heap::objects::ObjectKind;
use core::fmt::Write;

impl HeapInquiry<'_> {
    /// The stack of a thread as text; empty where there is no such thread.
    pub fn stack_text(&self, survey: &ThreadSurvey, at: u32) -> String {
        let mut text = String::new();
        if let Some(thread) = survey.threads.get(at as usize) {
            self.write_stack(thread, &mut text);
        }
        text
    }

    /// The stacks of `count` threads from the `start`-th on, in the order of the dump, with a blank
    /// line behind each.
    pub fn stack_texts(&self, survey: &ThreadSurvey, start: u32, count: u32) -> String {
        let mut text = String::new();
        for thread in survey.threads.iter().skip(start as usize).take(count as usize) {
            self.write_stack(thread, &mut text);
            text.push('\n');
        }
        text
    }

    /// The stacks of all threads, for a file or a terminal.
    pub fn threads_text(&self, survey: &ThreadSurvey) -> String {
        self.stack_texts(survey, 0, u32::MAX)
    }

    fn write_stack(&self, thread: &Known, text: &mut String) {
        // Writing to a string does not fail.
        let _ = self.try_write_stack(thread, text);
    }

    fn try_write_stack(&self, thread: &Known, text: &mut String) -> core::fmt::Result {
        let heap = self.heap();
        match (&thread.name, thread.object) {
            (Some(name), _) => write!(text, "\"{}\"", one_line(name))?,
            (None, Some(_)) => write!(text, "\"\"")?,
            (None, None) => write!(text, "(a stack without a thread)")?,
        }
        if let Some(id) = thread.id {
            write!(text, " #{id}")?;
        }
        if thread.is_virtual {
            write!(text, " virtual")?;
        } else if thread.daemon == Some(true) {
            write!(text, " daemon")?;
        }
        if let Some(priority) = thread.priority.filter(|_| !thread.is_virtual) {
            write!(text, " prio={priority}")?;
        }
        if let Some(object) = thread.object
            && heap.objects.kind(object, &heap.classes) == ObjectKind::Instance
        {
            write!(text, " object={:#x}", heap.objects.id(object).0)?;
        }
        if thread.failed {
            write!(text, " (was throwing OutOfMemoryError)")?;
        }
        text.push('\n');
        if thread.state != super::state::State::UNKNOWN {
            writeln!(text, "   java.lang.Thread.State: {}", thread.state.text())?;
        }
        for frame in thread.trace.into_iter().flat_map(|trace| heap.threads.frames(trace)) {
            writeln!(text, "\tat {}", one_line(&frame_text(heap, frame)))?;
        }
        Ok(())
    }
}

/// Text of the dump that begins no line of its own.
fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(visible).collect()
}
