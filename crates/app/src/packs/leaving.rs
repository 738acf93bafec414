//! What a pack that goes to others leaves out: counts of few people, and as many others as would give them
//! away within the pack. What has to be left out is `domain::disclosure`'s to say.
//!
//! It is left out of the pack itself, and so of its page, its charts, its sentences and every file of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::disclosure::{
    Breakdown, FEW, FEW_OF_GROUP, Inside, LeftOut, Three, alone, is_whole, may_tell_group,
    may_tell_part, together,
};
use domain::measure::{Cut, Gap};

use super::make::{Counted, Group, Pack, PackMonth, Table};
use crate::measures::Gaps;

/// The localities in which the people of each ward live.
pub(super) type Lying = BTreeMap<String, BTreeSet<String>>;

/// NEET, not known, and all others: whoever knows a group knows how many it holds, and so any of the three
/// from the others.
pub(super) fn three(counted: &Counted) -> Three {
    let neet = counted.neet.unwrap_or_default();
    let not_known = counted.not_known.unwrap_or_default();
    [neet, not_known, counted.cohort.saturating_sub(neet + not_known)]
}

/// Whether everybody of a group is NEET or not known, which told of the group would be told of each in it.
fn all_alike(counted: &Counted) -> bool {
    let [neet, not_known, _] = three(counted);
    is_whole(neet + not_known, counted.cohort)
}

/// Leaves out of some counts what may not be told; whether that was anything.
pub(super) fn without(counted: &mut Counted, out: [bool; 3]) -> bool {
    let [neet, not_known, others] = out;
    counted.neet = counted.neet.filter(|_| !neet);
    counted.not_known = counted.not_known.filter(|_| !not_known);
    counted.together = counted.together.filter(|_| !others);
    out.contains(&true)
}

/// Leaves out of a pack what may not leave; whether there was anything.
pub(super) fn leave_out(series: &mut [PackMonth], tables: &mut Vec<Table>, lying: &Lying) -> bool {
    let Some(last) = series.last().map(|month| month.counted) else {
        // Not even how many there are in all is told.
        tables.clear();
        return false;
    };
    let before = tables.len();
    // What is true of everybody is true of each group of them.
    if all_alike(&last) {
        tables.clear();
    }
    // Those with none would tell how many have two: everybody less them is all who have any.
    for table in tables.iter_mut().filter(|table| !table.cut.partitions()) {
        table.groups.retain(|group| !group.residual);
    }
    let inside = wards_in_localities(tables, lying).unwrap_or_else(|| {
        // Of a ward that lies in two, their sums would tell how many of it live in each.
        tables.retain(|table| table.cut != Cut::Ward);
        None
    });
    let mut any = tables.len() < before;
    let (questions, places) = questions(tables, &last, inside);
    let found = together(&three(&last), &questions, FEW);
    let mut places = places.into_iter();
    tables.retain_mut(|table| {
        let place = places.next().unwrap_or_default();
        any |= leave_out_groups(table, found.tables.get(place).unwrap_or_default());
        says_something(table)
    });
    for month in series {
        any |= leave_out_month(month);
    }
    any
}

/// What is asked of all tables together, and which of it each of them is.
fn questions(
    tables: &[Table],
    whole: &Counted,
    inside: Option<(usize, Inside)>,
) -> (Vec<Breakdown>, Vec<Range<usize>>) {
    let mut questions: Vec<Breakdown> = Vec::new();
    let mut places = Vec::new();
    for table in tables {
        let from = questions.len();
        let asked = asked(table, whole).into_iter();
        questions.extend(asked.map(|rows| Breakdown { rows, inside: None }));
        places.push(from..questions.len());
    }
    let first = |at: usize| places.get(at).map(|place| place.start);
    if let Some((wards, Inside { table, columns })) = inside
        && let (Some(wards), Some(table)) = (first(wards), first(table))
        && let Some(question) = questions.get_mut(wards)
    {
        question.inside = Some(Inside { table, columns });
    }
    (questions, places)
}

/// The number of the table by ward, and in which group of the one by locality each ward lies; nothing within
/// where there are not both.
///
/// Shape: `None` where a ward lies in none of them or in several.
fn wards_in_localities(tables: &[Table], lying: &Lying) -> Option<Option<(usize, Inside)>> {
    let of = |cut: Cut| tables.iter().position(|table| table.cut == cut);
    let (Some(wards), Some(localities)) = (of(Cut::Ward), of(Cut::Locality)) else {
        return Some(None);
    };
    let groups = |at: usize| tables.get(at).map_or(&[][..], |table| table.groups.as_slice());
    let lies = |ward: &Group| {
        let [locality] = lying.get(&ward.value)?.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        groups(localities).iter().position(|group| group.value == *locality)
    };
    let columns = groups(wards).iter().map(lies).collect::<Option<_>>()?;
    Some(Some((wards, Inside { table: localities, columns })))
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
    any
}

