//! What the reader has just done on the follow-up list, carried in the address after the doing.

use crate::pages::parts::count;
use serde::Deserialize;

/// The part of the address that tells it. Numbers that are none say nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Happened {
    #[serde(deserialize_with = "number")]
    confirmed: Option<usize>,
    /// Of those confirmed, who counts as lapsed all the same.
    #[serde(deserialize_with = "number")]
    still_lapsed: Option<usize>,
    /// Whoever was not confirmed, since something else was recorded of them meanwhile.
    #[serde(deserialize_with = "number")]
    left: Option<usize>,
    /// Whoever was not confirmed, since they are not within reach any more.
    #[serde(deserialize_with = "number")]
    beyond: Option<usize>,
    #[serde(deserialize_with = "number")]
    given: Option<usize>,
    #[serde(deserialize_with = "number")]
    change: Option<usize>,
    #[serde(deserialize_with = "number")]
    taken_back: Option<usize>,
    #[serde(deserialize_with = "number")]
    kept: Option<usize>,
}

/// What the page says about it.
#[derive(Debug)]
pub struct Done {
    pub title: &'static str,
    pub sentence: String,
    /// The unit of work to offer for taking back.
    pub change: Option<usize>,
}

fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    Ok(String::deserialize(from)?.parse().ok())
}

impl Happened {
    /// Who of those confirmed is current, and who is lapsed all the same.
    fn current(&self, people: usize) -> String {
        let lapsed = self.still_lapsed.unwrap_or(0).min(people);
        let why = "since the day on which they were to end or be looked at again has passed";
        let lapsed_words = match lapsed {
            0 => None,
            1 => Some(format!("1 person still counts as lapsed, {why}: change the activity.")),
            more => Some(format!(
                "{} people still count as lapsed, {why}: change their activities.",
                count(more)
            )),
        };
        let current = people.saturating_sub(lapsed);
        let current_words = (current > 0).then(|| format!("{} current from today.", done(current)));
        current_words.into_iter().chain(lapsed_words).collect::<Vec<_>>().join(" ")
    }

    pub fn words(&self) -> Option<Done> {
        let kept = match self.kept {
            Some(1) => " 1 later entry stays as it is.".to_owned(),
            Some(more) if more > 1 => format!(" {} later entries stay as they are.", count(more)),
            _ => String::new(),
        };
        let left = match self.left {
            Some(1) => " 1 person was changed meanwhile and is left as they are.".to_owned(),
            Some(more) if more > 1 => {
                format!(" {} people were changed meanwhile and are left as they are.", count(more))
            }
            _ => String::new(),
        };
        let beyond = match self.beyond {
            Some(1) => {
                " 1 person is no longer within your reach and is left as they are.".to_owned()
            }
            Some(more) if more > 1 => {
                format!(
                    " {} people are no longer within your reach and are left as they are.",
                    count(more)
                )
            }
            _ => String::new(),
        };
        let left = left + &beyond;
        if let Some(people) = self.given.filter(|people| *people > 0) {
            return Some(Done {
                title: "They were given to the adviser",
                sentence: format!("{} on the caseload from today.", done(people)),
                change: None,
            });
        }
        match (self.confirmed, self.taken_back) {
            (_, Some(people)) => Some(Done {
                title: "The confirmation was taken back",
                sentence: format!("{} as before.{kept}", done(people)),
                change: None,
            }),
            (Some(people), _) if people > 0 => Some(Done {
                title: "What is recorded was confirmed",
                sentence: self.current(people) + &left,
                change: self.change,
            }),
            (Some(_), _) if !left.is_empty() => Some(Done {
                title: "Nobody was confirmed",
                sentence: left.trim_start().to_owned(),
                change: None,
            }),
            _ => None,
        }
    }
}

fn done(people: usize) -> String {
    match people {
        1 => "1 person is".to_owned(),
        _ => format!("{} people are", count(people)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Query;

    fn said(address: &str) -> Option<String> {
        let uri = format!("/follow-up?{address}").parse().unwrap();
        let Query(happened) = Query::<Happened>::try_from_uri(&uri).unwrap();
        happened.words().map(|done| done.sentence)
    }

    #[test]
    fn it_says_what_was_done_and_nothing_for_nonsense() {
        assert_eq!(said("confirmed=2&change=9"), Some("2 people are current from today.".into()));
        assert_eq!(
            said("taken-back=1&kept=1"),
            Some("1 person is as before. 1 later entry stays as it is.".into())
        );
        assert_eq!(
            said("confirmed=59&left=1&change=9").as_deref(),
            Some(
                "59 people are current from today. 1 person was changed meanwhile and is left as they are."
            )
        );
        assert_eq!(
            said("confirmed=0&left=2").as_deref(),
            Some("2 people were changed meanwhile and are left as they are.")
        );
        assert_eq!(
            said("confirmed=0&left=1&beyond=2").as_deref(),
            Some(
                "1 person was changed meanwhile and is left as they are. 2 people are no longer within your reach and \
                 are left as they are."
            )
        );
        assert_eq!(
            said("confirmed=2&left=0&beyond=1&change=9").as_deref(),
            Some(
                "2 people are current from today. 1 person is no longer within your reach and is left as they are."
            )
        );
        let why = "since the day on which they were to end or be looked at again has passed";
        assert_eq!(
            said("confirmed=3&still-lapsed=2&change=9"),
            Some(format!(
                "1 person is current from today. 2 people still count as lapsed, {why}: change their activities."
            ))
        );
        assert_eq!(
            said("confirmed=1&still-lapsed=1&change=9"),
            Some(format!("1 person still counts as lapsed, {why}: change the activity."))
        );
        assert_eq!(said("given=1").as_deref(), Some("1 person is on the caseload from today."));
        assert_eq!(said("confirmed=0"), None);
        assert_eq!(said("confirmed=many"), None);
    }
}
