//! What a row changes in words for its codes. The words of a plan are kept as the register holds them: entries
//! of a list are parted by semicolons, and each begins with its code.

use domain::edition::Edition;

/// One side of a difference, as `say` puts a code's words and the code. `field` is the name that the plan gave it.
pub fn named(
    (field, text): (&str, &str),
    edition: &Edition,
    say: impl Fn(&str, &str) -> String,
) -> String {
    let label = |code: &str| match field {
        "activity" => edition.activity(code).map(|known| known.label.as_str()),
        "characteristics" => edition.lists.characteristic.get(code).map(String::as_str),
        _ => None,
    };
    let entry = |entry: &str| {
        let (code, rest) = entry.split_at(entry.find(' ').unwrap_or(entry.len()));
        label(code).map_or_else(|| entry.to_owned(), |label| say(label, code) + rest)
    };
    text.split("; ").map(entry).collect::<Vec<String>>().join("; ")
}
