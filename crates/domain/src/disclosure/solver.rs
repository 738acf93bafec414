//! Whole numbers between bounds under equations: which values can one of them still have?
//!
//! Bounds are narrowed until nothing moves; where that alone does not decide, a value is tried and the
//! rest searched, narrowing after every choice. On tables whose equations form a tree narrowing alone is
//! exact; with rows and columns the search decides. The search may run out of its allowance: a value is
//! then not counted as possible, so that doubt never makes a release look safe.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of unknowns and equations are given out here"
)]

/// Unknowns with bounds, and equations: a whole equals the sum of its parts.
#[derive(Clone, Debug, Default)]
pub struct System {
    low: Vec<i64>,
    high: Vec<i64>,
    /// Coefficients sum to nought over their unknowns.
    equations: Vec<Vec<(usize, i64)>>,
    of: Vec<Vec<usize>>,
}

/// What is known of one unknown after the attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attack {
    pub unknown: usize,
    /// Values shown to be possible, each by a whole solution; counted up to what was asked.
    pub possible: usize,
    /// The search ran out of its allowance over a value: there may be more.
    pub ran_out: bool,
    /// Bounds that hold for certain.
    pub low: i64,
    pub high: i64,
}

/// How many choices one search may make.
const ALLOWANCE: u32 = 20_000;

impl System {
    /// A new unknown between bounds, both inclusive.
    pub fn unknown(&mut self, low: i64, high: i64) -> usize {
        self.low.push(low);
        self.high.push(high);
        self.of.push(Vec::new());
        self.low.len() - 1
    }

    /// Narrows the bounds of an unknown by something else known of it.
    pub fn also(&mut self, unknown: usize, low: i64, high: i64) {
        self.low[unknown] = self.low[unknown].max(low);
        self.high[unknown] = self.high[unknown].min(high);
    }

    /// The whole is the sum of its parts.
    pub fn sums(&mut self, whole: usize, parts: &[usize]) {
        let mut terms: Vec<(usize, i64)> = parts.iter().map(|part| (*part, 1)).collect();
        terms.push((whole, -1));
        let number = self.equations.len();
        for (unknown, _) in &terms {
            self.of[*unknown].push(number);
        }
        self.equations.push(terms);
    }

    pub fn len(&self) -> usize {
        self.low.len()
    }

    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// Whether it can be but one value, as far as the bounds tell.
    pub(super) fn is_known(&self, unknown: usize) -> bool {
        self.low[unknown] == self.high[unknown]
    }

    /// Narrows all bounds. `false` when nothing satisfies them.
    pub fn narrow(&mut self) -> bool {
        let all = (0..self.equations.len()).collect();
        propagate(&self.equations, &self.of, &mut self.low, &mut self.high, all)
    }

    /// What an attacker learns of an unknown, looking for up to `enough` possible values nearest to
    /// `near` first. Shape: call [`System::narrow`] first; `truth` is a solution, where one is known.
    pub fn attack(&self, unknown: usize, near: i64, enough: usize, truth: &[i64]) -> Attack {
        let (low, high) = (self.low[unknown], self.high[unknown]);
        let mut values: Vec<i64> = (low..=high.min(low.saturating_add(200))).collect();
        values.sort_by_key(|value| ((value - near).abs(), *value));
        let among = self.moving_with(unknown, truth);
        let (mut possible, mut ran_out) = (0, false);
        for value in values {
            if possible >= enough {
                break;
            }
            match self.can_be(unknown, value, (&among, truth)) {
                Some(true) => possible += 1,
                Some(false) => {}
                None => ran_out = true,
            }
        }
        Attack { unknown, possible, ran_out, low, high }
    }

