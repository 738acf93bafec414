//! Lists the engine was not made for: it finds most people in each, makes next to no wrong link in any,
//! and says so where a pair of lists teaches nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test may stop it as its own lines may"
)]

mod people;

use linkage::{Diagnostics, Effort, Linker, Register, Table, train};
use people::Someone;
use people::mixes::{Mix, lists, mixes};
use std::collections::HashSet;

struct Came {
    precision: f64,
    recall: f64,
    wrong: usize,
    learned: Diagnostics,
}

fn came(name: &str, seed: u64, part: usize) -> Came {
    let mix = mixes().into_iter().find(|mix| mix.name == name).unwrap();
    let mix = Mix { register: mix.register / part, list: mix.list / part, ..mix };
    let (a, b, truth) = lists(&mix, seed);
    let table = |list: &[Someone]| Table::of(list.iter().map(Someone::person));
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, learned) = train(&register, &list, Effort::default());
    let truth: HashSet<(usize, usize)> = truth.into_iter().collect();
    let links = Linker::new(&register, &model).link(&list).links;
    let kept: Vec<_> = links.iter().filter(|link| link.probability >= 0.95).collect();
    let good = kept.iter().filter(|link| truth.contains(&(link.a, link.b))).count();
    let share = |of: usize| good as f64 / of.max(1) as f64;
    let (precision, recall) = (share(kept.len()), share(truth.len()));
    println!("{name}: precision {precision:.4}, recall {recall:.4}");
    Came { precision, recall, wrong: kept.len() - good, learned }
}

#[test]
fn finds_people_whatever_a_list_does_to_them() {
    for (name, precision, recall) in [
        ("usual", 0.995, 0.97),
        ("clean", 0.997, 0.99),
        ("very-rough", 0.985, 0.89),
        ("spelling", 0.99, 0.95),
        ("dates-off", 0.985, 0.94),
        ("turned-source", 0.99, 0.95),
        ("new-year-source", 0.99, 0.94),
        ("day-first", 0.995, 0.97),
        ("names-dates-only", 0.985, 0.92),
        ("much-twice", 0.99, 0.95),
        ("moving", 0.99, 0.965),
    ] {
        let came = came(name, 3, 2);
        assert!(came.learned.sound, "{name}: {:?}", came.learned.warnings);
        assert!(
            came.precision >= precision && came.recall >= recall,
            "{name}: precision {:.4}, recall {:.4}",
            came.precision,
            came.recall
        );
    }
}

#[test]
fn two_lists_that_share_nobody_give_no_links_and_say_that_nothing_was_learned() {
    for (name, seeds) in [("no-overlap", 1..4), ("fifty-none", 1..3), ("eighty-none", 1..9)] {
        for seed in seeds {
            let came = came(name, seed, 1);
            assert!(came.wrong <= 1, "{name}, seed {seed}: {} wrong links", came.wrong);
            assert!(!came.learned.sound, "{name}, seed {seed}");
            let said = came.learned.warnings.first().unwrap();
            assert!(said.contains("is not used"), "{said}");
        }
    }
}

#[test]
fn hardly_any_overlap_and_hardly_any_people_make_no_wrong_links() {
    for (name, recall) in [("one-in-a-hundred", 0.8), ("fifty", 0.85), ("small-register", 0.9)] {
        let came = came(name, 2, 1);
        assert!(came.wrong <= 3, "{name}: {} wrong links", came.wrong);
        assert!(came.recall >= recall, "{name}: recall {:.4}", came.recall);
    }
}
