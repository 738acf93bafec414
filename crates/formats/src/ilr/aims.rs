//! What a learner's aims say of their activity. Of the main aims the one that goes on and started
//! last speaks; when none goes on, the one that started last says how it ended.

use super::day;
use crate::limits::short;
use crate::xml_records::{Element, Taking};
use domain::calendar::Day;
use domain::intake::{ActivitySaid, Declaration, ProviderSaid};

/// Planned hours in a year from which a 16 to 19 study programme is full time.
const FULL_TIME_HOURS: u32 = 540;

/// Source: ILR specification 2025-26, CompStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Completion {
    Continuing,
    Completed,
    Withdrawn,
    Break,
}

impl Completion {
    fn of(aim: &Element) -> Option<Self> {
        match aim.said("CompStatus")? {
            "1" => Some(Self::Continuing),
            "2" => Some(Self::Completed),
            "3" => Some(Self::Withdrawn),
            "6" => Some(Self::Break),
            _ => None,
        }
    }
}

/// Adds what the aims say to the declaration.
pub(super) fn activities(
    taking: &mut Taking<'_>,
    provider: &ProviderSaid,
    moved_on: Option<String>,
    said: &mut Declaration,
) {
    let learner = taking.element;
    let aims: Vec<&Element> = learner.all("LearningDelivery").collect();
    let Some(main) = main_aim(&aims) else {
        said.remarks
            .push("No main aim with a start date, so nothing is said to have begun.".to_owned());
        return;
    };
    keep(taking, main);
    let Some(start) = started(main) else { return };
    let code = activity_code(main, learner).map(str::to_owned);
    if code.is_none() {
        said.remarks.push(
            "Neither funding nor hours say what kind of learning it is; the provider decides."
                .to_owned(),
        );
    }
    said.activities.push(ActivitySaid::Started {
        code,
        provider: provider.clone(),
        start,
        predicted_end: main.said("LearnPlanEndDate").and_then(day),
    });
    let goes_on = aims.iter().any(|aim| Completion::of(aim) == Some(Completion::Continuing));
    if !goes_on {
        left(main, provider, moved_on, said);
    }
}

fn left(main: &Element, provider: &ProviderSaid, moved_on: Option<String>, said: &mut Declaration) {
    let reason = match Completion::of(main) {
        Some(Completion::Completed) => "completed".to_owned(),
        Some(Completion::Break) => "break in learning".to_owned(),
        Some(Completion::Withdrawn) => match main.said("WithdrawReason") {
            Some(code) => format!("withdrawn: {}", withdrawal(code)),
            None => "withdrawn".to_owned(),
        },
        Some(Completion::Continuing) => return,
        None => {
            said.remarks.push("The main aim has no completion status that is known.".to_owned());
            return;
        }
    };
    let Some(end) = main.said("LearnActEndDate").and_then(day) else {
        said.remarks.push(format!("The main aim ended ({reason}), but has no date of ending."));
        return;
    };
    let elsewhere = || {
        let code =
            main.said("WithdrawReason").filter(|code| matches!(*code, "2" | "7" | "41" | "47"));
        code.map(|_| "another provider".to_owned())
    };
    let moved_on = moved_on.or_else(elsewhere);
    let (provider, reason) = (provider.clone(), Some(reason));
    said.activities.push(ActivitySaid::Left { provider, end, reason, moved_on });
}

fn keep(taking: &mut Taking<'_>, main: &Element) {
    for name in [
        "AimType",
        "LearnStartDate",
        "LearnPlanEndDate",
        "LearnActEndDate",
        "FundModel",
        "ProgType",
        "CompStatus",
        "WithdrawReason",
    ] {
        if let Some(text) = main.said(name) {
            taking.raw.push((name.to_owned(), text.to_owned()));
        }
    }
    for name in ["PlanLearnHours", "PlanEEPHours"] {
        taking.take(&[name]);
    }
}

fn started(aim: &Element) -> Option<Day> {
    aim.said("LearnStartDate").and_then(day)
}

/// Programme aims where there are any, else core aims, else aims outside a programme.
fn main_aim<'a>(aims: &[&'a Element]) -> Option<&'a Element> {
    let of_type = |kind: &str| -> Option<&'a Element> {
        aims.iter()
            .copied()
            .filter(|aim| aim.said("AimType") == Some(kind) && started(aim).is_some())
            .max_by_key(|aim| (Completion::of(aim) == Some(Completion::Continuing), started(aim)))
    };
    ["1", "5", "4"].into_iter().find_map(of_type)
}

