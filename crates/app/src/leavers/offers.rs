//! What providers told of offers, of who never came and of who left early, and what became of it.

use std::collections::BTreeSet;

use domain::access::{Act, Actor, decide};
use domain::calendar::Month;
use domain::measure::Percent;
use domain::narrative::count;
use domain::notice::{Became, Kind, became};
use store::{leavers as kept, people};

use super::leaving::labels;
use super::table::{Case, Counted, Head, beside};
use super::{Asked, By};
use crate::context::{Context, Wrong, day_of};

const BESIDE: [Head; 4] = [
    Head { name: "acted_on_within_a_day_percent", label: "% acted on within a day" },
    Head { name: "acted_on_in_time_percent", label: "% within 5 working days" },
    Head { name: "acted_on_late", label: "Acted on late" },
    Head { name: "waiting", label: "Not acted on yet" },
];

/// A notice that is counted.
struct One {
    person: Option<i64>,
    kind: Kind,
    organisation: String,
    month: Month,
    became: Became,
}

pub(super) async fn counted(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Counted, Wrong> {
    let decision = decide(actor, Act::RecordContact);
    if !decision.allowed {
        return Err(Wrong::denied(decision.denial("see this")));
    }
    let mut tx = ctx.db.begin_read().await?;
    let from = asked.period.from.yesterday().unwrap_or(asked.period.from);
    let (after, until) = (ctx.end_of(from), ctx.end_of(asked.period.to));
    let found = kept::notices(&mut tx, (&after, &until)).await?;
    let ids: BTreeSet<i64> = found.iter().filter_map(|one| one.person).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let reached = people::within(&mut tx, &actor.scope, &ids).await?;
    let mut labels = labels(&mut tx, By::Provider).await?;
    drop(tx);
    // As in the list of notices: nobody's is found by whoever sorts out who is who.
    let sorts = decide(actor, Act::DecideIdentity).allowed;
    let reaches = |person: Option<i64>| person.map_or(sorts, |p| reached.binary_search(&p).is_ok());
    let one = |one: kept::Noticed| {
        let received = day_of(&one.received_at)?;
        let done = one.done_at.as_deref().and_then(day_of);
        Some(One {
            person: one.person,
            kind: Kind::from_name(&one.kind)?,
            organisation: one.organisation,
            month: Month::of(received),
            became: became(received, done),
        })
    };
    let all: Vec<One> =
        found.into_iter().filter(|one| reaches(one.person)).filter_map(one).collect();
    if asked.by == By::Month {
        labels = all.iter().map(|one| (one.month.to_string(), one.month.words())).collect();
    }
    let key = |one: &One| match asked.by {
        By::Month => one.month.to_string(),
        _ => one.organisation.clone(),
    };
    let (whole, figures) = beside(&all, key, figures);
    let case = |one: &One| Case {
        person: one.person,
        row: key(one),
        column: Kind::ALL.iter().position(|kind| *kind == one.kind).unwrap_or_default(),
    };
    Ok(Counted {
        first: first(&all),
        columns: Kind::ALL.iter().map(|kind| head(*kind)).collect(),
        beside: BESIDE.to_vec(),
        cases: all.iter().map(case).collect(),
        by_key: asked.by == By::Month,
        labels,
        whole,
        figures,
    })
}

const fn head(kind: Kind) -> Head {
    match kind {
        Kind::Left => Head { name: "left", label: "Left early" },
        Kind::DidNotTurnUp => Head { name: "did_not_turn_up", label: "Did not turn up" },
        Kind::LikelyToLeave => Head { name: "likely_to_leave", label: "Likely to leave" },
        Kind::OfferMade => Head { name: "offer_made", label: "Offers made" },
        Kind::OfferWithdrawn => Head { name: "offer_withdrawn", label: "Offers withdrawn" },
    }
}

fn figures(of: &[&One]) -> Vec<Option<f64>> {
    let became = |kinds: &[Became]| {
        let those = of.iter().filter(|one| kinds.contains(&one.became)).count();
        u64::try_from(those).unwrap_or(u64::MAX)
    };
    let all = u64::try_from(of.len()).unwrap_or(u64::MAX);
    let share = |of: u64| Percent { of, all }.value();
    #[expect(clippy::cast_precision_loss, reason = "counts of notices are far below 2^53")]
    let number = |of: u64| Some(of as f64);
    vec![
        share(became(&[Became::WithinADay])),
        share(became(&[Became::WithinADay, Became::InTime])),
        number(became(&[Became::Late])),
        number(became(&[Became::Waiting])),
    ]
}

fn first(all: &[One]) -> String {
    let of = |kind: Kind| count(all.iter().filter(|one| one.kind == kind).count());
    let waiting = all.iter().filter(|one| one.became == Became::Waiting).count();
    if all.is_empty() {
        return "No provider told of an offer, or of anybody who left or never came".to_owned();
    }
    format!(
        "Offers made: {}; did not turn up: {}; left early: {}. {} of {} notices are not acted on yet",
        of(Kind::OfferMade),
        of(Kind::DidNotTurnUp),
        of(Kind::Left),
        count(waiting),
        count(all.len())
    )
}
