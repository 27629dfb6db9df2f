//! Fields that entries name: what they lead to in the heap.

use super::catalogue::FieldName;
use super::matching::Matcher;
use crate::analysis::collections;
use crate::analysis::naming::{display_value, primitive_text};
use crate::analysis::suspects::Suspect;
use crate::heap::ObjectIndex;
use crate::hprof::Value;

/// What a chain of fields ends at.
pub(super) enum Reached {
    Object(ObjectIndex),
    Number(u64),
}

impl<'a> Matcher<'a> {
    /// The suspect on whose path the field is, the object that has it, and what it refers to there.
    pub(super) fn on_path(
        &self,
        field: &FieldName,
    ) -> Option<(&'a Suspect, ObjectIndex, ObjectIndex)> {
        let heap = self.inquiry.heap();
        self.kin.of(&field.class)?;
        self.suspects.iter().find_map(|suspect| {
            suspect.path.steps.windows(2).find_map(|pair| {
                let via = pair[1].via.as_deref()?;
                let via = via.strip_prefix("static ").unwrap_or(via);
                let owner = pair[0].row.object;
                let named = via == field.field()
                    && self.kin.includes(&field.class, heap.owner_class(owner));
                named.then_some((suspect, owner, pair[1].row.object))
            })
        })
    }

    /// Elements of a collection, an array or a reference queue.
    pub(super) fn magnitude(&self, object: ObjectIndex) -> Option<u64> {
        let values = &self.inquiry.values;
        let natural =
            |field| values.integer(object, field).and_then(|number| u64::try_from(number).ok());
        collections::size(values, object)
            .or_else(|| self.inquiry.heap().objects.length(object).map(u64::from))
            .or_else(|| natural("queueLength"))
            .or_else(|| natural("size"))
            .or_else(|| natural("count"))
    }

    /// What the field refers to, with its owner: of the classes if it is static, else of the largest
    /// instances. `None` while these have not been looked for.
    pub(super) fn targets(&self, field: &FieldName) -> Option<Vec<(ObjectIndex, Reached)>> {
        let Some(family) = self.kin.of(&field.class) else { return Some(Vec::new()) };
        let heap = self.inquiry.heap();
        let mut targets = Vec::new();
        let mut is_static = false;
        for &class in &family.named {
            let class = heap.classes.get(class);
            let value = class
                .statics
                .iter()
                .find(|s| heap.names.raw(s.name) == Some(field.field().as_bytes()));
            let (Some(value), Some(owner)) = (value, class.object) else { continue };
            is_static = true;
            let rest = field.chain.get(1..).unwrap_or_default();
            targets.extend(self.follow(value.value, rest).map(|reached| (owner, reached)));
        }
        if is_static {
            return Some(targets);
        }
        if self.live(&field.class) == 0 {
            return Some(Vec::new());
        }
        let sample = self.instances.of(&field.class)?;
        for &owner in &sample.largest {
            let value = self.inquiry.values.field(owner, field.field());
            let rest = field.chain.get(1..).unwrap_or_default();
            let reached = value.and_then(|value| self.follow(value, rest));
            targets.extend(reached.map(|reached| (owner, reached)));
        }
        Some(targets)
    }

    fn follow(&self, value: Value, rest: &[String]) -> Option<Reached> {
        let values = &self.inquiry.values;
        let object = match value {
            Value::Object(id) => values.resolve(id)?,
            Value::Int(number) => return Some(Reached::Number(u64::try_from(number).ok()?)),
            Value::Long(number) => return Some(Reached::Number(u64::try_from(number).ok()?)),
            _ => return None,
        };
        match rest.split_first() {
            None => Some(Reached::Object(object)),
            Some((field, rest)) => self.follow(values.field(object, field)?, rest),
        }
    }

    /// The value of a field as a row shows it.
    pub(super) fn shown(&self, object: ObjectIndex, field: &str) -> Option<String> {
        let values = &self.inquiry.values;
        match values.field(object, field)? {
            Value::Object(id) if id.0 == 0 => Some("null".to_owned()),
            Value::Object(id) => display_value(values, values.resolve(id)?),
            number => Some(primitive_text(number)),
        }
    }

    /// Whether it is by this field that one object refers to another.
    pub(super) fn refers(
        &self,
        owner: ObjectIndex,
        target: ObjectIndex,
        field: &FieldName,
    ) -> bool {
        self.kin.includes(&field.class, self.inquiry.heap().owner_class(owner))
            && crate::heap::references::names_of(&self.inquiry.values, owner, target, 8)
                .iter()
                .any(|via| via.to_string().trim_start_matches("static ") == field.field())
    }
}
