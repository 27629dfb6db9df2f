//! Questions and stacks from the command line.

use super::command::{code, heapglass};
use crate::support::fixture_path;
use std::process::Output;

fn on(command: &str, fixture: &str, more: &[&str]) -> Output {
    let dump = fixture_path(&format!("{fixture}.hprof.gz"));
    heapglass(&[&[command, dump.to_str().unwrap()], more].concat())
}

fn text(output: &Output) -> String {
    assert_eq!(code(output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_catalogue_needs_no_dump() {
    let list = text(&heapglass(&["questions"]));
    for word in ["Where the weight is", "objects", "Histogram of a set.", "of=SET", "retained:SET"]
    {
        assert!(list.contains(word), "no {word} in {list}");
    }
    assert_eq!(code(&heapglass(&["questions", "dump.hprof"])), 2);
}

#[test]
fn an_answer_is_a_line_per_row_and_says_what_it_left_out() {
    let output = on("ask", "story-session-list", &["classes", "--limit", "5"]);
    let rows = text(&output);
    let rows: Vec<Vec<&str>> = rows.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows[0], ["Class", "Objects", "Shallow"]);
    assert_eq!(rows.len(), 6);
    let shallow: Vec<u64> = rows[1..].iter().map(|row| row[2].parse().unwrap()).collect();
    assert!(shallow.is_sorted_by(|a, b| a >= b), "{shallow:?}");
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(notes.contains("more rows: see --limit"), "{notes}");
}

#[test]
fn the_same_answer_is_data_for_programs() {
    let request = &["classes", "--limit", "3", "--format", "json"];
    let data: serde_json::Value =
        serde_json::from_str(&text(&on("ask", "story-session-list", request))).unwrap();
    assert_eq!(data["columns"][1]["title"], "Objects");
    let rows = data["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(data["more"].as_u64().unwrap() > 100, "{data}");
    let plain = text(&on("ask", "story-session-list", &["classes", "--limit", "3"]));
    for (row, line) in rows.iter().zip(plain.lines().skip(1)) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(row["cells"][0]["value"]["name"], cells[0]);
        assert_eq!(row["cells"][1]["value"].as_f64(), cells[1].parse().ok());
    }
}

#[test]
fn a_class_is_asked_about_by_its_name() {
    let sessions = ["objects", "--class", "org.apache.tomcat.websocket.WsSession"];
    let all =
        text(&on("ask", "story-session-list", &[&sessions[..], &["--limit", "9999"]].concat()));
    let rows: Vec<&str> = all.lines().skip(1).collect();
    assert!(rows.len() > 700, "{}", rows.len());
    assert!(rows.iter().all(|row| row.contains("WsSession") && row.contains(" @ 0x")), "{all}");
    let wrong = on("ask", "story-session-list", &["objects", "--class", "no.such.Thing"]);
    assert_eq!(code(&wrong), 2);
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("no class \"no.such.Thing\""));
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    for wrong in [
        &["no-such-question"][..],
        &["objects"],
        &["classes?of=heaven"],
        &[],
        &["classes", "--limit", "0"],
        &["classes", "--depth", "65"],
        &["classes", "--format", "html"],
        &["classes", "again"],
    ] {
        let output = on("ask", "healthy", wrong);
        assert_eq!(code(&output), 2, "{wrong:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{wrong:?}");
    }
}

#[test]
fn stacks_are_printed_as_jstack_does() {
    let stacks = text(&on("threads", "story-mysql-cleanup-thread", &[]));
    assert!(stacks.contains("\"main\""), "{stacks}");
    assert!(stacks.lines().any(|line| line.starts_with("   java.lang.Thread.State: ")), "{stacks}");
    let frames = stacks.lines().filter(|line| line.starts_with("\tat "));
    assert!(
        frames.clone().count() > 3 && frames.clone().all(|line| line.ends_with(')')),
        "{stacks}"
    );
}

#[test]
fn no_text_of_a_dump_drives_the_terminal() {
    let listed = text(&on("ask", "hostile-text", &["classes", "--limit", "100000"]));
    let stacks = text(&on("threads", "hostile-text", &[]));
    for text in [listed, stacks] {
        let driving = |c: &char| {
            (c.is_control() && !"\n\t".contains(*c)) || ('\u{202a}'..='\u{202e}').contains(c)
        };
        assert_eq!(text.chars().find(driving), None, "{text}");
    }
}
