//! The public feed: what may be kept by whoever asks.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use guard::Guard;
use tower::ServiceExt as _;

use crate::outils::*;

async fn asked(federation: &Guard, path: &str, known: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path);
    if let Some(tag) = known {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let answer =
        pages(federation, Some(signer())).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status, parts.headers, to_bytes(body, 64 << 20).await.unwrap().to_vec())
}

testkit::on_both_engines! {
    async fn what_is_signed_is_fetched_once_and_kept_for_ever(t) {
        let (federation, p) = federation_with(t, "ZZ1").await;
        let here = format!("/federation/publications/{}", p.id);
        for (path, how_long) in [
            (format!("{here}/manifeste"), "public, max-age=31536000, immutable"),
            (format!("{here}/fichiers/{LIST}-2027.csv"), "public, max-age=31536000, immutable"),
            ("/federation/flux".to_owned(), "public, max-age=300"),
        ] {
            let (status, headers, body) = asked(&federation, &path, None).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], how_long, "{path}");
            let tag = headers[header::ETAG].to_str().unwrap().to_owned();
            assert!(!body.is_empty());
            for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".into()] {
                let (status, headers, body) = asked(&federation, &path, Some(&known)).await;
                assert_eq!(status, StatusCode::NOT_MODIFIED, "{path} {known}");
                assert_eq!(headers[header::ETAG].to_str().unwrap(), tag);
                assert!(body.is_empty());
            }
            assert_eq!(asked(&federation, &path, Some("\"x\"")).await.0, StatusCode::OK);
        }
        let nothing = asked(&federation, &format!("{here}/fichiers/rien.csv"), Some("*")).await;
        assert_eq!(nothing.0, StatusCode::NOT_FOUND);
    }
}
