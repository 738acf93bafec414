//! Where the time goes and what is missed, on a folder of a.csv, b.csv and truth.csv:
//! `cargo run --release -p linkage --example labelled -- FOLDER [MISSED]`
//! MISSED shows so many of the true pairs that were not linked, and why.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "an example that measures, shows and stops"
)]

use linkage::{Effort, Linker, Person, Register, Table, train};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Instant;

struct Laps(Instant, f64);

impl Laps {
    fn lap(&mut self, name: &str) {
        let now = cpu();
        println!(
            "  {name:<6} {:>8.2} s CPU {:>8.2} s wall",
            now - self.1,
            self.0.elapsed().as_secs_f64()
        );
        *self = Self(Instant::now(), now);
    }
}

/// Seconds of all threads, as the system counts them; 0 where it does not tell.
fn cpu() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return 0.0 };
    let spent = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e9
}

fn table(path: &Path) -> Table {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let place = |name: &str| heads.iter().position(|head| head == name);
    let places =
        ["id", "source", "forename", "surname", "dob", "sex", "postcode", "upn", "uln", "school"]
            .map(place);
    let (mut table, mut record) = (Table::default(), csv::StringRecord::new());
    while reader.read_record(&mut record).unwrap() {
        let get = |at: usize| places[at].and_then(|at| record.get(at)).unwrap_or("");
        table.push(&Person {
            id: get(0),
            source: get(1),
            forename: get(2),
            surname: get(3),
            dob: get(4),
            sex: get(5),
            postcode: get(6),
            upn: get(7),
            uln: get(8),
            school: get(9),
        });
    }
    table
}

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let show = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(0);
    let folder = Path::new(&folder);
    let mut laps = Laps(Instant::now(), 0.0);
    let (a, b) = rayon::join(|| table(&folder.join("a.csv")), || table(&folder.join("b.csv")));
    laps.lap("read");
    let register = Register::new(a);
    laps.lap("index");
    let (model, learned) = train(&register, &b, Effort::default());
    laps.lap("learn");
    let linker = Linker::new(&register, &model);
    let found = linker.link(&b);
    laps.lap("link");
    println!(
        "  {:<6} {:>8.2} s CPU; {} rounds, settled {}",
        "total",
        cpu(),
        learned.iterations,
        learned.converged
    );
    let places = |table: &Table| {
        (0..table.len()).map(|at| (table.id(at).to_owned(), at)).collect::<HashMap<_, _>>()
    };
    let (of_a, of_b) = (places(register.table()), places(&b));
    let mut truth = csv::Reader::from_path(folder.join("truth.csv")).unwrap();
    let pairs: Vec<(usize, usize)> =
        truth.records().map(Result::unwrap).map(|row| (of_a[&row[0]], of_b[&row[1]])).collect();
    let truth: HashSet<(usize, usize)> = pairs.iter().copied().collect();
    let kept: HashSet<(usize, usize)> = found
        .links
        .iter()
        .filter(|link| link.probability >= 0.95)
        .map(|link| (link.a, link.b))
        .collect();
    let good = kept.intersection(&truth).count();
    println!(
        "{} candidates; {} of {} true pairs looked at; false {}, missed {}, F1 {:.4}",
        found.candidates,
        linker.considered(&b, &pairs),
        pairs.len(),
        kept.len() - good,
        pairs.len() - good,
        2.0 * good as f64 / (kept.len() + pairs.len()).max(1) as f64
    );
    for (x, y) in pairs.iter().filter(|pair| !kept.contains(pair)).take(show) {
        let looked_at = linker.considered(&b, &[(*x, *y)]) == 1;
        println!(
            "\n{} {}{}",
            register.table().id(*x),
            b.id(*y),
            if looked_at { "" } else { ": never looked at" }
        );
        linker.explain(*x, &b, *y).iter().for_each(|why| println!("{why}"));
    }
}
