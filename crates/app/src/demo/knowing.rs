//! From what people do to what the register learned of it, and when: rolls confirm pupils three
//! times a year, enrolments are confirmed through the autumn (until then last year's record has
//! lapsed: the September spike), providers and advisers report through the year, and some records
//! nobody confirms in time. The result is one record for every moment at which it changed.

use super::chance::Chance;
use super::diary::{Diary, News};
use super::facts;
use super::homes::Household;
use super::lives::Stay;
use super::paths;
use super::people::Youngster;
use super::town::{Provider, Sort};
use domain::calendar::{AcademicYear, Day, Month, academic_age};
use domain::person::{Characteristic, Field, FormerName, PersonRecord};
use domain::status::Spell;
use jiff::ToSpan;

/// What there is to know about one person.
pub struct Subject<'a> {
    pub one: &'a Youngster,
    pub home: &'a Household,
    /// Where they moved to, if they did, and when.
    pub moved: Option<(Day, Household)>,
    pub stays: &'a [Stay],
    pub providers: &'a [Provider],
    pub diary: &'a Diary,
}

/// Records by the moment from which the register held them, the oldest first.
pub type History = Vec<(usize, PersonRecord)>;

/// Something the register learns.
#[derive(Clone, Debug, PartialEq)]
enum Learned {
    Set(Field, Option<String>),
    /// The pupil is on the roll.
    OnRoll,
    /// Compulsory schooling is over and nobody has said what comes next.
    LeftSchool,
    Began(usize),
    Confirmed(usize, &'static str),
    Trait(usize),
    Moved,
    /// The family name changed; the former one is kept.
    Renamed(String),
    /// The return of the system before this one, for a period that ended on the day, told of their leaving.
    ToldOf(Day),
}

/// How soon in the autumn an enrolment is confirmed: month, news and share of enrolments.
const CONFIRMED_BY: &[((i8, News), f64)] = &[
    ((9, News::Lists), 0.20),
    ((9, News::MonthEnd), 0.32),
    ((10, News::Lists), 0.22),
    ((10, News::MonthEnd), 0.10),
    ((11, News::Lists), 0.09),
    ((11, News::MonthEnd), 0.038),
    ((12, News::Lists), 0.016),
    ((1, News::Lists), 0.004),
    ((2, News::Lists), 0.002),
    ((8, News::MonthEnd), 0.008),
];

/// The register's history of one person.
pub fn history(subject: &Subject<'_>, chance: &mut Chance) -> History {
    let entry = facts::entry(subject);
    let mut teller = Teller { subject, entry, events: Vec::new(), known: Vec::new() };
    teller.school_years(chance);
    teller.stays(chance);
    teller.circumstances(chance);
    for (at, field, value) in facts::later(subject, entry, chance) {
        teller.learn(at, Learned::Set(field, value));
    }
    let leaves = facts::leaves(subject, entry, chance);
    let mut events = teller.events;
    events.sort_by_key(|(at, _)| *at);
    if let Some((gone, fields)) = leaves {
        // The guarantee of whoever moved to another council is told of here, so for them too the year turns.
        let transferred =
            fields.iter().any(|(field, said)| *field == Field::CohortStatus && said == "T");
        let turns = |learned: &Learned| transferred && matches!(learned, Learned::LeftSchool);
        events.retain(|(at, learned)| *at < gone || turns(learned));
        events.extend(fields.into_iter().map(|(f, v)| (gone, Learned::Set(f, Some(v)))));
        // The town's first return of its own is that of the last month that is over.
        let (left, ours) =
            (Month::of(subject.diary.day(gone)), Month::of(subject.diary.as_of).plus(-1));
        if left < ours {
            events.push((gone, Learned::ToldOf(left.last_day())));
        }
        events.sort_by_key(|(at, _)| *at);
    }
    tell(subject, facts::first(subject, entry, chance), entry, &events)
}

struct Teller<'a> {
    subject: &'a Subject<'a>,
    entry: usize,
    events: Vec<(usize, Learned)>,
    /// The moment at which each stay became known.
    known: Vec<Option<usize>>,
}

