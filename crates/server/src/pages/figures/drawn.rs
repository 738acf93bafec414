//! A figure drawn: wards on the map, other cuts as bars, the last year as a line with the targets it is held against.

use super::{show::Row, words};
use crate::charts::{Area, Bar, Bars, Line, Map, Series, Shade, Svg, Unit, Words};
use app::geography::geography;
use app::measures::{Figures, LineKind, TargetLine};
use domain::measure;

/// How a measure's values are written: percent, or numbers of what its title says.
pub fn unit(of: measure::Unit) -> Unit {
    match of {
        measure::Unit::Percent => Unit::Percent,
        measure::Unit::Months | measure::Unit::Spells => Unit::Plain,
    }
}

/// A target beside the months of a chart: its line, named at its end, and its column of the table.
pub struct Aim {
    pub line: Series,
    pub heading: String,
    pub cells: Vec<String>,
}

impl Aim {
    fn new(name: String, heading: String, values: Vec<Option<f64>>) -> Self {
        let cell = |value: &Option<f64>| value.map_or("–".to_owned(), |v| Unit::Percent.write(v));
        Self { cells: values.iter().map(cell).collect(), line: Series { name, values }, heading }
    }

    /// A target of a council's own; `of` says whose where a chart has several measures, and is empty where it has one.
    pub fn own(of: &str, line: &TargetLine) -> Self {
        let name = match line.kind {
            LineKind::Level { by } if of.is_empty() => {
                format!("Target by {}", words::month_short(&by.to_string()))
            }
            LineKind::Way { .. } if of.is_empty() => "Way to target".to_owned(),
            LineKind::Lost { percent } if of.is_empty() => format!("{percent} % lost over"),
            LineKind::Way { .. } => format!("{of}: way"),
            LineKind::Level { .. } | LineKind::Lost { .. } => format!("{of}: target"),
        };
        Self::new(name, line.heading(of), line.values.clone())
    }
}

/// The targets of a figure's months: the edition's, where it has one, and the council's own.
pub fn aims(year: &Figures, own: &[TargetLine]) -> Vec<Aim> {
    let edition = year.target.as_ref().map(|target| {
        let level = target.target_percent;
        let heading = format!("Target of the edition: {}", Unit::Percent.write(level));
        Aim::new("Edition's target".to_owned(), heading, vec![Some(level); year.series.len()])
    });
    edition.into_iter().chain(own.iter().map(|line| Aim::own("", line))).collect()
}

pub fn map(rows: &[Row], unit: Unit, title: &str) -> Svg {
    let wards = &geography().wards;
    let rings: Vec<Vec<Vec<(f64, f64)>>> = wards
        .iter()
        .map(|ward| {
            let points = ward.outline.iter().flatten();
            points.map(|ring| ring.iter().map(|point| (*point).into()).collect()).collect()
        })
        .collect();
    let areas = wards
        .iter()
        .zip(&rings)
        .map(|(ward, rings)| {
            let value = rows.iter().find(|row| row.value == ward.code).and_then(|row| row.share);
            let shade = value.map_or(Shade::TooFew, Shade::Value);
            Area { name: &ward.name, rings, shade }
        })
        .collect();
    Map { areas, unit }.draw(&Words::new("cells", title, "The table has each ward."))
}

/// The bars, of which the one that the title names stands out.
pub fn bars(rows: &[Row], named: Option<usize>, unit: Unit, title: &str) -> Svg {
    let bars = rows
        .iter()
        .enumerate()
        .map(|(at, row)| Bar {
            name: row.name.clone(),
            value: row.share,
            marked: Some(at) == named,
        })
        .collect();
    let words = Words::new("cells", title, "The table has each value.");
    Bars { bars, target: None, unit }.draw(&words)
}

pub fn year(year: &Figures, title: &str, aims: &[Aim]) -> Svg {
    let values = year.series.iter().map(|month| month.total.value).collect();
    Line {
        labels: year.series.iter().map(|month| words::month_short(&month.month)).collect(),
        series: vec![Series { name: "Counted".to_owned(), values }],
        targets: aims.iter().map(|aim| aim.line.clone()).collect(),
        unit: unit(year.unit),
    }
    .draw(&Words::new("year", title, "The table has each month."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_spells_are_not_drawn_as_percent() {
        let row = Row {
            value: "1".to_owned(),
            name: "Chatham".to_owned(),
            counts: true,
            count: "6".to_owned(),
            cohort: "10".to_owned(),
            share: Some(1.6),
            percent: "1.6 months".to_owned(),
            gap: "–".to_owned(),
            href: String::new(),
        };
        let rows = [row];
        let unit = |name: &str| unit(measure::named(name).unwrap().unit);
        let drawn = |measure: &str| bars(&rows, None, unit(measure), "Title").to_string();
        for measure in ["neet-months-since-contact", "neet-months-to-return", "neet-spells"] {
            let drawn = drawn(measure);
            assert!(drawn.contains("1.6") && !drawn.contains('%'), "{measure}: {drawn}");
        }
        assert!(drawn("neet").contains("1.6 %"));
    }

    #[test]
    fn a_target_has_a_name_at_its_line_and_a_column_with_its_day() {
        let by = "2027-01".parse().unwrap();
        let of = |kind: LineKind, values: Vec<Option<f64>>| TargetLine {
            measure: "neet".to_owned(),
            percent: 5.8,
            kind,
            values,
        };
        let level = of(LineKind::Level { by }, vec![Some(5.8); 2]);
        let way = of(LineKind::Way { by }, vec![None, Some(7.04)]);
        let lost = of(LineKind::Lost { percent: 50 }, vec![Some(5.8); 2]);
        let said = |whose: &str, line: &TargetLine| {
            let aim = Aim::own(whose, line);
            (aim.line.name, aim.heading, aim.cells.join(" "))
        };
        let wanted = |name: &str, heading: &str, cells: &str| {
            (name.to_owned(), heading.to_owned(), cells.to_owned())
        };
        let column = "Target: 5.8 % by January 2027";
        assert_eq!(said("", &level), wanted("Target by Jan 2027", column, "5.8 % 5.8 %"));
        let column = "Way to 5.8 % by January 2027";
        assert_eq!(said("", &way), wanted("Way to target", column, "– 7.0 %"));
        let column = "NEET. Way to 5.8 % by January 2027";
        assert_eq!(said("NEET", &way), wanted("NEET: way", column, "– 7.0 %"));
        let column = "Over 5.8 %, 50 % of a grant is lost";
        assert_eq!(said("", &lost), wanted("50 % lost over", column, "5.8 % 5.8 %"));
    }
}
