//! Every question that the page can ask, about any object, at any window.

use crate::worked_out::{self, Asked, Part};
use arbitrary::Arbitrary;
use heapglass::analysis::Inquiry;
use heapglass::analysis::histogram::{self, HistogramFilter, HistogramKey, HistogramQuery, Sort};
use heapglass::analysis::instances::ObjectKey;
use heapglass::analysis::naming::{display_value, full_text};
use heapglass::analysis::text::TextPlace;
use heapglass::heap::loader::{LoadOptions, Outcome, load};
use heapglass::heap::sizes::SizeModel;
use heapglass::heap::{ClassIndex, ObjectIndex};
use heapglass::report::{Contents, Format, Options, Report};
use heapglass::source::ByteSource;
use heapglass::source::gzip::GzipSource;
use std::hint::black_box;

/// Bytes that a load and its answers may take besides a multiple of the input: the bitmap of
/// addresses, which may take 2 MiB before it gives way to a sorted list, and as much again for its
/// directory; rows of the answers.
pub const CONSTANT: usize = 6 << 20;
/// Bytes per byte of an uncompressed dump.
pub const FACTOR: usize = 64;

/// A question. Objects and classes are taken modulo how many there are.
#[derive(Arbitrary, Debug)]
pub enum Question {
    Object(u16),
    Elements(u16, u32, u32),
    Text(u16, u32),
    Outbound(u16, u32, u32),
    Inbound(u16, u32, u32),
    Path(u16),
    DominatorPath(u16),
    Dominated(Option<u16>, u32, u32),
    Icicle(Option<u16>, u8, f64),
    Instances {
        class: u16,
        key: u8,
        descending: bool,
        start: u32,
        count: u32,
    },
    ClassDetails(u16),
    Histogram {
        key: u8,
        descending: bool,
        start: u32,
        count: u32,
        filter: Box<[Option<String>; 5]>,
    },
    Search(String, u32),
    Resolve(String),
    Report,
    Asked(Box<Asked>),
    Request(String, Box<Part>),
    Threads(Box<Part>, u32),
    Loaders(Box<Part>, Option<u32>, u16),
    Contents(u16, Box<Part>),
    Forest(u16, Box<Part>),
    TextPiece(u16, u64, u32),
    NamePiece(String, u64, u32),
    BytesPiece(u16, u64, u32),
    Roots(Option<String>, u16, u32, u32),
    SideTexts(Vec<String>),
    Settings,
}

/// A loaded dump that can be asked.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    outcome: &'a Outcome,
    source: &'a dyn ByteSource,
    inquiry: Inquiry<'a>,
}

impl<'a> Subject<'a> {
    /// What was loaded, whose uncompressed bytes `source` gives; `None` where that is a part.
    pub fn new(outcome: &'a Outcome, source: &'a dyn ByteSource) -> Option<Self> {
        let inquiry = Inquiry::of(outcome, source).ok()?;
        Some(Self { outcome, source, inquiry })
    }
}

/// Loads a file, compressed or not; `None` where that ends in an error.
pub fn opened(file: &[u8], dump: u32, mat: bool, chunk: usize) -> Option<Outcome> {
    let size_model = if mat { SizeModel::Mat } else { SizeModel::default() };
    let loaded = load(&file, LoadOptions { dump, size_model }, chunk, &mut |_| {}).ok()?;
    Some(Outcome::Complete(Box::new(loaded)))
}

/// Gives a loaded file with its uncompressed bytes to `ask`.
pub fn with_contents(file: &[u8], mut outcome: Outcome, ask: impl FnOnce(&Subject<'_>)) {
    let plain: Box<dyn ByteSource + '_> = match outcome.take_gzip() {
        Some(index) => Box::new(GzipSource::new(file, index)),
        None => Box::new(file),
    };
    if let Some(subject) = Subject::new(&outcome, &*plain) {
        ask(&subject);
    }
}

