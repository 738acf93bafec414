//! Codes in a pack in words, as the law asks for what is told to be understood: the words of the code lists with the
//! code in brackets. What a partner's row said stays as it was sent, and a code that no list knows stays itself.

use domain::access::Sign;
use domain::consent::{Speaker, Word};
use domain::edition::Edition;
use domain::notice;
use domain::person::{Field, Kind};
use domain::results::Tie;
use domain::rights::{Right, Section};
use formats::reference::{authorities, obstacles};

use crate::imports::named;
use crate::linking::Verdict;
use crate::people::{METHODS, OUTCOMES};

/// Puts words into a section's cells.
pub(super) fn put(section: &mut Section, edition: &Edition) {
    for row in &mut section.rows {
        for (column, cell) in section.columns.iter().zip(&mut row.cells) {
            if let Some(words) = words((&section.name, column), cell, edition) {
                *cell = words;
            }
        }
    }
}

fn words((table, column): (&str, &str), cell: &str, edition: &Edition) -> Option<String> {
    match (table, column) {
        ("particulars", label) => {
            let field = Field::ALL.iter().find(|field| field.label() == label)?;
            value(*field, cell, edition)
        }
        ("characteristic", "Code") => {
            edition.lists.characteristic.get(cell).map(|label| coded(label, cell))
        }
        ("spell", "Activity code") => edition.activity(cell).map(|one| coded(&one.label, cell)),
        ("snapshot_leaver", "Status") => {
            edition.cohort_statuses.get(cell).map(|one| coded(&one.label, cell))
        }
        ("spell" | "contact", "How") => {
            let known = METHODS.iter().find(|(name, _)| *name == cell);
            known.map(|(_, words)| (*words).to_owned())
        }
        ("contact" | "follow_up_task", "What came of it") => {
            let known = OUTCOMES.iter().find(|one| one.name == cell);
            known.map(|one| one.words.to_owned())
        }
        ("contact", "What stands in your way") => Some(in_the_way(cell)),
        ("notice", "What") => notice::Kind::from_name(cell).map(|kind| kind.label().to_owned()),
        ("application", "What") => Tie::from_name(cell).map(|tie| tie.label().to_owned()),
        ("curious_look", "Why we noticed") => Some(Sign::label(cell).to_owned()),
        ("sharing_word", "What") => Word::from_name(cell).map(|word| word.label().to_owned()),
        ("sharing_word", "Who said it") | ("right_request", "Who asked") => {
            Speaker::from_name(cell).map(|speaker| speaker.label().to_owned())
        }
        ("right_request", "What") => Right::from_name(cell).map(|right| right.label().to_owned()),
        ("link_decision", "Decided") => {
            Verdict::from_name(cell).map(|verdict| verdict.label().to_owned())
        }
        ("import_row", "What changed") => changed(cell, edition),
        _ => None,
    }
}

fn coded(label: &str, code: &str) -> String {
    format!("{label} ({code})")
}

/// A field's value; nothing where it is no code.
fn value(field: Field, text: &str, edition: &Edition) -> Option<String> {
    let label = match field {
        Field::CohortStatus => edition.cohort_statuses.get(text).map(|one| &*one.label),
        Field::LeadLa
        | Field::EducatedLa
        | Field::LaAtYear11
        | Field::TransferredTo
        | Field::GuaranteeYear11La
        | Field::GuaranteeYear12La => authorities().get(text).map(|one| &*one.name),
        _ => edition.lists.of(field).and_then(|list| list.get(text)).map(String::as_str),
    };
    match (label, field.kind(), text) {
        (Some(label), ..) => Some(coded(label, text)),
        (None, Kind::Flag, "Y") => Some("Yes".to_owned()),
        (None, Kind::Flag, "N") => Some("No".to_owned()),
        _ => None,
    }
}

fn in_the_way(names: &str) -> String {
    let label = |name: &str| {
        let known = obstacles().iter().find(|one| one.name == name);
        known.map_or_else(|| name.to_owned(), |one| one.label.clone())
    };
    names.split(',').filter(|name| !name.is_empty()).map(label).collect::<Vec<_>>().join("; ")
}

