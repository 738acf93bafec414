//! What the department published for every authority, region and England, to hold a council's own
//! figures against. Read from the files in `reference/nccis-la`; nothing here is computed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::calendar::Month;
use serde::Serialize;

const FILES: [&str; 4] = [
    include_str!("../../../reference/nccis-la/UD_NEETNK_LA_dashboard_2021_vg_removed.csv"),
    include_str!("../../../reference/nccis-la/UD_NEETNK_LA_dashboard_2022_final.csv"),
    include_str!("../../../reference/nccis-la/UD_NEETNK_LA_dashboard_2023_final.csv"),
    include_str!("../../../reference/nccis-la/UD_NEETNK_LA_dashboard_final.csv"),
];

/// One authority, region or country in one release. Absent values were suppressed or not given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Published {
    /// Whose figures: `same-council`, `region`, `england`, `same-council-before`, `neighbour`.
    pub relation: &'static str,
    pub name: String,
    /// Three digits, for authorities.
    pub la_code: Option<String>,
    pub region: Option<String>,
    /// The release; its NEET figures are the mean of December to February before its March.
    pub year: i16,
    pub cohort: Option<f64>,
    pub neet_percent: Option<f64>,
    pub not_known_percent: Option<f64>,
    pub neet_not_known_percent: Option<f64>,
    pub participation_percent: Option<f64>,
    pub full_time_education_percent: Option<f64>,
    pub apprenticeship_percent: Option<f64>,
    pub guarantee_percent: Option<f64>,
    pub vulnerable_percent: Option<f64>,
    /// 1 is the best fifth of authorities.
    pub neet_quintile: Option<u8>,
    pub not_known_quintile: Option<u8>,
    pub neet_not_known_quintile: Option<u8>,
    pub participation_quintile: Option<u8>,
    pub guarantee_quintile: Option<u8>,
}

/// When a release counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Winter,
    March,
    /// The release does not say of which month it is.
    Release,
}

/// What releases say of one measure.
#[derive(Clone, Copy, Debug)]
pub struct Facet {
    pub measure: &'static str,
    when: When,
    percent: fn(&Published) -> Option<f64>,
    fifth: fn(&Published) -> Option<u8>,
}

impl Facet {
    /// What is published of a measure; nothing where none is.
    pub fn of(measure: &str) -> Option<&'static Facet> {
        FACETS.iter().find(|facet| facet.measure == measure)
    }

    /// Units: percent.
    pub fn percent(&self, row: &Published) -> Option<f64> {
        (self.percent)(row)
    }

    /// Which fifth of authorities; 1 is the best.
    pub fn fifth(&self, row: &Published) -> Option<u8> {
        (self.fifth)(row)
    }

    /// When the release of a year counted it, in words.
    pub fn when(&self, year: i16) -> String {
        match self.when {
            When::Winter => format!("mean of December {} to February {year}", year - 1),
            When::March => format!("March {year}"),
            When::Release => format!("in the figures of {year}"),
        }
    }
}

/// Every measure of which something is published.
///
/// Source: columns of the department's scorecard; participation and its kinds are of the cohort of March.
static FACETS: [Facet; 8] = [
    Facet {
        measure: "neet",
        when: When::Winter,
        percent: |row| row.neet_percent,
        fifth: |row| row.neet_quintile,
    },
    Facet {
        measure: "not-known",
        when: When::Winter,
        percent: |row| row.not_known_percent,
        fifth: |row| row.not_known_quintile,
    },
    Facet {
        measure: "neet-not-known",
        when: When::Winter,
        percent: |row| row.neet_not_known_percent,
        fifth: |row| row.neet_not_known_quintile,
    },
    Facet {
        measure: "participation",
        when: When::March,
        percent: |row| row.participation_percent,
        fifth: |row| row.participation_quintile,
    },
    Facet {
        measure: "eet-full-time-education",
        when: When::March,
        percent: |row| row.full_time_education_percent,
        fifth: |_| None,
    },
    Facet {
        measure: "eet-apprenticeship",
        when: When::March,
        percent: |row| row.apprenticeship_percent,
        fifth: |_| None,
    },
    Facet {
        measure: "guarantee-offer",
        when: When::Release,
        percent: |row| row.guarantee_percent,
        fifth: |row| row.guarantee_quintile,
    },
    Facet {
        measure: "vulnerable-group",
        when: When::Winter,
        percent: |row| row.vulnerable_percent,
        fifth: |_| None,
    },
];

