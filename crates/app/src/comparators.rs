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
    pub guarantee_percent: Option<f64>,
    /// 1 is the best fifth of authorities.
    pub neet_quintile: Option<u8>,
    pub not_known_quintile: Option<u8>,
    pub neet_not_known_quintile: Option<u8>,
    pub participation_quintile: Option<u8>,
}

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
        guarantee_percent: number("September_guarantee_Offer_made_percent"),
        neet_quintile: fifth("NEET_quintile"),
        not_known_quintile: fifth("Notknown_quintile"),
        neet_not_known_quintile: fifth("NEET_NK_quintile"),
        participation_quintile: fifth("Participation_ET_quintile"),
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
