//! The kinds of sets: their columns, by which names they are known, and what a row of each says.

use domain::prediction::Fact;

use super::Told;
use super::grades;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Our name, which a mapping speaks of.
    pub name: &'static str,
    /// Other names, by their letters and digits only.
    also: &'static [&'static str],
}

impl Column {
    pub(super) fn called(&self, heading: &str) -> bool {
        let own: String = self.name.chars().filter(|c| c.is_alphanumeric()).collect();
        heading == own || self.also.contains(&heading)
    }
}

/// A kind of set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    pub kind: &'static str,
    pub label: &'static str,
    own: &'static [Column],
    /// Of each group one column is needed.
    needs: &'static [&'static [&'static str]],
    /// Fields of which silence in a loaded set says no.
    pub silence_is_no: &'static [&'static str],
    /// Whether its rows may name a pupil by the row of the census's own table of pupils.
    pub of_census: bool,
}

impl Set {
    pub fn named(kind: &str) -> Option<&'static Set> {
        SETS.iter().find(|set| set.kind == kind)
    }

    pub fn columns(&self) -> impl Iterator<Item = &'static Column> {
        let rows: &[Column] = if self.of_census || self.kind == "census" { &ROWS } else { &[] };
        WHO.iter().chain(rows).chain(self.own)
    }

    /// The first need that no column meets, in words.
    pub(super) fn lacks(&self, has: &dyn Fn(&str) -> bool) -> Option<String> {
        let named = has("upn") || has("uln") || (has("forename") && has("surname") && has("dob"));
        let by_row = self.of_census && ROWS.iter().any(|row| has(row.name));
        if !named && !by_row {
            let row = if self.of_census { ", or its pupilonrolltableid" } else { "" };
            return Some(format!("the pupil (upn, uln, or forename, surname and dob{row})"));
        }
        let unmet = self.needs.iter().find(|group| !group.iter().any(|name| has(name)));
        unmet.map(|group| group.join(" or "))
    }
}

const fn column(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { name, also }
}

const WHO: &[Column] = &[
    column("upn", &["uniquepupilnumber", "pupilupn"]),
    column("uln", &["uniquelearnernumber"]),
    column("forename", &["legalforename", "firstname", "givenname"]),
    column("surname", &["legalsurname", "lastname", "familyname"]),
    column("dob", &["dateofbirth", "birthdate", "born"]),
];

/// A census comes back to the authority as tables that name a pupil by a row of the table of pupils, of
/// those on roll or of those no longer on it; only that table has the pupil's number.
///
/// Source: census-csv: each table of a pupil's things holds pupilonrolltableid or
/// pupilnolongeronrolltableid, and no UPN.
pub(super) const ROWS: [Column; 2] =
    [column("pupilonrolltableid", &[]), column("pupilnolongeronrolltableid", &[])];
/// The field under which each row of that table is remembered.
pub const CENSUS_ROW: &str = "census_row";

const START: Column = column("start", &["startdate", "interventionstart", "from", "datefrom"]);
const END: Column = column("end", &["enddate", "interventionend", "to", "dateto"]);
const REFERENCE: Column = column("referencedate", &["censusdate"]);

