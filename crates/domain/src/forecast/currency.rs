//! The lapse curve: how many records count as not known on each coming day if nobody confirms
//! anything, what a provider's list would save, and which calls are left after that.
//!
//! What saves a record is the rule itself asked again: a record confirmed today is saved when its new
//! last day lies beyond the horizon. Invariant: lapsed now, lapsing and staying current are everybody.

use crate::calendar::{Day, next_school_year_end};
use crate::edition::{Activity, Edition};
use crate::status::{Clock, Spell};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// How far the daily curve looks. Units: days.
pub const DAYS: i32 = 90;

/// Whether there is anything in a spell that could lapse. Where it says that nothing is known, in the compulsory
/// years or after them, nothing is believed, whatever day the return asks to be told: it counts as not known
/// by its code, and no list and no day makes that of it.
///
/// Source: as [`Standing::of_code`](crate::measure::Standing::of_code).
pub fn can_lapse(spell: &Spell, edition: &Edition) -> bool {
    !edition.is_not_known(&spell.code)
}

/// One open record, of those that can lapse.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    pub clock: Clock,
    pub activity: Option<&'a Activity>,
    /// The caller's number of whoever could confirm a whole list at once.
    pub provider: Option<usize>,
    pub adviser: Option<usize>,
    /// Still of an age to be returned after the end of the school year.
    pub stays: bool,
}

/// What becomes of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts as not known already.
    Lapsed,
    /// `day` is the first on which it counts as not known; `saved` when confirming it today would
    /// keep it current over the horizon.
    Lapses { day: Day },
    /// It stays current over the horizon, or never lapses.
    Current,
}

impl Open<'_> {
    /// What becomes of it by the end of `until` if nobody confirms it.
    ///
    /// Days: `as_of` is today; a record is current on its last current day and lapsed on the next.
    pub fn fate(&self, as_of: Day, until: Day) -> Fate {
        let last = self.clock.last_current_day(self.activity);
        if last < as_of {
            return Fate::Lapsed;
        }
        match last.tomorrow() {
            Ok(day) if day <= until => Fate::Lapses { day },
            _ => Fate::Current,
        }
    }

    /// Whether confirming it on `as_of` keeps it current to the end of `until`.
    pub fn saved(&self, as_of: Day, until: Day) -> bool {
        let confirmed = Clock {
            base: as_of,
            lapse_stated: None,
            lapsed_stated: None,
            stated_on: None,
            ..self.clock
        };
        confirmed.last_current_day(self.activity) >= until
    }

    /// Whether the activity goes on after the school year, so that one list in autumn confirms it.
    pub fn goes_on_after(&self, school_year_end: Day) -> bool {
        self.clock.predicted_end.is_none_or(|end| end > school_year_end)
    }
}

/// One day of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub day: Day,
    /// Records that lapse on this day.
    pub lapsing: usize,
    /// All that count as not known by lapse on this day, those of today included.
    pub lapsed: usize,
}

/// The records of one provider or one adviser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub open: usize,
    pub lapsed: usize,
    pub within_30: usize,
    pub within_60: usize,
    pub within_90: usize,
    /// Lapsed or lapsing within the horizon, and saved if confirmed today.
    pub saved: usize,
    /// Lapse when the school year ends, on a course that goes on.
    pub cliff_goes_on: usize,
    /// Lapse when the school year ends, on a course that ends.
    pub cliff_ends: usize,
}

/// What one record is to whoever it belongs to.
#[derive(Clone, Copy)]
struct What {
    fate: Fate,
    day: Option<Day>,
    saved: bool,
    cliff: bool,
    goes_on: bool,
}

impl Share {
    fn add(&mut self, as_of: Day, what: What) {
        let within = |days: i32| {
            what.day.is_some_and(|day| day > as_of && day <= as_of.saturating_add(days.days()))
        };
        self.open += 1;
        self.lapsed += usize::from(what.fate == Fate::Lapsed);
        self.within_30 += usize::from(within(30));
        self.within_60 += usize::from(within(60));
        self.within_90 += usize::from(within(90));
        self.saved += usize::from(what.saved);
        self.cliff_goes_on += usize::from(what.cliff && what.goes_on);
        self.cliff_ends += usize::from(what.cliff && !what.goes_on);
    }
}

/// One more list loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub provider: usize,
    pub saved: usize,
    /// Calls that are left after this list and those before it.
    pub calls_left: usize,
}

