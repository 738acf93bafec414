//! Streams the few columns that figures are counted from into a cohort in memory.
//!
//! [`whole`] takes no scope, as its name says: figures are kept for everybody and narrowed by
//! [`admitted`], which asks for the numbers of those a reader may count. No name, identifier or
//! address line is ever read here.

use domain::access::Scope;
use domain::calendar::Day;
use domain::cohort::{Allocation, Builder, Cohort, Home, Particular, Stay, Trait};
use domain::followup::reached;
use domain::measure::{History, HistoryBuilder, Span};
use domain::person::ChangeId;

use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::moments::{Held, Moments};
use crate::people::Moment;
use crate::people::load::characteristic_code;
use crate::returning::holds;
use crate::scope;

/// How much of the register a cohort is wanted for.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// Only people born between these days, both inclusive.
    pub born: Option<(Day, Day)>,
    /// Only homes and spells that touch these days, both inclusive.
    pub days: Option<(Day, Day)>,
    /// Only these people.
    pub people: Option<Vec<i64>>,
}

impl Narrow {
    /// The condition on the rows of a person, under an alias that ends in a dot, and its binds.
    fn people(&self, tx: &Tx, moment: Moment, alias: &str) -> (String, Vec<Value>) {
        if let Some(people) = &self.people {
            return (format!("{alias}person {}", tx.among(people)), Vec::new());
        }
        let Some((first, last)) = self.born else {
            return ("1 = 1".to_owned(), Vec::new());
        };
        let born = "date_of_birth >= $1 AND date_of_birth <= $2";
        let binds = vec![Value::from(first), Value::from(last)];
        (
            format!(
                "{alias}person IN (SELECT person FROM particulars WHERE {} AND {born})",
                moment.condition("")
            ),
            binds,
        )
    }

    /// The condition on rows of particulars themselves, under the alias `p`, and its binds.
    fn particulars(&self, tx: &Tx, moment: Moment) -> (String, Vec<Value>) {
        match (&self.people, self.born) {
            (None, Some((first, last))) => (
                "p.date_of_birth >= $1 AND p.date_of_birth <= $2".to_owned(),
                vec![Value::from(first), Value::from(last)],
            ),
            _ => self.people(tx, moment, "p."),
        }
    }

    /// The condition on rows with a first and a last day.
    fn days(&self, from: &str, to: &str) -> String {
        self.days.map_or_else(|| "1 = 1".to_owned(), |days| holds(from, to, days))
    }
}

/// Everybody known at the moment, or the narrower part asked for. For whole-register work only.
pub async fn whole(tx: &mut Tx, moment: Moment, narrow: &Narrow) -> Result<Cohort, StoreError> {
    let mut builder = Builder::default();
    read_people(tx, moment, narrow, &mut builder).await?;
    read_homes(tx, moment, narrow, &mut builder).await?;
    read_traits(tx, moment, narrow, &mut builder).await?;
    read_spells(tx, moment, narrow, &mut builder).await?;
    read_advisers(tx, moment, narrow, &mut builder).await?;
    read_contacts(tx, moment, narrow, &mut builder).await?;
    Ok(builder.finish())
}

