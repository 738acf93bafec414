//! Written analysis: plain sentences made from figures, each with the figure it stands on. What moved,
//! where a group stands apart, which area stands out, how far the data can be trusted.
//!
//! Invariant: a sentence is made only where the numbers carry it, and says its numbers.

use crate::hotspot::{Area, Standing, estimate};
use crate::measure::{Movement, Percent, movement, tenths};

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Change,
    Gap,
    Outlier,
    Quality,
}

impl Kind {
    pub const fn words(self) -> &'static str {
        match self {
            Kind::Change => "Change",
            Kind::Gap => "Gap",
            Kind::Outlier => "Stands out",
            Kind::Quality => "Data quality",
        }
    }
}

/// One sentence and the table or chart it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub kind: Kind,
    pub text: String,
    /// The name of the figure, as [`Cut`](crate::measure::Cut) or `series` names it.
    pub figure: String,
}

/// One month of the series, in people.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    pub words: String,
    /// Nothing where the reader is not told, as of all that may be left out here.
    pub neet: Option<u64>,
    pub not_known: Option<u64>,
    pub together: Option<u64>,
    pub lapsed: Option<u64>,
    pub cohort: u64,
}

/// One group of a breakdown. `of` counts those NEET or not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    pub of: u64,
    pub all: u64,
    /// Those of whom something was not said or found: they are no group that anybody could act on.
    pub residual: bool,
}

/// One breakdown.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakdown {
    pub figure: String,
    /// In a sentence: "ward", "sex".
    pub words: String,
    pub groups: Vec<Group>,
    /// Many areas or schools side by side, of which one may stand out by chance alone.
    pub areas: bool,
    /// Everybody, counted and all, where somebody may be in several groups or some are not told; else the
    /// groups' sum is.
    pub whole: Option<(u64, u64)>,
}

/// Fewer than this in a group and a gap is not spoken of.
const ENOUGH: u64 = 30;

/// The share of not known that is lapse, from which the data are the finding. Units: hundredths.
const MUCH_LAPSE: u64 = 33;

/// A whole number with its thousands parted, as sentences and pages show counts.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A sentence with its first letter large, as it stands by itself.
pub fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn percent(of: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { of as f64 * 100.0 / all as f64 }
}

/// The sentences of some figures; `whom` names the people, as "young people in Strood & Hoo".
pub fn analyse(whom: &str, series: &[Month], breakdowns: &[Breakdown]) -> Vec<Sentence> {
    let mut found = Vec::new();
    if let Some(now) = series.last().filter(|now| now.cohort > 0) {
        found.extend(level(whom, now));
        let before = series.len().checked_sub(2).and_then(|at| series.get(at));
        found.extend(before.and_then(|before| change(now, before)));
        let year = series.len().checked_sub(13).and_then(|at| series.get(at));
        found.extend(year.filter(|year| year.cohort > 0).and_then(|year| change(now, year)));
    }
    for breakdown in breakdowns {
        match breakdown.areas {
            true => found.extend(outliers(breakdown)),
            false => found.extend(gap(breakdown)),
        }
    }
    found.extend(series.last().and_then(quality));
    found
}

fn people(all: u64) -> String {
    count(usize::try_from(all).unwrap_or(usize::MAX))
}

fn level(whom: &str, now: &Month) -> Option<Sentence> {
    let share = |of: u64| Percent { of, all: now.cohort }.shown();
    let together = share(now.together?);
    let text = match (now.neet, now.not_known) {
        (Some(neet), Some(not_known)) => format!(
            "In {}, {} % of {} {whom} were NEET and {} % were not known, together {together} %.",
            now.words,
            share(neet),
            people(now.cohort),
            share(not_known)
        ),
        _ => format!(
            "In {}, {together} % of {} {whom} were NEET or not known.",
            now.words,
            people(now.cohort)
        ),
    };
    Some(Sentence { kind: Kind::Change, text, figure: "series".to_owned() })
}

fn change(now: &Month, then: &Month) -> Option<Sentence> {
    let share = |m: &Month| Some(percent(m.together?, m.cohort));
    let points = share(now)? - share(then)?;
    let by = tenths(points.abs());
    let text = match movement(points) {
        Movement::Up => format!("Together they are up {by} points since {}.", then.words),
        Movement::Down => format!("Together they are down {by} points since {}.", then.words),
        Movement::AboutTheSame => format!("Together they are about the same as in {}.", then.words),
    };
    Some(Sentence { kind: Kind::Change, text, figure: "series".to_owned() })
}

