//! `jcmd PID VM.native_memory summary`: what the JVM itself counts, by purpose.
//!
//! The layout is the same from JDK 8 on (`memReporter.cpp`); later ones add peaks, tags and
//! categories. A difference to a baseline (`summary.diff`) has a second number, which is passed
//! over.

use super::{MAX_ENTRIES, after, leading_number, lines, size};

/// What the JVM counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeMemory {
    /// Address space and memory of all categories.
    pub total: Amount,
    /// The categories in the order of the text.
    pub categories: Vec<Category>,
    /// Classes that the JVM has loaded.
    pub classes: Option<u64>,
    /// Threads, those of the JVM itself included.
    pub threads: Option<u64>,
    /// Bytes of thread stacks that the JVM has committed.
    pub stacks: Option<u64>,
    /// Whether the JVM was started without tracking, so that there are no numbers.
    pub is_disabled: bool,
}

/// Bytes of one purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Address space.
    pub reserved: u64,
    /// What of it may be used.
    pub committed: u64,
}

/// A category of the JVM's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name as the JVM has it: `Java Heap`, `Class`, `Other`.
    pub name: String,
    /// Its bytes.
    pub amount: Amount,
}

impl NativeMemory {
    /// Committed bytes of a category.
    pub fn committed(&self, name: &str) -> Option<u64> {
        let category = self.categories.iter().find(|category| category.name == name)?;
        Some(category.amount.committed)
    }
}

pub(super) fn begins(line: &str) -> bool {
    line == "Native Memory Tracking:" || line.starts_with("Native memory tracking is not enabled")
}

/// Characters of a category's name.
const NAME: usize = 80;

/// Reads the text; what is not there stays zero.
pub fn parse(text: &str) -> NativeMemory {
    let mut found = NativeMemory::default();
    for line in lines(text) {
        let line = line.trim();
        if line.starts_with("Native memory tracking is not enabled") {
            found.is_disabled = true;
        } else if let Some(total) = line.strip_prefix("Total:") {
            found.total = amount(total).unwrap_or(found.total);
        } else if let Some(category) = line.strip_prefix('-').and_then(category)
            && found.categories.len() < MAX_ENTRIES
        {
            found.categories.push(category);
        } else if let Some(count) = after(line, "(classes #") {
            found.classes = found.classes.or(leading_number(count).map(|(count, _)| count));
        } else if let Some(count) = after(line, "(thread #").or_else(|| after(line, "(threads #")) {
            found.threads = found.threads.or(leading_number(count).map(|(count, _)| count));
        } else if let Some(stacks) = after(line, "(stack:") {
            found.stacks = found.stacks.or(amount(stacks).map(|amount| amount.committed));
        }
    }
    found
}

fn category(line: &str) -> Option<Category> {
    let (name, rest) = line.split_once("(reserved=")?;
    let name = name.trim();
    let name: String = name.chars().take(NAME).collect();
    let reserved = size(rest)?;
    let committed = size(after(rest, "committed=")?)?;
    (!name.is_empty()).then_some(Category { name, amount: Amount { reserved, committed } })
}

fn amount(text: &str) -> Option<Amount> {
    let reserved = size(after(text, "reserved=")?)?;
    let committed = size(after(text, "committed=")?)?;
    Some(Amount { reserved, committed })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) const JDK_17: &str = include_str!("samples/jdk17.native-memory.txt");
    const JDK_25: &str = include_str!("samples/jdk25.native-memory.txt");

    #[test]
    fn the_categories_of_jdk_17_are_read() {
        let found = parse(JDK_17);
        assert_eq!(found.total, Amount { reserved: 1_733_616 << 10, committed: 90_984 << 10 });
        assert_eq!(found.committed("Java Heap"), Some(14_336 << 10));
        assert_eq!(found.committed("Class"), Some(375 << 10));
        assert_eq!(found.committed("Other"), Some(12_814 << 10));
        assert_eq!(found.classes, Some(1115));
        assert_eq!(found.threads, Some(30));
        assert_eq!(found.stacks, Some(1876 << 10));
        let sum: u64 = found.categories.iter().map(|each| each.amount.committed).sum();
        // Each category is rounded to a kibibyte.
        assert!(sum.abs_diff(found.total.committed) <= 64 << 10, "{sum}");
    }

    #[test]
    fn tags_and_peaks_of_jdk_25_do_not_confuse() {
        let found = parse(JDK_25);
        assert_eq!(found.committed("Thread"), Some(2023 << 10));
        assert_eq!(found.threads, Some(29));
        assert_eq!(found.classes, Some(1291));
        assert_eq!(found.committed("Other"), Some(12_822 << 10));
        assert!(found.total.committed > 0);
    }

    #[test]
    fn jdk_8_has_commas_before_counts_and_other_categories() {
        let found = parse(
            "4711:\n\nNative Memory Tracking:\n\n\
             Total: reserved=664192KB, committed=253120KB\n\
             -                 Java Heap (reserved=516096KB, committed=204800KB)\n\
             \x20                           (mmap: reserved=516096KB, committed=204800KB)\n\
             -                     Class (reserved=6568KB, committed=4140KB)\n\
             \x20                           (classes #665)\n\
             \x20                           (malloc=424KB, #1000)\n\
             -                    Thread (reserved=6868KB, committed=6868KB)\n\
             \x20                           (thread #15)\n\
             \x20                           (stack: reserved=6780KB, committed=6780KB)\n\
             -                  Internal (reserved=586KB, committed=554KB)\n",
        );
        assert_eq!(found.total.committed, 253_120 << 10);
        assert_eq!(found.committed("Internal"), Some(554 << 10));
        assert_eq!((found.classes, found.threads), (Some(665), Some(15)));
    }

    #[test]
    fn a_difference_to_a_baseline_gives_the_present_numbers() {
        let found = parse(
            "Native Memory Tracking:\n\
             Total: reserved=5896078KB -3655KB, committed=2358357KB -448047KB\n\
             -  Java Heap (reserved=4194304KB, committed=1920512KB -444927KB)\n",
        );
        assert_eq!(found.total.committed, 2_358_357 << 10);
        assert_eq!(found.committed("Java Heap"), Some(1_920_512 << 10));
    }

    #[test]
    fn a_jvm_without_tracking_says_so() {
        assert!(parse("123:\nNative memory tracking is not enabled\n").is_disabled);
    }
}
