//! Exam results on their way from a school to the providers that its pupils applied to: what stands
//! between a pupil and a provider, and who may have which results, with the reasons.
//!
//! Invariant: results go only where the school that sends them says that an application or an offer stands,
//! where its agreement lets them come and the provider's lets them go, and of nobody who has objected. No
//! provider's own word brings results to it.

use jiff::civil::Date;

use crate::access::Decision;
use crate::agreement::{Agreement, Asked, Direction, Flow, Item, Origin, Said, decide};

/// What stands between a young person and a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tie {
    Applied,
    Offered,
    /// The application or the offer is no more.
    Withdrawn,
}

impl Tie {
    pub const ALL: &'static [Tie] = &[Tie::Applied, Tie::Offered, Tie::Withdrawn];

    pub const fn name(self) -> &'static str {
        match self {
            Tie::Applied => "applied",
            Tie::Offered => "offered",
            Tie::Withdrawn => "withdrawn",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Tie::Applied => "They applied there",
            Tie::Offered => "They were made an offer there",
            Tie::Withdrawn => "The offer or the application was withdrawn",
        }
    }

    pub fn from_name(name: &str) -> Option<Tie> {
        Tie::ALL.iter().copied().find(|tie| tie.name() == name)
    }

    /// Whether results may go by it.
    pub const fn stands(self) -> bool {
        !matches!(self, Tie::Withdrawn)
    }
}

/// Whether organisations of a kind teach or train: each has a roll, and somebody can apply to it.
pub fn teaches(kind: &str) -> bool {
    matches!(
        kind,
        "school" | "special-school" | "alternative-provision" | "college" | "training-provider"
    )
}

/// What tells that a partner of no kind teaches all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// It has a number in the registers of schools or of providers of learning.
    pub number: bool,
    /// Somebody signs in for it as for a school, a college or a training provider.
    pub account: bool,
    /// Somebody is recorded as learning there.
    pub learners: bool,
}

/// Whether somebody can apply to an organisation or be made an offer. One that a file was the first to name came in
/// as a partner, of whatever kind it is; a council, and a partner of which nothing says that it teaches, is none.
pub fn is_provider(kind: &str, signs: Signs) -> bool {
    let Signs { number, account, learners } = signs;
    teaches(kind) || (kind == "partner" && (number || account || learners))
}

/// One result as a school sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graded {
    /// Such as "June 2026".
    pub series: String,
    pub subject: String,
    /// Such as GCSE; may be empty.
    pub level: String,
    pub grade: String,
}

/// What one side says of how a pupil and a provider stand. Both sides' words stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    pub tie: Tie,
    /// The organisation: the provider itself, or a school.
    pub said_by: &'a str,
}

/// One question: may this provider have this pupil's results from this school?
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    pub school: &'a str,
    pub provider: &'a str,
    /// What stands between the two.
    pub words: &'a [Word<'a>],
    /// Their words on sharing, as the school and as the provider must hear them.
    pub said_to_school: Said,
    pub said_to_provider: Said,
    /// They have objected, or the use of their record is stopped.
    pub stopped: bool,
    pub day: Date,
}

