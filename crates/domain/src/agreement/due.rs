//! Deliveries that an agreement expects against those that came.
//!
//! A line says how often; what came is the caller's. Invariant: one delivery serves one due day, so that a
//! single late file does not settle two months.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Agreement, Direction, Flow, Standing};

/// A delivery may come so many days before it is due and still be that one.
const EARLY_DAYS_MOST: i32 = 28;

/// One day on which a partner owes something, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub agreement: i64,
    pub partner: String,
    pub flow: Flow,
    pub day: Date,
    pub state: State,
}

/// How a due delivery stands on the day that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    OnTime(Date),
    /// It came, so many days after it was due.
    Late(Date, i32),
    /// It has not come; so many days late by now.
    Missing(i32),
    /// Due in so many days, today included as 0.
    Ahead(i32),
}

/// Something that came from a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    pub partner: String,
    /// The one flow that it counts as.
    pub flow: Flow,
    pub day: Date,
}

/// How punctual a partner was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Punctual {
    pub due: u32,
    pub on_time: u32,
    pub late: u32,
    pub missing: u32,
    /// Units: days late over those that came late, summed.
    pub days_late: i32,
}

impl Punctual {
    /// Units: percent of what was due; `None` while nothing was.
    pub fn on_time_percent(&self) -> Option<f64> {
        (self.due > 0).then(|| f64::from(self.on_time) * 100.0 / f64::from(self.due))
    }

    pub fn count(&mut self, state: State) {
        match state {
            State::Ahead(_) => return,
            State::OnTime(_) => self.on_time += 1,
            State::Late(_, days) => {
                self.late += 1;
                self.days_late += days;
            }
            State::Missing(_) => self.missing += 1,
        }
        self.due += 1;
    }
}

/// What is expected from partners between two days, and the next to come of each flow.
///
/// Days: `since` and `today` inclusive. A day is owed by the wording that is in force on it: one that is
/// not signed owes nothing, and what fell due before an agreement bound a partner, or after it was over,
/// was never owed.
/// Shape: by agreement, partner, flow and day.
pub fn expected(agreements: &[Agreement], came: &[Came], since: Date, today: Date) -> Vec<Due> {
    let mut all = Vec::new();
    for agreement in agreements {
        let partners: BTreeSet<&String> =
            agreement.versions.iter().flat_map(|version| &version.partners).collect();
        for partner in partners {
            for (flow, owed) in owed(agreement, partner, since, today) {
                let mut days: Vec<Date> = came
                    .iter()
                    .filter(|c| c.partner == *partner && c.flow == flow)
                    .map(|c| c.day)
                    .collect();
                days.sort_unstable();
                let due = |(day, state)| Due {
                    agreement: agreement.number,
                    partner: partner.clone(),
                    flow,
                    day,
                    state,
                };
                all.extend(settled(&owed, &days, today).into_iter().map(due));
            }
        }
    }
    all
}

/// Which of the flows that a file may count as it settles: the one whose due day is nearest of those that did not
/// come and in whose own time it lies, so that of two that come by one kind of file the second is met by the second
/// file; the first of them where it is in time for nothing that is owed.
///
/// Days: `day` is the day on which it came, and `due` what was expected by then.
/// Shape: `due` as [`expected`] gives it.
pub fn settles(open: &[Flow], due: &[Due], (partner, day): (&str, Date)) -> Option<Flow> {
    let unmet = |d: &Due| matches!(d.state, State::Missing(_) | State::Ahead(_));
    let away = |flow: Flow| {
        let own = due.iter().filter(|d| d.partner == partner && d.flow == flow);
        let own: Vec<&Due> = own.collect();
        let mut nearest: Option<i32> = None;
        for own in own.chunk_by(|one, next| one.agreement == next.agreement) {
            let days: Vec<Date> = own.iter().map(|d| d.day).collect();
            for (at, due) in own.iter().enumerate().filter(|(_, due)| unmet(due)) {
                let (opens, closes) = own_time(&days, at, due.day);
                if opens <= day && closes.is_none_or(|closes| day < closes) {
                    let off = between(day, due.day).abs();
                    nearest = Some(nearest.map_or(off, |least| least.min(off)));
                }
            }
        }
        nearest
    };
    let owed = open.iter().filter_map(|flow| Some((away(*flow)?, *flow)));
    let nearest = owed.min_by_key(|(days, _)| *days).map(|(_, flow)| flow);
    nearest.or_else(|| open.first().copied())
}

