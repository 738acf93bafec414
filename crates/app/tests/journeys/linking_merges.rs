//! People entered twice: found, merged with everything both records held, taken apart again without losing
//! what was edited in between. On both engines.

use crate::town::{Somebody, actor, context, doubtful, everybody, fates, manager, run, town};
use app::linking::{self, Answer, Key, Verdict, Wanted};
use app::people::NewContact;
use app::{Context, Wrong, imports};
use domain::access::{Actor, Role};
use domain::person::{Field, PersonId, PersonRecord};
use std::collections::{BTreeMap, BTreeSet};
use store::people::{self, Moment};
use testkit::{Register, each_engine};

/// Enters somebody again with another spelling and no address, and gives the second number.
async fn again(ctx: &Context, jo: &Actor, one: &Somebody) -> i64 {
    let values = [
        (Field::GivenName, format!("{}e", one.given)),
        (Field::FamilyName, one.family.clone()),
        (Field::DateOfBirth, one.born.clone()),
        (Field::Sex, one.sex.clone()),
        (Field::Phone, "01634 000000".to_owned()),
    ];
    let mut record = PersonRecord::default();
    for (field, value) in values {
        record.particulars.set(field, value);
    }
    let mut tx = ctx.db.begin().await.unwrap();
    let change = store::changes::begin(&mut tx, &ctx.now(), "edit", jo.account_id(), None, None)
        .await
        .unwrap();
    let mut ypids = vec![String::new()];
    let ids = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    let before = people::Loaded { person: ids[0], ..people::Loaded::default() };
    let after = PersonRecord { ypid: ypids[0].clone(), ..record };
    let writes = [people::Write { before: &before, after: &after }];
    people::write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    ids[0]
}

/// Somebody of the town who was entered twice, as it is found; both numbers, the lower first.
async fn twice(register: &Register) -> (Context, Actor, i64, i64) {
    let ctx = context(register);
    let people = town(&ctx).await;
    let jo = manager(&ctx, "jo").await;
    let second = again(&ctx, &jo, &people[40]).await;
    linking::find_doubles(&ctx).await.unwrap();
    (ctx, jo, people[40].person, second)
}

async fn record(ctx: &Context, person: i64) -> PersonRecord {
    let mut tx = ctx.db.begin_read().await.unwrap();
    people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0).record
}

async fn wanted(ctx: &Context, jo: &Actor, kept: i64, gone: i64) -> Wanted<'static> {
    let seen = linking::preview(ctx, jo, (kept, gone)).await.unwrap().seen;
    Wanted { kept, gone, seen, prefer: BTreeSet::new(), reason: "one family, one passport" }
}

async fn correct(ctx: &Context, jo: &Actor, person: i64, field: Field, value: &str) {
    let opened = app::people::open(ctx, jo, PersonId(person)).await.unwrap();
    let values = BTreeMap::from([(field, value.to_owned())]);
    app::people::correct(ctx, jo, (PersonId(person), opened.seen), &values, "told").await.unwrap();
}

