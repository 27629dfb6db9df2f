//! Whether a dump shows a finding that a pipeline must stop for.

use super::model::{Gate, GateOutcome};
use crate::analysis::known_leaks::Certainty;
use crate::analysis::story::percent;
use crate::analysis::suspects::SuspectReport;
use crate::analysis::verdict::{Finding, Verdict};

/// The gate of what was judged; undecided where memory did not suffice to judge, and where nothing was
/// found in a file that is `truncated`: what is missing of it may be the leak.
///
/// A finding is a suspect that the verdict accuses, memory outside the heap, class metadata or a
/// refused allocation that it accuses, or a known leak that is more than possible. A large part of the heap that is not accused is none.
pub(super) fn gate(
    judged: Option<(&SuspectReport, &Verdict)>,
    threshold: f64,
    truncated: bool,
) -> Gate {
    let mut gate = gate_of_all(judged, threshold);
    if truncated && gate.outcome == GateOutcome::Passed {
        gate.outcome = GateOutcome::Undecided;
        gate.because = format!("The dump is truncated; in what there is of it: {}", gate.because);
    }
    gate
}

/// The gate of a dump that is whole.
fn gate_of_all(judged: Option<(&SuspectReport, &Verdict)>, threshold: f64) -> Gate {
    let Some((suspects, verdict)) = judged else {
        return Gate {
            outcome: GateOutcome::Undecided,
            threshold,
            share: None,
            because: "Memory did not suffice to look for suspects.".to_owned(),
        };
    };
    // Of these a share of the heap says nothing.
    let beside_the_heap = match verdict.finding {
        Finding::Outside => Some("The finding is memory outside the heap."),
        Finding::Classes => Some("The finding is class metadata, outside the heap."),
        Finding::Allocation => Some("The finding is an allocation that the JVM refused."),
        Finding::Calm | Finding::Suspected => None,
    };
    if let Some(because) = beside_the_heap {
        let because = because.to_owned();
        return Gate { outcome: GateOutcome::Found, threshold, share: None, because };
    }
    let sure = verdict.known_leaks.iter().filter(|known| known.certainty != Certainty::Possible);
    let known = sure.map(|known| (known.share, format!("the known leak {}", known.id)));
    let accused = suspects.suspects.first().filter(|_| verdict.finding == Finding::Suspected);
    let accused = accused.map(|suspect| (suspect.share, "the first suspect".to_owned()));
    // Of two that are as large, the last is taken: the verdict's own.
    let largest = known.chain(accused).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let limit = percent(threshold);
    let Some((share, what)) = largest else {
        let because = "Nothing is suspected.".to_owned();
        return Gate { outcome: GateOutcome::Passed, threshold, share: None, because };
    };
    let is_found = share >= threshold;
    let outcome = if is_found { GateOutcome::Found } else { GateOutcome::Passed };
    let held = format!("{what}, holds {} of the heap", percent(share));
    let because = if is_found {
        format!("The finding, {held}; the limit is {limit}.")
    } else {
        format!("The largest finding, {held}, below the limit of {limit}.")
    };
    Gate { outcome, threshold, share: Some(share), because }
}
