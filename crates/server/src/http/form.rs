//! A posted form as a typed value. The forgery token was checked before; a body that does
//! not fit the type is the page's own mistake or a hand-made request, so it is refused whole.
//! Fields people fill in should be `String` and judged by the page, with their words kept.

use super::{address::NUL, edge::Edge, forgery::FORM_LIMIT, page_error::PageError};
use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Request};
use serde::de::DeserializeOwned;

pub struct Posted<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Edge> for Posted<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, edge: &Edge) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|_| PageError::TooLarge)?;
        if bytes.windows(NUL.len()).any(|at| at == NUL.as_bytes()) || bytes.contains(&0) {
            return Err(PageError::BadForm("a NUL in a field".to_owned()));
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        let form = Form::<T>::from_request(request, edge).await;
        form.map(|Form(value)| Self(value))
            .map_err(|refusal| PageError::BadForm(refusal.body_text()))
    }
}
