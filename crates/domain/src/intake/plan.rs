//! What the register would hold after a row, and why: the one decision behind dry run and real run.
//!
//! Invariants: a plan never forgets. What a row replaces is closed, renamed to a former name or given an
//! end, and silence changes nothing. Nor does what was told for an earlier day take the place of what was told
//! for a later one, whichever comes first.

use jiff::civil::Date;

use super::activity::{self, Answer};
use super::declaration::{ActivitySaid, Declaration};
use super::told::Told;
use crate::agreement::Item;
use crate::edition::{Codes, OUTSIDE_ENGLAND, UNKNOWN_AUTHORITY};
use crate::person::{
    Address, Category, Characteristic, Engagement, Field, FieldChange, FormerName, Particulars,
    PersonRecord, date_intention, impossible_birth, mark,
};

/// What everybody's plan in one file shares.
#[derive(Clone, Copy, Debug)]
pub struct PlanContext<'a> {
    /// The day the file speaks of.
    pub as_of: Date,
    /// The day on which it is read: what age alone has brought about since the file's day is recorded with it.
    pub today: Date,
    /// Who sent it, as shown on the record.
    pub sender: &'a str,
    /// What kind of file, as shown on the record ("school roll").
    pub how: &'a str,
    /// Starts this many days apart are the same start.
    pub tolerance_days: i32,
    /// The codes that the day's edition has for what a file does not name.
    pub codes: Codes<'a>,
    /// The council's own authority code, for people it meets first.
    pub own_la: &'a str,
    /// Items that come as benefits information in this file.
    pub benefits: &'a [Item],
    /// Whether the file tells of offers without the authority whose guarantee they meet.
    pub offers_alone: bool,
}

/// The cohort status of everybody whom nobody has put elsewhere.
/// Source: code list of cohort statuses (YP10), P.
const PRIMARY: &str = "P";

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    New,
    Changed,
    Unchanged,
    /// Waits for a person's decision.
    Held,
    Refused,
}

impl Effect {
    pub const ALL: &'static [Effect] =
        &[Effect::New, Effect::Changed, Effect::Unchanged, Effect::Held, Effect::Refused];

    pub const fn name(self) -> &'static str {
        match self {
            Effect::New => "new",
            Effect::Changed => "changed",
            Effect::Unchanged => "unchanged",
            Effect::Held => "held",
            Effect::Refused => "refused",
        }
    }

    pub fn from_name(name: &str) -> Option<Effect> {
        Effect::ALL.iter().copied().find(|e| e.name() == name)
    }
}

/// A row's plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub effect: Effect,
    /// Why it ends so, in sentences.
    pub reasons: Vec<String>,
    /// What differs, field by field.
    pub changes: Vec<FieldChange>,
    /// What a person may answer, where it is held for its activity.
    pub answers: &'static [Answer],
    /// The record after the row; equal to the record before unless new or changed.
    pub after: PersonRecord,
}

/// Plans a row for somebody on the register (`before`) or, with `None`, for somebody new.
pub fn plan(said: &Declaration, before: Option<&PersonRecord>, ctx: &PlanContext<'_>) -> Plan {
    plan_answered(said, before, ctx, (None, &Told::default()))
}

/// As [`plan`], once a person has answered what the row was held for; `newer` is what was told of them for days
/// after the file's.
pub fn plan_answered(
    said: &Declaration,
    before: Option<&PersonRecord>,
    ctx: &PlanContext<'_>,
    (answer, newer): (Option<Answer>, &Told),
) -> Plan {
    let Some(before) = before else { return plan_new(said, ctx) };
    let mut after = before.clone();
    let mut reasons = said.remarks.clone();
    merge_status(&mut after, said, ctx, &mut reasons);
    merge_intention(&mut after, said, ctx, &mut reasons);
    merge_particulars(&mut after, said, (ctx, newer), &mut reasons);
    place_offers(&mut after, said, ctx);
    merge_names(&mut after, said);
    merge_address(&mut after, said, (ctx.as_of, newer), &mut reasons);
    merge_characteristics(&mut after, said, (ctx, newer), &mut reasons);
    merge_engagements(&mut after, said, ctx);
    mark(&mut after, Some(before), said, ctx.benefits);
    if let Some(held) = activity::merge(&mut after, said, (ctx, answer), &mut reasons) {
        reasons.push(held.why);
        let (answers, after) = (held.answers, before.clone());
        return Plan { effect: Effect::Held, reasons, changes: Vec::new(), answers, after };
    }
    sort(&mut after);
    let changes = differences(before, &after);
    let effect = if changes.is_empty() { Effect::Unchanged } else { Effect::Changed };
    Plan { effect, reasons, changes, answers: &[], after }
}

