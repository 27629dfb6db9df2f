//! Memory outside the heap in words: what all formats say of it, and the terminal's lines.

use super::model::{OutsideKindPart, OutsidePart, OutsideRowPart};
use super::visible::visible;
use crate::analysis::story::{bytes, count, simple_name};
use std::fmt;

/// Owners printed of each kind.
pub(super) const ROWS: usize = 5;

/// What there is in all.
pub(super) fn summary(outside: &OutsidePart) -> String {
    let (exact, estimated) = (bytes(outside.exact), bytes(outside.estimated));
    format!("{exact} as the heap knows, and about {estimated} by estimate")
}

/// Bytes, marked where they are an estimate; empty where nothing is known.
pub(super) fn size(size: Option<u64>, kind: &OutsideKindPart) -> String {
    let about = if kind.is_estimate { "~" } else { "" };
    size.map_or_else(String::new, |size| format!("{about}{}", bytes(size)))
}

/// Owners beyond the first `listed`.
pub(super) fn more(kind: &OutsideKindPart, listed: usize) -> u64 {
    kind.more.saturating_add(kind.rows.len().saturating_sub(listed) as u64)
}

/// The class without its package; empty where there is none.
pub(super) fn class(row: &OutsideRowPart) -> &str {
    row.class.as_deref().map_or("", simple_name)
}

/// Prints a line per kind, and its largest owners.
pub(super) fn lines(f: &mut fmt::Formatter<'_>, outside: &OutsidePart) -> fmt::Result {
    if outside.kinds.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nOutside the heap: {}", summary(outside))?;
    outside.kinds.iter().try_for_each(|kind| one_kind(f, kind))
}

fn one_kind(f: &mut fmt::Formatter<'_>, kind: &OutsideKindPart) -> fmt::Result {
    writeln!(f, "  {:>10}  {:>11}  {}", count(kind.count), size(kind.bytes, kind), kind.title)?;
    for row in kind.rows.iter().take(ROWS) {
        let size = size(row.bytes, kind);
        writeln!(f, "    {:>8}  {size:>11}    {}", count(row.count), owner(row))?;
    }
    match more(kind, ROWS) {
        0 => Ok(()),
        more => writeln!(f, "    {:>8}  more owners", count(more)),
    }
}

/// Class, label and holder, as far as they are known.
fn owner(row: &OutsideRowPart) -> String {
    let words = [class(row), &row.label];
    let words: Vec<String> =
        words.iter().filter(|word| !word.is_empty()).map(|word| visible(word)).collect();
    let holder = row.holder.as_deref();
    let holder = holder.map_or(String::new(), |holder| format!(", held by {}", visible(holder)));
    format!("{}{holder}", words.join(" "))
}
