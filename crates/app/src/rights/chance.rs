//! What the predictor worked out about somebody, for themselves: in the pack every chance there ever was, with all its
//! reasons and what became of it; in plain words the one that may still be used. It is theirs, so nothing is cut as it
//! is for a school.

use domain::calendar::{Day, shown};
use domain::measure::tenths;
use domain::prediction::{Point, Target};
use domain::rights::{Row, Section};
use store::Tx;
use store::predictors::{self, Run, Score};

use crate::context::Wrong;
use crate::predict::score::Told;
use crate::predict::{runs, train};

/// The section of the pack; it stands in the place of the table as it is.
pub(super) const NAME: &str = "predictor_score";

/// A chance with what it is a chance of.
struct Given {
    run: Run,
    score: Score,
    target: Option<Target>,
}

impl Given {
    fn of(&self) -> &'static str {
        self.target.map_or("being out of learning", Target::label)
    }

    fn told(&self) -> Told {
        serde_json::from_str(&self.score.content).unwrap_or_default()
    }

    fn when(&self) -> &'static str {
        Point::from_name(&self.run.point).map_or("", Point::label)
    }
}

/// Everything worked out under these numbers, the newest first.
async fn given(tx: &mut Tx, people: &[i64]) -> Result<Vec<Given>, Wrong> {
    let kept = train::kept(tx).await?;
    let mut all = Vec::new();
    for person in people {
        for (run, score) in predictors::of_person(tx, *person).await? {
            let target = kept.iter().find(|one| one.id == run.predictor).map(|one| one.target);
            all.push(Given { run, score, target });
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.run.id));
    Ok(all)
}

pub(super) async fn section(tx: &mut Tx, people: &[i64]) -> Result<Section, Wrong> {
    let row = |one: &Given| {
        let told = one.told();
        let reasons: Vec<&str> = told.reasons.iter().map(|said| said.sentence.as_str()).collect();
        let way = if one.run.way == "points" { "points" } else { "a model" };
        Row {
            key: format!("{NAME}:{}", one.run.id),
            cells: vec![
                shown(one.run.day),
                one.when().to_owned(),
                one.of().to_owned(),
                risk::words::chance(one.score.chance).to_owned(),
                format!("{} %", tenths(100.0 * one.score.chance)),
                way.to_owned(),
                reasons.join("; "),
                told.missing.join("; "),
                if one.score.held_out { "yes, by lot" } else { "no" }.to_owned(),
                shown(one.run.expires),
                one.run.at.clone(),
            ],
        }
    };
    Ok(Section {
        name: NAME.to_owned(),
        title: "Chances that were worked out about you".to_owned(),
        columns: [
            "As known on",
            "When in the school years",
            "A chance of",
            "In words",
            "As a number",
            "Worked out by",
            "Why",
            "Not known",
            "Left off lists to learn what support does",
            "Used until",
            "Worked out",
        ]
        .map(str::to_owned)
        .into(),
        rows: given(tx, people).await?.iter().map(row).collect(),
    })
}

/// In plain words; `whole` says whether the reader may see chances at all.
pub(super) async fn plain(
    tx: &mut Tx,
    people: &[i64],
    (whole, today): (bool, Day),
) -> Result<Vec<String>, Wrong> {
    let all = given(tx, people).await?;
    let ask = "You can have every one, with all its reasons. Ask to see all of it.".to_owned();
    if all.is_empty() {
        return Ok(vec!["We have worked out no chance about you.".to_owned()]);
    }
    let mut answers = Vec::new();
    let standing = runs::standing(&predictors::lives(tx).await?);
    let stand = all.iter().filter(|one| runs::may_be_shown(&one.run, &standing, today));
    match stand.max_by_key(|one| runs::order(&one.run)).filter(|_| whole) {
        Some(one) => answers.extend(newest(one)),
        None if whole => answers.push("No chance of yours is in use now.".to_owned()),
        None => {}
    }
    answers.push(match all.len() {
        1 => "In all we worked out one chance about you.".to_owned(),
        many => format!("In all we worked out {many} chances about you."),
    });
    answers.push(ask);
    answers.push("You can say that you do not want this. Then we work out none.".to_owned());
    Ok(answers)
}

fn newest(one: &Given) -> Vec<String> {
    let words = risk::words::chance(one.score.chance);
    let mut answers = vec![
        format!("On {} a computer worked out a chance.", shown(one.run.day)),
        format!("It is about you being {}.", one.of()),
        format!("The chance is: {words}."),
    ];
    let told = one.told();
    answers.extend(told.reasons.into_iter().map(|said| format!("Why: {}.", said.sentence)));
    if !told.missing.is_empty() {
        answers.push(format!("We do not know: {}.", told.missing.join("; ")));
    }
    answers.push("A person reads it. The computer decides nothing.".to_owned());
    answers
}
