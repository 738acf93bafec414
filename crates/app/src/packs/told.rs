//! What packs that went out told of each month, and what a new one leaves out beside them. What has to be left
//! out is `domain::disclosure::beside`'s to say.
//!
//! Every pack of the month counts, whomever it went to: readers are words that somebody typed, and who is of a
//! ward is often of the board. Of counts of one month that were revised in between the first and the newest of
//! every group are held against each other, and those of one pack, where they add up; others that somebody may
//! mix are not, and two months never are (`docs/adr/0031`). A consortium that a school came into or left is another
//! group of people than before: what the two differ by is judged, and so are the schools that are of both.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Scope, are_apart};
use domain::calendar::Month;
use domain::disclosure::{FEW, Lie, Said, Three, Whom, beside};
use domain::measure::Cut;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Tx;
use store::organisations;
use store::reports::{self, Told};

use super::leaving::{says_something, three, without};
use super::make::{Audience, Counted, Group, PackMonth, Table};
use crate::accounts::hex;
use crate::measures::{Cell, Months, Question, figures};
use crate::{Context, Wrong};

/// What a pack tells of which groups, kept when it goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    months: BTreeMap<Month, Vec<Said>>,
    /// The newest pack that it was judged beside.
    newest: i64,
    /// Counts are left out for what packs before it told.
    pub left_out: bool,
}

/// A group as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    whom: Whom,
    counts: [u64; 3],
    told: [bool; 3],
}

impl Telling {
    /// A mark of what it tells and of which packs it was judged beside, for a page to carry. Counts that are
    /// left out are not in it: who has the page could try which of a few makes the mark.
    pub fn mark(&self) -> String {
        let one = |month: &Month, said: &Said| {
            let told = said.counts.iter().zip(said.told).map(|(of, told)| told.then_some(*of));
            let told: Vec<Option<u64>> = told.collect();
            let people: u64 = said.counts.iter().sum();
            format!("{month} {:?} {people} {told:?}", said.whom)
        };
        let all = self.months.iter();
        let lines = all.flat_map(|(month, groups)| groups.iter().map(move |said| one(month, said)));
        let lines: Vec<String> = [self.newest.to_string()].into_iter().chain(lines).collect();
        hex(&Sha256::digest(lines.join("\n")))
    }

    /// Whether this is what stands on a page, by the mark that the page carries. What goes out on paper is the
    /// page, and what is kept of it is this.
    ///
    /// Errors: refused where another pack went out between the two, or a count changed that they tell.
    pub fn stands_on_paper(&self, mark: &str) -> Result<(), Wrong> {
        match self.mark() == mark {
            true => Ok(()),
            false => Err(Wrong::refused(
                "Another pack went out or figures changed since this page was shown, so that the paper may say what is not kept of it. Show the page again and print that.",
            )),
        }
    }

    /// Keeps what is told under the serial that it goes out with.
    ///
    /// Errors: refused where another pack went out since this one was made: neither was judged beside the
    /// other. Whoever has taken a serial holds back the others until the unit of work ends.
    pub(super) async fn keep(&self, tx: &mut Tx, serial: i64) -> Result<(), Wrong> {
        if reports::newest_told(tx).await? > self.newest {
            return Err(Wrong::refused(
                "Another pack went out in the meantime, and what the two tell together was not looked at. Make this one again.",
            ));
        }
        for (month, groups) in &self.months {
            let groups = groups.iter().cloned();
            let kept: Vec<Kept> =
                groups.map(|Said { whom, counts, told }| Kept { whom, counts, told }).collect();
            let groups = serde_json::to_string(&kept)
                .map_err(|e| Wrong::Failed(format!("what a pack told cannot be kept: {e}")))?;
            reports::keep_told(tx, &Told { serial, month: month.to_string(), groups }).await?;
        }
        Ok(())
    }
}

fn read(kept: &Told) -> Result<Vec<Said>, Wrong> {
    let groups: Vec<Kept> = serde_json::from_str(&kept.groups)
        .map_err(|e| Wrong::Failed(format!("what a pack told cannot be read: {e}")))?;
    Ok(groups.into_iter().map(|Kept { whom, counts, told }| Said { whom, counts, told }).collect())
}

