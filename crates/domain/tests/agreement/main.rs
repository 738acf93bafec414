//! What agreements let through against a second decider, written apart as lists gone through one by one and
//! sharing no code with the first; and every rule of it forgotten in turn.

mod cases;
mod naive;

use std::collections::BTreeMap;

use cases::{Numbers, case, first};
use naive::{MISSES, Naive, ORDER, RULES};

/// Questions asked before a rule that was forgotten counts as unnoticed.
const TRIES: usize = 60_000;

#[test]
fn three_hundred_thousand_cases_are_decided_alike_by_both() {
    const CASES: u32 = 300_000;
    let threads = std::thread::available_parallelism().map_or(2, usize::from) as u32;
    let share = CASES.div_ceil(threads);
    let run = |seed: u32| {
        let mut n = Numbers(0xa9ee_d0c5 + u64::from(seed) * 0x9e37_79b9);
        let second = Naive { forgotten: None };
        let mut said: BTreeMap<&'static str, u32> = BTreeMap::new();
        for at in 0..share {
            let case = case(&mut n);
            let answer = first(&case);
            assert_eq!(answer, second.answer(&case), "{at} of {seed}: {case:?}");
            *said.entry(answer.0).or_default() += 1;
        }
        said
    };
    let said: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|seed| scope.spawn(move || run(seed))).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // Each answer, and each reason for a no, was met often enough to have been compared.
    for word in ORDER.iter().chain(MISSES).chain(&["forbidden", "benefits-onward"]) {
        let times: u32 = said.iter().filter_map(|one| one.get(word)).sum();
        println!("{word}: {times}");
        assert!(times > 500, "{word}: {times}");
    }
}

#[test]
fn every_rule_of_agreements_forgotten_is_noticed() {
    for rule in RULES {
        let second = Naive { forgotten: Some(*rule) };
        let mut n = Numbers(0x0dd_ba11);
        let noticed = (0..TRIES).any(|_| {
            let case = case(&mut n);
            first(&case) != second.answer(&case)
        });
        assert!(noticed, "{rule:?}");
    }
}
