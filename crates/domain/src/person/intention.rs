//! When somebody said what they intend to do after school, and who told: an intention has both, or neither
//! where it stood before anybody asked for them.

use jiff::civil::Date;

use super::{Field, Particulars};

/// Dates an intention that differs from the one before. What the new record says of its day and its teller
/// stands; the rest is `day` and `by`. One that is taken off leaves neither.
///
/// Source: the strategy's glossary (intended destination: dated, and by whom).
pub fn date_intention(after: &mut Particulars, before: &Particulars, (day, by): (Date, &str)) {
    let intends = after.get(Field::IntendedDestination).is_some();
    if after.get(Field::IntendedDestination) == before.get(Field::IntendedDestination) {
        return;
    }
    for (field, value) in [(Field::IntendedOn, day.to_string()), (Field::IntendedBy, by.to_owned())]
    {
        let told = after.get(field).is_some() && after.get(field) != before.get(field);
        if !intends {
            after.set(field, None::<String>);
        } else if !told {
            after.set(field, value);
        }
    }
}
