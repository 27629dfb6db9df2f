//! Thread dumps: `jcmd PID Thread.print`, `jstack`, SIGQUIT, and `Thread.dump_to_file`.

use super::{after, leading_number, lines};

/// What a thread dump counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadDump {
    /// Threads that run Java code, virtual ones left out.
    pub java: u64,
    /// Virtual threads (`Thread.dump_to_file` only).
    pub virtual_threads: u64,
    /// Threads of the JVM itself.
    pub internal: u64,
    /// Java threads by state, the most frequent first.
    pub states: Vec<(String, u64)>,
    /// Global references of native code.
    pub jni_globals: Option<u64>,
}

/// States that are told apart; Java has six.
const STATES: usize = 32;
/// Characters of a state.
const NAME: usize = 40;

pub(super) fn begins(line: &str) -> bool {
    line.starts_with("Full thread dump ") || is_numbered_thread(line)
}

/// `#22 "main"` of `Thread.dump_to_file`.
fn is_numbered_thread(line: &str) -> bool {
    let rest = line.strip_prefix('#').and_then(leading_number);
    rest.is_some_and(|(_, rest)| rest.starts_with(" \""))
}

/// Reads the text.
pub fn parse(text: &str) -> ThreadDump {
    let mut found = ThreadDump::default();
    // A thread is one of the JVM's own until it shows a state.
    for line in lines(text) {
        if line.starts_with('"') {
            found.internal += 1;
        } else if is_numbered_thread(line) {
            if line.contains("\" virtual") {
                found.virtual_threads += 1;
            } else {
                found.java += 1;
            }
        } else if let Some(state) = after(line, "java.lang.Thread.State: ") {
            found.java += 1;
            found.internal = found.internal.saturating_sub(1);
            let state = state.split_whitespace().next().unwrap_or_default();
            count(&mut found.states, state.chars().take(NAME).collect());
        } else if let Some(rest) =
            after(line, "JNI global refs: ").or_else(|| after(line, "JNI global references: "))
        {
            found.jni_globals = leading_number(rest).map(|(count, _)| count);
        }
    }
    found.states.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found
}

fn count(states: &mut Vec<(String, u64)>, state: String) {
    if let Some((_, count)) = states.iter_mut().find(|(known, _)| *known == state) {
        *count += 1;
    } else if states.len() < STATES {
        states.push((state, 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_the_jvm_are_told_from_those_of_java() {
        let found = parse(include_str!("samples/jdk17.threads.txt"));
        // 22 is what the JVM says itself: length=22 in its list of threads.
        assert_eq!((found.java, found.internal), (22, 8));
        assert_eq!(found.jni_globals, Some(12));
        assert_eq!(found.states[0], ("TIMED_WAITING".to_owned(), 12));
        assert_eq!(found.states.iter().map(|(_, count)| count).sum::<u64>(), found.java);
    }

    #[test]
    fn jdk_8_says_references_in_full() {
        let found = parse(
            "Full thread dump OpenJDK 64-Bit Server VM (25.402-b06 mixed mode):\n\n\
             \"main\" #1 prio=5 os_prio=0 tid=0x00007f nid=0x1 waiting on condition [0x0]\n\
             \x20  java.lang.Thread.State: TIMED_WAITING (sleeping)\n\
             \tat java.lang.Thread.sleep(Native Method)\n\n\
             \"VM Thread\" os_prio=0 tid=0x00007f nid=0x2 runnable\n\n\
             JNI global references: 203\n",
        );
        assert_eq!((found.java, found.internal, found.jni_globals), (1, 1, Some(203)));
        assert_eq!(found.states, [("TIMED_WAITING".to_owned(), 1)]);
    }

    #[test]
    fn virtual_threads_are_counted_apart() {
        let found = parse(
            "1234\n2025-01-01T00:00:00Z\n21.0.5+11\n\n#1 \"main\"\n      java.base/x\n\n#22 \"\" virtual\n",
        );
        assert_eq!((found.java, found.virtual_threads), (1, 1));
    }
}