/// Whether results pass.
///
/// Shape: the first condition that fails is the answer, with its reason; else every reason in favour.
pub fn passes(agreements: &[Agreement], asked: &Passing<'_>) -> Decision {
    let no = |reason: String| Decision { allowed: false, reasons: vec![reason] };
    if asked.stopped {
        return no("they have objected, or the use of their record is stopped".to_owned());
    }
    let by_school = asked.words.iter().find(|word| word.said_by == asked.school);
    let Some(tie) = by_school.map(|word| word.tie).filter(|tie| tie.stands()) else {
        let claimed =
            asked.words.iter().any(|word| word.said_by == asked.provider && word.tie.stands());
        return no(match claimed {
            true => "the provider says so, and the school has not confirmed it".to_owned(),
            false => "no application or offer of theirs is on record there".to_owned(),
        });
    };
    // Whatever gateway the lines rest on, a no is heard: the law asks no school for results.
    if asked.said_to_school.no || asked.said_to_provider.no {
        return no("the pupil or the parent has said no".to_owned());
    }
    let mut reasons = vec![match tie {
        Tie::Offered => "an offer there is on record".to_owned(),
        _ => "an application there is on record".to_owned(),
    }];
    let ways = [
        (asked.school, Direction::In, asked.said_to_school),
        (asked.provider, Direction::Out, asked.said_to_provider),
    ];
    for (partner, direction, said) in ways {
        let question = Asked {
            partner,
            flow: Flow::ExamResults,
            direction,
            item: Item::Results,
            origin: Origin::Ordinary,
            day: asked.day,
        };
        let decision = decide(agreements, &question).for_person(said);
        if !decision.allowed() {
            let whose = match direction {
                Direction::In => "the school's",
                Direction::Out => "the provider's",
            };
            return no(format!("{whose} side: {}", decision.reasons.join("; ")));
        }
        reasons.extend(decision.reasons);
    }
    Decision { allowed: true, reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Gateway, Line, Signature, Version};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    const DAY: Date = date(2026, 8, 20);

    #[test]
    fn a_partner_is_a_provider_where_something_says_that_it_teaches() {
        let none = Signs::default();
        for kind in ["school", "special-school", "college", "training-provider"] {
            assert!(is_provider(kind, none), "{kind}");
        }
        assert!(!is_provider("partner", none), "such as the police");
        for sign in [
            Signs { number: true, ..none },
            Signs { account: true, ..none },
            Signs { learners: true, ..none },
        ] {
            assert!(is_provider("partner", sign), "{sign:?}");
            assert!(!is_provider("council", sign), "{sign:?}");
        }
    }

    fn agreement(number: i64, partner: &str, direction: Direction, item: Item) -> Agreement {
        let sign = |party: Option<&str>| Signature {
            party: party.map(str::to_owned),
            name: "R Hale".into(),
            post: String::new(),
            day: date(2025, 9, 1),
        };
        let line = Line {
            flow: Flow::ExamResults,
            direction,
            gateway: match direction {
                Direction::In => Gateway::Section14,
                Direction::Out => Gateway::Section17,
            },
            items: BTreeSet::from([item]),
            every_months: None,
            first_due: None,
        };
        let version = Version {
            number: 1,
            partners: BTreeSet::from([partner.to_owned()]),
            lines: vec![line],
            ends: Some(date(2026, 12, 31)),
            signatures: vec![sign(None), sign(Some(partner))],
            ..Version::default()
        };
        Agreement { number, versions: vec![version], ..Agreement::default() }
    }

    const fn said(tie: Tie, said_by: &'static str) -> [Word<'static>; 1] {
        [Word { tie, said_by }]
    }

    const OFFERED: [Word<'static>; 1] = said(Tie::Offered, "school");

    fn good() -> Passing<'static> {
        Passing {
            school: "school",
            provider: "college",
            words: &OFFERED,
            said_to_school: Said::default(),
            said_to_provider: Said::default(),
            stopped: false,
            day: DAY,
        }
    }

    #[test]
    fn every_condition_can_stop_them() {
        let both = [
            agreement(1, "school", Direction::In, Item::Results),
            agreement(2, "college", Direction::Out, Item::Results),
        ];
        let narrow = [
            agreement(1, "school", Direction::In, Item::Attendance),
            agreement(2, "college", Direction::Out, Item::Results),
        ];
        let no = Said { no: true, ..Said::default() };
        let applied = said(Tie::Applied, "school");
        let withdrawn = said(Tie::Withdrawn, "school");
        let claimed = said(Tie::Offered, "college");
        let against = [withdrawn[0], claimed[0]];
        let elsewhere = said(Tie::Applied, "another school");
        let rows: &[(&[Agreement], Passing<'_>, bool, &str)] = &[
            (&both, good(), true, "an offer"),
            (&both, Passing { words: &applied, ..good() }, true, "an application"),
            (&both, Passing { words: &withdrawn, ..good() }, false, "no application"),
            (&both, Passing { words: &[], ..good() }, false, "no application"),
            (&both, Passing { words: &claimed, ..good() }, false, "has not confirmed"),
            (&both, Passing { words: &against, ..good() }, false, "has not confirmed"),
            (&both, Passing { words: &elsewhere, ..good() }, false, "no application"),
            (&both, Passing { stopped: true, ..good() }, false, "objected"),
            (&both, Passing { said_to_school: no, ..good() }, false, "said no"),
            (&both, Passing { said_to_provider: no, ..good() }, false, "said no"),
            (&both, Passing { day: date(2027, 1, 1), ..good() }, false, "expired"),
            (&both[..1], good(), false, "the provider's side"),
            (&both[1..], good(), false, "the school's side"),
            (&narrow, good(), false, "the school's side"),
            (&both, Passing { provider: "other", ..good() }, false, "the provider's side"),
        ];
        for (agreements, asked, allowed, word) in rows {
            let decision = passes(agreements, asked);
            assert_eq!(decision.allowed, *allowed, "{asked:?}: {decision:?}");
            assert!(decision.reasons.join(" ").contains(word), "{word}: {decision:?}");
        }
    }
}
