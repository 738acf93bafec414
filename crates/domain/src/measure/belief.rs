//! What was believed at each count: the standings of a month's end as the register knew them when it came,
//! held against what is known of the same day now. Accuracy is counted from this.

use super::walk::walk_history;
use super::{Asked, History, Standing};
use crate::cohort::Stamp;

/// Standings as they were believed when months ended, by the rows of today's cohort.
#[derive(Clone, Debug, Default)]
pub struct Beliefs {
    /// The first month, numbered as [`Stamp::month_number`] counts, and how many there are.
    first: i32,
    months: usize,
    /// All months of a row, then those of the next: they are looked up person by person.
    standings: Vec<Option<Standing>>,
}

impl Beliefs {
    /// What was believed at the end of each month of a history. Of `asked`, the cohort, the months and whom the
    /// reader may count are left aside.
    pub fn new(history: &History, asked: Asked<'_>) -> Self {
        let History { span, cohort, people, .. } = history;
        let asked = Asked { cohort, span: *span, within: None, believed: None, ..asked };
        let months = span.months() as usize;
        let mut standings = vec![None; people * months];
        walk_history(history, asked, |row, segments| {
            for segment in segments {
                let (from, to) = (segment.from as usize, segment.to as usize);
                let (from, to) = (row * months + from, row * months + to);
                if let Some(part) = standings.get_mut(from..to) {
                    part.fill(Some(segment.standing));
                }
            }
        });
        Self { first: Stamp::month_number(span.first()), months, standings }
    }

    /// What was believed of a row at the end of a month, numbered as [`Stamp::month_number`] counts; `None` where
    /// nothing was, or nobody asked.
    pub fn of(&self, month: i32, row: usize) -> Option<Standing> {
        let at = usize::try_from(month - self.first).ok().filter(|at| *at < self.months)?;
        self.standings.get(row * self.months + at).copied().flatten()
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
