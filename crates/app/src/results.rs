//! Exam results from a school to the providers that its pupils applied to: checked, sent once with a
//! receipt, seen by whom they were sent to, withdrawn. And what stands between a pupil and a provider,
//! as the school or the provider tells it. Who may have what is `domain::results`'s.
//!
//! Invariant: results are of the school's own pupils, go to nobody but by an application or offer that the
//! school itself tells of, and leave a provider's page the moment somebody objects or an agreement ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;

use domain::access::{Act, Actor, Decision, Denial, Purpose, Role, sees_item};
use domain::agreement::{Agreement, Item, Said};
use domain::calendar::shown;
use domain::intake::Row;
use domain::matching::{Index, Known, Match};
use domain::person::{Field, PersonId};
use domain::results::{Graded, Passing, Tie, Word, passes};
use formats::Kind;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use store::people::{self, Moment};
use store::results::{self, Had, Passed, Send, Tied};
use store::{Tx, audit, changes, organisations, rights};

use crate::accounts::hex;
use crate::agreement::{self, Hand};
use crate::context::{Context, Wrong};
use crate::imports::{Options, Reader, read_rows};
use crate::partners::no_organisation;
use crate::permission;

/// Rows that cannot be used are told up to so many.
const FAULTS_MOST: usize = 100;
/// Pupils of one school at most.
const PUPILS_MOST: i64 = 10_000;

fn may(actor: &Actor) -> Result<&str, Wrong> {
    permission::may(actor, Act::SendOwn, Purpose::Sharing)?;
    let own = actor.scope.own_organisation();
    own.ok_or_else(no_organisation)
}

fn school(actor: &Actor) -> Result<&str, Wrong> {
    let own = may(actor)?;
    match actor.role {
        Role::School => Ok(own),
        _ => Err(Wrong::denied(Denial::said("Only a school sends its pupils' exam results."))),
    }
}

/// What a file of results would do, or did.
#[derive(Clone, Debug)]
pub struct Sending {
    pub send: Send,
    pub receipt: Option<String>,
    /// Provider's name with how many pupils' results it would get or has, and how many it looked at.
    pub providers: Vec<(String, usize, usize)>,
    /// Pupils whose results go to nobody, with how many and why.
    pub nobody: Vec<(String, usize)>,
    pub faults: Vec<(i64, String)>,
}

/// Takes a file of results in and checks it; its number. Nothing goes anywhere yet.
///
/// Errors: refused where the school's agreement does not cover results, or the file cannot be read.
pub async fn check(
    ctx: &Context,
    reader: &Reader,
    actor: &Actor,
    (file_name, content): (&str, File),
) -> Result<i64, Wrong> {
    let own = school(actor)?.to_owned();
    let mut tx = ctx.db.begin_read().await?;
    agreement::covered(ctx, &mut tx, &own, domain::agreement::Flow::ExamResults).await?;
    let index = pupils(&mut tx, actor).await?;
    drop(tx);
    let hash = hashed(&content)?;
    let options = Options { as_of: Some(ctx.today()), ..Options::default() };
    let rows = read_rows(reader, Kind::Results, Arc::new(content), options).await?;
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let (kept, faults) = matched(rows, &index);
    let faults = serde_json::to_string(&faults).map_err(|e| Wrong::Failed(e.to_string()))?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "exam results checked").await?;
    let send = Send {
        id: 0,
        school: own,
        file_name: file_name.chars().take(200).collect(),
        file_hash: hash,
        read,
        kept: i64::try_from(kept.len()).unwrap_or(i64::MAX),
        faults,
        state: String::new(),
        checked_at: ctx.now(),
        sent_at: String::new(),
    };
    let id = results::add(&mut tx, change, (&send, actor.account_id()), &kept).await?;
    let people: Vec<i64> = kept.iter().map(|(_, person, _)| *person).collect();
    note(ctx, &mut tx, actor, ("exam results checked", &distinct(&people)), &format!("file {id}"))
        .await?;
    tx.commit().await?;
    Ok(id)
}

