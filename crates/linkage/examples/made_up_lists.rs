//! Writes two made-up lists and the true pairs, to try out size and speed:
//! `cargo run --release --example made_up_lists -- SEED PEOPLE FOLDER`
#![expect(clippy::unwrap_used, reason = "an example stops where it fails")]

#[path = "../tests/people/mod.rs"]
mod people;

fn main() {
    let mut args = std::env::args().skip(1);
    let seed = args.next().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let size = args.next().and_then(|size| size.parse().ok()).unwrap_or(10_000);
    let folder = std::path::PathBuf::from(args.next().unwrap_or_else(|| ".".to_owned()));
    let (register, list, truth) = people::two_lists(seed, size, 1.0);
    let heads = ["id", "source", "forename", "surname", "dob", "sex", "postcode", "upn", "school"];
    for (name, list) in [("a.csv", &register), ("b.csv", &list)] {
        let mut out = csv::Writer::from_path(folder.join(name)).unwrap();
        out.write_record(heads).unwrap();
        list.iter().for_each(|one| out.write_record(one.fields()).unwrap());
    }
    let mut out = csv::Writer::from_path(folder.join("truth.csv")).unwrap();
    out.write_record(["id_a", "id_b"]).unwrap();
    for (a, b) in truth {
        out.write_record([format!("A{a}"), format!("B{b}")]).unwrap();
    }
}
