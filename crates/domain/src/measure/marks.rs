//! Works out the marks of one person from their standings: moves into and out of NEET, what became of
//! them, contacts, the duty, characteristics and the September Guarantee. What counts as which is said
//! with each function; nothing here adds up.

#![expect(
    clippy::indexing_slicing,
    reason = "people, rows, codes and months are numbers of one cohort and span"
)]

use super::{Asked, Mark, Marked, Segment, Span, Standing, turned_out};
use crate::calendar::{Day, birthday};
use crate::cohort::Stamp;
use crate::edition::{AgeBand, AgeKind, Duty, Edition, Offer, Returning};
use crate::statutory::record::Node;

/// What a run of counts is, as far as moves go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Neet,
    Eet,
    NotKnown,
    /// Outside the denominator.
    Out,
}

/// Counts next to each other with the same class.
#[derive(Clone, Copy, Debug)]
struct Run {
    class: Class,
    from: u32,
    to: u32,
    spell: Option<u32>,
}

fn class(standing: Standing) -> Class {
    if standing.is_neet() {
        Class::Neet
    } else if standing.is_eet() {
        Class::Eet
    } else if standing.is_not_known() {
        Class::NotKnown
    } else {
        Class::Out
    }
}

/// One node of the guarantee: whom it is about in each month, and the statuses' marks by word.
struct Promise {
    births: Vec<(Stamp, Stamp)>,
    marks: Vec<Mark>,
    year_11: bool,
}

/// What of the question is the same for everybody.
pub(super) struct Marker<'a> {
    asked: Asked<'a>,
    /// The mark of a current activity, by the cohort's number of its code.
    duties: Vec<Option<Mark>>,
    has_duty: bool,
    /// The codes of the department's vulnerable group, as bits by the cohort's number.
    vulnerable: u32,
    promises: Vec<Promise>,
    /// Statuses of the guarantee's cohort, by the cohort's number.
    guaranteed: Vec<bool>,
}

/// Room that is used again for the next person.
#[derive(Default)]
pub(super) struct Room {
    runs: Vec<Run>,
    held: Vec<u32>,
}

impl<'a> Marker<'a> {
    pub fn new(asked: Asked<'a>) -> Self {
        let Asked { cohort, edition, span, .. } = asked;
        let duty = |code: &str| edition.activity(code).and_then(|activity| duty(activity.duty));
        let group = &edition.lists.vulnerable_group;
        let bits = (0..).zip(cohort.traits.code.words.iter());
        let promise = |node| promise(edition, span, node, asked);
        Self {
            duties: cohort.spells.code.words.iter().map(duty).collect(),
            has_duty: edition.activities.values().any(|a| a.duty == Duty::Meeting),
            vulnerable: bits
                .filter(|(_, code)| group.contains_key(*code))
                .map(|(n, _)| bit(n))
                .sum(),
            promises: [Node::GuaranteeYear11, Node::GuaranteeYear12]
                .into_iter()
                .filter_map(promise)
                .collect(),
            guaranteed: cohort
                .people
                .status
                .words
                .iter()
                .map(|said| stays(edition, said))
                .collect(),
            asked,
        }
    }

    /// Adds everything true of person `p`, whose standings lie in order.
    pub fn mark(&self, p: usize, segments: &[Segment], room: &mut Room, out: &mut Vec<Marked>) {
        if segments.iter().any(|s| s.standing.in_cohort()) {
            runs(segments, &mut room.runs);
            if room.runs.iter().any(|run| run.class == Class::Neet) {
                self.moves(&room.runs, out);
                self.contacts(p, &room.runs, out);
            }
            if self.has_duty {
                self.duty(p, segments, &room.runs, out);
            }
            self.characteristics(p, room, out);
            self.beliefs(p, segments, out);
        }
        self.guarantee(p, out);
    }

