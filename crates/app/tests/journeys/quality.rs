//! How complete the records are: rows that add up, cells that open into exactly whom they count, and nothing
//! told of a part that the reader does not see.

use crate::town::{demonstration, reader, refusal};
use app::Context;
use app::demo::DAY;
use app::imports::{self, Incoming, Options, Reader};
use app::quality::{Asked, By, missing, months, quality, sheet};
use domain::access::{Role, Scope};
use domain::quality::Fact;
use formats::Kind;
use testkit::each_engine;

const ALL: (usize, usize) = (0, usize::MAX);

async fn looks(ctx: &Context) -> i64 {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit WHERE act = 'shown for what their record lacks'";
    tx.one(sql, &[], |row| row.int(0)).await.unwrap().unwrap()
}

#[tokio::test]
async fn rows_add_up_and_every_cell_opens_into_those_who_lack_it() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let asked = Asked { day: DAY, by: By::School };
        let found = quality(&ctx, &manager, asked).await.unwrap();
        assert_eq!(found.facts, Fact::ALL);
        assert!(found.whole.people > 100 && found.lines.len() > 5, "{found:?}");
        let people: u64 = found.lines.iter().map(|line| line.people).sum();
        assert_eq!(people, found.whole.people, "everybody has one school or none");
        let mut listed = 0;
        for (at, fact) in found.facts.iter().copied().enumerate() {
            let share = found.whole.shares[at];
            let sum = |of: fn(&domain::measure::Percent) -> u64| {
                found.lines.iter().map(|line| of(&line.shares[at])).sum::<u64>()
            };
            assert_eq!((sum(|s| s.of), sum(|s| s.all)), (share.of, share.all), "{fact:?}");
            let (total, named) = missing(&ctx, &manager, asked, (fact, None), ALL).await.unwrap();
            assert_eq!((total as u64, named.len()), (share.all - share.of, total), "{fact:?}");
            listed += total as i64;
            assert_eq!(looks(&ctx).await, listed, "whoever is named has an audit row");
            let line =
                found.lines.iter().max_by_key(|l| l.shares[at].all - l.shares[at].of).unwrap();
            let of_row = (fact, Some(line.key.as_str()));
            let (total, _) = missing(&ctx, &manager, asked, of_row, (0, 0)).await.unwrap();
            assert_eq!(total as u64, line.shares[at].all - line.shares[at].of, "{fact:?}");
        }
        // Year 11 alone is asked what it intends, and something is missing of somebody.
        let asked_of =
            |fact| found.whole.shares[Fact::ALL.iter().position(|f| *f == fact).unwrap()];
        let intends = asked_of(Fact::IntendedDestination).all;
        assert!(intends > 0 && intends < found.whole.people, "{intends}");
        assert!(listed > 0);
        let table = sheet(&found, By::School);
        assert_eq!(table.rows.len(), found.lines.len() + 1);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    })
    .await;
}

#[tokio::test]
async fn by_adviser_everybody_stands_in_the_row_of_whose_caseload_they_are_on() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let asked = Asked { day: DAY, by: By::Adviser };
        let found = quality(&ctx, &manager, asked).await.unwrap();
        let people: u64 = found.lines.iter().map(|line| line.people).sum();
        assert_eq!(people, found.whole.people, "everybody has one adviser or none");
        let advisers: Vec<_> = found.lines.iter().filter(|line| !line.key.is_empty()).collect();
        assert!(!advisers.is_empty(), "{:?}", found.lines);
        let mut tx = ctx.db.begin_read().await.unwrap();
        for line in advisers {
            let account = store::accounts::by_id(&mut tx, line.key.parse().unwrap()).await.unwrap();
            let account = account.unwrap();
            assert_eq!((account.name, account.role.as_str()), (line.name.clone(), "adviser"));
        }
        let mut scope = Scope { terms: testkit::everything(), ..Scope::default() };
        scope.schools.insert("urn-1".to_owned());
        let school = quality(&ctx, &reader(Role::School, scope), asked).await;
        assert!(refusal(school).contains("by adviser"));
    })
    .await;
}

