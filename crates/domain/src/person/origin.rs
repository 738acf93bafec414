//! Which values came as benefits information and so go no further, and by which ways values may leave.
//!
//! A mark names the item and the print of the value that came, so that it holds for that value alone: what
//! somebody else says, or types, is not benefits information. Invariant: a mark only ever takes away.

use super::{Address, Field, PersonRecord};
use crate::access::Decision;
use crate::agreement::Item;
use crate::intake::Declaration;

/// That the value of an item came as benefits information.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BenefitMark {
    /// The item's column.
    pub item: String,
    /// Stands for the value: sixteen hexadecimal digits.
    pub print: String,
}

/// A way by which values leave the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A partner's page, list or interface.
    Partner,
    /// A file that somebody takes out.
    File,
    /// A list that was compared with the register, shown beside it and given back.
    ComparedList,
    /// The monthly return.
    Return,
    /// What the young person is told of their own data.
    OwnPack,
}

impl Way {
    pub const ALL: &'static [Way] =
        &[Way::Partner, Way::File, Way::ComparedList, Way::Return, Way::OwnPack];
}

/// Whether benefits information may leave by a way.
///
/// Source: Education and Skills Act 2008, sections 15 to 17 and 76: it is given by, and may be used for
/// what is done for, the Secretary of State, to whom the return goes; passing it on otherwise is an
/// offence. UK GDPR article 15 for the young person themselves.
pub fn benefits_may_leave(way: Way) -> Decision {
    let (allowed, reason) = match way {
        Way::Return => (true, "the return goes to the Secretary of State, who gave it"),
        Way::OwnPack => (true, "it is about the young person who asks"),
        Way::Partner | Way::File | Way::ComparedList => {
            (false, "it came as benefits information, which goes no further")
        }
    };
    Decision { allowed, reasons: vec![reason.to_owned()] }
}

fn print(text: &str) -> String {
    // FNV-1a: the same on every machine and for ever, as what is kept has to be.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn address(a: &Address) -> String {
    format!("{}|{}|{}", a.lines.join("|"), a.town, a.postcode)
}

impl PersonRecord {
    /// The print of an item's value as it stands; `None` where there is none, or it is no benefits item.
    fn print_of(&self, item: Item) -> Option<String> {
        match item {
            _ if !item.is_benefits_information() => None,
            Item::Field(field) => self.particulars.get(field).map(print),
            Item::Address => {
                let open = self.addresses.iter().rev().find(|a| a.to.is_none());
                open.map(|a| print(&address(a)))
            }
            _ => None,
        }
    }

    /// Whether the value that stands came as benefits information and nobody else has said it.
    pub fn is_benefits(&self, item: Item) -> bool {
        let Some(print) = self.print_of(item) else { return false };
        self.benefits.iter().any(|mark| mark.item == item.column() && mark.print == print)
    }

    /// Items whose values came as benefits information.
    pub fn benefits_items(&self) -> Vec<Item> {
        if self.benefits.is_empty() {
            return Vec::new();
        }
        Item::all().filter(|item| self.is_benefits(*item)).collect()
    }

    /// Takes every value out that came as benefits information, also what has become history since; which
    /// items of those that stand.
    pub fn without_benefits(&mut self) -> Vec<Item> {
        let gone = self.benefits_items();
        let marks = &self.benefits;
        let came = |item: Item, text: &str| {
            marks.iter().any(|mark| mark.item == item.column() && mark.print == print(text))
        };
        self.addresses.retain(|one| !came(Item::Address, &address(one)));
        self.former_names.retain(|name| {
            !came(Item::Field(Field::FamilyName), &name.family)
                && !came(Item::Field(Field::GivenName), &name.given)
        });
        for item in &gone {
            match item {
                Item::Field(field) => self.particulars.set(*field, None::<String>),
                Item::Address => self.addresses.clear(),
                _ => {}
            }
        }
        gone
    }
}

