//! Money that hangs on how many are not known: what a forecast of the count months would lose of each grant, in numbers
//! and in words.

use domain::access::Scope;
use domain::calendar::Month;
use domain::edition::Target as Rule;
use domain::measure::{level_percent, money_lost, named, tenths};
use serde::Serialize;
use store::targets::{self, Target};

use super::targets::losses;
use crate::forecast::{Ahead, Interval};
use crate::{Context, Wrong};

/// What one target would lose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtRisk {
    /// The target's number.
    pub target: i64,
    pub measure: String,
    pub target_percent: f64,
    /// The month it is to be met by.
    pub by: String,
    /// Nothing where nobody said how much the grant is. Units: pence.
    pub grant_pence: Option<u64>,
    /// If the count months come as forecast, and at the two ends of its interval.
    pub middle: Lost,
    pub low: Lost,
    pub high: Lost,
    pub sentence: String,
}

/// What is lost at a share not known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lost {
    pub not_known_percent: f64,
    /// Of the grant. Units: percent.
    pub lost_percent: u32,
    pub lost_pence: Option<u64>,
}

impl Lost {
    fn at(not_known_percent: f64, rule: &Rule, grant: Option<u64>) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a million"
        )]
        let millionths = (not_known_percent.clamp(0.0, 100.0) * 10_000.0).round() as u64;
        let lost_percent = rule.lost_hundredths(millionths, 1_000_000);
        let lost_pence = grant.map(|pence| money_lost(pence, lost_percent));
        Self { not_known_percent, lost_percent, lost_pence }
    }

    fn words(self) -> String {
        match (self.lost_percent, self.lost_pence) {
            (0, _) => "nothing of the grant would be lost".to_owned(),
            (lost, None) => format!("{lost} % of the grant would be lost"),
            (lost, Some(pence)) => {
                format!("{lost} % of the grant (£{}) would be lost", pence / 100)
            }
        }
    }
}

/// What a forecast of the count months' not known would lose, for each standing target that money hangs on and that is
/// to be met by them: before the next ones count, and not before these. Nothing within a narrower reach, on whose
/// figure none hangs.
pub async fn at_risk(ctx: &Context, scope: &Scope, found: &Ahead) -> Result<Vec<AtRisk>, Wrong> {
    let Some(first) = found.count_months.first().filter(|_| scope.is_whole()) else {
        return Ok(Vec::new());
    };
    let mut tx = ctx.db.begin_read().await?;
    let all = targets::standing(&mut tx).await?;
    let next = first.parse::<Month>().map_or_else(|_| first.clone(), |m| m.plus(12).to_string());
    let ahead = all.iter().filter(|one| one.by_month >= *first && one.by_month < next);
    let winter = &found.winter;
    Ok(ahead.filter_map(|one| risk(one, &winter.month, winter.level.not_known)).collect())
}

/// Nothing where no money hangs on the target.
fn risk(target: &Target, months: &str, not_known: Interval) -> Option<AtRisk> {
    let rule = Rule { neet_permille: 0, losses: losses(&target.losses) };
    if rule.losses.is_empty() {
        return None;
    }
    let definition = named(&target.measure)?;
    let grant = target.grant_pence.and_then(|pence| u64::try_from(pence).ok());
    let at = |percent: f64| Lost::at(percent, &rule, grant);
    let (middle, low, high) = (at(not_known.percent), at(not_known.low), at(not_known.high));
    let target_percent = level_percent(target.level_permille);
    let by = target.by_month.parse().map_or_else(|_| target.by_month.clone(), Month::words);
    let mut sentence = format!(
        "{}, {target_percent:.1} % by {by}: if {months} come as forecast, {} % are not known and {}. At the low end ({} %) {}; at the high end ({} %) {}.",
        definition.title,
        tenths(middle.not_known_percent),
        middle.words(),
        tenths(low.not_known_percent),
        low.words(),
        tenths(high.not_known_percent),
        high.words()
    );
    if definition.needs_target {
        sentence +=
            " The target itself is counted by its own edition, which the forecast does not follow.";
    }
    Some(AtRisk {
        target: target.id,
        measure: target.measure.clone(),
        target_percent,
        by: target.by_month.clone(),
        grant_pence: grant,
        middle,
        low,
        high,
        sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_at_risk_is_told_of_the_middle_and_both_ends() {
        let target = Target {
            measure: "neet".to_owned(),
            level_permille: 58,
            by_month: "2026-01".to_owned(),
            grant_pence: Some(250_000),
            losses: "60:50,75:100".to_owned(),
            ..Target::default()
        };
        let forecast = Interval { percent: 6.2, low: 6.0, high: 7.6, people: 62.0 };
        let said = |target: &Target| risk(target, "December to February", forecast);
        let found = said(&target).unwrap();
        assert_eq!(
            found.sentence,
            "Not in education, employment or training, 5.8 % by January 2026: if December to February come as \
             forecast, 6.2 % are not known and 50 % of the grant (£1250) would be lost. At the low \
             end (6.0 %) nothing of the grant would be lost; at the high end (7.6 %) 100 % of the grant (£2500) would be lost."
        );
        let ends = [found.low, found.middle, found.high];
        let lost = ends.map(|end| (end.lost_percent, end.lost_pence));
        assert_eq!(lost, [(0, Some(0)), (50, Some(125_000)), (100, Some(250_000))]);
        let unsaid = said(&Target { grant_pence: None, ..target.clone() }).unwrap();
        assert_eq!((unsaid.middle.lost_percent, unsaid.middle.lost_pence), (50, None));
        let unsaid = unsaid.sentence;
        assert!(
            unsaid.contains("known and 50 % of the grant would be lost.") && !unsaid.contains('£')
        );
        assert_eq!(said(&Target { losses: String::new(), ..target }), None);
    }
}
