//! What needs doing, counted, and which of it comes first. Who is due is `app::followup`'s; the
//! order is that of its lists, since what lapses costs the council its figures first.

use crate::http::{Edge, PageError};
use crate::pages::followup::edition;
use crate::pages::parts::{Todo, count};
use app::agreement::Deliveries;
use app::{agreement, followup, imports, linking, partners};
use domain::access::{Act, Actor, roles};
use domain::followup::{List, QUIET_DAYS};

/// The one thing to do first.
pub(super) struct First {
    pub todo: Todo,
    /// What would settle most of it at once, where something would.
    pub hint: String,
    pub button: &'static str,
}

/// The first thing and the rest, in the order in which they press.
pub(super) async fn todos(
    edge: &Edge,
    actor: &Actor,
) -> Result<(Option<First>, Vec<Todo>), PageError> {
    let ctx = edge.ctx();
    let today = ctx.today();
    let found =
        followup::list(ctx, actor, edition(today)?, today, &followup::Filter::default()).await?;
    let mut todos: Vec<(List, Todo)> = Vec::new();
    for (list, people) in found.counts.iter().filter(|(_, people)| *people > 0) {
        todos.extend(out_of_touch(*list, quiet(&found.rows, *list)).map(|todo| (*list, todo)));
        todos.extend(todo(*list, *people).map(|todo| (*list, todo)));
    }
    let first = (!todos.is_empty()).then(|| todos.remove(0)).map(|(list, todo)| {
        let rows = found.rows.iter().filter(|row| row.reason.list() == list);
        let providers = followup::providers(rows);
        let best = followup::clearing(&providers).into_iter().next().filter(|p| p.cleared > 1);
        let hint = best.map_or_else(String::new, |provider| {
            let people = count(provider.cleared);
            format!("One list from {} would clear {people} of them.", provider.name)
        });
        First { todo, hint, button: button(list) }
    });
    let notices = app::notices::count(ctx, actor).await?;
    let mut rest: Vec<Todo> = typed(edge, actor).await?.into_iter().collect();
    rest.extend((notices > 0).then(|| told(notices)));
    let asked = app::people::asked_of(ctx, actor).await?;
    rest.extend((asked > 0).then(|| asked_for(asked)));
    let opened = app::looks::on_my_caseload(ctx, actor).await?;
    rest.extend(opened.into_iter().map(by_others));
    rest.extend(todos.into_iter().map(|(_, todo)| todo));
    if actor.role.allocates() {
        rest.extend(unallocated(&found.rows));
    }
    rest.extend(strategy(&app::plan::waiting(ctx, actor).await?));
    if roles(Act::KeepPredictor).contains(&actor.role) {
        rest.extend(predictor(&app::predict::due::waiting(ctx).await?));
    }
    if roles(Act::HandleRights).contains(&actor.role) {
        rest.extend(requests(app::rights::waiting(ctx).await?));
    }
    if roles(Act::Administer).contains(&actor.role) {
        rest.extend(training(app::training::waiting(ctx).await?));
    }
    if roles(Act::DecideIdentity).contains(&actor.role) {
        let open = usize::try_from(linking::open_differences(ctx, actor).await?).unwrap_or(0);
        rest.extend((open > 0).then(|| differences(open)));
    }
    if roles(Act::Import).contains(&actor.role) {
        let held = usize::try_from(imports::held_open(ctx).await?).unwrap_or(0);
        rest.extend((held > 0).then(|| held_rows(held)));
        let agreements = agreement::all(ctx).await?;
        let matters = agreement::matters(ctx, &agreements).await?;
        let overdue = matters.iter().filter(|one| one.overdue).count();
        rest.extend(sharing(&agreement::deliveries(ctx, &agreements).await?, overdue));
        let all = partners::lapsing(ctx, actor).await?;
        let pressing = all.iter().filter(|(_, vouched)| vouched.presses()).count();
        rest.extend(
            (pressing > 0).then(|| unconfirmed(pressing, "/agreements/deliveries#accounts")),
        );
    }
    Ok((first, rest))
}

/// What somebody typed before a session ran out and neither sent nor threw away.
pub(super) async fn typed(edge: &Edge, actor: &Actor) -> Result<Option<Todo>, PageError> {
    let kept = app::accounts::drafts(edge.ctx(), actor).await?.len();
    let words = ("form you had typed waits to be sent", "forms you had typed wait to be sent");
    Ok((kept > 0).then(|| said(kept, words, "Kept for a day", "/draft".to_owned())))
}

