//! What an agreement asks for by a day beside deliveries: dated clauses, and answers to complaints about
//! sharing. Invariant: what was met or answered asks for nothing more.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Agreement, Clause, ClauseKind, Standing, Version};
use crate::calendar::working_day_after;

/// Working days in which a complaint is answered where no clause says otherwise. The number is ours.
pub const ANSWER_WORKING_DAYS: u8 = 10;
/// A dated clause is something to do from so many days before.
const SOON_DAYS: i32 = 28;

/// Who complained: a role, never a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Teller {
    YoungPerson,
    Parent,
    Partner,
    Council,
    Other,
}

impl Teller {
    pub const ALL: &'static [(Teller, &'static str, &'static str)] = &[
        (Teller::YoungPerson, "young-person", "A young person"),
        (Teller::Parent, "parent", "A parent or carer"),
        (Teller::Partner, "partner", "The partner"),
        (Teller::Council, "council", "The council"),
        (Teller::Other, "other", "Somebody else"),
    ];

    pub fn name(self) -> &'static str {
        Teller::ALL.iter().find(|one| one.0 == self).map_or("other", |one| one.1)
    }

    pub fn label(self) -> &'static str {
        Teller::ALL.iter().find(|one| one.0 == self).map_or("Somebody else", |one| one.2)
    }

    pub fn from_name(name: &str) -> Option<Teller> {
        Teller::ALL.iter().find(|one| one.1 == name).map(|one| one.0)
    }

    /// The clause that says how it is answered: between the parties it is the grievance clause.
    pub const fn clause(self) -> ClauseKind {
        match self {
            Teller::Partner | Teller::Council => ClauseKind::Grievance,
            Teller::YoungPerson | Teller::Parent | Teller::Other => ClauseKind::Complaints,
        }
    }
}

/// How far a complaint has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Contacts,
    Heads,
    Outside,
}

impl Step {
    pub const ALL: &'static [(Step, &'static str, &'static str)] = &[
        (Step::Contacts, "contacts", "Between the named contacts"),
        (Step::Heads, "heads", "With the heads of service"),
        (Step::Outside, "outside", "With somebody outside, such as an ombudsman"),
    ];

    pub fn name(self) -> &'static str {
        Step::ALL.iter().find(|one| one.0 == self).map_or("contacts", |one| one.1)
    }

    pub fn label(self) -> &'static str {
        Step::ALL.iter().find(|one| one.0 == self).map_or("", |one| one.2)
    }

    pub fn from_name(name: &str) -> Option<Step> {
        Step::ALL.iter().find(|one| one.1 == name).map(|one| one.0)
    }
}

/// A complaint as logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub id: i64,
    pub agreement: i64,
    /// The partner it is about, or of; `None` for all.
    pub partner: Option<String>,
    pub day: Date,
    pub teller: Teller,
    pub about: String,
    pub step: Step,
    /// When, and how.
    pub answered: Option<(Date, String)>,
}

impl Agreement {
    /// The wordings in force on a day towards a partner, or towards any where none is named: partners sign on
    /// their own days, so that one may hold to the wording before.
    fn in_force(&self, partner: Option<&str>, day: Date) -> Vec<&Version> {
        let named = self.versions.iter().flat_map(|version| &version.partners);
        let named = named.filter(|one| partner.is_none_or(|partner| partner == one.as_str()));
        let holds = |one: &String| match self.standing(one, day) {
            Standing::InForce(version) => Some(version),
            _ => None,
        };
        let mut all: Vec<&Version> = named.filter_map(holds).collect();
        all.sort_by_key(|version| version.number);
        all.dedup_by_key(|version| version.number);
        all
    }

    /// The last day on which an answer is in time: by the clause of the wording that held when it was made, of
    /// several the shortest, or of the newest where none did.
    ///
    /// Days: working days after the day of the complaint.
    pub fn answer_due(&self, complaint: &Complaint) -> Date {
        let kind = complaint.teller.clause();
        let mut held = self.in_force(complaint.partner.as_deref(), complaint.day);
        if held.is_empty() {
            held.extend(self.newest());
        }
        let clauses = held.into_iter().flat_map(|version| &version.clauses);
        let days = clauses.filter(|clause| clause.kind == kind).filter_map(|c| c.working_days);
        working_day_after(complaint.day, days.min().unwrap_or(ANSWER_WORKING_DAYS))
    }

