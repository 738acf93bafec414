//! Packs that tell of one month and go out one after another: what one of them leaves out, another may give
//! by subtraction. Each is judged by itself already; here a new one is judged beside those before it.
//!
//! A group is known by what all of it have in common, so the ward of the board's pack is the whole of the
//! ward's own. Of every group and those in it by one more cut, the rest is a group as well: all of a ward but
//! those within a locality manager's reach, all of a school's girls but those of one consortium. Of two reaches
//! nobody but their counts may say whether one holds the other, and so it is taken to wherever they allow it.
//!
//! Invariant: of what is let go, no count from 1 up to, not including, `least`, and nothing that is true of
//! all of a group, keeps fewer than [`LEAST`] possible values that had as many before, and so few people
//! are not what a sum leaves of several groups together, unless it did before.

use std::collections::{BTreeMap, BTreeSet};

use super::{LEAST, System, is_whole};

/// What all of a group have in common: values by the name of their cut; nothing for everybody.
pub type Whom = BTreeMap<String, String>;

/// NEET, not known, and all others. How many they are together is told always.
pub type Three = [u64; 3];

/// One group that a pack tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub whom: Whom,
    pub counts: Three,
    pub told: [bool; 3],
}

/// How the groups of cuts lie to each other.
#[derive(Clone, Debug, Default)]
pub struct Lie {
    /// Cuts of which somebody may have several values, or none.
    pub overlapping: BTreeSet<String>,
    /// Values all of whose people have one value of another cut, as a ward that lies in one locality.
    pub within: BTreeMap<(String, String), (String, String)>,
    /// Values, and which others may hold all of their people, as one reach those of another, or a consortium those
    /// of its schools. Whether they do their counts have to allow.
    pub holding: BTreeMap<(String, String), BTreeSet<(String, String)>>,
    /// Values with the parts that they are made of, as a consortium with its schools, where nobody is of two parts:
    /// values that have no part in common have nobody in common, also those of an overlapping cut.
    pub made_of: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Lie {
    /// A group with all that its people are known to have in common.
    fn whole(&self, whom: &Whom) -> Whom {
        let mut all = whom.clone();
        for (cut, value) in whom {
            if let Some((cut, value)) = self.within.get(&(cut.clone(), value.clone())) {
                all.entry(cut.clone()).or_insert_with(|| value.clone());
            }
        }
        all
    }

    /// The groups that this one is of by one cut, or may be of, each with the name of the cut.
    fn wider<'a>(&self, whom: &'a Whom) -> Vec<(Whom, &'a String)> {
        let mut all = Vec::new();
        for (cut, value) in whom {
            let mut wider = whom.clone();
            wider.remove(cut);
            all.push((wider.clone(), cut));
            let larger = self.holding.get(&(cut.clone(), value.clone()));
            for (outer, of) in larger.into_iter().flatten() {
                let mut other = wider.clone();
                other.insert(outer.clone(), of.clone());
                all.push((other, cut));
            }
            let outer = self.within.get(&(cut.clone(), value.clone()));
            if let Some((outer, of)) = outer
                && wider.get(outer) == Some(of)
            {
                wider.remove(outer);
                all.push((wider, cut));
            }
        }
        all
    }
}

