//! `waymark agreement list|show|import|sign|check|end|enforce|token|why`: sharing agreements, what they
//! allow, and tokens of partners' systems. `why` ends with 1 where the answer is no.

use super::{Outcome, Result, Shown, Wrong, block_on, text_of, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::Context;
use app::agreement::{self, Agreement, Answer, Asked, Direction, Flow, Item, Standing};
use domain::access::Actor;
use domain::agreement::{Origin, Signature, Version};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Every agreement and how it stands.
    List {
        /// The day to judge by; today where not given.
        #[arg(long, value_name = "DAY")]
        day: Option<Date>,
        #[command(flatten)]
        shown: Shown,
    },
    /// One agreement in full.
    Show {
        agreement: i64,
        #[command(flatten)]
        shown: Shown,
    },
    /// Bring a wording in from a TOML file.
    Import {
        file: PathBuf,
        /// The agreement of which it is the next wording.
        #[arg(long, value_name = "NUMBER")]
        of: Option<i64>,
        #[command(flatten)]
        shown: Shown,
    },
    /// Sign the newest wording, for a partner or (without --party) for the council.
    Sign {
        agreement: i64,
        #[arg(long, value_name = "ORGANISATION")]
        party: Option<String>,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "")]
        post: String,
        #[arg(long, value_name = "DAY")]
        day: Date,
        #[command(flatten)]
        shown: Shown,
    },
    /// Write the annual check down: three answers in words.
    Check {
        agreement: i64,
        #[arg(long, value_name = "DAY")]
        day: Date,
        /// Whether the flow runs in practice.
        #[arg(long, value_name = "WORDS")]
        practical: String,
        /// Whether the legal ground still holds.
        #[arg(long, value_name = "WORDS")]
        legal: String,
        /// What the agreement brought.
        #[arg(long, value_name = "WORDS")]
        effective: String,
        #[command(flatten)]
        shown: Shown,
    },
    /// End an agreement early.
    End {
        agreement: i64,
        #[arg(long, value_name = "DAY")]
        day: Date,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        shown: Shown,
    },
    /// Ask an agreement of every sender from a day on.
    Enforce {
        #[arg(long, value_name = "DAY")]
        from: Date,
        #[command(flatten)]
        shown: Shown,
    },
    /// Make a token for a partner's system; it is printed this once.
    Token {
        agreement: i64,
        #[arg(long, value_name = "ORGANISATION")]
        organisation: String,
        /// What kind of partner it is, such as school, college or training-provider.
        #[arg(long)]
        role: String,
        /// Which system it is for.
        #[arg(long)]
        name: String,
        #[arg(long, default_value_t = app::machine::MONTHS_MOST)]
        months: i8,
        #[command(flatten)]
        shown: Shown,
    },
    /// Say whether and why a sender may give a field.
    Why {
        #[arg(long, value_name = "ORGANISATION")]
        sender: String,
        /// A field's column, or address, former_names, characteristics, attendance, activity.
        #[arg(long)]
        field: String,
        #[arg(long, value_name = "DAY")]
        day: Option<Date>,
        #[arg(long, default_value = "school-roll")]
        flow: String,
        /// `in` to the register, `out` to the partner.
        #[arg(long, default_value = "in")]
        direction: String,
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        block_on(act(self.act))?
    }
}

async fn token(shown: Shown, actor: &Actor, wanted: &app::machine::Wanted) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let secret =
        app::machine::make(&ctx, actor, wanted).await?.map_err(|(_, s)| Wrong::Refused(s))?;
    match shown.format {
        Format::Json => output::json(&json!({ "agreement": wanted.agreement, "token": secret })),
        _ => output::line(&secret),
    }
    Ok(Outcome::Done)
}

