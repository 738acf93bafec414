//! Where a protected person's address goes, and a note's words: by files of every kind, forms, lists, notices,
//! drafts, decisions, merges, undoing and requests. Once there are keys, no cell of any table, no log line
//! and no file of the register's folder tells them, and whoever may read them reads them as before.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::town::{Somebody, agree, context, everybody, manager, run, town};
use app::imports::{self, Incoming, Options, Reader};
use app::linking::{self, Answer, Key, List, Verdict, Wanted};
use app::month_end::{self, Asked};
use app::people::{self, NewAddress, NewContact};
use app::{Context, accounts, agreement, keys, machine, notices, results, rights};
use domain::access::{Actor, Role, Scope};
use domain::consent::Speaker;
use domain::matching::ListKind;
use domain::notice::Typed;
use domain::person::{Characteristic, Field, PersonId};
use domain::results::Tie;
use domain::rights::{Removal, Right, Step, Why};
use formats::Kind;
use formats::reference::editions;
use jiff::civil::date;
use store::Db;
use testkit::each_engine;

/// What only a protected person's address says, and what only a note says.
const CANARIES: [&str; 4] = ["Canarylofts", "Goldfinchmews", "CA9 9RY", "Perspicacious"];
const HEAD: &str = "UPN,Forename,Surname,DOB,Sex,Address 1,Town,Post Code\n";
const HOME: &str = "1 Canarylofts,Goldfinchmews,CA9 9RY";

/// Everything that is logged.
#[derive(Clone, Default)]
pub struct Log(pub Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log_everything() -> Log {
    let log = Log::default();
    let kept = log.clone();
    let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    // One test of this file sets it; whoever comes second writes into the first one's.
    let _ = all.with_writer(move || kept.clone()).try_init();
    log
}

fn tells(bytes: &[u8]) -> Option<&'static str> {
    testkit::tells(bytes, &CANARIES)
}

/// Every cell that tells, as `table.column` with how many.
async fn told(db: &Db) -> BTreeMap<String, usize> {
    testkit::cells_that_tell(db, &CANARIES).await
}

/// How many cells of these columns, all of which hold some, are not sealed: a code is too short to be looked for.
async fn clear(db: &Db, table: &str, columns: &[&str]) -> usize {
    let mut tx = db.begin_read().await.unwrap();
    let mut clear = 0;
    for column in columns {
        let sql = format!("SELECT {column} FROM {table} WHERE {column} <> ''");
        let kept = tx.rows(&sql, store::args![], |row| row.text(0)).await.unwrap();
        assert!(!kept.is_empty(), "{table}.{column}");
        clear += kept.iter().filter(|cell| !store::seal::is_sealed(cell)).count();
    }
    clear
}

fn files_that_tell(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if tells(&std::fs::read(&path).unwrap_or_default()).is_some() {
            found.push(path.display().to_string());
        }
    }
    found
}

/// A file of each kind from `testdata`, with the canary for the address of everybody in it.
fn file(kind: Kind) -> Option<(&'static str, String)> {
    let path = match kind {
        Kind::NccisXml => "nccis/written-2019-20.xml",
        Kind::NccisFlat => "nccis-flat/whole.csv",
        Kind::Ctf => "ctf/current.xml",
        Kind::Roll => "roll/academy.csv",
        Kind::JoinersLeavers => "joiners-leavers/education.csv",
        Kind::Ilr => "ilr/2025-26.xml",
        Kind::ActivityMatrix => "matrix/small.csv",
        Kind::Destinations => {
            let text = "UPN,Forename,Surname,DOB,Intended destination\n\
                        H887419920001,Zoë,Lakeland,2009-03-04,CA9 9RY Canarylofts\n";
            return Some(("intended.csv", text.to_owned()));
        }
        Kind::Engagement => {
            let text = "UPN,Forename,Surname,DOB,Programme,From,Home\n\
                        H887419920001,Zoë,Lakeland,2009-03-04,Summer,2024-07-22,CA9 9RY Canarylofts\n";
            return Some(("programmes.csv", text.to_owned()));
        }
        // They pass through to providers, and never into the register: see `graded`.
        Kind::Results => return None,
    };
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/");
    let mut text = std::fs::read_to_string(format!("{root}{path}")).unwrap();
    for (before, after) in [
        ("ME4 4TR", "CA9 9RY"),
        ("me4 4tr", "CA9 9RY"),
        ("ME7 1AA", "CA9 9RY"),
        ("ME7 1AB", "CA9 9RY"),
        ("Invented Row", "Canarylofts"),
        ("Invented Road", "Canarylofts"),
        ("Chatham", "Goldfinchmews"),
        ("flying", "CA9 9RY"),
    ] {
        text = text.replace(before, after);
    }
    assert!(tells(text.as_bytes()).is_some(), "{path}");
    Some((path, text))
}

