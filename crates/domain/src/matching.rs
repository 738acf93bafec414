//! Whether a partner's row and somebody on the register are the same person, by identifiers first and
//! then by name, birth date and postcode together. Anything less is a person's decision, never ours;
//! twins are never joined. Linkage by weight of evidence is another crate's work.

mod chains;
mod lines;
mod list;
mod merging;
mod people;
mod several;

use std::collections::{BTreeSet, HashMap};

pub use lines::{
    FEWEST, Lines, Settled, WANTED, Weighed, may_teach, new_line, percent, settle, sure_line,
    wanted,
};
pub use list::{CLAIMANT_AGES, ListKind, may_claim};
pub use merging::{merge, split};
pub use several::{Combination, Several, several};

use chains::Chains;
use jiff::civil::Date;
use people::{One, People};

use crate::identifiers::{check_uln, check_upn};
use crate::intake::Declaration;
use crate::person::{Field, FieldChange, PersonRecord, fold};

/// By which people are told apart, beside former names and addresses. The school is not: a whole school
/// moves to another name at once.
const TELLING: [Field; 6] =
    [Field::GivenName, Field::FamilyName, Field::DateOfBirth, Field::Sex, Field::Upn, Field::Uln];

/// Whether a change is of something by which people are told apart.
pub fn tells_apart(change: &FieldChange) -> bool {
    let field = change.field.as_str();
    TELLING.iter().any(|f| f.column() == field) || ["former_names", "address"].contains(&field)
}

/// Whether whoever had an identifier before is the one who comes with it now, of whom nothing stands meanwhile: the same
/// given name, and the same family name or birth date, as an identifier's answer is accepted of somebody who stands.
///
/// Shape: given name and family name, folded, and birth date as ISO text.
pub fn comes_back(before: &[String; 3], now: &[String; 3]) -> bool {
    let ([given, family, born], [given_now, family_now, born_now]) = (before, now);
    given == given_now && (family == family_now || born == born_now)
}

/// What matching needs to know about one person on the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub person: i64,
    pub ypid: String,
    pub upn: Option<String>,
    pub uln: Option<String>,
    pub given: String,
    pub family: String,
    /// `M` or `F`; nothing where it is not known.
    pub sex: Option<char>,
    pub former_families: Vec<String>,
    pub date_of_birth: Option<Date>,
    pub postcodes: Vec<String>,
}

/// The answer for one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// The same person, and by what.
    Same { person: i64, reason: String },
    /// Nobody on the register; the sender may add them.
    New { reason: String },
    /// A person must decide between these.
    Review { candidates: Vec<i64>, reason: String },
}

impl Match {
    /// The same where these people are not there to be found.
    pub fn without(self, gone: &BTreeSet<i64>) -> Match {
        let nobody = || Match::New { reason: "nobody who may be in a list".to_owned() };
        match self {
            Match::Same { person, .. } if gone.contains(&person) => nobody(),
            Match::Review { mut candidates, reason } => {
                candidates.retain(|person| !gone.contains(person));
                match candidates.is_empty() {
                    true => nobody(),
                    false => Match::Review { candidates, reason },
                }
            }
            other => other,
        }
    }
}

/// The register, ready to be asked about one row at a time.
#[derive(Debug, Default)]
pub struct Index {
    known: People,
    ypid: Chains,
    upn: Chains,
    uln: Chains,
    born: Chains,
    /// Identifiers of records since merged, by whom they find.
    also: HashMap<String, usize>,
}

/// A row's side of the comparison, folded once.
struct Side<'a> {
    /// Whom somebody said the row does not speak of: for it they are as if they were not on the register.
    not: &'a [i64],
    upn: Option<String>,
    uln: Option<String>,
    given: String,
    family: String,
    sex: Option<char>,
    former: Vec<String>,
    born: Option<Date>,
    postcode: Option<String>,
}

