//! The states of a month's return and what may be done in each: frozen, then signed. A frozen
//! version is never changed; what was wrong becomes right in the next version. Values in, a
//! refusal with its sentence out; who may act is `access`'s question, not this one's.
//!
//! Source: our own, from the order in which a return is frozen, checked, signed and sent (docs/adr/0002).

use crate::calendar::Day;

/// How far a version of a month has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Kept as it was, still being checked.
    Frozen,
    /// Signed off: this is what the council returns, and its leavers have been told of.
    Signed,
}

impl State {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Signed => "signed",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Frozen, Self::Signed].into_iter().find(|state| state.word() == word)
    }
}

/// A version of a month, as far as these rules look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub period_end: Day,
    pub number: i64,
    pub state: State,
    /// UTC instants that sort as text.
    pub frozen_at: String,
    pub signed_at: Option<String>,
}

/// Why a step of month end cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The month that ends on {0} is not over. Freeze it on a later day.")]
    NotOver(Day),
    #[error(
        "The return for {0} is frozen and not signed. Sign it first: who has left is told of \
         once, and a later month depends on what that one told."
    )]
    EarlierUnsigned(Day),
    #[error(
        "Version {0} of this month was frozen in the meantime. Look at it before you freeze again."
    )]
    FrozenMeanwhile(i64),
    #[error("This version is signed already.")]
    AlreadySigned,
    #[error("Version {0} has taken the place of this one. Sign that one.")]
    Superseded(i64),
    #[error(
        "The return for {0} was signed after this one was frozen, so leavers may be told of \
         twice. Freeze this month again."
    )]
    EarlierSignedSince(Day),
    #[error("The department would turn the whole file away: {0}")]
    FileRejected(String),
    #[error("{}", still_open(*.0))]
    OpenFindings(u64),
}

/// What stands in the way of signing, of one finding or of several.
fn still_open(findings: u64) -> String {
    match findings {
        1 => {
            "1 serious finding is open. Correct and freeze again, or settle it as it is.".to_owned()
        }
        many => format!(
            "{many} serious findings are open. Correct and freeze again, or settle them as they are."
        ),
    }
}

/// Whether a month is over: on its last day it is not.
pub fn is_over(period_end: Day, today: Day) -> bool {
    period_end < today
}

/// Whether a month may be frozen, as a first version or a correction; the number it then has.
///
/// Shape: `versions` of every month, in any order; `seen` is the newest version of this month that
/// the person had in front of them, 0 for none.
pub fn may_freeze(
    period_end: Day,
    seen: i64,
    versions: &[Version],
    today: Day,
) -> Result<i64, Refusal> {
    if !is_over(period_end, today) {
        return Err(Refusal::NotOver(period_end));
    }
    let newest = newest_of(period_end, versions).map_or(0, |version| version.number);
    if newest != seen {
        return Err(Refusal::FrozenMeanwhile(newest));
    }
    let months = versions.iter().map(|version| version.period_end);
    let mut earlier: Vec<Day> = months.filter(|month| *month < period_end).collect();
    earlier.sort_unstable();
    let of = |month: Day| versions.iter().filter(move |v| v.period_end == month);
    // A correction that waits for its signature does not undo what the signed version told.
    let unsigned = |month: &Day| of(*month).all(|version| version.state == State::Frozen);
    match earlier.into_iter().find(unsigned) {
        Some(month) => Err(Refusal::EarlierUnsigned(month)),
        None => Ok(newest + 1),
    }
}

