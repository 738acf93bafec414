//! Why somebody is followed up, by the shipped editions: a table of cases on one day.

use domain::followup::{Beside, List, Reason, cleared_by_confirming, reasons};
use domain::leaver::{Fate, Leaving, Stay, fates, goes_on_elsewhere};
use domain::status::{NeetPast, Spell, neet_past};
use formats::reference::{editions, neet_watch};
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 6, 2);

fn spell(code: &str, start: Date, verified: Date) -> Spell {
    Spell { verified: Some(verified), ..Spell::new(code, start) }
}

fn found(spell: Option<&Spell>, beside: Beside) -> Vec<Reason> {
    reasons(spell, editions().named("2026-27").expect("a shipped edition"), DAY, beside)
}

/// Which list, and how far on it.
fn lists(spell: &Spell) -> Vec<(List, i32)> {
    found(Some(spell), Beside::default()).iter().map(|r| (r.list(), r.weight())).collect()
}

/// Tabs, home and the command tell of them in this order: what an adviser left to do comes before whom one looks after.
#[test]
fn the_lists_stand_in_the_order_in_which_they_press() {
    assert!(List::ALL.is_sorted(), "the rows of all lists are in the order of the tabs");
    let names: Vec<&str> = List::ALL.iter().map(|list| list.name()).skip(4).collect();
    let wanted =
        ["neet", "neet-again", "not-known", "next-step", "review", "school-age", "settling-in"];
    assert_eq!(names, wanted);
}

/// A job that was confirmed in May lapses in November, or as it ends.
#[test]
fn a_lapse_is_looked_for_thirty_sixty_and_ninety_days_ahead() {
    let job = |end| Spell {
        predicted_end: Some(end),
        ..spell("330", date(2025, 1, 6), date(2026, 5, 20))
    };
    let rows = [
        (date(2026, 6, 1), vec![(List::Lapsed, 1)]),
        (date(2026, 6, 2), vec![(List::Due30, 0)]),
        (date(2026, 7, 2), vec![(List::Due30, -30)]),
        (date(2026, 7, 3), vec![(List::Due60, -31)]),
        (date(2026, 8, 1), vec![(List::Due60, -60)]),
        (date(2026, 8, 2), vec![(List::Due90, -61)]),
        // 31 August is day 90.
        (date(2026, 8, 31), vec![(List::Due90, -90)]),
        (date(2026, 9, 1), vec![]),
    ];
    for (due, expected) in rows {
        assert_eq!(lists(&job(due)), expected, "due {due}");
    }
}

#[test]
fn whoever_is_neet_is_listed_by_when_somebody_was_in_touch() {
    let neet = spell("619", date(2026, 3, 2), date(2026, 3, 2));
    let said = |neet_since, last_reached| {
        let beside = Beside { neet_since, last_reached, ..Beside::default() };
        let [reason] = found(Some(&neet), beside)[..] else { panic!("one reason") };
        (reason.words(), reason.weight())
    };
    assert_eq!(
        said(None, None),
        ("NEET since 2 March 2026, nobody in touch yet".to_owned(), i32::MAX)
    );
    assert_eq!(
        said(Some(date(2025, 11, 3)), Some(date(2026, 6, 1))),
        ("NEET since 3 November 2025, last in touch 1 day ago".to_owned(), 1)
    );
    let today = ("NEET since 2 March 2026, in touch today".to_owned(), 0);
    assert_eq!(said(None, Some(date(2026, 6, 2))), today);
}

#[test]
fn not_known_counts_months_and_no_activity_is_not_known() {
    let unknown = |start| lists(&spell("810", start, start));
    assert_eq!(unknown(date(2026, 6, 1)), [(List::NotKnown, 0)]);
    assert_eq!(unknown(date(2026, 5, 31)), [(List::NotKnown, 1)]);
    assert_eq!(unknown(date(2025, 5, 31)), [(List::NotKnown, 13)]);
    // So does the code of the compulsory years, which has a day to lapse in the return and nothing to lapse from.
    let leaver = |end| Spell { predicted_end: Some(end), ..Spell::new("150", date(2026, 5, 20)) };
    for end in [date(2026, 5, 31), date(2026, 8, 31)] {
        assert_eq!(lists(&leaver(end)), [(List::NotKnown, 1)], "{end}");
    }
    let nothing = |ended| found(None, Beside { ended, ..Beside::default() });
    let ended = Some(date(2026, 4, 30));
    assert_eq!(nothing(ended), [Reason::NoActivity { ended, months: Some(2) }]);
    assert_eq!(nothing(ended)[0].list(), List::NotKnown);
    assert_eq!(nothing(None)[0].weight(), i32::MAX, "of whom nothing was ever known comes first");
}

