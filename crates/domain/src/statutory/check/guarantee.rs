//! Checks on the September Guarantee. Its nodes keep the year group of the summer: from autumn to
//! spring the Year 11 node is about people who are in Year 12 by then.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::edition::Returning;
use crate::statutory::record::{Field, Node};

struct Year {
    node: Node,
    status: Field,
    authority: Field,
    name: &'static str,
}

const YEARS: [Year; 2] = [
    Year {
        node: Node::GuaranteeYear11,
        status: Field::Year11GuaranteeStatus,
        authority: Field::Year11LeaCode,
        name: "Year11",
    },
    Year {
        node: Node::GuaranteeYear12,
        status: Field::Year12GuaranteeStatus,
        authority: Field::Year12LeaCode,
        name: "Year12",
    },
];

impl Year {
    fn complete(&self, case: &Case<'_>) -> bool {
        !case.missing(self.status) && !case.missing(self.authority)
    }

    /// The year group that this node is about in a return for this period.
    fn group(&self, case: &Case<'_>) -> Option<i16> {
        let month = case.period_end?.month();
        case.edition.guarantee.year_group(self.node, month)
    }

    fn at(&self, element: Field) -> String {
        format!("{}/{}", self.name, element.element())
    }
}

fn year_group(case: &Case<'_>) -> Option<i16> {
    case.academic_age.map(|age| age - 4)
}

/// 27, 261.
pub fn statuses(case: &Case<'_>, found: &mut Findings) {
    let lists = &case.edition.lists;
    for (year, list) in YEARS.iter().zip([&lists.guarantee_year11, &lists.guarantee_year12]) {
        let status = case.text(year.status);
        if status.is_some_and(|code| !list.contains_key(code)) {
            found.raise_at(case, "27", &year.at(year.status), status);
        }
        let authority = case.text(year.authority);
        if authority.is_some_and(|code| !case.english(code)) {
            found.raise_at(case, "261", &year.at(year.authority), authority);
        }
    }
}

/// 905 and 906: a person covered by the guarantee has the node of their year, whole.
///
/// Someone whose year group neither node is about owes none, unless the guarantee is all they are returned for:
/// then, as where the age is not known, they must have at least one.
/// Source: who must have the node, by the period and the year group (section on the September Guarantee).
pub fn owed(case: &Case<'_>, found: &mut Findings) {
    let covered = case.status_among("905");
    let flagged = case.yes(Field::GuaranteeStatusIndicator);
    if !covered && !flagged {
        return;
    }
    let group = year_group(case);
    let own = YEARS.iter().find(|year| group.is_some() && year.group(case) == group);
    let given = match own {
        Some(year) => year.complete(case),
        None => YEARS.iter().any(|year| year.complete(case)),
    };
    if given {
        return;
    }
    let field = own.map_or("SeptemberGuarantee".to_owned(), |year| year.at(year.status));
    // The primary cohort owes a guarantee only in the two years that it is about.
    if covered && (own.is_some() || for_the_guarantee_alone(case)) {
        found.raise_at(case, "905", &field, None);
    }
    if flagged && (own.is_some() || group.is_none()) {
        found.raise_at(case, "906", &field, None);
    }
}

fn for_the_guarantee_alone(case: &Case<'_>) -> bool {
    let status = case.status().and_then(|code| case.edition.cohort_statuses.get(code));
    status.is_some_and(|status| status.returning == Returning::UntilGuaranteeCloses)
}

/// Checks of age against the guarantee that came in 2020-21; their numbers were not seen.
pub fn ages(case: &Case<'_>, found: &mut Findings) {
    let Some(group) = year_group(case) else { return };
    for year in &YEARS {
        let Some(wanted) = year.group(case).filter(|_| !case.missing(year.status)) else {
            continue;
        };
        let one_below = year.node == Node::GuaranteeYear12 && group == wanted - 1;
        let check = match group.cmp(&wanted) {
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Less if one_below => "guarantee-year12-too-young",
            std::cmp::Ordering::Less => "guarantee-too-young",
            std::cmp::Ordering::Greater => "guarantee-too-old",
        };
        found.raise_at(case, check, &year.at(year.status), None);
    }
}
