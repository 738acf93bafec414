//! Who else can see somebody, what of them, why and until when, and who looked. There is no rule here:
//! every account is asked of the one decision that would stand before it if its owner came now.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{
    Act, Actor, Part, Purpose, Question, Reach, Relation, Role, Terms, judge, listed_until, sees,
};
use domain::agreement::{Agreement, Item, Said, Standing};
use domain::calendar::shown;
use domain::person::{Field, PersonId};
use jiff::ToSpan;
use jiff::civil::Date;
use store::people;
use store::{Tx, accounts, audit, organisations, rights};

use super::{NAME, nobody, note, within_reach, word_of};
use crate::accounts::{KnownTerms, actor as actor_of, on_known_terms};
use crate::agreement;
use crate::context::{Context, Wrong};
use crate::{looks, machine};

/// Looks are told of as far back.
///
/// Units: days.
pub const LOOKS_DAYS: i32 = 90;

/// Accounts of one kind that see the same of somebody for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seers {
    /// The council, or the partner's name.
    pub of: String,
    pub role: Role,
    /// Whether it is a partner's own system, which comes by a token.
    pub system: bool,
    pub relation: Relation,
    pub parts: Vec<Part>,
    /// The agreements that give the parts out, by title; none for the council's own.
    pub under: Vec<String>,
    /// The last day, where one is known: an agreement's, or the one on which a list stops counting.
    pub until: Option<Date>,
    pub accounts: usize,
}

/// Looks and changes by accounts of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Looked {
    pub of: String,
    pub role: Role,
    pub times: i64,
    pub last: String,
}

/// Both, the council first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenBy {
    pub seers: Vec<Seers>,
    pub looked: Vec<Looked>,
}

/// For the council's own staff who reach this person. That it was asked leaves an audit row.
///
/// Errors: refused for a partner's account, and for anybody out of reach.
pub async fn seen_by(ctx: &Context, actor: &Actor, person: PersonId) -> Result<SeenBy, Wrong> {
    if actor.role.is_partner() {
        return Err(nobody());
    }
    let mut tx = ctx.db.begin_seeing().await?;
    let asked = (Act::ViewPeople, Purpose::Support);
    let (loaded, _) = within_reach(&mut tx, actor, asked, person).await?;
    let particulars = loaded.record.particulars;
    let seen = of_person(ctx, &mut tx, person, particulars.is_yes(Field::ProtectedAddress)).await?;
    note(ctx, &mut tx, actor, person, ("readers read", "accounts")).await?;
    tx.commit().await?;
    looks::glanced(ctx, actor, (person, &particulars)).await?;
    Ok(seen)
}

/// The same for somebody's own pack: whoever hands it over was asked before.
pub(crate) async fn of_person(
    ctx: &Context,
    tx: &mut Tx,
    person: PersonId,
    protected: bool,
) -> Result<SeenBy, Wrong> {
    let council = organisations::setting(tx, "council_name").await?;
    let council = council.unwrap_or_else(|| "The council".to_owned());
    let mut seers: BTreeMap<(bool, Seers), usize> = BTreeMap::new();
    if let Some(reach) = people::reach(tx, person.0).await? {
        let mut known = KnownTerms::new();
        let agreements = agreement::load(tx).await?;
        let tokens = store::machine::all(tx).await?;
        for account in accounts::all(tx).await?.into_iter().filter(|account| account.active) {
            // The terms narrow what is seen, never who: only accounts that reach are asked for theirs.
            let Some(mut reaching) = actor_of(&account) else { continue };
            reaching.scope.listed_since = Some(domain::access::listed_since(ctx.today()));
            if reaching.scope.relation(&reach).is_err() {
                continue;
            }
            let token = tokens.iter().find(|token| token.account == account.id && !token.ended);
            let asking = match token {
                Some(token) => machine::stands(ctx, tx, token).await?,
                None => on_known_terms(ctx, tx, &account, &mut known).await?,
            };
            let Ok(asking) = asking else { continue };
            let said = word_of(ctx, tx, &asking, person.0).await?;
            let Some(mut one) = seer(&asking, &reach, (said, protected), ctx.today()) else {
                continue;
            };
            under(&mut one, &asking, (said, &agreements), ctx.today());
            one.system = token.is_some();
            one.of = match asking.scope.own_organisation() {
                Some(id) => name_of(tx, id).await?,
                None => council.clone(),
            };
            *seers.entry((asking.role.is_partner(), one)).or_insert(0) += 1;
        }
    }
    let counted = seers.into_iter().map(|((_, one), accounts)| Seers { accounts, ..one });
    Ok(SeenBy { seers: counted.collect(), looked: looked(ctx, tx, person.0, &council).await? })
}

