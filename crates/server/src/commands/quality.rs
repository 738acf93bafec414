//! `waymark quality`: how complete the records are, by school, sender or adviser, month by month, and whose
//! lack something. It reaches the whole authority, as anybody with the register's files does.

use super::{Outcome, Place, Result, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::exports::tame_csv;
use app::quality::{Asked, By, Line, missing, months, quality, sheet};
use domain::quality::Fact;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    /// school, sender or adviser.
    #[arg(long, default_value = "school")]
    by: String,
    /// The day to look at, as it was known then: YYYY-MM-DD; today where none is named.
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// The shares of everybody at the ends of so many months, as they were known then.
    #[arg(long, value_name = "N", default_value_t = 0)]
    months: u8,
    /// List whose record lacks this: upn, uln, postcode, ethnicity, send, contact, intended-destination or
    /// current.
    #[arg(long, value_name = "FACT")]
    missing: Option<String>,
    /// Of those, only the people of this row, by the key that the JSON's `rows` gives.
    #[arg(long, value_name = "KEY", requires = "missing")]
    row: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        block_on(self.answer())?
    }

    async fn answer(self) -> Result {
        let by = By::from_name(&self.by).ok_or_else(|| {
            Wrong::Usage(format!("By school, sender or adviser, not {}.", self.by))
        })?;
        let day = self.known_on.as_deref().map(day).transpose()?;
        let fact = self.missing.as_deref().map(fact).transpose()?;
        let ctx = wiring::open(&self.place).await?;
        let asked = Asked { day: day.unwrap_or_else(|| ctx.today()), by };
        let actor = whole_authority();
        if let Some(fact) = fact {
            let whose = (fact, self.row.as_deref());
            let (_, people) = missing(&ctx, &actor, asked, whose, (0, usize::MAX)).await?;
            return Ok(self.named(&people));
        }
        let found = quality(&ctx, &actor, asked).await?;
        let before = months(&ctx, &actor, i32::from(self.months)).await?;
        let shares = |line: &Line| -> Vec<Value> {
            let each = found.facts.iter().zip(&line.shares);
            let one = |(fact, share): (&Fact, &domain::measure::Percent)| {
                json!({"fact": fact.name(), "have": share.of, "asked": share.all,
                       "percent": share.value(), "percent_shown": share.shown()})
            };
            each.map(one).collect()
        };
        match self.format {
            Format::Json => output::json(&json!({
                "day": found.day.to_string(),
                "edition": found.edition,
                "people": found.whole.people,
                "facts": shares(&found.whole),
                "by": by.name(),
                "rows": found.lines.iter().map(|line| json!({
                    "key": line.key, "name": line.name, "people": line.people, "facts": shares(line),
                })).collect::<Vec<_>>(),
                "months": before.iter().map(|(month, line)| json!({
                    "month": month.to_string(), "people": line.people, "facts": shares(line),
                })).collect::<Vec<_>>(),
            })),
            Format::Csv => {
                let table = tame_csv(&sheet(&found, by)).map_err(Wrong::Failed)?;
                output::line(String::from_utf8_lossy(&table).trim_end());
            }
            Format::Text => {
                output::line(&format!("{} young people on {}.", found.whole.people, found.day));
                for (fact, share) in found.facts.iter().zip(&found.whole.shares) {
                    output::line(&format!(
                        "{}: {} % ({} of {})",
                        fact.label(),
                        share.shown(),
                        share.of,
                        share.all
                    ));
                }
            }
        }
        Ok(Outcome::Done)
    }

    /// Lists people by number; nobody is named at a terminal.
    fn named(&self, people: &[(i64, String)]) -> Outcome {
        let ids: Vec<i64> = people.iter().map(|(person, _)| *person).collect();
        match self.format {
            Format::Json => output::json(&json!({"missing": self.missing, "people": ids})),
            Format::Csv => {
                output::line("person");
                ids.iter().for_each(|person| output::line(&person.to_string()));
            }
            Format::Text => ids.iter().for_each(|person| output::line(&person.to_string())),
        }
        Outcome::Done
    }
}

fn fact(name: &str) -> std::result::Result<Fact, Wrong> {
    Fact::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Fact::ALL.iter().map(|fact| fact.name()).collect();
        Wrong::Usage(format!("{name} is none of {}.", names.join(", ")))
    })
}