impl Question {
    /// Asks; the answer matters only in that there is one.
    pub fn ask(&self, subject: &Subject<'_>) {
        let inquiry = &subject.inquiry;
        let heap = inquiry.heap();
        let object = |number: u16| {
            ObjectIndex(u32::from(number) % u32::try_from(heap.objects.len().max(1)).unwrap_or(1))
        };
        let class = |number: u16| {
            ClassIndex(u32::from(number) % u32::try_from(heap.classes.len().max(1)).unwrap_or(1))
        };
        match self {
            Self::Object(o) => drop(black_box(inquiry.object(object(*o)))),
            &Self::Elements(o, start, count) => {
                drop(black_box(inquiry.elements(object(o), start, count)));
            }
            &Self::Text(o, limit) => {
                black_box(full_text(&inquiry.values, object(o), limit));
                black_box(inquiry.values.string(object(o), limit));
                black_box(display_value(&inquiry.values, object(o)));
            }
            &Self::Outbound(o, start, count) => {
                drop(black_box(inquiry.outbound(object(o), start, count)));
            }
            &Self::Inbound(o, start, count) => {
                drop(black_box(inquiry.inbound(object(o), start, count)));
            }
            Self::Path(o) => drop(black_box(inquiry.path_to_root(object(*o)))),
            Self::DominatorPath(o) => drop(black_box(inquiry.dominator_path(object(*o)))),
            &Self::Dominated(parent, start, count) => {
                black_box(inquiry.dominated(parent.map(object), start, count));
            }
            &Self::Icicle(root, depth, share) => {
                let report = inquiry.suspects();
                let chains = inquiry.suspect_chains(&report);
                black_box(inquiry.icicle(root.map(object), depth.into(), share, &chains));
            }
            &Self::Instances { class: c, key, descending, start, count } => {
                let keys = [
                    ObjectKey::Address,
                    ObjectKey::Shallow,
                    ObjectKey::Retained,
                    ObjectKey::Length,
                ];
                let sort = Sort { key: keys[usize::from(key) % 4], descending };
                black_box(inquiry.instances(class(c), sort, start, count));
            }
            Self::ClassDetails(c) => drop(black_box(inquiry.class_details(class(*c)))),
            Self::Histogram { key, descending, start, count, filter } => {
                histogram(inquiry, *key, *descending, (*start, *count), filter);
            }
            Self::Search(text, limit) => drop(black_box(inquiry.search(text, *limit))),
            Self::Resolve(text) => drop(black_box(inquiry.resolve(text))),
            Self::Asked(asked) => asked.ask(inquiry),
            Self::Request(request, part) => worked_out::answer(inquiry, request, part),
            Self::Threads(part, thread) => worked_out::threads(inquiry, part, *thread),
            Self::Loaders(part, loader, c) => {
                worked_out::loaders(inquiry, part, *loader, class(*c));
            }
            Self::Contents(o, part) => worked_out::contents(inquiry, object(*o), part),
            Self::Forest(o, part) => worked_out::forest(*inquiry, object(*o), part),
            &Self::TextPiece(number, start, count) => {
                let places = [TextPlace::Object(object(number)), TextPlace::Class(class(number))];
                for place in &places {
                    drop(black_box(inquiry.text(place, start, count)));
                }
            }
            Self::NamePiece(name, start, count) => {
                drop(black_box(inquiry.text(&TextPlace::Name(name.clone()), *start, *count)));
            }
            &Self::BytesPiece(o, start, count) => {
                drop(black_box(inquiry.bytes(object(o), start, count)));
            }
            Self::Roots(kind, c, start, count) => {
                black_box(inquiry.root_groups(kind.as_deref(), *start, *count));
                let kind = kind.as_deref().unwrap_or_default();
                black_box(inquiry.root_objects(kind, class(*c), *start, *count));
            }
            Self::SideTexts(texts) => drop(black_box(inquiry.compare_side_texts(texts))),
            Self::Settings => drop(black_box(inquiry.settings())),
            Self::Report => {
                let contents = Contents::Included;
                let options = Options { contents, ..Options::default() };
                let report = Report::new(subject.outcome, subject.source, &options);
                drop(black_box(report.to_string()));
                for format in [Format::Html, Format::Markdown, Format::Json] {
                    drop(black_box(report.render(format)));
                }
            }
        }
    }
}

fn histogram(
    inquiry: &Inquiry<'_>,
    key: u8,
    descending: bool,
    (start, count): (u32, u32),
    filter: &[Option<String>; 5],
) {
    use HistogramKey::{Instances, Loader, Name, Retained, Shallow};
    let loaded = inquiry.loaded;
    let rows = histogram::rows(&loaded.heap, &loaded.totals, Some(&loaded.class_retained));
    let [name, instances, shallow, retained, loader] = filter.clone();
    let key = [Name, Instances, Shallow, Retained, Loader][usize::from(key) % 5];
    let query = HistogramQuery {
        sort: Sort { key, descending },
        filter: HistogramFilter { name, instances, shallow, retained, loader },
        start,
        count,
    };
    black_box(histogram::window(rows, &query));
}

/// What the page asks by itself, and a look at the first objects and classes.
pub fn look_around(subject: &Subject<'_>) {
    let heap = subject.outcome.heap();
    Question::Report.ask(subject);
    Question::Icicle(None, 20, 0.001).ask(subject);
    Question::Dominated(None, 0, 50).ask(subject);
    for number in 0..48.min(heap.objects.len() as u16) {
        Question::Object(number).ask(subject);
        Question::Path(number).ask(subject);
        Question::DominatorPath(number).ask(subject);
        Question::Outbound(number, 0, 10).ask(subject);
        Question::Dominated(Some(number), 0, 10).ask(subject);
    }
    Question::Inbound(0, 0, 10).ask(subject);
    for number in 0..16.min(heap.classes.len() as u16) {
        Question::ClassDetails(number).ask(subject);
    }
}
