//! Who takes part in which youth programme, from when until when and whether they engage, as the youth
//! service sends it: a row a person and programme. What they do otherwise is no affair of this list.

use crate::limits::short;
use crate::mapping::{Bound, Column, OurColumn};
use crate::people::needs;
use crate::person_line::person;
use crate::reference::programme_kind;
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::intake::{FileFacts, FileRefused, Row};
use domain::person::Engagement;

const NEEDED: [Column; 2] = [Column::Programme, Column::TookPartFrom];
const LETTERS_MOST: usize = 120;

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let mut rows = Engagements { ours: crate::people::ours(Kind::Engagement) };
    read_rows(Kind::Engagement, bytes, options, &mut rows, sink)
}

struct Engagements {
    ours: Vec<OurColumn>,
}

impl Rows for Engagements {
    fn ours(&self) -> &[OurColumn] {
        &self.ours
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        needs(bound, &NEEDED)
    }

    fn row(&mut self, line: &Line<'_>, _: &mut FileFacts) -> Result<Row, FileRefused> {
        let mut said = match person(line, &|_| ())? {
            Ok(said) => said,
            Err(refused) => return Ok(Row::Refused(refused)),
        };
        let remarks = &mut said.remarks;
        let from = line.day(Column::TookPartFrom as usize, remarks)?;
        let to = line.day(Column::TookPartUntil as usize, remarks)?;
        let engaged = line.text(Column::Engaged as usize).and_then(|text| {
            let word = yes_or_no(&text);
            if word.is_none() {
                remarks.push(format!("Engaged: {} is neither yes nor no.", short(&text)));
            }
            word
        });
        let kind = line.text(Column::ProgrammeKind as usize).and_then(|text| {
            let known = programme_kind(&text);
            if known.is_none() && !text.trim().is_empty() {
                remarks.push(format!("Kind of programme: {} is none that is known.", short(&text)));
            }
            known.map(|kind| kind.name.clone())
        });
        let programme = line.text(Column::Programme as usize).unwrap_or_default().trim().to_owned();
        let refused = |why: &str| Ok(Row::Refused(line.refused(why.to_owned())));
        if programme.is_empty() || programme.chars().count() > LETTERS_MOST {
            return refused("The row names no programme in up to 120 letters.");
        }
        let Some(from) = from else {
            return refused("The row has no day from which they took part.");
        };
        if to.is_some_and(|to| to < from) {
            return refused("The row says that they stopped before they began.");
        }
        let source = String::new();
        said.engagements.push(Engagement { programme, from, to, engaged, source, kind });
        Ok(Row::Person(Box::new(said)))
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" | "1" | "engaged" | "attending" => Some(true),
        "n" | "no" | "false" | "0" | "not engaged" | "disengaged" | "not attending" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rows(text: &str) -> Result<Vec<Row>, FileRefused> {
        let mut rows = Vec::new();
        let mut sink = |row| rows.push(row);
        crate::read(Kind::Engagement, text.as_bytes(), &Options::default(), &mut sink)?;
        Ok(rows)
    }

    #[test]
    fn a_row_names_a_person_a_programme_and_its_days() {
        let text = "Forename,Surname,DOB,Project,Start date,End date,Engaged\n\
            Amina,Khan,2008-03-27,PAYP summer,2025-07-21,2025-08-29,Yes\n\
            Ben,Shah,2008-04-01,PAYP summer,2025-07-21,,perhaps\n\
            Cara,Lee,2008-04-02,,2025-07-21,,\n\
            Dora,Lee,2008-04-02,PAYP summer,,,\n\
            Evan,Lee,2008-04-02,PAYP summer,2025-07-21,2025-07-01,N\n";
        let rows = rows(text).unwrap();
        let Row::Person(amina) = &rows[0] else { panic!("{rows:?}") };
        let told = Engagement {
            programme: "PAYP summer".to_owned(),
            from: date(2025, 7, 21),
            to: Some(date(2025, 8, 29)),
            engaged: Some(true),
            source: String::new(),
            kind: None,
        };
        assert_eq!(amina.engagements, [told]);
        assert!(amina.activities.is_empty(), "it says nothing of what they do otherwise");
        let Row::Person(ben) = &rows[1] else { panic!("{rows:?}") };
        assert_eq!(ben.engagements[0].engaged, None);
        assert!(ben.remarks[0].contains("neither yes nor no"), "{:?}", ben.remarks);
        for row in &rows[2..] {
            assert!(matches!(row, Row::Refused(_)), "{row:?}");
        }
    }

    #[test]
    fn the_kind_of_a_programme_is_read_where_it_is_one_that_is_known() {
        let text = "Forename,Surname,DOB,Programme,Kind of programme,From\n\
            Amina,Khan,2010-03-27,The Will Adams Centre,Pupil referral unit,2025-09-08\n\
            Ben,Shah,2010-04-01,Motor vehicle,college-14-16,2025-09-08\n\
            Cara,Lee,2010-04-02,Sea scouts,a ship,2025-09-08\n\
            Dora,Lee,2010-04-02,Sea scouts,,2025-09-08\n";
        let kind_of = |row: &Row| match row {
            Row::Person(said) => (said.engagements[0].kind.clone(), said.remarks.len()),
            other => panic!("{other:?}"),
        };
        let read: Vec<_> = rows(text).unwrap().iter().map(kind_of).collect();
        let kind = |name: &str| Some(name.to_owned());
        let wanted =
            [(kind("pupil-referral-unit"), 0), (kind("college-14-16"), 0), (None, 1), (None, 0)];
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_list_without_programmes_is_another_kind_of_list() {
        let refused = rows("Forename,Surname,DOB\nAmina,Khan,2008-03-27\n").unwrap_err();
        assert!(refused.sentence.contains("programme"), "{refused}");
    }
}
