//! Files that are no heap dump are named for what they are, with what to do: by the loader in any
//! pieces, inside gzip, and by the command line.

use crate::support::{CHUNK, gzipped, scratch_file};
use heapglass::error::{Error, ErrorKind};
use heapglass::heap::loader::{LoadOptions, load};
use std::process::Command;

/// A kind of file: its bytes, words that name it, words of the advice.
type Kind = (&'static str, Vec<u8>, &'static str, &'static str);

fn padded(start: &[u8]) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.extend((0..3000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0]));
    bytes
}

fn text(start: &str) -> Vec<u8> {
    let mut bytes = start.as_bytes().to_vec();
    bytes.extend(b"\n2026-01-01 03:00:00 INFO something else happened".repeat(40));
    bytes
}

fn elf_core() -> Vec<u8> {
    padded(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x04\0\x3e\0")
}

fn zip() -> Vec<u8> {
    let header =
        b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0a\0\0\0heap.hprof";
    padded(header)
}

fn tar() -> Vec<u8> {
    let mut bytes = vec![0; 512];
    bytes[..10].copy_from_slice(b"heap.hprof");
    bytes[257..262].copy_from_slice(b"ustar");
    bytes.extend(b"JAVA PROFILE 1.0.2\0\0\0\0\x08");
    padded(&bytes)
}

/// Every kind of file that people take for a heap dump.
fn kinds() -> Vec<Kind> {
    let dump = "jcmd <pid> GC.heap_dump";
    vec![
        ("empty", vec![], "an empty file", "-XX:HeapDumpPath"),
        ("zeros", vec![0; 5000], "nothing but zero bytes", "take the dump again"),
        ("JPEG", padded(b"\xff\xd8\xff\xe0\0\x10JFIF"), "a JPEG image", dump),
        ("PNG", padded(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "a PNG image", dump),
        ("PDF", padded(b"%PDF-1.7\n"), "a PDF document", dump),
        ("log", text("2026-01-01 02:59:59 WARN slow"), "text that begins", dump),
        (
            "log of an OutOfMemoryError",
            text("java.lang.OutOfMemoryError: Java heap space\nDumping heap to java_pid1.hprof"),
            "a log or a stack trace",
            dump,
        ),
        (
            "hs_err",
            text("#\n# A fatal error has been detected by the Java Runtime Environment:\n#"),
            "a crash report of the JVM (hs_err)",
            "core dump",
        ),
        (
            "javacore",
            text("NULL           ------------------------\n0SECTION       TITLE subcomponent"),
            "a javacore",
            "Eclipse MAT",
        ),
        ("PHD", padded(b"\0\x15portable heap dump\0\0\0\x04"), "(PHD)", "export it as HPROF"),
        ("ELF core", elf_core(), "a core dump (ELF)", "jhsdb jmap --binaryheap"),
        ("minidump", padded(b"MDMP\x93\xa7\0\0"), "a Windows minidump", "jhsdb jmap --binaryheap"),
        ("JFR", padded(b"FLR\0\0\x02\0\x01"), "(JFR)", "JDK Mission Control"),
        (
            "V8 heap snapshot",
            text("{\"snapshot\":{\"meta\":{\"node_fields\":[\"type\",\"name\"]}}"),
            "a heap snapshot of V8",
            "Chrome's developer tools",
        ),
        (
            "hprof text",
            text("JAVA PROFILE 1.0.1, created Mon Jan  1 10:00:00 2007\n\nHeader for -agentlib"),
            "the text output of the old hprof agent",
            "format=b",
        ),
        (
            "thread dump",
            text("Full thread dump OpenJDK 64-Bit Server VM (21):"),
            "thread dump",
            dump,
        ),
        (
            "class histogram",
            text(" num     #instances         #bytes  class name"),
            "histogram",
            dump,
        ),
        (
            "HPROF 1.0",
            padded(b"JAVA PROFILE 1.0\0\0\0\0\x04"),
            "\"JAVA PROFILE 1.0\"",
            "1.0.1, 1.0.2 and 1.0.3",
        ),
        ("web page", text("<!DOCTYPE html><title>Sign in</title>"), "a web page", "download again"),
        (
            "zip",
            zip(),
            "a zip archive that holds \"heap.hprof\"",
            "unzip <file>. Then open heap.hprof.",
        ),
        (
            "tar",
            tar(),
            "a tar archive that holds \"heap.hprof\"",
            "tar xf <file>. Then open heap.hprof.",
        ),
        ("Zstandard", padded(b"\x28\xb5\x2f\xfd\x04\0"), "Zstandard", "zstd -d <file>"),
        ("xz", padded(b"\xfd7zXZ\0\0\x04"), "xz", "xz -d <file>"),
        ("bzip2", padded(b"BZh91AY&SY"), "bzip2", "bunzip2 <file>"),
        ("7z", padded(b"7z\xbc\xaf\x27\x1c\0\x04"), "a 7z archive", "7z x <file>"),
        ("noise", padded(b"\x01\x02\x03\xfe"), "first bytes: 01 02 03 fe", "JAVA PROFILE 1.0."),
    ]
}

fn refused(file: &[u8], chunk: usize) -> Error {
    load(&file, LoadOptions::default(), chunk, &mut |_| {}).expect_err("no heap dump")
}

fn assert_says(name: &str, error: &Error, what: &str, todo: &str) {
    assert!(error.message().contains(what), "{name}: {:?}", error.message());
    let advice = error.advice().unwrap_or_default();
    assert!(advice.contains(todo), "{name}: {advice:?}");
}

#[test]
fn every_kind_is_named_in_any_pieces() {
    for (name, file, what, todo) in kinds() {
        for chunk in [1, 2, 7, 511, CHUNK] {
            let error = refused(&file, chunk);
            assert_says(name, &error, what, todo);
            let expected =
                if name == "HPROF 1.0" { ErrorKind::Unsupported } else { ErrorKind::NotHprof };
            assert_eq!(error.kind(), expected, "{name}");
        }
    }
}

#[test]
fn every_kind_is_named_inside_gzip() {
    for (name, file, what, todo) in kinds() {
        let compressed = gzipped(&file);
        for chunk in [1, 64, CHUNK] {
            let error = refused(&compressed, chunk);
            assert_says(name, &error, what, todo);
            let inside = error.message().starts_with("Inside the gzip file");
            assert_eq!(inside, name != "HPROF 1.0", "{name}: {:?}", error.message());
        }
    }
    let error = refused(&gzipped(&gzipped(b"JAVA PROFILE 1.0.2\0")), CHUNK);
    assert_says("gzip in gzip", &error, "a gzip file inside a gzip file", "gunzip");
}

#[test]
fn the_command_line_names_every_kind_and_fails_with_code_2() {
    for (name, file, what, todo) in kinds() {
        let path = scratch_file(&format!("wrong-{}", name.replace(' ', "-")), &file);
        let output = Command::new(env!("CARGO_BIN_EXE_heapglass")).arg(&path).output().unwrap();
        std::fs::remove_file(&path).unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {message}");
        assert!(message.contains(what) && message.contains(todo), "{name}: {message}");
        assert!(output.stdout.is_empty(), "{name}");
    }
}
