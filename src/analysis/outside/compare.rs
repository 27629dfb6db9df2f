//! What the JVM and the operating system say about the process, beside what its heap explains.

use super::{OutsideName, OutsideReport};
use crate::analysis::Inquiry;
use crate::analysis::story::{bytes, count, counted};
use crate::heap::ClassIndex;
use crate::side::histogram::ClassHistogram;
use crate::side::native_memory::NativeMemory;
use crate::side::smaps::Smaps;
use crate::side::thread_dump::ThreadDump;
use crate::side::{self, SideText};
use hashbrown::HashMap;
use serde::Serialize;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SideKind {
    /// `jcmd PID VM.native_memory summary`.
    NativeMemory,
    /// `jcmd PID GC.class_histogram`.
    ClassHistogram,
    /// A thread dump.
    ThreadDump,
    /// `/proc/PID/smaps`.
    Smaps,
    /// None of these.
    Unknown,
}

/// Whether figures are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
}

/// A figure of a text beside the heap's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// What is counted.
    pub what: String,
    /// Whether figures are bytes.
    pub unit: Unit,
    /// What the text says.
    pub told: u64,
    /// What the heap explains of it; `None` where a heap cannot know.
    pub explained: Option<u64>,
    /// Whether that is an estimate.
    pub is_estimate: bool,
    /// What the difference is, where there is something to say.
    pub note: String,
}

/// A text, and what the heap explains of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SideAnswer {
    /// What the text is.
    pub kind: SideKind,
    /// One sentence: what is explained and what is not, or why there is nothing to compare.
    pub summary: String,
    /// The figures.
    pub rows: Vec<Comparison>,
}

/// Classes of a histogram that are compared one by one.
const CLASSES: usize = 20;