/// The days on which a partner owes each flow, by the wording in force on each, up to the next.
fn owed(agreement: &Agreement, partner: &str, since: Date, today: Date) -> Vec<(Flow, Vec<Date>)> {
    let mut all: Vec<(Flow, Vec<Date>)> = Vec::new();
    for version in &agreement.versions {
        let holds = |day: &Date| {
            let standing = agreement.standing(partner, *day);
            matches!(standing, Standing::InForce(on_it) if on_it.number == version.number)
        };
        for line in version.lines.iter().filter(|line| line.direction == Direction::In) {
            let (Some(every), Some(first)) = (line.every_months, line.first_due) else {
                continue;
            };
            let days = days(first, every, today).into_iter();
            let days: Vec<Date> = days.filter(|day| *day >= since && holds(day)).collect();
            match all.iter_mut().find(|(flow, _)| *flow == line.flow) {
                Some((_, owed)) => owed.extend(days),
                None => all.push((line.flow, days)),
            }
        }
    }
    for (_, owed) in &mut all {
        owed.sort_unstable();
        owed.dedup();
        let past = owed.partition_point(|day| *day <= today);
        owed.truncate(past + 1);
    }
    all
}

/// Due days of a line up to the first after today.
fn days(first: Date, every: u8, today: Date) -> Vec<Date> {
    let every = i32::from(every.max(1));
    let mut days = Vec::new();
    // From the first day each time, so that the 31st does not wander down to the 28th.
    for step in 0..1_200 {
        let Ok(day) = first.checked_add((step * every).months()) else { break };
        days.push(day);
        if day > today {
            break;
        }
    }
    days
}

/// Gives each due day the first delivery that is not taken and lies in its own time.
fn settled(owed: &[Date], came: &[Date], today: Date) -> Vec<(Date, State)> {
    let mut free = came.iter().copied().peekable();
    let mut all = Vec::with_capacity(owed.len());
    for (at, due) in owed.iter().enumerate() {
        let (opens, closes) = own_time(owed, at, *due);
        while free.next_if(|day| *day < opens).is_some() {}
        let taken = free.next_if(|day| closes.is_none_or(|closes| *day < closes));
        let state = match taken {
            Some(day) if day <= *due => State::OnTime(day),
            Some(day) => State::Late(day, between(*due, day)),
            None if today > *due => State::Missing(between(*due, today)),
            None => State::Ahead(between(today, *due)),
        };
        // Those between the one taken and the next opening were sent again; they settle nothing more.
        while let Some(closes) = closes
            && free.next_if(|day| *day < closes).is_some()
        {}
        all.push((*due, state));
    }
    all
}

/// From when on a delivery is for the due day at this place, and from when on it is for the next.
fn own_time(owed: &[Date], at: usize, due: Date) -> (Date, Option<Date>) {
    let before = at.checked_sub(1).and_then(|at| owed.get(at)).copied();
    (opens(due, before), owed.get(at + 1).map(|next| opens(*next, Some(due))))
}

/// From when on a delivery is for this due day: at most four weeks and half the way from the last.
fn opens(due: Date, before: Option<Date>) -> Date {
    let half = before.map_or(EARLY_DAYS_MOST, |before| between(before, due) / 2);
    due.checked_sub(half.min(EARLY_DAYS_MOST).days()).unwrap_or(due)
}