fn hashed(mut content: &File) -> Result<String, Wrong> {
    use std::io::{Read, Seek};
    let failed = |e: std::io::Error| Wrong::Failed(e.to_string());
    let mut bytes = Vec::new();
    content.take(Kind::Results.bytes_max() + 1).read_to_end(&mut bytes).map_err(failed)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Kind::Results.check_size(size).map_err(|e| Wrong::Refused(e.sentence))?;
    content.rewind().map_err(failed)?;
    Ok(hex(&<[u8; 32]>::from(Sha256::digest(&bytes))))
}

/// The school's own pupils, to find whose rows are whose: nobody else is looked for.
async fn pupils(tx: &mut Tx, actor: &Actor) -> Result<Index, Wrong> {
    let ids = people::own(tx, &actor.scope, PUPILS_MOST).await?;
    let mut index = Index::default();
    for loaded in people::load(tx, &ids, Moment::Now).await? {
        index.add(Known::of(loaded.person, &loaded.record));
    }
    Ok(index)
}

type Kept = Vec<(i64, i64, Graded)>;

fn matched(rows: Vec<Row>, index: &Index) -> (Kept, Vec<(i64, String)>) {
    let (mut kept, mut faults) = (Vec::new(), Vec::new());
    let mut refuse = |line: u32, why: String| {
        if faults.len() < FAULTS_MOST {
            faults.push((i64::from(line), why));
        }
    };
    for row in rows {
        match row {
            Row::Refused(refused) => refuse(refused.row, refused.reason),
            Row::Person(said) => match (index.decide(&said), said.graded.clone()) {
                (Match::Same { person, .. }, Some(graded)) => {
                    kept.push((i64::from(said.row), person, graded));
                }
                (Match::Review { .. }, _) => {
                    refuse(said.row, "It may be one of several pupils: add the UPN.".to_owned());
                }
                _ => refuse(said.row, "No pupil of your school is found by it.".to_owned()),
            },
        }
    }
    (kept, faults)
}

fn distinct(people: &[i64]) -> Vec<i64> {
    let set: BTreeSet<i64> = people.iter().copied().collect();
    set.into_iter().collect()
}

/// Everything that decides about passing, read once.
struct Ground {
    agreements: Vec<Agreement>,
    stopped: BTreeSet<i64>,
    to_school: BTreeMap<i64, Said>,
    to_provider: BTreeMap<String, BTreeMap<i64, Said>>,
    school: String,
    day: Date,
}

impl Ground {
    async fn read(ctx: &Context, tx: &mut Tx, school: &str) -> Result<Ground, Wrong> {
        let day = ctx.today();
        Ok(Ground {
            agreements: agreement::load(tx).await?,
            stopped: rights::stopped(tx).await?,
            to_school: crate::consents::of_partner(tx, school, day).await?,
            to_provider: BTreeMap::new(),
            school: school.to_owned(),
            day,
        })
    }

    async fn hear(&mut self, tx: &mut Tx, provider: &str) -> Result<(), Wrong> {
        if !self.to_provider.contains_key(provider) {
            let words = crate::consents::of_partner(tx, provider, self.day).await?;
            self.to_provider.insert(provider.to_owned(), words);
        }
        Ok(())
    }

    /// What somebody said of sharing with a provider.
    fn said_to(&self, provider: &str, person: i64) -> Said {
        let words = self.to_provider.get(provider);
        words.and_then(|words| words.get(&person)).copied().unwrap_or_default()
    }

    /// Whether a provider may have somebody's results; `of` is what stands between them and all providers.
    fn asks(&self, person: i64, provider: &str, of: &[Tied]) -> Decision {
        let words: Vec<Word<'_>> = of
            .iter()
            .filter(|tied| tied.provider == provider)
            .map(|tied| Word { tie: tied.tie, said_by: &tied.said_by })
            .collect();
        let asked = Passing {
            school: &self.school,
            provider,
            words: &words,
            said_to_school: self.to_school.get(&person).copied().unwrap_or_default(),
            said_to_provider: self.said_to(provider, person),
            stopped: self.stopped.contains(&person),
            day: self.day,
        };
        passes(&self.agreements, &asked)
    }
}