    /// Joiners, leavers, spells of being NEET and the returns that end them.
    ///
    /// A return is the first count in education, employment or training after a spell of being NEET began.
    /// Counts between at which the person was not known, or outside the denominator, are passed over, as they
    /// end no spell; being NEET again after them goes on with the same spell. What a spell, a return, a
    /// recurrence and a sustained outcome is all follows from this one rule.
    ///
    /// Source: requirement, Appendix E (joiners and leavers); the rest is our own definition.
    fn moves(&self, runs: &[Run], out: &mut Vec<Marked>) {
        let months = self.asked.span.months();
        let (mut spells, mut since) = (0, None);
        for (at, run) in runs.iter().enumerate() {
            match run.class {
                Class::Eet => {
                    if let Some(since) = since.take() {
                        returned(&runs[at..], since, out);
                    }
                }
                Class::Neet => {
                    if since.is_none() {
                        (spells, since) = (spells + 1, Some(run.from));
                        begun(&runs[at..], spells, out);
                    }
                    if run.from > 0 {
                        out.push(one(Mark::Joined, run.from, run.spell));
                    }
                    if run.to < months {
                        out.push(left(run, runs.get(at + 1)));
                    }
                }
                Class::NotKnown | Class::Out => {}
            }
        }
    }

    /// Who was spoken with, and how long ago, at each count at which somebody is NEET.
    fn contacts(&self, p: usize, runs: &[Run], out: &mut Vec<Marked>) {
        let contacts = &self.asked.cohort.contacts;
        let days = &contacts.day[contacts.of.of(p)];
        let first = Stamp::month_number(self.asked.span.first());
        for run in runs.iter().filter(|run| run.class == Class::Neet) {
            for at in run.from..run.to {
                let number = first + i32::try_from(at).unwrap_or(i32::MAX);
                let before = days.partition_point(|day| day.month_index() <= number);
                let last = before.checked_sub(1).and_then(|last| days.get(last));
                let quiet = last.map(|day| (number - day.month_index()).unsigned_abs());
                let spell = run.spell;
                if quiet.is_some_and(|quiet| quiet <= 2) {
                    extend(out, one(Mark::InTouch, at, spell));
                }
                if quiet.is_none_or(|quiet| quiet >= 4) {
                    extend(out, one(Mark::OutOfTouch, at, spell));
                }
                if let Some(quiet) = quiet {
                    let weight = u16::try_from(quiet).unwrap_or(u16::MAX);
                    extend(out, one(Mark::SpokenWith, at, spell));
                    out.push(Marked { weight, ..one(Mark::QuietMonths, at, spell) });
                }
            }
        }
    }

    /// Whether what was recorded when the month ended turned out right.
    ///
    /// Source: as [`turned_out`].
    fn beliefs(&self, p: usize, segments: &[Segment], out: &mut Vec<Marked>) {
        let Some(believed) = self.asked.believed else { return };
        let spells = &self.asked.cohort.spells;
        let first = Stamp::month_number(self.asked.span.first());
        for segment in segments {
            for at in segment.from..segment.to {
                let number = first + i32::try_from(at).unwrap_or(i32::MAX);
                let Some(was) = believed.of(number, p) else { continue };
                let base = segment.spell.and_then(|row| spells.base.get(row as usize));
                // A day of a later month is after this month's end.
                let since = base.is_some_and(|day| day.month_index() > number);
                let Some(right) = turned_out(was, segment.standing, since) else { continue };
                out.push(one(Mark::Checked, at, segment.spell));
                if right {
                    out.push(one(Mark::Accurate, at, segment.spell));
                }
            }
        }
    }

    /// The duty holds up to a birthday.
    ///
    /// Source: Education and Skills Act 2008, s. 1; which birthday, by birth, and which code is which group is
    /// the edition's.
    fn duty(&self, p: usize, segments: &[Segment], runs: &[Run], out: &mut Vec<Marked>) {
        let born = self.asked.cohort.people.born[p];
        let Some(born) = born.day() else { return };
        let Some(age) = self.asked.edition.participation_age(born) else { return };
        let until = self.asked.span.from_day(Stamp::of(birthday(born, age)));
        let mut add = |mark, from: u32, to: u32, spell| {
            if from < to.min(until) {
                out.push(Marked { mark, from, to: to.min(until), weight: 1, back: 0, spell });
            }
        };
        for (from, to) in in_cohort(runs) {
            add(Mark::UnderDuty, from, to, None);
        }
        for segment in segments.iter().filter(|s| s.standing.is_eet() || s.standing.is_neet()) {
            let Some(row) = segment.spell else { continue };
            let code = self.asked.cohort.spells.code.at(row as usize);
            if let Some(mark) = self.duties[code as usize] {
                add(mark, segment.from, segment.to, segment.spell);
            }
        }
    }

