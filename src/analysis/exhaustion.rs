//! What ran out when an `OutOfMemoryError` was thrown: as the error's message says it, or the method
//! that was refused. Not every such error is about the heap.

use super::Inquiry;
use super::label::Label;
use super::verdict::FailedThread;
use crate::heap::ObjectIndex;
use crate::hprof::Value;

/// What there was not enough of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The Java heap.
    Heap,
    /// The collector's time: the heap is full, and collecting it gives hardly anything back.
    GcOverhead,
    /// Memory for class metadata: Metaspace, compressed class space, before JDK 8 PermGen.
    ClassMetadata,
    /// Threads, as the operating system refuses another one.
    Threads,
    /// Memory for direct buffers.
    DirectMemory,
    /// Memory of the process.
    NativeMemory,
    /// Nothing: an array was asked for that is larger than the JVM can make.
    ArraySize,
}

/// What ran out, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhaustion {
    /// What there was not enough of.
    pub resource: Resource,
    /// The message of the error that says so.
    pub message: Option<Label>,
    /// That error.
    pub error: Option<ObjectIndex>,
    /// The method that was refused, where no message says it.
    pub method: Option<String>,
}

/// The message of an error, in which the program may have put anything.
pub(crate) fn message_label(message: String) -> Label {
    Label::content(message, "‹message›")
}

/// What the message of an `OutOfMemoryError` speaks of; the messages are those of HotSpot from JDK 6
/// on (`universe.cpp`, `os.cpp`) and of `java.nio.Bits`.
pub fn resource_of_message(message: &str) -> Option<Resource> {
    const MESSAGES: [(&str, Resource); 15] = [
        ("Java heap space", Resource::Heap),
        ("GC overhead limit exceeded", Resource::GcOverhead),
        ("Metaspace", Resource::ClassMetadata),
        ("Compressed class space", Resource::ClassMetadata),
        ("PermGen space", Resource::ClassMetadata),
        ("unable to create native thread", Resource::Threads),
        ("unable to create new native thread", Resource::Threads),
        ("direct buffer memory", Resource::DirectMemory),
        ("Direct buffer memory", Resource::DirectMemory),
        ("Requested array size exceeds VM limit", Resource::ArraySize),
        ("Required array size too large", Resource::ArraySize),
        ("Required length exceeds implementation limit", Resource::ArraySize),
        ("C heap space", Resource::NativeMemory),
        ("Out of swap space", Resource::NativeMemory),
        ("Map failed", Resource::NativeMemory),
    ];
    MESSAGES.iter().find(|(text, _)| message.contains(text)).map(|(_, resource)| *resource)
}

/// What a native method needs, that was refused memory: `Class.method`.
fn resource_of_method(method: &str) -> Option<Resource> {
    const METHODS: [(&str, Resource); 15] = [
        ("java.lang.ClassLoader.defineClass", Resource::ClassMetadata),
        ("java.lang.ClassLoader.findBootstrapClass", Resource::ClassMetadata),
        ("java.lang.reflect.Proxy.defineClass0", Resource::ClassMetadata),
        ("sun.misc.Unsafe.defineClass", Resource::ClassMetadata),
        ("sun.misc.Unsafe.defineAnonymousClass", Resource::ClassMetadata),
        ("jdk.internal.misc.Unsafe.defineClass", Resource::ClassMetadata),
        ("jdk.internal.misc.Unsafe.defineAnonymousClass", Resource::ClassMetadata),
        ("jdk.internal.access.JavaLangAccess.defineClass", Resource::ClassMetadata),
        ("sun.reflect.ClassDefiner.defineClass", Resource::ClassMetadata),
        ("java.lang.invoke.MethodHandles$Lookup$ClassDefiner.define", Resource::ClassMetadata),
        ("java.lang.Thread.start0", Resource::Threads),
        ("java.nio.Bits.reserveMemory", Resource::DirectMemory),
        ("sun.misc.Unsafe.allocateMemory", Resource::NativeMemory),
        ("jdk.internal.misc.Unsafe.allocateMemory", Resource::NativeMemory),
        ("sun.nio.ch.FileChannelImpl.map", Resource::NativeMemory),
    ];
    METHODS.iter().find(|(start, _)| method.starts_with(start)).map(|(_, resource)| *resource)
}

/// Frames below the error's constructor in which the refused method is looked for: `defineClass`
/// and what checks its arguments.
const FRAMES: usize = 2;