/// Of these whom no partner reaches, and numbers that were merged away: they are as stopped.
async fn shut(tx: &mut Tx, ids: &[i64]) -> Result<Vec<i64>, Wrong> {
    let loaded = people::load(tx, ids, Moment::Now).await?;
    let shut = loaded
        .iter()
        .filter(|one| !one.exists() || one.record.particulars.is_yes(Field::Restricted));
    Ok(shut.map(|one| one.person).collect())
}

/// Who would get whose results today: person and provider, its name; and why nobody does.
async fn plan(
    ctx: &Context,
    tx: &mut Tx,
    send: &Send,
) -> Result<(Vec<(i64, String, String)>, BTreeMap<String, usize>), Wrong> {
    let people = results::people(tx, send.id).await?;
    let ties = results::ties(tx, &people).await?;
    let mut ground = Ground::read(ctx, tx, &send.school).await?;
    ground.stopped.extend(shut(tx, &people).await?);
    let (mut going, mut staying) = (Vec::new(), BTreeMap::new());
    for person in people {
        let of = ties.get(&person).map_or(&[][..], Vec::as_slice);
        let before = going.len();
        let mut why = String::new();
        let providers: BTreeMap<&str, &str> =
            of.iter().map(|t| (t.provider.as_str(), t.provider_name.as_str())).collect();
        for (provider, name) in providers {
            ground.hear(tx, provider).await?;
            let decision = ground.asks(person, provider, of);
            match decision.allowed {
                true => going.push((person, provider.to_owned(), name.to_owned())),
                false => why = format!("{name}: {}", decision.reasons.join("; ")),
            }
        }
        if going.len() == before {
            if why.is_empty() {
                why = ground.asks(person, "", &[]).reasons.join("; ");
            }
            *staying.entry(why).or_insert(0) += 1;
        }
    }
    Ok((going, staying))
}

async fn of_own(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Send, Wrong> {
    let own = school(actor)?;
    let found = results::one(tx, id).await?.filter(|send| send.school == own);
    found.ok_or_else(|| Wrong::refused("There is no such file of your school."))
}

/// A file as its school sees it: where it would go, or who has it and who looked.
pub async fn open(ctx: &Context, actor: &Actor, id: i64) -> Result<Sending, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let send = of_own(&mut tx, actor, id).await?;
    let mut providers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut nobody = BTreeMap::new();
    match send.state.as_str() {
        "checked" => {
            let (going, staying) = plan(ctx, &mut tx, &send).await?;
            for (_, _, name) in going {
                providers.entry(name).or_default().0 += 1;
            }
            nobody = staying;
        }
        _ => {
            for Passed { provider_name, seen_at, .. } in results::passed(&mut tx, id).await? {
                let counted = providers.entry(provider_name).or_default();
                counted.0 += 1;
                counted.1 += usize::from(!seen_at.is_empty());
            }
        }
    }
    Ok(Sending {
        receipt: (!send.sent_at.is_empty()).then(|| receipt(&send)),
        providers: providers.into_iter().map(|(name, (got, seen))| (name, got, seen)).collect(),
        nobody: nobody.into_iter().collect(),
        faults: serde_json::from_str(&send.faults).unwrap_or_default(),
        send,
    })
}

fn receipt(send: &Send) -> String {
    let hash: String = send.file_hash.chars().take(8).collect();
    format!("R{}-{hash}", send.id)
}

