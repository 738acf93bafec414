//! Which way somebody goes: what they begin in Year 12, how they go on, what they do when they
//! come back, and which kind of NEET they are. Shares are rough and made to meet the published
//! ones of full-time education, apprenticeships and other participation.

use super::chance::Chance;
use super::lives::Stay;
use super::people::Youngster;
use super::town::{EMPLOYERS, Provider, Sort};
use domain::calendar::{AcademicYear, Day};

pub fn is_neet(code: &str) -> bool {
    code == "540" || code.starts_with('6')
}

/// What somebody begins in September of Year 12.
pub fn first(
    one: &Youngster,
    providers: &[Provider],
    year: AcademicYear,
    chance: &mut Chance,
) -> Stay {
    let from = enrolment(year, chance);
    if !chance.yes(0.926) {
        let code =
            if one.plan && chance.yes(0.4) { "460" } else { chance.table(WORK_AND_TRAINING) };
        return stay(code, from, year, providers, chance);
    }
    let school = providers.get(one.school).map(|school| school.sort);
    let stays_on = match school {
        Some(Sort::School(intake)) if intake.sixth_form => {
            let share = if intake.selective { 0.88 } else { 0.42 };
            chance.yes(share / one.risk.max(0.9).powf(0.4))
        }
        Some(Sort::Special) => chance.yes(0.6),
        Some(Sort::Kent) => chance.yes(0.5),
        _ => false,
    };
    let code = if stays_on {
        "210"
    } else if one.plan && chance.yes(0.08) {
        "280"
    } else if school == Some(Sort::Alternative) {
        chance.table(&[("230", 0.8), ("270", 0.2)])
    } else {
        chance.table(&[
            ("230", 0.86),
            ("210", 0.105),
            ("220", 0.015),
            ("270", 0.014),
            ("290", 0.001),
        ])
    };
    let mut begun = stay(code, from, year, providers, chance);
    if stays_on {
        begun.provider = Some(one.school);
    }
    if code == "290" {
        begun.provider = None;
    }
    begun
}

/// What somebody begins in a later September; `None` when they go on with what they do.
pub fn next_year(
    one: &Youngster,
    now: &Stay,
    providers: &[Provider],
    year: AcademicYear,
    chance: &mut Chance,
) -> Option<Stay> {
    let from = enrolment(year, chance);
    let ends = now.predicted_end.is_some_and(|end| end < year.first_day());
    let back = |chance: &mut Chance, code| Some(stay(code, from, year, providers, chance));
    match now.code {
        "210" | "220" | "230" | "240" | "270" | "280" if !ends => match chance.unit() {
            u if u < 0.935 => None,
            u if u < 0.965 => back(chance, "230"),
            u if u < 0.985 => back(chance, "310"),
            _ => back(chance, "330"),
        },
        "210" | "220" | "230" | "240" | "250" | "270" | "280" | "290" => {
            let code = chance.table(&[
                (if one.plan { "280" } else { "230" }, if one.plan { 0.15 } else { 0.0 }),
                ("230", 0.88),
                ("310", 0.035),
                ("330", 0.03),
                ("250", 0.04),
            ]);
            let mut next = stay(code, from, year, providers, chance);
            if code == now.code {
                next.provider = now.provider;
            }
            Some(next)
        }
        "310" | "320" | "330" | "340" | "360" | "380" => {
            if chance.yes(0.12) {
                back(chance, "230")
            } else {
                None
            }
        }
        _ => {
            let code = if chance.yes(0.62) { "230" } else { chance.table(WORK_AND_TRAINING) };
            back(chance, code)
        }
    }
}

/// What somebody does who comes back during the year.
pub fn later(one: &Youngster, providers: &[Provider], day: Day, chance: &mut Chance) -> Stay {
    let year = AcademicYear::of(day);
    let code = if one.plan && chance.yes(0.2) {
        "460"
    } else {
        chance.table(&[
            ("230", 0.62),
            ("410", 0.15),
            ("310", 0.09),
            ("330", 0.10),
            ("360", 0.06),
            ("350", 0.02),
            ("530", 0.10),
            ("430", 0.03),
            ("320", 0.04),
            ("250", 0.05),
        ])
    };
    stay(code, day, year, providers, chance)
}

/// Which NEET code fits somebody on a day.
pub fn neet(one: &Youngster, day: Day, chance: &mut Chance) -> &'static str {
    if one.is("180", day) && chance.yes(0.7) {
        return "650";
    }
    if one.is("120", day) && chance.yes(0.85) {
        return "630";
    }
    if one.is("140", day) && chance.yes(0.5) {
        return "620";
    }
    chance.table(&[
        ("619", 0.66),
        ("610", 0.09),
        ("615", 0.05),
        ("616", 0.03),
        ("640", 0.10),
        ("680", 0.035),
        ("670", 0.008),
        ("540", 0.022),
        ("660", 0.003),
    ])
}

const WORK_AND_TRAINING: &[(&str, f64)] = &[
    ("310", 0.27),
    ("410", 0.20),
    ("430", 0.06),
    ("320", 0.07),
    ("250", 0.06),
    ("330", 0.11),
    ("340", 0.03),
    ("360", 0.03),
    ("380", 0.01),
    ("350", 0.01),
    ("381", 0.005),
    ("550", 0.005),
    ("530", 0.10),
];

/// Courses begin in the first week of September.
fn enrolment(year: AcademicYear, chance: &mut Chance) -> Day {
    let day = i8::try_from(chance.between(2, 9)).unwrap_or(2);
    year.first_day().with().day(day).build().unwrap_or(year.first_day())
}

/// A stay with a provider or employer of the right sort and an end where the code has one.
fn stay(
    code: &'static str,
    from: Day,
    year: AcademicYear,
    providers: &[Provider],
    chance: &mut Chance,
) -> Stay {
    let next_summer = year.last_day();
    let summer_after = AcademicYear::starting(year.start_year() + 1).last_day();
    let predicted_end = match code {
        "210" | "220" => Some(summer_after),
        "230" | "270" | "280" => Some(if chance.yes(0.55) { summer_after } else { next_summer }),
        "240" | "250" | "290" => Some(next_summer),
        "410" | "430" | "440" | "450" | "460" => {
            Some(from.saturating_add(jiff::ToSpan::months(chance.between(9, 18))))
        }
        _ => None,
    };
    let fits = |sort: Sort| match code {
        "210" => matches!(sort, Sort::School(intake) if intake.sixth_form),
        "220" | "230" | "240" | "250" => sort == Sort::College,
        "270" | "310" | "410" | "430" | "450" => sort == Sort::Training,
        "280" => sort == Sort::Special,
        "460" => sort == Sort::College,
        "530" => sort == Sort::Reengagement,
        _ => false,
    };
    let rows: Vec<(usize, f64)> = providers
        .iter()
        .enumerate()
        .filter(|(_, provider)| fits(provider.sort))
        .map(|(at, provider)| {
            let first = provider.organisation.ukprn.as_deref() == Some("19990001");
            (at, if first { 8.0 } else { 1.0 })
        })
        .collect();
    let works = matches!(code, "310" | "320" | "330" | "340" | "350" | "360");
    Stay {
        code,
        provider: (!rows.is_empty()).then(|| chance.table(&rows)),
        employer: works.then(|| *chance.pick(EMPLOYERS)),
        from,
        to: None,
        predicted_end,
    }
}
