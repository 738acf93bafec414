//! What whoever keeps the predictors does with them: fit, work chances out, watch a month, set the level,
//! say how many places there are and how many are held out. One form each, of which `act` says which.

use crate::http::{Edge, Frame, PageError, Posted, SignedIn};
use crate::pages::parts::{Choice, Errors};
use app::predict::train::{self, Asked};
use app::predict::{holdout, lists, score, watch};
use app::{Context, Wrong};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::Month;
use domain::prediction::{Point, Target};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    pub act: String,
    point: String,
    target: String,
    area: String,
    /// The points of predictors in use, each under its own form's name.
    scored: String,
    watched: String,
    levelled: String,
    month: String,
    by: String,
    team: String,
    places: String,
    held_out: String,
}

/// The forms as they are shown.
pub struct Keep {
    pub act: String,
    pub points: Vec<Choice>,
    pub targets: Vec<Choice>,
    pub with_area: bool,
    pub months: Vec<Choice>,
    /// What is in use: for chances, for a month, for the level. Empty where nothing is.
    pub scored: Vec<Choice>,
    pub watched: Vec<Choice>,
    pub levelled: Vec<Choice>,
    pub by: String,
    pub teams: Vec<Choice>,
    pub places: String,
    pub held_out: String,
}

/// How far back a month may be chosen.
const MONTHS: i32 = 24;

impl Keep {
    pub async fn of(ctx: &Context, actor: &Actor, form: Form) -> Result<Self, PageError> {
        let used = watch::in_use(ctx, actor).await?;
        let of_used = |chosen: &str| -> Vec<Choice> {
            let points = used.iter().map(|(one, _)| one.point);
            points.map(|p| Choice::new(p.name(), p.label(), p.name() == chosen)).collect()
        };
        let point = |p: &Point| Choice::new(p.name(), p.label(), p.name() == form.point);
        let target = |t: &Target| Choice::new(t.name(), t.label(), t.name() == form.target);
        let own = Choice::new("", "The point's own", form.target.is_empty());
        let over = Month::of(ctx.today()).plus(-1);
        let month = |back: i32| {
            let month = over.plus(-back);
            Choice::new(&month.to_string(), &month.words(), month.to_string() == form.month)
        };
        let team = |team: &lists::Team| {
            let name = if team.name.is_empty() { "Everybody" } else { &team.name };
            let words = format!("{name} ({} places)", team.places);
            Choice::new(&team.name, &words, team.name == form.team)
        };
        let held_out = match form.act.as_str() {
            "hold-out" => form.held_out.clone(),
            _ => holdout::of_100(ctx, actor).await?.to_string(),
        };
        Ok(Self {
            points: Point::ALL.iter().map(point).collect(),
            targets: std::iter::once(own).chain(Target::ALL.iter().map(target)).collect(),
            with_area: form.area == "yes",
            months: (0..MONTHS).map(month).collect(),
            scored: of_used(&form.scored),
            watched: of_used(&form.watched),
            levelled: of_used(&form.levelled),
            teams: lists::teams(ctx, actor).await?.iter().map(team).collect(),
            held_out,
            act: form.act,
            by: form.by,
            places: form.places,
        })
    }

    /// Whether a form stays open: the one that was sent and could not be done.
    pub fn open(&self, act: &str) -> bool {
        self.act == act
    }
}

/// Does what was asked, and goes where it shows.
pub async fn act(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    let (field, done) = done(edge.ctx(), actor, &form).await;
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add(field, sentence);
            super::draw(&edge, &who, frame, (errors, form)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

/// The field to blame, and where to go or why not.
async fn done(ctx: &Context, actor: &Actor, form: &Form) -> (&'static str, Result<String, Wrong>) {
    let here = |_| "/predictor".to_owned();
    match form.act.as_str() {
        "fit" => ("point", fit(ctx, actor, form).await),
        "score" => ("scored", chances(ctx, actor, &form.scored).await),
        "watch" => ("month", month(ctx, actor, form).await.map(here)),
        "level" => ("by", level(ctx, actor, form).await),
        "places" => {
            let places = form.places.trim().parse().unwrap_or(0);
            let set = lists::set_places(ctx, actor, &form.team, places).await;
            ("places", set.map(|()| "/early-support".to_owned()))
        }
        "hold-out" => {
            let set = match form.held_out.trim().parse() {
                Ok(of_100) => holdout::set(ctx, actor, of_100).await,
                Err(_) => Err(Wrong::refused("Type a number from 0 to 50.")),
            };
            ("held_out", set.map(here))
        }
        _ => ("point", Err(Wrong::refused("Choose what to do."))),
    }
}

fn named(point: &str) -> Result<Point, Wrong> {
    Point::from_name(point).ok_or_else(|| Wrong::refused("Choose when it is worked out."))
}

async fn fit(ctx: &Context, actor: &Actor, form: &Form) -> Result<String, Wrong> {
    let point = named(&form.point)?;
    let target = Target::from_name(&form.target).unwrap_or_else(|| point.target());
    let asked = Asked { point, target, with_area: form.area == "yes", places: None };
    Ok(format!("/predictor/{}", train::train(ctx, actor, &asked).await?.id))
}

async fn chances(ctx: &Context, actor: &Actor, point: &str) -> Result<String, Wrong> {
    let point = named(point)?;
    score::run(ctx, actor, point).await?;
    Ok(format!("/early-support?point={}", point.name()))
}

async fn month(ctx: &Context, actor: &Actor, form: &Form) -> Result<(), Wrong> {
    let month: Month = form.month.parse().map_err(|_| Wrong::refused("Choose the month."))?;
    watch::month(ctx, actor, named(&form.watched)?, month).await?;
    Ok(())
}

async fn level(ctx: &Context, actor: &Actor, form: &Form) -> Result<String, Wrong> {
    let (id, _) = watch::update_level(ctx, actor, named(&form.levelled)?, &form.by).await?;
    Ok(format!("/predictor/{id}"))
}
