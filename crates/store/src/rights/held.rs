//! Everything that is held about one person, over all tables, and its destruction.
//!
//! Tables that are known are told with titles and labels; any other table with a column `person` is found
//! in the database's own list of tables and told as it is, so that no table that is added later can be
//! forgotten here. Invariant: what [`held`] tells of and what [`erase`] destroys are the same tables.

use std::collections::{BTreeMap, BTreeSet};

use domain::person::Field;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::seal::{Cell, is_sealed};
use crate::statements::statements;

statements! {
    SAME = "WITH RECURSIVE same (person) AS (SELECT CAST($1 AS BIGINT) UNION SELECT m.gone FROM merge m JOIN same s ON m.kept = s.person WHERE m.undone IS NULL) SELECT person FROM same ORDER BY person";
}

/// Rows of one table about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub table: String,
    pub title: String,
    pub columns: Vec<String>,
    /// The row's own number in its table, and its cells.
    pub rows: Vec<(String, Vec<String>)>,
}

/// A table as it is told: which rows are a person's, what names a row, columns with labels.
struct Place {
    table: &'static str,
    title: &'static str,
    whose: &'static str,
    key: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const MADE: (&str, &str) = ("(SELECT c.at FROM change c WHERE c.id = t.made)", "Recorded");
const ENDED: (&str, &str) = ("(SELECT c.at FROM change c WHERE c.id = t.ended)", "Replaced");
const ORGANISATION: &str = "(SELECT o.name FROM organisation o WHERE o.id = t.organisation)";
const PERSON: &str = "t.person = $1";

const PLACES: &[Place] = &[
    Place {
        table: "young_person",
        title: "Your number",
        whose: "t.id = $1",
        key: "t.id",
        columns: &[("t.ypid", "Number in the return"), MADE],
    },
    // The columns of particulars are the vocabulary's; see `columns_of`.
    Place { table: "particulars", title: "About you", whose: PERSON, key: "t.fact", columns: &[] },
    Place {
        table: "former_name",
        title: "Names you had before",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("t.given", "Given name"),
            ("t.family", "Family name"),
            ("t.source", "From"),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "address",
        title: "Where you live and lived",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("t.line1", "Line 1"),
            ("t.line2", "Line 2"),
            ("t.line3", "Line 3"),
            ("t.line4", "Line 4"),
            ("t.town", "Town"),
            ("t.county", "County"),
            ("t.postcode", "Postcode"),
            ("t.from_day", "From"),
            ("t.to_day", "To"),
            ("t.ward", "Ward"),
            ("t.lsoa", "Small area"),
            ("t.deprivation_decile", "Deprivation tenth of the area"),
            ("t.locality", "Locality"),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "characteristic",
        title: "Groups and support",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("t.code", "Code"),
            ("t.from_day", "From"),
            ("t.to_day", "To"),
            ("t.source", "From whom"),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "spell",
        title: "What you do and did",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("t.code", "Activity code"),
            (ORGANISATION, "Organisation"),
            ("t.establishment_name", "Place"),
            ("t.start_day", "Began"),
            ("t.end_day", "Ended"),
            ("t.predicted_end", "Expected to end"),
            ("t.verified", "Last confirmed"),
            ("t.verified_by", "Confirmed by"),
            ("t.verified_how", "How"),
            ("t.review", "Review"),
            ("t.neet_start", "Not in education, employment or training since"),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "engagement",
        title: "Youth programmes you took part in",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("t.programme", "Programme"),
            ("t.kind", "Kind of programme"),
            ("t.from_day", "From"),
            ("t.to_day", "To"),
            ("t.engaged", "Engaged (1 yes, 0 no)"),
            ("t.source", "From whom"),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "assignment",
        title: "Your advisers",
        whose: PERSON,
        key: "t.fact",
        columns: &[
            ("(SELECT a.name FROM account a WHERE a.id = t.adviser)", "Adviser"),
            ("t.from_day", "From"),
            ("t.to_day", "To"),
        ],
    },
    Place {
        table: "contact",
        title: "Contacts with you",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.day", "Day"),
            ("t.method", "How"),
            ("t.outcome", "What came of it"),
            ("t.note", "Note"),
            ("t.next_step", "Next step"),
            ("(SELECT a.name FROM account a WHERE a.id = t.account)", "Who wrote it"),
            ("t.obstacles", "What stands in your way"),
        ],
    },
    Place {
        table: "follow_up_task",
        title: "Who was asked to get in touch with you",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("(SELECT a.name FROM account a WHERE a.id = t.worker)", "Who"),
            ("(SELECT a.name FROM account a WHERE a.id = t.asked_by)", "Who asked"),
            ("t.asked_on", "Asked on"),
            ("t.due", "Until"),
            ("t.outcome", "What came of it"),
            ("t.done_on", "Done on"),
            ("t.undone_on", "Not done: their account ended on"),
        ],
    },
    Place {
        table: "sharing_word",
        title: "What you said about sharing",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.partner", "Partner"),
            ("t.word", "What"),
            ("t.said_by", "Who said it"),
            ("t.how", "How"),
            ("t.wording", "Wording"),
            ("t.evidence", "Evidence"),
            ("t.office", "Office"),
            ("t.day", "Day"),
            ("t.until", "Until"),
        ],
    },
    Place {
        table: "notice",
        title: "Notices from providers about you",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.kind", "What"),
            ("t.given", "Given name"),
            ("t.family", "Family name"),
            ("t.born", "Born"),
            ("t.day", "Day"),
            ("t.note", "Note"),
            ("t.received_at", "Came"),
            ("t.outcome", "What we did"),
        ],
    },
    Place {
        table: "application",
        title: "Applications and offers",
        whose: PERSON,
        key: "t.id",
        columns: &[
            (
                "COALESCE((SELECT o.name FROM organisation o WHERE o.id = t.provider), t.provider)",
                "Provider",
            ),
            ("t.tie", "What"),
            ("t.day", "Since"),
            (
                "COALESCE((SELECT o.name FROM organisation o WHERE o.id = t.said_by), t.said_by)",
                "Told by",
            ),
            MADE,
            ENDED,
        ],
    },
    Place {
        table: "curious_look",
        title: "Looks at your record that we asked about",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.day", "Day"),
            ("t.sign", "Why we noticed"),
            ("t.opens", "Looks"),
            ("t.noticed_at", "Noticed"),
            ("t.settled_at", "Settled"),
            ("t.settled_words", "What we found"),
        ],
    },
    Place {
        table: "import_row",
        title: "What partners' files said about you",
        whose: PERSON,
        key: "t.import || '-' || t.line",
        columns: &[
            (
                "(SELECT COALESCE(o.name, i.sender) FROM import i \
                 LEFT JOIN organisation o ON o.id = i.sender WHERE i.id = t.import)",
                "From",
            ),
            ("(SELECT i.received_at FROM import i WHERE i.id = t.import)", "Came"),
            ("t.said", "What the row said"),
            ("t.effect", "What became of it"),
            ("t.changes", "What changed"),
        ],
    },
    Place {
        table: "crossmatch_row",
        title: "Lists that were compared with our register",
        whose: PERSON,
        key: "t.run || '-' || t.line",
        columns: &[
            (
                "(SELECT COALESCE(o.name, m.sender) FROM crossmatch m \
                 LEFT JOIN organisation o ON o.id = m.sender WHERE m.id = t.run)",
                "From",
            ),
            ("(SELECT m.purpose FROM crossmatch m WHERE m.id = t.run)", "For what"),
            ("t.said", "What the row said"),
            ("t.outcome", "What became of it"),
            ("t.differs", "What differed"),
        ],
    },
    Place {
        table: "result_row",
        title: "Exam results that your school sent",
        whose: PERSON,
        key: "t.send || '-' || t.line",
        columns: &[
            (
                "(SELECT COALESCE(o.name, s.school) FROM result_send s LEFT JOIN organisation o ON o.id = s.school WHERE s.id = t.send)",
                "From",
            ),
            ("t.series", "Series"),
            ("t.subject", "Subject"),
            ("t.level", "Level"),
            ("t.grade", "Grade"),
        ],
    },
    Place {
        table: "link_decision",
        title: "Decisions on whether a row is about you",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.at", "When"),
            ("t.said", "The row"),
            ("t.verdict", "Decided"),
            ("t.why", "Why"),
        ],
    },
    Place {
        table: "link_pair",
        title: "Records that looked like yours",
        whose: "t.a = $1 OR t.b = $1",
        key: "t.a || '-' || t.b",
        columns: &[("t.found_at", "When"), ("t.probability", "How likely the same person")],
    },
    Place {
        table: "predictor_score",
        title: "Chances that were worked out about you",
        whose: PERSON,
        key: "t.run || '-' || t.person",
        columns: &[
            ("(SELECT r.day FROM predictor_run r WHERE r.id = t.run)", "As known on"),
            ("t.chance", "Chance"),
            ("t.content", "Why"),
        ],
    },
    Place {
        table: "merge",
        title: "Records that became one with yours",
        whose: "t.kept = $1 OR t.gone = $1",
        key: "t.id",
        columns: &[("t.at", "When"), ("t.reason", "Why")],
    },
    Place {
        table: "snapshot_leaver",
        title: "Returns that told of you",
        whose: "t.ypid = (SELECT y.ypid FROM young_person y WHERE y.id = $1)",
        key: "t.snapshot",
        columns: &[("t.snapshot", "Return"), ("t.status", "Status")],
    },
    Place {
        table: "finding",
        title: "Findings in returns about you",
        whose: PERSON,
        key: "t.snapshot || '-' || t.line",
        columns: &[("t.code", "Finding"), ("t.field", "Field"), ("t.message", "What it said")],
    },
    Place {
        table: "right_request",
        title: "What you asked us",
        whose: PERSON,
        key: "t.id",
        columns: &[
            ("t.kind", "What"),
            ("t.said_by", "Who asked"),
            ("t.words", "In your words"),
            ("t.received", "Came"),
        ],
    },
    Place {
        table: "use_stop",
        title: "Stops on the use of your record",
        whose: PERSON,
        key: "t.request",
        columns: &[MADE, ENDED],
    },
    Place {
        table: "retention_hold",
        title: "Why your record is kept longer",
        whose: PERSON,
        key: "t.id",
        columns: &[("t.kind", "Kind"), ("t.reason", "Reason"), MADE, ENDED],
    },
    Place {
        table: "audit",
        title: "Who read or changed your record",
        whose: PERSON,
        key: "t.seq",
        columns: &[
            ("t.at", "When"),
            (
                "COALESCE((SELECT a.name FROM account a WHERE a.id = t.account), 'the system')",
                "Who",
            ),
            ("COALESCE((SELECT a.role FROM account a WHERE a.id = t.account), '')", "Role"),
            (
                "COALESCE((SELECT o.name FROM account a JOIN organisation o ON o.id = a.organisation WHERE a.id = t.account), 'the council')",
                "Of",
            ),
            ("t.act", "What"),
            ("t.purpose", "For what"),
            ("t.detail", "Which part"),
        ],
    },
];

