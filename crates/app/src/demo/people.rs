//! Who lives in the town: households with brothers, sisters and twins, where they live, which
//! school they go to, and what is true of them. Nothing here is a fact about a real person.
//!
//! Deprivation and circumstances meet in one number, the risk: the odds of being out of learning
//! against somebody ordinary. What happens to people is drawn from it, in `lives`.

use super::chance::Chance;
use super::homes::{Homes, Household};
use super::names;
use super::schooling::Bent;
use super::town::{Provider, Sort, Takes};
use domain::calendar::{AcademicYear, Day};
use domain::identifiers::{NotValid, check_uln, check_upn};

/// Something true of someone from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trait {
    pub code: &'static str,
    pub from: Day,
}

/// One young person as they are, whoever knows it.
#[derive(Clone, Debug)]
pub struct Youngster {
    pub born: Day,
    /// Academic age on the demonstration's day.
    pub age: i16,
    pub female: bool,
    pub given: String,
    pub middle: Option<String>,
    pub family: String,
    pub household: usize,
    pub school: usize,
    pub upn: String,
    pub uln: String,
    /// An education, health and care plan.
    pub plan: bool,
    pub support: bool,
    pub traits: Vec<Trait>,
    /// Odds against somebody ordinary.
    pub risk: f64,
    /// What nobody is told, and what school shows of it.
    pub bent: Bent,
}

impl Youngster {
    /// How likely to be out of learning against others, all told and untold.
    pub fn weight(&self) -> f64 {
        self.risk * self.bent.odds()
    }

    pub fn is(&self, code: &str, day: Day) -> bool {
        self.traits.iter().any(|one| one.code == code && one.from <= day)
    }

    /// 1 September of the academic year in which they have this academic age.
    pub fn year_of_age(&self, age: i16, now: AcademicYear) -> Day {
        AcademicYear::starting(now.start_year() - (self.age - age)).first_day()
    }
}

/// Who of a thousand is of which academic age; from 20 on only those with a plan are kept.
/// Year groups have grown, as the published cohorts did from 2023 to 2025.
const AGES: &[(i16, f64)] = &[
    (13, 3_150.0),
    (14, 3_250.0),
    (15, 3_400.0),
    (16, 3_760.0),
    (17, 3_725.0),
    (18, 3_330.0),
    (19, 3_135.0),
    (20, 70.0),
    (21, 65.0),
    (22, 60.0),
    (23, 55.0),
    (24, 50.0),
];

/// Everybody, the oldest first.
pub struct People {
    pub youngsters: Vec<Youngster>,
    pub homes: Homes,
}

/// Makes a town of `count` young people.
pub fn people(count: usize, seed: u64, as_of: Day, providers: &[Provider]) -> People {
    let mut chance = Chance::stream(seed, 1);
    let mut homes = Homes::new();
    let mut youngsters: Vec<Youngster> = Vec::with_capacity(count);
    let now = AcademicYear::of(as_of);
    for (age, size) in sizes(count) {
        let end = youngsters.len() + size;
        let first_birthday = AcademicYear::starting(now.start_year() - age - 1).first_day();
        while youngsters.len() < end {
            let born = first_birthday.saturating_add(jiff::ToSpan::days(chance.between(0, 364)));
            let household = homes.for_child(born, &mut chance);
            let child = child(&mut chance, &homes, household, (born, age), providers);
            let twin = youngsters.len() + 1 < end && chance.yes(0.012);
            youngsters.push(child);
            if twin {
                homes.joined(household, born);
                let mut other = self::child(&mut chance, &homes, household, (born, age), providers);
                // Twins are sent to the same school unless it takes only one sex.
                if let Some(first) = youngsters.last().filter(|first| first.female == other.female)
                {
                    other.school = first.school;
                }
                youngsters.push(other);
            }
        }
    }
    number(&mut youngsters);
    // A stream of its own, so that the rest of the town is as it was.
    let mut chance = Chance::stream(seed, 3);
    for one in &mut youngsters {
        one.bent = Bent::draw(&mut chance);
    }
    People { youngsters, homes }
}

