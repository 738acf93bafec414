//! Planning by school year: counts that are those of other pages, Years 7 and 8 known once a roll names them,
//! and nothing told of a school year that nobody is known of.

use crate::town::{demonstration, reader, refusal};
use app::cohorts::{Cohorts, Row, cohorts};
use app::demo::DAY;
use app::imports::{self, Incoming, Options, Reader};
use app::measures::{Months, Question, figures_for};
use app::quality::{Asked, By, quality};
use domain::access::{Role, Scope};
use domain::calendar::{AcademicYear, Month};
use domain::quality::Fact;
use formats::Kind;
use jiff::civil::date;
use testkit::each_engine;

fn year(found: &Cohorts, group: i16) -> &Row {
    found.rows.iter().find(|row| row.year.group == group).unwrap()
}

#[tokio::test]
async fn school_years_are_counted_as_other_pages_count_them() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let found = cohorts(&ctx, &manager, DAY).await.unwrap();
        let groups: Vec<i16> = found.rows.iter().map(|row| row.year.group).collect();
        assert_eq!(groups, [7, 8, 9, 10, 11, 12, 13]);
        let complete = quality(&ctx, &manager, Asked { day: DAY, by: By::School }).await.unwrap();
        let at = complete.facts.iter().position(|fact| *fact == Fact::IntendedDestination).unwrap();
        let year_11 = year(&found, 11);
        assert_eq!(year_11.people, complete.whole.shares[at].all, "Year 11 alone is asked");
        assert!(year_11.schools.unwrap() <= found.schools && found.schools > 0);
        let question = Question::new("neet", Months::One(Month::of(DAY).plus(-1)));
        let neet = figures_for(&ctx, &manager, &question).await.unwrap().total;
        let rate = found.rate.unwrap();
        let counted = (neet.numerator.whole(), neet.denominator.whole());
        assert_eq!((rate.neet.of, rate.neet.all), counted);
        let places = year_11.places.unwrap();
        assert!(places.least <= places.likely && places.likely <= places.most, "{places:?}");
        assert!(found.rows.iter().map(|row| row.send.unwrap()).sum::<u64>() > 0);
        let within = |row: &Row| row.send.unwrap().max(row.vulnerable.unwrap()) <= row.people;
        assert!(found.rows.iter().all(within), "{:?}", found.rows);
        assert_eq!(found.younger, 0);
        // Now Years 12 and 13 are counted; next year those who are in 11 and 12 now.
        let people = |groups: [i16; 2]| groups.iter().map(|g| year(&found, *g).people).sum::<u64>();
        assert_eq!(found.coming[0].year, AcademicYear::of(DAY));
        assert_eq!(found.coming[0].people, Some(people([12, 13])));
        assert_eq!(found.coming[1].people, Some(people([11, 12])));
        assert_eq!(found.coming[1].groups, ["Year 11", "Year 12"]);
    })
    .await;
}

#[tokio::test]
async fn a_roll_makes_years_7_and_8_known() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let before = cohorts(&ctx, &manager, DAY).await.unwrap();
        for group in [7, 8] {
            let row = year(&before, group);
            assert_eq!((row.people, row.places), (0, None), "Year {group} is not known");
        }
        let last = before.coming.last().unwrap();
        assert_eq!((last.people, last.places), (None, None));
        let text = "UPN,Forename,Surname,DOB,Sex,Postcode\n,Zebedee,Quillfeather,2013-02-03,M,ME4 4TR\n\
                    ,Wilhelmina,Thistlewood,2012-10-06,F,ME4 4TR\n\
                    ,Barnabas,Fotheringay,2012-05-06,M,ME4 4TR\n";
        let incoming = Incoming {
            kind: Kind::Roll,
            sender: "Brompton Academy",
            file_name: "roll.csv",
            content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
            as_of: Some(DAY),
            options: Options::default(),
            account: None,
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let after = cohorts(&ctx, &manager, DAY).await.unwrap();
        let year_7 = year(&after, 7);
        assert_eq!((year_7.people, year_7.schools), (2, Some(1)));
        assert_eq!(year(&after, 8).people, 1);
        assert_eq!(year_7.year.leaves, date(2029, 6, 29));
        let duty = year_7.year.duty.unwrap();
        assert_eq!((duty.age, duty.ends), (18, (date(2030, 9, 1), date(2031, 8, 31))));
        let last = after.coming.last().unwrap();
        assert_eq!((last.year, last.people), (AcademicYear::starting(2029), Some(3)));
        assert!(last.places.is_some());
        // What was known on an earlier day stays what it was.
        let then = cohorts(&ctx, &manager, DAY.yesterday().unwrap()).await.unwrap();
        assert_eq!(year(&then, 7).people, 0);
    })
    .await;
}

#[tokio::test]
async fn a_reader_is_told_of_their_reach_and_of_what_they_see() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let all = quality(&ctx, &manager, Asked { day: DAY, by: By::School }).await.unwrap();
        let school = all.lines.iter().filter(|line| !line.key.is_empty());
        let school = school.max_by_key(|line| line.people).unwrap();
        let mut scope = Scope { terms: testkit::everything(), ..Scope::default() };
        scope.schools.insert(school.key.clone());
        let found = cohorts(&ctx, &reader(Role::School, scope), DAY).await.unwrap();
        let told = |found: &Cohorts| found.rows.iter().map(|row| row.people).sum::<u64>();
        let whole = cohorts(&ctx, &manager, DAY).await.unwrap();
        assert!(told(&found) > 0 && told(&found) < told(&whole));
        assert_eq!(found.schools, 1);
        let hidden = |row: &Row| row.send.is_none() && row.vulnerable.is_none();
        assert!(found.rows.iter().all(hidden), "a school does not see need");
        refusal(cohorts(&ctx, &reader(Role::Jobcentre, Scope::everyone()), DAY).await);
        refusal(cohorts(&ctx, &manager, DAY.tomorrow().unwrap()).await);
    })
    .await;
}
