//! What Eclipse MAT 1.17 computed from real dumps, number by number.
//!
//! Every test goes through all dumps and reports all differences at once.

use crate::invariants;
use crate::support::{Opened, entries, extra_dump, extra_dumps, opened};
use heapglass::analysis::Inquiry;
use heapglass::analysis::suspects::{Finding, ratio};
use heapglass::graph::{BitSet, Edges, ROOT, Reach, Step};
use heapglass::heap::{ClassIndex, ObjectIndex};
use heapglass::hprof::ObjectId;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

/// MAT's results for one dump, and the dump.
struct Truth {
    name: String,
    folder: PathBuf,
    dump: Opened,
}

impl Truth {
    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap()
    }

    /// The rows of a table, by column name; lines of comment are left out.
    fn table(&self, file: &str) -> Vec<BTreeMap<String, String>> {
        let text = self.text(file);
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
        lines
            .map(|line| {
                let cells = line.split('\t').map(str::to_owned);
                columns.iter().map(|&c| c.to_owned()).zip(cells).collect()
            })
            .collect()
    }

    fn summary(&self) -> BTreeMap<String, String> {
        let text = self.text("summary.txt");
        text.lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}

/// Differences of one dump: what, MAT's value, ours.
#[derive(Default)]
struct Differences {
    list: Vec<String>,
}

impl Differences {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, theirs: &T, ours: &T) {
        if theirs != ours {
            self.list.push(format!("{what}: MAT {theirs:?}, ours {ours:?}"));
        }
    }
}

const COMPARISONS: [Comparison; 9] = [
    facts,
    histogram,
    unreachable,
    first_level,
    largest_objects,
    class_retained,
    suspects,
    invariants,
    retained_sets,
];

#[test]
fn facts_of_the_dump_equal_mats() {
    assert_equal_on_all(facts);
}

#[test]
fn histogram_per_class_equal_mats() {
    assert_equal_on_all(histogram);
}

#[test]
fn unreachable_objects_per_class_equal_mats() {
    assert_equal_on_all(unreachable);
}

#[test]
fn first_level_of_the_dominator_tree_equals_mats() {
    assert_equal_on_all(first_level);
}

#[test]
fn largest_objects_of_the_dominator_tree_equal_mats() {
    assert_equal_on_all(largest_objects);
}

#[test]
fn minimum_retained_size_per_class_equals_mats() {
    assert_equal_on_all(class_retained);
}

#[test]
fn leak_suspects_equal_mats() {
    assert_equal_on_all(suspects);
}

#[test]
fn retained_sets_of_classes_equal_mats() {
    assert_equal_on_all(retained_sets);
}

#[test]
fn sums_agree() {
    assert_equal_on_all(invariants);
}

fn invariants(truth: &Truth, differences: &mut Differences) {
    differences.list.extend(invariants::broken(&truth.dump));
}

/// What can be compared; a test each.
type Comparison = fn(&Truth, &mut Differences);

/// Fails with the differences that `compare` finds in any dump.
fn assert_equal_on_all(compare: Comparison) {
    let Some(root) = extra_dumps() else { return };
    let reports = REPORTS.get_or_init(|| compare_all(&root));
    assert!(!reports.is_empty(), "no dump of {} has results of MAT", root.display());
    let at = COMPARISONS.iter().position(|&c| std::ptr::fn_addr_eq(c, compare)).unwrap();
    let report: String = reports.iter().map(|of_dump| of_dump[at].as_str()).collect();
    assert!(report.is_empty(), "\n{report}");
}

/// One report per dump and comparison; empty where nothing differs.
static REPORTS: OnceLock<Vec<Vec<String>>> = OnceLock::new();

/// Loads each dump once, on two threads because the largest takes as long as all the others.
fn compare_all(root: &Path) -> Vec<Vec<String>> {
    let folders = Mutex::new(entries(&root.join("truth")));
    let reports = Mutex::default();
    let next = || folders.lock().unwrap().pop();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(folder) = next() {
                    if let Some(truth) = truth_in(root, folder) {
                        let of_dump = COMPARISONS.map(|compare| report(&truth, compare));
                        let reports: &Mutex<Vec<Vec<String>>> = &reports;
                        reports.lock().unwrap().push(of_dump.into());
                    }
                }
            });
        }
    });
    reports.into_inner().unwrap()
}

