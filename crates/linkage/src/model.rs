//! What the engine believes: how often each level of agreement is seen when two records are one
//! person, when they are twins, when they are a brother or sister, and when they have nothing to do
//! with one another. A model is plain data: it can be saved, read and shown. Scoring with it is in
//! `score`, learning it in `train`.
#![expect(
    clippy::indexing_slicing,
    reason = "grids are FIELDS x LEVELS by construction and checked on reading"
)]

use crate::levels::{FIELDS, Field, LEVELS};
use serde::{Deserialize, Serialize};

/// A number for each level of each field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid(pub(crate) Vec<Vec<f64>>);

impl Grid {
    pub(crate) fn zero() -> Self {
        Self(vec![vec![0.0; LEVELS]; FIELDS])
    }

    pub fn get(&self, field: Field, level: u8) -> f64 {
        self.0[field.index()][usize::from(level)]
    }

    pub(crate) fn at(&mut self, field: Field, level: u8) -> &mut f64 {
        &mut self.0[field.index()][usize::from(level)]
    }

    /// Makes the levels of each field but "missing" sum to one.
    pub(crate) fn normalise(&mut self) {
        for field in Field::ALL {
            let levels = &mut self.0[field.index()][1..field.levels().len()];
            let sum: f64 = levels.iter().sum();
            levels.iter_mut().for_each(|share| *share /= sum.max(f64::MIN_POSITIVE));
        }
    }

    fn well_formed(&self) -> bool {
        let good = |x: &f64| x.is_finite() && *x >= 0.0;
        self.0.len() == FIELDS
            && self.0.iter().all(|row| row.len() == LEVELS && row.iter().all(good))
    }
}

/// The habits of one partner's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    /// The share of its people that the register holds.
    pub coverage: f64,
    pub same: Grid,
    /// P(level | unrelated) for this list, where it was measured: one that writes 1 January for every
    /// birthday meets strangers otherwise than the rest do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Grid>,
}

impl Source {
    fn well_formed(&self) -> bool {
        self.same.well_formed() && self.chance.as_ref().is_none_or(Grid::well_formed)
    }
}

/// All that was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub version: u32,
    /// P(level | the two are unrelated), from random pairs.
    pub chance: Grid,
    /// P(level | the two are one person), over all sources.
    pub same: Grid,
    /// P(level | twins) and P(level | brother or sister of another age).
    pub twin: Grid,
    pub sibling: Grid,
    /// The mean share of the register that holds a value agreed on by chance: what rarity is
    /// measured against. 0 where rarity plays no part.
    pub usual: Grid,
    pub sources: Vec<Source>,
    pub coverage: f64,
    /// Twins, and other children of the family, that the register holds for each person asked.
    pub twins: f64,
    pub siblings: f64,
    /// The share of the register's people who stand in it twice.
    pub duplicates: f64,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("the model is not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the model is of version {found}, this engine reads version {wanted}", wanted = Model::VERSION)]
    Version { found: u32 },
    #[error("the model's tables have the wrong shape or impossible numbers")]
    Shape,
}

impl Model {
    /// Grows when fields, levels or what is learned of them change, so that an old model is refused and not misread.
    pub const VERSION: u32 = 3;

    /// The model as JSON text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a model is plain numbers and names")
    }

    /// Reads a model that [`Model::to_json`] wrote.
    ///
    /// Errors: text that is no model, another version, tables of another shape.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text)?;
        if model.version != Self::VERSION {
            return Err(ModelError::Version { found: model.version });
        }
        let share = |x: f64| x > 0.0 && x < 1.0;
        let grids = [&model.chance, &model.same, &model.twin, &model.sibling, &model.usual];
        let good = grids.iter().all(|grid| grid.well_formed())
            && model.sources.iter().all(|source| source.well_formed() && share(source.coverage))
            && share(model.coverage)
            && share(model.duplicates)
            && [model.twins, model.siblings].iter().all(|rate| rate.is_finite() && *rate > 0.0);
        if good { Ok(model) } else { Err(ModelError::Shape) }
    }
}
