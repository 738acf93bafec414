//! What people do from September of Year 12 on: stays at a school, a college, a job, out of
//! learning. A month's shares of NEET and not known are set for a whole year group and met by
//! drawing who joins and who leaves, so that the town's figures come out as published whatever
//! the seed; who it is depends on risk.

use super::chance::Chance;
use super::diary::Diary;
use super::paths;
use super::people::Youngster;
use super::town::Provider;
use domain::calendar::{AcademicYear, Day, Month};

/// A stretch of doing one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    pub code: &'static str,
    pub provider: Option<usize>,
    pub employer: Option<&'static str>,
    pub from: Day,
    /// The last day; `None` while it goes on.
    pub to: Option<Day>,
    pub predicted_end: Option<Day>,
}

/// Everybody's stays, by their number in the town.
pub type Lives = Vec<Vec<Stay>>;

/// Units: per cent of year groups 12 and 13, December to February. The newest year first; the
/// figures published for 2025, 2024 (from the change to 2025), 2023 and 2022. The last rise, by three quarters,
/// is as published: no level set on the winters before it foresees it.
const PUBLISHED: [(f64, f64); 4] = [(6.6, 3.1), (3.8, 1.6), (3.0, 3.2), (2.9, 11.8)];

/// A month's share against the winter's mean, from September on.
const NEET_SEASON: [f64; 12] =
    [0.60, 0.80, 0.93, 0.98, 1.02, 1.06, 1.08, 1.09, 1.10, 1.12, 1.15, 1.17];
const NOT_KNOWN_SEASON: [f64; 12] =
    [1.5, 1.25, 1.1, 1.02, 1.0, 0.98, 0.98, 1.0, 1.02, 1.1, 1.25, 1.4];

/// How far a year's published not known is by code; the rest are records that lapsed.
const BY_CODE: f64 = 0.70;

pub fn lives(youngsters: &[Youngster], providers: &[Provider], diary: &Diary, seed: u64) -> Lives {
    let mut chance = Chance::stream(seed, 2);
    let mut lives: Lives = vec![Vec::new(); youngsters.len()];
    let now = AcademicYear::of(diary.as_of);
    let first = AcademicYear::of(diary.first_day());
    for year in first.start_year()..=now.start_year() {
        let back = usize::try_from(now.start_year() - year).unwrap_or(0).min(PUBLISHED.len() - 1);
        let published = PUBLISHED.get(back).copied().unwrap_or((3.0, 3.0));
        let year = AcademicYear::starting(year);
        for month in Month::of(year.first_day()).through(Month::of(year.last_day())) {
            if month.first_day() > diary.as_of {
                break;
            }
            for age in 16..=24 {
                let back = now.start_year() - year.start_year();
                let group: Vec<usize> = (0..youngsters.len())
                    .filter(|at| {
                        youngsters
                            .get(*at)
                            .is_some_and(|one| one.age - back == age && (age <= 17 || one.plan))
                    })
                    .collect();
                let mut step = Step {
                    youngsters,
                    providers,
                    lives: &mut lives,
                    chance: &mut chance,
                    month,
                    age,
                    last: diary.as_of,
                };
                step.run(&group, published);
            }
        }
    }
    lives
}

/// One month of one year group.
struct Step<'a> {
    youngsters: &'a [Youngster],
    providers: &'a [Provider],
    lives: &'a mut Lives,
    chance: &'a mut Chance,
    month: Month,
    age: i16,
    last: Day,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Learning,
    Neet,
    NotKnown,
}

fn standing(stays: &[Stay]) -> Standing {
    match stays.last().map(|stay| stay.code) {
        Some("810" | "820" | "830") => Standing::NotKnown,
        Some(code) if paths::is_neet(code) => Standing::Neet,
        _ => Standing::Learning,
    }
}

