//! One sequential pass over the file: plain or gzip, chunk by chunk, into a visitor.

use super::oddities::Oddities;
use crate::error::{Error, ErrorKind, Result};
use crate::hprof::{Parser, Visitor};
use crate::source::gzip::{self, GzipIndex, Inflater};

/// Skipping less than this is slower than reading on.
const WORTH_SKIPPING: u64 = 4 << 20;

/// Bytes at the start of a file that tell whether it is compressed.
const TELLING: usize = 3;

/// A pass under way.
pub(crate) struct Pass {
    parser: Parser,
    inflater: Option<Box<Inflater>>,
    /// The first bytes, until there are enough to tell whether the file is compressed.
    start: Option<Vec<u8>>,
    /// Where the next chunk comes from.
    file_offset: u64,
    file_len: u64,
}

impl core::fmt::Debug for Pass {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pass").field("file_offset", &self.file_offset).finish_non_exhaustive()
    }
}

/// What a finished pass leaves.
#[derive(Debug)]
pub(crate) struct PassEnd {
    /// Uncompressed bytes.
    pub(crate) dump_bytes: u64,
    /// Whether the file ends before the dump does.
    pub(crate) truncated: bool,
    /// Bytes that the record at the end declares beyond it.
    pub(crate) missing: Option<u64>,
    /// Random access into a compressed file.
    pub(crate) gzip: Option<GzipIndex>,
}

impl Pass {
    /// A pass over a file of `file_len` bytes.
    pub(crate) fn new(file_len: u64) -> Self {
        Self {
            parser: Parser::new(),
            inflater: None,
            start: Some(Vec::new()),
            file_offset: 0,
            file_len,
        }
    }

    /// Offset of the next chunk in the file, or `None` when all was read.
    pub(crate) fn wants(&self) -> Option<u64> {
        (self.file_offset < self.file_len).then_some(self.file_offset)
    }

    /// Takes the bytes at the offset that [`wants`](Self::wants) named.
    pub(crate) fn feed<V: Visitor>(&mut self, chunk: &[u8], visitor: &mut V) -> Result<()> {
        self.file_offset += chunk.len() as u64;
        let Some(mut start) = self.start.take() else { return self.feed_on(chunk, visitor) };
        start.extend_from_slice(chunk);
        if start.len() < TELLING && self.file_offset < self.file_len {
            self.start = Some(start);
            return Ok(());
        }
        if gzip::is_gzip(&start) {
            self.inflater = Some(Box::new(Inflater::new()?));
        } else {
            self.parser = Parser::new().with_expected_len(Some(self.file_len));
        }
        self.feed_on(&start, visitor)
    }

    /// Takes bytes that end at `file_offset`.
    fn feed_on<V: Visitor>(&mut self, chunk: &[u8], visitor: &mut V) -> Result<()> {
        match &mut self.inflater {
            Some(inflater) => {
                let parser = &mut self.parser;
                inflater
                    .feed(chunk, &mut |bytes: &[u8]| parser.feed(bytes, visitor))
                    .map_err(inside_gzip)
            }
            None => {
                self.parser.feed(chunk, visitor)?;
                let skip = self.parser.skip_hint().min(self.file_len - self.file_offset);
                if skip >= WORTH_SKIPPING {
                    self.parser.skipped(skip);
                    self.file_offset += skip;
                }
                Ok(())
            }
        }
    }

    /// Ends the pass. Damage of the compressed stream goes to `oddities`.
    pub(crate) fn finish<V: Visitor>(
        mut self,
        visitor: &mut V,
        oddities: &mut Oddities,
    ) -> Result<PassEnd> {
        let mut lacks_data = false;
        let mut index = None;
        if let Some(inflater) = self.inflater.take() {
            let (found, ending) = inflater.finish()?;
            for warning in ending.warnings() {
                let offset = Some(warning.output_offset);
                oddities.note(warning.kind, warning.count, offset, &warning.message);
            }
            lacks_data = ending.lacks_data();
            index = Some(found);
        }
        let ended = self.parser.finish(visitor);
        let ending = if index.is_some() { ended.map_err(inside_gzip)? } else { ended? };
        Ok(PassEnd {
            dump_bytes: self.parser.offset(),
            truncated: lacks_data || !ending.complete,
            missing: ending.missing,
            gzip: index,
        })
    }
}

/// What is wrong is what the file was inflated to, not the file.
fn inside_gzip(error: Error) -> Error {
    if error.kind() != ErrorKind::NotHprof {
        return error;
    }
    let inside =
        Error::new(ErrorKind::NotHprof, format!("Inside the gzip file: {}", error.message()));
    match error.advice() {
        Some(advice) => inside.advise(advice),
        None => inside,
    }
}
