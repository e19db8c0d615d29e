//! Style, script and icon: small files of ours, compiled in. Their names change with their content, so
//! a browser may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::presentation;
use crate::service::problem::Problem;
use crate::service::responses::problems;

/// A file that pages load.
#[derive(Debug)]
pub(super) struct Asset {
    name: String,
    media_type: &'static str,
    content: String,
}

pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let both = format!("{}{}", presentation::STYLE, include_str!("page.css"));
    Asset::new("page", "css", "text/css; charset=utf-8", both)
});
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("page.js").to_owned())
});
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("icon.svg").to_owned()));

impl Asset {
    fn new(stem: &str, ending: &str, media_type: &'static str, content: String) -> Asset {
        let digest = crate::hex::lower(&Sha256::digest(content.as_bytes()));
        let name = format!("{stem}.{}.{ending}", digest.get(..12).unwrap_or_default());
        Asset { name, media_type, content }
    }

    /// The path of its address, which a browser may keep for ever.
    pub(super) fn address(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

problems! {
    AssetProblems { 404 "There is none" }
}

/// Style, script or icon of the page.
#[utoipa::path(
    get, path = "/assets/{name}", tag = "page",
    params(("name" = String, Path, description = "As the page names it")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/css"),
        AssetProblems,
    )
)]
pub(in crate::service) async fn asset(
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| Problem::not_found())?;
    let all = [&*STYLE, &*SCRIPT, &*ICON];
    let asset = all.into_iter().find(|asset| asset.name == name).ok_or_else(Problem::not_found)?;
    let headers = [(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content.as_str()).into_response())
}
