//! `waymark followup`: the follow-up list for those at a terminal and for scripts, and recording
//! a contact. It reaches the whole authority, as anybody with the register's files does.

use std::collections::BTreeSet;

use super::{Outcome, Place, Result, Shown, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::Context;
use app::followup::{self, Caseload, Due, Filter, FollowUp};
use app::people::{METHODS, NewContact, OUTCOMES, Obstacles};
use clap::Subcommand;
use domain::access::Actor;
use domain::disclosure::FEW;
use domain::edition::Edition;
use domain::followup::{List, Reason};
use domain::obstacle::Obstacle;
use domain::person::PersonId;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Say who is due to be followed up, why, and whose list would clear most of them.
    List(ListArgs),
    /// Record a contact with one person and what came of it.
    Record(RecordArgs),
    /// Count what stands in young people's way, as they told of it within a year. The JSON has null where they are few.
    Obstacles(Shown),
}

#[derive(clap::Args)]
struct ListArgs {
    /// lapsed, due-30, due-60, due-90, neet, neet-again, not-known, next-step, review, school-age or settling-in; all
    /// where none is named.
    #[arg(long)]
    list: Option<String>,
    /// Only people of this provider, by the key that the JSON's `providers` gives.
    #[arg(long, value_name = "KEY")]
    provider: Option<String>,
    /// Only those on this adviser's caseload; none for those without an adviser.
    #[arg(long, value_name = "NAME-OR-EMAIL")]
    adviser: Option<String>,
    /// The day to look from: YYYY-MM-DD; today where none is named.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// By family name instead of most pressing first.
    #[arg(long)]
    by_name: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct RecordArgs {
    /// The person's number in this register.
    #[arg(long, value_name = "ID")]
    person: i64,
    /// call, text, email, visit, meeting, letter or other.
    #[arg(long, value_name = "M")]
    method: String,
    /// confirmed, changed, supported, parent, spoke, no-answer, message, wrong-number or refused.
    #[arg(long, value_name = "O")]
    outcome: String,
    #[arg(long, value_name = "T", default_value = "")]
    note: String,
    /// The day to act next: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    next: Option<String>,
    /// What stands in the way, by the name that `followup obstacles` gives; once for each.
    #[arg(long = "obstacle", value_name = "NAME")]
    obstacles: Vec<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

type Meant<T> = std::result::Result<T, Wrong>;

impl Args {
    pub fn run(self) -> Result {
        match self.verb {
            Verb::List(args) => block_on(args.run())?,
            Verb::Record(args) => block_on(args.run())?,
            Verb::Obstacles(shown) => block_on(counted(shown))?,
        }
    }
}

impl ListArgs {
    async fn run(self) -> Result {
        let mut filter = Filter {
            list: self.list.as_deref().map(list).transpose()?,
            provider: self.provider.clone(),
            by_name: self.by_name,
            ..Filter::default()
        };
        let as_of = self.as_of.as_deref().map(day).transpose()?;
        let ctx = wiring::open(&self.place).await?;
        let as_of = as_of.unwrap_or_else(|| ctx.today());
        let actor = whole_authority();
        if let Some(said) = &self.adviser {
            filter.adviser = Some(caseload(&ctx, &actor, said).await?);
        }
        let found = followup::list(&ctx, &actor, edition(as_of)?, as_of, &filter).await?;
        let shown: BTreeSet<PersonId> = found.rows.iter().map(|row| row.person).collect();
        followup::shown(&ctx, &actor, &Vec::from_iter(shown)).await?;
        match self.format {
            Format::Json => output::json(&document(&found)),
            Format::Csv => output::line(&table(&found)?),
            Format::Text => output::line(text(&found).trim_end()),
        }
        Ok(Outcome::Done)
    }
}

impl RecordArgs {
    async fn run(self) -> Result {
        one_of("method", &self.method, METHODS.iter().map(|(name, _)| *name))?;
        one_of("outcome", &self.outcome, OUTCOMES.iter().map(|outcome| outcome.name))?;
        let next_step = self.next.as_deref().map(day).transpose()?;
        let ctx: Context = wiring::open(&self.place).await?;
        let (method, outcome) = (self.method.clone(), self.outcome.clone());
        let (note, obstacles) = (self.note.clone(), self.obstacles.clone());
        let contact = NewContact { method, outcome, note, next_step, obstacles };
        let person = PersonId(self.person);
        let recorded =
            app::people::record_contact(&ctx, &whole_authority(), person, &contact).await?;
        match self.format {
            Format::Json => output::json(&json!({
                "person": self.person,
                "day": ctx.today().to_string(),
                "method": self.method,
                "outcome": recorded.name,
                "confirms": recorded.confirms,
                "next_step": next_step.map(|day| day.to_string()),
                "obstacles": contact.obstacles,
            })),
            _ => output::line(&format!("Recorded: {}.", recorded.words)),
        }
        Ok(Outcome::Done)
    }
}

async fn counted(shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let today = ctx.today();
    let found = app::people::obstacles(&ctx, &whole_authority(), edition(today)?, today).await?;
    match shown.format {
        Format::Json => {
            let row = |(one, people): &(&Obstacle, Option<u64>)| {
                let (name, label) = (&one.name, &one.label);
                json!({ "name": name, "label": label, "people": people })
            };
            output::json(&json!({
                "since": found.since.to_string(),
                "people": found.people,
                "obstacles": found.rows.iter().map(row).collect::<Vec<_>>(),
            }));
        }
        Format::Csv => output::line(obstacles_table(&found).trim_end()),
        Format::Text => output::line(obstacles_text(&found).trim_end()),
    }
    Ok(Outcome::Done)
}

/// How many told of any stands in each line and in no line of its own: the lines of a table are added up.
fn obstacles_table(found: &Obstacles) -> String {
    let said = |people: Option<u64>| people.map_or_else(String::new, |people| people.to_string());
    let (any, since) = (said(found.people), found.since);
    let mut table = "obstacle,people,people_of_any,since\n".to_owned();
    for (one, people) in &found.rows {
        table += &format!("{},{},{any},{since}\n", one.name, said(*people));
    }
    table
}

fn obstacles_text(found: &Obstacles) -> String {
    let said = |people: Option<u64>| {
        people.map_or_else(|| format!("under {FEW}"), |people| people.to_string())
    };
    let since = domain::calendar::shown(found.since);
    let mut text = format!("What stands in the way, told since {since}\n\n");
    for (one, people) in &found.rows {
        text += &format!("  {:<34} {:>7}\n", one.label, said(*people));
    }
    text += &format!("\n  {:<34} {:>7}\n", "Young people who told of any", said(found.people));
    text
}

fn edition(on: Date) -> Meant<&'static Edition> {
    let found = formats::reference::editions().on(on);
    found.ok_or_else(|| Wrong::Failed("No edition is known at all.".to_owned()))
}

fn list(name: &str) -> Meant<List> {
    List::from_name(name).ok_or_else(|| {
        let names: Vec<_> = List::ALL.iter().map(|list| list.name()).collect();
        Wrong::Usage(format!("No list is called {name}; there are {}.", names.join(", ")))
    })
}

/// The caseload that is asked for.
async fn caseload(ctx: &Context, actor: &Actor, said: &str) -> Meant<Caseload> {
    if said == Caseload::NOBODY {
        return Ok(Caseload::Nobody);
    }
    let found = app::people::called(ctx, actor, said).await?;
    match found.as_slice() {
        [(id, _)] => Ok(Caseload::Of(*id)),
        [] => Err(Wrong::Usage(format!("No adviser has the name or the email address {said}."))),
        several => {
            let addresses: Vec<&str> = several.iter().map(|(_, email)| email.as_str()).collect();
            let addresses = addresses.join(", ");
            Err(Wrong::Usage(format!("{said} can be more than one: name one of {addresses}.")))
        }
    }
}

fn one_of<'a>(what: &str, given: &str, names: impl Iterator<Item = &'a str>) -> Meant<()> {
    let names: Vec<_> = names.collect();
    match names.contains(&given) {
        true => Ok(()),
        false => Err(Wrong::Usage(format!(
            "No {what} is called {given}; there are {}.",
            names.join(", ")
        ))),
    }
}

