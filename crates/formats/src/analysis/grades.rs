//! Exam rows become two facts a pupil and series: the average of the best eight grades, and whether
//! English and maths are at grade 4 or above.

use std::collections::BTreeMap;

use domain::calendar::{Day, month_named};
use domain::prediction::Fact;

use super::{Line, Told};

/// Points of a grade; none for one that is none, such as X or pending.
///
/// Source: GCSE 9 to 1 with U at nought; letters as DfE's 2016 equivalence (A* 8.5, A 7, B 5.5, C 4,
/// D 3, E 2, F 1.5, G 1).
pub(super) fn points(grade: &str) -> Option<f64> {
    let grade = grade.trim().to_uppercase();
    if let Some((first, second)) = grade.split_once('-') {
        return Some((points(first)? + points(second)?) / 2.0);
    }
    Some(match grade.as_str() {
        "A*" => 8.5,
        "A" => 7.0,
        "B" => 5.5,
        "C" => 4.0,
        "D" => 3.0,
        "E" => 2.0,
        "F" => 1.5,
        "G" => 1.0,
        "U" => 0.0,
        other => other.parse().ok().filter(|grade: &f64| (1.0..=9.0).contains(grade))?,
    })
}

/// A row's grade, to be put together with the others of its pupil. Shape: value "subject|points".
pub(super) fn one(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let day = series(told.wanted("series")?)
        .ok_or_else(|| "nothing under series is a month and year".to_owned())?;
    let grade = told.wanted("grade")?;
    if matches!(grade.to_uppercase().as_str(), "X" | "Q" | "#") {
        return Ok(Vec::new());
    }
    let points = points(grade).ok_or_else(|| format!("{grade} is no GCSE grade"))?;
    let subject = told.wanted("subject_title")?.to_lowercase();
    Ok(vec![told.fact("grade", format!("{subject}|{points}"), day, None)])
}

/// "June 2026" and "2026-06". Days: results of a series are out about two months after it.
fn series(text: &str) -> Option<Day> {
    let words: Vec<&str> = text.split([' ', '-', '/']).filter(|word| !word.is_empty()).collect();
    let [first, second] = words.as_slice() else { return None };
    let (month, year) = match (month_named(first), month_named(second)) {
        (Some(month), _) => (month, second.parse().ok()?),
        (_, Some(month)) => (month, first.parse().ok()?),
        (None, None) => {
            (second.parse::<i8>().ok().filter(|m| (1..=12).contains(m))?, first.parse().ok()?)
        }
    };
    let day = Day::new(year, month, 22).ok()?;
    Some(day.saturating_add(jiff::ToSpan::months(2)))
}

/// Lines of one pupil and series as one line; lines that could not be taken stay as they are.
pub(super) fn by_person(lines: Vec<Line>) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::new();
    let mut pupils: BTreeMap<(Vec<String>, Day), (u32, Vec<Fact>)> = BTreeMap::new();
    for line in lines {
        match line.facts {
            Ok(facts) => {
                for fact in facts {
                    let key = (line.keys.clone(), fact.from);
                    pupils.entry(key).or_insert_with(|| (line.row, Vec::new())).1.push(fact);
                }
            }
            Err(why) => kept.push(Line { facts: Err(why), ..line }),
        }
    }
    for ((keys, _), (row, facts)) in pupils {
        kept.push(Line { row, keys, of_row: None, facts: Ok(together(&facts)) });
    }
    kept.sort_by_key(|line| line.row);
    kept
}

fn together(facts: &[Fact]) -> Vec<Fact> {
    let Some(first) = facts.first() else { return Vec::new() };
    let grade = |fact: &Fact| {
        let (subject, points) = fact.value.rsplit_once('|')?;
        Some((subject.to_owned(), points.parse::<f64>().ok()?))
    };
    let mut grades: Vec<(String, f64)> = facts.iter().filter_map(grade).collect();
    grades.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = grades.len().min(8);
    let sum: f64 = grades.iter().take(8).map(|(_, points)| points).sum();
    let made =
        |field: &str, value: String| Fact { field: field.to_owned(), value, ..first.clone() };
    let mut all = vec![made("ks4", format!("{:.3}", sum / best.max(1) as f64))];
    let of = |word: &str| grades.iter().find(|(subject, _)| subject.contains(word)).map(|g| g.1);
    if let (Some(english), Some(maths)) = (of("english"), of("math")) {
        let both = english >= 4.0 && maths >= 4.0;
        all.push(made("english_maths", if both { "yes" } else { "no" }.to_owned()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn grades_of_both_times_have_points() {
        let rows = [
            ("9", Some(9.0)),
            ("A*", Some(8.5)),
            ("5-4", Some(4.5)),
            ("u", Some(0.0)),
            ("X", None),
        ];
        for (grade, wanted) in rows {
            assert_eq!(points(grade), wanted, "{grade}");
        }
    }
}
