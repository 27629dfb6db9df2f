//! The command line: what was found in a dump, for a person at a terminal, as a report, and as an exit
//! code for a pipeline.

use cap::Cap;
use heapglass::analysis::query::{Request, SetSpec};
use heapglass::analysis::threads::ThreadSurveyBuilder;
use heapglass::analysis::{HeapInquiry, Inquiry};
use heapglass::error::{Error, ErrorKind, Result};
use heapglass::graph::Step;
use heapglass::heap::ClassIndex;
use heapglass::heap::loader::{LoadOptions, LoadProgress, Outcome, load_within};
use heapglass::heap::memory::MemoryBudget;
use heapglass::heap::sizes::SizeModel;
use heapglass::report::asked::{self, AnswerFormat, AnswerOptions, DEEPEST};
use heapglass::report::{Contents, Format, GateOutcome, Options, Report};
use heapglass::source::gzip::GzipSource;
use heapglass::source::{BlockCache, ByteSource, FileSource};
use std::alloc::System;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
Usage: heapglass DUMP [--json] [OPTION...]
       heapglass report DUMP [--format html|md|json] [--output FILE]
                 [--threshold 10%] [--with-content] [OPTION...]
       heapglass questions
       heapglass ask DUMP REQUEST [--class NAME] [--limit N] [--depth N]
                 [--format tsv|json] [OPTION...]
       heapglass threads DUMP [OPTION...]

Prints overview, leak suspects and the largest classes of a Java heap dump
(.hprof or .hprof.gz).

  --json      the same as data, contents included (docs/report-schema.md)
  --dump N    which heap dump of a file that holds several (from 1)
  --sizes MODEL
              shallow sizes: calibrated (as in the JVM that wrote the dump, the
              default) or mat (as Eclipse MAT computes them)
  --memory BYTES
              use no more than this, as in 512M or 3G: what does not fit is left
              out, and the exit code is 3
  --timings   seconds per phase and peak memory, on standard error
  -h, --help  this text

heapglass report writes a report to keep or to send, without what strings and
arrays of the dump hold. Its exit code is 0 without a finding, 1 with a finding
above the threshold, 2 when the dump could not be read or not be judged.

  --format FORMAT
              html (one page that needs nothing else), md (Markdown for a ticket,
              the default) or json (docs/report-schema.md)
  --output FILE, -o FILE
              where to; without it, to standard output
  --threshold PERCENT
              share of the heap from which a finding counts (10%); suspects have
              more than 10% in any case, known leaks may have less
  --with-content
              tell names of threads, decoded values and messages, too

heapglass questions lists what can be asked, heapglass ask works one question
out, as in heapglass ask dump.hprof 'classes?of=object:0x7ff0a128'. Rows go to
standard output, notes and what was left out to standard error. Its exit code is
0 with an answer, 2 without one, 3 when memory did not suffice to ask.

  --class NAME
              the question is about the instances of this class
  --limit N   rows of each list (20)
  --depth N   levels of a tree (3)
  --format FORMAT
              tsv (numbers plain, rows of a tree indented, the default) or json

heapglass threads prints the stack of every thread, as jstack does.
";

/// Bytes read at once.
const CHUNK: usize = 8 << 20;
/// Memory below which a limit leaves no room to read even a small dump.
const LEAST_MEMORY: usize = 16 << 20;
/// Memory for blocks of the file that are looked at.
const CACHE: usize = 32 << 20;

/// Counts what is in use, so that a limit can be kept.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// What to do with a dump.
#[derive(Debug)]
enum Command {
    /// Print what was found, as data or as text.
    Print { json: bool },
    /// Write a report.
    Report(ReportArguments),
    /// List what can be asked.
    Questions,
    /// Work a question out.
    Ask(AskArguments),
    /// Print the stacks of all threads.
    Threads,
}

#[derive(Debug)]
struct ReportArguments {
    format: Format,
    output: Option<PathBuf>,
    threshold: f64,
    contents: Contents,
}

#[derive(Debug, Default)]
struct AskArguments {
    request: Option<String>,
    /// The class whose instances the question is about.
    class: Option<String>,
    options: AnswerOptions,
}

impl Default for Command {
    fn default() -> Self {
        Self::Print { json: false }
    }
}

impl Command {
    /// The command of this name; a dump of the same name is reached as `./report`.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "report" => Self::Report(ReportArguments::default()),
            "questions" => Self::Questions,
            "ask" => Self::Ask(AskArguments::default()),
            "threads" => Self::Threads,
            _ => return None,
        })
    }
}

impl Default for ReportArguments {
    fn default() -> Self {
        let Options { threshold, contents, .. } = Options::default();
        Self { format: Format::Markdown, output: None, threshold, contents }
    }
}

