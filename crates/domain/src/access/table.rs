//! The printed access table: every act and every part by every role, reach, purposes and how sessions
//! end, generated from what the rules answer and holding no rule; a test keeps the printed page fresh.

use super::{
    Act, Part, Purpose, Role, SEALED, limits, purposes, pursued_by, readers, roles, second_factor,
};

const OPENING: &str = "# Who may do and see what

Printed from `domain::access`; a test fails when this page is stale. What is not marked is
refused, and so is what cannot be decided.

People are reached only within the scope of an account: a data manager reaches everybody, a locality
manager those who live in the localities, an adviser those and the own caseload, a school user those on
the school's roll, a college or provider user those on its roll, learning there now or referred to it, any
other partner those whom their newest list of a kind names, for a year, or who were referred to them. A
restricted record is reached only by a data manager, by the adviser whose caseload it is on, and for an
hour by whoever opened it in an emergency, which is reviewed; never by a partner.

A youth worker who is asked to follow somebody up has them referred until it is done, by the same agreement.
They record a contact with nobody else.

A partner (from School user on, save Information governance) needs a sharing agreement in force that names
its organisation. Without one it reaches nobody and may do nothing of what is marked but open its own pages,
which say which agreement is wanting and whom to ask, confirm its accounts and read the strategy; what it
sends is refused, save what the law has a school or college give on request (Education and Skills Act 2008,
section 72: names, address, date of birth, the parent's name) and that somebody left or never came (section 13).
Another council reads without one what the same section has us tell it: that somebody of its own left or never came.

Information governance opens nobody's record. It reads who looked at whom.

Some acts take two: one asks, another agrees. A role whose people can be the second (data manager, locality
manager, information governance) is given to an account by two as well, and the first of them makes no way in.

";

const PARTS: &str = "
## Parts of a record

A protected address is shown to nobody. Of what is marked for a partner, its people are shown what an
agreement in force gives out, field by field, and nothing without one.

";

/// The page, as Markdown.
pub fn table() -> String {
    let mut page = String::from(OPENING);
    page += "## Acts\n\n";
    page += &head("Act");
    for act in Act::ALL {
        page += &row(act.label(), roles(*act));
    }
    page += PARTS;
    page += &head("Part");
    for part in Part::ALL {
        page += &row(part.label(), readers(*part));
    }
    page += "\n## Purposes\n\n";
    page += &head("Purpose");
    for purpose in Purpose::ALL {
        page += &row(purpose.label(), pursued_by(*purpose));
    }
    page += "\n| Act | May be done for |\n|---|---|\n";
    for act in Act::ALL {
        let words: Vec<&str> = purposes(*act).iter().map(|purpose| purpose.label()).collect();
        page += &format!("| {} | {} |\n", act.label(), words.join("; "));
    }
    page + &sessions()
}

fn sessions() -> String {
    let mut page = String::from(
        "\n## Sessions\n\n| Role | Second factor beside a password | Ends unused after | Ends in any case after |\n|---|---|---|---|\n",
    );
    for role in Role::ALL {
        let limits = limits(*role);
        page += &format!(
            "| {} | {} | {} minutes | {} hours |\n",
            role.label(),
            second_factor(*role).label(),
            limits.idle_minutes,
            limits.absolute_hours
        );
    }
    page += &format!(
        "| An account sealed in an envelope | always, its own | {} minutes | {} hour |\n",
        SEALED.idle_minutes, SEALED.absolute_hours
    );
    page
}

fn head(first: &str) -> String {
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.label()).collect();
    format!("| {first} | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()))
}

fn row(first: &str, open: &[Role]) -> String {
    let marks: Vec<&str> =
        Role::ALL.iter().map(|role| if open.contains(role) { "yes" } else { "" }).collect();
    format!("| {first} | {} |\n", marks.join(" | "))
}
