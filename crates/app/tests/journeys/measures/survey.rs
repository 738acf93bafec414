//! The activity survey: one destination each, the summer before as it was sent, and files that give nobody
//! away.

use super::*;
use app::packs;
use app::survey::{As, Question as Asked, file, make_due, schedule, scheduled, sheet, survey};
use domain::survey::Destination;

/// Who was in Year 11 in the summer of 2024 or of 2025.
fn leaver(summer: i16, sex: &str, code: &str) -> (Option<i64>, PersonRecord) {
    let mut one = person("E1", sex, code);
    one.particulars.set(Field::DateOfBirth, format!("{}-03-04", summer - 16));
    one.spells = vec![Spell {
        verified: Some(date(summer, 10, 20)),
        ..Spell::new(code, date(summer, 9, 1))
    }];
    (None, one)
}

fn of(summer: i16, sex: &str, code: &str, many: usize) -> Vec<(Option<i64>, PersonRecord)> {
    std::iter::repeat_n(leaver(summer, sex, code), many).collect()
}

fn manager() -> Actor {
    let name = "A data manager".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

fn asked() -> Asked {
    Asked { summer: 2025, by: Cut::Sex, school: None, known_on: None }
}

#[tokio::test]
async fn a_survey_stands_beside_the_one_that_was_sent() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 10)));
        let before = [of(2024, "F", "210", 8), of(2024, "M", "619", 2)].concat();
        let ids = save(&ctx, "2024-12-10T10:00:00.000000Z", &before).await;
        let now = [
            of(2025, "F", "210", 20),
            of(2025, "M", "210", 18),
            of(2025, "F", "310", 2),
            of(2025, "M", "310", 9),
            of(2025, "M", "619", 6),
            of(2025, "F", "619", 5),
        ];
        save(&ctx, "2025-12-10T10:00:00.000000Z", &now.concat()).await;
        // After it was sent one of the two turned out to have been at school.
        let mut found = leaver(2024, "M", "210").1;
        found.spells[0].verified = Some(date(2025, 3, 1));
        save(&ctx, "2025-03-01T10:00:00.000000Z", &[(Some(ids[9]), found)]).await;
        let found = survey(&ctx, &manager(), &asked()).await.unwrap();
        let years: Vec<(i16, u64)> =
            found.tables.iter().map(|one| (one.year, one.people)).collect();
        assert_eq!(years, [(11, 60), (12, 10), (13, 0)], "{}", register.engine);
        let year_11 = &found.tables[0];
        let row = |wanted: Destination| {
            let mut rows = year_11.rows.iter();
            rows.find(|row| row.destination == wanted).unwrap()
        };
        let school = row(Destination::FullTimeEducation);
        let row_of_school = year_11.rows.iter().position(|row| row == school).unwrap();
        assert_eq!((school.people, school.cells.as_slice()), (38, &[20, 18][..]));
        assert_eq!((school.before_sent, school.before_now), (Some(80.0), Some(90.0)));
        assert!((school.change.unwrap() - (38.0 * 100.0 / 60.0 - 80.0)).abs() < 1e-9);
        assert_eq!(
            year_11.rows.iter().map(|row| row.people).sum::<u64>(),
            60,
            "one destination each"
        );
        // Two girls in employment with training or an apprenticeship: neither they nor what gives them away.
        let sheet = sheet(&found);
        let lines = formats::tables_out::csv(&sheet).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        let small = year_11.rows.iter().find(|row| row.cells == [2, 9]).unwrap();
        let line = |value: &str| {
            let start = format!("11,{},\"{}\",{value}", small.name, small.label);
            let plain = format!("11,{},{},{value}", small.name, small.label);
            let is = |line: &&str| line.starts_with(&start) || line.starts_with(&plain);
            lines.lines().find(is).unwrap().to_owned()
        };
        assert!(line("Female").contains(",27,,"), "{lines}");
        assert!(line("Male").contains(",33,,") || line("all").contains(",60,,"), "{lines}");
        // Another turned out to have been there once this year's was sent: a survey as known before that
        // does not know it of the year before either.
        let later = leaver(2024, "M", "210").1;
        save(&ctx, "2026-02-05T10:00:00.000000Z", &[(Some(ids[8]), later)]).await;
        for (known_on, now) in [(Some(date(2026, 1, 31)), 90.0), (None, 100.0)] {
            let found = survey(&ctx, &manager(), &Asked { known_on, ..asked() }).await.unwrap();
            let school = &found.tables[0].rows[row_of_school];
            assert_eq!((school.before_sent, school.before_now), (Some(80.0), Some(now)));
        }
        let school = Actor { role: Role::School, ..manager() };
        assert!(survey(&ctx, &school, &asked()).await.is_err());
        let early = Asked { summer: 2026, ..asked() };
        assert!(survey(&ctx, &manager(), &early).await.is_err(), "its day has not come");
    })
    .await;
}

