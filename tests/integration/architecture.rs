//! Data flows one way; the sources must say so, too.

use crate::support::entries;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each module may use besides itself. What is not listed comes last and may use all of these.
const LAYERS: [(&str, &[&str]); 7] = [
    ("error", &[]),
    ("source", &["error"]),
    ("hprof", &["error", "source"]),
    ("graph", &["error"]),
    ("heap", &["error", "source", "hprof", "graph"]),
    ("side", &[]),
    ("analysis", &["error", "source", "hprof", "graph", "heap", "side"]),
];

/// Crates that only the boundary to the browser may name.
const BROWSER: [&str; 4] = ["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen"];

/// Lines beyond which a file is too long to hold one idea.
const LONGEST: usize = 700;

struct SourceFile {
    path: PathBuf,
    /// `heap` of `src/heap/loader.rs` and `error` of `src/error.rs`.
    module: String,
    text: String,
}

fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut pending = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(entries(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let module = first.trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push(SourceFile { path, module, text });
        }
    }
    assert!(files.len() > 40, "only {} files found", files.len());
    files
}

/// The code without comments and without what is compiled for tests only.
fn production_code(file: &SourceFile) -> String {
    let name = file.path.file_stem().unwrap();
    let folder = file.path.parent().unwrap().file_name().unwrap();
    if name == "tests" || name == "testing" || folder == "tests" {
        return String::new();
    }
    let code = file.text.split("\n#[cfg(test)]\n").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The top-level modules that `crate::` paths lead to, one by one or in braces.
fn modules_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let identifier = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            used.insert(identifier(rest));
            continue;
        };
        let (mut depth, mut item) = (0, String::new());
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    used.insert(identifier(item.trim()));
                    item.clear();
                    continue;
                }
                _ => {}
            }
            item.push(c);
        }
        used.insert(identifier(item.trim()));
    }
    used.remove("");
    used
}

#[test]
fn a_module_uses_only_those_before_it() {
    let mut seen = BTreeSet::new();
    for file in sources() {
        let Some((module, allowed)) = LAYERS.iter().find(|(name, _)| *name == file.module) else {
            continue;
        };
        seen.insert(*module);
        for used in modules_used(&production_code(&file)) {
            let is_fine = used == *module || allowed.contains(&used.as_str());
            assert!(is_fine, "{}: {module} uses {used}", file.path.display());
        }
    }
    assert_eq!(seen.len(), LAYERS.len(), "modules are missing: {seen:?}");
}

#[test]
fn paths_are_found_alone_and_in_braces() {
    let code = "use crate::heap::{A, B}; use crate::{error::Error, graph::{X, Y}, source}; \
                pub(crate) fn f() -> crate::hprof::Tag {}";
    let used = modules_used(code);
    let expected = ["error", "graph", "heap", "hprof", "source"].map(str::to_owned);
    assert_eq!(used, BTreeSet::from(expected));
}

#[test]
fn only_the_boundary_knows_the_browser() {
    let mut named = 0;
    for file in sources() {
        let code = production_code(&file);
        let names = BROWSER.iter().filter(|name| code.contains(*name)).count();
        if file.module == "wasm" {
            named += names;
        } else {
            assert_eq!(names, 0, "{} names a crate of the browser", file.path.display());
        }
    }
    assert!(named > 0, "the boundary does not name them either: has it moved?");
}

#[test]
fn no_file_is_too_long() {
    for file in sources() {
        let lines = file.text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.path.display());
    }
}