/// Whether a version may be signed.
///
/// Shape: `rejections` are the reasons for which the whole file would be turned away;
/// `open_serious` counts findings of the first priority that nobody settled.
pub fn may_sign(
    version: &Version,
    versions: &[Version],
    rejections: &[String],
    open_serious: u64,
) -> Result<(), Refusal> {
    if version.state == State::Signed {
        return Err(Refusal::AlreadySigned);
    }
    if let Some(newest) = newest_of(version.period_end, versions)
        && newest.number > version.number
    {
        return Err(Refusal::Superseded(newest.number));
    }
    let since = versions.iter().find(|other| {
        other.period_end < version.period_end
            && other.signed_at.as_ref().is_some_and(|at| *at > version.frozen_at)
    });
    if let Some(earlier) = since {
        return Err(Refusal::EarlierSignedSince(earlier.period_end));
    }
    if let Some(reason) = rejections.first() {
        return Err(Refusal::FileRejected(reason.clone()));
    }
    match open_serious {
        0 => Ok(()),
        open => Err(Refusal::OpenFindings(open)),
    }
}

/// The newest version of a month.
pub fn newest_of(period_end: Day, versions: &[Version]) -> Option<&Version> {
    let same = versions.iter().filter(|version| version.period_end == period_end);
    same.max_by_key(|version| version.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn version(month: i8, number: i64, signed: Option<&str>) -> Version {
        Version {
            period_end: date(2025, month, 1).last_of_month(),
            number,
            state: if signed.is_some() { State::Signed } else { State::Frozen },
            frozen_at: format!("2025-{:02}-03", month + 1),
            signed_at: signed.map(str::to_owned),
        }
    }

    #[test]
    fn freezing() {
        let (end, today) = (date(2025, 6, 30), date(2025, 7, 2));
        let may = |seen, versions: &[Version]| may_freeze(end, seen, versions, today);
        assert_eq!(may(0, &[]), Ok(1));
        assert_eq!(may_freeze(end, 0, &[], end), Err(Refusal::NotOver(end)));
        assert_eq!(may(0, &[version(6, 1, None)]), Err(Refusal::FrozenMeanwhile(1)));
        assert_eq!(may(1, &[version(6, 1, None)]), Ok(2));
        assert_eq!(may(1, &[version(6, 1, Some("2025-07-04"))]), Ok(2), "a correction");
        let may_end = date(2025, 5, 31);
        assert_eq!(may(0, &[version(5, 1, None)]), Err(Refusal::EarlierUnsigned(may_end)));
        let corrected = [version(5, 1, Some("2025-06-04")), version(5, 2, None)];
        assert_eq!(may(0, &corrected), Ok(1));
        assert_eq!(may(0, &[version(7, 1, None)]), Ok(1), "a later month does not matter");
    }

    #[test]
    fn signing() {
        let june = version(6, 1, None);
        let may = |versions: &[Version], bad: &[String], open| {
            may_sign(&june, versions, bad, open).map_err(|refusal| refusal.to_string())
        };
        assert_eq!(may(std::slice::from_ref(&june), &[], 0), Ok(()));
        let signed = version(6, 1, Some("2025-07-04"));
        let again = may_sign(&signed, std::slice::from_ref(&signed), &[], 0);
        assert_eq!(again, Err(Refusal::AlreadySigned));
        let open = |findings| may(std::slice::from_ref(&june), &[], findings).unwrap_err();
        assert!(open(1).starts_with("1 serious finding is open."), "{}", open(1));
        assert!(open(2).starts_with("2 serious findings are open."), "{}", open(2));
        let newer = [june.clone(), version(6, 2, None)];
        assert!(may(&newer, &[], 0).unwrap_err().starts_with("Version 2"));
        let late = [june.clone(), version(5, 2, Some("2025-07-09"))];
        assert!(may(&late, &[], 0).unwrap_err().contains("signed after"));
        let early = [june.clone(), version(5, 1, Some("2025-06-09"))];
        assert_eq!(may(&early, &[], 0), Ok(()));
        assert!(may(&early, &["no header".into()], 0).unwrap_err().contains("no header"));
        assert!(may(&early, &[], 3).unwrap_err().starts_with("3 serious"));
        assert_eq!(State::from_word("signed"), Some(State::Signed));
        assert_eq!(State::from_word("sent"), None);
    }
}
