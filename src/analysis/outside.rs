//! Memory and other means of the process that objects of the heap own outside it.
//!
//! What the heap knows exactly (capacities of buffers) is told apart from what is estimated (stacks,
//! class metadata, the insides of zlib): `docs/outside-the-heap.md` has the formulas.

mod buffers;
pub mod compare;
mod compressors;
mod descriptors;
mod jdbc;
mod loaders;
mod rows;
mod survey;
mod threads;

use super::Inquiry;
use super::label::Label;
use super::rows::{ClassRef, ObjectRow};
use crate::graph::Step;
use crate::heap::ObjectIndex;
use crate::hprof::RootKind;
use rows::Tally;
use serde::Serialize;
pub use survey::OutsideBuilder;
use survey::Seen;

/// Kinds of what lies outside the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum OutsideName {
    /// Direct buffers.
    DirectBuffers,
    /// Files that are mapped into memory.
    MappedFiles,
    /// `Inflater` and `Deflater`.
    Compressors,
    /// Open zip and jar files.
    ZipFiles,
    /// Stacks of threads.
    Threads,
    /// Metadata of classes.
    Classes,
    /// Open files.
    Files,
    /// Open sockets.
    Sockets,
    /// Other open file descriptors.
    OtherDescriptors,
    /// JDBC connections.
    Connections,
    /// JDBC statements.
    Statements,
    /// JDBC result sets.
    ResultSets,
    /// Global references of native code.
    JniGlobals,
}

/// What lies outside the heap, and who owns it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutsideReport {
    /// Shallow bytes of all reachable objects.
    pub used_heap: u64,
    /// Largest size of the heap in bytes, where the dump tells it.
    pub capacity: Option<u64>,
    /// Whether that is the JVM's argument itself.
    pub capacity_is_exact: bool,
    /// Bytes of direct buffers and mapped files, which the heap knows exactly.
    pub exact: u64,
    /// Bytes of stacks, class metadata and compressors: an estimate.
    pub estimated: u64,
    /// The kinds of which there is something, in a fixed order.
    pub kinds: Vec<OutsideKind>,
}

/// One kind.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutsideKind {
    /// Which.
    pub name: OutsideName,
    /// How many there are, closed ones left out.
    pub count: u64,
    /// Their bytes outside the heap, where something is known of them.
    pub bytes: Option<u64>,
    /// Whether the bytes are an estimate.
    pub is_estimate: bool,
    /// What else there is to say: formulas, what was left out.
    pub notes: Vec<String>,
    /// Their owners, the largest first.
    pub rows: Vec<OutsideRow>,
    /// Rows after these.
    pub more: u64,
}

/// Things of one owner.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutsideRow {
    /// What they are: a path, an SQL text, a name; empty where the class says it.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub label: Label,
    /// Their class.
    pub class: Option<ClassRef>,
    /// The place that holds them, as a programmer names it.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub holder: Option<Label>,
    /// How many.
    pub count: u64,
    /// Their bytes outside the heap.
    pub bytes: Option<u64>,
    /// One of them, the largest where they have bytes.
    pub example: Option<ObjectRow>,
}

/// What a class's instances are, as far as this module is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Buffer,
    Compressor,
    Zip,
    Descriptor,
    DescriptorOwner,
    Connection,
    Statement,
    ResultSet,
}

const SORTS: usize = 8;

/// Objects of one sort that are looked at; the rest is counted.
const MOST: usize = 500_000;

/// Objects of each sort, in the order of the file.
#[derive(Debug, Default)]
struct Gathered {
    found: [Vec<ObjectIndex>; SORTS],
    left_out: [u64; SORTS],
}

impl Gathered {
    fn of(&self, sort: Sort) -> &[ObjectIndex] {
        &self.found[sort as usize]
    }

    fn add(&mut self, sort: Sort, object: ObjectIndex) {
        let at = sort as usize;
        if self.found[at].len() < MOST {
            self.found[at].push(object);
        } else {
            self.left_out[at] += 1;
        }
    }