impl Inquiry<'_> {
    /// What ran out: by the error that the failed thread was throwing, by the method that it was
    /// in, or by a thrown error that something of the heap keeps. O(objects) where there is no
    /// failed thread.
    pub fn exhaustion(&self, failed: Option<&FailedThread>) -> Option<Exhaustion> {
        let Some(failed) = failed else { return self.kept_error() };
        if let Some(message) = &failed.message
            && let Some(resource) = resource_of_message(message)
        {
            let message = Some(message.clone());
            return Some(Exhaustion { resource, message, error: None, method: None });
        }
        failed.frames.iter().take(FRAMES).find_map(|frame| {
            let method = frame.split(' ').next().unwrap_or(frame);
            let resource = resource_of_method(method)?;
            let method = Some(method.to_owned());
            Some(Exhaustion { resource, message: None, error: None, method })
        })
    }

    /// An error that was thrown and is still referred to. Of several the one that says most: any
    /// other resource before the heap, of which the heap itself tells.
    fn kept_error(&self) -> Option<Exhaustion> {
        const BATCH: usize = 1 << 16;
        let heap = self.heap();
        let class = heap.classes.by_name("java.lang.OutOfMemoryError")?;
        let total = self.loaded.totals.get(class);
        let mut left = total.instances + total.unreachable;
        let mut errors = Vec::new();
        let mut start = 0;
        while left > 0 && start < heap.objects.len() {
            heap.objects.for_each(start..start + BATCH, |object, of, _| {
                if of == class {
                    left = left.saturating_sub(1);
                    errors.push(object);
                }
            });
            start += BATCH;
        }
        let mut found: Option<Exhaustion> = None;
        for error in errors {
            if !self.is_reachable(error) || !self.was_thrown(error) {
                continue;
            }
            let Some(message) = self.values.string_field(error, "detailMessage") else { continue };
            let Some(resource) = resource_of_message(&message) else { continue };
            let says_more = !matches!(resource, Resource::Heap | Resource::GcOverhead);
            if found.is_none() || says_more {
                let message = Some(message_label(message));
                found = Some(Exhaustion { resource, message, error: Some(error), method: None });
            }
            if says_more {
                break;
            }
        }
        found
    }

    /// Whether an error was made by a program or thrown by the JVM; those that the JVM keeps ready
    /// for want of memory have a message but no stack.
    fn was_thrown(&self, error: ObjectIndex) -> bool {
        match self.values.field(error, "depth") {
            Some(Value::Int(depth)) => depth > 0,
            // Before JDK 9.
            _ => self.values.reference(error, "backtrace").is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_all_jvms_are_known() {
        for (message, resource) in [
            ("Java heap space", Some(Resource::Heap)),
            (
                "Java heap space: failed reallocation of scalar replaced objects",
                Some(Resource::Heap),
            ),
            ("GC overhead limit exceeded", Some(Resource::GcOverhead)),
            ("Metaspace", Some(Resource::ClassMetadata)),
            ("Compressed class space", Some(Resource::ClassMetadata)),
            ("PermGen space", Some(Resource::ClassMetadata)),
            (
                "unable to create native thread: possibly out of memory or process/resource limits \
                 reached",
                Some(Resource::Threads),
            ),
            ("unable to create new native thread", Some(Resource::Threads)),
            ("Direct buffer memory", Some(Resource::DirectMemory)),
            (
                "Cannot reserve 1073741824 bytes of direct buffer memory (allocated: 13107200, \
                 limit: 268435456)",
                Some(Resource::DirectMemory),
            ),
            ("Requested array size exceeds VM limit", Some(Resource::ArraySize)),
            ("Map failed", Some(Resource::NativeMemory)),
            ("the application's own words", None),
        ] {
            assert_eq!(resource_of_message(message), resource, "{message}");
        }
    }

    #[test]
    fn a_refused_method_says_what_it_needed() {
        for (method, resource) in [
            ("java.lang.ClassLoader.defineClass1", Some(Resource::ClassMetadata)),
            ("java.lang.Thread.start0", Some(Resource::Threads)),
            ("java.nio.Bits.reserveMemory", Some(Resource::DirectMemory)),
            ("java.util.Arrays.copyOf", None),
            ("com.acme.ClassLoader.defineClass1", None),
        ] {
            assert_eq!(resource_of_method(method), resource, "{method}");
        }
    }
}
