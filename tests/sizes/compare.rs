//! Class by class: what a dump's sizes add up to, against the JVM's own `GC.class_histogram`.

use heapglass::heap::classes::ClassKind;
use heapglass::heap::loader::{LoadOptions, Loaded, load};
use heapglass::heap::names::java_class_name;
use heapglass::source::FileSource;
use std::collections::BTreeMap;
use std::path::Path;

/// Instances and bytes of all classes of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub instances: u64,
    pub bytes: u64,
    /// Whether all instances have one size, so that totals of unlike counts can be compared.
    pub uniform: bool,
}

/// What the comparison found.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Classes of both sides that could be compared.
    pub compared: u32,
    /// Classes whose bytes per instance differ: name, the JVM's total, the dump's total.
    pub wrong: Vec<(String, Total, Total)>,
    /// Array classes of which the JVM made or dropped some between dump and histogram.
    pub moved: u32,
    /// `java.lang.Class`: the JVM's total and the dump's.
    pub mirrors: (Total, Total),
    /// Bytes of all compared classes, the JVM's and the dump's.
    pub bytes: (u64, u64),
}

/// Hidden classes are `Name/0x...` to the JVM and `Name+0x...` or `Name/0x...` in a dump.
fn plain_name(name: &str) -> String {
    let cut = ["/0x", "+0x"].iter().filter_map(|mark| name.find(mark)).min();
    name[..cut.unwrap_or(name.len())].to_owned()
}

/// The rows of a class histogram.
pub(crate) fn histogram(text: &str) -> BTreeMap<String, Total> {
    let mut rows: BTreeMap<String, Total> = BTreeMap::new();
    for line in text.lines() {
        // Up to JDK 5 the rows are not numbered.
        let mut words = line.split_whitespace().filter(|word| !word.ends_with(':')).fuse();
        let (Some(Ok(instances)), Some(Ok(bytes)), Some(name)) = (
            words.next().map(str::parse::<u64>),
            words.next().map(str::parse::<u64>),
            words.next(),
        ) else {
            continue;
        };
        let spelt = name.replace('.', "/");
        let name = if name.starts_with('[') { java_class_name(&spelt) } else { name.to_owned() };
        let row = rows.entry(plain_name(&name)).or_default();
        row.instances += instances;
        row.bytes += bytes;
    }
    rows
}

/// Totals of the dump by class name.
fn totals(loaded: &Loaded) -> BTreeMap<String, Total> {
    let heap = &loaded.heap;
    let mut rows: BTreeMap<String, Total> = BTreeMap::new();
    for (index, class) in heap.classes.iter() {
        let total = loaded.totals.get(index);
        let instances = total.instances + total.unreachable;
        if instances == 0 {
            continue;
        }
        let is_first = !rows.contains_key(&plain_name(&class.name));
        let row = rows.entry(plain_name(&class.name)).or_default();
        row.instances += instances;
        row.bytes += total.shallow + total.unreachable_shallow;
        row.uniform = class.kind == ClassKind::Instance && is_first;
    }
    if let Some(loader) = rows.get_mut("java.lang.ClassLoader") {
        // The synthetic boot loader is no object of the JVM.
        loader.instances -= 1;
    }
    rows
}

/// Loads a dump with calibrated sizes.
pub(crate) fn loaded(dump: &Path) -> Loaded {
    let source = FileSource::open(dump).unwrap();
    load(&source, LoadOptions::default(), 8 << 20, &mut |_| ()).unwrap()
}

/// Compares a dump with the histogram that the JVM printed right after it.
pub(crate) fn compare(loaded: &Loaded, histogram_text: &str) -> Comparison {
    let jvm = histogram(histogram_text);
    let ours = totals(loaded);
    let mut result = Comparison::default();
    for (name, &truth) in &jvm {
        let Some(&own) = ours.get(name).filter(|own| own.instances > 0) else { continue };
        if name == "java.lang.Class" {
            result.mirrors = (truth, own);
            continue;
        }
        if truth.instances != own.instances && !own.uniform {
            result.moved += 1;
            continue;
        }
        result.compared += 1;
        let exact = u128::from(truth.bytes) * u128::from(own.instances)
            == u128::from(own.bytes) * u128::from(truth.instances);
        if !exact {
            result.wrong.push((name.clone(), truth, own));
        }
        if truth.instances == own.instances {
            result.bytes.0 += truth.bytes;
            result.bytes.1 += own.bytes;
        }
    }
    result
}