    /// Source: DfE scorecard (vulnerable group); strategy action 1.3f (multiple vulnerabilities).
    fn characteristics(&self, p: usize, room: &mut Room, out: &mut Vec<Marked>) {
        let Room { runs, held } = room;
        if !held_by_month(self.asked, p, held) {
            return;
        }
        for (from, to) in in_cohort(runs) {
            for at in from..to {
                let held = held[at as usize];
                if held & self.vulnerable != 0 {
                    extend(out, one(Mark::Vulnerable, at, None));
                }
                if held.count_ones() >= 2 {
                    extend(out, one(Mark::TwoOrMore, at, None));
                }
            }
        }
    }

    /// The Year 11 of the summer is counted where it studied, the Year 12 where it lives: a Year 12 that
    /// another authority leads on is theirs, as it is in the return. Of whom nobody has said it is ours.
    ///
    /// Source: September Guarantee data guidance; who is in which node in which month is the edition's.
    fn guarantee(&self, p: usize, out: &mut Vec<Marked>) {
        let people = &self.asked.cohort.people;
        let born = people.born[p];
        // Before their status began they were in the primary cohort.
        let until = match self.guaranteed[people.status.at(p) as usize] {
            true => self.asked.span.months(),
            false => self.asked.span.from_day(people.status_since[p]),
        };
        let ours = self.asked.authority.unwrap_or_else(|| people.lead_la.text(p));
        for promise in &self.promises {
            // A record that another leads on is not ours to answer for, whatever its last answer said.
            let (status, whose) = match promise.year_11 {
                true => (&people.guarantee_11, [people.guarantee_11_la.text(p), ""]),
                false => {
                    let said = people.guarantee_12_la.text(p);
                    (&people.guarantee_12, [said, people.lead_la.text(p)])
                }
            };
            let theirs = |la: &str| !la.is_empty() && !ours.is_empty() && la != ours;
            let from = promise.births.partition_point(|(_, last)| *last < born);
            let to = promise.births.partition_point(|(first, _)| *first <= born);
            if from >= to || whose.into_iter().any(theirs) {
                continue;
            }
            let month = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let (from, to) = (month(from), month(to).min(until));
            if from >= to {
                continue;
            }
            let all = Marked { from, to, mark: Mark::Guaranteed, weight: 1, back: 0, spell: None };
            out.push(all);
            out.push(Marked { mark: promise.marks[status.at(p) as usize], ..all });
        }
    }
}

/// Where somebody went whose NEET run ends within the span.
fn left(run: &Run, next: Option<&Run>) -> Marked {
    let mark = match next.map(|next| next.class) {
        Some(Class::Eet) => Mark::LeftToEet,
        Some(Class::NotKnown) => Mark::LeftToNotKnown,
        _ => Mark::LeftCohort,
    };
    Marked { back: 1, ..one(mark, run.to, run.spell) }
}

/// The first of the runs is the return that ends a spell of being NEET that began at `since`.
///
/// They are counted where they were at the count before, as those who left are.
fn returned(runs: &[Run], since: u32, out: &mut Vec<Marked>) {
    let run = runs[0];
    let back = Marked { back: 1, ..one(Mark::Returned, run.from, run.spell) };
    out.push(back);
    let weight = u16::try_from(run.from - since).unwrap_or(u16::MAX);
    out.push(Marked { mark: Mark::ReturnMonths, weight, ..back });
    let last = runs.last().map_or(0, |last| last.to);
    for (months, due, sustained) in
        [(3, Mark::Due3, Mark::Sustained3), (6, Mark::Due6, Mark::Sustained6)]
    {
        let at = run.from + months;
        if at >= last {
            continue;
        }
        out.push(one(due, at, None));
        if run.to > at {
            out.push(one(sustained, at, None));
        }
    }
}

fn one(mark: Mark, at: u32, spell: Option<u32>) -> Marked {
    Marked { from: at, to: at + 1, mark, weight: 1, back: 0, spell }
}

/// Adds a mark, or lengthens it where it is one of the last few and ends where this begins.
fn extend(out: &mut Vec<Marked>, next: Marked) {
    let same = |last: &&mut Marked| {
        last.mark == next.mark && last.to == next.from && last.spell == next.spell
    };
    match out.iter_mut().rev().take(4).find(same) {
        Some(last) => last.to = next.to,
        None => out.push(next),
    }
}

