//! How an installation asks another one for its publications.

use std::{io::Read as _, time::Duration};

/// Longest answer that is read, bytes: larger than any list with its workbook.
const LONGEST: u64 = 64 << 20;
/// Nobody waits longer for one answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads what stands at an address. A trait, so that tests and other networks can stand in.
pub trait Transport: Send + Sync {
    /// The bytes at an address, whole.
    fn get(&self, address: &str) -> Result<Vec<u8>, TransportError>;
}

/// Why nothing was read. The sentence is for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// It is no address of the web.
    #[error("«\u{a0}{0}\u{a0}» n'est pas une adresse. Elle commence par https://.")]
    NoAddress(String),
    /// Nobody answers.
    #[error("«\u{a0}{0}\u{a0}» ne répond pas ({1}). Vérifiez l'adresse et le réseau, puis recommencez.")]
    Silent(String, String),
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
/// asked.
pub(crate) fn acceptable(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    match scheme {
        "https" => !host.is_empty() && !authority.contains('@'),
        "http" => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        _ => false,
    }
}

impl Transport for Http {
    fn get(&self, address: &str) -> Result<Vec<u8>, TransportError> {
        if !acceptable(address) {
            return Err(TransportError::NoAddress(address.to_owned()));
        }
        let silent = |e: &dyn std::fmt::Display| TransportError::Silent(address.to_owned(), e.to_string());
        let answer = self.agent.get(address).call().map_err(|e| silent(&e))?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(TransportError::Status(address.to_owned(), status));
        }
        let mut bytes = Vec::new();
        answer.into_body().into_reader().take(LONGEST + 1).read_to_end(&mut bytes).map_err(|e| silent(&e))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
            return Err(TransportError::TooLong(address.to_owned(), LONGEST));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::acceptable;

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
        ] {
            assert!(!acceptable(bad), "{bad}");
        }
    }
}
