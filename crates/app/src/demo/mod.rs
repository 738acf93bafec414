//! The demonstration: a made-up Medway true to size, with over three years of history, so that a
//! stranger can try everything on a register that behaves like a real one. No person in it exists.
//!
//! Truth first (`people`, `lives`), then what the register learned of it and when (`knowing`), then
//! the store. Invariant: number of people, seed and day make the same register, on either database.
//!
//! The demonstration's clock stands at a day of its own: 14 March 2025 unless another is given,
//! since the newest published figures for Medway are those of that winter and the town is made to
//! meet them.

mod agreements;
mod chance;
mod diary;
mod doubles;
mod facts;
mod following;
mod foresight;
mod given_names;
mod homes;
mod knowing;
mod leavers;
mod lives;
mod making;
mod names;
mod notices;
mod office;
mod paths;
mod people;
mod programmes;
mod schooling;
mod staff;
mod strategy;
mod streets;
mod telling;
mod town;
mod tries;

use chance::Chance;
use diary::Diary;
use domain::calendar::{AcademicYear, Day, academic_age, working_day_after};
use domain::person::ChangeId;
use domain::prediction::Fact;
use domain::tracking::month_of;
use jiff::ToSpan;
use knowing::History;
use std::collections::BTreeMap;
use std::sync::Arc;

use store::analysis::Load;
use store::organisations::{self, Organisation};
use store::people::{Seed, SeedAssignment, SeedContact};
use store::tasks::Asking;
use store::tracking::Entry;
use store::{Tx, changes};
use telling::{Lived, Telling};

use crate::context::{Context, Wrong};
use crate::geography::geography;

pub use foresight::foresight;
pub use making::{UNFINISHED, is_unfinished, make};
pub use staff::{PASSWORD, SECRET, SignIn};
pub use strategy::strategy;
pub use tries::{Try, file as try_file, tries};

/// The day at which the demonstration's clock stands unless told otherwise.
pub const DAY: Day = jiff::civil::date(2025, 3, 14);
/// Young people in a town of Medway's size: those of 13 to 19, and one in eighty who is older and has a plan.
pub const PEOPLE: usize = 24_000;
/// Any number will do; this one is the demonstration's own.
pub const SEED: u64 = 887;

const DATABASE_ID: &str = "887";
const YOUTH_SERVICE: &str = "partner-youth-service";
/// Days for which what a contact left to do stays undone here: advisers of this town keep up.
const LEFT_UNDONE: i32 = 10;
/// How many histories are held in memory at a time.
const BATCH: usize = 1_000;

/// What town to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many young people live in the town. A few of them stand on the register twice.
    pub people: usize,
    pub seed: u64,
    pub as_of: Day,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { people: PEOPLE, seed: SEED, as_of: DAY }
    }
}

/// What was made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub people: usize,
    /// Of them, who stand on the register twice.
    pub twice: usize,
    pub records: usize,
    pub contacts: usize,
    pub on_caseload: usize,
    pub organisations: usize,
    pub sign_ins: Vec<SignIn>,
}

/// Fills an empty register with a town.
///
/// Errors: a refusal when the register already holds anything.
pub async fn build(ctx: &Context, plan: &Plan) -> Result<Made, Wrong> {
    let mut tx = ctx.db.begin().await?;
    if changes::latest(&mut tx).await? != ChangeId(0) {
        return Err(Wrong::refused(
            "This register is not empty; a demonstration is made in a new one.",
        ));
    }
    let mut made = Made::default();
    let providers = town::providers(geography());
    settings(&mut tx, plan).await?;
    for organisation in providers.iter().map(|p| &p.organisation).chain(&town::partners()) {
        organisations::save(&mut tx, organisation).await?;
        made.organisations += 1;
    }
    let staff = staff::hire(ctx, &mut tx, &geography().localities).await?;
    made.sign_ins.clone_from(&staff.sign_ins);
    let diary = Diary::until(plan.as_of);
    let mut recorded = Vec::with_capacity(diary.moments.len());
    for moment in &diary.moments {
        let at = format!("{}T17:00:00.000000Z", moment.day);
        let by = Some(staff.data_manager);
        recorded.push(
            changes::begin(&mut tx, &at, "demo", by, None, Some(moment.news.reason())).await?,
        );
    }
    let telling = Arc::new(Telling::of(plan, providers, diary));
    let mut writer = Writer {
        tx: &mut tx,
        recorded,
        advisers: &staff.advisers,
        made: &mut made,
        sets: BTreeMap::new(),
    };
    let mut ahead = telling.begin(0, BATCH);
    for next in (BATCH..telling.town.youngsters.len() + BATCH).step_by(BATCH) {
        let batch = ahead.await.map_err(|e| Wrong::Failed(format!("a life broke off: {e}")))?;
        ahead = telling.begin(next, BATCH);
        writer.write(batch, &telling.diary).await?;
    }
    writer.load().await?;
    let senders: Vec<_> =
        telling.providers.iter().map(|p| p.organisation.clone()).chain(town::partners()).collect();
    share(&mut tx, &senders, plan, &staff).await?;
    plan_tracking(&mut tx, plan.as_of).await?;
    office::keep(&mut tx, &staff, plan.as_of).await?;
    notices::come(&mut tx, &telling.providers, (plan, &staff)).await?;
    tx.commit().await?;
    ctx.db.count_anew().await?;
    Ok(made)
}

