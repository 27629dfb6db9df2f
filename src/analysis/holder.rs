//! Who holds it, as a programmer names it: `SessionRegistry.SESSIONS`, `thread main › Job.run`.

use super::Inquiry;
use super::label::Label;
use super::story::simple_name;
use crate::heap::ObjectIndex;
use crate::heap::references::{Via, name_of};

/// The place in the code that holds a suspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The name.
    pub name: Label,
    /// What it is.
    pub kind: HolderKind,
    /// The object whose field or frame it is; class objects for statics.
    pub owner: ObjectIndex,
    /// What it refers to.
    pub target: ObjectIndex,
    /// The static or instance field.
    pub field: Option<String>,
}

/// What kind of place holds a suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderKind {
    /// A static field.
    Static,
    /// An instance field.
    Field,
    /// A local variable of a thread's frame.
    Local,
    /// A thread local variable.
    ThreadLocal,
}

/// Rule L7's skip pattern `java\..*|javax\..*|com\.sun\..*|sun\..*|jdk\..*`: classes that are
/// nobody's own code.
pub fn is_platform_class(class: &str) -> bool {
    ["java.", "javax.", "com.sun.", "sun.", "jdk."].iter().any(|p| class.starts_with(p))
}

/// The name of a thread, which the program chose: users, requests, hosts may be in it.
pub(crate) fn thread_label(name: String) -> Label {
    Label::content(name, "‹name›")
}

/// References looked at from the end of a path.
const MAX_LINKS: usize = 64;

impl Inquiry<'_> {
    /// The last reference of a path (root first) that somebody's own code made: a field of a class
    /// that is not the platform's, a local variable, a thread local. Without one, the last field of
    /// any class.
    pub fn holder(&self, path: &[u32]) -> Option<Holder> {
        let mut fallback = None;
        for link in path.windows(2).rev().take(MAX_LINKS) {
            let (owner, target) = (ObjectIndex(link[0]), ObjectIndex(link[1]));
            let Some(via) = name_of(&self.values, owner, target) else { continue };
            if matches!(via, Via::Class) && !is_platform_class(&self.owner_class(target)) {
                // The path came by an instance; what holds is the class itself.
                return None;
            }
            let Some(holder) = self.named_holder(owner, target, &via) else { continue };
            let own_code = !is_platform_class(&self.owner_class(owner));
            if own_code || matches!(holder.kind, HolderKind::Local | HolderKind::ThreadLocal) {
                return Some(holder);
            }
            // Of the platform's fields, one outside the insides of its collections tells more.
            let class = self.owner_class(owner);
            let rank = match holder.kind {
                HolderKind::Static => 2,
                _ => u8::from(!class.starts_with("java.util.")),
            };
            if fallback.as_ref().is_none_or(|(best, _)| rank > *best) {
                fallback = Some((rank, holder));
            }
        }
        fallback.map(|(_, holder)| holder)
    }

    /// The class whose code owns an object's fields: the class itself for class objects.
    fn owner_class(&self, owner: ObjectIndex) -> String {
        let heap = self.heap();
        heap.classes.get(heap.owner_class(owner)).name.clone()
    }

    fn named_holder(&self, owner: ObjectIndex, target: ObjectIndex, via: &Via) -> Option<Holder> {
        let class = self.owner_class(owner);
        let simple = simple_name(&class);
        let thread = || {
            let name = self.values.thread_name(owner);
            Label::from("thread ").then(name.map_or_else(|| Label::from("?"), thread_label))
        };
        let (name, kind, field) = match via {
            Via::Static(field) => {
                (format!("{simple}.{field}").into(), HolderKind::Static, Some(field.clone()))
            }
            Via::Field(field) if field == "threadLocals" || field == "inheritableThreadLocals" => {
                (thread().then(" › thread local"), HolderKind::ThreadLocal, None)
            }
            Via::Field(field) => {
                (format!("{simple}.{field}").into(), HolderKind::Field, Some(field.clone()))
            }
            Via::Local(frame) => {
                let method = frame.and_then(|f| self.frame_method(owner, f));
                let name = match method {
                    Some(method) => thread().then(format!(" › {method}")),
                    None => thread(),
                };
                (name, HolderKind::Local, None)
            }
            Via::Element(_) | Via::Class | Via::Super | Via::Loader => return None,
        };
        Some(Holder { name, kind, owner, target, field })
    }

    /// `ReportJob.loadAll` for a frame of a thread's stack.
    pub fn frame_method(&self, thread: ObjectIndex, frame: u32) -> Option<String> {
        let heap = self.heap();
        let trace = heap.threads.of(thread)?.trace?;
        let frame = heap.threads.frames(trace).nth(frame as usize)?;
        let method = heap.names.text(frame.method);
        Some(match heap.threads.frame_class(frame) {
            Some(class) => format!("{}.{method}", simple_name(&heap.classes.get(class).name)),
            None => format!("<UNKNOWN CLASS>.{method}"),
        })
    }

    /// The thread that was throwing an `OutOfMemoryError` when the dump was taken, and its name.
    pub fn out_of_memory_thread(&self) -> Option<(ObjectIndex, Label)> {
        /// The constructor of the error and its superclasses are the top frames.
        const TOP: usize = 5;
        let heap = self.heap();
        heap.threads.list.iter().find_map(|thread| {
            let thrown = heap.threads.frames(thread.trace?).take(TOP).any(|frame| {
                heap.threads
                    .frame_class(frame)
                    .is_some_and(|c| heap.classes.get(c).name == "java.lang.OutOfMemoryError")
            });
            let name = thrown.then(|| self.values.thread_name(thread.object))?;
            Some((thread.object, name.map_or_else(|| Label::from("?"), thread_label)))
        })
    }
}
