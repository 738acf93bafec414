//! Words on sharing: telling one, what stands for a person, and how many agree at each office. What a
//! word comes to is decided in `domain::consent`; files ask [`of_partner`] before they take anything.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Purpose};
use domain::agreement::{Effect, Gateway, Said};
use domain::consent::{Rate, Telling, Word, ask_again, check, counts_at, newest, said};
use domain::person::PersonId;
use jiff::civil::Date;
use store::{Tx, changes, consents, organisations};

use crate::context::{Context, Wrong};
use crate::looks;
use crate::people::{note, within_reach};
use crate::permission;

/// What a person said, and who may be spoken of.
#[derive(Clone, Debug)]
pub struct Sharing {
    pub name: String,
    /// By the day they were said, the oldest first.
    pub words: Vec<Telling>,
    /// Partners whose agreement asks for consent, and whether it stands: id, name, standing.
    pub partners: Vec<(String, String, bool)>,
    /// Whether the rest of the school file is refused to every school.
    pub school_file_refused: bool,
    /// Whether a parent's no should now be asked of the young person.
    pub ask_again: bool,
    /// Where they live, as the office that most likely asks.
    pub locality: String,
}

/// Opens what somebody said about sharing. The look is audited.
pub async fn open(ctx: &Context, actor: &Actor, person: PersonId) -> Result<Sharing, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::RecordContact, Purpose::Support), person).await?;
    let mut words = consents::of_person(&mut tx, person.0).await?;
    let day = ctx.today();
    let partners = partners(&mut tx).await?.into_iter().map(|(id, name)| {
        let stands = said(&words, &id, day).consent;
        (id, name, stands)
    });
    let partners = partners.collect();
    note(ctx, &mut tx, actor, person, ("sharing read", "words on sharing")).await?;
    tx.commit().await?;
    let p = &loaded.record.particulars;
    looks::glanced(ctx, actor, (person, p)).await?;
    let of_file = words.iter().filter(|t| t.word.is_of_school_file() && t.partner.is_empty());
    let last = newest(of_file);
    let place = loaded.record.addresses.first().and_then(|a| a.place.locality.clone());
    let ask_again = last.is_some_and(|t| ask_again(t, p.date_of_birth(), day));
    let school_file_refused = said(&words, "", day).no;
    // What counts goes by the order they were told, which days are read in another.
    words.sort_by_key(|told| told.day);
    Ok(Sharing {
        name: p.full_name(),
        partners,
        school_file_refused,
        ask_again,
        locality: place.unwrap_or_default(),
        words,
    })
}

/// Keeps a word; what has to be mended before it can be kept. It acts at once.
pub async fn tell(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    told: &Telling,
) -> Result<Vec<(&'static str, String)>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::RecordContact, Purpose::Support), person).await?;
    let born = loaded.record.particulars.date_of_birth();
    let mut wrong = check(told, born, ctx.today());
    // A yes is taken back whatever became of the agreement it was given under.
    let given = consents::of_person(&mut tx, person.0).await?;
    let back = told.word == Word::Withdrawn && given.iter().any(|t| t.partner == told.partner);
    let known = partners(&mut tx).await?;
    let known = back || known.iter().any(|(id, _)| *id == told.partner);
    if !told.word.is_of_school_file() && !known {
        wrong.push(("partner", "Choose the partner it is about".to_owned()));
    }
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "consent", by, None, Some(told.word.label())).await?;
    consents::tell(&mut tx, change, person.0, told).await?;
    let detail = format!("{} {}", told.word.name(), told.partner);
    note(ctx, &mut tx, actor, person, ("word on sharing", detail.trim())).await?;
    tx.commit().await?;
    Ok(Vec::new())
}

/// How many of those asked agree, by office; the least willing first. Counts only.
pub async fn rates(ctx: &Context, actor: &Actor) -> Result<Vec<(String, Rate)>, Wrong> {
    crate::admin::may(actor)?;
    let mut rates: Vec<(String, Rate)> = by_office(ctx).await?.into_iter().collect();
    let share = |rate: &Rate| rate.percent().unwrap_or(100.0);
    rates.sort_by(|a, b| share(&a.1).total_cmp(&share(&b.1)));
    Ok(rates)
}

/// How many of those asked agree, in the whole authority: two numbers that speak of nobody.
pub(crate) async fn rate(ctx: &Context) -> Result<Rate, Wrong> {
    let mut all = Rate::default();
    for one in by_office(ctx).await?.into_values() {
        all.asked += one.asked;
        all.agree += one.agree;
    }
    Ok(all)
}

async fn by_office(ctx: &Context) -> Result<BTreeMap<String, Rate>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let day = ctx.today();
    let mut found: BTreeMap<String, Rate> = BTreeMap::new();
    for words in consents::all(&mut tx).await?.values() {
        let asked = || words.iter().filter(|t| !t.word.is_of_school_file() && t.counts_now(day));
        let partners: BTreeSet<&str> = asked().map(|told| told.partner.as_str()).collect();
        for partner in partners {
            let Some(told) = newest(asked().filter(|t| t.partner == partner)) else { continue };
            let office = counts_at(words, told).to_owned();
            found.entry(office).or_default().count(told, day);
        }
    }
    Ok(found)
}

/// What everybody said who said anything that this partner must hear.
pub(crate) async fn of_partner(
    tx: &mut Tx,
    partner: &str,
    today: Date,
) -> Result<BTreeMap<i64, Said>, Wrong> {
    let words = consents::of_partner(tx, partner).await?;
    Ok(words.into_iter().map(|(person, words)| (person, said(&words, partner, today))).collect())
}

/// Partners who are asked about: those of whom any wording asks for consent, whether it is a draft, in
/// force or replaced. A yes that was given under one must be found again to be taken back.
async fn partners(tx: &mut Tx) -> Result<Vec<(String, String)>, Wrong> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for version in crate::agreement::load(tx).await?.into_iter().flat_map(|one| one.versions) {
        let by_line = version.lines.iter().any(|l| l.gateway == Gateway::Consent);
        let by_clause = version.clauses.iter().any(|c| matches!(c.effect, Effect::NeedsConsent(_)));
        if by_line || by_clause {
            ids.extend(version.partners);
        }
    }
    let ids: Vec<String> = ids.into_iter().collect();
    Ok(organisations::names(tx, &ids).await?)
}

fn may(actor: &Actor) -> Result<(), Wrong> {
    permission::may(actor, Act::RecordContact, Purpose::Support)
}
