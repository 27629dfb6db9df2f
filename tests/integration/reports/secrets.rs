//! A dump full of secrets: in no format of the report by default, in all of them when asked for.

use super::{FORMATS, report_on};
use heapglass::analysis::verdict::Finding;
use heapglass::hprof::writer::{DumpBuilder, Frame};
use heapglass::hprof::{BasicType, IdSize, ObjectId, Value};
use heapglass::report::{Contents, GateOutcome};

const OBJECT: BasicType = BasicType::Object;

/// Names of threads and the message of the error: told where contents are.
const TOLD: [&str; 6] = [
    "worker of customer 4711",
    "quota of tenant mallory",
    "mallory-poller",
    "/home/mallory/ledger.csv",
    "SELECT iban FROM mallory",
    "/home/mallory/plugins.jar",
];
/// Where the dump keeps others: no report tells these, but none may by accident either.
const KEPT: [&str; 4] =
    ["key-a1b2c3", "password=hunter2", "https://u:p@db.example", "s3cr3t-array"];

/// A thread that ran out of memory with a map of secrets, and a list that a static field holds.
fn dump() -> Vec<u8> {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    let classes = dump.standard_classes();
    let throwable = dump.class("java.lang.Throwable").extends(classes.object);
    let throwable = throwable.field("detailMessage", OBJECT).build();
    let error = dump.class("java.lang.Error").extends(throwable).build();
    let error = dump.class("java.lang.OutOfMemoryError").extends(error).build();
    let node = dump.class("java.util.HashMap$Node").extends(classes.object);
    let node = node.field("key", OBJECT).field("value", OBJECT).field("next", OBJECT).build();
    let nodes = dump.class("java.util.HashMap$Node[]").extends(classes.object).build();
    let map = dump.class("java.util.HashMap").extends(classes.object);
    let map = map.field("table", OBJECT).field("size", BasicType::Int).build();
    let job = dump.class("com.acme.ReportJob").extends(classes.object).build();

    let mut entries = Vec::new();
    for at in 0..40 {
        let key = dump.string(&format!("{} {at}", KEPT[at % KEPT.len()]));
        let value = dump.primitive_array(BasicType::Byte, &b"s3cr3t-array".repeat(2000));
        let [key, value] = [key, value].map(Value::Object);
        entries.push(dump.instance_with(node, &[("key", key), ("value", value)]));
    }
    let table = dump.object_array(nodes, &entries);
    let rows = [("table", Value::Object(table)), ("size", Value::Int(40))];
    let rows = dump.instance_with(map, &rows);
    let message = dump.string(TOLD[1]);
    let thrown = dump.instance_with(error, &[("detailMessage", Value::Object(message))]);
    let frame = |class, method| Frame {
        class,
        method,
        signature: "()V",
        source: "ReportJob.java",
        line: 12,
    };
    let frames = [frame(error, "<init>"), frame(job, "loadAll")];
    dump.thread(TOLD[0], &frames, &[(1, rows), (0, thrown)]);
    let owned = outside(&mut dump).map(|object| (0, object));
    dump.thread(TOLD[2], &[frame(job, "poll")], &owned);
    dump.finish()
}

/// An open file, a statement and a jar, each with a text of its own.
fn outside(dump: &mut DumpBuilder) -> [ObjectId; 3] {
    let descriptor = dump.class("java.io.FileDescriptor").field("fd", BasicType::Int).build();
    let stream = dump.class("java.io.FileInputStream").field("fd", OBJECT);
    let stream = stream.field("path", OBJECT).build();
    let statement = dump.class("com.acme.pool.PooledStatement").field("sql", OBJECT);
    let statement = statement.field("closed", BasicType::Boolean).build();
    let zip = dump.class("java.util.zip.ZipFile").field("name", OBJECT).build();
    let [path, sql, jar] = [TOLD[3], TOLD[4], TOLD[5]].map(|text| Value::Object(dump.string(text)));
    let descriptor = dump.instance_with(descriptor, &[("fd", Value::Int(17))]);
    [
        dump.instance_with(stream, &[("fd", Value::Object(descriptor)), ("path", path)]),
        dump.instance_with(statement, &[("sql", sql), ("closed", Value::Boolean(false))]),
        dump.instance_with(zip, &[("name", jar)]),
    ]
}