/// How many of a list nobody was in touch with for long.
fn quiet(rows: &[followup::Due], list: List) -> usize {
    let quiet =
        |row: &&followup::Due| row.reason.list() == list && row.reason.is_out_of_touch(QUIET_DAYS);
    rows.iter().filter(quiet).count()
}

fn button(list: List) -> &'static str {
    match list {
        List::Neet | List::NotKnown | List::SettlingIn => "See who to speak to",
        _ => "See who they are",
    }
}

/// The words for a list; lists further ahead and parts of others are for the follow-up page alone.
fn todo(list: List, people: usize) -> Option<Todo> {
    let (one, many, note) = match list {
        List::Lapsed => (
            "record has lapsed and counts as not known",
            "records have lapsed and count as not known",
            "",
        ),
        List::Due30 => ("record lapses within 30 days", "records lapse within 30 days", ""),
        List::Neet => (
            "young person is recorded as NEET",
            "young people are recorded as NEET",
            "Whoever is out of touch is among them",
        ),
        List::NotKnown => (
            "young person is recorded as not known or has no activity",
            "young people are recorded as not known or have no activity",
            "Longest first",
        ),
        List::Review => {
            ("review has passed or has no date", "reviews have passed or have no date", "")
        }
        List::SchoolAge => (
            "record is still at school-age education after Year 11",
            "records are still at school-age education after Year 11",
            "The return would be questioned for it",
        ),
        List::NextStep => ("next step is due", "next steps are due", "As the last contact left it"),
        // Whoever is NEET again is among the NEET; whoever settles in is to be spoken with now and then, not every day.
        List::Due60 | List::Due90 | List::NeetAgain | List::SettlingIn => return None,
    };
    Some(said(people, (one, many), note, format!("/follow-up?list={}", list.name())))
}

/// The words for those of a list whom nobody reached for long; they are counted in the list as well.
fn out_of_touch(list: List, people: usize) -> Option<Todo> {
    let words = match list {
        List::Neet => ("NEET young person is out of touch", "NEET young people are out of touch"),
        List::SettlingIn => (
            "young person who is back after being NEET is out of touch",
            "young people who are back after being NEET are out of touch",
        ),
        _ => return None,
    };
    let note = format!("Nobody reached for over {QUIET_DAYS} days");
    let href = format!("/follow-up?list={}&contact=none", list.name());
    (people > 0).then(|| said(people, words, &note, href))
}

/// Whoever an adviser should speak to and has none; each count is that of the list it opens.
fn unallocated(rows: &[followup::Due]) -> Vec<Todo> {
    let neet = ("NEET young person has no adviser", "NEET young people have no adviser");
    let unknown = (
        "young person whose activity is not known has no adviser",
        "young people whose activity is not known have no adviser",
    );
    [(List::Neet, neet), (List::NotKnown, unknown)]
        .into_iter()
        .filter_map(|(list, words)| {
            let alone = |row: &&followup::Due| row.reason.list() == list && row.adviser.is_none();
            let people = rows.iter().filter(alone).count();
            let href = format!("/follow-up?list={}&adviser=none", list.name());
            (people > 0).then(|| said(people, words, "Tick them and give them to one", href))
        })
        .collect()
}

fn held_rows(rows: usize) -> Todo {
    let words = (
        "row of a partner's file waits for a decision",
        "rows of partners' files wait for a decision",
    );
    said(rows, words, "", "/who-is-who".to_owned())
}

fn told(notices: usize) -> Todo {
    let words = ("notice from a provider waits", "notices from providers wait");
    said(notices, words, "", "/notices".to_owned())
}

/// What colleagues asked the reader to follow up.
fn asked_for(asked: usize) -> Todo {
    let words = ("follow-up is asked of you", "follow-ups are asked of you");
    said(asked, words, "Soonest due first", "/follow-up/tasks".to_owned())
}

/// One of the reader's own people whom somebody else opened in an emergency, with the way to the record.
fn by_others(person: i64) -> Todo {
    let words = "record of your caseload was opened by somebody in an emergency";
    let note = "In the last week; it is being reviewed";
    said(1, (words, words), note, format!("/people/{person}/history"))
}