#[tokio::test]
async fn a_survey_that_leaves_says_whom_it_goes_to() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 10)));
        save(&ctx, "2025-12-10T10:00:00.000000Z", &of(2025, "F", "210", 20)).await;
        let about = ("The department", "", As::Csv);
        assert!(file(&ctx, &manager(), &asked(), about).await.is_err(), "what for?");
        let about = ("The department", "Yearly return", As::Csv);
        let (serial, bytes) = file(&ctx, &manager(), &asked(), about).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for said in [&format!("# serial: C-{serial}"), "# purpose: Yearly return", "11,full-time"] {
            assert!(text.lines().any(|line| line.starts_with(said)), "{said}: {text}");
        }
        assert!(!text.contains("within reach"), "it is of everybody: {text}");
        let localities = ["locality of E1".to_owned()].into();
        let scope = Scope { localities, ..Scope::default() };
        let limited = Actor { role: Role::LocalityManager, scope, ..manager() };
        let (_, bytes) = file(&ctx, &limited, &asked(), about).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let whose = "# within reach: only those who live in locality of E1";
        assert!(text.lines().any(|line| line == whose), "{text}");
        let about = ("The department", "Yearly return", As::Workbook);
        let (next, book) = file(&ctx, &manager(), &asked(), about).await.unwrap();
        assert!(next > serial && book.starts_with(b"PK"), "{}", register.engine);
    })
    .await;
}

/// Somebody with an account, since a schedule is its asker's.
async fn staff(ctx: &Context, email: &str) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let hash = app::accounts::hash_password(ctx, "a long enough password", true).unwrap();
    let who = (email, "Jo", Role::DataManager);
    let id = app::accounts::add(ctx, &mut tx, who, (None, &[]), hash).await.unwrap();
    let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    app::accounts::actor(&account).unwrap()
}

#[tokio::test]
async fn a_survey_of_every_year_is_made_once_as_it_was_known_when_it_was_to_be_sent() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 10)));
        let ids = save(&ctx, "2025-12-10T10:00:00.000000Z", &of(2025, "F", "210", 20)).await;
        // Too late to have been sent.
        let late = leaver(2025, "F", "619").1;
        save(&ctx, "2026-02-05T10:00:00.000000Z", &[(Some(ids[0]), late)]).await;
        let (actor, other) =
            (staff(&ctx, "a@example.org").await, staff(&ctx, "b@example.org").await);
        let about = ("The 14-19 partnership", "Planning places");
        assert!(schedule(&ctx, &actor, &asked(), ("", "x")).await.is_err());
        let id = schedule(&ctx, &actor, &asked(), about).await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 0, "it is no pack of a month");
        assert_eq!(make_due(&ctx).await.unwrap(), 1, "{}", register.engine);
        assert_eq!(make_due(&ctx).await.unwrap(), 0, "a summer is made once");
        let standing = scheduled(&ctx, &actor, &asked()).await.unwrap();
        let november = "2025-11".parse().unwrap();
        assert_eq!((standing.len(), standing[0].months.as_slice()), (1, &[november][..]));
        let by_ward = Asked { by: Cut::Ward, ..asked() };
        assert!(scheduled(&ctx, &actor, &by_ward).await.unwrap().is_empty());
        let made = packs::made(&ctx, &actor, (id, november)).await.unwrap().unwrap();
        assert!(packs::kept(&made).unwrap().is_none(), "it is no pack");
        let line = "11,full-time-education,Full-time education,all,20,20,";
        assert!(made.content.lines().any(|one| one.starts_with(line)), "{}", made.content);
        for said in [&format!("# serial: C-{}", made.serial), "# purpose: Planning places"] {
            assert!(made.content.lines().any(|one| one == said), "{said}: {}", made.content);
        }
        let mut tx = ctx.db.begin_read().await.unwrap();
        let none = store::reports::Own { subject: "", account: None };
        let sent = store::reports::circulation(&mut tx, "survey:", none).await.unwrap();
        assert_eq!(
            (sent.len(), sent[0].serial, sent[0].how.as_str()),
            (1, made.serial, "every year")
        );
        drop(tx);
        assert!(packs::made(&ctx, &other, (id, november)).await.unwrap().is_none());
        packs::end_schedule(&ctx, &actor, id).await.unwrap();
        assert!(scheduled(&ctx, &actor, &asked()).await.unwrap().is_empty());
    })
    .await;
}