#[derive(Debug, Default)]
struct Arguments {
    dump_file: Option<PathBuf>,
    command: Command,
    timings: bool,
    dump: Option<u32>,
    sizes: SizeModel,
    memory: Option<usize>,
    help: bool,
}

fn arguments() -> core::result::Result<Arguments, lexopt::Error> {
    use lexopt::prelude::{Long, Short, Value, ValueExt};
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    let mut is_first = true;
    while let Some(argument) = parser.next()? {
        match (argument, &mut arguments.command) {
            (Value(word), command @ Command::Print { .. })
                if is_first && word.to_str().and_then(Command::named).is_some() =>
            {
                *command = word.to_str().and_then(Command::named).unwrap_or_default();
            }
            (Long("json"), Command::Print { json }) => *json = true,
            (Long("format"), Command::Report(report)) => {
                report.format = parser.value()?.parse_with(format_named)?;
            }
            (Long("output") | Short('o'), Command::Report(report)) => {
                report.output = Some(parser.value()?.into());
            }
            (Long("threshold"), Command::Report(report)) => {
                report.threshold = parser.value()?.parse_with(share)?;
            }
            (Long("with-content"), Command::Report(report)) => {
                report.contents = Contents::Included;
            }
            (Long("format"), Command::Ask(ask)) => {
                ask.options.format = parser.value()?.parse_with(answer_format_named)?;
            }
            (Long("limit"), Command::Ask(ask)) => {
                ask.options.limit = parser.value()?.parse_with(at_least_one)?;
            }
            (Long("depth"), Command::Ask(ask)) => {
                ask.options.depth = parser.value()?.parse_with(depth)?;
            }
            (Long("class"), Command::Ask(ask)) => ask.class = Some(parser.value()?.string()?),
            (Value(request), Command::Ask(ask))
                if arguments.dump_file.is_some() && ask.request.is_none() =>
            {
                ask.request = Some(request.string()?);
            }
            (Long("timings"), _) => arguments.timings = true,
            (Long("dump"), _) => arguments.dump = Some(parser.value()?.parse()?),
            (Long("sizes"), _) => arguments.sizes = parser.value()?.parse_with(size_model)?,
            (Long("memory"), _) => arguments.memory = Some(parser.value()?.parse_with(bytes)?),
            (Long("help") | Short('h'), _) => arguments.help = true,
            (Value(file), command)
                if arguments.dump_file.is_none() && !matches!(command, Command::Questions) =>
            {
                arguments.dump_file = Some(file.into());
            }
            (other, _) => return Err(other.unexpected()),
        }
        is_first = false;
    }
    Ok(arguments)
}

fn format_named(name: &str) -> core::result::Result<Format, &'static str> {
    Format::named(name).ok_or("the formats are html, md and json")
}

fn answer_format_named(name: &str) -> core::result::Result<AnswerFormat, &'static str> {
    AnswerFormat::named(name).ok_or("the formats are tsv and json")
}

fn at_least_one(text: &str) -> core::result::Result<u32, &'static str> {
    text.parse().ok().filter(|number| *number > 0).ok_or("a number from 1 on is needed")
}

fn depth(text: &str) -> core::result::Result<u32, String> {
    let depth = at_least_one(text).ok().filter(|depth| *depth <= DEEPEST);
    depth.ok_or_else(|| format!("a depth is a number from 1 to {DEEPEST}"))
}

/// `10%`, `10 %` or `10`, all a tenth.
fn share(text: &str) -> core::result::Result<f64, &'static str> {
    let number = text.trim_end().trim_end_matches('%').trim_end().parse::<f64>().ok();
    let percent = number.filter(|percent| (0.0..=100.0).contains(percent));
    Ok(percent.ok_or("a threshold is written as 10%, from 0% to 100%")? / 100.0)
}

fn size_model(name: &str) -> core::result::Result<SizeModel, &'static str> {
    SizeModel::named(name).ok_or("the size models are calibrated and mat")
}

/// `512M`, `3G`, `800KiB` or plain bytes; each letter is 1024 times the one before.
fn bytes(text: &str) -> core::result::Result<usize, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err("sizes are written as 512M, 3G or plain bytes"),
    };
    let number = digits.parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    let number = number.ok_or("sizes are written as 512M, 3G or plain bytes")?;
    if number < LEAST_MEMORY { Err("nothing can be done in less than 16M") } else { Ok(number) }
}