#[tokio::test]
async fn somebody_entered_twice_is_found_merged_and_taken_apart_with_later_edits() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let kept = people[40].person;
        let gone = again(&ctx, &jo, &people[40]).await;
        assert!(linking::find_doubles(&ctx).await.unwrap() > 0);
        let (found, _) = linking::doubles(&ctx, &jo).await.unwrap();
        assert!(found.iter().any(|d| (d.a, d.b) == (kept, gone)), "{found:?}");

        let contact = NewContact {
            method: "call".to_owned(),
            outcome: "no-answer".to_owned(),
            note: String::new(),
            next_step: None,
            obstacles: Vec::new(),
        };
        app::people::record_contact(&ctx, &jo, PersonId(gone), &contact).await.unwrap();
        let before = (record(&ctx, kept).await, record(&ctx, gone).await);
        let size = everybody(&ctx).await.len();
        let wish = wanted(&ctx, &jo, kept, gone).await;
        let id = linking::merge(&ctx, &jo, &wish).await.unwrap().unwrap();
        assert_eq!(everybody(&ctx).await.len(), size - 1);
        let merged = record(&ctx, kept).await;
        assert_eq!(merged.particulars.get(Field::PreviousYpid), Some(before.1.ypid.as_str()));
        assert!(merged.former_names.iter().any(|n| n.given == format!("{}e", people[40].given)));
        let contacts = async |person: i64| {
            let mut tx = ctx.db.begin_read().await.unwrap();
            store::contacts::of_person(&mut tx, person, 9).await.unwrap().len()
        };
        assert_eq!((contacts(kept).await, contacts(gone).await), (1, 0));

        // What is edited after the merge is not lost when it is taken apart.
        correct(&ctx, &jo, kept, Field::Email, "new@example.org").await;
        app::people::record_contact(&ctx, &jo, PersonId(kept), &contact).await.unwrap();
        let notes = linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!(notes.len(), 1, "{notes:?}");
        let mut edited = before.0.clone();
        edited.particulars.set(Field::Email, "new@example.org".to_owned());
        assert_eq!(record(&ctx, kept).await, edited);
        assert_eq!(record(&ctx, gone).await, before.1);
        assert_eq!((contacts(kept).await, contacts(gone).await), (1, 1));
        let twice = linking::unmerge(&ctx, &jo, id, "again").await;
        assert!(matches!(twice, Err(Wrong::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn what_was_decided_of_a_record_that_was_merged_away_is_about_the_one_that_stayed() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let gone = people[40].person;
        let (import, counts) = run(&ctx, "Jobcentre", &doubtful(&people[40]), false).await;
        assert_eq!(counts.held, 1);
        let key = Key::Row { import, line: fates(&ctx, import).await[0].line };
        let kept = again(&ctx, &jo, &people[40]).await;
        let id = linking::merge(&ctx, &jo, &wanted(&ctx, &jo, kept, gone).await).await.unwrap();
        // The open question is about the record that stayed.
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        assert_eq!(queue.waiting.iter().find(|w| w.key == key).unwrap().person, kept);
        linking::unmerge(&ctx, &jo, id.unwrap(), "too early").await.unwrap();
        let same = Answer { person: gone, verdict: Verdict::Same, why: "rang the mother" };
        linking::decide(&ctx, &jo, key, &same).await.unwrap();
        linking::merge(&ctx, &jo, &wanted(&ctx, &jo, kept, gone).await).await.unwrap();
        let size = everybody(&ctx).await.len();

        imports::apply(&ctx, &imports::Reader::Here, import, &|_| {}).await.unwrap();
        assert_eq!(fates(&ctx, import).await[0].person, Some(kept), "decided, not yet applied");
        let (next, counts) = run(&ctx, "Jobcentre", &doubtful(&people[40]), true).await;
        assert_eq!(counts.held, 0);
        assert_eq!(fates(&ctx, next).await[0].person, Some(kept), "remembered");
        assert_eq!(everybody(&ctx).await.len(), size, "nobody is made anew");
        assert_eq!(record(&ctx, gone).await.particulars.full_name(), "");
    })
    .await;
}

#[tokio::test]
async fn a_merge_is_refused_when_a_record_changed_since_it_was_shown() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let (a, b) = (people[1].person, people[2].person);
        let wish = wanted(&ctx, &jo, a, b).await;
        correct(&ctx, &jo, b, Field::Phone, "01634 000000").await;
        let late = linking::merge(&ctx, &jo, &wish).await;
        assert!(matches!(late, Err(Wrong::Refused(_))), "{late:?}");
        let silent = Wanted { reason: " ", ..wanted(&ctx, &jo, a, b).await };
        assert!(linking::merge(&ctx, &jo, &silent).await.is_err());
        let school = actor(jo.account, Role::School);
        assert!(linking::preview(&ctx, &school, (a, b)).await.is_err());
    })
    .await;
}

/// Whichever of the two has it: it is nobody's to read, before a merge as after it.
#[tokio::test]
async fn a_protected_address_is_not_told_where_a_merge_is_looked_at() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let (a, b) = (people[1].person, people[2].person);
        let told = async |pair: (i64, i64)| {
            let preview = linking::preview(&ctx, &jo, pair).await.unwrap();
            preview.changes.iter().any(|change| change.field == "address")
        };
        assert!(told((a, b)).await && told((b, a)).await, "of others it is told");
        correct(&ctx, &jo, b, Field::ProtectedAddress, "Y").await;
        assert!(!told((a, b)).await && !told((b, a)).await, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn merges_are_taken_apart_newest_first() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let (a, b, c) = (people[1].person, people[2].person, people[3].person);
        let first =
            linking::merge(&ctx, &jo, &wanted(&ctx, &jo, a, b).await).await.unwrap().unwrap();
        let second =
            linking::merge(&ctx, &jo, &wanted(&ctx, &jo, c, a).await).await.unwrap().unwrap();
        let early = linking::unmerge(&ctx, &jo, first, "no").await;
        assert!(matches!(early, Err(Wrong::Refused(_))));
        linking::unmerge(&ctx, &jo, second, "no").await.unwrap();
        linking::unmerge(&ctx, &jo, first, "no").await.unwrap();
        for one in &people[1..4] {
            let now = record(&ctx, one.person).await;
            assert_eq!(now.particulars.get(Field::GivenName), Some(one.given.as_str()));
            assert_eq!(now.particulars.get(Field::PreviousYpid), None);
        }
    })
    .await;
}