impl<'a> Side<'a> {
    fn of(said: &Declaration, not: &'a [i64]) -> Side<'a> {
        let text = |field| said.particulars.get(field);
        Side {
            not,
            upn: text(Field::Upn).filter(|upn| check_upn(upn).is_ok()).map(str::to_owned),
            uln: text(Field::Uln).filter(|uln| check_uln(uln).is_ok()).map(str::to_owned),
            given: fold(text(Field::GivenName).unwrap_or("")),
            family: fold(text(Field::FamilyName).unwrap_or("")),
            sex: sex(text(Field::Sex)),
            former: said.former_names.iter().map(|n| fold(&n.family)).collect(),
            born: said.particulars.date_of_birth(),
            postcode: said
                .address
                .as_ref()
                .map(|a| a.postcode.clone())
                .filter(|postcode| !postcode.is_empty()),
        }
    }
}

impl Known {
    /// What matching needs of a record.
    pub fn of(person: i64, record: &PersonRecord) -> Known {
        let p = &record.particulars;
        Known {
            person,
            ypid: record.ypid.clone(),
            upn: p.get(Field::Upn).map(str::to_owned),
            uln: p.get(Field::Uln).map(str::to_owned),
            given: fold(p.get(Field::GivenName).unwrap_or("")),
            family: fold(p.get(Field::FamilyName).unwrap_or("")),
            sex: sex(p.get(Field::Sex)),
            former_families: record.former_names.iter().map(|n| fold(&n.family)).collect(),
            date_of_birth: p.date_of_birth(),
            postcodes: record.addresses.iter().map(|a| a.postcode.clone()).collect(),
        }
    }
}

impl One<'_> {
    fn family_fits(self, side: &Side<'_>) -> bool {
        self.family() == side.family
            || self.former_families().any(|family| family == side.family)
            || side.former.iter().any(|family| family == self.family())
    }

    fn given_fits(self, side: &Side<'_>) -> bool {
        similar(self.given(), &side.given)
    }
}

/// A sex that tells two people apart.
pub fn sex(code: Option<&str>) -> Option<char> {
    code.and_then(|code| code.chars().next()).filter(|code| ['M', 'F'].contains(code))
}

/// Whether two folded given names may be one name written twice: equal, one the beginning of the
/// other, or one slip apart. "Jack" and "James" are two people.
fn similar(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() || a.starts_with(b) || b.starts_with(a) {
        return true;
    }
    one_slip(a, b)
}

/// At most one letter changed, added, left out, or two neighbours swapped.
pub fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = |x: usize, y: usize| a.iter().skip(head + x).eq(b.iter().skip(head + y));
    let swapped =
        a.get(head) == b.get(head + 1) && a.get(head + 1) == b.get(head) && a.get(head).is_some();
    tail(1, 1) || tail(1, 0) || tail(0, 1) || (swapped && tail(2, 2))
}

impl Index {
    pub fn new(known: impl IntoIterator<Item = Known>) -> Index {
        let mut index = Index::default();
        for one in known {
            index.add(one);
        }
        index
    }

    /// Adds somebody, for rows that come after.
    pub fn add(&mut self, known: Known) {
        self.ypid.push(Some(&known.ypid).filter(|ypid| !ypid.is_empty()));
        self.upn.push(known.upn.as_ref().filter(|upn| check_upn(upn).is_ok()));
        self.uln.push(known.uln.as_ref().filter(|uln| check_uln(uln).is_ok()));
        self.born.push(known.date_of_birth.as_ref());
        self.known.push(&known);
    }

    /// Lets an identifier that somebody had on a record since merged find them.
    pub fn also(&mut self, ypid: String, person: i64) {
        if let Some(at) = self.known.place(person) {
            self.also.entry(ypid).or_insert(at);
        }
    }

    /// Gives somebody added under a provisional number the number of the register.
    pub fn renumber(&mut self, from: i64, to: i64) {
        self.known.renumber(from, to);
    }

    pub fn len(&self) -> usize {
        self.known.len()
    }

    pub fn is_empty(&self) -> bool {
        self.known.len() == 0
    }

    /// Decides for one row.
    ///
    /// Shape: identifiers in the order the return's id, UPN, ULN; then name, birth date and postcode
    /// together. Identifiers that point at different people, or at somebody whose birth date or given
    /// name says otherwise, are for review.
    pub fn decide(&self, said: &Declaration) -> Match {
        self.decide_but(said, &[])
    }

