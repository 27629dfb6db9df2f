//! Seconds of whole loads, from the first byte to the suspects, of shapes that break careless
//! algorithms.
//!
//! `cargo bench --features writer --bench shapes -- [million nodes] [part of a name]` writes each
//! graph as a dump, loads it, and prints a line: seconds per phase, and time per node and edge
//! relative to a graph that looks like a Java heap.

#[path = "graphs/dump.rs"]
mod dump;
mod graphs;

use graphs::{HOSTILE, Heap, mixed};
use heapglass::error::{Error, ErrorKind, Result};
use heapglass::heap::loader::{LoadOptions, Outcome, PHASES, load};
use heapglass::report::{Options, Report};
use std::time::Instant;

/// Bytes read at once.
const CHUNK: usize = 8 << 20;

/// Loads the graph's dump; prints a line and returns nanoseconds per node and edge.
fn measure(name: &str, graph: Heap, mixed_cost: Option<f64>) -> Result<f64> {
    let nodes = graph.adjacency.node_count();
    let items = u64::from(nodes) + graph.adjacency.edge_count();
    let written = dump::write(&graph, Vec::new());
    let file = written.map_err(|error| Error::new(ErrorKind::Read, error.to_string()))?;
    drop(graph);
    let start = Instant::now();
    let mut seconds = [0.0; PHASES.len()];
    let (mut phase, mut since) = (PHASES[0], start);
    let loaded = load(&file, LoadOptions::default(), CHUNK, &mut |progress| {
        if progress.phase != phase {
            seconds[phase as usize] += since.elapsed().as_secs_f64();
            (phase, since) = (progress.phase, Instant::now());
        }
    })?;
    seconds[phase as usize] += since.elapsed().as_secs_f64();
    let asked = Instant::now();
    let report =
        Report::new(&Outcome::Complete(Box::new(loaded)), &file, &Options::default()).to_string();
    let suspects = asked.elapsed().as_secs_f64();
    let all = start.elapsed().as_secs_f64();
    let cost = all * 1e9 / items as f64;
    let ratio = cost / mixed_cost.unwrap_or(cost);
    print!("| {name} | {nodes} | {} | {} | ", items - u64::from(nodes), file.len() >> 20);
    print!("{all:.1} | {:.0} | {ratio:.2} |", all * 1e9 / f64::from(nodes));
    for part in seconds.iter().chain([&suspects]) {
        print!(" {part:.2} |");
    }
    println!("{}", if report.is_empty() { " no report" } else { "" });
    Ok(cost)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let millions = arguments.iter().find_map(|argument| argument.parse::<u32>().ok()).unwrap_or(10);
    let wanted = arguments.iter().find(|argument| argument.parse::<u32>().is_err());
    let nodes = millions.saturating_mul(1_000_000);
    print!("| graph | nodes | references | MiB | seconds | ns per node | ratio |");
    PHASES.iter().for_each(|phase| print!(" {} |", phase.name()));
    println!(" suspects |");
    println!("{}", "| --- ".repeat(8 + PHASES.len()) + "|");
    let mixed_cost = measure("like a Java heap", mixed(nodes)?, None)?;
    for (name, make) in HOSTILE {
        if wanted.is_none_or(|wanted| name.contains(wanted.as_str())) {
            measure(name, make(nodes)?, Some(mixed_cost))?;
        }
    }
    Ok(())
}
