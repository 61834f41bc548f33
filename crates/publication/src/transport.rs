//! How an installation asks another one for its publications.

use std::{io::Read as _, time::Duration};

use axum::http::Uri;

/// Nobody waits longer for one answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reads what stands at an address. A trait, so that tests and other networks can stand in.
pub trait Transport: Send + Sync {
    /// The bytes at an address, whole; an error when there are more than `longest`.
    fn get(&self, address: &str, longest: u64) -> Result<Vec<u8>, TransportError>;
}

/// Why nothing was read. The sentence is for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// It is no address of the web.
    #[error("«\u{a0}{0}\u{a0}» n'est pas une adresse. Elle commence par https://.")]
    NoAddress(String),
    /// Nobody answers.
    #[error("«\u{a0}{0}\u{a0}» ne répond pas. Vérifiez l'adresse et le réseau, puis recommencez.")]
    Silent(String),
    /// The answer is a refusal.
    #[error("«\u{a0}{0}\u{a0}» répond par une erreur {1}. Vérifiez l'adresse auprès de la fédération.")]
    Status(String, u16),
    /// The answer is too long.
    #[error("«\u{a0}{0}\u{a0}» envoie plus de {1}\u{a0}octets. Rien n'a été lu.")]
    TooLong(String, u64),
}

/// The web, over TLS with the public authorities; plain HTTP is accepted on this machine alone.
#[derive(Debug, Clone)]
pub struct Http {
    agent: ureq::Agent,
}

impl Http {
    /// A client that follows no redirection: a federation's address is the one that was typed.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self { agent: config.into() }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether an address may be asked: HTTPS, or this very machine. Signatures protect what is read; TLS protects who is
/// asked. It is read with the parser of the client that asks: both see the same host.
pub(crate) fn acceptable(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    // A name before the host is how one address is made to look like another; nothing stands behind the path.
    if authority.as_str().contains('@') || uri.query().is_some() || address.contains('#') {
        return false;
    }
    match scheme {
        "https" => !authority.host().is_empty(),
        "http" => matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]"),
        _ => false,
    }
}

impl Transport for Http {
    fn get(&self, address: &str, longest: u64) -> Result<Vec<u8>, TransportError> {
        if !acceptable(address) {
            return Err(TransportError::NoAddress(address.to_owned()));
        }
        let silent = |error: &dyn std::fmt::Display| {
            tracing::warn!(address, %error, "a federation does not answer");
            TransportError::Silent(address.to_owned())
        };
        let answer = self.agent.get(address).call().map_err(|e| silent(&e))?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(TransportError::Status(address.to_owned(), status));
        }
        let mut bytes = Vec::new();
        answer.into_body().into_reader().take(longest + 1).read_to_end(&mut bytes).map_err(|e| silent(&e))?;
        within(address, bytes, longest)
    }
}

/// An answer that is not longer than what was asked for.
pub(crate) fn within(address: &str, bytes: Vec<u8>, longest: u64) -> Result<Vec<u8>, TransportError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > longest {
        Err(TransportError::TooLong(address.to_owned(), longest))
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Http, Transport as _, acceptable};

    #[test]
    fn what_a_library_says_is_logged_and_not_shown() {
        // Nothing listens on port 1 of this machine.
        let told = Http::new().get("http://127.0.0.1:1/federation/flux", 10).unwrap_err().to_string();
        assert_eq!(
            told,
            "«\u{a0}http://127.0.0.1:1/federation/flux\u{a0}» ne répond pas. Vérifiez l'adresse et le réseau, puis recommencez."
        );
    }

    #[test]
    fn only_secure_addresses_and_this_machine_are_asked() {
        for good in
            ["https://federation.example/", "http://127.0.0.1:8470", "http://localhost:1/x", "http://[::1]:9"]
        {
            assert!(acceptable(good), "{good}");
        }
        for bad in [
            "http://federation.example",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "https://",
            "127.0.0.1",
            "",
            "https://someone@federation.example",
            "http://127.0.0.1.example/",
            "http://localhost:x@evil.example/",
            "http://localhost:80@evil.example/",
            "http://someone@localhost/",
            "https://localhost:443@evil.example/",
            "https://@federation.example",
            "http://localhost\\@evil.example/",
            "https://federation.example/?a=",
            "https://federation.example/#a",
        ] {
            assert!(!acceptable(bad), "{bad}");
        }
    }
}