/// Ratings of plans that wait: for the reader first, then for anybody where they keep the ratings.
fn strategy(found: &[app::plan::Waiting]) -> Vec<Todo> {
    let mine = ("part of the plan waits for you", "parts of the plan wait for you");
    let all =
        ("rating of the plan waits to be confirmed", "ratings of the plan wait to be confirmed");
    let both = found.iter().flat_map(|one| {
        // Of one plan alone nobody asks which.
        let note = if found.len() > 1 { one.title.as_str() } else { "" };
        [
            (one.mine, mine, note, format!("/plan/{}/mine", one.plan)),
            (one.overdue.unwrap_or(0), all, note, format!("/plan/{}/leads", one.plan)),
        ]
    });
    both.filter(|(number, ..)| *number > 0)
        .map(|(number, words, note, href)| said(number, words, note, href))
        .collect()
}

/// What partners' lists say otherwise than the register, or of others.
fn differences(open: usize) -> Todo {
    let words =
        ("difference from a partner's list is open", "differences from partners' lists are open");
    said(open, words, "In the newest list of each kind", "/who-is-who/lists".to_owned())
}

/// Requests about their own data that wait for an answer, and how many are late.
fn requests((open, late): (usize, usize)) -> Option<Todo> {
    let words = ("request about somebody's own data waits", "requests about own data wait");
    let note = if late > 0 { format!("{late} late") } else { String::new() };
    (open > 0).then(|| said(open, words, &note, "/rights".to_owned()))
}

/// Advisers who are not trained in recording, and caseloads whose data is due to be reviewed.
fn training((untrained, due): (usize, usize)) -> Vec<Todo> {
    let never = ("adviser is not trained in recording", "advisers are not trained in recording");
    let review = ("caseload's data is due to be reviewed", "caseloads' data is due to be reviewed");
    [(untrained, never, "/admin/training"), (due, review, "/admin/training#reviews")]
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, words, href)| said(number, words, "", href.to_owned()))
        .collect()
}

/// What the monthly watch found, with the words for whoever signed; months that nobody watched; levels to set.
fn predictor(found: &app::predict::due::Waiting) -> Vec<Todo> {
    let alarmed =
        ("predictor of early support showed an alarm", "predictors of early support showed alarms");
    let quiet = (
        "month of a predictor was not watched in time",
        "months of predictors were not watched in time",
    );
    let level = (
        "predictor's level is due to be set on what is known since",
        "predictors' levels are due to be set on what is known since",
    );
    [
        (found.alarmed, alarmed, found.notices.join(" ")),
        (found.unwatched, quiet, String::new()),
        (found.levels_due.len(), level, found.levels_due.join(" ")),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, words, note)| said(number, words, &note, "/predictor".to_owned()))
    .collect()
}

/// What agreements ask for: files that did not come, checks, people to ask, clauses and complaints.
fn sharing(found: &Deliveries, overdue: usize) -> Vec<Todo> {
    let late = ("delivery from a partner is late", "deliveries from partners are late");
    let check = ("agreement needs its annual check", "agreements need their annual check");
    let vacant = ("agreement has nobody to ask", "agreements have nobody to ask");
    let asked = (
        "clause or complaint of an agreement is overdue",
        "clauses or complaints of agreements are overdue",
    );
    [
        (found.late.len(), late, "/agreements/deliveries"),
        (found.unchecked, check, "/agreements"),
        (found.vacant, vacant, "/agreements"),
        (overdue, asked, "/agreements#matters"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, words, href)| said(number, words, "", href.to_owned()))
    .collect()
}

/// Accounts of partners that nobody has confirmed for long.
pub(super) fn unconfirmed(accounts: usize, href: &str) -> Todo {
    let words = (
        "account of a partner ends soon unless it is confirmed",
        "accounts of partners end soon unless they are confirmed",
    );
    said(accounts, words, "Somebody there says every 90 days who still needs one", href.to_owned())
}

