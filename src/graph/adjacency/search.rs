//! Finding the edges to one node by their bytes, without decoding the lists.
//!
//! The varint of `target - source` begins with 14 bits that differ from source to source; all bytes
//! after them, its *tail*, are the same for the edges to a target from 8192 sources in a row. A pass
//! looks for that tail, eight bytes at a time, and decodes only where it is. Edges from nodes so near
//! that there is no tail are decoded as they lie.

use super::{Adjacency, CHUNK_BYTES, GROUP, OFFSET_BITS, Scan, Targets};
use crate::graph::node;
use core::ops::Range;

/// Sources in a row from which the edges to a target end in the same bytes: the zig-zag form has
/// one bit more than the difference, and its first 14 are left out.
const STRETCH: u32 = 1 << 13;
const HEAD_BITS: u32 = 14;
/// Bytes that are searched at once.
const WINDOW: usize = 1 << 16;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The zig-zag form in which an edge is stored.
#[inline]
fn zigzag(source: u32, target: u32) -> u32 {
    let delta = target.wrapping_sub(source);
    (delta << 1) ^ (delta >> 31).wrapping_neg()
}

/// Where the edge leads whose zig-zag form is `zigzag`, were it one of node 0.
#[inline]
fn delta(zigzag: u32) -> u32 {
    (zigzag >> 1) ^ (zigzag & 1).wrapping_neg()
}

/// Of how many sources from `source` on the edges to `target` have the same tail; 1 at least.
fn stretch(source: u32, target: u32) -> u32 {
    let delta = target.wrapping_sub(source);
    let backwards = delta >> 31 != 0;
    // The difference shrinks towards the target and grows behind it.
    if backwards { STRETCH - (!delta & (STRETCH - 1)) } else { (delta & (STRETCH - 1)) + 1 }
}

/// The bytes that the varint of a far edge ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tail {
    /// Bytes of the whole varint, 3 at least.
    len: usize,
    /// The last byte, repeated.
    last: u64,
    /// The byte before it, repeated, as far as it is known: of a tail of one byte, only that another
    /// one follows.
    before: u64,
    known: u64,
}

impl Tail {
    /// The tail of the edge from `source` to `target`, unless it is so near that it has none.
    fn of(source: u32, target: u32) -> Option<Self> {
        let rest = zigzag(source, target) >> HEAD_BITS;
        let repeated = |byte: u32| u64::from(byte & 0x7f) * ONES;
        let (len, last, before) = match rest {
            0 => return None,
            1..0x80 => (3, rest, None),
            0x80..0x4000 => (4, rest >> 7, Some(rest)),
            _ => (5, rest >> 14, Some(rest >> 7)),
        };
        let (before, known) =
            before.map_or((HIGHS, HIGHS), |byte| (repeated(byte) | HIGHS, u64::MAX));
        Some(Self { len, last: repeated(last), before, known })
    }

    /// The bytes of eight that may be the last of such a varint, as their highest bits: all that
    /// are, and few others. `at` are the eight, the others those one and two places before.
    #[inline]
    fn ends(self, at: u64, one: u64, two: u64) -> u64 {
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
        zeros(at ^ self.last) & zeros((one & self.known) ^ self.before) & two & HIGHS
    }

    /// Calls `see` with each position in `range` where such a varint may end, ascending.
    #[inline(never)]
    fn for_each_end(self, bytes: &[u8], range: Range<usize>, mut see: impl FnMut(usize) -> bool) {
        let first = range.start.max(2);
        let Some(at) = bytes.get(first..range.end.max(first)) else { return };
        let (words, rest) = at.as_chunks::<8>();
        let (one, _) = bytes[first - 1..].as_chunks::<8>();
        let (two, _) = bytes[first - 2..].as_chunks::<8>();
        let mut position = first;
        for ((at, one), two) in words.iter().zip(one).zip(two) {
            let [at, one, two] = [at, one, two].map(|word| u64::from_le_bytes(*word));
            let mut ends = self.ends(at, one, two);
            while ends != 0 {
                if !see(position + ends.trailing_zeros() as usize / 8) {
                    return;
                }
                ends &= ends - 1;
            }
            position += 8;
        }
        for (at, byte) in rest.iter().enumerate() {
            let end = position + at;
            let [one, two] = [1, 2].map(|back| u64::from(bytes[end - back]));
            if self.ends(u64::from(*byte), one, two) & 0x80 != 0 && !see(end) {
                return;
            }
        }
    }

