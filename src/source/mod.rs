//! Where the bytes of a dump come from: random access to a file, compressed or not.
//!
//! # Design
//! A dump is never held in memory. Everything above this module reads through [`ByteSource`], so
//! that a slice in a test, a file on disk, a browser `File` and the inflated view of a gzip file
//! look alike. Offsets are `u64`: a 32-bit address space says nothing about the size of a file.

mod cache;
#[cfg(not(target_arch = "wasm32"))]
mod file;
pub mod gzip;

pub use cache::BlockCache;
#[cfg(not(target_arch = "wasm32"))]
pub use file::FileSource;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of known length that can be read anywhere.
///
/// Methods take `&self`; an implementation may keep caches or cursors inside, so it need not be
/// `Sync`. The trait is object safe.
pub trait ByteSource {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// Reads at `offset` into `into` and returns how many bytes were read: all of `into`, or less
    /// only when the source ends first (0 at or after the end).
    ///
    /// # Errors
    /// [`ErrorKind::Read`] when the bytes exist but cannot be had.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize>;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` from `offset`.
    ///
    /// # Errors
    /// [`ErrorKind::Read`] when the source ends first, or as [`ByteSource::read_at`].
    fn read_exact_at(&self, offset: u64, into: &mut [u8]) -> Result<()> {
        let read = self.read_at(offset, into)?;
        if read == into.len() {
            Ok(())
        } else {
            Err(ends_early(offset, into.len() as u64, self.len()))
        }
    }

    /// Reads `length` bytes at `offset` into a new vector. A length that the source does not have
    /// is refused before anything is allocated, so it may come straight out of a file.
    ///
    /// # Errors
    /// [`ErrorKind::Read`] when the source ends first, [`ErrorKind::TooLarge`] when the memory
    /// cannot be had, or as [`ByteSource::read_at`].
    fn read_vec_at(&self, offset: u64, length: u64) -> Result<Vec<u8>> {
        if offset.checked_add(length).is_none_or(|end| end > self.len()) {
            return Err(ends_early(offset, length, self.len()));
        }
        let too_large = || {
            Error::new(ErrorKind::TooLarge, format!("No memory for a read of {length} bytes"))
                .at(offset)
        };
        let size = usize::try_from(length).map_err(|_| too_large())?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| too_large())?;
        bytes.resize(size, 0);
        self.read_exact_at(offset, &mut bytes)?;
        Ok(bytes)
    }
}

#[cold]
fn ends_early(offset: u64, wanted: u64, length: u64) -> Error {
    let message = format!("{wanted} bytes were wanted, but the data ends at {length:#x}");
    Error::new(ErrorKind::Read, message).at(offset)
}

impl ByteSource for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let tail = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let count = tail.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), tail.get(..count)) {
            to.copy_from_slice(from);
        }
        Ok(count)
    }
}

impl ByteSource for Vec<u8> {
    fn len(&self) -> u64 {
        ByteSource::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        self.as_slice().read_at(offset, into)
    }
}

macro_rules! forward_to_pointee {
    ($($pointer:ty),*) => {$(
        impl<S: ByteSource + ?Sized> ByteSource for $pointer {
            fn len(&self) -> u64 {
                (**self).len()
            }

            fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
                (**self).read_at(offset, into)
            }
        }
    )*};
}

forward_to_pointee!(&S, Box<S>, std::rc::Rc<S>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_reads_short_only_at_its_end() {
        let source: &dyn ByteSource = &b"heap dump".as_slice();
        let mut into = [0; 4];
        assert_eq!(source.read_at(0, &mut into).unwrap(), 4);
        assert_eq!(&into, b"heap");
        assert_eq!(source.read_at(7, &mut into).unwrap(), 2);
        assert_eq!(&into[..2], b"mp");
        assert_eq!(source.read_at(9, &mut into).unwrap(), 0);
        assert_eq!(source.read_at(u64::MAX, &mut into).unwrap(), 0);
        assert!(!source.is_empty());
    }

    #[test]
    fn an_exact_read_past_the_end_is_an_error_with_its_offset() {
        let error = b"abc".as_slice().read_exact_at(1, &mut [0; 3]).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Read, Some(1)));
    }

    #[test]
    fn a_claimed_length_is_checked_before_memory_is_taken() {
        let source = b"abc".to_vec();
        assert_eq!(source.read_vec_at(1, 2).unwrap(), b"bc");
        for (offset, length) in [(0, u64::MAX), (2, u64::MAX), (u64::MAX, 1), (1, 3)] {
            assert_eq!(source.read_vec_at(offset, length).unwrap_err().kind(), ErrorKind::Read);
        }
    }
}
