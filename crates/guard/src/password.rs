//! Passwords: Argon2id with the parameters OWASP recommends (19 MiB, 2 passes, 1 lane).

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

/// The form kept in the database, or `None` when the system has no randomness for the salt.
pub(crate) fn hash(password: &str) -> Option<String> {
    hasher().hash_password(password.as_bytes()).ok().map(|h| h.to_string())
}

/// Whether the password is the one that was hashed.
pub(crate) fn verify(password: &str, hashed: &str) -> bool {
    PasswordHash::new(hashed).is_ok_and(|h| hasher().verify_password(password.as_bytes(), &h).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_lock_only() {
        let kept = hash("brise-vent-orge").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("brise-vent-orge", &kept));
        assert!(!verify("brise-vent-orgE", &kept));
        assert!(!verify("", "not a hash"));
    }
}
