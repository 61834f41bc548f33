//! Where the tests find PostgreSQL: the private server that `cargo xtask test` starts for one run.

/// The environment variable by which `cargo xtask test` hands its server to the tests.
const VARIABLE: &str = "TRONC_TEST_POSTGRES";

/// Address of the run's PostgreSQL server, as the superuser, on its maintenance database:
/// `postgres://postgres@127.0.0.1:PORT/postgres`. A test creates its own database from there.
///
/// # Panics
/// When no server was started, with the command that starts one: a test on PostgreSQL that cannot run must fail,
/// never pass silently.
pub fn postgres_base_url() -> String {
    match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => url,
        _ => {
            panic!("{VARIABLE} is not set: run `cargo xtask test`, which starts a private PostgreSQL server")
        }
    }
}
