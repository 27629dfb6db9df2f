//! Writes the dump that an input of `load_planned` or `questions` plans, and says what loading it
//! and each question about it allocates.
//!
//! `cargo run --example explain -- TARGET INPUT OUTPUT.hprof`

use arbitrary::{Arbitrary, Unstructured};
use heapglass_fuzz::memory::peak_of;
use heapglass_fuzz::plan::Plan;
use heapglass_fuzz::questions::{Question, Subject, look_around, opened};
use std::io::{Error, Result};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, input, output] = arguments.as_slice() else {
        return Err(Error::other("usage: explain TARGET INPUT OUTPUT"));
    };
    let bytes = std::fs::read(input)?;
    let unstructured = Unstructured::new(&bytes);
    let (questions, dump, options) = if target == "questions" {
        let (questions, plan) =
            <(Vec<Question>, Plan)>::arbitrary_take_rest(unstructured).map_err(Error::other)?;
        (questions, plan.write(), 0)
    } else {
        let (plan, options) =
            <(Plan, u8)>::arbitrary_take_rest(unstructured).map_err(Error::other)?;
        (Vec::new(), plan.write(), options)
    };
    std::fs::write(output, &dump)?;
    println!("{} bytes of dump", dump.len());
    let number = if options % 8 == 7 { 2 } else { 1 };
    let (loaded, peak) = peak_of(|| opened(&dump, number, options & 0x10 != 0, 4096));
    println!("{peak:>12} bytes at worst to load dump {number}");
    let Some(loaded) = loaded else { return Ok(()) };
    let heap = loaded.heap();
    println!("{} objects, {} classes", heap.objects.len(), heap.classes.len());
    let Some(subject) = Subject::new(&loaded, &dump) else { return Ok(()) };
    for question in questions.iter().take(24) {
        let ((), peak) = peak_of(|| question.ask(&subject));
        println!("{peak:>12} bytes for {question:?}");
    }
    let ((), peak) = peak_of(|| look_around(&subject));
    println!("{peak:>12} bytes to look around");
    Ok(())
}
