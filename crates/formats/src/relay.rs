//! Rows on their way out of the limited process that read the file: one JSON line each.
//!
//! The reading process is not trusted, so everything that comes back is parsed into typed values again
//! here. The shapes below are private to this file; the rest of the house knows only `domain::intake`.

use crate::mapping::Proposal;
use domain::intake::{
    ActivitySaid, Declaration, FileFacts, FileRefused, ProviderSaid, Row, RowRefused,
};
use domain::person::{Address, Engagement, Field, FormerName, Particulars};
use domain::results::Graded;
use domain::status::Spell;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the reading process says: rows, then how it ended.
#[derive(Debug, PartialEq)]
pub enum Said {
    Row(Row),
    /// What a table's columns would be read as, for somebody to say otherwise.
    Layout(Box<Proposal>),
    Done(Result<FileFacts, FileRefused>),
}

/// One line, without its end.
pub fn write(said: &Said) -> String {
    let line = match said {
        Said::Row(Row::Person(d)) => Line::Person(Box::new(WirePerson::from(d.as_ref()))),
        Said::Row(Row::Refused(r)) => {
            Line::Refused { row: r.row, raw: r.raw.clone(), reason: r.reason.clone() }
        }
        Said::Layout(proposal) => Line::Layout(proposal.clone()),
        Said::Done(Ok(f)) => Line::Done {
            unread: f.unread.clone(),
            day: f.day,
            edition: f.edition.clone(),
            notes: f.notes.clone(),
        },
        Said::Done(Err(e)) => Line::Not {
            sentence: e.sentence.clone(),
            row: e.row,
            telling_may_help: e.telling_may_help,
        },
    };
    serde_json::to_string(&line).expect("lines hold only texts, numbers and lists")
}

/// Reads one line back; `None` when it is not one of ours.
pub fn read(line: &str) -> Option<Said> {
    Some(match serde_json::from_str::<Line>(line).ok()? {
        Line::Person(p) => Said::Row(Row::Person(Box::new(Declaration::from(*p)))),
        Line::Refused { row, raw, reason } => {
            Said::Row(Row::Refused(RowRefused { row, raw, reason }))
        }
        Line::Layout(proposal) => Said::Layout(proposal),
        Line::Done { unread, day, edition, notes } => {
            Said::Done(Ok(FileFacts { unread, day, edition, notes }))
        }
        Line::Not { sentence, row, telling_may_help } => {
            Said::Done(Err(FileRefused { sentence, row, telling_may_help }))
        }
    })
}