fn between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::super::{Gateway, Line, Signature, Version};
    use super::*;
    use jiff::civil::date;

    fn states(owed: &[Date], came: &[Date], today: Date) -> Vec<State> {
        settled(owed, came, today).into_iter().map(|(_, state)| state).collect()
    }

    #[test]
    fn every_due_day_takes_one_delivery_in_its_own_time() {
        let owed = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)];
        let today = date(2025, 3, 10);
        let on = State::OnTime;
        for (came, wanted) in [
            (vec![], vec![State::Missing(38), State::Missing(10), State::Ahead(21)]),
            (
                vec![date(2025, 1, 20), date(2025, 3, 3)],
                vec![on(date(2025, 1, 20)), State::Late(date(2025, 3, 3), 3), State::Ahead(21)],
            ),
            // One late file does not settle two months.
            (
                vec![date(2025, 2, 10)],
                vec![State::Late(date(2025, 2, 10), 10), State::Missing(10), State::Ahead(21)],
            ),
            // Sent twice is still one.
            (
                vec![date(2025, 1, 30), date(2025, 2, 1), date(2025, 2, 2)],
                vec![on(date(2025, 1, 30)), State::Missing(10), State::Ahead(21)],
            ),
            // Too early to be for any of them.
            (
                vec![date(2024, 11, 1)],
                vec![State::Missing(38), State::Missing(10), State::Ahead(21)],
            ),
        ] {
            assert_eq!(states(&owed, &came, today), wanted, "{came:?}");
        }
    }

    #[test]
    fn a_file_settles_what_is_owed_and_nearest() {
        let (moves, starts) = (Flow::JoinersLeavers, Flow::ApprenticeshipStarts);
        let day = date(2025, 3, 10);
        let due = |flow, month, on, state| Due {
            agreement: 1,
            partner: "college".to_owned(),
            flow,
            day: date(2025, month, on),
            state,
        };
        let came = State::OnTime(date(2025, 3, 5));
        let missing = State::Missing(1);
        let ahead = State::Ahead(1);
        let open = [moves, starts];
        for (due, wanted) in [
            (vec![], moves),
            (vec![due(moves, 3, 8, missing), due(starts, 3, 8, missing)], moves),
            (vec![due(moves, 3, 8, came), due(starts, 3, 8, missing)], starts),
            (
                vec![due(moves, 3, 8, came), due(moves, 4, 8, ahead), due(starts, 3, 8, missing)],
                starts,
            ),
            (vec![due(moves, 3, 1, missing), due(starts, 3, 14, ahead)], starts),
            (vec![due(moves, 3, 8, came), due(starts, 3, 8, came)], moves),
        ] {
            assert_eq!(settles(&open, &due, ("college", day)), Some(wanted), "{due:?}");
            assert_eq!(settles(&open, &due, ("school", day)), Some(moves), "another's");
            assert_eq!(settles(&[], &due, ("college", day)), None);
        }
    }

    /// A file of 12 February is nearer to 5 March than to 15 January, and a week too early for it.
    #[test]
    fn a_file_settles_nothing_before_its_time() {
        let (moves, starts) = (Flow::JoinersLeavers, Flow::ApprenticeshipStarts);
        let due = |flow, month, on, state| Due {
            agreement: 1,
            partner: "college".to_owned(),
            flow,
            day: date(2025, month, on),
            state,
        };
        let of_moves = [
            due(moves, 1, 5, State::OnTime(date(2025, 1, 5))),
            due(moves, 2, 5, State::OnTime(date(2025, 2, 4))),
            due(moves, 3, 5, State::Ahead(21)),
        ];
        let of_starts =
            [due(starts, 1, 15, State::Missing(28)), due(starts, 4, 15, State::Ahead(62))];
        let due = [&of_moves[..], &of_starts[..]].concat();
        let settled = |day| settles(&[moves, starts], &due, ("college", day));
        assert_eq!(settled(date(2025, 2, 12)), Some(starts));
        assert_eq!(settled(date(2025, 2, 18)), Some(starts));
        assert_eq!(settled(date(2025, 2, 19)), Some(moves), "its time begins");
        let met = [&of_moves[..], &of_starts[1..]].concat();
        let settled = settles(&[starts, moves], &met, ("college", date(2025, 2, 12)));
        assert_eq!(settled, Some(starts), "the first, where it is in time for none");
    }

    #[test]
    fn due_today_is_not_late_and_month_ends_stay_month_ends() {
        let today = date(2025, 2, 28);
        assert_eq!(states(&[today], &[], today), vec![State::Ahead(0)]);
        let due = days(date(2024, 12, 31), 1, today);
        let wanted = [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)];
        assert_eq!(due, wanted);
    }

    #[test]
    fn a_draft_changes_nothing_that_is_owed_and_a_new_wording_owes_from_its_start() {
        let line = |first: Date| Line {
            flow: Flow::SchoolRoll,
            direction: Direction::In,
            gateway: Gateway::Section72,
            items: BTreeSet::new(),
            every_months: Some(1),
            first_due: Some(first),
        };
        let signed = |party: Option<&str>| Signature {
            party: party.map(str::to_owned),
            name: "A".into(),
            post: String::new(),
            day: date(2024, 12, 1),
        };
        let version = |number, first, starts| Version {
            number,
            partners: BTreeSet::from(["school".to_owned()]),
            lines: vec![line(first)],
            starts: Some(starts),
            signatures: vec![signed(None), signed(Some("school"))],
            ..Version::default()
        };
        let mut agreement = Agreement {
            versions: vec![version(1, date(2025, 1, 31), date(2025, 1, 1))],
            ..Agreement::default()
        };
        let today = date(2025, 3, 10);
        let days = |agreement: &Agreement| -> Vec<Date> {
            let all = expected(std::slice::from_ref(agreement), &[], date(2025, 1, 1), today);
            all.into_iter().map(|due| due.day).collect()
        };
        let before = days(&agreement);
        assert_eq!(before, [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]);
        let mut draft = version(2, date(2025, 1, 15), date(2025, 1, 1));
        draft.signatures.clear();
        draft.partners.clear();
        agreement.versions.push(draft);
        assert_eq!(days(&agreement), before, "a draft");
        agreement.versions[1] = version(2, date(2025, 1, 15), date(2025, 2, 20));
        assert_eq!(
            days(&agreement),
            [date(2025, 1, 31), date(2025, 3, 15)],
            "the end of February is owed no more, the fifteenth of March is"
        );
    }

    #[test]
    fn punctuality_counts_what_was_due() {
        let mut of = Punctual::default();
        assert_eq!(of.on_time_percent(), None);
        let day = date(2025, 1, 1);
        for state in [State::OnTime(day), State::Late(day, 4), State::Missing(9), State::Ahead(3)] {
            of.count(state);
        }
        assert_eq!((of.due, of.on_time, of.late, of.missing, of.days_late), (3, 1, 1, 1, 4));
    }
}
