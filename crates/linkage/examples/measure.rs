//! Links two CSV files in the form of the labelled sets and prints how well it went.
//! `cargo run --release --example measure -- A.csv B.csv TRUTH.csv [DUMP.csv]`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "an example for developers"
)]

use linkage::{Effort, Linker, Person, Register, Table, train};
use std::collections::HashSet;
use std::time::Instant;

fn read(path: &str) -> Table {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let at = |name: &str| heads.iter().position(|head| head == name).unwrap_or(usize::MAX);
    let columns =
        ["id", "source", "forename", "surname", "dob", "sex", "postcode", "upn", "uln", "school"]
            .map(at);
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        let get = |column: usize| record.get(columns[column]).unwrap_or("");
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
    let args: Vec<String> = std::env::args().skip(1).collect();
    let clock = Instant::now();
    let (a, b) = (read(&args[0]), read(&args[1]));
    println!("read {:.3}", clock.elapsed().as_secs_f64());
    let register = Register::new(a);
    println!("index {:.3}", clock.elapsed().as_secs_f64());
    let (model, found) = train(&register, &b, Effort::default());
    println!(
        "train {:.3} {} rounds, change {:.5}",
        clock.elapsed().as_secs_f64(),
        found.iterations,
        found.last_change
    );
    let linker = Linker::new(&register, &model);
    let links = linker.link(&b);
    println!("link {:.3} candidates {}", clock.elapsed().as_secs_f64(), links.candidates);
    if std::env::args().any(|arg| arg == "--levels") {
        for level in &found.levels {
            println!(
                "{:9} {:46} matches {:9.1} random {:8.0} m {:.5} u {:.7} bits {:6.2}",
                level.field.title(),
                level.level,
                level.in_matches,
                level.in_random,
                level.same,
                level.chance,
                level.bits
            );
        }
        println!(
            "coverage {:.3} twins {:.4} siblings {:.3}",
            model.coverage, model.twins, model.siblings
        );
        for source in &model.sources {
            println!("{} {:.3}", source.name, source.coverage);
        }
    }
    found.warnings.iter().for_each(|warning| println!("WARNING {warning}"));
    let mut truth = HashSet::new();
    for row in csv::Reader::from_path(&args[2]).unwrap().records() {
        let row = row.unwrap();
        truth.insert((row[0].to_owned(), row[1].to_owned()));
    }
    let mut rows: Vec<(f64, f64, bool)> = links
        .links
        .iter()
        .map(|link| {
            let pair = (register.table().id(link.a).to_owned(), b.id(link.b).to_owned());
            (link.probability, link.weight, truth.contains(&pair))
        })
        .collect();
    let n = truth.len() as f64;
    let prf = |rows: &[&(f64, f64, bool)]| {
        let hit = rows.iter().filter(|row| row.2).count() as f64;
        let (p, r) = (hit / rows.len().max(1) as f64, hit / n);
        format!(
            "P {p:.4} R {r:.4} F1 {:.4} fp {} fn {}",
            2.0 * p * r / (p + r),
            rows.len() as f64 - hit,
            n - hit
        )
    };
    println!("at .95  {}", prf(&rows.iter().filter(|row| row.0 >= 0.95).collect::<Vec<_>>()));
    rows.sort_by(|x, y| y.0.total_cmp(&x.0).then(y.1.total_cmp(&x.1)));
    let (mut hit, mut best, mut at99, mut at999) = (0.0, (0.0, 0.0), 0.0, 0.0);
    for (k, row) in rows.iter().enumerate() {
        hit += f64::from(u8::from(row.2));
        let f = 2.0 * hit / (k as f64 + 1.0 + n);
        if f > best.0 {
            best = (f, row.0);
        }
        if hit / (k as f64 + 1.0) >= 0.99 {
            at99 = hit / n;
        }
        if hit / (k as f64 + 1.0) >= 0.999 {
            at999 = hit / n;
        }
    }
    println!(
        "best F1 {:.4} at {:.4}; recall at P.99 {at99:.4}, at P.999 {at999:.4}; ceiling {:.4}",
        best.0,
        best.1,
        hit / n
    );
    for (low, high) in [
        (0.01, 0.1),
        (0.1, 0.5),
        (0.5, 0.8),
        (0.8, 0.9),
        (0.9, 0.95),
        (0.95, 0.99),
        (0.99, 0.999),
        (0.999, 1.1),
    ] {
        let band: Vec<_> = rows.iter().filter(|row| row.0 >= low && row.0 < high).collect();
        let true_ones = band.iter().filter(|row| row.2).count();
        println!(
            "  p {low}-{high}: {} pairs, {:.3} true",
            band.len(),
            true_ones as f64 / band.len().max(1) as f64
        );
    }
    if let Some(path) = args.get(3).filter(|path| !path.starts_with("--")) {
        let mut out = csv::Writer::from_path(path).unwrap();
        for link in &links.links {
            let pair = (register.table().id(link.a).to_owned(), b.id(link.b).to_owned());
            out.write_record([
                &pair.0,
                &pair.1,
                &link.probability.to_string(),
                &link.weight.to_string(),
                &link.margin.to_string(),
            ])
            .unwrap();
        }
    }
}