fn runs(segments: &[Segment], runs: &mut Vec<Run>) {
    runs.clear();
    for segment in segments {
        let class = class(segment.standing);
        match runs.last_mut().filter(|last| last.class == class) {
            Some(last) => last.to = segment.to,
            None => {
                runs.push(Run { class, from: segment.from, to: segment.to, spell: segment.spell })
            }
        }
    }
}

/// The counts in the denominator, those next to each other together.
fn in_cohort(runs: &[Run]) -> impl Iterator<Item = (u32, u32)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += runs[at..].iter().take_while(|run| run.class == Class::Out).count();
        let first = runs.get(at)?;
        let many = runs[at..].iter().take_while(|run| run.class != Class::Out).count();
        at += many;
        Some((first.from, runs[at - 1].to))
    })
}

/// A spell of being NEET begins with the first of the runs.
fn begun(runs: &[Run], spells: u32, out: &mut Vec<Marked>) {
    for (from, to) in in_cohort(runs) {
        let all = Marked { from, to, mark: Mark::Spells, weight: 1, back: 0, spell: None };
        out.push(all);
        match spells {
            1 => out.push(Marked { mark: Mark::EverNeet, ..all }),
            2 => out.push(Marked { mark: Mark::Recurrent, ..all }),
            _ => {}
        }
    }
}

/// The bit of a characteristic by the cohort's number of its code; number 0 stands for none.
fn bit(number: u32) -> u32 {
    if number == 0 { 0 } else { 1 << (number - 1).min(31) }
}

/// The characteristics that hold at each count, as bits; whether any does.
pub(super) fn held_by_month(asked: Asked<'_>, p: usize, held: &mut Vec<u32>) -> bool {
    held.clear();
    let traits = &asked.cohort.traits;
    let rows = traits.of.of(p);
    if rows.is_empty() {
        return false;
    }
    held.resize(asked.span.months() as usize, 0);
    for row in rows {
        let from = asked.span.from_day(traits.from[row]) as usize;
        let to = asked.span.after_day(traits.to[row]) as usize;
        for month in held.iter_mut().take(to).skip(from) {
            *month |= bit(traits.code.at(row));
        }
    }
    true
}

fn duty(duty: Duty) -> Option<Mark> {
    Some(match duty {
        Duty::Meeting => Mark::DutyMet,
        Duty::WorkingTowards => Mark::DutyTowards,
        Duty::TemporaryBreak => Mark::DutyBreak,
        Duty::NotMeeting => Mark::DutyUnmet,
        Duty::NotKnown | Duty::Outside => return None,
    })
}

/// Whether somebody of this status is of the guarantee's cohort.
fn stays(edition: &Edition, said: &str) -> bool {
    let status = edition.status_on(Some(said), None, Day::MIN);
    let returning = edition.cohort_statuses.get(status).map(|status| status.returning);
    matches!(returning, Some(Returning::EveryMonth | Returning::UntilGuaranteeCloses))
}

/// Source: September Guarantee statistics, data guidance (published categories); which status is of which is the
/// edition's.
fn offer(status: &str, edition: &Edition) -> Mark {
    match edition.guarantee.categories.get(status) {
        Some(Offer::Made) => Mark::OfferMade,
        Some(Offer::NotAppropriate) => Mark::OfferNotAppropriate,
        Some(Offer::NoOffer) => Mark::NoOffer,
        Some(Offer::NotRecorded) | None => Mark::OfferNotRecorded,
    }
}

fn promise(edition: &Edition, span: Span, node: Node, asked: Asked<'_>) -> Option<Promise> {
    let births = |month: crate::calendar::Month| {
        // Year 11 is the year of academic age 15.
        let age = edition.guarantee.year_group(node, month.number())? + 4;
        let (first, last) =
            AgeBand { kind: AgeKind::Academic, min: age, max: age }.births(month.last_day());
        Some((Stamp::of(first), Stamp::of(last)))
    };
    let year_11 = node == Node::GuaranteeYear11;
    let people = &asked.cohort.people;
    let statuses = if year_11 { &people.guarantee_11 } else { &people.guarantee_12 };
    Some(Promise {
        births: span.iter().map(births).collect::<Option<_>>()?,
        marks: statuses.words.iter().map(|status| offer(status, edition)).collect(),
        year_11,
    })
}
