//! A pack's charts, each with a title that states its finding.

use crate::charts::{Bar, Bars, Line, Series, Svg, Unit, Words};
use crate::pages::figures::Aim;
use app::packs::{Counted, Pack, PackMonth, Table};
use domain::calendar::month_name;
use domain::disclosure::FEW_OF_GROUP;
use domain::measure::{Cut, Movement, Percent, movement, tenths};

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
pub fn share(of: Option<u64>, all: u64) -> Option<f64> {
    of.filter(|_| all >= FEW_OF_GROUP).map(|of| of as f64 * 100.0 / all as f64)
}

/// Of what is not told.
pub const TOO_FEW: &str = "too few to say";

pub fn percent(of: Option<u64>, all: u64) -> String {
    let told = of.filter(|_| all >= FEW_OF_GROUP);
    told.map_or_else(|| TOO_FEW.to_owned(), |of| format!("{} %", Percent { of, all }.shown()))
}

/// The series with the targets it is held against: its title and its drawing.
pub fn series(pack: &Pack, aims: &[Aim]) -> (String, Svg) {
    let both = |m: &PackMonth| share(m.counted.together, m.counted.cohort);
    let last = pack.series.last();
    let now = last.and_then(both);
    let first = pack.series.first();
    let title = match (now, first.and_then(both), first) {
        (Some(now), Some(then), Some(first)) => {
            let way = match movement(now - then) {
                Movement::Up => format!("up {} points", tenths(now - then)),
                Movement::Down => format!("down {} points", tenths(then - now)),
                Movement::AboutTheSame => "about the same".to_owned(),
            };
            let since = if way.starts_with("about") { "as in" } else { "since" };
            let (now, then) = (tenths(now), first.month.words());
            format!("NEET or not known is {now} %, {way} {since} {then}")
        }
        _ => "There are too few young people to draw a line".to_owned(),
    };
    let values = |pick: fn(&Counted) -> Option<u64>| -> Vec<Option<f64>> {
        pack.series.iter().map(|m| share(pick(&m.counted), m.counted.cohort)).collect()
    };
    let line = |name: &str, pick: fn(&Counted) -> Option<u64>| Series {
        name: name.to_owned(),
        values: values(pick),
    };
    let label = |m: &PackMonth| {
        let name = month_name(m.month.number());
        format!("{} {:02}", name.get(..3).unwrap_or(name), m.month.year() % 100)
    };
    let chart = Line {
        labels: pack.series.iter().map(label).collect(),
        series: vec![
            line("Together", |c| c.together),
            line("NEET", |c| c.neet),
            line("Not known", |c| c.not_known),
        ],
        targets: aims.iter().map(|aim| aim.line.clone()).collect(),
        unit: Unit::Percent,
    };
    let drawn = chart.draw(&Words::new("series", title.clone(), "The table has each month."));
    (title, drawn)
}

/// A breakdown's title and drawing. Those with nothing recorded are drawn and never named as those with most:
/// there is no such group to do anything about.
pub fn table(table: &Table) -> (String, Svg) {
    let share_of = |at: usize| {
        let counted = table.groups.get(at)?.counted;
        share(counted.together, counted.cohort)
    };
    let residual = |at: usize| table.groups.get(at).is_none_or(|group| group.residual);
    let mut order: Vec<usize> = (0..table.groups.len()).collect();
    if matches!(table.cut, Cut::Ward | Cut::Locality | Cut::School) {
        order.sort_by(|a, b| share_of(*b).unwrap_or(-1.0).total_cmp(&share_of(*a).unwrap_or(-1.0)));
    }
    // One that is not told may have more, and beside such a one a single share compares with nothing.
    let untold = order.iter().any(|at| share_of(*at).is_none() && !residual(*at));
    let told = order.iter().filter(|at| share_of(**at).is_some() && !residual(**at)).count();
    let most = order
        .iter()
        .copied()
        .filter(|at| share_of(*at).is_some() && !residual(*at))
        .max_by(|a, b| share_of(*a).unwrap_or(0.0).total_cmp(&share_of(*b).unwrap_or(0.0)))
        .filter(|_| told > 1 || !untold);
    let name = |at: usize| table.groups.get(at).map_or("", |group| group.name.as_str());
    let of_told = if untold { ", of those told," } else { "" };
    let title = match most.and_then(|at| Some((at, share_of(at)?))) {
        Some((at, value)) => format!(
            "By {}, NEET or not known is highest{of_told} for {}: {} %",
            table.cut.label().to_lowercase(),
            name(at),
            tenths(value)
        ),
        None => format!("By {} there are too few to compare", table.cut.label().to_lowercase()),
    };
    let bars = order.iter().map(|at| Bar {
        name: name(*at).to_owned(),
        value: share_of(*at),
        marked: Some(*at) == most,
    });
    let chart = Bars { bars: bars.collect(), target: None, unit: Unit::Percent };
    let drawn =
        chart.draw(&Words::new(table.cut.name(), title.clone(), "The table has each group."));
    (title, drawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::packs::Group;

    #[test]
    fn those_with_none_of_it_are_never_named_as_those_with_most() {
        let group = |name: &str, of: u64, residual| Group {
            value: name.to_owned(),
            name: name.to_owned(),
            counted: Counted { together: Some(of), cohort: 100, ..Counted::default() },
            residual,
        };
        let groups = vec![group("None of these", 40, true), group("Carer", 20, false)];
        let (title, _) = table(&Table { cut: Cut::Characteristic, groups });
        assert_eq!(title, "By characteristic, NEET or not known is highest for Carer: 20.0 %");
        let groups = vec![group("None of these", 40, true)];
        let (title, _) = table(&Table { cut: Cut::Characteristic, groups });
        assert_eq!(title, "By characteristic there are too few to compare");
    }

    #[test]
    fn a_title_rounds_as_its_table_does() {
        let counted = Counted { together: Some(5), cohort: 80, ..Counted::default() };
        let east =
            Group { value: "E".to_owned(), name: "East".to_owned(), counted, residual: false };
        let (title, _) = table(&Table { cut: Cut::Ward, groups: vec![east] });
        assert_eq!(title, "By ward, NEET or not known is highest for East: 6.3 %");
        assert_eq!(percent(Some(5), 80), "6.3 %");
    }

    #[test]
    fn one_that_is_not_told_may_have_more() {
        let group = |name: &str, together: Option<u64>, residual| Group {
            value: name.to_owned(),
            name: name.to_owned(),
            counted: Counted { together, cohort: 100, ..Counted::default() },
            residual,
        };
        let titled = |groups| table(&Table { cut: Cut::Ward, groups }).0;
        let told = [group("West", Some(20), false), group("East", Some(10), false)];
        let most = "By ward, NEET or not known is highest";
        assert_eq!(titled(told.to_vec()), format!("{most} for West: 20.0 %"));
        let untold = [&told[..], &[group("North", None, false)]].concat();
        assert_eq!(titled(untold), format!("{most}, of those told, for West: 20.0 %"));
        let alone = vec![group("West", Some(20), false), group("North", None, false)];
        assert_eq!(titled(alone), "By ward there are too few to compare");
        let residual = [&told[..], &[group("Not recorded", None, true)]].concat();
        assert_eq!(titled(residual), format!("{most} for West: 20.0 %"));
    }
}
