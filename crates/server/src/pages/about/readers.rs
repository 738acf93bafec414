//! The privacy notice for each who reads it: one page, and the words of each version as data. They say what the
//! system does, in short sentences; the full notice is the page above them.

use crate::http::{Edge, Frame, Page, PageError, Path, frame::Section};
use app::council::{Council, council};
use askama::Template;
use axum::extract::State;

/// The notice for one kind of reader.
pub struct Version {
    /// As its address ends.
    pub name: &'static str,
    /// In the list of versions.
    pub link: &'static str,
    pub title: &'static str,
    /// Heading with its paragraphs.
    pub parts: &'static [(&'static str, &'static [&'static str])],
}

#[derive(Template)]
#[template(path = "about/reader.html")]
pub struct Reader {
    frame: Frame,
    council: Council,
    version: &'static Version,
    others: Vec<&'static Version>,
}

pub async fn reader(
    State(edge): State<Edge>,
    Path(name): Path<String>,
    frame: Frame,
) -> Result<Page<Reader>, PageError> {
    let found = VERSIONS.iter().find(|version| version.name == name);
    let version = found.ok_or(PageError::NotFound)?;
    Ok(Page(Reader {
        frame: frame.named(version.title, Section::Elsewhere),
        council: council(edge.ctx()).await?,
        version,
        others: VERSIONS.iter().filter(|other| other.name != version.name).collect(),
    }))
}

const RIGHTS: &str = "You can ask us to stop using it in some way. We look at what you say, and we tell you \
                      what we will do. We answer within one month. It is free.";

