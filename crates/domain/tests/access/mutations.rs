//! Every cell of every table turned round, and every rule beside them forgotten, one at a time: each time
//! the two deciders must come apart. A row that could change without anybody noticing is a hole.

use crate::cases::{LETTERS, Names, Numbers, case, first};
use crate::naive::{
    ACTS, Case, Change, Naive, PARTS, PURPOSES, Person, RULES, Rule, SERVES, Table,
};

/// Questions asked before a change counts as unnoticed.
const TRIES: usize = 60_000;

/// Asks until the changed decider says something else.
fn noticed(names: &Names, change: Change, steer: impl Fn(&mut Case, &mut Numbers)) -> bool {
    let mut n = Numbers(0x0dd_ba11);
    let second = Naive { change };
    (0..TRIES).any(|_| {
        let mut case = case(&mut n, names);
        steer(&mut case, &mut n);
        first(&case, names) != second.allows(&case)
    })
}

/// Acts whose every other condition the role meets for some purpose, so that the cell alone decides.
fn cells() -> Vec<(Table, &'static str, char)> {
    let roles = || LETTERS.iter().map(|(letter, _)| *letter);
    let of = |table, rows: &'static [(&'static str, &'static str)]| {
        rows.iter().flat_map(move |(row, _)| roles().map(move |letter| (table, *row, letter)))
    };
    let serves =
        SERVES.iter().flat_map(|(row, _)| "srfghon".chars().map(|p| (Table::Serves, *row, p)));
    of(Table::Acts, ACTS)
        .chain(of(Table::Parts, PARTS))
        .chain(of(Table::Purposes, PURPOSES))
        .chain(serves)
        .collect()
}

/// Turns a question towards a cell: the rest is left to chance.
fn towards(case: &mut Case, (table, row, letter): (Table, &'static str, char)) {
    match table {
        Table::Acts => (case.act, case.role, case.person, case.item) = (row, letter, None, None),
        Table::Parts => {
            (case.role, case.person) = (letter, None);
            (case.act, case.purpose) = ("read the strategy", "the strategy");
        }
        Table::Purposes => {
            (case.purpose, case.role, case.person, case.item) = (row, letter, None, None);
        }
        Table::Serves => {
            (case.act, case.person, case.item) = (row, None, None);
        }
    }
}

/// Cells that no question can tell apart, each with its reason: another row says no whatever they say.
fn moot((table, row, letter): (Table, &'static str, char)) -> bool {
    let letters = |list: &[(&str, &'static str)], name: &str| {
        list.iter().find(|(known, _)| *known == name).map_or("", |(_, letters)| *letters)
    };
    let code = |purpose: &str| match purpose {
        "supporting a young person" => 's',
        "keeping the register right" => 'r',
        "the return and its figures" => 'f',
        "the strategy" => 'g',
        "what partners agreed to share" => 'h',
        "watching over who looks at what" => 'o',
        _ => 'n',
    };
    match table {
        // The role works for none of the act's purposes.
        Table::Acts => !PURPOSES.iter().any(|(purpose, who)| {
            who.contains(letter) && letters(SERVES, row).contains(code(purpose))
        }),
        // The role may do nothing that serves the purpose.
        Table::Purposes => !ACTS
            .iter()
            .any(|(act, who)| who.contains(letter) && letters(SERVES, act).contains(code(row))),
        // Nobody who may do the act works for the purpose.
        Table::Serves => !PURPOSES.iter().any(|(purpose, who)| {
            code(purpose) == letter && who.chars().any(|w| letters(ACTS, row).contains(w))
        }),
        // Parts without items, contacts and changes, are asked by themselves.
        Table::Parts => {
            ["contacts and the next step", "who and what changed the record"].contains(&row)
        }
    }
}

#[test]
fn every_cell_turned_round_is_noticed() {
    let names = Names::new();
    let (mut caught, mut moots) = (0, 0);
    for cell in cells() {
        let change = Change { cell: Some(cell), rule: None };
        if moot(cell) {
            moots += 1;
            continue;
        }
        assert!(noticed(&names, change, |case, _| towards(case, cell)), "{cell:?}");
        caught += 1;
    }
    println!("{caught} cells turned round, all noticed; {moots} decide nothing by themselves");
    assert!(caught > 300, "{caught}");
}

/// What no question through [`domain::access::judge`] reaches is asked of the tables themselves.
#[test]
fn moot_cells_and_parts_without_items_are_held_by_the_tables_themselves() {
    use domain::access::{Act, Part, Purpose, purposes, pursued_by, readers, roles};
    let names = Names::new();
    let letter = |role| names.roles.iter().find(|(_, known)| *known == role).unwrap().0;
    let written = |roles: &[domain::access::Role]| {
        let mut all: Vec<char> = roles.iter().map(|role| letter(*role)).collect();
        all.sort_unstable();
        all
    };
    let sorted = |letters: &str| {
        let mut all: Vec<char> = letters.chars().collect();
        all.sort_unstable();
        all
    };
    for (act, (name, letters)) in Act::ALL.iter().zip(ACTS) {
        assert_eq!((act.label(), written(roles(*act))), (*name, sorted(letters)));
    }
    for (part, (name, letters)) in Part::ALL.iter().zip(PARTS) {
        assert_eq!((part.label(), written(readers(*part))), (*name, sorted(letters)));
    }
    for (purpose, (name, letters)) in Purpose::ALL.iter().zip(PURPOSES) {
        assert_eq!((purpose.label(), written(pursued_by(*purpose))), (*name, sorted(letters)));
    }
    for (act, (name, letters)) in Act::ALL.iter().zip(SERVES) {
        assert_eq!((act.label(), purposes(*act).len()), (*name, letters.len()));
    }
}

/// What a partner may do without an agreement, so that reach and items decide.
const SENDING: (&str, &str) =
    ("send their own organisation's lists", "what partners agreed to share");

#[test]
fn every_rule_forgotten_is_noticed() {
    let names = Names::new();
    for rule in RULES {
        let change = Change { cell: None, rule: Some(*rule) };
        let steer = |case: &mut Case, n: &mut Numbers| {
            (case.act, case.purpose) = ("see people's records", "supporting a young person");
            match rule {
                // Only governance and data managers reach everybody; only the second views people.
                Rule::Everyone => case.role = 'D',
                Rule::ProtectedAddress => case.item = Some("address"),
                Rule::ProtectionIsAlwaysTold => case.item = Some("restricted"),
                Rule::ConsentMustStand | Rule::SaidNo | Rule::UngivenIsNotSeen => {
                    case.person = None;
                }
                Rule::NoAgreementNoActs => {
                    (case.person, case.item, case.given) = (None, None, None);
                }
                Rule::NoAgreementNoReach => {
                    (case.act, case.purpose) = SENDING;
                    (case.item, case.given) = (None, None);
                }
                Rule::NoAgreementNothingSeen | Rule::NothingGivenNoFlags => {
                    (case.act, case.purpose) = SENDING;
                    (case.item, case.person) = (Some("restricted"), None);
                    let bound = *rule == Rule::NothingGivenNoFlags;
                    case.given = bound.then(|| vec![("restricted", "no")]);
                }
                Rule::BenefitsGoNoFurther => {
                    case.person = None;
                    case.benefits = true;
                }
                _ => {
                    case.item = None;
                    case.person.get_or_insert_with(Person::default).number = n.below(3) as i64;
                }
            }
        };
        assert!(noticed(&names, change, steer), "{rule:?}");
    }
}
