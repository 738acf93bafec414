//! Which passwords may be chosen: long enough, and not what anybody tries first.
//!
//! Source: OWASP ASVS 5.0, 6.2.1, 6.2.4 and 6.2.11; NCSC, three random words. Nothing about a password ever
//! leaves the machine, so no list of broken passwords is asked: what is here is the commonest parts of them.

/// Units: characters.
const PASSWORD_CHARS_MIN: usize = 12;

/// Letters that must be left once common and own words are taken out.
const LETTERS_LEFT_MIN: usize = 5;

/// Parts that the commonest passwords are made of, the longer before those they hold.
const COMMON: &[&str] = &[
    "correcthorsebatterystaple",
    "qwertyuiop",
    "asdfghjkl",
    "manchester",
    "letmeinnow",
    "basketball",
    "liverpool",
    "september",
    "wednesday",
    "secretary",
    "superuser",
    "chocolate",
    "passwörd",
    "password",
    "passwort",
    "iloveyou",
    "football",
    "baseball",
    "princess",
    "sunshine",
    "superman",
    "starwars",
    "computer",
    "internet",
    "whatever",
    "trustno",
    "february",
    "november",
    "december",
    "thursday",
    "saturday",
    "zxcvbnm",
    "welcome",
    "letmein",
    "arsenal",
    "chelsea",
    "charlie",
    "michael",
    "jessica",
    "default",
    "changem",
    "changeit",
    "january",
    "october",
    "tuesday",
    "council",
    "school",
    "monkey",
    "dragon",
    "master",
    "shadow",
    "summer",
    "winter",
    "spring",
    "autumn",
    "friday",
    "sunday",
    "monday",
    "august",
    "secret",
    "passwd",
    "qwerty",
    "azerty",
    "london",
    "flower",
    "access",
    "system",
    "service",
    "google",
    "admin",
    "login",
    "april",
    "march",
    "hello",
    "guest",
    "pass",
    "user",
    "test",
    "temp",
    "root",
    "love",
    "june",
    "july",
    "qaz",
    "wsx",
    "abc",
    "xyz",
    "asd",
];

/// Why a password may not be chosen; nothing where it may. `own` are words that whoever knows the account
/// would try: the council’s and the service’s names, the owner’s name and address.
pub fn password_fault(password: &str, own: &[&str]) -> Option<String> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Some(format!("A password needs at least {PASSWORD_CHARS_MIN} characters."));
    }
    let mut own: Vec<String> = own.iter().flat_map(|text| words(text)).collect();
    own.sort_by_key(|word| std::cmp::Reverse(word.len()));
    // As typed without its digits, and with the digits that stand for letters.
    let typed = letters(password, |_| None);
    let meant = letters(password, |c| STANDS_FOR.iter().find(|(is, _)| *is == c).map(|(_, l)| *l));
    let common = |text: &str| left(text, &own) < LETTERS_LEFT_MIN || is_one_key(text);
    (common(&typed) || common(&meant)).then(|| {
        "This is among the first passwords that anybody tries: common words, a row of keys, or the \
         council’s or your own name. Three unrelated words are good."
            .to_owned()
    })
}

const STANDS_FOR: [(char, char); 8] = [
    ('0', 'o'),
    ('1', 'i'),
    ('3', 'e'),
    ('4', 'a'),
    ('5', 's'),
    ('7', 't'),
    ('@', 'a'),
    ('$', 's'),
];

fn letters(text: &str, stands_for: impl Fn(char) -> Option<char>) -> String {
    let letter = |c: char| stands_for(c).or_else(|| c.is_alphabetic().then_some(c));
    text.to_lowercase().chars().filter_map(letter).collect()
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    parts.filter(|word| word.chars().count() >= 4).collect()
}

/// How many letters are left without the words of the lists.
fn left(text: &str, own: &[String]) -> usize {
    let own = own.iter().map(String::as_str);
    let bare = own
        .chain(COMMON.iter().copied())
        .fold(text.to_owned(), |text, word| text.replace(word, ""));
    bare.chars().count()
}

/// Whether it is one or two keys pressed over and over.
fn is_one_key(text: &str) -> bool {
    let mut seen: Vec<char> = text.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_neither_common_nor_made_of_own_words() {
        let own = ["Medway Council", "Waymark", "Ada Byron", "ada.byron@medway.gov.uk"];
        let may = |password: &str| password_fault(password, &own).is_none();
        for good in [
            "three unrelated words",
            "a long enough password",
            "kettle orbit 7 ferns",
            "морозный день",
        ] {
            assert!(may(good), "{good}");
        }
        for poor in [
            "short",
            "123456789012",
            "aaaaaaaaaaaaaaaa",
            "abababababab",
            "password1234",
            "P4ssw0rd-2026!!",
            "Qwertyuiop123",
            "Medway-Council-2026",
            "waymark.waymark",
            "AdaByron2008!!",
            "Summer2026Summer",
            "correct horse battery staple",
        ] {
            assert!(!may(poor), "{poor}");
        }
        // Somebody else’s council is nothing special here.
        assert!(password_fault("Leicestershire-2026", &own).is_none());
    }
}