impl Teller<'_> {
    fn learn(&mut self, at: usize, learned: Learned) {
        self.events.push((at.max(self.entry), learned));
    }

    fn age(&self, day: Day) -> i16 {
        academic_age(self.subject.one.born, day)
    }

    /// Rolls three times a year until the end of Year 11, then the year turns.
    fn school_years(&mut self, chance: &mut Chance) {
        let diary = self.subject.diary;
        for (at, day) in diary.bringing(News::Lists, self.entry) {
            match (self.age(day), day.month()) {
                (..=15, 10 | 1 | 5) if chance.yes(0.985) => self.learn(at, Learned::OnRoll),
                (16, 9) => self.learn(at, Learned::LeftSchool),
                _ => {}
            }
        }
        if self.age(diary.day(self.entry)) <= 15 {
            self.learn(self.entry, Learned::OnRoll);
        }
    }

    fn stays(&mut self, chance: &mut Chance) {
        let mut known_before = self.entry;
        for (number, stay) in self.subject.stays.iter().enumerate() {
            let known = self.first_heard(stay, chance).map(|at| at.max(known_before));
            self.known.push(known);
            let Some(known) = known else { continue };
            known_before = known;
            self.learn(known, Learned::Began(number));
            self.confirmations(number, stay, known, chance);
        }
    }

    /// When somebody first tells the register of a stay; `None` when the demonstration ends before.
    fn first_heard(&self, stay: &Stay, chance: &mut Chance) -> Option<usize> {
        let diary = self.subject.diary;
        if stay.from < diary.first_day() {
            return Some(0);
        }
        if stay.from.month() == 9 && stay.code < "300" {
            return autumn(diary, AcademicYear::of(stay.from), chance);
        }
        let delay =
            if stay.from.month() == 9 { chance.between(5, 30) } else { chance.between(0, 24) };
        diary.after(stay.from.saturating_add(delay.days()))
    }

    /// Later confirmations of a stay while it lasts, by whoever would give them.
    fn confirmations(&mut self, number: usize, stay: &Stay, known: usize, chance: &mut Chance) {
        let diary = self.subject.diary;
        let sender = match stay.code {
            "310" | "410" | "430" | "450" | "460" | "530" => "provider list",
            code if code < "300" => "enrolment list",
            _ => "adviser",
        };
        // Two-year courses are confirmed anew each autumn, as late as first ones.
        let mut autumns = Vec::new();
        if stay.code < "300" {
            let first = AcademicYear::of(stay.from).start_year() + 1;
            let last = AcademicYear::of(diary.as_of).start_year();
            for year in first..=last {
                autumns.extend(autumn(diary, AcademicYear::starting(year), chance));
            }
        }
        for at in known + 1..diary.moments.len() {
            let Some(moment) = diary.moments.get(at) else { break };
            let day = moment.day;
            if stay.to.is_some_and(|to| to < day) || stay.from > day {
                continue;
            }
            if self.age(day) > 17 && !self.subject.one.plan {
                break;
            }
            let year = AcademicYear::of(day);
            let this_year = AcademicYear::of(diary.day(known)) == year
                || autumns
                    .iter()
                    .any(|at| AcademicYear::of(diary.day(*at)) == year && diary.day(*at) < day);
            let share = match (stay.code, moment.news, day.month()) {
                (code, News::Lists, 1 | 5) if code < "300" && this_year => 0.9,
                ("310" | "320", News::Lists, 2 | 5 | 8 | 11) => 0.8,
                ("410" | "430" | "450" | "460" | "530", News::Lists, _) => 0.5,
                ("330" | "340" | "350" | "360" | "380" | "381" | "550", News::Contacts, _) => 0.16,
                (code, News::Contacts, _) if paths::is_neet(code) => 0.55,
                _ => 0.0,
            };
            if autumns.contains(&at) || chance.yes(share) {
                self.learn(at, Learned::Confirmed(number, sender));
            }
        }
    }

    fn circumstances(&mut self, chance: &mut Chance) {
        let (one, diary) = (self.subject.one, self.subject.diary);
        for (number, held) in one.traits.iter().enumerate() {
            if let Some(at) = diary.after(held.from.saturating_add(20.days())) {
                self.learn(at, Learned::Trait(number));
            }
        }
        if let Some((day, _)) = &self.subject.moved
            && let Some(at) = diary.after(*day)
            && at > self.entry
        {
            self.learn(at, Learned::Moved);
        }
        let renamed = chance.yes(0.015);
        let at = self.entry + 1 + chance.below(diary.moments.len());
        if renamed && at < diary.moments.len() {
            let name = super::names::family(self.subject.home.tradition, chance);
            self.learn(at, Learned::Renamed(name));
        }
    }
}

