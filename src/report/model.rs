//! A report as plain data, of which every format is a rendering. `docs/report-schema.md` describes
//! it for those who read the JSON; what changes here changes `docs/report.schema.json`.
//!
//! Sizes are bytes, shares are 0 to 1, addresses are `0x…`. What is `None` is not known, or is left
//! out with the contents of strings.

use super::contents::{Content, Contents};
use crate::analysis::known_leaks::Certainty;
use crate::analysis::outside::OutsideName;
use crate::analysis::remedy::PileKind;
use crate::analysis::story::PhraseKind;
use crate::analysis::suspects::SuspectKind;
use crate::analysis::verdict::{Confidence, Finding};
use crate::analysis::warnings::Severity;
use crate::heap::sizes::SizeModel;
use serde::Serialize;

/// The number that grows when a reader of an older schema would no longer understand a report.
pub const SCHEMA_VERSION: u32 = 1;

/// What Heapglass found in one dump.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// Whether strings of the dump are told.
    pub contents: Contents,
    /// Name of the file, without its folder, where it has one.
    pub file_name: Option<String>,
    /// What a pipeline asks.
    pub gate: Gate,
    /// The verdict; `None` where memory did not suffice for one.
    pub verdict: Option<VerdictPart>,
    /// Known leaks that the heap shows, those that explain the finding first.
    pub known_leaks: Vec<KnownLeakPart>,
    /// The leak suspects; `None` where memory did not suffice to look for them.
    pub suspects: Option<SuspectsPart>,
    /// What was dumped.
    pub dump: DumpPart,
    /// What is in it.
    pub heap: HeapPart,
    /// What no GC root reaches.
    pub unreachable: UnreachablePart,
    /// How shallow sizes were computed.
    pub size_model: SizeModelPart,
    /// The classes with the largest retained size, or shallow size where that is not known.
    pub classes: ClassesPart,
    /// The first level of the dominator tree; `None` where memory did not suffice for it.
    pub dominators: Option<DominatorsPart>,
    /// What objects own outside the heap; `None` where memory did not suffice to look.
    pub outside: Option<OutsidePart>,
    /// What is odd in the dump, the most important first.
    pub oddities: Vec<OddityPart>,
    /// What is missing for want of memory; `None` of a complete analysis.
    pub incomplete: Option<IncompletePart>,
}

/// The program that wrote a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// `Heapglass`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// Whether there is a finding above a threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// The answer.
    pub outcome: GateOutcome,
    /// Share of the used heap that a finding must reach.
    pub threshold: f64,
    /// Share of the largest finding, whether it reaches the threshold or not; `None` without one.
    pub share: Option<f64>,
    /// The answer as a sentence.
    pub because: String,
}

/// What a pipeline does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GateOutcome {
    /// No finding above the threshold.
    Passed,
    /// A finding above the threshold.
    Found,
    /// The analysis, or the dump, is not complete: nobody can say.
    Undecided,
}

/// A sentence, whole and in runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// All of it.
    pub text: String,
    /// Its runs, one after another.
    pub runs: Vec<Run>,
}

/// A run of text in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub kind: PhraseKind,
    /// The object that proves it.
    pub address: Option<String>,
}

/// The answer to "what is wrong with this heap".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictPart {
    /// What the dump shows.
    pub finding: Finding,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why it is as sure as that.
    pub because: Told,
    /// One sentence.
    pub headline: Told,
    /// The sentences after it.
    pub story: Vec<Told>,
    /// The chain from a GC root to what the finding is about, where that is no suspect: the owner of
    /// memory outside the heap, a class loader. Suspects have paths of their own.
    pub path: Option<PathPart>,
    /// What kind of place holds the first suspect's pile.
    pub pile_kind: Option<PileKind>,
    /// What to do, where no known leak that explains the finding says it.
    pub remedy: Option<Told>,
    /// The thread that ran out of memory.
    pub failed_thread: Option<FailedThreadPart>,
}