    /// The open unknowns that an unknown moves with: those of its equations, those of theirs, and so on. Where
    /// a solution is known all others keep what they are in it, whatever this one is; else it is all of them.
    pub(super) fn moving_with(&self, unknown: usize, truth: &[i64]) -> Vec<usize> {
        // An unknown that nothing is asked of keeps whatever value it has.
        let open = |at: usize| self.low[at] < self.high[at] && !self.of[at].is_empty();
        if truth.len() < self.len() {
            return (0..self.len()).filter(|at| open(*at)).collect();
        }
        let mut found = vec![false; self.len()];
        let mut waiting = vec![unknown];
        while let Some(at) = waiting.pop() {
            for (other, _) in self.of[at].iter().flat_map(|number| &self.equations[*number]) {
                if open(*other) && !std::mem::replace(&mut found[*other], true) {
                    waiting.push(*other);
                }
            }
        }
        (0..self.len()).filter(|at| found[*at]).collect()
    }

    /// Whether a whole solution has this value; nothing where the allowance ran out before that was known.
    fn can_be(
        &self,
        unknown: usize,
        value: i64,
        (among, truth): (&[usize], &[i64]),
    ) -> Option<bool> {
        if truth.get(unknown) == Some(&value) {
            return Some(true);
        }
        let (mut low, mut high) = (self.low.clone(), self.high.clone());
        (low[unknown], high[unknown]) = (value, value);
        let touched = self.of[unknown].clone();
        if !propagate(&self.equations, &self.of, &mut low, &mut high, touched) {
            return Some(false);
        }
        let mut allowance = ALLOWANCE;
        let found = self.search(low, high, (among, truth), &mut allowance);
        (found || allowance > 0).then_some(found)
    }

    /// Fixes the open unknown of fewest values, the true one first, and goes on.
    fn search(
        &self,
        low: Vec<i64>,
        high: Vec<i64>,
        (among, truth): (&[usize], &[i64]),
        allowance: &mut u32,
    ) -> bool {
        let open = among.iter().copied().filter(|at| low[*at] < high[*at]);
        let Some(next) = open.min_by_key(|at| high[*at] - low[*at]) else { return true };
        let middle = truth.get(next).copied().unwrap_or(i64::midpoint(low[next], high[next]));
        let mut values: Vec<i64> = (low[next]..=high[next]).collect();
        values.sort_by_key(|value| ((value - middle).abs(), *value));
        for value in values {
            let Some(left) = allowance.checked_sub(1) else { return false };
            *allowance = left;
            let (mut low, mut high) = (low.clone(), high.clone());
            (low[next], high[next]) = (value, value);
            let touched = self.of[next].clone();
            if propagate(&self.equations, &self.of, &mut low, &mut high, touched)
                && self.search(low, high, (among, truth), allowance)
            {
                return true;
            }
        }
        false
    }
}

