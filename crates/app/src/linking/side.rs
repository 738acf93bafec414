//! Two records side by side: what each says of identity, what differs, why the engine leans as it does,
//! and who lives with the person. Every look is audited.

use domain::access::{Actor, redact};
use domain::person::{Field, PersonRecord, fold};
use jiff::civil::Date;
use std::collections::HashSet;
use store::linking::{self, Decided};
use store::people::{self, Loaded, Moment};
use store::{Tx, audit};

use super::decide::open_to;
use super::engine::{Asked, Evidence, Likeness, unplaced};
use super::memory::Memory;
use super::queue::{Key, Question, each_once, question};
use crate::context::{Context, Wrong};

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    Differs,
    /// Only one side says anything.
    OneSide,
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub field: &'static str,
    pub left: String,
    pub right: String,
    pub mark: Mark,
}

/// One question, ready to be decided.
#[derive(Clone, Debug)]
pub struct Pair {
    pub key: Key,
    pub person: i64,
    pub name: String,
    /// The other person's number, where two people of the register are compared.
    pub other: Option<i64>,
    pub lines: Vec<Compared>,
    pub likeness: Option<Likeness>,
    /// Names, birth dates and sexes of others at the person's address.
    pub household: Vec<String>,
    pub restricted: bool,
}

/// The fields that [`asked_of`] reads.
pub(super) const ASKED: [Field; 6] =
    [Field::GivenName, Field::FamilyName, Field::DateOfBirth, Field::Sex, Field::Upn, Field::Uln];

/// What a record says of identity today.
pub(super) fn asked_of(record: &PersonRecord, today: Date) -> Asked {
    let text = |field| record.particulars.get(field).unwrap_or("").to_owned();
    Asked {
        given: text(Field::GivenName),
        family: text(Field::FamilyName),
        born: text(Field::DateOfBirth),
        sex: text(Field::Sex),
        postcode: record.address_on(today).map(|a| a.postcode.clone()).unwrap_or_default(),
        upn: text(Field::Upn),
        uln: text(Field::Uln),
        school: String::new(),
    }
}

/// What two records say, line by line; lines about which neither says anything are left out.
pub fn compare(left: &Asked, right: &Asked) -> Vec<Compared> {
    let lines = [
        ("Given name", &left.given, &right.given),
        ("Family name", &left.family, &right.family),
        ("Date of birth", &left.born, &right.born),
        ("Sex", &sex(&left.sex), &sex(&right.sex)),
        ("Postcode", &left.postcode, &right.postcode),
        ("UPN", &left.upn, &right.upn),
        ("ULN", &left.uln, &right.uln),
        ("School", &left.school, &right.school),
    ];
    let mark = |a: &str, b: &str| match (fold(a), fold(b)) {
        (a, b) if a == b => Mark::Same,
        (a, b) if a.is_empty() || b.is_empty() => Mark::OneSide,
        _ => Mark::Differs,
    };
    lines
        .into_iter()
        .filter(|(_, a, b)| !(a.is_empty() && b.is_empty()))
        .map(|(field, a, b)| Compared {
            field,
            left: a.clone(),
            right: b.clone(),
            mark: mark(a, b),
        })
        .collect()
}

/// Lists say it in letters, words or the department's numbers.
fn sex(said: &str) -> String {
    match said.trim().chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('f' | '2') => "F".to_owned(),
        Some('m' | '1') => "M".to_owned(),
        _ => said.to_owned(),
    }
}

/// The question about one candidate. Refused where it is not open, or beyond the reader's reach.
pub async fn pair(ctx: &Context, actor: &Actor, key: Key, person: i64) -> Result<Pair, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let asked = question(ctx, &mut tx, key).await?;
    let pair = beside(ctx, &mut tx, actor, (key, person), asked).await?;
    tx.commit().await?;
    Ok(pair)
}

/// What a second person sees before agreeing: the same comparison, as it was when the first decided.
pub async fn second_look(
    ctx: &Context,
    actor: &Actor,
    decision: i64,
) -> Result<(Decided, Pair), Wrong> {
    let over = || Wrong::refused("That decision does not wait for anybody.");
    let mut tx = ctx.db.begin().await?;
    let decided = open_to(&mut tx, actor, decision).await?;
    let waits = decided.needs_second && decided.second.is_none() && decided.undone_at.is_none();
    let key: Key = decided.origin.parse().ok().filter(|_| waits).ok_or_else(over)?;
    let person = Memory::load(&mut tx).await?.now(decided.person);
    let mut asked: Asked = serde_json::from_str(&decided.said).unwrap_or_default();
    let likeness = serde_json::from_str::<Likeness>(&decided.evidence).into_iter();
    let mut likenesses: Vec<Likeness> = likeness.map(|one| Likeness { person, ..one }).collect();
    let candidates = match question(ctx, &mut tx, key).await {
        Ok(open) if open.candidates.contains(&person) => {
            let others = open.evidence.likenesses.into_iter();
            likenesses.extend(others.filter(|one| one.person != person));
            open.candidates
        }
        // Whose home the row may tell is not known any more, nor what its other candidates weigh without theirs.
        Ok(_) | Err(Wrong::Refused(_)) => {
            asked.postcode.clear();
            unplaced(&mut likenesses);
            vec![person]
        }
        Err(e) => return Err(e),
    };
    let asked = Question {
        asked: asked.clone(),
        sender: decided.sender.clone(),
        side: decided.side.clone(),
        candidates,
        evidence: Evidence { asked, likenesses, candidates: Vec::new() },
    };
    let pair = beside(ctx, &mut tx, actor, (key, person), asked).await?;
    tx.commit().await?;
    Ok((decided, pair))
}

