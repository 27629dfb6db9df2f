//! Threads, class loaders, GC roots and settings of real dumps.

use crate::support::{Opened, extra_dump, extra_dumps, fixture, opened};
use heapglass::analysis::HeapInquiry;
use heapglass::analysis::gc_roots::{RootEntry, RootGroup};
use heapglass::analysis::histogram::Sort;
use heapglass::analysis::loaders::{
    DuplicateKey, LoaderEntry, LoaderRow, LoaderSurvey, LoaderSurveyBuilder,
};
use heapglass::analysis::properties::SettingSource;
use heapglass::analysis::table::TableQuery;
use heapglass::analysis::threads::{
    StackEntry, StackKey, StackWindow, ThreadKey, ThreadSurvey, ThreadSurveyBuilder, ThreadWindow,
};
use heapglass::graph::{MinRetained, Step};
use heapglass::heap::{ClassIndex, ObjectIndex};
use std::collections::HashMap;

fn thread_survey(inquiry: &HeapInquiry<'_>, budget: u64) -> ThreadSurvey {
    let mut builder = ThreadSurveyBuilder::new(inquiry.heap());
    let mut last = 0;
    while let Step::More { done, total } = builder.step(inquiry, budget).unwrap() {
        assert!(last <= done && done <= total, "{last} {done} {total}");
        last = done;
    }
    builder.finish()
}

fn loader_survey(inquiry: &HeapInquiry<'_>, budget: u64) -> LoaderSurvey {
    let mut builder = LoaderSurveyBuilder::new(inquiry.heap());
    let mut last = 0;
    while let Step::More { done, total } = builder.step(inquiry, budget).unwrap() {
        assert!(last <= done && done <= total, "{last} {done} {total}");
        last = done;
    }
    builder.finish()
}

fn ask<K: Copy + Eq + std::hash::Hash>(key: K, filter: &[(K, &str)]) -> TableQuery<K> {
    let filter: HashMap<K, String> = filter.iter().map(|&(k, t)| (k, t.to_owned())).collect();
    TableQuery { sort: Sort { key, descending: true }, filter, start: 0, count: u32::MAX }
}

fn threads(dump: &Opened, survey: &ThreadSurvey, filter: &[(ThreadKey, &str)]) -> ThreadWindow {
    dump.inquiry().threads(survey, &ask(ThreadKey::Retained, filter))
}

fn stacks(dump: &Opened, survey: &ThreadSurvey) -> StackWindow {
    dump.inquiry().stacks(survey, &ask(StackKey::Threads, &[]))
}

/// Reachable class loaders and classes, as Eclipse MAT counts them.
fn counts_of_mat(summary: &str) -> [u32; 2] {
    ["class_loaders", "classes"].map(|wanted| {
        let mut lines = summary.lines().filter_map(|line| line.split_once('\t'));
        let found = lines.find(|(name, _)| *name == wanted);
        found.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or(u32::MAX)
    })
}

#[test]
fn five_thousand_virtual_threads_are_one_row() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "jdk25_vthreads_g1").unwrap());
    let inquiry = dump.inquiry();
    let survey = thread_survey(&inquiry, 50_000);
    let all = threads(&dump, &survey, &[]);
    assert_eq!((all.total, all.virtual_threads), (5022, 5000));
    assert_eq!(threads(&dump, &survey, &[(ThreadKey::Kind, "virtual")]).matching, 5000);

    let stacks = stacks(&dump, &survey);
    let most = &stacks.rows[0];
    assert_eq!((most.threads, most.virtual_threads, most.frames), (5000, 5000, 17));
    assert_eq!(most.own_code.as_deref(), Some("VThreads.handle"));
    assert_eq!(most.state.as_deref(), Some("WAITING (parking)"));
    assert_eq!(stacks.rows.iter().map(|row| row.threads).sum::<u32>(), all.total);
    assert_eq!(stacks.total, 9);

    let number = most.stack.to_string();
    let of_stack = threads(&dump, &survey, &[(ThreadKey::Stack, &number)]);
    assert_eq!(of_stack.matching, 5000);
    assert_eq!(of_stack.retained, most.retained);
    let first = &of_stack.rows[0];
    let details = inquiry.thread_details(&survey, first.thread).unwrap();
    assert_eq!((details.same_stack, details.entries), (5000, 17));
    let address = first.row.as_ref().unwrap().address.clone();
    assert_eq!(inquiry.thread_at(&survey, &address).unwrap(), first.thread);
}

