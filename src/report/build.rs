//! Makes the report from the answers about a dump.

use super::contents::Contents;
use super::gate::gate;
use super::model::{
    ClassPart, ClassesPart, DominatorsPart, DumpPart, FailedThreadPart, HeapPart, IncompletePart,
    KnownLeakPart, ObjectPart, OddityPart, OutsideKindPart, OutsidePart, OutsideRowPart, PathPart,
    PilePart, Report, SCHEMA_VERSION, SizeModelPart, StepPart, SuspectPart, SuspectsPart, Told,
    Tool, UnreachablePart, VerdictPart,
};
use super::moment;
use crate::analysis::facts::DumpFacts;
use crate::analysis::histogram::{
    self, HistogramFilter, HistogramKey, HistogramQuery, HistogramWindow, Sort,
};
use crate::analysis::known_leaks::KnownLeak;
use crate::analysis::naming::array_name;
use crate::analysis::outside::{self, OutsideKind, OutsideReport, OutsideRow};
use crate::analysis::paths::Path;
use crate::analysis::rows::ObjectRow;
use crate::analysis::story::Phrase;
use crate::analysis::suspects::{Suspect, SuspectReport, ratio};
use crate::analysis::verdict::Verdict;
use crate::analysis::{HeapInquiry, Inquiry, TreeInquiry};
use crate::heap::ObjectIndex;
use crate::heap::loader::Outcome;
use crate::heap::references::name_of;
use crate::source::ByteSource;

/// What a report is to tell.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether strings of the dump are told; by default not.
    pub contents: Contents,
    /// Share of the used heap from which a finding stops a pipeline; by default a tenth.
    pub threshold: f64,
    /// Name of the file, without its folder.
    pub file_name: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { contents: Contents::default(), threshold: 0.1, file_name: None }
    }
}

/// What was concluded about a dump: suspects and verdict, where memory sufficed for them.
pub type Judged<'a> = Option<(&'a SuspectReport, &'a Verdict)>;

/// What a report is made from that takes more than a moment to work out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Suspects and verdict.
    pub judged: Judged<'a>,
    /// What lies outside the heap; without it the report walks over all objects once more.
    pub outside: Option<&'a OutsideReport>,
}

/// Classes and objects listed.
const ROWS: u32 = 20;
/// Owners listed of each kind of memory outside the heap.
const OWNERS: usize = 10;

impl Report {
    /// The report on a dump that nobody has judged yet. `source` gives its uncompressed bytes.
    pub fn new(outcome: &Outcome, source: &dyn ByteSource, options: &Options) -> Self {
        let whole = Inquiry::of(outcome, source).ok();
        let suspects = whole.as_ref().map(Inquiry::suspects);
        let verdict = whole.as_ref().zip(suspects.as_ref()).map(|(whole, s)| whole.verdict(s));
        let judged = suspects.as_ref().zip(verdict.as_ref());
        Self::of(outcome, source, Known { judged, outside: None }, options)
    }

    /// The report on a dump with what was concluded about it. O(classes) where all is known.
    pub fn of(
        outcome: &Outcome,
        source: &dyn ByteSource,
        known: Known<'_>,
        options: &Options,
    ) -> Self {
        let inquiry = HeapInquiry::of(outcome, source);
        Builder { inquiry, contents: options.contents }.report(outcome, source, known, options)
    }
}

/// Turns answers into parts of a report.
struct Builder<'a> {
    inquiry: HeapInquiry<'a>,
    contents: Contents,
}

