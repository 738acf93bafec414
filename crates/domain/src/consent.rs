//! What young people and parents said about sharing: yes or no where consent is the basis, and a no to
//! the part of the school file that the law leaves to them. Which flow needs which is the agreement's.
//! Invariant: a no counts from when it was told, whatever day it has, and a yes only where nothing was said since its
//! day and while it has neither been taken back nor run out.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::agreement::Said;
use crate::calendar::actual_age;

/// What was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// Yes to sharing with a partner.
    Agreed,
    Refused,
    /// A yes taken back.
    Withdrawn,
    /// No to the part of the school file beyond what the law asks for.
    SaidNo,
    /// That no taken back.
    NoLonger,
}

impl Word {
    pub const ALL: &'static [Word] =
        &[Word::Agreed, Word::Refused, Word::Withdrawn, Word::SaidNo, Word::NoLonger];

    pub const fn name(self) -> &'static str {
        match self {
            Word::Agreed => "agreed",
            Word::Refused => "refused",
            Word::Withdrawn => "withdrawn",
            Word::SaidNo => "said-no",
            Word::NoLonger => "no-longer",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Word::Agreed => "Agreed to sharing",
            Word::Refused => "Did not agree to sharing",
            Word::Withdrawn => "Took the agreement back",
            Word::SaidNo => "Said no to the rest of the school file",
            Word::NoLonger => "Has nothing against the rest of the school file any more",
        }
    }

    pub fn from_name(name: &str) -> Option<Word> {
        Word::ALL.iter().copied().find(|word| word.name() == name)
    }

    /// Whether it is about the school file, not about consent.
    pub const fn is_of_school_file(self) -> bool {
        matches!(self, Word::SaidNo | Word::NoLonger)
    }

    /// Whether it lets something flow that did not.
    const fn permits(self) -> bool {
        matches!(self, Word::Agreed | Word::NoLonger)
    }
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Speaker {
    YoungPerson,
    Parent,
}

impl Speaker {
    pub const ALL: &'static [Speaker] = &[Speaker::YoungPerson, Speaker::Parent];

    pub const fn name(self) -> &'static str {
        match self {
            Speaker::YoungPerson => "young-person",
            Speaker::Parent => "parent",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Speaker::YoungPerson => "The young person",
            Speaker::Parent => "A parent or carer",
        }
    }

    pub fn from_name(name: &str) -> Option<Speaker> {
        Speaker::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// The three ways in which it can be said, so that it can be shown later.
pub const WAYS: &[(&str, &str)] = &[
    ("signed", "On a signed form"),
    ("spoken", "Spoken, with the adviser writing it down"),
    ("message", "In a message or an online form"),
];

/// One word, as told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The organisation; empty for the school file of every school.
    pub partner: String,
    pub word: Word,
    pub by: Speaker,
    /// One of [`WAYS`].
    pub how: String,
    /// Version of the wording that was put to them.
    pub wording: String,
    /// Where the form or message is, or what was said.
    pub evidence: String,
    /// Where it was asked.
    pub office: String,
    pub day: Date,
    /// Last day of a yes. Days: inclusive.
    pub until: Option<Date>,
}

impl Telling {
    /// Whether it counts now. A no does whatever its day: where a clock was put back, what is taken back must not be
    /// hidden until that day comes once more.
    pub fn counts_now(&self, today: Date) -> bool {
        self.day <= today || !self.word.permits()
    }
}

/// Months for which a yes may hold at most before it is asked again.
pub const MONTHS_MOST: i32 = 24;
/// From this age the pupil, not the parent, decides about the school file.
///
/// Source: Education and Skills Act 2008, sections 14 and 72.
pub const DECIDES_FROM: i16 = 16;