/// The name under which a reach is a cut: of two reaches one may hold part of the other.
const REACH: &str = "reach";

/// The name under which a consortium is a cut once it is of other schools than when a pack told of it.
const FORMER: &str = "consortium before";

/// Each consortium by its name, as packs tell of it: its name and which schools are of it.
pub(super) type Consortia = BTreeMap<String, String>;

pub(super) async fn consortia(ctx: &Context) -> Result<Consortia, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let mut schools: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (school, name) in organisations::consortia(&mut tx).await? {
        schools.entry(name).or_default().push(school);
    }
    let told = |(name, schools): (String, Vec<String>)| {
        let told = format!("{name}\n{}", schools.join(" "));
        (name, told)
    };
    Ok(schools.into_iter().map(told).collect())
}

/// Asked once all of a pack is counted, of the consortia before it was.
///
/// Errors: refused where they are others since: what was counted of the former schools would be kept as of these.
pub(super) fn are_still(before: &Consortia, now: &Consortia) -> Result<(), Wrong> {
    match before == now {
        true => Ok(()),
        false => Err(Wrong::refused(
            "Schools came into or left consortia while this pack was counted. Make this one again.",
        )),
    }
}

/// Which schools a consortium is of, as a pack tells of it.
fn schools(consortium: &str) -> Option<BTreeSet<&str>> {
    consortium.rsplit_once('\n').map(|(_, schools)| schools.split(' ').collect())
}

/// A group of an earlier pack as it lies now.
fn as_now(mut said: Said, consortia: &Consortia) -> Said {
    let name = Cut::Consortium.name();
    if let Some(of) = said.whom.remove(name) {
        let (cut, of) = match consortia.get(&of) {
            // Packs did not keep at first which schools it was of. These are the likeliest.
            Some(now) => (FORMER, now.clone()),
            None if consortia.values().any(|now| *now == of) => (name, of),
            None => (FORMER, of),
        };
        said.whom.insert(cut.to_owned(), of);
    }
    said
}

/// Whom all groups of a pack are of.
pub(super) fn whom(audience: &Audience, actor: &Actor, consortia: &Consortia) -> Whom {
    let key = match audience {
        Audience::Consortium(name) => consortia.get(name).map_or(name.as_str(), String::as_str),
        _ => audience.key(),
    };
    let held = audience.held().map(|cut| (cut.name().to_owned(), key.to_owned()));
    let reach = Some(actor.scope.name()).filter(|reach| !reach.is_empty());
    held.into_iter().chain(reach.map(|reach| (REACH.to_owned(), reach))).collect()
}

/// Figures of a pack.
type Whole<'a> = (&'a [PackMonth], &'a [Table]);

/// Leaves out of a pack what packs before it would give away, or would be given away by; what it tells then.
///
/// Shape: `whole` as counted, before anything was left out.
pub(super) async fn leave_out(
    ctx: &Context,
    (whom, consortia): (&Whom, &Consortia),
    whole: Whole<'_>,
    (series, tables): (&mut [PackMonth], &mut Vec<Table>),
) -> Result<Telling, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let newest = reports::newest_told(&mut tx).await?;
    let mut telling = Telling { newest, ..Telling::default() };
    let ends = series.first().map(|one| one.month).zip(series.last().map(|one| one.month));
    let Some((first, last)) = ends else { return Ok(telling) };
    let kept = reports::told(&mut tx, (&first.to_string(), &last.to_string())).await?;
    drop(tx);
    let mut earlier: BTreeMap<String, Vec<Vec<Said>>> = BTreeMap::new();
    for one in &kept {
        let said = read(one)?.into_iter().map(|said| as_now(said, consortia));
        earlier.entry(one.month.clone()).or_default().push(said.collect());
    }
    let lie = if earlier.is_empty() { BTreeMap::new() } else { lies(ctx, (first, last)).await? };
    let schools = match earlier.values().any(|earlier| !shared(earlier, whom).is_empty()) {
        true => by_school(ctx, (first, last)).await?,
        false => BTreeMap::new(),
    };
    for at in series.iter_mut() {
        // The breakdowns are of the last month.
        let mut none = Vec::new();
        let tables = if at.month == last { &mut *tables } else { &mut none };
        let now = said(whom, whole, (&*at, tables.as_slice()));
        let told = match earlier.get(&at.month.to_string()) {
            Some(earlier) => {
                let lie = lie.get(&at.month).cloned().unwrap_or_default();
                let told = match schools.get(&at.month) {
                    Some(schools) => {
                        beside_all(&with_shared(earlier, whom, schools), whom, &now, lie)
                    }
                    None => beside_all(earlier, whom, &now, lie),
                };
                telling.left_out |= leave(&told, (at, tables.as_mut_slice()));
                let gone = leave_lapsed(earlier, whom, at);
                // Of months before the last nothing is said of it.
                telling.left_out |= gone && at.month == last;
                told
            }
            None => now.iter().map(|table| table.iter().map(|one| one.told).collect()).collect(),
        };
        let groups = now.into_iter().flatten().zip(told.into_iter().flatten());
        let groups = groups.map(|(one, told)| Said { told, ..one });
        telling.months.insert(at.month, groups.collect());
    }
    tables.retain_mut(says_something);
    Ok(telling)
}