/// What may be told of a new pack beside those that went out before, by table and group, in their order: as
/// much of what it tells by itself as gives nothing away. The largest groups are told first.
pub fn beside(
    earlier: &[Vec<Said>],
    now: &[Vec<Said>],
    lie: &Lie,
    least: u64,
) -> Vec<Vec<[bool; 3]>> {
    let as_it_is = || now.iter().map(|table| table.iter().map(|one| one.told).collect()).collect();
    let (judge, places) = Judge::new(earlier, now, lie, least);
    let told = |table: &[Said], places: &[Places]| -> Vec<usize> {
        table.iter().zip(places).flat_map(|(one, place)| open(one.told, place)).collect()
    };
    let by_table: Vec<Vec<usize>> =
        now.iter().zip(&places).map(|(table, places)| told(table, places)).collect();
    if judge.stands(&by_table.concat()) {
        return as_it_is();
    }
    let mut safe: Vec<usize> = Vec::new();
    let may = |safe: &mut Vec<usize>, more: &[usize]| {
        let stands = judge.stands(&[safe.as_slice(), more].concat());
        if stands {
            safe.extend(more);
        }
        stands
    };
    for ((table, places), all) in now.iter().zip(&places).zip(&by_table) {
        if may(&mut safe, all) {
            continue;
        }
        let mut groups: Vec<(&Said, &Places)> = table.iter().zip(places).collect();
        groups.sort_by_key(|(one, _)| std::cmp::Reverse(one.counts.iter().sum::<u64>()));
        for (one, place) in groups {
            if !may(&mut safe, &open(one.told, place)) {
                for cell in open(one.told, place) {
                    may(&mut safe, &[cell]);
                }
            }
        }
    }
    let safe: BTreeSet<usize> = safe.into_iter().collect();
    places
        .iter()
        .map(|table| table.iter().map(|place| place.map(|cell| safe.contains(&cell))).collect())
        .collect()
}

/// The numbers of a group's counts among all unknowns.
type Places = [usize; 3];

/// Those of a group's counts that are told.
fn open(told: [bool; 3], place: &Places) -> Vec<usize> {
    place.iter().zip(told).filter(|(_, told)| *told).map(|(cell, _)| *cell).collect()
}

/// All that readers may know, before anything of the new pack is told.
struct Judge {
    system: System,
    truth: Vec<i64>,
    /// What nobody may find out, and how many values must stay possible for it.
    watched: Vec<(usize, usize)>,
    /// Counts of groups with those of the groups that they are made of.
    sums: Vec<(usize, Vec<usize>)>,
    /// Fewer people than this are few.
    least: u64,
}

impl Judge {
    fn new(
        earlier: &[Vec<Said>],
        now: &[Vec<Said>],
        lie: &Lie,
        least: u64,
    ) -> (Self, Vec<Vec<Places>>) {
        let mut pool = Pool::default();
        let mut of = |one: &Said| pool.group(lie.whole(&one.whom), one.counts);
        let before: Vec<Vec<Group>> =
            earlier.iter().map(|pack| pack.iter().map(&mut of).collect()).collect();
        let tables: Vec<Vec<Group>> =
            now.iter().map(|table| table.iter().map(&mut of).collect()).collect();
        // Each pack by itself, and the newest and the first word on every group of any of them: one row that
        // was revised since may add up to nothing with those beside it, which it did before.
        let ours: Vec<Group> = tables.concat();
        let mut newest: BTreeMap<&Whom, &Group> = BTreeMap::new();
        let mut first: BTreeMap<&Whom, &Group> = BTreeMap::new();
        for pack in before.iter().chain([&ours]) {
            let view: BTreeMap<&Whom, &Group> = pack.iter().map(|one| (&one.whom, one)).collect();
            pool.adds_up(&view, lie);
            for (whom, one) in &view {
                first.entry(*whom).or_insert(*one);
            }
            newest.extend(view);
        }
        pool.adds_up(&newest, lie);
        // What is told now is told beside all of it, whatever was said of the same group at first.
        first.extend(ours.iter().map(|one| (&one.whom, one)));
        pool.adds_up(&first, lie);
        let Pool { mut system, truth, cells, sums, .. } = pool;
        for (one, group) in earlier.iter().flatten().zip(before.iter().flatten()) {
            for cell in open(one.told, &group.cells) {
                tell(&mut system, cell, &truth);
            }
        }
        let consistent = system.narrow();
        debug_assert!(consistent, "the truth itself satisfies every equation");
        let watched = cells.iter().flat_map(|group| watched(*group, &truth, least)).collect();
        let places = tables.iter().map(|table| table.iter().map(|one| one.cells).collect());
        (Self { watched, system, truth, sums, least }, places.collect())
    }