/// How many of each academic age there are, the oldest first. What rounding leaves over or takes too much is the
/// youngest year group's, which is made last: the rest of the town is the same.
fn sizes(count: usize) -> Vec<(i16, usize)> {
    let total: f64 = AGES.iter().map(|(_, weight)| weight).sum();
    let [youngest, older @ ..] = AGES else { return Vec::new() };
    let size = |weight: &f64| ((count as f64 * weight / total).round() as usize).max(1);
    let mut sizes: Vec<(i16, usize)> =
        older.iter().rev().map(|(age, weight)| (*age, size(weight))).collect();
    let made: usize = sizes.iter().map(|(_, size)| size).sum();
    sizes.push((youngest.0, count.saturating_sub(made)));
    sizes
}

fn child(
    chance: &mut Chance,
    homes: &Homes,
    household: usize,
    (born, age): (Day, i16),
    providers: &[Provider],
) -> Youngster {
    let home = homes.get(household);
    let female = chance.yes(0.487);
    let given = names::given(home.tradition, female, chance).to_owned();
    let middle = names::given(home.tradition, female, chance).to_owned();
    let plan = age >= 20 || chance.yes(0.05);
    let support = !plan && chance.yes(0.11 + 0.006 * (11.0 - f64::from(home.decile)));
    let school = school(chance, home, female, plan, providers);
    let traits = traits(chance, born, female, home.decile);
    let mut youngster = Youngster {
        born,
        age,
        female,
        given,
        middle: Some(middle).filter(|_| chance.yes(0.7)),
        family: home.family.clone(),
        household,
        school,
        upn: String::new(),
        uln: String::new(),
        plan,
        support,
        traits,
        risk: 0.0,
        bent: Bent::default(),
    };
    youngster.risk = risk(&youngster, home, providers.get(school).map(|p| p.sort));
    youngster
}

/// Nearer schools and larger ones are likelier; selective ones take more from better-off homes.
fn school(
    chance: &mut Chance,
    home: &Household,
    female: bool,
    plan: bool,
    providers: &[Provider],
) -> usize {
    let rows: Vec<(usize, f64)> = providers
        .iter()
        .enumerate()
        .map(|(at, provider)| {
            let km = distance(home, provider);
            let weight = match provider.sort {
                Sort::School(intake) => {
                    let taken = match intake.takes {
                        Takes::Both => true,
                        Takes::Girls => female,
                        Takes::Boys => !female,
                    };
                    let reach = if intake.selective { 6.0 } else { 2.5 };
                    let chosen =
                        if intake.selective { 0.4 + 0.12 * f64::from(home.decile) } else { 1.3 };
                    let open = if plan { 0.35 } else { 1.0 };
                    f64::from(taken) * intake.size * (-km / reach).exp() * chosen * open
                }
                Sort::Special => {
                    if plan {
                        90.0 * (-km / 6.0).exp()
                    } else {
                        0.0
                    }
                }
                Sort::Alternative => {
                    if plan {
                        2.0
                    } else {
                        1.6
                    }
                }
                Sort::Kent => 22.0,
                Sort::College | Sort::Training | Sort::Reengagement => 0.0,
            };
            (at, weight)
        })
        .collect();
    chance.table(&rows)
}

/// Units: kilometres, near enough over one town.
fn distance(home: &Household, provider: &Provider) -> f64 {
    let north = (home.lat - provider.lat) * 111.2;
    let east = (home.lon - provider.lon) * 69.4;
    north.hypot(east)
}

