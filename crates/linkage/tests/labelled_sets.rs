//! Floors on the labelled lists beside the repository. They guard against losing what was reached;
//! nothing is fitted to them. Skipped aloud where the lists are not there.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test may stop it as its own lines may"
)]

use linkage::{Effort, Linker, Person, Register, Table, train};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/linkage");
    // A second checkout may lie one folder deeper than the first.
    let deeper = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/linkage");
    [folder, deeper].into_iter().find(|folder| folder.is_dir())
}

fn table(path: &Path) -> Table {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut table = Table::default();
    for row in reader.records().map(Result::unwrap) {
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

fn check(mix: &str, precision_floor: f64, recall_floor: f64) {
    let Some(folder) = folder().map(|folder| folder.join(mix)) else {
        println!("SKIPPED: the labelled list {mix} is not beside the repository");
        return;
    };
    let (register, b) = (Register::new(table(&folder.join("a.csv"))), table(&folder.join("b.csv")));
    let (model, learned) = train(&register, &b, Effort::default());
    assert!(learned.converged, "{learned:?}");
    let links = Linker::new(&register, &model).link(&b).links;
    let mut truth = HashSet::new();
    for row in
        csv::Reader::from_path(folder.join("truth.csv")).unwrap().records().map(Result::unwrap)
    {
        truth.insert((row[0].to_owned(), row[1].to_owned()));
    }
    let kept: Vec<_> = links.iter().filter(|link| link.probability >= 0.95).collect();
    let is_true = |a: usize, b_at: usize| {
        truth.contains(&(register.table().id(a).to_owned(), b.id(b_at).to_owned()))
    };
    let good = kept.iter().filter(|link| is_true(link.a, link.b)).count() as f64;
    let (precision, recall) = (good / kept.len() as f64, good / truth.len() as f64);
    assert!(
        precision >= precision_floor && recall >= recall_floor,
        "{mix}: precision {precision:.4}, recall {recall:.4}"
    );
}

#[test]
fn default_mix() {
    check("default-10k", 0.998, 0.988);
}

#[test]
fn light_mix() {
    check("light-10k", 0.998, 0.993);
}

#[test]
fn heavy_mix() {
    check("heavy-10k", 0.997, 0.975);
}