    /// The clauses of every wording in force on a day, and of the newest, which whoever signs next puts their name to;
    /// each once.
    pub fn clauses(&self, day: Date) -> Vec<&Clause> {
        let held = self.in_force(None, day).into_iter().chain(self.newest());
        let mut all: Vec<&Clause> = Vec::new();
        for clause in held.flat_map(|version| &version.clauses) {
            if !all.contains(&clause) {
                all.push(clause);
            }
        }
        all
    }

    /// Whether a clause stands only in a newest wording that binds nobody by a day: it counts once that is signed.
    pub fn is_unsigned(&self, clause: &Clause, day: Date) -> bool {
        let held = self.in_force(None, day).into_iter().any(|v| v.clauses.contains(clause));
        let binds = |newest: &Version| newest.partners.iter().any(|one| newest.binds(one, day));
        let bound = self.newest().is_some_and(binds);
        !held && !bound
    }

    /// Dated clauses of every wording in force on a day that were not met and are due by four weeks later.
    pub fn clauses_due(&self, met: &[(ClauseKind, Date)], day: Date) -> Vec<(&Clause, Date)> {
        let soon = day.saturating_add(SOON_DAYS.days());
        let mut all: Vec<(&Clause, Date)> = Vec::new();
        for clause in self.in_force(None, day).into_iter().flat_map(|version| &version.clauses) {
            let Some(due) = clause.due.filter(|due| *due <= soon) else { continue };
            let told = all.iter().any(|(one, on)| (one.kind, *on) == (clause.kind, due));
            if !told && !met.contains(&(clause.kind, due)) {
                all.push((clause, due));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::super::{Effect, Signature};
    use super::*;

    fn clause(kind: ClauseKind, due: Option<Date>, working_days: Option<u8>) -> Clause {
        Clause { kind, words: "Words".to_owned(), due, working_days, effect: Effect::Words }
    }

    fn agreement(clauses: Vec<Clause>) -> Agreement {
        let signed = |party: Option<&str>| Signature {
            party: party.map(str::to_owned),
            name: "A".to_owned(),
            post: String::new(),
            day: date(2025, 1, 1),
        };
        let version = Version {
            number: 1,
            partners: BTreeSet::from(["school".to_owned()]),
            clauses,
            signatures: vec![signed(None), signed(Some("school"))],
            ..Version::default()
        };
        Agreement { number: 1, versions: vec![version], ..Agreement::default() }
    }

    fn complaint(teller: Teller) -> Complaint {
        Complaint {
            id: 1,
            agreement: 1,
            partner: None,
            day: date(2025, 3, 14),
            teller,
            about: "A list with too much".to_owned(),
            step: Step::Contacts,
            answered: None,
        }
    }

    #[test]
    fn a_complaint_is_answered_by_its_own_clause() {
        let held = agreement(vec![
            clause(ClauseKind::Grievance, None, Some(5)),
            clause(ClauseKind::Complaints, None, Some(2)),
        ]);
        // The fourteenth is a Friday.
        for (teller, due) in [
            (Teller::YoungPerson, date(2025, 3, 18)),
            (Teller::Parent, date(2025, 3, 18)),
            (Teller::Partner, date(2025, 3, 21)),
        ] {
            assert_eq!(held.answer_due(&complaint(teller)), due, "{teller:?}");
        }
        let silent = agreement(vec![]);
        assert_eq!(silent.answer_due(&complaint(Teller::Other)), date(2025, 3, 28), "ten days");
    }

    #[test]
    fn a_dated_clause_asks_from_four_weeks_before_until_it_is_met_or_the_agreement_ends() {
        let due = date(2025, 3, 31);
        let mut held = agreement(vec![
            clause(ClauseKind::DestinationSurvey, Some(due), None),
            clause(ClauseKind::DataAction, None, None),
        ]);
        let asked = |held: &Agreement, met: &[(ClauseKind, Date)], day| {
            held.clauses_due(met, day).into_iter().map(|(_, due)| due).collect::<Vec<_>>()
        };
        assert!(asked(&held, &[], date(2025, 3, 2)).is_empty(), "29 days before");
        assert_eq!(asked(&held, &[], date(2025, 3, 3)), [due]);
        assert_eq!(asked(&held, &[], date(2025, 9, 1)), [due], "and long after");
        let met = [(ClauseKind::DestinationSurvey, due)];
        assert!(asked(&held, &met, due).is_empty());
        let other = [(ClauseKind::DestinationSurvey, date(2024, 3, 31))];
        assert_eq!(asked(&held, &other, due), [due], "last year's is another");
        held.ended = Some((date(2025, 3, 20), String::new()));
        assert!(asked(&held, &[], due).is_empty());
    }

    /// One partner has signed the next wording and another has not: the clauses of both are asked for.
    #[test]
    fn what_is_due_is_due_by_every_wording_in_force() {
        let (before, after) = (date(2025, 3, 31), date(2026, 3, 31));
        let survey = |due| clause(ClauseKind::DestinationSurvey, Some(due), None);
        let mut held =
            agreement(vec![survey(before), clause(ClauseKind::Complaints, None, Some(9))]);
        let mut next = held.versions[0].clone();
        next.number = 2;
        next.clauses = vec![survey(after), clause(ClauseKind::Complaints, None, Some(5))];
        let (college, day) = (Some("college".to_owned()), date(2025, 1, 1));
        for version in [&mut held.versions[0], &mut next] {
            version.partners.insert("college".to_owned());
            let of = &version.signatures[0];
            let signed = Signature { party: college.clone(), day, ..of.clone() };
            version.signatures.push(signed);
        }
        // The college signs the next wording only.
        held.versions[0].signatures.pop();
        next.signatures.retain(|one| one.party.as_deref() != Some("school"));
        held.versions.push(next);
        let late = date(2026, 3, 10);
        let due = |met: &[(ClauseKind, Date)]| {
            held.clauses_due(met, late).into_iter().map(|(_, due)| due).collect::<Vec<_>>()
        };
        assert_eq!(due(&[]), [before, after]);
        assert_eq!(due(&[(ClauseKind::DestinationSurvey, before)]), [after]);
        let shown: Vec<Option<Date>> = held.clauses(late).iter().map(|one| one.due).collect();
        assert_eq!(shown, [Some(before), None, Some(after), None]);
        let of_all = complaint(Teller::Parent);
        assert_eq!(held.answer_due(&of_all), date(2025, 3, 21), "five days, not nine");
        let of_school = Complaint { partner: Some("school".to_owned()), ..of_all };
        assert_eq!(held.answer_due(&of_school), date(2025, 3, 27));
        held.ended = Some((late, String::new()));
        assert!(held.clauses_due(&[], late).is_empty());
        assert_eq!(held.clauses(late).len(), 2, "the newest wording's");
    }

    /// Who signs a wording sees its clauses before; nothing is due by it until then.
    #[test]
    fn a_draft_is_shown_and_asks_for_nothing() {
        let (before, after) = (date(2025, 3, 31), date(2025, 3, 20));
        let survey = |due| clause(ClauseKind::DestinationSurvey, Some(due), None);
        let answers = clause(ClauseKind::Complaints, None, Some(9));
        let mut held = agreement(vec![survey(before), answers.clone()]);
        let mut draft = held.versions[0].clone();
        (draft.number, draft.clauses) = (2, vec![survey(after), answers]);
        draft.signatures.clear();
        held.versions.push(draft);
        let day = date(2025, 3, 10);
        let shown: Vec<Option<Date>> = held.clauses(day).iter().map(|one| one.due).collect();
        assert_eq!(shown, [Some(before), None, Some(after)]);
        let unsigned = |held: &Agreement| -> Vec<bool> {
            held.clauses(day).into_iter().map(|one| held.is_unsigned(one, day)).collect()
        };
        assert_eq!(unsigned(&held), [false, false, true], "what both wordings say holds");
        let due: Vec<Date> = held.clauses_due(&[], day).into_iter().map(|(_, due)| due).collect();
        assert_eq!(due, [before]);
        // Signed, though it is to begin later: the wording before holds until then.
        held.versions[1].signatures = held.versions[0].signatures.clone();
        held.versions[1].starts = Some(date(2025, 4, 1));
        assert_eq!(unsigned(&held), [false; 3]);
        held.ended = Some((day, String::new()));
        assert_eq!(unsigned(&held), [false; 2], "it was signed once");
    }

    #[test]
    fn names_are_read_back() {
        for (teller, name, _) in Teller::ALL {
            assert_eq!((Teller::from_name(name), teller.name()), (Some(*teller), *name));
        }
        for (step, name, _) in Step::ALL {
            assert_eq!((Step::from_name(name), step.name()), (Some(*step), *name));
        }
    }
}
