//! Data for programs.

use super::visible::is_invisible;
use serde::Serialize;
use std::fmt::Write;

/// A report or an answer as JSON, with characters that a terminal or an editor would obey, or not show, as
/// escapes: the data are the same.
pub(super) fn text(data: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(data);
    // Strings, numbers and lists cannot fail to be written.
    let plain = plain.unwrap_or_default();
    let mut text = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        // Below that are the line breaks between fields; those within strings are escapes already.
        if c >= '\u{7f}' && is_invisible(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    text
}
