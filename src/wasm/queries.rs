//! Questions with arguments: worked out in steps, read in windows.

use super::convert::{error, from_js};
use super::session::{Answer, Ready, STEP_MS, Session, answer};
use crate::analysis::dominated::DominatedKey;
use crate::analysis::queries;
use crate::analysis::query::{QueryStep, Workbench};
use crate::analysis::table::{RowsStep, TableQuery};
use crate::analysis::{Inquiry, TreeInquiry};
use crate::error::Result;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Units of work between two looks at the clock; a unit may read the file.
const BUDGET: u64 = 2_000;
/// Rows looked at between two looks at the clock.
const ROWS: u64 = 10_000;

#[wasm_bindgen]
impl Session {
    /// The catalogue of questions.
    ///
    /// # Errors
    /// None that could be told from those of every call.
    #[wasm_bindgen]
    pub fn questions(&self) -> Answer {
        answer(Ok(queries::catalogue()))
    }

    /// One bounded batch of working a question out: `{done, progress, facts}`. Begins it when
    /// nobody asked before.
    ///
    /// # Errors
    /// An error object when nothing is loaded, the question is not understood, or memory runs out;
    /// what was begun is dropped then.
    #[wasm_bindgen(js_name = runQuery)]
    pub fn run_query(&mut self, request: &str) -> Answer {
        answer(self.ready_mut().and_then(|ready| step(ready, request)))
    }

    /// Stops working a question out.
    #[wasm_bindgen(js_name = stopQuery)]
    pub fn stop_query(&mut self, request: &str) {
        if let Ok(ready) = self.ready_mut() {
            ready.bench.stop(request);
        }
    }

    /// One bounded batch of work towards a window of the rows of an answer:
    /// `{done, progress, window}`.
    ///
    /// # Errors
    /// An error object; of kind `notComputed` when the question must be worked out (again) first.
    #[wasm_bindgen(js_name = queryWindow)]
    pub fn query_window(&mut self, window: JsValue) -> Answer {
        let window = from_js(window)?;
        let ready = self.ready_mut().map_err(|e| error(&e))?;
        answer(with_bench(ready, |inquiry, bench| {
            in_time(|| bench.window_step(inquiry, &window, ROWS))
        }))
    }

    /// One bounded batch of work towards a window of what an object immediately dominates, or of
    /// the first level of the dominator tree: `{done, progress, window}`.
    ///
    /// # Errors
    /// An error object when nothing is loaded, the object does not exist, or memory runs out.
    #[wasm_bindgen(js_name = dominatedRows)]
    pub fn dominated_rows(&mut self, parent: Option<u32>, query: JsValue) -> Answer {
        let query: TableQuery<DominatedKey> = from_js(query)?;
        let Ready { outcome, source, forest, lists, .. } =
            self.ready_mut().map_err(|e| error(&e))?;
        let inquiry = TreeInquiry::of(outcome, &**source).map_err(|e| error(&e))?;
        let inquiry = inquiry.with_forest(forest.grown());
        answer(
            parent
                .map(|parent| Self::object_of(&inquiry, parent))
                .transpose()
                .and_then(|parent| in_time(|| lists.step(&inquiry, parent, &query, ROWS))),
        )
    }
}

/// Steps until the window is there or time is up.
fn in_time<W>(mut step: impl FnMut() -> Result<RowsStep<W>>) -> Result<RowsStep<W>> {
    let end = js_sys::Date::now() + STEP_MS;
    loop {
        let step = step()?;
        if step.done || js_sys::Date::now() >= end {
            return Ok(step);
        }
    }
}

fn with_bench<T>(
    ready: &mut Ready,
    ask: impl FnOnce(&Inquiry<'_>, &mut Workbench) -> Result<T>,
) -> Result<T> {
    let Ready { outcome, source, forest, bench, .. } = ready;
    let inquiry = Inquiry::of(outcome, &**source)?.with_forest(forest.grown());
    ask(&inquiry, bench)
}

fn step(ready: &mut Ready, request: &str) -> Result<QueryStep> {
    with_bench(ready, |inquiry, bench| {
        let end = js_sys::Date::now() + STEP_MS;
        loop {
            let step = bench.step(inquiry, request, BUDGET)?;
            if step.done || js_sys::Date::now() >= end {
                return Ok(step);
            }
        }
    })
}
