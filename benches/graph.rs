//! Seconds, bytes and growth of the graph algorithms.
//!
//! `cargo bench --bench graph -- [million nodes] [hostile]` builds a graph that looks like a
//! Java heap (maps, strings, lists, shared values, instances of classes that are no roots) from
//! a fixed seed and prints a line per phase; with `hostile`, also one line per shape that breaks
//! careless algorithms, as time per node and edge relative to the first.

mod graphs;

use graphs::{CLASSES, HOSTILE, Heap, mixed};
use heapglass::error::Result;
use heapglass::graph::{
    DominatorTree, Dominators, Edges, Graph, Inbound, MinRetainedByGroup, NONE, Reach,
    ShortestPaths, Step, TreeBuilder,
};
use std::time::Instant;

/// Units of work per step, about a hundredth of a second.
const BUDGET: u64 = 1 << 20;

fn weight(node: u32) -> u64 {
    16 + u64::from(node % 5) * 8
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
    let idoms = tree.idoms().clone();
    drop(tree);

    let start = Instant::now();
    let mut search = ShortestPaths::new(&heap, &heap.roots, Edges::SkipFirst, idoms)?;
    run(|| search.step(&heap, BUDGET))?;
    report("shortest paths", start, nodes, Some(search.bytes()));

    let start = Instant::now();
    let mut reach = Reach::new(&heap, &heap.roots, Edges::All, None)?;
    run(|| reach.step(&heap, BUDGET))?;
    report("reachability", start, nodes, Some(reach.bytes()));
    drop(heap);

    if arguments.iter().any(|argument| argument == "hostile") {
        for (name, make) in HOSTILE {
            let heap = make(millions.saturating_mul(1_000_000))?;
            println!(
                "\n{name}: {} nodes, {} edges",
                heap.adjacency.node_count(),
                heap.adjacency.edge_count()
            );
            let (tree, seconds) = dominator_tree(&heap, true)?;
            println!(
                "per node and edge {:.2} times the mixed heap",
                per_item(&heap, seconds) / mixed_cost
            );
            let start = Instant::now();
            let idoms = tree.idoms().clone();
            let mut search = ShortestPaths::new(&heap, &heap.roots, Edges::All, idoms)?;
            run(|| search.step(&heap, BUDGET))?;
            report("shortest paths", start, heap.adjacency.node_count(), None);
        }
    }
    Ok(())
}