static ROWS: LazyLock<Vec<Published>> = LazyLock::new(|| {
    FILES.iter().flat_map(|file| read(file).expect("a test reads every shipped file")).collect()
});

/// Every row of every release.
pub fn all() -> &'static [Published] {
    &ROWS
}

/// The same council, its region and England in the newest release that had counted by `month`, or
/// the oldest of all; and the same council in the release before that.
///
/// Shape: at most four rows; none for a council that is not in the files.
pub fn beside(la_code: &str, month: Month) -> Vec<Published> {
    let ours = |row: &&Published| row.la_code.as_deref() == Some(la_code);
    let mut own: Vec<&Published> = all().iter().filter(ours).collect();
    own.sort_by_key(|row| row.year);
    // A release counts up to its February.
    let counted = own
        .iter()
        .rposition(|row| Month::new(row.year, 2).is_some_and(|february| february <= month));
    let at = counted.unwrap_or(0);
    let Some(same) = own.get(at) else {
        return Vec::new();
    };
    let mut rows = vec![(*same).clone()];
    let wider = |relation: &'static str, name: &Option<String>| {
        all()
            .iter()
            .find(|row| {
                row.year == same.year
                    && row.la_code.is_none()
                    && row.relation == relation
                    && (relation == "england" || Some(&row.name) == name.as_ref())
            })
            .cloned()
    };
    rows.extend(wider("region", &same.region));
    rows.extend(wider("england", &None));
    let before = at.checked_sub(1).and_then(|before| own.get(before));
    rows.extend(before.map(|row| Published { relation: "same-council-before", ..(*row).clone() }));
    rows
}

/// The councils chosen as neighbours, in one release, in the order chosen.
///
/// Shape: `codes` are three digits each, with spaces or commas between; those without figures are left out.
pub fn neighbours(codes: &str, year: i16) -> Vec<Published> {
    codes
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|code| {
            let same = |row: &&Published| row.year == year && row.la_code.as_deref() == Some(code);
            all().iter().find(same).map(|row| Published { relation: "neighbour", ..row.clone() })
        })
        .collect()
}

fn read(text: &str) -> Result<Vec<Published>, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        rows.extend(published(&row?));
    }
    Ok(rows)
}

