//! Stacks of threads: their number is known, their size an estimate.

use super::rows::Tally;
use super::{OutsideKind, OutsideName};
use crate::analysis::Inquiry;
use crate::analysis::holder::thread_label;
use crate::analysis::label::Label;
use crate::analysis::story::{bytes, counted};
use crate::heap::ObjectIndex;

/// Bytes of a stack where nothing says otherwise: HotSpot's default on 64-bit Linux, macOS, Windows.
const STACK: u64 = 1 << 20;

impl Inquiry<'_> {
    /// Threads with a stack of their own.
    pub(crate) fn platform_threads(&self) -> u64 {
        let threads = self.heap().threads.list.iter();
        threads.filter(|thread| !self.is_virtual(thread.object)).count() as u64
    }

    fn is_virtual(&self, thread: ObjectIndex) -> bool {
        let classes = &self.heap().classes;
        let names = classes.lineage(self.heap().objects.class(thread));
        names.into_iter().any(|class| {
            let name = classes.get(class).name.as_str();
            matches!(name, "java.lang.BaseVirtualThread" | "java.lang.VirtualThread")
        })
    }

    pub(super) fn thread_stacks(&self) -> OutsideKind {
        let usual = self.stack_size();
        let mut tally = Tally::default();
        let mut virtual_threads = 0u64;
        for thread in &self.heap().threads.list {
            if self.is_virtual(thread.object) {
                virtual_threads += 1;
                continue;
            }
            let own = self.own_stack(thread.object).unwrap_or(usual);
            let name = self.values.thread_name(thread.object).filter(|name| !name.is_empty());
            let label =
                name.map_or_else(Label::default, |name| thread_label(without_numbers(&name)));
            let class = self.heap().objects.class(thread.object);
            tally.add(label, Some(class), None, Some(own), thread.object);
        }
        let mut notes = vec![format!(
            "Estimated: {} of address space per thread, unless it was made with a size of its own; \
             what a stack takes in memory is as deep as it ever got. Threads of the JVM itself \
             (collector, compiler) are not in a heap dump.",
            bytes(usual)
        )];
        if virtual_threads > 0 {
            notes.push(format!(
                "{} no stack outside the heap, but objects in it.",
                counted(virtual_threads, "virtual thread has", "virtual threads have")
            ));
        }
        self.kind(OutsideName::Threads, tally, true, notes)
    }

    /// The size that the thread was made with, if any.
    fn own_stack(&self, thread: ObjectIndex) -> Option<u64> {
        let at = self.values.reference(thread, "holder").unwrap_or(thread);
        let size = self.values.integer(at, "stackSize").filter(|size| *size > 0)?;
        u64::try_from(size).ok()
    }
}

/// A thread's name with `#` for each number: threads of one pool are one.
fn without_numbers(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    text
}

/// Bytes of a stack by the JVM's arguments.
pub(super) fn stack_argument(argument: &str) -> Option<u64> {
    if let Some(kibibytes) = argument.strip_prefix("-XX:ThreadStackSize=") {
        return kibibytes.parse::<u64>().ok()?.checked_mul(1 << 10);
    }
    crate::analysis::limits::byte_size(argument.strip_prefix("-Xss")?)
}

impl Inquiry<'_> {
    fn stack_size(&self) -> u64 {
        let arguments = self.arguments();
        let told = arguments.iter().rev().find_map(|argument| stack_argument(argument));
        told.filter(|size| *size > 0).unwrap_or(STACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_one_pool_are_one() {
        assert_eq!(without_numbers("http-nio-8080-exec-12"), "http-nio-#-exec-#");
        assert_eq!(without_numbers("main"), "main");
        assert_eq!(without_numbers(""), "");
    }

    #[test]
    fn the_size_of_a_stack_is_read_from_its_argument() {
        assert_eq!(stack_argument("-Xss512k"), Some(512 << 10));
        assert_eq!(stack_argument("-XX:ThreadStackSize=2048"), Some(2 << 20));
        assert_eq!(stack_argument("-Xmx512k"), None);
        assert_eq!(stack_argument("-XX:ThreadStackSize=99999999999999999999"), None);
    }
}