/// The school's files, the newest first.
pub async fn sent(ctx: &Context, actor: &Actor) -> Result<Vec<Send>, Wrong> {
    let own = school(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(results::of_school(&mut tx, own).await?)
}

/// Sends checked results to everybody who may have them now; the receipt.
///
/// Errors: refused where nobody may, and for a file that was sent or withdrawn.
pub async fn hand_on(ctx: &Context, actor: &Actor, id: i64) -> Result<String, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let send = of_own(&mut tx, actor, id).await?;
    let (going, _) = plan(ctx, &mut tx, &send).await?;
    if going.is_empty() {
        return Err(Wrong::refused("Nobody may have these results yet, so nothing was sent."));
    }
    let at = ctx.now();
    if !results::move_state(&mut tx, id, ("checked", "sent"), Some(&at)).await? {
        return Err(Wrong::refused("This file was sent or withdrawn already."));
    }
    let passes: Vec<(i64, String)> =
        going.into_iter().map(|(person, provider, _)| (person, provider)).collect();
    results::pass(&mut tx, id, &at, &passes).await?;
    let people: Vec<i64> = passes.iter().map(|(person, _)| *person).collect();
    let detail = format!("file {id}, receipt {}", receipt(&send));
    note(ctx, &mut tx, actor, ("exam results sent", &distinct(&people)), &detail).await?;
    tx.commit().await?;
    Ok(receipt(&send))
}

/// Takes results back: nobody sees them any more. The rows of a file that was never sent are forgotten.
pub async fn withdraw(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let send = of_own(&mut tx, actor, id).await?;
    let people = results::people(&mut tx, id).await?;
    let sent = Some(send.sent_at.as_str()).filter(|at| !at.is_empty());
    if !results::move_state(&mut tx, id, (&send.state, "withdrawn"), sent).await?
        || send.state == "withdrawn"
    {
        return Err(Wrong::refused("This file was withdrawn already."));
    }
    if sent.is_none() {
        results::forget(&mut tx, id).await?;
    }
    note(ctx, &mut tx, actor, ("exam results withdrawn", &people), &format!("file {id}")).await?;
    tx.commit().await?;
    Ok(())
}

/// One pupil's results as a provider has them.
#[derive(Clone, Debug)]
pub struct Given {
    pub person: i64,
    pub name: String,
    pub born: String,
    pub school: String,
    pub passed_at: String,
    pub results: Vec<Graded>,
}

/// What a provider has: only what may still be had today. The look is audited and told to the school.
pub async fn had(ctx: &Context, actor: &Actor) -> Result<Vec<Given>, Wrong> {
    let own = may(actor)?.to_owned();
    let mut tx = ctx.db.begin().await?;
    let all = results::of_provider(&mut tx, &own).await?;
    let ids = distinct(&all.iter().map(|one| one.person).collect::<Vec<_>>());
    let ties = results::ties(&mut tx, &ids).await?;
    let shut = shut(&mut tx, &ids).await?;
    let mut grounds: BTreeMap<String, Ground> = BTreeMap::new();
    let mut given: BTreeMap<(i64, i64), Given> = BTreeMap::new();
    for Had { send, person, school, school_name, passed_at, graded } in all {
        if !grounds.contains_key(&school) {
            let mut ground = Ground::read(ctx, &mut tx, &school).await?;
            ground.hear(&mut tx, &own).await?;
            ground.stopped.extend(&shut);
            grounds.insert(school.clone(), ground);
        }
        let of = ties.get(&person).map_or(&[][..], Vec::as_slice);
        let ground = grounds.get(&school);
        let may = ground.is_some_and(|g| {
            // Whoever comes by one agreement alone has what that one gives out.
            let said = g.said_to(&own, person);
            g.asks(person, &own, of).allowed && sees_item(actor, Item::Results, said).allowed
        });
        if may {
            let one = given.entry((person, send)).or_insert_with(|| Given {
                person,
                name: String::new(),
                born: String::new(),
                school: school_name,
                passed_at,
                results: Vec::new(),
            });
            one.results.push(graded);
        }
    }
    name(ctx, &mut tx, actor, &mut given).await?;
    let shown = distinct(&given.keys().map(|(person, _)| *person).collect::<Vec<_>>());
    let (at, by) = (ctx.now(), actor.account_id());
    let mut looked: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (person, send) in given.keys() {
        looked.entry(*send).or_default().push(*person);
    }
    for (send, people) in looked {
        results::seen(&mut tx, (&own, send), &people, (&at, by)).await?;
    }
    note(ctx, &mut tx, actor, ("exam results shown", &shown), "grades, and what is agreed").await?;
    tx.commit().await?;
    let mut all: Vec<Given> = given.into_values().collect();
    all.sort_by(|a, b| (&a.name, &b.passed_at).cmp(&(&b.name, &a.passed_at)));
    Ok(all)
}

