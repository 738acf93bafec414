//! What a worker is told reaches the monthly return: that somebody left and where to, where they live, what
//! is true of them and from when; and what was known before stays known.

use std::collections::BTreeMap;

use crate::town::refusal;
use app::imports::{self, Incoming, Options, Reader};
use app::month_end::{self, Asked};
use app::people::{self, NewAddress, Standing};
use app::{Clock, Context, Wrong, accounts};
use domain::access::{Actor, Role};
use domain::edition::Edition;
use domain::person::{Characteristic, Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use domain::statutory::record::ReturnRecord;
use formats::Kind;
use formats::nccis_xml::read_whole;
use formats::reference::editions;
use jiff::civil::{Date, date};
use store::people::{Moment, Write, load, new_people, write};
use store::{changes, organisations};
use testkit::each_engine;

const OCTOBER: Date = date(2025, 10, 31);
const NOVEMBER: Date = date(2025, 11, 30);

struct Town {
    ctx: Context,
    manager: Actor,
    adviser: Actor,
    person: PersonId,
}

/// Everything that the return asks for but where they live.
fn pupil() -> PersonRecord {
    let values = [
        (Field::GivenName, "Sam"),
        (Field::FamilyName, "Example"),
        (Field::DateOfBirth, "2008-12-01"),
        (Field::Sex, "F"),
        (Field::Upn, "H887400009001"),
        (Field::Ethnicity, "WBRI"),
        (Field::LeadLa, "887"),
        (Field::EducatedLa, "887"),
        (Field::LevelOfNeed, "3"),
        (Field::Send, "N"),
        (Field::SenSupport, "N"),
        (Field::CohortStatus, "P"),
    ];
    let particulars =
        values.iter().fold(Particulars::default(), |all, (field, value)| all.with(*field, value));
    let spell = Spell {
        ascertained: Some(date(2025, 9, 12)),
        verified: Some(date(2025, 9, 20)),
        ..Spell::new("619", date(2025, 9, 10))
    };
    PersonRecord { particulars, spells: vec![spell], ..PersonRecord::default() }
}

async fn town(db: store::Db) -> Town {
    let ctx = Context::seeded(db, None, Clock::on(date(2025, 12, 9)), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    organisations::set(&mut tx, "la_code", "887").await.unwrap();
    organisations::set(&mut tx, "database_id", "887").await.unwrap();
    let mut actors = Vec::new();
    for (email, role) in [("m@example.org", Role::DataManager), ("i@example.org", Role::Governance)]
    {
        let id = accounts::add(&ctx, &mut tx, (email, "Mo", role), (None, &[]), String::new());
        let id = id.await.unwrap();
        let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
        actors.push(accounts::actor(&account).unwrap());
    }
    let change = changes::begin(&mut tx, &ctx.now(), "import", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let ids = new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    let before = load(&mut tx, &ids, Moment::Now).await.unwrap().remove(0);
    let writes = [Write { before: &before, after: &pupil() }];
    write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    let [manager, adviser] = actors.try_into().unwrap();
    Town { ctx, manager, adviser, person: PersonId(ids[0]) }
}

impl Town {
    /// The record in the return for a period, where they are in it, and the codes found.
    async fn told(&self, period_end: Date) -> (Option<ReturnRecord>, Vec<String>) {
        let all = month_end::list(&self.ctx, &self.manager).await.unwrap().versions;
        let seen = all.iter().filter(|one| one.snapshot.period_end == period_end);
        let seen = seen.map(|one| one.snapshot.version).max().unwrap_or(0);
        let asked = Asked { period_end, edition: None, seen };
        let id = month_end::freeze(&self.ctx, &self.manager, asked).await.unwrap();
        let (_, file) = month_end::file(&self.ctx, &self.manager, id).await.unwrap();
        let opened = month_end::open(&self.ctx, &self.manager, id).await.unwrap();
        let codes = opened.findings.into_iter().map(|finding| finding.code).collect();
        (read_whole(&file[..]).unwrap().0.records.into_iter().next(), codes)
    }

    async fn record(&self, moment: Moment) -> PersonRecord {
        let mut tx = self.ctx.db.begin_read().await.unwrap();
        load(&mut tx, &[self.person.0], moment).await.unwrap().remove(0).record
    }

    async fn latest(&self) -> Moment {
        let mut tx = self.ctx.db.begin_read().await.unwrap();
        Moment::After(changes::latest(&mut tx).await.unwrap())
    }

    async fn stand(&self, status: &str, since: Date, to: &str) -> Result<(), Wrong> {
        let opened = people::open(&self.ctx, &self.manager, self.person).await.unwrap();
        let (status, to) = (status.to_owned(), to.to_owned());
        let standing = Standing { status, since, to, reason: "told by the family".to_owned() };
        let key = (self.person, opened.seen);
        people::stand(&self.ctx, &self.manager, key, edition(), &standing).await
    }

    async fn lives(&self, new: &NewAddress) -> Result<(), Wrong> {
        people::lives_at(&self.ctx, &self.manager, self.person, new).await
    }

    async fn acts(&self) -> Vec<String> {
        let acts = people::history(&self.ctx, &self.manager, self.person).await.unwrap();
        acts.into_iter().map(|one| one.act).collect()
    }
}

fn edition() -> &'static Edition {
    editions().on(date(2025, 12, 9)).unwrap()
}

fn address(line: &str, postcode: &str, from: Option<Date>, moved: bool) -> NewAddress {
    NewAddress {
        lines: [line.to_owned(), String::new(), String::new(), String::new()],
        town: "Chatham".to_owned(),
        postcode: postcode.to_owned(),
        from,
        moved,
        source: "told by the family".to_owned(),
        ..NewAddress::default()
    }
}

#[tokio::test]
async fn whoever_leaves_is_told_of_with_the_authority_they_went_to() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let before = town.latest().await;
        for (status, day, to, why) in [
            ("T", date(2025, 10, 15), "", "English authority"),
            ("T", date(2025, 10, 15), "887", "leads on the record"),
            ("T", date(2025, 10, 15), "001", "English authority"),
            ("T", date(2026, 1, 15), "886", "lies ahead"),
            ("P", date(2025, 10, 15), "886", "no other authority"),
            ("E", date(2025, 10, 15), "886", "outside England"),
            ("Z", date(2025, 10, 15), "", "Choose a cohort status"),
        ] {
            let said = refusal(town.stand(status, day, to).await);
            assert!(said.contains(why), "{status} {to}: {said}");
        }
        assert_eq!(town.told(OCTOBER).await.0.unwrap().cohort_status.as_deref(), Some("P"));
        town.stand("T", date(2025, 10, 15), "886").await.unwrap();
        let (record, codes) = town.told(OCTOBER).await;
        let record = record.unwrap();
        assert_eq!(record.cohort_status.as_deref(), Some("T"));
        assert_eq!(record.transferred_to_la_code.as_deref(), Some("886"));
        for code in ["13", "34", "35", "41", "42"] {
            assert!(!codes.contains(&code.to_owned()), "{codes:?}");
        }
        // It was a slip: they are here, and have been; what was believed meanwhile stays known.
        let believed = town.latest().await;
        town.stand("P", date(2025, 9, 1), "").await.unwrap();
        let (record, _) = town.told(OCTOBER).await;
        let record = record.unwrap();
        assert_eq!(
            (record.cohort_status.as_deref(), record.transferred_to_la_code),
            (Some("P"), None)
        );
        let said = async |moment| {
            let record = town.record(moment).await;
            record.particulars.get(Field::TransferredTo).map(str::to_owned)
        };
        assert_eq!((said(before).await, said(believed).await), (None, Some("886".to_owned())));
        let acts = town.acts().await;
        assert_eq!(acts.iter().filter(|act| *act == "cohort status changed").count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_status_is_recorded_only_on_the_state_that_was_seen_and_by_whom_may() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let opened = people::open(&town.ctx, &town.manager, town.person).await.unwrap();
        town.stand("E", date(2025, 11, 3), "002").await.unwrap();
        let standing = Standing {
            status: "P".to_owned(),
            since: date(2025, 11, 3),
            to: String::new(),
            reason: "told".to_owned(),
        };
        let (ctx, key) = (&town.ctx, (town.person, opened.seen));
        let late = people::stand(ctx, &town.manager, key, edition(), &standing).await;
        assert!(refusal(late).contains("Somebody else changed this record"));
        for refused in [
            people::stand(ctx, &town.adviser, key, edition(), &standing).await,
            people::lives_at(
                ctx,
                &town.adviser,
                town.person,
                &address("1 High Street", "ME4 4UF", None, true),
            )
            .await,
        ] {
            assert!(refusal(refused).contains("may not"));
        }
        // October was before they left: its return says what was so then.
        assert_eq!(town.told(OCTOBER).await.0.unwrap().cohort_status.as_deref(), Some("P"));
    })
    .await;
}

