//! Foreign text made visible: as on the page (`docs/hostile-text.md`), nothing of it can hide, turn
//! its neighbours around, or drive a terminal.

use std::fmt::Write;

/// Marks that one letter bears in any language; more only hide the lines above and below.
const MOST_MARKS: u32 = 4;

/// The text with control characters as symbols, and invisible ones and floods of marks as escapes.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        match u32::from(c) {
            code @ 0..0x20 => shown.extend(char::from_u32(0x2400 + code)),
            0x7f => shown.push('\u{2421}'),
            _ if marks > MOST_MARKS || is_invisible(c) => escape(&mut shown, c),
            _ => shown.push(c),
        }
    }
    shown
}

/// `\u202e`, or `\u{e0001}` beyond four digits.
fn escape(to: &mut String, c: char) {
    let code = u32::from(c);
    // Writing to a string does not fail.
    let _ = if code > 0xffff { write!(to, "\\u{{{code:x}}}") } else { write!(to, "\\u{code:04x}") };
}

/// Characters without a shape of their own, or that change how their neighbours are shown: controls
/// (Cc), format characters (Cf), separators of lines and paragraphs, fillers, variation selectors.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that are put on the letter before them: the blocks that are made of nothing else.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_hostile_name_cannot_drive_the_terminal_or_hide() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a\u{241b}[31mb\\u202ec");
        assert_eq!(
            visible("a\nb\u{7f}\u{9b}\u{200b}\u{e0041}"),
            "a\u{240a}b\u{2421}\\u009b\\u200b\\u{e0041}"
        );
    }

    #[test]
    fn letters_of_any_language_stay_with_their_marks() {
        let text = "naïve שלום ไม่ 日本 e\u{301}\u{302}";
        assert_eq!(visible(text), text);
        assert_eq!(
            visible(&format!("e{}", "\u{301}".repeat(6))),
            format!("e{}\\u0301\\u0301", "\u{301}".repeat(4))
        );
    }
}