    /// The varint of this length whose last byte is at `end`, and where it begins.
    #[inline]
    fn varint(self, bytes: &[u8], end: usize) -> Option<(u32, usize)> {
        let start = (end + 1).checked_sub(self.len)?;
        let (last, head) = bytes.get(start..=end)?.split_last()?;
        let mut value = 0;
        for (&byte, shift) in head.iter().zip((0..).step_by(7)) {
            if byte < 0x80 {
                return None;
            }
            value |= u32::from(byte & 0x7f) << shift;
        }
        (*last < 0x80).then(|| (value | u32::from(*last) << (7 * (self.len - 1)), start))
    }
}

/// Whether a varint begins at `start` of a list that begins at `list`.
#[inline]
fn is_start(bytes: &[u8], list: usize, start: usize) -> bool {
    start == list || (start > list && bytes.get(start - 1).is_some_and(|&byte| byte < 0x80))
}

/// How many varints end in `bytes`.
fn count_ends(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let going_on = |word: &[u8; 8]| u64::from((u64::from_le_bytes(*word) & HIGHS).count_ones());
    let words: u64 = words.iter().map(going_on).sum();
    let rest = rest.iter().filter(|&&byte| byte >= 0x80).count();
    bytes.len() as u64 - words - rest as u64
}

impl Targets<'_> {
    /// How many targets are left. O(bytes), an eighth of a step each.
    pub fn count_left(&self) -> u64 {
        count_ends(self.bytes)
    }

    /// How many targets come before the first that is `target`; `None` when it is not among those
    /// left. As [`Iterator::position`], but looks at most bytes eight at a time.
    pub fn position_of(&self, target: u32) -> Option<u64> {
        let Some(tail) = Tail::of(self.source, target) else {
            return self.clone().zip(0..).find(|pair| pair.0 == target).map(|pair| pair.1);
        };
        let wanted = zigzag(self.source, target);
        let mut found = None;
        tail.for_each_end(self.bytes, 0..self.bytes.len(), |end| {
            found = tail
                .varint(self.bytes, end)
                .filter(|&(value, start)| value == wanted && is_start(self.bytes, 0, start))
                .map(|(_, start)| start);
            found.is_none()
        });
        found.map(|start| count_ends(&self.bytes[..start]))
    }
}

/// A resumable pass over all nodes for those with an edge to one of them.
#[derive(Clone, Debug)]
pub struct Search {
    target: u32,
    /// The first node of the stretch at hand, and the one after its last.
    nodes: Range<u32>,
    how: How,
    /// Nodes of the stretch at hand that have the edge, ascending, each once.
    sources: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum How {
    /// Decodes the lists.
    Near(Scan),
    /// Looks for the tail from this position of the chunk on.
    Far { tail: Tail, chunk: usize, position: usize },
}

/// What a [`Search`] has passed.
#[derive(Debug)]
pub struct Searched<'a> {
    /// Nodes that are decided now; none when the search is amid a stretch.
    pub nodes: Range<u32>,
    /// Those of them with an edge to the target, ascending, each once.
    pub sources: &'a [u32],
    /// A measure of the work done.
    pub work: u64,
}

impl Search {
    /// For the edges to `target`, self-edges included.
    pub fn new(target: u32) -> Self {
        let how = How::Near(Scan::default());
        Self { target, nodes: 0..0, how, sources: Vec::new() }
    }

    /// Nodes decided so far.
    pub fn nodes_done(&self) -> u32 {
        self.nodes.start
    }
}

