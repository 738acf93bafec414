//! A figure drawn: wards on the map, other cuts as bars, the last year as a line.

use super::{show::Row, words};
use crate::charts::{Area, Bar, Bars, Line, Map, Series, Shade, Svg, Target, Unit, Words};
use app::geography::geography;
use app::measures::Figures;

pub fn map(rows: &[Row], title: &str) -> Svg {
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
    Map { areas, unit: Unit::Percent }.draw(&Words::new("cells", title, "The table has each ward."))
}

/// The bars, of which the one that the title names stands out.
pub fn bars(rows: &[Row], named: Option<usize>, title: &str) -> Svg {
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
    Bars { bars, target: None, unit: Unit::Percent }.draw(&words)
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
        unit: Unit::Percent,
    }
    .draw(&Words::new("year", title, "The table has each month."))
}
