//! `jcmd PID GC.class_histogram`: the JVM's count of objects and bytes per class.

use super::{MAX_ENTRIES, lines};

/// The JVM's count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassHistogram {
    /// Classes by Java name, in the order of the text.
    pub classes: Vec<ClassCount>,
    /// All instances.
    pub instances: u64,
    /// All bytes.
    pub bytes: u64,
    /// Classes beyond those that are kept.
    pub left_out: u64,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// Its Java name as heap dumps have it: `byte[]`, `org.acme.Foo`, hidden classes with `+`.
    pub name: String,
    /// Its instances.
    pub instances: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Characters of a class's name.
const NAME: usize = 1000;

pub(super) fn begins(line: &str) -> bool {
    line.starts_with("num ") && line.contains("#instances") && line.contains("#bytes")
}

/// Reads the text. The totals are those of its last line, or the sum where it was cut off.
pub fn parse(text: &str) -> ClassHistogram {
    let mut found = ClassHistogram::default();
    let (mut instances, mut bytes) = (0u64, 0u64);
    for line in lines(text) {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        if first == "Total" {
            let mut number = || words.next().and_then(|word| word.parse::<u64>().ok());
            if let (Some(instances), Some(bytes)) = (number(), number()) {
                (found.instances, found.bytes) = (instances, bytes);
            }
            continue;
        }
        let is_rank = first.strip_suffix(':').is_some_and(|rank| rank.parse::<u64>().is_ok());
        let (Some(count), Some(size), Some(name)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let (Ok(count), Ok(size)) = (count.parse::<u64>(), size.parse::<u64>()) else { continue };
        if !is_rank {
            continue;
        }
        instances = instances.saturating_add(count);
        bytes = bytes.saturating_add(size);
        if found.classes.len() >= MAX_ENTRIES {
            found.left_out += 1;
            continue;
        }
        let name = java_name(&name.chars().take(NAME).collect::<String>());
        found.classes.push(ClassCount { name, instances: count, bytes: size });
    }
    if found.instances == 0 && found.bytes == 0 {
        (found.instances, found.bytes) = (instances, bytes);
    }
    found
}

/// `[Ljava.lang.String;` is `java.lang.String[]`, and a hidden class has its `/` as `+`.
fn java_name(name: &str) -> String {
    let element = name.trim_start_matches('[');
    let dimensions = name.len() - element.len();
    let element = match (dimensions, element) {
        (0, _) => element,
        (_, "B") => "byte",
        (_, "C") => "char",
        (_, "D") => "double",
        (_, "F") => "float",
        (_, "I") => "int",
        (_, "J") => "long",
        (_, "S") => "short",
        (_, "Z") => "boolean",
        _ => element.strip_prefix('L').and_then(|name| name.strip_suffix(';')).unwrap_or(element),
    };
    format!("{}{}", element.replace("/0x", "+0x"), "[]".repeat(dimensions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_heap_dumps() {
        for (jvm, java) in [
            ("[B", "byte[]"),
            ("[[I", "int[][]"),
            ("[Ljava.lang.String;", "java.lang.String[]"),
            ("java.util.HashMap$Node", "java.util.HashMap$Node"),
            ("Foo$$Lambda$1/0x0000000800c03000", "Foo$$Lambda$1+0x0000000800c03000"),
            ("[L;", "[]"),
            ("[", "[]"),
        ] {
            assert_eq!(java_name(jvm), java);
        }
    }

    #[test]
    fn histograms_of_all_jvms_are_read() {
        let jdk_8 = "\n num     #instances         #bytes  class name\n\
                     ----------------------------------------------\n\
                     \x20  1:          4711        1234560  [C\n\
                     \x20  2:            12            288  java.lang.String\n\
                     Total          4723        1234848\n";
        let found = parse(jdk_8);
        assert_eq!((found.instances, found.bytes), (4723, 1_234_848));
        assert_eq!(found.classes[0].name, "char[]");
        let jdk_17 = "13249:\n num     #instances         #bytes  class name (module)\n\
                      -------------------------------------------------------\n\
                      \x20  1:          9091         414096  [B (java.base@17.0.15)\n";
        let found = parse(jdk_17);
        assert_eq!(found.classes[0].name, "byte[]");
        assert_eq!((found.instances, found.bytes), (9091, 414_096), "a text that was cut off");
    }
}
