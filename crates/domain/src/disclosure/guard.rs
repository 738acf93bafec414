//! The attack on a whole release with the one before it, and the coarsening of what does not hold.

#![expect(clippy::indexing_slicing, reason = "numbers of unknowns are given out by the system")]

use super::release::{Key, Table};
use super::round::behind;
use super::solver::System;
use super::{LEAST, Rule, SMALL};
use std::collections::{BTreeMap, BTreeSet};

/// A number that a reader could find out too nearly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    pub key: Key,
    pub count: i64,
    /// How many values are left to it.
    pub possible: usize,
}

/// What was done to a table before it could be let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coarsened {
    pub table: String,
    pub how: String,
}

/// A release that held, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    pub tables: Vec<Table>,
    /// Tables of which nothing can be shown.
    pub withheld: Vec<String>,
    pub coarsened: Vec<Coarsened>,
    /// The fewest values left to any true 1 to 5, looked for up to nine; `None` where there is none.
    pub least: Option<usize>,
    /// Small numbers that were attacked.
    pub attacked: usize,
}

/// Everything known of a release and the one before, as unknowns under equations, with the truth.
struct Known {
    system: System,
    numbers: BTreeMap<Key, usize>,
    truth: Vec<i64>,
}

/// Looks for numbers of a release that a reader could find out, looking at the release before as well.
///
/// Shape: true counts of 1 to 5, shown or not, that have fewer than `enough` possible values; the number
/// attacked. Tables of before whose numbers have since changed are other numbers.
/// Source: the house's rule that at least three values stay possible; the attack on rounding rules of
/// which it was learned.
pub fn attack(
    tables: &[Table],
    before: &[Table],
    rule: Rule,
    enough: usize,
) -> (Vec<Exposed>, usize) {
    let mut known = known(tables, before, rule);
    let consistent = known.system.narrow();
    debug_assert!(consistent, "the truth itself satisfies every equation");
    let mut exposed = Vec::new();
    let mut attacked = 0;
    for (key, number) in &known.numbers {
        let count = known.truth[*number];
        if !SMALL.contains(&count) {
            continue;
        }
        attacked += 1;
        let found = known.system.attack(*number, count, enough, &known.truth);
        if found.possible < enough {
            exposed.push(Exposed { key: key.clone(), count, possible: found.possible });
        }
    }
    (exposed, attacked)
}

fn known(tables: &[Table], before: &[Table], rule: Rule) -> Known {
    let mut known =
        Known { system: System::default(), numbers: BTreeMap::new(), truth: Vec::new() };
    for table in tables {
        for (key, count) in table.lattice() {
            known.number(key, count);
        }
    }
    let now: BTreeSet<&str> = tables.iter().map(|table| table.population.as_str()).collect();
    let mut renamed = Vec::with_capacity(before.len());
    for table in before {
        let then = known.as_then(table);
        // The same month as another release told of it is a place to look for the same number as well.
        let twins: BTreeSet<&str> =
            now.iter().copied().chain([table.population.as_str()]).collect();
        for (key, count) in then.lattice() {
            known.number_of_before(key, count, &twins);
        }
        renamed.push(then);
    }
    let all: Vec<&Table> = tables.iter().chain(&renamed).collect();
    let mut done: BTreeSet<(usize, Vec<usize>)> = BTreeSet::new();
    for table in &all {
        for (key, _) in table.lattice() {
            known.equations(table, &key, &mut done);
        }
    }
    for table in &all {
        for cell in table.cells(rule) {
            let number = known.numbers[&cell.key];
            let (low, high) = behind(rule, cell.published);
            known.system.also(number, low, high);
        }
    }
    known
}

impl Known {
    fn number(&mut self, key: Key, count: i64) {
        if !self.numbers.contains_key(&key) {
            let number = self.system.unknown(0, i64::from(i32::MAX));
            self.numbers.insert(key, number);
            self.truth.push(count);
        }
    }

    /// A table of before: under another population where any of its numbers is another by now, or in another
    /// release that told of the same people.
    fn as_then(&self, then: &Table) -> Table {
        let mut version = 0;
        loop {
            let population = match version {
                0 => then.population.clone(),
                _ => format!("{} (before {version})", then.population),
            };
            let table = Table { population, ..then.clone() };
            let differs = |(key, count): (Key, i64)| {
                self.numbers.get(&key).is_some_and(|number| self.truth[*number] != count)
            };
            if !table.lattice().into_iter().any(differs) {
                return table;
            }
            version += 1;
        }
    }