#[test]
fn a_review_passes_the_day_after_it_and_only_where_the_code_has_one() {
    let reviewed = |code, review| {
        let spell =
            Spell { review: Some(review), ..spell(code, date(2026, 1, 5), date(2026, 5, 20)) };
        lists(&spell).into_iter().find(|(list, _)| *list == List::Review)
    };
    assert_eq!(reviewed("260", date(2026, 6, 2)), None);
    assert_eq!(reviewed("260", date(2026, 6, 1)), Some((List::Review, 1)));
    assert_eq!(reviewed("330", date(2026, 6, 1)), None, "330 has no review");
}

/// A list of joiners gives no day to look again: what hangs on it would never lapse.
#[test]
fn a_review_date_that_is_missing_is_asked_for_only_where_the_lapse_hangs_on_it() {
    let without = |code| spell(code, date(2026, 1, 5), date(2026, 5, 20));
    let on_review =
        |spell: &Spell| lists(spell).into_iter().find(|(list, _)| *list == List::Review);
    for code in ["260", "290", "350", "710"] {
        assert_eq!(on_review(&without(code)), Some((List::Review, 148)), "{code}");
        let later = Spell { review: Some(date(2026, 7, 1)), ..without(code) };
        assert_eq!(on_review(&later), None, "{code}");
    }
    assert_eq!(on_review(&without("330")), None);
}

/// Whom check 230 would find in the return is seen before it: confirmed at an activity of the compulsory years
/// after these were over. Until the school year is over nothing is said, and what has lapsed is on that list.
#[test]
fn who_is_still_at_school_age_education_after_year_11_is_listed() {
    let edition = editions().named("2026-27").expect("a shipped edition");
    let born = Some(date(2010, 5, 4));
    let listed = |code, verified, today| {
        let beside = Beside { born, ..Beside::default() };
        let found = reasons(Some(&spell(code, date(2021, 9, 3), verified)), edition, today, beside);
        found.iter().map(|reason| (reason.list(), reason.words())).collect::<Vec<_>>()
    };
    let lists_of =
        |found: &[(List, String)]| found.iter().map(|(list, _)| *list).collect::<Vec<_>>();
    let said = "Still at school-age education, which was over by 1 September 2026".to_owned();
    let september = date(2026, 9, 7);
    let (before, after) = (date(2026, 8, 31), date(2026, 9, 30));
    for code in ["110", "120", "130", "140"] {
        assert_eq!(listed(code, september, after), [(List::SchoolAge, said.clone())], "{code}");
        let summer = listed(code, date(2026, 5, 1), before);
        assert_eq!(lists_of(&summer), [List::Due30], "{code}");
        let lapsed = listed(code, date(2026, 5, 1), after);
        assert_eq!(lists_of(&lapsed), [List::Lapsed], "{code}");
    }
    assert!(listed("210", september, after).is_empty());
    assert_eq!(listed("150", september, after)[0].0, List::NotKnown);
    // Confirming that they are at school settles nothing: it would bring them here.
    let of = |born| {
        let lapsed = spell("110", date(2021, 9, 3), date(2026, 5, 1));
        let beside = Beside { born, ..Beside::default() };
        cleared_by_confirming(List::Lapsed, Some(&lapsed), (edition, after), beside)
    };
    assert!(!of(born));
    assert!(of(Some(date(2010, 9, 4))), "a year younger");
}

#[test]
fn a_next_step_is_due_on_its_day_whatever_they_do() {
    let step = |next_step| Beside { next_step, ..Beside::default() };
    let course = spell("210", date(2025, 9, 1), date(2026, 5, 20));
    for held in [Some(&course), None] {
        let due = |day| {
            let found = found(held, step(Some(day)));
            found.iter().find(|r| r.list() == List::NextStep).map(|r| r.weight())
        };
        assert_eq!(due(date(2026, 6, 3)), None);
        assert_eq!(due(DAY), Some(0));
        assert_eq!(due(date(2026, 5, 30)), Some(3));
    }
}