#[tokio::test]
async fn an_address_mends_the_finding_and_a_move_begins_on_its_day() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let (_, codes) = town.told(OCTOBER).await;
        assert!(codes.contains(&"31".to_owned()) && codes.contains(&"32".to_owned()), "{codes:?}");
        assert!(refusal(town.lives(&address("", "ME4 4UF", None, true)).await).contains("line"));
        assert!(
            refusal(town.lives(&address("1 Hgih Street", "ME4", None, true)).await)
                .contains("postcode")
        );
        town.lives(&address("1 Hgih Street", "me44uf", Some(date(2025, 9, 1)), true))
            .await
            .unwrap();
        let mistyped = town.latest().await;
        town.lives(&address("1 High Street", "ME4 4UF", None, false)).await.unwrap();
        town.lives(&address("2 Dock Road", "ME4 4TR", Some(date(2025, 11, 10)), true))
            .await
            .unwrap();
        let earlier = address("3 Dock Road", "ME4 4TR", Some(date(2025, 11, 9)), true);
        assert!(refusal(town.lives(&earlier).await).contains("moved again"));
        let (record, codes) = town.told(OCTOBER).await;
        assert!(
            !codes.contains(&"31".to_owned()) && !codes.contains(&"32".to_owned()),
            "{codes:?}"
        );
        let line = |record: Option<ReturnRecord>| record.unwrap().address_line1.unwrap();
        assert_eq!(line(record), "1 High Street");
        let record = town.record(Moment::Now).await;
        let days: Vec<_> = record.addresses.iter().map(|one| (one.from, one.to)).collect();
        assert_eq!(
            days,
            [(Some(date(2025, 9, 1)), Some(date(2025, 11, 9))), (Some(date(2025, 11, 10)), None)]
        );
        assert!(record.addresses[1].place.ward.is_some(), "the ward is looked up");
        let then = town.record(mistyped).await;
        assert_eq!(then.addresses[0].lines[0], "1 Hgih Street", "a correction erases nothing");
        assert_eq!(then.addresses[0].postcode, "ME4 4UF");
    })
    .await;
}