/// The return's activity code where funding, programme or hours are sure of it.
///
/// Source: ILR specification 2025-26, FundModel and ProgType.
fn activity_code(aim: &Element, learner: &Element) -> Option<&'static str> {
    let hours = |name: &str| learner.said(name).and_then(|hours| hours.parse::<u32>().ok());
    let planned = match (hours("PlanLearnHours"), hours("PlanEEPHours")) {
        (None, None) => None,
        (taught, other) => Some(taught.unwrap_or(0).saturating_add(other.unwrap_or(0))),
    };
    match (aim.said("FundModel"), aim.said("ProgType")) {
        (Some("36"), _) | (_, Some("25" | "2" | "3" | "20" | "21" | "22" | "23")) => Some("310"),
        (_, Some("24")) => Some("450"),
        (_, Some("30" | "31")) => Some("230"),
        (Some("25" | "82"), _) => {
            planned.map(|hours| if hours >= FULL_TIME_HOURS { "230" } else { "250" })
        }
        _ => None,
    }
}

/// The highest level that the learner holds or that a programme of theirs leads to; nothing where only
/// the number of an aim could tell.
///
/// Source: ILR specification: PriorLevel (codes that mean the same in every year, and those of until
/// 2021-22 from 10 on), ProgType (intermediate, advanced and higher apprenticeships, T Level).
pub(super) fn level(learner: &Element) -> Option<&'static str> {
    let held = learner
        .all("PriorAttain")
        .filter_map(|prior| prior.said("PriorLevel"))
        .chain(learner.said("PriorAttain"))
        .filter_map(|code| match code {
            "9" => Some("entry"),
            "1" => Some("1"),
            "2" => Some("2"),
            "3" => Some("3"),
            "10" => Some("4"),
            "11" => Some("5"),
            "12" => Some("6"),
            "13" => Some("7"),
            _ => None,
        });
    let aimed = learner.all("LearningDelivery").filter_map(|aim| match aim.said("ProgType")? {
        "3" => Some("2"),
        "2" | "31" => Some("3"),
        "20" => Some("4"),
        "21" => Some("5"),
        "22" => Some("6"),
        "23" => Some("7"),
        _ => None,
    });
    // Entry level stands below the numbers.
    held.chain(aimed).max_by_key(|level| level.parse::<u8>().unwrap_or(0))
}

/// Source: ILR withdrawal reasons, 2021-22.
fn withdrawal(code: &str) -> String {
    let words = match code {
        "2" | "41" => "transferred to another provider",
        "3" => "injury or illness",
        "7" => "transferred by agreement",
        "28" => "custody, outside anybody's control",
        "29" => "made redundant",
        "40" => "new aim at the same provider",
        "42" => "not permitted to go on",
        "43" => "financial reasons",
        "44" => "other personal reasons",
        "45" => "written off",
        "47" => "the provider merged",
        "48" => "industry placement",
        "98" => "reason not known",
        _ => return format!("reason {}", short(code)),
    };
    words.to_owned()
}

/// Source: ILR destination and progression, until 2023-24.
pub(super) fn destination(kind: &str, code: &str) -> String {
    let words = match (kind, code) {
        ("EDU", "1") => "traineeship",
        ("EDU", "2") => "apprenticeship",
        ("EDU", "3") => "supported internship",
        ("EDU", "4") => "other further education, full time",
        ("EDU", "5") => "other further education, part time",
        ("EDU", "6") => "higher education",
        ("EMP", "1") => "paid work of 16 hours or more",
        ("EMP", "2") => "paid work under 16 hours",
        ("EMP", "4") => "self-employed, 16 hours or more",
        ("EMP", "5") => "self-employed, under 16 hours",
        ("GAP", _) => "gap year",
        ("NPE", "1") => "looking for work and available",
        ("NPE", "2") => "not looking for work, or not available",
        ("VOL", _) => "voluntary work",
        ("OTH", "3") => "could not be contacted",
        ("OTH", "4") => "not known",
        _ => return format!("{} {}", short(kind), short(code)),
    };
    words.to_owned()
}
