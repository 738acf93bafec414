//! What people's decisions teach the engine of one partner's lists, and whether it may be used. Invariant:
//! decisions change how a list is read only where that proves better on decisions that were held back.

use domain::matching::may_teach;
use linkage::{Answer, Effort, Linker, Model, Table};

use super::engine::Engine;

/// Of so many decisions one is held back to judge by.
const HELD_BACK: usize = 3;

/// The model for a partner's rows, and how many decisions moved it: none, where they are too few or where
/// the model that knew of the others did not foresee those held back any better than `plain`, which knows of
/// none; then it is `plain`.
pub(super) fn teach(
    engine: &Engine,
    table: &Table,
    answers: &[Answer],
    plain: Model,
) -> (Model, usize) {
    if !enough(answers) {
        return (plain, 0);
    }
    let effort = Effort::default();
    // Decisions come in the order of fingerprints, which is as good as drawn.
    let part = |held: bool| -> Vec<Answer> {
        let numbered = answers.iter().enumerate();
        let wanted = numbered.filter(|(at, _)| at.is_multiple_of(HELD_BACK) == held);
        wanted.map(|(_, answer)| *answer).collect()
    };
    let (held, rest) = (part(true), part(false));
    let tried = linkage::train_knowing(&engine.register, table, &rest, effort).0;
    if surprise(engine, &tried, table, &held) >= surprise(engine, &plain, table, &held) {
        return (plain, 0);
    }
    let all = linkage::train_knowing(&engine.register, table, answers, effort).0;
    (all, answers.len())
}

/// Whether decisions are enough to learn from.
pub(super) fn enough(answers: &[Answer]) -> bool {
    let same = answers.iter().filter(|answer| answer.same).count();
    may_teach(same, answers.len() - same).is_ok()
}

/// How much decisions surprise a model, on average. Units: nats.
fn surprise(engine: &Engine, model: &Model, table: &Table, answers: &[Answer]) -> f64 {
    let linker = Linker::new(&engine.register, model);
    let of = |answer: &Answer| {
        let why = linker.explain(answer.a, table, answer.b)?;
        let p = why.probability.clamp(1e-6, 1.0 - 1e-6);
        Some(-(if answer.same { p } else { 1.0 - p }).ln())
    };
    let all: Vec<f64> = answers.iter().filter_map(of).collect();
    all.iter().sum::<f64>() / all.len().max(1) as f64
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use linkage::Person;
    use store::whole::Identity;

    pub(in crate::linking) fn somebody(n: usize) -> Identity {
        let given = ["Ada", "Bilal", "Chloe", "Dmitri", "Esther", "Farah", "Gwen"][n % 7];
        let start = ["Hal", "Ber", "Tor", "Wes", "Mar", "Kin", "Ash", "Dun", "Fen", "Gar", "Pem"];
        let end = ["ley", "ton", "son", "man", "field", "ford", "wood", "well", "worth"];
        Identity {
            person: i64::try_from(n + 1).unwrap(),
            given: given.to_owned(),
            family: format!("{}{}", start[n * 5 % 11], end[n / 7 % 9]),
            born: format!("{}-{:02}-{:02}", 2004 + n % 14, 2 + n * 5 % 11, 2 + n * 7 % 26),
            postcodes: vec![format!("ME{} {}AB", 1 + n % 9, n / 9 % 9)],
            ..Identity::default()
        }
    }

    /// A list that knows names and the year of birth and nothing else, and who it truly speaks of.
    fn doubtful(people: &[Identity]) -> (Table, Vec<Answer>) {
        let mut table = Table::default();
        let mut answers = Vec::new();
        for (at, one) in people.iter().enumerate() {
            let year = format!("{}-01-01", &one.born[..4]);
            let person = Person {
                id: "row",
                source: "club",
                forename: &one.given,
                surname: &one.family,
                dob: &year,
                ..Person::default()
            };
            table.push(&person);
            answers.push(Answer { a: at, b: at, same: true });
            if at % 4 == 0 {
                answers.push(Answer { a: (at + 63) % people.len(), b: at, same: false });
            }
        }
        (table, answers)
    }

    #[test]
    fn decisions_teach_from_thirty_on_and_only_what_proves_better() {
        let people: Vec<Identity> = (0..700).map(somebody).collect();
        let engine = Engine::of(&people);
        let (table, answers) = doubtful(&people);
        let plain = linkage::train(&engine.register, &table, Effort::default()).0;
        let (same, used) = teach(&engine, &table, &answers[..20], plain.clone());
        assert_eq!((&same, used), (&plain, 0));
        let few = &answers[..120];
        let (taught, used) = teach(&engine, &table, few, plain.clone());
        // Judged by decisions that no model has seen.
        let unseen = &answers[120..400];
        let (before, after) =
            (surprise(&engine, &plain, &table, unseen), surprise(&engine, &taught, &table, unseen));
        assert!(used == 0 || used == few.len());
        assert!(after <= before, "{before} {after}");
        assert!(used > 0, "these decisions are worth learning from: {before} {after}");
    }
}
