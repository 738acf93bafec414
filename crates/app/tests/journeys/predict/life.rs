//! A predictor's life: fitted at every point, held to the rule of promotion, points alone on a young
//! register, and the registers beside it.

use app::predict::{lists, paper, registers, rows, score, train, watch};
use app::{Clock, Context};
use domain::calendar::Month;
use domain::prediction::{Fact, Point, State, Target};
use jiff::civil::date;
use store::analysis::{self, Load};
use store::changes;
use testkit::{each_engine, sqlite};

use super::{in_use, keeper, papers_are_full, set, town};

fn asked(point: Point, target: Target) -> train::Asked {
    train::Asked { point, target, with_area: false, places: Some(20) }
}

async fn signed(ctx: &Context, id: i64) {
    for state in [State::Tested, State::Operational] {
        train::sign(ctx, &keeper(), id, (state, "A. Owner", "accepted")).await.unwrap();
    }
}

#[tokio::test]
async fn every_point_is_fitted_scored_and_listed() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_500).await;
    for point in [Point::Spring, Point::September, Point::Monthly] {
        let fitted = train::train(&ctx, &keeper(), &asked(point, point.target())).await.unwrap();
        let evidence = fitted.content.evidence.as_ref().expect("two years have closed");
        assert!(evidence.rows > 50 && evidence.outcomes > 0, "{point:?}");
        let years = &fitted.content.years;
        assert!(years.windows(2).all(|pair| pair[0].on < pair[1].on), "{point:?} {years:?}");
        let limits = paper::cannot(&fitted).join(" ");
        let leaves = point == Point::Monthly;
        assert_eq!(limits.contains("who will leave learning"), leaves, "{point:?}: {limits}");
        assert_eq!(limits.contains("who will become NEET"), !leaves, "{point:?}: {limits}");
        signed(&ctx, fitted.id).await;
        let ran = score::run(&ctx, &keeper(), point).await.unwrap();
        assert_eq!((ran.day, ran.way.as_str()), (point.newest(ctx.today()), "model"), "{point:?}");
        let asked = lists::Asked { places: Some(6), ..lists::Asked::default() };
        let list = lists::list(&ctx, &keeper(), point, &asked).await.unwrap();
        match point {
            // The list of May and that of September have expired by March.
            Point::Spring | Point::September => assert!(list.is_none(), "{point:?}"),
            _ => assert_eq!(list.unwrap().listed.len(), 6),
        }
    }
}

/// A second fit of the same year is held against the first as it would be without that year, so the same
/// facts come out level. Of a history as short as this nothing challenges the model.
#[tokio::test]
async fn a_second_fit_is_tried_on_a_year_that_neither_has_seen() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_500).await;
    let first = in_use(&ctx).await;
    assert!(first.content.evidence.as_ref().unwrap().promotion.is_none());
    let again = asked(Point::Autumn, Target::CountMonths);
    let second = train::train(&ctx, &keeper(), &again).await.unwrap();
    let evidence = second.content.evidence.as_ref().unwrap();
    let rules = &evidence.promotion.as_ref().unwrap().rules;
    let precision = rules.iter().find(|rule| rule.sentence.starts_with("precision")).unwrap();
    assert!(precision.holds, "{precision:?}");
    assert!(precision.sentence.contains("between +0.000 and +0.000"), "{precision:?}");
    let names: Vec<&str> = evidence.board.iter().map(|line| line.model.as_str()).collect();
    // In Year 11 everybody is at school, so the most recent status has nothing to say.
    assert_eq!(names, ["model", "points"]);
    assert!(evidence.board.iter().all(|line| line.figures["auc"].interval.is_some()));
    // By group: enough outcomes are told with their intervals, too few are not told; schools are among them.
    let girls =
        evidence.ranking.iter().find(|of| (of.column.as_str(), of.group.as_str()) == ("sex", "F"));
    let girls = girls.expect("girls were judged");
    for figure in [
        "auc",
        "average_precision",
        "brier",
        "log_loss",
        "calibration_slope",
        "calibration_intercept",
    ] {
        match girls.outcomes >= 20 {
            true => assert!(girls.figures[figure].interval.is_some(), "{figure} {girls:?}"),
            false => assert!(girls.figures.is_empty(), "{girls:?}"),
        }
    }
    assert!(
        evidence.ranking.iter().all(|of| (of.outcomes >= 20) == of.figures.contains_key("auc"))
    );
    assert!(evidence.ranking.iter().any(|of| of.column == "school"));
    let rows = |column: &str| {
        evidence.ranking.iter().filter(|of| of.column == column).map(|of| of.rows).sum::<usize>()
    };
    assert!(["sex", "SEN", "school"].iter().all(|column| rows(column) == evidence.rows));
    let subjects: Vec<&str> = evidence.ablation.iter().map(|loss| loss.what.as_str()).collect();
    assert!(subjects.len() == 8 && subjects.contains(&"attendance"), "{subjects:?}");
    assert_eq!(evidence.challenger, None);
    let record = &paper::of(&ctx, &keeper(), second.id).await.unwrap()[1];
    let entries = record.sections.iter().flat_map(|section| &section.entries);
    let other =
        entries.clone().find(|entry| entry.field == "2.2.5 Alternatives considered").unwrap();
    assert!(
        other.value.contains("most recent status, which is the same for everybody"),
        "{other:?}"
    );
    assert!(other.value.contains("Boosted stumps were not judged"), "{other:?}");
}

