//! What schools and services would tell of the town's young people: attendance, suspensions, censuses,
//! Key Stages 2 and 4, youth justice, family intervention, the Children's Fund. Behind it stand two
//! numbers that nobody is told: how much somebody holds to school, and how easily they learn. What is told
//! follows from them with chance on top; who becomes NEET follows from them as well, in `lives`.

use super::chance::Chance;
use super::diary::Diary;
use super::homes::Household;
use super::people::Youngster;
use domain::calendar::{AcademicYear, Day};
use domain::prediction::Fact;
use jiff::ToSpan;
use jiff::civil::date;

/// The two numbers behind, about nought for most, and what they do to the odds of being out of learning.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bent {
    /// Holding to school.
    holds: f64,
    /// Learning easily.
    learns: f64,
}

impl Bent {
    pub fn draw(chance: &mut Chance) -> Self {
        let holds = bell(chance);
        Self { holds, learns: 0.5 * holds + 0.87 * bell(chance) }
    }

    /// Times the odds. Those who hold least lose more than in proportion.
    pub fn odds(self) -> f64 {
        let lost = if self.holds < -1.0 { 0.5 * (-1.0 - self.holds) } else { 0.0 };
        (-0.85 * self.holds - 0.75 * self.learns + lost).exp()
    }
}

/// Near enough a bell of width one: twelve even draws.
fn bell(chance: &mut Chance) -> f64 {
    (0..12).map(|_| chance.unit()).sum::<f64>() - 6.0
}

/// A fact told at a moment, in a set of its kind.
pub type ToldLater = (usize, &'static str, Fact);

struct Pen<'a> {
    diary: &'a Diary,
    told: Vec<ToldLater>,
}

impl Pen<'_> {
    /// Writes a fact that is told `days` after it ended; what is not told by the end is not written.
    fn tell(&mut self, kind: &'static str, days: i32, fact: Fact) {
        let known = fact.to.filter(|_| kind != "census").unwrap_or(fact.from);
        if let Some(at) = self.diary.after(known.saturating_add(days.days())) {
            self.told.push((at, kind, fact));
        }
    }
}

fn fact(
    field: &str,
    value: impl Into<String>,
    (from, to): (Day, Option<Day>),
    source: &str,
) -> Fact {
    let (field, value, source) = (field.to_owned(), value.into(), source.to_owned());
    Fact { field, value, from, to, source, ..Fact::default() }
}

/// Everything told of one young person from Year 10 on, by when it is told.
pub fn told(
    one: &Youngster,
    home: &Household,
    diary: &Diary,
    chance: &mut Chance,
) -> Vec<ToldLater> {
    let mut pen = Pen { diary, told: Vec::new() };
    let now = AcademicYear::of(diary.as_of);
    let poor = 11.0 - f64::from(home.decile);
    let meals = chance.yes(0.06 + 0.035 * poor);
    let gifted = one.bent.learns > 1.2 && chance.yes(0.75);
    let eleven = one.year_of_age(15, now).year();
    once(one, poor, eleven, &mut pen, chance);
    for age in [14, 15] {
        let begins = one.year_of_age(age, now).year();
        // A year that was over long before the register began is of no use to it.
        let register = AcademicYear::of(diary.first_day()).start_year();
        if begins + 1 < register || date(begins, 9, 1) > diary.as_of {
            continue;
        }
        terms(one, begins, age, &mut pen, chance);
        censuses(one, (meals, gifted), begins, &mut pen);
        suspensions(one, begins, &mut pen, chance);
    }
    pen.told
}