/// What has to be mended before a word can be kept: field and sentence.
///
/// Days: `born` is the date of birth; where it is unknown nobody can tell whose word it has to be.
pub fn check(told: &Telling, born: Option<Date>, today: Date) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut say = |field, words: &str| wrong.push((field, words.to_owned()));
    if told.day > today {
        say("day", "What was said was said today or before");
    }
    if born.is_some_and(|born| told.day < born) {
        say("day", "Nothing was said before they were born");
    }
    if told.word.is_of_school_file() {
        match born.map(|born| actual_age(born, told.day) >= DECIDES_FROM) {
            None => say("by", "Record the date of birth first: whose word counts depends on it"),
            Some(true) if told.by == Speaker::Parent => {
                say("by", "From 16 the young person decides about the school file")
            }
            Some(false) if told.by == Speaker::YoungPerson => {
                say("by", "Before 16 a parent or carer decides about the school file")
            }
            Some(_) => {}
        }
    } else if told.by == Speaker::Parent {
        say("by", "Only the young person can agree to this sharing, or not");
    }
    // Taking a yes back must be as easy as giving it: nothing more is asked.
    if told.word == Word::Withdrawn {
        return wrong;
    }
    if !WAYS.iter().any(|(name, _)| *name == told.how) {
        say("how", "Choose how it was said");
    }
    if told.word != Word::Agreed {
        return wrong;
    }
    if told.wording.trim().is_empty() {
        say("wording", "Enter the version of the wording that they were shown");
    }
    if told.evidence.trim().is_empty() {
        say("evidence", "Say where the form or message is kept, or what was said");
    }
    match told.until {
        None => say("until", "Enter the day until which it holds"),
        Some(until) if until <= told.day => say("until", "It must hold longer than a day"),
        Some(until) if until > told.day.saturating_add(MONTHS_MOST.months()) => {
            say("until", "It may hold two years at most; then ask again")
        }
        Some(_) => {}
    }
    wrong
}

/// What one person's words come to for one partner now.
///
/// Shape: `words` in the order they were told, all of one person. A no to every school counts for each partner.
/// Days: a yes holds on its last day. A parent's no goes on holding after the 16th birthday until the
/// young person says otherwise, since silence is no permission.
pub fn said(words: &[Telling], partner: &str, today: Date) -> Said {
    let last = |of_file: bool, whose: &str| {
        let same = |t: &&Telling| {
            t.counts_now(today) && t.word.is_of_school_file() == of_file && t.partner == whose
        };
        newest(words.iter().filter(same))
    };
    let says_no = |whose| last(true, whose).is_some_and(|t| t.word == Word::SaidNo);
    Said {
        no: says_no(partner) || says_no(""),
        consent: last(false, partner).is_some_and(|t| holds(t, today)),
    }
}

/// The word that counts. A yes which is written down late does not undo what was said since its day; a no always
/// takes the place of what was told before, whatever day either has: nobody who takes something back may find that
/// it went on.
///
/// Shape: `words` in the order they were told.
pub fn newest<'a>(words: impl Iterator<Item = &'a Telling>) -> Option<&'a Telling> {
    let (mut standing, mut latest) = (None, Date::MIN);
    for told in words {
        // Whatever was said since counts, also what a no of an earlier day has taken the place of.
        if !told.word.permits() || told.day >= latest {
            standing = Some(told);
        }
        latest = latest.max(told.day);
    }
    standing
}

/// Whether this word is a yes that has not run out.
pub fn holds(told: &Telling, day: Date) -> bool {
    told.word == Word::Agreed && told.until.is_some_and(|until| until >= day)
}

/// The office at which a last word of consent counts: where it was asked. A yes that was taken back counts
/// where it was given, wherever it was taken back.
///
/// Shape: `words` in the order they were told, all of one person.
pub fn counts_at<'a>(words: &'a [Telling], last: &'a Telling) -> &'a str {
    let given = |t: &&Telling| t.word == Word::Agreed && t.partner == last.partner;
    let before = words.iter().take_while(|t| !std::ptr::eq(*t, last));
    let ended = newest(before.filter(given)).filter(|_| last.word == Word::Withdrawn);
    &ended.unwrap_or(last).office
}

/// Whether a parent's no should be asked of the young person, who decides now.
pub fn ask_again(told: &Telling, born: Option<Date>, day: Date) -> bool {
    told.word == Word::SaidNo
        && told.by == Speaker::Parent
        && born.is_some_and(|born| actual_age(born, day) >= DECIDES_FROM)
}

/// How many of those asked at one office agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    pub asked: u32,
    pub agree: u32,
    pub ran_out: u32,
    pub refused: u32,
    pub withdrawn: u32,
    /// Of those who agree: ends within 30 days.
    pub ends_soon: u32,
}

const SOON_DAYS: i32 = 30;

impl Rate {
    /// Counts one person's last word of consent.
    pub fn count(&mut self, told: &Telling, day: Date) {
        let soon = day.saturating_add(SOON_DAYS.days());
        self.asked += 1;
        match told.word {
            Word::Agreed if holds(told, day) => {
                self.agree += 1;
                self.ends_soon += u32::from(told.until.is_some_and(|until| until <= soon));
            }
            Word::Agreed => self.ran_out += 1,
            Word::Withdrawn => self.withdrawn += 1,
            Word::Refused | Word::SaidNo | Word::NoLonger => self.refused += 1,
        }
    }

