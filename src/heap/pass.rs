//! One sequential pass over the file: plain or gzip, chunk by chunk, into a visitor.

use super::oddities::Oddities;
use crate::error::Result;
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
    /// Random access into a compressed file.
    pub(crate) gzip: Option<GzipIndex>,
}

impl Pass {
    /// A pass over a file of `file_len` bytes; `dump_len` is the uncompressed length if known.
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
                inflater.feed(chunk, &mut |bytes: &[u8]| parser.feed(bytes, visitor))
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
        let mut damaged = false;
        let mut index = None;
        if let Some(inflater) = self.inflater.take() {
            let (found, ending) = inflater.finish()?;
            if let Some(damage) = &ending.damage {
                damaged = true;
                oddities.note("gzipDamage", 1, Some(damage.output_offset), &damage.message);
            }
            if let Some(bytes) = ending.trailing_garbage {
                let message = format!("{bytes} bytes after the compressed data are not gzip");
                oddities.note("gzipTrailer", 1, Some(ending.inflated_len), &message);
            }
            damaged |= !ending.complete;
            index = Some(found);
        }
        let ending = self.parser.finish(visitor)?;
        Ok(PassEnd {
            dump_bytes: self.parser.offset(),
            truncated: damaged || !ending.complete,
            gzip: index,
        })
    }
}