impl Inquiry<'_> {
    /// Compares texts about the same process with the heap; an answer for each, in their order.
    pub fn compare_side_texts(&self, texts: &[String]) -> Vec<SideAnswer> {
        let report = self.outside_report();
        let parsed: Vec<Option<SideText>> = texts.iter().map(|text| side::parse(text)).collect();
        let tracked = parsed.iter().flatten().find_map(|text| match text {
            SideText::NativeMemory(memory) if !memory.is_disabled => Some(memory.total.committed),
            _ => None,
        });
        parsed
            .iter()
            .map(|text| match text {
                Some(SideText::NativeMemory(memory)) => self.beside_native_memory(&report, memory),
                Some(SideText::ClassHistogram(histogram)) => self.beside_histogram(histogram),
                Some(SideText::ThreadDump(dump)) => self.beside_threads(&report, dump),
                Some(SideText::Smaps(smaps)) => self.beside_smaps(&report, smaps, tracked),
                None => SideAnswer {
                    kind: SideKind::Unknown,
                    summary: "This is none of the texts that are known: VM.native_memory, \
                              GC.class_histogram, a thread dump or /proc/PID/smaps."
                        .to_owned(),
                    rows: Vec::new(),
                },
            })
            .collect()
    }

    /// Bytes of all objects, reachable or not: what the heap is filled with.
    fn all_objects(&self) -> u64 {
        self.used_heap().saturating_add(self.unreachable_bytes())
    }

    fn beside_native_memory(&self, report: &OutsideReport, memory: &NativeMemory) -> SideAnswer {
        let kind = SideKind::NativeMemory;
        if memory.is_disabled || memory.categories.is_empty() {
            let summary = "Native memory tracking was off. Start the JVM with \
                           -XX:NativeMemoryTracking=summary, then ask it again."
                .to_owned();
            return SideAnswer { kind, summary, rows: Vec::new() };
        }
        // Direct buffers are Internal before JDK 11, Other since.
        let buffers = if memory.committed("Other").is_some() { "Other" } else { "Internal" };
        let mut explained = 0u64;
        let mut metadata = bytes_of(report, OutsideName::Classes);
        let mut rows = Vec::new();
        for category in &memory.categories {
            let told = category.amount.committed;
            let (known, is_estimate, note) = match category.name.as_str() {
                "Java Heap" => (
                    Some(self.all_objects()),
                    false,
                    "the rest is free space of the heap, which the JVM keeps".to_owned(),
                ),
                "Metaspace" | "Class" => {
                    // Since JDK 16 the two share the metadata.
                    let has_both = memory.committed("Metaspace").is_some();
                    let all = metadata;
                    let known = if has_both { all.min(told) } else { all };
                    metadata = all.saturating_sub(known);
                    (Some(known), true, "metadata of the classes in the dump".to_owned())
                }
                "Thread" => (
                    Some(bytes_of(report, OutsideName::Threads).min(told)),
                    true,
                    format!(
                        "stacks of {} in the dump, as far as they are committed",
                        counted(count_of(report, OutsideName::Threads), "thread", "threads")
                    ),
                ),
                name if name == buffers => {
                    let direct = self.outside().direct_bytes;
                    let known = direct.max(bytes_of(report, OutsideName::DirectBuffers));
                    (Some(known), false, "direct buffers".to_owned())
                }
                "Code" => (None, false, "compiled code".to_owned()),
                "GC" => (None, false, "the collector's own tables".to_owned()),
                "Symbol" => (None, false, "names of classes, methods and fields".to_owned()),
                _ => (None, false, String::new()),
            };
            explained = explained.saturating_add(known.unwrap_or(0).min(told));
            rows.push(Comparison {
                what: category.name.clone(),
                unit: Unit::Bytes,
                told,
                explained: known,
                is_estimate,
                note,
            });
        }
        rows.sort_by(|a, b| b.told.cmp(&a.told).then_with(|| a.what.cmp(&b.what)));
        let counts = [
            (
                "Classes",
                memory.classes,
                Some(count_of(report, OutsideName::Classes)),
                "array classes are not counted as explained",
            ),
            (
                "Threads",
                memory.threads,
                Some(count_of(report, OutsideName::Threads)),
                "the rest are threads of the JVM itself",
            ),
        ];
        for (what, told, explained, note) in counts {
            let Some(told) = told else { continue };
            let (what, note) = (what.to_owned(), note.to_owned());
            let unit = Unit::Count;
            rows.push(Comparison { what, unit, told, explained, is_estimate: false, note });
        }
        let total = memory.total.committed;
        let summary = format!(
            "The JVM has committed {}: the heap dump explains {} of it, {} is the JVM's own or free \
             space of the heap. What libraries allocate by themselves is not in this count; compare \
             it with the process's resident size.",
            bytes(total),
            bytes(explained),
            bytes(total.saturating_sub(explained)),
        );
        SideAnswer { kind, summary, rows }
    }

    fn beside_smaps(
        &self,
        report: &OutsideReport,
        smaps: &Smaps,
        tracked: Option<u64>,
    ) -> SideAnswer {
        let objects = self.all_objects();
        let direct = bytes_of(report, OutsideName::DirectBuffers);
        let mapped = bytes_of(report, OutsideName::MappedFiles);
        let row = |what: &str, told: u64, explained: Option<u64>, is_estimate, note: &str| {
            let (what, note) = (what.to_owned(), note.to_owned());
            Comparison { what, unit: Unit::Bytes, told, explained, is_estimate, note }
        };
        let mut rows = vec![row(
            "Resident (Rss)",
            smaps.total.rss,
            tracked.or_else(|| Some(objects.saturating_add(report.exact))),
            false,
            match tracked {
                Some(_) => {
                    "what the JVM has committed, by its native memory tracking; not all of \
                            it need be in memory"
                }
                None => "objects of the heap, direct buffers and mapped files",
            },
        )];
        if !smaps.is_rollup {
            rows.extend([
                row(
                    "Anonymous memory",
                    smaps.anonymous.rss,
                    Some(objects.saturating_add(direct)),
                    false,
                    "objects of the heap and direct buffers; the rest is free heap, stacks, \
                     metadata, code, the collector, and what libraries allocate",
                ),
                row("malloc (brk)", smaps.brk.rss, None, false, "native code and the JVM"),
                row("Libraries", smaps.libraries.rss, None, false, "shared with other processes"),
                row(
                    "Mapped files",
                    smaps.files.rss,
                    Some(mapped.min(smaps.files.rss)),
                    false,
                    "mapped buffers of the heap; the rest is the JVM's modules and archives, jars \
                     and files that native code maps",
                ),
            ]);
        }
        if smaps.total.swap > 0 {
            rows.push(row("Swapped out", smaps.total.swap, None, false, ""));
        }
        let arenas = if smaps.arenas >= 8 {
            format!(
                " {} mappings look like arenas of glibc's malloc, which keep what was freed: try \
                 MALLOC_ARENA_MAX=2.",
                count(smaps.arenas)
            )
        } else {
            String::new()
        };
        let known = rows.first().and_then(|row| row.explained).unwrap_or(0);
        let summary = format!(
            "{} are in memory; {} explains {}, and {} remains unexplained.{arenas}",
            bytes(smaps.total.rss),
            if tracked.is_some() { "the JVM" } else { "the heap dump" },
            bytes(known),
            bytes(smaps.total.rss.saturating_sub(known)),
        );
        SideAnswer { kind: SideKind::Smaps, summary, rows }
    }

    fn beside_threads(&self, report: &OutsideReport, dump: &ThreadDump) -> SideAnswer {
        let row = |what: &str, told, explained, note: &str| {
            let (what, note) = (what.to_owned(), note.to_owned());
            Comparison { what, unit: Unit::Count, told, explained, is_estimate: false, note }
        };
        let in_dump = count_of(report, OutsideName::Threads);
        let mut rows = vec![
            row("Java threads", dump.java, Some(in_dump), "those in the heap dump"),
            row("Threads of the JVM", dump.internal, None, "not in a heap dump"),
        ];
        if dump.virtual_threads > 0 {
            rows.push(row("Virtual threads", dump.virtual_threads, None, "objects of the heap"));
        }
        for (state, threads) in &dump.states {
            rows.push(row(state, *threads, None, ""));
        }
        if let Some(globals) = dump.jni_globals {
            let known = count_of(report, OutsideName::JniGlobals);
            rows.push(row("JNI global references", globals, Some(known), "GC roots in the dump"));
        }
        let state = dump.states.first();
        let most = state.map_or_else(String::new, |(state, threads)| {
            format!(
                ", most of them ({}) {}",
                count(*threads),
                state.replace('_', " ").to_lowercase()
            )
        });
        let summary = format!(
            "The thread dump has {}{most}; the heap dump has {}.",
            counted(dump.java, "Java thread", "Java threads"),
            count(in_dump)
        );
        SideAnswer { kind: SideKind::ThreadDump, summary, rows }
    }

    fn beside_histogram(&self, histogram: &ClassHistogram) -> SideAnswer {
        let heap = self.heap();
        let mut by_name: HashMap<&str, (u64, u64)> = HashMap::new();
        for (index, class) in heap.classes.iter() {
            let total = self.loaded.totals.get(ClassIndex(index.0));
            let sum = by_name.entry(class.name.as_str()).or_default();
            sum.0 += total.instances + total.unreachable;
            sum.1 += total.shallow + total.unreachable_shallow;
        }
        let told_by = |name: &str| by_name.get(name).copied().unwrap_or_default();
        let totals = self.loaded.totals.sum();
        let row = |what: String, unit, told, explained, note: &str| Comparison {
            what,
            unit,
            told,
            explained: Some(explained),
            is_estimate: false,
            note: note.to_owned(),
        };
        let mut rows = vec![
            row(
                "All bytes".to_owned(),
                Unit::Bytes,
                histogram.bytes,
                self.all_objects(),
                "unreachable objects included",
            ),
            row(
                "All objects".to_owned(),
                Unit::Count,
                histogram.instances,
                totals.instances + totals.unreachable,
                "unreachable objects included",
            ),
        ];
        let mut classes: HashMap<&str, u64> = HashMap::new();
        for class in &histogram.classes {
            let sum = classes.entry(class.name.as_str()).or_default();
            *sum = sum.saturating_add(class.bytes);
        }
        let mut differing: Vec<(&str, u64, u64)> = classes
            .into_iter()
            .map(|(name, told)| (name, told, told_by(name).1))
            .filter(|(_, told, known)| told != known)
            .collect();
        differing.sort_by(|a, b| b.1.abs_diff(b.2).cmp(&a.1.abs_diff(a.2)).then(a.0.cmp(b.0)));
        let agreed = differing.is_empty();
        for (name, told, known) in differing.into_iter().take(CLASSES) {
            let note = if told > known { "more than in the dump" } else { "less than in the dump" };
            rows.push(row(name.to_owned(), Unit::Bytes, told, known, note));
        }
        let summary = format!(
            "The histogram has {} in {}, the dump {}.{}",
            bytes(histogram.bytes),
            counted(histogram.instances, "object", "objects"),
            bytes(self.all_objects()),
            if agreed {
                " All classes agree."
            } else {
                " The classes that differ most show what grew or went between the two."
            }
        );
        SideAnswer { kind: SideKind::ClassHistogram, summary, rows }
    }
}

fn bytes_of(report: &OutsideReport, name: OutsideName) -> u64 {
    let kind = report.kinds.iter().find(|kind| kind.name == name);
    kind.and_then(|kind| kind.bytes).unwrap_or(0)
}

fn count_of(report: &OutsideReport, name: OutsideName) -> u64 {
    report.kinds.iter().find(|kind| kind.name == name).map_or(0, |kind| kind.count)
}
