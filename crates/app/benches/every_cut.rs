//! Every measure by every single cut for 36 months from a cohort in memory: a council of 150,000, growth
//! from ten thousand to a million, and two million made people for England with its 33,755 neighbourhoods.
//! Prints a table beside what is promised, then ends with 1 where that is missed. Accuracy is told of nobody here,
//! since it asks what a register believed; the bench `measures` has it. Run by `script/bench-measures`.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark tells the time")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop where it stands"
)]

mod common;

use common::values;
use domain::cohort::{Allocation, Builder, Cohort, Home, Particular, Stay, Trait};
use domain::measure::{Asked, Cut, DEFINITIONS, Span, tally_all};
use formats::reference::editions;
use jiff::{ToSpan, civil::date};
use std::time::Instant;

/// A plain sequence of numbers, so that every run has the same people.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit).unwrap()
    }
}

const CODES: [(&str, u64); 12] = [
    ("210", 36),
    ("230", 22),
    ("310", 7),
    ("320", 2),
    ("330", 8),
    ("530", 3),
    ("619", 6),
    ("640", 2),
    ("620", 1),
    ("810", 5),
    ("820", 2),
    ("710", 1),
];

fn code(numbers: &mut Numbers) -> &'static str {
    let mut left = numbers.below(CODES.iter().map(|code| code.1).sum()) as u64;
    for (code, share) in CODES {
        if left < share {
            return code;
        }
        left -= share;
    }
    "210"
}

/// People born so that most are of the ages counted in some of the months, with ten spells each.
fn made(people: i64, (wards, areas, schools): (u64, u64, u64)) -> Cohort {
    let mut numbers = Numbers(7);
    let mut builder = Builder::default();
    let words =
        |letter: &str, many: u64| (0..many).map(|n| format!("{letter}{n:08}")).collect::<Vec<_>>();
    let (ward, area, school) = (words("E05", wards), words("E01", areas), words("S", schools));
    let traits = ["110", "120", "130", "140", "150", "170", "210"];
    let ethnicities = ["WBRI", "WOTH", "AIND", "APKN", "BCRB", "BAFR", "MWBC", "NOBT"];
    for id in 1..=people {
        let near = numbers.below(areas);
        let pick = |n: usize, of: &'static [&'static str]| Some(of[n % of.len()]);
        builder.person(Particular {
            id,
            born: Some(date(2005, 9, 1).saturating_add((numbers.below(1_826) as i64).days())),
            status: Some("P"),
            sex: pick(numbers.below(2), &["F", "M"]),
            ethnicity: Some(ethnicities[numbers.below(8)]),
            education_level: pick(numbers.below(4), &["entry", "1", "2", "3"]),
            level_of_need: pick(numbers.below(3), &["1", "2", "3"]),
            send: pick(numbers.below(20), &["N", "N", "N", "N", "N", "N", "N", "N", "N", "Y"]),
            sen_support: pick(numbers.below(8), &["N", "N", "N", "N", "N", "N", "N", "Y"]),
            school: Some(&school[numbers.below(schools)]),
            consortium: pick(numbers.below(6), &["a", "b", "c", "d", "e", "f"]),
            guarantee_11: pick(numbers.below(4), &["110", "150", "159", "110"]),
            guarantee_12: pick(numbers.below(4), &["110", "114", "159", "110"]),
            ..Particular::default()
        });
        builder.home(
            id,
            Home {
                ward: Some(&ward[near * ward.len() / area.len()]),
                ward_2003: Some(&ward[near * ward.len() / area.len()]),
                lsoa: Some(&area[near]),
                decile: pick(near, &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
                locality: pick(near, &["north", "south", "east", "west"]),
                ..Home::default()
            },
        );
        for code in traits.iter().filter(|_| numbers.below(40) == 0) {
            builder.has_trait(id, Trait { code, ..Trait::default() });
        }
        if numbers.below(10) == 0 {
            let adviser = ["11", "12", "13", "14", "15", "16", "17"][numbers.below(7)];
            builder.adviser(id, Allocation { adviser, ..Allocation::default() });
            builder
                .contact(id, date(2024, 1, 1).saturating_add((numbers.below(700) as i64).days()));
        }
        let mut start = date(2022, 9, 1);
        for n in 0..10 {
            let next = start.saturating_add((60 + numbers.below(120) as i64).days());
            builder.spell(
                id,
                Stay {
                    code: code(&mut numbers),
                    provider: Some(&school[numbers.below(schools)]),
                    start,
                    end: (n < 9).then(|| next.yesterday().unwrap()),
                    base: Some(start.saturating_add((numbers.below(60) as i64).days())),
                    review: Some(next),
                    ..Stay::default()
                },
            );
            start = next;
        }
    }
    builder.finish()
}