fn report(truth: &Truth, compare: Comparison) -> String {
    const SHOWN: usize = 20;
    let mut differences = Differences::default();
    compare(truth, &mut differences);
    let list = differences.list;
    if list.is_empty() {
        return String::new();
    }
    let shown = list.iter().take(SHOWN).map(|line| format!("    {line}\n"));
    format!("{}: {} differences\n{}", truth.name, list.len(), shown.collect::<String>())
}

fn truth_in(root: &Path, folder: PathBuf) -> Option<Truth> {
    let name = folder.file_name()?.to_str()?.to_owned();
    let file = extra_dump(root, &name);
    let file = file.unwrap_or_else(|| panic!("there are results for {name}, but no dump"));
    Some(Truth { name, folder, dump: opened(&file) })
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

fn address(text: &str) -> u64 {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).unwrap_or_else(|_| panic!("{text:?} is no address"))
}

fn facts(truth: &Truth, differences: &mut Differences) {
    let facts = truth.dump.structure().facts();
    let summary = truth.summary();
    let kinds: BTreeMap<&str, u32> =
        facts.gc_roots_by_kind.iter().map(|k| (k.kind, k.count)).collect();
    let mut kinds_seen = 0;
    for (key, value) in &summary {
        let ours = match key.as_str() {
            "objects" => facts.objects.to_string(),
            "heap_size" => facts.used_heap.to_string(),
            "classes" => facts.classes.to_string(),
            "class_loaders" => facts.class_loaders.to_string(),
            "gc_roots" | "gc_root_objects" => facts.gc_roots.to_string(),
            "unreachable_objects" => facts.unreachable_objects.to_string(),
            "unreachable_bytes" => facts.unreachable_bytes.to_string(),
            "identifier_size" => facts.id_bytes.to_string(),
            "heap_format" => "hprof".to_owned(),
            "compressed_oops" if facts.id_bytes == 4 => "null".to_owned(),
            "compressed_oops" => (facts.reference_bytes == 4).to_string(),
            // MAT was given some of the dumps compressed, others not.
            "dump_bytes" if *value == facts.file_bytes.to_string() => value.clone(),
            "dump_bytes" => facts.dump_bytes.to_string(),
            "created" => created(facts.taken_at),
            "keep_unreachable" => "null".to_owned(),
            _ => {
                let kind = key.strip_prefix("gc_roots[").and_then(|k| k.strip_suffix(']'));
                let kind = kind.unwrap_or_else(|| panic!("what is {key}?"));
                kinds_seen += 1;
                kinds.get(kind).copied().unwrap_or(0).to_string()
            }
        };
        differences.same(key, value, &ours);
    }
    differences.same("kinds of roots", &kinds_seen, &kinds.len());
}

/// Milliseconds since 1970 as Java's `Date.toString` writes them in UTC.
fn created(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (mut days, of_day) = (seconds / 86_400, seconds % 86_400);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(days % 7) as usize];
    let mut year = 1970;
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let months = [
        ("Jan", 31),
        ("Feb", february),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    let mut month = "";
    for (name, length) in months {
        month = name;
        if days < length {
            break;
        }
        days -= length;
    }
    let (h, m, s) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{weekday} {month} {:02} {h:02}:{m:02}:{s:02} UTC {year}", days + 1)
}

fn class_at(truth: &Truth, row: &BTreeMap<String, String>) -> Option<ClassIndex> {
    truth.dump.loaded.heap.classes.by_id(ObjectId(address(&row["class_address"])))
}

