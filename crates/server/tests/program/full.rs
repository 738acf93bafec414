//! A disk that fills while a file is applied: a sentence that says so, nothing lost, and the same file
//! once there is room again.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{SCHOOL, complaint, roll};

/// A small disk of its own, gone with the test. Only root may make one.
struct Disk(PathBuf);

impl Disk {
    fn make(at: &Path, size: &str) -> Option<Disk> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={size}");
        let made =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).output();
        made.is_ok_and(|made| made.status.success()).then(|| Disk(at.to_owned()))
    }

    fn grow(&self, size: &str) {
        let size = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &size]).arg(&self.0).status().unwrap().success());
    }

    /// Takes all room but this much.
    fn leave(&self, kilobytes: u64) {
        let filler = self.0.join("filler");
        let _ = std::fs::remove_file(&filler);
        let free = Command::new("stat").args(["-f", "-c", "%a %S"]).arg(&self.0).output().unwrap();
        let free = String::from_utf8_lossy(&free.stdout).into_owned();
        let (blocks, size) = free.trim().split_once(' ').unwrap();
        let free = blocks.parse::<u64>().unwrap() * size.parse::<u64>().unwrap() / 1024;
        let take = free.saturating_sub(kilobytes);
        std::fs::write(filler, vec![1_u8; usize::try_from(take * 1024).unwrap()]).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

fn waymark(home: &Path, words: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    command.args(words).arg("--home").arg(home).args(["--format", "json"]);
    command.output().unwrap()
}

/// A small town on a small disk; nothing where none may be mounted.
fn town(folder: &Path) -> Option<(Disk, PathBuf)> {
    let disk = Disk::make(&folder.join("disk"), "48m")?;
    let home = disk.0.join("home");
    let made = waymark(&home, &["demo", "--people", "200", "--as-of", "2025-03-14"]);
    assert!(made.status.success(), "{}", complaint(&made));
    Some((disk, home))
}

fn people(home: &Path) -> serde_json::Value {
    let measured = waymark(home, &["measure", "neet", "--month", "2025-01"]);
    super::document(&measured, &["measure"])["cohort"].clone()
}

/// Half a key would keep the whole one from being made for ever.
#[test]
fn a_key_for_which_there_is_no_room_is_made_when_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let Some((disk, home)) = town(folder.path()) else {
        return testkit::skipped("a full disk, because this user may not mount one");
    };
    let acts = [&["keys", "make"][..], &["audit", "seal"]];
    for room in (0..120).step_by(4) {
        for act in acts {
            disk.leave(room);
            waymark(&home, act);
            for key in ["master.key", "audit.key", "audit-checkpoints/audit.pub"] {
                let size = std::fs::metadata(home.join(key)).map(|file| file.len());
                assert!(size.is_err() || size.is_ok_and(|size| size > 0), "{key} with {room} KB");
            }
        }
    }
    std::fs::remove_file(disk.0.join("filler")).unwrap();
    for act in acts {
        let output = waymark(&home, act);
        assert!(output.status.success(), "{act:?}: {}", complaint(&output));
    }
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let Some((disk, home)) = town(folder.path()) else {
        return testkit::skipped("a full disk, because this user may not mount one");
    };
    let before = people(&home);
    let file = roll(folder.path(), "roll.csv", 6_000, 4);
    let send = ["import", "roll", file.as_str(), "--from", SCHOOL];
    for room in [16, 300, 900, 2_500] {
        disk.leave(room);
        let output = waymark(&home, &send);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(3), "with {room} KB: {said}");
        assert!(said.contains("full") || said.contains("No space"), "with {room} KB: {said}");
        assert!(!said.contains("panicked"), "{said}");
        std::fs::remove_file(disk.0.join("filler")).unwrap();
        assert_eq!(people(&home), before, "with {room} KB");
    }
    disk.grow("400m");
    let output = waymark(&home, &send);
    let sent = super::document(&output, &send);
    assert_eq!(sent["counts"]["new"], 6_000, "{}", complaint(&output));
}