/// The thread that was throwing `OutOfMemoryError`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedThreadPart {
    /// The thread.
    pub address: String,
    /// Its name.
    pub name: Option<Content>,
    /// Message of the error.
    pub message: Option<Content>,
    /// Its stack, the top first.
    pub frames: Vec<String>,
    /// Frames after those.
    pub more_frames: u32,
}

/// A known leak that the heap shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownLeakPart {
    /// Name of the entry in the catalogue.
    pub id: String,
    /// What goes wrong, in a few words.
    pub title: String,
    /// How sure the match is.
    pub certainty: Certainty,
    /// Rank of the suspect that it explains.
    pub suspect: Option<u32>,
    /// Share of the used heap that the evidence speaks of; 0 where it is about counts.
    pub share: f64,
    /// What the heap shows.
    pub evidence: Vec<Told>,
    /// Versions of the library as strings of the heap name them.
    pub versions: Vec<Content>,
    /// Versions that are free of it.
    pub fixed_in: Vec<String>,
    /// Why the memory is not given back.
    pub explanation: String,
    /// What to do.
    pub remedy: String,
    /// Where this is written down.
    pub sources: Vec<String>,
}

/// All suspects.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspectsPart {
    /// The largest first.
    pub list: Vec<SuspectPart>,
    /// Bytes that no suspect holds.
    pub remainder: u64,
}

/// A leak suspect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspectPart {
    /// 1 for the largest.
    pub rank: u32,
    /// What it is.
    pub kind: SuspectKind,
    /// The holder as a programmer names it.
    pub holder: String,
    /// Class of the suspect or of the group's members.
    pub class: String,
    /// 1, or the size of the group.
    pub members: u64,
    /// Retained bytes.
    pub retained: u64,
    /// Shallow bytes.
    pub shallow: u64,
    /// Share of the used heap.
    pub share: f64,
    /// One sentence.
    pub headline: Told,
    /// The sentences after it.
    pub story: Vec<Told>,
    /// The suspect itself; `None` for a group.
    pub object: Option<ObjectPart>,
    /// Where the memory piles up.
    pub accumulation: Option<ObjectPart>,
    /// What piled up there.
    pub pile: Option<PilePart>,
    /// Shortest path from a GC root.
    pub path: PathPart,
    /// The largest objects below the accumulation point, or members of the group.
    pub biggest: Vec<ObjectPart>,
    /// Words for a search engine or ticket: names of classes and fields.
    pub keywords: Vec<String>,
}

/// Objects that piled up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PilePart {
    /// Their class.
    pub class: String,
    /// How many.
    pub count: u64,
    /// Retained bytes of all of them.
    pub retained: u64,
    /// Retained bytes of one, on average.
    pub average: u64,
}

/// A path from a GC root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathPart {
    /// Kind of the root.
    pub root: Option<&'static str>,
    /// Root first.
    pub steps: Vec<StepPart>,
    /// Steps left out of the middle of a very long path.
    pub omitted: u32,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepPart {
    /// Field, element or frame that leads here from the step before; `None` on the first.
    pub via: Option<String>,
    /// The object.
    pub object: ObjectPart,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectPart {
    /// Where it was in the heap.
    pub address: String,
    /// Its class.
    pub class: String,
    /// What it is called: its class, `class X` for class objects, `X[17]` for arrays.
    pub name: String,
    /// What it says about itself.
    pub value: Option<Content>,
    /// Shallow bytes.
    pub shallow: u64,
    /// Retained bytes.
    pub retained: Option<u64>,
    /// Objects that it immediately dominates.
    pub dominated: Option<u32>,
}

/// What was dumped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpPart {
    /// Version of the format.
    pub format: &'static str,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of the uncompressed dump.
    pub dump_bytes: u64,
    /// When the dump began, UTC, as in ISO 8601; `None` where it does not tell.
    pub taken_at: Option<String>,
    /// Name of the JVM.
    pub jvm: Option<Content>,
    /// Version of Java.
    pub java_version: Option<Content>,
    /// Bytes of an identifier.
    pub id_bytes: u8,
    /// Which dump of the file this is, from 1.
    pub number: u32,
    /// Dumps in the file.
    pub dumps: u32,
    /// Whether the file ends before the dump does.
    pub truncated: bool,
}