/// A budget of `limit` bytes, which the allocator enforces; all there is without a limit.
fn budget(limit: Option<usize>) -> MemoryBudget {
    let used = || ALLOCATOR.allocated() as u64;
    match limit {
        // Only a limit that is used up already is refused; then nothing will fit either.
        Some(limit) if ALLOCATOR.set_limit(limit).is_ok() => {
            MemoryBudget::within(limit as u64, used)
        }
        Some(_) => MemoryBudget::within(0, used),
        None => MemoryBudget::UNLIMITED,
    }
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("heapglass: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if matches!(arguments.command, Command::Questions) && !arguments.help {
        return match print(&asked::catalogue()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    if matches!(&arguments.command, Command::Ask(ask) if ask.request.is_none() && !arguments.help) {
        eprintln!("heapglass: ask needs a dump and a request; heapglass questions lists them");
        return ExitCode::from(2);
    }
    let Some(file) = arguments.dump_file.as_deref().filter(|_| !arguments.help) else {
        print!("{USAGE}");
        return ExitCode::from(if arguments.help { 0 } else { 2 });
    };
    match run(file, &arguments) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            eprintln!("heapglass: {}: {problem}", file.display());
            ExitCode::from(2)
        }
    }
}

/// Does what the arguments say; the exit code.
fn run(file: &Path, arguments: &Arguments) -> Result<u8> {
    let source = FileSource::open(file)?;
    let options = LoadOptions { dump: arguments.dump.unwrap_or(1), size_model: arguments.sizes };
    let mut clock = Clock::new(arguments.timings);
    let memory = budget(arguments.memory);
    let chunk = memory.limit().map_or(CHUNK, |limit| share_of(limit).min(CHUNK));
    let cache = memory.limit().map_or(CACHE, |limit| share_of(limit).min(CACHE));
    let mut observe = |progress: &LoadProgress| clock.tick(progress);
    let mut outcome = load_within(&source, options, memory, chunk, &mut observe)?;
    let contents: Box<dyn ByteSource> = match outcome.take_gzip() {
        Some(index) => Box::new(BlockCache::new(GzipSource::new(source, index), cache)),
        None => Box::new(BlockCache::new(source, cache)),
    };
    let code = match &arguments.command {
        Command::Ask(ask) => {
            clock.phase("question");
            answer(&outcome, &*contents, ask)
        }
        Command::Threads => {
            clock.phase("threads");
            threads(&outcome, &*contents)
        }
        _ => {
            clock.phase("suspects");
            let options = report_options(file, &arguments.command);
            tell(&Report::new(&outcome, &*contents, &options), file, &arguments.command)
        }
    };
    clock.end(outcome.heap().objects.len());
    code
}

/// Works a question out and prints its answer; the exit code.
fn answer(outcome: &Outcome, source: &dyn ByteSource, ask: &AskArguments) -> Result<u8> {
    let inquiry = match Inquiry::of(outcome, source) {
        Ok(inquiry) => inquiry,
        Err(problem) => {
            eprintln!("heapglass: {problem}");
            return Ok(3);
        }
    };
    let mut request = Request::parse(ask.request.as_deref().unwrap_or_default())?;
    if let Some(name) = &ask.class {
        request.of =
            Some(SetSpec::Class { class: class_named(&inquiry, name)?, subclasses: false });
    }
    let answer = asked::asked(&inquiry, &request.to_string(), &ask.options)?;
    print(&answer.text)?;
    if ask.options.format == AnswerFormat::Tsv {
        answer.notes.iter().for_each(|note| eprintln!("heapglass: {note}"));
    }
    Ok(0)
}

/// The class of this name.
fn class_named(inquiry: &Inquiry<'_>, name: &str) -> Result<ClassIndex> {
    let classes = inquiry.heap().classes.iter();
    let named: Vec<u32> =
        classes.filter(|(_, class)| class.name == name).map(|(index, _)| index.0).collect();
    match named.as_slice() {
        [] => Err(Error::new(ErrorKind::NotFound, format!("There is no class {name:?}"))),
        &[class] => Ok(ClassIndex(class)),
        several => {
            let sets: Vec<String> = several.iter().map(|n| format!("of=class:{n}")).collect();
            let message = format!("{} classes are called {name:?}", several.len());
            Err(Error::new(ErrorKind::NotFound, message)
                .advise(format!("Name one by its number: {}", sets.join(", "))))
        }
    }
}

/// Prints the stacks of all threads; the exit code.
fn threads(outcome: &Outcome, source: &dyn ByteSource) -> Result<u8> {
    /// Units of work at once.
    const BUDGET: u64 = 1 << 20;
    let inquiry = HeapInquiry::of(outcome, source);
    let mut builder = ThreadSurveyBuilder::new(inquiry.heap());
    while builder.step(&inquiry, BUDGET)? != Step::Done {}
    let text = inquiry.threads_text(&builder.finish());
    print(&asked::terminal_lines(&text))?;
    Ok(0)
}