/// The one in use counts points by the table that it was fitted with, and the new one by the council's new table:
/// a table that counts the wrong way round is seen to be one.
#[tokio::test]
async fn a_new_points_table_is_held_against_the_old_one() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_500).await;
    let first = in_use(&ctx).await;
    let backwards =
        TABLE.replace("below = 90", "at_least = 95").replace("under 90 %", "of 95 % or more");
    registers::write_points(&ctx, &keeper(), &backwards).await.unwrap();
    let again = asked(Point::Autumn, Target::CountMonths);
    let second = train::train(&ctx, &keeper(), &again).await.unwrap();
    assert_eq!(second.content.table.name, "Ours");
    assert_ne!(second.content.table, first.content.table);
    let evidence = second.content.evidence.as_ref().unwrap();
    let rules = &evidence.promotion.as_ref().unwrap().rules;
    let precision = rules.iter().find(|rule| rule.sentence.starts_with("precision")).unwrap();
    assert!(!precision.sentence.contains("between +0.000 and +0.000"), "{precision:?}");
}

/// Two closed autumns are not enough: the winter of the older one was still to come on the day of the newer.
#[tokio::test]
async fn nothing_is_judged_by_a_year_that_was_open_on_its_day() {
    let register = sqlite().await;
    town(&register.db, 900).await;
    let clock = Clock::Fixed("2024-03-01T12:00:00Z".parse().unwrap());
    let ctx = Context::seeded(register.db.clone(), None, clock, 1);
    let again = asked(Point::Autumn, Target::CountMonths);
    let fitted = train::train(&ctx, &keeper(), &again).await.unwrap();
    let closed: Vec<_> = fitted.content.years.iter().map(|year| (year.on, year.closes)).collect();
    let autumn = |year: i16| (date(year, 11, 15), date(year + 2, 1, 31));
    assert_eq!(closed, [autumn(2021), autumn(2022)]);
    assert!(fitted.content.points_only && fitted.content.evidence.is_none());
    let limits = paper::cannot(&fitted).join(" ");
    assert!(limits.contains("Too little has closed here to judge it"), "{limits}");
}

/// With no two closed years the points table is all there is: said so, and signed as that.
#[tokio::test]
async fn a_young_register_lists_by_points_alone() {
    each_engine(async |register| {
        town(&register.db, 900).await;
        let clock = Clock::Fixed("2023-12-01T12:00:00Z".parse().unwrap());
        let ctx = Context::seeded(register.db.clone(), None, clock, 1);
        let long = asked(Point::Autumn, Target::LongNeet);
        let assumed = train::train(&ctx, &keeper(), &long).await.unwrap();
        assert!(assumed.content.points_only && assumed.content.years.is_empty());
        let limits = paper::cannot(&assumed).join(" ");
        assert!(limits.contains("points table and nothing else"), "{limits}");
        papers_are_full(&ctx, assumed.id).await;
        let card = &paper::of(&ctx, &keeper(), assumed.id).await.unwrap()[0];
        let entries: Vec<_> = card.sections.iter().flat_map(|section| &section.entries).collect();
        let method = entries.iter().find(|entry| entry.field == "Method").unwrap();
        assert!(
            method.value.starts_with("Points: ") && method.value.contains("assumed"),
            "{method:?}"
        );

        let early = train::sign(&ctx, &keeper(), assumed.id, (State::Tested, " ", "")).await;
        assert!(early.is_err(), "nobody has signed");
        signed(&ctx, assumed.id).await;
        let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        assert_eq!(ran.way, "points");
        let asked = lists::Asked { places: Some(6), ..lists::Asked::default() };
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!((list.listed.len(), list.points_only), (6, true), "{}", register.engine);
        assert!(list.how_true.contains("points table alone"), "{}", list.how_true);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let scope = domain::access::Scope::everyone();
        let scored = store::predictors::scored(&mut tx, &scope, ran.run).await.unwrap();
        let points: Vec<f64> = scored.iter().map(|one| one.score.points).collect();
        assert!(points.windows(2).all(|pair| pair[0] >= pair[1]), "by points: {points:?}");
    })
    .await;
}

