//! Memory as a budget: what a load may use, what a phase needs, and what to say when that is more.
//!
//! Before a phase begins, its [`Need`] is estimated from counts that are known by then. A phase
//! whose least does not fit is not begun. One whose most might not fit is tried: each of its steps
//! looks at what is in use, and an allocation that fails is an error, not an end.

use super::loader::Phase;
use crate::error::{Error, ErrorKind, Result, Shortage};

/// How many bytes the engine may use, and how to find out how many it uses.
#[derive(Clone, Copy, Debug)]
pub struct MemoryBudget {
    limit: u64,
    used: fn() -> u64,
}

/// Part of a limit that loads leave alone: small allocations, which cannot fail gracefully, and
/// answers need room too.
const MARGIN_PART: u64 = 8;
/// The most that is left alone.
const MARGIN_MOST: u64 = 64 << 20;

impl MemoryBudget {
    /// As much as the system gives.
    pub const UNLIMITED: Self = Self { limit: u64::MAX, used: || 0 };

    /// At most `bytes` in all, of which `used` says how many are in use. A load stops an eighth, at
    /// most 64 MiB, before the limit.
    pub fn within(bytes: u64, used: fn() -> u64) -> Self {
        Self { limit: bytes - (bytes / MARGIN_PART).min(MARGIN_MOST), used }
    }

    /// Bytes in use now.
    pub fn used(&self) -> u64 {
        (self.used)()
    }

    /// Bytes that a load may still take; `None` without a limit.
    pub fn free(&self) -> Option<u64> {
        self.limit().map(|limit| limit.saturating_sub(self.used()))
    }

    /// Bytes that a load may use in all; `None` without a limit.
    pub fn limit(&self) -> Option<u64> {
        (self.limit != u64::MAX).then_some(self.limit)
    }

    /// Whether `need` can fit at all.
    ///
    /// # Errors
    /// The shortage when it cannot.
    pub fn admit(&self, need: Need) -> core::result::Result<(), Shortage> {
        match self.free() {
            Some(free) if need.least > free => {
                let (needed, at_most) = (need.least, Some(need.most));
                Err(Shortage { needed, at_most, free: Some(free), limit: self.limit() })
            }
            _ => Ok(()),
        }
    }
}

/// Bounds of the bytes that a phase takes at its peak, beyond what is in use before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// It cannot take less.
    pub least: u64,
    /// It cannot take more, copies made while arrays grow included.
    pub most: u64,
}

/// Where loading stopped because memory did not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The phase that did not fit.
    pub phase: Phase,
    /// What it needed.
    pub shortage: Shortage,
}

impl Stop {
    /// The stop as an error of the given kind.
    pub fn error(&self, kind: ErrorKind) -> Error {
        let Shortage { needed, at_most, free, limit } = self.shortage;
        let more = needed.saturating_sub(free.unwrap_or(0));
        let free = free.map_or_else(String::new, |free| format!("; {} were free", mebibytes(free)));
        let most = at_most.map_or_else(String::new, |m| format!(", at most {}", mebibytes(m)));
        let needed = mebibytes(needed);
        let message =
            format!("{} needs at least {needed} of memory{most}{free}", self.phase.doing());
        let advice = match limit {
            Some(_) => format!(
                "Allow at least {} more, or open the dump with the native command line, \
                 which uses all memory there is: heapglass DUMP",
                mebibytes(more)
            ),
            None => "Use a machine with more memory".to_owned(),
        };
        Error::new(kind, message).advise(advice).short_of(self.shortage)
    }
}

fn mebibytes(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1 << 10)),
        _ => format!("{} MiB", bytes.div_ceil(1 << 20)),
    }
}

/// Watches one phase.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: MemoryBudget,
    phase: Phase,
    need: Need,
    /// Bytes in use when the phase began.
    before: u64,
    /// Free bytes when the phase began.
    free: Option<u64>,
    /// Most bytes in use seen so far.
    high: u64,
}

impl Meter {
    /// Watches the first phase, of which nothing is known yet.
    pub(crate) fn new(budget: MemoryBudget) -> Self {
        let (before, free) = (budget.used(), budget.free());
        Self { budget, phase: Phase::Scan, need: Need::default(), before, free, high: before }
    }

    /// Turns to the next phase.
    ///
    /// # Errors
    /// `TooLarge` when it cannot fit.
    pub(crate) fn begin(&mut self, phase: Phase, need: Need) -> Result<()> {
        *self = Self { phase, need, ..Self::new(self.budget) };
        let refused = |shortage| Stop { phase, shortage }.error(ErrorKind::TooLarge);
        self.budget.admit(need).map_err(refused)
    }

    pub(crate) fn need(&self) -> (Phase, Need) {
        (self.phase, self.need)
    }

    /// Whether the phase may go on.
    pub(crate) fn look(&mut self) -> Result<()> {
        let used = self.budget.used();
        self.high = self.high.max(used);
        match self.budget.limit() {
            Some(limit) if used > limit => Err(Error::new(ErrorKind::TooLarge, "Out of memory")),
            _ => Ok(()),
        }
    }

    /// What to say of a phase that `error` ended: it took what was seen, and what the error says
    /// that could not be had.
    pub(crate) fn stop(&self, error: &Error) -> Stop {
        let failed = error.memory().map_or(0, |memory| memory.needed);
        let taken = (self.high - self.before).saturating_add(failed);
        let beyond = self.free.map_or(0, |free| free.saturating_add(1));
        let needed = self.need.least.max(taken).max(beyond);
        let at_most = (self.need.most > needed).then_some(self.need.most);
        let shortage = Shortage { needed, at_most, free: self.free, limit: self.budget.limit() };
        Stop { phase: self.phase, shortage }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_left_alone() {
        let of = |bytes| MemoryBudget::within(bytes, || 0).limit();
        assert_eq!(of(64 << 20), Some(56 << 20));
        assert_eq!(of(4 << 30), Some((4 << 30) - (64 << 20)));
        assert_eq!(MemoryBudget::UNLIMITED.limit(), None);
    }

    #[test]
    fn what_cannot_fit_is_refused_with_figures() {
        let budget = MemoryBudget::within(80 << 20, || 60 << 20);
        assert_eq!(budget.admit(Need { least: 10 << 20, most: u64::MAX }), Ok(()));
        let need = Need { least: (10 << 20) + 1, most: 30 << 20 };
        let refused = Meter::new(budget).begin(Phase::Dominators, need).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::TooLarge);
        assert_eq!(
            refused.message(),
            "Computing the dominator tree needs at least 11 MiB of memory, at most 30 MiB; \
             10 MiB were free"
        );
        let memory = refused.memory().unwrap();
        assert_eq!((memory.needed, memory.free), (need.least, Some(10 << 20)));
    }

    #[test]
    fn a_phase_that_ran_out_needed_more_than_was_free() {
        let budget = MemoryBudget::within(80 << 20, || 60 << 20);
        let mut meter = Meter::new(budget);
        meter.begin(Phase::Link, Need { least: 1, most: 2 }).unwrap();
        let small = Error::new(ErrorKind::TooLarge, "x").short_of(Shortage::of(4));
        assert_eq!(meter.stop(&small).shortage.needed, (10 << 20) + 1);
        let large = Error::new(ErrorKind::TooLarge, "x").short_of(Shortage::of(40 << 20));
        assert_eq!(meter.stop(&large).shortage.needed, 40 << 20);
    }
}
