//! A word on sharing acts at once: what needs consent comes only with it, stops when it is taken back,
//! and a no keeps the rest of the school file out; on both engines.

use crate::town::place;
use app::agreement;
use app::consents;
use app::imports::{self, Import, Incoming, Options, Reader};
use app::linking::{self, List, Shown};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::consent::{Speaker, Telling, Word};
use domain::matching::ListKind;
use domain::person::{Field, PersonId};
use formats::Kind;
use jiff::civil::date;
use store::people::{self, Moment};
use testkit::{Register, each_engine, list_wording as wording};

fn actor() -> Actor {
    Actor { account: 0, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

/// A jobcentre that needs consent, a school that gives the rest of its file unless somebody says no, and
/// two people whom another school's list brought.
async fn begin(register: &Register) -> Context {
    let clock = Clock::on(date(2026, 1, 9));
    let ctx = Context::seeded(register.db.clone(), None, clock, 7);
    for (id, kind) in [("jobcentre", "partner"), ("school", "school"), ("first", "school")] {
        place(&ctx, id, kind, &id.to_uppercase()).await;
    }
    send(&ctx, "first", "07700 900001").await;
    for (partner, gateway) in [("jobcentre", "consent"), ("school", "esa-72")] {
        agreement::bring(&ctx, &actor(), &wording(partner, gateway), None).await.unwrap();
    }
    ctx
}

async fn send(ctx: &Context, sender: &str, phone: &str) -> Import {
    let list = format!(
        "Forename,Surname,DOB,Phone,Postcode\nAmina,Khan,2007-05-04,{phone},ME7 1AB\n\
         Cara,Lee,2006-11-30,{phone},ME4 4EE\n"
    );
    let incoming = Incoming {
        kind: Kind::Roll,
        sender,
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(list.into_bytes())),
        as_of: Some(ctx.today()),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    let rows = imports::rows(ctx, id).await.unwrap();
    let kept = rows.iter().filter(|row| row.said.contains(phone)).count();
    let import = imports::one(ctx, id).await.unwrap().unwrap();
    assert!(
        kept <= usize::try_from(import.counts.changed + import.counts.new).unwrap(),
        "{rows:?}"
    );
    import
}

async fn phones(ctx: &Context) -> [String; 2] {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
    assert_eq!(all.len(), 2);
    [0, 1].map(|at| all[at].record.particulars.get(Field::Phone).unwrap_or("").to_owned())
}

async fn tell(ctx: &Context, person: i64, partner: &str, word: Word) -> Vec<&'static str> {
    // The button posts where they live, not where they were asked.
    let office = if word == Word::Withdrawn { "Gillingham" } else { "Chatham" };
    let told = Telling {
        partner: partner.to_owned(),
        word,
        by: Speaker::YoungPerson,
        how: "signed".to_owned(),
        wording: "2".to_owned(),
        evidence: "Form in the file".to_owned(),
        office: office.to_owned(),
        day: ctx.today(),
        until: (word == Word::Agreed).then(|| date(2026, 12, 31)),
    };
    let wrong = consents::tell(ctx, &actor(), PersonId(person), &told).await.unwrap();
    wrong.into_iter().map(|(field, _)| field).collect()
}

#[tokio::test]
async fn what_needs_consent_comes_with_it_and_stops_when_it_is_taken_back() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let first = "07700900001";
        let spaceless = |phones: [String; 2]| phones.map(|phone| phone.replace(' ', ""));
        assert_eq!(spaceless(phones(&ctx).await), [first, first]);
        send(&ctx, "jobcentre", "07700 900002").await;
        assert_eq!(spaceless(phones(&ctx).await), [first, first], "nobody has agreed");
        assert_eq!(tell(&ctx, 1, "school", Word::Agreed).await, ["partner"]);
        assert!(tell(&ctx, 1, "jobcentre", Word::Agreed).await.is_empty());
        let import = send(&ctx, "jobcentre", "07700 900003").await;
        assert_eq!(spaceless(phones(&ctx).await), ["07700900003", first]);
        assert!(import.council.contains("no consent stands on that day"), "{import:?}");
        assert!(import.message.is_none(), "its sender reads that of nobody: {import:?}");
        assert!(tell(&ctx, 1, "jobcentre", Word::Withdrawn).await.is_empty());
        send(&ctx, "jobcentre", "07700 900004").await;
        assert_eq!(spaceless(phones(&ctx).await), ["07700900003", first]);
        let rates = consents::rates(&ctx, &actor()).await.unwrap();
        assert_eq!((rates.len(), &*rates[0].0), (1, "Chatham"), "whose yes it was");
        assert_eq!((rates[0].1.asked, rates[0].1.agree, rates[0].1.withdrawn), (1, 0, 1));
        let opened = consents::open(&ctx, &actor(), PersonId(1)).await.unwrap();
        assert_eq!(opened.partners, [("jobcentre".to_owned(), "JOBCENTRE".to_owned(), false)]);
        assert_eq!(opened.words.len(), 2);
    })
    .await;
}

