//! Whoever is told to have left is looked for, and counted as what is known of them.

use app::followup::{self, Filter};
use app::imports::{self, Incoming, Options, Reader};
use app::measures::{self, Count, Months, Question};
use app::people::NewActivity;
use app::{Clock, Context};
use domain::access::Scope;
use domain::calendar::Month;
use domain::followup::List;
use domain::person::PersonId;
use formats::Kind;
use jiff::civil::date;
use store::people::{self, Moment};
use testkit::each_engine;

/// A school that tells who left it in summer helps to find them: they are not known in winter, as those are of
/// whom no file spoke, until somebody finds out what they have done since.
#[tokio::test]
async fn who_is_told_to_have_left_year_11_is_looked_for() {
    each_engine(async |register| {
        let winter = date(2025, 12, 9);
        let ctx = Context::seeded(register.db.clone(), None, Clock::on(winter), 7);
        let manager = crate::town::manager(&ctx, "jo").await;
        let bring = async |kind, as_of, text: &str| {
            let incoming = Incoming {
                kind,
                sender: "Brompton Academy",
                file_name: "list.csv",
                content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
                as_of: Some(as_of),
                options: Options::default(),
                account: None,
            };
            let id = imports::receive(&ctx, incoming).await.unwrap();
            imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts
        };
        let year_11 = "UPN,Forename,Surname,DOB\n\
            H887400009001,Amina,Khan,2009-05-04\n\
            B801200005001,Cara,Lee,2008-11-30\n";
        bring(Kind::Roll, date(2025, 5, 10), year_11).await;
        let left = "UPN,Forename,Surname,DOB,start_date,end_date\n\
            H887400009001,Amina,Khan,2009-05-04,2020-09-01,2025-07-18\n";
        let counts = bring(Kind::JoinersLeavers, date(2025, 9, 20), left).await;
        assert_eq!((counts.changed, counts.held), (1, 0));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
        drop(tx);
        let amina = all.iter().find(|p| p.record.particulars.full_name().contains("Amina"));
        let amina = amina.unwrap();
        let days: Vec<_> =
            amina.record.spells.iter().map(|s| (s.code.as_str(), s.start, s.end)).collect();
        let (last_day, year_end) = (Some(date(2025, 7, 18)), Some(date(2025, 8, 31)));
        assert_eq!(
            days[1..],
            [("150", date(2025, 7, 19), year_end), ("810", date(2025, 9, 1), None)]
        );
        assert_eq!((days[0].0, days[0].2), ("110", last_day));

        let december = Months::One(Month::of(winter));
        let asked = Question::new("neet-not-known", december);
        let count = async || {
            let found = measures::figures(&ctx, &Scope::everyone(), &asked).await.unwrap().total;
            [found.cohort, found.not_known, found.lapsed].map(Count::whole)
        };
        assert_eq!(count().await, [2, 2, 1]);
        let edition = formats::reference::editions().on(winter).unwrap();
        let filter = Filter { list: Some(List::NotKnown), ..Filter::default() };
        let listed = async || {
            let due = followup::list(&ctx, &manager, edition, winter, &filter).await.unwrap();
            due.rows.iter().map(|row| row.person.0).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [amina.person]);
        // What somebody finds out began before the school year did: that nobody knew gives way.
        let job = NewActivity {
            code: "330".into(),
            start: Some(date(2025, 8, 4)),
            how: "telephone".into(),
            ..NewActivity::default()
        };
        let person = PersonId(amina.person);
        app::people::change_activity(&ctx, &manager, person, edition, &job).await.unwrap();
        assert_eq!((count().await, listed().await), ([2, 1, 1], Vec::new()));
    })
    .await;
}

/// What was sent in July is true in October too, when another code says it; and what another system knew in June
/// is older than either.
#[tokio::test]
async fn who_left_in_july_is_not_known_in_october_whatever_is_sent_again() {
    each_engine(async |register| {
        let bring = async |today, (kind, as_of), text: &str| {
            let ctx = Context::seeded(register.db.clone(), None, Clock::on(today), 7);
            let incoming = Incoming {
                kind,
                sender: "Brompton Academy",
                file_name: "list.csv",
                content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
                as_of,
                options: Options::default(),
                account: None,
            };
            let id = imports::receive(&ctx, incoming).await.unwrap();
            let planned = imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
            let counts = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
            assert_eq!(planned, counts, "a dry run is the real run");
            let mut tx = ctx.db.begin_read().await.unwrap();
            let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
            let [amina] = all.as_slice() else { panic!("{} people", all.len()) };
            let days: Vec<_> =
                amina.record.spells.iter().map(|s| (s.code.clone(), s.start, s.end)).collect();
            ([counts.new, counts.changed, counts.unchanged, counts.held], days)
        };
        let (may, july, october) = (date(2025, 5, 10), date(2025, 7, 21), date(2025, 10, 6));
        let year_11 = "UPN,Forename,Surname,DOB\nH887400009001,Amina,Khan,2009-05-04\n";
        bring(may, (Kind::Roll, None), year_11).await;
        let left = "UPN,Forename,Surname,DOB,end_date\n\
            H887400009001,Amina,Khan,2009-05-04,2025-07-18\n";
        let (counts, summer) = bring(july, (Kind::JoinersLeavers, None), left).await;
        assert_eq!((counts, summer.len()), ([0, 1, 0, 0], 2), "{}", register.engine);
        let (counts, _) = bring(july, (Kind::JoinersLeavers, None), left).await;
        assert_eq!(counts, [0, 0, 1, 0], "the same file twice changes nothing");

        let (counts, autumn) = bring(october, (Kind::JoinersLeavers, None), left).await;
        let not_known = ("810".to_owned(), date(2025, 9, 1), None);
        assert_eq!((counts, &autumn[..2], &autumn[2]), ([0, 1, 0, 0], &summer[..], &not_known));
        let later = "UPN,Forename,Surname,DOB,end_date,reason\n\
            H887400009001,Amina,Khan,2009-05-04,2025-07-18,completed\n";
        let june = "PeriodEnd,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,LeadLEA,UniquePupilNumber,\
            ActivityCode,StartDate,DateAscertained,DateVerified,CurrencyLapsed,EstablishmentName\n\
            2025-06-30,,P,Amina,Khan,2009-05-04,887,H887400009001,\
            110,2025-05-10,2025-05-10,2025-06-12,N,Brompton Academy\n";
        for (kind, text) in [
            (Kind::JoinersLeavers, left),
            (Kind::JoinersLeavers, later),
            (Kind::NccisFlat, june),
            (Kind::NccisFlat, &june.replace("110,2025-05-10,", "110,2025-05-14,")),
        ] {
            let (counts, days) = bring(october, (kind, None), text).await;
            assert_eq!((counts[0], counts[3]), (0, 0), "{kind:?}: {text}");
            assert_eq!(days, autumn, "{kind:?}: {text}");
        }
        let (_, days) = bring(october, (Kind::Roll, Some(date(2025, 6, 2))), year_11).await;
        assert_eq!(days, autumn, "an older roll");
    })
    .await;
}