/// The whole forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    pub as_of: Day,
    pub until: Day,
    pub open: usize,
    pub lapsed: usize,
    /// Lapse after today and by the end of `until`.
    pub lapsing: usize,
    /// Every day from today to `until`.
    pub days: Vec<Point>,
    /// Every seventh day from today to the end of the September after the school year, with the
    /// days on both sides of its end.
    pub cliff: Vec<Point>,
    /// The last day of the school year.
    pub school_year_end: Day,
    /// Of those still to be returned: lapse on the day after, going on or ending.
    pub cliff_goes_on: usize,
    pub cliff_ends: usize,
    pub providers: BTreeMap<usize, Share>,
    pub advisers: BTreeMap<Option<usize>, Share>,
    /// Lists in the order in which they save most, only those that save anybody.
    pub steps: Vec<Step>,
    /// Lapsed or lapsing records, by their place in what was given, that no list saves: the calls.
    pub calls: Vec<usize>,
}

/// Forecasts what lapses.
///
/// Days: both ends inclusive. Shape: places in `calls` are those of `records`, the most pressing first.
/// Source: currency rules of the edition; the cliff is the end of the school year, at which education
/// lapses whatever the length of the course (requirements of 2015-16 and 2019-20, as recovered).
pub fn curve(records: &[Open<'_>], as_of: Day, until: Day) -> Curve {
    let end = next_school_year_end(as_of);
    let after = end.tomorrow().unwrap_or(end);
    let september = after.last_of_month();
    let mut curve = Curve {
        as_of,
        until,
        open: records.len(),
        lapsed: 0,
        lapsing: 0,
        days: Vec::new(),
        cliff: Vec::new(),
        school_year_end: end,
        cliff_goes_on: 0,
        cliff_ends: 0,
        providers: BTreeMap::new(),
        advisers: BTreeMap::new(),
        steps: Vec::new(),
        calls: Vec::new(),
    };
    let mut on: BTreeMap<Day, usize> = BTreeMap::new();
    let mut later: BTreeMap<Day, usize> = BTreeMap::new();
    let mut pressing: Vec<(Day, usize)> = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let fate = record.fate(as_of, until.max(september));
        let (day, needs) = match fate {
            Fate::Lapsed => (Some(Day::MIN), true),
            Fate::Lapses { day } => (Some(day), day <= until),
            Fate::Current => (None, false),
        };
        match fate {
            Fate::Lapsed => curve.lapsed += 1,
            Fate::Lapses { day } => {
                *later.entry(day).or_default() += usize::from(record.stays || day < after);
                if needs {
                    curve.lapsing += 1;
                    *on.entry(day).or_default() += 1;
                }
            }
            Fate::Current => {}
        }
        let saved = needs && record.provider.is_some() && record.saved(as_of, until);
        let cliff = day == Some(after) && record.stays;
        let goes_on = record.goes_on_after(end);
        curve.cliff_goes_on += usize::from(cliff && goes_on);
        curve.cliff_ends += usize::from(cliff && !goes_on);
        let what = What { fate, day, saved, cliff, goes_on };
        if let Some(provider) = record.provider {
            curve.providers.entry(provider).or_default().add(as_of, what);
        }
        curve.advisers.entry(record.adviser).or_default().add(as_of, what);
        if needs && !saved {
            pressing.push((day.unwrap_or(Day::MAX), place));
        }
    }
    pressing.sort();
    curve.calls = pressing.into_iter().map(|(_, place)| place).collect();
    curve.days = points(as_of, curve.lapsed, &on, daily(as_of, until));
    curve.cliff = points(as_of, curve.lapsed, &later, weekly(as_of, end, after, september));
    curve.steps = steps(&curve);
    curve
}

fn daily(from: Day, to: Day) -> Vec<Day> {
    from.series(1.day()).take_while(|day| *day <= to).collect()
}

fn weekly(from: Day, end: Day, after: Day, to: Day) -> Vec<Day> {
    let mut days: Vec<Day> = from.series(7.days()).take_while(|day| *day <= to).collect();
    days.extend([end, after, to]);
    days.sort();
    days.dedup();
    days
}

/// Lapsed by each of the days; what lapsed since the day before it is that day's.
fn points(as_of: Day, now: usize, on: &BTreeMap<Day, usize>, days: Vec<Day>) -> Vec<Point> {
    let mut lapsed = now;
    let mut before = as_of;
    days.into_iter()
        .map(|day| {
            let lapsing: usize = match day > before {
                true => on
                    .range((std::ops::Bound::Excluded(before), std::ops::Bound::Included(day)))
                    .map(|(_, people)| people)
                    .sum(),
                false => 0,
            };
            lapsed += lapsing;
            before = day;
            Point { day, lapsing, lapsed }
        })
        .collect()
}