fn plan_new(said: &Declaration, ctx: &PlanContext<'_>) -> Plan {
    let mut missing: Vec<&str> = [Field::GivenName, Field::FamilyName, Field::DateOfBirth]
        .iter()
        .filter(|f| said.particulars.get(**f).is_none())
        .map(|f| f.label())
        .collect();
    if missing.is_empty() && !could_be_found_again(said) {
        missing.push("a number or a birth date that is a day");
    }
    let mut reasons = said.remarks.clone();
    if !missing.is_empty() {
        reasons.push(format!("cannot be added without {}", missing.join(", ").to_lowercase()));
        return Plan {
            effect: Effect::Refused,
            reasons,
            changes: Vec::new(),
            answers: &[],
            after: PersonRecord::default(),
        };
    }
    let mut after =
        PersonRecord { ypid: said.ypid.clone().unwrap_or_default(), ..Default::default() };
    merge_status(&mut after, said, ctx, &mut reasons);
    merge_intention(&mut after, said, ctx, &mut reasons);
    // Nobody told of them before.
    let newer = &Told::default();
    merge_particulars(&mut after, said, (ctx, newer), &mut reasons);
    for (field, value) in [(Field::CohortStatus, PRIMARY), (Field::LeadLa, ctx.own_la)] {
        if after.particulars.get(field).is_none() {
            after.particulars.set(field, value.to_owned());
        }
    }
    place_offers(&mut after, said, ctx);
    merge_names(&mut after, said);
    merge_address(&mut after, said, (ctx.as_of, newer), &mut reasons);
    merge_characteristics(&mut after, said, (ctx, newer), &mut reasons);
    merge_engagements(&mut after, said, ctx);
    mark(&mut after, None, said, ctx.benefits);
    if let Some(held) = activity::merge(&mut after, said, (ctx, None), &mut reasons) {
        reasons.push(held.why);
    }
    sort(&mut after);
    let changes = differences(&PersonRecord::default(), &after);
    Plan { effect: Effect::New, reasons, changes, answers: &[], after }
}

/// Whether the same row would find its person next time. A birth date is kept as it was said, so it may
/// be no day at all; whoever has no number either would be made anew by every file.
fn could_be_found_again(said: &Declaration) -> bool {
    let numbered = |field| said.particulars.get(field).is_some();
    said.ypid.as_ref().is_some_and(|ypid| !ypid.is_empty())
        || numbered(Field::Upn)
        || numbered(Field::Uln)
        || said.particulars.date_of_birth().is_some()
}

/// The day for which a row says what it says: a return's period end, which its activity carries, or else the
/// file's own day.
fn stated(said: &Declaration, ctx: &PlanContext<'_>) -> Date {
    said.activities.iter().find_map(ActivitySaid::stated_on).unwrap_or(ctx.as_of)
}

/// Takes over the status in the cohort with its day and the authority transferred to. The day is the row's
/// own; without one a status that differs has begun by the day that the file speaks of, and whoever is met
/// first in the primary cohort has been in it for as long as we know. What an older file says of a status
/// that began since is remarked on and left.
///
/// Source: cohort statuses (YP10): leavers are told of once, in the first return after their day. The return
/// itself has no element for it.
fn merge_status(
    after: &mut PersonRecord,
    said: &Declaration,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) {
    let text = |field| said.particulars.get(field).map(str::to_owned);
    let known = after.particulars.get(Field::CohortStatus).map(str::to_owned);
    let status = text(Field::CohortStatus).filter(|status| Some(status) != known.as_ref());
    let Some(status) = status else {
        if let Some(to) = text(Field::TransferredTo) {
            after.particulars.set(Field::TransferredTo, to);
        }
        return;
    };
    let first = known.is_none() && status == PRIMARY;
    let since = said.particulars.date(Field::StatusSince).unwrap_or_else(|| stated(said, ctx));
    if after.particulars.date(Field::StatusSince).is_some_and(|began| began > since) {
        reasons.push(format!("cohort status {status} is older than what is recorded and was left"));
        return;
    }
    after.particulars.set(Field::StatusSince, (!first).then(|| since.to_string()));
    after.particulars.set(Field::TransferredTo, text(Field::TransferredTo));
    after.particulars.set(Field::CohortStatus, status);
}

