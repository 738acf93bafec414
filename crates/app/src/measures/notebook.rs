//! The notebook of a measure for one month: words, source, what is uncertain, who is on which of its
//! lists and why, and the count done again another way.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Scope;
use domain::measure::{Counts, List, Set, Unit, count_again, marks_again, people};
use serde::Serialize;

use super::figures::{Loaded, span_of};
use super::question::{Months, Question};
use crate::{Context, Wrong};

/// How many people are on a list for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Why {
    pub list: &'static str,
    pub why: &'static str,
    pub people: u64,
}

/// Everything one needs to believe a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notebook {
    pub measure: &'static str,
    pub title: &'static str,
    pub month: String,
    pub definition: String,
    pub source: &'static str,
    /// What the edition is not certain of that this figure hangs on.
    pub uncertain: Vec<String>,
    pub unit: &'static str,
    pub value: Option<f64>,
    pub value_shown: String,
    pub counted: u64,
    pub not_counted: u64,
    pub left_out: u64,
    pub why: Vec<Why>,
    /// What was counted twice: in one pass, and person by person.
    pub again: Vec<(String, u64, u64)>,
    pub agrees: bool,
    /// Who is counted and why is left out: this reader does not see it of a person.
    pub hidden: bool,
}

impl Notebook {
    /// Without the counts, and without the value where that is not told.
    pub(super) fn hide(&mut self, told: bool) {
        self.value = self.value.filter(|_| told);
        if !told {
            self.value_shown = String::new();
        }
        (self.counted, self.not_counted, self.left_out) = (0, 0, 0);
        (self.why, self.again) = (Vec::new(), Vec::new());
        self.hidden = true;
    }
}

/// Parts of an edition that figures hang on.
const PARTS: [&str; 4] = ["measure", "activities", "cohort_statuses", "guarantee"];

/// Writes the notebook of the last month asked.
pub async fn notebook(
    ctx: &Context,
    scope: &Scope,
    question: &Question,
) -> Result<Notebook, Wrong> {
    let meant = question.meant(ctx.today())?;
    let loaded = Loaded::load(ctx, scope, question, &meant).await?;
    let month = meant.span.last();
    let one = Question { months: Months::Period(month, month), by: Vec::new(), ..question.clone() };
    let asked = loaded.asked(&meant, span_of(&meant));
    let definition = meant.definition;
    let table = domain::measure::tally(asked, &[]);
    let fast = table.counts(0, table.span.months() - 1);
    let (mut why, mut numbers) = (Vec::new(), [0; 3]);
    let lists = [(List::In, "counted"), (List::Out, "not counted"), (List::Excluded, "left out")];
    for ((list, words), number) in lists.into_iter().zip(&mut numbers) {
        let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
        for member in people(asked, definition, &[], list) {
            *reasons.entry(member.why()).or_default() += 1;
            *number += 1;
        }
        why.extend(reasons.into_iter().map(|(why, people)| Why { list: words, why, people }));
    }
    let [counted, not_counted, left_out] = numbers;
    let by_standing =
        count_again(domain::measure::Asked { span: domain::measure::Span::one(month), ..asked });
    let again = again(definition, &fast, &by_standing, &marks_again(asked));
    let share = definition.share(&fast, meant.edition);
    let edition = meant.edition;
    let matters = |of: &str| PARTS.iter().any(|part| of.starts_with(part));
    Ok(Notebook {
        measure: definition.name,
        title: definition.title,
        month: month.to_string(),
        definition: loaded.words(&one.meant(ctx.today())?),
        source: definition.source,
        uncertain: edition
            .uncertain
            .iter()
            .filter(|one| matters(&one.path))
            .map(|one| match one.source.as_str() {
                // As editions write that nothing was found to rest it on.
                "None" => format!("{} (no source found)", one.note),
                source => format!("{} ({source})", one.note),
            })
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        unit: definition.unit.word(),
        value: definition.value(share),
        value_shown: definition.shown(share),
        counted,
        not_counted,
        left_out,
        why,
        agrees: again.iter().all(|(_, one, two)| one == two),
        again,
        hidden: false,
    })
}

fn again(
    definition: &domain::measure::Definition,
    fast: &Counts,
    standings: &Counts,
    marks: &Counts,
) -> Vec<(String, u64, u64)> {
    let slow = |set: Set| if set.marks().is_empty() { standings } else { marks };
    let numerator = match definition.unit {
        Unit::Percent => "Counted",
        Unit::Months => "Months",
        Unit::Spells => "Spells",
    };
    let row = |words: &str, set: Set| (words.to_owned(), set.count(fast), set.count(slow(set)));
    vec![
        row(numerator, definition.numerator),
        row("Of", definition.denominator),
        row("Cohort", Set::Cohort),
        row("NEET", Set::Neet),
        row("Not known", Set::NotKnown),
        ("Left out".to_owned(), fast.excluded(), standings.excluded()),
    ]
}
