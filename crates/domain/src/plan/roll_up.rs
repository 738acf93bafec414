//! From the ratings below to the rating above: a suggestion with its rule and its reason, which a
//! person confirms or overrules. The suggestion never writes itself over what a person said.

use super::rating::{Counts, Rating};

/// The rules of the roll-up, tried from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollUpRule {
    NothingRated,
    HalfOrMoreRed,
    AnyRedOrAmber,
    NothingBegun,
    MoreNotStartedThanGreen,
    OnTrack,
}

impl RollUpRule {
    /// The rule in words, for the page that shows it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NothingRated => "Where nothing below is rated, nothing is suggested.",
            Self::HalfOrMoreRed => {
                "Not on track when half or more of what is rated is not on track."
            }
            Self::AnyRedOrAmber => {
                "Slow or blocked when anything is, or when less than half is not on track."
            }
            Self::NothingBegun => "Not started when nothing has been started.",
            Self::MoreNotStartedThanGreen => {
                "Slow or blocked when more is not started than is on track, though nothing else is wrong."
            }
            Self::OnTrack => "On track when all that is started is, and it is at least half.",
        }
    }
}

/// A proposed rating: which rule spoke, and on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub rating: Rating,
    pub rule: RollUpRule,
    pub reason: String,
    pub counts: Counts,
}

/// Proposes the rating above from the ratings below. Source: our own rule, tried against a real plan.
pub fn suggest(below: impl IntoIterator<Item = Rating>) -> Suggestion {
    let counts: Counts = below.into_iter().collect();
    let rated = counts.rated();
    let (rating, rule) = if rated == 0 {
        (Rating::Unrated, RollUpRule::NothingRated)
    } else if counts.red * 2 >= rated {
        (Rating::Red, RollUpRule::HalfOrMoreRed)
    } else if counts.red + counts.amber > 0 {
        (Rating::Amber, RollUpRule::AnyRedOrAmber)
    } else if counts.not_started == rated {
        (Rating::NotStarted, RollUpRule::NothingBegun)
    } else if counts.not_started > counts.green {
        (Rating::Amber, RollUpRule::MoreNotStartedThanGreen)
    } else {
        (Rating::Green, RollUpRule::OnTrack)
    };
    Suggestion { rating, rule, reason: reason(counts, rule), counts }
}

fn reason(counts: Counts, rule: RollUpRule) -> String {
    let parts: Vec<String> = [
        (counts.green, Rating::Green),
        (counts.amber, Rating::Amber),
        (counts.red, Rating::Red),
        (counts.not_started, Rating::NotStarted),
        (counts.unrated, Rating::Unrated),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, rating)| format!("{count} {}", rating.said()))
    .collect();
    let below = if parts.is_empty() { "nothing below".to_owned() } else { parts.join(", ") };
    format!("{below}. {}", rule.sentence())
}

/// What a person decided, beside what was suggested; both are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub rating: Rating,
    pub suggested: Rating,
    pub by: String,
    /// Why the person differs from the suggestion; none where they agree.
    pub reason: Option<String>,
}

/// Why a rating cannot be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingRefused {
    #[error("a rating is confirmed by a person: say who")]
    NoName,
    #[error("a rating that differs from the suggested one needs its reason")]
    NoReason,
}

/// Confirms a suggestion, or overrides it with a reason and a name.
///
/// Errors: no name; or a different rating without a reason, also where nothing could be suggested.
pub fn confirm(
    suggested: Rating,
    rating: Rating,
    by: &str,
    reason: &str,
) -> Result<Confirmed, RatingRefused> {
    let (by, reason) = (by.trim(), reason.trim());
    if by.is_empty() {
        return Err(RatingRefused::NoName);
    }
    if rating != suggested && reason.is_empty() {
        return Err(RatingRefused::NoReason);
    }
    Ok(Confirmed {
        rating,
        suggested,
        by: by.to_owned(),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
    })
}
