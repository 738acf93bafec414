//! Areas with their outlines, from GeoJSON. Only polygons are read; properties by their names.

use super::NotRead;
use serde::Deserialize;

/// A ring of positions, longitude first, the last the same as the first.
///
/// Units: degrees, WGS84.
pub type Ring = Vec<[f64; 2]>;

/// One connected piece: the outer ring, then its holes.
pub type Polygon = Vec<Ring>;

/// A ward or a neighbourhood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// GSS code.
    pub code: String,
    pub name: String,
    /// The council's locality, for wards.
    pub locality: Option<String>,
    /// Index of Multiple Deprivation 2025, 1 the most deprived tenth, for neighbourhoods.
    pub deprivation_decile: Option<u8>,
    /// The ward that a neighbourhood fits best.
    pub ward: Option<String>,
    pub outline: Vec<Polygon>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
    name: String,
    imd2025_decile: Option<u8>,
    ward25_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Polygon),
    MultiPolygon(Vec<Polygon>),
}

/// Reads a collection of areas, sorted by code.
pub fn read(what: &'static str, text: &str) -> Result<Vec<Area>, NotRead> {
    let collection: Collection =
        serde_json::from_str(text).map_err(|error| NotRead { what, problem: error.to_string() })?;
    let mut areas: Vec<Area> = collection.features.into_iter().map(area).collect();
    areas.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(areas)
}

fn area(feature: Feature) -> Area {
    Area {
        code: feature.properties.code,
        name: feature.properties.name,
        locality: None,
        deprivation_decile: feature.properties.imd2025_decile,
        ward: feature.properties.ward25_code,
        outline: match feature.geometry {
            Geometry::Polygon(polygon) => vec![polygon],
            Geometry::MultiPolygon(polygons) => polygons,
        },
    }
}
