//! Households: where they live, what their name is, who else of them is on the register.
//!
//! Neighbourhoods hold about the same number of people each, so a home is drawn by neighbourhood
//! first and by postcode within it second.

use super::chance::Chance;
use super::diary::Diary;
use super::names::{self, Tradition};
use super::streets::STREETS;
use crate::geography::geography;
use domain::calendar::Day;
use domain::person::{Address, Place};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// A household of the made-up town.
#[derive(Clone, Debug)]
pub struct Household {
    pub family: String,
    pub parent: String,
    pub phone: String,
    pub ethnicity: &'static str,
    pub tradition: Tradition,
    pub house: i32,
    pub street: &'static str,
    pub postcode: &'static str,
    pub place: Place,
    pub town: &'static str,
    pub decile: u8,
    pub lat: f64,
    pub lon: f64,
    births: Vec<Day>,
}

impl Household {
    pub fn address(&self, from: Option<Day>) -> Address {
        let line = format!("{} {}", self.house, self.street);
        Address {
            lines: [line, String::new(), String::new(), String::new()],
            town: self.town.to_owned(),
            county: "Kent".to_owned(),
            postcode: self.postcode.to_owned(),
            from,
            to: None,
            place: self.place.clone(),
        }
    }
}

/// All households, and the postcodes that they are drawn from.
pub struct Homes {
    households: Vec<Household>,
    neighbourhoods: Vec<Vec<&'static str>>,
    /// Households that may still have a younger child on the register, a moving window.
    recent: usize,
}

/// The council's population by ethnic group, roughly as the Census of 2021 had its children.
const ETHNICITIES: &[(&str, f64)] = &[
    ("WBRI", 71.0),
    ("WOTH", 5.5),
    ("WIRI", 0.4),
    ("WROM", 0.7),
    ("MWBC", 1.7),
    ("MWBA", 1.2),
    ("MWAS", 1.3),
    ("MOTH", 1.2),
    ("AIND", 2.6),
    ("APKN", 0.6),
    ("ABAN", 1.0),
    ("AOTH", 1.9),
    ("CHNE", 0.5),
    ("BCRB", 0.9),
    ("BAFR", 6.2),
    ("BOTH", 1.0),
    ("OARA", 0.3),
    ("OOTH", 0.7),
    ("REFU", 0.4),
    ("NOBT", 0.9),
];

impl Homes {
    pub fn new() -> Homes {
        let mut by_lsoa: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
        for (postcode, spot) in geography().postcodes().filter(|(_, spot)| spot.inside) {
            by_lsoa.entry(spot.place.lsoa.as_deref().unwrap_or("")).or_default().push(postcode);
        }
        let neighbourhoods = by_lsoa.into_values().collect();
        Homes { households: Vec::new(), neighbourhoods, recent: 0 }
    }

    pub fn get(&self, household: usize) -> &Household {
        self.households.get(household).expect("a household's number comes from its town")
    }

    /// A household for a child: with a brother or sister already here, or a new one.
    pub fn for_child(&mut self, born: Day, chance: &mut Chance) -> usize {
        // Children come oldest cohort first, so an older one is among the earlier households.
        self.recent = self.recent.max(self.households.len().saturating_sub(15_000));
        let span = self.households.len() - self.recent;
        if span > 20 && chance.yes(0.42) {
            let at = self.recent + chance.below(span);
            let room = self.households.get(at).is_some_and(|home| {
                home.births.len() < 4 && home.births.iter().all(|other| apart(*other, born) > 300)
            });
            if room {
                self.joined(at, born);
                return at;
            }
        }
        let mut home = self.draw(chance);
        home.births.push(born);
        self.households.push(home);
        self.households.len() - 1
    }

    pub fn joined(&mut self, household: usize, born: Day) {
        if let Some(home) = self.households.get_mut(household) {
            home.births.push(born);
        }
    }

    /// A home somewhere in the town.
    pub fn draw(&self, chance: &mut Chance) -> Household {
        let neighbourhood = chance.pick(&self.neighbourhoods);
        let postcode = *chance.pick(neighbourhood);
        let spot = geography().spot(postcode).expect("the town's postcodes are the geography's");
        let ethnicity = chance.table(ETHNICITIES);
        let tradition = names::tradition(ethnicity, chance);
        let family = names::family(tradition, chance);
        let mother = chance.yes(0.75);
        let parent = format!("{} {family}", names::given(tradition, mother, chance));
        Household {
            parent,
            family,
            phone: format!("01632 960{:03}", chance.below(1_000)),
            ethnicity,
            tradition,
            house: chance.between(1, 148),
            street: chance.pick::<&str>(STREETS),
            town: town_of(postcode),
            postcode,
            decile: spot.place.deprivation_decile.unwrap_or(5),
            lat: spot.lat,
            lon: spot.lon,
            place: spot.place.clone(),
            births: Vec::new(),
        }
    }
}

fn apart(a: Day, b: Day) -> i32 {
    a.since(b).map_or(0, |span| span.get_days().abs())
}

fn town_of(postcode: &str) -> &'static str {
    match postcode.split(' ').next().unwrap_or("") {
        "ME1" | "ME2" | "ME3" => "Rochester",
        "ME4" | "ME5" => "Chatham",
        "ME6" => "Snodland",
        _ => "Gillingham",
    }
}

/// Where a household moved to within the town, and when; most did not.
pub fn moved(homes: &Homes, diary: &Diary, chance: &mut Chance) -> Option<(Day, Household)> {
    let days = diary.as_of.since(diary.first_day()).map_or(0, |span| span.get_days());
    let on = diary.first_day().saturating_add(chance.between(0, days).days());
    chance.yes(0.07).then(|| (on, homes.draw(chance)))
}
