//! A roll arrives, is shown, applied, sent again, and taken back; on both engines.

use crate::town::{context, everybody};
use app::imports::{self, Incoming, Options, Reader};
use app::{Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::person::{Field, PersonId};
use domain::status::spell_on;
use formats::Kind;
use jiff::civil::date;
use std::collections::BTreeMap;
use store::people;
use testkit::each_engine;

const ROLL: &str = "UPN,Forename,Surname,DOB,Sex,Postcode\n\
    H887400009001,Amina,Khan,2009-05-04,F,ME7 1AB\n\
    ,Bilal,Khan,2009-05-04,M,ME7 1AB\n\
    B801200005001,Cara,Lee,2008-11-30,F,ME4 4EE\n\
    ,,,,,\n\
    ,No Birthday,Lee,,F,ME4 4EE\n";

fn roll(text: &str) -> Incoming<'static> {
    Incoming {
        kind: Kind::Roll,
        sender: "Brompton Academy",
        file_name: "roll.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(date(2026, 1, 9)),
        options: Options::default(),
        account: None,
    }
}

async fn run(ctx: &Context, text: &str, commit: bool) -> (i64, [i64; 5]) {
    let id = imports::receive(ctx, roll(text)).await.unwrap();
    let outcome = match commit {
        true => imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
        false => imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
    };
    let c = outcome.counts;
    (id, [c.new, c.changed, c.unchanged, c.held, c.refused])
}