async fn act(act: Act) -> Result {
    let actor = whole_authority();
    match act {
        Act::List { day, shown } => list(shown, day).await,
        Act::Show { agreement, shown } => show(shown, agreement).await,
        Act::Import { file, of, shown } => import(shown, &file, of).await,
        Act::Sign { agreement, party, name, post, day, shown } => {
            let ctx = wiring::open(&shown.place).await?;
            let signature = Signature { party, name, post, day };
            agreement::sign(&ctx, &actor, agreement, &signature).await?;
            done(&shown, agreement, "signed")
        }
        Act::Check { agreement, day, practical, legal, effective, shown } => {
            let ctx = wiring::open(&shown.place).await?;
            let found = agreement::Found { practical, legal, effective };
            agreement::check(&ctx, &actor, agreement, (day, &found)).await?;
            done(&shown, agreement, "checked")
        }
        Act::End { agreement, day, reason, shown } => {
            let ctx = wiring::open(&shown.place).await?;
            agreement::end(&ctx, &actor, agreement, (day, &reason)).await?;
            done(&shown, agreement, "ended")
        }
        Act::Token { agreement, organisation, role, name, months, shown } => {
            let wanted = app::machine::Wanted { agreement, organisation, role, name, months };
            token(shown, &actor, &wanted).await
        }
        Act::Enforce { from, shown } => {
            let ctx = wiring::open(&shown.place).await?;
            agreement::enforce_from(&ctx, &actor, from).await?;
            match shown.format {
                Format::Json => output::json(&json!({"enforced_from": from.to_string()})),
                _ => output::line(&format!("Every sender needs an agreement from {from}.")),
            }
            Ok(Outcome::Done)
        }
        Act::Why { sender, field, day, flow, direction, shown } => {
            why(shown, (&sender, &field), day, (&flow, &direction)).await
        }
    }
}

fn done(shown: &Shown, agreement: i64, what: &str) -> Result {
    match shown.format {
        Format::Json => output::json(&json!({"agreement": agreement, "done": what})),
        _ => output::line(&format!("Agreement {agreement} is {what}.")),
    }
    Ok(Outcome::Done)
}

async fn list(shown: Shown, day: Option<Date>) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let day = day.unwrap_or_else(|| ctx.today());
    let all = agreement::all(&ctx).await?;
    let from = agreement::enforced_from(&ctx).await?;
    if shown.format == Format::Json {
        let list: Vec<Value> = all.iter().map(|a| listed(a, day)).collect();
        let from = from.map(|day| day.to_string());
        output::json(&json!({"agreements": list, "enforced_from": from}));
        return Ok(Outcome::Done);
    }
    if all.is_empty() {
        output::line("No agreement is recorded.");
    }
    for a in &all {
        let title = a.newest().map_or("", |v| v.title.as_str());
        let concerns = a.concerns(day);
        let words = if concerns.is_empty() { "in force".to_owned() } else { concerns.join("; ") };
        output::line(&format!("{:>4}  {title}: {words}", a.number));
    }
    Ok(Outcome::Done)
}

fn listed(a: &Agreement, day: Date) -> Value {
    let newest = a.newest();
    let partners = newest.map(|v| v.partners.iter().cloned().collect::<Vec<_>>());
    let partners = partners.unwrap_or_default();
    let standing: Vec<Value> = partners
        .iter()
        .map(|p| json!({"partner": p, "standing": word(&a.standing(p, day))}))
        .collect();
    json!({
        "agreement": a.number,
        "title": newest.map(|v| &v.title),
        "partners": standing,
        "ends": newest.and_then(|v| v.ends).map(|d| d.to_string()),
        "concerns": a.concerns(day),
    })
}