/// What may be told beside earlier packs, as their consortia and schools lie to each other.
fn beside_all(
    earlier: &[Vec<Said>],
    whom: &Whom,
    now: &[Vec<Said>],
    lie: Lie,
) -> Vec<Vec<[bool; 3]>> {
    let lie = Lie { holding: holding(earlier, whom), made_of: made_of(earlier, whom), ..lie };
    beside(earlier, now, &lie, FEW)
}

/// What is told of a month and of its breakdowns, with the counts of it that are not.
fn said(whom: &Whom, whole: Whole<'_>, (month, tables): (&PackMonth, &[Table])) -> Vec<Vec<Said>> {
    let one = |whom: Whom, counts: Option<&Counted>, told: &Counted| Said {
        whom,
        counts: three(counts.unwrap_or(told)),
        told: [told.neet.is_some(), told.not_known.is_some(), told.together.is_some()],
    };
    let all = whole.0.iter().find(|of| of.month == month.month).map(|of| &of.counted);
    let mut said = vec![vec![one(whom.clone(), all, &month.counted)]];
    said.extend(tables.iter().map(|table| {
        let of = whole.1.iter().find(|of| of.cut == table.cut);
        let group = |group: &Group| {
            let mut whom = whom.clone();
            whom.insert(table.cut.name().to_owned(), group.value.clone());
            let of = of.and_then(|of| of.groups.iter().find(|of| of.value == group.value));
            one(whom, of.map(|of| &of.counted), &group.counted)
        };
        table.groups.iter().map(group).collect()
    }));
    said
}

/// Leaves out what may not be told; whether there was any.
fn leave(told: &[Vec<[bool; 3]>], (month, tables): (&mut PackMonth, &mut [Table])) -> bool {
    let mut any = false;
    let mut counted: Vec<&mut Counted> = vec![&mut month.counted];
    counted.extend(tables.iter_mut().flat_map(|table| &mut table.groups).map(|g| &mut g.counted));
    for (counted, told) in counted.into_iter().zip(told.iter().flatten()) {
        let before = *counted;
        without(counted, told.map(|told| !told));
        any |= *counted != before;
    }
    month.lapsed = month.lapsed.filter(|_| month.counted.not_known.is_some());
    any
}

/// Leaves out how many lapsed where a pack of other people told of the month: those of a ward are a part of
/// those of the board, and no sum of them is judged. Whether there was any.
fn leave_lapsed(earlier: &[Vec<Said>], whom: &Whom, month: &mut PackMonth) -> bool {
    let ours = |pack: &Vec<Said>| pack.first().is_some_and(|all| all.whom == *whom);
    !earlier.iter().all(ours) && month.lapsed.take().is_some()
}