fn histogram(truth: &Truth, differences: &mut Differences) {
    let loaded = &truth.dump.loaded;
    let mut seen = HashSet::new();
    for row in truth.table("histogram.tsv") {
        let Some(class) = class_at(truth, &row) else {
            differences.list.push(format!("no class at {row:?}"));
            continue;
        };
        seen.insert(class);
        let entry = loaded.heap.classes.get(class);
        let total = loaded.totals.get(class);
        let theirs = (number(&row["count"]), number(&row["shallow"]));
        differences.same(&row["class"], &theirs, &(total.instances, total.shallow));
        differences.same("name", &row["class"], &entry.name);
        let loader = (row["class"].as_str(), address(&row["loader_address"]));
        differences.same("loader", &loader, &(&row["class"], entry.loader.0));
    }
    for (class, entry) in loaded.heap.classes.iter() {
        let instances = loaded.totals.get(class).instances;
        let missing = !seen.contains(&class) && instances > 0;
        differences.same(&entry.name, &0, &if missing { instances } else { 0 });
    }
}

fn unreachable(truth: &Truth, differences: &mut Differences) {
    let loaded = &truth.dump.loaded;
    let mut seen = HashSet::new();
    for row in truth.table("unreachable.tsv") {
        let Some(class) = class_at(truth, &row) else {
            differences.list.push(format!("no class at {row:?}"));
            continue;
        };
        seen.insert(class);
        let total = loaded.totals.get(class);
        let theirs = (number(&row["count"]), number(&row["shallow"]));
        let ours = (total.unreachable, total.unreachable_shallow);
        differences.same(&row["class"], &theirs, &ours);
    }
    for (class, entry) in loaded.heap.classes.iter() {
        let unreachable = loaded.totals.get(class).unreachable;
        let missing = !seen.contains(&class) && unreachable > 0;
        differences.same(&entry.name, &0, &if missing { unreachable } else { 0 });
    }
}

fn first_level(truth: &Truth, differences: &mut Differences) {
    let tree = &truth.dump.loaded.dominators;
    let text = truth.text("dominators_top.tsv");
    let count = text.lines().next().unwrap().split(' ').nth(4).unwrap();
    differences.same("objects on the first level", &number(count), &tree.top_count().into());
    let rows = truth.table("dominators_top.tsv");
    compare_objects(truth, &rows, differences);
    let theirs: Vec<u64> = rows.iter().map(|row| number(&row["retained"])).collect();
    let largest = tree.top(0, u32::try_from(rows.len()).unwrap());
    let inquiry = truth.dump.structure();
    let ours: Vec<u64> = largest.iter().map(|&node| inquiry.retained(ObjectIndex(node))).collect();
    differences.same("largest retained sizes", &theirs, &ours);
}

fn largest_objects(truth: &Truth, differences: &mut Differences) {
    let rows = truth.table("dominators.tsv");
    compare_objects(truth, &rows, differences);
    let mut theirs: Vec<u64> = rows.iter().map(|row| number(&row["retained"])).collect();
    let inquiry = truth.dump.structure();
    let objects = inquiry.heap().objects.indices();
    let reachable = objects.filter(|&object| inquiry.is_reachable(object));
    let mut ours: Vec<u64> = reachable.map(|object| inquiry.retained(object)).collect();
    theirs.sort_unstable_by(|a, b| b.cmp(a));
    ours.sort_unstable_by(|a, b| b.cmp(a));
    ours.truncate(theirs.len());
    differences.same("largest retained sizes", &theirs, &ours);
}

/// Shallow and retained size, immediate dominator and depth of each row's object.
fn compare_objects(
    truth: &Truth,
    rows: &[BTreeMap<String, String>],
    differences: &mut Differences,
) {
    let loaded = &truth.dump.loaded;
    let tree = &loaded.dominators;
    for row in rows {
        let at = &row["address"];
        let Some(object) = object_at(truth, address(at)) else {
            differences.list.push(format!("no object at {at}, {}", row["class"]));
            continue;
        };
        let parent = tree.parent(object.0);
        let dominator = match parent {
            ROOT => "-".to_owned(),
            _ => format!("{:#x}", loaded.heap.objects.id(ObjectIndex(parent)).0),
        };
        let depth = 1 + tree.ancestors(object.0).count() as u64;
        let retained = truth.dump.structure().retained(object);
        let ours = (loaded.heap.shallow(object), retained, dominator, depth);
        let theirs = (
            number(&row["shallow"]),
            number(&row["retained"]),
            row["idom"].clone(),
            number(&row["depth"]),
        );
        differences.same(&format!("{at} {}", row["class"]), &theirs, &ours);
        let name = loaded.heap.classes.represented_by(object);
        let name = match name {
            Some(class) => format!("class {}", loaded.heap.classes.get(class).name),
            None => loaded.heap.classes.get(loaded.heap.objects.class(object)).name.clone(),
        };
        differences.same(at, &row["class"], &name);
    }
}

