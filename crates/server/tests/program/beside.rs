//! A server keeps its lock on its file for as long as it lives, also with a command run beside it. Without it the
//! command takes itself for the last that has the file open, and puts a log away that the server goes on writing.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use testkit::sqlite;

use super::site::Site;
use super::{complaint, run};

/// How long the server has for whatever it does when it begins.
const BEGUN: Duration = Duration::from_secs(1);

/// Whether a process holds a lock on a file, as the system tells it: number, kind, mode, way, process, place of the
/// file, first and last byte.
fn locks(process: u32, file: &Path) -> bool {
    let place = format!(":{}", std::fs::metadata(file).unwrap().ino());
    let all = std::fs::read_to_string("/proc/locks").unwrap();
    all.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).any(|lock| {
        lock.get(4) == Some(&process.to_string().as_str())
            && lock.get(5).is_some_and(|at| at.ends_with(&place))
    })
}

#[tokio::test]
async fn a_server_keeps_its_lock_with_a_command_beside_it() {
    let register = sqlite().await;
    let [_, folder] = register.place();
    let file = Path::new(&folder).join("waymark.db");
    let site = Site::start(&register);
    std::thread::sleep(BEGUN);
    assert!(locks(site.process(), &file), "lost when it began");
    let council = ["council", "set", "--name", "Medway Council", "--la-code", "887"];
    let said = run(&register, &[&council[..], &["--database-id", "887"]].concat());
    assert!(said.status.success(), "{}", complaint(&said));
    assert!(locks(site.process(), &file), "lost beside a command");
}
