//! The demonstration's strategy: a short plan of our own writing, and how its ratings went at two
//! meetings since. It comes in by the journeys that a real plan comes in by.

use domain::access::{Actor, Role, Scope};
use domain::calendar::Day;
use domain::measure::named;
use domain::plan::{Better, Cell, Course, OutcomeId, Point, Rating, seen};
use jiff::civil::date;

use crate::plan::{Asked, Bound, Incoming, Names, Rated, bind, bring, count, open_on, rate_on};
use crate::{Context, Wrong};

const PLAN: &[u8] = include_bytes!("../../../../reference/demo/plan.txt");
const RATINGS: &[u8] = include_bytes!("../../../../reference/demo/ratings.csv");

/// Brings the plan in and rates it as its meetings did.
pub async fn strategy(ctx: &Context) -> Result<(), Wrong> {
    let file = Incoming { file_name: "plan.txt", bytes: PLAN, names: Names::Keep, account: None };
    bring(ctx, file).await?;
    let mut lines = csv::Reader::from_reader(RATINGS);
    let broken = |what: String| Wrong::Failed(format!("the demonstration's ratings: {what}"));
    for line in lines.records() {
        let line = line.map_err(|error| broken(error.to_string()))?;
        let field = |at: usize| line.get(at).unwrap_or_default();
        let on: Day = field(0).parse().map_err(|_| broken(field(0).to_owned()))?;
        if on > ctx.today() {
            continue;
        }
        let rating = Rating::read(field(2)).ok_or_else(|| broken(field(2).to_owned()))?;
        let who = Actor {
            account: 0,
            name: field(3).to_owned(),
            role: Role::DataManager,
            scope: Scope::nobody(),
        };
        let room = open_on(ctx, &who, 1, on).await?;
        let outcome = room.now.plan.outcomes().find(|o| o.label.to_string() == field(1));
        let cell = Cell::outcome(outcome.ok_or_else(|| broken(field(1).to_owned()))?.id);
        let seen = seen(&room.now.marks, cell);
        let asked = [Asked { cell, rating, reason: field(4).to_owned(), seen }];
        match rate_on(ctx, &who, 1, on, &asked).await? {
            Rated::Saved { .. } => {}
            other => return Err(broken(format!("{other:?}"))),
        }
    }
    follow(ctx).await
}

/// Two outcomes are bound to our own measures and counted.
async fn follow(ctx: &Context) -> Result<(), Wrong> {
    let name = "Robin Hale".to_owned();
    let keeper = Actor { account: 0, name, role: Role::DataManager, scope: Scope::nobody() };
    let point = |on, value| Point { on, value };
    let (from, to) = (date(2024, 9, 13), date(2025, 8, 31));
    for (outcome, measure, was, target) in [(1, "not-known", 9.0, 3.0), (7, "neet", 6.0, 3.5)] {
        let bound = Bound {
            id: 0,
            outcome: OutcomeId(outcome),
            measure: measure.to_owned(),
            words: named(measure).map_or(measure, |found| found.title).to_owned(),
            unit: "%".to_owned(),
            course: Course {
                better: Better::Lower,
                from: point(from, was),
                target: point(to, target),
                near: 0.5,
            },
        };
        bind(ctx, &keeper, 1, &bound).await?;
    }
    count(ctx, &keeper, 1).await.map(|_| ())
}
