//! What pupils intend to do and what they have been offered, as a school sends it in autumn: a row a
//! pupil. Which codes there are is the edition's; a word that is no code is told and left out.

use crate::limits::{refuse_at, short};
use crate::mapping::{Bound, Column, OurColumn};
use crate::people::PEOPLE_NEEDED;
use crate::person_line::person;
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::intake::{Declaration, FileFacts, FileRefused, Row};
use domain::person::Field;

const SAID: &[(Column, Field)] = &[
    (Column::IntendedDestination, Field::IntendedDestination),
    (Column::GuaranteeYear11, Field::GuaranteeYear11),
    (Column::GuaranteeYear12, Field::GuaranteeYear12),
];

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let mut rows = Destinations { ours: crate::people::ours(Kind::Destinations) };
    read_rows(Kind::Destinations, bytes, options, &mut rows, sink)
}

struct Destinations {
    ours: Vec<OurColumn>,
}

impl Rows for Destinations {
    fn ours(&self) -> &[OurColumn] {
        &self.ours
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        PEOPLE_NEEDED.check(bound)?;
        if SAID.iter().any(|(column, _)| bound.has(*column as usize)) {
            return Ok(());
        }
        let row = bound.header.row;
        Err(refuse_at(
            row,
            format!("Row {row} has no heading for an intended destination or an offer."),
        ))
    }

    fn row(&mut self, line: &Line<'_>, _: &mut FileFacts) -> Result<Row, FileRefused> {
        let mut said = match person(line, &|_| ())? {
            Ok(said) => said,
            Err(refused) => return Ok(Row::Refused(refused)),
        };
        let mut told = false;
        for (column, field) in SAID {
            if let Some(text) = line.text(*column as usize) {
                told |= code(&text, *field, &mut said);
            }
        }
        if let Some(day) = line.day(Column::IntendedOn as usize, &mut said.remarks)? {
            said.particulars.set(Field::IntendedOn, day.to_string());
        }
        if let Some(by) = line.text(Column::IntendedBy as usize) {
            said.particulars.set(Field::IntendedBy, by.into_owned());
        }
        if told {
            return Ok(Row::Person(Box::new(said)));
        }
        let why = format!(
            "The row says neither what they intend nor what they were offered. {}",
            said.remarks.join(" ")
        );
        Ok(Row::Refused(line.refused(why.trim_end().to_owned())))
    }
}

/// Takes a code over; whether it was one.
fn code(text: &str, field: Field, said: &mut Declaration) -> bool {
    let text = text.trim();
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_code {
        true => said.particulars.set(field, text.to_owned()),
        false => {
            let label = field.label();
            said.remarks.push(format!("{label}: {} is not a code of three digits.", short(text)));
        }
    }
    is_code
}