    /// The same where somebody has said of whom the row does not speak.
    pub fn decide_but(&self, said: &Declaration, not: &[i64]) -> Match {
        let side = Side::of(said, not);
        self.by_numbers(said, &side).unwrap_or_else(|| self.by_name(&side))
    }

    /// Whether the return's identifier, the UPN or the ULN points at somebody: then no weighing of
    /// names overrules what [`Index::decide_but`] says.
    pub fn has_number(&self, said: &Declaration, not: &[i64]) -> bool {
        self.by_numbers(said, &Side::of(said, not)).is_some()
    }

    /// Who has the return's identifier that a row carries; nobody else can have it too.
    pub fn identified(&self, said: &Declaration) -> Option<i64> {
        let at = self.with_ypid(said.ypid.as_ref()?)?;
        self.known.get(at).map(One::person)
    }

    /// Who has exactly this name and birth date, and no other number.
    pub fn of_name(&self, said: &Declaration, not: &[i64]) -> Vec<i64> {
        let side = Side::of(said, not);
        let mut named = self.same_birth_and_name(&side);
        named.retain(|at| self.numbers_agree(*at, &side));
        named.into_iter().filter_map(|at| self.known.get(at)).map(One::person).collect()
    }

    fn by_numbers(&self, said: &Declaration, side: &Side<'_>) -> Option<Match> {
        let by_ypid = said.ypid.as_ref().and_then(|ypid| self.with_ypid(ypid));
        if let Some(at) = by_ypid.filter(|at| self.may_be(*at, side)) {
            return Some(self.confirm(at, side, "the return's identifier"));
        }
        let holding = |chains, number, of: fn(One<'_>) -> Option<&str>| -> Vec<usize> {
            let all = self.holding(chains, number, of).into_iter();
            all.filter(|at| self.may_be(*at, side)).collect()
        };
        let by_upn = holding(&self.upn, side.upn.as_ref(), |known| known.upn());
        let by_uln = holding(&self.uln, side.uln.as_ref(), |known| known.uln());
        Some(match (by_upn.as_slice(), by_uln.as_slice()) {
            ([a], [b]) if a != b => {
                self.review(&[*a, *b], "the UPN and the ULN belong to two different people")
            }
            ([a], _) => self.confirm(*a, side, "UPN"),
            ([], [a]) => self.confirm(*a, side, "ULN"),
            ([], []) => return None,
            ([], many) => self.review(many, "several people hold this ULN"),
            (many, _) => self.review(many, "several people hold this UPN"),
        })
    }

    /// Whether nobody has said that the row does not speak of them.
    fn may_be(&self, at: usize, side: &Side<'_>) -> bool {
        self.known.get(at).is_some_and(|known| !side.not.contains(&known.person()))
    }

    /// Who has the return's identifier: of several the newest, as of any that came with one.
    fn with_ypid(&self, ypid: &String) -> Option<usize> {
        let has = |at: &usize| self.known.get(*at).is_some_and(|known| known.ypid() == ypid);
        self.ypid.of(ypid).find(has).or_else(|| self.also.get(ypid).copied())
    }

