//! Memory outside the heap as text.

use super::visible;
use crate::analysis::outside::{OutsideKind, OutsideReport, OutsideRow, title};
use crate::analysis::story::{bytes, count, simple_name};
use std::fmt::{self, Write};

/// Owners printed of each kind.
const ROWS: usize = 5;

/// Prints what lies outside the heap: a line per kind, and its largest owners.
pub(super) fn outside(f: &mut fmt::Formatter<'_>, report: &OutsideReport) -> fmt::Result {
    if report.kinds.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "\nOutside the heap: {} as the heap knows, and about {} by estimate",
        bytes(report.exact),
        bytes(report.estimated)
    )?;
    report.kinds.iter().try_for_each(|kind| one_kind(f, kind))
}

fn one_kind(f: &mut fmt::Formatter<'_>, kind: &OutsideKind) -> fmt::Result {
    let size = size(kind.bytes, kind.is_estimate);
    writeln!(f, "  {:>10}  {size:>11}  {}", count(kind.count), title(kind.name))?;
    for row in kind.rows.iter().take(ROWS) {
        let size = self::size(row.bytes, kind.is_estimate);
        writeln!(f, "    {:>8}  {size:>11}    {}", count(row.count), owner(row))?;
    }
    let more = kind.more + kind.rows.len().saturating_sub(ROWS) as u64;
    if more > 0 {
        writeln!(f, "    {} more rows", count(more))?;
    }
    Ok(())
}

fn size(size: Option<u64>, is_estimate: bool) -> String {
    let about = if is_estimate { "~" } else { "" };
    size.map_or_else(String::new, |size| format!("{about}{}", bytes(size)))
}

fn owner(row: &OutsideRow) -> String {
    let mut text = String::new();
    if let Some(class) = &row.class {
        text.push_str(&visible(simple_name(&class.name)));
    }
    if !row.label.is_empty() {
        let _ = write!(text, " {}", visible(&row.label));
    }
    if let Some(holder) = &row.holder {
        let _ = write!(text, ", held by {}", visible(holder));
    }
    text.trim_start().to_owned()
}
