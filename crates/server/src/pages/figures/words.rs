//! A figure in words: the question as somebody would ask it, its months, and what it says.

use app::measures::Figures;
use domain::calendar::{Month, month_name};
use domain::measure::{Cut, Movement, Unit, movement, tenths};

/// Which wards have the greatest share of young people NEET or not known?
pub fn question(measure: &str, cut: Cut) -> String {
    let by = cut.label().to_lowercase();
    let Some(whom) = whom(measure) else {
        let title = domain::measure::named(measure).map_or(measure, |measure| measure.title);
        return format!("{title}: how does it differ by {by}?");
    };
    match cut {
        Cut::Ward => format!("Which wards have the greatest share of young people {whom}?"),
        Cut::Locality => {
            format!("Which localities have the greatest share of young people {whom}?")
        }
        Cut::School => format!("Which schools' pupils have the greatest share {whom}?"),
        _ => format!("How does the share of young people {whom} differ by {by}?"),
    }
}

/// The people a measure counts, to follow "young people"; other measures are asked by their title.
fn whom(measure: &str) -> Option<&'static str> {
    Some(match measure {
        "not-known" => "whose activity is not known",
        "neet-not-known" => "NEET or not known",
        "eet" => "in education, employment or training",
        "participation" => "participating in education and training",
        "neet" | "psa2-neet" => "NEET",
        _ => return None,
    })
}

/// Which cell has most, with its value as shown; a mean is no share.
pub fn most(unit: Unit, name: &str, value: &str) -> String {
    match unit {
        Unit::Percent => format!("{name} has the greatest share, {value}"),
        Unit::Months | Unit::Spells => format!("{name} has the highest mean, {value}"),
    }
}

/// A difference with its sign, as shown: +1.2, -0.3, 0.0.
pub fn signed(points: f64) -> String {
    let shown = tenths(points);
    match shown.strip_prefix('-') {
        Some(by) => format!("−{by}"),
        None if shown == "0.0" => shown,
        None => format!("+{shown}"),
    }
}

/// Months as text, one or a run of them: February 2025; November 2024 to January 2025.
pub fn months(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => month(one),
        [first, .., last] => format!("{} to {}", month(first), month(last)),
    }
}

/// A month kept as text: 2025-02 is February 2025.
pub fn month(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), Month::words)
}

/// A month on an axis: Feb 2025.
pub fn month_short(text: &str) -> String {
    let short = |m: Month| {
        let name = month_name(m.number());
        format!("{} {}", name.get(..3).unwrap_or(name), m.year())
    };
    text.parse().map_or_else(|_| text.to_owned(), short)
}

/// The figure, its last month and what became of it since the month before.
pub fn headline(figures: &Figures) -> String {
    let before = &figures.comparison.last_month;
    let then = month(&before.month);
    let moved = match before.change_points.map(|points| (movement(points), points.abs())) {
        None if before.before.all > 0 => format!("too few to compare with {then}"),
        None => format!("nothing to compare with in {then}"),
        Some((Movement::Up, by)) => format!("up {} points since {then}", tenths(by)),
        Some((Movement::Down, by)) => format!("down {} points since {then}", tenths(by)),
        Some((Movement::AboutTheSame, _)) => format!("about the same as in {then}"),
    };
    let when = months(&figures.months);
    if figures.months.len() > 1 {
        // The mean of several months stands beside a change of its last alone.
        let last = figures.months.last().map_or_else(String::new, |last| month(last));
        return format!("mean of {when}; {last} alone is {moved}");
    }
    format!("in {when}, {moved}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_asked_as_people_ask() {
        assert_eq!(
            question("neet-not-known", Cut::Ward),
            "Which wards have the greatest share of young people NEET or not known?"
        );
        assert_eq!(
            question("psa2-neet", Cut::Sex),
            "How does the share of young people NEET differ by sex?"
        );
        assert_eq!(
            question("neet-spells", Cut::Age),
            "Spells of being NEET: how does it differ by academic age?"
        );
        assert_eq!(most(Unit::Percent, "East", "6.3 %"), "East has the greatest share, 6.3 %");
        let mean = most(Unit::Months, "East", "1.6 months");
        assert_eq!(mean, "East has the highest mean, 1.6 months");
        let shown = [0.04, -0.04, 1.25, -1.25, -2.0].map(signed);
        assert_eq!(shown, ["0.0", "0.0", "+1.3", "−1.3", "−2.0"]);
        assert_eq!(
            months(&["2024-11".into(), "2024-12".into(), "2025-01".into()]),
            "November 2024 to January 2025"
        );
        assert_eq!((month("x"), month_short("2025-02")), ("x".into(), "Feb 2025".into()));
    }
}
