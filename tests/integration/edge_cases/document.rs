//! `docs/edge-cases.md` names tests that exist, for every row.

use crate::support::entries;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names of all test functions in these folders.
fn tests(folders: &[&str]) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pending: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut names = BTreeSet::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(entries(&path));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for after in text.split("#[test]").skip(1) {
            let name = after.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            names.extend(name.map(|(name, _)| name.trim().to_owned()));
        }
    }
    names
}

/// Words in backticks that look like the name of a test.
fn tests_named(text: &str) -> Vec<&str> {
    let words = text.split('`').skip(1).step_by(2);
    let is_name = |word: &str| {
        word.matches('_').count() >= 3 && !word.contains(|c: char| c.is_uppercase() || c == '/')
    };
    words.filter(|word| is_name(word)).collect()
}

#[test]
fn every_row_names_tests_that_exist() {
    let document = read("docs/edge-cases.md");
    let tests = tests(&["src", "tests/integration"]);
    let rows: Vec<&str> = document
        .lines()
        .filter(|line| {
            let number = line.strip_prefix("| ").and_then(|rest| rest.split(' ').next());
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
        .collect();
    assert_eq!(rows.len(), 51);
    for (row, number) in rows.iter().zip(1..) {
        assert!(row.starts_with(&format!("| {number} |")), "row {number}: {row}");
        let named = tests_named(row);
        let own = format!("case_{number:02}_");
        assert!(named.iter().any(|name| name.starts_with(&own)), "row {number} names no test");
    }
    for name in tests_named(&document) {
        assert!(tests.contains(name), "no test is called {name}");
    }
}

#[test]
fn every_test_of_a_case_is_in_the_table() {
    let document = read("docs/edge-cases.md");
    let named: BTreeSet<&str> = tests_named(&document).into_iter().collect();
    let missing: Vec<String> = tests(&["tests/integration/edge_cases"])
        .into_iter()
        .filter(|name| name.starts_with("case_") && !named.contains(name.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "tests that the table does not name");
}
