//! Deliveries expected against received: what is late, who is punctual, whom to remind.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Actor;
use domain::agreement::{
    Agreement, Came, Due, Flow, Gate, Opened, Person, Punctual, State, expected, settles,
};
use domain::matching::ListKind;
use formats::Kind;
use jiff::ToSpan;
use jiff::civil::Date;
use store::deliveries::{self, Note};
use store::{Tx, organisations};

use super::bring::{administers, audit, begin};
use super::door::flows;
use super::look;
use crate::context::{Context, Wrong, day_of};

/// A due delivery with whom to ask and what was noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub due: Due,
    pub partner_name: String,
    pub contact: Option<Person>,
    /// Days on which they were reminded.
    pub reminded: Vec<Date>,
}

/// How it stands over a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Not come, longest due first.
    pub late: Vec<Delivery>,
    /// Due within four weeks, soonest first.
    pub soon: Vec<Delivery>,
    /// Partner's name with its figures, the least punctual first.
    pub punctual: Vec<(String, Punctual)>,
    /// Agreements whose annual check is overdue.
    pub unchecked: usize,
    /// Agreements with nobody to ask.
    pub vacant: usize,
}

const SOON_DAYS: i32 = 28;

/// Everything that was due in the twelve months to today by these agreements, and what is due next.
pub async fn deliveries(ctx: &Context, agreements: &[Agreement]) -> Result<Deliveries, Wrong> {
    let today = ctx.today();
    let since = today.checked_sub(12.months()).unwrap_or(today);
    let mut tx = ctx.db.begin_read().await?;
    let notes = deliveries::notes(&mut tx, since).await?;
    let came = came(&mut tx, agreements, &notes, (since, today)).await?;
    let due = expected(agreements, &came, since, today);
    let ids: Vec<String> = due.iter().map(|d| d.partner.clone()).collect();
    let names: BTreeMap<String, String> =
        organisations::names(&mut tx, &ids).await?.into_iter().collect();
    let mut found = Deliveries::default();
    let mut punctual: BTreeMap<String, Punctual> = BTreeMap::new();
    for due in due {
        let name = names.get(&due.partner).unwrap_or(&due.partner).clone();
        punctual.entry(name.clone()).or_default().count(due.state);
        let list = match due.state {
            State::Missing(_) => &mut found.late,
            State::Ahead(days) if days <= SOON_DAYS => &mut found.soon,
            _ => continue,
        };
        let of = agreements.iter().find(|a| a.number == due.agreement);
        let contact = of.and_then(|a| a.contact.clone().or_else(|| a.deputy.clone()));
        let reminded = reminders(&notes, &due);
        list.push(Delivery { due, partner_name: name, contact, reminded });
    }
    found.late.sort_by_key(|d| d.due.day);
    found.soon.sort_by_key(|d| d.due.day);
    found.punctual = punctual.into_iter().filter(|(_, p)| p.due > 0).collect();
    found.punctual.sort_by(|a, b| {
        let share = |p: &Punctual| p.on_time_percent().unwrap_or(100.0);
        share(&a.1).total_cmp(&share(&b.1)).then(b.1.due.cmp(&a.1.due))
    });
    let unchecked = |a: &&Agreement| a.concerns(today).iter().any(|c| c == "annual check overdue");
    found.unchecked = agreements.iter().filter(unchecked).count();
    found.vacant = agreements.iter().filter(|a| !a.vacancies(today).is_empty()).count();
    Ok(found)
}

/// Everything that falls due by these agreements between two days: what is past as it stands today, and all that is
/// ahead as the wordings of today say.
///
/// Days: both ends inclusive.
pub(crate) async fn due_between(
    tx: &mut Tx,
    agreements: &[Agreement],
    (from, to): (Date, Date),
    today: Date,
) -> Result<Vec<Due>, Wrong> {
    let notes = deliveries::notes(tx, from).await?;
    let came = came(tx, agreements, &notes, (from, today)).await?;
    let mut all = expected(agreements, &came, from, today);
    let known: BTreeSet<(i64, String, &str, Date)> =
        all.iter().map(|d| (d.agreement, d.partner.clone(), d.flow.name(), d.day)).collect();
    let ahead = expected(agreements, &[], from, to).into_iter().filter(|d| {
        d.day > today && !known.contains(&(d.agreement, d.partner.clone(), d.flow.name(), d.day))
    });
    let days = |day: Date| domain::followup::days_between(today, day);
    all.extend(ahead.map(|d| Due { state: State::Ahead(days(d.day)), ..d }));
    all.retain(|d| d.day <= to);
    Ok(all)
}