/// Individual characteristics with the day from which they hold, by how common they are.
fn traits(chance: &mut Chance, born: Day, female: bool, decile: u8) -> Vec<Trait> {
    let poor = 1.6 - 0.11 * f64::from(decile);
    // Code, share, and the ages between which it began.
    let rows: &[(&'static str, f64, (i32, i32))] = &[
        ("110", 0.0042, (5, 15)),
        ("130", 0.0025, (11, 16)),
        ("140", 0.0035, (10, 16)),
        ("150", 0.0006, (14, 17)),
        ("170", 0.0026, (14, 17)),
        ("200", 0.0012, (13, 15)),
        ("210", 0.0022, (13, 17)),
        ("120", if female { 0.005 } else { 0.0004 }, (16, 18)),
        ("180", if female { 0.0016 } else { 0.0 }, (16, 17)),
        ("190", 0.0002, (16, 18)),
    ];
    let mut held = Vec::new();
    for (code, share, (least, most)) in rows {
        if chance.yes(share * poor) {
            let from = after(born, chance.between(*least, *most), chance);
            held.push(Trait { code, from });
            if *code == "110" && chance.yes(0.5) {
                held.push(Trait { code: "160", from: after(born, 16, chance) });
            }
        }
    }
    held
}

fn after(born: Day, years: i32, chance: &mut Chance) -> Day {
    let days = years * 365 + chance.between(10, 350);
    born.saturating_add(jiff::ToSpan::days(days))
}

fn risk(one: &Youngster, home: &Household, school: Option<Sort>) -> f64 {
    let mut odds = 1.9 - 0.27 * f64::from(home.decile) + 0.012 * f64::from(home.decile).powi(2);
    for held in &one.traits {
        odds *= match held.code {
            "120" | "180" | "190" => 12.0,
            "160" | "170" | "150" => 7.0,
            "110" | "200" | "130" => 4.0,
            _ => 5.0,
        };
    }
    odds *= match home.ethnicity {
        "AIND" | "CHNE" | "BAFR" => 0.45,
        "ABAN" | "APKN" | "AOTH" | "BOTH" => 0.6,
        "WROM" => 2.5,
        "WBRI" | "MWBC" => 1.1,
        _ => 0.9,
    };
    if one.plan {
        odds *= 1.5;
    }
    if one.support {
        odds *= 1.75;
    }
    odds * match school {
        Some(Sort::School(intake)) if intake.selective => 0.25,
        Some(Sort::Alternative) => 4.0,
        Some(Sort::Special) => 0.9,
        _ => 1.15,
    }
}

/// Pupil and learner numbers that are well formed, each given once.
///
/// The primary school that gave the number is made up: authority 887, numbers from 2001.
fn number(youngsters: &mut [Youngster]) {
    let mut in_year: std::collections::BTreeMap<i16, usize> = std::collections::BTreeMap::new();
    let mut ulns = (0_u64..).filter_map(uln);
    for one in youngsters {
        let year = AcademicYear::of(one.born).start_year() + 5;
        let at = in_year.entry(year).or_default();
        let (school, serial) = (2001 + *at % 73, *at / 73 + 1);
        *at += 1;
        one.upn = upn(&format!("887{school:04}{:02}{serial:03}", year % 100));
        one.uln = ulns.next().unwrap_or_default();
    }
}

/// Shape: the twelve characters after the check letter.
fn upn(body: &str) -> String {
    match check_upn(&format!("A{body}")) {
        Err(NotValid::CheckLetter(letter)) => format!("{letter}{body}"),
        _ => format!("A{body}"),
    }
}

/// The learner number of the nth nine digits, spread over the range; `None` where none is issued.
fn uln(nth: u64) -> Option<String> {
    let body = 100_000_000 + nth * 7_919_317 % 899_999_987;
    match check_uln(&format!("{body}0")) {
        Ok(()) => Some(format!("{body}0")),
        Err(NotValid::CheckDigit(digit)) => Some(format!("{body}{digit}")),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_has_as_many_people_as_it_is_asked_for() {
        for count in (200..=3_000).chain([crate::demo::PEOPLE, 60_000, 150_000, 200_000]) {
            let sizes = sizes(count);
            assert_eq!(sizes.iter().map(|(_, size)| size).sum::<usize>(), count);
            let total: f64 = AGES.iter().map(|(_, weight)| weight).sum();
            for ((age, weight), (of, size)) in AGES.iter().zip(sizes.iter().rev()) {
                let share = count as f64 * weight / total;
                assert_eq!(age, of);
                assert!((*size as f64 - share).abs() < 4.0 && *size > 0, "{count}: {sizes:?}");
            }
        }
        let providers = crate::demo::town::providers(crate::geography::geography());
        for count in [200, 2_398] {
            let made = people(count, 3, crate::demo::DAY, &providers).youngsters;
            assert_eq!(made.len(), count);
        }
    }

    #[test]
    fn numbers_pass_their_checks() {
        for body in ["887200121001", "887207320999"] {
            assert_eq!(check_upn(&upn(body)), Ok(()), "{body}");
        }
        let ulns: Vec<String> = (0..2_000).filter_map(uln).collect();
        assert!(ulns.iter().all(|uln| check_uln(uln).is_ok()));
        let different: std::collections::BTreeSet<&String> = ulns.iter().collect();
        assert_eq!(different.len(), ulns.len());
    }
}
