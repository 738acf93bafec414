//! Two charts as SVG, drawn from tables that are printed beside them. Invariant: nothing is in
//! a chart that is not in its table.

use risk::calibration::Band;

const SIDE: f64 = 360.0;
const EDGE: f64 = 48.0;

/// Chance said (across) against share that came (up); on the diagonal they agree.
pub fn calibration(bands: &[Band]) -> String {
    let most = bands.iter().fold(0.05_f64, |most, band| most.max(band.expected).max(band.observed));
    let top = (most * 10.0).ceil() / 10.0;
    let points: Vec<(f64, f64)> =
        bands.iter().map(|b| (b.expected / top, b.observed / top)).collect();
    let dots: String = points
        .iter()
        .map(|(x, y)| {
            let (x, y) = at(*x, *y);
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#1d5a8a\"/>")
        })
        .collect();
    frame(
        "Calibration: the chance said and the share that came",
        "chance said",
        "share that came",
        top,
        &format!("{}{}{dots}", line(&[(0.0, 0.0), (1.0, 1.0)], true), line(&points, false)),
    )
}

/// Share of people listed (across) against share of outcomes caught (up).
pub fn gain(points: &[(f64, f64)]) -> String {
    frame(
        "Gain: outcomes caught by the length of the list",
        "share listed",
        "share caught",
        1.0,
        &format!("{}{}", line(&[(0.0, 0.0), (1.0, 1.0)], true), line(points, false)),
    )
}

fn at(x: f64, y: f64) -> (f64, f64) {
    (EDGE + x * SIDE, EDGE / 2.0 + (1.0 - y) * SIDE)
}

fn line(points: &[(f64, f64)], dashed: bool) -> String {
    let place = |(x, y): &(f64, f64)| {
        let (x, y) = at(*x, *y);
        format!("{x:.1},{y:.1}")
    };
    let path: Vec<String> = points.iter().map(place).collect();
    let look = if dashed {
        "stroke=\"#6b7280\" stroke-dasharray=\"4 4\""
    } else {
        "stroke=\"#1d5a8a\" stroke-width=\"2\""
    };
    format!("<polyline fill=\"none\" {look} points=\"{}\"/>", path.join(" "))
}

fn frame(title: &str, across: &str, up: &str, top: f64, inside: &str) -> String {
    let (width, height) = (SIDE + 1.5 * EDGE, SIDE + 1.6 * EDGE);
    let ticks: String = (0..=5)
        .map(|tick| {
            let share = f64::from(tick) / 5.0;
            let label = format!("{:.0}%", 100.0 * share * top);
            let ((x, y0), (x0, y)) = (at(share, 0.0), at(0.0, share));
            format!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                y0 + 16.0,
                x0 - 6.0,
                y + 4.0
            )
        })
        .collect();
    let (left, top_edge) = at(0.0, 1.0);
    let middle = EDGE + SIDE / 2.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{title}\" font-family=\"Arial, sans-serif\" font-size=\"12\">\
         <title>{title}</title><rect x=\"{left}\" y=\"{top_edge}\" width=\"{SIDE}\" \
         height=\"{SIDE}\" fill=\"none\" stroke=\"#9ca3af\"/>{ticks}\
         <text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\
         <text x=\"{EDGE}\" y=\"14\">{up}</text>{inside}</svg>",
        height - 12.0
    )
}
