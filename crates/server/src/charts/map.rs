//! A map of areas shaded in five steps of one hue, "too few to say" hatched. Shapes come as
//! rings of longitude and latitude; they are snapped to half a pixel, which thins them
//! without opening gaps between neighbours, since shared borders snap alike.

use super::{
    Unit, Words,
    canvas::{Anchor, Canvas, Svg},
    paper::Paper,
};

/// What is known of one area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    Value(f64),
    TooFew,
}

pub struct Area<'a> {
    pub name: &'a str,
    /// Rings of (longitude, latitude) in degrees, outer and holes alike.
    pub rings: &'a [Vec<(f64, f64)>],
    pub shade: Shade,
}

pub struct Map<'a> {
    pub areas: Vec<Area<'a>>,
    pub unit: Unit,
}

const WIDTH: f64 = 560.0;
const MARGIN: f64 = 4.0;
const STEPS: [&str; 5] = ["#E1F0F2", "#AFD4DA", "#73AEB8", "#38818E", "#0B5563"];

impl Map<'_> {
    pub fn draw(&self, words: &Words) -> Svg {
        self.draw_marked(words, &[])
    }

    /// As `draw`, with a thick edge around the areas at these places, which the title speaks of.
    pub fn draw_marked(&self, words: &Words, marked: &[usize]) -> Svg {
        let frame =
            Projection::over(self.areas.iter().flat_map(|area| area.rings.iter().flatten()));
        let classes = Classes::of(&self.areas);
        let mut canvas = Canvas::new("wm-svg--map", WIDTH, frame.height, words);
        canvas.few(&words.id);
        let few = format!("url(#{}-few)", words.id);
        for area in &self.areas {
            let d = outline(area.rings, &frame);
            let (fill, value) = match area.shade {
                Shade::Value(value) => (classes.fill(value), self.unit.write(value)),
                Shade::TooFew => (few.as_str(), "too few to say".to_owned()),
            };
            let rest = "stroke=\"#14212B\" stroke-width=\"0.7\" stroke-linejoin=\"round\" fill-rule=\"evenodd\"";
            canvas.named_path(&d, fill, rest, &format!("{}: {value}", area.name));
        }
        // Last, so that no neighbour is drawn over the edge.
        for area in marked.iter().filter_map(|place| self.areas.get(*place)) {
            let rest = "stroke-width=\"3\" stroke-linejoin=\"round\"";
            canvas.path(&outline(area.rings, &frame), "none", "#14212B", rest);
        }
        // Shapes may shrink with the page, the words of the key may not: it is drawn apart, for either paper.
        let key = |paper| self.key(paper, &classes, &few);
        canvas.finish().and(&key(Paper::Wide)).and(&key(Paper::Narrow))
    }

    fn key(&self, paper: Paper, classes: &Classes, few: &str) -> Svg {
        const BOX: f64 = 84.0;
        let edge = "stroke=\"#14212B\" stroke-width=\"0.7\"";
        let (width, height) = paper.either((WIDTH, 56.0), (paper.width(), 96.0));
        let mut canvas = Canvas::decoration(paper.class(), width, height);
        let mut boxed = |(x, y): (f64, f64), fill: &str, words: &str| {
            canvas.rect((x, y), (BOX, 12.0), fill, edge);
            canvas.text((x + BOX / 2.0, y + 28.0), Anchor::Middle, "wm-svg__tick", words);
        };
        // Three in a line on a phone.
        let at = |place: usize| match paper {
            Paper::Wide => (MARGIN + BOX * place as f64, 16.0),
            Paper::Narrow => {
                (MARGIN + 106.0 * (place % 3) as f64, 16.0 + 40.0 * (place / 3) as f64)
            }
        };
        let mut low = classes.low;
        for (place, fill) in STEPS.into_iter().enumerate() {
            boxed(at(place), fill, &classes.range(low, self.unit));
            low += classes.step;
        }
        let (x, y) = at(STEPS.len());
        boxed((x + paper.either(20.0, 0.0), y), few, "too few to say");
        canvas.finish()
    }
}

/// Five even steps from the least to the greatest value shown, on round tenths.
struct Classes {
    low: f64,
    step: f64,
}

impl Classes {
    fn of(areas: &[Area<'_>]) -> Self {
        let values = areas.iter().filter_map(|area| match area.shade {
            Shade::Value(value) if value.is_finite() => Some(value),
            _ => None,
        });
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return Self { low: 0.0, step: 1.0 };
        }
        let low = (low * 10.0).floor() / 10.0;
        let step = ((high - low) / 5.0 * 10.0).ceil().max(1.0) / 10.0;
        Self { low, step }
    }

    fn fill(&self, value: f64) -> &'static str {
        let place = ((value - self.low) / self.step + 1e-9).floor().clamp(0.0, 4.0);
        STEPS.iter().zip(0_u8..).find(|(_, n)| f64::from(*n) == place).map_or("#FFFFFF", |(f, _)| f)
    }

    fn range(&self, low: f64, unit: Unit) -> String {
        match unit {
            Unit::Percent => format!("{low:.1}–{:.1} %", low + self.step),
            Unit::Plain => format!("{low:.1}–{:.1}", low + self.step),
            Unit::People => format!("{}–{}", unit.write(low), unit.write(low + self.step)),
        }
    }
}

