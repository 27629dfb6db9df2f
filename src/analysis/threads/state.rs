//! What a thread was doing: `Thread.threadStatus` of platform threads, `VirtualThread.state`.

use crate::heap::Heap;
use crate::hprof::Value;
use hashbrown::HashMap;
use serde::Serialize;

/// `java.lang.Thread.State`, and what the dump knows beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ThreadState {
    /// Not started.
    New,
    /// Running, or ready to run.
    Runnable,
    /// Waits for a monitor.
    Blocked,
    /// Waits without limit.
    Waiting,
    /// Waits for some time.
    TimedWaiting,
    /// Ended.
    Terminated,
    /// The dump does not tell.
    Unknown,
}

impl ThreadState {
    /// As `Thread.State` and jstack write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Runnable => "RUNNABLE",
            Self::Blocked => "BLOCKED",
            Self::Waiting => "WAITING",
            Self::TimedWaiting => "TIMED_WAITING",
            Self::Terminated => "TERMINATED",
            Self::Unknown => "unknown",
        }
    }
}

/// State with what jstack puts in brackets behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) state: ThreadState,
    pub(super) detail: Option<&'static str>,
}

impl State {
    pub(super) const UNKNOWN: Self = Self { state: ThreadState::Unknown, detail: None };

    /// `TIMED_WAITING (sleeping)`.
    pub(super) fn text(self) -> String {
        match self.detail {
            Some(detail) => format!("{} ({detail})", self.state.name()),
            None => self.state.name().to_owned(),
        }
    }

    /// Decodes `threadStatus` (rule H1): bits of JVMTI's `GetThreadState`, tested in the order of
    /// `jdk.internal.misc.VM.toThreadState`.
    pub(super) fn of_status(status: i64) -> Self {
        const ALIVE: i64 = 0x1;
        const TERMINATED: i64 = 0x2;
        const RUNNABLE: i64 = 0x4;
        const INDEFINITELY: i64 = 0x10;
        const WITH_TIMEOUT: i64 = 0x20;
        const SLEEPING: i64 = 0x40;
        const IN_OBJECT_WAIT: i64 = 0x100;
        const PARKED: i64 = 0x200;
        const BLOCKED: i64 = 0x400;
        let has = |bit| status & bit != 0;
        let detail = if has(SLEEPING) {
            Some("sleeping")
        } else if has(IN_OBJECT_WAIT) {
            Some("on object monitor")
        } else if has(PARKED) {
            Some("parking")
        } else {
            None
        };
        let (state, detail) = if has(RUNNABLE) {
            (ThreadState::Runnable, None)
        } else if has(BLOCKED) {
            (ThreadState::Blocked, Some("on object monitor"))
        } else if has(INDEFINITELY) {
            (ThreadState::Waiting, detail)
        } else if has(WITH_TIMEOUT) {
            (ThreadState::TimedWaiting, detail)
        } else if has(TERMINATED) {
            (ThreadState::Terminated, None)
        } else if has(ALIVE) {
            (ThreadState::Runnable, None)
        } else {
            (ThreadState::New, None)
        };
        Self { state, detail }
    }
}

/// The states of virtual threads. Their numbers differ between releases, so they are read from the
/// constants of `java.lang.VirtualThread` in the dump itself.
#[derive(Debug, Default)]
pub(super) struct VirtualStates {
    by_number: HashMap<i64, State>,
}

impl VirtualStates {
    /// A virtual thread that may not run now has this bit set besides its state.
    const SUSPENDED: i64 = 1 << 8;

    pub(super) fn new(heap: &Heap) -> Self {
        let Some(class) = heap.classes.by_name("java.lang.VirtualThread") else {
            return Self::default();
        };
        let constants = heap.classes.get(class).statics.iter();
        let states = constants.filter_map(|constant| {
            let Value::Int(number) = constant.value else { return None };
            Some((number.into(), named(heap.names.raw(constant.name)?)?))
        });
        Self { by_number: states.collect() }
    }

    pub(super) fn of(&self, number: i64) -> State {
        let found = self.by_number.get(&number);
        let found = found.or_else(|| self.by_number.get(&(number & !Self::SUSPENDED)));
        found.copied().unwrap_or(State::UNKNOWN)
    }
}

/// As `VirtualThread.threadState` translates its own states of JDK 19 to 25.
fn named(constant: &[u8]) -> Option<State> {
    let (state, detail) = match constant {
        b"NEW" => (ThreadState::New, None),
        b"STARTED" => (ThreadState::Runnable, Some("started")),
        b"RUNNABLE" => (ThreadState::Runnable, Some("unmounted")),
        b"RUNNING" => (ThreadState::Runnable, Some("mounted")),
        b"PARKING" | b"TIMED_PARKING" => (ThreadState::Runnable, Some("about to park")),
        b"BLOCKING" => (ThreadState::Runnable, Some("about to enter a monitor")),
        b"WAITING" | b"TIMED_WAITING" => (ThreadState::Runnable, Some("about to wait")),
        b"YIELDING" => (ThreadState::Runnable, Some("yielding")),
        b"YIELDED" | b"UNPARKED" | b"UNBLOCKED" => (ThreadState::Runnable, Some("unmounted")),
        b"PARKED" => (ThreadState::Waiting, Some("parking")),
        b"PINNED" => (ThreadState::Waiting, Some("parking, pinned to its carrier")),
        b"TIMED_PARKED" => (ThreadState::TimedWaiting, Some("parking")),
        b"TIMED_PINNED" => (ThreadState::TimedWaiting, Some("parking, pinned to its carrier")),
        b"BLOCKED" => (ThreadState::Blocked, Some("on object monitor")),
        b"WAIT" => (ThreadState::Waiting, Some("on object monitor")),
        b"TIMED_WAIT" => (ThreadState::TimedWaiting, Some("on object monitor")),
        b"TERMINATED" => (ThreadState::Terminated, None),
        _ => return None,
    };
    Some(State { state, detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_as_in_jstack() {
        for (status, text) in [
            (0x0, "NEW"),
            (0x1, "RUNNABLE"),
            (0x2, "TERMINATED"),
            (0x5, "RUNNABLE"),
            (0x20_0005, "RUNNABLE"),
            (0x401, "BLOCKED (on object monitor)"),
            (0x191, "WAITING (on object monitor)"),
            (0x291, "WAITING (parking)"),
            (0x1a1, "TIMED_WAITING (on object monitor)"),
            (0x2a1, "TIMED_WAITING (parking)"),
            (0xe1, "TIMED_WAITING (sleeping)"),
        ] {
            assert_eq!(State::of_status(status).text(), text, "{status:#x}");
        }
    }

    #[test]
    fn a_virtual_thread_that_is_suspended_keeps_its_state() {
        let parked = State { state: ThreadState::Waiting, detail: Some("parking") };
        let states = VirtualStates { by_number: [(4, parked)].into_iter().collect() };
        assert_eq!(states.of(4), parked);
        assert_eq!(states.of(4 | 256), parked);
        assert_eq!(states.of(5), State::UNKNOWN);
    }
}
