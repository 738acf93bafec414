//! The rules, each a function that returns what breaks it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which of our crates each may depend on outside its tests. Printed in ARCHITECTURE.md.
const IMPORTS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("linkage", &[]),
    ("risk", &[]),
    ("formats", &["domain"]),
    ("store", &["domain"]),
    ("app", &["domain", "formats", "linkage", "risk", "store"]),
    ("server", &["app", "domain", "formats", "linkage", "risk", "store"]),
    ("testkit", &["domain", "store"]),
    ("xtask", &[]),
];

/// What the pure crates may never depend on.
const IMPURE: &[&str] = &["tokio", "sqlx", "axum", "rand", "tracing", "tempfile", "rlimit"];
const PURE: &[&str] = &["domain", "linkage", "risk", "formats"];

/// The store is named in server's wiring, its commands and the tests of its journeys, nowhere in its pages.
const SERVER_STORE_ROOMS: &[&str] = &["src/wiring.rs", "src/commands/", "src/http/journey"];

const FILE_LINES_MAX: usize = 600;

/// Counting machinery in those rooms: it applies rules and states none.
const MACHINERY: &[&str] = &["list.rs", "resolve.rs", "tally.rs", "walk.rs"];

/// Rooms in which every file with a public function names the source of its rule.
const SOURCED: &[&str] = &["crates/domain/src/measure", "crates/domain/src/statutory"];

pub fn run() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut broken = Vec::new();
    broken.extend(imports(&root));
    broken.extend(store_rooms(&root));
    broken.extend(long_files(&root));
    broken.extend(unsourced(&root));
    broken.extend(inline_code(&root));
    broken.extend(foreign_brand(&root));
    for line in &broken {
        say(line);
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn imports(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, may) in IMPORTS {
        let path = root.join("crates").join(name).join("Cargo.toml");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let Ok(manifest) = text.parse::<toml::Table>() else {
            broken.push(format!("{}: cannot be read", path.display()));
            continue;
        };
        let Some(dependencies) = manifest.get("dependencies").and_then(|d| d.as_table()) else {
            continue;
        };
        for dependency in dependencies.keys().map(String::as_str) {
            let ours = IMPORTS.iter().any(|(crate_name, _)| *crate_name == dependency);
            if ours && !may.contains(&dependency) {
                broken.push(format!("crates/{name}: may not import {dependency}"));
            }
            if PURE.contains(name) && IMPURE.contains(&dependency) {
                broken.push(format!("crates/{name}: is pure and may not import {dependency}"));
            }
        }
    }
    broken
}

fn store_rooms(root: &Path) -> Vec<String> {
    let server = root.join("crates/server");
    files(&server.join("src"), "rs")
        .into_iter()
        .filter(|path| {
            let place = path.strip_prefix(&server).unwrap_or(path).to_string_lossy().into_owned();
            !SERVER_STORE_ROOMS.iter().any(|room| place.starts_with(room))
        })
        .filter(|path| {
            read(path).lines().any(|l| {
                let code = l.trim_start();
                !code.starts_with("//") && (code.contains("store::") || code.contains("use store"))
            })
        })
        .map(|path| format!("{}: pages reach the store through app only", shown(root, &path)))
        .collect()
}

fn long_files(root: &Path) -> Vec<String> {
    files(&root.join("crates"), "rs")
        .into_iter()
        .filter_map(|path| {
            let lines = read(&path).lines().count();
            (lines > FILE_LINES_MAX)
                .then(|| format!("{}: {lines} lines, at most {FILE_LINES_MAX}", shown(root, &path)))
        })
        .collect()
}

fn unsourced(root: &Path) -> Vec<String> {
    SOURCED
        .iter()
        .flat_map(|room| files(&root.join(room), "rs"))
        .filter(|path| !path.to_string_lossy().contains("tests"))
        .filter(|path| !MACHINERY.iter().any(|name| path.ends_with(name)))
        .filter(|path| {
            let text = read(path);
            text.contains("\npub fn ") && !text.contains("Source:")
        })
        .map(|path| format!("{}: a rule without its `Source:`", shown(root, &path)))
        .collect()
}

/// The pages' content policy forbids inline styles and scripts, so templates must not hold any.
fn inline_code(root: &Path) -> Vec<String> {
    files(&root.join("templates"), "html")
        .into_iter()
        .filter(|path| {
            let text = read(path);
            text.contains(" style=\"") || text.contains("<style") || text.contains("<script>")
        })
        .map(|path| format!("{}: inline style or script", shown(root, &path)))
        .collect()
}

/// Councils may use neither the crown nor the government's typeface.
fn foreign_brand(root: &Path) -> Vec<String> {
    ["css", "html"]
        .iter()
        .flat_map(|ending| {
            let mut all = files(&root.join("assets/dist"), ending);
            all.extend(files(&root.join("templates"), ending));
            all
        })
        .filter(|path| {
            let text = read(path);
            text.contains("GDS Transport") || text.contains("govuk-crest")
        })
        .map(|path| format!("{}: the government's typeface or crest", shown(root, &path)))
        .collect()
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Every file with an ending below a folder, in a fixed order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "node_modules" && name != "target") {
                found.extend(files(&path, ending));
            }
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
