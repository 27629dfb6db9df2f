//! `/proc/PID/smaps`: what the operating system counts, mapping by mapping.

use super::{after, lines, size};

/// What the operating system counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Smaps {
    /// All mappings.
    pub total: Resident,
    /// Anonymous memory: heaps, stacks, malloc's arenas.
    pub anonymous: Resident,
    /// The `brk` heap of malloc.
    pub brk: Resident,
    /// Shared libraries and programs.
    pub libraries: Resident,
    /// Other mapped files.
    pub files: Resident,
    /// What the kernel maps and names itself.
    pub kernel: Resident,
    /// Anonymous mappings of 64 MiB and a little less, aligned to that: arenas of glibc's malloc.
    pub arenas: u64,
    /// Whether it is the sum only (`smaps_rollup`).
    pub is_rollup: bool,
}

/// Bytes of mappings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    /// Number of mappings.
    pub mappings: u64,
    /// Address space.
    pub size: u64,
    /// Bytes in memory.
    pub rss: u64,
    /// The same with what is shared divided by those who share it.
    pub pss: u64,
    /// Bytes swapped out.
    pub swap: u64,
}

impl Resident {
    fn add(&mut self, other: &Self) {
        self.mappings = self.mappings.saturating_add(other.mappings);
        self.size = self.size.saturating_add(other.size);
        self.rss = self.rss.saturating_add(other.rss);
        self.pss = self.pss.saturating_add(other.pss);
        self.swap = self.swap.saturating_add(other.swap);
    }
}

/// Address space of an arena of glibc's malloc on 64-bit.
const ARENA: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Anonymous,
    Brk,
    Library,
    File,
    Kernel,
    Rollup,
}

/// A line `00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/x` with its start address.
fn mapping(line: &str) -> Option<(Sort, u64)> {
    let mut words = line.split_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let from = u64::from_str_radix(from, 16).ok()?;
    u64::from_str_radix(to, 16).ok()?;
    let permissions = words.next()?;
    let is_permissions = permissions.len() == 4
        && permissions.bytes().all(|b| matches!(b, b'r' | b'w' | b'x' | b's' | b'p' | b'-'));
    u64::from_str_radix(words.next()?, 16).ok()?;
    let device = words.next()?;
    words.next()?.parse::<u64>().ok()?;
    if !is_permissions || !device.contains(':') {
        return None;
    }
    let path = words.next().unwrap_or_default();
    let sort = match path {
        "" => Sort::Anonymous,
        "[heap]" => Sort::Brk,
        "[rollup]" => Sort::Rollup,
        _ if path.starts_with("[stack") || path.starts_with("[anon") => Sort::Anonymous,
        _ if path.starts_with('[') => Sort::Kernel,
        _ if path.starts_with("/memfd:") || path.starts_with("/dev/shm") => Sort::Anonymous,
        _ if path.contains(".so") || permissions.contains('x') => Sort::Library,
        _ => Sort::File,
    };
    Some((sort, from))
}

pub(super) fn begins(line: &str) -> bool {
    mapping(line).is_some()
}

/// Reads the text.
pub fn parse(text: &str) -> Smaps {
    let mut found = Smaps::default();
    let mut open: Option<(Sort, u64, Resident)> = None;
    for line in lines(text) {
        if let Some((sort, from)) = mapping(line) {
            close(&mut found, open.take());
            open = Some((sort, from, Resident { mappings: 1, ..Resident::default() }));
            continue;
        }
        let Some((_, _, resident)) = &mut open else { continue };
        let field = |name: &str| {
            line.strip_prefix(name)
                .and_then(|rest| after(rest, ":"))
                .and_then(|rest| size(rest.trim()))
        };
        if let Some(bytes) = field("Size") {
            resident.size = bytes;
        } else if let Some(bytes) = field("Rss") {
            resident.rss = bytes;
        } else if let Some(bytes) = field("Pss").filter(|_| line.starts_with("Pss:")) {
            resident.pss = bytes;
        } else if let Some(bytes) = field("Swap").filter(|_| line.starts_with("Swap:")) {
            resident.swap = bytes;
        }
    }
    close(&mut found, open);
    found
}

fn close(found: &mut Smaps, open: Option<(Sort, u64, Resident)>) {
    let Some((sort, from, resident)) = open else { return };
    found.total.add(&resident);
    match sort {
        Sort::Anonymous => {
            if from.is_multiple_of(ARENA) && resident.size <= ARENA && resident.rss > 0 {
                found.arenas = found.arenas.saturating_add(1);
            }
            found.anonymous.add(&resident);
        }
        Sort::Brk => found.brk.add(&resident),
        Sort::Library => found.libraries.add(&resident),
        Sort::File => found.files.add(&resident),
        Sort::Kernel => found.kernel.add(&resident),
        Sort::Rollup => found.is_rollup = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_sorted_by_what_they_are() {
        let found = parse(include_str!("samples/linux.smaps.txt"));
        let parts = [found.anonymous, found.brk, found.libraries, found.files, found.kernel];
        for (whole, sum) in [
            (found.total.rss, parts.iter().map(|part| part.rss).sum::<u64>()),
            (found.total.size, parts.iter().map(|part| part.size).sum()),
            (found.total.mappings, parts.iter().map(|part| part.mappings).sum()),
        ] {
            assert_eq!(whole, sum);
        }
        assert!(found.libraries.rss > 0 && found.brk.rss > 0 && found.files.rss > 0);
        assert!(found.total.pss <= found.total.rss);
    }

    #[test]
    fn a_rollup_has_the_sum_only() {
        let found = parse(
            "f0000000-7ffd98b7b000 ---p 00000000 00:00 0                          [rollup]\n\
             Rss:               96100 kB\nPss:               88012 kB\nPss_Dirty:          1 kB\n\
             Swap:                 12 kB\nSwapPss:               0 kB\n",
        );
        assert!(found.is_rollup);
        assert_eq!((found.total.rss, found.total.pss), (96_100 << 10, 88_012 << 10));
        assert_eq!(found.total.swap, 12 << 10);
    }

    #[test]
    fn other_lines_with_a_dash_are_no_mappings() {
        for line in ["2024-01-01 12:00:00 INFO x y", "cafe-babe r-xp z", "a-b", "-"] {
            assert!(!begins(line), "{line}");
        }
    }
}
