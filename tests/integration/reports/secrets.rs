//! A dump full of secrets: in no format of the report by default, in all of them when asked for.

use super::{FORMATS, report_on};
use heapglass::hprof::writer::{DumpBuilder, Frame};
use heapglass::hprof::{BasicType, IdSize, Value};
use heapglass::report::Contents;

const OBJECT: BasicType = BasicType::Object;

/// Names of threads and the message of the error: told where contents are.
const TOLD: [&str; 3] = ["worker of customer 4711", "quota of tenant mallory", "mallory-poller"];
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
    dump.thread(TOLD[2], &[frame(job, "poll")], &[]);
    dump.finish()
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
