//! The built style, script, fonts and marks, carried inside the binary. Their names hold a
//! hash of their content, so browsers keep them for ever; `manifest.json` maps plain names
//! to hashed ones. Files were compressed when built, never while serving.

use super::{address::Path, page_error::PageError};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use std::{collections::HashMap, sync::OnceLock};

#[derive(RustEmbed)]
#[folder = "../../assets/dist"]
struct Dist;

/// The address of a built file by its plain name, such as `app.css`.
pub fn href(plain: &str) -> String {
    static MANIFEST: OnceLock<HashMap<String, String>> = OnceLock::new();
    let manifest = MANIFEST.get_or_init(|| {
        Dist::get("manifest.json")
            .and_then(|file| serde_json::from_slice(&file.data).ok())
            .unwrap_or_default()
    });
    let name = manifest.get(plain).map_or(plain, String::as_str);
    format!("/assets/{name}")
}

/// A font for files that are printed here; it is never served.
pub fn font(name: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    name.ends_with(".ttf").then(|| Dist::get(name)).flatten().map(|file| file.data)
}

pub async fn show(Path(name): Path<String>, asked: HeaderMap) -> Result<Response, PageError> {
    let kind = content_type(&name).ok_or(PageError::NotFound)?;
    let takes_brotli = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|one| one.trim().starts_with("br")));
    let packed = takes_brotli.then(|| Dist::get(&format!("{name}.br"))).flatten();
    let is_packed = packed.is_some();
    let file = packed.or_else(|| Dist::get(&name)).ok_or(PageError::NotFound)?;
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, forever);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Ok(response)
}

/// Only kinds we build are served; anything else in the folder is not there.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        "png" => Some("image/png"),
        _ => None,
    }
}