/// What is in a heap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeapPart {
    /// Shallow bytes of all reachable objects.
    pub used: u64,
    /// Reachable objects.
    pub objects: u64,
    /// Reachable class objects.
    pub classes: u32,
    /// Reachable class loaders.
    pub class_loaders: u32,
    /// Objects that are GC roots.
    pub gc_roots: u32,
    /// Threads that are GC roots.
    pub threads: u32,
}

/// What no GC root reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreachablePart {
    /// Objects.
    pub objects: u64,
    /// Their shallow bytes.
    pub bytes: u64,
    /// Share of all objects' bytes.
    pub share: f64,
    /// Their classes, of which the instances and sizes are those of unreachable objects; `None`
    /// where memory did not suffice to tell them from others.
    pub classes: Option<ClassesPart>,
}

/// How shallow sizes were computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SizeModelPart {
    /// The model.
    pub name: SizeModel,
    /// Bytes of a reference in the heap.
    pub reference_bytes: u64,
    /// Bytes that sizes and addresses are multiples of.
    pub alignment: u64,
    /// Bytes before the first field of an instance; `None` with the `mat` model.
    pub header_bytes: Option<u8>,
    /// Instances that could be compared with the distance to their neighbour.
    pub compared: Option<u64>,
    /// Those of them that agree.
    pub agreeing: Option<u64>,
}

/// The top of a class histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassesPart {
    /// The largest first.
    pub rows: Vec<ClassPart>,
    /// Classes that are not listed.
    pub more: u32,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassPart {
    /// Its name.
    pub name: String,
    /// `<boot>`, or its loader's class and address.
    pub loader: String,
    /// Instances.
    pub instances: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// What they retain at least.
    pub retained: Option<u64>,
}

/// The first level of the dominator tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DominatorsPart {
    /// The largest first.
    pub rows: Vec<ObjectPart>,
    /// Objects of the first level that are not listed.
    pub more: u32,
}

/// Memory and other means of the process that objects of the heap own outside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutsidePart {
    /// Largest size of the heap in bytes, where the dump tells it.
    pub capacity: Option<u64>,
    /// Whether that is the JVM's argument itself.
    pub capacity_is_exact: bool,
    /// Bytes that the heap knows exactly: direct buffers and mapped files.
    pub exact: u64,
    /// Bytes of stacks, class metadata and compressors: an estimate.
    pub estimated: u64,
    /// The kinds of which there is something, in a fixed order.
    pub kinds: Vec<OutsideKindPart>,
}

/// One kind of what lies outside the heap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutsideKindPart {
    /// Which.
    pub name: OutsideName,
    /// What it is called.
    pub title: &'static str,
    /// How many there are, closed ones left out.
    pub count: u64,
    /// Their bytes outside the heap, where something is known of them.
    pub bytes: Option<u64>,
    /// Whether the bytes are an estimate.
    pub is_estimate: bool,
    /// Formulas, and what was left out.
    pub notes: Vec<String>,
    /// Their owners, the largest first.
    pub rows: Vec<OutsideRowPart>,
    /// Owners that are not listed.
    pub more: u64,
}

/// Things outside the heap that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutsideRowPart {
    /// What they are, as far as it may be told; empty where the class says it.
    pub label: String,
    /// Their class.
    pub class: Option<String>,
    /// The place that holds them, as a programmer names it.
    pub holder: Option<String>,
    /// How many.
    pub count: u64,
    /// Their bytes outside the heap.
    pub bytes: Option<u64>,
    /// Address of one of them, the largest where they have bytes.
    pub example: Option<String>,
}

/// An oddity of the dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OddityPart {
    /// Stable name of the kind.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// What happened.
    pub message: String,
    /// How often.
    pub count: u64,
    /// Offset of the first occurrence in the uncompressed dump.
    pub first_offset: Option<u64>,
}

/// What is missing for want of memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IncompletePart {
    /// What is missing, and why.
    pub message: String,
    /// What to do.
    pub advice: Option<String>,
}
