//! `waymark measure --against`: one month counted twice, and who counts as something else.

use super::super::{Outcome, Place, Result, Wrong, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::measures::{Against, Question, TwoCountings, listed_countings};

/// Reads what the first counting is.
pub fn against(words: &str) -> std::result::Result<Against, Wrong> {
    match words.split_once(':') {
        None if words == "return" => Ok(Against::Return),
        None if words == "month-end" => Ok(Against::MonthEnd),
        Some(("edition", name)) => Ok(Against::Edition(name.to_owned())),
        Some(("known", text)) => day(text).map(Against::KnownOn),
        _ => Err(Wrong::Usage(format!(
            "A month is counted against return, month-end, known:YYYY-MM-DD or edition:NAME, not {words}."
        ))),
    }
}

pub async fn show(place: Place, format: Format, question: Question, against: Against) -> Result {
    let ctx = wiring::open(&place).await?;
    let found = listed_countings(&ctx, &whole_authority(), &question, &against).await?;
    match format {
        Format::Json => output::json(&found),
        Format::Csv => {
            output::line("person,was,was_activity,now,now_activity");
            for one in &found.changed {
                let code = |code: &Option<String>| code.clone().unwrap_or_default();
                let (was, now) = (code(&one.was_activity), code(&one.now_activity));
                output::line(&format!(
                    "{},\"{}\",{was},\"{}\",{now}",
                    one.person, one.was, one.now
                ));
            }
        }
        Format::Text => text(&found),
    }
    Ok(Outcome::Done)
}

fn text(found: &TwoCountings) {
    for (words, figures) in [(&found.first_is, &found.first), (&found.second_is, &found.second)] {
        let (n, unit) = (&figures.total, figures.unit.word());
        let (of, all) = (n.numerator.whole(), n.denominator.whole());
        output::line(&format!("{words}: {} {unit} ({of} of {all})", n.value_shown));
    }
    output::line(&format!(
        "{} of {} people counted as the same ({} %); {} changed",
        found.same,
        found.compared,
        found.same_percent_shown,
        found.changed.len()
    ));
    for one in &found.changed {
        output::line(&format!("{:>9}  {} -> {}", one.person, one.was, one.now));
    }
}
