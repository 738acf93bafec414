//! What packs that went out told of each month, and what a new one leaves out beside them. What has to be left
//! out is `domain::disclosure::beside`'s to say.
//!
//! Every pack of the month counts, whomever it went to: readers are words that somebody typed, and who is of a
//! ward is often of the board. Of counts of one month that were revised in between the first and the newest of
//! every group are held against each other, and those of one pack, where they add up; others that somebody may
//! mix are not, and two months never are (`docs/adr/0031`).

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Scope, are_apart};
use domain::calendar::Month;
use domain::disclosure::{FEW, Lie, Said, Whom, beside};
use domain::measure::Cut;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Tx;
use store::reports::{self, Told};

use super::leaving::{says_something, three, without};
use super::make::{Audience, Counted, Group, PackMonth, Table};
use crate::accounts::hex;
use crate::measures::{Months, Question, figures};
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

/// Whom all groups of a pack are of.
pub(super) fn whom(audience: &Audience, actor: &Actor) -> Whom {
    let held = audience.held().map(|cut| (cut.name().to_owned(), audience.key().to_owned()));
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
    whom: &Whom,
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
        earlier.entry(one.month.clone()).or_default().push(read(one)?);
    }
    let lie = if earlier.is_empty() { BTreeMap::new() } else { lies(ctx, (first, last)).await? };
    for at in series.iter_mut() {
        // The breakdowns are of the last month.
        let mut none = Vec::new();
        let tables = if at.month == last { &mut *tables } else { &mut none };
        let now = said(whom, whole, (&*at, tables.as_slice()));
        let told = match earlier.get(&at.month.to_string()) {
            Some(earlier) => {
                let lie = lie.get(&at.month).cloned().unwrap_or_default();
                let lie = Lie { holding: holding(earlier, whom), ..lie };
                let told = beside(earlier, &now, &lie, FEW);
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

/// How the groups of packs lie to each other in each month: as everybody lives and goes to school.
async fn lies(ctx: &Context, (first, last): (Month, Month)) -> Result<BTreeMap<Month, Lie>, Wrong> {
    let overlapping = Cut::ALL.iter().filter(|cut| !cut.partitions()).map(|cut| cut.name());
    let overlapping: BTreeSet<String> = overlapping.chain([REACH]).map(str::to_owned).collect();
    let mut lies: BTreeMap<Month, Lie> = BTreeMap::new();
    for (inner, outer) in [(Cut::Ward, Cut::Locality), (Cut::School, Cut::Consortium)] {
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
    }
    Ok(lies)
}

/// Which of the reaches that packs are of may hold each other.
fn holding(earlier: &[Vec<Said>], whom: &Whom) -> BTreeMap<(String, String), BTreeSet<String>> {
    let all = earlier.iter().filter_map(|pack| pack.first()).map(|all| &all.whom).chain([whom]);
    let reaches: BTreeSet<&String> = all.filter_map(|whom| whom.get(REACH)).collect();
    let mut holding = BTreeMap::new();
    for one in &reaches {
        let others = reaches.iter().filter(|other| *other != one && !are_apart(one, other));
        let others: BTreeSet<String> = others.map(|other| (*other).clone()).collect();
        holding.insert((REACH.to_owned(), (*one).clone()), others);
    }
    holding
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
