//! Counts as a reader sees them: people or means of people, each percentage unrounded and as shown.

use domain::access::{FEW, Grain};
use domain::disclosure::FEW_OF_GROUP;
use domain::edition::Edition;
use domain::measure::{Counts, Definition, Percent, Standing, Unit};
use domain::narrative;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Stands for a share that is left out, as in published tables.
///
/// Source: the department's symbol for a suppressed figure.
const HIDDEN: &str = "c";

/// A number of people, or a mean over months. Whole numbers are written as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub sum: u64,
    pub months: u64,
}

impl Count {
    /// Units: people.
    pub fn value(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
        let value = self.sum as f64 / self.months.max(1) as f64;
        value
    }

    /// The nearest whole number of people, halves up.
    pub fn whole(self) -> u64 {
        let months = self.months.max(1);
        (self.sum * 2 + months) / (months * 2)
    }

    /// The same for a page, its thousands parted.
    pub fn shown(self) -> String {
        narrative::count(usize::try_from(self.whole()).unwrap_or(usize::MAX))
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let months = self.months.max(1);
        if self.sum.is_multiple_of(months) {
            serializer.serialize_u64(self.sum / months)
        } else {
            serializer.serialize_f64(self.value())
        }
    }
}

/// The figures of one cell, over one month or averaged.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Numbers {
    pub cohort: Count,
    pub eet: Count,
    pub neet: Count,
    /// By code, for want of a record and by lapse, together.
    pub not_known: Count,
    pub not_known_by_code: Count,
    pub lapsed: Count,
    pub excluded: Count,
    pub participating: Count,
    /// The measure's own numerator and its share.
    pub numerator: Count,
    pub denominator: Count,
    /// The measure's value in its unit: a percentage, or a mean number of months or spells.
    pub value: Option<f64>,
    pub value_shown: String,
    /// The value where it is a percentage.
    pub percent: Option<f64>,
    pub percent_shown: String,
    pub eet_percent: Option<f64>,
    pub eet_percent_shown: String,
    pub neet_percent: Option<f64>,
    pub neet_percent_shown: String,
    pub not_known_percent: Option<f64>,
    pub not_known_percent_shown: String,
    pub not_known_by_code_percent: Option<f64>,
    pub not_known_by_code_percent_shown: String,
    pub lapsed_percent: Option<f64>,
    pub lapsed_percent_shown: String,
    pub neet_not_known_percent: Option<f64>,
    pub neet_not_known_percent_shown: String,
    pub participation_percent: Option<f64>,
    pub participation_percent_shown: String,
    /// The variant that assumes a share of lapsed records to be NEET, where the edition has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted_neet_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted_neet_percent_shown: Option<String>,
    /// Everybody of the ages, by what they count as.
    pub standings: BTreeMap<&'static str, Count>,
    /// The measure's own counts are left out: too few for this reader.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub few: bool,
    /// What people do is left out: too few of something for this reader.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub few_standings: bool,
    /// Why they are not known is left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub few_reasons: bool,
    /// How many participate is left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub few_kinds: bool,
}