/// The numbers that one person has: their own and those of records that became one with it.
pub async fn same(tx: &mut Tx, person: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(SAME, args![person], |row| row.int(0)).await
}

/// Everything held under these numbers.
pub async fn held(tx: &mut Tx, people: &[i64]) -> Result<Vec<Held>, StoreError> {
    let mut all = Vec::new();
    for place in PLACES {
        let columns = columns_of(place);
        let mut held = Held {
            table: place.table.to_owned(),
            title: place.title.to_owned(),
            columns: columns.iter().map(|(_, label)| label.clone()).collect(),
            rows: Vec::new(),
        };
        let cells: Vec<String> = columns.into_iter().map(|(column, _)| column).collect();
        let sql = statement(place.table, place.key, &cells, place.whose);
        rows(tx, &sql, cells.len(), people, &mut held.rows).await?;
        unseal(tx, &mut held, &cells)?;
        all.push(held);
    }
    for (table, columns) in others(tx).await? {
        let cells: Vec<String> = columns.iter().map(|column| format!("t.{column}")).collect();
        let first = cells.first().cloned().unwrap_or_else(|| "''".to_owned());
        let sql = statement(&table, &first, &cells, PERSON);
        let title = format!("Also: {}", table.replace('_', " "));
        let mut held = Held { table, title, columns, rows: Vec::new() };
        rows(tx, &sql, cells.len(), people, &mut held.rows).await?;
        unseal(tx, &mut held, &cells)?;
        all.push(held);
    }
    Ok(all)
}

