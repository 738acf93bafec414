//! Home, by role: the one thing to do first, three numbers that matter, what else needs doing, what
//! came in. What a change of a figure amounts to is `domain::measure`'s to say.

mod elsewhere;
mod numbers;
mod todos;

use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::imports::state_words;
use crate::pages::parts::{Todo, count};
use app::imports;
use app::measures::{Months, Question, figures_for};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Actor, Scope, decide, roles};
use domain::calendar::{Month, shown};
use numbers::Number;
use todos::First;

/// Months on the small lines.
const MONTHS: i32 = 12;

#[derive(Template)]
#[template(path = "home/show.html")]
pub struct View {
    frame: Frame,
    today: String,
    first: Option<First>,
    numbers: Vec<Number>,
    counted: String,
    todos: Vec<Todo>,
    imports: Vec<Came>,
    may_import: bool,
    may_follow: bool,
}

/// A file that came in.
struct Came {
    id: i64,
    file: String,
    words: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    // Whoever reads no figures has another home: partners beside schools, information governance, and
    // whom no agreement gives anything out to.
    if !decide(&who.actor, Act::ViewFigures).allowed {
        return elsewhere::show(&edge, &who.actor, frame).await;
    }
    let actor = who.may(Act::ViewPeople)?;
    let ctx = edge.ctx();
    let today = ctx.today();
    let may = |act: Act| roles(act).contains(&actor.role);
    let month = Month::of(today).plus(-1);
    let span = Months::Period(month.plus(1 - MONTHS), month);
    let question = Question::new("neet-not-known", span);
    let found = figures_for(ctx, actor, &question).await?;
    let (first, todos) = match may(Act::ViewFollowUp) {
        true => todos::todos(&edge, actor).await?,
        false => own(&edge, actor).await?,
    };
    let view = View {
        frame: frame.named("Home", Section::Home),
        today: format!("{} {}", today.strftime("%A"), shown(today)),
        first,
        numbers: numbers::numbers(&found, month),
        counted: format!(
            "Counted at the end of {} over {}: {}, {} edition.",
            month.words(),
            whose(&actor.scope),
            found.ages,
            found.edition
        ),
        todos,
        imports: match may(Act::Import) {
            true => came(&edge).await?,
            false => Vec::new(),
        },
        may_import: may(Act::Import),
        may_follow: may(Act::ViewFollowUp),
    };
    Ok(Page(view).into_response())
}

/// A school's own list, and what its contact should do: say who of them still needs an account.
async fn own(edge: &Edge, actor: &Actor) -> Result<(Option<First>, Vec<Todo>), PageError> {
    let own = app::partners::own(edge.ctx(), actor).await?;
    let lapsing = own.as_ref().map_or(0, |own| own.lapsing);
    let mut all: Vec<Todo> = todos::typed(edge, actor).await?.into_iter().collect();
    all.extend((lapsing > 0).then(|| todos::unconfirmed(lapsing, "/own/accounts")));
    let first = own.filter(|own| own.people > 0).map(|own| First {
        todo: Todo {
            count: count(own.people),
            words: match own.people {
                1 => format!("young person of {} is on your list", own.name),
                _ => format!("young people of {} are on your list", own.name),
            },
            note: String::new(),
            href: "/own".to_owned(),
        },
        hint: String::new(),
        button: "See them and what is missing",
    });
    Ok((first, all))
}

/// Whom the numbers are over, since no two roles see the same.
fn whose(scope: &Scope) -> String {
    let named: Vec<&str> = scope.localities.iter().map(String::as_str).collect();
    match scope {
        Scope { everyone: true, .. } => "the whole authority".to_owned(),
        Scope { caseload_of: Some(_), .. } if named.is_empty() => "your caseload".to_owned(),
        Scope { caseload_of: Some(_), .. } => format!("{} and your caseload", named.join(", ")),
        _ if !named.is_empty() => named.join(", "),
        _ => "your school's roll".to_owned(),
    }
}

async fn came(edge: &Edge) -> Result<Vec<Came>, PageError> {
    let newest = imports::newest(edge.ctx(), 5).await?;
    Ok(newest
        .into_iter()
        .map(|i| Came {
            id: i.id,
            file: i.file_name,
            words: format!(
                "{}: {} new, {} changed, {} held",
                state_words(&i.state).0,
                i.counts.new,
                i.counts.changed,
                i.counts.held
            ),
        })
        .collect())
}
