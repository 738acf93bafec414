//! `waymark cohorts`: the school years from Year 7 on, until when the law asks them to take part in learning,
//! in which academic years figures will count them, and how many places that may take.

use super::{Outcome, Result, Shown, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::cohorts::{Cohorts, Coming, Row, cohorts};
use domain::planning::Places;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    /// The day to look at, as it was known then: YYYY-MM-DD; today where none is named.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Args {
    pub fn run(self) -> Result {
        block_on(self.answer())?
    }

    async fn answer(self) -> Result {
        let as_of = self.as_of.as_deref().map(day).transpose()?;
        let ctx = wiring::open(&self.shown.place).await?;
        let day = as_of.unwrap_or_else(|| ctx.today());
        let found = cohorts(&ctx, &whole_authority(), day).await?;
        match self.shown.format {
            Format::Json => output::json(&document(&found)),
            Format::Csv => output::line(table(&found).trim_end()),
            Format::Text => output::line(words(&found).trim_end()),
        }
        Ok(Outcome::Done)
    }
}

fn places(places: Option<Places>) -> Value {
    places.map_or(
        Value::Null,
        |one| json!({"likely": one.likely, "least": one.least, "most": one.most}),
    )
}

/// A number of people, null where the register holds nobody of them: not known, rather than none.
fn known(row: &Row) -> Option<u64> {
    (row.people > 0).then_some(row.people)
}

fn document(found: &Cohorts) -> Value {
    let row = |row: &Row| {
        let year = row.year;
        json!({
            "year": year.group,
            "born_from": year.born.0.to_string(),
            "born_to": year.born.1.to_string(),
            "people": known(row),
            "schools": row.schools,
            "leave_school": year.leaves.to_string(),
            "participation_age": year.duty.map(|duty| duty.age),
            "participation_ends_from": year.duty.map(|duty| duty.ends.0.to_string()),
            "participation_ends_to": year.duty.map(|duty| duty.ends.1.to_string()),
            "counted_from": year.counted.0.to_string(),
            "counted_to": year.counted.1.to_string(),
            "send": row.send.filter(|_| row.people > 0),
            "vulnerable": row.vulnerable.filter(|_| row.people > 0),
            "places": places(row.places),
        })
    };
    let coming = |one: &Coming| {
        json!({
            "academic_year": one.year.to_string(),
            "of": one.groups,
            "people": one.people,
            "places": places(one.places),
        })
    };
    json!({
        "as_of": found.day.to_string(),
        "edition": found.edition,
        "rate": found.rate.map(|rate| json!({
            "month": rate.month.to_string(),
            "neet": rate.neet.of,
            "of": rate.neet.all,
            "percent": rate.neet.value(),
        })),
        "schools": found.schools,
        "years": found.rows.iter().map(row).collect::<Vec<_>>(),
        "younger": found.younger,
        "older": found.older,
        "coming": found.coming.iter().map(coming).collect::<Vec<_>>(),
    })
}

fn table(found: &Cohorts) -> String {
    let mut text = "year,born_from,born_to,people,leave_school,participation_age,counted_from,\
                    counted_to,send,vulnerable,places,places_least,places_most\n"
        .to_owned();
    let number = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
    for row in &found.rows {
        let year = row.year;
        let here = |count: Option<u64>| number(count.filter(|_| row.people > 0));
        let cells = [
            year.group.to_string(),
            year.born.0.to_string(),
            year.born.1.to_string(),
            number(known(row)),
            year.leaves.to_string(),
            year.duty.map_or_else(String::new, |duty| duty.age.to_string()),
            year.counted.0.to_string(),
            year.counted.1.to_string(),
            here(row.send),
            here(row.vulnerable),
            number(row.places.map(|one| one.likely)),
            number(row.places.map(|one| one.least)),
            number(row.places.map(|one| one.most)),
        ];
        text += &(cells.join(",") + "\n");
    }
    text
}

fn words(found: &Cohorts) -> String {
    let people = |people: Option<u64>| {
        people.map_or_else(|| "not known".to_owned(), |people| people.to_string())
    };
    let wanted = |places: Option<Places>| {
        places.map_or_else(String::new, |one| {
            format!(", {} places wanted ({} to {})", one.likely, one.least, one.most)
        })
    };
    let mut text = format!("School years on {}, {} edition\n", found.day, found.edition);
    for row in &found.rows {
        let year = row.year;
        let duty = year.duty.map_or_else(
            || "need not take part after school".to_owned(),
            |duty| format!("take part until {} ({} to {})", duty.age, duty.ends.0, duty.ends.1),
        );
        text += &format!(
            "  {}: {}; leave school on {}; {duty}; counted {} to {}{}\n",
            year.words(),
            people(known(row)),
            year.leaves,
            year.counted.0,
            year.counted.1,
            wanted(row.places)
        );
    }
    for one in &found.coming {
        text += &format!("Counted in {}: {}{}\n", one.year, people(one.people), wanted(one.places));
    }
    match found.rate {
        Some(rate) => {
            text += &format!(
                "Places at the NEET rate of {}: {} of {}\n",
                rate.month, rate.neet.of, rate.neet.all
            );
        }
        None => text += "Nobody was counted last month, so no places are reckoned\n",
    }
    text
}
