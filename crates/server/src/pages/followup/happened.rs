//! What the reader has just done on the follow-up list, carried in the address after the doing.

use crate::pages::parts::count;
use serde::Deserialize;

/// The part of the address that tells it. Numbers that are none say nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Happened {
    #[serde(deserialize_with = "number")]
    confirmed: Option<usize>,
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
    pub fn words(&self) -> Option<Done> {
        let kept = match self.kept {
            Some(1) => " 1 later entry stays as it is.".to_owned(),
            Some(more) if more > 1 => format!(" {} later entries stay as they are.", count(more)),
            _ => String::new(),
        };
        let done = |people| match people {
            1 => "1 person is".to_owned(),
            _ => format!("{} people are", count(people)),
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
                sentence: format!("{} current from today.{left}", done(people)),
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
        assert_eq!(said("given=1").as_deref(), Some("1 person is on the caseload from today."));
        assert_eq!(said("confirmed=0"), None);
        assert_eq!(said("confirmed=many"), None);
    }
}
