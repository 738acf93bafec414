//! Starters and leavers from colleges and providers: a row says that somebody began, left, or both.
//! An end that lies after the day of reading is an expectation, since nobody has left yet.

use crate::limits::{refuse_at, short};
use crate::mapping::{Bound, Column, OurColumn};
use crate::people::PEOPLE_NEEDED;
use crate::person_line::{person, provider};
use crate::tabular::{Line, Rows, read_rows};
use crate::{Kind, Options, Sink};
use domain::calendar::Day;
use domain::intake::{ActivitySaid, Declaration, FileFacts, FileRefused, Row};

pub(crate) fn read(
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    let ours = crate::people::ours(Kind::JoinersLeavers);
    let mut moves = Moves { ours, as_of: options.as_of };
    read_rows(Kind::JoinersLeavers, bytes, options, &mut moves, sink)
}

struct Moves {
    ours: Vec<OurColumn>,
    as_of: Option<Day>,
}

/// What an event column says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Started,
    Left,
    NotSaid,
}

impl Event {
    fn named(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "start" | "started" | "starter" | "join" | "joined" | "joiner" | "enrolled" | "new"
            | "s" | "j" => Some(Self::Started),
            "leave" | "left" | "leaver" | "withdrawn" | "withdrew" | "completed" | "ended"
            | "end" | "l" => Some(Self::Left),
            _ => None,
        }
    }
}

impl Rows for Moves {
    fn ours(&self) -> &[OurColumn] {
        &self.ours
    }

    fn begin(&mut self, bound: &mut Bound) -> Result<(), FileRefused> {
        PEOPLE_NEEDED.check(bound)?;
        if bound.has(Column::StartDate as usize) || bound.has(Column::EndDate as usize) {
            return Ok(());
        }
        Err(refuse_at(
            bound.header.row,
            format!("Row {} has no heading for a start or an end date.", bound.header.row),
        ))
    }

    fn row(&mut self, line: &Line<'_>, _: &mut FileFacts) -> Result<Row, FileRefused> {
        let mut said = match person(line, &|_| ())? {
            Ok(said) => said,
            Err(refused) => return Ok(Row::Refused(refused)),
        };
        let remarks = &mut said.remarks;
        let start = line.day(Column::StartDate as usize, remarks)?;
        let mut end = line.day(Column::EndDate as usize, remarks)?;
        let mut predicted_end = line.day(Column::PredictedEnd as usize, remarks)?;
        if end.zip(self.as_of).is_some_and(|(end, day)| end > day) {
            predicted_end = predicted_end.or(end.take());
            end = None;
        }
        let event = self.event(line, remarks);
        if start.zip(end).is_some_and(|(start, end)| start > end) {
            return Ok(Row::Refused(
                line.refused("The row says that they left before they started."),
            ));
        }
        let went = Went { start, end, predicted_end, event };
        Ok(match activities(line, went, &mut said) {
            Ok(()) => Row::Person(Box::new(said)),
            Err(reason) => Row::Refused(line.refused(reason)),
        })
    }
}

impl Moves {
    fn event(&self, line: &Line<'_>, remarks: &mut Vec<String>) -> Event {
        let Some(text) = line.text(Column::Event as usize) else { return Event::NotSaid };
        Event::named(&text).unwrap_or_else(|| {
            remarks.push(format!("{} is neither a start nor a leaving.", short(&text)));
            Event::NotSaid
        })
    }
}

struct Went {
    start: Option<Day>,
    end: Option<Day>,
    predicted_end: Option<Day>,
    event: Event,
}

fn activities(line: &Line<'_>, went: Went, said: &mut Declaration) -> Result<(), String> {
    let text = |column: Column| line.text(column as usize).map(|text| text.into_owned());
    let provider = provider(line, &mut said.remarks);
    let code = text(Column::ActivityCode).and_then(|code| {
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            said.remarks.push(format!(
                "Activity: {} is not a code; a mapping can say which code it means.",
                short(&code)
            ));
        }
        is_code.then_some(code)
    });
    let faults = said.remarks.join(" ");
    let missing = |what: &str| format!("The row has no {what} that could be read. {faults}");
    if went.event == Event::Started && went.start.is_none() {
        return Err(missing("start date").trim_end().to_owned());
    }
    if went.event == Event::Left && went.end.is_none() {
        return Err(missing("leaving date").trim_end().to_owned());
    }
    if went.start.is_none() && went.end.is_none() {
        return Err(missing("start or leaving date").trim_end().to_owned());
    }
    if let Some(start) = went.start {
        let (provider, predicted_end) = (provider.clone(), went.predicted_end);
        said.activities.push(ActivitySaid::Started { code, provider, start, predicted_end });
    }
    if let Some(end) = went.end {
        let (reason, moved_on) = (text(Column::Reason), text(Column::MovedOn));
        said.activities.push(ActivitySaid::Left { provider, end, reason, moved_on });
    }
    Ok(())
}
