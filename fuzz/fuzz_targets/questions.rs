//! Any question about any object of a planned dump, at any window, has an answer or an error, and
//! what is read for it is bounded by the file.
#![no_main]

use heapglass_fuzz::memory;
use heapglass_fuzz::plan::Plan;
use heapglass_fuzz::questions::{CONSTANT, FACTOR, Question, opened, with_contents};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<Question>, Plan)| {
    let (questions, plan) = input;
    let dump = plan.write();
    memory::bounded(dump.len(), CONSTANT, FACTOR, || {
        if let Some(loaded) = opened(&dump, 1, false, 1 << 16) {
            with_contents(&dump, loaded, |subject| {
                questions.iter().take(24).for_each(|question| question.ask(subject));
            });
        }
    });
});
