//! Compression as the JVM does it: blocks that are gzip members of their own.

use std::io::{Error, Result, Write};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

/// Bytes per block.
const BLOCK: usize = 1 << 20;

/// Compresses what is written to it; call [`finish`](Self::finish) at the end.
#[derive(Debug)]
pub struct GzipBlocks<W> {
    out: W,
    block: Vec<u8>,
    first: bool,
}

impl<W: Write> GzipBlocks<W> {
    /// Compresses into `out`.
    pub fn new(out: W) -> Self {
        Self { out, block: Vec::with_capacity(BLOCK), first: true }
    }

    /// Writes the last block and returns the output.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> Result<W> {
        if !self.block.is_empty() || self.first {
            self.write_block()?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_block(&mut self) -> Result<()> {
        let config = DeflateConfig { level: 1, window_bits: -15, ..DeflateConfig::default() };
        let mut deflate = Deflate::new_with_config(config);
        let mut packed = vec![0; self.block.len() + self.block.len() / 8 + 1024];
        let status = deflate.compress(&self.block, &mut packed, DeflateFlush::Finish);
        if !matches!(status, Ok(Status::StreamEnd)) {
            return Err(Error::other(format!("a block could not be compressed: {status:?}")));
        }
        packed.truncate(usize::try_from(deflate.total_out()).unwrap_or(0));
        // Magic, deflate, flags (16: a comment), no time, no hint, system unknown.
        let flags = if self.first { 16 } else { 0 };
        self.out.write_all(&[0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255])?;
        if core::mem::take(&mut self.first) {
            self.out.write_all(format!("HPROF BLOCKSIZE={BLOCK}\0").as_bytes())?;
        }
        self.out.write_all(&packed)?;
        self.out.write_all(&zlib_rs::crc32::crc32(0, &self.block).to_le_bytes())?;
        let length = u32::try_from(self.block.len()).unwrap_or(0);
        self.out.write_all(&length.to_le_bytes())?;
        self.block.clear();
        Ok(())
    }
}

impl<W: Write> Write for GzipBlocks<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let room = BLOCK - self.block.len();
        let (now, _) = bytes.split_at(bytes.len().min(room));
        self.block.extend_from_slice(now);
        if self.block.len() == BLOCK {
            self.write_block()?;
        }
        Ok(now.len())
    }

    /// Does not end a block: all but the last are of the same size.
    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}
