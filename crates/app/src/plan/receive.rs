//! A plan's file that came by the browser. It is read whole in a limited process first, as every file
//! from outside is; a workbook comes back from there as plain rows, so that none is opened here.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use domain::access::{Act, Actor};

use super::bring::{Brought, bring, plain};
use super::room::may;
use super::{Incoming, Names};
use crate::imports::Reader;
use crate::{Context, Wrong};

/// More than any plan's rows can be. Units: bytes.
const ANSWER_MAX: u64 = 32 << 20;
const READ: &str = "ok";

/// Brings a received file in for somebody who keeps the plan.
///
/// Errors: refused when they may not, or with the line or rows that are wrong; nothing is changed then.
pub async fn receive(
    ctx: &Context,
    actor: &Actor,
    reader: &Reader,
    (file, file_name): (File, &str),
    names: Names,
) -> Result<Brought, Wrong> {
    may(actor, Act::KeepPlan)?;
    let (reader, name) = (reader.clone(), file_name.to_owned());
    let read = tokio::task::spawn_blocking(move || prove(&reader, file, &name, names));
    let broken = |error: String| Wrong::Failed(format!("the plan's file: {error}"));
    let said = read.await.map_err(|e| broken(e.to_string()))?.map_err(|e| broken(e.to_string()))?;
    let bytes = said.map_err(Wrong::refused)?;
    let sheet = file_name.to_ascii_lowercase().ends_with(".xlsx");
    let file_name = if sheet { format!("{file_name}.csv") } else { file_name.to_owned() };
    let account = actor.account_id();
    bring(ctx, Incoming { file_name: &file_name, bytes: &bytes, names, account }).await
}

/// The file as plain text, or why it is not a plan.
fn prove(
    reader: &Reader,
    mut file: File,
    name: &str,
    names: Names,
) -> io::Result<Result<Vec<u8>, String>> {
    file.rewind()?;
    let mut answer = Vec::new();
    match reader {
        Reader::Here => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            relay(name, &bytes, names, &mut answer)?;
        }
        Reader::Child(program) => ask(program, file, name, names, &mut answer)?,
    }
    let end = answer.iter().position(|byte| *byte == b'\n');
    let Some((first, rest)) = end.and_then(|at| answer.split_at_checked(at)) else {
        let sentence = "The file could not be read to its end: it asks for more memory or time than \
                        any plan needs. Nothing was changed.";
        return Ok(Err(sentence.to_owned()));
    };
    let first = String::from_utf8_lossy(first);
    Ok(match first == READ {
        true => Ok(rest.get(1..).unwrap_or_default().to_vec()),
        false => Err(first.into_owned()),
    })
}

fn ask(
    program: &Path,
    file: File,
    name: &str,
    names: Names,
    answer: &mut Vec<u8>,
) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(["plan", "relay", name]);
    if names == Names::Keep {
        command.arg("--with-names");
    }
    command.env_clear().envs(crate::imports::LAID_BY);
    command.stdin(Stdio::from(file)).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    if let Some(output) = child.stdout.take() {
        output.take(ANSWER_MAX).read_to_end(answer)?;
    }
    let _ = child.kill();
    child.wait().map(|_| ())
}

/// What the limited process does: a first line that says whether the file is a plan or why it is not,
/// then the plan as text.
pub fn relay(name: &str, bytes: &[u8], names: Names, out: &mut dyn Write) -> io::Result<()> {
    let incoming = Incoming { file_name: name, bytes, names, account: None };
    match plain(&incoming) {
        Ok(text) => {
            writeln!(out, "{READ}")?;
            out.write_all(&text)
        }
        Err(wrong) => writeln!(out, "{}", wrong.to_string().replace('\n', " ")),
    }
}