/// The moment of an academic year at which an enrolment is confirmed; `None` if that is yet to come.
fn autumn(diary: &Diary, year: AcademicYear, chance: &mut Chance) -> Option<usize> {
    let (month, news) = chance.table(CONFIRMED_BY);
    let wanted = |day: Day| AcademicYear::of(day) == year && day.month() == month;
    diary.bringing(news, 0).find(|(_, day)| wanted(*day)).map(|(at, _)| at)
}

/// Folds what was learned into one record for each moment at which it changed.
fn tell(
    subject: &Subject<'_>,
    first: PersonRecord,
    entry: usize,
    events: &[(usize, Learned)],
) -> History {
    let mut history: History = vec![(entry, first)];
    for (at, learned) in events {
        let Some((last, record)) = history.last() else { break };
        let mut next = record.clone();
        apply(subject, &mut next, subject.diary.day(*at), learned);
        if next == *record {
            continue;
        }
        if last == at {
            history.pop();
        }
        history.push((*at, next));
    }
    history
}

fn apply(subject: &Subject<'_>, record: &mut PersonRecord, day: Day, learned: &Learned) {
    match learned {
        Learned::Set(field, value) => record.particulars.set(*field, value.clone()),
        Learned::OnRoll => on_roll(subject, record, day),
        Learned::LeftSchool => left_school(subject, record, day),
        Learned::Began(number) => {
            if let Some(stay) = subject.stays.get(*number) {
                began(subject, record, day, stay);
            }
        }
        Learned::Confirmed(number, how) => {
            if let Some(stay) = subject.stays.get(*number) {
                confirmed(subject, record, day, stay, how);
            }
        }
        Learned::Trait(number) => {
            let held = subject.one.traits.get(*number);
            record.characteristics.extend(held.map(|held| Characteristic {
                code: held.code.to_owned(),
                from: Some(held.from),
                to: None,
                source: facts::source_of(held.code).to_owned(),
            }));
        }
        Learned::Moved => {
            if let Some((on, home)) = &subject.moved {
                for address in &mut record.addresses {
                    address.to = address.to.or(on.yesterday().ok());
                }
                record.addresses.push(home.address(Some(*on)));
            }
        }
        Learned::ToldOf(day) => {
            if let Some(spell) = record.spells.last_mut() {
                spell.stated_on = Some(*day);
            }
        }
        Learned::Renamed(family) => {
            let old = record.particulars.get(Field::FamilyName).unwrap_or("").to_owned();
            let given = record.particulars.get(Field::GivenName).unwrap_or("").to_owned();
            if old != *family {
                let source = "school roll".to_owned();
                record.former_names.push(FormerName { given, family: old, source });
                record.particulars.set(Field::FamilyName, family.clone());
            }
        }
    }
}

fn on_roll(subject: &Subject<'_>, record: &mut PersonRecord, day: Day) {
    let school = facts::school(subject);
    let by = school.map(|school| school.organisation.name.clone());
    if let Some(spell) = record.spells.last_mut().filter(|spell| spell.code == "110") {
        *spell = spell.clone().verified_again(day, by, Some("school roll".to_owned()));
        return;
    }
    let now = AcademicYear::of(subject.diary.as_of);
    let end = subject.one.year_of_age(16, now).yesterday().ok();
    let mut spell = Spell::new("110", subject.one.year_of_age(11, now));
    at_provider(&mut spell, school);
    spell.predicted_end = end;
    spell.ascertained = Some(day);
    record.spells.push(spell.verified_again(day, by, Some("school roll".to_owned())));
}

