//! How long one question takes against a large register:
//! `cargo run --release -p linkage --example ask_latency -- PEOPLE`
//! Goal: half the questions within a millisecond; the exit status is 1 where they are not.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example that measures and shows"
)]

use linkage::{Effort, Linker, Register, Table, train};
use std::process::ExitCode;
use std::time::Instant;

#[path = "../tests/people/mod.rs"]
mod people;

/// Units: microseconds.
const GOAL: f64 = 1_000.0;

fn main() -> ExitCode {
    let size = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(100_000);
    let (register, list, _) = people::two_lists(1, size, 1.0);
    let table = |list: &[people::Someone]| Table::of(list.iter().map(people::Someone::person));
    let (register, asking) = (Register::new(table(&register)), table(&list));
    let (model, _) = train(&register, &asking, Effort::default());
    let linker = Linker::new(&register, &model);
    let mut times: Vec<f64> = list
        .iter()
        .step_by((list.len() / 1_000).max(1))
        .map(|one| {
            let clock = Instant::now();
            std::hint::black_box(linker.ask(one.person()));
            clock.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!(
        "{} questions: median {:.0} us, 99 of 100 within {:.0} us.",
        times.len(),
        at(50),
        at(99)
    );
    if at(50) <= GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
