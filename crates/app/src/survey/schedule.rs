//! The survey made every year without anybody asking again: once it was to be sent, from what was known by
//! then, within the reach of who asked; frozen and written into the circulation like a pack of every month.

use domain::access::Actor;
use domain::calendar::{Day, Month};
use domain::measure::Cut;
use domain::survey::{count_day, sent_by};

use super::{Question, on_csv, subject, survey};
use crate::packs::{self, Frozen, Standing};
use crate::{Context, Wrong};

/// What tells a survey's schedules from a pack's.
const KIND: &str = "survey";

/// A schedule's name: what the survey is broken down by, and the school it is held to.
fn named(question: &Question) -> String {
    format!("{}:{}", question.by.name(), question.school.as_deref().unwrap_or_default())
}

/// Back from its name; the survey of a summer as it was known when it was to be sent.
fn question(named: &str, summer: i16) -> Option<Question> {
    let (by, school) = named.split_once(':')?;
    Some(Question {
        summer,
        by: Cut::from_name(by)?,
        school: Some(school.to_owned()).filter(|school| !school.is_empty()),
        known_on: Some(sent_by(summer)),
    })
}

/// The newest summer whose survey was to be sent before a day.
fn newest_sent(today: Day) -> i16 {
    let summer = today.year() - 1;
    if sent_by(summer) < today { summer } else { summer - 1 }
}

/// Asks for a survey to be made every year; the schedule's number.
///
/// Errors: refused without a receiver and a purpose, and as [`survey`].
pub async fn schedule(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
    about: (&str, &str),
) -> Result<i64, Wrong> {
    packs::told(about)?;
    // Whoever may not have it now is told now, not next year by silence.
    survey(ctx, actor, question).await?;
    packs::add(ctx, actor, (KIND, &named(question)), about).await
}

/// The schedules of a survey, whichever its summer.
pub async fn scheduled(
    ctx: &Context,
    actor: &Actor,
    question: &Question,
) -> Result<Vec<Standing>, Wrong> {
    packs::standing(ctx, actor, (KIND, &named(question))).await
}

/// Makes every scheduled survey of the newest summer that was to be sent, where it was not made yet; how many
/// were made.
///
/// Called by the server every hour and by `waymark report due`; asked twice it makes nothing twice.
pub async fn make_due(ctx: &Context) -> Result<usize, Wrong> {
    let summer = newest_sent(ctx.today());
    let month = Month::of(count_day(summer));
    let mut count = 0;
    for (row, actor) in packs::due(ctx, month, |row| row.kind == KIND).await? {
        let Some(question) = question(&row.named, summer) else { continue };
        let found = match survey(ctx, &actor, &question).await {
            Err(Wrong::Refused(_) | Wrong::Denied(_)) => continue,
            found => found?,
        };
        let subject = subject(&question);
        let (how, words) = ("every year", String::new());
        let frozen = Frozen { subject: &subject, month, how, words, telling: None };
        let write = |serial| on_csv(ctx, &found, (serial, &actor.name, &row.purpose));
        count += usize::from(packs::freeze(ctx, &row, frozen, write).await?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_survey_is_due_once_january_is_over() {
        let rows = [
            (date(2026, 1, 31), 2024),
            (date(2026, 2, 1), 2025),
            (date(2026, 11, 29), 2025),
            (date(2027, 1, 1), 2025),
        ];
        for (today, summer) in rows {
            assert_eq!(newest_sent(today), summer, "{today}");
        }
    }

    #[test]
    fn a_schedule_says_what_it_is_of() {
        for school in [None, Some("school:4021".to_owned())] {
            let asked = Question { summer: 2025, by: Cut::Ward, school, known_on: None };
            let back = question(&named(&asked), 2025).unwrap();
            assert_eq!(back, Question { known_on: Some(date(2026, 1, 31)), ..asked });
        }
    }
}