impl Adjacency {
    /// The next part of a pass for the edges to a node. `None` at the end.
    pub fn next_searched<'s>(&self, search: &'s mut Search) -> Option<Searched<'s>> {
        if search.nodes.is_empty() {
            self.begin_stretch(search)?;
        }
        let (work, is_over) = match search.how {
            How::Near(scan) => self.search_near(search, scan),
            How::Far { tail, chunk, position } => self.search_far(search, tail, chunk, position),
        };
        let mut nodes = search.nodes.start..search.nodes.start;
        if is_over {
            nodes.end = search.nodes.end;
            search.nodes.start = nodes.end;
        }
        let sources = if is_over { search.sources.as_slice() } else { &[] };
        Some(Searched { nodes, sources, work })
    }

    /// Chooses the groups after those searched that can be searched in one way.
    fn begin_stretch(&self, search: &mut Search) -> Option<()> {
        let first = search.nodes.end;
        if first >= self.nodes {
            return None;
        }
        search.sources.clear();
        let (start, target) = (*self.starts.get((first / GROUP) as usize)?, search.target);
        let (chunk, position) = (start >> OFFSET_BITS, start & node(CHUNK_BYTES - 1));
        let same = stretch(first, target);
        let tail = Tail::of(first, target).filter(|_| same >= GROUP);
        let groups = if tail.is_some() { same / GROUP } else { same.div_ceil(GROUP) };
        search.nodes = first..first.saturating_add(groups * GROUP).min(self.nodes);
        search.how = match tail {
            None => How::Near(Scan { node: first, chunk, position, end: position }),
            Some(tail) => How::Far { tail, chunk: chunk as usize, position: position as usize },
        };
        Some(())
    }

    /// Decodes one piece of the lists; returns the work, and whether the stretch is over.
    fn search_near(&self, search: &mut Search, mut scan: Scan) -> (u64, bool) {
        let Some(piece) = self.next_piece(&mut scan) else { return (1, true) };
        let (mut targets, target) = (piece.targets, search.target);
        let (source, work) = (targets.source(), 1 + targets.work());
        if targets.may_hold(target)
            && targets.any(|t| t == target)
            && search.sources.last() != Some(&source)
        {
            search.sources.push(source);
        }
        search.how = How::Near(scan);
        (work, scan.nodes_done() >= search.nodes.end)
    }

    /// Searches one window of bytes; returns the work, and whether the stretch is over.
    fn search_far(
        &self,
        search: &mut Search,
        tail: Tail,
        chunk: usize,
        position: usize,
    ) -> (u64, bool) {
        let bytes = self.chunks.get(chunk).map_or(&[][..], Vec::as_slice);
        // Where the next stretch begins, if that is in this chunk.
        let next = self.starts.get((search.nodes.end / GROUP) as usize).copied();
        let next =
            next.map(|start| ((start >> OFFSET_BITS) as usize, start as usize & (CHUNK_BYTES - 1)));
        let last = next.map_or(self.chunks.len().saturating_sub(1), |next| next.0);
        let limit = next.filter(|next| next.0 == chunk).map_or(bytes.len(), |next| next.1);
        let end = limit.min(position.saturating_add(WINDOW));
        tail.for_each_end(bytes, position..end, |end| {
            if let Some(source) = self.source_of(search, tail, chunk, end)
                && search.sources.last() != Some(&source)
            {
                search.sources.push(source);
            }
            true
        });
        let work = 1 + (end.saturating_sub(position) / 8) as u64;
        if end < limit {
            search.how = How::Far { tail, chunk, position: end };
        } else {
            search.how = How::Far { tail, chunk: chunk + 1, position: 0 };
        }
        (work, end >= limit && chunk >= last)
    }

    /// The node of the stretch at hand whose edge to the target ends at `end` of a chunk, if one
    /// does: the bytes say which node it would be, and its list whether it is.
    #[inline]
    fn source_of(&self, search: &Search, tail: Tail, chunk: usize, end: usize) -> Option<u32> {
        let bytes = self.chunks.get(chunk)?.as_slice();
        let (value, start) = tail.varint(bytes, end)?;
        let source = search.target.wrapping_sub(delta(value));
        if !search.nodes.contains(&source) {
            return None;
        }
        // Most others are refused by the places of groups, before any list is looked at.
        let group = (source / GROUP) as usize;
        let place = |start: u32| {
            (start >> OFFSET_BITS) as usize == chunk && start as usize & (CHUNK_BYTES - 1) <= end
        };
        if !self.starts.get(group).is_some_and(|&start| place(start))
            || self.starts.get(group + 1).is_some_and(|&next| place(next))
        {
            return None;
        }
        let list = self.cursor(source);
        let inside = start >= list.position as usize && end < list.end as usize;
        (inside && is_start(bytes, list.position as usize, start)).then_some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::super::builder::push_varint;
    use super::super::{AdjacencyBuilder, PIECE_BYTES};
    use super::*;
    use proptest::prelude::*;

    fn encoded(source: u32, target: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_varint(&mut bytes, zigzag(source, target));
        bytes
    }

    fn ends(tail: Tail, bytes: &[u8]) -> Vec<usize> {
        let mut ends = Vec::new();
        tail.for_each_end(bytes, 0..bytes.len(), |end| {
            ends.push(end);
            true
        });
        ends
    }

    proptest! {
        #[test]
        fn the_tail_of_an_edge_is_found_wherever_its_varint_lies(
            source in any::<u32>(), bits in 0u32..32, far in any::<u32>(), back in any::<bool>(),
            before in prop::collection::vec(any::<u8>(), 0..20),
            after in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let distance = far >> bits;
            let target = if back {
                source.wrapping_sub(distance)
            } else {
                source.wrapping_add(distance)
            };
            let varint = encoded(source, target);
            let Some(tail) = Tail::of(source, target) else {
                prop_assert!(varint.len() < 3);
                return Ok(());
            };
            prop_assert_eq!(tail.len, varint.len());
            let end = before.len() + varint.len() - 1;
            let bytes = [before, varint, after].concat();
            prop_assert!(ends(tail, &bytes).contains(&end));
            let (value, start) = tail.varint(&bytes, end).unwrap();
            prop_assert_eq!(value, zigzag(source, target));
            prop_assert_eq!(start, end + 1 - tail.len);
            prop_assert_eq!(target.wrapping_sub(delta(value)), source);
        }

        #[test]
        fn a_stretch_ends_where_the_tail_changes(source in any::<u32>(), target in any::<u32>()) {
            let same = stretch(source, target);
            prop_assert!((1..=STRETCH).contains(&same));
            let rest = |source: u32| zigzag(source, target) >> HEAD_BITS;
            let (last, after) = (source.wrapping_add(same - 1), source.wrapping_add(same));
            prop_assert_eq!(rest(last), rest(source));
            prop_assert_eq!(Tail::of(last, target), Tail::of(source, target));
            // Just before the target and just behind it, edges are as short.
            prop_assert!(rest(after) != rest(source) || last == target);
        }
    }

    /// Nodes with few edges and some with very many, near and far; three bytes and, of `far`, four.
    fn lists(nodes: u32, seed: u64) -> Vec<Vec<u32>> {
        let mut state = seed;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            ((state >> 33) % u64::from(below)) as u32
        };
        let popular = random(nodes);
        let one = |source: u32, random: &mut dyn FnMut(u32) -> u32| match random(4) {
            0 => random(nodes),
            1 => (source + random(300)) % nodes,
            2 => popular.saturating_sub(random(3)),
            _ => (source + random(20_000)) % nodes,
        };
        let mut lists: Vec<Vec<u32>> = (0..nodes)
            .map(|source| (0..random(3)).map(|_| one(source, &mut random)).collect())
            .collect();
        let long = random(nodes);
        lists[long as usize] = (0..nodes).collect();
        let mixed = random(nodes);
        lists[mixed as usize] = (0..nodes * 2).map(|_| one(mixed, &mut random)).collect();
        lists
    }

    fn build(lists: &[Vec<u32>]) -> Adjacency {
        let mut builder = AdjacencyBuilder::new(0).unwrap();
        for list in lists {
            builder.begin_node().unwrap();
            for &target in list {
                builder.target(target).unwrap();
            }
        }
        builder.finish().unwrap()
    }

    fn searched(adjacency: &Adjacency, target: u32) -> Vec<u32> {
        let mut search = Search::new(target);
        let (mut found, mut next) = (Vec::new(), 0);
        while let Some(part) = adjacency.next_searched(&mut search) {
            assert_eq!(part.nodes.start, next);
            assert!(part.work <= PIECE_BYTES as u64 + 6, "a part is bounded");
            next = part.nodes.end;
            assert!(part.sources.iter().all(|source| part.nodes.contains(source)));
            found.extend_from_slice(part.sources);
        }
        assert_eq!(next, adjacency.node_count());
        found
    }

    fn check(lists: &[Vec<u32>], targets: &[u32]) {
        let adjacency = build(lists);
        for &target in targets {
            let decoded: Vec<u32> = (0..adjacency.node_count())
                .filter(|&source| adjacency.targets(source).any(|t| t == target))
                .collect();
            assert_eq!(searched(&adjacency, target), decoded, "to {target}");
            for source in decoded {
                let targets = adjacency.targets(source);
                let position = targets.clone().position(|t| t == target).map(|at| at as u64);
                assert_eq!(targets.position_of(target), position);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_search_finds_what_decoding_finds(
            nodes in 1u32..60_000, seed in any::<u64>(), targets in any::<[prop::sample::Index; 4]>(),
        ) {
            let targets = targets.map(|target| u32::try_from(target.index(nodes as usize)).unwrap());
            check(&lists(nodes, seed), &targets);
        }
    }

    #[test]
    fn varints_of_every_length_are_found_across_chunks() {
        let nodes = 2_400_000;
        let lists = lists(nodes, 7);
        check(&lists, &[0, 1, 8191, 8192, 8193, nodes / 2, nodes - 8193, nodes - 1]);
    }

    #[test]
    fn a_list_counts_its_targets() {
        let lists = lists(30_000, 3);
        let adjacency = build(&lists);
        for source in 0..30_000 {
            let targets = adjacency.targets(source);
            assert_eq!(targets.count_left(), targets.count() as u64);
        }
        assert_eq!(adjacency.targets(0).position_of(40_000), None);
    }
}
