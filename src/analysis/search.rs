//! Quick search: classes by name, objects by address.

use super::HeapInquiry;
use super::story::count;
use crate::error::{Error, ErrorKind, Result};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::ObjectId;
use serde::Serialize;

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// `class` or `object`.
    #[cfg_attr(feature = "bindings", ts(type = "\"class\" | \"object\""))]
    pub kind: &'static str,
    /// The class found.
    pub class: Option<ClassIndex>,
    /// The object found.
    pub object: Option<ObjectIndex>,
    /// What it is called.
    pub text: String,
    /// A word more about it.
    pub detail: String,
}

impl HeapInquiry<'_> {
    /// The object with an address as people write it: `0x7f12…`, with or without the prefix.
    ///
    /// # Errors
    /// `NotFound` when the text is no address, or no object has it.
    pub fn resolve(&self, text: &str) -> Result<ObjectIndex> {
        parse_address(text).and_then(|id| self.heap().addresses.get(id)).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("No object has the address {text}"))
        })
    }

    /// Classes whose name contains `text`, best first, and the object of that address.
    /// O(classes).
    pub fn search(&self, text: &str, limit: u32) -> Vec<SearchHit> {
        let text = text.trim();
        if text.is_empty() {
            return Vec::new();
        }
        let mut hits = Vec::new();
        if let Ok(object) = self.resolve(text) {
            let row = self.row(object);
            hits.push(SearchHit {
                kind: "object",
                class: None,
                object: Some(object),
                text: row.name,
                detail: row.address,
            });
        }
        hits.extend(self.classes_named(text, limit));
        hits.truncate(limit as usize);
        hits
    }

    fn classes_named(&self, text: &str, limit: u32) -> Vec<SearchHit> {
        let heap = self.heap();
        let wanted = text.to_lowercase();
        let mut found: Vec<(u8, u64, ClassIndex)> = heap
            .classes
            .iter()
            .filter(|&(class, _)| !heap.classes.is_alias(class))
            .filter_map(|(class, entry)| {
                let name = entry.name.to_lowercase();
                let simple = name.rsplit(['.', '$']).next().unwrap_or(&name);
                let rank = if simple == wanted || name == wanted {
                    0
                } else if simple.starts_with(&wanted) {
                    1
                } else if name.contains(&wanted) {
                    2
                } else {
                    return None;
                };
                Some((rank, u64::MAX - self.totals.get(class).shallow, class))
            })
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .take(limit as usize)
            .map(|(_, _, class)| SearchHit {
                kind: "class",
                class: Some(class),
                object: None,
                text: heap.classes.get(class).name.clone(),
                detail: match self.totals.get(class).instances {
                    1 => "1 object".to_owned(),
                    objects => format!("{} objects", count(objects)),
                },
            })
            .collect()
    }
}

fn parse_address(text: &str) -> Option<ObjectId> {
    let text = text.trim();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).or_else(|| {
        // Without the prefix only what cannot be a word: at least six hexadecimal digits.
        (text.len() >= 6).then_some(text)
    })?;
    u64::from_str_radix(digits.trim_start_matches('@'), 16).ok().map(ObjectId)
}
