//! The transition model on people who lived: 712 young people of Northern Ireland, month by month
//! from July 1993 to June 1999 (McVicar and Anyadike-Danes). Learned from the first half of the people
//! in the first half of the months, it foretells joblessness twelve months ahead among the second half
//! of the people in the second half of the months. The data are not ours to ship: without them the test
//! says so aloud and is over.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use domain::calendar::Month;
use domain::forecast::chain::{
    BANDS, Learning, Panel, Start, carry, expected, learn, remembering, remembering_set, starts,
};
use domain::forecast::judge::{Judged, choose, verdict, width};
use std::path::Path;

const STATES: [&str; 6] = ["employment", "FE", "HE", "joblessness", "school", "training"];
const JOBLESS: [bool; 6] = [false, false, false, true, false, false];
const ALL: [bool; 6] = [true; 6];
const MONTHS: usize = 72;
const AHEAD: usize = 12;

/// One person: the group (five good grades or not) and a state a month.
struct Life {
    group: usize,
    states: Vec<usize>,
}

fn lives() -> Option<Vec<Life>> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/prediction/mvad.csv");
    let text = std::fs::read_to_string(root).ok()?;
    let lives = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        let group = usize::from(cells[11] == "yes");
        let state = |cell: &&str| STATES.iter().position(|state| state == cell).unwrap();
        Life { group, states: cells[14..14 + MONTHS].iter().map(state).collect() }
    });
    Some(lives.collect())
}

fn panel(lives: &[Life], months: std::ops::Range<usize>) -> Panel {
    let first: Month = "1993-07".parse().unwrap();
    let first = first.plus(i32::try_from(months.start).unwrap());
    let mut panel = Panel::new(first, months.len(), 2, STATES.len() * BANDS);
    for life in lives {
        let lasts = |month: usize| {
            let back = life.states[..=month].iter().rev();
            back.take_while(|state| **state == life.states[month]).count()
        };
        let stands = |month: usize| {
            let state = life.states[month];
            let before = life.states[..=month].iter().any(|state| JOBLESS[*state]);
            remembering(state, lasts(month), JOBLESS[state], before)
        };
        for (at, month) in months.clone().enumerate() {
            panel.stand(at, life.group, stands(month));
            if at > 0 {
                panel.step(at, life.group, stands(month - 1), stands(month));
            }
        }
    }
    panel
}

/// Forecasts from `origin` of a panel with rates learned elsewhere.
fn judge(
    rates: &domain::forecast::chain::Rates,
    panel: &Panel,
    origin: usize,
    place: usize,
) -> Judged {
    let from: Vec<Start> = starts(panel, origin);
    let carried = carry(rates, panel.month(origin), AHEAD, &from, &|group, _| Some(group));
    let found = expected(
        &from,
        &carried,
        AHEAD,
        (&remembering_set(&JOBLESS), &remembering_set(&ALL)),
        &[true, true],
    );
    let found = found.learned_from(356.0);
    let share = |at: usize| {
        let (of, all) =
            panel.share(at, &remembering_set(&JOBLESS), &remembering_set(&ALL), &[true, true]);
        of / all
    };
    Judged {
        ahead: AHEAD,
        origin: place + origin,
        target: place + origin + AHEAD,
        forecast: found.share(),
        chance: found.error(),
        actual: share(origin + AHEAD),
        no_change: share(origin),
        last_year: (origin + AHEAD >= 12).then(|| share(origin + AHEAD - 12)),
    }
}

#[test]
fn joblessness_a_year_ahead_of_people_never_seen() {
    let Some(lives) = lives() else {
        eprintln!("SKIPPED: the real cohort, because mvad.csv is not beside the repository");
        return;
    };
    assert_eq!(lives.len(), 712);
    let (seen, unseen) = lives.split_at(lives.len() / 2);
    // The way of learning and the widths come from the first half alone: forecasts inside it, each
    // from what had been by then.
    let early = panel(seen, 0..MONTHS / 2);
    let ways: Vec<Vec<Judged>> = Learning::WAYS
        .iter()
        .map(|way| {
            (12..MONTHS / 2 - AHEAD)
                .map(|origin| judge(&learn(&early, origin, way), &early, origin, 0))
                .collect()
        })
        .collect();
    let way = choose(&ways, MONTHS / 2);
    let known = ways[way].clone();
    let inside = verdict(&known, &known);
    let rates = learn(&early, MONTHS / 2 - 1, &Learning::WAYS[way]);
    let late = panel(unseen, MONTHS / 2..MONTHS);
    let judged: Vec<Judged> =
        (0..MONTHS / 2 - AHEAD).map(|origin| judge(&rates, &late, origin, MONTHS / 2)).collect();
    let found = verdict(&judged, &known);
    // The rates are not learned again, so no interval may learn from the second half either.
    let relative = width(&known, MONTHS / 2, AHEAD);
    {
        eprintln!(
            "mvad, inside the first half: error {:.2} points, no change {:.2}, same as last year {:.2}",
            inside.error, inside.no_change, inside.last_year
        );
        eprintln!(
            "mvad, 12 months ahead, {} forecasts: error {:.2} points, no change {:.2} ({:+.0} %), \
             same as last year {:.2} ({:+.0} %); 90 % interval held {} of {}; width {:.0} % of the forecast",
            found.forecasts,
            found.error,
            found.no_change,
            found.gain_on_no_change(),
            found.last_year,
            found.gain_on_last_year(),
            found.covered,
            found.with_interval,
            relative.relative * 100.0,
        );
    }
    assert!(inside.beats_both(), "{inside:?}");
    assert!(found.error < 4.0, "{found:?}");
    assert!(found.covered * 10 >= found.with_interval * 7, "{found:?}");
}
