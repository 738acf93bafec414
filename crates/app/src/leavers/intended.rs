//! What leavers of Year 11 intended, beside what the activity survey finds them doing.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Actor, Part, sees};
use domain::leaver::{Came, Intention};
use domain::measure::{Cut, Percent};
use domain::narrative::count;
use domain::survey::{Destination, births, went};
use store::leavers as kept;
use store::people::{self, Moment};

use super::leaving::labels;
use super::table::{Case, Counted, Head, beside};
use super::{Asked, By};
use crate::measures::may_cut;
use crate::survey::Loaded;
use crate::{Context, Wrong};

/// The year group that is asked what it intends.
const YEAR: i16 = 11;

/// What somebody does, by kind: name, words and the survey's destinations. Everything else is not known.
const ACTUAL: [(Head, &[Destination]); 8] = [
    (
        Head { name: "education", label: "Education" },
        &[Destination::FullTimeEducation, Destination::PartTimeEducation],
    ),
    (Head { name: "apprenticeship", label: "Apprenticeship" }, &[Destination::Apprenticeship]),
    (Head { name: "training", label: "Training" }, &[Destination::Training]),
    (
        Head { name: "employment", label: "Employment" },
        &[Destination::EmploymentWithTraining, Destination::EmploymentWithout],
    ),
    (
        Head { name: "gap_or_re_engagement", label: "Gap year or re-engagement" },
        &[Destination::GapYear, Destination::ReEngagement],
    ),
    (Head { name: "neet", label: "NEET" }, &[Destination::Available, Destination::NotAvailable]),
    (
        Head { name: "gone", label: "Moved away or outside" },
        &[Destination::Outside, Destination::MovedAway],
    ),
    (Head { name: "not_known", label: "Not known" }, &[Destination::NotKnown]),
];

/// One leaver.
struct One {
    person: i64,
    school: String,
    intention: Intention,
    destination: Destination,
}

impl One {
    const fn came(&self) -> Came {
        Came::of(self.intention, self.destination)
    }
}

pub(super) async fn counted(ctx: &Context, actor: &Actor, asked: &Asked) -> Result<Counted, Wrong> {
    let decision = sees(actor, Part::Guarantee);
    if !decision.allowed {
        return Err(Wrong::denied(decision.denial("see this")));
    }
    may_cut(actor, &[Cut::School])?;
    let all = leavers(ctx, actor, asked.period.to.year()).await?;
    let by_school = asked.by == By::School;
    let key = |one: &One| match by_school {
        true => one.school.clone(),
        false => one.intention.name().to_owned(),
    };
    let mut labels = match by_school {
        true => {
            let mut tx = ctx.db.begin_read().await?;
            labels(&mut tx, By::School).await?
        }
        false => {
            let label = |one: &Intention| (one.name().to_owned(), one.label().to_owned());
            Intention::ALL.iter().map(label).collect()
        }
    };
    labels.insert(String::new(), "On no school’s roll".to_owned());
    let columns: Vec<Head> = match by_school {
        true => Came::ALL.iter().map(|one| Head { name: one.name(), label: one.label() }).collect(),
        false => ACTUAL.iter().map(|(head, _)| *head).collect(),
    };
    let column = |one: &One| match by_school {
        true => Came::ALL.iter().position(|came| *came == one.came()),
        false => ACTUAL.iter().position(|(_, kinds)| kinds.contains(&one.destination)),
    };
    let case = |one: &One| Case {
        person: Some(one.person),
        row: key(one),
        column: column(one).unwrap_or_default(),
    };
    let (whole, figures) = beside(&all, key, |of| vec![share(of.iter().copied()).value()]);
    Ok(Counted {
        first: first(&all),
        columns,
        beside: vec![Head { name: "as_intended_percent", label: "% as intended" }],
        cases: all.iter().map(case).collect(),
        by_key: false,
        labels,
        whole,
        figures,
    })
}

/// Of those who said what they intend and of whom it is known what they do, who does that.
fn share<'a>(all: impl Iterator<Item = &'a One>) -> Percent {
    let mut share = Percent::default();
    for came in all.map(One::came).filter(|came| came.is_judged()) {
        share.all += 1;
        share.of += u64::from(came == Came::AsIntended);
    }
    share
}

fn first(all: &[One]) -> String {
    let share = share(all.iter());
    let not_known = all.iter().filter(|one| one.destination == Destination::NotKnown).count();
    let number = |of: u64| count(usize::try_from(of).unwrap_or(usize::MAX));
    match (all.len(), share.all) {
        (0, _) => "Nobody of that Year 11 is in the register".to_owned(),
        (left, 0) => {
            let left = count(left);
            format!("Of none of {left} leavers it is known whether they do what they intended")
        }
        (_, judged) => format!(
            "{} of {} leavers do what they intended, {} %; of {} it is not known what they do",
            number(share.of),
            number(judged),
            share.shown(),
            count(not_known)
        ),
    }
}

/// Everybody within reach who was in Year 11 when a summer began.
async fn leavers(ctx: &Context, actor: &Actor, summer: i16) -> Result<Vec<One>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let loaded = Loaded::load(&mut tx, Moment::Now, summer).await?;
    let cohort = &loaded.cohort;
    // Whose use is stopped is reached by nobody, as in the list that a count opens into.
    let reached = people::within(&mut tx, &actor.scope, &cohort.people.id).await?;
    let reached: BTreeSet<i64> = reached.into_iter().collect();
    let intends = kept::intentions(&mut tx, births(summer)).await?;
    drop(tx);
    let intends: HashMap<i64, String> = intends.into_iter().collect();
    let one = |p: usize| {
        let person = cohort.people.id.get(p).copied()?;
        let (year, destination) = went(loaded.asked(None), p, summer)?;
        let within = reached.contains(&person);
        (within && year == YEAR).then(|| One {
            person,
            school: cohort.people.school.text(p).to_owned(),
            intention: Intention::of(intends.get(&person).map(String::as_str)),
            destination,
        })
    };
    Ok((0..cohort.len()).filter_map(one).collect())
}
