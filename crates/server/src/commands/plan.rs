//! `waymark plan import | show | export | undo`: a strategy's plan from its document or a table, what
//! stands of it, a table to work on, and one step back. Names of people are left out unless asked for.

use super::{Outcome, Place, Result, Wrong, block_on, bytes_of, file_out};
use crate::output::{self, Format};
use crate::wiring;
use app::plan::{Brought, Effect, Incoming, Names, Shown, bring, relay, standing, undo};
use clap::{Subcommand, ValueEnum};
use domain::plan::{ActionKind, Counts, LeadKind, Oddity, Outcome as PlanOutcome, Plan, Seat};
use formats::plan_table;
use serde_json::{Value, json};
use std::io::Read;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring a plan in: a document's text, or a table as CSV or XLSX.
    Import(Import),
    /// Show the plans that stand.
    Show(Show),
    /// Write a plan's table.
    Export(Export),
    /// Take back the newest import.
    Undo(Undo),
    /// Read one plan's file in a limited process (used by the pages themselves).
    #[command(hide = true)]
    Relay(Relay),
}

#[derive(clap::Args)]
struct Import {
    file: PathBuf,
    /// Keep the names of people that the document gives for its seats.
    #[arg(long)]
    with_names: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Show {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Export {
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    format: TableFormat,
    /// Where to write it; a CSV goes to standard output without this.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The number of the plan, when several stand.
    #[arg(long, value_name = "NUMBER")]
    plan: Option<i64>,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Undo {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Relay {
    name: String,
    #[arg(long)]
    with_names: bool,
}

impl Relay {
    fn run(self) -> Result {
        super::read_file::limits()?;
        let failed = |e: std::io::Error| Wrong::Failed(format!("{e}."));
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
        let names = if self.with_names { Names::Keep } else { Names::LeaveOut };
        relay(&self.name, &bytes, names, &mut std::io::stdout().lock()).map_err(failed)?;
        Ok(Outcome::Done)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    Csv,
    Xlsx,
    /// The table goes to --out, as its name ends; a document says so.
    Json,
}

impl Args {
    pub fn run(self) -> Result {
        match self.command {
            Command::Import(args) => args.run(),
            Command::Show(args) => block_on(args.show())?,
            Command::Export(args) => block_on(args.export())?,
            Command::Undo(args) => block_on(args.undo())?,
            Command::Relay(args) => args.run(),
        }
    }
}

impl Import {
    fn run(self) -> Result {
        let bytes = bytes_of(&self.file)?;
        block_on(self.import(&bytes))?
    }

    async fn import(&self, bytes: &[u8]) -> Result {
        let ctx = wiring::begin(&self.place).await?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let names = if self.with_names { Names::Keep } else { Names::LeaveOut };
        let file_name = name.as_deref().unwrap_or("file");
        let brought = bring(&ctx, Incoming { file_name, bytes, names, account: None }).await?;
        match self.format {
            Format::Json => output::json(&import_json(&brought)),
            _ => import_text(&brought),
        }
        Ok(Outcome::Done)
    }
}

fn import_json(brought: &Brought) -> Value {
    let plan = &brought.plan;
    let (effect, version, changes) = match &brought.effect {
        Effect::New { version, .. } => ("new", version, 0),
        Effect::Changed { version, changes, .. } => ("changed", version, changes.len()),
        Effect::Unchanged { version } => ("unchanged", version, 0),
    };
    let kind = |wanted: fn(&ActionKind) -> bool| {
        let lines = plan.outcomes().flat_map(|outcome| &outcome.lines);
        lines.filter_map(|line| plan.actions.get(&line.action)).filter(|a| wanted(&a.kind)).count()
    };
    json!({
        "title": plan.title,
        "rated_on": plan.rated_on.to_string(),
        "effect": effect,
        "version": version,
        "changes": changes,
        "aims": plan.aims.len(),
        "outcomes": plan.outcome_ratings().total(),
        "actions": plan.action_ratings().total(),
        "of_these_actions": {
            "placeholders": kind(|kind| *kind == ActionKind::Placeholder),
            "cross_references": kind(|kind| matches!(kind, ActionKind::See { .. })),
        },
        "different_actions": plan.actions.len(),
        "action_ratings": counts_json(plan.action_ratings()),
        "outcome_ratings": counts_json(plan.outcome_ratings()),
        "key": key_json(plan),
        "seats": plan.group.seats.len(),
        "bodies": bodies(&plan.group.seats),
        "meetings": plan.group.meetings.iter().map(|m| m.day.to_string()).collect::<Vec<_>>(),
        "warnings": brought.warnings.iter().map(warning_json).collect::<Vec<_>>(),
    })
}

fn bodies(seats: &[Seat]) -> usize {
    seats.iter().map(|seat| &seat.body).collect::<std::collections::BTreeSet<_>>().len()
}

fn warning_json(warning: &Oddity) -> Value {
    json!({
        "kind": warning.kind.word(),
        "place": warning.place,
        "line": warning.line,
        "sentence": warning.sentence,
    })
}

fn counts_json(counts: Counts) -> Value {
    json!({
        "green": counts.green,
        "amber": counts.amber,
        "red": counts.red,
        "not_started": counts.not_started,
        "unrated": counts.unrated,
    })
}

fn key_json(plan: &Plan) -> Vec<Value> {
    let entry = |entry: &domain::plan::KeyEntry| json!({"rating": entry.rating.word(), "mark": entry.mark, "wording": entry.wording});
    plan.key.iter().map(entry).collect()
}

fn import_text(brought: &Brought) {
    let plan = &brought.plan;
    let did = match &brought.effect {
        Effect::New { .. } => "A new plan".to_owned(),
        Effect::Changed { changes, .. } => format!("A new version with {} changes", changes.len()),
        Effect::Unchanged { .. } => "Nothing changed".to_owned(),
    };
    output::line(&format!("{did}: {}, rated on {}.", plan.title, plan.rated_on));
    let outcomes = plan.outcome_ratings();
    output::line(&format!(
        "{} aims, {} outcomes: {}",
        plan.aims.len(),
        outcomes.total(),
        words(outcomes)
    ));
    let actions = plan.action_ratings();
    output::line(&format!("{} actions: {}", actions.total(), words(actions)));
    for warning in &brought.warnings {
        let line = warning.line.map_or(String::new(), |line| format!("line {line}: "));
        output::line(&format!("{line}{}", warning.sentence));
    }
}

fn words(counts: Counts) -> String {
    format!(
        "{} green, {} amber, {} red, {} not started, {} unrated",
        counts.green, counts.amber, counts.red, counts.not_started, counts.unrated
    )
}

impl Show {
    async fn show(self) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let all = standing(&ctx).await?;
        if self.format == Format::Json {
            output::json(&json!({ "plans": all.iter().map(shown_json).collect::<Vec<_>>() }));
            return Ok(Outcome::Done);
        }
        if all.is_empty() {
            output::line("No plan stands.");
        }
        for shown in &all {
            show_text(shown);
        }
        Ok(Outcome::Done)
    }
}

fn show_text(shown: &Shown) {
    let (version, plan) = (&shown.version, &shown.plan);
    output::line(&format!(
        "Plan {}, version {}: {}, rated on {}",
        version.plan, version.number, version.title, version.rated_on
    ));
    for aim in &plan.aims {
        let roll_up = plan.suggest_aim(aim);
        output::line(&format!("Aim {}: {} ({})", aim.number, aim.title, roll_up.rating.word()));
        for outcome in &aim.outcomes {
            let rating = outcome.rating.word();
            output::line(&format!("  {:<5} {:<12} {}", outcome.label, rating, outcome.title));
        }
    }
}

fn shown_json(shown: &Shown) -> Value {
    let (version, plan) = (&shown.version, &shown.plan);
    let aims: Vec<Value> = plan
        .aims
        .iter()
        .map(|aim| {
            let roll_up = plan.suggest_aim(aim);
            json!({
                "number": aim.number,
                "title": aim.title,
                "suggested": {"rating": roll_up.rating.word(), "reason": roll_up.reason},
                "outcomes": aim.outcomes.iter().map(|o| outcome_json(plan, o)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "plan": version.plan,
        "version": version.number,
        "title": version.title,
        "rated_on": version.rated_on.to_string(),
        "source": version.source,
        "key": key_json(plan),
        "aims": aims,
        "related": plan.parents.iter().map(|parent| {
            json!({"title": parent.title, "indicators": parent.indicators})
        }).collect::<Vec<_>>(),
        "group": group_json(plan),
        "warnings": shown.warnings.iter().map(|w| {
            json!({"kind": w.kind, "place": w.place, "line": w.line, "sentence": w.sentence})
        }).collect::<Vec<_>>(),
    })
}

fn outcome_json(plan: &Plan, outcome: &PlanOutcome) -> Value {
    let suggested = plan.suggest_outcome(outcome);
    let lines: Vec<Value> = outcome
        .lines
        .iter()
        .filter_map(|line| {
            let action = plan.actions.get(&line.action)?;
            let (kind, see) = match &action.kind {
                ActionKind::Action => ("action", Vec::new()),
                ActionKind::Placeholder => ("placeholder", Vec::new()),
                ActionKind::See { outcomes, .. } => ("cross reference", outcomes.clone()),
            };
            Some(json!({
                "id": line.action.0,
                "kind": kind,
                "action": action.text,
                "rating": line.rating.word(),
                "see": see.iter().map(|id| id.0).collect::<Vec<_>>(),
            }))
        })
        .collect();
    let organisations = match &outcome.lead.kind {
        LeadKind::Organisations(names) => names.clone(),
        _ => Vec::new(),
    };
    json!({
        "id": outcome.id.0,
        "label": outcome.label.to_string(),
        "outcome": outcome.title,
        "by_when": {
            "said": outcome.by_when.said,
            "kind": outcome.by_when.when.word(),
            "due": outcome.by_when.when.due().map(|day| day.to_string()),
        },
        "lead": {
            "said": outcome.lead.said,
            "kind": outcome.lead.kind.word(),
            "organisations": organisations,
            "passes": outcome.lead.passes.as_ref().map(|passes| {
                json!({"to": passes.to, "on": passes.on.to_string()})
            }),
        },
        "additional": outcome.additional,
        "rating": outcome.rating.word(),
        "suggested": {"rating": suggested.rating.word(), "reason": suggested.reason},
        "actions": lines,
    })
}

fn group_json(plan: &Plan) -> Value {
    let group = &plan.group;
    json!({
        "name": group.name,
        "purpose": group.purpose,
        "relationships": group.relationships,
        "objectives": group.objectives,
        "seats": group.seats.iter().map(|seat| json!({
            "body": seat.body,
            "post": seat.post,
            "sitting": seat.sitting.word(),
            "person": seat.person,
        })).collect::<Vec<_>>(),
        "meetings": group.meetings.iter().map(|m| m.day.to_string()).collect::<Vec<_>>(),
    })
}

impl Export {
    async fn export(self) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let mut all = standing(&ctx).await?;
        if let Some(number) = self.plan {
            all.retain(|shown| shown.version.plan == number);
        }
        let [shown] = all.as_slice() else {
            let sentence = match all.len() {
                0 => "No such plan stands.",
                _ => "Several plans stand: say which with --plan.",
            };
            return Err(Wrong::Usage(sentence.to_owned()));
        };
        let kind = match self.format {
            TableFormat::Csv => plan_table::Kind::Csv,
            TableFormat::Xlsx => plan_table::Kind::Xlsx,
            TableFormat::Json => match self.out.as_ref().and_then(|out| out.extension()) {
                Some(ending) if ending == "xlsx" => plan_table::Kind::Xlsx,
                Some(_) => plan_table::Kind::Csv,
                None => {
                    return Err(Wrong::Usage("Say with --out where the table goes.".to_owned()));
                }
            },
        };
        let bytes = plan_table::write(kind, &shown.plan)
            .map_err(|error| Wrong::Failed(format!("The table could not be written: {error}.")))?;
        match (&self.out, kind) {
            (Some(path), _) => file_out::whole(path, &bytes)?,
            (None, plan_table::Kind::Csv) => {
                output::line(String::from_utf8_lossy(&bytes).trim_end());
            }
            (None, plan_table::Kind::Xlsx) => {
                return Err(Wrong::Usage("Say with --out where the workbook goes.".to_owned()));
            }
        }
        if let (TableFormat::Json, Some(path)) = (self.format, &self.out) {
            let (plan, written) = (shown.version.plan, path.display().to_string());
            output::json(&json!({"plan": plan, "written": written}));
        }
        Ok(Outcome::Done)
    }
}

impl Undo {
    async fn undo(self) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let taken = undo(&ctx, None).await?;
        let standing = taken.standing.as_ref().map(|version| version.number);
        if self.format == Format::Json {
            output::json(&json!({
                "plan": taken.version.plan,
                "taken_back": taken.version.number,
                "standing": standing,
                "change": taken.change.0,
            }));
            return Ok(Outcome::Done);
        }
        let now = standing.map_or("no version stands now".to_owned(), |number| {
            format!("version {number} stands again")
        });
        let (number, title) = (taken.version.number, &taken.version.title);
        output::line(&format!("Version {number} of {title} is taken back; {now}."));
        Ok(Outcome::Done)
    }
}