#[derive(Serialize, Deserialize)]
enum Line {
    Person(Box<WirePerson>),
    Layout(Box<Proposal>),
    Refused {
        row: u32,
        raw: Vec<(String, String)>,
        reason: String,
    },
    Done {
        unread: Vec<(String, u32)>,
        day: Option<Date>,
        edition: Option<String>,
        notes: Vec<String>,
    },
    Not {
        sentence: String,
        row: Option<u32>,
        telling_may_help: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct WirePerson {
    row: u32,
    raw: Vec<(String, String)>,
    ypid: Option<String>,
    fields: Vec<(String, String)>,
    former: Vec<(String, String, String)>,
    address: Option<WireAddress>,
    characteristics: Option<Vec<String>>,
    also_holds: Vec<String>,
    activities: Vec<WireActivity>,
    engagements: Vec<WireEngagement>,
    graded: Option<[String; 4]>,
    remarks: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct WireEngagement {
    programme: String,
    from: Date,
    to: Option<Date>,
    engaged: Option<bool>,
    kind: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireAddress {
    lines: [String; 4],
    town: String,
    county: String,
    postcode: String,
    from: Option<Date>,
}

#[derive(Serialize, Deserialize)]
struct WireProvider(Option<String>, Option<String>, Option<String>, Option<String>);

#[derive(Serialize, Deserialize)]
enum WireActivity {
    Current(Box<WireSpell>),
    OnRoll(Option<String>, WireProvider, Option<Date>, Option<Date>),
    Started(Option<String>, WireProvider, Date, Option<Date>),
    Left(WireProvider, Date, Option<String>, Option<String>),
    History(Vec<WireSpell>),
}

#[derive(Serialize, Deserialize)]
struct WireSpell {
    code: String,
    texts: [Option<String>; 6],
    start: Date,
    days: [Option<Date>; 8],
    lapsed_stated: Option<bool>,
}

impl From<&Declaration> for WirePerson {
    fn from(d: &Declaration) -> Self {
        let fields = Field::ALL
            .iter()
            .filter_map(|f| Some((f.column().to_owned(), d.particulars.get(*f)?.to_owned())))
            .collect();
        let former = d
            .former_names
            .iter()
            .map(|n| (n.given.clone(), n.family.clone(), n.source.clone()))
            .collect();
        WirePerson {
            row: d.row,
            raw: d.raw.clone(),
            ypid: d.ypid.clone(),
            fields,
            former,
            address: d.address.as_ref().map(|a| WireAddress {
                lines: a.lines.clone(),
                town: a.town.clone(),
                county: a.county.clone(),
                postcode: a.postcode.clone(),
                from: a.from,
            }),
            characteristics: d.characteristics.clone(),
            also_holds: d.also_holds.clone(),
            activities: d.activities.iter().map(WireActivity::from).collect(),
            engagements: d
                .engagements
                .iter()
                .map(|e| WireEngagement {
                    programme: e.programme.clone(),
                    from: e.from,
                    to: e.to,
                    engaged: e.engaged,
                    kind: e.kind.clone(),
                })
                .collect(),
            graded: d.graded.clone().map(|g| [g.series, g.subject, g.level, g.grade]),
            remarks: d.remarks.clone(),
        }
    }
}

impl From<WirePerson> for Declaration {
    fn from(w: WirePerson) -> Self {
        let mut particulars = Particulars::default();
        for (column, value) in w.fields {
            if let Some(field) = Field::from_column(&column) {
                particulars.set(field, value);
            }
        }
        Declaration {
            row: w.row,
            raw: w.raw,
            ypid: w.ypid,
            particulars,
            former_names: w
                .former
                .into_iter()
                .map(|(given, family, source)| FormerName { given, family, source })
                .collect(),
            address: w.address.map(|a| Address {
                lines: a.lines,
                town: a.town,
                county: a.county,
                postcode: a.postcode,
                from: a.from,
                ..Address::default()
            }),
            characteristics: w.characteristics,
            also_holds: w.also_holds,
            activities: w.activities.into_iter().map(ActivitySaid::from).collect(),
            engagements: w
                .engagements
                .into_iter()
                .map(|e| Engagement {
                    programme: e.programme,
                    from: e.from,
                    to: e.to,
                    engaged: e.engaged,
                    source: String::new(),
                    kind: e.kind,
                })
                .collect(),
            graded: w.graded.map(|[series, subject, level, grade]| Graded {
                series,
                subject,
                level,
                grade,
            }),
            remarks: w.remarks,
        }
    }
}

impl From<&ProviderSaid> for WireProvider {
    fn from(p: &ProviderSaid) -> Self {
        let p = p.clone();
        WireProvider(p.establishment_number, p.ukprn, p.urn, p.name)
    }
}

impl From<WireProvider> for ProviderSaid {
    fn from(w: WireProvider) -> Self {
        ProviderSaid { establishment_number: w.0, ukprn: w.1, urn: w.2, name: w.3, kind: None }
    }
}

impl From<&ActivitySaid> for WireActivity {
    fn from(a: &ActivitySaid) -> Self {
        match a {
            ActivitySaid::Current(s) => WireActivity::Current(Box::new(s.into())),
            ActivitySaid::OnRoll { code, provider, since, until } => {
                WireActivity::OnRoll(code.clone(), provider.into(), *since, *until)
            }
            ActivitySaid::Started { code, provider, start, predicted_end } => {
                WireActivity::Started(code.clone(), provider.into(), *start, *predicted_end)
            }
            ActivitySaid::Left { provider, end, reason, moved_on } => {
                WireActivity::Left(provider.into(), *end, reason.clone(), moved_on.clone())
            }
            ActivitySaid::History(spells) => {
                WireActivity::History(spells.iter().map(WireSpell::from).collect())
            }
        }
    }
}

impl From<WireActivity> for ActivitySaid {
    fn from(w: WireActivity) -> Self {
        match w {
            WireActivity::Current(s) => ActivitySaid::Current((*s).into()),
            WireActivity::OnRoll(code, provider, since, until) => {
                ActivitySaid::OnRoll { code, provider: provider.into(), since, until }
            }
            WireActivity::Started(code, provider, start, predicted_end) => {
                ActivitySaid::Started { code, provider: provider.into(), start, predicted_end }
            }
            WireActivity::Left(provider, end, reason, moved_on) => {
                ActivitySaid::Left { provider: provider.into(), end, reason, moved_on }
            }
            WireActivity::History(spells) => {
                ActivitySaid::History(spells.into_iter().map(Spell::from).collect())
            }
        }
    }
}

impl From<&Spell> for WireSpell {
    fn from(s: &Spell) -> Self {
        let s = s.clone();
        WireSpell {
            code: s.code,
            texts: [
                s.establishment_number,
                s.establishment_name,
                s.ukprn,
                s.organisation,
                s.verified_by,
                s.verified_how,
            ],
            start: s.start,
            days: [
                s.ascertained,
                s.verified,
                s.review,
                s.predicted_end,
                s.end,
                s.neet_start,
                s.lapse_stated,
                s.stated_on,
            ],
            lapsed_stated: s.lapsed_stated,
        }
    }
}

impl From<WireSpell> for Spell {
    fn from(w: WireSpell) -> Self {
        let [
            establishment_number,
            establishment_name,
            ukprn,
            organisation,
            verified_by,
            verified_how,
        ] = w.texts;
        let [
            ascertained,
            verified,
            review,
            predicted_end,
            end,
            neet_start,
            lapse_stated,
            stated_on,
        ] = w.days;
        Spell {
            code: w.code,
            establishment_number,
            establishment_name,
            ukprn,
            organisation,
            start: w.start,
            ascertained,
            verified,
            verified_by,
            verified_how,
            review,
            predicted_end,
            end,
            neet_start,
            lapse_stated,
            lapsed_stated: w.lapsed_stated,
            stated_on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_out_comes_back() {
        let mut spell = Spell::new("230", jiff::civil::date(2025, 9, 8));
        spell.review = Some(jiff::civil::date(2026, 1, 1));
        spell.lapsed_stated = Some(true);
        spell.verified_how = Some("roll".into());
        let person = Declaration {
            row: 7,
            raw: vec![("Name".into(), "A\n\"B\"".into())],
            ypid: Some("8870000000001".into()),
            particulars: Particulars::default().with(Field::GivenName, "Zoë"),
            address: Some(Address { postcode: "ME7 1AB".into(), ..Address::default() }),
            characteristics: Some(vec!["140".into()]),
            also_holds: vec!["110".into()],
            activities: vec![
                ActivitySaid::Current(spell.clone()),
                ActivitySaid::History(vec![spell]),
            ],
            graded: Some(Graded {
                subject: "Maths".into(),
                grade: "7".into(),
                ..Graded::default()
            }),
            ..Declaration::default()
        };
        for said in [
            Said::Row(Row::Person(Box::new(person))),
            Said::Row(Row::Refused(RowRefused { row: 2, raw: vec![], reason: "x".into() })),
            Said::Done(Ok(FileFacts { notes: vec!["n".into()], ..FileFacts::default() })),
            Said::Done(Err(FileRefused {
                sentence: "no".into(),
                row: Some(3),
                telling_may_help: true,
            })),
        ] {
            assert_eq!(read(&write(&said)), Some(said));
        }
        assert_eq!(read("{\"Row\":1}"), None);
    }
}