/// What of a record goes with results, as the audit says it.
const WHOSE: &str = "name, and date of birth where it is agreed";

/// Says whose results they are, field by field as it is agreed. Whom nothing names is not told of: grades
/// without a name would be joined to one by guessing.
async fn name(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    given: &mut BTreeMap<(i64, i64), Given>,
) -> Result<(), Wrong> {
    let ids = distinct(&given.keys().map(|(person, _)| *person).collect::<Vec<_>>());
    let shown = crate::partners::shown(ctx, tx, actor, &ids, Some(WHOSE)).await?;
    let records: BTreeMap<i64, _> = shown.into_iter().map(|one| (one.person, one.record)).collect();
    given.retain(|(person, _), one| {
        let Some(record) = records.get(person) else { return false };
        let p = &record.particulars;
        one.name = p.full_name();
        one.born = p.date_of_birth().map(|day| day.to_string()).unwrap_or_default();
        true
    });
    Ok(())
}

/// What stands between one of the actor's own people and providers.
pub async fn ties(ctx: &Context, actor: &Actor, person: PersonId) -> Result<Vec<Tied>, Wrong> {
    let own = may(actor)?.to_owned();
    let mut tx = ctx.db.begin_read().await?;
    crate::people::within_reach(&mut tx, actor, (Act::SendOwn, Purpose::Sharing), person).await?;
    let all = results::ties_of(&mut tx, person.0).await?;
    // A provider is told of itself alone; whom else they applied to is not its affair.
    let school = actor.role == Role::School;
    Ok(all.into_iter().filter(|tied| school || tied.provider == own).collect())
}

/// An offer that a provider told of and the school has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    pub person: i64,
    pub name: String,
    pub provider: String,
    pub day: Date,
}

/// Offers to the school's own pupils that wait for its word: until it says so too, no results go by them.
pub async fn unconfirmed(ctx: &Context, actor: &Actor) -> Result<Vec<Unconfirmed>, Wrong> {
    let own = school(actor)?.to_owned();
    let mut tx = ctx.db.begin().await?;
    let mut all = results::unconfirmed(&mut tx, &own).await?;
    let ids = distinct(&all.iter().map(|tied| tied.person).collect::<Vec<_>>());
    let reached: BTreeSet<i64> =
        people::within(&mut tx, &actor.scope, &ids).await?.into_iter().collect();
    let stopped = rights::stopped(&mut tx).await?;
    let shut = shut(&mut tx, &ids).await?;
    all.retain(|tied| {
        let person = tied.person;
        reached.contains(&person) && !stopped.contains(&person) && !shut.contains(&person)
    });
    let ids = distinct(&all.iter().map(|tied| tied.person).collect::<Vec<_>>());
    let shown = crate::partners::shown(ctx, &mut tx, actor, &ids, Some("name")).await?;
    let names: BTreeMap<i64, String> =
        shown.into_iter().map(|one| (one.person, one.record.particulars.full_name())).collect();
    tx.commit().await?;
    let waiting = all.into_iter().filter_map(|tied| {
        let name = names.get(&tied.person)?.clone();
        let Tied { person, provider_name: provider, day, .. } = tied;
        Some(Unconfirmed { person, name, provider, day })
    });
    Ok(waiting.collect())
}