/// What was taken back on a day that the clock has yet to reach again is taken back all the same.
#[tokio::test]
async fn a_no_holds_though_the_clock_was_put_back_behind_its_day() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        assert!(tell(&ctx, 1, "jobcentre", Word::Agreed).await.is_empty());
        let clock = Clock::on(date(2026, 1, 10));
        let ahead = Context::seeded(register.db.clone(), None, clock, 7);
        assert!(tell(&ahead, 1, "jobcentre", Word::Withdrawn).await.is_empty());
        assert!(tell(&ahead, 2, "", Word::SaidNo).await.is_empty());
        assert!(tell(&ahead, 2, "jobcentre", Word::Agreed).await.is_empty());
        let open =
            async |person: i64| consents::open(&ctx, &actor(), PersonId(person)).await.unwrap();
        let (amina, cara) = (open(1).await, open(2).await);
        assert!(!amina.partners[0].2 && cara.school_file_refused);
        assert!(!cara.partners[0].2, "a yes waits for its day");
        let rates = consents::rates(&ctx, &actor()).await.unwrap();
        assert_eq!((rates[0].1.asked, rates[0].1.agree, rates[0].1.withdrawn), (1, 0, 1));
        let spaceless = |phones: [String; 2]| phones.map(|phone| phone.replace(' ', ""));
        let first = "07700900001";
        send(&ctx, "jobcentre", "07700 900006").await;
        assert_eq!(spaceless(phones(&ctx).await), [first, first]);
        send(&ctx, "school", "07700 900007").await;
        assert_eq!(spaceless(phones(&ctx).await), ["07700900007", first], "who said no");
    })
    .await;
}

#[tokio::test]
async fn a_no_keeps_the_rest_of_the_school_file_out() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        assert!(tell(&ctx, 2, "", Word::SaidNo).await.is_empty());
        let import = send(&ctx, "school", "07700 900005").await;
        let [amina, cara] = phones(&ctx).await.map(|phone| phone.replace(' ', ""));
        assert_eq!((amina.as_str(), cara.as_str()), ("07700900005", "07700900001"));
        assert!(import.council.contains("the pupil or the parent has said no"), "{import:?}");
        assert!(!import.message.unwrap_or_default().contains("said no"));
    })
    .await;
}

const TWO: &str = "Forename,Surname,DOB,Sex,Postcode\nAmina,Khan,2007-05-04,F,ME7 1AB\n\
                   Cara,Lee,2006-11-30,F,ME4 4EE\n";

/// A list of both beside the register: every row as it is kept.
async fn matched(ctx: &Context, kind: ListKind, sender: &str) -> Vec<Shown> {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, TWO.as_bytes()).unwrap();
    let (title, purpose, file_name) = ("July", "support", "july.csv");
    let list = List { kind, sender, title, purpose, file_name, file };
    let (id, _) = linking::crossmatch(ctx, &actor(), &Reader::Here, list).await.unwrap();
    linking::list_export(ctx, &actor(), id).await.unwrap()
}

