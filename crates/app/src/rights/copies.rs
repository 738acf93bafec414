//! Rows as partners sent them, cut before they go into a pack: under whatever heading a parent is spoken of,
//! and in whatever was changed by it. What counts as such a heading is `domain::rights`'s.
//!
//! Invariant: a cell that is no JSON of ours is left as it is; nothing is ever added.

use domain::rights::{Section, Why, speaks_of_others};
use serde_json::Value;

/// Takes what is said of others out of a section's cells; how many cells that changed.
pub(super) fn cut(section: &mut Section) -> usize {
    let mut taken = 0;
    for cell in section.rows.iter_mut().flat_map(|row| &mut row.cells) {
        let Ok(mut said) = serde_json::from_str::<Value>(cell) else { continue };
        if without_others(&mut said) {
            *cell = said.to_string();
            taken += 1;
        }
    }
    taken
}

/// Walks lists whose first member is a heading (`[heading, text]`, `[field, label, before, after]`) and
/// objects by their names; whether anything went.
fn without_others(said: &mut Value) -> bool {
    match said {
        Value::Array(all) => {
            let heads = all.first().and_then(Value::as_str).is_some_and(speaks_of_others);
            let mut went = false;
            for one in all.iter_mut().skip(usize::from(heads)) {
                went |= if heads { shut(one) } else { without_others(one) };
            }
            went
        }
        Value::Object(all) => {
            let mut went = false;
            for (name, one) in all.iter_mut() {
                went |= if speaks_of_others(name) { shut(one) } else { without_others(one) };
            }
            went
        }
        _ => false,
    }
}

fn shut(one: &mut Value) -> bool {
    let empty = one.is_null() || one.as_str().is_some_and(str::is_empty);
    if !empty {
        *one = Value::from(Why::Other.mark());
    }
    !empty
}

#[cfg(test)]
mod tests {
    use domain::rights::Row;

    use super::*;

    #[test]
    fn what_stands_under_a_parents_heading_goes_and_the_rest_stays() {
        let cells = [
            r#"[["Forename","Amina"],["Mother's name","Sheila"],["Post code","ME4 4UF"]]"#,
            r#"[["parent_phone","Parent or carer's phone",null,"07700 900111"]]"#,
            r#"{"given":"Amina","guardian":"Sheila"}"#,
            "no JSON: Parent",
            r#"[["Parent",""]]"#,
        ];
        let row = Row { cells: cells.map(str::to_owned).into(), ..Row::default() };
        let mut section = Section { rows: vec![row], ..Section::default() };
        assert_eq!(cut(&mut section), 3);
        let told = section.rows[0].cells.concat();
        assert!(!told.contains("Sheila") && !told.contains("900111"), "{told}");
        assert!(told.contains("ME4 4UF") && told.contains("Amina"), "{told}");
        assert_eq!(section.rows[0].cells[3..], [cells[3], cells[4]]);
    }
}
