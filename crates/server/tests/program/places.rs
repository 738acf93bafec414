//! Places that hold no register and cannot: the complaint says which, and ends as wrong use or as a broken world.

use std::path::Path;
use std::process::{Command, Output};

use super::complaint;

fn waymark(words: &[&str], option: &str, place: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    command.args(words).arg(option).arg(place).output().unwrap()
}

const DEMO: &[&str] = &["demo", "--people", "200"];
const BEGIN: &[&str] =
    &["council", "set", "--name", "A council", "--la-code", "887", "--database-id", "887"];
const LIST: &[&str] = &["imports", "list"];

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "no folder").unwrap();
    let broken = folder.path().join("broken");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("waymark.db"), "no database, and longer than its head ".repeat(40))
        .unwrap();
    let missing = folder.path().join("missing");
    for (words, place, code) in [
        (DEMO, &file, 3),
        (BEGIN, &file, 3),
        (LIST, &file, 2),
        (LIST, &missing, 2),
        (DEMO, &broken, 3),
        (BEGIN, &broken, 3),
        (LIST, &broken, 3),
    ] {
        let output = waymark(words, "--home", place);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        assert!(said.contains(&*place.to_string_lossy()), "{words:?}: {said}");
    }
    assert!(!missing.exists(), "looking for a register makes none");
}

#[test]
fn words_that_are_no_address_are_wrong_use_and_not_repeated() {
    for words in [DEMO, BEGIN, LIST] {
        for address in ["waymark", "mysql://jo:hushhush@127.0.0.1/waymark"] {
            let output = waymark(words, "--database-url", Path::new(address));
            let said = complaint(&output);
            assert_eq!(output.status.code(), Some(2), "{words:?} {address}: {said}");
            assert!(said.contains("--database-url") && !said.contains("hushhush"), "{said}");
        }
    }
}
