//! How the ways of looking ahead are weighed for NEET and not known, by how each has done in this register.

use domain::forecast::blend::{NAMES, WAYS, blended, parts, weights};
use domain::forecast::judge::{Judged, YEARLY_NEET, YEARLY_NOT_KNOWN};

use super::shown::Weighed;

/// What a forecast may learn the weights of its ways from.
pub(super) struct Past<'a> {
    /// The landmarks' forecasts with what came of them.
    pub judged: &'a [[Judged; 3]],
    /// No change, of the time before rates could be learned.
    pub early: &'a [[Judged; 3]],
}

impl Past<'_> {
    /// The weights of NEET and of not known for a forecast, by what had come by its own month.
    fn weights(&self, [neet, not_known, _]: &[Judged; 3]) -> [[f64; WAYS]; 2] {
        let of = |which: usize, all: &[[Judged; 3]]| -> Vec<Judged> {
            all.iter().filter_map(|three| three.get(which).copied()).collect()
        };
        [(0, neet, YEARLY_NEET), (1, not_known, YEARLY_NOT_KNOWN)].map(|(which, one, yearly)| {
            let (judged, early) = (of(which, self.judged), of(which, self.early));
            weights((&judged, &early), one.origin, one.ahead, yearly)
        })
    }

    /// The ways weighed; NEET and not known together are their sum.
    pub fn settled(&self, three: &[Judged; 3]) -> [Judged; 3] {
        let [of_neet, of_not_known] = self.weights(three);
        let [neet, not_known, both] = three;
        let a = Judged { forecast: blended(neet, &of_neet), ..*neet };
        let b = Judged { forecast: blended(not_known, &of_not_known), ..*not_known };
        [a, b, Judged { forecast: (a.forecast + b.forecast).min(1.0), ..*both }]
    }

    /// What a forecast is made of.
    pub fn weighed(&self, three: &[Judged; 3]) -> Vec<Weighed> {
        let [of_neet, of_not_known] = self.weights(three);
        let [neet, not_known, _] = three;
        let (neet, not_known) = (parts(neet, &of_neet), parts(not_known, &of_not_known));
        let each = NAMES.into_iter().zip(neet.into_iter().zip(not_known));
        each.map(|(way, (neet, not_known))| Weighed {
            way,
            neet_percent: neet * 100.0,
            not_known_percent: not_known * 100.0,
        })
        .collect()
    }

    /// Every forecast as it would have been made.
    pub fn settle(&self) -> Vec<[Judged; 3]> {
        self.judged.iter().map(|three| self.settled(three)).collect()
    }
}
