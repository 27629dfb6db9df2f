//! Where inflating can start: the random access index of a gzip file.

use super::zlib::{INFLATER_MEMORY, RawInflate};

/// Memory that an index may take, or a 256th of the output if that is more.
const BUDGET: usize = 16 << 20;
/// Memory that no index may exceed.
const LARGEST_BUDGET: u64 = 64 << 20;
/// Distance of checkpoints inside a member, at first: 48 KiB per 4 MiB of output is 1.2 %.
const CHECKPOINT_SPACING: u64 = 4 << 20;
/// Distance of member starts that are kept, at first; a member start costs some bytes only.
const MEMBER_SPACING: u64 = 64 << 10;

/// A place where inflating can start.
#[derive(Debug)]
pub(super) struct Point {
    /// Offset in the file of the next compressed byte.
    pub(super) compressed: u64,
    /// Offset of the next byte of output.
    pub(super) output: u64,
    /// What is needed to start.
    pub(super) state: PointState,
}

/// What is needed to start inflating at a [`Point`].
#[derive(Debug)]
pub(super) enum PointState {
    /// Nothing: a member's header begins here.
    Member,
    /// The state of the inflater here, inside a member. Unlike the checkpoints of zlib's
    /// `examples/zran.c` it needs no block boundary: fast compressors write members that are a
    /// single block.
    Inside(RawInflate),
}

impl Point {
    fn memory(&self) -> usize {
        size_of::<Self>()
            + match &self.state {
                PointState::Member => 0,
                PointState::Inside(_) => INFLATER_MEMORY,
            }
    }
}

/// The random access index of a gzip file, built while the file is inflated once.
///
/// A point is a member's start (the JVM writes members of at most 1 MiB), or a copy of the
/// inflater's state inside a longer member, every 4 MiB of output. Whenever the index has grown to
/// 16 MiB (or 4 MiB per GiB of output, at most 64 MiB), the spacing doubles and the points that
/// are now too close are dropped.
#[derive(Debug)]
pub struct GzipIndex {
    points: Vec<Point>,
    memory: usize,
    budget: usize,
    checkpoint_spacing: u64,
    member_spacing: u64,
    len: u64,
}

impl GzipIndex {
    pub(super) fn new() -> Self {
        Self::with_limits(BUDGET, CHECKPOINT_SPACING, MEMBER_SPACING)
    }

    pub(super) fn with_limits(budget: usize, checkpoint_spacing: u64, member_spacing: u64) -> Self {
        let budget = budget.max(4 * INFLATER_MEMORY);
        Self { points: Vec::new(), memory: 0, budget, checkpoint_spacing, member_spacing, len: 0 }
    }

    /// Length of the inflated data in bytes.
    pub fn inflated_len(&self) -> u64 {
        self.len
    }

    /// Bytes of memory that the index takes.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Number of places where inflating can start.
    pub fn points(&self) -> usize {
        self.points.len()
    }

    /// The inflated data is now known to end at `len`.
    pub(super) fn end_at(&mut self, len: u64) {
        self.len = len;
    }

    /// Whether a member's start here is far enough from the last point.
    pub(super) fn wants_member(&self, compressed: u64, output: u64) -> bool {
        self.is_far(compressed, output, self.member_spacing)
    }

    /// Whether a checkpoint here is far enough from the last point.
    pub(super) fn wants_checkpoint(&self, compressed: u64, output: u64) -> bool {
        self.is_far(compressed, output, self.checkpoint_spacing)
    }

    fn is_far(&self, compressed: u64, output: u64, spacing: u64) -> bool {
        self.points.last().is_none_or(|last| distance(last, compressed, output) >= spacing)
    }

    /// Adds a point, which must come after all others. Without memory for it the index stays as it
    /// is: reads will start earlier.
    pub(super) fn push(&mut self, point: Point) {
        if self.points.try_reserve(1).is_err() {
            return;
        }
        self.memory += point.memory();
        self.points.push(point);
        while self.memory > self.limit() && self.points.len() > 1 {
            self.thin();
        }
    }