/// Prints or writes what was found; the exit code.
fn tell(report: &Report, file: &Path, command: &Command) -> Result<u8> {
    match command {
        Command::Print { json } => {
            print(&if *json { report.render(Format::Json) } else { report.to_string() })?;
            Ok(if report.incomplete.is_none() { 0 } else { 3 })
        }
        Command::Report(wanted) => {
            let text = report.render(wanted.format);
            match &wanted.output {
                Some(output) => write_file(output, file, &text)?,
                None => print(&text)?,
            }
            Ok(match report.gate.outcome {
                GateOutcome::Passed => 0,
                GateOutcome::Found => 1,
                GateOutcome::Undecided => {
                    eprintln!("heapglass: {}: {}", file.display(), report.gate.because);
                    2
                }
            })
        }
        Command::Questions | Command::Ask(_) | Command::Threads => Ok(0),
    }
}

fn report_options(file: &Path, command: &Command) -> Options {
    let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    match command {
        Command::Report(report) => {
            Options { contents: report.contents, threshold: report.threshold, file_name }
        }
        // Who reads it has the dump in front of them.
        _ => Options { contents: Contents::Included, file_name, ..Options::default() },
    }
}

/// Writes a report, but not over the dump that it is about.
fn write_file(output: &Path, dump: &Path, text: &str) -> Result<()> {
    let is_dump = output.canonicalize().is_ok_and(|o| dump.canonicalize().is_ok_and(|d| o == d));
    if is_dump {
        return Err(write_failed("the output would replace the dump"));
    }
    let written = std::fs::write(output, text);
    written.map_err(|e| write_failed(&format!("{}: {e}", output.display())))
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(write_failed(&e.to_string())),
        _ => Ok(()),
    }
}

fn write_failed(why: &str) -> Error {
    Error::new(heapglass::error::ErrorKind::Read, format!("The report could not be written: {why}"))
}

/// Seconds per phase, and progress on a terminal.
struct Clock {
    timings: bool,
    live: bool,
    phase: &'static str,
    since: Instant,
    /// Processor time when the phase began.
    cpu_since: Option<f64>,
    start: Instant,
    shown: Instant,
}

impl Clock {
    fn new(timings: bool) -> Self {
        let now = Instant::now();
        let live = std::io::stderr().is_terminal();
        Self {
            timings,
            live,
            phase: "scan",
            since: now,
            cpu_since: processor_seconds(),
            start: now,
            shown: now,
        }
    }

    fn tick(&mut self, progress: &LoadProgress) {
        if progress.phase.name() != self.phase {
            self.phase(progress.phase.name());
        }
        if self.live && self.shown.elapsed().as_millis() > 100 {
            self.shown = Instant::now();
            let percent = progress.done * 100 / progress.total.max(1);
            eprint!("\r\x1b[K{} {percent} %, {} objects", self.phase, progress.objects);
        }
    }

    fn phase(&mut self, next: &'static str) {
        if self.live {
            eprint!("\r\x1b[K");
        }
        if self.timings {
            eprintln!(
                "{:>10} {:8.3} s{}",
                self.phase,
                self.since.elapsed().as_secs_f64(),
                processor_time(self.cpu_since)
            );
        }
        self.phase = next;
        self.since = Instant::now();
        self.cpu_since = processor_seconds();
    }

    fn end(&mut self, objects: usize) {
        self.phase("");
        if self.timings {
            let all = self.start.elapsed().as_secs_f64();
            eprintln!("{:>10} {all:8.3} s{}", "all", processor_time(Some(0.0)));
            eprintln!("{:>10} {objects:8}", "objects");
            if let Some(peak) = peak_resident() {
                let per_object = peak / objects.max(1) as u64;
                eprintln!("{:>10} {:8} MiB, {per_object} bytes per object", "peak", peak >> 20);
            }
        }
    }
}

/// What a buffer may take of a limit.
fn share_of(limit: u64) -> usize {
    usize::try_from(limit / 16).unwrap_or(usize::MAX).max(64 << 10)
}

/// What the process took of its processors since `before`, for the end of a line.
fn processor_time(before: Option<f64>) -> String {
    let taken = processor_seconds().zip(before).map(|(now, before)| now - before);
    taken.map_or(String::new(), |seconds| format!(", {seconds:.2} s of processor time"))
}

/// Seconds of processor time that all threads took so far, in hundredths, where the system tells.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name of the program, which may hold anything: user and system time are the twelfth
    // and thirteenth, in units that Linux fixed at a hundredth of a second.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// Peak resident memory of this process in bytes, where the system tells.
fn peak_resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
