//! The words of a reference file turned into the values of the domain. Each function refuses a
//! word it does not know and says where it stood.

use super::raw::*;
use domain::calendar::{Day, parse_day};
use domain::edition::*;
use domain::finding::Priority;
use domain::statutory::record::{Field, Node};
use std::collections::BTreeMap;

/// Where the fault is, and what it is.
pub type Problem = (String, String);
type Read<T> = Result<T, Problem>;

pub fn edition(raw: RawEdition, uncertain: Vec<Uncertain>) -> Read<Edition> {
    let duty = raw.duty;
    let activities = named(raw.activities, |code, raw| activity(code, raw, duty))?;
    let valid_from = day("valid_from", &raw.valid_from)?;
    let stands_in = raw.stands_in_from.map(|text| day("stands_in_from", &text)).transpose()?;
    let edition = Edition {
        valid_from,
        stands_in_from: stands_in.unwrap_or(valid_from),
        valid_to: raw.valid_to.map(|text| day("valid_to", &text)).transpose()?,
        membership: Membership {
            min_age: raw.membership.min_age,
            max_age: raw.membership.max_age,
            max_age_with_send: raw.membership.max_age_with_send,
            age_with_send: age_kind("membership.age_with_send", &raw.membership.age_with_send)?,
            compulsory_age: raw.membership.compulsory_age,
        },
        participation_ages: participation_ages(raw.participation_ages)?,
        measure: measure(raw.measure)?,
        activities,
        custody: raw.custody.into_iter().collect(),
        unknown_activity: UnknownActivity {
            compulsory: raw.unknown_activity.compulsory,
            after: raw.unknown_activity.after,
        },
        on_roll: OnRoll {
            compulsory: raw.on_roll.compulsory,
            school: raw.on_roll.school,
            college: raw.on_roll.college,
            other: raw.on_roll.other,
        },
        cohort_statuses: named(raw.cohort_statuses, status)?,
        leaving: LeavingByAge {
            age_reached: raw.leaving.age_reached,
            plan_ceased: raw.leaving.plan_ceased,
        },
        lists: lists(raw.lists),
        guarantee: guarantee(raw.guarantee)?,
        xml: xml(raw.xml)?,
        checks: named(raw.checks, check)?,
        name: raw.name,
        title: raw.title,
        uncertain,
    };
    known_codes(&edition)?;
    Ok(edition)
}

/// Codes that one part of the file uses must be in the list of another part.
fn known_codes(edition: &Edition) -> Read<()> {
    for code in &edition.measure.excluded {
        if edition.activity(code).is_none() {
            return Err(("measure.excluded".into(), format!("no activity {code}")));
        }
    }
    for code in &edition.custody {
        if edition.activity(code).is_none() {
            return Err(("custody".into(), format!("no activity {code}")));
        }
    }
    for code in [&edition.unknown_activity.compulsory, &edition.unknown_activity.after] {
        if edition.activity(code).is_none() {
            return Err(("unknown_activity".into(), format!("no activity {code}")));
        }
    }
    let OnRoll { compulsory, school, college, other } = &edition.on_roll;
    for code in [compulsory, school, college, other] {
        if edition.activity(code).is_none() {
            return Err(("on_roll".into(), format!("no activity {code}")));
        }
    }
    for code in edition.lists.guarantee_year11.keys().chain(edition.lists.guarantee_year12.keys()) {
        if !edition.guarantee.categories.contains_key(code) {
            return Err(("guarantee.categories".into(), format!("no category of {code}")));
        }
    }
    for code in edition.lists.vulnerable_group.keys() {
        if !edition.lists.characteristic.contains_key(code) {
            return Err(("lists.vulnerable_group".into(), format!("no characteristic {code}")));
        }
    }
    let leaving = [Some(&edition.leaving.age_reached), edition.leaving.plan_ceased.as_ref()];
    for status in edition.measure.statuses.iter().chain(leaving.into_iter().flatten()) {
        if !edition.cohort_statuses.contains_key(status) {
            return Err(("cohort_statuses".into(), format!("no cohort status {status}")));
        }
    }
    Ok(())
}

fn guarantee(raw: RawGuarantee) -> Read<Guarantee> {
    let category = |code: &str, text: String| {
        word(&format!("guarantee.categories.{code}"), &text, &Offer::ALL, Offer::word)
    };
    Ok(Guarantee {
        current_months: raw.current_months.into_iter().collect(),
        year_groups: BTreeMap::from([
            (Node::GuaranteeYear11, raw.year11),
            (Node::GuaranteeYear12, raw.year12),
        ]),
        categories: named(raw.categories, category)?,
    })
}

