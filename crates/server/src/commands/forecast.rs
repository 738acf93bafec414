//! `waymark forecast`: what will lapse and what saves it; how many will be NEET or not known in the
//! months that count, with intervals and the test behind them.

use super::{Outcome, Place, Result, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::forecast::{Ahead, CurrencyAhead, MonthAhead, Named, WhatIf, currency, neet};
use app::measures::{AtRisk, Lost, at_risk};
use clap::Subcommand;
use domain::calendar::Month;
use domain::edition::Edition;
use domain::forecast::currency::{Point, Share};
use domain::measure::tenths;
use domain::person::PersonId;
use formats::reference::editions;
use jiff::civil::Date;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The lapse curve for 90 days and through September, lists that save records, calls that are left.
    Currency(CurrencyArgs),
    /// NEET and not known to the count months, with an interval, a back-test and what would change it.
    ///
    /// The JSON's `money_at_risk` has, for each target that money hangs on, what is lost at the forecast's `middle`,
    /// `low` and `high`: `not_known_percent`, `lost_percent` of the grant and `lost_pence`, null where nobody said how
    /// much the grant is. The CSV has the same in the columns after the figures, on the row of the count months alone:
    /// one such row for each of these targets.
    Neet(NeetArgs),
}

#[derive(clap::Args)]
struct CurrencyArgs {
    /// The day to look from: YYYY-MM-DD; today where none is named.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Also list the calls to make, by the person's number. Whoever is listed is remembered.
    #[arg(long)]
    calls: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct NeetArgs {
    /// The newest month to learn from: YYYY-MM; the last whole one where none is named.
    #[arg(long, value_name = "MONTH")]
    from: Option<String>,
    /// What if another edition's rules held? Its forecast stands beside that of the edition in force.
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    /// What if so many in a hundred of those not known were found?
    #[arg(long, value_name = "PERCENT", default_value_t = 0)]
    found: u32,
    /// What if so many places were taken up by people who are NEET now?
    #[arg(long, value_name = "PLACES", default_value_t = 0)]
    places: u32,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        match self.verb {
            Verb::Currency(args) => block_on(args.run())?,
            Verb::Neet(args) => block_on(args.run())?,
        }
    }
}

impl CurrencyArgs {
    async fn run(self) -> Result {
        let as_of = self.as_of.as_deref().map(day).transpose()?;
        let ctx = wiring::open(&self.place).await?;
        let as_of = as_of.unwrap_or_else(|| ctx.today());
        let actor = whole_authority();
        let found = currency(&ctx, &actor, in_force(as_of)?, as_of).await?;
        if self.calls {
            let people: Vec<PersonId> = found.calls.iter().map(|call| call.person).collect();
            app::followup::shown(&ctx, &actor, &people).await?;
        }
        match self.format {
            Format::Json => output::json(&document(&found, self.calls)),
            Format::Csv => output::line(days_csv(&found).trim_end()),
            Format::Text => output::line(words(&found, self.calls).trim_end()),
        }
        Ok(Outcome::Done)
    }
}

impl NeetArgs {
    async fn run(self) -> Result {
        let from = match &self.from {
            Some(text) => Some(text.parse::<Month>().map_err(|e| Wrong::Usage(format!("{e}.")))?),
            None => None,
        };
        let ctx = wiring::open(&self.place).await?;
        let from = from.unwrap_or_else(|| Month::of(ctx.today()).plus(-1));
        let named = |name: &String| {
            editions().named(name).ok_or_else(|| {
                let names: Vec<&str> = editions().iter().map(|e| e.name.as_str()).collect();
                Wrong::Usage(format!(
                    "No edition is called {name}; there are {}.",
                    names.join(", ")
                ))
            })
        };
        let other = self.edition.as_ref().map(named).transpose()?;
        let what_if = WhatIf {
            found_percent: self.found,
            places: self.places,
            edition: other.map(|other| other.name.as_str()),
        };
        let edition = in_force(from.last_day())?;
        let scope = whole_authority().scope;
        let found = neet(&ctx, &scope, edition, from, what_if).await?;
        let money = at_risk(&ctx, &scope, &found).await?;
        match self.format {
            Format::Json => output::json(&ahead_document(&found, &money)?),
            Format::Csv => output::line(months_csv(&found, &money).trim_end()),
            Format::Text => {
                output::line(ahead_words(&found).trim_end());
                money.iter().for_each(|one| output::line(&one.sentence));
            }
        }
        Ok(Outcome::Done)
    }
}

fn in_force(on: Date) -> std::result::Result<&'static Edition, Wrong> {
    let found = editions().on(on);
    found.ok_or_else(|| Wrong::Failed("No edition is known at all.".to_owned()))
}

fn points(points: &[Point]) -> Vec<Value> {
    let one =
        |p: &Point| json!({ "day": p.day.to_string(), "lapsing": p.lapsing, "lapsed": p.lapsed });
    points.iter().map(one).collect()
}

