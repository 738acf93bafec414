//! How many people have several vulnerabilities at once, by combination, in a form that can be passed on:
//! a combination that few people share would point at them. Invariant: nothing that is told, and no
//! difference of two things that are told, counts fewer than [`FEW`] people.

use std::collections::{BTreeMap, BTreeSet};

use crate::disclosure::FEW;

/// People who share exactly these characteristics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// In the order of their codes.
    pub codes: Vec<String>,
    pub people: usize,
}

/// What may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Several {
    /// Combinations of two or more, the commonest first.
    pub rows: Vec<Combination>,
    /// Combinations too rare to be told one by one, and how many people they are together.
    pub rarer: Option<(usize, usize)>,
    /// Everybody with two or more; `None` where they are fewer than [`FEW`], and not nobody.
    pub people: Option<usize>,
}

/// Counts people by combination of the characteristics in `counted`.
///
/// Shape: `held` gives each person's codes. Rare combinations are told together; so are the rarest of the
/// others, until what is told together is at least [`FEW`] people and more than one combination.
pub fn several(held: &BTreeMap<i64, BTreeSet<String>>, counted: &BTreeSet<String>) -> Several {
    let mut combinations: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for codes in held.values() {
        let codes: Vec<String> = codes.intersection(counted).cloned().collect();
        if codes.len() > 1 {
            *combinations.entry(codes).or_default() += 1;
        }
    }
    let all: usize = combinations.values().sum();
    let mut rows: Vec<Combination> =
        combinations.into_iter().map(|(codes, people)| Combination { codes, people }).collect();
    rows.sort_by(|x, y| y.people.cmp(&x.people).then(x.codes.cmp(&y.codes)));
    let enough = |people: usize| u64::try_from(people).is_ok_and(|people| people >= FEW);
    let (mut rare, mut people) = (0, 0);
    while let Some(last) = rows.last() {
        let guarded = rare == 0 || (rare > 1 && enough(people));
        if enough(last.people) && guarded {
            break;
        }
        people += last.people;
        rare += 1;
        rows.pop();
    }
    Several {
        rows,
        rarer: (rare > 0 && enough(people)).then_some((rare, people)),
        people: (all == 0 || enough(all)).then_some(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(groups: &[(&[&str], usize)]) -> Several {
        let mut held = BTreeMap::new();
        for (codes, people) in groups {
            for _ in 0..*people {
                let codes: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
                held.insert(i64::try_from(held.len()).unwrap(), codes);
            }
        }
        let counted = ["110", "120", "130", "170"].map(str::to_owned).into();
        several(&held, &counted)
    }

    fn told(s: &Several) -> Vec<(String, usize)> {
        s.rows.iter().map(|row| (row.codes.join("+"), row.people)).collect()
    }

    #[test]
    fn combinations_of_few_people_are_told_together() {
        let s = of(&[
            (&["110"], 40),
            (&["110", "120"], 9),
            (&["110", "170"], 12),
            (&["120", "130"], 3),
            (&["130", "170", "999"], 2),
        ]);
        assert_eq!(told(&s), [("110+170".to_owned(), 12), ("110+120".to_owned(), 9)]);
        assert_eq!((s.rarer, s.people), (Some((2, 5)), Some(26)));
    }

    #[test]
    fn no_difference_gives_a_small_count_away() {
        // One rare combination alone would be the whole less the others: the next rarest joins it.
        let s = of(&[(&["110", "120"], 9), (&["110", "170"], 12), (&["120", "130"], 1)]);
        assert_eq!(told(&s), [("110+170".to_owned(), 12)]);
        assert_eq!((s.rarer, s.people), (Some((2, 10)), Some(22)));
        // Where nothing is left to join, nothing is told.
        let s = of(&[(&["110", "120"], 3)]);
        assert_eq!((s.rows.len(), s.rarer, s.people), (0, None, None));
        assert_eq!(of(&[(&["110"], 3)]).people, Some(0));
    }
}
