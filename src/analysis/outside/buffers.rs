//! Direct and mapped buffers: who owns how much. Slices and duplicates own nothing: they refer to
//! the buffer that they are of by `att`.

use super::rows::{Holders, Tally};
use super::survey::{Part, Seen};
use super::{Gathered, OutsideKind, OutsideName, Sort};
use crate::analysis::Inquiry;
use crate::analysis::label::Label;
use crate::analysis::story::{bytes, counted};
use crate::heap::ObjectIndex;
use crate::hprof::Value;

/// What a `DirectByteBuffer` owns.
enum Owned {
    /// Memory of its own.
    Direct(u64),
    /// A part of a file.
    Mapped(u64),
    /// Nothing: it is a slice, duplicate or view of another buffer or of a memory segment.
    View,
    /// Nothing that its `Cleaner` would free: native code or Netty made it.
    Foreign(u64),
    /// Nothing any more: freed.
    Freed,
}

/// Buffers by owner.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    direct: Tally,
    mapped: Tally,
    views: u64,
    foreign: u64,
    foreign_bytes: u64,
}

impl Part for Buffers {
    fn sorts(&self) -> &'static [Sort] {
        &[Sort::Buffer]
    }

    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, seen: Seen) {
        let buffer = seen.object;
        let class = Some(inquiry.heap().objects.class(buffer));
        match inquiry.owned(buffer) {
            Owned::Direct(bytes) => {
                let holder = holders.of(inquiry, buffer);
                self.direct.add(Label::default(), class, holder, Some(bytes), buffer);
            }
            Owned::Mapped(bytes) => {
                let holder = holders.of(inquiry, buffer);
                self.mapped.add(Label::default(), class, holder, Some(bytes), buffer);
            }
            Owned::View => self.views += 1,
            Owned::Foreign(bytes) => {
                self.foreign += 1;
                self.foreign_bytes = self.foreign_bytes.saturating_add(bytes);
            }
            Owned::Freed => {}
        }
    }

    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind> {
        let Self { direct, mapped, views, foreign, foreign_bytes } = *self;
        let counters = inquiry.outside();
        let mut notes = Vec::new();
        if counters.direct_bytes > 0 {
            notes.push(format!(
                "The JDK itself counts {} in {}.",
                bytes(counters.direct_bytes),
                counted(counters.direct_buffers, "direct buffer", "direct buffers")
            ));
        }
        if counters.netty_bytes > 0 {
            notes.push(format!(
                "Netty counts {} of its own besides, which its buffers do not own one by one.",
                bytes(counters.netty_bytes)
            ));
        }
        if views > 0 {
            notes.push(format!(
                "{} counted with what it is of.",
                counted(views, "slice, duplicate or view is", "slices, duplicates and views are")
            ));
        }
        if foreign > 0 {
            notes.push(format!(
                "{} no Cleaner: native code, the JVM or Netty owns the memory, {}, and it is not \
                 counted here.",
                counted(foreign, "buffer has", "buffers have"),
                bytes(foreign_bytes)
            ));
        }
        notes.extend(gathered.note(Sort::Buffer));
        let of_mapped = vec![
            "Mapped memory is the page cache's: it counts against a container only while its \
             pages are in memory."
                .to_owned(),
        ];
        vec![
            inquiry.kind(OutsideName::DirectBuffers, direct, false, notes),
            inquiry.kind(OutsideName::MappedFiles, mapped, false, of_mapped),
        ]
    }
}

impl Inquiry<'_> {
    fn owned(&self, buffer: ObjectIndex) -> Owned {
        let heap = self.heap();
        let fields = self.values.fields(buffer).unwrap_or_default();
        let value = |name: &str| {
            let raw = |field: &&crate::heap::values::Field| {
                heap.names.raw(field.descriptor.name) == Some(name.as_bytes())
            };
            fields.iter().find(raw).and_then(|field| field.value)
        };
        let reference = |name| match value(name) {
            Some(Value::Object(id)) => self.values.resolve(id),
            _ => None,
        };
        if reference("att").is_some() || reference("segment").is_some() {
            return Owned::View;
        }
        let capacity = match value("capacity") {
            Some(Value::Int(capacity)) => u64::try_from(capacity).unwrap_or(0),
            _ => 0,
        };
        let Some(cleaner) = reference("cleaner") else {
            return match reference("fd") {
                Some(_) => Owned::Mapped(capacity),
                None => Owned::Foreign(capacity),
            };
        };
        let thunk = self.values.reference(cleaner, "thunk");
        let number = |name| thunk.and_then(|thunk| self.values.integer(thunk, name));
        if number("address") == Some(0) {
            return Owned::Freed;
        }
        // A mapping begins on a page, and so is a little larger than its buffer.
        let of_file = thunk.is_some_and(|thunk| {
            heap.classes.get(heap.objects.class(thunk)).name.contains("FileChannelImpl$")
        });
        let size = number("size").and_then(|size| u64::try_from(size).ok());
        match of_file || reference("fd").is_some() {
            true => Owned::Mapped(size.unwrap_or(capacity)),
            false => Owned::Direct(capacity),
        }
    }
}
