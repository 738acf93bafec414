//! What the value of a cut is called on a page.

use crate::Wrong;
use domain::edition::Edition;
use domain::measure::Cut;
use std::collections::BTreeMap;
use store::{Tx, organisations};

/// Names of organisations by every number they are known by.
#[derive(Default)]
pub(crate) struct Labels {
    organisations: BTreeMap<String, String>,
    advisers: BTreeMap<String, String>,
}

impl Labels {
    /// Reads the names of organisations only where a cut needs them.
    pub async fn load(tx: &mut Tx, by: &[Cut]) -> Result<Self, Wrong> {
        let mut names = BTreeMap::new();
        if by.iter().any(|cut| matches!(cut, Cut::School | Cut::Provider)) {
            for organisation in organisations::all(tx).await? {
                let numbers = [organisation.ukprn, organisation.establishment];
                for number in numbers.into_iter().flatten() {
                    names.insert(number, organisation.name.clone());
                }
                names.insert(organisation.id, organisation.name);
            }
        }
        let mut advisers = BTreeMap::new();
        if by.contains(&Cut::Adviser) {
            let named = |a: store::accounts::Account| (a.id.to_string(), a.name);
            advisers = store::accounts::all(tx).await?.into_iter().map(named).collect();
        }
        Ok(Self { organisations: names, advisers })
    }

    pub fn of(&self, cut: Cut, value: &str, edition: &Edition) -> String {
        let lists = &edition.lists;
        let label = match cut {
            Cut::Sex => lists.gender.get(value),
            Cut::Ethnicity => lists.ethnicity.get(value),
            Cut::LevelOfNeed => lists.level_of_need.get(value),
            Cut::Characteristic => lists.characteristic.get(value),
            Cut::School | Cut::Provider => self.organisations.get(value),
            Cut::Adviser => self.advisers.get(value),
            Cut::Activity => edition.activity(value).map(|activity| &activity.label),
            _ => None,
        };
        match (label, cut, value) {
            (Some(label), _, _) => label.clone(),
            (None, _, "not-recorded") => "Not recorded".to_owned(),
            (None, Cut::YearGroup, year) => format!("Year {year}"),
            (None, Cut::Characteristics, codes) => {
                let label = |code| lists.characteristic.get(code).map_or(code, String::as_str);
                match codes {
                    "none" => "None".to_owned(),
                    codes => codes.split('+').map(label).collect::<Vec<_>>().join(" and "),
                }
            }
            (None, Cut::Characteristic, "none") => "None of these".to_owned(),
            (None, Cut::EducationLevel, "entry") => "Entry level".to_owned(),
            (None, Cut::EducationLevel, level) => format!("Level {level}"),
            (None, Cut::Send, "none") => "No identified need".to_owned(),
            (None, Cut::Send, "sen-support") => "SEN support".to_owned(),
            (None, Cut::Send, "plan") => "Education, health and care plan".to_owned(),
            (None, _, value) => value.to_owned(),
        }
    }
}
