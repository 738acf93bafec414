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
            Self::HalfOrMoreRed => "Red when half or more of what is rated is red.",
            Self::AnyRedOrAmber => "Amber when anything is amber, or less than half is red.",
            Self::NothingBegun => "Not started when nothing has been started.",
            Self::MoreNotStartedThanGreen => {
                "Amber when nothing is amber or red, but more is not started than is green."
            }
            Self::OnTrack => "Green when all that is started is green, and it is at least half.",
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
        (counts.green, "green"),
        (counts.amber, "amber"),
        (counts.red, "red"),
        (counts.not_started, "not started"),
        (counts.unrated, "unrated"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
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