fn key(list: List) -> String {
    list.name().replace('-', "_")
}

fn document(found: &FollowUp) -> Value {
    let counts: Map<String, Value> =
        found.counts.iter().map(|(list, count)| (key(*list), json!(count))).collect();
    let providers: Vec<Value> = found
        .providers
        .iter()
        .map(|p| json!({ "key": p.key, "name": p.name, "people": p.people }))
        .collect();
    json!({
        "as_of": found.as_of.to_string(),
        "edition": found.edition,
        "counts": counts,
        "providers": providers,
        "rows": found.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(due: &Due) -> Value {
    json!({
        "person": due.person.0,
        "name": due.name,
        "age": due.age,
        "activity_code": due.spell.as_ref().map(|spell| &spell.code),
        "activity": due.activity,
        "why": due.reason.words(),
        "list": due.reason.list().name(),
        "reason": reason(due.reason),
        "last_contact": due.last_contact.map(|day| day.to_string()),
        "next_step": due.next_step.map(|day| day.to_string()),
        "provider": due.provider,
        "provider_name": due.provider_name(),
        "adviser": due.adviser_name,
        "locality": due.locality,
    })
}

fn reason(reason: Reason) -> Value {
    match reason {
        Reason::Lapsed { days_overdue } => {
            json!({ "kind": "lapsed", "days_overdue": days_overdue })
        }
        Reason::DueToLapse { on, days_left } => {
            json!({ "kind": "due-to-lapse", "on": on.to_string(), "days_left": days_left })
        }
        Reason::Neet { since, days_since_contact } => json!({
            "kind": "neet", "since": since.to_string(), "days_since_contact": days_since_contact,
        }),
        Reason::NeetAgain { days_since_contact, past } => json!({
            "kind": "neet-again", "times": past.times, "months": past.months,
            "days_since_contact": days_since_contact,
        }),
        Reason::SettlingIn { since, until, days_left, days_since_contact, past } => json!({
            "kind": "settling-in", "since": since.to_string(), "until": until.to_string(),
            "days_left": days_left, "days_since_contact": days_since_contact,
            "neet_times": past.times, "months": past.months,
        }),
        Reason::NotKnown { months } => json!({ "kind": "not-known", "months": months }),
        Reason::NoActivity { ended, months } => json!({
            "kind": "no-activity", "ended": ended.map(|day| day.to_string()), "months": months,
        }),
        Reason::ReviewPassed { on, days } => {
            json!({ "kind": "review-passed", "on": on.to_string(), "days": days })
        }
        Reason::ReviewMissing { since, days } => {
            json!({ "kind": "review-missing", "since": since.to_string(), "days": days })
        }
        Reason::PastSchoolAge { since, days } => {
            json!({ "kind": "past-school-age", "since": since.to_string(), "days": days })
        }
        Reason::NextStep { on, days_overdue } => {
            json!({ "kind": "next-step", "on": on.to_string(), "days_overdue": days_overdue })
        }
    }
}

fn text(found: &FollowUp) -> String {
    let mut text = format!(
        "Follow-up on {}, edition {}\n\n",
        domain::calendar::shown(found.as_of),
        found.edition
    );
    for (list, count) in &found.counts {
        text += &format!("  {:<34} {count:>7}\n", list.label());
    }
    if let Some(first) = followup::clearing(&found.providers).first() {
        text +=
            &format!("\nOne list from {} would settle {} of these.\n", first.name, first.cleared);
    }
    text += "\n";
    for due in &found.rows {
        let adviser = due.adviser_name.as_deref().unwrap_or("no adviser");
        text += &format!(
            "{:>8}  {:<28} {:>2}  {:<34} {:<48} {adviser}\n",
            due.person.0,
            due.name,
            due.age,
            due.activity,
            due.reason.words()
        );
    }
    text
}

fn table(found: &FollowUp) -> Meant<String> {
    let broke =
        |error: csv::Error| Wrong::Failed(format!("The table could not be written: {error}."));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "person",
        "name",
        "age",
        "activity_code",
        "activity",
        "list",
        "why",
        "last_contact",
        "next_step",
        "provider",
        "adviser",
        "locality",
    ];
    writer.write_record(head).map_err(broke)?;
    for due in &found.rows {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let provider = due.provider_name().or_else(|| due.provider.clone());
        let cells = [
            due.person.0.to_string(),
            due.name.clone(),
            due.age.to_string(),
            due.code().to_owned(),
            due.activity.clone(),
            due.reason.list().name().to_owned(),
            due.reason.words(),
            day(due.last_contact),
            day(due.next_step),
            provider.unwrap_or_default(),
            due.adviser_name.clone().unwrap_or_default(),
            due.locality.clone().unwrap_or_default(),
        ];
        writer.write_record(cells.map(|cell| app::exports::tame(&cell))).map_err(broke)?;
    }
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_stands_in_the_way_is_said_with_its_day_and_how_many_told_of_any() {
        let all = formats::reference::obstacles();
        let people = [Some(12), None].into_iter().chain(std::iter::repeat(Some(0)));
        let rows: Vec<_> = all.iter().zip(people).collect();
        let found = Obstacles { since: date(2025, 6, 2), people: Some(13), rows };
        let text = obstacles_text(&found);
        let lines: Vec<String> =
            text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let first = format!("{} 12", all[0].label);
        let second = format!("{} under 5", all[1].label);
        assert_eq!(lines[0], "What stands in the way, told since 2 June 2025");
        assert_eq!((&lines[2], &lines[3]), (&first, &second));
        assert_eq!(lines.last().unwrap(), "Young people who told of any 13");
        let few = obstacles_text(&Obstacles { people: None, ..found.clone() });
        assert!(few.trim_end().ends_with("under 5"), "{few}");

        let table = obstacles_table(&found);
        let lines: Vec<&str> = table.lines().collect();
        let first = format!("{},12,13,2025-06-02", all[0].name);
        let second = format!("{},,13,2025-06-02", all[1].name);
        assert_eq!(
            lines[..3],
            ["obstacle,people,people_of_any,since", first.as_str(), second.as_str()]
        );
        assert_eq!(lines.len(), all.len() + 1);
    }
}
