//! What a file would change, as its readers are told: codes by their labels and days in words. The
//! words of a plan are kept as the register holds them; only their showing is decided here.

use crate::pages::parts::dated;
use domain::edition::Edition;

/// One side of a difference. `field` is the name that the plan gave it.
pub(super) fn words(field: &str, text: &str, edition: &Edition) -> String {
    dated(&app::imports::named((field, text), edition, |label, _| label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_without_codes_and_in_days_that_people_say() {
        let on = jiff::civil::date(2025, 3, 14);
        let edition = formats::reference::editions().on(on).unwrap();
        let label = &edition.activity("210").unwrap().label;
        let kept = "210 at Example Academy from 2021-09-06, verified 2023-08-31";
        let told = words("activity", kept, edition);
        assert_eq!(
            told,
            format!("{label} at Example Academy from 6 September 2021, verified 31 August 2023")
        );
        let address = "210 High Street, ME4 4TR (until 2025-03-13); 9 Mill Lane";
        let told = words("address", address, edition);
        assert_eq!(told, "210 High Street, ME4 4TR (until 13 March 2025); 9 Mill Lane");
    }
}