fn said(number: usize, (one, many): (&str, &str), note: &str, href: String) -> Todo {
    let words = if number == 1 { one } else { many };
    Todo { count: count(number), words: words.to_owned(), note: note.to_owned(), href }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Role;
    use domain::followup::Reason;
    use domain::status::NeetPast;
    use jiff::civil::{Date, date};

    const DAY: Date = date(2025, 1, 1);

    fn due(person: i64, reason: Reason, adviser: Option<i64>) -> followup::Due {
        followup::Due {
            person: domain::person::PersonId(person),
            name: String::new(),
            family_name: String::new(),
            date_of_birth: DAY,
            age: 16,
            spell: None,
            activity: String::new(),
            reason,
            cleared: false,
            last_contact: None,
            next_step: None,
            adviser,
            adviser_name: None,
            locality: None,
            provider: None,
        }
    }

    #[test]
    fn one_is_said_as_one() {
        let words = |list, people| todo(list, people).map(|todo| todo.words);
        assert_eq!(words(List::Review, 1).as_deref(), Some("review has passed or has no date"));
        assert_eq!(words(List::Neet, 2).as_deref(), Some("young people are recorded as NEET"));
        assert_eq!(words(List::Due90, 2), None);
        assert_eq!(words(List::NeetAgain, 2), None, "they are counted among the NEET");
        let out = |list, people| out_of_touch(list, people).map(|todo| todo.words);
        assert_eq!(out(List::Neet, 1).as_deref(), Some("NEET young person is out of touch"));
        assert_eq!((out(List::Neet, 0), out(List::NeetAgain, 2)), (None, None));
        assert_eq!(held_rows(1_200).count, "1,200");
    }

    #[test]
    fn those_without_an_adviser_are_counted_as_the_list_that_opens_has_them() {
        let neet = Reason::Neet { since: DAY, days_since_contact: None };
        let lapsed = Reason::Lapsed { days_overdue: 4 };
        let rows =
            [due(1, neet, None), due(2, neet, Some(7)), due(3, neet, None), due(4, lapsed, None)];
        let found: Vec<_> = unallocated(&rows).into_iter().map(|t| (t.count, t.href)).collect();
        assert_eq!(found, [("2".to_owned(), "/follow-up?list=neet&adviser=none".to_owned())]);
        assert!(unallocated(&rows[1..2]).is_empty());
        assert!(Role::DataManager.allocates() && !Role::Adviser.allocates());
    }

    #[test]
    fn an_overdue_clause_or_complaint_is_something_to_do() {
        assert!(sharing(&Deliveries::default(), 0).is_empty());
        let found = sharing(&Deliveries::default(), 2);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].words, "clauses or complaints of agreements are overdue");
        assert_eq!((&*found[0].count, &*found[0].href), ("2", "/agreements#matters"));
    }

    #[test]
    fn whoever_is_not_trained_and_a_review_that_is_due_are_something_to_do() {
        assert!(training((0, 0)).is_empty());
        let found = training((1, 2));
        let words: Vec<&str> = found.iter().map(|todo| todo.words.as_str()).collect();
        let wanted =
            ["adviser is not trained in recording", "caseloads' data is due to be reviewed"];
        assert_eq!(words, wanted);
        assert_eq!(found[1].href, "/admin/training#reviews");
    }

    #[test]
    fn an_alarm_and_an_unwatched_month_are_each_something_to_do() {
        let found = |alarmed, unwatched| {
            let told = |words: &str, n| vec![words.to_owned(); n];
            let waiting = app::predict::due::Waiting {
                alarmed,
                unwatched,
                fallen_back: alarmed > 0,
                notices: told("For A. Owner", alarmed),
                levels_due: told("For A. Owner: set it", alarmed),
            };
            predictor(&waiting).into_iter().map(|todo| (todo.count, todo.words, todo.note))
        };
        assert_eq!(found(0, 0).count(), 0);
        let one = "predictor of early support showed an alarm".to_owned();
        let late = "months of predictors were not watched in time".to_owned();
        let level = "predictor's level is due to be set on what is known since".to_owned();
        let (note, set) = ("For A. Owner".to_owned(), "For A. Owner: set it".to_owned());
        assert!(found(1, 2).eq([
            ("1".into(), one, note),
            ("2".into(), late, String::new()),
            ("1".into(), level, set)
        ]));
    }

    /// Of those who settle in, too, only whoever nobody was in touch with: the others are there for three months.
    #[test]
    fn who_was_spoken_with_lately_is_nothing_to_do() {
        let neet = |days_since_contact| Reason::Neet { since: DAY, days_since_contact };
        let past = NeetPast::default();
        let back = |days_since_contact| Reason::SettlingIn {
            since: DAY,
            until: DAY,
            days_left: 0,
            days_since_contact,
            past,
        };
        let again = Reason::NeetAgain { days_since_contact: None, past };
        let reasons =
            [neet(None), neet(Some(61)), neet(Some(60)), again, back(None), back(Some(1))];
        let rows: Vec<_> = (1..).zip(reasons).map(|(id, reason)| due(id, reason, None)).collect();
        assert_eq!((quiet(&rows, List::Neet), quiet(&rows, List::SettlingIn)), (2, 1));
        assert_eq!(quiet(&rows[5..], List::SettlingIn), 0);
        assert!(todo(List::SettlingIn, 2).is_none());
        let told = out_of_touch(List::SettlingIn, 1).unwrap();
        assert_eq!(told.href, "/follow-up?list=settling-in&contact=none");
    }
}
