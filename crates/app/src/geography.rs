//! The council's geography, read once when first asked for and shared. Journeys ask it for the
//! place of a postcode; what it does not know has an empty place and is never an error.

use domain::identifiers::normalise_postcode;
use domain::person::Place;
use formats::geography::{Geography, SHIPPED};
use std::sync::LazyLock;

static GEOGRAPHY: LazyLock<Geography> = LazyLock::new(|| {
    Geography::read(&SHIPPED).expect("a test reads the whole of the shipped geography")
});

/// The geography that this binary carries.
pub fn geography() -> &'static Geography {
    &GEOGRAPHY
}

/// The place of a postcode, however it is written.
pub fn place(postcode: &str) -> Place {
    normalise_postcode(postcode).map(|written| geography().place(&written)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::place;
    use domain::person::Place;

    #[test]
    fn a_postcode_may_be_written_anyhow() {
        let locality = |text| place(text).locality;
        assert_eq!(locality("me11aa").as_deref(), Some("Chatham & Rochester"));
        assert_eq!(locality(" ME1  1AA"), locality("ME1 1AA"));
        for text in ["ZZ99 9ZZ", "no fixed abode", ""] {
            assert_eq!(place(text), Place::default(), "{text}");
        }
    }
}
