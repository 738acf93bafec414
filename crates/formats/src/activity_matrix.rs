//! A person a row, a month a column, a state a cell: months that follow each other in the same
//! state become one spell, from the first of its first month to the last day of its last.

use crate::limits::{refuse, refuse_at, short};
use crate::mapping::{Bound, MadeUp, Matrix, OurColumn};
use crate::person_line::person;
use crate::table::plain;
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::calendar::{Day, Month, parse_day};
use domain::intake::{ActivitySaid, FileFacts, FileRefused, Row};
use domain::person::Field;
use domain::status::Spell;
use jiff::ToSpan;
use std::collections::BTreeMap;

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let matrix = options.mapping.as_ref().and_then(|mapping| mapping.matrix.clone()).ok_or_else(
        || {
            refuse(
                "A matrix needs a mapping with a [matrix] part: which column numbers the people, how \
                 months are headed, and which code each state is.",
            )
            .until_told()
        },
    )?;
    let mut months = Months::new(matrix).map_err(FileRefused::until_told)?;
    read_rows(Kind::ActivityMatrix, bytes, options, &mut months, sink)
}

struct Months {
    ours: Vec<OurColumn>,
    matrix: Matrix,
    first: Month,
    born_from: Option<Day>,
    /// Their state in small letters -> our code; empty for a state that says nothing.
    codes: BTreeMap<String, String>,
    id: usize,
    /// The place of each month's column, without a gap from the first.
    places: Vec<usize>,
}

impl Months {
    fn new(matrix: Matrix) -> Result<Self, FileRefused> {
        let first = matrix
            .first_month
            .parse()
            .map_err(|fault| refuse(format!("The mapping's first_month is wrong: {fault}.")))?;
        let born_from = match &matrix.made_up {
            Some(made_up) if !made_up.born_from.is_empty() => {
                Some(parse_day(&made_up.born_from).ok_or_else(|| {
                    refuse("The mapping's born_from is not a date written as YYYY-MM-DD.")
                })?)
            }
            _ => None,
        };
        let states = matrix.states.iter();
        let codes =
            states.map(|(state, code)| (state.trim().to_lowercase(), code.clone())).collect();
        let ours = crate::people::ours(Kind::ActivityMatrix);
        Ok(Self { ours, matrix, first, born_from, codes, id: 0, places: Vec::new() })
    }

    fn spells(&self, line: &Line<'_>) -> Result<Vec<Spell>, String> {
        let mut spells: Vec<Spell> = Vec::new();
        let mut before: Option<&str> = None;
        let mut month = self.first;
        for place in &self.places {
            let state = line.cells.get(*place).map(|cell| cell.shown()).unwrap_or_default();
            let code = self.code(&state).map_err(|()| {
                let heading = line.bound.header.name(*place);
                format!("The state {} in {heading} is not in the mapping.", short(&state))
            })?;
            match (code, spells.last_mut()) {
                (Some(code), Some(last)) if before == Some(code) => {
                    last.end = Some(month.last_day());
                    last.verified = last.end;
                }
                (Some(code), _) => spells.push(spell(code, month)),
                (None, _) => {}
            }
            before = code;
            month = month.plus(1);
        }
        Ok(spells)
    }

    fn code(&self, state: &str) -> Result<Option<&str>, ()> {
        if state.is_empty() {
            return Ok(None);
        }
        let code = self.codes.get(&state.to_lowercase()).ok_or(())?;
        Ok(Some(code.as_str()).filter(|code| !code.is_empty()))
    }

    /// Fills in what the file does not say about somebody and the mapping makes up.
    fn make_up(&self, line: &Line<'_>, said: &mut domain::intake::Declaration) {
        let Some(made_up) = &self.matrix.made_up else { return };
        let id = line.cells.get(self.id).map(|cell| cell.shown().into_owned()).unwrap_or_default();
        let names =
            [(Field::GivenName, &made_up.given_name), (Field::FamilyName, &made_up.family_name)];
        for (field, text) in names {
            if said.particulars.get(field).is_none() {
                said.particulars.set(field, MadeUp::filled(text, &id));
            }
        }
        if let (None, Some(from)) = (said.particulars.get(Field::DateOfBirth), self.born_from) {
            let spread = u64::from(made_up.born_within_days.max(1));
            let days = id.bytes().fold(0, |sum, digit| (sum * 10 + u64::from(digit & 15)) % spread);
            let days = i64::try_from(days).unwrap_or(0);
            said.particulars.set(Field::DateOfBirth, from.saturating_add(days.days()).to_string());
        }
    }
}

fn spell(code: &str, month: Month) -> Spell {
    let mut spell = Spell::new(code, month.first_day());
    spell.ascertained = Some(spell.start);
    spell.end = Some(month.last_day());
    // Every month's cell confirms the state, so the last one is when it was last confirmed.
    spell.verified = spell.end;
    spell.verified_how = Some("monthly history".to_owned());
    spell
}

impl Rows for Months {
    fn ours(&self) -> &[OurColumn] {
        &self.ours
    }

    fn also_known(&self, heading: &str) -> bool {
        self.matrix.month_of(heading, self.first).is_some()
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        let row = bound.header.row;
        let id = plain(&self.matrix.id);
        self.id =
            bound.header.names.iter().position(|name| plain(name) == id).ok_or_else(|| {
                refuse_at(row, format!("Row {row} has no heading “{}”.", short(&self.matrix.id)))
            })?;
        let months = bound.header.names.iter().enumerate();
        let mut months: Vec<(Month, usize)> = months
            .filter_map(|(at, name)| Some((self.matrix.month_of(name, self.first)?, at)))
            .collect();
        months.sort_unstable();
        for (count, (month, at)) in (0i32..).zip(&months) {
            let wanted = self.first.plus(count);
            if *month != wanted {
                return Err(refuse_at(
                    row,
                    format!(
                        "The months must run on from {}: {wanted} is missing before “{}”.",
                        self.first,
                        bound.header.name(*at)
                    ),
                ));
            }
        }
        self.places = months.into_iter().map(|(_, at)| at).collect();
        if self.places.is_empty() {
            return Err(refuse_at(
                row,
                format!(
                    "Row {row} has no heading written as a month is: {}.",
                    short(&self.matrix.heading)
                ),
            ));
        }
        bound.also_read(self.id);
        for at in &self.places {
            bound.also_read(*at);
        }
        Ok(())
    }

    fn row(&mut self, line: &Line<'_>, facts: &mut FileFacts) -> Result<Row, FileRefused> {
        let made_up = |said: &mut domain::intake::Declaration| self.make_up(line, said);
        let mut said = match person(line, &made_up)? {
            Ok(said) => said,
            Err(refused) => return Ok(Row::Refused(refused)),
        };
        let spells = match self.spells(line) {
            Ok(spells) => spells,
            Err(reason) => return Ok(Row::Refused(line.refused(reason))),
        };
        let months = i32::try_from(self.places.len()).unwrap_or(0);
        facts.day = Some(self.first.plus(months - 1).last_day());
        said.activities.push(ActivitySaid::History(spells));
        Ok(Row::Person(Box::new(said)))
    }
}
