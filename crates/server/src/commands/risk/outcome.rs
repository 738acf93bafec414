//! From a column of the file to who had the outcome: which values say "yes", which "no", and which nothing.
//! Invariant: what is not plain is refused rather than guessed at, and what counts as "no" only because it
//! is none of the named values is told.

use super::DataArgs;
use super::cells::TextColumn;
use crate::commands::Wrong;
use risk::infer;
use std::collections::BTreeSet;

pub struct Outcomes {
    /// What counts as "yes".
    pub positive: String,
    /// For each row; none where the outcome is not known.
    pub known: Vec<Option<bool>>,
    pub notes: Vec<String>,
}

/// How the cells of a target are taken.
enum Meant<'a> {
    Bound(Bound),
    Values(BTreeSet<&'a str>),
}

/// Errors: values that nobody explained, one class, or nothing known.
pub fn outcomes(name: &str, column: &TextColumn, args: &DataArgs) -> Result<Outcomes, Wrong> {
    let silent =
        |value: &str| args.not_known.iter().any(|word| word.trim().eq_ignore_ascii_case(value));
    let read = |cell| infer::known(cell).filter(|value| !silent(value));
    let values: BTreeSet<&str> = column.iter().filter_map(read).collect();
    let meant = meant(name, &values, &args.positive)?;
    let outcome = |cell| {
        let value = read(cell)?;
        match &meant {
            Meant::Bound(bound) => value.parse().ok().map(|number| bound.holds(number)),
            Meant::Values(yes) => Some(yes.contains(value)),
        }
    };
    let known: Vec<Option<bool>> = column.iter().map(outcome).collect();
    refuse_one_class(name, &known)?;
    let positive = match &meant {
        Meant::Bound(_) => args.positive.iter().map(|bound| bound.trim()).collect(),
        Meant::Values(yes) => listed(yes.iter().copied()),
    };
    Ok(Outcomes { positive, known, notes: notes(&meant, &values, &args.positive) })
}

fn meant<'a>(
    name: &str,
    values: &BTreeSet<&'a str>,
    positive: &'a [String],
) -> Result<Meant<'a>, Wrong> {
    let list = || listed(values.iter().take(8).copied());
    if values.is_empty() {
        return Err(Wrong::Refused(format!("Nothing is known in the target \"{name}\".")));
    }
    if let [bound] = positive
        && let Some(bound) = Bound::read(bound)
    {
        return Ok(Meant::Bound(bound));
    }
    if let Some(lost) = positive.iter().find(|value| !values.contains(value.trim())) {
        return Err(Wrong::Usage(format!(
            "No row of \"{name}\" holds \"{lost}\", named by --positive; it holds: {}.",
            list()
        )));
    }
    if !positive.is_empty() {
        return Ok(Meant::Values(positive.iter().map(|value| value.trim()).collect()));
    }
    let plain = positive_of(values).map(|yes| Meant::Values(yes.into_iter().collect()));
    plain.ok_or_else(|| {
        Wrong::Usage(format!(
            "The target \"{name}\" holds {} different values ({}); say which of them count as \
             \"yes\" with --positive, as --positive yes,maybe or --positive \">=6\", and which \
             say nothing with --not-known.",
            values.len(),
            list()
        ))
    })
}

/// What counts as "no", or as not known, without having been named.
fn notes(meant: &Meant<'_>, values: &BTreeSet<&str>, positive: &[String]) -> Vec<String> {
    let (others, what): (Vec<&str>, _) = match meant {
        Meant::Bound(_) => (
            values.iter().copied().filter(|value| value.parse::<f64>().is_err()).collect(),
            "not known, being no number",
        ),
        Meant::Values(yes) if !positive.is_empty() => {
            (values.difference(yes).copied().collect(), "\"no\"")
        }
        Meant::Values(_) => return Vec::new(),
    };
    if others.is_empty() {
        return Vec::new();
    }
    let more = others.len().saturating_sub(8);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    vec![format!("Counted as {what}: {}{rest}.", listed(others.iter().take(8).copied()))]
}

fn listed<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Vec<_>>().join(", ")
}

/// Numbers that count as "yes", as ">=6" or "<90".
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bound {
    over: bool,
    equal: bool,
    at: f64,
}

impl Bound {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (over, rest) = match text.strip_prefix('>') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('<')?),
        };
        let (equal, rest) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
        let at = rest.trim().parse::<f64>().ok().filter(|at| at.is_finite())?;
        Some(Self { over, equal, at })
    }

    fn holds(self, number: f64) -> bool {
        let beyond = if self.over { number > self.at } else { number < self.at };
        beyond || (self.equal && number == self.at)
    }
}

fn refuse_one_class(name: &str, outcomes: &[Option<bool>]) -> Result<(), Wrong> {
    let known = outcomes.iter().flatten().count();
    let yes = outcomes.iter().flatten().filter(|outcome| **outcome).count();
    if known == 0 {
        return Err(Wrong::Refused(format!("Nothing is known in the target \"{name}\".")));
    }
    if yes > 0 && yes < known {
        return Ok(());
    }
    let which = if yes == 0 { "no" } else { "yes" };
    let silent = match outcomes.len() - known {
        0 => String::new(),
        rows => format!(" ({rows} rows say nothing: a blank is \"not known\", never \"no\")"),
    };
    Err(Wrong::Refused(format!(
        "The target \"{name}\" has only one class: all {known} known outcomes are \"{which}\", so \
         there is nothing to tell apart{silent}."
    )))
}

/// The values that mean "yes" where that is plain: 1/0, yes/no, true/false, y/n, in any case.
fn positive_of<'a>(values: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
    const YES: [&str; 6] = ["1", "1.0", "yes", "true", "y", "t"];
    const NO: [&str; 6] = ["0", "0.0", "no", "false", "n", "f"];
    let is = |list: &[&str], value: &str| list.iter().any(|word| word.eq_ignore_ascii_case(value));
    let clear = !values.is_empty() && values.iter().all(|v| is(&YES, v) || is(&NO, v));
    clear.then(|| values.iter().copied().filter(|value| is(&YES, value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_is_known_where_it_is_plain() {
        let of = |values: &[&'static str]| positive_of(&values.iter().copied().collect());
        assert_eq!(of(&["0", "1"]), Some(vec!["1"]));
        assert_eq!(of(&["No", "Yes"]), Some(vec!["Yes"]));
        assert_eq!(of(&["Dropout", "Graduate"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_bound_says_yes_of_numbers() {
        for (text, number, wanted) in [
            (">=6", 6.0, true),
            ("> 6", 6.0, false),
            ("<90", 89.5, true),
            ("<=90", 90.0, true),
            ("<90", 90.0, false),
        ] {
            assert_eq!(Bound::read(text).map(|bound| bound.holds(number)), Some(wanted), "{text}");
        }
        for text in ["6", ">", ">=six", "yes", ">nan"] {
            assert_eq!(Bound::read(text), None, "{text}");
        }
    }
}
