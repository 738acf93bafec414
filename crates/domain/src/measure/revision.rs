//! The same month twice: as it was known at two moments, or under two editions. Who counts as something
//! else, person by person, and how many still count as they did.

use super::{Asked, Standing, walk};
use std::collections::BTreeMap;

/// What a person counted as at the last month of the span, and the code that said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Was {
    pub standing: Standing,
    pub code: Option<String>,
}

/// One person who counts as something else. `None` where they were not of the ages, or not known at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised {
    pub person: i64,
    pub first: Option<Was>,
    pub second: Option<Was>,
}

/// Two countings of the same people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// People whom both countings know, in the cohort of the first.
    pub compared: u64,
    /// Of those, who counts as the same: the accuracy of the first counting as far as is known.
    pub same: u64,
    /// Everybody who does not, by number.
    pub changed: Vec<Revised>,
}

fn standings(asked: Asked<'_>) -> BTreeMap<i64, Was> {
    let last = asked.span.months() - 1;
    let mut all = BTreeMap::new();
    walk(asked, |p, segments| {
        let now = segments.iter().find(|s| (s.from..s.to).contains(&last));
        let id = asked.cohort.people.id.get(p);
        if let Some((id, now)) = id.zip(now) {
            let code = now.spell.map(|row| asked.cohort.spells.code.text(row as usize).to_owned());
            all.insert(*id, Was { standing: now.standing, code });
        }
    });
    all
}

/// Compares two countings of the last month of their spans.
///
/// A different activity of the same standing is no change to any figure and is left out.
/// Source: our own definition of accuracy: what was counted and still counts when later news is in.
pub fn revision(first: Asked<'_>, second: Asked<'_>) -> Revision {
    let (first, mut second) = (standings(first), standings(second));
    let mut found = Revision::default();
    for (person, was) in first {
        let now = second.remove(&person);
        let same = now.as_ref().is_some_and(|now| now.standing == was.standing);
        if was.standing.in_cohort() && now.is_some() {
            found.compared += 1;
            found.same += u64::from(same);
        }
        if !same {
            found.changed.push(Revised { person, first: Some(was), second: now });
        }
    }
    let new =
        second.into_iter().map(|(person, now)| Revised { person, first: None, second: Some(now) });
    found.changed.extend(new);
    found.changed.sort_by_key(|revised| revised.person);
    found
}
