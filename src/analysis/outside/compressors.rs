//! `Inflater`, `Deflater` and open zip files.

use super::rows::{Holders, Tally, file_label};
use super::{Gathered, OutsideKind, OutsideName, Sort};
use crate::analysis::Inquiry;
use crate::analysis::label::Label;
use crate::analysis::story::counted;
use crate::heap::ObjectIndex;

/// zlib's `zconf.h`: `(1 << (windowBits + 2)) + (1 << (memLevel + 9))` for deflate, with the
/// JDK's 15 and 8, and a little for its state.
const DEFLATER_BYTES: u64 = 262 << 10;
/// The same for inflate: `1 << windowBits`, and about 7 KiB.
const INFLATER_BYTES: u64 = 39 << 10;

impl Inquiry<'_> {
    pub(super) fn compressors(&self, gathered: &Gathered, holders: &mut Holders) -> OutsideKind {
        let heap = self.heap();
        let mut tally = Tally::default();
        let mut ended = 0u64;
        for &object in gathered.of(Sort::Compressor) {
            if self.is_ended(object) {
                ended += 1;
                continue;
            }
            let class = heap.objects.class(object);
            let deflates = heap
                .classes
                .lineage(class)
                .any(|class| heap.classes.get(class).name == "java.util.zip.Deflater");
            let bytes = if deflates { DEFLATER_BYTES } else { INFLATER_BYTES };
            let holder = holders.of(self, object);
            tally.add(Label::default(), Some(class), holder, Some(bytes), object);
        }
        let mut notes = vec![
            "Estimated: 262 KiB for a deflater and 39 KiB for an inflater, as zlib asks for with \
             the JDK's settings."
                .to_owned(),
        ];
        if ended > 0 {
            notes.push(format!(
                "{} nothing.",
                counted(ended, "more is ended and holds", "more are ended and hold")
            ));
        }
        notes.extend(gathered.note(Sort::Compressor));
        self.kind(OutsideName::Compressors, tally, true, notes)
    }

    /// Whether `end()` was called: the address of zlib's state is 0.
    fn is_ended(&self, object: ObjectIndex) -> bool {
        match self.values.reference(object, "zsRef") {
            Some(state) => self.values.integer(state, "address") == Some(0),
            // Before JDK 6u29 the address stood in the object itself.
            None => self.values.integer(object, "strm").is_none_or(|address| address == 0),
        }
    }

    pub(super) fn zip_files(&self, gathered: &Gathered, holders: &mut Holders) -> OutsideKind {
        let mut tally = Tally::default();
        let mut closed = 0u64;
        for &object in gathered.of(Sort::Zip) {
            let values = &self.values;
            let is_closed = values.integer(object, "closeRequested") == Some(1)
                || values.integer(object, "jzfile") == Some(0);
            if is_closed {
                closed += 1;
                continue;
            }
            let name = values
                .string_field(object, "name")
                .or_else(|| values.string_field(object, "filePath"))
                .map_or_else(Label::default, file_label);
            let class = Some(self.heap().objects.class(object));
            tally.add(name, class, holders.of(self, object), None, object);
        }
        let mut notes = Vec::new();
        if closed > 0 {
            notes.push(format!("{} closed.", counted(closed, "more is", "more are")));
        }
        notes.extend(gathered.note(Sort::Zip));
        self.kind(OutsideName::ZipFiles, tally, false, notes)
    }
}
