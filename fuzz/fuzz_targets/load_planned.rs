//! Dumps of any graph, mostly valid in form, then damaged, load and answer what the page asks.
#![no_main]

use heapglass_fuzz::memory;
use heapglass_fuzz::plan::Plan;
use heapglass_fuzz::questions::{CONSTANT, FACTOR, look_around, opened, with_contents};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Plan, u8)| {
    let (plan, options) = input;
    let dump = plan.write();
    let number = if options % 8 == 7 { 2 } else { 1 };
    memory::bounded(dump.len(), CONSTANT, FACTOR, || {
        if let Some(loaded) = opened(&dump, number, options & 0x10 != 0, 4096) {
            with_contents(&dump, loaded, look_around);
        }
    });
});