/// Key Stages, and what services hold.
fn once(one: &Youngster, poor: f64, eleven: i16, pen: &mut Pen<'_>, chance: &mut Chance) {
    let Bent { holds, learns } = one.bent;
    let bound = |value: f64, least: f64, most: f64| value.clamp(least, most);
    let ks2 = bound(103.5 + 4.5 * learns + 2.5 * bell(chance), 80.0, 120.0).round();
    let day = date(eleven - 4, 7, 9);
    pen.tell("ks2", 60, fact("ks2", ks2.to_string(), (day, None), "Key Stage 2 results"));
    let grade = |chance: &mut Chance| {
        bound(4.7 + 1.25 * learns + 0.45 * holds + 0.55 * bell(chance), 0.0, 9.0)
    };
    for (when, days, source) in [
        (date(eleven, 10, 20), 15, "school forecast"),
        (date(eleven + 1, 2, 20), 15, "mock examinations"),
        (date(eleven + 1, 8, 22), 20, "examination results"),
    ] {
        let mean = grade(chance);
        let both = mean + 0.6 * bell(chance) >= 4.1;
        pen.tell("exams", days, fact("ks4", format!("{mean:.2}"), (when, None), source));
        let both = if both { "yes" } else { "no" };
        pen.tell("exams", days, fact("english_maths", both, (when, None), source));
    }
    let services = [
        (
            "fip",
            "family_intervention",
            0.006 * poor * (-0.7 * holds).exp(),
            "Family Intervention Project",
        ),
        ("childrens-fund", "childrens_fund", 0.008 * poor, "Children's Fund records"),
        ("early-help", "early_help", 0.007 * poor * (-0.5 * holds).exp(), "early help team"),
    ];
    for (kind, field, share, source) in services {
        if chance.yes(share.min(0.5)) {
            let from = date(eleven - chance.between(1, 4) as i16, 3, 1);
            let days = (from, Some(from.saturating_add(9.months())));
            pen.tell(kind, 40, fact(field, "yes", days, source));
        }
    }
    if let Some(held) = one.traits.iter().find(|held| held.code == "170") {
        let days = (held.from, Some(held.from.saturating_add(8.months())));
        pen.tell("yot", 20, fact("youth_justice", "yes", days, "youth offending team"));
    }
}

/// Three terms of attendance, told ten days after each has ended.
fn terms(one: &Youngster, begins: i16, age: i16, pen: &mut Pen<'_>, chance: &mut Chance) {
    let year = begins + 1;
    let rows = [
        (date(begins, 9, 2), date(begins, 10, 25), 76.0),
        (date(begins, 11, 4), date(begins, 12, 20), 68.0),
        (date(year, 1, 6), date(year, 4, 4), 124.0),
        (date(year, 4, 22), date(year, 7, 22), 116.0),
    ];
    // Year 11 is missed more than Year 10, and the last two winters more than those before.
    let older = if age == 15 { 1.12 } else { 1.0 };
    for (from, to, possible) in rows {
        let share = 0.06 * older * (-0.62 * one.bent.holds + 0.35 * bell(chance)).exp();
        let missed = (possible * share.min(0.75)).round();
        let without = (missed * (0.25 - 0.12 * one.bent.holds).clamp(0.02, 0.8)).round();
        let value = format!("{possible}/{missed}/{without}");
        let told = fact("sessions", value, (from, Some(to)), "school register");
        pen.tell("attendance", 10, told);
    }
}

/// The autumn and spring censuses.
fn censuses(one: &Youngster, (meals, gifted): (bool, bool), begins: i16, pen: &mut Pen<'_>) {
    for day in [date(begins, 10, 2), date(begins + 1, 1, 18)] {
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        let until = Some(day.saturating_add(4.months()));
        let source = "school census";
        pen.tell("census", 20, fact("free_school_meals", yes(meals), (day, until), source));
        let provision = if one.plan {
            "E"
        } else if one.support {
            "K"
        } else {
            "N"
        };
        pen.tell("census", 20, fact("sen_provision", provision, (day, None), source));
        pen.tell("census", 20, fact("gifted", yes(gifted), (day, None), source));
    }
}

fn suspensions(one: &Youngster, begins: i16, pen: &mut Pen<'_>, chance: &mut Chance) {
    let holds = one.bent.holds;
    let mut share = 0.045 * (-1.05 * holds).exp();
    while chance.yes(share.min(0.6)) {
        let from = date(begins, 9, 15).saturating_add(chance.between(0, 290).days());
        let days = chance.between(1, 5);
        let span = (from, Some(from.saturating_add(days.days())));
        pen.tell("suspensions", 12, fact("suspended", days.to_string(), span, "school"));
        share *= 0.5;
    }
    if chance.yes((0.0015 * (-1.3 * holds).exp()).min(0.1)) {
        let from = date(begins, 11, 1).saturating_add(chance.between(0, 200).days());
        pen.tell("suspensions", 12, fact("excluded", "yes", (from, Some(from)), "school"));
    }
}
