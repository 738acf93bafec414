//! Floors on the labelled lists beside the repository, and on FEBRL once `script/bench linkage` has laid
//! it out. They guard against losing what was reached; nothing is fitted to them. Skipped aloud where the
//! lists are not there.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test may stop it as its own lines may"
)]

use linkage::{Effort, Linker, Person, Register, Table, train};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

fn here(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn labelled(mix: &str) -> Option<PathBuf> {
    // A second checkout may lie one folder deeper than the first.
    let folders = ["../../../shared/data/linkage", "../../../../shared/data/linkage"];
    folders.into_iter().map(|folder| here(folder).join(mix)).find(|folder| folder.is_dir())
}

fn febrl(set: &str) -> Option<PathBuf> {
    Some(here("../../target/bench").join(set)).filter(|folder| folder.is_dir())
}

/// A CSV file, plain or gzipped.
fn read(folder: &Path, name: &str) -> csv::Reader<Box<dyn Read>> {
    let plain = folder.join(name);
    let source: Box<dyn Read> = if plain.is_file() {
        Box::new(std::fs::File::open(plain).unwrap())
    } else {
        let zipped = std::fs::File::open(folder.join(format!("{name}.gz"))).unwrap();
        Box::new(flate2::read::GzDecoder::new(zipped))
    };
    csv::Reader::from_reader(source)
}

fn table(folder: &Path, name: &str) -> Table {
    let mut table = Table::default();
    for row in read(folder, name).records().map(Result::unwrap) {
        let get = |at: usize| row.get(at).unwrap();
        table.push(&Person {
            id: get(0),
            source: get(1),
            forename: get(2),
            surname: get(3),
            dob: get(4),
            sex: get(5),
            postcode: get(6),
            upn: get(7),
            uln: "",
            school: get(8),
        });
    }
    table
}

fn check(set: &str, folder: Option<PathBuf>, precision_floor: f64, recall_floor: f64) {
    let Some(folder) = folder else {
        println!("SKIPPED: the labelled list {set} is not beside the repository");
        return;
    };
    let (register, b) = (Register::new(table(&folder, "a.csv")), table(&folder, "b.csv"));
    let (model, learned) = train(&register, &b, Effort::default());
    assert!(learned.converged && learned.sound, "{learned:?}");
    let links = Linker::new(&register, &model).link(&b).links;
    let mut truth = HashSet::new();
    for row in read(&folder, "truth.csv").records().map(Result::unwrap) {
        truth.insert((row[0].to_owned(), row[1].to_owned()));
    }
    let kept: Vec<_> = links.iter().filter(|link| link.probability >= 0.95).collect();
    let is_true = |a: usize, b_at: usize| {
        truth.contains(&(register.table().id(a).to_owned(), b.id(b_at).to_owned()))
    };
    let good = kept.iter().filter(|link| is_true(link.a, link.b)).count() as f64;
    let (precision, recall) = (good / kept.len() as f64, good / truth.len() as f64);
    let f1 = 2.0 * good / (kept.len() + truth.len()) as f64;
    println!("{set}: precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}");
    assert!(
        precision >= precision_floor && recall >= recall_floor,
        "{set}: precision {precision:.4}, recall {recall:.4}"
    );
}

#[test]
fn default_mix() {
    check("default-10k", labelled("default-10k"), 0.998, 0.990);
}

#[test]
fn light_mix() {
    check("light-10k", labelled("light-10k"), 0.998, 0.994);
}

#[test]
fn heavy_mix() {
    check("heavy-10k", labelled("heavy-10k"), 0.997, 0.977);
}

#[test]
fn default_mix_ten_times_as_large() {
    check("default-100k", labelled("default-100k"), 0.998, 0.986);
}

#[test]
fn febrl1() {
    check("febrl1", febrl("febrl1"), 1.0, 1.0);
}

#[test]
fn febrl4() {
    check("febrl4", febrl("febrl4"), 1.0, 1.0);
}