/// The group furthest above all others together, where more than chance sets it apart. Those who have nothing
/// recorded are no group that stands out: what would be said of them is said by the others.
///
/// Source: comparison of two shares by their standard error (two of them); our own bound.
fn gap(breakdown: &Breakdown) -> Option<Sentence> {
    let sums = || {
        let groups = breakdown.groups.iter();
        groups.fold((0, 0), |(of, all), group| (of + group.of, all + group.all))
    };
    let (of, all) = breakdown.whole.unwrap_or_else(sums);
    let apart = |group: &&Group| {
        let (rest_of, rest_all) = (of - group.of.min(of), all - group.all.min(all));
        if group.residual || group.all < ENOUGH || rest_all < ENOUGH {
            return None;
        }
        let (own, rest) = (percent(group.of, group.all), percent(rest_of, rest_all));
        let error =
            (own * (100.0 - own) / real(group.all) + rest * (100.0 - rest) / real(rest_all)).sqrt();
        (own - rest > 2.0 * error).then_some(own - rest)
    };
    let (group, points) = breakdown
        .groups
        .iter()
        .filter_map(|group| Some((group, apart(&group)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let text = format!(
        "By {}, {} stands {} points above all others together: {} % of {}.",
        breakdown.words,
        group.name,
        tenths(points),
        Percent { of: group.of, all: group.all }.shown(),
        people(group.all)
    );
    Some(Sentence { kind: Kind::Gap, text, figure: breakdown.figure.clone() })
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

fn outliers(breakdown: &Breakdown) -> Option<Sentence> {
    let areas: Vec<Area> =
        breakdown.groups.iter().map(|g| Area { of: g.of.min(g.all), all: g.all }).collect();
    let (common, estimates) = estimate(&areas);
    // What the estimates are fitted to is those told; what they are said to stand out from is everybody.
    let fitted = common.mean * 100.0;
    let whole = breakdown.whole.map_or(fitted, |(of, all)| percent(of, all));
    let mut higher: Vec<(&Group, f64)> = breakdown
        .groups
        .iter()
        .zip(&estimates)
        .filter(|(group, estimate)| !group.residual && estimate.standing == Standing::Higher)
        .map(|(group, estimate)| (group, estimate.shrunk * 100.0))
        .filter(|(_, share)| *share > whole)
        .collect();
    higher.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (first, share) = higher.first()?;
    let others = match higher.len() {
        1 => String::new(),
        2 => " and one other".to_owned(),
        more => format!(" and {} others", more - 1),
    };
    let stand = if higher.len() == 1 { "stands" } else { "stand" };
    let text = format!(
        "By {}, {}{others} {stand} out from the whole of {} %: {} at about {} %, chance allowed for.",
        breakdown.words,
        first.name,
        tenths(whole),
        first.name,
        tenths(*share)
    );
    Some(Sentence { kind: Kind::Outlier, text, figure: breakdown.figure.clone() })
}

fn quality(now: &Month) -> Option<Sentence> {
    let not_known = now.not_known.filter(|people| *people > 0)?;
    let lapsed = now.lapsed?;
    let much = lapsed * 100 >= MUCH_LAPSE * not_known;
    let text = match much {
        true => format!(
            "{} of {} not known are records that nobody confirmed in time: confirming them would change the figure more than anything young people do.",
            lapsed, not_known
        ),
        false => format!(
            "{} of {} not known are lapsed records; the others are young people whom nobody has found.",
            lapsed, not_known
        ),
    };
    Some(Sentence { kind: Kind::Quality, text, figure: "series".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(words: &str, neet: u64, not_known: u64, lapsed: u64) -> Month {
        Month {
            words: words.to_owned(),
            neet: Some(neet),
            not_known: Some(not_known),
            together: Some(neet + not_known),
            lapsed: Some(lapsed),
            cohort: 1_000,
        }
    }

    #[test]
    fn counts_are_parted_in_threes() {
        assert_eq!(
            (count(0), count(999), count(24_000)),
            ("0".into(), "999".into(), "24,000".into())
        );
    }

    #[test]
    fn a_sentence_begins_with_a_large_letter_and_is_left_as_it_is_after_it() {
        assert_eq!(["élan", "", "the UPN of A"].map(capital), ["Élan", "", "The UPN of A"]);
    }

    #[test]
    fn sentences_say_what_the_numbers_carry_and_nothing_else() {
        let series = [month("January 2025", 60, 30, 5), month("February 2025", 66, 32, 20)];
        let group = |name: &str, of, all| Group { name: name.to_owned(), of, all, residual: false };
        let sex = Breakdown {
            figure: "sex".to_owned(),
            words: "sex".to_owned(),
            groups: vec![group("Female", 30, 500), group("Male", 68, 500)],
            areas: false,
            whole: None,
        };
        let age = Breakdown {
            figure: "age".to_owned(),
            words: "age".to_owned(),
            groups: vec![group("16", 48, 500), group("17", 50, 500), group("18", 5, 6)],
            areas: false,
            whole: None,
        };
        let said = analyse("young people", &series, &[sex, age]);
        let texts: Vec<&str> = said.iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "In February 2025, 6.6 % of 1,000 young people were NEET and 3.2 % were not known, together 9.8 %.",
                "Together they are up 0.8 points since January 2025.",
                "By sex, Male stands 7.6 points above all others together: 13.6 % of 500.",
                "20 of 32 not known are records that nobody confirmed in time: confirming them would change the figure more than anything young people do.",
            ]
        );
        assert!(analyse("nobody", &[], &[]).is_empty());
        // Somebody may be in two groups: the others are everybody less the group, not the other groups.
        let vulnerable = Breakdown {
            figure: "characteristic".to_owned(),
            words: "characteristic".to_owned(),
            groups: vec![group("Carer", 20, 100), group("Pregnancy", 20, 100)],
            areas: false,
            whole: Some((60, 1_000)),
        };
        let said = gap(&vulnerable).unwrap().text;
        assert!(said.contains("15.6 points above all others together: 20.0 % of 100"), "{said}");
    }

    #[test]
    fn sentences_round_as_tables_do() {
        let half = Month { cohort: 80, ..month("May 2025", 5, 5, 0) };
        let said = analyse("pupils", &[half], &[]);
        assert_eq!(
            said[0].text,
            "In May 2025, 6.3 % of 80 pupils were NEET and 6.3 % were not known, together 12.5 %."
        );
    }

    #[test]
    fn what_is_left_out_is_not_said_and_those_with_nothing_recorded_are_not_named() {
        let few = Month { neet: None, ..month("February 2025", 0, 32, 20) };
        let texts = |month: Month| -> Vec<String> {
            analyse("pupils", &[month], &[]).into_iter().map(|sentence| sentence.text).collect()
        };
        let told = Month { together: Some(35), ..few.clone() };
        assert!(texts(told)[0].ends_with("3.5 % of 1,000 pupils were NEET or not known."));
        let neither = Month { together: None, not_known: None, ..few };
        assert!(texts(neither).is_empty(), "nor what is not known of the data");
        let residual = |residual| Breakdown {
            figure: "characteristic".to_owned(),
            words: "characteristic".to_owned(),
            groups: vec![
                Group { name: "None of these".to_owned(), of: 90, all: 300, residual },
                Group { name: "Carer".to_owned(), of: 10, all: 200, residual: false },
            ],
            areas: false,
            whole: Some((100, 500)),
        };
        assert!(gap(&residual(false)).is_some());
        assert_eq!(gap(&residual(true)), None);
    }

    #[test]
    fn one_ward_of_many_is_named_only_beyond_chance() {
        let wards = |extra: u64| Breakdown {
            figure: "ward".to_owned(),
            words: "ward".to_owned(),
            groups: (0..20)
                .map(|at| Group {
                    name: format!("Ward {at}"),
                    of: if at == 7 { 24 + extra } else { 24 + at % 3 },
                    all: 300,
                    residual: false,
                })
                .collect(),
            areas: true,
            whole: None,
        };
        assert!(outliers(&wards(4)).is_none());
        let found = outliers(&wards(60)).unwrap();
        assert!(found.text.starts_with("By ward, Ward 7 stands out"), "{}", found.text);
        // Wards that are not told are of the whole as well.
        let of_all = |of, all| Breakdown { whole: Some((of, all)), ..wards(60) };
        let found = outliers(&of_all(900, 7_500)).unwrap();
        assert!(found.text.contains("from the whole of 12.0 %"), "{}", found.text);
        assert_eq!(outliers(&of_all(3_000, 9_000)), None, "nobody stands out below the whole");
    }
}
