//! A file on disk, for the command line and native tests.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::ByteSource;
use crate::error::{Error, ErrorKind, Result};

/// A file read with positioned reads: no shared seek position, no buffer.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    path: PathBuf,
    len: u64,
}

impl FileSource {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`ErrorKind::Read`] when it cannot be opened or is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let fail = |error: io::Error| {
            Error::new(ErrorKind::Read, format!("{} cannot be opened: {error}", path.display()))
                .advise("Check the path and the permission to read it.")
        };
        let file = File::open(path).map_err(fail)?;
        let metadata = file.metadata().map_err(fail)?;
        if !metadata.is_file() {
            let message = format!("{} is no regular file", path.display());
            return Err(Error::new(ErrorKind::Read, message)
                .advise("A dump is read more than once, so a pipe or folder will not do."));
        }
        Ok(Self { file, path: path.to_path_buf(), len: metadata.len() })
    }
}

#[cfg(unix)]
fn positioned_read(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn positioned_read(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        let wanted = usize::try_from(self.len.saturating_sub(offset))
            .map_or(into.len(), |left| left.min(into.len()));
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..wanted).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(done as u64);
            match positioned_read(&self.file, rest, at) {
                Ok(0) => {
                    let message = format!("{} became shorter while in use", self.path.display());
                    return Err(Error::new(ErrorKind::Read, message)
                        .at(at)
                        .advise("Wait until the dump is written or copied, then open it again."));
                }
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let message = format!("{} cannot be read: {error}", self.path.display());
                    return Err(Error::new(ErrorKind::Read, message)
                        .at(at)
                        .advise("Copy the dump to a local disk and open the copy."));
                }
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch_file(name: &str, content: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("heapglass-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        path
    }

    #[test]
    fn reads_anywhere_and_short_at_the_end() {
        let path = scratch_file("reads", b"JAVA PROFILE 1.0.2");
        let source = FileSource::open(&path).unwrap();
        let mut into = [0; 8];
        assert_eq!(source.len(), 18);
        assert_eq!(source.read_at(5, &mut into[..7]).unwrap(), 7);
        assert_eq!(&into[..7], b"PROFILE");
        assert_eq!(source.read_at(13, &mut into).unwrap(), 5);
        assert_eq!(source.read_at(99, &mut into).unwrap(), 0);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_that_shrinks_is_reported_instead_of_read_as_its_end() {
        let path = scratch_file("shrinks", &[7; 1000]);
        let source = FileSource::open(&path).unwrap();
        File::options().write(true).open(&path).unwrap().set_len(10).unwrap();
        let error = source.read_at(4, &mut [0; 100]).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Read, Some(10)));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_missing_file_and_a_folder_are_refused() {
        for path in [Path::new("no/such/dump.hprof"), &std::env::temp_dir()] {
            assert_eq!(FileSource::open(path).unwrap_err().kind(), ErrorKind::Read);
        }
    }
}
