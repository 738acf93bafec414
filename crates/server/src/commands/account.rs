//! `waymark account add|link`: the first account of an empty register, and a way in for whoever has none.
//! A password is chosen by its owner: by a link that works once, or on standard input.

use super::{Outcome, Result, Shown, Wrong, block_on, whole_authority};
use crate::wiring;
use app::admin::{self, Form, LINK_HOURS};
use clap::builder::PossibleValuesParser;
use domain::access::Role;
use serde_json::json;
use std::io::{BufRead, stdin};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Make an account.
    Add(Add),
    /// Make a link by which an account's owner chooses a password; it works once.
    Link {
        email: String,
        #[command(flatten)]
        shown: Shown,
    },
}

#[derive(clap::Args)]
struct Add {
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    #[arg(long)]
    name: String,
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.iter().map(|role| role.name())))]
    role: String,
    /// The id of the organisation that a partner's account belongs to.
    #[arg(long, value_name = "ORGANISATION", default_value = "")]
    organisation: String,
    /// A locality that they work in. May be repeated.
    #[arg(long, value_name = "NAME")]
    locality: Vec<String>,
    /// Take the password from the first line of standard input instead of making a link.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Args {
    pub fn run(self) -> Result {
        match self.act {
            Act::Add(add) => block_on(add.run())?,
            Act::Link { email, shown } => block_on(link(email, shown))?,
        }
    }
}

impl Add {
    async fn run(self) -> Result {
        let password = self.password_stdin.then(typed).transpose()?;
        let ctx = wiring::begin(&self.shown.place).await?;
        if let Some(password) = &password {
            app::accounts::acceptable(&ctx, (&self.name, &self.email), password).await?;
        }
        let actor = whole_authority();
        let form = Form {
            email: self.email,
            name: self.name,
            role: self.role,
            organisation: self.organisation,
            localities: self.locality,
        };
        let id = admin::add(&ctx, &actor, &form).await?;
        let secret = admin::link(&ctx, &actor, id).await?;
        match password {
            Some(password) => {
                admin::choose_password(&ctx, &secret, &password).await?;
                let document = json!({"account": id, "email": form.email, "link": null});
                self.shown.say(&document, &format!("{} can sign in.", form.email));
            }
            None => tell(&self.shown, (id, &form.email), &secret),
        }
        Ok(Outcome::Done)
    }
}

async fn link(email: String, shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let actor = whole_authority();
    let wanted = email.trim().to_lowercase();
    let found = admin::all(&ctx, &actor).await?.into_iter().find(|one| one.email == wanted);
    let nobody = || Wrong::Refused(format!("No account has the address {email}."));
    let id = found.ok_or_else(nobody)?.id;
    let secret = admin::link(&ctx, &actor, id).await?;
    tell(&shown, (id, &wanted), &secret);
    Ok(Outcome::Done)
}

/// The link is told this once: only its hash is kept.
fn tell(shown: &Shown, (id, email): (i64, &str), secret: &str) {
    let path = format!("/password/{secret}");
    let line = format!(
        "{email} chooses a password within {LINK_HOURS} hours at {path} of the address that `waymark serve` tells."
    );
    shown.say(&json!({"account": id, "email": email, "link": path}), &line);
}

fn typed() -> std::result::Result<String, Wrong> {
    let mut line = String::new();
    stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Wrong::Usage(format!("The password could not be read: {error}.")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
