//! The people behind a figure: who is in its numerator, who is in the cohort but not in it, and
//! who was left out of the cohort, each with why.

use super::{Asked, Cut, Definition, Keys, Mark, Marked, Set, Standing, walk_marked};

/// Which of the people of a cell are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Counted in the numerator.
    In,
    /// In the cohort, not in the numerator.
    Out,
    /// Of the ages, but outside the denominator.
    Excluded,
}

impl List {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "in" => Some(Self::In),
            "out" => Some(Self::Out),
            "excluded" => Some(Self::Excluded),
            _ => None,
        }
    }

    /// Whether somebody with this standing and these marks is on the list of a measure.
    ///
    /// Where the numerator adds up months or spells, who has any is in it.
    pub fn holds(
        self,
        definition: &Definition,
        standing: Option<Standing>,
        marks: &[Mark],
    ) -> bool {
        let numerator = definition.numerator.holds(standing, marks);
        match self {
            Self::In => numerator,
            Self::Out => definition.denominator.holds(standing, marks) && !numerator,
            Self::Excluded => standing.is_some_and(Standing::is_excluded),
        }
    }
}

/// One person behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Row of the cohort.
    pub person: usize,
    /// What they count as at the count; nothing where they are outside the ages.
    pub standing: Option<Standing>,
    /// The mark that puts them on the list, where one does.
    pub mark: Option<Mark>,
    /// Row of the spell that says so.
    pub spell: Option<u32>,
}

impl Member {
    /// Why somebody is on the list, as a person reads it.
    pub fn why(&self) -> &'static str {
        self.mark.map(Mark::why).or(self.standing.map(Standing::why)).unwrap_or_default()
    }

    /// The same in a word, as files say it.
    pub fn word(&self) -> &'static str {
        self.mark.map(Mark::word).or(self.standing.map(Standing::word)).unwrap_or_default()
    }
}

/// The people of one cell in the last month of the span, by number.
///
/// Shape: the months before are those that the measure looks back on; `cell` gives the value of some or
/// all cuts.
pub fn people(
    asked: Asked<'_>,
    definition: &Definition,
    cell: &[(Cut, String)],
    list: List,
) -> Vec<Member> {
    let cuts: Vec<Cut> = cell.iter().map(|(cut, _)| *cut).collect();
    let mut keys = Keys::new(asked, &cuts);
    let last = asked.span.months() - 1;
    let mut found = Vec::new();
    walk_marked(asked, |p, segments, marked| {
        let segment = segments.iter().find(|s| (s.from..s.to).contains(&last));
        let now = || marked.iter().filter(|m| (m.from..m.to).contains(&last));
        let marks: Vec<Mark> = now().map(|m| m.mark).collect();
        let standing = segment.map(|s| s.standing);
        if !list.holds(definition, standing, &marks) {
            return;
        }
        let mark = telling(definition, list, &|set| now().find(|m| set.contains(&m.mark)).copied());
        // Somebody who left is looked up where they were.
        let at = last.saturating_sub(mark.map_or(0, |m| u32::from(m.back)));
        keys.read(p, segments);
        let mut here = false;
        keys.each((at, at + 1), &mut |_, _, key: &[u32]| {
            here |= cell
                .iter()
                .zip(key)
                .all(|((cut, wanted), key)| cut.value(asked.cohort, *key) == *wanted);
        });
        if here {
            let spell = mark.and_then(|m| m.spell).or(segment.and_then(|s| s.spell));
            let mark = mark.map(|m| m.mark);
            found.push(Member { person: p, standing, mark, spell });
        }
    });
    found
}

/// The mark that says why somebody is on the list: the numerator's own, or what they are instead.
fn telling(
    definition: &Definition,
    list: List,
    of: &dyn Fn(&[Mark]) -> Option<Marked>,
) -> Option<Marked> {
    match list {
        List::In => of(definition.numerator.marks()),
        // Whatever else is true of them, their record was checked and was not right.
        List::Out if definition.denominator == Set::Marked(Mark::Checked) => of(&[Mark::Checked]),
        List::Out => of(INSTEAD).filter(|_| !definition.denominator.marks().is_empty()),
        List::Excluded => None,
    }
}

/// What somebody may be instead of what a measure counts, where standings do not say it.
const INSTEAD: &[Mark] = &[
    Mark::DutyMet,
    Mark::DutyTowards,
    Mark::DutyBreak,
    Mark::DutyUnmet,
    Mark::OfferMade,
    Mark::OfferNotAppropriate,
    Mark::NoOffer,
    Mark::OfferNotRecorded,
    Mark::LeftToEet,
    Mark::LeftToNotKnown,
    Mark::LeftCohort,
];