    /// A number of another month. Whoever lives in a small place may know that nothing moved there: a
    /// number that is the same now as then is one number, of which both releases tell.
    fn number_of_before(&mut self, key: Key, count: i64, populations: &BTreeSet<&str>) {
        let twin = populations.iter().find_map(|population| {
            let twin = Key { population: (*population).to_owned(), ..key.clone() };
            self.numbers.get(&twin).copied().filter(|at| self.truth[*at] == count)
        });
        match twin {
            Some(number) => {
                self.numbers.entry(key).or_insert(number);
            }
            None => self.number(key, count),
        }
    }

    /// A margin or a group is the sum of the finest values in it, dimension by dimension.
    fn equations(&mut self, table: &Table, key: &Key, done: &mut BTreeSet<(usize, Vec<usize>)>) {
        for dimension in &table.dimensions {
            let finest = match key.within.get(&dimension.name) {
                Some(set) if set.len() < 2 => continue,
                Some(set) => set.clone(),
                None => table.finest(&dimension.name).unwrap_or_default(),
            };
            let part = |value: &String| {
                let mut part = key.clone();
                part.within.insert(dimension.name.clone(), BTreeSet::from([value.clone()]));
                self.numbers.get(&part).copied()
            };
            let parts: Option<Vec<usize>> = finest.iter().map(part).collect();
            let whole = self.numbers.get(key).copied();
            if let (Some(whole), Some(parts)) = (whole, parts)
                && !parts.is_empty()
                && done.insert((whole, parts.clone()))
            {
                self.system.sums(whole, &parts);
            }
        }
    }
}

/// Lets a release go once it stands the attack, coarsening what does not.
pub fn guard(tables: Vec<Table>, before: &[Table], rule: Rule) -> Guarded {
    let mut guarded =
        Guarded { tables, withheld: Vec::new(), coarsened: Vec::new(), least: None, attacked: 0 };
    loop {
        let (exposed, attacked) = attack(&guarded.tables, before, rule, LEAST);
        if exposed.is_empty() {
            guarded.attacked = attacked;
            guarded.least = least(&guarded.tables, before, rule, attacked);
            return guarded;
        }
        let Some(worst) = worst(&guarded.tables, &exposed) else { return guarded };
        let table = guarded.tables.remove(worst);
        match table.coarser() {
            Some((coarser, how)) => {
                guarded.coarsened.push(Coarsened { table: table.title, how });
                guarded.tables.insert(worst, coarser);
            }
            None => {
                guarded.coarsened.push(Coarsened {
                    table: table.title.clone(),
                    how: "nothing of it can be shown".to_owned(),
                });
                guarded.withheld.push(table.title);
            }
        }
        // With nothing left to change, what stands before us is the release before alone.
        if guarded.tables.is_empty() {
            return guarded;
        }
    }
}

/// The table that most of the exposed numbers are in; of those with as many, the one with most cells.
fn worst(tables: &[Table], exposed: &[Exposed]) -> Option<usize> {
    let hits = |table: &Table| {
        let keys: BTreeSet<Key> = table.lattice().into_iter().map(|(key, _)| key).collect();
        let hits = exposed.iter().filter(|one| keys.contains(&one.key)).count();
        (hits, keys.len())
    };
    (0..tables.len()).max_by_key(|at| hits(&tables[*at]))
}

/// How many values the most exposed small number keeps, looked for up to nine.
fn least(tables: &[Table], before: &[Table], rule: Rule, attacked: usize) -> Option<usize> {
    const MOST: usize = 9;
    let (exposed, _) = attack(tables, before, rule, MOST);
    let fewest = exposed.iter().map(|one| one.possible).min();
    fewest.or((attacked > 0).then_some(MOST))
}

#[cfg(test)]
mod tests {
    use super::super::{counted, published};
    use super::*;

    fn square(title: &str, cells: [i64; 4]) -> Table {
        let row = |r: &str, c: &str, n: i64| (vec![r.to_owned(), c.to_owned()], n);
        let rows = [
            row("North", "NEET", cells[0]),
            row("North", "not", cells[1]),
            row("South", "NEET", cells[2]),
            row("South", "not", cells[3]),
        ];
        counted(title, "2025-02", &["ward", "standing"], rows)
    }

    fn fewest(tables: &[Table], before: &[Table], rule: Rule) -> Option<usize> {
        let (exposed, attacked) = attack(tables, before, rule, 9);
        exposed.iter().map(|one| one.possible).min().or((attacked > 0).then_some(9))
    }

