//! What may happen without a person looking, when identifiers do not settle who a row speaks of: the
//! lines between "the same person", "somebody must look" and "nobody we know". The weighing itself is
//! another crate's. Invariant: a twin is never taken for the same person by weight alone.

/// How much a row resembles the person whom it resembles most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// That the two are one person, everybody else weighed.
    pub probability: f64,
    /// Units: bits between this person and the next best.
    pub margin: f64,
    /// Units: bits that the chance of a twin, a brother or a sister takes back; never above 0.
    pub family: f64,
    /// Whether the given name speaks against the two being one.
    pub given_against: bool,
    /// Whether a UPN or a ULN is the same on both.
    pub number_agrees: bool,
}

/// Probabilities at which something happens by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lines {
    /// From here up a row is the person's.
    pub sure: f64,
    /// Below this it is nobody's whom we know.
    pub new: f64,
}

impl Lines {
    /// Until a council has decided enough pairs to set its own.
    pub const PRESET: Lines = Lines { sure: 0.99, new: 0.05 };
    /// Units: bits. A runner-up nearer than this makes any match doubtful.
    pub const MARGIN: f64 = 6.0;
    /// Units: bits. Beyond this a brother, sister or twin is likelier than chance.
    const FAMILY: f64 = -2.0;
}

/// What share of rows must be right until a council says otherwise: of those that go through by
/// themselves, and of those that are taken for new people.
pub const WANTED: [f64; 2] = [0.999, 0.99];

/// A wanted share as somebody writes it, in per cent.
///
/// Errors: under 90 the lines would let more wrong rows by than people find again; nothing is wholly sure.
pub fn wanted(percent: &str) -> Result<f64, &'static str> {
    let number = percent.trim().trim_end_matches('%').trim_end().parse::<f64>();
    // To a hundredth of a per cent, which is finer than anybody's decisions can tell.
    let share = number.ok().map(|number| (number * 100.0).round() / 1e4);
    share
        .filter(|share| (0.9..=0.9999).contains(share))
        .ok_or("Write a number from 90 to 99.99, in per cent.")
}

/// What happens to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    Same { reason: String },
    Review { reason: String },
    New { reason: String },
}

/// Which side of the lines a row falls, and why. `best` is `None` where nobody comes near.
pub fn settle(lines: &Lines, best: Option<&Weighed>) -> Settled {
    let Some(w) = best.filter(|w| w.probability >= lines.new) else {
        return Settled::New { reason: "nobody on the register is like them".to_owned() };
    };
    let sure = percent(w.probability);
    let twin = w.given_against && w.family < Lines::FAMILY && !w.number_agrees;
    let doubt = match () {
        () if twin => "the given names differ in one family: a twin, a brother or a sister?",
        () if w.margin < Lines::MARGIN => "somebody else comes as near",
        () if w.probability < lines.sure => "not sure enough to go through by itself",
        () => {
            return Settled::Same {
                reason: format!("by weight of evidence: {sure} sure, nobody else near"),
            };
        }
    };
    Settled::Review { reason: format!("{sure} sure by weight of evidence: {doubt}") }
}

/// A probability as people say it, never rounded up to certainty.
pub fn percent(probability: f64) -> String {
    let per_mille = (probability * 1000.0).floor().clamp(0.0, 999.0);
    format!("{:.1} %", per_mille / 10.0)
}

/// The lowest line at which a council's own decisions show the wanted precision.
///
/// Shape: decisions as (probability, whether it was the same person). Source: lower end of Wilson's
/// interval at 95 % over everything decided at or above a step. The line goes down step by step, each with
/// at least [`FEWEST`] decisions of its own, never below 0.9; without proof the preset stands. It goes up as
/// soon as too many above it were decided otherwise.
pub fn sure_line(wanted: f64, decided: &[(f64, bool)]) -> f64 {
    const UP: [f64; 3] = [0.995, 0.999, 0.9999];
    const DOWN: [f64; 3] = [0.98, 0.95, 0.9];
    let between = |low: f64, high: f64| {
        let all: Vec<bool> =
            decided.iter().filter(|d| (low..high).contains(&d.0)).map(|d| d.1).collect();
        (all.iter().filter(|same| **same).count(), all.len())
    };
    let wanting = |line: f64| {
        let (same, all) = between(line, 1.1);
        all >= FEWEST && share(same, all) < wanted
    };
    let mut line = Lines::PRESET.sure;
    for step in UP {
        if wanting(line) {
            line = step;
        }
    }
    if line > Lines::PRESET.sure {
        return line;
    }
    for step in DOWN {
        let ((same, all), (own, of)) = (between(step, 1.1), between(step, line));
        if of < FEWEST || share(own, of) < wanted || wilson_low(same, all) < wanted {
            break;
        }
        line = step;
    }
    line
}

/// The line below which a row is nobody's whom we know, as a council's own decisions show it.
///
/// Shape: decisions as for [`sure_line`]; `wanted` is the share of rows below the line that must be new
/// people. It goes up step by step where the decisions of that step prove it (Wilson's interval as above),
/// and down where too many of the least likely were the same person after all. Nobody decides what lies
/// below the line, so going down needs no proof.
pub fn new_line(wanted: f64, decided: &[(f64, bool)]) -> f64 {
    const UP: [f64; 2] = [0.1, 0.2];
    const DOWN: [f64; 2] = [0.02, 0.01];
    let between = |low: f64, high: f64| {
        let all = decided.iter().filter(|d| (low..high).contains(&d.0));
        let two: Vec<bool> = all.map(|d| !d.1).collect();
        (two.iter().filter(|two| **two).count(), two.len())
    };
    let mut line = Lines::PRESET.new;
    for step in UP {
        let (two, all) = between(line, step);
        if all < FEWEST || wilson_low(two, all) < wanted {
            break;
        }
        line = step;
    }
    if line > Lines::PRESET.new {
        return line;
    }
    for step in DOWN {
        let (two, all) = between(line, 2.0 * Lines::PRESET.new);
        if all < FEWEST || share(two, all) >= wanted {
            break;
        }
        line = step;
    }
    line
}

