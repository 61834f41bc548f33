//! The few files that pages load, held in the binary, each under a URL that changes with its content.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use sha2::{Digest, Sha256};

/// What a browser may load and do on our pages: our own files and nothing else, no inline script or style.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

const ASSETS: [Asset; 4] = [
    Asset {
        name: "tronc.css",
        content_type: "text/css; charset=utf-8",
        body: include_bytes!("../../../assets/css/tronc.css"),
    },
    Asset {
        name: "tronc.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../../../assets/js/tronc.js"),
    },
    Asset {
        name: "htmx.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../../../assets/dist/htmx.min.js"),
    },
    Asset { name: "icone.svg", content_type: "image/svg+xml", body: include_bytes!("icone.svg") },
];

/// One short hash over all the files: they are released together, so they change address together.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in &ASSETS {
        hasher.update(asset.name);
        hasher.update(asset.body);
    }
    let digest = hasher.finalize();
    // Six bytes are enough to tell two releases apart.
    let short = digest.iter().take(6).fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{short:012x}")
});

/// The address of one of our files.
pub(crate) fn url(name: &str) -> String {
    format!("/_/{}/{name}", *HASH)
}

/// Serves our own files under `/_/`, to be merged at the root. Browsers may keep them for a year: a change
/// of content is a change of address. An address of another release answers 404.
pub fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        router
            .route(&url(asset.name), get(async move || (StatusCode::OK, headers, asset.body).into_response()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    async fn answer(path: &str) -> axum::response::Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assets::<()>().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn each_file_is_served_for_ever_with_its_type() {
        for (name, kind) in [
            ("tronc.css", "text/css"),
            ("tronc.js", "text/javascript"),
            ("htmx.js", "text/javascript"),
            ("icone.svg", "image/svg"),
        ] {
            let response = answer(&url(name)).await;
            assert_eq!(response.status(), StatusCode::OK, "{name}");
            let header = |key: header::HeaderName| response.headers()[key].to_str().unwrap().to_owned();
            assert!(header(header::CONTENT_TYPE).starts_with(kind), "{name}");
            assert!(header(header::CACHE_CONTROL).contains("immutable"), "{name}");
        }
    }

    #[tokio::test]
    async fn an_address_of_another_release_is_not_found() {
        assert_eq!(answer("/_/000000000000/tronc.css").await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn our_own_files_stay_small() {
        let size = |name: &str| ASSETS.iter().find(|a| a.name == name).unwrap().body.len();
        assert!(size("tronc.css") < 30_000, "{} bytes of CSS", size("tronc.css"));
        assert!(size("tronc.js") < 12_000, "{} bytes of script", size("tronc.js"));
    }

    #[test]
    fn the_policy_forbids_inline_code_and_foreign_origins() {
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
        assert!(!CONTENT_SECURITY_POLICY.contains("http"));
        assert!(CONTENT_SECURITY_POLICY.starts_with("default-src 'none'"));
    }
}