/// Marks what a row brought as benefits information, and unmarks what another source has said as well.
///
/// Shape: `after` is the record with the row taken over; `before` the one without it.
pub fn mark(
    after: &mut PersonRecord,
    before: Option<&PersonRecord>,
    said: &Declaration,
    benefits: &[Item],
) {
    for item in Item::all().filter(|item| item.is_benefits_information()) {
        let says = match item {
            Item::Field(field) => said.particulars.get(field).is_some(),
            Item::Address => said.address.is_some(),
            _ => false,
        };
        let Some(now) = after.print_of(item).filter(|_| says) else { continue };
        let was = before.and_then(|record| record.print_of(item));
        let known = was.as_ref() == Some(&now);
        if !benefits.contains(&item) {
            // Only the very value that was said is known from elsewhere now.
            let same = match item {
                Item::Field(field) => said.particulars.get(field).map(print) == Some(now.clone()),
                // A postcode alone does not say which door.
                _ => said.address.as_ref().map(|told| print(&address(told))) == Some(now.clone()),
            };
            if same {
                after.benefits.retain(|mark| mark.item != item.column() || mark.print != now);
            }
        } else if !known {
            after.benefits.retain(|mark| mark.item != item.column() || mark.print != now);
            after.benefits.push(BenefitMark { item: item.column().to_owned(), print: now });
        }
    }
    after.benefits.sort();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{FormerName, Particulars};

    const GIVEN: Item = Item::Field(Field::GivenName);
    const PHONE: Item = Item::Field(Field::Phone);

    fn row(name: &str) -> Declaration {
        let particulars = Particulars::default().with(Field::GivenName, name);
        Declaration { particulars, ..Declaration::default() }
    }

    fn taken(before: &PersonRecord, name: &str, benefits: &[Item]) -> PersonRecord {
        let mut after = before.clone();
        after.particulars.set(Field::GivenName, name.to_owned());
        mark(&mut after, Some(before), &row(name), benefits);
        after
    }

    #[test]
    fn a_mark_holds_for_the_value_that_came_and_for_no_other() {
        let nobody = PersonRecord::default();
        let came = taken(&nobody, "Amina", &[GIVEN]);
        assert_eq!(came.benefits_items(), [GIVEN]);
        // The register knew it already: then it did not come by benefits.
        let known = taken(&taken(&nobody, "Amina", &[]), "Amina", &[GIVEN]);
        assert!(known.benefits_items().is_empty());
        // A school says the same: from then on it is the school's word.
        assert!(taken(&came, "Amina", &[]).benefits.is_empty());
        // Somebody types another name: the mark is of the old one.
        let mut typed = came.clone();
        typed.particulars.set(Field::GivenName, "Aminah".to_owned());
        assert!(typed.benefits_items().is_empty());
        let mut cut = came.clone();
        assert_eq!(cut.without_benefits(), [GIVEN]);
        assert_eq!(cut.particulars.get(Field::GivenName), None);
        // What is no benefits information is never marked.
        assert!(!came.is_benefits(PHONE));
    }

    #[test]
    fn what_came_stays_marked_when_it_becomes_history() {
        let mut after = taken(&taken(&PersonRecord::default(), "Amina", &[GIVEN]), "Other", &[]);
        let former =
            FormerName { given: "Amina".into(), family: "Shah".into(), source: "roll".into() };
        after.former_names = vec![former];
        assert!(after.without_benefits().is_empty(), "what stands is the school's word");
        assert!(after.former_names.is_empty());
    }

    #[test]
    fn a_postcode_alone_does_not_make_a_door_the_schools_word() {
        let home = |line: &str| Address {
            lines: [line.to_owned(), String::new(), String::new(), String::new()],
            postcode: "ME4 4TR".to_owned(),
            ..Address::default()
        };
        let said = |told: Address| Declaration { address: Some(told), ..Declaration::default() };
        let mut came =
            PersonRecord { addresses: vec![home("1 Invented Row")], ..PersonRecord::default() };
        mark(&mut came, None, &said(home("1 Invented Row")), &[Item::Address]);
        let before = came.clone();
        mark(&mut came, Some(&before), &said(home("")), &[]);
        assert_eq!(came.benefits_items(), [Item::Address]);
        mark(&mut came, Some(&before), &said(home("1 Invented Row")), &[]);
        assert!(came.benefits_items().is_empty());
    }

    #[test]
    fn it_leaves_by_the_return_and_to_whom_it_is_about_and_by_no_other_way() {
        let leaves: Vec<bool> =
            Way::ALL.iter().map(|way| benefits_may_leave(*way).allowed).collect();
        assert_eq!(leaves, [false, false, false, true, true]);
    }
}