async fn bring(ctx: &Context, kind: Kind, (name, text): (&str, &str)) -> i64 {
    let incoming = Incoming {
        kind,
        sender: "Northside Partner",
        file_name: name,
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: None,
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    // What cannot be read leaves its own traces.
    if imports::plan(ctx, &Reader::Here, id, &|_| {}).await.is_ok() {
        imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    }
    id
}

/// A data manager with an account.
/// Protects everybody who has or had an address that tells; how many they are by now.
async fn protect(ctx: &Context, jo: &Actor) -> usize {
    let mut protected = 0;
    for one in everybody(ctx).await {
        let homes = format!("{:?}", one.record.addresses);
        if tells(homes.as_bytes()).is_none() {
            continue;
        }
        protected += 1;
        if !one.record.particulars.is_yes(Field::ProtectedAddress) {
            let person = PersonId(one.person);
            let seen = people::open(ctx, jo, person).await.unwrap().seen;
            let said = BTreeMap::from([(Field::ProtectedAddress, "Y".to_owned())]);
            people::correct(ctx, jo, (person, seen), &said, "Refuge").await.unwrap();
        }
    }
    protected
}

/// What was shown for a word on sharing, what a review found, what somebody answered for a look; they read
/// as they were written.
async fn weighed(ctx: &Context, jo: &Actor, person: i64, note: &str) {
    use store::emergency::{self, Emergency, Noticed};
    let mut tx = ctx.db.begin().await.unwrap();
    let at = ctx.now();
    let change = store::changes::begin(&mut tx, &at, "word", None, None, None).await.unwrap();
    let word = domain::consent::Telling {
        partner: "nobody-here".to_owned(),
        word: domain::consent::Word::SaidNo,
        by: Speaker::YoungPerson,
        how: "signed".to_owned(),
        wording: String::new(),
        evidence: note.to_owned(),
        office: String::new(),
        day: ctx.today(),
        until: None,
    };
    store::consents::tell(&mut tx, change, person, &word).await.unwrap();
    let told = store::consents::of_person(&mut tx, person).await.unwrap();
    assert!(told.iter().any(|told| told.evidence == note), "{told:?}");
    let opening = Emergency {
        person,
        account: jo.account,
        began_at: at.clone(),
        until: at.clone(),
        review_due: ctx.today().to_string(),
        ..Emergency::default()
    };
    let id = emergency::add(&mut tx, "session", &opening).await.unwrap();
    let by = (jo.account, at.as_str());
    emergency::review(&mut tx, id, by, ("needed", note)).await.unwrap();
    assert_eq!(emergency::one(&mut tx, id).await.unwrap().unwrap().review_words, note);
    let look = Noticed {
        account: jo.account,
        person,
        day: ctx.today().to_string(),
        sign: "repeated".to_owned(),
        opens: 5,
        noticed_at: at.clone(),
        ..Noticed::default()
    };
    emergency::notice(&mut tx, &look).await.unwrap();
    let asked = emergency::noticed(&mut tx).await.unwrap();
    emergency::settle(&mut tx, asked[0].id, by, note).await.unwrap();
    tx.commit().await.unwrap();
}

/// By the forms of the person's page, a notice, a draft, requests and what was answered to a system.
async fn typed(ctx: &Context, jo: &Actor, person: i64) {
    let person = PersonId(person);
    let home = NewAddress {
        lines: ["1 Canarylofts".to_owned(), String::new(), String::new(), String::new()],
        town: "Goldfinchmews".to_owned(),
        postcode: "CA9 9RY".to_owned(),
        source: "their mother".to_owned(),
        moved: true,
        ..NewAddress::default()
    };
    people::lives_at(ctx, jo, person, &home).await.unwrap();
    let note = "Perspicacious, of 1 Canarylofts, CA9 9RY".to_owned();
    let contact = NewContact {
        method: "call".to_owned(),
        outcome: "no-answer".to_owned(),
        note: note.clone(),
        next_step: None,
        obstacles: Vec::new(),
    };
    people::record_contact(ctx, jo, person, &contact).await.unwrap();
    let code = "110".to_owned();
    let in_care = Characteristic { code, from: None, to: None, source: note.clone() };
    let edition = editions().on(ctx.today()).unwrap();
    people::say_characteristic(ctx, jo, person, edition, &in_care).await.unwrap();
    people::refer(ctx, jo, person, ("brompton-academy", &note)).await.unwrap();
    let referred = people::referred(ctx, jo, person).await.unwrap();
    assert!(referred.standing.iter().any(|one| one.reason == note), "{referred:?}");
    let body = format!("note={note}");
    accounts::keep_draft(ctx, jo.account, "/people/1/contact", body).await.unwrap();
    let secret = notices::make_link(ctx, jo, "brompton-academy", "Pat").await.unwrap();
    let text = str::to_owned;
    let notice = Typed {
        kind: text("left"),
        given: text("Ada"),
        family: text("Nobody"),
        born: text("2008-03-27"),
        note: note.clone(),
        ..Typed::default()
    };
    let given = notices::give(ctx, &secret, &notice).await.unwrap();
    assert!(matches!(given, notices::Given::Kept(_)), "{given:?}");
    let waits = notices::waiting(ctx, jo).await.unwrap();
    notices::act_on(ctx, jo, waits[0].id, &note).await.unwrap();
    weighed(ctx, jo, person.0, &note).await;
    let asked = rights::Asked {
        right: Right::Access,
        by: Speaker::YoungPerson,
        words: note.clone(),
        received: ctx.today(),
    };
    let request = rights::ask(ctx, jo, person, &asked).await.unwrap().unwrap();
    let reviewed = rights::review(ctx, jo, request).await.unwrap();
    let referrals = reviewed.sections.iter().find(|s| s.name == "referral").unwrap();
    assert!(format!("{:?}", referrals.rows).contains("Perspicacious"), "{referrals:?}");
    let contacts = reviewed.sections.iter().find(|s| s.name == "contact").unwrap();
    let item = contacts.rows[0].key.clone();
    let removal = Removal { item, words: "Perspicacious".to_owned(), why: Why::Other };
    rights::remove(ctx, jo, request, &removal).await.unwrap();
    rights::take(ctx, jo, request, (Step::Granted, &note)).await.unwrap();
}

/// Results that a school checks and sends; who may read them reads them as they were written.
async fn graded(ctx: &Context, jo: &Actor, one: &Somebody) {
    for partner in [("upper", "school", "Upper School"), ("college", "college", "College")] {
        agree(ctx, partner).await;
    }
    let who = format!("{},{},{}", one.given, one.family, one.born);
    let upn = "H887400009001";
    let roll = format!("{HEAD}{upn},{who},{},,,{}\n", one.sex, one.home);
    assert_eq!(run(ctx, "Upper School", &roll, true).await.1.changed, 1);
    let mut tx = ctx.db.begin().await.unwrap();
    let at = ctx.now();
    let change = store::changes::begin(&mut tx, &at, "results", None, None, None).await.unwrap();
    let tie = (Tie::Offered, ctx.today(), "upper");
    store::results::tie(&mut tx, change, (one.person, "college"), tie).await.unwrap();
    tx.commit().await.unwrap();
    let of = |role, organisation| {
        let scope = Scope::of(role, jo.account, Some(organisation), BTreeSet::new());
        let scope = Scope { terms: testkit::everything(), ..scope };
        Actor { account: jo.account, name: "Pat".to_owned(), role, scope }
    };
    let (school, college) = (of(Role::School, "upper"), of(Role::College, "college"));
    let mut file = tempfile::tempfile().unwrap();
    let long = "Canarylofts ".repeat(20);
    let text = format!(
        "UPN,Forename,Surname,DOB,Series,Subject,Level,Grade\n\
         {upn},{who},June of CA9 9RY,Perspicacious reading,Goldfinchmews,Canarylofts\n\
         {upn},{who},June,{long},GCSE,7\n"
    );
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    let given = ("june.csv", file);
    let id = results::check(ctx, &Reader::Here, &school, given).await.unwrap();
    let faults = results::open(ctx, &school, id).await.unwrap().faults;
    assert!(faults[0].1.contains("Canarylofts"), "{faults:?}");
    results::hand_on(ctx, &school, id).await.unwrap();
    assert!(results::sent(ctx, &school).await.unwrap()[0].faults.contains("Canarylofts"));
    let had = results::had(ctx, &college).await.unwrap().remove(0).results.remove(0);
    let had = [had.series, had.subject, had.level, had.grade];
    let written = ["June of CA9 9RY", "Perspicacious reading", "Goldfinchmews", "Canarylofts"];
    assert_eq!(had, written);
}

/// What was answered to a partner's own system.
async fn answered(ctx: &Context, jo: &Actor) {
    let text = "title = \"List\"\npurpose = \"To know\"\npartners = [\"brompton-academy\"]\n\
                starts = \"2025-09-01\"\ncontact = { name = \"Pat\" }\n\n[[line]]\n\
                flow = \"school-roll\"\ndirection = \"out\"\ngateway = \"esa-17\"\n\
                items = [\"family_name\"]\n\n[[signature]]\nname = \"R\"\nday = \"2025-07-01\"\n\n\
                [[signature]]\nparty = \"brompton-academy\"\nname = \"P\"\nday = \"2025-07-02\"\n";
    let agreement = agreement::bring(ctx, jo, text, None).await.unwrap().agreement;
    let wanted = machine::Wanted {
        agreement,
        organisation: "brompton-academy".to_owned(),
        role: Role::School.name().to_owned(),
        name: "Management".to_owned(),
        months: 12,
    };
    machine::make(ctx, jo, &wanted).await.unwrap().unwrap();
    let token = machine::list(ctx, jo).await.unwrap()[0].token.id;
    machine::begin(ctx, token, "key-1", "hash").await.unwrap();
    let content = "Row 3: CA9 9RY is no postcode";
    machine::answered(ctx, token, "key-1", (422, content)).await.unwrap();
    let again = machine::begin(ctx, token, "key-1", "hash").await.unwrap();
    assert!(matches!(again, machine::Begun::Again(422, kept) if kept == content));
}

/// A row that may speak of somebody, from the canary's address.
fn doubtful(one: &Somebody) -> String {
    let year: String = one.born.chars().take(4).collect();
    format!("{HEAD},{},{},{year}-01-01,,{HOME}\n", one.given, one.family)
}

/// A held row, decided; a list compared, decided and settled; doubles looked for.
async fn linked(ctx: &Context, jo: &Actor, people: &[Somebody]) {
    let (import, counts) = run(ctx, "Jobcentre", &doubtful(&people[40]), true).await;
    assert_eq!(counts.held, 1);
    let mut file = tempfile::tempfile().unwrap();
    let moved = &people[20];
    let row = [&moved.given, &moved.family, &moved.born, &moved.sex].map(String::as_str);
    let text = format!("{},{},{HOME}\n", doubtful(&people[60]), row.join(","));
    file.write_all(text.as_bytes()).unwrap();
    let list = List {
        kind: ListKind::Population,
        sender: "Jobcentre",
        title: "July",
        purpose: "who is missing",
        file_name: "july.csv",
        file,
    };
    agree(ctx, ("jobcentre", "partner", "Jobcentre")).await;
    linking::crossmatch(ctx, jo, &Reader::Here, list).await.unwrap();
    let waiting = linking::queue(ctx, jo).await.unwrap().waiting;
    let mut of_list = false;
    for waits in &waiting {
        of_list |= matches!(waits.key, Key::List { .. });
        let yes =
            Answer { person: waits.person, verdict: Verdict::Same, why: "Perspicacious mother" };
        // Another row may have settled it meanwhile.
        let _ = linking::decide(ctx, jo, waits.key, &yes).await;
    }
    assert!(of_list, "a row of the list is doubtful");
    imports::apply(ctx, &Reader::Here, import, &|_| {}).await.unwrap();
    // One that nobody has decided yet.
    let (_, counts) = run(ctx, "Jobcentre", &doubtful(&people[80]), true).await;
    assert_eq!(counts.held, 1);
    linking::find_doubles(ctx).await.unwrap();
}

async fn merged(ctx: &Context, jo: &Actor, (kept, gone): (i64, i64)) {
    let seen = linking::preview(ctx, jo, (kept, gone)).await.unwrap().seen;
    let wanted = Wanted { kept, gone, seen, prefer: BTreeSet::new(), reason: "one person" };
    linking::merge(ctx, jo, &wanted).await.unwrap().unwrap();
}

/// Every way in, for a town with keys or without; who lives at the canary's address in the end.
async fn every_way_in(ctx: &Context, jo: &Actor, people: &[Somebody]) -> usize {
    for kind in Kind::ALL {
        if let Some((name, text)) = file(*kind) {
            bring(ctx, *kind, (name, &text)).await;
        }
    }
    typed(ctx, jo, people[5].person).await;
    accounts::keep_own_postcode(ctx, jo, "CA9 9RY").await.unwrap();
    assert!(protect(ctx, jo).await > 4);
    // Files that come once they are protected; one is taken back.
    for (name, text) in [file(Kind::Roll), file(Kind::NccisFlat)].into_iter().flatten() {
        let kind = if name.starts_with("roll") { Kind::Roll } else { Kind::NccisFlat };
        bring(ctx, kind, (name, &text.replace("Canarylofts", "Canarylofts House"))).await;
    }
    let again = format!("{HEAD},Zebedee,Quill,2009-02-03,M,{HOME}\n");
    let (twice, _) = run(ctx, "Brompton Academy", &again, true).await;
    assert!(protect(ctx, jo).await > 5);
    imports::undo(ctx, twice, None, "by mistake").await.unwrap();
    linked(ctx, jo, people).await;
    graded(ctx, jo, &people[9]).await;
    protect(ctx, jo).await;
    // One protected record becomes part of another, and so does one of a record that is not.
    let lives = |one: &store::people::Loaded| {
        one.record.particulars.is_yes(Field::ProtectedAddress).then_some(one.person)
    };
    let protected: Vec<i64> = everybody(ctx).await.iter().filter_map(lives).collect();
    merged(ctx, jo, (protected[0], protected[1])).await;
    merged(ctx, jo, (people[300].person, protected[2])).await;
    let count = protect(ctx, jo).await;
    let month = Asked { period_end: date(2025, 12, 31), edition: None, seen: 0 };
    let frozen = month_end::freeze(ctx, jo, month).await.unwrap();
    month_end::file(ctx, jo, frozen).await.unwrap();
    count
}

#[tokio::test]
async fn no_cell_no_log_and_no_file_tells_what_is_sealed() {
    let log = log_everything();
    each_engine(async |register| {
        let home = tempfile::tempdir().unwrap();
        let folder = register.db.folder().unwrap_or_else(|| home.path().to_owned());
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        keys::make(&ctx, &jo, &keys::in_home(home.path())).await.unwrap();
        let count = every_way_in(&ctx, &jo, &people).await;
        answered(&ctx, &jo).await;
        assert!(count > 4, "{count}");
        assert_eq!(told(&ctx.db).await, BTreeMap::new(), "on {}", register.engine);
        assert_eq!(clear(&ctx.db, "characteristic", &["code", "source"]).await, 0);
        ctx.db.forget_log().await.unwrap();
        assert_eq!(files_that_tell(&folder), Vec::<String>::new());
        // Whoever acts for the register reads them as they were written.
        let roll = imports::newest(&ctx, 1_000).await.unwrap();
        let mut read = 0;
        for import in &roll {
            let rows = imports::rows(&ctx, import.id).await.unwrap();
            read += rows.iter().filter(|row| tells(row.said.as_bytes()).is_some()).count();
        }
        assert!(read > 8, "{read}");
    })
    .await;
    let logged = log.0.lock().unwrap();
    assert_eq!(tells(&logged), None, "the log tells");
}

/// A register from before: everything stands in the clear until it was sealed, and is read as before then.
#[tokio::test]
async fn what_was_there_before_there_were_keys_is_sealed_by_one_command() {
    each_engine(async |register| {
        let home = tempfile::tempdir().unwrap();
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        every_way_in(&ctx, &jo, &people).await;
        let before = told(&ctx.db).await;
        for place in [
            "address.postcode",
            "contact.note",
            "characteristic.source",
            "referral.reason",
            "notice.note",
            "notice.outcome",
            "sharing_word.evidence",
            "emergency.review_words",
            "curious_look.settled_words",
            "draft.body",
            "account_home.postcode",
            "import_part.content",
            "import_row.said",
            "import_row.reasons",
            "import_row.changes",
            "import_row.evidence",
            "crossmatch_row.said",
            "crossmatch_row.differs",
            "result_row.series",
            "result_row.subject",
            "result_row.level",
            "result_row.grade",
            "result_send.faults",
            "link_decision.said",
            "link_decision.why",
            "right_request.words",
            "right_step.words",
            "right_removal.words",
        ] {
            assert!(before.contains_key(place), "the search sees {place}: {before:?}");
        }
        let newest = imports::newest(&ctx, 1_000).await.unwrap();
        let mut rows = Vec::new();
        for import in &newest {
            rows.push(imports::rows(&ctx, import.id).await.unwrap());
        }
        let records = everybody(&ctx).await;
        assert!(keys::all_sealed(&ctx).await.unwrap(), "without keys there is nothing to say");
        keys::make(&ctx, &jo, &keys::in_home(home.path())).await.unwrap();
        assert!(!keys::all_sealed(&ctx).await.unwrap());
        assert!(keys::seal_all(&ctx, &jo).await.unwrap() > 600);
        assert!(keys::all_sealed(&ctx).await.unwrap());
        assert_eq!(told(&ctx.db).await, BTreeMap::new(), "on {}", register.engine);
        assert_eq!(clear(&ctx.db, "characteristic", &["code", "source"]).await, 0);
        assert_eq!(clear(&ctx.db, "import_row", &["told"]).await, 0, "on {}", register.engine);
        assert_eq!(keys::seal_all(&ctx, &jo).await.unwrap(), 0, "once is enough");
        for (import, rows) in newest.iter().zip(rows) {
            assert_eq!(imports::rows(&ctx, import.id).await.unwrap(), rows);
        }
        assert_eq!(everybody(&ctx).await, records);
        // A younger key: whatever is there goes over to it.
        keys::make(&ctx, &jo, &keys::in_home(home.path())).await.unwrap();
        assert!(!keys::all_sealed(&ctx).await.unwrap());
        assert!(keys::seal_all(&ctx, &jo).await.unwrap() > 600);
        assert_eq!(everybody(&ctx).await, records);
    })
    .await;
}
