//! How far a reader reaches, said of what was counted within it: in words for whoever reads the figures
//! elsewhere, and as a name under which what is written of different people is kept apart.
//!
//! A record that was opened in an emergency is within reach for an hour and is in neither.

use std::collections::BTreeSet;

use super::Scope;

impl Scope {
    /// Who is counted within this reach, to follow "only those who"; nothing where it is everybody.
    ///
    /// `named` gives an organisation's name; `adviser` is whose caseload it is.
    pub fn words(&self, named: impl Fn(&str) -> String, adviser: &str) -> Option<String> {
        if self.everyone {
            return (!self.restricted).then(|| "have no restricted record".to_owned());
        }
        let organisations =
            |of: &BTreeSet<String>| -> Vec<String> { of.iter().map(|id| named(id)).collect() };
        let said: Vec<String> = [
            ("live in", self.localities.iter().cloned().collect()),
            (
                "are on the caseload of",
                self.caseload_of.map(|_| adviser.to_owned()).into_iter().collect(),
            ),
            ("are on the roll of", organisations(&self.schools)),
            ("are learning or working with", organisations(&self.learning)),
            ("are named by the newest list of", organisations(&self.listed)),
            ("were referred to", organisations(&self.referred)),
        ]
        .into_iter()
        .filter(|(_, of)| !of.is_empty())
        .map(|(how, of): (&str, Vec<String>)| format!("{how} {}", of.join(" or ")))
        .collect();
        Some(match said.is_empty() {
            true => "are within reach, which is nobody".to_owned(),
            false => said.join(", or "),
        })
    }

    /// A name for this reach, the same for whoever reaches the same people; empty for that of everybody.
    pub fn name(&self) -> String {
        match (self.everyone, self.restricted) {
            (true, true) => return String::new(),
            (true, false) => return "unrestricted".to_owned(),
            (false, _) => {}
        }
        let caseload = self.caseload_of.map(|of| of.to_string()).into_iter().collect();
        let parts: Vec<String> = [
            ("locality", &self.localities),
            ("caseload", &caseload),
            ("roll", &self.schools),
            ("learning", &self.learning),
            ("listed", &self.listed),
            ("referred", &self.referred),
        ]
        .into_iter()
        .flat_map(|(how, of)| of.iter().map(move |one| format!("{how}={one}")))
        .collect();
        match parts.is_empty() {
            true => "nobody".to_owned(),
            false => parts.join(";"),
        }
    }
}

/// Whether nobody is within both of two reaches, by their names: whoever lives in one locality lives in no other,
/// and nobody is on two rolls. Of all others it is not known.
pub fn are_apart(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|name| name.split(';').collect::<BTreeSet<&str>>());
    one.is_disjoint(&other)
        && ["locality=", "roll="]
            .iter()
            .any(|how| one.iter().chain(&other).all(|part| part.starts_with(how)))
}

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;

    fn of(role: Role, localities: &[&str]) -> Scope {
        let localities = localities.iter().map(|name| (*name).to_owned()).collect();
        Scope::of(role, 7, Some("school:1"), localities)
    }

    #[test]
    fn a_reach_is_said_unless_it_is_everybody() {
        let words = |scope: &Scope| scope.words(|id| format!("the one called {id}"), "Jo");
        for (scope, said) in [
            (of(Role::DataManager, &[]), None),
            (Scope { restricted: false, ..Scope::everyone() }, Some("have no restricted record")),
            (of(Role::LocalityManager, &["East", "West"]), Some("live in East or West")),
            (of(Role::Adviser, &["East"]), Some("live in East, or are on the caseload of Jo")),
            (of(Role::School, &[]), Some("are on the roll of the one called school:1")),
            (Scope::nobody(), Some("are within reach, which is nobody")),
        ] {
            assert_eq!(words(&scope).as_deref(), said);
        }
    }

    #[test]
    fn those_who_reach_others_have_another_name_and_an_emergency_changes_none() {
        let manager = of(Role::LocalityManager, &["East"]);
        let all = [
            Scope::everyone(),
            Scope { restricted: false, ..Scope::everyone() },
            manager.clone(),
            of(Role::LocalityManager, &["East", "West"]),
            of(Role::Adviser, &["East"]),
            of(Role::School, &[]),
            of(Role::College, &[]),
            of(Role::Jobcentre, &[]),
            Scope::nobody(),
        ];
        let names: BTreeSet<String> = all.iter().map(Scope::name).collect();
        assert_eq!(names.len(), all.len(), "{names:?}");
        assert_eq!(Scope::everyone().name(), "");
        let opened = Scope { opened: [3].into(), ..manager.clone() };
        assert_eq!(opened.name(), manager.name());
    }

    #[test]
    fn localities_are_apart_from_each_other_and_no_caseload_is_from_anything() {
        let name = |role: Role, localities: &[&str]| of(role, localities).name();
        let east = name(Role::LocalityManager, &["East"]);
        assert!(are_apart(&east, &name(Role::LocalityManager, &["North", "West"])));
        assert!(!are_apart(&east, &name(Role::LocalityManager, &["East", "West"])));
        assert!(
            !are_apart(&east, &name(Role::Adviser, &["West"])),
            "one of the caseload is in East"
        );
        assert!(!are_apart(&east, &name(Role::School, &[])));
        assert!(!are_apart(&east, &east) && !are_apart(&east, "unrestricted"));
    }
}