/// Narrows bounds through the waiting equations until nothing moves.
fn propagate(
    equations: &[Vec<(usize, i64)>],
    of: &[Vec<usize>],
    low: &mut [i64],
    high: &mut [i64],
    mut waiting: Vec<usize>,
) -> bool {
    if low.iter().zip(high.iter()).any(|(low, high)| low > high) {
        return false;
    }
    let mut is_waiting = vec![false; equations.len()];
    waiting.iter().for_each(|at| is_waiting[*at] = true);
    while let Some(number) = waiting.pop() {
        is_waiting[number] = false;
        let terms = &equations[number];
        let ends = |(unknown, sign): (usize, i64), low: &[i64], high: &[i64]| match sign > 0 {
            true => (low[unknown], high[unknown]),
            false => (-high[unknown], -low[unknown]),
        };
        let (mut least, mut most) = (0_i64, 0_i64);
        for term in terms {
            let (a, b) = ends(*term, low, high);
            (least, most) = (least.saturating_add(a), most.saturating_add(b));
        }
        for term in terms {
            let (a, b) = ends(*term, low, high);
            // This term is nought less all the others.
            let (rest_least, rest_most) = (least - a, most - b);
            let (new_a, new_b) = (a.max(-rest_most), b.min(-rest_least));
            if new_a > new_b {
                return false;
            }
            if (new_a, new_b) == (a, b) {
                continue;
            }
            let (unknown, sign) = *term;
            match sign > 0 {
                true => (low[unknown], high[unknown]) = (new_a, new_b),
                false => (low[unknown], high[unknown]) = (-new_b, -new_a),
            }
            (least, most) = (least - a + new_a, most - b + new_b);
            for other in &of[unknown] {
                if !is_waiting[*other] {
                    is_waiting[*other] = true;
                    waiting.push(*other);
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_close_in_on_what_is_left() {
        let mut system = System::default();
        let (a, b, sum) = (system.unknown(0, 9), system.unknown(4, 4), system.unknown(7, 8));
        system.sums(sum, &[a, b]);
        assert!(system.narrow());
        assert_eq!(
            system.attack(a, 3, 9, &[]),
            Attack { unknown: a, possible: 2, ran_out: false, low: 3, high: 4 }
        );
        system.also(a, 9, 9);
        assert!(!system.narrow());
    }

    #[test]
    fn a_search_that_ran_out_says_so() {
        // Twenty-four numbers, each twice, are no odd number: bounds do not tell, and there are too many ways.
        let mut system = System::default();
        let mut parts = Vec::new();
        for _ in 0..24 {
            let (one, again) = (system.unknown(0, 1), system.unknown(0, 1));
            let twice = system.unknown(0, 2);
            system.sums(one, &[again]);
            system.sums(twice, &[one, again]);
            parts.push(twice);
        }
        let odd = system.unknown(25, 25);
        system.sums(odd, &parts);
        assert!(system.narrow());
        let found = system.attack(0, 0, 1, &[]);
        assert!(found.ran_out && found.possible == 0, "{found:?}");
    }

    proptest! {
        /// Every value is counted possible exactly when trying all tables finds one.
        #[test]
        fn the_search_agrees_with_trying_everything(
            bounds in prop::collection::vec((0i64..4, 0i64..4), 4),
            rows in prop::collection::vec((0i64..6, 0i64..4), 2),
            columns in prop::collection::vec((0i64..6, 0i64..4), 2),
        ) {
            let mut system = System::default();
            let range = |(low, width): &(i64, i64)| (*low, low + width);
            let mut add = |bound: &(i64, i64)| { let (l, h) = range(bound); system.unknown(l, h) };
            let cells: Vec<usize> = bounds.iter().map(&mut add).collect();
            let row: Vec<usize> = rows.iter().map(&mut add).collect();
            let column: Vec<usize> = columns.iter().map(&mut add).collect();
            system.sums(row[0], &cells[0..2]);
            system.sums(row[1], &cells[2..4]);
            system.sums(column[0], &[cells[0], cells[2]]);
            system.sums(column[1], &[cells[1], cells[3]]);
            let mut possible = std::collections::BTreeSet::new();
            let mut solution = Vec::new();
            let all = |i: usize| range(&bounds[i]).0..=range(&bounds[i]).1;
            for a in all(0) { for b in all(1) { for c in all(2) { for d in all(3) {
                let holds = |bound: &(i64, i64), sum: i64| {
                    let (low, high) = range(bound);
                    (low..=high).contains(&sum)
                };
                if holds(&rows[0], a + b) && holds(&rows[1], c + d)
                    && holds(&columns[0], a + c) && holds(&columns[1], b + d) {
                    possible.insert(a);
                    solution = vec![a, b, c, d, a + b, c + d, a + c, b + d];
                }
            }}}}
            let consistent = system.narrow();
            prop_assert!(consistent || possible.is_empty());
            if consistent {
                let found = system.attack(cells[0], 0, 99, &[]);
                prop_assert_eq!(found.possible, possible.len());
                // Knowing one whole solution spares looking where nothing moves, and finds as many.
                let found = system.attack(cells[0], 0, 99, &solution);
                prop_assert_eq!(found.possible, possible.len());
            }
        }
    }
}