/// Whether a breakdown is shown: one that tells nothing but how many there are is not.
pub(super) fn says_something(table: &mut Table) -> bool {
    let says = |g: &Group| g.counted.neet.or(g.counted.not_known).or(g.counted.together).is_some();
    table.groups.len() > 1 && table.groups.iter().any(says)
}

fn leave_out_month(month: &mut PackMonth) -> bool {
    let all = three(&month.counted);
    let out = alone(&all, FEW);
    let out = match month.counted.cohort < FEW_OF_GROUP || all_alike(&month.counted) {
        true => [true; 3],
        false => [0, 1, 2].map(|at| out.get(at).copied().unwrap_or(true)),
    };
    let not_known = month.counted.not_known.filter(|_| !out[1]);
    month.lapsed = month
        .lapsed
        .filter(|lapsed| not_known.is_some_and(|not_known| may_tell_part(*lapsed, not_known)));
    without(&mut month.counted, out)
}

/// The gaps that may stand beside a pack's breakdown by characteristic: those of the groups of which it tells
/// how many are counted, where neither they nor all others are few.
///
/// Of the pack's own month alone: what it told of groups in months before would be kept nowhere, and so no pack
/// of those months be judged beside it.
///
/// None of several groups together: everybody less those with any are those with none, and those with any less
/// the vulnerable are those who have nothing but what makes nobody vulnerable, however few they are.
pub fn gaps_beside(pack: &Pack, mut gaps: Gaps) -> Gaps {
    let table = pack.tables.iter().find(|table| table.cut == Cut::Characteristic);
    let named = |name: &str| {
        table.is_some_and(|table| {
            table.groups.iter().any(|g| g.name == name && g.counted.together.is_some())
        })
    };
    gaps.groups.drain(..Gaps::OF_SEVERAL.min(gaps.groups.len()));
    gaps.groups.retain(|group| named(&group.name));
    let at = gaps.months.iter().position(|month| *month == pack.month);
    let all = pack.series.iter().find(|told| told.month == pack.month).map(|told| told.counted);
    for group in &mut gaps.groups {
        let own = at.and_then(|at| group.months.get(at).copied().flatten());
        group.months = vec![own.map(|gap| untold_if_few(gap, all))];
    }
    gaps.months = vec![pack.month];
    gaps
}