/// One record belongs to one provider, so taking the longest list first is exact.
fn steps(curve: &Curve) -> Vec<Step> {
    let mut lists: Vec<(usize, usize)> =
        curve.providers.iter().map(|(provider, share)| (*provider, share.saved)).collect();
    lists.retain(|(_, saved)| *saved > 0);
    lists.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut left = curve.lapsed + curve.lapsing;
    lists
        .into_iter()
        .map(|(provider, saved)| {
            left -= saved;
            Step { provider, saved, calls_left: left }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Duty, Group, Lapse};
    use jiff::civil::date;
    use proptest::prelude::*;

    fn activity(lapse: Lapse) -> Activity {
        Activity {
            code: "230".to_owned(),
            label: "College".to_owned(),
            group: Group::Education,
            participation: None,
            duty: Duty::Meeting,
            lapse,
            review_required: false,
            end_date_required: false,
            lapse_required: true,
            needs: Vec::new(),
        }
    }

    fn open<'a>(
        activity: &'a Activity,
        base: Day,
        end: Option<Day>,
        at: Option<usize>,
    ) -> Open<'a> {
        Open {
            clock: Clock {
                base,
                review: None,
                predicted_end: end,
                lapse_stated: None,
                lapsed_stated: None,
                stated_on: None,
            },
            activity: Some(activity),
            provider: at,
            adviser: None,
            stays: true,
        }
    }

    #[test]
    fn a_list_saves_what_the_rule_says_and_calls_are_what_is_left() {
        let (months, year) = (activity(Lapse::Months(6)), activity(Lapse::SchoolYearEnd));
        let as_of = date(2025, 3, 14);
        let records = [
            // Lapsed on 1 February; a list restores it to 14 September.
            open(&months, date(2024, 8, 1), None, Some(0)),
            // Lapses on 2 April.
            open(&months, date(2024, 10, 1), None, Some(0)),
            // Lapses on 2 May, and its course ends on 10 May: a list cannot save it.
            open(&months, date(2024, 11, 1), Some(date(2025, 5, 10)), Some(0)),
            // Lapses on 2 May and no list names it.
            open(&months, date(2024, 11, 1), None, None),
            // Courses: both lapse with the school year, one goes on.
            open(&year, date(2025, 1, 10), Some(date(2026, 8, 31)), Some(1)),
            open(&year, date(2025, 1, 10), Some(date(2025, 8, 31)), Some(1)),
        ];
        let found = curve(&records, as_of, as_of.saturating_add(90.days()));
        assert_eq!((found.open, found.lapsed, found.lapsing), (6, 1, 3));
        assert_eq!(found.steps, [Step { provider: 0, saved: 2, calls_left: 2 }]);
        assert_eq!(found.calls, [2, 3]);
        assert_eq!(found.days.len(), 91);
        let on = |day| found.days.iter().find(|point| point.day == day).copied().unwrap();
        assert_eq!((on(date(2025, 4, 1)).lapsed, on(date(2025, 4, 2)).lapsed), (1, 2));
        assert_eq!(on(date(2025, 5, 2)).lapsing, 2);
        assert_eq!((found.cliff_goes_on, found.cliff_ends), (1, 1));
        let step = found.cliff.iter().find(|point| point.day == date(2025, 9, 1)).unwrap();
        assert_eq!((step.lapsing, step.lapsed), (2, 6));
    }

    proptest! {
        #[test]
        fn the_curve_never_falls_and_holds_everybody(
            bases in prop::collection::vec((0i32..400, prop::option::of(0usize..4), 1i32..13), 0..60),
        ) {
            let as_of = date(2025, 3, 14);
            let kinds: Vec<Activity> =
                (1..13).map(|months| activity(Lapse::Months(months))).collect();
            let records: Vec<Open<'_>> = bases
                .iter()
                .map(|(back, provider, months)| {
                    let kind = &kinds[usize::try_from(*months - 1).unwrap()];
                    open(kind, as_of.saturating_sub((*back).days()), None, *provider)
                })
                .collect();
            let found = curve(&records, as_of, as_of.saturating_add(DAYS.days()));
            prop_assert!(found.days.is_sorted_by_key(|point| point.lapsed));
            prop_assert!(found.cliff.is_sorted_by_key(|point| point.lapsed));
            let last = found.days.last().unwrap().lapsed;
            prop_assert_eq!(last, found.lapsed + found.lapsing);
            let saved: usize = found.steps.iter().map(|step| step.saved).sum();
            prop_assert_eq!(saved + found.calls.len(), last);
            let left = found.steps.last().map_or(last, |step| step.calls_left);
            prop_assert_eq!(left, found.calls.len());
            let by_adviser: usize = found.advisers.values().map(|share| share.open).sum();
            prop_assert_eq!(by_adviser, records.len());
        }
    }
}
