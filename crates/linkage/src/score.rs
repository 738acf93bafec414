//! From evidence to bits of belief. The weight of a pair is the log2 odds that it is one person:
//! prior + what each field says + what is taken back because the two might be twins or siblings.
//! Invariant: the parts of a score sum to its weight, and the score of a pair depends on the model,
//! the size of the register and the pair alone.
#![expect(
    clippy::indexing_slicing,
    reason = "weight tables are FIELDS x LEVELS arrays, levels below LEVELS"
)]

use crate::evidence::{Evidence, RATED};
use crate::levels::{FIELDS, Field, LEVELS};
use crate::model::{Grid, Model, Source};

pub(crate) type Weights = [[f64; LEVELS]; FIELDS];

/// No value is taken to be rarer or commoner than this many bits beyond the usual.
const MOST_RARE: f64 = 9.0;

/// The model as tables of bits, made once for a register of a given size.
pub(crate) struct Scorer {
    sources: Vec<(String, Sheet)>,
    other: Sheet,
    usual: Weights,
    twin_prior: f64,
    sibling_prior: f64,
    duplicate_prior: f64,
}

/// The tables of one source.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) prior: f64,
    pub(crate) same: Weights,
    twin: Weights,
    sibling: Weights,
}

/// A pair's score in its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    /// log2 odds that the pair is one person, before rivals are weighed.
    pub(crate) bits: f64,
    /// What the chance of twins or siblings takes away; never above 0.
    pub(crate) family: f64,
}

impl Scorer {
    pub(crate) fn new(model: &Model, people: usize) -> Self {
        let people = people.max(1) as f64;
        let (twin, sibling) =
            (weights(&model.twin, &model.chance), weights(&model.sibling, &model.chance));
        let sheet = |same: &Grid, chance: &Grid, coverage: f64| {
            let same = weights(same, chance);
            Sheet {
                prior: (coverage / (1.0 - coverage) / people).log2(),
                same,
                twin: at_home(
                    twin,
                    &same,
                    &[Field::Surname, Field::NameOrder, Field::Postcode, Field::Birth],
                ),
                sibling: at_home(
                    sibling,
                    &same,
                    &[Field::Surname, Field::NameOrder, Field::Postcode],
                ),
            }
        };
        let of_source = |source: &Source| {
            let chance = source.chance.as_ref().unwrap_or(&model.chance);
            sheet(&source.same, chance, source.coverage)
        };
        let known = model.sources.iter().map(|source| (source.name.clone(), of_source(source)));
        Self {
            sources: known.collect(),
            other: sheet(&model.same, &model.chance, model.coverage),
            usual: logs(&model.usual),
            twin_prior: (model.twins / people).log2(),
            sibling_prior: (model.siblings / people).log2(),
            duplicate_prior: (model.duplicates / people).log2(),
        }
    }

    /// The tables for a source; those of all sources together for one never met.
    pub(crate) fn sheet(&self, source: &str) -> &Sheet {
        self.sources.iter().find(|(name, _)| name == source).map_or(&self.other, |(_, sheet)| sheet)
    }

    /// The tables for two records of the register itself.
    pub(crate) fn duplicates(&self) -> Sheet {
        Sheet { prior: self.duplicate_prior, ..self.other }
    }

    pub(crate) fn score(&self, sheet: &Sheet, evidence: &Evidence) -> Score {
        let (same, twin, sibling) = self.bits(sheet, evidence);
        let family = -(1.0 + twin.exp2() + sibling.exp2()).log2();
        Score { bits: same + family, family }
    }

    /// The bits of a pair that scores more than `floor`. Most pairs are done with before the chance of
    /// a family is weighed, which can only take away.
    pub(crate) fn above(&self, sheet: &Sheet, evidence: &Evidence, floor: f64) -> Option<f64> {
        let (same, twin, sibling) = self.bits(sheet, evidence);
        if same <= floor {
            return None;
        }
        let bits = same - (1.0 + twin.exp2() + sibling.exp2()).log2();
        (bits > floor).then_some(bits)
    }

    /// The odds of one person against everything else, and of twins and siblings against strangers.
    pub(crate) fn odds(&self, sheet: &Sheet, evidence: &Evidence) -> (f64, f64, f64) {
        let (same, twin, sibling) = self.bits(sheet, evidence);
        let (twin, sibling) = (twin.exp2(), sibling.exp2());
        (same.exp2() / (1.0 + twin + sibling), twin, sibling)
    }

    fn bits(&self, sheet: &Sheet, evidence: &Evidence) -> (f64, f64, f64) {
        let rarity = self.rarity(evidence);
        let all: f64 = rarity.iter().sum();
        let household = all - rarity[0];
        (
            sheet.prior + sum(&sheet.same, evidence) + all,
            self.twin_prior + sum(&sheet.twin, evidence) + household,
            self.sibling_prior + sum(&sheet.sibling, evidence) + household,
        )
    }

    /// What one field's level says, rarity left aside.
    pub(crate) fn field(&self, sheet: &Sheet, field: Field, level: u8) -> f64 {
        sheet.same[field.index()][usize::from(level)]
    }

    /// Bits added for rare and taken for common values, in the order of [`RATED`].
    pub(crate) fn rarity(&self, evidence: &Evidence) -> [f64; 5] {
        let mut bits = [0.0; 5];
        for ((slot, field), common) in bits.iter_mut().zip(RATED).zip(evidence.common) {
            let usual = self.usual[field.index()][usize::from(evidence.pattern.level(field))];
            if common < 0.0 && usual < 0.0 {
                *slot = (usual - f64::from(common)).clamp(-MOST_RARE, MOST_RARE);
            }
        }
        bits
    }
}

/// What a household shares is written down by the same hands: those fields look for a brother or
/// sister as they do for the person.
fn at_home(mut family: Weights, same: &Weights, shared: &[Field]) -> Weights {
    for field in shared {
        family[field.index()] = same[field.index()];
    }
    family
}

fn sum(weights: &Weights, evidence: &Evidence) -> f64 {
    let mut total = 0.0;
    for field in Field::ALL {
        total += weights[field.index()][usize::from(evidence.pattern.level(field))];
    }
    total
}

/// Bits of each level; "missing" says nothing.
pub(crate) fn weights(given: &Grid, chance: &Grid) -> Weights {
    let mut out = [[0.0; LEVELS]; FIELDS];
    for field in Field::ALL {
        let shares = given.0[field.index()].iter().zip(&chance.0[field.index()]);
        for (slot, (m, u)) in out[field.index()].iter_mut().zip(shares).skip(1) {
            // Which way round two names agree best is no accident of chance: only how often it
            // happens to one person counts.
            let u = if field == Field::NameOrder { 1.0 } else { *u };
            if *m > 0.0 && u > 0.0 {
                *slot = (m / u).log2();
            }
        }
    }
    out
}

fn logs(usual: &Grid) -> Weights {
    let mut out = [[0.0; LEVELS]; FIELDS];
    for field in RATED {
        for (slot, share) in out[field.index()].iter_mut().zip(&usual.0[field.index()]).skip(1) {
            if *share > 0.0 {
                *slot = share.log2();
            }
        }
    }
    out
}