impl Builder<'_> {
    fn report(
        &self,
        outcome: &Outcome,
        source: &dyn ByteSource,
        Known { judged, outside }: Known<'_>,
        options: &Options,
    ) -> Report {
        let facts = self.inquiry.facts();
        let whole = Inquiry::of(outcome, source).ok();
        let unreachable = whole
            .as_ref()
            .map(|whole| whole.unreachable_histogram(&largest(HistogramKey::Shallow)));
        let dominators = TreeInquiry::of(outcome, source).ok();
        let known = judged.iter().flat_map(|(_, verdict)| &verdict.known_leaks);
        Report {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "Heapglass", version: env!("CARGO_PKG_VERSION") },
            contents: self.contents,
            file_name: options.file_name.clone(),
            gate: gate(judged, options.threshold, facts.truncated),
            verdict: judged.map(|(_, verdict)| self.verdict(verdict)),
            known_leaks: known.map(|known| self.known_leak(known)).collect(),
            suspects: judged.map(|(suspects, _)| SuspectsPart {
                list: suspects.suspects.iter().map(|suspect| self.suspect(suspect)).collect(),
                remainder: suspects.remainder,
            }),
            dump: self.dump(&facts),
            heap: HeapPart {
                used: facts.used_heap,
                objects: facts.objects,
                classes: facts.classes,
                class_loaders: facts.class_loaders,
                gc_roots: facts.gc_roots,
                threads: facts.threads,
            },
            unreachable: UnreachablePart {
                objects: facts.unreachable_objects,
                bytes: facts.unreachable_bytes,
                share: ratio(
                    facts.unreachable_bytes,
                    facts.used_heap.saturating_add(facts.unreachable_bytes),
                ),
                classes: unreachable.map(|window| classes(&window)),
            },
            size_model: size_model(&facts),
            classes: self.histogram(),
            dominators: dominators.map(|tree| self.dominators(&tree)),
            outside: whole.map(|whole| match outside {
                Some(outside) => self.outside(outside),
                None => self.outside(&whole.outside_report()),
            }),
            oddities: oddities(&facts),
            incomplete: self.inquiry.incomplete().map(|incomplete| IncompletePart {
                message: incomplete.message,
                advice: incomplete.advice,
            }),
        }
    }

    fn told(&self, sentence: &[Phrase]) -> Told {
        self.contents.sentence(sentence)
    }

    fn all_told(&self, sentences: &[Vec<Phrase>]) -> Vec<Told> {
        sentences.iter().map(|sentence| self.told(sentence)).collect()
    }

    fn verdict(&self, verdict: &Verdict) -> VerdictPart {
        VerdictPart {
            finding: verdict.finding,
            confidence: verdict.confidence,
            because: self.told(&verdict.because),
            headline: self.told(&verdict.headline),
            story: self.all_told(&verdict.story),
            path: verdict.path.as_ref().map(|path| self.path(path)),
            pile_kind: verdict.kind,
            remedy: verdict.remedy.as_deref().map(|remedy| self.told(remedy)),
            failed_thread: verdict.failed_thread.as_ref().map(|failed| FailedThreadPart {
                address: failed.thread.address.clone(),
                name: self.contents.of(Some(&failed.name)),
                message: self.contents.of(failed.message.as_deref()),
                frames: failed.frames.clone(),
                more_frames: failed.more,
            }),
        }
    }

    fn known_leak(&self, known: &KnownLeak) -> KnownLeakPart {
        let versions = known.versions.iter();
        KnownLeakPart {
            id: known.id.clone(),
            title: known.title.clone(),
            certainty: known.certainty,
            suspect: known.suspect,
            share: known.share,
            evidence: self.all_told(&known.evidence),
            versions: versions.filter_map(|text| self.contents.of(Some(text))).collect(),
            fixed_in: known.fixed_in.clone(),
            explanation: known.explanation.clone(),
            remedy: known.remedy.clone(),
            sources: known.sources.clone(),
        }
    }

    fn suspect(&self, suspect: &Suspect) -> SuspectPart {
        SuspectPart {
            rank: suspect.rank,
            kind: suspect.kind,
            holder: self.contents.label(&suspect.holder),
            class: suspect.class.name.clone(),
            members: suspect.members,
            retained: suspect.retained,
            shallow: suspect.shallow,
            share: suspect.share,
            headline: self.told(&suspect.headline),
            story: self.all_told(&suspect.story),
            object: suspect.object.as_ref().map(|row| self.object(row)),
            accumulation: suspect.accumulation.as_ref().map(|row| self.object(row)),
            pile: suspect.pile.as_ref().map(|pile| PilePart {
                class: pile.class.name.clone(),
                count: pile.count,
                retained: pile.retained,
                average: pile.average,
            }),
            path: self.path(&suspect.path),
            biggest: suspect.biggest.iter().map(|row| self.object(row)).collect(),
            keywords: suspect.keywords.clone(),
        }
    }

    fn path(&self, path: &Path) -> PathPart {
        let mut steps = Vec::new();
        let mut before: Option<ObjectIndex> = None;
        for step in &path.steps {
            let object = step.row.object;
            let via = match self.contents {
                Contents::Included => step.via.clone(),
                // Asked of the heap itself, which names references by fields and positions only.
                Contents::LeftOut => before
                    .and_then(|before| name_of(&self.inquiry.values, before, object))
                    .map(|via| via.to_string()),
            };
            steps.push(StepPart { via, object: self.object(&step.row) });
            before = Some(object);
        }
        PathPart { root: path.root, steps, omitted: path.omitted }
    }

    fn object(&self, row: &ObjectRow) -> ObjectPart {
        ObjectPart {
            address: row.address.clone(),
            class: row.class.name.clone(),
            name: match self.contents {
                Contents::Included => row.name.clone(),
                Contents::LeftOut => self.bare_name(row),
            },
            value: self.contents.of(row.value.as_deref()),
            shallow: row.shallow,
            retained: row.retained,
            dominated: row.dominated,
        }
    }

    /// The name that an object has by its class alone.
    fn bare_name(&self, row: &ObjectRow) -> String {
        let heap = self.inquiry.heap();
        match (row.length, heap.classes.represented_by(row.object)) {
            (Some(length), _) => array_name(&row.class.name, length),
            (None, Some(class)) => format!("class {}", heap.classes.get(class).name),
            (None, None) => row.class.name.clone(),
        }
    }

    fn dump(&self, facts: &DumpFacts) -> DumpPart {
        DumpPart {
            format: facts.format,
            file_bytes: facts.file_bytes,
            dump_bytes: facts.dump_bytes,
            taken_at: moment::utc(facts.taken_at),
            jvm: self.contents.of(facts.jvm.as_deref()),
            java_version: self.contents.of(facts.java_version.as_deref()),
            id_bytes: facts.id_bytes,
            number: facts.dump,
            dumps: facts.dumps,
            truncated: facts.truncated,
        }
    }

    fn outside(&self, report: &OutsideReport) -> OutsidePart {
        OutsidePart {
            capacity: report.capacity,
            capacity_is_exact: report.capacity_is_exact,
            exact: report.exact,
            estimated: report.estimated,
            kinds: report.kinds.iter().map(|kind| self.outside_kind(kind)).collect(),
        }
    }

    fn outside_kind(&self, kind: &OutsideKind) -> OutsideKindPart {
        let unlisted = kind.rows.len().saturating_sub(OWNERS) as u64;
        OutsideKindPart {
            name: kind.name,
            title: outside::title(kind.name),
            count: kind.count,
            bytes: kind.bytes,
            is_estimate: kind.is_estimate,
            notes: kind.notes.clone(),
            rows: kind.rows.iter().take(OWNERS).map(|row| self.outside_row(row)).collect(),
            more: kind.more.saturating_add(unlisted),
        }
    }

    fn outside_row(&self, row: &OutsideRow) -> OutsideRowPart {
        OutsideRowPart {
            label: self.contents.label(&row.label),
            class: row.class.as_ref().map(|class| class.name.clone()),
            holder: row.holder.as_ref().map(|holder| self.contents.label(holder)),
            count: row.count,
            bytes: row.bytes,
            example: row.example.as_ref().map(|example| example.address.clone()),
        }
    }

    fn histogram(&self) -> ClassesPart {
        let retained = self.inquiry.class_retained();
        let key = if retained.is_some() { HistogramKey::Retained } else { HistogramKey::Shallow };
        let rows = histogram::rows(self.inquiry.heap(), self.inquiry.totals, retained);
        classes(&histogram::window(rows, &largest(key)))
    }

    fn dominators(&self, tree: &TreeInquiry<'_>) -> DominatorsPart {
        let top = tree.dominated(None, 0, ROWS);
        let rows: Vec<ObjectPart> = top.rows.iter().map(|row| self.object(row)).collect();
        let more = top.total.saturating_sub(listed(rows.len()));
        DominatorsPart { rows, more }
    }
}