/// The object of an address; 0 is the system class loader's.
fn object_at(truth: &Truth, address: u64) -> Option<ObjectIndex> {
    match address {
        0 => truth.dump.loaded.heap.objects.system_loader(),
        _ => truth.dump.at(address),
    }
}

fn class_retained(truth: &Truth, differences: &mut Differences) {
    let loaded = &truth.dump.loaded;
    for row in truth.table("class_retained.tsv") {
        let Some(class) = class_at(truth, &row) else {
            differences.list.push(format!("no class at {row:?}"));
            continue;
        };
        let total = loaded.totals.get(class);
        // MAT adds the class object to the instances of its class. The class object of
        // java.lang.Class is such an instance already, so MAT counts what it retains twice.
        let twice = match Some(class) == loaded.heap.known.class {
            true => truth.dump.structure().retained(loaded.heap.classes.get(class).object.unwrap()),
            false => 0,
        };
        let retained = number(&row["min_retained"]) - twice;
        let theirs = (number(&row["count"]), number(&row["shallow"]), retained);
        let ours = (total.instances, total.shallow, loaded.class_retained[class.index()]);
        differences.same(&row["class"], &theirs, &ours);
    }
}

/// Rule D4 for the class object and all instances of MAT's thirty largest classes. Each needs a
/// search through the whole heap, so that the largest dump is left out.
fn retained_sets(truth: &Truth, differences: &mut Differences) {
    const MOST_OBJECTS: usize = 1_000_000;
    let inquiry = truth.dump.structure();
    let heap = inquiry.heap();
    if heap.objects.len() > MOST_OBJECTS {
        return;
    }
    let mut compared = 0;
    for row in truth.table("class_retained.tsv") {
        let precise = (&row["precise_retained"], &row["precise_objects"]);
        if precise.0.is_empty() {
            continue;
        }
        let class = class_at(truth, &row).unwrap();
        let mut set = BitSet::new(heap.objects.len()).unwrap();
        set.insert(heap.classes.get(class).object.unwrap().0);
        heap.objects.for_each(0..heap.objects.len(), |object, of, _| {
            if of == class {
                set.insert(object.0);
            }
        });
        let mut search = Reach::new(heap, heap.roots.objects(), Edges::All, Some(set)).unwrap();
        while search.step(heap, u64::MAX).unwrap() != Step::Done {}
        let marked = search.finish();
        let retained = heap.objects.indices();
        let retained = retained.filter(|o| inquiry.is_reachable(*o) && !marked.contains(o.0));
        let ours = retained.fold((0, 0), |sum, o| (sum.0 + heap.shallow(o), sum.1 + 1));
        differences.same(&row["class"], &(number(precise.0), number(precise.1)), &ours);
        compared += 1;
    }
    differences.same("classes with a retained set", &30, &compared);
}

/// A suspect as MAT's report describes it.
#[derive(Debug, Default, PartialEq)]
struct MatSuspect {
    class: String,
    members: u64,
    is_group: bool,
    retained: u64,
    percent: String,
    /// Address of the accumulation point.
    accumulation: Option<u64>,
    /// Class and retained bytes of the accumulation point, of single suspects.
    accumulated: Option<(String, u64)>,
}