/// Everybody born between two days as they stood on some days, each as it was known after a change: what
/// they are, the characteristics and the spells that hold on the day, and nothing else. All of it is read
/// once, however many days are asked for.
///
/// Shape: a cohort for each of `wanted`, in its order.
pub async fn on_days(
    tx: &mut Tx,
    wanted: &[(ChangeId, Day)],
    (first, last): (Day, Day),
) -> Result<Vec<Cohort>, StoreError> {
    let moments = Moments::new(wanted.iter().map(|(change, _)| *change).collect());
    let mut builders: Vec<Builder> = wanted.iter().map(|_| Builder::default()).collect();
    let binds = [Value::from(first), Value::from(last)];
    let rest = format!(
        "{PEOPLE} WHERE p.date_of_birth >= $1 AND p.date_of_birth <= $2 AND {}",
        moments.condition("p.")
    );
    tx.each_packed(&PERSON, &rest, &binds, |row| {
        let held = Held::read(row, 18)?;
        person(row, |one| {
            moments.of(held).for_each(|at| with(&mut builders, at, |b| b.person(one)))
        })
    })
    .await?;
    let who = format!(
        "{0} AND person IN (SELECT person FROM particulars \
         WHERE date_of_birth >= $1 AND date_of_birth <= $2 AND {0})",
        moments.condition("")
    );
    let all = wanted.iter().map(|(_, day)| *day);
    let Some(days) = all.clone().min().zip(all.max()) else { return Ok(Vec::new()) };
    let on = |at: usize, from: Option<Day>, to: Option<Day>| {
        wanted.get(at).is_some_and(|(_, day)| {
            from.is_none_or(|from| from <= *day) && to.is_none_or(|to| to >= *day)
        })
    };
    let keys = tx.keys();
    let sql = format!(
        "SELECT person, from_day, to_day, code, made, ended, fact FROM characteristic WHERE {} AND {who}",
        holds("from_day", "to_day", days)
    );
    tx.each(&sql, &binds, |row| {
        let (id, from, to) = (row.int(0)?, row.opt_date(1)?, row.opt_date(2)?);
        let code = characteristic_code(keys.as_deref(), row.int(6)?, row.str(3)?)?;
        let code: &str = &code;
        let here = moments.of(Held::read(row, 4)?).filter(|at| on(*at, from, to));
        here.for_each(|at| with(&mut builders, at, |b| b.has_trait(id, Trait { from, to, code })));
        Ok(())
    })
    .await?;
    let rest = format!("FROM spell WHERE {} AND {who}", holds("start_day", "end_day", days));
    tx.each_packed_by("person", &STAY, &rest, &binds, |row| {
        let held = Held::read(row, 11)?;
        stay(row, |id, stay| {
            let here = moments.of(held).filter(|at| on(*at, Some(stay.start), stay.end));
            here.for_each(|at| with(&mut builders, at, |b| b.spell(id, stay)));
        })
    })
    .await?;
    Ok(builders.into_iter().map(Builder::finish).collect())
}

/// What was known of the people of a cohort at the end of some months. What stands in the cohort is taken from
/// there; only what was replaced after the first of these months' ends is read, and only of whom `narrow` asks for.
///
/// Shape: `moment` is the one that the cohort was read at, of at least whom and the days that `narrow` asks for;
/// `months` are the last changes known at the end of each month, in their order, none later than the moment.
pub async fn history(
    tx: &mut Tx,
    (moment, narrow): (Moment, &Narrow),
    (span, months): (Span, Vec<ChangeId>),
    now: &Cohort,
) -> Result<History, StoreError> {
    let first = months.first().map_or(0, |change| change.0);
    let replaced = |alias: &str| match moment {
        Moment::Now => format!("{alias}ended > {first}"),
        Moment::After(ChangeId(n)) => format!("{alias}ended > {first} AND {alias}ended <= {n}"),
    };
    let mut history = HistoryBuilder::new(now, span, months);
    // Who was born on other days was of the ages counted in none of these months, as it was known then.
    let (who, binds) = narrow.particulars(tx, moment);
    let rest = format!("{PEOPLE} WHERE {} AND {who}", replaced("p."));
    tx.each_packed(&PERSON, &rest, &binds, |row| {
        let ended = row.int(19)?;
        person(row, |one| history.person(ended, one))
    })
    .await?;
    let (who, binds) = narrow.people(tx, moment, "");
    let rest = format!(
        "FROM spell WHERE {} AND {} AND {who}",
        replaced(""),
        narrow.days("start_day", "end_day")
    );
    tx.each_packed_by("person", &STAY, &rest, &binds, |row| {
        let ended = row.int(12)?;
        stay(row, |id, stay| history.spell(id, ended, stay))
    })
    .await?;
    Ok(history.finish())
}