/// Signs the town's agreements, refers people under them, has the youth service tell of its own, and asks its worker to
/// follow a few of them up.
async fn share(
    tx: &mut Tx,
    senders: &[Organisation],
    plan: &Plan,
    staff: &staff::Staff,
) -> Result<(), Wrong> {
    let newest = changes::latest(tx).await?;
    agreements::sign(tx, newest, senders, plan.as_of).await?;
    for (partner, every, reason) in [
        ("partner-youth-justice", 53, "Known to the youth justice team"),
        (YOUTH_SERVICE, 37, "Takes part in a youth programme"),
        ("partner-jobcentre", 61, "Seeks work with the Jobcentre"),
    ] {
        let known = refer(tx, newest, (partner, every), (plan.as_of, reason)).await?;
        if partner == YOUTH_SERVICE {
            let name = senders.iter().find(|one| one.id == partner).map(|one| one.name.as_str());
            let told = (plan.seed, plan.as_of, name.unwrap_or(partner));
            programmes::take_part(tx, newest, &known, told).await?;
            ask(tx, newest, (&known, staff), plan.as_of).await?;
        }
    }
    Ok(())
}

/// What the town plans to have not known by month, from the turn of the school year to the end of the months that
/// count, so that its tracking plan has a line.
async fn plan_tracking(tx: &mut Tx, day: Day) -> Result<(), Wrong> {
    let change = changes::latest(tx).await?;
    let levels = [
        (9, "Half of those not known at the turn of the year are found", 150),
        (11, "Few are not known before the months that count", 50),
        (2, "Not known stays low to the end of the months that count", 35),
    ];
    for (number, title, permille) in levels {
        let Some(month) = month_of(AcademicYear::of(day), number) else { continue };
        let entry = Entry {
            id: 0,
            title: title.to_owned(),
            due: month.last_day(),
            owner: "Mabel Quayle".to_owned(),
            measure: Some("not-known".to_owned()),
            level_permille: Some(permille),
        };
        store::tracking::add(tx, change, &entry).await?;
    }
    Ok(())
}

/// Asks the youth worker to follow up a few of those whom the youth service knows, some days apart.
async fn ask(
    tx: &mut Tx,
    change: ChangeId,
    (known, staff): (&[i64], &staff::Staff),
    day: Day,
) -> Result<(), Wrong> {
    let all = store::people::load(tx, known, store::people::Moment::Now).await?;
    let of_age = |one: &&store::people::Loaded| {
        let born = one.record.particulars.date_of_birth();
        born.is_some_and(|born| (16..=17).contains(&academic_age(born, day)))
    };
    for (one, ago) in all.iter().filter(of_age).zip([1, 4, 8, 15]) {
        let (worker, asked_by) = (staff.youth_worker, Some(staff.data_manager));
        let asking = Asking { person: one.person, worker, asked_by, referral: None };
        let from = day.saturating_sub(ago.days());
        let due = working_day_after(from, crate::people::ASKED_DAYS);
        store::tasks::ask(tx, change, asking, (from, due)).await?;
    }
    Ok(())
}

/// Some people are known to services that do not teach.
async fn refer(
    tx: &mut Tx,
    change: ChangeId,
    (partner, every): (&str, usize),
    (day, reason): (Day, &str),
) -> Result<Vec<i64>, Wrong> {
    let all = store::people::all_ids(tx, store::people::Moment::Now).await?;
    let known: Vec<i64> = all.into_iter().skip(every / 2).step_by(every).collect();
    for person in &known {
        store::people::refer(tx, change, (*person, partner), (day, reason)).await?;
    }
    Ok(known)
}

struct Writer<'a> {
    tx: &'a mut Tx,
    /// The change of every moment of the diary.
    recorded: Vec<ChangeId>,
    advisers: &'a [staff::Adviser],
    made: &'a mut Made,
    /// What was told, by moment and kind of set.
    sets: BTreeMap<(usize, &'static str), Vec<(i64, Fact)>>,
}

