//! Where everybody stood at the end of every month, as the register knew it on that day: what is learned
//! from. What was known on a past day never changes, so months are kept once read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::calendar::{Day, Month, academic_age};
use domain::cohort::{Cohort, Stamp};
use domain::edition::{AgeKind, Edition};
use domain::forecast::landmark::{AHEAD, Panel, place};
use domain::measure::{Asked, Span, Standing, walk};
use domain::person::ChangeId;
use store::cohort::on_days;
use store::{changes, organisations};

use crate::{Context, Wrong};

/// Standings as the model tells them apart.
pub(super) const STATES: usize = 7;
pub(super) const LEARNING: usize = 0;
pub(super) const OTHER_EET: usize = 1;
pub(super) const NEET: usize = 2;
pub(super) const NOT_KNOWN: usize = 3;
pub(super) const LAPSED: usize = 4;
const COMPULSORY: usize = 5;
const OUTSIDE: usize = 6;

/// Person, group and state, by person.
type Row = (i64, u8, u8);

/// The months already read, by edition, month and the change they were known at.
#[derive(Default)]
pub struct Memory(Mutex<Months>);

type Months = BTreeMap<(String, String, i64), Arc<Vec<Row>>>;

/// Months that are read together.
const MONTHS_AT_ONCE: usize = 12;

/// The furthest that history is looked back for. Units: months.
const MONTHS_MOST: i32 = 60;

/// The ages followed and how they lie in groups: one year more than is counted, so that those who
/// leave school come in, each with and without a need or characteristic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups {
    pub youngest: i16,
    pub ages: usize,
}

impl Groups {
    pub fn of(edition: &Edition) -> Result<Self, Wrong> {
        let age = edition.measure.age;
        if age.kind != AgeKind::Academic {
            return Err(Wrong::refused(format!(
                "The {} edition counts by age on the day; a forecast follows school years and cannot \
                 be made under it.",
                edition.name
            )));
        }
        let ages = usize::try_from(age.max - age.min + 2).unwrap_or(1);
        Ok(Self { youngest: age.min - 1, ages })
    }

    pub fn count(self) -> usize {
        self.ages * 2
    }

    /// Which groups are counted: all but the year before.
    pub fn counted(self) -> Vec<bool> {
        (0..self.count()).map(|group| group >= 2).collect()
    }

    /// Whether those of a group are counted so many months after `from`: they are a year older from every
    /// September on.
    pub fn counted_then(self, group: usize, from: Month, ahead: usize) -> bool {
        let months = (0..=ahead).skip(1).map(|step| from.plus(i32::try_from(step).unwrap_or(0)));
        let then = group + 2 * months.filter(|month| month.number() == 9).count();
        (2..self.count()).contains(&then)
    }

    fn group(self, cohort: &Cohort, p: usize, month: Month) -> Option<u8> {
        let born = cohort.people.born.get(p)?.day()?;
        let age = academic_age(born, month.last_day()) - self.youngest;
        let age = usize::try_from(age).ok().filter(|age| *age < self.ages)?;
        let day = Stamp::of(month.last_day());
        let traits = &cohort.traits;
        let held = traits.of.of(p).any(|row| {
            let within = |column: &[Stamp]| column.get(row).copied();
            within(&traits.from).is_some_and(|from| from <= day)
                && within(&traits.to).is_some_and(|to| to >= day)
        });
        let need = cohort.people.send.text(p) == "Y" || cohort.people.sen_support.text(p) == "Y";
        u8::try_from(age * 2 + usize::from(held || need)).ok()
    }
}

fn state(standing: Standing) -> usize {
    match standing {
        s if s.participates() => LEARNING,
        s if s.is_eet() => OTHER_EET,
        s if s.is_neet() => NEET,
        s if s.is_lapsed() => LAPSED,
        s if s.is_not_known() => NOT_KNOWN,
        Standing::Compulsory => COMPULSORY,
        _ => OUTSIDE,
    }
}

