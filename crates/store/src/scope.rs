//! A [`Scope`] as SQL: the same rule as `Scope::admits`, for lists. A generated-data test on both
//! engines holds the two together.

use domain::access::Scope;

use crate::Value;

/// A condition on person `p.person` with current particulars `p`, and its binds.
///
/// `next` is the number of the first free placeholder. The text names only our own tables.
pub fn condition(scope: &Scope, next: usize) -> (String, Vec<Value>) {
    let mut binds: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        binds.push(value);
        format!("${}", next + binds.len() - 1)
    };
    let mine = scope.caseload_of.map(|me| {
        let me = bind(Value::Int(me));
        format!(
            "EXISTS (SELECT 1 FROM assignment s WHERE s.person = p.person AND s.ended IS NULL \
             AND s.to_day IS NULL AND s.adviser = {me})"
        )
    });
    let mut reaches: Vec<String> = Vec::new();
    if scope.everyone {
        reaches.push("1 = 1".to_owned());
    }
    reaches.extend(mine.clone());
    if !scope.localities.is_empty() {
        let list: Vec<String> =
            scope.localities.iter().map(|l| bind(Value::Text(l.clone()))).collect();
        reaches.push(format!(
            "EXISTS (SELECT 1 FROM address h WHERE h.person = p.person AND h.ended IS NULL \
             AND h.to_day IS NULL AND h.locality IN ({}))",
            list.join(", ")
        ));
    }
    if !scope.schools.is_empty() {
        let list: Vec<String> =
            scope.schools.iter().map(|s| bind(Value::Text(s.clone()))).collect();
        reaches.push(format!("p.school IN ({})", list.join(", ")));
    }
    if reaches.is_empty() {
        return ("1 = 0".to_owned(), binds);
    }
    let reach = format!("({})", reaches.join(" OR "));
    if scope.restricted {
        return (reach, binds);
    }
    let open = "COALESCE(p.restricted, 'N') <> 'Y'".to_owned();
    let unrestricted = mine.map_or(open.clone(), |mine| format!("({open} OR {mine})"));
    (format!("({reach} AND {unrestricted})"), binds)
}
