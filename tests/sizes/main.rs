//! Shallow sizes against the JVM's own class histograms.

#![allow(clippy::unwrap_used, reason = "tests")]

mod compare;

use compare::{Comparison, compare, loaded};
use std::path::{Path, PathBuf};

/// Dumps of a directory that have a class histogram beside them.
fn pairs(directory: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut pairs: Vec<(PathBuf, PathBuf)> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|histogram| {
            let name = histogram.file_name()?.to_str()?.strip_suffix(".histo.txt")?;
            let dump = ["hprof", "hprof.gz"]
                .iter()
                .map(|extension| directory.join(format!("{name}.{extension}")))
                .find(|dump| dump.exists())?;
            Some((dump, histogram))
        })
        .collect();
    pairs.sort();
    pairs
}

/// Compares and prints; `--nocapture` shows it.
fn report(dump: &Path, histogram: &Path) -> Comparison {
    let loaded = loaded(dump);
    let calibration = loaded.heap.sizes.calibration.unwrap();
    let text = std::fs::read_to_string(histogram).unwrap();
    let result = compare(&loaded, &text);
    println!(
        "{}: {} of {} classes differ, {} moved; bytes {} of {}; mirrors {:?}\n  {:?}",
        dump.file_name().unwrap().to_string_lossy(),
        result.wrong.len(),
        result.compared,
        result.moved,
        result.bytes.1,
        result.bytes.0,
        result.mirrors,
        calibration,
    );
    for (name, truth, own) in &result.wrong {
        println!(
            "    {name}: {} x {} in the JVM, {} x {} here",
            truth.instances,
            truth.bytes as f64 / truth.instances as f64,
            own.instances,
            own.bytes as f64 / own.instances as f64
        );
    }
    result
}

/// Arrays that the program made and dropped between dump and histogram, as many as before but of
/// other lengths: nothing to compare.
const CHANGED: [(&str, &str); 1] = [("story-session-list.hprof.gz", "java.lang.Thread[]")];

/// Every class has the JVM's bytes, and enough classes were compared to say so.
fn assert_exact(directory: &Path) {
    let pairs = pairs(directory);
    assert!(!pairs.is_empty(), "no dump with a histogram in {}", directory.display());
    let mut wrong = Vec::new();
    for (dump, histogram) in pairs {
        let result = report(&dump, &histogram);
        let file = dump.file_name().unwrap().to_string_lossy().into_owned();
        assert!(result.compared >= 100, "{file}: only {} classes compared", result.compared);
        let differing = result.wrong.into_iter().map(|(name, ..)| (file.clone(), name));
        wrong.extend(differing.filter(|(f, n)| !CHANGED.contains(&(f.as_str(), n.as_str()))));
        // A dump lacks mirrors that the JVM counts; all that it has can only be compared where it
        // lacks none.
        let (jvm, own) = result.mirrors;
        if jvm.instances == own.instances && jvm.bytes != own.bytes {
            wrong.push((file, "java.lang.Class".to_owned()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `tests/sizes/run.sh` makes dumps of every collector and layout and calls this.
#[test]
#[ignore = "needs dumps of live JVMs: tests/sizes/run.sh"]
fn dumps_of_a_directory() {
    let directory = std::env::var_os("HEAPGLASS_SIZE_DUMPS").unwrap();
    assert_exact(Path::new(&directory));
}

#[test]
fn sizes_of_the_fixtures_are_the_class_histograms_of_their_jvms() {
    assert_exact(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
}
