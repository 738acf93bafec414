//! A posted form with one file, streamed to disk as it comes. The forgery token must be its
//! first field, so that not one byte of a forged file is kept. Names of files are shown to
//! people and never used as paths. The file itself has no name: nothing but this process reaches it, and it
//! is gone with the value, or with the process, however that ends.

use super::{edge::Edge, forgery, pace, page_error::PageError, scan, session::Visitor};
use app::Wrong;
use axum::{
    RequestExt,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Seek},
    path::Path,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Where files are taken, and a form in parts with them: anywhere else one is refused before its page runs.
pub const PLACES: &[&str] = &[
    "/imports",
    "/own/files",
    "/own/results",
    "/plan/import",
    "/predictor/sets",
    "/retention/rules",
    "/who-is-who/lists",
];

/// Put on every route that takes files: `.layer(upload::room())`.
pub fn room() -> DefaultBodyLimit {
    DefaultBodyLimit::max(usize::try_from(pace::LARGEST).unwrap_or(usize::MAX))
}

/// Fields beside the file, none over 64 KiB.
const FIELD_LIMIT: usize = 64 * 1024;

pub struct Upload {
    pub fields: BTreeMap<String, String>,
    pub file: Option<Received>,
}

/// One file on disk.
pub struct Received {
    /// As the sender called it: for showing only.
    pub name: String,
    content: File,
}

impl Received {
    /// What came, from its beginning; whoever asks again reads the same file.
    pub fn content(&self) -> io::Result<File> {
        let mut content = self.content.try_clone()?;
        content.rewind()?;
        Ok(content)
    }

    pub async fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        tokio::fs::File::from_std(self.content()?).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

/// A new file without a name in a folder of ours.
pub fn nameless(folder: &Path) -> io::Result<File> {
    std::fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder)
}

impl Upload {
    /// A field's text, or nothing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl FromRequest<Edge> for Upload {
    type Rejection = PageError;

    async fn from_request(mut request: Request, edge: &Edge) -> Result<Self, PageError> {
        let visitor = request.extract_parts::<Visitor>().await?;
        let mut parts =
            Multipart::from_request(request, edge).await.map_err(|e| bad(&e.body_text()))?;
        prove(&mut parts, &visitor).await?;
        let mut upload = Self { fields: BTreeMap::new(), file: None };
        while let Some(field) = parts.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                // A browser sends an empty part when no file was chosen.
                Some(file) if file.is_empty() => {}
                Some(file) if file.contains('\0') => return Err(bad("a NUL in a file's name")),
                Some(_) if upload.file.is_some() => return Err(bad("more than one file")),
                Some(file) => {
                    let received = receive(field, file, edge.incoming()).await?;
                    let account = visitor.signed_in.as_ref().map(|who| who.actor.account);
                    let content = received.content().map_err(PageError::failure)?;
                    scan::pass(edge, content, account).await.map_err(Wrong::from)?;
                    upload.file = Some(received);
                }
                None => {
                    upload.fields.insert(name, small_text(field).await?);
                }
            }
        }
        Ok(upload)
    }
}

async fn prove(parts: &mut Multipart, visitor: &Visitor) -> Result<(), PageError> {
    let first = parts.next_field().await.map_err(broken)?.ok_or(PageError::StaleForm)?;
    if first.name() != Some(forgery::FIELD) {
        return Err(PageError::StaleForm);
    }
    let sent = small_text(first).await?;
    let genuine = forgery::same(sent.as_bytes(), &visitor.token.forgery_token());
    if genuine { Ok(()) } else { Err(PageError::StaleForm) }
}

async fn small_text(mut field: Field<'_>) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > FIELD_LIMIT {
            return Err(PageError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).map_err(|_| bad("a field is not UTF-8"))?;
    if text.contains('\0') { Err(bad("a NUL in a field")) } else { Ok(text) }
}

async fn receive(mut field: Field<'_>, name: String, into: &Path) -> Result<Received, PageError> {
    let mut file = tokio::fs::File::from_std(nameless(into).map_err(PageError::failure)?);
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        file.write_all(&chunk).await.map_err(PageError::failure)?;
    }
    file.flush().await.map_err(PageError::failure)?;
    Ok(Received { name, content: file.into_std().await })
}

fn bad(why: &str) -> PageError {
    PageError::BadForm(why.to_owned())
}

fn broken(error: axum::extract::multipart::MultipartError) -> PageError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        PageError::TooLarge
    } else {
        PageError::BadForm(error.body_text())
    }
}