fn share(named: &Named) -> Value {
    let Share { open, lapsed, within_30, within_60, within_90, saved, cliff_goes_on, cliff_ends } =
        named.share;
    json!({
        "key": named.key, "name": named.name, "open": open, "lapsed": lapsed,
        "within_30": within_30, "within_60": within_60, "within_90": within_90, "saved": saved,
        "school_year_goes_on": cliff_goes_on, "school_year_ends": cliff_ends,
    })
}

fn document(found: &CurrencyAhead, with_calls: bool) -> Value {
    let curve = &found.curve;
    let lists: Vec<Value> = found
        .lists
        .iter()
        .map(|(list, left)| json!({ "provider": list.name, "saved": list.share.saved, "calls_left": left }))
        .collect();
    let calls: Vec<Value> = found
        .calls
        .iter()
        .filter(|_| with_calls)
        .map(|call| {
            json!({
                "person": call.person.0,
                "lapses": call.lapses.map(|day| day.to_string()),
                "activity": call.activity,
                "adviser": call.adviser_name,
            })
        })
        .collect();
    json!({
        "as_of": curve.as_of.to_string(),
        "until": curve.until.to_string(),
        "edition": found.edition,
        "open": curve.open,
        "lapsed": curve.lapsed,
        "lapsing": curve.lapsing,
        "days": points(&curve.days),
        "cliff": points(&curve.cliff),
        "school_year_end": curve.school_year_end.to_string(),
        "cliff_goes_on": curve.cliff_goes_on,
        "cliff_ends": curve.cliff_ends,
        "lists": lists,
        "calls_left": found.calls.len(),
        "providers": found.providers.iter().map(share).collect::<Vec<_>>(),
        "advisers": found.advisers.iter().map(share).collect::<Vec<_>>(),
        "calls": calls,
    })
}

fn days_csv(found: &CurrencyAhead) -> String {
    let rows = found.curve.days.iter().map(|p| format!("{},{},{}\n", p.day, p.lapsing, p.lapsed));
    "day,lapsing,lapsed\n".to_owned() + &rows.collect::<String>()
}

fn words(found: &CurrencyAhead, with_calls: bool) -> String {
    let curve = &found.curve;
    let mut text = format!(
        "{} open records, {} lapsed now, {} more lapse by {} ({} edition)\n",
        curve.open, curve.lapsed, curve.lapsing, curve.until, found.edition
    );
    for point in curve.days.iter().step_by(15) {
        text += &format!("  {}  {:>6} lapsed\n", point.day, point.lapsed);
    }
    text += &format!(
        "After {}: {} more lapse at once on courses that go on, {} on courses that end\n",
        curve.school_year_end, curve.cliff_goes_on, curve.cliff_ends
    );
    for (list, left) in &found.lists {
        text += &format!(
            "Load the list of {}: {} records are saved, then {left} calls remain\n",
            list.name, list.share.saved
        );
    }
    text += &format!("{} calls that no list saves\n", found.calls.len());
    for call in found.calls.iter().filter(|_| with_calls) {
        let when = call.lapses.map_or_else(|| "lapsed".to_owned(), |day| day.to_string());
        text += &format!(
            "  {:>9}  {when:<10}  {}, {}\n",
            call.person.0, call.activity, call.adviser_name
        );
    }
    text
}

fn ahead_document(found: &Ahead, money: &[AtRisk]) -> std::result::Result<Value, Wrong> {
    let broken =
        |e: serde_json::Error| Wrong::Failed(format!("The forecast cannot be written: {e}."));
    let mut value = serde_json::to_value(found).map_err(broken)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("money_at_risk".to_owned(), serde_json::to_value(money).map_err(broken)?);
    }
    Ok(value)
}

/// The columns of money, which every row has.
const MONEY: &str = ",target_measure,target_percent,target_by,lost_percent,lost_percent_low,lost_percent_high,lost_pence,lost_pence_low,lost_pence_high";

fn months_csv(found: &Ahead, money: &[AtRisk]) -> String {
    let mut text = "month,seen,cohort,neet,neet_low,neet_high,not_known,not_known_low,not_known_high,neet_not_known,neet_not_known_low,neet_not_known_high".to_owned();
    text += MONEY;
    text.push('\n');
    let no_money = ",".repeat(MONEY.matches(',').count());
    for month in &found.months {
        text += &format!("{}{no_money}\n", month_csv(month));
    }
    let winter = month_csv(&found.winter);
    if money.is_empty() {
        text += &format!("{winter}{no_money}\n");
    }
    for one in money {
        text += &format!("{winter}{}\n", money_csv(one));
    }
    text
}

fn month_csv(month: &MonthAhead) -> String {
    let l = &month.level;
    let mut text = format!("{},{},{:.1}", month.month, month.seen, l.cohort);
    for of in [l.neet, l.not_known, l.neet_not_known] {
        text += &format!(",{:.3},{:.3},{:.3}", of.percent, of.low, of.high);
    }
    text
}