fn manager() -> Actor {
    Actor { account: 1, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

async fn with_manager(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    let who = ("jo@example.org", "Jo", Role::DataManager);
    app::accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn correct(ctx: &Context, person: i64, values: &BTreeMap<Field, String>) {
    let opened = app::people::open(ctx, &manager(), PersonId(person)).await.unwrap();
    let seen = (PersonId(person), opened.seen);
    app::people::correct(ctx, &manager(), seen, values, "told by phone").await.unwrap();
}

#[tokio::test]
async fn the_dry_run_tells_what_the_real_run_does_and_changes_nothing() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (_, shown) = run(&ctx, ROLL, false).await;
        assert!(everybody(&ctx).await.is_empty());
        let (_, done) = run(&ctx, ROLL, true).await;
        assert_eq!(shown, done);
        assert_eq!(done[0], 3, "three people, and a pair of twins among them stays two");
        assert_eq!(everybody(&ctx).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (_, first) = run(&ctx, ROLL, true).await;
        let before = everybody(&ctx).await;
        let (_, again) = run(&ctx, ROLL, true).await;
        assert_eq!(again, [0, 0, first[0], first[3], first[4]]);
        assert_eq!(everybody(&ctx).await, before);
    })
    .await;
}

/// A list gives its sender reach for a year from its day, and confirms what it says: not from a day to come.
#[tokio::test]
async fn a_file_that_is_dated_ahead_speaks_of_the_day_it_came() {
    each_engine(async |register| {
        let ctx = context(&register);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/");
        let text = std::fs::read_to_string(format!("{root}nccis/written-2019-20.xml")).unwrap();
        for (end, day) in [("2019-04-30", "2019-04-30"), ("2099-12-31", "2026-01-09")] {
            let text = text.replace("2019-04-30", end);
            let mut incoming = roll(&text);
            (incoming.kind, incoming.as_of) = (Kind::NccisXml, None);
            let id = imports::receive(&ctx, incoming).await.unwrap();
            imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
            let import = imports::one(&ctx, id).await.unwrap().unwrap();
            assert_eq!(import.as_of, day, "{}", register.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn a_run_says_whether_anybody_is_known_by_something_new() {
    each_engine(async |register| {
        let ctx = context(&register);
        let identities = async |row: &str| {
            let text = format!("UPN,Forename,Surname,DOB,Sex,Postcode,Ethnicity\n{row}\n");
            let id = imports::receive(&ctx, roll(&text)).await.unwrap();
            let done = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
            (done.identities, done.counts.new + done.counts.changed)
        };
        let known = "H887400009001,Amina,Khan,2009-05-04,F,ME7 1AB,";
        assert_eq!(identities(known).await, (true, 1), "somebody new");
        assert_eq!(identities(&format!("{known}APKN")).await, (false, 1), "changed and no other");
        let moved = known.replace("ME7 1AB", "ME4 4EE");
        assert_eq!(identities(&moved).await, (true, 1), "another home");
        let married = moved.replace("Khan", "Shah");
        assert_eq!(identities(&married).await, (true, 1), "another name");
        assert_eq!(identities(&married).await, (false, 0), "nothing");
    })
    .await;
}

#[tokio::test]
async fn a_number_that_two_rows_of_a_file_claim_is_somebodys_question() {
    each_engine(async |register| {
        let ctx = context(&register);
        let rows = "UPN,Forename,Surname,DOB,Sex,Postcode\n\
            H887400009001,Amina,Khan,2009-05-04,F,ME7 1AB\n\
            H887400009001,Cara,Lee,2008-11-30,F,ME4 4EE\n";
        let (_, shown) = run(&ctx, rows, false).await;
        assert_eq!(shown, [1, 0, 0, 1, 0]);
        assert_eq!(run(&ctx, rows, true).await.1, shown);
        assert_eq!(everybody(&ctx).await.len(), 1);
    })
    .await;
}

/// A college tells in one list who left its last year and began another: one person in two rows.
#[tokio::test]
async fn somebody_new_in_two_rows_of_a_list_is_one_person() {
    each_engine(async |register| {
        let ctx = context(&register);
        let moves = "ULN,Forename,Surname,DOB,Postcode,start_date,end_date\n\
            1020304005,Amina,Khan,2008-05-04,,2024-09-02,2025-07-18\n\
            1020304005,Amina,Khan,2008-05-04,,2025-09-05,\n\
            ,Bilal,Lee,2008-06-04,ME7 1AB,2024-09-02,2025-07-18\n\
            ,Bilal,Lee,2008-06-04,ME7 1AB,2025-09-05,\n\
            ,Cara,Lee,2008-06-04,,2024-09-02,\n\
            ,Cara,Lee,2008-06-04,,2025-09-05,\n";
        let mut counts = Vec::new();
        for commit in [false, true] {
            let mut incoming = roll(moves);
            (incoming.kind, incoming.sender) = (Kind::JoinersLeavers, "MidKent College");
            let id = imports::receive(&ctx, incoming).await.unwrap();
            let outcome = match commit {
                true => imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
                false => imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
            };
            let c = outcome.counts;
            counts.push([c.new, c.changed, c.unchanged, c.held, c.refused]);
        }
        // Of the last two rows nothing but name and birth date says that they are one.
        assert_eq!(counts, [[3, 2, 0, 1, 0]; 2], "{}", register.engine);
        let all = everybody(&ctx).await;
        let spells = |name: &str| {
            let found = all.iter().find(|p| p.record.particulars.full_name().contains(name));
            found.unwrap().record.spells.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>()
        };
        assert_eq!(all.len(), 3);
        let years = [
            (date(2024, 9, 2), Some(date(2025, 7, 18))),
            (date(2025, 7, 19), Some(date(2025, 9, 4))),
            (date(2025, 9, 5), None),
        ];
        assert_eq!((spells("Amina"), spells("Bilal")), (years.to_vec(), years.to_vec()));
        // In a roll nobody stands twice.
        let twice = "Forename,Surname,DOB\nDan,Roe,2009-02-03\nDan,Roe,2009-02-03\n";
        assert_eq!(run(&ctx, twice, true).await.1, [1, 0, 0, 1, 0], "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_slip_in_the_senders_name_makes_no_partner() {
    each_engine(async |register| {
        let ctx = context(&register);
        run(&ctx, ROLL, true).await;
        for (name, known) in [
            ("Brompton Academy", true),
            ("BROMPTON ACADEMY", true),
            ("Bromptn Academy", false),
            ("Bromptoon Academy", false),
            // Another letter is another name, and so is another number.
            ("Brampton Academy", true),
            ("Brompton Academy 2", true),
        ] {
            let file = Incoming { sender: name, ..roll(ROLL) };
            let kept = imports::receive(&ctx, file).await;
            assert_eq!(kept.is_ok(), known, "{name}");
            if let Err(wrong) = kept {
                assert!(wrong.to_string().contains("Brompton Academy is meant"), "{wrong}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_is_taken_back_without_losing_later_work() {
    each_engine(async |register| {
        let ctx = context(&register);
        with_manager(&ctx).await;
        run(&ctx, ROLL, true).await;
        let changed = ROLL.replace("Amina,Khan", "Amina,Shah").replace("ME4 4EE", "ME8 0AA");
        let (import, counts) = run(&ctx, &changed, true).await;
        assert_eq!(counts[1], 2, "one new name, one new address");
        let amina = everybody(&ctx).await[0].person;
        let phone = BTreeMap::from([(Field::Phone, "01634 000000".to_owned())]);
        correct(&ctx, amina, &phone).await;

        let undone = imports::undo(&ctx, import, None, "wrong file").await.unwrap();
        assert_eq!((undone.restored, undone.removed), (2, 0));
        let all = everybody(&ctx).await;
        let amina = &all[0].record.particulars;
        assert_eq!(amina.get(Field::FamilyName), Some("Khan"));
        assert_eq!(amina.get(Field::Phone), Some("01634 000000"));
        assert!(all.iter().all(|p| p.record.addresses.iter().all(|a| a.postcode != "ME8 0AA")));
        let twice = imports::undo(&ctx, import, None, "again").await;
        assert!(matches!(twice, Err(Wrong::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn people_an_import_added_go_unless_somebody_worked_with_them() {
    each_engine(async |register| {
        let ctx = context(&register);
        with_manager(&ctx).await;
        let (import, _) = run(&ctx, ROLL, true).await;
        let amina = everybody(&ctx).await[0].person;
        let phone = BTreeMap::from([(Field::Phone, "01634 000000".to_owned())]);
        correct(&ctx, amina, &phone).await;
        let undone = imports::undo(&ctx, import, None, "wrong school").await.unwrap();
        assert_eq!((undone.removed, undone.kept.len()), (2, 1));
        assert_eq!(everybody(&ctx).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_breaks_in_the_middle_leaves_nothing_and_says_where() {
    each_engine(async |register| {
        let ctx = context(&register);
        let half = format!("{ROLL}A123,\"an open quote");
        let id = imports::receive(&ctx, roll(&half)).await.unwrap();
        let ended = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await;
        assert!(matches!(ended, Err(Wrong::RefusedAt { row: 7, .. })), "{ended:?}");
        assert!(everybody(&ctx).await.is_empty());
        let kept = imports::one(&ctx, id).await.unwrap().unwrap();
        assert_eq!(kept.state, "refused");
        assert!(kept.message.is_some());
        let mut tx = ctx.db.begin_read().await.unwrap();
        assert_eq!(store::imports::part(&mut tx, id, 0).await.unwrap(), None, "no content is kept");
        assert!(store::imports::all_rows(&mut tx, id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_held_row_waits_for_a_decision_and_then_takes_effect() {
    each_engine(async |register| {
        let ctx = context(&register);
        run(&ctx, ROLL, true).await;
        // The same name and birth date with another postcode and no number: a person decides.
        let moved = "Forename,Surname,DOB,Postcode\nBilal,Khan,2009-05-04,ME4 6AA\n";
        let (import, counts) = run(&ctx, moved, true).await;
        assert_eq!(counts[3], 1);
        let row = imports::rows(&ctx, import).await.unwrap().remove(0);
        let candidate: i64 = row.candidates.parse().unwrap();
        imports::decide(
            &ctx,
            &crate::town::actor(0, Role::DataManager),
            import,
            row.line,
            &format!("same:{candidate}"),
        )
        .await
        .unwrap();
        let outcome = imports::apply(&ctx, &Reader::Here, import, &|_| {}).await.unwrap();
        assert_eq!((outcome.counts.changed, outcome.counts.held), (1, 0));
        let all = everybody(&ctx).await;
        let bilal = all.iter().find(|p| p.person == candidate).unwrap();
        let home = bilal.record.address_on(date(2026, 1, 9)).unwrap();
        assert_eq!(home.postcode, "ME4 6AA");
    })
    .await;
}

/// The college says another start than the register holds: which of the two stands is asked, not who it is.
#[tokio::test]
async fn a_row_held_for_its_start_is_answered_with_the_start() {
    each_engine(async |register| {
        let ctx = context(&register);
        let list = |start: &str| {
            format!(
                "uln,family_name,given_name,date_of_birth,provider_ukprn,start_date,activity_code\n\
                 1000000019,Khan,Amina,2009-05-04,10003674,{start},230\n"
            )
        };
        let bring = async |text: String| {
            let incoming = Incoming {
                kind: Kind::JoinersLeavers,
                sender: "MidKent College",
                file_name: "list.csv",
                ..roll(&text)
            };
            let id = imports::receive(&ctx, incoming).await.unwrap();
            (id, imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts)
        };
        bring(list("2025-09-08")).await;
        let person = everybody(&ctx).await[0].person;
        for (answer, start) in [("recorded", date(2025, 9, 8)), ("sent", date(2025, 11, 3))] {
            let (import, counts) = bring(list("2025-11-03")).await;
            assert_eq!(counts.held, 1, "{answer}");
            let row = imports::rows(&ctx, import).await.unwrap().remove(0);
            assert_eq!((row.answers.as_str(), row.candidates.as_str()), ("recorded,sent", ""));
            let mut tx = ctx.db.begin_read().await.unwrap();
            let waiting = store::imports::held_of_files(&mut tx).await.unwrap();
            assert_eq!(waiting, [(import, "list.csv".to_owned(), 1)], "{answer}");
            drop(tx);
            for wrong in
                ["new".to_owned(), format!("same:{person}"), format!("sent:{}", person + 1)]
            {
                assert!(
                    imports::decide(
                        &ctx,
                        &crate::town::actor(0, Role::DataManager),
                        import,
                        row.line,
                        &wrong
                    )
                    .await
                    .is_err(),
                    "{wrong}"
                );
            }
            let decided = format!("{answer}:{person}");
            imports::decide(
                &ctx,
                &crate::town::actor(0, Role::DataManager),
                import,
                row.line,
                &decided,
            )
            .await
            .unwrap();
            let done = imports::apply(&ctx, &Reader::Here, import, &|_| {}).await.unwrap().counts;
            assert_eq!((done.new, done.held), (0, 0), "{answer}: {done:?}");
            let all = everybody(&ctx).await;
            let [only] = all.as_slice() else { panic!("one person") };
            let starts: Vec<_> = only.record.spells.iter().map(|s| s.start).collect();
            assert_eq!(starts, [start], "{answer}");
        }
    })
    .await;
}

/// A learner record names everybody of the year: whom a later one leaves out has perhaps left.
#[tokio::test]
async fn a_later_learner_record_says_whom_it_leaves_out() {
    const ILR: &str = include_str!("../../../../testdata/ilr/2025-26.xml");
    each_engine(async |register| {
        let ctx = context(&register);
        let mut tx = ctx.db.begin().await.unwrap();
        let college = store::organisations::Organisation {
            id: "ukprn-10003674".into(),
            kind: "college".into(),
            name: "Example College".into(),
            ukprn: Some("10003674".into()),
            ..Default::default()
        };
        store::organisations::save(&mut tx, &college).await.unwrap();
        tx.commit().await.unwrap();
        let bring = async |text: &str| {
            let incoming = Incoming {
                kind: Kind::Ilr,
                sender: "Example College",
                file_name: "ilr.xml",
                as_of: None,
                ..roll(text)
            };
            let id = imports::receive(&ctx, incoming).await.unwrap();
            let held = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts.held;
            let kept = imports::one(&ctx, id).await.unwrap().unwrap();
            assert!(!kept.notes.contains("perhaps gone"), "that is the council's: {}", kept.notes);
            (held, kept.council)
        };
        let (_, first) = bring(ILR).await;
        assert!(!first.contains("not in this file"), "{first}");
        let (from, to) = (ILR.find("<Learner>").unwrap(), ILR.find("</Learner>").unwrap());
        let without = format!("{}{}", &ILR[..from], &ILR[to + "</Learner>".len()..]);
        let (_, second) = bring(&without).await;
        let zoe = everybody(&ctx).await;
        let zoe = zoe.iter().find(|p| p.record.particulars.get(Field::Uln) == Some("1020304005"));
        let person = zoe.unwrap().person;
        assert!(second.contains(&format!("so perhaps gone: person {person}.")), "{second}");
    })
    .await;
}

/// The share without work in every month of a real cohort, from the register and straight from its file.
#[tokio::test]
async fn a_real_cohort_is_on_the_register_month_for_month() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = ["../shared", "../../shared"];
    let found = places
        .iter()
        .find_map(|shared| std::fs::read(root.join(shared).join("data/prediction/mvad.csv")).ok());
    let Some(file) = found else {
        eprintln!(
            "SKIPPED: ../shared/data/prediction/mvad.csv is not here; no cohort was brought in"
        );
        return;
    };
    let mapping = std::fs::read_to_string(root.join("reference/mappings/mvad.toml")).unwrap();
    let text = String::from_utf8(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    each_engine(async |register| {
        let ctx = context(&register);
        let incoming = Incoming {
            kind: Kind::ActivityMatrix,
            sender: "Status Zero Survey",
            file_name: "mvad.csv",
            as_of: None,
            options: Options { mapping: Some(mapping.clone()), ..Options::default() },
            ..roll(&text)
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        let c = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
        assert_eq!((c.new, c.held, c.refused), (712, 0, 0), "{}", register.engine);
        let people = everybody(&ctx).await;
        let first: Month = "1993-07".parse().unwrap();
        let mut jobless = 0;
        for (at, month) in first.through("1999-06".parse().unwrap()).enumerate() {
            let straight =
                rows.iter().filter(|row| row[14 + at].trim_matches('"') == "joblessness").count();
            let held = |p: &&people::Loaded| {
                spell_on(&p.record.spells, month.last_day()).is_some_and(|s| s.code == "619")
            };
            assert_eq!(people.iter().filter(held).count(), straight, "{month}");
            jobless += straight;
        }
        assert_eq!((rows.len(), jobless), (712, 4_399));
    })
    .await;
}

#[tokio::test]
async fn two_people_cannot_apply_one_file_at_once() {
    each_engine(async |register| {
        let ctx = context(&register);
        let id = imports::receive(&ctx, roll(ROLL)).await.unwrap();
        let reader = Reader::Here;
        let (a, b) = tokio::join!(
            imports::apply(&ctx, &reader, id, &|_| {}),
            imports::apply(&ctx, &reader, id, &|_| {}),
        );
        // The second either waits and finds it applied with nothing left, or is told it is running.
        assert!(a.is_ok() || b.is_ok());
        assert_eq!(everybody(&ctx).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_nobody_holds_is_let_go_of_and_one_that_is_held_is_not() {
    each_engine(async |register| {
        let ctx = context(&register);
        let id = imports::receive(&ctx, roll(ROLL)).await.unwrap();
        let state = async || imports::one(&ctx, id).await.unwrap().unwrap().state;
        let mut tx = ctx.db.begin().await.unwrap();
        let moved = ("received", "applying");
        assert!(store::imports::move_state(&mut tx, id, moved, None).await.unwrap());
        tx.commit().await.unwrap();

        let held = ctx.db.try_hold(store::Work::Import(id)).await.unwrap().unwrap();
        assert_eq!(imports::recover(&ctx).await.unwrap(), 0);
        let refused = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await;
        assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");
        assert_eq!(state().await, "applying");
        held.release().await;

        assert_eq!(imports::recover(&ctx).await.unwrap(), 1);
        assert_eq!(state().await, "received");
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(everybody(&ctx).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_file_waits_while_another_is_applied_and_is_not_touched() {
    each_engine(async |register| {
        let ctx = context(&register);
        let id = imports::receive(&ctx, roll(ROLL)).await.unwrap();
        let other = ctx.db.try_hold(store::Work::Applying).await.unwrap().unwrap();
        let refused = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap_err();
        assert!(refused.to_string().contains("Another file is being applied"), "{refused}");
        assert_eq!(imports::one(&ctx, id).await.unwrap().unwrap().state, "received");
        other.release().await;
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_file_leaves_only_that_it_came() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (id, _) = run(&ctx, ROLL, false).await;
        imports::withdraw(&ctx, id, None).await.unwrap();
        assert_eq!(imports::one(&ctx, id).await.unwrap().unwrap().state, "refused");
        let mut tx = ctx.db.begin_read().await.unwrap();
        assert_eq!(store::imports::part(&mut tx, id, 0).await.unwrap(), None);
        assert!(store::imports::all_rows(&mut tx, id).await.unwrap().is_empty());
    })
    .await;
}

/// A table of lines is counted beforehand, anything else once it was read.
#[tokio::test]
async fn a_run_says_how_far_it_is_and_of_how_many() {
    each_engine(async |register| {
        let ctx = context(&register);
        let told = std::sync::Mutex::new(Vec::new());
        let progress = |done: imports::Done| told.lock().unwrap().push(done);
        let seen = || std::mem::take(&mut *told.lock().unwrap());
        let mut text = String::from("Forename,Surname,DOB,Sex,Postcode\n");
        for n in 0..6_000 {
            text += &format!("Ada{n},Zyx{n},2008-{:02}-{:02},F,ME4 4TR\n", 1 + n % 12, 1 + n % 28);
        }
        let id = imports::receive(&ctx, roll(&text)).await.unwrap();
        imports::plan(&ctx, &Reader::Here, id, &progress).await.unwrap();
        let steps = seen();
        assert!(steps.len() > 1 && steps.iter().all(|done| done.of == Some(6_000)), "{steps:?}");
        assert!(steps.is_sorted_by(|a, b| a.rows < b.rows && a.percent() <= b.percent()));
        assert!(steps[0].percent().is_some_and(|percent| (1..99).contains(&percent)));
        assert_eq!(steps.last().map(|done| (done.rows, done.percent())), Some((6_000, Some(99))));

        let file = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../testdata/nccis/incumbent-2019.xml"
        ));
        let incoming = Incoming {
            kind: Kind::NccisXml,
            content: Box::new(std::io::Cursor::new(file.unwrap())),
            as_of: None,
            ..roll("")
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::plan(&ctx, &Reader::Here, id, &progress).await.unwrap();
        assert!(seen().iter().all(|done| done.percent().is_none()), "nobody knows how many");
        imports::apply(&ctx, &Reader::Here, id, &progress).await.unwrap();
        assert_eq!(seen().last().map(|done| (done.rows, done.of)), Some((2, Some(2))));
    })
    .await;
}

/// A day that somebody types is no further ahead than one that a file carries.
#[tokio::test]
async fn a_file_is_not_taken_for_a_day_that_is_still_to_come() {
    each_engine(async |register| {
        let ctx = context(&register);
        let ahead = Incoming { as_of: Some(date(2062, 6, 1)), ..roll(ROLL) };
        let refused = imports::receive(&ctx, ahead).await.unwrap_err();
        assert!(
            matches!(&refused, Wrong::Refused(why) if why.contains("still to come")),
            "{refused}"
        );
        let tomorrow = Incoming { as_of: Some(date(2026, 1, 10)), ..roll(ROLL) };
        assert!(imports::receive(&ctx, tomorrow).await.is_err());
        // What came under such a day before they were turned away speaks of today, read or sent again.
        let (id, _) = run(&ctx, ROLL, false).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let late = "UPDATE import SET as_of = '2062-06-01' WHERE id = $1";
        tx.run(late, store::args![id]).await.unwrap();
        tx.commit().await.unwrap();
        let done = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(done.as_of, ctx.today(), "{}", register.engine);
    })
    .await;
}