/// With how many decisions of one partner's rows learning from them begins.
const BEGIN: usize = 30;
/// And how many of them must be of each kind, so that both can be told apart.
const BEGIN_EACH: usize = 5;

/// Whether decisions are enough to learn from; the error says what is missing.
pub fn may_teach(same: usize, different: usize) -> Result<(), String> {
    let all = same + different;
    if all < BEGIN {
        return Err(format!("{all} of the {BEGIN} decisions with which learning begins"));
    }
    match same.min(different) < BEGIN_EACH {
        true => Err(format!("fewer than {BEGIN_EACH} decisions of one kind")),
        false => Ok(()),
    }
}

/// Fewer decisions than this say nothing about a line.
pub const FEWEST: usize = 50;

fn share(same: usize, all: usize) -> f64 {
    same as f64 / all as f64
}

fn wilson_low(same: usize, all: usize) -> f64 {
    const Z: f64 = 1.96;
    let (n, p) = (all as f64, share(same, all));
    let (middle, spread) =
        (p + Z * Z / (2.0 * n), Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt());
    (middle - spread) / (1.0 + Z * Z / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURE: Weighed = Weighed {
        probability: 0.9995,
        margin: 20.0,
        family: 0.0,
        given_against: false,
        number_agrees: false,
    };

    #[test]
    fn twins_and_close_rivals_are_never_joined_by_weight() {
        for (weighed, expected) in [
            (Some(SURE), "same"),
            (Some(Weighed { margin: 3.0, ..SURE }), "review"),
            (Some(Weighed { probability: 0.98, ..SURE }), "review"),
            (Some(Weighed { probability: 0.05, ..SURE }), "review"),
            (Some(Weighed { probability: 0.049, ..SURE }), "new"),
            (Some(Weighed { given_against: true, family: -5.0, ..SURE }), "review"),
            (Some(Weighed { given_against: true, family: -0.1, ..SURE }), "same"),
            (
                Some(Weighed { given_against: true, family: -5.0, number_agrees: true, ..SURE }),
                "same",
            ),
            (None, "new"),
        ] {
            let got = match settle(&Lines::PRESET, weighed.as_ref()) {
                Settled::Same { .. } => "same",
                Settled::Review { .. } => "review",
                Settled::New { .. } => "new",
            };
            assert_eq!(got, expected, "{weighed:?}");
        }
    }

    #[test]
    fn a_wanted_share_is_between_nine_tenths_and_nearly_all() {
        for (text, share) in [
            ("99.9", Some(0.999)),
            (" 99.5 % ", Some(0.995)),
            ("90", Some(0.9)),
            ("89.9", None),
            ("100", None),
            ("0.99", None),
            ("sure", None),
            ("NaN", None),
        ] {
            let got = wanted(text).ok();
            assert_eq!(
                got.map(|x| (x * 1e6).round()),
                share.map(|x| (x * 1e6f64).round()),
                "{text}"
            );
        }
    }

    #[test]
    fn nothing_is_said_to_be_certain() {
        for (probability, said) in [(1.0, "99.9 %"), (0.9999, "99.9 %"), (0.5, "50.0 %")] {
            assert_eq!(percent(probability), said);
        }
    }

    #[test]
    fn the_lower_line_moves_as_decisions_say() {
        let many = |same: usize, n: usize, at: f64| -> Vec<(f64, bool)> {
            (0..n).map(|i| (at, i < same)).collect()
        };
        for (decided, line) in [
            (vec![], 0.05),
            (many(0, 49, 0.07), 0.05),
            (many(0, 500, 0.07), 0.1),
            (many(0, 100, 0.07), 0.05),
            (many(30, 100, 0.07), 0.01),
            ([many(0, 500, 0.07), many(0, 500, 0.15)].concat(), 0.2),
        ] {
            assert_eq!(new_line(0.99, &decided), line, "{} decided", decided.len());
        }
    }

    #[test]
    fn learning_begins_with_enough_decisions_of_both_kinds() {
        for (same, different, may) in
            [(29, 0, false), (30, 0, false), (20, 9, false), (25, 5, true)]
        {
            assert_eq!(may_teach(same, different).is_ok(), may, "{same} {different}");
        }
    }

    #[test]
    fn the_line_moves_only_with_proof() {
        let many = |share: f64, n: usize, at: f64| -> Vec<(f64, bool)> {
            (0..n).map(|i| (at, (i as f64) < share * n as f64)).collect()
        };
        for (decided, line) in [
            (vec![], 0.99),
            (many(1.0, 49, 0.95), 0.99),
            (many(1.0, 5_000, 0.95), 0.99),
            (many(1.0, 5_000, 0.985), 0.98),
            (many(1.0, 100, 0.985), 0.99),
            (many(0.98, 200, 0.991), 0.995),
        ] {
            assert_eq!(sure_line(0.999, &decided), line, "{} decided", decided.len());
        }
    }
}