impl Writer<'_> {
    fn change(&self, at: usize) -> ChangeId {
        *self.recorded.get(at).expect("every moment of the diary has its change")
    }

    async fn write(&mut self, batch: Vec<Lived>, diary: &Diary) -> Result<(), Wrong> {
        let mut extras = Vec::with_capacity(batch.len());
        let mut seeds = Vec::with_capacity(batch.len());
        for mut lived in batch {
            *if lived.again { &mut self.made.twice } else { &mut self.made.people } += 1;
            self.made.records += lived.history.len();
            let adviser = self.adviser(&lived.history, &mut lived.chance);
            extras.push((adviser, lived.contacts, lived.caseload, lived.told));
            let history =
                lived.history.into_iter().map(|(at, record)| (self.change(at), record)).collect();
            seeds.push(Seed { ypid: String::new(), history });
        }
        let ids = store::people::seed(self.tx, DATABASE_ID, &seeds).await?;
        let mut assignments = Vec::new();
        let mut contacts = Vec::new();
        for (person, (adviser, had, caseload, told)) in ids.into_iter().zip(extras) {
            for (at, kind, fact) in told {
                self.sets.entry((at, kind)).or_default().push((person, fact));
            }
            let Some(account) = adviser else { continue };
            contacts.extend(had.into_iter().map(|contact| {
                SeedContact {
                    person,
                    day: contact.day,
                    method: contact.method,
                    outcome: contact.outcome,
                    note: match contact.next_step {
                        Some(next) => format!("{} Next: {}.", contact.note, next.to_lowercase()),
                        None => contact.note.to_owned(),
                    },
                    // The register keeps the day to act next; what to do then is in the note.
                    next_step: contact
                        .next_step
                        .map(|_| contact.day + 14.days())
                        .filter(|due| *due >= diary.as_of - LEFT_UNDONE.days())
                        .map(|due| due.to_string()),
                    account,
                    obstacles: contact.obstacles,
                    made: self.change(contact.at),
                }
            }));
            assignments
                .extend(caseload.iter().flat_map(|c| self.assigned(person, account, c, diary)));
        }
        self.made.contacts += contacts.len();
        self.made.on_caseload +=
            assignments.iter().filter(|a| a.to.is_none() && a.ended.is_none()).count();
        store::people::seed_assignments(self.tx, &assignments).await?;
        store::people::seed_contacts(self.tx, &contacts).await?;
        Ok(())
    }

    /// Keeps what was told as the sets that it came in.
    async fn load(&mut self) -> Result<(), Wrong> {
        for ((at, kind), facts) in std::mem::take(&mut self.sets) {
            let rows = i64::try_from(facts.len()).unwrap_or(i64::MAX);
            let first = facts.iter().map(|(_, fact)| fact.from).min();
            let last = facts.iter().map(|(_, fact)| fact.to.unwrap_or(fact.from)).max();
            let (Some(from), Some(to)) = (first, last) else { continue };
            let load = Load {
                id: 0,
                kind: kind.to_owned(),
                sender: format!("council-{DATABASE_ID}"),
                file_name: format!("{kind}-{to}.csv"),
                file_hash: format!("demonstration {at} {kind}"),
                read: rows,
                kept: rows,
                unmatched: 0,
                refused: 0,
                from,
                to,
                silence: true,
                at: String::new(),
            };
            store::analysis::add(self.tx, self.change(at), &load, &facts).await?;
        }
        Ok(())
    }

    /// An adviser of the locality that somebody lives in.
    fn adviser(&self, history: &History, chance: &mut Chance) -> Option<i64> {
        let (_, record) = history.last()?;
        let near = staff::advisers_near(self.advisers, record);
        (!near.is_empty()).then(|| *chance.pick(&near))
    }

    /// The rows of a stretch on a caseload: one while it was open, another once it was closed.
    fn assigned(
        &self,
        person: i64,
        adviser: i64,
        caseload: &following::Caseload,
        diary: &Diary,
    ) -> Vec<SeedAssignment> {
        let from = diary.day(caseload.from);
        let made = self.change(caseload.from);
        let ended = caseload.to.map(|at| self.change(at));
        let open = SeedAssignment { person, adviser, from, to: None, made, ended };
        let closed = caseload.to.map(|at| SeedAssignment {
            person,
            adviser,
            from,
            to: Some(diary.day(at)),
            made: self.change(at),
            ended: None,
        });
        [Some(open), closed].into_iter().flatten().collect()
    }
}

async fn settings(tx: &mut Tx, plan: &Plan) -> Result<(), Wrong> {
    let day = plan.as_of.to_string();
    for (name, value) in [
        ("la_code", "887"),
        ("database_id", DATABASE_ID),
        ("council_name", "Medway Council (demonstration)"),
        ("demo", "yes"),
        ("demo_day", day.as_str()),
    ] {
        organisations::set(tx, name, value).await?;
    }
    Ok(())
}
