//! The command as a pipeline runs it.

use crate::support::{fixture_path, scratch_file};
use std::path::Path;
use std::process::{Command, Output};

pub(super) fn heapglass(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heapglass")).args(arguments).output().unwrap()
}

fn report(fixture: &str, more: &[&str]) -> Output {
    let dump = fixture_path(&format!("{fixture}.hprof.gz"));
    heapglass(&[&["report", dump.to_str().unwrap()], more].concat())
}

pub(super) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_healthy_dump_passes_and_a_leak_stops_the_pipeline() {
    for format in ["html", "md", "json"] {
        assert_eq!(code(&report("healthy", &["--format", format])), 0, "{format}");
        assert_eq!(code(&report("story-session-list", &["--format", format])), 1, "{format}");
    }
    assert_eq!(code(&report("story-tomcat-upgrade", &[])), 1);
    assert_eq!(code(&report("story-native-innocent-heap", &[])), 1);
}

#[test]
fn a_finding_below_the_threshold_passes() {
    let share = |text: &str| code(&report("story-session-list", &["--threshold", text]));
    assert_eq!(share("90%"), 1);
    assert_eq!(share("99%"), 0);
    assert_eq!(share("99.5 %"), 0);
    assert_eq!(share("50"), 1);
    let output = report("story-session-list", &["--threshold", "99%"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("below the limit of 99.0 %"), "{text}");
}

#[test]
fn what_cannot_be_read_is_an_error_that_says_why() {
    let text = scratch_file("report-notes.txt", b"this is no heap dump at all");
    let wrong = [
        vec!["report", "/no/such/dump.hprof"],
        vec!["report", text.to_str().unwrap()],
        vec!["report"],
    ];
    for arguments in wrong {
        let output = heapglass(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() || arguments.len() == 1, "{arguments:?}");
    }
    let wrong = [
        ["--format", "pdf"],
        ["--threshold", "much"],
        ["--threshold", "101%"],
        ["--threshold", "nan"],
        ["--json", "--timings"],
    ];
    for arguments in wrong {
        let output = report("healthy", &arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
    let dump = fixture_path("healthy.hprof.gz");
    let outside = heapglass(&[dump.to_str().unwrap(), "--with-content"]);
    assert_eq!(code(&outside), 2, "an option of reports without a report");
}

#[test]
fn the_report_goes_where_it_is_told_to_but_not_over_the_dump() {
    let output = scratch_file("report-output.md", b"");
    let found = report("story-session-list", &["-o", output.to_str().unwrap()]);
    assert_eq!(code(&found), 1);
    assert!(found.stdout.is_empty());
    let written = std::fs::read_to_string(&output).unwrap();
    assert!(written.starts_with("# The static list **ExcelExportTaskWebSocket.SESSIONS**"));

    let original = std::fs::read(fixture_path("healthy.hprof.gz")).unwrap();
    let dump = scratch_file("report-dump.hprof.gz", &original);
    let path = dump.to_str().unwrap();
    let refused = heapglass(&["report", path, "--output", path]);
    assert_eq!(code(&refused), 2);
    assert_eq!(std::fs::read(&dump).unwrap(), original);

    let nowhere = report("healthy", &["--output", "/no/such/folder/report.md"]);
    assert_eq!(code(&nowhere), 2);
    assert!(!Path::new("/no/such/folder").exists());
}

#[test]
fn the_commands_for_a_terminal_are_as_they_were() {
    let dump = fixture_path("story-session-list.hprof.gz");
    let text = heapglass(&[dump.to_str().unwrap()]);
    assert_eq!(code(&text), 0, "a finding is no failure where nobody asked for a gate");
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.starts_with("The static list ExcelExportTaskWebSocket.SESSIONS holds"), "{text}");
    let json = heapglass(&[dump.to_str().unwrap(), "--json"]);
    assert_eq!(code(&json), 0);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["contents"], "included");
}

/// A dump that is too large for the memory that is given is reported as far as it was analysed, and
/// nobody takes it for healthy.
#[cfg(feature = "writer")]
#[test]
fn a_dump_that_was_analysed_in_part_is_reported_and_undecided() {
    let dump = scratch_file("report-partial.hprof", &super::many_objects(1_200_000));
    let output = scratch_file("report-partial.md", b"");
    let (path, written) = (dump.to_str().unwrap(), output.to_str().unwrap());
    let partial = heapglass(&["report", path, "--memory", "16M", "-o", written, "--format", "md"]);
    let error = String::from_utf8(partial.stderr.clone()).unwrap();
    assert_eq!(code(&partial), 2, "{error}");
    assert!(error.contains("Memory did not suffice"), "{error}");
    let text = std::fs::read_to_string(&output).unwrap();
    assert!(text.starts_with("# This dump was analysed in part"), "{text}");
    assert!(text.contains("com.acme.Leaf"), "what is known is told: {text}");
    let json = heapglass(&["report", path, "--memory", "16M", "--format", "json"]);
    assert_eq!(code(&json), 2);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["gate"]["outcome"], "undecided");
    assert!(json["verdict"].is_null() && json["incomplete"]["message"].is_string());
    let whole = heapglass(&["report", path, "--format", "json"]);
    assert_eq!(code(&whole), 1, "with memory it is decided");
    std::fs::remove_file(&dump).unwrap();
    std::fs::remove_file(&output).unwrap();
}
