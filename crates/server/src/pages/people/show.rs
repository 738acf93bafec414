//! One young person's page: who, what now and until when, what next, what was; beside it
//! contact, need and where they live. It decides nothing; a protected address never leaves here.

use super::story::{self, engaged, outcome, quiet, timeline};
use crate::{
    charts::{Currency, Svg, Words},
    http::{Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section},
    pages::{
        followup::edition,
        parts::{Choice, DateFields, Entry, Errors, Tone},
    },
};
use app::{
    geography::geography,
    people::{METHODS, Opened, Task, may_take_back, offered},
};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, Actor, EMERGENCY_MINUTES, Part, decide, sees};
use domain::calendar::{academic_age, actual_age, shown, year_group};
use domain::edition::Edition;
use domain::followup::{Beside, days_between, reached, reasons};
use domain::obstacle::{Told, told};
use domain::person::{Field, Particulars};
use domain::status::{
    DueReason, NeetPast, Spell, due_to_lapse, lapsed_on, neet_past, neet_start, spell_on,
};
use formats::reference::{neet_watch, obstacles};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/show.html")]
pub struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    born: String,
    facts: Vec<(&'static str, String)>,
    flags: Vec<(&'static str, Tone)>,
    done: &'static str,
    now: Option<Now>,
    next: Option<Next>,
    entries: Vec<Entry>,
    /// What came by itself, folded away under what people did.
    quiet: Vec<Entry>,
    contact: Vec<(&'static str, String)>,
    addresses: Vec<Lived>,
    protected: bool,
    needs: Vec<(&'static str, String)>,
    education: Vec<(&'static str, String)>,
    former: Vec<String>,
    why: String,
    /// For how many minutes the record is open, where an emergency opened it.
    emergency: Option<i64>,
    acts: i64,
    may: May,
    sees: Sees,
    pub typed: Contact,
    methods: Vec<Choice>,
    outcomes: Vec<Choice>,
    obstacles: Vec<Choice>,
    /// What they told within a year stands in their way, when last and to whom.
    told: Vec<String>,
    advisers: Vec<Choice>,
    /// Who can be asked to follow them up.
    workers: Vec<Choice>,
    /// Who is asked to already.
    asked: Vec<Asked>,
    /// Notices about them that wait: number and words.
    notices: Vec<(i64, String)>,
}

/// Somebody is asked to follow them up.
struct Asked {
    id: i64,
    words: String,
    /// Whether the reader may take it back.
    back: bool,
}

/// What the reader may do here.
struct May {
    edit: bool,
    contact: bool,
    audit: bool,
}

/// The parts of a record that the reader's role sees; the page has no words about the others, since an
/// empty list would say that there is nothing.
struct Sees {
    addresses: bool,
    contacts: bool,
    elsewhere: bool,
    need: bool,
}

impl Sees {
    fn of(actor: &Actor) -> Self {
        let part = |part| sees(actor, part).allowed;
        Sees {
            addresses: part(Part::Addresses),
            contacts: part(Part::Contacts),
            elsewhere: part(Part::ActivityElsewhere),
            need: part(Part::Need) && part(Part::Characteristics),
        }
    }
}

/// The activity of today.
struct Now {
    label: String,
    place: String,
    since: String,
    verified: String,
    lapse: String,
    badge: (&'static str, Tone),
    line: Option<Svg>,
    due: Vec<String>,
}

struct Next {
    words: String,
    late: bool,
}

struct Lived {
    when: String,
    lines: String,
    place: String,
}

/// The four fields as typed, and what was ticked beside the note. It comes as pairs, since one name comes for each that
/// was ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub struct Contact {
    pub method: String,
    pub outcome: String,
    pub note: String,
    pub day: String,
    pub month: String,
    pub year: String,
    pub obstacles: Vec<String>,
}

impl From<Vec<(String, String)>> for Contact {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "method" => typed.method = value,
                "outcome" => typed.outcome = value,
                "note" => typed.note = value,
                "next-day" => typed.day = value,
                "next-month" => typed.month = value,
                "next-year" => typed.year = value,
                "obstacle" => typed.obstacles.push(value),
                _ => {}
            }
        }
        typed
    }
}

impl Contact {
    pub fn next(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Query(said): Query<Said>,
) -> Result<Page<View>, PageError> {
    who.may(Act::ViewPeople)?;
    let opened = super::open(&edge, &who, person).await?;
    let today = edge.ctx().today();
    let mut view = view(frame, &who.actor, &opened, edition(today)?, today);
    view.done = match said.said.as_str() {
        "contact" => "Contact recorded",
        "confirmed" => "Contact recorded, and what is recorded is current from today",
        "activity" => "Activity changed",
        "corrected" => "Record corrected",
        "standing" => "Cohort status recorded",
        "address" => "Address recorded",
        "entered" => "Added to the register",
        "allocated" => "The adviser changed from today",
        "released" => "On nobody's caseload from today",
        "asked" => "Somebody is asked to follow them up",
        "back" => "Nobody is asked to follow them up any more",
        _ => "",
    };
    Ok(Page(view))
}

/// The page again, with what was typed and what is wrong with it.
pub fn again(
    frame: Frame,
    actor: &Actor,
    (opened, edition, today): (&Opened, &Edition, Date),
    typed: Contact,
    errors: Errors,
) -> View {
    let mut view = view(frame, actor, opened, edition, today);
    view.frame = view.frame.with_errors(!errors.is_empty());
    view.methods = methods(&typed.method);
    view.outcomes = outcomes(&typed.outcome, true);
    view.obstacles = ticks(&typed.obstacles);
    view.typed = typed;
    view.errors = errors;
    view
}

fn view(frame: Frame, actor: &Actor, opened: &Opened, edition: &Edition, today: Date) -> View {
    let allowed = |act| decide(actor, act).allowed;
    let may = May {
        edit: allowed(Act::EditPeople),
        contact: allowed(Act::RecordContact),
        audit: allowed(Act::ViewAudit),
    };
    let p = &opened.record.particulars;
    let name = p.full_name();
    let protected = p.is_yes(Field::ProtectedAddress);
    View {
        frame: frame.named(name.clone(), Section::People),
        errors: Errors::default(),
        person: opened.person.0,
        born: p.date_of_birth().map_or_else(
            || "Date of birth not recorded".to_owned(),
            |day| format!("Born {}, aged {}", shown(day), actual_age(day, today)),
        ),
        name,
        facts: facts(opened, edition, today),
        flags: flags(opened, edition, today),
        done: "",
        now: now(opened, edition, today),
        next: next(opened, today),
        entries: timeline(opened, edition, may.contact),
        quiet: quiet(opened),
        contact: if may.contact { contact(opened) } else { Vec::new() },
        addresses: if protected { Vec::new() } else { addresses(opened, today) },
        protected,
        needs: needs(opened, edition, today),
        education: education(opened, edition),
        former: opened
            .record
            .former_names
            .iter()
            .map(|n| format!("{} {} ({})", n.given, n.family, n.source).trim().to_owned())
            .collect(),
        told: if may.contact { in_the_way(opened, today) } else { Vec::new() },
        why: opened.why.join(" and "),
        emergency: actor.scope.opened.contains(&opened.person.0).then_some(EMERGENCY_MINUTES),
        acts: opened.acts,
        may,
        sees: Sees::of(actor),
        typed: Contact::default(),
        methods: methods(""),
        outcomes: outcomes("", true),
        obstacles: ticks(&[]),
        advisers: advisers(opened),
        workers: workers(opened),
        asked: opened.asked.iter().map(|task| asked(actor, task)).collect(),
        notices: story::waiting(opened),
    }
}

/// How a contact can be made, one of them chosen.
pub fn methods(chosen: &str) -> Vec<Choice> {
    let first = Choice::new("", "Choose", chosen.is_empty());
    let all = METHODS.iter().map(|(name, words)| Choice::new(name, words, *name == chosen));
    std::iter::once(first).chain(all).collect()
}

/// What can come of it, as far as the reader is shown what is recorded.
pub fn outcomes(chosen: &str, shown: bool) -> Vec<Choice> {
    let first = Choice::new("", "Choose", chosen.is_empty());
    let all = offered(shown);
    let all = all.map(|each| Choice::new(each.name, each.words, each.name == chosen));
    std::iter::once(first).chain(all).collect()
}

/// What may stand in the way, the ticked chosen.
fn ticks(ticked: &[String]) -> Vec<Choice> {
    let all = obstacles().iter();
    all.map(|one| Choice::new(&one.name, &one.label, ticked.contains(&one.name))).collect()
}

fn in_the_way(opened: &Opened, today: Date) -> Vec<String> {
    let contacts = opened.contacts.iter();
    let contacts: Vec<_> = contacts
        .map(|one| (one.day, one.account_name.as_str(), one.obstacles.as_slice()))
        .collect();
    let all = told(obstacles(), &contacts, today);
    let words = |one: &Told<'_>| {
        let to = if one.to.is_empty() { String::new() } else { format!(" to {}", one.to) };
        format!("{}: told {}{to}", one.obstacle.label, shown(one.on))
    };
    all.iter().map(words).collect()
}

/// Everybody who can be given this person, the present adviser chosen.
fn advisers(opened: &Opened) -> Vec<Choice> {
    let now = opened.advisers.first().map(|(id, ..)| *id);
    let nobody = Choice::new("", "No adviser", now.is_none());
    let all = opened.holders.iter();
    let all = all.map(|(id, name)| Choice::new(&id.to_string(), name, now == Some(*id)));
    std::iter::once(nobody).chain(all).collect()
}

/// Everybody who can be asked, with nobody chosen; none where somebody is asked already.
fn workers(opened: &Opened) -> Vec<Choice> {
    if opened.workers.is_empty() || !opened.asked.is_empty() {
        return Vec::new();
    }
    let first = Choice::new("", "Choose", true);
    let all = opened.workers.iter();
    let all = all.map(|(id, name)| Choice::new(&id.to_string(), name, false));
    std::iter::once(first).chain(all).collect()
}

fn asked(actor: &Actor, task: &Task) -> Asked {
    let (worker, by) = (&task.worker_name, &task.asked_by_name);
    Asked {
        id: task.id,
        words: format!("{worker} is asked by {by} to follow them up by {}", shown(task.due)),
        back: may_take_back(actor, task),
    }
}

/// The last year that schools have; older people are known by their academic age alone.
const LAST_YEAR: i16 = 14;

fn facts(opened: &Opened, edition: &Edition, today: Date) -> Vec<(&'static str, String)> {
    let p = &opened.record.particulars;
    let mut facts = Vec::new();
    if let Some(born) = p.date_of_birth() {
        let age = academic_age(born, today);
        facts.push(match year_group(born, today) {
            year @ 1..=LAST_YEAR => ("Year group", format!("Year {year} (academic age {age})")),
            _ => ("Academic age", age.to_string()),
        });
    }
    let adviser = opened.advisers.first().map_or("None yet", |(_, name, _)| name.as_str());
    facts.push(("Adviser", adviser.to_owned()));
    facts.extend(super::leave::standing(opened, edition).map(|words| ("Cohort", words)));
    if let Some(upn) = p.get(Field::Upn) {
        facts.push(("UPN", upn.to_owned()));
    }
    facts
}

fn flags(opened: &Opened, edition: &Edition, today: Date) -> Vec<(&'static str, Tone)> {
    let p = &opened.record.particulars;
    let mut flags = Vec::new();
    if p.is_yes(Field::ProtectedAddress) {
        flags.push(("Protected address", Tone::Bad));
    }
    if p.is_yes(Field::Restricted) {
        flags.push(("Restricted record", Tone::Bad));
    }
    if p.is_yes(Field::Send) {
        flags.push(("EHC plan", Tone::Brand));
    }
    let codes = opened.record.characteristics_on(today);
    if codes.iter().any(|code| edition.lists.vulnerable_group.contains_key(*code)) {
        flags.push(("Vulnerable group", Tone::Slow));
    }
    let past = past(opened, edition, today);
    if past.is_repeat() {
        flags.push(("NEET more than once", Tone::Slow));
    }
    if past.settling.is_some() {
        flags.push(("Settling in", Tone::Brand));
    }
    flags
}

fn past(opened: &Opened, edition: &Edition, today: Date) -> NeetPast {
    neet_past(&opened.record.spells, edition, today, neet_watch())
}

fn now(opened: &Opened, edition: &Edition, today: Date) -> Option<Now> {
    let spells = &opened.record.spells;
    let spell = spell_on(spells, today)?;
    let lapsed = lapsed_on(spell, edition, today);
    let due = due_to_lapse(spell, edition);
    let neet = neet_start(spells, edition, today);
    let last = opened.contacts.iter().find(|one| reached(&one.outcome));
    // A next step that is due stands beside the activity already.
    let beside = Beside {
        born: opened.record.particulars.date_of_birth(),
        neet_since: neet,
        last_reached: last.map(|one| one.day),
        past: past(opened, edition, today),
        ..Beside::default()
    };
    let badge = match (lapsed, edition.group(&spell.code)) {
        _ if edition.is_not_known(&spell.code) => ("Not known", Tone::Bad),
        (true, _) => ("Lapsed: counts as not known", Tone::Bad),
        (_, Some(group)) if group.is_neet() => ("NEET", Tone::Slow),
        _ => ("Current", Tone::Good),
    };
    let since = match neet {
        Some(day) if day < spell.start => {
            format!("Since {}; NEET since {}", shown(spell.start), shown(day))
        }
        _ => format!("Since {}", shown(spell.start)),
    };
    Some(Now {
        label: label(edition, spell),
        place: spell.establishment_name.clone().unwrap_or_default(),
        since,
        verified: verified(spell),
        lapse: lapse_words(lapsed, due.day, due.reason),
        badge,
        line: line(spell, due.day, lapsed, today),
        due: reasons(Some(spell), edition, today, beside).iter().map(|r| r.words()).collect(),
    })
}

fn label(edition: &Edition, spell: &Spell) -> String {
    edition.activity(&spell.code).map_or_else(|| spell.code.clone(), |a| a.label.clone())
}

fn verified(spell: &Spell) -> String {
    let Some(day) = spell.verified else {
        return "Never confirmed since it was recorded".to_owned();
    };
    let by = spell.verified_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let how = spell.verified_how.as_deref().map(|how| format!(" ({})", way(how)));
    let how = how.unwrap_or_default();
    format!("Confirmed {}{by}{how}", shown(day))
}

/// How it was confirmed: a method of contact in its words, anything else as its file or page said it.
fn way(how: &str) -> String {
    let known = METHODS.iter().find(|(name, _)| *name == how);
    known.map_or_else(|| how.to_owned(), |(_, words)| words.to_lowercase())
}

fn lapse_words(lapsed: bool, day: Option<Date>, reason: DueReason) -> String {
    let why = match reason {
        DueReason::NeverLapses => return "This activity does not lapse.".to_owned(),
        DueReason::UnknownCode => return "No rule says when this code lapses.".to_owned(),
        DueReason::NoReviewDate => {
            return "It has no review date, so no day to lapse on.".to_owned();
        }
        DueReason::SchoolYearEnd => "the end of the school year".to_owned(),
        DueReason::MonthsAfterVerified(months) => format!("{months} months after it was confirmed"),
        DueReason::DaysAfterReview(days) => format!("{days} days after the review date"),
        DueReason::PredictedEnd => "the day it was expected to end".to_owned(),
        DueReason::Stated => "as the system it came from stated".to_owned(),
    };
    let verb = if lapsed { "Was current until" } else { "Current until" };
    day.map_or_else(String::new, |day| format!("{verb} {}, {why}.", shown(day)))
}

fn line(spell: &Spell, due: Option<Date>, lapsed: bool, today: Date) -> Option<Svg> {
    let base = spell.verified.or(spell.ascertained).unwrap_or(spell.start);
    let lapses_on = due?;
    let from = |day| u32::try_from(days_between(base, day)).unwrap_or(0);
    let verb = if lapsed { "Lapsed" } else { "Lapses" };
    let chart = Currency {
        today: from(today),
        lapses_on: from(lapses_on),
        verified_words: format!("Confirmed {}", shown(base)),
        lapses_words: format!("{verb} {}", shown(lapses_on)),
    };
    let said = format!("Confirmed {}, {} {}.", shown(base), verb.to_lowercase(), shown(lapses_on));
    Some(chart.draw(&Words::new("currency", "How current the activity is", said)))
}

/// The newest contact says what comes next; what an older one left to do is settled by it.
fn next(opened: &Opened, today: Date) -> Option<Next> {
    let last = opened.contacts.first()?;
    let day = last.next_step?;
    let late = day < today;
    let when = if late { "Was due" } else { "Due" };
    let words = format!(
        "{when} {}. Set on {} after: {}",
        shown(day),
        shown(last.day),
        outcome(&last.outcome).to_lowercase()
    );
    Some(Next { words, late })
}

type Facts = Vec<(&'static str, String)>;

fn contact(opened: &Opened) -> Facts {
    let fields = [Field::Phone, Field::Email, Field::ParentName, Field::ParentPhone];
    let p = &opened.record.particulars;
    fields
        .iter()
        .map(|field| (field.label(), p.get(*field).unwrap_or("Not recorded").to_owned()))
        .collect()
}

fn addresses(opened: &Opened, today: Date) -> Vec<Lived> {
    let mut all: Vec<_> = opened.record.addresses.iter().collect();
    all.sort_by_key(|a| std::cmp::Reverse((a.to.is_none(), a.from)));
    let parts = |a: &domain::person::Address| {
        let lines = a.lines.iter().chain([&a.town, &a.county, &a.postcode]);
        lines.filter(|l| !l.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    };
    let when = |a: &domain::person::Address| match (a.from, a.to) {
        _ if a.covers(today) => {
            a.from.map_or_else(|| "Now".to_owned(), |from| format!("Since {}", shown(from)))
        }
        (_, Some(to)) => format!("Until {}", shown(to)),
        _ => "Before".to_owned(),
    };
    all.into_iter()
        .map(|a| Lived { when: when(a), lines: parts(a), place: place(&a.place) })
        .collect()
}

fn place(place: &domain::person::Place) -> String {
    let ward = place.ward.as_deref();
    let ward = ward.map(|code| format!("{} ward", geography().ward_name(code).unwrap_or(code)));
    let decile = place.deprivation_decile.map(|d| format!("deprivation decile {d}"));
    [ward, place.locality.clone(), decile].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn needs(opened: &Opened, edition: &Edition, today: Date) -> Facts {
    let p = &opened.record.particulars;
    let yes = |field| if p.is_yes(field) { "Yes" } else { "No" }.to_owned();
    let mut all = vec![
        (Field::Send.label(), yes(Field::Send)),
        (Field::SenSupport.label(), yes(Field::SenSupport)),
    ];
    if let Some(level) = p.get(Field::LevelOfNeed) {
        all.push(("Level of need", named(&edition.lists.level_of_need, level)));
    }
    let codes = opened.record.characteristics_on(today);
    let words: Vec<String> =
        codes.iter().map(|code| named(&edition.lists.characteristic, code)).collect();
    let words = if words.is_empty() { "None recorded".to_owned() } else { words.join(", ") };
    all.push(("Characteristics", words));
    all.extend(opened.record.engagements.iter().map(|one| {
        let until = one.to.map_or_else(String::new, |to| format!(" until {}", shown(to)));
        let told = [engaged(one), &format!("told by {}", one.source)].map(str::to_owned);
        let told: Vec<String> = told.into_iter().filter(|words| !words.is_empty()).collect();
        let since = shown(one.from);
        let words = format!("{}, from {since}{until}. {}", story::named(one), told.join(", "));
        ("Programme", words)
    }));
    all
}

fn named(list: &domain::edition::CodeList, code: &str) -> String {
    list.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

fn education(opened: &Opened, edition: &Edition) -> Facts {
    let p = &opened.record.particulars;
    let mut all = Facts::new();
    if let Some(id) = p.get(Field::School) {
        let known = opened.organisations.iter().find(|(each, _)| each == id);
        all.push(("School on roll", known.map_or(id, |(_, name)| name).to_owned()));
    }
    if let Some(uln) = p.get(Field::Uln) {
        all.push(("Learner number", uln.to_owned()));
    }
    let lists = &edition.lists;
    for (field, words, list) in [
        (Field::GuaranteeYear11, "Guarantee, Year 11", &lists.guarantee_year11),
        (Field::GuaranteeYear12, "Guarantee, Year 12", &lists.guarantee_year12),
        (Field::IntendedDestination, "Intends to", &lists.intended_destination),
    ] {
        if let Some(code) = p.get(field) {
            let more = if field == Field::IntendedDestination { said(p) } else { String::new() };
            all.push((words, named(list, code) + &more));
        }
    }
    all
}

/// When an intention was said and who told, as far as anybody knows.
fn said(p: &Particulars) -> String {
    let on = p.date(Field::IntendedOn).map(|day| format!("said on {}", shown(day)));
    let by = p.get(Field::IntendedBy).map(|by| format!("told by {by}"));
    let parts: Vec<String> = on.into_iter().chain(by).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
