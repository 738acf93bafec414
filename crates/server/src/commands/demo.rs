//! `waymark demo`: fills a new register with a made-up town. The register's clock then stands at
//! the town's day, which is kept among its settings for `serve` to use.

mod aside;

use super::{Outcome, Place, Result, Wrong, block_on};
use crate::output::{self, Format};
use crate::wiring;
use app::demo::{self, Made, PASSWORD, Plan, SECRET};
use app::{Clock, Context};
use aside::Aside;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use store::Db;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// How many young people live in the town: academic age 13 to 19, and one in eighty older with a plan.
    #[arg(long, value_name = "N", default_value_t = demo::PEOPLE,
          value_parser = people)]
    people: usize,
    /// The same seed, number and day make the same town.
    #[arg(long, value_name = "S", default_value_t = demo::SEED)]
    seed: u64,
    /// The day at which the demonstration's clock stands.
    #[arg(long, value_name = "DATE", default_value_t = demo::DAY)]
    as_of: Date,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn people(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(count @ 200..=200_000) => Ok(count),
        _ => Err("give a number from 200 to 200000".to_owned()),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    people: usize,
    /// Of them, who stand on the register twice, for the checks of doubles to find.
    twice: usize,
    records: usize,
    contacts: usize,
    on_caseload: usize,
    organisations: usize,
    seed: u64,
    as_of: String,
    password: &'a str,
    /// What the device of those who need a second factor is given.
    second_factor: &'a str,
    sign_ins: Vec<Account<'a>>,
}

#[derive(Serialize)]
struct Account<'a> {
    email: &'a str,
    name: &'a str,
    role: &'a str,
    localities: &'a [String],
}

impl Args {
    pub fn run(self) -> Result {
        let made = block_on(self.make())??;
        self.say(&made);
        Ok(Outcome::Done)
    }

    async fn make(&self) -> std::result::Result<Made, Wrong> {
        let failed = wiring::failing(&self.place);
        // The evening of the day, when its last news is in.
        let evening: Timestamp = format!("{}T18:00:00Z", self.as_of).parse().map_err(|error| {
            Wrong::Usage(format!("The day {} cannot be used: {error}.", self.as_of))
        })?;
        let aside = match (&self.place.home, &self.place.database_url) {
            (Some(home), None) if !store::stands_in(home) => Some(Aside::begin(home)?),
            _ => None,
        };
        let db = match &aside {
            Some(aside) => Db::open_home(aside.folder()).await.map_err(failed)?,
            None => wiring::database(&self.place).await?,
        };
        store::migrate(&db).await.map_err(failed)?;
        let clock = Clock::Fixed(evening);
        let ctx = Context::seeded(db, self.place.home.clone(), clock, self.seed);
        let plan = Plan { people: self.people, seed: self.seed, as_of: self.as_of };
        let made = demo::make(&ctx, &plan).await;
        // The file alone is moved: all of it has to be in it.
        let folded = if aside.is_some() { ctx.db.forget_log().await } else { Ok(()) };
        ctx.db.close().await;
        let made = made?;
        folded.map_err(failed)?;
        aside.map_or(Ok(()), Aside::into_place)?;
        Ok(made)
    }

    fn say(&self, made: &Made) {
        let accounts = || {
            made.sign_ins.iter().map(|one| Account {
                email: &one.email,
                name: &one.name,
                role: one.role.name(),
                localities: &one.localities,
            })
        };
        if self.format == Format::Json {
            output::json(&Report {
                people: made.people,
                twice: made.twice,
                records: made.records,
                contacts: made.contacts,
                on_caseload: made.on_caseload,
                organisations: made.organisations,
                seed: self.seed,
                as_of: self.as_of.to_string(),
                password: PASSWORD,
                second_factor: SECRET,
                sign_ins: accounts().collect(),
            });
            return;
        }
        output::line(&format!(
            "Made a town of {} people as of {}, {} of them on the register twice: {} states of their \
             records, {} contacts, {} people on caseloads, {} organisations.",
            made.people,
            self.as_of,
            made.twice,
            made.records,
            made.contacts,
            made.on_caseload,
            made.organisations
        ));
        output::line("Nobody in it exists. Sign in as one of these:");
        for one in accounts() {
            let localities = one.localities.join(", ");
            output::line(&format!(
                "  {:<34} {:<17} {} {localities}",
                one.email, one.role, one.name
            ));
        }
        output::line(&format!("The password of all of them is {PASSWORD}"));
        output::line(&format!(
            "Information governance needs a code too, which the page shows in a demonstration; the \
             secret for a device is {SECRET}"
        ));
    }
}
