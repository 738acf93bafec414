//! The strategy room: the whole plan on one page, an aim, an outcome with its history, rating in two
//! steps, what changed between two days, what each lead answers for, and the registers the group keeps.

mod changes;
mod evaluation;
mod figures;
mod group;
mod leads;
mod meeting;
mod mine;
mod outcome;
mod pack;
mod public;
mod rate;
mod registers;
mod reports;
mod versions;
mod whole;

pub use changes::changes;
pub use evaluation::{bring as framework, evaluation, judge};
pub use figures::{add as figure_add, bind as figure_bind, count as figure_count, figures};
pub use group::group;
pub use leads::leads;
pub use meeting::{attend, minute, show as meeting};
pub use mine::{mine, remind};
pub use outcome::outcome;
pub use pack::{file as pack_file, send as pack_send, sent as pack_sent, show as pack};
pub use public::show as public;
pub use rate::{form as rate_form, save as rate_save};
pub use registers::{add, all as registers, change, one as register, wording};
pub use reports::{organisation, reports};
pub use versions::{bring, bring_form, table, take_back, versions};
pub use whole::{aim, list, whole};

/// What a workbook is called among kinds of content.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

use crate::pages::parts::{Rag, Tab};
use app::measures::may_cut;
use app::plan::{Room, ShownOutcome};
use domain::access::{Act, Actor, decide};
use domain::calendar::Day;
use domain::calendar::shown;
use domain::measure::Cut;
use domain::plan::{Rating, Trend, opens};

/// The page of what is behind a figure, where there is one that this reader may open: whoever sees a plan need not see
/// figures, and a school that does sees none by characteristic.
fn behind(measure: &str, actor: &Actor) -> String {
    if measure == app::plan::TYPED {
        return String::new();
    }
    let page = opens(measure);
    let (path, asked) = page.split_once('?').unwrap_or((page.as_str(), ""));
    let act = match path {
        "/figures" => Act::ViewFigures,
        "/people" => Act::ViewPeople,
        _ => Act::Administer,
    };
    let cut = asked.split('&').find_map(|pair| Cut::from_name(pair.strip_prefix("by=")?));
    let sees = cut.is_none_or(|cut| may_cut(actor, &[cut]).is_ok());
    if sees && decide(actor, act).allowed { page } else { String::new() }
}

/// A plan's own pages, as tabs under its title.
fn tabs(id: i64, room: &Room, current: &str) -> Vec<Tab> {
    let overdue = room.overdue().len();
    [
        ("plan", "The plan", String::new(), None),
        ("changes", "What changed", "/changes".to_owned(), None),
        ("mine", "My part", "/mine".to_owned(), None),
        ("leads", "By lead", "/leads".to_owned(), (overdue > 0).then(|| format!("{overdue} due"))),
        ("group", "Group and meetings", "/group".to_owned(), None),
        ("registers", "Registers", "/registers".to_owned(), None),
        ("reports", "Reports", "/reports".to_owned(), None),
        ("versions", "Document", "/versions".to_owned(), None),
    ]
    .into_iter()
    .map(|(name, words, path, count)| Tab {
        words: words.to_owned(),
        count,
        href: format!("/plan/{id}{path}"),
        current: name == current,
    })
    .collect()
}

fn rag(rating: Rating) -> Rag {
    match rating {
        Rating::Green => Rag::Green,
        Rating::Amber => Rag::Amber,
        Rating::Red => Rag::Red,
        Rating::NotStarted => Rag::NotStarted,
        Rating::Unrated => Rag::Unrated,
    }
}

/// One cell of the plan.
struct Cell {
    id: i64,
    label: String,
    title: String,
    rag: Rag,
    trend: Arrow,
    by_when: String,
    lead: String,
    rated: String,
    overdue: bool,
    /// What is proposed where it differs from the rating.
    proposed: Option<(Rag, String)>,
}

/// Which way a rating went: its drawing and its words.
struct Arrow {
    trend: Trend,
    words: &'static str,
}

impl Arrow {
    fn class(&self) -> &'static str {
        match self.trend {
            Trend::Better => "better",
            Trend::Worse => "worse",
            _ => "same",
        }
    }

    /// Up, down, level; drawn on 16 by 16.
    fn shape(&self) -> &'static str {
        match self.trend {
            Trend::Better => "M8 14V3M3 8l5-5 5 5",
            Trend::Worse => "M8 2v11M3 8l5 5 5-5",
            Trend::New => "M8 3v10M3 8h10",
            _ => "M2 8h11M9 4l4 4-4 4",
        }
    }
}

fn arrow(trend: Trend) -> Arrow {
    Arrow { trend, words: trend.word() }
}

fn cell(one: &ShownOutcome<'_>) -> Cell {
    let outcome = one.outcome;
    let differs = one.proposed.rating != outcome.rating && one.proposed.rating != Rating::Unrated;
    let or =
        |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    Cell {
        id: outcome.id.0,
        label: outcome.label.to_string(),
        title: outcome.title.clone(),
        rag: rag(outcome.rating),
        trend: arrow(one.trend),
        by_when: or(&outcome.by_when.said, "no date yet"),
        lead: or(&outcome.lead.said, "nobody leads yet"),
        rated: one.rated.map_or("never rated".to_owned(), |day| format!("rated {}", shown(day))),
        overdue: one.overdue,
        proposed: differs.then(|| (rag(one.proposed.rating), one.proposed.because.clone())),
    }
}

/// `since the meeting of 14 February 2025`, or since the day where no meeting was held then.
fn since(room: &Room) -> String {
    match room.meetings.contains(&room.since) {
        true => format!("since the meeting of {}", shown(room.since)),
        false => format!("since {}", shown(room.since)),
    }
}

fn day(text: &str) -> Option<Day> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::{Role, Scope};

    #[test]
    fn what_is_behind_a_figure_is_a_link_for_those_who_may_open_it() {
        let behind = |role: Role, measure: &str| {
            let scope = Scope { terms: testkit::everything(), ..Scope::everyone() };
            let actor = Actor { account: 1, name: String::new(), role, scope };
            behind(measure, &actor)
        };
        assert_eq!(behind(Role::DataManager, "neet"), "/figures?measure=neet");
        assert_eq!(behind(Role::Governance, "neet"), "");
        assert_eq!(behind(Role::Governance, "gap-vulnerable"), "");
        assert_eq!(behind(Role::School, "neet"), "/figures?measure=neet");
        assert_eq!(behind(Role::School, "gap-vulnerable"), "", "a school sees no characteristics");
        let gap = behind(Role::Adviser, "gap-vulnerable");
        assert_eq!(gap, "/figures?measure=neet&by=characteristic");
        assert_eq!(behind(Role::DataManager, "intended-destinations"), "/people");
        assert_eq!(behind(Role::DataManager, app::plan::TYPED), "");
    }
}
