//! The header of the file, and the words for files that have none.

use super::limits::MAX_VERSION_BYTES;
use super::{Header, IdSize, Version, detect};
use crate::error::{Error, ErrorKind, Result};
use byteorder::{BigEndian, ByteOrder};

/// What looking at the beginning of a file found.
#[derive(Debug)]
pub(super) enum HeaderRead {
    /// The header and its length.
    Whole(Header, usize),
    /// At least this many bytes are needed.
    Need(usize),
}

/// Reads the header at the start of `data`.
///
/// # Errors
/// `NotHprof` and `Unsupported`; which one does not depend on how much of the file `data` is.
pub(super) fn read(data: &[u8]) -> Result<HeaderRead> {
    let look = &data[..data.len().min(MAX_VERSION_BYTES)];
    let prefix = b"JAVA PROFILE ";
    let common = look.iter().zip(prefix).take_while(|(a, b)| a == b).count();
    if common < look.len().min(prefix.len()) {
        return refuse(data);
    }
    let Some(end) = look.iter().position(|&b| b == 0) else {
        if look.len() == MAX_VERSION_BYTES {
            return refuse(data);
        }
        return Ok(HeaderRead::Need(data.len() + 1));
    };
    let len = end + 13;
    if data.len() < len {
        return Ok(HeaderRead::Need(len));
    }
    let version = match &look[..end] {
        b"JAVA PROFILE 1.0.1" => Version::V1_0_1,
        b"JAVA PROFILE 1.0.2" => Version::V1_0_2,
        b"JAVA PROFILE 1.0.3" => Version::V1_0_3,
        other => return Err(unsupported_version(other)),
    };
    let id_size = match BigEndian::read_u32(&data[end + 1..]) {
        4 => IdSize::Four,
        8 => IdSize::Eight,
        other => return Err(unsupported_id_size(other, end as u64 + 1)),
    };
    let timestamp_ms = BigEndian::read_u64(&data[end + 5..]);
    Ok(HeaderRead::Whole(Header { version, id_size, timestamp_ms, len: len as u64 }, len))
}

/// Waits for as much of the start as tells what the file is.
fn refuse(data: &[u8]) -> Result<HeaderRead> {
    if data.len() < detect::WINDOW {
        return Ok(HeaderRead::Need(detect::WINDOW));
    }
    Err(not_hprof(data))
}

/// The error for a file that is no HPROF, by what it looks like.
pub(super) fn not_hprof(bytes: &[u8]) -> Error {
    let wrong = detect::describe(bytes);
    Error::new(ErrorKind::NotHprof, format!("This is not a Java heap dump: {}", wrong.what))
        .at(0)
        .advise(wrong.advice)
}

fn unsupported_version(version: &[u8]) -> Error {
    let version = detect::printable(version);
    Error::new(ErrorKind::Unsupported, format!("Unknown HPROF version \"{version}\""))
        .at(0)
        .advise("Versions 1.0.1, 1.0.2 and 1.0.3 are read; every JDK since 1.3 and Android write one of them")
}

fn unsupported_id_size(size: u32, offset: u64) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("The dump declares identifiers of {size} bytes; only 4 and 8 exist"),
    )
    .at(offset)
    .advise("The header is damaged; take the dump again or copy it again in binary mode")
}
