//! Answers of the catalogue's questions as text: for a terminal, for a pipeline, for programs.

use super::json;
use super::visible::visible;
use crate::analysis::query::{
    Cell, Column, ParameterKind, QueryFacts, QueryGroup, QueryWindow, QueryWindowRequest,
    QuestionFacts, RowAnswer, Subject, Workbench,
};
use crate::analysis::rows::ObjectRow;
use crate::analysis::story::count;
use crate::analysis::{Inquiry, queries};
use crate::error::Result;
use serde::Serialize;
use std::fmt::Write;

/// Units of work between two looks at the workbench.
const BUDGET: u64 = 1 << 22;

/// Levels of a tree that are written at most: each is a level of brackets for who reads the data.
pub const DEEPEST: u32 = 64;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// A line per row with tabs between columns, rows of a tree indented by two blanks a level.
    Tsv,
    /// One object: columns, rows with their children, and how many there are more.
    Json,
}

impl AnswerFormat {
    /// The format of this name: `tsv` or `json`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "tsv" => Some(Self::Tsv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// How much of an answer is written.
#[derive(Clone, Copy, Debug)]
pub struct AnswerOptions {
    /// How.
    pub format: AnswerFormat,
    /// Rows of each list: of the first level, and of the rows below each row of a tree.
    pub limit: u32,
    /// Levels of a tree, from 1 to [`DEEPEST`].
    pub depth: u32,
}

impl Default for AnswerOptions {
    fn default() -> Self {
        Self { format: AnswerFormat::Tsv, limit: 20, depth: 3 }
    }
}

/// An answer as text.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The rows.
    pub text: String,
    /// What a reader should know besides: what the question was about, what was left out. Part of
    /// `text` where that is for programs.
    pub notes: Vec<String>,
}

/// Works a question out and writes its answer.
///
/// # Errors
/// As [`Workbench::step`].
pub fn asked(inquiry: &Inquiry<'_>, request: &str, options: &AnswerOptions) -> Result<Asked> {
    let mut bench = Workbench::default();
    let facts = loop {
        if let Some(facts) = bench.step(inquiry, request, BUDGET)?.facts {
            break facts;
        }
    };
    let mut reader =
        Reader { inquiry, bench, request, facts: &facts, options, cut: 0, unopened: 0 };
    let list = reader.list(None, 1)?;
    let notes = notes(&facts, &reader);
    let text = match options.format {
        AnswerFormat::Tsv => tsv(&facts, &list),
        AnswerFormat::Json => json::text(&Answer {
            of: facts.of.as_deref(),
            objects: facts.objects,
            columns: &facts.columns,
            list: &list,
            notes: &notes,
        }),
    };
    Ok(Asked { text, notes })
}

fn notes(facts: &QueryFacts, reader: &Reader<'_, '_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let (Some(of), Some(objects)) = (&facts.of, facts.objects) {
        notes.push(format!("Of {}: {} objects.", visible(of), count(objects)));
    }
    notes.extend(facts.notes.iter().map(|note| visible(note)));
    if reader.cut > 0 {
        notes.push(format!("{} more rows: see --limit.", count(reader.cut)));
    }
    if reader.unopened > 0 {
        notes.push(format!("{} rows have more below them: see --depth.", count(reader.unopened)));
    }
    notes
}

/// Rows of one list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    rows: Vec<Row>,
    /// Rows that are not written.
    more: u32,
}

/// A row with what is below it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    /// Its number, by which a set names it.
    row: u32,
    cells: Vec<Cell>,
    /// `None` where nothing is below it, or that was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<List>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    of: Option<&'a str>,
    objects: Option<u64>,
    columns: &'a [Column],
    #[serde(flatten)]
    list: &'a List,
    notes: &'a [String],
}