/// How the groups of packs lie to each other in each month: as everybody lives.
async fn lies(ctx: &Context, (first, last): (Month, Month)) -> Result<BTreeMap<Month, Lie>, Wrong> {
    let overlapping = Cut::ALL.iter().filter(|cut| !cut.partitions()).map(|cut| cut.name());
    let overlapping: BTreeSet<String> =
        overlapping.chain([REACH, FORMER]).map(str::to_owned).collect();
    let mut lies: BTreeMap<Month, Lie> = BTreeMap::new();
    let (inner, outer) = (Cut::Ward, Cut::Locality);
    let mut question = Question::new("neet-not-known", Months::Period(first, last));
    question.by = vec![inner, outer];
    for month in figures(ctx, &Scope::everyone(), &question).await?.series {
        let mut lying: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        for cell in month.cells.iter().filter(|cell| cell.numbers.cohort.whole() > 0) {
            if let [Some(of), Some(lies)] = [inner, outer].map(|cut| cell.key.get(cut.name())) {
                lying.entry(of).or_default().insert(lies);
            }
        }
        let Ok(at) = month.month.parse() else { continue };
        let lie = lies.entry(at).or_default();
        lie.overlapping.clone_from(&overlapping);
        for (of, outers) in lying {
            if let [one] = outers.into_iter().collect::<Vec<_>>()[..] {
                let pair = |cut: Cut, value: &String| (cut.name().to_owned(), value.clone());
                lie.within.insert(pair(inner, of), pair(outer, one));
            }
        }
    }
    Ok(lies)
}

/// What packs are held to, each by its cut and value.
fn held_to<'a>(earlier: &'a [Vec<Said>], whom: &'a Whom) -> BTreeSet<(&'a String, &'a String)> {
    let all = earlier.iter().filter_map(|pack| pack.first()).map(|all| &all.whom).chain([whom]);
    all.flatten().collect()
}

/// Which schools the consortia and schools that packs are of are made of.
fn made_of(earlier: &[Vec<Said>], whom: &Whom) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut made = BTreeMap::new();
    for (cut, value) in held_to(earlier, whom) {
        let of = match cut.as_str() {
            school if school == Cut::School.name() => Some(BTreeSet::from([value.as_str()])),
            consortium if [Cut::Consortium.name(), FORMER].contains(&consortium) => schools(value),
            _ => None,
        };
        if let Some(of) = of {
            made.insert((cut.clone(), value.clone()), of.into_iter().map(str::to_owned).collect());
        }
    }
    made
}

/// The schools that two consortia share of which neither holds the other, where no pack is of just these: one of
/// the two without its other schools leaves them, and they taken from the other leave its own.
fn shared(earlier: &[Vec<Said>], whom: &Whom) -> BTreeSet<BTreeSet<String>> {
    let made: BTreeSet<BTreeSet<String>> = made_of(earlier, whom).into_values().collect();
    let pairs = made.iter().flat_map(|one| made.iter().map(move |other| one & other));
    pairs.filter(|both| !both.is_empty() && !made.contains(both)).collect()
}

/// Earlier packs, and the schools that consortia share as groups of which nobody is told anything.
fn with_shared(
    earlier: &[Vec<Said>],
    whom: &Whom,
    counts: &BTreeMap<String, Three>,
) -> Vec<Vec<Said>> {
    let untold = shared(earlier, whom).into_iter().map(|schools| {
        let mut all = Three::default();
        for of in schools.iter().filter_map(|school| counts.get(school)) {
            all.iter_mut().zip(of).for_each(|(all, of)| *all += of);
        }
        let names: Vec<&str> = schools.iter().map(String::as_str).collect();
        let (cut, value) = match names[..] {
            [school] => (Cut::School.name(), school.to_owned()),
            _ => (FORMER, format!("\n{}", names.join(" "))),
        };
        let whom = Whom::from([(cut.to_owned(), value)]);
        vec![Said { whom, counts: all, told: [false; 3] }]
    });
    earlier.iter().cloned().chain(untold).collect()
}

/// How many each school has in each month, as everybody lives.
async fn by_school(
    ctx: &Context,
    (first, last): (Month, Month),
) -> Result<BTreeMap<Month, BTreeMap<String, Three>>, Wrong> {
    let mut question = Question::new("neet-not-known", Months::Period(first, last));
    question.by = vec![Cut::School];
    let mut counts: BTreeMap<Month, BTreeMap<String, Three>> = BTreeMap::new();
    for month in figures(ctx, &Scope::everyone(), &question).await?.series {
        let Ok(at) = month.month.parse() else { continue };
        let of = |cell: &Cell| {
            let school = cell.key.get(Cut::School.name())?;
            Some((school.clone(), three(&Counted::of(&cell.numbers))))
        };
        counts.insert(at, month.cells.iter().filter_map(of).collect());
    }
    Ok(counts)
}