fn with(builders: &mut [Builder], at: usize, add: impl FnOnce(&mut Builder)) {
    if let Some(builder) = builders.get_mut(at) {
        add(builder);
    }
}

async fn read_people(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.particulars(tx, moment);
    let rest = format!("{PEOPLE} WHERE {who} AND {}", moment.condition("p."));
    tx.each_packed(&PERSON, &rest, &binds, |row| {
        person(row, |particular| builder.person(particular))
    })
    .await
}

/// What is read of somebody, where from, and how.
const PERSON: [&str; 20] = [
    "p.person",
    "p.date_of_birth",
    "p.cohort_status",
    "p.sex",
    "p.ethnicity",
    "p.level_of_need",
    "p.send",
    "p.sen_support",
    "p.school",
    "o.consortium",
    "p.lead_la",
    "p.educated_la",
    "p.guarantee_year_11",
    "p.guarantee_year_11_la",
    "p.guarantee_year_12",
    "p.guarantee_year_12_la",
    "p.education_level",
    "p.status_since",
    "p.made",
    "p.ended",
];
const PEOPLE: &str = "FROM particulars p LEFT JOIN organisation o ON o.id = p.school";

fn person(row: &Row<'_>, give: impl FnOnce(Particular<'_>)) -> Result<(), StoreError> {
    give(Particular {
        id: row.int(0)?,
        // A date of birth that is no date is nobody's age; the file's text stays on the record.
        born: row.opt_str(1)?.and_then(|text| text.parse().ok()),
        status: row.opt_str(2)?,
        // As above: a day that is none says nothing.
        status_since: row.opt_str(17)?.and_then(|text| text.parse().ok()),
        sex: row.opt_str(3)?,
        ethnicity: row.opt_str(4)?,
        level_of_need: row.opt_str(5)?,
        send: row.opt_str(6)?,
        sen_support: row.opt_str(7)?,
        school: row.opt_str(8)?,
        consortium: row.opt_str(9)?,
        lead_la: row.opt_str(10)?,
        educated_la: row.opt_str(11)?,
        guarantee_11: row.opt_str(12)?,
        guarantee_11_la: row.opt_str(13)?,
        guarantee_12: row.opt_str(14)?,
        guarantee_12_la: row.opt_str(15)?,
        education_level: row.opt_str(16)?,
        made: row.int(18)?,
    });
    Ok(())
}

async fn read_homes(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.people(tx, moment, "");
    let columns = [
        "person",
        "from_day",
        "to_day",
        "deprivation_decile",
        "ward",
        "ward_2003",
        "lsoa",
        "locality",
    ];
    let rest = format!(
        "FROM address WHERE {} AND {} AND {who}",
        moment.condition(""),
        narrow.days("from_day", "to_day")
    );
    tx.each_packed(&columns, &rest, &binds, |row| {
        let decile = row.opt_int(3)?.map(|decile| decile.to_string());
        builder.home(
            row.int(0)?,
            Home {
                from: row.opt_date(1)?,
                to: row.opt_date(2)?,
                decile: decile.as_deref(),
                ward: row.opt_str(4)?,
                ward_2003: row.opt_str(5)?,
                lsoa: row.opt_str(6)?,
                locality: row.opt_str(7)?,
            },
        );
        Ok(())
    })
    .await
}

async fn read_traits(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.people(tx, moment, "");
    let keys = tx.keys();
    let sql = format!(
        "SELECT person, from_day, to_day, code, fact FROM characteristic WHERE {} AND {} AND {who}",
        moment.condition(""),
        narrow.days("from_day", "to_day")
    );
    tx.each(&sql, &binds, |row| {
        let (from, to) = (row.opt_date(1)?, row.opt_date(2)?);
        let code = characteristic_code(keys.as_deref(), row.int(4)?, row.str(3)?)?;
        builder.has_trait(row.int(0)?, Trait { from, to, code: &code });
        Ok(())
    })
    .await
}