/// The census comes whole, or as its own tables: pupils, periods of free school meals, types of need. Each
/// is a set by itself, joined by the pupil in whatever order they come.
///
/// Source: school census (CSV tables after return), youth justice minimum, exam results in our own form:
/// the exchange formats named in docs/sources.
pub const SETS: &[Set] = &[
    Set {
        kind: "attendance",
        label: "Attendance",
        own: &[
            START,
            END,
            column("possible", &["sessionspossible", "termlysessionspossible"]),
            column("authorised", &["sessionsauthorised", "authorisedabsence"]),
            column("unauthorised", &["sessionsunauthorised", "unauthorisedabsence"]),
            column("attended", &["sessionsattended"]),
        ],
        needs: &[&["start"], &["end"], &["possible"], &["authorised", "attended"]],
        silence_is_no: &[],
        of_census: false,
    },
    Set {
        kind: "census",
        label: "School census",
        own: &[
            REFERENCE,
            column("senprovision", &["sen"]),
            column("sentype", &["sentype1", "primaryneed", "senneed"]),
            column("language", &["firstlanguage"]),
            column("fsm", &["fsmeligible", "freeschoolmeals", "fsmeligibility"]),
            column("gifted", &["giftedandtalented", "gt", "giftedtalented"]),
        ],
        needs: &[&["senprovision", "fsm", "language", "gifted"]],
        silence_is_no: &[],
        of_census: false,
    },
    Set {
        kind: "census-fsm",
        label: "School census: free school meals",
        own: &[
            column("start", &["fsmstartdate", "startdate", "from"]),
            column("end", &["fsmenddate", "enddate", "to"]),
            column("country", &["ukcountry"]),
        ],
        needs: &[&["start"]],
        silence_is_no: &["free_school_meals"],
        of_census: true,
    },
    Set {
        kind: "census-sen",
        label: "School census: special educational needs",
        own: &[
            REFERENCE,
            column("senprovision", &["sen"]),
            column("sentype", &["primaryneed", "senneed"]),
            column("rank", &["sentyperank", "rankorder"]),
        ],
        needs: &[&["sentype", "senprovision"]],
        silence_is_no: &[],
        of_census: true,
    },
    Set {
        kind: "census-attendance",
        label: "School census: sessions",
        own: &[
            REFERENCE,
            column("attendancereason", &["attendancecode", "reason", "mark"]),
            column("sessions", &["numberofsessions"]),
            column("possible", &["termlysessionspossible", "summerhalfterm2sessionspossible"]),
        ],
        needs: &[&["attendancereason"], &["sessions"]],
        silence_is_no: &[],
        of_census: true,
    },
    Set {
        kind: "suspensions",
        label: "Suspensions and exclusions",
        own: &[
            START,
            END,
            column("sessions", &["numberofsessions"]),
            column("days", &["numberofdays"]),
            column("category", &["exclusioncategory", "type"]),
        ],
        needs: &[&["start"], &["category"]],
        silence_is_no: &["suspended"],
        of_census: true,
    },
    Set {
        kind: "exams",
        label: "Exam results or forecasts",
        own: &[
            column("series", &["season", "examseries"]),
            column("subject_title", &["elementawardtitle", "specificationtitle", "subject"]),
            column("grade", &["result"]),
            column("qualification_level", &["level", "qualtype"]),
        ],
        needs: &[&["series"], &["subject_title"], &["grade"]],
        silence_is_no: &[],
        of_census: false,
    },
    Set {
        kind: "ks2",
        label: "Key Stage 2",
        own: &[
            column("year", &["yearoftest"]),
            column("reading", &["readingscore", "readscore"]),
            column("maths", &["mathsscore", "matscore"]),
        ],
        needs: &[&["year"], &["reading", "maths"]],
        silence_is_no: &[],
        of_census: false,
    },
    Set {
        kind: "ks4",
        label: "Key Stage 4",
        own: &[
            column("year", &["academicyear"]),
            column("attainment8", &["att8", "attainment8score"]),
            column("english", &["englishgrade", "bestenglish"]),
            column("maths", &["mathsgrade", "bestmaths"]),
        ],
        needs: &[&["year"], &["attainment8", "english", "maths"]],
        silence_is_no: &[],
        of_census: false,
    },
    Set {
        kind: "yot",
        label: "Youth justice",
        own: &[START, END, column("custody", &[])],
        needs: &[&["start"]],
        silence_is_no: &["youth_justice", "custody"],
        of_census: false,
    },
    Set {
        kind: "fip",
        label: "Family Intervention Project",
        own: &[START, END],
        needs: &[&["start"]],
        silence_is_no: &["family_intervention"],
        of_census: false,
    },
    Set {
        kind: "childrens-fund",
        label: "Children's Fund",
        own: &[START, END],
        needs: &[&["start"]],
        silence_is_no: &["childrens_fund"],
        of_census: false,
    },
    Set {
        kind: "early-help",
        label: "Early help",
        own: &[START, END],
        needs: &[&["start"]],
        silence_is_no: &["early_help"],
        of_census: false,
    },
];