fn money_csv(one: &AtRisk) -> String {
    let ends: [Lost; 3] = [one.middle, one.low, one.high];
    let shares = ends.map(|end| end.lost_percent.to_string()).join(",");
    let pence = |end: Lost| end.lost_pence.map_or_else(String::new, |pence| pence.to_string());
    let pence = ends.map(pence).join(",");
    format!(",{},{:.1},{},{shares},{pence}", one.measure, one.target_percent, one.by)
}

fn ahead_words(found: &Ahead) -> String {
    let mut text = format!(
        "NEET and not known from {}, {} edition, learned from {} on; {} % intervals\n",
        found.origin, found.edition, found.history_from, found.level_percent
    );
    let asked = match &found.under {
        Some(under) => format!("  under the {} rule", under.edition),
        None => "  with what was asked".to_owned(),
    };
    for month in found.months.iter().filter(|m| !m.seen).chain([&found.winter]) {
        let l = &month.level;
        text += &format!(
            "  {:<32} NEET {:>5} % ({} to {})  not known {:>5} % ({} to {})  together {:>5} %\n",
            month.month,
            tenths(l.neet.percent),
            tenths(l.neet.low),
            tenths(l.neet.high),
            tenths(l.not_known.percent),
            tenths(l.not_known.low),
            tenths(l.not_known.high),
            tenths(l.neet_not_known.percent)
        );
        if let Some(w) = &month.what_if {
            text += &format!(
                "  {:<32} NEET {:>5} %  not known {:>5} %  together {:>5} %\n",
                asked,
                tenths(w.neet.percent),
                tenths(w.not_known.percent),
                tenths(w.neet_not_known.percent)
            );
        }
    }
    if found.winter.what_if.is_some() {
        text += &format!("{}\n", found.what_words());
    }
    if !found.weighed.is_empty() {
        text += &format!("{}\n", found.weighed_words());
    }
    text += &format!(
        "Held out, forecasts made from {} to {}; errors in points:\n",
        found.tested.first_origin, found.tested.last_origin
    );
    for t in &found.tested.trials {
        text += &format!(
            "  {:<14} {:<12} {:<9} {:>4} forecasts: {:.2}, no change {:.2} ({:+.0} %), last year {:.2} against {:.2} ({:+.0} %); interval held {} of {}\n",
            t.measure,
            t.of,
            t.ahead,
            t.forecasts,
            t.error_points,
            t.no_change_points,
            t.gain_on_no_change_percent,
            t.last_year_points,
            t.error_beside_points,
            t.gain_on_last_year_percent,
            t.interval_held,
            t.intervals
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::forecast::{Interval, Level};

    #[test]
    fn the_row_of_the_count_months_has_the_money_once_for_each_target() {
        let of = |percent| Interval { percent, low: percent, high: percent, people: 1.0 };
        let level =
            Level { neet: of(6.0), not_known: of(7.0), neet_not_known: of(13.0), cohort: 10.0 };
        let month =
            |month: &str| MonthAhead { month: month.to_owned(), seen: false, level, what_if: None };
        let found = Ahead {
            edition: "2026-27".to_owned(),
            origin: "2025-10".to_owned(),
            history_from: "2023-09".to_owned(),
            months: vec![month("2025-11")],
            count_months: vec!["2025-12".to_owned()],
            winter: month("December 2025 to February 2026"),
            weighed: Vec::new(),
            level_percent: 90,
            what_if: WhatIf::default(),
            under: None,
            found_are_neet_percent: 0.0,
            tested: app::forecast::Tested::default(),
        };
        let lost = |lost_percent: u32, lost_pence| Lost {
            not_known_percent: 7.0,
            lost_percent,
            lost_pence,
        };
        let one = |lost_pence: Option<u64>| AtRisk {
            target: 1,
            measure: "neet".to_owned(),
            target_percent: 5.8,
            by: "2026-01".to_owned(),
            grant_pence: lost_pence,
            middle: lost(50, lost_pence),
            low: lost(0, lost_pence.map(|_| 0)),
            high: lost(100, lost_pence),
            sentence: "Words.".to_owned(),
        };
        let money = [one(Some(900)), one(None)];
        let text = months_csv(&found, &money);
        let lines: Vec<&str> = text.lines().collect();
        let columns = |line: &&str| line.matches(',').count();
        assert_eq!(lines.iter().map(columns).collect::<Vec<_>>(), [20; 4], "{text}");
        assert!(lines[1].ends_with("13.000,,,,,,,,,"), "{text}");
        assert!(lines[2].ends_with(",neet,5.8,2026-01,50,0,100,900,0,900"), "{text}");
        assert!(lines[3].ends_with(",neet,5.8,2026-01,50,0,100,,,"), "{text}");
        assert_eq!(months_csv(&found, &[]).lines().count(), 3);
        let document = ahead_document(&found, &money).unwrap();
        let told = &document["money_at_risk"];
        assert_eq!(
            (&told[0]["middle"]["lost_pence"], &told[0]["by"]),
            (&json!(900), &json!("2026-01"))
        );
        assert_eq!(
            told[1]["high"],
            json!({ "not_known_percent": 7.0, "lost_percent": 100, "lost_pence": null })
        );
    }
}
