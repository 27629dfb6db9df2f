//! Random access to the inflated bytes of a gzip file.

use std::cell::RefCell;

use super::GzipIndex;
use super::decoder::Decoder;
use super::index::Point;
use super::inflater::new_buffer;
use crate::error::{Error, ErrorKind, Result};
use crate::source::ByteSource;

/// Compressed bytes read at once: a browser reads 256 KiB hardly slower than 64 KiB.
const INPUT: usize = 256 << 10;
/// Inflated bytes skipped at once on the way to an offset.
const SKIP: usize = 64 << 10;

/// The inflated bytes of a gzip file as a [`ByteSource`].
///
/// A read starts at the nearest point of the index, or goes on where the last read ended when that
/// is nearer; so a sequential scan inflates everything once. A random read inflates half the
/// spacing of the index on average: 2 MiB for dumps up to 1 GiB, 8 MiB for 8 GiB, less than 1 MiB
/// for the JVM's own compressed dumps. Put a [`BlockCache`](crate::source::BlockCache) above for
/// reads that come back. Checksums were checked when the index was built and are not again.
#[derive(Debug)]
pub struct GzipSource<S> {
    source: S,
    index: GzipIndex,
    cursor: RefCell<Option<Cursor>>,
}

impl<S: ByteSource> GzipSource<S> {
    /// Random access to `source`, from which `index` was built.
    pub fn new(source: S, index: GzipIndex) -> Self {
        Self { source, index, cursor: RefCell::new(None) }
    }

    /// The compressed file.
    pub fn get_ref(&self) -> &S {
        &self.source
    }

    /// The index.
    pub fn index(&self) -> &GzipIndex {
        &self.index
    }

    /// Moves `cursor` to the nearest point before `offset`, unless it is nearer already.
    fn approach(&self, cursor: &mut Cursor, offset: u64) -> Result<()> {
        let here = cursor.decoder.output();
        if let Some(point) = self.index.nearest(offset)
            && (here > offset || here < point.output)
        {
            cursor.go_to(point)?;
        }
        Ok(())
    }
}

impl<S: ByteSource> ByteSource for GzipSource<S> {
    fn len(&self) -> u64 {
        self.index.inflated_len()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let wanted = usize::try_from(self.len().saturating_sub(offset))
            .map_or(into.len(), |left| left.min(into.len()));
        let Some(into) = into.get_mut(..wanted).filter(|into| !into.is_empty()) else {
            return Ok(0);
        };
        let mut slot = self.cursor.borrow_mut();
        // The cursor comes back only from a read that worked: its place is sure then.
        let mut cursor = match slot.take() {
            Some(cursor) => cursor,
            None => Cursor::new()?,
        };
        self.approach(&mut cursor, offset)?;
        cursor.skip_to(&self.source, offset)?;
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            done += cursor.pull(&self.source, rest)?;
        }
        *slot = Some(cursor);
        Ok(done)
    }
}

/// An inflater somewhere in the file, with the compressed bytes that come next.
#[derive(Debug)]
struct Cursor {
    decoder: Decoder,
    input: Input,
    skipped: Vec<u8>,
}

impl Cursor {
    fn new() -> Result<Self> {
        Ok(Self { decoder: Decoder::new()?, input: Input::new()?, skipped: new_buffer(SKIP)? })
    }

    fn go_to(&mut self, point: &Point) -> Result<()> {
        self.input.go_to(point.compressed);
        self.decoder.go_to(point)
    }

    /// Inflates and forgets what comes before `offset`.
    fn skip_to(&mut self, source: &impl ByteSource, offset: u64) -> Result<()> {
        let mut skipped = std::mem::take(&mut self.skipped);
        while let Some(gap) = offset.checked_sub(self.decoder.output()).filter(|gap| *gap > 0) {
            let count = usize::try_from(gap).map_or(SKIP, |gap| gap.min(SKIP));
            self.pull(source, skipped.get_mut(..count).unwrap_or_default())?;
        }
        self.skipped = skipped;
        Ok(())
    }

    /// Inflates at least one byte into `into`, which must not be empty.
    fn pull(&mut self, source: &impl ByteSource, into: &mut [u8]) -> Result<usize> {
        loop {
            let step = self.decoder.step(self.input.rest(), into);
            self.input.consumed += step.consumed;
            if step.written > 0 {
                return Ok(step.written);
            }
            if self.input.rest().is_empty() && !self.input.fill(source)? {
                return Err(changed(self.decoder.output()));
            }
        }
    }
}

#[cold]
fn changed(offset: u64) -> Error {
    let message = "The compressed file does not inflate to what it did when it was opened";
    Error::new(ErrorKind::Read, message)
        .at(offset)
        .advise("It was changed or replaced meanwhile: open it again.")
}

/// A piece of the compressed file, and how much of it is consumed.
#[derive(Debug)]
struct Input {
    bytes: Vec<u8>,
    filled: usize,
    consumed: usize,
    /// Offset in the file of what comes after this piece.
    next: u64,
}

impl Input {
    fn new() -> Result<Self> {
        Ok(Self { bytes: new_buffer(INPUT)?, filled: 0, consumed: 0, next: 0 })
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.consumed..self.filled).unwrap_or_default()
    }

    /// Makes the bytes at `offset` the next ones; they may be here already.
    fn go_to(&mut self, offset: u64) {
        let start = self.next - self.filled as u64;
        if (start..self.next).contains(&offset) {
            self.consumed = usize::try_from(offset - start).unwrap_or(self.filled);
        } else {
            (self.filled, self.consumed, self.next) = (0, 0, offset);
        }
    }

    /// Reads the next piece; false at the end of the file.
    fn fill(&mut self, source: &impl ByteSource) -> Result<bool> {
        (self.filled, self.consumed) = (0, 0);
        self.filled = source.read_at(self.next, &mut self.bytes)?;
        self.next += self.filled as u64;
        Ok(self.filled > 0)
    }
}
