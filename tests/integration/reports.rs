//! Reports: what is in them, what is left out of them, and what a pipeline learns from them.

mod asking;
mod command;
mod content;
mod schema;
#[cfg(feature = "writer")]
mod secrets;

use heapglass::heap::loader::{LoadOptions, Outcome, load};
use heapglass::report::{Contents, Format, Options, Report};
use heapglass::source::gzip::is_gzip;

use crate::support::{CHUNK, fixture_path, inflated, read};

pub(crate) const FORMATS: [Format; 3] = [Format::Html, Format::Markdown, Format::Json];

/// The stories and other programs whose dumps lie in `tests/fixtures`.
pub(crate) const FIXTURES: [&str; 9] = [
    "collections-and-values",
    "dominators",
    "healthy",
    "hostile-text",
    "story-modelmapper",
    "story-mysql-cleanup-thread",
    "story-native-innocent-heap",
    "story-session-list",
    "story-tomcat-upgrade",
];

/// The report on a dump.
pub(crate) fn report_on(dump: &[u8], contents: Contents) -> Report {
    let plain = if is_gzip(dump) { inflated(dump) } else { dump.to_vec() };
    let loaded = load(&plain, LoadOptions::default(), CHUNK, &mut |_| {}).unwrap();
    let options =
        Options { contents, file_name: Some("app.hprof".to_owned()), ..Options::default() };
    Report::new(&Outcome::Complete(Box::new(loaded)), &plain, &options)
}

pub(crate) fn report_of(fixture: &str, contents: Contents) -> Report {
    report_on(&read(&fixture_path(&format!("{fixture}.hprof.gz"))), contents)
}

/// A dump of one array of so many small objects.
#[cfg(feature = "writer")]
pub(crate) fn many_objects(count: usize) -> Vec<u8> {
    use heapglass::hprof::writer::DumpBuilder;
    use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let array = dump.standard_classes().object_array;
    let leaf = dump.class("com.acme.Leaf").field("value", BasicType::Long).build();
    let ids: Vec<ObjectId> = (0..count).map(|_| dump.instance(leaf, &[Value::Long(1)])).collect();
    let all = dump.object_array(array, &ids);
    dump.root(RootKind::JniGlobal, all);
    dump.finish()
}
