//! Questions with arguments: worked out in steps, read in windows.

use super::convert::{error, from_js};
use super::session::{Answer, Ready, STEP_MS, Session, answer};
use crate::analysis::Inquiry;
use crate::analysis::queries;
use crate::analysis::query::{QueryStep, Workbench};
use crate::error::Result;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Units of work between two looks at the clock; a unit may read the file.
const BUDGET: u64 = 2_000;

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

    /// A window of the rows of an answer.
    ///
    /// # Errors
    /// An error object; of kind `notComputed` when the question must be worked out (again) first.
    #[wasm_bindgen(js_name = queryWindow)]
    pub fn query_window(&mut self, window: JsValue) -> Answer {
        let window = from_js(window)?;
        let ready = self.ready_mut().map_err(|e| error(&e))?;
        answer(with_bench(ready, |inquiry, bench| bench.window(inquiry, &window)))
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