    fn limit(&self) -> usize {
        let output = self.points.last().map_or(0, |last| last.output);
        let share = usize::try_from((output / 256).min(LARGEST_BUDGET)).unwrap_or(0);
        self.budget.max(share)
    }

    /// Doubles the spacing and drops the points that are closer.
    fn thin(&mut self) {
        self.checkpoint_spacing = self.checkpoint_spacing.saturating_mul(2);
        self.member_spacing = self.member_spacing.saturating_mul(2);
        let (checkpoint_spacing, member_spacing) = (self.checkpoint_spacing, self.member_spacing);
        let mut kept: Option<(u64, u64)> = None;
        self.points.retain(|point| {
            let spacing = match point.state {
                PointState::Member => member_spacing,
                PointState::Inside(_) => checkpoint_spacing,
            };
            let far = kept.is_none_or(|(compressed, output)| {
                (point.output - output).max(point.compressed - compressed) >= spacing
            });
            if far {
                kept = Some((point.compressed, point.output));
            }
            far
        });
        self.memory = self.points.iter().map(Point::memory).sum();
    }

    /// The last point at or before `output`. Logarithmic time.
    pub(super) fn nearest(&self, output: u64) -> Option<&Point> {
        let after = self.points.partition_point(|point| point.output <= output);
        self.points.get(after.checked_sub(1)?)
    }
}

/// Work to get from a point to a place: bytes to inflate, or to read where little comes out.
fn distance(from: &Point, compressed: u64, output: u64) -> u64 {
    output.saturating_sub(from.output).max(compressed.saturating_sub(from.compressed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(compressed: u64, output: u64) -> Point {
        let state = PointState::Inside(RawInflate::new().unwrap());
        Point { compressed, output, state }
    }

    #[test]
    fn a_terabyte_keeps_evenly_spaced_points_within_the_budget() {
        let mut index = GzipIndex::new();
        index.push(Point { compressed: 0, output: 0, state: PointState::Member });
        let step = 1 << 20;
        for output in (0..(1_u64 << 40)).step_by(step) {
            if index.wants_checkpoint(output / 8, output) {
                index.push(checkpoint(output / 8, output));
            }
        }
        assert!((24 << 20..=64 << 20).contains(&index.memory()));
        let gaps = || index.points.windows(2).map(|pair| pair[1].output - pair[0].output);
        assert!(gaps().max().unwrap() <= 2 * gaps().min().unwrap());
    }

    #[test]
    fn eight_gigabytes_have_a_checkpoint_every_16_mib() {
        let mut index = GzipIndex::new();
        for output in (0..(8_u64 << 30)).step_by(256 << 10) {
            if index.wants_checkpoint(output / 5, output) {
                index.push(checkpoint(output / 5, output));
            }
        }
        assert!(index.points.windows(2).all(|pair| pair[1].output - pair[0].output <= 16 << 20));
        assert!(index.memory() <= 32 << 20);
    }

    #[test]
    fn members_without_output_cannot_grow_the_index() {
        let mut index = GzipIndex::new();
        for member in 0..1_000_000 {
            if index.wants_member(member * 20, 0) {
                index.push(Point { compressed: member * 20, output: 0, state: PointState::Member });
            }
        }
        assert!((300..400).contains(&index.points()), "one per 64 KiB of 20 MB");
    }

    #[test]
    fn the_nearest_point_is_the_last_one_not_after() {
        let mut index = GzipIndex::new();
        assert!(index.nearest(0).is_none());
        for output in [0, 100, 100, 200] {
            index.push(checkpoint(output * 2 + index.points() as u64, output));
        }
        for (output, expected) in [(0, 0), (99, 0), (100, 202), (199, 202), (200, 403), (999, 403)]
        {
            assert_eq!(index.nearest(output).unwrap().compressed, expected);
        }
    }
}