/// Any number of thread roots may name one stack trace.
#[cfg(feature = "writer")]
#[test]
fn a_stack_that_many_threads_claim_is_read_once() {
    use heapglass::hprof::writer::{DumpBuilder, Frame};
    use heapglass::hprof::{GcRoot, IdSize, RootKind, ThreadSerial};
    const FRAMES: usize = 10_000;
    const THREADS: u32 = 50;
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let standard = dump.standard_classes();
    let frame = |line| Frame {
        class: standard.object,
        method: "run",
        signature: "()V",
        source: "Main.java",
        line,
    };
    let frames: Vec<_> = (1..).take(FRAMES).map(frame).collect();
    let first = dump.thread("first", &frames, &[]);
    for number in 1..THREADS {
        let object = dump.instance_with(standard.thread, &[]);
        dump.root_record(GcRoot {
            kind: RootKind::ThreadObject,
            object,
            thread: Some(ThreadSerial(first.serial.0 + number)),
            frame: None,
            trace: Some(first.trace),
        });
    }
    let dump = Opened::of(dump.finish()).unwrap();
    let inquiry = dump.inquiry();
    let mut builder = ThreadSurveyBuilder::new(inquiry.heap());
    let mut steps = 1;
    while builder.step(&inquiry, 2_000).unwrap() != Step::Done {
        steps += 1;
    }
    assert!(steps < THREADS / 2, "{steps}");
    let survey = builder.finish();
    let stacks = stacks(&dump, &survey);
    assert_eq!((stacks.rows[0].threads, stacks.rows[0].frames as usize), (THREADS, FRAMES));
}

#[test]
fn a_thread_says_what_java_says_of_it() {
    let Some(root) = extra_dumps() else { return };
    // Before JDK 19 in fields of its own, later in those of a holder.
    for (name, id, loader) in [
        ("oracle_jdk8_05_x64", 1, "AppClassLoader org.eclipse.mat.tests/bin"),
        ("app_jetty", 1, "AppClassLoader app"),
        ("jdk25_vthreads_g1", 3, "AppClassLoader app"),
    ] {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let survey = thread_survey(&dump.inquiry(), u64::MAX);
        let main = threads(&dump, &survey, &[(ThreadKey::Name, "/^main$/")]);
        let [main] = &main.rows[..] else { panic!("{name}: {main:?}") };
        assert_eq!((main.daemon, main.priority, main.id), (Some(false), Some(5), Some(id)));
        assert_eq!(main.loader.as_ref().map(|loader| loader.name.as_str()), Some(loader));
        assert_eq!(main.group.as_deref(), Some("main"));
        let finalizer = threads(&dump, &survey, &[(ThreadKey::Name, "Finalizer")]);
        assert_eq!(finalizer.rows[0].state_text, "WAITING (on object monitor)", "{name}");
        assert_eq!(finalizer.rows[0].daemon, Some(true));
        assert_eq!(finalizer.rows[0].priority, Some(8));
    }
}

