//! Hot spots: a figure by area over our own shapes, each area's share beside its estimate drawn
//! towards the whole, and what became of the old wards.

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::hotspot::{self, Common, Estimate};
use domain::measure::{Cut, Definition, Set, Unit, named};
use formats::geography::Area;

use crate::geography::geography;
use crate::measures::{Figures, Question, figures_for};
use crate::{Context, Wrong};

/// Which areas are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Areas {
    Wards,
    OldWards,
    Neighbourhoods,
}

impl Areas {
    pub const ALL: [Self; 3] = [Self::Wards, Self::OldWards, Self::Neighbourhoods];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Wards => "ward",
            Self::OldWards => "ward-2003",
            Self::Neighbourhoods => "lsoa",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Wards => "Wards",
            Self::OldWards => "Wards of 2003 to 2023",
            Self::Neighbourhoods => "Neighbourhoods (LSOA)",
        }
    }

    /// One of them, in a sentence.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Wards | Self::OldWards => "ward",
            Self::Neighbourhoods => "neighbourhood",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|areas| areas.name() == name)
    }

    pub const fn cut(self) -> Cut {
        match self {
            Self::Wards => Cut::Ward,
            Self::OldWards => Cut::Ward2003,
            Self::Neighbourhoods => Cut::Lsoa,
        }
    }

    pub fn shapes(self) -> &'static [Area] {
        let geography = geography();
        match self {
            Self::Wards => &geography.wards,
            Self::OldWards => &geography.wards_2003,
            Self::Neighbourhoods => &geography.lsoas,
        }
    }
}

/// One area.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub code: String,
    pub name: String,
    /// What helps to find it: the locality, or the ward of a neighbourhood and its deprivation decile.
    pub beside: String,
    pub estimate: Estimate,
}

/// A figure by area.
#[derive(Clone, Debug)]
pub struct HotSpots {
    pub figures: Figures,
    pub common: Common,
    /// In the order of the shapes.
    pub spots: Vec<Spot>,
    /// People without a place inside the council: counted, and of how many.
    pub elsewhere: (u64, u64),
}

/// Whether a measure has a share of people in every area: a mean of months has none, nor have assumed shares
/// of people.
pub fn has_areas(measure: &Definition) -> bool {
    measure.unit == Unit::Percent && measure.numerator != Set::AdjustedNeet
}

/// Estimates a figure for every area, over the people within reach.
///
/// Errors: refused for a measure that [`has_areas`] does not allow.
pub async fn hot_spots(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    areas: Areas,
) -> Result<HotSpots, Wrong> {
    if named(&question.measure).is_some_and(|measure| !has_areas(measure)) {
        return Err(Wrong::refused("Hot spots are of a measure that is a share of people."));
    }
    let mut question = question.clone();
    question.by = vec![areas.cut()];
    let found = figures_for(ctx, actor, &question).await?;
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for cell in &found.cells {
        let code = cell.key.get(areas.cut().name()).map_or("", String::as_str);
        counts.insert(code, (cell.numbers.numerator.whole(), cell.numbers.denominator.whole()));
    }
    let shapes = areas.shapes();
    let of: Vec<hotspot::Area> = shapes
        .iter()
        .map(|shape| {
            let (of, all) = counts.remove(shape.code.as_str()).unwrap_or_default();
            hotspot::Area { of, all: all.max(of) }
        })
        .collect();
    let elsewhere = counts.values().fold((0, 0), |sum, (of, all)| (sum.0 + of, sum.1 + all));
    let (common, estimates) = hotspot::estimate(&of);
    let spots = shapes
        .iter()
        .zip(estimates)
        .map(|(shape, estimate)| Spot {
            code: shape.code.clone(),
            name: shape.name.clone(),
            beside: beside(shape),
            estimate,
        })
        .collect();
    Ok(HotSpots { figures: found, common, spots, elsewhere })
}

fn beside(shape: &Area) -> String {
    let ward = shape.ward.as_deref().and_then(|ward| geography().ward_name(ward));
    let decile = shape.deprivation_decile.map(|decile| format!("deprivation decile {decile}"));
    let parts = [shape.locality.clone(), ward.map(str::to_owned), decile];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An old ward and the wards in force that its postcodes lie in now, most first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Became {
    pub old: String,
    pub postcodes: usize,
    pub now: Vec<(String, usize)>,
}

/// What became of the old wards, postcode by postcode. People are counted in both sets of wards by
/// their own postcode; this says what to expect when the two are held side by side.
pub fn crosswalk() -> Vec<Became> {
    let geography = geography();
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (_, spot) in geography.postcodes() {
        if let (Some(old), Some(now)) = (&spot.place.ward_2003, &spot.place.ward) {
            *pairs.entry((old.as_str(), now.as_str())).or_default() += 1;
        }
    }
    let name = |code: &str| geography.ward_name(code).unwrap_or(code).to_owned();
    let became = |old: &Area| {
        let of = |((from, to), count): (&(&str, &str), &usize)| {
            (*from == old.code).then(|| (name(to), *count))
        };
        let mut now: Vec<(String, usize)> = pairs.iter().filter_map(of).collect();
        now.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let postcodes = now.iter().map(|(_, count)| count).sum();
        Became { old: old.name.clone(), postcodes, now }
    };
    geography.wards_2003.iter().map(became).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_old_ward_went_somewhere_and_no_postcode_is_lost() {
        let all = crosswalk();
        assert_eq!(all.len(), 22);
        assert!(all.iter().all(|became| !became.now.is_empty()), "{all:?}");
        let placed: usize = all.iter().map(|became| became.postcodes).sum();
        let inside =
            geography().postcodes().filter(|(_, s)| s.inside && s.place.ward_2003.is_some());
        assert_eq!(placed, inside.count());
    }
}