/// The year turns: the school's record ends, and until somebody says more nothing is known.
fn left_school(subject: &Subject<'_>, record: &mut PersonRecord, day: Day) {
    let first = AcademicYear::of(day).first_day();
    let known = record.spells.iter().any(|spell| spell.start >= first);
    if let Some(spell) = record.spells.iter_mut().find(|spell| spell.code == "110") {
        spell.end = spell.end.or(first.yesterday().ok());
    }
    record.particulars.set(Field::School, None::<String>);
    let la = facts::educated_la(subject.providers.get(subject.one.school));
    record.particulars.set(Field::LaAtYear11, la.to_owned());
    if !known {
        let mut spell = Spell::new("810", first);
        spell.ascertained = Some(day);
        record.spells.push(spell.verified_again(
            day,
            Some("Waymark".to_owned()),
            Some("end of Year 11".to_owned()),
        ));
    }
}

pub(super) fn began(subject: &Subject<'_>, record: &mut PersonRecord, day: Day, stay: &Stay) {
    // A gap that only meant "nobody has said yet" is corrected, not kept beside the news.
    record.spells.retain(|spell| {
        spell.start < stay.from
            && !(spell.code == "810" && spell.start >= stay.from.saturating_sub(10.days()))
    });
    let neet = paths::is_neet(stay.code);
    let mut neet_start = neet.then_some(stay.from);
    if let Some(last) = record.spells.last_mut() {
        let before = stay.from.yesterday().ok();
        if last.end.is_none_or(|end| Some(end) > before) {
            last.end = before;
        }
        if neet && paths::is_neet(&last.code) && last.end == before {
            neet_start = last.neet_start.or(neet_start);
        }
    }
    let provider = stay.provider.and_then(|at| subject.providers.get(at));
    let mut spell = Spell::new(stay.code, stay.from);
    at_provider(&mut spell, provider);
    if let Some(employer) = stay.employer {
        spell.establishment_name = Some(employer.to_owned());
    }
    spell.ascertained = Some(day);
    spell.predicted_end = stay.predicted_end;
    spell.neet_start = neet_start;
    if matches!(stay.code, "260" | "290" | "350" | "616" | "710") {
        spell.review = Some(day.saturating_add(90.days()));
    }
    let (by, how) = facts::teller(stay.code, provider);
    record.spells.push(spell.verified_again(day, Some(by), Some(how.to_owned())));
    let learns = stay.code < "300";
    let school = provider
        .filter(|provider| learns && matches!(provider.sort, Sort::School(_) | Sort::Special));
    record.particulars.set(Field::School, school.map(|school| school.organisation.id.clone()));
    if learns {
        record.particulars.set(Field::EducatedLa, facts::educated_la(provider).to_owned());
    }
    if neet && record.particulars.get(Field::LevelOfNeed) == Some("3") {
        record.particulars.set(Field::LevelOfNeed, "2".to_owned());
    }
}

pub(super) fn confirmed(
    subject: &Subject<'_>,
    record: &mut PersonRecord,
    day: Day,
    stay: &Stay,
    how: &'static str,
) {
    let provider = stay.provider.and_then(|at| subject.providers.get(at));
    let (by, _) = facts::teller(stay.code, provider);
    let open = record.spells.last_mut();
    if let Some(spell) = open.filter(|s| s.code == stay.code && s.start == stay.from) {
        if spell.review.is_some() {
            spell.review = Some(day.saturating_add(90.days()));
        }
        *spell = spell.clone().verified_again(day, Some(by), Some(how.to_owned()));
    }
}

fn at_provider(spell: &mut Spell, provider: Option<&Provider>) {
    let Some(provider) = provider else { return };
    let organisation = &provider.organisation;
    spell.establishment_number = organisation.establishment.clone();
    spell.establishment_name = Some(organisation.name.clone());
    spell.ukprn = organisation.ukprn.clone();
    spell.organisation = Some(organisation.id.clone());
}
