//! Repository chores. `cargo run -p xtask -- tidy` holds the house rules that a compiler does not:
//! who may import whom, how long a file may be, where a rule must name its source. `sbom` lists every package
//! that the program and its pages are built of.

mod sbom;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy::run(),
        Some("sbom") => sbom::run(),
        _ => {
            tidy::say("usage: cargo run -p xtask -- tidy|sbom");
            ExitCode::from(2)
        }
    }
}
