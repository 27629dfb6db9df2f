//! What to do where no known leak says it: by the kind of place that holds the pile.

use super::Inquiry;
use super::holder::{Holder, HolderKind};
use super::story::{Phrase, Sentence, innermost_name};
use super::suspects::{Suspect, SuspectKind};
use serde::Serialize;

/// What kind of place holds what piled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PileKind {
    /// A list.
    List,
    /// A set.
    Set,
    /// A map.
    Map,
    /// A map that is called a cache.
    Cache,
    /// A queue.
    Queue,
    /// An array.
    Array,
    /// A local variable of a running method.
    LocalVariable,
    /// A thread local.
    ThreadLocal,
    /// A class loader.
    ClassLoader,
    /// Many objects of one class, each held on its own.
    Group,
    /// One object with what it refers to.
    Structure,
}

impl Inquiry<'_> {
    /// The place that holds a suspect's pile; `None` where its members share none.
    pub(crate) fn holder_of(&self, suspect: &Suspect) -> Option<Holder> {
        if suspect.object.is_none() && suspect.accumulation.is_none() {
            return None;
        }
        let nodes: Vec<u32> = suspect.path.steps.iter().map(|step| step.row.object.0).collect();
        self.holder(&nodes)
    }

    /// What kind of place holds a suspect.
    pub(crate) fn pile_kind(&self, suspect: &Suspect, holder: Option<&Holder>) -> PileKind {
        let Some(holder) = holder else {
            return match suspect.kind {
                SuspectKind::Group => PileKind::Group,
                SuspectKind::ClassLoader => PileKind::ClassLoader,
                _ => PileKind::Structure,
            };
        };
        match (holder.kind, self.container_word(holder.target)) {
            (HolderKind::ThreadLocal, _) => PileKind::ThreadLocal,
            (HolderKind::Local, _) => PileKind::LocalVariable,
            _ if suspect.kind == SuspectKind::ClassLoader => PileKind::ClassLoader,
            (_, "list") => PileKind::List,
            (_, "set") => PileKind::Set,
            (_, "map") => PileKind::Map,
            (_, "cache") => PileKind::Cache,
            (_, "queue") => PileKind::Queue,
            (_, "array") => PileKind::Array,
            _ => PileKind::Structure,
        }
    }

    /// What to do about a suspect by the kind of its pile.
    pub(crate) fn generic_remedy(&self, suspect: &Suspect, kind: PileKind) -> Vec<Phrase> {
        let place = || suspect.holder.clone();
        let elements = suspect.pile.as_ref().map_or_else(
            || "what is in it".to_owned(),
            |pile| format!("each {}", innermost_name(&pile.class.name)),
        );
        let sentence = Sentence::default();
        match kind {
            PileKind::List | PileKind::Set => {
                sentence.plain(format!("Remove {elements} from ")).code(place()).plain(
                    " when it is over: on every way in which it can end, errors and timeouts \
                     included. Where entries are only kept to be looked up, keep one map by key.",
                )
            }
            PileKind::Map => {
                sentence.plain(format!("Remove {elements} from ")).code(place()).plain(
                    " when its owner ends. If the map is a cache, bound it: a maximum size and an \
                     expiry. Keys need equals and hashCode, or each put adds another entry.",
                )
            }
            PileKind::Cache => sentence
                .plain("Give ")
                .code(place())
                .plain(" a limit, by number or by weight of its entries, and an expiry."),
            PileKind::Queue => sentence.plain("Look at what takes from ").code(place()).plain(
                ": its consumer is blocked, gone, or slower than the producer. Bound the queue, \
                     so that the producer has to wait.",
            ),
            PileKind::Array => sentence
                .plain("Find what fills ")
                .code(place())
                .plain(" and set elements to null, or shorten it, when they are no longer needed."),
            PileKind::LocalVariable => sentence.plain("The method in ").code(place()).plain(
                " holds all of it at once while it runs: read and work in pages or a stream, set \
                     an upper limit, or let the variable go before the long part begins.",
            ),
            PileKind::ThreadLocal => sentence.plain("Call ").code("ThreadLocal.remove()").plain(
                " in finally where the value is set: threads of a pool live on. Bound or drop \
                     buffers that have grown.",
            ),
            PileKind::ClassLoader => sentence.plain(
                "If its application was stopped or loaded again, cut what keeps the loader alive \
                 (the path shows it). Otherwise look at the static fields of its classes.",
            ),
            PileKind::Group => sentence
                .plain("Look at who makes them and who lets them go: each ")
                .code(innermost_name(&suspect.class.name))
                .plain(
                    " is held on its own. Paths from the GC roots to a few of them show the place.",
                ),
            PileKind::Structure => sentence.plain("Look at what ").code(place()).plain(
                " refers to: load less of it, share it, or let it go when its work is done.",
            ),
        }
        .end()
    }
}