    /// Whether nothing is given away when these are told as well.
    fn stands(&self, told: &[usize]) -> bool {
        let mut system = self.system.clone();
        told.iter().for_each(|cell| tell(&mut system, *cell, &self.truth));
        // What nothing links with what is told now is as it was.
        let moved = told.iter().flat_map(|cell| self.system.moving_with(*cell, &self.truth));
        let moved: BTreeSet<usize> = moved.collect();
        let mut watched = self.watched.iter().filter(|(cell, _)| moved.contains(cell));
        system.narrow()
            && self
                .sums
                .iter()
                .all(|sum| !self.leaves_few(&system, sum) || self.leaves_few(&self.system, sum))
            && watched.all(|one| {
                // What was given away before is nothing that the new pack gives.
                keeps(&system, *one, &self.truth) || self.was_given_away(*one)
            })
    }

    /// Whether what is known of a sum leaves a few people of those parts of it that are not known.
    fn leaves_few(&self, system: &System, (whole, parts): &(usize, Vec<usize>)) -> bool {
        let open = parts.iter().filter(|part| !system.is_known(**part));
        let left: i64 = open.map(|part| true_of(*part, &self.truth)).sum();
        system.is_known(*whole)
            && u64::try_from(left).is_ok_and(|left| (1..self.least).contains(&left))
    }

    /// Whether earlier packs alone give it away. A search that did not end says nothing of that.
    fn was_given_away(&self, (cell, enough): (usize, usize)) -> bool {
        let found = self.system.attack(cell, true_of(cell, &self.truth), enough, &self.truth);
        found.possible < enough && !found.ran_out
    }
}

fn true_of(cell: usize, truth: &[i64]) -> i64 {
    truth.get(cell).copied().unwrap_or_default()
}

fn tell(system: &mut System, cell: usize, truth: &[i64]) {
    let of = true_of(cell, truth);
    system.also(cell, of, of);
}

fn keeps(system: &System, (cell, enough): (usize, usize), truth: &[i64]) -> bool {
    system.attack(cell, true_of(cell, truth), enough, truth).possible >= enough
}

/// Those of a group's counts that nobody may find out.
fn watched(cells: Places, truth: &[i64], least: u64) -> Vec<(usize, usize)> {
    let counts = cells.map(|cell| u64::try_from(true_of(cell, truth)).unwrap_or_default());
    let people: u64 = counts.iter().sum();
    // Of one person there are no three numbers to be had.
    let enough = LEAST.min(usize::try_from(people + 1).unwrap_or(LEAST));
    let [neet, not_known, others] = counts;
    let alike = is_whole(neet + not_known, people);
    let hide = [neet, not_known, others].map(|of| (1..least).contains(&of));
    let hide = [hide[0], hide[1], hide[2] || alike];
    open(hide, &cells).into_iter().map(|cell| (cell, enough)).collect()
}

#[derive(Clone, Debug)]
struct Group {
    whom: Whom,
    counts: Three,
    cells: Places,
}

/// A group with the parts that it is made of.
type Made<'a> = (&'a BTreeSet<String>, &'a Group);

