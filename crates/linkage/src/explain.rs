//! Why a pair scored what it scored: one line for what was believed beforehand, one for every
//! field, and one for what the chance of twins or siblings takes back. Invariant: the lines sum to
//! the pair's weight.

use crate::evidence::{Asker, Evidence, Memory, RATED};
use crate::levels::{Field, order};
use crate::register::Register;
use crate::score::{Scorer, Sheet};
use crate::table::{Row, Table};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One line of an explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub title: Cow<'static, str>,
    /// What was found, in words.
    pub words: String,
    /// What each record holds, as it was compared.
    pub values: Option<(String, String)>,
    /// Units: bits; above 0 speaks for one person, below 0 against.
    pub bits: f64,
}

/// The whole reckoning of one pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    pub id_a: String,
    pub id_b: String,
    pub parts: Vec<Part>,
    /// Units: bits, the log2 odds that the two are one person.
    pub weight: f64,
    /// The same as a probability, other candidates not weighed.
    pub probability: f64,
    /// Units: bits, what the chance of twins or siblings takes back; never above 0. Among `parts` too.
    pub family: f64,
    /// That line as it would be had no postcode been compared: a household is known by its home.
    #[serde(skip)]
    pub family_unplaced: Option<Part>,
}

pub(crate) fn explain(
    register: &Register,
    scorer: &Scorer,
    sheet: &Sheet,
    a: usize,
    table: &Table,
    b: usize,
) -> Option<Explanation> {
    let (row_a, row_b) = (register.row_at(a)?, table.rows.get(b)?);
    let evidence = Asker::new(register, table).look(row_a, row_b, &mut Memory::small());
    let score = scorer.score(sheet, &evidence);
    let unplaced = scorer.score(sheet, &evidence.without_postcode());
    let mut parts = vec![beforehand(register, sheet)];
    for field in Field::ALL {
        parts.extend(line(
            field,
            scorer,
            sheet,
            &evidence,
            (register.table(), row_a),
            (table, row_b),
        ));
    }
    parts.push(family(score.family));
    Some(Explanation {
        id_a: register.table().id(a).to_owned(),
        id_b: table.id(b).to_owned(),
        parts,
        weight: score.bits,
        probability: 1.0 / (1.0 + (-score.bits).exp2()),
        family: score.family,
        family_unplaced: Some(family(unplaced.family)),
    })
}

fn beforehand(register: &Register, sheet: &Sheet) -> Part {
    let words = format!("before looking: one certain entry among {}", register.len());
    Part { title: "Beforehand".into(), words, values: None, bits: sheet.prior }
}

fn family(bits: f64) -> Part {
    Part { title: "Family".into(), words: family_words(bits).to_owned(), values: None, bits }
}

fn family_words(bits: f64) -> &'static str {
    match bits {
        b if b > -0.05 => "nothing suggests a twin, brother or sister instead",
        b if b > -2.0 => "a twin, brother or sister is possible",
        _ => "looks like a twin, brother or sister: same family, other child",
    }
}

fn line(
    field: Field,
    scorer: &Scorer,
    sheet: &Sheet,
    evidence: &Evidence,
    a: (&Table, &Row),
    b: (&Table, &Row),
) -> Option<Part> {
    let level = evidence.pattern.level(field);
    if field == Field::NameOrder && level != order::SWAPPED {
        // The usual order still costs a hair; it is shown with the surname's words left alone.
        let bits = scorer.field(sheet, field, level);
        let words = "the usual way round".to_owned();
        return Some(Part { title: field.title().into(), words, values: None, bits });
    }
    let values = values(field, a, b);
    if level == 0 && values.0.is_empty() && values.1.is_empty() {
        return None;
    }
    let mut words = (*field.levels().get(usize::from(level))?).to_owned();
    let mut bits = scorer.field(sheet, field, level);
    if let Some(at) = RATED.iter().position(|rated| *rated == field)
        && let (Some(rarity), Some(common)) =
            (scorer.rarity(evidence).get(at), evidence.common.get(at))
        && *common < 0.0
    {
        bits += rarity;
        words.push_str(&format!(", held by 1 in {:.0}", f64::from(-common).exp2()));
    }
    let shown = field != Field::NameOrder;
    Some(Part { title: field.title().into(), words, values: shown.then_some(values), bits })
}

fn values(field: Field, (a, x): (&Table, &Row), (b, y): (&Table, &Row)) -> (String, String) {
    let one = |table: &Table, row: &Row| match field {
        Field::Forename => table.forenames.form(row.forename).text.to_string(),
        Field::Surname => table.surnames.form(row.surname).text.to_string(),
        Field::School => table.schools.form(row.school).text.to_string(),
        Field::Birth if row.birth.given() => row.birth.to_string(),
        Field::Postcode if row.postcode.given() => row.postcode.to_string(),
        Field::Upn => row.upn.text(),
        Field::Uln => row.uln.text(),
        Field::Sex => ["", "M", "F"].get(usize::from(row.sex)).unwrap_or(&"").to_string(),
        _ => String::new(),
    };
    (one(a, x), one(b, y))
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} and {}", self.id_a, self.id_b)?;
        for part in &self.parts {
            let values = match &part.values {
                Some((a, b)) if a == b => format!(" ({a})"),
                Some((a, b)) => format!(" ({a} | {b})"),
                None => String::new(),
            };
            writeln!(f, "{:>+8.2}  {}: {}{values}", part.bits, part.title, part.words)?;
        }
        write!(
            f,
            "{:>+8.2}  Weight in bits; alone a probability of {:.6}",
            self.weight, self.probability
        )
    }
}