#[test]
fn the_thread_that_ran_out_of_memory_is_named_with_its_stack() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "oom_metaspace").unwrap());
    let inquiry = dump.inquiry();
    let survey = thread_survey(&inquiry, 50_000);
    let failed = threads(&dump, &survey, &[]).failed.unwrap();
    let (object, name) = inquiry.out_of_memory_thread().unwrap();
    let row = inquiry.thread_row(&survey, failed).unwrap();
    assert_eq!(row.row.map(|row| row.object), Some(object));
    assert_eq!(row.name, Some(name.to_string()));
    let text = inquiry.stack_text(&survey, failed);
    let mut lines = text.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with("\"main\" #1 prio=5 object=0x"), "{first}");
    assert!(first.ends_with("(was throwing OutOfMemoryError)"), "{first}");
    assert_eq!(lines.next(), Some("   java.lang.Thread.State: RUNNABLE"));
    assert!(lines.next().unwrap().starts_with("\tat java.lang.OutOfMemoryError.<init>("));
    assert_eq!(text.lines().count(), 2 + row.frames as usize);
}

#[test]
fn a_frame_retains_what_its_locals_do() {
    for dump in [fixture("dominators"), fixture("story-session-list")] {
        let inquiry = dump.inquiry();
        let survey = thread_survey(&inquiry, 1);
        let mut with_locals = 0;
        for thread in threads(&dump, &survey, &[]).rows {
            let frames = inquiry.thread_frames(&survey, thread.thread, 0, u32::MAX).unwrap();
            assert_eq!(frames.rows.len(), frames.total as usize);
            for entry in frames.rows {
                let StackEntry::Frame(frame) = entry else { panic!("{entry:?}") };
                let locals =
                    inquiry.frame_locals(&survey, thread.thread, frame.frame, 0, u32::MAX).unwrap();
                let mut nodes = Vec::new();
                for entry in &locals.rows {
                    let StackEntry::Local(row) = entry else { panic!("{entry:?}") };
                    nodes.extend(
                        (Some(row.object) != thread.row.as_ref().map(|r| r.object))
                            .then_some(row.object.0),
                    );
                }
                with_locals += usize::from(nodes.len() > 1);
                assert_eq!(frame.locals as usize, locals.rows.len());
                assert_eq!(frame.retained, Some(minimum_retained(&dump, &nodes)));
            }
        }
        assert!(with_locals > 0, "some frame has several locals");
    }
}

/// Rule D6, by the graph's own algorithm.
fn minimum_retained(dump: &Opened, nodes: &[u32]) -> u64 {
    let inquiry = dump.structure();
    let heap = inquiry.heap();
    let mut sum = MinRetained::of_nodes(inquiry.tree, nodes).unwrap();
    let shallow = |node| heap.shallow(ObjectIndex(node));
    while sum.step(inquiry.tree, shallow, u64::MAX / 4) != Step::Done {}
    sum.finish()
}

#[test]
fn stacks_of_a_dump_that_was_cut_before_its_threads_are_still_shown() {
    let Some(root) = extra_dumps() else { return };
    // JDK 8 writes the roots behind all objects.
    let whole = opened(&extra_dump(&root, "oracle_jdk8_05_x64").unwrap());
    let survey = thread_survey(&whole.inquiry(), u64::MAX);
    let mut stacks: Vec<String> = threads(&whole, &survey, &[(ThreadKey::Frames, ">0")])
        .rows
        .iter()
        .map(|row| only_frames(&whole.inquiry().stack_text(&survey, row.thread)))
        .collect();
    let bytes = whole.bytes();
    let cut = Opened::of(bytes[..bytes.len() * 9 / 10].to_vec()).unwrap();
    let inquiry = cut.inquiry();
    assert_eq!(inquiry.heap().threads.list.len(), 0);
    let survey = thread_survey(&inquiry, u64::MAX);
    let unclaimed = threads(&cut, &survey, &[(ThreadKey::Kind, "unknown")]);
    let mut found: Vec<String> = Vec::new();
    for row in &unclaimed.rows {
        assert!(row.row.is_none() && row.name.is_none());
        let place = format!("trace-{}", row.trace.unwrap());
        assert_eq!(inquiry.thread_at(&survey, &place).unwrap(), row.thread);
        found.push(only_frames(&inquiry.stack_text(&survey, row.thread)));
    }
    stacks.sort();
    found.sort();
    assert!(stacks.len() > 1);
    assert_eq!(found, stacks);
    // The thread objects before the cut are there too, without a stack.
    assert!(threads(&cut, &survey, &[]).total > unclaimed.matching);
}

