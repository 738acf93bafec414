//! Repository chores. `cargo run -p xtask -- tidy` holds the house rules that a compiler does not:
//! who may import whom, how long a file may be, where a rule must name its source.

mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy::run(),
        _ => {
            tidy::say("usage: cargo run -p xtask -- tidy");
            ExitCode::from(2)
        }
    }
}
