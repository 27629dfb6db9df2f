//! Graphs for benchmarks and tests: one that looks like a Java heap, and shapes that break careless
//! algorithms. The same on every machine.

use heapglass::error::Result;
use heapglass::graph::{Adjacency, AdjacencyBuilder, Graph, NONE};

/// Class nodes of the mixed heap; the first half are roots.
pub(crate) const CLASSES: u32 = 4000;

pub(crate) struct Heap {
    pub(crate) adjacency: Adjacency,
    /// Class per node: the hub.
    classes: Vec<u16>,
    pub(crate) roots: Vec<u32>,
}

impl Graph for Heap {
    fn adjacency(&self) -> &Adjacency {
        &self.adjacency
    }

    fn hub(&self, node: u32) -> u32 {
        self.classes.get(node as usize).map_or(NONE, |&class| u32::from(class))
    }

    fn skips_first(&self, node: u32) -> bool {
        node % 512 == 511
    }
}

/// xorshift64*: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        u32::try_from((high * u64::from(bound)) >> 32).unwrap_or(0)
    }
}

/// Writes nodes in file order; a shape refers forward to the nodes it is about to write.
struct Writer {
    builder: AdjacencyBuilder,
    classes: Vec<u16>,
    random: Random,
    /// Nodes nobody refers to yet.
    heads: Vec<u32>,
    /// Values that many share.
    shared: Vec<u32>,
}

impl Writer {
    fn next(&self) -> u32 {
        self.builder.node_count()
    }

    fn node(&mut self, class: u32, targets: &[u32]) -> Result<()> {
        self.builder.begin_node()?;
        for &target in targets {
            self.builder.target(target)?;
        }
        self.classes.push(u16::try_from(class).unwrap_or(0));
        self.builder.end_node()
    }

    /// A library class, which is a root, or an application class, which is not.
    fn application_class(&mut self) -> u32 {
        CLASSES / 2 + self.random.below(CLASSES / 2)
    }

    fn string(&mut self) -> Result<()> {
        let at = self.next();
        self.node(1, &[at + 1])?;
        self.node(2, &[])
    }

    fn some_shared(&mut self) -> u32 {
        let count = u32::try_from(self.shared.len()).unwrap_or(u32::MAX);
        let near = self.random.below(count);
        self.shared[self.random.below(near + 1) as usize]
    }

    /// A map: header, table, and per entry a string key and a value.
    fn map(&mut self, entries: u32) -> Result<()> {
        let at = self.next();
        self.heads.push(at);
        self.node(3, &[at + 1])?;
        let kinds: Vec<u32> = (0..entries).map(|_| self.random.below(8)).collect();
        let mut place = at + 2;
        let mut table = Vec::new();
        for &kind in &kinds {
            table.push(place);
            place += entry_size(kind);
        }
        self.node(4, &table)?;
        for &kind in &kinds {
            let entry = self.next();
            let shared = self.some_shared();
            match kind {
                0..=2 => {
                    self.node(5, &[entry + 1, shared])?;
                    self.string()?;
                }
                3 | 4 => {
                    self.node(5, &[entry + 1, entry + 3])?;
                    self.string()?;
                    let class = self.application_class();
                    self.node(class, &[shared, entry + 4])?;
                    self.string()?;
                }
                5 | 6 => {
                    self.node(5, &[shared, entry + 1])?;
                    let class = self.application_class();
                    self.node(class, &[])?;
                }
                _ => {
                    self.node(5, &[entry + 1, entry + 3])?;
                    self.string()?;
                    self.node(6, &[])?;
                }
            }
        }
        if self.random.below(4) == 0 {
            self.shared.push(at);
        }
        Ok(())
    }

    /// A doubly linked list with a leaf per element.
    fn list(&mut self, elements: u32) -> Result<()> {
        let at = self.next();
        self.heads.push(at);
        for element in 0..elements {
            let node = at + element * 2;
            let next = if element + 1 < elements { node + 2 } else { node };
            let previous = if element > 0 { node - 2 } else { node };
            self.node(7, &[next, previous, node + 1])?;
            self.node(6, &[])?;
        }
        Ok(())
    }

    fn holder(&mut self) -> Result<()> {
        let heads = std::mem::take(&mut self.heads);
        let at = self.next();
        self.node(4, &heads)?;
        self.heads.push(at);
        Ok(())
    }
}

fn entry_size(kind: u32) -> u32 {
    match kind {
        0..=2 => 3,
        3 | 4 => 6,
        5 | 6 => 2,
        _ => 4,
    }
}

