//! Dumps for tests: found, loaded, asked questions.

use heapglass::analysis::Inquiry;
use heapglass::analysis::text::TextPlace;
use heapglass::error::Result;
use heapglass::heap::loader::{LoadOptions, Loaded, load};
use heapglass::heap::sizes::SizeModel;
use heapglass::heap::{ClassIndex, ObjectIndex};
use heapglass::hprof::ObjectId;
use heapglass::source::gzip::{Inflater, is_gzip};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// Bytes read at once where the chunk size is not what a test is about.
pub(crate) const CHUNK: usize = 1 << 20;

/// A loaded dump and its file.
pub(crate) struct Opened {
    pub(crate) loaded: Loaded,
    file: Vec<u8>,
    plain: OnceCell<Vec<u8>>,
}

impl Opened {
    pub(crate) fn of(file: Vec<u8>) -> Result<Self> {
        Self::dump_of(file, 1)
    }

    /// The `dump`-th heap dump of a file, from 1.
    pub(crate) fn dump_of(file: Vec<u8>, dump: u32) -> Result<Self> {
        let options = LoadOptions { dump, size_model: SizeModel::Mat };
        let loaded = load(&file, options, CHUNK, &mut |_| {})?;
        Ok(Self { loaded, file, plain: OnceCell::new() })
    }

    /// Asks about the dump. A compressed one is inflated at the first question.
    pub(crate) fn inquiry(&self) -> Inquiry<'_> {
        Inquiry::new(&self.loaded, self.bytes())
    }

    /// Asks about the graph of objects only: field values and texts are missing. Saves the memory
    /// for a dump that inflates to many times its size.
    pub(crate) fn structure(&self) -> Inquiry<'_> {
        const NOTHING: &Vec<u8> = &Vec::new();
        Inquiry::new(&self.loaded, NOTHING)
    }

    /// The uncompressed bytes.
    pub(crate) fn bytes(&self) -> &Vec<u8> {
        if !is_gzip(&self.file) {
            return &self.file;
        }
        self.plain.get_or_init(|| inflated(&self.file))
    }

    /// The object of an id that a file of results names.
    pub(crate) fn at(&self, address: u64) -> Option<ObjectIndex> {
        self.loaded.heap.addresses.get(ObjectId(address))
    }

    /// The one class of this name.
    pub(crate) fn class(&self, name: &str) -> ClassIndex {
        let class = self.loaded.heap.classes.by_name(name);
        class.unwrap_or_else(|| panic!("the dump has no class {name}"))
    }

    /// All instances of the class of this name, in file order.
    pub(crate) fn instances(&self, name: &str) -> Vec<ObjectIndex> {
        let class = self.class(name);
        let objects = &self.loaded.heap.objects;
        let mut found = Vec::new();
        objects.for_each(0..objects.len(), |object, of, _| {
            if of == class {
                found.push(object);
            }
        });
        found
    }
}