    /// The `at`-th object of some sorts.
    fn nth(&self, sorts: &[Sort], mut at: usize) -> Option<Seen> {
        for &sort in sorts {
            let found = self.of(sort);
            match found.get(at) {
                Some(&object) => return Some(Seen { sort, object }),
                None => at -= found.len(),
            }
        }
        None
    }

    /// Objects of all sorts.
    fn len(&self) -> u64 {
        self.found.iter().map(|found| found.len() as u64).sum()
    }

    /// The note on what was not looked at.
    fn note(&self, sort: Sort) -> Option<String> {
        let left_out = self.left_out[sort as usize];
        (left_out > 0)
            .then(|| super::story::counted(left_out, "more was", "more were") + " not looked at.")
    }
}

/// Super classes looked at per class. Programs have some twenty; a file made to harm can have a
/// hundred thousand, and looking at all of them for each class would take hours.
const DEEPEST: usize = 100;

impl Inquiry<'_> {
    /// What the heap knows of memory outside it, at once. One walk over the objects, and reads of
    /// those that own something outside: O(objects). [`OutsideBuilder`] does it in steps.
    pub fn outside_report(&self) -> OutsideReport {
        let mut builder = OutsideBuilder::new(self);
        while builder.step(self, 1 << 20) != Step::Done {}
        builder.finish(self)
    }

    /// What the instances of each class are.
    fn sorts(&self) -> Vec<Option<Sort>> {
        let classes = &self.heap().classes;
        let of_lineage = |index| {
            classes.lineage(index).take(DEEPEST).find_map(|class| {
                Some(match classes.get(class).name.as_str() {
                    "java.nio.DirectByteBuffer" => Sort::Buffer,
                    "java.util.zip.Inflater" | "java.util.zip.Deflater" => Sort::Compressor,
                    "java.util.zip.ZipFile" => Sort::Zip,
                    "java.io.FileDescriptor" => Sort::Descriptor,
                    _ => return None,
                })
            })
        };
        classes
            .iter()
            .map(|(index, class)| {
                if class.is_array() {
                    return None;
                }
                of_lineage(index)
                    .or_else(|| self.jdbc_sort(index))
                    .or_else(|| self.owns_descriptor(index).then_some(Sort::DescriptorOwner))
            })
            .collect()
    }

    fn jni_globals(&self) -> OutsideKind {
        let heap = self.heap();
        let mut tally = Tally::default();
        for root in heap.roots.all().iter().filter(|root| root.kind == RootKind::JniGlobal) {
            let class = heap.objects.class(root.object);
            tally.add(Label::default(), Some(class), None, None, root.object);
        }
        let notes = vec![
            "References that native code holds until it deletes them. The JVM has some of its own; \
             a number that grows is a leak in native code."
                .to_owned(),
        ];
        self.kind(OutsideName::JniGlobals, tally, false, notes)
    }

    /// A tally as an answer.
    fn kind(
        &self,
        name: OutsideName,
        tally: Tally,
        is_estimate: bool,
        notes: Vec<String>,
    ) -> OutsideKind {
        let (count, bytes) = (tally.count(), tally.bytes());
        let (rows, more) = tally.rows(self);
        OutsideKind { name, count, bytes, is_estimate, notes, rows, more }
    }
}

/// What a table of this kind is called.
pub fn title(name: OutsideName) -> &'static str {
    match name {
        OutsideName::DirectBuffers => "Direct buffers",
        OutsideName::MappedFiles => "Mapped files",
        OutsideName::Compressors => "Inflaters and deflaters",
        OutsideName::ZipFiles => "Zip and jar files",
        OutsideName::Threads => "Thread stacks",
        OutsideName::Classes => "Class metadata",
        OutsideName::Files => "Open files",
        OutsideName::Sockets => "Open sockets",
        OutsideName::OtherDescriptors => "Other open descriptors",
        OutsideName::Connections => "JDBC connections",
        OutsideName::Statements => "JDBC statements",
        OutsideName::ResultSets => "JDBC result sets",
        OutsideName::JniGlobals => "JNI global references",
    }
}