fn only_frames(text: &str) -> String {
    text.lines().filter(|line| line.starts_with("\tat ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn places_of_allocation_are_no_threads() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "oracle_jdk7_21_hprofagent").unwrap());
    let survey = thread_survey(&dump.inquiry(), u64::MAX);
    assert_eq!(threads(&dump, &survey, &[(ThreadKey::Kind, "unknown")]).matching, 0);
    assert_eq!(
        threads(&dump, &survey, &[(ThreadKey::Name, "HPROF gc_finish watcher")]).matching,
        1
    );
}

#[test]
fn a_place_that_is_no_thread_is_an_error() {
    let dump = fixture("dominators");
    let inquiry = dump.inquiry();
    let survey = thread_survey(&inquiry, u64::MAX);
    for place in ["0x0", "trace-99999", "trace-x", "main", ""] {
        assert!(inquiry.thread_at(&survey, place).is_err(), "{place}");
    }
    assert!(inquiry.thread_frames(&survey, u32::MAX, 0, 1).is_err());
}

#[test]
fn loaders_share_out_all_objects_and_are_as_many_as_in_mat() {
    let Some(root) = extra_dumps() else { return };
    for name in
        ["app_jetty", "jdk25_vthreads_g1", "oom_metaspace", "oracle_jdk8_05_x64", "sun_jdk5_64bit"]
    {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let inquiry = dump.inquiry();
        let survey = loader_survey(&inquiry, 200_000);
        let truth = std::fs::read_to_string(root.join("truth").join(name).join("summary.txt"));
        let [loaders, _] = counts_of_mat(&truth.unwrap());
        let rows = all_loaders(&inquiry, &survey);
        assert_eq!(rows.len(), survey.len(), "{name}: every loader is in the tree once");
        let dead = rows.iter().filter(|r| r.row.as_ref().is_some_and(|row| row.unreachable));
        assert_eq!(rows.len() - dead.count(), loaders as usize, "{name}");
        let sum = inquiry.totals.sum();
        assert_eq!(rows.iter().map(|row| row.instances).sum::<u64>(), sum.instances, "{name}");
        assert_eq!(rows.iter().map(|row| row.shallow).sum::<u64>(), sum.shallow, "{name}");
    }
}

/// All loaders, by asking for the tree level by level.
fn all_loaders(inquiry: &HeapInquiry<'_>, survey: &LoaderSurvey) -> Vec<LoaderRow> {
    let mut found = Vec::new();
    let mut todo = vec![None];
    while let Some(parent) = todo.pop() {
        let below = inquiry.loader_children(survey, parent, 0, u32::MAX).unwrap();
        assert_eq!(below.rows.len(), below.total as usize);
        for entry in below.rows {
            if let LoaderEntry::Loader(row) = entry {
                todo.push(Some(row.loader));
                found.push(row);
            }
        }
    }
    found
}

#[test]
fn a_loader_retains_itself_its_classes_and_their_objects() {
    for name in ["dominators", "story-modelmapper"] {
        let dump = fixture(name);
        let inquiry = dump.inquiry();
        let heap = inquiry.heap();
        let survey = loader_survey(&inquiry, 1_000);
        let loaders = all_loaders(&inquiry, &survey);
        assert!(loaders.len() > 2);
        for row in &loaders {
            let own = row.row.as_ref().map(|row| row.object).or(heap.objects.system_loader());
            let is_its = |class: ClassIndex| {
                let loader = heap.classes.get(class).loader;
                heap.addresses.get(loader) == row.row.as_ref().map(|row| row.object)
            };
            let nodes: Vec<u32> = heap
                .objects
                .indices()
                .filter(|&object| {
                    let represented = heap.classes.represented_by(object);
                    Some(object) == own
                        || is_its(heap.objects.class(object))
                        || represented.is_some_and(is_its)
                })
                .map(|object| object.0)
                .collect();
            assert_eq!(row.all_retained, Some(minimum_retained(&dump, &nodes)), "{}", row.name);
        }
    }
}

#[test]
fn a_class_that_thousands_of_loaders_define_is_one_duplicate() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "oom_metaspace").unwrap());
    let inquiry = dump.inquiry();
    let found = inquiry.duplicate_classes(&ask(DuplicateKey::Classes, &[]));
    let [leaky] = &found.rows[..] else { panic!("{found:?}") };
    assert_eq!(leaky.class.name, "gen.Leaky");
    assert_eq!((leaky.classes, leaky.instances), (10_256, 10_256));
    let survey = loader_survey(&inquiry, u64::MAX);
    let classes = inquiry.classes_of_name(&survey, leaky.class.class, 0, u32::MAX);
    assert_eq!(classes.total, leaky.classes);
    let mut loaders: Vec<_> = classes.rows.iter().map(|row| row.address.clone()).collect();
    loaders.sort();
    loaders.dedup();
    assert_eq!(loaders.len(), 10_256, "each by a loader of its own");
    // The path to such a loader leads down the tree.
    let path = inquiry.loader_path(&survey, loaders[0].as_deref().unwrap()).unwrap();
    assert!(path.len() >= 2, "{path:?}");
}

