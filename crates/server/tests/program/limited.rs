//! The process in which files are read: what it is held to leaves it room for a file.

use std::process::{Command, Stdio};
use std::time::Duration;

const ROOM: u64 = 1024 * 1024 * 1024;

/// Bytes that a line of one of the process's files in /proc tells; `None` where it tells of none.
fn told(process: u32, file: &str, line: &str, unit: u64) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
    let rest = text.lines().find_map(|found| found.strip_prefix(line))?;
    rest.split_whitespace().next()?.parse().ok().map(|found: u64| found * unit)
}

#[test]
fn a_file_has_its_memory_on_top_of_what_the_program_takes() {
    let options = r#"{"mapping":null,"date_order":null,"encoding":null,"tolerance_days":null,"as_of_given":false}"#;
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    // With what the program that starts it lets its allocator lay by.
    command
        .args(["read-file", "roll", "--options", options])
        .env_clear()
        .envs(app::imports::LAID_BY);
    // Its input stays open, so that it waits with its limits set.
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let limit = || told(child.id(), "limits", "Max address space", 1);
    let mut found = limit();
    for _ in 0..200 {
        if found.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
        found = limit();
    }
    let taken = told(child.id(), "status", "VmSize:", 1024);
    child.kill().unwrap();
    child.wait().unwrap();
    let (Some(limit), Some(taken)) = (found, taken) else {
        return testkit::skipped("the limits of a process, which this system does not tell");
    };
    // What it asks for between setting them and reading is a few megabytes.
    let room = limit.saturating_sub(taken);
    assert!(room > ROOM - ROOM / 16 && room <= ROOM, "{room} of {limit} with {taken} taken");
}

/// The allocator reads a bare number as bytes, and would lay by next to nothing.
#[test]
fn what_the_allocator_lays_by_is_a_sixteenth_of_that_memory() {
    let [(_, laid_by)] = app::imports::LAID_BY;
    let mebibytes: u64 = laid_by.strip_suffix("MiB").unwrap().parse().unwrap();
    assert_eq!(mebibytes * 1024 * 1024 * 16, ROOM);
}
