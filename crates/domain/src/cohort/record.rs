//! A whole record as rows of a cohort, for records that are already at hand.

use super::build::{stated, to};
use super::{Builder, Cohort, Home, Particular, Stamp, Stay, Trait};
use crate::person::{Field, PersonRecord};
use crate::status::Spell;

impl Cohort {
    /// Lets the currency of somebody's spell run as `known` says: from when it was confirmed, and by what
    /// was stated of its lapse. Nothing changes where they have no such spell.
    pub fn confirmed_as(&mut self, person: i64, known: &Spell) {
        let Some(p) = self.row_of(person) else { return };
        let spells = &mut self.spells;
        let (start, end) = (Stamp::of(known.start), to(known.end));
        let same = |row: &usize| {
            spells.start.get(*row) == Some(&start)
                && spells.end.get(*row) == Some(&end)
                && spells.code.text(*row) == known.code
        };
        let rows: Vec<usize> = spells.of.of(p).filter(same).collect();
        let base = known.verified.or(known.ascertained).unwrap_or(known.start);
        for row in rows {
            for (column, stamp) in [
                (&mut spells.base, Stamp::of(base)),
                (&mut spells.lapse_stated, to(known.lapse_stated)),
                (&mut spells.stated_on, to(known.stated_on)),
            ] {
                if let Some(slot) = column.get_mut(row) {
                    *slot = stamp;
                }
            }
            if let Some(slot) = spells.lapsed_stated.get_mut(row) {
                *slot = stated(known.lapsed_stated);
            }
        }
    }
}

impl Builder {
    /// Adds everything of a record that figures are counted from. Consortium, caseload and contacts
    /// are not on it, nor since when it is known.
    pub fn record(&mut self, id: i64, record: &PersonRecord) {
        let said = |field| record.particulars.get(field);
        self.person(Particular {
            id,
            born: record.particulars.date_of_birth(),
            status: said(Field::CohortStatus),
            status_since: record.particulars.date(Field::StatusSince),
            sex: said(Field::Sex),
            ethnicity: said(Field::Ethnicity),
            level_of_need: said(Field::LevelOfNeed),
            send: said(Field::Send),
            sen_support: said(Field::SenSupport),
            education_level: said(Field::EducationLevel),
            school: said(Field::School),
            consortium: None,
            lead_la: said(Field::LeadLa),
            educated_la: said(Field::EducatedLa),
            guarantee_11: said(Field::GuaranteeYear11),
            guarantee_11_la: said(Field::GuaranteeYear11La),
            guarantee_12: said(Field::GuaranteeYear12),
            guarantee_12_la: said(Field::GuaranteeYear12La),
            made: 0,
        });
        for address in &record.addresses {
            let decile = address.place.deprivation_decile.map(|decile| decile.to_string());
            let home = Home {
                from: address.from,
                to: address.to,
                ward: address.place.ward.as_deref(),
                ward_2003: address.place.ward_2003.as_deref(),
                lsoa: address.place.lsoa.as_deref(),
                decile: decile.as_deref(),
                locality: address.place.locality.as_deref(),
            };
            self.home(id, home);
        }
        for c in &record.characteristics {
            self.has_trait(id, Trait { from: c.from, to: c.to, code: &c.code });
        }
        for spell in &record.spells {
            let number = spell.ukprn.as_deref().or(spell.establishment_number.as_deref());
            let stay = Stay {
                code: &spell.code,
                provider: spell.organisation.as_deref().or(number),
                start: spell.start,
                end: spell.end,
                base: spell.verified.or(spell.ascertained),
                review: spell.review,
                predicted_end: spell.predicted_end,
                lapse_stated: spell.lapse_stated,
                lapsed_stated: spell.lapsed_stated,
                stated_on: spell.stated_on,
                made: 0,
            };
            self.spell(id, stay);
        }
    }
}