/// Says what stands between one of the school's pupils and a provider, and since when; the receipt.
///
/// Errors: refused for a day ahead or before they were born, and where the school has said something of a later day,
/// or it was withdrawn on one: what is told late undoes nothing that came after it.
pub async fn tie(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    (provider, tie, day): (&str, Tie, Date),
) -> Result<String, Wrong> {
    let own = school(actor)?.to_owned();
    if day > ctx.today() {
        return Err(Wrong::refused("That day is yet to come."));
    }
    let mut tx = ctx.db.begin().await?;
    let asked = (Act::SendOwn, Purpose::Sharing);
    let (loaded, _) = crate::people::within_reach(&mut tx, actor, asked, person).await?;
    if loaded.record.particulars.date_of_birth().is_some_and(|born| day < born) {
        return Err(Wrong::refused("Nothing was told before they were born."));
    }
    agreement::gate_of(ctx, &mut tx, (&own, Hand::Sender), TIES).await?;
    if organisations::names(&mut tx, &[provider.to_owned()]).await?.is_empty() {
        return Err(Wrong::refused("Choose the provider."));
    }
    let counts = |tied: &Tied| tied.said_by == own || !tied.tie.stands();
    let since = results::ties_of(&mut tx, person.0).await?.into_iter();
    let mut since =
        since.filter(|tied| tied.provider == provider && tied.day > day && counts(tied));
    if let Some(tied) = since.next() {
        return Err(Wrong::refused(format!(
            "Something was told of a later day: {}, {}. Say how it stands since.",
            tied.tie.label().to_lowercase(),
            shown(tied.day)
        )));
    }
    let id = keep(ctx, &mut tx, actor, (person.0, provider), (tie, day, &own)).await?;
    tx.commit().await?;
    Ok(format!("A{id}"))
}

/// Flows of an agreement that let a school tell of applications and offers.
const TIES: &[domain::agreement::Flow] = &[
    domain::agreement::Flow::Offers,
    domain::agreement::Flow::IntendedDestinations,
    domain::agreement::Flow::SchoolRoll,
];

async fn keep(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (person, provider): (i64, &str),
    told: (Tie, Date, &str),
) -> Result<i64, Wrong> {
    let change = begin(ctx, tx, actor, told.0.label()).await?;
    let id = results::tie(tx, change, (person, provider), told).await?;
    let detail = format!("{} {provider}", told.0.name());
    note(ctx, tx, actor, ("application told", &[person]), &detail).await?;
    Ok(id)
}

/// What a provider's notice says of an offer, where it is certain whose it is. That it made one waits for
/// the school's word; that it withdrew one counts at once.
pub(crate) async fn by_notice(
    ctx: &Context,
    tx: &mut Tx,
    (person, provider): (i64, &str),
    notice: &domain::notice::Notice,
) -> Result<(), Wrong> {
    let Some(tie) = tie_of(notice.kind) else { return Ok(()) };
    let change =
        changes::begin(tx, &ctx.now(), "application", None, None, Some(tie.label())).await?;
    results::tie(tx, change, (person, provider), (tie, notice.day, provider)).await?;
    Ok(())
}

/// What such a notice says of an application; nothing where it tells of no offer.
pub(crate) const fn tie_of(kind: domain::notice::Kind) -> Option<Tie> {
    use domain::notice::Kind::{OfferMade, OfferWithdrawn};
    match kind {
        OfferMade => Some(Tie::Offered),
        OfferWithdrawn => Some(Tie::Withdrawn),
        _ => None,
    }
}

async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    reason: &str,
) -> Result<domain::person::ChangeId, Wrong> {
    let by = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "application", by, None, Some(reason)).await?)
}

async fn note(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (act, people): (&str, &[i64]),
    detail: &str,
) -> Result<(), Wrong> {
    let (at, account) = (ctx.now(), actor.account_id());
    let entry = audit::Entry { at: &at, account, act, person: None, purpose: "sharing", detail };
    Ok(audit::write_many(tx, &entry, people).await?)
}