#[tokio::test]
async fn a_characteristic_holds_between_its_days() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let said = |from, to, source: &str| Characteristic {
            code: "140".to_owned(),
            from,
            to,
            source: source.to_owned(),
        };
        let say = async |said: &Characteristic| {
            people::say_characteristic(&town.ctx, &town.manager, town.person, edition(), said).await
        };
        assert!(refusal(say(&said(None, None, " ")).await).contains("who told you"));
        let unknown = Characteristic { code: "999".to_owned(), ..said(None, None, "school") };
        assert!(refusal(say(&unknown).await).contains("Choose"));
        let (september, november) = (Some(date(2025, 9, 1)), Some(date(2025, 11, 12)));
        assert!(refusal(say(&said(november, september, "school")).await).contains("before"));
        say(&said(september, None, "Young carers' service")).await.unwrap();
        say(&said(None, november, "told by the family")).await.unwrap();
        let held = town.record(Moment::Now).await.characteristics;
        assert_eq!(held, [said(september, november, "told by the family")]);
        assert_eq!(town.told(OCTOBER).await.0.unwrap().characteristics, ["140"]);
        assert!(town.acts().await.contains(&"characteristic changed".to_owned()));
        let day = held[0].to.unwrap();
        assert!(held[0].holds_on(day) && !held[0].holds_on(NOVEMBER));
    })
    .await;
}

/// An offer that a school tells of is whole in the return: with the authority whose guarantee it meets.
#[tokio::test]
async fn a_schools_offer_leaves_no_finding_about_its_authority() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let values = BTreeMap::from([(Field::GuaranteeIndicator, "Y".to_owned())]);
        let opened = people::open(&town.ctx, &town.manager, town.person).await.unwrap();
        let key = (town.person, opened.seen);
        people::correct(&town.ctx, &town.manager, key, &values, "on the baseline").await.unwrap();
        assert!(town.told(OCTOBER).await.1.contains(&"906".to_owned()), "nothing is said yet");
        let text =
            "UPN,Forename,Surname,DOB,guarantee_year_11,Intended destination,Survey date,Told by\n\
             H887400009001,Sam,Example,2008-12-01,110,330,14/10/2025,Their tutor\n";
        let incoming = Incoming {
            kind: Kind::Destinations,
            sender: "A school",
            file_name: "offers.csv",
            content: Box::new(std::io::Cursor::new(text.as_bytes())),
            as_of: Some(OCTOBER),
            options: Options::default(),
            account: None,
        };
        let id = imports::receive(&town.ctx, incoming).await.unwrap();
        let done = imports::apply(&town.ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(done.counts.changed, 1, "{:?}", done.counts);
        let intends = async || {
            let opened = people::open(&town.ctx, &town.manager, town.person).await.unwrap();
            let fields = [Field::IntendedDestination, Field::IntendedOn, Field::IntendedBy];
            let p = opened.record.particulars;
            (opened.seen, fields.map(|field| p.get(field).unwrap_or("-").to_owned()).join(" "))
        };
        let (seen, said) = intends().await;
        assert_eq!(said, "330 2025-10-14 Their tutor");
        let other = BTreeMap::from([(Field::IntendedDestination, "350".to_owned())]);
        let key = (town.person, seen);
        people::correct(&town.ctx, &town.manager, key, &other, "they rang").await.unwrap();
        let (seen, said) = intends().await;
        let today = town.ctx.today();
        assert_eq!(said, format!("350 {today} {}", town.manager.name), "said now, to whoever wrote it");
        let none = BTreeMap::from([(Field::IntendedDestination, String::new())]);
        let key = (town.person, seen);
        people::correct(&town.ctx, &town.manager, key, &none, "a mistake").await.unwrap();
        assert_eq!(intends().await.1, "- - -");
        let (record, codes) = town.told(OCTOBER).await;
        assert_eq!(record.unwrap().year11_lea_code.as_deref(), Some("887"));
        assert!(
            !codes.contains(&"905".to_owned()) && !codes.contains(&"906".to_owned()),
            "{codes:?}"
        );
    })
    .await;
}
