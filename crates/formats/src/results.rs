//! Exam results as a school sends them for the providers its pupils applied to: a row a pupil and
//! subject. The grade is kept as written; nothing here works anything out from it.

use crate::limits::short;
use crate::mapping::{Bound, Column, OurColumn};
use crate::people::needs;
use crate::person_line::person;
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::intake::{FileFacts, FileRefused, Row};
use domain::results::Graded;

const NEEDED: [Column; 2] = [Column::Subject, Column::Grade];
const LETTERS_MOST: usize = 120;

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let mut rows = Results { ours: crate::people::ours(Kind::Results) };
    read_rows(Kind::Results, bytes, options, &mut rows, sink)
}

struct Results {
    ours: Vec<OurColumn>,
}

impl Rows for Results {
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
        let text =
            |column: Column| line.text(column as usize).unwrap_or_default().trim().to_owned();
        let graded = Graded {
            series: text(Column::Series),
            subject: text(Column::Subject),
            level: text(Column::Level),
            grade: text(Column::Grade),
        };
        if graded.subject.is_empty() || graded.grade.is_empty() {
            return Ok(Row::Refused(
                line.refused("The row has no subject or no grade.".to_owned()),
            ));
        }
        let parts = [&graded.series, &graded.subject, &graded.level, &graded.grade];
        if let Some(long) = parts.iter().find(|text| text.chars().count() > LETTERS_MOST) {
            let why = format!("{} is too long for a result.", short(long));
            return Ok(Row::Refused(line.refused(why)));
        }
        said.graded = Some(graded);
        Ok(Row::Person(Box::new(said)))
    }
}
