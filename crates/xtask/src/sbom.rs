//! The bill of materials: every package of the two lock files by name and version, those of Cargo with their
//! hash and what each rests on, as CycloneDX, which scanners of advisories read. Packages that only tests and
//! building use are in it as well: a lock file does not tell them apart, and they run on our machines.
//! Invariant: our own crates have no package URL, since the registry has strangers' of the same names, whose
//! advisories would be taken for ours.
//!
//! Source: CycloneDX 1.5, JSON (ECMA-424); package URLs as in the purl specification, type definitions cargo and npm.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

const CARGO: &str = "Cargo.lock";
const NPM: &str = "assets/package-lock.json";

/// Writes it to standard output.
pub fn run() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read_to_string(root.join(name)).map_err(|e| format!("{name}: {e}"));
    let bill = read(CARGO).and_then(|cargo| Ok((cargo, read(NPM)?)));
    match bill.and_then(|(cargo, npm)| bill_of(&cargo, &npm)) {
        Ok(bill) => match writeln!(std::io::stdout(), "{bill:#}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(wrong) => {
            crate::tidy::say(&wrong);
            ExitCode::FAILURE
        }
    }
}

/// The bill of these two lock files.
///
/// Errors: a sentence where one of them is not what it is taken for.
pub fn bill_of(cargo: &str, npm: &str) -> Result<Value, String> {
    let (mut components, dependencies) = crates(cargo)?;
    components.extend(modules(npm)?);
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "waymark",
                "name": "waymark",
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn crates(lock: &str) -> Result<(Vec<Value>, Vec<Value>), String> {
    let lock: toml::Table = lock.parse().map_err(|e| format!("{CARGO}: {e}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let packages = packages.ok_or_else(|| format!("{CARGO} lists no package"))?;
    let text = |package: &toml::Value, key: &str| {
        package.get(key).and_then(toml::Value::as_str).map(str::to_owned)
    };
    let mut all = Vec::new();
    let mut named: Named = BTreeMap::new();
    for package in packages {
        let (Some(name), Some(version)) = (text(package, "name"), text(package, "version")) else {
            return Err(format!("{CARGO}: a package has no name or no version"));
        };
        let ours = package.get("source").is_none();
        let reference = match ours {
            true => format!("waymark/{name}"),
            false => format!("pkg:cargo/{name}@{version}"),
        };
        named.entry(name.clone()).or_default().push((version.clone(), reference.clone()));
        all.push((name, version, reference, ours, package));
    }
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    for (name, version, reference, ours, package) in &all {
        let mut component = json!({
            "type": "library", "bom-ref": reference, "name": name, "version": version,
        });
        if !ours {
            set(&mut component, "purl", json!(reference));
        }
        if let Some(hash) = text(package, "checksum") {
            set(&mut component, "hashes", json!([{"alg": "SHA-256", "content": hash}]));
        }
        components.push(component);
        let on = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        let on: Option<Vec<String>> =
            on.map(|line| rests_on(line.as_str().unwrap_or_default(), &named)).collect();
        let on = on.ok_or_else(|| format!("{CARGO}: {name} rests on what is not listed"))?;
        dependencies.push(json!({"ref": reference, "dependsOn": on}));
    }
    Ok((components, dependencies))
}

fn set(component: &mut Value, key: &str, value: Value) {
    if let Value::Object(parts) = component {
        parts.insert(key.to_owned(), value);
    }
}

/// The versions of a name, each with what the bill calls it.
type Named = BTreeMap<String, Vec<(String, String)>>;

/// A line of what a package rests on: its name, and its version where several are listed.
fn rests_on(line: &str, named: &Named) -> Option<String> {
    let mut words = line.split(' ');
    let listed = named.get(words.next()?)?;
    let found = match words.next() {
        Some(version) => listed.iter().find(|(one, _)| one == version),
        None => listed.first(),
    };
    found.map(|(_, reference)| reference.clone())
}

fn modules(lock: &str) -> Result<Vec<Value>, String> {
    let lock: Value = serde_json::from_str(lock).map_err(|e| format!("{NPM}: {e}"))?;
    let packages = lock.get("packages").and_then(Value::as_object);
    let packages = packages.ok_or_else(|| format!("{NPM} lists no package"))?;
    let one = |(path, package): (&String, &Value)| {
        // The empty path is our own.
        let (_, name) = path.rsplit_once("node_modules/")?;
        let version = package.get("version")?.as_str()?;
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        let mut component = json!({
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
        });
        if let Some(license) = package.get("license").and_then(Value::as_str) {
            set(&mut component, "licenses", json!([{"expression": license}]));
        }
        Some(component)
    };
    Ok(packages.iter().filter_map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn lock(name: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        fs::read_to_string(root.join(name)).unwrap()
    }

    #[test]
    fn the_bill_names_every_package_of_the_lock_files_and_what_each_rests_on() {
        let (cargo, npm) = (lock(CARGO), lock(NPM));
        let bill = bill_of(&cargo, &npm).unwrap();
        let components = bill["components"].as_array().unwrap();
        let refs: BTreeSet<&str> =
            components.iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
        assert_eq!(refs.len(), components.len(), "each is there once");
        let listed = cargo.lines().filter(|line| *line == "[[package]]").count();
        let strangers = cargo.lines().filter(|line| line.starts_with("source = ")).count();
        let beginning = |with: &str| refs.iter().filter(|one| one.starts_with(with)).count();
        assert!(listed > 100 && strangers < listed);
        assert_eq!(beginning("pkg:cargo/"), strangers);
        assert_eq!(beginning("waymark/"), listed - strangers);
        for one in components {
            let ours = one["bom-ref"].as_str().unwrap().starts_with("waymark/");
            assert_eq!(one["purl"].is_null(), ours, "{one}");
        }
        assert!(refs.contains("waymark/app"), "the registry's app is a stranger's");
        assert!(refs.contains("pkg:npm/govuk-frontend@6.6.0"), "{refs:?}");
        assert!(refs.iter().any(|one| one.starts_with("pkg:npm/%40fontsource/inter@")));
        let hashed = components.iter().filter(|one| one["hashes"].is_array()).count();
        assert_eq!(hashed, cargo.lines().filter(|line| line.starts_with("checksum = ")).count());
        for one in bill["dependencies"].as_array().unwrap() {
            for on in one["dependsOn"].as_array().unwrap() {
                assert!(refs.contains(on.as_str().unwrap()), "{one}");
            }
        }
    }

    #[test]
    fn what_is_no_lock_file_is_said_to_be_none() {
        let npm = "{\"packages\": {}}";
        for (cargo, npm, said) in [
            ("version = 4", npm, "Cargo.lock lists no package"),
            ("[[package]]\nname = \"a\"", npm, "no version"),
            (
                "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"b\"]",
                npm,
                "a rests on",
            ),
            ("package = []", "{}", "package-lock.json lists no package"),
        ] {
            let wrong = bill_of(cargo, npm).unwrap_err();
            assert!(wrong.contains(said), "{wrong}");
        }
    }
}