/// About `nodes` nodes shaped like a heap.
pub(crate) fn mixed(nodes: u32) -> Result<Heap> {
    let mut writer = Writer {
        builder: AdjacencyBuilder::new(nodes)?,
        classes: Vec::new(),
        random: Random(42),
        heads: Vec::new(),
        shared: vec![CLASSES],
    };
    for class in 0..CLASSES {
        writer.node(0, if class % 3 == 0 { &[CLASSES] } else { &[] })?;
    }
    let all: Vec<u32> = (0..CLASSES).collect();
    writer.node(4, &all)?;
    let mut holders = Vec::new();
    while writer.next() < nodes {
        let size = 1 + writer.random.below(24);
        if writer.random.below(8) == 0 {
            writer.list(size)?
        } else {
            writer.map(size)?
        }
        if writer.heads.len() == 64 {
            writer.holder()?;
            holders.append(&mut writer.heads);
        }
        if holders.len() == 64 {
            std::mem::swap(&mut holders, &mut writer.heads);
            writer.holder()?;
            let head = writer.heads.pop().unwrap_or(CLASSES);
            std::mem::swap(&mut holders, &mut writer.heads);
            holders.clear();
            writer.shared.push(head);
            writer.node(0, &[head])?;
            let root = writer.next() - 1;
            holders.push(root);
        }
    }
    writer.heads.append(&mut holders);
    writer.holder()?;
    let top = writer.next() - 1;
    let roots = (0..CLASSES / 2).chain([CLASSES, top]).collect();
    Ok(Heap { adjacency: writer.builder.finish()?, classes: writer.classes, roots })
}

/// A graph given by a function from node to targets, without hubs, with root 0.
fn shape(nodes: u32, mut targets: impl FnMut(u32, &mut Vec<u32>)) -> Result<Heap> {
    let mut builder = AdjacencyBuilder::new(nodes)?;
    let mut list = Vec::new();
    for node in 0..nodes {
        list.clear();
        targets(node, &mut list);
        builder.begin_node()?;
        for &target in list.iter().filter(|&&target| target < nodes) {
            builder.target(target)?;
        }
        builder.end_node()?;
    }
    Ok(Heap { adjacency: builder.finish()?, classes: Vec::new(), roots: vec![0] })
}

/// A graph by name.
pub(crate) type Shape = (&'static str, fn(u32) -> Result<Heap>);

/// Shapes that cost careless algorithms quadratic time, deep recursion or a full second copy; each
/// is made of about the given number of nodes.
pub(crate) const HOSTILE: [Shape; 12] = [
    ("single list", |n| shape(n, |v, to| to.push(v + 1))),
    ("single list, backwards", |n| shape(n, |v, to| to.push(if v == 0 { n - 1 } else { v - 1 }))),
    ("double list", |n| shape(n, |v, to| to.extend([v + 1, v.saturating_sub(1)]))),
    ("one array of all", array),
    ("one array, thrice the nodes", |n| array(n.saturating_mul(3))),
    ("chain sharing one leaf", |n| {
        shape(n, |v, to| {
            if v < n - 1 {
                to.extend([v + 1, n - 1]);
            }
        })
    }),
    ("ladder", |n| shape(n, |v, to| to.extend([v + 2, v + 3 - 2 * (v % 2)]))),
    ("chain with edges back to its half", |n| shape(n, |v, to| to.extend([v + 1, v / 2]))),
    ("chain with random edges back", |n| {
        let mut random = Random(7);
        shape(n, |v, to| to.extend([v + 1, random.below(v + 1)]))
    }),
    ("random", |n| {
        let mut random = Random(7);
        shape(n, |_, to| to.extend([random.below(n), random.below(n)]))
    }),
    ("bipartite blocks of 20", |n| bipartite(n / 10, 20)),
    ("bipartite blocks of 500", |n| bipartite(n / 100, 500)),
];

fn array(nodes: u32) -> Result<Heap> {
    shape(nodes, |v, to| {
        if v == 0 {
            to.extend(1..nodes);
        }
    })
}

/// Blocks in which each of the first half refers to each of the second, and these to the next
/// block and back.
fn bipartite(nodes: u32, half: u32) -> Result<Heap> {
    shape(nodes, |v, to| {
        let first = v / (2 * half) * 2 * half;
        if v - first < half {
            to.extend(first + half..first + 2 * half);
        } else {
            to.extend([first + 2 * half, v - half + 1]);
        }
    })
}
