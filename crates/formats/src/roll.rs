//! A school's roll as a table, its own or the school census's: who is there, since when, and who
//! has left. Which activity that is (compulsory age, sixth form) is the edition's to say.

use crate::mapping::{Bound, Column, OurColumn};
use crate::people::PEOPLE_NEEDED;
use crate::person_line::{person, provider};
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::intake::{ActivitySaid, FileFacts, FileRefused, Row};

/// Said of a pupil who is on two rolls and whose main school is another.
pub(crate) const SUBSIDIARY: &str =
    "A subsidiary registration: the main school's roll says where they are.";

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let mut roll = Roll { ours: crate::people::ours(Kind::Roll), as_of: options.as_of };
    read_rows(Kind::Roll, bytes, options, &mut roll, sink)
}

struct Roll {
    ours: Vec<OurColumn>,
    as_of: Option<domain::calendar::Day>,
}

impl Rows for Roll {
    fn ours(&self) -> &[OurColumn] {
        &self.ours
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        PEOPLE_NEEDED.check(bound)
    }

    fn row(&mut self, line: &Line<'_>, _: &mut FileFacts) -> Result<Row, FileRefused> {
        let mut said = match person(line, &|_| ())? {
            Ok(said) => said,
            Err(refused) => return Ok(Row::Refused(refused)),
        };
        let since = line.day(Column::StartDate as usize, &mut said.remarks)?;
        let end = line.day(Column::EndDate as usize, &mut said.remarks)?;
        let text = |column: Column| line.text(column as usize).map(|text| text.into_owned());
        let provider = provider(line, &mut said.remarks);
        let still_there = end.is_none_or(|end| self.as_of.is_some_and(|day| end > day));
        let elsewhere = text(Column::EnrolmentStatus).is_some_and(|status| status == "S");
        match end {
            Some(end) if !still_there => said.activities.push(ActivitySaid::Left {
                provider,
                end,
                reason: text(Column::Reason),
                moved_on: text(Column::MovedOn),
            }),
            _ if elsewhere => said.remarks.push(SUBSIDIARY.to_owned()),
            _ => said.activities.push(ActivitySaid::OnRoll {
                code: text(Column::ActivityCode),
                provider,
                since,
                until: end,
            }),
        }
        Ok(Row::Person(Box::new(said)))
    }
}