impl Step<'_> {
    fn run(&mut self, group: &[usize], (neet, not_known): (f64, f64)) {
        let september = self.month.number() == 9;
        for who in group {
            if september {
                self.september(*who);
            } else {
                self.drift(*who);
            }
        }
        let season = usize::try_from((self.month.number() + 3) % 12).unwrap_or(0);
        let at = |table: &[f64; 12]| table.get(season).copied().unwrap_or(1.0);
        // Year 13 stands worse than Year 12 by about as much as nationally.
        let (neet_age, not_known_age) = if self.age == 16 { (0.78, 0.72) } else { (1.22, 1.28) };
        let people = group.len() as f64 / 100.0;
        let neet = (neet * neet_age * at(&NEET_SEASON) * people).round() as usize;
        let not_known =
            (not_known * BY_CODE * not_known_age * at(&NOT_KNOWN_SEASON) * people).round() as usize;
        self.settle(group, Standing::NotKnown, not_known);
        self.settle(group, Standing::Neet, neet);
    }

    /// A new school year: everybody begins Year 12, goes on, or begins something else.
    fn september(&mut self, who: usize) {
        let Some(one) = self.youngsters.get(who) else { return };
        let year = AcademicYear::of(self.month.first_day());
        let stays = self.lives.get(who).map_or(&[][..], Vec::as_slice);
        let next = match stays.last() {
            None => Some(paths::first(one, self.providers, year, self.chance)),
            Some(stay) => paths::next_year(one, stay, self.providers, year, self.chance),
        };
        if let Some(stay) = next {
            self.begin(who, stay);
        }
    }

    /// Some leave what they do for something else of its kind, and some who were out come back.
    fn drift(&mut self, who: usize) {
        let stays = self.lives.get(who).map_or(&[][..], Vec::as_slice);
        let share = match standing(stays) {
            Standing::Learning if stays.last().is_some_and(|stay| stay.code < "300") => 0.004,
            Standing::Learning => 0.03,
            Standing::Neet => 0.09,
            Standing::NotKnown => 0.14,
        };
        if self.chance.yes(share) {
            self.come_back(who);
        }
    }

    fn come_back(&mut self, who: usize) {
        let day = self.some_day();
        if let Some(one) = self.youngsters.get(who) {
            let stay = paths::later(one, self.providers, day, self.chance);
            self.begin(who, stay);
        }
    }

    /// Brings the number of a standing to `wanted` by drawing who joins or who leaves it.
    fn settle(&mut self, group: &[usize], wanted: Standing, count: usize) {
        let life =
            |lives: &Lives, who: usize| lives.get(who).map_or(Standing::Learning, |s| standing(s));
        let inside: Vec<usize> =
            group.iter().copied().filter(|who| life(self.lives, *who) == wanted).collect();
        if inside.len() > count {
            let even: Vec<(usize, f64)> = inside.iter().map(|who| (*who, 1.0)).collect();
            for who in self.chance.sample(&even, inside.len() - count) {
                self.come_back(who);
            }
            return;
        }
        let others: Vec<(usize, f64)> = group
            .iter()
            .copied()
            .filter(|who| life(self.lives, *who) == Standing::Learning)
            .map(|who| (who, self.youngsters.get(who).map_or(1.0, Youngster::weight)))
            .collect();
        for who in self.chance.sample(&others, count - inside.len()) {
            let day = self.some_day();
            let Some(one) = self.youngsters.get(who) else { continue };
            let code = match wanted {
                Standing::Neet => paths::neet(one, day, self.chance),
                _ => self.chance.table(&[("810", 0.6), ("820", 0.3), ("830", 0.1)]),
            };
            let stay = Stay {
                code,
                provider: None,
                employer: None,
                from: day,
                to: None,
                predicted_end: None,
            };
            self.begin(who, stay);
        }
    }

    /// A day of the month, not after the demonstration's.
    fn some_day(&mut self) -> Day {
        if self.month.number() == 9 {
            return self.month.first_day();
        }
        let last = if self.month == Month::of(self.last) { self.last.day() } else { 28 };
        let day = i8::try_from(self.chance.between(1, i32::from(last))).unwrap_or(1);
        self.month.first_day().with().day(day).build().unwrap_or(self.month.first_day())
    }

    /// Ends what goes on and begins something else; a stay that would have no day is replaced.
    fn begin(&mut self, who: usize, stay: Stay) {
        let Some(stays) = self.lives.get_mut(who) else { return };
        while stays.last().is_some_and(|last| last.from >= stay.from) {
            stays.pop();
        }
        if let Some(last) = stays.last_mut() {
            last.to = stay.from.yesterday().ok();
        }
        stays.push(stay);
    }
}
