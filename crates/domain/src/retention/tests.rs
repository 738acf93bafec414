use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::*;

fn rule(trigger: Trigger, months: i32) -> Rule {
    Rule {
        id: "record".to_owned(),
        category: Category::Record,
        trigger,
        months,
        action: Action::Destroy,
        authority: "the council's schedule".to_owned(),
    }
}

#[test]
fn a_period_passes_whole_before_anything_is_due() {
    let born = Some(date(2004, 2, 29));
    let at_25 = Trigger::Birthday { age: 25 };
    for (trigger, months, from, today, verdict) in [
        // In a common year they turn on 1 March.
        (at_25, 0, born, date(2029, 2, 28), Verdict::NotYet { on: date(2029, 3, 1) }),
        (at_25, 0, born, date(2029, 3, 1), Verdict::Due { since: date(2029, 3, 1) }),
        (at_25, 12, born, date(2030, 2, 28), Verdict::NotYet { on: date(2030, 3, 1) }),
        (
            Trigger::LastContact,
            36,
            Some(date(2026, 8, 31)),
            date(2029, 8, 31),
            Verdict::Due { since: date(2029, 8, 31) },
        ),
        (at_25, 0, None, date(2090, 1, 1), Verdict::Unknown),
    ] {
        assert_eq!(judge(&rule(trigger, months), from, &[], today), verdict, "{today}");
    }
}

#[test]
fn every_hold_wins() {
    let due = date(2029, 3, 1);
    for hold in [Hold::Request, Hold::Claim, Hold::Inquiry, Hold::Safeguarding] {
        let rule = rule(Trigger::Birthday { age: 25 }, 0);
        let verdict = judge(&rule, Some(date(2004, 2, 29)), &[hold], due);
        assert_eq!(verdict, Verdict::Held { since: date(2029, 3, 1), by: hold });
        assert_eq!(Hold::from_name(hold.name()), Some(hold));
    }
}

/// Thirty years of monthly lists over people of every birthday: nobody early, nobody later than a month,
/// whoever is held stays until the hold ends.
#[test]
fn over_thirty_years_of_monthly_lists_nothing_goes_early_or_a_month_late() {
    let rule = rule(Trigger::Birthday { age: 25 }, 12);
    let mut waiting: Vec<(Date, Option<Date>)> = (0..9_000_i32)
        .map(|n| {
            let born = date(1996, 1, 1) + n.days();
            // Every seventh is held for two years from somewhere about the time it is due.
            let until = (n % 7 == 0).then(|| born + 27.years() + (n % 365).days());
            (born, until)
        })
        .collect();
    let mut gone = 0;
    for month in 0..360_i32 {
        let today = date(2020, 1, 1) + month.months();
        waiting.retain(|(born, until)| {
            let holds: &[Hold] =
                if until.is_some_and(|until| today < until) { &[Hold::Claim] } else { &[] };
            let Verdict::Due { since } = judge(&rule, Some(*born), holds, today) else {
                return true;
            };
            let earliest = until.map_or(since, |until| until.max(since));
            let late = earliest.until(today).unwrap().get_days();
            assert!((0..=31).contains(&late), "{born}: {late} days after it was due");
            assert!(since >= *born + 26.years() && until.is_none_or(|until| today >= until));
            gone += 1;
            false
        });
    }
    assert_eq!(gone + waiting.len(), 9_000);
    assert!(gone > 8_000, "{gone}");
}

#[test]
fn nobody_approves_their_own_list() {
    assert!(may_approve(3, 3).is_err());
    assert!(may_approve(3, 4).is_ok());
}

/// A rule with one for each other category, as rules that name everything are.
fn whole(rule: Rule) -> Vec<Rule> {
    let others = Category::ALL.iter().filter(|category| **category != rule.category);
    let others = others.map(|category| Rule {
        id: category.name().to_owned(),
        category: *category,
        trigger: Trigger::Received,
        ..rule.clone()
    });
    let others: Vec<Rule> = others.collect();
    std::iter::once(rule).chain(others).collect()
}

#[test]
fn what_other_rules_change_is_told_rule_by_rule() {
    let rule = rule(Trigger::Birthday { age: 25 }, 12);
    let now = whole(rule.clone());
    assert_eq!(changes(&now, &now), Vec::<String>::new());
    let with = |rule: Rule| {
        let rest = now.iter().skip(1).cloned();
        changes(&now, &std::iter::once(rule).chain(rest).collect::<Vec<_>>())
    };
    assert_eq!(
        with(Rule { months: 24, ..rule.clone() }),
        ["Changed. Whole record of a young person: destroyed 2 years after their 25th birthday. \
             Before: Whole record of a young person: destroyed one year after their 25th birthday."]
    );
    let ours = with(Rule { authority: "Cabinet, 3 March".to_owned(), ..rule.clone() });
    assert!(ours[0].ends_with("Cabinet, 3 March"));
    let told = with(Rule { id: "other".to_owned(), ..rule });
    assert!(told.len() == 2 && told[0].starts_with("New. ") && told[1].starts_with("No longer. "));
}

#[test]
fn what_no_rule_names_is_told() {
    let now = whole(rule(Trigger::Birthday { age: 25 }, 12));
    assert!(without_a_rule(&now).is_empty());
    let rest: Vec<Rule> = now.iter().skip(1).cloned().collect();
    assert_eq!(without_a_rule(&rest), [Category::Record]);
    let told = changes(&now, &rest);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("No longer. "), "{told:?}");
    assert_eq!(told[1], "No rule. Whole record of a young person: nothing destroys it.");
    assert_eq!(changes(&rest, &rest), [told[1].clone()], "also where it was so before");
}