/// The classes listed: the largest by `key`.
fn largest(key: HistogramKey) -> HistogramQuery {
    HistogramQuery {
        sort: Sort { key, descending: true },
        filter: HistogramFilter::default(),
        start: 0,
        count: ROWS,
    }
}

fn classes(window: &HistogramWindow) -> ClassesPart {
    let rows = window.rows.iter().map(|row| ClassPart {
        name: row.name.clone(),
        loader: row.loader.clone(),
        instances: row.instances,
        shallow: row.shallow,
        retained: row.retained,
    });
    ClassesPart {
        more: window.total.saturating_sub(listed(window.rows.len())),
        rows: rows.collect(),
    }
}

fn listed(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

fn size_model(facts: &DumpFacts) -> SizeModelPart {
    SizeModelPart {
        name: facts.size_model,
        reference_bytes: facts.reference_bytes,
        alignment: facts.alignment,
        header_bytes: facts.layout.map(|found| found.layout.header_bytes),
        compared: facts.layout.map(|found| found.neighbours),
        agreeing: facts.layout.map(|found| found.agreeing_neighbours),
    }
}

fn oddities(facts: &DumpFacts) -> Vec<OddityPart> {
    let warnings = facts.warnings.iter();
    let part = |warning: &crate::analysis::warnings::WarningFact| OddityPart {
        kind: warning.kind.clone(),
        severity: warning.severity,
        message: warning.message.clone(),
        count: warning.count,
        first_offset: warning.first_offset,
    };
    warnings.map(part).collect()
}