/// In summer a school year's end stays where it is whenever a course is confirmed, and so does a day by which a job was
/// to end.
#[test]
fn a_list_is_cleared_only_where_confirming_moves_the_last_day() {
    let edition = editions().named("2026-27").expect("a shipped edition");
    let cleared = |spell: &Spell, today: Date, list: List| {
        let beside = Beside { next_step: Some(today), ..Beside::default() };
        let listed = reasons(Some(spell), edition, today, beside);
        assert!(listed.iter().any(|reason| reason.list() == list), "{listed:?}");
        cleared_by_confirming(list, Some(spell), (edition, today), beside)
    };
    let course = |verified| spell("230", date(2024, 9, 5), verified);
    let july = date(2026, 7, 6);
    assert!(cleared(&course(date(2025, 8, 20)), DAY, List::Lapsed));
    assert!(!cleared(&course(date(2025, 9, 20)), july, List::Due60));
    let job = spell("330", date(2025, 1, 6), date(2025, 12, 20));
    assert!(cleared(&job, DAY, List::Due30));
    let ended = Spell { predicted_end: Some(date(2026, 6, 1)), ..job.clone() };
    assert!(!cleared(&ended, DAY, List::Lapsed));
    assert!(!cleared(&job, DAY, List::NextStep), "it is still to be done");
    let neet = spell("619", date(2026, 3, 2), date(2026, 3, 2));
    assert!(!cleared(&neet, DAY, List::Neet));
    assert!(!cleared_by_confirming(List::NotKnown, None, (edition, DAY), Beside::default()));
}

/// Activities one after the other, each from its day to the eve of the next; the last one goes on.
fn life(all: &[(&str, Date)]) -> Vec<Spell> {
    let ends = all.iter().skip(1).map(|(_, next)| next.yesterday().ok()).chain([None]);
    let one = |((code, start), end): (&(&str, Date), Option<Date>)| Spell {
        end,
        ..spell(code, *start, *start)
    };
    all.iter().zip(ends).map(one).collect()
}

fn past(all: &[(&str, Date)]) -> NeetPast {
    let mut spells = life(all);
    // Their order says nothing.
    spells.reverse();
    neet_past(&spells, editions().named("2026-27").expect("a shipped edition"), DAY, neet_watch())
}

#[test]
fn a_time_of_being_neet_ends_with_a_return_and_with_nothing_else() {
    let start = date(2025, 1, 6);
    let (then, later, last) = (date(2025, 4, 1), date(2025, 9, 1), date(2026, 1, 5));
    let rows: [(&[(&str, Date)], u32); 8] = [
        (&[("330", start)], 0),
        (&[("619", start)], 1),
        (&[("619", start), ("640", then)], 1),
        (&[("619", start), ("810", then), ("619", later)], 1),
        (&[("619", start), ("330", then), ("640", later)], 2),
        (&[("619", start), ("330", then), ("640", later), ("230", last)], 2),
        // Custody is neither, and what is told ahead has not happened.
        (&[("619", start), ("710", then), ("619", later)], 1),
        (&[("619", start), ("330", then), ("619", date(2026, 6, 3))], 1),
    ];
    for (all, times) in rows {
        let found = past(all);
        assert_eq!((found.times, found.is_repeat()), (times, times > 1), "{all:?}");
    }
    // One that another began with was nothing that anybody did.
    let mut both = life(&[("330", start)]);
    both.insert(0, Spell { end: Some(start), ..spell("619", start, start) });
    let edition = editions().named("2026-27").expect("a shipped edition");
    assert_eq!(neet_past(&both, edition, DAY, neet_watch()).times, 0);
}

/// Two years before 2 June 2026 are from 3 June 2024 on.
#[test]
fn what_ended_longer_ago_than_is_looked_back_is_no_history() {
    let again = |back: Date| {
        past(&[("619", date(2024, 1, 8)), ("330", back), ("619", date(2026, 2, 2))]).words()
    };
    assert_eq!(again(date(2024, 6, 2)), None);
    let words = "NEET 2 times in the last 24 months";
    assert_eq!(again(date(2024, 6, 3)).as_deref(), Some(words));
}

#[test]
fn settling_in_lasts_three_months_from_the_return_and_ends_with_the_activity() {
    let neet = ("619", date(2025, 12, 1));
    let settling = |all: &[(&str, Date)]| past(&[&[neet][..], all].concat()).settling;
    let (back, until) = (date(2026, 3, 3), DAY);
    assert_eq!(settling(&[("330", back)]), Some((back, until)), "today is its last day");
    assert_eq!(settling(&[("330", date(2026, 3, 2))]), None);
    assert_eq!(settling(&[("530", back)]), Some((back, until)), "re-engagement is a way back");
    // Another course is no new return, and losing it is no settling in.
    assert_eq!(settling(&[("330", back), ("230", date(2026, 5, 4))]), Some((back, until)));
    assert_eq!(settling(&[("330", back), ("810", date(2026, 5, 4))]), None);
    assert_eq!(settling(&[("330", back), ("640", date(2026, 5, 4))]), None);
    assert_eq!(past(&[("330", back)]).settling, None, "never NEET");
}