#[tokio::test]
async fn months_read_together_are_as_each_would_be_read_alone() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let told = months(&ctx, &manager, 6).await.unwrap();
        assert_eq!(told.len(), 6, "{}", register.engine);
        for (month, line) in &told {
            let asked = Asked { day: month.last_day(), by: By::School };
            let alone = quality(&ctx, &manager, asked).await.unwrap().whole;
            assert_eq!((line.people, &line.shares), (alone.people, &alone.shares), "{month}");
        }
        assert!(told.windows(2).any(|pair| pair[0].1.shares != pair[1].1.shares), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn a_reader_is_told_of_their_reach_and_of_what_they_see() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let asked = Asked { day: DAY, by: By::School };
        let all = quality(&ctx, &manager, asked).await.unwrap();
        let school = all.lines.iter().filter(|line| !line.key.is_empty());
        let school = school.max_by_key(|line| line.people).unwrap();
        let mut scope = Scope { terms: testkit::everything(), ..Scope::default() };
        scope.schools.insert(school.key.clone());
        let pupils = reader(Role::School, scope);
        let found = quality(&ctx, &pupils, asked).await.unwrap();
        assert_eq!(found.whole.people, school.people);
        let told = [Fact::Upn, Fact::Uln, Fact::Ethnicity, Fact::IntendedDestination];
        assert_eq!(found.facts, told, "no share tells what a school does not see");
        for fact in Fact::ALL.iter().filter(|fact| !told.contains(fact)) {
            let answer = missing(&ctx, &pupils, asked, (*fact, None), ALL).await;
            assert!(refusal(answer).contains("does not see"), "{fact:?}");
        }
        let by_sender = Asked { by: By::Sender, ..asked };
        assert!(refusal(quality(&ctx, &pupils, by_sender).await).contains("by sender"));
        let partner = reader(Role::Jobcentre, Scope::everyone());
        refusal(quality(&ctx, &partner, asked).await);
        let nobody = reader(Role::Adviser, Scope::default());
        assert_eq!(quality(&ctx, &nobody, asked).await.unwrap().whole.people, 0);
        let ahead = Asked { day: DAY.tomorrow().unwrap(), ..asked };
        assert!(refusal(quality(&ctx, &manager, ahead).await).contains("lies ahead"));
    })
    .await;
}

#[tokio::test]
async fn a_file_makes_records_more_complete_from_its_day_on() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let text = "UPN,Forename,Surname,DOB,Sex,Postcode\n,Zebedee,Quillfeather,2009-02-03,M,ME4 4TR\n\
                    ,Wilhelmina,Thistlewood,2009-05-06,F,ZZ9 9ZZ\n";
        let incoming = Incoming {
            kind: Kind::Roll,
            sender: "Brompton Academy",
            file_name: "roll.csv",
            content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
            as_of: Some(DAY),
            options: Options::default(),
            account: None,
        };
        let asked = Asked { day: DAY, by: By::Sender };
        let at = |fact| Fact::ALL.iter().position(|one| *one == fact).unwrap();
        let of_sender = async || {
            let found = quality(&ctx, &manager, asked).await.unwrap();
            let line = found.lines.into_iter().find(|line| line.name == "Brompton Academy");
            line.map_or((0, 0), |line| (line.people, line.shares[at(Fact::Postcode)].of))
        };
        let before = of_sender().await;
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let after = of_sender().await;
        assert_eq!((after.0 - before.0, after.1 - before.1), (2, 1), "one postcode is unknown");
        let past = months(&ctx, &manager, 3).await.unwrap();
        let ends: Vec<String> = past.iter().map(|(month, _)| month.to_string()).collect();
        assert_eq!(ends, ["2024-12", "2025-01", "2025-02"]);
        for (month, line) in &past {
            let then = Asked { day: month.last_day(), by: By::School };
            let found = quality(&ctx, &manager, then).await.unwrap();
            assert_eq!((found.whole.people, &found.whole.shares), (line.people, &line.shares));
        }
    })
    .await;
}
