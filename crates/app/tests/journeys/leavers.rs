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
