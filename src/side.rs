//! Texts that people take beside a heap dump: what the JVM and the operating system say about the
//! memory of the same process.
//!
//! Pure functions of a text. The text is anybody's: what does not fit is skipped, sums saturate,
//! and what is kept of it is bounded ([`MAX_LINES`], [`MAX_ENTRIES`]).

pub mod histogram;
pub mod native_memory;
pub mod smaps;
pub mod thread_dump;

use histogram::ClassHistogram;
use native_memory::NativeMemory;
use smaps::Smaps;
use thread_dump::ThreadDump;

/// Lines of a text that are read.
pub const MAX_LINES: usize = 4_000_000;
/// Entries that are kept: categories, classes, kinds of mappings.
pub const MAX_ENTRIES: usize = 200_000;
/// Lines in which a text must show what it is.
const HEAD: usize = 200;

/// A text that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideText {
    /// `jcmd PID VM.native_memory summary`.
    NativeMemory(NativeMemory),
    /// `jcmd PID GC.class_histogram` or `jmap -histo`.
    ClassHistogram(ClassHistogram),
    /// `jcmd PID Thread.print`, `jstack`, or what the JVM prints at SIGQUIT.
    ThreadDump(ThreadDump),
    /// `/proc/PID/smaps` or `smaps_rollup`.
    Smaps(Smaps),
}

/// The text, if it is one of those that are known: by its content, whatever the file is called.
/// O(length).
pub fn parse(text: &str) -> Option<SideText> {
    for line in text.lines().take(HEAD) {
        let line = line.trim();
        if native_memory::begins(line) {
            return Some(SideText::NativeMemory(native_memory::parse(text)));
        }
        if histogram::begins(line) {
            return Some(SideText::ClassHistogram(histogram::parse(text)));
        }
        if thread_dump::begins(line) {
            return Some(SideText::ThreadDump(thread_dump::parse(text)));
        }
        if smaps::begins(line) {
            return Some(SideText::Smaps(smaps::parse(text)));
        }
    }
    None
}

/// The lines that are read.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take(MAX_LINES)
}

/// The digits at the start of a text as a number, and what follows them.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

/// Bytes of `375KB`, `12 kB`, `3MB`; without a unit bytes.
fn size(text: &str) -> Option<u64> {
    let (number, rest) = leading_number(text)?;
    let shift = match rest.trim_start().as_bytes().first() {
        Some(b'K' | b'k') => 10,
        Some(b'M' | b'm') => 20,
        Some(b'G' | b'g') => 30,
        _ => 0,
    };
    number.checked_mul(1 << shift)
}

/// The text behind the first `mark`.
fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_texts_are_not_taken_for_one() {
        for text in [
            "",
            "2024-01-01 INFO Total: 3 requests",
            "JAVA PROFILE 1.0.2",
            "num is a word, and so is #bytes",
            "Rss is mentioned here",
            "{\"json\": true}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("375KB, committed"), Some(375 << 10));
        assert_eq!(size("12 kB"), Some(12 << 10));
        assert_eq!(size("3MB"), Some(3 << 20));
        assert_eq!(size("17)"), Some(17));
        assert_eq!(size("KB"), None);
        assert_eq!(size("99999999999999999999KB"), None);
        assert_eq!(size("9999999999999999GB"), None);
    }

    /// Words of all formats in any order.
    fn scrap() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("Native Memory Tracking:".to_owned()),
            Just("Total: reserved=1KB, committed=2KB".to_owned()),
            Just("-  Class (reserved=99999999999999999999KB, committed=1KB)".to_owned()),
            Just("(classes #18446744073709551615)".to_owned()),
            Just("(thread #18446744073709551616)".to_owned()),
            Just(" num     #instances         #bytes  class name (module)".to_owned()),
            Just("   1:  18446744073709551615  18446744073709551615  [[[[[[B".to_owned()),
            Just("   2:  18446744073709551615  18446744073709551615  [L;".to_owned()),
            Just("Total 1 2".to_owned()),
            Just("Full thread dump OpenJDK".to_owned()),
            Just("\"main\" #1 prio=5 daemon".to_owned()),
            Just("   java.lang.Thread.State: \u{202e}RUNNABLE".to_owned()),
            Just("JNI global refs: 18446744073709551615, weak refs: 1".to_owned()),
            Just("00400000-00452000 r-xp 00000000 08:02 173521 /usr/lib/libjvm.so".to_owned()),
            Just("ffffffffff600000-0 --xp 0 00:00 0 [vsyscall]".to_owned()),
            Just("Rss: 18446744073709551615 kB".to_owned()),
            Just("Size:".to_owned()),
            ".{0,60}",
        ]
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_parser(scraps in prop::collection::vec(scrap(), 0..60)) {
            let text = scraps.join("\n");
            let _ = parse(&text);
            let _ = native_memory::parse(&text);
            let _ = histogram::parse(&text);
            let _ = thread_dump::parse(&text);
            let _ = smaps::parse(&text);
        }

        #[test]
        fn a_text_that_was_cut_says_no_more_than_the_whole(cut in 0usize..4000) {
            let whole = native_memory::tests::JDK_17;
            let cut = whole.get(..cut.min(whole.len())).unwrap_or_default();
            let (part, whole) = (native_memory::parse(cut), native_memory::parse(whole));
            prop_assert!(part.categories.len() <= whole.categories.len());
        }
    }
}
