//! A record told as a timeline: spells, contacts and the changes of files and workers in one
//! order, newest first; what came by itself is told apart.

use crate::pages::parts::Entry;
use app::notices;
use app::people::{METHODS, OUTCOMES, Opened, Touched};
use domain::calendar::shown;
use domain::edition::Edition;
use domain::notice;
use domain::person::Engagement;
use domain::status::Spell;
use formats::reference::programme_kind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The most moments on the page; older ones are in the record still.
const ENTRIES_MOST: usize = 60;

/// `notes` says whether the reader may see what was said.
pub fn timeline(opened: &Opened, edition: &Edition, notes: bool) -> Vec<Entry> {
    let spells = opened.record.spells.iter().map(|one| (one.start, 0, spell(one, edition)));
    let contacts = opened.contacts.iter().map(|one| {
        let words = if notes { one.note.clone() } else { String::new() };
        let entry = Entry {
            when: shown(one.day),
            title: outcome(&one.outcome),
            by: match one.account_name.as_str() {
                "" => method(&one.method),
                name => format!("{}, {name}", method(&one.method)),
            },
            words,
            strong: false,
        };
        (one.day, 1, entry)
    });
    let edits = opened
        .changes
        .iter()
        .filter(|one| one.kind != "contact" && !by_itself(one))
        .filter_map(|one| Some((day(&one.at)?, 2, change(one))));
    let programmes = opened.record.engagements.iter().map(|one| (one.from, 0, programme(one)));
    let mut all: Vec<(Date, u8, Entry)> =
        spells.chain(programmes).chain(contacts).chain(edits).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.0, one.1)));
    all.into_iter().take(ENTRIES_MOST).map(|(_, _, entry)| entry).collect()
}

/// What files and other systems brought, newest first: many, and seldom what a worker looks for.
pub fn quiet(opened: &Opened) -> Vec<Entry> {
    opened.changes.iter().filter(|one| by_itself(one)).map(change).collect()
}

/// Notices that wait, each by its number, in the sender's words.
pub fn waiting(opened: &Opened) -> Vec<(i64, String)> {
    let words = |one: &notices::Kept| {
        let said = match notice::Kind::from_name(&one.kind) {
            Some(kind) => kind.label(),
            None => one.kind.as_str(),
        };
        let on = day(&one.received_at).map(|day| format!(" on {}", shown(day))).unwrap_or_default();
        let (from, due) = (&one.organisation_name, shown(notices::due_of(one)));
        format!("{from} said{on}: “{said}”. It waits to be acted on by {due}.")
    };
    opened.notices.iter().map(|one| (one.id, words(one))).collect()
}

fn by_itself(one: &Touched) -> bool {
    one.import.is_some() || one.kind == "demo"
}

fn spell(spell: &Spell, edition: &Edition) -> Entry {
    let label = edition.activity(&spell.code).map_or(spell.code.as_str(), |a| a.label.as_str());
    let until = spell.end.map_or_else(|| "now".to_owned(), shown);
    let place = spell.establishment_name.as_deref().unwrap_or("");
    let by = match (&spell.verified, &spell.verified_by) {
        (Some(day), Some(by)) => format!("Last confirmed {} by {by}", shown(*day)),
        (Some(day), None) => format!("Last confirmed {}", shown(*day)),
        (None, _) => "Not confirmed since it was recorded".to_owned(),
    };
    Entry {
        when: format!("{} to {until}", shown(spell.start)),
        title: label.to_owned(),
        by,
        words: place.to_owned(),
        strong: true,
    }
}

fn programme(one: &Engagement) -> Entry {
    let until = one.to.map_or_else(|| "now".to_owned(), shown);
    Entry {
        when: format!("{} to {until}", shown(one.from)),
        title: format!("Took part in {}", named(one)),
        by: format!("Told by {}", one.source),
        words: engaged(one).to_owned(),
        strong: false,
    }
}

/// A programme with its kind, where that was said.
pub fn named(one: &Engagement) -> String {
    match one.kind.as_deref() {
        Some(kind) => {
            let label = programme_kind(kind).map_or(kind, |known| known.label.as_str());
            format!("{} ({label})", one.programme)
        }
        None => one.programme.clone(),
    }
}

/// Whether somebody engages in a programme, in words; empty where nobody has said.
pub fn engaged(one: &Engagement) -> &'static str {
    match one.engaged {
        Some(true) => "Engaged",
        Some(false) => "Did not engage",
        None => "",
    }
}

fn change(one: &Touched) -> Entry {
    let title = match (one.kind.as_str(), &one.import) {
        (_, Some((kind, sender))) => format!("A file changed the record: {kind} from {sender}"),
        ("undo", _) => "A change was taken back".to_owned(),
        ("confirmation", _) => "The activity was confirmed".to_owned(),
        ("allocation", _) => "The adviser changed".to_owned(),
        ("edit", _) => "The record was corrected".to_owned(),
        ("demo", _) => "News reached the register".to_owned(),
        (other, _) => format!("Changed: {other}"),
    };
    let by = match one.account_name.as_str() {
        "" => "The system".to_owned(),
        name => name.to_owned(),
    };
    let undone = if one.undone { " (taken back since)" } else { "" };
    let words = format!("{}{undone}", one.reason.as_deref().unwrap_or(""));
    Entry { when: moment(&one.at), title, by, words, strong: false }
}

/// The words for a method, or its name where an older register used another.
pub fn method(name: &str) -> String {
    let known = METHODS.iter().find(|(each, _)| *each == name);
    known.map_or(name, |(_, words)| words).to_owned()
}

/// The words for an outcome, or its name where an older register used another.
pub fn outcome(name: &str) -> String {
    let known = OUTCOMES.iter().find(|each| each.name == name);
    known.map_or(name, |each| each.words).to_owned()
}

fn england() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

fn day(at: &str) -> Option<Date> {
    let at: Timestamp = at.parse().ok()?;
    Some(england().to_datetime(at).date())
}

/// An instant as read in England: 3 March 2026, 14:05.
pub fn moment(at: &str) -> String {
    let Ok(at) = at.parse::<Timestamp>() else { return at.to_owned() };
    england().to_datetime(at).strftime("%-d %B %Y, %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_is_told_with_its_kind_where_that_was_said() {
        let of = |kind: Option<&str>| {
            let one = Engagement {
                programme: "Will Adams Centre".to_owned(),
                from: jiff::civil::date(2025, 9, 8),
                to: None,
                engaged: None,
                source: "Youth service".to_owned(),
                kind: kind.map(str::to_owned),
            };
            programme(&one).title
        };
        let unit = "Took part in Will Adams Centre (Pupil referral unit)";
        assert_eq!(of(Some("pupil-referral-unit")), unit);
        assert_eq!(of(None), "Took part in Will Adams Centre");
        assert_eq!(of(Some("older")), "Took part in Will Adams Centre (older)", "as it was kept");
    }
}