/// A group with all others that, in their order, have no part in common with it or with each other.
fn with_apart<'a>((parts, group): Made<'a>, all: &[Made<'a>]) -> Vec<&'a Group> {
    let mut taken: BTreeSet<&'a String> = parts.iter().collect();
    let mut apart = vec![group];
    for (parts, group) in all.iter().copied() {
        if parts.iter().all(|part| !taken.contains(part)) {
            taken.extend(parts);
            apart.push(group);
        }
    }
    apart
}

/// Groups as unknowns under equations, with the truth.
#[derive(Default)]
struct Pool {
    system: System,
    truth: Vec<i64>,
    /// Of every group, those included that are the rest of others.
    cells: Vec<Places>,
    /// What those in a group by one cut, and the rest, add up to.
    sums: Vec<(usize, Vec<usize>)>,
    known: BTreeMap<(Whom, Three), Places>,
    done: BTreeSet<(Places, Vec<Places>)>,
}

fn whole(of: u64) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

impl Pool {
    /// A group of which several packs say the same is one; where its counts were revised it is another.
    fn group(&mut self, whom: Whom, counts: Three) -> Group {
        let known = self.known.get(&(whom.clone(), counts)).copied();
        let cells = known.unwrap_or_else(|| self.counts(counts));
        self.known.insert((whom.clone(), counts), cells);
        Group { whom, counts, cells }
    }

    fn counts(&mut self, counts: Three) -> Places {
        let people = whole(counts.iter().sum());
        let cells = counts.map(|of| {
            self.truth.push(whole(of));
            self.system.unknown(0, people)
        });
        self.truth.push(people);
        let all = self.system.unknown(people, people);
        self.system.sums(all, &cells);
        self.cells.push(cells);
        cells
    }

    /// Says of every group of a view that those in it by one cut, and the rest, are all of it.
    fn adds_up(&mut self, view: &BTreeMap<&Whom, &Group>, lie: &Lie) {
        let mut parts: BTreeMap<(&Whom, &String, Option<&Whom>), Vec<&Group>> = BTreeMap::new();
        let mut made: BTreeMap<&Whom, Vec<Made<'_>>> = BTreeMap::new();
        for (whom, group) in view {
            for (wider, cut) in lie.wider(whom) {
                let Some((wider, _)) = view.get_key_value(&wider) else { continue };
                // Of those that overlap each has its own rest.
                let own = lie.overlapping.contains(cut).then_some(*whom);
                parts.entry((*wider, cut, own)).or_default().push(group);
                let value = whom.get(cut).map(|value| (cut.clone(), value.clone()));
                if let Some(of) = value.and_then(|value| lie.made_of.get(&value)) {
                    made.entry(*wider).or_default().push((of, *group));
                }
            }
        }
        for ((wider, ..), parts) in parts {
            if let Some(of) = view.get(wider) {
                self.parts(of, &parts);
            }
        }
        for (wider, made) in made {
            if let Some(of) = view.get(wider) {
                made.iter().for_each(|one| self.parts(of, &with_apart(*one, &made)));
            }
        }
    }

    fn parts(&mut self, of: &Group, parts: &[&Group]) {
        let mut rest = of.counts;
        for part in parts {
            for (rest, of) in rest.iter_mut().zip(part.counts) {
                // Counted at another time than the others: the two do not add up.
                let Some(left) = rest.checked_sub(of) else { return };
                *rest = left;
            }
        }
        let mut cells: Vec<Places> = parts.iter().map(|part| part.cells).collect();
        cells.sort_unstable();
        if !self.done.insert((of.cells, cells.clone())) {
            return;
        }
        if rest.iter().any(|of| *of > 0) {
            cells.push(self.counts(rest));
        }
        for (row, whole) in of.cells.iter().enumerate() {
            let of: Vec<usize> = cells.iter().filter_map(|part| part.get(row)).copied().collect();
            self.system.sums(*whole, &of);
            self.sums.push((*whole, of));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Breakdown, alone, together};
    use super::*;
    use proptest::prelude::*;

    fn said(whom: &[(&str, &str)], counts: Three, told: [bool; 3]) -> Said {
        let pair = |(cut, value): &(&str, &str)| ((*cut).to_owned(), (*value).to_owned());
        Said { whom: whom.iter().map(pair).collect(), counts, told }
    }

    const ALL: [bool; 3] = [true; 3];
    const BUT_NEET: [bool; 3] = [false, true, false];

    /// The board's pack: two NEET of the first ward, left out with those of the second, which hide them.
    fn board() -> Vec<Said> {
        vec![
            said(&[], [58, 40, 500], ALL),
            said(&[("ward", "One")], [2, 10, 90], BUT_NEET),
            said(&[("ward", "Two")], [6, 12, 120], BUT_NEET),
            said(&[("ward", "Three")], [50, 18, 290], ALL),
        ]
    }

    #[test]
    fn a_wards_pack_does_not_tell_what_hides_another_in_the_boards() {
        let ward = vec![vec![said(&[("ward", "Two")], [6, 12, 120], ALL)]];
        assert_eq!(beside(&[], &ward, &Lie::default(), 5), [[ALL]], "by itself it tells all");
        let found = beside(&[board()], &ward, &Lie::default(), 5);
        assert_eq!(found, [[BUT_NEET]], "58 less 50 less 6 is two");
        // The third ward hides nothing.
        let ward = vec![vec![said(&[("ward", "Three")], [50, 18, 290], ALL)]];
        assert_eq!(beside(&[board()], &ward, &Lie::default(), 5), [[ALL]]);
        // The other way round the board is told less, and no count of the second ward.
        let [all, wards @ ..] = &board()[..] else { panic!("a board has wards") };
        let now = vec![vec![all.clone()], wards.to_vec()];
        let ward = vec![said(&[("ward", "Two")], [6, 12, 120], ALL)];
        let found = beside(&[ward], &now, &Lie::default(), 5);
        assert_eq!(found[0], [ALL], "everybody is told first");
        assert_ne!(found[1][2], ALL, "58 less 50 less 6 is two: {found:?}");
    }

    #[test]
    fn what_two_reaches_of_one_ward_differ_by_is_a_group() {
        let all = vec![said(&[("ward", "One")], [20, 12, 100], ALL)];
        let part = [("reach", "locality=North"), ("ward", "One")];
        let lie = Lie { overlapping: BTreeSet::from(["reach".to_owned()]), ..Lie::default() };
        // All but three of it, of whom one is NEET.
        let now = vec![vec![said(&part, [19, 11, 99], ALL)]];
        let found = beside(std::slice::from_ref(&all), &now, &lie, 5);
        assert!(found[0][0].iter().filter(|told| **told).count() < 2, "{found:?}");
        let now = vec![vec![said(&part, [10, 6, 60], ALL)]];
        assert_eq!(beside(&[all], &now, &lie, 5), [[ALL]]);
    }

    #[test]
    fn what_two_partial_reaches_differ_by_is_a_group_where_nobody_told_of_the_whole() {
        let reaches = ["locality=North", "locality=North;caseload=7"];
        let held = |one: usize, by: usize| {
            let [one, by] = [one, by].map(|at| ("reach".to_owned(), reaches[at].to_owned()));
            (one, BTreeSet::from([by]))
        };
        let overlapping = BTreeSet::from(["reach".to_owned()]);
        let lie = Lie { overlapping, holding: [held(0, 1), held(1, 0)].into(), ..Lie::default() };
        let ward = |reach: usize, counts| {
            vec![said(&[("reach", reaches[reach]), ("ward", "One")], counts, ALL)]
        };
        // An adviser has one more on their caseload, whose record is restricted.
        let (manager, adviser) = (ward(0, [19, 12, 99]), ward(1, [20, 12, 99]));
        for (first, then) in [(&manager, &adviser), (&adviser, &manager)] {
            let now = std::slice::from_ref(then);
            let told = beside(std::slice::from_ref(first), now, &lie, 5)[0][0];
            assert!(!told[0] && told != ALL, "20 less 19 is one: {told:?}");
        }
        // Nor is anything left out where the two differ by many.
        let few = ward(0, [10, 6, 60]);
        assert_eq!(beside(&[few], &[adviser], &lie, 5), [[ALL]]);
    }

    #[test]
    fn a_school_that_came_into_a_consortium_is_what_the_two_differ_by() {
        let own = |cut: &str, value: &str| (cut.to_owned(), value.to_owned());
        let (before, now) = (own("before", "North of two"), own("consortium", "North of three"));
        let held = |inner: &(String, String), outer: &(String, String)| {
            (inner.clone(), BTreeSet::from([outer.clone()]))
        };
        let school = own("school", "One");
        let holding =
            [held(&before, &now), (school, BTreeSet::from([before.clone(), now.clone()]))];
        let overlapping = BTreeSet::from(["before".to_owned()]);
        let lie = Lie { holding: holding.into(), overlapping, ..Lie::default() };
        let told = vec![said(&[("before", "North of two")], [40, 30, 300], ALL)];
        let of = |counts| vec![vec![said(&[("consortium", "North of three")], counts, ALL)]];
        let found = beside(std::slice::from_ref(&told), &of([42, 30, 348]), &lie, 5);
        assert!(!found[0][0][0], "42 less 40 is two: {found:?}");
        assert_eq!(beside(std::slice::from_ref(&told), &of([52, 40, 348]), &lie, 5), [[ALL]]);
        let found = beside(std::slice::from_ref(&told), &of([42, 30, 348]), &Lie::default(), 5);
        assert_eq!(found, [[ALL]], "nothing links them");
        // A school is of what it was of before as well.
        let school = vec![vec![said(&[("school", "One")], [38, 20, 200], ALL)]];
        let found = beside(&[told], &school, &lie, 5);
        assert!(!found[0][0][0], "40 less 38 is two: {found:?}");
    }

    #[test]
    fn what_is_of_no_school_in_common_adds_up_whatever_it_is_called_by() {
        let kinds = [("consortium", "consortium"), ("before", "consortium"), ("before", "school")];
        for (south, east) in kinds {
            // Another school came into the North since then, of which two are NEET.
            let before = [
                vec![said(&[], [58, 40, 500], ALL)],
                vec![said(&[("before", "North")], [20, 12, 150], ALL)],
                vec![said(&[(south, "South")], [10, 10, 100], ALL)],
            ];
            let now = [vec![said(&[(east, "East")], [26, 12, 200], ALL)]];
            let found = |schools: &[(&str, &str, &str)]| {
                let mut lie = Lie { overlapping: ["before".to_owned()].into(), ..Lie::default() };
                for (cut, name, school) in schools {
                    let value = ((*cut).to_owned(), (*name).to_owned());
                    lie.made_of.entry(value).or_default().insert((*school).to_owned());
                }
                beside(&before, &now, &lie, 5)
            };
            let of = [("before", "North", "1"), ("before", "North", "2"), (south, "South", "3")];
            let all = [of.as_slice(), &[(east, "East", "4")]].concat();
            assert_eq!(found(&all), [[BUT_NEET]], "58 less 20 less 10 less 26: {south}, {east}");
            assert_eq!(found(&[]), [[ALL]], "nothing links them: {south}, {east}");
            let all = [of.as_slice(), &[(east, "East", "1")]].concat();
            assert_eq!(found(&all), [[ALL]], "one school is of both: {south}, {east}");
        }
    }

    #[test]
    fn a_ward_is_of_its_locality_and_wards_that_are_left_are_a_group() {
        let lie = Lie {
            within: ["One", "Two", "Three"]
                .map(|ward| (("ward".into(), ward.into()), ("locality".into(), "North".into())))
                .into(),
            ..Lie::default()
        };
        let north = vec![said(&[("locality", "North")], [40, 30, 300], ALL)];
        let ward = |name, counts| vec![said(&[("ward", name)], counts, ALL)];
        let before = [north, ward("One", [20, 14, 150])];
        // With the second ward's pack three NEET of the third would be left.
        let now = [ward("Two", [17, 10, 100])];
        let found = beside(&before, &now, &lie, 5);
        assert_eq!(found, [[BUT_NEET]], "{found:?}");
        assert_eq!(beside(&before, &[ward("Two", [12, 10, 100])], &lie, 5), [[ALL]]);
        assert_eq!(beside(&before[..1], &now, &lie, 5), [[ALL]]);
    }

    #[test]
    fn a_few_people_of_two_wards_together_are_few() {
        let board = vec![
            said(&[], [60, 40, 500], ALL),
            said(&[("ward", "One")], [2, 10, 90], BUT_NEET),
            said(&[("ward", "Two")], [2, 12, 120], BUT_NEET),
            said(&[("ward", "Three")], [6, 8, 90], BUT_NEET),
            said(&[("ward", "Four")], [50, 10, 200], ALL),
        ];
        let ward = vec![vec![said(&[("ward", "Three")], [6, 8, 90], ALL)]];
        let found = beside(&[board], &ward, &Lie::default(), 5);
        assert_eq!(found, [[BUT_NEET]], "60 less 50 less 6 is four of two wards");
    }

    #[test]
    fn a_group_that_was_revised_hides_none_of_those_beside_it() {
        let wards = ["One", "Two", "Three"];
        let own = |cut: &str, value: &str| (cut.to_owned(), value.to_owned());
        let within = wards.map(|ward| (own("ward", ward), own("locality", "North")));
        let lie = Lie { within: within.into(), ..Lie::default() };
        let ward = |name, counts| vec![said(&[("ward", name)], counts, ALL)];
        let before = [
            vec![said(&[("locality", "North")], [40, 30, 300], ALL)],
            ward("One", [20, 14, 150]),
            // A month later four more of it are known to have been NEET: 40 less 24 less 17 is nobody.
            ward("One", [24, 14, 146]),
        ];
        let now = [ward("Two", [17, 10, 100])];
        let found = beside(&before, &now, &lie, 5);
        assert_eq!(found, [[BUT_NEET]], "40 less 20 less 17 is three");
        assert_eq!(beside(&before[..1], &now, &lie, 5), [[ALL]]);
    }

    #[test]
    fn counts_of_another_time_do_not_add_up_and_what_was_given_away_is_no_reason() {
        // Since then the ward has grown beyond what the board was told.
        let ward = vec![vec![said(&[("ward", "Two")], [70, 12, 120], ALL)]];
        assert_eq!(beside(&[board()], &ward, &Lie::default(), 5), [[ALL]]);
        let before = [board(), vec![said(&[("ward", "Two")], [6, 12, 120], ALL)]];
        let again = vec![vec![said(&[("ward", "Two")], [6, 12, 120], ALL)]];
        assert_eq!(beside(&before, &again, &Lie::default(), 5), [[ALL]]);
    }

    proptest! {
        /// Whoever has both packs cannot take one from the other and be left with a few.
        #[test]
        fn nothing_small_is_left_of_two_packs(
            people in prop::collection::vec((0..3_usize, 0..4_usize), 10..120),
        ) {
            let count = |of: &dyn Fn(usize) -> bool| -> Three {
                [0, 1, 2].map(|row| people.iter().filter(|one| one.0 == row && of(one.1)).count() as u64)
            };
            let wards: Vec<Three> = (0..4).map(|at| count(&|ward| ward == at)).collect();
            let rows = (0..3).map(|row| wards.iter().map(|ward| ward[row]).collect());
            let table = Breakdown { rows: rows.collect(), inside: None };
            let all = count(&|_| true);
            let found = together(&all, &[table], 5);
            let Some(out) = found.tables[0].clone() else { return Ok(()) };
            let ward = |at: usize, told| {
                said(&[("ward", ["One", "Two", "Three", "Four"][at])], wards[at], told)
            };
            let mut board = vec![said(&[], all, [0, 1, 2].map(|row| !found.sums[row]))];
            board.extend((0..4).map(|at| ward(at, [0, 1, 2].map(|row| !out[row][at]))));
            for at in 0..4 {
                let own = alone(&wards[at], 5);
                let now = vec![vec![ward(at, [0, 1, 2].map(|row| !own[row]))]];
                let told = beside(&[board.clone()], &now, &Lie::default(), 5)[0][0];
                for row in (0..3).filter(|row| board[0].told[*row]) {
                    let hidden = (0..4).filter(|ward| out[row][*ward] && !(*ward == at && told[row]));
                    let left: u64 = hidden.map(|ward| wards[ward][row]).sum();
                    prop_assert!(!(1..5).contains(&left), "{told:?} of ward {at} beside {board:?}");
                }
            }
        }
    }
}
