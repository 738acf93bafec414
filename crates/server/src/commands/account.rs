//! `waymark account add|link|agree|seal`: the first account of an empty register, a way in for whoever has
//! none, a second person where there is no other, and accounts for when nobody else can sign in. A password is chosen by its owner: by a link that works once,
//! or on standard input.

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
    /// Agree to the role that an administrator asked for, where nobody else can; without --role, tell what it is.
    Agree {
        email: String,
        /// The role that was asked for: no other is agreed to.
        #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.iter().map(|role| role.name())))]
        role: Option<String>,
        #[command(flatten)]
        shown: Shown,
    },
    /// Make the two accounts that lie in sealed envelopes, in place of those before; what goes in is told once.
    Seal {
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
            Act::Agree { email, role, shown } => block_on(agree(email, role, shown))?,
            Act::Seal { shown } => block_on(seal(shown))?,
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
    let found = named(&ctx, &email).await?;
    let secret = admin::link(&ctx, &actor, found.id).await?;
    tell(&shown, (found.id, &found.email), &secret);
    Ok(Outcome::Done)
}

/// Agrees to the role that is named, and to the localities that were asked for with it when it was read.
async fn agree(email: String, role: Option<String>, shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let actor = whole_authority();
    let found = named(&ctx, &email).await?;
    let Some(grant) = admin::asked(&ctx, &actor, found.id).await? else {
        let none = format!("Nothing that was asked for {} waits for anybody.", found.email);
        return Err(Wrong::Refused(none));
    };
    let places: Vec<&str> = grant.localities.lines().collect();
    let asked = match places.is_empty() {
        true => grant.role.clone(),
        false => format!("{} of {}", grant.role, places.join(", ")),
    };
    if role.as_deref() != Some(grant.role.as_str()) {
        let by = admin::one(&ctx, &actor, grant.asked_by).await?;
        let by = by.map(|by| by.name).unwrap_or_default();
        return Err(Wrong::Refused(format!(
            "{by} asked for {} to be {asked}. To agree to that, say --role {}.",
            found.email, grant.role
        )));
    }
    admin::agree_to(&ctx, &actor, found.id, grant.id).await?;
    let document = json!({
        "account": found.id, "email": found.email, "role": grant.role, "localities": places
    });
    shown.say(&document, &format!("{} is {asked} from now on.", found.email));
    Ok(Outcome::Done)
}

async fn seal(shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let all = app::accounts::seal(&ctx).await?;
    let document = all
        .iter()
        .map(|one| json!({"email": one.email, "password": one.password, "secret": one.secret}));
    let lines = all.iter().map(|one| {
        format!("{}\n  password {}\n  secret   {}", one.email, one.password, one.secret)
    });
    let lines: Vec<String> = lines.collect();
    let told =
        "Write each on paper of its own and seal it. Whoever uses one has an hour and is told of.";
    let document: Vec<serde_json::Value> = document.collect();
    shown.say(&json!({"sealed": document}), &format!("{}\n{told}", lines.join("\n")));
    Ok(Outcome::Done)
}

async fn named(ctx: &app::Context, email: &str) -> std::result::Result<admin::Account, Wrong> {
    let wanted = email.trim().to_lowercase();
    let found = admin::all(ctx, &whole_authority()).await?.into_iter().find(|a| a.email == wanted);
    found.ok_or_else(|| Wrong::Refused(format!("No account has the address {email}.")))
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
