//! The first pass over a gzip file: compressed bytes in, inflated bytes and an index out.

use super::decoder::{Decoder, Place, no_memory};
use super::index::{Point, PointState};
use super::{GzipEnding, GzipIndex};
use crate::error::{Error, ErrorKind, Result};

/// Largest piece of output: large enough that copying the 32 KiB window per call is cheap.
const BUFFER: usize = 256 << 10;

/// Inflates a gzip file that is pushed in pieces of any size, in file order from its first byte.
///
/// Memory: a buffer of 256 KiB, about 50 KiB of inflater state, and the [`GzipIndex`] (at most 64 MiB),
/// whatever the input. Output is handed on as it appears and never kept, so that a file that
/// inflates to terabytes costs time only, and the receiver can stop it by returning an error.
#[derive(Debug)]
pub struct Inflater {
    decoder: Decoder,
    index: GzipIndex,
    buffer: Vec<u8>,
}

impl Inflater {
    /// An inflater at the start of a file.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when there is no memory for its buffers.
    pub fn new() -> Result<Self> {
        Self::with_index(GzipIndex::new())
    }

    pub(super) fn with_index(mut index: GzipIndex) -> Result<Self> {
        index.push(Point { compressed: 0, output: 0, state: PointState::Member });
        Ok(Self { decoder: Decoder::new()?, index, buffer: new_buffer(BUFFER)? })
    }

    /// Offset in the compressed file of the next byte to feed.
    pub fn compressed_offset(&self) -> u64 {
        self.decoder.compressed()
    }

    /// Inflated bytes handed out so far.
    pub fn inflated_len(&self) -> u64 {
        self.decoder.output()
    }

    /// Takes the next bytes of the file and hands all that can be inflated to `out`, in pieces of
    /// at most 256 KiB. Damage is no error here: it ends the output, see [`Inflater::finish`].
    ///
    /// # Errors
    /// Only those of `out`; the inflater must not be used after one.
    pub fn feed(
        &mut self,
        compressed: &[u8],
        out: &mut impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut rest = compressed;
        let mut filled = 0;
        loop {
            let space = self.buffer.get_mut(filled..).unwrap_or_default();
            let step = self.decoder.step(rest, space);
            rest = rest.get(step.consumed..).unwrap_or_default();
            filled += step.written;
            self.remember(step.place);
            let full = filled == self.buffer.len();
            if full {
                out(&self.buffer)?;
                filled = 0;
            }
            // Right after filling the buffer more output may be pending without any more input.
            if rest.is_empty() && !full {
                break;
            }
        }
        match self.buffer.get(..filled) {
            Some(last) if !last.is_empty() => out(last),
            _ => Ok(()),
        }
    }

    /// Adds the place where the last step stopped to the index, if it is due there.
    fn remember(&mut self, place: Place) {
        let (compressed, output) = (self.decoder.compressed(), self.decoder.output());
        let due = match place {
            Place::Elsewhere => false,
            Place::MemberStart => self.index.wants_member(compressed, output),
            Place::Body => self.index.wants_checkpoint(compressed, output),
        };
        if due && let Some(point) = self.decoder.point(place) {
            self.index.push(point);
        }
    }

    /// Ends the file: gives the index for random access and says how the file ended.
    ///
    /// # Errors
    /// [`ErrorKind::Compression`] when there is damage and not a single byte could be inflated.
    pub fn finish(self) -> Result<(GzipIndex, GzipEnding)> {
        let mut index = self.index;
        let ending = self.decoder.finish();
        index.end_at(ending.inflated_len);
        match &ending.damage {
            Some(damage) if ending.inflated_len == 0 => {
                let offset = damage.compressed_offset;
                let message =
                    format!("{}, at byte {offset} of the compressed file", damage.message);
                Err(Error::new(ErrorKind::Compression, message).advise(
                    "Copy or download the dump again; `gzip -t` tells whether it is whole.",
                ))
            }
            _ => Ok((index, ending)),
        }
    }
}

/// A zeroed buffer of `size` bytes.
pub(super) fn new_buffer(size: usize) -> Result<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| no_memory())?;
    buffer.resize(size, 0);
    Ok(buffer)
}