#[test]
fn roots_are_counted_by_kind_as_in_mat() {
    let Some(root) = extra_dumps() else { return };
    for name in ["app_jetty", "jdk25_vthreads_g1", "oracle_jdk8_05_x64"] {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let inquiry = dump.inquiry();
        let kinds = inquiry.root_groups(None, 0, u32::MAX);
        assert_eq!(kinds.total as usize, kinds.rows.len());
        let truth = root.join("truth").join(name).join("summary.txt");
        for line in std::fs::read_to_string(truth).unwrap().lines() {
            let Some((kind, count)) = line.split_once('\t') else { continue };
            let Some(kind) = kind.strip_prefix("gc_roots[").map(|k| k.trim_end_matches(']')) else {
                continue;
            };
            let group = kinds.rows.iter().find_map(|entry| match entry {
                RootEntry::Group(group) if group.root == kind => Some(group),
                _ => None,
            });
            let group = group.unwrap_or_else(|| panic!("{name} has no {kind}"));
            assert_eq!(group.roots.to_string(), count.trim(), "{name} {kind}");
            check_kind(&inquiry, group);
        }
    }
}

/// Classes add up to their kind, objects to their class.
fn check_kind(inquiry: &HeapInquiry<'_>, kind: &RootGroup) {
    let classes = inquiry.root_groups(Some(&kind.root), 0, u32::MAX);
    let (mut roots, mut retained) = (0, 0);
    for entry in classes.rows {
        let RootEntry::Group(group) = entry else { panic!("{entry:?}") };
        roots += group.roots;
        retained += group.retained.unwrap();
        let class = group.class.as_ref().unwrap().class;
        let objects = inquiry.root_objects(&kind.root, class, 0, u32::MAX);
        assert_eq!(objects.total, group.objects);
    }
    assert_eq!((roots, Some(retained)), (kind.roots, kind.retained));
}

#[test]
fn settings_are_those_of_the_process() {
    let Some(root) = extra_dumps() else { return };
    for (name, version) in [("oracle_jdk8_05_x64", "1.8.0_05"), ("app_jetty", "17.")] {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let settings = dump.inquiry().settings();
        let found = settings.iter().find(|setting| setting.name == "java.version").unwrap();
        assert!(found.value.as_deref().unwrap().starts_with(version), "{found:?}");
        assert!(settings.is_sorted_by_key(|s| (s.source == SettingSource::Environment, &s.name)));
    }
}
