//! Names what a file that is not an HPROF dump looks like, so that the error helps.

use std::borrow::Cow;

/// Bytes from the start of a file that are worth looking at: past a `tar` member's header.
pub(super) const WINDOW: usize = 512;

/// What a file is instead of a heap dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A noun phrase: "This is not an HPROF heap dump but {what}".
    pub(crate) what: String,
    /// What to do: whole sentences.
    pub(crate) advice: Cow<'static, str>,
}

/// A signature: bytes at an offset, the name of the format, advice.
type Signature = (usize, &'static [u8], &'static str, &'static str);

const TAKE_A_DUMP: &str =
    "Take a heap dump with: jcmd <pid> GC.heap_dump <file>.hprof, and open that file.";
const CORE: &str =
    "Extract the heap from it with: jhsdb jmap --binaryheap --exe <java> --core <file>.";
const J9: &str = "Eclipse MAT with IBM's DTFJ feature opens it and can export it as HPROF; a system \
                  dump (-Xdump:system) carries the contents of fields too.";
const OLD_FORMAT: &str = "Versions 1.0.1, 1.0.2 and 1.0.3 can be read. Take the dump with a newer \
    JDK or with: jcmd <pid> GC.heap_dump <file>.hprof.";
const DOWNLOAD_AGAIN: &str =
    "Something answered with a page instead of the file: open the page, and download again.";

/// Formats that a few bytes at a fixed place give away.
const SIGNATURES: &[Signature] = &[
    (
        0,
        b"\x1f\x8b",
        "a gzip file inside a gzip file",
        "Unpack one layer with gunzip, then open the result.",
    ),
    (0, b"\x28\xb5\x2f\xfd", "data compressed with Zstandard", "Unpack it with: zstd -d <file>."),
    (0, b"\xfd7zXZ\0", "data compressed with xz", "Unpack it with: xz -d <file>."),
    (0, b"LZIP", "data compressed with lzip", "Unpack it with: lzip -d <file>."),
    (0, b"\x1f\x9d", "data compressed with compress (.Z)", "Unpack it with: gunzip <file>."),
    (0, b"BZh", "data compressed with bzip2", "Unpack it with: bunzip2 <file>."),
    (0, b"\x04\x22\x4d\x18", "data compressed with LZ4", "Unpack it with: lz4 -d <file>."),
    (0, b"\xff\x06\0\0sNaPpY", "data compressed with Snappy", "Unpack it with: snzip -d <file>."),
    (
        0,
        b"7z\xbc\xaf\x27\x1c",
        "a 7z archive",
        "Unpack it with: 7z x <file>. Then open the .hprof or .hprof.gz file from it.",
    ),
    (
        0,
        b"Rar!\x1a\x07",
        "a RAR archive",
        "Unpack it with: unrar x <file>. Then open the .hprof or .hprof.gz file from it.",
    ),
    (0, b"PK\x05\x06", "an empty zip archive", TAKE_A_DUMP),
    (2, b"portable heap dump", "a portable heap dump (PHD) of IBM's or OpenJ9's JVM", J9),
    (
        0,
        b"FLR\0",
        "a JDK Flight Recorder file (JFR)",
        "Open it with JDK Mission Control. For a heap dump: jcmd <pid> GC.heap_dump <file>.hprof.",
    ),
    (0, b"\xcf\xfa\xed\xfe", "a Mach-O file: a core dump or a program of macOS", CORE),
    (0, b"\xce\xfa\xed\xfe", "a Mach-O file: a core dump or a program of macOS", CORE),
    (0, b"\xfe\xed\xfa\xcf", "a Mach-O file: a core dump or a program of macOS", CORE),
    (0, b"\xfe\xed\xfa\xce", "a Mach-O file: a core dump or a program of macOS", CORE),
    (0, b"MDMP", "a Windows minidump", CORE),
    (0, b"PAGEDU", "a crash dump of the Windows kernel", TAKE_A_DUMP),
    (
        0,
        b"\xac\xed\0\x05",
        "serialized Java objects, as Eclipse MAT's index files are",
        "Open the .hprof file that lies beside it.",
    ),
    (0, b"Nettrace", "a trace or heap dump of .NET", TAKE_A_DUMP),
    (0, b"dex\n", "an Android program (dex)", TAKE_A_DUMP),
    (0, b"MZ", "a Windows program", TAKE_A_DUMP),
    (
        0,
        b"nBpRoFiLeR",
        "a profiler snapshot of VisualVM or NetBeans",
        "Open it with VisualVM. For a heap dump: jcmd <pid> GC.heap_dump <file>.hprof.",
    ),
    (0, b"\xff\xd8\xff", "a JPEG image", TAKE_A_DUMP),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image", TAKE_A_DUMP),
    (0, b"GIF8", "a GIF image", TAKE_A_DUMP),
    (0, b"%PDF-", "a PDF document", TAKE_A_DUMP),
    (0, b"SQLite format 3\0", "an SQLite database", TAKE_A_DUMP),
    (0, b"-----BEGIN PGP", "an encrypted message (PGP)", "Decrypt it with: gpg -d <file>."),
    (0, b"SkFWQSBQUk9GSUxF", "a heap dump encoded as Base64", "Decode it with: base64 -d <file>."),
    (0, b"H4sI", "a gzip file encoded as Base64", "Decode it with: base64 -d <file>."),
    (
        0,
        b"version https://git-lfs",
        "a Git LFS pointer, not the file it stands for",
        "Fetch the file with: git lfs pull.",
    ),
    (
        0,
        b"\xff\xfeJ\0A\0V\0A\0",
        "a heap dump that was rewritten as UTF-16 text, as `>` does in PowerShell: its contents are lost",
        "Copy the dump in a way that keeps the bytes (kubectl cp, scp, docker cp).",
    ),
];

/// Texts that a phrase near the start gives away, the most telling first.
const PHRASES: &[(&str, &str, &str)] = &[
    (
        "JAVA PROFILE 1.0.1, created",
        "the text output of the old hprof agent (CPU samples or sites)",
        "Run the agent with format=b,heap=dump, or use: jcmd <pid> GC.heap_dump <file>.hprof.",
    ),
    ("Full thread dump", "a thread dump", TAKE_A_DUMP),
    ("#instances", "a class histogram (jmap -histo, GC.class_histogram)", TAKE_A_DUMP),
    (
        "A fatal error has been detected by the Java Runtime",
        "a crash report of the JVM (hs_err)",
        "It names the core dump, if one was written. For a heap dump: jcmd <pid> GC.heap_dump <file>.hprof.",
    ),
    (
        "There is insufficient memory for the Java Runtime Environment to continue",
        "a crash report of the JVM (hs_err): the system had no memory left for it",
        "It names the core dump, if one was written. For a heap dump: jcmd <pid> GC.heap_dump <file>.hprof.",
    ),
    ("0SECTION", "a javacore: the thread dump of IBM's or OpenJ9's JVM", J9),
    ("// Version: J2RE", "a heap dump of IBM's JVM in the old text format", J9),
    ("[gc", "a garbage collection log", TAKE_A_DUMP),
    (
        "java.lang.OutOfMemoryError",
        "a log or a stack trace, not the dump it may speak of",
        TAKE_A_DUMP,
    ),
];

/// Says what the file that starts with `bytes` (512 are enough) is, and what to do about it.
///
/// Call it only for what is no readable HPROF file. Never fails; constant time.
pub(crate) fn describe(bytes: &[u8]) -> Wrong {
    let start = bytes.get(..WINDOW).unwrap_or(bytes);
    empty(start)
        .or_else(|| hprof_of_another_kind(start))
        .or_else(|| archive(start))
        .or_else(|| elf(start))
        .or_else(|| signature(start))
        .or_else(|| class_or_universal_binary(start))
        .or_else(|| buried_header(start))
        .or_else(|| text(start))
        .unwrap_or_else(|| unknown(start))
}

fn wrong(what: impl Into<String>, advice: impl Into<Cow<'static, str>>) -> Wrong {
    Wrong { what: what.into(), advice: advice.into() }
}

/// Archives whose first entry's name lies near the start: zip (jar, war) and tar.
fn archive(start: &[u8]) -> Option<Wrong> {
    let (kind, command, name) = if start.starts_with(b"PK\x03\x04") {
        let &[low, high] = start.get(26..28)? else { return None };
        let name = start.get(30..).unwrap_or_default();
        let len = usize::from(u16::from_le_bytes([low, high]));
        ("zip or jar", "unzip <file>", name.get(..len).unwrap_or(name))
    } else if start.get(257..)?.starts_with(b"ustar") {
        let name = start.get(..100).unwrap_or_default();
        let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        ("tar", "tar xf <file>", name.get(..end).unwrap_or_default())
    } else {
        return None;
    };
    let name = printable(name.get(..60).unwrap_or(name));
    if name.starts_with("META-INF") || name.ends_with(".class") {
        return Some(wrong("a jar archive of Java classes", TAKE_A_DUMP));
    }
    let base = name.rsplit('/').next().unwrap_or_default();
    if base.ends_with(".hprof") || base.ends_with(".hprof.gz") {
        let kind = kind.trim_end_matches(" or jar");
        return Some(wrong(
            format!("a {kind} archive that holds \"{name}\""),
            format!("Unpack it with: {command}. Then open {base}."),
        ));
    }
    Some(wrong(
        format!("a {kind} archive, whose first entry is \"{name}\""),
        format!("Unpack it with: {command}. Then open the .hprof or .hprof.gz file from it."),
    ))
}

fn elf(start: &[u8]) -> Option<Wrong> {
    let rest = start.strip_prefix(b"\x7fELF")?;
    // The file's type is a 16-bit number in the byte order that the sixth byte names.
    let (order, kind) = (rest.get(1), rest.get(12..14));
    Some(match (order, kind) {
        (Some(1), Some([4, 0])) | (Some(2), Some([0, 4])) => wrong("a core dump (ELF)", CORE),
        (Some(1), Some([1..=3, 0])) | (Some(2), Some([0, 1..=3])) => {
            wrong("a program or library of Linux (ELF)", TAKE_A_DUMP)
        }
        _ => wrong("an ELF file: a core dump or a program", CORE),
    })
}

fn empty(start: &[u8]) -> Option<Wrong> {
    if start.is_empty() {
        return Some(wrong(
            "an empty file",
            "The JVM may have had no space or no permission to write: check the disk and \
             -XX:HeapDumpPath, then take the dump again.",
        ));
    }
    start.iter().all(|&byte| byte == 0).then(|| {
        wrong(
            "a file that starts with nothing but zero bytes",
            "Its space was reserved but the contents were never written: a copy that was cut off, \
             or a full disk. Copy or take the dump again.",
        )
    })
}

/// The HPROF family: text output, unreadable versions, a header that is cut off.
fn hprof_of_another_kind(start: &[u8]) -> Option<Wrong> {
    const MAGIC: &[u8] = b"JAVA PROFILE ";
    let Some(rest) = start.strip_prefix(MAGIC) else {
        return MAGIC.starts_with(start).then(|| {
            wrong(
                "only the first few bytes of an HPROF header",
                "The file is cut off: copy or take the dump again.",
            )
        });
    };
    if rest.contains(&b',') && is_text(rest) {
        return text(start);
    }
    let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
    let version = printable(rest.get(..end.min(20)).unwrap_or_default());
    Some(match version.as_str() {
        "1.0" => wrong("an HPROF file of version 1.0, written by a beta of JDK 1.2", OLD_FORMAT),
        "1.0.1" | "1.0.2" | "1.0.3" if end == rest.len() => wrong(
            "an HPROF header without the zero byte that ends it",
            "The file is cut off, or something rewrote its bytes: copy it again in binary mode.",
        ),
        _ => wrong(format!("an HPROF file of the unknown version \"{version}\""), OLD_FORMAT),
    })
}

fn signature(start: &[u8]) -> Option<Wrong> {
    SIGNATURES
        .iter()
        .find(|(at, magic, ..)| start.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|&(_, _, what, advice)| wrong(what, advice))
}

/// Java class files and universal Mach-O files share a magic number; what follows is a version of
/// at least 45 in one, and a small number of architectures in the other.
fn class_or_universal_binary(start: &[u8]) -> Option<Wrong> {
    match start {
        [0xca, 0xfe, 0xba, 0xbe, _, _, _, 45..=255, ..] => {
            Some(wrong("a Java class file", TAKE_A_DUMP))
        }
        [0xca, 0xfe, 0xba, 0xbe, ..] => Some(wrong("a universal binary of macOS", TAKE_A_DUMP)),
        _ => None,
    }
}

/// A dump behind something else, as `kubectl exec ... cat` with a banner leaves it.
fn buried_header(start: &[u8]) -> Option<Wrong> {
    let at = find(start, b"JAVA PROFILE 1.0.")?;
    if find(start, b"JAVA PROFILE 1.0.1, created").is_some() {
        return None;
    }
    Some(wrong(
        format!("a file whose HPROF header comes only after {at} bytes of something else"),
        "Whatever copied the dump put its own output in front. Copy it again (kubectl cp, scp, \
         docker cp), or cut those bytes off.",
    ))
}

fn text(start: &[u8]) -> Option<Wrong> {
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Some(wrong("text in UTF-16", TAKE_A_DUMP));
    }
    if !is_text(start) {
        return None;
    }
    let known = PHRASES.iter().find(|(phrase, ..)| find(start, phrase.as_bytes()).is_some());
    if let Some(&(_, what, advice)) = known {
        return Some(wrong(what, advice));
    }
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let lower = start.to_ascii_lowercase();
    Some(if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        wrong("a web page (HTML)", DOWNLOAD_AGAIN)
    } else if lower.starts_with(b"<?xml") || lower.starts_with(b"<error>") {
        wrong("an XML document, perhaps an error of the storage it came from", DOWNLOAD_AGAIN)
    } else if is_v8_snapshot(start) {
        wrong(
            "a heap snapshot of V8 (Node.js, Chrome)",
            "Open it in the Memory panel of Chrome's developer tools.",
        )
    } else if start.starts_with(b"{") || start.starts_with(b"[") {
        wrong("JSON", TAKE_A_DUMP)
    } else {
        wrong(format!("text that begins \"{}\"", first_line(start)), TAKE_A_DUMP)
    })
}