/// The panel of everybody within reach, up to and including `last`.
///
/// Errors: refused where the register does not reach two years back, since a calendar month that was
/// seen once cannot be held against itself.
pub(super) async fn panel(
    ctx: &Context,
    edition: &Edition,
    last: Month,
    reach: Option<&BTreeSet<i64>>,
) -> Result<Panel, Wrong> {
    let groups = Groups::of(edition)?;
    let mut months: Vec<(Month, ChangeId)> = Vec::new();
    let mut tx = ctx.db.begin_read().await?;
    for back in 0..MONTHS_MOST {
        let month = last.plus(-back);
        let known = changes::latest_at(&mut tx, &ctx.end_of(month.last_day())).await?;
        if known == ChangeId(0) {
            break;
        }
        months.push((month, known));
    }
    let authority = organisations::setting(&mut tx, "la_code").await?;
    drop(tx);
    months.reverse();
    let Some((first, _)) = months.first().copied().filter(|_| months.len() >= 25) else {
        return Err(Wrong::refused(format!(
            "A forecast needs two years of months as they were known; this register has {}.",
            months.len()
        )));
    };
    let mut panel = Panel::new(first, months.len(), groups.counted(), STATES);
    read(ctx, edition, &months, authority.as_deref()).await?;
    let mut before: HashMap<i64, Past> = HashMap::new();
    for (at, month) in months.into_iter().enumerate() {
        let rows = ctx.months.get(edition, month).unwrap_or_default();
        before = add(&mut panel, at, &before, &rows, reach);
    }
    Ok(panel)
}

/// What went before, of one person.
#[derive(Clone, Copy)]
struct Past {
    state: usize,
    months: usize,
    out_before: bool,
    /// Their group and place at the newest month ends, each at its month's place in the panel, modulo
    /// their number.
    stood: [Option<(usize, usize)>; AHEAD],
}

impl Past {
    fn out(state: usize) -> bool {
        matches!(state, NEET | NOT_KNOWN)
    }

    /// A month later.
    fn and(before: Option<&Self>, state: usize) -> Self {
        let same = before.filter(|past| past.state == state);
        let was_out = before.is_some_and(|past| past.out_before);
        Self {
            state,
            months: same.map_or(1, |past| past.months + 1),
            out_before: was_out || Self::out(state),
            stood: before.map_or([None; AHEAD], |past| past.stood),
        }
    }

    fn place(&self) -> usize {
        place(self.state, self.months, Self::out(self.state), self.out_before)
    }

    fn stood(&self, at: usize) -> Option<(usize, usize)> {
        self.stood.get(at % AHEAD).copied().flatten()
    }

    fn stand(&mut self, at: usize, stands: (usize, usize)) {
        if let Some(stood) = self.stood.get_mut(at % AHEAD) {
            *stood = Some(stands);
        }
    }
}

/// Adds a month to the panel; what is remembered of its people.
fn add(
    panel: &mut Panel,
    at: usize,
    before: &HashMap<i64, Past>,
    now: &[Row],
    reach: Option<&BTreeSet<i64>>,
) -> HashMap<i64, Past> {
    let mut after = HashMap::with_capacity(now.len());
    for (person, group, state) in now {
        if reach.is_some_and(|reach| !reach.contains(person)) {
            continue;
        }
        let (group, state) = (usize::from(*group), usize::from(*state));
        let mut here = Past::and(before.get(person), state);
        for ahead in 1..=AHEAD.min(at) {
            if let Some(stood) = here.stood(at - ahead) {
                panel.became((at - ahead, ahead), stood, (group, state));
            }
        }
        let place = here.place();
        panel.stand(at, group, place);
        here.stand(at, (group, place));
        after.insert(*person, here);
    }
    after
}