const CAME: &str = "came";
const REMINDED: &str = "reminded";

/// What came for the days since one, whichever way: as somebody told, as files, exam results, lists matched with
/// the register.
async fn came(
    tx: &mut Tx,
    agreements: &[Agreement],
    notes: &[Note],
    (since, today): (Date, Date),
) -> Result<Vec<Came>, Wrong> {
    // A delivery may come a little before the first day it is due.
    let earlier = since.checked_sub(2.months()).unwrap_or(since);
    let earlier = format!("{earlier}T00:00:00.000000Z");
    let (own, open, came) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut counting = Counting { agreements, since, today, own, open, came };
    let told = notes.iter().filter(|n| n.what == CAME).filter_map(told);
    told.for_each(|one| counting.take(one));
    let one = |partner: String, flow: Option<Flow>, at: &str| {
        Some(Came { partner, flow: flow?, day: day_of(at)? })
    };
    for (school, at) in deliveries::results(tx, &earlier).await? {
        one(school, Some(Flow::ExamResults), &at).into_iter().for_each(|one| counting.take(one));
    }
    for (sender, kind, at) in deliveries::lists(tx, &earlier).await? {
        let flow = ListKind::from_name(&kind).map(ListKind::flow);
        one(sender, flow, &at).into_iter().for_each(|one| counting.take(one));
    }
    for (sender, kind, at) in deliveries::files(tx, &earlier).await? {
        let flow = day_of(&at).and_then(|day| counting.flow(&sender, &kind, day));
        one(sender, flow, &at).into_iter().for_each(|one| counting.take(one));
    }
    Ok(counting.came.into_values().flatten().collect())
}

/// What came by partner, as it is counted; and what was found of a partner and its files on the way, since
/// partners send many of a kind.
struct Counting<'a> {
    agreements: &'a [Agreement],
    since: Date,
    today: Date,
    own: BTreeMap<String, Vec<Agreement>>,
    open: BTreeMap<(String, String, Date), Vec<Flow>>,
    came: BTreeMap<String, Vec<Came>>,
}

impl Counting<'_> {
    fn take(&mut self, one: Came) {
        self.came.entry(one.partner.clone()).or_default().push(one);
    }

    /// What a file is a delivery of: one flow for which the door opened to it, so that one file does not settle
    /// two, and the next settles what this one did not.
    fn flow(&mut self, sender: &str, kind: &str, day: Date) -> Option<Flow> {
        let (all, today) = (self.agreements, self.today);
        let own = self.own.entry(sender.to_owned()).or_insert_with(|| {
            all.iter().filter(|agreement| agreement.names(sender)).cloned().collect()
        });
        let key = (sender.to_owned(), kind.to_owned(), day);
        let open =
            self.open.entry(key).or_insert_with(|| opened(own, (sender, kind), (day, today)));
        if open.len() < 2 {
            return open.first().copied();
        }
        let came = self.came.get(sender).map_or(&[][..], Vec::as_slice);
        settles(open, &expected(own, came, self.since, day), (sender, day))
    }
}

/// The flows for which the door opened to a file, in the order in which it may count as them. What came while none of
/// them was agreed, as a school's roll that the law asks for, is taken for what is agreed now.
fn opened(
    own: &[Agreement],
    (sender, kind): (&str, &str),
    (day, today): (Date, Date),
) -> Vec<Flow> {
    let Ok(kind) = kind.parse::<Kind>() else { return Vec::new() };
    let on = |day: Date| -> Vec<Flow> {
        let opens = |flow: &Flow| matches!(Gate::open(own, sender, &[*flow], day), Opened::Open(_));
        flows(kind).iter().copied().filter(opens).collect()
    };
    let then = on(day);
    if then.is_empty() { on(today) } else { then }
}

