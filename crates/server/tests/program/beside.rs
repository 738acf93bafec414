//! A server keeps its lock on its file for as long as it lives, also with a command run beside it. Without it the
//! command takes itself for the last that has the file open, and puts a log away that the server goes on writing.
//! And what it has counted it writes down before it ends, though somebody beside it is writing.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use store::{Db, args, audit};
use testkit::{each_engine, sqlite};

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

/// How often somebody was kept waiting at sign-in, as the audit tells it.
async fn waits(db: &Db) -> usize {
    let mut tx = db.begin_read().await.unwrap();
    let sql = "SELECT seq FROM audit WHERE act = 'sign-in kept waiting'";
    tx.rows(sql, args![], |row| row.int(0)).await.unwrap().len()
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_writes_down_who_was_kept_waiting() {
    each_engine(async |register| {
        let mut site = Site::start(&register);
        std::thread::sleep(BEGUN);
        site.guess("nobody@example.org");
        let mut tx = register.db.begin().await.unwrap();
        let sql = "UPDATE throttle SET wait_until = '2999-01-01T00:00:00Z'";
        assert!(tx.run(sql, args![]).await.unwrap() > 0, "a guess is counted");
        tx.commit().await.unwrap();
        assert_eq!(waits(&register.db).await, 0, "{}", register.engine);
        // Whoever adds to the audit, or to a file of one writer, has to wait for this.
        let mut tx = register.db.begin().await.unwrap();
        let entry = audit::Entry {
            at: "2025-11-24T09:00:00.000000Z",
            account: None,
            act: "a test writes",
            person: None,
            purpose: "test",
            detail: "",
        };
        audit::write(&mut tx, &entry).await.unwrap();
        assert!(site.guess("nobody@example.org").contains("Too many wrong passwords"));
        site.terminate();
        std::thread::sleep(BEGUN);
        tx.commit().await.unwrap();
        site.wait();
        assert_eq!(waits(&register.db).await, 1, "{}", register.engine);
    })
    .await;
}