/// The most memory this process ever had. Units: MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// How long it took, with every value. Units: seconds.
fn count(what: &str, cohort: &Cohort) -> f64 {
    let edition = editions().named("2020-21").unwrap();
    let lead = DEFINITIONS.iter().map(|d| d.lookback(edition)).max().unwrap();
    let last: domain::calendar::Month = "2026-01".parse().unwrap();
    let months = i32::try_from(lead).unwrap() + 35;
    let span = Span::new(last.plus(-months), last);
    let asked = Asked {
        cohort,
        edition,
        basis: edition.measure.basis,
        authority: None,
        span,
        within: None,
        believed: None,
    };
    let cuts: Vec<&[Cut]> = Cut::ALL.chunks(1).collect();
    let (mut counting, mut all) = (f64::MAX, f64::MAX);
    let (mut cells, mut told, mut sum) = (0, 0, 0);
    for _ in 0..3 {
        let began = Instant::now();
        let tables = tally_all(asked, &cuts, lead);
        counting = counting.min(began.elapsed().as_secs_f64());
        told = values(&tables, edition);
        all = all.min(began.elapsed().as_secs_f64());
        cells = tables.iter().map(|t| t.keys.len()).sum();
        let counts = tables[0].keys.iter().enumerate().map(|(cell, _)| tables[0].counts(cell, 35));
        sum = counts.map(|counts| counts.cohort()).sum();
    }
    let (people, spells) = (cohort.len(), cohort.spells.start.len());
    println!(
        "{what:<10} {people:>9} people {spells:>10} spells, {} measures x {} cuts, {cells:>7} cells x 36 months: counted in {counting:>6.3} s, with {told} values {all:>6.3} s ({:>4.0} ns a spell), cohort {sum}, peak {} MiB",
        DEFINITIONS.len(),
        cuts.len(),
        all * 1e9 / spells as f64,
        peak()
    );
    all
}

fn main() {
    let most = std::env::args().find_map(|text| text.parse::<i64>().ok()).unwrap_or(i64::MAX);
    let council = (24, 170, 40);
    let mut promises = Vec::new();
    for people in [10_000, 100_000, 150_000, 1_000_000] {
        if people > most {
            continue;
        }
        let what = if people == 150_000 { "a council" } else { "growth" };
        let took = count(what, &made(people, council));
        if people == 150_000 {
            let said = format!("a council from the loaded cohort: {took:.3} s of 0.3 s");
            promises.push((said, took <= 0.3));
        }
    }
    if most >= 2_000_000 {
        let took = count("England", &made(2_000_000, (7_000, 33_755, 5_000)));
        let peak = peak();
        let said = format!("England: {took:.2} s of 5 s, {peak} MiB of 3,072");
        promises.push((said, took <= 5.0 && peak <= 3_072));
    }
    for (said, kept) in &promises {
        println!("promised, and {}: {said}", if *kept { "kept" } else { "MISSED" });
    }
    if promises.iter().any(|(_, kept)| !kept) {
        std::process::exit(1);
    }
}