/// Inflates through the engine.
pub(crate) fn inflated(file: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut inflater = Inflater::new().unwrap();
    inflater
        .feed(file, &mut |bytes: &[u8]| {
            plain.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
    let (_, ending) = inflater.finish().unwrap();
    assert!(ending.complete(), "{:?}", ending.damage);
    plain
}

/// A gzip member that holds `data`.
pub(crate) fn gzipped(data: &[u8]) -> Vec<u8> {
    gzip_member(data, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
}

/// A gzip member with a header of its own.
pub(crate) fn gzip_member(data: &[u8], header: &[u8]) -> Vec<u8> {
    let config = zlib_rs::DeflateConfig { level: 6, window_bits: -15, ..Default::default() };
    let mut deflate = zlib_rs::Deflate::new_with_config(config);
    let mut deflated = vec![0; data.len() + data.len() / 8 + 1000];
    let status = deflate.compress(data, &mut deflated, zlib_rs::DeflateFlush::Finish).unwrap();
    assert_eq!(status, zlib_rs::Status::StreamEnd);
    deflated.truncate(usize::try_from(deflate.total_out()).unwrap());
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let checksum = zlib_rs::crc32::crc32(0, data).to_le_bytes();
    [header, &deflated, &checksum, &length].concat()
}

/// A dump as the JVM compresses it: a member per block, a comment in the first.
pub(crate) fn jvm_gzipped(data: &[u8], block: usize) -> Vec<u8> {
    let comment = format!("HPROF BLOCKSIZE={block}\0");
    let first = [&[0x1f, 0x8b, 8, 16, 0, 0, 0, 0, 2, 0], comment.as_bytes()].concat();
    let later = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0];
    let members = data.chunks(block).enumerate();
    members.flat_map(|(i, data)| gzip_member(data, if i == 0 { &first } else { &later })).collect()
}

/// A file of this content in the folder for temporary files; the caller removes it.
pub(crate) fn scratch_file(name: &str, content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("heapglass-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path
}

/// Numbers that look random and are the same in every run.
pub(crate) fn random_numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }
}

/// All UTF-16 units of a text, asked for in pieces of about `step` positions.
pub(crate) fn whole_text(inquiry: &Inquiry<'_>, place: &TextPlace, step: u32) -> Vec<u16> {
    let (mut units, mut at) = (Vec::new(), 0);
    loop {
        let piece = inquiry.text(place, at, step).unwrap();
        assert_eq!(piece.start, at, "pieces follow one another");
        assert!(
            piece.bytes.0.len() <= 2 * step as usize + 8,
            "a piece of {} bytes",
            piece.bytes.0.len()
        );
        units.extend(piece.bytes.0.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])));
        if piece.next >= piece.total {
            return units;
        }
        assert!(piece.next > at, "the text goes on");
        at = piece.next;
    }
}

/// The dump at a path.
pub(crate) fn opened(path: &Path) -> Opened {
    Opened::of(read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file's bytes.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of `tests/fixtures`.
pub(crate) fn fixture_path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file)
}

/// One of our own dumps by name.
pub(crate) fn fixture(name: &str) -> Opened {
    opened(&fixture_path(&format!("{name}.hprof.gz")))
}

/// What a fixture's program knows of its own heap.
pub(crate) fn expected(name: &str) -> serde_json::Value {
    let text = read(&fixture_path(&format!("{name}.expected.json")));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Where real dumps lie, if they do.
pub(crate) fn extra_dumps() -> Option<PathBuf> {
    let folder = std::env::var_os("HEAPGLASS_EXTRA_DUMPS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: HEAPGLASS_EXTRA_DUMPS does not name the folder of real dumps");
    }
    folder
}

/// The file of a real dump in one of the folders beside `truth`, compressed or not.
pub(crate) fn extra_dump(root: &Path, name: &str) -> Option<PathBuf> {
    let folders = ["mat", "jvm"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| {
        ["hprof", "hprof.gz"].map(|suffix| folder.join(format!("{name}.{suffix}")))
    });
    files.into_iter().find(|file| file.is_file())
}

/// The files in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let list = std::fs::read_dir(folder);
    let list = list.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A class name as the JVM's histogram writes it, `[Ljava.lang.String;`, as Java does. Hidden
/// classes have their number after a `/` there and after a `+` in a dump.
pub(crate) fn java_name(of_jvm: &str) -> String {
    let element = of_jvm.trim_start_matches('[');
    let dimensions = of_jvm.len() - element.len();
    let base = match (dimensions, element) {
        (0, name) => name,
        (_, "Z") => "boolean",
        (_, "B") => "byte",
        (_, "C") => "char",
        (_, "S") => "short",
        (_, "I") => "int",
        (_, "J") => "long",
        (_, "F") => "float",
        (_, "D") => "double",
        (_, name) => name.trim_start_matches('L').trim_end_matches(';'),
    };
    format!("{}{}", base.replace('/', "+"), "[]".repeat(dimensions))
}