fn participation_ages(raw: Vec<RawParticipationAge>) -> Read<Vec<ParticipationAge>> {
    let row = |raw: RawParticipationAge| {
        let born_from = day("participation_ages", &raw.born_from)?;
        Ok(ParticipationAge { born_from, age: raw.age })
    };
    let ages = raw.into_iter().map(row).collect::<Read<Vec<_>>>()?;
    match ages.is_sorted_by_key(|row| row.born_from) {
        true => Ok(ages),
        false => Err(("participation_ages".into(), "the oldest come first".into())),
    }
}

fn named<R, T>(
    raw: BTreeMap<String, R>,
    read: impl Fn(&str, R) -> Read<T>,
) -> Read<BTreeMap<String, T>> {
    raw.into_iter().map(|(code, raw)| Ok((code.clone(), read(&code, raw)?))).collect()
}

pub fn day(path: &str, text: &str) -> Read<Day> {
    parse_day(text).ok_or_else(|| (path.into(), format!("{text} is not a day such as 2019-04-01")))
}

/// Finds the value whose word stands in the file.
fn word<T: Copy>(path: &str, text: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Read<T> {
    let known = || all.iter().map(|value| word(*value)).collect::<Vec<_>>().join(", ");
    all.iter()
        .copied()
        .find(|value| word(*value) == text)
        .ok_or_else(|| (path.into(), format!("{text} is not one of {}", known())))
}

/// A share written as a decimal, as whole units of `per`. Errors: when it does not come out whole.
fn whole(path: &str, value: f64, per: f64) -> Read<u32> {
    let units = value * per;
    let rounded = units.round();
    let fits = (0.0..=1_000_000.0).contains(&rounded) && (units - rounded).abs() < 1e-6;
    // The range was checked, so the cast neither wraps nor loses a sign.
    fits.then_some(rounded as u32)
        .ok_or_else(|| (path.into(), format!("{value} is finer than can be held")))
}

fn age_kind(path: &str, text: &str) -> Read<AgeKind> {
    match text {
        "actual" => Ok(AgeKind::Actual),
        "academic" => Ok(AgeKind::Academic),
        other => Err((path.into(), format!("{other} is not an age"))),
    }
}

fn measure(raw: RawMeasure) -> Read<Measure> {
    let kind = age_kind("measure.age.kind", &raw.age.kind)?;
    let basis = match raw.basis.as_str() {
        "place-of-study" => Basis::PlaceOfStudy,
        "residence" => Basis::Residence,
        other => return Err(("measure.basis".into(), format!("{other} is not a basis"))),
    };
    if raw.months.is_empty() || raw.months.iter().any(|month| !(1..=12).contains(month)) {
        return Err(("measure.months".into(), "months are numbers from 1 to 12".into()));
    }
    let lapsed_is_not_known = match raw.excluded_lapsed.as_str() {
        "not-known" => true,
        "excluded" => false,
        other => {
            let problem = format!("{other} is neither not-known nor excluded");
            return Err(("measure.excluded_lapsed".into(), problem));
        }
    };
    let adjustment = raw.adjustment.map(|raw| -> Read<_> {
        Ok(Adjustment {
            eet_lapsed_hundredths: whole("measure.adjustment", raw.eet_lapsed, 100.0)?,
            neet_lapsed_hundredths: whole("measure.adjustment", raw.neet_lapsed, 100.0)?,
        })
    });
    let groups = raw.outside_groups.iter();
    Ok(Measure {
        age: AgeBand { kind, min: raw.age.min, max: raw.age.max },
        basis,
        months: raw.months,
        adjustment: adjustment.transpose()?,
        excluded: raw.excluded.into_iter().collect(),
        lapsed_is_not_known,
        outside_groups: groups
            .map(|text| word("measure.outside_groups", text, &Group::ALL, Group::word))
            .collect::<Read<_>>()?,
        statuses: raw.statuses.into_iter().collect(),
        target: raw.target.map(target).transpose()?,
    })
}

fn target(raw: RawTarget) -> Read<Target> {
    let path = "measure.target";
    let losses = raw.losses.into_iter().map(|loss| {
        Ok(Loss {
            above_permille: whole(path, loss.above_percent, 10.0)?,
            lost_hundredths: whole(path, loss.lost, 100.0)?,
        })
    });
    Ok(Target {
        neet_permille: whole(path, raw.neet_percent, 10.0)?,
        losses: losses.collect::<Read<_>>()?,
    })
}

fn activity(code: &str, raw: RawActivity, duty: bool) -> Read<Activity> {
    let path = format!("activities.{code}");
    let lapse = lapse(&raw.lapse).ok_or_else(|| {
        let problem = format!("{} is not a currency rule", raw.lapse);
        (path.clone(), problem)
    })?;
    let participation = raw.participation.as_deref();
    let needs = [
        raw.needs_characteristic
            .map(|needed| Needs::Characteristic { code: needed.code, check: needed.check }),
        raw.needs_send.map(|check| Needs::Send { check }),
        raw.needs_age.map(|needed| Needs::Age { from: needed.from, check: needed.check }),
    ];
    let stated = word(&path, &raw.duty, &Duty::ALL, Duty::word)?;
    Ok(Activity {
        code: code.into(),
        label: raw.label,
        group: word(&path, &raw.group, &Group::ALL, Group::word)?,
        participation: participation
            .map(|text| word(&path, text, &Participation::ALL, Participation::word))
            .transpose()?,
        duty: if duty { stated } else { Duty::Outside },
        lapse,
        review_required: raw.review,
        end_date_required: raw.end_date,
        lapse_required: lapse != Lapse::Never,
        needs: needs.into_iter().flatten().collect(),
    })
}

/// `never`, `31 August`, `6 months` or `review + 28 days`.
fn lapse(text: &str) -> Option<Lapse> {
    if let Some(months) = text.strip_suffix(" months") {
        return months.parse().ok().map(Lapse::Months);
    }
    if let Some(days) = text.strip_prefix("review + ") {
        return days.strip_suffix(" days")?.parse().ok().map(Lapse::ReviewPlusDays);
    }
    match text {
        "never" => Some(Lapse::Never),
        "31 August" => Some(Lapse::SchoolYearEnd),
        _ => None,
    }
}

fn status(code: &str, raw: RawStatus) -> Read<CohortStatus> {
    let path = || format!("cohort_statuses.{code}");
    let returning = match raw.returning.as_str() {
        "every-month" => Returning::EveryMonth,
        "until-guarantee-closes" => Returning::UntilGuaranteeCloses,
        "once" => Returning::Once,
        "never" => Returning::Never,
        other => return Err((path(), format!("{other} does not say how long to return"))),
    };
    let transfer_to = match raw.transfer_to.as_deref() {
        None => TransferTo::None,
        Some("english") => TransferTo::English,
        Some("outside-england") => TransferTo::OutsideEngland,
        Some(other) => return Err((path(), format!("{other} is not a place to transfer to"))),
    };
    Ok(CohortStatus {
        code: code.into(),
        label: raw.label,
        returning,
        transfer_to,
        ends_guarantee: raw.ends_guarantee,
    })
}

fn lists(raw: RawLists) -> CodeLists {
    CodeLists {
        gender: raw.gender,
        ethnicity: raw.ethnicity,
        level_of_need: raw.level_of_need,
        characteristic: raw.characteristic,
        vulnerable_group: raw.vulnerable_group,
        guarantee_year11: raw.guarantee_year11,
        guarantee_year12: raw.guarantee_year12,
        intended_destination: raw.intended_destination,
    }
}

fn xml(raw: RawXml) -> Read<XmlShape> {
    let nodes = raw.order.iter().map(|text| {
        let path = format!("xml.elements.{text}");
        let node = node(text).ok_or_else(|| (path.clone(), "no such part of a record".into()))?;
        let names = raw.elements.get(text);
        let names = names.ok_or_else(|| (path.clone(), "is in the order, but not here".into()))?;
        let elements = names.iter().map(|name| {
            let field = Field::named(node, name);
            let field = field.ok_or_else(|| (path.clone(), format!("no element {name}")))?;
            Ok(ElementName { field, name: name.clone() })
        });
        Ok(NodeShape { node, elements: elements.collect::<Read<_>>()? })
    });
    let nodes = nodes.collect::<Read<Vec<_>>>()?;
    if nodes.len() != raw.elements.len() {
        return Err(("xml.order".into(), "it must name every part once".into()));
    }
    Ok(XmlShape {
        nodes,
        root: raw.root,
        doctype: raw.doctype,
        schema_version: raw.schema_version,
        database_id: raw.database_id,
    })
}

fn node(text: &str) -> Option<Node> {
    Some(match text {
        "personal-details" => Node::PersonalDetails,
        "guarantee-year11" => Node::GuaranteeYear11,
        "guarantee-year12" => Node::GuaranteeYear12,
        "level-of-need" => Node::LevelOfNeed,
        "activity" => Node::Activity,
        "intended-destination" => Node::IntendedDestination,
        _ => return None,
    })
}

fn check(code: &str, raw: RawCheck) -> Read<CheckRule> {
    let priority = Priority::from_number(raw.priority)
        .ok_or_else(|| (format!("checks.{code}"), "a priority is 1, 2 or 3".into()))?;
    Ok(CheckRule {
        code: code.into(),
        priority,
        says: raw.says,
        limit: raw.limit,
        statuses: raw.statuses.into_iter().collect(),
        strict: raw.strict,
    })
}
