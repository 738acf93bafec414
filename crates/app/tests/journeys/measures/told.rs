//! What a school is told: nothing that taken from something else it is told gives few of its people.

use super::*;
use app::measures::{figures_for, gaps, notebook_for};

fn school() -> Actor {
    let scope = Scope { terms: testkit::everything(), ..Scope::everyone() };
    Actor { account: 0, name: "A school".to_owned(), role: Role::School, scope }
}

/// So many of Year 12 or 13, of one sex, who do the same.
fn group(born: &str, sex: &str, code: &str, many: usize) -> Vec<(Option<i64>, PersonRecord)> {
    let mut one = person("E1", sex, code);
    one.particulars.set(Field::DateOfBirth, born.to_owned());
    std::iter::repeat_n((None, one), many).collect()
}

const YEAR_12: &str = "2009-03-04";
const YEAR_13: &str = "2008-03-04";

/// One girl of Year 12, who is NEET; of all others there are many of everything.
fn roll() -> Vec<(Option<i64>, PersonRecord)> {
    [
        group(YEAR_12, "F", "619", 1),
        group(YEAR_13, "F", "210", 20),
        group(YEAR_13, "F", "619", 11),
        group(YEAR_13, "F", "810", 12),
        group(YEAR_12, "M", "210", 15),
        group(YEAR_12, "M", "619", 13),
        group(YEAR_12, "M", "810", 11),
        group(YEAR_13, "M", "210", 14),
        group(YEAR_13, "M", "619", 10),
        group(YEAR_13, "M", "810", 10),
    ]
    .concat()
}

async fn told(ctx: &Context, measure: &str, by: &[Cut]) -> Figures {
    figures_for(ctx, &school(), &question(measure, by)).await.unwrap()
}

#[tokio::test]
async fn cuts_and_measures_that_differ_by_few_are_not_both_told() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 1)));
        let ids = save(&ctx, "2026-01-10T10:00:00.000000Z", &roll()).await;
        // Girls less those of Year 13 are the one, though neither table by itself holds few.
        for by in [Cut::Sex, Cut::YearGroup, Cut::Age, Cut::Ethnicity] {
            let found = told(&ctx, "neet", &[by]).await;
            let hidden = |cell: &app::measures::Cell| {
                cell.numbers.few && cell.numbers.few_standings && cell.gap.is_none()
            };
            let is_told = by != Cut::Sex && found.cells.iter().all(|cell| !hidden(cell));
            // All of Year 12, with her among fourteen, may be told; nothing beside it that parts them.
            assert_eq!(is_told, matches!(by, Cut::YearGroup | Cut::Age), "{by:?}");
            assert!(is_told || found.cells.iter().all(hidden), "{by:?} on {}", register.engine);
        }
        let whole = told(&ctx, "neet", &[]).await.total;
        assert_eq!((whole.neet.whole(), whole.not_known.whole(), whole.few), (35, 33, false));
        // Nobody is lapsed, and everybody in education participates: none is few.
        assert!(whole.few_reasons && whole.few_kinds && whole.standings.is_empty());
        for (measure, is_told) in [
            ("not-known", true),
            ("eet", true),
            ("not-known-lapsed", false),
            ("participation", false),
            ("duty-met", false),
            ("ever-neet", false),
            ("accuracy", false),
        ] {
            assert_eq!(!told(&ctx, measure, &[]).await.total.few, is_told, "{measure}");
            let noted = notebook_for(&ctx, &school(), &question(measure, &[])).await.unwrap();
            assert_eq!((noted.value.is_some(), noted.hidden), (is_told, true), "{measure}");
        }
        // Once she is of Year 13 as well, no cell of the two cuts together is of few.
        let mut moved = person("E1", "F", "619");
        moved.particulars.set(Field::DateOfBirth, YEAR_13.to_owned());
        save(&ctx, "2026-01-12T10:00:00.000000Z", &[(Some(ids[0]), moved)]).await;
        let by_sex = told(&ctx, "neet", &[Cut::Sex]).await;
        let counted: Vec<u64> = by_sex.cells.iter().map(|c| c.numbers.neet.whole()).collect();
        assert_eq!(counted, [12, 23]);
    })
    .await;
}

#[tokio::test]
async fn a_month_is_told_once() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 1)));
        save(&ctx, "2026-01-10T10:00:00.000000Z", &roll()).await;
        let plain = question("neet", &[]);
        let others = [
            Question { edition: Some("2009".into()), ..plain.clone() },
            Question { basis: Some(domain::edition::Basis::PlaceOfStudy), ..plain.clone() },
            Question { known_on: Some(date(2026, 1, 20)), ..plain.clone() },
        ];
        let staff = Actor { role: Role::DataManager, ..school() };
        for other in others {
            let asked = figures_for(&ctx, &school(), &other).await;
            assert!(matches!(asked, Err(app::Wrong::Refused(_))), "{other:?}");
            figures_for(&ctx, &staff, &other).await.unwrap();
        }
        // A mean of months, some of which are not told, would tell them.
        let months = Months::Period("2025-12".parse().unwrap(), "2026-02".parse().unwrap());
        let mean = Question { months, ..plain };
        let found = figures_for(&ctx, &school(), &mean).await.unwrap();
        let untold = found.series.iter().any(|month| month.total.few);
        assert_eq!(found.total.few, untold, "{}", register.engine);
        assert!(gaps(&ctx, &school(), "neet", "2026-01".parse().unwrap()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn gaps_are_of_each_group_and_of_those_in_any() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 1)));
        let held = |code: &str| domain::person::Characteristic {
            code: code.to_owned(),
            from: None,
            to: None,
            source: String::new(),
        };
        let mut people = roll();
        // Twelve of the boys of Year 12 who are NEET are looked after, three of them carers too.
        let boys = people.iter_mut().filter(|(_, one)| {
            one.spells[0].code == "619" && one.particulars.get(Field::DateOfBirth) == Some(YEAR_12)
        });
        for (at, (_, one)) in boys.skip(1).take(12).enumerate() {
            one.characteristics.push(held("110"));
            if at < 3 {
                one.characteristics.push(held("140"));
            }
        }
        save(&ctx, "2026-01-10T10:00:00.000000Z", &people).await;
        let staff = Actor { role: Role::DataManager, ..school() };
        let found = gaps(&ctx, &staff, "neet", "2026-01".parse().unwrap()).await.unwrap();
        assert_eq!((found.months.len(), found.measure), (13, "neet"));
        let last = |at: usize| found.groups[at].last().unwrap();
        // Any, and the two; 12 of 12 against 35 of 117.
        assert_eq!((last(1).counted, last(1).cohort), (12, 12), "{}", register.engine);
        assert!((last(1).points - (100.0 - 35.0 * 100.0 / 117.0)).abs() < 1e-9);
        let sizes: Vec<(u64, bool)> = found.groups[2..]
            .iter()
            .map(|group| group.last().map_or((0, false), |gap| (gap.cohort, gap.between.is_some())))
            .collect();
        assert!(sizes.contains(&(12, true)) && sizes.contains(&(3, false)), "{sizes:?}");
        assert!(gaps(&ctx, &staff, "psa2-neet", "2026-01".parse().unwrap()).await.is_err());
    })
    .await;
}