/// Reads rows and counts those that are left out.
struct Reader<'a, 'b> {
    inquiry: &'a Inquiry<'b>,
    bench: Workbench,
    request: &'a str,
    facts: &'a QueryFacts,
    options: &'a AnswerOptions,
    /// Rows beyond the limit.
    cut: u64,
    /// Rows at the deepest level that could be opened.
    unopened: u64,
}

impl Reader<'_, '_> {
    /// A list and, to the depth, what is below its rows.
    fn list(&mut self, parent: Option<u32>, level: u32) -> Result<List> {
        let window = self.window(parent)?;
        let more = window.matching.saturating_sub(u32::try_from(window.rows.len()).unwrap_or(0));
        self.cut += u64::from(more);
        let rows = window.rows.into_iter().map(|row| self.row(row, level));
        Ok(List { rows: rows.collect::<Result<_>>()?, more })
    }

    fn row(&mut self, row: RowAnswer, level: u32) -> Result<Row> {
        let opens = row.children != Some(0);
        let depth = self.options.depth.min(DEEPEST);
        let below = match opens && level < depth {
            true => Some(self.list(Some(row.row), level + 1)?).filter(|list| !list.rows.is_empty()),
            false => None,
        };
        self.unopened += u64::from(opens && level >= depth);
        Ok(Row { row: row.row, cells: row.cells, below })
    }

    fn window(&mut self, parent: Option<u32>) -> Result<QueryWindow> {
        let window = QueryWindowRequest {
            request: self.request.to_owned(),
            parent,
            sort: self.facts.sort,
            filters: Vec::new(),
            start: 0,
            count: self.options.limit,
        };
        self.bench.window(self.inquiry, &window)
    }
}

fn tsv(facts: &QueryFacts, list: &List) -> String {
    let titles: Vec<&str> = facts.columns.iter().map(|column| column.title).collect();
    let mut text = titles.join("\t");
    text.push('\n');
    lines(&mut text, list, 0);
    text
}

fn lines(text: &mut String, list: &List, level: usize) {
    for row in &list.rows {
        for _ in 0..level {
            text.push_str("  ");
        }
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
        if let Some(below) = &row.below {
            lines(text, below, level + 1);
        }
    }
}

/// What a cell says on a line: no tab and no line break of the dump is in it.
fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Object(object) => object_words(object),
        Cell::Class(class) => visible(&class.name),
        Cell::Text(text) => visible(text),
        Cell::Number(number) => number.to_string(),
        Cell::None => String::new(),
    }
}

/// Name, value and address of an object, as the page shows them.
fn object_words(object: &ObjectRow) -> String {
    let value = object.value.as_deref();
    let value = value.map_or(String::new(), |value| format!(" {}", visible(value)));
    format!("{}{value} @ {}", visible(&object.name), object.address)
}

/// The questions of the catalogue with their arguments, by heading.
pub fn catalogue() -> String {
    let mut groups: Vec<(QueryGroup, Vec<QuestionFacts>)> = Vec::new();
    for question in queries::catalogue() {
        match groups.iter_mut().find(|(group, _)| *group == question.group) {
            Some((_, questions)) => questions.push(question),
            None => groups.push((question.group, vec![question])),
        }
    }
    let mut text = String::new();
    for (group, questions) in groups {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", heading(group));
        questions.iter().for_each(|question| {
            let _ = one_question(&mut text, question);
        });
        text.push('\n');
    }
    text.push_str(SETS);
    text
}

/// How sets are named, for those who ask.
const SETS: &str = "\
A request is a question with arguments: 'find-strings?text=order&of=all'.
Sets for of=:
  all                   all objects that GC roots reach
  class:N               instances of class number N; --class NAME finds the number
  subclasses:N          with those of its subclasses
  object:0xADDRESS      one object
  retained:SET          what would go with a set
  rows:REQUEST          what all rows of an answer stand for
  row:N:REQUEST         what its row number N stands for
Numbers of classes and rows are in the data that --format json writes.
";