    #[test]
    fn stars_and_fives_with_all_margins_give_a_child_away() {
        // Source: the attack on the rule of 1 to 7 starred and fives: cells 1, 0, 8, 8.
        let table = square("By ward", [1, 0, 8, 8]);
        assert_eq!(fewest(std::slice::from_ref(&table), &[], Rule::StarFives), Some(1));
        assert!(fewest(std::slice::from_ref(&table), &[], Rule::Tens).unwrap() >= LEAST);
        let guarded = guard(vec![table], &[], Rule::StarFives);
        assert!(!guarded.coarsened.is_empty(), "a release that fails is not let go as it is");
    }

    /// Every square that looks the same to the public, tried one by one.
    fn by_trying(cells: [i64; 4], cell: usize) -> usize {
        let round = |n: i64| published(Rule::Tens, n);
        let shown = |c: [i64; 4]| {
            let sums = [c[0] + c[1], c[2] + c[3], c[0] + c[2], c[1] + c[3], c.iter().sum()];
            (c.map(round), sums.map(round))
        };
        let near = |at: usize| (cells[at] - 9).max(0)..=cells[at] + 9;
        let mut values = BTreeSet::new();
        for a in near(0) {
            for b in near(1) {
                for c in near(2) {
                    for d in near(3) {
                        let other = [a, b, c, d];
                        if shown(other) == shown(cells) {
                            values.insert(other[cell]);
                        }
                    }
                }
            }
        }
        values.len()
    }

    #[test]
    fn rounding_to_ten_alone_is_not_enough_and_the_attack_finds_where() {
        // The edges of rounding to ten, beside a protected count.
        let edges = [0, 4, 5, 14];
        let mut fail = 0;
        for small in 1..=5 {
            for a in edges {
                for b in edges {
                    for c in edges {
                        let cells = [small, a, b, c];
                        let table = square("t", cells);
                        let (exposed, _) =
                            attack(std::slice::from_ref(&table), &[], Rule::Tens, LEAST);
                        let of = |one: &&Exposed| one.key.within.len() == 2 && one.count == small;
                        let tried = by_trying(cells, 0);
                        let found = exposed.iter().find(of).map(|one| one.possible);
                        assert_eq!(tried < LEAST, found.is_some(), "{cells:?}: {tried} {found:?}");
                        if exposed.is_empty() {
                            continue;
                        }
                        fail += 1;
                        let guarded = guard(vec![table], &[], Rule::Tens);
                        let (left, _) = attack(&guarded.tables, &[], Rule::Tens, LEAST);
                        assert!(left.is_empty() && !guarded.coarsened.is_empty(), "{cells:?}");
                    }
                }
            }
        }
        assert!(fail > 0 && fail < 20, "{fail} of 320");
    }

    #[test]
    fn numbers_as_they_are_are_found_out_by_taking_one_table_from_another() {
        // Two releases: all wards, and later all but one. Neither shows the small ward itself.
        let ward = |name: &str, people: i64| (vec![name.to_owned()], people);
        let mut all = counted(
            "All wards",
            "2025-02",
            &["ward"],
            [ward("A", 40), ward("B", 37), ward("C", 3)],
        );
        all.dimensions[0].groups = vec![
            ("A".to_owned(), BTreeSet::from(["A".to_owned()])),
            ("B and C".to_owned(), BTreeSet::from(["B".to_owned(), "C".to_owned()])),
        ];
        let some = counted("Wards A and B", "2025-02", &["ward"], [ward("A", 40), ward("B", 37)]);
        let some = Table { population: "2025-02".to_owned(), ..some };
        // The later table has another total; what links them is the wards themselves.
        let mut some = some;
        some.dimensions[0].groups.push(("C".to_owned(), BTreeSet::from(["C".to_owned()])));
        some.counts.insert(vec!["C".to_owned()], 3);
        let hidden = counted(
            "Ward B",
            "2025-02",
            &["ward", "sex"],
            [
                (vec!["B".to_owned(), "F".to_owned()], 37),
                (vec!["A".to_owned(), "F".to_owned()], 40),
                (vec!["C".to_owned(), "F".to_owned()], 3),
            ],
        );
        assert_eq!(fewest(std::slice::from_ref(&all), &[], Rule::Bare), Some(9));
        let (alone, _) = attack(std::slice::from_ref(&all), &[], Rule::Bare, LEAST);
        assert!(alone.is_empty(), "by itself the first release hides ward C among many: {alone:?}");
        let (exposed, _) = attack(&[all.clone()], &[hidden], Rule::Bare, LEAST);
        assert!(exposed.iter().any(|one| one.count == 3 && one.possible == 1), "{exposed:?}");
        assert!(fewest(&[all], &[some], Rule::Tens).unwrap() >= LEAST);
    }

