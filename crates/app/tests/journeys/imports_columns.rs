//! A file whose headings nobody knows waits to be told, is read as told, and the next one is read
//! without asking; on both engines.

use app::imports::{self, Incoming, Options, Reader, Told};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use formats::Kind;
use jiff::civil::date;
use testkit::{Register, each_engine};

const ROLL: &str = "Pupil ref,Called,House name,Born,Lives at\n\
    H887400009001,Amina,Khan,05/04/2009,ME7 1AB\n\
    B801200005001,Cara,Lee,30/11/2008,ME4 4EE\n";

fn context(register: &Register) -> Context {
    Context::seeded(register.db.clone(), None, Clock::on(date(2026, 1, 9)), 7)
}

async fn received(ctx: &Context, kind: Kind, text: &str) -> i64 {
    let incoming = Incoming {
        kind,
        sender: "Brompton Academy",
        file_name: "roll.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(date(2026, 1, 9)),
        options: Options::default(),
        account: None,
    };
    imports::receive(ctx, incoming).await.unwrap()
}

async fn planned(ctx: &Context, id: i64) -> Result<imports::Counts, Wrong> {
    imports::plan(ctx, &Reader::Here, id, &|_| {}).await.map(|outcome| outcome.counts)
}

async fn state(ctx: &Context, id: i64) -> (String, Option<String>) {
    let import = imports::one(ctx, id).await.unwrap().unwrap();
    (import.state, import.message)
}

async fn audited(ctx: &Context) -> i64 {
    let mut tx = ctx.db.begin_read().await.unwrap();
    store::audit::counter(&mut tx).await.unwrap()
}

async fn manager(ctx: &Context) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let who = ("jo@example.org", "Jo", Role::DataManager);
    let account = app::accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    tx.commit().await.unwrap();
    Actor { account, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

fn chosen(columns: &[(&str, &str)]) -> Told {
    let ours = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    let columns = columns.iter().map(|(theirs, name)| ((*theirs).to_owned(), ours(name))).collect();
    Told::Chosen { columns, date_order: Some("dmy".parse().unwrap()), encoding: None }
}

const AS_TOLD: [(&str, &str); 5] = [
    ("Pupil ref", "upn"),
    ("Called", "given_name"),
    ("House name", "family_name"),
    ("Born", "date_of_birth"),
    ("Lives at", "postcode"),
];

#[tokio::test]
async fn a_file_waits_to_be_told_and_the_next_is_read_without_asking() {
    each_engine(async |register| {
        let ctx = context(&register);
        let actor = manager(&ctx).await;
        let id = received(&ctx, Kind::Roll, ROLL).await;
        let told = planned(&ctx, id).await;
        assert!(matches!(told, Err(Wrong::Refused(_) | Wrong::RefusedAt { .. })), "{told:?}");
        let (waits, why) = state(&ctx, id).await;
        assert_eq!(waits, "received");
        assert!(why.unwrap().contains("Pupil ref"), "names what was found");

        let before = audited(&ctx).await;
        let layout = imports::layout(&ctx, &Reader::Here, &actor, id).await.unwrap();
        assert_eq!(layout.proposal.columns[1].examples, ["Amina", "Cara"]);
        imports::tell(&ctx, &actor, id, chosen(&AS_TOLD)).await.unwrap();
        assert_eq!(audited(&ctx).await, before + 2, "the look and the answer");
        assert_eq!(state(&ctx, id).await, ("received".to_owned(), None));
        let counts = planned(&ctx, id).await.unwrap();
        assert_eq!((counts.read, counts.new), (2, 2));

        let next = received(&ctx, Kind::Roll, &ROLL.replace("Amina", "Aminah")).await;
        assert_eq!(planned(&ctx, next).await.unwrap().read, 2);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_contradicts_itself_changes_nothing() {
    each_engine(async |register| {
        let ctx = context(&register);
        let actor = manager(&ctx).await;
        let id = received(&ctx, Kind::Roll, ROLL).await;
        planned(&ctx, id).await.unwrap_err();
        let before = imports::one(&ctx, id).await.unwrap();
        let twice = chosen(&[("Called", "family_name"), ("House name", "family_name")]);
        let Err(Wrong::Refused(why)) = imports::tell(&ctx, &actor, id, twice).await else {
            panic!("two columns were taken for one");
        };
        assert!(why.contains("Called") && why.contains("House name"), "{why}");
        let text = Told::Mapping("shoes = 3".to_owned());
        assert!(matches!(imports::tell(&ctx, &actor, id, text).await, Err(Wrong::Refused(_))));
        assert_eq!(imports::one(&ctx, id).await.unwrap(), before);
    })
    .await;
}

#[tokio::test]
async fn only_a_table_that_waits_can_be_told() {
    each_engine(async |register| {
        let ctx = context(&register);
        let actor = manager(&ctx).await;
        let refused = async |id| match imports::tell(&ctx, &actor, id, chosen(&AS_TOLD)).await {
            Err(Wrong::Refused(why)) => why,
            other => panic!("taken: {other:?}"),
        };
        assert!(refused(99).await.contains("no import 99"));
        let xml = received(&ctx, Kind::Ctf, "<CTfile/>").await;
        assert!(refused(xml).await.contains("one meaning only"));
        let roll = received(&ctx, Kind::Roll, ROLL).await;
        imports::tell(&ctx, &actor, roll, chosen(&AS_TOLD)).await.unwrap();
        imports::apply(&ctx, &Reader::Here, roll, &|_| {}).await.unwrap();
        assert!(refused(roll).await.contains("applied already"));
        // A picture is refused for good, and not kept for anybody to look into.
        let picture = received(&ctx, Kind::Roll, "%PDF-1.7 rubbish").await;
        planned(&ctx, picture).await.unwrap_err();
        assert_eq!(state(&ctx, picture).await.0, "refused");
        assert!(refused(picture).await.contains("not kept"));
    })
    .await;
}

/// A return as a table was looked at by a wrong column: told the right one, it speaks of that one's day.
#[tokio::test]
async fn the_day_of_a_wrong_column_goes_with_it() {
    each_engine(async |register| {
        let ctx = context(&register);
        let actor = manager(&ctx).await;
        let text = "Asked on,Ended,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,LeadLEA,ActivityCode,\
                    StartDate,DateVerified\n\
                    2025-09-30,2025-10-31,4440000000001,P,Amina,Khan,2009-05-04,887,210,2025-09-08,2025-09-20\n";
        let incoming = Incoming {
            kind: Kind::NccisFlat,
            sender: "Brompton Academy",
            file_name: "return.csv",
            content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
            as_of: None,
            options: Options::default(),
            account: None,
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        for (ended, day) in
            [("Asked on", date(2025, 9, 30)), ("Ended", date(2025, 10, 31)), ("", date(2026, 1, 9))]
        {
            let ours = |theirs: &str| match theirs {
                "Asked on" | "Ended" => (theirs == ended).then(|| "PeriodEnd".to_owned()),
                known => Some(known.to_owned()),
            };
            let columns = headings.iter().map(|theirs| ((*theirs).to_owned(), ours(theirs)));
            let date_order = Some("ymd".parse().unwrap());
            let told = Told::Chosen { columns: columns.collect(), date_order, encoding: None };
            imports::tell(&ctx, &actor, id, told).await.unwrap();
            let read = imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
            assert_eq!((read.as_of, read.counts.new), (day, 1), "{ended} {}", register.engine);
        }
    })
    .await;
}
