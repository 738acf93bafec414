//! A million questions answered by both.

use crate::cases::{Names, Numbers, case, first};
use crate::naive::{ACTS, Change, Naive, PARTS, PURPOSES};

#[test]
fn a_million_cases_are_decided_alike_by_both() {
    const CASES: u32 = 1_000_000;
    let names = Names::new();
    let second = Naive { change: Change::default() };
    let threads = std::thread::available_parallelism().map_or(2, usize::from) as u32;
    let share = CASES.div_ceil(threads);
    let said: Vec<[u32; 2]> = std::thread::scope(|scope| {
        let run = |seed: u32| {
            let (names, second) = (&names, &second);
            scope.spawn(move || {
                let mut n = Numbers(0x5eed_1e55 + u64::from(seed) * 0x9e37_79b9);
                let mut said = [0_u32; 2];
                for at in 0..share {
                    let case = case(&mut n, names);
                    let answer = first(&case, names);
                    assert_eq!(answer, second.allows(&case), "{at} of {seed}: {case:?}");
                    said[usize::from(answer)] += 1;
                }
                said
            })
        };
        let all: Vec<_> = (0..threads).map(run).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let total = said.iter().fold([0, 0], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
    assert!(total[0] + total[1] >= CASES);
    assert!(total.iter().all(|count| *count > 50_000), "both answers occur: {total:?}");
}

/// The page that people sign says what the second decider was written from.
#[test]
fn the_printed_marks_are_those_of_the_second_decider() {
    let page = domain::access::table();
    let labels: Vec<&str> = crate::cases::LETTERS.iter().map(|(_, label)| *label).collect();
    for (list, head) in [(ACTS, "Act"), (PARTS, "Part"), (PURPOSES, "Purpose")] {
        let heading = format!("| {head} | {} |", labels.join(" | "));
        let rows = page.lines().skip_while(|line| **line != heading).skip(2);
        let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), list.len(), "{head}");
        for ((name, letters), row) in list.iter().zip(rows) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells[0], *name);
            for ((letter, label), cell) in crate::cases::LETTERS.iter().zip(&cells[1..]) {
                let marked = *cell == "yes";
                assert_eq!(marked, letters.contains(*letter), "{name}, {label}");
            }
        }
    }
}