async fn read_spells(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.people(tx, moment, "");
    let rest = format!(
        "FROM spell WHERE {} AND {} AND {who}",
        moment.condition(""),
        narrow.days("start_day", "end_day")
    );
    tx.each_packed_by("person", &STAY, &rest, &binds, |row| {
        stay(row, |person, stay| builder.spell(person, stay))
    })
    .await
}

/// What is read of a spell, and how.
const STAY: [&str; 13] = [
    "person",
    "code",
    "COALESCE(organisation, ukprn, establishment_number)",
    "start_day",
    "end_day",
    "COALESCE(verified, ascertained)",
    "review",
    "predicted_end",
    "lapse_stated",
    "lapsed_stated",
    "stated_on",
    "made",
    "ended",
];

fn stay(row: &Row<'_>, give: impl FnOnce(i64, Stay<'_>)) -> Result<(), StoreError> {
    let stay = Stay {
        code: row.str(1)?,
        provider: row.opt_str(2)?,
        start: row.date(3)?,
        end: row.opt_date(4)?,
        base: row.opt_date(5)?,
        review: row.opt_date(6)?,
        predicted_end: row.opt_date(7)?,
        lapse_stated: row.opt_date(8)?,
        lapsed_stated: row.opt_int(9)?.map(|flag| flag != 0),
        stated_on: row.opt_date(10)?,
        made: row.int(11)?,
    };
    give(row.int(0)?, stay);
    Ok(())
}

async fn read_advisers(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.people(tx, moment, "");
    let sql = format!(
        "SELECT person, from_day, to_day, adviser FROM assignment WHERE {} AND {} AND {who}",
        moment.condition(""),
        narrow.days("from_day", "to_day")
    );
    tx.each(&sql, &binds, |row| {
        let (from, to) = (row.opt_date(1)?, row.opt_date(2)?);
        let adviser = row.int(3)?.to_string();
        builder.adviser(row.int(0)?, Allocation { from, to, adviser: &adviser });
        Ok(())
    })
    .await
}

/// Contacts are read whatever their day: the last one before a month may be long before it.
async fn read_contacts(
    tx: &mut Tx,
    moment: Moment,
    narrow: &Narrow,
    builder: &mut Builder,
) -> Result<(), StoreError> {
    let (who, binds) = narrow.people(tx, moment, "");
    let sql = format!(
        "SELECT person, day, outcome FROM contact WHERE {} AND {who}",
        moment.condition("")
    );
    tx.each(&sql, &binds, |row| {
        if reached(row.str(2)?) {
            builder.contact(row.int(0)?, row.date(1)?);
        }
        Ok(())
    })
    .await
}

/// Numbers of everybody within the scope, in order; `None` when the scope reaches everybody.
pub async fn admitted(tx: &mut Tx, scope: &Scope) -> Result<Option<Vec<i64>>, StoreError> {
    if scope.is_whole() {
        return Ok(None);
    }
    let (condition, binds) = scope::condition(scope, 1);
    let sql = format!(
        "SELECT p.person FROM particulars p WHERE p.ended IS NULL AND {condition} ORDER BY p.person"
    );
    tx.rows(&sql, &binds, |row| row.int(0)).await.map(Some)
}

/// Everybody of whom a fact that figures read was made or ended after a change. Which consortium a school is
/// of is no such fact: it has no change of its own, and `organisations::consortia` tells whether it differs.
pub async fn touched_since(tx: &mut Tx, change: ChangeId) -> Result<Vec<i64>, StoreError> {
    let mut people = Vec::new();
    for table in ["particulars", "address", "characteristic", "spell", "assignment", "contact"] {
        let sql = format!(
            "SELECT person FROM {table} WHERE made > $1 UNION SELECT person FROM {table} WHERE ended > $2"
        );
        people.extend(tx.rows(&sql, args![change.0, change.0], |row| row.int(0)).await?);
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
