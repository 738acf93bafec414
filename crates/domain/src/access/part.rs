//! What of a record a role sees: the table of parts by roles, and the record cut down to it.
//!
//! A part is a category of fields, or one of the lists beside them. What the table does not name is not
//! seen. Invariant: every page, list and file of people gets its records from [`redact`], or asks
//! [`sees`] about the one part it shows; nobody keeps a second table.

use super::{Actor, Decision, Role, act, sees_item};
use crate::agreement::{Item, Said};
use crate::measure::Cut;
use crate::person::{Category, Field, PersonRecord, Way, benefits_may_leave};
use crate::status::Spell;

/// A part of what is known about one young person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Names, date of birth, sex, ethnicity, pupil and learner numbers.
    Identity,
    /// School on roll and the authorities where they learn.
    Education,
    /// The September Guarantee and what they intend to do.
    Guarantee,
    /// Cohort status, lead authority, adviser.
    Administration,
    /// That an address is protected or a record restricted; never the address.
    Protection,
    /// Phone, email, parent or carer.
    ContactDetails,
    /// Level of need, plans, support and youth programmes.
    Need,
    /// Where they live and lived.
    Addresses,
    /// Vulnerable groups and other characteristics.
    Characteristics,
    /// Spells at the reader's own school.
    ActivityHere,
    /// Spells anywhere else, and so whether they are NEET or not known.
    ActivityElsewhere,
    /// What was said to whom, and the next step.
    Contacts,
    /// Which files and people changed the record, and why.
    Changes,
}

impl Part {
    pub const ALL: &'static [Part] = &[
        Part::Identity,
        Part::Education,
        Part::Guarantee,
        Part::Administration,
        Part::Protection,
        Part::ContactDetails,
        Part::Need,
        Part::Addresses,
        Part::Characteristics,
        Part::ActivityHere,
        Part::ActivityElsewhere,
        Part::Contacts,
        Part::Changes,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Part::Identity => "names, date of birth, sex, ethnicity and pupil numbers",
            Part::Education => "school on roll",
            Part::Guarantee => "September Guarantee and intended destination",
            Part::Administration => "cohort status, lead authority and adviser",
            Part::Protection => "that an address is protected or a record restricted",
            Part::ContactDetails => "phone, email, parent or carer",
            Part::Need => "level of need, plans and support",
            Part::Addresses => "addresses",
            Part::Characteristics => "characteristics",
            Part::ActivityHere => "activity at the reader's own school",
            Part::ActivityElsewhere => "activity anywhere else",
            Part::Contacts => "contacts and the next step",
            Part::Changes => "who and what changed the record",
        }
    }

    /// The part that a field belongs to.
    pub const fn of(field: Field) -> Part {
        match field.category() {
            Category::Identity => Part::Identity,
            Category::Contact => Part::ContactDetails,
            Category::Education => Part::Education,
            Category::Need => Part::Need,
            Category::Guarantee => Part::Guarantee,
            Category::Administration => Part::Administration,
            Category::Protection => Part::Protection,
        }
    }

    /// The part that an agreement's item belongs to.
    pub const fn of_item(item: Item) -> Part {
        match item {
            Item::Field(field) => Part::of(field),
            Item::Address => Part::Addresses,
            Item::FormerNames => Part::Identity,
            Item::Characteristics => Part::Characteristics,
            Item::Attendance => Part::ActivityHere,
            Item::Activity => Part::ActivityElsewhere,
            Item::Results
            | Item::Sessions
            | Item::Suspensions
            | Item::KeyStage2
            | Item::KeyStage4 => Part::Education,
            Item::Engagement
            | Item::Census
            | Item::YouthJustice
            | Item::FamilyIntervention
            | Item::ChildrensFund
            | Item::EarlyHelp => Part::Need,
        }
    }

    /// The part that a figure cut this way lets its reader infer, where a cell holds few people.
    pub const fn told_by(cut: Cut) -> Part {
        match cut {
            Cut::Age | Cut::YearGroup | Cut::Sex | Cut::Ethnicity => Part::Identity,
            Cut::School | Cut::Consortium | Cut::EducationLevel => Part::Education,
            Cut::Send | Cut::LevelOfNeed => Part::Need,
            Cut::Characteristic | Cut::Characteristics | Cut::Vulnerabilities => {
                Part::Characteristics
            }
            // How a caseload fares is about a colleague as well.
            Cut::Adviser => Part::Contacts,
            Cut::Ward | Cut::Ward2003 | Cut::Lsoa | Cut::Decile | Cut::Locality => Part::Addresses,
            Cut::Provider | Cut::Activity => Part::ActivityElsewhere,
        }
    }
}

