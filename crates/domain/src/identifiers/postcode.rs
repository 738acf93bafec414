//! Postcodes: one way of writing them, and the six shapes that the return allows.
//! Whether a postcode exists is for the postcode table.

/// What systems write for a person whose address is not known.
pub const UNKNOWN_POSTCODE: &str = "ZZ99 9ZZ";

/// The text cannot be a postcode of this country.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("this is not a postcode: {0}")]
pub struct NotAPostcode(pub String);

/// A postcode in capitals with one space before its last three characters.
///
/// Errors: when no such shape comes out; the text is handed back as it was.
pub fn normalise_postcode(text: &str) -> Result<String, NotAPostcode> {
    let mut compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    compact.make_ascii_uppercase();
    let wrong = || NotAPostcode(text.to_owned());
    if !compact.is_ascii() || compact.len() < 5 {
        return Err(wrong());
    }
    let (outward, inward) = compact.split_at(compact.len() - 3);
    let spaced = format!("{outward} {inward}");
    if postcode_shaped(&spaced) { Ok(spaced) } else { Err(wrong()) }
}

/// Whether a text is exactly one of the six shapes, in capitals with one space.
///
/// Source: six patterns of the practitioner's checker (A9 9AA, A99 9AA, A9A 9AA, AA9 9AA,
/// AA99 9AA, AA9A 9AA).
pub fn postcode_shaped(text: &str) -> bool {
    const SHAPES: [&str; 6] = ["A9 9AA", "A99 9AA", "A9A 9AA", "AA9 9AA", "AA99 9AA", "AA9A 9AA"];
    let fits = |shape: &str| {
        shape.len() == text.len()
            && shape.bytes().zip(text.bytes()).all(|(wanted, byte)| match wanted {
                b'A' => byte.is_ascii_uppercase(),
                b'9' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    SHAPES.iter().any(|shape| fits(shape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_six_shapes_and_nothing_else() {
        for right in
            ["M1 1AA", "M60 1NW", "W1A 1HQ", "ME4 4TR", "ME14 1XX", "EC1A 1BB", UNKNOWN_POSTCODE]
        {
            assert!(postcode_shaped(right), "{right}");
        }
        for wrong in ["ME44TR", "me4 4tr", "ME4  4TR", "ME4 4T", "4ME 4TR", "ME144 1XX", ""] {
            assert!(!postcode_shaped(wrong), "{wrong}");
        }
    }

    #[test]
    fn many_ways_of_writing_become_one() {
        for way in ["ME4 4TR", "me44tr", " Me4  4tR ", "ME4\t4TR"] {
            assert_eq!(normalise_postcode(way).as_deref(), Ok("ME4 4TR"));
        }
        for wrong in ["", "ME4", "not a postcode", "ME4 4TR 1", "ＭＥ４ 4TR"] {
            assert_eq!(normalise_postcode(wrong), Err(NotAPostcode(wrong.into())));
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in "[A-Za-z0-9 ]{0,9}") {
            if let Ok(once) = normalise_postcode(&text) {
                prop_assert_eq!(normalise_postcode(&once), Ok(once.clone()));
            }
        }
    }
}
