//! What is kept of rows that change nothing. The file itself is kept, so a row's text need not be: but a return is
//! written again as it was sent, and what such a row left out is told by nothing else.

use std::borrow::Cow;

use domain::intake::{ActivitySaid, Declaration, Effect, Plan};
use formats::{Kind, return_declared};

use super::Walk;

impl Walk<'_> {
    /// What follows from the kind of the file for how its rows are taken.
    pub(in super::super) fn read_as(&mut self, kind: Kind) {
        self.known_only = kind == Kind::Engagement;
        self.tabled = kind == Kind::NccisFlat;
    }

    /// What a row said, as far as it is kept. Of a return's row that changes nothing that is what it left out; of a
    /// table's only where the row is of the table's own day, since by that it is found.
    pub(super) fn kept_of<'a>(
        &self,
        said: &'a Declaration,
        planned: &Plan,
    ) -> Cow<'a, [(String, String)]> {
        if planned.effect != Effect::Unchanged {
            return Cow::Borrowed(&said.raw);
        }
        let period_end = said.activities.iter().find_map(ActivitySaid::stated_on);
        Cow::Owned(match period_end {
            Some(end) if !self.tabled || end == self.plan.as_of => {
                return_declared::left_out(&said.raw, &planned.after, end)
            }
            _ => Vec::new(),
        })
    }
}