fn published(row: &BTreeMap<String, String>) -> Option<Published> {
    let text = |column: &str| row.get(column).map(|t| t.trim()).filter(|t| !t.is_empty());
    let owned = |column: &str| text(column).map(str::to_owned);
    let number = |column: &str| text(column).and_then(|t| t.parse::<f64>().ok());
    let fifth = |column: &str| text(column).and_then(|t| t.parse::<u8>().ok());
    let (relation, name) = match text("geographic_level")? {
        "National" => ("england", owned("country_name")),
        "Regional" => ("region", owned("region_name")),
        _ => ("same-council", owned("la_name")),
    };
    Some(Published {
        relation,
        name: name?,
        la_code: owned("old_la_code"),
        region: owned("region_name"),
        year: text("time_period")?.parse().ok()?,
        cohort: number("Cohort_DJFavg"),
        neet_percent: number("NEET_percent"),
        not_known_percent: number("Notknown_percent"),
        neet_not_known_percent: number("NEET_not_known_percent"),
        participation_percent: number("TOTAL_participating_in_education_and_training_percent"),
        full_time_education_percent: number("Full_time_education_percent"),
        apprenticeship_percent: number("Apprenticeship_percent"),
        guarantee_percent: number("September_guarantee_Offer_made_percent"),
        vulnerable_percent: number("VG_cohort_percentage"),
        neet_quintile: fifth("NEET_quintile"),
        not_known_quintile: fifth("Notknown_quintile"),
        neet_not_known_quintile: fifth("NEET_NK_quintile"),
        participation_quintile: fifth("Participation_ET_quintile"),
        guarantee_quintile: fifth("Sep_guarantee_quintile"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medway_beside_its_region_and_england() {
        // Source: published figures of 2025 and 2023.
        let rows = beside("887", "2025-02".parse().unwrap());
        let seen: Vec<_> =
            rows.iter().map(|r| (r.relation, r.name.as_str(), r.year, r.neet_percent)).collect();
        assert_eq!(
            seen,
            [
                ("same-council", "Medway", 2025, Some(6.6)),
                ("region", "South East", 2025, rows[1].neet_percent),
                ("england", "England", 2025, Some(3.4)),
                ("same-council-before", "Medway", 2023, Some(3.0)),
            ]
        );
        assert_eq!(rows[0].cohort, Some(7411.0));
        assert_eq!(rows[0].neet_not_known_quintile, Some(5));
        assert_eq!(beside("887", "2010-01".parse().unwrap())[0].year, 2021);
        assert_eq!(beside("887", "2025-01".parse().unwrap())[0].year, 2023);
        assert!(beside("000", "2025-01".parse().unwrap()).is_empty());
    }

    #[test]
    fn a_release_says_of_each_measure_its_own_percentage_and_fifth() {
        // Source: published figures of Medway, 2025 and 2021.
        let rows = [
            ("neet", Some(6.6), [Some(5), Some(4)], "mean of December 2024 to February 2025"),
            ("not-known", Some(3.1), [Some(5); 2], "mean of December 2024 to February 2025"),
            ("neet-not-known", Some(9.7), [Some(5); 2], "mean of December 2024 to February 2025"),
            ("participation", Some(87.1), [Some(5), Some(2)], "March 2025"),
            ("eet-full-time-education", Some(79.9), [None; 2], "March 2025"),
            ("eet-apprenticeship", Some(3.0), [None; 2], "March 2025"),
            ("guarantee-offer", Some(90.5), [Some(5), Some(1)], "in the figures of 2025"),
            ("vulnerable-group", Some(1.6), [None; 2], "mean of December 2024 to February 2025"),
        ];
        let medway = |year: i16| {
            let ours = |row: &&Published| row.year == year && row.la_code.as_deref() == Some("887");
            all().iter().find(ours).unwrap()
        };
        for (measure, percent, fifths, when) in rows {
            let facet = Facet::of(measure).unwrap();
            assert!(domain::measure::named(measure).is_some(), "{measure}");
            assert_eq!(facet.percent(medway(2025)), percent, "{measure}");
            assert_eq!([2025, 2021].map(|year| facet.fifth(medway(year))), fifths, "{measure}");
            assert_eq!(facet.when(2025), when, "{measure}");
        }
        assert_eq!(rows.len(), FACETS.len());
        for measure in ["psa2-neet", "currency", "eet", "guarantee-no-offer"] {
            assert!(Facet::of(measure).is_none(), "{measure}");
        }
    }

    #[test]
    fn neighbours_are_those_chosen() {
        // Source: published figures of 2025.
        let rows = neighbours("831, 000 886", 2025);
        let seen: Vec<_> =
            rows.iter().map(|r| (r.relation, r.name.as_str(), r.neet_percent)).collect();
        assert_eq!(
            seen,
            [("neighbour", "Derby", Some(7.6)), ("neighbour", "Kent", rows[1].neet_percent)]
        );
        assert!(neighbours("", 2025).is_empty());
    }

    #[test]
    fn every_release_has_its_authorities() {
        for year in [2021, 2022, 2023, 2025] {
            let count = all().iter().filter(|r| r.year == year && r.la_code.is_some()).count();
            // The release of 2021 leaves one authority out.
            assert!(count >= 149, "{year}: {count}");
        }
    }
}