fn word(standing: &Standing<'_>) -> &'static str {
    match standing {
        Standing::Unsigned => "unsigned",
        Standing::NotYet(_) => "not-yet",
        Standing::InForce(_) => "in-force",
        Standing::Expired(_) => "expired",
        Standing::Ended(_) => "ended",
    }
}

async fn show(shown: Shown, number: i64) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let found = one(&ctx, number).await?;
    let newest = found.newest().cloned().unwrap_or_default();
    if shown.format == Format::Json {
        let mut told = listed(&found, ctx.today());
        if let Value::Object(map) = &mut told {
            map.insert("purpose".to_owned(), json!(newest.purpose));
            map.insert("lines".to_owned(), json!(lines(&newest)));
            map.insert("signatures".to_owned(), json!(signatures(&newest)));
            map.insert("versions".to_owned(), json!(found.versions.len()));
            map.insert("contact".to_owned(), json!(found.contact.as_ref().map(|p| &p.name)));
        }
        output::json(&told);
        return Ok(Outcome::Done);
    }
    output::line(formats::agreement_toml::write_terms(&newest).trim_end());
    Ok(Outcome::Done)
}

fn lines(version: &Version) -> Vec<Value> {
    let line = |l: &domain::agreement::Line| {
        json!({
            "flow": l.flow.name(),
            "direction": l.direction.name(),
            "gateway": l.gateway.name(),
            "source": l.gateway.source(),
            "items": l.items.iter().map(|i| i.column()).collect::<Vec<_>>(),
        })
    };
    version.lines.iter().map(line).collect()
}

fn signatures(version: &Version) -> Vec<Value> {
    let signature = |s: &Signature| json!({"party": s.party, "name": s.name, "post": s.post, "day": s.day.to_string()});
    version.signatures.iter().map(signature).collect()
}

async fn one(ctx: &Context, number: i64) -> std::result::Result<Agreement, Wrong> {
    let all = agreement::all(ctx).await?;
    all.into_iter()
        .find(|a| a.number == number)
        .ok_or_else(|| Wrong::Usage(format!("There is no agreement {number}.")))
}

async fn import(shown: Shown, file: &Path, of: Option<i64>) -> Result {
    let text = text_of(file)?;
    let ctx = wiring::open(&shown.place).await?;
    let brought = agreement::bring(&ctx, &whole_authority(), &text, of).await?;
    if shown.format == Format::Json {
        output::json(&json!({
            "agreement": brought.agreement,
            "version": brought.version,
            "new_wording": brought.new_wording,
        }));
        return Ok(Outcome::Done);
    }
    output::line(&format!("Agreement {}, wording {}.", brought.agreement, brought.version));
    Ok(Outcome::Done)
}

async fn why(
    shown: Shown,
    (sender, field): (&str, &str),
    day: Option<Date>,
    (flow, direction): (&str, &str),
) -> Result {
    let unknown = |what: &str, name: &str| Wrong::Usage(format!("“{name}” is not a known {what}."));
    let item = Item::from_column(field).ok_or_else(|| unknown("field", field))?;
    let flow = Flow::from_name(flow).ok_or_else(|| unknown("flow", flow))?;
    let direction =
        Direction::from_name(direction).ok_or_else(|| unknown("direction", direction))?;
    let ctx = wiring::open(&shown.place).await?;
    let day = day.unwrap_or_else(|| ctx.today());
    let origin = Origin::Ordinary;
    let asked = Asked { partner: sender, flow, direction, item, origin, day };
    let decision = agreement::why(&ctx, &asked).await?;
    let answer = match decision.answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::OnlyWith(domain::agreement::Condition::Consent) => "only with consent",
        Answer::OnlyWith(domain::agreement::Condition::UnlessSaidNo) => "unless they said no",
    };
    if shown.format == Format::Json {
        output::json(&json!({
            "answer": answer,
            "rule": decision.rule.name(),
            "reasons": decision.reasons,
            "agreement": decision.agreement,
            "gateway": decision.gateway.map(|g| g.source()),
        }));
    } else {
        output::line(&format!("{answer}: {}", decision.reasons.join("; ")));
    }
    let no = decision.answer == Answer::No;
    Ok(if no { Outcome::Findings } else { Outcome::Done })
}
