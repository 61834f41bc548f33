//! Checks that the files taken from npm are there. It fetches nothing: building works without a network.

use std::path::Path;

fn main() {
    let htmx = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/dist/htmx.min.js");
    println!("cargo::rerun-if-changed={}", htmx.display());
    if !htmx.is_file() {
        println!("cargo::error=assets/dist/htmx.min.js is missing; run: cargo xtask assets");
    }
}