pub const VERSIONS: &[Version] = &[
    Version {
        name: "13-to-15",
        link: "If you are 13 to 15",
        title: "What we know about you, and why",
        parts: &[
            (
                "Why we keep a record",
                &[
                    "We want you to have a place to learn or work when you leave Year 11. The law says that \
                     councils must help with that.",
                    "So we keep a record. We use it to help you. We do not sell it, and we do not use it for \
                     adverts.",
                ],
            ),
            (
                "What is in it",
                &[
                    "Your name, your birthday, where you live and how to reach you.",
                    "Your school, and what you plan to do next.",
                    "What help you need, and what was said when we met.",
                ],
            ),
            (
                "Who tells us",
                &[
                    "You do. Your parents do. Your school does, and so do others who help you.",
                    "Your school has to give us your name, birthday and address, and a parent’s name. It may \
                     tell us more. Until you are 16, a parent can say no to the rest. From then on it is up to \
                     you.",
                ],
            ),
            (
                "Who sees it",
                &[
                    "The people who help you, such as your adviser. Your school can see some of it. Each of \
                     them sees only what they need.",
                    "We write down each time that somebody looks. You can ask us who it was.",
                    "Is it not safe if people know where you live? Tell us. We can hide your address.",
                ],
            ),
            (
                "What a computer does",
                &[
                    "A computer may work out who could need help early. A person reads it and decides. You can \
                     tell us to leave you out of it.",
                ],
            ),
            (
                "What you can do",
                &[
                    "You can ask what we know about you. You can get a copy. If something is wrong, tell us, \
                     and we put it right.",
                    RIGHTS,
                ],
            ),
        ],
    },
    Version {
        name: "16-and-over",
        link: "If you are 16 or over",
        title: "Your record, and what you decide",
        parts: &[
            (
                "Why we keep a record",
                &[
                    "The law says that you stay in learning until you are 18, and that councils help you to do \
                     so. We need to know who has a place and who needs one.",
                    "Each month we send records and numbers to the Department for Education. The law asks for \
                     that too.",
                ],
            ),
            (
                "What is in it",
                &[
                    "Your name, date of birth, where you live and how to reach you.",
                    "School, college, work and training since Year 9, and what you want to do next.",
                    "What help you need, and notes of when we spoke.",
                ],
            ),
            (
                "What you decide",
                &[
                    "Schools and colleges have to tell us your name, date of birth and address, and a parent’s \
                     name. You can say no to the rest of what a school would tell us. You decide that yourself \
                     from 16.",
                    "Some things are shared only if you say yes. We ask you first. A yes runs out, and you can \
                     take it back at any time. It stops at once.",
                    "If the Jobcentre gives us facts about benefits, we do not pass them on.",
                ],
            ),
            (
                "Who sees it",
                &[
                    "Your adviser and the team around them. Your school or college sees some of it, and so do \
                     other services that have signed an agreement with us. Each sees only what it says.",
                    "We write down each time that somebody looks. You can ask us who it was.",
                    "If it is not safe that people know where you live, tell us. We can hide your address.",
                ],
            ),
            (
                "What a computer does",
                &[
                    "A computer may work out how likely it is that you will need help. It never changes your \
                     record. A person decides what to do, and you can say no to it.",
                ],
            ),
            (
                "How long we keep it",
                &[
                    "Until you are 18, or 25 if you have an education, health and care plan. After that we \
                     keep it for as long as the council’s list of times says. Then it goes.",
                ],
            ),
            (
                "What you can do",
                &[
                    "You can ask to see all we hold, and get a copy. If something is wrong, tell us. If you do \
                     not agree with a fact, we can keep your view beside it.",
                    RIGHTS,
                ],
            ),
        ],
    },
    Version {
        name: "parents",
        link: "For parents and carers",
        title: "What we keep about your child, and about you",
        parts: &[
            (
                "Why we keep a record",
                &[
                    "Councils have to help young people to stay in learning until they are 18. To do that we \
                     need to know where each of them is, and who needs a place.",
                ],
            ),
            (
                "What is in it",
                &[
                    "Your child’s name, date of birth and address, their school, and what they plan to do \
                     next. What help they need, and notes of when we spoke.",
                    "About you we keep your name and how to reach you.",
                ],
            ),
            (
                "What you can say no to",
                &[
                    "The school has to give us your child’s name, address and date of birth, and your name. It \
                     may tell us more, unless you say no. Tell the school or us. It counts at once.",
                    "When your child is 16, the choice is theirs. Your no goes on until they say something \
                     else.",
                ],
            ),
            (
                "What we cannot tell you",
                &[
                    "The record is your child’s. If they can understand what it is about, they ask for it \
                     themselves.",
                    "If an address has to stay secret, we tell it to nobody.",
                ],
            ),
            (
                "Who sees it",
                &[
                    "Advisers who work with your child. Schools, colleges and other services see some of it, \
                     as far as an agreement with us says. Each look is written down.",
                ],
            ),
            (
                "What you can do",
                &[
                    "You can ask what we hold about you. If something is wrong, tell us, and we put it right.",
                    RIGHTS,
                ],
            ),
        ],
    },
    Version {
        name: "partners",
        link: "For schools, colleges and other services",
        title: "Sharing with us: what you give and what you see",
        parts: &[
            (
                "What you need",
                &[
                    "An agreement, signed by you and by the council. It says what you send, what you see, and \
                     why the law lets us share it. The system holds to it, line by line.",
                    "Schools and colleges have to give name, address and date of birth, and a parent’s name, \
                     with or without one, and also when one is over. They also tell us when somebody leaves.",
                ],
            ),
            (
                "What you send",
                &[
                    "What the agreement does not name is left out of your file, and the receipt says what it \
                     was. If a young person or a parent has said no, that is left out as well.",
                    "You can check a file before you send it. If it is late, we ask your named contact.",
                ],
            ),
            (
                "What you see",
                &[
                    "Your own people only, and of them only what is agreed. When the agreement ends, so does \
                     what you see. Each look is written down, with your name.",
                    "Facts about benefits that came from the Jobcentre go no further. To pass them on is an \
                     offence.",
                ],
            ),
            (
                "Your accounts",
                &[
                    "Each person signs in with an account of their own. Every 90 days your named contact says \
                     who still needs one. Who is not named loses it.",
                ],
            ),
            (
                "If something goes wrong",
                &[
                    "If you sent the wrong thing, tell us the same day. If you have a complaint, tell the \
                     named contact. We write it down and answer it by the day that the agreement gives.",
                ],
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of vowels, less a silent e at the end: rough, and near enough for short words.
    fn syllables(word: &str) -> usize {
        let word = word.to_lowercase();
        let vowel = |c: char| "aeiouy".contains(c);
        let mut before = false;
        let mut count = 0;
        for c in word.chars() {
            count += usize::from(vowel(c) && !before);
            before = vowel(c);
        }
        let silent = word.ends_with('e') && !word.ends_with("le") && count > 1;
        (count - usize::from(silent)).max(1)
    }

    /// The school grade of Flesch and Kincaid: years at school that a text asks for.
    fn grade(version: &Version) -> f64 {
        let text: Vec<&str> =
            version.parts.iter().flat_map(|(_, said)| said.iter().copied()).collect();
        let text = text.join(" ");
        let letters = |c: char| !c.is_alphanumeric() && c != '’';
        let words: Vec<&str> = text.split(letters).filter(|word| !word.is_empty()).collect();
        let sentences = text.matches(['.', '?']).count();
        let count = |n: usize| f64::from(u32::try_from(n).unwrap());
        let spoken: usize = words.iter().map(|word| syllables(word)).sum();
        0.39 * count(words.len()) / count(sentences) + 11.8 * count(spoken) / count(words.len())
            - 15.59
    }

    #[test]
    fn who_is_eleven_can_read_the_notices_for_families() {
        let known = Version {
            parts: &[("", &["The cat sat on the mat. The committee considered alternatives."])],
            ..Version { name: "", link: "", title: "", parts: &[] }
        };
        assert!(grade(&known) > 6.0, "a hard word counts: {}", grade(&known));
        for version in VERSIONS {
            let most = if version.name == "partners" { 7.5 } else { 6.0 };
            let grade = grade(version);
            assert!(grade <= most, "{}: grade {grade:.1}", version.name);
        }
    }

    #[test]
    fn every_version_has_a_name_of_its_own_and_says_something_under_each_heading() {
        for (at, version) in VERSIONS.iter().enumerate() {
            assert!(VERSIONS.iter().skip(at + 1).all(|other| other.name != version.name));
            assert!(
                version.parts.iter().all(|(heading, said)| !heading.is_empty() && !said.is_empty())
            );
        }
    }
}