/// Which of the reaches, consortia and schools that packs are of may hold each other.
fn holding(
    earlier: &[Vec<Said>],
    whom: &Whom,
) -> BTreeMap<(String, String), BTreeSet<(String, String)>> {
    let all = held_to(earlier, whom);
    let owned = |(cut, value): &(&String, &String)| ((*cut).clone(), (*value).clone());
    let mut holding = BTreeMap::new();
    for one in &all {
        let larger = all.iter().filter(|other| *other != one && may_hold(other, one));
        holding.insert(owned(one), larger.map(owned).collect());
    }
    holding
}

/// Whether a group may hold another, each by its cut and value.
fn may_hold((outer, larger): &(&String, &String), (inner, of): &(&String, &String)) -> bool {
    let (school, consortium) = (Cut::School.name(), [Cut::Consortium.name(), FORMER]);
    if outer.as_str() == REACH || inner.as_str() == REACH {
        return outer == inner && !are_apart(of, larger);
    }
    if !consortium.contains(&outer.as_str()) {
        return false;
    }
    match (schools(larger), schools(of)) {
        (Some(larger), _) if inner.as_str() == school => larger.contains(of.as_str()),
        (Some(larger), Some(of)) if consortium.contains(&inner.as_str()) => of.is_subset(&larger),
        // Those of schools that are of no consortium.
        (None, None) => consortium.contains(&inner.as_str()) && larger == of,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_lapsed_is_told_beside_no_pack_of_other_people() {
        let ward = |name: &str| Whom::from([("ward".to_owned(), name.to_owned())]);
        let told = |whom: Whom| vec![Said { whom, counts: [20, 30, 250], told: [true; 3] }];
        let left = |earlier: &[Vec<Said>]| {
            let counted =
                Counted { neet: Some(20), not_known: Some(30), together: Some(50), cohort: 300 };
            let month = "2025-10".parse().unwrap();
            let mut month = PackMonth { month, counted, lapsed: Some(12) };
            let any = leave_lapsed(earlier, &ward("One"), &mut month);
            (any, month.lapsed)
        };
        assert_eq!(left(&[told(ward("One"))]), (false, Some(12)), "its own, made again");
        assert_eq!(left(&[told(ward("One")), told(Whom::new())]), (true, None), "the board's");
    }

    #[test]
    fn a_consortium_is_told_of_by_its_schools_and_may_hold_what_it_was_and_they() {
        let now = Consortia::from([
            ("East".to_owned(), "East\nurn-4".to_owned()),
            ("North".to_owned(), "North\nurn-1 urn-2 urn-3".to_owned()),
        ]);
        let group = |cut: &str, value: &str| Whom::from([(cut.to_owned(), value.to_owned())]);
        let pack = |whom: Whom| {
            let said = Said { whom, counts: [20, 30, 250], told: [true; 3] };
            vec![as_now(said, &now)]
        };
        let earlier = [
            pack(group("consortium", "North\nurn-1 urn-2")),
            pack(group("consortium", "East\nurn-4")),
            pack(group("consortium", "North")),
            pack(group("school", "urn-1")),
        ];
        let lies: Vec<&Whom> = earlier.iter().map(|pack| &pack[0].whom).collect();
        let (before, east) =
            (group(FORMER, "North\nurn-1 urn-2"), group("consortium", "East\nurn-4"));
        let old = group(FORMER, "North\nurn-1 urn-2 urn-3");
        assert_eq!(lies[..3], [&before, &east, &old], "the last as it is now");
        let audience = Audience::Consortium("North".to_owned());
        let whom = group("consortium", "North\nurn-1 urn-2 urn-3");
        let scope = Scope::everyone();
        let role = domain::access::Role::DataManager;
        let actor = Actor { account: 0, name: String::new(), role, scope };
        assert_eq!(super::whom(&audience, &actor, &now), whom);
        let holding = holding(&earlier, &whom);
        let held = |inner: &Whom, outer: &Whom| {
            let [inner, outer] = [inner, outer].map(|whom| whom.clone().pop_first().unwrap());
            holding[&inner].contains(&outer)
        };
        assert!(held(&before, &whom) && !held(&whom, &before), "{holding:?}");
        assert!(held(&old, &whom) && held(&whom, &old), "the same schools");
        assert!(held(lies[3], &before) && held(lies[3], &whom), "a school is of both");
        assert!(!held(&east, &whom) && !held(&whom, &east) && !held(lies[3], &east));
    }

    #[test]
    fn a_pack_is_refused_where_schools_came_into_a_consortium_while_it_was_counted() {
        let north =
            |schools: &str| Consortia::from([("North".to_owned(), format!("North\n{schools}"))]);
        assert_eq!(are_still(&north("1 2"), &north("1 2")).ok(), Some(()));
        for now in [north("1 2 3"), Consortia::new()] {
            assert!(matches!(are_still(&north("1 2"), &now), Err(Wrong::Refused(_))));
        }
    }

    #[test]
    fn schools_that_two_consortia_share_are_a_group_of_which_nobody_is_told() {
        let pack = |cut: &str, value: &str, counts: Three| {
            let whom = Whom::from([(cut.to_owned(), value.to_owned())]);
            vec![Said { whom, counts, told: [true; 3] }]
        };
        let (school, consortium) = (Cut::School.name(), Cut::Consortium.name());
        let before = pack(FORMER, "North\n1 2", [22, 20, 200]);
        let earlier = [before.clone(), pack(consortium, "North\n1 3", [40, 25, 300])];
        let now = [pack(school, "3", [20, 15, 150])];
        let whom = &now[0][0].whom;
        let set = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(shared(&earlier, whom), BTreeSet::from([set(&["1"])]));
        let counts = BTreeMap::from([("1".to_owned(), [20, 10, 150])]);
        let all = with_shared(&earlier, whom, &counts);
        assert_eq!((all.len(), all[2][0].told), (3, [false; 3]), "{all:?}");
        let lie = Lie { overlapping: [FORMER.to_owned()].into(), ..Lie::default() };
        let found = beside_all(&all, whom, &now, lie.clone());
        assert!(!found[0][0][0], "40 less 20 is twenty, and 22 less twenty is two: {found:?}");
        assert_eq!(beside_all(&earlier, whom, &now, lie), [[[true; 3]]], "nothing links them");
        // One that holds the other, or schools that a pack is of, are groups by themselves.
        let nested = [before.clone(), pack(consortium, "North\n1 2 3", [42, 35, 350])];
        assert!(shared(&nested, whom).is_empty());
        let told = [&earlier[..], &[pack(school, "1", [20, 10, 150])]].concat();
        assert!(shared(&told, whom).is_empty());
        let many = [before, pack(FORMER, "South\n1 2 3", [42, 35, 350])];
        let whom = &pack(consortium, "East\n2 3 4", [30, 30, 300])[0].whom;
        let counts = BTreeMap::from(["2", "3"].map(|school| (school.to_owned(), [2, 3, 4])));
        let all = with_shared(&many, whom, &counts);
        let (of, counts) = (&all[3][0].whom, all[3][0].counts);
        assert_eq!((shared(&many, whom).len(), all.len()), (2, 4), "{all:?}");
        assert_eq!((of[FORMER].as_str(), counts), ("\n2 3", [4, 6, 8]));
    }

    #[test]
    fn a_mark_is_of_what_is_told_and_of_nothing_that_is_left_out() {
        let mark = |newest: i64, counts: [u64; 3], told: [bool; 3]| {
            let said = Said { whom: Whom::new(), counts, told };
            let months = BTreeMap::from([("2025-10".parse().unwrap(), vec![said])]);
            Telling { months, newest, left_out: false }.mark()
        };
        let but_neet = [false, true, false];
        let one = mark(3, [2, 30, 268], but_neet);
        assert_eq!(one, mark(3, [3, 30, 267], but_neet), "two or three is not to be tried");
        let others = [
            mark(4, [2, 30, 268], but_neet),
            mark(3, [2, 31, 267], but_neet),
            mark(3, [2, 30, 269], but_neet),
            mark(3, [2, 30, 268], [false; 3]),
        ];
        assert!(others.iter().all(|other| *other != one), "{others:?}");
    }
}
