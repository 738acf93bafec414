//! Pages about the service itself: what its words mean, how far everybody can use it, and what it
//! holds of whom. Open without signing in. Rules are read from the edition in force, never retold.

mod readers;

pub use readers::{VERSIONS, Version, reader};

use crate::http::{Edge, Frame, Page, PageError, frame::Section};
use crate::pages::followup::edition;
use app::council::{Council, council};
use askama::Template;
use axum::extract::State;
use domain::access::{Role, limits};
use domain::edition::{Activity, Group, Lapse};
use domain::followup::{AHEAD_DAYS_MAX, QUIET_DAYS};
use domain::measure::STABLE_POINTS;

#[derive(Template)]
#[template(path = "about/help.html")]
pub struct Help {
    frame: Frame,
    edition: String,
    groups: Vec<(&'static str, Vec<Row>)>,
    ahead: i32,
    quiet: i32,
    stable: f64,
}

/// One activity and how long it may be believed.
struct Row {
    label: String,
    code: String,
    lapse: String,
}

pub async fn help(State(edge): State<Edge>, frame: Frame) -> Result<Page<Help>, PageError> {
    let edition = edition(edge.ctx().today())?;
    let of = |group: &Group| -> Vec<Row> {
        edition.activities.values().filter(|a| a.group == *group).map(row).collect()
    };
    let groups = Group::ALL.iter().map(|group| (group.label(), of(group)));
    Ok(Page(Help {
        frame: frame.named("Help and glossary", Section::Elsewhere),
        edition: edition.name.clone(),
        groups: groups.filter(|(_, rows)| !rows.is_empty()).collect(),
        ahead: AHEAD_DAYS_MAX,
        quiet: QUIET_DAYS,
        stable: STABLE_POINTS,
    }))
}

fn row(activity: &Activity) -> Row {
    let plural = |n: i32, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    let lapse = match activity.lapse {
        Lapse::Never => "Does not lapse".to_owned(),
        Lapse::SchoolYearEnd => "On 31 August after it was confirmed".to_owned(),
        Lapse::Months(months) => format!("{} after it was confirmed", plural(months, "month")),
        Lapse::ReviewPlusDays(0) => "On its review date".to_owned(),
        Lapse::ReviewPlusDays(days) => format!("{} after its review date", plural(days, "day")),
    };
    Row { label: activity.label.clone(), code: activity.code.clone(), lapse }
}

#[derive(Template)]
#[template(path = "about/accessibility.html")]
pub struct Accessibility {
    frame: Frame,
    council: Council,
    /// Minutes without use after which sessions end, from the strictest role to the others.
    idle: (i64, i64),
}

pub async fn accessibility(
    State(edge): State<Edge>,
    frame: Frame,
) -> Result<Page<Accessibility>, PageError> {
    let minutes = || Role::ALL.iter().map(|role| limits(*role).idle_minutes);
    Ok(Page(Accessibility {
        frame: frame.named("Accessibility", Section::Elsewhere),
        council: council(edge.ctx()).await?,
        idle: (minutes().min().unwrap_or(0), minutes().max().unwrap_or(0)),
    }))
}

#[derive(Template)]
#[template(path = "about/privacy.html")]
pub struct Privacy {
    frame: Frame,
    council: Council,
    versions: &'static [Version],
    roles: Vec<(&'static str, &'static str)>,
}

pub async fn privacy(State(edge): State<Edge>, frame: Frame) -> Result<Page<Privacy>, PageError> {
    let roles = Role::ALL.iter().map(|role| (role.label(), reach(*role)));
    Ok(Page(Privacy {
        frame: frame.named("Privacy", Section::Elsewhere),
        council: council(edge.ctx()).await?,
        versions: VERSIONS,
        roles: roles.collect(),
    }))
}

/// How far a role reaches, as `app::accounts` gives it out.
fn reach(role: Role) -> &'static str {
    match role {
        Role::DataManager => "Everybody on the register, to keep it right and make the return",
        Role::LocalityManager => "Young people who live in their locality",
        Role::Adviser => "Young people on their caseload or in their locality",
        Role::School => "Pupils on their own school's roll, and only what a school needs",
        Role::Governance => "Nobody's record: who looked at what, and who has an account",
        Role::College | Role::TrainingProvider => {
            "Those learning with them now or referred to them, and only what is agreed"
        }
        Role::YouthOffending | Role::YouthService | Role::SupportPartner => {
            "Those they named or who were referred to them, and only what is agreed"
        }
        Role::Jobcentre => "Job seekers they named and who agreed, and only what is agreed",
        Role::OtherCouncil => "Those it named or who were referred to it, and only what is agreed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_says_what_the_edition_says() {
        let edition = formats::reference::editions().named("2020-21").unwrap();
        let said: Vec<String> = edition.activities.values().map(|a| row(a).lapse).collect();
        assert!(said.iter().any(|s| s == "On 31 August after it was confirmed"), "{said:?}");
        assert!(said.iter().any(|s| s.ends_with("after it was confirmed") && s.contains("month")));
        assert!(said.iter().all(|s| !s.contains("1 months")));
    }
}