impl Numbers {
    /// Shape: `counts` summed over `months` months; means are sums divided once, at the end.
    pub fn new(counts: &Counts, months: u32, definition: &Definition, edition: &Edition) -> Self {
        let count = |sum: u64| Count { sum, months: u64::from(months) };
        let cohort = counts.cohort();
        let share = |of: u64| Percent { of, all: cohort };
        let own = definition.share(counts, edition);
        let parts = definition.people(counts);
        let is_percent = definition.unit == Unit::Percent;
        let (eet, neet) = (share(counts.eet()), share(counts.neet()));
        let not_known = share(counts.not_known());
        let by_code = share(counts.not_known_by_code());
        let lapsed = share(counts.lapsed());
        let both = share(counts.neet() + counts.not_known());
        let participation = share(counts.participating());
        let adjusted = edition.measure.adjustment.map(|a| counts.adjusted_neet(a));
        Self {
            cohort: count(cohort),
            eet: count(eet.of),
            neet: count(neet.of),
            not_known: count(not_known.of),
            not_known_by_code: count(by_code.of),
            lapsed: count(lapsed.of),
            excluded: count(counts.excluded()),
            participating: count(participation.of),
            numerator: count(parts.of),
            denominator: count(parts.all),
            value: definition.value(own),
            value_shown: definition.shown(own),
            percent: own.value().filter(|_| is_percent),
            percent_shown: definition.shown(own),
            eet_percent: eet.value(),
            eet_percent_shown: eet.shown(),
            neet_percent: neet.value(),
            neet_percent_shown: neet.shown(),
            not_known_percent: not_known.value(),
            not_known_percent_shown: not_known.shown(),
            not_known_by_code_percent: by_code.value(),
            not_known_by_code_percent_shown: by_code.shown(),
            lapsed_percent: lapsed.value(),
            lapsed_percent_shown: lapsed.shown(),
            neet_not_known_percent: both.value(),
            neet_not_known_percent_shown: both.shown(),
            participation_percent: participation.value(),
            participation_percent_shown: participation.shown(),
            adjusted_neet_percent: adjusted.and_then(Percent::value),
            adjusted_neet_percent_shown: adjusted.map(Percent::shown),
            standings: Standing::ALL
                .iter()
                .filter(|standing| counts.of(**standing) > 0)
                .map(|standing| (standing.word(), count(counts.of(*standing))))
                .collect(),
            few: false,
            few_reasons: false,
            few_kinds: false,
            few_standings: false,
        }
    }

    /// Without the measure's own counts.
    pub(super) fn hide(&mut self) {
        (self.numerator, self.denominator) = <(Count, Count)>::default();
        (self.value, self.percent) = (None, None);
        (self.value_shown, self.percent_shown) = (HIDDEN.to_owned(), HIDDEN.to_owned());
        self.few = true;
    }

    /// What people do, as finely as may be told; who is outside the denominator never is.
    pub(super) fn coarsen(&mut self, grain: Grain) {
        if !grain.standings {
            return self.hide_standings();
        }
        self.standings = BTreeMap::new();
        self.excluded = Count::default();
        (self.adjusted_neet_percent, self.adjusted_neet_percent_shown) = (None, None);
        if !grain.reasons {
            (self.not_known_by_code, self.lapsed) = <(Count, Count)>::default();
            (self.not_known_by_code_percent, self.lapsed_percent) = (None, None);
            HIDDEN.clone_into(&mut self.not_known_by_code_percent_shown);
            HIDDEN.clone_into(&mut self.lapsed_percent_shown);
            self.few_reasons = true;
        }
        if !grain.participation {
            (self.participating, self.participation_percent) = (Count::default(), None);
            HIDDEN.clone_into(&mut self.participation_percent_shown);
            self.few_kinds = true;
        }
    }

    /// Without what people do: only how many they are, and the measure's own counts.
    fn hide_standings(&mut self) {
        *self = Self {
            cohort: self.cohort,
            numerator: self.numerator,
            denominator: self.denominator,
            value: self.value,
            value_shown: self.value_shown.clone(),
            percent: self.percent,
            percent_shown: self.percent_shown.clone(),
            few: self.few,
            few_standings: true,
            ..Self::default()
        };
        for shown in [
            &mut self.eet_percent_shown,
            &mut self.neet_percent_shown,
            &mut self.not_known_percent_shown,
            &mut self.not_known_by_code_percent_shown,
            &mut self.lapsed_percent_shown,
            &mut self.neet_not_known_percent_shown,
            &mut self.participation_percent_shown,
        ] {
            HIDDEN.clone_into(shown);
        }
    }

    /// Whether the measure's value is told, on a page and in a file alike: a share of few people jumps by chance.
    pub fn tells_value(&self) -> bool {
        !self.few && self.denominator.whole() >= FEW_OF_GROUP
    }

    /// Who is counted, as a page shows it.
    pub fn counted_shown(&self) -> String {
        if self.few { format!("under {FEW}") } else { self.numerator.shown() }
    }
}