    #[test]
    fn what_stood_still_between_months_is_attacked_with_both() {
        let ward = |name: &str, people: i64| (vec![name.to_owned()], people);
        let month = |population: &str, c: i64| {
            let wards = [ward("A", 40), ward("B", 40 - c), ward("C", c)];
            counted("By ward", population, &["ward"], wards)
        };
        // Both months show B and C together.
        let joined = |mut table: Table| {
            let both = BTreeSet::from(["B".to_owned(), "C".to_owned()]);
            table.dimensions[0].groups = vec![
                ("A".to_owned(), BTreeSet::from(["A".to_owned()])),
                ("B and C".to_owned(), both),
            ];
            table
        };
        let january = joined(month("2025-01", 3));
        let now = vec![joined(month("2025-02", 3))];
        let shown = attack(&now, std::slice::from_ref(&january), Rule::Bare, LEAST).0;
        assert!(shown.is_empty(), "two months that join the same wards hide C: {shown:?}");
        // January's wards one by one give C away in February too, as long as C stood still.
        let told = month("2025-01", 3);
        let found = attack(&now, std::slice::from_ref(&told), Rule::Bare, LEAST).0;
        assert!(found.iter().any(|one| one.possible == 1 && one.count == 3), "{found:?}");
        let exposed = |c: i64| -> usize {
            let then = month("2025-01", c);
            let (found, _) = attack(&now, &[then], Rule::Bare, LEAST);
            found.iter().filter(|one| one.key.population == "2025-02").count()
        };
        assert!(exposed(3) > 0 && exposed(4) == 0, "what has moved is another number");
    }

    #[test]
    fn what_fails_is_coarsened_until_it_holds_and_it_is_said_how() {
        let row = |w: &str, s: &str, n: i64| (vec![w.to_owned(), s.to_owned()], n);
        let rows = [
            row("A", "NEET", 3),
            row("A", "not", 60),
            row("B", "NEET", 12),
            row("B", "not", 80),
            row("C", "NEET", 2),
            row("C", "not", 70),
            row("D", "NEET", 30),
            row("D", "not", 90),
        ];
        let table = counted("NEET by ward", "2025-02", &["ward", "standing"], rows);
        let guarded = guard(vec![table.clone()], &[], Rule::Bare);
        assert!(guarded.coarsened[0].how.contains("shown together"), "{:?}", guarded.coarsened);
        let (exposed, _) = attack(&guarded.tables, &[], Rule::Bare, LEAST);
        assert!(exposed.is_empty(), "{exposed:?}");
        // Nothing is lost: the coarser table counts the same people.
        let sum = |table: &Table| table.counts.values().sum::<i64>();
        assert_eq!(guarded.tables.first().map(&sum).unwrap_or(347), sum(&table));
        let tens = guard(vec![table], &[], Rule::Tens);
        assert!(tens.coarsened.is_empty() && tens.least >= Some(LEAST), "{tens:?}");
    }

    /// January was published, revised and published again; then comes February, and January once more.
    #[test]
    fn releases_that_told_differently_of_one_month_do_not_contradict_each_other() {
        let month = |population: &str, cells: [i64; 4]| Table {
            population: population.to_owned(),
            ..square("t", cells)
        };
        let (first, second) = ([30, 200, 30, 400], [44, 190, 30, 400]);
        let before = [month("2025-01", second), month("2025-01", first)];
        for now in [month("2025-02", [30, 210, 50, 390]), month("2025-01", [51, 185, 30, 400])] {
            let guarded = guard(vec![now.clone()], &before, Rule::Tens);
            assert_eq!((guarded.tables, guarded.withheld), (vec![now], Vec::new()));
        }
        // Few of a place are not found out for its having been published three times.
        let few = |at: i64| month("2025-01", [3, 200 + at, 30, 400]);
        let guarded = guard(vec![few(25)], &[few(10), few(0)], Rule::Tens);
        assert!(guarded.withheld.is_empty() && guarded.least >= Some(LEAST), "{guarded:?}");
    }

    #[test]
    fn a_number_that_was_revised_is_another_number() {
        let (now, then) = (square("t", [3, 20, 30, 40]), square("t", [9, 20, 30, 40]));
        let (exposed, _) = attack(&[now], &[then], Rule::Bare, LEAST);
        assert!(exposed.iter().all(|one| one.count != 9), "what is protected is today's truth");
        assert!(!exposed.is_empty());
    }
}