/// What a row changed, of each difference its label and what stands now and stood before; nothing where it is not
/// as the walk writes it.
fn changed(cell: &str, edition: &Edition) -> Option<String> {
    let all: Vec<[Option<String>; 4]> = serde_json::from_str(cell).ok()?;
    let one = |[field, label, before, after]: [Option<String>; 4]| {
        let field = field.unwrap_or_default();
        let said = |text: String| {
            let scalar = Field::from_column(&field).and_then(|of| value(of, &text, edition));
            scalar.unwrap_or_else(|| named((&field, &text), edition, coded))
        };
        let label = label.unwrap_or_default();
        match (before.map(said), after.map(said)) {
            (Some(before), Some(after)) => format!("{label}: {after} (before: {before})"),
            (Some(before), None) => format!("{label}: none any more (before: {before})"),
            (None, after) => format!("{label}: {}", after.unwrap_or_default()),
        }
    };
    Some(all.into_iter().map(one).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use domain::rights::Row;

    use super::*;

    fn told(table: &str, columns: &[&str], cells: &[&str]) -> Vec<String> {
        let edition = formats::reference::editions().on(jiff::civil::date(2025, 11, 3)).unwrap();
        let owned = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let row = Row { cells: owned(cells), ..Row::default() };
        let name = table.to_owned();
        let mut section =
            Section { name, columns: owned(columns), rows: vec![row], ..Section::default() };
        put(&mut section, edition);
        section.rows.remove(0).cells
    }

    #[test]
    fn a_code_is_told_in_words_and_what_no_list_knows_stays_itself() {
        let columns = [Field::Ethnicity, Field::Send, Field::GivenName, Field::LeadLa];
        let columns = columns.map(Field::label);
        assert_eq!(
            told("particulars", &columns, &["WBRI", "Y", "M", "887"]),
            ["White British (WBRI)", "Yes", "M", "Medway (887)"]
        );
        assert_eq!(told("particulars", &columns, &["ZZZZ", "", "", "9"]), ["ZZZZ", "", "", "9"]);
        let activity = told("spell", &["Activity code", "How"], &["619", "call"]);
        assert!(activity[0].ends_with(" (619)") && activity[0].len() > 10, "{activity:?}");
        assert_eq!(activity[1], "Phone call");
    }

    #[test]
    fn what_somebody_said_asked_and_applied_for_is_told_in_words() {
        for (table, column, name, words) in [
            ("application", "What", "offered", "They were made an offer there"),
            (
                "curious_look",
                "Why we noticed",
                "same-name",
                "Reader and young person have the same family name",
            ),
            ("sharing_word", "What", "no-longer", Word::NoLonger.label()),
            ("sharing_word", "Who said it", "parent", "A parent or carer"),
            ("right_request", "Who asked", "young-person", "The young person"),
            ("right_request", "What", "access", "To see what we hold"),
            ("link_decision", "Decided", "different", "Two people"),
        ] {
            assert_eq!(told(table, &[column], &[name]), [words], "{table}");
        }
        assert_eq!(told("application", &["What"], &["enrolled"]), ["enrolled"]);
    }

    #[test]
    fn what_a_row_changed_is_told_as_sentences_and_what_was_sent_stays() {
        let changes = r#"[["sex","Sex",null,"F"],["phone","Phone","1","2"]]"#;
        let said = r#"[["Sex","F"]]"#;
        assert_eq!(
            told("import_row", &["What the row said", "What changed"], &[said, changes]),
            [said, "Sex: Female (F); Phone: 2 (before: 1)"]
        );
        let activity = r#"[["activity","Activity",null,"210 from 2021-09-06"]]"#;
        let told = told("import_row", &["What changed"], &[activity]).remove(0);
        assert!(told.ends_with(" (210) from 2021-09-06"), "{told}");
    }
}