/// The suspects of a report: the pie's slices, the first sentence of each description and the
/// query behind "Shortest Paths To the Accumulation Point".
fn reported(text: &str) -> Vec<MatSuspect> {
    let slices = text.lines().filter_map(|line| {
        let mut cells = line.trim_start().split('\t');
        let is_slice = cells.next() == Some("pie") && cells.next()?.starts_with("Problem");
        is_slice.then(|| number(cells.next().unwrap()))
    });
    let sections = text.split("\n  --- Problem Suspect ").skip(1);
    slices
        .zip(sections)
        .map(|(retained, section)| MatSuspect { retained, ..described(section) })
        .collect()
}

fn described(section: &str) -> MatSuspect {
    let sentence = section.lines().nth(2).unwrap().trim();
    let up_to = |text: &str, end: char| text.split(end).next().unwrap().to_owned();
    let after = |mark: &str| sentence.split_once(mark).map(|(_, rest)| rest);
    let mut suspect = MatSuspect { members: 1, ..MatSuspect::default() };
    if let Some(rest) = sentence.strip_prefix("One instance of ") {
        suspect.class = up_to(rest, ' ');
    } else if let Some(rest) = sentence.strip_prefix("The class ") {
        suspect.class = format!("class {}", up_to(rest, ','));
    } else if let Some(rest) = sentence.strip_prefix("The thread ") {
        suspect.class = up_to(rest, ' ');
    } else if let Some(rest) = sentence.strip_prefix("The classloader/component ") {
        suspect.class = up_to(rest, ' ');
    } else if let Some((members, rest)) = sentence.split_once(" instances of ") {
        suspect.is_group = true;
        suspect.members = number(&members.replace(',', ""));
        suspect.class = up_to(rest, ',');
    } else {
        panic!("what does this say? {sentence}");
    }
    suspect.percent = up_to(after("(").unwrap(), '%');
    let query = section.lines().find(|line| line.contains("To the Accumulation Point"));
    let query = query.or_else(|| section.lines().find(|l| l.contains("[merge_shortest_paths 0x")));
    let point = query.and_then(|q| q.split(" 0x").nth(1)).map(|rest| up_to(rest, ' '));
    suspect.accumulation = point.map(|point| address(&point));
    let place = section.lines().take(12).find_map(|line| line.split_once("is accumulated in "));
    suspect.accumulated = place.map(|(_, rest)| {
        let kinds = ["one instance of ", "classloader/component "];
        let class = kinds.iter().find_map(|kind| rest.strip_prefix(kind)).unwrap_or(rest);
        let class = match class.starts_with("class ") {
            true => up_to(class, ','),
            false => up_to(class, ' ').trim_end_matches(',').to_owned(),
        };
        let bytes = rest.split_once("which occupies ").unwrap().1;
        (class, number(&up_to(bytes, ' ').replace(',', "")))
    });
    suspect
}

fn suspects(truth: &Truth, differences: &mut Differences) {
    let theirs = reported(&truth.text("suspects.txt"));
    let inquiry = truth.dump.structure();
    let ours: Vec<MatSuspect> =
        inquiry.findings().iter().map(|finding| found(inquiry, finding)).collect();
    differences.same("suspects", &theirs.len(), &ours.len());
    for (theirs, ours) in theirs.iter().zip(&ours) {
        differences.same(&theirs.class, theirs, ours);
    }
}

/// Our finding in the terms of the report.
fn found(inquiry: Inquiry<'_>, finding: &Finding) -> MatSuspect {
    let heap = inquiry.heap();
    let class_of = |object: ObjectIndex| match heap.classes.represented_by(object) {
        Some(class) => format!("class {}", heap.classes.get(class).name),
        None => heap.classes.get(heap.objects.class(object)).name.clone(),
    };
    let point = finding.accumulation;
    let place = point.filter(|_| !finding.is_group);
    let share = ratio(finding.retained, inquiry.used_heap());
    MatSuspect {
        class: match finding.is_group {
            true => heap.classes.get(finding.class).name.clone(),
            false => class_of(ObjectIndex(finding.objects[0])),
        },
        members: finding.members,
        is_group: finding.is_group,
        retained: finding.retained,
        percent: format!("{:.2}", share * 100.0),
        accumulation: point.map(|point| heap.objects.id(point).0),
        accumulated: place.map(|point| (class_of(point), inquiry.retained(point))),
    }
}