impl Memory {
    fn get(&self, edition: &Edition, (month, known): (Month, ChangeId)) -> Option<Arc<Vec<Row>>> {
        let key = (edition.name.clone(), month.to_string(), known.0);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn keep(&self, edition: &Edition, (month, known): (Month, ChangeId), rows: Vec<Row>) {
        let key = (edition.name.clone(), month.to_string(), known.0);
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.insert(key, Arc::new(rows));
    }
}

/// Reads where everybody stood at the ends of those months that are not yet kept, each as known then.
async fn read(
    ctx: &Context,
    edition: &Edition,
    months: &[(Month, ChangeId)],
    authority: Option<&str>,
) -> Result<(), Wrong> {
    let groups = Groups::of(edition)?;
    // The year before those counted is followed too: it is who comes in next September.
    let mut wider = edition.clone();
    wider.measure.age.min = groups.youngest;
    let age = wider.measure.age;
    let missing = months.iter().copied().filter(|one| ctx.months.get(edition, *one).is_none());
    for some in missing.collect::<Vec<_>>().chunks(MONTHS_AT_ONCE) {
        let wanted: Vec<(ChangeId, Day)> =
            some.iter().map(|(month, known)| (*known, month.last_day())).collect();
        let first = wanted.iter().map(|(_, day)| age.births(*day).0).min();
        let last = wanted.iter().map(|(_, day)| age.births(*day).1).max();
        let Some(born) = first.zip(last) else { break };
        let mut tx = ctx.db.begin_read().await?;
        let cohorts = on_days(&mut tx, &wanted, born).await?;
        drop(tx);
        for (one, cohort) in some.iter().zip(&cohorts) {
            ctx.months.keep(edition, *one, rows_of(cohort, &wider, groups, one.0, authority));
        }
    }
    Ok(())
}

fn rows_of(
    cohort: &Cohort,
    edition: &Edition,
    groups: Groups,
    month: Month,
    authority: Option<&str>,
) -> Vec<Row> {
    let asked = Asked {
        cohort,
        edition,
        basis: edition.measure.basis,
        authority,
        span: Span::one(month),
        within: None,
        believed: None,
    };
    let mut rows = Vec::with_capacity(cohort.len());
    walk(asked, |p, segments| {
        let id = cohort.people.id.get(p).copied().unwrap_or_default();
        let found = segments.first().and_then(|segment| u8::try_from(state(segment.standing)).ok());
        if let (Some(group), Some(state)) = (groups.group(cohort, p, month), found) {
            rows.push((id, group, state));
        }
    });
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: Groups = Groups { youngest: 15, ages: 3 };

    #[test]
    fn ages_turn_in_september_and_only_those_counted_then_are() {
        let of = |group: usize, from: &str, ahead: usize| {
            GROUPS.counted_then(group, from.parse().unwrap(), ahead)
        };
        assert_eq!([1, 2].map(|ahead| of(0, "2024-07", ahead)), [false, true]);
        assert_eq!([11, 12].map(|ahead| of(2, "2024-09", ahead)), [true, true]);
        assert_eq!([11, 12].map(|ahead| of(4, "2024-09", ahead)), [true, false]);
    }

    #[test]
    fn what_became_of_people_is_told_up_to_a_year_on_and_never_across_a_gap() {
        let first = "2024-01".parse().unwrap();
        let mut panel = Panel::new(first, 14, GROUPS.counted(), STATES);
        let mut before = HashMap::new();
        let (learning, neet) = (u8::try_from(LEARNING).unwrap(), u8::try_from(NEET).unwrap());
        for at in 0..14 {
            let mut rows = vec![(1, 2, if at == 5 { neet } else { learning })];
            // Somebody who is not there in the fifth month, and of an age that is not counted to begin with.
            if at != 4 {
                rows.push((2, if at < 3 { 0 } else { 2 }, learning));
            }
            before = add(&mut panel, at, &before, &rows, None);
        }
        let new = place(LEARNING, 1, false, false);
        assert_eq!([5, 12].map(|ahead| panel.seen_later((0, ahead), new, NEET)), [1, 0]);
        assert_eq!([2, 3, 4].map(|ahead| panel.seen_later((0, ahead), new, LEARNING)), [1, 2, 1]);
        assert_eq!(panel.seen_later((0, 12), new, LEARNING), 1);
        assert_eq!(panel.seen_later((3, 2), place(LEARNING, 4, false, false), LEARNING), 0);
        assert_eq!(panel.seen_later((5, 1), new, LEARNING), 1, "followed anew after the gap");
    }
}
