//! The access rules as a page to read and sign: acts by roles, parts of a record by roles, sessions.
//! It prints what the rules answer and holds no rule; a test keeps the printed page fresh.

use super::{Act, Part, Role, limits, readers, roles};

/// The page, as Markdown.
pub fn table() -> String {
    let mut page = String::from(
        "# Who may do and see what\n\nPrinted from `domain::access`; a test fails when this page is stale. What is not marked is\nrefused. People are reached only within the scope of an account: a data manager reaches everybody, a\nlocality manager those who live in the localities, an adviser those and the own caseload, a school user\nthose on the school's roll. A restricted record is reached only by a data manager and by the adviser\nwhose caseload it is on.\n\n## Acts\n\n",
    );
    page += &head("Act");
    for act in Act::ALL {
        page += &row(act.label(), roles(*act));
    }
    page += "\n## Parts of a record\n\nA protected address is shown to nobody.\n\n";
    page += &head("Part");
    for part in Part::ALL {
        page += &row(part.label(), readers(*part));
    }
    page +=
        "\n## Sessions\n\n| Role | Ends unused after | Ends in any case after |\n|---|---|---|\n";
    for role in Role::ALL {
        let limits = limits(*role);
        page += &format!(
            "| {} | {} minutes | {} hours |\n",
            role.label(),
            limits.idle_minutes,
            limits.absolute_hours
        );
    }
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