pub(super) fn facts(kind: &str, told: &Told<'_>) -> Result<Vec<Fact>, String> {
    match kind {
        "attendance" => attendance(told),
        "census" => census(told),
        "census-fsm" => meals(told),
        "census-sen" => needs(told),
        "census-attendance" => super::sessions::one(told),
        "suspensions" => suspension(told),
        "exams" => grades::one(told),
        "ks2" => ks2(told),
        "ks4" => ks4(told),
        "yot" => {
            let mut facts = involvement("youth_justice", told)?;
            if told.yes("custody") == Some(true) {
                facts.extend(involvement("custody", told)?);
            }
            Ok(facts)
        }
        "fip" => involvement("family_intervention", told),
        "childrens-fund" => involvement("childrens_fund", told),
        _ => involvement("early_help", told),
    }
}

fn attendance(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let (from, to) = (told.day_or_as_of("start")?, told.day_or_as_of("end")?);
    if from > to {
        return Err("the period ends before it begins".to_owned());
    }
    let possible = told.number("possible")?.ok_or("nothing stands under possible")?;
    let unauthorised = told.number("unauthorised")?.unwrap_or(0.0);
    let missed = match (told.number("authorised")?, told.number("attended")?) {
        (Some(authorised), _) => authorised + unauthorised,
        (None, Some(attended)) => possible - attended,
        (None, None) => return Err("nothing says how many sessions were missed".to_owned()),
    };
    if !(0.0..=possible).contains(&missed) || unauthorised > missed {
        return Err("more sessions were missed than there were".to_owned());
    }
    Ok(vec![told.fact("sessions", format!("{possible}/{missed}/{unauthorised}"), from, Some(to))])
}

/// Units: how long one census speaks of somebody; the next says it again.
const CENSUS_MONTHS: i32 = 4;

fn census(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let day = told.day_or_as_of("referencedate")?;
    let term = Some(day.saturating_add(jiff::ToSpan::months(CENSUS_MONTHS)));
    // That a pupil was counted at all is what makes silence in the table of meals a no.
    // Of those who have left, no table of meals is kept.
    let on_roll = told.get("pupilnolongeronrolltableid").is_none();
    let counted = on_roll.then(|| told.fact("census", "yes", day, term));
    let mut facts: Vec<Fact> = counted.into_iter().collect();
    facts.extend(told.row().map(|row| told.fact(CENSUS_ROW, row, day, Some(day))));
    facts.extend(provision(told, day)?);
    if let Some(need) = told.get("sentype") {
        facts.push(told.fact("sen_need", need.to_uppercase(), day, None));
    }
    if let Some(language) = told.get("language") {
        let english = matches!(language.to_uppercase().as_str(), "ENG" | "ENGLISH" | "ENB");
        facts.push(told.fact("eal", if english { "no" } else { "yes" }, day, None));
    }
    let word = |yes: bool| if yes { "yes" } else { "no" };
    // Systems leave the cell of a pupil without free meals empty; the column itself must be there.
    if told.has("fsm") {
        let yes = told.yes("fsm").unwrap_or(false);
        facts.push(told.fact("free_school_meals", word(yes), day, term));
    }
    if let Some(yes) = told.yes("gifted") {
        facts.push(told.fact("gifted", word(yes), day, None));
    }
    Ok(facts)
}

fn provision(told: &Told<'_>, day: domain::calendar::Day) -> Result<Option<Fact>, String> {
    let Some(code) = told.get("senprovision") else { return Ok(None) };
    // Statements and school action are the older names of a plan and of support.
    let code = match code.to_uppercase().as_str() {
        "E" | "S" => "E",
        "K" | "A" | "P" => "K",
        "N" => "N",
        other => return Err(format!("{other} is no provision of special needs")),
    };
    Ok(Some(told.fact("sen_provision", code, day, None)))
}