#[tokio::test]
async fn restricted_records_are_merged_only_when_two_agree() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (jo, sam) = (manager(&ctx, "jo").await, manager(&ctx, "sam").await);
        let (a, b) = (people[1].person, people[2].person);
        correct(&ctx, &jo, b, Field::Restricted, "Y").await;
        assert_eq!(linking::merge(&ctx, &jo, &wanted(&ctx, &jo, a, b).await).await.unwrap(), None);
        let again = linking::merge(&ctx, &jo, &wanted(&ctx, &jo, a, b).await).await;
        assert!(matches!(again, Err(Wrong::Refused(_))), "it waits for somebody else");
        let pending = linking::queue(&ctx, &sam).await.unwrap().pending;
        linking::agree(&ctx, &sam, pending[0].id).await.unwrap();
        let id = linking::merge(&ctx, &jo, &wanted(&ctx, &jo, a, b).await).await.unwrap();
        assert!(record(&ctx, a).await.particulars.is_yes(Field::Restricted));
        // What was agreed then does not let one alone merge them again.
        linking::unmerge(&ctx, &jo, id.unwrap(), "cousins").await.unwrap();
        let pending = linking::queue(&ctx, &sam).await.unwrap().pending;
        let waits: Vec<&str> = pending.iter().map(|one| one.verdict.as_str()).collect();
        assert_eq!(waits, ["different"], "that they are two is agreed by two as well");
        let alone = linking::merge(&ctx, &jo, &wanted(&ctx, &jo, a, b).await).await.unwrap();
        assert_eq!(alone, None, "{}", register.engine);
    })
    .await;
}

/// Whichever of the two is restricted: one person alone would dismiss the question for ever.
#[tokio::test]
async fn two_people_of_whom_either_is_restricted_are_told_apart_by_two() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let sam = manager(&ctx, "sam").await;
        correct(&ctx, &jo, a.min(b), Field::Restricted, "Y").await;
        let key = Key::Pair { a, b };
        let no = Answer { person: b, verdict: Verdict::Different, why: "cousins" };
        let (id, waits) = linking::decide(&ctx, &jo, key, &no).await.unwrap();
        assert!(waits, "{}", register.engine);
        assert!(linking::agree(&ctx, &jo, id).await.is_err());
        linking::agree(&ctx, &sam, id).await.unwrap();
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql =
            "SELECT COUNT(*) FROM audit WHERE act = 'decided who is who' AND person IN ($1, $2)";
        let told = tx.one(sql, store::args![a, b], |row| row.int(0)).await.unwrap();
        assert_eq!(told, Some(2), "of both it is written down");
    })
    .await;
}

#[tokio::test]
async fn two_people_said_to_be_two_are_not_asked_about_again() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let key = Key::Pair { a, b };
        let no = Answer { person: b, verdict: Verdict::Different, why: "cousins" };
        linking::decide(&ctx, &jo, key, &no).await.unwrap();
        linking::find_doubles(&ctx).await.unwrap();
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        assert!(queue.waiting.iter().all(|w| w.key != key));
        assert!(linking::doubles(&ctx, &jo).await.unwrap().0.iter().all(|d| (d.a, d.b) != (a, b)));
    })
    .await;
}

/// Whichever of the two has the protected address: that the other's agrees with it would tell it.
#[tokio::test]
async fn why_two_records_may_be_one_tells_no_protected_home() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let told = async || {
            let pair = linking::pair(&ctx, &jo, Key::Pair { a, b }, b).await.unwrap();
            pair.likeness.unwrap().parts.iter().any(|part| part.title == "Postcode")
        };
        assert!(told().await, "while neither is protected");
        correct(&ctx, &jo, a, Field::ProtectedAddress, "Y").await;
        assert!(!told().await, "{}", register.engine);
    })
    .await;
}

/// The figure of the list beside that of the comparison would tell whether a protected postcode agrees.
#[tokio::test]
async fn the_list_says_how_likely_two_are_one_as_their_comparison_does() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let home = record(&ctx, a).await.addresses;
        let mut tx = ctx.db.begin().await.unwrap();
        let before = people::load(&mut tx, &[b], Moment::Now).await.unwrap().remove(0);
        let after = PersonRecord { addresses: home, ..before.record.clone() };
        let change =
            store::changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
        let writes = [people::Write { before: &before, after: &after }];
        people::write(&mut tx, change, &writes).await.unwrap();
        tx.commit().await.unwrap();
        linking::find_doubles(&ctx).await.unwrap();
        let listed = async || {
            let found = linking::doubles(&ctx, &jo).await.unwrap().0;
            let double = found.iter().find(|d| (d.a, d.b) == (a, b)).unwrap();
            let pair = linking::pair(&ctx, &jo, Key::Pair { a, b }, b).await.unwrap();
            let compared = pair.likeness.unwrap().probability;
            assert!((double.probability - compared).abs() < 1e-9, "{}", register.engine);
            compared
        };
        let open = listed().await;
        correct(&ctx, &jo, a, Field::ProtectedAddress, "Y").await;
        assert!(listed().await < open, "that they live together counts no more");
    })
    .await;
}