fn told(note: &Note) -> Option<Came> {
    let flow = Flow::from_name(&note.flow)?;
    Some(Came { partner: note.partner.clone(), flow, day: note.day })
}

fn reminders(notes: &[Note], due: &Due) -> Vec<Date> {
    let same = |n: &&Note| {
        n.what == REMINDED
            && n.agreement == due.agreement
            && n.partner == due.partner
            && n.flow == due.flow.name()
            && n.due == due.day
    };
    notes.iter().filter(same).map(|n| n.day).collect()
}

/// Notes that a partner was reminded, or (`came`) that the delivery came another way than as a file.
///
/// Errors: refused for a delivery that the agreement does not expect.
pub async fn note_delivery(
    ctx: &Context,
    actor: &Actor,
    (agreement, partner): (i64, &str),
    (flow, due): (Flow, Date),
    came: bool,
) -> Result<(), Wrong> {
    administers(actor)?;
    let mut tx = ctx.db.begin().await?;
    let all = look::load(&mut tx).await?;
    let (since, day) = (due.checked_sub(1.month()).unwrap_or(due), ctx.today());
    let known = expected(&all, &[], since, day.max(due))
        .iter()
        .any(|d| (d.agreement, &*d.partner, d.flow, d.day) == (agreement, partner, flow, due));
    if !known {
        return Err(Wrong::refused("The agreement expects no such delivery."));
    }
    let (what, words) = match came {
        true => (CAME, "delivery came another way"),
        false => (REMINDED, "partner reminded of a delivery"),
    };
    let change = begin(ctx, &mut tx, actor, words).await?;
    let (partner, flow, what) = (partner.to_owned(), flow.name().to_owned(), what.to_owned());
    let note = Note { agreement, partner, flow, due, what, day };
    deliveries::note(&mut tx, change, &note).await?;
    audit(ctx, &mut tx, actor, words, agreement).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::agreement::{Direction, Gateway, Item, Line, Signature, Version};
    use jiff::civil::date;

    use super::*;

    fn agreed(number: i64, (flow, item): (Flow, Item), starts: Date) -> Agreement {
        let signed = |party: Option<&str>| Signature {
            party: party.map(str::to_owned),
            name: "R Hale".to_owned(),
            post: String::new(),
            day: date(2025, 7, 1),
        };
        let line = Line {
            flow,
            direction: Direction::In,
            gateway: Gateway::Section17,
            items: BTreeSet::from([item]),
            every_months: Some(1),
            first_due: Some(starts),
        };
        let version = Version {
            number: 1,
            partners: BTreeSet::from(["school".to_owned()]),
            lines: vec![line],
            starts: Some(starts),
            signatures: vec![signed(None), signed(Some("school"))],
            ..Version::default()
        };
        Agreement { number, versions: vec![version], ..Agreement::default() }
    }

    /// The roll came by law before its agreement began; that results were agreed by then says nothing of it.
    #[test]
    fn what_came_before_it_was_agreed_counts_though_something_else_was_agreed() {
        let results = agreed(1, (Flow::ExamResults, Item::Results), date(2025, 9, 1));
        let roll = agreed(2, (Flow::SchoolRoll, Item::Address), date(2026, 3, 1));
        let list = agreed(3, (Flow::PartnerList, Item::Address), date(2025, 9, 1));
        let days = (date(2026, 2, 26), date(2026, 3, 10));
        let of = |own: &[Agreement]| opened(own, ("school", Kind::Roll.name()), days);
        assert_eq!(of(&[results.clone(), roll.clone()]), [Flow::SchoolRoll]);
        assert_eq!(of(&[list, roll]), [Flow::PartnerList], "what was agreed when it came");
        assert!(of(&[results]).is_empty(), "of something else it is no delivery");
    }
}