async fn name_of(tx: &mut Tx, id: &str) -> Result<String, Wrong> {
    let names = organisations::names(tx, &[id.to_owned()]).await?;
    Ok(names.into_iter().next().map_or_else(|| id.to_owned(), |(_, name)| name))
}

/// What an account sees of somebody; `None` where it sees nobody there.
fn seer(
    actor: &Actor,
    reach: &Reach,
    (said, protected): (Said, bool),
    today: Date,
) -> Option<Seers> {
    let whole = Question::on(Act::ViewPeople, Purpose::Support, reach);
    let item =
        |item| judge(actor, &Question { item: Some(item), protected, said, ..whole }).allowed;
    if !judge(actor, &whole).allowed || !item(NAME) {
        return None;
    }
    let relation = actor.scope.relation(reach).ok()?;
    let part = |part: &&Part| {
        let mut items = Item::all().filter(|item| Part::of_item(*item) == **part).peekable();
        match items.peek() {
            Some(_) => items.any(&item),
            None => sees(actor, **part).allowed,
        }
    };
    let own = |sender: &String| actor.scope.listed.contains(sender);
    let lists = reach.listed.iter().filter(|(sender, _)| own(sender)).map(|(_, day)| *day);
    let until = match relation {
        Relation::List => lists.max().map(listed_until).filter(|until| *until >= today),
        _ => None,
    };
    Some(Seers {
        of: String::new(),
        role: actor.role,
        system: false,
        relation,
        parts: Part::ALL.iter().filter(part).copied().collect(),
        under: Vec::new(),
        until,
        accounts: 0,
    })
}

/// Under which agreements a partner's account is given what it sees, and until when.
fn under(one: &mut Seers, actor: &Actor, (said, all): (Said, &[Agreement]), today: Date) {
    let (Terms::Agreed(items), Some(partner)) =
        (&actor.scope.terms, actor.scope.own_organisation())
    else {
        return;
    };
    let seen = items.iter().filter(|(item, _)| one.parts.contains(&Part::of_item(**item)));
    let given = seen.filter_map(|(_, decision)| {
        let settled = decision.clone().for_person(said);
        settled.agreement.filter(|_| settled.allowed())
    });
    let numbers: BTreeSet<i64> = given.collect();
    let mut last = Vec::new();
    for agreement in all.iter().filter(|agreement| numbers.contains(&agreement.number)) {
        if let Standing::InForce(version) = agreement.standing(partner, today) {
            one.under.push(version.title.clone());
            last.push(version.ends);
        }
    }
    // With one that has no end, what it gives goes on.
    let agreed =
        last.into_iter().collect::<Option<Vec<Date>>>().and_then(|all| all.into_iter().max());
    one.until = [one.until, agreed].into_iter().flatten().min();
}

/// Who read or wrote the record under any of its numbers.
async fn looked(
    ctx: &Context,
    tx: &mut Tx,
    person: i64,
    council: &str,
) -> Result<Vec<Looked>, Wrong> {
    let since = ctx.today().saturating_sub(LOOKS_DAYS.days()).to_string();
    let mut all: BTreeMap<(bool, String, Role), (i64, String)> = BTreeMap::new();
    for number in rights::same(tx, person).await? {
        for (role, of, times, last) in audit::looked(tx, number, &since).await? {
            let Some(role) = Role::from_name(&role) else { continue };
            let of = if of.is_empty() { council.to_owned() } else { of };
            let kept = all.entry((role.is_partner(), of, role)).or_default();
            kept.0 += times;
            kept.1 = kept.1.clone().max(last);
        }
    }
    let day = |at: &str| at.get(..10).and_then(|day| day.parse().ok()).map(shown);
    let told = |((_, of, role), (times, last)): ((bool, String, Role), (i64, String))| Looked {
        of,
        role,
        times,
        last: day(&last).unwrap_or(last),
    };
    Ok(all.into_iter().map(told).collect())
}

impl Seers {
    /// Who they are, in one phrase.
    pub fn who(&self) -> String {
        let accounts = match (self.system, self.accounts) {
            (true, 1) => "system of its own",
            (true, _) => "systems of its own",
            (false, 1) => "account",
            (false, _) => "accounts",
        };
        format!("{}: {}, {} {accounts}", self.of, self.role.label(), self.accounts)
    }

    pub fn sees(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.label()).collect();
        parts.join("; ")
    }

    /// Under what and until when, as far as an agreement or a list says so.
    pub fn terms(&self) -> String {
        let under = match self.under.as_slice() {
            [] => String::new(),
            titles => format!("under {}", titles.join(" and ")),
        };
        let until = self.until.map(|day| format!("until {}", shown(day))).unwrap_or_default();
        [under, until].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
    }
}