/// That a pair stands among those from a likelihood up tells of a protected postcode, where nothing else made it so.
#[tokio::test]
async fn a_pair_that_a_protected_postcode_alone_makes_likely_is_no_question() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let key = Key::Pair { a, b };
        let stands = async || {
            let listed = linking::doubles(&ctx, &jo).await.unwrap().0;
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting;
            let opens = linking::pair(&ctx, &jo, key, b).await.is_ok();
            [
                listed.iter().any(|d| (d.a, d.b) == (a, b)),
                waiting.iter().any(|w| w.key == key),
                opens,
            ]
        };
        let mut tx = ctx.db.begin().await.unwrap();
        let floor = store::organisations::setting(&mut tx, "doubles_floor").await.unwrap();
        assert_eq!(floor.as_deref(), Some("0.2"), "of everybody's");
        // More than anything can be without a postcode.
        store::organisations::set(&mut tx, "doubles_floor", "1.5").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stands().await, [true; 3], "while neither is protected");
        correct(&ctx, &jo, a, Field::ProtectedAddress, "Y").await;
        assert_eq!(stands().await, [false; 3], "{}", register.engine);
        linking::find_doubles(&ctx).await.unwrap();
        assert_eq!(stands().await, [true; 3], "their names make it one too");
    })
    .await;
}

/// Why the two were taken apart is known, so nobody is asked again.
#[tokio::test]
async fn two_who_were_taken_apart_are_two_people_from_then_on() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let asked = async || {
            linking::find_doubles(&ctx).await.unwrap();
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting;
            let found = linking::doubles(&ctx, &jo).await.unwrap().0;
            let key = Key::Pair { a, b };
            (waiting.iter().any(|w| w.key == key), found.iter().any(|d| (d.a, d.b) == (a, b)))
        };
        assert_eq!(asked().await, (true, true));
        // Whichever of the two is kept.
        let id = linking::merge(&ctx, &jo, &wanted(&ctx, &jo, b, a).await).await.unwrap().unwrap();
        linking::unmerge(&ctx, &jo, id, "they are cousins").await.unwrap();
        assert_eq!(asked().await, (false, false), "{}", register.engine);
        assert_eq!(linking::queue(&ctx, &jo).await.unwrap().figures.different, 1);
    })
    .await;
}

/// Either record may come to say something else.
#[tokio::test]
async fn two_records_that_could_not_be_told_are_asked_about_again_once_either_changes() {
    each_engine(async |register| {
        let (ctx, jo, a, b) = twice(&register).await;
        let key = Key::Pair { a, b };
        let asked = async || {
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting;
            waiting.iter().any(|w| w.key == key)
        };
        for (changes, name) in [(a, "Renamed"), (b, "Nowcalled")] {
            assert!(asked().await);
            let later = Answer { person: b, verdict: Verdict::LaterAgain, why: "" };
            linking::decide(&ctx, &jo, key, &later).await.unwrap();
            assert!(!asked().await, "{}", register.engine);
            correct(&ctx, &jo, changes, Field::FamilyName, name).await;
        }
        assert!(asked().await, "{}", register.engine);
    })
    .await;
}

/// Whom a file brought in twice is looked for even where the program was stopped between the two.
#[tokio::test]
async fn a_look_for_people_entered_twice_that_was_lost_is_owed() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let looked = async || linking::doubles(&ctx, &jo).await.unwrap().1;
        linking::find_owed_doubles(&ctx).await.unwrap();
        let gone = again(&ctx, &jo, &people[40]).await;
        linking::find_owed_doubles(&ctx).await.unwrap();
        let pairs = async || linking::doubles(&ctx, &jo).await.unwrap().0;
        let has = |found: &[linking::Double]| found.iter().any(|pair| pair.b == gone);
        assert!(!has(&pairs().await), "what is entered by hand is asked about at once, not here");

        // Applied, and nobody looked: the next who comes does, once.
        let row =
            "UPN,Forename,Surname,DOB,Sex,Postcode\n,Zebediah,Quillfeather,2008-02-03,M,ME1 1AA\n";
        run(&ctx, "Brompton Academy", row, true).await;
        linking::find_owed_doubles(&ctx).await.unwrap();
        assert!(has(&pairs().await), "{}", register.engine);
        let at = looked().await;
        linking::find_owed_doubles(&ctx).await.unwrap();
        assert_eq!(looked().await, at, "nothing is owed twice");
    })
    .await;
}