/// Takes over what somebody intends to do, with when that was said and who told: the row's own words, or
/// else the day it speaks of and its sender. What was said before what is known is remarked on and left; the
/// same again, without a day of its own, is no news, and neither is that nobody has asked.
fn merge_intention(
    after: &mut PersonRecord,
    said: &Declaration,
    ctx: &PlanContext<'_>,
    reasons: &mut Vec<String>,
) {
    let text = |field| said.particulars.get(field).map(str::to_owned);
    let Some(intends) = text(Field::IntendedDestination) else { return };
    if after.particulars.knows_better(Field::IntendedDestination, &intends, ctx.as_of) {
        return;
    }
    let before = after.particulars.clone();
    let differs = before.get(Field::IntendedDestination) != Some(&intends);
    let day = said.particulars.date(Field::IntendedOn).unwrap_or_else(|| stated(said, ctx));
    if before.date(Field::IntendedOn).is_some_and(|known| known > day) {
        if differs {
            reasons.push(format!(
                "the intention of {day} is older than what is recorded and was left"
            ));
        }
        return;
    }
    after.particulars.set(Field::IntendedDestination, intends);
    for field in [Field::IntendedOn, Field::IntendedBy] {
        if let Some(told) = text(field) {
            after.particulars.set(field, told);
        }
    }
    date_intention(&mut after.particulars, &before, (day, ctx.sender));
}