/// Roles that see a part. One row a part: with [`super::roles`] this is the table to read and sign. Of
/// what a partner's role is marked for, the agreement with the partner gives item by item.
pub const fn readers(part: Part) -> &'static [Role] {
    use Role::{
        Adviser, College, DataManager, Governance, Jobcentre, LocalityManager, OtherCouncil,
        School, SupportPartner, TrainingProvider, YouthOffending, YouthService,
    };
    match part {
        Part::Identity => Role::ALL,
        Part::Protection | Part::Administration => &[
            DataManager,
            LocalityManager,
            Adviser,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Part::Education => &[
            DataManager,
            LocalityManager,
            Adviser,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            OtherCouncil,
        ],
        Part::Guarantee => {
            &[DataManager, LocalityManager, Adviser, School, College, TrainingProvider]
        }
        Part::ActivityHere => &[
            DataManager,
            LocalityManager,
            Adviser,
            School,
            College,
            TrainingProvider,
            YouthOffending,
            YouthService,
        ],
        Part::ContactDetails => &[
            DataManager,
            LocalityManager,
            Adviser,
            YouthOffending,
            Jobcentre,
            YouthService,
            OtherCouncil,
        ],
        Part::Addresses => &[DataManager, LocalityManager, Adviser, YouthOffending, OtherCouncil],
        Part::ActivityElsewhere => &[
            DataManager,
            LocalityManager,
            Adviser,
            YouthOffending,
            Jobcentre,
            YouthService,
            SupportPartner,
            OtherCouncil,
        ],
        Part::Need => &[DataManager, LocalityManager, Adviser, YouthOffending],
        Part::Characteristics | Part::Contacts => &[DataManager, LocalityManager, Adviser],
        Part::Changes => &[DataManager, LocalityManager, Adviser, Governance],
    }
}

/// Whether an actor sees a part of the people within their reach.
pub fn sees(actor: &Actor, part: Part) -> Decision {
    let by_table = readers(part).contains(&actor.role);
    let allowed = by_table && (!actor.role.is_partner() || actor.scope.terms.opens(part));
    let mut reasons = vec![format!(
        "{} {} {}",
        act::spoken(actor.role),
        if by_table { "sees" } else { "does not see" },
        part.label()
    )];
    if by_table && !allowed {
        let ungiven = || format!("no agreement with your organisation gives out {}", part.label());
        reasons = vec![actor.wanting().map_or_else(ungiven, str::to_owned)];
    }
    Decision { allowed, reasons }
}

/// The record as this actor may see it where nobody has said anything about sharing.
pub fn redact(actor: &Actor, record: PersonRecord) -> PersonRecord {
    redact_for(actor, record, Said::default())
}

/// The record as this actor may see it: what is not theirs is as if nobody had said it.
///
/// A protected address leaves the record for everybody; the named officer keeps it elsewhere.
pub fn redact_for(actor: &Actor, mut record: PersonRecord, said: Said) -> PersonRecord {
    if actor.role.is_partner() && !benefits_may_leave(Way::Partner).allowed {
        record.without_benefits();
    }
    // What a mark says of a value is nobody's business once the value is judged.
    record.benefits.clear();
    let seen = |item| sees_item(actor, item, said).allowed;
    let protected = record.particulars.is_yes(Field::ProtectedAddress);
    for field in Field::ALL.iter().filter(|field| !seen(Item::Field(**field))) {
        record.particulars.set(*field, None::<String>);
    }
    if !seen(Item::FormerNames) {
        record.former_names.clear();
    }
    if protected || !seen(Item::Address) {
        record.addresses.clear();
    }
    if !seen(Item::Characteristics) {
        record.characteristics.clear();
    }
    if !seen(Item::Engagement) {
        record.engagements.clear();
    }
    record.spells.retain(|spell| seen(item_of_spell(actor, spell)));
    record
}

fn item_of_spell(actor: &Actor, spell: &Spell) -> Item {
    match spell.organisation.as_ref().is_some_and(|at| actor.scope.is_own(at)) {
        true => Item::Attendance,
        false => Item::Activity,
    }
}
