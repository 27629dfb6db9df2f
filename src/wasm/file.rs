//! A browser `File` as a source of bytes, read synchronously in the worker.

use crate::error::{Error, ErrorKind, Result};
use crate::source::ByteSource;
use js_sys::Uint8Array;
use web_sys::{File, FileReaderSync};

/// A `File` behind a `FileReaderSync`, which exists in workers only.
#[derive(Clone, Debug)]
pub(super) struct BrowserFile {
    file: File,
    reader: FileReaderSync,
    len: u64,
}

impl BrowserFile {
    pub(super) fn new(file: File) -> Result<Self> {
        let reader = FileReaderSync::new().map_err(|_| {
            Error::new(ErrorKind::Read, "This browser cannot read files in a worker")
        })?;
        #[expect(clippy::cast_possible_truncation, reason = "a file size is a whole number")]
        #[expect(clippy::cast_sign_loss, reason = "a file size is not negative")]
        let len = file.size() as u64;
        Ok(Self { file, reader, len })
    }

    pub(super) fn name(&self) -> String {
        self.file.name()
    }

    /// Reads up to `into.len()` bytes; fewer at the end of the file.
    fn read(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let end = offset.saturating_add(into.len() as u64).min(self.len);
        if offset >= end {
            return Ok(0);
        }
        let failed = |_| {
            Error::new(ErrorKind::Read, "The browser could not read the file").at(offset).advise(
                "It was moved, changed or its disk was removed since it was opened: open it again",
            )
        };
        #[expect(clippy::cast_precision_loss, reason = "file offsets are below 2^53")]
        let blob = self.file.slice_with_f64_and_f64(offset as f64, end as f64).map_err(failed)?;
        let buffer = self.reader.read_as_array_buffer(&blob).map_err(failed)?;
        Ok(copy(&Uint8Array::new(&buffer), into))
    }
}

/// Copies as many bytes as fit; how many that were.
pub(super) fn copy(bytes: &Uint8Array, into: &mut [u8]) -> usize {
    let len = usize::try_from(bytes.length()).unwrap_or(0).min(into.len());
    let (filled, _) = into.split_at_mut(len);
    bytes.subarray(0, bytes.length().min(u32::try_from(len).unwrap_or(0))).copy_to(filled);
    len
}

impl ByteSource for BrowserFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        self.read(offset, into)
    }
}
