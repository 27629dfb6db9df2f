//! Seconds, bytes and growth of the graph algorithms.
//!
//! `cargo bench --bench graph -- [million nodes] [hostile]` builds a graph that looks like a
//! Java heap (maps, strings, lists, shared values, instances of classes that are no roots) from
//! a fixed seed and prints a line per phase; with `hostile`, also one line per shape that breaks
//! careless algorithms, as time per node and edge relative to the first.

use heapglass::error::Result;
use heapglass::graph::{
    Adjacency, AdjacencyBuilder, DominatorTree, Dominators, Edges, Graph, Inbound,
    MinRetainedByGroup, NONE, Reach, ShortestPaths, Step, TreeBuilder,
};
use std::time::Instant;

/// Units of work per step, about a hundredth of a second.
const BUDGET: u64 = 1 << 20;

/// Class nodes of the mixed heap; the first half are roots.
const CLASSES: u32 = 4000;

struct Heap {
    adjacency: Adjacency,
    /// Class per node: the hub.
    classes: Vec<u16>,
    roots: Vec<u32>,
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

fn weight(node: u32) -> u64 {
    16 + u64::from(node % 5) * 8
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
fn mixed(nodes: u32) -> Result<Heap> {
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

/// Shapes that cost careless algorithms quadratic time, deep recursion or a full second copy.
fn hostile(nodes: u32) -> Result<Vec<(&'static str, Heap)>> {
    let n = nodes;
    let block = 500;
    let mut random = Random(7);
    let mut shapes = vec![
        ("single list", shape(n, |v, to| to.push(v + 1))?),
        (
            "single list, backwards in the file",
            shape(n, |v, to| {
                to.push(if v == 0 { n - 1 } else { v - 1 });
            })?,
        ),
        ("double list", shape(n, |v, to| to.extend([v + 1, v.saturating_sub(1)]))?),
        (
            "one array of all",
            shape(n, |v, to| {
                if v == 0 {
                    to.extend(1..n)
                }
            })?,
        ),
        (
            "chain sharing one leaf",
            shape(n, |v, to| {
                if v < n - 1 {
                    to.extend([v + 1, n - 1])
                }
            })?,
        ),
        ("ladder", shape(n, |v, to| to.extend([v + 2, v + 3 - 2 * (v % 2)]))?),
        (
            "chain with edges back to its first half",
            shape(n, |v, to| {
                to.extend([v + 1, v / 2]);
            })?,
        ),
        (
            "chain with random edges back",
            shape(n, |v, to| {
                to.extend([v + 1, random.below(v + 1)]);
            })?,
        ),
        ("random", shape(n, |_, to| to.extend([random.below(n), random.below(n)]))?),
    ];
    let blocks = n / 100;
    shapes.push((
        "complete bipartite blocks",
        shape(blocks, |v, to| {
            let first = v / (2 * block) * 2 * block;
            if v - first < block {
                to.extend(first + block..first + 2 * block);
            } else {
                to.push(first + 2 * block);
                to.push(v - block + 1);
            }
        })?,
    ));
    Ok(shapes)
}

/// Prints a phase; returns its seconds.
fn report(name: &str, start: Instant, nodes: u32, bytes: Option<u64>) -> f64 {
    let seconds = start.elapsed().as_secs_f64();
    let memory = bytes.map_or(String::new(), |bytes| {
        format!("{:8.2} bytes/node", bytes as f64 / f64::from(nodes))
    });
    println!("{name:<22}{seconds:8.3} s{:8.1} ns/node {memory}", seconds * 1e9 / f64::from(nodes));
    seconds
}

/// Runs to the end; returns the seconds of the longest step.
fn run(mut step: impl FnMut() -> Result<Step>) -> Result<f64> {
    let mut longest = 0.0f64;
    let mut over = false;
    while !over {
        let start = Instant::now();
        over = step()? == Step::Done;
        longest = longest.max(start.elapsed().as_secs_f64());
    }
    Ok(longest)
}

fn dominator_tree(heap: &Heap, loud: bool) -> Result<(DominatorTree, f64)> {
    let nodes = heap.adjacency.node_count();
    let start = Instant::now();
    let mut dominators = Dominators::new(heap, &heap.roots)?;
    let longest = run(|| dominators.step(heap, BUDGET))?;
    let peak = dominators.peak_bytes();
    let idoms = dominators.finish();
    if loud {
        report("dominators", start, nodes, Some(peak));
    }
    let middle = Instant::now();
    let mut builder = TreeBuilder::new(idoms)?;
    let longest = longest.max(run(|| builder.step(weight, BUDGET))?);
    let peak = builder.peak_bytes();
    let tree = builder.finish();
    if loud {
        report("retained, children", middle, nodes, Some(peak));
        println!("longest step {:.0} ms", longest * 1e3);
    }
    Ok((tree, start.elapsed().as_secs_f64()))
}

fn per_item(heap: &Heap, seconds: f64) -> f64 {
    let items = u64::from(heap.adjacency.node_count()) + heap.adjacency.edge_count();
    seconds * 1e9 / items as f64
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let millions = arguments.iter().find_map(|argument| argument.parse::<u32>().ok()).unwrap_or(10);
    let start = Instant::now();
    let heap = mixed(millions.saturating_mul(1_000_000))?;
    let nodes = heap.adjacency.node_count();
    let edges = heap.adjacency.edge_count();
    println!("{nodes} nodes, {:.2} edges each", edges as f64 / f64::from(nodes));
    report("write adjacency", start, nodes, Some(heap.adjacency.bytes()));

    let start = Instant::now();
    let mut inbound = Inbound::new(CLASSES, true);
    run(|| inbound.step(&heap, BUDGET))?;
    report("inbound of one", start, nodes, None);

    let (tree, seconds) = dominator_tree(&heap, true)?;
    println!(
        "{} reachable, tree {:.2} bytes/node",
        tree.reachable_count(),
        tree.bytes() as f64 / f64::from(nodes)
    );
    let mixed_cost = per_item(&heap, seconds);

    let start = Instant::now();
    let mut groups = MinRetainedByGroup::new(CLASSES as usize)?;
    run(|| groups.step(&tree, weight, |node| [heap.hub(node), NONE], BUDGET))?;
    report("retained by class", start, nodes, None);
    drop(tree);

    let start = Instant::now();
    let mut search = ShortestPaths::new(&heap, &heap.roots, Edges::SkipFirst)?;
    run(|| search.step(&heap, BUDGET))?;
    report("shortest paths", start, nodes, Some(search.bytes()));

    let start = Instant::now();
    let mut reach = Reach::new(&heap, &heap.roots, Edges::All, None)?;
    run(|| reach.step(&heap, BUDGET))?;
    report("reachability", start, nodes, Some(reach.bytes()));
    drop(heap);

    if arguments.iter().any(|argument| argument == "hostile") {
        for (name, heap) in hostile(millions.saturating_mul(1_000_000))? {
            println!(
                "\n{name}: {} nodes, {} edges",
                heap.adjacency.node_count(),
                heap.adjacency.edge_count()
            );
            let (_, seconds) = dominator_tree(&heap, true)?;
            println!(
                "per node and edge {:.2} times the mixed heap",
                per_item(&heap, seconds) / mixed_cost
            );
            let start = Instant::now();
            let mut search = ShortestPaths::new(&heap, &heap.roots, Edges::All)?;
            run(|| search.step(&heap, BUDGET))?;
            report("shortest paths", start, heap.adjacency.node_count(), None);
        }
    }
    Ok(())
}
