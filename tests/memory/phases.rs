//! What each phase takes, beside what was estimated before it began.

use crate::counting::{alone, fixture, look, looks, stop_looking};
use crate::made::dumps;
use heapglass::heap::loader::{LoadOptions, Loader, PHASES, Phase, Wants};
use heapglass::heap::memory::{MemoryBudget, Need};
use heapglass::source::{ByteSource, FileSource};
use std::path::{Path, PathBuf};

const CHUNK: usize = 1 << 16;

/// A phase as it went.
#[derive(Clone, Copy, Debug)]
struct Taken {
    phase: Phase,
    need: Need,
    /// Bytes in use when it began, and the most while it lasted.
    before: u64,
    peak: u64,
}

impl Taken {
    fn bytes(&self) -> u64 {
        self.peak - self.before
    }
}

/// Loads a dump and notes what every phase took.
fn phases_of(path: &Path) -> (Vec<Taken>, usize) {
    let source = FileSource::open(path).unwrap();
    let mut buffer = vec![0; CHUNK];
    look();
    let start = look();
    let budget = MemoryBudget::within(u64::MAX / 2, look);
    let mut loader = Loader::new(LoadOptions::default(), source.len()).within(budget);
    let first = Taken { phase: Phase::Scan, need: Need::default(), before: start, peak: start };
    let mut taken = vec![first];
    looks();
    loop {
        match loader.wants() {
            Wants::Bytes { offset } => {
                let read = source.read_at(offset, &mut buffer).unwrap();
                loader.feed(&buffer[..read]).unwrap();
            }
            Wants::Compute => loader.compute().unwrap(),
            Wants::Nothing => break,
        }
        let mut seen = looks().into_iter();
        let (phase, need) = loader.need();
        if taken.last().unwrap().phase != phase {
            // The loader looks when a phase begins, before it allocates anything for it.
            let begun = seen.next().unwrap();
            let last = taken.last_mut().unwrap();
            last.peak = last.peak.max(begun.peak);
            taken.push(Taken { phase, need, before: begun.used, peak: begun.used });
        }
        let last = taken.last_mut().unwrap();
        last.peak = seen.map(|look| look.peak).fold(last.peak, u64::max);
    }
    let objects = loader.heap().unwrap().objects.len();
    stop_looking();
    (taken, objects)
}

/// The bounds hold, and they are not absurd: besides what small things may take, a phase takes at
/// least this part of what it was said to take at most.
const REASONABLE: u64 = 8;
const SMALL: u64 = 12 << 20;

fn check(path: &Path, show: bool) {
    let (taken, objects) = phases_of(path);
    let phases: Vec<Phase> = taken.iter().map(|each| each.phase).collect();
    assert_eq!(phases, PHASES, "{}", path.display());
    for each in &taken {
        let Need { least, most } = each.need;
        if show {
            println!(
                "{:>10}: {:>11} bytes in use before, {:>11} taken, estimated {:>11} to {:>11}",
                each.phase.name(),
                each.before,
                each.bytes(),
                least,
                most
            );
        }
        if each.phase == Phase::Scan {
            continue;
        }
        let what = format!("{}: {each:?}, {objects} objects", path.display());
        assert!(least <= each.bytes(), "less than the least: {what}");
        assert!(each.bytes() <= most, "more than the most: {what}");
        // How deep the tree is, cannot be known before it is walked.
        if each.phase != Phase::Classes {
            assert!(most <= SMALL + REASONABLE * each.bytes(), "far from the most: {what}");
        }
    }
}

#[test]
fn estimates_hold_for_every_phase() {
    let _alone = alone();
    for name in ["healthy", "dominators", "story-session-list", "collections-and-values"] {
        check(&fixture(name), false);
    }
    for made in dumps() {
        check(&made.path, false);
    }
}

#[test]
fn estimates_hold_for_a_dump_that_is_named() {
    let Some(dump) = std::env::var_os("HEAPGLASS_MEASURE").map(PathBuf::from) else { return };
    let _alone = alone();
    println!("{}", dump.display());
    check(&dump, true);
}
