//! Writes a generated dump: see `heapglass::generate`.

use heapglass::generate::{GzipBlocks, Options, Order, Shape, Summary, generate};
use heapglass::hprof::IdSize;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Result, Write, stdout};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: heapglass-generate OUT [--objects N] [--shape SHAPE] [--order ORDER]
                          [--ids 4|8] [--leak PERCENT] [--seed N]

Writes a heap dump for measurements; the same options give the same bytes.
OUT is a file, compressed as the JVM does if it ends with .gz, or - for standard
output.

  --objects N     about so many objects; K, M and G are powers of a thousand (1M)
  --shape SHAPE   mixed (a server's heap with a known leak), or a hostile graph:
                  list, list-backwards, double-list, array, shared-leaf, ladder,
                  bipartite, dead-list
  --order ORDER   address (as Serial, Parallel and G1 dump) or traversal (ZGC and
                  Shenandoah)
  --ids 4|8       size of identifiers (8)
  --leak PERCENT  share of a mixed heap that one static field leaks (30)
  --seed N        other numbers give other dumps of the same kind (1)
";

struct Arguments {
    out: OsString,
    options: Options,
}

fn arguments() -> core::result::Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::{Long, Short, Value, ValueExt};
    let mut options = Options::default();
    let mut out = None;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("objects") => options.objects = parser.value()?.parse_with(number)?,
            Long("shape") => options.shape = parser.value()?.parse_with(shape)?,
            Long("order") => options.order = parser.value()?.parse_with(order)?,
            Long("ids") => options.ids = parser.value()?.parse_with(ids)?,
            Long("leak") => options.leak_percent = parser.value()?.parse()?,
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("help") | Short('h') => return Ok(None),
            Value(file) if out.is_none() => out = Some(file),
            other => return Err(other.unexpected()),
        }
    }
    Ok(out.map(|out| Arguments { out, options }))
}

fn number(text: &str) -> core::result::Result<u64, &'static str> {
    let unit = match text.bytes().last() {
        Some(b'K') => 1_000,
        Some(b'M') => 1_000_000,
        Some(b'G') => 1_000_000_000,
        _ => 1,
    };
    let digits = text.trim_end_matches(['K', 'M', 'G']);
    let number: Option<u64> = digits.parse().ok();
    number.and_then(|n| n.checked_mul(unit)).ok_or("a number such as 250000 or 10M")
}

fn shape(name: &str) -> core::result::Result<Shape, String> {
    let names = || Shape::names().collect::<Vec<_>>().join(", ");
    Shape::named(name).ok_or_else(|| format!("the shapes are {}", names()))
}

fn order(name: &str) -> core::result::Result<Order, &'static str> {
    Order::named(name).ok_or("the orders are address and traversal")
}

fn ids(size: &str) -> core::result::Result<IdSize, &'static str> {
    match size {
        "4" => Ok(IdSize::Four),
        "8" => Ok(IdSize::Eight),
        _ => Err("identifiers have 4 or 8 bytes"),
    }
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
        Err(problem) => {
            eprintln!("heapglass-generate: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match write(&arguments) {
        Ok(summary) => {
            tell(&summary);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("heapglass-generate: {}: {problem}", arguments.out.display());
            ExitCode::from(2)
        }
    }
}

fn write(arguments: &Arguments) -> Result<Summary> {
    let out = &arguments.out;
    let file: Box<dyn Write> = match out.to_str() {
        Some("-") => Box::new(stdout().lock()),
        _ => Box::new(File::create(out)?),
    };
    if out.to_string_lossy().ends_with(".gz") {
        let (blocks, summary) = generate(GzipBlocks::new(file), &arguments.options)?;
        blocks.finish()?;
        return Ok(summary);
    }
    Ok(generate(file, &arguments.options)?.1)
}

/// What was written, and what an analysis should find, on standard error.
fn tell(summary: &Summary) {
    let Summary { objects, references, leaves, heap_bytes, dump_bytes, leak } = summary;
    let per_object = |n: u64| n as f64 / (*objects).max(1) as f64;
    eprintln!("objects      {objects}");
    eprintln!("references   {references}, {:.2} per object", per_object(*references));
    eprintln!("leaves       {leaves}, {:.0} %", per_object(*leaves) * 100.0);
    eprintln!("heap bytes   {heap_bytes}, {:.1} per object", per_object(*heap_bytes));
    eprintln!("dump bytes   {dump_bytes}, {:.1} per object", per_object(*dump_bytes));
    if let Some(leak) = leak {
        eprintln!("leak         {} at {:#x}", leak.holder, leak.object.0);
        eprintln!("  retains    {}, {} elements", leak.retained, leak.elements);
        let share = leak.retained as f64 / (*heap_bytes).max(1) as f64;
        eprintln!("  share      {:.2} %", share * 100.0);
    }
}
