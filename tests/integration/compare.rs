//! `docs/compare.md` names tests, questions, places and commands that exist.

use crate::support::entries;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The text of all Rust files below a folder.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for path in entries(folder) {
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    text
}

/// The rows about capabilities, cell by cell.
fn rows(document: &str) -> Vec<Vec<&str>> {
    let lines = document.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = lines.map(|line| line.split(" | ").collect::<Vec<&str>>());
    rows.filter(|row| matches!(row.get(1), Some(&("M" | "S")))).collect()
}

#[test]
fn every_test_of_the_comparison_exists() {
    let document = read("docs/compare.md");
    let named: Vec<(&str, &str)> =
        quoted(&document).into_iter().filter_map(|word| word.split_once("::")).collect();
    assert!(named.len() > 50, "only {} tests are named", named.len());
    for (path, name) in named {
        let is_rust = Path::new(path).extension().is_some_and(|extension| extension == "rs");
        let wanted = if is_rust { format!("#[test]\nfn {name}(") } else { format!("\"{name}\"") };
        assert!(read(path).contains(&wanted), "{path} has no test \"{name}\"");
    }
}

#[test]
fn every_question_place_and_command_of_the_comparison_exists() {
    let document = read("docs/compare.md");
    let questions = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analysis/queries"));
    let (addresses, command) = (read("www/src/state/address.ts"), read("src/main.rs"));
    for word in quoted(&document).into_iter().filter(|&word| word != "#/ask/NAME") {
        if let Some(question) = word.strip_prefix("#/ask/") {
            let wanted = format!("name: \"{question}\",\n");
            assert!(questions.contains(&wanted), "there is no question {question}");
        } else if word.starts_with("#/") {
            // The place ends there, or an address, a name or a filter follows.
            let is_known =
                ["\"", "/", "`", "$"].iter().any(|end| addresses.contains(&format!("{word}{end}")));
            assert!(is_known, "there is no place {word}");
        } else if word == "heapglass" || word.starts_with("heapglass ") {
            for part in word.split(' ') {
                assert!(command.contains(part), "the command line does not know {part}");
            }
        }
    }
}

#[test]
fn every_row_of_the_comparison_says_where_and_what_shows_it() {
    let document = read("docs/compare.md");
    let rows = rows(&document);
    let count = |verdict: &str| rows.iter().filter(|row| row.get(8) == Some(&verdict)).count();
    let (yes, partly, no) = (count("Y"), count("P"), count("-"));
    assert_eq!(yes + partly + no, rows.len());
    let sentence = format!("Of {} rows ours has {yes} Y, {partly} P and {no} -.", rows.len());
    assert!(document.contains(&sentence), "{sentence}");
    for row in &rows {
        assert_eq!(row.len(), 11, "{row:?}");
        let has_test = row[10].contains("::");
        match row[8] {
            "Y" => assert!(has_test, "{} names no test", row[0]),
            "P" => assert!(has_test || row[9].contains("no test"), "{} names no test", row[0]),
            _ => assert!(!has_test && !row[9].is_empty(), "{} is missing, but why", row[0]),
        }
    }
}
