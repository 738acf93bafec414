//! Rules of a plan, in literal tables.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn outcome(id: i64, label: &str, title: &str, lines: &[(i64, Rating)]) -> Outcome {
    Outcome {
        id: OutcomeId(id),
        label: label.parse().unwrap(),
        title: title.to_owned(),
        by_when: ByWhen::read("Ongoing"),
        lead: Lead::read("All"),
        additional: String::new(),
        rating: Rating::Amber,
        lines: lines.iter().map(|(a, r)| Line { action: ActionId(*a), rating: *r }).collect(),
    }
}

fn plan(outcomes: Vec<Outcome>) -> Plan {
    let actions = outcomes
        .iter()
        .flat_map(|o| &o.lines)
        .map(|line| {
            let text = format!("task number {}", line.action.0);
            (line.action, Action { text, kind: ActionKind::Action })
        })
        .collect();
    Plan {
        title: "Our plan".to_owned(),
        years: None,
        rated_on: date(2026, 1, 8),
        key: standard_key(),
        actions,
        aims: vec![Aim { number: 1, title: "First".to_owned(), outcomes }],
        parents: Vec::new(),
        group: Group::default(),
    }
}

#[test]
fn the_roll_up_says_why() {
    use Rating::{Amber as A, Green as G, NotStarted as N, Red as R, Unrated as U};
    let table: &[(&[Rating], Rating, RollUpRule)] = &[
        (&[], U, RollUpRule::NothingRated),
        (&[U, U], U, RollUpRule::NothingRated),
        (&[R, A, G, A], A, RollUpRule::AnyRedOrAmber),
        (&[R, R, G, A], R, RollUpRule::HalfOrMoreRed),
        (&[R], R, RollUpRule::HalfOrMoreRed),
        (&[N, N, N], N, RollUpRule::NothingBegun),
        (&[G, N, N], A, RollUpRule::MoreNotStartedThanGreen),
        (&[G, N], G, RollUpRule::OnTrack),
        (&[G, G, U], G, RollUpRule::OnTrack),
        (&[G, G, A], A, RollUpRule::AnyRedOrAmber),
    ];
    for (below, rating, rule) in table {
        let suggestion = suggest(below.iter().copied());
        assert_eq!((suggestion.rating, suggestion.rule), (*rating, *rule), "{below:?}");
        assert!(suggestion.reason.ends_with(rule.sentence()), "{}", suggestion.reason);
        let colour = ["green", "amber", "red "].iter().any(|word| suggestion.reason.contains(word));
        assert!(!colour, "a badge's words, never a colour alone: {}", suggestion.reason);
    }
}

#[test]
fn to_differ_needs_a_reason_and_a_name() {
    let amber = suggest([Rating::Amber]);
    assert_eq!(confirm(amber.rating, Rating::Green, "", "why"), Err(RatingRefused::NoName));
    assert_eq!(confirm(amber.rating, Rating::Green, "Ada", " "), Err(RatingRefused::NoReason));
    let kept = confirm(amber.rating, Rating::Green, "Ada", "the list came yesterday").unwrap();
    assert_eq!((kept.rating, kept.suggested), (Rating::Green, Rating::Amber));
    assert_eq!(confirm(amber.rating, Rating::Amber, "Ada", "").unwrap().reason, None);
}

#[test]
fn a_shared_action_is_rated_once_with_caution() {
    let plan = plan(vec![
        outcome(1, "1.1", "One", &[(1, Rating::Amber), (2, Rating::Green)]),
        outcome(2, "1.2", "Two", &[(1, Rating::Green)]),
    ]);
    let shared = plan.shared();
    assert_eq!((shared[0].rating, shared[0].conflict), (Rating::Amber, true));
    assert_eq!((shared[1].rating, shared[1].conflict), (Rating::Green, false));
    let conflicts: Vec<Oddity> =
        oddities(&plan).into_iter().filter(|o| o.kind == OddityKind::ConflictingRatings).collect();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].place, "1.1, 1.2");
}

#[test]
fn ids_outlive_labels() {
    let before =
        plan(vec![outcome(7, "1.1", "Know who is where", &[]), outcome(9, "1.2", "Other", &[])]);
    let mut next = plan(vec![
        outcome(1, "1.1", "A new first thing", &[]),
        outcome(2, "1.2", "Know who is where", &[]),
        outcome(3, "1.3", "Other", &[]),
    ]);
    carry_ids(&before, &mut next);
    let ids: Vec<i64> = next.outcomes().map(|outcome| outcome.id.0).collect();
    assert_eq!(ids, [10, 7, 9]);
    let changes = diff(&before, &next);
    assert_eq!(changes[0], Change::OutcomeAdded(OutcomeId(10)));
    assert!(matches!(changes[1], Change::Relabelled { outcome: OutcomeId(7), .. }));
}

#[test]
fn what_changed_is_told_once() {
    let before = plan(vec![outcome(1, "1.1", "One", &[(1, Rating::Amber), (2, Rating::Green)])]);
    let mut after = plan(vec![outcome(1, "1.1", "One", &[(1, Rating::Green), (3, Rating::Red)])]);
    after.aims[0].outcomes[0].lead = Lead::read("Chair");
    let changes = diff(&before, &after);
    let outcome = OutcomeId(1);
    assert_eq!(
        changes,
        [
            Change::LeadChanged { outcome, was: "All".into(), is: "Chair".into() },
            Change::ActionRated {
                outcome,
                action: ActionId(1),
                was: Rating::Amber,
                is: Rating::Green
            },
            Change::ActionAdded { outcome, action: ActionId(3) },
            Change::ActionRemoved { outcome, action: ActionId(2) },
        ]
    );
    assert!(diff(&after, &after).is_empty());
}

#[test]
fn slips_are_asked_about_and_endings_are_not() {
    let text = ["the accuracy and accuracy of families, family, family", "accurancy of a famiuly"];
    let lines = text.iter().enumerate().map(|(at, line)| (u32::try_from(at + 1).unwrap(), *line));
    let found: Vec<String> = spelling_variants(lines).into_iter().map(|o| o.place).collect();
    assert_eq!(found, ["accurancy", "famiuly"]);
    let spoken = spelling_variants([(1, "Learn2Row"), (2, "Learn to Row")].into_iter());
    assert_eq!(spoken.len(), 1);
}

proptest! {
    #[test]
    fn a_suggestion_is_never_worse_than_the_worst_below(
        below in prop::collection::vec(prop::sample::select(Rating::ALL.to_vec()), 0..12)
    ) {
        let suggestion = suggest(below.clone());
        let worst = below.iter().copied().max().unwrap_or(Rating::Unrated);
        // Too little begun is a worry that no single action shows.
        let ceiling = if worst == Rating::NotStarted { Rating::Amber } else { worst };
        prop_assert!(suggestion.rating <= ceiling);
        prop_assert_eq!(suggestion.rating == Rating::Unrated, suggestion.counts.rated() == 0);
    }

    #[test]
    fn reading_a_time_never_fails(text in "\\PC{0,60}") {
        let _ = ByWhen::read(&text);
        let _ = Meeting::read(&text);
        let _ = Lead::read(&text);
    }
}