/// Names in the dump of loaders.
const DEPLOYED: [&str; 3] = ["deployer of tenant mallory", "Metaspace of eve", "eve-worker"];

/// A program whose class metadata ran out: a thread's local variable holds its many loaders.
fn dump_of_loaders() -> Vec<u8> {
    let mut dump = DumpBuilder::new(IdSize::Eight);
    dump.standard_classes();
    let throwable = dump.class("java.lang.Throwable").field("detailMessage", OBJECT).build();
    let error = dump.class("java.lang.OutOfMemoryError").extends(throwable).build();
    let loader = dump.class("com.acme.PluginLoader").field("plugin", OBJECT).build();
    let array = dump.class("com.acme.PluginLoader[]").build();
    let job = dump.class("com.acme.DeployJob").build();
    let mut loaders = Vec::new();
    for _ in 0..60 {
        let plugin = dump.reserve_id();
        let one = dump.instance_with(loader, &[("plugin", Value::Object(plugin))]);
        let class = dump.class("gen.Plugin").loader(one).build();
        dump.instance_at(plugin, class, &[]);
        loaders.push(one);
    }
    let loaders = dump.object_array(array, &loaders);
    let frame = |class, method| Frame {
        class,
        method,
        signature: "()V",
        source: "DeployJob.java",
        line: 9,
    };
    let message = dump.string(DEPLOYED[1]);
    let thrown = dump.instance_with(error, &[("detailMessage", Value::Object(message))]);
    dump.thread(DEPLOYED[0], &[frame(job, "deployAll")], &[(0, loaders)]);
    dump.thread(DEPLOYED[2], &[frame(error, "<init>"), frame(job, "deploy")], &[(0, thrown)]);
    dump.finish()
}

#[test]
fn the_verdict_on_loaders_is_told_without_names_of_threads_and_messages() {
    for contents in [Contents::LeftOut, Contents::Included] {
        let report = report_on(&dump_of_loaders(), contents);
        assert_eq!(report.verdict.as_ref().unwrap().finding, Finding::Classes);
        assert_eq!(report.gate.outcome, GateOutcome::Found);
        for format in FORMATS {
            let text = report.render(format);
            assert!(text.contains("DeployJob.deployAll"), "{format:?} names the holder: {text}");
            for secret in DEPLOYED {
                let is_told = text.contains(secret);
                assert_eq!(is_told, contents == Contents::Included, "{format:?} {secret}: {text}");
            }
        }
    }
}

#[test]
fn what_stands_for_a_text_says_what_it_was() {
    let text = report_on(&dump(), Contents::LeftOut).to_string();
    for stand_in in ["‹name›", "‹message›", "‹file›", "‹sql›"] {
        assert!(text.contains(stand_in), "{stand_in}: {text}");
    }
}

#[test]
fn secrets_are_left_out_of_every_format_by_default() {
    let report = report_on(&dump(), Contents::default());
    for format in FORMATS {
        let text = report.render(format);
        assert!(text.contains("ReportJob.loadAll"), "{format:?} names the method: {text}");
        for secret in TOLD.iter().chain(&KEPT) {
            assert!(!text.contains(secret), "{format:?} tells {secret}: {text}");
        }
    }
    let text = report.to_string();
    for secret in TOLD.iter().chain(&KEPT) {
        assert!(!text.contains(secret), "the text tells {secret}: {text}");
    }
}

#[test]
fn contents_are_told_when_asked_for() {
    let report = report_on(&dump(), Contents::Included);
    for format in FORMATS {
        let text = report.render(format);
        for told in TOLD {
            assert!(text.contains(told), "{format:?} tells {told}: {text}");
        }
    }
}
