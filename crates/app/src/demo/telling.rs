//! One life told as the register came to know it, ready to be written: records, contacts, caseload and
//! what schools and services say.

use std::sync::Arc;

use rayon::prelude::*;
use tokio::task::JoinHandle;

use super::chance::Chance;
use super::diary::Diary;
use super::knowing::{History, Subject};
use super::lives::{self, Stay};
use super::people::{self, People};
use super::town::Provider;
use super::{Plan, doubles, following, homes, knowing, leavers, schooling};

/// One person ready to be written.
pub struct Lived {
    pub history: History,
    pub contacts: Vec<following::Contact>,
    pub caseload: Option<following::Caseload>,
    pub told: Vec<schooling::ToldLater>,
    pub chance: Chance,
    /// Whether it is the second record of somebody who stands on the register twice.
    pub again: bool,
}

/// What histories are told from. Everybody has streams of chance of their own, so that it does not matter
/// who is told first.
pub struct Telling {
    pub seed: u64,
    pub town: People,
    pub lives: Vec<Vec<Stay>>,
    pub providers: Vec<Provider>,
    pub diary: Diary,
}

impl Telling {
    /// A town and what happens in it.
    pub fn of(plan: &Plan, providers: Vec<Provider>, diary: Diary) -> Self {
        let town = people::people(plan.people, plan.seed, plan.as_of, &providers);
        let lives = lives::lives(&town.youngsters, &providers, &diary, plan.seed);
        Telling { seed: plan.seed, town, lives, providers, diary }
    }

    /// Begins to tell of some people, on other threads while those before are written.
    pub fn begin(self: &Arc<Self>, first: usize, many: usize) -> JoinHandle<Vec<Lived>> {
        let telling = Arc::clone(self);
        let until = telling.town.youngsters.len().min(first + many);
        tokio::task::spawn_blocking(move || {
            let told: Vec<Vec<Lived>> =
                (first..until).into_par_iter().map(|number| telling.lived(number)).collect();
            told.into_iter().flatten().collect()
        })
    }

    /// A young person as the register knows them, and the double where they stand in it twice.
    pub fn lived(&self, number: usize) -> Vec<Lived> {
        let (Some(one), Some(stays)) = (self.town.youngsters.get(number), self.lives.get(number))
        else {
            return Vec::new();
        };
        let mut chance = Chance::stream(self.seed, 1_000 + number as u64);
        let (providers, diary) = (self.providers.as_slice(), &self.diary);
        let moved = homes::moved(&self.town.homes, diary, &mut chance);
        let home = self.town.homes.get(one.household);
        let subject = Subject { one, home, moved, stays, providers, diary };
        let mut history = knowing::history(&subject, &mut chance);
        let double = doubles::double(&subject, &history, &mut chance);
        let contacts = following::contacts(&history, diary, &mut chance);
        let caseload = following::caseload(&history, diary);
        // A stream of its own, so that the rest of a life is as it was.
        let mut school = Chance::stream(self.seed, 1_000_000 + number as u64);
        let told = schooling::told(one, home, diary, &mut school);
        // Advisers had to do with those of the return's ages; so had whoever was entered twice.
        let mut leaving = Chance::stream(self.seed, 2_000_000 + number as u64);
        leavers::tell(&subject, &mut history, &mut leaving);
        let first = Lived { history, contacts, caseload, told, chance, again: false };
        let second = double.map(|(history, chance)| Lived {
            history,
            contacts: Vec::new(),
            caseload: None,
            told: Vec::new(),
            chance,
            again: true,
        });
        std::iter::once(first).chain(second).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::town;
    use crate::geography::geography;
    use domain::calendar::academic_age;
    use domain::person::Field;

    /// Of whoever moved to another council before their Year 11 was over something is told once more when the year
    /// turns, after all that was told when they went.
    #[test]
    fn every_history_is_in_order_of_time() {
        let plan = Plan { people: 3_000, ..Plan::default() };
        let diary = Diary::until(plan.as_of);
        let telling = Telling::of(&plan, town::providers(geography()), diary);
        let mut left_early = 0;
        for (number, one) in telling.town.youngsters.iter().enumerate() {
            for lived in telling.lived(number) {
                let history = &lived.history;
                let moments: Vec<usize> = history.iter().map(|(at, _)| *at).collect();
                let each_once = moments.is_sorted_by(|before, after| before < after);
                assert!(each_once, "{number}: {moments:?}");
                let status = Field::CohortStatus;
                let gone = history.iter().find(|(_, r)| r.particulars.get(status) == Some("T"));
                let in_school = |at| academic_age(one.born, telling.diary.day(at)) <= 15;
                let early = gone.is_some_and(|(at, _)| in_school(*at) && moments.last() > Some(at));
                left_early += usize::from(early);
            }
        }
        assert!(left_early > 0, "the year has turned of nobody who moved away before");
    }
}
