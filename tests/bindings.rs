//! The page's types of what the engine says, written from the engine's own types.
//!
//! `www/src/engine/answers.ts` must equal what the derives say. After a change of a type, rewrite it:
//! `UPDATE_BINDINGS=1 cargo test --features bindings --test bindings`.

use heapglass::analysis::Window;
use heapglass::analysis::class_details::ClassDetails;
use heapglass::analysis::collections::{ContentsQuery, ContentsStep};
use heapglass::analysis::dominated::{DominatedKey, DominatedWindow};
use heapglass::analysis::gc_roots::RootEntry;
use heapglass::analysis::histogram::{HistogramQuery, HistogramWindow, Sort};
use heapglass::analysis::icicle::IcicleCell;
use heapglass::analysis::instances::ObjectKey;
use heapglass::analysis::loaders::{DuplicateKey, DuplicateWindow, LoaderEntry};
use heapglass::analysis::object_details::{ElementsWindow, ObjectDetails};
use heapglass::analysis::outside::OutsideReport;
use heapglass::analysis::outside::compare::SideAnswer;
use heapglass::analysis::paths::Path;
use heapglass::analysis::properties::Setting;
use heapglass::analysis::query::{QueryStep, QueryWindow, QueryWindowRequest, QuestionFacts};
use heapglass::analysis::references::ReferenceRow;
use heapglass::analysis::search::SearchHit;
use heapglass::analysis::suspects::SuspectReport;
use heapglass::analysis::table::RowsStep;
use heapglass::analysis::text::{BytesPiece, TextPiece, TextPlace};
use heapglass::analysis::threads::{
    StackEntry, StackKey, StackWindow, ThreadDetails, ThreadKey, ThreadWindow,
};
use heapglass::analysis::unreachable::ForestTop;
use heapglass::analysis::verdict::Verdict;
use heapglass::protocol::{ErrorData, ForestStep, SessionFacts, StepAnswer, SurveyStep};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs};
use ts_rs::{Config, TS, TypeVisitor};

/// Collects the declarations of types and of all that these are made of, by name.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // First, because one generic type comes with several arguments.
        T::visit_generics(self);
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}\n", T::decl(&self.config));
            if let Some(known) = self.by_name.insert(name.clone(), declaration.clone()) {
                assert_eq!(known, declaration, "two types would be called {name}");
                return;
            }
        }
        T::visit_dependencies(self);
    }
}

/// Types that cross the boundary, in either direction; all that they are made of follows.
fn declarations() -> BTreeMap<String, String> {
    let mut all = Declarations {
        // serde-wasm-bindgen hands every integer over as a number; sizes are below 2^53.
        config: Config::new().with_large_int("number"),
        by_name: BTreeMap::new(),
    };
    all.visit::<StepAnswer>();
    all.visit::<ErrorData>();
    all.visit::<SessionFacts>();
    all.visit::<SuspectReport>();
    all.visit::<Verdict>();
    all.visit::<OutsideReport>();
    all.visit::<Vec<SideAnswer>>();
    all.visit::<IcicleCell>();
    all.visit::<HistogramQuery>();
    all.visit::<HistogramWindow>();
    all.visit::<ClassDetails>();
    all.visit::<Sort<ObjectKey>>();
    all.visit::<ObjectDetails>();
    all.visit::<ElementsWindow>();
    all.visit::<Path>();
    all.visit::<Window<ReferenceRow>>();
    all.visit::<SearchHit>();
    all.visit::<ForestStep>();
    all.visit::<Window<ForestTop>>();
    all.visit::<QuestionFacts>();
    all.visit::<QueryStep>();
    all.visit::<QueryWindowRequest>();
    all.visit::<RowsStep<QueryWindow>>();
    all.visit::<DominatedKey>();
    all.visit::<RowsStep<DominatedWindow>>();
    all.visit::<TextPlace>();
    all.visit::<TextPiece>();
    all.visit::<SurveyStep>();
    all.visit::<ThreadKey>();
    all.visit::<ThreadWindow>();
    all.visit::<StackKey>();
    all.visit::<StackWindow>();
    all.visit::<ThreadDetails>();
    all.visit::<StackEntry>();
    all.visit::<LoaderEntry>();
    all.visit::<DuplicateKey>();
    all.visit::<DuplicateWindow>();
    all.visit::<RootEntry>();
    all.visit::<Setting>();
    all.visit::<BytesPiece>();
    all.visit::<ContentsQuery>();
    all.visit::<ContentsStep>();
    all.by_name
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/src/engine/answers.ts");

const HEADER: &str = "\
/**
 * Generated from the engine's Rust types; do not edit. To rewrite it:
 * UPDATE_BINDINGS=1 cargo test --features bindings --test bindings
 */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
";

/// A declaration as people read it: members indented, one-line comments on one line, and Rust's
/// words for nothing and for links in TypeScript's.
fn layout(declaration: &str) -> String {
    let mut text = String::new();
    let mut indent = "";
    let mut comment: Option<Vec<&str>> = None;
    for line in declaration.lines().map(str::trim) {
        if line == "/**" {
            comment = Some(Vec::new());
        } else if line == "*/" {
            write_comment(&mut text, indent, &comment.take().unwrap_or_default());
        } else if let Some(lines) = &mut comment {
            lines.push(line.trim_start_matches('*').trim());
        } else if let Some(member) = line.strip_suffix(", };") {
            let _ = writeln!(text, "{indent}{member};\n}};");
        } else if let Some(member) = line.strip_suffix(',') {
            let _ = writeln!(text, "{indent}{member};");
        } else {
            let _ = writeln!(text, "{indent}{line}");
            indent = "  ";
        }
    }
    text
}

fn write_comment(text: &mut String, indent: &str, lines: &[&str]) {
    let comment = match lines {
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: Vec<String> = lines.iter().map(|l| format!("{indent} * {l}\n")).collect();
            format!("{indent}/**\n{}{indent} */\n", lines.concat())
        }
    };
    text.push_str(&comment.replace("`None`", "`null`").replace("[`", "`").replace("`]", "`"));
}

#[test]
fn the_page_has_the_types_of_the_engine() {
    let mut expected = HEADER.to_owned();
    for declaration in declarations().values() {
        expected.push('\n');
        expected.push_str(&layout(declaration));
    }
    if env::var_os("UPDATE_BINDINGS").is_some() {
        fs::write(FILE, &expected).expect("cannot write the page's types");
    }
    let committed = fs::read_to_string(FILE).unwrap_or_default();
    let differs = committed.lines().zip(expected.lines()).position(|(old, new)| old != new);
    assert!(
        committed == expected,
        "{FILE} is stale, first in line {}: run UPDATE_BINDINGS=1 cargo test --features bindings \
         --test bindings",
        differs.unwrap_or_else(|| committed.lines().count().min(expected.lines().count())) + 1
    );
}

#[test]
fn a_declaration_is_laid_out_for_readers() {
    let rust = "/**\n * A step; see [`Path`].\n */\nexport type Step = { \n/**\n * `None` on the\n * \
                first.\n */\nvia: string | null, \nrow: Row, };\n";
    let readable = "/** A step; see `Path`. */\nexport type Step = {\n  /**\n   * `null` on the\n   \
                    * first.\n   */\n  via: string | null;\n  row: Row;\n};\n";
    assert_eq!(layout(rust), readable);
    assert_eq!(layout("export type Index = number;\n"), "export type Index = number;\n");
}
