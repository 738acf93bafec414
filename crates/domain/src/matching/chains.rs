//! Who shares a value with whom, in some fifteen bytes a person: a hash leads to the newest who has it, and
//! each of them to the one before. Two values may share a hash, so whoever asks looks at the value.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The end of a chain.
const NOBODY: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(super) struct Chains {
    newest: HashMap<u32, u32>,
    before: Vec<u32>,
}

impl Chains {
    /// Adds the next person; nobody finds one without a value.
    pub fn push(&mut self, value: Option<&impl Hash>) {
        let own = u32::try_from(self.before.len()).unwrap_or(NOBODY);
        let before = value.and_then(|value| self.newest.insert(hash(value), own));
        self.before.push(before.unwrap_or(NOBODY));
    }

    /// Everybody who may have the value, the newest first.
    pub fn of(&self, value: &impl Hash) -> impl Iterator<Item = usize> {
        let newest = self.newest.get(&hash(value)).copied();
        std::iter::successors(newest, |at| {
            self.before.get(*at as usize).copied().filter(|before| *before != NOBODY)
        })
        .map(|at| at as usize)
    }
}

fn hash(value: &impl Hash) -> u32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}