/// A period of free meals. One that another country paid for is none of England's.
fn meals(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let elsewhere = told.get("country").is_some_and(|code| !code.eq_ignore_ascii_case("ENG"));
    if elsewhere { Ok(Vec::new()) } else { involvement("free_school_meals", told) }
}

/// A type of need. Only the first in rank is the primary need; the others are read and said of nobody.
fn needs(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let day = told.day_or_as_of("referencedate")?;
    let first = told.number("rank")?.is_none_or(|rank| rank == 1.0);
    let need = told.get("sentype").filter(|_| first);
    let need = need.map(|need| told.fact("sen_need", need.to_uppercase(), day, None));
    Ok(provision(told, day)?.into_iter().chain(need).collect())
}

fn suspension(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let from = told.day("start")?.ok_or("nothing stands under start")?;
    let category = told.wanted("category")?.to_uppercase();
    if category.starts_with("PERM") {
        return Ok(vec![told.fact("excluded", "yes", from, Some(from))]);
    }
    if !matches!(category.as_str(), "SUSP" | "LNCH" | "FIXD" | "SUSPENSION" | "FIXED TERM") {
        return Err(format!("{category} is no category of exclusion"));
    }
    let sessions = told.number("sessions")?.map(|sessions| sessions / 2.0);
    let days = told.number("days")?.or(sessions).unwrap_or(0.5);
    let to = told.day("end")?.unwrap_or(from);
    Ok(vec![told.fact("suspended", days.to_string(), from, Some(to.max(from)))])
}

/// Source: Key Stage 2 scaled scores run from 80 to 120.
fn ks2(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let scores: Vec<f64> =
        [told.number("reading")?, told.number("maths")?].into_iter().flatten().collect();
    if scores.is_empty() || scores.iter().any(|score| !(80.0..=120.0).contains(score)) {
        return Err("a scaled score lies from 80 to 120".to_owned());
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    Ok(vec![told.fact("ks2", mean.to_string(), summer(told, 7, 9)?, None)])
}

fn ks4(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let day = summer(told, 8, 22)?;
    let mut facts = Vec::new();
    if let Some(score) = told.number("attainment8")? {
        if score > 90.0 {
            return Err("Attainment 8 lies from 0 to 90".to_owned());
        }
        facts.push(told.fact("ks4", (score / 10.0).to_string(), day, None));
    }
    if let (Some(english), Some(maths)) = (told.get("english"), told.get("maths")) {
        let (Some(english), Some(maths)) = (grades::points(english), grades::points(maths)) else {
            return Err("a grade is 9 to 1, A* to G, or U".to_owned());
        };
        let both = english >= 4.0 && maths >= 4.0;
        facts.push(told.fact("english_maths", if both { "yes" } else { "no" }, day, None));
    }
    Ok(facts)
}

/// The day on which results of a year are out.
fn summer(told: &Told<'_>, month: i8, day: i8) -> Result<domain::calendar::Day, String> {
    let year = told.wanted("year")?;
    // "2023/24" and "2023-24" are the year that ends in 2024.
    let year = match year.split_once(['/', '-']) {
        Some((first, _)) => first.trim().parse::<i16>().map(|first| first + 1),
        None => year.parse(),
    };
    let year = year.map_err(|_| "nothing under year is a year".to_owned())?;
    domain::calendar::Day::new(year, month, day).map_err(|_| "that year is none".to_owned())
}

fn involvement(field: &str, told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let from = told.day("start")?.ok_or("nothing stands under start")?;
    let to = told.day("end")?;
    if to.is_some_and(|to| to < from) {
        return Err("it ends before it begins".to_owned());
    }
    Ok(vec![told.fact(field, "yes", from, to)])
}
