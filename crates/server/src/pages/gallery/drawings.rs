//! One of each chart, on made-up figures and made-up wards.

use crate::charts::{
    Area, Bar, Bars, COLOURS, Currency, Line, Map, Series, Shade, Stack, Svg, Target, Unit, Words,
};

/// Name, percentage (none: too few to say) and how it is written.
pub const WARDS: [(&str, Option<f64>, &str); 12] = [
    ("Castle Hill", Some(12.4), "12.4 %"),
    ("Dockside", Some(11.2), "11.2 %"),
    ("Eastbrook", Some(9.6), "9.6 %"),
    ("Fairlight", Some(8.8), "8.8 %"),
    ("Gun Wharf", Some(8.1), "8.1 %"),
    ("Highfield", Some(7.3), "7.3 %"),
    ("Island", None, "too few to say"),
    ("Kingsmead", Some(6.0), "6.0 %"),
    ("Lower Weald", Some(5.2), "5.2 %"),
    ("Marshside", Some(4.4), "4.4 %"),
    ("Northgate", Some(3.9), "3.9 %"),
    ("Orchard", Some(3.1), "3.1 %"),
];

pub const MONTHS: [(&str, f64, Option<f64>); 12] = [
    ("Mar", 6.1, Some(2.4)),
    ("Apr", 6.2, Some(2.5)),
    ("May", 6.2, Some(2.6)),
    ("Jun", 6.4, Some(2.9)),
    ("Jul", 6.6, Some(3.6)),
    ("Aug", 6.9, Some(4.8)),
    ("Sep", 4.1, None),
    ("Oct", 5.6, Some(7.9)),
    ("Nov", 6.3, Some(4.6)),
    ("Dec", 6.5, Some(3.4)),
    ("Jan", 6.6, Some(3.1)),
    ("Feb", 6.6, Some(2.8)),
];

pub fn line() -> Svg {
    let series = vec![
        Series { name: "NEET".into(), values: MONTHS.iter().map(|m| Some(m.1)).collect() },
        Series { name: "Not known".into(), values: MONTHS.iter().map(|m| m.2).collect() },
    ];
    let chart = Line {
        labels: MONTHS.iter().map(|m| m.0.to_owned()).collect(),
        series,
        targets: vec![Series::level("Target", 5.8, MONTHS.len())],
        unit: Unit::Percent,
    };
    chart.draw(&Words::new(
        "sample-line",
        "NEET held at 6.6 %, still 0.8 over the target",
        "NEET rose from 6.1 % in March to 6.9 % in August, fell in September and ended at 6.6 %. \
         Not known peaked at 7.9 % in October; September has no count.",
    ))
}

pub fn bars() -> Svg {
    let bars = WARDS
        .iter()
        .map(|(name, value, _)| Bar {
            name: (*name).to_owned(),
            value: *value,
            marked: *name == "Castle Hill",
        })
        .collect();
    let target = Some(Target { name: "Town".into(), value: 6.6 });
    Bars { bars, target, unit: Unit::Percent }.draw(&Words::new(
        "sample-bars",
        "Castle Hill has almost twice the town's share",
        "Castle Hill 12.4 %, Dockside 11.2 %, down to Orchard 3.1 %; the town has 6.6 %.",
    ))
}

pub fn stack() -> Svg {
    let parts = [
        "School sixth form",
        "College",
        "Apprenticeship",
        "Job without training",
        "NEET",
        "Not known",
    ];
    let rows = vec![
        ("Year 12".to_owned(), vec![1890.0, 1240.0, 130.0, 90.0, 160.0, 60.0]),
        ("Year 13".to_owned(), vec![1540.0, 1210.0, 320.0, 230.0, 310.0, 180.0]),
    ];
    Stack { parts: parts.map(str::to_owned).to_vec(), rows, colours: &COLOURS }.draw(&Words::new(
        "sample-stack",
        "One in eight of year 13 is NEET or not known",
        "Year 12: 53 % in school sixth forms, 35 % in college. Year 13: 41 % and 32 %.",
    ))
}

/// A grid of leaning, uneven blocks: shapes enough to try the map on.
pub fn map() -> Svg {
    let rings: Vec<Vec<Vec<(f64, f64)>>> = (0..12_u8).map(|n| vec![block(n % 4, n / 4)]).collect();
    let areas = WARDS
        .iter()
        .zip(&rings)
        .map(|((name, value, _), rings)| Area {
            name,
            rings,
            shade: value.map_or(Shade::TooFew, Shade::Value),
        })
        .collect();
    Map { areas, unit: Unit::Percent }.draw(&Words::new(
        "sample-map",
        "NEET is highest along the river",
        "Twelve wards from Castle Hill, 12.4 %, to Orchard, 3.1 %; Island has too few to say.",
    ))
}

fn block(column: u8, row: u8) -> Vec<(f64, f64)> {
    let corner = |c: u8, r: u8| {
        let (x, y) = (f64::from(c), f64::from(r));
        let sway = ((x * 2.3 + y * 1.7).sin() * 0.016, (x * 1.1 - y * 2.9).cos() * 0.009);
        (0.4 + x * 0.08 + sway.0, 51.45 - y * 0.032 + sway.1)
    };
    let (c, r) = (column, row);
    vec![corner(c, r), corner(c + 1, r), corner(c + 1, r + 1), corner(c, r + 1), corner(c, r)]
}

pub fn currency(today: u32) -> Svg {
    let chart = Currency {
        today,
        lapses_on: 92,
        verified_words: "Verified 14 November 2025".to_owned(),
        lapses_words: if today > 92 {
            "Lapsed 14 February 2026"
        } else {
            "Lapses 14 February 2026"
        }
        .to_owned(),
    };
    let id = format!("sample-currency-{today}");
    chart.draw(&Words::new(&id, "How current the activity is", "Verified 14 November 2025."))
}
