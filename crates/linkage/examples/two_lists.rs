//! The whole of the engine in a few lines: prepare a register, learn, link a list, ask for one
//! person, and say why. `cargo run --release -p linkage --example two_lists`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use linkage::{Effort, Linker, Person, Register, Table, train};

#[path = "../tests/people/mod.rs"]
mod people;

fn main() {
    let (register, list, _) = people::two_lists(1, 2_000, 1.0);
    let table = |list: &[people::Someone]| Table::of(list.iter().map(people::Someone::person));
    let (register, list) = (Register::new(table(&register)), table(&list));

    let (model, learned) = train(&register, &list, Effort::default());
    println!("Learned in {} rounds; last change {:.5}.", learned.iterations, learned.last_change);

    let linker = Linker::new(&register, &model);
    let found = linker.link(&list);
    let sure = found.links.iter().filter(|link| link.probability >= 0.95);
    println!(
        "{} of {} people linked, {} pairs looked at.",
        sure.count(),
        list.len(),
        found.candidates
    );

    let newcomer = Person {
        id: "new",
        forename: "Katie",
        surname: "Halbley",
        dob: "2010-01-01",
        ..Person::default()
    };
    println!("A newcomer may be any of {} people.", linker.ask(newcomer).len());

    if let Some(link) = found.links.first()
        && let Some(why) = linker.explain(link.a, &list, link.b)
    {
        println!("{why}");
        println!("As a drawing: {} bytes of SVG.", linkage::waterfall(&why).len());
    }
}
