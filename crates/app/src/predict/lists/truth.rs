//! How true a list is, as people say it: of every ten, as long as the list is that somebody asked for, and
//! by the way in which it is made.

use store::predictors::Run;

use crate::predict::forward::Evidence;
use crate::predict::train::Kept;

/// The list that somebody asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    pub places: usize,
    /// Of how many.
    pub of: usize,
    /// Whether it is over the whole authority, as the judged one was.
    pub whole: bool,
}

/// How a list of the same share of the year group did on the judged year.
pub(super) fn how_true(kept: Option<&Kept>, run: &Run, length: Length) -> String {
    if kept.is_some_and(|p| p.content.points_only) {
        return "The list is made by the points table alone: too little has closed here to judge \
                it, or to fit anything else."
            .to_owned();
    }
    let judged = kept.and_then(|p| Some((p.target, p.content.evidence.as_ref()?)));
    let Some((target, evidence)) = judged else {
        return "Nobody has judged this list on a later year yet.".to_owned();
    };
    let became = target.became();
    let few = match evidence.outcomes {
        0 => {
            return format!("Nobody {became} in the judged year, so nothing tells how true it is.");
        }
        few if few < risk::evaluation::ENOUGH => {
            format!(" Only {few} of {} {became} in that year, so this is rough.", evidence.rows)
        }
        _ => String::new(),
    };
    let by_points = run.way == "points";
    let gain = if by_points { &evidence.points_gain } else { &evidence.gain };
    let by = if by_points { " The list is made by points at present." } else { "" };
    let Some((precision, recall)) = at(evidence, gain, length) else {
        return format!("How true a list of this length was is not known.{by}");
    };
    let most = if precision < 0.5 { " Most of those listed did not." } else { "" };
    let part = match length.whole {
        true => "",
        false => {
            " That is a list of the same share over the whole authority; a part of it was not \
                  judged by itself."
        }
    };
    format!(
        "Of every 10 listed about {} {became} in the year that was judged; the list found {} of \
         every 10.{few}{most}{part}{by}",
        tenths(precision),
        tenths(recall)
    )
}

/// Precision and recall of a list of this share, from the kept gain.
fn at(evidence: &Evidence, gain: &[(f64, f64)], length: Length) -> Option<(f64, f64)> {
    if length.of == 0 || evidence.rows == 0 {
        return None;
    }
    let share = (length.places as f64 / length.of as f64).min(1.0);
    let caught = between(gain, share)?;
    let precision = caught * evidence.outcomes as f64 / (share * evidence.rows as f64);
    Some((precision.min(1.0), caught))
}

/// The share caught by a list between two of those whose gain was kept.
fn between(gain: &[(f64, f64)], share: f64) -> Option<f64> {
    let after = gain.iter().position(|(listed, _)| *listed >= share)?;
    let (listed, caught) = gain.get(after)?;
    let (before, less) = after.checked_sub(1).and_then(|at| gain.get(at)).unwrap_or(&(0.0, 0.0));
    let part = if listed > before { (share - before) / (listed - before) } else { 1.0 };
    Some(less + part * (caught - less))
}

fn tenths(share: f64) -> String {
    match (share * 10.0).round() as i64 {
        0 => "none".to_owned(),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand people, a hundred outcomes: the first hundred hold forty of them, the first
    /// two hundred sixty.
    const GAIN: [(f64, f64); 4] = [(0.0, 0.0), (0.1, 0.4), (0.2, 0.6), (1.0, 1.0)];

    #[test]
    fn what_is_said_goes_by_the_length_that_was_asked_for() {
        let evidence = Evidence { rows: 1_000, outcomes: 100, ..Evidence::default() };
        for (places, of, precision, recall) in [
            (100, 1_000, 0.4, 0.4),
            (12, 120, 0.4, 0.4),
            (150, 1_000, 1.0 / 3.0, 0.5),
            (50, 1_000, 0.4, 0.2),
            (30, 20, 0.1, 1.0),
        ] {
            let (p, r) = at(&evidence, &GAIN, Length { places, of, whole: true }).unwrap();
            assert!((p - precision).abs() < 1e-9 && (r - recall).abs() < 1e-9, "{places} of {of}");
        }
        assert_eq!(at(&evidence, &GAIN, Length { places: 5, of: 0, whole: true }), None);
        assert_eq!(at(&evidence, &[], Length { places: 5, of: 10, whole: true }), None);
    }
}
