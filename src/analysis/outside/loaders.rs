//! Class metadata by loader: an estimate.

use super::rows::Tally;
use super::{OutsideKind, OutsideName};
use crate::analysis::Inquiry;
use crate::analysis::class_leaks::{
    CLASS_BYTES, GENERATED_BYTES, LOADER_BYTES, generated, metadata,
};
use crate::analysis::label::Label;
use crate::analysis::story::{bytes, counted};
use crate::hprof::ObjectId;
use hashbrown::HashMap;

impl Inquiry<'_> {
    pub(super) fn class_metadata(&self) -> OutsideKind {
        let heap = self.heap();
        let mut by_loader: HashMap<ObjectId, (u64, u64)> = HashMap::new();
        for (_, class) in heap.classes.iter() {
            if class.described && !class.is_array() {
                let counts = by_loader.entry(class.loader).or_default();
                match generated(&class.name) {
                    Some(_) => counts.1 += 1,
                    None => counts.0 += 1,
                }
            }
        }
        let mut tally = Tally::default();
        let loaders = by_loader.len() as u64;
        for (id, (ordinary, made)) in by_loader {
            let object = self.values.resolve(id).or_else(|| heap.objects.system_loader());
            let Some(object) = object else { continue };
            let (label, class) = match id.0 {
                0 => ("boot loader".into(), None),
                _ => (Label::default(), Some(heap.objects.class(object))),
            };
            let estimate = Some(metadata(ordinary, made));
            tally.add_many(label, class, None, ordinary + made, estimate, object);
        }
        let notes = vec![
            format!(
                "{}, those of one class in one row; the count is of their classes.",
                counted(loaders, "class loader", "class loaders")
            ),
            format!(
                "Estimated: {} per class, {} per generated one, at least {} per loader. Classes \
                 of the JVM's archive (CDS) take less.",
                bytes(CLASS_BYTES),
                bytes(GENERATED_BYTES),
                bytes(LOADER_BYTES)
            ),
        ];
        self.kind(OutsideName::Classes, tally, true, notes)
    }
}
