//! What a pack that goes to others leaves out: counts of few people, and as many others as would give them
//! away within the pack. What has to be left out is `domain::disclosure`'s to say.
//!
//! It is left out of the pack itself, and so of its page, its charts, its sentences and every file of it.

use domain::disclosure::{LeftOut, alone, together};
use domain::measure::Cut;

use super::make::{Counted, Group, Pack, PackMonth, Table};
use crate::measures::{Gaps, GroupGaps};

/// Fewer people than this, and somebody, are not told.
const FEW: u64 = 5;

/// Of a group of fewer people than this nothing is said but how many they are: its shares jump by chance.
const FEW_OF_GROUP: u64 = 10;

/// NEET, not known, and all others: whoever knows a group knows how many it holds, and so any of the three
/// from the others.
type Three = [u64; 3];

fn three(counted: &Counted) -> Three {
    let neet = counted.neet.unwrap_or_default();
    let not_known = counted.not_known.unwrap_or_default();
    [neet, not_known, counted.cohort.saturating_sub(neet + not_known)]
}

/// Leaves out of some counts what may not be told; whether that was anything.
fn without(counted: &mut Counted, out: [bool; 3]) -> bool {
    let [neet, not_known, others] = out;
    counted.neet = counted.neet.filter(|_| !neet);
    counted.not_known = counted.not_known.filter(|_| !not_known);
    counted.together = counted.together.filter(|_| !others);
    out.contains(&true)
}

/// Leaves out of a pack what may not leave; whether there was anything.
pub(super) fn leave_out(series: &mut [PackMonth], tables: &mut Vec<Table>) -> bool {
    let Some(last) = series.last().map(|month| month.counted) else {
        // Not even how many there are in all is told.
        tables.clear();
        return false;
    };
    let mut any = false;
    // Those with none would tell how many have two: everybody less them is all who have any.
    for table in tables.iter_mut().filter(|table| !table.cut.partitions()) {
        table.groups.retain(|group| !group.residual);
    }
    let questions: Vec<Vec<Vec<Vec<u64>>>> =
        tables.iter().map(|table| asked(table, &last)).collect();
    let found = together(&three(&last), &questions.concat(), FEW);
    let mut answers = found.tables.into_iter();
    tables.retain_mut(|table| {
        let many = if table.cut.partitions() { 1 } else { table.groups.len() };
        let of: Vec<Option<LeftOut>> = answers.by_ref().take(many).collect();
        any |= leave_out_groups(table, &of);
        table.groups.len() > 1
    });
    for month in series {
        any |= leave_out_month(month);
    }
    any
}

/// The tables that a breakdown is: one where everybody is in one group, else one for each group with all who
/// are not in it.
fn asked(table: &Table, whole: &Counted) -> Vec<Vec<Vec<u64>>> {
    let groups: Vec<Three> = table.groups.iter().map(|group| three(&group.counted)).collect();
    let row = |pick: &dyn Fn(&Three) -> u64| groups.iter().map(pick).collect::<Vec<u64>>();
    if table.cut.partitions() {
        return vec![vec![row(&|of| of[0]), row(&|of| of[1]), row(&|of| of[2])]];
    }
    let all = three(whole);
    let beside = |of: &Three| {
        of.iter().zip(all).map(|(of, all)| vec![*of, all.saturating_sub(*of)]).collect()
    };
    groups.iter().map(beside).collect()
}

fn leave_out_groups(table: &mut Table, out: &[Option<LeftOut>]) -> bool {
    let partitions = table.cut.partitions();
    let told = |at: usize| -> Option<[bool; 3]> {
        let (number, column) = if partitions { (0, at) } else { (at, 0) };
        let rows = out.get(number)?.as_ref()?;
        let one = |row: usize| rows.get(row).and_then(|row| row.get(column)).copied();
        Some([one(0)?, one(1)?, one(2)?])
    };
    let mut any = false;
    for (at, group) in table.groups.iter_mut().enumerate() {
        let out = told(at).filter(|_| group.counted.cohort >= FEW_OF_GROUP);
        any |= without(&mut group.counted, out.unwrap_or([true; 3]));
    }
    // Of a breakdown that tells nothing but how many there are nothing is shown.
    let says = |g: &Group| g.counted.neet.or(g.counted.not_known).or(g.counted.together).is_some();
    if !table.groups.iter().any(says) {
        table.groups.clear();
    }
    any
}

