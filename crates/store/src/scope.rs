//! A [`Scope`] as SQL: the same rule as `Scope::admits`, for lists. A generated-data test on both
//! engines holds the two together.

use std::collections::BTreeSet;

use domain::access::Scope;

use crate::Value;

/// A condition on person `p.person` with current particulars `p`, and its binds.
///
/// `next` is the number of the first free placeholder. The text names only our own tables.
pub fn condition(scope: &Scope, next: usize) -> (String, Vec<Value>) {
    if scope.closed().is_some() {
        return ("1 = 0".to_owned(), Vec::new());
    }
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
    if let Some(list) = listed(&scope.learning, &mut bind) {
        reaches.push(format!(
            "EXISTS (SELECT 1 FROM spell a WHERE a.person = p.person AND a.ended IS NULL \
             AND a.end_day IS NULL AND a.organisation IN ({list}))"
        ));
    }
    if let Some(list) = listed(&scope.referred, &mut bind) {
        reaches.push(format!(
            "EXISTS (SELECT 1 FROM referral f WHERE f.person = p.person AND f.ended IS NULL \
             AND f.organisation IN ({list}))"
        ));
    }
    reaches.extend(by_list(scope, &mut bind));
    // Opened in an emergency: it reaches past a restriction, like one's own caseload.
    let opened = (!scope.opened.is_empty()).then(|| {
        let ids: Vec<String> = scope.opened.iter().map(ToString::to_string).collect();
        format!("p.person IN ({})", ids.join(", "))
    });
    reaches.extend(opened.clone());
    if reaches.is_empty() {
        return ("1 = 0".to_owned(), binds);
    }
    let reach = format!(
        "(({}) AND NOT EXISTS (SELECT 1 FROM use_stop u WHERE u.person = p.person AND u.ended IS NULL))",
        reaches.join(" OR ")
    );
    if scope.restricted {
        return (reach, binds);
    }
    let open = "COALESCE(p.restricted, 'N') <> 'Y'".to_owned();
    let past: Vec<String> = [open].into_iter().chain(mine).chain(opened).collect();
    (format!("({reach} AND ({}))", past.join(" OR ")), binds)
}

/// People whom the newest list of a kind names, where it is not too old; a row that is held names nobody.
fn by_list(scope: &Scope, bind: &mut impl FnMut(Value) -> String) -> Option<String> {
    let since = scope.listed_since?;
    let list = listed(&scope.listed, bind)?;
    let since = bind(Value::Text(since.to_string()));
    Some(format!(
        "EXISTS (SELECT 1 FROM import_row r JOIN import i ON i.id = r.import \
         WHERE r.person = p.person AND r.effect <> 'held' AND i.state = 'applied' \
         AND i.sender IN ({list}) AND i.as_of >= {since} \
         AND NOT EXISTS (SELECT 1 FROM import n WHERE n.sender = i.sender AND n.kind = i.kind \
         AND n.state = 'applied' AND (n.as_of > i.as_of OR (n.as_of = i.as_of AND n.id > i.id))))"
    ))
}

/// Placeholders for a set; `None` for an empty one.
fn listed(set: &BTreeSet<String>, bind: &mut impl FnMut(Value) -> String) -> Option<String> {
    let places: Vec<String> = set.iter().map(|each| bind(Value::Text(each.clone()))).collect();
    (!places.is_empty()).then(|| places.join(", "))
}
