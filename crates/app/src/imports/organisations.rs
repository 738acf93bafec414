//! Which of the register's organisations a file means.

use std::collections::HashMap;

use domain::intake::{ActivitySaid, Declaration, ProviderSaid};
use domain::matching::one_slip;
use domain::person::{Field, fold};
use store::Tx;
use store::organisations::{self, Organisation};

use crate::context::Wrong;

/// Organisations by every number and name they are called by.
#[derive(Debug, Default)]
pub struct Providers {
    by: HashMap<String, usize>,
    all: Vec<Organisation>,
}

impl Providers {
    pub async fn load(tx: &mut Tx) -> Result<Providers, Wrong> {
        let all = organisations::all(tx).await?;
        let mut by = HashMap::new();
        // A sender that was met before the list of schools came is a partner of that name: the school is meant.
        let mut order: Vec<(usize, &Organisation)> = all.iter().enumerate().collect();
        order.sort_by_key(|(_, o)| o.kind != "partner");
        for (at, o) in order {
            let numbers = [&o.establishment, &o.urn, &o.ukprn];
            for key in numbers.into_iter().flatten() {
                by.insert(fold(key), at);
            }
            by.insert(fold(&o.name), at);
            by.insert(fold(&o.id), at);
        }
        Ok(Providers { by, all })
    }

    pub fn find(&self, name: &str) -> Option<&Organisation> {
        self.by.get(&fold(name)).and_then(|at| self.all.get(*at))
    }

    /// The organisation whose name has one letter more or less. Another letter or number in its place is
    /// another name: School A, School B.
    fn nearly(&self, name: &str) -> Option<&str> {
        let name = fold(name);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let slipped = |known: &str| {
            known.chars().count() != name.chars().count()
                && digits(known) == digits(&name)
                && one_slip(known, &name)
        };
        let near = self.all.iter().find(|o| slipped(&fold(&o.name)));
        near.map(|o| o.name.as_str())
    }

    fn provider(&self, said: &ProviderSaid) -> Option<&Organisation> {
        [&said.urn, &said.establishment_number, &said.ukprn, &said.name]
            .into_iter()
            .flatten()
            .find_map(|key| self.find(key))
    }

    /// Names the organisations of a row: activities get their provider's id, a roll sets the school.
    /// Where the row names no provider, the sender is the provider.
    pub fn resolve(&self, said: &mut Declaration, sender: &str) {
        let sender = self.find(sender);
        for activity in &mut said.activities {
            match activity {
                ActivitySaid::Current(spell) => {
                    let keys =
                        [&spell.establishment_number, &spell.ukprn, &spell.establishment_name];
                    let found = keys.into_iter().flatten().find_map(|key| self.find(key));
                    spell.organisation = found.map(|o| o.id.clone());
                }
                ActivitySaid::OnRoll { provider, .. } => {
                    let found = self.settle(provider, sender);
                    let school = found.filter(|o| is_school(o)).map(|o| o.id.clone());
                    if let Some(school) = school {
                        said.particulars.set(Field::School, school);
                    }
                }
                ActivitySaid::Started { provider, .. } | ActivitySaid::Left { provider, .. } => {
                    self.settle(provider, sender);
                }
                ActivitySaid::History(_) => {}
            }
        }
    }

    /// Completes what a row says of a provider with what the register knows of it.
    fn settle<'a>(
        &'a self,
        provider: &mut ProviderSaid,
        sender: Option<&'a Organisation>,
    ) -> Option<&'a Organisation> {
        let silent = *provider == ProviderSaid::default();
        let found = self.provider(provider).or(if silent { sender } else { None })?;
        // From here on `urn` holds the organisation's id in the register: see `domain::intake`.
        provider.urn = Some(found.id.clone());
        provider.name = Some(found.name.clone());
        provider.kind = Some(found.kind.clone());
        provider.establishment_number =
            found.establishment.clone().or(provider.establishment_number.take());
        provider.ukprn = found.ukprn.clone().or(provider.ukprn.take());
        Some(found)
    }
}

fn is_school(o: &Organisation) -> bool {
    o.kind.contains("school") || o.kind == "alternative-provision"
}

/// The organisation that sends. One nobody has heard of is added as a partner under the name given.
pub(super) async fn sender(tx: &mut Tx, name: &str) -> Result<Organisation, Wrong> {
    if name.trim().is_empty() {
        return Err(Wrong::refused("Say who sent the file."));
    }
    let providers = Providers::load(tx).await?;
    if let Some(found) = providers.find(name) {
        return Ok(found.clone());
    }
    // What a slip of the keys would make a partner of its own, with everybody on its roll.
    if let Some(near) = providers.nearly(name) {
        return Err(Wrong::refused(format!(
            "Nobody is called {}. If {near} is meant, say so; if not, add the organisation first.",
            name.trim()
        )));
    }
    let slug: String = name
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let added = Organisation {
        id: slug.trim_matches('-').to_owned(),
        kind: "partner".to_owned(),
        name: name.trim().to_owned(),
        ..Organisation::default()
    };
    organisations::save(tx, &added).await?;
    Ok(added)
}
