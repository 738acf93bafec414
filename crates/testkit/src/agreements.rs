//! Sharing agreements for tests that are about something else: a partner sees and sends nothing without
//! one in force, so a test of a partner's view begins by having one signed.

use std::fmt::Write;

use domain::access::Terms;
use domain::agreement::{Answer, Decision, Flow, Item, Rule};
use jiff::civil::Date;

/// Terms by which everything goes out, as if agreement 1 said so.
pub fn everything() -> Terms {
    let given = |item| {
        let decision = Decision {
            answer: Answer::Yes,
            rule: Rule::Covered,
            reasons: vec!["agreement 1 covers it".to_owned()],
            agreement: Some(1),
            gateway: None,
        };
        (item, decision)
    };
    Terms::Agreed(Item::all().map(given).collect())
}

/// The text of an agreement by which everything flows both ways between the council and a partner,
/// signed by both on its first day.
pub fn wording(partner: &str, since: Date) -> String {
    let items: Vec<String> = Item::all().map(|item| format!("{:?}", item.column())).collect();
    let items = items.join(", ");
    let mut text = format!(
        "title = \"All of it\"\npurpose = \"A test\"\npartners = [{partner:?}]\nstarts = \"{since}\"\n\
         contact = {{ name = \"Pat Lindley\" }}\n"
    );
    for (flow, direction) in Flow::ALL.iter().flat_map(|flow| [(flow, "in"), (flow, "out")]) {
        let _ = write!(
            text,
            "[[line]]\nflow = \"{}\"\ndirection = \"{direction}\"\ngateway = \"esa-17\"\nitems = [{items}]\n",
            flow.name()
        );
    }
    let _ = write!(
        text,
        "[[signature]]\nname = \"R Hale\"\nday = \"{since}\"\n\
         [[signature]]\nparty = {partner:?}\nname = \"P Lindley\"\nday = \"{since}\"\n"
    );
    text
}

/// The text of an agreement by which a partner sends a list of people by a gateway, from September 2025.
pub fn list_wording(partner: &str, gateway: &str) -> String {
    format!(
        r#"
title = "List"
purpose = "To support job seekers together"
partners = ["{partner}"]
starts = "2025-09-01"
contact = {{ name = "Pat Lindley" }}

[[line]]
flow = "partner-list"
direction = "in"
gateway = "{gateway}"
items = ["given_name", "family_name", "date_of_birth", "phone", "attendance", "address"]

[[signature]]
name = "R Hale"
day = "2025-07-01"

[[signature]]
party = "{partner}"
name = "P Lindley"
day = "2025-07-02"
"#
    )
}