    /// Units: percent of those asked; `None` while nobody was.
    pub fn percent(&self) -> Option<f64> {
        (self.asked > 0).then(|| f64::from(self.agree) * 100.0 / f64::from(self.asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2025, 3, 14);

    fn told(word: Word, by: Speaker, day: Date) -> Telling {
        Telling {
            partner: if word.is_of_school_file() { "" } else { "jobcentre" }.to_owned(),
            word,
            by,
            how: "signed".to_owned(),
            wording: "2".to_owned(),
            evidence: "Form in the file".to_owned(),
            office: "Chatham".to_owned(),
            day,
            until: (word == Word::Agreed).then(|| date(2025, 9, 14)),
        }
    }

    /// What it came to on a day, when nothing later had been told yet.
    fn said_on(words: &[Telling], partner: &str, day: Date) -> Said {
        let by_then: Vec<Telling> = words.iter().filter(|t| t.day <= day).cloned().collect();
        said(&by_then, partner, day)
    }

    #[test]
    fn the_last_word_counts_and_a_yes_runs_out() {
        let agreed = told(Word::Agreed, Speaker::YoungPerson, date(2025, 1, 2));
        let back = told(Word::Withdrawn, Speaker::YoungPerson, date(2025, 2, 2));
        let check = |words: &[Telling], partner, day, consent| {
            assert_eq!(said_on(words, partner, day).consent, consent, "{words:?} {day}");
        };
        check(&[], "jobcentre", DAY, false);
        check(std::slice::from_ref(&agreed), "jobcentre", DAY, true);
        check(std::slice::from_ref(&agreed), "housing", DAY, false);
        check(std::slice::from_ref(&agreed), "jobcentre", date(2025, 1, 1), false);
        check(std::slice::from_ref(&agreed), "jobcentre", date(2025, 9, 14), true);
        check(std::slice::from_ref(&agreed), "jobcentre", date(2025, 9, 15), false);
        check(&[agreed.clone(), back.clone()], "jobcentre", DAY, false);
        check(&[agreed.clone(), back.clone()], "jobcentre", date(2025, 2, 1), true);
        // Taken back and given again on the same day: what was told last counts.
        let again = Telling { day: back.day, ..agreed.clone() };
        check(&[agreed.clone(), back.clone(), again], "jobcentre", DAY, true);
        // Written down late, what was said before does not undo what was said since.
        let late = Telling { day: date(2025, 1, 20), ..agreed.clone() };
        check(&[back.clone(), late.clone()], "jobcentre", DAY, false);
        check(std::slice::from_ref(&late), "jobcentre", DAY, true);
        // What was taken back stays so, though the day written on it is before that of the yes.
        let taken_back = back.clone();
        let early = Telling { day: date(2025, 1, 10), ..back };
        check(&[late, early], "jobcentre", DAY, false);
        // Nor does a yes from between the two undo it: something was said since its day.
        let before = Telling { day: date(2024, 12, 1), ..taken_back };
        let between = Telling { day: date(2024, 12, 20), ..agreed.clone() };
        check(&[agreed, before, between], "jobcentre", DAY, false);
    }

    #[test]
    fn a_no_that_was_told_tomorrow_holds_now_and_a_yes_does_not() {
        let tomorrow = DAY.tomorrow().unwrap();
        let yes = told(Word::Agreed, Speaker::YoungPerson, DAY);
        let back = told(Word::Withdrawn, Speaker::YoungPerson, tomorrow);
        let no = told(Word::SaidNo, Speaker::Parent, tomorrow);
        let no_longer = Telling { word: Word::NoLonger, ..no.clone() };
        let words = [yes.clone(), back, no.clone()];
        let (now, then) = (said(&words, "jobcentre", DAY), said_on(&words, "jobcentre", DAY));
        assert_eq!((now.consent, now.no), (false, true));
        assert_eq!((then.consent, then.no), (true, false), "what was known of that day then");
        let late = Telling { day: tomorrow, ..yes };
        assert!(!said(&[late], "jobcentre", DAY).consent);
        let no = Telling { day: DAY, ..no };
        assert!(said(&[no, no_longer], "jobcentre", DAY).no);
    }

    #[test]
    fn a_no_to_every_school_holds_for_each_until_it_is_taken_back() {
        let no = told(Word::SaidNo, Speaker::Parent, date(2023, 1, 2));
        let yes = told(Word::NoLonger, Speaker::YoungPerson, date(2025, 2, 2));
        let one = Telling { partner: "school-a".to_owned(), ..no.clone() };
        assert!(said(std::slice::from_ref(&no), "school-a", DAY).no);
        assert!(!said(&[no.clone(), yes.clone()], "school-a", DAY).no);
        assert!(said(&[one.clone(), yes], "school-a", DAY).no, "that school was named on its own");
        assert!(!said(&[one], "school-b", DAY).no);
        assert!(ask_again(&no, Some(date(2008, 3, 14)), date(2024, 3, 14)));
        assert!(!ask_again(&no, Some(date(2008, 3, 14)), date(2024, 3, 13)));
    }

    #[test]
    fn whose_word_counts_turns_on_the_sixteenth_birthday() {
        let born = Some(date(2009, 3, 14));
        for (by, day, right) in [
            (Speaker::Parent, date(2025, 3, 13), true),
            (Speaker::YoungPerson, date(2025, 3, 13), false),
            (Speaker::Parent, date(2025, 3, 14), false),
            (Speaker::YoungPerson, date(2025, 3, 14), true),
        ] {
            let wrong = check(&told(Word::SaidNo, by, day), born, DAY);
            assert_eq!(wrong.is_empty(), right, "{by:?} {day} {wrong:?}");
        }
        assert_eq!(check(&told(Word::SaidNo, Speaker::Parent, DAY), None, DAY)[0].0, "by");
    }

    #[test]
    fn a_yes_needs_everything_and_taking_it_back_needs_nothing() {
        let good = told(Word::Agreed, Speaker::YoungPerson, DAY);
        let fields = |told: &Telling| {
            check(told, None, DAY).into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert!(fields(&good).is_empty());
        let empty = Telling {
            how: String::new(),
            wording: " ".into(),
            evidence: String::new(),
            until: None,
            ..good.clone()
        };
        assert_eq!(fields(&empty), ["how", "wording", "evidence", "until"]);
        assert!(fields(&Telling { word: Word::Withdrawn, ..empty }).is_empty());
        let until = |day| Telling { until: Some(day), ..good.clone() };
        assert_eq!(fields(&until(DAY)), ["until"]);
        assert_eq!(fields(&until(date(2027, 3, 15))), ["until"]);
        assert!(fields(&until(date(2027, 3, 14))).is_empty());
        assert_eq!(fields(&Telling { by: Speaker::Parent, ..good.clone() }), ["by"]);
        assert_eq!(fields(&Telling { day: date(2025, 3, 15), ..good.clone() }), ["day"]);
        let unborn = super::check(&good, Some(date(2025, 3, 15)), DAY);
        assert_eq!(unborn.into_iter().map(|(field, _)| field).collect::<Vec<_>>(), ["day"]);
    }

    #[test]
    fn a_yes_taken_back_counts_at_the_office_that_got_it() {
        let at = |office: &str, word| {
            let told = told(word, Speaker::YoungPerson, DAY);
            Telling { office: office.to_owned(), ..told }
        };
        let other = Telling { partner: "housing".to_owned(), ..at("Gillingham", Word::Agreed) };
        let (yes, back) = (at("Chatham", Word::Agreed), at("Rochester", Word::Withdrawn));
        let no = at("Rochester", Word::Refused);
        for (words, office) in [
            (vec![yes.clone(), other.clone(), back.clone()], "Chatham"),
            (vec![yes.clone(), no], "Rochester"),
            (vec![at("Strood", Word::Agreed), yes, back.clone()], "Chatham"),
            (vec![other, back], "Rochester"),
        ] {
            assert_eq!(counts_at(&words, words.last().unwrap()), office, "{words:?}");
        }
    }

    #[test]
    fn a_rate_is_of_those_asked() {
        let mut rate = Rate::default();
        assert_eq!(rate.percent(), None);
        let agreed = told(Word::Agreed, Speaker::YoungPerson, DAY);
        let soon = Telling { until: Some(date(2025, 4, 13)), ..agreed.clone() };
        let over = Telling { until: Some(date(2025, 3, 13)), ..agreed.clone() };
        let no = told(Word::Refused, Speaker::YoungPerson, DAY);
        for one in [agreed, soon, over, no] {
            rate.count(&one, DAY);
        }
        let counted = (rate.asked, rate.agree, rate.ran_out, rate.refused, rate.ends_soon);
        assert_eq!((counted, rate.percent()), ((4, 2, 1, 1, 1), Some(50.0)));
    }
}
