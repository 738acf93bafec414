//! What an agreement, and the law on benefits information, leave of a name and its particulars for
//! whoever reads a list: the same cut for the list, the gifted list and a person's own page.

use std::collections::BTreeMap;

use domain::access::{Actor, sees_item};
use domain::agreement::{Item, Said};
use domain::calendar::Day;
use domain::person::{Field, Way};
use store::Tx;

use crate::context::Wrong;
use crate::people::{NAMELESS, is_nameless, withheld};

pub(super) struct Cut<'a> {
    pub actor: &'a Actor,
    /// What people said about sharing with the reader's own organisation.
    words: BTreeMap<i64, Said>,
    /// What came as benefits information and goes to no partner.
    withheld: BTreeMap<i64, Vec<Item>>,
}

impl<'a> Cut<'a> {
    pub async fn load(
        tx: &mut Tx,
        actor: &'a Actor,
        people: &[i64],
        today: Day,
    ) -> Result<Self, Wrong> {
        let words = match actor.scope.own_organisation() {
            Some(own) => crate::consents::of_partner(tx, own, today).await?,
            None => BTreeMap::new(),
        };
        let withheld = match actor.role.is_partner() {
            true => withheld(tx, people, Way::Partner).await?,
            false => BTreeMap::new(),
        };
        Ok(Self { actor, words, withheld })
    }

    /// A list of names is given to whom an agreement gives the name, and hears a no.
    pub fn is_named(&self, person: i64) -> bool {
        self.agreed(person, Field::FamilyName)
    }

    /// Whether a field may be told of somebody.
    pub fn gives(&self, person: i64, field: Field) -> bool {
        let item = Item::Field(field);
        let held = self.withheld.get(&person).is_some_and(|items| items.contains(&item));
        !held && self.agreed(person, field)
    }

    /// The name, or what stands in its place.
    pub fn name(&self, person: i64, name: String) -> String {
        match is_nameless(self.withheld.get(&person)) {
            true => NAMELESS.to_owned(),
            false => name,
        }
    }

    fn agreed(&self, person: i64, field: Field) -> bool {
        let said = self.words.get(&person).copied().unwrap_or_default();
        sees_item(self.actor, Item::Field(field), said).allowed
    }
}
