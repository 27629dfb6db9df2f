//! Writes the JavaScript and TypeScript side of a compiled wasm module.
//!
//! ```text
//! wasm-bindgen-helper <module.wasm> <output folder>
//! ```
//!
//! The same as `wasm-bindgen --target web --omit-default-module-path <module.wasm> --out-dir
//! <output folder>`. The command itself is not used because a contributor would have to install
//! it, in exactly this version.

use std::path::PathBuf;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, output] = arguments.as_slice() else {
        eprintln!("usage: wasm-bindgen-helper <module.wasm> <output folder>");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    // The worker hands the module over. The default would name it by a URL, which the bundler
    // would take as a second copy to put into the page.
    bindgen.input_path(module).typescript(true).omit_default_module_path(true);
    match bindgen.web(true).and_then(|bindgen| bindgen.generate(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen-helper: {}: {error:#}", module.display());
            ExitCode::FAILURE
        }
    }
}