fn leave_out_month(month: &mut PackMonth) -> bool {
    let all = three(&month.counted);
    let out = alone(&all, FEW);
    let out = match month.counted.cohort < FEW_OF_GROUP {
        true => [true; 3],
        false => [0, 1, 2].map(|at| out.get(at).copied().unwrap_or(true)),
    };
    let small = |of: u64| (1..FEW).contains(&of);
    month.lapsed = month.lapsed.filter(|lapsed| {
        month.counted.cohort >= FEW_OF_GROUP
            && !out[1]
            && !small(*lapsed)
            && !small(all[1].saturating_sub(*lapsed))
    });
    without(&mut month.counted, out)
}

/// The gaps that may stand beside a pack's breakdown by characteristic: those of the groups of which it tells
/// how many are counted, and of several together where they, and all others, are not few.
pub fn gaps_beside(pack: &Pack, mut gaps: Gaps) -> Gaps {
    let table = pack.tables.iter().find(|table| table.cut == Cut::Characteristic);
    let whole = pack.series.last().map(|month| month.counted).unwrap_or_default();
    let small = |of: u64| (1..FEW).contains(&of);
    let of_several = |group: &GroupGaps| {
        let counted = group.last().map(|gap| gap.counted);
        counted
            .zip(whole.together)
            .is_some_and(|(counted, all)| !small(counted) && !small(all.saturating_sub(counted)))
    };
    let named = |name: &str| {
        table.is_some_and(|table| {
            table.groups.iter().any(|g| g.name == name && g.counted.together.is_some())
        })
    };
    let mut at = 0;
    gaps.groups.retain(|group| {
        at += 1;
        if at <= Gaps::OF_SEVERAL { of_several(group) } else { named(&group.name) }
    });
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(neet: u64, not_known: u64, cohort: u64) -> Counted {
        Counted {
            neet: Some(neet),
            not_known: Some(not_known),
            together: Some(neet + not_known),
            cohort,
        }
    }

    fn group(name: &str, counted: Counted) -> Group {
        Group { name: name.to_owned(), counted, residual: name == "None of these" }
    }

    fn month(counted: Counted, lapsed: u64) -> PackMonth {
        PackMonth { month: "2025-01".parse().unwrap(), counted, lapsed: Some(lapsed) }
    }

    #[test]
    fn two_girls_take_the_boys_with_them_and_those_with_none_are_no_group() {
        let mut series = [month(counted(12, 11, 110), 3)];
        let sex = vec![group("Female", counted(2, 6, 50)), group("Male", counted(10, 5, 60))];
        let characteristic = vec![
            group("None of these", counted(6, 5, 80)),
            group("Carer", counted(6, 5, 20)),
            group("Pregnancy", counted(0, 1, 10)),
        ];
        let mut tables = vec![
            Table { cut: Cut::Sex, groups: sex },
            Table { cut: Cut::Characteristic, groups: characteristic },
        ];
        assert!(leave_out(&mut series, &mut tables));
        assert_eq!(series[0].counted, counted(12, 11, 110));
        assert_eq!(series[0].lapsed, None, "three lapsed");
        let neet: Vec<Option<u64>> = tables[0].groups.iter().map(|g| g.counted.neet).collect();
        assert_eq!(neet, [None, None]);
        let names: Vec<&str> = tables[1].groups.iter().map(|g| g.name.as_str()).collect();
        assert_eq!(names, ["Carer", "Pregnancy"]);
        assert_eq!(tables[1].groups[0].counted, counted(6, 5, 20));
        assert_eq!(tables[1].groups[1].counted.not_known, None);
    }

    #[test]
    fn where_nothing_is_few_nothing_is_left_out() {
        let mut series = [month(counted(20, 15, 200), 6)];
        let before = series.clone();
        let groups = vec![group("Female", counted(9, 6, 90)), group("Male", counted(11, 9, 110))];
        let mut tables = vec![Table { cut: Cut::Sex, groups }];
        let told = tables.clone();
        assert!(!leave_out(&mut series, &mut tables));
        assert_eq!((&series, &tables), (&before, &told));
    }
}