/// Degrees to paper: true enough at the size of a county when a degree of longitude is
/// shortened by the cosine of the middle latitude.
struct Projection {
    west: f64,
    north: f64,
    squeeze: f64,
    scale: f64,
    height: f64,
}

impl Projection {
    fn over<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Self {
        let start = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY);
        let (west, east, south, north) = points.fold(start, |(w, e, s, n), (lon, lat)| {
            (w.min(*lon), e.max(*lon), s.min(*lat), n.max(*lat))
        });
        if west > east {
            return Self { west: 0.0, north: 0.0, squeeze: 1.0, scale: 1.0, height: 2.0 * MARGIN };
        }
        let squeeze = f64::midpoint(south, north).to_radians().cos();
        let scale = (WIDTH - 2.0 * MARGIN) / ((east - west) * squeeze).max(1e-9);
        Self { west, north, squeeze, scale, height: (north - south) * scale + 2.0 * MARGIN }
    }

    /// The place on the paper in half pixels.
    fn place(&self, (lon, lat): (f64, f64)) -> (i64, i64) {
        let x = MARGIN + (lon - self.west) * self.squeeze * self.scale;
        let y = MARGIN + (self.north - lat) * self.scale;
        #[expect(clippy::cast_possible_truncation, reason = "the paper is a few hundred pixels")]
        let halves = ((x * 2.0).round() as i64, (y * 2.0).round() as i64);
        halves
    }
}

/// One path for all rings, written in relative steps: about half the bytes of absolute ones.
fn outline(rings: &[Vec<(f64, f64)>], frame: &Projection) -> String {
    let mut d = String::new();
    for ring in rings {
        let mut last: Option<(i64, i64)> = None;
        for point in ring {
            let here = frame.place(*point);
            match last {
                Some(before) if before == here => continue,
                Some(before) => {
                    d.push_str(&format!(
                        "l{} {}",
                        half(here.0 - before.0),
                        half(here.1 - before.1)
                    ));
                }
                None => d.push_str(&format!("M{} {}", half(here.0), half(here.1))),
            }
            last = Some(here);
        }
        d.push('z');
    }
    d
}

fn half(halves: i64) -> String {
    let whole = halves / 2;
    match (halves % 2, halves < 0 && whole == 0) {
        (0, _) => whole.to_string(),
        (_, true) => "-.5".to_owned(),
        _ => format!("{whole}.5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64) -> Vec<(f64, f64)> {
        vec![(west, 51.0), (west + 0.1, 51.0), (west + 0.1, 51.1), (west, 51.1), (west, 51.0)]
    }

    #[test]
    fn each_area_is_named_with_its_value_and_few_is_hatched() {
        let (one, two) = ([square(0.0)], [square(0.1)]);
        let areas = vec![
            Area { name: "Luton", rings: &one, shade: Shade::Value(9.0) },
            Area { name: "Grain", rings: &two, shade: Shade::TooFew },
        ];
        let map = Map { areas, unit: Unit::Percent };
        let svg = map.draw(&Words::new("m", "Luton is highest", "")).to_string();
        assert!(svg.contains("<title>Luton: 9.0 %</title>"));
        assert!(svg.contains("fill=\"url(#m-few)\"") && svg.contains("Grain: too few to say"));
        // Shapes once, and the words of the key for either paper.
        assert_eq!(svg.matches("<title>Luton").count(), 1, "{svg}");
        assert_eq!(svg.matches(">too few to say</text>").count(), 2, "{svg}");
        let narrow = svg.split("</svg>").nth(2).unwrap();
        assert!(narrow.contains("wm-svg--narrow\" viewBox=\"0 0 320 96\""), "{narrow}");
    }

    #[test]
    fn the_least_and_the_greatest_take_the_end_steps() {
        let ring = [square(0.0)];
        let area = |value| Area { name: "a", rings: &ring, shade: Shade::Value(value) };
        let classes = Classes::of(&[area(2.0), area(12.0), area(7.0)]);
        assert_eq!((classes.fill(2.0), classes.fill(12.0)), (STEPS[0], STEPS[4]));
        assert_eq!(classes.fill(7.0), STEPS[2]);
        let flat = Classes::of(&[area(3.0), area(3.0)]);
        assert_eq!(flat.fill(3.0), STEPS[0]);
    }

    #[test]
    fn halves_are_written_short_and_signed() {
        let check = |halves, wanted: &str| assert_eq!(half(halves), wanted);
        check(0, "0");
        check(1, "0.5");
        check(-1, "-.5");
        check(-3, "-1.5");
        check(5, "2.5");
    }

    #[test]
    fn a_map_of_nothing_is_still_a_drawing() {
        let map = Map { areas: Vec::new(), unit: Unit::Percent };
        let svg = map.draw(&Words::new("m", "t", "d")).to_string();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
