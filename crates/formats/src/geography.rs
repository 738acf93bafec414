//! The council's geography as one value: postcode to place, areas with their outlines, schools,
//! authorities, localities and consortia. It is read from tables and outlines given as text; the
//! binary carries Medway's ([`SHIPPED`]), another council gives its own.
//!
//! Invariant: a postcode that the tables do not know has an empty place. That is never an error,
//! since a person must not be refused because a look-up is old.

mod groups;
mod outlines;
mod tables;

use domain::person::Place;
use std::collections::BTreeMap;

pub use outlines::{Area, Polygon};
pub use tables::{School, UpperTier, schools};

/// The texts that a geography is read from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Three digits of the authority whose area it is, as in the return.
    pub authority: &'a str,
    /// What to write beside every place found here: look-up and release.
    pub vintage: &'a str,
    pub postcodes: &'a str,
    pub postcodes_outside: &'a str,
    pub wards: &'a str,
    pub wards_2003: &'a str,
    pub lsoas: &'a str,
    pub schools: &'a str,
    pub authorities: &'a str,
    pub localities: &'a str,
    pub consortia: &'a str,
}

/// Medway's geography, as shipped; licences and attribution stand in `reference/geography`.
pub const SHIPPED: Sources<'static> = Sources {
    authority: "887",
    vintage: "Code-Point Open 2025.4",
    postcodes: include_str!("../../../reference/geography/postcodes-medway.csv"),
    postcodes_outside: include_str!("../../../reference/geography/postcodes-me-outside-medway.csv"),
    wards: include_str!("../../../reference/geography/wards-2025.geojson"),
    wards_2003: include_str!("../../../reference/geography/wards-2003.geojson"),
    lsoas: include_str!("../../../reference/geography/lsoa21.geojson"),
    schools: include_str!("../../../reference/geography/schools.csv"),
    authorities: include_str!("../../../reference/geography/upper-tier-authorities.csv"),
    localities: include_str!("../../../reference/geography/localities.toml"),
    consortia: include_str!("../../../reference/geography/consortia.toml"),
};

/// The line to show beside every map and look-up.
pub const ATTRIBUTION: &str = "Source: Office for National Statistics licensed under the Open \
    Government Licence v3.0. Contains OS data © Crown copyright and database right 2025. Contains \
    Royal Mail data © Royal Mail copyright and database right 2025. Contains National Statistics \
    data © Crown copyright and database right 2025. Contains public sector information licensed \
    under the Open Government Licence v3.0.";

/// Why a geography could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} could not be read: {problem}")]
pub struct NotRead {
    /// Which of the texts: "postcodes", "ward outlines"...
    pub what: &'static str,
    pub problem: String,
}

/// Where a postcode is.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub place: Place,
    pub lat: f64,
    pub lon: f64,
    /// Whether it lies inside the council's own area.
    pub inside: bool,
}

/// A council's geography.
#[derive(Clone, Debug, Default)]
pub struct Geography {
    /// Three digits of the authority whose area it is.
    pub authority: String,
    /// Localities in the order of the council's table.
    pub localities: Vec<String>,
    /// Consortia in the order of the council's table.
    pub consortia: Vec<String>,
    /// Wards in force, by code.
    pub wards: Vec<Area>,
    /// The wards of 2003 to 2023, by code.
    pub wards_2003: Vec<Area>,
    /// Census 2021 neighbourhoods, by code.
    pub lsoas: Vec<Area>,
    pub schools: Vec<School>,
    pub authorities: Vec<UpperTier>,
    spots: BTreeMap<String, Spot>,
}

impl Geography {
    /// Reads a geography from its texts.
    ///
    /// Errors: the first text that cannot be read, or a ward or school in a table of groups that
    /// the other texts do not have.
    pub fn read(sources: &Sources<'_>) -> Result<Geography, NotRead> {
        let localities = groups::localities(sources.localities)?;
        let consortia = groups::consortia(sources.consortia)?;
        let mut wards = outlines::read("ward outlines", sources.wards)?;
        let mut wards_2003 = outlines::read("old ward outlines", sources.wards_2003)?;
        groups::assign(&mut wards, &localities.of_ward)?;
        groups::assign(&mut wards_2003, &localities.of_ward_2003)?;
        let mut schools = tables::schools(sources.schools)?;
        groups::join(&mut schools, &consortia.of_school)?;
        for school in &mut schools {
            school.locality =
                school.ward.as_ref().and_then(|ward| localities.of_ward.get(ward)).cloned();
        }
        Ok(Geography {
            authority: sources.authority.to_owned(),
            spots: tables::spots(sources, &localities.of_ward)?,
            lsoas: outlines::read("neighbourhood outlines", sources.lsoas)?,
            authorities: tables::authorities(sources.authorities)?,
            localities: localities.names,
            consortia: consortia.names,
            wards,
            wards_2003,
            schools,
        })
    }

    /// The place of a postcode; empty when the tables do not know it.
    ///
    /// Shape: capitals with one space before the last three characters.
    pub fn place(&self, postcode: &str) -> Place {
        self.spots.get(postcode).map(|spot| spot.place.clone()).unwrap_or_default()
    }

    /// Where a postcode is, when the tables know it.
    pub fn spot(&self, postcode: &str) -> Option<&Spot> {
        self.spots.get(postcode)
    }

    /// Every postcode in alphabetical order.
    pub fn postcodes(&self) -> impl Iterator<Item = (&str, &Spot)> {
        self.spots.iter().map(|(postcode, spot)| (postcode.as_str(), spot))
    }

    /// A ward of either set of boundaries, by its GSS code.
    pub fn ward(&self, code: &str) -> Option<&Area> {
        find(&self.wards, code).or_else(|| find(&self.wards_2003, code))
    }

    /// The name of a ward of either set of boundaries.
    pub fn ward_name(&self, code: &str) -> Option<&str> {
        self.ward(code).map(|ward| ward.name.as_str())
    }

    pub fn lsoa(&self, code: &str) -> Option<&Area> {
        find(&self.lsoas, code)
    }

    pub fn school(&self, urn: &str) -> Option<&School> {
        self.schools.iter().find(|school| school.urn == urn)
    }
}

fn find<'a>(areas: &'a [Area], code: &str) -> Option<&'a Area> {
    areas.binary_search_by(|area| area.code.as_str().cmp(code)).ok().and_then(|at| areas.get(at))
}
