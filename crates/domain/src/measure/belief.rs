//! What was believed at each count: the standings of a month's end as the register knew them when it came,
//! held against what is known of the same day now. Accuracy is counted from this.

use super::{Asked, Standing, walk};
use crate::calendar::Month;
use crate::cohort::{Cohort, Stamp};

/// Standings as they were believed, month by month, by the rows of today's cohort.
#[derive(Clone, Debug, Default)]
pub struct Beliefs {
    /// Numbered as [`Stamp::month_number`] counts, in order: every person is looked up in every month.
    months: Vec<(i32, Vec<Option<Standing>>)>,
}

impl Beliefs {
    /// Adds a month: `then` is the cohort as known at its end, asked of that month alone; `now` the one whose
    /// rows are counted.
    pub fn add(&mut self, month: Month, then: Asked<'_>, now: &Cohort) {
        let mut believed = vec![None; now.len()];
        walk(then, |p, segments| {
            let row = then.cohort.people.id.get(p).and_then(|id| now.row_of(*id));
            if let Some(slot) = row.and_then(|row| believed.get_mut(row)) {
                *slot = segments.last().map(|segment| segment.standing);
            }
        });
        let number = Stamp::month_number(month);
        let at = self.months.partition_point(|(before, _)| *before < number);
        self.months.insert(at, (number, believed));
    }

    /// What was believed of a row at the end of a month; `None` where nothing was, or nobody asked.
    pub(super) fn of(&self, month: i32, row: usize) -> Option<Standing> {
        let at = self.months.binary_search_by_key(&month, |(number, _)| *number).ok()?;
        let (_, believed) = self.months.get(at)?;
        believed.get(row).copied().flatten()
    }
}

/// Whether a record turned out right. `None` where it said nothing at the time, or where nobody has since
/// said anything of that day: the record was neither confirmed later nor does another stand in its place.
///
/// Somebody who since left the count, or whose record was taken back or ran out, was not found to be wrong.
/// Source: our own definition; the strategy asks for data that is "permanently current and accurate" (action
/// 1.2) and does not say how to tell.
pub fn turned_out(was: Standing, now: Standing, confirmed_since: bool) -> Option<bool> {
    let said = |one: Standing| one.is_eet() || one.is_neet();
    match (was, now) {
        (was, _) if !said(was) => None,
        (was, now) if was == now => confirmed_since.then_some(true),
        (_, now) => (said(now) || now == Standing::NotKnownByCode).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_right_once_confirmed_and_wrong_once_another_stands_in_its_place() {
        use Standing::{
            Apprenticeship, Excluded, FullTimeEducation, LapsedEet, NeetAvailable, NoActivity,
            NotKnownByCode, OtherStatus,
        };
        let rows = [
            (FullTimeEducation, FullTimeEducation, true, Some(true)),
            (FullTimeEducation, FullTimeEducation, false, None),
            (FullTimeEducation, NeetAvailable, false, Some(false)),
            (FullTimeEducation, Apprenticeship, true, Some(false)),
            (NeetAvailable, NotKnownByCode, true, Some(false)),
            // It said nothing.
            (LapsedEet, FullTimeEducation, true, None),
            (NotKnownByCode, NeetAvailable, true, None),
            // Nobody has contradicted it.
            (FullTimeEducation, NoActivity, false, None),
            (FullTimeEducation, OtherStatus, true, None),
            (FullTimeEducation, Excluded, true, None),
            (NeetAvailable, LapsedEet, false, None),
        ];
        for (was, now, confirmed, expected) in rows {
            assert_eq!(turned_out(was, now, confirmed), expected, "{was:?} {now:?} {confirmed}");
        }
    }
}