/// A gap as it may be told beside how everybody was in its month.
fn untold_if_few(gap: Gap, everybody: Option<Counted>) -> Gap {
    let all = everybody.and_then(|all| Some((all.together?, all.cohort)));
    match all.is_some_and(|all| may_tell_group((gap.counted, gap.cohort), all)) {
        true => gap,
        false => gap.untold(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::GroupGaps;

    fn counted(neet: u64, not_known: u64, cohort: u64) -> Counted {
        Counted {
            neet: Some(neet),
            not_known: Some(not_known),
            together: Some(neet + not_known),
            cohort,
        }
    }

    fn group(name: &str, counted: Counted) -> Group {
        let name = name.to_owned();
        Group { value: name.clone(), residual: name == "None of these", name, counted }
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
        assert!(leave_out(&mut series, &mut tables, &Lying::new()));
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
        assert!(!leave_out(&mut series, &mut tables, &Lying::new()));
        assert_eq!((&series, &tables), (&before, &told));
    }

    #[test]
    fn what_all_of_a_group_have_is_hidden_with_what_adds_back_to_it() {
        // Twelve girls who are all NEET, and six of Year 14 who are all NEET or not known.
        let mut series = [month(counted(52, 33, 300), 10)];
        let sex = [counted(12, 0, 12), counted(18, 16, 138), counted(22, 17, 150)];
        let year = [counted(21, 13, 140), counted(26, 19, 154), counted(5, 1, 6)];
        let of = |cut, groups: [Counted; 3]| Table {
            cut,
            groups: groups.into_iter().map(|one| group("a group", one)).collect(),
        };
        let mut tables = vec![of(Cut::Sex, sex), of(Cut::YearGroup, year)];
        assert!(leave_out(&mut series, &mut tables, &Lying::new()));
        assert_eq!(series[0].counted, counted(52, 33, 300));
        for (table, whole) in tables.iter().zip([0, 2]) {
            let told: Vec<Three> = table
                .groups
                .iter()
                .map(|one| {
                    let Counted { neet, not_known, together, .. } = one.counted;
                    [neet, not_known, together].map(|of| u64::from(of.is_some()))
                })
                .collect();
            assert_eq!(told[whole], [0; 3], "{table:?}");
            for row in 0..3 {
                let told: u64 = told.iter().map(|one| one[row]).sum();
                assert!(told < 2, "everybody less the others: {table:?}");
            }
        }
        // Where everybody is, it is said of nobody.
        let mut series = [month(counted(12, 0, 12), 0)];
        let mut tables = vec![of(Cut::Sex, [counted(4, 0, 4), counted(8, 0, 8), counted(0, 0, 0)])];
        assert!(leave_out(&mut series, &mut tables, &Lying::new()));
        assert!(tables.is_empty());
        let Counted { neet, not_known, together, cohort } = series[0].counted;
        assert_eq!((neet, not_known, together, cohort), (None, None, None, 12));
    }

    /// A ward of two NEET in a locality of which all is told.
    fn board() -> (Vec<PackMonth>, Vec<Table>) {
        let series = vec![month(counted(123, 90, 1_000), 20)];
        let localities =
            [("A", counted(52, 30, 400)), ("B", counted(31, 30, 200)), ("C", counted(40, 30, 400))];
        let wards = [
            ("W1", counted(2, 10, 100)),
            ("W2", counted(20, 10, 140)),
            ("W3", counted(30, 10, 160)),
            ("W4", counted(6, 15, 80)),
            ("W5", counted(25, 15, 120)),
            ("W6", counted(40, 30, 400)),
        ];
        let of = |cut, groups: &[(&str, Counted)]| Table {
            cut,
            groups: groups.iter().map(|(name, counted)| group(name, *counted)).collect(),
        };
        (series, vec![of(Cut::Locality, &localities), of(Cut::Ward, &wards)])
    }

    fn lying(pairs: &[(&str, &str)]) -> Lying {
        let mut lying = Lying::new();
        for (ward, locality) in pairs {
            lying.entry((*ward).to_owned()).or_default().insert((*locality).to_owned());
        }
        lying
    }

    const LIES: [(&str, &str); 6] =
        [("W1", "A"), ("W2", "A"), ("W3", "A"), ("W4", "B"), ("W5", "B"), ("W6", "C")];

    #[test]
    fn wards_are_judged_within_the_locality_that_they_lie_in() {
        let (mut series, mut tables) = board();
        assert!(leave_out(&mut series, &mut tables, &lying(&LIES)));
        let neet = |table: &Table| -> Vec<Option<u64>> {
            table.groups.iter().map(|group| group.counted.neet).collect()
        };
        assert_eq!(neet(&tables[0]), [Some(52), Some(31), Some(40)]);
        assert_eq!(neet(&tables[1]), [None, None, Some(30), Some(6), Some(25), Some(40)]);
    }

    #[test]
    fn where_a_ward_lies_in_two_localities_no_ward_is_told() {
        let (mut series, mut tables) = board();
        let lies = [&LIES[..], &[("W4", "A")]].concat();
        assert!(leave_out(&mut series, &mut tables, &lying(&lies)));
        assert_eq!(tables.iter().map(|table| table.cut).collect::<Vec<_>>(), [Cut::Locality]);
    }

    #[test]
    fn gaps_tell_of_no_few_people_of_no_month_before_and_of_no_groups_together() {
        let months = ["2024-12", "2025-01"].map(|month| month.parse().unwrap());
        let of = |pairs: [(u64, u64); 2]| -> Vec<Option<Gap>> {
            pairs.into_iter().map(|pair| domain::measure::gap_of(pair, (60, 600))).collect()
        };
        let names = ["The department's vulnerable group", "Any characteristic", "Carer", "Parent"];
        let values = [[(40, 200); 2], [(42, 210); 2], [(14, 40), (12, 40)], [(2, 30); 2]];
        let groups = names.into_iter().zip(values);
        let groups = groups.map(|(name, pairs)| GroupGaps { name: name.into(), months: of(pairs) });
        let gaps = Gaps {
            measure: "neet-not-known",
            title: "",
            source: "",
            edition: String::new(),
            ages: String::new(),
            months: months.to_vec(),
            groups: groups.collect(),
        };
        let all = counted(40, 20, 600);
        let mut parents = group("Parent", counted(1, 1, 30));
        parents.counted.together = None;
        let pack = Pack {
            audience: super::super::Audience::Board,
            title: String::new(),
            month: months[1],
            edition: String::new(),
            ages: String::new(),
            reach: None,
            series: months.map(|month| PackMonth { month, counted: all, lapsed: None }).to_vec(),
            targets: Vec::new(),
            tables: vec![Table {
                cut: Cut::Characteristic,
                groups: vec![group("Carer", counted(6, 6, 40)), parents],
            }],
            sentences: Vec::new(),
            hidden: false,
            left_out: true,
            telling: super::super::Telling::default(),
        };
        let told = gaps_beside(&pack, gaps.clone());
        let [carers] = told.groups.as_slice() else { panic!("the carers alone: {told:?}") };
        assert_eq!(carers.name, "Carer");
        let [Some(now)] = carers.months[..] else { panic!("its own month alone: {carers:?}") };
        assert!(now.between.is_some() && now.counted == 12);
        assert_eq!(told.months, months[1..]);
        let mut few = gaps.clone();
        few.groups[2].months[1] = domain::measure::gap_of((3, 40), (60, 600));
        let [Some(few)] = gaps_beside(&pack, few).groups[0].months[..] else { panic!("one") };
        assert_eq!((few.between, few.points, few.counted), (None, 0.0, 0), "three");
        // Where it is not told how everybody was, nothing is said of a group.
        let mut silent = pack;
        silent.series[1].counted.together = None;
        let told = gaps_beside(&silent, gaps);
        assert!(told.groups[0].last().unwrap().between.is_none());
    }
}
