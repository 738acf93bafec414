//! The access rules against a second decider, written apart from the page that people sign and sharing
//! no code with the first; every row and rule of it changed in turn; and the printed page against both.

mod cases;
mod differential;
mod mutations;
mod naive;

use domain::access::{Act, Actor, Part, Role, Scope, decide, sees, table};

#[test]
fn no_decision_is_without_a_reason() {
    for role in Role::ALL {
        let scope = Scope::everyone();
        let actor = Actor { account: 1, name: String::new(), role: *role, scope };
        assert!(Act::ALL.iter().all(|act| !decide(&actor, *act).reasons.is_empty()));
        assert!(Part::ALL.iter().all(|part| !sees(&actor, *part).reasons.is_empty()));
    }
}

#[test]
fn the_printed_page_is_fresh() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let kept = std::fs::read_to_string(format!("{root}/docs/rules/access.md")).unwrap_or_default();
    let fresh = table();
    if kept != fresh {
        let beside = format!("{root}/target/access.md");
        std::fs::write(&beside, &fresh).unwrap();
        panic!("docs/rules/access.md is stale: look at target/access.md and copy it there");
    }
}
