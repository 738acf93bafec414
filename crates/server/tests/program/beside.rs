//! A command run beside a server on one file. The last to close a register in SQLite puts its log away: a server
//! that had lost its locks would go on writing where nobody looks.

use std::time::Duration;

use testkit::sqlite;

use super::site::Site;
use super::{complaint, run};

/// How long the server has for whatever it does when it begins.
const BEGUN: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_command_beside_a_server_leaves_the_server_its_log() {
    let register = sqlite().await;
    let [_, folder] = register.place();
    let log = std::path::Path::new(&folder).join("waymark.db-wal");
    // What holds the file open here would keep the log for the server.
    register.db.close().await;
    assert!(!log.exists(), "nobody has it open");
    let site = Site::start(&register);
    std::thread::sleep(BEGUN);
    let council = ["council", "set", "--name", "Medway Council", "--la-code", "887"];
    for neighbours in ["886", "883"] {
        let more = ["--database-id", "887", "--neighbours", neighbours];
        let said = run(&register, &[&council[..], &more].concat());
        assert!(said.status.success(), "{}", complaint(&said));
        assert!(log.exists(), "the command took itself for the last");
    }
    drop(site);
}