/// Nothing was known a year before the first months of a register, so they are held against those whom the table
/// was fitted on; what shifts is alarmed.
#[tokio::test]
async fn the_first_year_is_watched_against_whom_it_was_fitted_on() {
    let register = sqlite().await;
    town(&register.db, 900).await;
    let at = |text: &str| {
        let clock = Clock::Fixed(text.parse().unwrap());
        Context::seeded(register.db.clone(), None, clock, 1)
    };
    let ctx = at("2022-02-02T12:00:00Z");
    let fitted = train::train(&ctx, &keeper(), &asked(Point::Autumn, Target::LongNeet)).await;
    signed(&ctx, fitted.unwrap().id).await;
    let later = at("2022-03-02T12:00:00Z");
    let february = Month::new(2022, 2).unwrap();
    let quiet = watch::month(&later, &keeper(), Point::Autumn, february).await.unwrap();
    assert!(quiet.against_fit && quiet.then > 40, "{quiet:?}");
    assert!(quiet.drift.iter().any(|drift| drift.column == "attendance"), "{:?}", quiet.drift);
    let mut tx = later.db.begin().await.unwrap();
    let change = changes::latest_at(&mut tx, "2022-02-20T12:00:00.000000Z").await.unwrap();
    let rows = rows::rows(&later, &mut tx, Point::Autumn, february.last_day()).await.unwrap();
    let away = |person: &i64| {
        let fact = Fact {
            field: "sessions".into(),
            value: "400/300/10".into(),
            from: date(2022, 1, 10),
            to: Some(date(2022, 2, 10)),
            source: "rolls".into(),
            ..Fact::default()
        };
        (*person, fact)
    };
    let facts: Vec<_> = rows.people.iter().map(away).collect();
    let set = Load { from: date(2021, 9, 1), ..set("attendance", 31) };
    analysis::add(&mut tx, change, &set, &facts).await.unwrap();
    tx.commit().await.unwrap();
    let loud = watch::month(&later, &keeper(), Point::Autumn, february).await.unwrap();
    assert!(
        loud.alarms.iter().any(|a| a.starts_with("attendance in the last")),
        "{:?}",
        loud.alarms
    );
}

const TABLE: &str = r#"
name = "Ours"
version = "1"
source = "The council's own, after its workshop of May"
[[indicator]]
name = "Attendance under 90 %"
points = 2
field = "attendance"
below = 90
"#;

/// A table that does not read, reads what nobody has, or keeps its version is refused; every wording stays.
#[tokio::test]
async fn a_council_writes_its_own_table_and_its_own_evidence() {
    each_engine(async |register| {
        let evening = "2025-03-14T18:00:00Z".parse().unwrap();
        let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(evening), 1);
        let write = async |text: &str| registers::write_points(&ctx, &keeper(), text).await;
        let shipped = registers::points_page(&ctx, &keeper()).await.unwrap();
        assert!(shipped.versions.is_empty() && shipped.table.indicators.len() == 15);
        let nobodys = TABLE.replace("field = \"attendance\"", "field = \"hair\"");
        for (text, why) in [("name = ", "does not read"), (nobodys.as_str(), "\"hair\"")] {
            let refused = write(text).await.unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
        write(TABLE).await.unwrap();
        let refused = write(TABLE).await.unwrap_err().to_string();
        assert!(refused.contains("new version"), "{refused}");
        write(&TABLE.replace("version = \"1\"", "version = \"2\"")).await.unwrap();
        let page = registers::points_page(&ctx, &keeper()).await.unwrap();
        assert_eq!((page.table.name.as_str(), page.table.version.as_str()), ("Ours", "2"));
        let stand: Vec<bool> = page.versions.iter().map(|entry| entry.stands).collect();
        assert_eq!(stand, [true, false], "{}", register.engine);
        assert!(page.text.contains("version = \"2\""));

        let factor = registers::Factor {
            name: "Young carers".into(),
            kind: "risk".into(),
            tried: "A lunch group".into(),
            ..registers::Factor::default()
        };
        let refused = registers::write_factor(&ctx, &keeper(), &factor).await.unwrap_err();
        assert!(refused.to_string().contains("evidence"), "{refused}");
        let factor = registers::Factor { evidence_against: "Two of nine".into(), ..factor };
        registers::write_factor(&ctx, &keeper(), &factor).await.unwrap();
        let all = registers::factors(&ctx, &keeper()).await.unwrap();
        let own = all.iter().find(|(found, _)| found.name == "Young carers").unwrap();
        assert_eq!(own, &(factor, true));
    })
    .await;
}