    /// Everybody who holds a number, the first who came first.
    fn holding(
        &self,
        chains: &Chains,
        number: Option<&String>,
        of: fn(One<'_>) -> Option<&str>,
    ) -> Vec<usize> {
        let Some(number) = number else { return Vec::new() };
        let has = |at: &usize| self.known.get(*at).and_then(of) == Some(number.as_str());
        let mut found: Vec<usize> = chains.of(number).filter(has).collect();
        found.reverse();
        found
    }

    /// Accepts an identifier's answer unless the rest of the row speaks against it.
    fn confirm(&self, at: usize, side: &Side<'_>, by: &str) -> Match {
        let Some(known) = self.known.get(at) else {
            return Match::New { reason: "nobody has this identifier".to_owned() };
        };
        let born_differs =
            matches!((known.date_of_birth(), side.born), (Some(a), Some(b)) if a != b);
        let given_differs = !known.given_fits(side);
        let sex_differs = matches!((known.sex(), side.sex), (Some(a), Some(b)) if a != b);
        let family_differs = !side.family.is_empty() && !known.family_fits(side);
        let others: Vec<usize> =
            self.same_birth_and_name(side).into_iter().filter(|other| *other != at).collect();
        let against = match (born_differs, given_differs, family_differs) {
            (_, true, _) if !born_differs => "the given name differs: a twin, or a borrowed number",
            (true, true, _) => "the birth date and the given name differ",
            (true, _, true) => "the birth date and the family name differ",
            // Kian and Kiana: one name written twice is written of one person.
            _ if sex_differs && !side.given.is_empty() && known.given() != side.given => {
                "the given name and the sex differ: a twin, or a borrowed number"
            }
            _ if !others.is_empty() && known.given() != side.given => {
                "somebody else has exactly this name and birth date"
            }
            _ => "",
        };
        if against.is_empty() {
            let but = if born_differs { ", though the birth date differs" } else { "" };
            return Match::Same { person: known.person(), reason: format!("by {by}{but}") };
        }
        let mut candidates = vec![at];
        candidates.extend(others);
        self.review(&candidates, &format!("found by {by}, but {against}"))
    }

    fn same_birth_and_name(&self, side: &Side<'_>) -> Vec<usize> {
        self.born_on(side)
            .filter(|(_, k)| k.given() == side.given && k.family_fits(side))
            .map(|(at, _)| at)
            .collect()
    }

    fn born_on<'a>(&'a self, side: &Side<'_>) -> impl Iterator<Item = (usize, One<'a>)> {
        let mut born: Vec<usize> = side.born.iter().flat_map(|born| self.born.of(born)).collect();
        born.reverse();
        born.retain(|at| self.may_be(*at, side));
        let known = move |at| self.known.get(at).map(|known| (at, known));
        born.into_iter().filter_map(known).filter(|(_, k)| k.date_of_birth() == side.born)
    }

    fn by_name(&self, side: &Side<'_>) -> Match {
        let lives =
            |k: One<'_>| side.postcode.as_ref().is_some_and(|p| k.postcodes().any(|q| q == p));
        let named = self.same_birth_and_name(side);
        let at_home: Vec<usize> =
            named.iter().copied().filter(|at| self.known.get(*at).is_some_and(lives)).collect();
        match at_home.as_slice() {
            [one] if self.numbers_agree(*one, side) => {
                return self.confirm(*one, side, "name, birth date and postcode");
            }
            [_] => {
                return self.review(
                    &at_home,
                    "name, birth date and postcode agree, but another UPN or ULN",
                );
            }
            [] => {}
            many => {
                return self.review(many, "several people have this name, birth date and postcode");
            }
        }
        if !named.is_empty() {
            let why = if side.postcode.is_some() {
                "the postcode differs"
            } else {
                "no postcode was given"
            };
            return self.review(&named, &format!("name and birth date agree, but {why}"));
        }
        let household: Vec<usize> = self
            .born_on(side)
            .filter(|(_, k)| lives(*k) && (k.family_fits(side) || k.given() == side.given))
            .filter(|(at, k)| k.given_fits(side) || self.numbers_agree(*at, side))
            .map(|(at, _)| at)
            .collect();
        if household.is_empty() {
            return Match::New {
                reason: "nobody fits by number, or by name and birth date".to_owned(),
            };
        }
        self.review(
            &household,
            "same birth date and postcode with another name: a twin, or a changed name",
        )
    }

    /// Whether no UPN or ULN speaks against the two being one.
    fn numbers_agree(&self, at: usize, side: &Side<'_>) -> bool {
        let clash =
            |a: Option<&str>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        self.known.get(at).is_some_and(|k| !clash(k.upn(), &side.upn) && !clash(k.uln(), &side.uln))
    }

    fn review(&self, at: &[usize], reason: &str) -> Match {
        let mut candidates: Vec<i64> =
            at.iter().filter_map(|at| self.known.get(*at)).map(One::person).collect();
        candidates.sort_unstable();
        candidates.dedup();
        Match::Review { candidates, reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests;