fn is_v8_snapshot(start: &[u8]) -> bool {
    start
        .strip_prefix(b"{")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"snapshot\""))
}

fn unknown(start: &[u8]) -> Wrong {
    let bytes: Vec<String> = start.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    wrong(
        format!("data of an unknown kind (first bytes: {})", bytes.join(" ")),
        "HPROF files begin with \"JAVA PROFILE 1.0.\". If this one should, it was encrypted, \
         damaged or cut; copy it again in binary mode.",
    )
}

/// Whether the bytes are UTF-8 (cut anywhere) without control characters that text does not have.
fn is_text(bytes: &[u8]) -> bool {
    let text = match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            core::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
                .unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && text
            .chars()
            .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\x0c' | '\x1b'))
}

/// The start of the first line, short enough for a sentence.
fn first_line(text: &[u8]) -> String {
    let line = text.split(|&byte| byte == b'\n' || byte == b'\r').next().unwrap_or_default();
    printable(line.get(..40).unwrap_or(line))
}

/// ASCII as it is, `?` for everything that could play tricks on a screen.
pub(super) fn printable(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| if byte == b' ' || byte.is_ascii_graphic() { char::from(byte) } else { '?' })
        .collect()
}

fn find(bytes: &[u8], phrase: &[u8]) -> Option<usize> {
    bytes.windows(phrase.len()).position(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use super::{describe, is_text};
    use proptest::prelude::*;

    /// Asserts that `bytes` are named with `what`, and that there is advice.
    fn assert_named(bytes: &[u8], what: &str) {
        let wrong = describe(bytes);
        assert!(wrong.what.contains(what), "{:?} should name {what:?}", wrong.what);
        assert!(wrong.advice.ends_with('.'), "advice is a sentence: {:?}", wrong.advice);
    }

    fn tar() -> Vec<u8> {
        let mut bytes = vec![0; 512];
        bytes[..9].copy_from_slice(b"dump.bin\0");
        bytes[257..262].copy_from_slice(b"ustar");
        bytes
    }

    /// A local file header of a zip archive.
    fn zip(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend([u8::try_from(name.len()).unwrap(), 0, 0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(b"\x01\x02");
        bytes
    }

    /// The start of an ELF file of a byte order and a type.
    fn elf(order: u8, kind: [u8; 2]) -> Vec<u8> {
        [&b"\x7fELF\x02"[..], &[order, 1, 0], &[0; 8], &kind, &[0x3e, 0]].concat()
    }

    #[test]
    fn files_without_contents() {
        assert_named(b"", "an empty file");
        assert_named(&[0; 512], "zero bytes");
        assert_named(&[0], "zero bytes");
    }

    #[test]
    fn compressed_files_and_archives() {
        assert_named(b"\x1f\x8b\x08\0\0", "gzip file inside");
        assert_named(b"\x28\xb5\x2f\xfd\x04\0", "Zstandard");
        assert_named(b"\xfd7zXZ\0\0\x04", "xz");
        assert_named(b"BZh91AY&SY", "bzip2");
        assert_named(b"7z\xbc\xaf\x27\x1c\0\x04", "7z");
        assert_named(&zip("heap.hprof"), "a zip archive that holds \"heap.hprof\"");
        assert!(
            describe(&zip("a/heap.hprof")).advice.ends_with("unzip <file>. Then open heap.hprof.")
        );
        assert_named(&zip("META-INF/MANIFEST.MF"), "a jar archive of Java classes");
        assert_named(&zip("a\u{202e}b"), "a zip or jar archive, whose first entry is \"a???b\"");
        assert_named(b"PK\x03\x04\x14\0", "unknown kind");
        assert_named(&zip("heap.hprof")[..34], "\"heap\"");
        assert_named(&tar(), "a tar archive, whose first entry is \"dump.bin\"");
        assert!(describe(&tar()).advice.contains("tar xf <file>"));
        assert_named(b"LZIP\x01", "lzip");
        assert_named(b"\x1f\x9d\x90", "compress");
        assert_named(b"Rar!\x1a\x07\x01\0", "RAR");
        assert_named(b"\x04\x22\x4d\x18", "LZ4");
    }

    #[test]
    fn files_of_jvms_and_their_tools() {
        assert_named(b"\0\x12portable heap dump\0\0\0\x04", "PHD");
        assert_named(b"\0\x15portable heap dump\0\0\0\x04", "PHD");
        assert_named(b"FLR\0\0\x02\0\x01", "Flight Recorder");
        assert_named(b"nBpRoFiLeR\x01", "VisualVM");
        assert_named(b"\xca\xfe\xba\xbe\0\0\0\x34", "class file");
        assert_named(b"\xca\xfe\xba\xbe\0\0\0\x02", "macOS");
    }

    #[test]
    fn memory_dumps_of_systems() {
        assert_named(&elf(1, [4, 0]), "a core dump (ELF)");
        assert_named(&elf(2, [0, 4]), "a core dump (ELF)");
        assert_named(&elf(1, [3, 0]), "a program or library");
        assert_named(b"\x7fELF\x02\x01\x01", "ELF file: a core dump or a program");
        assert_named(b"\xcf\xfa\xed\xfe\x07\0\0\x01", "Mach-O");
        assert_named(b"MDMP\x93\xa7", "minidump");
        assert!(describe(&elf(1, [4, 0])).advice.contains("jhsdb"), "the heap can be extracted");
        assert_named(b"\xac\xed\0\x05sr", "index files");
        assert_named(b"Nettrace\x14\0", ".NET");
        assert_named(b"dex\n035\0", "Android program");
    }

    #[test]
    fn pictures_and_documents() {
        assert_named(b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG");
        assert_named(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG");
        assert_named(b"%PDF-1.7", "PDF");
    }

    #[test]
    fn pages_and_data_formats() {
        assert_named(b"\n <!DOCTYPE HTML><title>Sign in", "web page");
        assert_named(b"\xef\xbb\xbf<html lang=en>", "web page");
        assert_named(b"<?xml version=\"1.0\"?><Error><Code>NoSuchKey", "XML");
        assert_named(b"{\"snapshot\":{\"meta\":{\"node_fields\"", "V8");
        assert_named(b"{ \"snapshot\" : {", "V8");
        assert_named(b"{\"status\":404}", "JSON");
        assert_named(b"[1,2]", "JSON");
    }

    #[test]
    fn texts_of_jvms() {
        assert_named(
            b"2024-01-01 10:00:00\nFull thread dump OpenJDK 64-Bit Server VM (21):\n",
            "thread dump",
        );
        assert_named(
            b"4711:\n num     #instances         #bytes  class name (module)\n-------",
            "class histogram",
        );
        assert_named(
            b"JAVA PROFILE 1.0.1, created Mon Jan  1 10:00:00 2007\n\nHeader",
            "text output",
        );
        assert_named(
            b"#\n# A fatal error has been detected by the Java Runtime Environment:",
            "hs_err",
        );
        assert_named(
            b"#\n# There is insufficient memory for the Java Runtime Environment to continue.\n",
            "had no memory left",
        );
        assert_named(b"0SECTION       TITLE subcomponent dump routine\n", "javacore");
    }

    #[test]
    fn any_other_text_is_quoted_without_its_control_characters() {
        assert_named(b"hello, world\nmore", "text that begins \"hello, world\"");
        let wrong = describe("a\u{202e}b\n".as_bytes());
        assert!(wrong.what.is_ascii(), "{:?}", wrong.what);
    }

    #[test]
    fn hprof_files_that_nobody_can_read() {
        assert_named(b"JAVA PROFILE 1.0\0\0\0\0\x04", "version 1.0, written by a beta");
        assert_named(b"JAVA PROFILE 9.9\0\0\0\0\x08", "unknown version \"9.9\"");
        assert_named(b"JAVA PROFILE \x01\x02\0\0\0\0\x08", "unknown version \"??\"");
        assert_named(b"JAVA PRO", "first few bytes of an HPROF header");
        assert_named(b"JAVA PROFILE 1.0.2", "without the zero byte");
    }

    #[test]
    fn dumps_that_were_spoiled_on_the_way() {
        assert_named(b"Defaulted container\nJAVA PROFILE 1.0.2\0\0\0\0\x08", "after 20 bytes");
        assert_named(b"SkFWQSBQUk9GSUxFIDEuMC4yAAAAAAg=", "Base64");
        assert_named(b"\xff\xfeJ\0A\0V\0A\0 \0P\0R\0", "PowerShell");
        assert_named(b"version https://git-lfs.github.com/spec/v1\noid", "LFS");
    }

    #[test]
    fn anything_else_shows_its_first_bytes() {
        assert_named(b"\x01\x02\x03\xfe", "first bytes: 01 02 03 fe");
    }

    #[test]
    fn text_may_be_cut_inside_a_character() {
        assert!(is_text(b"caf\xc3"));
        assert!(!is_text(b"caf\xc3("));
    }

    proptest! {
        #[test]
        fn every_file_has_a_name_and_advice(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let wrong = describe(&bytes);
            prop_assert!(!wrong.what.is_empty() && !wrong.advice.is_empty());
            prop_assert!(wrong.what.is_ascii(), "nothing of the file reaches the screen unescaped");
        }

        #[test]
        fn printable_bytes_are_never_quoted_raw(text in "\\PC{0,80}") {
            prop_assert!(describe(text.as_bytes()).what.is_ascii());
        }
    }
}
