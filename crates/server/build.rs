//! Makes sure `assets/dist` exists, so that a fresh clone compiles before npm has run.
//! The built files themselves are never committed; without them pages have no style.

use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let dist = Path::new("../../assets/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    fs::create_dir_all(dist)?;
    if !dist.join("manifest.json").exists() {
        println!(
            "cargo::warning=assets/dist is empty: pages will have no style. \
             Run `npm ci && npm run build` in assets/, then build again."
        );
    }
    Ok(())
}
