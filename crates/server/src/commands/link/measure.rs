//! Links against the truth: precision, recall and F1, and where the false ones are. Nothing here
//! reaches the engine; the truth is read only after the links are made.

use linkage::{Link, Linker, Links, Register, Table};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Marks {
    pub threshold: f64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub true_links: usize,
    pub false_links: usize,
    pub missed: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    pub pairs: usize,
    /// True pairs whose ids are in neither list; they count as missed.
    pub unknown_pairs: usize,
    pub at_threshold: Marks,
    pub best: Marks,
    pub recall_at_precision_99: f64,
    pub recall_at_precision_999: f64,
    /// The share of true pairs that were looked at, at all.
    pub candidate_recall: f64,
    /// False links at the threshold between people equal in surname, birth date and postcode.
    pub false_in_family: usize,
}

pub fn measure(
    linker: &Linker<'_>,
    register: &Register,
    b: &Table,
    links: &Links,
    truth: &HashSet<(String, String)>,
    threshold: f64,
) -> Measured {
    let is_true = |link: &Link| {
        truth.contains(&(register.table().id(link.a).to_owned(), b.id(link.b).to_owned()))
    };
    let mut judged: Vec<(&Link, bool)> =
        links.links.iter().map(|link| (link, is_true(link))).collect();
    judged.sort_by(|(x, _), (y, _)| {
        y.probability
            .total_cmp(&x.probability)
            .then(y.weight.total_cmp(&x.weight))
            .then((x.b, x.a).cmp(&(y.b, y.a)))
    });
    let kept: Vec<_> = judged.iter().filter(|(link, _)| link.probability >= threshold).collect();
    let hits = kept.iter().filter(|(_, good)| *good).count();
    let in_family =
        kept.iter().filter(|(link, good)| !good && same_family(linker, b, link)).count();
    let (unknown_pairs, looked_at) = coverage(linker, register, b, truth);
    let (best, at_99, at_999) = sweep(&judged, truth.len());
    Measured {
        pairs: truth.len(),
        unknown_pairs,
        at_threshold: marks(threshold, hits, kept.len(), truth.len()),
        best,
        recall_at_precision_99: at_99,
        recall_at_precision_999: at_999,
        candidate_recall: looked_at as f64 / truth.len().max(1) as f64,
        false_in_family: in_family,
    }
}

fn marks(threshold: f64, hits: usize, kept: usize, pairs: usize) -> Marks {
    let share = |of: usize| hits as f64 / of.max(1) as f64;
    let f1 = 2.0 * hits as f64 / (kept + pairs).max(1) as f64;
    Marks {
        threshold,
        precision: share(kept),
        recall: share(pairs),
        f1,
        true_links: hits,
        false_links: kept - hits,
        missed: pairs - hits,
    }
}

/// The best F1 over all thresholds, and the recall still reached at two precisions.
fn sweep(judged: &[(&Link, bool)], pairs: usize) -> (Marks, f64, f64) {
    let (mut hits, mut best, mut at_99, mut at_999) = (0, marks(1.0, 0, 0, pairs), 0.0, 0.0);
    for (kept, (link, good)) in (1..).zip(judged) {
        hits += usize::from(*good);
        let here = marks(link.probability, hits, kept, pairs);
        if here.f1 > best.f1 {
            best = here;
        }
        if here.precision >= 0.99 {
            at_99 = here.recall;
        }
        if here.precision >= 0.999 {
            at_999 = here.recall;
        }
    }
    (best, at_99, at_999)
}

fn same_family(linker: &Linker<'_>, b: &Table, link: &Link) -> bool {
    let Some(explanation) = linker.explain(link.a, b, link.b) else { return false };
    let same = |title: &str| {
        explanation.parts.iter().any(|part| {
            part.title == title
                && part.values.as_ref().is_some_and(|(x, y)| x == y && !x.is_empty())
        })
    };
    same("Surname") && same("Date of birth") && same("Postcode")
}

fn coverage(
    linker: &Linker<'_>,
    register: &Register,
    b: &Table,
    truth: &HashSet<(String, String)>,
) -> (usize, usize) {
    let of_a: HashMap<&str, usize> =
        (0..register.len()).map(|at| (register.table().id(at), at)).collect();
    let of_b: HashMap<&str, usize> = (0..b.len()).map(|at| (b.id(at), at)).collect();
    let known: Vec<(usize, usize)> = truth
        .iter()
        .filter_map(|(x, y)| Some((*of_a.get(x.as_str())?, *of_b.get(y.as_str())?)))
        .collect();
    (truth.len() - known.len(), linker.considered(b, &known))
}

impl Measured {
    pub fn lines(&self) -> Vec<String> {
        let line = |name: &str, marks: &Marks| {
            format!(
                "{name} {:.4}: precision {:.4}, recall {:.4}, F1 {:.4} ({} false links, {} missed).",
                marks.threshold,
                marks.precision,
                marks.recall,
                marks.f1,
                marks.false_links,
                marks.missed
            )
        };
        let mut lines = vec![
            line("At", &self.at_threshold),
            line("Best at", &self.best),
            format!(
                "Recall at precision .99: {:.4}, at .999: {:.4}; looked at {:.4} of the true pairs; {} false links within a family.",
                self.recall_at_precision_99,
                self.recall_at_precision_999,
                self.candidate_recall,
                self.false_in_family
            ),
        ];
        if self.unknown_pairs > 0 {
            lines.push(format!(
                "{} true pairs name ids that are not in the lists.",
                self.unknown_pairs
            ));
        }
        lines
    }
}