/// Takes over what was said. A number that would replace another valid number is left and remarked on,
/// because a wrong number joins strangers; and so is a birth date that cannot be one. What says nothing is left,
/// and so is what was told for an earlier day than what is known: an earlier family name is a former one.
fn merge_particulars(
    after: &mut PersonRecord,
    said: &Declaration,
    (ctx, newer): (&PlanContext<'_>, &Told),
    reasons: &mut Vec<String>,
) {
    let mut older: Vec<String> = Vec::new();
    for field in Field::ALL.iter().copied() {
        let Some(value) = said.particulars.get(field) else { continue };
        let known = after.particulars.get(field);
        if known == Some(value) || elsewhere(field) {
            continue;
        }
        if field == Field::DateOfBirth
            && let Some(why) = impossible_birth(value, ctx.as_of)
        {
            reasons.push(format!("the birth date {value} {why}"));
        }
        if after.particulars.knows_better(field, value, ctx.as_of) {
            continue;
        }
        if matches!(field, Field::Upn | Field::Uln) && known.is_some() {
            reasons.push(format!("another {} was said and not taken over", field.label()));
            continue;
        }
        if newer.field(field) && !is_gap(after, (field, value), ctx.as_of) {
            older.push(field.label().to_lowercase());
            // A mark of benefits information is of values that stood, so a name that never did is not kept.
            if field == Field::FamilyName && !ctx.benefits.contains(&Item::Field(field)) {
                let until_then = name_until_now(after, ctx.how);
                push_name(after, FormerName { family: value.to_owned(), ..until_then });
            }
            continue;
        }
        let renamed =
            (field == Field::FamilyName && known.is_some()).then(|| name_until_now(after, ctx.how));
        after.particulars.set(field, value.to_owned());
        if let Some(name) = renamed {
            push_name(after, name);
        }
    }
    if !older.is_empty() {
        reasons.push(format!("older than what is recorded, and left: {}", older.join(", ")));
    }
}

/// Whether nothing is known of a field that is worth more than what is said.
fn is_gap(record: &PersonRecord, (field, said): (Field, &str), day: Date) -> bool {
    let offered = Particulars::default().with(field, said);
    record.particulars.get(field).is_none_or(|known| offered.knows_better(field, known, day))
}

/// Says whose guarantee an offer meets, where a file tells of offers alone and nobody has said it before:
/// the authority of the school in Year 11, that of the home in Year 12; ours where neither is known.
///
/// Source: a supplier's help on the September Guarantee (Year 11 is led where educated, Year 12 where
/// resident); checks 905 and 906 ask for status and authority together, 261 for an English one.
fn place_offers(after: &mut PersonRecord, said: &Declaration, ctx: &PlanContext<'_>) {
    if !ctx.offers_alone {
        return;
    }
    for (status, authority, of) in [
        (Field::GuaranteeYear11, Field::GuaranteeYear11La, Field::LaAtYear11),
        (Field::GuaranteeYear12, Field::GuaranteeYear12La, Field::LeadLa),
    ] {
        let told = said.particulars.get(status).is_some();
        if told && after.particulars.get(authority).is_none() {
            let known = after
                .particulars
                .get(of)
                .filter(|code| !OUTSIDE_ENGLAND.contains(code) && *code != UNKNOWN_AUTHORITY);
            let code = known.unwrap_or(ctx.own_la).to_owned();
            after.particulars.set(authority, code);
        }
    }
}

/// Fields that are not taken over one by one: protections never come by file, others have their own rule.
fn elsewhere(field: Field) -> bool {
    field.category() == Category::Protection
        || field.belongs_to().is_some()
        || matches!(field, Field::CohortStatus | Field::IntendedDestination)
}

fn name_until_now(record: &PersonRecord, source: &str) -> FormerName {
    let text = |field| record.particulars.get(field).unwrap_or("").to_owned();
    FormerName {
        given: text(Field::GivenName),
        family: text(Field::FamilyName),
        source: source.to_owned(),
    }
}

fn merge_names(after: &mut PersonRecord, said: &Declaration) {
    for name in &said.former_names {
        push_name(after, name.clone());
    }
}

fn push_name(after: &mut PersonRecord, name: FormerName) {
    let current = after.particulars.get(Field::FamilyName) == Some(name.family.as_str())
        && after.particulars.get(Field::GivenName) == Some(name.given.as_str());
    let known = after.former_names.iter().any(|n| n.family == name.family && n.given == name.given);
    if !current && !known {
        after.former_names.push(name);
    }
}

/// A new address ends the one before; a postcode alone confirms an address that has it, lines without one the
/// address that begins so and has them all. That nobody knows where ends nothing, and neither does a file of a
/// day before that of a later one or before the address began.
fn merge_address(
    after: &mut PersonRecord,
    said: &Declaration,
    (as_of, newer): (Date, &Told),
    reasons: &mut Vec<String>,
) {
    let Some(address) = &said.address else { return };
    let confirms = |known: &Address| {
        known.same_place(address) || known.told_with_less(address) || address.says_nothing()
    };
    if after.addresses.iter().any(|known| known.to.is_none() && confirms(known)) {
        return;
    }
    let began_since =
        |known: &Address| known.from.is_some_and(|from| from > as_of) && !known.says_nothing();
    let told_since = newer.address() && !after.addresses.is_empty();
    if told_since || after.addresses.iter().any(began_since) {
        let mut open = after.addresses.iter_mut().filter(|known| known.to.is_none());
        if let Some(known) = open.find(|known| address.told_with_less(known)) {
            // The same place, of which the later file told less.
            *known = Address { from: known.from, to: None, ..address.clone() };
        } else if !after.address_on(as_of).is_some_and(confirms) {
            reasons.push("the address is older than what is recorded and was left".to_owned());
        }
        return;
    }
    for open in after.addresses.iter_mut().filter(|a| a.to.is_none()) {
        open.to = Some(as_of.yesterday().unwrap_or(as_of));
    }
    let first = after.addresses.is_empty();
    let from = address.from.or(if first { None } else { Some(as_of) });
    after.addresses.push(Address { from, to: None, ..address.clone() });
}

/// A whole list replaces a whole list: what is missing from it ends, what is new begins. What is said to
/// hold by itself ends nothing. What a later whole list told, or somebody of one of them by itself, stands.
fn merge_characteristics(
    after: &mut PersonRecord,
    said: &Declaration,
    (ctx, newer): (&PlanContext<'_>, &Told),
    reasons: &mut Vec<String>,
) {
    if newer.characteristics() {
        if !stands(after, said) {
            let why = "the characteristics are older than what is recorded and were left";
            reasons.push(why.to_owned());
        }
        return;
    }
    if let Some(codes) = &said.characteristics {
        for known in after.characteristics.iter_mut().filter(|c| c.holds_on(ctx.as_of)) {
            if !codes.contains(&known.code) && !newer.characteristic(&known.code) {
                known.to = Some(ctx.as_of.yesterday().unwrap_or(ctx.as_of));
            }
        }
    }
    let told = said.characteristics.iter().flatten().chain(&said.also_holds);
    for code in told.filter(|code| !newer.characteristic(code)) {
        if !after.characteristics.iter().any(|c| c.code == *code && c.holds_on(ctx.as_of)) {
            after.characteristics.push(Characteristic {
                code: code.clone(),
                from: Some(ctx.as_of),
                to: None,
                source: ctx.sender.to_owned(),
            });
        }
    }
}

/// Whether every characteristic that is told stands, and no other where the whole list is.
fn stands(record: &PersonRecord, said: &Declaration) -> bool {
    let open = record.characteristics.iter().filter(|c| c.to.is_none());
    let known: Vec<&String> = open.map(|c| &c.code).collect();
    let mut told = said.characteristics.iter().flatten().chain(&said.also_holds);
    let whole = said.characteristics.as_ref();
    told.all(|code| known.contains(&code))
        && whole.is_none_or(|codes| known.iter().all(|code| codes.contains(code)))
}

/// Whoever runs a programme knows who takes part in it: its newer word on the same part replaces its older
/// one, and what the newer leaves unsaid stays.
fn merge_engagements(after: &mut PersonRecord, said: &Declaration, ctx: &PlanContext<'_>) {
    for told in &said.engagements {
        let mut one = Engagement { source: ctx.sender.to_owned(), ..told.clone() };
        if let Some(at) = after.engagements.iter().position(|known| known.key() == one.key()) {
            let known = after.engagements.remove(at);
            one.to = one.to.or(known.to);
            one.engaged = one.engaged.or(known.engaged);
            one.kind = one.kind.or(known.kind);
        }
        after.engagements.push(one);
    }
}

/// The store's order, so that equal records are equal values.
pub fn sort(record: &mut PersonRecord) {
    record.former_names.sort();
    record.addresses.sort_by(|a, b| (a.from, a).cmp(&(b.from, b)));
    record.characteristics.sort();
    record.spells.sort_by(|a, b| (a.start, a).cmp(&(b.start, b)));
    record.engagements.sort();
}

/// Everything that differs, as a person reads it. Lists show their current entry.
pub fn differences(before: &PersonRecord, after: &PersonRecord) -> Vec<FieldChange> {
    let mut changes = before.particulars.differences(&after.particulars);
    macro_rules! list {
        ($list:ident, $field:literal, $label:literal, $word:expr) => {
            changes.extend(list((&before.$list[..], &after.$list[..]), ($field, $label), $word));
        };
    }
    list!(former_names, "former_names", "Former names", name_words);
    list!(addresses, "address", "Address", address_words);
    list!(characteristics, "characteristics", "Characteristics", characteristic_words);
    list!(spells, "activity", "Activity", activity::words);
    list!(engagements, "engagement", "Youth programmes", engagement_words);
    list!(benefits, "benefits", "Came as benefits information", |mark| mark.item.clone());
    changes
}

/// What went and what came of a list. Most rows of a file leave most lists alone, and words cost more than a look.
fn list<T: PartialEq>(
    (before, after): (&[T], &[T]),
    (field, label): (&str, &str),
    word: impl Fn(&T) -> String,
) -> Option<FieldChange> {
    if before == after {
        return None;
    }
    let words = |list: &[T]| list.iter().map(&word).collect::<Vec<String>>();
    let (a, b) = (words(before), words(after));
    let only = |one: &[String], other: &[String]| {
        let own: Vec<String> = one.iter().filter(|x| !other.contains(x)).cloned().collect();
        (!own.is_empty()).then(|| own.join("; "))
    };
    (a != b).then(|| FieldChange {
        field: field.to_owned(),
        label: label.to_owned(),
        before: only(&a, &b),
        after: only(&b, &a),
    })
}

fn engagement_words(one: &Engagement) -> String {
    let until = one.to.map_or_else(String::new, |to| format!(" until {to}"));
    let engaged = match one.engaged {
        Some(true) => ", engaged",
        Some(false) => ", not engaged",
        None => "",
    };
    let kind = one.kind.as_ref().map_or_else(String::new, |kind| format!(", {kind}"));
    format!("{}{kind} from {}{until}{engaged} ({})", one.programme, one.from, one.source)
}

fn name_words(name: &FormerName) -> String {
    format!("{} {}", name.given, name.family)
}

fn address_words(address: &Address) -> String {
    let parts: Vec<&str> = address
        .lines
        .iter()
        .map(String::as_str)
        .chain([address.town.as_str(), address.county.as_str(), address.postcode.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let days = match (address.from, address.to) {
        (_, Some(to)) => format!(" (until {to})"),
        (Some(from), None) => format!(" (from {from})"),
        (None, None) => String::new(),
    };
    format!("{}{days}", parts.join(", "))
}

fn characteristic_words(c: &Characteristic) -> String {
    match c.to {
        Some(to) => format!("{} (until {to})", c.code),
        None => c.code.clone(),
    }
}