fn one_question(text: &mut String, question: &QuestionFacts) -> std::fmt::Result {
    writeln!(text, "  {:<20}  {}. {}", question.name, question.title, question.about)?;
    match question.of {
        Subject::Heap => {}
        Subject::AnySet => argument(text, "of=SET", "A set of objects; without it, all.")?,
        Subject::GivenSet => argument(text, "of=SET", "A set of objects; must be given.")?,
    }
    for parameter in question.parameters {
        let value = match parameter.kind {
            ParameterKind::Pattern | ParameterKind::OptionalPattern => "PATTERN".to_owned(),
            ParameterKind::Number => "NUMBER".to_owned(),
            ParameterKind::Flag => "yes|no".to_owned(),
            ParameterKind::Choice(choices) => {
                choices.iter().map(|choice| choice.name).collect::<Vec<_>>().join("|")
            }
        };
        let default = match parameter.default {
            "" => String::new(),
            default => format!(" By default {default}."),
        };
        let hint = format!("{}{default}", parameter.hint);
        argument(text, &format!("{}={value}", parameter.name), &hint)?;
    }
    Ok(())
}

fn argument(text: &mut String, name: &str, hint: &str) -> std::fmt::Result {
    writeln!(text, "  {:20}    {name:<18}  {hint}", "")
}

/// What a group of questions is called on the page, too.
fn heading(group: QueryGroup) -> &'static str {
    match group {
        QueryGroup::Weight => "Where the weight is",
        QueryGroup::Holders => "Who holds it",
        QueryGroup::Strings => "Texts and arrays",
        QueryGroup::Collections => "Collections",
        QueryGroup::References => "References and finalizers",
        QueryGroup::Waste => "What could be saved",
        QueryGroup::Others => "Classes and the rest",
    }
}

/// Lines of text of the dump for a terminal: they stay lines with their indentation by tabs, and
/// nothing else of them can drive it.
pub fn terminal_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.lines() {
        let rest = line.trim_start_matches('\t');
        shown.push_str(&"\t".repeat(line.len() - rest.len()));
        shown.push_str(&visible(rest));
        shown.push('\n');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_field_of_one_line() {
        let text = "a\tb\nc\u{202e}\u{1b}[31m".to_owned();
        assert_eq!(cell(&Cell::Text(text)), "a\u{2409}b\u{240a}c\\u202e\u{241b}[31m");
        assert_eq!(cell(&Cell::Number(12.0)), "12");
        assert_eq!(cell(&Cell::Number(0.25)), "0.25");
        assert_eq!(cell(&Cell::None), "");
    }

    #[test]
    fn rows_of_a_tree_are_indented_by_their_level() {
        let leaf = |text: &str, below| Row {
            row: 0,
            cells: vec![Cell::Text(text.to_owned()), Cell::Number(1.0)],
            below,
        };
        let list = |rows| List { rows, more: 0 };
        let inner = list(vec![leaf("inner", None)]);
        let outer = list(vec![leaf("middle", Some(inner)), leaf("other", None)]);
        let mut text = String::new();
        lines(&mut text, &list(vec![leaf("outer", Some(outer)), leaf("last", None)]), 0);
        assert_eq!(text, "outer\t1\n  middle\t1\n    inner\t1\n  other\t1\nlast\t1\n");
    }

    #[test]
    fn stacks_keep_their_lines_and_nothing_else() {
        assert_eq!(
            terminal_lines("\"a\u{202e}\"\n\tat B\t\u{7f}\n"),
            "\"a\\u202e\"\n\tat B\u{2409}\u{2421}\n"
        );
    }

    #[test]
    fn every_question_is_in_the_catalogue_with_its_arguments() {
        let text = catalogue();
        for question in queries::catalogue() {
            assert!(text.contains(question.about), "{}", question.name);
            for parameter in question.parameters {
                assert!(text.contains(&format!("{}=", parameter.name)), "{}", parameter.name);
            }
        }
    }
}
