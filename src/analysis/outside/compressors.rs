//! `Inflater`, `Deflater` and open zip files.

use super::rows::{Holders, Tally, file_label};
use super::survey::{Part, Seen};
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

/// Inflaters and deflaters by owner.
#[derive(Debug, Default)]
pub(super) struct Compressors {
    tally: Tally,
    ended: u64,
}

impl Part for Compressors {
    fn sorts(&self) -> &'static [Sort] {
        &[Sort::Compressor]
    }

    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, seen: Seen) {
        let (heap, object) = (inquiry.heap(), seen.object);
        if inquiry.is_ended(object) {
            self.ended += 1;
            return;
        }
        let class = heap.objects.class(object);
        let deflates = heap
            .classes
            .lineage(class)
            .any(|class| heap.classes.get(class).name == "java.util.zip.Deflater");
        let bytes = if deflates { DEFLATER_BYTES } else { INFLATER_BYTES };
        let holder = holders.of(inquiry, object);
        self.tally.add(Label::default(), Some(class), holder, Some(bytes), object);
    }

    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind> {
        let mut notes = vec![
            "Estimated: 262 KiB for a deflater and 39 KiB for an inflater, as zlib asks for with \
             the JDK's settings."
                .to_owned(),
        ];
        if self.ended > 0 {
            notes.push(format!(
                "{} nothing.",
                counted(self.ended, "more is ended and holds", "more are ended and hold")
            ));
        }
        notes.extend(gathered.note(Sort::Compressor));
        vec![inquiry.kind(OutsideName::Compressors, self.tally, true, notes)]
    }
}

impl Inquiry<'_> {
    /// Whether `end()` was called: the address of zlib's state is 0.
    fn is_ended(&self, object: ObjectIndex) -> bool {
        match self.values.reference(object, "zsRef") {
            Some(state) => self.values.integer(state, "address") == Some(0),
            // Before JDK 6u29 the address stood in the object itself.
            None => self.values.integer(object, "strm").is_none_or(|address| address == 0),
        }
    }
}

/// Open zip files.
#[derive(Debug, Default)]
pub(super) struct ZipFiles {
    tally: Tally,
    closed: u64,
}

impl Part for ZipFiles {
    fn sorts(&self) -> &'static [Sort] {
        &[Sort::Zip]
    }

    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, seen: Seen) {
        let (values, object) = (&inquiry.values, seen.object);
        let is_closed = values.integer(object, "closeRequested") == Some(1)
            || values.integer(object, "jzfile") == Some(0);
        if is_closed {
            self.closed += 1;
            return;
        }
        let name = values
            .string_field(object, "name")
            .or_else(|| values.string_field(object, "filePath"))
            .map_or_else(Label::default, file_label);
        let class = Some(inquiry.heap().objects.class(object));
        self.tally.add(name, class, holders.of(inquiry, object), None, object);
    }

    fn tell(self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind> {
        let mut notes = Vec::new();
        if self.closed > 0 {
            notes.push(format!("{} closed.", counted(self.closed, "more is", "more are")));
        }
        notes.extend(gathered.note(Sort::Zip));
        vec![inquiry.kind(OutsideName::ZipFiles, self.tally, false, notes)]
    }
}