async fn beside(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (key, person): (Key, i64),
    asked: Question,
) -> Result<Pair, Wrong> {
    let other = match key {
        Key::Pair { a, .. } => Some(a),
        Key::Row { .. } | Key::List { .. } => None,
    };
    let wanted: Vec<i64> = [Some(person), other].into_iter().flatten().collect();
    let reached = people::within(tx, &actor.scope, &wanted).await?;
    if !asked.candidates.contains(&person) || reached.len() != wanted.len() {
        return Err(Wrong::refused("That question is not open to you."));
    }
    let loaded = people::load(tx, &wanted, Moment::Now).await?;
    let mut sides = loaded.into_iter();
    let known = sides.next().unwrap_or_default();
    let restricted = known.record.particulars.is_yes(Field::Restricted);
    let mut left = asked.asked;
    let mut likenesses = asked.evidence.likenesses;
    // The row may tell where any of those lives of whom it may speak, whoever is compared now; and of two records
    // either may tell where the other's person does.
    let perhaps = each_once(asked.candidates.iter().chain(&wanted).copied().collect());
    if !protected(tx, &perhaps).await?.is_empty() {
        left.postcode.clear();
        unplaced(&mut likenesses);
    }
    let likeness = likenesses.into_iter().find(|l| l.person == person);
    let mut home = None;
    let right = seen(ctx, tx, actor, &known, &mut home).await?;
    if let Some(other) = sides.next() {
        left = seen(ctx, tx, actor, &other, &mut None).await?;
    }
    let household = household(ctx, tx, actor, home, (&wanted, [&left, &right])).await?;
    look(ctx, tx, actor, &wanted).await?;
    Ok(Pair {
        key,
        person,
        name: known.record.particulars.full_name(),
        other,
        lines: compare(&left, &right),
        likeness,
        household,
        restricted,
    })
}

/// Who of these people has a protected address now: theirs is shown to nobody, and a partner's word of it is
/// as good as our own.
pub(super) async fn protected(tx: &mut Tx, people: &[i64]) -> Result<HashSet<i64>, Wrong> {
    let loaded = people::load(tx, people, Moment::Now).await?.into_iter();
    let protected = loaded.filter(|l| l.record.particulars.is_yes(Field::ProtectedAddress));
    Ok(protected.map(|l| l.person).collect())
}

/// One side as this reader may see it, with the school's name; a protected address is nobody's.
async fn seen(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    loaded: &Loaded,
    home: &mut Option<String>,
) -> Result<Asked, Wrong> {
    let record = redact(actor, loaded.record.clone());
    let mut asked = asked_of(&record, ctx.today());
    if let Some(school) = record.particulars.get(Field::School) {
        let found = linking::school_name(tx, school).await?;
        asked.school = found.unwrap_or_else(|| school.to_owned());
    }
    *home = Some(asked.postcode.clone()).filter(|postcode| !postcode.is_empty());
    Ok(asked)
}

/// Others at one postcode who share the reader's reach: the family, above all. Of many, as in a tower block,
/// whoever shares the surname or the birth date of either comes first: a twin is what is looked for.
async fn household(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    home: Option<String>,
    (but, sides): (&[i64], [&Asked; 2]),
) -> Result<Vec<String>, Wrong> {
    const MOST: usize = 8;
    // More than live at any postcode.
    const CROWD: i64 = 2_000;
    let Some(home) = home else { return Ok(Vec::new()) };
    let mut at = linking::at_postcode(tx, &home, CROWD).await?;
    at.retain(|person| !but.contains(person));
    let at = people::within(tx, &actor.scope, &at).await?;
    let mut loaded = people::load(tx, &at, Moment::Now).await?;
    let alike = |one: &Loaded| {
        let says = |field| one.record.particulars.get(field).unwrap_or("");
        let (family, born) = (fold(says(Field::FamilyName)), says(Field::DateOfBirth));
        let family = |side: &&Asked| !family.is_empty() && fold(&side.family) == family;
        let born = |side: &&Asked| !born.is_empty() && side.born == born;
        sides.iter().any(|side| family(side) || born(side))
    };
    loaded.sort_by_key(|one| (!alike(one), one.person));
    loaded.truncate(MOST);
    let shown: Vec<i64> = loaded.iter().map(|one| one.person).collect();
    look(ctx, tx, actor, &shown).await?;
    Ok(loaded
        .into_iter()
        .map(|l| redact(actor, l.record).particulars)
        .map(|p| {
            let text = |field| p.get(field).unwrap_or("").to_owned();
            let born = p.date_of_birth().map(domain::calendar::shown).unwrap_or_default();
            let facts = [p.full_name(), born, text(Field::Sex)];
            facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(", ")
        })
        .collect())
}

async fn look(ctx: &Context, tx: &mut Tx, actor: &Actor, people: &[i64]) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "compared with another record",
        person: None,
        purpose: "who is who",
        detail: "names, date of birth, sex, identifiers, postcode, school",
    };
    Ok(audit::write_many(tx, &entry, people).await?)
}