fn columns_of(place: &Place) -> Vec<(String, String)> {
    let listed =
        place.columns.iter().map(|(column, label)| (column.to_string(), label.to_string()));
    if place.table != "particulars" {
        return listed.collect();
    }
    let field = |field: &Field| {
        let column = match field {
            Field::School => "(SELECT o.name FROM organisation o WHERE o.id = t.school)".to_owned(),
            other => format!("t.{}", other.column()),
        };
        (column, field.label().to_owned())
    };
    let when = [MADE, ENDED].map(|(column, label)| (column.to_owned(), label.to_owned()));
    Field::ALL.iter().map(field).chain(when).collect()
}

fn statement(table: &str, key: &str, cells: &[String], whose: &str) -> String {
    let text = |cell: &String| format!("COALESCE(CAST({cell} AS TEXT), '')");
    let cells: Vec<String> = cells.iter().map(text).collect();
    format!(
        "SELECT CAST({key} AS TEXT), {} FROM {table} t WHERE {whose} ORDER BY {key}",
        cells.join(", ")
    )
}

async fn rows(
    tx: &mut Tx,
    sql: &str,
    width: usize,
    people: &[i64],
    into: &mut Vec<(String, Vec<String>)>,
) -> Result<(), StoreError> {
    for person in people {
        tx.each(sql, args![*person], |row| {
            let cells = (1..=width).map(|at| row.text(at)).collect::<Result<Vec<_>, _>>()?;
            into.push((row.text(0)?, cells));
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Opens what is sealed: a person is told what we hold, not how.
fn unseal(tx: &Tx, held: &mut Held, columns: &[String]) -> Result<(), StoreError> {
    for (key, cells) in &mut held.rows {
        for (cell, column) in cells.iter_mut().zip(columns) {
            if is_sealed(cell) {
                // A row that is named by two numbers is told of as `row-line`.
                let mut numbers = key.split('-').map(|number| number.parse().ok());
                let row = numbers.next().flatten().unwrap_or_default();
                let line = numbers.next().flatten();
                let column = column.replacen("t.", "", 1);
                let at = Cell { table: &held.table, row, line, column: &column };
                *cell = tx.unseal(&at, cell)?;
            }
        }
    }
    Ok(())
}

/// Tables with a column `person` that are not told of above, with all their columns.
async fn others(tx: &mut Tx) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let sql = match tx.is_postgres() {
        true => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), UPPER(CAST(data_type AS TEXT)) \
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
        false => {
            "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' ORDER BY m.name, c.cid"
        }
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut of_people = BTreeSet::new();
    tx.each(sql, args![], |row| {
        let (table, column) = (row.text(0)?, row.text(1)?);
        // A text of that name is somebody's post in the strategy, not a young person's number.
        if column == "person" && row.text(2)? == "BIGINT" {
            of_people.insert(table.clone());
        }
        tables.entry(table).or_default().push(column);
        Ok(())
    })
    .await?;
    tables.retain(|table, _| {
        of_people.contains(table) && !PLACES.iter().any(|place| place.table == table)
    });
    Ok(tables)
}

/// Reasons of changes about one person alone may name what is destroyed.
const REASONS: &str = "UPDATE change SET reason = NULL WHERE import IS NULL AND reason IS NOT NULL AND id IN (SELECT made FROM particulars WHERE person = $1 UNION SELECT made FROM characteristic WHERE person = $1 UNION SELECT ended FROM characteristic WHERE person = $1 UNION SELECT made FROM spell WHERE person = $1 UNION SELECT made FROM address WHERE person = $1 UNION SELECT made FROM assignment WHERE person = $1 UNION SELECT made FROM contact WHERE person = $1 UNION SELECT made FROM sharing_word WHERE person = $1 UNION SELECT made FROM right_request WHERE person = $1)";

/// A held row names them among others whom it may speak of: that goes, and so does what it was compared
/// with. What the partner's row said stays, since nobody knows of whom.
const MAY_NAME: &str = "UPDATE import_row SET evidence = '', decision = CASE WHEN decision = 'same:' || CAST(CAST($1 AS BIGINT) AS TEXT) THEN NULL ELSE decision END, candidates = TRIM(REPLACE(',' || candidates || ',', ',' || CAST(CAST($1 AS BIGINT) AS TEXT) || ',', ','), ',') WHERE candidates <> '' AND ',' || candidates || ',' LIKE '%,' || CAST(CAST($1 AS BIGINT) AS TEXT) || ',%'";

const OF_REQUESTS: &str = "request IN (SELECT id FROM right_request WHERE person = $1)";

/// Destroys everything under these numbers but the audit, whose rows hold numbers alone; how many rows
/// went.
pub async fn erase(tx: &mut Tx, people: &[i64]) -> Result<u64, StoreError> {
    let mut statements: Vec<String> = vec![REASONS.to_owned(), MAY_NAME.to_owned()];
    let others = others(tx).await?;
    statements.extend(others.keys().map(|table| format!("DELETE FROM {table} WHERE person = $1")));
    for table in ["right_removal", "right_step"] {
        statements.push(format!("DELETE FROM {table} WHERE {OF_REQUESTS}"));
    }
    // Whatever rests on another comes before it: the list of places read backwards, stops first.
    statements.push("DELETE FROM use_stop WHERE person = $1".to_owned());
    let kept = ["audit", "use_stop"];
    for place in PLACES.iter().rev().filter(|place| !kept.contains(&place.table)) {
        let whose = place.whose.replace("t.", "");
        statements.push(format!("DELETE FROM {} WHERE {}", place.table, whose.replace("y.", "")));
    }
    let mut gone = 0;
    for statement in &statements {
        for person in people {
            let touched = tx.run(statement, args![*person]).await?;
            gone += if statement.starts_with("DELETE") { touched } else { 0 };
        }
    }
    Ok(gone)
}