#[tokio::test]
async fn a_list_under_consent_finds_whoever_agreed_and_keeps_nothing_of_the_others() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let claimants = wording("jobcentre", "consent").replace("partner-list", "claimants");
        agreement::bring(&ctx, &actor(), &claimants, None).await.unwrap();
        assert!(tell(&ctx, 1, "jobcentre", Word::Agreed).await.is_empty());
        let rows = matched(&ctx, ListKind::Claimants, "jobcentre").await;
        let outcomes: Vec<&str> = rows.iter().map(|row| row.outcome.as_str()).collect();
        assert_eq!(outcomes, ["found", "refused"], "{rows:?}");
        assert_eq!(rows[0].person.as_ref().unwrap().0, 1);
        assert!(rows[1].said.names_nobody() && rows[1].person.is_none(), "{:?}", rows[1]);
        assert!(rows[1].differs[0].0.contains("only with consent"));
        assert!(tell(&ctx, 1, "jobcentre", Word::Withdrawn).await.is_empty());
        let rows = matched(&ctx, ListKind::Claimants, "jobcentre").await;
        assert!(rows.iter().all(|row| row.outcome == "refused"), "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_says_no_more_of_whoever_said_no_than_the_law_gives() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let with_sex = wording("school", "esa-72").replace("\"phone\"", "\"phone\", \"sex\"");
        let other = with_sex.replace("title = \"List\"", "title = \"Another\"");
        agreement::bring(&ctx, &actor(), &other, None).await.unwrap();
        assert!(tell(&ctx, 2, "", Word::SaidNo).await.is_empty());
        let rows = matched(&ctx, ListKind::Other, "school").await;
        let said: Vec<(&str, &str)> =
            rows.iter().map(|row| (row.outcome.as_str(), row.said.sex.as_str())).collect();
        assert_eq!(said, [("differs", "F"), ("found", "")], "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_drops_consent_does_not_keep_anybody_from_taking_it_back() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        assert!(tell(&ctx, 1, "jobcentre", Word::Agreed).await.is_empty());
        let draft = wording("jobcentre", "esa-17");
        let draft = &draft[..draft.find("[[signature]]").unwrap()];
        let of = agreement::all(&ctx).await.unwrap();
        let of = of.iter().find(|a| a.names("jobcentre")).unwrap().number;
        let brought = agreement::bring(&ctx, &actor(), draft, Some(of)).await.unwrap();
        assert_eq!((brought.version, brought.new_wording), (2, true));
        let opened = consents::open(&ctx, &actor(), PersonId(1)).await.unwrap();
        assert_eq!(opened.partners, [("jobcentre".to_owned(), "JOBCENTRE".to_owned(), true)]);
        assert!(tell(&ctx, 1, "jobcentre", Word::Withdrawn).await.is_empty());
        let opened = consents::open(&ctx, &actor(), PersonId(1)).await.unwrap();
        assert!(!opened.partners[0].2);
    })
    .await;
}

#[tokio::test]
async fn consent_withdrawn_after_the_dry_run_is_withdrawn_for_the_real_one() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        assert!(tell(&ctx, 1, "jobcentre", Word::Agreed).await.is_empty());
        let list =
            "Forename,Surname,DOB,Phone,Postcode\nAmina,Khan,2007-05-04,07700 900009,ME7 1AB\n";
        let incoming = Incoming {
            kind: Kind::Roll,
            sender: "jobcentre",
            file_name: "list.csv",
            content: Box::new(std::io::Cursor::new(list.as_bytes().to_vec())),
            as_of: Some(ctx.today()),
            options: Options::default(),
            account: None,
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        let planned = imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(planned.counts.changed, 1, "with consent it would come");
        assert!(tell(&ctx, 1, "jobcentre", Word::Withdrawn).await.is_empty());
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let [amina, _] = phones(&ctx).await.map(|phone| phone.replace(' ', ""));
        assert_eq!(amina, "07700900001");
        let rows = imports::rows(&ctx, id).await.unwrap();
        assert!(rows.iter().all(|row| !row.said.contains("900009")), "{rows:?}");
    })
    .await;
}
