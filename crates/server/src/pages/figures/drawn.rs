//! A figure drawn: wards on the map, other cuts as bars, the last year as a line.

use super::{show::Row, words};
use crate::charts::{Area, Bar, Bars, Line, Map, Series, Shade, Svg, Target, Unit, Words};
use app::geography::geography;
use app::measures::Figures;
use domain::measure;

/// How a measure's values are written: percent, or numbers of what its title says.
pub fn unit(figures: &Figures) -> Unit {
    unit_of(figures.measure)
}

fn unit_of(name: &str) -> Unit {
    match measure::named(name).map(|measure| measure.unit) {
        Some(measure::Unit::Months | measure::Unit::Spells) => Unit::Plain,
        Some(measure::Unit::Percent) | None => Unit::Percent,
    }
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

pub fn year(year: &Figures, title: &str) -> Svg {
    let values = year.series.iter().map(|month| month.total.value).collect();
    let target = year
        .target
        .as_ref()
        .map(|target| Target { name: "Target".to_owned(), value: target.target_percent });
    Line {
        labels: year.series.iter().map(|month| words::month_short(&month.month)).collect(),
        series: vec![Series { name: "Counted".to_owned(), values }],
        target,
        unit: unit(year),
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
        let drawn = |measure: &str| bars(&rows, None, unit_of(measure), "Title").to_string();
        for measure in ["neet-months-since-contact", "neet-months-to-return", "neet-spells"] {
            let drawn = drawn(measure);
            assert!(drawn.contains("1.6") && !drawn.contains('%'), "{measure}: {drawn}");
        }
        assert!(drawn("neet").contains("1.6 %"));
    }
}
