//! What may stand in a young person's way, as the reference data has it. An unknown word is an error.

use domain::edition::Mark;
use domain::obstacle::Obstacle;
use serde::Deserialize;

/// Why a text is no such list, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ObstaclesFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    mark: String,
    source: String,
    #[serde(rename = "obstacle")]
    obstacles: Vec<RawObstacle>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawObstacle {
    name: String,
    label: String,
}

/// The list as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/obstacles.toml");

/// Reads a list, in the order of the text.
///
/// Errors: names of anything but small letters, without a label or there twice; a mark that means nothing, no source.
pub fn read(text: &str) -> Result<Vec<Obstacle>, ObstaclesFault> {
    let raw: Raw = toml::from_str(text).map_err(|e| ObstaclesFault(e.to_string()))?;
    if Mark::of_list(&raw.mark).is_none() || raw.source.trim().is_empty() {
        return Err(ObstaclesFault("the list has a mark, S, I or K, and a source".to_owned()));
    }
    let mut all: Vec<Obstacle> = Vec::new();
    for one in raw.obstacles {
        let wrong = |what: &str| Err(ObstaclesFault(format!("obstacle {}: {what}", one.name)));
        // Names are kept side by side, parted by commas.
        let plain = one.name.bytes().all(|byte| byte.is_ascii_lowercase());
        if one.name.is_empty() || !plain {
            return wrong("a name is of small letters");
        }
        if one.label.trim().is_empty() {
            return wrong("it has no label");
        }
        if all.iter().any(|other| other.name == one.name) {
            return wrong("it is there twice");
        }
        all.push(Obstacle { name: one.name, label: one.label });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_read_and_a_slip_is_an_error() {
        let all = read(SHIPPED).unwrap();
        let named = |name: &str| all.iter().any(|one| one.name == name);
        assert!(all.len() > 5 && named("transport") && named("other"));
        for (from, to) in [
            ("name = \"money\"", "name = \"mon,ey\""),
            ("name = \"money\"", "name = \"housing\""),
            ("label = \"Money\"", "label = \" \""),
            ("label = \"Money\"", "words = \"Money\""),
            ("mark = \"K\"", "mark = \"X\""),
        ] {
            assert!(read(&SHIPPED.replace(from, to)).is_err(), "{to}");
        }
    }
}
