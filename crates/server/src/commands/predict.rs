//! `waymark predict`: sets for analysis, predictors, chances, lists and papers, from the register. What an
//! analyst does with any file alone is `waymark risk`.

mod told;

use super::{Outcome, Place, Result, Wrong, block_on, bytes_of, day, file_out, whole_authority};
use crate::output::Format;
use crate::wiring;
use app::Context;
use app::predict::{lists, load, paper, registers, score, train, watch};
use clap::Subcommand;
use domain::calendar::Month;
use domain::prediction::{Point, State, Target};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[arg(long, value_name = "DIR", global = true)]
    home: Option<PathBuf>,
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
    #[arg(long, value_name = "FILE", global = true)]
    master_key: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Task {
    /// Read a partner's set into the analysis store; without --apply it is only looked at.
    Load {
        /// attendance, census, census-fsm, census-sen, census-attendance, suspensions, exams, ks2, ks4, yot, fip, childrens-fund or early-help.
        #[arg(long)]
        kind: String,
        /// The organisation that sent it.
        #[arg(long)]
        sender: String,
        file: PathBuf,
        /// A column of ours and the file's heading for it: upn="Pupil No". Remembered for the sender.
        #[arg(long, value_name = "OURS=THEIRS")]
        map: Vec<String>,
        /// The first day the set speaks of; with --as-of, wanted where it names nobody.
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// The day the set is true of, where its rows do not say; of a census's tables, its day.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        #[arg(long)]
        apply: bool,
    },
    /// List the sets that stand, or take one back.
    Sets {
        #[arg(long, value_name = "NUMBER")]
        take_back: Option<i64>,
    },
    /// Fit a predictor on the closed years and judge it on the newest of them.
    Train {
        /// P1 autumn of Year 11, P2 May, P3 September, P4 monthly.
        #[arg(long, default_value = "P1")]
        point: String,
        /// count-months, long-neet or left-learning; the point's own where none is named.
        #[arg(long)]
        target: Option<String>,
        /// Let it read the deprivation of the area.
        #[arg(long)]
        with_area: bool,
        /// Places of support the list is judged at; a tenth of the year where none is told.
        #[arg(long)]
        places: Option<usize>,
    },
    /// List predictors with their state.
    Predictors,
    /// Take a predictor to tested, operational or withdrawn.
    Sign {
        predictor: i64,
        #[arg(long)]
        state: String,
        /// Who answers for it.
        #[arg(long)]
        by: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Give everybody of a point a chance, from the predictor in use.
    Score {
        #[arg(long, default_value = "P1")]
        point: String,
        /// A day of the past, as what was known then would have it: YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// The list of early support.
    List {
        #[arg(long, default_value = "P1")]
        point: String,
        #[arg(long, default_value = "")]
        school: String,
        #[arg(long, default_value = "")]
        locality: String,
        #[arg(long)]
        places: Option<usize>,
    },
    /// Watch a closed month of the predictor in use; YYYY-MM.
    Watch {
        #[arg(long, default_value = "P1")]
        point: String,
        #[arg(long)]
        month: String,
    },
    /// Set the level of the predictor in use on the newest month that tells.
    Level {
        #[arg(long, default_value = "P1")]
        point: String,
        /// Who answers for it.
        #[arg(long)]
        by: String,
    },
    /// Write the model card, the transparency record and the impact assessment's annex.
    Paper {
        predictor: i64,
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Put a council's own points table (TOML) in the place of the one before.
    Points { file: PathBuf },
}

impl Args {
    pub fn run(self) -> Result {
        let place = Place {
            home: self.home.clone(),
            database_url: self.database_url.clone(),
            master_key: self.master_key.clone(),
        };
        block_on(async {
            let ctx = wiring::open(&place).await?;
            let done = self.task(&ctx).await;
            ctx.db.close().await;
            done
        })?
    }

    async fn task(self, ctx: &Context) -> Result {
        let (actor, format) = (whole_authority(), self.format);
        match self.task {
            Task::Load { kind, sender, file, map, since, as_of, apply } => {
                let incoming = Load { kind, sender, file, map, since, as_of, apply };
                return incoming.run(ctx, format).await;
            }
            Task::Sets { take_back: Some(set) } => {
                load::take_back(ctx, &actor, set).await?;
                told::taken_back(set, format);
            }
            Task::Sets { take_back: None } => {
                told::sets(&load::loads(ctx, &actor).await?, format);
            }
            Task::Train { point: name, target, with_area, places } => {
                let point = point(&name)?;
                let target = match target {
                    Some(name) => Target::from_name(&name)
                        .ok_or_else(|| Wrong::Usage(format!("No target is called {name}.")))?,
                    None => point.target(),
                };
                let asked = train::Asked { point, target, with_area, places };
                told::fitted(&train::train(ctx, &actor, &asked).await?, format);
            }
            Task::Predictors => told::predictors(&train::all(ctx, &actor).await?, format),
            Task::Sign { predictor, state, by, reason } => {
                let to = State::from_name(&state)
                    .ok_or_else(|| Wrong::Usage(format!("No state is called {state}.")))?;
                train::sign(ctx, &actor, predictor, (to, &by, &reason)).await?;
                told::signed(predictor, to, format);
            }
            Task::Score { point: name, on } => {
                let point = point(&name)?;
                let ran = match on {
                    Some(text) => score::run_on(ctx, &actor, point, day(&text)?).await?,
                    None => score::run(ctx, &actor, point).await?,
                };
                told::ran(&ran, format);
            }
            Task::List { point: name, school, locality, places } => {
                let (point, asked) = (point(&name)?, lists::Asked { school, locality, places });
                let list = lists::list(ctx, &actor, point, &asked).await?;
                let withdrawn = lists::withdrawn(ctx, &actor, point).await?;
                told::list(list.as_ref(), withdrawn, format)?;
            }
            Task::Watch { point: name, month } => {
                let month: Month =
                    month.parse().map_err(|wrong| Wrong::Usage(format!("{wrong}.")))?;
                let seen = watch::month(ctx, &actor, point(&name)?, month).await?;
                told::seen(&seen, format);
                return Ok(if seen.alarms.is_empty() { Outcome::Done } else { Outcome::Findings });
            }
            Task::Level { point: name, by } => {
                let (id, shift) = watch::update_level(ctx, &actor, point(&name)?, &by).await?;
                told::levelled(id, shift, format);
            }
            Task::Paper { predictor, out } => {
                told::papers(predictor, &papers(ctx, predictor, &out).await?, format);
            }
            Task::Points { file } => {
                let text = String::from_utf8_lossy(&bytes_of(&file)?).into_owned();
                registers::write_points(ctx, &actor, &text).await?;
                told::points(&file, format);
            }
        }
        Ok(Outcome::Done)
    }
}

struct Load {
    kind: String,
    sender: String,
    file: PathBuf,
    map: Vec<String>,
    since: Option<String>,
    as_of: Option<String>,
    apply: bool,
}

impl Load {
    async fn run(self, ctx: &Context, format: Format) -> Result {
        let pair = |text: &String| {
            let (ours, theirs) = text
                .split_once('=')
                .ok_or_else(|| Wrong::Usage(format!("--map takes OURS=THEIRS, not \"{text}\".")))?;
            Ok::<_, Wrong>((ours.trim().to_owned(), theirs.trim().to_owned()))
        };
        let bytes = bytes_of(&self.file)?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let incoming = load::Incoming {
            kind: &self.kind,
            sender: &self.sender,
            file_name: &name,
            bytes: &bytes,
            mapping: self.map.iter().map(pair).collect::<std::result::Result<_, _>>()?,
            since: self.since.as_deref().map(day).transpose()?,
            as_of: self.as_of.as_deref().map(day).transpose()?,
        };
        let told = load::load(ctx, &whole_authority(), &incoming, self.apply).await?;
        told::loaded(&told, format);
        let clean = told.refused_count == 0 && told.unmatched == 0;
        Ok(if clean { Outcome::Done } else { Outcome::Findings })
    }
}

fn point(name: &str) -> std::result::Result<Point, Wrong> {
    Point::from_name(name)
        .ok_or_else(|| Wrong::Usage(format!("A point is P1, P2, P3 or P4, not {name}.")))
}

async fn papers(
    ctx: &Context,
    predictor: i64,
    out: &std::path::Path,
) -> std::result::Result<Vec<String>, Wrong> {
    let papers = paper::of(ctx, &whole_authority(), predictor).await?;
    let mut written = Vec::new();
    for paper in papers {
        for (ending, text) in [("json", told::json(&paper)?), ("html", told::html(&paper))] {
            let path = out.join(format!("{}.{ending}", paper.name));
            std::fs::create_dir_all(out).map_err(|error| {
                Wrong::Failed(format!("{} cannot be written: {error}.", path.display()))
            })?;
            file_out::whole(&path, text.as_bytes())?;
            written.push(path.display().to_string());
        }
    }
    Ok(written)
}
