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

#[cfg(test)]
mod tests {
    use super::*;
    use linkage::{Effort, Person};

    fn list(prefix: &str, people: [(&str, &str, &str); 4]) -> Table {
        let ids = [0, 1, 2, 3].map(|n| format!("{prefix}{n}"));
        let person = |(id, (forename, surname, dob))| Person {
            id,
            forename,
            surname,
            dob,
            postcode: "ME4 4TR",
            ..Person::default()
        };
        Table::of(ids.iter().map(String::as_str).zip(people).map(person))
    }

    const OKAFOR: (&str, &str, &str) = ("Ada", "Okafor", "2010-05-12");
    const TWIN: (&str, &str, &str) = ("Bilal", "Okafor", "2010-05-12");
    const NOWAK: (&str, &str, &str) = ("Chloe", "Nowak", "2009-11-03");
    const SHAH: (&str, &str, &str) = ("Dmitri", "Shah", "2008-02-27");

    /// Three links of which the second joins twins, and four true pairs of which one is of nobody: counted by
    /// hand.
    #[test]
    fn links_are_measured_as_one_counts_by_hand() {
        let (a, b) =
            (list("A", [OKAFOR, TWIN, NOWAK, SHAH]), list("B", [OKAFOR, OKAFOR, NOWAK, TWIN]));
        let register = Register::new(a);
        let model = linkage::train(&register, &b, Effort::default()).0;
        let linker = Linker::new(&register, &model);
        let link = |a, b, probability| Link { a, b, probability, weight: 9.0, margin: 9.0 };
        let made = vec![link(2, 2, 0.9), link(0, 0, 0.99), link(1, 1, 0.97)];
        let links = Links { links: made, candidates: 9 };
        let pairs = [("A0", "B0"), ("A2", "B2"), ("A1", "B3"), ("A9", "B9")];
        let truth = pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into_iter().collect();
        let found = measure(&linker, &register, &b, &links, &truth, 0.95);
        let counts = |marks: Marks| (marks.true_links, marks.false_links, marks.missed);
        assert_eq!((found.pairs, found.unknown_pairs, found.false_in_family), (4, 1, 1));
        assert_eq!(counts(found.at_threshold), (1, 1, 3));
        assert_eq!(counts(found.best), (2, 1, 2));
        for (got, wanted) in [
            (found.at_threshold.precision, 1.0 / 2.0),
            (found.at_threshold.recall, 1.0 / 4.0),
            (found.at_threshold.f1, 1.0 / 3.0),
            (found.best.threshold, 0.9),
            (found.best.precision, 2.0 / 3.0),
            (found.best.recall, 1.0 / 2.0),
            (found.best.f1, 4.0 / 7.0),
            (found.recall_at_precision_99, 1.0 / 4.0),
            (found.recall_at_precision_999, 1.0 / 4.0),
            (found.candidate_recall, 3.0 / 4.0),
        ] {
            assert!((got - wanted).abs() < 1e-12, "{got} for {wanted}: {found:?}");
        }
        let lines = found.lines().join("\n");
        for said in [
            "At 0.9500: precision 0.5000, recall 0.2500, F1 0.3333 (1 false links, 3 missed).",
            "Best at 0.9000: precision 0.6667, recall 0.5000, F1 0.5714 (1 false links, 2 missed).",
            "1 true pairs name ids that are not in the lists.",
        ] {
            assert!(lines.contains(said), "{lines}");
        }
    }
}
