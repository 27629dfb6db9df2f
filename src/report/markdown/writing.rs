//! Text as Markdown.

use crate::analysis::story::PhraseKind;
use crate::report::model::Told;
use crate::report::visible::visible;

/// Signs that mean something anywhere in Markdown. Others do at the beginning of a line, where our own
/// words stand, or beside these.
const SIGNS: &[char] = &['\\', '`', '*', '_', '{', '}', '[', ']', '|', '~', '^', '$'];

/// A sentence: names of the program in code spans, figures and culprits in bold.
pub(super) fn sentence(told: &Told) -> String {
    let runs = told.runs.iter().map(|run| {
        let text = run.text.trim();
        let marked = match run.kind {
            _ if text.is_empty() => String::new(),
            PhraseKind::Plain => escaped(text),
            PhraseKind::Strong | PhraseKind::Culprit => format!("**{}**", escaped(text)),
            PhraseKind::Code | PhraseKind::Class | PhraseKind::Object => code(text),
        };
        let before = if run.text.starts_with(' ') { " " } else { "" };
        let after = if run.text.ends_with(' ') && !text.is_empty() { " " } else { "" };
        format!("{before}{marked}{after}")
    });
    runs.collect()
}

/// Words of our own, perhaps with names among them: no sign of them is markup, and what would become
/// a mention, a link or a reference even so is in a code span.
pub(super) fn escaped(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        if would_be_found(word) {
            let end = word.trim_end_matches([',', '.', ';', ')']).len();
            let (name, rest) = word.split_at_checked(end).unwrap_or((word, ""));
            return format!("{}{rest}", code(name));
        }
        visible(word).chars().map(escaped_sign).collect()
    });
    words.collect::<Vec<String>>().join(" ")
}

/// Whether those who render Markdown find more than a word in it, in the text that results.
fn would_be_found(word: &str) -> bool {
    word.contains(['@', '#']) || word.contains("://") || word.contains("www.")
}

fn escaped_sign(sign: char) -> String {
    match sign {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        _ if SIGNS.contains(&sign) => format!("\\{sign}"),
        _ => sign.to_string(),
    }
}

/// A name in a code span, whatever backticks are in it.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A span that begins or ends with a backtick needs a blank there, which is not shown.
    let edge = text.starts_with('`') || text.ends_with('`') || text.trim().is_empty();
    let pad = if edge { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A name in a cell of a table, which bars would end even in a code span.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Run;

    #[test]
    fn no_sign_of_a_name_is_markup() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(
            escaped("<img> *a* _b_ [c](d) & e"),
            "&lt;img&gt; \\*a\\* \\_b\\_ \\[c\\](d) &amp; e"
        );
        assert_eq!(code("a\nb\u{202e}"), "`a\u{240a}b\\u202e`");
    }

    #[test]
    fn words_that_would_be_links_or_mentions_become_code() {
        let run = |text: &str, kind| Run { text: text.to_owned(), kind, address: None };
        let told = Told {
            text: String::new(),
            runs: vec![
                run("The list ", PhraseKind::Plain),
                run("@admins #12", PhraseKind::Culprit),
                run(" holds ", PhraseKind::Plain),
                run("95.5 %", PhraseKind::Culprit),
                run(" see https://evil.example", PhraseKind::Plain),
            ],
        };
        assert_eq!(
            sentence(&told),
            "The list **`@admins` `#12`** holds **95.5 %** see `https://evil.example`"
        );
    }
}
