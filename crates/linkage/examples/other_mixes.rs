//! How the engine does on lists it was not made for: `cargo run --release -p linkage --example
//! other_mixes -- [NAME|all] [TIMES] [SEED] [FOLDER]`. TIMES makes the lists so many times as long; with
//! a folder the lists are written there as well, so that another engine can be run on the same files.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example that measures, shows and stops"
)]

use linkage::{Effort, Link, Linker, Register, Table, train};
use people::Someone;
use people::mixes::{Mix, lists, mixes};
use std::collections::HashSet;

#[path = "../tests/people/mod.rs"]
mod people;

fn main() {
    let mut args = std::env::args().skip(1);
    let wanted = args.next().unwrap_or_else(|| "all".to_owned());
    let times: usize = args.next().map_or(1, |text| text.parse().unwrap());
    let seed: u64 = args.next().map_or(1, |text| text.parse().unwrap());
    let folder = args.next();
    println!(
        "{:<18} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6} {:>6}",
        "mix", "pairs", "P", "R", "F1", "R@.99", "R@.999", "false", "missed", "twins"
    );
    for mix in mixes() {
        if wanted != "all" && !wanted.split(',').any(|one| one == mix.name) {
            continue;
        }
        let mix = Mix { register: mix.register * times, list: mix.list * times, ..mix };
        let made = lists(&mix, seed);
        if let Some(folder) = folder.as_ref().filter(|f| *f != "-") {
            write(&format!("{folder}/{}", mix.name), &made);
        }
        measure(&mix, &made);
    }
}

/// How many false links are shown: the fifth argument.
fn show() -> usize {
    std::env::args().nth(5).and_then(|n| n.parse().ok()).unwrap_or(0)
}

type Made = (Vec<Someone>, Vec<Someone>, Vec<(usize, usize)>);

fn measure(mix: &Mix, (a, b, truth): &Made) {
    let table = |list: &[Someone]| Table::of(list.iter().map(Someone::person));
    let (register, list) = (Register::new(table(a)), table(b));
    let (model, learned) = train(&register, &list, Effort::default());
    let truth: HashSet<(usize, usize)> = truth.iter().copied().collect();
    let mut links = Linker::new(&register, &model).link(&list).links;
    links.sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.b, x.a).cmp(&(y.b, y.a))));
    let good = |l: &Link| truth.contains(&(l.a, l.b));
    let kept: Vec<&Link> = links.iter().filter(|l| l.probability >= 0.95).collect();
    let hits = kept.iter().filter(|l| good(l)).count();
    let twins = kept.iter().filter(|l| {
        let (x, y) = (&a[l.a], &b[l.b]);
        !good(l) && x.surname == y.surname && x.dob == y.dob && x.postcode == y.postcode
    });
    let (mut right, mut at_99, mut at_999) = (0_usize, 0.0, 0.0);
    for (n, link) in links.iter().enumerate() {
        right += usize::from(good(link));
        let (precision, recall) =
            (right as f64 / (n + 1) as f64, right as f64 / truth.len().max(1) as f64);
        if precision >= 0.99 {
            at_99 = recall;
        }
        if precision >= 0.999 {
            at_999 = recall;
        }
    }
    let of = |n: usize| hits as f64 / n.max(1) as f64;
    println!(
        "{:<18} {:>7} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>6} {:>6} {:>6}",
        mix.name,
        truth.len(),
        of(kept.len()),
        of(truth.len()),
        2.0 * hits as f64 / (kept.len() + truth.len()).max(1) as f64,
        at_99,
        at_999,
        kept.len() - hits,
        truth.len() - hits,
        twins.count()
    );
    for link in kept.iter().filter(|l| !good(l)).take(show()) {
        println!(
            "    {:.3}\n      {:?}\n      {:?}",
            link.probability,
            a[link.a].fields(),
            b[link.b].fields()
        );
    }
    for warning in learned.warnings.iter().take(2) {
        println!("    {warning}");
    }
}

fn write(folder: &str, (a, b, truth): &Made) {
    std::fs::create_dir_all(folder).unwrap();
    let heads = ["id", "source", "forename", "surname", "dob", "sex", "postcode", "upn", "school"];
    for (name, list) in [("a.csv", a), ("b.csv", b)] {
        let mut out = csv::Writer::from_path(format!("{folder}/{name}")).unwrap();
        out.write_record(heads).unwrap();
        list.iter().for_each(|one| out.write_record(one.fields()).unwrap());
    }
    let mut out = csv::Writer::from_path(format!("{folder}/truth.csv")).unwrap();
    out.write_record(["id_a", "id_b"]).unwrap();
    for (a, b) in truth {
        out.write_record([format!("A{a}"), format!("B{b}")]).unwrap();
    }
}