/// Back at a college in July: the record lapses with the school year, and until somebody confirms it nobody knows
/// whether they stayed.
#[test]
fn who_has_lapsed_is_not_settling_in_until_somebody_confirms_it() {
    let edition = editions().named("2026-27").expect("a shipped edition");
    let mut spells = life(&[("619", date(2025, 12, 1)), ("230", date(2026, 7, 20))]);
    let settles = |spells: &[Spell], day| neet_past(spells, edition, day, neet_watch()).settling;
    let (back, until) = (date(2026, 7, 20), date(2026, 10, 19));
    assert_eq!(settles(&spells, date(2026, 8, 31)), Some((back, until)));
    assert_eq!(settles(&spells, date(2026, 9, 1)), None);
    spells[1].verified = Some(date(2026, 9, 5));
    assert_eq!(settles(&spells, date(2026, 9, 5)), Some((back, until)), "from the return on");
}

#[test]
fn who_is_neet_again_and_who_is_settling_in_are_lists() {
    let listed = |all: &[(&str, Date)]| {
        let beside = Beside { past: past(all), ..Beside::default() };
        let mut found = found(life(all).last(), beside);
        found.retain(|reason| matches!(reason.list(), List::NeetAgain | List::SettlingIn));
        found.iter().map(|r| (r.list(), r.weight(), r.words())).collect::<Vec<_>>()
    };
    let lost = [
        ("619", date(2025, 1, 6)),
        ("330", date(2025, 4, 1)),
        ("640", date(2025, 9, 1)),
        ("230", date(2026, 4, 3)),
    ];
    let again = "NEET 2 times in the last 24 months";
    assert_eq!(listed(&lost[..3]), [(List::NeetAgain, i32::MAX, again.to_owned())]);
    let words = "Back since 3 April 2026, settling in until 2 July 2026; ".to_owned() + again;
    assert_eq!(listed(&lost), [(List::SettlingIn, i32::MAX, words)]);
    let words = "Back since 1 May 2026, settling in until 31 July 2026".to_owned();
    let once = [("619", date(2025, 9, 1)), ("230", date(2026, 5, 1))];
    assert_eq!(listed(&once), [(List::SettlingIn, i32::MAX, words)]);
    assert!(listed(&lost[..2]).is_empty() && listed(&lost[..1]).is_empty());
}

/// Whoever was spoken with yesterday waits behind everybody who was not, on each list that asks for contact.
#[test]
fn the_longest_without_a_contact_come_first() {
    let lost = [("619", date(2025, 1, 6)), ("330", date(2025, 4, 1)), ("640", date(2026, 1, 5))];
    let back = [("619", date(2025, 9, 1)), ("330", date(2026, 5, 1))];
    for all in [&lost[..], &back[..]] {
        let on = |last_reached| {
            let found = found(
                life(all).last(),
                Beside { past: past(all), last_reached, ..Beside::default() },
            );
            let asking = found.into_iter().filter(|reason| reason.list().asks_for_contact());
            asking.map(|r| (r.weight(), r.is_out_of_touch(60))).collect::<Vec<_>>()
        };
        let lists = if all.len() == 3 { 2 } else { 1 };
        for (last, wanted) in [
            (None, (i32::MAX, true)),
            (Some(date(2026, 4, 2)), (61, true)),
            (Some(date(2026, 4, 3)), (60, false)),
        ] {
            assert_eq!(on(last), vec![wanted; lists], "{last:?}");
        }
    }
}

/// Who is at a place of which only the name is known is somewhere; what nobody said a place of may be the same place.
#[test]
fn who_is_at_a_place_known_by_its_name_alone_is_elsewhere_than_where_they_left() {
    let edition = editions().named("2026-27").expect("a shipped edition");
    let left = |provider: &str| {
        let (told, left) = (date(2026, 5, 12), date(2026, 5, 8));
        Leaving { person: 1, told, left, provider: provider.to_owned() }
    };
    let stay = |provider: Option<&str>| Stay {
        record: 1,
        code: "210".to_owned(),
        provider: provider.map(str::to_owned),
        start: date(2026, 5, 1),
        end: None,
        made: 1,
        ended: None,
        known: date(2026, 5, 2),
    };
    for (at, from, elsewhere) in [
        (Some("North College"), "college", true),
        (Some("college"), "college", false),
        (Some("North College"), "North College", false),
        (None, "college", false),
        (Some("North College"), "", false),
    ] {
        let (one, held) = (left(from), [stay(at)]);
        let found = goes_on_elsewhere(&held, &one, 1, edition);
        assert_eq!(found, elsewhere, "{at:?} after {from:?}");
        let became = fates(vec![one], &[], &held, (edition, DAY)).remove(0).1;
        let settled = matches!(became, Fate::Settled { .. });
        assert_eq!(settled, elsewhere, "{at:?} after {from:?}");
    }
}
